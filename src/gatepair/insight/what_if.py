"""What-ifs that a planner asks of the twin: the levers that a plan offers, and the plan as it stands once they are set.

A lever is one number, time or choice of the plan that people may change without writing a plan file.  What
is set is kept as text by the lever's key (``servers:hn-exit-inspection`` = ``8``), so that it can be shown
in any language later; :func:`changed` turns it into the overrides and stops of a scenario.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct

from gatepair.base import canonical
from gatepair.base.errors import Malformed
from gatepair.plan.loading import apply_scenario
from gatepair.plan.model import Direction, LaneDirection, LaneKind, Plan, Role, Scenario, Stop, Text

AS_PLANNED: Final = "as-planned"
"""The scenario of an ordinary day of the plan, nothing changed."""
ORDINARY_DAY: Final = "2026-03-02"
"""First day of a run that names none: a Monday without holidays on either side, that of the shipped what-ifs."""
CHANGES_MAX: Final = 40
DAYS_MAX: Final = 14
REPLICATIONS_MIN: Final = 5
"""Fewer runs give intervals so wide that nothing can be told."""
REPLICATIONS_MAX: Final = 100
SEED_MAX: Final = 999_999
CLOSED: Final = "closed"
"""A lane that is taken out."""
CLEAR_S: Final = 300
"""Clearing time of a lane that becomes tidal and had none. Assumed: that of the tidal lanes of the shipped plans."""
SERVERS_MAX: Final = 99
PER_HOUR_MAX: Final = 999
LESS_MAX: Final = -90
MORE_MAX: Final = 300
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,4}", re.ASCII)
_TIME: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00", re.ASCII)
_SPAN: Final = re.compile(rf"({_TIME.pattern})\s*[-–]\s*({_TIME.pattern})", re.ASCII)


class LeverKind(StrEnum):
    """What a lever moves."""

    SERVERS = "servers"
    LANE = "lane"
    OPENS = "opens"
    CLOSES = "closes"
    QUOTA = "quota"
    ARRIVALS = "arrivals"
    UNMANNED = "unmanned"
    FLEET = "fleet"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Lever:
    """One thing that may be changed: its key, what it stands at now, and what it may be set to."""

    kind: LeverKind
    at: str
    """Which one: a station, lane, calendar, quota, direction or fleet."""
    now: str
    name: Text | None = None
    place: str = ""
    """The post, route or direction it belongs to."""
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """Return the lever's key, which stays the same as long as the plan has it."""
        return f"{self.kind.value}:{self.at}"

    def read(self, text: str) -> str:
        """Return ``text`` as the lever's value is spelled.

        Raises:
            Malformed: it does not fit; names the lever.
        """
        if self.kind is LeverKind.STOP:
            found = _SPAN.fullmatch(text)
            if found is None or found[1] >= found[2]:
                raise Malformed("write from and until on the post's clock, as in 13:00-15:00", path=self.key)
            return f"{found[1]}-{found[2]}"
        if self.kind in (LeverKind.OPENS, LeverKind.CLOSES):
            if _TIME.fullmatch(text) is None:
                raise Malformed("write a time of the day, as in 18:00", path=self.key)
            return text
        if self.choices:
            if text not in self.choices:
                raise Malformed(f"choose one of {', '.join(self.choices)}", path=self.key)
            return text
        if _WHOLE.fullmatch(text) is None or not self.low <= int(text) <= self.high:
            raise Malformed(f"a whole number from {self.low} to {self.high} is needed here", path=self.key)
        return str(int(text))


class Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """One what-if: the day it begins with, what is changed, and how much is run. Equal ones have one result."""

    scenario: Annotated[str, Meta(max_length=80)]
    changes: Annotated[dict[str, str], Meta(max_length=CHANGES_MAX)]
    days: Annotated[int, Meta(ge=1, le=DAYS_MAX)]
    replications: Annotated[int, Meta(ge=REPLICATIONS_MIN, le=REPLICATIONS_MAX)]
    seed: Annotated[int, Meta(ge=0, le=SEED_MAX)]

    @property
    def base(self) -> Asked:
        """Return the same without any change: what it is held against."""
        return msgspec.structs.replace(self, changes={})


def as_planned(plan: Plan) -> Scenario:
    """Return the scenario of a plan without one: an ordinary day, nothing changed."""
    words = Text(vi="như phương án", zh="按方案", en="as planned", fr="tel que prévu")
    return Scenario(scenario=1, id=AS_PLANNED, plan=plan.id, name=words, date=ORDINARY_DAY, days=1, summary=plan.name)


def plan_hash(plan: Plan) -> str:
    """Return the beginning of the hash of a plan as it stands: equal plans have equal hashes."""
    return sha256(canonical.encode(msgspec.to_builtins(plan))).hexdigest()[:32]


def study_id(plan: Plan, asked: Asked) -> str:
    """Return the name of a what-if: the same question about the same plan has the same name, whoever asks it."""
    return sha256(canonical.encode({"asked": msgspec.to_builtins(asked), "plan": plan_hash(plan)})).hexdigest()[:16]


# --- the levers of a plan ----------------------------------------------------------------------------


def levers(plan: Plan) -> tuple[Lever, ...]:
    """Return every lever that ``plan``, as it stands on its day, offers."""
    return (
        *_arrivals(plan),
        *_servers(plan),
        *_lanes(plan),
        *_hours(plan),
        *_quotas(plan),
        *_unmanned(plan),
        *_stops(plan),
    )


def _arrivals(plan: Plan) -> Iterator[Lever]:
    flows = plan.demand.flows if plan.demand is not None else ()
    for way in Direction:
        if any(flow.direction is way for flow in flows):
            yield Lever(LeverKind.ARRIVALS, way.value, "0", place=way.value, low=LESS_MAX, high=MORE_MAX)


def _servers(plan: Plan) -> Iterator[Lever]:
    ordered = sorted(plan.stations.items(), key=lambda one: (one[1].post, one[1].role is not Role.EXIT, one[1].order))
    for key, station in ordered:
        now = str(station.servers)
        yield Lever(LeverKind.SERVERS, key, now, station.name, place=station.post, low=1, high=SERVERS_MAX)


def _lanes(plan: Plan) -> Iterator[Lever]:
    choices = (*(way.value for way in LaneDirection), CLOSED)
    for route_key, route in plan.routes.items():
        for key, lane in route.lanes.items():
            if lane.kind is LaneKind.MANNED:
                yield Lever(
                    LeverKind.LANE,
                    f"{route_key}.{key}",
                    lane.direction.value,
                    route.name,
                    place=key,
                    choices=choices,
                )


def _hours(plan: Plan) -> Iterator[Lever]:
    for key, calendar in plan.calendars.items():
        if len(calendar.openings) == 1:
            (opening,) = calendar.openings
            yield Lever(LeverKind.OPENS, key, opening.start, place=calendar.timezone)
            yield Lever(LeverKind.CLOSES, key, opening.until, place=calendar.timezone)


def _quotas(plan: Plan) -> Iterator[Lever]:
    for number, quota in enumerate(plan.quotas):
        yield Lever(
            LeverKind.QUOTA,
            str(number),
            str(quota.per_hour),
            plan.posts[quota.post].name,
            place=quota.direction.value,
            high=PER_HOUR_MAX,
        )


def _unmanned(plan: Plan) -> Iterator[Lever]:
    for key, fleet in plan.fleets.items():
        name = plan.routes[fleet.route].name
        yield Lever(LeverKind.FLEET, key, str(fleet.vehicles), name, place=key, high=PER_HOUR_MAX)
    for way in Direction:
        manned, boxes = _demand(plan, way)
        if manned and boxes:
            now = 100 * sum(boxes.values()) // (sum(manned.values()) + sum(boxes.values()))
            yield Lever(LeverKind.UNMANNED, way.value, str(now), place=way.value, high=100)


def _stops(plan: Plan) -> Iterator[Lever]:
    for way in Direction:
        post = next((key for key in plan.posts if plan.role_of(key, way) is Role.ENTRY), None)
        if post is not None:
            yield Lever(LeverKind.STOP, way.value, "", plan.posts[post].name, place=way.value)


def _demand(plan: Plan, way: Direction) -> tuple[dict[int, int], dict[int, int]]:
    """Return the arrivals a day of the manned flows and of the unmanned missions of one direction, by number."""
    if plan.demand is None:
        return {}, {}
    flows = {at: one.arrivals for at, one in enumerate(plan.demand.flows) if one.direction is way}
    missions = {at: one.arrivals for at, one in enumerate(plan.demand.missions) if one.direction is way}
    return flows, missions


# --- setting them ------------------------------------------------------------------------------------


def read_changes(plan: Plan, given: Mapping[str, str]) -> dict[str, str]:
    """Return what ``given`` (lever key to text) changes of ``plan``: what stands as it is now is left out.

    Raises:
        Malformed: a value does not fit its lever, or there are too many changes.
    """
    found = {}
    for lever in levers(plan):
        text = given.get(lever.key, "").strip()
        if text and (value := lever.read(text)) != lever.now:
            found[lever.key] = value
    if len(found) > CHANGES_MAX:
        raise Malformed(f"a what-if changes at most {CHANGES_MAX} things at once")
    return found


def changed(bare: Plan, scenario: Scenario, changes: Mapping[str, str]) -> tuple[Plan, Scenario]:
    """Return the plan as it stands on the day of ``scenario`` with ``changes`` on top, and the scenario that says so.

    Raises:
        PlanInvalid: what comes of it does not hold together.
        Malformed: a change is of a lever that the plan does not have, or does not fit it.
    """
    day = apply_scenario(bare, scenario)
    known = {lever.key: lever for lever in levers(day)}
    unknown = next((key for key in changes if key not in known), None)
    if unknown is not None:
        raise Malformed("the plan of this day has no such thing to change", path=unknown)
    values = {key: known[key].read(text) for key, text in changes.items()}
    ours = {path: value for key, text in values.items() for path, value in _overrides(day, known[key], text)}
    ours |= dict(_traffic(day, values))
    kept = {path: value for path, value in scenario.overrides.items() if path not in ours}
    stops = (*scenario.stops, *_asked_stops(day, values))
    asked = msgspec.structs.replace(scenario, overrides={**kept, **ours}, stops=stops)
    return apply_scenario(bare, asked), asked


def _overrides(day: Plan, lever: Lever, text: str) -> Iterable[tuple[str, Any]]:
    """Yield what one lever sets, except the traffic, which levers set together."""
    match lever.kind:
        case LeverKind.SERVERS:
            yield f"stations.{lever.at}.servers", int(text)
        case LeverKind.LANE:
            yield from _lane(day, lever.at, text)
        case LeverKind.OPENS:
            yield f"calendars.{lever.at}.openings.0.start", text
        case LeverKind.CLOSES:
            yield f"calendars.{lever.at}.openings.0.until", text
        case LeverKind.QUOTA:
            yield f"quotas.{lever.at}.per_hour", int(text)
        case LeverKind.FLEET:
            yield f"fleets.{lever.at}.vehicles", int(text)
        case LeverKind.ARRIVALS | LeverKind.UNMANNED | LeverKind.STOP:
            return


def _lane(day: Plan, at: str, text: str) -> Iterable[tuple[str, Any]]:
    route, _, key = at.rpartition(".")
    path = f"routes.{route}.lanes.{key}"
    if text == CLOSED:
        yield path, None
        return
    yield f"{path}.direction", text
    if text == LaneDirection.TIDAL and not day.routes[route].lanes[key].clear_s:
        yield f"{path}.clear_s", CLEAR_S


def _traffic(day: Plan, values: Mapping[str, str]) -> Iterable[tuple[str, int]]:
    """Yield the arrivals that come of more or less traffic, and of another share of it that goes unmanned."""
    for way in Direction:
        percent = int(values.get(f"{LeverKind.ARRIVALS.value}:{way.value}", "0"))
        share = values.get(f"{LeverKind.UNMANNED.value}:{way.value}")
        if not percent and share is None:
            continue
        flows, missions = _demand(day, way)
        manned, boxes = (_scaled(each, 100 + percent, 100) for each in (flows, missions))
        if share is not None:
            total = sum(manned.values()) + sum(boxes.values())
            unmanned = total * int(share) // 100
            manned = _scaled(manned, total - unmanned, sum(manned.values()))
            boxes = _scaled(boxes, unmanned, sum(boxes.values()))
        yield from ((f"demand.flows.{at}.arrivals", count) for at, count in manned.items())
        yield from ((f"demand.missions.{at}.arrivals", count) for at, count in boxes.items())


def _scaled(counts: Mapping[int, int], part: int, whole: int) -> dict[int, int]:
    return {at: (count * part + whole // 2) // whole if whole else 0 for at, count in counts.items()}


def _asked_stops(day: Plan, values: Mapping[str, str]) -> Iterator[Stop]:
    for way in Direction:
        text = values.get(f"{LeverKind.STOP.value}:{way.value}")
        if text is not None:
            start, _, until = text.partition("-")
            post = next(key for key in day.posts if day.role_of(key, way) is Role.ENTRY)
            yield Stop(post, way, start, until, reason="what_if", announced=True)
