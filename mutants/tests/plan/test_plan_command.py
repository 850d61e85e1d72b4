"""``gatepair plan`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatepair.cli.plan import plan as group
from gatepair.plan.schema import plan_schema
from plan.pair import SCENARIO, SMALL


def run(*words: str) -> Result:
    """Return what ``gatepair plan WORDS`` does."""
    return CliRunner().invoke(group, list(words), catch_exceptions=False)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """Return a directory with the small plan and its scenario."""
    (tmp_path / "small.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "busy.yaml").write_text(SCENARIO, encoding="utf-8")
    return tmp_path


def test_check_of_a_sound_plan_says_what_it_holds() -> None:
    """Exit code 0 and a line to read."""
    found = run("check", "huu-nghi-youyiguan")
    assert 0 == found.exit_code
    assert "no problems; 2 posts, 2 routes" in found.stdout


def test_check_names_file_line_path_and_mend(here: Path) -> None:
    """Exit code 1 and one line for each problem in the form of compilers."""
    path = here / "small.yaml"
    path.write_text(SMALL.replace("home: west", "home: north").replace("recalls: 1", "recall: 1", 1), encoding="utf-8")
    found = run("check", str(path))
    assert 1 == found.exit_code
    assert f"{path}:" in found.stderr
    assert "queues.west-gate.recall: There is no key recall here. Write recalls." in found.stderr


def test_check_speaks_the_readers_language(here: Path) -> None:
    """The same problem in Vietnamese and Chinese."""
    path = here / "small.yaml"
    path.write_text(SMALL.replace("home: west", "home: north"), encoding="utf-8")
    assert "sides không có north. Hãy viết" in run("check", "--language", "vi", str(path)).stderr
    assert "sides中没有north。请写" in run("check", "--language", "zh", str(path)).stderr


def test_check_answers_programs_in_json(here: Path) -> None:
    """One object a file, with code, line and all four texts."""
    path = here / "small.yaml"
    path.write_text(SMALL.replace("home: west", "home: north"), encoding="utf-8")
    found = run("check", "--json", str(path))
    (problem,) = json.loads(found.stdout)["problems"]
    assert "plan.unknown_reference" == problem["code"]
    assert ["en", "fr", "vi", "zh"] == sorted(problem["text"])
    assert 1 == found.exit_code


def test_check_takes_a_scenario_with_its_plan(here: Path) -> None:
    """A scenario is checked as laid over the plan; against another plan it does not fit."""
    good = run("check", "--plan", str(here / "small.yaml"), str(here / "busy.yaml"))
    assert 0 == good.exit_code
    assert "scenario of small on 2025-11-11" in good.stdout
    assert 1 == run("check", "--plan", "huu-nghi-youyiguan", str(here / "busy.yaml")).exit_code


def test_check_goes_on_after_a_bad_file(here: Path) -> None:
    """All files are checked; one bad one makes the exit code 1."""
    found = run("check", str(here / "nowhere.yaml"), str(here / "small.yaml"))
    assert 1 == found.exit_code
    assert "small.yaml: no problems" in found.stdout
    assert "nowhere.yaml is neither a file nor one of" in found.stderr


def test_show_explains_hours_in_both_zones_and_the_queue_rule() -> None:
    """A newcomer sees the lanes, both clocks, who decides and how vehicles are called."""
    found = run("show", "huu-nghi-youyiguan", "--scenario", "2025-11-11").stdout
    for piece in (
        "07:00–18:00",
        "08:00–19:00",
        "freight-1",
        "border_guard, health, then customs",
        "Class 2 is “Fresh fruit with a test paper”",
        "A place that has waited 48 hours counts as of class 1.",
        "cleared.out",
    ):
        assert piece in found


def test_show_says_why_a_day_is_closed_and_what_is_cut_off() -> None:
    """On China's National Day the pontoon is closed; the cut-off stands beside the direction."""
    found = run("show", "mong-cai-dongxing", "--date", "2025-10-01").stdout
    assert "closed" in found
    assert "National" in found
    assert "out 15:00" in found


def test_show_tells_stops_of_a_scenario() -> None:
    """Whether the other side was told is part of the story."""
    found = run("show", "huu-nghi-youyiguan", "--scenario", "2021-12-18", "--language", "fr").stdout
    assert "system_outage" in found
    assert "La panne du partenaire" in found


def test_show_refuses_a_date_that_is_none() -> None:
    """The message says how to write one."""
    found = run("show", "huu-nghi-youyiguan", "--date", "11/11/2025")
    assert 2 == found.exit_code
    assert "write it like 2025-11-11" in found.stderr


def test_list_names_what_we_ship() -> None:
    """Plans and scenarios, for people and for programs."""
    assert "tan-thanh-puzhai" in run("list").stdout
    shown = json.loads(run("list", "--json").stdout)
    assert ["2021-12-18", "2022-02-11", "2025-04-25", "2025-11-11", "2026-01-31"] == [
        one["id"] for one in shown["scenarios"]
    ]


def test_schema_is_printed_as_it_is_published() -> None:
    """The command is how the published file is made."""
    assert plan_schema() == json.loads(run("schema").stdout)
    assert "Gatepair scenario" == json.loads(run("schema", "--scenario").stdout)["title"]
