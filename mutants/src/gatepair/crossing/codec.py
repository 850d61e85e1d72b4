"""Crossing events to and from the ledger: type name with version, canonical payload.

The wire name of an event is ``<class>/<version>``.  When an event changes shape, its current version
grows here, and an upcaster named by the pair of versions lifts what was recorded before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from gatepair.base.canonical import encode
from gatepair.base.errors import StorageDamaged
from gatepair.crossing import events as ev

Upcaster = Callable[[dict[str, Any]], dict[str, Any]]

VERSIONS: Final[Mapping[type[ev.CrossingEvent], int]] = {
    **dict.fromkeys(ev.ALL, 1),
    ev.CrossingDeclared: 2,
    ev.ArrivalDeclined: 2,
    ev.PartnerDeclined: 2,
}
"""Current version of each event."""


def _without_trip(declared: dict[str, Any]) -> dict[str, Any]:
    """Version 2 may name the trip in its declaration; version 1 knew none."""
    return declared


def _reasons_of_codes(declined: dict[str, Any]) -> dict[str, Any]:
    """Version 2 names the field that each reason speaks of; version 1 had codes alone."""
    return {**declined, "reasons": [{"code": code} for code in declined["reasons"]]}


UPCASTERS: Final[dict[tuple[str, int, int], Upcaster]] = {
    ("CrossingDeclared", 1, 2): _without_trip,
    ("ArrivalDeclined", 1, 2): _reasons_of_codes,
    ("PartnerDeclined", 1, 2): _reasons_of_codes,
}
"""Lifts by (event name, from version, to version), each one version up."""

_TYPES: Final = {f"{event.__name__}/{version}": event for event, version in VERSIONS.items()}
_NAMES: Final = {event: name for name, event in _TYPES.items()}
_DECODERS: Final = {name: msgspec.json.Decoder(event) for name, event in _TYPES.items()}
_CURRENT: Final = {event.__name__: (event, version) for event, version in VERSIONS.items()}


def type_name(event: type[ev.CrossingEvent]) -> str:
    """Return the wire name of an event class, such as ``PlaceTaken/1``."""
    return _NAMES[event]


def encode_event(event: ev.CrossingEvent) -> tuple[str, bytes]:
    """Return the wire name and the canonical payload of ``event``."""
    return _NAMES[type(event)], encode(event)


def decode_event(type_: str, payload: bytes) -> ev.CrossingEvent:
    """Return the event recorded as ``type_`` with ``payload``, lifted to its current version.

    Raises:
        StorageDamaged: when the ledger holds a type that this release does not know, or a payload
            that does not fit it.
    """
    decoder = _DECODERS.get(type_)
    try:
        return decoder.decode(payload) if decoder is not None else _lifted(type_, payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise StorageDamaged(f"a recorded {type_} cannot be read: {error}", type=type_) from error


def _lifted(type_: str, payload: bytes) -> ev.CrossingEvent:
    name, _, suffix = type_.partition("/")
    known = _CURRENT.get(name)
    if known is None or not suffix.isascii() or not suffix.isdigit() or int(suffix) >= known[1]:
        raise StorageDamaged(
            f"the ledger holds {type_}, which this release does not know; a newer release wrote it", type=type_
        )
    event, current = known
    fields: dict[str, Any] = msgspec.json.decode(payload)
    for version in range(int(suffix), current):
        lift = UPCASTERS.get((name, version, version + 1))
        if lift is None:
            raise StorageDamaged(f"no upcaster leads from {name}/{version} to {name}/{version + 1}", type=type_)
        fields = lift(fields)
    return msgspec.convert(fields, event)
