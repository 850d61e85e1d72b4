"""What the pages that reckon share: who asks, the tables they ask, and a question as it was typed."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from litestar import Request

from gatepair.base.errors import NotFound
from gatepair.base.findings import Finding, FindingKind
from gatepair.clearance.assessing.model import Tables
from gatepair.web.console.figures import scaled
from gatepair.web.console.trade import findings as fi
from gatepair.web.console.trade.crossing_routes import read_crossing

HS: Final = re.compile(r"[0-9]{6}(?:[0-9]{2}){0,2}", re.ASCII)


class Tabled(Protocol):
    """What has the dated tables; :class:`gatepair.adapters.assessing.Assessor` is one."""

    def tables(self) -> Tables:
        """Return the tables as they are now."""
        ...


@dataclass(slots=True)
class Asked:
    """A question as typed, what of it could be read, and what could not."""

    given: Mapping[str, str]
    problems: list[Finding] = field(default_factory=list)

    def text(self, name: str) -> str:
        """Return what was typed."""
        return self.given.get(name, "").strip()

    def code(self, name: str, known: Collection[str], unfit: FindingKind) -> str:
        """Return a code in capitals; a problem when it is none that is known."""
        value = self.text(name).upper()
        if value not in known:
            self.problems.append(unfit.at(name, value=value))
        return value

    def hs(self, name: str) -> str:
        """Return an HS code without points and blanks; a problem when it is none."""
        value = re.sub(r"[.\s]", "", self.text(name))
        if HS.fullmatch(value) is None:
            self.problems.append(fi.HS_UNFIT.at(name, value=self.text(name)))
        return value

    def figure(self, name: str, decimals: int, *, needed: bool) -> int | None:
        """Return a figure in units of ``10 ** -decimals``; None when it is left out or unfit, which is a problem."""
        text = self.text(name)
        if not text and not needed:
            return None
        value = scaled(text, decimals)
        if value is None:
            self.problems.append(fi.FIGURE_UNFIT.at(name, value=text, decimals=decimals))
        return value


def countries_of(tables: Tables) -> list[str]:
    """Return the countries whose rates are at hand."""
    return sorted({sheet.country for sheet in (*tables.shelf.own, *tables.shelf.shipped)})


async def item_of(request: Request[Any, Any, Any], given: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the goods item ``item`` (from 1) of the caller's crossing ``crossing``. Raises NotFound."""
    view, _ = await read_crossing(request, given["crossing"])
    goods = view["declaration"].get("goods", [])
    number = given.get("item", "1")
    index = int(number) - 1 if number.isascii() and number.isdigit() and len(number) < 4 else 0
    if not 0 <= index < len(goods):
        raise NotFound("the crossing has no such goods item", crossing=str(view["id"]))
    found: Mapping[str, Any] = goods[index]
    return found
