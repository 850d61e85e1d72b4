"""Two readers, one input: what the product says must be what an oracle that shares no code with it says."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any
from unicodedata import is_normalized

import rfc8785
from pymerkle import InmemoryTree

from exchange.sim import independent
from gatepair.base import canonical, merkle
from gatepair.base.errors import Malformed

DEPTH_MAX = 32
"""Deepest nesting of the profile. Source: docs/protocol, clause 2.1."""
LEAF_BYTES = 3
LEAVES_MAX = 80


class Disagreement(Exception):
    """The product and the oracle say different things."""


def same_json(raw: bytes) -> None:
    """Compare the product's canonical JSON with the standard library and ``rfc8785``, on any bytes.

    Raises:
        Disagreement: one takes what the other refuses, reads another value, or spells it otherwise.
    """
    try:
        ours = [canonical.decode(raw, max_bytes=len(raw))]
    except Malformed:
        ours = []
    try:
        theirs = [value for value in (independent.canonical_value(raw),) if _in_profile(value, DEPTH_MAX)]
    except (ValueError, AssertionError, RecursionError):
        theirs = []
    if ours != theirs:
        raise Disagreement(f"ours {ours}, the oracle {theirs}")
    if ours and rfc8785.dumps(ours[0]) != canonical.encode(theirs[0]):
        raise Disagreement("two spellings of one value")


def _in_profile(value: Any, depth: int) -> bool:
    match value:
        case str():
            return is_normalized("NFC", value)
        case dict():
            keys = all(re.fullmatch(r"[a-z][a-z0-9_]*", key) for key in value)
            return keys and depth > 0 and all(_in_profile(inner, depth - 1) for inner in value.values())
        case list():
            return depth > 0 and all(_in_profile(inner, depth - 1) for inner in value)
    return True


def same_tree(raw: bytes) -> None:
    """Compare the product's roots and proofs with ``pymerkle`` and with RFC 6962 word for word.

    ``raw`` gives the leaves, three bytes each, and by its sum which of them are proved.

    Raises:
        Disagreement: a root or a proof differs, or a true proof does not verify.
    """
    entries = [raw[at : at + LEAF_BYTES] for at in range(0, min(len(raw), LEAF_BYTES * LEAVES_MAX), LEAF_BYTES)]
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    size, pick = len(leaves), sum(raw)
    oracle = InmemoryTree.init_from_entries(entries, algorithm="sha256")
    grown = independent.Tree()
    for leaf in leaves:
        grown.append(leaf)
    root = merkle.root_of(leaves)
    by_others = {
        "the definition": independent.root_by_definition(leaves),
        "the counter": grown.root(),
        "pymerkle": oracle.get_root(size) if size else sha256(b"").digest(),
    }
    for who, theirs in by_others.items():
        if theirs != root:
            raise Disagreement(f"{who} has another root over {size} leaves")
    if size:
        _same_proofs(leaves, oracle, index=pick % size, old_size=1 + pick % size)


def _same_proofs(leaves: list[bytes], oracle: Any, *, index: int, old_size: int) -> None:
    size, root = len(leaves), merkle.root_of(leaves)
    inclusion = merkle.inclusion_proof(leaves, index)
    if [leaves[index], *inclusion] != list(oracle.prove_inclusion(index + 1, size).path):
        raise Disagreement(f"pymerkle proves leaf {index} of {size} otherwise")
    if not merkle.verify_inclusion(leaves[index], index, size, proof=inclusion, root=root):
        raise Disagreement(f"a true proof of leaf {index} of {size} does not verify")
    consistency = merkle.consistency_proof(leaves, old_size)
    old_root = merkle.root_of(leaves[:old_size])
    if not merkle.verify_consistency(old_size, size, old_root=old_root, new_root=root, proof=consistency):
        raise Disagreement(f"a true proof that {old_size} is a prefix of {size} does not verify")
