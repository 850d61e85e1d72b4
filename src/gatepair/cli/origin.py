"""``gatepair origin``: whether a good originates under a free-trade agreement, with the whole working."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Final

import click
import msgspec

from gatepair.adapters.origintables import open_table, table_in_force
from gatepair.base.errors import Malformed
from gatepair.base.findings import LANGUAGES, Finding, Language, words_of
from gatepair.clearance.origin.judge import Origin, Verdict, assess
from gatepair.clearance.origin.model import Bill
from gatepair.clearance.origin.reasons import percent

BILL_BYTES_MAX: Final = 4 * 1024 * 1024
"""Largest bill read: two thousand materials with their texts need a quarter of it."""
WORDS: Final = words_of(
    ("originating", "originating", "có xuất xứ", "具备原产资格", "originaire"),
    ("not_originating", "not originating", "không có xuất xứ", "不具备原产资格", "non originaire"),
    ("open", "open", "chưa đủ thông tin", "待定", "en suspens"),
    ("criterion", ", criterion {name}", ", tiêu chí {name}", ",标准 {name}", ", critère {name}"),
    ("also", " (also met: {names})", " (cũng đạt: {names})", "(亦符合:{names})", " (aussi rempli : {names})"),
    ("preference", "preference {standing}", "ưu đãi: {standing}", "优惠:{standing}", "préférence : {standing}"),
    ("preference_eligible", "eligible", "được hưởng", "可享受", "ouverte"),
    ("preference_refused", "refused", "bị từ chối", "不予享受", "refusée"),
    ("preference_open", "open", "chưa đủ thông tin", "待定", "en suspens"),
    ("content", "value content {share} by {method}", "hàm lượng giá trị {share} theo {method}", "区域价值成分 {share}(方法 {method})", "teneur en valeur {share} par {method}"),
    ("premises", "Premises", "Tiền đề", "前提", "Prémisses"),
    ("nearest", "Nearest ways", "Cách gần nhất để đạt", "最接近的途径", "Voies les plus proches"),
)  # fmt: skip
"""What stands around the sentences of the working, by key and language."""


@click.command()
@click.argument("bill", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Day of import; default: today.")
@click.option("--table", "table_path", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
              help="A table of product rules instead of the shipped one.")  # fmt: skip
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the working."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with the working in every language.")
@click.pass_context
def origin(
    ctx: click.Context, /, bill: Path, *, day: date | None, table_path: Path | None, language: Language, as_json: bool
) -> None:
    """Tell whether the good in BILL (a JSON file) originates, and show the working.

    BILL names the treaty, both Parties, the good, its FOB value and its materials. Exit status: 0 it
    originates, 1 it does not, 2 the bill does not say enough.
    """
    asked = _read(bill)
    on = day or date.today()  # noqa: DTZ011 - the day at the desk where the question is asked
    table = open_table(table_path) if table_path else table_in_force(asked.treaty, date(on.year, on.month, on.day))
    verdict = assess(asked, table)
    if as_json:
        click.echo(json.dumps(verdict.to_wire(), sort_keys=True, ensure_ascii=False))
    else:
        click.echo("\n".join(_told(verdict, language)))
    ctx.exit([Origin.ORIGINATING, Origin.NOT_ORIGINATING, Origin.OPEN].index(verdict.origin))


def _read(path: Path) -> Bill:
    if path.stat().st_size > BILL_BYTES_MAX:
        raise Malformed(f"{path.name} is larger than {BILL_BYTES_MAX} bytes; a bill of materials is not")
    try:
        return msgspec.json.decode(path.read_bytes(), type=Bill)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"{path.name} is not a bill of materials: {error}") from error


def _told(verdict: Verdict, language: Language) -> list[str]:
    def say(key: str, **words: str) -> str:
        return WORDS[key][language].format(**words)

    criterion = say("criterion", name=verdict.criterion) if verdict.criterion else ""
    also = say("also", names=", ".join(verdict.also_met)) if verdict.also_met else ""
    preference = say("preference", standing=say(f"preference_{verdict.preference.value}"))
    content = verdict.content
    return [
        f"{verdict.treaty.value}: {say(verdict.origin.value)}{criterion}{also}; {preference}",
        say("content", share=percent(content.basis_points), method=content.method.replace("_", "-")),
        *(f"  {reason.finding.text(language)}  [{reason.article or 'premise'}]" for reason in verdict.reasons),
        *_list(say("premises"), verdict.premises, language),
        *_list(say("nearest"), verdict.nearest, language),
    ]


def _list(title: str, found: tuple[Finding, ...], language: Language) -> list[str]:
    return [f"{title}:", *(f"  {finding.text(language)}" for finding in found)] if found else []
