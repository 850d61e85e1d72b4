"""``gatepair fees``: what a vehicle pays at a gate and why, and whether the books of a period agree."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import click
import msgspec

from gatepair.adapters.feetables import open_fee_table, shipped_fee_tables
from gatepair.base.errors import Malformed
from gatepair.base.findings import LANGUAGES, Finding, Language, Severity, words_of
from gatepair.clearance.fees.assess import FeeAssessment, assess_fee
from gatepair.clearance.fees.model import Course, FeeLoad, Onward
from gatepair.clearance.fees.reconcile import Books, FeeReconciliation
from gatepair.clearance.fees.reconcile import reconcile as reconciled
from gatepair.crossing.model import LoadUnit
from gatepair.plan.model import CommodityGroup, Regime

BOOKS_BYTES_MAX: Final = 32 * 1024 * 1024
"""Largest file of books read: 60,000 receipts of a busy month need a third of it."""
WORDS: Final = words_of(
    ("fee", "fee: {amount}", "phí: {amount}", "费用:{amount}", "redevance : {amount}"),
    ("by", " by {table}", " theo {table}", "(依据 {table})", " selon {table}"),
    ("unknown", "not known", "chưa biết", "未知", "inconnue"),
    ("premises", "Premises", "Tiền đề", "前提", "Prémisses"),
    ("settled", "{who}: collected {collected}, keeps {kept}, owes {owed}, remitted {remitted}, booked {booked} {currency}",
     "{who}: đã thu {collected}, giữ lại {kept}, phải nộp {owed}, đã nộp {remitted}, đã ghi sổ {booked} {currency}",
     "{who}:已收 {collected},留存 {kept},应缴 {owed},已缴 {remitted},已入账 {booked} {currency}",
     "{who} : perçu {collected}, gardé {kept}, dû {owed}, versé {remitted}, inscrit {booked} {currency}"),
    ("differ", "Not in agreement", "Không khớp", "不一致", "En désaccord"),
    ("agree", "The books agree.", "Sổ sách khớp nhau.", "账目一致。", "Les livres concordent."),
)  # fmt: skip
"""What stands around the sentences of the working, by key and language."""
_LANGUAGE = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the working."
)
_JSON = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object, with every text in every language."
)


@click.group()
def fees() -> None:
    """Reckon an infrastructure fee; reconcile receipts with the treasury."""


@fees.command()
@click.argument("province")
@click.option("--goods", multiple=True, type=click.Choice([each.value for each in CommodityGroup]),
              help="Group of the goods; again for a mixed load.")  # fmt: skip
@click.option("--mass-kg", type=click.IntRange(0, 1_000_000), required=True, help="Gross mass in kilograms.")
@click.option("--direction", type=click.Choice([each.value for each in Course]), required=True,
              help="Whether goods leave or enter.")  # fmt: skip
@click.option("--load", type=click.Choice([each.value for each in LoadUnit]), default="truck", show_default=True,
              help="What crosses.")  # fmt: skip
@click.option("--regime", type=click.Choice([each.value for each in Regime]), default="ordinary", show_default=True,
              help="Customs regime.")  # fmt: skip
@click.option("--onward", type=click.Choice([each.value for each in Onward]), default="none", show_default=True,
              help="What becomes of the vehicle at the gate.")  # fmt: skip
@click.option("--box-ft", type=click.Choice(["0", "20", "40"]), default="0", show_default=True,
              help="Length of the container in feet.")  # fmt: skip
@click.option(
    "--on", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Day of the crossing; default: today."
)
@click.option("--table", "table_path", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
              help="A fee table instead of the shipped ones.")  # fmt: skip
@_LANGUAGE
@_JSON
@click.pass_context
def assess(
    ctx: click.Context,
    /,
    *,
    province: str,
    day: date | None,
    table_path: Path | None,
    language: Language,
    as_json: bool,
    **load: Any,
) -> None:
    """Tell what a vehicle pays in PROVINCE, such as lang-son, and show the working.

    Exit status: 0 the fee is known, 2 it is not.
    """
    on = day or date.today()  # noqa: DTZ011 - the day at the desk where the question is asked
    tables = (open_fee_table(table_path),) if table_path else shipped_fee_tables()
    asked = msgspec.convert(
        {
            "goods": load["goods"],
            "gross_mass_kg": load["mass_kg"],
            "direction": load["direction"],
            "load": load["load"],
            "regime": load["regime"],
            "onward": load["onward"],
            "box_ft": int(load["box_ft"]),
        },
        FeeLoad,
    )
    found = assess_fee(asked, tables, province=province, on=date(on.year, on.month, on.day))
    _print(found.to_wire(), _assessed(found, language), as_json=as_json)
    ctx.exit(0 if found.amount_minor is not None else 2)


@fees.command()
@click.argument("books", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_LANGUAGE
@_JSON
@click.pass_context
def reconcile(ctx: click.Context, /, books: Path, *, language: Language, as_json: bool) -> None:
    """Tell whether the books of a period in BOOKS (a JSON file) agree.

    BOOKS holds what was due, the receipts, what collectors remitted and what the treasury booked. Exit status:
    0 they agree, 1 they do not.
    """
    found = reconciled(_read(books))
    _print(found.to_wire(), _reconciled(found, language), as_json=as_json)
    ctx.exit(1 if any(finding.severity is Severity.ERROR for finding in found.findings) else 0)


def _read(path: Path) -> Books:
    if path.stat().st_size > BOOKS_BYTES_MAX:
        raise Malformed(f"{path.name} is larger than {BOOKS_BYTES_MAX} bytes; give a shorter period")
    try:
        return msgspec.json.decode(path.read_bytes(), type=Books)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"{path.name} are no books of fees: {error}") from error


def _print(wire: dict[str, Any], lines: list[str], *, as_json: bool) -> None:
    click.echo(json.dumps(wire, sort_keys=True, ensure_ascii=False) if as_json else "\n".join(lines))


def _assessed(found: FeeAssessment, language: Language) -> list[str]:
    unknown = found.amount_minor is None
    amount = _say("unknown", language) if unknown else f"{found.amount_minor} {found.currency}"
    lines = [_say("fee", language, amount=amount) + (_say("by", language, table=found.table) if found.table else "")]
    lines += [f"  {step.finding.text(language)}  [{step.rule}]" for step in found.steps]
    return [*lines, *_list(_say("premises", language), found.premises, language)]


def _reconciled(found: FeeReconciliation, language: Language) -> list[str]:
    lines = [
        _say(
            "settled",
            language,
            who=each.collector,
            collected=each.collected_minor,
            kept=each.kept_minor,
            owed=each.treasury_minor,
            remitted=each.remitted_minor,
            booked=each.credited_minor,
            currency=found.currency,
        )
        for each in found.settlements
    ]
    return [*lines, *(_list(_say("differ", language), found.findings, language) or [_say("agree", language)])]


def _say(key: str, language: Language, **words: object) -> str:
    return WORDS[key][language].format(**words)


def _list(title: str, found: tuple[Finding, ...], language: Language) -> list[str]:
    return [f"{title}:", *(f"  {finding.text(language)}" for finding in found)] if found else []
