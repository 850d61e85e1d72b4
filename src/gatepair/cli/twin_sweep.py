"""``gatepair twin sweep``: a grid of changes to a plan, each run with the same vehicles and draws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import click
from rich.console import Console

from gatepair.base.errors import SettingInvalid
from gatepair.cli import twin_work
from gatepair.cli.twin_options import (
    Effort,
    days_option,
    effort,
    effort_options,
    output,
    output_options,
    scenario_option,
)
from gatepair.cli.twin_prices import cost_wire, costing, money, price_options
from gatepair.cli.twin_show import days_words, emit, ended, print_json, simple, wide, write_page
from gatepair.cli.twin_work import Target, Work, enough, ground, known_figures, making, working
from gatepair.insight.twin_labels import figure_words
from gatepair.insight.twin_page import short
from gatepair.insight.twin_report import TwinReport, to_wire
from gatepair.insight.twin_summary import comparison_report, estimate, headlines, unit_of
from gatepair.insight.what_if import plan_hash
from gatepair.twin.gate.gate import compile_gate
from gatepair.twin.study import sweep as sweeps
from gatepair.twin.study.designs import Axis, axis, grid
from gatepair.twin.study.sweep import Row, Sweep

SHOWN_MAX: Final = 5
"""Figures that a table of designs holds beside their names; the page and the JSON hold all."""


@click.command()
@click.argument("plan", metavar="PLAN")
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="PATH=A,B,C",
    help="Values to try at a place of the plan: `stations.hn-exit-gate.servers=2,3,4`, `quotas.0.per_hour=8..16..4`. "
    "Join places that move together by `+`; may be repeated.",
)
@click.option("--figure", "figures", multiple=True, help="Show this figure (`cleared.out`); may be repeated.")
@scenario_option
@days_option
@price_options
@effort_options
@output_options
def sweep(plan: str, vary: tuple[str, ...], figures: tuple[str, ...], **options: Any) -> None:
    """Simulate a grid of changes to a plan, and show each beside the plan as it stands.

    Every combination of the values is run with the same vehicles and draws. A combination that gives no
    plan that holds together is named with its reason. Ctrl-C keeps the designs that were run.
    """
    scenario, days = options.pop("scenario"), options.pop("days")
    asked, wanted = effort(options), output(options)
    one = twin_work.target(plan, scenario)
    axes = [axis(text) for text in vary]
    costs = costing(options, one, days=days or one.scenario.days)
    designs = grid(axes)
    with working(asked, days_asked=days, quiet=wanted.as_json) as work:
        work.count("designs", len(designs) + 1)
        made = sweeps.sweep(
            one.bare,
            one.scenario,
            designs=designs,
            run=work.run,
            seed=asked.seed,
            replications=asked.replications,
            measures=figures or None,
            level=asked.level,
            costing=costs,
        )
    words = ["sweep", plan, *(part for text in vary for part in ("--vary", text))]
    report = _report(one, made, work, asked=asked, figures=figures, words=words)
    if wanted.report is not None:
        write_page(report, wanted.report, wanted)
    if wanted.as_json:
        print_json(_wire(report, made, axes))
    else:
        _print(report, made, wide(), figures=figures)
    if made.cut_short:
        ended(sum(row.experiment is not None for row in made.rows), len(designs), what="designs")


def _report(
    one: Target, made: Sweep, work: Work, *, asked: Effort, figures: tuple[str, ...], words: list[str]
) -> TwinReport:
    """Return the sweep as a comparison, so that its page is the one of a comparison."""
    if made.base.experiment is None:
        raise SettingInvalid("interrupted before the plan as it stands was run: there is nothing to compare")
    base = enough(made.base.experiment)
    gate = compile_gate(made.base.plan, one.scenario, days=work.days_asked)
    run = [row for row in (made.base, *made.rows) if row.experiment is not None and row.experiment.replications]
    grounds = [replace(ground(one, gate, base, asked), name=row.design.name, summary=money(row.cost)) for row in run]
    how = replace(
        making(asked, gate, base, words=words), plan_hash=plan_hash(made.base.plan), interrupted=made.cut_short
    )
    names = known_figures(base, figures)
    compared = sweeps.comparison_of(made.base, made.rows, measures=names, level=asked.level)
    experiments = [row.experiment for row in run if row.experiment is not None]
    report = comparison_report(grounds, experiments, compared, how)
    refused = tuple(f"{row.design.name}: {row.refused}" for row in made.rows if row.refused)
    return replace(report, findings=(*report.findings, *refused))


def _print(report: TwinReport, made: Sweep, console: Console, *, figures: tuple[str, ...]) -> None:
    making_of = report.making
    console.print(f"[bold]{report.name}[/bold]  {report.scenario} {report.date}")
    console.print(f"{days_words(making_of.days)}, {making_of.replications} replications each, seed {making_of.seed}")
    base = made.base.experiment
    names = headlines(base, figures)[:SHOWN_MAX] if base is not None else []
    priced = made.base.cost is not None
    columns = ("design", *(figure_words(name) for name in names), *(("cost, minor units",) if priced else ()))
    table = simple("Designs, the plan as it stands first; * differs clearly from it", columns)
    for row in (made.base, *made.rows):
        if row.experiment is None:
            table.add_row(row.design.name, f"[red]{row.refused}[/red]")
            continue
        found = row.figures(names, level=making_of.level)
        cells = [_cell(made, row, name, found) for name in names]
        table.add_row(row.design.name, *cells, *((money(row.cost),) if priced else ()))
    emit(console, table)
    console.print(f"Synthetic traffic; {len(report.assumptions)} places of the plan are assumed.")


def _cell(made: Sweep, row: Row, name: str, found: Any) -> str:
    if name not in found:
        return "–"
    text = short(estimate(found[name], unit_of(name)))
    against = made.difference(row, name)
    return f"[bold]{text} *[/bold]" if against is not None and against.decided else text


def _wire(report: TwinReport, made: Sweep, axes: list[Axis]) -> dict[str, Any]:
    wire = to_wire(report)
    costs = {row.design.name: cost_wire(row.cost) for row in (made.base, *made.rows)}
    wire["axes"] = [{"paths": list(one.paths), "values": list(one.values)} for one in axes]
    wire["designs"] = [{**one, "cost": costs.get(one["name"])} for one in wire["designs"]]
    wire["refused"] = [{"name": row.design.name, "why": row.refused} for row in made.rows if row.refused]
    return wire
