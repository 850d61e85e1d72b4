"""``gatepair ledger`` on the ledgers of real posts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gatepair import wiring
from gatepair.cli.ledger import ledger as group
from gatepair.node.ports import Row


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    """Give a directory with both posts of a shipped plan, with accounts made: so there are entries."""
    plan = wiring.load_plan_for("huu-nghi-youyiguan")
    wiring.make_drill(
        tmp_path, plan, start_ms=1_762_819_200_000, seed="1", ports={post: 1 + at for at, post in enumerate(plan.posts)}
    )
    return tmp_path


def call(*words: str | Path) -> tuple[int, str]:
    """Run the command line with ``words``; return the exit code and what was printed."""
    result = CliRunner().invoke(group, [str(word) for word in words], catch_exceptions=False)
    return result.exit_code, result.stdout


def test_both_posts_verify(pair: Path) -> None:
    """The ledgers of both posts are verified with one call, with their links."""
    code, said = call("verify", pair, "--links", "--json")
    found = [json.loads(line) for line in said.splitlines()]
    assert (0, [True, True]) == (code, [one["verified"] for one in found])
    assert all(one["head"]["position"] > 0 for one in found)


def test_rebuild(pair: Path) -> None:
    """Rebuilding counts the entries, and a row that no entry explains is gone afterwards."""
    place = min(child for child in pair.iterdir() if child.is_dir())
    opened = wiring.open_post(place)
    with opened.post.ledger.begin() as unit:
        position = unit.head().position
        unit.put_row("crossing", Row("planted", 0, b"{}"))
    opened.post.ledger.close()
    assert (0, f"{place}: read models made again from {position} entries\n") == call("rebuild", place)
    opened = wiring.open_post(place)
    with opened.post.ledger.read() as view:
        assert None is view.row("crossing", "planted")
    opened.post.ledger.close()
