"""Take the pictures of the screens that the README shows.

``python scripts/screens.py URL PASSWORD docs/pictures`` against a living gate (``gatepair live start``),
with an installed Chromium, a font that has Chinese, and the development environment.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

DESK: ViewportSize = {"width": 1440, "height": 900}
WALL: ViewportSize = {"width": 1920, "height": 1080}
PHONE: ViewportSize = {"width": 400, "height": 760}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Log in as a reader of each page would, and keep what the window shows."""
    parser = argparse.ArgumentParser(description="Take the pictures of the screens.")
    parser.add_argument("url")
    parser.add_argument("password")
    parser.add_argument("folder", type=Path)
    asked = parser.parse_args()
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser_path is None:
        print("screens: Chromium is not installed")
        return 1
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=browser_path, args=["--no-sandbox", "--disable-gpu"])
        page = inside(browser, asked, "command-centre.1", size=WALL)
        page.goto(f"{asked.url}/centre/wall")
        page.locator(".schematic").wait_for()
        page.screenshot(path=str(asked.folder / "centre.png"))
        page = inside(browser, asked, "customs.1")
        page.locator("[data-rows] tbody a").first.click()
        page.wait_for_load_state()
        page.screenshot(path=str(asked.folder / "crossing.png"))
        page = inside(browser, asked, "driver.1", size=PHONE, language="vi")
        page.screenshot(path=str(asked.folder / "driver.png"))
        page = browser.new_context(viewport=PHONE).new_page()
        page.goto(f"{asked.url}/board?lang=vi")
        page.screenshot(path=str(asked.folder / "board.png"))
        browser.close()
    return 0


def inside(
    browser: Browser, asked: argparse.Namespace, login: str, *, size: ViewportSize = DESK, language: str = "en"
) -> Page:
    """Return a page of somebody who has logged in."""
    page = browser.new_context(viewport=size).new_page()
    page.goto(f"{asked.url}/login?lang={language}")
    page.fill("input[name=login]", login)
    page.fill("input[name=password]", asked.password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    return page


if __name__ == "__main__":
    sys.exit(main())
