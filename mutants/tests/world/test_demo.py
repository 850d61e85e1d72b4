"""Truths of the demo: two real processes, the command line, the files it leaves."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from gatepair import cli
from gatepair.adapters import planfiles
from gatepair.base.errors import PartnerUnreachable, StartRefused
from gatepair.cli import demo as demos
from gatepair.cli import reading
from gatepair.plan.model import Direction, Expectation, FigureKind, Provenance
from gatepair.world.http import HttpConnection
from gatepair.world.processes import PostProcess, free_ports

from .conftest import small_day


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Run the small day with two real processes, as the command does."""
    day = small_day()
    out = tmp_path_factory.mktemp("demo") / "out"
    kept = demos.open_day
    demos.open_day = lambda _name: planfiles.Day(day.plan, day.scenario)
    try:
        result = CliRunner().invoke(cli.group, ["demo", "--json", "--out", str(out)], catch_exceptions=False)
        again = CliRunner().invoke(cli.group, ["demo", "--json", "--out", str(out) + "2"], catch_exceptions=False)
    finally:
        demos.open_day = kept
    return result, again, out


def test_json_is_exactly_one_object_with_the_promised_members(ran) -> None:
    """A program reads what a person is told."""
    result, _, _ = ran
    shown = json.loads(result.stdout)
    assert 0 == result.exit_code
    assert {"out", "in"} == set(shown["cleared"])
    assert shown["queue_verified"] is True
    assert shown["ledgers_verified"] is True
    assert 0 < shown["entries"]["sent"] == shown["entries"]["receipted"]
    assert {"stock", "stock_per_cleared_day", "trs", "wall_s"} <= set(shown)
    assert 0 == shown["unanswered_pushes"]


def test_summary_shows_each_day_and_what_became_of_the_places(ran) -> None:
    """One line a day adds up to the whole, and no place ends without a cause."""
    result, _, _ = ran
    shown = json.loads(result.stdout)
    assert [shown["date"]] == [one["date"] for one in shown["days"]]
    assert shown["cleared"] == shown["days"][-1]["cleared"]
    assert shown["stock"] == shown["days"][-1]["stock"]
    for one in shown["places"].values():
        assert one["opening"] + one["taken"] == one["departed"] + sum(one["lost"].values()) + one["closing"]
        assert one["taken"] > 0


def test_a_missed_figure_fails_only_the_strict_run(ran) -> None:
    """Every expectation has to be measured and to lie within its tolerance."""
    _, _, out = ran
    ledgers = reading.read_ledgers(out)
    assert ledgers.notes is not None
    missed = Expectation("cleared.out", 9_999, Provenance(kind=FigureKind.ASSUMED, note="x"))
    unknown = Expectation("moon.out", 0, Provenance(kind=FigureKind.ASSUMED, note="x"))
    kept = Expectation("lost.out", 0, Provenance(kind=FigureKind.ASSUMED, note="x"))
    for wanted, holds in (((), True), ((kept,), True), ((missed,), False), ((kept, unknown), False)):
        scenario = msgspec.structs.replace(ledgers.notes.scenario, expectations=wanted)
        noted = replace(ledgers, notes=msgspec.structs.replace(ledgers.notes, scenario=scenario))
        report = reading.report_of(noted, reading.window(noted, None))
        assert holds is demos.as_documented(noted, report)


def test_two_processes_and_one_seed_give_one_ledger(ran) -> None:
    """Payloads, times and order are the same byte for byte, whichever post was quicker."""
    _, _, out = ran
    for post in ("huu-nghi", "youyiguan"):
        assert entries(out / post) == entries(Path(str(out) + "2") / post)


def entries(directory: Path) -> list[tuple]:
    plan = reading.wiring.read_settings(directory)
    ledger = reading.wiring.open_ledger(directory, plan, read_only=True)
    try:
        return [(one.stream, one.type, one.recorded_at_ms, one.payload) for one in ledger.verify()]
    finally:
        ledger.close()


def test_report_and_study_are_made_again_from_the_directory(ran, tmp_path: Path) -> None:
    """The commands report and trs need only the ledgers."""
    _, _, out = ran
    page = tmp_path / "again.html"
    told = CliRunner().invoke(cli.group, ["report", str(out), "-o", str(page), "--lang", "vi"], catch_exceptions=False)
    assert 0 == told.exit_code
    assert "Dữ liệu giả lập" in page.read_text("utf-8")
    study = CliRunner().invoke(cli.group, ["trs", str(out), "--json"], catch_exceptions=False)
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["trs"] == json.loads(study.stdout)
    one = CliRunner().invoke(cli.group, ["trs", str(out / "huu-nghi"), "--date", "2025-11-11"], catch_exceptions=False)
    assert "wait" in one.stdout.lower() or "Place" in one.stdout


def test_a_changed_ledger_is_named(ran, tmp_path: Path) -> None:
    """One byte changed behind the post's back is found when the ledger is read."""
    _, _, out = ran
    copy = tmp_path / "copy"
    for path in sorted(out.rglob("*")):
        if path.is_file():
            target = copy / path.relative_to(out)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    base = sqlite3.connect(copy / "huu-nghi" / "ledger.sqlite")
    for (trigger,) in base.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        base.execute(f"DROP TRIGGER {trigger}")
    base.execute("UPDATE entries SET payload = CAST(payload || ' ' AS BLOB) WHERE position = 40")
    base.commit()
    base.close()
    found = reading.read_ledgers(copy)
    damaged = [post.post for post in found.posts if post.damage]
    assert ["huu-nghi"] == damaged


def test_demo_leaves_what_is_not_its_own_alone(tmp_path: Path) -> None:
    """A directory with other files is refused, and nothing in it is touched."""
    (tmp_path / "letter.txt").write_text("mine")
    result = CliRunner().invoke(cli.group, ["demo", "--out", str(tmp_path)])
    assert isinstance(result.exception, StartRefused)
    assert ["letter.txt"] == [path.name for path in tmp_path.iterdir()]


def test_a_post_that_does_not_start_says_why(tmp_path: Path) -> None:
    """The error ends with the last words of the process."""
    command = (sys.executable, "-c", "import sys; sys.exit('the disk is gone')")
    process = PostProcess(tmp_path, f"http://127.0.0.1:{free_ports(1)[0]}", command=command)
    with pytest.raises(StartRefused, match="the disk is gone"):
        asyncio.run(process.ready())
    process.stop()


def test_nobody_at_the_address_is_an_error_of_the_tree() -> None:
    """A closed port is a partner that cannot be reached, not an exception of the library."""
    connection = HttpConnection(f"http://127.0.0.1:{free_ports(1)[0]}")
    with pytest.raises(PartnerUnreachable):
        asyncio.run(connection.request("GET", "/health", token=""))


def test_figures_have_names() -> None:
    """A scenario's expectation names a figure of the day; an unknown name is no figure."""
    day = demos.reading.figures([], [], first_ms=0, until_ms=3_600_000)
    assert 0 == reading.measure(day, "cleared.out")
    assert 0 == reading.measure(day, "cleared.out.fresh_fruit")
    assert None is reading.measure(day, "cleared.up")
    assert None is reading.measure(day, "cleared.out.gold")
    assert None is reading.measure(day, "moon.out")
    assert Direction.OUT is day.of(Direction.OUT).direction


def test_days_can_be_asked_for() -> None:
    """The option --days runs a scenario longer or shorter than it says."""
    asked = demos.Asked("2025-11-11", 1, 0.0, Path("unused"), 3)
    assert 3 == demos._planned(asked).scenario.days
    assert isinstance(demos._planned(asked).scenario, msgspec.Struct)
