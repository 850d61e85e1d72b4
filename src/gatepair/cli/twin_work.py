"""Runs the twin for the command line: finds plans, makes executors, shows progress, keeps what is complete."""

from __future__ import annotations

import platform
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module, metadata
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from gatepair import __version__
from gatepair.adapters import planfiles
from gatepair.base.errors import NotFound, PlanInvalid, SettingInvalid
from gatepair.base.findings import Finding
from gatepair.cli.twin_options import INTERRUPTED, Effort
from gatepair.insight.twin_report import Making
from gatepair.insight.twin_summary import Ground, headlines
from gatepair.insight.twin_task import STUCK, ReportTask
from gatepair.insight.what_if import ORDINARY_DAY, as_planned
from gatepair.plan import markup
from gatepair.plan.loading import apply_scenario, variant_of
from gatepair.plan.model import Plan, Scenario
from gatepair.twin.gate.gate import Gate, compile_gate
from gatepair.twin.study.experiment import Executor, Experiment, replicate_task
from gatepair.twin.units import days

LIBRARIES: Final = ("numpy", "scipy", "numba")
"""Named in the report with their versions."""


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to run: how it is called, its plan as it stands then, and its scenario."""

    name: str
    plan: Plan
    scenario: Scenario
    bare: Plan
    """The plan before the scenario's overrides."""
    summary: str = ""


# --- what to run -----------------------------------------------------------------------------------


def target(name: str, scenario_name: str | None = None) -> Target:
    """Return a plan or scenario by id or path; of a what-if without a variant its first, which is its base.

    Raises:
        PlanInvalid: there is no such thing, or it does not hold together.
    """
    found = targets(name, scenario_name)
    if len(found) > 1:
        others = ", ".join(one.name for one in found[1:])
        click.echo(f"{name} has variants; {found[0].name} is run. The others: {others}", err=True)
    return found[0]


def targets(name: str, scenario_name: str | None = None) -> list[Target]:
    """Return what ``name`` stands for: one plan or scenario, or every variant of a what-if. Raises as above."""
    if scenario_name is not None:
        return _of_scenario(scenario_name, plan_name=name)
    if name in planfiles.plan_ids() or _is_plan_file(name):
        plan = planfiles.open_plan(name).value
        return [Target(plan.id, plan, as_planned(plan), plan, plan.name.en)]
    known = (*planfiles.scenario_ids(), *planfiles.what_if_ids())
    if name.partition(":")[0] not in known and not Path(name).is_file() and not Path(name.rpartition(":")[0]).is_file():
        listed = ", ".join((*planfiles.plan_ids(), *known))
        message = f"{name} is neither a file nor one of {listed}; write a path, or one of these"
        raise PlanInvalid(message, problems=(), name=name)
    return _of_scenario(name, plan_name=None)


def dated(one: Target, day: str | None) -> Target:
    """Return the target with another first day. Raises ``NotFound`` when ``day`` is no date."""
    if day is None:
        return one
    try:
        date.fromisoformat(day)
    except ValueError as error:
        raise NotFound(f"{day} is no date; write it as {ORDINARY_DAY}") from error
    return replace(one, scenario=msgspec.structs.replace(one.scenario, date=day))


def _is_plan_file(name: str) -> bool:
    if not Path(name).is_file():
        return False
    read = markup.read(planfiles.plan_text(name)).value
    return not (isinstance(read, dict) and "scenario" in read)


def _of_scenario(scenario_name: str, *, plan_name: str | None) -> list[Target]:
    loaded = planfiles.open_scenario(scenario_name)
    scenario = loaded.value
    plan = planfiles.open_plan(plan_name or scenario.plan).value
    if not scenario.variants:
        day = apply_scenario(plan, scenario, marks=loaded.marks, name=loaded.name)
        return [Target(scenario_name, day, scenario, plan, scenario.name.en)]
    found = []
    for key in scenario.variants:
        one = variant_of(scenario, key)
        day = apply_scenario(plan, one, name=f"{scenario_name}:{key}")
        found.append(Target(f"{scenario_name}:{key}", day, one, plan, scenario.variants[key].name.en))
    return found


# --- running ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Work:
    """Everything a command needs to run designs: where, with which seed, and how progress is shown."""

    effort: Effort
    executor: Executor
    bar: Progress
    days_asked: int | None = None
    series: bool = True
    """Whether the designs of :meth:`run` keep series over time."""
    tasks: dict[str, TaskID] = field(default_factory=dict)

    @property
    def block(self) -> int | None:
        """Return how many replications are sent at once: to threads one by one, so that Ctrl-C loses little."""
        return None if self.effort.cluster is not None else 1

    def replicate(self, name: str, gate: Gate, *, replications: int, first: int = 0) -> Experiment:
        """Run a compiled gate ``replications`` times, numbered from ``first``; Ctrl-C keeps what is complete."""
        task = self.bar.add_task(name, total=replications)
        made = replicate_task(
            ReportTask(gate, self.effort.seed, self.effort.engine),
            replications=replications,
            first=first,
            executor=self.executor,
            block=self.block,
            on_done=lambda done, _asked: self.bar.update(task, completed=done),
        )
        self.bar.update(task, completed=len(made.replications), visible=not made.cut_short)
        return made

    def count(self, name: str, total: int) -> None:
        """Show a bar of designs, which :meth:`run` moves on."""
        self.tasks[name] = self.bar.add_task(name, total=total)

    def run(self, plan: Plan, scenario: Scenario | None, *, seed: int, first: int = 0, replications: int) -> Experiment:
        """Run one design of a sweep or search: a plan whose overrides are set."""
        gate = compile_gate(plan, scenario, days=self.days_asked)
        made = replicate_task(
            ReportTask(gate, seed, self.effort.engine, series=self.series),
            replications=replications,
            first=first,
            executor=self.executor,
            block=self.block,
        )
        for task in self.tasks.values():
            self.bar.advance(task)
        return made


@contextmanager
def working(
    effort: Effort, *, days_asked: int | None = None, quiet: bool = False, series: bool = True
) -> Iterator[Work]:
    """Open the executor and the progress bar; the bar is on standard error, and only on a terminal."""
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:.0f}/{task.total:.0f}"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    )
    with executor_for(effort) as executor, bar:
        yield Work(effort, executor, bar, days_asked, series)


@contextmanager
def executor_for(effort: Effort) -> Iterator[Executor]:
    """Open threads of this machine, or the cluster asked for.

    Raises:
        SettingInvalid: the cluster cannot be reached, or its library is not installed.
    """
    if effort.cluster is None:
        pool = ThreadPoolExecutor(effort.threads, thread_name_prefix="twin")
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)
        return
    client = _client(effort.cluster)
    try:
        yield client.get_executor(pure=False)
    finally:
        client.close()


def _client(address: str) -> Any:
    try:
        distributed = import_module("distributed")
    except ImportError as error:
        message = "a cluster needs the Dask library: install it with pip install 'gatepair[cluster]'"
        raise SettingInvalid(message, setting="cluster") from error
    try:
        return distributed.Client(address, timeout=10)
    except (OSError, TimeoutError, ValueError) as error:
        raise SettingInvalid(f"no Dask cluster answers at {address}: {error}", setting="cluster") from error


def ground(one: Target, gate: Gate, made: Experiment, effort: Effort) -> Ground:
    """Return what was run, with what the compiler and the runs remark: who waits for what for ever, and where."""
    findings = [_placed(finding) for finding in gate.program.findings]
    stuck = [number for number, places in made.by_number(STUCK).items() if places]
    if stuck:
        run = ReportTask(gate, effort.seed, effort.engine).run(stuck[0])
        share = f"in {len(stuck)} of {len(made.replications)} replications, here number {stuck[0]}"
        findings += [f"{_placed(finding)} ({share})" for finding in run.findings]
    return Ground(one.name, one.plan, one.scenario, tuple(gate.hours), tuple(findings), one.summary)


def _placed(finding: Finding) -> str:
    """Return a remark with its place in the network."""
    return f"{finding.path}: {finding.text('en')}" if finding.path else finding.text("en")


def enough(made: Experiment) -> Experiment:
    """Return the experiment, or end the program when it was interrupted before anything was complete."""
    if not made.replications:
        click.echo("gatepair: interrupted before one replication was complete; nothing to show", err=True)
        sys.exit(INTERRUPTED)
    return made


def known_figures(base: Experiment, asked: Sequence[str]) -> list[str]:
    """Return the figures to compare: those ``asked`` for, or the headlines.

    Raises:
        SettingInvalid: the base has no such figure.
    """
    names = headlines(base, asked)
    unknown = next((name for name in names if name not in base.names), None)
    if unknown is not None:
        listed = ", ".join(base.names)
        raise SettingInvalid(f"there is no figure {unknown}; there are {listed}", figure=unknown)
    return names


def making(effort: Effort, gate: Gate, made: Experiment, *, words: Sequence[str]) -> Making:
    """Return how the figures came about; ``words`` are those of the command line that makes them again."""
    return Making(
        seed=effort.seed,
        replications=len(made.replications),
        wanted=made.asked,
        days=round(gate.until / days(1)),
        level=effort.level,
        versions=versions(effort.engine),
        command=" ".join(["gatepair", "twin", *words]),
    )


def versions(engine: str) -> dict[str, str]:
    """Return what ran, by name."""
    found = {"gatepair": __version__, "python": platform.python_version(), "engine": engine}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "not installed"
    return found
