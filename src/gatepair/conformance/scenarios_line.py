"""Scenarios of the line: what is shown, and batches in order, late, doubled, reordered, cut and damaged."""

from __future__ import annotations

import contextlib
import random
from typing import Final

from gatepair.base.errors import EnvelopeRejected, ScenarioFailed, ScenarioNotRun
from gatepair.conformance.hearing import BATCH_TYPE, STATE_PATH
from gatepair.conformance.logs import Twist
from gatepair.conformance.peer import Answer, Peer, expect
from gatepair.conformance.scenario import scenario
from gatepair.exchange import asking, attachments, clock
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.exchange.envelope import parse_header
from gatepair.exchange.messages import Lane
from gatepair.exchange.wire import BATCH_BYTES_MAX, BATCH_ENTRIES_MAX, PROTOCOL, Outcome

FLIPS: Final = 40
"""How many bytes of a batch are damaged, one at a time."""


@scenario("R01", "11.2", "11.4")
async def state_is_shown(peer: Peer) -> None:
    """Ask for the state with a signed request.

    Expect 200, with protocol, post, mode, the trial's agreement, and empty logs in each lane.
    """
    shown = await peer.state()
    agreement = shown.get("agreement", {})
    wanted = {"hash": peer.terms.hash_hex, "id": peer.trial.agreement.id, "version": peer.trial.agreement.version}
    if {name: agreement.get(name) for name in wanted} != wanted:
        raise ScenarioFailed("the post works under another agreement than the trial's")
    if (shown.get("protocol"), shown.get("post")) != (PROTOCOL, peer.trial.node.post):
        raise ScenarioFailed("protocol or post are not those of the trial")
    if any(lane.get("mirror_size") for lane in shown.get("lanes", ())):
        raise ScenarioFailed("the post holds entries under this agreement already; each trial needs a fresh one")


@scenario("R02", "11.2", "11.4")
async def strangers_are_shown_nothing(peer: Peer) -> None:
    """Ask for the state without a proof, with one of another key, of another request, and an hour old.

    Expect 401 or 403 each time.
    """
    old_ms = peer.now() - asking.AGE_MS_MAX - 60_000
    proofs = {
        "no proof": {},
        "the mirror's key": peer.proof("GET", STATE_PATH, key="mirror"),
        "another path": peer.proof("GET", STATE_PATH + "?x=1"),
        "another method": peer.proof("POST", STATE_PATH),
        "a proof older than an hour": peer.proof("GET", STATE_PATH, at_ms=old_ms),
        "nonsense": {asking.HEADER: "nonsense"},
    }
    for what, headers in proofs.items():
        answer = await peer.request("GET", STATE_PATH, headers=headers)
        if answer.status not in {401, 403}:
            raise ScenarioFailed(f"with {what} the state gave {answer.told()}")


@scenario("R03", "11.5")
async def clock_is_probed(peer: Peer) -> None:
    """Probe the clock, and probe it without a proof.

    Expect a signed note with two instants that answers this probe, and 401 without a proof.
    """
    kit, node = peer.trial.kit, peer.trial.node
    asked = asking.Asked(clock.METHOD, clock.PATH, kit.post, node.post, peer.now())
    proof = asking.signed_request(asked, name=asking.request_name(kit.side, kit.post), key=peer.log_key)
    answer = await peer.request(clock.METHOD, clock.PATH, headers={asking.HEADER: proof})
    if answer.status == 404:
        raise ScenarioNotRun("the post answers no probes (404): its clock is set by hand")
    verifier = asking.request_verifier(node.side, node.post, node.log_key)
    try:
        clock.read_answer(answer.body, asked, back_ms=peer.now(), verifier=verifier)
    except EnvelopeRejected as error:
        raise ScenarioFailed(f"the answer to the probe does not verify: {error.message}") from error
    if (await peer.request(clock.METHOD, clock.PATH)).status != 401:
        raise ScenarioFailed("a probe without a proof was answered")


@scenario("R04", "7.7", "8.7", "9.1")
async def greeting(peer: Peer) -> None:
    """Send a batch without entries over its empty log.

    Expect received, with a receipt over size 0 in each lane.
    """
    for lane in peer.trial.agreement.lanes:
        await peer.still(lane)


@scenario("R05", "8.8", "8.12", "9.1")
async def in_order(peer: Peer) -> None:
    """Send one, two and five entries, each batch after the one before.

    Expect received each time, with a receipt over exactly what was sent.
    """
    for count in (1, 2, 5):
        await peer.give(peer.entries(count))


@scenario("R06", "8.7")
async def doubled(peer: Peer) -> None:
    """Send a batch and then the same bytes again.

    Expect received both times, over the same size.
    """
    rows = peer.entries(2)
    raw = peer.raw(rows)
    peer.logs[Lane.NORMAL].keep(rows)
    for _ in range(2):
        peer.receipt(await peer.post(raw))


@scenario("R07", "8.7")
async def late(peer: Peer) -> None:
    """Send a batch again after a later one was received.

    Expect received, with the receipt over all that is held.
    """
    first = peer.entries(2)
    raw = peer.raw(first)
    peer.logs[Lane.NORMAL].keep(first)
    peer.receipt(await peer.post(raw))
    await peer.give(peer.entries(3))
    peer.receipt(await peer.post(raw))


@scenario("R08", "8.8")
async def overlapping(peer: Peer) -> None:
    """Send a batch that begins within what is held and ends beyond it.

    Expect received; the known entries are dropped.
    """
    log = peer.logs[Lane.NORMAL]
    await peer.give(peer.entries(2))
    fresh = peer.entries(2)
    answer = await peer.post(peer.raw([*log.rows[-2:], *fresh], start=log.size - 2))
    log.keep(fresh)
    peer.receipt(answer)


@scenario("R09", "8.6", "9.1")
async def reordered(peer: Peer) -> None:
    """Send the second of two batches before the first, then both in order.

    Expect gap with the index wanted and the checkpoint held, then received twice.
    """
    log = peer.logs[Lane.NORMAL]
    await peer.give(peer.entries(1))
    first, second = peer.entries(2), peer.entries(2)
    size = log.size
    reply = expect(await peer.post(peer.raw(second, after=first)), Outcome.GAP)
    if reply.next != size:
        raise ScenarioFailed(f"the gap asks for {reply.next}; {size} is wanted")
    held = Checkpoint.parse(notes.parse(reply.held).text)
    if (held.size, held.root) != (size, log.root_at(size)):
        raise ScenarioFailed("what the gap shows is not the checkpoint that is held")
    await peer.give(first)
    await peer.give(second)


@scenario("R10", "9.3")
async def receipts_are_stable(peer: Peer) -> None:
    """Send the same batch several times within a second.

    Expect the same bytes for a receipt whenever it states the same second.
    """
    rows = peer.entries(1)
    raw = peer.raw(rows)
    peer.logs[Lane.NORMAL].keep(rows)
    seen: dict[int, str] = {}
    for _ in range(5):
        receipt = peer.receipt(await peer.post(raw))
        if seen.setdefault(receipt.at_s, receipt.note) != receipt.note:
            raise ScenarioFailed("one second has two receipts for one batch")


@scenario("R11", "10.2")
async def heartbeat_played_again(peer: Peer) -> None:
    """Play an old heartbeat again after a newer one.

    Expect received, and nothing more is held; it is no new proof of life, which the wire does not show.
    """
    old = peer.raw(())
    for raw in (old, peer.raw(()), old, old):
        peer.receipt(await peer.post(raw))


@scenario("R12", "7.4")
async def full_batch(peer: Peer) -> None:
    """Send 256 entries at once.

    Expect received.
    """
    await peer.give(peer.entries(BATCH_ENTRIES_MAX))


@scenario("R13", "7.4", "8.2")
async def too_many_entries(peer: Peer) -> None:
    """Send 257 entries at once.

    Expect rejected, and nothing of it is held.
    """
    await peer.refuses(peer.raw(peer.entries(BATCH_ENTRIES_MAX + 1)))


@scenario("R14", "7.4", "8.2")
async def too_long(peer: Peer) -> None:
    """Send a batch of more than 4194304 bytes.

    Expect rejected, or 413; nothing of it is held.
    """
    raw = peer.raw(peer.entries(1))
    no_receipt(await peer.post(raw[:-1] + b" " * BATCH_BYTES_MAX + b"}"), statuses=(400, 413))
    await peer.still()


@scenario("R15", "8.2", "8.12")
async def cut_in_the_midst(peer: Peer) -> None:
    """Break the line in the midst of a batch, then send it whole.

    Expect nothing of the half is held, and the whole is received.
    """
    rows = peer.entries(3)
    raw = peer.raw(rows)
    before = await peer.mirrored(Lane.NORMAL)
    _, writer = await peer.connect()
    writer.write(peer.head(len(raw)) + raw[: len(raw) // 2])
    with contextlib.suppress(OSError):
        await writer.drain()
        writer.close()
        await writer.wait_closed()
    if await peer.mirrored(Lane.NORMAL) != before:
        raise ScenarioFailed("half a batch was taken in")
    await peer.give(rows)


@scenario("R16", "8.2", "8.4", "8.9")
async def damaged_byte(peer: Peer) -> None:
    """Damage one byte of a batch at 40 places.

    Expect never a receipt over the damaged entries, never a freeze; the true batch is received afterwards.
    """
    log, rows = peer.logs[Lane.NORMAL], peer.entries(2)
    raw = peer.raw(rows)
    dice = random.Random(raw)  # noqa: S311 - the places follow from the batch, so that a failure can be told again
    for _ in range(FLIPS):
        broken = bytearray(raw)
        broken[dice.randrange(len(raw))] ^= dice.randrange(1, 256)
        answer = await peer.post(bytes(broken))
        if answer.reply is not None and answer.reply.outcome in {Outcome.CONTRADICTION, Outcome.FROZEN}:
            raise ScenarioFailed(f"damage on the line froze the lane: {answer.told()}")
        if answer.reply is not None and answer.reply.outcome is Outcome.RECEIVED:
            # The damage hit what no signature covers, the sign of life; then the entries are the true ones.
            log.keep(rows if log.size < answer.reply.next else ())
            peer.receipt(answer)
        else:
            no_receipt(answer)
    if log.rows[-2:] != rows:
        await peer.give(rows)


@scenario("R17", "8.9")
async def changed_header(peer: Peer) -> None:
    """Change a header on the way so that it is still JSON.

    Expect rejected and not a contradiction; the true batch is received afterwards.
    """
    rows = peer.entries(2)
    raw = peer.raw(rows)
    at_ms = f'"at_ms":{parse_header(rows[0].header).at_ms}'.encode()
    await peer.refuses(raw.replace(at_ms, at_ms[:-1] + (b"0" if at_ms[-1:] != b"0" else b"1"), 1))
    await peer.give(rows)


@scenario("R18", "7.3", "8.4")
async def body_taken_out(peer: Peer) -> None:
    """Take a body out of a signed batch on the way.

    Expect rejected; the true batch is received afterwards.
    """
    rows = peer.entries(2)
    raw = peer.raw(rows)
    body = rows[0].body or b""
    await peer.refuses(raw.replace(b'"body":' + body, b'"body":null', 1))
    await peer.give(rows)


@scenario("R19", "7.2", "8.2")
async def other_version(peer: Peer) -> None:
    """Send a batch of protocol version 2, and one with a field that version 1 does not know.

    Expect rejected both times.
    """
    rows = peer.entries(1)
    await peer.refuses(peer.raw(rows, twist=Twist(version=PROTOCOL + 1)))
    await peer.refuses(peer.raw(rows)[:-1] + b',"zeal":1}')


@scenario("R20", "11.1", "8.2")
async def no_batch(peer: Peer) -> None:
    """Send nothing, JSON of other shapes, and bytes that are no JSON.

    Expect rejected each time.
    """
    for raw in (b"", b"null", b"{}", b"[]", b'"x"', b"\xff\xfe\x00", b"[" * 10_000, b'{"v":1}', b"{" * 100):
        await peer.refuses(raw)


@scenario("R21", "8.3")
async def no_such_lane(peer: Peer) -> None:
    """Send to a lane that there is not, and ask the lane's address otherwise than by POST.

    Expect no receipt, and an answer in the 400s.
    """
    raw = peer.raw(())
    no_receipt(await peer.post(raw, "sideways"))
    for method in ("GET", "PUT", "DELETE"):
        no_receipt(await peer.request(method, "/x/1/normal/entries", headers={"content-type": BATCH_TYPE}))


@scenario("R22", "11.8")
async def attachments_not_told_of(peer: Peer) -> None:
    """Ask for an attachment that no message named, by a signed request and without one.

    Expect 404 for the one and 401 or 403 for the other.
    """
    path = attachments.PATH.format(sha256="5a" * 32)
    if (answer := await peer.request("GET", path, headers=peer.proof("GET", path))).status != 404:
        raise ScenarioFailed(f"an attachment that nobody named gave {answer.told()}")
    if (answer := await peer.request("GET", path)).status not in {401, 403}:
        raise ScenarioFailed(f"without a proof the attachment gave {answer.told()}")


def no_receipt(answer: Answer, *, statuses: tuple[int, ...] = ()) -> None:
    """See that ``answer`` is no receipt, and no failure of the post.

    Raises:
        ScenarioFailed: it is.
    """
    if answer.status >= 500:
        raise ScenarioFailed(f"the post failed: {answer.told()}")
    if statuses and answer.status not in statuses:
        raise ScenarioFailed(f"expected HTTP {' or '.join(map(str, statuses))}, and got {answer.told()}")
    if answer.reply is not None and answer.reply.outcome is Outcome.RECEIVED:
        raise ScenarioFailed(f"it was receipted: {answer.told()}")
