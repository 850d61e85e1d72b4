"""``gatepair assess``: a whole declaration explained: findings, rates side by side, duty, taxes, origin."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import click

from gatepair.adapters.assessing import Assessor, read_papers
from gatepair.base.findings import LANGUAGES, Language
from gatepair.clearance.assessing.model import Papers
from gatepair.clearance.assessing.told import told

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--papers", "papers_path", type=_FILE, default=None,
              help="JSON with what comes beside the declaration: bills of materials, proofs of origin, the importing country.")  # fmt: skip
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Day of import. [default: today]")
@click.option(
    "--directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="the current one",
    help="Directory of a post, or of one's work, with imported sheets of rates.",
)
@click.option("--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the text.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a document, in every language.")
@click.pass_context
def assess(
    ctx: click.Context,
    /,
    file: Path,
    *,
    papers_path: Path | None,
    day: datetime | None,
    directory: Path,
    language: Language,
    as_json: bool,
) -> None:
    """Assess the declaration in FILE: findings, rates side by side, duty and taxes, origin and proofs.

    FILE is of any format that `gatepair declare` reads. A rate, a value or an origin that is not known is said to be
    so, and is never nought. Exit status: 0 nothing is wrong, 1 there is an error or the file holds no declaration.
    """
    papers = Papers() if papers_path is None else read_papers(papers_path.read_bytes(), name=papers_path.name)
    on = day.date() if day else date.today()  # noqa: DTZ011 - the day at the desk where it is asked
    sound = True
    for one in Assessor(directory).documents(file.read_bytes(), papers, on=on):
        sound = sound and one.sound
        if as_json:
            click.echo(json.dumps({"file": file.name, **one.to_wire()}, ensure_ascii=False))
            continue
        for finding in one.read.findings:
            click.echo(f"{finding.path}: {finding.text(language)}")
        if one.assessed is None:
            click.echo(f"{file.name} holds a {type(one.read.content).__name__.lower()}, not a declaration")
        else:
            click.echo("\n".join(told(one.assessed, language)))
    ctx.exit(0 if sound else 1)
