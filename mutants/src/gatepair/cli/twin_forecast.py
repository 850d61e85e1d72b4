"""``gatepair twin forecast``: waiting and stock of the next hours from the present state of ledgers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import click
from rich.console import Console

from gatepair.adapters import planfiles
from gatepair.base.errors import NotFound
from gatepair.cli.reading import local_clock
from gatepair.cli.twin_calibrate import read_ledgers
from gatepair.cli.twin_options import effort, effort_options
from gatepair.cli.twin_show import emit, ended, print_json, simple, wide
from gatepair.cli.twin_work import executor_for
from gatepair.insight.report import span
from gatepair.plan.loading import apply_scenario
from gatepair.plan.model import Plan
from gatepair.twin.ledgers.forecast import HOURS_MAX, Forecast, Quantiles
from gatepair.twin.ledgers.forecast import forecast as forecasted
from gatepair.twin.ledgers.observed import Ledger
from gatepair.twin.ledgers.present import Present, ends_ms, known_at, present
from gatepair.twin.ledgers.scoring import Score, cases
from gatepair.twin.ledgers.scoring import scored as scores_of

PLACES_SHOWN: Final = 12


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR")
@click.option(
    "--at",
    "instant",
    default=None,
    metavar="TIME",
    help="Forecast as of this instant, local time of the home side such as `2025-11-11T12:00`; default: the end of "
    "the ledgers.",
)
@click.option("--hours", type=click.IntRange(1, HOURS_MAX), default=6, show_default=True, help="How far ahead.")
@click.option("--overlay", default=None, metavar="FILE.yaml", help="Put this overlay of `calibrate` on the plan first.")
@click.option("--score", "scored", is_flag=True, help="Hold the forecast against what the ledgers say happened after.")
@effort_options
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
def forecast(directory: Path, instant: str | None, hours: int, overlay: str | None, **options: Any) -> None:
    """Tell waiting and stock of the next hours from the ledgers in DIR, with quantiles.

    Only what was recorded before the instant counts. DIR holds one post, or both posts of a demo.
    """
    scored, as_json = options.pop("scored"), options.pop("as_json")
    asked = effort(options)
    plan, ledgers = read_ledgers(directory)
    try:
        now = present(plan, ledgers, at_ms=_instant(instant, plan))
    except ValueError as error:
        raise NotFound(f"{directory} has nothing to forecast from: {error}") from error
    if overlay is not None:
        plan = apply_scenario(plan, planfiles.open_scenario(overlay).value, name=overlay)
    with executor_for(asked) as executor:
        made = forecasted(
            plan,
            now,
            hours=hours,
            replications=asked.replications,
            seed=asked.seed,
            engine=asked.engine,
            executor=executor,
        )
    against = _scores(made, now, plan, ledgers) if scored else ()
    if as_json:
        print_json({**made.to_wire(), **({"score": [one.to_wire() for one in against]} if scored else {})})
    else:
        _print(made, plan, wide())
        if scored:
            _print_scores(against, wide())
    if made.cut_short:
        ended(made.replications, asked.replications)


def _scores(made: Forecast, now: Present, plan: Plan, ledgers: Sequence[Ledger]) -> tuple[Score, ...]:
    """Hold a forecast against the ledgers.

    Raises:
        NotFound: the ledgers end where the forecast begins.
    """
    until_ms = ends_ms(ledgers)
    found = scores_of(cases(made, now, known_at(plan, ledgers, until_ms + 1), until_ms=until_ms))
    if not found:
        raise NotFound("the ledgers end where the forecast begins: there is nothing to hold it against; give --at")
    return found


def _instant(text: str | None, plan: Plan) -> int | None:
    """Return an instant from local time of the home side, or with an offset. Raises ``NotFound`` for anything else."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise NotFound(f"{text} is no time; write it as 2025-11-11T12:00") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(plan.sides[plan.home].timezone))
    return int(moment.astimezone(UTC).timestamp()) * 1_000


def _print(made: Forecast, plan: Plan, console: Console) -> None:
    zone = plan.sides[plan.home].timezone
    at = local_clock(made.at_ms, zone)
    console.print(f"[bold]{plan.name.en}[/bold]  as of {at}, {made.replications} futures")
    for one in made.directions:
        title = f"Going {one.direction}: {one.stock_now} stand, {one.waiting_now} of them wait for a call"
        table = simple(title, ("until", "stock: 10 % – median – 90 %", "cleared from now: 10 % – median – 90 %"))
        for hour in one.hours:
            table.add_row(local_clock(hour.until_ms, zone), _counts(hour.stock), _counts(hour.cleared))
        emit(console, table)
        if one.wait_of_next_s is not None:
            console.print(f"Who comes within the hour waits {_times(one.wait_of_next_s)} (10 % – median – 90 %).")
    if made.places:
        _print_places(made, console)
    console.print("Quantiles of the futures; arrivals to come are synthetic, drawn from the plan's demand.")


def _print_scores(found: Sequence[Score], console: Console) -> None:
    names = list(dict.fromkeys(name for one in found for name in one.simple))
    columns = ("against what happened", "cases", "score (CRPS)", "in the middle 80 %", *names)
    table = simple("Score: lower is better; beside each simple forecast, by how much less the twin errs", columns)
    for one in found:
        gains = [
            f"{one.simple[name]:.1f} ({100 * one.gain(name):+.0f} %)" if name in one.simple else "–" for name in names
        ]
        table.add_row(one.what, str(one.cases), f"{one.twin:.1f}", f"{100 * one.coverage:.0f} %", *gains)
    emit(console, table)


def _print_places(made: Forecast, console: Console) -> None:
    title = f"Places that wait, the first {min(PLACES_SHOWN, len(made.places))} of {len(made.places)}"
    table = simple(title, ("direction", "number", "class", "waited", "to the call: 10 % – median – 90 %"), words=3)
    for place in made.places[:PLACES_SHOWN]:
        row = (place.direction, str(place.number), place.class_key, span(place.waited_s))
        table.add_row(*row, _times(place.wait_s))
    emit(console, table)


def _counts(one: Quantiles) -> str:
    return f"{one.p10:.0f} – {one.p50:.0f} – {one.p90:.0f}"


def _times(one: Quantiles | None) -> str:
    """Return waiting times; past the horizon they are not known."""
    if one is None:
        return "–"
    return " – ".join(span(round(each)) if math.isfinite(each) else "later" for each in (one.p10, one.p50, one.p90))
