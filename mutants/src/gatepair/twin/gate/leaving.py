"""Blocks of the exit post: the queue and its call, the stations, the way out over the line."""

from __future__ import annotations

from typing import Final

from gatepair.plan import habits
from gatepair.plan.model import Direction, LaneKind, Regime, Role
from gatepair.plan.rules import callable_now, priority_rank, stay_ms
from gatepair.twin.distributions import Constant
from gatepair.twin.gate.ground import COMMON_LEVEL, FIRST_LEVEL, LAST_LEVEL, MOVED_LEVEL, Ground, Side
from gatepair.twin.gate.passage import enter_ways, write_ways
from gatepair.twin.gate.time import TICKS_PER_MS
from gatepair.twin.gate.ways import Kind, call_lasts_s, coming, distribution_of, pause
from gatepair.twin.network.network import Resource
from gatepair.twin.units import hours, minutes, seconds

STREAMS: Final = ("laden", "empty")


def level_of(ground: Ground, side: Side, kind: Kind) -> int:
    """Return the level at which ``kind`` waits to be called: its rank under the published rule."""
    rule = ground.plan.queues[side.leaves]
    return min(FIRST_LEVEL + priority_rank(rule, kind), LAST_LEVEL)


def queues(ground: Ground, side: Side, kind: Kind) -> bool:
    """Tell whether ``kind`` takes a place in the queue: empty vehicles do where they have no lane of their own."""
    return kind.laden or (side.direction, LaneKind.EMPTIES) not in ground.roads


def stream_kinds(ground: Ground, side: Side, stream: str) -> list[Kind]:
    """Return the kinds that go through a post together: those with goods, those without."""
    kinds = ground.kinds_of(side.direction, laden=stream == "laden")
    return [kind for kind in kinds if kind.tested]


def write_leaving(ground: Ground, side: Side) -> None:
    """Write everything from coming to wait until the vehicle is over the line."""
    kinds = [kind for kind in ground.kinds if kind.direction is side.direction]
    queued = [kind for kind in kinds if queues(ground, side, kind)]
    if not kinds:
        return
    _write_coming(ground, side, kinds, queued)
    if queued:
        _write_queue(ground, side, queued)
        _write_call(ground, side, queued)
    for stream in STREAMS:
        some = stream_kinds(ground, side, stream)
        held = side.working_units() if some and queues(ground, side, some[0]) else []
        write_ways(ground, side.leaves, Role.EXIT, some, stem=f"{side.way}.exit.{stream}", held=held)
        _write_line(ground, side, stream, some)


def _write_coming(ground: Ground, side: Side, kinds: list[Kind], queued: list[Kind]) -> None:
    """A vehicle comes (or stood here at the beginning): it takes a place, or waits for its paper, or for the lane."""
    route, way = ground.route, side.way
    waiting = {kind.name: f"{way}.{place_label(ground, side, kind)}" for kind in queued}
    straight = {kind.name: f"{way}.straight" for kind in kinds if kind not in queued}
    apart = straight | {kind.name: f"{way}.empty" for kind in queued if not kind.laden}
    for label, counter in ((f"{way}.comes", f"came.{way}"), (f"{way}.stood", f"opening.{way}")):
        route.label(label)
        if counter.startswith("came"):
            route.born_now()
        if side.accepts is not None:
            route.fork(f"{way}.announced")
        if apart:
            route.switch(apart)
        route.take_ticket().count(counter).goto(f"{way}.sort")
    if len(apart) > len(straight):
        route.label(f"{way}.empty").take_ticket().count(f"empties.{way}").goto(f"{way}.sort")
    route.label(f"{way}.queued").take_ticket()
    route.label(f"{way}.sort").switch(waiting).exit("unsorted")
    if straight:
        road = ground.roads[side.direction, LaneKind.EMPTIES]
        route.label(f"{way}.straight").count(f"empties.{way}").wait_open(road.hours, name=f"{road.name}.opens")
        route.goto(f"{way}.in.empty")
    if side.accepts is not None:
        route.label(f"{way}.announced").wait_open(side.accepts, name=f"{side.enters}.accepts")
        accept = ground.recording.time(f"{way}.accept", pause((habits.ACCEPT_S,)))
        route.delay(accept, name=f"{way}.accept", under=None).exit("accepted")
    for kind in queued:
        if not callable_now(ground.plan.queues[side.leaves], kind):
            with_paper = _with_paper(ground, kind)
            route.label(f"{way}.{place_label(ground, side, kind)}")
            paper = ground.recording.time(f"{way}.paper", distribution_of(ground.demand.laboratory_s))
            route.delay(paper, name=f"{way}.paper", under=None).set_class(with_paper.name)
            route.goto(f"{way}.{place_label(ground, side, with_paper)}")


def place_label(ground: Ground, side: Side, kind: Kind) -> str:
    """Return the label (without the direction) where ``kind`` begins to wait: by level and hours, or for its paper."""
    if not callable_now(ground.plan.queues[side.leaves], kind):
        return f"paper.{kind.name}"
    return f"turn.{level_of(ground, side, kind)}.{side.groups[kind.commodity]}"


def _with_paper(ground: Ground, kind: Kind) -> Kind:
    """Return ``kind`` when its test paper is there."""
    return next(
        one
        for one in ground.kinds
        if (one.direction, one.commodity, one.regime, one.fixed, one.mark, one.tested)
        == (kind.direction, kind.commodity, kind.regime, kind.fixed, kind.mark, True)
    )


def _write_queue(ground: Ground, side: Side, queued: list[Kind]) -> None:
    """Wait in the published order until every limit has room, then be called.

    A place that has waited long enough counts as of the first class.
    """
    route, way = ground.route, side.way
    rule = ground.plan.queues[side.leaves]
    ready = [kind for kind in queued if callable_now(rule, kind)]
    turns = sorted({(level_of(ground, side, kind), side.groups[kind.commodity]) for kind in ready})
    for group in sorted({group for _, group in turns}):
        # Only a warm start comes here: places moved by hand, and places that have aged before it began.
        for word, level in (("moved", MOVED_LEVEL), ("aged", FIRST_LEVEL)):
            route.label(f"{way}.{word}.{group}").take_ticket().set_priority(level).goto(f"{way}.queue.{group}")
    for again in ("", "again."):
        for level, group in turns:
            route.label(f"{way}.{again}turn.{level}.{group}").set_priority(level).goto(f"{way}.{again}queue.{group}")
        for group in sorted({group for _, group in turns}):
            members: list[tuple[Resource, int]] = [(side.queue, 1), *side.called_units()]
            if side.open:
                members.append((side.open[group], 1))
            route.label(f"{way}.{again}queue.{group}")
            promote = (Constant(hours(rule.promote_after_h)), FIRST_LEVEL)
            route.seize_all(members, name=side.queue.name, ordered=True, promote=promote, aged=True)
            route.release(side.queue)
            if side.open:
                route.release(side.open[group])
            route.goto(f"{way}.{again}called")
    # Who missed a call rests for one grace time and then waits again, in the old order.
    route.label(f"{way}.rests").delay(minutes(rule.grace_min), name=f"{way}.rest", under=None)
    route.switch({kind.name: f"{way}.again.{place_label(ground, side, kind)}" for kind in ready}).exit("unsorted")


def _write_call(ground: Ground, side: Side, queued: list[Kind]) -> None:
    """The call: a few drivers are not there; the others come to the gate in their time."""
    route, way = ground.route, side.way
    rule = ground.plan.queues[side.leaves]
    route.label(f"{way}.called").set_priority(COMMON_LEVEL).read(f"wait.{way}").watch("stage")
    fixed = {kind.name: kind.known("misses") for kind in queued}
    missing = {name: f"{way}.missed" for name, known in fixed.items() if known == "yes"}
    left = {name: f"{way}.coming" for name, known in fixed.items() if known == "no"}
    no_show = max(
        (flow.no_show_permille for flow in ground.demand.flows if flow.direction is side.direction), default=0
    )
    if missing or left:
        route.switch({**missing, **left})
    elif no_show:
        share = no_show / 1000
        ways = {"missed": (share, f"{way}.missed"), "comes": (1 - share, f"{way}.coming")}
        route.branch(ways, name=f"{way}.misses")
    route.goto(f"{way}.coming")
    route.label(f"{way}.missed").count(f"missed.{way}")
    route.delay(seconds(call_lasts_s(ground.plan, side.leaves)), name=f"{way}.grace", under=None)
    for resource, _ in side.called_units():
        route.release(resource)
    if rule.recalls == 0:
        route.count(f"withdrawn.{way}").exit("lost")
    else:
        route.goto(f"{way}.rests")
    route.label(f"{way}.again.called").set_priority(COMMON_LEVEL).watch("stage")
    route.label(f"{way}.coming")
    drive = ground.recording.time(f"{way}.coming", coming(ground.plan, side.leaves))
    route.delay(drive, name=f"{way}.coming", under=None).read(f"coming.{way}", since="stage")
    empty = {kind.name: f"{way}.in.empty" for kind in queued if not kind.laden}
    if len(empty) == len(queued):
        route.goto(f"{way}.in.empty")
        return
    if empty:
        route.switch(empty)
    route.goto(f"{way}.in.laden")


def _write_line(ground: Ground, side: Side, stream: str, kinds: list[Kind]) -> None:
    """Through the exit post, over the line: ``in`` is the gate, ``out`` the way out of it, ``line`` the road."""
    route, way = ground.route, side.way
    if not kinds:
        return
    queued = queues(ground, side, kinds[0])
    lane_kind = LaneKind.MANNED if queued else LaneKind.EMPTIES
    road = ground.roads[side.direction, lane_kind]
    route.label(f"{way}.in.{stream}").watch("stage")
    enter_ways(ground, side.leaves, Role.EXIT, kinds, stem=f"{way}.exit.{stream}")
    route.label(f"{way}.exit.{stream}.done")
    if side.accepts is not None:
        route.join(name=f"{way}.accepted")
    if side.waits:
        _wait_for_hours(ground, side, kinds, stem=f"{way}.exit.{stream}")
    route.label(f"{way}.out.{stream}").use(road.lanes, road.headway, name=road.name)
    if stream == "laden":
        route.count(f"departed.{way}").read(f"exit.{way}", since="stage")
        if side.direction is Direction.OUT:
            route.read(f"cleared.{way}")
        route.watch("stage")
    else:
        route.count(f"empties_departed.{way}")
    if queued:
        _give_back(ground, side, counts=stream == "laden")
    _read_stay(ground, side, stream, kinds)
    route.label(f"{way}.line.{stream}").delay(road.over_the_line, name=f"{way}.line", under=None)
    route.goto(f"{way}.drives_up.{stream}")


def _wait_for_hours(ground: Ground, side: Side, kinds: list[Kind], *, stem: str) -> None:
    """Where hours are for some goods only, each waits at the way out until the line is open for its own."""
    route = ground.route
    route.switch({kind.name: f"{stem}.hours.{side.groups[kind.commodity]}" for kind in kinds})
    for group in sorted({side.groups[kind.commodity] for kind in kinds}):
        route.label(f"{stem}.hours.{group}").wait_open(side.waits[group], name=f"{side.way}.hours.{group}")
        route.goto(f"{stem}.open")
    route.label(f"{stem}.open")


def _give_back(ground: Ground, side: Side, *, counts: bool) -> None:
    """At the line: the gate has room again; a laden vehicle has used up one of the hour's quota."""
    route, way = ground.route, side.way
    route.release(side.service)
    if side.yard is not None:
        route.release(side.yard)
    if side.quota is None:
        return
    if not counts:
        route.release(side.quota)
    elif side.hourly is None:
        route.spend(side.quota)
    else:
        route.if_free(side.hourly, 1, f"{way}.counts").release(side.quota).goto(f"{way}.counted")
        route.label(f"{way}.counts").seize(side.hourly, 1, name=f"{way}.hourly").spend(side.hourly).spend(side.quota)
        route.label(f"{way}.counted")


def _read_stay(ground: Ground, side: Side, stream: str, kinds: list[Kind]) -> None:
    """A vehicle on its way home ends its stay when it leaves; it may stay longer when it has loaded."""
    route, way = ground.route, side.way
    going_home = [kind for kind in kinds if kind.homeward]
    if not going_home or not ground.returns:
        return
    limits = {regime: stay_ms(ground.plan, regime) * TICKS_PER_MS for regime in Regime}
    if len(going_home) < len(kinds):
        route.switch({kind.name: f"{way}.on.{stream}" for kind in kinds if not kind.homeward})
    route.read(f"stay.{way}", since="stay", limit=limits[going_home[0].regime])
    route.label(f"{way}.on.{stream}")
