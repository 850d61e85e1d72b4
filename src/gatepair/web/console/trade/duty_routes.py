"""Duty options of a goods item side by side: what is to be paid under each, what is not known, and why one is not open.

Nothing is kept: the question stands in the address, so that it can be sent to somebody and asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from gatepair.base.findings import Finding
from gatepair.clearance.assessing.model import Tables
from gatepair.clearance.checking.codelists import minor_units
from gatepair.clearance.codes import COUNTRIES, CURRENCIES
from gatepair.clearance.duty.assess import Assessment, Claim, Exchange, Item, assess_with
from gatepair.clearance.duty.compare import Compared, compared
from gatepair.clearance.duty.rates import Base
from gatepair.clearance.duty.tariff import Option
from gatepair.clearance.fees.assess import FeeAssessment, assess_fee
from gatepair.clearance.fees.model import Course, FeeLoad
from gatepair.clearance.origin.model import Treaty
from gatepair.clearance.sheets import is_date
from gatepair.plan.model import CommodityGroup
from gatepair.web.auth import services_of
from gatepair.web.console import pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.catalogue import say, translator
from gatepair.web.console.figures import as_typed
from gatepair.web.console.menu import TRADE
from gatepair.web.console.trade import findings as fi
from gatepair.web.console.trade.asking import Asked, Tabled, countries_of, item_of

GRAMS: Final = 3
"""Decimals of a mass in kilograms."""
RATE_DECIMALS: Final = 6
"""Decimals of a rate of exchange."""
OPTIONS: Final[Mapping[Option, str]] = {
    Option.ORDINARY: say("Ordinary rate"),
    Option.MFN: say("MFN rate"),
    Option.ACFTA: say("ACFTA (Form E)"),
    Option.RCEP: say("RCEP"),
    Option.QUOTA: say("Within a tariff quota"),
    Option.SUSPENSION: say("Temporary rate"),
    Option.SAFEGUARD: say("Safeguard or anti-dumping duty"),
    Option.EXCISE: say("Excise"),
    Option.VAT: say("VAT"),
}


@dataclass(frozen=True, slots=True)
class Reckoned:
    """The answer: options side by side, what is taken as things stand, and the gate's fee."""

    options: tuple[Compared, ...]
    taken: Assessment
    fee: FeeAssessment | None
    remarks: tuple[Finding, ...]


def duty_routes(tabled: Tabled, today: Callable[[], date]) -> tuple[HTTPRouteHandler, ...]:
    """Return the page; ``today`` is the local day of the post's clock."""

    @get(
        "/trade/duty",
        opt=opts(TRADE),
        exception_handlers=ON_ERROR,
        summary="Duty options of a goods item side by side, as a page",
    )
    async def compare_duty(request: Request[Any, Any, Any]) -> Response[str]:
        """What is not known is said so with its reason, and is never nought. Nothing is kept."""
        given = {name: str(value)[:80] for name, value in request.query_params.items()}
        reader = await reader_of(request)
        tables = await services_of(request).runtime.query(tabled.tables)
        if "crossing" in given:
            given = {**given, **await _of_crossing(request, given, tables)}
        asked = Asked(given)
        found = _reckon(asked, tables, today()) if given.get("hs") else None
        return answered(request, _page(reader, asked, found, tables=tables, today=today()))

    return (compare_duty,)


def _page(reader: pages.Reader, asked: Asked, found: Reckoned | None, *, tables: Tables, today: date) -> str:
    gettext = translator(reader.language)
    return pages.page(
        "trade/duty",
        reader,
        given={"on": today.isoformat(), **asked.given},
        problems=asked.problems,
        found=found,
        options={option: gettext(title) for option, title in OPTIONS.items()},
        countries=countries_of(tables),
        provinces=sorted({table.province for table in tables.fees}),
        groups=[group.value for group in CommodityGroup],
        said=lambda finding: finding.text(reader.language),
    )


async def _of_crossing(request: Request[Any, Any, Any], given: Mapping[str, str], tables: Tables) -> dict[str, str]:
    """Return the question that a goods item of one's own crossing asks."""
    item = await item_of(request, given)
    currency = str(item["currency"])
    mass = str(item["gross_mass_kg"])
    return {
        "hs": str(item["hs"]),
        "origin": str(item["origin"]),
        "importing": next((one for one in countries_of(tables) if one != item["origin"]), ""),
        "value": as_typed(int(item["value_minor"]), minor_units(currency)),
        "currency": currency,
        "mass": mass,
        "gross": mass,
        "group": str(item["commodity"]),
    }


def _reckon(asked: Asked, tables: Tables, today: date) -> Reckoned | None:
    """Return the answer to a question; None when something in it cannot be read."""
    hs = asked.hs("hs")
    importing = asked.code("importing", countries_of(tables), fi.COUNTRY_UNFIT)
    origin = asked.code("origin", COUNTRIES, fi.COUNTRY_UNFIT)
    currency = asked.code("currency", CURRENCIES, fi.CURRENCY_UNFIT)
    value = asked.figure("value", minor_units(currency), needed=True)
    mass_g = asked.figure("mass", GRAMS, needed=False)
    rate = asked.figure("rate", RATE_DECIMALS, needed=False)
    fee = _fee(asked, tables, _day(asked, today))
    if asked.problems or value is None:
        return None
    day = _day(asked, today).isoformat()
    duty_currency = tables.shelf.currency(importing, day)
    exchange = _exchange(rate, currency, duty_currency)
    quantities = (("kg", mass_g),) if mass_g is not None else ()
    base = Base(None if exchange is None else exchange.convert(value), duty_currency, quantities)
    claims = tuple(_claims(asked, origin))
    item = Item(hs, origin, value, quantities, claims, quota_licence=asked.text("licence") == "yes")
    sheets = tables.shelf.on(importing, day)
    remarks = () if exchange is not None else (fi.EXCHANGE_MISSING.at("rate", invoice=currency, duty=duty_currency),)
    return Reckoned(compared(item, sheets, base), assess_with(item, sheets, base), fee, remarks)


def _day(asked: Asked, today: date) -> date:
    text = asked.text("on")
    return date.fromisoformat(text) if is_date(text) else today


def _claims(asked: Asked, origin: str) -> Iterator[Claim]:
    for treaty, name in ((Treaty.ACFTA, "form_e"), (Treaty.RCEP, "rcep")):
        if asked.text(name) == "yes":
            yield Claim(treaty, origin_holds=True, proof_holds=True, country=origin)


def _exchange(rate: int | None, invoice: str, duty: str) -> Exchange | None:
    """Return how the invoice's minor units become those of duty: by the typed rate of one whole unit for the other."""
    if invoice == duty:
        return Exchange(1, 1, duty, "")
    if not rate:
        return None
    return Exchange(rate * 10 ** minor_units(duty), 10 ** (RATE_DECIMALS + minor_units(invoice)), duty, "typed")


def _fee(asked: Asked, tables: Tables, on: date) -> FeeAssessment | None:
    province = asked.text("province")
    if not province:
        return None
    gross_g = asked.figure("gross", GRAMS, needed=True)
    group = asked.text("group")
    goods = (CommodityGroup(group),) if group in set(CommodityGroup) else ()
    course = Course.IMPORT if asked.text("course") == "import" else Course.EXPORT
    load = FeeLoad(goods=goods, gross_mass_kg=-(-(gross_g or 0) // 1_000), direction=course)
    return assess_fee(load, tables.fees, province=province, on=on)
