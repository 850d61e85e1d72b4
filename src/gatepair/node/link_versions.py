"""The versions of the agreement in the ledger: one is judged, kept, and found again in what the partner hands back."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from gatepair.base import canonical
from gatepair.base.errors import BadInput, EnvelopeRejected, Malformed
from gatepair.base.findings import Finding
from gatepair.exchange import agreement as agreements
from gatepair.exchange import note as notes
from gatepair.exchange.envelope import read_header
from gatepair.exchange.messages import AGREEMENT_ANNOUNCED
from gatepair.exchange.sections.statements import AnnouncedVersion
from gatepair.exchange.succession.held import HeldVersion
from gatepair.exchange.succession.judge import Offer, judge
from gatepair.exchange.wire import WireEntry, body_of
from gatepair.node import link_state as states
from gatepair.node.link_common import LinkCommon
from gatepair.node.ports import Unit


class Versioning(LinkCommon):
    """How a version comes into the ledger."""

    def _take_in(self, unit: Unit, offer: Offer, *, now_ms: int) -> tuple[HeldVersion | None, tuple[Finding, ...]]:
        """Judge ``offer`` and keep what is new; return the version, None when it takes no force, and what is to be said."""
        self._ensure_loaded(unit)
        heard = states.ANNOUNCED_HERE + offer.agreement.hash().hex()
        if offer.by_partner and not offer.agreement.check_signatures(offer.signed):
            unit.put_state(heard, b"1")
        elif not offer.by_partner:
            # What was refused when the partner announced it may be taken by hand later.
            offer = replace(offer, by_partner=unit.state(heard) is not None)
        judged = judge(self.versions, offer, now_ms=now_ms)
        for each in judged.changed:
            states.put_version(unit, each, at_ms=now_ms)
        if judged.changed:
            self._follow(unit)
        held = None if judged.refused else self.versions.version(offer.agreement.hash().hex())
        return held, judged.findings

    def _take_back(self, unit: Unit, entry: WireEntry, *, now_ms: int) -> None:
        """Take in again the version that an entry of our own log announced, before the ledger was restored."""
        read, body = read_header(bytes(entry.header)), body_of(entry)
        if read is None or body is None or read.type != AGREEMENT_ANNOUNCED:
            return
        section = states.opened_body(body).get("version")
        try:
            one, signed = announced(None if section is None else section.value)
        except (BadInput, EnvelopeRejected):
            return
        self._take_in(unit, Offer(one, signed), now_ms=now_ms)


def announced(section: object) -> tuple[agreements.Agreement, notes.Note]:
    """Return the version in the section of an announcement, and the note over it.

    Raises:
        Malformed: it is not of its shape, or holds no agreement.
        TooLarge: it holds more than an agreement may have.
        EnvelopeRejected: the note cannot be read.
    """
    try:
        said = msgspec.convert(section, AnnouncedVersion)
    except msgspec.ValidationError as error:
        raise Malformed(str(error)) from error
    return agreements.decode(canonical.encode(said.agreement)), notes.parse(said.note)
