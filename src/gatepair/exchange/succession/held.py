"""The versions of one agreement that a post holds, and which of them says what at an instant.

Every answer is a function of the versions and an instant.  The author of an entry goes by its own
clock when it writes, and by nothing else; a reader goes by the time that the entry states, so that
neither a slow line nor another clock changes under what an entry stands.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from msgspec.structs import replace

from gatepair.exchange.agreement import Agreement, Message, Terms
from gatepair.exchange.messages import Lane


@dataclass(frozen=True, slots=True)
class HeldVersion:
    """One version of the agreement as a post holds it."""

    agreement: Agreement
    note: str = ""
    """The note that the roots signed; empty where nothing asks for it."""
    shared: bool = True
    """Whether the partner is known to hold it too: it announced it, or both posts began under it."""
    contested: bool = False
    """Whether the roots signed two texts of this number: then it takes no force."""
    hash_hex: str = field(init=False)

    def __post_init__(self) -> None:
        """Work the hash out once."""
        object.__setattr__(self, "hash_hex", self.agreement.hash().hex())

    def joined(self, other: HeldVersion) -> HeldVersion:
        """Return what both say of one text."""
        return HeldVersion(
            self.agreement, self.note or other.note, self.shared or other.shared, self.contested or other.contested
        )


@dataclass(frozen=True, slots=True)
class Writing:
    """Under which version an author writes now, and what it may show."""

    terms: Terms
    """The version that the header names."""
    ruling: Terms
    """The version in force: what it does not list is not shown, whichever version the header names."""

    def message(self, kind: str, *, sender: str) -> Message | None:
        """Return ``kind`` as ``sender`` may write it, with the sections that it may show; None when it may not."""
        agreed = self.terms.by_kind.get(kind)
        if agreed is None or (agreed.senders and sender not in agreed.senders):
            return None
        if self.ruling is self.terms:
            return agreed
        limit = self.ruling.by_kind.get(kind)
        if limit is None or (limit.senders and sender not in limit.senders):
            return None
        return replace(agreed, sections=tuple(name for name in agreed.sections if name in limit.sections))


@dataclass(frozen=True, slots=True)
class Succession:
    """All versions that a post holds, in the order of their numbers. Made by :meth:`of`; never changed."""

    held: tuple[HeldVersion, ...]
    terms: tuple[Terms, ...]
    """Of the versions that are not contested, each with the end that its successors set."""
    lanes: tuple[Lane, ...]
    """The lanes in which some version sends something, in the order in which they came."""

    @classmethod
    def of(cls, held: Iterable[HeldVersion]) -> Succession:
        """Return the succession of ``held``, at least one; the order does not matter, what is said twice is joined."""
        versions: dict[str, HeldVersion] = {}
        for each in held:
            known = versions.get(each.hash_hex)
            versions[each.hash_hex] = each if known is None else each.joined(known)
        ordered = sorted(versions.values(), key=lambda each: (each.agreement.version, each.hash_hex))
        agreed = [each.agreement for each in ordered if not each.contested]
        terms = tuple(Terms.of(one, *agreed[number:]) for number, one in enumerate(agreed, start=1))
        used = {message.lane for one in agreed for message in one.messages}
        lanes = tuple(dict.fromkeys(lane for one in agreed for lane in one.lanes if lane in used))
        return cls(tuple(ordered), terms, lanes)

    @property
    def agreements(self) -> tuple[Agreement, ...]:
        """Return the versions that are not contested, in order."""
        return tuple(each.agreement for each in self.terms)

    @property
    def newest(self) -> Agreement:
        """Return the version with the highest number that is not contested."""
        return self.terms[-1].agreement

    @property
    def changes_ms(self) -> tuple[int, ...]:
        """Return the instants at which another version, or none, may come into force, rising."""
        starts = {one.valid_from_ms for one in self.agreements}
        return tuple(sorted(starts | {one.valid_until_ms for one in self.agreements if one.valid_until_ms is not None}))

    def ruling(self, at_ms: int) -> Terms | None:
        """Return the version in force at ``at_ms``: the newest that has begun; None when that is over, or none has.

        Who has a successor does not come back when the successor ends.
        """
        begun = next((each for each in reversed(self.terms) if each.agreement.valid_from_ms <= at_ms), None)
        return begun if begun is not None and begun.agreement.in_force(at_ms) else None

    def writing(self, at_ms: int) -> Writing | None:
        """Return under which version to write at ``at_ms``; None when none is in force.

        While the partner is not known to hold the version in force, and an earlier one still counts that
        it holds, the header names that one.
        """
        ruling = self.ruling(at_ms)
        if ruling is None:
            return None
        known = (each for each in reversed(self.terms) if each.counts(at_ms) and self.is_shared(each.hash_hex))
        return Writing(next(known, ruling), ruling)

    def of_itself(self, at_ms: int) -> Terms:
        """Return the version under which a post speaks of the link itself: the newest begun that the partner holds."""
        known = [each for each in self.terms if self.is_shared(each.hash_hex)] or [self.terms[0]]
        begun = [each for each in known if each.agreement.valid_from_ms <= at_ms]
        return begun[-1] if begun else known[0]

    def version(self, hash_hex: str) -> HeldVersion | None:
        """Return the version held with this hash."""
        return next((each for each in self.held if each.agreement.hash().hex() == hash_hex), None)

    def named(self, hash_hex: str) -> Terms | None:
        """Return the terms with this hash; None when they are not held, or contested."""
        return next((each for each in self.terms if each.hash_hex == hash_hex), None)

    def is_shared(self, hash_hex: str) -> bool:
        """Tell whether the partner is known to hold the version with this hash."""
        return any(each.shared and each.hash_hex == hash_hex for each in self.held)

    def waits(self, hash_hex: str) -> bool:
        """Tell whether entries under the version with this hash are kept back until the partner holds it."""
        return self.named(hash_hex) is not None and not self.is_shared(hash_hex)

    def plus(self, *more: HeldVersion) -> Succession:
        """Return the succession with ``more`` versions, or other words about those that it has."""
        new = {each.hash_hex for each in more}
        return Succession.of([*(each for each in self.held if each.hash_hex not in new), *more])
