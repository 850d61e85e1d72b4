"""A small synthetic plan and a gate in miniature: queue, public order and gate state, moved by hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from gatepair.base.canonical import encode
from gatepair.base.merkle import CompactRange, leaf_hash
from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.crossing import events as ev
from gatepair.crossing.model import Binding, PlaceFacts, Rested, Seen
from gatepair.operations import events as gate_ev
from gatepair.operations.gate import Gate
from gatepair.operations.public_order import Header, OrderHead, OrderLog, PlaceReceipt, Record, export
from gatepair.operations.queue import Call, Capacity, LineCapacity, QueueBook, calls, misses
from gatepair.operations.rule import CallLine, rule_digest
from gatepair.operations.traffic import Traffic
from gatepair.plan.model import CommodityGroup, Direction, LaneKind, Plan, Regime

FRUIT, SEAFOOD, OTHER = CommodityGroup.FRESH_FRUIT, CommodityGroup.LIVE_SEAFOOD, CommodityGroup.OTHER
MORNING_MS = 1_762_822_800_000
"""2025-11-11 01:00 UTC: 08:00 at home, an hour after the small gate opens."""
ROAD = CallLine("road", LaneKind.MANNED)


def text(word: str) -> dict[str, str]:
    """Return one label in all languages."""
    return dict.fromkeys(("vi", "zh", "en", "fr"), word)


ASSUMED = {"kind": "assumed"}
SERVICE = {"default": {"shape": "deterministic", "provenance": ASSUMED, "mean_s": 300}}


def queue_rule(**changes: Any) -> dict[str, Any]:
    """Return a queue rule with three classes."""
    rule: dict[str, Any] = {
        "priorities": [
            {"key": "live", "name": text("live"), "commodities": ["live_seafood"]},
            {"key": "tested-fruit", "name": text("fruit"), "commodities": ["fresh_fruit"], "tested": True},
            {"key": "paired", "name": text("paired"), "paired_return": True},
            {"key": "ordinary", "name": text("ordinary")},
        ],
        "promote_after_h": 24,
        "grace_min": 30,
        "recalls": 1,
        "call_ahead": 3,
        "move_codes": {"medical": text("medical"), "clerical": text("clerical")},
        "needs_test": ["fresh_fruit"],
    }
    return {**rule, **changes}


def routes() -> dict[str, Any]:
    """Return two roads; the first has a tidal lane and an unmanned one."""
    lane = {"kind": "manned", "hours": "day"}
    return {
        "road": {
            "markers": "1-2",
            "name": text("road"),
            "length_m": 900,
            "provenance": ASSUMED,
            "lanes": {
                "out-1": {**lane, "direction": "out"},
                "in-1": {**lane, "direction": "in"},
                "tidal-1": {**lane, "direction": "tidal", "clear_s": 120},
                "agv-1": {"kind": "unmanned", "direction": "out", "hours": "night"},
            },
        },
        "side-road": {
            "markers": "3-4",
            "name": text("side"),
            "length_m": 500,
            "provenance": ASSUMED,
            "lanes": {"side-out": {**lane, "direction": "out"}},
        },
    }


def calendars() -> dict[str, Any]:
    """Return a day and a night; on 12 November the day opens for live seafood alone."""
    return {
        "day": {
            "timezone": "Asia/Ho_Chi_Minh",
            "openings": [{"start": "07:00", "until": "18:00"}],
            "provenance": ASSUMED,
            "exceptions": [
                {
                    "first": "2025-11-12",
                    "last": "2025-11-12",
                    "reason": text("tet"),
                    "openings": [{"start": "07:00", "until": "12:00"}],
                    "only": ["live_seafood"],
                }
            ],
        },
        "night": {
            "timezone": "Asia/Ho_Chi_Minh",
            "openings": [{"start": "18:30", "until": "20:00"}],
            "provenance": ASSUMED,
        },
    }


def small_plan(**changes: Any) -> Plan:
    """Return a synthetic pair: one road with a manned lane each way, a tidal one and an unmanned one."""
    plan: dict[str, Any] = {
        "plan": 1,
        "id": "small",
        "name": text("small"),
        "home": "aa",
        "sources": {},
        "sides": {
            "aa": {"country": "VN", "timezone": "Asia/Ho_Chi_Minh", "holidays": "VN", "currency": "VND"}
            | {"name": text("a")},
            "bb": {"country": "CN", "timezone": "Asia/Shanghai", "holidays": "CN", "currency": "CNY"}
            | {"name": text("b")},
        },
        "posts": {
            "a-post": {"side": "aa", "name": text("a"), "agencies": {}},
            "b-post": {"side": "bb", "name": text("b"), "agencies": {}},
        },
        "routes": routes(),
        "stations": {
            "a-booth": {"post": "a-post", "kind": "booth", "role": "exit", "servers": 2, "service": SERVICE}
            | {"duty": "border_guard", "hours": "day", "name": text("booth")},
            "b-booth": {"post": "b-post", "kind": "booth", "role": "entry", "servers": 2, "service": SERVICE}
            | {"duty": "border_guard", "hours": "day", "name": text("booth")},
        },
        "yards": {
            "a-yard": {"post": "a-post", "kind": "gate", "capacity": 10, "name": text("yard")},
            "a-buffer": {"post": "a-post", "kind": "buffer", "capacity": 500, "name": text("buffer"), "travel_s": 600},
            "b-yard": {"post": "b-post", "kind": "gate", "capacity": 10, "name": text("yard")},
        },
        "calendars": calendars(),
        "stay": {"one_way_h": 24, "two_way_h": 36, "filing_h": 72, "warn_before_h": 2, "provenance": ASSUMED},
        "required_decisions": [],
        "reliance": {},
        "queues": {"a-post": queue_rule(), "b-post": queue_rule()},
        "fleets": {"agv": {"route": "road", "vehicles": 3, "speed_m_h": 20_000, "lift_s": 240, "provenance": ASSUMED}},
    }
    return msgspec.convert({**plan, **changes}, Plan)


def always_open(**changes: Any) -> Plan:
    """Return the small plan with lanes that never close, for tests that let days pass."""
    hours = {
        key: {**one, "openings": [{"start": "00:00", "until": "24:00"}], "exceptions": []}
        for key, one in calendars().items()
    }
    return small_plan(calendars=hours, **changes)


def facts(
    commodity: CommodityGroup = OTHER,
    *,
    tested: bool = False,
    paired: bool = False,
    route: str = "road",
    lane_kind: LaneKind = LaneKind.MANNED,
) -> PlaceFacts:
    """Return public facts of a synthetic load."""
    return PlaceFacts(
        commodity=commodity,
        regime=Regime.ORDINARY,
        tested=tested,
        paired_return=paired,
        route=route,
        lane_kind=lane_kind,
    )


def digest(word: str) -> str:
    """Return what stands for a binding digest."""
    return hashlib.sha256(word.encode()).hexdigest()


class Scene:
    """One exit post: every act goes to the queue and to the public order, as the node does it."""

    def __init__(self, plan: Plan | None = None, post: str = "a-post", *, now_ms: int = MORNING_MS) -> None:
        """Begin in the morning with nobody waiting."""
        self.plan = plan or small_plan()
        self.post = post
        self.direction = Direction.OUT
        self.rule = self.plan.queues[post]
        self.book = QueueBook(self.rule, self.direction)
        self.log = OrderLog(self.rule, self.direction)
        self.gate = Gate()
        self.traffic = Traffic()
        self.now_ms = now_ms
        self.records: list[Record] = []
        self.receipts: dict[int, PlaceReceipt] = {}

    def wait(self, minutes: int) -> None:
        """Let time pass."""
        self.now_ms += minutes * MINUTE_MS

    def happen(self, number: int, event: ev.CrossingEvent) -> None:
        """Record one event of the crossing that holds ``number``."""
        crossing = f"X{number}"
        record = self.log.take_crossing(crossing, event, recorded_ms=self.now_ms, actor="staff-1")
        if record is not None:
            self.records.append(record)
            if isinstance(event, ev.PlaceTaken):
                self.receipts[number] = self.log.receipt(record)
        self.book.apply(crossing, event)
        self.traffic.apply(crossing, event)

    def rule_gate(self, event: gate_ev.GateEvent) -> None:
        """Record one event of the gate."""
        self.gate = self.gate.apply(event)
        self.book.apply_gate(event)
        record = self.log.take_gate(event, recorded_ms=self.now_ms)
        if record is not None:
            self.records.append(record)

    def take(self, place_facts: PlaceFacts | None = None) -> int:
        """Give the next place and return its number."""
        number = self.book.next_number
        taken = ev.PlaceTaken(
            at_ms=self.now_ms,
            number=number,
            facts=place_facts or facts(),
            binding_digest=digest(f"vehicle-{number}"),
        )
        self.happen(number, taken)
        return number

    def call(self, room: int = 1, line: CallLine = ROAD, *, only: Iterable[CommodityGroup] | None = None) -> list[int]:
        """Call as the clockwork does and return the numbers called."""
        allowed = frozenset(only) if only is not None else None
        made = calls(self.book, Capacity(room, {line: LineCapacity(room, allowed)}), self.now_ms)
        for one in made:
            self.announce(one)
        return [one.number for one in made]

    def announce(self, call: Call) -> None:
        """Record a call."""
        self.happen(call.number, ev.PlaceCalled(at_ms=self.now_ms, number=call.number, until_ms=call.until_ms))

    def force(self, number: int) -> None:
        """Call ``number`` against the rule, as a bribed board would."""
        until_ms = self.now_ms + self.rule.grace_min * MINUTE_MS
        self.announce(Call(f"X{number}", number, until_ms))

    def arrive(self, number: int, vehicle: str | None = None) -> None:
        """Let a vehicle arrive with ``number``."""
        seen = Seen(tractor="43C-01234")
        binding = digest(vehicle or f"vehicle-{number}")
        self.happen(number, ev.VehicleArrived(at_ms=self.now_ms, station="a-booth", seen=seen, binding_digest=binding))

    def depart(self, number: int, lane: str = "out-1") -> None:
        """Let it leave over the line."""
        seen = Seen(tractor="43C-01234")
        self.happen(number, ev.VehicleDeparted(at_ms=self.now_ms, lane=lane, seen=seen, rested=Rested(clause="fresh")))

    def taken(self, number: int) -> None:
        """Let the partner say that it took the vehicle over."""
        self.happen(number, ev.PartnerReceived(at_ms=self.now_ms, leaf="ab" * 32, condition="sound"))

    def lose(self, number: int, cause: str) -> None:
        """End the place of ``number``."""
        self.happen(number, ev.PlaceLost(at_ms=self.now_ms, number=number, cause=cause))

    def miss(self) -> list[int]:
        """Count the missed calls as the clockwork does and return their numbers."""
        found = misses(self.book, self.now_ms)
        for one in found:
            if one.lost:
                self.lose(one.number, "missed")
            else:
                self.happen(one.number, ev.CallMissed(at_ms=self.now_ms, number=one.number, misses=one.misses))
        return [one.number for one in found]

    def move(self, number: int, code: str = "medical", actor: str = "board-7") -> None:
        """Move a place to the front by hand."""
        moved = ev.PlaceMoved(at_ms=self.now_ms, number=number, code=code, reason="shown", actor=actor)
        self.happen(number, moved)

    def rebind(self, number: int, vehicle: str, code: str = "clerical", actor: str = "board-7") -> None:
        """Tie a place to another vehicle under a code."""
        self.happen(
            number,
            ev.BindingChanged(
                at_ms=self.now_ms,
                old=Binding(tractor="43C-01234"),
                new=Binding(tractor="43C-01235"),
                reason="plate misread",
                keeps_place=True,
                binding_digest=digest(vehicle),
                code=code,
                actor=actor,
            ),
        )

    def stop(self, *, route: str = "", by_partner: bool = False, allows: tuple[CommodityGroup, ...] = ()) -> None:
        """Stop the direction or one road of it."""
        self.rule_gate(
            gate_ev.IntakeStopped(
                at_ms=self.now_ms,
                direction=self.direction,
                reason="outage",
                actor="board-7",
                route=route,
                by_partner=by_partner,
                allows=allows,
            )
        )

    def reopen(self, *, route: str = "", by_partner: bool = False) -> None:
        """End a stop."""
        self.rule_gate(
            gate_ev.IntakeReopened(
                at_ms=self.now_ms, direction=self.direction, actor="board-7", route=route, by_partner=by_partner
            )
        )

    def order(self) -> list[int]:
        """Return the numbers of the waiting places in the published order."""
        return [place.number for place in self.book.order(self.now_ms)]

    def export(self) -> list[bytes]:
        """Return the published file as lines."""
        return publish(self.plan, self.records, post=self.post)

    def day(self, vehicles: int = 12) -> None:
        """Run a plain synthetic day: mixed loads, calls by the rule, arrivals, departures."""
        loads = [facts(), facts(FRUIT, tested=True), facts(SEAFOOD), facts(FRUIT), facts(paired=True)]
        for at in range(vehicles):
            self.take(loads[at % len(loads)])
            self.wait(3)
        for _ in range(vehicles):
            for number in self.call(2):
                self.wait(5)
                self.arrive(number)
                self.wait(5)
                self.depart(number)


def publish(plan: Plan, records: Iterable[Record], *, post: str = "a-post", size: int | None = None) -> list[bytes]:
    """Return an export over ``records`` with a checkpoint that covers them (or claims ``size``)."""
    lines = [encode(record) for record in records]
    tree = CompactRange.over(leaf_hash(line) for line in lines)
    head = OrderHead(direction=Direction.OUT, size=len(lines) if size is None else size, root=tree.root())
    header = Header(
        order=1,
        plan=plan.id,
        post=post,
        direction=Direction.OUT,
        rule=rule_digest(plan, post),
        checkpoint=note(head),
    )
    return list(export(header, lines))


def note(head: OrderHead) -> str:
    """Return a note with the extension line of ``head``; its signature is a stand-in."""
    return f"aa/a-post/ledger\n7\n{'A' * 43}=\n{head.line()}\n\n— aa/a-post c3RhbmQtaW4=\n"


def renumbered(records: Iterable[Record]) -> list[Record]:
    """Return ``records`` with indexes that hide what was taken out, as a forger would write them."""
    return [msgspec.structs.replace(record, index=index) for index, record in enumerate(records)]


def rewritten(record: Record, changes: Mapping[str, Any]) -> Record:
    """Return a forged record."""
    return msgspec.structs.replace(record, **changes)


__all__ = ["FRUIT", "HOUR_MS", "MORNING_MS", "OTHER", "ROAD", "SEAFOOD", "Scene", "facts", "publish", "small_plan"]
