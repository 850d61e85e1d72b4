"""A browser at a served post, and what every page is asked in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from gatepair.base.duties import Duty
from gatepair.web.auth import COOKIE
from gatepair.web.console.entrance import LANGUAGE_COOKIE
from gatepair.web.console.menu import home_of
from web.console.desks import Desk, desk_at, listening

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


class Screen:
    """A browser at a served post."""

    wait_ms = 20_000
    """When a test gives up; nothing is measured against it."""

    def __init__(self, desk: Desk, base: str, browser: Any) -> None:
        self.desk, self.base, self._browser = desk, base, browser

    def page(self, duty: Duty, *, language: str = "en", width: int = 1280, **more: Any) -> tuple[Any, list[str]]:
        """Return the home of the person with ``duty``, and what the browser complains of.

        The session is there already: logging in by the form takes its time, and is tested with every door.
        """
        context = self._browser.new_context(viewport={"width": width, "height": 800}, **more)
        known = {COOKIE: self.desk.session(duty), LANGUAGE_COOKIE: language}
        context.add_cookies([{"name": name, "value": value, "url": self.base} for name, value in known.items()])
        page = context.new_page()
        page.set_default_timeout(self.wait_ms)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(self.base + home_of(duty))
        return page, said


@contextmanager
def screen_at(directory: Path, chromium: str, *, kind: type[Any] = Screen) -> Iterator[Any]:
    """Open a post in ``directory``, serve it, and open a browser at it, as a screen of ``kind``."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with desk_at(directory) as desk, listening(desk.app) as base, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield kind(desk, base, browser)
        browser.close()


def assert_no_barrier(page: Any, where: str) -> None:
    """Unfold all of ``page``, and let axe find nothing against WCAG 2.2 AA in it, as far as a program can tell."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    found = axe.run(page, options={"runOnly": list(RULES)})
    assert 0 == found.violations_count, f"{where}: {found.generate_report()}"
