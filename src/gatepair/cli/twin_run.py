"""``gatepair twin run``, ``hindcast`` and ``warm``: one plan, simulated many times."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click

from gatepair.adapters.twin_records import RecordFiles
from gatepair.base.errors import NotFound
from gatepair.cli import twin_work
from gatepair.cli.twin_options import (
    Effort,
    Output,
    date_option,
    days_option,
    effort,
    effort_options,
    output,
    output_options,
    scenario_option,
)
from gatepair.cli.twin_show import show
from gatepair.cli.twin_work import Target, enough, ground, making, working
from gatepair.insight.twin_report import TwinReport
from gatepair.insight.twin_summary import run_report
from gatepair.insight.twin_task import ReportTask
from gatepair.insight.what_if import plan_hash
from gatepair.twin.gate.gate import Gate, compile_gate

WARM_PLAN: Final = "huu-nghi-youyiguan"


@click.command()
@click.argument("plan", metavar="PLAN")
@scenario_option
@date_option
@days_option
@effort_options
@output_options
@click.option(
    "--records",
    type=click.Path(file_okay=False, path_type=Path),
    default=None,
    metavar="DIR",
    help="Write every visit and crossing into visits.parquet and crossings.parquet there.",
)
def run(plan: str, scenario: str | None, first: str | None, days: int | None, **options: Any) -> None:
    """Simulate one plan or scenario and show what comes of it, with intervals.

    PLAN is the id of a shipped plan or scenario, or a file. Ctrl-C ends the run, shows what is complete
    and exits with 130.
    """
    asked, wanted = effort(options), output(options)
    records: Path | None = options.pop("records")
    one = twin_work.dated(twin_work.target(plan, scenario), first)
    gate = compile_gate(one.plan, one.scenario, days=days)
    report = _run(
        one, gate, asked, wanted=wanted, words=["run", plan, *_words(asked, scenario=scenario, date=first, days=days)]
    )
    if records is not None:
        _write_records(gate, asked, records, count=report.making.replications)
    show(report, wanted)


def _run(one: Target, gate: Gate, asked: Effort, *, wanted: Output, words: list[str]) -> TwinReport:
    with working(asked, quiet=wanted.as_json) as work:
        made = enough(work.replicate(one.name, gate, replications=asked.replications))
    how = replace(making(asked, gate, made, words=words), plan_hash=plan_hash(one.plan))
    return run_report(ground(one, gate, made, asked), made, how)


def _write_records(gate: Gate, asked: Effort, folder: Path, *, count: int) -> None:
    """Run the replications once more, one after another, and write what each vehicle did; memory is that of one run."""
    with RecordFiles(folder, gate.program, asked.seed, origin_ms=gate.origin_ms) as files:
        for number in range(count):
            files.write(ReportTask(gate, asked.seed, asked.engine).run(number, records=True))
    click.echo(" and ".join(str(path) for path in files.paths) + " written", err=True)


def _words(asked: Effort, **others: Any) -> list[str]:
    """Return the options that make the same run again."""
    words = [word for name, value in others.items() if value is not None for word in (f"--{name}", str(value))]
    return [*words, "--replications", str(asked.replications), "--seed", str(asked.seed)]


@click.command()
@click.argument("day", metavar="DAY")
@effort_options
@output_options
@click.option("--strict", is_flag=True, help="Exit with 1 when a figure misses its documented value by too much.")
@click.pass_context
def hindcast(ctx: click.Context, /, day: str, *, strict: bool, **options: Any) -> None:
    """Simulate a documented day and hold it against its documented figures.

    DAY is the id of a shipped scenario, such as 2025-11-11, or a scenario file with expectations. The
    mean over the replications is compared; the interval says how sure it is.
    """
    asked, wanted = effort(options), output(options)
    one = twin_work.target(day)
    if not one.scenario.expectations:
        raise NotFound(f"{day} has no documented figures to be held against; give a scenario with expectations")
    gate = compile_gate(one.plan, one.scenario)
    report = _run(one, gate, asked, wanted=wanted, words=["hindcast", day, *_words(asked)])
    show(report, wanted)
    held = [figure for figure in report.figures if figure.documented is not None]
    known = len(held) == len(one.scenario.expectations)
    ctx.exit(0 if not strict or (known and all(figure.within for figure in held)) else 1)


@click.command(hidden=True)
def warm() -> None:
    """Compile the engine now, so that the first run of a user need not wait for it."""
    began = time.monotonic()
    one = twin_work.target(WARM_PLAN)
    gate = compile_gate(one.plan, one.scenario, days=1)
    with working(Effort(1, 1, 0.95, threads=1, cluster=None, engine="auto"), quiet=True) as work:
        work.replicate("warm", gate, replications=1)
    click.echo(f"the engine is ready; it took {time.monotonic() - began:.1f} s")
