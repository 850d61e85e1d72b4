"""A small synthetic gate pair for the tests of a crossing: a plan, orders, and two posts back to back.

``a-post`` is at home, ``b-post`` faces it.  :class:`Pair` plays the two nodes: it decides, folds, checks the
invariants, keeps the claims and carries each post's word to the other when it is told to.
"""

from __future__ import annotations

import hashlib
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gatepair.base.duties import Duty
from gatepair.base.findings import Refusal
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing import model
from gatepair.crossing.claims import claim_moves, claims_touched
from gatepair.crossing.codec import decode_event, encode_event
from gatepair.crossing.context import ChannelDraw, Context, LaneView, PartnerWord, QueueView, Tolerated
from gatepair.crossing.decide import decide
from gatepair.crossing.fold import apply
from gatepair.crossing.invariants import check
from gatepair.crossing.model import Binding, Declaration, LoadUnit, Seen
from gatepair.crossing.outcome import Order, Outcome
from gatepair.crossing.state import Crossing
from gatepair.plan.model import CommodityGroup, Direction, LaneDirection, LaneKind, Plan, Regime

START_MS = 1_762_819_200_000
"""2025-11-11T00:00:00Z."""
X1, X2, X3 = ("X" + letter * 20 for letter in "ABC")

_NAME = {"vi": "n", "zh": "n", "en": "n", "fr": "n"}
_ASSUMED = {"kind": "assumed", "note": "synthetic"}


def _lane(kind: str, direction: str) -> dict[str, Any]:
    return {"kind": kind, "direction": direction, "hours": "always", "clear_s": 60}


def _station(post: str, role: str) -> dict[str, Any]:
    service = {"default": {"shape": "deterministic", "mean_s": 60, "provenance": _ASSUMED}}
    return {
        "post": post,
        "kind": "barrier",
        "role": role,
        "servers": 1,
        "service": service,
        "duty": "border_guard",
        "hours": "always",
        "name": _NAME,
    }


def _yard(post: str, kind: str) -> dict[str, Any]:
    return {"post": post, "kind": kind, "capacity": 50, "name": _NAME, "travel_s": 600}


def _queue() -> dict[str, Any]:
    return {
        "priorities": [{"key": "all", "name": _NAME}],
        "promote_after_h": 48,
        "grace_min": 30,
        "recalls": 1,
        "call_ahead": 4,
        "move_codes": {"medical": _NAME, "humanitarian": _NAME},
        "needs_test": ["fresh_fruit"],
    }


def _fee(load: str, amount: int, **rest: Any) -> dict[str, Any]:
    return {"load": load, "commodities": [], "regimes": [], "amount_minor": amount, "provenance": _ASSUMED, **rest}


def _agency(duty: str) -> dict[str, Any]:
    return {"duty": duty, "name": _NAME}


PLAN = msgspec.convert(
    {
        "plan": 1,
        "id": "test-pair",
        "name": _NAME,
        "home": "vn",
        "sources": {},
        "sides": {
            "vn": {"country": "VN", "timezone": "Asia/Ho_Chi_Minh", "holidays": "VN", "currency": "VND", "name": _NAME},
            "cn": {"country": "CN", "timezone": "Asia/Shanghai", "holidays": "CN", "currency": "CNY", "name": _NAME},
        },
        "posts": {
            "a-post": {"side": "vn", "name": _NAME, "agencies": {"c": _agency("customs")}, "fee_schedule": "a-fees"},
            "b-post": {"side": "cn", "name": _NAME, "agencies": {"c": _agency("customs")}},
        },
        "routes": {
            "r1": {
                "markers": "1–2",
                "name": _NAME,
                "length_m": 900,
                "provenance": _ASSUMED,
                "lanes": {
                    "m-out": _lane("manned", "out"),
                    "m-in": _lane("manned", "in"),
                    "m-tidal": _lane("manned", "tidal"),
                    "u-out": _lane("unmanned", "out"),
                    "u-in": _lane("unmanned", "in"),
                    "e-out": _lane("empties", "out"),
                },
            },
            "r2": {
                "markers": "3–4",
                "name": _NAME,
                "length_m": 900,
                "provenance": _ASSUMED,
                "lanes": {"m2-out": _lane("manned", "out")},
            },
        },
        "stations": {
            "a-exit": _station("a-post", "exit"),
            "a-entry": _station("a-post", "entry"),
            "b-exit": _station("b-post", "exit"),
            "b-entry": _station("b-post", "entry"),
        },
        "yards": {
            "a-buffer": _yard("a-post", "buffer"),
            "a-buffer-2": _yard("a-post", "buffer"),
            "a-yard": _yard("a-post", "gate"),
            "b-buffer": _yard("b-post", "buffer"),
        },
        "calendars": {
            "always": {
                "timezone": "UTC",
                "openings": [{"start": "00:00", "until": "24:00"}],
                "provenance": _ASSUMED,
            }
        },
        "stay": {"one_way_h": 24, "two_way_h": 36, "filing_h": 72, "warn_before_h": 4, "provenance": _ASSUMED},
        "required_decisions": [
            {"role": role, "duties": duties, "commodities": groups}
            for role in ("exit", "entry")
            for groups, duties in (
                (["none"], ["border_guard"]),
                (["fresh_fruit", "live_seafood"], ["border_guard", "health", "quarantine"]),
                ([], ["border_guard", "health"]),
            )
        ],
        "reliance": {
            "border_guard": ["binding.*", "driver.*"],
            "health": ["driver.*", "goods.*.origin"],
            "quarantine": ["goods.*.hs", "goods.*.origin", "goods.*.gross_mass_kg", "documents.*"],
            "customs": ["regime", "goods.*", "parties.*", "documents.*", "binding.*"],
        },
        "queues": {"a-post": _queue(), "b-post": _queue()},
        "fees": {
            "a-fees": {
                "currency": "VND",
                "valid_from": "2025-01-01",
                "lines": [
                    _fee("empty", 0),
                    _fee("truck", 2_000_000, commodities=["ore"], multiplier_permille=5_000),
                    _fee("truck", 100_000, commodities=["fresh_vegetables"], max_gross_kg=2_000),
                    _fee("truck", 1_500_000),
                    _fee("container", 900_001, multiplier_permille=1_500),
                ],
            }
        },
        "channels": [
            {
                "post": "a-post",
                "role": role,
                "version": version,
                "valid_from": valid_from,
                "shares_permille": {"default": shares, "electronics": [0, 0, 1000]},
                "provenance": _ASSUMED,
            }
            for role, version, valid_from, shares in (
                ("exit", 1, "2025-01-01", [600, 280, 120]),
                ("exit", 2, "2026-01-01", [500, 300, 200]),
                ("entry", 1, "2025-01-01", [500, 300, 200]),
            )
        ],
    },
    Plan,
)

TOLERANCES = (
    Tolerated(clause="fresh", max_age_s=120),
    Tolerated(clause="last_known", max_age_s=900),
    Tolerated(clause="officer_confirmed", max_age_s=14_400, officer=True),
)
GREEN = ChannelDraw(model.Channel.GREEN, 1, 10, "share.default")
YELLOW = ChannelDraw(model.Channel.YELLOW, 1, 700, "share.default")
RED = ChannelDraw(model.Channel.RED, 1, 950, "share.default")


# --- orders -------------------------------------------------------------------------------


def item(commodity: CommodityGroup = CommodityGroup.ELECTRONICS, **rest: Any) -> model.GoodsItem:
    """Return one synthetic goods item."""
    fields: dict[str, Any] = {
        "hs": "0810600000" if commodity is CommodityGroup.FRESH_FRUIT else "854231",
        "description": "synthetic goods",
        "commodity": commodity,
        "gross_mass_kg": 20_000,
        "packages": 900,
        "value_minor": 5_000_000,
        "currency": "CNY",
        "origin": "VN",
    }
    return model.GoodsItem(**{**fields, **rest})


def goods(*items: model.GoodsItem, regime: Regime = Regime.ORDINARY) -> Declaration:
    """Return a synthetic declaration of ``items``, one of electronics when none is given."""
    parties = model.Parties(exporter="Synthetic exporter", importer="Synthetic importer")
    listed = () if regime is Regime.EMPTY else items or (item(),)
    return Declaration(regime=regime, goods=listed, parties=parties, synthetic=True)


FRUIT = goods(item(CommodityGroup.FRESH_FRUIT))
TEST_PAPER = model.Document(kind="test_report", number="T-1")
TRUCK = Binding(tractor="12C-12345", trailer="12R-00123")
OTHER_TRUCK = Binding(tractor="29H-54321")
BOX = Binding(tractor="12C-99999", containers=("CSQU3054383",))
DRIVER = model.Driver(name="Synthetic driver", licence="L-1", nationality="VN")


def declare(**rest: Any) -> cmd.DeclareCrossing:
    """Return the declaration of a truck of electronics going out."""
    fields: dict[str, Any] = {
        "direction": Direction.OUT,
        "route": "r1",
        "lane_kind": LaneKind.MANNED,
        "load": LoadUnit.TRUCK,
        "declaration": goods(),
        "binding": TRUCK,
        "driver": DRIVER,
    }
    return cmd.DeclareCrossing(**{**fields, **rest})


def seen(binding: Binding, *, seals: tuple[str, ...] = ()) -> Seen:
    """Return what a lane reads from the vehicle that is bound."""
    return Seen(tractor=binding.tractor, trailer=binding.trailer, containers=binding.containers, seals=seals)


def leaf(*parts: object) -> str:
    """Return a stand-in for the hash of a partner's entry."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def lane_view(key: str, direction: Direction, *, is_open: bool = True) -> LaneView | None:
    """Return lane ``key`` of the plan, open towards ``direction`` when it is tidal."""
    for route_key, route in PLAN.routes.items():
        lane = route.lanes.get(key)
        if lane is not None:
            way = direction if lane.direction is LaneDirection.TIDAL else Direction(lane.direction.value)
            return LaneView(key, route_key, lane.kind, way, open=is_open, why="" if is_open else "closed")
    return None


# --- two posts back to back ---------------------------------------------------------------


@dataclass
class Desk:
    """One post's node, as far as a crossing needs it."""

    post: str
    crossings: dict[str, Crossing] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    streams: dict[str, list[ev.CrossingEvent]] = field(default_factory=dict)
    numbers: int = 0

    def context(self, crossing_id: str, command: Order, duty: Duty, **given: Any) -> Context:
        """Return the context of ``command`` with what this desk knows; ``given`` overrides."""
        crossing = self.crossings.get(crossing_id)
        lane = None
        if isinstance(command, cmd.Depart) and crossing is not None:
            lane = lane_view(command.lane, crossing.direction)
        touched = claims_touched(crossing, command)
        return_of = getattr(command, "return_of", None)
        fields: dict[str, Any] = {
            "plan": PLAN,
            "post": self.post,
            "now_ms": START_MS,
            "actor": f"{duty.value}-1",
            "duty": duty,
            "crossing_id": crossing_id,
            "holders": {claim: self.claims[claim] for claim in touched if claim in self.claims},
            "origin": self.crossings.get(return_of) if return_of else None,
            "queue": QueueView(next_number=self.numbers + 1),
            "lane": lane,
            "partner": PartnerWord(mode="paired", age_s=30, size=7),
            "tolerances": TOLERANCES,
            "binding_salt": hashlib.sha256(crossing_id.encode()).hexdigest()[:32],
        }
        return Context(**{**fields, **given})

    def act(self, crossing_id: str, command: Order, duty: Duty, **given: Any) -> Outcome:
        """Decide, and record what comes of it."""
        context = self.context(crossing_id, command, duty, **given)
        outcome = decide(self.crossings.get(crossing_id), command, context)
        if not isinstance(outcome, Refusal):
            self.record(crossing_id, outcome)
        return outcome

    def record(self, crossing_id: str, events: tuple[ev.CrossingEvent, ...]) -> None:
        """Fold ``events`` through their recorded form, check the invariants, move the claims."""
        before = self.crossings.get(crossing_id)
        after = before
        for event in events:
            recorded = decode_event(*encode_event(event))
            assert event == recorded
            after = apply(after, recorded, crossing_id)
            self.streams.setdefault(crossing_id, []).append(recorded)
            if isinstance(recorded, ev.PlaceTaken):
                assert recorded.number == self.numbers + 1
                self.numbers = recorded.number
        assert after is not None
        check(after)
        self.crossings[crossing_id] = after
        origin = self.crossings.get(after.return_of) if after.return_of else None
        for move in claim_moves(before, after, origin=origin):
            if move.release_from is not None and self.claims.get(move.claim) == move.release_from:
                del self.claims[move.claim]
            if move.hold_by is not None:
                assert self.claims.get(move.claim, move.hold_by) == move.hold_by, "a claim is held twice"
                self.claims[move.claim] = move.hold_by


class Pair:
    """Two desks and the word between them, carried when :meth:`deliver` is called."""

    def __init__(self) -> None:
        """Begin with two empty posts."""
        self.desks = {"a-post": Desk("a-post"), "b-post": Desk("b-post")}
        self.words: dict[str, deque[cmd.PartnerCommand]] = {"a-post": deque(), "b-post": deque()}
        self.now_ms = START_MS
        self.sent = 0

    def act(self, post: str, crossing_id: str, command: Order, duty: Duty, **given: Any) -> Outcome:
        """Act at ``post`` now; what the other post must hear is put on its way."""
        desk = self.desks[post]
        outcome = desk.act(crossing_id, command, duty, **{"now_ms": self.now_ms, **given})
        if not isinstance(outcome, Refusal):
            for event in outcome:
                self.sent += 1
                word = told(event, desk.crossings[crossing_id], leaf(post, self.sent))
                if word is not None:
                    self.words[PLAN.partner_of(post)].append(word)
            self._end_stay(post, desk.crossings[crossing_id], command, duty)
        return outcome

    def _end_stay(self, post: str, crossing: Crossing, command: Order, duty: Duty) -> None:
        """End the stay of the crossing that brought the vehicle when it leaves on its way back, as the node does."""
        origin = self.desks[post].crossings.get(crossing.return_of or "")
        stay = origin.stay if origin is not None and isinstance(command, cmd.Depart) else None
        if origin is not None and stay is not None and stay.ended_at_ms is None:
            self.act(post, origin.id, cmd.EndStay(crossing=origin.id), duty)

    def deliver(self, post: str) -> Outcome | None:
        """Carry the oldest word on its way to ``post``; None when there is none."""
        if not self.words[post]:
            return None
        command = self.words[post].popleft()
        return self.act(post, command.crossing, command, Duty.PARTNER)

    def deliver_all(self) -> None:
        """Carry every word both ways."""
        for post, words in self.words.items():
            while words:
                self.deliver(post)


def told(event: ev.CrossingEvent, crossing: Crossing, mark: str) -> cmd.PartnerCommand | None:
    """Return what the facing post makes of ``event``, None when it is not told."""
    base: dict[str, Any] = {"crossing": crossing.id, "leaf": mark, "partner_at_ms": event.at_ms}
    if getattr(event, "leaf", ""):
        return None
    match event:
        case ev.CrossingDeclared():
            names = ("direction", "route", "lane_kind", "load", "declaration", "binding", "driver", "return_of")
            return cmd.RecordPartnerAnnouncement(**base, **{name: getattr(event, name) for name in names})
        case ev.FieldCorrected(path=path, new=new, reason=reason):
            return cmd.RecordPartnerCorrection(**base, path=path, value=new, reason=reason)
        case ev.BindingChanged(new=binding, reason=reason):
            value = msgspec.to_builtins(binding)
            return cmd.RecordPartnerCorrection(**base, path="binding", value=value, reason=reason)
        case ev.DocumentAttached():
            value = msgspec.to_builtins(crossing.declaration.documents)
            return cmd.RecordPartnerCorrection(**base, path="documents", value=value, reason="attached")
        case ev.CrossingReleased():
            return cmd.RecordPartnerRelease(**base) if crossing.role == "exit" else None
        case ev.VehicleDeparted(lane=lane, rested=rested, seen=looked):
            return cmd.RecordPartnerDeparture(**base, lane=lane, rested=rested, seals=looked.seals)
        case ev.PlaceCalled() | ev.VehicleArrived() if crossing.role == "exit":
            return cmd.RecordPartnerStatus(**base, status="called" if isinstance(event, ev.PlaceCalled) else "arrived")
        case ev.ReleaseWithdrawn() if crossing.role == "exit":
            return cmd.RecordPartnerStatus(**base, status="release_withdrawn")
        case ev.CrossingCancelled(reason=reason):
            return cmd.RecordPartnerCancellation(**base, reason=reason)
        case ev.Diverted(gate=gate):
            return cmd.RecordPartnerCancellation(**base, reason=f"diverted to {gate}")
        case _:
            return _answered(event, crossing, base)


def _answered(event: ev.CrossingEvent, crossing: Crossing, base: dict[str, Any]) -> cmd.PartnerCommand | None:
    match event:
        case ev.ArrivalAccepted():
            return cmd.RecordPartnerAcceptance(**base)
        case ev.ArrivalDeclined(reasons=reasons):
            return cmd.RecordPartnerDecline(**base, reasons=reasons)
        case ev.HandoverConfirmed(condition=condition):
            return cmd.RecordPartnerReceipt(**base, condition=condition)
        case ev.HandoverDisputed(reason=reason):
            return cmd.RecordPartnerDispute(**base, reason=reason)
        case ev.CrossingRefused(cause=cause, onward=onward) if crossing.role == "entry":
            return cmd.RecordPartnerRefusal(**base, cause=cause, onward=onward)
        case ev.CrossingClosed() if crossing.role == "entry":
            return cmd.RecordPartnerClosing(**base)
        case _:
            return _passed_on(event, crossing, base)


def _passed_on(event: ev.CrossingEvent, crossing: Crossing, base: dict[str, Any]) -> cmd.PartnerCommand | None:
    match event:
        case ev.AgencyDecided(duty=duty, decision=decision) if crossing.role == "entry":
            if decision.verdict is model.Verdict.CLEAR:
                return cmd.RecordPartnerLift(**base, duty=duty)
            return cmd.RecordPartnerHold(**base, duty=duty, verdict=decision.verdict, reasons=decision.reasons)
        case ev.DecisionReopened(duty=duty) if crossing.role == "entry":
            return cmd.RecordPartnerLift(**base, duty=duty)
        case ev.InspectionFinished(passed=passed, duty=duty, evidence=evidence):
            return cmd.RecordPartnerInspection(**base, duty=duty, passed=passed, evidence=evidence)
        case ev.DiscrepancyFound(duty=duty, code=code, path=path, declared=declared, found=found):
            more = {"duty": duty, "code": code, "path": path, "declared": declared, "found": found}
            return cmd.RecordPartnerDiscrepancy(**base, **more)
        case ev.CertificateAsked(duty=duty, kind=kind, number=number, text=text):
            return cmd.RecordPartnerQuestion(**base, duty=duty, kind=kind, number=number, text=text)
        case ev.CertificateAnswered(duty=duty, kind=kind, number=number, verdict=verdict, text=text):
            more = {"duty": duty, "kind": kind, "number": number, "verdict": verdict, "text": text}
            return cmd.RecordPartnerAnswer(**base, **more)
        case ev.AttachmentsListed(attachments=attachments):
            return cmd.RecordPartnerAttachments(**base, attachments=attachments)
        case _:
            return None
