"""The public page in a browser: nothing is blocked, nothing overflows a phone."""

from __future__ import annotations

import pytest

from gatepair.base.findings import LANGUAGES
from gatepair.web.settings import WebSettings
from web.stand_in import board
from web.test_socket import listening

pytestmark = pytest.mark.browser


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_page_stands_on_a_phone(chromium, tmp_path):
    """In each language, light and dark, the page shows on 360 pixels without a console error or sideways scroll."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with listening(WebSettings()) as line, sync_api.sync_playwright() as playwright:
        line.post.figures = board()
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for language in LANGUAGES:
            for scheme in ("light", "dark"):
                page = browser.new_page(viewport={"width": 360, "height": 740}, color_scheme=scheme)
                said: list[str] = []
                page.on("console", lambda message, said=said: said.append(message.text))
                page.on("pageerror", lambda error, said=said: said.append(str(error)))
                answer = page.goto(f"http://127.0.0.1:{line.port}/board?lang={language}&token=P123")
                assert 200 == answer.status
                assert [] == said
                assert page.evaluate("document.documentElement.scrollWidth") <= 360
                # The sheet was let through by the policy: without it the body has no width of its own.
                assert "960px" == page.evaluate("getComputedStyle(document.body).maxWidth")
                page.screenshot(path=tmp_path / f"board-{language}-{scheme}.png", full_page=True)
                page.close()
        browser.close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_page_renews_itself_and_leaves_a_typing_person_alone(chromium):
    """Figures change on the open page without a reload; while somebody types their token nothing moves."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with listening(WebSettings(board_refresh_s=1)) as line, sync_api.sync_playwright() as playwright:
        line.post.figures = board()
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"http://127.0.0.1:{line.port}/board?lang=en")
        page.evaluate("window.mine = true")
        figures = board()
        figures["directions"]["out"]["cleared_today"]["value"] = 4321

        def begins_to_type(route):
            """While an answer is under way."""
            page.locator("input[name=token]").focus()
            line.post.figures = figures
            route.continue_()

        with page.expect_request_finished():
            page.route("**/board?lang=en", begins_to_type, times=1)
        page.wait_for_timeout(2_500)
        assert 0 == page.get_by_text("4321").count()
        page.locator("h1").click()
        page.evaluate("document.activeElement.blur()")
        page.get_by_text("4321").wait_for()
        assert page.evaluate("window.mine")
        browser.close()
