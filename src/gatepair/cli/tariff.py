"""``gatepair tariff``: take in dated sheets of rates, and show which rates hold for a good on a day."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import click

from gatepair.adapters.tarifftables import TariffPlace, sheet_text
from gatepair.base.errors import BadInput, Malformed
from gatepair.base.findings import LANGUAGES, Language, Severity
from gatepair.clearance.duty.shelf import Shelf
from gatepair.clearance.duty.tariff import examine_tariff
from gatepair.cli.checked import Misuse

_CODE: Final = re.compile(r"[0-9]{4}(?:[0-9]{2}){0,3}", re.ASCII)
_LANGUAGE: Final = click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the findings."
)
_DIRECTORY: Final = click.option(
    "--directory", type=click.Path(file_okay=False, path_type=Path), default=Path(), show_default="the current one",
    help="Directory of a post, or of one's work; sheets lie in `tariffs` below it.",
)  # fmt: skip
_JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def tariff() -> None:
    """Take in dated sheets of rates, and show which rates hold for a good on a day.

    A sheet is a text file for one country and one option (MFN, ACFTA, RCEP, quota, suspension, safeguard, excise,
    VAT) with its first day and its source. The form is in docs/concepts/duty.md.
    """


@tariff.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_DIRECTORY
@_LANGUAGE
@_JSON
@click.pass_context
def import_sheets(
    ctx: click.Context, /, files: tuple[Path, ...], *, directory: Path, language: Language, as_json: bool
) -> None:
    """Take the sheets in FILES into a directory, each under a name made of its content.

    Importing a sheet twice has one effect. A later sheet holds from its first day and changes no earlier day.
    Exit status: 0 all are held, 1 a sheet was refused.
    """
    place = TariffPlace(directory)
    told = [_import(place, path) for path in files]
    for one in told:
        click.echo(json.dumps(_wire(one), ensure_ascii=False) if as_json else "\n".join(_told(one, language)))
    ctx.exit(0 if all(one["state"] != "refused" for one in told) else 1)


def _import(place: TariffPlace, path: Path) -> dict[str, Any]:
    try:
        text = sheet_text(path)
    except BadInput as error:
        return {"file": path.name, "state": "refused", "message": error.message, "findings": ()}
    examined = examine_tariff(text, name=path.name)
    found, sheet = examined.findings, examined.tariff
    shelf = place.shelf()
    if sheet is not None and not shelf.held(sheet):
        found = (*found, *shelf.against(sheet))
    if sheet is None or any(one.severity is Severity.ERROR for one in found):
        return {"file": path.name, "state": "refused", "findings": found}
    state = "kept" if place.keep(sheet, text) else "already held"
    return {"file": path.name, "state": state, "name": sheet.name, "rows": len(sheet.lines), "findings": found}


def _wire(one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "findings": [finding.to_wire() for finding in one["findings"]]}


def _told(one: dict[str, Any], language: Language) -> Iterator[str]:
    kept = f": {one['name']}, {one['rows']} rows" if "name" in one else ""
    yield f"{one['file']}: {one['state']}{kept}{': ' + one['message'] if 'message' in one else ''}"
    yield from (f"  {finding.text(language)}" for finding in one["findings"])


@tariff.command("show")
@click.argument("hs")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Day of import. [default: today]")
@click.option("--country", default="VN", show_default=True, help="The importing country.")
@_DIRECTORY
@_JSON
def show(hs: str, *, day: datetime | None, country: str, directory: Path, as_json: bool) -> None:
    """Show every rate for the code HS that is in force on a day, with the line, its source and its days.

    Exit status: 0 the rates are shown, 1 HS is no code, 2 the directory is not there.
    """
    if not directory.is_dir():
        raise Misuse(f"{directory} is no directory; name the one with the sheets, or leave --directory out")
    if not _CODE.fullmatch(hs):
        raise Malformed(f"{hs!r} is no code of the Harmonized System; write 4, 6, 8 or 10 digits")
    on = (day.date() if day else date.today()).isoformat()  # noqa: DTZ011 - the day at the desk where it is asked
    rows = list(_rates(TariffPlace(directory).shelf(), hs, country=country, on=on))
    if as_json:
        click.echo(json.dumps({"country": country, "day": on, "hs": hs, "rates": rows}, ensure_ascii=False))
        return
    click.echo(f"{country} {hs} on {on}" + ("" if rows else ": no sheet speaks of it, so no rate is known"))
    for row in rows:
        for_whom = f" for {' '.join(row['for'])}" if row["for"] else ""
        barred = f", not for {' '.join(row['barred'])}" if row["barred"] else ""
        click.echo(f"  {row['option']:<10} {row['rate']:<16} line {row['line']}{for_whom}{barred}")
        click.echo(f"  {'':<10} {row['from']} to {row['until'] or 'further notice'} · {row['source']}")


def _rates(shelf: Shelf, hs: str, *, country: str, on: str) -> Iterator[dict[str, Any]]:
    for sheet in shelf.on(country, on):
        line = sheet.line(hs)
        if line is not None:
            yield {
                "option": sheet.option.value,
                "rate": str(line.rate),
                "line": line.hs,
                "barred": list(line.barred),
                "for": list(sheet.origins),
                "from": sheet.valid_from,
                "until": sheet.valid_until,
                "source": sheet.source_of(line),
                "sheet": sheet.name,
            }
