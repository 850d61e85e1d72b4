"""Who comes: stock at opening and arrivals of every day, from the plan's demand; all of it synthetic.

Shares are kept as exactly as whole vehicles allow, and instants are spread evenly over the hourly weights, as in
the simulated world: a documented day has no sampling noise in its counts.  Order, instants and who has which paper
are drawn for each replication by numbers (seed, replication, flow, day) alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gatepair.base.time import DAY_MS, HOUR_MS, MINUTE_MS
from gatepair.plan import habits
from gatepair.plan.model import CommodityGroup, Direction, Flow, LaneKind, Plan, Regime
from gatepair.plan.rules import exit_post
from gatepair.twin.draws import name_hash, run_key
from gatepair.twin.gate.time import TICKS_PER_MS, Horizon, Openings
from gatepair.twin.gate.ways import Kind

Ints = npt.NDArray[np.int64]
NIGHT_MS: Final = 6 * HOUR_MS
"""The stock of a gate that did not close the evening before is laid over the last six hours."""
HOURS_A_DAY: Final = 24


@dataclass(frozen=True, slots=True)
class Batch:
    """What one source brings: ticks in order, and the kind of each by its index in ``kinds``."""

    source: str
    ticks: Ints
    kinds: Ints


@dataclass(frozen=True, slots=True)
class Stream:
    """One flow as sources: what stands at the beginning and what comes; ``paired`` come as return loads instead."""

    flow: Flow
    number: int
    paired: int
    needing: frozenset[CommodityGroup]
    kinds: tuple[Kind, ...]
    stock_from: int
    stock_until: int
    horizon: Horizon
    standing: bool
    """Whether the stock of the plan stands there; a warm start brings its own."""

    @property
    def came_name(self) -> str:
        """Return the name of the source of arrivals."""
        return f"arrivals.{self.flow.direction.value}.{self.number}"

    @property
    def stock_name(self) -> str:
        """Return the name of the source of the stock."""
        return f"stock.{self.flow.direction.value}.{self.number}"

    def stock(self, seed: int, replication: int) -> Batch:
        """Return who stands there at tick 0, in the order of coming; ticks are before it."""
        generator = _generator(seed, replication, self.stock_name)
        count = self.flow.stock if self.standing else 0
        ticks = np.linspace(self.stock_from, self.stock_until, count, dtype=np.int64)
        mix = self.flow.stock_mix_permille or self.flow.mix_permille
        return Batch(self.stock_name, ticks, self._kinds_of(generator, mix, self.flow.stock_tested_permille, count))

    def arrivals(self, seed: int, replication: int) -> Batch:
        """Return who comes over the whole horizon, in order."""
        count = self.flow.arrivals - self.paired
        ticks, kinds = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
        for day in range(self.horizon.days + 1):
            # The weights are by the home side's clock, as the simulated world reads them.
            midnight = self.horizon.tick(_midnight_ms(self.horizon, day))
            if midnight >= self.horizon.until:
                break
            generator = _generator(seed, replication, f"{self.came_name}/{day}")
            found = midnight + spread(self.flow.profile, count, generator)
            chosen = self._kinds_of(generator, self.flow.mix_permille, self.flow.tested_permille, count)
            there = (found >= 0) & (found < self.horizon.until)
            ticks.append(found[there])
            kinds.append(chosen[there])
        return Batch(self.came_name, np.concatenate(ticks), np.concatenate(kinds))

    def _kinds_of(
        self, generator: np.random.Generator, mix: Mapping[CommodityGroup, int], tested: int, count: int
    ) -> Ints:
        """Return the kind of each of ``count`` vehicles, in an order of chance."""
        groups = [group for group, share in mix.items() if share]
        amounts = apportioned([mix[group] for group in groups], count)
        found: list[Ints] = []
        for group, amount in zip(groups, amounts, strict=True):
            with_paper = amount
            if group in self.needing:
                with_paper = apportioned([tested, 1000 - tested], amount)[0]
            for is_tested, number in ((True, with_paper), (False, amount - with_paper)):
                if number:
                    found.append(np.full(number, self._index(group, tested=is_tested), dtype=np.int64))
        return generator.permutation(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)

    def _index(self, group: CommodityGroup, *, tested: bool) -> int:
        return next(
            index
            for index, kind in enumerate(self.kinds)
            if (kind.direction, kind.commodity, kind.tested, kind.homeward, kind.mark)
            == (self.flow.direction, group, tested, False, "")
        )


def spread(profile: Sequence[int], count: int, generator: np.random.Generator) -> Ints:
    """Return ``count`` ticks of a day in order, one in each of as many equal parts of the hourly weights."""
    weights = np.asarray(profile, dtype=np.float64)
    if not count or not weights.sum():
        return np.zeros(0, dtype=np.int64)
    edges = np.concatenate([[0.0], np.cumsum(weights)])
    marks = (np.arange(count) + generator.random(count)) / count * edges[-1]
    hours = np.minimum(np.searchsorted(edges, marks, side="right") - 1, HOURS_A_DAY - 1)
    part = (marks - edges[hours]) / np.maximum(weights[hours], np.finfo(float).tiny)
    ticks: Ints = ((hours + np.minimum(part, 1.0)) * (HOUR_MS * TICKS_PER_MS)).astype(np.int64)
    return ticks


def spread_all(horizon: Horizon, profile: Sequence[int], count: int, *, name: str) -> Ints:
    """Return the ticks of ``count`` a day over the whole horizon, in order; the same for every replication."""
    days = []
    for day in range(horizon.days + 1):
        found = horizon.tick(_midnight_ms(horizon, day)) + spread(profile, count, _generator(0, 0, f"{name}/{day}"))
        days.append(found[(found >= 0) & (found < horizon.until)])
    return np.concatenate(days)


def apportioned(weights: Sequence[int], count: int) -> list[int]:
    """Return how many of ``count`` go to each weight, as nearly as whole numbers allow; ties to the earlier one."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    whole = [count * weight // total for weight in weights]
    order = sorted(range(len(weights)), key=lambda index: (-(count * weights[index] % total), index))
    for index in order[: count - sum(whole)]:
        whole[index] += 1
    return whole


def kinds_of(plan: Plan, *, returns: bool) -> tuple[Kind, ...]:
    """Return every kind of vehicle that the plan's demand can bring about, in a steady order."""
    demand = plan.demand
    found: dict[Kind, None] = {}
    for flow in demand.flows if demand is not None else ():
        needing = needs_paper(plan, flow.direction)
        mixes = (flow.mix_permille, flow.stock_mix_permille)
        groups = list(dict.fromkeys(group for mix in mixes for group, share in mix.items() if share))
        for group in groups:
            found[Kind(flow.direction, group)] = None
            if group in needing:
                found[Kind(flow.direction, group, tested=False)] = None
    if returns:
        for direction in Direction:
            for kind in homeward(plan, direction):
                found[kind] = None
    return tuple(found)


def homeward(plan: Plan, direction: Direction) -> list[Kind]:
    """Return the kinds that come home in ``direction`` after unloading: two-way loads, and empty."""
    flows = plan.demand.flows if plan.demand is not None else ()
    if not any(flow.direction is not direction for flow in flows):
        return []
    made = [Kind(direction, CommodityGroup.NONE, Regime.EMPTY, homeward=True)]
    needing = needs_paper(plan, direction)
    for flow in flows:
        if flow.direction is direction and flow.two_way_permille:
            groups = [group for group, share in flow.mix_permille.items() if share and group not in needing]
            loads = groups or [CommodityGroup.OTHER]
            made.extend(Kind(direction, group, Regime.TWO_WAY, homeward=True) for group in loads)
    return list(dict.fromkeys(made))


def needs_paper(plan: Plan, direction: Direction) -> frozenset[CommodityGroup]:
    """Return the goods that are not called in ``direction`` before their test paper is there."""
    rule = plan.queues.get(exit_post(plan, direction))
    return frozenset(rule.needs_test) if rule is not None else frozenset()


def paired(flow: Flow) -> int:
    """Return how many of a day's arrivals are return loads of vehicles from the other side."""
    return flow.arrivals * flow.two_way_permille // 1000


def evening(plan: Plan, openings: Openings) -> tuple[int, int]:
    """Return the ticks (before 0) between which the stock came: from a quarter of an hour after the last closing.

    The same evening as in the simulated world.
    """
    lanes = [lane for road in plan.routes.values() for lane in road.lanes.values() if lane.kind is not LaneKind.PERSONS]
    closings = [end for lane in lanes for _, end in openings.of(lane.hours) if end <= 0]
    closed = max(closings, default=-NIGHT_MS * TICKS_PER_MS)
    first = min(closed + habits.STOCK_FROM_MS * TICKS_PER_MS, -40 * MINUTE_MS * TICKS_PER_MS)
    return max(first, -NIGHT_MS * TICKS_PER_MS), -5 * MINUTE_MS * TICKS_PER_MS


def _midnight_ms(horizon: Horizon, day: int) -> int:
    """Return the local midnight that begins day ``day`` of the horizon.

    The zones at this border have no summer time, so a day has 24 hours.
    """
    return horizon.midnight_ms + day * DAY_MS


def _generator(seed: int, replication: int, name: str) -> np.random.Generator:
    """Return the generator of one source and day: Philox, keyed by the run and the name, so that none depends on another."""
    return np.random.Generator(np.random.Philox(key=[run_key(seed, replication), name_hash(name)]))
