"""``gatepair report``: the report of a day as one HTML file that needs no network."""

from __future__ import annotations

from pathlib import Path

import click

from gatepair.base.findings import LANGUAGES, Language
from gatepair.cli import reading
from gatepair.insight.report import Check


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@click.option(
    "--date", "day", default=None, help="Local date, such as 2025-11-11; default: the demo's or the last one."
)
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the page.")
def report(directory: Path, output: Path, day: str | None, lang: Language) -> None:
    """Write the report of a day in DIRECTORY (one post, or both posts of a demo) to one HTML file.

    The ledgers are verified while they are read; a damaged one is named in the report.
    """
    ledgers = reading.read_ledgers(directory)
    made = reading.report_of(ledgers, reading.window(ledgers, day), checks=ledger_checks(ledgers))
    output.write_text(reading.page(made, lang), "utf-8")
    click.echo(f"{output} written")


def ledger_checks(ledgers: reading.Ledgers) -> list[Check]:
    """Return one check for each ledger: its chain holds, or where it breaks."""
    return [
        Check(
            f"Ledger of {one.plan.posts[one.post].name.en}",
            "failed" if one.damage else "ok",
            one.damage or f"{one.entries} entries",
        )
        for one in ledgers.posts
    ]
