"""What happened how often in a ledger: channels, visits, samples, papers, missed calls, arrivals, stock.

Each share comes with its Wilson interval, each count of arrivals with the exact interval of a Poisson
mean.  A share moves the plan only where it was seen often enough: thin evidence that agrees with the
plan leaves the plan's number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from gatepair.base.time import DAY_MS, HOUR_MS, SECOND_MS, Instant, rfc3339
from gatepair.crossing.model import Channel
from gatepair.plan.calendars import local_instant
from gatepair.plan.model import Direction, Flow, LaneKind, Plan, Regime, Role
from gatepair.plan.rules import exit_post
from gatepair.twin.ledgers.fitting import Bounds, Share, rate_bounds, share
from gatepair.twin.ledgers.observed import Ledger, Passage, Service, local_day, local_hour, passages, services

SHARE_TRIALS_MIN: Final = 20
"""A share of fewer cases than this says nothing that the plan did not know; it is shown and not used."""
SHARE_COUNT_MIN: Final = 5
"""Nor does one seen (or not seen) fewer times than this, unless the plan's share lies outside the interval."""
WHOLE: Final = 1000
DEPTH: Final = (Channel.GREEN, Channel.YELLOW, Channel.RED)


@dataclass(frozen=True, slots=True)
class ShareFit:
    """One share: what it is of, how often it was seen, what the plan said; ``used`` when the overlay sets it."""

    path: str
    what: str
    seen: Share
    planned_permille: int
    used: bool

    def covers(self) -> bool:
        """Tell whether the plan's share lies in the interval."""
        return self.seen.bounds.holds(self.planned_permille / WHOLE)


@dataclass(frozen=True, slots=True)
class FlowFit:
    """Arrivals of one direction: a day's count with its interval, what stood at the beginning, by hour and group."""

    path: str
    direction: Direction
    days: int
    arrivals: int
    arrivals_bounds: Bounds
    stock: int
    profile: tuple[int, ...]
    mix: Mapping[str, int]
    planned: Flow


@dataclass(frozen=True, slots=True)
class StageSeen:
    """A stretch of time that mixes several things, so that nothing of the plan can be set from it; seconds."""

    what: str
    count: int
    mean_s: float
    p50_s: float
    p90_s: float


@dataclass(frozen=True, slots=True)
class LedgerRead:
    """One ledger read: its passages and services, the window and the source's key."""

    plan: Plan
    post: str
    passages: Mapping[str, Passage]
    services: Mapping[str, list[Service]]
    first_ms: int
    until_ms: int
    ledger_ends_ms: int
    source: str
    title: str


def read_ledger(plan: Plan, ledger: Ledger, *, first_ms: int | None, until_ms: int | None) -> LedgerRead:
    """Return the ledger's passages and services, and its window: whole days of the home side when none is given.

    The days are the home side's for both posts, as in the daily report and in the simulated traffic.
    Crossings make a day of traffic: what the gate itself does after midnight, such as an alarm, begins none.
    """
    moved = [one.event.at_ms for one in ledger.facts if one.crossing]
    begun_ms = min(moved)
    ends_ms = max(max(one.recorded_ms, one.event.at_ms) for one in ledger.facts)
    zone = plan.sides[plan.home].timezone
    midnight_ms = local_instant(local_day(begun_ms, zone), "24:00", zone)
    first = first_ms if first_ms is not None else (midnight_ms if midnight_ms < max(moved) else begun_ms)
    until = until_ms if until_ms is not None else local_instant(local_day(max(moved), zone), "24:00", zone)
    known = passages(ledger.facts, plan)
    title = (
        f"Ledger of {ledger.post}, entries {ledger.facts[0].position} to {ledger.facts[-1].position}, "
        f"{rfc3339(Instant(first))} to {rfc3339(Instant(until))}"
    )
    return LedgerRead(
        plan=plan,
        post=ledger.post,
        passages=known,
        services=services(known, plan, ledger.post, until_ms=min(ends_ms, until)),
        first_ms=first,
        until_ms=until,
        ledger_ends_ms=ends_ms,
        source=f"ledger-{ledger.post}"[:48],
        title=title,
    )


# --- shares ----------------------------------------------------------------------------------------


def _inside(seen: LedgerRead, moment_ms: int | None) -> bool:
    return moment_ms is not None and seen.first_ms <= moment_ms < seen.until_ms


def share_fits(seen: LedgerRead) -> Iterator[ShareFit]:
    """Yield every share of the plan that this post's ledger tells something of."""
    yield from _channel_fits(seen)
    yield from _visit_fits(seen)
    if seen.plan.demand is not None:
        yield from _goods_fits(seen)
        for index, flow in enumerate(seen.plan.demand.flows):
            if exit_post(seen.plan, flow.direction) == seen.post:
                yield from _trader_fits(seen, index, flow)


def _made(path: str, what: str, count: int, *, trials: int, planned: int) -> Iterator[ShareFit]:
    if trials:
        seen = share(count, trials)
        told = min(count, trials - count) >= SHARE_COUNT_MIN or not seen.bounds.holds(planned / WHOLE)
        yield ShareFit(path, what, seen, planned, trials >= SHARE_TRIALS_MIN and told)


def _channel_fits(seen: LedgerRead) -> Iterator[ShareFit]:
    for index, profile in enumerate(seen.plan.channels):
        if profile.post != seen.post:
            continue
        drawn = Counter(
            (one.channel_selector, one.channel)
            for one in seen.passages.values()
            if one.role is profile.role and one.channel is not None and _inside(seen, one.entered_ms)
        )
        for selector, planned in profile.shares_permille.items():
            yield from _triple(
                f"channels.{index}.shares_permille.{selector}",
                f"{profile.post} {profile.role.value}: {selector}",
                [drawn[selector, channel] for channel in DEPTH],
                planned=planned,
            )


def _triple(path: str, what: str, counts: Sequence[int], *, planned: Sequence[int]) -> Iterator[ShareFit]:
    """Yield the three channels of a selector; the plan takes all three or none."""
    fits = [
        one
        for count, channel, permille in zip(counts, DEPTH, planned, strict=True)
        for one in _made(path, f"{what} {channel.value}", count, trials=sum(counts), planned=permille)
    ]
    enough = sum(counts) >= SHARE_TRIALS_MIN
    used = enough and (min(counts) >= SHARE_COUNT_MIN or not all(one.covers() for one in fits))
    yield from (replace(one, used=used) for one in fits)


def _visit_fits(seen: LedgerRead) -> Iterator[ShareFit]:
    """Yield the shares of stations that chance sends some vehicles to, by the plan's selectors."""
    for key, station in seen.plan.stations.items():
        if station.post != seen.post or key not in seen.services:
            continue
        for selector, permille in station.share_permille.items():
            if not 0 < permille < WHOLE or selector.startswith("channel:"):
                continue
            through = [
                one
                for one in seen.passages.values()
                if one.role is station.role
                and one.laden
                and _inside(seen, one.released_ms)
                and (one.commodity.value if one.commodity.value in station.share_permille else "default") == selector
            ]
            count = sum(1 for one in through if any(name == key for name, _ in one.ends))
            path = f"stations.{key}.share_permille.{selector}"
            yield from _made(path, f"{key}: visits of {selector}", count, trials=len(through), planned=permille)


def _goods_fits(seen: LedgerRead) -> Iterator[ShareFit]:
    """Yield what entry agencies do to goods: samples by group, and refusals."""
    demand = seen.plan.demand
    through = [
        one
        for one in seen.passages.values()
        if one.role is Role.ENTRY and one.laden and one.over and _inside(seen, one.entered_ms)
    ]
    if demand is None or not through:
        return
    for commodity, permille in demand.sample_permille.items():
        group = [one for one in seen.passages.values() if one.role is Role.ENTRY and one.commodity is commodity]
        looked = [one for one in group if _inside(seen, one.entered_ms) and (one.over or one.sampled_ms is not None)]
        count = sum(1 for one in looked if one.sampled_ms is not None)
        path, what = f"demand.sample_permille.{commodity.value}", f"{seen.post}: {commodity.value} sampled"
        yield from _made(path, what, count, trials=len(looked), planned=permille)
    refused = sum(1 for one in through if one.refused)
    what = f"{seen.post}: refused at entry"
    yield from _made("demand.refuse_permille", what, refused, trials=len(through), planned=demand.refuse_permille)


def _trader_fits(seen: LedgerRead, index: int, flow: Flow) -> Iterator[ShareFit]:
    """Yield what traders and drivers of one direction do: papers, missed calls, corrections, two-way loads."""
    path = f"demand.flows.{index}"
    came = [one for one in _laden_out(seen, flow.direction) if _inside(seen, one.placed_ms)]
    fresh = [one for one in came if one.regime is not Regime.TWO_WAY]
    needing = seen.plan.queues[seen.post].needs_test
    wanting = [one for one in fresh if one.commodity in needing]
    called = [one for one in _laden_out(seen, flow.direction) if one.calls_ms and one.return_of is None]
    name = flow.direction.value
    shares: tuple[tuple[str, list[Passage], Callable[[Passage], bool], int], ...] = (
        ("tested_permille", wanting, lambda one: one.tested, flow.tested_permille),
        ("no_show_permille", called, lambda one: one.misses > 0, flow.no_show_permille),
        ("correction_permille", fresh, lambda one: one.corrections > 0, flow.correction_permille),
        ("two_way_permille", came, lambda one: one.regime is Regime.TWO_WAY, flow.two_way_permille),
    )
    for field_name, group, holds, planned in shares:
        count = sum(1 for one in group if holds(one))
        what = f"{name}: {field_name.removesuffix('_permille')}"
        yield from _made(f"{path}.{field_name}", what, count, trials=len(group), planned=planned)


def _laden_out(seen: LedgerRead, direction: Direction) -> list[Passage]:
    return [
        one
        for one in seen.passages.values()
        if one.direction is direction
        and one.role is Role.EXIT
        and one.laden
        and one.lane_kind is LaneKind.MANNED
        and one.placed_ms is not None
    ]


# --- arrivals --------------------------------------------------------------------------------------


def flow_fits(seen: LedgerRead) -> Iterator[FlowFit]:
    """Yield the arrivals of each direction that queues at this post; two flows of one direction cannot be told apart."""
    flows = seen.plan.demand.flows if seen.plan.demand else ()
    ways = Counter(flow.direction for flow in flows)
    for index, flow in enumerate(flows):
        if exit_post(seen.plan, flow.direction) != seen.post or ways[flow.direction] > 1:
            continue
        known = _laden_out(seen, flow.direction)
        came = [one for one in known if _inside(seen, one.placed_ms)]
        fresh = [one for one in came if one.regime is not Regime.TWO_WAY]
        zone = seen.plan.sides[seen.plan.home].timezone
        hours = Counter(local_hour(one.placed_ms, zone) for one in fresh if one.placed_ms is not None)
        days = max(1, round((seen.until_ms - seen.first_ms) / DAY_MS))
        bounds = rate_bounds(len(came))
        yield FlowFit(
            path=f"demand.flows.{index}",
            direction=flow.direction,
            days=days,
            arrivals=round(len(came) / days),
            arrivals_bounds=Bounds(bounds.low / days, bounds.high / days),
            stock=len(_standing(seen, known)),
            profile=tuple(hours[hour] for hour in range(24)),
            mix=apportioned(Counter(one.commodity.value for one in fresh)),
            planned=flow,
        )


def _standing(seen: LedgerRead, known: Iterable[Passage]) -> list[Passage]:
    """Return those that had a place when the window began and were not over the line or withdrawn."""
    first_ms = seen.first_ms
    return [
        one
        for one in known
        if (one.placed_ms or first_ms) < first_ms
        and (one.departed_ms is None or one.departed_ms >= first_ms)
        and (one.ended_ms is None or one.ended_ms >= first_ms)
    ]


def apportioned(counts: Counter[str]) -> dict[str, int]:
    """Return the counts as permille that sum to 1000, the rest to the largest remainders."""
    total = sum(counts.values())
    if not total:
        return {}
    whole = {key: count * WHOLE // total for key, count in sorted(counts.items())}
    by_remainder = sorted(whole, key=lambda key: (-(counts[key] * WHOLE % total), key))
    for key in by_remainder[: WHOLE - sum(whole.values())]:
        whole[key] += 1
    return whole


def stages_seen(seen: LedgerRead) -> Iterator[StageSeen]:
    """Yield stretches that the ledger bounds but that mix several things."""
    found: dict[str, list[int]] = {}
    homes = {one.return_of: one.declared_ms for one in seen.passages.values() if one.return_of}
    for one in seen.passages.values():
        stretches = {
            "call read to arrival: setting off and driving": (one.acknowledged_ms, one.entered_ms),
            "release to departure: last barriers and driving off": (one.released_ms, one.departed_ms),
            "departure to the partner's receipt: road, yard and gate": (one.departed_ms, one.received_ms),
            "inland to declared home: unloading and return": (one.gone_ms, homes.get(one.crossing)),
        }
        for what, (begun_ms, ended_ms) in stretches.items():
            fits_role = (one.role is Role.ENTRY) is what.startswith("inland")
            if one.laden and fits_role and begun_ms is not None and ended_ms is not None and ended_ms >= begun_ms:
                found.setdefault(f"{one.direction.value}: {what}", []).append(ended_ms - begun_ms)
    for what, lasted_ms in found.items():
        seconds = np.asarray(lasted_ms) / SECOND_MS
        p50, p90 = np.quantile(seconds, (0.5, 0.9))
        yield StageSeen(what, len(lasted_ms), float(seconds.mean()), float(p50), float(p90))


def laboratory_remarks(seen: LedgerRead) -> Iterator[str]:
    """Yield what is to be said of samples: a laboratory takes days, so most times are censored."""
    taken = [one for one in seen.passages.values() if one.sampled_ms is not None]
    answered = [one for one in taken if one.answered_ms is not None]
    if taken and len(answered) < len(taken):
        longest_h = max((seen.ledger_ends_ms - (one.sampled_ms or 0)) / HOUR_MS for one in taken)
        yield (
            f"{seen.post}: {len(taken) - len(answered)} of {len(taken)} samples are still out, the oldest for "
            f"{longest_h:.1f} h; the laboratory's time stays the plan's."
        )
