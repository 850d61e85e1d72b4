"""What must hold in every run, and who is stuck at its end."""

from __future__ import annotations

from collections import Counter

from gatepair.base.errors import InvariantBroken
from gatepair.base.findings import Finding
from gatepair.twin import findings
from gatepair.twin.program import Op, Program
from gatepair.twin.results import (
    CLASS_FIGURES,
    RESOURCE_FIGURES,
    STATE_GATHERED,
    STATE_JOINING,
    STATE_LED,
    STATE_TIMED,
    RawRun,
)
from gatepair.twin.units import NEVER

Hold = tuple[tuple[int, int], ...]


def check_balance(program: Program, raw: RawRun, /) -> None:
    """Assert the exact balances of a run: Little's law at every resource, conservation in every class.

    Little: the integral of the queue is the sum of the waits, to the last tick.
    Source: J. D. C. Little, "A proof for the queuing formula L = lambda W", Operations Research 9 (1961); here it is
    an identity, for the integral and the waits are counted apart.

    Raises:
        InvariantBroken: the engine lost or invented somebody, or a wait.
    """
    for name, row in zip(program.resource_names, raw.resources.tolist(), strict=True):
        figures = dict(zip(RESOURCE_FIGURES, row, strict=True))
        waits = figures["wait_sum"] + figures["reneged_wait_sum"] + figures["left_wait_sum"]
        if figures["queue_area"] != waits - figures["carried_wait_sum"]:
            raise InvariantBroken("The queue's integral is not the sum of the waits.", resource=name, figures=figures)
    for name, row in zip(program.class_names, raw.classes.tolist(), strict=True):
        figures = dict(zip(CLASS_FIGURES, row, strict=True))
        came = figures["created"] + figures["carried"] + figures["switched_in"]
        if came != figures["ended"] + figures["switched_out"] + figures["present"]:
            raise InvariantBroken("Not everybody who came has ended or is there.", cls=name, figures=figures)
    if len(raw.standing) != int(raw.classes[:, CLASS_FIGURES.index("present")].sum()):
        raise InvariantBroken("Those who stand at the end are not those present.", standing=len(raw.standing))


def stuck(program: Program, raw: RawRun, /) -> tuple[Finding, ...]:
    """Return a finding for each resource at which somebody waits for ever at the end of the run.

    An entity can go on when its time runs, or when each thing it waits for is free or is held by somebody who can go
    on; whoever is left when nothing more can be concluded is stuck.  Capacity that still changes, quotas and what
    control touches count as moving, so that nobody is reported who might yet go on.
    """
    scene = _Scene(program, raw)
    moving = scene.settle()
    found = [
        findings.STUCK.at(
            program.resource_names[resource],
            count=count,
            resource=program.resource_names[resource],
            holders=scene.holders(resource) or "-",
        )
        for resource, count in sorted(Counter(scene.waits_at[i] for i in scene.stuck(moving)).items())
        if resource >= 0
    ]
    closed = int((raw.standing["remaining"] == NEVER).sum())
    return (*found, *((findings.NEVER_OPEN_AGAIN.at(program.name, count=closed),) if closed else ()))


class _Scene:
    """Who holds what and waits for what at the end."""

    def __init__(self, program: Program, raw: RawRun, /) -> None:
        self._program = program
        self._standing = raw.standing
        self._code = program.code.tolist()
        rows = raw.standing.tolist()
        names = raw.standing.dtype.names or ()
        self._rows = [dict(zip(names, row, strict=True)) for row in rows]
        self.holds = [self._held(row) for row in self._rows]
        self.wants = [self._wanted(row) for row in self._rows]
        self.waits_at = [
            row["resource"] if row["state"] not in {STATE_JOINING, STATE_TIMED} else -1 for row in self._rows
        ]
        self._free = self._free_units(raw.until)
        changing = {int(r) for tick, _, r, _ in program.changes.tolist() if tick >= raw.until}
        self._moves = changing | self._controlled() | {row[1] for row in self._code if row[0] == Op.SPEND}

    def settle(self) -> list[bool]:
        """Return who can go on."""
        live = [self._moves_itself(row) for row in self._rows]
        changed = True
        while changed:
            changed = False
            moving = set(self._moves)
            moving.update(r for i, hold in enumerate(self.holds) if live[i] for r, _ in hold)
            families = {(row["source"], row["ordinal"]) for i, row in enumerate(self._rows) if live[i]}
            for i, row in enumerate(self._rows):
                if live[i]:
                    continue
                if row["state"] == STATE_JOINING:
                    live[i] = (row["source"], row["ordinal"]) in families
                else:
                    live[i] = all(r in moving or self._free[r] >= n for r, n in self.wants[i])
                changed = changed or live[i]
        return live

    def stuck(self, live: list[bool], /) -> list[int]:
        """Return the places of those who cannot go on."""
        return [i for i, goes in enumerate(live) if not goes]

    def holders(self, resource: int, /) -> str:
        """Return how many hold units of ``resource``, by the station at which they stand."""
        stations = Counter(
            self._program.station_names[self._code[row["pc"]][7]]
            for row, hold in zip(self._rows, self.holds, strict=True)
            if resource in dict(hold)
        )
        return ", ".join(f"{count} at {station}" for station, count in sorted(stations.items()))

    def _moves_itself(self, row: dict[str, int]) -> bool:
        if row["state"] == STATE_TIMED:
            return row["remaining"] != NEVER
        op, _, _, _, opts, *_ = self._code[row["pc"]]
        if op in {Op.SEIZE, Op.SEIZE_SET, Op.VISIT} and opts >= 0 and self._program.opts[opts, 0] >= 0:
            return True
        return row["prio"] == 0 or row["state"] in {STATE_GATHERED, STATE_LED}

    def _held(self, row: dict[str, int]) -> Hold:
        first, count = self._program.hold_rows[row["pc"]].tolist()
        held = tuple((int(r), int(n)) for r, n in self._program.holds[first : first + count])
        served = row["state"] == STATE_TIMED and self._code[row["pc"]][0] == Op.VISIT
        return (*held, (row["resource"], 1)) if served else held

    def _wanted(self, row: dict[str, int]) -> Hold:
        op, a, b, *_ = self._code[row["pc"]]
        if op == Op.SEIZE_SET:
            _, first, count, _ = self._program.sets[a].tolist()
            return tuple((int(r), int(n)) for r, n in self._program.set_members[first : first + count])
        if op == Op.SEIZE:
            return ((a, b),)
        return ((row["resource"], 1),) if row["resource"] >= 0 else ()

    def _free_units(self, until: int) -> list[int]:
        free = [int(row[0]) for row in self._program.resources]
        for tick, kind, r, value in self._program.changes.tolist():
            if tick < until and kind != 2:
                free[r] = value if kind == 0 else free[r] + value
        for hold in self.holds:
            for r, n in hold:
                free[r] -= n
        return free

    def _controlled(self) -> set[int]:
        """Return the resources that control seizes or gives back."""
        entries = [int(pc) for _, _, pc, *_ in self._program.sources.tolist()]
        touched: set[int] = set()
        for index, pc in enumerate(entries):
            if self._is_control(index):
                touched.update(a for op, a, *_ in self._code[pc:] if op in {Op.SEIZE, Op.RELEASE, Op.TAKE})
        return touched

    def _is_control(self, index: int) -> bool:
        kind, _, _, offset, *_ = self._program.sources[index].tolist()
        return kind == 1 and int(self._program.arrivals[offset, 1]) == self._program.classes - 1
