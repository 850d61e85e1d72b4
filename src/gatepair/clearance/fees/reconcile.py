"""Reconciliation of fees: what was due, what receipts say, what collectors remitted, what the treasury booked."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Annotated, Any

from msgspec import Meta, Struct

from gatepair.base.findings import Finding
from gatepair.clearance.fees import findings as say
from gatepair.clearance.fees.receipts import (
    KEPT_PERMILLE,
    Currency,
    FeeReceipt,
    Money,
    Number,
    Reference,
    read_number,
    split,
)


class Due(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What was assessed for a crossing in the period."""

    crossing: Reference
    amount_minor: Money


class Remittance(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a collector says that it paid to the treasury."""

    reference: Reference
    collector: Reference
    amount_minor: Money


class Credit(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the treasury says that it got."""

    reference: Reference
    amount_minor: Money


class Books(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The books of one period and one currency; each list as its keeper gives it."""

    first: date
    last: date
    currency: Currency
    dues: tuple[Due, ...] = ()
    receipts: tuple[FeeReceipt, ...] = ()
    remittances: tuple[Remittance, ...] = ()
    credits: tuple[Credit, ...] = ()
    kept_permille: Annotated[int, Meta(ge=0, le=1000)] = KEPT_PERMILLE


@dataclass(frozen=True, slots=True)
class Settlement:
    """One collector's period in minor units."""

    collector: str
    collected_minor: int
    kept_minor: int
    treasury_minor: int
    remitted_minor: int
    credited_minor: int


@dataclass(frozen=True, slots=True)
class FeeReconciliation:
    """The settlements by collector, and everything in which the books do not agree."""

    currency: str
    settlements: tuple[Settlement, ...]
    findings: tuple[Finding, ...]

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "settlements": [
                {
                    "collected_minor": each.collected_minor,
                    "collector": each.collector,
                    "credited_minor": each.credited_minor,
                    "kept_minor": each.kept_minor,
                    "remitted_minor": each.remitted_minor,
                    "treasury_minor": each.treasury_minor,
                }
                for each in self.settlements
            ],
            "currency": self.currency,
            "findings": [finding.to_wire() for finding in self.findings],
        }


def reconcile(books: Books) -> FeeReconciliation:
    """Return settlements and findings of ``books``.

    A receipt counts once by its number, in the books' currency and period; what does not count is told. The share
    is taken of a collector's sum over the period, not of each receipt (our reading; the resolution as reported does
    not say).
    """
    counted = _counted(books)
    settlements = tuple(_settlements(books, counted))
    findings = (
        *_receipt_faults(books),
        *_gaps(books.receipts),
        *_paid(books.dues, counted, books.currency),
        *_remitted(settlements, books.currency),
        *_credited(books),
    )
    return FeeReconciliation(books.currency, settlements, tuple(sorted(findings, key=_order)))


def _order(finding: Finding) -> tuple[str, str, str]:
    return finding.code, finding.path, str(sorted(finding.params.items()))


def _counts(books: Books, receipt: FeeReceipt) -> bool:
    return receipt.currency == books.currency and books.first <= receipt.on <= books.last


def _counted(books: Books) -> tuple[FeeReceipt, ...]:
    """Return each receipt that counts, one for each number: of copies that differ the smallest amount."""
    order = sorted(books.receipts, key=lambda each: (each.number, each.amount_minor, each.crossing, each.collector))
    first: dict[str, FeeReceipt] = {}
    for receipt in order:
        if _counts(books, receipt):
            first.setdefault(receipt.number, receipt)
    return tuple(first.values())


def _receipt_faults(books: Books) -> Iterator[Finding]:
    for number, times_seen in sorted(Counter(receipt.number for receipt in books.receipts).items()):
        if times_seen > 1:
            yield say.RECEIPT_TWICE.at(f"receipts.{number}", number=number, count=times_seen)
        if read_number(number) is None:
            yield say.RECEIPT_FORM.at(f"receipts.{number}", number=number)
    for receipt in books.receipts:
        place = f"receipts.{receipt.number}"
        if receipt.currency != books.currency:
            words = {"number": receipt.number, "given": receipt.currency, "expected": books.currency}
            yield say.RECEIPT_CURRENCY.at(f"{place}.currency", **words)
        if not books.first <= receipt.on <= books.last:
            yield say.RECEIPT_OUTSIDE.at(f"{place}.on", number=receipt.number, day=receipt.on.isoformat())


def _gaps(receipts: Sequence[FeeReceipt]) -> Iterator[Finding]:
    """Yield the numbers between the first and the last of each series and year that no receipt bears."""
    series: defaultdict[tuple[str, int], set[int]] = defaultdict(set)
    for receipt in receipts:
        number = read_number(receipt.number)
        if number is not None:
            series[number.series, number.year].add(number.serial)
    for (name, year), serials in sorted(series.items()):
        known = sorted(serials)
        for before, after in pairwise(known):
            if after - before > 1:
                first, last = Number(name, year, before + 1), Number(name, year, after - 1)
                yield say.RECEIPT_GAP.at(f"receipts.{first}", first=str(first), last=str(last))


def _paid(dues: Iterable[Due], counted: Iterable[FeeReceipt], currency: str) -> Iterator[Finding]:
    due: Counter[str] = Counter()
    for each in dues:
        due[each.crossing] += each.amount_minor
    paid: Counter[str] = Counter()
    for receipt in counted:
        paid[receipt.crossing] += receipt.amount_minor
    for crossing in sorted(due.keys() | paid.keys()):
        place, words = f"dues.{crossing}", {"crossing": crossing, "currency": currency}
        if crossing not in due:
            yield say.NOT_DUE.at(place, **words, paid=paid[crossing])
        elif paid[crossing] < due[crossing]:
            yield say.UNDERPAID.at(place, **words, due=due[crossing], paid=paid[crossing])
        elif paid[crossing] > due[crossing]:
            yield say.OVERPAID.at(place, **words, due=due[crossing], paid=paid[crossing])


def _settlements(books: Books, counted: Iterable[FeeReceipt]) -> Iterator[Settlement]:
    collected: Counter[str] = Counter()
    for receipt in counted:
        collected[receipt.collector] += receipt.amount_minor
    remitted: Counter[str] = Counter()
    credited: Counter[str] = Counter()
    booked = _sums(books.credits)
    for each in books.remittances:
        remitted[each.collector] += each.amount_minor
    # A reference belongs to one collector; where two use it, the first by name is credited.
    keepers = {
        each.reference: each.collector for each in sorted(books.remittances, key=lambda row: row.collector)[::-1]
    }
    for reference, collector in keepers.items():
        credited[collector] += booked[reference]
    for collector in sorted(collected.keys() | remitted.keys()):
        parts = split(collected[collector], books.kept_permille)
        yield Settlement(
            collector=collector,
            collected_minor=collected[collector],
            kept_minor=parts.kept_minor,
            treasury_minor=parts.treasury_minor,
            remitted_minor=remitted[collector],
            credited_minor=credited[collector],
        )


def _remitted(settlements: Iterable[Settlement], currency: str) -> Iterator[Finding]:
    for each in settlements:
        place = f"settlements.{each.collector}"
        words = {"collector": each.collector, "due": each.treasury_minor, "paid": each.remitted_minor}
        if each.remitted_minor < each.treasury_minor:
            yield say.REMITTED_SHORT.at(place, **words, currency=currency)
        elif each.remitted_minor > each.treasury_minor:
            yield say.REMITTED_OVER.at(place, **words, currency=currency)


def _credited(books: Books) -> Iterator[Finding]:
    """Yield where the treasury's book and the collectors' differ, by reference."""
    for name, rows in (("remittances", books.remittances), ("credits", books.credits)):
        for reference, seen in sorted(Counter(row.reference for row in rows).items()):
            if seen > 1:
                yield say.REFERENCE_TWICE.at(f"{name}.{reference}", reference=reference, count=seen)
    sent, got = _sums(books.remittances), _sums(books.credits)
    for reference in sorted(sent.keys() | got.keys()):
        words = {"reference": reference, "currency": books.currency}
        if reference not in got:
            yield say.CREDIT_MISSING.at(f"credits.{reference}", **words, sent=sent[reference])
        elif reference not in sent:
            yield say.CREDIT_UNKNOWN.at(f"credits.{reference}", **words, got=got[reference])
        elif sent[reference] != got[reference]:
            yield say.CREDIT_OTHER.at(f"credits.{reference}", **words, sent=sent[reference], got=got[reference])


def _sums(rows: Iterable[Remittance | Credit]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row.reference] += row.amount_minor
    return sums
