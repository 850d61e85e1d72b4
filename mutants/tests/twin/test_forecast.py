"""Truths of the forecast: it starts from where everything stands, keeps counts, repeats, and beats the simple forecasts."""

from __future__ import annotations

import math
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import msgspec
import numpy as np
import pytest

from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.crossing import events as ev
from gatepair.plan.loading import apply_scenario
from gatepair.plan.model import Direction, Role
from gatepair.twin.ledgers.calibrate import calibrate
from gatepair.twin.ledgers.forecast import Forecast, Quantiles, forecast
from gatepair.twin.ledgers.observed import Ledger
from gatepair.twin.ledgers.present import Present, ends_ms, held_at, known_at, present, stock_at
from gatepair.twin.ledgers.scoring import cases, scored
from twin.recorded_day import RecordedDay, recorded_day

HOURS = 2
FUTURES = 8


@pytest.fixture(scope="module")
def day() -> RecordedDay:
    """Run a small synthetic day of the simulated world once."""
    return recorded_day()


@pytest.fixture(scope="module")
def at_eight(day) -> Present:
    """Read where everything stood at eight."""
    return present(day.plan, day.ledgers, at_ms=day.start_ms + 8 * HOUR_MS)


@pytest.fixture(scope="module")
def made(day, at_eight) -> Forecast:
    """Forecast two hours from eight, by the plain engine: no test waits for a compiler."""
    return forecast(day.plan, at_eight, hours=HOURS, replications=FUTURES, seed=3, engine="slow")


# --- the present ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("hour", [1, 7, 8, 9, 10, 12, 20])
def test_everybody_stands_somewhere_once(day, hour: int) -> None:
    """At any hour each crossing that came and is not over stands at one place; stock is the day's own count."""
    now = present(day.plan, day.ledgers, at_ms=day.start_ms + hour * HOUR_MS)
    assert len(now.crossings) == len(set(now.crossings)) == len(now.standing)
    assert_stock_stands(now)


def assert_stock_stands(now: Present) -> None:
    """Hold the count of stock against those who stand where stock stands."""
    for direction in Direction:
        told = stock_at(now.known.values(), direction, now.at_ms)
        stood = sum(
            1
            for one in now.standing
            if one.direction is direction
            and one.regime.value != "empty"
            and one.at not in {"declared", "inland"}
            and not (direction is Direction.OUT and (one.at.startswith("entry") or one.at == "flight"))
        )
        assert told == stood


def test_the_past_is_read_as_it_was_known_then(day, at_eight) -> None:
    """What was recorded later changes nothing: cutting the ledgers at eight gives the same present."""
    cut = [Ledger(one.post, held_at(one, at_eight.at_ms)) for one in day.ledgers]
    assert at_eight.standing == present(day.plan, cut, at_ms=at_eight.at_ms).standing


def test_who_waits_stands_in_the_published_order(day, at_eight) -> None:
    """The next vehicle that the post calls after eight is the first callable one of its direction, or close to it.

    Between eight and the call others may come or get their papers, so the first call is among the first three.
    """
    compared = 0
    for ledger in day.ledgers:
        way = next(one for one in Direction if day.plan.role_of(ledger.post, one) is Role.EXIT)
        waiting = sorted(
            (one for one in at_eight.waiting if one.direction is way and one.callable), key=lambda one: one.ahead
        )
        known = {one.crossing for one in waiting}
        calls = [fact for fact in ledger.facts if isinstance(fact.event, ev.PlaceCalled) and fact.crossing in known]
        called = next((fact.crossing for fact in calls if fact.event.at_ms > at_eight.at_ms), None)
        if called is not None:
            compared += 1
            assert called in [one.crossing for one in waiting[:3]]
    assert compared


def test_a_post_alone_knows_its_own_side(day) -> None:
    """From one ledger the direction that leaves stands as from both until the line; the rest follows the partner's word."""
    at_ms = day.start_ms + 9 * HOUR_MS
    both = present(day.plan, day.ledgers, at_ms=at_ms)
    alone = present(day.plan, day.ledgers[:1], at_ms=at_ms)

    def leaving(now: Present) -> Counter:
        return Counter(
            one.at
            for one in now.standing
            if one.direction is Direction.OUT
            and one.regime.value != "empty"
            and (one.at.startswith("exit") or one.at in {"queue", "called", "standby"})
        )

    assert leaving(both) == leaving(alone)
    assert {one.at.partition(":")[0] for one in alone.standing} <= {
        "queue", "standby", "called", "exit", "exit.line", "exit.release", "flight", "entry", "entry.release", "inland", "declared",
    }  # fmt: skip
    assert_stock_stands(alone)
    forecast(day.plan, alone, hours=1, replications=1, engine="slow")


def test_services_that_run_are_told_from_waits(day) -> None:
    """A vehicle in service stands there since its service began, not since it came to the station."""
    now = present(day.plan, day.ledgers, at_ms=day.start_ms + 8 * HOUR_MS + 30 * MINUTE_MS)
    serving = [one for one in now.standing if one.serving]
    assert serving
    assert all(":" in one.at and one.since_ms < now.at_ms for one in serving)


def test_an_empty_ledger_has_no_present(day) -> None:
    """There is nothing to forecast from."""
    with pytest.raises(ValueError, match="holds crossings"):
        present(day.plan, [Ledger("huu-nghi", ())])


# --- the forecast --------------------------------------------------------------------------------------


def test_every_future_begins_from_the_present_stock(day, at_eight, made) -> None:
    """Stock ahead is stock now, less what is cleared, and more by no more than what may come."""
    for one in made.directions:
        way = one.direction.value
        assert one.stock_now == stock_at(at_eight.known.values(), one.direction, at_eight.at_ms)
        flow = next(flow for flow in day.plan.demand.flows if flow.direction is one.direction)
        came = made.futures[f"stock.{way}"] + made.futures[f"cleared.{way}"] - one.stock_now
        assert (came >= 0).all()
        assert (came <= flow.arrivals).all()
        assert (np.diff(made.futures[f"cleared.{way}"], axis=1) >= 0).all()
        assert HOURS * 2 == len(one.hours)


def test_the_same_state_and_seed_give_the_same_forecast_on_any_executor(day, at_eight, made) -> None:
    """Futures are numbered: threads change nothing, another seed does."""
    with ThreadPoolExecutor(2) as threads:
        again = forecast(day.plan, at_eight, hours=HOURS, replications=FUTURES, seed=3, engine="slow", executor=threads)
    assert made.to_wire() == again.to_wire()
    other = forecast(day.plan, at_eight, hours=HOURS, replications=2, seed=4, engine="slow")
    assert other.places != made.places[: len(other.places)]


def test_places_are_forecast_in_their_order(made) -> None:
    """Of one class nobody is foretold a call before one that stands ahead of it."""
    groups: dict[tuple, list] = {}
    for place in made.places:
        if place.callable:
            groups.setdefault((place.direction, place.class_key), []).append(place)
    for group in groups.values():
        waits = [one.wait_s.p50 for one in sorted(group, key=lambda one: one.ahead)]
        assert waits == sorted(waits)


def test_what_does_not_end_within_the_forecast_is_infinite(at_eight, made) -> None:
    """A place without its paper is called in no future of two hours, and its wait goes out as null."""
    untested = [one for one in made.places if not one.callable]
    assert untested
    assert {0.0} == {one.called_share for one in untested}
    assert math.isinf(untested[0].wait_s.p50)
    assert Quantiles.of(np.array([1.0, 2.0, math.inf])).to_wire()["mean"] is None
    assert len(at_eight.waiting) == len(made.places)


def test_a_forecast_is_stopped_with_what_it_has(day, at_eight) -> None:
    """Stopped after two futures, two futures are told, and that it was cut short."""
    done: list[int] = []
    found = forecast(
        day.plan,
        at_eight,
        hours=1,
        replications=5,
        engine="slow",
        on_done=lambda number, _: done.append(number),
        stop=lambda: len(done) >= 2,
    )
    assert (2, True) == (found.replications, found.cut_short)


@pytest.mark.parametrize(("hours", "replications"), [(0, 1), (49, 1), (1, 0)])
def test_senseless_forecasts_are_refused(day, at_eight, hours: int, replications: int) -> None:
    """No hours, too many hours and no futures are errors."""
    with pytest.raises(ValueError, match="hours ahead"):
        forecast(day.plan, at_eight, hours=hours, replications=replications)


def test_the_published_form_is_plain(made) -> None:
    """The forecast goes out as JSON, without its futures."""
    wire = msgspec.json.decode(msgspec.json.encode(made.to_wire()))
    assert {"at_ms", "hours", "replications", "cut_short", "directions", "places"} == set(wire)


# --- held against what happened ------------------------------------------------------------------------


def test_the_forecast_beats_the_simple_ones_on_a_day_it_never_saw(day) -> None:
    """Calibrated on one small day, its score on another is at least a quarter below persistence and moving average.

    Stock, cleared and waits of both directions, two hours ahead from 8, 9 and 10 o'clock.
    """
    plan = apply_scenario(day.plan, calibrate(day.plan, day.ledgers).scenario)
    other = recorded_day(2)
    happened = known_at(other.plan, other.ledgers, ends_ms(other.ledgers) + 1)
    found = []
    for hour in (8, 9, 10):
        now = present(plan, other.ledgers, at_ms=other.start_ms + hour * HOUR_MS)
        told = forecast(plan, now, hours=HOURS, replications=FUTURES, seed=hour, engine="slow")
        found += list(cases(told, now, happened, until_ms=other.until_ms))
    for name in ("persistence", "moving_average"):
        gains = [one.gain(name) for one in scored(found)]
        assert np.mean(gains) >= 0.25, (name, gains)
