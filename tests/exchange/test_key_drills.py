"""Drills with keys on two posts: rotation, a stolen log key, a stolen mirror key, a lost root."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from msgspec import structs

from exchange.key_life import MIRROR, NEW, NORTH_ROOT, OLD, SOUTH_ROOT, THIRD, positions, said, statement
from exchange.pair import NORTH, NOW_MS, SOUTH, Dice, Node, key, keys_of, push
from exchange.proofs import policy, root_note
from exchange.steps import batch_of, outcome
from gatepair.base.errors import EnvelopeRejected, Refused, SettingInvalid
from gatepair.base.merkle import CompactRange
from gatepair.exchange import note as notes
from gatepair.exchange.envelope import parse_header
from gatepair.exchange.key_statements import KeyAct, KeyUse
from gatepair.exchange.messages import Lane
from gatepair.exchange.note import LogVerifier, MirrorVerifier
from gatepair.exchange.report import Verdict
from gatepair.exchange.signer import SigningKey
from gatepair.exchange.verify import verify
from gatepair.exchange.wire import Outcome, decode_batch, decode_reply
from gatepair.node.link import Link, LinkKeys
from gatepair.node.link_keys import positions_now
from gatepair.node.link_receipts import newest
from gatepair.node.link_state import kept_statements, mirror_logs, mirror_state, own_state

LOG_NAME = "n.example/north-post/trial/normal"
MIRROR_NAME = "n.example/north-post/mirror"


@dataclass
class Keyed(Node):
    """A post that may hold other keys than its agreement names."""

    logs: Sequence[SigningKey] = ()
    mirrors: Sequence[SigningKey] = ()
    link: Link = field(init=False)

    def restart(self) -> None:
        self.starts += 1
        named = keys_of(self.post)
        (log, *more_log), (mirror, *more_mirror) = self.logs or (named.log,), self.mirrors or (named.mirror,)
        held = LinkKeys(log=log, mirror=mirror, more_log=tuple(more_log), more_mirror=tuple(more_mirror))
        with self.ledger.read() as reader:
            statements = kept_statements(reader)
        entropy = Dice(self.starts * 2 + (self.post == NORTH))
        self.link = Link(self.terms, self.post, keys=held, entropy=entropy, statements=statements)

    def hold(self, *, logs: Sequence[SigningKey] = (), mirrors: Sequence[SigningKey] = ()) -> None:
        """Start again with these private keys."""
        self.logs, self.mirrors = logs, mirrors
        self.restart()

    def take_note(self, note: str) -> None:
        """Take in a key statement, as an operator brings it."""
        with self.unit() as unit:
            self.link.take_statement(unit, note, now_ms=self.now_ms)

    def where(self, act: KeyAct, use: KeyUse = KeyUse.LOG) -> object:
        """Return the positions that a statement of now would name."""
        with self.ledger.read() as reader:
            return positions_now(reader, act=act, use=use)

    def receipt_lines(self, lane: str = "normal") -> list[str]:
        """Return the names of the lines in the newest receipt."""
        with self.ledger.read() as reader:
            kept = reader.receipt(lane)
        assert kept is not None
        return [line.name for line in notes.parse(kept[1]).lines]

    def sound(self) -> bool:
        """Tell whether everything this post holds verifies."""
        with self.ledger.read() as reader:
            return not self.link.verify(reader).findings


def posts() -> tuple[Keyed, Keyed]:
    """Return two posts that have exchanged three entries."""
    north, south = Keyed(NORTH), Keyed(SOUTH)
    for number in range(3):
        north.say(f"X{number}")
    push(north, south)
    return north, south


def settle(north: Keyed, south: Keyed) -> None:
    """Exchange in both directions until nothing waits."""
    for lane in ("urgent", "normal"):
        push(north, south, lane)
        push(south, north, lane)


def signers_of(node: Keyed, lane: str = "normal") -> set[bytes]:
    """Return which of the known keys signed the next batch's checkpoint."""
    raw = node.beat(lane)
    assert raw is not None
    note = notes.parse(decode_batch(raw).checkpoint)
    name = LOG_NAME.replace("normal", lane)
    return {
        signer.public
        for signer in (OLD, NEW, THIRD)
        if any(line.key_id == LogVerifier(name, signer.public).key_id for line in note.lines)
    }


# --- rotation ------------------------------------------------------------------------------


def test_a_log_key_is_rotated_without_a_gap() -> None:
    """Announce, both keys sign, the partner receipts both, retire; then the new key alone signs."""
    north, south = posts()
    north.hold(logs=(OLD, NEW))
    assert {OLD.public} == signers_of(north), "a key that is not announced signs nothing"
    north.take_note(said("announced", NEW, 0))
    assert {OLD.public, NEW.public} == signers_of(north)
    settle(north, south)
    north.say("X9")
    settle(north, south)
    retired = statement(KeyAct.RETIRED, OLD.public, north.where(KeyAct.RETIRED)).signed([NORTH_ROOT])
    north.take_note(retired.to_text())
    north.say("X10")
    settle(north, south)
    assert {NEW.public} == signers_of(north)
    assert north.sound()
    assert south.sound()
    assert "X10" in heard(south)


def heard(node: Keyed) -> list[str]:
    """Return the subjects of the entries that a post mirrors in the lane of crossings."""
    with node.ledger.read() as reader:
        rows = reader.mirror_entries("normal", start=0, limit=100)
    return [parse_header(row.header).subject for row in rows]


def test_the_partner_learns_of_a_key_in_the_urgent_lane() -> None:
    """The statement travels as an entry; from then on the new key alone suffices."""
    north, south = posts()
    north.hold(logs=(OLD, NEW))
    north.take_note(said("announced", NEW, 0))
    north.hold(logs=(NEW,))
    north.say("X9")
    assert Outcome.REJECTED is outcome(south.take(batch_of(north)))
    north.hold(logs=(OLD, NEW))
    push(north, south, "urgent")
    north.hold(logs=(NEW,))
    assert Outcome.RECEIVED is outcome(south.take(batch_of(north)))


def test_a_key_is_not_retired_before_the_overlap() -> None:
    """Until the partner has receipted what both signed, the old key is all that the partner knows."""
    north, _ = posts()
    north.hold(logs=(OLD, NEW))
    north.take_note(said("announced", NEW, 0))
    with pytest.raises(Refused) as refused:
        north.take_note(said("retired", OLD, 3))
    assert ["exchange.key_overlap_missing"] == [finding.code for finding in refused.value.findings]


def test_a_mirror_key_is_rotated() -> None:
    """In the overlap receipts bear both lines; after the retirement only the new one, and both posts verify."""
    north, south = posts()
    north.hold(mirrors=(MIRROR, NEW))
    north.take_note(said("announced", NEW, 0, use=KeyUse.MIRROR))
    settle(north, south)
    south.say("Y1")
    settle(north, south)
    assert 2 == south.receipt_lines().count(MIRROR_NAME)
    ended = statement(KeyAct.RETIRED, MIRROR.public, north.where(KeyAct.RETIRED, KeyUse.MIRROR), KeyUse.MIRROR)
    north.take_note(ended.signed([NORTH_ROOT]).to_text())
    settle(north, south)
    south.say("Y2")
    settle(north, south)
    assert 1 == south.receipt_lines().count(MIRROR_NAME)
    assert north.sound()
    assert south.sound()


def test_requests_are_signed_by_the_key_that_stands() -> None:
    """What is no log is signed by the first key without an end, and asked of the partner under the same."""
    north, south = posts()
    for post in (north, south):
        post.take_note(said("announced", NEW, 0))
        post.take_note(said("revoked", OLD, 3))
    north.hold(logs=(OLD, NEW))
    south.link.check_asked(ask(north), method="GET", path="/x/1/state", now_ms=NOW_MS)
    north.logs = (OLD,)
    with pytest.raises(SettingInvalid):
        north.restart()
    thief = Keyed(NORTH)
    with pytest.raises(EnvelopeRejected):
        south.link.check_asked(ask(thief), method="GET", path="/x/1/state", now_ms=NOW_MS)


def ask(node: Keyed) -> str:
    """Return a post's proof that it asks for the partner's state."""
    return node.link.ask("GET", "/x/1/state", now_ms=NOW_MS)


# --- thefts --------------------------------------------------------------------------------


def test_a_stolen_log_key_signs_a_fork_and_is_revoked() -> None:
    """The fork is evidence at once; after the revocation nothing that the thief signs is taken."""
    north, south = posts()
    thief = Keyed(NORTH)
    for number in range(3):
        thief.say(f"FORGED{number}")
    push(thief, Keyed(SOUTH))
    thief.restart()
    reply = south.take(thief.beat() or b"")
    assert Outcome.CONTRADICTION is outcome(reply)
    with south.ledger.read() as reader:
        assert 1 == len(reader.states("exchange/evidence/normal/"))
    for post in (north, south):
        post.take_note(said("announced", NEW, 0))
        post.take_note(said("revoked", OLD, 3))
    with south.ledger.read() as reader:
        rows = {row["public"]: row["state"] for row in south.link.key_table(reader) if row["post"] == NORTH}
    assert "current" == rows[NEW.public.hex()]


@pytest.mark.parametrize("forged", [0, 2])
def test_after_a_theft_the_log_goes_on_in_a_new_epoch(forged: int) -> None:
    """What the thief added is void at the partner; what the post had said above is said again under the new key."""
    north, south = posts()
    thief = Keyed(NORTH)
    thief.ledger._kept = north.ledger._kept
    north.say("X3")
    for number in range(forged):
        thief.say(f"FORGED{number}")
    push(thief, south)
    for post in (north, south):
        post.take_note(said("announced", NEW, 0))
        post.take_note(said("revoked", OLD, 3))
    north.hold(logs=(NEW,))
    north.say("X4")
    settle(north, south)
    with south.ledger.read() as reader:
        assert 2 == mirror_state(reader, Lane.NORMAL).epoch
        assert bool(forged) is bool(reader.states("exchange/void/normal/"))
        rows = reader.mirror_entries("normal#2", start=0, limit=10)
        assert [3, 3] == [part.size for part in mirror_logs(reader, Lane.NORMAL)]
    assert [NORTH, "X3", "X4"] == [parse_header(row.header).subject for row in rows]
    with north.ledger.read() as reader:
        assert 3 == own_state(reader, Lane.NORMAL).confirmed
    assert Outcome.RECEIVED is not outcome(south.take(thief.beat() or b""))


def test_a_revoked_key_is_refused_by_its_name() -> None:
    """A batch that the revoked key signs above the size is told apart from one that nobody signed."""
    north, south = posts()
    south.take_note(said("revoked", OLD, 3))
    north.say("FORGED")
    reply = decode_reply(south.take(batch_of(north)))
    assert (Outcome.REJECTED, "key_not_valid") == (reply.outcome, reply.code)
    with south.ledger.read() as reader:
        assert 3 == reader.mirror_size("normal")


def test_without_a_key_that_counts_nothing_is_signed() -> None:
    """A post whose only key is revoked signs nothing above the size, and goes on recording."""
    north, _ = posts()
    north.take_note(said("revoked", OLD, 2))
    assert north.say("X9") is not None
    assert north.next() is None
    assert north.beat() is None


def test_receipts_of_a_stolen_mirror_key_are_void() -> None:
    """The partner falls back to what it held before, and gets new receipts from the new key."""
    north, south = posts()
    south.say("Y1")
    settle(north, south)
    south.say("Y2")
    settle(north, south)
    assert south.sound()
    for post in (south, north):
        post.take_note(said("announced", NEW, 0, use=KeyUse.MIRROR))
        post.take_note(said("revoked", MIRROR, 1, use=KeyUse.MIRROR))
    with south.ledger.read() as reader:
        row = next(row for row in south.link.status(reader, south.now_ms) if row["lane"] == Lane.NORMAL.value)
    assert 1 == row["confirmed"]
    assert south.sound(), "what was voided is no damage"
    north.hold(mirrors=(NEW,))
    settle(north, south)
    with south.ledger.read() as reader:
        kept = newest(reader, Lane.NORMAL)
        first = reader.receipt("normal")
    assert kept is not None
    assert first is not None
    assert notes.verify(notes.parse(kept[1]), MirrorVerifier(MIRROR_NAME, NEW.public))
    assert 2 == kept[0] == first[0], "over the same size, before the log grew; the void one is kept beside it"
    assert south.sound()


def test_evidence_shows_no_void_receipt() -> None:
    """After the revocation an entry stands under the first receipt that counts, and the file is proved."""
    north, south = posts()
    for number in (1, 2):
        south.say(f"Y{number}")
        settle(north, south)
    for post in (south, north):
        post.take_note(said("announced", NEW, 0, use=KeyUse.MIRROR))
        post.take_note(said("revoked", MIRROR, 1, use=KeyUse.MIRROR))
    north.hold(mirrors=(NEW,))
    settle(north, south)
    with south.ledger.read() as reader:
        proof = south.link.evidence(
            reader, "Y2", signed=[(south.terms.encoded(), root_note(south.terms))], tree=CompactRange(), now_ms=NOW_MS
        )
    report = verify(proof.raw, policy())
    assert ([], Verdict.PROVED) == ([finding.code for finding in report.findings], report.verdict)


def test_a_statement_without_the_root_is_refused_and_answered() -> None:
    """What the other side's root signs, or the log key itself, changes nothing."""
    north, south = posts()
    for signer in (SOUTH_ROOT, OLD):
        forged = statement(KeyAct.REVOKED, OLD.public, positions(0)).signed([signer]).to_text()
        for post in (north, south):
            with pytest.raises(Refused):
                post.take_note(forged)
    with south.ledger.read() as reader:
        assert () == kept_statements(reader)


def test_a_key_that_is_somebody_elses_is_refused() -> None:
    """No key may serve two uses or two posts."""
    north, _ = posts()
    for taken in (MIRROR, key(5)):
        with pytest.raises(Refused) as refused:
            north.take_note(said("announced", taken, 0))
        assert ["exchange.same_key"] == [finding.code for finding in refused.value.findings]
    with pytest.raises(Refused) as refused:
        north.take_note(said("revoked", THIRD, 0))
    assert ["exchange.key_not_announced"] == [finding.code for finding in refused.value.findings]


# --- roots ---------------------------------------------------------------------------------


def test_after_a_new_agreement_a_lost_root_says_nothing() -> None:
    """Both sides sign a version with a new root; the old root's statements are refused from then on."""
    north, south = posts()
    first, second = north.terms.parties
    changed = structs.replace(first, root_key=key(30).public.hex())
    successor = structs.replace(north.terms, version=2, parties=(changed, second))
    for post in (north, south):
        post.terms = successor
        post.restart()
        with pytest.raises(Refused):
            post.take_note(said("announced", THIRD, 0))
        fresh = statement(KeyAct.ANNOUNCED, NEW.public, positions(0)).signed([key(30)]).to_text()
        post.take_note(fresh)
    north.say("X9")
    settle(north, south)
    assert south.sound()
