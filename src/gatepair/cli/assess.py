"""``gatepair assess``: a whole declaration explained: findings, rates side by side, duty, taxes, origin."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import click

from gatepair.adapters.assessing import Assessor, Told, brings_papers, read_papers
from gatepair.adapters.channelprofiles import open_profile
from gatepair.base.findings import LANGUAGES, Language, words_of
from gatepair.clearance.assessing.channel import channel_of
from gatepair.clearance.assessing.model import Papers
from gatepair.clearance.assessing.told import told
from gatepair.clearance.channel.choosing import Chosen
from gatepair.clearance.channel.profile import Profile
from gatepair.clearance.declaration.model import Declaration
from gatepair.cli.checked import Misuse, told_in

_WORDS = words_of(
    ("papers_twice", "{name} brings its own papers; leave out --papers, or take the papers out of the file",
     "{name} đã có giấy tờ của mình; hãy bỏ --papers, hoặc lấy giấy tờ ra khỏi tệp",
     "{name} 已自带随附文件;请去掉 --papers,或从文件中移除随附文件",
     "{name} apporte ses propres papiers ; ôtez --papers, ou retirez les papiers du fichier"),
)  # fmt: skip
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("file", type=_FILE)
@click.option("--papers", "papers_path", type=_FILE, default=None,
              help="JSON with what comes beside the declaration: bills of materials, proofs of origin, the importing country.")  # fmt: skip
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Day of import. [default: today]")
@click.option(
    "--directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    show_default="the current one",
    help="Directory of a post, or of one's work, with imported sheets of rates.",
)
@click.option("--profile", "profiles", type=_FILE, multiple=True,
              help="For customs: a profile to choose the channel by; the papers then name the gate and the load.")  # fmt: skip
@click.option("--hour", type=click.IntRange(0, 23), default=8, show_default=True, help="Local hour of the channel.")
@click.option("--salt", default="", help="Salt of the channel's draw.")
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
    profiles: tuple[Path, ...],
    hour: int,
    salt: str,
    language: Language,
    as_json: bool,
) -> None:
    """Assess the declaration in FILE: findings, rates side by side, duty and taxes, origin and proofs.

    The papers may also name the gate (permits and quarantine) and the load with its province (the fee).
    FILE is of any format that `gatepair declare` reads, or a dossier: one JSON object with declaration and papers. A rate, a value or an origin that is not known is said to be
    so, and is never nought. Exit status: 0 nothing is wrong, 1 there is an error or the file holds no declaration,
    2 papers are given twice.
    """
    ctx.with_resource(told_in(language))
    papers = Papers() if papers_path is None else read_papers(papers_path.read_bytes(), name=papers_path.name)
    raw = file.read_bytes()
    if papers_path is not None and brings_papers(raw, name=file.name):
        raise Misuse(_WORDS["papers_twice"][language].format(name=file.name))
    on = day.date() if day else date.today()  # noqa: DTZ011 - the day at the desk where it is asked
    known = [open_profile(path) for path in profiles]
    sound = True
    for one in Assessor(directory).documents(raw, papers, on=on, name=file.name):
        sound = sound and one.sound
        chosen = _channel(one, papers, known, hour=hour, salt=salt)
        if as_json:
            shown = {"channel": chosen.to_wire()} if chosen else {}
            click.echo(json.dumps({"file": file.name, **one.to_wire(), **shown}, ensure_ascii=False))
            continue
        for finding in one.read.findings:
            click.echo(f"{finding.path}: {finding.text(language)}")
        if one.assessed is None:
            click.echo(f"{file.name} holds a {type(one.read.content).__name__.lower()}, not a declaration")
        else:
            click.echo("\n".join(told(one.assessed, language, chosen)))
    ctx.exit(0 if sound else 1)


def _channel(one: Told, papers: Papers, profiles: list[Profile], *, hour: int, salt: str) -> Chosen | None:
    content = one.read.content
    if one.assessed is None or not profiles or not isinstance(content, Declaration):
        return None
    reference = content.functional_reference_id or content.id or ""
    return channel_of(one.assessed, papers, profiles, reference=reference, hour=hour, salt=salt)
