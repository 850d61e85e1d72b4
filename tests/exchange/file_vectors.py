"""Golden vectors of bundles and papers: good ones, and one for each way to be bad."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any

from msgspec import Raw
from msgspec.structs import replace

from exchange.pair import NORTH, NOW_MS, SOUTH, Node, keys_of, pair, push
from gatepair.base.canonical import encode
from gatepair.exchange import bundle as bundles
from gatepair.exchange.bundle import BundleLane, make
from gatepair.exchange.calls import Answered, Call, ask
from gatepair.exchange.messages import Lane
from gatepair.exchange.paper import Paper, in_codes
from gatepair.node.link_state import own_tree


def spoken() -> tuple[Node, Node]:
    """Return a pair in which the north has three entries more than the south has receipted."""
    north, south = pair()
    for number in range(5):
        north.say(f"X{number}", route={"synthetic": True, "number": number})
        if number == 1:
            push(north, south)
            south.say("X0", "crossing.accepted/1")
            push(south, north)
    return north, south


def part(node: Node, reader: str, *, last: bool = True) -> bytes:
    """Return a part with the normal lane of ``node``, in batches of two entries and one."""
    with node.ledger.read() as view:
        log = node.link.own_log(view, Lane.NORMAL)
        before = tree = own_tree(view, Lane.NORMAL, log.confirmed)
        batches = []
        while tree.size < log.size or not batches:
            carried = node.link.carry(view, Lane.NORMAL, before=tree, now_ms=node.now_ms, limit=2)
            assert carried is not None
            batches.append(Raw(carried.raw))
            tree = carried.tree
        reply = node.link.owed(view, Lane.NORMAL, now_ms=node.now_ms)
    lane = BundleLane(
        lane=Lane.NORMAL,
        log=log.origin,
        starts=(log.confirmed,),
        end=tree.size,
        size=log.size,
        before=tuple(peak.hex() for peak in before.peaks),
        batches=tuple(batches),
        reply=Raw(reply or b"null"),
    )
    return make(author=node.post, reader=reader, made_at_ms=NOW_MS, lanes=[lane], last=last)


def bundle_vectors() -> dict[str, Any]:
    """Parts with whole batches and the receipts owed, in text, and parts that are refused as a whole."""
    north, south = spoken()
    good = part(north, SOUTH)
    return {
        "accept": [
            *(good.decode(), part(south, NORTH).decode(), part(north, SOUTH, last=False).decode()),
            *(raw.decode() for raw in _back_by_courier()),
        ],
        "reject": [{"text": raw.decode(), "why": why} for why, raw in _bad_parts(good)],
    }


def _back_by_courier() -> tuple[bytes, bytes]:
    """Return the part by which a restored post asks, and the one that brings the answers."""
    north, south = pair()
    backup = north.backup()
    for number in range(3):
        north.say(f"X{number}", route={"synthetic": True, "number": number})
    push(north, south)
    north.restore(backup)
    called = north.asked()
    assert called is not None
    log = north.terms.origin(NORTH, Lane.NORMAL, 1)
    back = ask(Call.RETURN, log, key=keys_of(NORTH).log)
    answers = [encode(Answered(call, Raw(south.serve(call, raw)))) for call, raw in (called, (Call.RETURN, back))]
    asking = BundleLane(lane=Lane.NORMAL, log=str(log), starts=(0,), end=0, size=0, ask=Raw(called[1]))
    southern = str(south.terms.origin(SOUTH, Lane.NORMAL, 1))
    answering = BundleLane(lane=Lane.NORMAL, log=southern, starts=(0,), end=0, size=0, answers=tuple(map(Raw, answers)))
    return (
        make(author=NORTH, reader=SOUTH, made_at_ms=NOW_MS, lanes=[asking], last=True),
        make(author=SOUTH, reader=NORTH, made_at_ms=NOW_MS, lanes=[answering], last=True),
    )


def _bad_parts(good: bytes) -> Iterator[tuple[str, bytes]]:
    read = bundles.read(good)
    (lane,) = read.lanes
    yield "cut short", good[:-40]
    yield "one digit of an entry changed", good.replace(b'"number":3', b'"number":7')
    yield "a space", good.replace(b'"last":true', b'"last": true')
    yield "keys out of order", b'{"reader":"south-post",' + good[1:].replace(b'"reader":"south-post",', b"")
    yield "a field that the version does not know", good.replace(b'{"author"', b'{"also":1,"author"')
    for why, changes in (
        ("another version", {"v": 2}),
        ("more entries than it counts", {"entries": 2}),
        ("part 2 with the starts of one", {"part": 2}),
        ("no part at all", {"part": 0}),
        ("no digest of its contents", {"contents": "0" * 64}),
    ):
        yield why, encode(replace(read, **changes))
    for why, lanes in (
        ("a lane twice", [lane, lane]),
        ("starts that fall", [replace(lane, starts=(3, 2))]),
        ("an end before its start", [replace(lane, end=1)]),
        ("an end beyond the log", [replace(lane, size=4)]),
        ("lanes of different parts", [lane, replace(lane, lane=Lane.URGENT, starts=(0, 0), end=0, size=0)]),
    ):
        made = {"author": NORTH, "reader": SOUTH, "made_at_ms": NOW_MS, "last": True}
        yield why, _made(lanes, **made)


def _made(lanes: list[BundleLane], **fields: Any) -> bytes:
    """Return a part whose own counts are right although its ``lanes`` are not."""
    text = make(lanes=lanes, **fields)
    return text if b'"entries":-' not in text else text.replace(b'"entries":-1', b'"entries":0')


def paper_vectors() -> dict[str, Any]:
    """Documents with their codes, stored and not squeezed, so that every library makes the same; and codes refused."""
    north, _ = spoken()
    with north.ledger.read() as view:
        entries = [north.link.on_paper(view, Lane.NORMAL, index, now_ms=NOW_MS) for index in (0, 3, 4)]
    papers = [
        Paper(v=1, author=NORTH, reader=SOUTH, made_at_ms=NOW_MS, entries=tuple(chosen))
        for chosen in ([entries[0]], [replace(entries[1], body=Raw(b"null"))], entries[1:])
    ]
    return {
        "accept": [{"codes": _stored(encode(one)), "document": encode(one).decode()} for one in papers],
        "reject": [{"codes": codes, "why": why} for why, codes in _bad_codes(papers)],
    }


def _stored(raw: bytes) -> list[str]:
    return list(in_codes(zlib.compress(raw, 0)))


def _bad_codes(papers: list[Paper]) -> Iterator[tuple[str, list[str]]]:
    one, other = (_stored(encode(paper)) for paper in papers[:2])
    document = json.loads(encode(papers[0]))
    yield "a code is missing", one[:-1]
    yield "codes of two papers", [*one, other[0]]
    yield "the colon at the end is missing", [*one[:-1], one[-1][:-1]]
    yield "a character read wrong", [one[0][:30] + ("0" if one[0][30] != "0" else "1") + one[0][31:], *one[1:]]
    yield "no code", ["HTTPS://EXAMPLE.ORG/"]
    yield "another version of the codes", [code.replace("GP1", "GP2") for code in one]
    yield "a document of another version", _stored(encode(document | {"v": 2}))
    yield "a document without entries", _stored(encode(document | {"entries": []}))
    yield "a document that is not canonical", _stored(encode(document).replace(b'"v":1', b'"v": 1'))
    yield "half a document", list(in_codes(zlib.compress(encode(papers[0]), 0)[:-8]))
    yield "more than a document", list(in_codes(zlib.compress(encode(papers[0]), 0) + b"x"))
