"""Shows what the twin found: tables for people, one JSON object for programs, one page for readers."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table

from gatepair.cli.twin_options import INTERRUPTED, Output
from gatepair.insight import report as day_reports
from gatepair.insight import twin_page
from gatepair.insight.twin_labels import figure_words
from gatepair.insight.twin_page import is_main, short
from gatepair.insight.twin_report import Figure, TwinReport, to_wire

WIDTH_MIN: Final = 110
"""Tables are at least this wide, so that a narrow log does not break every cell."""
WIDTH_MAX: Final = 400
REMARK_MAX: Final = 240
"""Letters of a remark that a terminal shows; one about many places would fill it."""
LOADS_SHOWN: Final = 8


def show(report: TwinReport, wanted: Output) -> None:
    """Write the page if asked for, print the JSON or the tables, and end with 130 when the run was cut short."""
    if wanted.report is not None:
        write_page(report, wanted.report, wanted)
    if wanted.as_json:
        click.echo(json.dumps(to_wire(report), ensure_ascii=False, allow_nan=False))
    else:
        print_report(report, wide())
        if wanted.report is not None:
            click.echo(f"{wanted.report} written")
    if report.making.cut_short:
        ended(report.making.replications, report.making.wanted)


def ended(complete: int, wanted: int, *, what: str = "replications") -> None:
    """Say that a run was interrupted and what it rests on, and end the program as interrupted ones end."""
    click.echo(f"gatepair: interrupted; what is shown rests on {complete} of {wanted} {what}", err=True)
    sys.exit(INTERRUPTED)


def write_page(report: TwinReport, path: Path, wanted: Output) -> None:
    """Write the report as one HTML file."""
    inside = resources.files("gatepair.insight")
    names = (twin_page.TEMPLATE, day_reports.TEMPLATE, twin_page.CHARTS)
    page, layout, charts = (inside.joinpath(name).read_text("utf-8") for name in names)
    path.write_text(twin_page.render(report, page, layout=layout, charts=charts, language=wanted.language), "utf-8")


def print_report(report: TwinReport, console: Console) -> None:
    """Print a report as tables: what was run, figures with intervals, the bottleneck, what it rests on."""
    making = report.making
    console.print(f"[bold]{report.name}[/bold]  {report.scenario} {report.date}")
    runs = f"{making.replications} replications" if making.replications > 1 else "one replication: no intervals"
    console.print(f"{days_words(making.days)}, {runs}, seed {making.seed}; intervals of {100 * making.level:g} %")
    if report.designs:
        _print_designs(report, console)
        _print_differences(report, console)
    else:
        _print_figures(report, console)
        _print_waiting(report, console)
        _print_loads(report, console)
    for finding in report.findings:
        told = finding if len(finding) <= REMARK_MAX else f"{finding[:REMARK_MAX]}… (whole in --json and on the page)"
        console.print(f"remark: {told}", markup=False)
    console.print(
        f"Synthetic traffic. Of what it rests on, {report.documented_count} places of the plan are documented or "
        f"computed from documented ones and {len(report.assumptions)} are assumed."
    )


def _print_figures(report: TwinReport, console: Console) -> None:
    rows = [one for one in report.figures if is_main(one)]
    held = any(one.documented is not None for one in rows)
    table = simple(
        "Figures", ("figure", "mean ± half the interval", *(("documented", "deviation", "") if held else ()))
    )
    for one in rows:
        against = _against(one) if held else ()
        table.add_row(figure_words(one.figure), short(one.estimate), *against)
    emit(console, table)


def _against(one: Figure) -> tuple[str, ...]:
    if one.documented is None:
        return "", "", ""
    deviation = round(1_000 * (one.estimate.mean - one.documented) / one.documented) if one.documented else None
    verdict = "[green]within the aim[/green]" if one.within else "[red]outside the aim[/red]"
    return f"{one.documented} ({one.kind})", day_reports.percent(deviation), verdict


def _print_waiting(report: TwinReport, console: Console) -> None:
    if not report.waiting:
        return
    table = simple("Waiting for the call", ("direction", "class", "count", "median", "90th pct", "mean"), words=2)
    for one in report.waiting:
        times = (one.count, one.median, one.p90, one.mean)
        table.add_row(one.direction, one.of or "all", *(short(estimate) for estimate in times))
    emit(console, table)


def _print_loads(report: TwinReport, console: Console) -> None:
    table = simple("The busiest places", ("place", "where", "direction", "in use while open"), words=3)
    for one in report.loads[:LOADS_SHOWN]:
        name = f"[bold]{one.name}[/bold]" if one.bottleneck else one.name
        table.add_row(name, one.place, one.direction, short(one.utilisation))
    emit(console, table)
    for limit in report.bottlenecks:
        where = ", ".join(part for part in (limit.place, limit.direction) if part)
        share = f"it limited {100 * limit.limited:.0f} % of the replications"
        console.print(f"Bottleneck: [bold]{limit.name}[/bold] ({where}), {short(limit.utilisation)} in use; {share}")
    if not report.bottlenecks:
        console.print("Nothing is busy enough to be named as the bottleneck.")


def _print_designs(report: TwinReport, console: Console) -> None:
    table = simple("Designs, the base first", ("design", "what it is"), words=2)
    for one in report.designs:
        table.add_row(one.name, one.summary)
    emit(console, table)


def _print_differences(report: TwinReport, console: Console) -> None:
    """Print the paired differences, a column for each design; a clear one is bold and marked."""
    names = list(dict.fromkeys(one.design for one in report.differences))
    base = report.designs[0].name
    table = simple("Less the base, paired by replication; * marks a clear difference", ("figure", base, *names))
    for figure in dict.fromkeys(one.figure for one in report.differences):
        of = {one.design: one for one in report.differences if one.figure == figure}
        cells = []
        for name in names:
            one = of.get(name)
            text = "–" if one is None else short(one.difference, signed=True)
            cells.append(f"[bold]{text} *[/bold]" if one is not None and one.clear else text)
        first = next(iter(of.values()))
        table.add_row(figure_words(figure), short(first.base_mean), *cells)
    emit(console, table)


def simple(title: str, columns: Sequence[str], *, words: int = 1) -> Table:
    """Return an empty table whose first ``words`` columns are words and whose others are figures."""
    table = Table(title=title, title_justify="left", header_style="bold")
    for at, column in enumerate(columns):
        table.add_column(column, justify="left" if at < words else "right", overflow="fold")
    return table


def days_words(days: int) -> str:
    """Return a number of days in words."""
    return "1 day" if days == 1 else f"{days} days"


def emit(console: Console, table: Table) -> None:
    """Print a table; where no terminal sets the width, as wide as it needs."""
    needed = console.measure(table, options=console.options.update(width=WIDTH_MAX)).maximum
    if not console.is_terminal and needed > console.width:
        console.width = needed
    console.print(table)


def wide() -> Console:
    """Return the console for tables, no narrower than they need."""
    console = Console(highlight=False, soft_wrap=False)
    return console if console.width >= WIDTH_MIN else Console(highlight=False, width=WIDTH_MIN)


def print_json(wire: dict[str, Any]) -> None:
    """Print exactly one JSON object."""
    click.echo(json.dumps(wire, ensure_ascii=False, allow_nan=False))
