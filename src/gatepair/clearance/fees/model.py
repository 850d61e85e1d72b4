"""What a fee is asked for, and how amounts are multiplied: in integers, rounded once."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from math import prod
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from gatepair.clearance.duty.rates import rounded
from gatepair.crossing.model import LoadUnit
from gatepair.plan.model import CommodityGroup, Regime

WHOLE: Final = 1_000
"""A multiplier is so many thousandths."""
TONNE_KG: Final = 1_000
MASS_KG_MAX: Final = 1_000_000
"""Heaviest vehicle that is reckoned with; a road train has a tenth of it."""


class Course(StrEnum):
    """Whether goods leave or enter the side that charges."""

    EXPORT = "export"
    IMPORT = "import"


class Onward(StrEnum):
    """What becomes of the vehicle at the gate."""

    NONE = "none"
    """It goes on or back in the usual way."""
    INLAND = "inland"
    """A vehicle that came in drives on inland with its load."""
    TRANSSHIPMENT = "transshipment"
    """The load changes the vehicle at the yard and nothing more."""


class FeeLoad(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One vehicle with its load, as far as fees ask."""

    goods: Annotated[tuple[CommodityGroup, ...], Meta(max_length=200)]
    """Groups of the goods; several for a mixed load, none for an empty vehicle."""
    gross_mass_kg: Annotated[int, Meta(ge=0, le=MASS_KG_MAX)]
    direction: Course
    load: LoadUnit = LoadUnit.TRUCK
    regime: Regime = Regime.ORDINARY
    onward: Onward = Onward.NONE
    box_ft: Literal[0, 20, 40] = 0
    """Length of the container in feet; 0 for none."""


def times(amount_minor: int, permilles: Iterable[int], *, mass_kg: int = TONNE_KG) -> int:
    """Return ``amount_minor`` for each tonne of ``mass_kg``, times all ``permilles``; rounded once, halves up."""
    factors = tuple(permilles)
    return rounded(amount_minor * mass_kg * prod(factors), TONNE_KG * WHOLE ** len(factors))
