"""Rate options of one item side by side: each as it stands, and what is to be paid in all if its conditions were met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gatepair.clearance.duty.assess import TREATY_OF, Assessment, Claim, Item, RateOption, assess_with
from gatepair.clearance.duty.rates import Base
from gatepair.clearance.duty.tariff import ALTERNATIVES, Option, Tariff


@dataclass(frozen=True, slots=True)
class Compared:
    """One option: how it stands for this item, and all that would be paid under it."""

    stands: RateOption
    if_met: Assessment
    """The assessment with this option alone and with its proof, origin and licence taken as there."""


def compared(item: Item, sheets: Sequence[Tariff], base: Base) -> tuple[Compared, ...]:
    """Return every option that the ``sheets`` in force have for ``item``, in their order.

    An amount that is not known is None in each of them, never nought.  Cost: one assessment for each option.
    """
    options = assess_with(item, sheets, base).options
    return tuple(Compared(each, _alone(each.option, item, sheets, base)) for each in options)


def _alone(option: Option, item: Item, sheets: Sequence[Tariff], base: Base) -> Assessment:
    treaty = TREATY_OF.get(option)
    claims = () if treaty is None else (Claim(treaty, origin_holds=True, proof_holds=True, country=item.origin),)
    asked = replace(item, claims=claims, quota_licence=True)
    others = [sheet for sheet in sheets if sheet.option is option or sheet.option not in ALTERNATIVES]
    return assess_with(asked, others, base)
