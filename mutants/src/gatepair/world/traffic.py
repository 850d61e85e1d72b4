"""Which vehicles come on the simulated days: made from the plan's demand, all of it synthetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gatepair.base.time import HOUR_MS, MINUTE_MS, SECOND_MS
from gatepair.crossing.model import LoadUnit
from gatepair.plan import habits
from gatepair.plan.model import CommodityGroup, Demand, Direction, Flow, LaneKind, Plan, Regime
from gatepair.plan.rules import exit_post, widest_road
from gatepair.plan.sampling import service_ms
from gatepair.world import identities
from gatepair.world.chance import Chance

CONTAINERS_PERMILLE: Final = 300
"""Share of vehicles that carry a container. Assumed."""


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A tractor with its trailer, container and driver, all synthetic."""

    country: str
    index: int
    container: str | None

    def binding(self) -> dict[str, object]:
        """Return the binding's wire form."""
        bound: dict[str, object] = {
            "tractor": identities.tractor(self.country, self.index),
            "trailer": identities.trailer(self.country, self.index),
            "owner": identities.firm("Haulage", self.index % 97),
        }
        if self.container is not None:
            bound["containers"] = [self.container]
        return bound

    def seen(self) -> dict[str, object]:
        """Return what a lane's devices read from it."""
        read = self.binding()
        del read["owner"]
        return read


@dataclass(frozen=True, slots=True)
class Trip:
    """One vehicle's way over the line, and what its people will do on it."""

    entity: str
    direction: Direction
    route: str
    lane_kind: LaneKind
    load: LoadUnit
    regime: Regime
    commodity: CommodityGroup
    vehicle: Vehicle
    declared_ms: int
    came_ms: int
    tested: bool = True
    paper_ms: int | None = None
    """When a missing test paper comes."""
    corrects: bool = False
    misses: int = 0
    return_of: str | None = None


class Traffic:
    """Makes the trips of a run."""

    def __init__(self, plan: Plan, demand: Demand, chance: Chance) -> None:
        """Take the plan with the scenario's demand and the run's chance."""
        self._plan = plan
        self._demand = demand
        self._chance = chance
        self._vehicles = 0
        self._paired: dict[Direction, int] = {}

    def stock(self, flow: Flow, evening: tuple[int, int]) -> list[Trip]:
        """Return the vehicles that stand at opening; they came in bursts between the instants of ``evening``."""
        first_ms, last_ms = evening
        bursts = max(1, (last_ms - first_ms) // habits.EVENING_MS)
        moments = [first_ms + index * bursts // flow.stock * habits.EVENING_MS for index in range(flow.stock)]
        moments = [moment + index % 10 * 5 * SECOND_MS for index, moment in enumerate(moments)]
        mix = flow.stock_mix_permille or flow.mix_permille
        name = f"{flow.direction.value}-stock"
        declared = [moment - moment % MINUTE_MS for moment in moments]
        return self._trips(flow, name, moments, declared=declared, mix=mix, tested=flow.stock_tested_permille)

    def arrivals(self, flow: Flow, day: int, midnight_ms: int) -> list[Trip]:
        """Return the vehicles that come on the day that begins at ``midnight_ms``, spread by the flow's profile."""
        name = f"{flow.direction.value}-day{day}"
        # Two-way loads are arrivals too: vehicles of the other side that load for their way home.
        paired = flow.arrivals * flow.two_way_permille // 1_000
        self._paired[flow.direction] = self._paired.get(flow.direction, 0) + paired
        moments = [midnight_ms + offset for offset in self._spread(name, flow.profile, flow.arrivals - paired)]
        leads = [
            self._chance.between(f"{name}-{index:04d}", "lead", habits.DECLARE_LEAD_S) for index in range(len(moments))
        ]
        declared = [max(midnight_ms, moment - lead * SECOND_MS) for moment, lead in zip(moments, leads, strict=True)]
        mix, tested = flow.mix_permille, flow.tested_permille
        return self._trips(flow, name, moments, declared=declared, mix=mix, tested=tested)

    def homeward(self, trip: Trip, crossing: str, came_ms: int) -> Trip:
        """Return the way home of a vehicle that unloaded after ``crossing``: empty, or with a two-way load."""
        direction = Direction.IN if trip.direction is Direction.OUT else Direction.OUT
        laden = self._paired.get(direction, 0) > 0
        if laden:
            self._paired[direction] -= 1
        route, kind = widest_road(self._plan, direction, LaneKind.MANNED if laden else LaneKind.EMPTIES)
        entity = f"{trip.entity}-home"
        return Trip(
            entity=entity,
            direction=direction,
            route=route,
            lane_kind=kind,
            load=LoadUnit.TRUCK if laden else LoadUnit.EMPTY,
            regime=Regime.TWO_WAY if laden else Regime.EMPTY,
            commodity=self._return_load(direction, entity) if laden else CommodityGroup.NONE,
            vehicle=Vehicle(trip.vehicle.country, trip.vehicle.index, None),
            declared_ms=came_ms,
            came_ms=came_ms,
            return_of=crossing,
        )

    def _return_load(self, direction: Direction, entity: str) -> CommodityGroup:
        """Return what a vehicle loads for its way home: a group of the flow that waits for no laboratory paper."""
        flow = next(one for one in self._demand.flows if one.direction is direction)
        needing = self._needing_paper(direction)
        choices = [group for group, share in flow.mix_permille.items() if share and group not in needing]
        return self._chance.one_of(entity, "return-load", choices or [CommodityGroup.OTHER])

    def _spread(self, name: str, profile: Sequence[int], count: int) -> list[int]:
        """Return ``count`` instants of a day, stratified over the hourly weights of ``profile``."""
        total = sum(profile)
        if not total or not count:
            return []
        moments: list[int] = []
        for index in range(count):
            mark = (index + self._chance.unit(name, "arrival", index)) / count * total
            hour = 0
            while hour < 23 and mark >= profile[hour]:
                mark -= profile[hour]
                hour += 1
            share = min(mark / profile[hour], 0.999) if profile[hour] else 0.0
            moments.append(hour * HOUR_MS + int(share * HOUR_MS))
        return sorted(moments)

    def _trips(
        self,
        flow: Flow,
        name: str,
        moments: list[int],
        *,
        declared: list[int],
        mix: Mapping[CommodityGroup, int],
        tested: int,
    ) -> list[Trip]:
        commodities = self._chance.apportioned(f"{name}/mix", mix, len(moments))
        needing = self._needing_paper(flow.direction)
        wanting = [index for index, commodity in enumerate(commodities) if commodity in needing]
        papers = self._chance.apportioned(f"{name}/papers", {True: tested, False: 1_000 - tested}, len(wanting))
        with_paper = dict(zip(wanting, papers, strict=True))
        route, kind = widest_road(self._plan, flow.direction, LaneKind.MANNED)
        trips: list[Trip] = []
        for index, moment in enumerate(moments):
            entity = f"{name}-{index:04d}"
            has_paper = with_paper.get(index, True)
            trips.append(
                Trip(
                    entity=entity,
                    direction=flow.direction,
                    route=route,
                    lane_kind=kind,
                    load=LoadUnit.TRUCK,
                    regime=Regime.ORDINARY,
                    commodity=commodities[index],
                    vehicle=self._vehicle(entity, flow.direction),
                    declared_ms=declared[index],
                    came_ms=moment,
                    tested=has_paper,
                    paper_ms=None if has_paper else moment + self._paper_ms(entity),
                    corrects=self._chance.happens(entity, "corrects", flow.correction_permille),
                    misses=habits.EARLY_MISS if self._chance.happens(entity, "misses", flow.no_show_permille) else 0,
                )
            )
        return trips

    def _vehicle(self, entity: str, direction: Direction) -> Vehicle:
        self._vehicles += 1
        country = self._plan.sides[self._home(direction)].country
        boxed = self._chance.happens(entity, "container", CONTAINERS_PERMILLE)
        return Vehicle(country, self._vehicles, identities.container(self._vehicles) if boxed else None)

    def _home(self, direction: Direction) -> str:
        """Return the side that the vehicles of ``direction`` come from."""
        return self._plan.posts[exit_post(self._plan, direction)].side

    def _needing_paper(self, direction: Direction) -> frozenset[CommodityGroup]:
        rule = self._plan.queues.get(exit_post(self._plan, direction))
        return frozenset(rule.needs_test) if rule else frozenset()

    def _paper_ms(self, entity: str) -> int:
        return service_ms(self._demand.laboratory_s, self._chance.unit(entity, "paper"))
