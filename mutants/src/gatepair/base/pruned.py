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

from bisect import bisect_right
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
    rest = iter(hashes)
    known: dict[Span, bytes] = {}
    try:
        for part in _parts(size, cuts):
            known[part] = shown[part.start] if _is_leaf(part, shown) else next(rest)
    except StopIteration:
        raise Malformed("the pruned tree has too few hashes") from None
    if next(rest, None) is not None:
        raise Malformed("the pruned tree has too many hashes")
    whole = _grown(Span(0, size), known) if size else EMPTY_ROOT
    return {mark: whole if mark == size else _root(mark, known) for mark in sizes}


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


def _root(size: int, known: dict[Span, bytes]) -> bytes:
    # The full subtrees of a smaller tree are nodes of the whole one, and none is cut by what was left out.
    return _joined([_grown(piece, known) for piece in _pieces(Span(0, size))]) if size else EMPTY_ROOT


def _grown(part: Span, known: dict[Span, bytes]) -> bytes:
    """Return the hash at the top of ``part``, keeping in ``known`` what was worked out on the way."""
    hashed = known.get(part)
    if hashed is None:
        middle = part.start + split(part.end - part.start)
        left, right = Span(part.start, middle), Span(middle, part.end)
        hashed = known[part] = node_hash(_grown(left, known), _grown(right, known))
    return hashed
