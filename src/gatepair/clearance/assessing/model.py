"""What an assessment is made of: the papers beside a declaration, the tables it rests on, and the result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from gatepair.base.findings import Finding, Severity
from gatepair.clearance.checking.codelists import CodeLists
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.duty.assess import Assessment
from gatepair.clearance.duty.shelf import Shelf
from gatepair.clearance.duty.tariff import Option
from gatepair.clearance.fees.assess import FeeAssessment
from gatepair.clearance.fees.model import FeeLoad
from gatepair.clearance.fees.table import FeeTable
from gatepair.clearance.origin.judge import Verdict
from gatepair.clearance.origin.model import Bill, Country
from gatepair.clearance.origin.proofs import Checked, Proof
from gatepair.clearance.origin.table import RuleTable
from gatepair.clearance.sps.check import Book, SpsResult
from gatepair.clearance.sps.model import Certificate, Key, SiteCode, TestReport
from gatepair.plan.model import Regime

ITEMS_MAX: Final = 999
"""Most items of a declaration. Source: WCO Data Model, the sequence number of an item has three digits or more; HMRC takes 999."""


class ItemPapers(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What a trader shows for one item: how it was made, and the proofs of its origin."""

    item: Annotated[int, Meta(ge=1)]
    """The item's sequence number, or its place from 1 where the declaration numbers nothing."""
    bill: Bill | None = None
    proofs: Annotated[tuple[Proof, ...], Meta(max_length=8)] = ()
    quota_licence: bool = False
    split: bool = False
    """Whether the lot was split, so that no waiver of proofs applies."""
    product: Key | None = None
    """The product by name where its HS code holds several, for quarantine."""
    sites: Annotated[tuple[SiteCode, ...], Meta(max_length=200)] = ()
    """Codes of orchards, packing houses and producers."""


class Papers(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What comes with a declaration."""

    importing: Country | None = None
    """The importing country, where the declaration does not name its destination."""
    regime: Regime | None = None
    gate: Key | None = None
    """Key of the entry post; permits and quarantine are checked where it is named."""
    certificates: Annotated[tuple[Certificate, ...], Meta(max_length=100)] = ()
    tests: Annotated[tuple[TestReport, ...], Meta(max_length=200)] = ()
    load: FeeLoad | None = None
    """The vehicle with its load; its fee is reckoned where the province is named too."""
    province: Key | None = None
    items: Annotated[tuple[ItemPapers, ...], Meta(max_length=ITEMS_MAX)] = ()


class Dossier(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A declaration with its papers: what a program sends to have assessed."""

    declaration: Declaration
    papers: Papers = Papers()


@dataclass(frozen=True, slots=True)
class Tables:
    """The dated tables that an assessment rests on."""

    shelf: Shelf
    rules: Sequence[RuleTable] = ()
    codes: CodeLists | None = None
    """Lists of codes that the declaration is checked by; without them it is not checked."""
    book: Book | None = None
    """Tables of permits and quarantine."""
    fees: Sequence[FeeTable] = ()


@dataclass(frozen=True, slots=True)
class Preference:
    """One preference asked for an item, with its working."""

    treaty: str
    verdict: Verdict | None
    """The verdict on the bill of materials; None when none was given."""
    proof: Proof | None
    checked: Checked | None
    """Whether the proof may be taken; None when there is none."""
    holds: bool
    """Whether both origin and proof hold, so that the rate is open as far as they go."""

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "treaty": self.treaty,
            "holds": self.holds,
            "verdict": self.verdict.to_wire() if self.verdict else None,
            "proof": None
            if self.proof is None or self.checked is None
            else {
                "number": self.proof.number,
                "kind": self.proof.kind.value,
                "valid": self.checked.valid,
                "until": self.checked.until.isoformat(),
                "reasons": [reason.to_wire() for reason in self.checked.reasons],
            },
        }


@dataclass(frozen=True, slots=True)
class AssessedItem:
    """One item with what is to be paid for it and why."""

    item: int
    hs: str
    description: str
    origin: str | None
    duty: Assessment | None
    """None when the importing country, its currency or the HS code is not known."""
    preferences: tuple[Preference, ...] = ()

    @property
    def saved_minor(self) -> int:
        """Return what the option taken saves against MFN; 0 also where either amount is not known."""
        if self.duty is None or self.duty.taken is None:
            return 0
        return max(0, self.duty.saving_minor(self.duty.taken.option) or 0)

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "item": self.item,
            "hs": self.hs,
            "description": self.description,
            "origin": self.origin,
            "duty": self.duty.to_wire() if self.duty else None,
            "preferences": [each.to_wire() for each in self.preferences],
        }


@dataclass(frozen=True, slots=True)
class Assessed:
    """A declaration assessed."""

    on: date
    importing: str | None
    currency: str
    """Currency of duty; empty when it is not known."""
    regime: Regime | None
    items: tuple[AssessedItem, ...]
    findings: tuple[Finding, ...]
    """What is wrong or should be looked at, errors first as they were found."""
    premises: tuple[Finding, ...]
    """What the result rests on without the declaration proving it."""
    permits: SpsResult | None = None
    """What permits and quarantine ask; None when the papers do not name the gate."""
    fee: FeeAssessment | None = None
    """The infrastructure fee; None when the papers do not tell the load and the province."""
    sheets: tuple[str, ...] = ()
    """Names of the sheets of rates that were in force."""

    @property
    def duty_minor(self) -> int | None:
        """Return the duty of all items; None when that of any is not known."""
        return _sum([each.duty.charges[0].amount_minor if each.duty else None for each in self.items])

    @property
    def total_minor(self) -> int | None:
        """Return duty and taxes of all items; None when any is not known."""
        return _sum([each.duty.total_minor if each.duty else None for each in self.items])

    @property
    def worst(self) -> Severity | None:
        """Return the gravest severity among the findings; None when there are none."""
        found = {each.severity for each in self.findings}
        return next((each for each in Severity if each in found), None)

    def used(self) -> tuple[Option, ...]:
        """Return the option taken for each item that has one, in the order of the items."""
        return tuple(each.duty.taken.option for each in self.items if each.duty and each.duty.taken)

    def saved_minor(self) -> int:
        """Return what the options taken save against MFN, as far as both amounts are known."""
        return sum(each.saved_minor for each in self.items)

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "on": self.on.isoformat(),
            "importing": self.importing,
            "currency": self.currency,
            "regime": self.regime.value if self.regime else None,
            "duty_minor": self.duty_minor,
            "total_minor": self.total_minor,
            "saved_minor": self.saved_minor(),
            "items": [each.to_wire() for each in self.items],
            "findings": [each.to_wire() for each in self.findings],
            "premises": [each.to_wire() for each in self.premises],
            "permits": self.permits.to_wire() if self.permits else None,
            "fee": self.fee.to_wire() if self.fee else None,
            "sheets": list(self.sheets),
        }


def _sum(amounts: Sequence[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if amounts and len(known) == len(amounts) else None
