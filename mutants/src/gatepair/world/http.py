"""A small HTTP/1.1 client for one post: keep-alive, no redirects, bodies of known length.

The general clients cost more processor time than the posts themselves at the world's rate of
requests; this one does what a drill against our own server needs and nothing else.
"""

from __future__ import annotations

import asyncio
from typing import Final
from urllib.parse import urlsplit

from gatepair.base.errors import PartnerUnreachable

MAX_BODY: Final = 64 * 1024 * 1024
MAX_HEAD: Final = 64 * 1024
TIMEOUT_S: Final = 60.0


class HttpConnection:
    """One connection to one address, used by one request at a time."""

    def __init__(self, base_url: str) -> None:
        """Take ``http://host:port``."""
        parts = urlsplit(base_url)
        self._host = parts.hostname or "127.0.0.1"
        self._port = parts.port or 80
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def request(self, method: str, path: str, *, token: str, body: bytes = b"") -> tuple[int, bytes]:
        """Return status and body of the answer; an empty ``token`` asks as the public.

        A connection that the server closed while idle is opened anew once: commands carry ids, so
        sending them twice has one effect.

        Raises:
            PartnerUnreachable: when the server cannot be reached or does not answer in time.
        """
        key = f"Authorization: Bearer {token}\r\n" if token else ""
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}:{self._port}\r\n{key}"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode()
        for last in (False, True):
            try:
                return await asyncio.wait_for(self._once(head + body), TIMEOUT_S)
            except (OSError, asyncio.IncompleteReadError) as error:
                await self.close()
                if last:
                    raise PartnerUnreachable(f"no answer from {self._host}:{self._port}: {error}") from error
            except TimeoutError as error:
                await self.close()
                raise PartnerUnreachable(f"no answer from {self._host}:{self._port} in {TIMEOUT_S:.0f} s") from error
        raise PartnerUnreachable(f"no answer from {self._host}:{self._port}")

    async def _once(self, raw: bytes) -> tuple[int, bytes]:
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port, limit=MAX_HEAD)
        reader, writer = self._reader, self._writer
        writer.write(raw)
        await writer.drain()
        lines = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        fields = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])
        }
        body = await _body(reader, fields)
        if fields.get(b"connection", b"").lower() == b"close":
            await self.close()
        return int(lines[0].split(b" ", 2)[1]), body

    async def close(self) -> None:
        """Close the connection; a later request opens another."""
        writer, self._reader, self._writer = self._writer, None, None
        if writer is not None:
            writer.close()


async def _body(reader: asyncio.StreamReader, fields: dict[bytes, bytes]) -> bytes:
    if fields.get(b"transfer-encoding", b"").lower() != b"chunked":
        length = int(fields.get(b"content-length", b"0"))
        if length > MAX_BODY:
            raise PartnerUnreachable(f"an answer of {length} bytes is larger than a drill reads")
        return await reader.readexactly(length)
    chunks: list[bytes] = []
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        chunks.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readuntil(b"\r\n")
    return b"".join(chunks)
