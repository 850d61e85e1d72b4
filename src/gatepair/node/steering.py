"""What the command centre works with, read from one post: alarms and who answers for them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from msgspec import to_builtins

from gatepair.base.time import DAY_MS, HOUR_MS, Instant, to_datetime
from gatepair.crossing.model import Stage
from gatepair.insight import alarms as watched
from gatepair.insight.playbooks import playbook
from gatepair.node import parking
from gatepair.node.link_state import mirror_state, own_state
from gatepair.node.readmodels import first_hour, hour_counts, hour_of
from gatepair.operations.alarms import Standing
from gatepair.operations.capacity import fixed_limits
from gatepair.operations.model import Condition, Level
from gatepair.operations.queue import WAITING_STATES
from gatepair.plan.alarms import AlarmKind
from gatepair.plan.calendars import is_open, spans
from gatepair.plan.model import PERISHABLE, Direction, StationKind, YardKind

if TYPE_CHECKING:
    from gatepair.crossing.state import Crossing
    from gatepair.node.ports import Reader
    from gatepair.node.queries import Queries

ANSWERS: Final = {
    AlarmKind.STOCK: "gate_board",
    AlarmKind.PERISHABLES: "gate_board",
    AlarmKind.STAY: "border_guard",
    AlarmKind.PARTNER_SILENT: "command_centre",
    AlarmKind.LANE_FROZEN: "command_centre",
    AlarmKind.CLOCK: "command_centre",
    AlarmKind.PARKED: "command_centre",
    AlarmKind.LABORATORY: "quarantine",
    AlarmKind.STOP: "command_centre",
    AlarmKind.QUOTA: "gate_board",
    AlarmKind.YARD: "yard",
    AlarmKind.RECOVERY: "command_centre",
    AlarmKind.MISSED_CALLS: "gate_board",
}
"""The duty that an alarm belongs to until somebody takes it or gives it to another."""


def conditions(post: Queries, reader: Reader) -> tuple[Condition, ...]:
    """Return what holds at ``post`` now."""
    return watched.conditions(_watched(post, reader))


def alarms(post: Queries) -> list[dict[str, Any]]:
    """Return the alarms that hold now, the most urgent first: level, since when, owner, notes, playbook.

    An alarm that its clockwork has not recorded yet is shown all the same; one that is over is not.
    """
    with post.ledger.read() as reader:
        held = conditions(post, reader)
    kept = post.standing.gate.alarms
    rows = [_row(post, one, kept.get(one.key)) for one in held]
    return sorted(rows, key=lambda row: (row["resolved_at_ms"] is not None, -Level(row["level"]).rank, row["since_ms"]))


def _row(post: Queries, one: Condition, kept: Standing | None) -> dict[str, Any]:
    duty = kept.duty if kept is not None and kept.duty else ANSWERS[one.kind]
    return {
        "alarm": one.key,
        "kind": one.kind.value,
        "subject": one.subject,
        "level": one.level.value,
        "since_ms": one.since_ms if kept is None else min(kept.since_ms, one.since_ms),
        "value": one.value,
        "limit": one.limit,
        "duty": duty,
        "owner": "" if kept is None else kept.owner,
        "resolved_at_ms": None if kept is None else kept.resolved_at_ms,
        "notes": [] if kept is None else [asdict(note) for note in kept.notes],
        "playbook": [
            {"text": to_builtins(step.text), "act": step.act} for step in playbook(post.plan.alarms, one.kind)
        ],
    }


def _watched(post: Queries, reader: Reader) -> watched.Watched:
    now_ms, gate = post.now(), post.standing.gate
    return watched.Watched(
        now_ms=now_ms,
        rules=post.plan.alarms,
        link=_link(post, reader, now_ms),
        queues=[_queue(post, reader, direction, now_ms) for direction in Direction],
        stays_ms=[one.stay.until_ms for one in post.standing.staying() if one.stay is not None],
        stay_warn_ms=post.plan.stay.warn_before_h * HOUR_MS,
        stops=list(gate.stops.values()),
        reports=list(gate.conditions.values()),
        quotas=[] if post.link.mode == "alone" else list(_quotas(post, now_ms)),
        yards=list(_yards(post)),
        calls=list(_calls(post, reader, now_ms)),
        laboratories=list(_laboratories(post, now_ms)),
        recovery_ms=None if gate.recovery is None else gate.recovery.at_ms,
        standing={key: one.level for key, one in gate.alarms.items()},
    )


def _link(post: Queries, reader: Reader, now_ms: int) -> watched.LinkNow:
    if post.link.mode == "alone":
        return watched.LinkNow()
    frozen: dict[str, int] = {}
    for lane in post.link.lanes:
        for kept in (own_state(reader, lane).frozen, mirror_state(reader, lane).frozen):
            if kept is not None:
                frozen[lane.value] = min(kept.at_ms, frozen.get(lane.value, kept.at_ms))
    clock = post.link.clock_status() or {"state": "", "offset_ms": 0}
    return watched.LinkNow(
        age_s=post.link.partner_age_s(now_ms),
        frozen=frozen,
        clock=clock["state"],
        offset_ms=clock["offset_ms"],
        parked=parking.count(reader),
    )


def _queue(post: Queries, reader: Reader, direction: Direction, now_ms: int) -> watched.QueueNow:
    """Return what waits here in ``direction``: places at the exit post, vehicles inside at the entry post."""
    book = post.standing.books.get(direction)
    if book is not None:
        since = [(place.taken_at_ms, place.facts.commodity) for place in book.places()]
    else:
        since = [
            (one.received_at_ms or one.arrived_at_ms or one.last_at_ms, one.declaration.commodity())
            for one in _inside(post, direction)
        ]
    from_ms = hour_of(now_ms) - watched.QUEUE_WINDOW_MS
    counts = hour_counts(reader, direction, first_ms=from_ms, until_ms=now_ms + 1)
    return watched.QueueNow(
        direction=direction,
        stock=len(since),
        cleared=counts.get(("loaded", "cleared"), 0),
        oldest_ms=min((at for at, _ in since), default=None),
        perishable_ms=tuple(at for at, group in since if group in PERISHABLE),
        counted_ms=min(now_ms - first_hour(reader, direction, now_ms), DAY_MS),
    )


def _inside(post: Queries, direction: Direction) -> Iterator[Crossing]:
    for tracked in list(post.standing.open_crossings().values()):
        if tracked.crossing.direction is direction and tracked.crossing.stage is Stage.ARRIVED:
            yield tracked.crossing


def _quotas(post: Queries, now_ms: int) -> Iterator[watched.Share]:
    for direction in post.standing.books:
        announced = post.standing.gate.quotas.get((direction, True))
        planned = fixed_limits(post.plan, post.post, direction).partner_quota
        per_hour = planned if announced is None else announced
        if per_hour:
            yield watched.Share(direction.value, post.standing.traffic.departures_in_hour(now_ms), per_hour)


def buffers(post: Queries) -> Iterator[watched.Share]:
    """Yield each buffer yard of the post with those who wait in it."""
    waiting = Counter(
        place.yard for book in post.standing.books.values() for place in book.places() if place.state in WAITING_STATES
    )
    for key, yard in post.plan.yards.items():
        if yard.post == post.post and yard.kind is YardKind.BUFFER:
            yield watched.Share(key, waiting[key], yard.capacity)


def _yards(post: Queries) -> Iterator[watched.Share]:
    """Yield the buffer yards, and the gate's yards together with all inside the gate."""
    yield from buffers(post)
    places = [
        yard.capacity for yard in post.plan.yards.values() if (yard.post, yard.kind) == (post.post, YardKind.GATE)
    ]
    if places:
        inside = sum(1 for direction in Direction for _ in _inside(post, direction))
        yield watched.Share("gate", inside, sum(places))


def _calls(post: Queries, reader: Reader, now_ms: int) -> Iterator[watched.Share]:
    first_ms = hour_of(now_ms) - watched.CALLS_WINDOW_MS
    for direction in post.standing.books:
        counts = hour_counts(reader, direction, first_ms=first_ms, until_ms=now_ms + 1)
        yield watched.Share(direction.value, counts.get(("loaded", "missed"), 0), counts.get(("loaded", "called"), 0))


def _laboratories(post: Queries, now_ms: int) -> Iterator[watched.Closed]:
    """Yield each laboratory of this post that is closed by its calendar while samples wait for a result."""
    taken = [
        sample.taken_at_ms
        for tracked in list(post.standing.open_crossings().values())
        for sample in tracked.crossing.samples
        if sample.passed is None
    ]
    for key, station in post.plan.stations.items():
        here = station.post == post.post and station.kind is StationKind.LABORATORY
        if here and taken and not is_open(post.plan, station.hours, now_ms=now_ms).open:
            zone = ZoneInfo(post.plan.calendars[station.hours].timezone)
            today = to_datetime(Instant(now_ms)).astimezone(zone).date()
            ends = [one.until_ms for one in spans(post.plan, station.hours, today, days=1) if one.until_ms <= now_ms]
            yield watched.Closed(key, max([min(taken), *ends[-1:]]), len(taken))
