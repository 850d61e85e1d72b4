"""The public board on a bad line: bytes of the first load, and how long until it is drawn.

Usage: ``python bench/board_load.py [--rounds 5] [--vehicles 60]``.  One JSON line per figure: ``bench``, ``figure``,
``unit``, ``against`` and ``ratio`` (the figure divided by that of ``against``: the aim in bytes or milliseconds).

A post is filled with places and served on the loopback; Chromium opens the board on a phone's screen over a line that
it throttles by itself, each time with an empty cache.  The lines are those of Chromium's developer tools: "3G" (once
called "Slow 3G") with 400 kbit/s and 400 ms, given five times as latency of a request as the tools do (2,000 ms), and
"Slow 4G" (once "Fast 3G") with 1.6 Mbit/s and 562.5 ms.  "400 ms" is the plain line of 400 kbit/s with that round trip,
against which the aim of one second is set.  A new connection is throttled like any other request, but the loopback
costs no round trips for opening it; a real line adds one or two.
"""

from __future__ import annotations

import argparse
import json
import shutil
import socket
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import uvicorn

from gatepair import wiring
from gatepair.base.duties import Duty
from gatepair.exchange.agreement import Mode
from gatepair.node.requests import COMMANDS, Actor, Request
from gatepair.web.app import create_app
from gatepair.web.runtime import WriterRuntime
from gatepair.web.settings import WebSettings
from gatepair.wiring import Opened, Settings

HOME: Final = "huu-nghi"
PLAN: Final = "huu-nghi-youyiguan"
START_MS: Final = 1_762_819_200_000
AIM_BYTES: Final = 100_000
AIM_MS: Final = 1_000
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Line:
    """A throttled line."""

    name: str
    latency_ms: float
    down_bytes_s: float
    up_bytes_s: float


LINES: Final = (
    Line("no throttle", 0, -1, -1),
    Line("400 kbit/s, 400 ms", 400, 400_000 / 8, 400_000 / 8),
    Line("3G of the tools", 2_000, 400_000 / 8, 400_000 / 8),
    Line("Slow 4G of the tools", 562.5, 1_600_000 * 0.9 / 8, 750_000 * 0.9 / 8),
)
"""Source: front_end/core/sdk/NetworkManager.ts of Chromium's developer tools."""


def line(figure: str, value: float, unit: str, *, against: str = "", aim: float | None = None) -> None:
    """Print one figure."""
    ratio = None if aim is None else round(value / aim, 3)
    row = {"bench": f"board_load.{figure}", "figure": round(value, 1), "unit": unit, "against": against, "ratio": ratio}
    print(json.dumps(row), flush=True)


def filled(directory: Path, vehicles: int) -> Opened:
    """Return a post alone with ``vehicles`` places, some of them called."""
    plan = wiring.load_plan_for(PLAN)
    settings = Settings(post=HOME, clock="stepped", start_ms=START_MS, entropy_seed="board", synthetic=True)
    me = wiring.make_post(directory, plan, settings)
    wiring.agree(directory, plan, (me, wiring.absent_party(plan, plan.partner_of(HOME))), Mode.ALONE)
    opened = wiring.open_post(directory)
    for number in range(vehicles):
        crossing = _given(opened, Duty.TRADER, _declaration(number), number).crossing
        _given(opened, Duty.DRIVER, {"type": "TakePlace", "crossing": crossing}, number)
    opened.post.advance()
    return opened


def _given(opened: Opened, duty: Duty, command: dict[str, Any], number: int) -> Any:
    kinds = {kind.__name__: kind for kind in COMMANDS}
    asked = msgspec.convert(command, kinds[command["type"]])
    actor = Actor(f"{duty.value}-1", duty, HOME)
    (answer,) = opened.post.execute([Request(f"{command['type'].lower()}-{number:06d}", asked, actor)])
    if answer.status != "done":
        raise SystemExit(f"board_load: {answer}")
    return answer


def _declaration(number: int) -> dict[str, Any]:
    goods = {
        "hs": "08106000", "description": "Sầu riêng tươi", "commodity": "fresh_fruit", "gross_mass_kg": 20_000,
        "packages": 1_000, "value_minor": 10_000_000, "currency": "USD", "origin": "VN",
    }  # fmt: skip
    return {
        "type": "DeclareCrossing", "direction": "out", "route": "r1119-1120", "lane_kind": "manned", "load": "truck",
        "declaration": {
            "regime": "ordinary", "goods": [goods], "documents": [{"kind": "test_report", "number": "SYN-1"}],
            "parties": {"exporter": "SYNTHETIC Exporter", "importer": "SYNTHETIC Importer"}, "synthetic": True,
        },
        "binding": {"tractor": f"12C-{number:05d}", "trailer": f"12R-{number:05d}", "owner": "SYNTHETIC Owner"},
        "driver": {"name": "SYNTHETIC Driver", "licence": "SYN-1", "nationality": "VN"},
    }  # fmt: skip


def opened_once(browser: Any, address: str, over: Line) -> tuple[int, float, float]:
    """Open the board with an empty cache; return its bytes, and milliseconds to the first paint and to the end."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=2)
    page = context.new_page()
    tools = context.new_cdp_session(page)
    sizes: list[int] = []
    tools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    tools.send("Network.enable")
    speeds = {"downloadThroughput": over.down_bytes_s, "uploadThroughput": over.up_bytes_s}
    tools.send("Network.emulateNetworkConditions", {"offline": False, "latency": over.latency_ms, **speeds})
    page.goto(f"{address}/board?lang=vi", wait_until="networkidle")
    painted, done = page.evaluate(
        """() => [performance.getEntriesByName('first-contentful-paint')[0].startTime,
                  performance.getEntriesByType('navigation')[0].loadEventEnd]"""
    )
    context.close()
    return sum(sizes), painted, done


def measure(address: str, rounds: int, chromium: str) -> None:
    """Print the figures of each line, the median of ``rounds``."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an extra of the tests

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened_once(browser, address, LINES[0])
        for over in LINES:
            seen = [opened_once(browser, address, over) for _ in range(rounds)]
            size, painted, done = (statistics.median(column) for column in zip(*seen, strict=True))
            if over is LINES[0]:
                line("first load", size, "bytes", against="aim of 100 kB", aim=AIM_BYTES)
            line(f"first paint, {over.name}", painted, "ms", against="aim of 1 s", aim=AIM_MS)
            line(f"all loaded, {over.name}", done, "ms")
        browser.close()


def main() -> int:
    """Run the bench and return its exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--vehicles", type=int, default=60)
    asked = parser.parse_args()
    chromium = next((path for name in BROWSERS if (path := shutil.which(name))), "")
    if not chromium:
        print("board_load: Chromium is not installed", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as directory:
        opened = filled(Path(directory) / HOME, asked.vehicles)
        runtime = WriterRuntime(opened.post, clock=opened.clock)
        app = create_app(opened.post, runtime=runtime, settings=WebSettings())
        listener = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            measure(f"http://127.0.0.1:{listener.getsockname()[1]}", asked.rounds, chromium)
        finally:
            server.should_exit = True
            thread.join(30)
            listener.close()
            opened.post.ledger.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
