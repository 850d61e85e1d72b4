"""Follows a post's ledger by position and publishes copies to a broker.

The stream at the broker is the follower's memory: at each connection it is asked which copy it ends
with, and the next one follows.  What a broker acknowledged and lost is therefore sent again, and a
follower that is killed between an acknowledgement and its note has nothing to forget.  Each copy
states the length that the stream must have, so a second follower, or a stream that changed under
us, makes the broker refuse instead of leaving a gap.

The gate never waits for any of this: the ledger is read in views of its own, one page at a time.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Protocol

from msgspec import Struct, structs

from gatepair.base.errors import BrokerUnreachable, SettingInvalid, StorageError
from gatepair.node.copies import Choice, Copy, CopySettings
from gatepair.node.ports import Ledger, Reader

PAGE: Final = 256
"""Entries read and sent at once: at most this many copies are in memory and without an acknowledgement."""
LOOK_S: Final = 1.0
"""How often a follower that has caught up looks for more."""
PAUSE_S_MIN: Final = 0.5
PAUSE_S_MAX: Final = 30.0
"""Pauses between attempts, doubled from the shortest to the longest."""

_log = logging.getLogger("gatepair.follower")


class Follows(Struct, frozen=True, kw_only=True):
    """How far the copies are."""

    state: Literal["following", "waiting"]
    """``waiting``: the broker or the ledger cannot be reached; it is tried again."""
    position: int
    """Entries up to here are copied, or are not to be copied."""
    behind: int
    """Entries of the ledger after them, when last looked."""
    error: str = ""
    """Why it waits."""


@dataclass(frozen=True, slots=True)
class End:
    """Where the stream ends: its newest sequence number (0 when nothing was ever in it), the oldest one it holds."""

    sequence: int
    oldest: int


class Broker(Protocol):
    """One stream at a broker; every call may raise :class:`BrokerUnreachable`."""

    async def open(self) -> End:
        """Connect, make the stream when it is not there, and return where it ends."""
        ...

    async def at(self, sequence: int) -> Copy | None:
        """Return the copy at ``sequence``; None when it was taken out of the stream."""
        ...

    async def publish(self, copies: Sequence[Copy], *, sequence: int) -> int:
        """Publish ``copies`` in order after the stream's ``sequence`` and return the one it then ends at."""
        ...

    async def close(self) -> None:
        """Let go of the connection; never raises."""
        ...


@dataclass(frozen=True, slots=True)
class _Page:
    """What is read at once: the copies, the last position looked at, and where the ledger ends."""

    copies: tuple[Copy, ...]
    position: int
    head: int


@dataclass(slots=True)
class _Spot:
    """Where the follower stands: the last position looked at, the last one copied, the stream's end."""

    position: int
    copied: int
    sequence: int


@dataclass(slots=True)
class Follower:
    """Publishes copies of ``ledger``, the ledger of ``post``, to ``broker``."""

    ledger: Ledger
    broker: Broker
    choice: Choice
    post: str
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    """Waits for seconds; tests give one that does not."""
    status: Follows = field(init=False, default=Follows(state="waiting", position=0, behind=0, error="not begun"))

    async def run(self) -> None:
        """Follow until cancelled; whatever fails is tried again after a pause."""
        pause_s = PAUSE_S_MIN
        while True:
            try:
                spot = await self._begin()
                while True:
                    more = await self._step(spot)
                    pause_s = PAUSE_S_MIN
                    if not more:
                        await self.pause(LOOK_S)
            except (BrokerUnreachable, StorageError) as error:
                if self.status.error != error.message:
                    _log.warning("copies for the country wait: %s", error.message)
                self.status = Follows(
                    state="waiting", position=self.status.position, behind=self.status.behind, error=error.message
                )
            finally:
                await self.broker.close()
            await self.pause(pause_s)
            pause_s = min(2 * pause_s, PAUSE_S_MAX)

    def progress(self) -> Mapping[str, Any]:
        """Return :attr:`status` as plain values."""
        return structs.asdict(self.status)

    async def catch_up(self) -> Follows:
        """Copy what the ledger holds now and return; for a single run.

        Raises:
            BrokerUnreachable: the broker gave no answer; what was copied is copied.
            StorageError: the ledger cannot be read.
        """
        try:
            spot = await self._begin()
            while await self._step(spot):
                pass
        finally:
            await self.broker.close()
        return self.status

    async def _begin(self) -> _Spot:
        end = await self.broker.open()
        position = await self._common(end)
        _log.info("copies for the country go on after position %d", position)
        return _Spot(position, position, end.sequence)

    async def _common(self, end: End) -> int:
        """Return the position of the newest copy that this ledger holds, 0 when there is none.

        It is the last one, save after the ledger was restored from a backup: then the copies of what
        was lost are passed over, and what stands at their positions now is copied after them.
        """
        for sequence in range(end.sequence, end.oldest - 1, -1):
            copy = await self.broker.at(sequence)
            if copy is not None and copy.post != self.post:
                raise BrokerUnreachable(
                    f"the stream holds copies of {copy.post}; give each post a stream of its own", post=copy.post
                )
            if copy is not None and await asyncio.to_thread(self._holds, copy):
                return copy.position
        return 0

    async def _step(self, spot: _Spot) -> bool:
        """Copy one page; returns whether there may be more."""
        page = await asyncio.to_thread(self._read, spot.position, spot.copied)
        if page.copies:
            spot.sequence = await self.broker.publish(page.copies, sequence=spot.sequence)
            spot.copied = page.copies[-1].position
        spot.position = page.position
        self.status = Follows(state="following", position=spot.position, behind=page.head - spot.position)
        return spot.position < page.head

    def _holds(self, copy: Copy) -> bool:
        with self.ledger.read() as reader:
            entries = reader.entries(after=copy.position - 1, limit=1)
        return bool(entries) and entries[0].position == copy.position and entries[0].leaf.hex() == copy.leaf

    def _read(self, after: int, copied: int) -> _Page:
        with self.ledger.read() as reader:
            return self._page(reader, after, copied)

    def _page(self, reader: Reader, after: int, copied: int) -> _Page:
        copies: list[Copy] = []
        entries = reader.entries(after=after, limit=PAGE)
        for entry in entries:
            copy = self.choice.copy(entry, post=self.post, after=copied)
            if copy is not None:
                copies.append(copy)
                copied = copy.position
        return _Page(tuple(copies), entries[-1].position if entries else after, reader.head().position)


def follower_of(copies: CopySettings, ledger: Ledger, *, post: str) -> Follower:
    """Return what publishes copies of ``ledger``, the ledger of ``post``.

    Raises:
        SettingInvalid: the extra is not installed, or a field may not be copied.
    """
    try:
        from gatepair.adapters.jetstream import JetStream  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise SettingInvalid("copies for the country need the extra: pip install 'gatepair[nats]'") from error
    return Follower(ledger, JetStream(copies, post=post), Choice.of(copies.fields), post)
