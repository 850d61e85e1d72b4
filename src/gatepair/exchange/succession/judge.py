"""Whether a signed version may follow those that a post holds, and what becomes of a number with two texts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gatepair.base.findings import Finding, Severity
from gatepair.base.time import Instant, rfc3339
from gatepair.exchange import findings as kinds
from gatepair.exchange.agreement import Agreement
from gatepair.exchange.agreement_check import hash_findings, not_next, roots_of, succession_findings
from gatepair.exchange.note import Note
from gatepair.exchange.succession import findings as successions
from gatepair.exchange.succession.held import HeldVersion, Succession


@dataclass(frozen=True, slots=True)
class Considered:
    """What a version that was offered comes to."""

    findings: tuple[Finding, ...]
    changed: tuple[HeldVersion, ...] = ()
    """The versions of which something new is to be kept; none when nothing is."""

    @property
    def refused(self) -> bool:
        """Tell whether it takes no force."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Offer:
    """A version with the note over it, and how it came."""

    agreement: Agreement
    signed: Note
    by_partner: bool = False
    """Whether the partner announced it: then it holds it."""
    expected: str = ""
    """The hash that people read on paper at this post's machine: it stands for the roots that were lost."""


def judge(succession: Succession, offer: Offer, *, now_ms: int) -> Considered:
    """Return what is to be done with ``offer``; changes nothing."""
    one, note = offer.agreement, offer.signed.to_text()
    known = succession.version(one.hash().hex())
    if known is not None and known.contested:
        rivals = [each for each in succession.held if each.agreement.version == one.version and each is not known]
        return Considered((_two_texts_of(rivals[0], known),))
    if known is not None:
        return Considered((), _heard_of(succession, one) if offer.by_partner else ())
    faults = (*_unsound(offer), *_not_of_this(succession.newest, one))
    if faults:
        return Considered(faults)
    rivals = [each for each in succession.held if each.agreement.version == one.version]
    if rivals:
        # Only who could have signed this number can dispute it: two roots are soon made up.
        faults = tuple(_roots_unproved(_before(succession, one) or rivals[0].agreement, offer))
        if faults:
            return Considered(faults)
        return _two_texts(rivals, HeldVersion(one, note, shared=False, contested=True))
    faults = (*_not_following(succession, one), *_roots_unproved(succession.newest, offer))
    if faults:
        return Considered(faults)
    told = [found for found in succession_findings(succession.newest, one) if found.kind is kinds.AGREEMENT_GAP]
    if one.valid_from_ms <= now_ms:
        instant = rfc3339(Instant(one.valid_from_ms))
        told.append(successions.LATE.at("valid_from_ms", instant=instant, version=one.version))
    below = _heard_of(succession, one) if offer.by_partner else ()
    return Considered(tuple(told), (*below, HeldVersion(one, note, shared=offer.by_partner)))


def _heard_of(succession: Succession, one: Agreement) -> tuple[HeldVersion, ...]:
    """Return the versions of which it is new that the partner, who announced ``one``, holds them: it and those below."""
    return tuple(
        replace(each, shared=True)
        for each in succession.held
        if each.agreement.version <= one.version and not (each.shared or each.contested)
    )


def _unsound(offer: Offer) -> Iterator[Finding]:
    """Yield what makes the version unusable in itself, and who has not signed it."""
    one = offer.agreement
    yield from (found for found in one.check() if found.severity is Severity.ERROR)
    if offer.signed.text != one.note_text():
        yield kinds.AGREEMENT_OTHER_SIGNED.at("", agreement=one.id, version=one.version)
    else:
        yield from one.check_signatures(offer.signed)
    if offer.expected:
        yield from hash_findings(one, offer.expected)


def _not_of_this(newest: Agreement, one: Agreement) -> Iterator[Finding]:
    """Yield why ``one`` is no version of this agreement at all."""
    if {(party.side, party.post) for party in newest.parties} != {(party.side, party.post) for party in one.parties}:
        yield kinds.AGREEMENT_OTHER_PAIR.at("parties")
    if newest.id != one.id:
        yield successions.OTHER_NAME.at("id", agreement=newest.id, other=one.id)
    if newest.mode is not one.mode:
        yield successions.MODE_CHANGED.at("mode", old=newest.mode.value, new=one.mode.value)


def _before(succession: Succession, one: Agreement) -> Agreement | None:
    """Return the newest version that stands below the number of ``one``; None when there is none."""
    below = [each.agreement for each in succession.held if each.agreement.version < one.version and not each.contested]
    return below[-1] if below else None


def _two_texts(rivals: list[HeldVersion], one: HeldVersion) -> Considered:
    """Keep both texts of one number; a text stands that both posts hold, and no other takes force."""
    fallen = [replace(each, contested=True) for each in rivals if not each.shared and not each.contested]
    return Considered((_two_texts_of(rivals[0], one),), (*fallen, one))


def _two_texts_of(first: HeldVersion, second: HeldVersion) -> Finding:
    version = second.agreement.version
    named = {"agreement": second.agreement.id, "next": version + 1, "version": version}
    return successions.TWO_TEXTS.at("version", first=first.hash_hex, second=second.hash_hex, **named)


def _not_following(succession: Succession, one: Agreement) -> Iterator[Finding]:
    # A number that was used for two texts is used up.
    held = succession.held[-1].agreement.version
    if one.version != held + 1:
        yield not_next(one, held=held)
    for found in succession_findings(succession.newest, one):
        if found.severity is Severity.ERROR and found.kind is not successions.NOT_NEXT:
            yield found


def _roots_unproved(newest: Agreement, offer: Offer) -> Iterator[Finding]:
    """Yield a finding for each side whose new roots the old ones do not vouch for."""
    if offer.expected:
        return
    for index, party in enumerate(offer.agreement.parties):
        was = newest.party(party.post)
        if roots_of(was) != roots_of(party) and not was.has_signed(offer.signed):
            named = {"side": party.side, "version": offer.agreement.version}
            yield successions.ROOTS_UNPROVED.at(f"parties.{index}.root_key", **named)
