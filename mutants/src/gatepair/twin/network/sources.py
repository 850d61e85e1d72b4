"""Sources, recorded rows and those who are there at tick 0, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import TypedDict

import numpy as np

from gatepair.twin.draws import name_hash
from gatepair.twin.network.blocks import Declared, Source, Standing
from gatepair.twin.network.lowering import Lowering
from gatepair.twin.program import ARRIVAL, MIX, PRESENT, SOURCE, Arrive, Ints, Reals

ARRIVING = name_hash("arrival")
"""The activity of an arrival's own draws; entity keys tell the sources apart."""


class SourceArrays(TypedDict):
    """The fields of a program that sources fill."""

    sources: Ints
    source_reals: Reals
    rates: Reals
    mix_cut: Reals
    mix: Ints
    arrivals: Ints
    present: Ints
    source_names: tuple[str, ...]


class Arrivals:
    """The tables of who comes, while they are made; faults go to the lowering's."""

    def __init__(self, declared: Declared, lowering: Lowering, /) -> None:
        self._lowering = lowering
        self._control_class = len(declared.classes)
        self.entries: dict[str, int] = {}
        """The first pc of each source."""
        self.control: list[int] = []
        """The first pcs of breakdowns and turns."""
        self.standing: dict[str, tuple[int, int]] = {}
        """(pc, first pc of its route) of each label at which somebody stands (``source.label``)."""
        self.widths: dict[str, int] = {}
        """Columns of the recorded rows, by the names of ``entries`` and ``standing``."""
        every = [row for source in declared.sources for row in source.rows]
        every += [row for group in declared.standing for row in group.rows]
        self.width = max((len(row) for row in every), default=1)
        self.recorded: list[tuple[int, ...]] = []
        self._names = [source.name for source in declared.sources]
        self._sources: list[list[int]] = []
        self._reals: list[float] = []
        self._rates: list[tuple[float, float]] = []
        self._cuts: list[float] = []
        self._mix: list[list[int]] = []
        self._arrivals: list[Ints] = []
        self._arrived = 0
        self._present: list[list[int]] = []
        for source in declared.sources:
            self._source(source)
        for group in declared.standing:
            self._stand(group)

    def arrays(self) -> SourceArrays:
        """Return the finished tables."""
        listed = self._arrivals or [np.zeros((0, len(ARRIVAL)), dtype=np.int64)]
        return SourceArrays(
            sources=np.array(self._sources, dtype=np.int64).reshape(-1, len(SOURCE)),
            source_reals=np.array(self._reals, dtype=np.float64).reshape(-1, 1),
            rates=np.array(self._rates, dtype=np.float64).reshape(-1, 2),
            mix_cut=np.array(self._cuts, dtype=np.float64),
            mix=np.array(self._mix, dtype=np.int64).reshape(-1, len(MIX)),
            arrivals=np.ascontiguousarray(np.concatenate(listed)),
            present=np.array(self._present, dtype=np.int64).reshape(-1, len(PRESENT)),
            source_names=tuple(self._names),
        )

    def _source(self, source: Source) -> None:
        label = source.route if source.entry is None else source.entry
        pc = self._lowering.find(label, source.route, place=source.name)
        if source.control:
            self.control.append(pc)
        else:
            self.entries[source.name] = pc
        self.widths[source.name] = len(source.rows[0]) if source.rows else 0
        row = {"hash": name_hash(source.name), "pc": pc, "until": source.until, "activity": ARRIVING, "earliness": -1}
        if source.rates:
            row |= {"kind": Arrive.RATE, "offset": len(self._rates), "length": len(source.rates)}
            row |= {"period": source.period, "mix": len(self._cuts), "mix_length": len(source.shares)}
            self._rates.extend(source.rates)
            self._mix_of(source)
        else:
            row |= {"kind": Arrive.LIST, "offset": self._arrived, "length": len(source.at)}
            self._list(source)
        if source.earliness is not None:
            row |= {"kind": Arrive.APPOINTMENT, "lead": source.lead}
            row["earliness"] = self._lowering.dist(source.earliness, source.name)
        self._sources.append([int(row.get(column, 0)) for column in SOURCE])
        self._reals.append(source.no_show)

    def _mix_of(self, source: Source) -> None:
        cuts = list(accumulate(share for share, _ in source.shares))
        self._cuts.extend([*cuts[:-1], 1.0])
        levels = source.priority * len(source.shares) if len(source.priority) == 1 else source.priority
        for (_, cls), level in zip(source.shares, levels, strict=True):
            self._mix.append([self._lowering.class_number(cls, source.name), level])

    def _list(self, source: Source) -> None:
        count = len(source.at)
        table = np.empty((count, len(ARRIVAL)), dtype=np.int64)
        table[:, 0] = source.at
        numbers = {cls: self._class(cls, source) for cls in dict.fromkeys(source.cls)}
        table[:, 1] = [numbers[cls] for cls in source.cls] if len(source.cls) > 1 else numbers[source.cls[0]]
        table[:, 2] = source.priority if len(source.priority) > 1 else source.priority[0]
        table[:, 3] = np.arange(count) + len(self.recorded) if source.rows else -1
        self._record(source.rows)
        self._arrivals.append(table[np.argsort(table[:, 0], kind="stable")])
        self._arrived += count

    def _class(self, cls: str, source: Source) -> int:
        return self._control_class if source.control else self._lowering.class_number(cls, source.name)

    def _record(self, rows: Sequence[tuple[int, ...]]) -> None:
        self.recorded.extend(row + (0,) * (self.width - len(row)) for row in rows)

    def _stand(self, group: Standing) -> None:
        name = f"{group.source}.{group.at}"
        pc = self._lowering.find(group.at, group.route, place=name)
        self.standing[name] = (pc, self._lowering.labels[group.route])
        width = len(group.rows[0]) if group.rows else 0
        self.widths[name] = min(width, self.widths.get(name, width))
        if group.source not in self._names:
            self._names.append(group.source)
        cls = 0 if group.cls is None else self._lowering.class_number(group.cls, name)
        for number in range(group.count):
            row = {
                "pc": pc, "cls": cls, "prio": group.priority, "born": group.since, "ticket": group.ticket,
                "remaining": -1 if group.remaining is None else group.remaining,
                "row": len(self.recorded) + number if group.rows else -1,
                "source": self._names.index(group.source), "hash": name_hash(group.source),
                "ordinal": group.ordinal + number,
            }  # fmt: skip
            self._present.append([row[column] for column in PRESENT])
        self._record(group.rows)
