"""The agreement: what it lists, who signed it, and what is wrong with it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from exchange.pair import ANNOUNCED, NORTH, NOW_MS, SOUTH, agreement, key, party
from gatepair.base.errors import Malformed, NotInAgreement, TooLarge
from gatepair.base.findings import LANGUAGES
from gatepair.exchange.agreement import AGREEMENT_BYTES_MAX, Agreement, Mode, Party, Terms, Tolerance, decode
from gatepair.exchange.messages import CATALOGUE, Lane
from gatepair.exchange.note import Note


def codes(terms: Agreement) -> list[str]:
    """Return the codes of what is found, and see that each speaks four languages."""
    for finding in terms.check():
        for language in LANGUAGES:
            assert "{" not in finding.text(language)
    return [finding.code for finding in terms.check()]


def signed(terms: Agreement, *sides: tuple[str, int]) -> Note:
    return Note(terms.note_text(), tuple(terms.sign(side, key(number)) for side, number in sides))


def test_default_agreement_is_sound() -> None:
    """The default lists the whole catalogue and nothing is wrong with it."""
    assert codes(agreement()) == []
    assert list(CATALOGUE) == [message.kind for message in agreement().messages]


def test_agreement_reads_back() -> None:
    """Its canonical bytes read back as the same agreement with the same hash."""
    terms = agreement()
    assert terms == decode(terms.encoded())
    assert terms.hash() == decode(terms.encoded()).hash()


def test_any_change_changes_the_hash() -> None:
    """Version, a section, a staleness limit: each is under the hash."""
    terms = agreement()
    others = [
        replace(terms, version=2),
        replace(terms, staleness={}),
        replace(terms, messages=(replace(terms.messages[0], sections=()), *terms.messages[1:])),
    ]
    assert len({terms.hash(), *(other.hash() for other in others)}) == 4


@pytest.mark.parametrize("raw", [b"{}", b"[]", b"", b'{"id":"a"}'])
def test_malformed_agreement(raw: bytes) -> None:
    """What is no agreement is refused."""
    with pytest.raises(Malformed):
        decode(raw)


def test_unknown_field_is_refused() -> None:
    """A field that this version does not know is refused, not ignored."""
    with pytest.raises(Malformed):
        decode(agreement().encoded().replace(b'{"id"', b'{"ia":1,"id"', 1))


def test_oversize_agreement() -> None:
    """An agreement over its limit is not parsed."""
    with pytest.raises(TooLarge):
        decode(b" " * (AGREEMENT_BYTES_MAX + 1))


def test_both_roots_sign() -> None:
    """Two true signatures leave nothing to say; a missing or foreign one is named."""
    terms = agreement()
    assert terms.check_signatures(signed(terms, ("n.example", 1), ("s.example", 4))) == ()
    (missing,) = terms.check_signatures(signed(terms, ("n.example", 1)))
    assert (missing.code, missing.params) == ("exchange.agreement_not_signed", {"side": "s.example"})
    assert len(terms.check_signatures(signed(terms, ("n.example", 1), ("s.example", 1)))) == 1


def test_signatures_hold_for_one_version() -> None:
    """Signatures over one version do not count for another."""
    terms = agreement()
    old = signed(terms, ("n.example", 1), ("s.example", 4))
    assert len(replace(terms, version=2).check_signatures(old)) == 2


def test_alone_needs_no_keys_of_the_absent_side() -> None:
    """A post alone may leave the partner's keys empty; a pair may not."""
    absent = Party(side="s.example", post=SOUTH)
    alone = replace(agreement(), mode=Mode.ALONE, parties=(party("n.example", NORTH, 1), absent))
    assert codes(alone) == []
    assert alone.check_signatures(signed(alone, ("n.example", 1))) == ()
    assert codes(replace(alone, mode=Mode.PAIRED)) == ["exchange.key_malformed"] * 3


def test_two_posts_with_one_key() -> None:
    """A key used twice is found, whoever uses it."""
    terms = agreement()
    first, second = terms.parties
    assert codes(replace(terms, parties=(first, replace(second, log_key=first.log_key)))) == ["exchange.same_key"]
    assert codes(replace(terms, parties=(replace(first, mirror_key=first.log_key), second))) == ["exchange.same_key"]


def test_one_post_is_no_pair() -> None:
    """An agreement has two different posts."""
    terms = agreement()
    assert "exchange.agreement_parties" in codes(replace(terms, parties=terms.parties[:1]))
    twin = replace(terms.parties[1], post=NORTH)
    assert codes(replace(terms, parties=(terms.parties[0], twin))) == ["exchange.agreement_parties"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": "crossing.invented/1"}, "exchange.agreement_message_unknown"),
        ({"sections": ("goods", "secret")}, "exchange.agreement_section_unknown"),
        ({"sections": ("goods", "goods")}, "exchange.agreement_listed_twice"),
        ({"senders": ("nobody",)}, "exchange.agreement_sender_unknown"),
        ({"kind": "crossing.corrected/1", "sections": ()}, "exchange.agreement_listed_twice"),
    ],
)
def test_wrong_messages_are_found(change: dict[str, object], code: str) -> None:
    """Unknown types, sections, senders and what is listed twice are found."""
    terms = agreement()
    assert code in codes(replace(terms, messages=(replace(terms.messages[0], **change), *terms.messages[1:])))


def test_closed_lane_is_found() -> None:
    """A message in a lane that the agreement does not open is found."""
    terms = replace(agreement(), lanes=(Lane.NORMAL,))
    assert {"exchange.agreement_lane_unknown"} == set(codes(terms))
    assert codes(replace(agreement(), lanes=(*agreement().lanes, Lane.BULK))) == ["exchange.agreement_listed_twice"]


def test_staleness_rises() -> None:
    """Tolerances are listed from young to old; any age comes last."""
    young, old = Tolerance(clause="fresh", max_age_s=5), Tolerance(clause="last_known", max_age_s=10)
    ever = Tolerance(clause="own_rules", any_age=True)
    assert codes(replace(agreement(), staleness={"depart": (young, old, ever)})) == []
    for wrong in ((old, young), (young, young), (ever, young)):
        assert codes(replace(agreement(), staleness={"depart": wrong})) == ["exchange.staleness_order"]


def test_validity_has_both_ends() -> None:
    """The first instant is inside, the last one is not; an end before the beginning is found."""
    terms = replace(agreement(), valid_from_ms=NOW_MS, valid_until_ms=NOW_MS + 10)
    assert [False, True, True, False] == [terms.in_force(NOW_MS + offset) for offset in (-1, 0, 9, 10)]
    assert codes(replace(terms, valid_until_ms=NOW_MS)) == ["exchange.agreement_validity"]


def test_terms_tell_what_may_be_sent() -> None:
    """A listed message is allowed; another, or one of the other side only, is not."""
    base = agreement()
    mine = replace(base.messages[0], senders=(NORTH,))
    terms = Terms.of(replace(base, messages=(mine,)))
    assert mine == terms.allowed(ANNOUNCED, sender=NORTH)
    for kind, sender in ((ANNOUNCED, SOUTH), ("crossing.closed/1", NORTH)):
        with pytest.raises(NotInAgreement):
            terms.allowed(kind, sender=sender)


def test_parties_by_post() -> None:
    """Each post finds itself and its partner; a stranger finds nobody."""
    terms = agreement()
    assert (SOUTH, NORTH) == (terms.other(NORTH).post, terms.other(SOUTH).post)
    with pytest.raises(NotInAgreement):
        terms.other("elsewhere")
