"""Fuzzing of what posts ask of one another beside batches: fences, entries handed back, proofs of who asks, probes."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from msgspec import Raw

from exchange.pair import NORTH, NOW_MS, SOUTH, Node, agreement, keys_of, pair, push
from gatepair.base.canonical import encode
from gatepair.exchange import asking, clock
from gatepair.exchange.calls import Answered, Ask, Call, ask, call_of, check_ask, check_returned
from gatepair.exchange.disclosure import Disclosure, check_receipt, sign_receipt
from gatepair.exchange.envelope import Section
from gatepair.exchange.fence import Fence, check_fence, sign_fence
from gatepair.exchange.messages import Lane
from gatepair.exchange.wire import Outcome, decode_reply

TERMS: Final = agreement()
NORTH_PARTY, SOUTH_PARTY = TERMS.party(NORTH), TERMS.party(SOUTH)
LOG: Final = TERMS.origin(NORTH, Lane.NORMAL, 1)
PATH: Final = "/x/1/state"
ASKED: Final = asking.Asked("GET", PATH, NORTH, SOUTH, NOW_MS)
PROBED: Final = asking.Asked(clock.METHOD, clock.PATH, NORTH, SOUTH, NOW_MS)


class Believed(Exception):
    """Bytes that nobody signed had an effect."""


@cache
def _story() -> tuple[bytes, bytes, bytes]:
    """Return a true ask for a fence, its answer, and entries handed back, of a short log."""
    south = _talked()
    asked = ask(Call.FENCE, LOG, key=keys_of(NORTH).log)
    fenced = south.serve(Call.FENCE, asked)
    returned = south.serve(Call.RETURN, ask(Call.RETURN, LOG, key=keys_of(NORTH).log))
    return asked, fenced, returned


def _talked() -> Node:
    north, south = pair()
    for number in range(3):
        north.say(f"X{number}", route=number)
    push(north, south)
    return south


def asks() -> list[bytes]:
    """Return true asks of each kind."""
    key = keys_of(NORTH).log
    fetched = Answered(Call.FENCE, Raw(_story()[1]))
    return [
        _story()[0],
        ask(Call.RETURN, LOG, key=key, start=2),
        ask(Call.NEXT, TERMS.origin(SOUTH, Lane.NORMAL, 1), key=key, answered=fetched),
    ]


def read_ask(raw: bytes) -> Ask:
    """Read an ask of each kind that the partner signed; none is believed that was not signed so."""
    read = check_ask(raw, call_of(raw), asker=NORTH_PARTY)
    if read.signature not in _true_asks():
        raise Believed(raw)
    return read


@cache
def _true_asks() -> frozenset[str]:
    return frozenset(check_ask(raw, call_of(raw), asker=NORTH_PARTY).signature for raw in asks())


def fencing(raw: bytes) -> None:
    """Let a whole post read an ask for a fence: it must answer, and close nothing that its writer did not ask for."""
    south = Node(SOUTH)
    reply = decode_reply(south.serve(Call.FENCE, raw))
    if reply.outcome is Outcome.FENCED and check_ask(raw, Call.FENCE, asker=NORTH_PARTY).signature not in _true_asks():
        raise Believed(raw)


def recovering(raw: bytes) -> None:
    """Let a restored post read an answer to its ask for a fence: only the partner's true note brings it on."""
    north = Node(NORTH, marks=None)
    with north.unit() as unit:
        north.link.declare_restored(unit, now_ms=NOW_MS)
    north.asked()
    with north.unit() as unit:
        moved = north.link.recover(unit, "normal", Call.FENCE, raw, now_ms=NOW_MS)
    if moved and decode_reply(raw).note != decode_reply(_story()[1]).note:
        raise Believed(raw)


def answers_to_fences() -> list[bytes]:
    """Return a true answer to an ask for a fence."""
    return [_story()[1]]


def read_returned(raw: bytes) -> Any:
    """Read entries handed back; none are believed that the holder did not sign."""
    return check_returned(raw, LOG, start=0, holder=SOUTH_PARTY)


def returned() -> list[bytes]:
    """Return true entries handed back."""
    return [_story()[2]]


def read_fence_text(raw: bytes) -> Fence:
    """Read the text of a fence note."""
    return Fence.parse(raw.decode("utf-8", "surrogateescape"))


def spelled_fence(read: Fence) -> bytes:
    """Write a fence again."""
    return read.to_text().encode("utf-8", "surrogateescape")


def fence_texts() -> list[bytes]:
    """Return texts of fence notes."""
    return [_fence().to_text().encode(), Fence(7, _fence().stand).to_text().encode()]


def read_fence(raw: bytes) -> Fence:
    """Read a fence note of the partner."""
    fence = check_fence(raw.decode("utf-8", "replace"), log=LOG, holder=SOUTH_PARTY)
    if fence != _fence():
        raise Believed(raw)
    return fence


def fences() -> list[bytes]:
    """Return true fence notes, by two times."""
    key = keys_of(SOUTH).mirror
    return [sign_fence(_fence(), SOUTH_PARTY, key=key, at_s=at_s).encode() for at_s in (1, NOW_MS // 1_000)]


@cache
def _fence() -> Fence:
    return check_fence(decode_reply(_story()[1]).note, log=LOG, holder=SOUTH_PARTY)


def read_request(raw: bytes) -> asking.Asked:
    """Read the proof of who asks for the state; none is believed for another request."""
    verifier = asking.request_verifier(NORTH_PARTY.side, NORTH, NORTH_PARTY.log_key)
    read = asking.check_request(raw.decode("latin-1"), method="GET", path=PATH, answerer=SOUTH, verifier=verifier)
    if read != ASKED:
        raise Believed(raw)
    return read


def requests() -> list[bytes]:
    """Return a true proof."""
    name, key = asking.request_name(NORTH_PARTY.side, NORTH), keys_of(NORTH).log
    return [asking.signed_request(ASKED, name=name, key=key).encode()]


def read_request_text(raw: bytes) -> asking.Asked:
    """Read the text of a request."""
    return asking.Asked.parse(raw.decode("utf-8", "surrogateescape"))


def spelled_request(read: asking.Asked) -> bytes:
    """Write a request again."""
    return read.to_text().encode("utf-8", "surrogateescape")


def request_texts() -> list[bytes]:
    """Return texts of requests."""
    return [ASKED.to_text().encode(), PROBED.to_text().encode()]


def read_probe(raw: bytes) -> clock.ClockReading:
    """Read the answer to a probe; only the partner's own two instants are believed."""
    verifier = asking.request_verifier(SOUTH_PARTY.side, SOUTH, SOUTH_PARTY.log_key)
    read = clock.read_answer(raw, PROBED, back_ms=NOW_MS + 40, verifier=verifier)
    if read != clock.reading(asked_ms=NOW_MS, received_ms=NOW_MS + 10, answered_ms=NOW_MS + 12, back_ms=NOW_MS + 40):
        raise Believed(raw)
    return read


def probes() -> list[bytes]:
    """Return the true answer to a probe."""
    name, key = asking.request_name(SOUTH_PARTY.side, SOUTH), keys_of(SOUTH).log
    text = clock.signed_answer(PROBED, received_ms=NOW_MS + 10, answered_ms=NOW_MS + 12, name=name, key=key)
    return [text.encode()]


def read_disclosed(raw: bytes) -> int:
    """Read the receipt over a disclosure; only the partner's own is believed."""
    at_s = check_receipt(raw, disclosures()[0], holder=SOUTH_PARTY)
    if raw.partition(b"\n\n")[0] != receipts_over_disclosures()[0].partition(b"\n\n")[0] or at_s != 7:
        raise Believed(raw)
    return at_s


def receipts_over_disclosures() -> list[bytes]:
    """Return the true receipt over a disclosure."""
    return [sign_receipt(disclosures()[0], SOUTH_PARTY, key=keys_of(SOUTH).mirror, at_s=7).encode()]


def disclosures() -> list[bytes]:
    """Return a disclosure of two sections."""
    sections = {"driver": Section("00" * 16, {"name": "SYNTHETIC"}), "route": Section("11" * 16, [1, "x", None])}
    return [encode(Disclosure("gatepair/disclosure/v1", 4, "ab" * 32, str(LOG), sections))]
