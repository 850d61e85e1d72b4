"""The epoch of a post's own ledger: after a restore it goes on as another log."""

from __future__ import annotations

from exchange.pair import NOW_MS, Node, pair, push
from exchange.steps import greeted, status
from gatepair.adapters.marks import MemoryMarks
from gatepair.adapters.memory import MemoryLedger
from gatepair.base import canonical
from gatepair.base.entries import Draft as EntryDraft
from gatepair.base.ids import StreamId
from gatepair.base.merkle import CompactRange
from gatepair.base.time import Instant
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.node.ports import Stamp


def ledger_signed(node: Node, *payloads: str) -> Checkpoint:
    """Record ``payloads`` in the post's own ledger, and return the checkpoint that it signs then."""
    with node.unit() as unit:
        for payload in payloads:
            stream = StreamId("gate/north-post")
            event = EntryDraft(stream, "Noted/1", canonical.encode({"text": payload}))
            stamp = Stamp(Instant(NOW_MS), "SYNTHETIC", "")
            unit.append([event], expected={stream: unit.version(stream)}, stamp=stamp)
    with node.ledger.read() as reader:
        tree = CompactRange.over(entry.leaf for entry in reader.entries(after=0, limit=100))
        return Checkpoint.parse(notes.parse(node.link.sign_ledger(reader, tree, ())).text)


def backup_with_facts(node: Node) -> MemoryLedger:
    """Return a copy of the ledger with its entries, as it is now."""
    copy = node.backup()
    copy._facts.extend(node.ledger._facts.entries[: node.ledger._kept.head.position])
    return copy


def test_a_ledger_that_was_put_back_goes_on_in_a_new_epoch() -> None:
    """What was signed of the lost end and what is signed in its place are of two logs, not two histories of one."""
    north, south = pair()
    first = ledger_signed(north, "a")
    backup = backup_with_facts(north)
    lost_end = ledger_signed(north, "b")
    north.restart()
    assert lost_end == ledger_signed(north)
    north.ledger = backup
    north.restart()
    instead = ledger_signed(north, "c")
    assert [(1, 1), (1, 2), (2, 2)] == [(each.origin.epoch, each.size) for each in (first, lost_end, instead)]
    assert lost_end.root != instead.root
    north.restart()
    assert (2, 3) == ((again := ledger_signed(north, "d")).origin.epoch, again.size)
    push(north, south)


def test_without_marks_the_lanes_tell_that_the_ledger_is_another() -> None:
    """A post whose marks were lost opens new epochs in its lanes, and its ledger goes on in one that is as new."""
    north, south = greeted()
    assert 1 == ledger_signed(north, "a").origin.epoch
    north.marks = MemoryMarks()
    north.restart()
    assert 2 == ledger_signed(north, "b").origin.epoch
    push(north, south)
    assert 3 == status(north)["epoch"] == ledger_signed(north, "c").origin.epoch
