"""Whether a network can run: every fault and every doubt, each with its place.

Errors make :meth:`~gatepair.twin.network.network.Network.compile` refuse; warnings stand in ``Program.findings``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gatepair.base.findings import Finding
from gatepair.twin import findings
from gatepair.twin.network.blocks import Declared, Hours, Resource, Source, in_ticks
from gatepair.twin.network.holds import GROUP, Flow, Hold, Rows, child_entries, circles, follow, needs_at, reached_from
from gatepair.twin.program import LEVELS, Op, Waiting
from gatepair.twin.units import TICKS_MAX

SHARES_ERROR = 1e-9
PASSES_TIME = frozenset({Op.DELAY, Op.VISIT, Op.WORK})
"""Rows that break a loop; where an exit can be reached, the chance of a BRANCH does too."""


@dataclass(slots=True)
class Checked:
    """What following the rows gave: the holds at each pc, and the findings."""

    holds: dict[int, Hold]
    found: list[Finding]


def check_declared(declared: Declared, /) -> Iterator[Finding]:
    """Yield what is wrong with resources, calendars, batches, names and sources, before any way is followed."""
    yield from _names("resource", [resource.name for resource in declared.resources])
    yield from _names("calendar", [hours.name for hours in declared.hours])
    yield from _names("batch", [batch.name for batch in declared.batches])
    yield from _names("class", list(declared.classes))
    yield from _names("source", [source.name for source in declared.sources if not source.control])
    for resource in declared.resources:
        yield from _resource(resource)
    for hours in declared.hours:
        yield from _hours(hours)
    for batch in declared.batches:
        if batch.size < 1:
            yield findings.BAD_COUNT.at(batch.name, count=batch.size)
    visible = [source for source in declared.sources if not source.control]
    if not visible and not declared.standing:
        yield findings.NO_SOURCE.at(declared.name)
    for source in declared.sources:
        yield from _source(source)
    for group in declared.standing:
        place = f"{group.source}.{group.at}"
        if group.count < 1:
            yield findings.BAD_COUNT.at(place, count=group.count)
        if not 1 <= group.priority < LEVELS:
            yield findings.BAD_LEVEL.at(place, level=group.priority, most=LEVELS - 1)
        if group.since > 0 or not in_ticks(group.remaining or 0):
            yield findings.BAD_TIME.at(place, shown=f"since={group.since}, remaining={group.remaining}")
        if group.rows and len(group.rows) != group.count:
            yield findings.BAD_SOURCE.at(place, what="rows", count=len(group.rows), expected=group.count)


def _names(subject: str, names: Sequence[str]) -> Iterator[Finding]:
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield findings.NAME_TWICE.at(subject, name=name)


def _resource(resource: Resource) -> Iterator[Finding]:
    for tick, capacity in ((0, resource.capacity), *resource.changes):
        if capacity < 0 or not in_ticks(tick):
            yield findings.BAD_CAPACITY.at(resource.name, capacity=capacity, tick=tick)
    for tick in resource.refills:
        if not in_ticks(tick):
            yield findings.BAD_CAPACITY.at(resource.name, capacity=resource.capacity, tick=tick)
    if resource.greatest <= 0:
        yield findings.NO_CAPACITY.at(resource.name)
    if resource.scan and resource.closing == "pause":
        yield findings.SCAN_PAUSE.at(resource.name)


def _hours(hours: Hours) -> Iterator[Finding]:
    end = hours.period or TICKS_MAX
    ordered = all(one[1] <= other[0] for one, other in pairwise(hours.spans))
    if not hours.spans or not ordered or any(not 0 <= opens < closes <= end for opens, closes in hours.spans):
        yield findings.CLOSED_FOR_EVER.at(hours.name)


def _source(source: Source) -> Iterator[Finding]:
    if source.rates or not source.at:
        yield from _rate(source)
    expected = len(source.at) or len(source.shares)
    for what, given in (("cls", source.cls), ("priority", source.priority)):
        if len(given) not in {expected, 1} and not (what == "cls" and source.rates):
            yield findings.BAD_SOURCE.at(source.name, what=what, count=len(given), expected=expected)
    if source.rows and (len(source.rows) != expected or len({len(row) for row in source.rows}) > 1):
        yield findings.BAD_SOURCE.at(source.name, what="rows", count=len(source.rows), expected=expected)
    for what, ticks in (("rows", [ticks for row in source.rows for ticks in row]), ("at", source.at)):
        if not all(map(in_ticks, ticks)):
            yield findings.BAD_TIME.at(source.name, shown=what)
    if source.earliness is not None and not source.earliness.low >= 0:
        yield findings.BAD_TIME.at(source.name, shown="earliness")
    if not 0 <= source.no_show <= 1:
        yield findings.BAD_SHARES.at(source.name, total=source.no_show)
    for level in sorted(set(source.priority)):
        if not (source.control or 1 <= level < LEVELS):
            yield findings.BAD_LEVEL.at(source.name, level=level, most=LEVELS - 1)


def _rate(source: Source) -> Iterator[Finding]:
    rates = [rate for _, rate in source.rates]
    if max(rates, default=0) <= 0 or min(rates) < 0 or source.until <= 0:
        yield findings.EMPTY_SOURCE.at(source.name)
    ends = [0.0, *(end for end, _ in source.rates)]
    if any(one >= other for one, other in pairwise(ends)):
        yield findings.BAD_SOURCE.at(source.name, what="rate", count=len(rates), expected=len(rates))
    total = math.fsum(share for share, _ in source.shares)
    if source.rates and (abs(total - 1) > SHARES_ERROR or any(share < 0 for share, _ in source.shares)):
        yield findings.BAD_SHARES.at(source.name, total=round(total, 9))


def check_ways(
    rows: Rows,
    declared: Declared,
    /,
    *,
    entries: Mapping[str, int],
    standing: Sequence[tuple[int, int]],
    control: Sequence[int],
    routes: Mapping[str, int],
    place: Callable[[int], str],
) -> Checked:
    """Follow every way from ``entries`` (by source) and return the holds and what does not fit.

    ``standing`` are (pc, first pc of its route) where somebody is at tick 0: what is held there follows from the ways
    that lead there, or from what is given back afterwards.  ``control`` are the first pcs of breakdowns and turns, which may go on for ever and hand units to one another;
    ``routes`` are the first pcs of the declared routes, ``place`` names a pc for a finding.
    """
    needs = needs_at(rows, child_entries(rows))
    flows = {pc: follow(rows, pc, start=(), needs=needs) for pc in sorted(set(entries.values()))}
    for pc, first in standing:
        if not any(pc in flow.holds for flow in flows.values()):
            flows[first] = follow(rows, first, start=(), needs=needs)
        if not any(pc in flow.holds for flow in flows.values()):
            # No way leads there but standing there: then one holds what one gives back.
            held = needs_at(rows, [*needs, pc])[pc]
            flows[pc] = follow(rows, pc, start=held, needs=needs)
    children = {pc: follow(rows, pc, start=start, needs=needs) for pc, start in needs.items()}
    checked = Checked({}, [])
    for flow in flows.values():
        checked.found.extend(_flow_faults(flow, declared, place))
    for flow in children.values():
        bare = Flow(flow.holds, [gap for gap in flow.missing if gap[1] == GROUP], flow.unequal, flow.left, flow.nested)
        checked.found.extend(_flow_faults(bare, declared, place))
    for flow in (*flows.values(), *children.values()):
        for pc, hold in flow.holds.items():
            own = tuple(held for held in hold if held[0] != GROUP)
            known = checked.holds.setdefault(pc, own)
            if dict(known) != dict(own):
                checked.found.append(findings.UNEQUAL_HOLDS.at(place(pc)))
    reached = frozenset(checked.holds)
    controlled = frozenset(pc for entry in control for pc in reached_from(rows, entry))
    checked.found.extend(_asks(rows, declared, reached | controlled, place))
    checked.found.extend(_exits(rows, reached, place))
    checked.found.extend(findings.UNREACHED.at(route) for route, pc in routes.items() if pc not in reached)
    checked.found.extend(_deadlocks(rows, declared, checked.holds))
    checked.found = list({(found.code, found.path, str(found.params)): found for found in checked.found}.values())
    return checked


def _flow_faults(flow: Flow, declared: Declared, place: Callable[[int], str]) -> Iterator[Finding]:
    for pc, resource, units in flow.missing:
        if resource == GROUP:
            yield findings.NOT_GATHERED.at(place(pc))
        else:
            yield findings.NOT_HELD.at(place(pc), count=units, resource=declared.resources[resource].name)
    for pc in flow.unequal:
        yield findings.UNEQUAL_HOLDS.at(place(pc))
    for pc in flow.nested:
        yield findings.NESTED_BATCH.at(place(pc))
    if not flow.unequal:
        for pc, resource, units in flow.left:
            yield findings.HELD_AT_END.at(place(pc), count=units, resource=declared.resources[resource].name)


def _asks(rows: Rows, declared: Declared, reached: frozenset[int], place: Callable[[int], str]) -> Iterator[Finding]:
    for pc in sorted(reached):
        for index, units in rows.asked(pc):
            resource = declared.resources[index]
            if units > resource.greatest > 0:
                yield findings.NEVER_ENOUGH.at(place(pc), count=units, resource=resource.name, most=resource.greatest)
        opts = rows.code[pc][4] if rows.asked(pc) else -1
        if rows.code[pc][0] == Op.SEIZE_SET and opts >= 0 and rows.opts[opts][6] & Waiting.PREEMPT:
            yield findings.NO_PREEMPTION.at(place(pc))


def _exits(rows: Rows, reached: frozenset[int], place: Callable[[int], str]) -> Iterator[Finding]:
    back: dict[int, list[int]] = {}
    for pc in sorted(reached):
        for target in rows.next_pcs(pc):
            back.setdefault(target, []).append(pc)
    ending = {pc for pc in reached if rows.code[pc][0] == Op.EXIT}
    work = sorted(ending)
    while work:
        for pc in back.get(work.pop(), []):
            if pc not in ending:
                ending.add(pc)
                work.append(pc)
    if lost := sorted(reached - ending):
        yield findings.NO_EXIT.at(place(lost[0]))
    at_once = {
        pc: frozenset(target for target in rows.next_pcs(pc) if target in reached)
        for pc in sorted(reached)
        if rows.code[pc][0] not in PASSES_TIME and not (rows.code[pc][0] == Op.BRANCH and pc in ending)
    }
    for circle in circles(at_once):
        yield findings.NO_TIME_LOOP.at(place(circle[0]))


def _deadlocks(rows: Rows, declared: Declared, holds: Mapping[int, Hold]) -> Iterator[Finding]:
    """Yield a doubt for each circle of resources held while others are awaited: blocking may close it."""
    edges: dict[int, set[int]] = {resource.index: set() for resource in declared.resources}
    for pc, hold in holds.items():
        op, a = rows.code[pc][:2]
        awaited = [index for index, _ in rows.asked(pc)] if rows.reneges(pc) < 0 else []
        if op == Op.JOIN:
            awaited = sorted(_children_ask(rows, holds))
        if op == Op.GATHER and declared.batches[a].max_wait is None:
            awaited = [
                index for index, units in hold if declared.resources[index].greatest < units * declared.batches[a].size
            ]
        for held, _ in hold:
            edges[held].update(index for index in awaited if not declared.resources[index].quota)
    frozen = {index: frozenset(targets) for index, targets in edges.items()}
    for circle in circles(frozen):
        names = [declared.resources[index].name for index in circle]
        yield findings.MAY_DEADLOCK.at(names[0], cycle=" > ".join([*names, names[0]]))


def _children_ask(rows: Rows, holds: Mapping[int, Hold]) -> set[int]:
    entries = {rows.code[pc][1] for pc in holds if rows.code[pc][0] == Op.FORK}
    return {index for entry in entries for pc in reached_from(rows, entry) for index, _ in rows.asked(pc)}
