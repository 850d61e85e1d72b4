"""Every story on a running pair, with the day going on around it: from the declaration to the receipt, in each language."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import httpx2
import pytest

from gatepair.base.duties import Duty
from gatepair.base.findings import LANGUAGES
from gatepair.cli.live import Living
from stories.living import living_gate, local_hour
from stories.walking import FIRST, People, fill, in_turn, pictures_in

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
HOME, OTHER = "huu-nghi", "youyiguan"
GIVE_UP_S = 240
LATE = 13
"""The hour after which no story begins: five minutes remain until the gate closes."""
FORM = {
    "direction": "out",
    "route": "r1119-1120",
    "lane_kind": "manned",
    "load": "truck",
    "declaration__regime": "ordinary",
    "binding__owner": "SYNTHETIC Haulage 9",
    "driver__name": "SYNTHETIC Driver 9",
    "driver__licence": "SYN-9",
    "driver__nationality": "VN",
    "declaration__goods__0__hs": "081060",
    "declaration__goods__0__description": "SYNTHETIC durian",
    "declaration__goods__0__commodity": "fresh_fruit",
    "declaration__goods__0__gross_mass_kg": "20000",
    "declaration__goods__0__packages": "1000",
    "declaration__goods__0__value_minor": "100000.50",
    "declaration__goods__0__currency": "USD",
    "declaration__goods__0__origin": "VN",
    "declaration__parties__exporter": "SYNTHETIC Exporter 9",
    "declaration__parties__importer": "SYNTHETIC Importer 9",
    "declaration__documents__0__kind": "test_report",
    "declaration__documents__0__number": "SYN-T-9",
    "declaration__documents__0__issuer": "SYNTHETIC Laboratory",
}


def _enters(client: httpx2.Client, given: dict[str, str]) -> bool:
    """Log ``client`` in; tell whether it was its turn."""
    answer = client.post("/v1/session", json=given)
    if answer.status_code == 429:
        return False
    client.headers["authorization"] = f"Bearer {answer.json()['token']}"
    return True


class Post:
    """What the pair says over the interface, for what a story must wait for."""

    def __init__(self, living: Living) -> None:
        self._at: dict[str, httpx2.Client] = {}
        for one in living.posts:
            # A line that has rested is opened anew before the post, which keeps it for five seconds, hangs up.
            client = httpx2.Client(base_url=one.url, timeout=60, limits=httpx2.Limits(keepalive_expiry=1))
            given = {"login": "command-centre.1", "password": living.password}
            in_turn(lambda client=client, given=given: _enters(client, given))
            self._at[one.post] = client

    def crossing(self, post: str, crossing: str) -> dict[str, Any]:
        """Return the crossing as ``post`` has it; empty when it has none yet."""
        answer = self._at[post].get(f"/v1/crossings/{crossing}")
        return dict(answer.json()) if answer.status_code == 200 else {}

    def until(self, post: str, crossing: str, **wanted: Any) -> dict[str, Any]:
        """Wait until ``post`` says of ``crossing`` what is wanted; None means anything."""
        until = time.monotonic() + GIVE_UP_S
        while time.monotonic() < until:
            found = self.crossing(post, crossing)
            if all(found.get(name) and (value is None or value == found[name]) for name, value in wanted.items()):
                return found
            time.sleep(0.2)
        raise AssertionError(f"{post} never said {wanted} of {crossing}: {found.get('stage')}")


@pytest.fixture(scope="module")
def gates(tmp_path_factory) -> Iterator[Callable[[], Living]]:
    """Return what gives a gate with hours of its day left: a story that begins late would wait through the night."""
    opened: list[Living] = []
    with ExitStack() as stack:

        def with_hours_left() -> Living:
            if not opened or local_hour(opened[-1]) >= LATE:
                stack.close()
                directory = tmp_path_factory.mktemp("stories")
                opened.append(stack.enter_context(living_gate(directory, begins="07:20", pace=60.0)))
            return opened[-1]

        yield with_hours_left


@pytest.fixture
def living(gates) -> Living:
    return gates()


@pytest.fixture(scope="module")
def browser(chromium) -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_truck_of_fruit_goes_from_its_declaration_to_the_other_sides_receipt(living, browser, tmp_path, language):
    """Every duty does its part by its own page at its own post, and the trader holds the proof at the end."""
    people = People(browser, living, language=language, pictures=pictures_in(tmp_path))
    posts = Post(living)
    number = 91_000 + LANGUAGES.index(language)
    seen = {"seen__tractor": f"12C-{number}", "seen__trailer": f"12R-{number}"}
    crossing = declares(people, number)
    token = takes_a_place(people, crossing)
    asks_the_board(people, token)
    driver = the_driver_adds(people, token)
    posts.until(OTHER, crossing, stage="announced")
    people.act(people.at(OTHER, Duty.GATE_BOARD), crossing, "AcceptArrival")
    posts.until(HOME, crossing, stage="called")
    is_called(people, driver, crossing)
    yard = people.at(HOME, Duty.YARD)
    people.act(yard, crossing, "RecordArrival", station="hn-exit-gate", **seen)
    is_cleared(people, posts, HOME, crossing=crossing)
    people.act(yard, crossing, "Depart", lane="freight-1", **seen)
    posts.until(OTHER, crossing, partner_departure=None)
    stands_on_the_wall(people, crossing)
    people.act(people.at(OTHER, Duty.YARD), crossing, "ConfirmHandover", station="yyg-entry-lane", **seen)
    is_cleared(people, posts, OTHER, crossing=crossing)
    people.act(people.at(OTHER, Duty.YARD), crossing, "RecordExit", station="yyg-entry-lane")
    posts.until(HOME, crossing, partner_received_at_ms=None)
    has_the_receipt(people, crossing)
    is_proved(people, crossing)
    assert [] == people.complaints
    people.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stop_is_seen_by_everybody_on_both_sides(living, browser, tmp_path, language):
    """The command centre stops a direction with a reason; the drawing and both boards say it until it is over."""
    people = People(browser, living, language=language, pictures=pictures_in(tmp_path / "stop"))
    page = people.at(HOME, Duty.COMMAND_CENTRE)
    page.goto(f"{people.url(HOME)}/centre")
    form = page.locator("form[action='/centre/StopIntake']:has(input[name=direction][value=out])")
    page.locator("details.stop").first.locator("summary").click()
    fill(form, reason="fog", text=f"SYNTHETIC fog {language}")
    form.locator("button").click()
    page.wait_for_url("**done=StopIntake**")
    people.picture(page, "centre-stopped")
    boards = {post: people.stranger() for post in (HOME, OTHER)}
    for post, board in boards.items():
        said(board, f"{people.url(post)}/board?lang={language}", f"SYNTHETIC fog {language}")
        people.picture(board, f"{post}-board-stopped")
    page.goto(f"{people.url(HOME)}/centre")
    page.locator("form[action='/centre/ReopenIntake'] button").first.press("Enter")
    page.wait_for_url("**done=ReopenIntake**")
    for post, board in boards.items():
        said(board, f"{people.url(post)}/board?lang={language}", f"SYNTHETIC fog {language}", still=False)
        board.context.close()
    assert [] == people.complaints
    people.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_what_if_is_asked_compared_kept_and_read_by_the_board(living, browser, tmp_path, language):
    """While the gate runs the planner asks for two more bays, holds it against the gate as it is, and shares it."""
    people = People(browser, living, language=language, pictures=pictures_in(tmp_path / "what-if"))
    page, name = people.at(HOME, Duty.PLANNER), f"SYNTHETIC two more bays {language}"
    page.goto(f"{people.url(HOME)}/twin/ask")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    form = page.locator("form[action='/twin/ask'][method=post]")
    fill(form, **{"servers:hn-entry-inspection": "16"}, days="1", replications="5", seed=str(LANGUAGES.index(language)))
    form.locator("button").click()
    page.wait_for_url("**/twin/studies/*")
    # The page follows both runs by itself until the comparison stands.
    compare = page.locator("a[href^='/twin/compare?study=']")
    compare.wait_for(timeout=GIVE_UP_S * 1_000)
    kept = page.locator("form[action$='/keep']")
    fill(kept, name=name, note="SYNTHETIC note")
    kept.locator("button").click()
    page.locator("h1", has_text=name).wait_for()
    people.picture(page, "planner-has-kept-it")
    compare.click()
    page.locator("svg polygon.band").first.wait_for()
    people.picture(page, "planner-compares")
    board = people.at(HOME, Duty.GATE_BOARD)
    board.goto(f"{people.url(HOME)}/twin")
    board.locator("a", has_text=name).click()
    board.locator("h1", has_text=name).wait_for()
    people.picture(board, "board-reads-it")
    assert [] == people.complaints
    people.close()


def said(page: Any, address: str, text: str, *, still: bool = True) -> None:
    """Load ``address`` until it says ``text``, or no longer does."""
    until = time.monotonic() + GIVE_UP_S
    while time.monotonic() < until:
        page.goto(address)
        if (text in page.inner_text("body")) is still:
            return
        time.sleep(0.5)
    raise AssertionError(f"{address} {'never said' if still else 'still says'} {text}")


def is_proved(people: People, crossing: str) -> None:
    """Let the auditor find the crossing's entries and who read names, open the evidence, verify the ledger and export."""
    page = people.at(HOME, Duty.AUDITOR)
    page.goto(f"{people.url(HOME)}/audit")
    fill(page.locator("form[action='/audit']"), stream=crossing, type="CrossingReleased")
    with page.expect_navigation():
        page.locator("form[action='/audit'] button").click()
    page.locator("[data-rows] tbody a").first.click()
    page.wait_for_url("**/audit/entries/*")
    people.picture(page, "auditor-entry")
    position = page.url.rpartition("/")[2]
    page.goto(f"{people.url(HOME)}/audit/reads?text={crossing}")
    assert page.locator("tbody tr").count() > 0, "somebody read the driver's name"
    people.picture(page, "auditor-reads")
    page.goto(f"{people.url(HOME)}/audit/evidence/{crossing}")
    assert 0 == page.locator(".outcome .mark.refuse").count()
    people.picture(page, "auditor-evidence")
    page.goto(f"{people.url(HOME)}/audit/verify?go=1&last=500")
    page.locator(".outcome").first.wait_for()
    assert 0 == page.locator(".outcome .mark.refuse").count()
    people.picture(page, "auditor-verified")
    file = page.request.get(f"{people.url(HOME)}/audit/entries.jsonl?first={position}&last={position}")
    assert crossing in file.text()


def declares(people: People, number: int) -> str:
    """Let the trader declare by the form on a phone, with the code found by words, and return the crossing."""
    page = people.at(HOME, Duty.TRADER)
    page.goto(f"{people.url(HOME)}/trade/declare")
    form = page.locator("form:has([name='binding.tractor'])")
    form.locator("button[value='add:papers']").click()
    form.locator("[name='declaration.documents.0.kind']").wait_for()
    fill(form, **FORM, binding__tractor=f"12C-{number}", binding__trailer=f"12R-{number}")
    people.picture(page, "trader-declares")
    form.locator("button[name=do][value=declare]").click()
    page.wait_for_url(re.compile(r"/trade\?"))
    people.picture(page, "trader-home")
    return page.url.rpartition("=")[2]


def takes_a_place(people: People, crossing: str) -> str:
    """Let the trader take a place, and return its token."""
    page = people.at(HOME, Duty.TRADER)
    page.goto(f"{people.url(HOME)}/trade/crossings/{crossing}")
    page.locator("form[action*='/TakePlace'] button").click()
    page.wait_for_url("**done=TakePlace**")
    people.picture(page, "trader-has-a-place")
    found = re.search(r"token=([\w.~-]+)", page.content())
    assert found is not None, "the page of a crossing with a place leads to its slip"
    return found.group(1)


def asks_the_board(people: People, token: str) -> None:
    """Let somebody without a login look the place up."""
    page = people.stranger()
    page.goto(f"{people.url(HOME)}/board?lang={people.language}&token={token}")
    people.picture(page, "board-with-a-place")
    page.goto(f"{people.url(HOME)}/board/check?lang={people.language}")
    people.picture(page, "board-checked")
    page.context.close()


def the_driver_adds(people: People, token: str) -> Any:
    """Let the driver tie the truck to the phone by the slip."""
    page = people.at(HOME, Duty.DRIVER)
    page.goto(f"{people.url(HOME)}/drive")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.fill("#token", token)
    with page.expect_navigation():
        page.locator("form[action='/drive/vehicles'] button").click()
    people.picture(page, "driver-waits")
    return page


def is_called(people: People, driver: Any, crossing: str) -> None:
    """Let the driver read the call and say so."""
    driver.goto(f"{people.url(HOME)}/drive")
    button = driver.locator(f"form[action^='/drive/crossings/{crossing}/'] button").first
    people.picture(driver, "driver-is-called")
    button.click()
    # Read, or told that the order is another by now: either is the gate's answer.
    driver.locator(f"[data-crossing='{crossing}'] .read, #news:not([hidden])").first.wait_for()
    people.picture(driver, "driver-has-answered")


def is_cleared(people: People, posts: Post, post: str, *, crossing: str) -> None:
    """Let each agency look and decide, the fee be paid, and customs release last."""
    view = posts.crossing(post, crossing)
    others = [Duty(one) for one in view["required"] if one != Duty.CUSTOMS]
    customs = people.at(post, Duty.CUSTOMS)
    for duty in others:
        page = people.at(post, duty)
        page.goto(f"{people.url(post)}/desk/crossings/{crossing}")
        assert 0 == page.locator("form[action$='/Release']").count(), f"{duty} has the release"
        people.act(page, crossing, "Decide", verdict="clear")
        people.picture(page, f"{post}-{duty}-has-decided")
    people.act(customs, crossing, "AssignChannel")
    if posts.crossing(post, crossing)["channel"] == "red":
        people.act(customs, crossing, "OrderInspection", bay=FIRST, reason=FIRST)
        people.act(customs, crossing, "FinishInspection", passed="yes")
    people.act(customs, crossing, "Decide", verdict="clear")
    board = people.at(post, Duty.GATE_BOARD)
    if post == HOME:
        people.act(board, crossing, "AssessFee")
        if posts.crossing(post, crossing)["fee"]["amount_minor"]:
            # What is owed stands in the form.
            people.act(board, crossing, "PayFee", receipt="SYN-R-9")
    people.act(customs, crossing, "Release")
    people.picture(customs, f"{post}-customs-has-released")


def stands_on_the_wall(people: People, crossing: str) -> None:
    """Let the command centre see the truck where it is, on the drawing of the gate."""
    page = people.at(HOME, Duty.COMMAND_CENTRE)
    page.goto(f"{people.url(HOME)}/centre")
    page.locator(".schematic").first.wait_for()
    people.picture(page, "centre")
    page.goto(f"{people.url(HOME)}/centre/wall")
    people.picture(page, "wall")


def has_the_receipt(people: People, crossing: str) -> None:
    """Let the trader see that the other side has it, and keep the receipt."""
    page = people.at(HOME, Duty.TRADER)
    page.goto(f"{people.url(HOME)}/trade/crossings/{crossing}")
    people.picture(page, "trader-sees-the-end")
    page.goto(f"{people.url(HOME)}/trade/crossings/{crossing}/receipt")
    people.picture(page, "trader-holds-the-receipt")
    assert crossing in page.inner_text("main")
