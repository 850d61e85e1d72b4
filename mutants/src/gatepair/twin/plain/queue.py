"""The plain engine's queues: who is granted what, and when."""

from __future__ import annotations

import heapq
from collections import deque
from enum import IntEnum

from gatepair.twin.plain.draws import Chance
from gatepair.twin.plain.figures import Account
from gatepair.twin.plain.state import Entity, ResourceState
from gatepair.twin.program import Change, Op, Program, Waiting
from gatepair.twin.results import STATE_SUSPENDED, STATE_TIMED, STATE_WAITING

Row = list[int]


class Kind(IntEnum):
    """Kinds of event in the queue."""

    SOURCE = 0
    START = 1
    END = 2
    PATIENCE = 3
    PROMOTE = 4
    BATCH = 5


Payload = Entity | tuple[int, ...]


class Agenda:
    """What comes next: events by (tick, seq), and entities that are ready now."""

    def __init__(self) -> None:
        self.now = 0
        self.seq = 0
        self.ready: deque[Entity] = deque()
        self._events: list[tuple[int, int, Kind, Payload]] = []

    def schedule(self, tick: int, kind: Kind, payload: Payload, /) -> int:
        """Add an event and return its seq: 1, 2, ..."""
        self.seq += 1
        heapq.heappush(self._events, (tick, self.seq, kind, payload))
        return self.seq

    def peek(self) -> int | None:
        """Return the tick of the next event, or None."""
        return self._events[0][0] if self._events else None

    def pop(self) -> tuple[int, int, Kind, Payload]:
        """Take the next event."""
        return heapq.heappop(self._events)


class Queues:
    """The resources and those who wait for them."""

    def __init__(self, program: Program, agenda: Agenda, chance: Chance, account: Account, /) -> None:
        self._agenda = agenda
        self._chance = chance
        self._account = account
        self._code: list[Row] = program.code.tolist()
        self._opts: list[Row] = program.opts.tolist()
        self._wakes: list[int] = program.wakes.tolist()
        self._rows: list[Row] = program.resources.tolist()
        members = program.set_members.tolist()
        self._sets = [tuple((r, n) for r, n in members[first : first + count]) for _, first, count, _ in program.sets]
        self._locals: list[int] = program.sets[:, 3].tolist()
        self.resources = [
            ResourceState(index, capacity, flags, sets=sets, taken=taken)
            for index, (capacity, flags, _, _, sets, taken, *_) in enumerate(self._rows)
        ]

    # Joining -------------------------------------------------------------------------------------

    def join(self, entity: Entity, /) -> bool:
        """Ask for what the row of ``entity`` asks for; return whether it goes on at once (or was turned away)."""
        op, a, b, _, d, *_ = self._code[entity.pc]
        now = self._agenda.now
        if op == Op.SEIZE_SET:
            entity.wants, entity.local, primary = self._sets[a], self._locals[a], self.resources[b]
        else:
            entity.wants, entity.local = ((a, b if op == Op.SEIZE else 1),), -1
            primary = self.resources[a]
        entity.asked, entity.at, entity.remaining = now, primary.index, -1
        opts = self._opts[d] if d >= 0 else None
        flags = Waiting(opts[6]) if opts else Waiting(0)
        promotion = self._promotion(entity, opts)
        first = self._would_be_first(entity, primary, flags)
        if self._satisfied(entity) and (first or primary.scans):
            return self._enter(entity, primary)
        if Waiting.PREEMPT in flags and first and self._make_room(entity, primary):
            return self._enter(entity, primary)
        if entity.prio > 0:
            primary.figures["joins"] += 1
        if Waiting.TRY in flags and opts:
            return self._turn_away(entity, primary, opts[2])
        self._enqueue(entity, primary, opts)
        if promotion >= 0:
            entity.promotion = self._agenda.schedule(promotion, Kind.PROMOTE, entity)
        return False

    def _promotion(self, entity: Entity, opts: Row | None) -> int:
        """Return when ``entity`` will be promoted if it waits, or -1; one that is old enough already is so now."""
        if opts is None or opts[3] < 0:
            return -1
        _, _, _, promote, activity, level, flags, _ = opts
        lane = self._chance.lanes(entity.key, activity, entity.lap)[0]
        ticks = self._chance.ticks(promote, lane, row=entity.record)
        if not flags & Waiting.AGED:
            return self._agenda.now + ticks
        if entity.born + ticks <= self._agenda.now:
            entity.prio = min(entity.prio, level)
            return -1
        return entity.born + ticks

    def _would_be_first(self, entity: Entity, primary: ResourceState, flags: Waiting) -> bool:
        head = primary.head()
        if head is None or entity.prio < head.prio:
            return True
        ordered = Waiting.ORDERED in flags and entity.prio == head.prio and head.state != STATE_SUSPENDED
        return ordered and entity.ticket < head.ticket

    def _satisfied(self, entity: Entity) -> bool:
        return all(self.resources[r].free >= n for r, n in entity.wants)

    def _enter(self, entity: Entity, primary: ResourceState) -> bool:
        """Grant at once; return whether the entity goes on (a SEIZE) or is served now (a VISIT)."""
        self._occupy(entity)
        if entity.prio > 0:
            primary.figures["joins"] += 1
            self._account.started(primary, 0)
        return self._begin(entity, primary)

    def _begin(self, entity: Entity, primary: ResourceState) -> bool:
        """Go on after the grant of a first wait: a VISIT is served, a SEIZE is behind the entity."""
        if self._code[entity.pc][0] == Op.VISIT:
            self.serve_time(entity, primary.index)
            return False
        self._account.visit(entity, self._agenda.now, resource=primary.index, flag=1)
        entity.at = -1
        entity.pc += 1
        return True

    def serve_time(self, entity: Entity, under: int, /) -> None:
        """Draw the time of a VISIT or DELAY and schedule its end; ``under`` may be -1."""
        _, _, dist, activity, *_ = self._code[entity.pc]
        lane = self._chance.lanes(entity.key, activity, entity.lap)[0]
        ticks = self._chance.ticks(dist, lane, row=entity.record)
        entity.started = self._agenda.now
        self.run_until(entity, self._agenda.now + ticks, under)

    def run_until(self, entity: Entity, end: int, under: int, /) -> None:
        """Let the time of ``entity`` end at ``end``."""
        entity.state, entity.at, entity.end, entity.remaining = STATE_TIMED, under, end, -1
        entity.event = self._agenda.schedule(end, Kind.END, entity)
        if under >= 0:
            self.resources[under].running[entity] = None

    def _occupy(self, entity: Entity) -> None:
        for r, n in entity.wants:
            resource = self.resources[r]
            resource.accrue(self._agenda.now)
            resource.in_use += n
            if entity.prio == 0:
                resource.out += n

    def _turn_away(self, entity: Entity, primary: ResourceState, way: int) -> bool:
        if entity.prio > 0:
            primary.figures["reneged"] += 1
        self._account.visit(entity, self._agenda.now, resource=primary.index, flag=2)
        entity.at = -1
        entity.pc = way
        return True

    def _enqueue(self, entity: Entity, primary: ResourceState, opts: Row | None) -> None:
        now = self._agenda.now
        primary.accrue(now)
        entity.state = STATE_WAITING
        self._insert(entity, primary, ordered=bool(opts and opts[6] & Waiting.ORDERED))
        if entity.prio > 0:
            primary.waiting += 1
            primary.figures["queue_max"] = max(primary.figures["queue_max"], primary.waiting)
        if opts is None:
            return
        patience, patience_activity, *_ = opts
        if patience >= 0:
            lane = self._chance.lanes(entity.key, patience_activity, entity.lap)[0]
            tick = now + self._chance.ticks(patience, lane, row=entity.record)
            entity.patience = self._agenda.schedule(tick, Kind.PATIENCE, entity)

    @staticmethod
    def _insert(entity: Entity, primary: ResourceState, /, *, ordered: bool) -> None:
        level = primary.levels[entity.prio]
        place = len(level)
        while ordered and place and level[place - 1].state != STATE_SUSPENDED:
            if level[place - 1].ticket <= entity.ticket:
                break
            place -= 1
        level.insert(place, entity)

    # Serving -------------------------------------------------------------------------------------

    def serve(self, r: int, /) -> None:
        """Grant what can be granted at resource ``r``, then at the primaries that it wakes."""
        self._serve_one(self.resources[r])
        _, _, first, count, *_ = self._rows[r]
        for primary in self._wakes[first : first + count]:
            self._serve_one(self.resources[primary])

    def _serve_one(self, resource: ResourceState) -> None:
        if resource.scans:
            self._scan(resource)
            return
        while (entity := resource.head()) is not None and self._satisfied(entity):
            self._grant(entity, resource)

    def _scan(self, resource: ResourceState) -> None:
        failed: set[int] = set()
        for entity in [entity for level in resource.levels for entity in level]:
            if len(failed) == resource.sets:
                return
            if entity.local in failed:
                continue
            if self._satisfied(entity):
                self._grant(entity, resource)
            else:
                failed.add(entity.local)

    def _grant(self, entity: Entity, resource: ResourceState) -> None:
        now = self._agenda.now
        self._leave(entity, resource)
        self._occupy(entity)
        if entity.remaining >= 0:
            self.run_until(entity, now + entity.remaining, resource.index)
            return
        if entity.prio > 0:
            self._account.started(resource, now - entity.asked)
        entity.state = 0
        if self._begin(entity, resource):
            self._agenda.ready.append(entity)

    def _leave(self, entity: Entity, resource: ResourceState) -> None:
        """Take ``entity`` out of the queue; its timers are void."""
        resource.accrue(self._agenda.now)
        resource.levels[entity.prio].remove(entity)
        if entity.remaining >= 0:
            resource.suspended -= 1
        elif entity.prio > 0:
            resource.waiting -= 1
        entity.patience = entity.promotion = 0

    # Giving back ---------------------------------------------------------------------------------

    def release(self, entity: Entity, r: int, units: int, /) -> None:
        """Give back ``units`` of ``r`` and serve."""
        resource = self.resources[r]
        resource.accrue(self._agenda.now)
        resource.in_use -= units
        if entity.prio == 0:
            resource.out -= units
        self.serve(r)

    def take(self, entity: Entity, r: int, units: int, /) -> None:
        """Take ``units`` though they may not be free."""
        resource = self.resources[r]
        resource.accrue(self._agenda.now)
        resource.in_use += units
        if entity.prio == 0:
            resource.out += units
        self._suspend_excess(resource)

    def change(self, kind: int, r: int, value: int, /) -> None:
        """Apply a calendar row: capacity, then what pauses, then who is served."""
        resource = self.resources[r]
        resource.accrue(self._agenda.now)
        if kind == Change.SET:
            resource.capacity = value
        elif kind == Change.ADD:
            resource.capacity += value
        else:
            resource.in_use -= resource.spent
            resource.spent = 0
            resource.capacity = value if value >= 0 else resource.capacity
        self._suspend_excess(resource)
        self.serve(r)

    # Suspending ----------------------------------------------------------------------------------

    def _suspend_excess(self, resource: ResourceState) -> None:
        while resource.pauses and resource.free < 0 and resource.running:
            self._suspend(max(resource.running, key=lambda served: served.event), resource)

    def _make_room(self, entity: Entity, resource: ResourceState) -> bool:
        """Suspend lower-priority services until ``entity`` can be granted, if they hold enough."""
        needed = entity.wants[0][1]
        victims = sorted(
            (served for served in resource.running if served.prio > entity.prio),
            key=lambda served: (served.prio, served.event),
            reverse=True,
        )
        if resource.free + sum(self._units(served) for served in victims) < needed:
            return False
        for served in victims:
            if resource.free >= needed:
                break
            self._suspend(served, resource)
        return True

    def _units(self, served: Entity) -> int:
        op, *_, units, _, _ = self._code[served.pc]
        return 1 if op == Op.VISIT else units

    def _suspend(self, served: Entity, resource: ResourceState) -> None:
        resource.accrue(self._agenda.now)
        del resource.running[served]
        units = self._units(served)
        served.remaining = served.end - self._agenda.now
        served.event = 0
        served.state = STATE_SUSPENDED
        served.wants, served.local = ((resource.index, units),), -1
        resource.in_use -= units
        resource.suspended += 1
        resource.figures["suspended"] += 1
        resource.levels[served.prio].insert(0, served)

    # Timers --------------------------------------------------------------------------------------

    def give_up(self, entity: Entity, /) -> None:
        """Let ``entity`` leave its queue for the way of those whose patience ends."""
        now, resource = self._agenda.now, self.resources[entity.at]
        self._leave(entity, resource)
        if entity.prio > 0:
            resource.figures["reneged"] += 1
            resource.figures["reneged_wait_sum"] += now - entity.asked
        self._account.visit(entity, now, resource=resource.index, flag=2)
        opts = self._opts[self._code[entity.pc][4]]
        entity.state, entity.at, entity.pc = 0, -1, opts[2]
        self._serve_one(resource)

    def promote(self, entity: Entity, /) -> None:
        """Move ``entity`` to its better level; one that stands there already keeps its place."""
        resource = self.resources[entity.at]
        opts = self._opts[self._code[entity.pc][4]]
        entity.promotion = 0
        if opts[5] >= entity.prio:
            return
        resource.levels[entity.prio].remove(entity)
        entity.prio = opts[5]
        self._insert(entity, resource, ordered=bool(opts[6] & Waiting.ORDERED))
        self._serve_one(resource)
