"""``gatepair twin`` on the command line: run, compare, sweep, optimise, hindcast and what they refuse."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.progress import Progress

from gatepair.adapters.planfiles import scenario_text
from gatepair.base.errors import NotFound, PlanInvalid, SettingInvalid
from gatepair.cli import group, twin_work
from gatepair.cli.twin_options import Effort
from gatepair.insight.twin_summary import assumptions
from gatepair.twin.gate.gate import compile_gate

DAY = "2025-11-11"
PLAN = "huu-nghi-youyiguan"
QUIET = {
    "stock: 151": "stock: 20",
    "arrivals: 140": "arrivals: 20",
    "stock: 150": "stock: 20",
    "arrivals: 560": "arrivals: 60",
}
VARIANTS = """
variants:
  two: {name: NAME, provenance: {kind: assumed, note: Made up.}}
  three:
    name: NAME
    provenance: {kind: assumed, note: Made up.}
    overrides: {stations.yyg-entry-screening.servers: 3}
""".replace("NAME", "{vi: a, zh: b, en: c, fr: d}")
QUICK = ("--replications", "2", "--engine", "slow")
SCREENING = "stations.yyg-entry-screening.servers"


def run(*words: str) -> Result:
    """Return what ``gatepair twin WORDS`` does; a deliberate error is raised."""
    return CliRunner().invoke(group, ["twin", *words], catch_exceptions=False)


def wire(*words: str) -> dict[str, Any]:
    """Return the one JSON object that ``gatepair twin WORDS --json`` prints."""
    found = run(*words, *QUICK, "--json")
    assert 0 == found.exit_code
    return json.loads(found.stdout)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory) -> str:
    """Return the path of the documented day with an eighth of its vehicles, which runs in no time."""
    text = scenario_text(DAY)
    for old, new in QUIET.items():
        assert old in text
        text = text.replace(old, new)
    path = tmp_path_factory.mktemp("quiet") / "quiet.yaml"
    path.write_text(text, "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def variants(quiet: str) -> str:
    """Return the path of a what-if of two variants on that day."""
    path = Path(quiet).with_name("variants.yaml")
    path.write_text(Path(quiet).read_text("utf-8") + VARIANTS, "utf-8")
    return str(path)


@pytest.fixture(scope="module")
def day(quiet: str) -> dict[str, Any]:
    """Return the quiet day, run twice."""
    return wire("run", quiet)


def test_help_loads_no_numbers() -> None:
    """The help of the program and of the twin is quick: neither NumPy nor an engine is imported for it."""
    code = "import sys, click, gatepair.cli as c; c.group(['twin', '--help'], standalone_mode=False); "
    code += "print(sorted({'numpy', 'scipy', 'numba', 'gatepair.twin'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "[]" == said.splitlines()[-1]


def test_a_run_says_what_it_rests_on(day) -> None:
    """Seed, replications, level, versions and the plan's hash stand in the object, and that the traffic is synthetic."""
    assert (True, 1, 2, 2, False, 0.95) == tuple(
        day[key] for key in ("synthetic", "seed", "replications", "replications_wanted", "cut_short", "level")
    )
    assert {"gatepair", "engine", "numpy"} <= set(day["versions"])
    assert 32 == len(day["plan_hash"])
    assert day["assumed"]


def test_no_figure_stands_without_its_interval(day) -> None:
    """Each figure of two runs has a low end, a mean and a high end, in this order."""
    assert day["figures"]
    assert [] == [one["figure"] for one in day["figures"] if not one["low"] <= one["mean"] <= one["high"]]


def test_documented_figures_stand_beside_the_means(day) -> None:
    """The scenario's expectations come first, each with its value and a verdict."""
    first = day["figures"][0]
    assert ("cleared.out", 123) == (first["figure"], first["documented"])
    assert isinstance(first["within"], bool)


def test_the_day_is_drawn_and_the_bottleneck_named(day) -> None:
    """Bands over the day have a point for each label, and what limits stands first among the loads."""
    for course in day["courses"]:
        assert {len(course["at"])} == {len(band["median"]) for band in course["bands"]}
    assert {"waiting", "wait_s", "stock", "cleared"} == {course["figure"] for course in day["courses"]}
    assert [one["name"] for one in day["bottlenecks"]] == [
        one["name"] for one in day["loads"][: len(day["bottlenecks"])]
    ]


def test_one_seed_gives_one_result_on_any_number_of_threads(day, quiet) -> None:
    """The same run on one thread prints the same object."""
    assert day == wire("run", quiet, "--threads", "1")


def test_a_plan_alone_is_run_on_an_ordinary_day_or_another() -> None:
    """Without a scenario the day is the documented default; --date chooses another."""
    one = twin_work.target(PLAN)
    assert twin_work.ORDINARY_DAY == one.scenario.date
    assert "2026-02-17" == twin_work.dated(one, "2026-02-17").scenario.date
    with pytest.raises(NotFound, match="no date"):
        twin_work.dated(one, "Tet")


def test_report_is_one_page(tmp_path: Path, quiet: str) -> None:
    """--report writes the page in the language asked for, and the table still comes out."""
    page = tmp_path / "day.html"
    found = run("run", PLAN, "--scenario", quiet, *QUICK, "--report", str(page), "--lang", "vi")
    assert 0 == found.exit_code
    assert "The busiest places" in found.stdout
    text = page.read_text("utf-8")
    assert '<html lang="vi">' in text
    assert f"gatepair twin run {PLAN} --scenario {quiet} --replications 2 --seed 1" in text


def test_records_hold_every_crossing(tmp_path: Path, quiet: str) -> None:
    """--records writes both files, one row group a replication."""
    parquet = pytest.importorskip("pyarrow.parquet")
    found = run("run", quiet, *QUICK, "--records", str(tmp_path), "--json")
    assert 0 == found.exit_code
    assert 2 == parquet.ParquetFile(tmp_path / "visits.parquet").num_row_groups
    assert 2 == parquet.ParquetFile(tmp_path / "crossings.parquet").num_row_groups


def test_comparison_pairs_the_designs(variants: str) -> None:
    """Variants of a what-if are compared with the first; every difference has its interval and verdict."""
    found = wire("compare", variants, "--figure", "cleared.out")
    assert [f"{variants}:two", f"{variants}:three"] == [one["name"] for one in found["designs"]]
    (difference,) = found["differences"]
    assert ("cleared.out", f"{variants}:two") == (difference["figure"], difference["base"])
    assert difference["low"] <= difference["mean"] <= difference["high"]


def test_a_what_if_alone_stands_for_all_its_variants() -> None:
    """Compare takes every variant of a what-if, run takes its first and says so."""
    several = twin_work.targets("what-if-lanes")
    assert 2 <= len(several)
    assert several[0] == twin_work.target("what-if-lanes")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("compare", DAY), "needs two designs"),
        (("compare", DAY, DAY), "named twice"),
        (("run", DAY, "--threads", "2", "--cluster", "tcp://127.0.0.1:1"), "--threads or --cluster"),
        (("sweep", DAY, "--vary", "nonsense"), "PATH=VALUE"),
        (("optimise", DAY, "--vary", f"{SCREENING}=2,3", "--keep", "stock.out<=9"), "ships no price"),
        (("optimise", DAY, "--vary", f"{SCREENING}=2,3", "--keep", "stock.out", "--price", "stations.*.servers=1"), "bound"),
        (("sweep", DAY, "--vary", f"{SCREENING}=2,3", "--price", "nowhere.*.x=3"), "fits no place"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_sentence(words, said) -> None:
    """A wrong setting ends in one sentence that says what is wrong."""
    with pytest.raises(SettingInvalid, match=said):
        run(*words)


def test_an_unknown_figure_is_answered_with_those_there_are(variants: str) -> None:
    """A comparison of a figure that the twin has not names those it has."""
    with pytest.raises(SettingInvalid, match=r"no figure nonsense; there are cleared\.out"):
        run("compare", variants, "--figure", "nonsense", *QUICK)


def test_an_unknown_plan_is_answered_with_those_there_are() -> None:
    """A slip of the keyboard is answered with the names of plans, scenarios and what-ifs."""
    with pytest.raises(PlanInvalid, match=r"huu-nghi-youyiguan.*2025-11-11.*what-if-lanes"):
        run("run", "huu-ngi")


def test_hindcast_needs_documented_figures() -> None:
    """A plan without expectations has nothing to be held against."""
    with pytest.raises(NotFound, match="no documented figures"):
        run("hindcast", PLAN)


def test_strict_hindcast_fails_when_a_figure_misses(quiet: str) -> None:
    """A day of too few vehicles cannot clear what is documented: with --strict exit code 1, without it 0."""
    assert 1 == run("hindcast", quiet, *QUICK, "--strict").exit_code
    assert 0 == run("hindcast", quiet, *QUICK).exit_code


def test_a_ratio_in_thousandths_is_held_against_days() -> None:
    """Each expectation of a documented day finds its figure, also stock over cleared, which a scenario gives in permille."""
    held = [one for one in wire("hindcast", "2022-02-11", *QUICK)["figures"] if "documented" in one]
    assert {"cleared.out": 65, "stock.out": 1035, "stock_per_cleared_day.out": 15.923} == {
        one["figure"]: one["documented"] for one in held
    }


def test_sweep_shows_each_design_and_names_those_that_are_none(tmp_path: Path, quiet: str) -> None:
    """Each value is run beside the plan, priced, and a value that no plan allows is named with its reason."""
    found = wire(
        "sweep", DAY, "--vary", f"{SCREENING}=0,3", "--price", "stations.*.servers=100", "--figure", "cleared.out"
    )
    assert ["as planned", f"{SCREENING}=3"] == [one["name"] for one in found["designs"]]
    assert 100 == found["designs"][1]["cost"]["total_minor"] - found["designs"][0]["cost"]["total_minor"]
    (refused,) = found["refused"]
    assert f"{SCREENING}=0" == refused["name"]
    page = tmp_path / "sweep.html"
    assert 0 == run("sweep", quiet, "--vary", f"{SCREENING}=3", *QUICK, "--report", str(page)).exit_code
    assert SCREENING in page.read_text("utf-8")


def test_optimise_states_its_guarantee(quiet: str) -> None:
    """The cheapest design that keeps the bound is chosen, and the sentence of the guarantee comes with it."""
    words = ("--vary", f"{SCREENING}=1,2", "--keep", "cleared.out>=5~2", "--price", "stations.*.servers=100")
    found = wire("optimise", quiet, *words, "--finalists", "2", "--most", "12")
    assert found["guarantee"]
    assert found["space"] == len(found["trials"]) == 2
    assert found["chosen"] is None or found["chosen"]["overrides"]


class Stops:
    """An executor that is interrupted at its third block: what was submitted before is complete."""

    def __init__(self) -> None:
        self.left = 2

    def submit(self, work: Callable[..., Any], /, *arguments: Any) -> Future[Any]:
        if not self.left:
            raise KeyboardInterrupt
        self.left -= 1
        made: Future[Any] = Future()
        made.set_result(work(*arguments))
        return made


def test_interrupted_replications_are_kept(quiet: str) -> None:
    """Ctrl-C ends a run with what is complete, and the experiment says that it was cut short."""
    one = twin_work.target(quiet)
    gate = compile_gate(one.plan, one.scenario)
    effort = Effort(30, 1, 0.95, threads=1, cluster=None, engine="slow")
    made = twin_work.Work(effort, Stops(), Progress(disable=True)).replicate("day", gate, replications=30)
    assert (True, 2, 30) == (made.cut_short, len(made.replications), made.asked)


def test_every_assumption_has_its_place() -> None:
    """Each number that nobody has published is listed with its path, and the habits of people are among them."""
    assumed, documented = assumptions(twin_work.target(DAY).plan)
    assert documented
    assert "habits" == assumed[-1].place
    assert any(one.place.startswith("stations.") for one in assumed)
