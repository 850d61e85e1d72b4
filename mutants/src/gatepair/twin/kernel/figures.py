"""What the kernel counts: waits, queues, tallies, outcomes and records.

Areas of quantities that change at every event are kept as sums of -units * tick at the beginning and +units * tick at
the end of each use: exact in 64-bit arithmetic whatever overflows on the way.  The queue's area alone is the plain sum
of length * time, because the balance of a run sets it against the sum of waits.
"""

from __future__ import annotations

from typing import Any

from gatepair.twin.kernel.bits import called, inlined, leading_zeros
from gatepair.twin.kernel.memory import (
    code_at,
    cold_at,
    crossing_at,
    get_bin,
    get_bound,
    get_outcome,
    get_outcome_bin,
    get_outcome_square,
    get_tally,
    get_tally_bin,
    get_tally_square,
    get_wait_bin,
    put_outcome,
    put_outcome_bin,
    put_outcome_square,
    put_tally,
    put_tally_bin,
    put_tally_square,
    put_wait_bin,
    row_at,
    visit_at,
)
from gatepair.twin.results import BINS, OUTCOME_FIGURES, TALLY_FIGURES

TALLY_WIDTH = len(TALLY_FIGURES)
OUTCOME_WIDTH = len(OUTCOME_FIGURES)


@inlined
def bin_of(w: Any, ticks: int) -> Any:
    """Return the histogram bin of a duration: a table by its five leading bits, and one comparison."""
    if ticks <= 0:
        return 0
    zeros = leading_zeros(ticks)
    known = get_bin(w, ((63 - zeros) << 4) | (((ticks << zeros) >> 59) & 15))
    if ticks >= get_bound(w, known):
        known += 1
    return known


@inlined
def count_wait(w: Any, r: int, resource: Any, ticks: int) -> None:
    """Count a wait that ended with a grant; bin 0 (no wait) is what the others leave."""
    resource.starts += 1
    if ticks > 0:
        resource.waited += 1
        resource.wait_sum += ticks
        resource.wait_squares += float(ticks) * float(ticks)
        resource.wait_max = max(resource.wait_max, ticks)
        at = r * BINS + bin_of(w, ticks)
        put_wait_bin(w, at, get_wait_bin(w, at) + 1)


@inlined
def queue_moves(w: Any, resource: Any, change: int) -> None:
    """Bring the queue's area up to now and let its length change."""
    waiting = resource.waiting
    resource.queue_area += waiting * (w.now - resource.queue_at)
    resource.queue_at = w.now
    waiting += change
    resource.waiting = waiting
    resource.queue_max = max(resource.queue_max, waiting)


@called
def count_tally(w: Any, tally: int, cls: int, ticks: int) -> None:
    """Count a duration in ``tally`` by class; ``over`` is counted by the caller."""
    cell = tally * w.classes_n + cls
    at = cell * TALLY_WIDTH
    put_tally(w, at, get_tally(w, at) + 1)
    put_tally(w, at + 1, get_tally(w, at + 1) + ticks)
    put_tally(w, at + 2, max(get_tally(w, at + 2), ticks))
    put_tally_square(w, cell, get_tally_square(w, cell) + float(ticks) * float(ticks))
    at = cell * BINS + bin_of(w, ticks)
    put_tally_bin(w, at, get_tally_bin(w, at) + 1)


@inlined
def count_outcome(w: Any, outcome: int, cls: int, ticks: int) -> None:
    """Count a sojourn that ended in ``outcome``."""
    cell = outcome * w.classes_n + cls
    at = cell * OUTCOME_WIDTH
    put_outcome(w, at, get_outcome(w, at) + 1)
    put_outcome(w, at + 1, get_outcome(w, at + 1) + ticks)
    put_outcome(w, at + 2, max(get_outcome(w, at + 2), ticks))
    put_outcome_square(w, cell, get_outcome_square(w, cell) + float(ticks) * float(ticks))
    at = cell * BINS + bin_of(w, ticks)
    put_outcome_bin(w, at, get_outcome_bin(w, at) + 1)


@called
def record_visit(w: Any, row: int, r: int, flag: int) -> Any:
    """Write a record of what ``row`` did at ``r`` and return its place; the caller fills in its ticks."""
    at = w.visits_n
    if at >= w.visits_room:
        w.lost = 1
        at -= 1
    w.visits_n = at + 1
    if at >= w.visits_full:
        w.attention = 1
    here = row_at(w, row)
    more = cold_at(w, row)
    visit = visit_at(w, at)
    visit.key = here.key
    visit.ordinal = more.ordinal
    visit.source = more.source
    visit.cls = here.cls
    visit.resource = r
    visit.station = code_at(w, here.pc).g
    visit.level = here.prio
    visit.flag = flag
    return at


@called
def record_crossing(w: Any, row: int, outcome: int) -> None:
    """Write the record of a crossing that ends now."""
    at = w.crossings_n
    if at >= w.crossings_room:
        w.lost = 1
        at -= 1
    w.crossings_n = at + 1
    if at >= w.crossings_full:
        w.attention = 1
    here = row_at(w, row)
    more = cold_at(w, row)
    crossing = crossing_at(w, at)
    crossing.key = here.key
    crossing.ordinal = more.ordinal
    crossing.born = more.born
    crossing.ended = w.now
    crossing.source = more.source
    crossing.cls = here.cls
    crossing.outcome = outcome
