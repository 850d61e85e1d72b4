"""Take the picture of a day's report that the README shows.

``python scripts/picture.py REPORT.html docs/pictures/day.png`` needs an installed Chromium and the development
environment.  The picture is of a run of the demo with its default seed; take it anew when the report changes.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH = 1100
HEIGHT = 1240
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Open the report as a reader would and keep the first page of it."""
    parser = argparse.ArgumentParser(description="Take the picture of a day's report.")
    parser.add_argument("report", type=Path)
    parser.add_argument("picture", type=Path)
    asked = parser.parse_args()
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser_path is None:
        print("picture: Chromium is not installed")
        return 1
    with sync_playwright() as play:
        # Without these switches an installed Chromium looks for updates, which a closed network refuses aloud.
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
        browser = play.chromium.launch(executable_path=browser_path, args=quiet)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(asked.report.resolve().as_uri())
        page.screenshot(path=str(asked.picture))
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
