"""Every page as every duty, in a browser: no door that should be shut is open, and none that is shown is shut."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from gatepair.base.duties import Duty
from gatepair.web.auth import COOKIE
from web.console.desks import PASSWORD, PEOPLE, Desk, desk_at, listening

pytestmark = pytest.mark.browser
WAIT_MS = 20_000
"""When a test gives up; nothing is measured against it."""
DUTIES = tuple(PEOPLE)
ASKS = "text/html"
"""What a page answers; streams, tables and pictures are asked for by pages, and tested beside them."""


class House:
    """A served post with a browser, and every page that it has."""

    def __init__(self, desk: Desk, base: str, browser) -> None:
        self.desk, self.base, self._browser = desk, base, browser
        self.crossing = desk.arrived(1)
        self.handlers = [
            (path.path_format, handler)
            for path in desk.app.routes
            for handler in getattr(path, "route_handlers", ())
            if "page" in handler.opt
        ]

    def pages(self) -> list[tuple[str, frozenset[Duty]]]:
        """Return the address of every page that is read, with who may."""
        return sorted(
            (self.filled(path), handler.opt["permits"])
            for path, handler in self.handlers
            if "GET" in handler.http_methods and handler.opt["returns"] == ASKS
        )

    def filled(self, path: str) -> str:
        """Return ``path`` with something that is there in each place."""
        layout = self.desk.post.layout()
        there = {
            "crossing": self.crossing,
            "position": "1",
            "lane": "cargo",
            "alarm": "stock.out",
            "date": "2025-11-11",
            "route": layout["routes"][0]["key"],
        }
        return re.sub(r"\{(\w+)\}", lambda place: there.get(place.group(1), "none"), path)

    def session(self, duty: Duty):
        """Return a browser in which ``duty`` has logged in, as the form does it."""
        context = self._browser.new_context(locale="en-GB")
        context.set_default_timeout(WAIT_MS)
        page = context.new_page()
        page.goto(f"{self.base}/login?lang=en")
        page.fill("input[name=login]", PEOPLE[duty])
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        return page

    def stranger(self):
        """Return a browser in which nobody has logged in."""
        context = self._browser.new_context(locale="en-GB")
        context.set_default_timeout(WAIT_MS)
        return context.new_page()


@pytest.fixture(scope="module")
def house(chromium, tmp_path_factory) -> Iterator[House]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with (
        desk_at(tmp_path_factory.mktemp("doors")) as desk,
        listening(desk.app) as base,
        sync_api.sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield House(desk, base, browser)
        browser.close()


def opened(house: House, page, path: str) -> int:
    """Ask for ``path`` as the address bar does, and return the status; 401 where one is led to the log-in."""
    answer = page.request.get(house.base + path, headers={"accept": "text/html"}, max_redirects=0)
    if answer.status in {302, 303} and urlsplit(answer.headers["location"]).path == "/login":
        return 401
    return answer.status


@pytest.mark.parametrize("duty", DUTIES)
def test_a_page_opens_to_whom_it_is_for_and_to_nobody_else(house, duty):
    """Whoever is not permitted is refused, whoever is permitted is not, and nothing breaks."""
    page = house.session(duty)
    assert 12 < len(house.pages())
    for path, permits in house.pages():
        status = opened(house, page, path)
        if duty in permits:
            assert status < 500, (path, status)
            assert status not in {401, 403}, (path, status)
        else:
            assert 403 == status, path
    page.context.close()


def test_a_stranger_is_led_to_the_log_in(house):
    """Without a session every page but the public ones asks for one, and a made-up session is none."""
    page = house.stranger()
    for cookie in ("", "gps_" + "x" * 40):
        if cookie:
            page.context.add_cookies([{"name": COOKIE, "value": cookie, "url": house.base}])
        for path, permits in house.pages():
            if Duty.PUBLIC not in permits:
                assert 401 == opened(house, page, path), path


@pytest.mark.parametrize("duty", DUTIES)
def test_no_door_that_is_shown_is_shut(house, duty):
    """Every link of every page that a duty can reach by clicking leads on, and every form is one that it may send."""
    page = house.session(duty)
    first = urlsplit(page.url).path
    waiting, seen = [first], {first}
    while waiting and len(seen) < 150:
        path = waiting.pop()
        page.goto(house.base + path, wait_until="domcontentloaded")
        for action in page.eval_on_selector_all(
            "form[method=post]", "all => all.map(one => one.getAttribute('action'))"
        ):
            assert may_send(house, urlsplit(action).path, duty), (path, action)
        for link in page.eval_on_selector_all(
            "a[href]", "all => all.map(one => new URL(one.getAttribute('href'), location).href)"
        ):
            parts = urlsplit(link)
            if f"{parts.scheme}://{parts.netloc}" != house.base or shape(parts.path) in {shape(one) for one in seen}:
                continue
            seen.add(parts.path)
            answer = page.request.get(link, headers={"accept": ASKS}, max_redirects=0)
            assert answer.status < 400, (path, link, answer.status)
            if answer.status == 200 and answer.headers["content-type"].startswith(ASKS):
                waiting.append(parts.path)
    assert first in seen
    page.context.close()


def shape(path: str) -> str:
    """Return ``path`` without what names one of many, so that of a hundred crossings one is opened."""
    return re.sub(r"/([A-Z2-9]{21}|[0-9]+)(?=/|$)", "/~", path)


def may_send(house: House, path: str, duty: Duty) -> bool:
    """Tell whether the handler that answers a form at ``path`` permits ``duty``."""
    for pattern, handler in house.handlers:
        fixed = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(pattern))
        if "POST" in handler.http_methods and re.fullmatch(fixed, path):
            return duty in handler.opt["permits"]
    return False
