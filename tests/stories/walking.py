"""People at the pages of two posts: who is logged in where, and how an act is done by its form."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gatepair.base.duties import Duty
from gatepair.base.findings import Language
from gatepair.cli.live import Living

WAIT_MS = 20_000
"""When a story gives up; nothing is measured against it."""
TURN_S, LOGIN_EVERY_S = 120, 6
"""How long somebody waits to log in, and how often a post takes one more log-in from an address that had its ten."""
FIRST = "the first that is offered"
"""In place of a value: whatever a list of choices offers first."""
WIDTHS = {Duty.TRADER: 360, Duty.DRIVER: 360, Duty.COMMAND_CENTRE: 1920}
"""A driver and a trader hold a phone, the command centre has a wall; everybody else sits at a desk."""


class People:
    """Everybody whom a story needs, each in a browser of their own, at the post where they work."""

    def __init__(self, browser: Any, living: Living, *, language: Language, pictures: Path) -> None:
        self._browser, self._living, self.language = browser, living, language
        self._pages: dict[tuple[str, str], Any] = {}
        self._taken = 0
        self._pictures = pictures / language
        self._pictures.mkdir(parents=True, exist_ok=True)
        self.complaints: list[str] = []

    def url(self, post: str) -> str:
        """Return where ``post`` is served."""
        return next(one.url for one in self._living.posts if one.post == post)

    def at(self, post: str, duty: Duty, *, number: int = 1) -> Any:
        """Return the page of a person with ``duty`` at ``post``, logged in."""
        name = duty.value.replace("_", "-")
        login = name if duty is Duty.TRADER else f"{name}.{number}"
        if (post, login) not in self._pages:
            page = self._page(WIDTHS.get(duty, 1280))
            in_turn(lambda: self._enters(page, post, login))
            self._pages[post, login] = page
        return self._pages[post, login]

    def _enters(self, page: Any, post: str, login: str) -> bool:
        """Log in by the form, and tell whether it was somebody's turn."""
        page.goto(f"{self.url(post)}/login?lang={self.language}")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", self._living.password)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        return "/login" not in page.url

    def stranger(self, *, width: int = 360) -> Any:
        """Return a page of somebody who has no login."""
        return self._page(width)

    def _page(self, width: int) -> Any:
        height = 1080 if width == 1920 else 740
        context = self._browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    def close(self) -> None:
        """Send everybody home."""
        for page in self._pages.values():
            page.context.close()

    def picture(self, page: Any, name: str) -> None:
        """Keep what ``page`` shows, numbered in the order of the story, and see that it speaks the story's language."""
        self._taken += 1
        assert self.language == page.get_attribute("html", "lang"), page.url
        page.screenshot(path=self._pictures / f"{self._taken:02d}-{name}.png", full_page=True)

    def act(self, page: Any, crossing: str, act: str, **fields: str) -> None:
        """Do ``act`` on ``crossing`` by its form on the page of the crossing, as the person of ``page``."""
        base = re.match(r"https?://[^/]+", page.url)
        assert base is not None
        page.goto(f"{base.group(0)}/desk/crossings/{crossing}")
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        form = page.locator(f'form[action="/desk/crossings/{crossing}/{act}"]').first
        fill(form, **fields)
        form.locator("button").last.click()
        page.wait_for_url(re.compile(rf"done={act}|/{act}$"))
        refused = page.locator(".refused")
        assert f"done={act}" in page.url, refused.inner_text() if refused.count() else page.url


def in_turn(enters: Callable[[], bool]) -> None:
    """Log in by ``enters``, again until it is let in: everybody of the stories comes from one address."""
    until = time.monotonic() + TURN_S
    while not enters():
        assert time.monotonic() < until, "nobody may log in"
        time.sleep(LOGIN_EVERY_S)


def fill(form: Any, **fields: str) -> None:
    """Fill in ``fields`` of ``form`` by name; a dot in a name is written as two underlines."""
    for name, value in fields.items():
        field = form.locator(f'[name="{name.replace("__", ".")}"]')
        if field.first.get_attribute("type") == "radio":
            form.locator(f'[name="{name}"][value="{value}"]').check()
            continue
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(index=1) if value == FIRST else field.select_option(value)
        else:
            field.fill(value)


def pictures_in(directory: Path) -> Path:
    """Return where pictures of the stories are kept: the folder that is asked for, else one of the test."""
    return Path(os.environ.get("GATEPAIR_PICTURES", directory))
