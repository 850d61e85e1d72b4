"""Options that several commands of ``gatepair twin`` share, and what they say."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, TypeVar

import click

from gatepair.base.errors import SettingInvalid
from gatepair.base.findings import LANGUAGES, Language

REPLICATIONS_MAX: Final = 1_000_000
DAYS_MAX: Final = 3_660
"""Ten years: calendars of holidays are not known for longer."""
INTERRUPTED: Final = 130
"""Exit code of a program that Ctrl-C ended, as shells have it."""
LEVEL: Final = 0.95
REPLICATIONS: Final = 30

Engine = Literal["auto", "fast", "slow"]
Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is run, where, and how sure the intervals are."""

    replications: int
    seed: int
    level: float
    threads: int
    cluster: str | None
    engine: Engine


@dataclass(frozen=True, slots=True)
class Output:
    """What comes out: a table, one JSON object, a page."""

    as_json: bool
    report: Path | None
    language: Language


def effort_options(command: Command) -> Command:
    """Add how much is run and where."""
    return _all(
        command,
        click.option(
            "--replications",
            type=click.IntRange(1, REPLICATIONS_MAX),
            default=REPLICATIONS,
            show_default=True,
            help="How often it is run, each time with other draws.",
        ),
        click.option(
            "--seed", type=click.IntRange(0), default=1, show_default=True, help="One seed gives one result anywhere."
        ),
        click.option(
            "--level",
            type=click.FloatRange(0.5, 0.9999),
            default=LEVEL,
            show_default=True,
            help="Confidence of the intervals.",
        ),
        click.option("--threads", type=click.IntRange(1, 1_024), default=None, help="Threads; default: one a core."),
        click.option("--cluster", default=None, metavar="ADDRESS", help="Run on the Dask cluster at this address."),
        click.option(
            "--engine",
            type=click.Choice(["auto", "fast", "slow"]),
            default="auto",
            show_default=True,
            help="The compiled engine, or the plain one; both give the same figures.",
        ),
    )


def output_options(command: Command) -> Command:
    """Add what comes out."""
    return _all(
        command,
        click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object."),
        click.option(
            "--report",
            type=click.Path(dir_okay=False, path_type=Path),
            default=None,
            metavar="FILE.html",
            help="Write a page that needs no network.",
        ),
        click.option(
            "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the page."
        ),
    )


def days_option(command: Command) -> Command:
    """Add the length of the run."""
    return click.option(
        "--days", type=click.IntRange(1, DAYS_MAX), default=None, help="Length of the run; default: the scenario's."
    )(command)


def date_option(command: Command) -> Command:
    """Add the first day of the run."""
    return click.option(
        "--date", "first", default=None, metavar="YYYY-MM-DD", help="First day; default: the scenario's, or 2026-03-02."
    )(command)


def scenario_option(command: Command) -> Command:
    """Add the scenario in which a plan stands."""
    return click.option(
        "--scenario", default=None, help="A shipped day or what-if (`what-if-lanes:six-lanes`), or a file."
    )(command)


def _all(command: Command, *options: Callable[[Command], Command]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def effort(options: dict[str, Any]) -> Effort:
    """Return the effort that the options ask for, taking them out of ``options``.

    Raises:
        SettingInvalid: both threads and a cluster were asked for.
    """
    threads, cluster = options.pop("threads"), options.pop("cluster")
    if threads is not None and cluster is not None:
        raise SettingInvalid("give --threads or --cluster: the cluster has its own")
    return Effort(
        options.pop("replications"),
        options.pop("seed"),
        options.pop("level"),
        threads=threads or os.cpu_count() or 1,
        cluster=cluster,
        engine=options.pop("engine"),
    )


def output(options: dict[str, Any]) -> Output:
    """Return the output that the options ask for, taking them out of ``options``."""
    return Output(options.pop("as_json"), options.pop("report"), options.pop("lang"))
