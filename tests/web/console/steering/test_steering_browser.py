"""The command centre's operations in a browser: phone and wall, light and dark, four languages, and paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gatepair.base.duties import Duty
from gatepair.base.findings import LANGUAGES
from gatepair.base.time import HOUR_MS
from web.console.browsers import Screen, assert_no_barrier, screen_at
from web.console.desks import PEOPLE

pytestmark = pytest.mark.browser
PATHS = (
    "/centre/alarms",
    "/centre/alarms/stop.out",
    "/centre/calendar?act=AgreeHours",
    "/centre/log",
    "/centre/report",
)


@pytest.fixture(scope="module")
def opened(chromium, tmp_path_factory) -> Iterator[Screen]:
    with screen_at(tmp_path_factory.mktemp("steering"), chromium) as found:
        desk = found.desk
        desk.arrived(1)
        desk.give(Duty.COMMAND_CENTRE, {"type": "StopIntake", "direction": "out", "reason": "fog", "text": "SYNTHETIC"})
        desk.give(Duty.GATE_BOARD, {"type": "TakeShift", "text": "SYNTHETIC"})
        desk.opened.clock.set(desk.post.now() + HOUR_MS)
        desk.post.advance()
        yield found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_on_a_phone(opened, tmp_path, language):
    """In each language nothing scrolls sideways on 360 pixels and nothing is blocked."""
    page, said = opened.page(Duty.COMMAND_CENTRE, language=language, width=360)
    for number, path in enumerate(PATHS):
        assert 200 == page.goto(opened.base + path).status
        assert language == page.get_attribute("html", "lang")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        page.screenshot(path=tmp_path / f"{language}-{number}.png", full_page=True)
    assert [] == said
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_that_axe_finds(opened, scheme):
    """WCAG 2.2 AA as far as a program can tell, with every form opened."""
    page, _ = opened.page(Duty.COMMAND_CENTRE, color_scheme=scheme)
    for path in PATHS:
        page.goto(opened.base + path)
        assert_no_barrier(page, path)
    page.context.close()


def test_an_alarm_shows_on_an_open_page_and_is_taken_by_keyboard(opened):
    """The list renews itself without a reload; the button is reached and pressed without a pointer."""
    desk, base = opened.desk, opened.base
    page, said = opened.page(Duty.COMMAND_CENTRE)
    page.goto(f"{base}/centre/alarms")
    page.evaluate("window.mine = true")
    # The page listens before anything happens: a second line that was heard on came after its own.
    page.evaluate(
        "() => new Promise((done) => new EventSource('/desk/changes').addEventListener('here', () => done(true)))"
    )
    desk.give(
        Duty.COMMAND_CENTRE,
        {"type": "ReportCondition", "direction": "in", "state": "limited", "reason": "laboratory", "text": "SYNTHETIC"},
    )
    page.locator("#laboratory\\.in, [id='laboratory.in']").first.wait_for()
    assert page.evaluate("window.mine")
    page.locator("form[action='/centre/alarms/laboratory.in/TakeAlarm'] button").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/centre/alarms/laboratory.in?done=TakeAlarm")
    assert PEOPLE[Duty.COMMAND_CENTRE] in page.locator("#owner").inner_text()
    assert [] == said
    page.context.close()


def test_the_report_fits_one_sheet_of_paper(opened):
    """Printed on A4 the daily report of a quiet day takes one sheet, without menu and buttons."""
    page, _ = opened.page(Duty.COMMAND_CENTRE)
    page.goto(f"{opened.base}/centre/report")
    printed = page.pdf(prefer_css_page_size=True)
    assert 1 == printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page ")
    page.emulate_media(media="print")
    assert page.locator(".report-tools").is_hidden()
    assert page.locator(".signatures").is_visible()
    page.context.close()
