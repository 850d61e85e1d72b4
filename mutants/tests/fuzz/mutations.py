"""Damage to bytes by a seed: what a fuzzer without coverage does, the same everywhere."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Final

MARKS: Final = (
    b"", b"\x00", b"\n", b"\n\n", b" ", b'"', b"\\", b"\\u0000", b"\\ud800", b"\xff", b"\xe2\x80\x94 ", b"[", b"]",
    b"{", b"}", b"{}", b"[]", b"null", b"true", b"-0", b"0", b"1e9", b"1.0", b"9007199254740992", b"-1", b":", b",",
    b'"a":1,', b"#", b"#0", b"#1000000000", b"/", b"+", b"=", b"==", b"\xcc\x81", b"\xef\xbb\xbf",
)  # fmt: skip
"""Pieces at which parsers stumble."""


def mutated(examples: list[bytes], *, seed: int, count: int) -> Iterator[bytes]:
    """Yield ``count`` damaged ``examples``."""
    dice = random.Random(seed)
    for _ in range(count):
        yield mutate(dice.choice(examples), examples, dice)


def mutate(raw: bytes, examples: list[bytes], dice: random.Random) -> bytes:
    """Return ``raw`` damaged once or a few times."""
    for _ in range(dice.randint(1, 4)):
        raw = dice.choice(_WAYS)(raw, examples, dice)
    return raw


def _span(raw: bytes, dice: random.Random) -> tuple[int, int]:
    start = dice.randint(0, len(raw))
    return start, min(len(raw), start + dice.choice((0, 1, 1, 2, 8, 64)))


def _replaced(raw: bytes, _: list[bytes], dice: random.Random) -> bytes:
    start, end = _span(raw, dice)
    return raw[:start] + dice.choice(MARKS) + raw[end:]


def _flipped(raw: bytes, _: list[bytes], dice: random.Random) -> bytes:
    if not raw:
        return raw
    place = dice.randrange(len(raw))
    return raw[:place] + bytes([raw[place] ^ 1 << dice.randrange(8)]) + raw[place + 1 :]


def _spliced(raw: bytes, examples: list[bytes], dice: random.Random) -> bytes:
    other = dice.choice(examples)
    start, _ = _span(raw, dice)
    begin, _ = _span(other, dice)
    return raw[:start] + other[begin:]


def _repeated(raw: bytes, _: list[bytes], dice: random.Random) -> bytes:
    start, end = _span(raw, dice)
    return raw[:end] + raw[start:end] * dice.choice((1, 2, 40)) + raw[end:]


def _moved(raw: bytes, _: list[bytes], dice: random.Random) -> bytes:
    parts = raw.split(b",")
    dice.shuffle(parts)
    return b",".join(parts)


def _counted(raw: bytes, _: list[bytes], dice: random.Random) -> bytes:
    digits = [place for place, byte in enumerate(raw) if byte in b"0123456789"]
    if not digits:
        return raw
    place = dice.choice(digits)
    return raw[:place] + dice.choice((b"0", b"9", b"10", b"")) + raw[place + 1 :]


_WAYS: Final[tuple[Callable[[bytes, list[bytes], random.Random], bytes], ...]] = (
    _replaced,
    _flipped,
    _spliced,
    _repeated,
    _moved,
    _counted,
)
