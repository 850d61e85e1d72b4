"""The life of keys: announced, current, retired, revoked, by size and never by date."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from exchange.key_life import (
    MIRROR,
    NEW,
    NORMAL,
    NORTH_ROOT,
    OLD,
    SOUTH_ROOT,
    SOUTHERN,
    THIRD,
    checkpoint,
    positions,
    receipt,
    ring,
    said,
    statement,
)
from exchange.pair import NORTH, agreement, key
from gatepair.base.errors import EnvelopeRejected, KeyNotValid, NotInAgreement
from gatepair.exchange.agreement import Agreement
from gatepair.exchange.checkpoint import Origin
from gatepair.exchange.key_statements import (
    STATEMENT_BYTES_MAX,
    KeyAct,
    KeyUse,
    Position,
    Positions,
    parse_statement,
    position_of,
    read_statement,
)
from gatepair.exchange.keys import KeyRing, KeyState
from gatepair.exchange.messages import Lane
from gatepair.exchange.note import Note, SignatureLine

ANNOUNCED, RETIRED, REVOKED = said("announced", NEW, 5), said("retired", OLD, 8), said("revoked", OLD, 7)


def signs(found: KeyRing, size: int, *signers: Any, epoch: int = 1) -> bool:
    """Tell whether a checkpoint of ``size`` counts when ``signers`` signed it."""
    try:
        found.check_log(checkpoint(size, *signers, epoch=epoch))
    except KeyNotValid:
        return False
    return True


def state(found: KeyRing, signer: Any, size: int, epoch: int = 1) -> KeyState:
    return found.state((NORTH, KeyUse.LOG, signer.public), Lane.NORMAL, Position(epoch, size))


def test_the_keys_of_the_agreement_count_from_the_beginning() -> None:
    """Without statements the agreement's keys count at every size and in every epoch."""
    assert all(signs(ring(), size, OLD, epoch=epoch) for size in (0, 10**9) for epoch in (1, 7))
    assert (OLD.public,) == tuple(held.public for held in ring().log_keys(NORMAL, 3))
    assert (MIRROR.public,) == tuple(held.public for held in ring().mirror_keys(NORTH, SOUTHERN, 3))


def test_an_announced_key_counts_from_its_size_on() -> None:
    """One below does not, the size itself does, and both keys count in the overlap."""
    found = ring(ANNOUNCED)
    assert [KeyState.ANNOUNCED, KeyState.CURRENT] == [state(found, NEW, size) for size in (4, 5)]
    assert [False, True, True] == [signs(found, 4, NEW), signs(found, 5, NEW), signs(found, 5, OLD, NEW)]


def test_a_retired_key_counts_up_to_its_size() -> None:
    """The size itself counts, one above does not, and no later epoch does."""
    found = ring(ANNOUNCED, RETIRED)
    assert [KeyState.CURRENT, KeyState.RETIRED] == [state(found, OLD, size) for size in (8, 9)]
    assert [True, False, False] == [signs(found, 8, OLD), signs(found, 9, OLD), signs(found, 0, OLD, epoch=2)]
    assert signs(found, 9, OLD, NEW), "the line of a retired key beside a current one does no harm"


def test_a_revocation_leaves_the_history_below() -> None:
    """Earlier epochs and sizes up to the one named stand; nothing above does."""
    found = ring(said("revoked", OLD, 7, epoch=3))
    assert signs(found, 10**6, OLD, epoch=2)
    assert signs(found, 7, OLD, epoch=3)
    assert [False, False] == [signs(found, 8, OLD, epoch=3), signs(found, 0, OLD, epoch=4)]
    assert KeyState.REVOKED is state(found, OLD, 8, 3)


def test_a_revocation_shows_through_a_retirement() -> None:
    """Beyond both ends the key is called revoked, beyond the first alone by its name."""
    assert KeyState.REVOKED is state(ring(RETIRED, said("revoked", OLD, 20)), OLD, 21)
    assert KeyState.RETIRED is state(ring(RETIRED, said("revoked", OLD, 20)), OLD, 20)


def test_receipts_of_a_revoked_mirror_key_are_void_above() -> None:
    """A mirror key's positions are those of the partner's log that it cosigns."""
    found = ring(said("revoked", MIRROR, 7, use=KeyUse.MIRROR))
    assert found.check_mirror(receipt(7, MIRROR), NORTH)[1].keys
    with pytest.raises(KeyNotValid):
        found.check_mirror(receipt(8, MIRROR), NORTH)


def test_the_time_of_a_receipt_is_that_of_a_key_that_counts() -> None:
    """A line of a revoked key beside a current one lends it no time."""
    found = ring(said("revoked", MIRROR, 7, use=KeyUse.MIRROR), said("announced", NEW, 0, use=KeyUse.MIRROR))
    signers = found.check_mirror(receipt(8, MIRROR, NEW), NORTH)[1]
    assert [NEW.public] == [held.public for held in signers.keys]


def test_one_use_is_not_the_other() -> None:
    """A key announced for the mirror signs no log."""
    with pytest.raises(EnvelopeRejected):
        ring(said("announced", NEW, 0, use=KeyUse.MIRROR)).check_log(checkpoint(9, NEW))


def test_pins_are_announced_and_end() -> None:
    """A TLS key opens the line until it is retired or revoked; no size matters."""
    pin = statement(KeyAct.ANNOUNCED, bytes(32), positions(0), KeyUse.TLS).signed([NORTH_ROOT]).to_text()
    over = statement(KeyAct.REVOKED, bytes(32), positions(0), KeyUse.TLS).signed([NORTH_ROOT]).to_text()
    assert [("00" * 32,), ()] == [ring(pin).pins(NORTH), ring(over, pin).pins(NORTH)]


@pytest.mark.parametrize(
    "unsigned",
    [
        statement(KeyAct.REVOKED, OLD.public, positions(0)).signed([SOUTH_ROOT]).to_text(),
        statement(KeyAct.REVOKED, OLD.public, positions(0)).signed([OLD]).to_text(),
        said("revoked", OLD, 0).replace('"size":0', '"size":1'),
        said("revoked", OLD, 0).replace("trial", "other"),
        checkpoint(3, OLD).to_text(),
        "",
    ],
)
def test_without_the_roots_signature_nothing_changes(unsigned: str) -> None:
    """A statement by another root, by the log key, one bent after signing, or no statement at all is as if unsaid."""
    assert ring() == ring(unsigned)
    assert not ring().counts(unsigned)


def test_no_side_speaks_for_the_other() -> None:
    """The south root's statement about the north's key changes nothing, even under the south's name."""
    bent = structs.replace(statement(KeyAct.REVOKED, OLD.public, positions(0)), side="s.example")
    assert ring() == ring(bent.signed([SOUTH_ROOT]).to_text())


def test_several_roots_may_be_needed() -> None:
    """With two of three roots needed, one line changes nothing, two do, and a false line undoes both."""
    first, second = agreement().parties
    roots = (NORTH_ROOT, key(20), key(21))
    three = structs.replace(first, more_roots=tuple(each.public.hex() for each in roots[1:]), roots_needed=2)
    terms = structs.replace(agreement(), parties=(three, second))
    assert () == terms.check()
    revoked = statement(KeyAct.REVOKED, OLD.public, positions(7))
    counted = [KeyRing.of([terms], [revoked.signed(some).to_text()]).keys for some in (roots[:1], roots[1:])]
    assert [True, False] == [keys == KeyRing.of([terms]).keys for keys in counted]
    false = revoked.sign(roots[0])
    false = type(false)(false.name, false.key_id, bytes(64))
    assert not KeyRing.of([terms]).counts(revoked.signed(roots[1:]).plus(false).to_text())


def test_the_same_lines_twice_are_not_two_roots() -> None:
    """One root signing twice is one root."""
    first, second = agreement().parties
    party = structs.replace(first, more_roots=(key(20).public.hex(),), roots_needed=2)
    terms = structs.replace(agreement(), parties=(party, second))
    twice = statement(KeyAct.REVOKED, OLD.public, positions(7)).signed([NORTH_ROOT, NORTH_ROOT])
    assert not KeyRing.of([terms]).counts(twice.to_text())


def test_a_statement_stays_readable() -> None:
    """What is signed is one mark and one line of canonical JSON."""
    read, signed = parse_statement(REVOKED)
    assert (KeyAct.REVOKED, positions(7), OLD.public.hex()) == (read.act, read.positions, read.public)
    assert signed.text.startswith("gatepair/key/v1\n{")
    assert "key.revoked/1" == read.type


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("gatepair/key/v1", "gatepair/key/v2"),
        ('"epoch":1', '"epoch":0'),
        ('"v":1', '"v": 1'),
        ('"v":1', '"v":2'),
        (OLD.public.hex(), OLD.public.hex()[2:]),
        ("ed25519", "p256"),
        ("ed25519", "rsa"),
        ('"use":"log"', '"use":"root"'),
        ('"use":"log"', '"use":"tls"'),
        ('"algorithm":"ed25519",', ""),
        ('"v":1}', '"v":1}\n'),
        ('"v":1}', '"v":1,"w":1}'),
        ('{"act"', "x" * 9_000 + '{"act"'),
    ],
)
def test_malformed_statements_are_refused(old: str, new: str) -> None:
    """Another mark, spelling, version, use or form of key, a surplus field or line, and one too long are refused."""
    assert old in REVOKED
    with pytest.raises(EnvelopeRejected):
        parse_statement(REVOKED.replace(old, new))


# --- whatever is said in whatever order ----------------------------------------------------

SAID = st.builds(
    said,
    st.sampled_from(["announced", "retired", "revoked"]),
    st.sampled_from([OLD, NEW, THIRD]),
    st.integers(0, 6),
    epoch=st.integers(1, 2),
)
PLACES = [(epoch, size) for epoch in (1, 2, 3) for size in range(8)]


@given(st.lists(SAID, max_size=5))
def test_the_order_of_statements_does_not_matter(statements: list[str]) -> None:
    """Every order, and saying things twice, gives the same ring."""
    expected = ring(*statements)
    for order in list(permutations(statements))[:24]:
        assert expected == ring(*order, *order[:1])
        grown = ring()
        for each in order:
            grown = grown.plus(each)
        assert expected == grown


@given(st.lists(SAID, max_size=4), st.integers(0, 6), st.integers(1, 2), st.lists(SAID, max_size=3))
def test_nothing_makes_a_revoked_key_count_again(before: list[str], size: int, epoch: int, after: list[str]) -> None:
    """Above the size of a revocation the key never counts, whatever is said before or after it."""
    found = ring(*before, said("revoked", NEW, size, epoch=epoch), *after)
    for place in PLACES:
        if place > (epoch, size):
            assert KeyState.CURRENT is not state(found, NEW, place[1], place[0])
            assert not signs(found, place[1], NEW, epoch=place[0]) if known(found, NEW) else True


def known(found: KeyRing, signer: Any) -> bool:
    return any(held.public == signer.public for held in found.keys)


@given(st.lists(SAID, max_size=5), st.sampled_from(["retired", "revoked"]), st.integers(0, 6), st.integers(1, 2))
def test_history_below_an_end_never_falls(statements: list[str], act: str, size: int, epoch: int) -> None:
    """What counted up to the size of a new end still counts after it; more statements narrow nothing below their size."""
    before, after = ring(*statements), ring(*statements, said(act, OLD, size, epoch=epoch))
    for place in PLACES:
        if place <= (epoch, size):
            assert state(before, OLD, place[1], place[0]) is state(after, OLD, place[1], place[0])


@given(st.lists(SAID, max_size=5))
def test_some_key_always_counts_somewhere(statements: list[str]) -> None:
    """The agreement's own key counts at size 0 of the first epoch, whatever was said."""
    assert KeyState.CURRENT is state(ring(*statements), OLD, 0)


# --- agreements follow one another ---------------------------------------------------------


def successor(**changes: Any) -> Agreement:
    """Return version 2, in which the north party is changed."""
    first, second = agreement().parties
    return structs.replace(agreement(), version=2, parties=(structs.replace(first, **changes), second))


def test_a_new_version_puts_its_keys_beside_the_old_ones() -> None:
    """Without a position both versions' keys count."""
    found = KeyRing.of([successor(log_key=NEW.public.hex()), agreement()])
    assert [True, True] == [signs(found, 100, OLD), signs(found, 100, NEW)]


def test_a_new_version_may_end_the_keys_before_it() -> None:
    """From the position on, only the new version's keys count; up to it the old ones do."""
    found = KeyRing.of([agreement(), successor(log_key=NEW.public.hex(), logs_from=positions(9))])
    assert [True, False] == [signs(found, size, OLD) for size in (9, 10)]
    assert [False, True] == [signs(found, size, NEW) for size in (8, 9)]


def test_a_lost_root_announces_nothing_in_the_new_reign() -> None:
    """The thief of a replaced root can neither announce a key beyond the new position nor end a new key."""
    after = successor(root_key=key(30).public.hex(), log_key=NEW.public.hex(), logs_from=positions(9))
    stolen = (said("announced", THIRD, 0), said("revoked", NEW, 0))
    found = KeyRing.of([agreement(), after], stolen)
    assert [True, True] == [signs(found, size, NEW) for size in (9, 10**6)]
    assert not signs(found, 10, THIRD)


def test_mirror_keys_follow_the_partners_logs() -> None:
    """The position in the partner's logs says from where a new mirror key cosigns."""
    first, second = agreement().parties
    changed = (structs.replace(first, mirror_key=NEW.public.hex()), structs.replace(second, logs_from=positions(9)))
    found = KeyRing.of([agreement(), structs.replace(agreement(), version=2, parties=changed)])
    assert found.check_mirror(receipt(9, MIRROR), NORTH)[1].keys
    with pytest.raises(KeyNotValid):
        found.check_mirror(receipt(10, MIRROR), NORTH)
    assert found.check_mirror(receipt(10, NEW), NORTH)[1].keys


# --- notes of others -----------------------------------------------------------------------


def test_another_log_is_refused() -> None:
    """A checkpoint of another post, agreement or lane is no matter of this ring."""
    for bent in ("n.example", "north-post", "trial", "normal"):
        note = checkpoint(3, OLD)
        with pytest.raises((EnvelopeRejected, NotInAgreement)):
            ring().check_log(Note(note.text.replace(bent, "other", 1), note.lines))


def test_strangers_lines_count_for_nothing() -> None:
    """A checkpoint signed only by an unknown key is not signed; beside the true line it does no harm."""
    with pytest.raises(EnvelopeRejected):
        ring().check_log(checkpoint(3, THIRD))
    assert signs(ring(), 3, OLD, THIRD)


def test_a_false_line_of_any_known_key_is_refused() -> None:
    """Even of a retired key: who signs in a known name and id must be right every time."""
    note = checkpoint(9, NEW)
    false = checkpoint(8, OLD).lines[0]
    with pytest.raises(EnvelopeRejected):
        ring(ANNOUNCED, RETIRED).check_log(note.plus(false))


def test_positions_are_told_lane_by_lane() -> None:
    """Each lane has its own position, and the earlier or later of two is asked for lane by lane."""
    one = Positions(bulk=Position(1, 1), normal=Position(1, 20), urgent=Position(2, 0))
    two = Positions(bulk=Position(1, 9), normal=Position(1, 3), urgent=Position(1, 99))
    assert [Position(2, 0), Position(1, 20), Position(1, 1)] == [one.at(lane) for lane in Lane]
    assert Positions(bulk=Position(1, 1), normal=Position(1, 3), urgent=Position(1, 99)) == one.earlier(two)
    assert Positions(bulk=Position(1, 9), normal=Position(1, 20), urgent=Position(2, 0)) == one.later(two)


def test_the_longest_statement_is_read_and_one_byte_more_is_not() -> None:
    """The limit itself is still read."""
    note = statement(KeyAct.ANNOUNCED, NEW.public, positions(0)).signed([NORTH_ROOT])
    longest = note.plus(padding(STATEMENT_BYTES_MAX - len(note.to_text().encode())))
    assert STATEMENT_BYTES_MAX == len(longest.to_text().encode())
    assert longest == parse_statement(longest.to_text())[1]
    longer = note.plus(padding(STATEMENT_BYTES_MAX + 1 - len(note.to_text().encode())))
    with pytest.raises(EnvelopeRejected, match="at most 8192 are read"):
        parse_statement(longer.to_text())


def padding(size: int) -> SignatureLine:
    """Return a line by nobody that takes ``size`` bytes with its newline."""
    name = "nobody" + "x" * ((size - len("— nobody \n".encode())) % 4)
    blob = bytes((size - len(f"— {name} \n".encode())) // 4 * 3 - 4)
    return SignatureLine(name, b"xxxx", blob)


def test_there_are_three_lanes() -> None:
    """A log of another lane has no position, and is named."""
    strange = Origin("n.example", NORTH, "trial", "slow")
    with pytest.raises(EnvelopeRejected, match="there is no lane slow") as refused:
        position_of(strange, 0)
    assert {"origin": "n.example/north-post/trial/slow#1"} == refused.value.fields


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("gatepair/other/v1\n{}\n", "the note is no key statement"),
        ("gatepair/key/v1\n{}", "the note is no key statement"),
        ("gatepair/key/v1\n{}\n", "the key statement cannot be read: .*act"),
    ],
)
def test_what_is_no_statement_says_why(text: str, why: str) -> None:
    """An operator who gives the wrong file is told what is wrong with it."""
    with pytest.raises(EnvelopeRejected, match=why):
        read_statement(text.encode())
