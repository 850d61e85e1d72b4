"""The receiving half as a function: what a judgement says beside its kind, for each way a batch can be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exchange.pair import NORTH, NOW_MS, SOUTH, Dice, agreement, key, keys_of
from gatepair.base.errors import EnvelopeRejected
from gatepair.base.merkle import CompactRange
from gatepair.conformance.logs import STRAIGHT, Author, OutLog, Row, Twist, make_batch
from gatepair.exchange.agreement import Terms
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.exchange.fence import FENCE_SECTION, Fence, check_fence, sign_fence
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.messages import LOG_OPENED, Lane
from gatepair.exchange.receiver import (
    QUARANTINE_MALFORMED,
    QUARANTINE_NOT_AGREED,
    Bench,
    Closed,
    Contradicted,
    Gap,
    Judged,
    Judgement,
    Mirror,
    Rejected,
    Taken,
    judge,
)
from gatepair.exchange.wire import Batch

TERMS = Terms.of(agreement())
AUTHOR = Author(TERMS, NORTH, Dice(7), NOW_MS)
KEY = keys_of(NORTH).log


def log(count: int = 0, *, epoch: int = 1) -> OutLog:
    """Return the northern log with ``count`` entries."""
    made = OutLog(TERMS.agreement.origin(NORTH, Lane.NORMAL, epoch))
    made.keep([AUTHOR.entry(Lane.NORMAL, now_ms=NOW_MS) for _ in range(count)])
    return made


def batch(held: OutLog, rows: list[Row], *, start: int | None = None, twist: Twist = STRAIGHT) -> Batch:
    """Return the batch of ``rows`` behind ``held``, or behind its first ``start`` entries."""
    return make_batch(held, rows, start=held.size if start is None else start, key=KEY, twist=twist)


def mirror_of(held: OutLog) -> Mirror:
    """Return the mirror that holds ``held`` under a note of its own."""
    return Mirror(held.origin, held.tree_at(held.size), "first note")


def judged(found: Batch, held: OutLog, mirror: Mirror | None = None) -> Judgement:
    """Return what a mirror that holds ``held`` makes of a batch."""
    bench = Bench(KeyRing.of((TERMS.agreement,)), (TERMS,), held.tree_at)
    return judge(found, mirror or mirror_of(held), bench)


def entry() -> Row:
    return AUTHOR.entry(Lane.NORMAL, now_ms=NOW_MS)


def test_a_heartbeat_leaves_the_first_note_in_place() -> None:
    """The receipt over a size stays the same, so the note that was held first stays the one that is cosigned."""
    held = log(3)
    mirror = mirror_of(held)
    assert Taken(mirror, (), complete=True) == judged(batch(held, []), held, mirror)


def test_the_first_note_is_kept_when_there_is_none() -> None:
    """Over an empty log the greeting gives the note."""
    held = log()
    greeting = batch(held, [])
    found = judged(greeting, held, Mirror(held.origin, CompactRange()))
    assert isinstance(found, Taken)
    assert greeting.checkpoint == found.mirror.checkpoint


def test_a_heartbeat_over_another_root_contradicts() -> None:
    """Two roots signed for the size that is held are two histories, also when no entry comes along."""
    held = log(2)
    shown, mirror = batch(held, [], twist=Twist(root=b"\x11" * 32)), mirror_of(held)
    message = "two roots are signed for one size"
    assert Contradicted(mirror, "first note", shown.checkpoint, message) == judged(shown, held, mirror)


def test_a_second_history_brings_its_headers() -> None:
    """Where the fork begins before the end of the mirror, its headers are needed to see that both cannot be true."""
    held = log(3)
    other = [entry(), entry(), entry()]
    shown = batch(held, other, start=1)
    found = judged(shown, held)
    assert isinstance(found, Contradicted)
    assert (1, tuple(row.header for row in other)) == (found.start, found.headers)
    assert ("first note", shown.checkpoint) == (found.held, found.shown)
    assert "the entries signed are not the ones signed before" == found.message


def test_any_other_root_proves_nothing() -> None:
    """It is damage on the way as far as anybody can tell, and is told so."""
    held = log(1)
    mirror, message = mirror_of(held), "the signed root is not the root of the entries sent"
    found = judged(batch(held, [entry()], twist=Twist(root=b"\x22" * 32)), held, mirror)
    assert Rejected(mirror, EnvelopeRejected.code, message) == found


def test_a_malformed_header_is_kept_as_it_is() -> None:
    """Header and leaf are kept, the body is not, and the reason is named."""
    held, bad = log(1), Row.of(b'{"no":"header"}', b'{"sections":{}}')
    found = judged(batch(held, [bad]), held)
    assert isinstance(found, Taken)
    assert (Judged(1, bad.header, None, bad.leaf, None, None, quarantine=QUARANTINE_MALFORMED),) == found.new


def test_a_header_under_another_agreement_is_kept_and_read() -> None:
    """What it says of itself is kept with the reason, for the answer; the body is not."""
    held, bad = log(1), entry().changed(agreement="00" * 32)
    found = judged(batch(held, [bad]), held)
    assert isinstance(found, Taken)
    (one,) = found.new
    assert (1, bad.header, None, bad.leaf, None) == (one.index, one.header, one.body, one.leaf, one.opened)
    assert QUARANTINE_NOT_AGREED == one.quarantine
    assert one.read is not None


@pytest.mark.parametrize(
    ("twist", "message"),
    [
        (Twist(origin="n.example/north-post/trial/urgent#1"), "the batch is of another log"),
        (Twist(batch_key=key(9)), "the signature of the batch is false"),
        (Twist(end=5), "the checkpoint does not stand at the end of the batch"),
    ],
)
def test_a_refusal_says_what_does_not_verify(twist: Twist, message: str) -> None:
    """Each is refused for its own reason, and nothing of the mirror changes."""
    held = log(1)
    mirror = mirror_of(held)
    found = judged(batch(held, [entry()], twist=twist), held, mirror)
    assert Rejected(mirror, EnvelopeRejected.code, message) == found


def test_an_opening_closes_all_epochs_before() -> None:
    """Taken, the mirror stands in the new epoch and knows the one before as closed; late batches of that are closed."""
    held, next_log = log(2), log(epoch=3)
    mirror = Mirror(held.origin, held.tree, "first note", closed=2)
    section = {"closed": 2, "epoch": 1, "root": held.root_at(2).hex(), "size": 2}
    opening = AUTHOR.entry(Lane.NORMAL, now_ms=NOW_MS, kind=LOG_OPENED, sections={FENCE_SECTION: section})
    found = judged(batch(next_log, [opening]), held, mirror)
    assert isinstance(found, Taken)
    assert (next_log.origin, 1, 2) == (found.mirror.origin, found.mirror.tree.size, found.mirror.closed)
    assert Closed(found.mirror) == judged(batch(held, [entry()]), held, found.mirror)
    elsewhere = AUTHOR.entry(
        Lane.NORMAL, now_ms=NOW_MS, kind=LOG_OPENED, sections={FENCE_SECTION: section | {"size": 1}}
    )
    assert Gap(mirror) == judged(batch(next_log, [elsewhere]), held, mirror)


def test_a_fence_names_one_log_and_one_place() -> None:
    """One over two logs, or with lines that mean nothing here, is no fence, whoever signed it."""
    held = log(1)
    stand = Checkpoint(held.origin, 1, held.root_at(1))
    south, mirror_key = agreement().party(SOUTH), keys_of(SOUTH).mirror
    good = Fence(1, stand)
    assert good == check_fence(sign_fence(good, south, key=mirror_key, at_s=1), log=held.origin, holder=south)
    longer = Fence(1, replace(stand, extensions=("and more",)))
    with pytest.raises(EnvelopeRejected, match="one log and one place"):
        check_fence(sign_fence(longer, south, key=mirror_key, at_s=1), log=held.origin, holder=south)
    two = good.to_text().replace("normal#1\n", "urgent#1\n", 1)
    with pytest.raises(EnvelopeRejected, match="one log and one place"):
        Fence.parse(two)
    with pytest.raises(EnvelopeRejected, match="the note is no fence"):
        Fence.parse(stand.to_text())
