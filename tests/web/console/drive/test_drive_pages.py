"""The driver's phone over a real post: whose vehicle, which instruction, and what is acknowledged."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from gatepair.base.duties import Duty
from gatepair.base.errors import NotFound
from gatepair.base.findings import LANGUAGES
from gatepair.base.time import HOUR_MS, Instant
from gatepair.crossing.model import Instruction
from gatepair.node.driving import TOLD_BY, URGENCY
from gatepair.web.console.catalogue import translator
from gatepair.web.console.drive.words import EVENTS, HEADLINES, REASONS, SIGNS
from web.console.desks import PASSWORD, PEOPLE, PROOF, desk_at
from web.console.drive.road import Road

FORM = re.compile(r'<input type="hidden" name="(command_id|instruction|basis)" value="([^"]*)">')
LICENCE = "SYN-DRIVE-1"


@pytest.fixture(scope="module")
def road(tmp_path_factory) -> Iterator[Road]:
    with desk_at(tmp_path_factory.mktemp("drive")) as desk, desk.client() as client:
        found = Road(desk)
        found.client = client
        yield found


@pytest.fixture
def phone(road):
    """Return how to log in as a driver: the client with his session."""

    def enter(login: str, language: str = "en"):
        road.client.cookies.clear()
        given = {"login": login, "password": PASSWORD}
        answer = road.client.post("/login", data=given, follow_redirects=False)
        assert "/drive" == answer.headers["location"]
        road.client.get(f"/drive?lang={language}")
        return road.client

    yield enter
    road.client.cookies.clear()


def acknowledging(page: str) -> dict[str, str]:
    """Return the fields of the form by which a driver says that he read."""
    part = page[page.index("data-acknowledge") :]
    fields = dict(FORM.findall(part[: part.index("</form>")]))
    return {**fields, "proof": PROOF.search(part).group(1)}


def test_a_driver_sees_the_vehicles_that_name_him_and_no_others(road, phone):
    """By the licence of the account; another driver's crossing is not there for him, on no page and by no interface."""
    mine, theirs = road.declared(LICENCE, 1), road.declared("SYN-OTHER", 2)
    login = road.driver(LICENCE)
    client = phone(login)
    page = client.get("/drive").text
    assert "12C-00001" in page
    assert "12C-00002" not in page
    assert "SYNTHETIC Driver" not in page
    proof = PROOF.search(page).group(1)
    given = {"proof": proof, "command_id": "made-up-by-hand"}
    answer = client.post(f"/drive/crossings/{theirs}/TakePlace", data=given, follow_redirects=False)
    assert 422 == answer.status_code
    assert [] == road.events(theirs, "PlaceTaken")
    with pytest.raises(NotFound):
        road.post.crossing_view(theirs, road.actor(login))
    assert mine == road.post.crossing_view(mine, road.actor(login))["id"]


def test_a_driver_without_a_licence_adds_his_truck_by_the_slip(road, phone):
    """Whoever shows the token of the place drives; typed small, or as the whole address of the code."""
    crossing, token = road.queued("SYN-SOMEBODY", 3)
    client = phone(road.driver())
    page = client.get("/drive").text
    assert "No truck on this phone" in page
    proof = PROOF.search(page).group(1)
    wrong = client.post("/drive/vehicles", data={"proof": proof, "token": "P" + "A" * 24})
    assert (422, True) == (wrong.status_code, "No place has this code" in wrong.text)
    given = {"proof": proof, "token": f"https://gate.example/board?token={token.lower()}"}
    assert 303 == client.post("/drive/vehicles", data=given, follow_redirects=False).status_code
    page = client.get("/drive").text
    assert "12C-00003" in page
    assert token in page
    assert re.search(r'<svg[^>]*class="code"', page)
    assert crossing in page


@pytest.mark.parametrize("duty", sorted(set(PEOPLE) - {Duty.DRIVER}))
def test_the_phone_is_for_drivers_alone(road, duty):
    """Every other duty is turned away from each of its addresses."""
    road.client.cookies.clear()
    road.desk.log_in(road.client, duty)
    for path in ("/drive", "/drive/orders", "/drive/changes"):
        assert 403 == road.client.get(path).status_code, path
    for path in ("/drive/vehicles", f"/drive/crossings/X{'A' * 20}/TakePlace"):
        assert 403 == road.client.post(path).status_code, path


def test_a_stranger_is_led_to_the_log_in(road):
    """Without a session the page leads to the log-in and back; the worker is nobody's secret."""
    road.client.cookies.clear()
    answer = road.client.get("/drive", follow_redirects=False)
    assert (303, "/login?next=%2Fdrive") == (answer.status_code, answer.headers["location"])
    worker = road.client.get("/drive/worker.js")
    assert (200, "/drive") == (worker.status_code, worker.headers["service-worker-allowed"])
    assert "{version}" not in worker.text


def test_a_place_is_taken_and_a_time_booked_and_moved_by_plain_forms(road, phone):
    """Without script: each form leads back to the page, which shows what came of it."""
    crossing = road.declared("SYN-FORMS", 4)
    client = phone(road.driver("SYN-FORMS"))
    page = client.get("/drive").text
    assert "Do not depart" in page
    windows = re.findall(r'name="window" value="(\d+)-(\d+)"', page)
    assert len(windows) > 1
    command = re.search(r'TakePlace.*?name="command_id" value="([0-9a-f]{24})"', page, re.DOTALL).group(1)
    proof = PROOF.search(page).group(1)
    form = f"/drive/crossings/{crossing}"
    for number, (start, until) in enumerate(windows[:2]):
        given = {"proof": proof, "command_id": f"booking-{number:04d}", "window": f"{start}-{until}"}
        assert 303 == client.post(f"{form}/BookSlot", data=given, follow_redirects=False).status_code
    for _ in range(2):
        answer = client.post(f"{form}/TakePlace", data={"proof": proof, "command_id": command}, follow_redirects=False)
        assert "/drive" == answer.headers["location"]
    assert ["SlotBooked", "SlotBooked", "PlaceTaken"] == road.events(crossing, "SlotBooked", "PlaceTaken")
    page = client.get("/drive").text
    assert "Wait for your call" in page
    assert "Booked time" in page
    given = {"proof": proof, "command_id": "booking-0009", "window": "tomorrow"}
    assert 400 == client.post(f"{form}/BookSlot", data=given).status_code


def test_an_order_is_acknowledged_once_and_the_page_says_since_when_the_gate_knows(road, phone):
    """From two tabs with one form each: one entry, and a receipt in place of the button."""
    crossing = road.held("SYN-HELD", 5)
    client = phone(road.driver("SYN-HELD"))
    given = acknowledging(client.get("/drive").text)
    assert given == acknowledging(client.get("/drive").text)
    for _ in range(2):
        form = f"/drive/crossings/{crossing}/AcknowledgeInstruction"
        assert 303 == client.post(form, data=given, follow_redirects=False).status_code
    assert ["InstructionAcknowledged"] == road.events(crossing, "InstructionAcknowledged")
    page = client.get("/drive").text
    assert "The gate knows that you read this, since <b>07:00 UTC+7 · 08:00 UTC+8</b>" in page
    assert "data-acknowledge" not in page


def test_what_was_read_before_never_answers_what_was_told_later(road, phone):
    """A form of an order that changed meanwhile is refused, with a word, and leaves no entry."""
    crossing = road.held("SYN-LATE", 6)
    client = phone(road.driver("SYN-LATE"))
    given = acknowledging(client.get("/drive").text)
    road.post.advance()
    assert ["PlaceCalled"] == road.events(crossing, "PlaceCalled")
    form = f"/drive/crossings/{crossing}/AcknowledgeInstruction"
    refused = client.post(form, data=given)
    assert (422, True) == (refused.status_code, "This changed meanwhile. Read it again." in refused.text)
    asked = client.post(form, data=given, headers={"Accept": "application/json"})
    assert {"status": "refused", "why": ["This changed meanwhile. Read it again."]} == asked.json()
    assert [] == road.events(crossing, "InstructionAcknowledged", "CallAcknowledged")
    called = acknowledging(client.get("/drive").text)
    done = client.post(form, data=called, headers={"Accept": "application/json"})
    assert {"status": "done", "why": []} == done.json()
    assert ["CallAcknowledged"] == road.events(crossing, "CallAcknowledged")


def test_of_several_vehicles_the_most_urgent_stands_first(road, phone):
    """A call before a vehicle that has no place, whichever was declared first; no instruction lacks its rank."""
    road.declared("SYN-TWO", 10)
    road.called("SYN-TWO", 11)
    page = phone(road.driver("SYN-TWO")).get("/drive").text
    assert page.index("12C-00011") < page.index("12C-00010")
    assert set(Instruction) == set(URGENCY)
    assert len(set(URGENCY)) == len(URGENCY)


def test_a_form_without_the_proof_of_the_session_does_nothing(road, phone):
    """The proof stands in every form; one of another session is refused."""
    crossing = road.called("SYN-PROOF", 7)
    client = phone(road.driver("SYN-PROOF"))
    given = acknowledging(client.get("/drive").text)
    form = f"/drive/crossings/{crossing}/AcknowledgeInstruction"
    assert 403 == client.post(form, data={**given, "proof": "0" * 32}).status_code
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Accept": "application/json"}
    assert 403 == client.post(form, data=given, headers=elsewhere).status_code
    assert 404 == client.post(f"/drive/crossings/{crossing}/CancelCrossing", data=given).status_code
    assert [] == road.events(crossing, "CallAcknowledged", "CrossingCancelled")


def test_the_page_is_small_and_its_renewal_smaller(road, phone):
    """First load below 60 kB with all that it loads, unpacked; a renewal below 4 kB."""
    road.queued("SYN-SMALL", 8)
    client = phone(road.driver("SYN-SMALL"), language="vi")
    page = client.get("/drive")
    loaded = re.findall(r'(?:href|src)="(/assets/[^"]+)"', page.text)
    total = len(page.content) + sum(len(client.get(path).content) for path in loaded)
    assert 3 < len(loaded)
    assert total < 60_000
    assert len(client.get("/drive/orders").content) < 4_000


def test_log_out_tells_the_browser_to_drop_what_it_kept(road, phone):
    """Also where no script runs."""
    client = phone(road.driver())
    proof = PROOF.search(client.get("/drive").text).group(1)
    answer = client.post("/logout", data={"proof": proof}, follow_redirects=False)
    assert '"storage"' == answer.headers["clear-site-data"]


def test_a_foreign_vehicle_sees_its_stay_run_out(road, phone):
    """From the handover on the clock stands on the phone; it warns before the end and says when it is over."""
    crossing = road.declared("SYN-STAY", 9, direction="in")
    seen = {"tractor": "12C-00009", "trailer": "12R-00009"}
    handover = {"type": "ConfirmHandover", "crossing": crossing, "station": "hn-entry-check", "seen": seen}
    road.desk.give(Duty.YARD, handover)
    login = road.driver("SYN-STAY")
    for hours, said in ((0, "You may stay until"), (21, "Your stay runs out soon."), (4, "Your stay has run out.")):
        road.desk.opened.clock.set(Instant(road.post.now() + hours * HOUR_MS))
        assert said in phone(login).get("/drive").text


def test_every_instruction_and_event_has_its_words_in_every_language():
    """No driver is shown a code: each instruction has a headline and a sign, and vi and zh keep them short."""
    assert {one.value for one in Instruction} == set(HEADLINES) == set(SIGNS)
    assert set(TOLD_BY.values()) == set(EVENTS)
    for language in LANGUAGES:
        say = translator(language)
        assert all(say(text) for text in (*HEADLINES.values(), *REASONS.values()))
    assert max(len(translator("vi")(text)) for text in HEADLINES.values()) <= 24
    assert max(len(translator("zh")(text)) for text in HEADLINES.values()) <= 10
