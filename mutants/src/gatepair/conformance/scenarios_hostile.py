"""Scenarios of a hostile line: slow, half open, lying about lengths, noisy; the post goes on answering its partner."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from gatepair.base.errors import ScenarioFailed
from gatepair.conformance.peer import Peer
from gatepair.conformance.scenario import scenario
from gatepair.conformance.scenarios_line import no_receipt
from gatepair.exchange.wire import BATCH_BYTES_MAX

SLOW_LINES: Final = 40
"""Connections that are held open at once, ten times what an honest partner has."""
TIMELY_S: Final = 10.0
"""Within which the partner is answered whatever else knocks; a batch takes well under a second."""
NOISE: Final = 300
"""Unsigned batches sent at once, three times what a stranger may send in one burst by default."""


@scenario("R70", "7.4", "8.2", "19.2")
async def slow_senders(peer: Peer) -> None:
    """Hold 40 connections open that send a batch a few bytes at a time, and send a batch of its own meanwhile.

    Expect the batch to be received within ten seconds.
    """
    raw = peer.raw(())
    async with _lines(peer, SLOW_LINES) as writers:
        for writer in writers:
            writer.write(peer.head(len(raw)) + raw[:5])
        for _ in range(3):
            for writer in writers:
                writer.write(b"x")
            await _timely(peer)


@scenario("R71", "8.2", "19.2")
async def silent_connections(peer: Peer) -> None:
    """Open 40 connections that say nothing or half a head, and send a batch of its own meanwhile.

    Expect the batch to be received within ten seconds.
    """
    async with _lines(peer, SLOW_LINES) as writers:
        for writer in writers[::2]:
            writer.write(b"POST /x/1/normal/entries HTTP/1.1\r\nhost: ")
        await _timely(peer)


@scenario("R72", "7.4", "8.2")
async def false_lengths(peer: Peer) -> None:
    """Announce a body of a terabyte, of minus one byte, and of two lengths at once.

    Expect no receipt, and the next batch to be received.
    """
    for length in ("1099511627776", "-1", "5\r\ncontent-length: 7"):
        async with _lines(peer, 1) as (writer,):
            head = peer.head(0).replace(b"content-length: 0", f"content-length: {length}".encode())
            writer.write(head + b"{}")
            with contextlib.suppress(OSError):
                await writer.drain()
        await _timely(peer)


@scenario("R73", "7.4", "11.1")
async def packed_batch(peer: Peer) -> None:
    """Send a packed body that unpacks to more than a batch may have.

    Expect no receipt and no failure of the post.
    """
    packed = gzip.compress(b" " * (4 * BATCH_BYTES_MAX))
    no_receipt(await peer.post(packed, **{"content-encoding": "gzip"}))
    await _timely(peer)


@scenario("R74", "8.4", "19.2")
async def noise(peer: Peer) -> None:
    """Send 300 unsigned batches at once, as anybody on the line could, and a signed one behind them.

    Expect the signed one to be received within ten seconds, however the noise is answered.
    """
    noisy = asyncio.gather(*(_knock(peer) for _ in range(NOISE)), return_exceptions=True)
    try:
        await _timely(peer)
    finally:
        await noisy
    await peer.give(peer.entries(1))


async def _knock(peer: Peer) -> None:
    async with _lines(peer, 1) as (writer,):
        writer.write(peer.head(2) + b"{}")
        await writer.drain()


async def _timely(peer: Peer) -> None:
    begun = time.monotonic()
    await peer.still()
    took_s = time.monotonic() - begun
    if took_s > TIMELY_S:
        raise ScenarioFailed(f"the partner waited {took_s:.1f} s for its receipt")


@asynccontextmanager
async def _lines(peer: Peer, count: int) -> AsyncIterator[list[asyncio.StreamWriter]]:
    """Open ``count`` bare connections for a while."""
    writers: list[asyncio.StreamWriter] = []
    try:
        for _ in range(count):
            _, writer = await peer.connect()
            writers.append(writer)
        yield writers
    finally:
        for writer in writers:
            with contextlib.suppress(OSError):
                writer.close()
                await writer.wait_closed()
