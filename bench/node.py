"""A post at work: commands a second in process and over HTTP, and how long a gate decision takes.

Usage: ``python bench/node.py [--seconds 3] [--vehicles 150] [--per-minute 100]``.  One JSON line per
figure: ``bench``, ``figure``, ``unit``, ``against`` and ``ratio`` (the figure divided by that of
``against``).  A gate decision is the time from a vehicle at the barrier (``RecordArrival`` sent) to the
durable answer, over HTTP, while vehicles arrive at the given rate and each gives all its other commands.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from gatepair import wiring
from gatepair.adapters.planfiles import shipped_plan
from gatepair.base.duties import Duty
from gatepair.exchange.agreement import Mode
from gatepair.node.requests import COMMANDS, Actor, Request
from gatepair.wiring import Settings

HOME: Final = "huu-nghi"
UNLIMITED: Final = {
    "principal_per_s": 1_000_000,
    "principal_burst": 1_000_000,
    "address_per_s": 1_000_000,
    "address_burst": 1_000_000,
}
"""Rates that no caller reaches: the limits themselves are not what is measured."""
BATCHES: Final = (1, 10, 100)
GATE_AIM_MS: Final = 100
KINDS: Final = {kind.__name__: kind for kind in COMMANDS}
SERVE: Final = (sys.executable, "-c", "import sys; from gatepair.cli import main; main(sys.argv[1:])", "serve")


def line(figure: str, value: float, unit: str, *, against: str = "", ratio: float | None = None) -> None:
    """Print one figure."""
    shown = None if ratio is None else round(ratio, 3)
    row = {"bench": f"node.{figure}", "figure": round(value, 3), "unit": unit, "against": against, "ratio": shown}
    print(json.dumps(row), flush=True)


def declare(number: int) -> dict[str, Any]:
    """Return the declaration of one empty vehicle: it needs no call, so it may drive up at once."""
    return {
        "type": "DeclareCrossing",
        "direction": "out",
        "route": "r1116-1117",
        "lane_kind": "empties",
        "load": "empty",
        "declaration": {
            "regime": "empty",
            "goods": [],
            "parties": {"exporter": "SYNTHETIC A", "importer": "SYNTHETIC B"},
            "synthetic": True,
        },
        "binding": {"tractor": f"12C-{number:07d}"},
    }


def make_post(directory: Path, *, port: int = 0) -> None:
    """Make a post that works alone, on the system's clock."""
    plan = shipped_plan("huu-nghi-youyiguan")
    me = wiring.make_post(directory, plan, Settings(post=HOME, port=port, web=UNLIMITED))
    wiring.agree(directory, plan, (me, wiring.absent_party(plan, "youyiguan")), Mode.ALONE)
    wiring.add_access(directory)


def in_process(directory: Path, *, batch: int, seconds: float, first: int) -> tuple[float, int]:
    """Return commands a second through the post itself, each batch one durable transaction."""
    opened = wiring.open_post(directory)
    actor = Actor("bench", Duty.TRADER, HOME)
    number, done = first, 0
    until = time.perf_counter() + seconds
    started = time.perf_counter()
    while time.perf_counter() < until:
        requests = [
            Request(f"b-{number + at:09d}", msgspec.convert(declare(number + at), KINDS["DeclareCrossing"]), actor)
            for at in range(batch)
        ]
        answers = opened.post.execute(requests)
        assert all(answer.status == "done" for answer in answers), answers[0]
        number += batch
        done += batch
    rate = done / (time.perf_counter() - started)
    opened.post.ledger.close()
    return rate, number


class Door:
    """A keep-alive connection to a served post."""

    def __init__(self, access: dict[str, Any]) -> None:
        """Connect to the post that ``access`` names."""
        parts = urlsplit(access["url"])
        self._keys = access["keys"]
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)

    def say(self, duty: str, commands: list[tuple[str, dict[str, Any]]]) -> list[dict[str, Any]]:
        """Give commands and return their answers."""
        body = json.dumps({"commands": [{"id": name, "command": command} for name, command in commands]})
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self._keys[duty]}"}
        self._connection.request("POST", "/v1/commands", body=body, headers=headers)
        answer = self._connection.getresponse()
        raw = answer.read()
        assert answer.status == 200, raw
        answers: list[dict[str, Any]] = json.loads(raw)["answers"]
        return answers


def served(directory: Path) -> tuple[subprocess.Popen[bytes], dict[str, Any]]:
    """Serve a post and return its process and access when it answers."""
    access = json.loads((directory / "access.json").read_text())
    process = subprocess.Popen([*SERVE, str(directory)], stderr=subprocess.DEVNULL)
    parts = urlsplit(access["url"])
    for _ in range(600):
        try:
            connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=1)
            connection.request("GET", "/health")
            if connection.getresponse().status == 200:
                return process, access
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("the post did not answer in a minute")


def over_http(access: dict[str, Any], *, batch: int, seconds: float, first: int) -> tuple[float, int]:
    """Return commands a second over HTTP, one caller, each batch one durable transaction."""
    door = Door(access)
    number, done = first, 0
    started = time.perf_counter()
    until = started + seconds
    while time.perf_counter() < until:
        answers = door.say("trader", [(f"h-{number + at:09d}", declare(number + at)) for at in range(batch)])
        assert all(answer["status"] == "done" for answer in answers), answers[0]
        number += batch
        done += batch
    return done / (time.perf_counter() - started), number


def one_vehicle(access: dict[str, Any], number: int, times_ms: list[float]) -> None:
    """Take one vehicle through the post and note how long the barrier took to answer."""
    door = Door(access)
    crossing = door.say("trader", [(f"v-{number}-declare", declare(number))])[0]["crossing"]
    arrive = {
        "type": "RecordArrival",
        "crossing": crossing,
        "station": "hn-exit-gate",
        "seen": {"tractor": f"12C-{number:07d}"},
    }
    began = time.perf_counter()
    answer = door.say("yard", [(f"v-{number}-arrive", arrive)])[0]
    times_ms.append((time.perf_counter() - began) * 1000)
    assert answer["status"] == "done", answer
    clear = {"crossing": crossing, "verdict": "clear", "type": "Decide"}
    for duty, command in (
        ("border_guard", clear),
        ("customs", {"type": "AssignChannel", "crossing": crossing}),
        ("customs", clear),
        ("customs", {"type": "Release", "crossing": crossing}),
    ):
        door.say(duty, [(f"v-{number}-{duty}-{command['type']}", command)])


def gate_decisions(access: dict[str, Any], *, vehicles: int, per_minute: int, first: int) -> list[float]:
    """Let vehicles arrive at an even rate, each in a thread of its own; return the barrier's times in ms."""
    times_ms: list[float] = []
    threads = []
    started = time.perf_counter()
    for at in range(vehicles):
        time.sleep(max(0.0, started + at * 60 / per_minute - time.perf_counter()))
        thread = threading.Thread(target=one_vehicle, args=(access, first + at, times_ms))
        thread.start()
        threads.append(thread)
    for thread in threads:
        thread.join()
    return sorted(times_ms)


def flush_ms(directory: Path, rounds: int = 50) -> float:
    """Return the median time of one 4 kB write with fdatasync: the floor of every durable answer."""
    taken = []
    with (directory / "floor").open("wb") as file:
        for _ in range(rounds):
            began = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - began) * 1000)
    return sorted(taken)[rounds // 2]


def free_port() -> int:
    """Return a free port of the loopback."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--vehicles", type=int, default=150)
    parser.add_argument("--per-minute", type=int, default=100)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        directory = Path(place) / "post"
        make_post(directory, port=free_port())
        floor_ms = flush_ms(Path(place))
        line("flush of 4 kB", floor_ms, "ms", against="", ratio=None)
        number, rates = 1, {}
        for batch in BATCHES:
            rates[batch], number = in_process(directory, batch=batch, seconds=asked.seconds, first=number)
            flushes = rates[batch] / batch * floor_ms / 1000
            line(
                f"commands in process, {batch} a transaction",
                rates[batch],
                "1/s",
                against="flushes alone",
                ratio=flushes,
            )
        process, access = served(directory)
        try:
            for batch in BATCHES:
                rate, number = over_http(access, batch=batch, seconds=asked.seconds, first=number)
                line(
                    f"commands over HTTP, {batch} a request",
                    rate,
                    "1/s",
                    against="in process",
                    ratio=rate / rates[batch],
                )
            times = gate_decisions(access, vehicles=asked.vehicles, per_minute=asked.per_minute, first=number)
        finally:
            process.terminate()
            process.wait(30)
        for name, share in (("p50", 0.50), ("p99", 0.99)):
            value = times[min(len(times) - 1, int(len(times) * share))]
            line(
                f"gate decision {name} at {asked.per_minute} vehicles a minute",
                value,
                "ms",
                against=f"aim of {GATE_AIM_MS} ms",
                ratio=value / GATE_AIM_MS,
            )


if __name__ == "__main__":
    main()
