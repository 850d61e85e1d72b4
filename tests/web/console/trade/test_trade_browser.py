"""A trader on a phone: what it waits for, the paper sent, the window booked and moved, the trailer changed and what that costs."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from gatepair.base.duties import Duty
from gatepair.base.findings import LANGUAGES
from web.console.browsers import assert_no_barrier
from web.console.desks import PASSWORD, PEOPLE, Desk, desk_at, listening
from web.real import declare

pytestmark = pytest.mark.browser
WAIT_MS = 20_000
"""When a test gives up; nothing is measured against it."""
PAPER = b"%PDF SYNTHETIC test report"


class Phone:
    """A browser at a served post."""

    def __init__(self, desk: Desk, base: str, browser) -> None:
        self.desk, self.base, self._browser = desk, base, browser
        self._cookies = None

    def page(self, *, language: str = "en", width: int = 360, **more):
        """Return a page of the trader, who logged in once, and what the browser complained of."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 800}, storage_state=self._session(), **more
        )
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{self.base}/desk?lang={language}")
        return page, said

    def _session(self):
        """Log in by the form the first time, and keep the cookies."""
        if self._cookies is None:
            page = self._browser.new_page()
            page.goto(f"{self.base}/login")
            page.fill("input[name=login]", PEOPLE[Duty.TRADER])
            page.fill("input[name=password]", PASSWORD)
            page.keyboard.press("Enter")
            page.wait_for_url(lambda address: "/login" not in address)
            self._cookies = page.context.storage_state()
        return self._cookies

    def untested(self, number: int) -> str:
        """Declare fruit without its test report, in the queue."""
        asked = declare(number)
        asked["declaration"] = {**asked["declaration"], "documents": []}
        crossing = self.desk.give(Duty.TRADER, asked).crossing
        self.desk.give(Duty.DRIVER, {"type": "TakePlace", "crossing": crossing})
        return crossing

    def paths(self, number: int) -> tuple[str, ...]:
        """Return the addresses of a trader's pages after declaring, of a fresh crossing."""
        crossing = self.untested(number)
        question = "hs=08106000&importing=CN&origin=VN&value=100000&currency=USD&rate=7.1&province=lang-son&gross=20000"
        return (
            f"/trade/crossings/{crossing}",
            f"/trade/crossings/{crossing}/receipt",
            f"/trade/duty?{question}&group=fresh_fruit",
            f"/trade/origin?crossing={crossing}",
        )


@pytest.fixture(scope="module")
def phone(chromium, tmp_path_factory) -> Iterator[Phone]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with (
        desk_at(tmp_path_factory.mktemp("phone")) as desk,
        listening(desk.app) as base,
        sync_api.sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield Phone(desk, base, browser)
        browser.close()


def test_a_trader_mends_what_holds_the_crossing_up(phone, tmp_path: Path):
    """Opened on a phone: it waits for a paper; sent, it is called in its order; booked, moved; the trailer costs the place."""
    crossing = phone.untested(1)
    file = tmp_path / "report.pdf"
    file.write_bytes(PAPER)
    page, said = phone.page()
    page.goto(f"{phone.base}/trade/crossings/{crossing}")
    assert "test report" in page.locator(".lead").inner_text()

    page.locator(".lead a.button").click()
    panel = page.locator("#documents")
    panel.locator("[name=number]").fill("SYN-1")
    panel.locator("[type=file]").set_input_files(file)
    # The browser says the hash before anything is sent; the post then reckons the same by itself.
    panel.locator("[data-file]").get_by_text(sha256(PAPER).hexdigest()).wait_for()
    panel.locator("button").click()
    page.wait_for_url("**done=AttachDocument*")
    assert "Number" in page.locator(".lead").inner_text()
    assert sha256(PAPER).hexdigest() in page.locator("#documents").inner_html()

    for option in (2, 5):
        # The panel stands open by itself once the window is what it waits for.
        page.locator("#slot").evaluate("(one) => { one.open = true; }")
        window = page.locator("#slot option").nth(option).get_attribute("value")
        page.locator("#slot select").select_option(window)
        with page.expect_navigation():
            page.locator("#slot button").click()
        booked = phone.desk.post.crossing_view(crossing, phone.desk.actor(Duty.TRADER))["slot"]
        assert [int(part) for part in window.split("-")] == list(booked)
    assert "booked window" in page.locator("#steps").inner_text()

    page.locator("#vehicle summary").click()
    assert "This costs place number" in page.locator("#vehicle").inner_text()
    page.locator("#vehicle [name='binding.trailer']").fill("12R-99999")
    page.locator("#vehicle [name=reason]").fill("flat tyre")
    page.locator("#vehicle [name=known]").check()
    page.locator("#vehicle button").click()
    page.wait_for_url("**done=ChangeBinding*")
    assert "the place belongs to the vehicle" in page.locator(".lead").inner_text()
    page.screenshot(path=tmp_path / "place-lost.png", full_page=True)
    assert [] == said
    page.context.close()


def test_the_steps_renew_themselves_and_leave_what_is_typed(phone):
    """An agency's hold stands on the open page without a reload; the reason half typed is still there."""
    crossing = phone.desk.arrived(2)
    page, said = phone.page()
    page.goto(f"{phone.base}/trade/crossings/{crossing}")
    page.locator("#correct summary").click()
    page.locator("#correct [name=reason]").fill("half ty")
    hold = {
        "type": "Decide",
        "crossing": crossing,
        "verdict": "hold",
        "reasons": ["pest_found"],
        "evidence": "SYNTHETIC eye",
    }
    phone.desk.give(Duty.QUARANTINE, hold)
    page.locator(".lead.halt").get_by_text("pest_found").wait_for()
    assert "half ty" == page.locator("#correct [name=reason]").input_value()
    assert "SYNTHETIC eye" not in page.content()
    assert [] == said
    page.context.close()


def test_a_code_is_found_by_words_where_duty_is_compared(phone):
    """The trader types what it is; the code chosen from the list goes into its field, and the rates stand beside it."""
    page, said = phone.page()
    page.goto(f"{phone.base}/trade/duty")
    page.locator("#hs").fill("durian")  # At once: a pause between two letters would look up half of the word.
    page.locator("#hs-hits button").first.click()
    assert page.locator("#hs").input_value().startswith("081060")
    for name, value in (("origin", "VN"), ("value", "100000"), ("currency", "CNY")):
        page.locator(f"[name={name}]").fill(value)
    page.get_by_role("button", name="Compare").click()
    page.locator(".option").first.wait_for()
    assert "20,000.00" in page.locator("#answer").inner_text()
    assert [] == said
    page.context.close()


def test_a_file_that_is_too_large_is_said_before_it_is_sent(phone, tmp_path: Path):
    """The form says the limit and does not send."""
    crossing = phone.untested(3)
    file = tmp_path / "large.pdf"
    file.write_bytes(b"0" * (8 * 1024 * 1024 + 1))
    page, _ = phone.page()
    page.goto(f"{phone.base}/trade/crossings/{crossing}")
    page.locator("#documents [type=file]").set_input_files(file)
    page.locator("#documents [data-file]").get_by_text("too large").wait_for()
    assert not page.locator("#documents [type=file]").evaluate("(one) => one.checkValidity()")
    page.context.close()


@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1920, "dark")])
def test_every_page_stands_in_each_language(phone, tmp_path: Path, width, scheme):
    """On a phone and on a wall no page scrolls sideways with all panels open, and nothing is blocked."""
    paths = phone.paths(10 + width % 7)
    page, said = phone.page(width=width, color_scheme=scheme)
    for language in LANGUAGES:
        for number, path in enumerate(paths):
            assert 200 == page.goto(f"{phone.base}{path}{'&' if '?' in path else '?'}lang={language}").status
            assert language == page.get_attribute("html", "lang")
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            if language == "vi" or number == 0:
                page.screenshot(path=tmp_path / f"{language}-{width}-{number}.png", full_page=True)
    assert [] == said
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_that_axe_finds(phone, scheme):
    """WCAG 2.2 AA as far as a program can tell, on every page of the area, light and dark."""
    page, _ = phone.page(color_scheme=scheme)
    for path in phone.paths(30 + len(scheme)):
        page.goto(phone.base + path)
        assert_no_barrier(page, path)
    page.context.close()
