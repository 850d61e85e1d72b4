"""Evidence files over two versions of the agreement, good and bad."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace as changed

from exchange.pair import NOW_MS, key
from exchange.proofs import Row, Story, policy_text, root_note, small_agreement, with_header
from exchange.way import INCOMPLETE, PROVED, Way
from gatepair.base.canonical import encode
from gatepair.exchange.agreement import Agreement, fingerprint
from gatepair.exchange.envelope import Body, Section, section_digest
from gatepair.exchange.key_statements import Position, Positions
from gatepair.exchange.note import Note

RELEASED_MS = 60_000
"""When the story's last entry is written, after its beginning."""
LAST = "logs.0.entries.1"
ALLOWED = "successors allowed"


def second(**changes: Any) -> Agreement:
    """Return version 2, which takes force before the last entry."""
    usual = {"version": 2, "valid_from_ms": NOW_MS + 45_000, "overlap_s": 3_600}
    return small_agreement(**{**usual, **changes})


def story(two: Agreement | None = None, note: str = "", *, under: int = 2) -> Story:
    """Return the story whose last entry stands under version ``under`` of the two that the file holds."""
    one, two = small_agreement(), two or second()
    told = Story(one, agreements=[(one.encoded(), root_note(one)), (two.encoded(), note or root_note(two))])
    if under == 2:
        told.north.rows[2] = with_header(told.north.rows[2], agreement=two.hash().hex())
    return told


def named(one: Agreement) -> str:
    """Return the rule that names an agreement."""
    return f"agreement {one.hash().hex()}"


def versions() -> Iterator[Way]:
    """Yield every case."""
    yield from _good()
    yield from _out_of_force()
    yield from _roots()
    yield from _refused()


def _good() -> Iterator[Way]:
    one, two = small_agreement(), second()
    yield Way("two versions", story().raw(), PROVED)
    yield Way("two versions, both named", story().raw(), PROVED, rules=(named(one), named(two)))
    yield Way(
        "two versions, the first named and successors allowed", story().raw(), PROVED, rules=(named(one), ALLOWED)
    )
    yield Way("the earlier version in the overlap", story(under=1).raw(), PROVED)
    file = story()
    file.agreements.reverse()
    yield Way("two versions, the later one first", file.raw(), PROVED, rules=(named(one), ALLOWED))

    # An announcement of version 2 under version 1, long after its end.
    told = story(second(overlap_s=0), under=1)
    section = Section(salt="00" * 16, value={"agreement": {"version": 2}, "note": "synthetic"})
    told.north.rows[2] = with_header(
        told.north.rows[2], type="agreement.announced/1", sections={"version": section_digest("version", section)}
    )
    told.north.rows[2] = Row(told.north.rows[2].header, encode(Body({"version": section})))
    yield Way("a version announced under one that no longer counts", told.raw(), PROVED)


def _out_of_force() -> Iterator[Way]:
    found = (f"{LAST} evidence.agreement_out_of_force",)
    over = story(second(overlap_s=10), under=1)
    yield Way("the earlier version after the overlap", over.raw(), INCOMPLETE, found)
    last = story(second(overlap_s=15), under=1)
    yield Way("the earlier version at the end of the overlap", last.raw(), INCOMPLETE, found)
    early = story(second(valid_from_ms=NOW_MS + RELEASED_MS + 1))
    yield Way("the later version before its instant", early.raw(), INCOMPLETE, found)
    two = second(overlap_s=0)
    unproved = story(two, root_note(two, sides=["n.example"]), under=1)
    yield Way(
        "a successor that one side signed ends nothing",
        unproved.raw(),
        INCOMPLETE,
        ("agreements.1.note evidence.root_not_signed",),
    )


def _other_roots(**of_south: Any) -> Agreement:
    """Return version 2 with another root of the north, whose keys count from beyond the story on."""
    north, south = small_agreement().parties
    at = {"logs_from": Positions.everywhere(Position(1, 1_000))}
    other = changed(north, root_key=key(30).public.hex(), **at)
    return second(parties=(other, changed(south, **{**at, **of_south})))


def _signed(one: Agreement, *numbers: int) -> str:
    """Return the note with lines of synthetic keys; the south's is key 4."""
    lines = [one.sign("s.example" if number == 4 else "n.example", key(number)) for number in numbers]
    return Note(one.note_text(), tuple(lines)).to_text()


def _roots() -> Iterator[Way]:
    two = _other_roots()
    vouched, bare = story(two, _signed(two, 1, 30, 4)).raw(), story(two, _signed(two, 30, 4)).raw()
    trusting = policy_text() + f"root n.example {fingerprint(key(30).public)}\n"
    missing = ("agreements.1.note evidence.root_not_trusted",)
    yield Way("new roots that the old ones vouch for", vouched, PROVED, rules=(ALLOWED,))
    yield Way("new roots, successors not allowed", vouched, INCOMPLETE, missing)
    yield Way("new roots that nobody vouches for", bare, INCOMPLETE, missing, rules=(ALLOWED,))
    yield Way("new roots that the policy trusts", bare, PROVED, policy=trusting)
    broken = _other_roots(logs_from=None)
    yield Way(
        "new roots without the place from which their keys count",
        story(broken, _signed(broken, 1, 30, 4)).raw(),
        INCOMPLETE,
        ("agreements.1 evidence.succession_broken",),
        rules=(ALLOWED,),
    )


def _refused() -> Iterator[Way]:
    one = small_agreement()
    wanted = ("agreements.1 evidence.agreement_not_wanted",)
    yield Way("a successor that the policy does not name", story().raw(), INCOMPLETE, wanted, rules=(named(one),))
    yield Way(
        "a successor, refused in so many words",
        story().raw(),
        INCOMPLETE,
        wanted,
        rules=(named(one), "successors refused"),
    )
