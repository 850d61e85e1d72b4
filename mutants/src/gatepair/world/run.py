"""Runs simulated days against two real posts, tick by tick.

In each tick, of two minutes of simulated time, the world

1. sends what its actors did in the tick, to both posts at once, within a post by principal in a
   fixed order (:mod:`gatepair.world.outbox`);
2. sets both clocks to the end of the tick: the posts call, miss and warn;
3. lets both posts push their logs to each other, up to the sizes fixed at the clock call;
4. reads both feeds and tells the actors.

So everything an actor knows is at most a tick old, and nothing depends on which post answers first.
While every lane is closed the world skips to the next thing that happens.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Protocol

import msgspec

from gatepair.base.duties import Duty
from gatepair.base.errors import SettingInvalid
from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.crossing.model import LoadUnit
from gatepair.plan import habits
from gatepair.plan.calendars import local_instant
from gatepair.plan.model import Direction, LaneKind, Plan, Role, Scenario, Stop
from gatepair.plan.rules import exit_post
from gatepair.world.entering import Entering
from gatepair.world.hours import Hours
from gatepair.world.leaving import Leaving
from gatepair.world.neighbour import Neighbour
from gatepair.world.outbox import SLOTS, Act, slot_of
from gatepair.world.people import Journey, People
from gatepair.world.posts import Answer, FeedEvent, PostDoor

TICK_MS: Final = 2 * MINUTE_MS
"""Stations are simulated to the millisecond whatever the tick; a longer tick saves requests and delays only what
people hear.  Two minutes is also how far ahead of its clock a post lets an act be dated."""
FLUSH_TRIES: Final = 3
AFTER_CLOSING_MS: Final = HOUR_MS
"""How long after closing every tick is still taken: missed calls run out."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is."""

    start_ms: int
    until_ms: int
    now_ms: int
    departed: Mapping[Direction, int]
    commands: int


@dataclass(frozen=True, slots=True)
class DayResult:
    """What the world did; what came of it stands in the posts' ledgers."""

    start_ms: int
    until_ms: int
    ticks: int
    commands: int
    said: Mapping[str, int]
    refused: Mapping[str, int]
    """By command and first finding."""
    unanswered_flushes: int


OnProgress = Callable[[Progress], None]
Pace = Callable[[int], float]
"""Told how many milliseconds of simulated time passed; returns how many seconds to wait."""


class Drill(Protocol):
    """Something that is done to the posts between two steps of the day: a cut, a restore."""

    def next_ms(self) -> int | None:
        """Return the instant of the next thing that the drill does; None when it is over."""
        ...

    async def act(self, now_ms: int) -> None:
        """Do what is due at ``now_ms``."""
        ...

    def passed_on(self, post: str) -> Sequence[FeedEvent]:
        """Return, once, what the people of ``post`` have to be told of besides the feed."""
        ...


@dataclass(slots=True)
class _Counts:
    ticks: int = 0
    unanswered: int = 0
    departed: Counter[Direction] = field(default_factory=Counter)


class World:
    """Two posts' worth of people, and the loop that carries them through the days."""

    def __init__(
        self,
        plan: Plan,
        scenario: Scenario,
        seed: int,
        doors: Mapping[str, PostDoor],
        *,
        alone: str | None = None,
        tick_ms: int = TICK_MS,
        drill: Drill | None = None,
    ) -> None:
        """Take the plan as it stands on the scenario's day, the seed, and a door to each post.

        With ``alone`` only that post is there; the other side is a neighbour without one.  With a shorter tick
        people hear sooner, for more requests; a longer one a post would refuse.

        Raises:
            SettingInvalid: the plan has no demand to make vehicles from.
        """
        if plan.demand is None:
            raise SettingInvalid("the plan has no demand, so no day can be simulated; add its section demand")
        self._plan = plan
        self._tick_ms = tick_ms
        self._scenario = scenario
        self._doors = dict(doors)
        self._drill = drill
        self._first = date.fromisoformat(scenario.date)
        self._zone = next(side.timezone for key, side in plan.sides.items() if key == plan.home)
        self._hours = Hours(plan, self._first, scenario.days)
        self._people = People(plan, plan.demand, seed, self._hours)
        present = tuple(plan.posts) if alone is None else (alone,)
        self._leaving = {post: Leaving(self._people, post, self._over_the_line) for post in present}
        self._entering = {post: Entering(self._people, post, self._goes_home) for post in present}
        self._neighbour = (
            None if alone is None else Neighbour(self._people, plan.partner_of(alone), self._entering[alone].drives_up)
        )
        self._calendars = sorted(
            {
                lane.hours
                for route in plan.routes.values()
                for lane in route.lanes.values()
                if lane.kind is not LaneKind.PERSONS
            }
        )
        self._midnight_ms = self._local(0, "00:00")
        self._until_ms = self._local(scenario.days, "00:00")
        self._counts = _Counts()
        self._start_ms = self._populate()

    # --- before it begins ----------------------------------------------------------------------

    @property
    def people(self) -> People:
        """Return what the actors share: who travelled, and the chances that were drawn for them."""
        return self._people

    @property
    def start_ms(self) -> int:
        """Return the instant at which the posts' clocks must stand before the run."""
        return self._start_ms

    def _local(self, day: int, clock: str) -> int:
        return local_instant(self._first + timedelta(days=day), clock, self._zone)

    def _populate(self) -> int:
        """Put stock, arrivals, quotas and stops into the schedule; return when the run begins."""
        closings = [self._hours.last_close_ms(key, self._midnight_ms) for key in self._calendars]
        closed_ms = max((moment for moment in closings if moment is not None), default=self._midnight_ms - 6 * HOUR_MS)
        first_ms = min(closed_ms + habits.STOCK_FROM_MS, self._midnight_ms - 40 * MINUTE_MS)
        first_ms = max(first_ms, self._midnight_ms - 6 * HOUR_MS)
        first_ms -= first_ms % self._tick_ms
        demand = self._people.demand
        for flow in demand.flows:
            leaving = self._way_out(flow.direction)
            for trip in self._people.traffic.stock(flow, (first_ms + self._tick_ms, self._midnight_ms - 5 * MINUTE_MS)):
                leaving.expect(trip)
        for day in range(self._scenario.days):
            for flow in demand.flows:
                leaving = self._way_out(flow.direction)
                for trip in self._people.traffic.arrivals(flow, day, self._local(day, "00:00")):
                    leaving.expect(trip)
        self._announce_quotas(first_ms)
        for index, stop in enumerate(self._scenario.stops):
            # A neighbour without a post stops unseen; what it does not take in is not modelled one-sided.
            if stop.post in self._entering:
                self._plan_stop(index, stop)
        return first_ms

    def _way_out(self, direction: Direction) -> Leaving | Neighbour:
        """Return who looks after the vehicles that leave in ``direction``."""
        post = exit_post(self._plan, direction)
        return self._neighbour if self._neighbour is not None and post not in self._leaving else self._leaving[post]

    def _announce_quotas(self, at_ms: int) -> None:
        for index, quota in enumerate(self._plan.quotas):
            if quota.post not in self._entering:
                continue
            command = {
                "type": "AnnounceQuota",
                "at_ms": at_ms,
                "direction": quota.direction.value,
                "per_hour": quota.per_hour,
            }
            self._gate(quota.post, f"quota-{index}", command)

    def _plan_stop(self, index: int, stop: Stop) -> None:
        zone = self._plan.timezone_of(stop.post)
        day = self._first + timedelta(days=stop.day)
        start_ms = local_instant(day, stop.start, zone)
        until_ms = local_instant(day, stop.until, zone) if stop.until else None
        if not stop.announced:
            self._entering[stop.post].stand_still(start_ms, until_ms or self._until_ms)
            return
        code = stop.reason if re.fullmatch(r"[a-z0-9_.-]{1,48}", stop.reason) else "stopped"
        halt: dict[str, object] = {
            "type": "StopIntake",
            "direction": stop.direction.value,
            "reason": code,
            "text": stop.reason[:280],
        }
        if until_ms is not None:
            halt["expected_end_ms"] = until_ms
        name = f"stop-{index}"
        self._people.schedule.put(start_ms, lambda now_ms: self._gate(stop.post, name, {**halt, "at_ms": now_ms}))
        if until_ms is not None:
            reopen = {"type": "ReopenIntake", "direction": stop.direction.value}
            self._people.schedule.put(until_ms, lambda now_ms: self._gate(stop.post, name, {**reopen, "at_ms": now_ms}))

    def _gate(self, post: str, name: str, command: dict[str, object]) -> None:
        slot = slot_of(Duty.GATE_BOARD)
        self._people.put(post, slot, f"gate-{name}", command, answered=None, tries=Counter())

    # --- the loop --------------------------------------------------------------------------------

    async def run(self, *, on_progress: OnProgress, pace: Pace | None = None) -> DayResult:
        """Carry the world from its start to the last midnight; ``pace`` is told each tick's length in milliseconds.

        Raises:
            PostAnswered: a post refused a drill's request as such.
            PartnerUnreachable: a post went away.
        """
        now_ms = self._start_ms
        await self._set_clocks(now_ms)
        while now_ms < self._until_ms:
            begins_ms = self._next_tick_ms(now_ms)
            if begins_ms > now_ms:
                await self._set_clocks(begins_ms)
            if begins_ms >= self._until_ms:
                break
            await self._practise(begins_ms)
            ends_ms = begins_ms + self._tick_ms
            await self._tick(ends_ms)
            if pace is not None:
                await asyncio.sleep(pace(ends_ms - now_ms))
            now_ms = ends_ms
            on_progress(self._progress(now_ms))
        return self._result()

    async def _practise(self, now_ms: int) -> None:
        """Let the drill do what is due before the next step, and tell the people what came of it."""
        drill = self._drill
        due_ms = drill.next_ms() if drill is not None else None
        if drill is None or due_ms is None or due_ms > now_ms:
            return
        await drill.act(now_ms)
        for post in self._doors:
            for event in drill.passed_on(post):
                self._listen(post, event, now_ms)

    async def _tick(self, ends_ms: int) -> None:
        people = self._people
        people.schedule.run_until(ends_ms)
        batches = {post: people.outboxes[post].take(ends_ms) for post in self._doors}
        heard = await asyncio.gather(*(self._speak(post, batches[post]) for post in self._doors))
        await self._set_clocks(ends_ms)
        reached = await asyncio.gather(*(_flushed(door) for door in self._doors.values()))
        self._counts.unanswered += reached.count(False)
        feeds = await asyncio.gather(*(door.events() for door in self._doors.values()))
        for answered in heard:
            for hear in answered:
                hear(ends_ms)
        for post, events in zip(self._doors, feeds, strict=True):
            for event in events:
                self._listen(post, event, ends_ms)
        self._counts.ticks += 1

    async def _speak(self, post: str, batches: Sequence[Sequence[Act]]) -> list[Callable[[int], None]]:
        """Say what the actors of one post did, principal by principal in the fixed order."""
        acts = [(duty, act) for (duty, _), batch in zip(SLOTS, batches, strict=True) for act in batch]
        if not acts:
            return []
        answers = await self._doors[post].commands([(duty, act.order) for duty, act in acts])
        heard = zip(acts, answers, strict=True)
        return [_hearing(act, answer) for (_, act), answer in heard if act.answered is not None]

    async def _set_clocks(self, at_ms: int) -> None:
        await asyncio.gather(*(door.clock(at_ms) for door in self._doors.values()))

    def _next_tick_ms(self, now_ms: int) -> int:
        """Return when the next tick begins: now while a lane is open or was an hour ago, else when something happens."""
        opens_ms = min(self._hours.opens_ms(key, max(now_ms - AFTER_CLOSING_MS, 0)) for key in self._calendars)
        drilled = self._drill.next_ms() if self._drill is not None else None
        planned = [drilled, self._people.schedule.next_ms(), *(box.next_ms() for box in self._people.outboxes.values())]
        soonest = min([opens_ms, self._until_ms, *(moment for moment in planned if moment is not None)])
        return max(now_ms, soonest - soonest % self._tick_ms)

    def _progress(self, now_ms: int) -> Progress:
        commands = sum(self._people.said.values())
        return Progress(self._start_ms, self._until_ms, now_ms, dict(self._counts.departed), commands)

    def _result(self) -> DayResult:
        people = self._people
        return DayResult(
            start_ms=self._midnight_ms,
            until_ms=self._until_ms,
            ticks=self._counts.ticks,
            commands=sum(people.said.values()),
            said=dict(sorted(people.said.items())),
            refused=dict(sorted(people.refused.items())),
            unanswered_flushes=self._counts.unanswered,
        )

    # --- what the feeds tell -----------------------------------------------------------------------

    def _listen(self, post: str, event: FeedEvent, now_ms: int) -> None:
        name = event.type.partition("/")[0]
        if name not in _HEARD:
            return
        journey = self._people.journeys.get(event.stream.partition("/")[2])
        if journey is None:
            return
        leaving, entering = self._leaving[post], self._entering[post]
        at_exit = self._plan.role_of(post, journey.trip.direction) is Role.EXIT
        match name:
            case "CrossingDeclared" if not at_exit and self._neighbour is None:
                entering.announced(journey, now_ms)
            case "PlaceCalled":
                leaving.called(journey, msgspec.json.decode(event.payload, type=_Called).until_ms, now_ms)
            case "PartnerAccepted":
                leaving.accepted(journey, now_ms)
            case "PartnerDeparted":
                entering.departed(journey, now_ms)
            case "PartnerRefused":
                leaving.sent_back(journey, now_ms)
            case "DecisionReopened":
                duty = msgspec.json.decode(event.payload, type=_Reopened).duty
                (leaving if at_exit else entering).reopened(journey, duty, now_ms)
            case _:
                pass

    def _over_the_line(self, journey: Journey, arrives_ms: int) -> None:
        if journey.trip.load is not LoadUnit.EMPTY:
            self._counts.departed[journey.trip.direction] += 1
        if self._neighbour is not None:
            self._neighbour.arrives(journey, arrives_ms)
            return
        entering = self._entering[self._plan.partner_of(exit_post(self._plan, journey.trip.direction))]
        self._people.schedule.put(arrives_ms, lambda now_ms: entering.drives_up(journey, now_ms))

    def _goes_home(self, journey: Journey, now_ms: int) -> None:
        trip = self._people.traffic.homeward(journey.trip, journey.crossing, now_ms)
        self._way_out(trip.direction).expect(trip)


_HEARD: Final = frozenset(
    {"CrossingDeclared", "PlaceCalled", "PartnerAccepted", "PartnerDeparted", "PartnerRefused", "DecisionReopened"}
)


class _Called(msgspec.Struct):
    until_ms: int


class _Reopened(msgspec.Struct):
    duty: Duty


async def _flushed(door: PostDoor) -> bool:
    """Push a post's log; again when the partner was too busy to answer, so that no run depends on the machine's load."""
    for _ in range(FLUSH_TRIES):
        if await door.flush():
            return True
    return False


def _hearing(act: Act, answer: Answer) -> Callable[[int], None]:
    def hear(now_ms: int) -> None:
        if act.answered is not None:
            act.answered(answer, now_ms)

    return hear


async def run_day(
    plan: Plan,
    scenario: Scenario,
    *,
    seed: int,
    doors: Mapping[str, PostDoor],
    on_progress: OnProgress,
    pace: Pace | None = None,
    alone: str | None = None,
    drill: Drill | None = None,
) -> DayResult:
    """Run the scenario's days against the posts behind ``doors`` (by post key) and return what the world did.

    ``alone`` names the one post that is there, when the other side has none; ``drill`` is what is done to
    the posts meanwhile.
    """
    world = World(plan, scenario, seed, doors, alone=alone, drill=drill)
    try:
        return await world.run(on_progress=on_progress, pace=pace)
    finally:
        for door in doors.values():
            await door.close()
