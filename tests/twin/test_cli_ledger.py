"""``gatepair twin calibrate`` and ``forecast`` on the command line, on the ledgers of a small recorded day."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from gatepair import wiring
from gatepair.adapters.planfiles import open_scenario
from gatepair.base.errors import NotFound, StartRefused
from gatepair.base.time import HOUR_MS
from gatepair.cli import group
from gatepair.cli.twin_calibrate import read_ledgers
from gatepair.cli.twin_study import NICE
from gatepair.insight.calibration import FORECASTS_MAX, Calibration, Effort, held_against
from gatepair.plan.loading import apply_scenario
from gatepair.twin.ledgers.observed import Ledger
from gatepair.world.run import World
from twin.recorded_day import small_plan
from world.inprocess import InProcessPost

COUNTS = {"out": (6, 8), "in": (8, 10)}
MORNING = "2025-11-11T08:00"
QUICK = ("--replications", "3", "--engine", "slow")


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory) -> Path:
    """Return a directory with both posts' ledgers of a small morning, as a demo leaves it."""
    out = tmp_path_factory.mktemp("ledgers")
    plan, scenario = small_plan(COUNTS)
    start_ms = World(plan, scenario, 1, {}).start_ms
    settings = {
        post: wiring.Settings(post=post, clock="stepped", start_ms=start_ms, entropy_seed="1", synthetic=True)
        for post in plan.posts
    }
    wiring.make_pair(out, plan, settings)
    opened = {post: wiring.open_post(out / post) for post in plan.posts}
    doors = {post: InProcessPost(one.post, one.clock) for post, one in opened.items()}
    first, second = doors.values()
    first.partner, second.partner = second, first
    asyncio.run(World(plan, scenario, 1, doors).run(on_progress=lambda _: None))
    for one in opened.values():
        one.post.ledger.close()
    return out


def run(*words: str) -> Result:
    """Return what ``gatepair twin WORDS`` does; a deliberate error is raised."""
    return CliRunner().invoke(group, ["twin", *words], catch_exceptions=False)


def test_calibration_writes_a_scenario_that_fits_its_plan(ledgers: Path, tmp_path: Path) -> None:
    """The overlay is read back as a scenario and put on the plan; the table says how it is run."""
    written = tmp_path / "overlay.yaml"
    found = run("calibrate", str(ledgers), "-o", str(written))
    assert 0 == found.exit_code
    # The plan the post ran under, not the shipped one: a drill's day is in the first alone.
    under = ledgers / "huu-nghi" / "plan.json"
    assert f"gatepair twin run {under} --scenario {written}" in found.stdout.replace("\n", " ")
    assert 0 == run("run", str(under), "--scenario", str(written), *QUICK).exit_code
    scenario = open_scenario(str(written)).value
    assert "calibrated" == scenario.id
    assert apply_scenario(wiring.read_plan(ledgers / "huu-nghi"), scenario).demand is not None


def test_calibration_answers_programs_in_one_object(ledgers: Path) -> None:
    """Services, shares and arrivals stand beside the scenario, of one post too."""
    both = json.loads(run("calibrate", str(ledgers), "--json").stdout)
    assert {"scenario", "services", "shares", "flows", "remarks", "covered", "intervals"} <= set(both)
    assert both["covered"] <= both["intervals"]
    one = json.loads(run("calibrate", str(ledgers / "huu-nghi"), "--json").stdout)
    assert len(one["services"]) < len(both["services"])


def test_forecast_starts_from_what_stands(ledgers: Path) -> None:
    """Each hour ahead has its quantiles in order, and the present stock is that of the ledgers."""
    told = json.loads(run("forecast", str(ledgers), "--at", MORNING, "--hours", "2", *QUICK, "--json").stdout)
    assert (2, 3, False) == (told["hours"], told["replications"], told["cut_short"])
    for direction in told["directions"]:
        assert 0 < direction["stock_now"]
        for hour in direction["hours"]:
            assert hour["stock"]["p10"] <= hour["stock"]["p50"] <= hour["stock"]["p90"]


def test_forecast_is_held_against_what_happened(ledgers: Path) -> None:
    """With --score the ledgers' own future judges the forecast beside the simple ones; at their end there is none."""
    words = ("forecast", str(ledgers), "--hours", "2", *QUICK, "--score")
    found = run(*words, "--at", MORNING)
    assert 0 == found.exit_code
    assert "persistence" in found.stdout
    with pytest.raises(NotFound, match="nothing to hold it against"):
        run(*words)


def test_forecast_refuses_what_is_no_time(ledgers: Path) -> None:
    """A time is written as people write it, with the form named when it is not."""
    with pytest.raises(NotFound, match="2025-11-11T12:00"):
        run("forecast", str(ledgers), "--at", "noon")


def test_a_directory_without_a_post_is_refused(tmp_path: Path) -> None:
    """Both commands say how to make a post."""
    for command in ("calibrate", "forecast"):
        with pytest.raises(StartRefused, match="holds no post"):
            run(command, str(tmp_path))


def test_the_twin_is_held_against_what_a_post_recorded(
    ledgers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forecasts as of past instants beside what came, and the plan's service times beside those seen, each in or out."""
    steps_back: list[int] = []
    # The program of a study gives way to the post; here it is the tests' own, which would give way ever after.
    monkeypatch.setattr(os, "nice", steps_back.append)
    assert 0 == run("study", str(ledgers / "huu-nghi"), str(tmp_path)).exit_code
    found = msgspec.json.decode((tmp_path / "result.json").read_bytes(), type=Calibration)
    assert [NICE] == steps_back
    assert 0 < found.forecasts <= FORECASTS_MAX
    assert found.first_ms < found.made_at_ms
    assert {"cleared.out", "stock.out"} <= {one.what for one in found.scores}
    for one in found.cases:
        assert one.inside is (one.low <= one.seen <= one.high)
        assert one.at_ms < one.until_ms <= found.made_at_ms
    for score in found.scores:
        assert 0 <= score.inside <= score.cases
    assert all(one.inside is (one.low_s - 0.5 <= one.planned_s <= one.high_s + 0.5) for one in found.services)


def test_a_ledger_of_an_hour_is_too_little_to_hold_the_twin_against(ledgers: Path) -> None:
    """It says how long a ledger must be."""
    plan, known = read_ledgers(ledgers)
    whole = known[0]
    begin = min(fact.event.at_ms for fact in whole.facts)
    first = Ledger(whole.post, tuple(fact for fact in whole.facts if fact.event.at_ms < begin + HOUR_MS))
    with pytest.raises(ValueError, match="hours"):
        held_against(plan, first, Effort())
