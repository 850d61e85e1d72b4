"""Bundles as files: what is read, what is refused, and which part is needed first."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw
from msgspec.structs import replace

from exchange.pair import NORTH, NOW_MS, SOUTH
from exchange.vectors import DIRECTORY
from gatepair.base.canonical import encode
from gatepair.base.errors import EnvelopeRejected, Malformed, TooLarge
from gatepair.exchange import bundle as bundles
from gatepair.exchange.bundle import BundleLane, check_addressed, make, needed_before, read
from gatepair.exchange.calls import Call, answered_in, call_of, place_of
from gatepair.exchange.messages import Lane
from gatepair.exchange.wire import Outcome, decode_batch, decode_reply

VECTORS = json.loads((DIRECTORY / "bundles.json").read_text("utf-8"))


def lane(*starts: int, end: int = 0, size: int = 0, which: Lane = Lane.NORMAL, **more: object) -> BundleLane:
    """Return a lane of a part whose parts begin at ``starts``."""
    log = f"n.example/{NORTH}/trial/{which.value}#1"
    return BundleLane(lane=which, log=log, starts=starts or (0,), end=end, size=size, **more)


def part(*lanes: BundleLane, last: bool = True) -> bytes:
    """Return a part from north for south."""
    return make(author=NORTH, reader=SOUTH, made_at_ms=NOW_MS, lanes=lanes or (lane(),), last=last)


def spoiled(**changes: object) -> bytes:
    """Return a part whose fields were changed by hand, with its digest left as it is unless changed."""
    return encode(replace(read(part(lane(0, 5, end=9, size=20))), **changes))


def test_a_part_is_read_back() -> None:
    """What is written is read, batches and replies as the bytes that they are."""
    made = part(lane(0, 5, end=9, size=20, batches=(Raw(b'{"a":1}'),), reply=Raw(b'{"b":2}')), last=False)
    found = read(made)
    assert (NORTH, SOUTH, 2, False, 4) == (found.author, found.reader, found.part, found.last, found.entries)
    assert b'{"a":1}' == bytes(found.lanes[0].batches[0])
    assert b'{"b":2}' == bytes(found.lanes[0].reply)
    assert made == encode(found)


def test_a_bundle_is_about_something() -> None:
    """Without a lane there is nothing to write."""
    with pytest.raises(EnvelopeRejected):
        make(author=NORTH, reader=SOUTH, made_at_ms=NOW_MS, lanes=(), last=True)


@given(st.integers(1, 10_000))
def test_a_part_cut_short_is_seen(cut: int) -> None:
    """However much is missing at the end, the sentence says that the file was cut short."""
    raw = part(lane(0, end=3, size=3, batches=(Raw(b'{"a":1}'),)))
    with pytest.raises(Malformed, match="cut short"):
        read(raw[: -(1 + cut % len(raw))])


@given(st.data())
def test_a_damaged_part_is_seen(data: st.DataObject) -> None:
    """One byte changed anywhere in the lanes is never taken for the part."""
    raw = bytearray(part(lane(0, end=3, size=3, batches=(Raw(b'{"a":1}'),))))
    first = raw.index(b'"lanes":')
    at = data.draw(st.integers(first, raw.index(b',"last"') - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Malformed):
        read(bytes(raw))


@pytest.mark.parametrize(
    "changes",
    [
        {"entries": 5},
        {"part": 1},
        {"part": 3},
        {"contents": "0" * 64},
        {"v": 2},
        {"author": "UPPER"},
        {"part": 0},
    ],
    ids=["more entries", "part 1", "part 3", "another digest", "another version", "no post", "no part"],
)
def test_counts_that_contradict_each_other(changes: dict[str, object]) -> None:
    """A head that does not fit the contents is refused."""
    assert 4 == read(spoiled()).entries
    with pytest.raises(Malformed):
        read(spoiled(**changes))


@pytest.mark.parametrize(
    "lanes",
    [
        (lane(), lane()),
        (lane(5, 0, end=9, size=20),),
        (lane(0, end=9, size=8),),
        (lane(9, end=8, size=20),),
        (lane(0, 5, end=9, size=9), lane(0, end=9, size=9, which=Lane.BULK)),
    ],
    ids=["a lane twice", "starts fall", "end beyond size", "end before start", "uneven parts"],
)
def test_lanes_that_cannot_be(lanes: tuple[BundleLane, ...]) -> None:
    """Lanes that contradict themselves or each other are refused, whatever the head says."""
    with pytest.raises(Malformed, match=r"counts|entries"):
        read(part(*lanes))


@pytest.mark.parametrize(
    "raw",
    [b"", b"{}", b"[]", b"PK\x03\x04", b"\xff\xfe", b'{"v":1}'],
    ids=["nothing", "an object", "a list", "an archive", "no UTF-8", "a version alone"],
)
def test_a_foreign_file(raw: bytes) -> None:
    """Whatever else lies on the stick is refused with a sentence."""
    with pytest.raises(Malformed, match="no bundle"):
        read(raw)


def test_spaces_are_not_canonical() -> None:
    """A file that another program wrote again is another file."""
    with pytest.raises(Malformed):
        read(part().replace(b'"last":true', b'"last": true'))


def test_a_file_over_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond the limit is not read at all."""
    raw = part()
    monkeypatch.setattr(bundles, "PART_BYTES_MAX", len(raw))
    assert read(raw)
    monkeypatch.setattr(bundles, "PART_BYTES_MAX", len(raw) - 1)
    with pytest.raises(TooLarge):
        read(raw)


def test_for_whom_it_is() -> None:
    """One's own file and a file between others are refused by name."""
    found = read(part())
    check_addressed(found, author=NORTH, reader=SOUTH)
    with pytest.raises(EnvelopeRejected, match="written here"):
        check_addressed(found, author=SOUTH, reader=NORTH)
    with pytest.raises(EnvelopeRejected, match="from north-post"):
        check_addressed(found, author="east-post", reader=SOUTH)
    with pytest.raises(EnvelopeRejected, match="for south-post"):
        check_addressed(found, author=NORTH, reader="west-post")


@pytest.mark.parametrize(
    ("held", "needed"), [(0, 0), (9, 0), (10, 1), (19, 1), (20, 2), (29, 2), (30, None), (31, None), (99, None)]
)
def test_which_part_is_needed_first(held: int, needed: int | None) -> None:
    """The third of three parts from 10, 20 and 30 names the part that brings the entry wanted next."""
    assert needed == needed_before(lane(10, 20, 30, end=40, size=40), held)


@pytest.mark.parametrize("vector", VECTORS["reject"], ids=lambda vector: vector["why"])
def test_each_way_to_be_bad(vector: dict[str, str]) -> None:
    """Every bad part of the vectors is refused as a whole, with the one documented error."""
    with pytest.raises(Malformed):
        read(vector["text"].encode())


def test_good_parts_of_the_vectors() -> None:
    """Every good part is read, and its batches are batches of the log that the lane names."""
    for text in VECTORS["accept"]:
        (found,) = read(text.encode()).lanes
        assert [found.log] * len(found.batches) == [decode_batch(bytes(raw)).origin for raw in found.batches]
        ends = [batch.start + len(batch.entries) for batch in map(decode_batch, map(bytes, found.batches))]
        assert found.end == (ends or [found.start])[-1]


def test_what_is_asked_and_answered_by_courier_in_the_vectors() -> None:
    """A restored post asks for a fence; the answer is the fence note and then its own entries."""
    lanes = [lane for text in VECTORS["accept"] for lane in read(text.encode()).lanes]
    assert [Call.FENCE] == [call_of(bytes(lane.ask)) for lane in lanes if bytes(lane.ask) != b"null"]
    answers = [answered_in(bytes(raw)) for lane in lanes for raw in lane.answers]
    assert [Call.FENCE, Call.RETURN] == [one.call for one in answers]
    assert Outcome.FENCED is decode_reply(bytes(answers[0].answer)).outcome
    assert (f"n.example/{NORTH}/trial/normal#1", 0) == place_of(bytes(answers[1].answer))
