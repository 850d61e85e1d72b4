"""Files and policies that cannot be read at all."""

from __future__ import annotations

from collections.abc import Iterator

from exchange.pair import key
from exchange.proofs import Story
from exchange.way import UNREADABLE, Way, put
from gatepair.exchange import note as notes

ENTRY = "logs/0/entries/0"


def unreadable() -> Iterator[Way]:
    whole = Story().raw()
    for name, raw in (
        ("no JSON", b"evidence"),
        ("nothing", b""),
        ("a space", whole.replace(b'"logs":', b'"logs": ', 1)),
        ("a newline at the end", whole + b"\n"),
        ("a needless escape in a header", whole.replace(b'"subject":"X1"', b'"subject":"\\u00581"', 1)),
        ("another format", whole.replace(b"gatepair/evidence/v1", b"gatepair/evidence/v2")),
        ("an unknown field", Story().spoilt(lambda value: value.update(extra=1))),
        ("an unknown field of an entry", Story().spoilt(put(f"{ENTRY}/extra", 1))),
        ("a field missing", Story().spoilt(lambda value: value.pop("made_by"))),
        ("entries not in order", Story().spoilt(lambda value: value["logs"][0]["entries"].reverse())),
        ("logs not in order", Story().spoilt(lambda value: value["logs"].reverse())),
        ("a log named badly", Story().spoilt(put("logs/0/origin", "n.example/north-post"))),
        ("a salt too short", Story().spoilt(put(f"{ENTRY}/sections/goods/salt", "00"))),
        ("a fraction", whole.replace(b'"gross_mass_kg":18000', b'"gross_mass_kg":1.5', 1)),
        ("an integer beyond 2^53", whole.replace(b'"gross_mass_kg":18000', b'"gross_mass_kg":9007199254740992', 1)),
        ("no checkpoint", Story().spoilt(put("logs/0/checkpoints", []))),
        ("a ledger's header with a field too many", Story().spoilt(put("ledgers/0/entries/0/header/extra", 1))),
        ("a ledger without entries", Story().spoilt(put("ledgers/0/entries", []))),
    ):
        yield Way(f"unreadable: {name}", raw, UNREADABLE)
    for name, text in BAD_POLICIES:
        yield Way(f"bad policy: {name}", whole, UNREADABLE, policy=text)


ROOT = f"root n.example {'ab' * 16}\n"
BAD_POLICIES = [
    ("no root", "receipts required\n"),
    ("an unknown rule", ROOT + "witness somebody\n"),
    ("a word too many", ROOT + "receipts required always\n"),
    ("a word too few", ROOT + "roots\n"),
    ("a root without a key", "root n.example\n"),
    ("a key of odd length", "root n.example abc\n"),
    ("a key of another name", "root s.example " + notes.to_vkey("n.example/root", notes.SignatureKind.ED25519, key(1).public) + "\n"),
    ("a side in capitals", f"root N.EXAMPLE {'ab' * 16}\n"),
    ("seconds with a fraction", ROOT + "receipt_within_s 1.5\n"),
    ("neither required nor optional", ROOT + "outcomes perhaps\n"),
    ("a hash too short", ROOT + "agreement 00\n"),
    ("a section in capitals", ROOT + "section Driver\n"),
]  # fmt: skip
