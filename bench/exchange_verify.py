"""Entries verified a second, from an evidence file and from a bundle, against the floor measured in the same run.

Usage: ``python bench/exchange_verify.py [--entries 10000]``.  One JSON line per figure: ``bench``, ``figure``
(entries in a second of one core), ``unit``, ``against``, ``floor`` and ``ratio``.

The floor is what no verifier can do without: for each entry the SHA-256 of its header, of two nodes of
the tree and of each disclosed section, and for each checkpoint the Ed25519 of every line.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

# In place of this folder, whose exchange.py would hide the package of that name.
sys.path.pop(0)
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from exchange.pair import NOW_MS
from exchange.proofs import Story, policy
from gatepair.exchange import note as notes
from gatepair.exchange.envelope import parse_body
from gatepair.exchange.report import Verdict
from gatepair.exchange.signer import verify_ed25519
from gatepair.exchange.verify import verify

RUNS = 3
"""The quickest of so many runs is told: what else the machine does can only slow a run down."""
BATCH = 256


def story(entries: int) -> Story:
    """Return a conversation in which the north announces ``entries`` crossings with goods, route and driver."""
    told = Story()
    told.south.rows.clear()
    told.south.shown, told.south.receipts, told.ledger = [], {0: 0}, None
    told.north.rows.clear()
    goods = {"gross_mass_kg": 18_000, "hs": "854231", "packages": 900, "synthetic": True, "value_minor": 4_000_000_000}
    for number in range(entries):
        sections = {"goods": goods, "route": {"direction": "out"}, "driver": {"name": f"SYNTHETIC {number}"}}
        told.say(told.north, "crossing.announced/1", f"M{number}", subject=f"X{number}", at=number, sections=sections)
    told.north.shown = list(range(entries))
    told.north.receipts = {entries: NOW_MS // 1000 + entries}
    return told


def quickest(act: Callable[[], object]) -> float:
    """Return the seconds of the quickest run of ``act``, in time of the processor: the verifier uses one core and no disk."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        act()
        times.append(time.process_time() - start)
    return min(times)


def floor(told: Story, checkpoints: list[str]) -> float:
    """Return the seconds that hashing and signatures alone take."""
    headers = [row.header for row in told.north.rows]
    sections = [
        repr(section.value).encode() for row in told.north.rows for section in parse_body(row.body).sections.values()
    ]
    verifiers = [party.log_verifier(told.north.origin) for party in told.terms.parties]
    parsed = [notes.parse(each) for each in checkpoints]
    public = verifiers[0].public
    node = bytes(65)

    def act() -> None:
        for header in headers:
            sha256(header).digest()
            sha256(node).digest()
            sha256(node).digest()
        for section in sections:
            sha256(section).digest()
        for note in parsed:
            for line in note.lines:
                verify_ed25519(public, note.text.encode(), line.blob[-64:])

    return quickest(act)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the verifier.")
    parser.add_argument("--entries", type=int, default=10_000)
    entries = parser.parse_args().entries
    told = story(entries)
    lenient = policy(receipts=False)
    evidence, bundle = told.raw(), told.bundle(by=BATCH)
    sizes = range(BATCH, entries + BATCH, BATCH)
    told.north.receipts |= {min(size, entries): 1 for size in sizes}
    signed = {"evidence": 1, "bundle": len(sizes)}
    for name, raw in (("evidence", evidence), ("bundle", bundle)):
        assert verify(raw, lenient).verdict is Verdict.PROVED, name
        seconds = quickest(lambda raw=raw: verify(raw, lenient))
        checkpoints = [told.north.checkpoint(size) for size in sorted(told.north.receipts)][-signed[name] :]
        least = floor(told, checkpoints)
        figure = {
            "bench": f"exchange_verify.{name}",
            "bytes_per_entry": len(raw) // entries,
            "figure": round(entries / seconds),
            "unit": "entries/s of one core",
            "against": "SHA-256 and Ed25519 alone",
            "floor": round(entries / least),
            "ratio": round(least / seconds, 4),
        }
        print(json.dumps(figure, sort_keys=True))


if __name__ == "__main__":
    main()
