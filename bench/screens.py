"""Boards, consoles and drivers' phones open while the record day runs: how long a page takes, and what is lost.

Usage: ``python bench/screens.py [--boards 500] [--consoles 50] [--phones 500] [--seconds 90] [--pace 10]
[--from 08:30]``.  One JSON line per figure: ``bench``, ``figure``, ``unit``, ``against`` and ``ratio`` (the figure
divided by that of ``against``, in the same run).

Two posts run as two processes and the simulated world drives them at ``--pace`` times real time, so their traffic is
that many times what the record day's gate has.  A process of its own plays the browsers at the home post: a board
asks for itself once in its interval, as ``board.js`` does; a console follows ``/desk/changes`` and asks for its work
list each time it is told of a change, as ``console.js`` does; a phone does the same with its own order, as ``drive.js``
does.  When the world has stopped, what each console and phone holds must be what the post would answer now: one that
holds something else has lost an update.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import multiprocessing
import re
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

import msgspec

from gatepair import wiring
from gatepair.adapters.planfiles import open_day
from gatepair.base.duties import Duty
from gatepair.base.time import Instant
from gatepair.cli.live import TICK_MS, Stride, begin_at
from gatepair.node.ports import Unit
from gatepair.world import identities
from gatepair.world.posts import HttpPost
from gatepair.world.processes import PostProcess, free_ports
from gatepair.world.run import World

DAY: Final = "2025-11-11"
HOME: Final = "huu-nghi"
PASSWORD: Final = "a password of the bench"  # noqa: S105
EVERY_S: Final = 60
"""How often an open board asks for itself: the default of the setting."""
COMES_IN_S: Final = 0.2
"""Time between two people who open their consoles: a shift of fifty is there in ten seconds."""
AIM_MS: Final = 300
PHONE_IN_S: Final = 0.02
"""Time between two drivers who open their page."""
SETTLE_S: Final = 10.0
"""How long consoles and phones may take to ask once more after the world has stopped: a phone looks every five seconds."""
LOOKERS: Final = (Duty.CUSTOMS, Duty.BORDER_GUARD, Duty.QUARANTINE, Duty.YARD, Duty.GATE_BOARD)
UNLIMITED: Final = {
    "principal_per_s": 100_000,
    "principal_burst": 100_000,
    "address_per_s": 100_000,
    "login_per_min": 100_000,
}
CHANGING: Final = re.compile(rb'name="(?:command_id|proof)" value="[0-9a-f]+"')
"""What differs between two answers although nothing happened."""
ORDER: Final = re.compile(rb'data-crossing="[^"]*" data-order="[^"]*"')
"""What a phone shows, without the clock."""


@dataclass(frozen=True)
class Screen:
    """A page that follows its post: where it asks, where it is told, and when somebody opens it."""

    what: str
    page: str
    changes: str
    token: str
    opens_s: float


def line(figure: str, value: float, unit: str, *, against: str = "", ratio: float | None = None) -> None:
    """Print one figure."""
    shown = None if ratio is None else round(ratio, 3)
    row = {"bench": f"screens.{figure}", "figure": round(value, 3), "unit": unit, "against": against, "ratio": shown}
    print(json.dumps(row), flush=True)


@dataclass
class Seen:
    """What the browsers went through."""

    took_ms: dict[str, list[float]] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)
    changes: int = 0


async def get(port: int, path: str, token: str) -> bytes:
    """Return what ``path`` answers, on a connection of its own as a browser opens one after a pause."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    key = f"Authorization: Bearer {token}\r\n" if token else ""
    writer.write(
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{key}Accept-Encoding: gzip\r\nConnection: close\r\n\r\n".encode()
    )
    raw = await reader.read()
    writer.close()
    head, _, body = raw.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n")[0]:
        raise ValueError(f"{path}: {head[:60]!r}")
    return body


async def look(seen: Seen, what: str, port: int, *, path: str, token: str = "") -> bytes:
    """Ask for a page and note how long it took."""
    began = time.perf_counter()
    try:
        body = await get(port, path, token)
    except (OSError, ValueError) as error:
        seen.failed.append(f"{what}: {error}")
        return b""
    seen.took_ms.setdefault(what, []).append((time.perf_counter() - began) * 1000)
    return body


async def board(seen: Seen, port: int, *, after_s: float) -> None:
    """Keep one board open."""
    await asyncio.sleep(after_s)
    while True:
        began = time.perf_counter()
        await look(seen, "board", port, path="/board?lang=vi")
        await asyncio.sleep(max(0.0, EVERY_S - (time.perf_counter() - began)))


async def follower(seen: Seen, held: dict[int, bytes], number: int, *, port: int, screen: Screen) -> None:
    """Keep one page open that asks again at each change which the post tells of."""
    await asyncio.sleep(screen.opens_s)
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(
        f"GET {screen.changes} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {screen.token}\r\n\r\n".encode()
    )
    if b" 200 " not in await reader.readline():
        seen.failed.append(f"{screen.what}: its stream was refused")
    held[number] = await look(seen, screen.what, port, path=screen.page, token=screen.token)
    while said := await reader.readline():
        if said.startswith(b"event: changed"):
            seen.changes += 1
            held[number] = await look(seen, screen.what, port, path=screen.page, token=screen.token)


async def browse(pipe: Connection, port: int, logins: list[str], *, phones: list[str], boards: int) -> None:
    """Open everything, and close it when told; then tell what was seen and what was lost.

    ``phones`` are the sessions of drivers.
    """
    seen, held = Seen(), dict[int, bytes]()
    screens = [
        Screen("work_list", "/desk?lang=en", "/desk/changes", log_in(port, login), number * COMES_IN_S)
        for number, login in enumerate(logins)
    ]
    screens += [
        Screen("phone", "/drive/orders", "/drive/changes", token, number * PHONE_IN_S)
        for number, token in enumerate(phones)
    ]
    pipe.send("open")
    tasks = [asyncio.create_task(board(seen, port, after_s=at * EVERY_S / max(boards, 1))) for at in range(boards)]
    tasks += [
        asyncio.create_task(follower(seen, held, number, port=port, screen=screen))
        for number, screen in enumerate(screens)
    ]
    await asyncio.to_thread(pipe.recv)
    await asyncio.sleep(SETTLE_S)
    lost = []
    for number, screen in enumerate(screens):
        now = await get(port, screen.page, screen.token)
        lost.append(shown(now) != shown(held[number]))
    for task in tasks:
        task.cancel()
    pipe.send((seen, sum(lost)))


def shown(body: bytes) -> bytes | list[bytes]:
    """Return a phone's orders, or the rows of a work list without what differs from answer to answer."""
    if b'id="orders"' in body:
        return ORDER.findall(body)
    return CHANGING.sub(b"", body[body.find(b"<tbody") : body.rfind(b"</tbody>")])


def browsers(pipe: Connection, port: int, people: tuple[list[str], list[str]], boards: int) -> None:
    """Run the browsers in a process of their own."""
    logins, phones = people
    with suppress(KeyboardInterrupt):
        asyncio.run(browse(pipe, port, logins, phones=phones, boards=boards))


def add_people(directory: Path, count: int, *, drivers: int, at_ms: int) -> tuple[list[str], list[str]]:
    """Make ``count`` people who can log in, and return their logins, and sessions of ``drivers`` of the day's vehicles from ``at_ms`` on."""
    opened = wiring.open_post(directory)
    accounts, now_ms = opened.post.accounts, opened.post.now()
    hashed = accounts.hash_password(PASSWORD)
    logins = {f"person-{number}": LOOKERS[number % len(LOOKERS)] for number in range(count)}

    sessions = []

    def create(unit: Unit) -> None:
        about: dict[str, Any] = {"password_hash": hashed, "by": "bench", "now_ms": now_ms, "drill": True}
        for login, duty in logins.items():
            accounts.create_account(unit, login, duty=duty, **about)
        for index in range(drivers):
            licence = str(identities.driver("", index)["licence"])
            driver = accounts.create_account(unit, f"driver-{index}", duty=Duty.DRIVER, licence=licence, **about)
            sessions.append(accounts.open_session(unit, driver, Instant(at_ms))[0])

    opened.post.transact(create)
    opened.post.ledger.close()
    return list(logins), sessions


def log_in(port: int, login: str) -> str:
    """Return a session."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    body = json.dumps({"login": login, "password": PASSWORD})
    connection.request("POST", "/v1/session", body=body, headers={"Content-Type": "application/json"})
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return str(answer["token"])


def unlimited(directory: Path) -> None:
    """Lift the limits of rate: all browsers of the bench call from one address."""
    path = directory / "post.json"
    settings = json.loads(path.read_text())
    settings["web"] = {**settings.get("web", {}), **UNLIMITED, "address_burst": 100_000}
    path.write_text(json.dumps(settings))


async def run(out: Path, asked: argparse.Namespace) -> tuple[Seen, int, float]:
    """Run the day with the browsers open; return what they saw, what was lost and the world's commands a second."""
    planned = open_day(DAY)
    plan, scenario = planned.plan, msgspec.structs.replace(planned.scenario, days=2)
    world_at = World(plan, scenario, 1, {}).start_ms
    ports = dict(zip(plan.posts, free_ports(len(plan.posts)), strict=True))
    made = wiring.make_drill(out, plan, start_ms=world_at, seed="1", ports=ports)
    unlimited(made[HOME][0])
    begins_ms = begin_at(planned, asked.begins)
    people = add_people(made[HOME][0], asked.consoles, drivers=asked.phones, at_ms=begins_ms)
    processes = [PostProcess(directory, access.url) for directory, access in made.values()]
    here, there = multiprocessing.Pipe()
    browsing = multiprocessing.Process(target=browsers, args=(there, ports[HOME], people, asked.boards), daemon=True)
    begun: list[float] = []

    def begin() -> None:
        browsing.start()
        there.close()

    said = [0, 0]

    def note(progress: Any) -> None:
        said[1] = progress.commands
        if not begun:
            said[0] = progress.commands

    try:
        await asyncio.gather(*(process.ready() for process in processes))
        doors = {post: HttpPost(access.url, access.keys) for post, (_, access) in made.items()}
        world = World(plan, scenario, 1, doors, tick_ms=TICK_MS)
        stride = Stride(world.start_ms, begins_ms=begins_ms, factor=asked.pace, begun=begin)
        going = asyncio.create_task(world.run(on_progress=note, pace=stride))
        await asyncio.to_thread(here.recv)
        begun.append(time.monotonic())
        await asyncio.sleep(asked.seconds)
        going.cancel()
        with suppress(asyncio.CancelledError):
            await going
        here.send("stop")
        seen, lost = await asyncio.to_thread(here.recv)
    finally:
        for process in processes:
            process.stop()
    return seen, lost, (said[1] - said[0]) / asked.seconds


def main() -> int:
    """Print every figure; ends with 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=int, default=500)
    parser.add_argument("--consoles", type=int, default=50)
    parser.add_argument("--phones", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=90.0)
    parser.add_argument("--pace", type=float, default=10.0)
    parser.add_argument("--from", dest="begins", default="08:30")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        seen, lost, commands = asyncio.run(run(Path(folder), asked))
    line("boards_open", asked.boards, "boards")
    line("consoles_open", asked.consoles, "consoles")
    line("phones_open", asked.phones, "phones")
    line("world", commands, "commands/s at the two posts")
    kept = True
    for what, took in sorted(seen.took_ms.items()):
        took.sort()
        p95 = took[int(len(took) * 0.95)]
        kept &= p95 < AIM_MS
        line(f"{what}.pages", len(took) / asked.seconds, "pages/s")
        line(f"{what}.p50", took[len(took) // 2], "ms")
        line(f"{what}.p95", p95, "ms", against="aim of 300 ms", ratio=p95 / AIM_MS)
        line(f"{what}.max", took[-1], "ms")
    line("changes_told", seen.changes, "changes")
    line("failed", len(seen.failed), "pages")
    line("lost_updates", lost, "consoles and phones")
    for fault in seen.failed[:3]:
        print(fault, file=sys.stderr)
    return 0 if kept and not lost and not seen.failed else 1


if __name__ == "__main__":
    sys.exit(main())
