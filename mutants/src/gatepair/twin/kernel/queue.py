"""The queue of events: a wheel of short chains with a bitmap, and a heap for what lies far ahead.

An event belongs to a row (an entity or a source) or to a timer.  Rows go into the wheel: 4,096 slots of 2**shift ticks,
each a chain in order of (tick, seq); two levels of bits find the next slot that is not empty, so a push and a pop cost
the same however many events wait.  What lies beyond the wheel's turn, timers, and what would have to walk far along a
chain go into a binary heap.  The next event is the earlier of both by (tick, seq): the order never depends on the slots'
width, which follows the network's own pace (:func:`tune`).

Source: R. Brown, "Calendar queues: a fast O(1) priority queue implementation for the simulation event set problem",
Communications of the ACM 31 (1988); the bitmap is that of hierarchical timer wheels.
"""

from __future__ import annotations

from typing import Any

from gatepair.twin.kernel.bits import called, inlined, lowest_bit, shift_right, whole
from gatepair.twin.kernel.memory import FAR, NEAR, NONE, SLOTS, bits, entry, put_bits, row_at, slot

WALK_MAX = 24
"""Links that a push walks along a chain before it takes the heap instead; it bounds the worst case."""
REVIEW = 1 << 13
"""Pushes between two looks at the width of the slots."""
SHIFT_MIN = 6
SHIFT_MAX = 40


@called
def heap_push(w: Any, tick: int, seq: int, row: int) -> None:
    """Put an event into the heap; ``row`` below 0 is a timer."""
    i = w.heap_n
    w.heap_n = i + 1
    if i >= w.heap_full:
        w.attention = 1
    while i > 0:
        p = (i - 1) >> 1
        above = entry(w, p)
        if above.tick < tick or (above.tick == tick and above.seq < seq):
            break
        here = entry(w, i)
        here.tick = above.tick
        here.seq = above.seq
        here.row = above.row
        i = p
    here = entry(w, i)
    here.tick = tick
    here.seq = seq
    here.row = row


@called
def heap_pop(w: Any) -> None:
    """Take the first event out of the heap."""
    n = w.heap_n - 1
    w.heap_n = n
    last = entry(w, n)
    tick = last.tick
    seq = last.seq
    row = last.row
    i = 0
    while True:
        c = 2 * i + 1
        if c >= n:
            break
        child = entry(w, c)
        if c + 1 < n:
            other = entry(w, c + 1)
            if other.tick < child.tick or (other.tick == child.tick and other.seq < child.seq):
                child = other
                c += 1
        if tick < child.tick or (tick == child.tick and seq < child.seq):
            break
        here = entry(w, i)
        here.tick = child.tick
        here.seq = child.seq
        here.row = child.row
        i = c
    here = entry(w, i)
    here.tick = tick
    here.seq = seq
    here.row = row


def _link(w: Any, row: int) -> None:
    """Put the event of ``row`` (its tick and seq are set) into the wheel or the heap."""
    r = row_at(w, row)
    tick = r.tick
    turn = tick >> w.shift
    if turn - (w.now >> w.shift) >= SLOTS:
        r.phase = FAR
        w.far += 1
        heap_push(w, tick, r.seq, row)
        return
    r.phase = NEAR
    at = turn & (SLOTS - 1)
    chain = slot(w, at)
    first = whole(chain.head)
    if first < 0:
        chain.head = row
        chain.tail = row
        r.next = NONE
        word = at >> 6
        put_bits(w, word, bits(w, word) | (1 << (at & 63)))
        w.summary |= 1 << word
        return
    last = row_at(w, chain.tail)
    if last.tick <= tick:
        last.next = row
        chain.tail = row
        r.next = NONE
    elif tick < row_at(w, first).tick:
        r.next = first
        chain.head = row
    else:
        walk(w, row, first)


link = inlined(_link)
link_aside = called(_link)


@called
def walk(w: Any, row: int, first: int) -> None:
    """Put ``row`` into its chain, somewhere after ``first``; into the heap if that is far."""
    r = row_at(w, row)
    tick = r.tick
    before = row_at(w, first)
    left = WALK_MAX
    while row_at(w, before.next).tick <= tick:
        before = row_at(w, before.next)
        left -= 1
        if left == 0:
            w.walked += WALK_MAX
            r.phase = FAR
            heap_push(w, tick, r.seq, row)
            return
    w.walked += WALK_MAX - left + 1
    r.next = before.next
    before.next = row


def _schedule(w: Any, row: int, tick: int) -> None:
    """Give ``row`` its event at ``tick`` with the next seq."""
    r = row_at(w, row)
    r.tick = tick
    w.seq += 1
    r.seq = w.seq
    link(w, row)


schedule = inlined(_schedule)
schedule_aside = called(_schedule)


@inlined
def first_slot(w: Any) -> Any:
    """Return the slot of the wheel's earliest event, or -1 if the wheel is empty."""
    if w.summary == 0:
        return -1
    at = (w.now >> w.shift) & (SLOTS - 1)
    word = at >> 6
    rest = shift_right(bits(w, word), at & 63)
    if rest != 0:
        return at + lowest_bit(rest)
    turn = (word + 1) & 63
    ahead = shift_right(w.summary, turn) | (w.summary << ((64 - turn) & 63))
    word = (turn + lowest_bit(ahead)) & 63
    return (word << 6) + lowest_bit(bits(w, word))


@inlined
def take(w: Any, at: int) -> None:
    """Take the first event of slot ``at`` out of the wheel."""
    chain = slot(w, at)
    after = row_at(w, chain.head).next
    chain.head = after
    if after < 0:
        empty_slot(w, at)


@inlined
def empty_slot(w: Any, at: int) -> None:
    """Clear the bit of slot ``at``."""
    word = at >> 6
    left = bits(w, word) & ~(1 << (at & 63))
    put_bits(w, word, left)
    if left == 0:
        w.summary &= ~(1 << word)


@called
def cancel(w: Any, row: int) -> None:
    """Take the event of ``row`` out: at once from the wheel; in the heap it is passed over when its turn comes."""
    r = row_at(w, row)
    r.seq = NONE
    if r.phase != NEAR:
        return
    at = (r.tick >> w.shift) & (SLOTS - 1)
    chain = slot(w, at)
    if chain.head == row:
        take(w, at)
        return
    before = whole(chain.head)
    while row_at(w, before).next != row:
        before = whole(row_at(w, before).next)
    row_at(w, before).next = r.next
    if chain.tail == row:
        chain.tail = before


@called
def tune(w: Any) -> None:
    """Make the slots narrower when pushes walk along chains, wider when many fall beyond the wheel."""
    n = w.seq - w.reviewed
    w.reviewed = w.seq
    shift = w.shift
    if w.walked > n and 2 * w.far < n:
        shift -= 1
    elif 8 * w.far > n and 4 * w.walked < n:
        shift += 1
    w.walked = 0
    w.far = 0
    if shift != w.shift and SHIFT_MIN <= shift <= SHIFT_MAX:
        turn_over(w, shift)


@called
def turn_over(w: Any, shift: int) -> None:
    """Give the slots the width 2**``shift`` and put every event of the wheel into its place again."""
    first = NONE
    last = NONE
    at = first_slot(w)
    while at >= 0:
        chain = slot(w, at)
        if first < 0:
            first = whole(chain.head)
        else:
            row_at(w, last).next = chain.head
        last = whole(chain.tail)
        chain.head = NONE
        empty_slot(w, at)
        at = first_slot(w)
    w.shift = shift
    while first >= 0:
        after = whole(row_at(w, first).next)
        link_aside(w, first)
        first = after
    w.far = 0
