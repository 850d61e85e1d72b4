"""Scenarios of sending: the kit listens, provokes outcomes by types that there are not, and judges what the post sends."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from gatepair.base.errors import BadInput, EnvelopeRejected, ScenarioFailed
from gatepair.conformance.door import Response
from gatepair.conformance.hearing import REPLY_TYPE, Behaviour, Heard
from gatepair.conformance.logs import Row
from gatepair.conformance.peer import Peer
from gatepair.conformance.scenario import scenario
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.exchange.clock import PROBE_MS, REFUSAL_MS
from gatepair.exchange.envelope import Header, parse_body, parse_header
from gatepair.exchange.messages import STATEMENTS, Lane
from gatepair.exchange.wire import REPLY_BYTES_MAX, Batch, Outcome, body_of

NORMAL: Final = Lane.NORMAL
QUIET_S: Final = 15.0
"""How long a post that must be silent is listened to."""
SLACK_S: Final = 20.0
"""What is allowed beyond a period that the specification states."""
HEARTBEAT_S: Final = 60.0
"""Source: clause 7.8."""
GROWTH_S: Final = 25.0
"""How long the kit leaves a post without answers to see its pauses grow."""


@scenario("S01", "7.7")
async def first_word(peer: Peer) -> None:
    """Wait for the first batch of the post in the normal lane, having given it something to say.

    Expect a batch without entries that ends at the last receipt, here at size 0.
    """
    rows = await provoked(peer)
    await peer.ear.until(lambda: bool(batches(peer)), within_s=peer.patience_s, what="the first batch")
    first = batches(peer)[0]
    if first.batch is None or first.count or first.start:
        raise ScenarioFailed(f"the first batch held {first.count} entries from index {first.start}")
    await answered(peer, rows)


@scenario("S02", "7.2", "7.6", "6.7")
async def says_what_waits(peer: Peer) -> None:
    """Give the post three things to say.

    Expect three outcomes in its log, each naming the entry it answers.
    """
    await answered(peer, await provoked(peer, 3))


@scenario("S03", "7.6")
async def no_answer(peer: Peer) -> None:
    """Close the line without an answer, and in the midst of an answer.

    Expect the same entries again, and that they come through.
    """
    await sent_again(peer, [giving(silence()), lambda heard: half(peer.ear.honest(heard))])


@scenario("S04", "11.1", "7.6")
async def answers_that_are_none(peer: Peer) -> None:
    """Answer with a page of a proxy, a failure, a redirection, nonsense as a reply, and a reply without end.

    Expect the same entries again each time: any other answer is no reply.
    """
    others = (
        Response(200, "text/html", b"<html>log in</html>"),
        Response(502, REPLY_TYPE, b"{}"),
        Response(302, "text/plain", b""),
        Response(200, REPLY_TYPE, b"{}"),
        Response(200, REPLY_TYPE, b" " * (REPLY_BYTES_MAX + 1)),
    )
    for other in others:
        await sent_again(peer, [giving(other)])


@scenario("S05", "7.6", "8.6")
async def gap(peer: Peer) -> None:
    """Answer with a gap that asks for the log from its beginning.

    Expect the post to send from index 0, the same entries as before.
    """
    held = peer.ear.held[NORMAL]
    before = [entry.leaf for entry in held.entries]
    if not before:
        await answered(peer, await provoked(peer))
        before = [entry.leaf for entry in held.entries]
    seen = len(batches(peer))
    checkpoint = held.mirror.checkpoint
    peer.ear.script(NORMAL, [lambda heard: peer.ear.reply(heard, Outcome.GAP, held=checkpoint, wanted=0)])
    rows = await provoked(peer)
    again = next_from(peer, seen, start=0)
    await peer.ear.until(lambda: again() is not None, within_s=peer.patience_s, what="the entries from index 0")
    found = again()
    leaves = [] if found is None else [row.leaf for row in entries_of(found)]
    if leaves[: len(before)] != before[: len(leaves)]:
        raise ScenarioFailed("what the post sends from index 0 is not what it sent before")
    await answered(peer, rows)


@scenario("S06", "7.6", "8.13", "9.1")
async def unsigned_refusals(peer: Peer) -> None:
    """Answer with rejected, frozen, closed and contradiction, none of which is signed.

    Expect the post to try again later each time: nothing that is not signed stops it for good.
    """
    for outcome in (Outcome.REJECTED, Outcome.FROZEN, Outcome.CLOSED, Outcome.CONTRADICTION):
        await sent_again(peer, [refusing(peer, outcome)])


@scenario("S07", "9.2", "5.3")
async def false_receipts(peer: Peer) -> None:
    """Answer with receipts that are none: not cosigned, cosigned by another key, and over another log.

    Expect the same entries again each time.
    """

    def not_cosigned(heard: Heard) -> Response:
        return peer.ear.reply(heard, Outcome.RECEIVED, note=heard.batch.checkpoint if heard.batch else "")

    def by_another_key(heard: Heard) -> Response:
        checkpoint = heard.batch.checkpoint if heard.batch else ""
        return peer.ear.reply(heard, Outcome.RECEIVED, note=peer.ear.receipt(checkpoint, key="log"))

    def over_another_log(heard: Heard) -> Response:
        text = Checkpoint(peer.logs[NORMAL].origin, 0, peer.logs[NORMAL].root_at(0)).to_text()
        line = notes.sign(text, name=peer.logs[NORMAL].origin.key_name, key=peer.log_key)
        return peer.ear.reply(heard, Outcome.RECEIVED, note=peer.ear.receipt(notes.Note(text, (line,)).to_text()))

    for false in (not_cosigned, by_another_key, over_another_log):
        await sent_again(peer, [false])


@scenario("S08", "7.4")
async def one_in_flight(peer: Peer) -> None:
    """Leave a batch unanswered for five seconds while more waits to be said.

    Expect no second batch in this lane before the answer.
    """
    until_ms: list[int] = []

    def slow(heard: Heard) -> Response:
        until_ms.append(peer.now() + 4_500)  # Clocks differ; half a second is no matter here.
        return peer.ear.honest(heard).after(5.0)

    peer.ear.script(NORMAL, [slow])
    rows = await provoked(peer)
    await peer.ear.until(lambda: bool(until_ms), within_s=peer.patience_s, what="a batch")
    seen = len(batches(peer))
    rows += await provoked(peer, 2)
    await asyncio.sleep(max(0, until_ms[0] - peer.now()) / 1_000)
    if any(heard.at_ms < until_ms[0] for heard in batches(peer)[seen:]):
        raise ScenarioFailed("a second batch came while the first was unanswered")
    await answered(peer, rows)


@scenario("S09", "7.6", waits=True)
async def pauses_grow(peer: Peer) -> None:
    """Leave the post without any answer for 25 seconds.

    Expect pauses between its attempts that grow, so that a partner that is down is not besieged.
    """
    times: list[float] = []

    def silent(_: Heard) -> Response:
        times.append(time.monotonic())
        return silence()

    for lane in Lane:
        peer.ear.behaviours[lane.value] = silent
    rows = await provoked(peer)
    await asyncio.sleep(GROWTH_S)
    peer.ear.behaviours.clear()
    pauses = [later - earlier for earlier, later in pairwise(times)]
    if len(pauses) < 2:
        raise ScenarioFailed(f"the post tried {len(times)} times in {GROWTH_S:.0f} s and then gave up")
    if max(pauses) < 2 * max(pauses[0], 0.2):
        raise ScenarioFailed(f"the pauses stay at about {pauses[0]:.1f} s")
    await answered(peer, rows, within_s=3 * max(pauses))


@scenario("S20", "7.8", "10.2", waits=True)
async def heartbeat(peer: Peer) -> None:
    """Say nothing, and give nothing to say, for a minute.

    Expect a batch without entries within 60 seconds and a little, with a fresh cosignature over the kit's log.
    """
    await answered(peer, await provoked(peer))
    seen = len(batches(peer))

    def beats() -> list[Batch]:
        return [heard.batch for heard in batches(peer)[seen:] if heard.batch is not None and not heard.count]

    await peer.ear.until(lambda: bool(beats()), within_s=HEARTBEAT_S + SLACK_S, what="a heartbeat")
    try:
        signed = notes.parse(beats()[0].cosigned)
        checkpoint = Checkpoint.parse(signed.text)
        notes.verify(signed, peer.trial.node.mirror_verifier())
    except EnvelopeRejected as error:
        raise ScenarioFailed(f"its cosignature does not verify: {error.message}") from error
    log = peer.logs[NORMAL]
    if (checkpoint.size, checkpoint.root) != (log.size, log.root_at(log.size)):
        raise ScenarioFailed("its cosignature is not over what it holds of the kit's log")


@scenario("S21", "11.6", waits=True)
async def clocks_apart(peer: Peer) -> None:
    """Answer the post's probes as a clock ten minutes ahead would, and later as a right one.

    Expect no batches from the next probe on, receipts all the same, and batches again when the clocks agree.
    """
    await answered(peer, await provoked(peer))
    await _probed(peer, ahead_ms=2 * REFUSAL_MS)
    await asyncio.sleep(2.0)
    seen = len(peer.ear.heard)
    rows = await provoked(peer)
    await asyncio.sleep(QUIET_S)
    if len(peer.ear.heard) > seen:
        raise ScenarioFailed("the post signed batches although the clocks are ten minutes apart")
    await _probed(peer, ahead_ms=0)
    await answered(peer, rows)


@scenario("S30", "2.3", "4.2", "4.5", "4.7", "5.2", "7.2", "7.3", "7.4")
async def everything_heard_is_sound(peer: Peer) -> None:
    """Look through every batch of the trial: signatures, roots, limits, headers, sections, ids, what was heard.

    Expect no fault in any of them, and no section that the agreement does not list.
    """
    if not any(heard.count for heard in peer.ear.heard):
        await answered(peer, await provoked(peer))
    for heard in peer.ear.heard:
        if heard.fault or heard.batch is None:
            raise ScenarioFailed(f"a batch in {heard.lane[:16]} at {heard.at_ms}: {heard.fault}")
    said: dict[str, tuple[object, ...]] = {}
    salts: dict[str, str] = {}
    for lane, held in peer.ear.held.items():
        for entry in held.all:
            header = _readable(entry.header, entry.body, entry.quarantine)
            _sections_agreed(peer, lane, header, entry.body)
            message = same_message(header)
            if said.setdefault(header.id, message) != message:
                raise ScenarioFailed(f"the id {header.id} stands for two messages")
            for salt in [] if entry.body is None else [one.salt for one in parse_body(entry.body).sections.values()]:
                if salts.setdefault(salt, header.id) != header.id:
                    raise ScenarioFailed("one salt serves two messages")
            _heard_truly(peer, header)


# --- what the scenarios share -------------------------------------------------------------


async def provoked(peer: Peer, count: int = 1) -> list[Row]:
    """Give the post entries that it has to answer, and return them."""
    rows = [peer.entry().changed(type="cargo.sung/1") for _ in range(count)]
    await peer.give(rows)
    return rows


async def answered(peer: Peer, rows: Sequence[Row], *, within_s: float = 0.0) -> None:
    """Wait until the post has answered all of ``rows``, as long as the kit is patient or for ``within_s`` if that is longer."""
    await peer.ear.until(
        lambda: all(peer.ear.answers_to(row.leaf) for row in rows),
        within_s=max(within_s, peer.patience_s),
        what="the outcomes of the post",
    )


async def sent_again(peer: Peer, behaviours: Sequence[Behaviour]) -> None:
    """Answer the next batches with entries by ``behaviours`` and see that their entries come again, unchanged."""
    seen = len(batches(peer))
    peer.ear.script(NORMAL, behaviours)
    rows = await provoked(peer)

    def told() -> list[Heard]:
        return [heard for heard in batches(peer)[seen:] if heard.count]

    await peer.ear.until(
        lambda: len(told()) > len(behaviours),
        within_s=peer.patience_s,
        what="entries to come again that were not receipted",
    )
    await answered(peer, rows)
    first = [row.header for row in entries_of(told()[0])]
    for again in told()[1 : len(behaviours) + 1]:
        headers = [row.header for row in entries_of(again)]
        offset = told()[0].start - again.start
        if offset < 0 or headers[offset : offset + len(first)] != first[: len(headers) - offset]:
            raise ScenarioFailed("what was not receipted was not sent again as it was")


def batches(peer: Peer) -> list[Heard]:
    """Return what was heard in the normal lane."""
    return [heard for heard in peer.ear.heard if heard.lane == NORMAL.value]


def entries_of(heard: Heard) -> Sequence[Row]:
    """Return the entries of a batch."""
    found = () if heard.batch is None else heard.batch.entries
    return [Row.of(bytes(entry.header), body_of(entry)) for entry in found]


def next_from(peer: Peer, seen: int, *, start: int) -> Callable[[], Heard | None]:
    """Return what finds the first batch with entries from ``start``, after the ``seen`` ones."""

    def find() -> Heard | None:
        return next((heard for heard in batches(peer)[seen:] if heard.count and heard.start == start), None)

    return find


def giving(response: Response) -> Behaviour:
    """Return the behaviour that answers ``response`` whatever came."""
    return lambda _: response


def refusing(peer: Peer, outcome: Outcome) -> Behaviour:
    """Return the behaviour that answers with an unsigned ``outcome``."""
    return lambda heard: peer.ear.reply(heard, outcome, code="trial")


def silence() -> Response:
    """Return no answer at all."""
    return Response(200, REPLY_TYPE, b"", cut=0)


def half(response: Response) -> Response:
    """Return half of ``response``."""
    return Response(response.status, response.media_type, response.body, cut=len(response.body) // 2)


async def _probed(peer: Peer, *, ahead_ms: int) -> None:
    peer.ear.clock_ahead_ms = ahead_ms
    seen = len(peer.ear.probes)
    within_s = PROBE_MS / 1_000 + SLACK_S
    await peer.ear.until(lambda: len(peer.ear.probes) > seen, within_s=within_s, what="a probe of the clock")


def _readable(header: bytes, body: bytes | None, quarantine: str) -> Header:
    if quarantine:
        raise ScenarioFailed(f"an entry of the post is {quarantine.replace('_', ' ')}")
    try:
        if body is not None:
            parse_body(body)
        return parse_header(header)
    except BadInput as error:
        raise ScenarioFailed(f"an entry of the post cannot be read: {error.message}") from error


def _sections_agreed(peer: Peer, lane: Lane, header: Header, body: bytes | None) -> None:
    agreed = peer.terms.by_kind.get(header.type) or STATEMENTS[header.type]
    listed = set(agreed.sections)
    sent = set() if body is None else set(parse_body(body).sections)
    if set(header.sections) != listed or not sent <= listed:
        raise ScenarioFailed(f"{header.type} in {lane.value} has other sections than the agreement lists")


def same_message(header: Header) -> tuple[object, ...]:
    """Return what stays of a message when it is said again in a later epoch (clause 12.16)."""
    return (header.type, header.subject, header.at_ms, tuple(sorted(header.sections.items())))


def _heard_truly(peer: Peer, header: Header) -> None:
    """See that what the post says it has heard of the kit's logs is so."""
    logs = {str(log.origin): log for log in peer.logs.values()}
    for heard in header.heard:
        log = logs.get(heard.log)
        if log is None or heard.size > log.size or log.root_at(heard.size).hex() != heard.root:
            raise ScenarioFailed(f"{header.id} says it heard what the kit did not say")
