"""Blocks of the entry post: the yard before the handover, the stations, the way inland, and home again."""

from __future__ import annotations

from gatepair.plan import habits
from gatepair.plan.model import Direction, LaneKind, Regime, Role
from gatepair.twin.gate.ground import Ground, Side, opposite
from gatepair.twin.gate.leaving import STREAMS, queues, stream_kinds
from gatepair.twin.gate.passage import enter_ways, write_laboratory, write_ways
from gatepair.twin.gate.ways import Kind, distribution_of, pause


def write_entering(ground: Ground, side: Side) -> None:
    """Write everything from driving up to the entry post until the vehicle is inland, or back."""
    laden, empty = (stream_kinds(ground, side, stream) for stream in STREAMS)
    if laden:
        _write_laden(ground, side, laden)
    if empty:
        _write_empty(ground, side, empty)


def _write_laden(ground: Ground, side: Side, kinds: list[Kind]) -> None:
    route, way = ground.route, side.way
    stem = f"{way}.entry.laden"
    write_ways(ground, side.enters, Role.ENTRY, kinds, stem=stem, held=())
    write_laboratory(ground, stem)
    route.label(f"{way}.drives_up.laden").wait_open(side.intake, name=f"{side.enters}.intake")
    route.label(f"{way}.gate.laden").seize(side.places, 1, name=side.places.name)
    if side.backlog is not None:
        route.release(side.backlog)
    route.read(f"line.{way}", since="stage").watch("stage")
    if ground.returns:
        route.watch("stay")
    enter_ways(ground, side.enters, Role.ENTRY, kinds, stem=stem)
    route.label(f"{stem}.refused").release(side.places).count(f"refused.{way}")
    route.delay(_road_back(ground, side), name=f"{way}.back", under=None).exit("refused")
    route.label(f"{stem}.done").release(side.places).count(f"gone.{way}").read(f"entry.{way}", since="stage")
    if side.direction is Direction.IN:
        route.read(f"cleared.{way}")
    homeward = {kind.name: f"{way}.home" for kind in kinds if kind.homeward}
    if not ground.returns or len(homeward) == len(kinds):
        route.exit("through")
        return
    if homeward:
        route.switch(homeward)
    route.label(f"{way}.inland")
    unload = ground.recording.time(f"{way}.unload", distribution_of(ground.demand.unload_s))
    route.delay(unload, name=f"{way}.unload", under=None)
    route.delay(pause((habits.RETURN_HOME_S,)), name=f"{way}.return", under=None)
    _write_turning(ground, side)
    route.label(f"{way}.home").exit("home")


def _road_back(ground: Ground, side: Side) -> int:
    return ground.roads[side.direction, LaneKind.MANNED].over_the_line


def _write_empty(ground: Ground, side: Side, kinds: list[Kind]) -> None:
    """Empty vehicles need no place in the yard and no laboratory."""
    route, way = ground.route, side.way
    stem = f"{way}.entry.empty"
    write_ways(ground, side.enters, Role.ENTRY, kinds, stem=stem, held=())
    route.label(f"{way}.drives_up.empty").wait_open(side.intake, name=f"{side.enters}.intake.empty")
    if queues(ground, side, kinds[0]) and side.backlog is not None:
        route.release(side.backlog)
    enter_ways(ground, side.enters, Role.ENTRY, kinds, stem=stem)
    route.label(f"{stem}.done").count(f"empties_gone.{way}").exit("home")


def _write_turning(ground: Ground, side: Side) -> None:
    """Unloaded: with a load for the way home while there are any, else empty."""
    route, home = ground.route, ground.sides[opposite(side.direction)]
    loads = [kind for kind in ground.kinds_of(home.direction, laden=True) if kind.regime is Regime.TWO_WAY]
    if loads and home.pairs is not None:
        route.if_free(home.pairs, 1, f"{home.way}.loads")
    empty = next(kind for kind in ground.kinds_of(home.direction, laden=False))
    route.set_class(empty.name).goto(f"{home.way}.comes")
    if loads and home.pairs is not None:
        route.label(f"{home.way}.loads").seize(home.pairs, 1, name=f"pairs.{home.way}").spend(home.pairs)
        shares = {kind.name: (1 / len(loads), f"{home.way}.loads.{kind.name}") for kind in loads}
        if len(loads) > 1:
            route.branch(shares, name=f"{home.way}.return_load")
        for kind in loads:
            route.label(f"{home.way}.loads.{kind.name}").set_class(kind.name).goto(f"{home.way}.comes")
