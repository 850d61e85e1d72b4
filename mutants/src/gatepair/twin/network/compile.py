"""Declared networks become a :class:`~gatepair.twin.program.Program`, or are refused with every fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from gatepair.base.errors import NetworkInvalid
from gatepair.base.findings import Finding, Severity
from gatepair.twin import findings
from gatepair.twin.network.blocks import Declared, Resource
from gatepair.twin.network.checking import check_declared, check_ways
from gatepair.twin.network.holds import Hold, Rows, reached_from
from gatepair.twin.network.lowering import Lowering, form_rows
from gatepair.twin.network.routes import Route
from gatepair.twin.network.sources import Arrivals
from gatepair.twin.program import (
    BATCH,
    CALENDAR,
    CHANGE,
    DIST,
    RESOURCE,
    SET_ROW,
    Change,
    Draw,
    Flag,
    Ints,
    Op,
    Program,
    Reals,
    Waiting,
)


def compile_network(declared: Declared, routes: Sequence[Route], control: Sequence[Route], /) -> Program:
    """Return the arrays of a network.

    Raises:
        NetworkInvalid: with every fault at its place.
    """
    lowering = Lowering(declared, (*routes, *control))
    _refuse([*_route_names(routes), *check_declared(declared), *lowering.faults])
    arrivals = Arrivals(declared, lowering)
    _refuse(lowering.faults)
    rows = Rows(
        code=lowering.rows, opts=lowering.opts, branch_pc=lowering.branch_pc, targets=lowering.targets,
        sets=lowering.sets_in_order(), classes=len(declared.classes),
    )  # fmt: skip
    place = _places(lowering)
    checked = check_ways(
        rows,
        declared,
        entries=arrivals.entries,
        standing=tuple(arrivals.standing.values()),
        control=arrivals.control,
        routes={route.name: lowering.labels[route.name] for route in routes},
        place=place,
    )
    found = [*checked.found, *_records(rows, lowering, arrivals), *_preempted_scans(declared, lowering, place)]
    _refuse(found)
    flags = _flags(declared, lowering)
    _freeze_delays(lowering, checked.holds, flags)
    return _program(lowering, arrivals, rows, holds=checked.holds, flags=flags, found=tuple(found))


def _refuse(found: Sequence[Finding]) -> None:
    errors = [finding for finding in found if finding.severity is Severity.ERROR]
    if errors:
        raise NetworkInvalid(errors)


def _route_names(routes: Sequence[Route]) -> Iterator[Finding]:
    names = [route.name for route in routes]
    yield from (findings.NAME_TWICE.at("route", name=name) for name in sorted({n for n in names if names.count(n) > 1}))
    yield from (findings.NO_BLOCK.at("network") for _ in (() if routes else (None,)))


def _places(lowering: Lowering) -> Callable[[int], str]:
    by_pc = {placed.pc: placed.place for placed in lowering.placed}

    def place(pc: int) -> str:
        before = max((known for known in by_pc if known <= pc), default=0)
        return by_pc.get(before, "network")

    return place


def _records(rows: Rows, lowering: Lowering, arrivals: Arrivals) -> Iterator[Finding]:
    """Yield a fault for each source on whose ways a recorded time is read that its rows do not have."""
    forms = lowering.forms_in_order()
    columns = {number: form.column for number, form in enumerate(forms) if form.kind is Draw.RECORDED}
    if not columns:
        return
    begins = arrivals.entries | {name: pc for name, (pc, _) in arrivals.standing.items()}
    for source, entry in begins.items():
        width = arrivals.widths.get(source, 0)
        for pc in sorted(reached_from(rows, entry)):
            op, _, dist = rows.code[pc][:3]
            column = columns.get(dist, -1) if op in {Op.DELAY, Op.VISIT, Op.WORK} else -1
            if column >= width:
                yield findings.NO_RECORD.at(source, column=column, width=width)
                break


def _preempted_scans(declared: Declared, lowering: Lowering, place: Callable[[int], str]) -> Iterator[Finding]:
    """Yield a fault where control would interrupt services of a resource whose queue is scanned."""
    for pc, row in enumerate(lowering.rows):
        scanned = row[0] == Op.SEIZE_SET and row[4] >= 0 and declared.resources[row[2]].scan
        if scanned and lowering.opts[row[4]][6] & Waiting.PREEMPT:
            yield findings.NO_PREEMPTION.at(place(pc))


def _flags(declared: Declared, lowering: Lowering) -> list[int]:
    flags = [
        (Flag.PAUSE if resource.closing == "pause" else 0) | (Flag.SCAN if resource.scan else 0)
        for resource in declared.resources
    ]
    for row in lowering.rows:
        if row[0] in {Op.SEIZE, Op.VISIT} and row[4] >= 0 and lowering.opts[row[4]][6] & Waiting.PREEMPT:
            flags[row[1]] |= Flag.CONTROLLED
    return [int(flag) for flag in flags]


def _freeze_delays(lowering: Lowering, holds: Mapping[int, Hold], flags: Sequence[int]) -> None:
    """Let each DELAY know under which resource it runs, and how many of its units the entity holds."""
    delays = {placed.pc: placed.block for placed in lowering.placed if placed.block.op is Op.DELAY}
    for pc, row in enumerate(lowering.rows):
        if row[0] != Op.DELAY:
            continue
        held = dict(holds.get(pc, ()))
        block = delays.get(pc)
        if block is not None and block.under == "auto":
            freezing = [r for r in held if flags[r] & (Flag.PAUSE | Flag.CONTROLLED)]
            row[1] = freezing[-1] if freezing else -1
        row[5] = held.get(row[1], 1)


def _calendar_rows(resources: Sequence[Resource]) -> list[list[int]]:
    """Return all changes of capacity and refills by tick, at one tick in order of resource.

    A change at the tick of a refill is one row with it, so that nobody is served between the two.
    """
    rows: list[list[int]] = []
    for resource in resources:
        refills = set(resource.refills)
        changed = dict(resource.changes)
        rows += [
            [tick, int(Change.SET), resource.index, capacity]
            for tick, capacity in changed.items()
            if tick not in refills
        ]
        rows += [[tick, int(Change.REFILL), resource.index, changed.get(tick, -1)] for tick in sorted(refills)]
    return sorted(rows, key=lambda row: (row[0], row[2]))


def _wakes(lowering: Lowering) -> tuple[list[list[int]], list[int], list[list[int]], list[list[int]]]:
    """Return ((offset, length) of each resource, primaries to wake, set rows, set members)."""
    wakes: list[list[int]] = [[] for _ in lowering.declared.resources]
    sets: list[list[int]] = []
    members: list[list[int]] = []
    local: dict[int, int] = {}
    for hold in lowering.sets_in_order():
        primary = hold[0][0]
        sets.append([primary, len(members), len(hold), local.get(primary, 0)])
        local[primary] = local.get(primary, 0) + 1
        members.extend([resource, units] for resource, units in hold)
        for resource, _ in hold[1:]:
            if primary not in wakes[resource]:
                wakes[resource].append(primary)
    flat: list[int] = []
    spans: list[list[int]] = []
    for resource, primaries in enumerate(wakes):
        spans.append([len(flat), len(primaries), local.get(resource, 0)])
        flat.extend(primaries)
    return spans, flat, sets, members


def _hours_rows(declared: Declared) -> tuple[list[list[int]], list[list[int]]]:
    rows: list[list[int]] = []
    spans: list[list[int]] = []
    for hours in declared.hours:
        total, first = 0, len(spans)
        for opens, closes in hours.spans:
            spans.append([opens, closes, total])
            total += closes - opens
        rows.append([first, len(hours.spans), hours.period, total])
    return rows, spans


def _hold_rows(count: int, holds: Mapping[int, Hold]) -> tuple[list[list[int]], list[list[int]]]:
    rows: list[list[int]] = []
    flat: list[list[int]] = []
    for pc in range(count):
        hold = holds.get(pc, ())
        rows.append([len(flat), len(hold)])
        flat.extend([resource, units] for resource, units in hold)
    return rows, flat


def _program(
    lowering: Lowering,
    arrivals: Arrivals,
    rows: Rows,
    /,
    *,
    holds: Mapping[int, Hold],
    flags: Sequence[int],
    found: tuple[Finding, ...],
) -> Program:
    declared = lowering.declared
    dists, reals, quantiles = form_rows(lowering.forms_in_order())
    spans, wakes, sets, members = _wakes(lowering)
    calendars, open_spans = _hours_rows(declared)
    hold_rows, hold_list = _hold_rows(len(rows.code), holds)
    resources = [
        [resource.capacity, flags[i], *spans[i], declared.taken.get(i, 0), 0, 0]
        for i, resource in enumerate(declared.resources)
    ]
    return Program(
        name=declared.name,
        code=ints(lowering.rows, 8),
        opts=ints(lowering.opts, 8),
        branch_cut=floats(lowering.branch_cut),
        branch_pc=ints(lowering.branch_pc),
        targets=ints(lowering.targets),
        dists=ints(dists, len(DIST)),
        dist_reals=floats(reals, 3),
        quantiles=floats(quantiles),
        recorded=ints(arrivals.recorded, arrivals.width),
        resources=ints(resources, len(RESOURCE)),
        wakes=ints(wakes),
        sets=ints(sets, len(SET_ROW)),
        set_members=ints(members, 2),
        batches=ints(lowering.batches, len(BATCH)),
        calendars=ints(calendars, len(CALENDAR)),
        spans=ints(open_spans, 3),
        changes=ints(_calendar_rows(declared.resources), len(CHANGE)),
        hold_rows=ints(hold_rows, 2),
        holds=ints(hold_list, 2),
        tallies=len(lowering.tallies.known),
        counters=len(lowering.counters.known),
        outcomes=len(lowering.outcomes.known),
        classes=len(declared.classes) + 1,
        resource_names=tuple(resource.name for resource in declared.resources),
        station_names=lowering.stations.words(),
        class_names=(*declared.classes, "(control)"),
        tally_names=lowering.tallies.words(),
        counter_names=lowering.counters.words(),
        outcome_names=lowering.outcomes.words(),
        labels=dict(lowering.labels),
        findings=found,
        **arrivals.arrays(),
    )


def ints(rows: Sequence[object], width: int = 0, /) -> Ints:
    """Return ``rows`` as int64, ``width`` columns wide (0: flat), also when there are none."""
    made = np.array(rows, dtype=np.int64)
    return np.ascontiguousarray(made.reshape(-1, width) if width else made.reshape(-1))


def floats(rows: Sequence[object], width: int = 0, /) -> Reals:
    """Return ``rows`` as float64, ``width`` columns wide (0: flat), also when there are none."""
    made = np.array(rows, dtype=np.float64)
    return np.ascontiguousarray(made.reshape(-1, width) if width else made.reshape(-1))
