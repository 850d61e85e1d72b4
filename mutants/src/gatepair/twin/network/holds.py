"""What an entity holds at each place, found by following every way through the rows once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from gatepair.twin.program import Op

Hold = tuple[tuple[int, int], ...]
"""(resource, units) in the order first taken."""
GROUP = -1
"""Stands among the holds for being gathered in a batch."""
ROUNDS_MAX = 12
"""How often what children need is refined: one round a level of spawning."""


@dataclass(slots=True)
class Rows:
    """The rows and the tables that ways and holds depend on."""

    code: Sequence[Sequence[int]]
    opts: Sequence[Sequence[int]]
    branch_pc: Sequence[int]
    targets: Sequence[int]
    sets: Sequence[Hold]
    classes: int
    """Classes that entities may have, control left out."""

    def next_pcs(self, pc: int, /) -> Iterator[int]:
        """Yield where an entity may go from ``pc``; children are not followed."""
        op, a, b, c, d = self.code[pc][:5]
        match op:
            case Op.EXIT:
                return
            case Op.BRANCH:
                yield from self.branch_pc[a : a + b]
            case Op.SWITCH:
                yield from self.targets[a : a + self.classes]
            case Op.SHORTEST:
                yield from self.targets[a + 1 : a + 2 * b : 2]
            case Op.GOTO:
                yield a
            case Op.IF_FREE | Op.IF_QUEUE:
                yield from (pc + 1, c)
            case Op.SEIZE | Op.SEIZE_SET | Op.VISIT:
                yield pc + 1
                if d >= 0 and self.opts[d][2] >= 0:
                    yield self.opts[d][2]
            case _:
                yield pc + 1

    def asked(self, pc: int, /) -> Hold:
        """Return what the row at ``pc`` waits for."""
        op, a, b = self.code[pc][:3]
        if op == Op.SEIZE_SET:
            return self.sets[a]
        if op == Op.VISIT:
            return ((a, 1),)
        return ((a, b),) if op == Op.SEIZE else ()

    def reneges(self, pc: int, /) -> int:
        """Return where one goes who gives up at ``pc``, or -1."""
        d = self.code[pc][4]
        return self.opts[d][2] if self.asked(pc) and d >= 0 else -1


@dataclass(slots=True)
class Flow:
    """Everything reached from one entry, with the holds at each pc and what does not fit."""

    holds: dict[int, Hold] = field(default_factory=dict)
    missing: list[tuple[int, int, int]] = field(default_factory=list)
    """(pc, resource, units) given back, or handed to a child, without being held."""
    unequal: list[int] = field(default_factory=list)
    left: list[tuple[int, int, int]] = field(default_factory=list)
    """(pc, resource, units) still held at an exit."""
    nested: list[int] = field(default_factory=list)


def follow(rows: Rows, entry: int, /, *, start: Hold, needs: Mapping[int, Hold]) -> Flow:
    """Follow all ways from ``entry``, beginning with ``start``; ``needs`` are what children take over, by entry."""
    flow = Flow()
    flow.holds[entry] = start
    work = [entry]
    while work:
        for target, reached in _steps(rows, work.pop(), flow, needs=needs):
            known = flow.holds.get(target)
            joined = reached if known is None else _joined(known, reached)
            if known is None or dict(joined) != dict(known):
                flow.holds[target] = joined
                work.append(target)
    # Told only now that the holds are settled: on the way there, a block may have seemed to hold less.
    flow.missing, flow.left, flow.nested = [], [], []
    unequal: set[int] = set()
    for pc in sorted(flow.holds):
        steps = _steps(rows, pc, flow, needs=needs)
        unequal.update(target for target, reached in steps if dict(reached) != dict(flow.holds[target]))
    flow.unequal = sorted(unequal)
    return flow


def _steps(rows: Rows, pc: int, flow: Flow, /, *, needs: Mapping[int, Hold]) -> list[tuple[int, Hold]]:
    """Return where one may go from ``pc``, with what is held then; who gives up has not got what was asked for."""
    before = flow.holds[pc]
    after = _after(rows, pc, flow, needs=needs)
    away = rows.reneges(pc)
    return [(target, before if target == away != pc + 1 else after) for target in rows.next_pcs(pc)]


def _after(rows: Rows, pc: int, flow: Flow, /, *, needs: Mapping[int, Hold]) -> Hold:
    before = flow.holds[pc]
    op, a, b = rows.code[pc][:3]
    match op:
        case Op.SEIZE | Op.SEIZE_SET:
            return _more(before, rows.asked(pc))
        case Op.TAKE:
            return _more(before, ((a, b),))
        case Op.RELEASE | Op.SPEND:
            return _less(before, ((a, b),), pc, flow)
        case Op.SPAWN | Op.FORK:
            return _less(before, needs.get(a, ()), pc, flow)
        case Op.GATHER:
            if GROUP in dict(before):
                flow.nested.append(pc)
                return before
            return _more(before, ((GROUP, 1),))
        case Op.SCATTER:
            return _less(before, ((GROUP, 1),), pc, flow)
        case Op.EXIT:
            flow.left.extend((pc, resource, units) for resource, units in before if resource != GROUP)
            return before
        case _:
            return before


def _more(hold: Hold, taken: Hold) -> Hold:
    held = dict(hold)
    for resource, units in taken:
        held[resource] = held.pop(resource, 0) + units
    return tuple(held.items())


def _less(hold: Hold, given: Hold, pc: int, flow: Flow) -> Hold:
    held = dict(hold)
    for resource, units in given:
        have = held.get(resource, 0)
        if have < units:
            flow.missing.append((pc, resource, units - have))
        if have > units:
            held[resource] = have - units
        else:
            held.pop(resource, None)
    return tuple(held.items())


def _joined(one: Hold, other: Hold) -> Hold:
    held = dict(one)
    for resource, units in other:
        held[resource] = max(units, held.get(resource, 0))
    return tuple(held.items())


def child_entries(rows: Rows, /) -> tuple[int, ...]:
    """Return the pcs at which children begin, in order."""
    return tuple(sorted({row[1] for row in rows.code if row[0] in {Op.SPAWN, Op.FORK}}))


def needs_at(rows: Rows, entries: Sequence[int], /) -> dict[int, Hold]:
    """Return what those who begin at each pc give back without having taken it: children take it over from parents."""
    needs: dict[int, Hold] = dict.fromkeys(entries, ())
    for _ in range(ROUNDS_MAX):
        changed = False
        for entry, start in list(needs.items()):
            flow = follow(rows, entry, start=start, needs=needs)
            lacking = [(resource, units) for _, resource, units in flow.missing if resource != GROUP]
            if lacking:
                held = dict(start)
                for resource, units in dict(lacking).items():
                    held[resource] = held.get(resource, 0) + units
                needs[entry] = tuple(held.items())
                changed = True
        if not changed:
            break
    return needs


def reached_from(rows: Rows, entry: int, /) -> frozenset[int]:
    """Return every pc that an entity from ``entry`` may come to, its children's included."""
    seen: set[int] = set()
    work = [entry]
    while work:
        pc = work.pop()
        if pc in seen:
            continue
        seen.add(pc)
        work.extend(rows.next_pcs(pc))
        if rows.code[pc][0] in {Op.SPAWN, Op.FORK}:
            work.append(rows.code[pc][1])
    return frozenset(seen)


def circles(edges: Mapping[int, frozenset[int]], /) -> tuple[tuple[int, ...], ...]:
    """Return the strongly connected parts of ``edges`` that hold a circle, each sorted, in order of their least.

    Source: R. E. Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1 (1972), without recursion.
    """
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    found: list[tuple[int, ...]] = []
    for root in sorted(edges):
        if root in index:
            continue
        path: list[tuple[int, Iterator[int]]] = [(root, iter(sorted(edges.get(root, ()))))]
        index[root] = low[root] = len(index)
        stack.append(root)
        while path:
            node, rest = path[-1]
            target = next(rest, None)
            if target is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == index[node]:
                    found.extend(_part(stack, node, edges))
            elif target not in index:
                index[target] = low[target] = len(index)
                stack.append(target)
                path.append((target, iter(sorted(edges.get(target, ())))))
            elif target in stack:
                low[node] = min(low[node], index[target])
    return tuple(sorted(found))


def _part(stack: list[int], node: int, edges: Mapping[int, frozenset[int]]) -> Iterator[tuple[int, ...]]:
    part: list[int] = []
    while not part or part[-1] != node:
        part.append(stack.pop())
    if len(part) > 1 or node in edges.get(node, frozenset()):
        yield tuple(sorted(part))
