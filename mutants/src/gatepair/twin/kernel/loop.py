"""The kernel's loop: the next event, the calendar, snapshots and the end; the definition is :mod:`gatepair.twin.plain.run`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gatepair.twin.kernel.bits import called, inlined, philox, unit, whole
from gatepair.twin.kernel.draws import draw_aside, lanes
from gatepair.twin.kernel.figures import record_visit
from gatepair.twin.kernel.flow import (
    HALTS,
    give_back,
    give_up,
    promote,
    run_until,
    serve,
    serve_first,
    suspend_excess,
    wake,
)
from gatepair.twin.kernel.lists import end_service, make_ready
from gatepair.twin.kernel.memory import (
    BATCH_WAIT,
    ENDED,
    FULL,
    NONE,
    PATIENCE,
    PAUSED,
    READY,
    START,
    WAITING,
    WARMED,
    arrival_at,
    batch_at,
    change_at,
    clock_at,
    code_at,
    cold_at,
    entry,
    get_class,
    get_counted,
    hold_at,
    mixed_at,
    part_at,
    present_at,
    put_class,
    put_series_counters,
    put_series_in_use,
    put_series_present,
    put_series_queue,
    queue_at,
    resource_at,
    row_at,
    slot,
    source_at,
    visit_at,
    world_at,
)
from gatepair.twin.kernel.ops import CLASS_WIDTH, DELAY, PRESENT, VISIT, WORK, go, make, make_aside, set_off, work_until
from gatepair.twin.kernel.queue import REVIEW, first_slot, heap_pop, heap_push, schedule, take, tune
from gatepair.twin.kernel.time import next_by_rate, work_end
from gatepair.twin.program import LEVELS, Arrive, Change
from gatepair.twin.results import CLASS_FIGURES
from gatepair.twin.units import NEVER

RATE = int(Arrive.RATE)
LIST = int(Arrive.LIST)
CAPACITY_SET = int(Change.SET)
CAPACITY_ADD = int(Change.ADD)
TIMED = (VISIT, DELAY, WORK)
CARRIED = CLASS_FIGURES.index("carried")
VOID = -2
GOES_ON = -1
"""What :func:`boundary` returns when the loop goes on."""


# --- Arrivals ------------------------------------------------------------------------------------


def _schedule_source(w: Any, number: int, ordinal: int) -> None:
    """Schedule the ``ordinal``-th arrival of a source, if there is one before the source ends."""
    source = source_at(w, number)
    clock_at(w, number).ordinal = ordinal
    if source.kind == RATE:
        pair = philox(w.key, (source.hash << 32) | ordinal, source.activity)
        row_at(w, number).spare = pair[1] ^ w.mirror
        tick = next_by_rate(w, number, unit(pair[0] ^ w.mirror))
    elif ordinal < source.length:
        tick = arrival_at(w, source.offset + ordinal).tick
        if source.kind != LIST:
            tick = max(0, tick - source.lead)
    else:
        return
    if tick < source.until:
        schedule(w, number, tick)


schedule_source = inlined(_schedule_source)
schedule_source_aside = called(_schedule_source)


@inlined
def from_source(w: Any, number: int, ordinal: int, cls: int) -> Any:
    """Return a new row from a source; the caller gives it its level and its row of recorded times."""
    source = source_at(w, number)
    w.events += 1
    row = make(w, (source.hash << 32) | ordinal, cls, whole(0))
    row_at(w, row).pc = source.pc
    more = cold_at(w, row)
    more.source = number
    more.ordinal = ordinal
    more.born = w.now
    more.ticket = 0
    more.watch0 = 0
    more.watch1 = 0
    more.watch2 = 0
    more.watch3 = 0
    return row


@inlined
def arrive(w: Any, number: int) -> Any:
    """Let the next of a source arrive and schedule the one after; return its row, or -1 for an appointment."""
    source = source_at(w, number)
    ordinal = clock_at(w, number).ordinal
    if source.kind == RATE:
        at = source.mix
        if source.mix_length > 1:
            u = unit(row_at(w, number).spare)
            while u >= mixed_at(w, at).cut:
                at += 1
        one = mixed_at(w, at)
        row = from_source(w, number, ordinal, one.cls)
        row_at(w, row).prio = one.prio
        cold_at(w, row).line = NONE
    elif source.kind == LIST:
        row = listed(w, number, ordinal)
    else:
        row = NONE
        expect(w, number, ordinal)
    schedule_source(w, number, ordinal + 1)
    return row


@called
def listed(w: Any, number: int, ordinal: int) -> Any:
    """Return the row of somebody who stands in a source's list."""
    one = arrival_at(w, source_at(w, number).offset + ordinal)
    row = from_source(w, number, ordinal, one.cls)
    row_at(w, row).prio = one.prio
    cold_at(w, row).line = one.row
    return row


@called
def expect(w: Any, number: int, ordinal: int) -> None:
    """Draw whether and when somebody comes for an appointment."""
    source = source_at(w, number)
    here = row_at(w, number)
    here.key = (source.hash << 32) | ordinal
    if unit(lanes(w, number, source.activity)[1]) < source.no_show:
        return
    cold_at(w, number).line = NONE
    early = min(source.lead, draw_aside(w, number, source.earliness, source.activity))
    tick = max(w.now, arrival_at(w, source.offset + ordinal).tick - early)
    w.seq += 1
    heap_push(w, tick, w.seq, -1 - (4 * (ordinal * w.sources_n + number) + START))


# --- Events --------------------------------------------------------------------------------------


@called
def record_end(w: Any, row: int, flag: int) -> None:
    """Write the record of a time that is over; ``flag`` as in ``results.VISIT_DTYPE``."""
    here = row_at(w, row)
    r = NONE if flag == 4 else code_at(w, here.pc).a
    visit = visit_at(w, record_visit(w, row, r, flag))
    visit.asked = cold_at(w, row).asked if flag == 0 else here.since
    visit.started = here.since
    visit.ended = w.now


@inlined
def time_over(w: Any, row: int) -> None:
    """End the VISIT, DELAY or WORK in which ``row`` stands."""
    here = row_at(w, row)
    c = code_at(w, here.pc)
    w.events += 1
    here.phase = READY
    if c.op == VISIT:
        r = c.a
        resource = resource_at(w, r)
        if resource.flags & HALTS:
            end_service(w, row, r)
        if w.recording != 0 and here.prio > 0:
            record_end(w, row, whole(0))
        give_back(w, row, r, whole(1))
        if resource.levels != 0:
            serve_first(w, r)
        if resource.wakes_length > 0:
            wake(w, r)
    else:
        if c.op == DELAY and c.a >= 0 and resource_at(w, c.a).flags & HALTS:
            end_service(w, row, c.a)
        if w.recording != 0 and here.prio > 0:
            record_end(w, row, whole(3) if c.op == DELAY else whole(4))
    here.pc += 1


@called
def timer(w: Any, code: int, seq: int) -> Any:
    """Run a timer; return the row that goes on, -1 if none does, VOID if nothing happens."""
    thing = -1 - code
    kind = thing & 3
    thing >>= 2
    row = NONE
    if kind == START:
        number = thing % w.sources_n
        row = listed(w, number, thing // w.sources_n)
    elif kind == BATCH_WAIT:
        if batch_at(w, thing).timer != seq:
            return VOID
        set_off(w, thing)
    elif kind == PATIENCE:
        if cold_at(w, thing).patience != seq:
            return VOID
        give_up(w, thing)
        row = thing
    else:
        if cold_at(w, thing).promotion != seq:
            return VOID
        promote(w, thing)
    return row


# --- What is not an event ------------------------------------------------------------------------


@called
def apply_change(w: Any, number: int) -> None:
    """Apply a calendar row: capacity, then what pauses, then who is served."""
    change = change_at(w, number)
    r = change.resource
    resource = resource_at(w, r)
    capacity = resource.capacity
    if change.kind == CAPACITY_SET:
        capacity = change.value
    elif change.kind == CAPACITY_ADD:
        capacity += change.value
    else:
        resource.used -= resource.spent
        resource.busy_area += resource.spent * w.now
        resource.spent = 0
        if change.value >= 0:
            capacity = change.value
    resource.capacity_area += (resource.capacity - capacity) * w.now
    resource.capacity = capacity
    suspend_excess(w, r)
    serve(w, r)


@called
def snapshot(w: Any) -> None:
    """Write a row of the series."""
    at = w.snapshots
    w.snapshots = at + 1
    for r in range(w.resources_n):
        resource = resource_at(w, r)
        put_series_queue(w, at * w.resources_n + r, resource.waiting)
        put_series_in_use(w, at * w.resources_n + r, resource.used - resource.out)
    for cls in range(w.classes_n):
        put_series_present(w, at * w.classes_n + cls, get_class(w, cls * CLASS_WIDTH + PRESENT))
    for counter in range(w.counters_n):
        put_series_counters(w, at * w.counters_n + counter, get_counted(w, counter))


@called
def unserved(w: Any, r: int, tick: int) -> Any:
    """Return the waits until ``tick``, added up, of the ordinary ones who wait at ``r`` for their first unit."""
    total = 0
    for level in range(1, LEVELS):
        row = whole(queue_at(w, r * LEVELS + level).head)
        while row >= 0:
            here = row_at(w, row)
            if here.phase == WAITING:
                total += tick - here.since
            row = whole(here.after)
    return total


@called
def forget_figures(w: Any, tick: int) -> None:
    """Let the areas of each resource begin anew at ``tick``; the shell has cleared all other figures."""
    for r in range(w.resources_n):
        resource = resource_at(w, r)
        resource.queue_area = 0
        resource.queue_at = tick
        resource.busy_area = -(resource.used - resource.out) * tick
        resource.out_area = -resource.out * tick
        resource.capacity_area = -resource.capacity * tick
        resource.suspended_area = -resource.halted * tick
        resource.joins = 0
        resource.starts = 0
        resource.waited = 0
        resource.wait_sum = 0
        resource.wait_max = 0
        resource.wait_squares = 0.0
        resource.reneged = 0
        resource.reneged_wait_sum = 0
        resource.suspended = 0
        resource.queue_max = resource.waiting
        resource.carried_wait_sum = unserved(w, r, tick)
    for cls in range(w.classes_n):
        at = cls * CLASS_WIDTH
        for figure in range(CLASS_WIDTH):
            if figure != PRESENT:
                put_class(w, at + figure, 0)
        put_class(w, at + CARRIED, get_class(w, at + PRESENT))


@called
def finish(w: Any) -> None:
    """Bring all areas up to the end."""
    tick = w.until
    for r in range(w.resources_n):
        resource = resource_at(w, r)
        resource.queue_area += resource.waiting * (tick - resource.queue_at)
        resource.queue_at = tick
        resource.busy_area += (resource.used - resource.out) * tick
        resource.out_area += resource.out * tick
        resource.capacity_area += resource.capacity * tick
        resource.suspended_area += resource.halted * tick
        resource.left_waiting = resource.waiting
        resource.left_wait_sum = unserved(w, r, tick)


@called
def boundary(w: Any, event: int) -> Any:
    """Do what comes before the event at tick ``event``: snapshots, the warm-up, a calendar row; or the end."""
    change = NEVER
    if w.change < w.changes_n:
        change = change_at(w, w.change).tick
    tick = min(change, event, w.until)
    while w.snapshot_at <= tick:
        snapshot(w)
        w.snapshot_at += w.every
    if w.warm_up <= tick:
        forget_figures(w, w.warm_up)
        w.warm_up = NEVER
        set_limit(w)
        return WARMED
    if tick >= w.until:
        finish(w)
        return ENDED
    if change <= event:
        w.now = tick
        apply_change(w, w.change)
        w.change += 1
    set_limit(w)
    return GOES_ON


@called
def set_limit(w: Any) -> None:
    """Set the first tick at which something other than an event happens."""
    limit = min(w.until, w.snapshot_at, w.warm_up)
    if w.change < w.changes_n:
        limit = min(limit, change_at(w, w.change).tick)
    w.limit = limit


@called
def place_present(w: Any) -> None:
    """Put those who are there at tick 0 in their places, holding what is held there."""
    for i in range(w.present_n):
        one = present_at(w, i)
        row = make_aside(w, (one.hash << 32) | one.ordinal, one.cls, one.prio)
        here = row_at(w, row)
        here.pc = one.pc
        here.since = 0
        more = cold_at(w, row)
        more.source = one.source
        more.ordinal = one.ordinal
        more.born = one.born
        more.ticket = one.ticket
        more.line = one.row
        more.asked = 0
        more.watch0 = 0
        more.watch1 = 0
        more.watch2 = 0
        more.watch3 = 0
        part = part_at(w, one.pc)
        for j in range(part.offset, part.offset + part.length):
            resource_at(w, hold_at(w, j).resource).used += hold_at(w, j).units
        c = code_at(w, one.pc)
        if one.remaining < 0 or c.op not in TIMED:
            make_ready(w, row)
        elif c.op == WORK:
            work_until(w, row, work_end(w, c.a, one.remaining))
        else:
            if c.op == VISIT:
                resource_at(w, c.a).used += 1
            here.spare = lanes(w, row, c.c)[1]
            run_until(w, row, one.remaining, c.a)


@called
def start(w: Any) -> None:
    """Begin a run: who is there, and the first of each source."""
    w.begun = 1
    place_present(w)
    for number in range(w.sources_n):
        schedule_source_aside(w, number, whole(0))
    set_limit(w)


# --- The loop ------------------------------------------------------------------------------------


@inlined
def next_ready(w: Any) -> Any:
    """Take the row that goes on before the next event, or -1."""
    row = w.ready_first
    if row >= 0:
        w.ready_first = whole(row_at(w, row).next)
    return row


@called
def is_pause(w: Any) -> Any:
    """Tell whether the budget is used up; else look at the width of the slots."""
    if w.steps >= w.pause_at:
        return True
    tune(w)
    return False


@inlined
def earliest(w: Any) -> Any:
    """Return (tick, row, seq, slot) of the next event; seq is 0 if it stands in the wheel, else the heap has it."""
    at = first_slot(w)
    tick = NEVER
    seq = 0
    row = NONE
    if at >= 0:
        row = whole(slot(w, at).head)
        tick = row_at(w, row).tick
    if w.heap_n > 0:
        top = entry(w, 0)
        if top.tick < tick or (top.tick == tick and top.seq < row_at(w, row).seq):
            tick = top.tick
            seq = top.seq
            row = top.row
    return tick, row, seq, at


@inlined
def happen(w: Any, row: int, seq: int) -> Any:
    """Let the event of ``row`` (below 0 a timer) happen; return who goes on, or -1."""
    if row < 0:
        row = timer(w, row, seq)
        if row == VOID:
            return NONE
        w.steps += 1
        return row
    w.steps += 1
    if row < w.sources_n:
        return arrive(w, row)
    time_over(w, row)
    return row


def entry_point(stamp: int, /) -> Callable[[Any], int]:
    """Return the loop as a function to be compiled.

    ``stamp`` stands for all that it calls: Numba's cache looks at the loop's own code and at what it closes over.
    """

    def advance(address: int) -> Any:
        """Run the world at ``address`` until the end, until the budget is used up, or until the shell has something to do; return the status."""
        w = world_at(address + (stamp >> 60))  # the stamp has 56 bits: this adds 0
        if w.begun == 0:
            start(w)
        while True:
            if w.attention != 0:
                return FULL
            row = next_ready(w)
            if row < 0:
                if w.seq - w.reviewed >= REVIEW and is_pause(w):
                    return PAUSED
                tick, row, seq, at = earliest(w)
                if tick >= w.limit:
                    status = boundary(w, tick)
                    if status != GOES_ON:
                        return status
                    continue
                if seq == 0:
                    take(w, at)
                else:
                    heap_pop(w)
                    if row >= 0 and row_at(w, row).seq != seq:
                        continue
                w.now = tick
                row = happen(w, row, seq)
                if row < 0:
                    continue
            go(w, row)

    return advance
