"""Records are written whole, with names, units and descriptions, and read back as they were."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from gatepair.adapters.twin_records import (
    CROSSING_COLUMNS,
    VISIT_COLUMNS,
    RecordFiles,
    crossings_table,
    visits_table,
)
from gatepair.base.errors import SettingInvalid
from gatepair.twin.engine import simulate
from gatepair.twin.results import CROSSING_DTYPE, VISIT_DTYPE
from gatepair.twin.units import hours
from meta.tidy import ROOT
from twin.replication_tasks import desks

NAMES = SimpleNamespace(
    name="a synthetic gate",
    source_names=("trucks",),
    class_names=("ordinary", "priority"),
    resource_names=("weighbridge", "yard"),
    station_names=("weigh", "park"),
    outcome_names=("passed", "turned away"),
)


@dataclass(frozen=True)
class Run:
    """The part of a run that records need, with three visits and two crossings made by hand."""

    replication: int = 4
    antithetic: bool = False
    seed: int = 9

    @property
    def visits(self) -> np.ndarray:
        rows = [
            # key ordinal asked started ended source cls resource station level flag
            (2**63 + 1, 0, 10, 10, 60, 0, 0, 0, 0, 1, 0),
            (2**63 + 2, 1, 20, 60, -1, 0, 1, 1, 1, 2, 1),
            (2**63 + 3, 2, 30, -1, 90, 0, 0, 0, 0, 1, 2),
            (2**63 + 3, 2, 95, 95, 99, 0, 0, -1, 1, 1, 3),
        ]
        return np.array(rows, dtype=VISIT_DTYPE)

    @property
    def crossings(self) -> np.ndarray:
        rows = [(2**63 + 1, 0, 10, 60, 0, 0, 0), (2**63 + 3, 2, 30, 99, 0, 0, 1)]
        return np.array(rows, dtype=CROSSING_DTYPE)


def test_a_row_a_visit() -> None:
    """Each visit has its names, its wait, and null where something did not happen."""
    pytest.importorskip("pyarrow")
    rows = visits_table(Run(), NAMES).to_pylist()
    assert list(VISIT_COLUMNS) == list(rows[0])
    assert ["served", "seized", "reneged", "delayed"] == [row["ending"] for row in rows]
    assert [0, 40, None, 0] == [row["wait_us"] for row in rows]
    assert [60, None, 90, 99] == [row["ended_us"] for row in rows]
    assert ["weighbridge", "yard", "weighbridge", None] == [row["resource"] for row in rows]
    assert (2**63 + 2, "priority", "park", 4) == tuple(
        rows[1][name] for name in ("entity", "class", "station", "replication")
    )


def test_a_row_a_crossing() -> None:
    """Each crossing has its outcome and its sojourn."""
    pytest.importorskip("pyarrow")
    rows = crossings_table(Run(), NAMES).to_pylist()
    assert list(CROSSING_COLUMNS) == list(rows[0])
    assert [("passed", 50), ("turned away", 69)] == [(row["outcome"], row["sojourn_us"]) for row in rows]


def test_instants_where_the_origin_is_known() -> None:
    """With the instant of tick 0 each time is also a timestamp in UTC; null stays null."""
    pytest.importorskip("pyarrow")
    rows = visits_table(Run(), NAMES, origin_ms=1_000).to_pylist()
    assert "1970-01-01 00:00:01.000010+00:00" == str(rows[0]["asked_at"])
    assert rows[2]["started_at"] is None
    assert "born_at" in crossings_table(Run(), NAMES, origin_ms=0).column_names


@pytest.mark.parametrize("kind", ["parquet", "arrow"])
def test_files_hold_all_replications(tmp_path: Path, kind: str) -> None:
    """Two runs make one file each of visits and crossings, read back as they were, with seed and descriptions."""
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    with RecordFiles(tmp_path / "new", NAMES, seed=9, format=kind) as files:
        files.write(Run(0))
        files.write(Run(1))
    for path, table in zip(files.paths, (visits_table, crossings_table), strict=True):
        found = parquet.read_table(path) if kind == "parquet" else pa.ipc.open_file(path).read_all()
        expected = [*table(Run(0), NAMES).to_pylist(), *table(Run(1), NAMES).to_pylist()]
        assert expected == found.to_pylist()
        assert b"9" == found.schema.metadata[b"gatepair.seed"]
        assert b"1" == found.schema.metadata[b"gatepair.schema"]
        assert all(one.metadata[b"description"] for one in found.schema)


def test_a_simulated_run_is_written_as_it_was(tmp_path: Path) -> None:
    """The records of a network agree with its figures: as many crossings as ended, sojourns that add up to the last tick."""
    parquet = pytest.importorskip("pyarrow.parquet")
    program = desks(2)
    run = simulate(program, seed=3, until=hours(6), records=True)
    with RecordFiles(tmp_path, program, seed=3) as files:
        files.write(run)
    visits, crossings = (parquet.read_table(path).to_pylist() for path in files.paths)
    assert run.outcome("served").n == len(crossings)
    assert run.outcome("served").total == sum(row["sojourn_us"] for row in crossings)
    assert {"served"} == {row["outcome"] for row in crossings}
    ended = [row for row in visits if row["resource"] == "desk"]
    assert len(crossings) == len(ended)
    assert all(row["wait_us"] >= 0 and row["source"] == "trucks" and row["ending"] == "served" for row in ended)


def test_runs_of_one_file_have_one_seed(tmp_path: Path) -> None:
    """A run of another seed does not belong into the file."""
    pytest.importorskip("pyarrow")
    with RecordFiles(tmp_path, NAMES, seed=1) as files, pytest.raises(ValueError, match="seed"):
        files.write(Run())


def test_a_run_without_records_writes_empty_tables() -> None:
    """Runs that kept no records give tables without rows and with all columns."""
    pytest.importorskip("pyarrow")
    empty = SimpleNamespace(seed=1, replication=0, antithetic=True, visits=np.empty(0, VISIT_DTYPE))
    table = visits_table(empty, NAMES)
    assert (0, list(VISIT_COLUMNS)) == (table.num_rows, table.column_names)


def test_without_the_extra_one_is_told_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where pyarrow is missing the error names the extra, before any file is made."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(SettingInvalid, match=r"gatepair\[parquet\]"), RecordFiles(tmp_path / "new", NAMES, seed=1):
        pass
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("columns", [VISIT_COLUMNS, CROSSING_COLUMNS])
def test_every_column_is_documented(columns: dict[str, str]) -> None:
    """The page on statistics names each column of the records."""
    page = (ROOT / "docs" / "concepts" / "twin-statistics.md").read_text(encoding="utf-8")
    assert [] == [name for name in columns if f"`{name}`" not in page]
