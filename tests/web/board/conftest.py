"""A browser at the served board of a module's driven gate."""

from __future__ import annotations

import pytest

from web.board.driven import Driven
from web.console.desks import listening


@pytest.fixture(scope="module")
def at(driven: Driven, chromium: str):
    """Give a browser and the address of the served post."""
    sync_api = pytest.importorskip("playwright.sync_api")
    with listening(driven.desk.app) as address, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser, address
        browser.close()
