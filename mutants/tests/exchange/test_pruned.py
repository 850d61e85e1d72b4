"""Pruned trees: they regrow exactly the roots of the tree they were pruned from, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.errors import Malformed
from gatepair.base.merkle import consistency_proof, inclusion_proof, leaf_hash, root_of
from gatepair.base.pruned import prune, regrow

SIZE_MAX = 65
LEAVES = [leaf_hash(number.to_bytes(2, "big")) for number in range(SIZE_MAX)]


@st.composite
def prunings(draw):
    """Draw a size, the leaves shown and the sizes marked."""
    size = draw(st.integers(0, SIZE_MAX))
    shown = draw(st.sets(st.integers(0, size - 1), max_size=9)) if size else set()
    return size, sorted(shown), sorted(draw(st.sets(st.integers(0, size), max_size=4)))


@given(prunings())
def test_a_pruned_tree_regrows_every_root(pruning) -> None:
    """The root of the whole, and of every marked size, is that of the leaves themselves."""
    size, shown, marks = pruning
    hashes = prune(iter(LEAVES), size, shown=shown, marks=marks)
    roots = regrow(size, shown={index: LEAVES[index] for index in shown}, marks=marks, hashes=hashes)
    assert {mark: root_of(LEAVES[:mark]) for mark in {size, *marks}} == roots


@pytest.mark.parametrize("size", range(1, SIZE_MAX + 1))
def test_one_leaf_needs_its_audit_path(size: int) -> None:
    """With one leaf shown, what is left are the hashes of its inclusion proof (RFC 6962), from left to right."""
    for index in range(size):
        assert sorted(inclusion_proof(LEAVES[:size], index)) == sorted(prune(LEAVES, size, shown=[index]))


@pytest.mark.parametrize("size", range(2, SIZE_MAX + 1))
def test_one_mark_needs_its_consistency_proof(size: int) -> None:
    """With one smaller size marked, what is left holds every hash of its consistency proof (RFC 6962)."""
    for old in range(1, size):
        assert set(consistency_proof(LEAVES[:size], old)) <= set(prune(LEAVES, size, shown=[], marks=[old]))


@given(prunings(), st.integers(0, 40), st.integers(0, 31))
def test_a_changed_hash_changes_the_root(pruning, place: int, byte: int) -> None:
    """No other list of hashes regrows the root."""
    size, shown, marks = pruning
    hashes = list(prune(LEAVES, size, shown=shown, marks=marks))
    leaves = {index: LEAVES[index] for index in shown}
    if hashes:
        place %= len(hashes)
        changed = bytearray(hashes[place])
        changed[byte] ^= 1
        false = [*hashes[:place], bytes(changed), *hashes[place + 1 :]]
        assert root_of(LEAVES[:size]) != regrow(size, shown=leaves, marks=marks, hashes=false)[size]


@given(prunings())
def test_the_list_has_one_length(pruning) -> None:
    """A hash too few or too many is malformed."""
    size, shown, marks = pruning
    hashes = prune(LEAVES, size, shown=shown, marks=marks)
    leaves = {index: LEAVES[index] for index in shown}
    with pytest.raises(Malformed):
        regrow(size, shown=leaves, marks=marks, hashes=(*hashes, bytes(32)))
    if hashes:
        with pytest.raises(Malformed):
            regrow(size, shown=leaves, marks=marks, hashes=hashes[:-1])


@pytest.mark.parametrize(("shown", "marks"), [([3], []), ([-1], []), ([], [4]), ([], [-1])])
def test_nothing_stands_beyond_the_tree(shown: list[int], marks: list[int]) -> None:
    """A leaf or mark outside of the tree is a programming error to prune by, and malformed to regrow from."""
    with pytest.raises(ValueError, match="nothing at"):
        prune(LEAVES, 3, shown=shown, marks=marks)
    with pytest.raises(Malformed):
        regrow(3, shown=dict.fromkeys(shown, bytes(32)), marks=marks, hashes=[])


def test_missing_leaves_are_a_programming_error() -> None:
    """A tree cannot be pruned from fewer leaves than it has."""
    with pytest.raises(ValueError, match="fewer"):
        prune(LEAVES[:2], 3, shown=[0])
