"""A line on which one post alone can call: it brings what it has to say, and fetches what the other has for it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from gatepair.cli.ledger import ledger
from system.pairs import HOME, OTHER, RealPair
from system.served import Served, free_port

CALLED, CALLING = HOME, OTHER
"""Nobody may be called by the first; its partner calls it and fetches."""
WAIT_S = 60.0
REOPENED_S = 150.0
"""While one post starts, the other's pauses between two fetches grow to half a minute."""


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[RealPair]:
    """Two posts, of which one knows no address of its partner."""
    ports = {CALLED: free_port(), CALLING: free_port()}
    lines = {CALLED: "", CALLING: f"http://127.0.0.1:{ports[CALLED]}"}
    made = RealPair(tmp_path, ports=ports, lines=lines, fetching=CALLING)
    try:
        yield made
    finally:
        made.close()


def both_say(pair: RealPair, count: int) -> None:
    """Declare vehicles that leave from either post."""
    for _ in range(count):
        for post in (CALLED, CALLING):
            answer = pair.declare(post)
            assert answer is not None
            assert "done" == answer["status"]


def announced(pair: RealPair) -> dict[str, int]:
    """Return how many entries of the other each post holds in the normal lane."""
    return {
        post: next(lane["mirror_size"] for lane in lanes if lane["lane"] == "normal")
        for post, lanes in pair.lanes().items()
    }


def test_both_hear_each_other_although_one_alone_calls(pair: RealPair) -> None:
    """All that either says is held and receipted by the other, and each knows how fresh the other's word is.

    In a lane where nothing was said yet the first proof of life is a heartbeat, a minute later (clause 10.2).
    """
    both_say(pair, 3)
    pair.come_together()
    assert all(size >= 3 for size in announced(pair).values())
    for lanes in pair.lanes().values():
        ages = [lane["heard_age_s"] for lane in lanes if lane["mirror_size"]]
        assert ages
        assert all(age is not None and age <= WAIT_S for age in ages), lanes


def test_what_is_said_while_nobody_fetches_waits(pair: RealPair) -> None:
    """The calling post is killed, perhaps with an answer it owes; started again it gets everything, once."""
    both_say(pair, 2)
    pair.served[CALLING].kill()
    for _ in range(3):
        pair.declare(CALLED)
    lanes = pair.served[CALLED].call("GET", "/v1/status")[1]["lanes"]
    assert any(lane["size"] > lane["confirmed"] for lane in lanes)
    pair.served[CALLING] = Served(pair.directories[CALLING])
    pair.come_together()
    shown = pair.served[CALLING].call("GET", "/v1/crossings?limit=100")[1]
    held = {crossing["id"] for crossing in shown["crossings"]}
    assert set(pair.declared[CALLED]) <= held


def test_a_restored_post_that_cannot_call_is_handed_back_what_it_said(pair: RealPair, tmp_path: Path) -> None:
    """Its asks for a fence and for its own entries go out with what is fetched, and the answers come with the next."""
    both_say(pair, 1)
    pair.come_together()
    backup = tmp_path / "backup.sqlite"
    run(["backup", str(pair.directories[CALLED]), str(backup)])
    both_say(pair, 2)
    pair.come_together()
    pair.served[CALLED].stop()
    run(["restore", str(pair.directories[CALLED]), str(backup)])
    pair.served[CALLED] = Served(pair.directories[CALLED])
    until = time.monotonic() + REOPENED_S
    while not reopened(pair):
        assert time.monotonic() < until, pair.lanes()
        time.sleep(0.2)
    pair.come_together()


def reopened(pair: RealPair) -> bool:
    """Tell whether the restored post says its log on in a new epoch, and the other holds it."""
    status = pair.lanes()
    mirrors = {lane["lane"]: lane for lane in status[CALLING]}
    return all(
        lane["epoch"] > 1 and mirrors[lane["lane"]]["mirror_epoch"] == lane["epoch"]
        for lane in status[CALLED]
        if lane["lane"] == "normal"
    )


def run(arguments: list[str]) -> None:
    """Run ``gatepair ledger``."""
    result = CliRunner().invoke(ledger, arguments)
    assert 0 == result.exit_code, result.output
