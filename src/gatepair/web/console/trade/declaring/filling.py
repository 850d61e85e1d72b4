"""From a filled-in form to the order that it means, with a finding at each field that cannot be read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from gatepair.base.errors import Malformed
from gatepair.base.findings import Finding
from gatepair.clearance.checking.codelists import minor_units
from gatepair.clearance.codes_search import CodeList
from gatepair.crossing.commands import DeclareCrossing
from gatepair.crossing.model import LoadUnit
from gatepair.web.console.figures import scaled
from gatepair.web.console.trade.declaring import findings as say
from gatepair.web.console.trade.declaring.asks import GOODS, SECTIONS, Ask, Kind, Section

_PLACE: Final = re.compile(r" - at `\$\.?([^`]*)`$")
_INDEX: Final = re.compile(r"\[(\d+)\]")
_NUMBER: Final = re.compile("[0-9]{1,6}")
_BLANKS: Final = re.compile(r"\s+")
_BETWEEN: Final = re.compile(r"[\s,;]+")
_UNKEPT: Final = frozenset({"currency", "origin", "commodity"})
"""Answers of a row that are there before anybody writes: a row with nothing else is empty."""
_OF_GOODS: Final = ("hs", "description", "commodity", "currency", "origin")
"""What a copy keeps of an item: what the goods are, not how much of them."""
_SHOWN: Final = 40


@dataclass(slots=True)
class Filled:
    """What a form means: the order, when every field can be read, and what is wrong with those that cannot."""

    command: DeclareCrossing
    """With a stand-in for each answer that cannot be read, so that the others can be checked all the same."""
    findings: list[Finding] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Tell whether the order says what the form says, and nothing stands in."""
        return not self.findings


def rows_in(given: Mapping[str, str], section: Section) -> list[dict[str, str]]:
    """Return the rows of ``section`` in their order, also those that are more than it takes."""
    rows: dict[int, dict[str, str]] = {}
    prefix = f"{section.rows}."
    for name, text in given.items():
        index, _, rest = name.removeprefix(prefix).partition(".")
        if name.startswith(prefix) and rest and _NUMBER.fullmatch(index):
            rows.setdefault(int(index), {})[rest] = text
    return [rows[index] for index in sorted(rows)]


def with_rows(given: Mapping[str, str], section: Section, rows: list[dict[str, str]]) -> dict[str, str]:
    """Return ``given`` with ``rows`` as those of ``section``, counted anew."""
    prefix = f"{section.rows}."
    kept = {name: text for name, text in given.items() if not name.startswith(prefix)}
    # A row in which nothing stands yet is kept by its first question.
    blank = {section.asks[0].name: ""}
    return kept | {
        f"{prefix}{index}.{name}": text for index, row in enumerate(rows) for name, text in (blank | row).items()
    }


def tidied(given: Mapping[str, str]) -> dict[str, str]:
    """Return ``given`` without rows in which nobody wrote anything; a section that needs a row keeps one.

    Texts are brought into Unicode normal form NFC, as the ledger keeps them: some keyboards write accents apart.
    """
    tidy = {name: unicodedata.normalize("NFC", text) for name, text in given.items()}
    for section in SECTIONS:
        if section.rows:
            rows = [row for row in rows_in(tidy, section) if _written(row)]
            tidy = with_rows(tidy, section, rows or ([{}] if section.row_needed else []))
    return tidy


def _written(row: Mapping[str, str]) -> bool:
    return any(text.strip() for name, text in row.items() if name not in _UNKEPT)


def fields_in(given: Mapping[str, str]) -> Iterator[tuple[str, Ask]]:
    """Yield the name of every field of the form with its question, row by row."""
    for section in SECTIONS:
        if not section.rows:
            yield from ((ask.name, ask) for ask in section.asks)
            continue
        if section is GOODS and given.get("load") == LoadUnit.EMPTY.value:
            continue
        for index, _ in enumerate(rows_in(given, section)[: section.rows_max]):
            yield from ((f"{section.rows}.{index}.{ask.name}", ask) for ask in section.asks)


def filled(given: Mapping[str, str]) -> Filled:
    """Return what the tidied form ``given`` means."""
    document: dict[str, Any] = {}
    found = list(_too_many(given))
    driven = any(given.get(f"driver.{name}", "").strip() for name in ("name", "licence", "nationality"))
    empty = given.get("load") == LoadUnit.EMPTY.value
    for name, ask in fields_in(given):
        needed = ask.required or (driven and name.startswith("driver."))
        if empty and name.startswith("declaration.parties."):
            # An empty vehicle has no exporter and no importer; the order has their place all the same.
            _put(document, name, given.get(name, "").strip())
            continue
        value = _answer(name, ask, given, needed=needed)
        if isinstance(value, Finding):
            found.append(value)
            value = ask.stand_in or "-"
        if value is not None:
            _put(document, name, value)
    document.setdefault("declaration", {}).setdefault("goods", {})
    return _converted(document, found, given)


def _too_many(given: Mapping[str, str]) -> Iterator[Finding]:
    """Find sections with more rows than they take: none is left out in silence."""
    for section in SECTIONS:
        count = len(rows_in(given, section)) if section.rows else 0
        if count > section.rows_max:
            yield say.TOO_MANY.at(section.rows, count=count, limit=section.rows_max)


def _answer(name: str, ask: Ask, given: Mapping[str, str], *, needed: bool) -> Any:
    """Return the value that an answer means, None for one that may be absent, or what is wrong with it."""
    text = given.get(name, "").strip()
    if not text:
        return say.MISSING.at(name) if needed else None
    match ask.kind:
        case Kind.PLATE:
            return _BLANKS.sub("", text).upper()
        case Kind.LIST:
            return [part.upper() for part in _BETWEEN.split(text) if part]
        case Kind.WHOLE:
            plain = _BLANKS.sub("", text)
            fits = plain.isascii() and plain.isdigit() and len(plain) <= ask.length_max
            return int(plain) if fits else say.NOT_WHOLE.at(name, text=text[:_SHOWN])
        case Kind.MONEY:
            return _minor(name, text, given.get(name.replace("value_minor", "currency"), ""))
        case Kind.CODE:
            return _code(name, ask, text)
        case Kind.TEXT | Kind.CHOICE:
            return text if len(text) <= ask.length_max else say.UNFIT.at(name, text=text[:_SHOWN])


def _minor(name: str, text: str, currency: str) -> int | Finding:
    """Return an amount in minor units. As many decimals as the currency has may be written, and no more."""
    decimals = minor_units(currency)
    told = say.NOT_MONEY.at(name, text=text[:_SHOWN], currency=currency, decimals=decimals)
    minor = scaled(text, decimals)
    return told if minor is None else minor


def _code(name: str, ask: Ask, text: str) -> str | Finding:
    """Return a code; words are none yet."""
    if ask.codes is CodeList.HS:
        digits = re.sub(r"[\s.]", "", text)
        is_code = digits.isascii() and digits.isdigit()
        return digits if is_code else say.CODE_WANTED.at(name, text=text[:_SHOWN])
    code = text.upper()
    is_code = len(code) == 2 and code.isascii() and code.isalpha()
    return code if is_code else say.CODE_WANTED.at(name, text=text[:_SHOWN])


def _put(document: dict[str, Any], name: str, value: Any) -> None:
    *parts, last = name.split(".")
    for part in parts:
        document = document.setdefault(part, {})
    document[last] = value


def _listed(node: Any) -> Any:
    """Return ``node`` with rows, whose keys are numbers, as lists."""
    if not isinstance(node, dict):
        return node
    inner = {key: _listed(one) for key, one in node.items()}
    if all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner


def _converted(document: dict[str, Any], found: list[Finding], given: Mapping[str, str]) -> Filled:
    """Return the order; what its shape refuses is told at its field, and something well written stands in."""
    asks = dict(fields_in(given))
    for _ in range(len(asks) + 1):
        try:
            return Filled(msgspec.convert({"type": "DeclareCrossing", **_listed(document)}, DeclareCrossing), found)
        except msgspec.ValidationError as error:
            place = _PLACE.search(str(error))
            path = _INDEX.sub(r".\1", place.group(1)) if place else ""
            name = path if path in asks else path.rpartition(".")[0]
            ask = asks.get(name)
            if ask is None:
                raise Malformed(str(error), path=path) from error
            found.append(say.UNFIT.at(name, text=given.get(name, "")[:_SHOWN]))
            _put(document, name, [ask.stand_in] if ask.kind is Kind.LIST else ask.stand_in or "-")
    raise Malformed("the form cannot be read; load the page again")


# --- from an order or a file to a form ----------------------------------------------------------


def begun(ways: list[str], routes: list[str]) -> dict[str, str]:
    """Return what a new form holds: the answers that most trucks give."""
    given = {ask.name: ask.first for section in SECTIONS if not section.rows for ask in section.asks if ask.first}
    given |= {"direction": ways[0] if ways else "", "route": routes[0] if routes else ""}
    return with_rows(given, GOODS, [{ask.name: ask.first for ask in GOODS.asks}])


def copied(order: Mapping[str, Any]) -> dict[str, str]:
    """Return the form of a new declaration like ``order``: what is of that one journey alone is left empty.

    Quantities, values, numbers of papers, vehicle and driver are of the one journey.
    """
    declaration = order["declaration"]
    given = {name: str(order[name]) for name in ("direction", "route", "load", "lane_kind")}
    given["declaration.regime"] = declaration["regime"]
    given |= {f"declaration.parties.{name}": str(text) for name, text in declaration["parties"].items()}
    for index, item in enumerate(declaration["goods"]):
        given |= {f"declaration.goods.{index}.{name}": str(item[name]) for name in _OF_GOODS}
    for index, paper in enumerate(declaration.get("documents", ())):
        given |= {f"declaration.documents.{index}.{name}": str(paper.get(name, "")) for name in ("kind", "issuer")}
    return given
