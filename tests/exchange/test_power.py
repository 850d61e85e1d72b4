"""The exchange over the real engine when the power fails in the middle of a write."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from exchange.pair import NORTH, SOUTH, Crash, Node, push
from exchange.sim.power import Platter, PoweredLedger, failing_power
from gatepair.adapters.sqlite.engine import SqliteLedger

LANE = "normal"
SEEDS = range(24)
WRITES_MAX = 900


def busy(north: Node, south: Node, dice: random.Random) -> tuple[int, int]:
    """Let two posts work until the power of the first fails; return what it said and what it receipted for certain."""
    said = receipted = 0
    for number in range(200):
        try:
            if dice.random() < 0.6:
                north.say(f"X{number}", route={"pad": "x" * dice.randrange(3_000)})
                said += 1
            else:
                south.say(f"Y{number}", route={"number": number})
            push(north, south)
            push(south, north)
        except Crash:
            break
        with south.ledger.read() as reader:
            receipted = max(receipted, (reader.receipt(LANE) or (0,))[0])
    return said, receipted


def post(name: str, ledger: Any) -> Node:
    """Return a post over ``ledger``."""
    node = Node(name)
    node.ledger = ledger
    node.restart()
    return node


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_said_and_receipted_survives_a_power_failure(tmp_path: Path, seed: int) -> None:
    """Whatever of the unflushed writes is kept, lost or torn: nothing acknowledged is gone, and both sides converge."""
    dice = random.Random(seed)
    platter = Platter(dice, writes_left=dice.randrange(150, WRITES_MAX))
    (tmp_path / "image").mkdir()
    south = Node(SOUTH)
    with failing_power(platter):
        ledger = PoweredLedger(tmp_path / "running", platter)
        said, receipted = busy(post(NORTH, ledger), south, dice)
        platter.write_image(tmp_path / "image")
        ledger.close()
    assert platter.failed
    found = SqliteLedger(tmp_path / "image")
    with found.read() as reader:
        assert said <= reader.own_size(LANE)
        assert receipted <= reader.mirror_size(LANE)
    north = post(NORTH, found)
    for node, other in ((north, south), (south, north)) * 2:
        push(node, other)
    with found.read() as mine, south.ledger.read() as theirs:
        # What a restore cut off stays in its log; the partner holds that log up to the fence.
        held = theirs.mirror_entries(LANE, start=0, limit=999)
        assert mine.own_entries(LANE, start=0, limit=len(held)) == held
        assert theirs.own_entries(LANE, start=0, limit=999) == mine.mirror_entries(LANE, start=0, limit=999)
        assert north.link.verify(mine).findings == ()
    found.close()
