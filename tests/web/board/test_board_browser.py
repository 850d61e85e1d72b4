"""The public pages on a cheap phone: without script, in large type, on paper, in few bytes, and for everybody."""

from __future__ import annotations

from typing import Any

import pytest

from gatepair.base.duties import Duty
from gatepair.base.findings import LANGUAGES
from gatepair.web.texts import TEXTS
from web.board.driven import Driven, driven_at
from web.console.browsers import assert_no_barrier

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
FIRST_LOAD_BYTES_MAX = 100_000
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory):
    """A gate at work whose other direction is stopped."""
    with driven_at(tmp_path_factory.mktemp("public")) as found:
        found.give(Duty.GATE_BOARD, {"type": "StopIntake", "direction": "in", "reason": "fog"})
        yield found


def paths(driven: Driven) -> list[str]:
    return [f"/board?token={driven.called}", f"/board/slip?token={driven.waiting}", "/board/check?way=out"]


def test_the_first_load_is_light(driven: Driven, at: Any) -> None:
    """The board with all that it loads is below 100 kB as a phone asks for it, and nothing holds up its first paint."""
    browser, address = at
    page = browser.new_page(viewport=PHONE)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    sizes: list[int] = []
    line.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(f"{address}/board?lang=vi&token={driven.waiting}", wait_until="networkidle")
    assert 2 <= len(sizes)
    assert sum(sizes) < FIRST_LOAD_BYTES_MAX
    assert [] == page.evaluate(
        "performance.getEntriesByType('resource').filter((one) => one.renderBlockingStatus === 'blocking').map((one) => one.name)"
    )
    page.close()


def test_everything_a_driver_needs_works_without_script(driven: Driven, at: Any) -> None:
    """Looking up a place, the slip, the language and the size of type are links and forms."""
    browser, address = at
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/board?lang=en")
    page.fill("input[name=token]", driven.waiting)
    page.get_by_role("button", name=TEXTS["look_up"]["en"]).click()
    number = driven.post.place(driven.waiting)["number"]
    assert f"Number {number}" == " ".join(page.locator(".yours .number").inner_text().split())
    page.get_by_role("link", name=TEXTS["larger"]["en"]).click()
    assert "large" == page.locator("html").get_attribute("class")
    page.get_by_role("link", name="Français").click()
    assert ("fr", "large") == tuple(page.locator("html").get_attribute(name) for name in ("lang", "class"))
    page.get_by_role("link", name=TEXTS["print_slip"]["fr"]).click()
    assert str(number) == page.locator(".slip .number").inner_text()
    assert page.locator("svg.code").bounding_box()["width"] > 200
    page.goto(f"{address}/board/check?lang=en")
    assert page.locator("noscript").inner_text()
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_stand_in_every_language_at_twice_the_type(driven: Driven, at: Any, language: str) -> None:
    """On 360 pixels with all text doubled nothing scrolls sideways, nothing is blocked, and the language is named."""
    browser, address = at
    page = browser.new_page(viewport=PHONE)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path in paths(driven):
        page.goto(f"{address}{path}&lang={language}")
        assert language == page.locator("html").get_attribute("lang")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    assert [] == said
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_public_page_has_a_barrier_that_axe_finds(driven: Driven, at: Any, scheme: str) -> None:
    """WCAG 2.2 AA as far as a program can tell, on the board, the slip, and the check when it has run."""
    browser, address = at
    page = browser.new_page(viewport=PHONE, color_scheme=scheme)
    for path in paths(driven):
        page.goto(f"{address}{path}&lang=en")
        if "check" in path:
            page.locator("#start button").click()
            page.locator("#verdict:not([hidden])").wait_for()
        assert_no_barrier(page, path)
    page.close()


def test_what_is_touched_is_large_enough(driven: Driven, at: Any) -> None:
    """Every link, field and button of the board is at least 44 pixels high, or stands in a sentence."""
    browser, address = at
    page = browser.new_page(viewport=PHONE)
    page.goto(f"{address}/board?lang=en&token={driven.called}")
    low = page.evaluate(
        """[...document.querySelectorAll('nav a, .act, button, input:not([type=hidden])')]
            .filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"""
    )
    assert [] == low
    page.close()


def test_on_paper_only_what_paper_needs(driven: Driven, at: Any) -> None:
    """Printed, a slip is number, token and code on white, without the links and forms of the page."""
    browser, address = at
    page = browser.new_page(color_scheme="dark")
    page.goto(f"{address}/board/slip?lang=vi&token={driven.waiting}")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator("nav").is_visible()
    assert not page.locator(".act").is_visible()
    assert 226 <= page.locator("svg.code").bounding_box()["width"] <= 228
    assert driven.waiting in page.locator(".slip code").inner_text()
    page.close()
