"""One end of the link: what goes out, and how fresh the partner's word is."""

from __future__ import annotations

import pytest
from msgspec import structs

from exchange.pair import (
    ANNOUNCED,
    NORTH,
    NOW_MS,
    SOUTH,
    Crash,
    Dice,
    Node,
    agreement,
    keys_of,
    pair,
    push,
)
from exchange.steps import batch_of, changed_row, forged, greeted, outcome, status
from gatepair.base.errors import NotInAgreement, StorageDamaged
from gatepair.exchange.agreement import Mode
from gatepair.exchange.wire import (
    BATCH_BYTES_MAX,
    BATCH_ENTRIES_MAX,
    Outcome,
    decode_batch,
    decode_reply,
)
from gatepair.node.link import Link

# --- sending -------------------------------------------------------------------------------


def test_a_message_arrives_with_its_sections() -> None:
    """What is said on one side is delivered on the other, and receipted."""
    north, south = pair()
    leaf = north.say("X1", route={"number": 1}, goods=[1, 2])
    push(north, south)
    assert [leaf] == south.effects()
    assert (1, 1, 0) == tuple(status(north)[name] for name in ("size", "confirmed", "unconfirmed"))
    assert status(south)["mirror_size"] == 1


def test_only_agreed_sections_leave() -> None:
    """A section that the agreement does not list stays here; one that the type never has is an error."""
    terms = agreement()
    narrow = structs.replace(terms.messages[0], sections=("route",))
    narrowed = structs.replace(terms, messages=(narrow, *terms.messages[1:]))
    north, south = Node(NORTH, narrowed), Node(SOUTH, narrowed)
    north.say("X1", route=1, driver={"name": "synthetic person"})
    north.next()
    push(north, south)
    with north.ledger.read() as own, south.ledger.read() as mirror:
        (sent,), (held,) = (
            own.own_entries("normal", start=0, limit=9),
            mirror.mirror_entries("normal", start=0, limit=9),
        )
    assert sent == held
    assert b"synthetic person" not in (sent.body or b"")
    assert b"driver" not in sent.header
    with pytest.raises(NotInAgreement):
        north.say("X1", secret=1)


def test_unlisted_messages_are_not_sent() -> None:
    """A type that the agreement leaves out is not sent, and that is no error."""
    terms = agreement()
    north = Node(NORTH, structs.replace(terms, messages=terms.messages[1:]))
    assert north.say("X1", route=1) is None
    assert not north.link.lists(ANNOUNCED, now_ms=NOW_MS)
    assert north.link.lists("crossing.declined/1", "reasons", now_ms=NOW_MS)
    assert not north.link.lists("crossing.declined/1", "goods", now_ms=NOW_MS)


def test_no_agreement_in_force_no_message() -> None:
    """Before and after its validity the agreement lets nothing out."""
    north = Node(NORTH, structs.replace(agreement(), valid_from_ms=NOW_MS, valid_until_ms=NOW_MS + 1))
    assert north.say("X1", route=1) is not None
    north.now_ms += 1
    assert north.say("X1", route=1) is None
    assert north.next() is None


def test_no_agreement_in_force_no_mirror() -> None:
    """After its validity nothing is taken in either, and the reply says why."""
    terms = structs.replace(agreement(), valid_until_ms=NOW_MS + 1)
    north, south = Node(NORTH, terms), Node(SOUTH, terms)
    beat = north.beat()
    assert beat is not None
    south.now_ms += 1
    reply = decode_reply(south.take(beat))
    assert (Outcome.REJECTED, "exchange.agreement_not_in_force") == (reply.outcome, reply.code)


def test_alone_nothing_is_exchanged() -> None:
    """A post that works alone sends nothing, expects nothing, and refuses what comes."""
    north = Node(NORTH, agreement(Mode.ALONE))
    assert (north.link.mode, north.link.enabled) == ("alone", False)
    assert north.say("X1", route=1) is None
    assert north.link.partner_age_s(NOW_MS) is None
    assert Outcome.REJECTED is outcome(north.take(forged(Node(SOUTH), [])))
    with north.ledger.read() as reader:
        assert north.link.verify(reader).findings == ()
        assert north.link.status(reader, NOW_MS) == []


def say_and_die(node: Node) -> None:
    with node.unit() as unit:
        node.link.enqueue(unit, kind=ANNOUNCED, subject="X1", sections={}, now_ms=NOW_MS)
        raise Crash


def test_the_log_rolls_back_with_its_transaction() -> None:
    """A message whose transaction fails was never said."""
    north = Node(NORTH)
    with pytest.raises(Crash):
        say_and_die(north)
    assert status(north)["size"] == 0


def test_a_batch_holds_256_entries_at_most() -> None:
    """A long backlog goes in batches, in order and without a gap."""
    north, south = greeted()
    for number in range(BATCH_ENTRIES_MAX + 44):
        north.say(f"X{number}", route={"number": number})
    assert [256, 44] == [len(decode_batch(raw).entries) for raw in _drain(north, south)]
    assert len(south.effects()) == 301


def _drain(north: Node, south: Node) -> list[bytes]:
    sent = []
    while (raw := north.next()) is not None:
        sent.append(raw)
        north.accept(south.take(raw))
    return sent


def test_a_batch_holds_4_mib_at_most() -> None:
    """Large bodies make small batches."""
    north, south = greeted()
    for number in range(6):
        north.say(f"X{number}", goods="x" * 1_000_000)
    sent = _drain(north, south)
    assert all(len(raw) <= BATCH_BYTES_MAX for raw in sent)
    assert [4, 2] == [len(decode_batch(raw).entries) for raw in sent]


def test_a_flipped_bit_is_not_signed() -> None:
    """A row that does not match its hash any more stops the sender before it signs."""
    north, south = greeted()
    north.say("X1", route=1)
    rows = north.ledger._kept.own["normal"]
    rows[1] = changed_row(rows[1], header=rows[1].header.replace(b'"X1"', b'"X9"'))
    with pytest.raises(StorageDamaged):
        north.next()
    assert len(south.effects()) == 1
    with north.ledger.read() as reader:
        assert [finding.code for finding in north.link.verify(reader).findings] == ["exchange.log_damaged"]


def test_paced_lets_out_what_was_fixed() -> None:
    """With a stepped clock only what the last step fixed goes out."""
    north, south = greeted()
    north.link = Link(north.terms, NORTH, keys=keys_of(NORTH), entropy=Dice(9), paced=True)
    north.say("X1", route=1)
    with north.unit() as unit:
        north.link.fix_sizes(unit)
    north.say("X2", route=2)
    push_once = [len(decode_batch(raw).entries) for raw in (_step(north, south), _step(north, south)) if raw]
    assert [0, 1] == push_once
    assert north.next() is None
    with north.unit() as unit:
        north.link.fix_sizes(unit)
    assert len(decode_batch(batch_of(north)).entries) == 1


def _step(north: Node, south: Node) -> bytes | None:
    raw = north.next()
    if raw is not None:
        north.accept(south.take(raw))
    return raw


# --- freshness -----------------------------------------------------------------------------


def test_age_counts_from_the_last_complete_word() -> None:
    """The partner's word is as old as the last moment at which nothing of it was outstanding."""
    north, south = greeted()
    assert south.link.partner_age_s(NOW_MS + 43_999) == 43
    assert south.link.heard_size() == 1
    assert north.link.partner_age_s(NOW_MS) is None, "a receipt tells nothing of its writer's log"
    beat = south.beat()
    assert beat is not None
    south.accept(north.take(beat))
    assert north.link.partner_age_s(NOW_MS) == 0
    north.restart()
    assert north.link.partner_age_s(NOW_MS) is None


def test_a_heartbeat_renews_the_word_and_writes_nothing() -> None:
    """When nothing is new a fresh cosignature still shows that the partner lives."""
    north, south = greeted()
    south.say("X9", route=1)
    push(south, north)
    for node in (north, south):
        node.now_ms += 60_000
    kept = south.ledger._kept.states
    beat = north.beat()
    assert beat is not None
    assert not decode_batch(beat).entries
    north.accept(south.take(beat))
    assert south.link.partner_age_s(south.now_ms) == 0
    assert kept == south.ledger._kept.states
    south.now_ms += 30_000
    south.take(beat)
    assert south.link.partner_age_s(south.now_ms) == 30, "an old heartbeat played again is no sign of life"


def test_an_incomplete_backlog_is_no_fresh_word() -> None:
    """While part of the partner's log is outstanding its word is not fresh."""
    north, south = greeted()
    for number in range(BATCH_ENTRIES_MAX + 1):
        north.say(f"X{number}", route=1)
    north.now_ms = south.now_ms = NOW_MS + 600_000
    north.accept(south.take(batch_of(north)))
    assert south.link.partner_age_s(south.now_ms) == 600
    south.take(batch_of(north))
    assert south.link.partner_age_s(south.now_ms) == 0


def test_oldest_unconfirmed_age() -> None:
    """The status shows how long the oldest message has waited for its receipt."""
    north, _ = greeted()
    north.say("X1", route=1)
    north.now_ms += 90_000
    north.say("X2", route=1)
    assert (2, 90) == (status(north)["unconfirmed"], status(north)["oldest_unconfirmed_s"])
