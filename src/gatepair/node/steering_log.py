"""One timeline of the command centre: shift log, hotline, alarms, and what each side told the other, with receipts."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from gatepair.exchange.envelope import parse_header
from gatepair.node import exports
from gatepair.node.link_state import own_log, own_state, waiting_key
from gatepair.operations.codec import decode_gate_event

if TYPE_CHECKING:
    from gatepair.node.ports import Reader, Row
    from gatepair.node.queries import Queries

PAGE: Final = 500
"""Rows read at a time."""
SCANNED_MAX: Final = 20_000
"""Rows that one question looks at: more than a busy month."""
SHIFT, HOTLINE, ALARM, GATE = "shift", "hotline", "alarm", "gate"
KIND_OF: Final = {"HotlineNoted": HOTLINE, "ShiftNoted": SHIFT, "ShiftTaken": SHIFT}
"""Kinds of entries by event; those of alarms by their name, all others are of the gate."""


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries: of a stretch of time (0: open), of a kind (empty: all), with all of the words."""

    first_ms: int = 0
    until_ms: int = 0
    kind: str = ""
    words: tuple[str, ...] = ()
    before: int = 0
    """Position before which they stand; 0 for the latest."""


def entries(post: Queries, sought: Sought, limit: int) -> list[dict[str, Any]]:
    """Return up to ``limit`` entries, the latest first: when, by whom, in whose shift, what, and the receipt."""
    found: list[dict[str, Any]] = []
    with post.ledger.read() as reader:
        unconfirmed = _unconfirmed(post, reader)
        for scanned, row in enumerate(_merged(reader, sought.before)):
            document = msgspec.json.decode(row.document)
            if len(found) >= limit or scanned >= SCANNED_MAX or document["recorded_at_ms"] < sought.first_ms:
                break
            if _wanted(document, sought):
                found.append(_entry(post, document, unconfirmed))
    return found


def _merged(reader: Reader, before: int) -> Iterator[Row]:
    return heapq.merge(*(_rows(reader, model, before) for model in ("notice", "log")), key=lambda row: row.sort)


def _rows(reader: Reader, model: str, before: int) -> Iterator[Row]:
    after: tuple[int, str] | None = (-before, "~") if before else None
    while rows := reader.rows(model, after=after, limit=PAGE):
        yield from rows
        after = (rows[-1].sort, rows[-1].key)


def kind_of(type_name: str) -> str:
    """Return the kind of an entry by the type of its event."""
    name = type_name.partition("/")[0]
    return KIND_OF.get(name, ALARM if name.startswith("Alarm") else GATE)


def _wanted(document: dict[str, Any], sought: Sought) -> bool:
    if sought.until_ms and document["recorded_at_ms"] >= sought.until_ms:
        return False
    if sought.kind and kind_of(document["type"]) != sought.kind:
        return False
    if not sought.words:
        return True
    payload = document["payload"]
    told = " ".join(str(payload.get(name, "")) for name in ("text", "topic", "reason", "alarm", "reference", "actor"))
    return all(word.casefold() in told.casefold() for word in sought.words)


def _entry(post: Queries, document: dict[str, Any], unconfirmed: dict[str, int]) -> dict[str, Any]:
    payload, at_ms = document["payload"], document["recorded_at_ms"]
    by_partner = bool(payload.get("by_partner"))
    shift = next((one for one in reversed(post.standing.gate.shifts) if one.at_ms <= at_ms), None)
    return {
        "position": document["position"],
        "type": document["type"].partition("/")[0],
        "kind": kind_of(document["type"]),
        "at_ms": at_ms,
        "happened_ms": payload.get("partner_at_ms") or payload.get("at_ms", at_ms),
        "actor": "" if by_partner else payload.get("actor", document["actor"]),
        "by_partner": by_partner,
        "shift": "" if shift is None else shift.actor,
        "payload": payload,
        "receipt": _receipt(post, document, unconfirmed, by_partner=by_partner),
    }


def _receipt(post: Queries, document: dict[str, Any], unconfirmed: dict[str, int], *, by_partner: bool) -> str:
    """Return ``heard`` (the partner's own word), ``confirmed``, ``waiting``, or nothing for what nobody is told."""
    if by_partner:
        return "heard"
    if not post.link.enabled:
        return ""
    event = decode_gate_event(document["type"], msgspec.json.encode(document["payload"]))
    message = exports.of_gate(event, post.post)
    lane = None if message is None else post.link.lane_of(message.kind, now_ms=post.now())
    if lane is None:
        return ""
    oldest = unconfirmed.get(lane.value)
    return "confirmed" if oldest is None or document["recorded_at_ms"] < oldest else "waiting"


def _unconfirmed(post: Queries, reader: Reader) -> dict[str, int]:
    """Return by lane when the oldest message was said that the partner has not receipted yet."""
    found: dict[str, int] = {}
    if not post.link.enabled:
        return found
    for lane in post.link.lanes:
        own = own_state(reader, lane)
        for log, start in ((own_log(reader, lane), own.confirmed), (waiting_key(lane), own.waited)):
            for row in reader.own_entries(log, start=start, limit=1):
                said_ms = parse_header(row.header).at_ms
                found[lane.value] = min(said_ms, found.get(lane.value, said_ms))
    return found
