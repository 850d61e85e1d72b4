"""Scenarios of the life of keys: the kit's root announces, retires and revokes its log keys and its mirror keys.

Those of log keys stand after all that is sent by the first key, and before those that end a lane.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from gatepair.base.errors import KeyNotValid, ScenarioFailed
from gatepair.conformance.door import Response
from gatepair.conformance.hearing import Behaviour, Heard
from gatepair.conformance.logs import Twist
from gatepair.conformance.peer import Peer, expect
from gatepair.conformance.scenario import scenario
from gatepair.conformance.scenarios_epochs import fence_in, next_log, opening
from gatepair.conformance.scenarios_sending import answered, batches, entries_of, next_from, provoked, sent_again
from gatepair.exchange.key_statements import KeyAct, KeyStatement, KeyUse, Position, Positions
from gatepair.exchange.messages import Lane
from gatepair.exchange.signer import Algorithm, Ed25519Key
from gatepair.exchange.wire import Outcome

NORMAL: Final = Lane.NORMAL


@scenario("R87", "13.7", "13.8", "13.9", "13.11")
async def retired_log_key(peer: Peer) -> None:
    """Announce another log key, sign with both, retire the first, and then sign beyond its end by either and below it by the first.

    Expect key_not_valid for the first key beyond its end in each lane, and received for all else.
    """
    old, new = peer.log_key, peer.trial.keys["next_log"]
    await _say(peer, KeyAct.ANNOUNCED, KeyUse.LOG, key=new, positions=_written(peer))
    peer.more_log_keys = (new,)
    for lane in Lane:
        await peer.give(peer.entries(1, lane), lane)
    ends = {lane: peer.logs[lane].size for lane in Lane}
    await _say(peer, KeyAct.RETIRED, KeyUse.LOG, key=old, positions=_written(peer))
    peer.log_key, peer.more_log_keys = new, ()
    by_old = Twist(checkpoint_key=old, batch_key=old)
    for lane in Lane:
        await _refused(peer, peer.raw(peer.entries(1, lane), lane, twist=by_old), lane)
        await peer.refuses(peer.raw(peer.entries(1, lane), lane, twist=Twist(batch_key=old)), lane)
        await peer.give(peer.entries(1, lane), lane)
        peer.receipt(await peer.post(peer.raw((), lane, start=ends[lane], twist=by_old), lane.value), lane)


@scenario("R88", "13.8", "13.9", "13.12", "12.9")
async def revoked_log_key(peer: Peer) -> None:
    """Let a thief say two entries by the log key, announce another and revoke the stolen one from below them, and go on by the new key.

    Expect key_not_valid for the stolen key, a fence that stands below what the thief said, and a new epoch from there.
    """
    stolen, new = peer.log_key, peer.trial.keys["last_log"]
    await _say(peer, KeyAct.ANNOUNCED, KeyUse.LOG, key=new, positions=_written(peer))
    await peer.give(peer.entries(1))
    forged = peer.entries(2)
    expect(await peer.post(peer.raw(forged)), Outcome.RECEIVED)
    peer.log_key = new
    await _say(peer, KeyAct.REVOKED, KeyUse.LOG, key=stolen, positions=_written(peer))
    by_thief = Twist(checkpoint_key=stolen, batch_key=stolen)
    for rows in ((), peer.entries(1)):
        reply = expect(await peer.post(peer.raw(rows, after=forged, twist=by_thief)), Outcome.REJECTED)
        _told(reply.code)
    log = peer.logs[NORMAL]
    fence = fence_in(peer, await peer.post(peer.raw(peer.entries(1))), Outcome.CLOSED, NORMAL)
    if (fence.stand.size, fence.stand.root) != (log.size, log.root_at(log.size)):
        raise ScenarioFailed(f"the fence stands at {fence.stand.size}; the revocation at {log.size}")
    peer.logs[NORMAL] = next_log(peer, NORMAL)
    await peer.give([opening(peer, fence.section(), NORMAL), peer.entry()])
    for lane in Lane:
        await peer.give(peer.entries(1, lane), lane)
        await _refused(peer, peer.raw(peer.entries(1, lane), lane, twist=by_thief), lane)


@scenario("S22", "13.7", "13.8", "13.9", "13.11")
async def retired_mirror_key(peer: Peer) -> None:
    """Announce another mirror key, retire the first, and receipt entries by the first.

    Expect the same entries again, and that a receipt by the other key is taken.
    """
    await answered(peer, await provoked(peer))
    await _say(peer, KeyAct.ANNOUNCED, KeyUse.MIRROR, key=peer.trial.keys["next_mirror"], positions=_held(peer))
    await _say(peer, KeyAct.RETIRED, KeyUse.MIRROR, key=peer.trial.keys["mirror"], positions=_held(peer))
    peer.ear.mirror_key = "next_mirror"
    await sent_again(peer, [_receipted_by(peer, "mirror")])


@scenario("S23", "13.7", "13.9", "13.13")
async def revoked_mirror_key(peer: Peer) -> None:
    """Announce a third mirror key, and revoke the one in use from one entry below what it receipted.

    Expect that entry again, no belief in receipts of the revoked key, and that one by the third key is taken.
    """
    await answered(peer, await provoked(peer))
    used, held = peer.ear.mirror_key, peer.ear.held[NORMAL]
    size, last = held.size, held.entries[-1].leaf
    await _say(peer, KeyAct.ANNOUNCED, KeyUse.MIRROR, key=peer.trial.keys["last_mirror"], positions=_held(peer))
    peer.ear.mirror_key = "last_mirror"
    seen = len(batches(peer))
    below = _held(peer, normal=size - 1)
    await _say(peer, KeyAct.REVOKED, KeyUse.MIRROR, key=peer.trial.keys[used], positions=below)
    again = next_from(peer, seen, start=size - 1)
    await _until(peer, lambda: again() is not None, "the entry whose receipt was void")
    found = again()
    if found is None or entries_of(found)[0].leaf != last:
        raise ScenarioFailed("another entry came in the place of that whose receipt was void")
    await sent_again(peer, [_receipted_by(peer, used)])


# --- what the scenarios share -------------------------------------------------------------


async def _say(peer: Peer, act: KeyAct, use: KeyUse, *, key: Ed25519Key, positions: Positions) -> None:
    """Give the post a statement of the kit's root, as an entry of the urgent lane."""
    kit = peer.trial.kit
    said = KeyStatement(
        act=act,
        agreement=peer.trial.agreement.id,
        algorithm=Algorithm.ED25519,
        positions=positions,
        post=kit.post,
        public=key.public.hex(),
        side=kit.side,
        use=use,
        v=1,
    )
    text = said.signed([peer.trial.keys["root"]]).to_text()
    row = peer.entry(Lane.URGENT, kind=said.type, sections={"statement": {"note": text}}).changed(subject=kit.post)
    peer.ring = peer.ring.plus(text)
    await peer.give([row], Lane.URGENT)


def _written(peer: Peer) -> Positions:
    """Return how far the kit's own logs are receipted."""
    positions = {lane.value: Position(log.origin.epoch, log.size) for lane, log in peer.logs.items()}
    return Positions(**positions)


def _held(peer: Peer, *, normal: int | None = None) -> Positions:
    """Return how far the post's logs are held, in the normal lane ``normal`` instead."""
    positions = {lane.value: Position(held.mirror.origin.epoch, held.size) for lane, held in peer.ear.held.items()}
    if normal is not None:
        positions[NORMAL.value] = Position(peer.ear.held[NORMAL].mirror.origin.epoch, normal)
    return Positions(**positions)


async def _refused(peer: Peer, raw: bytes, lane: Lane) -> None:
    """Send a batch that only a key signed whose time is over, and see that it is refused for that."""
    _told((await peer.refuses(raw, lane)).code)


def _told(code: str) -> None:
    if code != KeyNotValid.code:
        raise ScenarioFailed(f"a note of a key that does not count was refused with {code or 'no code'}")


def _receipted_by(peer: Peer, key: str) -> Behaviour:
    """Return the behaviour that receipts what came by another of the kit's mirror keys, and holds nothing of it."""

    def receipted(heard: Heard) -> Response:
        checkpoint = heard.batch.checkpoint if heard.batch else ""
        return peer.ear.reply(heard, Outcome.RECEIVED, note=peer.ear.receipt(checkpoint, key=key))

    return receipted


async def _until(peer: Peer, happened: Callable[[], bool], what: str) -> None:
    await peer.ear.until(happened, within_s=peer.patience_s, what=what)
