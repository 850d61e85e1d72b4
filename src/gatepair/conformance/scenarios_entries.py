"""Scenarios of entries: what the agreement does not list, what cannot be read, what is withheld, doubled or erased."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from gatepair.base.canonical import encode, plain
from gatepair.base.errors import ScenarioFailed
from gatepair.conformance.logs import Row
from gatepair.conformance.peer import Peer, expect
from gatepair.conformance.scenario import scenario
from gatepair.conformance.trial import NOT_OURS
from gatepair.exchange import note as notes
from gatepair.exchange.envelope import BODY_BYTES_MAX, HEADER_BYTES_MAX, Opened, parse_body, parse_header
from gatepair.exchange.findings import AGREEMENT_NOT_SIGNED, ID_REUSED, UNSUPPORTED_TYPE
from gatepair.exchange.messages import AGREEMENT_ANNOUNCED, Lane
from gatepair.exchange.wire import Outcome

MALFORMED: Final[tuple[tuple[str, bytes], ...]] = (
    ("repeated key", b'{"a":1,"a":1}'),
    ("keys out of order", b'{"b":1,"a":2}'),
    ("space", b'{"a": 1}'),
    ("float", b'{"a":1.0}'),
    ("exponent", b'{"a":1e3}'),
    ("minus zero", b'{"a":-0}'),
    ("integer beyond 2^53-1", b'{"a":9007199254740992}'),
    ("upper-case key", b'{"A":1}'),
    ("key beyond ASCII", '{"é":1}'.encode()),
    ("empty key", b'{"":1}'),
    ("text not in NFC", '{"a":"e\u0301"}'.encode()),
    ("needless escape", b'{"a":"\\u00e9"}'),
    ("escaped solidus", b'{"a":"\\/"}'),
    ("nesting of 33", b'{"a":' * 33 + b"1" + b"}" * 33),
    ("no object", b"[1]"),
    ("empty object", b"{}"),
)
"""Headers that no reader may open. Those that are no JSON at all would make the whole batch unreadable."""


@scenario("R50", "4.6", "8.10")
async def withheld_and_erased(peer: Peer) -> None:
    """Send an entry without its body, one with a section left out, and later one again without the body it had.

    Expect received each time; header, leaf and proofs are untouched.
    """
    log = peer.logs[Lane.NORMAL]
    whole = peer.entry(kind=peer.author.kind(Lane.NORMAL, sections=2))
    body = parse_body(whole.body or b"")
    first = min(body.sections)
    less = {name: section for name, section in body.sections.items() if name != first}
    await peer.give([peer.entry().withheld(), Row.of(whole.header, encode({"sections": less})), peer.entry()])
    again = [row.withheld() for row in log.rows[-3:]]
    peer.receipt(await peer.post(peer.raw(again, start=log.size - 3)))


@scenario("R51", "8.10")
async def body_that_does_not_fit(peer: Peer) -> None:
    """Sign an entry with a body that does not fit its header, then send the same header without a body.

    Expect rejected, then received: the writer mends it by withholding the body.
    """
    first, second = peer.entries(2)
    await peer.refuses(peer.raw([Row(first.header, second.body, first.leaf)]))
    await peer.refuses(peer.raw([Row(first.header, b'{"sections":[]}', first.leaf)]))
    await peer.give([first.withheld()])


@scenario("R52", "4.8", "8.10")
async def body_too_long(peer: Peer) -> None:
    """Send an entry with a body of more than 1048576 bytes, then without it.

    Expect rejected, then received.
    """
    row = peer.entry(sections={})
    long = Row(row.header, encode({"sections": {"x": {"salt": "0" * 32, "value": "x" * BODY_BYTES_MAX}}}), row.leaf)
    await peer.refuses(peer.raw([long]))
    await peer.give([row.withheld()])


@scenario("R53", "4.8", "8.10")
async def header_too_long(peer: Peer) -> None:
    """Send an entry with a header of more than 61440 bytes.

    Expect received: it is mirrored without its body and without effect.
    """
    sections = {f"s{number}": "0" * 64 for number in range(HEADER_BYTES_MAX // 64)}
    await peer.give([peer.entry().changed(sections=sections)])


@scenario("R54", "8.10")
async def unknown_type(peer: Peer) -> None:
    """Send an entry of a type that there is not, and of a version that there is not yet.

    Expect received, and answered by outcomes with exchange.unsupported_type.
    """
    kind = peer.author.kind(Lane.NORMAL)
    rows = [peer.entry().changed(type=name) for name in ("cargo.sung/1", f"{kind.partition('/')[0]}/999")]
    await peer.give(rows)
    for row in rows:
        await unsupported(peer, row)


@scenario("R55", "8.10", "4.7")
async def unknown_section(peer: Peer) -> None:
    """Send an entry with a section that the agreement does not list for its type, and with one too few.

    Expect received, and answered by outcomes with exchange.unsupported_type.
    """
    listed = peer.entry(kind=peer.author.kind(Lane.NORMAL, sections=2))
    digests = dict(parse_header(listed.header).sections)
    first = min(digests)
    more = peer.entry().changed(sections={**digests, "secret": "0" * 64})
    fewer = listed.changed(sections={name: digest for name, digest in digests.items() if name != first})
    await peer.give([more, fewer])
    for row in (more, fewer):
        await unsupported(peer, row)


@scenario("R56", "8.10", "6.2")
async def wrong_lane_and_sender(peer: Peer) -> None:
    """Send a type in another lane than the agreement's, and one that only the post may send.

    Expect received, and answered by outcomes with exchange.unsupported_type.
    """
    astray = peer.entry(Lane.URGENT)
    await peer.give([astray])
    await unsupported(peer, astray)
    listed = peer.terms.by_kind[NOT_OURS]
    digests = dict.fromkeys(listed.sections, "0" * 64)
    not_ours = peer.entry(listed.lane).changed(type=NOT_OURS, sections=digests).withheld()
    await peer.give([not_ours], listed.lane)
    await unsupported(peer, not_ours)


@scenario("R57", "4.2", "8.10")
async def unknown_agreement(peer: Peer) -> None:
    """Send an entry under an agreement that the post does not hold.

    Expect received, and answered by an outcome with exchange.unsupported_type.
    """
    row = peer.entry().changed(agreement="5a" * 32)
    await peer.give([row])
    await unsupported(peer, row)


@scenario("R58", "8.11")
async def same_message_again(peer: Peer) -> None:
    """Send an id again with the same content.

    Expect received, and no second effect, so no refusal for the id.
    """
    row = peer.entry()
    await peer.give([row])
    marker = peer.entry().changed(type="cargo.sung/1")
    await peer.give([row, marker])
    # The marker's own outcome comes after whatever would be said to those before it.
    await unsupported(peer, marker)
    answers = peer.ear.answers_to(row.leaf)
    if len(answers) > 1 or any(ID_REUSED.code in codes_in(answer) for answer in answers):
        raise ScenarioFailed("the same message under its own id was answered as if it were another")


@scenario("R59", "8.11")
async def id_reused(peer: Peer) -> None:
    """Send an id again with other content.

    Expect received, and answered by an outcome with exchange.id_reused.
    """
    first = peer.entry()
    await peer.give([first])
    second = peer.entry(message_id=parse_header(first.header).id)
    await peer.give([second])
    verdict, codes = await peer.outcome_of(second)
    if (verdict, ID_REUSED.code in codes) != ("refused", True):
        raise ScenarioFailed(f"the outcome is {verdict} with {', '.join(codes) or 'no codes'}")


@scenario("R60", "2.3", "8.10")
async def malformed_headers(peer: Peer) -> None:
    """Send 16 headers, each malformed in another way.

    Expect received and without effect, or rejected as a whole; never a failure of the post.
    """
    for _, header in MALFORMED:
        row = Row.of(header, None)
        answer = await peer.post(peer.raw([row]))
        if expect(answer, Outcome.RECEIVED, Outcome.REJECTED).outcome is Outcome.RECEIVED:
            peer.logs[Lane.NORMAL].keep([row])
            peer.receipt(answer)
    await peer.still()


@scenario("R61", "6.7")
async def outcomes_are_not_answered(peer: Peer) -> None:
    """Send outcomes: one, one that says nothing, and one of a version that there is not yet.

    Expect received; an outcome is never answered by an outcome.
    """
    told = peer.entry(kind="outcome/1", sections={"outcome": {"codes": [], "verdict": "accepted"}})
    empty = peer.entry(kind="outcome/1", sections={"outcome": {}})
    newer = peer.entry().changed(type="outcome/999")
    marker = peer.entry().changed(type="cargo.sung/1")
    await peer.give([told, empty, newer, marker])
    # The marker's own outcome comes after whatever would be said to those before it.
    await unsupported(peer, marker)
    for row in (told, empty, newer):
        if peer.ear.answers_to(row.leaf):
            raise ScenarioFailed("an outcome was answered by an outcome")


@scenario("R62", "6.8", "6.12", "6.19")
async def agreement_of_one_side(peer: Peer) -> None:
    """Announce the next version of the agreement, which the kit's root alone has signed.

    Expect received, and answered by an outcome with exchange.agreement_not_signed; the lane goes on.
    """
    kit, agreement = peer.trial.kit, peer.trial.agreement
    following = replace(
        agreement, version=agreement.version + 1, valid_from_ms=max(peer.now(), agreement.valid_from_ms)
    )
    note = notes.Note(following.note_text(), (following.sign(kit.side, peer.trial.keys["root"]),)).to_text()
    version = {"agreement": plain(following), "note": note}
    row = peer.entry(Lane.URGENT, kind=AGREEMENT_ANNOUNCED, sections={"version": version}).changed(subject=kit.post)
    await peer.give([row], Lane.URGENT)
    verdict, codes = await peer.outcome_of(row)
    if (verdict, AGREEMENT_NOT_SIGNED.code in codes) != ("refused", True):
        raise ScenarioFailed(f"the outcome is {verdict} with {', '.join(codes) or 'no codes'}")
    await peer.still(Lane.URGENT)


def codes_in(outcome: Opened) -> tuple[str, ...]:
    """Return the codes that an outcome gives."""
    return tuple(outcome.sections.get("outcome", {}).get("codes", ()))


async def unsupported(peer: Peer, row: Row) -> None:
    """See that the post answers ``row`` as a type that it does not support."""
    verdict, codes = await peer.outcome_of(row)
    if (verdict, UNSUPPORTED_TYPE.code in codes) != ("refused", True):
        raise ScenarioFailed(f"the outcome is {verdict} with {', '.join(codes) or 'no codes'}")
