"""Envelopes: what is sealed opens again, and nothing outside the agreement is ever sealed."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from exchange.pair import ANNOUNCED, NORTH, NOW_MS, ROUTE, SOUTH, Dice, agreement
from exchange.test_canonical import VALUES
from gatepair.base.canonical import encode
from gatepair.base.errors import EnvelopeRejected, Malformed, NotInAgreement, TooLarge
from gatepair.exchange.agreement import Terms
from gatepair.exchange.envelope import (
    BODY_BYTES_MAX,
    Draft,
    Heard,
    Opened,
    Place,
    Reference,
    Sealed,
    content_digest,
    open_envelope,
    parse_body,
    parse_header,
    reissued,
    seal,
    values_of,
)
from gatepair.exchange.messages import CATALOGUE, Lane

TERMS = Terms.of(agreement())
PLACE = Place(agreement().origin(NORTH, Lane.NORMAL, 1), 7)
SECTIONS = CATALOGUE[ANNOUNCED].sections


def sealed(sections: dict[str, Any], *, terms: Terms = TERMS, seed: int = 1, **changes: Any) -> Sealed:
    draft = Draft(**{"kind": ANNOUNCED, "id": "M1", "subject": "X1", "sections": sections, "at_ms": NOW_MS, **changes})
    return seal(draft, terms, sender=NORTH, entropy=Dice(seed))


def opened(envelope: Sealed, *, body: bytes | str | None = "own", terms: Terms = TERMS, place: Place = PLACE) -> Opened:
    shown = envelope.body if body == "own" else body
    assert not isinstance(shown, str)
    return open_envelope(envelope.header, shown, in_force=(terms,), place=place)


@given(st.dictionaries(st.sampled_from(SECTIONS), VALUES))
def test_what_is_sealed_opens(sections: dict[str, Any]) -> None:
    """Any canonical values in listed sections come out as they went in."""
    envelope = sealed(sections)
    result = opened(envelope)
    assert sections == result.sections
    assert (ANNOUNCED, "M1", "X1", NOW_MS) == (result.type, result.id, result.subject, result.at_ms)
    assert (7, envelope.leaf) == (result.index, result.leaf)
    assert sha256(b"\x00" + envelope.header).digest() == envelope.leaf


@given(st.sets(st.sampled_from(SECTIONS)))
def test_presence_does_not_show(present: set[str]) -> None:
    """Every listed section has a digest of the same form in the header, sent or not."""
    header = parse_header(sealed(dict.fromkeys(present, 1)).header)
    assert set(SECTIONS) == set(header.sections)
    assert len(SECTIONS) == len(set(header.sections.values()))


@given(st.sampled_from(SECTIONS), VALUES)
def test_withheld_sections_open_later(name: str, value: Any) -> None:
    """With one section taken out the rest opens; the section opens again when it is shown."""
    envelope = sealed({"route": {"a": 1}, name: value})
    body = json.loads(envelope.body)
    shown = {kept: section for kept, section in body["sections"].items() if kept != name}
    assert set(shown) == set(opened(envelope, body=encode({"sections": shown})).sections)
    assert value == opened(envelope).sections[name]


def test_erased_body_opens_empty() -> None:
    """Without any body the header still opens, with no section."""
    assert opened(sealed({"goods": 1}), body=None).sections == {}


@given(VALUES, VALUES)
def test_other_values_do_not_fit(value: Any, other: Any) -> None:
    """Another value under the same salt does not fit the digest."""
    envelope = sealed({"goods": value})
    body = json.loads(envelope.body)
    body["sections"]["goods"]["value"] = other
    if encode(value) == encode(other):
        assert value == opened(envelope, body=encode(body)).sections["goods"]
        return
    with pytest.raises(EnvelopeRejected):
        opened(envelope, body=encode(body))


def test_salts_hide_equal_values() -> None:
    """The same value twice has two digests, so nobody can guess it from the header."""
    header = parse_header(sealed({"goods": 1, "route": 1}).header)
    assert header.sections["goods"] != header.sections["route"]
    assert header.sections["goods"] != parse_header(sealed({"goods": 1}, seed=2).header).sections["goods"]


def test_same_entropy_same_bytes() -> None:
    """Sealing draws from its entropy only: one seed, one envelope."""
    assert sealed({"goods": 1, "driver": 2}) == sealed({"driver": 2, "goods": 1})


@given(st.text("abcdefghij_", min_size=1, max_size=12).filter(lambda name: name not in SECTIONS))
def test_taint_never_leaves(name: str) -> None:
    """A section outside the agreement raises before anything is serialised."""
    with pytest.raises(NotInAgreement):
        sealed({name: "secret"})


def test_unlisted_type_is_not_sealed() -> None:
    """A message that the agreement does not list, or not for us, is not sealed."""
    narrow = Terms.of(replace(agreement(), messages=(replace(agreement().messages[0], senders=(SOUTH,)),)))
    with pytest.raises(NotInAgreement):
        sealed({}, terms=narrow)
    with pytest.raises(NotInAgreement):
        sealed({}, kind="crossing.invented/1")


@pytest.mark.parametrize("value", [1.5, 2**53, {"Bad": 1}, {"a": [float("nan")]}, "e\u0301"])
def test_values_outside_the_profile_are_not_sealed(value: Any) -> None:
    """Floats, big integers, foreign keys and other normal forms stay here."""
    with pytest.raises(Malformed):
        sealed({"goods": value})


@pytest.mark.parametrize("changes", [{"id": "a b"}, {"subject": ""}, {"at_ms": -1}, {"id": "x" * 81}])
def test_misspelled_labels_are_not_sealed(changes: dict[str, Any]) -> None:
    """What the partner could not read is not written."""
    with pytest.raises(Malformed):
        sealed({}, **changes)


def test_oversize_body_is_not_sealed() -> None:
    """A body over its limit stays here."""
    with pytest.raises(TooLarge):
        sealed({"goods": "x" * BODY_BYTES_MAX})


@pytest.mark.parametrize(
    "change",
    [
        lambda raw: raw.replace(b'"v":1', b'"v":2'),
        lambda raw: raw.replace(b'"v":1', b'"v":1,"w":1'),
        lambda raw: raw.replace(b'"v":1', b'"v": 1'),
        lambda raw: raw.replace(b'"at_ms"', b'"at_mz"'),
        lambda raw: raw.replace(b'"id":"M1"', b'"id":"M1","id":"M1"'),
        lambda _: b"[]",
        lambda _: b"null",
    ],
)
def test_malformed_headers_are_rejected(change: Any) -> None:
    """Another version, unknown or misspelled fields, spaces and repeated keys are rejected."""
    with pytest.raises(EnvelopeRejected):
        open_envelope(change(sealed({}).header), None, in_force=(TERMS,), place=PLACE)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"sections":[]}', b'{"sections": {}}', b'{"sections":{},"x":1}'])
def test_malformed_bodies_are_rejected(body: bytes) -> None:
    """A body that is none is rejected."""
    with pytest.raises(EnvelopeRejected):
        opened(sealed({}), body=body)


def test_section_that_the_header_lacks_is_rejected() -> None:
    """A body cannot bring a section for which the header has no digest."""
    envelope = sealed({"goods": 1})
    body = json.loads(envelope.body)
    body["sections"]["secret"] = body["sections"].pop("goods")
    with pytest.raises(EnvelopeRejected):
        opened(envelope, body=encode(body))


def test_foreign_agreement_is_quarantined() -> None:
    """An entry under another agreement is not in ours."""
    other = Terms.of(replace(agreement(), version=2))
    with pytest.raises(NotInAgreement):
        opened(sealed({"goods": 1}, terms=other))


def test_wrong_lane_is_quarantined() -> None:
    """An entry in another lane than agreed is not in the agreement."""
    with pytest.raises(NotInAgreement):
        opened(sealed({}), place=Place(agreement().origin(NORTH, Lane.URGENT, 1), 0))


def test_content_is_compared_without_when_it_was_heard() -> None:
    """The digest that tells whether an id was used again covers type, subject, time and sections."""
    one = parse_header(sealed({"goods": 1}).header)
    assert content_digest(one) == content_digest(replace(one, heard=(), re=()))
    assert content_digest(one) != content_digest(replace(one, subject="X2"))


def test_bodies_read_back() -> None:
    """A body re-encodes to its bytes."""
    envelope = sealed({"goods": [1, None, "ü"], "driver": {"name": "synthetic"}})
    assert envelope.body == encode(parse_body(envelope.body))


def one_way(sender: str) -> Terms:
    """Return an agreement that lets ``sender`` alone announce crossings."""
    whole = TERMS.agreement
    listed = [
        replace(message, senders=(sender,)) if message.kind == ANNOUNCED else message for message in whole.messages
    ]
    return Terms.of(replace(whole, messages=tuple(listed)))


def test_a_type_of_one_side_is_sealed_and_opened_from_that_side_only() -> None:
    """The other side can neither write it nor have it taken."""
    ours, theirs = one_way(NORTH), one_way(SOUTH)
    assert ANNOUNCED == opened(sealed({}, terms=ours), terms=ours).type
    with pytest.raises(NotInAgreement, match=f"does not let {NORTH} send"):
        sealed({}, terms=theirs)
    foreign = replace(parse_header(sealed({}).header), agreement=theirs.hash_hex)
    with pytest.raises(NotInAgreement, match=f"does not let {NORTH} send"):
        open_envelope(encode(foreign), None, in_force=(theirs,), place=PLACE)


def test_what_was_heard_answered_and_corrected_goes_along() -> None:
    """All three stand in the header, and what was heard and answered is known when it is opened."""
    heard = (Heard(cosigned_at_s=5, log="s.example/south-post/trial/normal#1", root="11" * 32, size=3),)
    answered = (Reference(index=2, leaf="22" * 32, log="s.example/south-post/trial/normal#1"),)
    made = sealed({}, heard=heard, re=answered, supersedes=7)
    read, found = parse_header(made.header), opened(made)
    assert (heard, answered, 7) == (read.heard, read.re, read.supersedes)
    assert (heard, answered) == (found.heard, found.re)


def test_said_again_only_what_was_heard_is_new() -> None:
    """Everything else is the same, and an index of the old epoch is left out."""
    old = parse_header(sealed({"route": ROUTE}, supersedes=7).header)
    heard = (Heard(cosigned_at_s=9, log="s.example/south-post/trial/normal#1", root="33" * 32, size=8),)
    assert replace(old, heard=heard, supersedes=None) == parse_header(reissued(old, heard))


def test_the_longest_body_is_sealed_and_one_byte_more_is_not() -> None:
    """The limit itself still leaves the house."""
    frame = len(sealed({"route": ""}).body)
    assert BODY_BYTES_MAX == len(sealed({"route": "x" * (BODY_BYTES_MAX - frame)}).body)
    with pytest.raises(TooLarge, match=f"at most {BODY_BYTES_MAX} are sent"):
        sealed({"route": "x" * (BODY_BYTES_MAX - frame + 1)})


def test_values_are_canonical_all_the_way_down() -> None:
    """A value within a section is held against the profile with its place, when written and when read."""
    with pytest.raises(Malformed, match="route"):
        sealed({"route": {"A": 1}})
    body = sealed({"route": {"a": 1}}).body
    with pytest.raises(Malformed, match="route"):
        parse_body(body.replace(b'{"a":1}', b'{"A":1}'))
    assert {"route": {"a": 1}} == values_of(body)


def test_a_section_that_is_not_agreed_is_named() -> None:
    """Whoever calls is told which type and which section."""
    with pytest.raises(NotInAgreement, match="does not list the section secret") as refused:
        sealed({"secret": 1})
    assert {"type": ANNOUNCED, "section": "secret"} == refused.value.fields
