"""The command centre's pages over a real post: for whom they are, what they say, and what they refuse."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import PurePath

import pytest
from litestar.testing import TestClient

from gatepair.adapters.memory import MemoryLedger
from gatepair.base.duties import Duty
from gatepair.base.time import HOUR_MS, MINUTE_MS, SteppedClock
from gatepair.node.ports import Unit
from gatepair.web.app import create_app
from gatepair.web.auth import COOKIE
from gatepair.web.console import acts
from gatepair.web.console.menu import CENTRE
from gatepair.web.runtime import WriterRuntime
from node import pair
from web.console.desks import COMMAND, PEOPLE, PROOF, Desk, desk_at
from web.real import START_MS

PAGES = ("/centre", "/centre/replay", "/centre/replay/moves", "/centre/wall")


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    """Return a post with an hour behind it."""
    with desk_at(tmp_path_factory.mktemp("centre")) as found, found.client() as client:
        found.everyone = client
        for number in range(1, 4):
            found.opened.clock.set(START_MS + number * 10 * MINUTE_MS)
            found.arrived(number)
        found.opened.clock.set(START_MS + HOUR_MS + MINUTE_MS)
        found.post.advance()
        yield found


@pytest.fixture
def centre(desk):
    """Return the client of somebody at the command centre."""
    desk.everyone.cookies.clear()
    desk.log_in(desk.everyone, Duty.COMMAND_CENTRE)
    yield desk.everyone
    desk.everyone.cookies.clear()


@pytest.mark.parametrize("duty", sorted(PEOPLE))
def test_the_pages_are_for_those_who_steer(desk, duty):
    """Who does not steer the gate gets neither replay nor wall, and not the rows behind them."""
    desk.everyone.cookies.clear()
    desk.log_in(desk.everyone, duty)
    for path in PAGES:
        assert (200 if duty in CENTRE else 403) == desk.everyone.get(path).status_code, path
    desk.everyone.cookies.clear()


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_led_to_the_log_in(desk, path):
    """Without a session each address leads to the log-in."""
    desk.everyone.cookies.clear()
    answer = desk.everyone.get(path, follow_redirects=False)
    assert (303, f"/login?next={path.replace('/', '%2F')}") == (answer.status_code, answer.headers["location"])


def test_the_replay_of_an_hour_is_the_past_and_says_so(desk, centre):
    """The page names the hour on both clocks and shows the gate as it was, not as it is."""
    page = centre.get(f"/centre/replay?from={START_MS}&at={START_MS + 15 * MINUTE_MS}&lang=en").text
    assert "REPLAY, not live" in page
    assert "07:00–08:00 (Asia/Ho_Chi_Minh) · 08:00–09:00 (Asia/Shanghai)" in page
    assert 1 == page.count("data-crossing=")
    assert 3 == centre.get("/centre?lang=en").text.count("data-crossing=")


def test_an_hour_may_be_chosen_by_date_and_hour_of_our_clock(desk, centre):
    """Date and hour are those of our side; the list shows each hour on both clocks."""
    page = centre.get("/centre/replay?date=2025-11-11&hour=7&speed=600&lang=en").text
    assert f'data-from="{START_MS}"' in page
    assert '<option value="7" selected>07:00 · 08:00</option>' in page
    assert '<option value="600" selected>' in page


@pytest.mark.parametrize(
    "query",
    [
        "date=2025-13-01",
        "date=yesterday",
        "date=2025-11-11&hour=24",
        "date=2025-11-11&hour=9999999999999",
        "from=soon",
        "from=-1",
        "from=99999999999999",
        "date=9999-12-31",
        "date=0001-01-01",
        "speed=fast",
    ],
)
def test_an_hour_that_is_none_is_refused_with_its_place(centre, query):
    """A wrong date, hour or instant is a mistake that is named, never an error of ours."""
    answer = centre.get(f"/centre/replay?{query}")
    assert 400 == answer.status_code
    assert query.rpartition("&")[2].partition("=")[0].replace("hour", "date") in answer.text


def test_the_moves_hold_no_name_and_lead_to_the_end(desk, centre):
    """The rows behind the replay are small, hold plates alone, and their last state is that of the hour's end."""
    answer = centre.get(f"/centre/replay/moves?from={START_MS}")
    assert "SYNTHETIC" not in answer.text
    film = answer.json()
    state = {}
    for _, vehicle, spot, way, lane, _kind in [*film["first"], *film["moves"]]:
        state[film["crossings"][vehicle]] = (film["spots"][spot], way, lane)
    then = desk.post.past.scene(START_MS + HOUR_MS - 1)["vehicles"]
    assert {one["crossing"]: (one["at"], one["direction"], one["lane"]) for one in then} == {
        crossing: at for crossing, at in state.items() if at[0]
    }
    assert set(film["lanes"][0][1]) == {lane["key"] for road in desk.post.layout()["routes"] for lane in road["lanes"]}
    assert len(json.dumps(film)) < 10_000


def test_an_hour_to_come_shows_the_present_and_does_not_fail(centre):
    """A replay of the future ends where the ledger ends."""
    answer = centre.get(f"/centre/replay?from={START_MS + 10 * HOUR_MS}")
    assert 200 == answer.status_code
    assert [] == centre.get(f"/centre/replay/moves?from={START_MS + 10 * HOUR_MS}").json()["moves"]


def test_the_wall_has_figures_clocks_and_nothing_to_press(centre):
    """No form, no menu, no link to a crossing, no login; both clocks, and what is made up is called so."""
    page = centre.get("/centre/wall?lang=en").text
    assert not any(word in page for word in ("<form", "<nav", "<button", 'href="/desk', PEOPLE[Duty.COMMAND_CENTRE]))
    assert "08:01" in page
    assert "09:01" in page
    assert "Synthetic" in page


def test_a_stop_is_one_form_away_and_reopening_one_button(desk, centre):
    """The stop asks for its reason; while it stands its tile holds the button that ends it, and the lanes say so."""
    page = centre.get("/centre?lang=en").text
    form = page[page.index('action="/centre/StopIntake"') :]
    given = {
        "proof": PROOF.search(form).group(1),
        "command_id": COMMAND.search(form).group(1),
        "direction": "out",
        "reason": "fog",
    }
    assert 303 == centre.post("/centre/StopIntake", data=given, follow_redirects=False).status_code
    page = centre.get("/centre?lang=en").text
    assert 'class="lane manned stopped"' in page
    form = page[page.index('action="/centre/ReopenIntake"') :]
    given = {
        "proof": PROOF.search(form).group(1),
        "command_id": COMMAND.search(form).group(1),
        "direction": "out",
        "route": "",
    }
    assert 303 == centre.post("/centre/ReopenIntake", data=given, follow_redirects=False).status_code
    page = centre.get("/centre?lang=en").text
    assert 'class="lane manned stopped"' not in page
    assert 'action="/centre/ReopenIntake"' not in page


def test_an_order_stands_where_it_is_looked_for(centre):
    """Below the drawing stand the orders that no other page has; a playbook's link finds its form open."""
    page = centre.get("/centre?act=RaiseAlert&lang=en").text
    assert '<details class="card" id="RaiseAlert" open>' in page
    assert '<details class="card" id="TurnLane">' in page
    assert 'action="/centre/AnnounceQuota"' not in page
    others = "".join(centre.get(path).text for path in ("/centre/calendar", "/centre/log", "/centre/report"))
    orders = {kind.__name__ for kind in acts.of_gate(Duty.COMMAND_CENTRE)}
    assert set() == {name for name in orders if f'/{name}"' not in page + others}


def test_the_flows_count_what_came_by_the_hour(desk):
    """Three vehicles took a place in the last hour but one, none were cleared."""
    flows = desk.post.flows(3)
    assert [(0, 0), (3, 0), (0, 0)] == [(one["came"], one["cleared"]) for one in flows["out"]]
    assert [0, 0, 0] == [one["came"] for one in flows["in"]]
    assert {"out", "in"} == set(flows)


def test_the_scripts_of_the_centre_are_served(centre):
    """What the pages name is there."""
    for path in ("/centre", "/centre/replay", "/centre/wall"):
        page = centre.get(path).text
        for part in page.split('"'):
            if part.startswith("/assets/") and PurePath(part.partition("?")[0]).suffix in {".js", ".css"}:
                assert 200 == centre.get(part).status_code, part


class Linked:
    """A served post of a pair, and how people with a session come to its pages."""

    def __init__(self) -> None:
        clock = SteppedClock(pair.OPENING)
        self.post = pair.post_on(MemoryLedger(), pair.HOME, clock=clock)
        self.app = create_app(self.post, runtime=WriterRuntime(self.post, clock=clock))

    def token(self, login: str, duty: Duty) -> str:
        """Return the session of a new person."""
        accounts, now_ms = self.post.accounts, self.post.now()

        def opened(unit: Unit) -> str:
            account = accounts.create_account(
                unit, login, duty=duty, password_hash="-", by="setup", now_ms=now_ms, drill=True
            )
            return accounts.open_session(unit, account, now_ms)[0]

        return self.post.transact(opened)


def test_a_lane_of_the_link_goes_on_by_two_persons_at_the_page():
    """One stops it and asks; the tile then holds the button of the second person, whom the first cannot be."""
    linked = Linked()
    first, second = linked.token("centre.1", Duty.COMMAND_CENTRE), linked.token("board.1", Duty.GATE_BOARD)
    with TestClient(linked.app, raise_server_exceptions=False) as client:

        def send(act: str, **given: str) -> int:
            page = client.get("/centre?lang=en").text
            form = page[page.index(f'action="/centre/lanes/normal/{act}"') :]
            kept = re.search(r'name="asked_at_ms" value="(\d+)"', form.partition("</form>")[0])
            asked = {"asked_at_ms": kept.group(1)} if kept else {}
            given = {"proof": PROOF.search(form).group(1), **asked, **given}
            return client.post(f"/centre/lanes/normal/{act}", data=given, follow_redirects=False).status_code

        def frozen() -> bool:
            page = client.get("/centre?lang=en").text
            row = page[page.index('<th scope="row">normal</th>') :].partition("</tr>")[0]
            return "frozen" in row

        client.cookies.set(COOKIE, first)
        assert not frozen()
        assert 303 == send("freeze", reason="it looks odd")
        assert frozen()
        assert 303 == send("unfreeze", reason="it was a test")
        assert 422 == send("confirm")
        assert frozen()
        client.cookies.set(COOKIE, second)
        assert 303 == send("confirm")
        assert not frozen()
