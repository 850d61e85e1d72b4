"""From a bill of materials to the verdict on origin under each agreement, with its whole working in words.

Nothing is kept: the page shows the bill as it was sent, with the verdicts beside it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.handlers import HTTPRouteHandler

from gatepair.base.findings import Finding
from gatepair.clearance.assessing.model import Tables
from gatepair.clearance.assessing.preferences import table_of
from gatepair.clearance.checking.codelists import minor_units
from gatepair.clearance.codes import COUNTRIES, CURRENCIES
from gatepair.clearance.origin.judge import Origin, Verdict, assess
from gatepair.clearance.origin.model import Bill, Carriage, Material, Product, Treaty
from gatepair.clearance.origin.reasons import percent
from gatepair.clearance.origin.treaties import TERMS
from gatepair.web.auth import services_of
from gatepair.web.console import entrance, pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.catalogue import say, translator
from gatepair.web.console.figures import as_typed
from gatepair.web.console.menu import TRADE
from gatepair.web.console.trade import bill as bills
from gatepair.web.console.trade import findings as fi
from gatepair.web.console.trade.asking import Asked, Tabled, countries_of, item_of

SPARE_ROWS: Final = 3
"""Empty rows below those that are filled in."""
WORK_MAX: Final = 50
"""Acts of making that are read, one a line. Source: :class:`gatepair.clearance.origin.model.Bill`."""
VERDICTS: Final[Mapping[Origin, str]] = {
    Origin.ORIGINATING: say("originates"),
    Origin.NOT_ORIGINATING: say("does not originate"),
    Origin.OPEN: say("cannot be told yet"),
}
MARKS: Final[Mapping[Origin, str]] = {
    Origin.ORIGINATING: "clear",
    Origin.NOT_ORIGINATING: "refuse",
    Origin.OPEN: "hold",
}
"""How a verdict is marked, beside its word."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict under one agreement; None where no table of its rules is in force."""

    treaty: str
    verdict: Verdict | None

    @property
    def share(self) -> str:
        """Return the value content as a percentage."""
        return percent(self.verdict.content.basis_points) if self.verdict is not None else ""


def origin_routes(tabled: Tabled, today: Callable[[], date]) -> tuple[HTTPRouteHandler, ...]:
    """Return the page and its form; ``today`` is the local day of the post's clock."""

    @get(
        "/trade/origin",
        opt=opts(TRADE),
        exception_handlers=ON_ERROR,
        summary="Does a good originate: the bill of materials, as a page",
    )
    async def show_origin(request: Request[Any, Any, Any]) -> Response[str]:
        """An empty bill, or one begun for a goods item of one's own crossing."""
        given = {name: str(value)[:80] for name, value in request.query_params.items()}
        tables = await services_of(request).runtime.query(tabled.tables)
        if "crossing" in given:
            given = {**given, **await _of_crossing(request, given, tables)}
        return answered(request, _page(await reader_of(request), Asked(given), []))

    @post(
        "/trade/origin",
        status_code=200,
        opt=opts(TRADE),
        exception_handlers=ON_ERROR,
        summary="The verdict on origin of a bill of materials under each agreement, by a form",
    )
    async def judge_origin(request: Request[Any, Any, Any]) -> Response[str]:
        """Each agreement's verdict with its working and what would have to change; nothing of a bill with faults is lost."""
        given = await entrance.form_of(request)
        reader = await reader_of(request)
        tables = await services_of(request).runtime.query(tabled.tables)
        asked = Asked(given)
        rows, faults = await _rows(request, given)
        if "more" in given:
            return answered(request, _page(reader, asked, rows, spare=2 * SPARE_ROWS))
        asked.problems += faults
        question, problems = _question(asked, rows)
        judged = (
            ()
            if question is None
            else await services_of(request).runtime.query(lambda: tuple(_judged(question, tables, today())))
        )
        text = _page(reader, asked, rows, problems=problems, judged=judged)
        return answered(request, text, status=200 if question is not None else 422)

    return (show_origin, judge_origin)


async def _rows(
    request: Request[Any, Any, Any], given: Mapping[str, str]
) -> tuple[list[dict[str, str]], list[Finding]]:
    """Return the rows of the bill: of the table of text when one came, else of the form."""
    file = (await request.form()).get("file")
    raw = await file.read() if isinstance(file, UploadFile) else b""
    try:
        text = raw.decode("utf-8-sig") if raw else given.get("table", "")
    except UnicodeDecodeError:
        return bills.rows_of(given), [fi.TABLE_UNREADABLE.at("table", most=bills.TABLE_BYTES_MAX)]
    if len(text.encode()) > bills.TABLE_BYTES_MAX:
        return bills.rows_of(given), [fi.TABLE_UNREADABLE.at("table", most=bills.TABLE_BYTES_MAX)]
    return bills.read_table(text) if text.strip() else (bills.rows_of(given), [])


@dataclass(frozen=True, slots=True)
class _Question:
    """A bill without the agreement under which it is asked."""

    product: Product
    exporting: str
    importing: str
    fob_minor: int
    currency: str
    materials: tuple[Material, ...]
    work: tuple[str, ...]
    carriage: Carriage | None

    def under(self, treaty: Treaty) -> Bill:
        return Bill(
            treaty=treaty,
            exporting_party=self.exporting,
            importing_party=self.importing,
            product=self.product,
            fob_minor=self.fob_minor,
            currency=self.currency,
            materials=self.materials,
            work=self.work,
            carriage=self.carriage,
        )


def _question(asked: Asked, rows: Sequence[bills.Row]) -> tuple[_Question | None, list[bills.Problem]]:
    """Return the question that a form asks, None when something in it cannot be read; and what of its rows cannot."""
    hs = asked.hs("hs")
    exporting = asked.code("exporting", COUNTRIES, fi.COUNTRY_UNFIT)
    importing = asked.code("importing", COUNTRIES, fi.COUNTRY_UNFIT)
    currency = asked.code("currency", CURRENCIES, fi.CURRENCY_UNFIT)
    fob = asked.figure("fob", minor_units(currency), needed=True)
    if fob == 0:
        asked.problems.append(fi.FIGURE_UNFIT.at("fob", value="0", decimals=minor_units(currency)))
    materials, problems = bills.materials(rows, currency)
    if asked.problems or problems or not fob:
        return None, problems
    work = tuple(line.strip()[:280] for line in asked.text("work").splitlines() if line.strip())[:WORK_MAX]
    product = Product(hs=hs, description=asked.text("description")[:280])
    # Nothing said stays nothing said: the verdict then names it as a premise.
    carriage = Carriage() if asked.text("direct") == "yes" else None
    return _Question(product, exporting, importing, fob, currency, tuple(materials), work, carriage), []


def _judged(question: _Question, tables: Tables, on: date) -> list[Judged]:
    found = []
    for treaty in Treaty:
        table = table_of(tables.rules, treaty, on)
        verdict = None if table is None else assess(question.under(treaty), table)
        found.append(Judged(treaty.value, verdict))
    return found


def _page(
    reader: pages.Reader,
    asked: Asked,
    rows: Sequence[bills.Row],
    *,
    problems: Sequence[bills.Problem] = (),
    judged: Sequence[Judged] = (),
    spare: int = SPARE_ROWS,
) -> str:
    gettext = translator(reader.language)
    long = len(rows) > bills.ROWS_MAX
    empty = dict.fromkeys(bills.COLUMNS, "")
    shown_rows = [] if long else [*rows, *[empty] * spare][: bills.ROWS_MAX]
    return pages.page(
        "trade/origin",
        reader,
        given=asked.given,
        problems=asked.problems,
        row_problems=problems,
        rows=shown_rows,
        long_rows=rows if long else [],
        columns={column: gettext(title) for column, title in bills.COLUMNS.items()},
        statuses=[(status.value, gettext(title)) for status, title in bills.STATUSES.items()],
        status_of=lambda text: bills.status_of(text).value,
        table=_as_table(rows) if long else "",
        judged=judged,
        verdicts={origin: gettext(title) for origin, title in VERDICTS.items()},
        marks=MARKS,
        parties=sorted(set().union(*(terms.parties for terms in TERMS.values()))),
        total=bills.total(rows, asked.text("currency").upper()) if rows else None,
        said=lambda finding: finding.text(reader.language),
    )


def _as_table(rows: Sequence[bills.Row]) -> str:
    """Return rows as a table of text that is read again as the same."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(
        [row[column] for column in bills.COLUMNS] for row in rows
    )
    return out.getvalue()


async def _of_crossing(request: Request[Any, Any, Any], given: Mapping[str, str], tables: Tables) -> dict[str, str]:
    """Return the bill that a goods item of one's own crossing begins."""
    item = await item_of(request, given)
    currency = str(item["currency"])
    return {
        "hs": str(item["hs"]),
        "description": str(item["description"]),
        "exporting": str(item["origin"]),
        "importing": next((one for one in countries_of(tables) if one != item["origin"]), ""),
        "fob": as_typed(int(item["value_minor"]), minor_units(currency)),
        "currency": currency,
    }
