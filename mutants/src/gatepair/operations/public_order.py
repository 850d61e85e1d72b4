"""The public order: an append-only log of everything that decides who goes first, open to anyone.

A record holds no driver, plate, firm or crossing: the place's number, the facts that the rule reads,
a salted digest of the binding, and for an act by hand its code and the staff id of the person.  Free
text stays in the ledger, since it may name somebody.  A record is canonical JSON; its leaf is the
RFC 6962 leaf hash of those bytes; the root stands in the post's signed ledger checkpoint as the
extension line ``order <direction> <size> <root in base64>``.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct
from msgspec.structs import replace

from gatepair.base.canonical import encode
from gatepair.base.errors import Malformed
from gatepair.base.merkle import HASH_BYTES, CompactRange, leaf_hash
from gatepair.base.shapes import spelled
from gatepair.crossing import events as ev
from gatepair.crossing.model import Code, PlaceFacts
from gatepair.operations import events as gate
from gatepair.operations.rule import class_key, rule_digest
from gatepair.plan.model import CommodityGroup, Direction, Plan, QueueRule
from gatepair.plan.rules import priority_rank

FORMAT: Final = 1
"""Version of the export format."""
EXTENSION: Final = "order"
"""First word of the checkpoint's extension line."""

Hex32 = Annotated[str, spelled("[0-9a-f]{64}")]


class RecordKind(StrEnum):
    """What happened."""

    TAKEN = "taken"
    FACTS = "facts"
    SLOT = "slot"
    BUFFER = "buffer"
    CALLED = "called"
    MISSED = "missed"
    MOVED = "moved"
    REBOUND = "rebound"
    ARRIVED = "arrived"
    LEFT = "left"
    STOPPED = "stopped"
    REOPENED = "reopened"
    QUOTA = "quota"
    HOURS = "hours"
    LIMITED = "limited"
    """One side announced that it works only at these hours of a date."""
    TURNING = "turning"
    TURNED = "turned"
    RESTORED = "restored"
    RECOVERED = "recovered"


class Record(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One line of the public order; which fields are filled depends on ``kind``. Times in milliseconds."""

    index: Annotated[int, Meta(ge=0)]
    kind: RecordKind
    at_ms: int
    recorded_ms: int
    number: Annotated[int, Meta(ge=0)] = 0
    facts: PlaceFacts | None = None
    class_key: str = ""
    """Class that the post computed from the facts; a verifier computes it again."""
    binding: str = ""
    """Salted digest of tractor, trailer and containers, SHA-256 hex."""
    not_before_ms: int = 0
    until_ms: int = 0
    misses: int = 0
    code: Code = ""
    """Code of a hand move, of a kept place, cause of a leaving, reason of a stop."""
    staff: str = ""
    yard: Code = ""
    route: Code = ""
    by_partner: bool = False
    allows: tuple[CommodityGroup, ...] = ()
    expected_end_ms: int = 0
    per_hour: int | None = None
    calendar: Code = ""
    date: str = ""
    start: str = ""
    until: str = ""
    lane: Code = ""
    towards: Direction | None = None
    lost_from_ms: int = 0
    """From when on acts were lost by a restore and may be recorded again."""


class Header(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """First line of an export: which order, under which rule, and the signed checkpoint that covers it."""

    order: Annotated[int, Meta(ge=FORMAT, le=FORMAT)]
    plan: str
    post: str
    direction: Direction
    rule: Hex32
    checkpoint: str


class PlaceReceipt(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a driver is handed with a place: number, record index and leaf. Later exports must hold it."""

    direction: Direction
    number: int
    index: int
    leaf: Hex32


class OrderHead(Struct, frozen=True, kw_only=True):
    """Size and root of a public order, as the checkpoint's extension line states them."""

    direction: Direction
    size: int
    root: bytes

    def line(self) -> str:
        """Return the extension line of the checkpoint."""
        return f"{EXTENSION} {self.direction.value} {self.size} {base64.b64encode(self.root).decode()}"

    @classmethod
    def parse(cls, line: str) -> OrderHead:
        """Return what an extension line says.

        Raises:
            Malformed: the line is not ``order <direction> <size> <base64 of 32 bytes>``.
        """
        try:
            word, direction, size, encoded = line.split(" ")
            root = base64.b64decode(encoded, validate=True)
            head = cls(direction=Direction(direction), size=int(size), root=root)
        except (ValueError, binascii.Error) as error:
            raise Malformed("an order line reads: order <direction> <size> <root in base64>") from error
        if word != EXTENSION or len(root) != HASH_BYTES or head.size < 0 or head.line() != line:
            raise Malformed("an order line reads: order <direction> <size> <root in base64>")
        return head


class OrderLog:
    """The public order of one direction, kept record by record from the ledger's events.

    It knows of each active place only the number; thrown away on rollback like every fold.
    """

    def __init__(self, rule: QueueRule, direction: Direction) -> None:
        """Begin an empty order under ``rule``."""
        self.rule = rule
        self.direction = direction
        self.tree = CompactRange()
        self._numbers: dict[str, int] = {}
        self._slots: dict[str, int] = {}

    @property
    def size(self) -> int:
        """Return how many records the order has."""
        return self.tree.size

    def head(self) -> OrderHead:
        """Return size and root, for the checkpoint."""
        return OrderHead(direction=self.direction, size=self.tree.size, root=self.tree.root())

    def adopt(self, tree: CompactRange, places: Iterable[tuple[str, int, int]]) -> None:
        """Go on from a stored ``tree`` with the active ``places``: crossing, number, start of its window."""
        self.tree = tree
        for crossing, number, not_before_ms in places:
            self._numbers[crossing] = number
            if not_before_ms:
                self._slots[crossing] = not_before_ms

    def receipt(self, record: Record) -> PlaceReceipt:
        """Return what the driver of the place in ``record`` is handed."""
        leaf = leaf_hash(encode(record)).hex()
        return PlaceReceipt(direction=self.direction, number=record.number, index=record.index, leaf=leaf)

    def take_crossing(
        self, crossing: str, event: ev.CrossingEvent, *, recorded_ms: int, actor: str = ""
    ) -> Record | None:
        """Append what the public learns of ``event``, None when it learns nothing. ``actor`` is the staff id."""
        if isinstance(event, ev.SlotBooked):
            self._slots[crossing] = event.start_ms
        if isinstance(event, ev.PlaceTaken):
            self._numbers[crossing] = event.number
        number = self._numbers.get(crossing)
        if number is None:
            return None
        record = place_record(self.rule, event, number=number, not_before_ms=self._slots.get(crossing, 0))
        if record is None:
            return None
        if record.kind is RecordKind.LEFT:
            del self._numbers[crossing]
            self._slots.pop(crossing, None)
        staff = record.staff or (actor if record.kind in BY_HAND else "")
        return self._append(replace(record, recorded_ms=recorded_ms, staff=staff))

    def take_gate(self, event: gate.GateEvent, *, recorded_ms: int) -> Record | None:
        """Append what the public learns of a gate event, None when it does not concern this direction."""
        record = gate_record(event, self.direction)
        return None if record is None else self._append(replace(record, recorded_ms=recorded_ms))

    def _append(self, record: Record) -> Record:
        numbered = replace(record, index=self.tree.size)
        self.tree.append(leaf_hash(encode(numbered)))
        return numbered


BY_HAND: Final = frozenset({RecordKind.MOVED, RecordKind.REBOUND})
"""Kinds that must name a person."""


def place_record(rule: QueueRule, event: ev.CrossingEvent, *, number: int, not_before_ms: int = 0) -> Record | None:
    """Return the record of a place event without its index, None for events that the public does not see."""

    def made(kind: RecordKind, **fields: object) -> Record:
        return Record(index=0, kind=kind, at_ms=event.at_ms, recorded_ms=0, number=number, **fields)  # type: ignore[arg-type]

    match event:
        case ev.PlaceTaken(facts=facts, binding_digest=digest, yard=yard):
            key = class_key(rule, priority_rank(rule, facts))
            return made(
                RecordKind.TAKEN, facts=facts, class_key=key, binding=digest, yard=yard, not_before_ms=not_before_ms
            )
        case ev.PlaceFactsChanged(facts=facts):
            return made(RecordKind.FACTS, facts=facts, class_key=class_key(rule, priority_rank(rule, facts)))
        case ev.SlotBooked(start_ms=start_ms):
            return made(RecordKind.SLOT, not_before_ms=start_ms)
        case ev.HeldAtBuffer(yard=yard):
            return made(RecordKind.BUFFER, yard=yard)
        case ev.PlaceCalled(until_ms=until_ms):
            return made(RecordKind.CALLED, until_ms=until_ms)
        case ev.CallMissed(misses=misses):
            return made(RecordKind.MISSED, misses=misses)
        case ev.PlaceMoved(code=code, actor=staff):
            return made(RecordKind.MOVED, code=code, staff=staff)
        case ev.BindingChanged(keeps_place=True, binding_digest=digest, code=code, actor=staff):
            return made(RecordKind.REBOUND, binding=digest, code=code, staff=staff)
        case ev.VehicleArrived(binding_digest=digest):
            return made(RecordKind.ARRIVED, binding=digest)
        case _:
            cause = _cause(event)
            return made(RecordKind.LEFT, code=cause) if cause else None


def _cause(event: ev.CrossingEvent) -> str:
    match event:
        case ev.PlaceLost(cause=cause):
            return cause
        case ev.VehicleDeparted():
            return "departed"
        case ev.Diverted():
            return "diverted"
        case ev.CrossingCancelled():
            return "cancelled"
        case ev.CrossingClosed():
            return "closed"
        case _:
            return ""


def gate_record(event: gate.GateEvent, direction: Direction) -> Record | None:
    """Return the record of a gate event without its index, None when ``direction`` is not concerned."""

    def made(kind: RecordKind, **fields: object) -> Record:
        return Record(index=0, kind=kind, at_ms=event.at_ms, recorded_ms=0, **fields)  # type: ignore[arg-type]

    match event:
        case gate.IntakeStopped() if event.direction is direction:
            return made(
                RecordKind.STOPPED,
                code=event.reason,
                route=event.route,
                by_partner=event.by_partner,
                allows=event.allows,
                expected_end_ms=event.expected_end_ms or 0,
            )
        case gate.IntakeReopened() if event.direction is direction:
            return made(RecordKind.REOPENED, route=event.route, by_partner=event.by_partner)
        case gate.QuotaAnnounced() if event.direction is direction:
            return made(RecordKind.QUOTA, per_hour=event.per_hour, by_partner=event.by_partner)
        case gate.LaneTurnBegun():
            return made(RecordKind.TURNING, lane=event.lane, towards=event.direction)
        case gate.LaneTurned():
            return made(RecordKind.TURNED, lane=event.lane, towards=event.direction)
        case gate.RecoveryBegun():
            return made(RecordKind.RESTORED, lost_from_ms=event.lost_from_ms)
        case gate.RecoveryFinished():
            return made(RecordKind.RECOVERED)
        case gate.HoursAgreed() | gate.HoursAnnounced():
            limited = isinstance(event, gate.HoursAnnounced)
            return made(
                RecordKind.LIMITED if limited else RecordKind.HOURS,
                calendar=event.calendar,
                date=event.date,
                start=event.start,
                until=event.until,
                allows=event.only,
                by_partner=isinstance(event, gate.HoursAnnounced) and event.by_partner,
            )
        case _:
            return None


def header_of(plan: Plan, post: str, direction: Direction, *, checkpoint: str) -> Header:
    """Return the first line of the export of ``direction`` at its exit ``post``, under the signed ``checkpoint``."""
    return Header(
        order=FORMAT,
        plan=plan.id,
        post=post,
        direction=direction,
        rule=rule_digest(plan, post),
        checkpoint=checkpoint,
    )


def export(header: Header, records: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the lines of ``ORDER.jsonl``: the header, then one canonical record a line, each with its newline."""
    yield encode(header) + b"\n"
    for record in records:
        yield record + b"\n"


def head_in(note: str, direction: Direction) -> OrderHead | None:
    """Return what a checkpoint's note says of the order of ``direction``; the signature is not looked at.

    Raises:
        Malformed: the order line is misspelled.
    """
    body = note.split("\n\n", 1)[0]
    for line in body.split("\n")[3:]:
        if line.startswith(f"{EXTENSION} {direction.value} "):
            return OrderHead.parse(line)
    return None
