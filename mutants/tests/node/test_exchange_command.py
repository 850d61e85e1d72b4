"""``gatepair exchange`` over the directories of real posts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatepair.base.findings import LANGUAGES
from gatepair.cli.exchange import exchange
from node.pair import HOME, OTHER, SEEN, Pair
from node.places import fresh, running


def run(*words: object) -> Result:
    """Run ``gatepair exchange`` and return what came of it."""
    return CliRunner().invoke(exchange, [str(word) for word in words])


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    """Return two posts that have exchanged nothing yet."""
    return fresh(tmp_path)


def joint(place: Path, *words: object) -> dict:
    """Return the joint state that a post prints."""
    found = run("joint", place, "--json", *words)
    assert 0 == found.exit_code, found.output
    return json.loads(found.output)


# --- the joint state -----------------------------------------------------------------------


def test_two_posts_print_the_same_digest(places, tmp_path: Path) -> None:
    """After a whole way over the line both sides' joint state is the same, and says so when compared."""
    with running(places) as pair:
        crossing = pair.whole_way()
    one, other = joint(places[HOME]), joint(places[OTHER])
    assert one == other
    assert crossing in [subject["subject"] for subject in one["subjects"]]
    (tmp_path / "home.json").write_text(json.dumps(one, sort_keys=True, separators=(",", ":")))
    found = run("joint", places[OTHER], "--compare", tmp_path / "home.json")
    assert (0, f"the same: {one['digest']}\n") == (found.exit_code, found.output)
    assert one["digest"] in run("joint", places[HOME]).output


def test_what_is_missing_is_named_and_the_common_part_is_compared(places, tmp_path: Path) -> None:
    """While the line is cut the comparison is incomplete; folded to what both hold it is the same."""
    with running(places) as pair:
        pair.declare()
        pair.pass_time()
        pair.cut = True
        pair.declare(binding={"tractor": "12C-99999"})
    written = tmp_path / "home.json"
    written.write_text(run("joint", places[HOME], "--json").output)
    found = run("joint", places[OTHER], "--compare", written)
    assert 2 == found.exit_code
    assert "exchange first" in found.output
    common = tmp_path / "common.json"
    common.write_text(run("joint", places[OTHER], "--at", written, "--json").output)
    assert 0 == run("joint", places[HOME], "--compare", common).exit_code


def test_another_joint_state_is_seen(places, tmp_path: Path) -> None:
    """A state that was changed by hand is different, and its subject is named."""
    with running(places) as pair:
        crossing = pair.declare()
        pair.pass_time()
    changed = joint(places[HOME])
    changed["digest"] = "0" * 64
    changed["subjects"][0]["statements"][0]["rung"] = "acted_on"
    (tmp_path / "changed.json").write_text(json.dumps(changed, sort_keys=True, separators=(",", ":")))
    found = run("joint", places[OTHER], "--compare", tmp_path / "changed.json")
    assert (1, f"different: {crossing}\n") == (found.exit_code, found.output)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"a": 1}', "no"])
def test_a_file_that_is_no_joint_state(places, tmp_path: Path, content: str) -> None:
    """Another file is refused."""
    (tmp_path / "other.json").write_text(content)
    found = run("joint", places[HOME], "--compare", tmp_path / "other.json")
    assert 1 == found.exit_code
    assert "malformed" == getattr(found.exception, "code", "")


def test_contradictions_are_printed(places) -> None:
    """What both sides said in contradiction, neither knowing, stands in the text."""
    with running(places) as pair:
        crossing = _departed_on_an_old_word(pair)
    said = f"concurrent  {crossing}: crossing.declined/1 of youyiguan, crossing.departed/1 of huu-nghi"
    assert said in run("joint", places[HOME]).output


# --- reconciliation ------------------------------------------------------------------------


def _departed_on_an_old_word(pair: Pair) -> str:
    """Let a vehicle depart that the partner had declined meanwhile; the line is back at the end."""
    crossing = pair.declare()
    pair.to_gate(crossing)
    pair.clear_exit(crossing)
    pair.pass_time()
    pair.cut = True
    pair.pass_time(30)
    pair.do(pair.other, "gate_board", "DeclineArrival", crossing=crossing, reasons=[{"code": "no_capacity"}])
    pair.pass_time(30)
    pair.do(pair.home, "yard", "Depart", crossing=crossing, lane="freight-1", seen=SEEN, confirmed_by="SYN officer")
    pair.cut = False
    pair.pass_time()
    pair.pass_time()
    return crossing


def test_the_report_of_a_cut(places, tmp_path: Path) -> None:
    """As JSON, as text in each language and as a page; the exit code says that something would have been different."""
    with running(places) as pair:
        crossing = _departed_on_an_old_word(pair)
    found = run("reconcile", places[HOME], "--json")
    assert (1, {"different": 1, "open": 0, "same": 0, "unclear": 0}) == (
        found.exit_code,
        json.loads(found.output)["counts"],
    )
    for language in LANGUAGES:
        assert crossing in run("reconcile", places[HOME], "--lang", language).output
    page = tmp_path / "report.html"
    assert 1 == run("reconcile", places[HOME], "--html", page).exit_code
    assert crossing in page.read_text("utf-8")
    assert 0 == run("reconcile", places[OTHER]).exit_code


def test_a_window_of_time(places) -> None:
    """Decisions outside the window are not looked at."""
    with running(places) as pair:
        _departed_on_an_old_word(pair)
    assert 0 == run("reconcile", places[HOME], "--until", "2025-11-11T07:30+07:00").exit_code
    assert 0 == run("reconcile", places[HOME], "--since", "2025-11-11T12:00+07:00").exit_code
    assert 1 == run("reconcile", places[HOME], "--since", "2025-11-11T07:30+07:00").exit_code
    assert 2 == run("reconcile", places[HOME], "--since", "yesterday").exit_code
