"""The versions of the agreement in a running link: how one is taken in, told to the partner, and heard from it.

What is kept are the signed versions themselves.  A version is said to the partner in the lane ``urgent``
when it is taken in, by whichever way it came, so that each side knows that the other holds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gatepair.base import canonical
from gatepair.base.errors import BadInput, EnvelopeRejected
from gatepair.base.findings import Finding
from gatepair.base.ids import derived
from gatepair.exchange import agreement as agreements
from gatepair.exchange import findings as kinds
from gatepair.exchange import note as notes
from gatepair.exchange.envelope import Opened
from gatepair.exchange.messages import AGREEMENT_ANNOUNCED
from gatepair.exchange.succession.held import HeldVersion
from gatepair.exchange.succession.judge import Offer
from gatepair.node import link_state as states
from gatepair.node.link_keys import Keeping
from gatepair.node.link_versions import Versioning, announced
from gatepair.node.ports import Reader, Unit


class Agreeing(Versioning, Keeping):
    """How versions come in and what they come to."""

    def take_version(
        self, unit: Unit, agreement: bytes, note: str, *, now_ms: int, expected: str = ""
    ) -> tuple[HeldVersion | None, tuple[Finding, ...]]:
        """Take in the version in canonical bytes ``agreement`` with the ``note`` over it, and tell the partner.

        ``expected`` is the hash that people read on paper at this post's machine; it lets roots be replaced
        for which the old ones do not sign.  Returns the version, None when it is refused, and what is to be
        said of it.  A refusal is no error here: of two texts under one number both are to be kept.

        Raises:
            Malformed: the bytes are no agreement in canonical form.
            TooLarge: they are more than an agreement may have.
            EnvelopeRejected: the note cannot be read.
        """
        one = agreements.decode(agreement)
        return self._take_and_tell(unit, Offer(one, notes.parse(note), expected=expected), now_ms=now_ms)

    def announce_versions(self, unit: Unit, *, now_ms: int) -> int:
        """Tell the partner of versions that lay beside the agreement at the start; return how many it was told of.

        Again it says nothing new.
        """
        self._ensure_loaded(unit)
        told = 0
        for each in self._given.held[1:] if self.enabled else ():
            if each.note and unit.state(states.KEPT_VERSIONS + each.hash_hex) is None:
                states.put_version(unit, each, at_ms=now_ms)
                self._announce(unit, each, now_ms=now_ms)
                told += 1
        if told:
            self._follow(unit)
        return told

    def signed_versions(self, given: Sequence[tuple[bytes, str]]) -> tuple[tuple[bytes, str], ...]:
        """Return the agreements in ``given``, each with the note over it, and those that came while the post ran."""
        signed = dict(given)
        for each in self.versions.held:
            if each.note:
                signed.setdefault(each.agreement.encoded(), each.note)
        return tuple(signed.items())

    def version_table(self, reader: Reader, now_ms: int) -> list[dict[str, Any]]:
        """Return the versions held as people look at them, by number."""
        self._ensure_loaded(reader)
        ruling = self.versions.ruling(now_ms)
        ends = {terms.hash_hex: terms.until_ms for terms in self.versions.terms}
        return [
            {
                "contested": each.contested,
                "counts_until_ms": ends.get(each.hash_hex),
                "hash": each.hash_hex,
                "in_force": ruling is not None and ruling.hash_hex == each.hash_hex,
                "shared": each.shared,
                "valid_from_ms": each.agreement.valid_from_ms,
                "version": each.agreement.version,
            }
            for each in self.versions.held
        ]

    def _hear_version(self, unit: Unit, opened: Opened, *, now_ms: int) -> None:
        """Take in a version that came in the partner's log, and answer it when it takes no force."""
        try:
            one, signed = announced(opened.sections.get("version"))
        except (BadInput, EnvelopeRejected) as error:
            unfit = kinds.SECTION_UNFIT.at("version", section="version", why=error.message)
            self.answer(unit, opened, (unfit,), now_ms=now_ms)
            return
        held, findings = self._take_and_tell(unit, Offer(one, signed, by_partner=True), now_ms=now_ms)
        if held is None:
            self.answer(unit, opened, findings, now_ms=now_ms)

    def _take_and_tell(
        self, unit: Unit, offer: Offer, *, now_ms: int
    ) -> tuple[HeldVersion | None, tuple[Finding, ...]]:
        held, findings = self._take_in(unit, offer, now_ms=now_ms)
        if held is not None:
            self._announce(unit, held, now_ms=now_ms)
        return held, findings

    def _announce(self, unit: Unit, held: HeldVersion, *, now_ms: int) -> None:
        """Say that we hold this version; again it changes nothing."""
        self.enqueue(
            unit,
            kind=AGREEMENT_ANNOUNCED,
            subject=self.post,
            sections={"version": {"agreement": canonical.plain(held.agreement), "note": held.note}},
            now_ms=now_ms,
            message_id=derived("M", self.post, held.hash_hex, AGREEMENT_ANNOUNCED, self.post, "0"),
        )
