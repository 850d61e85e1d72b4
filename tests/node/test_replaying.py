"""A past hour comes back as it was: the replay agrees with what was seen live, at every instant."""

from __future__ import annotations

import bisect
from typing import Any

import pytest

from gatepair.base.errors import NotFound
from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.node import replaying
from gatepair.node.post import Post
from node.pair import OPENING, SEEN, Pair, declaration

Scenes = list[tuple[int, dict[str, Any]]]


def plain(scene: dict[str, Any]) -> dict[str, Any]:
    """Return a scene without the order of its vehicles and without stops."""
    vehicles = sorted(scene["vehicles"], key=lambda one: one["crossing"])
    return {"vehicles": vehicles, "counts": scene["counts"], "lanes": scene["lanes"]}


class Filmed(Pair):
    """A pair that keeps what both posts' scenes were whenever time goes on."""

    def __init__(self) -> None:
        """Begin before anything is recorded."""
        super().__init__()
        self.film: dict[str, Scenes] = {key: [] for key in self.posts}

    def pass_time(self, minutes: int = 1) -> None:
        """Keep the scenes, then let time go on."""
        for key, post in self.posts.items():
            self.film[key].append((post.now(), plain(post.scene())))
        super().pass_time(minutes)


@pytest.fixture(scope="module")
def pair() -> Filmed:
    """Return a pair with some hours behind it: trucks that passed, wait, are held and refused; a stop; a turned lane."""
    found = Filmed()
    found.whole_way()
    for number in range(4):
        plates = {"tractor": f"12C-{number:05d}", "trailer": f"12R-{number:05d}"}
        crossing = found.declare(binding=plates, declaration=declaration())
        found.pass_time(7)
        if number:
            found.do(found.home, "driver", "TakePlace", crossing=crossing)
            found.do(found.home, "yard", "HoldAtBuffer", crossing=crossing, yard="viettel-park")
            found.pass_time()
        if number == 2:
            found.do(found.other, "gate_board", "AcceptArrival", crossing=crossing)
        found.pass_time(20)
    found.do(found.home, "command_centre", "StopIntake", direction="out", reason="fog")
    found.do(found.home, "command_centre", "TurnLane", lane="freight-3", direction="in")
    found.pass_time(3)
    found.pass_time(45)
    found.do(found.home, "command_centre", "ReopenIntake", direction="out")
    late = found.declare()
    found.to_gate(late)
    found.do(found.home, "border_guard", "Decide", crossing=late, verdict="hold", reasons=["papers"])
    found.pass_time()
    found.do(found.home, "border_guard", "Decide", crossing=late, verdict="clear")
    found.do(found.home, "health", "Decide", crossing=late, verdict="clear")
    found.do(found.home, "yard", "RecordCheck", crossing=late, station="hn-exit-gate", result="passed", seen=SEEN)
    found.pass_time(600)
    found.pass_time()
    return found


def test_every_past_instant_is_shown_as_it_was_seen_then(pair: Filmed) -> None:
    """At both posts the scene of each instant that was filmed comes back, hours later."""
    for key, post in pair.posts.items():
        assert len(pair.film[key]) > 20
        for at_ms, seen in pair.film[key]:
            assert seen == plain(post.past.scene(at_ms)), (key, at_ms)


def test_the_replay_at_the_end_is_the_live_scene(pair: Filmed) -> None:
    """What a replay shows of now is what the command centre shows of now."""
    for post in pair.posts.values():
        assert plain(post.scene()) == plain(post.past.scene(post.now()))


def moved_on(replay: dict[str, Any], at_ms: int) -> dict[str, Any]:
    """Return the scene of a replay at an instant, from its first scene and its moves."""
    vehicles = {one["crossing"]: one for one in replay["scene"]["vehicles"]}
    for move in replay["moves"]:
        if move["at_ms"] <= at_ms:
            vehicles[move["crossing"]] = {key: value for key, value in move.items() if key != "at_ms"}
    here = [one for one in vehicles.values() if one["at"]]
    counts: dict[str, dict[str, int]] = {}
    for one in here:
        at = counts.setdefault(one["at"], {})
        at[one["direction"]] = at.get(one["direction"], 0) + 1
    index = bisect.bisect_right([one["at_ms"] for one in replay["lanes"]], at_ms) - 1
    return plain({"vehicles": here, "counts": counts, "lanes": replay["lanes"][index]["lanes"]})


def test_the_moves_of_an_hour_lead_through_what_was_seen(pair: Filmed) -> None:
    """From the first scene the moves give every filmed scene of the hour; nothing is left out and nothing made up."""
    for key, post in pair.posts.items():
        hours = {at_ms - at_ms % HOUR_MS for at_ms, _ in pair.film[key]}
        for hour_ms in sorted(hours):
            found = post.past.replay(hour_ms, hour_ms + HOUR_MS - 1)
            for at_ms, seen in pair.film[key]:
                if hour_ms <= at_ms < hour_ms + HOUR_MS:
                    assert seen == moved_on(found, at_ms), (key, at_ms)


def test_a_replay_may_begin_anywhere(pair: Filmed) -> None:
    """A stretch that begins within an hour and ends in the next leads to the same scenes."""
    post = pair.home
    for at_ms, seen in pair.film["huu-nghi"]:
        found = post.past.replay(at_ms - 25 * MINUTE_MS, at_ms + MINUTE_MS)
        assert seen == moved_on(found, at_ms)


def test_a_turn_and_a_stop_are_in_the_replay(pair: Filmed) -> None:
    """The lane that was turned shows turning with its time, and the stop stands with its reason."""
    first_ms = next(at for at, seen in pair.film["huu-nghi"] if seen["lanes"]["freight-3"]["turning"])
    scene = pair.home.past.scene(first_ms)
    assert ("", "in", "turning") == tuple(scene["lanes"]["freight-3"][key] for key in ("runs", "turning", "why"))
    assert ["fog"] == [stop["reason"] for stop in scene["stops"]["out"]["stops"]]
    assert "stopped" == scene["lanes"]["freight-1"]["why"]


def test_nothing_of_a_person_or_firm_is_in_a_replay(pair: Filmed) -> None:
    """A replay holds plates and references, no driver, no firm, no declarant."""
    found = pair.home.past.replay(OPENING, OPENING + HOUR_MS)
    assert found["moves"]
    assert "SYNTHETIC" not in str(found)
    assert "trader-1" not in str(found)


def test_the_same_rows_come_of_a_rebuild(pair: Filmed) -> None:
    """The kept scenes are made of the ledger and nothing else."""

    def kept(post: Post) -> list[tuple[str, bytes]]:
        with post.ledger.read() as reader:
            return [(row.key, row.document) for row in reader.rows("scene")]

    before = kept(pair.home)
    pair.home.rebuild()
    assert before == kept(pair.home)
    assert len(before) > 2


def test_before_the_first_entry_nobody_was_there(pair: Filmed) -> None:
    """A replay of an hour before the post was opened is empty and no error."""
    found = pair.home.past.replay(OPENING - 3 * HOUR_MS, OPENING - 2 * HOUR_MS)
    assert ([], []) == (found["scene"]["vehicles"], found["moves"])


def test_a_replay_is_bounded(pair: Filmed, monkeypatch: pytest.MonkeyPatch) -> None:
    """An hour with more entries than are read is cut off and says until when it goes."""
    monkeypatch.setattr(replaying, "ENTRIES_MAX", 10)
    found = pair.home.past.replay(OPENING, OPENING + HOUR_MS)
    assert 10 == found["entries"]
    assert found["until_ms"] < OPENING + HOUR_MS


def test_an_hour_of_which_nothing_was_kept_is_refused_with_the_mend(
    pair: Filmed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no scene was kept and too much lies before, the answer names the command that makes it."""
    monkeypatch.setattr(replaying, "ENTRIES_MAX", 10)
    monkeypatch.setattr(replaying, "_kept_before", lambda _reader, _position: (0, ()))
    with pytest.raises(NotFound, match="ledger rebuild"):
        pair.home.past.scene(pair.home.now())
