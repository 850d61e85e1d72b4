"""``gatepair demo``: one documented day at a pair of gates, run by two posts as two processes."""

from __future__ import annotations

import asyncio
import gc
import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from gatepair import __version__, wiring
from gatepair.adapters.planfiles import Day as PlannedDay
from gatepair.adapters.planfiles import open_day, scenario_ids
from gatepair.base.errors import EnvelopeRejected, PartnerUnreachable, SettingInvalid, StartRefused
from gatepair.base.time import SECOND_MS
from gatepair.clearance.origin.reasons import amount
from gatepair.cli import live, reading
from gatepair.cli.demo_drills import AskedDrill, Setting, asked_drill, drill_of, told
from gatepair.cli.demo_evidence import evidence_checks
from gatepair.cli.demo_proofs import drill_checks
from gatepair.cli.report import ledger_checks
from gatepair.cli.trs import study_table
from gatepair.exchange import note as notes
from gatepair.insight.clearance import ClearanceDay
from gatepair.insight.day import DayTotal
from gatepair.insight.places import PlaceDay
from gatepair.insight.report import Check, Compared, DayReport, days, percent
from gatepair.operations.verify_order import Report, verify
from gatepair.plan.model import Direction, Plan
from gatepair.plan.rules import exit_post
from gatepair.world.http import HttpConnection
from gatepair.world.processes import PostProcess, free_ports
from gatepair.world.run import DayResult, OnProgress, Pace, World, run_day
from gatepair.world.terminal import Terminal

DEFAULT_OUT: Final = "demo-out"
REPORT: Final = "report.html"
SUMMARY: Final = "summary.json"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller wants."""

    scenario: str
    seed: int
    pace: float
    out: Path
    days: int | None
    one_sided: bool = False
    drill: AskedDrill = field(default_factory=AskedDrill)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run left behind, read back and verified."""

    asked: Asked
    result: DayResult
    ledgers: reading.Ledgers
    report: DayReport
    orders: dict[str, Report]
    wall_s: float
    proofs: tuple[Check, ...] = ()
    """What was checked because of a drill."""

    @property
    def proved(self) -> bool:
        """Tell whether everything that a drill asks for holds."""
        return all(check.state == "ok" for check in self.proofs)

    @property
    def queue_verified(self) -> bool:
        """Tell whether every published order verified."""
        return bool(self.orders) and all(order.ok for order in self.orders.values())

    @property
    def ledgers_verified(self) -> bool:
        """Tell whether every ledger and every log of the exchange verified."""
        return not any(post.damage or post.link_faults for post in self.ledgers.posts)

    @property
    def as_documented(self) -> bool:
        """Tell whether every expectation of the scenario was measured and lies within its tolerance."""
        return as_documented(self.ledgers, self.report)


def as_documented(ledgers: reading.Ledgers, report: DayReport) -> bool:
    """Tell whether ``report`` measured every expectation of the demo's scenario, each within its tolerance."""
    wanted = ledgers.notes.scenario.expectations if ledgers.notes else ()
    return len(wanted) == len(report.compared) and all(row.within for row in report.compared)


@click.command()
@click.option(
    "--scenario",
    default="2025-11-11",
    show_default=True,
    help=f"A shipped day ({', '.join(scenario_ids())}) or a file.",
)
@click.option("--seed", default=1, show_default=True, help="One seed gives one result, byte for byte.")
@click.option("--pace", default=0.0, help="Run this many times faster than real time; default: as fast as it goes.")
@click.option(
    "--serve", is_flag=True, help="Open a living gate afterwards, in the background, and say where and who can log in."
)
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), default=None, help="Directory for ledgers and report."
)
@click.option("--days", type=click.IntRange(1, 60), default=None, help="Run this many days instead of the scenario's.")
@click.option("--strict", is_flag=True, help="Exit with 1 too when a figure misses its documented value by too much.")
@click.option("--one-sided", is_flag=True, help="Run only the home side's post, without a partner.")
@click.option("--cut", default=None, help="Drill: cut the line between two local times, such as 10:00-14:00.")
@click.option(
    "--by-bundle", type=click.IntRange(0, 1440), default=0, help="Carry bundles by hand every so many minutes."
)
@click.option("--restore", default=None, help="Drill: kill a post and restore it, such as huu-nghi@12:00.")
@click.option("--backup-age", type=click.IntRange(1, 1440), default=60, help="How old its backup is, in minutes.")
@click.pass_context
def demo(ctx: click.Context, /, *, serve: bool, as_json: bool, strict: bool, **options: Any) -> None:
    """Run one documented day at a pair of gates and show what came of it.

    Two posts run as two processes, each with its own ledger and keys, linked over the loopback. A
    simulated world of drivers, devices and officers drives them through their public interfaces on a
    simulated clock. Vehicles and goods are made up; hours, stations, yards and counts are documented.
    """
    out = options["out"] or Path(DEFAULT_OUT) / f"{Path(options['scenario']).stem}-seed{options['seed']}"
    drill = asked_drill(
        cut=options["cut"],
        every_min=options["by_bundle"],
        restore=options["restore"],
        backup_age_min=options["backup_age"],
    )
    asked = Asked(
        options["scenario"],
        options["seed"],
        options["pace"],
        out,
        options["days"],
        one_sided=options["one_sided"],
        drill=drill,
    )
    ran = run_demo(asked, Console(stderr=True))
    if as_json:
        click.echo(json.dumps(summary(ran), sort_keys=True))
    else:
        _tell(ran, Console())
    if serve:
        scene = live.Asked(
            asked.scenario, asked.seed + 1, begins="09:30", pace=20.0, minutes=60.0, out=Path(live.DEFAULT_OUT)
        )
        live.begin(scene, Console(stderr=as_json))
    verified = ran.queue_verified and ran.ledgers_verified and ran.proved
    ctx.exit(0 if verified and (ran.as_documented or not strict) else 1)


def run_demo(asked: Asked, console: Console) -> Ran:
    """Run the days, stop the posts, verify everything and write the files.

    Raises:
        PlanInvalid: no such scenario, or it has errors.
        StartRefused: the directory holds something else, or a post does not start.
    """
    began = time.monotonic()
    # The plan and the people live as long as the run: a collector that walks them again and again finds nothing.
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    planned = _planned(asked)
    _make_room(asked.out)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[counts]}"),
        TimeElapsedColumn(),
        console=console,
    ) as bar:
        task = bar.add_task(planned.scenario.name.en, total=None, counts="starting two posts")
        driven = asyncio.run(_drive(asked, planned, _shown(bar, task, planned)))
        for name, content in driven.published.items():
            (asked.out / name).write_bytes(content)
        bar.update(task, counts="verifying")
        ran = _read_back(asked, planned, driven, began=began)
    _write(ran)
    return ran


def _planned(asked: Asked) -> PlannedDay:
    planned = open_day(asked.scenario)
    if asked.days is None:
        return planned
    return PlannedDay(planned.plan, msgspec.structs.replace(planned.scenario, days=asked.days))


def _make_room(out: Path) -> None:
    """Empty ``out`` of an earlier demo; anything else in it is left alone and the demo refuses."""
    if out.exists() and any(out.iterdir()):
        if not (out / reading.NOTES).exists():
            raise StartRefused(f"{out} holds something that is not a demo: give another directory with --out")
        shutil.rmtree(out)
    out.mkdir(parents=True, exist_ok=True)


def _shown(bar: Progress, task: TaskID, planned: PlannedDay) -> OnProgress:
    zone = planned.plan.timezone_of(next(iter(planned.plan.posts)))

    def show(now: Any) -> None:
        clock = reading.local_clock(now.now_ms, zone)
        out, into = (now.departed.get(direction, 0) for direction in (Direction.OUT, Direction.IN))
        counts = f"{clock} · out {out} · in {into} · {now.commands} commands"
        bar.update(task, total=now.until_ms - now.start_ms, completed=now.now_ms - now.start_ms, counts=counts)

    return show


# --- driving ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Driven:
    """What the day gave, what the posts published at its end, and what the drill saw."""

    result: DayResult
    published: dict[str, bytes]
    told: tuple[Check, ...]


async def _drive(asked: Asked, planned: PlannedDay, show: OnProgress) -> Driven:
    plan, scenario = planned.plan, planned.scenario
    alone = home_post(plan) if asked.one_sided else None
    start_ms = World(plan, scenario, asked.seed, {}, alone=alone).start_ms
    ports = dict(zip(plan.posts, free_ports(len(plan.posts)), strict=True))
    kept = reading.DemoNotes(scenario, asked.seed, __version__)
    (asked.out / reading.NOTES).write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=1))
    made = wiring.make_drill(asked.out, plan, start_ms=start_ms, seed=str(asked.seed), ports=ports, alone=alone)
    processes = {post: PostProcess(directory, access.url) for post, (directory, access) in made.items()}
    try:
        await asyncio.gather(*(process.ready() for process in processes.values()))
        doors = {post: Terminal(access.url, access.keys) for post, (_, access) in made.items()}
        pace = _pace(asked.pace) if asked.pace else None
        access = {post: reached for post, (_, reached) in made.items()}
        drill = drill_of(asked.drill, Setting(plan, scenario, doors, processes, access, asked.out))
        result = await run_day(
            plan, scenario, seed=asked.seed, doors=doors, on_progress=show, pace=pace, alone=alone, drill=drill
        )
        published = await _published(plan, {post: access.url for post, (_, access) in made.items()})
    finally:
        for process in processes.values():
            process.stop()
    return Driven(result, published, tuple(told(drill)))


def home_post(plan: Plan) -> str:
    """Return the post of the plan's home side: the one that runs alone in a one-sided day."""
    return next(key for key, post in plan.posts.items() if post.side == plan.home)


def _pace(factor: float) -> Pace:
    if factor < 0:
        raise SettingInvalid("--pace is a factor above 0, such as 60 for a minute in a second")
    began: list[tuple[float, int]] = []

    def wait_s(passed_ms: int) -> float:
        now = time.monotonic()
        since, simulated = began[-1] if began else (now, 0)
        began[:] = [(since, simulated + passed_ms)]
        return max(0.0, since + (simulated + passed_ms) / SECOND_MS / factor - now)

    return wait_s


async def _published(plan: Plan, urls: dict[str, str]) -> dict[str, bytes]:
    """Return what each post publishes, by file name: its orders, its checkpoint and the key that signs it."""
    wanted = {
        f"order-{way.value}.jsonl": (exit_post(plan, way), f"/v1/order/{way.value}.jsonl")
        for way in Direction
        if exit_post(plan, way) in urls
    }
    for post in urls:
        wanted[f"{post}.checkpoint"] = (post, "/v1/checkpoint")
        wanted[f"{post}.key"] = (post, "/v1/checkpoint/key")
    found: dict[str, bytes] = {}
    for name, (post, path) in wanted.items():
        connection = HttpConnection(urls[post])
        status, found[name] = await connection.request("GET", path, token="")
        await connection.close()
        if status != 200:
            raise PartnerUnreachable(f"{path} of {post} was answered with {status}")
    return found


# --- reading back ------------------------------------------------------------------------------


def _read_back(asked: Asked, planned: PlannedDay, driven: Driven, *, began: float) -> Ran:
    ledgers = reading.read_ledgers(asked.out, links=True)
    orders = {
        way.value: _verified_order(asked.out, planned.plan, way)
        for way in Direction
        if (asked.out / f"order-{way.value}.jsonl").exists()
    }
    directories = [post.directory for post in ledgers.posts]
    proofs = []
    if asked.drill:
        proofs = [*driven.told, *drill_checks(directories), *evidence_checks(asked.out, directories)]
    checks = [*_order_checks(orders), *_link_checks(ledgers), *ledger_checks(ledgers), *proofs]
    report = reading.report_of(ledgers, reading.window(ledgers, None), checks=checks)
    wall_s = round(time.monotonic() - began, 1)
    return Ran(asked, driven.result, ledgers, report, orders, wall_s, tuple(proofs))


def _verified_order(out: Path, plan: Plan, direction: Direction) -> Report:
    key = notes.from_vkey((out / f"{exit_post(plan, direction)}.key").read_text("utf-8").strip())

    def signed(checkpoint: str) -> bool:
        try:
            notes.verify(notes.parse(checkpoint), key)
        except EnvelopeRejected:
            return False
        return True

    with (out / f"order-{direction.value}.jsonl").open("rb") as lines:
        return verify(lines, plan, signature=signed)


def _order_checks(orders: dict[str, Report]) -> list[Check]:
    return [
        Check(
            f"Public order, {way}",
            "ok" if order.ok else "failed",
            order.first.text("en")
            if order.first
            else f"{order.calls} calls of {order.places} places, {order.records} records",
        )
        for way, order in orders.items()
    ]


def _link_checks(ledgers: reading.Ledgers) -> list[Check]:
    return [
        Check(
            f"Entries of {one.plan.posts[one.post].name.en} to its partner",
            "ok" if one.sent == one.receipted and not one.link_faults else "failed",
            "; ".join(one.link_faults) or f"{one.sent} sent, {one.receipted} receipted",
        )
        for one in ledgers.posts
    ]


# --- telling -------------------------------------------------------------------------------------


def summary(ran: Ran) -> dict[str, Any]:
    """Return the run as one object: what ``--json`` prints and ``summary.json`` keeps."""
    day = ran.report.day
    out = day.of(Direction.OUT)
    ratio = out.stock_per_cleared_permille
    return {
        "synthetic": True,
        "scenario": ran.report.scenario,
        "date": ran.report.date,
        "seed": ran.asked.seed,
        "cleared": {one.direction.value: one.cleared for one in day.directions},
        "stock": out.closing,
        "stock_per_cleared_day": None if ratio is None else ratio / 1_000,
        "documented": [row.to_wire() for row in ran.report.compared],
        "day": day.to_wire(),
        "days": [one.to_wire() for one in ran.report.days],
        "places": {one.direction.value: one.to_wire() for one in ran.report.places},
        "clearance": [one.to_wire() for one in ran.report.clearance],
        "trs": ran.report.study.to_wire(),
        "queue_verified": ran.queue_verified,
        "entries": {
            "sent": sum(post.sent for post in ran.ledgers.posts),
            "receipted": sum(post.receipted for post in ran.ledgers.posts),
        },
        "ledgers_verified": ran.ledgers_verified,
        "ledger_entries": {post.post: post.entries for post in ran.ledgers.posts},
        "commands": ran.result.commands,
        "refused": dict(ran.result.refused),
        "unanswered_pushes": ran.result.unanswered_flushes,
        "files": {"directory": str(ran.asked.out), "report": str(ran.asked.out / REPORT)},
        "wall_s": ran.wall_s,
        "drill": [{"name": check.name, "state": check.state, "detail": check.detail} for check in ran.proofs],
    }


def _write(ran: Ran) -> None:
    (ran.asked.out / REPORT).write_text(reading.page(ran.report), "utf-8")
    (ran.asked.out / SUMMARY).write_text(json.dumps(summary(ran), indent=1, sort_keys=True) + "\n", "utf-8")


def _tell(ran: Ran, console: Console) -> None:
    report, day = ran.report, ran.report.day
    console.print(
        f"\n[bold]{report.name}[/bold] · {report.scenario} · seed {ran.asked.seed} · synthetic vehicles and goods"
    )
    if report.compared:
        console.print(_compared_table(report.compared))
    for one in day.directions:
        console.print(
            f"{one.direction.value:>3}: opening {one.opening} + arrivals {one.arrivals} − cleared {one.cleared} "
            f"− withdrawn {one.withdrawn} = waiting {one.closing}; stock ÷ cleared "
            f"{days(one.stock_per_cleared_permille)} days ({one.alarm.value}); {one.empties} empty vehicles over the line"
        )
    if len(report.days) > 1:
        console.print(_days_table(report.days))
    console.print(_places_table(report.places))
    for declared in report.clearance:
        console.print(_declared_line(declared))
    console.print(study_table(report.study, channels=True))
    for check in report.checks:
        mark = "[green]holds[/green]" if check.state == "ok" else "[red]does not hold[/red]"
        console.print(f"{mark} · {check.name} · {check.detail}")
    console.print(f"\nReport   {ran.asked.out / REPORT}")
    console.print(f"Ledgers  {', '.join(str(post.directory) for post in ran.ledgers.posts)}")
    console.print(f"Took     {ran.wall_s} s for {ran.result.commands} commands in {ran.result.ticks} steps\n")


def _declared_line(one: ClearanceDay) -> str:
    options = ", ".join(f"{count} {option}" for option, count in one.options.items()) or "none"
    channels = ", ".join(f"{count} {channel}" for channel, count in one.channels.items()) or "none"
    return (
        f"{one.post}: {one.lodged} declarations, {sum(one.findings.values())} findings; of {one.imports} imports the duty of "
        f"{one.duty_known} is known: {amount(one.duty_minor, one.currency)}, with taxes {amount(one.total_minor, one.currency)}, "
        f"preferences save {amount(one.saved_minor, one.currency)}; rates {options}; channels {channels}"
    )


def _compared_table(rows: Sequence[Compared]) -> Table:
    table = Table(title="Against the documented figures")
    table.add_column("figure")
    for name in ("documented", "this run", "deviation"):
        table.add_column(name, justify="right")
    table.add_column("aim")
    for row in rows:
        mark = "[green]within[/green]" if row.within else "[red]outside[/red]"
        table.add_row(row.figure, str(row.documented), str(row.measured), percent(row.deviation_permille), mark)
    return table


def _days_table(rows: Sequence[DayTotal]) -> Table:
    table = Table(title="Day by day")
    table.add_column("date")
    for way in Direction:
        table.add_column(f"cleared {way.value}", justify="right")
        table.add_column(f"waiting {way.value}", justify="right")
    for row in rows:
        table.add_row(row.date, *(str(count) for way in Direction for count in (row.cleared[way], row.stock[way])))
    return table


def _places_table(rows: Sequence[PlaceDay]) -> Table:
    table = Table(title="Places in the queue")
    table.add_column("")
    for name in ("opening", "taken", "calls", "calls missed", "departed", "closing", "lost otherwise"):
        table.add_column(name, justify="right")
    for row in rows:
        wire = row.to_wire()
        lost = ", ".join(f"{count} {cause}" for cause, count in wire["lost"].items()) or "0"
        counts = [wire[name] for name in ("opening", "taken", "called", "missed_calls", "departed", "closing")]
        table.add_row(row.direction.value, *map(str, counts), lost)
    return table
