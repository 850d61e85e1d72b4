"""What a trader is told of a crossing after declaring it: its steps, the windows to be booked, its clocks, its receipts.

All of it is read from one view of the ledger and one moment of the standing state.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from gatepair.base.duties import Duty
from gatepair.base.errors import NotFound
from gatepair.base.findings import Finding
from gatepair.base.time import HOUR_MS, SECOND_MS
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing import guards
from gatepair.crossing.codec import decode_event
from gatepair.crossing.context import Context, PartnerWord
from gatepair.crossing.model import LoadUnit, Stage
from gatepair.crossing.queueing import needs_place
from gatepair.crossing.state import BEFORE_GATE, Crossing
from gatepair.exchange.envelope import read_header
from gatepair.exchange.messages import CATALOGUE
from gatepair.insight.steps import Around, Ended, ladder, stay_clocks
from gatepair.node import link_answers as answers
from gatepair.node import link_state as states
from gatepair.node import telling
from gatepair.operations.lanes import CLOSED, COMMODITY, hours_view, lanes_of, line_view
from gatepair.operations.queue import WAITING_STATES
from gatepair.operations.rule import CallLine
from gatepair.operations.slots import Window, free_windows
from gatepair.plan.model import Role
from gatepair.plan.rules import callable_now, leads

if TYPE_CHECKING:
    from gatepair.base.entries import Entry
    from gatepair.insight.timeline import Timeline
    from gatepair.node.ports import LogEntry, Reader
    from gatepair.node.post import Post
    from gatepair.node.requests import Actor
    from gatepair.node.telling import Told

WINDOWS_WITHIN_MS: Final = 48 * HOUR_MS
"""How far ahead windows are offered: nobody who stands at a border plans farther; any window may be asked for."""
NATURAL_ENDS: Final = frozenset({"", "delivered", "received", "departed"})
"""Outcomes with which a crossing ends as it should."""
MILESTONES: Final = frozenset(
    {
        "PlaceTaken", "PlaceCalled", "CallMissed", "PlaceMoved", "PlaceLost", "SlotBooked", "VehicleArrived",
        "CrossingReleased", "ReleaseWithdrawn", "VehicleDeparted", "PartnerAccepted", "PartnerDeclined",
        "PartnerReceived", "PartnerRefused", "PartnerClosed",
    }
)  # fmt: skip
"""Entries that every trader is shown of the own crossing, whoever made them: its way, and nothing of what an agency did."""
AGENCIES_OWN: Final = frozenset({"crossing.decision_missing", "crossing.on_hold", "crossing.refused_by"})
"""What release lacks and an agency's own step says already."""


def followed(post: Post, crossing_id: str, actor: Actor) -> dict[str, Any]:
    """Return steps, free windows, clocks and place of a crossing as plain values.

    Raises:
        NotFound: no such crossing, or not for this trader.
    """
    with post.ledger.read() as reader:
        crossing, timeline, entries = _read(post, reader, crossing_id, actor)
    around = _around(post, crossing, [decode_event(entry.type, entry.payload) for entry in entries])
    clocks = stay_clocks(crossing, post.plan, around.now_ms)
    return {
        **ladder(crossing, timeline, around).to_wire(),
        "windows": [msgspec.to_builtins(one) for one in _windows(post, crossing)],
        "clocks": [{**msgspec.to_builtins(one), "left_s": one.left_s(around.now_ms)} for one in clocks],
        "place_token": post.place_token(crossing_id) if crossing.place is not None else "",
        "may": [kind.__name__ for kind in _open_acts(post, crossing)],
        "batch": len(_mates(post, crossing)),
        "ahead": around.ahead,
    }


def lead(post: Post, reader: Reader, crossing_id: str, actor: Actor) -> dict[str, Any] | None:
    """Return the one wait of a crossing that says why it stands, as :func:`followed` does; None when nothing waits.

    Raises:
        NotFound: no such crossing, or not for this trader.
    """
    crossing, timeline, entries = _read(post, reader, crossing_id, actor)
    around = _around(post, crossing, [decode_event(entry.type, entry.payload) for entry in entries])
    found: dict[str, Any] | None = ladder(crossing, timeline, around).to_wire()["lead"]
    return found


def _open_acts(post: Post, crossing: Crossing) -> Iterator[type[msgspec.Struct]]:
    """Yield the acts of a trader that fit the stage; whether one is done is the decision's affair all the same."""
    stage, exit_here = crossing.stage, crossing.role is Role.EXIT
    if stage in guards.WORKING and crossing.departure is None:
        yield from (cmd.CorrectField, cmd.AttachDocument)
        if crossing.load is not LoadUnit.EMPTY:
            yield cmd.LodgeDeclaration
    if exit_here and stage in (Stage.DECLARED, Stage.QUEUED) and crossing.direction in post.standing.books:
        yield cmd.BookSlot
    if stage is Stage.DECLARED and crossing.place is None and needs_place(post.plan, post.key, crossing):
        yield cmd.TakePlace
    if stage is Stage.CALLED and crossing.place is not None and not crossing.place.acknowledged:
        yield cmd.AcknowledgeCall
    if stage in BEFORE_GATE:
        yield cmd.ChangeBinding
    alone = post.link.mode == "alone"
    if stage in BEFORE_GATE | {Stage.ARRIVED} and crossing.received_at_ms is None and (exit_here or alone):
        yield cmd.CancelBatch if _mates(post, crossing) else cmd.CancelCrossing


def _mates(post: Post, crossing: Crossing) -> tuple[Crossing, ...]:
    """Return the other open crossings that share its trip batch number."""
    trip = crossing.declaration.trip
    known = () if trip is None else post.standing.batch(trip.batch, crossing.role)
    return tuple(mate for mate in known if mate.id != crossing.id)


def told(post: Post, crossing_id: str, actor: Actor) -> dict[str, Any]:
    """Return the entries about a crossing that are its way, the caller's own or told to the other side, and what it confirmed.

    Raises:
        NotFound: no such crossing, or not for this trader.
    """
    with post.ledger.read() as reader:
        _, _, entries = _read(post, reader, crossing_id, actor)
        said = telling.of_crossing(post.key, entries, crossing_id=crossing_id)
        rows = [_told(post, reader, each) for each in said if _is_shown(post, each, actor)]
    return {"post": post.key, "partner": post.link.partner_post, "mode": post.link.mode, "entries": rows}


def _read(post: Post, reader: Reader, crossing_id: str, actor: Actor) -> tuple[Crossing, Timeline, list[Entry]]:
    tracked = post.standing.known(crossing_id, reader)
    if actor.duty is Duty.TRADER and tracked.crossing.declarant != actor.id:
        raise NotFound("this post has no such crossing", crossing=crossing_id)
    return tracked.crossing, tracked.timeline, reader.stream(f"crossing/{crossing_id}")


# --- what stands around it ------------------------------------------------------------------


def _around(post: Post, crossing: Crossing, events: Sequence[ev.CrossingEvent]) -> Around:
    now_ms, plan, key = post.now(), post.plan, post.key
    line = CallLine(crossing.route, crossing.lane_kind)
    gate, rule = post.standing.gate, plan.queues.get(key)
    view = line_view(plan, gate, line, direction=crossing.direction, now_ms=now_ms)
    commodity = crossing.declaration.commodity()
    barred = view.only is not None and commodity not in view.only
    stops = (
        ()
        if gate.is_open(crossing.direction, crossing.route, commodity=commodity)
        else gate.standing(crossing.direction, crossing.route)
    )
    shut = "" if stops else view.why if not view.open else COMMODITY if barred else ""
    context = Context(
        plan=plan,
        post=key,
        now_ms=now_ms,
        actor="",
        duty=Duty.NODE,
        crossing_id=crossing.id,
        partner=PartnerWord(mode=post.link.mode),
    )
    place = _place(post, crossing)
    return Around(
        now_ms=now_ms,
        alone=post.link.mode == "alone",
        queues=needs_place(plan, key, crossing),
        required=guards.required_duties(plan, key, crossing),
        lacking=tuple(_lacking(crossing, context)),
        papers_there=rule is None or callable_now(rule, guards.place_facts(crossing)),
        recalls=rule.recalls if rule is not None else 0,
        ahead=place[0],
        not_before_ms=place[1],
        stops=stops,
        shut=shut,
        opens_ms=_opens_ms(post, crossing, now_ms) if shut in (CLOSED, COMMODITY) else None,
        place_lost=_place_lost(crossing, events),
        ended=_ended(crossing, events),
    )


def _lacking(crossing: Crossing, context: Context) -> Iterator[Finding]:
    """What release lacks besides the agencies' own words, by the very rule that refuses it."""
    return (each for each in guards.obstacles(crossing, context) if each.code not in AGENCIES_OWN)


def _place(post: Post, crossing: Crossing) -> tuple[int | None, int]:
    """Return how many stand before it in its line, and before when the queue does not call it."""
    book = post.standing.books.get(crossing.direction)
    # One copy of the places: the writer's thread goes on while we count.
    places = book.places() if book is not None else ()
    place = next((one for one in places if one.crossing == crossing.id), None)
    if place is None or place.state not in WAITING_STATES:
        return None, 0
    waiting = (one for one in places if one.state in WAITING_STATES and one.line == place.line)
    return sum(1 for one in waiting if one.key < place.key), place.not_before_ms


def _opens_ms(post: Post, crossing: Crossing, now_ms: int) -> int | None:
    """Return when a lane of its line opens next."""
    line = CallLine(crossing.route, crossing.lane_kind)
    calendars = {track.hours for _, _, track in lanes_of(post.plan, line) if leads(track, crossing.direction)}
    views = (
        hours_view(post.plan, post.standing.gate, calendar, direction=crossing.direction, now_ms=now_ms)
        for calendar in sorted(calendars)
    )
    return min((view.next_ms for view in views if view.next_ms is not None), default=None)


def _place_lost(crossing: Crossing, events: Sequence[ev.CrossingEvent]) -> str:
    if crossing.place is not None or crossing.stage is not Stage.DECLARED:
        return ""
    causes = [event.cause for event in events if isinstance(event, ev.PlaceLost)]
    return causes[-1] if causes else ""


def _ended(crossing: Crossing, events: Sequence[ev.CrossingEvent]) -> Ended | None:
    """Return how it ended before its way was done; None while it goes on, and when it ended as it should."""
    if not crossing.closed or (crossing.stage is Stage.CLOSED and crossing.outcome in NATURAL_ENDS):
        return None
    said = ""
    for event in events:
        match event:
            case ev.CrossingCancelled(reason=reason):
                said = reason
            case ev.Diverted(gate=gate, reason=reason):
                said = f"{gate}: {reason}"
            case ev.CrossingRefused(cause=cause) | ev.PartnerRefused(cause=cause):
                said = cause
            case _:
                pass
    return Ended(crossing.outcome or crossing.stage.value, events[-1].at_ms, said)


def _windows(post: Post, crossing: Crossing) -> tuple[Window, ...]:
    """Return the windows that this crossing may book now; none where it does not queue or has been called."""
    if crossing.direction not in post.standing.books or crossing.stage not in (Stage.DECLARED, Stage.QUEUED):
        return ()
    return free_windows(
        post.standing.slots,
        post.situation(),
        CallLine(crossing.route, crossing.lane_kind),
        direction=crossing.direction,
        within_ms=WINDOWS_WITHIN_MS,
    )


# --- what was recorded and told -------------------------------------------------------------


def _is_shown(post: Post, each: Told, actor: Actor) -> bool:
    name = each.entry.type.partition("/")[0]
    return name in MILESTONES or each.entry.actor == actor.id or (each.message_id is not None and post.link.enabled)


def _told(post: Post, reader: Reader, each: Told) -> dict[str, Any]:
    entry = each.entry
    row: dict[str, Any] = {
        "position": entry.position,
        "type": entry.type.partition("/")[0],
        "at_ms": each.event.at_ms,
        "recorded_at_ms": entry.recorded_at_ms,
        "leaf": entry.leaf.hex(),
        "message": None,
    }
    place = states.said(reader, each.message_id) if each.message_id and post.link.enabled else None
    if place is not None and each.message_id:
        row["message"] = {"id": each.message_id, **_confirmed(post, reader, each.message_id, place)}
    return row


def _confirmed(post: Post, reader: Reader, message_id: str, place: states.Said) -> dict[str, Any]:
    """Return where a message of ours stands, since when the other side holds it, and what it answered."""
    answer = answers.answer_to(reader, message_id)
    found = _entry(post, reader, message_id, place)
    log, kind = found or ("", "")
    held_s = post.link.held_since_s(reader, log, place.index) if log else None
    return {
        "kind": kind.partition("/")[0],
        "index": place.index,
        "held_ms": held_s * SECOND_MS if held_s is not None else None,
        "answered_ms": None if answer is None else answer.at_ms,
        "verdict": "" if answer is None else answer.verdict,
        "codes": () if answer is None else answer.codes,
    }


def _entry(post: Post, reader: Reader, message_id: str, place: states.Said) -> tuple[str, str] | None:
    """Return the log key and the type of the entry that says ``message_id``; None while it waits for an epoch."""
    for lane in post.link.lanes:
        part = next((one for one in states.own_logs(reader, lane) if one.epoch == place.epoch), None)
        if part is None or place.index >= part.size:
            continue
        row: LogEntry | None = next(iter(reader.own_entries(part.key, start=place.index, limit=1)), None)
        header = read_header(row.header) if row is not None else None
        if header is not None and header.id == message_id and header.type in CATALOGUE:
            return part.key, header.type
    return None
