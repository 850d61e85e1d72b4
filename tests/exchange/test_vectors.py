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
from gatepair.exchange.succession.held import HeldVersion, Succession
from gatepair.exchange.succession.judge import Offer, judge


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


def test_successor_vectors_say_what_is_found() -> None:
    """Each offer has its findings, none without an error is refused, and each kind of fault has its vector."""
    vectors = read("agreements.json")
    held = Succession.of(HeldVersion(decode(one["agreement"].encode()), one["note"]) for one in vectors["held"])
    for offer in vectors["offers"]:
        one = Offer(decode(offer["agreement"].encode()), notes.parse(offer["note"]), expected=offer["expected_hash"])
        judged = judge(held, one, now_ms=offer["at_ms"])
        assert offer["findings"] == [each.code.removeprefix("exchange.") for each in judged.findings], offer["why"]
    assert {
        "agreement_late", "agreement_mode_changed", "agreement_not_next", "agreement_not_signed",
        "agreement_other_hash", "agreement_other_name", "agreement_other_signed", "agreement_reign_missing",
        "agreement_roots_unproved", "agreement_two_texts",
    } == {code for offer in vectors["offers"] for code in offer["findings"]}  # fmt: skip


def test_instants_of_a_change_by_hand() -> None:
    """In force by the instant; written under what the partner holds while it counts; it waits only after the overlap."""
    rows = [
        (row["shared"], row["in_force"], row["written_under"], row["counts"], row["waits"])
        for row in read("agreements.json")["instants"]
    ]
    unshared = [(1, 1, [1], False), (1, 1, [1], False), (2, 1, [1, 2], False), (2, 1, [1, 2], False)]
    known = [(1, 1, [1], False), (1, 1, [1], False), (2, 2, [1, 2], False), (2, 2, [1, 2], False)]
    assert [(False, *row) for row in [*unshared, (2, 2, [2], True)]] == rows[:5]
    assert [(True, *row) for row in [*known, (2, 2, [2], False)]] == rows[5:]


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
