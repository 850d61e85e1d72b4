"""Bundles, good and bad."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from exchange.proofs import Story
from exchange.way import CONTRADICTED, INCOMPLETE, PROVED, UNREADABLE, Way, put
from gatepair.base.canonical import encode

CARRIED = ("receipts optional",)
"""A bundle holds its author's entries only; the receipts come back with the reader's answer.  It may be said, and need not."""


def bundled() -> Iterator[Way]:
    yield Way("a bundle", Story().bundle(), PROVED)
    yield Way("a bundle, receipts optional", Story().bundle(), PROVED, rules=CARRIED)
    yield Way("a later part of a bundle", Story().bundle(start=2), PROVED, rules=CARRIED)
    yield Way(
        "a bundle, receipts asked for",
        Story().bundle(by=3),
        INCOMPLETE,
        tuple(f"lanes.0.batches.0.entries.{number} evidence.receipt_absent" for number in range(3)),
        rules=("receipts required",),
    )
    yield Way(
        "a bundle without entries", Story().bundle(batches=(), end=0), INCOMPLETE, ("logs evidence.nothing_shown",)
    )
    for name, spoil, findings in (
        ("a header changed", _in_batch("entries/0/header/at_ms", 1), ("lanes.0 evidence.root_false",)),
        (
            "a value changed",
            _in_batch("entries/0/body/sections/goods/value/gross_mass_kg", 1),
            ("lanes.0.batches.0.entries.0.sections.goods evidence.section_false", BATCH_FALSE),
        ),
        ("a body taken out", _in_batch("entries/0/body", None), (BATCH_FALSE,)),
        (
            "a body that is none",
            _in_batch("entries/0/body", {"parts": []}),
            ("lanes.0.batches.0.entries.0 evidence.body_unreadable", BATCH_FALSE),
        ),
        ("a length claimed", _in_batch("size", 9), (BATCH_FALSE,)),
        ("a signature changed", _in_batch("signature", "00" * 64), (BATCH_FALSE,)),
        (
            "a checkpoint changed",
            _in_batch("checkpoint", "text\n"),
            ("lanes.0.batches.0.checkpoint evidence.note_malformed",),
        ),
        ("a batch missing", _without_first, ("lanes.0 evidence.tree_malformed",)),
    ):
        yield Way(f"a bundle: {name}", _rebundled(spoil), CONTRADICTED, findings, rules=CARRIED)
    other = ("00" * 32,)
    raw = Story().bundle(start=2, before=other)
    yield Way(
        "a bundle: the tree before it changed", raw, CONTRADICTED, ("lanes.0 evidence.root_false",), rules=CARRIED
    )
    raw = Story().bundle(start=2, before=other * 2)
    yield Way(
        "a bundle: too many hashes before it", raw, CONTRADICTED, ("lanes.0 evidence.tree_malformed",), rules=CARRIED
    )
    for name, raw in (
        ("damaged on its way", Story().bundle().replace(b'"version":1', b'"version":2').replace(b"X0", b"Y0", 1)),
        ("cut short", Story().bundle()[:-1]),
        ("a log named badly", Story().bundle(log="n.example/north-post")),
        ("counts that contradict each other", Story().bundle(end=1, size=0)),
    ):
        yield Way(f"unreadable bundle: {name}", raw, UNREADABLE)


BATCH_FALSE = "lanes.0.batches.0.signature evidence.signature_false"


def _in_batch(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    return put(f"lanes/0/batches/0/{path}", value)


def _without_first(document: dict[str, Any]) -> None:
    document["lanes"][0]["batches"].pop(0)


def _rebundled(spoil: Callable[[dict[str, Any]], None]) -> bytes:
    """Return the bundle after ``spoil`` changed it, with the digest made to fit again."""
    value = json.loads(Story().bundle())
    spoil(value)
    value["contents"] = sha256(encode(value["lanes"])).hexdigest()
    return encode(value)
