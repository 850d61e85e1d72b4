"""Proofs of origin: whether one may be taken on a day, and until when.

Sources: 12/2019 Art. 19, 21, 22, 25, 26; RCEP 3.16, 3.17, 3.19.  RCEP's limits on back-to-back quantity and
on issuing late are taken to be those of ACFTA (unverified).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final

from msgspec import Meta, Struct

from gatepair.clearance.origin import findings as say
from gatepair.clearance.origin.model import Country, Text, Treaty
from gatepair.clearance.origin.reasons import Reason
from gatepair.clearance.origin.treaties import TERMS

ISSUE_DAYS_AFTER: Final[Mapping[Treaty, int]] = MappingProxyType({Treaty.ACFTA: 3, Treaty.RCEP: 0})
"""Days after shipment on which a proof still counts as issued at shipment. Source: 12/2019 Art. 21; RCEP 3.17."""
WAIVER_USD_MINOR: Final = 200_00
"""FOB value up to which no proof is asked. Source: 12/2019 Art. 26; RCEP 3.22.3 (unverified)."""

Quantity = Annotated[int, Meta(ge=1, le=2**53 - 1)]


class ProofKind(StrEnum):
    """Forms of proof."""

    FORM_E = "form_e"
    CERTIFICATE = "rcep_certificate"
    APPROVED_EXPORTER = "approved_exporter_declaration"
    ANY_EXPORTER = "exporter_declaration"
    """Declaration by any exporter or producer: not open yet in Viet Nam and China."""


_KINDS: Final[Mapping[Treaty, frozenset[ProofKind]]] = MappingProxyType({
    Treaty.ACFTA: frozenset({ProofKind.FORM_E}),
    Treaty.RCEP: frozenset({ProofKind.CERTIFICATE, ProofKind.APPROVED_EXPORTER}),
})  # fmt: skip
"""What is open. Source: 12/2019 Art. 19; RCEP 3.16.1 to 3.16.3."""


class Original(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The proof that a back-to-back proof rests on."""

    number: Text
    issued: date
    country: Country
    quantity: Quantity
    """In the same unit as the quantities drawn from it."""
    drawn_before: Annotated[int, Meta(ge=0)] = 0
    """What earlier back-to-back proofs took from it: a lot may be split."""
    same_person: bool = True
    """Whether the importer of the original asks for the new one."""
    customs_control: bool = True
    """Whether the goods stayed under customs' control and were only repacked and carried."""


class Proof(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One proof of origin as it is shown to customs."""

    treaty: Treaty
    kind: ProofKind
    number: Text
    issued: date
    issuer: Country
    shipped: date | None = None
    retroactive: bool = False
    """Whether the box "issued retroactively" is ticked."""
    approved_exporter: Text = ""
    """The authorisation code, for a declaration by an approved exporter."""
    quantity: Annotated[int, Meta(ge=0)] = 0
    country: Country | None = None
    """The RCEP country of origin that the proof names (box 11 of Form RCEP)."""
    back_to_back: Original | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """Whether a proof may be taken, the last day on which it may, and why not."""

    valid: bool
    until: date
    reasons: tuple[Reason, ...]


def check_proof(proof: Proof, on: date) -> Checked:
    """Return whether ``proof`` may be taken on the day ``on``."""
    until = year_after(proof.issued)
    if proof.back_to_back is not None:
        until = min(until, year_after(proof.back_to_back.issued))
    reasons = (
        *_form_reasons(proof),
        *_day_reasons(proof, on, until),
        *_issue_reasons(proof),
        *_back_to_back_reasons(proof),
    )
    return Checked(valid=not reasons, until=until, reasons=reasons)


def proof_waived(fob_minor: int, currency: str, *, split: bool) -> bool:
    """Tell whether the lot is so small that no proof is asked; a lot split for that purpose is not.

    Only a value in US dollars is told from here: the treaties name no rate.
    """
    return currency == "USD" and fob_minor <= WAIVER_USD_MINOR and not split


def year_after(day: date) -> date:
    """Return the same day twelve months on; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


_VALIDITY: Final = {Treaty.ACFTA: "12/2019 Art. 25", Treaty.RCEP: "RCEP 3.16.6"}
_FORM: Final = {Treaty.ACFTA: "12/2019 Art. 19", Treaty.RCEP: "RCEP 3.16.1"}
_ISSUE: Final = {Treaty.ACFTA: "12/2019 Art. 21", Treaty.RCEP: "RCEP 3.17.8"}
_AGAIN: Final = {Treaty.ACFTA: "12/2019 Art. 22", Treaty.RCEP: "RCEP 3.19"}


def _form_reasons(proof: Proof) -> Iterator[Reason]:
    article = _FORM[proof.treaty]
    if proof.kind not in _KINDS[proof.treaty]:
        yield Reason(article, say.PROOF_KIND.at("kind", kind=proof.kind.value, treaty=proof.treaty.value))
    if proof.kind is ProofKind.APPROVED_EXPORTER and not proof.approved_exporter:
        yield Reason(article, say.PROOF_NO_CODE.at("approved_exporter"))
    if not TERMS[proof.treaty].is_party(proof.issuer):
        yield Reason(article, say.PROOF_ISSUER.at("issuer", country=proof.issuer, treaty=proof.treaty.value))


def _day_reasons(proof: Proof, on: date, until: date) -> Iterator[Reason]:
    article = _VALIDITY[proof.treaty]
    if on < proof.issued:
        yield Reason(article, say.PROOF_NOT_YET.at("issued", day=proof.issued.isoformat()))
    if on > until:
        yield Reason(article, say.PROOF_OVER.at("issued", day=until.isoformat()))


def _issue_reasons(proof: Proof) -> Iterator[Reason]:
    if proof.shipped is None:
        return
    late_days = (proof.issued - proof.shipped).days
    if late_days > ISSUE_DAYS_AFTER[proof.treaty]:
        if not proof.retroactive:
            yield Reason(_ISSUE[proof.treaty], say.PROOF_LATE.at("retroactive", days=late_days))
        if proof.issued > year_after(proof.shipped):
            yield Reason(_ISSUE[proof.treaty], say.PROOF_TOO_LATE.at("issued", day=proof.shipped.isoformat()))


def _back_to_back_reasons(proof: Proof) -> Iterator[Reason]:
    original = proof.back_to_back
    if original is None:
        return
    article, terms = _AGAIN[proof.treaty], TERMS[proof.treaty]
    if not terms.is_party(original.country) or original.country == proof.issuer:
        yield Reason(article, say.ORIGINAL_COUNTRY.at("back_to_back.country", country=original.country))
    if not original.issued <= proof.issued <= year_after(original.issued):
        yield Reason(article, say.ORIGINAL_OVER.at("back_to_back.issued", number=original.number))
    drawn = original.drawn_before + proof.quantity
    if not proof.quantity or drawn > original.quantity:
        words = {"drawn": drawn, "quantity": original.quantity, "number": original.number}
        yield Reason(article, say.ORIGINAL_OVERDRAWN.at("quantity", **words))
    if not original.same_person:
        yield Reason(article, say.ORIGINAL_PERSON.at("back_to_back.same_person"))
    if not original.customs_control:
        yield Reason(article, say.ORIGINAL_CONTROL.at("back_to_back.customs_control"))
