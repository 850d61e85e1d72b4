"""Rules that hold a declaration against the crossing to which it is tied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from typing_extensions import override

from gatepair.base.findings import Finding
from gatepair.base.time import Instant, rfc3339
from gatepair.clearance.checking import findings as fi
from gatepair.clearance.checking.case import Case
from gatepair.clearance.checking.identifiers import is_container, plain_plate
from gatepair.clearance.checking.quantities import kilograms_shown, nanograms
from gatepair.clearance.checking.rule import Rule
from gatepair.clearance.checking.rules_regimes import countries_of
from gatepair.plan.model import Regime

_BETWEEN_PLATES: Final = re.compile(r"[/;,]")
_NG_PER_KG: Final = 10**12
_THROUGH: Final = frozenset({Regime.TRANSIT})
"""Regimes whose goods come from, or go to, a country beyond the two that face each other."""


class PlateDiffers(Rule):
    """The vehicle that the declaration names is the one that is bound to the crossing."""

    kind = fi.PLATE_DIFFERS

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        means, crossing = case.declaration.border_transport_means, case.crossing
        if crossing is None or not crossing.tractor or means is None or not means.id:
            return
        bound = {plain_plate(plate) for plate in (crossing.tractor, crossing.trailer) if plate}
        if any(plain_plate(plate) not in bound for plate in _BETWEEN_PLATES.split(means.id)):
            shown = " / ".join(filter(None, (crossing.tractor, crossing.trailer)))
            yield self.kind.at("border_transport_means.id", declared=means.id, bound=shown)


class ContainerUnbound(Rule):
    """A declared container is on the crossing."""

    kind = fi.CONTAINER_UNBOUND

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if case.crossing is None:
            return
        for path, unit in case.equipment:
            if unit.id and is_container(unit.id) and unit.id not in case.crossing.containers:
                yield self.kind.at(f"{path}.id", number=unit.id)


class ContainerUndeclared(Rule):
    """A container on the crossing is declared, here or elsewhere."""

    kind = fi.CONTAINER_UNDECLARED

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if case.crossing is None:
            return
        declared = {unit.id for _, unit in case.equipment}
        for number in case.crossing.containers:
            if number not in declared:
                yield self.kind.at("goods_shipment.consignment.transport_equipment", number=number)


class SealDiffers(Rule):
    """A declared seal is on the crossing; seals on it are known only once there is one."""

    kind = fi.SEAL_DIFFERS

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if case.crossing is None or not case.crossing.seals:
            return
        on = {seal.casefold() for seal in case.crossing.seals}
        for path, unit in case.equipment:
            for index, seal in enumerate(unit.seal):
                if seal.id and seal.id.casefold() not in on:
                    yield self.kind.at(f"{path}.seal.{index}.id", seal=seal.id)


class WrongWay(Rule):
    """Goods go the way that the crossing goes; transit may come from and go to countries beyond."""

    kind = fi.WRONG_WAY

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        crossing = case.crossing
        if crossing is None or not crossing.leaves or case.regime in _THROUGH:
            return
        exported, destination = countries_of(case)
        if exported == crossing.enters or destination == crossing.leaves:
            yield self.kind.at(
                "goods_shipment.destination.country_code",
                exported=exported or "?",
                destination=destination or "?",
                leaves=crossing.leaves,
                enters=crossing.enters,
            )


class ItineraryWithout(Rule):
    """An itinerary that is given passes the country that the crossing enters."""

    kind = fi.ITINERARY

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        consignment = case.shipment.consignment if case.shipment is not None else None
        if case.crossing is None or not case.crossing.enters or consignment is None or not consignment.itinerary:
            return
        if all(leg.routing_country_code != case.crossing.enters for leg in consignment.itinerary):
            yield self.kind.at("goods_shipment.consignment.itinerary", country=case.crossing.enters)


class OfficeDiffers(Rule):
    """The office of exit lies at the gate of the crossing."""

    kind = fi.OFFICE_DIFFERS

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        office = case.declaration.exit_office
        if case.crossing is None or not case.crossing.offices or office is None or not office.id:
            return
        if office.id not in case.crossing.offices:
            yield self.kind.at("exit_office.id", office=office.id)


class GateClosed(Rule):
    """The crossing is planned for a time at which its lane is open."""

    kind = fi.GATE_CLOSED

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        crossing = case.crossing
        if crossing is None or crossing.planned_ms is None:
            return
        at = crossing.planned_ms
        if not any(window.start_ms <= at < window.until_ms for window in crossing.windows):
            yield self.kind.at("border_transport_means", planned=rfc3339(Instant(at)))


class MassOverCrossing(Rule):
    """A declaration weighs no more than the crossing that carries it."""

    kind = fi.OVER_CROSSING

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if case.crossing is None or case.crossing.gross_mass_kg is None:
            return
        total = nanograms(case.declaration.total_gross_mass_measure)
        declared = total if total is not None else sum(line.gross_ng or 0 for line in case.lines)
        if declared > case.crossing.gross_mass_kg * _NG_PER_KG:
            yield self.kind.at(
                "total_gross_mass_measure",
                declared_kg=kilograms_shown(declared),
                crossing_kg=case.crossing.gross_mass_kg,
            )


class OwnerDiffers(Rule):
    """The owner at the crossing is a party of the declaration."""

    kind = fi.OWNER_DIFFERS

    @override
    def find(self, case: Case) -> Iterator[Finding]:
        if case.crossing is None or not case.crossing.owner:
            return
        owners = [party.name for name, _, party in case.parties if name in ("exporter", "consignor") and party.name]
        if owners and case.crossing.owner.casefold() not in {name.casefold() for name in owners}:
            yield self.kind.at("exporter.name", declared=", ".join(sorted(set(owners))), bound=case.crossing.owner)
