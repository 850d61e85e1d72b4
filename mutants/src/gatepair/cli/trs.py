"""``gatepair trs``: the time-release study of a day, from a post's or a demo's ledgers."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from gatepair.cli import reading
from gatepair.insight.labels import label
from gatepair.insight.report import span
from gatepair.insight.trs import Study


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--date", "day", default=None, help="Local date, such as 2025-11-11; default: the demo's or the last one."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of a table.")
def trs(directory: Path, day: str | None, *, as_json: bool) -> None:
    """Print how long each stage took: count, median, 90th percentile and mean, by direction and channel.

    DIRECTORY holds one post, or both posts of a demo; with both, the whole way over the line is seen.
    Stages count on the day on which they ended. Quantiles are nearest-rank.
    """
    ledgers = reading.read_ledgers(directory)
    found = reading.study_of(ledgers, reading.window(ledgers, day))
    if as_json:
        click.echo(json.dumps(found.to_wire(), sort_keys=True))
        return
    Console().print(study_table(found))


def study_table(study: Study, *, channels: bool = True) -> Table:
    """Return the study as a table; without ``channels`` only the rows over all channels."""
    table = Table(title="Time-release study")
    for name in ("stage", "direction", "channel"):
        table.add_column(name)
    for name in ("count", "median", "90th pct", "mean"):
        table.add_column(name, justify="right")
    for row in study.rows:
        if row.channel is None or channels:
            table.add_row(
                label(f"stage.{row.stage.value}"),
                row.direction.value,
                row.channel.value if row.channel else "all",
                str(row.count),
                span(row.median_s),
                span(row.p90_s),
                span(row.mean_s),
            )
    return table
