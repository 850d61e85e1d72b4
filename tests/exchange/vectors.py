"""Makes the golden vectors of the exchange; run as a program it writes them.

They come from our code and are held against outside oracles in the tests beside this file
(RFC 8785, RFC 8032, pymerkle, the published signed note), so that a reader in another language can
be built against them.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from exchange import changing, key_life
from exchange.file_vectors import bundle_vectors, paper_vectors
from exchange.pair import NORTH, NOW_MS, SOUTH, Dice, Node, agreement, key, keys_of
from exchange.values import VALUES
from exchange.ways import ways
from gatepair.base.canonical import encode
from gatepair.base.merkle import consistency_proof, inclusion_proof, leaf_hash, root_of
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Terms
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.exchange.disclosure import Disclosure, sign_receipt
from gatepair.exchange.envelope import Draft, Section, seal
from gatepair.exchange.key_statements import KeyAct
from gatepair.exchange.messages import CATALOGUE, Lane

DIRECTORY = Path(__file__).parents[1] / "vectors/exchange"
TREE_SIZES = (*range(18), 31, 32, 33, 63, 64, 65, 256, 1025)

ACCEPTED: list[Any] = [
    None,
    0,
    -9_007_199_254_740_991,
    9_007_199_254_740_991,
    "",
    'Hữu Nghị 友谊关 \u2028 \u007f " \\ / \b\f\n\r\t\u0001',
    [],
    {},
    {"b": [1, {"d": True, "c": None}], "a": {"a_1": "x"}, "a0": 2},
]
REJECTED: list[tuple[str, bytes]] = [
    ("repeated key", b'{"a":1,"a":1}'),
    ("keys out of order", b'{"b":1,"a":2}'),
    ("space", b'{"a": 1}'),
    ("trailing newline", b"1\n"),
    ("float", b"1.0"),
    ("exponent", b"1e3"),
    ("minus zero", b"-0"),
    ("leading zero", b"01"),
    ("integer beyond 2^53-1", b"9007199254740992"),
    ("not a number", b"NaN"),
    ("upper-case key", b'{"A":1}'),
    ("key beyond ASCII", '{"é":1}'.encode()),
    ("empty key", b'{"":1}'),
    ("text not in NFC", '"e\u0301"'.encode()),
    ("needless escape", b'"\\u00e9"'),
    ("escaped solidus", b'"\\/"'),
    ("upper-case escape", b'"\\u001F"'),
    ("half a surrogate pair", b'"\\ud800"'),
    ("byte order mark", b"\xef\xbb\xbf1"),
    ("not UTF-8", b'"\xff"'),
    ("nesting of 33", b"[" * 33 + b"]" * 33),
    ("nothing", b""),
]


def canonical() -> dict[str, Any]:
    return {
        "accept": [encode(value).hex() for value in ACCEPTED],
        "reject": [{"hex": raw.hex(), "why": why} for why, raw in REJECTED],
    }


def merkle() -> dict[str, Any]:
    """Trees over the one-to-two-byte big-endian numbers 0, 1, 2 …: leaf ``i`` is the hash of two bytes of ``i``."""
    leaves = [leaf_hash(index.to_bytes(2, "big")) for index in range(max(TREE_SIZES))]
    small = leaves[:9]
    return {
        "exhaustive": exhaustive(leaves),
        "leaf": "sha256(0x00 || uint16_be(i))",
        "roots": {str(size): root_of(leaves[:size]).hex() for size in TREE_SIZES},
        "inclusion": [
            {"index": index, "size": size, "proof": [step.hex() for step in inclusion_proof(small[:size], index)]}
            for size in range(1, 10)
            for index in range(size)
        ],
        "consistency": [
            {"old": old, "size": size, "proof": [step.hex() for step in consistency_proof(small[:size], old)]}
            for size in range(1, 10)
            for old in range(size + 1)
        ],
    }


def exhaustive(leaves: list[bytes]) -> dict[str, str]:
    """SHA-256 over all roots up to 1,025 leaves and over all proofs up to 65, each hash after the other in order."""
    roots = b"".join(root_of(leaves[:size]) for size in range(1026))
    pairs = [(size, index) for size in range(1, 66) for index in range(size)]
    inclusion = b"".join(step for size, index in pairs for step in inclusion_proof(leaves[:size], index))
    consistency = b"".join(
        step for size in range(66) for old in range(size + 1) for step in consistency_proof(leaves[:size], old)
    )
    return {
        "consistency of every old size in every size up to 65": sha256(consistency).hexdigest(),
        "inclusion of every index in every size up to 65": sha256(inclusion).hexdigest(),
        "roots of every size up to 1025": sha256(roots).hexdigest(),
    }


def evidence_vectors() -> list[dict[str, Any]]:
    """Evidence files and bundles, good and bad, with the policy, the exit code and each finding's path and code."""
    return [
        {
            "exit": way.exit,
            "file": way.raw.decode("utf-8", "surrogateescape"),
            "findings": list(way.findings),
            "name": way.name,
            "policy": way.policy_text(),
        }
        for way in ways()
    ]


def signed() -> dict[str, Any]:
    """A checkpoint with the log's line and the mirror's, from the seeds 0x02 and 0x06 repeated."""
    terms = agreement()
    origin = terms.origin(NORTH, Lane.NORMAL, 1)
    text = Checkpoint(origin, 1, leaf_hash(b"")).to_text()
    log = notes.sign(text, name=origin.key_name, key=keys_of(NORTH).log)
    mirror = notes.cosign(text, name=terms.party(SOUTH).mirror_name, key=keys_of(SOUTH).mirror, at_s=NOW_MS // 1_000)
    roots = [terms.sign(side, key(number)) for side, number in (("n.example", 1), ("s.example", 4))]
    section = Section("00" * 16, {"name": "SYNTHETIC"})
    shown = encode(Disclosure("gatepair/disclosure/v1", 4, "ab" * 32, str(origin), {"driver": section}))
    return {
        "log_vkey": notes.to_vkey(origin.key_name, notes.SignatureKind.ED25519, keys_of(NORTH).log.public),
        "mirror_vkey": notes.to_vkey(
            terms.party(SOUTH).mirror_name, notes.SignatureKind.COSIGNATURE, keys_of(SOUTH).mirror.public
        ),
        "receipt": notes.Note(text, (log, mirror)).to_text(),
        "agreement": terms.encoded().decode(),
        "agreement_hash": terms.hash().hex(),
        "agreement_note": notes.Note(terms.note_text(), tuple(roots)).to_text(),
        "disclosure": shown.decode(),
        "disclosure_receipt": sign_receipt(shown, terms.party(SOUTH), key=keys_of(SOUTH).mirror, at_s=NOW_MS // 1_000),
    }


def envelopes() -> list[dict[str, str]]:
    """One envelope for each type and version; every second section is withheld, and the values are synthetic."""
    terms = Terms.of(agreement())
    made = []
    for number, message in enumerate(CATALOGUE.values()):
        sections = {name: VALUES[message.kind][name] for name in message.sections[::2]}
        draft = Draft(message.kind, f"M{number}", f"X{number}", sections, NOW_MS + number)
        envelope = seal(draft, terms, sender=NORTH, entropy=Dice(number))
        made.append({"header": envelope.header.decode(), "body": envelope.body.decode(), "leaf": envelope.leaf.hex()})
    return made


def batches() -> list[dict[str, str]]:
    """A greeting, a batch of three and a heartbeat, each with its reply."""
    north, south = Node(NORTH), Node(SOUTH)
    for number in range(3):
        north.say(f"X{number}", route={"number": number}, goods={"synthetic": True})
    made = []
    for raw in (north.next, north.next, north.beat):
        batch = raw()
        assert batch is not None
        reply = south.take(batch)
        north.accept(reply)
        made.append({"batch": batch.decode(), "reply": reply.decode()})
    return made


def keys() -> dict[str, Any]:
    """Key statements good and bad, and which checkpoints count under them."""
    good = {
        "announced": key_life.said("announced", key_life.NEW, 5),
        "retired": key_life.said("retired", key_life.OLD, 8),
        "revoked": key_life.said("revoked", key_life.OLD, 7),
    }
    plain = good["revoked"]
    bad = {
        "another key's signature": key_life.statement(KeyAct.REVOKED, key_life.OLD.public, key_life.positions(7))
        .signed([key_life.OLD])
        .to_text(),
        "another side's root": key_life.statement(KeyAct.REVOKED, key_life.OLD.public, key_life.positions(7))
        .signed([key_life.SOUTH_ROOT])
        .to_text(),
        "bent after signing": plain.replace('"size":7', '"size":6'),
        "epoch zero": plain.replace('"epoch":1', '"epoch":0'),
        "another mark": plain.replace("gatepair/key/v1", "gatepair/key/v2"),
        "not canonical": plain.replace('"v":1', '"v": 1'),
        "unknown field": plain.replace('"v":1}', '"v":1,"w":1}'),
        "key of another form": plain.replace("ed25519", "p256"),
        "a lane left out": plain.replace('"bulk":{"epoch":1,"size":7},', ""),
    }
    cases = [
        (["announced"], 4, key_life.NEW, False),
        (["announced"], 5, key_life.NEW, True),
        (["announced"], 5, key_life.OLD, True),
        (["retired", "announced"], 8, key_life.OLD, True),
        (["announced", "retired"], 9, key_life.OLD, False),
        (["announced", "retired"], 9, key_life.NEW, True),
        (["revoked"], 7, key_life.OLD, True),
        (["revoked"], 8, key_life.OLD, False),
        (["revoked", "announced", "retired"], 8, key_life.OLD, False),
    ]
    return {
        "agreement": agreement().encoded().decode(),
        "good": good,
        "bad": [{"why": why, "note": note} for why, note in bad.items()],
        "checkpoints": [
            {"after": said, "note": key_life.checkpoint(size, signer).to_text(), "counts": counts}
            for said, size, signer, counts in cases
        ],
    }


VECTORS = {
    "canonical.json": canonical,
    "merkle.json": merkle,
    "signed.json": signed,
    "envelopes.json": envelopes,
    "batches.json": batches,
    "keys.json": keys,
    "agreements.json": changing.vectors,
    "bundles.json": bundle_vectors,
    "evidence.json": evidence_vectors,
    "papers.json": paper_vectors,
}


def text_of(name: str) -> str:
    """Return the content of the vector file ``name``."""
    return json.dumps(VECTORS[name](), indent=1, sort_keys=True, ensure_ascii=True) + "\n"


if __name__ == "__main__":
    DIRECTORY.mkdir(parents=True, exist_ok=True)
    for file in VECTORS:
        (DIRECTORY / file).write_text(text_of(file), encoding="utf-8")
