"""``gatepair checks``: the rules by which declarations are checked, and what a change of them would do."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import click

from gatepair.adapters.codelists import shipped_codes
from gatepair.adapters.formats.reading import Format, read_documents
from gatepair.base.errors import BadInput, Malformed
from gatepair.base.findings import LANGUAGES, Finding, Language
from gatepair.clearance.checking.case import Threshold
from gatepair.clearance.checking.changes import changed_book
from gatepair.clearance.checking.check import check_day
from gatepair.clearance.checking.codelists import minor_units
from gatepair.clearance.checking.replay import RulesOf, Tally, Touched, replay
from gatepair.clearance.checking.rulebook import RULEBOOK, Entry
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.values import Number, decimal
from gatepair.clearance.sheets import SHEET_BYTES_MAX
from gatepair.cli.checked import cause

_LINES: Final = frozenset({".jsonl", ".ndjson"})
"""Endings of files with a declaration in JSON on each line."""


@click.group()
def checks() -> None:
    """List the rules of checking, look at a day's declarations together, and replay a change of rules."""


@checks.command(name="list")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Only the rules of this day.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a rule.")
def list_rules(*, day: datetime | None, as_json: bool) -> None:
    """List all rules with their versions, days, limits and sources."""
    for entry in RULEBOOK.entries:
        if day is not None and not entry.since <= day.date() <= entry.until:
            continue
        row = _row(entry)
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else _shown(entry, row))


@checks.command(name="replay")
@click.argument("old")
@click.argument("new")
@click.argument("corpus", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), default=None,
              help="Day of the rules where OLD or NEW is a sheet; default: today.")  # fmt: skip
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the findings."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object a declaration that changes, and a last one."
)
@click.pass_context
def replay_change(
    ctx: click.Context,
    /,
    old: str,
    new: str,
    corpus: tuple[Path, ...],
    *,
    day: datetime | None,
    language: Language,
    as_json: bool,
) -> None:
    """Check the declarations in CORPUS by the rules OLD and NEW, and tell those whose findings differ.

    OLD and NEW are a day (2026-06-01: the rules of that day), `-` (the rules as shipped), or a sheet that changes
    rules. CORPUS are files that `gatepair declare` reads, files with a JSON declaration on each line (.jsonl), and
    directories of both. Exit status: 0 nothing changes, 1 something does, 2 a file could not be read.
    """
    on = (day or datetime.now().astimezone()).date()
    tally, unread = Tally(), list[str]()
    sides = {"old": _side(old, on), "new": _side(new, on)}
    for touched in replay(_read(corpus, unread, language), **sides, codes=shipped_codes(), tally=tally):
        if as_json:
            click.echo(json.dumps(_wire(touched), ensure_ascii=False))
        else:
            click.echo("\n".join(_told(touched, language)))
    if as_json:
        click.echo(json.dumps(_summary(tally, unread), ensure_ascii=False))
    else:
        click.echo("\n".join(_summed(tally, unread)))
    ctx.exit(2 if unread else 1 if tally.touched else 0)


@checks.command(name="day")
@click.argument("corpus", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="The day; default: today.")
@click.option("--below", "below", multiple=True, metavar="AMOUNT CURRENCY",
              help="Look for consignments split below this value, such as '5000 CNY'; may be given again.")  # fmt: skip
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the findings."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a finding.")
@click.pass_context
def look_at_day(
    ctx: click.Context,
    /,
    corpus: tuple[Path, ...],
    *,
    day: datetime | None,
    below: tuple[str, ...],
    language: Language,
    as_json: bool,
) -> None:
    """Look at the declarations of one day together: duplicates, a border resident's sum, splitting.

    CORPUS are files and directories as for `gatepair checks replay`, in the order of lodging. Exit status: 0 nothing
    is found, 1 something is, 2 a file could not be read.
    """
    on = (day or datetime.now().astimezone()).date()
    thresholds = tuple(_threshold(text) for text in below)
    unread = list[str]()
    lodged = list(_read(corpus, unread, language))
    found = check_day((each for _, each in lodged), on=on, codes=shipped_codes(), thresholds=thresholds)
    for finding in found:
        place, _, path = finding.path.partition(".")
        name = lodged[int(place)][0]
        told = f"{name}: {finding.severity.value} at {path}: {finding.text(language)} [{finding.code}]"
        click.echo(json.dumps({**finding.to_wire(), "name": name}, ensure_ascii=False) if as_json else told)
    for each in unread:
        click.echo(json.dumps({"unread": each}, ensure_ascii=False) if as_json else f"not read: {each}")
    if not as_json:
        click.echo(f"{len(found)} found in {len(lodged)} declarations of {on.isoformat()}.")
    ctx.exit(2 if unread else 1 if found else 0)


def _threshold(text: str) -> Threshold:
    """Return the threshold written as ``5000 CNY``."""
    amount, _, currency = text.strip().partition(" ")
    try:
        minor = Number(**decimal(amount)).scaled(minor_units(currency))
    except Malformed:
        minor = None
    if minor is None or minor <= 0 or currency not in shipped_codes().currencies:
        raise click.BadParameter(f"{text!r} is no value above nought such as '5000 CNY'", param_hint="--below")
    return Threshold(currency, minor, "the caller")


def _side(text: str, on: date) -> RulesOf:
    if text == "-":
        return RulesOf(RULEBOOK, on)
    try:
        return RulesOf(RULEBOOK, date.fromisoformat(text))
    except ValueError:
        path = Path(text)
    try:
        if path.stat().st_size > SHEET_BYTES_MAX:
            raise click.UsageError(f"{path.name} is larger than {SHEET_BYTES_MAX} bytes; a sheet of rules is not")
        return RulesOf(changed_book(RULEBOOK, path.read_text("utf-8"), name=path.name), on)
    except (OSError, UnicodeDecodeError) as error:
        raise click.UsageError(f"{text} is neither a day such as 2026-07-01, nor -, nor a readable sheet") from error


def _read(corpus: tuple[Path, ...], unread: list[str], language: Language) -> Iterator[tuple[str, Declaration]]:
    """Give every declaration of the files, by name; what cannot be read goes to ``unread`` with its cause in ``language``."""
    files = (file for path in corpus for file in (sorted(path.rglob("*")) if path.is_dir() else [path]))
    for file in files:
        if not file.is_file():
            continue
        for name, raw, form in _pieces(file):
            try:
                documents = read_documents(raw, form, name=file.name)
            except BadInput as error:
                unread.append(f"{name}: {cause(error, language)}")
                continue
            for number, read in enumerate(documents, start=1):
                if isinstance(read.content, Declaration):
                    yield (name if len(documents) == 1 else f"{name} {number}"), read.content


def _pieces(file: Path) -> Iterator[tuple[str, bytes, Format | None]]:
    if file.suffix not in _LINES:
        yield file.name, file.read_bytes(), None
        return
    with file.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield f"{file.name}:{number}", line, Format.JSON


def _row(entry: Entry) -> dict[str, Any]:
    kind = entry.rule.kind
    return {
        "code": kind.code,
        "limits": {**entry.rule.limits, **entry.limits},
        "rule": (entry.rule.__doc__ or "").partition("\n")[0],
        "severity": kind.severity.value,
        "since": "" if entry.since == date.min else entry.since.isoformat(),
        "source": kind.source,
        "until": "" if entry.until == date.max else entry.until.isoformat(),
        "version": entry.rule.version,
    }


def _shown(entry: Entry, row: dict[str, Any]) -> str:
    days = f" from {row['since']}" * bool(row["since"]) + f" until {row['until']}" * bool(row["until"])
    limits = "".join(f", {name} {value}" for name, value in row["limits"].items())
    source = f" ({row['source']})" if row["source"] else ""
    return f"{entry.code} v{row['version']} {row['severity']}{days}{limits}: {row['rule']}{source}"


def _wire(touched: Touched) -> dict[str, Any]:
    return {
        "come": [finding.to_wire() for finding in touched.come],
        "gone": [finding.to_wire() for finding in touched.gone],
        "name": touched.name,
    }


def _told(touched: Touched, language: Language) -> Iterator[str]:
    yield touched.name
    yield from (_line("-", finding, language) for finding in touched.gone)
    yield from (_line("+", finding, language) for finding in touched.come)


def _line(sign: str, finding: Finding, language: Language) -> str:
    return f"  {sign} {finding.severity.value} at {finding.path or '.'}: {finding.text(language)} [{finding.code}]"


def _summary(tally: Tally, unread: list[str]) -> dict[str, Any]:
    return {
        "come": dict(sorted(tally.come.items())),
        "declarations": tally.declarations,
        "gone": dict(sorted(tally.gone.items())),
        "kept_out": tally.kept_out,
        "let_in": tally.let_in,
        "touched": tally.touched,
        "unread": unread,
    }


def _summed(tally: Tally, unread: list[str]) -> Iterator[str]:
    yield f"{tally.touched} of {tally.declarations} declarations change; {tally.kept_out} more kept out, {tally.let_in} let in."
    yield from (f"  + {count} {code}" for code, count in sorted(tally.come.items()))
    yield from (f"  - {count} {code}" for code, count in sorted(tally.gone.items()))
    yield from (f"not read: {each}" for each in unread)
