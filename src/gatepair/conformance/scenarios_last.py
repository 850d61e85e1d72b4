"""Scenarios that end a lane: the partner contradicts itself, and people have to look."""

from __future__ import annotations

from gatepair.conformance.peer import Peer, expect
from gatepair.conformance.scenario import scenario
from gatepair.exchange.messages import Lane
from gatepair.exchange.wire import Outcome


@scenario("R90", "8.7", "8.13", "9.1")
async def two_roots(peer: Peer) -> None:
    """Sign another root for a size at which the post holds one already, in the bulk lane.

    Expect contradiction.
    """
    await peer.give(peer.entries(2, Lane.BULK), Lane.BULK)
    # At the end of what is held: below it the key that signs now may not count.
    other = peer.raw(peer.entries(1, Lane.BULK), Lane.BULK, start=peer.logs[Lane.BULK].size - 1)
    expect(await peer.post(other, Lane.BULK.value), Outcome.CONTRADICTION)


@scenario("R91", "8.1", "8.13", "9.1")
async def frozen_lane(peer: Peer) -> None:
    """Send a true batch to the lane that is frozen now, and one to another lane.

    Expect frozen in the one and received in the other.
    """
    expect(await peer.post(peer.raw((), Lane.BULK), Lane.BULK.value), Outcome.FROZEN)
    await peer.give(peer.entries(1))


@scenario("R92", "8.9", "8.13")
async def two_histories(peer: Peer) -> None:
    """Sign entries that go on from a place within what is held, otherwise than what is held, in the urgent lane.

    Expect contradiction, and the lane frozen afterwards.
    """
    log = peer.logs[Lane.URGENT]
    await peer.give(peer.entries(2, Lane.URGENT), Lane.URGENT)
    forked = peer.raw(peer.entries(3, Lane.URGENT), Lane.URGENT, start=log.size - 1)
    expect(await peer.post(forked, Lane.URGENT.value), Outcome.CONTRADICTION)
    expect(await peer.post(peer.raw((), Lane.URGENT), Lane.URGENT.value), Outcome.FROZEN)


@scenario("R93", "8.13")
async def unsigned_contradiction(peer: Peer) -> None:
    """Claim another root in the normal lane without a true signature.

    Expect rejected and no freeze: nothing that is not signed freezes anything.
    """
    log = peer.logs[Lane.NORMAL]
    await peer.give(peer.entries(2))
    raw = peer.raw(peer.entries(1), start=log.size - 1)
    marker = b'"signature":"'
    begin = raw.index(marker) + len(marker)
    await peer.refuses(raw[:begin] + b"0" * 128 + raw[begin + 128 :])
