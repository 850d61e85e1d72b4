"""What a restore in the middle of a way back must not do: open an epoch twice, or lose what had come back."""

from __future__ import annotations

import pytest

from exchange.pair import NOW_MS, Node, pair, push
from exchange.steps import batch_of, changed_row, outcome, status
from exchange.test_restoring import ids, lost, say
from gatepair.adapters.marks import MemoryMarks
from gatepair.adapters.memory import MemoryLedger
from gatepair.base.errors import StorageDamaged
from gatepair.exchange.calls import Call
from gatepair.exchange.wire import Outcome, decode_batch


def test_a_partner_that_lost_its_own_fence_gets_what_was_fetched_from_it() -> None:
    """Restored between its fence and the end of the fetching, it is told again what it had handed back meanwhile."""
    north, south = pair()
    say(north, "X0")
    push(north, south)
    short = south.backup()
    say(north, "X1", "X2")
    push(north, south)
    north.restore(MemoryLedger())
    while (called := north.asked()) is not None and called[0] is Call.FENCE:
        north.answered(called[0], south.serve(*called))
    assert "pulling" == status(north)["recovering"]
    handed = south.serve(*called) if called else b""
    south.restore(short)
    north.answered(Call.RETURN, handed)
    push(north, south)
    assert ["M-X0", "M-X1", "M-X2"] == ids(north, mirrored=False) == ids(south, mirrored=True)
    with north.ledger.read() as own, south.ledger.read() as mirror:
        assert () == north.link.verify(own).findings == south.link.verify(mirror).findings


def say_again(node: Node) -> None:
    with node.unit() as unit:
        while node.link.repeat(unit, "normal", now_ms=NOW_MS):
            pass


@pytest.mark.parametrize("how", ["marks lost", "declared"])
@pytest.mark.parametrize(("answers", "phase"), [(1, "fencing"), (2, "pulling"), (3, "repeating")])
def test_a_backup_from_the_middle_of_a_recovery_opens_no_epoch_twice(answers: int, phase: str, how: str) -> None:
    """What a restored ledger knows of a fence may be older than the epoch that was opened from it and signed for."""
    north, south, _ = lost(sent=3, kept=1)
    north.marks = MemoryMarks()
    north.restart()
    for _ in range(answers):
        called = north.asked()
        assert called is not None
        answer = south.serve(*called)
        with north.unit() as unit:
            north.link.recover(unit, "normal", called[0], answer, now_ms=NOW_MS)
    assert phase == status(north)["recovering"]
    backup, marks = north.backup(), MemoryMarks(dict(north.marks.kept or {}))
    say(north, "F0")
    while (called := north.asked()) is not None:
        north.answered(called[0], south.serve(*called))
    say_again(north)
    north.accept(south.take(batch_of(north)))
    flight = batch_of(north)
    assert 3 == decode_batch(flight).start + len(decode_batch(flight).entries) + 1, "the opening and F0"
    north.marks = marks if how == "declared" else MemoryMarks()
    north.restore(backup)
    if how == "declared":
        with north.unit() as unit:
            north.link.declare_restored(unit, now_ms=NOW_MS)
    say(north, "Y0")
    say_again(north)
    while (called := north.call()) is not None:
        if called[0] is Call.ENTRIES:
            assert decode_batch(flight).origin != decode_batch(called[1]).origin, "the epoch was opened twice"
        north.answered(called[0], south.serve(*called))
    assert Outcome.CLOSED is outcome(south.take(flight))
    assert ids(north, mirrored=False) == ids(south, mirrored=True) == ["M-X0", "M-X1", "M-X2", "M-Y0"]


def test_a_late_receipt_of_the_old_epoch_is_no_place_in_the_new_one() -> None:
    """What comes late while a lane recovers does not move the beginning of the epoch that is opened then."""
    north, south = pair()
    say(north, "X0")
    early = south.take(batch_of(north))
    north.accept(early)
    early = south.take(batch_of(north))
    north.accept(early)
    say(north, "X1", "X2")
    push(north, south)
    with north.unit() as unit:
        north.link.declare_restored(unit, now_ms=NOW_MS)
    say(north, "Y0")
    north.accept(early)
    while (called := north.asked()) is not None:
        north.answered(called[0], south.serve(*called))
    say_again(north)
    first = decode_batch(batch_of(north))
    assert (0, ()) == (first.start, first.entries), "nothing is signed before the partner was greeted"
    push(north, south)
    assert ids(north, mirrored=False) == ids(south, mirrored=True) == ["M-X0", "M-X1", "M-X2", "M-Y0"]


def test_a_rotten_leaf_stops_a_sender_that_goes_back() -> None:
    """A partner that lost something makes us build the tree anew: from a leaf that rotted since nothing is signed."""
    north, south = pair()
    say(north, "X0", "X1")
    push(north, south)
    backup = south.backup()
    say(north, "X2", "X3")
    push(north, south)
    rows = north.ledger._kept.own["normal"]
    rows[0] = changed_row(rows[0], leaf=bytes(32))
    south.restore(backup)
    raw = north.beat()
    assert raw is not None
    north.accept(south.take(raw))
    with pytest.raises(StorageDamaged):
        north.next()


def test_a_partner_that_holds_less_than_its_fence_said_is_asked_for_another() -> None:
    """Restored between its fence and the fetching it hands back nothing: no epoch goes on from what nobody fetched."""
    north, south = pair()
    say(north, "X0")
    late = [batch_of(north)]
    north.accept(south.take(late[0]))
    late.append(batch_of(north))
    push(north, south)
    north.restore(MemoryLedger())
    while (called := north.asked()) is not None and called[0] is Call.FENCE:
        north.answered(called[0], south.serve(*called))
    assert "pulling" == status(north)["recovering"]
    # The marks of the partner are lost with its ledger, so that nothing tells it of the closed epoch.
    south.marks = MemoryMarks()
    south.restore(MemoryLedger())
    called = north.asked()
    assert called is not None
    assert Call.RETURN is called[0]
    handed = south.serve(*called)
    for batch in late:
        south.take(batch)
    north.answered(Call.RETURN, handed)
    asked = north.asked()
    assert asked is not None
    assert Call.FENCE is asked[0]
    push(north, south)
    assert ["M-X0"] == ids(north, mirrored=False) == ids(south, mirrored=True)
    with north.ledger.read() as own, south.ledger.read() as mirror:
        assert () == north.link.verify(own).findings == south.link.verify(mirror).findings


def test_a_declaration_goes_further_than_marks_that_show_a_restore() -> None:
    """Marks put back with the ledger may show a restore, and still not know of the epoch that followed it."""
    north, south = pair()
    say(north, "X0")
    push(north, south)
    backup = north.backup()
    say(north, "X1")
    push(north, south)
    marks = MemoryMarks(dict((north.marks and north.marks.kept) or {}))
    north.restore(backup)
    say(north, "F0")
    while (called := north.asked()) is not None:
        north.answered(called[0], south.serve(*called))
    north.accept(south.take(batch_of(north)))
    flight = batch_of(north)
    north.marks = marks
    north.restore(backup)
    with north.unit() as unit:
        north.link.declare_restored(unit, now_ms=NOW_MS)
    say(north, "Y0")
    while (called := north.call()) is not None:
        if called[0] is Call.ENTRIES:
            assert decode_batch(flight).origin != decode_batch(called[1]).origin, "the epoch was opened twice"
        north.answered(called[0], south.serve(*called))
    assert Outcome.CLOSED is outcome(south.take(flight))
    assert ids(north, mirrored=False) == ids(south, mirrored=True) == ["M-X0", "M-X1", "M-Y0"]
