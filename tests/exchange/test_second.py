"""Two verifiers that share no code say the same of every file, byte by byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from exchange.pair import NORTH, NOW_MS, SOUTH, key
from exchange.proofs import Story, policy_text, root_note, small_agreement, statement
from exchange.second import NODE, NODE_MISSING, Second, Unreadable, second
from exchange.vectors import DIRECTORY
from exchange.way import Way, put
from exchange.ways import ways
from gatepair.base.canonical import decode, encode
from gatepair.base.errors import EnvelopeRejected, Malformed, TooLarge
from gatepair.base.findings import LANGUAGES
from gatepair.base.merkle import leaf_hash
from gatepair.base.pruned import prune, regrow
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.exchange.key_statements import KeyAct, KeyUse, Position, Positions
from gatepair.exchange.policy import parse_policy
from gatepair.exchange.signer import verify_ed25519
from gatepair.exchange.verify import verify
from gatepair.verifier import told

pytestmark = pytest.mark.skipif(NODE is None, reason=NODE_MISSING)
WAYS = {way.name: way for way in ways()}
UNREADABLE = "unreadable"


@pytest.fixture(scope="module")
def other() -> Iterator[Second]:
    """Return the verifier in JavaScript."""
    with second() as running:
        yield running


def ours(raw: bytes, policy: bytes, language: Any = "en") -> tuple[str, list[str]]:
    """Return the report and the lines of the verifier in Python."""
    try:
        report = verify(raw, parse_policy(policy))
    except (Malformed, TooLarge):
        return UNREADABLE, []
    return report.encoded().decode(), list(told(report, language))


def theirs(other: Second, raw: bytes, policy: bytes, language: Any = "en") -> tuple[str, list[str]]:
    """Return the report and the lines of the verifier in JavaScript."""
    try:
        answer = other.ask("verify", file=raw, policy=policy, language=language)
    except Unreadable:
        return UNREADABLE, []
    return answer["report"], answer["lines"]


@pytest.mark.parametrize("name", WAYS)
def test_both_say_the_same(other: Second, name: str) -> None:
    """Every good and bad file gets the same report from both, and the same lines."""
    way = WAYS[name]
    policy = way.policy_text().encode()
    assert ours(way.raw, policy) == theirs(other, way.raw, policy)


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_speak_each_language(other: Second, language: str) -> None:
    """The lines are the same in every language."""
    policy = policy_text("section driver", "outcomes required").encode()
    for raw in (Story().raw(), Story().bundle(), WAYS["a root's signature false"].raw):
        assert ours(raw, policy, language) == theirs(other, raw, policy, language)


@cache
def whole(name: str) -> bytes:
    return WAYS[name].raw


FILES = ("good", "a bundle", "a log key rotated", "two of three roots signed", "a second line by P-256")


@given(st.sampled_from(FILES), st.integers(0, 1 << 20), st.integers(1, 255))
def test_one_byte_changed(other: Second, name: str, place: int, change: int) -> None:
    """Whatever byte is changed, both give the same report."""
    raw = bytearray(whole(name))
    raw[place % len(raw)] ^= change
    policy = WAYS[name].policy_text().encode()
    assert ours(bytes(raw), policy) == theirs(other, bytes(raw), policy)


PLACES = st.lists(st.integers(0, 1 << 16), min_size=1, max_size=12)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.sampled_from(
        ["", "x", "X1", "00" * 32, "é", "e\u0301", "\u0000", "trial", "n.example", "log", "p256", "text\n"]
    ),
    st.lists(st.integers(0, 3), max_size=2),
    st.dictionaries(st.sampled_from(["a", "size", "salt", "value", "B"]), st.integers(0, 3), max_size=2),
)


@given(st.sampled_from(FILES), PLACES, VALUES, st.sampled_from(["set", "drop", "add", "double"]))
def test_one_value_changed(other, name, places, value, act) -> None:  # noqa: PLR0917 - Hypothesis gives them
    """Whatever value anywhere in the file is replaced, dropped, added or doubled, both give the same report."""
    document = json.loads(whole(name))
    _change(document, places, value, act)
    if "lanes" in document and isinstance(document["lanes"], list):
        document["contents"] = sha256(encode(document["lanes"])).hexdigest()
    raw = json.dumps(document, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode(
        "utf-8", "surrogatepass"
    )
    policy = WAYS[name].policy_text().encode()
    assert ours(raw, policy) == theirs(other, raw, policy)


def _change(document: Any, places: list[int], value: Any, act: str) -> None:
    """Go down ``document`` by ``places`` and do ``act`` at the end of the way."""
    holder, key_of = {"whole": document}, "whole"
    for place in places:
        inner = holder[key_of]  # type: ignore[index]
        keys = list(inner) if isinstance(inner, dict) else list(range(len(inner))) if isinstance(inner, list) else []
        if not keys:
            break
        holder, key_of = inner, keys[place % len(keys)]
    match act:
        case "set":
            holder[key_of] = value  # type: ignore[index]
        case "drop" if holder is not None:
            del holder[key_of]  # type: ignore[attr-defined]
        case "add" if isinstance(holder, dict):
            holder["extra"] = value
        case _ if isinstance(holder, list):
            holder.append(holder[key_of])


@st.composite
def key_lives(draw):
    """Draw a story in which keys were announced, retired and revoked anyhow, under one or two versions."""
    story = Story()
    for _ in range(draw(st.integers(0, 4))):
        said = statement(
            draw(st.sampled_from(KeyAct)),
            draw(st.sampled_from([KeyUse.LOG, KeyUse.MIRROR])),
            draw(st.sampled_from([2, 3, 5, 6, 20, 21])),
            post=draw(st.sampled_from([NORTH, SOUTH])),
            size=draw(st.integers(0, 4)),
        )
        story.statements.append(said)
    if draw(st.booleans()):
        story.agreements.append(second_version(draw(st.none() | st.integers(0, 4)), number=draw(st.integers(20, 22))))
    signers = draw(st.lists(st.sampled_from([2, 20, 21]), min_size=1, max_size=3, unique=True))
    cosigners = draw(st.lists(st.sampled_from([6, 20, 22]), max_size=2, unique=True))
    stated = Checkpoint(story.north.origin, 3, story.north.root(3))
    own = [notes.sign(stated.to_text(), name=story.north.origin.key_name, key=key(each)) for each in signers]
    mirror = f"s.example/{SOUTH}/mirror"
    lines = [
        notes.cosign(stated.to_text(), name=mirror, key=key(each), at_s=NOW_MS // 1000 + each) for each in cosigners
    ]
    note = notes.Note(stated.to_text(), (*own, *lines)).to_text()
    return story.spoilt(put("logs/0/checkpoints/1", note))


def second_version(start: int | None, *, number: int) -> tuple[bytes, str]:
    """Return a second version of the agreement, in which the north has another log key from ``start`` on."""
    terms = small_agreement(version=2)
    north, south = terms.parties
    begins = None if start is None else Positions.everywhere(Position(1, start))
    north = replace(north, log_key=key(number).public.hex(), logs_from=begins)
    terms = replace(terms, parties=(north, south))
    return terms.encoded(), root_note(terms)


@given(key_lives())
def test_keys_live_alike(other: Second, raw: bytes) -> None:
    """Whatever roots state about keys, in whatever versions, both let the same keys sign at the same sizes."""
    policy = policy_text().encode()
    assert ours(raw, policy) == theirs(other, raw, policy)


RULES = st.sampled_from(
    [
        "receipts optional", "receipts required", "receipts", "roots any", "roots all", "quorum n.example 2",
        "quorum n.example 0", "receipt_within_s 0", "receipt_within_s 00", "outcomes required", "section driver",
        "section \u00e9", "# a comment", "", "  ", "\troots any\r", "root n.example", "root n.example ab", "roots  any",
        "agreement " + "00" * 32, "roots any more", "\u00a0roots any", "root s.example " + "AB" * 16,
    ]
)  # fmt: skip


@given(st.lists(RULES, max_size=4))
def test_policies_are_read_alike(other: Second, rules: list[str]) -> None:
    """Whatever rules stand in a policy, both read it or both refuse it."""
    policy = policy_text(*rules).encode()
    assert ours(whole("good"), policy) == theirs(other, whole("good"), policy)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**54), 2**54) | st.text(max_size=6) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("aZ_1é", max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.booleans(), st.booleans())
def test_canonical_json_is_one_language(other, value, ascii_only, ordered) -> None:
    """Both take exactly the same spellings for canonical."""
    raw = json.dumps(value, ensure_ascii=ascii_only, separators=(",", ":"), sort_keys=ordered)
    encoded = raw.encode("utf-8", "surrogatepass")
    try:
        mine = encode(decode(encoded, max_bytes=1 << 20)).decode()
    except Malformed:
        mine = UNREADABLE
    try:
        yours = other.ask("canonical", raw=encoded)
    except Unreadable:
        yours = UNREADABLE
    assert mine == yours


@given(st.text(st.sampled_from("ab \n\t—+=/AQ\u0085\ufeff\u2028")), st.sampled_from(["", "\n", "\n\n— a AAAAAAA=\n"]))
def test_notes_are_read_alike(other: Second, text: str, tail: str) -> None:
    """Both take exactly the same texts for notes."""
    raw = text + tail
    try:
        note = notes.parse(raw)
        mine = {"text": note.text, "lines": [[line.name, line.key_id.hex(), line.blob.hex()] for line in note.lines]}
    except EnvelopeRejected:
        mine = None
    assert mine == other.ask("note", text=raw)


@given(st.binary(max_size=300))
def test_sha256_by_hand(other: Second, raw: bytes) -> None:
    """The hash written out in JavaScript is SHA-256."""
    assert sha256(raw).hexdigest() == other.ask("sha256", raw=raw)


@given(st.integers(0, 70), st.sets(st.integers(0, 69), max_size=5), st.sets(st.integers(0, 70), max_size=3))
def test_trees_regrow_alike(other: Second, size: int, shown: set[int], marks: set[int]) -> None:
    """From the same pruned tree both regrow the same roots."""
    leaves = [leaf_hash(bytes([number])) for number in range(size)]
    shown = {index for index in shown if index < size}
    marks = {mark for mark in marks if mark <= size}
    hashes = prune(leaves, size, shown=shown, marks=marks)
    mine = regrow(size, shown={index: leaves[index] for index in shown}, marks=marks, hashes=hashes)
    kept = [[index, leaves[index]] for index in sorted(shown)]
    yours = other.ask("regrow", size=size, shown=kept, marks=sorted(marks), hashes=hashes)
    assert {str(mark): root.hex() for mark, root in mine.items()} == yours


@given(st.binary(max_size=40), st.integers(0, 95), st.integers(0, 255), st.booleans())
def test_ed25519_alike(other, message, place, change, plain) -> None:  # noqa: PLR0917 - Hypothesis gives them
    """A signature is true for both or for neither, whatever byte of it or of the key is changed."""
    pair = bytearray(key(3).public + key(3).sign(message))
    pair[place] ^= change
    public, signature = bytes(pair[:32]), bytes(pair[32:])
    mine = verify_ed25519(public, message, signature)
    yours = other.ask("ed25519", key=public, message=message, signature=signature, plain=plain)
    assert mine == yours


PUBLISHED = json.loads((DIRECTORY / "ed25519_published.json").read_text("utf-8"))


@pytest.mark.parametrize("source", ["mixed_order", "wycheproof"])
@pytest.mark.parametrize("plain", [False, True])
def test_published_signatures(other: Second, source: str, plain: bool) -> None:  # noqa: FBT001 - given by name
    """Both verifiers, and the plain Ed25519 as well, say of each published signature what was published."""
    for case in PUBLISHED[source]:
        key_of, message, signature = (bytes.fromhex(case[part]) for part in ("key", "message", "signature"))
        assert case["valid"] is verify_ed25519(key_of, message, signature), case["id"]
        asked = {"key": key_of, "message": message, "signature": signature}
        if len(signature) == 64 or not plain:
            assert case["valid"] is other.ask("ed25519", plain=plain and case["valid"], **asked), case["id"]


def test_the_vectors_are_those_of_both(other: Second) -> None:
    """Each golden file gets its exit code and its findings from the verifier in JavaScript too."""
    for case in json.loads((DIRECTORY / "evidence.json").read_text("utf-8")):
        raw = case["file"].encode("utf-8", "surrogateescape")
        report, _ = theirs(other, raw, case["policy"].encode())
        if report == UNREADABLE:
            assert 3 == case["exit"], case["name"]
            continue
        read = json.loads(report)
        found = [f"{each['path']} {each['code']}" for each in read["findings"]]
        codes = {"proved": 0, "contradicted": 1, "incomplete": 2}
        assert (case["exit"], case["findings"]) == (codes[read["verdict"]], found), case["name"]


def test_the_way_is_named_once() -> None:
    """No case hides another."""
    names = [way.name for way in ways()]
    assert sorted(set(names)) == sorted(names)
    assert isinstance(WAYS["good"], Way)
