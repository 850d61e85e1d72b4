"""What was declared beside what was seen: the table that an officer decides on, computed from what is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from gatepair.crossing import events as ev
from gatepair.crossing.model import SealAct, SealKind, Seen
from gatepair.crossing.state import Crossing
from gatepair.plan.model import Role, Weighing

PERMILLE: Final = 1000
NOTHING: Final = "–"
"""Stands where one side of a comparison has nothing."""


class Fit(StrEnum):
    """How what was seen fits what was declared."""

    SAME = "same"
    DIFFERS = "differs"
    UNSEEN = "unseen"
    """Nothing was read yet."""
    UNJUDGED = "unjudged"
    """It was read, and the plan does not say what to hold it against."""


class Subject(StrEnum):
    """What is compared."""

    TRACTOR = "tractor"
    TRAILER = "trailer"
    CONTAINERS = "containers"
    SEAL = "seal"
    GROSS_MASS = "gross_mass_kg"


class Compared(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One line of the table: ``by`` is the station or lane where it was read, ``at_ms`` when.

    A mass is in kilograms: ``seen`` is the bridge's reading less the tare of the plan, ``off_permille`` how far that
    is from the declared mass, above it or below.
    """

    subject: Subject
    declared: str
    seen: str = ""
    fit: Fit
    by: str = ""
    at_ms: int | None = None
    read_kg: int | None = None
    tare_kg: int | None = None
    off_permille: int | None = None
    whole: bool = True
    """Whether a seal is intact, by whoever last looked at it."""


class Sighting(Struct, frozen=True, kw_only=True):
    """What was read of the vehicle at one moment."""

    seen: Seen
    by: str
    at_ms: int


def sightings(events: Iterable[ev.CrossingEvent]) -> tuple[Sighting, ...]:
    """Return every reading of the vehicle in ``events``, in their order."""
    return tuple(_sighted(events))


def _sighted(events: Iterable[ev.CrossingEvent]) -> Iterator[Sighting]:
    for event in events:
        match event:
            case (
                ev.VehicleArrived(station=by, seen=seen)
                | ev.HandoverConfirmed(station=by, seen=seen)
                | ev.HandoverDisputed(station=by, seen=seen)
                | ev.VehicleReturned(station=by, seen=seen)
                | ev.VehicleDeparted(lane=by, seen=seen)
            ):
                yield Sighting(seen=seen, by=by, at_ms=event.at_ms)
            case ev.CheckRecorded(station=by, seen=Seen() as seen):
                yield Sighting(seen=seen, by=by, at_ms=event.at_ms)
            case _:
                pass


def compared(crossing: Crossing, events: Sequence[ev.CrossingEvent], weighing: Weighing | None) -> tuple[Compared, ...]:
    """Return what is declared and bound beside the latest reading of each, the mass by the plan's ``weighing``."""
    seen = sightings(events)
    binding = crossing.binding
    return (
        _plate(Subject.TRACTOR, binding.tractor, seen),
        *((_plate(Subject.TRAILER, binding.trailer or "", seen),) if _has_trailer(crossing, seen) else ()),
        *((_boxes(crossing, seen),) if binding.containers or any(one.seen.containers for one in seen) else ()),
        *_seals(crossing, seen),
        _mass(crossing, seen, weighing),
    )


def _has_trailer(crossing: Crossing, seen: Sequence[Sighting]) -> bool:
    return bool(crossing.binding.trailer) or any(one.seen.trailer for one in seen)


def _plate(subject: Subject, declared: str, seen: Sequence[Sighting]) -> Compared:
    found = Compared(subject=subject, declared=declared or NOTHING, fit=Fit.UNSEEN)
    if not seen:
        return found
    latest = seen[-1]
    read = latest.seen.tractor if subject is Subject.TRACTOR else latest.seen.trailer or ""
    fit = Fit.SAME if read == declared else Fit.DIFFERS
    return replace(found, seen=read or NOTHING, fit=fit, by=latest.by, at_ms=latest.at_ms)


def _boxes(crossing: Crossing, seen: Sequence[Sighting]) -> Compared:
    bound = sorted(crossing.binding.containers)
    found = Compared(subject=Subject.CONTAINERS, declared=", ".join(bound) or NOTHING, fit=Fit.UNSEEN)
    if not seen:
        return found
    latest = seen[-1]
    read = sorted(latest.seen.containers)
    fit = Fit.SAME if read == bound else Fit.DIFFERS
    return replace(found, seen=", ".join(read) or NOTHING, fit=fit, by=latest.by, at_ms=latest.at_ms)


def _seals(crossing: Crossing, seen: Sequence[Sighting]) -> Iterator[Compared]:
    """Compare each seal that is to be on, and each that was read and is on no record, with the last reading of seals."""
    # A lane without a reader of seals reads none: only a reading that names seals says which are on.
    latest = next((one for one in reversed(seen) if one.seen.seals), None)
    expected = _expected_seals(crossing)
    for number, intact in expected.items():
        found = Compared(subject=Subject.SEAL, declared=number, fit=Fit.UNSEEN if intact else Fit.DIFFERS, whole=intact)
        if latest is not None:
            there = number in latest.seen.seals
            fit = Fit.SAME if there and intact else Fit.DIFFERS
            found = replace(found, seen=number if there else NOTHING, fit=fit, by=latest.by, at_ms=latest.at_ms)
        yield found
    for number in latest.seen.seals if latest is not None else ():
        if number not in expected:
            yield Compared(
                subject=Subject.SEAL,
                declared=NOTHING,
                seen=number,
                fit=Fit.DIFFERS,
                by=latest.by if latest else "",
                at_ms=latest.at_ms if latest else None,
            )


def _expected_seals(crossing: Crossing) -> dict[str, bool]:
    """Return the seals that are to be on, and whether each is whole: those told by the partner too, at the entry."""
    told: dict[str, bool] = {}
    if crossing.role is Role.ENTRY:
        told = dict.fromkeys(crossing.partner_departure.seals if crossing.partner_departure else (), True)
        told.update({seal.number: seal.intact for seal in crossing.partner_seals})
    return {**told, **{seal.number: seal.intact for seal in crossing.seals}}


def _mass(crossing: Crossing, seen: Sequence[Sighting], weighing: Weighing | None) -> Compared:
    declared_kg = crossing.declaration.gross_mass_kg()
    found = Compared(subject=Subject.GROSS_MASS, declared=str(declared_kg), fit=Fit.UNSEEN)
    latest = next((one for one in reversed(seen) if one.seen.gross_mass_kg is not None), None)
    if latest is None or latest.seen.gross_mass_kg is None:
        return found
    read_kg = latest.seen.gross_mass_kg
    found = replace(found, by=latest.by, at_ms=latest.at_ms, read_kg=read_kg)
    if weighing is None:
        return replace(found, seen=str(read_kg), fit=Fit.UNJUDGED)
    goods_kg = read_kg - weighing.tare_kg
    off_kg = goods_kg - declared_kg
    fits = abs(off_kg) * PERMILLE <= declared_kg * weighing.tolerance_permille
    # An empty vehicle declares no mass, so that there is nothing to be a share of.
    off_permille = off_kg * PERMILLE // declared_kg if declared_kg else None
    return replace(
        found,
        seen=str(goods_kg),
        fit=Fit.SAME if fits or not crossing.declaration.goods else Fit.DIFFERS,
        tare_kg=weighing.tare_kg,
        off_permille=off_permille,
    )


# --- the life of the seals -----------------------------------------------------------------


class SealStep(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What was done with a seal, when and by whom; ``actor`` is empty where the partner said so."""

    act: SealAct
    at_ms: int
    actor: str = ""
    intact: bool = True
    reason: str = ""


class SealLife(Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One seal from its putting on to its opening."""

    number: str
    kind: SealKind
    by_partner: bool = False
    on: bool = True
    steps: tuple[SealStep, ...] = ()


def seal_lives(events: Iterable[ev.CrossingEvent]) -> tuple[SealLife, ...]:
    """Return every seal that was ever on, in the order in which each was first told of."""
    lives: dict[str, SealLife] = {}
    for event in events:
        match event:
            case ev.SealApplied(seal=seal, actor=actor):
                first = SealStep(act=SealAct.APPLIED, at_ms=event.at_ms, actor=actor)
                lives[seal.number] = SealLife(number=seal.number, kind=seal.kind, steps=(first,))
            case ev.SealChecked(number=number, intact=intact, actor=actor):
                step = SealStep(act=SealAct.CHECKED, at_ms=event.at_ms, actor=actor, intact=intact)
                lives[number] = _lived(lives[number], step)
            case ev.SealBroken(number=number, reason=reason, actor=actor):
                step = SealStep(act=SealAct.BROKEN, at_ms=event.at_ms, actor=actor, reason=reason)
                lives[number] = _lived(lives[number], step)
            case ev.PartnerSealTold(number=number, kind=kind, act=act, intact=intact, reason=reason):
                known = lives.get(number) or SealLife(number=number, kind=kind, by_partner=True)
                lives[number] = _lived(known, SealStep(act=act, at_ms=event.at_ms, intact=intact, reason=reason))
            case _:
                pass
    return tuple(lives.values())


def _lived(life: SealLife, step: SealStep) -> SealLife:
    return replace(life, steps=(*life.steps, step), on=step.act is not SealAct.BROKEN)
