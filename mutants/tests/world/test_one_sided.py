"""One-sided mode: a post without a partner runs the same day."""

from __future__ import annotations

import json
import sqlite3

from click.testing import CliRunner

from gatepair import cli
from gatepair.cli import demo as demos

from .conftest import small_day


def test_a_post_without_a_partner_runs_the_same_day(tmp_path, monkeypatch) -> None:
    """One process, one ledger, nothing exchanged: vehicles pass both ways, and departures say on what they rested."""
    day = small_day()
    monkeypatch.setattr(demos, "open_day", lambda _name: day)
    out = tmp_path / "out"
    result = CliRunner().invoke(cli.group, ["demo", "--one-sided", "--json", "--out", str(out)], catch_exceptions=False)
    shown = json.loads(result.stdout)
    assert 0 == result.exit_code
    assert shown["cleared"]["out"] > 0
    assert shown["cleared"]["in"] > 0
    assert 0 == shown["entries"]["sent"]
    assert shown["queue_verified"] is True
    assert shown["ledgers_verified"] is True
    assert not (out / "youyiguan").exists()
    with sqlite3.connect(out / "huu-nghi" / "ledger.sqlite") as ledger:
        departed = [
            json.loads(payload)["rested"]["clause"]
            for (payload,) in ledger.execute("select payload from entries where type = 'VehicleDeparted/1'")
        ]
    ledger.close()
    assert {"alone"} == set(departed)
