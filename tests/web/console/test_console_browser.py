"""The console in a browser: on a phone and on a wall, by keyboard alone, live, and in every language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from gatepair.base.duties import Duty
from gatepair.base.findings import LANGUAGES
from gatepair.web.auth import COOKIE
from web.console.browsers import Screen, assert_no_barrier, screen_at

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def screen(chromium, tmp_path_factory) -> Iterator[Screen]:
    with screen_at(tmp_path_factory.mktemp("browser"), chromium) as found:
        yield found


def under_way(page, path: str, act: Callable[[], object]) -> Callable[[], None]:
    """Do ``act``, hold the answer that the page then asks for, and return what lets it in."""
    held: list = []
    page.route(path, lambda route: held.append((route, route.fetch())), times=1)
    act()
    while not held:
        page.wait_for_timeout(20)
    ((route, answer),) = held

    came = "window.came = new Promise((done) => document.addEventListener('htmx:afterRequest', done, { once: true }))"
    page.evaluate(f"{came}; null")

    def lets_in() -> None:
        route.fulfill(response=answer)
        page.evaluate("window.came.then(() => null)")

    return lets_in


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_on_a_phone_and_on_a_wall(screen, tmp_path, language):
    """In each language no page scrolls sideways on 360 pixels, none is blocked, and both fit 1,920 pixels."""
    crossing = screen.desk.arrived(10 + LANGUAGES.index(language))
    for width, scheme in ((360, "light"), (1920, "dark")):
        page, said = screen.page(Duty.GATE_BOARD, language=language, width=width, color_scheme=scheme)
        for path in ("/desk", f"/desk/crossings/{crossing}", "/centre"):
            assert 200 == page.goto(screen.base + path).status
            assert language == page.get_attribute("html", "lang")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            page.screenshot(path=tmp_path / f"{language}-{width}{path.replace('/', '-')}.png", full_page=True)
        assert [] == said
        page.context.close()


def test_the_work_list_renews_itself(screen):
    """A vehicle that arrives stands on the open page without a reload, and the page says how fresh it is."""
    page, said = screen.page(Duty.BORDER_GUARD)
    page.evaluate("window.mine = true")
    number = 30
    screen.desk.arrived(number)
    page.get_by_role("link", name=f"12C-{number:05d}").wait_for()
    assert page.evaluate("window.mine")
    assert page.locator("#stale").is_hidden()
    assert [] == said
    page.context.close()


def test_a_broken_line_shows_since_when_the_page_is_stale(screen):
    """When the post's word stops coming the page says so, with the time."""
    page, _ = screen.page(Duty.BORDER_GUARD)
    page.route("**/desk/changes*", lambda route: route.abort())
    page.reload()
    page.locator("#stale").wait_for(state="visible")
    assert re.search(r"\d{1,2}:\d{2}", page.locator("#stale time").inner_text())
    page.context.close()


def test_a_page_that_was_turned_away_asks_again(screen):
    """A stream refused by a limit or a proxy is opened again by itself, and what happened meanwhile stands there."""
    page, _ = screen.page(Duty.BORDER_GUARD)
    page.clock.install()
    page.route("**/desk/changes*", lambda route: route.fulfill(status=503))
    page.reload()
    page.locator("#stale").wait_for(state="visible")
    screen.desk.arrived(31)
    page.unroute("**/desk/changes*")
    page.clock.fast_forward(20_000)
    page.locator("#stale").wait_for(state="hidden")
    page.get_by_role("link", name="12C-00031").wait_for()
    page.context.close()


def test_a_session_that_is_over_is_said_and_wipes_nothing(screen):
    """The page stays as it was and leads to the log-in; logged in again elsewhere it goes on by itself."""
    screen.desk.arrived(32)
    page, _ = screen.page(Duty.BORDER_GUARD)
    page.clock.install()
    page.reload()
    row = page.get_by_role("link", name="12C-00032")
    row.wait_for()
    (cookie,) = (one for one in page.context.cookies() if one["name"] == COOKIE)
    accounts = screen.desk.post.accounts
    screen.desk.post.transact(lambda unit: accounts.close_session(unit, cookie["value"]))
    screen.desk.arrived(33)
    page.locator("#stale").wait_for(state="visible")
    page.clock.fast_forward(20_000)
    page.locator("#session-over").wait_for(state="visible")
    assert "/login?next=/desk" == page.locator("#session-over a").get_attribute("href")
    assert row.is_visible()
    page.context.add_cookies([{**cookie, "value": screen.desk.session(Duty.BORDER_GUARD)}])
    page.clock.fast_forward(20_000)
    page.locator("#session-over").wait_for(state="hidden")
    page.get_by_role("link", name="12C-00033").wait_for()
    page.context.close()


def test_a_press_that_a_renewal_meets_is_still_a_click(screen):
    """Between press and release nothing is exchanged under the finger; what came meanwhile is asked for afterwards."""
    crossing = screen.desk.arrived(34)
    page, _ = screen.page(Duty.BORDER_GUARD)
    page.clock.install()
    page.reload()
    link = page.get_by_role("link", name="12C-00034")
    link.hover()
    page.clock.pause_at(page.evaluate("Date.now()") + 1_000)  # However long this test takes, the press is short.
    answers = under_way(page, "**/desk", lambda: screen.desk.arrived(35))
    page.mouse.down()
    answers()
    assert 0 == page.get_by_role("link", name="12C-00035").count()
    page.mouse.up()
    page.wait_for_url(f"**/desk/crossings/{crossing}")
    page.context.close()


def test_what_changes_while_an_answer_is_under_way_is_asked_for_afterwards(screen):
    """A slow answer that was made before the last change does not leave the page behind."""
    page, _ = screen.page(Duty.BORDER_GUARD)
    answers = under_way(page, "**/desk", lambda: screen.desk.arrived(36))
    screen.desk.arrived(37)
    page.wait_for_timeout(3_000)  # The page is told meanwhile; told later it would need no help.
    answers()
    page.get_by_role("link", name="12C-00037").wait_for()
    page.context.close()


def test_an_agency_decides_by_keyboard_alone(screen):
    """J moves down the list, Enter opens, and the form is filled in and sent without a pointer."""
    crossing = screen.desk.arrived(40)
    page, _ = screen.page(Duty.BORDER_GUARD)
    link = f'a[href="/desk/crossings/{crossing}"]'
    page.locator(link).wait_for()
    for _ in range(page.locator("[data-rows] tbody tr").count()):
        page.keyboard.press("j")
        if (page.evaluate("document.activeElement.getAttribute('href')") or "").endswith(crossing):
            break
    # A list that renews itself keeps the row on which somebody stands.
    screen.desk.declared(41)
    screen.desk.arrived(42)
    page.get_by_role("link", name="12C-00042").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('href')").endswith(crossing)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/crossings/{crossing}")
    page.keyboard.press("d")
    page.keyboard.press("Space")
    assert page.locator("[name=verdict][value=clear]").is_checked()
    page.locator("[id='Decide.evidence']").focus()
    page.keyboard.type("seen by eye")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=Decide")
    decided = screen.desk.post.crossing_view(crossing, screen.desk.actor(Duty.BORDER_GUARD))["decisions"]
    assert "clear" == decided["border_guard"]["verdict"]
    page.context.close()


def test_the_drawing_shows_each_vehicle_where_it_is(screen):
    """The gate is drawn from its plan: one box a yard and station, one mark a vehicle, which leads to its page."""
    crossing = screen.desk.arrived(50)
    page, _ = screen.page(Duty.COMMAND_CENTRE, width=1920)
    page.goto(f"{screen.base}/centre")
    layout = screen.desk.post.layout()
    places = {one.get_attribute("data-place") for one in page.locator(".schematic .spot").all()}
    assert {f"station:{one['key']}" for one in layout["stations"]} | {
        f"yard:{one['key']}" for one in layout["yards"]
    } <= places
    assert sum(len(route["lanes"]) for route in layout["routes"]) == page.locator(".schematic [data-lane]").count()
    assert 1 == page.locator(f'.schematic a[href="/desk/crossings/{crossing}"]').count()
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_that_axe_finds(screen, scheme):
    """WCAG 2.2 AA as far as a program can tell: names, contrast, structure, focus; on every page, light and dark."""
    crossing = screen.desk.arrived(60 + len(scheme))
    page, _ = screen.page(Duty.GATE_BOARD, color_scheme=scheme)
    for path in ("/desk", f"/desk/crossings/{crossing}", "/centre", "/login", "/board?lang=en"):
        page.goto(screen.base + path)
        assert_no_barrier(page, path)
    page.context.close()
