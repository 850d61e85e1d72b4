"""The chain: what an entry's leaf covers, and that nothing can be changed without breaking it."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.canonical import encode
from gatepair.base.entries import GENESIS, Draft, Entry, header_bytes, leaf_of, sealed, verified
from gatepair.base.errors import StorageDamaged

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=20)


def chain(count: int) -> list[Entry]:
    """Return a chain of ``count`` entries over three streams."""
    drafts = [Draft(f"crossing/{number % 3}", "Noted/1", encode({"number": number})) for number in range(count)]
    versions = {f"crossing/{number}": 0 for number in range(3)}
    return sealed(drafts, after=0, previous=GENESIS, versions=versions, at_ms=1, actor="officer:1", command_id="c-1")


@given(stream=TEXT, kind=TEXT, payload=st.binary(max_size=50), actor=TEXT, at_ms=st.integers(0, 2**53 - 1))
def test_the_header_is_canonical_and_whole(*, stream: str, kind: str, payload: bytes, actor: str, at_ms: int) -> None:
    """The hashed header is the canonical JSON of every field, with the payload by its digest."""
    (entry,) = sealed(
        [Draft(stream, kind, payload)],
        after=4,
        previous=b"\x07" * 32,
        versions={stream: 2},
        at_ms=at_ms,
        actor=actor,
        command_id="c-1",
    )
    wanted = {
        "actor": actor,
        "at": at_ms,
        "command": "c-1",
        "payload": sha256(payload).hexdigest(),
        "position": 5,
        "previous": "07" * 32,
        "stream": stream,
        "type": kind,
        "version": 3,
    }
    assert encode(wanted) == header_bytes(entry)
    assert sha256(b"\x00" + encode(wanted)).digest() == entry.leaf == leaf_of(entry)


def test_one_leaf_for_all_time() -> None:
    """The leaf of a fixed entry never changes from release to release: receipts depend on it."""
    assert "dfb5e683cf2be0c30a3cda4024b5df5dd58fae01010b8602f8015a538262dae1" == chain(1)[0].leaf.hex()


def test_a_batch_is_one_chain() -> None:
    """Batches sealed one after another give the same entries as one batch."""
    whole = chain(9)
    versions = {f"crossing/{number}": 0 for number in range(3)}
    drafts = [Draft(entry.stream, entry.type, entry.payload) for entry in whole]
    parts: list[Entry] = []
    for begin in range(0, 9, 2):
        parts += sealed(
            drafts[begin : begin + 2],
            after=begin,
            previous=parts[-1].leaf if parts else GENESIS,
            versions=versions,
            at_ms=1,
            actor="officer:1",
            command_id="c-1",
        )
    assert whole == parts == list(verified(parts))


@given(
    place=st.integers(0, 8),
    change=st.sampled_from(
        [
            {"payload": b'{"number":99}'},
            {"stream": "crossing/9"},
            {"version": 99},
            {"type": "Noted/2"},
            {"recorded_at_ms": 2},
            {"actor": "officer:2"},
            {"command_id": "c-2"},
            {"previous": b"\x01" * 32},
            {"leaf": b"\x01" * 32},
            {"position": 99},
        ]
    ),
)
def test_every_change_is_found_at_its_place(place: int, change: dict[str, object]) -> None:
    """Changing any field of any entry is found, and the error names that position."""
    entries = chain(9)
    entries[place] = entries[place]._replace(**change)  # type: ignore[arg-type]
    with pytest.raises(StorageDamaged) as caught:
        list(verified(entries))
    assert place + 1 == caught.value.fields["position"]


@given(place=st.integers(0, 7))
def test_a_missing_entry_is_found(place: int) -> None:
    """Leaving an entry out is found at its position, as is one whose follower was renumbered to hide it."""
    entries = chain(9)
    del entries[place]
    with pytest.raises(StorageDamaged) as caught:
        list(verified(entries))
    assert place + 1 == caught.value.fields["position"]
    entries[place] = entries[place]._replace(position=place + 1)
    with pytest.raises(StorageDamaged):
        list(verified(entries))


def test_a_recomputed_entry_breaks_the_next() -> None:
    """Whoever changes an entry and its leaf must change all that follow: the next one names the old leaf."""
    entries = chain(3)
    forged = entries[0]._replace(payload=b'{"number":7}')
    entries[0] = forged._replace(leaf=leaf_of(forged))
    with pytest.raises(StorageDamaged) as caught:
        list(verified(entries))
    assert 2 == caught.value.fields["position"]
