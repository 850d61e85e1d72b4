"""``gatepair twin study``: runs one study of a post's pages in a process of its own; for the post, not for people."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Final

import click

from gatepair import wiring
from gatepair.adapters.studies import StudyQueue, read_asked, write_progress, write_result
from gatepair.base.entries import Entry
from gatepair.base.errors import NotFound
from gatepair.base.time import DAY_MS
from gatepair.cli.twin_options import LEVEL, Effort
from gatepair.cli.twin_work import Target, ground, versions
from gatepair.insight.calibration import DAYS, held_against
from gatepair.insight.calibration import Effort as Held
from gatepair.insight.studies import Result, kept_replications
from gatepair.insight.twin_task import ReportTask
from gatepair.insight.what_if import Asked, changed, plan_hash
from gatepair.node.audit_search import position_at
from gatepair.node.ports import Reader
from gatepair.plan.model import Plan
from gatepair.twin.engine import chosen
from gatepair.twin.gate.gate import compile_gate
from gatepair.twin.ledgers.observed import Ledger, facts
from gatepair.twin.plain.run import run_plain
from gatepair.twin.study.experiment import replicate_task

NICE: Final = 10
"""How much a study gives way to the post beside it."""
BEFORE_DAYS: Final = 7
"""How long before the days that are looked at a vehicle may have been declared that still stands then."""
PAGE: Final = 1_000


@click.command(hidden=True)
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def study(directory: Path, folder: Path) -> None:
    """Run what ``asked.json`` in FOLDER asks of the plan of the post in DIRECTORY, and write ``result.json``."""
    with suppress(OSError):
        os.nice(NICE)
    plan = wiring.read_plan(directory)
    asked = read_asked(folder)
    if asked is None:
        _calibrate(directory, plan, folder)
    else:
        _simulate(directory, plan, asked, folder=folder)


def engine_name() -> str:
    """Return which engine runs here: ``fast`` with Numba, else ``slow``."""
    return "slow" if chosen("auto") is run_plain else "fast"


def _simulate(directory: Path, bare: Plan, asked: Asked, *, folder: Path) -> None:
    began = time.monotonic()
    scenario = StudyQueue(directory, bare).scenario(asked.scenario)
    plan, day = changed(bare, scenario, asked.changes)
    gate = compile_gate(plan, day, days=asked.days)
    told = write_progress(folder)
    told(0, asked.replications)
    made = replicate_task(ReportTask(gate, asked.seed, "auto"), replications=asked.replications, block=1, on_done=told)
    effort = Effort(asked.replications, asked.seed, LEVEL, threads=1, cluster=None, engine="auto")
    run = ground(Target(asked.scenario, plan, day, bare), gate, made, effort)
    engine = engine_name()
    write_result(
        folder,
        Result(
            plan_hash=plan_hash(plan),
            engine=engine,
            seconds=math.ceil(time.monotonic() - began),
            hours_ms=list(gate.hours),
            findings=list(run.findings),
            versions=versions(engine),
            replications=kept_replications(made),
        ),
    )


def _calibrate(directory: Path, plan: Plan, folder: Path) -> None:
    settings = wiring.read_settings(directory)
    with closing(wiring.open_ledger(directory, settings, read_only=True)) as ledger, ledger.read() as reader:
        seen = Ledger(settings.post, facts(_last_days(reader)))
    try:
        found = held_against(plan, seen, Held(), on_done=write_progress(folder))
    except ValueError as error:
        raise NotFound(str(error)) from error
    write_result(folder, found)


def _last_days(reader: Reader) -> Iterator[Entry]:
    """Yield what was recorded in the days that are looked at and some before, in order."""
    head = reader.head().position
    last = reader.entries(after=head - 1, limit=1) if head else []
    if not last:
        return
    after = position_at(reader, last[0].recorded_at_ms - (DAYS + BEFORE_DAYS) * DAY_MS) - 1
    while page := reader.entries(after=after, limit=PAGE):
        yield from page
        after = page[-1].position
