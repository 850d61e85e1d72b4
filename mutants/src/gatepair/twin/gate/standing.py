"""Who stands where at the beginning of a run: a post's present state laid into the compiled gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gatepair.base.errors import PlanInvalid
from gatepair.base.time import HOUR_MS
from gatepair.plan.model import CommodityGroup, Direction, LaneKind, Regime, Role
from gatepair.plan.rules import callable_now
from gatepair.twin.distributions import Constant, Distribution
from gatepair.twin.draws import entity_key, name_hash, run_key, unit, word
from gatepair.twin.gate.ground import COMMON_LEVEL, Ground, Side
from gatepair.twin.gate.leaving import place_label, queues, stream_kinds
from gatepair.twin.gate.passage import way_label
from gatepair.twin.gate.ways import Kind, coming, distribution_of, remaining
from gatepair.twin.units import minutes

STANDING: Final = "standing"
"""The source of everybody who stands there: the i-th has the ordinal i."""
PLACES: Final = (
    "declared", "queue", "standby", "called", "exit.release", "exit.line", "flight", "entry.gate", "entry.release", "inland",
)  # fmt: skip
"""Where one may stand, besides ``exit:<station>`` and ``entry:<station>``."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One vehicle and where it stands at the beginning; instants in milliseconds.

    ``at`` is one of :data:`PLACES`, or ``exit:<station>`` or ``entry:<station>`` by the station's key.
    """

    direction: Direction
    commodity: CommodityGroup
    at: str
    regime: Regime = Regime.ORDINARY
    tested: bool = True
    """Whether its test paper is attached."""
    ticket: int = 0
    """Number of its place, 0 when it has none."""
    came_ms: int = 0
    """When it took its place; of a declared one, when it will come."""
    since_ms: int = 0
    """Since when it is where it is: called, departed, in service, gone inland."""
    serving: bool = False
    """At a station: its service has begun."""
    channel: str | None = None
    """The channel of the post where it is, None when none is assigned yet."""
    moved: int = 0
    """A place moved by hand goes before every class."""
    sampled: bool = False
    """A laboratory's answer is awaited."""


@dataclass(frozen=True, slots=True)
class StandingStop:
    """A stop that stands at the beginning, or is known to come; ``until_ms`` None lasts to the end of the run."""

    post: str
    direction: Direction
    start_ms: int
    until_ms: int | None
    announced: bool


@dataclass(frozen=True, slots=True)
class Begun:
    """A time that had begun before the run: what is left of it is drawn for each replication."""

    ordinal: int
    time: Distribution
    elapsed: int


@dataclass(frozen=True, slots=True)
class Stood:
    """What a warm start put there: how many of each direction count as stock, and the times that had begun."""

    stock: Mapping[str, int]
    begun: tuple[Begun, ...]


def kind_of(one: Standing) -> Kind:
    """Return the kind of a standing vehicle."""
    empty = one.regime is Regime.EMPTY or one.commodity is CommodityGroup.NONE
    goods, regime = (CommodityGroup.NONE, Regime.EMPTY) if empty else (one.commodity, one.regime)
    homeward = empty or regime is Regime.TWO_WAY
    return Kind(one.direction, goods, regime, tested=one.tested or empty, homeward=homeward)


def more_kinds(kinds: Sequence[Kind], standing: Sequence[Standing]) -> tuple[Kind, ...]:
    """Return ``kinds`` and those of ``standing`` that are not among them, each also as it is with its paper."""
    return tuple(dict.fromkeys((*kinds, *with_papers(kind_of(one) for one in standing))))


def with_papers(kinds: Iterable[Kind]) -> tuple[Kind, ...]:
    """Return ``kinds``, each also as it is when its test paper is there."""
    return tuple(dict.fromkeys(one for kind in kinds for one in (replace(kind, tested=True), kind)))


def stand(ground: Ground, standing: Sequence[Standing], *, seed: int) -> Stood:
    """Put ``standing`` into the network, places in the order of their numbers, everybody else as given.

    Raises:
        PlanInvalid: a place that the gate does not have.
    """
    stock: dict[str, int] = {}
    begun: list[Begun] = []
    numbered = sorted(enumerate(standing), key=lambda row: (row[1].ticket, row[0]))
    for ordinal, one in numbered:
        if one.at == "declared":
            continue
        label, time = _where(ground, one)
        elapsed = max(0, -ground.horizon.tick(one.since_ms or ground.horizon.origin_ms))
        left: int | None = None
        if time is not None:
            begun.append(Begun(ordinal, time, elapsed))
            left = remaining(time, elapsed, rest_share(seed, 0, ordinal))
        ground.net.present(
            ground.route,
            at=label,
            cls=kind_of(one).name,
            priority=COMMON_LEVEL,
            since=min(0, ground.horizon.tick(one.came_ms or ground.horizon.origin_ms)),
            remaining=left,
            source=STANDING,
            ordinal=ordinal,
        )
        if _counts(one):
            for name in (one.direction.value, f"{one.direction.value}.{one.commodity.value}"):
                stock[name] = stock.get(name, 0) + 1
    _declare(ground, [one for one in standing if one.at == "declared"])
    return Stood(stock, tuple(begun))


def rest_share(seed: int, replication: int, ordinal: int) -> float:
    """Return the number between 0 and 1 by which the rest of a begun time is drawn."""
    first, _ = word(run_key(seed, replication), entity_key(name_hash(STANDING), ordinal), name_hash("rest"), 0)
    return unit(first)


def _counts(one: Standing) -> bool:
    """Tell whether the vehicle is stock: laden, come, and not cleared as the daily report counts it."""
    if one.regime is Regime.EMPTY or one.at in {"declared", "inland"}:
        return False
    return not (one.direction is Direction.OUT and (one.at.startswith("entry") or one.at == "flight"))


def _declare(ground: Ground, coming: Sequence[Standing]) -> None:
    for direction in Direction:
        some = sorted((one for one in coming if one.direction is direction), key=lambda one: one.came_ms)
        if some:
            ground.net.arrivals(
                f"declared.{direction.value}",
                ground.route,
                at=[max(0, ground.horizon.tick(one.came_ms)) for one in some],
                cls=[kind_of(one).name for one in some],
                priority=COMMON_LEVEL,
                entry=f"{direction.value}.comes",
            )


def _where(ground: Ground, one: Standing) -> tuple[str, Distribution | None]:
    """Return the label at which the vehicle stands, and the time that has begun there, None where it begins now."""
    side, kind = ground.sides[one.direction], kind_of(one)
    way, stream = side.way, "laden" if kind.laden else "empty"
    road = ground.roads[one.direction, LaneKind.MANNED if queues(ground, side, kind) else LaneKind.EMPTIES]
    match one.at:
        case "queue":
            return _in_queue(ground, side, one, kind)
        case "standby":
            return f"{way}.rests", Constant(minutes(ground.plan.queues[side.leaves].grace_min))
        case "called":
            return f"{way}.coming", coming(ground.plan, side.leaves)
        case "exit.line":
            return f"{way}.exit.{stream}.done", None
        case "flight":
            return f"{way}.line.{stream}", Constant(road.over_the_line)
        case "entry.gate":
            return f"{way}.drives_up.{stream}", None
        case "inland":
            return f"{way}.inland", distribution_of(ground.demand.unload_s)
        case _:
            return _inside(ground, side, one, kind)


def _in_queue(ground: Ground, side: Side, one: Standing, kind: Kind) -> tuple[str, Distribution | None]:
    way, rule = side.way, ground.plan.queues[side.leaves]
    if not queues(ground, side, kind):
        return f"{way}.straight", None
    if not callable_now(rule, kind):
        waited = distribution_of(ground.demand.laboratory_s)
        return f"{way}.{place_label(ground, side, kind)}", waited
    group = side.groups[kind.commodity]
    if one.moved:
        return f"{way}.moved.{group}", None
    aged = one.came_ms + rule.promote_after_h * HOUR_MS <= ground.horizon.origin_ms
    return (f"{way}.aged.{group}" if aged else f"{way}.queued"), None


def _inside(ground: Ground, side: Side, one: Standing, kind: Kind) -> tuple[str, Distribution | None]:
    """Find the vehicle's place at a station, or before its release, by the way that its goods and channel take."""
    half, mark, station = one.at.partition(":") if ":" in one.at else one.at.partition(".")
    roles = {"exit": (side.leaves, Role.EXIT), "entry": (side.enters, Role.ENTRY)}
    if half not in roles or (mark == "." and station != "release") or (mark == ":" and station not in ground.stations):
        known = ", ".join((*PLACES, "exit:<station>", "entry:<station>"))
        raise PlanInvalid(
            f"a vehicle stands at {one.at}, which is no place of this gate; use {known}", name=one.at, problems=()
        )
    post, role = roles[half]
    stream = "laden" if kind.laden else "empty"
    stem = f"{side.way}.{half}.{stream}"
    kinds = stream_kinds(ground, side, stream)
    on_way = replace(kind, tested=True)
    number, way = way_label(ground, post, role, kinds, kind=on_way, channel=one.channel)
    if one.sampled and way.sampled:
        return f"{stem}.{number}.sampled", distribution_of(ground.demand.laboratory_s)
    leg = next((leg for leg in (*way.before, *way.after) if mark == ":" and leg.station == station), None)
    if leg is None:
        return f"{stem}.{number}.release", None
    return f"{stem}.{number}.at.{station}", leg.time if one.serving else None
