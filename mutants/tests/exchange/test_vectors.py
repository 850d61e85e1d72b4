"""The golden vectors: still what the code makes, and true by outside means."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest
from nacl.signing import VerifyKey
from pymerkle import InmemoryTree

from exchange.vectors import DIRECTORY, VECTORS, text_of
from gatepair.base.errors import KeyNotValid
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import decode
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.messages import CATALOGUE


def read(name: str) -> Any:
    return json.loads((DIRECTORY / name).read_text("utf-8"))


@pytest.mark.parametrize("name", VECTORS)
def test_vectors_are_current(name: str) -> None:
    """A change of any format shows as a changed vector (write them anew with this folder's vectors.py)."""
    assert (DIRECTORY / name).read_text("utf-8") == text_of(name)


def test_tree_vectors_equal_the_oracle() -> None:
    """The roots are those of an independent implementation."""
    roots = read("merkle.json")["roots"]
    tree = InmemoryTree.init_from_entries([index.to_bytes(2, "big") for index in range(1025)], algorithm="sha256")
    for size, root in roots.items():
        assert root == (tree.get_root(int(size)) if int(size) else sha256(b"").digest()).hex()


def test_envelope_vectors_cover_every_type() -> None:
    """Each type of message has its vector, whose leaf is the hash of its header."""
    vectors = read("envelopes.json")
    assert list(CATALOGUE) == [json.loads(vector["header"])["type"] for vector in vectors]
    for vector in vectors:
        assert vector["leaf"] == sha256(b"\x00" + vector["header"].encode()).hexdigest()


def test_section_digests_by_hand() -> None:
    """A section's digest is SHA-256 of the array of salt, name and value, made here without our code."""
    for vector in read("envelopes.json"):
        header, body = json.loads(vector["header"]), json.loads(vector["body"])
        for name, section in body["sections"].items():
            array = json.dumps([section["salt"], name, section["value"]], separators=(",", ":"), sort_keys=True)
            assert header["sections"][name] == sha256(array.encode()).hexdigest()


def test_key_vectors_say_what_counts() -> None:
    """Good statements change the ring, bad ones do not, and each checkpoint counts or not, in any order."""
    vectors = read("keys.json")
    terms = decode(vectors["agreement"].encode())
    before = KeyRing.of([terms])
    assert all(before.counts(note) for note in vectors["good"].values())
    assert [] == [bad["why"] for bad in vectors["bad"] if before.counts(bad["note"])]
    for case in vectors["checkpoints"]:
        ring = before.plus(*(vectors["good"][name] for name in case["after"]))
        try:
            ring.check_log(notes.parse(case["note"]))
        except KeyNotValid:
            assert not case["counts"]
        else:
            assert case["counts"]


def test_receipt_vector_by_hand() -> None:
    """The receipt's two lines verify through another door of the library."""
    vector = read("signed.json")
    note = notes.parse(vector["receipt"])
    log, mirror = note.lines
    key_of = {name: notes.from_vkey(vector[name]).public for name in ("log_vkey", "mirror_vkey")}
    VerifyKey(key_of["log_vkey"]).verify(note.text.encode(), log.blob)
    at_s = int.from_bytes(mirror.blob[:8], "big")
    message = f"cosignature/v1\ntime {at_s}\n{note.text}".encode()
    assert message == VerifyKey(key_of["mirror_vkey"]).verify(message, mirror.blob[8:])
