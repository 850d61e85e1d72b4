"""A served post that is killed at any moment has lost nothing that it acknowledged."""

from __future__ import annotations

import threading
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest

from gatepair import wiring
from gatepair.adapters.planfiles import shipped_plan
from gatepair.adapters.sqlite.engine import SqliteLedger
from gatepair.exchange.agreement import Mode
from gatepair.node.recording import MODELS
from gatepair.wiring import Settings
from system.served import Served, free_port, serving

HOME = "huu-nghi"
KILLS_IN_A_ROW = 3
UNLIMITED: dict[str, bool | int | str] = {"principal_per_s": 10_000, "principal_burst": 100_000}
"""One trader sends as fast as the machine can: the interface's limit on callers is not what is tested here."""


def _declare(number: int) -> dict[str, Any]:
    """Return a declaration with a tractor of its own."""
    item = {
        "hs": "854231",
        "description": "SYNTHETIC",
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
        "binding": {"tractor": f"12C-{number:05d}"},
    }


def _post(tmp_path: Path) -> Path:
    plan = shipped_plan("huu-nghi-youyiguan")
    directory = tmp_path / "post"
    me = wiring.make_post(directory, plan, Settings(post=HOME, port=free_port(), web=UNLIMITED))
    wiring.agree(directory, plan, (me, wiring.absent_party(plan, "youyiguan")), Mode.ALONE)
    wiring.add_access(directory)
    return directory


def _kill_while_it_works(directory: Path, first: int) -> tuple[list[str], int]:
    """Send commands until the process is killed in the midst; return what was acknowledged and the next number."""
    post = Served(directory)
    acknowledged: list[str] = []
    number = first
    killer = threading.Timer(0.3, post.kill)
    while True:
        number += 1
        try:
            answer = post.command(f"d-{number:08d}", _declare(number), duty="trader")
        except (OSError, HTTPException):
            # Cut off before the answer, or in the midst of it.
            break
        assert "done" == answer["status"], answer
        acknowledged.append(answer["crossing"])
        if len(acknowledged) == 1:
            killer.start()
    killer.join()
    return acknowledged, number


def _survives(tmp_path: Path, kills: int) -> None:
    directory = _post(tmp_path)
    acknowledged: list[str] = []
    number = 0
    for _ in range(kills):
        more, number = _kill_while_it_works(directory, number)
        acknowledged.extend(more)
    assert acknowledged
    with serving(directory) as post:
        last = _declare(number)
        # The command that was cut off may or may not have been kept; said again it has one effect.
        again = post.command(f"d-{number:08d}", last, duty="trader")
        assert "done" == again["status"]
        status, events = post.call("GET", "/v1/events?after=0&limit=1000")
        assert 200 == status
    ledger = SqliteLedger(directory)
    declared = [
        entry.stream.partition("/")[2] for entry in ledger.verify() if entry.type.startswith("CrossingDeclared/")
    ]
    with ledger.read() as reader:
        kept = {model: [(row.key, row.document) for row in reader.rows(model, limit=100_000)] for model in MODELS}
    ledger.close()
    assert len(set(declared)) == len(declared)
    assert set() == set(acknowledged) - set(declared)
    # Besides them only commands that were cut off before their answer left may be there, one a kill.
    assert len(declared) <= len(acknowledged) + kills + 1
    assert again["crossing"] in declared
    opened = wiring.open_post(directory)
    opened.post.rebuild()
    with opened.post.ledger.read() as reader:
        made = {model: [(row.key, row.document) for row in reader.rows(model, limit=100_000)] for model in MODELS}
    opened.post.ledger.close()
    assert made == kept
    assert events["events"]


def test_a_killed_post_has_lost_no_acknowledged_command(tmp_path: Path) -> None:
    """After kills in the midst of work every acknowledged command is there, once, and the read models agree."""
    _survives(tmp_path, KILLS_IN_A_ROW)


@pytest.mark.nightly
def test_a_post_killed_a_hundred_times(tmp_path: Path) -> None:
    """The same, a hundred times in a row on one ledger."""
    _survives(tmp_path, 100)
