"""Profiles: by which rules customs looks how deep, in a file that customs alone reads.

A profile is declarative: rules in order, each with conditions and shares; a random share; bays with their budget.
Nothing in it names a person or a firm, since what a profile may ask of is in :class:`Subject` and no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Final

from msgspec import Meta, Struct

from gatepair.base.shapes import spelled
from gatepair.crossing.model import LoadUnit
from gatepair.crossing.state import Crossing
from gatepair.plan.model import CommodityGroup, Key, LocalDate, Natural, Permille, Positive, Regime, Role

RuleKey = Annotated[str, spelled(r"[a-z0-9][a-z0-9-]{0,31}")]
HsStart = Annotated[str, spelled("[0-9]{2,10}")]
CountryCode = Annotated[str, spelled("[A-Z]{2}")]
Word = Annotated[str, spelled(r"[a-z0-9_.]{1,80}")]
Shares = tuple[Permille, Permille, Permille]
"""Green, yellow, red; they sum to 1000."""
HOURS_A_DAY: Final = 24
WAIT_HOURS_MAX: Final = 72


class When(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What a rule asks of one goods item and its load; all that is given must hold, an empty field asks nothing."""

    commodities: tuple[CommodityGroup, ...] = ()
    hs: tuple[HsStart, ...] = ()
    """Beginnings of HS codes."""
    origins: tuple[CountryCode, ...] = ()
    regimes: tuple[Regime, ...] = ()
    loads: tuple[LoadUnit, ...] = ()
    documents_lacking: tuple[Word, ...] = ()
    """Kinds of documents of which at least one is not there."""
    findings: tuple[Word, ...] = ()
    """Codes, or beginnings of codes up to a point, of findings of which at least one is there."""
    gross_mass_kg_from: Natural = 0
    score_from: Annotated[int, Meta(ge=0, le=1000)] = 0
    """Only with a learned score of at least so many thousandths; such a rule can only look deeper."""


class ProfileRule(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One rule: for whom, and how deep."""

    key: RuleKey
    when: When
    shares_permille: Shares
    must: bool = False
    """A red one waits for a bay; without this it becomes yellow when the hour's budget is spent."""
    note: str = ""


class Bay(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An inspection bay: so many inspections an hour, from one local hour until another."""

    per_hour: Natural
    start: Annotated[int, Meta(ge=0, le=23)] = 0
    until: Annotated[int, Meta(ge=1, le=24)] = 24


class Profile(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One profile of one post and role; of several in force the latest begun holds, the higher version of equals."""

    profile: Annotated[int, Meta(ge=1, le=1)]
    """Version of the format."""
    id: Key
    post: Key
    role: Role
    version: Positive
    valid_from: LocalDate
    default_permille: Shares
    source: str
    """Who decided it, by which act."""
    valid_until: LocalDate | None = None
    shadow: bool = False
    """A shadow only records what it would have chosen."""
    rules: tuple[ProfileRule, ...] = ()
    random_permille: Permille = 0
    """Share of all loads that is looked into whatever the rules say."""
    bays: dict[Key, Bay] = {}
    """Without bays there is no budget."""
    wait_hours: Annotated[int, Meta(ge=0, le=WAIT_HOURS_MAX)] = 8
    """How many hours on a bay is looked for, for what must be inspected."""
    synthetic: bool = False

    def in_force(self, day: str) -> bool:
        """Tell whether ``day`` (ISO 8601) lies within the validity, both ends included."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class SubjectItem(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One goods item as profiles and scores may see it."""

    hs: str
    commodity: CommodityGroup
    origin: str


class Subject(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What profiles and scores may know of a load: no person, no firm, no plate."""

    crossing: str
    post: str
    role: Role
    load: LoadUnit
    regime: Regime
    items: tuple[SubjectItem, ...]
    gross_mass_kg: int
    documents: tuple[str, ...] = ()
    """Kinds of documents that are there."""
    findings: tuple[str, ...] = ()
    """Codes of what the checks found."""


@dataclass(frozen=True, slots=True)
class InForce:
    """Profiles of one post and role on a day: the one that decides, and the shadows beside it."""

    live: Profile | None
    shadows: tuple[Profile, ...]


def subject_of(crossing: Crossing, *, post: str, findings: Iterable[str] = ()) -> Subject:
    """Return what profiles may know of ``crossing``; ``findings`` are the codes of what checks found."""
    declaration = crossing.declaration
    return Subject(
        crossing=crossing.id,
        post=post,
        role=crossing.role,
        load=crossing.load,
        regime=declaration.regime,
        items=tuple(
            SubjectItem(hs=item.hs, commodity=item.commodity, origin=item.origin) for item in declaration.goods
        ),
        gross_mass_kg=declaration.gross_mass_kg(),
        documents=tuple(sorted({document.kind for document in declaration.documents})),
        findings=tuple(sorted(set(findings))),
    )


def profiles_for(profiles: Iterable[Profile], *, post: str, role: Role, day: str) -> InForce:
    """Return which profiles hold for ``post`` and ``role`` on ``day`` (ISO 8601); of shadows one for each id."""
    begun = sorted(
        (each for each in profiles if each.post == post and each.role == role and each.in_force(day)),
        key=lambda each: (each.valid_from, each.version, each.id),
    )
    live = [each for each in begun if not each.shadow]
    shadows = {each.id: each for each in begun if each.shadow}
    return InForce(live[-1] if live else None, tuple(shadows[key] for key in sorted(shadows)))
