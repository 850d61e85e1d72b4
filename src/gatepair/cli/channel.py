"""``gatepair channel``: for customs and its auditors: profiles checked, a choice explained, a period audited."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from gatepair.adapters.channelprofiles import open_profile, open_profiles
from gatepair.base.errors import Malformed
from gatepair.base.findings import LANGUAGES, Language, words_of
from gatepair.clearance.channel.auditing import Recorded
from gatepair.clearance.channel.auditing import audit as audited
from gatepair.clearance.channel.budget import LocalHour
from gatepair.clearance.channel.choosing import choose
from gatepair.clearance.channel.draw import commitment as committed_to
from gatepair.clearance.channel.ports import Score
from gatepair.clearance.channel.profile import Profile, Subject
from gatepair.cli.checked import Misuse

SUBJECT_BYTES_MAX: Final = 1024 * 1024
RECORDS_BYTES_MAX: Final = 256 * 1024 * 1024
"""Largest file of records read: a day of 2,500 loads needs two."""
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)
_LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the reasons."
)
_JSON = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object, with every text in every language."
)

_WORDS: Final = words_of(
    ("nothing", "nothing was checked: {name} holds no record; give the records of the period",
     "chưa kiểm tra gì: {name} không có bản ghi nào; hãy đưa các bản ghi của kỳ",
     "未核查任何内容:{name} 没有记录;请提供该期间的记录",
     "rien n'a été vérifié : {name} ne contient aucun enregistrement ; donnez ceux de la période"),
    ("period", "nothing was checked: {period} is no day; write it like 2025-11-11",
     "chưa kiểm tra gì: {period} không phải là một ngày; hãy viết như 2025-11-11",
     "未核查任何内容:{period} 不是日期;请写成 2025-11-11",
     "rien n'a été vérifié : {period} n'est pas un jour ; écrivez-le comme 2025-11-11"),
)  # fmt: skip
"""Why nothing was audited, by key and language."""


@click.group()
def channel() -> None:
    """Check, explain and audit the profiles of customs.

    Profiles are read from files that customs keeps; what is printed is for customs and its auditors alone.
    """


@channel.command()
@click.argument("profiles", nargs=-1, required=True, type=_FILE)
@click.pass_context
def check(ctx: click.Context, /, profiles: tuple[Path, ...]) -> None:
    """Tell whether PROFILES (YAML files) hold together, every problem with its line.

    Exit status: 0 all do, 1 one does not.
    """
    sound = True
    for path in profiles:
        try:
            profile = open_profile(path)
        except Malformed as error:
            sound = False
            problems = error.fields.get("problems", ())
            shown = [each.shown(path.name) for each in problems] if isinstance(problems, tuple) else []
            click.echo("\n".join(shown or [error.message]))
        else:
            kind = "shadow" if profile.shadow else "profile"
            click.echo(
                f"{path.name}: {kind} {profile.id} v{profile.version} of {profile.post}, {len(profile.rules)} rules"
            )
    ctx.exit(0 if sound else 1)


@channel.command()
@click.argument("profile", type=_FILE)
@click.argument("subject", type=_FILE)
@click.option("--salt", default="", help="Salt of the draws; without it the draw is one for trying out.")
@click.option("--at", "moment", type=click.DateTime(["%Y-%m-%dT%H"]), required=True, help="Local hour: 2025-11-11T09.")
@click.option("--score", type=click.IntRange(0, 1000), default=None, help="A learned score to try, in thousandths.")
@_LANGUAGE
@_JSON
@click.pass_context
def explain(
    ctx: click.Context,
    /,
    profile: Path,
    subject: Path,
    *,
    salt: str,
    moment: datetime,
    score: int | None,
    language: Language,
    as_json: bool,
) -> None:
    """Tell which channel PROFILE chooses for SUBJECT (a JSON file) and why.

    A shadow is explained as if it decided. Exit status: 0 it chooses, 2 it is not in force for the subject.
    """
    rules = msgspec.structs.replace(open_profile(profile), shadow=False)
    asked = _subject(subject)
    given = None if score is None else Score(permille=score, model="tried", version="none")
    found = choose(asked, (rules,), when=LocalHour(moment.date(), moment.hour), salt=salt, score=given)
    if found is None:
        click.echo("{}" if as_json else f"{rules.id} is not in force for this post, role and day")
        ctx.exit(2)
    choice = found.choice
    lines = [f"channel: {choice.channel.value} ({choice.reason})"]
    lines += [f"  {step.finding.text(language)}  [{step.rule}]" for step in choice.steps]
    _print(choice.to_wire(), lines, as_json=as_json)


@channel.command()
@click.argument("records", type=_FILE)
@click.option("--profiles", "folder", type=_FOLDER, required=True, help="Folder of the profiles that were in force.")
@click.option("--salt", required=True, help="The salt, shown after the period.")
@click.option("--commitment", "committed", required=True, help="What the post published of the salt before the period.")
@click.option("--period", required=True, help="The period, a local date.")
@_LANGUAGE
@_JSON
@click.pass_context
def audit(
    ctx: click.Context,
    /,
    records: Path,
    *,
    folder: Path,
    salt: str,
    committed: str,
    period: str,
    language: Language,
    as_json: bool,
) -> None:
    """Work out again every choice in RECORDS (JSON lines, in the order in which they were made).

    Exit status: 0 all come out as recorded, 1 something does not hold, 2 nothing was checked.
    """
    if not _is_day(period):
        raise Misuse(_WORDS["period"][language].format(period=period))
    known: tuple[Profile, ...] = open_profiles(folder)
    made = _lines(records)
    if not made:
        raise Misuse(_WORDS["nothing"][language].format(name=records.name))
    found = audited(made, known, salt=salt, committed=committed, period=period)
    lines = [f"{found.checked} choices worked out again, {found.picked} picked at random"]
    lines += [f"  {finding.path}: {finding.text(language)}" for finding in found.findings]
    _print(found.to_wire(), lines, as_json=as_json)
    ctx.exit(1 if found.findings else 0)


@channel.command()
@click.argument("post")
@click.argument("period")
@click.option("--salt", required=True, help="The salt of the period.")
def commitment(post: str, period: str, salt: str) -> None:
    """Print what POST publishes of its salt before PERIOD, a local date."""
    if not _is_day(period):
        raise Malformed(f"{period!r} is no date such as 2025-11-11", period=period)
    click.echo(committed_to(salt, post=post, period=period))


def _is_day(text: str) -> bool:
    """Tell whether ``text`` is a day as it is written in a commitment: 2025-11-11, and in no other form."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _subject(path: Path) -> Subject:
    if path.stat().st_size > SUBJECT_BYTES_MAX:
        raise Malformed(f"{path.name} is larger than {SUBJECT_BYTES_MAX} bytes; a subject is not")
    try:
        return msgspec.json.decode(path.read_bytes(), type=Subject)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"{path.name} is no subject: {error}") from error


def _lines(path: Path) -> tuple[Recorded, ...]:
    if path.stat().st_size > RECORDS_BYTES_MAX:
        raise Malformed(f"{path.name} is larger than {RECORDS_BYTES_MAX} bytes; give a shorter period")
    found: list[Recorded] = []
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            found.append(msgspec.json.decode(line, type=Recorded))
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise Malformed(f"{path.name}, line {number}: {error}", line=number) from error
    return tuple(found)


def _print(wire: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    click.echo(json.dumps(wire, sort_keys=True, ensure_ascii=False) if as_json else "\n".join(lines))
