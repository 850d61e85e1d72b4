"""Merkle trees over leaf hashes: roots, compact ranges, inclusion and consistency proofs.

A leaf hash is ``SHA-256(0x00 ‖ bytes)``, a node ``SHA-256(0x01 ‖ left ‖ right)``, the root of the
empty tree ``SHA-256()``.  Proofs are lists of hashes from the leaf upwards.
Source: RFC 6962 §2.1; checked against ``pymerkle`` in the tests.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final

from gatepair.base.errors import Malformed

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = sha256(b"").digest()


def leaf_hash(raw: bytes) -> bytes:
    """Return the leaf hash of ``raw``."""
    return sha256(b"\x00" + raw).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node over two hashes."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """All that is needed to extend a tree: its size and the hashes of its full subtrees, largest first.

    Holds at most 64 hashes; :meth:`append` costs one hash on average, :meth:`root` at most 63.
    """

    __slots__ = ("_peaks", "_size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        """Begin with a tree of ``size`` leaves.

        Raises:
            Malformed: the number of ``peaks`` does not fit ``size``.
        """
        self._size = size
        self._peaks = list(peaks)
        if size < 0 or len(self._peaks) != size.bit_count() or any(len(peak) != HASH_BYTES for peak in self._peaks):
            raise Malformed(f"a compact range of size {size} needs {size.bit_count()} hashes of {HASH_BYTES} bytes")

    @classmethod
    def over(cls, leaves: Iterable[bytes]) -> CompactRange:
        """Return the range over ``leaves`` (leaf hashes)."""
        made = cls()
        made.extend(leaves)
        return made

    @classmethod
    def from_bytes(cls, raw: bytes) -> CompactRange:
        """Return the range that :meth:`to_bytes` wrote.

        Raises:
            Malformed: ``raw`` has another length than its size asks for.
        """
        if len(raw) < 8 or (len(raw) - 8) % HASH_BYTES:
            raise Malformed("a compact range is 8 bytes of size and a whole number of hashes")
        return cls(int.from_bytes(raw[:8], "big"), [raw[at : at + HASH_BYTES] for at in range(8, len(raw), HASH_BYTES)])

    def to_bytes(self) -> bytes:
        """Return the size as eight big-endian bytes and the hashes, largest subtree first."""
        return self._size.to_bytes(8, "big") + b"".join(self._peaks)

    @property
    def size(self) -> int:
        """Return how many leaves the tree has."""
        return self._size

    def copy(self) -> CompactRange:
        """Return an independent copy."""
        return CompactRange(self._size, self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the end."""
        rest = self._size
        while rest & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            rest >>= 1
        self._peaks.append(leaf)
        self._size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """Return the root of the tree."""
        if not self._peaks:
            return EMPTY_ROOT
        root = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            root = node_hash(peak, root)
        return root


def root_of(leaves: Iterable[bytes]) -> bytes:
    """Return the root of the tree over ``leaves`` (leaf hashes)."""
    return CompactRange.over(leaves).root()


def inclusion_proof(leaves: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the audit path of leaf ``index`` in the tree over ``leaves``. Source: RFC 6962 §2.1.1.

    Raises:
        ValueError: there is no such leaf; a programming error.
    """
    if not 0 <= index < len(leaves):
        raise ValueError(f"there is no leaf {index} in a tree of {len(leaves)}")
    if len(leaves) == 1:
        return ()
    cut = split(len(leaves))
    if index < cut:
        return (*inclusion_proof(leaves[:cut], index), root_of(leaves[cut:]))
    return (*inclusion_proof(leaves[cut:], index - cut), root_of(leaves[:cut]))


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """Return the proof that the tree over the first ``old_size`` leaves is a prefix. Source: RFC 6962 §2.1.2.

    Raises:
        ValueError: ``old_size`` is negative or beyond the tree; a programming error.
    """
    if not 0 <= old_size <= len(leaves):
        raise ValueError(f"a tree of {len(leaves)} has no prefix of {old_size}")
    if old_size in (0, len(leaves)):
        return ()
    return _subproof(leaves, old_size, whole=True)


def verify_inclusion(leaf: bytes, index: int, size: int, *, proof: Sequence[bytes], root: bytes) -> bool:
    """Return whether ``proof`` shows that ``leaf`` stands at ``index`` in the tree of ``size`` with ``root``.

    Source: RFC 9162 §2.1.3.2.
    """
    if not 0 <= index < size:
        return False
    node, last, result = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if node & 1 or node == last:
            result = node_hash(step, result)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            result = node_hash(result, step)
        node, last = node >> 1, last >> 1
    return last == 0 and result == root


def verify_consistency(
    old_size: int, new_size: int, *, old_root: bytes, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Return whether ``proof`` shows that the tree of ``new_size`` extends the one of ``old_size``.

    Source: RFC 9162 §2.1.4.2.
    """
    if not 0 <= old_size <= new_size:
        return False
    if old_size == new_size:
        return not proof and old_root == new_root
    if old_size == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof)
    if old_size.bit_count() == 1:
        path.insert(0, old_root)
    if not path:
        return False
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, step)
        node, last = node >> 1, last >> 1
    return last == 0 and old == old_root and new == new_root


def split(size: int) -> int:
    """Return the largest power of two below ``size`` (which is at least 2)."""
    return 1 << (size - 1).bit_length() - 1


def _subproof(leaves: Sequence[bytes], old_size: int, *, whole: bool) -> tuple[bytes, ...]:
    if old_size == len(leaves):
        return () if whole else (root_of(leaves),)
    cut = split(len(leaves))
    if old_size <= cut:
        return (*_subproof(leaves[:cut], old_size, whole=whole), root_of(leaves[cut:]))
    return (*_subproof(leaves[cut:], old_size - cut, whole=False), root_of(leaves[:cut]))
