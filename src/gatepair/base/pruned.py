"""Pruned trees: a Merkle tree of which only some leaves, and the roots at some smaller sizes, are shown.

Whoever shows a few entries of a log prunes its tree: every part in which nothing is shown is
replaced by the hash at its top.  What is left is a list of hashes, from left to right.  With the
shown leaves it regrows the root of the whole tree and the root at each size that was marked, so
one list stands for all inclusion and consistency proofs between them.  For one leaf it holds
the hashes of its RFC 6962 audit path; for one smaller size those that its consistency proof needs.

A tree is cut where a shown leaf begins and ends, and at every marked size: a part with no cut
inside is left out as a whole.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple

from gatepair.base.errors import Malformed
from gatepair.base.merkle import EMPTY_ROOT, node_hash, split


class Span(NamedTuple):
    """The leaves from ``start`` up to, and not including, ``end``."""

    start: int
    end: int


def prune(leaves: Iterable[bytes], size: int, *, shown: Iterable[int], marks: Iterable[int] = ()) -> tuple[bytes, ...]:
    """Return the hashes that stand for what is not shown of the first ``size`` of ``leaves`` (leaf hashes).

    Reads the leaves once, in order, and holds a few hashes for each leaf shown, never the whole tree.

    Raises:
        ValueError: a leaf or mark beyond ``size``, or fewer leaves than that; a programming error.
    """
    kept = set(shown)
    cuts = _cuts(kept, marks)
    if cuts and not 0 <= cuts[0] <= cuts[-1] <= size:
        raise ValueError(f"a tree of {size} has nothing at {cuts[-1]}")
    wanted = [part for part in _parts(size, cuts) if not _is_leaf(part, kept)]
    found = _hashes(islice(leaves, size), frozenset(piece for part in wanted for piece in _pieces(part)))
    try:
        return tuple(_joined([found[piece] for piece in _pieces(part)]) for part in wanted)
    except KeyError as error:
        raise ValueError(f"fewer than {size} leaves were given") from error


def regrow(
    size: int, *, shown: Mapping[int, bytes], marks: Iterable[int] = (), hashes: Sequence[bytes]
) -> dict[int, bytes]:
    """Return the root at ``size`` and at each of ``marks``, from the ``shown`` leaf hashes and what :func:`prune` gave.

    Whether the roots are the signed ones is for the caller to ask.

    Raises:
        Malformed: a leaf or mark lies beyond ``size``, or there are too few or too many hashes.
    """
    sizes = sorted({size, *marks})
    cuts = _cuts(shown, sizes)
    if not 0 <= cuts[0] <= cuts[-1] <= size:
        raise Malformed(f"a tree of {size} has nothing at {cuts[-1]}")
    # The full subtrees of a smaller tree are nodes of the whole one, and none is cut by what was left out.
    pieces = {mark: list(_pieces(Span(0, mark))) for mark in sizes if mark != size}
    growing = _Growing(shown, cuts, hashes, {piece for found in pieces.values() for piece in found})
    try:
        whole = growing.top(0, size, 0, len(cuts)) if size else EMPTY_ROOT
    except StopIteration:
        raise Malformed("the pruned tree has too few hashes") from None
    if not growing.is_used_up:
        raise Malformed("the pruned tree has too many hashes")
    roots = {mark: _joined([growing.found[piece] for piece in found]) for mark, found in pieces.items() if mark}
    return {mark: whole if mark == size else roots.get(mark, EMPTY_ROOT) for mark in sizes}


class _Growing:
    """Works out the hashes of a pruned tree from left to right, and remembers those that are ``wanted``."""

    def __init__(
        self, shown: Mapping[int, bytes], cuts: Sequence[int], hashes: Sequence[bytes], wanted: set[Span]
    ) -> None:
        self._shown = shown
        self._cuts = cuts
        self._rest = iter(hashes)
        self._wanted = wanted
        self.found: dict[Span, bytes] = {}

    @property
    def is_used_up(self) -> bool:
        return next(self._rest, None) is None

    def top(self, start: int, end: int, low: int, high: int) -> bytes:
        """Return the hash over the leaves [start, end), of whose cuts none lies outside of places [low, high)."""
        cuts = self._cuts
        if low < high and cuts[low] <= start:
            low += 1
        if low >= high or cuts[low] >= end:
            shown = self._shown.get(start) if end - start == 1 else None
            top = next(self._rest) if shown is None else shown
        else:
            middle = start + split(end - start)
            between = bisect_left(cuts, middle, low, high)
            top = node_hash(self.top(start, middle, low, between), self.top(middle, end, between, high))
        if (start, end) in self._wanted:
            self.found[Span(start, end)] = top
        return top


def _is_leaf(part: Span, shown: Mapping[int, bytes] | set[int]) -> bool:
    return part.end - part.start == 1 and part.start in shown


def _cuts(shown: Iterable[int], marks: Iterable[int]) -> list[int]:
    return sorted({edge for index in shown for edge in (index, index + 1)} | set(marks))


def _parts(size: int, cuts: Sequence[int]) -> Iterator[Span]:
    """Yield, from left to right, the largest parts of a tree of ``size`` with no cut inside."""
    waiting = [Span(0, size)] if size else []
    while waiting:
        start, end = part = waiting.pop()
        if _is_whole(part, cuts):
            yield part
        else:
            middle = start + split(end - start)
            waiting += (Span(middle, end), Span(start, middle))


def _is_whole(part: Span, cuts: Sequence[int]) -> bool:
    after = bisect_right(cuts, part.start)
    return after == len(cuts) or cuts[after] >= part.end


def _pieces(part: Span) -> Iterator[Span]:
    """Yield the full subtrees that ``part`` is made of, largest first."""
    start, rest = part.start, part.end - part.start
    while rest:
        width = 1 << rest.bit_length() - 1
        yield Span(start, start + width)
        start, rest = start + width, rest - width


def _hashes(leaves: Iterable[bytes], wanted: frozenset[Span]) -> dict[Span, bytes]:
    """Return the hashes of the full subtrees ``wanted``, met while the tree over ``leaves`` grows."""
    found: dict[Span, bytes] = {}
    peaks: list[bytes] = []
    for index, leaf in enumerate(leaves):
        node, span, rest = leaf, Span(index, index + 1), index
        while True:
            if span in wanted:
                found[span] = node
            if not rest & 1:
                break
            node = node_hash(peaks.pop(), node)
            span, rest = Span(2 * span.start - span.end, span.end), rest >> 1
        peaks.append(node)
    return found


def _joined(pieces: Sequence[bytes]) -> bytes:
    joined = pieces[-1]
    for piece in reversed(pieces[:-1]):
        joined = node_hash(piece, joined)
    return joined
