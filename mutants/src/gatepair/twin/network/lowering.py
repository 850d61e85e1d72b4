"""Blocks with names become rows with numbers.

Labels are resolved, equal distributions and terms share one row, jumps through a GOTO go straight to its target,
and a jump backwards passes a LAP, so that what is done again is drawn again.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from gatepair.base.findings import Finding
from gatepair.twin import findings
from gatepair.twin.distributions import OCTAVES, Distribution, Form
from gatepair.twin.draws import name_hash
from gatepair.twin.network.blocks import Block, Declared, Label, Resource, Terms
from gatepair.twin.network.holds import Hold
from gatepair.twin.network.routes import Route
from gatepair.twin.program import LEVELS, STOPWATCHES, Attribute, Draw, Op, Waiting

Row = list[int]
NOWHERE = -1
JUMPS: dict[int, int] = {Op.GOTO: 1, Op.IF_FREE: 3, Op.IF_QUEUE: 3}
"""The column that holds the pc, by op."""


@dataclass(slots=True)
class Placed:
    """A block, its route and its first pc."""

    block: Block
    route: Route
    number: int
    pc: int
    labelled: bool

    @property
    def place(self) -> str:
        """Return how findings name it: route, number of the block from 1, station."""
        return f"{self.route.name}.{self.number}.{self.block.station}"


class Names:
    """Gives each thing a number at its first use."""

    def __init__(self) -> None:
        self.known: dict[Hashable, int] = {}

    def number(self, thing: Hashable, /) -> int:
        """Return the number of ``thing``."""
        return self.known.setdefault(thing, len(self.known))

    def words(self) -> tuple[str, ...]:
        """Return the things as words, by number."""
        return tuple(str(thing) for thing in self.known)


class Lowering:
    """The rows and tables of a network while they are made; ``faults`` collects what is wrong, with its place."""

    def __init__(self, declared: Declared, routes: Sequence[Route], /) -> None:
        self.declared = declared
        self.routes = routes
        self.faults: list[Finding] = []
        self.rows: list[Row] = []
        self.labels: dict[str, int] = {}
        self.placed: list[Placed] = []
        self.opts: list[Row] = []
        self.branch_cut: list[float] = []
        self.branch_pc: list[int] = []
        self.targets: list[int] = []
        self.target_jumps: list[tuple[int, int]] = []
        """(pc of the jump, index in ``targets``) of every target that is a pc."""
        self.branch_jumps: list[tuple[int, int]] = []
        self.forms, self.sets = Names(), Names()
        self.stations, self.outcomes, self.tallies, self.counters, self.watches = (Names() for _ in range(5))
        self._laps: dict[int, int] = {}
        self._place_blocks()
        for placed in self.placed:
            self._lower(placed)
        self.batches = [
            [batch.size, self.dist(batch.max_wait, batch.name), name_hash(f"{batch.name}.max_wait"), 0]
            for batch in declared.batches
        ]
        self._written = len(self.rows)
        if not self.faults:
            self._thread_jumps()

    # Places --------------------------------------------------------------------------------------

    def _place_blocks(self) -> None:
        pc = 0
        for route in self.routes:
            blocks = list(route.blocks)
            if not blocks:
                self.faults.append(findings.NO_BLOCK.at(route.name))
            labels = set(route.labels.values())
            if not blocks or len(blocks) in labels or not _ends(blocks[-1]):
                blocks.append(_out())
            starts: list[int] = []
            for number, block in enumerate(blocks):
                starts.append(pc)
                self.placed.append(Placed(block, route, number + 1, pc, number in labels))
                pc += 3 if block.op is Op.VISIT and block.resource and block.resource.scan else 1
            self.labels[route.name] = starts[0]
            for label, number in route.labels.items():
                self.labels[f"{route.name}.{label}"] = starts[number]
            self.faults.extend(findings.NAME_TWICE.at(route.name, name=label) for label in route.repeated_labels)

    def find(self, label: Label | None, route: str, /, *, place: str, otherwise: int = NOWHERE) -> int:
        """Return the pc of ``label`` as ``route`` knows it; None is ``otherwise``; an unknown one is a fault."""
        if label is None:
            return otherwise
        for name in (f"{route}.{label}", label):
            if name in self.labels:
                return self.labels[name]
        known = [name.removeprefix(f"{route}.") for name in self.labels if name.startswith(f"{route}.")]
        self.faults.append(findings.NO_LABEL.at(place, label=label, known=", ".join(known) or "-"))
        return 0

    # Rows ----------------------------------------------------------------------------------------

    def _lower(self, placed: Placed) -> None:
        block = placed.block
        if block.resource is not None and block.units < 1:
            self.faults.append(findings.BAD_COUNT.at(placed.place, count=block.units))
        if block.op is Op.VISIT and block.resource and block.resource.scan:
            self._scanned_visit(placed, block.resource)
            return
        if block.op is Op.SEIZE and block.resource and block.resource.scan:
            block = replace(block, op=Op.SEIZE_SET, members=((block.resource, block.units),))
        cells = self._cells(replace_block(placed, block))
        cells += [0] * (6 - len(cells))
        self.rows.append([int(block.op), *cells, self.stations.number(block.station)])

    def _scanned_visit(self, placed: Placed, resource: Resource) -> None:
        """Write a visit to a resource whose queue is scanned as three rows: only sets can be scanned."""
        block = placed.block
        parts = (
            replace(block, op=Op.SEIZE_SET, members=((resource, 1),)),
            replace(block, op=Op.DELAY, under=resource),
            replace(block, op=Op.RELEASE),
        )
        for part in parts:
            cells = self._cells(replace_block(placed, part))
            cells += [0] * (6 - len(cells))
            self.rows.append([int(part.op), *cells, self.stations.number(part.station)])

    def _cells(self, placed: Placed) -> Row:
        block = placed.block
        r = block.resource.index if block.resource else NOWHERE
        match block.op:
            case Op.EXIT:
                return [self.outcomes.number(block.word)]
            case Op.SEIZE:
                return [r, block.units, 0, self._terms(placed)]
            case Op.SEIZE_SET:
                return [self._set_of(placed), r, 0, self._terms(placed)]
            case Op.RELEASE | Op.SPEND | Op.TAKE:
                return [r, block.units]
            case Op.DELAY:
                under = block.under.index if isinstance(block.under, Resource) else NOWHERE
                return [under, self.dist(block.dist, placed.place), name_hash(block.activity), 0, 1]
            case Op.VISIT:
                return [r, self.dist(block.dist, placed.place), name_hash(block.activity), self._terms(placed)]
            case Op.WORK:
                hours = block.hours.index if block.hours else 0
                return [hours, self.dist(block.dist, placed.place), name_hash(block.activity)]
            case Op.GATHER:
                return [block.batch.index if block.batch else 0]
            case Op.JOIN | Op.SCATTER:
                return []
            case Op.SET | Op.WATCH | Op.READ | Op.COUNT:
                return self._mark(placed)
            case _:
                return self._way(placed)

    def _way(self, placed: Placed) -> Row:
        block = placed.block
        r = block.resource.index if block.resource else NOWHERE
        match block.op:
            case Op.BRANCH:
                return self._branch(placed)
            case Op.SWITCH | Op.SHORTEST:
                return self._table(placed)
            case Op.GOTO:
                return [self._next(placed, block.targets[0])]
            case Op.IF_FREE | Op.IF_QUEUE:
                return [r, block.units, self._next(placed, block.targets[0])]
            case _:
                return [self._next(placed, block.targets[0]), 0, name_hash(block.activity)]

    def _mark(self, placed: Placed) -> Row:
        block = placed.block
        if block.op is Op.COUNT:
            return [self.counters.number(block.word)]
        if block.op is Op.WATCH:
            return [self._watch(block.word, placed)]
        if block.op is Op.READ:
            watch = -1 if block.since is None else self._watch(block.since, placed)
            return [watch, self.tallies.number(block.word), block.number]
        if block.attribute is Attribute.CLASS:
            return [int(Attribute.CLASS), self.class_number(block.word, placed.place)]
        if block.attribute is Attribute.PRIORITY and not 1 <= block.number < LEVELS:
            self.faults.append(findings.BAD_LEVEL.at(placed.place, level=block.number, most=LEVELS - 1))
        return [int(block.attribute or 0), block.number]

    def _watch(self, name: str, placed: Placed) -> int:
        number = self.watches.number(name)
        if number >= STOPWATCHES:
            self.faults.append(findings.TOO_MANY_WATCHES.at(placed.place, most=STOPWATCHES))
        return number % STOPWATCHES

    def class_number(self, cls: str, place: str, /) -> int:
        """Return the number of ``cls``; an unknown one is a fault."""
        if cls in self.declared.classes:
            return self.declared.classes.index(cls)
        self.faults.append(findings.NO_CLASS.at(place, cls=cls, known=", ".join(self.declared.classes)))
        return 0

    def _branch(self, placed: Placed) -> Row:
        block, first = placed.block, len(self.branch_cut)
        total = math.fsum(block.shares)
        if min(block.shares, default=-1) < 0 or abs(total - 1) > 1e-9:
            self.faults.append(findings.BAD_SHARES.at(placed.place, total=round(total, 9)))
        cuts = list(accumulate(block.shares))
        self.branch_cut.extend([*cuts[:-1], 1.0])
        for target in block.targets:
            self.branch_jumps.append((placed.pc, len(self.branch_pc)))
            self.branch_pc.append(self._next(placed, target))
        before = self.rows[-1][0] if self.rows and placed.number > 1 else Op.EXIT
        fused = block.fused and not placed.labelled and before in {Op.VISIT, Op.DELAY}
        return [first, len(block.targets), -1 if fused else name_hash(block.activity)]

    def _table(self, placed: Placed) -> Row:
        block, first = placed.block, len(self.targets)
        if block.op is Op.SHORTEST:
            for queue, target in zip(block.queues, block.targets, strict=True):
                self.target_jumps.append((placed.pc, len(self.targets) + 1))
                self.targets.extend([queue.index, self._next(placed, target)])
            return [first, len(block.targets)]
        ways = {self.class_number(cls, placed.place): t for cls, t in zip(block.cases, block.targets, strict=True)}
        for cls in range(len(self.declared.classes) + 1):
            self.target_jumps.append((placed.pc, len(self.targets)))
            self.targets.append(self._next(placed, ways.get(cls)))
        return [first]

    def _next(self, placed: Placed, label: Label | None) -> int:
        return self.find(label, placed.route.name, place=placed.place, otherwise=placed.pc + 1)

    # Tables --------------------------------------------------------------------------------------

    def dist(self, dist: Distribution | None, place: str, /) -> int:
        """Return the number of ``dist`` (None: -1); one whose times mean nothing is a fault."""
        if dist is None:
            return NOWHERE
        if not dist.low >= 0:
            self.faults.append(findings.BAD_TIME.at(place, shown=_shown(dist)))
            return 0
        return self.forms.number(dist.form())

    def forms_in_order(self) -> list[Form]:
        """Return the distributions by number."""
        return [form for form in self.forms.known if isinstance(form, Form)]

    def sets_in_order(self) -> list[Hold]:
        """Return the sets by number."""
        return [known for known in self.sets.known if isinstance(known, tuple)]

    def _set_of(self, placed: Placed) -> int:
        members: dict[int, int] = {}
        for resource, units in placed.block.members:
            if units < 1:
                self.faults.append(findings.BAD_COUNT.at(placed.place, count=units))
            members[resource.index] = members.get(resource.index, 0) + units
        return self.sets.number(tuple(members.items()))

    def _terms(self, placed: Placed) -> int:
        terms, place = placed.block.terms, placed.place
        if terms == Terms():
            return NOWHERE
        if terms.on_renege is None and (terms.patience is not None or terms.at_once):
            self.faults.append(findings.NO_WAY_OUT.at(place))
        if terms.preempt and placed.block.op is Op.SEIZE_SET:
            self.faults.append(findings.NO_PREEMPTION.at(place))
        level = NOWHERE
        if terms.promote is not None:
            level = terms.promote[1]
            if not 1 <= level < LEVELS:
                self.faults.append(findings.BAD_LEVEL.at(place, level=level, most=LEVELS - 1))
        flags = Waiting(0)
        for wanted, flag in (
            (terms.ordered, Waiting.ORDERED),
            (terms.preempt, Waiting.PREEMPT),
            (terms.at_once, Waiting.TRY),
            (terms.aged, Waiting.AGED),
        ):
            flags |= flag if wanted else Waiting(0)
        activity = placed.block.activity
        self.opts.append([
            self.dist(terms.patience, place), name_hash(f"{activity}.patience"),
            self.find(terms.on_renege, placed.route.name, place=place),
            self.dist(terms.promote[0] if terms.promote else None, place), name_hash(f"{activity}.promote"),
            level, int(flags), placed.pc,
        ])  # fmt: skip
        return len(self.opts) - 1

    # Jumps ---------------------------------------------------------------------------------------

    def _thread_jumps(self) -> None:
        for pc in range(self._written):
            column = JUMPS.get(self.rows[pc][0])
            if column is not None:
                self.rows[pc][column] = self._straight(pc, self.rows[pc][column])
        for jump, index in self.branch_jumps:
            self.branch_pc[index] = self._straight(jump, self.branch_pc[index])
        for jump, index in self.target_jumps:
            self.targets[index] = self._straight(jump, self.targets[index])
        for row in self.opts:
            if row[2] != NOWHERE:
                row[2] = self._straight(row[7], row[2])
            row[7] = 0

    def _straight(self, jump: int, target: int) -> int:
        """Return where a jump from pc ``jump`` ends, by way of a LAP when it goes back on the way."""
        if self._is_lap(target):
            return target
        back, passed = False, {jump}
        while True:
            back = back or target <= jump
            if self.rows[target][0] != Op.GOTO or target in passed:
                break
            passed.add(target)
            jump, target = target, self.rows[target][1]
            if self._is_lap(target):
                return target
        return self._lap_before(target) if back else target

    def _is_lap(self, pc: int) -> bool:
        return pc >= self._written

    def _lap_before(self, target: int) -> int:
        if target not in self._laps:
            self._laps[target] = len(self.rows)
            station = self.rows[target][7]
            self.rows.append([int(Op.SET), int(Attribute.LAP), 0, 0, 0, 0, 0, station])
            self.rows.append([int(Op.GOTO), target, 0, 0, 0, 0, 0, station])
        return self._laps[target]


def form_rows(forms: Sequence[Form], /) -> tuple[list[list[int]], list[list[float]], list[float]]:
    """Return the rows of ``dists`` and ``dist_reals`` and the ``quantiles`` of ``forms``; equal tables are kept once."""
    rows: list[list[int]] = []
    reals: list[list[float]] = []
    quantiles: list[float] = []
    known: dict[tuple[float, ...], int] = {}
    for form in forms:
        if form.quantiles not in known:
            known[form.quantiles] = len(quantiles)
            quantiles.extend(form.quantiles)
        rows.append([
            int(form.kind), known[form.quantiles], len(form.quantiles), form.cells,
            OCTAVES if form.kind is Draw.OCTAVES else 0, form.column,
        ])  # fmt: skip
        reals.append([form.p0, form.p1, form.shift])
    return rows, reals, quantiles


def replace_block(placed: Placed, block: Block, /) -> Placed:
    """Return ``placed`` with another block at the same place."""
    return replace(placed, block=block)


def _ends(block: Block) -> bool:
    """Tell whether nothing can fall through ``block``."""
    if block.op in {Op.EXIT, Op.GOTO}:
        return True
    return block.op in {Op.BRANCH, Op.SHORTEST} and None not in block.targets


def _out() -> Block:
    return Block(Op.EXIT, "out", "out", word="out")


def _shown(dist: Distribution) -> str:
    shown = repr(dist)
    return shown if len(shown) <= 120 else f"{shown[:117]}..."
