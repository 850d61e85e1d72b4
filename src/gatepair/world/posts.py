"""A post as the world sees it: commands in, answers and a feed of events out, all over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Protocol

import msgspec

from gatepair.base.duties import Duty
from gatepair.base.errors import PostAnswered
from gatepair.world.http import HttpConnection

BATCH: Final = 200
"""Commands in one request; the interface's limit."""
PAGE: Final = 1_000
"""Events in one page; the interface's limit."""


class Happened(msgspec.Struct, frozen=True):
    """One event a command caused."""

    type: str
    payload: msgspec.Raw


class Answer(msgspec.Struct, frozen=True):
    """What became of one command; only the members the world reads."""

    id: str
    status: str
    crossing: str = ""
    events: tuple[Happened, ...] = ()
    findings: tuple[msgspec.Raw, ...] = ()
    error: str = ""
    message: str = ""
    position: int = 0


class FeedEvent(msgspec.Struct, frozen=True):
    """One event of the feed."""

    position: int
    stream: str
    type: str
    recorded_at_ms: int
    command: str
    payload: msgspec.Raw


class _Answers(msgspec.Struct, frozen=True):
    answers: tuple[Answer, ...]


class _Feed(msgspec.Struct, frozen=True):
    events: tuple[FeedEvent, ...]
    next: int


class Flushed(msgspec.Struct, frozen=True):
    """What a push of the outgoing logs did."""

    reachable: bool = True


class Recovery(msgspec.Struct, frozen=True):
    """What a restored post says while it is given again what it lost."""

    since_ms: int
    position: int
    """The last position that the backup held."""
    lost_from_ms: int


class Health(msgspec.Struct, frozen=True):
    """Where the post's ledger ends, and whether it recovers."""

    position: int
    recovery: Recovery | None = None


class LaneSizes(msgspec.Struct, frozen=True):
    """How much of the logs of a lane there is."""

    lane: str
    size: int
    """Entries that the post wrote."""
    mirror_size: int
    """Entries of its partner that it holds."""


class _Status(msgspec.Struct, frozen=True):
    lanes: tuple[LaneSizes, ...]


_STATUS: Final = msgspec.json.Decoder(_Status)
_HEALTH: Final = msgspec.json.Decoder(Health)
_ANSWERS: Final = msgspec.json.Decoder(_Answers)
_FEED: Final = msgspec.json.Decoder(_Feed)
_FLUSHED: Final = msgspec.json.Decoder(Flushed)
_ENCODER: Final = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Order:
    """One command about to be sent, in its wire form."""

    id: str
    command: Mapping[str, Any]


class PostDoor(Protocol):
    """What the world needs of a post."""

    async def commands(self, orders: Sequence[tuple[Duty, Order]]) -> list[Answer]:
        """Send ``orders``, each by the principal of its duty, and return an answer to each, in order."""
        ...

    async def clock(self, now_ms: int) -> None:
        """Set the stepped clock; the post runs everything that is due."""
        ...

    async def flush(self) -> bool:
        """Push the post's outgoing log to its partner; return whether the partner answered."""
        ...

    async def events(self) -> list[FeedEvent]:
        """Return the events since the last call."""
        ...

    async def close(self) -> None:
        """Let go of the connection."""
        ...


class HttpPost:
    """A post behind its HTTP interface, with one API key for each duty and one for the drill."""

    def __init__(self, base_url: str, keys: Mapping[str, str]) -> None:
        """Take the address and the keys: by duty, and under ``drill`` the one that may set the clock."""
        self._connection = HttpConnection(base_url)
        self._keys = dict(keys)
        self._after = 0

    async def commands(self, orders: Sequence[tuple[Duty, Order]]) -> list[Answer]:
        """Send ``orders`` in batches, as a terminal at the gate does: each with the credential of who gives it."""
        answers: list[Answer] = []
        for start in range(0, len(orders), BATCH):
            batch = [self._wire(duty, order) for duty, order in orders[start : start + BATCH]]
            raw = await self._send("POST", "/v1/commands", Duty.YARD.value, _ENCODER.encode({"commands": batch}))
            answers.extend(_ANSWERS.decode(raw).answers)
        return answers

    def _wire(self, duty: Duty, order: Order) -> dict[str, Any]:
        return {"id": order.id, "command": order.command, "key": self._keys[duty.value]}

    async def clock(self, now_ms: int) -> None:
        """Set the stepped clock."""
        await self._send("POST", "/v1/clock", "drill", _ENCODER.encode({"now_ms": now_ms}))

    async def flush(self) -> bool:
        """Push the outgoing log."""
        return _FLUSHED.decode(await self._send("POST", "/v1/link/flush", "drill", b"{}")).reachable

    async def events(self) -> list[FeedEvent]:
        """Return every event after the last one read."""
        found: list[FeedEvent] = []
        while True:
            path = f"/v1/events?after={self._after}&limit={PAGE}"
            page = _FEED.decode(await self._send("GET", path, Duty.COMMAND_CENTRE.value))
            found.extend(page.events)
            if page.events:
                self._after = page.events[-1].position
            if len(page.events) < PAGE:
                return found

    async def health(self) -> Health:
        """Return where the ledger ends, as everybody may know it."""
        status, raw = await self._connection.request("GET", "/health", token="")
        if status != HTTPStatus.OK:
            raise PostAnswered(f"/health was answered with {status}", status=status)
        return _HEALTH.decode(raw)

    async def lanes(self) -> tuple[LaneSizes, ...]:
        """Return how long the logs are."""
        return _STATUS.decode(await self._send("GET", "/v1/status", Duty.COMMAND_CENTRE.value)).lanes

    async def cut(self, *, cut: bool) -> None:
        """Cut or mend the line to the partner, at this end."""
        await self._send("POST", "/v1/link/cut", "drill", _ENCODER.encode({"cut": cut}))

    async def close(self) -> None:
        """Close the connection."""
        await self._connection.close()

    async def _send(self, method: str, path: str, principal: str, body: bytes = b"") -> bytes:
        status, raw = await self._connection.request(method, path, token=self._keys[principal], body=body)
        if status != 200:
            raise PostAnswered(
                f"{method} {path.partition('?')[0]} as {principal} was answered with {status}: {raw[:400].decode(errors='replace')}",
                status=status,
            )
        return raw
