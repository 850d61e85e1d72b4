"""The infrastructure fee of a vehicle with its load: the row that holds, the multipliers, the highest rate."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from gatepair.base.findings import Finding
from gatepair.clearance.fees import findings as say
from gatepair.clearance.fees.model import FeeLoad
from gatepair.clearance.fees.table import FARM, FeeTable, Premise, table_in_force
from gatepair.clearance.tracing import Step, findings_of
from gatepair.plan.model import CommodityGroup

_PREMISES: Final = {
    Premise.CLASS_BY_MASS: say.PREMISE_CLASS,
    Premise.FARM_IS_OURS: say.PREMISE_FARM,
    Premise.INCOMPLETE: say.PREMISE_INCOMPLETE,
}


@dataclass(frozen=True, slots=True)
class FeeAssessment:
    """What is to be paid, how it was reckoned, and what it rests on; money in minor units of ``currency``."""

    amount_minor: int | None
    """None when it cannot be known; never nought for that."""
    at_least_minor: int
    """The highest part that is known."""
    currency: str
    table: str
    steps: tuple[Step, ...]
    premises: tuple[Finding, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what is to be mended or looked at."""
        return findings_of(self.steps)

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "amount_minor": self.amount_minor,
            "at_least_minor": self.at_least_minor,
            "currency": self.currency,
            "premises": [finding.to_wire() for finding in self.premises],
            "steps": [step.to_wire() for step in self.steps],
            "table": self.table,
        }


@dataclass(frozen=True, slots=True)
class _Part:
    """What one group of the goods would pay for the whole vehicle."""

    amount_minor: int | None
    steps: tuple[Step, ...]
    stacked: bool = False


def assess_fee(load: FeeLoad, tables: Iterable[FeeTable], *, province: str, on: date) -> FeeAssessment:
    """Return the fee of ``load`` in ``province`` on the day ``on``, by the table in force.

    A mixed load pays, for the whole vehicle, the highest of what its goods alone would pay.

    Source: the provinces apply the highest rate to mixed loads (Resolution 09/2025/NQ-HĐND as reported).
    """
    day = on.isoformat()
    table = table_in_force(tables, province=province, day=day)
    if table is None:
        step = Step("table", "", say.NO_TABLE.at("province", province=province, day=day))
        return FeeAssessment(None, 0, "", "", (step,), ())
    groups = sorted(set(load.goods)) or [CommodityGroup.NONE]
    parts = [_part(table, load, group) for group in groups]
    known = [part.amount_minor for part in parts if part.amount_minor is not None]
    highest = max(known, default=0)
    steps = [step for part in parts for step in part.steps]
    if len(parts) > 1:
        steps.append(Step(table.name, table.source, say.MIXED.at("goods", amount=highest, currency=table.currency)))
    return FeeAssessment(
        amount_minor=highest if len(known) == len(parts) else None,
        at_least_minor=highest,
        currency=table.currency,
        table=f"{table.name} {table.valid_from}",
        steps=tuple(steps),
        premises=tuple(_premises(table, groups, stacked=any(part.stacked for part in parts))),
    )


def _part(table: FeeTable, load: FeeLoad, group: CommodityGroup) -> _Part:
    row = table.row_for(load, group)
    if row is None:
        missing = say.NO_ROW.at("goods", table=table.name, goods=group.value, regime=load.regime.value)
        return _Part(None, (Step(table.name, table.source, missing),))
    rule = f"{table.name}, line {row.line}"
    multipliers = table.multipliers_for(load, group)
    amount = row.amount(load, (each.permille for each in multipliers))
    words = {"goods": group.value, "currency": table.currency}
    kind = say.ROW_TONNE if row.per_tonne else say.ROW
    steps = [Step(rule, table.source, kind.at("goods", **words, rate=row.amount_minor, weight=row.weight.text))]
    steps += [
        Step(rule, table.source, say.MULTIPLIED.at("goods", what=each.text, permille=each.permille))
        for each in multipliers
    ]
    if row.estimate:
        steps.append(Step(rule, table.source, say.ESTIMATE.at("goods", **words, rate=row.amount_minor)))
    steps.append(Step(rule, table.source, say.PART.at("goods", **words, amount=amount)))
    return _Part(amount, tuple(steps), stacked=len(multipliers) > 1)


def _premises(table: FeeTable, groups: Iterable[CommodityGroup], *, stacked: bool) -> Iterator[Finding]:
    farm = any(group in FARM for group in groups)
    for premise in table.premises:
        if premise is not Premise.FARM_IS_OURS or farm:
            yield _PREMISES[premise].at("", table=table.name)
    if stacked:
        yield say.PREMISE_STACKED.at("", table=table.name)
    if table.synthetic:
        yield say.PREMISE_SYNTHETIC.at("", table=table.name)
