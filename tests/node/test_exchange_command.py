"""``gatepair exchange`` over the directories of real posts."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from exchange.pictures import codes_on
from exchange.second import MODULE, NODE
from gatepair import wiring
from gatepair.base.findings import LANGUAGES
from gatepair.cli.exchange import exchange
from gatepair.cli.verify import verify
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


# --- bundles and papers --------------------------------------------------------------------


def test_a_courier_goes_and_comes_back(places, tmp_path: Path) -> None:
    """Export here, import there with an answer, import the answer: both sides hold the same and say so."""
    with running(places) as pair:
        pair.declare()
        pair.pass_time()
        pair.cut = True
        pair.declare(binding={"tractor": "12C-22222"})
    stick, back = tmp_path / "stick", tmp_path / "back"
    stick.mkdir()
    back.mkdir()
    assert 0 == run("export", places[HOME], "--out", stick).exit_code
    (part,) = stick.iterdir()
    found = run("import", places[OTHER], part, "--answer", back)
    assert (0, True) == (found.exit_code, "1 new entries" in found.output)
    (answer,) = back.iterdir()
    assert 0 == run("import", places[HOME], answer).exit_code
    assert joint(places[HOME])["digest"] == joint(places[OTHER])["digest"]
    again = run("import", places[OTHER], part, "--json")
    assert (0, 0) == (again.exit_code, json.loads(again.output)["entries"])


def test_a_bundle_proves_itself_to_whoever_trusts_the_roots(places, tmp_path: Path) -> None:
    """Of the file and the two roots' fingerprints alone both verifiers prove every entry; without one root they do not."""
    with running(places) as pair:
        pair.declare()
        pair.pass_time()
    part = tmp_path / "a.gpbundle"
    assert 0 == run("export", places[HOME], "--from", "normal=0", "--out", part).exit_code
    terms = wiring.read_agreement(places[HOME])
    roots = [f"root {party.side} {party.root_key}\n" for party in terms.parties]
    for rules, exits in (("".join(roots), 0), (roots[0], 2), ("".join(roots) + "receipts required\n", 2)):
        policy = tmp_path / "policy.txt"
        policy.write_text(rules)
        found = CliRunner().invoke(verify, [str(part), "--policy", str(policy)])
        assert exits == found.exit_code, found.output
        if NODE is not None:
            told = subprocess.run([NODE, MODULE, part, "--policy", policy], check=False, capture_output=True)
            assert exits == told.returncode


def test_parts_are_named_and_taken_in_order(places, tmp_path: Path) -> None:
    """One file name becomes several; however they are given, they are read by their number."""
    with running(places) as pair:
        pair.declare()
        pair.pass_time()
        with pair.home.ledger.begin() as unit:
            for number in range(300):
                pair.home.link.enqueue(
                    unit,
                    kind="hotline.noted/1",
                    subject=HOME,
                    sections={"note": {"text": "SYNTHETIC " + "z" * 40_000}},
                    now_ms=pair.home.now(),
                    message_id=f"N{number}",
                )
    found = run("export", places[HOME], "--out", tmp_path / "cut.gpbundle", "--part-mib", 8)
    assert 0 == found.exit_code
    parts = sorted(tmp_path.glob("cut*.gpbundle"))
    assert {"cut.gpbundle", "cut-002.gpbundle"} < {path.name for path in parts}
    early = run("import", places[OTHER], parts[0], "--lang", "vi")
    assert (1, True) == (early.exit_code, "hãy nhập phần 1 trước" in early.output)
    assert 0 == run("import", places[OTHER], *parts).exit_code
    assert joint(places[HOME])["sizes"] == [one for one in joint(places[OTHER])["sizes"] if f"/{HOME}/" in one["log"]]


def test_only_what_is_asked_for(places, tmp_path: Path) -> None:
    """One lane from an index; receipts alone; and words that are no lane with an index."""
    with running(places) as pair:
        pair.declare()
        pair.pass_time()
    found = run("export", places[HOME], "--lane", "normal", "--from", "normal=0", "--out", tmp_path / "a.gpbundle")
    assert "part 1, 1 entries" in found.output
    assert "part 1, 0 entries" in run("export", places[OTHER], "--receipts", "--out", tmp_path / "b.gpbundle").output
    for wrong in ("normal", "fast=1", "normal=x"):
        assert 2 == run("export", places[HOME], "--from", wrong, "--out", tmp_path / "c.gpbundle").exit_code


def test_a_driver_brings_a_page(places, tmp_path: Path) -> None:
    """Printed at one post, typed by a scanner, taken in at the other; a second scan is known."""
    with running(places) as pair:
        crossing = pair.declare()
    page, typed = tmp_path / "page.html", tmp_path / "typed.txt"
    assert 0 == run("paper", places[HOME], crossing, "--out", page, "--omit", "driver").exit_code
    typed.write_text("\n".join(codes_on(page.read_text("utf-8"))))
    found = run("scan", places[OTHER], typed)
    assert (0, True) == (found.exit_code, f"{crossing} crossing.announced" in found.output)
    assert "known" in run("scan", places[OTHER], typed).output
    (entry,) = json.loads(run("scan", places[OTHER], typed, "--json").output)["entries"]
    assert "known" == entry["state"]


def test_a_running_post_is_reached_by_its_address(places) -> None:
    """A post that runs holds its ledger; who names its directory is told so."""
    with running(places):
        found = run("export", places[HOME])
    assert "storage_locked" == getattr(found.exception, "code", "")


def test_an_address_where_nobody_answers(tmp_path: Path) -> None:
    """An address without a post is one sentence, no traceback."""
    found = run("export", "http://127.0.0.1:9", "--out", tmp_path)
    assert "post_answered" == getattr(found.exception, "code", "")
