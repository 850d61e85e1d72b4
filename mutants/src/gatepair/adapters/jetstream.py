"""A stream of NATS JetStream as the :class:`gatepair.adapters.follower.Broker` of copies.

Reconnecting is the follower's affair, so the client's own is off: after a loss the stream is asked
anew where it ends, and nothing that the client kept in a buffer is sent into a changed stream.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Sequence
from typing import Final

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import Header, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from gatepair.adapters.follower import End
from gatepair.base.canonical import decode_as
from gatepair.base.errors import BrokerUnreachable, Malformed
from gatepair.node.copies import Copy, CopySettings, stream_name, subject_root

CONNECT_S: Final = 5
"""Longest wait for a connection."""
ANSWER_S: Final = 10.0
"""Longest wait for an acknowledgement or an answer."""
REPEATS_S: Final = 120.0
"""How long the broker remembers ids of copies; older repeats are refused by the length of the stream. Source: the
default of NATS."""


class JetStream:
    """One stream, made when it is not there; no other program may write to it."""

    def __init__(self, settings: CopySettings, *, post: str, answer_s: float = ANSWER_S) -> None:
        """Reach the broker of ``settings`` for the copies of ``post``; wait ``answer_s`` for each answer of it."""
        self._settings = settings
        self._post = post
        self._answer_s = answer_s
        self._stream = settings.stream or stream_name(post)
        self._client: Client | None = None
        self._context: JetStreamContext | None = None

    async def open(self) -> End:
        """Connect, make the stream when it is not there, and return where it ends.

        Raises:
            BrokerUnreachable: no answer, or the broker refuses.
        """
        with _told():
            self._client = await nats.connect(
                self._settings.url,
                name=f"gatepair copies of {self._post}",
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                connect_timeout=CONNECT_S,
                user_credentials=self._settings.credentials or None,
                error_cb=_quiet,
            )
            self._context = self._client.jetstream(timeout=self._answer_s)
            try:
                found = await self._context.stream_info(self._stream)
            except NotFoundError:
                found = await self._context.add_stream(
                    StreamConfig(
                        name=self._stream,
                        subjects=[f"{subject_root(self._post)}.>"],
                        storage=StorageType.FILE,
                        duplicate_window=REPEATS_S,
                    )
                )
            state = found.state
            return End(state.last_seq, state.first_seq if state.messages else state.last_seq + 1)

    async def at(self, sequence: int) -> Copy | None:
        """Return the copy at ``sequence``; None when it was taken out of the stream.

        Raises:
            BrokerUnreachable: no answer, or what stands there is no copy.
        """
        with _told():
            try:
                message = await self._used.get_msg(self._stream, seq=sequence)
            except NotFoundError:
                return None
            try:
                return decode_as(Copy, message.data or b"")
            except Malformed as error:
                raise BrokerUnreachable(
                    f"the stream {self._stream} holds what is no copy; give the copies a stream of their own",
                    stream=self._stream,
                ) from error

    async def publish(self, copies: Sequence[Copy], *, sequence: int) -> int:
        """Publish ``copies`` in order after the stream's ``sequence`` and return the one it then ends at.

        All are on their way before the first is acknowledged; the broker takes them in order or not at all.

        Raises:
            BrokerUnreachable: not all were acknowledged; ask the stream where it ends.
        """
        with _told():
            acknowledged = await asyncio.gather(
                *(self._publish(copy, sequence + offset) for offset, copy in enumerate(copies)), return_exceptions=True
            )
            for found in acknowledged:
                if isinstance(found, BaseException):
                    raise found
        return sequence + len(copies)

    async def close(self) -> None:
        """Let go of the connection."""
        client, self._client, self._context = self._client, None, None
        if client is not None:
            with contextlib.suppress(NatsError, OSError, TimeoutError):
                await client.close()

    async def _publish(self, copy: Copy, sequence: int) -> None:
        acknowledged = await self._used.publish(
            copy.subject,
            copy.encoded(),
            timeout=self._answer_s,
            stream=self._stream,
            headers={Header.MSG_ID: copy.id, Header.EXPECTED_LAST_SEQUENCE: str(sequence)},
        )
        if acknowledged.seq != sequence + 1:
            raise BrokerUnreachable(
                f"the stream {self._stream} took a copy at another place than its end", stream=self._stream
            )

    @property
    def _used(self) -> JetStreamContext:
        if self._context is None:
            raise BrokerUnreachable("the broker is not connected")
        return self._context


async def _quiet(_: Exception) -> None:
    """What a connection dies of comes out of the call that waits on it; the client need not log it as well."""


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Tell whatever the client raises as the one error that the follower knows."""
    try:
        yield
    except (NatsError, OSError, TimeoutError) as error:
        raise BrokerUnreachable(f"the broker takes no copies: {type(error).__name__} {error}".rstrip()) from error
