"""Cross-checks of numbers: shares, service times, stay clocks, traffic, and where each comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Final

from gatepair.plan import findings
from gatepair.plan.checking_hours import date_faults
from gatepair.plan.model import (
    CommodityGroup,
    Demand,
    FigureKind,
    Plan,
    Provenance,
    ServiceTime,
    Shape,
    Source,
)
from gatepair.plan.problems import Fault, Path, fault

HOURS_A_DAY: Final = 24
WHOLE: Final = 1000
"""Shares are in permille."""
CHANNELS: Final = ("channel:green", "channel:yellow", "channel:red")
SELECTORS: Final = ("default", *(group.value for group in CommodityGroup), *CHANNELS)
"""What may stand before a service time or a share of a station."""


def number_faults(plan: Plan) -> Iterator[Fault]:
    """Yield numbers that do not fit together and numbers nobody vouches for."""
    yield from _stations(plan)
    yield from _channels(plan)
    yield from _stay(plan)
    yield from _fees(plan)
    yield from _alarms(plan)
    if plan.demand is not None:
        yield from _demand(plan.demand)
    for path, provenance in _provenances(plan):
        yield from provenance_faults(provenance, plan.sources, path)


def _alarms(plan: Plan) -> Iterator[Fault]:
    """Yield limits of a crisis that lie below those of the warning before it."""
    rules = plan.alarms
    pairs = (
        ("stock_crisis_permille", rules.stock_crisis_permille, rules.stock_warning_permille),
        ("perishable_crisis_h", rules.perishable_crisis_h, rules.perishable_warning_h),
        ("partner_silent_crisis_s", rules.partner_silent_crisis_s, rules.partner_silent_warning_s),
    )
    for name, crisis, warning in pairs:
        if crisis < warning:
            yield fault(findings.CRISIS_BEFORE_WARNING, ("alarms", name), crisis=crisis, warning=warning)


def provenance_faults(provenance: Provenance | None, sources: Mapping[str, Source], path: Path) -> Iterator[Fault]:
    """Yield what is missing for a reader to judge the number at ``path``."""
    if provenance is None:
        yield fault(findings.NO_PROVENANCE, path)
        return
    if provenance.source is not None and provenance.source not in sources:
        known = ", ".join(sorted(sources)[:8]) or "nothing"
        place = (*path, "provenance", "source")
        yield fault(findings.UNKNOWN_REFERENCE, place, found=provenance.source, table="sources", known=known)
    if provenance.kind is FigureKind.DOCUMENTED and provenance.source is None:
        yield fault(findings.NO_SOURCE, (*path, "provenance"))
    if provenance.kind is not FigureKind.DOCUMENTED and not provenance.note:
        yield fault(findings.NO_REASONING, (*path, "provenance"), kind=provenance.kind.value)


def service_faults(service: ServiceTime, path: Path) -> Iterator[Fault]:
    """Yield what the shape of ``service`` needs and does not have."""
    match service.shape:
        case Shape.UNIFORM:
            if not 0 < service.low_s <= service.high_s:
                wanted = "low_s above 0 and high_s not below it"
                yield fault(findings.SERVICE_INCOMPLETE, path, shape=service.shape.value, wanted=wanted)
        case Shape.LOGNORMAL:
            if service.mean_s == 0 or service.cv_permille == 0:
                wanted = "mean_s and cv_permille above 0"
                yield fault(findings.SERVICE_INCOMPLETE, path, shape=service.shape.value, wanted=wanted)
        case Shape.DETERMINISTIC | Shape.EXPONENTIAL:
            if service.mean_s == 0:
                yield fault(findings.SERVICE_INCOMPLETE, path, shape=service.shape.value, wanted="mean_s above 0")


def _stations(plan: Plan) -> Iterator[Fault]:
    for key, station in plan.stations.items():
        path: Path = ("stations", key)
        if "default" not in station.service:
            yield fault(findings.NO_DEFAULT, (*path, "service"))
        for selector, service in station.service.items():
            place = (*path, "service", selector)
            if selector not in SELECTORS:
                yield fault(findings.BAD_SELECTOR, place, found=selector)
            yield from service_faults(service, place)
        for selector in station.share_permille:
            if selector not in SELECTORS:
                yield fault(findings.BAD_SELECTOR, (*path, "share_permille", selector), found=selector)


def _channels(plan: Plan) -> Iterator[Fault]:
    known = ("default", *(group.value for group in CommodityGroup))
    for index, profile in enumerate(plan.channels):
        path: Path = ("channels", index, "shares_permille")
        yield from date_faults(profile.valid_from, ("channels", index, "valid_from"))
        if "default" not in profile.shares_permille:
            yield fault(findings.NO_DEFAULT, path)
        for selector, shares in profile.shares_permille.items():
            if selector not in known:
                yield fault(findings.BAD_SELECTOR, (*path, selector), found=selector)
            if sum(shares) != WHOLE:
                yield fault(findings.SUM_NOT_1000, (*path, selector), found=sum(shares))


def _stay(plan: Plan) -> Iterator[Fault]:
    stay = plan.stay
    path: Path = ("stay",)
    if stay.two_way_h < stay.one_way_h:
        why = f"two_way_h {stay.two_way_h} is below one_way_h {stay.one_way_h}"
        yield fault(findings.STAY_ORDER, path, why=why)
    if stay.filing_h < stay.two_way_h:
        why = f"filing_h {stay.filing_h} is below two_way_h {stay.two_way_h}"
        yield fault(findings.STAY_ORDER, path, why=why)
    if stay.warn_before_h >= stay.one_way_h:
        why = f"warn_before_h {stay.warn_before_h} is not below one_way_h {stay.one_way_h}"
        yield fault(findings.STAY_ORDER, path, why=why)


def _fees(plan: Plan) -> Iterator[Fault]:
    for key, schedule in plan.fees.items():
        yield from date_faults(schedule.valid_from, ("fees", key, "valid_from"))


def _demand(demand: Demand) -> Iterator[Fault]:
    for name in ("unload_s", "inspection_s", "laboratory_s"):
        yield from service_faults(getattr(demand, name), ("demand", name))
    for index, flow in enumerate(demand.flows):
        path: Path = ("demand", "flows", index)
        total = sum(flow.profile)
        if len(flow.profile) != HOURS_A_DAY or total == 0:
            yield fault(findings.PROFILE_LENGTH, (*path, "profile"), found=len(flow.profile), total=total)
        for name in ("mix_permille", "stock_mix_permille"):
            mix: Mapping[CommodityGroup, int] = getattr(flow, name)
            if (mix or name == "mix_permille") and sum(mix.values()) != WHOLE:
                yield fault(findings.SUM_NOT_1000, (*path, name), found=sum(mix.values()))
    for index, mission in enumerate(demand.missions):
        total = sum(mission.profile)
        if len(mission.profile) != HOURS_A_DAY or total == 0:
            place: Path = ("demand", "missions", index, "profile")
            yield fault(findings.PROFILE_LENGTH, place, found=len(mission.profile), total=total)


def _provenances(plan: Plan) -> Iterator[tuple[Path, Provenance | None]]:
    """Yield every place that must say where its numbers come from."""
    return chain(_places_of_roads(plan), _places_of_rules(plan), _places_of_demand(plan))


def _places_of_roads(plan: Plan) -> Iterator[tuple[Path, Provenance | None]]:
    for key, route in plan.routes.items():
        yield ("routes", key), route.provenance
    for key, station in plan.stations.items():
        yield ("stations", key), station.provenance
        for selector, service in station.service.items():
            yield ("stations", key, "service", selector), service.provenance
    for key, yard in plan.yards.items():
        yield ("yards", key), yard.provenance
    for key, fleet in plan.fleets.items():
        yield ("fleets", key), fleet.provenance
    for key, calendar in plan.calendars.items():
        yield ("calendars", key), calendar.provenance
        for index, exception in enumerate(calendar.exceptions):
            yield ("calendars", key, "exceptions", index), exception.provenance


def _places_of_rules(plan: Plan) -> Iterator[tuple[Path, Provenance | None]]:
    yield ("stay",), plan.stay.provenance
    for key, rule in plan.queues.items():
        yield ("queues", key), rule.provenance
    for key, schedule in plan.fees.items():
        for index, line in enumerate(schedule.lines):
            yield ("fees", key, "lines", index), line.provenance
    for index, profile in enumerate(plan.channels):
        yield ("channels", index), profile.provenance
    for index, quota in enumerate(plan.quotas):
        yield ("quotas", index), quota.provenance


def _places_of_demand(plan: Plan) -> Iterator[tuple[Path, Provenance | None]]:
    if plan.demand is None:
        return
    yield ("demand",), plan.demand.provenance
    for index, flow in enumerate(plan.demand.flows):
        yield ("demand", "flows", index), flow.provenance
    for index, mission in enumerate(plan.demand.missions):
        yield ("demand", "missions", index), mission.provenance
    for name in ("unload_s", "inspection_s", "laboratory_s"):
        yield ("demand", name), getattr(plan.demand, name).provenance
