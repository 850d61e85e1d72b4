"""The console over a real post: who gets in, who sees and does what, and that a form acts once."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from gatepair.base.duties import Duty
from gatepair.node.permissions import COMMAND_DUTIES
from gatepair.web.auth import COOKIE
from gatepair.web.console import acts
from gatepair.web.console.entrance import safe_next
from gatepair.web.console.menu import CENTRE, DESKS
from web.console.desks import COMMAND, PASSWORD, PEOPLE, PROOF, Desk, desk_at, sent


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with desk_at(tmp_path_factory.mktemp("desk")) as found, found.client() as client:
        found.everyone = client
        yield found


@pytest.fixture(scope="module")
def inside(desk) -> str:
    """Return a crossing that is inside the gate."""
    return desk.arrived(1)


def test_a_stranger_is_led_to_the_log_in_and_back(desk):
    """Without a session every page leads to the log-in, which leads on to where one wanted to go."""
    client = desk.everyone
    for path in ("/desk", "/centre"):
        answer = client.get(path, follow_redirects=False)
        assert (303, f"/login?next=%2F{path[1:]}") == (answer.status_code, answer.headers["location"])
    given = {"login": PEOPLE[Duty.CUSTOMS], "password": PASSWORD, "next": "/desk"}
    answer = client.post("/login", data=given, follow_redirects=False)
    assert "/desk" == answer.headers["location"]
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/"))
    client.cookies.clear()


def test_a_wrong_password_lets_nobody_in_and_tells_nothing(desk):
    """An unknown login and a wrong password look the same."""
    pages = [
        desk.everyone.post("/login?lang=en", data={"login": login, "password": "wrong wrong wrong"})
        for login in (PEOPLE[Duty.CUSTOMS], "nobody.9")
    ]
    assert [401, 401] == [page.status_code for page in pages]
    assert pages[0].text.replace(PEOPLE[Duty.CUSTOMS], "") == pages[1].text.replace("nobody.9", "")


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere", "desk", "/a\nb"])
def test_nobody_is_led_away_from_here(path):
    """What follows the log-in is a page of this post or nothing."""
    assert "" == safe_next(path)


@pytest.mark.parametrize("duty", sorted(PEOPLE))
def test_every_page_as_every_duty_has_no_door_that_should_be_shut(desk, inside, person, duty):
    """A page opens for the duties that it is for, and shows those acts only which the one table permits."""
    client = person(duty)
    own = client.get(f"/desk/crossings/{inside}")
    assert (200 if duty in DESKS else 403) == own.status_code
    assert (200 if duty in DESKS else 403) == client.get("/desk").status_code
    assert (200 if duty in CENTRE else 403) == client.get("/centre").status_code
    for kind in acts.TITLES:
        shown = f'action="/desk/crossings/{inside}/{kind.__name__}"' in own.text
        assert not shown or duty in COMMAND_DUTIES[kind], kind.__name__


@pytest.mark.parametrize("duty", sorted(PEOPLE))
def test_no_form_made_up_by_hand_does_what_the_duty_may_not(desk, inside, person, duty):
    """A form that is sent to an act's address without its page is refused for every duty that may not act so."""
    client = person(duty)
    before = desk.post.head_position()
    page = client.get("/desk" if duty in DESKS else "/login").text
    proof = PROOF.search(page)
    given = {"proof": proof.group(1) if proof else "", "command_id": "made-up-by-hand"}
    for kind in acts.TITLES:
        if duty not in COMMAND_DUTIES[kind]:
            answer = client.post(f"/desk/crossings/{inside}/{kind.__name__}", data=given, follow_redirects=False)
            assert 403 == answer.status_code, kind.__name__
    assert before == desk.post.head_position()


def test_a_form_of_another_session_or_site_is_refused(desk, inside, person):
    """A proof of another session, none at all, and a browser that names another site all get 403."""
    proof = PROOF.search(person(Duty.CUSTOMS).get("/desk").text).group(1)
    client = person(Duty.QUARANTINE)
    own = PROOF.search(client.get("/desk").text).group(1)
    address = f"/desk/crossings/{inside}/Decide"
    given = {"verdict": "clear", "command_id": "another-session-1"}
    before = desk.post.head_position()
    assert own != proof
    assert 403 == client.post(address, data={**given, "proof": proof}).status_code
    assert 403 == client.post(address, data=given).status_code
    for header in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example"}):
        assert 403 == client.post(address, data={**given, "proof": own}, headers=header).status_code
    assert before == desk.post.head_position()


def test_an_order_about_the_gate_is_no_act_on_a_crossing(desk, inside, person):
    """The command centre may stop a direction, and not at the address of a crossing."""
    client = person(Duty.COMMAND_CENTRE)
    proof = PROOF.search(client.get("/desk").text).group(1)
    given = {"proof": proof, "command_id": "gate-at-crossing", "direction": "out", "reason": "fog"}
    assert 404 == client.post(f"/desk/crossings/{inside}/StopIntake", data=given).status_code


def test_an_agency_decides_and_customs_releases_last(desk, person):
    """Declared, called, arrived; each agency decides from its own work list, and customs alone has the last act."""
    crossing = desk.arrived(2)
    address = f"/desk/crossings/{crossing}"
    view = desk.post.crossing_view(crossing, desk.actor(Duty.CUSTOMS))
    client = person(Duty.CUSTOMS)
    assert 303 == sent(client, address, f"{address}/AssignChannel").status_code
    proof = PROOF.search(client.get(address).text).group(1)
    early = client.post(f"{address}/Release", data={"proof": proof, "command_id": "released-too-early"})
    assert 422 == early.status_code
    assert "crossing." in early.text
    for duty in view["required"]:
        client = person(Duty(duty))
        assert crossing in client.get("/desk").text
        done = sent(client, address, f"{address}/Decide", verdict="clear", evidence="seen by eye")
        assert (303, f"{address}?done=Decide") == (done.status_code, done.headers["location"])
        assert crossing not in client.get("/desk").text
    decided = desk.post.crossing_view(crossing, desk.actor(Duty.CUSTOMS))["decisions"]
    assert set(view["required"]) <= set(decided)
    assert {PEOPLE[Duty(duty)] for duty in view["required"]} == {decided[duty]["actor"] for duty in view["required"]}


def test_the_same_form_sent_twice_acts_once(desk, person):
    """The command id is made with the page: a double click is one act."""
    crossing = desk.arrived(3)
    address = f"/desk/crossings/{crossing}"
    client = person(Duty.CUSTOMS)
    page = client.get(address).text
    part = page[page.index(f'action="{address}/RecordCheck"') :]
    stations = desk.post.layout()["stations"]
    station = next(one["key"] for one in stations if one["duty"] == "customs" and one["role"] == "exit")
    given = {
        "proof": PROOF.search(part).group(1),
        "command_id": COMMAND.search(part).group(1),
        "station": station,
        "result": "passed",
    }
    statuses = [client.post(f"{address}/RecordCheck", data=given, follow_redirects=False).status_code for _ in range(2)]
    history = desk.post.crossing_view(crossing, desk.actor(Duty.CUSTOMS))["history"]
    assert [303, 303] == statuses
    assert 1 == sum(one["type"].startswith("CheckRecorded") for one in history)


def test_one_field_is_corrected_with_its_reason(desk, person):
    """A typo restarts nothing: the value changes, the old one stays in the history, a number stays a number."""
    crossing = desk.declared(4)
    address = f"/desk/crossings/{crossing}"
    client = person(Duty.TRADER)
    given = {"path": "goods.0.gross_mass_kg", "value": "21000", "reason": "weighed again"}
    assert 303 == sent(client, address, f"{address}/CorrectField", **given).status_code
    goods = desk.post.crossing_view(crossing, desk.actor(Duty.TRADER))["declaration"]["goods"]
    assert 21_000 == goods[0]["gross_mass_kg"]
    refused = sent(client, f"{address}?lang=vi", f"{address}/CorrectField", path="goods.0.hs", value="12", reason="x")
    assert 422 == refused.status_code
    assert "crossing.value_unfit" in refused.text


def test_who_needs_no_name_sees_none_and_reading_one_is_recorded(desk, inside, person):
    """The yard's page names no driver; the border guard's does, and that is an entry of the audit stream."""
    before = desk.post.head_position()
    assert "SYNTHETIC Driver" not in person(Duty.YARD).get(f"/desk/crossings/{inside}").text
    yard = desk.post.head_position()
    assert "SYNTHETIC Driver" in person(Duty.BORDER_GUARD).get(f"/desk/crossings/{inside}").text
    read = [row for row in desk.post.events(before, 100, desk.actor(Duty.AUDITOR)) if "PersonalDataRead" in row["type"]]
    assert ["border_guard"] == [msgspec.json.decode(row["payload"])["duty"] for row in read]
    assert yard < read[0]["position"]


def test_a_stop_with_its_reason_shows_at_once_and_ends(desk, person):
    """The command centre stops a direction; the board says so; reopening ends it."""
    client = person(Duty.COMMAND_CENTRE)
    given = {"direction": "out", "reason": "fog", "text": "SYNTHETIC fog"}
    assert 303 == sent(client, "/centre", "/centre/StopIntake", **given).status_code
    assert not desk.post.board()["directions"]["out"]["open"]
    assert "SYNTHETIC fog" in client.get("/centre").text
    assert 303 == sent(client, "/centre", "/centre/ReopenIntake", direction="out").status_code
    assert [] == desk.post.board()["directions"]["out"]["stops"]


def test_the_session_ends_with_the_log_out(desk, person):
    """The token of the cookie opens nothing any more."""
    client = person(Duty.CUSTOMS)
    token = client.cookies[COOKIE]
    proof = PROOF.search(client.get("/desk").text).group(1)
    assert 303 == client.post("/logout", data={"proof": proof}, follow_redirects=False).status_code
    client.cookies.set(COOKIE, token)
    assert 303 == client.get("/desk", follow_redirects=False).status_code
