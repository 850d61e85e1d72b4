"""A gate that was opened lives: its clock goes, vehicles pass, everybody named can log in, and it ends cleanly."""

from __future__ import annotations

import re
import time
from types import SimpleNamespace

import httpx2
import pytest

from gatepair.cli import live
from gatepair.cli.live import Stride
from stories.living import living_gate, local_time


def test_it_hurries_to_its_hour_and_then_walks(monkeypatch):
    """Before its hour nothing is waited for; then a minute takes three seconds; a skipped night takes no longer."""
    monkeypatch.setattr(live, "time", SimpleNamespace(monotonic=lambda: 100.0))
    begun = []
    stride = Stride(0, begins_ms=120_000, factor=20.0, begun=lambda: begun.append(True))
    assert 0.0 == stride(60_000)
    assert [] == begun
    assert 3.0 == stride(60_000)
    assert [True] == begun
    assert 6.0 == stride(36_000_000)


@pytest.mark.timeout(600)
def test_everybody_named_can_look_at_a_gate_that_lives(tmp_path):
    """Both boards go on by themselves; each login leads to a page of its own; nothing is left behind at the end."""
    with living_gate(tmp_path, begins="06:50", pace=60.0) as living:
        assert 2 == len(living.posts)
        first = [local_time(one.url) for one in living.posts]
        # A post takes so many log-ins a minute from one address, so each of the two is asked by half of the people.
        half = len(living.logins) // 2
        for one, logins in zip(living.posts, (living.logins[:half], living.logins[half:]), strict=True):
            for login in logins:
                with httpx2.Client(base_url=one.url, headers={"sec-fetch-site": "same-origin"}) as client:
                    given = {"login": login, "password": living.password}
                    answer = client.post("/login", data=given, follow_redirects=True)
                    assert 200 == answer.status_code, (login, answer.text[:300])
                    assert answer.headers["content-type"].startswith("text/html"), login
        until = time.monotonic() + 60
        while [local_time(one.url) for one in living.posts] == first:
            assert time.monotonic() < until, "the gate stands still"
            time.sleep(0.2)
    assert live.read(tmp_path / "live") is None
    for one in living.posts:
        with pytest.raises(httpx2.TransportError):
            httpx2.get(f"{one.url}/health")


def test_what_is_no_living_gate_is_not_wiped(tmp_path):
    """A directory that holds something else is refused, and kept."""
    (tmp_path / "mine").write_text("kept")
    with pytest.raises(Exception, match=re.escape("give another directory")):
        live._make_room(tmp_path)
    assert "kept" == (tmp_path / "mine").read_text()
