"""Prices on the command line: what a lane, a server-hour or a vehicle of a fleet costs, given by the caller."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from gatepair.base.errors import PlanInvalid, SettingInvalid
from gatepair.cli.twin_work import Target
from gatepair.twin.study.costs import Cost, Costing, PriceList, check_prices, load_prices, price

Command = TypeVar("Command", bound=Callable[..., Any])
BYTES_MAX: Final = 1024 * 1024


def price_options(command: Command) -> Command:
    """Add the prices by which designs are costed; Gatepair ships none."""
    for option in (
        click.option("--prices", type=click.Path(dir_okay=False, path_type=Path), default=None, metavar="FILE.yaml", help="A price list; see docs/guides/twin.md."),
        click.option("--price", "single", multiple=True, metavar="PATH=AMOUNT[/hour]", help="A price in minor units: `stations.*.servers=900/hour`, `fleets.*.vehicles=40000/day`; may be repeated."),
        click.option("--currency", default=None, metavar="CODE", help="Currency of --price; default: the home side's."),
    ):  # fmt: skip
        command = option(command)
    return command


def costing(options: dict[str, Any], one: Target, *, days: int) -> Costing | None:
    """Return the costing that the options ask for, taking them out of ``options``; None without prices.

    Raises:
        PlanInvalid: the file cannot be read.
        SettingInvalid: a price fits no place of the plan, or the currencies differ.
    """
    path, single, currency = options.pop("prices"), options.pop("single"), options.pop("currency")
    if path is None and not single:
        return None
    listed = _read(path) if path is not None else None
    known = listed.currency if listed else one.plan.sides[one.plan.home].currency
    if listed and currency not in {None, listed.currency}:
        raise SettingInvalid(f"the price list is in {listed.currency}, not in {currency}", setting="currency")
    prices = (*(listed.prices if listed else ()), *(price(text) for text in single))
    made = PriceList(costs=1, currency=currency or known, prices=prices)
    check_prices(made.prices, one.plan)
    return Costing(made, date.fromisoformat(one.scenario.date), days)


def _read(path: Path) -> PriceList:
    try:
        if path.stat().st_size > BYTES_MAX:
            raise PlanInvalid(f"{path} is larger than {BYTES_MAX} bytes; a price list is not", problems=())
        return load_prices(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise PlanInvalid(f"{path} cannot be read as UTF-8 text: {error}", problems=(), name=str(path)) from error


def money(cost: Cost | None) -> str:
    """Return a cost in minor units with its currency; a dash for none."""
    return "–" if cost is None else f"{cost.total_minor:,} {cost.currency}".replace(",", " ")


def cost_wire(cost: Cost | None) -> dict[str, Any] | None:
    """Return a cost as it is published."""
    if cost is None:
        return None
    lines = [{"path": one.path, "units": one.units, "amount_minor": one.amount_minor} for one in cost.lines]
    return {"currency": cost.currency, "days": cost.days, "total_minor": cost.total_minor, "lines": lines}
