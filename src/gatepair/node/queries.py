"""What a post answers to readers: each query opens its own view of the ledger.

Figures that come from the queue in memory are read from one snapshot of the standing state; they
carry their age, so a reader knows how old they are.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from gatepair.base.duties import Duty
from gatepair.base.entries import Entry
from gatepair.base.errors import NotFound
from gatepair.base.merkle import CompactRange
from gatepair.base.time import DAY_MS, SECOND_MS, Clock, Instant, from_datetime, rfc3339
from gatepair.crossing.codec import decode_event
from gatepair.crossing.guards import required_duties
from gatepair.crossing.state import Crossing
from gatepair.insight.board import METHOD, RATE_WINDOW_MS, Forecast, forecast
from gatepair.insight.day import Alarm, alarm_at
from gatepair.insight.timeline import Timeline
from gatepair.insight.trs import Study, study
from gatepair.node import driving, parking, visibility, worklist
from gatepair.node.audit_desk import AuditDesk
from gatepair.node.class_board import class_rows, told
from gatepair.node.desk_view import desk_view
from gatepair.node.flows import flows
from gatepair.node.layout import layout
from gatepair.node.link import Link
from gatepair.node.link_proving import Proof
from gatepair.node.order_rules import order_rules
from gatepair.node.order_watch import OrderWatches
from gatepair.node.ports import Ledger, Reader
from gatepair.node.readmodels import day_figures, first_hour, hour_counts
from gatepair.node.replaying import Past
from gatepair.node.requests import Actor
from gatepair.node.scene import lanes, scene
from gatepair.node.standing import Standing, kept
from gatepair.node.steering_desk import SteeringDesk
from gatepair.operations.capacity import Situation, capacity, fixed_limits, measured_intake
from gatepair.operations.events import RecoveryBegun
from gatepair.operations.inspections import InspectionPlan, inspection_plan
from gatepair.operations.lanes import hours_view
from gatepair.operations.model import Figure
from gatepair.operations.public_order import export, head_in, header_of
from gatepair.operations.queue import WAITING_STATES, Place, PlaceState, QueueBook
from gatepair.operations.rule import class_key
from gatepair.plan.model import Direction, LaneKind, Plan
from gatepair.plan.rules import leads

ROWS_A_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class _Cleared:
    """Loaded vehicles cleared since local midnight and in the last 24 hours; None while those were not all counted."""

    today: int
    last_day: int | None


class Queries:
    """The reading side of a post; the writing side (:class:`gatepair.node.post.Post`) sets what it reads."""

    plan: Plan
    post: str
    ledger: Ledger
    clock: Clock
    link: Link
    standing: Standing
    synthetic: bool
    durable_position: int
    signed: Sequence[tuple[bytes, str]]
    """The agreements, each with the note that the roots signed."""

    @property
    def key(self) -> str:
        """Return the key of this post in the plan."""
        return self.post

    def now(self) -> Instant:
        """Return the present instant of this post's clock."""
        return self.clock.now()

    # --- the ledger -----------------------------------------------------------------------

    def head_position(self) -> int:
        """Return the last durable position of the ledger that this process knows of; opens no view."""
        return self.durable_position

    def recovery(self) -> RecoveryBegun | None:
        """Return the recovery that is going on, None when the post has all that it recorded."""
        return self.standing.gate.recovery

    def events(self, after: int, limit: int, actor: Actor) -> list[dict[str, Any]]:
        """Return events after position ``after`` as the actor's duty may see them."""
        with self.ledger.read() as reader:
            entries = reader.entries(after=after, limit=min(limit, ROWS_A_PAGE))
        shown = (
            visibility.shown_event({**visibility.header_of(entry), "payload": self._payload(entry)}, actor.duty)
            for entry in entries
        )
        return [self._reasoned(event, actor) for event in shown if event is not None]

    def _payload(self, entry: Entry) -> Any:
        """Return the payload to be shown: as it is recorded, unless names or reasons may have to be taken out of it."""
        reasoned = bool(self.plan.own_reasons) and visibility.carries_reasons(entry.type)
        if reasoned or visibility.carries_names(entry.type):
            return msgspec.json.decode(entry.payload)
        return msgspec.Raw(entry.payload)

    def _reasoned(self, event: dict[str, Any], actor: Actor) -> dict[str, Any]:
        return visibility.event_without_reasons(event, self.plan, actor.duty) if self.plan.own_reasons else event

    @property
    def audit_desk(self) -> AuditDesk:
        """Return what answers an auditor."""
        return AuditDesk(self)

    def agreements(self) -> tuple[tuple[bytes, str], ...]:
        """Return the versions of the agreement, each with the note that the roots signed."""
        return self.link.signed_versions(self.signed)

    def checkpoint(self) -> str:
        """Return the signed checkpoint of the ledger, with one line for each public order."""
        with self.ledger.read() as reader:
            stored = kept(reader)
            if stored is None:
                return self.link.sign_ledger(reader, CompactRange(), ())
            lines = [head.line() for head in stored.order_heads().values()]
            return self.link.sign_ledger(reader, stored.ledger_tree(), lines)

    def checkpoint_key(self) -> str:
        """Return the key that verifies the ledger's checkpoints, in the form ``name+id+key``."""
        return self.link.ledger_verifier_key()

    def key_table(self) -> list[dict[str, Any]]:
        """Return the keys of both sides: whose, what for, and what each is where the logs stand."""
        with self.ledger.read() as reader:
            return self.link.key_table(reader)

    def version_table(self) -> list[dict[str, Any]]:
        """Return the versions of the agreement that are held, by number, and what each is now."""
        with self.ledger.read() as reader:
            return self.link.version_table(reader, self.now())

    # --- crossings ------------------------------------------------------------------------

    def crossing_view(self, crossing_id: str, actor: Actor) -> dict[str, Any]:
        """Return the whole crossing with its history, without reasons that are not for this duty; names the web layer filters.

        Raises:
            NotFound: no such crossing, or not for this trader or this driver.
        """
        return self._crossing_view(*self._recorded(crossing_id, actor), actor)

    def desk_view(self, crossing_id: str, actor: Actor) -> dict[str, Any]:
        """Return the same with what an officer decides on (:mod:`gatepair.node.desk_view`). Raises NotFound."""
        crossing, entries = self._recorded(crossing_id, actor)
        events = [decode_event(entry.type, entry.payload) for entry in entries]
        now_ms, mode = self.now(), self.link.mode
        return {
            **self._crossing_view(crossing, entries, actor),
            **desk_view(self.plan, crossing, events, actor=actor, now_ms=now_ms, mode=mode),
            "partner_word": {"mode": mode, "age_s": self.link.partner_age_s(now_ms)},
        }

    def _recorded(self, crossing_id: str, actor: Actor) -> tuple[Crossing, list[Entry]]:
        with self.ledger.read() as reader:
            crossing = self.standing.known(crossing_id, reader).crossing
            entries = list(reader.stream(f"crossing/{crossing_id}"))
            mine = driving.drives(reader, actor, crossing)
        if not mine or (actor.duty is Duty.TRADER and crossing.declarant != actor.id):
            raise NotFound("this post has no such crossing", crossing=crossing_id)
        return crossing, entries

    def _crossing_view(self, crossing: Crossing, entries: Sequence[Entry], actor: Actor) -> dict[str, Any]:
        view: dict[str, Any] = msgspec.to_builtins(crossing)
        view["required"] = [duty.value for duty in required_duties(self.plan, self.post, crossing)]
        view["history"] = [
            {
                "position": e.position,
                "type": e.type,
                "at": rfc3339(Instant(e.recorded_at_ms)),
                "at_ms": e.recorded_at_ms,
                "actor": e.actor,
            }
            for e in entries
        ]
        return visibility.without_reasons(view, self.plan, actor.duty)

    def version_of(self, crossing_id: str) -> int:
        """Return how many events the crossing has. Raises NotFound."""
        with self.ledger.read() as reader:
            return self.standing.known(crossing_id, reader).crossing.version

    def evidence(self, crossing: str, *, withhold: Collection[str] = ()) -> Proof:
        """Return what was told about ``crossing`` as an evidence file; who shows it records which names it holds.

        Reads both logs and the ledger from the beginning: some seconds for a million entries.

        Raises:
            NotFound: nothing is known here about it.
        """
        with self.ledger.read() as reader:
            stored = kept(reader)
            tree = CompactRange() if stored is None else stored.ledger_tree()
            return self.link.evidence(
                reader,
                crossing,
                signed=self.agreements(),
                tree=tree,
                now_ms=self.now(),
                withhold=withhold,
            )

    def crossings(self, after: str, limit: int) -> list[dict[str, Any]]:
        """Return rows of open crossings by id, after the id ``after``."""
        with self.ledger.read() as reader:
            rows = reader.rows("crossing", after=(0, after) if after else None, limit=min(limit, ROWS_A_PAGE))
        return [msgspec.json.decode(row.document) for row in rows if row.sort == 0]

    def worklist(self, actor: Actor, limit: int) -> list[dict[str, Any]]:
        """Return what waits for the actor's duty, most urgent first."""
        open_now = [tracked.crossing for tracked in list(self.standing.open_crossings().values())]
        now_ms = self.now()
        return worklist.of(self.plan, self.post, open_now, duty=actor.duty, actor=actor.id, now_ms=now_ms)[:limit]

    def inspections(self, actor: Actor) -> InspectionPlan:
        """Return the one inspection plan of all agencies, without reasons that are not for this duty."""
        open_now = [tracked.crossing for tracked in list(self.standing.open_crossings().values())]
        return inspection_plan(
            self.plan, self.post, open_now, gate=self.standing.gate, now_ms=self.now(), reader=actor.duty
        )

    # --- the public order and the places --------------------------------------------------

    def order_records(self, direction: str, after: int, limit: int) -> list[bytes]:
        """Return records of the public order after record number ``after``, each canonical JSON."""
        with self.ledger.read() as reader:
            rows = reader.rows(
                f"order/{self._ordered(direction).value}", after=(after, "~"), limit=min(limit, ROWS_A_PAGE)
            )
        return [row.document for row in rows]

    def order_export(self, direction: str) -> Iterator[bytes]:
        """Yield the lines of ``ORDER.jsonl``: the header with the signed checkpoint, then every record."""
        way = self._ordered(direction)
        note = self.checkpoint()
        head = head_in(note, way)
        size = head.size if head is not None else 0
        header = header_of(self.plan, self.post, way, checkpoint=note)
        yield from export(header, self._all_records(way, size))

    def order_rules(self) -> dict[str, Any]:
        """Return what anybody needs to check the public order: rule, roads, hours, holidays and our key."""
        return order_rules(self.plan, key=self.checkpoint_key(), now_ms=self.now())

    @cached_property
    def _watches(self) -> OrderWatches:
        return OrderWatches(self.plan, self.post, self.standing.orders, ledger=self.ledger)

    def _all_records(self, direction: Direction, size: int) -> Iterator[bytes]:
        after = 0
        while after < size:
            records = self.order_records(direction.value, after, min(ROWS_A_PAGE, size - after))
            if not records:
                return
            yield from records
            after += len(records)

    def _ordered(self, direction: str) -> Direction:
        """Return the direction, which must queue at this post."""
        for way in self.standing.orders:
            if way.value == direction:
                return way
        raise NotFound("vehicles of this direction do not queue at this post", direction=direction)

    def place(self, token: str) -> dict[str, Any]:
        """Return a driver's place by its token.

        Raises:
            NotFound: there is no such token.
        """
        with self.ledger.read() as reader:
            row = reader.row("token", token)
            if row is None:
                raise NotFound("no place has this token")
            kept = msgspec.json.decode(row.document)
            crossing = self.standing.known(kept["crossing"], reader).crossing
        return self.place_view(crossing) | {"receipt": kept.get("receipt")}

    def place_view(self, crossing: Crossing) -> dict[str, Any]:
        """Return the place of ``crossing``, how many stand before it and the forecast."""
        now_ms = self.now()
        book = self.standing.books.get(crossing.direction)
        # One copy of the places: the writer's thread goes on while we count.
        places = book.places() if book is not None else ()
        place = next((one for one in places if one.crossing == crossing.id), None)
        ahead = _ahead(place, places)
        view: dict[str, Any] = {
            "stage": crossing.stage.value,
            "direction": crossing.direction.value,
            "released": crossing.released,
            "number": place.number if place else 0,
            "state": place.state.value if place else "gone",
            "ahead": ahead,
            "called_until_ms": place.until_ms if place and place.state is PlaceState.CALLED else None,
            "stopped": not self.standing.gate.is_open(crossing.direction),
            "synthetic": crossing.declaration.synthetic,
            "at_ms": now_ms,
        }
        if ahead is not None:
            view["forecast"] = told(self._forecast(crossing.direction, ahead, now_ms))
        return view

    def _forecast(self, direction: Direction, ahead: int, now_ms: int) -> Forecast:
        departed = self._departed(direction, now_ms)
        return Forecast(None, METHOD, None) if departed is None else forecast(ahead, departed, now_ms)

    def _departed(self, direction: Direction, now_ms: int) -> list[int] | None:
        """Return the departures that a forecast counts; None while the direction stands still, when it would mislead."""
        if not self.standing.gate.is_open(direction) or not self._hours(direction, now_ms)["open"]:
            return None
        departed = [at for way, at in list(self.standing.recent_departures) if way is direction]
        return [at for at in departed if at > now_ms - RATE_WINDOW_MS]

    # --- figures --------------------------------------------------------------------------

    def layout(self) -> dict[str, Any]:
        """Return what stands where at this post, by the plan."""
        return layout(self.plan, self.post)

    def scene(self) -> dict[str, Any]:
        """Return where each open crossing is now, and how each lane stands."""
        found = scene(tracked.crossing for tracked in list(self.standing.open_crossings().values()))
        return {**found, "lanes": lanes(self.plan, self.standing.gate, self.now())}

    @property
    def past(self) -> Past:
        """Return what this post was like before."""
        return Past(self)

    def flows(self, hours: int) -> dict[str, list[dict[str, Any]]]:
        """Return for each direction what came and what was cleared in the last ``hours`` clock hours."""
        with self.ledger.read() as reader:
            return flows(reader, self.plan, self.post, now_ms=self.now(), hours=hours)

    def board(self) -> dict[str, Any]:
        """Return the public board: what stands, what waits, what was cleared today."""
        now_ms = self.now()
        with self.ledger.read() as reader:
            counts = {direction: self._cleared(reader, direction, now_ms) for direction in Direction}
        zone = self.plan.timezone_of(self.post)
        return {
            "post": self.post,
            "name": msgspec.to_builtins(self.plan.posts[self.post].name),
            "plan": self.plan.id,
            "at_ms": now_ms,
            "local_time": datetime.fromtimestamp(now_ms / 1000, tz=UTC).astimezone(ZoneInfo(zone)).isoformat(),
            "timezone": zone,
            "synthetic": self.synthetic,
            "partner": {"mode": self.link.mode, "age_s": self.link.partner_age_s(now_ms)},
            "zones": [self.plan.timezone_of(post) for post in (self.post, self.plan.partner_of(self.post))],
            "directions": {
                direction.value: self._direction(direction, counts[direction], now_ms) for direction in Direction
            },
        }

    def _direction(self, direction: Direction, cleared: _Cleared, now_ms: int) -> dict[str, Any]:
        gate = self.standing.gate
        stops = [msgspec.to_builtins(stop) for stop in gate.standing_anywhere(direction)]
        hours = self._hours(direction, now_ms)
        view: dict[str, Any] = {
            "open": not stops and hours["open"],
            "stops": stops,
            "conditions": [
                msgspec.to_builtins(kept) for key, kept in gate.conditions.items() if key.direction is direction
            ],
            "hours": hours,
            "role": self.plan.role_of(self.post, direction).value,
            "cleared_today": _figure(cleared.today, "count of the ledger since local midnight"),
        }
        book = self.standing.books.get(direction)
        if book is None:
            return view
        places = [place for place in book.places() if place.state is not PlaceState.INSIDE]
        stock = book.waiting + book.called + book.inside
        permille = stock * 1000 // cleared.last_day if cleared.last_day else None
        # Before a day was counted, or while nothing was cleared, the ratio says nothing, and the board raises no alarm.
        level = Alarm.NORMAL if permille is None else alarm_at(permille)
        view |= {
            "waiting": _figure(book.waiting, "places in the public order not yet called"),
            "called": _figure(book.called, "called and not yet at the barrier"),
            "inside": _figure(book.inside, "inside the gate"),
            "waiting_by_class": self._by_class(places, now_ms),
            "stock": _figure(stock, "waiting, called and inside the gate"),
            "stock_per_cleared_day_permille": _figure(permille, "stock over cleared in the last 24 h"),
            "alarm": level.value,
            "forecast_new_place": told(self._forecast(direction, book.waiting, now_ms)),
            "classes": class_rows(book, self._departed(direction, now_ms), now_ms),
            "call_forward": self._call_forward(book),
            "order_check": self._watches.told(direction, self.now()),
        }
        return view

    def _call_forward(self, book: QueueBook) -> dict[str, Any]:
        """Return how many may be called now, which limit binds, and what the partner announced and really takes in."""
        at = self.situation()
        found = capacity(book, at)
        announced = at.gate.quotas.get((book.direction, True))
        measured = measured_intake(at)
        planned = fixed_limits(self.plan, self.post, book.direction)
        return {
            "room": found.room,
            "limit": found.binding,
            "limits": dict(found.limits),
            "quota_per_hour": planned.partner_quota if announced is None else announced,
            "quota_announced": announced is not None,
            "partner_room": at.gate.capacities.get((book.direction, True), planned.partner_backlog),
            "intake": None if measured is None else {**dataclasses.asdict(measured), "slow": measured.slow},
        }

    def situation(self) -> Situation:
        """Return what calls are worked out from at this moment."""
        return Situation(
            plan=self.plan,
            post=self.post,
            now_ms=self.now(),
            gate=self.standing.gate,
            traffic=self.standing.traffic,
            alone=self.link.mode == "alone",
            partner_age_s=self.link.partner_age_s(self.now()),
        )

    def _hours(self, direction: Direction, now_ms: int) -> dict[str, Any]:
        """Return whether goods lanes are within their hours, until when, and when they open next."""
        gate = self.standing.gate
        calendars = {
            lane.hours
            for route in self.plan.routes.values()
            for lane in route.lanes.values()
            if lane.kind in {LaneKind.MANNED, LaneKind.UNMANNED} and leads(lane, direction)
        }
        states = [hours_view(self.plan, gate, key, direction=direction, now_ms=now_ms) for key in sorted(calendars)]
        return {
            "open": any(state.open for state in states),
            "closes_ms": max((state.until_ms for state in states if state.until_ms is not None), default=None),
            "opens_ms": min((state.next_ms for state in states if state.next_ms is not None), default=None),
        }

    def _by_class(self, places: list[Place], now_ms: int) -> list[dict[str, Any]]:
        rule = self.plan.queues[self.post]
        found: dict[int, list[int]] = {}
        for place in places:
            found.setdefault(place.rank, []).append(now_ms - place.taken_at_ms)
        classes = []
        for rank in sorted(found):
            named = rank < len(rule.priorities)
            waited = sorted(found[rank])
            classes.append(
                {
                    "class": class_key(rule, rank),
                    "name": msgspec.to_builtins(rule.priorities[rank].name) if named else None,
                    "waiting": len(waited),
                    "longest_wait_s": waited[-1] // SECOND_MS,
                    "median_wait_s": waited[len(waited) // 2] // SECOND_MS,
                }
            )
        return classes

    def _cleared(self, reader: Reader, direction: Direction, now_ms: int) -> _Cleared:
        zone = ZoneInfo(self.plan.timezone_of(self.post))
        local = datetime.fromtimestamp(now_ms / 1000, tz=UTC).astimezone(zone)
        midnight_ms = from_datetime(local.replace(hour=0, minute=0, second=0, microsecond=0))

        def since(first_ms: int) -> int:
            counts = hour_counts(reader, direction, first_ms=first_ms, until_ms=now_ms + 1)
            return counts.get(("loaded", "cleared"), 0)

        counted = now_ms - first_hour(reader, direction, now_ms) >= DAY_MS
        return _Cleared(since(midnight_ms), since(now_ms - DAY_MS) if counted else None)

    def day_figures(self, reader: Reader, date: str) -> tuple[Figure, ...]:
        """Return this post's counts of the local ``date``; none when it is no date."""
        try:
            first_ms, until_ms = self._day(date)
        except NotFound:
            return ()
        return day_figures(reader, first_ms=first_ms, until_ms=until_ms)

    def _day(self, date: str) -> tuple[Instant, Instant]:
        """Return when the local ``date`` begins and ends here. Raises NotFound when it is no date."""
        zone = ZoneInfo(self.plan.timezone_of(self.post))
        try:
            day = datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=zone)
        except ValueError as error:
            raise NotFound("a date is written as 2025-11-11", date=date) from error
        return from_datetime(day), from_datetime(day + timedelta(days=1))

    def notices(self, before: int, limit: int) -> list[dict[str, Any]]:
        """Return what each side told the other of its gate, the latest first, from before position ``before`` (0: all)."""
        after = (-before, "~") if before else None
        with self.ledger.read() as reader:
            rows = reader.rows("notice", after=after, limit=min(limit, ROWS_A_PAGE))
        return [msgspec.json.decode(row.document) for row in rows]

    def trs(self, date: str) -> dict[str, Any]:
        """Return the time-release study of one local day of this post.

        Raises:
            NotFound: ``date`` is not a date.
        """
        first_ms, until_ms = self._day(date)
        found: Study = study(self._timelines(first_ms), first_ms=first_ms, until_ms=until_ms)
        return found.to_wire()

    def _timelines(self, first_ms: int) -> Iterator[Timeline]:
        after: tuple[int, str] | None = None
        with self.ledger.read() as reader:
            while rows := reader.rows("crossing", after=after, limit=ROWS_A_PAGE):
                for row in rows:
                    timeline = msgspec.convert(msgspec.json.decode(row.document)["timeline"], Timeline)
                    if any(at >= first_ms - DAY_MS for at in timeline.steps.values()):
                        yield timeline
                after = (rows[-1].sort, rows[-1].key)

    @property
    def steering(self) -> SteeringDesk:
        """Return the desk of the command centre: alarms, calendar, logs."""
        return SteeringDesk(self)

    def _alerts(self) -> list[dict[str, Any]]:
        """Return the alerts of both sides that stand now."""
        now_ms = self.now()
        standing = self.standing.gate.alerts.values()
        return [msgspec.to_builtins(alert) for alert in standing if alert.until_ms is None or alert.until_ms > now_ms]

    def status(self) -> dict[str, Any]:
        """Return the state of the link and of the ledger, for the command centre."""
        with self.ledger.read() as reader:
            head = reader.head()
            lanes = self.link.status(reader, self.now())
            parked = parking.count(reader)
        return {
            "post": self.post,
            "at_ms": self.now(),
            "ledger": {"position": head.position, "leaf": head.leaf.hex()},
            "mode": self.link.mode,
            "clock": self.link.clock_status(),
            "partner_age_s": self.link.partner_age_s(self.now()),
            "lanes": lanes,
            "alerts": self._alerts(),
            "open_crossings": len(self.standing.open_crossings()),
            "recovery": msgspec.to_builtins(self.recovery()),
            "parked": parked,
        }


def _figure(value: int | None, method: str, age_s: int = 0) -> dict[str, Any]:
    """Return a figure with the way it was got and its age, as every public figure carries them."""
    return {"value": value, "method": method, "age_s": age_s}


def _ahead(place: Place | None, places: Sequence[Place]) -> int | None:
    """Return how many waiting places of the same line stand before ``place``; None when it does not wait."""
    if place is None or place.state not in WAITING_STATES:
        return None
    # Asked for every driver at every change of the gate, so that nothing is made anew for each place.
    key, route, kind = place.key, place.facts.route, place.facts.lane_kind
    line = (one for one in places if one.facts.route == route and one.facts.lane_kind is kind)
    return sum(1 for one in line if one.state in WAITING_STATES and one.key < key)
