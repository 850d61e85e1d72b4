"""The exchange over the real engine when the power fails in the middle of a write."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from exchange.pair import NORTH, SOUTH, Crash, Node, push
from exchange.sim.power import Platter, PoweredLedger, failing_power
from gatepair.adapters.marks import MemoryMarks
from gatepair.adapters.sqlite.engine import SqliteLedger
from gatepair.exchange.messages import Lane
from gatepair.node import link_state as states
from gatepair.node.link_state import LogPart
from gatepair.node.ports import LogEntry, Reader

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


def post(name: str, ledger: Any, marks: MemoryMarks) -> Node:
    """Return a post over ``ledger``, whose second medium has ``marks``."""
    node = Node(name)
    node.ledger, node.marks = ledger, marks
    node.restart()
    return node


def entries(reader: Reader, parts: Sequence[LogPart], read: Callable[..., Sequence[LogEntry]]) -> list[list[LogEntry]]:
    """Return what counts of a log, epoch by epoch."""
    return [list(read(reader, part.key, start=0, limit=part.size)) for part in parts]


@pytest.mark.parametrize("marks_lost", [False, True], ids=["marks", "marks lost"])
@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_said_and_receipted_survives_a_power_failure(tmp_path: Path, seed: int, marks_lost: bool) -> None:  # noqa: FBT001
    """Whatever of the unflushed writes is kept, lost or torn: nothing acknowledged is gone, and both logs become equal.

    With its marks the post goes on in the same epoch; without them a new one is opened, and all of the old one stays.
    """
    dice = random.Random(seed)
    platter = Platter(dice, writes_left=dice.randrange(150, WRITES_MAX))
    (tmp_path / "image").mkdir()
    south = Node(SOUTH)
    with failing_power(platter):
        ledger = PoweredLedger(tmp_path / "running", platter)
        running = post(NORTH, ledger, MemoryMarks({}))
        said, receipted = busy(running, south, dice)
        platter.write_image(tmp_path / "image")
        ledger.close()
    assert platter.failed
    found = SqliteLedger(tmp_path / "image")
    with found.read() as reader:
        assert said <= reader.own_size(LANE)
        assert receipted <= reader.mirror_size(LANE)
    north = post(NORTH, found, MemoryMarks(None if marks_lost or running.marks is None else running.marks.kept))
    for node, other in ((north, south), (south, north)) * 2:
        push(node, other)
    with found.read() as mine, south.ledger.read() as theirs:
        for writer, holder in ((mine, theirs), (theirs, mine)):
            own, mirrored = states.own_logs(writer, Lane.NORMAL), states.mirror_logs(holder, Lane.NORMAL)
            assert own == mirrored
            assert entries(writer, own, type(writer).own_entries) == entries(
                holder, mirrored, type(holder).mirror_entries
            )
        assert said <= sum(part.size for part in states.own_logs(mine, Lane.NORMAL))
        assert marks_lost == (len(states.own_logs(mine, Lane.NORMAL)) > 1)
        assert 1 == len(states.own_logs(theirs, Lane.NORMAL))
        assert north.link.verify(mine).findings == ()
    found.close()
