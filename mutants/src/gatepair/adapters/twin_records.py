"""Writes the records of twin runs as Parquet or Arrow files: one row a visit, one row a crossing.

The columns are listed in :data:`VISIT_COLUMNS` and :data:`CROSSING_COLUMNS`, and each column of a
file carries its description.  Replications go into one file, one row group (or record batch) each,
so a year of many replications needs the memory of one.  pyarrow is an optional extra.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, Literal, Self

import numpy as np
import numpy.typing as npt

from gatepair.base.errors import SettingInvalid
from gatepair.twin.program import Program
from gatepair.twin.results import RawRun, Run

if TYPE_CHECKING:
    import pyarrow as pa

Format = Literal["parquet", "arrow"]

SCHEMA: Final = 1
"""Version of the columns; it changes when a column changes its meaning or goes away."""

ENDINGS: Final = ("served", "seized", "reneged", "delayed", "worked")
"""How a visit ended, by the number that the engines write."""

VISIT_COLUMNS: Final = {
    "replication": "number of the replication",
    "antithetic": "whether the draws were the complements of those of this number",
    "entity": "key of the entity: the same in every design and replication",
    "ordinal": "which arrival of its source the entity is or comes from, from 0",
    "source": "name of the source",
    "class": "class at the end of the visit",
    "resource": "resource that served, or was waited for; null where only time passed",
    "station": "name of the block",
    "level": "priority level; the lowest number is served first",
    "ending": "served, seized (given back elsewhere), reneged, delayed or worked",
    "asked_us": "microseconds from the origin: when it asked",
    "started_us": "when it was granted; null when it gave up",
    "ended_us": "when it ended; null when the units are given back elsewhere",
    "wait_us": "started less asked; null when it gave up",
}
CROSSING_COLUMNS: Final = {
    "replication": VISIT_COLUMNS["replication"],
    "antithetic": VISIT_COLUMNS["antithetic"],
    "entity": VISIT_COLUMNS["entity"],
    "ordinal": VISIT_COLUMNS["ordinal"],
    "source": VISIT_COLUMNS["source"],
    "class": "class at the end",
    "outcome": "how the crossing ended",
    "born_us": "microseconds from the origin: when it began",
    "ended_us": "when it ended",
    "sojourn_us": "ended less born",
}
INSTANTS: Final = ("asked", "started", "ended", "born")
"""Columns that are also written as UTC timestamps (``asked_at``) where the origin's instant is given."""


@dataclass(slots=True)
class RecordFiles:
    """Two open files, ``visits`` and ``crossings``, that take the records of one run after another.

    It is a context manager: the files are whole when it is left.  ``seed`` and the program's name are
    kept in the files; with ``origin_ms`` (milliseconds since 1970 UTC at tick 0) each instant is also
    written as a timestamp.

    Raises:
        SettingInvalid: pyarrow is not installed.
        OSError: the files cannot be written.
    """

    folder: Path
    program: Program
    seed: int
    format: Format = "parquet"
    origin_ms: int | None = None
    _open: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def __enter__(self) -> Self:
        _arrow()
        self.folder.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for writer in self._open.values():
            writer.close()
        self._open.clear()

    @property
    def paths(self) -> tuple[Path, Path]:
        """The two files: visits, crossings."""
        return self._path("visits"), self._path("crossings")

    def write(self, run: Run | RawRun) -> None:
        """Append the records of one run.

        Raises:
            ValueError: the run has another seed than the files.
        """
        raw = run.raw if isinstance(run, Run) else run
        if raw.seed != self.seed:
            raise ValueError(f"a run of seed {raw.seed} does not belong to records of seed {self.seed}")
        self._append("visits", visits_table(raw, self.program, origin_ms=self.origin_ms))
        self._append("crossings", crossings_table(raw, self.program, origin_ms=self.origin_ms))

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.{self.format}"

    def _append(self, name: str, table: pa.Table) -> None:
        if name not in self._open:
            self._open[name] = _writer(self.format)(str(self._path(name)), table.schema)
        self._open[name].write_table(table)


def visits_table(run: RawRun, program: Program, *, origin_ms: int | None = None) -> pa.Table:
    """Return the visits of one run as an Arrow table with the columns of :data:`VISIT_COLUMNS`.

    Raises:
        SettingInvalid: pyarrow is not installed.
    """
    pa = _arrow()
    rows = run.visits
    given_up = rows["started"] < 0
    columns = {
        **_who(run, rows, program),
        "resource": _named(rows["resource"], program.resource_names),
        "station": _named(rows["station"], program.station_names),
        "level": pa.array(rows["level"].astype(np.int8)),
        "ending": _named(rows["flag"], ENDINGS),
        "asked_us": pa.array(rows["asked"]),
        "started_us": pa.array(rows["started"], mask=given_up),
        "ended_us": pa.array(rows["ended"], mask=rows["ended"] < 0),
        "wait_us": pa.array(rows["started"] - rows["asked"], mask=given_up),
    }
    return _table("visits", columns, VISIT_COLUMNS, _facts(program, run.seed, origin_ms))


def crossings_table(run: RawRun, program: Program, *, origin_ms: int | None = None) -> pa.Table:
    """Return the crossings of one run as an Arrow table with the columns of :data:`CROSSING_COLUMNS`.

    Raises:
        SettingInvalid: pyarrow is not installed.
    """
    pa = _arrow()
    rows = run.crossings
    columns = {
        **_who(run, rows, program),
        "outcome": _named(rows["outcome"], program.outcome_names),
        "born_us": pa.array(rows["born"]),
        "ended_us": pa.array(rows["ended"]),
        "sojourn_us": pa.array(rows["ended"] - rows["born"]),
    }
    return _table("crossings", columns, CROSSING_COLUMNS, _facts(program, run.seed, origin_ms))


def _arrow() -> Any:
    try:
        import pyarrow as pa  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        message = "records as Arrow or Parquet need the extra: pip install 'gatepair[parquet]'"
        raise SettingInvalid(message) from error
    return pa


def _writer(kind: Format) -> Callable[[str, Any], Any]:
    if kind == "parquet":
        from pyarrow import parquet  # noqa: PLC0415 - an optional extra

        def opened(path: str, schema: Any) -> Any:
            return parquet.ParquetWriter(path, schema, compression="zstd")

        return opened
    pa = _arrow()

    def streamed(path: str, schema: Any) -> Any:
        return pa.ipc.new_file(path, schema)

    return streamed


def _who(run: RawRun, rows: npt.NDArray[np.void], program: Program) -> dict[str, Any]:
    pa = _arrow()
    return {
        "replication": pa.array(np.full(len(rows), run.replication, dtype=np.int64)),
        "antithetic": pa.array(np.full(len(rows), run.antithetic)),
        "entity": pa.array(rows["key"]),
        "ordinal": pa.array(rows["ordinal"]),
        "source": _named(rows["source"], program.source_names),
        "class": _named(rows["cls"], program.class_names),
    }


def _named(codes: npt.NDArray[np.int32], names: Sequence[str]) -> Any:
    """Return the dictionary column of ``codes``; a code without a name is null."""
    pa = _arrow()
    unnamed = (codes < 0) | (codes >= len(names))
    indices = pa.array(np.where(unnamed, 0, codes).astype(np.int32), mask=unnamed)
    return pa.DictionaryArray.from_arrays(indices, pa.array(list(names), type=pa.string()))


def _facts(program: Program, seed: int, origin_ms: int | None) -> dict[str, str]:
    facts = {"gatepair.schema": str(SCHEMA), "gatepair.network": program.name, "gatepair.seed": str(seed)}
    return facts if origin_ms is None else {**facts, "gatepair.origin_ms": str(origin_ms)}


def _table(kind: str, columns: Mapping[str, Any], told: Mapping[str, str], facts: Mapping[str, str]) -> pa.Table:
    pa = _arrow()
    fields = [pa.field(name, column.type, metadata={"description": told[name]}) for name, column in columns.items()]
    arrays = list(columns.values())
    if "gatepair.origin_ms" in facts:
        from pyarrow import compute  # noqa: PLC0415 - an optional extra

        for name in INSTANTS:
            if f"{name}_us" in columns:
                ticks = columns[f"{name}_us"].cast(pa.int64())
                since = compute.add(ticks, 1000 * int(facts["gatepair.origin_ms"]))
                arrays.append(since.cast(pa.timestamp("us", tz="UTC")))
                fields.append(
                    pa.field(f"{name}_at", arrays[-1].type, metadata={"description": f"{name}, as an instant"})
                )
    schema = pa.schema(fields, metadata={"gatepair.records": kind, **facts})
    return pa.Table.from_arrays(arrays, schema=schema)
