"""The exchange between two real posts: entries a second with durable receipts, against what disk and signatures allow.

Usage: ``python bench/exchange.py [--entries 12000] [--catch-up 100000]``.  One JSON line per figure:
``bench``, ``figure``, ``unit``, ``against`` and ``ratio`` (the figure divided by that of ``against``).

Two processes of ``gatepair serve`` on the loopback, SQLite with ``synchronous=FULL`` at both ends, one
batch in flight.  The entries are outcomes, which have no effect at the receiver, so that the exchange is
measured and not the gate; one figure is taken with announcements and all their effects.

The floor of a batch of ``B`` entries, from the rates measured in the same run:

    B / (2 * flush + 3 * sign + 4 * verify)

A durable receipt costs two flushes, one at each end and one after the other; the sender signs the
checkpoint and the batch, the receiver cosigns; the receiver verifies two signatures, the sender two.
What a batch costs besides (reading, hashing, JSON, HTTP, SQL) is the program's own.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from gatepair import wiring
from gatepair.adapters.planfiles import shipped_plan
from gatepair.adapters.sqlite.engine import SqliteLedger
from gatepair.base.duties import Duty
from gatepair.exchange.messages import OUTCOME, Lane
from gatepair.exchange.signer import Ed25519Key, verify_ed25519
from gatepair.node.link_state import own_state
from gatepair.node.requests import COMMANDS, Actor, Request
from gatepair.wiring import Settings

HOME: Final = "huu-nghi"
PLAN: Final = "huu-nghi-youyiguan"
BATCHES: Final = (1, 16, 64, 256)
AIM_BATCH: Final = 64
AIM_PER_S: Final = 2_500
AIM_SHARE: Final = 0.4
SERVE: Final = (sys.executable, "-c", "import sys; from gatepair.cli import main; main(sys.argv[1:])", "serve")
FILL: Final = 2_000
"""Entries written in one transaction while a log is filled."""
LOOK_S: Final = 0.01
PATIENCE_S: Final = 300.0
KINDS: Final = {kind.__name__: kind for kind in COMMANDS}


def line(figure: str, value: float, unit: str, *, against: str = "", ratio: float | None = None) -> None:
    """Print one figure."""
    shown = None if ratio is None else round(ratio, 3)
    row = {"bench": f"exchange.{figure}", "figure": round(value, 3), "unit": unit, "against": against, "ratio": shown}
    print(json.dumps(row), flush=True)


# --- the floor -----------------------------------------------------------------------------------


def flush_s(directory: Path, rounds: int = 200) -> float:
    """Return the median time of one 4 kB append with fdatasync, in seconds."""
    taken = []
    with (directory / "floor").open("wb") as file:
        for _ in range(rounds):
            began = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - began)
    return sorted(taken)[rounds // 2]


def each_s(act: Callable[[], object], rounds: int = 2_000) -> float:
    """Return how long one ``act`` takes on average, in seconds."""
    began = time.perf_counter()
    for _ in range(rounds):
        act()
    return (time.perf_counter() - began) / rounds


class Floor:
    """What disk and signatures allow, measured now."""

    def __init__(self, directory: Path) -> None:
        """Measure in ``directory``."""
        key = Ed25519Key(bytes(range(32)))
        message = bytes(200)
        signature = key.sign(message)
        self.flush_s = flush_s(directory)
        self.sign_s = each_s(lambda: key.sign(message))
        self.verify_s = each_s(lambda: verify_ed25519(key.public, message, signature))

    @property
    def batch_s(self) -> float:
        """Return the least time of one batch."""
        return 2 * self.flush_s + 3 * self.sign_s + 4 * self.verify_s


# --- two posts -----------------------------------------------------------------------------------


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback that nobody listens on."""
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return ports


class Line:
    """Two posts made in ``out``; the home post's log is filled and then pushed."""

    def __init__(self, out: Path, *, batch: int) -> None:
        """Make both, with batches of at most ``batch``."""
        plan = shipped_plan(PLAN)
        ports = dict(zip(plan.posts, free_ports(2), strict=True))
        settings = {
            post: Settings(
                post=post,
                port=ports[post],
                partner_url=f"http://127.0.0.1:{ports[plan.partner_of(post)]}",
                batch_entries=batch,
            )
            for post in plan.posts
        }
        self.directories = wiring.make_pair(out, plan, settings)
        self.urls = {post: f"http://127.0.0.1:{port}" for post, port in ports.items()}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def fill(self, entries: int) -> None:
        """Write outcomes into the home post's log."""
        post = wiring.open_post(self.directories[HOME]).post
        for start in range(0, entries, FILL):
            post.transact(lambda unit, start=start: self._say(post, unit, range(start, min(start + FILL, entries))))
        post.ledger.close()

    @staticmethod
    def _say(post: Any, unit: Any, numbers: range) -> None:
        now_ms = post.now()
        for number in numbers:
            post.link.enqueue(
                unit,
                kind=OUTCOME,
                subject=f"X{number:020d}",
                sections={"outcome": {"codes": ["crossing.claim_taken"], "verdict": "refused"}},
                now_ms=now_ms,
                message_id=f"M{number:020d}",
            )

    def declare(self, crossings: int) -> None:
        """Declare crossings at the home post: announcements with all their effects at the other."""
        post = wiring.open_post(self.directories[HOME]).post
        actor = Actor("bench", Duty.TRADER, HOME)
        for start in range(0, crossings, 200):
            orders = [
                msgspec.convert(declaration(number), KINDS["DeclareCrossing"]) for number in range(start, start + 200)
            ]
            answers = post.execute([Request(f"b-{start + at:09d}", order, actor) for at, order in enumerate(orders)])
            assert all(answer.status == "done" for answer in answers), answers[0]
        post.ledger.close()

    def push(self, entries: int, *, rss: bool = False) -> Mapping[str, float]:
        """Serve both posts until the home post's log is confirmed; return rate and, if asked, memory."""
        for post, directory in reversed(self.directories.items()):
            log = (directory / "serve.log").open("wb")
            self.processes[post] = subprocess.Popen([*SERVE, str(directory)], stdout=log, stderr=log)
        ledger = SqliteLedger(self.directories[HOME], read_only=True)
        try:
            return self._watch(ledger, entries, rss=rss)
        finally:
            ledger.close()
            for process in self.processes.values():
                process.terminate()
            for process in self.processes.values():
                process.wait(30)

    def _watch(self, ledger: SqliteLedger, entries: int, *, rss: bool) -> Mapping[str, float]:
        began, first, memory = 0.0, 0, []
        until = time.perf_counter() + PATIENCE_S
        while time.perf_counter() < until:
            with ledger.read() as reader:
                confirmed = own_state(reader, Lane.NORMAL).confirmed
            now = time.perf_counter()
            if confirmed and not began:
                began, first = now, confirmed
            if rss and confirmed:
                memory.append((confirmed, sum(rss_mb(process.pid) for process in self.processes.values())))
            if confirmed >= entries:
                result = {"per_s": (confirmed - first) / (now - began), "seconds": now - began}
                return result | (grown(memory) if rss else {})
            time.sleep(LOOK_S)
        raise TimeoutError((self.directories[HOME] / "serve.log").read_text()[-2_000:])


def rss_mb(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    for row in Path(f"/proc/{pid}/status").read_text().splitlines():
        if row.startswith("VmRSS:"):
            return int(row.split()[1]) / 1024
    return 0.0


def grown(samples: list[tuple[int, float]]) -> dict[str, float]:
    """Return both processes' memory after a fifth of the way and at the end, in MB."""
    total = samples[-1][0]
    early = next(mb for confirmed, mb in samples if confirmed >= total // 5)
    return {"rss_early_mb": early, "rss_end_mb": samples[-1][1]}


def declaration(number: int) -> dict[str, Any]:
    """Return the declaration of one truck of its own."""
    item = {
        "hs": "854231",
        "description": "SYNTHETIC processors",
        "commodity": "electronics",
        "gross_mass_kg": 18_000,
        "packages": 900,
        "value_minor": 4_000_000,
        "currency": "VND",
        "origin": "VN",
    }
    return {
        "type": "DeclareCrossing",
        "direction": "out",
        "route": "r1119-1120",
        "lane_kind": "manned",
        "load": "truck",
        "declaration": {
            "regime": "ordinary",
            "goods": [item],
            "parties": {"exporter": "SYNTHETIC A", "importer": "SYNTHETIC B"},
            "synthetic": True,
        },
        "binding": {"tractor": f"12C-{number:07d}"},
    }


# --- figures -------------------------------------------------------------------------------------


def rates(room: Path, entries: int) -> None:
    """Measure each batch size against the floor taken just before and after it."""
    for batch in BATCHES:
        out = room / f"batch-{batch}"
        count = max(200, min(entries, batch * 250))
        pair = Line(out, batch=batch)
        pair.fill(count)
        before = Floor(room)
        found = pair.push(count)["per_s"]
        floor = Floor(room)
        # A disk that others use is not the same for long: the floor is the mean of before and after.
        floor_per_s = batch / ((before.batch_s + floor.batch_s) / 2)
        line(f"floor.batch_{batch}", floor_per_s, "entries/s")
        line(f"batch_{batch}", found, "entries/s", against="floor", ratio=found / floor_per_s)
        if batch == AIM_BATCH:
            line("aim.batch_64", found, "entries/s", against="2500 entries/s", ratio=found / AIM_PER_S)
            line(
                "aim.share_of_floor",
                found / floor_per_s,
                "of the floor",
                against="0.4",
                ratio=found / floor_per_s / AIM_SHARE,
            )
    line("flush", floor.flush_s * 1000, "ms")
    line("sign", 1 / floor.sign_s, "1/s")
    line("verify", 1 / floor.verify_s, "1/s")


def catch_up(room: Path, entries: int) -> None:
    """Measure how long a long backlog takes, what memory it needs and what an entry weighs."""
    pair = Line(room / "catch-up", batch=256)
    empty = _bytes(pair.directories["youyiguan"])
    pair.fill(entries)
    found = pair.push(entries, rss=True)
    line("catch_up", found["seconds"], "s", against="60 s for 100000", ratio=found["seconds"] / 60 * 100_000 / entries)
    line(
        "catch_up.memory",
        found["rss_end_mb"],
        "MB",
        against="after a fifth",
        ratio=found["rss_end_mb"] / found["rss_early_mb"],
    )
    opened = wiring.open_post(pair.directories[HOME])
    with opened.post.ledger.read() as reader:
        rows = reader.own_entries("normal", start=0, limit=256)
    opened.post.ledger.close()
    line("entry.header", sum(len(row.header) for row in rows) / len(rows), "bytes")
    line("entry.with_body", sum(len(row.header) + len(row.body or b"") for row in rows) / len(rows), "bytes")
    line("entry.stored_by_receiver", (_bytes(pair.directories["youyiguan"]) - empty) / entries, "bytes")


def with_effects(room: Path, crossings: int) -> None:
    """Measure announcements, each of which makes a crossing at the receiver."""
    pair = Line(room / "effects", batch=AIM_BATCH)
    pair.declare(crossings)
    line("batch_64.announcements", pair.push(crossings)["per_s"], "entries/s")


def _bytes(directory: Path) -> int:
    return sum(path.stat().st_size for path in directory.glob("ledger.sqlite*"))


def main() -> None:
    """Run all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=12_000)
    parser.add_argument("--catch-up", type=int, default=100_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        room = Path(name)
        rates(room, asked.entries)
        with_effects(room, 2_000)
        catch_up(room, asked.catch_up)


if __name__ == "__main__":
    main()
