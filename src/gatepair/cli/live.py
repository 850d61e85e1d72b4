"""``gatepair live``: two posts with a day going on, for people who want to look and to act.

The same simulated world as in the demo drives the posts, but it does not hurry: up to an hour of the day as fast as
it goes, from there on at a pace that an eye can follow.  A made-up person of each duty can log in and act between.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from rich.console import Console

from gatepair import wiring
from gatepair.adapters.planfiles import Day as PlannedDay
from gatepair.adapters.planfiles import open_day, scenario_ids
from gatepair.base.duties import Duty
from gatepair.base.errors import StartRefused
from gatepair.base.time import MINUTE_MS, SECOND_MS
from gatepair.plan.calendars import local_instant
from gatepair.plan.model import Plan
from gatepair.plan.rules import exit_post
from gatepair.world import identities
from gatepair.world.posts import HttpPost
from gatepair.world.processes import GATEPAIR, PostProcess, free_ports, port_is_free
from gatepair.world.run import Progress, World

PEOPLE: Final = tuple(sorted(set(Duty) - {Duty.NODE, Duty.PUBLIC, Duty.PARTNER}))
"""Duties that a person can have."""
SECONDS: Final = frozenset({Duty.COMMAND_CENTRE, Duty.CUSTOMS, Duty.GATE_BOARD, Duty.QUARANTINE})
"""Duties of which there are two made-up people, for what two persons must do."""
NOTES: Final = "live.json"
DEFAULT_OUT: Final = "demo-out/live"
PORT: Final = 8401
"""Where the first post listens, and the next ones behind it, unless somebody else does."""
DAYS: Final = 30
"""After the scenario's day come others of the same kind; at twenty times real time they last for a day and a half."""
TICK_MS: Final = MINUTE_MS
"""A shorter tick than the demo's: what moves is looked at."""
START_S: Final = 180.0
"""A living gate that has not reached its hour by then did not start."""


class LivePost(msgspec.Struct, frozen=True):
    """One post of a living gate."""

    post: str
    name: str
    url: str


class Living(msgspec.Struct, frozen=True):
    """What ``live.json`` keeps while a gate lives: who runs it, where it is, who can log in."""

    pid: int
    posts: tuple[LivePost, ...]
    logins: tuple[str, ...]
    password: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller wants."""

    scenario: str
    seed: int
    begins: str
    """The local time of the home side from which it goes at ``pace``."""
    pace: float
    minutes: float
    """How long it lives."""
    out: Path
    port: int = PORT
    """Where the first post listens; 0 takes ports that are free."""


_OUT: Final = click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(DEFAULT_OUT),
    show_default=True,
    help="Directory for the posts and their ledgers.",
)
_OPTIONS: Final = (
    click.option(
        "--scenario",
        default="2025-11-11",
        show_default=True,
        help=f"A shipped day ({', '.join(scenario_ids())}) or a file.",
    ),
    click.option("--seed", default=2, show_default=True, help="One seed gives one day."),
    click.option("--from", "begins", default="09:30", show_default=True, help="Local time from which it can be seen."),
    click.option("--pace", default=20.0, show_default=True, help="How many times faster than real time it goes."),
    click.option("--minutes", default=60.0, show_default=True, help="How many minutes it lives."),
    click.option("--port", default=PORT, show_default=True, help="The first post's port; 0, or one in use: any free."),
    _OUT,
)


def _asked_by_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group()
def live() -> None:
    """Open a living gate: two posts, a day going on, and a made-up person of each duty who can log in."""


@live.command()
@_asked_by_options
def run(**options: Any) -> None:
    """Run a living gate here, until it is interrupted or its time is over."""
    asked, console = Asked(**options), Console()
    with suppress(KeyboardInterrupt):
        signal.signal(signal.SIGTERM, _interrupt)
        asyncio.run(_live(asked, lambda living: _tell(living, asked, console)))
    console.print("The living gate has ended.")


@live.command()
@_asked_by_options
def start(**options: Any) -> None:
    """Start a living gate in the background; it ends by itself."""
    begin(Asked(**options), Console())


@live.command()
@_OUT
def stop(*, out: Path) -> None:
    """End a living gate that was started in the background."""
    Console().print("The living gate has ended." if end(out) else "No living gate is running here.")


def begin(asked: Asked, console: Console) -> Living:
    """Start a living gate as a process of its own, wait until it can be seen, and say where it is.

    Raises:
        StartRefused: it ended or did not get so far; the message ends with what it said last.
    """
    end(asked.out)
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    log_path = asked.out.parent / f"{asked.out.name}.log"
    arguments = [
        *("--scenario", asked.scenario, "--seed", str(asked.seed), "--from", asked.begins),
        *("--pace", str(asked.pace), "--minutes", str(asked.minutes)),
        *("--out", str(asked.out), "--port", str(asked.port)),
    ]
    with log_path.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [*GATEPAIR, "live", "run", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    until = time.monotonic() + START_S
    with console.status(f"Opening a living gate: the morning until {asked.begins}, as fast as it goes"):
        while time.monotonic() < until and process.poll() is None:
            living = read(asked.out)
            if living is not None and living.pid == process.pid:
                _tell(living, asked, console)
                return living
            time.sleep(0.1)
    process.terminate()
    said = log_path.read_text("utf-8", errors="replace").strip().splitlines()
    raise StartRefused(f"the living gate did not start: {said[-1] if said else 'it said nothing'}")


def read(out: Path) -> Living | None:
    """Return what lives in ``out``; None when nothing does."""
    try:
        living = msgspec.json.decode((out / NOTES).read_bytes(), type=Living)
        os.kill(living.pid, 0)
    except (OSError, msgspec.DecodeError):
        return None
    return living


def end(out: Path) -> bool:
    """End the living gate in ``out``; tells whether there was one."""
    living = read(out)
    if living is None:
        return False
    with suppress(ProcessLookupError):
        os.kill(living.pid, signal.SIGTERM)
    until = time.monotonic() + START_S
    while read(out) is not None and time.monotonic() < until:
        time.sleep(0.1)
    return True


def _interrupt(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _tell(living: Living, asked: Asked, console: Console) -> None:
    console.print()
    for one in living.posts:
        console.print(f"[bold]{one.name}[/]")
        console.print(f"  public board     {one.url}/board", soft_wrap=True)
        console.print(f"  log in           {one.url}/login", soft_wrap=True)
    console.print(f"Made-up people, at both posts: {', '.join(living.logins)}")
    console.print(f"Password of each: [bold]{living.password}[/]")
    console.print(
        f"The traffic is synthetic; it goes on at {asked.pace:g} times real time for {asked.minutes:g} minutes."
    )


# --- the life of it --------------------------------------------------------------------------


class Stride:
    """As fast as it goes up to an instant, from there on at a factor; a night that the world skips is not waited for."""

    def __init__(self, start_ms: int, *, begins_ms: int, factor: float, begun: Callable[[], None]) -> None:
        """Call ``begun`` once, at ``begins_ms``."""
        self._now_ms, self.local_begin_ms, self._factor, self._begun = start_ms, begins_ms, factor, begun
        self._due: float | None = None

    def __call__(self, passed_ms: int) -> float:
        """Return how many seconds to wait after ``passed_ms`` more of simulated time."""
        self._now_ms += passed_ms
        if self._now_ms < self.local_begin_ms:
            return 0.0
        now = time.monotonic()
        if self._due is None:
            self._due = now
            self._begun()
        self._due = max(self._due, now - 1) + min(passed_ms, TICK_MS) / SECOND_MS / self._factor
        return max(0.0, self._due - now)


async def _live(asked: Asked, told: Callable[[Living], None]) -> None:
    planned = open_day(asked.scenario)
    plan, scenario = planned.plan, msgspec.structs.replace(planned.scenario, days=DAYS)
    _make_room(asked.out)
    world_at = World(plan, scenario, asked.seed, {}).start_ms
    wanted = range(asked.port, asked.port + len(plan.posts))
    free = bool(asked.port) and all(port_is_free(one) for one in wanted)
    ports = dict(zip(plan.posts, wanted if free else free_ports(len(plan.posts)), strict=True))
    made = wiring.make_drill(asked.out, plan, start_ms=world_at, seed=str(asked.seed), ports=ports)
    password = secrets.token_urlsafe(12)
    for post, (directory, _) in made.items():
        _add_people(directory, password, licence=_licence_on_the_road(plan, post, asked.begins))
    posts = tuple(LivePost(post, plan.posts[post].name.en, access.url) for post, (_, access) in made.items())
    processes = [PostProcess(directory, access.url) for directory, access in made.values()]

    def seen() -> None:
        living = Living(os.getpid(), posts, tuple(_logins()), password)
        notes = asked.out / NOTES
        notes.with_suffix(".new").write_bytes(msgspec.json.encode(living))
        notes.with_suffix(".new").replace(notes)
        told(living)

    try:
        await asyncio.gather(*(process.ready() for process in processes))
        doors = {post: HttpPost(access.url, access.keys) for post, (_, access) in made.items()}
        world = World(plan, scenario, asked.seed, doors, tick_ms=TICK_MS)
        stride = Stride(world.start_ms, begins_ms=begin_at(planned, asked.begins), factor=asked.pace, begun=seen)
        async with asyncio.timeout(asked.minutes * 60):
            await world.run(on_progress=_look_away, pace=stride)
    except TimeoutError:
        pass
    finally:
        for process in processes:
            process.stop()
        (asked.out / NOTES).unlink(missing_ok=True)


def _look_away(_progress: Progress) -> None:
    """Nobody watches the progress of a living gate: one looks at its pages."""


def begin_at(planned: PlannedDay, clock: str) -> int:
    """Return the instant of the local time ``clock`` of the home side on the planned day."""
    zone = next(side.timezone for key, side in planned.plan.sides.items() if key == planned.plan.home)
    return local_instant(date.fromisoformat(planned.scenario.date), clock, zone)


def _make_room(out: Path) -> None:
    """Empty ``out`` of an earlier living gate; anything else in it is left alone."""
    if out.exists() and any(out.iterdir()):
        if not (out / "seed").exists():
            raise StartRefused(f"{out} holds something that is not a living gate: give another directory with --out")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / "seed").touch()


def _licence_on_the_road(plan: Plan, post: str, begins: str) -> str:
    """Return the licence of a made-up driver who comes to ``post`` about when the gate can be seen; empty without one.

    The world numbers its vehicles flow by flow: those that stand at opening, then the day's in the order of their coming.
    """
    flows = plan.demand.flows if plan.demand is not None else ()
    number = sum(flow.stock for flow in flows)
    hours, minutes = (int(part) for part in begins.split(":"))
    for flow in flows:
        coming = flow.arrivals - flow.arrivals * flow.two_way_permille // 1_000
        weight = sum(flow.profile) * 60
        if exit_post(plan, flow.direction) == post and weight:
            before = sum(flow.profile[:hours]) * 60 + flow.profile[hours] * minutes
            index = number + before * coming // weight
            return str(identities.driver("", index)["licence"])
        number += coming
    return ""


def _add_people(directory: Path, password: str, *, licence: str) -> None:
    """Make the people who can log in, the same at both posts but for the driver, who has ``licence``."""
    opened = wiring.open_post(directory)
    try:
        accounts, now_ms = opened.post.accounts, opened.post.now()
        hashed = accounts.hash_password(password)
        for login, duty in _logins().items():
            opened.post.transact(
                lambda unit, login=login, duty=duty: accounts.create_account(  # type: ignore[misc]
                    unit,
                    login,
                    duty=duty,
                    password_hash=hashed,
                    by="demo",
                    now_ms=now_ms,
                    drill=True,
                    licence=licence if duty is Duty.DRIVER else "",
                )
            )
    finally:
        opened.post.ledger.close()


def _logins() -> Mapping[str, Duty]:
    """Return the logins; the trader is the one for whom the world declares, so that there are declarations to see."""
    found: dict[str, Duty] = {}
    for duty in PEOPLE:
        name = duty.value.replace("_", "-")
        if duty is Duty.TRADER:
            found[name] = duty
            continue
        found[f"{name}.1"] = duty
        if duty in SECONDS:
            found[f"{name}.2"] = duty
    return found
