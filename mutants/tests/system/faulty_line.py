"""A line between two real posts that delays, cuts, half-closes, resets, damages, and plays old requests again.

It stands between the sender and the receiver as a TCP relay in a thread of its own and knows nothing of
what it carries.  Every choice is drawn from one seed; what the processes do in between is theirs.
"""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
from collections import Counter, deque
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

CHUNK: Final = 2_048
OLD_REQUESTS: Final = 16
"""Requests remembered to be played again."""
OLD_BYTES_MAX: Final = 1 << 20
LINGER_NONE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing sends a reset."""


@dataclass(frozen=True, slots=True)
class Faults:
    """How often in a thousand chunks each fault strikes."""

    delay: int = 120
    cut: int = 50
    half_close: int = 30
    reset: int = 50
    damage: int = 50
    replay: int = 120
    longest_delay_s: float = 0.2


NONE: Final = Faults(0, 0, 0, 0, 0, 0)


class _Torn(Exception):
    """The connection ends here."""


class FaultyLine:
    """Relays one way of a line: connect to :attr:`url` to reach the post at ``port``."""

    def __init__(self, port: int, *, seed: int, faults: Faults) -> None:
        """Begin to relay to ``port`` of the loopback, with ``faults`` drawn from ``seed``."""
        self._target = port
        self._random = random.Random(seed)
        self._old: deque[bytes] = deque(maxlen=OLD_REQUESTS)
        self._tasks: set[asyncio.Task[Any]] = set()
        self.faults = faults
        self.struck: Counter[str] = Counter()
        self._loop = asyncio.new_event_loop()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Drop every connection and end."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    # --- the thread --------------------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._relay, sock=self._listener))
        self._loop.run_forever()
        server.close()
        for task in self._tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _relay(self, near_in: asyncio.StreamReader, near_out: asyncio.StreamWriter) -> None:
        self._tasks.add(task := asyncio.current_task())  # type: ignore[arg-type]
        task.add_done_callback(self._tasks.discard)
        try:
            far_in, far_out = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            near_out.close()
            return
        try:
            await asyncio.gather(
                self._carry(near_in, far_out, remembered=True), self._carry(far_in, near_out, remembered=False)
            )
        except (_Torn, OSError):
            pass
        finally:
            for writer in (near_out, far_out):
                writer.close()

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, *, remembered: bool) -> None:
        request = bytearray()
        while chunk := await source.read(CHUNK):
            if remembered:
                request = request if not chunk.startswith((b"POST ", b"GET ")) else bytearray()
                request += chunk
                if len(request) <= OLD_BYTES_MAX and _is_whole(request):
                    self._old.append(bytes(request))
            chunk = await self._strike(chunk, sink)
            sink.write(chunk)
            await sink.drain()
        sink.write_eof()

    async def _strike(self, chunk: bytes, sink: asyncio.StreamWriter) -> bytes:
        """Return ``chunk`` as it goes on, or tear the connection."""
        faults = self.faults
        if self._hits("delay", faults.delay):
            await asyncio.sleep(self._random.random() * faults.longest_delay_s)
        if self._hits("replay", faults.replay) and self._old:
            self._spawn(self._play_again(self._random.choice(self._old)))
        if self._hits("damage", faults.damage):
            at = self._random.randrange(len(chunk))
            return chunk[:at] + bytes([chunk[at] ^ 1 << self._random.randrange(8)]) + chunk[at + 1 :]
        if self._hits("half_close", faults.half_close):
            sink.write(chunk[: len(chunk) // 2])
            sink.write_eof()
            await asyncio.sleep(faults.longest_delay_s)
            raise _Torn
        if self._hits("reset", faults.reset):
            sink.write(chunk[: self._random.randrange(len(chunk) + 1)])
            raw = sink.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NONE)
            raise _Torn
        if self._hits("cut", faults.cut):
            raise _Torn
        return chunk

    def _hits(self, name: str, permille: int) -> bool:
        hit = self._random.randrange(1_000) < permille
        self.struck[name] += hit
        return hit

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _play_again(self, request: bytes) -> None:
        """Send an old request once more over a connection of its own; nobody waits for the answer."""
        with suppress(OSError):
            reader, writer = await asyncio.open_connection("127.0.0.1", self._target)
            writer.write(request)
            with suppress(TimeoutError):
                await asyncio.wait_for(reader.read(CHUNK), 5)
            writer.close()


def _is_whole(request: bytes) -> bool:
    """Tell whether an HTTP request with a length has its whole body."""
    head, separator, body = bytes(request).partition(b"\r\n\r\n")
    if not separator:
        return False
    length = next(
        (int(row.split(b":")[1]) for row in head.lower().split(b"\r\n") if row.startswith(b"content-length:")), 0
    )
    return len(body) >= length
