"""The fast engine: a compiled kernel over the same arrays, with the same trajectory as the plain one to the last tick.

This module fills the kernel's memory from a :class:`~gatepair.twin.program.Program`, calls the compiled loop in pieces
(so that Ctrl-C is heard, and tables grow between them) and reads the figures out.  Two threads may run two
replications at once: the loop holds no lock and shares nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import blake2s
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np

from gatepair.base.errors import InvariantBroken
from gatepair.twin.draws import run_key
from gatepair.twin.kernel import bits as kernel_bits
from gatepair.twin.kernel import draws as kernel_draws
from gatepair.twin.kernel import figures as kernel_figures
from gatepair.twin.kernel import flow as kernel_flow
from gatepair.twin.kernel import lists as kernel_lists
from gatepair.twin.kernel import loop as kernel_loop
from gatepair.twin.kernel import memory
from gatepair.twin.kernel import memory as kernel_memory
from gatepair.twin.kernel import ops as kernel_ops
from gatepair.twin.kernel import queue as kernel_queue
from gatepair.twin.kernel import time as kernel_time
from gatepair.twin.kernel.bits import compiled, signed
from gatepair.twin.kernel.memory import ENDED, FULL, NONE, WARMED, WORLD
from gatepair.twin.program import LEVELS, SOURCE, Program
from gatepair.twin.results import (
    BINS,
    CLASS_FIGURES,
    CROSSING_DTYPE,
    HISTOGRAM_BOUNDS,
    OUTCOME_FIGURES,
    RESOURCE_FIGURES,
    STANDING_DTYPE,
    TALLY_FIGURES,
    VISIT_DTYPE,
    RawRun,
)
from gatepair.twin.units import NEVER

MODULES = (
    kernel_bits, kernel_draws, kernel_figures, kernel_flow, kernel_lists, kernel_loop, kernel_memory, kernel_ops, kernel_queue,
    kernel_time,
)  # fmt: skip
STEPS_A_CALL = 1 << 21
"""About a fifth of a second: how long Ctrl-C may have to wait."""
ROWS_FIRST = 1 << 10
HEAP_FIRST = 1 << 13
RECORDS_FIRST = 1 << 16
SHIFT_FIRST = 20
"""Slots of about a second; the queue finds its own width soon."""

Array = np.ndarray[Any, np.dtype[Any]]


# --- The compiled loop ---------------------------------------------------------------------------


def _code_text(code: CodeType, /) -> str:
    constants = [_code_text(value) if isinstance(value, CodeType) else repr(value) for value in code.co_consts]
    return f"{code.co_code.hex()} {constants} {code.co_names} {code.co_varnames}"


def _things(module: ModuleType, /) -> Iterator[tuple[str, Any]]:
    """Yield what a module holds by name, and the methods of its own classes."""
    for name, value in sorted(vars(module).items()):
        if isinstance(value, type) and value.__module__ == module.__name__:
            yield from ((f"{name}.{inner}", method) for inner, method in sorted(vars(value).items()))
        elif not name.startswith("__"):
            yield name, value


def _module_text(module: ModuleType, /) -> str:
    """Return the code of all functions of a module and the values of its constants."""
    parts: list[str] = []
    for name, value in _things(module):
        function = getattr(value, "py_func", None) or getattr(value, "_defn", None) or value
        if isinstance(function, FunctionType):
            parts.append(f"{name} {_code_text(function.__code__)}")
        elif isinstance(value, int | float | tuple | np.dtype):
            parts.append(f"{name} {value!r}")
    return "\n".join(parts)


def _stamp() -> int:
    """Return a digest of all that is compiled: Numba's cache looks at the entry's own file only."""
    text = "\n".join(_module_text(module) for module in MODULES)
    return int.from_bytes(blake2s(text.encode(), digest_size=7).digest(), "little")


def _entry(stamp: int, /) -> Any:
    """Return the compiled loop; where no folder can be written it is compiled in each process."""
    loop = kernel_loop.entry_point(stamp)
    try:
        return compiled(loop, cache=True)
    except RuntimeError:
        return compiled(loop)


@cache
def advance() -> Callable[[int], int]:
    """Return the compiled loop, made at the first call."""
    return _entry(_stamp())  # type: ignore[no-any-return]  # numba has no types


def warm() -> None:
    """Compile the kernel, or load it from the cache, so that the first run need not wait for it."""
    worlds = np.zeros(1, WORLD)
    worlds["begun"] = worlds["attention"] = 1
    advance()(_address(worlds))


def _address(table: Array, /) -> int:
    return int(table.__array_interface__["data"][0])


# --- Memory --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Memory:
    """The world of one run and the tables it points to."""

    worlds: Array
    tables: dict[str, Array]

    def place(self, name: str, table: Array, /) -> None:
        """Let ``table`` be the one the kernel knows as ``name``."""
        self.tables[name] = table
        self.worlds[name] = _address(table)

    def number(self, name: str, /) -> int:
        """Return a number of the world."""
        return int(self.worlds[name][0])

    def grow(self, name: str, length: int, /) -> None:
        """Make a table longer, keeping what it holds."""
        old = self.tables[name]
        new = np.zeros(length, old.dtype)
        new[: len(old)] = old
        self.place(name, new)


def _packed(dtype: np.dtype[Any], length: int, /, **columns: Any) -> Array:
    table = np.zeros(length, dtype)
    for name, column in columns.items():
        table[name] = column
    return table


def _columns(table: Array, names: tuple[str, ...], /) -> dict[str, Array]:
    return {name: table[:, place] for place, name in enumerate(names)}


def _plain(table: Array, /) -> Array:
    """Return ``table`` as the kernel reads it: contiguous 64-bit words."""
    return np.ascontiguousarray(table)


def _program_tables(program: Program, /) -> dict[str, Array]:
    """Return the tables that do not change in a run."""
    kinds = _columns(program.dists, ("kind", "offset", "length", "cells", "octaves", "column"))
    del kinds["octaves"]
    reals = _columns(program.dist_reals, ("p0", "p1", "shift"))
    return {
        "code": _plain(program.code),
        "terms": _plain(program.opts),
        "cuts": _packed(memory.CUT, len(program.branch_cut), cut=program.branch_cut, pc=program.branch_pc),
        "targets": _plain(program.targets),
        "dists": _packed(memory.DIST, len(program.dists), **kinds, **reals),
        "quantiles": _plain(program.quantiles),
        "recorded": _plain(program.recorded),
        "wakes": _plain(program.wakes),
        "sets": _plain(program.sets),
        "members": _plain(program.set_members),
        "calendars": _plain(program.calendars),
        "spans": _plain(program.spans),
        "changes": _plain(program.changes),
        "sources": _packed(
            memory.SOURCES, len(program.sources), no_show=program.source_reals[:, 0],
            **_columns(program.sources, SOURCE),
        ),
        "rates": _plain(program.rates),
        "mixed": _packed(
            memory.MIXED, len(program.mix), cut=program.mix_cut, cls=program.mix[:, 0], prio=program.mix[:, 1]
        ),
        "arrivals": _plain(program.arrivals),
        "present": _plain(program.present),
        "hold_rows": _plain(program.hold_rows),
        "holds": _plain(program.holds),
    }  # fmt: skip


def _bin_tables() -> dict[str, Array]:
    """Return, by the five leading bits of a duration, its bin or the one before; and the bins' upper bounds."""
    lows = np.array([[(16 + part) << exponent for part in range(16)] for exponent in range(59)], dtype=np.uint64)
    lows = np.concatenate([np.zeros((4, 16), np.uint64), lows])
    for exponent in range(4):
        lows[exponent] = [max(1, ((16 + part) << exponent) >> 4) for part in range(16)]
    bins = np.searchsorted(HISTOGRAM_BOUNDS.astype(np.uint64), lows.ravel(), side="right").astype(np.int64)
    bounds = np.append(HISTOGRAM_BOUNDS, 2**63 - 1)
    return {"bins": bins, "bounds": bounds}


def _figure_tables(program: Program, rows: int, /) -> dict[str, Array]:
    """Return the tables of figures, all zero."""
    resources, classes = len(program.resources), program.classes
    tallies, outcomes, counters = program.tallies, program.outcomes, program.counters
    whole = np.int64
    return {
        "wait_bins": np.zeros((resources, BINS), whole),
        "classes": np.zeros((classes, len(CLASS_FIGURES)), whole),
        "tallies": np.zeros((tallies, classes, len(TALLY_FIGURES)), whole),
        "tally_squares": np.zeros((tallies, classes)),
        "tally_bins": np.zeros((tallies, classes, BINS), whole),
        "outcomes": np.zeros((outcomes, classes, len(OUTCOME_FIGURES)), whole),
        "outcome_squares": np.zeros((outcomes, classes)),
        "outcome_bins": np.zeros((outcomes, classes, BINS), whole),
        "counters": np.zeros((counters, classes), whole),
        "counted": np.zeros(counters, whole),
        "series_queue": np.zeros((rows, resources), whole),
        "series_in_use": np.zeros((rows, resources), whole),
        "series_present": np.zeros((rows, classes), whole),
        "series_counters": np.zeros((rows, counters), whole),
    }


CLEARED = (
    "wait_bins", "tallies", "tally_squares", "tally_bins", "outcomes", "outcome_squares", "outcome_bins", "counters",
)  # fmt: skip
"""What the shell sets to zero when the warm-up is over; the kernel clears the rest."""


def _run_tables(program: Program, rows: int, /) -> dict[str, Array]:
    """Return the tables of a run at its beginning."""
    resources = _packed(
        memory.RESOURCES, len(program.resources),
        **{
            name: program.resources[:, place]
            for place, name in enumerate(("capacity", "flags", "wakes", "wakes_length", "sets", "used"))
        },
        out=program.resources[:, 5], first=NONE, last=NONE,
    )  # fmt: skip
    batches = _packed(
        memory.BATCHES, len(program.batches), **_columns(program.batches, ("size", "max_wait", "activity"))
    )
    return {
        "resources": resources,
        "batches": batches,
        "queues": np.full(2 * LEVELS * len(resources), NONE, np.int32).view(memory.LINK),
        "slots": np.full(2 * memory.SLOTS, NONE, np.int32).view(memory.LINK),
        "bits": np.zeros(64, np.int64),
        "clocks": np.zeros(len(program.sources), memory.CLOCK),
        "failed": np.zeros(int(program.resources[:, 4].max(initial=0)), np.int64),
        "rows": np.zeros(rows, memory.ROW),
        "cold": np.zeros(rows, memory.COLD),
    }


def _thresholds(world: Memory, /) -> None:
    """Say how full the tables may be before an event; one event may touch every row a few times."""
    rows, heap = len(world.tables["rows"]), len(world.tables["heap"])
    margin = 4 * rows + 64
    if heap < 2 * margin:
        world.grow("heap", 2 * margin)
        heap = 2 * margin
    world.worlds["room"] = rows
    world.worlds["heap_full"] = heap - margin
    for name in ("visits", "crossings"):
        room = len(world.tables[name])
        if 0 < room < 2 * margin:
            world.grow(name, 2 * margin)
            room = 2 * margin
        world.worlds[f"{name}_room"] = room
        world.worlds[f"{name}_full"] = max(0, room - margin)


def _make_room(world: Memory, taken: dict[str, list[Array]], /) -> None:
    """Take the records out, and double what is full."""
    for name in ("visits", "crossings"):
        count = world.number(f"{name}_n")
        if count:
            taken[name].append(world.tables[name][:count].copy())
            world.worlds[f"{name}_n"] = 0
    if world.number("free") < 0 and world.number("top") >= world.number("room"):
        for name in ("rows", "cold"):
            world.grow(name, 2 * len(world.tables[name]))
    if world.number("heap_n") > world.number("heap_full"):
        world.grow("heap", 2 * len(world.tables["heap"]))
    _thresholds(world)
    world.worlds["attention"] = 0


def _world(program: Program, /, *, until: int, snapshot_every: int, records: bool, numbers: dict[str, int]) -> Memory:
    """Return the memory of a run that has not begun."""
    world = Memory(np.zeros(1, WORLD), {})
    sources = len(program.sources)
    rows = max(ROWS_FIRST, 2 * (sources + len(program.present)))
    series = until // snapshot_every if snapshot_every else 0
    tables = {
        **_program_tables(program), **_bin_tables(), **_run_tables(program, rows), **_figure_tables(program, series),
        "heap": np.zeros(HEAP_FIRST, memory.EVENT),
        "visits": np.zeros(RECORDS_FIRST if records else 0, VISIT_DTYPE),
        "crossings": np.zeros(RECORDS_FIRST if records else 0, CROSSING_DTYPE),
    }  # fmt: skip
    for name, table in tables.items():
        world.place(name, table)
    known = {
        "shift": SHIFT_FIRST, "free": NONE, "top": sources, "ready_first": NONE, "ready_last": NONE,
        "recording": int(records), "changes_n": len(program.changes), "sources_n": sources,
        "resources_n": len(program.resources), "classes_n": program.classes, "tallies_n": program.tallies,
        "outcomes_n": program.outcomes, "counters_n": program.counters, "present_n": len(program.present),
        "recorded_columns": program.recorded.shape[1], **numbers,
    }  # fmt: skip
    for name, number in known.items():
        world.worlds[name] = number
    _thresholds(world)
    return world


# --- A run ---------------------------------------------------------------------------------------


def run_fast(
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
    """Run one replication to tick ``until`` and return everything counted since ``warm_up``.

    Equal to :func:`gatepair.twin.plain.run.run_plain` bit for bit.

    Raises:
        InvariantBroken: records were lost, which the thresholds of the tables rule out.
    """
    world = _world(
        program, until=until, snapshot_every=snapshot_every, records=records,
        numbers={
            "key": signed(run_key(seed, replication)), "mirror": -1 if antithetic else 0, "until": until,
            "warm_up": warm_up or NEVER, "every": snapshot_every, "snapshot_at": snapshot_every or NEVER,
        },
    )  # fmt: skip
    taken: dict[str, list[Array]] = {"visits": [], "crossings": []}
    loop = advance()
    status = FULL
    while status != ENDED:
        world.worlds["pause_at"] = world.number("steps") + STEPS_A_CALL
        status = loop(_address(world.worlds))
        if status == FULL:
            _make_room(world, taken)
        elif status == WARMED:
            for name in CLEARED:
                world.tables[name][:] = 0
    if world.number("lost"):
        raise InvariantBroken("the kernel wrote more records in one event than there was room for")
    _make_room(world, taken)
    given = {
        "seed": seed, "replication": replication, "until": until, "warm_up": warm_up, "antithetic": antithetic,
        "snapshot_every": snapshot_every,
    }  # fmt: skip
    return _raw_run(world, taken, given, until)


def _raw_run(world: Memory, taken: dict[str, list[Array]], given: dict[str, Any], until: int, /) -> RawRun:
    tables = world.tables
    resources = tables["resources"]
    figures = np.empty((len(resources), len(RESOURCE_FIGURES)), np.int64)
    for place, name in enumerate(RESOURCE_FIGURES):
        figures[:, place] = resources[name]
    waits = tables["wait_bins"]
    waits[:, 0] = resources["starts"] - resources["waited"]
    return RawRun(
        **given,
        events=world.number("events"), steps=world.number("steps"), scheduled=world.number("seq"),
        resources=figures, wait_squares=resources["wait_squares"].copy(), wait_histogram=waits,
        classes=tables["classes"], tallies=tables["tallies"], tally_squares=tables["tally_squares"],
        tally_histogram=tables["tally_bins"], outcomes=tables["outcomes"], outcome_squares=tables["outcome_squares"],
        outcome_histogram=tables["outcome_bins"], counters=tables["counters"],
        series_queue=tables["series_queue"], series_in_use=tables["series_in_use"],
        series_present=tables["series_present"], series_counters=tables["series_counters"],
        visits=np.concatenate([np.zeros(0, VISIT_DTYPE), *taken["visits"]]),
        crossings=np.concatenate([np.zeros(0, CROSSING_DTYPE), *taken["crossings"]]),
        standing=_standing(world, until),
    )  # fmt: skip


def _standing(world: Memory, until: int, /) -> Array:
    """Return who is there at the end, by row."""
    first, last = world.number("sources_n"), world.number("top")
    rows, cold = world.tables["rows"][first:last], world.tables["cold"][first:last]
    there = rows["phase"] < memory.GONE
    rows, cold = rows[there], cold[there]
    code = world.tables["code"].reshape(-1, 8)[rows["pc"]]
    timed = np.isin(rows["phase"], (memory.NEAR, memory.FAR, memory.STUCK))
    halted = rows["phase"] == memory.SUSPENDED
    place = np.where(code[:, 0] == kernel_flow.SEIZE_SET, code[:, 2], code[:, 1])
    somewhere = (timed & (code[:, 0] != kernel_ops.WORK)) | halted | (rows["phase"] == memory.WAITING)
    ends = np.where(rows["phase"] == memory.STUCK, NEVER, rows["tick"] - until)
    return _packed(
        STANDING_DTYPE, len(rows),
        key=rows["key"].view(np.uint64) if len(rows) else 0, ordinal=cold["ordinal"], born=cold["born"],
        since=rows["since"], remaining=np.where(halted, cold["remaining"], np.where(timed, ends, -1)),
        ticket=cold["ticket"], row=cold["line"], source=cold["source"], cls=rows["cls"], prio=rows["prio"],
        pc=rows["pc"], state=np.where(timed, memory.NEAR, rows["phase"]), resource=np.where(somewhere, place, -1),
    )  # fmt: skip
