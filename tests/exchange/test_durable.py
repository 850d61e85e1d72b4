"""The link over the real storage: what was receipted is there after the files are opened again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from exchange.pair import NORTH, SOUTH, Node, push
from gatepair.adapters.sqlite.engine import SqliteLedger


def test_logs_mirrors_and_receipts_survive_reopening(tmp_path: Path) -> None:
    """Both sides close and open their files; both logs verify, and the exchange goes on where it was."""
    north, south = Node(NORTH), Node(SOUTH)
    places: dict[str, Path] = {node.post: tmp_path / node.post for node in (north, south)}

    def reopen() -> None:
        for node in (north, south):
            storage: Any = SqliteLedger(places[node.post])
            node.ledger = storage
            node.restart()

    reopen()
    for number in range(300):
        north.say(f"X{number}", route={"number": number})
    south.say(SOUTH, "route.stopped/1", stop={"direction": "in"})
    push(north, south)
    push(south, north, "urgent")
    for node in (north, south):
        node.ledger.close()
    reopen()
    north.say("X300", route={"number": 300})
    push(north, south)
    with north.ledger.read() as own, south.ledger.read() as mirror:
        mine, theirs = north.link.verify(own), south.link.verify(mirror)
        assert south.link.partner_age_s(south.now_ms) == 0
    assert (301, 301, 1) == (mine.sent, mine.receipted, mine.mirrored)
    assert (1, 1, 301) == (theirs.sent, theirs.receipted, theirs.mirrored)
    assert (*mine.findings, *theirs.findings) == ()
    assert [mine.lanes[index].own_root for index in (0, 1)] == [theirs.lanes[index].mirror_root for index in (0, 1)]
    assert len(south.effects()) == 301
    for node in (north, south):
        node.ledger.close()
