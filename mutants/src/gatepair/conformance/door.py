"""The kit's own door: a small HTTP/1.1 server that may also answer as no server should.

It is written here, on streams, because a scenario must be able to close a connection in the midst
of an answer, to answer nonsense, or to answer nothing at all, and a framework sees to it that none
of this happens.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from gatepair.exchange.wire import BATCH_BYTES_MAX

HEAD_BYTES_MAX: Final = 64 * 1024
"""Longest request line with headers that is read."""
BODY_BYTES_MAX: Final = 2 * BATCH_BYTES_MAX
"""Longest body that is read: twice what a post may send, so that too long a batch is seen and judged."""
IDLE_S: Final = 300.0
"""How long a connection may say nothing before it is closed."""
_REASONS: Final[Mapping[int, str]] = {200: "OK", 400: "Bad Request", 404: "Not Found", 409: "Conflict", 410: "Gone"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request that came in."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """One answer; ``cut`` sends only so many bytes of the body and closes, 0 closes without a word.

    It goes out after ``delay_s``.
    """

    status: int
    media_type: str
    body: bytes
    cut: int | None = None
    delay_s: float = 0.0

    def after(self, delay_s: float) -> Response:
        """Return the answer as one that goes out only after ``delay_s``."""
        return replace(self, delay_s=delay_s)


Handler = Callable[[Request], Awaitable[Response]]


class Door:
    """Listens and hands each request to ``handler``."""

    def __init__(self, handler: Handler) -> None:
        """Answer by ``handler``."""
        self._handler = handler
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()

    async def open(self, host: str, port: int) -> int:
        """Listen and return the port. Raises OSError when the address cannot be had."""
        self._server = await asyncio.start_server(self._serve, host, port, limit=HEAD_BYTES_MAX)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening and drop what is open."""
        if self._server is None:
            return
        self._server.close()
        for writer in sorted(self._open, key=id):
            writer.close()
        await self._server.wait_closed()
        self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            while (request := await asyncio.wait_for(_read(reader, writer), IDLE_S)) is not None:
                response = await self._handler(request)
                if not await _write(writer, response):
                    return
        except (OSError, EOFError, TimeoutError, ValueError, asyncio.LimitOverrunError):
            # A partner that breaks off, or speaks no HTTP, is no affair of the kit's.
            return
        finally:
            self._open.discard(writer)
            with contextlib.suppress(OSError):
                writer.close()
                await writer.wait_closed()


async def _read(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    head = await _head(reader)
    if head is None:
        return None
    first, *lines = head.decode("latin-1").split("\r\n")
    method, path, _ = first.split(" ", 2)
    headers = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
    }
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
    return Request(method, path, headers, await _body(reader, headers))


async def _head(reader: asyncio.StreamReader) -> bytes | None:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str]) -> bytes:
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return await _chunks(reader)
    length = int(headers.get("content-length", "0"))
    if not 0 <= length <= BODY_BYTES_MAX:
        raise ValueError("the body is too long")
    return await reader.readexactly(length)


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    taken = bytearray()
    while True:
        size = int((await reader.readline()).partition(b";")[0], 16)
        if size < 0 or len(taken) + size > BODY_BYTES_MAX:
            raise ValueError("the body is too long")
        taken += await reader.readexactly(size)
        await reader.readline()
        if size == 0:
            return bytes(taken)


async def _write(writer: asyncio.StreamWriter, response: Response) -> bool:
    """Send ``response``; returns whether the connection goes on."""
    await asyncio.sleep(response.delay_s)
    if response.cut == 0:
        return False
    reason = _REASONS.get(response.status, "Answer")
    head = (
        f"HTTP/1.1 {response.status} {reason}\r\ncontent-type: {response.media_type}\r\n"
        f"content-length: {len(response.body)}\r\n\r\n"
    )
    writer.write(head.encode("latin-1") + response.body[: response.cut])
    await writer.drain()
    return response.cut is None
