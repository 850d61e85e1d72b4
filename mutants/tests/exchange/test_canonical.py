"""Canonical JSON: one spelling for one value, the same as RFC 8785 inside the profile."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from gatepair.base.canonical import DEPTH_MAX, INTEGER_MAX, check, decode, decode_as, decode_strictly_as, encode
from gatepair.base.errors import Malformed, TooLarge

KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(lambda text: normalize("NFC", text))
SCALARS = st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | TEXTS
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))
LIMIT = 100_000


class Point(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    x: int
    y: int = 0


@given(VALUES)
def test_profile_equals_rfc_8785(value: Any) -> None:
    """Inside the profile our bytes are those of RFC 8785."""
    assert rfc8785.dumps(value) == encode(value)


@given(VALUES)
def test_what_is_encoded_reads_back(value: Any) -> None:
    """Decoding canonical bytes gives the value again."""
    assert value == decode(encode(value), max_bytes=LIMIT)


@given(VALUES)
def test_other_spellings_are_refused(value: Any) -> None:
    """The same value with spaces, or with its keys in another order, is not canonical."""
    raw = encode(value)
    for other in (json.dumps(value, indent=1).encode(), b" " + raw, raw + b"\n"):
        if other != raw:
            with pytest.raises(Malformed):
                decode(other, max_bytes=LIMIT)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """Whatever comes, the answer is a value whose spelling is the input, or Malformed."""
    try:
        value = decode(raw, max_bytes=LIMIT)
    except Malformed:
        return
    assert raw == encode(value)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"b":1,"a":2}',
        b"1.0",
        b"1e3",
        b"-0",
        b"NaN",
        b"Infinity",
        b"9007199254740992",
        b"-9007199254740992",
        b"1" * 400,
        b'{"A":1}',
        b'{"_a":1}',
        b'{"a-b":1}',
        b'{"":1}',
        b'{"\xc3\xa9":1}',
        '"e\u0301"'.encode(),
        b'"\\u00e9"',
        b'"\\/"',
        b'"\\ud800"',
        b'"\xed\xa0\x80"',
        b'"\xff"',
        b"'a'",
        b"[1,]",
        b"[1] ",
        b"",
        b"\xef\xbb\xbf1",
        b"[" * (DEPTH_MAX + 1) + b"]" * (DEPTH_MAX + 1),
        b"[" * 100_000,
    ],
)
def test_outside_the_profile_is_malformed(raw: bytes) -> None:
    """Duplicate keys, floats, big integers, foreign keys, other normal forms and deep nesting are refused."""
    with pytest.raises(Malformed):
        decode(raw, max_bytes=LIMIT)


@pytest.mark.parametrize("raw", [b"9007199254740991", b"-9007199254740991", b"0", b'""', b"[]", b"{}", b'"\x7f"'])
def test_the_edge_of_the_profile_is_read(raw: bytes) -> None:
    """The largest integers, empty things and unescaped DEL are inside the profile."""
    assert raw == encode(decode(raw, max_bytes=LIMIT))


def test_depth_is_read_up_to_its_limit() -> None:
    """Nesting as deep as the limit is read."""
    raw = b"[" * DEPTH_MAX + b"]" * DEPTH_MAX
    assert raw == encode(decode(raw, max_bytes=LIMIT))


def test_size_is_checked_before_parsing() -> None:
    """A body over the limit is TooLarge, one at the limit is read."""
    assert decode(b'"aa"', max_bytes=4) == "aa"
    with pytest.raises(TooLarge):
        decode(b'"aaa"', max_bytes=4)


def test_check_names_the_place() -> None:
    """The error names the dotted path of what lies outside the profile."""
    with pytest.raises(Malformed) as caught:
        check({"goods": [{"mass": 1.5}]})
    assert caught.value.fields == {} or "goods.0.mass" in caught.value.message
    assert "goods.0.mass" in caught.value.message


def test_typed_decoding() -> None:
    """A known shape reads its own bytes; a missing or unknown field is Malformed."""
    assert Point(3) == decode_as(Point, b'{"x":3}')
    for raw in (b"{}", b'{"x":"3"}', b'{"x":3,"z":1}', b"["):
        with pytest.raises(Malformed):
            decode_as(Point, raw)


@pytest.mark.parametrize("raw", [b'{"x":3,"y":0}', b'{"y":1,"x":3}', b'{"x": 3}', b'{"x":3,"x":3}'])
def test_strict_typed_decoding_has_one_spelling(raw: bytes) -> None:
    """A default that is written out, another order or a repeated key is another spelling and refused."""
    with pytest.raises(Malformed):
        decode_strictly_as(Point, raw, max_bytes=LIMIT)
    assert Point(3, 1) == decode_strictly_as(Point, b'{"x":3,"y":1}', max_bytes=LIMIT)


def test_vectors() -> None:
    """The published vectors are accepted and rejected as they say."""
    vectors = json.loads((Path(__file__).parents[1] / "vectors/exchange/canonical.json").read_text("utf-8"))
    for accepted in vectors["accept"]:
        raw = bytes.fromhex(accepted)
        assert raw == encode(decode(raw, max_bytes=LIMIT))
    for rejected in vectors["reject"]:
        with pytest.raises(Malformed):
            decode(bytes.fromhex(rejected["hex"]), max_bytes=LIMIT)
