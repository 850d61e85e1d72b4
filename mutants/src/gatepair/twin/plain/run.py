"""The plain engine: what every row of a program means, written to be read.

It is the oracle against which the compiled kernel is tested, and the fallback where Numba is absent.
Events run by (tick, seq); calendar rows run before the events of their tick; who is granted or released becomes
ready and runs, first come first served, before the next event.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gatepair.twin.draws import child_key, entity_key, unit
from gatepair.twin.plain.draws import Chance, RateClock, WorkingHours
from gatepair.twin.plain.figures import Account, resource_rows
from gatepair.twin.plain.queue import Agenda, Kind, Payload, Queues, Row
from gatepair.twin.plain.state import Entity
from gatepair.twin.program import Arrive, Attribute, Op, Program
from gatepair.twin.results import (
    STANDING_DTYPE,
    STATE_GATHERED,
    STATE_JOINING,
    STATE_LED,
    STATE_SUSPENDED,
    STATE_TIMED,
    STATE_WAITING,
    RawRun,
)
from gatepair.twin.units import NEVER


def run_plain(
    program: Program,
    /,
    *,
    seed: int,
    replication: int,
    until: int,
    warm_up: int,
    antithetic: bool,
    snapshot_every: int,
    records: bool,
) -> RawRun:
    """Run one replication to tick ``until`` and return everything counted since ``warm_up``."""
    chance = Chance(program, seed=seed, replication=replication, antithetic=antithetic)
    course = Course(program, chance, Account(program, records=records))
    course.run(until=until, warm_up=warm_up, snapshot_every=snapshot_every)
    account, queues = course.account, course.queues
    series = [account.series_of(part, width) for part, width in enumerate(course.widths())]
    account.classes[:, 5] = account.present
    return RawRun(
        seed=seed, replication=replication, until=until, warm_up=warm_up, antithetic=antithetic,
        snapshot_every=snapshot_every, events=account.events, steps=account.steps, scheduled=course.agenda.seq,
        resources=resource_rows(queues.resources),
        wait_squares=np.array([resource.squares for resource in queues.resources], dtype=np.float64),
        wait_histogram=account.waits, classes=account.classes,
        tallies=account.tallies, tally_squares=account.tally_squares, tally_histogram=account.tally_bins,
        outcomes=account.outcomes, outcome_squares=account.outcome_squares, outcome_histogram=account.outcome_bins,
        counters=account.counters,
        series_queue=series[0], series_in_use=series[1], series_present=series[2], series_counters=series[3],
        visits=account.visit_rows(), crossings=account.crossing_rows(), standing=course.standing(until),
    )  # fmt: skip


class Course:
    """One run: entities go through the rows until time is up."""

    def __init__(self, program: Program, chance: Chance, account: Account, /) -> None:
        self.program = program
        self.account = account
        self.agenda = Agenda()
        self.queues = Queues(program, self.agenda, chance, account)
        self._chance = chance
        self._hours = WorkingHours(program)
        self._code: list[Row] = program.code.tolist()
        self._targets: list[int] = program.targets.tolist()
        self._branch_pc: list[int] = program.branch_pc.tolist()
        self._branch_cut: list[float] = program.branch_cut.tolist()
        self._batches: list[Row] = program.batches.tolist()
        self._gathered: list[list[Entity]] = [[] for _ in self._batches]
        self._batch_timers = [0] * len(self._batches)
        self._sources: list[Row] = program.sources.tolist()
        self._no_shows: list[float] = program.source_reals[:, 0].tolist()
        self._arrivals: list[Row] = program.arrivals.tolist()
        self._clocks = [self._clock(source) for source in self._sources]
        self._tickets = 0
        self._entities: list[Entity | None] = []
        self._free: list[int] = []
        self._doings: dict[int, Callable[[Entity, Row], bool]] = {
            Op.EXIT: self._exit, Op.SEIZE: self._ask, Op.SEIZE_SET: self._ask, Op.VISIT: self._ask,
            Op.RELEASE: self._release, Op.SPEND: self._spend, Op.TAKE: self._take, Op.DELAY: self._delay,
            Op.BRANCH: self._branch, Op.SWITCH: self._switch, Op.GOTO: self._goto, Op.IF_FREE: self._if_free,
            Op.IF_QUEUE: self._if_queue, Op.SHORTEST: self._shortest, Op.SPAWN: self._spawn, Op.FORK: self._spawn,
            Op.JOIN: self._join, Op.GATHER: self._gather, Op.SCATTER: self._scatter, Op.WORK: self._work,
            Op.SET: self._set, Op.WATCH: self._watch, Op.READ: self._read, Op.COUNT: self._count,
        }  # fmt: skip

    # The loop ------------------------------------------------------------------------------------

    def run(self, *, until: int, warm_up: int, snapshot_every: int) -> None:
        """Run until tick ``until``; what falls on it is not done."""
        self._warm_up = warm_up or NEVER
        self._every = snapshot_every
        self._next_snapshot = snapshot_every or NEVER
        self._place_present()
        for index in range(len(self._sources)):
            self._schedule_source(index, 0)
        self._drain()
        changes = self.program.changes.tolist()
        row = 0
        while True:
            change = changes[row][0] if row < len(changes) else NEVER
            event = self.agenda.peek()
            tick = min(change, NEVER if event is None else event)
            if tick >= until:
                break
            if tick == change:
                self._advance(tick)
                self.queues.change(*changes[row][1:])
                row += 1
            else:
                _, seq, kind, payload = self.agenda.pop()
                if not self._valid(seq, kind, payload):
                    continue
                self._advance(tick)
                self.account.steps += 1
                self._event(kind, payload)
            self._drain()
        self._finish(until)

    def _advance(self, tick: int) -> None:
        """Move to ``tick``: take the snapshots up to it and forget what came before the warm-up."""
        while self._next_snapshot <= tick:
            self.account.snapshot(self.queues.resources)
            self._next_snapshot += self._every
        if self._warm_up <= tick:
            for resource in self.queues.resources:
                resource.reset(self._warm_up)
            self.account.reset()
            self._warm_up = NEVER
        self.agenda.now = tick

    def _finish(self, until: int) -> None:
        self._advance(until)
        for resource in self.queues.resources:
            resource.accrue(until)
            waits = [until - entity.asked for entity in resource.unserved()]
            resource.figures["left_waiting"] = len(waits)
            resource.figures["left_wait_sum"] = sum(waits)

    def _valid(self, seq: int, kind: Kind, payload: Payload) -> bool:
        if not isinstance(payload, Entity):
            return kind != Kind.BATCH or self._batch_timers[payload[0]] == seq
        return seq == {Kind.END: payload.event, Kind.PATIENCE: payload.patience}.get(kind, payload.promotion)

    def _event(self, kind: Kind, payload: Payload) -> None:
        if not isinstance(payload, Entity):
            if kind == Kind.SOURCE:
                self._arrive(*payload)
            elif kind == Kind.START:
                self._start(*payload)
            else:
                self._set_off(payload[0])
        elif kind == Kind.END:
            self._time_over(payload)
        elif kind == Kind.PATIENCE:
            self.queues.give_up(payload)
            self._go(payload)
        else:
            self.queues.promote(payload)

    def _drain(self) -> None:
        while self.agenda.ready:
            self._go(self.agenda.ready.popleft())

    def _go(self, entity: Entity) -> None:
        """Let ``entity`` go through its rows until it waits, passes time or ends."""
        going = True
        while going:
            row = self._code[entity.pc]
            going = self._doings[row[0]](entity, row)

    # Arrivals ------------------------------------------------------------------------------------

    def _clock(self, source: Row) -> RateClock | None:
        kind, _, _, offset, length, period, *_ = source
        if kind != Arrive.RATE:
            return None
        return RateClock(self.program.rates[offset : offset + length].tolist(), period)

    def _schedule_source(self, index: int, ordinal: int) -> None:
        """Schedule the ``ordinal``-th arrival of a source, if there is one before the source ends."""
        kind, name, _, offset, length, _, until, _, _, activity, _, lead = self._sources[index]
        clock = self._clocks[index]
        if clock is not None:
            tick = clock.next(self._chance.unit(entity_key(name, ordinal), activity, 0))
        elif ordinal < length:
            tick = self._arrivals[offset + ordinal][0]
            tick = max(0, tick - lead) if kind == Arrive.APPOINTMENT else tick
        else:
            return
        if tick < until:
            self.agenda.schedule(tick, Kind.SOURCE, (index, ordinal))

    def _arrive(self, index: int, ordinal: int) -> None:
        kind, name, _, offset, _, _, _, mix, mixed, activity, earliness, lead = self._sources[index]
        lanes = self._chance.lanes(entity_key(name, ordinal), activity, 0)
        if kind == Arrive.APPOINTMENT:
            if unit(lanes[1]) >= self._no_shows[index]:
                early = min(lead, self._chance.ticks(earliness, lanes[0], row=-1))
                latest = self._arrivals[offset + ordinal][0]
                self.agenda.schedule(max(self.agenda.now, latest - early), Kind.START, (index, ordinal))
            self._schedule_source(index, ordinal + 1)
            return
        if kind == Arrive.LIST:
            _, cls, prio, record = self._arrivals[offset + ordinal]
        else:
            u, way = unit(lanes[1]), mix
            while mixed > 1 and u >= self.program.mix_cut[way]:
                way += 1
            cls, prio = (int(value) for value in self.program.mix[way])
            record = -1
        entity = self._from_source(index, ordinal, cls=cls, prio=prio, record=record)
        self._schedule_source(index, ordinal + 1)
        self._go(entity)

    def _start(self, index: int, ordinal: int) -> None:
        """Let somebody arrive for an appointment."""
        _, cls, prio, record = self._arrivals[self._sources[index][3] + ordinal]
        self._go(self._from_source(index, ordinal, cls=cls, prio=prio, record=record))

    def _from_source(self, index: int, ordinal: int, /, *, cls: int, prio: int, record: int) -> Entity:
        self.account.events += 1
        _, name, pc, *_ = self._sources[index]
        return self._make(
            entity_key(name, ordinal), pc, source=index, ordinal=ordinal, cls=cls, prio=prio, born=self.agenda.now,
            record=record,
        )  # fmt: skip

    def _make(
        self, key: int, pc: int, /, *, source: int, ordinal: int, cls: int, prio: int, born: int, record: int
    ) -> Entity:
        if self._free:
            row = self._free.pop()
        else:
            row = len(self._entities)
            self._entities.append(None)
        entity = Entity(row, key, source, ordinal, cls=cls, prio=prio, born=born, pc=pc, record=record)
        self._entities[row] = entity
        self.account.created(cls)
        return entity

    def _place_present(self) -> None:
        """Put those who are there at tick 0 in their places, holding what is held there."""
        holds = self.program.holds.tolist()
        for pc, cls, prio, born, ticket, remaining, record, source, name, ordinal in self.program.present.tolist():
            entity = self._make(
                entity_key(name, ordinal), pc, source=source, ordinal=ordinal, cls=cls, prio=prio, born=born,
                record=record,
            )  # fmt: skip
            entity.ticket = ticket
            first, count = self.program.hold_rows[pc].tolist()
            for r, n in holds[first : first + count]:
                self.queues.resources[r].in_use += n
            op, a, *_ = self._code[pc]
            if remaining < 0 or op not in {Op.VISIT, Op.DELAY, Op.WORK}:
                self.agenda.ready.append(entity)
            elif op == Op.WORK:
                self._work_until(entity, self._hours.end(a, 0, remaining))
            else:
                if op == Op.VISIT:
                    self.queues.resources[a].in_use += 1
                self.queues.run_until(entity, remaining, a)

    # Time ----------------------------------------------------------------------------------------

    def _time_over(self, entity: Entity) -> None:
        op, a, *_ = self._code[entity.pc]
        self.account.events += 1
        entity.event, entity.state, entity.at = 0, 0, -1
        if op == Op.VISIT or (op == Op.DELAY and a >= 0):
            del self.queues.resources[a].running[entity]
        flag = {Op.VISIT: 0, Op.DELAY: 3}.get(Op(op), 4)
        self.account.visit(entity, self.agenda.now, resource=-1 if op == Op.WORK else a, flag=flag)
        if op == Op.VISIT:
            self.queues.release(entity, a, 1)
        entity.pc += 1
        self._go(entity)

    def _ask(self, entity: Entity, _row: Row) -> bool:
        return self.queues.join(entity)

    def _release(self, entity: Entity, row: Row) -> bool:
        self.queues.release(entity, row[1], row[2])
        return self._on(entity)

    def _spend(self, entity: Entity, row: Row) -> bool:
        self.queues.resources[row[1]].spent += row[2]
        return self._on(entity)

    def _take(self, entity: Entity, row: Row) -> bool:
        self.queues.take(entity, row[1], row[2])
        return self._on(entity)

    def _delay(self, entity: Entity, row: Row) -> bool:
        self.queues.serve_time(entity, row[1])
        return False

    def _work(self, entity: Entity, row: Row) -> bool:
        _, calendar, dist, activity, *_ = row
        ticks = 0
        if dist >= 0:
            lane = self._chance.lanes(entity.key, activity, entity.lap)[0]
            ticks = self._chance.ticks(dist, lane, row=entity.record)
        end = self._hours.end(calendar, self.agenda.now, ticks)
        if end == self.agenda.now:
            return self._on(entity)
        self._work_until(entity, end)
        return False

    def _work_until(self, entity: Entity, end: int) -> None:
        entity.started, entity.state, entity.end = self.agenda.now, STATE_TIMED, end
        if end < NEVER:
            entity.event = self.agenda.schedule(end, Kind.END, entity)

    # Ways ----------------------------------------------------------------------------------------

    @staticmethod
    def _on(entity: Entity) -> bool:
        entity.pc += 1
        return True

    @staticmethod
    def _to(entity: Entity, pc: int) -> bool:
        entity.pc = pc
        return True

    def _branch(self, entity: Entity, row: Row) -> bool:
        _, first, _, activity, *_ = row
        lane = 0
        if activity < 0:
            activity, lane = self._code[entity.pc - 1][3], 1
        u = self._chance.unit(entity.key, activity, entity.lap, lane=lane)
        while u >= self._branch_cut[first]:
            first += 1
        return self._to(entity, self._branch_pc[first])

    def _switch(self, entity: Entity, row: Row) -> bool:
        return self._to(entity, self._targets[row[1] + entity.cls])

    def _goto(self, entity: Entity, row: Row) -> bool:
        return self._to(entity, row[1])

    def _if_free(self, entity: Entity, row: Row) -> bool:
        resource = self.queues.resources[row[1]]
        free = resource.free >= row[2] and resource.head() is None
        return self._to(entity, row[3] if free else entity.pc + 1)

    def _if_queue(self, entity: Entity, row: Row) -> bool:
        resource = self.queues.resources[row[1]]
        return self._to(entity, row[3] if resource.waiting + resource.suspended >= row[2] else entity.pc + 1)

    def _shortest(self, entity: Entity, row: Row) -> bool:
        _, first, count, *_ = row
        pairs = [(self._targets[first + 2 * way], self._targets[first + 2 * way + 1]) for way in range(count)]

        def load(pair: tuple[int, int]) -> int:
            resource = self.queues.resources[pair[0]]
            return resource.waiting + resource.suspended - resource.free

        return self._to(entity, min(pairs, key=load)[1])

    # Others --------------------------------------------------------------------------------------

    def _spawn(self, entity: Entity, row: Row) -> bool:
        op, pc, _, activity, *_ = row
        child = self._make(
            child_key(entity.key, activity, entity.lap), pc, source=entity.source, ordinal=entity.ordinal,
            cls=entity.cls, prio=entity.prio, born=entity.born, record=entity.record,
        )  # fmt: skip
        child.ticket, child.watches = entity.ticket, list(entity.watches)
        if op == Op.FORK:
            child.parent = entity
            entity.pending += 1
        self.agenda.ready.append(child)
        return self._on(entity)

    def _join(self, entity: Entity, _row: Row) -> bool:
        if entity.pending:
            entity.state, entity.started = STATE_JOINING, self.agenda.now
            return False
        return self._on(entity)

    def _gather(self, entity: Entity, row: Row) -> bool:
        batch = row[1]
        size, max_wait, activity, _ = self._batches[batch]
        if size == 1:
            return self._on(entity)
        members = self._gathered[batch]
        members.append(entity)
        entity.state, entity.started = STATE_GATHERED, self.agenda.now
        if len(members) == size:
            self._set_off(batch)
        elif len(members) == 1 and max_wait >= 0:
            lane = self._chance.lanes(entity.key, activity, entity.lap)[0]
            tick = self.agenda.now + self._chance.ticks(max_wait, lane, row=entity.record)
            self._batch_timers[batch] = self.agenda.schedule(tick, Kind.BATCH, (batch,))
        return False

    def _set_off(self, batch: int) -> None:
        """Let the first of a batch go on for all."""
        leader, *members = self._gathered[batch]
        self._gathered[batch] = []
        self._batch_timers[batch] = 0
        for member in members:
            member.state = STATE_LED
        leader.state, leader.members = 0, members
        leader.pc += 1
        self.agenda.ready.append(leader)

    def _scatter(self, entity: Entity, _row: Row) -> bool:
        for member in entity.members:
            member.state, member.pc = 0, entity.pc + 1
            self.agenda.ready.append(member)
        entity.members = []
        return self._on(entity)

    def _exit(self, entity: Entity, row: Row) -> bool:
        members, entity.members = entity.members, []
        for one in (entity, *members):
            self.account.ended(one, row[1], self.agenda.now)
            one.ended = True
            self._tell_parent(one)
            if not one.pending:
                self._forget(one)
        return False

    def _tell_parent(self, entity: Entity) -> None:
        parent = entity.parent
        if parent is None:
            return
        parent.pending -= 1
        if parent.pending:
            return
        if parent.ended:
            self._forget(parent)
        elif parent.state == STATE_JOINING:
            parent.state = 0
            parent.pc += 1
            self.agenda.ready.append(parent)

    def _forget(self, entity: Entity) -> None:
        self._entities[entity.row] = None
        self._free.append(entity.row)

    # Marks ---------------------------------------------------------------------------------------

    def _set(self, entity: Entity, row: Row) -> bool:
        _, what, value, *_ = row
        match Attribute(what):
            case Attribute.PRIORITY:
                entity.prio = value
            case Attribute.CLASS:
                self.account.switched(entity, value)
            case Attribute.TICKET:
                self._tickets += 1
                entity.ticket = self._tickets
            case Attribute.BORN:
                entity.born = self.agenda.now
            case Attribute.LAP:
                entity.lap += 1
            case Attribute.ROW:
                entity.record = value
        return self._on(entity)

    def _watch(self, entity: Entity, row: Row) -> bool:
        entity.watches[row[1]] = self.agenda.now
        return self._on(entity)

    def _read(self, entity: Entity, row: Row) -> bool:
        _, watch, tally, limit, *_ = row
        since = entity.born if watch < 0 else entity.watches[watch]
        self.account.read(tally, entity.cls, self.agenda.now - since, limit=limit)
        return self._on(entity)

    def _count(self, entity: Entity, row: Row) -> bool:
        self.account.count(row[1], entity.cls)
        return self._on(entity)

    # The end -------------------------------------------------------------------------------------

    def widths(self) -> tuple[int, int, int, int]:
        """Return the widths of the four parts of the series."""
        resources = len(self.queues.resources)
        return resources, resources, self.program.classes, self.program.counters

    def standing(self, until: int, /) -> np.ndarray:
        """Return who is there, by row of the entity table."""
        rows = [self._stands(entity, until) for entity in self._entities if entity is not None and not entity.ended]
        return np.array(rows, dtype=STANDING_DTYPE)

    @staticmethod
    def _stands(entity: Entity, until: int) -> tuple[int, ...]:
        remaining = -1
        if entity.state == STATE_SUSPENDED:
            remaining = entity.remaining
        elif entity.state == STATE_TIMED:
            remaining = NEVER if entity.end == NEVER else entity.end - until
        since = entity.asked if entity.state == STATE_WAITING else entity.started
        return (
            entity.key, entity.ordinal, entity.born, since, remaining, entity.ticket, entity.record,
            entity.source, entity.cls, entity.prio, entity.pc, entity.state, entity.at,
        )  # fmt: skip
