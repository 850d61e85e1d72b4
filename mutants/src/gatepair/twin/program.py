"""A network as arrays: the one form that both engines run.

Everything that a run needs stands here by number; names are kept only to show results.
The plain engine (:mod:`gatepair.twin.plain.run`) is the definition of what each row does;
the compiled kernel gives the same trajectory to the last tick.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag

import numpy as np
import numpy.typing as npt

from gatepair.base.findings import Finding

Ints = npt.NDArray[np.int64]
Reals = npt.NDArray[np.float64]

LEVELS = 16
"""Priority levels; 0 is served first and belongs to control (breakdowns, tidal turns)."""
STOPWATCHES = 4
BORN = -1
"""The stopwatch that has run since the entity was born."""


class Op(IntEnum):
    """What a block does.  A row of ``code`` is (op, a, b, c, d, e, f, g); ``g`` is always the station (a name)."""

    EXIT = 0
    """a outcome.  The entity ends; a leader's members end after it, in order; a parent's pending children drop by 1."""
    SEIZE = 1
    """a resource, b units, d opts.  Take the units or wait at the entity's level."""
    SEIZE_SET = 2
    """a set, b its primary resource, d opts.  Take the units of all members at once or wait at the primary."""
    RELEASE = 3
    """a resource, b units.  Give back, serve the resource and the primaries it wakes."""
    SPEND = 4
    """a resource, b units.  Units held stay in use until the next REFILL of the resource."""
    DELAY = 5
    """a resource whose pause or pre-emption freezes it (-1 none), b distribution, c activity, e units of a held."""
    VISIT = 6
    """a resource, b distribution, c activity, d opts.  SEIZE a 1, DELAY under a, RELEASE a 1."""
    BRANCH = 7
    """a first row of ``branch``, b rows, c activity (-1: lane 1 of the VISIT or DELAY in the row before)."""
    SWITCH = 8
    """a first of ``targets``: the target of class k is ``targets[a + k]``."""
    GOTO = 9
    """a pc."""
    IF_FREE = 10
    """a resource, b units, c pc.  Jump when the units could be granted now and nobody waits there."""
    IF_QUEUE = 11
    """a resource, b count, c pc.  Jump when b or more wait at the resource (suspended ones count)."""
    SHORTEST = 12
    """a first of ``targets``, b pairs (resource, pc): go to the least waiting + in use - capacity, ties to the first."""
    SPAWN = 13
    """a pc, c activity (hash of the label).  A new entity becomes ready at a."""
    FORK = 14
    """a pc, c activity.  As SPAWN, and the child is pending with this entity until it ends."""
    JOIN = 15
    """Wait until no child is pending."""
    GATHER = 16
    """a batch.  Wait until it is full or its time is up; the first member then leads the others."""
    SCATTER = 17
    """The leader's members become ready, in order, at the next pc; the leader goes on first."""
    WORK = 18
    """a calendar, b distribution (-1: wait until open), c activity.  Pass working time."""
    SET = 19
    """a what (:class:`Attribute`), b value."""
    WATCH = 20
    """a stopwatch.  Start it now."""
    READ = 21
    """a stopwatch (-1: since birth), b tally, c limit (ticks).  Record now - start by class; more than c is over."""
    COUNT = 22
    """a counter.  Count 1 by class."""
    TAKE = 23
    """a resource, b units.  Take them though they may not be free (a breakdown whose repair begins at once);
    what then exceeds the capacity is suspended where the resource pauses."""


class Attribute(IntEnum):
    """What SET sets."""

    PRIORITY = 0
    CLASS = 1
    TICKET = 2
    """The next ticket number, whatever the value; the first of a run is 1."""
    BORN = 3
    """Now, whatever the value."""
    LAP = 4
    """One more, whatever the value: further draws of the same activities are new ones."""
    ROW = 5


class Waiting(IntFlag):
    """Flags of an opts row."""

    ORDERED = 1
    """Insert by ticket within the level (before the first greater ticket, after suspended ones), not at the tail."""
    PREEMPT = 2
    """If not granted at once: suspend lower-priority services of the resource, the latest-started of the worst first."""
    TRY = 4
    """If not granted at once: go to the renege pc."""
    AGED = 8
    """Promotion counts from birth: whoever is old enough when joining takes the promote level at once."""


class Flag(IntFlag):
    """Flags of a resource."""

    PAUSE = 1
    """On loss of capacity the latest-started services that exceed it are suspended."""
    SCAN = 2
    """Its queue is walked past sets that cannot be had now; every wait at it is a SEIZE_SET."""
    CONTROLLED = 4
    """Pre-emption may happen here, so services under it must be found."""


class Change(IntEnum):
    """What a calendar row does."""

    SET = 0
    """capacity := value"""
    ADD = 1
    """capacity += value"""
    REFILL = 2
    """in use -= spent; spent := 0; if value >= 0 also capacity := value"""


class Draw(IntEnum):
    """Kinds of distribution; reals p0 p1, ``shift`` is added to every draw but RECORDED's."""

    CONSTANT = 0
    """p0"""
    UNIFORM = 1
    """p0 + (p1 - p0) * u"""
    EXPONENTIAL = 2
    """-p0 * log(1 - u); 1 - u is exact"""
    LOGNORMAL = 3
    """exp(p0 + p1 * z(u)), z the inverse normal of Wichura's AS241 (PPND16)"""
    OCTAVES = 4
    """Quantiles over octaves of u and of 1 - u (see :func:`gatepair.twin.distributions.octave_value`)."""
    SAMPLE = 5
    """quantiles[offset + int(u * length)]"""
    TABLE = 6
    """Linear between quantiles[offset + i] at u = i / (length - 1)."""
    RECORDED = 7
    """recorded[row of the entity, column]; row -1 gives 0."""


class Arrive(IntEnum):
    """Kinds of source."""

    RATE = 0
    LIST = 1
    APPOINTMENT = 2


# Columns -----------------------------------------------------------------------------------------

OPTS = ("patience", "patience_activity", "renege_pc", "promote", "promote_activity", "promote_level", "flags", "spare")
RESOURCE = ("capacity", "flags", "wakes", "wakes_length", "sets", "taken", "spare", "spare2")
SET_ROW = ("primary", "members", "members_length", "local")
DIST = ("kind", "offset", "length", "cells", "octaves", "column")
BATCH = ("size", "max_wait", "activity", "spare")
CALENDAR = ("spans", "spans_length", "period", "open_total")
SOURCE = (
    "kind", "hash", "pc", "offset", "length", "period", "until", "mix", "mix_length", "activity", "earliness", "lead",
)  # fmt: skip
ARRIVAL = ("tick", "cls", "prio", "row")
MIX = ("cls", "prio")
PRESENT = ("pc", "cls", "prio", "born", "ticket", "remaining", "row", "source", "hash", "ordinal")
CHANGE = ("tick", "kind", "resource", "value")


@dataclass(frozen=True, slots=True, eq=False)
class Program:
    """A compiled network.  All integers are int64 and C-contiguous, all reals float64; ticks are microseconds.

    The order of columns is given by the tuples above and is part of the contract between the engines.
    """

    name: str
    code: Ints
    """(pcs, 8): op, a, b, c, d, e, f, station."""
    opts: Ints
    """(n, 8): OPTS; patience and promote are distributions or -1."""
    branch_cut: Reals
    """(n,): cumulative shares of BRANCH rows; take the first row with u < cut (the last cut is 1)."""
    branch_pc: Ints
    """(n,): their targets."""
    targets: Ints
    """(n,): targets of SWITCH (one a class) and pairs (resource, pc) of SHORTEST."""
    dists: Ints
    """(n, 6): DIST."""
    dist_reals: Reals
    """(n, 3): p0, p1, shift."""
    quantiles: Reals
    """(n,): the tables of OCTAVES, SAMPLE and TABLE."""
    recorded: Ints
    """(rows, columns): ticks that RECORDED reads."""
    resources: Ints
    """(R, 8): RESOURCE.  ``wakes``: first of ``wakes``; ``sets``: distinct sets with this primary; ``taken``: units
    that control holds from the start (they count as in use and as out)."""
    wakes: Ints
    """(n,): primaries to serve after a change of a companion."""
    sets: Ints
    """(S, 4): SET_ROW; ``local`` numbers the sets of one primary from 0."""
    set_members: Ints
    """(n, 2): resource, units; the first member of a set is its primary."""
    batches: Ints
    """(B, 4): BATCH; ``max_wait`` is a distribution or -1."""
    calendars: Ints
    """(K, 4): CALENDAR; period 0: the spans are all there is."""
    spans: Ints
    """(n, 3): open tick, close tick, open ticks before this span (within the period)."""
    changes: Ints
    """(n, 4): CHANGE, sorted by tick; rows of one tick in the order given."""
    sources: Ints
    """(A, 12): SOURCE.  RATE: offset/length into ``rates``; LIST and APPOINTMENT: into ``arrivals``."""
    source_reals: Reals
    """(A, 1): the share of no-shows."""
    rates: Reals
    """(n, 2): end of the segment (ticks from the period's start, may be infinite), arrivals a tick within it."""
    mix_cut: Reals
    """(n,): cumulative shares of the classes of a RATE source."""
    mix: Ints
    """(n, 2): MIX."""
    arrivals: Ints
    """(n, 4): ARRIVAL, by source, each source sorted by tick; the tick of an APPOINTMENT is its latest arrival."""
    present: Ints
    """(n, 10): PRESENT: who is there at tick 0, in order.  ``remaining`` is -1 where nothing is under way;
    ``source`` is an index into ``source_names``."""
    hold_rows: Ints
    """(pcs, 2): offset and length into ``holds``: what an entity that stands at this pc holds, statically."""
    holds: Ints
    """(n, 2): resource, units."""
    tallies: int
    counters: int
    outcomes: int
    classes: int
    """Classes, the last of which is hidden: control (breakdowns and turns)."""
    resource_names: tuple[str, ...]
    station_names: tuple[str, ...]
    """Names of blocks: what field g of a row points to."""
    class_names: tuple[str, ...]
    tally_names: tuple[str, ...]
    counter_names: tuple[str, ...]
    outcome_names: tuple[str, ...]
    source_names: tuple[str, ...]
    """Sources in the order of ``sources``, then those of ``present`` rows."""
    labels: Mapping[str, int] = field(default_factory=dict)
    """``route.label`` to pc; a route's own name is its entry."""
    findings: tuple[Finding, ...] = ()
    """Warnings of the check: the network runs, and somebody should look."""

    @property
    def visible_classes(self) -> int:
        """Return how many classes were declared: all but control."""
        return self.classes - 1
