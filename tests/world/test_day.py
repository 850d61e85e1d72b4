"""Truths of a whole small day: two posts, every vehicle, one seed one result."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import msgspec
import pytest

from gatepair.adapters.planfiles import Day
from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.insight import timeline
from gatepair.insight.day import figures
from gatepair.insight.places import moves, places
from gatepair.insight.timeline import Step
from gatepair.operations.verify_order import verify
from gatepair.plan.model import Direction, Role, Stop
from gatepair.world.run import TICK_MS, DayResult, World

from .conftest import SMALL, small_day
from .inprocess import InProcessPost, pair


def ran(out: Path, day: Day, seed: int = 1) -> tuple[DayResult, dict[str, InProcessPost]]:
    start_ms = World(day.plan, day.scenario, seed, {}).start_ms
    doors = pair(out, day.plan, start_ms=start_ms, seed=seed)
    world = World(day.plan, day.scenario, seed, doors)
    return asyncio.run(world.run(on_progress=lambda _: None)), doors


def payloads(door: InProcessPost) -> list[tuple]:
    with door.post.ledger.read() as reader:
        entries = reader.entries(after=0, limit=1_000_000)
    return [(entry.stream, entry.type, entry.recorded_at_ms, entry.payload) for entry in entries]


def lives(doors: dict[str, InProcessPost]) -> list[timeline.Timeline]:
    exits, entries = {}, {}
    for door in doors.values():
        rows = [
            (stream.partition("/")[2], kind, msgspec.json.decode(raw))
            for stream, kind, _, raw in payloads(door)
            if stream.startswith("crossing/")
        ]
        for key, one in timeline.fold([(*row, row[2]["at_ms"]) for row in rows]).items():
            (exits if one.role is Role.EXIT else entries)[key] = one
    return timeline.join(exits, entries)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Run the small day once for the tests that only look at it."""
    day = small_day()
    result, doors = ran(tmp_path_factory.mktemp("small"), day)
    return day, result, doors


def test_every_vehicle_that_can_gets_through(small) -> None:
    """With few vehicles nothing is the limit: whoever had its papers and came in the hours is cleared."""
    _, result, doors = small
    day = figures(lives(doors), [], first_ms=result.start_ms, until_ms=result.until_ms)
    for direction, (stock, arrivals) in SMALL.items():
        of = day.of(Direction(direction))
        assert (stock, arrivals) == (of.opening, of.arrivals)
        assert of.closing == stock + arrivals - of.cleared - of.withdrawn
        assert of.cleared >= (stock + arrivals) // 3


def test_posts_refuse_nothing_that_the_world_does_rightly(small) -> None:
    """Officers who do their work in order are refused only at a lane that has closed."""
    _, result, _ = small
    assert set(result.refused) <= {"Depart: crossing.lane_closed"}


def test_every_laden_vehicle_carries_a_declaration_through_both_posts(small) -> None:
    """Each crossing with goods has one export declaration where it leaves and one import declaration where it comes in."""
    _, _, doors = small
    for door in doors.values():
        laden, lodged = set(), {}
        for stream, kind, _, raw in payloads(door):
            payload = msgspec.json.decode(raw)
            if kind.startswith("CrossingDeclared/") and payload["load"] != "empty":
                laden.add(stream)
            elif kind.startswith("DeclarationLodged/"):
                lodged.setdefault(stream, []).append(payload["lodged"]["reference"][:6])
        assert laden == set(lodged)
        assert {1} == {len(references) for references in lodged.values()}
        assert {"SYN-EX", "SYN-IM"} == {references[0] for references in lodged.values()}


def test_steps_of_each_vehicle_are_in_order(small) -> None:
    """Nobody departs before the release, nobody is received before departing, over both ledgers."""
    _, _, doors = small
    order = [Step.DECLARED, Step.ARRIVED, Step.RELEASED, Step.DEPARTED, Step.RECEIVED, Step.CLEARED, Step.GONE]
    found = lives(doors)
    assert found
    for one in found:
        moments = [when for step in order if (when := one.at(step)) is not None]
        assert sorted(moments) == moments


def test_public_orders_verify_by_the_rule(small) -> None:
    """Every call of the day is explained by the published rule."""
    day, _, doors = small
    for direction in Direction:
        post = next(key for key in day.plan.posts if day.plan.role_of(key, direction) is Role.EXIT)
        report = verify(doors[post].post.order_export(direction.value), day.plan)
        assert report.ok, report.first.text("en")
        assert report.calls > 0


def test_who_misses_the_call_is_called_again(small) -> None:
    """Some drivers are not there at the first call; the place stands by, and the post calls again."""
    _, _, doors = small
    kinds = Counter(kind.partition("/")[0] for door in doors.values() for _, kind, _, _ in payloads(door))
    assert kinds["CallMissed"] > 0
    assert kinds["FieldCorrected"] > 0
    assert kinds["PlaceCalled"] > kinds["CallMissed"]


def test_one_seed_gives_one_result_and_another_seed_another(small, tmp_path: Path) -> None:
    """Streams, types, times and payloads of both ledgers are the same byte for byte."""
    day, _, doors = small
    _, again = ran(tmp_path / "again", day)
    _, other = ran(tmp_path / "other", day, seed=2)
    for post, door in doors.items():
        assert payloads(door) == payloads(again[post])
        assert payloads(door) != payloads(other[post])


def test_a_stop_without_notice_costs_nobody_the_place(tmp_path: Path) -> None:
    """While the partner stands still nobody departs and nobody loses a place; afterwards the rule still explains all."""
    stop = Stop(
        post="youyiguan", direction=Direction.OUT, start="09:00", until="11:00", reason="system_outage", announced=False
    )
    day = small_day([stop])
    result, doors = ran(tmp_path, day)
    start_ms, until_ms = (result.start_ms + hour * HOUR_MS for hour in (8, 10))  # Beijing is an hour ahead of Hanoi
    home = [(kind, msgspec.json.decode(raw)) for _, kind, _, raw in payloads(doors["huu-nghi"])]
    lost = [payload["cause"] for kind, payload in home if kind.startswith("PlaceLost")]
    assert {"departed"} == set(lost)
    received = [one.at(Step.RECEIVED) for one in lives(doors) if one.direction is Direction.OUT]
    late = start_ms + 30 * MINUTE_MS
    assert not [moment for moment in received if moment is not None and late < moment < until_ms]
    assert [moment for moment in received if moment is not None and moment >= until_ms]
    assert verify(doors["huu-nghi"].post.order_export("out"), day.plan).ok


def test_two_stops_without_notice_lose_no_place_and_the_backlog_drains(tmp_path: Path) -> None:
    """Over an outage, a restart and a second outage every place ends by departing or still stands at the end.

    Who was called and has arrived keeps standing; nobody is called beyond what the limits leave room for.
    """
    stops = [
        Stop(post="youyiguan", direction=Direction.OUT, start=start, until=until, reason="outage", announced=False)
        for start, until in (("07:00", "09:00"), ("10:00", "11:00"))
    ]
    day = small_day(stops)
    result, doors = ran(tmp_path, day)
    home = doors["huu-nghi"]
    rows = [
        (stream.partition("/")[2], kind, msgspec.json.decode(raw))
        for stream, kind, _, raw in payloads(home)
        if stream.startswith("crossing/")
    ]
    held = moves([(*row, row[2]["at_ms"]) for row in rows])
    out = next(
        one
        for one in places(held, first_ms=result.start_ms, until_ms=result.until_ms)
        if one.direction is Direction.OUT
    )
    assert {"departed"} == set(out.lost)
    assert out.opening + out.taken == out.lost["departed"] + out.closing
    restart_ms = result.start_ms + 8 * HOUR_MS  # Beijing is an hour ahead of Hanoi
    before = next(one for one in places(held, first_ms=0, until_ms=restart_ms) if one.direction is Direction.OUT)
    assert {} == before.lost
    assert 0 < before.called <= len({crossing for crossing, kind, _ in rows if kind.startswith("PlaceTaken")})
    assert verify(home.post.order_export("out"), day.plan).ok


def test_an_announced_stop_is_known_on_both_sides_and_ends(tmp_path: Path) -> None:
    """The stopping post records the stop with its reason; the partner has its word, and the end of it."""
    stop = Stop(post="youyiguan", direction=Direction.OUT, start="09:00", until="10:00", reason="fog", announced=True)
    _, doors = ran(tmp_path, small_day([stop]))
    for post, by_partner in (("youyiguan", False), ("huu-nghi", True)):
        gate = [
            (kind, msgspec.json.decode(raw))
            for stream, kind, _, raw in payloads(doors[post])
            if stream == f"gate/{post}"
        ]
        stops = [payload for kind, payload in gate if kind.startswith("IntakeStopped")]
        ends = [payload for kind, payload in gate if kind.startswith("IntakeReopened")]
        assert [("fog", by_partner)] == [(one["reason"], one.get("by_partner", False)) for one in stops]
        assert len(ends) == 1
        assert HOUR_MS - TICK_MS <= ends[0]["at_ms"] - stops[0]["at_ms"] <= HOUR_MS + TICK_MS
