"""The driver's phone in a browser: without signal and back, live, in every language, for gloves and in the dark."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gatepair.base.findings import LANGUAGES
from web.console.desks import PASSWORD, desk_at, listening
from web.console.drive.road import Road

pytestmark = pytest.mark.browser
WAIT_MS = 20_000
"""When a test gives up; nothing is measured against it."""
ASK_AGAIN_MS = 50
SERVED = """async () => Boolean(navigator.serviceWorker.controller)
    && Boolean(await caches.match('/drive', {cacheName: 'gatepair-drive-told'}))"""
READ = "form[data-acknowledge] button"
PHONE = {"width": 360, "height": 740}


class Cab:
    """A browser in the cab."""

    def __init__(self, road: Road, base: str, browser) -> None:
        self.road, self.base, self._browser = road, base, browser

    def context(self, **more):
        return self._browser.new_context(viewport=PHONE, has_touch=True, **more)

    def log_in(self, page, login: str, language: str = "en"):
        """Log in, and wait until the phone keeps the page."""
        page.set_default_timeout(WAIT_MS)
        page.goto(f"{self.base}/login?lang={language}")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/drive")
        return page

    def phone(self, login: str, language: str = "en", **more):
        return self.log_in(self.context(**more).new_page(), login, language)

    def kept(self, page) -> None:
        """Wait until the service worker serves this page and holds a copy of it."""
        # Playwright takes the promise of an asynchronous predicate for its answer: it is awaited here.
        for _ in range(WAIT_MS // ASK_AGAIN_MS):
            if page.evaluate(SERVED):
                return
            page.wait_for_timeout(ASK_AGAIN_MS)
        pytest.fail("the phone keeps no page")


@pytest.fixture(scope="module")
def cab(chromium, tmp_path_factory) -> Iterator[Cab]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with (
        desk_at(tmp_path_factory.mktemp("cab"), follow_heartbeat_s=1) as desk,
        listening(desk.app) as base,
        sync_api.sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield Cab(Road(desk), base, browser)
        browser.close()


def test_what_is_acknowledged_without_signal_is_sent_once_when_it_returns(cab, tmp_path):
    """Tap without signal: kept and said so; reload without signal: the order with its age; signal: sent, one entry."""
    crossing = cab.road.called("SYN-1", 1)
    page = cab.phone(cab.road.driver("SYN-1"))
    cab.kept(page)
    page.context.set_offline(True)
    page.locator(READ).tap()
    page.locator("[data-kept]").wait_for(state="visible")
    assert "Kept on this phone, not sent yet." in page.locator("[data-kept]").inner_text()
    assert page.locator(READ).is_hidden()
    page.reload()
    page.locator("#offline").wait_for(state="visible")
    assert "07:00 UTC+7" in page.locator("#offline").inner_text()
    assert "Come now" == page.locator("h2").inner_text()
    assert page.locator("[data-kept]").is_visible()
    page.screenshot(path=tmp_path / "kept.png")
    assert [] == cab.road.events(crossing, "CallAcknowledged")
    page.context.set_offline(False)
    page.get_by_text("The gate knows that you read this").wait_for()
    assert ["CallAcknowledged"] == cab.road.events(crossing, "CallAcknowledged")
    page.locator("#offline").wait_for(state="hidden")
    assert "Come now" == page.locator("h2").inner_text()
    page.reload()
    assert ["CallAcknowledged"] == cab.road.events(crossing, "CallAcknowledged")
    page.context.close()


def test_an_order_that_changed_while_there_was_no_signal_is_not_acknowledged(cab):
    """What was tapped names what was read: the newer order stays unread, and the driver is told."""
    crossing = cab.road.held("SYN-2", 2)
    page = cab.phone(cab.road.driver("SYN-2"))
    cab.kept(page)
    page.context.set_offline(True)
    page.locator(READ).tap()
    page.locator("[data-kept]").wait_for(state="visible")
    cab.road.post.advance()
    assert ["PlaceCalled"] == cab.road.events(crossing, "PlaceCalled")
    page.context.set_offline(False)
    page.get_by_text("This changed meanwhile. Read it again.").wait_for()
    page.get_by_role("heading", name="Come now").wait_for()
    assert page.locator(READ).is_visible()
    assert [] == cab.road.events(crossing, "CallAcknowledged", "InstructionAcknowledged")
    page.locator(READ).tap()
    page.get_by_text("The gate knows that you read this").wait_for()
    assert ["CallAcknowledged"] == cab.road.events(crossing, "CallAcknowledged", "InstructionAcknowledged")
    page.context.close()


def test_two_tabs_send_what_is_kept_once(cab):
    """One tab taps, both come back into signal: the ledger holds one entry and both show it."""
    crossing = cab.road.called("SYN-3", 3)
    page = cab.phone(cab.road.driver("SYN-3"))
    cab.kept(page)
    other = page.context.new_page()
    other.goto(f"{cab.base}/drive")
    page.context.set_offline(True)
    page.locator(READ).tap()
    other.locator("[data-kept]").wait_for(state="visible")
    page.context.set_offline(False)
    for tab in (page, other):
        tab.get_by_text("The gate knows that you read this").wait_for()
    assert ["CallAcknowledged"] == cab.road.events(crossing, "CallAcknowledged")
    page.context.close()


def test_a_session_that_ended_keeps_what_was_tapped_until_the_same_driver_is_back(cab):
    """Logged out elsewhere or expired: nothing is lost and nothing goes out in another's name."""
    crossing = cab.road.called("SYN-4", 4)
    login, somebody = cab.road.driver("SYN-4"), cab.road.driver("SYN-4B")
    page = cab.phone(login)
    cab.kept(page)
    page.context.clear_cookies()
    page.locator(READ).tap()
    page.locator("#ended").wait_for(state="visible")
    assert page.locator("[data-kept]").is_visible()
    assert [] == cab.road.events(crossing, "CallAcknowledged")
    cab.log_in(page, login)
    page.get_by_text("The gate knows that you read this").wait_for()
    assert ["CallAcknowledged"] == cab.road.events(crossing, "CallAcknowledged")
    second = cab.road.called("SYN-4", 5)
    page.reload()
    page.context.clear_cookies()
    page.locator(READ).tap()
    page.locator("#ended").wait_for(state="visible")
    cab.log_in(page, somebody)
    page.wait_for_function("localStorage.getItem('gatepair.drive.queue') === null")
    assert [] == cab.road.events(second, "CallAcknowledged")
    page.context.close()


def test_log_out_wipes_what_the_phone_kept(cab):
    """Neither the last order nor an unsent word is left behind."""
    crossing = cab.road.called("SYN-5", 6)
    page = cab.phone(cab.road.driver("SYN-5"))
    cab.kept(page)
    page.route("**/AcknowledgeInstruction", lambda route: route.abort())
    page.locator(READ).tap()
    page.locator("[data-kept]").wait_for(state="visible")
    page.locator("#leave button").tap()
    page.wait_for_url("**/login")
    kept = "async () => [localStorage.length, (await caches.keys()).filter((one) => one.endsWith('told')).length]"
    assert [0, 0] == page.evaluate(kept)
    assert [] == cab.road.events(crossing, "CallAcknowledged")
    page.context.close()


def test_a_new_order_comes_by_itself_and_rings_when_he_asked_for_it(cab):
    """Without a touch the card changes; the phone shakes only where the driver switched it on."""
    cab.road.stop()  # Nothing is called meanwhile, so that each change is the test's own.
    crossing, _ = cab.road.queued("SYN-6", 7)
    page = cab.phone(cab.road.driver("SYN-6"))
    counting = "window.shaken = 0; navigator.vibrate = () => { window.shaken += 1; return true; }; null"
    page.evaluate(f"window.mine = true; {counting}")
    page.get_by_role("heading", name="Do not depart").wait_for()
    page.get_by_role("button", name="Ring when there is news").tap()
    cab.road.hold(crossing, "viettel-park")
    page.get_by_text("Viettel logistics park").wait_for()
    assert (True, 1) == (page.evaluate("window.mine"), page.evaluate("window.shaken"))
    page.get_by_role("button", name="Ring when there is news").tap()
    cab.road.hold(crossing, "thuy-hung")
    page.get_by_text("Thụy Hùng yard").wait_for()
    assert 1 == page.evaluate("window.shaken")
    cab.road.reopen()
    page.context.close()


def test_without_script_it_is_plain_forms(cab):
    """The button posts, the page comes back with the receipt."""
    crossing = cab.road.called("SYN-7", 8)
    page = cab.phone(cab.road.driver("SYN-7"), java_script_enabled=False)
    page.locator(READ).tap()
    page.get_by_text("The gate knows that you read this").wait_for()
    assert ["CallAcknowledged"] == cab.road.events(crossing, "CallAcknowledged")
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_stands_on_a_small_phone_in_every_language(cab, tmp_path, language):
    """No sideways scroll, the order at least 28 px, every target at least 48 px high, nothing blocked or broken."""
    number = 20 + LANGUAGES.index(language)
    cab.road.called(f"SYN-{number}", number)
    cab.road.held(f"SYN-{number}", number + 10)
    context = cab.context()
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    cab.log_in(page, cab.road.driver(f"SYN-{number}"), language)
    assert language == page.get_attribute("html", "lang")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    sizes = "[...document.querySelectorAll('.order h2')].map((one) => parseFloat(getComputedStyle(one).fontSize))"
    assert min(page.evaluate(sizes)) >= 28
    targets = "[...document.querySelectorAll('button, summary, input:not([type=hidden]), a')]"
    heights = f"{targets}.filter((one) => one.offsetParent).map((one) => one.getBoundingClientRect().height)"
    assert min(page.evaluate(heights)) >= 48
    page.screenshot(path=tmp_path / f"{language}.png", full_page=True)
    assert [] == said
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier_and_the_card_has_the_higher_contrast(cab, scheme):
    """WCAG 2.2 AA as far as a program can tell, and 7:1 on the card, light and dark."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    licence = f"SYN-AXE-{scheme}"
    number = 60 + 3 * len(scheme)
    cab.road.called(licence, number)
    cab.road.held(licence, number + 1)
    cab.road.declared(licence, number + 2)
    page = cab.phone(cab.road.driver(licence), color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    options = {"runOnly": rules, "rules": {"color-contrast-enhanced": {"enabled": True}}}
    found = axe.run(page, options=options)
    assert 0 == found.violations_count, found.generate_report()
    page.context.close()
