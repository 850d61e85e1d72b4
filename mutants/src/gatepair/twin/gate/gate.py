"""The plan compiled: a gate pair as a network, its program, and what to read from a run of it.

The live post, the simulated world and this module read one plan and one set of rules: the class and order of a
place, the limits of a call, hours with their cut-offs, channels, required decisions, stay clocks.  No station is
known here by name; a new one in the plan is a new one in the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from gatepair.base.errors import SettingInvalid
from gatepair.base.time import HOUR_MS, SECOND_MS
from gatepair.plan import habits
from gatepair.plan.calendars import local_instant
from gatepair.plan.model import Direction, Plan, Scenario, Stop
from gatepair.twin.engine import Engine, simulate
from gatepair.twin.gate.entering import write_entering
from gatepair.twin.gate.fleet import write_fleets
from gatepair.twin.gate.ground import COMMON_LEVEL, Ground, Halt, lay
from gatepair.twin.gate.leaving import write_leaving
from gatepair.twin.gate.measures import Reading, measures_of, series_of
from gatepair.twin.gate.standing import (
    STANDING,
    Begun,
    Standing,
    StandingStop,
    more_kinds,
    rest_share,
    stand,
    with_papers,
)
from gatepair.twin.gate.time import (
    TICKS_PER_MS,
    Horizon,
    Openings,
    Spans,
    ahead,
    ended_late,
    horizon_from,
    horizon_of,
    joined,
    without,
)
from gatepair.twin.gate.traffic import Stream, evening, homeward, kinds_of, needs_paper, paired
from gatepair.twin.gate.ways import Recorded, Recording, remaining
from gatepair.twin.network.network import Network
from gatepair.twin.program import ARRIVAL, PRESENT, SOURCE, Program
from gatepair.twin.results import Run
from gatepair.twin.study.experiment import Observed

OFFSET, LENGTH = SOURCE.index("offset"), SOURCE.index("length")
LEAD_MS = (habits.DECLARE_LEAD_S[0] + habits.DECLARE_LEAD_S[1]) // 2 * SECOND_MS
"""How long before coming a vehicle is declared, in the mean: the partner may have accepted it meanwhile."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A compiled gate pair: run :meth:`program_for` a replication, read :meth:`measures` and :meth:`series`.

    Picklable; :class:`GateTask` runs it anywhere.
    """

    name: str
    program: Program
    horizon: Horizon
    reading: Reading
    streams: tuple[Stream, ...] = ()
    begun: tuple[Begun, ...] = ()
    snapshot_every: int = HOUR_MS * TICKS_PER_MS

    @property
    def until(self) -> int:
        """Return the tick at which a run ends."""
        return self.horizon.until

    @property
    def origin_ms(self) -> int:
        """Return the instant of tick 0."""
        return self.horizon.origin_ms

    @property
    def hours(self) -> tuple[int, ...]:
        """Return the instants (in milliseconds) of the points of every series."""
        ticks = range(self.snapshot_every, self.until + 1, self.snapshot_every)
        return tuple(self.horizon.instant(tick) for tick in ticks)

    def program_for(self, seed: int, replication: int) -> Program:
        """Return the program with the traffic of one replication: other instants, another order, the same counts."""
        arrivals, present, sources = self.program.arrivals, self.program.present.copy(), self.program.sources.copy()
        names = self.program.source_names
        classes = {name: number for number, name in enumerate(self.program.class_names)}
        for stream in self.streams:
            numbers = np.array([classes[kind.name] for kind in stream.kinds], dtype=np.int64)
            if stream.came_name in names:
                source = sources[names.index(stream.came_name)]
                drawn = stream.arrivals(seed, replication)
                if len(drawn.ticks):
                    first = arrivals[source[OFFSET]]
                    block = np.repeat(first[None, :], len(drawn.ticks), axis=0)
                    block[:, ARRIVAL.index("tick")] = drawn.ticks
                    block[:, ARRIVAL.index("cls")] = numbers[drawn.kinds]
                    # From the middle of a day on, how many come differs: the block stands behind all others.
                    source[OFFSET], source[LENGTH] = len(arrivals), len(block)
                    arrivals = np.concatenate([arrivals, block])
            if stream.stock_name in names:
                there = present[:, PRESENT.index("source")] == names.index(stream.stock_name)
                present[there, PRESENT.index("cls")] = numbers[stream.stock(seed, replication).kinds]
        if self.begun:
            standing = np.flatnonzero(present[:, PRESENT.index("source")] == names.index(STANDING))
            rows = dict(zip(present[standing, PRESENT.index("ordinal")].tolist(), standing.tolist(), strict=True))
            for one in self.begun:
                share = rest_share(seed, replication, one.ordinal)
                present[rows[one.ordinal], PRESENT.index("remaining")] = remaining(one.time, one.elapsed, share)
        return replace(self.program, arrivals=arrivals, present=present, sources=sources)

    def measures(self, run: Run) -> dict[str, float]:
        """Return the figures of one replication by name; see the page on the gate's measures."""
        return measures_of(self.reading, run.raw)

    def series(self, run: Run) -> dict[str, np.ndarray]:
        """Return the figures by hour, one value for each of :attr:`hours`."""
        return series_of(self.reading, run.raw)


@dataclass(frozen=True, slots=True)
class GateTask:
    """One replication of a compiled gate from its number: what :mod:`gatepair.twin.study.experiment` runs."""

    gate: Gate
    seed: int
    engine: Engine = "auto"

    def __call__(self, replication: int, /, *, antithetic: bool) -> Observed:
        """Run replication ``replication``, with complementary draws when ``antithetic``."""
        run = self.run(self.gate.program_for(self.seed, replication), replication, antithetic=antithetic)
        return Observed(self.gate.measures(run), self.gate.series(run), run.events)

    def run(self, program: Program, replication: int, *, antithetic: bool = False, records: bool = False) -> Run:
        """Return one replication of ``program`` whole, with what each vehicle did when ``records`` are asked for."""
        return simulate(
            program,
            seed=self.seed,
            replication=replication,
            until=self.gate.until,
            antithetic=antithetic,
            engine=self.engine,
            snapshot_every=self.gate.snapshot_every,
            records=records,
        )


def compile_gate(
    plan: Plan,
    scenario: Scenario | None = None,
    *,
    days: int | None = None,
    start_ms: int | None = None,
    standing: Sequence[Standing] | None = None,
    stops: Sequence[StandingStop] = (),
    recorded: Sequence[Recorded] | None = None,
    seed: int = 1,
) -> Gate:
    """Return ``plan`` (as it stands on the scenario's day) as a network.

    ``days`` stands over the scenario's; without a scenario one day is run.  With ``start_ms`` the run begins at
    that instant instead of at the local midnight, and who is there is ``standing`` instead of the plan's stock.
    With ``recorded`` these crossings come, and nobody else; ways home are among them, so nobody turns by itself.
    ``seed`` draws the traffic that :attr:`Gate.program` itself holds.

    Raises:
        SettingInvalid: the plan has no demand, or neither a scenario nor ``start_ms`` tells the day.
        NetworkInvalid: the gate cannot be run, with every fault at its place.
    """
    if plan.demand is None:
        raise SettingInvalid("the plan has no demand, so no day can be simulated; add its section demand")
    if scenario is None and start_ms is None:
        raise SettingInvalid("neither a scenario nor an instant says which day is meant; give one of them")
    if start_ms is not None:
        horizon = horizon_from(plan, start_ms, days or 1)
    else:
        assert scenario is not None  # noqa: S101 - checked above
        horizon = horizon_of(plan, date.fromisoformat(scenario.date), days or scenario.days)
    ground = _ground(plan, scenario, horizon, stops)
    if recorded is None:
        ground.kinds = more_kinds(kinds_of(plan, returns=True), standing or ())
        streams = _streams(ground, standing=standing is not None)
    else:
        ground.kinds = with_papers(one.kind for one in recorded)
        ground.recording, ground.returns, streams = Recording.of(recorded), False, ()
    ground.net.classes(*(kind.name for kind in ground.kinds), *_mission_classes(plan))
    lay(ground)
    _pairs(ground)
    _acceptance(ground)
    for side in ground.sides.values():
        write_leaving(ground, side)
    for side in ground.sides.values():
        write_entering(ground, side)
    write_fleets(ground)
    for stream in streams:
        _bring(ground, stream, seed)
    _replay(ground, recorded or ())
    stood = stand(ground, standing or (), seed=seed)
    program = ground.net.compile()
    reading = Reading.of(plan, horizon, program, kinds=ground.kinds, stood=stood.stock)
    return Gate(program.name, program, horizon, reading, streams, stood.begun)


def run_gate(
    plan: Plan, scenario: Scenario, *, seed: int = 1, replication: int = 0, days: int | None = None
) -> dict[str, float]:
    """Compile and run one replication; return its measures. For many, compile once and use :class:`GateTask`."""
    task = GateTask(compile_gate(plan, scenario, days=days, seed=seed), seed)
    return dict(task(replication, antithetic=False).measures)


def _ground(plan: Plan, scenario: Scenario | None, horizon: Horizon, stops: Sequence[StandingStop]) -> Ground:
    assert plan.demand is not None  # noqa: S101 - the caller refused it
    net = Network(plan.id if scenario is None else f"{plan.id} {scenario.id}")
    halts = [_halt(plan, horizon, stop) for stop in (scenario.stops if scenario is not None else ())]
    halts += [
        Halt(
            one.post,
            one.direction,
            horizon.tick(one.start_ms),
            horizon.tick(one.until_ms or horizon.until_ms),
            one.announced,
        )
        for one in stops
    ]
    return Ground(
        plan=plan,
        demand=plan.demand,
        horizon=horizon,
        net=net,
        route=net.route("vehicle"),
        openings=Openings(plan, horizon),
        halts=tuple(halts),
        recording=Recording(),
        on=horizon.first.isoformat(),
    )


def _halt(plan: Plan, horizon: Horizon, stop: Stop) -> Halt:
    """Return a stop of the scenario in ticks; open-ended ones last until the run's end."""
    zone = plan.timezone_of(stop.post)
    day = horizon.first + timedelta(days=stop.day)
    until_ms = horizon.until_ms if stop.until is None else local_instant(day, stop.until, zone)
    start = horizon.tick(local_instant(day, stop.start, zone))
    return Halt(stop.post, stop.direction, start, horizon.tick(until_ms), stop.announced)


def _streams(ground: Ground, *, standing: bool) -> tuple[Stream, ...]:
    first, last = evening(ground.plan, ground.openings)
    return tuple(
        Stream(
            flow=flow,
            number=number,
            paired=paired(flow),
            needing=needs_paper(ground.plan, flow.direction),
            kinds=ground.kinds,
            stock_from=first,
            stock_until=last,
            horizon=ground.horizon,
            standing=not standing,
        )
        for number, flow in enumerate(ground.demand.flows)
    )


def _pairs(ground: Ground) -> None:
    """Give each direction its return loads, day by day; who unloads while there are any takes one home."""
    for direction, side in ground.sides.items():
        a_day = sum(paired(flow) for flow in ground.demand.flows if flow.direction is direction)
        if a_day and homeward(ground.plan, direction):
            ticks = [
                ground.horizon.tick(ground.horizon.midnight_ms) + day * 24 * HOUR_MS * TICKS_PER_MS
                for day in range(1, ground.horizon.days)
            ]
            changes = [(tick, a_day * (day + 2)) for day, tick in enumerate(ticks) if 0 < tick < ground.horizon.until]
            side.pairs = ground.net.quota(f"pairs.{side.way}", a_day, refills=(), changes=changes)


def _acceptance(ground: Ground) -> None:
    """Model the partner's acceptance only where it can hold a vehicle up.

    That is where the partner stands still without a word, or works shorter than the lanes are open; otherwise an
    announcement is accepted within three minutes, long before the vehicle is at the way out.
    """
    for side in ground.sides.values():
        works: Spans = joined(side.intake.spans)
        lanes = joined(
            span
            for (direction, _), road in ground.roads.items()
            if direction is side.direction
            for span in road.hours.spans
        )
        if ground.silent(side.enters) or without(lanes, works):
            late = ahead(ended_late(works, LEAD_MS * TICKS_PER_MS))
            side.accepts = ground.net.calendar(f"accepts.{side.way}", late)


def _bring(ground: Ground, stream: Stream, seed: int) -> None:
    way = stream.flow.direction.value
    stock, came = stream.stock(seed, 0), stream.arrivals(seed, 0)
    for tick, kind in zip(stock.ticks.tolist(), stock.kinds.tolist(), strict=True):
        ground.net.present(
            ground.route,
            at=f"{way}.stood",
            since=tick,
            cls=stream.kinds[kind].name,
            priority=COMMON_LEVEL,
            source=stock.source,
        )
    if len(came.ticks):
        names = [kind.name for kind in stream.kinds]
        ground.net.arrivals(
            came.source,
            ground.route,
            at=came.ticks.tolist(),
            cls=[names[kind] for kind in came.kinds.tolist()],
            priority=COMMON_LEVEL,
            entry=f"{way}.comes",
        )


def _replay(ground: Ground, crossings: Sequence[Recorded]) -> None:
    """Bring the recorded crossings, each with its own row of times; those without a time for an activity take none."""
    names = list(ground.recording.columns)
    for direction in Direction:
        some = sorted((one for one in crossings if one.kind.direction is direction), key=lambda one: one.came_ms)
        if some:
            ground.net.arrivals(
                f"recorded.{direction.value}",
                ground.route,
                at=[ground.horizon.tick(one.came_ms) for one in some],
                cls=[one.kind.name for one in some],
                priority=COMMON_LEVEL,
                rows=[[one.times_ms.get(name, 0) * TICKS_PER_MS for name in names] for one in some],
                entry=f"{direction.value}.comes",
            )


def _mission_classes(plan: Plan) -> list[str]:
    missions = plan.demand.missions if plan.demand is not None else ()
    made = [
        f"{direction.value}.container" for direction in Direction if any(one.direction is direction for one in missions)
    ]
    return [*made, "vehicle.unmanned"] if made else []
