"""``gatepair twin compare``: several designs with the same vehicles and draws, and their paired differences."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import click

from gatepair.base.errors import SettingInvalid
from gatepair.cli import twin_work
from gatepair.cli.twin_options import INTERRUPTED, days_option, effort, effort_options, output, output_options
from gatepair.cli.twin_show import show
from gatepair.cli.twin_work import Target, Work, ground, known_figures, making, working
from gatepair.insight.twin_summary import comparison_report
from gatepair.insight.what_if import plan_hash
from gatepair.twin.gate.gate import Gate, compile_gate
from gatepair.twin.study.comparing import compare as compared
from gatepair.twin.study.experiment import Experiment


@click.command()
@click.argument("designs", nargs=-1, required=True, metavar="A B...")
@days_option
@click.option("--figure", "figures", multiple=True, help="Compare this figure (`cleared.out`); may be repeated.")
@effort_options
@output_options
def compare(designs: tuple[str, ...], days: int | None, figures: tuple[str, ...], **options: Any) -> None:
    """Simulate several designs with the same vehicles and draws, and show their differences to the first.

    Each of A, B and so on is a plan, a scenario, one variant of a what-if (`what-if-lanes:six-lanes`) or a
    file; a what-if alone stands for all its variants. The differences are paired by replication, and all
    their intervals hold together.
    """
    asked, wanted = effort(options), output(options)
    ones = [one for name in designs for one in twin_work.targets(name)]
    _check(ones)
    gates = [compile_gate(one.plan, one.scenario, days=days) for one in ones]
    with working(asked, days_asked=days, quiet=wanted.as_json) as work:
        made = _replicated(work, ones, gates)
    words = ["compare", *designs, "--replications", str(asked.replications), "--seed", str(asked.seed)]
    how = replace(
        making(asked, gates[0], made[0], words=words),
        replications=min(len(one.replications) for one in made),
        plan_hash=", ".join(plan_hash(one.plan) for one, _ in zip(ones, made, strict=False)),
        interrupted=len(made) < len(ones),
    )
    grounds = [ground(*which, asked) for which in zip(ones, gates, made, strict=False)]
    table = compared(
        {one.name: each for one, each in zip(ones, made, strict=False)},
        measures=known_figures(made[0], figures),
        level=asked.level,
    )
    show(comparison_report(grounds, made, table, how), wanted)


def _replicated(work: Work, ones: Sequence[Target], gates: Sequence[Gate]) -> list[Experiment]:
    """Return the experiment of each design until one is interrupted; end the program when fewer than two are there."""
    made: list[Experiment] = []
    for one, gate in zip(ones, gates, strict=True):
        experiment = work.replicate(one.name, gate, replications=work.effort.replications)
        if experiment.replications:
            made.append(experiment)
        if experiment.cut_short:
            break
    if len(made) < 2:
        click.echo("gatepair: interrupted before two designs were run; nothing to compare", err=True)
        sys.exit(INTERRUPTED)
    return made


def _check(ones: Sequence[Target]) -> None:
    """Refuse what cannot be compared.

    Raises:
        SettingInvalid: fewer than two designs, one of them twice, or of different lengths.
    """
    if len(ones) < 2:
        raise SettingInvalid("a comparison needs two designs: name two plans or scenarios, or a what-if with variants")
    names = [one.name for one in ones]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise SettingInvalid(f"{twice} is named twice; each design is run once")
