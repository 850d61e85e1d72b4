"""The kernel's memory: one record for the world, and tables whose addresses stand in it.

A row of the entity table is split: what every event touches is one record of 64 bytes, one line of the cache
(:data:`ROW`); the rest lies beside it (:data:`COLD`).  The first rows are the sources, whose next arrival waits in the
queue like any other event; entities follow.  Fields of the program's tables are named as in
:mod:`gatepair.twin.program`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gatepair.twin.kernel.bits import View, integers, reals, records, view_at
from gatepair.twin.program import (
    ARRIVAL,
    BATCH,
    CALENDAR,
    CHANGE,
    OPTS,
    PRESENT,
    SET_ROW,
    SOURCE,
    STOPWATCHES,
)
from gatepair.twin.results import (
    CROSSING_DTYPE,
    RESOURCE_FIGURES,
    STATE_GATHERED,
    STATE_JOINING,
    STATE_LED,
    STATE_SUSPENDED,
    STATE_TIMED,
    STATE_WAITING,
    VISIT_DTYPE,
)

NONE = -1
SLOTS = 4096
"""Slots of the event wheel: 64 words of 64 bits, so that two looks find the next that is not empty."""

# Phases of a row; those that results know have the numbers of ``results.STATE_*``.
READY = 0
WAITING = STATE_WAITING
NEAR = STATE_TIMED
"""Its event stands in the wheel."""
SUSPENDED = STATE_SUSPENDED
JOINING = STATE_JOINING
GATHERED = STATE_GATHERED
LED = STATE_LED
FAR = 7
"""Its event stands in the heap."""
STUCK = 8
"""Its time never ends: working hours are over for good."""
GONE = 9
"""It has ended, and its children have not."""
FREE = 10

# Timers, which have no row: the heap holds -1 - (4 * what they belong to + kind).
START = 0
PATIENCE = 1
PROMOTION = 2
BATCH_WAIT = 3

# Statuses of the loop.
ENDED = 0
PAUSED = 1
"""The budget of steps is used up; to be called again."""
FULL = 2
"""A table must grow; to be called again."""
WARMED = 3
"""The warm-up is over: the shell clears its tables, and calls again."""


def _fields(kind: str, names: Sequence[str], /) -> list[tuple[str, str]]:
    return [(name, kind) for name in names]


def _aligned(*fields: tuple[str, str]) -> np.dtype[Any]:
    return np.dtype(list(fields), align=True)


ROW = _aligned(
    ("tick", "i8"), ("seq", "i8"), ("key", "i8"), ("spare", "i8"), ("since", "i8"),
    ("next", "i4"), ("pc", "i4"), ("after", "i4"), ("before", "i4"), ("lap", "i4"),
    ("cls", "i2"), ("prio", "i1"), ("phase", "i1"),
)  # fmt: skip
"""tick, seq: of its event; spare: lane 1 of the last duration; since: when it began to wait or to be served;
next: in the wheel's chain, the ready list or the free list; after, before: in a queue, or among the services of a
resource that may suspend them."""
COLD = _aligned(
    *_fields("i8", (
        "born", "ordinal", "ticket", "remaining", "asked", "line", "patience", "promotion",
        *(f"watch{stopwatch}" for stopwatch in range(STOPWATCHES)),
    )),
    *_fields("i4", ("source", "parent", "pending", "first", "last", "member")),
)  # fmt: skip
"""asked: when it asked for what it is served with (records only); line: its row of the recorded table; patience,
promotion: seqs of its timers, 0 none; first, last: who hangs on this leader; member: the next on the same leader or in
the same batch."""
CODE = _aligned(*_fields("i8", ("op", "a", "b", "c", "d", "e", "f", "g")))
DIST = _aligned(
    ("kind", "i8"), ("p0", "f8"), ("p1", "f8"), ("shift", "f8"),
    ("offset", "i8"), ("length", "i8"), ("cells", "i8"), ("column", "i8"),
)  # fmt: skip
CUT = _aligned(("cut", "f8"), ("pc", "i8"))
MIXED = _aligned(("cut", "f8"), ("cls", "i8"), ("prio", "i8"))
RATE = _aligned(("end", "f8"), ("rate", "f8"))
SOURCES = _aligned(*_fields("i8", SOURCE), ("no_show", "f8"))
CLOCK = _aligned(("base", "i8"), ("at", "f8"), ("segment", "i8"), ("ordinal", "i8"))
"""A source: where it is in its rates, and the number of its next arrival."""
LINK = _aligned(("head", "i4"), ("tail", "i4"))
EVENT = _aligned(("tick", "i8"), ("seq", "i8"), ("row", "i8"))
RESOURCES = _aligned(
    *_fields("i8", ("capacity", "used", "levels", "waiting", "queue_at", "flags", "wakes_length", "out")),
    ("wait_squares", "f8"),
    *_fields("i8", RESOURCE_FIGURES),
    *_fields("i8", ("wakes", "sets", "spent", "halted", "first", "last")),
)  # fmt: skip
"""used: units in use, control's too; levels: bits of the levels where somebody waits or is suspended; queue_at: when
``queue_area`` was last added to; out: units that control holds; halted: services suspended now; first, last: the
services, by the seq of their event, where they may be suspended."""
BATCHES = _aligned(*_fields("i8", (*BATCH, "count", "first", "last", "timer")))
SET_ROWS = _aligned(*_fields("i8", SET_ROW))
MEMBER = _aligned(("resource", "i8"), ("units", "i8"))
PART = _aligned(("offset", "i8"), ("length", "i8"))
CALENDARS = _aligned(*_fields("i8", CALENDAR))
SPAN = _aligned(("open", "i8"), ("close", "i8"), ("before", "i8"))
CHANGES = _aligned(*_fields("i8", CHANGE))
ARRIVALS = _aligned(*_fields("i8", ARRIVAL))
PRESENTS = _aligned(*_fields("i8", PRESENT))
TERMS = _aligned(*_fields("i8", OPTS))

TABLES = (
    # The program.
    "code", "terms", "cuts", "targets", "dists", "quantiles", "recorded", "wakes", "sets", "members", "batches",
    "calendars", "spans", "changes", "sources", "rates", "mixed", "arrivals", "present", "hold_rows", "holds",
    # The run.
    "rows", "cold", "resources", "queues", "slots", "bits", "heap", "failed", "clocks",
    # What it leaves.
    "bins", "bounds", "wait_bins", "classes", "tallies", "tally_squares", "tally_bins", "outcomes", "outcome_squares",
    "outcome_bins", "counters", "counted", "visits", "crossings",
    "series_queue", "series_in_use", "series_present", "series_counters",
)  # fmt: skip
"""Tables whose addresses stand in the world."""
NUMBERS = (
    "now", "seq", "shift", "summary", "limit", "key", "mirror", "free", "top", "room", "heap_n", "heap_full",
    "ready_first", "ready_last", "attention", "reviewed", "walked", "far", "events", "steps", "pause_at",
    "recording", "visits_n", "visits_room", "visits_full", "crossings_n", "crossings_room", "crossings_full", "ticket",
    "change", "changes_n", "until", "warm_up", "every", "snapshot_at", "snapshots", "begun", "lost", "walks",
    "sources_n", "resources_n", "classes_n", "tallies_n", "outcomes_n", "counters_n", "present_n", "recorded_columns",
)  # fmt: skip
"""limit: the first tick at which something other than an event happens; room: rows allocated; *_full: beyond this a
table grows before the next event; attention: the shell is to make room before anything else; walks: scans of a queue so far."""
WORLD = _aligned(*_fields("i8", NUMBERS), *_fields("i8", TABLES))

world_at = view_at(View("world", WORLD))
code_at = records(WORLD, "code", CODE)
terms_at = records(WORLD, "terms", TERMS)
cut_at = records(WORLD, "cuts", CUT)
dist_at = records(WORLD, "dists", DIST)
set_at = records(WORLD, "sets", SET_ROWS)
member_at = records(WORLD, "members", MEMBER)
batch_at = records(WORLD, "batches", BATCHES)
calendar_at = records(WORLD, "calendars", CALENDARS)
span_at = records(WORLD, "spans", SPAN)
change_at = records(WORLD, "changes", CHANGES)
source_at = records(WORLD, "sources", SOURCES)
rate_at = records(WORLD, "rates", RATE)
mixed_at = records(WORLD, "mixed", MIXED)
arrival_at = records(WORLD, "arrivals", ARRIVALS)
present_at = records(WORLD, "present", PRESENTS)
hold_at = records(WORLD, "holds", MEMBER)
part_at = records(WORLD, "hold_rows", PART)
clock_at = records(WORLD, "clocks", CLOCK)
row_at = records(WORLD, "rows", ROW)
cold_at = records(WORLD, "cold", COLD)
resource_at = records(WORLD, "resources", RESOURCES)
queue_at = records(WORLD, "queues", LINK)
slot = records(WORLD, "slots", LINK)
entry = records(WORLD, "heap", EVENT)
visit_at = records(WORLD, "visits", VISIT_DTYPE)
crossing_at = records(WORLD, "crossings", CROSSING_DTYPE)

get_target, _ = integers(WORLD, "targets")
get_quantile, _ = reals(WORLD, "quantiles")
get_recorded, _ = integers(WORLD, "recorded")
get_wake, _ = integers(WORLD, "wakes")
bits, put_bits = integers(WORLD, "bits")
get_failed, put_failed = integers(WORLD, "failed")
get_bin, _ = integers(WORLD, "bins")
get_bound, _ = integers(WORLD, "bounds")
get_wait_bin, put_wait_bin = integers(WORLD, "wait_bins")
get_class, put_class = integers(WORLD, "classes")
get_tally, put_tally = integers(WORLD, "tallies")
get_tally_square, put_tally_square = reals(WORLD, "tally_squares")
get_tally_bin, put_tally_bin = integers(WORLD, "tally_bins")
get_outcome, put_outcome = integers(WORLD, "outcomes")
get_outcome_square, put_outcome_square = reals(WORLD, "outcome_squares")
get_outcome_bin, put_outcome_bin = integers(WORLD, "outcome_bins")
get_counter, put_counter = integers(WORLD, "counters")
get_counted, put_counted = integers(WORLD, "counted")
_, put_series_queue = integers(WORLD, "series_queue")
_, put_series_in_use = integers(WORLD, "series_in_use")
_, put_series_present = integers(WORLD, "series_present")
_, put_series_counters = integers(WORLD, "series_counters")
