"""Scenarios of epochs: the kit says that it lost part of its log, has an epoch closed, and goes on in the next.

Those of a receiver play in the bulk lane, which no other scenario needs before it is frozen at the end.
In that of a sender the kit closes an epoch of the post under test.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatepair.base.errors import BadInput, EnvelopeRejected, ScenarioFailed, ScenarioNotRun
from gatepair.conformance.door import Response
from gatepair.conformance.hearing import RETURNED_TYPE, Heard
from gatepair.conformance.logs import OutLog, Row
from gatepair.conformance.peer import Answer, Peer, expect
from gatepair.conformance.scenario import scenario
from gatepair.conformance.scenarios_sending import answered, provoked, same_message
from gatepair.exchange.calls import Call, Returned, ask, check_returned
from gatepair.exchange.checkpoint import Origin
from gatepair.exchange.envelope import Header, parse_header
from gatepair.exchange.fence import FENCE_SECTION, Fence, check_fence
from gatepair.exchange.messages import LOG_OPENED, Lane
from gatepair.exchange.signer import Ed25519Key, SigningKey
from gatepair.exchange.wire import Outcome, body_of

LANE: Final = Lane.BULK
ASK_TYPE: Final = "application/vnd.gatepair.ask+json"


@scenario("R80", "12.19", "12.20")
async def entries_handed_back(peer: Peer) -> None:
    """Ask for its own entries back from the beginning, from the midst and from beyond the end.

    Expect the very entries that were given, signed by the holder, with the kit's own checkpoint over all of them.
    """
    log = peer.logs[LANE]
    await peer.give(peer.entries(4, LANE), LANE)
    for start in (0, log.size - 1, log.size, log.size + 5):
        returned = _returned(peer, await _ask(peer, Call.RETURN, start=start), start)
        wanted = log.rows[start:]
        found = [Row.of(bytes(entry.header), body_of(entry)) for entry in returned.entries]
        if found != wanted[: len(found)] or (wanted and not found):
            raise ScenarioFailed(f"from index {start} other entries came back than were given")
        if returned.size != log.size:
            raise ScenarioFailed(f"the post says it holds {returned.size} entries; it was given {log.size}")


@scenario("R81", "12.4", "12.19")
async def strangers_ask(peer: Peer) -> None:
    """Ask for a fence and for entries by another key, and about the post's own log.

    Expect rejected each time, and the lane goes on.
    """
    stranger = Ed25519Key(peer.entropy.token(32))
    for call in (Call.FENCE, Call.RETURN):
        expect(await _ask(peer, call, key=stranger), Outcome.REJECTED)
        expect(await _ask(peer, call, of_the_post=True), Outcome.REJECTED)
    await peer.still(LANE)


@scenario("R82", "12.4", "12.5", "12.6")
async def fence(peer: Peer) -> None:
    """Ask the post to close epoch 1 of its log, twice.

    Expect fenced both times, with one fence note's worth: closed up to 1, standing exactly at what was given.
    """
    for _ in range(2):
        shown = fence_in(peer, await _ask(peer, Call.FENCE), Outcome.FENCED)
        log = peer.logs[LANE]
        if (shown.closed, shown.stand.size, shown.stand.root) != (1, log.size, log.root_at(log.size)):
            raise ScenarioFailed(f"the fence stands at {shown.stand.size} with {shown.closed} epochs closed")


@scenario("R83", "12.4", "8.5", "9.1")
async def late_batch(peer: Peer) -> None:
    """Send a batch of the closed epoch, as one that was long on its way, and a heartbeat of it.

    Expect closed with the fence note both times, and nothing of it is held.
    """
    size = peer.logs[LANE].size
    for rows in (peer.entries(1, LANE), []):
        shown = fence_in(peer, await peer.post(peer.raw(rows, LANE), LANE.value), Outcome.CLOSED)
        if shown.stand.size != size:
            raise ScenarioFailed("the closed epoch grew")


@scenario("R84", "12.9", "8.5")
async def false_openings(peer: Peer) -> None:
    """Open the next epoch without an opening entry, from another place than the fence, and in its midst.

    Expect gap or rejected each time, and nothing of it is held.
    """
    stand = await _stand(peer)
    elsewhere = {**stand.section(), "size": stand.stand.size + 1}
    begun = opening(peer, stand.section())
    for rows, after in (
        ([peer.entry(LANE)], ()),
        ([opening(peer, elsewhere)], ()),
        ([peer.entry(LANE)], (begun,)),
        ([], ()),
    ):
        answer = await peer.post(peer.raw(rows, LANE, after=after, log=next_log(peer)), LANE.value)
        expect(answer, Outcome.GAP, Outcome.REJECTED)


@scenario("R85", "12.8", "12.9", "12.16")
async def next_epoch(peer: Peer) -> None:
    """Open epoch 2 with an entry that repeats the fence, say an entry of epoch 1 again under its id, and go on.

    Expect received each time, with receipts over the new epoch.
    """
    stand, old = await _stand(peer), peer.logs[LANE]
    if not old.rows:
        raise ScenarioNotRun("nothing was said in epoch 1 that could be said again; play R80 before it")
    peer.logs[LANE] = next_log(peer)
    await peer.give([opening(peer, stand.section())], LANE)
    await peer.give([old.rows[-1], peer.entry(LANE)], LANE)
    await peer.still(LANE)


@scenario("R86", "12.4", "12.20")
async def old_epoch_stays_closed(peer: Peer) -> None:
    """Send a batch of epoch 1 after epoch 2 was opened, and ask for entries of epoch 1.

    Expect closed for the one, and the entries of epoch 1 as they were for the other.
    """
    before = OutLog(peer.trial.agreement.origin(peer.trial.kit.post, LANE, 1))
    expect(await peer.post(peer.raw([], LANE, log=before), LANE.value), Outcome.CLOSED)
    raw = ask(Call.RETURN, before.origin, key=peer.log_key)
    answer = await _send(peer, Call.RETURN, raw)
    returned = check_returned(answer.body, before.origin, start=0, holder=peer.trial.node)
    if not returned.entries:
        raise ScenarioFailed("the entries of epoch 1 are no longer handed back")


@scenario("S24", "8.5", "12.7", "12.8", "12.9", "12.14", "12.16")
async def closed_under_the_sender(peer: Peer) -> None:
    """Answer entries with a fence note by a wrong key, and then, without holding them, with a true one.

    Expect nothing more of that epoch after the true one, an ask for a fence, and a new epoch that repeats the fence and says the entries again under their ids.
    """
    await answered(peer, await provoked(peer))
    held = peer.ear.held[Lane.NORMAL]
    before, closed_at = held.mirror.origin.epoch, [0]

    def close(heard: Heard) -> Response:
        closed_at.append(len(peer.ear.heard))
        return peer.ear.close(heard)

    peer.ear.script(Lane.NORMAL, [lambda heard: peer.ear.close(heard, key="log"), close])
    rows = await provoked(peer, 2)
    await answered(peer, rows)
    if held.mirror.origin.epoch == before:
        raise ScenarioFailed("the post went on in an epoch that was closed")
    unheld = peer.ear.heard[closed_at[-1] - 1]
    later = [heard.batch for heard in peer.ear.heard[closed_at[-1] :] if heard.lane == Lane.NORMAL.value]
    if any(batch is not None and Origin.parse(batch.origin).epoch <= before for batch in later):
        raise ScenarioFailed("the post signed on for an epoch that was closed")
    fences = [asked for lane, asked in peer.ear.asked if lane is Lane.NORMAL and asked.call is Call.FENCE]
    if not fences:
        raise ScenarioFailed("the post opened an epoch without asking for a fence")
    first = held.entries[0].opened
    named = {} if first is None else first.sections.get(FENCE_SECTION, {})
    if named.get("closed") != held.mirror.origin.epoch - 1:
        raise ScenarioFailed("the epoch was opened after another fence than the kit's")
    _said_again(unheld, {entry.read.id: entry.read for entry in held.entries if entry.read is not None})


# --- what the scenarios share -------------------------------------------------------------


async def _ask(
    peer: Peer, call: Call, *, start: int = 0, key: SigningKey | None = None, of_the_post: bool = False
) -> Answer:
    log = peer.logs[LANE].origin
    if of_the_post:
        log = peer.trial.agreement.origin(peer.trial.node.post, LANE, log.epoch)
    return await _send(peer, call, ask(call, log, key=key or peer.log_key, start=start))


async def _send(peer: Peer, call: Call, raw: bytes) -> Answer:
    path = f"/x/1/{LANE.value}/{call.value}"
    return await peer.request("POST", path, content=raw, headers={"content-type": ASK_TYPE})


def _returned(peer: Peer, answer: Answer, start: int) -> Returned:
    if (answer.status, answer.media_type) != (200, RETURNED_TYPE):
        raise ScenarioFailed(f"an ask for entries gave {answer.told()}")
    try:
        return check_returned(answer.body, peer.logs[LANE].origin, start=start, holder=peer.trial.node)
    except (BadInput, EnvelopeRejected) as error:
        raise ScenarioFailed(f"what came back does not verify: {error.message}") from error


def _said_again(unheld: Heard, now: Mapping[str, Header]) -> None:
    """See that each entry of the batch ``unheld`` stands in the new epoch, the same but for what was heard since."""
    for entry in () if unheld.batch is None else unheld.batch.entries:
        old = parse_header(bytes(entry.header))
        new = now.get(old.id)
        if new is None or same_message(old) != same_message(new):
            raise ScenarioFailed(f"{old.id} was not said again as it was")


def fence_in(peer: Peer, answer: Answer, outcome: Outcome, lane: Lane = LANE) -> Fence:
    """Return the fence in the ``answer``, which must be ``outcome``.

    Raises:
        ScenarioFailed: it is another, or its note does not verify.
    """
    reply = expect(answer, outcome)
    try:
        return check_fence(reply.note, log=peer.logs[lane].origin, holder=peer.trial.node)
    except EnvelopeRejected as error:
        raise ScenarioFailed(f"the fence note does not verify: {error.message}") from error


async def _stand(peer: Peer) -> Fence:
    return fence_in(peer, await _ask(peer, Call.FENCE), Outcome.FENCED)


def next_log(peer: Peer, lane: Lane = LANE) -> OutLog:
    """Return the kit's log of ``lane`` in epoch 2, empty."""
    return OutLog(peer.trial.agreement.origin(peer.trial.kit.post, lane, 2))


def opening(peer: Peer, section: object, lane: Lane = LANE) -> Row:
    """Return an entry that opens an epoch of ``lane`` with ``section`` for the fence."""
    return peer.entry(lane, kind=LOG_OPENED, sections={FENCE_SECTION: section})
