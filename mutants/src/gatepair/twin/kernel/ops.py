"""What each row of a program does in the kernel; the definition is :mod:`gatepair.twin.plain.run`.

A function that runs one row returns whether the entity goes on at once.
"""

from __future__ import annotations

from typing import Any

from gatepair.twin.kernel.bits import called, inlined, unit, whole
from gatepair.twin.kernel.draws import child_key, draw_aside, lanes
from gatepair.twin.kernel.figures import count_outcome, count_tally, record_crossing
from gatepair.twin.kernel.flow import (
    give_back,
    join,
    occupy,
    serve,
    serve_time,
    serve_time_aside,
    suspend_excess,
    wait_in_line,
)
from gatepair.twin.kernel.lists import make_ready
from gatepair.twin.kernel.memory import (
    BATCH_WAIT,
    FREE,
    GATHERED,
    GONE,
    JOINING,
    LED,
    NONE,
    READY,
    STUCK,
    batch_at,
    code_at,
    cold_at,
    cut_at,
    get_class,
    get_counted,
    get_counter,
    get_tally,
    get_target,
    put_class,
    put_counted,
    put_counter,
    put_tally,
    resource_at,
    row_at,
)
from gatepair.twin.kernel.queue import heap_push, schedule_aside
from gatepair.twin.kernel.time import work_end
from gatepair.twin.program import Attribute, Op
from gatepair.twin.results import CLASS_FIGURES, TALLY_FIGURES
from gatepair.twin.units import NEVER

EXIT = int(Op.EXIT)
SEIZE = int(Op.SEIZE)
SEIZE_SET = int(Op.SEIZE_SET)
RELEASE = int(Op.RELEASE)
SPEND = int(Op.SPEND)
DELAY = int(Op.DELAY)
VISIT = int(Op.VISIT)
BRANCH = int(Op.BRANCH)
SWITCH = int(Op.SWITCH)
GOTO = int(Op.GOTO)
IF_FREE = int(Op.IF_FREE)
IF_QUEUE = int(Op.IF_QUEUE)
SHORTEST = int(Op.SHORTEST)
SPAWN = int(Op.SPAWN)
FORK = int(Op.FORK)
JOIN = int(Op.JOIN)
GATHER = int(Op.GATHER)
SCATTER = int(Op.SCATTER)
WORK = int(Op.WORK)
SET = int(Op.SET)
WATCH = int(Op.WATCH)
READ = int(Op.READ)
COUNT = int(Op.COUNT)
TAKE = int(Op.TAKE)

SEIZES = (SEIZE, VISIT, SEIZE_SET)

PRIORITY = int(Attribute.PRIORITY)
CLASS = int(Attribute.CLASS)
TICKET = int(Attribute.TICKET)
BIRTH = int(Attribute.BORN)
LAP = int(Attribute.LAP)

CREATED = CLASS_FIGURES.index("created")
ENDED = CLASS_FIGURES.index("ended")
SWITCHED_IN = CLASS_FIGURES.index("switched_in")
SWITCHED_OUT = CLASS_FIGURES.index("switched_out")
PRESENT = CLASS_FIGURES.index("present")
CLASS_WIDTH = len(CLASS_FIGURES)
TALLY_WIDTH = len(TALLY_FIGURES)
OVER = TALLY_FIGURES.index("over")


# --- Entities ------------------------------------------------------------------------------------


@inlined
def class_moves(w: Any, cls: int, figure: int, change: int) -> None:
    """Add 1 to a figure of a class, and ``change`` to how many of it are present."""
    at = cls * CLASS_WIDTH
    put_class(w, at + figure, get_class(w, at + figure) + 1)
    put_class(w, at + PRESENT, get_class(w, at + PRESENT) + change)


def _make(w: Any, key: int, cls: int, prio: int) -> Any:
    """Return a new row, counted as created; there is room for one."""
    row = w.free
    if row >= 0:
        w.free = row_at(w, row).next
    else:
        row = w.top
        w.top = row + 1
    if w.free < 0 and w.top >= w.room:
        w.attention = 1
    here = row_at(w, row)
    here.key = key
    here.cls = cls
    here.prio = prio
    here.lap = 0
    here.phase = READY
    more = cold_at(w, row)
    more.parent = NONE
    more.pending = 0
    more.first = NONE
    more.patience = 0
    more.promotion = 0
    class_moves(w, cls, whole(CREATED), whole(1))
    return row


make = inlined(_make)
make_aside = called(_make)


@called
def forget_aside(w: Any, row: int) -> None:
    """As :func:`forget`."""
    forget(w, row)


@inlined
def forget(w: Any, row: int) -> None:
    """Let the row be used again."""
    here = row_at(w, row)
    here.phase = FREE
    here.seq = NONE
    here.next = w.free
    w.free = row


@called
def tell_parent(w: Any, parent: int) -> None:
    """Tell ``parent`` that one of its children has ended."""
    more = cold_at(w, parent)
    more.pending -= 1
    if more.pending > 0:
        return
    here = row_at(w, parent)
    if here.phase == GONE:
        forget_aside(w, parent)
    elif here.phase == JOINING:
        here.phase = READY
        here.pc += 1
        make_ready(w, parent)


@inlined
def end(w: Any, row: int, outcome: int) -> None:
    """Let ``row`` end under ``outcome``."""
    here = row_at(w, row)
    more = cold_at(w, row)
    class_moves(w, whole(here.cls), whole(ENDED), whole(-1))
    count_outcome(w, outcome, whole(here.cls), w.now - more.born)
    if w.recording != 0 and here.prio > 0:
        record_crossing(w, row, outcome)
    here.phase = GONE
    if more.parent >= 0:
        tell_parent(w, whole(more.parent))
    if more.pending == 0:
        forget(w, row)


@called
def end_members(w: Any, member: int, outcome: int) -> None:
    """Let those end who hang on a leader that has ended, in order."""
    while member >= 0:
        after = whole(cold_at(w, member).member)
        end(w, member, outcome)
        member = after


@inlined
def leave_for_good(w: Any, row: int, outcome: int) -> None:
    """Let ``row`` end, and whoever hangs on it."""
    members = whole(cold_at(w, row).first)
    end(w, row, outcome)
    if members >= 0:
        end_members(w, members, outcome)


@called
def spawn(w: Any, row: int, c: Any) -> Any:
    """Let a child of ``row`` begin; with FORK it is pending. Return whether there was room: else ``row`` tries again."""
    if w.free < 0 and w.top >= w.room:
        row_at(w, row).next = w.ready_first
        if w.ready_first < 0:
            w.ready_last = row
        w.ready_first = row
        w.attention = 1
        return False
    here = row_at(w, row)
    more = cold_at(w, row)
    child = make_aside(w, child_key(here.key, c.c, here.lap), whole(here.cls), whole(here.prio))
    row_at(w, child).pc = c.a
    other = cold_at(w, child)
    other.source = more.source
    other.ordinal = more.ordinal
    other.born = more.born
    other.line = more.line
    other.ticket = more.ticket
    other.watch0 = more.watch0
    other.watch1 = more.watch1
    other.watch2 = more.watch2
    other.watch3 = more.watch3
    if c.op == FORK:
        other.parent = row
        more.pending += 1
    make_ready(w, child)
    here.pc += 1
    return True


# --- Batches -------------------------------------------------------------------------------------


@called
def set_off(w: Any, number: int) -> None:
    """Let the first of a batch go on for all."""
    batch = batch_at(w, number)
    leader = batch.first
    first = whole(cold_at(w, leader).member)
    member = first
    while member >= 0:
        row_at(w, member).phase = LED
        member = whole(cold_at(w, member).member)
    batch.count = 0
    batch.first = NONE
    batch.timer = 0
    cold_at(w, leader).first = first
    here = row_at(w, leader)
    here.phase = READY
    here.pc += 1
    make_ready(w, leader)


@called
def gather(w: Any, row: int, number: int) -> None:
    """Let ``row`` wait in a batch."""
    batch = batch_at(w, number)
    here = row_at(w, row)
    here.phase = GATHERED
    here.since = w.now
    cold_at(w, row).member = NONE
    if batch.count == 0:
        batch.first = row
    else:
        cold_at(w, batch.last).member = row
    batch.last = row
    batch.count += 1
    if batch.count == batch.size:
        set_off(w, number)
    elif batch.count == 1 and batch.max_wait >= 0:
        tick = w.now + draw_aside(w, row, batch.max_wait, batch.activity)
        w.seq += 1
        batch.timer = w.seq
        heap_push(w, tick, w.seq, -1 - (4 * number + BATCH_WAIT))


@called
def scatter(w: Any, row: int) -> None:
    """Let those who hang on ``row`` go on by themselves."""
    here = row_at(w, row)
    more = cold_at(w, row)
    here.pc += 1
    member = whole(more.first)
    more.first = NONE
    while member >= 0:
        row_at(w, member).phase = READY
        row_at(w, member).pc = here.pc
        make_ready(w, member)
        member = whole(cold_at(w, member).member)


# --- Time ----------------------------------------------------------------------------------------


@called
def work_until(w: Any, row: int, tick: int) -> None:
    """Let the working time of ``row`` end at ``tick``; it may be NEVER."""
    here = row_at(w, row)
    here.since = w.now
    if tick < NEVER:
        schedule_aside(w, row, tick)
    else:
        here.phase = STUCK
        here.tick = NEVER


@called
def work(w: Any, row: int, c: Any) -> Any:
    """Pass working time; return whether it is over already."""
    ticks = 0
    if c.b >= 0:
        ticks = draw_aside(w, row, c.b, c.c)
    tick = work_end(w, c.a, ticks)
    if tick == w.now:
        row_at(w, row).pc += 1
        return True
    work_until(w, row, tick)
    return False


@inlined
def visit(w: Any, row: int, c: Any) -> None:
    """SEIZE, DELAY and RELEASE in one, without terms: be served now or wait at the tail of the level."""
    here = row_at(w, row)
    r = c.a
    resource = resource_at(w, r)
    here.since = w.now
    if resource.used < resource.capacity and (resource.levels & ((2 << here.prio) - 1)) == 0:
        resource.used += 1
        if here.prio > 0:
            resource.busy_area -= w.now
            resource.joins += 1
            resource.starts += 1
        else:
            resource.out += 1
            resource.out_area -= w.now
        if w.recording != 0:
            cold_at(w, row).asked = w.now
        serve_time(w, row, c, r)
        return
    if here.prio > 0:
        resource.joins += 1
    wait_in_line(w, row, r)


# --- Ways ----------------------------------------------------------------------------------------


@inlined
def branch(w: Any, row: int, c: Any) -> None:
    """Go where chance says."""
    here = row_at(w, row)
    lane = here.spare
    if c.c >= 0:
        lane = lanes(w, row, c.c)[0]
    u = unit(lane)
    at = c.a
    while u >= cut_at(w, at).cut:
        at += 1
    here.pc = cut_at(w, at).pc


@called
def shortest(w: Any, c: Any) -> Any:
    """Return the pc of the least loaded way."""
    best = NEVER
    pc = 0
    for way in range(c.b):
        resource = resource_at(w, get_target(w, c.a + 2 * way))
        load = resource.waiting + resource.halted + resource.used - resource.capacity
        if load < best:
            best = load
            pc = get_target(w, c.a + 2 * way + 1)
    return pc


# --- Marks ---------------------------------------------------------------------------------------


@called
def assign(w: Any, row: int, what: int, value: int) -> None:
    """Set an attribute of ``row``."""
    here = row_at(w, row)
    more = cold_at(w, row)
    if what == LAP:
        here.lap += 1
    elif what == PRIORITY:
        here.prio = value
    elif what == TICKET:
        w.ticket += 1
        more.ticket = w.ticket
    elif what == BIRTH:
        more.born = w.now
    elif what == CLASS:
        if here.cls != value:
            class_moves(w, whole(here.cls), whole(SWITCHED_OUT), whole(-1))
            class_moves(w, value, whole(SWITCHED_IN), whole(1))
            here.cls = value
    else:
        more.line = value


@called
def start_watch(w: Any, row: int, watch: int) -> None:
    """Start a stopwatch of ``row`` now."""
    more = cold_at(w, row)
    if watch == 0:
        more.watch0 = w.now
    elif watch == 1:
        more.watch1 = w.now
    elif watch == 2:
        more.watch2 = w.now
    else:
        more.watch3 = w.now


@called
def read_watch(w: Any, row: int, c: Any) -> None:
    """Record what a stopwatch of ``row`` shows."""
    more = cold_at(w, row)
    since = more.born
    if c.a == 0:
        since = more.watch0
    elif c.a == 1:
        since = more.watch1
    elif c.a == 2:
        since = more.watch2
    elif c.a == 3:
        since = more.watch3
    cls = whole(row_at(w, row).cls)
    passed = w.now - since
    count_tally(w, c.b, cls, passed)
    if passed > c.c:
        at = (c.b * w.classes_n + cls) * TALLY_WIDTH + OVER
        put_tally(w, at, get_tally(w, at) + 1)


@called
def count(w: Any, row: int, counter: int) -> None:
    """Count one in ``counter``, by class and in all."""
    at = counter * w.classes_n + row_at(w, row).cls
    put_counter(w, at, get_counter(w, at) + 1)
    put_counted(w, counter, get_counted(w, counter) + 1)


# --- One row -------------------------------------------------------------------------------------


@called
def less_common(w: Any, row: int, c: Any) -> Any:
    """Run one of the rows that move units or time."""
    here = row_at(w, row)
    op = c.op
    if op in SEIZES:
        return join(w, row, c.b if op == SEIZE_SET else c.a, c)
    if op == DELAY:
        serve_time_aside(w, row, c, c.a)
        return False
    if op == SPEND:
        resource = resource_at(w, c.a)
        resource.spent += c.b
    elif op == TAKE:
        occupy(w, row, c.a, c.b)
        suspend_excess(w, c.a)
    elif op == WORK:
        return work(w, row, c)
    elif op == JOIN:
        if cold_at(w, row).pending > 0:
            here.phase = JOINING
            here.since = w.now
            return False
    elif op == GATHER:
        gather(w, row, c.a)
        return False
    elif op == SCATTER:
        scatter(w, row)
        return True
    else:
        return spawn(w, row, c)
    here.pc += 1
    return True


@called
def mark(w: Any, row: int, c: Any) -> Any:
    """Run one of the rows that only read, count or jump."""
    here = row_at(w, row)
    op = c.op
    here.pc += 1
    if op == SET:
        assign(w, row, c.a, c.b)
    elif op == WATCH:
        start_watch(w, row, c.a)
    elif op == READ:
        read_watch(w, row, c)
    elif op == COUNT:
        count(w, row, c.a)
    elif op == SWITCH:
        here.pc = get_target(w, c.a + here.cls)
    elif op == IF_FREE:
        resource = resource_at(w, c.a)
        if resource.capacity - resource.used >= c.b and resource.levels == 0:
            here.pc = c.c
    elif op == IF_QUEUE:
        resource = resource_at(w, c.a)
        if resource.waiting + resource.halted >= c.b:
            here.pc = c.c
    else:
        here.pc = shortest(w, c)
    return True


MARKS = (
    (1 << SET)
    | (1 << WATCH)
    | (1 << READ)
    | (1 << COUNT)
    | (1 << SWITCH)
    | (1 << IF_FREE)
    | (1 << IF_QUEUE)
    | (1 << SHORTEST)
)


@inlined
def go(w: Any, row: int) -> None:
    """Let ``row`` go through its rows until it waits, passes time or ends."""
    here = row_at(w, row)
    going = True
    while going:
        c = code_at(w, here.pc)
        op = c.op
        if op == VISIT and c.d < 0:
            visit(w, row, c)
            going = False
        elif op == BRANCH:
            branch(w, row, c)
        elif op == GOTO:
            here.pc = c.a
        elif op == RELEASE:
            give_back(w, row, c.a, c.b)
            serve(w, c.a)
            here.pc += 1
        elif op == EXIT:
            leave_for_good(w, row, c.a)
            going = False
        elif (MARKS >> op) & 1:
            going = mark(w, row, c)
        else:
            going = less_common(w, row, c)
