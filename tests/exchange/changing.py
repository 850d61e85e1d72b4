"""Successors of the synthetic agreement, signed, and what two synthetic posts do with them."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from exchange.pair import NOW_MS, Node, agreement, key
from gatepair.base.canonical import decode_as
from gatepair.base.findings import Finding
from gatepair.exchange.agreement import Agreement, Message, Mode
from gatepair.exchange.envelope import parse_body, parse_header
from gatepair.exchange.key_statements import Position, Positions
from gatepair.exchange.note import Note
from gatepair.exchange.signer import SigningKey
from gatepair.exchange.succession.held import HeldVersion, Succession
from gatepair.exchange.succession.judge import Offer, judge
from gatepair.exchange.wire import body_of, decode_batch
from gatepair.node.link_state import QUARANTINE, SetAside

HOUR_MS, HOUR_S = 3_600_000, 3_600
START_MS = NOW_MS + HOUR_MS
"""When successors take force."""
NORTH_ROOT, SOUTH_ROOT = key(1), key(4)
SIDES = ("n.example", "s.example")


def cut(message: Message, kind: str, sections: tuple[str, ...] | None) -> Message:
    """Return ``message`` with these sections when it is of ``kind``."""
    return replace(message, sections=sections) if sections is not None and message.kind == kind else message


def successor(
    before: Agreement | None = None, *, sections: dict[str, tuple[str, ...]] | None = None, **changes: Any
) -> Agreement:
    """Return the next version, an hour from the start, with an overlap of one hour; ``sections`` by type are cut."""
    before = before or agreement()
    listed = tuple(cut(each, each.kind, (sections or {}).get(each.kind)) for each in before.messages)
    usual = {"version": before.version + 1, "valid_from_ms": START_MS, "overlap_s": HOUR_S, "messages": listed}
    return replace(before, **{**usual, **changes})


def signed(terms: Agreement, *roots: tuple[str, SigningKey]) -> Note:
    """Return the note with the lines of ``roots``, of both sides' usual ones without any."""
    roots = roots or tuple(zip(SIDES, (NORTH_ROOT, SOUTH_ROOT), strict=True))
    return Note(terms.note_text(), tuple(terms.sign(side, root) for side, root in roots))


def take(node: Node, terms: Agreement, note: Note | None = None, **how: Any) -> tuple[HeldVersion | None, list[str]]:
    """Give ``terms`` to a post; returns the version when it holds it, and the codes of what was found."""
    with node.unit() as unit:
        held, found = node.link.take_version(
            unit, terms.encoded(), (note or signed(terms)).to_text(), now_ms=node.now_ms, **how
        )
    return held, codes(found)


def codes(found: tuple[Finding, ...] | list[Finding]) -> list[str]:
    """Return the codes of findings."""
    return [each.code.removeprefix("exchange.") for each in found]


def later(ms: int, *nodes: Node) -> None:
    """Let time pass at ``nodes``."""
    for node in nodes:
        node.now_ms += ms


def sent(batch: bytes | None) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return version hash, type and shown sections of the entries in a batch."""
    found = []
    for entry in decode_batch(batch or b"").entries if batch else ():
        header, body = parse_header(bytes(entry.header)), body_of(entry)
        shown = () if body is None else tuple(sorted(parse_body(body).sections))
        found.append((header.agreement, header.type, shown))
    return found


def set_aside(node: Node) -> list[str]:
    """Return why entries of the partner had no effect."""
    with node.ledger.read() as reader:
        return [decode_as(SetAside, row.document).why for row in reader.rows(QUARANTINE, limit=100)]


def version_of(node: Node, leaf: bytes, lane: str = "normal") -> str:
    """Return the hash of the version that our entry with ``leaf`` names."""
    with node.ledger.read() as reader:
        rows = reader.own_entries(lane, start=0, limit=100)
    return next(parse_header(row.header).agreement for row in rows if row.leaf == leaf)


def hash_of(terms: Agreement) -> str:
    """Return the hash in hex."""
    return terms.hash().hex()


def vectors() -> dict[str, Any]:
    """Successors good and bad with their findings, and what is in force, written under and counted at instants."""
    base = agreement()
    second = successor()
    offers = [
        ("the next version", second, signed(second), "", NOW_MS),
        ("after its instant", second, signed(second), "", START_MS),
        ("a number left out", successor(version=3), None, "", NOW_MS),
        ("another name", successor(id="another"), None, "", NOW_MS),
        ("another mode", successor(mode=Mode.MIRRORED), None, "", NOW_MS),
        ("signed by one side", second, signed(second, ("n.example", NORTH_ROOT)), "", NOW_MS),
        ("a note over another text", second, signed(successor(overlap_s=1)), "", NOW_MS),
        ("two texts of one number", successor(version=1), None, "", NOW_MS),
        *root_offers(base),
    ]
    return {
        "held": [{"agreement": base.encoded().decode(), "note": signed(base).to_text()}],
        "offers": [
            {
                "agreement": one.encoded().decode(),
                "at_ms": at_ms,
                "expected_hash": expected,
                "findings": codes(judged(one, note or signed(one), expected, at_ms=at_ms)),
                "note": (note or signed(one)).to_text(),
                "why": why,
            }
            for why, one, note, expected, at_ms in offers
        ],
        "instants": [instant(at_ms, shared=shared) for shared in (False, True) for at_ms in INSTANTS],
        "successor": second.encoded().decode(),
    }


INSTANTS = (NOW_MS, START_MS - 1, START_MS, START_MS + HOUR_MS - 1, START_MS + HOUR_MS)


def root_offers(base: Agreement) -> list[tuple[str, Agreement, Note, str, int]]:
    """Successors that give the north side another root."""
    first, second = base.parties
    place = Positions.everywhere(Position(1, 1_000))
    whole = (replace(first, root_key=key(30).public.hex(), logs_from=place), replace(second, logs_from=place))
    one = successor(parties=whole)
    bare = successor(parties=(replace(whole[0], logs_from=None), whole[1]))
    new, old, other = (SIDES[0], key(30)), (SIDES[0], NORTH_ROOT), (SIDES[1], SOUTH_ROOT)
    return [
        ("new roots, the old ones sign", one, signed(one, new, old, other), "", NOW_MS),
        ("new roots, the old ones do not sign", one, signed(one, new, other), "", NOW_MS),
        ("new roots, the hash compared on paper", one, signed(one, new, other), hash_of(one)[:16], NOW_MS),
        ("new roots, another hash on paper", one, signed(one, new, other), "0" * 16, NOW_MS),
        ("new roots without the place from which they count", bare, signed(bare, new, old, other), "", NOW_MS),
    ]


def judged(one: Agreement, note: Note, expected: str, *, at_ms: int) -> tuple[Finding, ...]:
    """Return the findings about an offer to a post that holds the synthetic agreement."""
    held = Succession.of((HeldVersion(agreement()),))
    return judge(held, Offer(one, note, expected=expected), now_ms=at_ms).findings


def instant(at_ms: int, *, shared: bool) -> dict[str, Any]:
    """Return what a post that holds both versions does at an instant."""
    both = Succession.of((HeldVersion(agreement()), HeldVersion(successor(), shared=shared)))
    ruling, writing = both.ruling(at_ms), both.writing(at_ms)
    return {
        "at_ms": at_ms,
        "counts": [terms.agreement.version for terms in both.terms if terms.counts(at_ms)],
        "in_force": None if ruling is None else ruling.agreement.version,
        "shared": shared,
        "waits": writing is not None and both.waits(writing.terms.hash_hex),
        "written_under": None if writing is None else writing.terms.agreement.version,
    }
