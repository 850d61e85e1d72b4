"""Blocks of one post: the channel, station after station, papers, release, and the barriers after it."""

from __future__ import annotations

from collections.abc import Sequence

from gatepair.plan import habits
from gatepair.plan.model import Role
from gatepair.twin.gate.ground import Ground
from gatepair.twin.gate.ways import (
    Kind,
    Leg,
    Way,
    channel_shares,
    distribution_of,
    pause,
    way_of,
)
from gatepair.twin.network.network import Resource

Groups = dict[tuple[tuple[float, Way], ...], list[Kind]]


def ways_of(ground: Ground, post: str, role: Role, kinds: Sequence[Kind]) -> Groups:
    """Return the kinds that share their channels and ways, by (share, way) of each channel."""
    groups: Groups = {}
    for kind in kinds:
        shares = channel_shares(ground.plan, post, role, kind, on=ground.on)
        ways = tuple(
            (share, way_of(ground.plan, post, role, kind, channel=channel, recording=ground.recording))
            for channel, share in shares
        )
        groups.setdefault(ways, []).append(kind)
    return groups


def enter_ways(ground: Ground, post: str, role: Role, kinds: Sequence[Kind], *, stem: str) -> None:
    """Write the choice of the way: by kind, then by the channel drawn.  :func:`write_ways` writes the ways."""
    route = ground.route
    groups = ways_of(ground, post, role, kinds)
    numbers = _numbers(groups)
    if len(groups) > 1:
        route.switch(
            {kind.name: f"{stem}.goods.{index}" for index, some in enumerate(groups.values()) for kind in some}
        )
    for index, ways in enumerate(groups):
        route.label(f"{stem}.goods.{index}")
        distinct: dict[int, float] = {}
        for share, way in ways:
            distinct[numbers[way]] = distinct.get(numbers[way], 0.0) + share
        if len(distinct) == 1:
            route.goto(f"{stem}.way.{next(iter(distinct))}")
            continue
        # One way for each channel, in the channels' order, so that one draw means the same in every group.
        chosen = {f"{number}": (share, f"{stem}.way.{number}") for number, share in distinct.items()}
        route.branch(chosen, name=f"{post}.{role.value}.channel")


def write_ways(
    ground: Ground, post: str, role: Role, kinds: Sequence[Kind], *, stem: str, held: Sequence[Resource]
) -> None:
    """Write each way once; all of them end at the label ``<stem>.done`` (and refused ones at ``<stem>.refused``).

    ``held`` is given back during an inspection and taken again after it, whether it is free or not.
    """
    numbers = _numbers(ways_of(ground, post, role, kinds))
    for way, number in numbers.items():
        _write_way(ground, post, role, way, stem=stem, number=number, held=held)


def way_label(
    ground: Ground, post: str, role: Role, kinds: Sequence[Kind], *, kind: Kind, channel: str | None
) -> tuple[str, Way]:
    """Return the end of the label of the way of ``kind`` (``way.<number>``) and the way itself.

    Without a ``channel`` the likeliest is meant.
    """
    numbers = _numbers(ways_of(ground, post, role, kinds))
    if channel is None:
        channel = max(channel_shares(ground.plan, post, role, kind, on=ground.on), key=lambda row: row[1])[0]
    way = way_of(ground.plan, post, role, kind, channel=channel, recording=ground.recording)
    if way not in numbers:
        shares = channel_shares(ground.plan, post, role, kind, on=ground.on)
        way = way_of(ground.plan, post, role, kind, channel=shares[0][0], recording=ground.recording)
    return f"way.{numbers[way]}", way


def _numbers(groups: Groups) -> dict[Way, int]:
    ways = dict.fromkeys(way for some in groups for _, way in some)
    return {way: number for number, way in enumerate(ways)}


def _write_way(
    ground: Ground, post: str, role: Role, way: Way, *, stem: str, number: int, held: Sequence[Resource]
) -> None:
    route, here = ground.route, f"{stem}.way.{number}"
    route.label(here)
    for index, leg in enumerate(way.before):
        _write_leg(ground, post, leg, here=here, held=held)
        if index == way.sampled_after:
            shares = {"sampled": (way.sampled, f"{here}.sample"), "not": (1 - way.sampled, f"{here}.on")}
            route.branch(shares, name=f"{post}.sample")
            route.label(f"{here}.sample").fork(f"{stem}.laboratory")
            route.label(f"{here}.on")
    route.label(f"{here}.papers")
    if way.sampled:
        ground.sampled.setdefault(stem, []).append(number)
        route.join(name=f"{post}.laboratory.answer")
    pauses = [habits.PAPER_CHECK_S] * way.papers
    if way.refused:
        shares = {"refused": (way.refused, f"{here}.refused"), "not": (1 - way.refused, f"{here}.release")}
        route.branch(shares, name=f"{post}.refuse")
        route.label(f"{here}.refused").delay(pause(tuple(pauses)), name=f"{post}.refusal", under=None)
        route.goto(f"{stem}.refused")
    route.label(f"{here}.release")
    pauses.append(habits.RELEASE_S)
    if not way.after:
        pauses.append(habits.DRIVE_OFF_S)
    recorded = f"{post}.{role.value}.release"
    route.delay(ground.recording.time(recorded, pause(tuple(pauses))), name=recorded, under=None)
    for leg in way.after:
        _write_leg(ground, post, leg, here=here, held=())
    if way.after:
        recorded = f"{post}.{role.value}.drive_off"
        route.delay(ground.recording.time(recorded, pause((habits.DRIVE_OFF_S,))), name=recorded, under=None)
    route.goto(f"{stem}.done")


def _write_leg(ground: Ground, post: str, leg: Leg, *, here: str, held: Sequence[Resource]) -> None:
    """One station, for those that visit it.  Who is inspected will not leave within the hour: others may be called."""
    route = ground.route
    if leg.share < 1:
        past = f"{here}.past.{leg.station}"
        shares = {"visits": (leg.share, f"{here}.visits.{leg.station}"), "passes": (1 - leg.share, past)}
        route.branch(shares, name=f"{post}.{leg.station}.visited")
        route.label(f"{here}.visits.{leg.station}")
    given = held if leg.hold else ()
    for resource in given:
        route.release(resource)
    route.label(f"{here}.at.{leg.station}").use(ground.stationed(leg.station), leg.time, name=leg.station)
    for resource in given:
        route.take(resource)
    if leg.share < 1:
        route.label(f"{here}.past.{leg.station}")


def write_laboratory(ground: Ground, stem: str) -> None:
    """Write the laboratory that a sample waits for, beside the vehicle's own way; and for those who wait already."""
    route, ways = ground.route, sorted(ground.sampled.get(stem, ()))
    time = ground.recording.time("laboratory", distribution_of(ground.demand.laboratory_s))
    route.label(f"{stem}.laboratory").delay(time, name="laboratory", under=None).exit("laboratory")
    for number in ways:
        route.label(f"{stem}.way.{number}.sampled").delay(time, name="laboratory", under=None)
        route.goto(f"{stem}.way.{number}.papers")
