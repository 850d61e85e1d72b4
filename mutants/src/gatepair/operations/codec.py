"""Gate events as ledger entries: type name ``<class>/<version>`` and canonical payload."""

from __future__ import annotations

from functools import cache
from typing import Final

import msgspec

from gatepair.base.canonical import encode
from gatepair.base.errors import Malformed
from gatepair.operations.events import ALL, GateEvent

VERSION: Final = 1
"""Version of every gate event so far; a new shape gets the next one and an upcaster here."""

_BY_NAME: Final[dict[str, type[GateEvent]]] = {f"{event.__name__}/{VERSION}": event for event in ALL}


@cache
def _decoder(type_name: str) -> msgspec.json.Decoder[GateEvent]:
    return msgspec.json.Decoder(_BY_NAME[type_name])


def encode_gate_event(event: GateEvent) -> tuple[str, bytes]:
    """Return the entry type and the canonical payload of ``event``."""
    return f"{type(event).__name__}/{VERSION}", encode(event)


def decode_gate_event(type_name: str, payload: bytes) -> GateEvent:
    """Return the event recorded under ``type_name``.

    Raises:
        Malformed: when the type is unknown or the payload does not fit it.
    """
    if type_name not in _BY_NAME:
        raise Malformed(f"{type_name} is not a gate event of this version of the program", type=type_name)
    try:
        return _decoder(type_name).decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"the payload of a {type_name} does not fit its type: {error}", type=type_name) from error
