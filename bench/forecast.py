"""Forecasts of recorded demo days held against what happened, and against persistence and a moving average.

Usage: ``python bench/forecast.py FIRST OTHER... [--hours 4] [--replications 60]``.  FIRST and
OTHER are directories of ``gatepair demo --seed N --out DIR``.  The plan is calibrated on FIRST alone; every
other day is forecast at each full local hour of the working day from what its ledgers held by then.  One
JSON line for the calibration, one for each day and quantity, one for each quantity over all days, one for each
quantity and distance ahead.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from gatepair import wiring
from gatepair.base.time import HOUR_MS
from gatepair.cli.reading import post_directories
from gatepair.plan.calendars import local_instant
from gatepair.plan.loading import apply_scenario
from gatepair.plan.model import Plan
from gatepair.twin.ledgers.calibrate import calibrate
from gatepair.twin.ledgers.forecast import forecast
from gatepair.twin.ledgers.observed import Ledger, facts, local_day
from gatepair.twin.ledgers.present import ends_ms, known_at, present
from gatepair.twin.ledgers.scoring import Case, cases, scored

FIRST_HOUR = 8
"""An hour after opening, so that the moving average has something to go by."""
LAST_HOUR = 16


def ledgers_of(directory: Path) -> tuple[Plan, list[Ledger]]:
    """Return plan and ledgers of every post in ``directory``."""
    found = []
    for place in post_directories(directory):
        settings = wiring.read_settings(place)
        with closing(wiring.open_ledger(place, settings, read_only=True)) as ledger, ledger.read() as reader:
            found.append(Ledger(settings.post, facts(reader.entries(after=0, limit=10_000_000))))
    return wiring.read_plan(directory / found[0].post if len(found) > 1 else directory), found


def day_cases(plan: Plan, ledgers: list[Ledger], *, hours: int, replications: int, engine: str) -> Iterator[Case]:
    """Yield the cases of one day, forecast by forecast."""
    zone = plan.sides[plan.home].timezone
    last_ms = ends_ms(ledgers)
    day = local_day(last_ms, zone)
    midnight_ms = local_instant(day, "24:00", zone)
    happened = known_at(plan, ledgers, last_ms + 1)
    for hour in range(FIRST_HOUR, LAST_HOUR + 1):
        now = present(plan, ledgers, at_ms=local_instant(day, f"{hour:02d}:00", zone))
        made = forecast(plan, now, hours=hours, replications=replications, seed=hour, engine=engine)
        yield from cases(made, now, happened, until_ms=midnight_ms)


def main() -> None:
    """Calibrate on one day and score the others."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("first", type=Path)
    parser.add_argument("others", type=Path, nargs="+")
    parser.add_argument("--hours", type=int, default=4)
    parser.add_argument("--replications", type=int, default=60)
    parser.add_argument("--engine", choices=["auto", "fast", "slow"], default="auto")
    asked = parser.parse_args()
    plan, first = ledgers_of(asked.first)
    overlay = calibrate(plan, first)
    covered, intervals = overlay.coverage()
    print(json.dumps({"bench": "calibrate", "covered": covered, "intervals": intervals}))
    plan = apply_scenario(plan, overlay.scenario)
    every: list[Case] = []
    for directory in asked.others:
        began = time.monotonic()
        _, ledgers = ledgers_of(directory)
        found = list(day_cases(plan, ledgers, hours=asked.hours, replications=asked.replications, engine=asked.engine))
        every += found
        wall_s = round(time.monotonic() - began, 1)
        for score in scored(found):
            print(json.dumps({"bench": "forecast", "day": directory.name, "wall_s": wall_s, **score.to_wire()}))
    for score in scored(every):
        print(json.dumps({"bench": "forecast", "day": "all", **score.to_wire()}))
    for ahead in range(1, asked.hours + 1):
        near = [one for one in every if one.until_ms - one.at_ms == ahead * HOUR_MS and not one.what.startswith("wait")]
        for score in scored(near):
            print(json.dumps({"bench": "forecast", "day": "all", "ahead_h": ahead, **score.to_wire()}))


if __name__ == "__main__":
    main()
