"""The agencies' desks in a browser: by keyboard alone from the list to the release, in every language, for everybody."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest

from gatepair.adapters.attachments import AttachmentFolder
from gatepair.base.duties import Duty
from gatepair.base.findings import LANGUAGES
from gatepair.web.auth import COOKIE
from web.console.browsers import assert_no_barrier
from web.console.desks import Desk, desk_at, listening
from web.real import POST

pytestmark = pytest.mark.browser
WAIT_MS = 20_000
"""When a test gives up; nothing is measured against it."""
BAY = "hn-exit-inspection"


def png() -> bytes:
    """Return a small picture."""

    def part(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = b"".join(b"\0" + bytes((60, 120, 180)) * 32 for _ in range(20))
    head = struct.pack(">IIBBBBB", 32, 20, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")


class Screen:
    """A browser at a served post."""

    def __init__(self, desk: Desk, base: str, browser: Any) -> None:
        self.desk, self.base, self._browser = desk, base, browser

    def page(self, duty: Duty, *, language: str = "en", width: int = 1280, token: str = "", **more: Any) -> Any:
        """Return a page of somebody who is in already; what the browser complains of gathers in ``page.said``."""
        context = self._browser.new_context(viewport={"width": width, "height": 900}, **more)
        known = {COOKIE: token or self.desk.session(duty), "gatepair_language": language}
        context.add_cookies([{"name": name, "value": value, "url": self.base} for name, value in known.items()])
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        return page


@pytest.fixture(scope="module")
def screen(chromium, tmp_path_factory) -> Iterator[Screen]:
    sync_api = pytest.importorskip("playwright.sync_api")
    directory = tmp_path_factory.mktemp("agency-browser")
    with (
        desk_at(directory) as desk,
        listening(desk.app) as base,
        sync_api.sync_playwright() as playwright,
    ):
        desk.folder = AttachmentFolder(directory / POST, spared_bytes=0)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield Screen(desk, base, browser)
        browser.close()


@pytest.fixture(scope="module")
def busy(screen) -> str:
    """Return a crossing at which everything is to be seen: seals, mass, picture, samples, a joint inspection, a hold."""
    desk, crossing = screen.desk, screen.desk.arrived(1)
    about, content = {"crossing": crossing}, png()
    desk.folder.put(sha256(content).hexdigest(), content)
    one = {
        "sha256": sha256(content).hexdigest(),
        "size_bytes": len(content),
        "media_type": "image/png",
        "kind": "photo",
    }
    desk.give(Duty.QUARANTINE, {"type": "ListAttachments", **about, "attachments": [one]})
    desk.give(Duty.CUSTOMS, {"type": "ApplySeal", **about, "number": "c-1001", "kind": "customs"})
    seen = {"tractor": "12C-00001", "trailer": "12R-00001", "gross_mass_kg": 38_000, "seals": ["x-9"]}
    desk.give(Duty.YARD, {"type": "RecordCheck", **about, "station": "hn-exit-gate", "result": "weighed", "seen": seen})
    desk.give(Duty.BORDER_GUARD, {"type": "Decide", **about, "verdict": "hold", "reasons": ["person_papers"]})
    for duty, reason in ((Duty.CUSTOMS, "risk"), (Duty.QUARANTINE, "pests")):
        desk.give(duty, {"type": "OrderInspection", **about, "bay": BAY, "reason": reason})
    expected_at_ms = desk.post.now() + 3_600_000
    sample = {"number": "s-1", "laboratory": "lab-1", "expected_at_ms": expected_at_ms}
    desk.give(Duty.QUARANTINE, {"type": "TakeSample", **about, **sample})
    return crossing


def press(page, *keys: str) -> None:
    """Press keys one after the other."""
    for key in keys:
        page.keyboard.press(key)


def tab_to(page, selector: str) -> None:
    """Go forward by Tab until what ``selector`` names has the focus."""
    for _ in range(80):
        if page.evaluate("(one) => document.activeElement.matches(one)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} is not reached by Tab")


def fill(page, selector: str, text: str) -> None:
    """Go to a field by Tab and type."""
    tab_to(page, selector)
    page.keyboard.type(text)


def done(page, act: str) -> None:
    """Wait until the page says that ``act`` was done, and is ready for keys."""
    page.wait_for_url(f"**done={act}")
    page.locator(".done").wait_for()
    page.wait_for_load_state()


def unfold(page, act: str) -> None:
    """Open the form of an act that stands folded; one that is asked for now stands open."""
    if page.locator(f"details:has(.{act})").count():
        tab_to(page, f"details:has(.{act}) > summary")
        press(page, "Enter")


def test_quarantine_takes_a_sample_records_the_result_and_clears(screen):
    """By keyboard alone: from the list to the first crossing, a sample, the laboratory's result, the verdict."""
    desk, crossing = screen.desk, screen.desk.arrived(20)
    form = f"/desk/crossings/{crossing}"
    page = screen.page(Duty.QUARANTINE)
    page.goto(f"{screen.base}/desk?plate=00020")
    press(page, "j", "Enter")
    page.wait_for_url(f"**{form}")
    unfold(page, "TakeSample")
    fill(page, ".TakeSample [name=number]", "s-20")
    fill(page, ".TakeSample [name=laboratory]", "lab-hanoi")
    press(page, "Enter")
    done(page, "TakeSample")
    tab_to(page, f'#facts form[action="{form}/RecordLaboratoryResult"] button')
    press(page, "Enter")
    done(page, "RecordLaboratoryResult")
    press(page, "d", "Space")
    fill(page, ".Decide [name=evidence]", "laboratory result s-20")
    press(page, "Enter")
    done(page, "Decide")
    assert "To change it, decide anew" in page.locator(".done").inner_text()
    view = desk.post.crossing_view(crossing, desk.actor(Duty.QUARANTINE))
    assert (True, "clear") == (view["samples"][0]["passed"], view["decisions"]["quarantine"]["verdict"])
    assert [] == page.said
    page.context.close()


def test_customs_assigns_the_channel_inspects_and_releases_last(screen):
    """By keyboard alone; the button of the release is not there before all others are done."""
    desk, crossing = screen.desk, screen.desk.arrived(21)
    about, form = {"crossing": crossing}, f"/desk/crossings/{crossing}"
    page = screen.page(Duty.CUSTOMS)
    page.goto(screen.base + form)
    press(page, "d", "Enter")
    done(page, "AssignChannel")
    unfold(page, "OrderInspection")
    tab_to(page, ".OrderInspection [name=reason]")
    page.keyboard.type("red")
    tab_to(page, ".OrderInspection button")
    press(page, "Enter")
    done(page, "OrderInspection")
    press(page, "d", "Space")
    fill(page, ".FinishInspection [name=evidence]", "as declared")
    press(page, "Enter")
    done(page, "FinishInspection")
    for duty in (Duty.BORDER_GUARD, Duty.HEALTH, Duty.QUARANTINE, Duty.CUSTOMS):
        desk.give(duty, {"type": "Decide", **about, "verdict": "clear"})
    fee = desk.give(Duty.GATE_BOARD, {"type": "AssessFee", **about}).events[0].payload["fee"]
    page.goto(screen.base + form)
    assert 0 == page.locator(f'form[action="{form}/Release"]').count()
    paid = {"amount_minor": fee["amount_minor"], "currency": fee["currency"], "receipt": "R-21"}
    desk.give(Duty.GATE_BOARD, {"type": "PayFee", **about, **paid})
    page.goto(screen.base + form)
    press(page, "d", "Enter")
    done(page, "Release")
    view = desk.post.crossing_view(crossing, desk.actor(Duty.CUSTOMS))
    assert (True, "channel_red") == (bool(view["release"]), view["inspections"][0]["reason"])
    assert [] == page.said
    page.context.close()


def test_a_second_person_confirms_what_the_first_asked_for(screen):
    """The board's first person asks that a place is moved; a second one finds it in the list and confirms by keyboard."""
    desk = screen.desk
    crossing = desk.declared(30)
    desk.give(Duty.DRIVER, {"type": "TakePlace", "crossing": crossing})
    desk.give(
        Duty.GATE_BOARD, {"type": "MovePlace", "crossing": crossing, "code": "humanitarian", "reason": "medicine"}
    )
    page = screen.page(Duty.GATE_BOARD, token=desk.another("gate-board.2", Duty.GATE_BOARD))
    page.goto(f"{screen.base}/desk?task=confirm")
    press(page, "n")
    page.wait_for_url(f"**/desk/crossings/{crossing}")
    assert "medicine" in page.locator(".second").inner_text()
    press(page, "d", "Enter")
    done(page, "ConfirmAct")
    history = desk.post.crossing_view(crossing, desk.actor(Duty.GATE_BOARD))["history"]
    assert ["ActProposed/1", "ActConfirmed/1", "PlaceMoved/1"] == [one["type"] for one in history][-3:]
    assert [] == page.said
    page.context.close()


def test_the_filter_sifts_at_once_and_the_keys_are_told(screen, busy):
    """Typing a plate hides the other rows without a round trip; / goes to it, ? shows the keys, j skips what is hidden."""
    screen.desk.arrived(40)
    page = screen.page(Duty.HEALTH)
    page.goto(f"{screen.base}/desk")
    press(page, "?")
    assert page.locator("#keys[open]").is_visible()
    press(page, "?", "/")
    page.keyboard.type("00040")
    assert ["12C-00040"] == page.locator("[data-rows] tbody tr:visible th a").all_inner_texts()
    press(page, "Tab")
    page.locator("#task").evaluate("(one) => one.blur()")
    press(page, "j")
    assert "12C-00040" == page.evaluate("document.activeElement.textContent")
    assert busy
    page.context.close()


def test_a_picture_is_shown_from_this_post(screen, busy):
    """The picture that the crossing lists is loaded under the page's own policy."""
    page = screen.page(Duty.CUSTOMS)
    page.goto(f"{screen.base}/desk/crossings/{busy}")
    picture = page.locator(".pictures img")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("(one) => one.complete && one.naturalWidth === 32", arg=picture.element_handle())
    assert [] == page.said
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_on_a_phone_and_on_a_wall(screen, busy, tmp_path, language):
    """In each language nothing scrolls sideways on 360 pixels, nothing is blocked, and all fits 1,920 pixels."""
    for width, scheme in ((360, "dark"), (1920, "light")):
        page = screen.page(Duty.CUSTOMS, language=language, width=width, color_scheme=scheme)
        for path in ("/desk", f"/desk/crossings/{busy}", "/desk/inspections"):
            assert 200 == page.goto(screen.base + path).status
            assert language == page.get_attribute("html", "lang")
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            page.screenshot(path=tmp_path / f"{language}-{width}{path.replace('/', '-')}.png", full_page=True)
        assert [] == page.said
        page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_that_axe_finds(screen, busy, scheme):
    """WCAG 2.2 AA as far as a program can tell, light and dark, with everything unfolded."""
    page = screen.page(Duty.CUSTOMS, color_scheme=scheme)
    for path in ("/desk", f"/desk/crossings/{busy}", "/desk/inspections"):
        page.goto(screen.base + path)
        assert_no_barrier(page, path)
    page.context.close()
