"""Who is granted what, and when: the kernel's queues.

The definition is :mod:`gatepair.twin.plain.queue`; the names are the same where the meaning is.
"""

from __future__ import annotations

from typing import Any

from gatepair.twin.kernel.bits import called, inlined, lowest_bit, whole
from gatepair.twin.kernel.draws import draw, draw_aside
from gatepair.twin.kernel.figures import count_wait, queue_moves, record_visit
from gatepair.twin.kernel.lists import append, begin_service, end_service, insert_by_ticket, make_ready, prepend, unlink
from gatepair.twin.kernel.memory import (
    NONE,
    PATIENCE,
    PROMOTION,
    READY,
    SUSPENDED,
    WAITING,
    code_at,
    cold_at,
    get_failed,
    get_wake,
    member_at,
    put_failed,
    queue_at,
    resource_at,
    row_at,
    set_at,
    terms_at,
    visit_at,
)
from gatepair.twin.kernel.queue import cancel, heap_push, schedule, schedule_aside
from gatepair.twin.program import LEVELS, Flag, Op, Waiting

VISIT = int(Op.VISIT)
SEIZE = int(Op.SEIZE)
SEIZE_SET = int(Op.SEIZE_SET)
PAUSE = int(Flag.PAUSE)
SCAN = int(Flag.SCAN)
HALTS = int(Flag.PAUSE | Flag.CONTROLLED)
"""Flags of resources whose services may be suspended: they alone keep a list of them."""
ORDERED = int(Waiting.ORDERED)
PREEMPT = int(Waiting.PREEMPT)
AGED = int(Waiting.AGED)
TRY = int(Waiting.TRY)


# --- Units ---------------------------------------------------------------------------------------


@inlined
def occupy(w: Any, row: int, r: int, units: int) -> None:
    """Let ``row`` have units of ``r``."""
    resource = resource_at(w, r)
    resource.used += units
    if row_at(w, row).prio == 0:
        resource.out += units
        resource.out_area -= units * w.now
    else:
        resource.busy_area -= units * w.now


@inlined
def give_back(w: Any, row: int, r: int, units: int) -> None:
    """Let ``row`` have units of ``r`` no more."""
    resource = resource_at(w, r)
    resource.used -= units
    if row_at(w, row).prio == 0:
        resource.out -= units
        resource.out_area += units * w.now
    else:
        resource.busy_area += units * w.now


@called
def set_satisfied(w: Any, number: int) -> Any:
    """Tell whether all members of a set have the units."""
    members = set_at(w, number)
    for i in range(members.members, members.members + members.members_length):
        member = member_at(w, i)
        resource = resource_at(w, member.resource)
        if resource.capacity - resource.used < member.units:
            return False
    return True


@called
def occupy_set(w: Any, row: int, number: int) -> None:
    """Let ``row`` have the units of all members of a set."""
    members = set_at(w, number)
    for i in range(members.members, members.members + members.members_length):
        member = member_at(w, i)
        occupy(w, row, member.resource, member.units)


@inlined
def units_of(w: Any, row: int) -> Any:
    """Return the units of the resource that ``row`` waits for, or is served under, where it stands."""
    c = code_at(w, row_at(w, row).pc)
    if c.op == VISIT:
        return 1
    return c.b if c.op == SEIZE else c.e


@inlined
def satisfied(w: Any, row: int, r: int) -> Any:
    """Tell whether what ``row`` waits for at ``r`` could be granted now."""
    c = code_at(w, row_at(w, row).pc)
    if c.op == SEIZE_SET:
        return set_satisfied(w, c.a)
    resource = resource_at(w, r)
    return resource.capacity - resource.used >= units_of(w, row)


# --- Time under a resource -----------------------------------------------------------------------


@called
def run_until(w: Any, row: int, tick: int, under: int) -> None:
    """Let the time of ``row`` end at ``tick``; ``under`` may be -1."""
    schedule_aside(w, row, tick)
    if under >= 0 and resource_at(w, under).flags & HALTS:
        begin_service(w, row, under)


@called
def serve_time(w: Any, row: int, c: Any, under: int) -> None:
    """Draw the time of a VISIT or DELAY and schedule its end."""
    row_at(w, row).since = w.now
    schedule(w, row, w.now + draw(w, row, c.b, c.c))
    if under >= 0 and resource_at(w, under).flags & HALTS:
        begin_service(w, row, under)


@called
def serve_time_aside(w: Any, row: int, c: Any, under: int) -> None:
    """As :func:`serve_time`, to be called where it is not the commonest thing."""
    serve_time(w, row, c, under)


def _begin(serve: Any) -> Any:
    def begin(w: Any, row: int, r: int) -> Any:
        """Go on after the grant of a first wait; return whether the entity can go on now."""
        here = row_at(w, row)
        c = code_at(w, here.pc)
        if c.op == VISIT:
            if w.recording != 0:
                cold_at(w, row).asked = here.since
            serve(w, row, c, r)
            return False
        if w.recording != 0 and here.prio > 0:
            visit = visit_at(w, record_visit(w, row, r, whole(1)))
            visit.asked = here.since
            visit.started = w.now
            visit.ended = NONE
        here.pc += 1
        return True

    return begin


begin = inlined(_begin(serve_time))
begin_aside = called(_begin(serve_time_aside))


# --- Joining -------------------------------------------------------------------------------------


@called
def join(w: Any, row: int, r: int, c: Any) -> Any:
    """Ask for what row ``c`` asks for at ``r``; return whether the entity goes on now."""
    here = row_at(w, row)
    resource = resource_at(w, r)
    here.since = w.now
    flags = 0
    promotion = NONE
    if c.d >= 0:
        terms = terms_at(w, c.d)
        flags = terms.flags
        if terms.promote >= 0:
            promotion = promotion_of(w, row, terms)
    first = would_be_first(w, row, r, flags)
    if (first or resource.flags & SCAN) and satisfied(w, row, r):
        return enter(w, row, r)
    if flags & PREEMPT and first and make_room(w, row, r):
        return enter(w, row, r)
    if here.prio > 0:
        resource.joins += 1
    if flags & TRY:
        turn_away(w, row, r, c)
        return True
    enqueue(w, row, r, c)
    if promotion >= 0:
        w.seq += 1
        cold_at(w, row).promotion = w.seq
        heap_push(w, promotion, w.seq, -1 - (4 * row + PROMOTION))
    return False


@called
def promotion_of(w: Any, row: int, terms: Any) -> Any:
    """Return when ``row`` will be promoted if it waits, or -1; one that is old enough already is so now."""
    here = row_at(w, row)
    ticks = draw_aside(w, row, terms.promote, terms.promote_activity)
    if terms.flags & AGED == 0:
        return w.now + ticks
    tick = cold_at(w, row).born + ticks
    if tick <= w.now:
        here.prio = min(here.prio, terms.promote_level)
        return NONE
    return tick


@called
def would_be_first(w: Any, row: int, r: int, flags: int) -> Any:
    """Tell whether nobody would be before ``row`` in the queue of ``r``."""
    resource = resource_at(w, r)
    if resource.levels == 0:
        return True
    prio = row_at(w, row).prio
    best = lowest_bit(resource.levels)
    if prio != best:
        return prio < best
    head = queue_at(w, r * LEVELS + best).head
    if flags & ORDERED == 0 or row_at(w, head).phase == SUSPENDED:
        return False
    return cold_at(w, row).ticket < cold_at(w, head).ticket


@called
def enter(w: Any, row: int, r: int) -> Any:
    """Grant at once; return whether the entity goes on (a SEIZE) or is served now (a VISIT)."""
    here = row_at(w, row)
    c = code_at(w, here.pc)
    if c.op == SEIZE_SET:
        occupy_set(w, row, c.a)
    else:
        occupy(w, row, r, units_of(w, row))
    if here.prio > 0:
        resource = resource_at(w, r)
        resource.joins += 1
        resource.starts += 1
    return begin_aside(w, row, r)


@called
def turn_away(w: Any, row: int, r: int, c: Any) -> None:
    """Let ``row`` go the way of those who are not granted at once."""
    here = row_at(w, row)
    if here.prio > 0:
        resource = resource_at(w, r)
        resource.reneged += 1
    if w.recording != 0 and here.prio > 0:
        record_renege(w, row, r)
    here.pc = terms_at(w, c.d).renege_pc


@called
def record_renege(w: Any, row: int, r: int) -> None:
    """Write the record of a wait without a grant."""
    visit = visit_at(w, record_visit(w, row, r, whole(2)))
    visit.asked = row_at(w, row).since
    visit.started = NONE
    visit.ended = w.now


@inlined
def wait_in_line(w: Any, row: int, r: int) -> None:
    """Let ``row`` wait at the tail of its level of ``r``."""
    here = row_at(w, row)
    here.phase = WAITING
    append(w, row, r)
    if here.prio > 0:
        queue_moves(w, resource_at(w, r), whole(1))


@called
def enqueue(w: Any, row: int, r: int, c: Any) -> None:
    """Let ``row`` wait in its place, with its patience."""
    if c.d < 0:
        wait_in_line(w, row, r)
        return
    here = row_at(w, row)
    more = cold_at(w, row)
    terms = terms_at(w, c.d)
    here.phase = WAITING
    if terms.flags & ORDERED:
        insert_by_ticket(w, row, r)
    else:
        append(w, row, r)
    if here.prio > 0:
        queue_moves(w, resource_at(w, r), whole(1))
    if terms.patience >= 0:
        tick = w.now + draw_aside(w, row, terms.patience, terms.patience_activity)
        w.seq += 1
        more.patience = w.seq
        heap_push(w, tick, w.seq, -1 - (4 * row + PATIENCE))


# --- Serving -------------------------------------------------------------------------------------


def _grant(begin: Any) -> Any:
    def grant(w: Any, row: int, r: int) -> None:
        """Let ``row`` leave the queue of ``r`` with what it waits for, or go on with its suspended service."""
        here = row_at(w, row)
        c = code_at(w, here.pc)
        resource = resource_at(w, r)
        unlink(w, row, r)
        if here.phase == SUSPENDED:
            resume(w, row, r)
            return
        if c.d >= 0:
            more = cold_at(w, row)
            more.patience = 0
            more.promotion = 0
        if c.op == VISIT:
            occupy(w, row, r, whole(1))
        elif c.op == SEIZE:
            occupy(w, row, r, c.b)
        else:
            occupy_set(w, row, c.a)
        if here.prio > 0:
            queue_moves(w, resource, whole(-1))
            count_wait(w, r, resource, w.now - here.since)
        here.phase = READY
        if begin(w, row, r):
            make_ready(w, row)

    return grant


@called
def resume(w: Any, row: int, r: int) -> None:
    """Let a suspended service of ``r`` go on."""
    more = cold_at(w, row)
    resource = resource_at(w, r)
    resource.halted -= 1
    resource.suspended_area += w.now
    occupy(w, row, r, units_of(w, row))
    run_until(w, row, w.now + more.remaining, r)


def _serve_one(grant: Any) -> Any:
    def serve_one(w: Any, r: int) -> None:
        """Grant what can be granted at resource ``r``, in order."""
        resource = resource_at(w, r)
        if resource.flags & SCAN:
            scan(w, r)
            return
        while resource.levels != 0:
            row = whole(queue_at(w, r * LEVELS + lowest_bit(resource.levels)).head)
            if not satisfied(w, row, r):
                return
            grant(w, row, r)

    return serve_one


grant = inlined(_grant(begin))
grant_aside = called(_grant(begin_aside))


@called
def scan(w: Any, r: int) -> None:
    """Grant what can be granted at ``r``, passing over sets that cannot be had now."""
    resource = resource_at(w, r)
    w.walks += 1
    failed = 0
    for level in range(LEVELS):
        row = whole(queue_at(w, r * LEVELS + level).head)
        while row >= 0:
            if failed == resource.sets:
                return
            after = whole(row_at(w, row).after)
            number = code_at(w, row_at(w, row).pc).a
            local = set_at(w, number).local
            if get_failed(w, local) != w.walks:
                if set_satisfied(w, number):
                    grant_aside(w, row, r)
                else:
                    put_failed(w, local, w.walks)
                    failed += 1
            row = after


serve_first = inlined(_serve_one(grant))
serve_one = called(_serve_one(grant_aside))


@called
def wake(w: Any, r: int) -> None:
    """Serve the primaries that a change of ``r`` wakes."""
    resource = resource_at(w, r)
    for i in range(resource.wakes, resource.wakes + resource.wakes_length):
        serve_one(w, get_wake(w, i))


@called
def serve(w: Any, r: int) -> None:
    """Grant what can be granted at ``r``, then at the primaries that it wakes."""
    serve_one(w, r)
    if resource_at(w, r).wakes_length > 0:
        wake(w, r)


# --- Suspending ----------------------------------------------------------------------------------


@called
def suspend(w: Any, row: int, r: int) -> None:
    """Let a service of ``r`` stop; it goes on first when it can."""
    here = row_at(w, row)
    more = cold_at(w, row)
    resource = resource_at(w, r)
    end_service(w, row, r)
    cancel(w, row)
    more.remaining = here.tick - w.now
    here.phase = SUSPENDED
    give_back(w, row, r, units_of(w, row))
    resource.halted += 1
    resource.suspended_area -= w.now
    resource.suspended += 1
    prepend(w, row, r)


@called
def suspend_excess(w: Any, r: int) -> None:
    """Let the latest-started services stop that exceed the capacity, where the resource pauses."""
    resource = resource_at(w, r)
    if resource.flags & PAUSE == 0:
        return
    while resource.capacity < resource.used and resource.last >= 0:
        suspend(w, resource.last, r)


@called
def next_victim(w: Any, r: int, prio: int) -> Any:
    """Return the latest-started service of the worst level after ``prio``, or -1."""
    worst = prio
    victim = NONE
    row = resource_at(w, r).last
    while row >= 0:
        if row_at(w, row).prio > worst:
            worst = row_at(w, row).prio
            victim = row
        row = row_at(w, row).before
    return victim


@called
def make_room(w: Any, row: int, r: int) -> Any:
    """Suspend services of lower priority until ``row`` can be granted, if they hold enough."""
    resource = resource_at(w, r)
    prio = row_at(w, row).prio
    needed = units_of(w, row)
    held = resource.capacity - resource.used
    victim = resource.first
    while victim >= 0:
        if row_at(w, victim).prio > prio:
            held += units_of(w, victim)
        victim = row_at(w, victim).after
    if held < needed:
        return False
    while resource.capacity - resource.used < needed:
        suspend(w, next_victim(w, r, prio), r)
    return True


# --- Timers --------------------------------------------------------------------------------------


@called
def leave(w: Any, row: int, r: int) -> None:
    """Take a waiting ``row`` out of the queue of ``r``; its timers are void."""
    here = row_at(w, row)
    more = cold_at(w, row)
    unlink(w, row, r)
    if here.prio > 0:
        queue_moves(w, resource_at(w, r), whole(-1))
    more.patience = 0
    more.promotion = 0
    here.phase = READY


@inlined
def place_of(w: Any, row: int) -> Any:
    """Return the resource at which ``row`` waits."""
    c = code_at(w, row_at(w, row).pc)
    return c.b if c.op == SEIZE_SET else c.a


@called
def give_up(w: Any, row: int) -> None:
    """Let ``row`` leave its queue for the way of those whose patience ends."""
    here = row_at(w, row)
    r = place_of(w, row)
    leave(w, row, r)
    if here.prio > 0:
        resource = resource_at(w, r)
        resource.reneged += 1
        resource.reneged_wait_sum += w.now - here.since
    if w.recording != 0 and here.prio > 0:
        record_renege(w, row, r)
    here.pc = terms_at(w, code_at(w, here.pc).d).renege_pc
    serve_one(w, r)


@called
def promote(w: Any, row: int) -> None:
    """Move ``row`` to its better level; one that stands there already keeps its place."""
    here = row_at(w, row)
    terms = terms_at(w, code_at(w, here.pc).d)
    r = place_of(w, row)
    cold_at(w, row).promotion = 0
    if terms.promote_level >= here.prio:
        return
    unlink(w, row, r)
    here.prio = terms.promote_level
    if terms.flags & ORDERED:
        insert_by_ticket(w, row, r)
    else:
        append(w, row, r)
    serve_one(w, r)
