"""One end of the link: what comes in, and what is done with what should not have come."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import Raw, structs

from exchange.pair import (
    NORTH,
    NOW_MS,
    SOUTH,
    Dice,
    Node,
    agreement,
    key,
    keys_of,
    pair,
    party,
    push,
    record_effect,
)
from exchange.steps import batch_of, changed_row, forged, greeted, outcome, row, status
from gatepair.adapters.memory import MemoryLedger
from gatepair.base import canonical
from gatepair.base.canonical import decode_as
from gatepair.base.errors import NotInAgreement, SameKeyTwice, SettingInvalid
from gatepair.base.merkle import CompactRange, leaf_hash
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Terms
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.exchange.envelope import parse_header
from gatepair.exchange.findings import UNSUPPORTED_TYPE
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.messages import Lane
from gatepair.exchange.receiver import check_signer
from gatepair.exchange.wire import (
    BATCH_BYTES_MAX,
    Outcome,
    decode_batch,
    decode_reply,
    encode_batch,
)
from gatepair.node.link import Link, LinkKeys
from gatepair.node.link_state import QUARANTINE, SetAside
from gatepair.node.ports import LogEntry

# --- receiving -----------------------------------------------------------------------------


def test_the_same_batch_gets_the_same_receipt() -> None:
    """A batch that comes twice has its effect once and is receipted twice, alike."""
    north, south = greeted()
    north.say("X1", route=1)
    raw = batch_of(north)
    assert south.take(raw) == south.take(raw)
    assert len(south.effects()) == 2


def test_an_old_batch_is_receipted_with_what_is_held() -> None:
    """A batch from long ago is answered by the receipt over all that is held now."""
    north, south = greeted()
    north.say("X1", route=1)
    old = batch_of(north)
    north.accept(south.take(old))
    for number in range(8):
        north.say(f"Y{number}", route=1)
        push(north, south)
    reply = decode_reply(south.take(old))
    assert (Outcome.RECEIVED, 10) == (reply.outcome, reply.next)
    assert Checkpoint.parse(notes.parse(reply.note).text).size == 10


def test_a_gap_is_answered_by_what_is_wanted() -> None:
    """A batch from beyond the end is not kept; the answer names the index to go on from."""
    north, south = greeted()
    south.ledger = MemoryLedger()
    south.restart()
    north.say("X1", route=1)
    reply = south.take(batch_of(north))
    assert (Outcome.GAP, 0) == (decode_reply(reply).outcome, decode_reply(reply).next)
    assert north.accept(reply).more
    push(north, south)
    assert len(south.effects()) == 2


def test_catch_up_after_days_has_no_gap() -> None:
    """After a cut of days everything follows in order, without help."""
    north, south = greeted()
    for day in range(3):
        north.now_ms += 86_400_000
        for number in range(200):
            north.say(f"D{day}.{number}", route={"number": number})
    south.now_ms = north.now_ms
    push(north, south)
    with north.ledger.read() as reader:
        wrote = [entry.leaf for entry in reader.own_entries("normal", start=0, limit=1_000)]
    assert wrote == south.effects()


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda raw: raw[:-1], "cut short"),
        (lambda _: b"", "empty"),
        (lambda _: b"[]", "another shape"),
        (lambda raw: raw.replace(b'"v":1', b'"v":2', 1), "another version"),
        (lambda raw: raw.replace(b'"start":1', b'"start":0'), "another start"),
        (lambda raw: raw.replace(b'"size":2', b'"size":3'), "another length"),
        (lambda raw: raw.replace(b'"value":1', b'"value":2'), "another body"),
        (lambda raw: raw.replace(b'"subject":"X1"', b'"subject":"X2"'), "another header"),
        (lambda raw: raw.replace(b"normal#1", b"normal#2"), "another epoch"),
        (lambda raw: raw.replace(b"north-post", b"south-post"), "another log"),
        (lambda raw: raw + b" " * BATCH_BYTES_MAX, "oversize"),
    ],
)
def test_damaged_batches_change_nothing(change: Any, why: str) -> None:
    """Whatever is changed on the way, nothing is kept and the true batch is taken afterwards."""
    north, south = greeted()
    north.say("X1", route=1)
    raw = batch_of(north)
    assert Outcome.REJECTED is outcome(south.take(change(raw))), why
    assert len(south.effects()) == 1
    north.accept(south.take(raw))
    assert len(south.effects()) == 2


def test_a_stripped_body_is_refused() -> None:
    """Nobody on the line can withhold a body: the writer signs which bodies it sends."""
    north, south = greeted()
    north.say("X1", route=1)
    batch = decode_batch(batch_of(north))
    bare = structs.replace(batch, entries=tuple(structs.replace(each, body=Raw(b"null")) for each in batch.entries))
    assert Outcome.REJECTED is outcome(south.take(encode_batch(bare)))


def test_the_writer_may_withhold_a_body() -> None:
    """An entry whose body its writer erased arrives with its header alone."""
    north, south = greeted()
    north.say("X1", route=1)
    with north.unit() as unit:
        unit.erase_body("normal", 1, mirrored=False)
    push(north, south)
    with south.ledger.read() as reader:
        assert reader.mirror_entries("normal", start=1, limit=1)[0].body is None
        assert south.link.verify(reader).findings == ()


@pytest.mark.parametrize("post", [SOUTH, "elsewhere"])
def test_strangers_are_screened(post: str) -> None:
    """A batch that the partner did not sign does not reach the ledger."""
    _, south = greeted()
    stranger = Node(NORTH)
    raw = forged(stranger, [row(0, node=stranger)]).replace(b"north-post", post.encode())
    with pytest.raises(Exception, match=r"log|signed|false"):
        south.link.screen("normal", raw)
    with pytest.raises(NotInAgreement):
        south.link.screen("sideways", raw)


def test_true_batches_pass_the_screen() -> None:
    """The partner's batch passes, and its checkpoint is what was signed."""
    north, south = greeted()
    beat = north.beat()
    assert beat is not None
    south.link.screen("normal", beat)
    origin = north.terms.origin(NORTH, Lane.NORMAL, 1)
    assert check_signer(decode_batch(beat), origin, KeyRing.of([north.terms])).size == 1


def test_what_is_not_agreed_is_quarantined() -> None:
    """An entry under another agreement is mirrored without its body, receipted, not delivered, and answered."""
    _, south = pair()
    north = Node(NORTH)
    other = Terms.of(structs.replace(north.terms, version=2))
    raw = forged(north, [row(0, node=north, terms=other), row(1, node=north)])
    reply = decode_reply(south.take(raw))
    assert (Outcome.RECEIVED, 2) == (reply.outcome, reply.next)
    with south.ledger.read() as reader:
        first, second = reader.mirror_entries("normal", start=0, limit=2)
        (answer,) = reader.own_entries("normal", start=0, limit=9)
        (quarantined,) = reader.rows(QUARANTINE)
    assert (None, True) == (first.body, second.body is not None)
    assert [second.leaf] == south.effects()
    kept = decode_as(SetAside, quarantined.document)
    assert (0, parse_header(first.header).id, "not_in_agreement") == (kept.index, kept.id, kept.why)
    assert parse_header(answer.header).type == "outcome/1"
    assert first.leaf.hex() == parse_header(answer.header).re[0].leaf
    assert b"exchange.unsupported_type" in (answer.body or b"")


def test_a_malformed_header_under_a_true_root_is_kept() -> None:
    """What the writer signed is mirrored even when it cannot be read: the log goes on."""
    _, south = pair()
    north = Node(NORTH)
    good = row(0, node=north)
    header = good.header.replace(b'"v":1', b'"v":7')
    bad = LogEntry(0, header, good.body, leaf_hash(header))
    assert Outcome.RECEIVED is outcome(south.take(forged(north, [bad, row(1, node=north)])))
    assert len(south.effects()) == 1


def test_an_outcome_is_never_answered_by_an_outcome() -> None:
    """A quarantined outcome is not answered, so that two posts never talk in circles."""
    _, south = pair()
    north = Node(NORTH)
    other = Terms.of(structs.replace(north.terms, version=2))
    entry = row(0, node=north, terms=other, kind="outcome/1", sections={"outcome": {"verdict": "accepted"}})
    south.take(forged(north, [entry]))
    assert status(south)["size"] == 0


def test_an_id_used_again_for_the_same_is_done_once() -> None:
    """A message issued again under its id has no second effect."""
    _, south = pair()
    north = Node(NORTH)
    again = row(0, node=north)
    second = LogEntry(1, again.header, again.body, again.leaf)
    south.take(forged(north, [again, second]))
    assert len(south.effects()) == 1
    assert status(south)["size"] == 0


def test_an_id_used_again_for_something_else_is_quarantined() -> None:
    """The same id with other content has no effect and is answered with its finding."""
    _, south = pair()
    north = Node(NORTH)
    south.take(forged(north, [row(0, node=north), row(1, node=north, value=2, id="M0")]))
    assert len(south.effects()) == 1
    with south.ledger.read() as reader:
        (answer,) = reader.own_entries("normal", start=0, limit=9)
    assert b"exchange.id_reused" in (answer.body or b"")


def test_two_histories_freeze_the_lane() -> None:
    """Two signed histories are kept as evidence and the lane is frozen; nothing of the second is taken."""
    _, south = pair()
    north = Node(NORTH)
    rows = [row(index, node=north) for index in range(3)]
    south.take(forged(north, rows[:2]))
    fork = [rows[0], row(1, node=north, value=9)]
    reply = south.take(forged(north, fork))
    assert Outcome.CONTRADICTION is outcome(reply)
    assert Outcome.FROZEN is outcome(south.take(forged(north, rows)))
    assert (1, "contradiction") == (status(south)["evidence"], status(south)["frozen_in"])
    with south.ledger.read() as reader:
        ((_, evidence),) = reader.states("exchange/evidence/normal/")
        assert "exchange.lane_frozen" in {finding.code for finding in south.link.verify(reader).findings}
    kept = json.loads(evidence)
    for shown in ("held", "shown"):
        notes.verify(notes.parse(kept[shown]), north.link.me.log_verifier(north.terms.origin(NORTH, Lane.NORMAL, 1)))
    assert len(south.effects()) == 2


def test_a_longer_second_history_freezes_the_lane() -> None:
    """A fork is seen even when the second history has grown beyond the first."""
    _, south = pair()
    north = Node(NORTH)
    south.take(forged(north, [row(index, node=north) for index in range(2)]))
    fork = [row(0, node=north), *(row(index, node=north, value=9) for index in (1, 2, 3))]
    assert Outcome.CONTRADICTION is outcome(south.take(forged(north, fork)))


# --- receipts ------------------------------------------------------------------------------


def test_an_unsigned_claim_stops_nobody() -> None:
    """Refusals and claims of the line that nobody signed are shown and do not freeze our lane."""
    north, south = greeted()
    north.say("X1", route=1)
    for made in (
        {"outcome": "gap", "next": 99},
        {"outcome": "closed"},
        {"outcome": "frozen"},
        {"outcome": "contradiction"},
        {"outcome": "rejected"},
    ):
        north.accept(canonical.encode({"v": 1, **made}))
        assert (status(north)["frozen_out"], status(north)["answer"]) == ("", made["outcome"])
    push(north, south)
    assert len(south.effects()) == 2


@pytest.mark.parametrize(
    "reply", [b"", b"{}", b'{"outcome":"received","v":1}', b'{"outcome":"maybe","v":1}', b"<html>"]
)
def test_what_is_no_reply_confirms_nothing(reply: bytes) -> None:
    """A reply that cannot be read, or a receipt without signatures, is refused and the batch is sent again."""
    north, south = greeted()
    north.say("X1", route=1)
    with pytest.raises(Exception, match=r".+"):
        north.accept(reply)
    assert status(north)["confirmed"] == 1
    push(north, south)
    assert status(north)["confirmed"] == 2


def test_a_receipt_of_somebody_else_is_refused() -> None:
    """A receipt must bear the partner's mirror key, not our own."""
    north, south = greeted()
    north.say("X1", route=1)
    reply = decode_reply(south.take(batch_of(north)))
    signed = notes.parse(reply.note)
    line = notes.cosign(signed.text, name=north.link.me.mirror_name, key=keys_of(NORTH).mirror, at_s=1)
    false = structs.replace(reply, note=notes.Note(signed.text, (signed.lines[0], line)).to_text())
    with pytest.raises(Exception, match="not signed"):
        north.accept(canonical.encode(false))


def test_verify_finds_a_false_receipt() -> None:
    """A stored receipt that is not over our log is named."""
    north, south = greeted()
    north.ledger._kept.receipted["normal"] = ((1, south.ledger._kept.checkpoints["normal"]),)
    with north.ledger.read() as reader:
        report = north.link.verify(reader)
    assert (["exchange.receipt_false"], 0) == ([finding.code for finding in report.findings], report.receipted)


def test_verify_finds_a_changed_mirror() -> None:
    """A changed body, and a checkpoint that does not fit, are named."""
    _, south = greeted()
    rows = south.ledger._kept.mirror["normal"]
    rows[0] = changed_row(rows[0], body=(rows[0].body or b"").replace(b'"number":0', b'"number":7'))
    south.ledger._kept.checkpoints["normal"] = b"nothing"
    with south.ledger.read() as reader:
        found = [finding.code for finding in south.link.verify(reader).findings]
    assert found == ["exchange.log_damaged", "exchange.checkpoint_false"]


def test_verify_counts() -> None:
    """The report says how much was sent, receipted and mirrored."""
    north, south = greeted()
    with north.ledger.read() as own, south.ledger.read() as mirror:
        mine, theirs = north.link.verify(own), south.link.verify(mirror)
    assert (1, 1, 0) == (mine.sent, mine.receipted, mine.mirrored)
    assert (0, 0, 1) == (theirs.sent, theirs.receipted, theirs.mirrored)
    assert mine.lanes[1].own_root == theirs.lanes[1].mirror_root
    assert json.loads(canonical.encode(mine.to_wire()))["findings"] == []


# --- at the start --------------------------------------------------------------------------


def test_two_posts_with_one_key_do_not_start() -> None:
    """A key that both posts hold is refused with the names of both."""
    terms = agreement()
    copied = structs.replace(terms.parties[1], log_key=terms.parties[0].log_key)
    with pytest.raises(SameKeyTwice, match="north-post and south-post"):
        Link(structs.replace(terms, parties=(terms.parties[0], copied)), NORTH, keys=keys_of(NORTH), entropy=Dice(1))


@pytest.mark.parametrize("keys", [None, LinkKeys(log=key(9), mirror=key(3)), LinkKeys(log=key(2), mirror=key(9))])
def test_other_keys_than_agreed_do_not_start(keys: LinkKeys | None) -> None:
    """A node without keys, or with other keys than the agreement names, does not start."""
    with pytest.raises(SettingInvalid):
        Link(agreement(), NORTH, keys=keys, entropy=Dice(1))


def test_an_unsound_agreement_does_not_start() -> None:
    """An agreement with findings cannot be used."""
    terms = structs.replace(agreement(), parties=(party("n.example", NORTH, 1), party("s.example", SOUTH, 4)), lanes=())
    with pytest.raises(SettingInvalid):
        Link(terms, NORTH, keys=keys_of(NORTH), entropy=Dice(1))


def test_the_ledger_checkpoint_is_signed() -> None:
    """The checkpoint over the post's own ledger carries its lines and verifies under the published key."""
    north = Node(NORTH)
    with north.ledger.read() as reader:
        signed = notes.parse(north.link.sign_ledger(reader, CompactRange(), ["order out 0 x"]))
    assert notes.verify(signed, notes.from_vkey(north.link.ledger_verifier_key())) == 0
    assert Checkpoint.parse(signed.text).extensions == ("order out 0 x",)


def test_answers_name_the_entry() -> None:
    """An outcome names the entry it answers by log, index and leaf, with its verdict."""
    north, south = pair()
    north.say("X1", route=1)

    def refuse(unit: Any, opened: Any) -> None:
        record_effect(unit, opened)
        south.link.answer(unit, opened, (UNSUPPORTED_TYPE.at(type="x"),), now_ms=NOW_MS)

    north.accept(south.take(batch_of(north)))
    with south.unit() as unit:
        south.link.receive(unit, "normal", batch_of(north), now_ms=NOW_MS, deliver=refuse)
    with south.ledger.read() as reader:
        (entry,) = reader.own_entries("normal", start=0, limit=9)
    header = parse_header(entry.header)
    assert ("n.example/north-post/trial/normal#1", 0) == (header.re[0].log, header.re[0].index)
    assert json.loads(entry.body or b"")["sections"]["outcome"]["value"] == {
        "codes": ["exchange.unsupported_type"],
        "verdict": "refused",
    }
    assert [1] == [heard.size for heard in header.heard]


def test_a_sign_of_life_belongs_to_its_batch() -> None:
    """A newer cosignature put into an older batch is seen: with it a partner's later words could be kept from us."""
    north, south = greeted()
    south.say("X9", route=1)
    push(south, north)
    old = north.beat()
    for node in (north, south):
        node.now_ms += 600_000
    north.say("X1", route=1)
    newer = decode_batch(batch_of(north))
    assert old is not None
    assert newer.cosigned
    mixed = encode_batch(structs.replace(decode_batch(old), cosigned=newer.cosigned))
    assert Outcome.REJECTED is outcome(south.take(mixed))
    assert 600 == south.link.partner_age_s(south.now_ms)
