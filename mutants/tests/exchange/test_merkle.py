"""The Merkle tree against an independent implementation, exhaustively for small trees."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from gatepair.base.errors import Malformed
from gatepair.base.merkle import (
    EMPTY_ROOT,
    CompactRange,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)

SIZE_MAX = 65
ENTRIES = [bytes([number]) * (1 + number % 5) for number in range(SIZE_MAX + 1)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]


@cache
def oracle() -> InmemoryTree:
    """Return the oracle's tree over all entries."""
    return InmemoryTree.init_from_entries(ENTRIES, algorithm="sha256")


def test_empty_tree() -> None:
    """The root of nothing is SHA-256 of nothing."""
    assert sha256(b"").digest() == EMPTY_ROOT == root_of([]) == CompactRange().root()


@pytest.mark.parametrize("size", range(1, SIZE_MAX + 1))
def test_root_equals_oracle(size: int) -> None:
    """Our root is the oracle's for every size."""
    assert oracle().get_root(size) == root_of(LEAVES[:size])


@pytest.mark.parametrize("size", range(1, SIZE_MAX + 1))
def test_inclusion_proofs_of_every_leaf(size: int) -> None:
    """Every leaf has a proof that verifies, and it is made of the oracle's hashes."""
    root = root_of(LEAVES[:size])
    for index in range(size):
        proof = inclusion_proof(LEAVES[:size], index)
        assert verify_inclusion(LEAVES[index], index, size, proof=proof, root=root)
        theirs = oracle().prove_inclusion(index + 1, size)
        assert [LEAVES[index], *proof] == list(theirs.path)


@pytest.mark.parametrize("size", range(1, SIZE_MAX + 1))
def test_consistency_proofs_of_every_prefix(size: int) -> None:
    """Every prefix has a proof that verifies."""
    new_root = root_of(LEAVES[:size])
    for old in range(size + 1):
        proof = consistency_proof(LEAVES[:size], old)
        assert verify_consistency(old, size, old_root=root_of(LEAVES[:old]), new_root=new_root, proof=proof)


@given(st.integers(1, SIZE_MAX), st.integers(0, SIZE_MAX), st.integers(0, SIZE_MAX))
def test_false_inclusion_does_not_verify(size: int, index: int, other: int) -> None:
    """A proof for another leaf, another place, another size, or with a changed or missing hash is false."""
    index %= size
    root, proof = root_of(LEAVES[:size]), inclusion_proof(LEAVES[:size], index)
    if other != index:
        assert not verify_inclusion(LEAVES[other], index, size, proof=proof, root=root)
        assert not verify_inclusion(LEAVES[index], other, size, proof=proof, root=root)
    assert not verify_inclusion(LEAVES[index], index, size, proof=(*proof, EMPTY_ROOT), root=root)
    for place in range(len(proof)):
        assert not verify_inclusion(LEAVES[index], index, size, proof=proof[:place], root=root)
        changed = (*proof[:place], EMPTY_ROOT, *proof[place + 1 :])
        assert not verify_inclusion(LEAVES[index], index, size, proof=changed, root=root)


@given(st.integers(0, SIZE_MAX), st.integers(1, SIZE_MAX))
def test_false_consistency_does_not_verify(old: int, size: int) -> None:
    """A proof between roots that do not extend one another is false."""
    old %= size + 1
    new_root, old_root = root_of(LEAVES[:size]), root_of(LEAVES[:old])
    proof = consistency_proof(LEAVES[:size], old)
    forged = leaf_hash(b"another history")
    if old:
        assert not verify_consistency(old, size, old_root=forged, new_root=new_root, proof=proof)
        assert not verify_consistency(old, size, old_root=old_root, new_root=forged, proof=proof)
    assert not verify_consistency(old, size, old_root=old_root, new_root=new_root, proof=(*proof, EMPTY_ROOT))
    for place in range(len(proof)):
        changed = (*proof[:place], EMPTY_ROOT, *proof[place + 1 :])
        assert not verify_consistency(old, size, old_root=old_root, new_root=new_root, proof=changed)


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=80), st.integers(0, 80))
def test_compact_range_keeps_and_goes_on(leaves: list[bytes], cut: int) -> None:
    """A range written down in the middle and read again ends at the same root."""
    cut = min(cut, len(leaves))
    resumed = CompactRange.from_bytes(CompactRange.over(leaves[:cut]).to_bytes())
    resumed.extend(leaves[cut:])
    assert (len(leaves), root_of(leaves)) == (resumed.size, resumed.root())


@pytest.mark.parametrize("raw", [b"", b"\0" * 7, b"\0" * 9, b"\0" * 40, (3).to_bytes(8, "big") + b"\0" * 32])
def test_damaged_compact_range_is_malformed(raw: bytes) -> None:
    """A range whose length does not fit its size is refused."""
    with pytest.raises(Malformed):
        CompactRange.from_bytes(raw)


def test_no_proof_of_what_is_not_there() -> None:
    """Asking for a leaf or prefix beyond the tree is a programming error."""
    with pytest.raises(ValueError, match="no leaf"):
        inclusion_proof(LEAVES[:3], 3)
    with pytest.raises(ValueError, match="no prefix"):
        consistency_proof(LEAVES[:3], 4)
