"""Truths of the drills: a cut line and a restored post lose nothing, and what is lost is found."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from gatepair import cli
from gatepair.adapters import planfiles
from gatepair.base.duties import Duty
from gatepair.base.errors import SettingInvalid
from gatepair.cli import demo as demos
from gatepair.cli.demo_drills import AskedDrill, asked_drill
from gatepair.world.posts import Answer, FeedEvent, Order, Recovery
from gatepair.world.terminal import GivenAgain, Terminal, shown

from .conftest import small_day


def run(out: Path, *options: str) -> Result:
    """Run the small day with a drill, as the command does."""
    day = small_day()
    kept = demos.open_day
    demos.open_day = lambda _name: planfiles.Day(day.plan, day.scenario)
    try:
        return CliRunner().invoke(cli.group, ["demo", "--json", "--out", str(out), *options], catch_exceptions=False)
    finally:
        demos.open_day = kept


def states(result: Result) -> dict[str, str]:
    """Return the state of each check of the drill."""
    return {check["name"]: check["state"] for check in json.loads(result.stdout)["drill"]}


def test_a_cut_line_loses_nothing(tmp_path: Path) -> None:
    """Cut for an hour and mended, every entry is held and acted on once, and both fold to one joint state."""
    result = run(tmp_path / "out", "--cut", "08:00-09:00")
    shown_states = states(result)
    assert {"ok"} == set(shown_states.values()), result.stdout
    assert {"Cut of the line", "Nothing lost on the line", "Nothing twice", "Joint state"} <= set(shown_states)
    assert 0 == result.exit_code


def test_a_courier_carries_what_the_line_does_not(tmp_path: Path) -> None:
    """While the line is cut bundles go both ways every half hour, and what comes twice counts once."""
    result = run(tmp_path / "out", "--cut", "08:00-09:15", "--by-bundle", "30")
    assert {"ok"} == set(states(result).values()), result.stdout
    details = {check["name"]: check["detail"] for check in json.loads(result.stdout)["drill"]}
    assert "4 bundles carried by hand in 2 trips" == details["Cut of the line"]
    assert 0 == result.exit_code


def test_what_did_not_come_over_is_found(tmp_path: Path) -> None:
    """A line that is not mended before the day ends is no success, and the checks say what is missing."""
    result = run(tmp_path / "out", "--cut", "08:00-23:59")
    assert "failed" == states(result)["Nothing lost on the line"]
    assert "failed" == states(result)["Joint state"]
    assert 1 == result.exit_code


@pytest.mark.parametrize("post", ["huu-nghi", pytest.param("youyiguan", marks=pytest.mark.nightly)])
def test_a_restored_post_loses_nothing(tmp_path: Path, post: str) -> None:
    """Killed and restored from a backup of half an hour before, it is given again all that it lost, once."""
    result = run(tmp_path / "out", "--restore", f"{post}@08:30", "--backup-age", "30")
    found = states(result)
    assert {"ok"} == set(found.values()), result.stdout
    assert f"Restore of {post}" in found
    assert 0 == result.exit_code


@pytest.mark.parametrize(
    "options",
    [
        {"cut": "14:00-10:00"},
        {"cut": "10:00-10:00"},
        {"cut": "10-14"},
        {"restore": "huu-nghi"},
        {"restore": "huu-nghi@25:00"},
        {"cut": "10:00-14:00", "restore": "huu-nghi@12:00"},
        {"every_min": 30},
    ],
)
def test_a_misspelled_drill_is_refused(options: dict[str, object]) -> None:
    """Nothing is started for a drill that cannot be meant."""
    asked = {"cut": None, "every_min": 0, "restore": None, "backup_age_min": 60} | options
    with pytest.raises(SettingInvalid):
        asked_drill(**asked)  # type: ignore[arg-type]


def test_a_drill_is_asked_for_by_its_options() -> None:
    """Times, post, pause of the courier and age of the backup come out as they went in; no option is no drill."""
    cut = asked_drill(cut="10:00-14:00", every_min=30, restore=None, backup_age_min=60)
    assert AskedDrill(cut=("10:00", "14:00"), every_min=30, backup_age_min=60) == cut
    restore = asked_drill(cut=None, every_min=0, restore="huu-nghi@12:00", backup_age_min=45)
    assert AskedDrill(restore=("huu-nghi", "12:00"), backup_age_min=45) == restore
    assert cut
    assert restore
    assert not asked_drill(cut=None, every_min=0, restore=None, backup_age_min=60)


# --- terminals ---------------------------------------------------------------------------------------


def event(position: int, name: str, **payload: object) -> FeedEvent:
    """Return one event of the feed."""
    return FeedEvent(
        position, "crossing/X1", f"{name}/1", 0, f"T-{position}", msgspec.Raw(msgspec.json.encode(payload))
    )


def test_the_board_gives_again_what_it_showed() -> None:
    """A call, a miss and a place lost by a miss are given again with their own times; nothing else is."""
    assert {"type": "CallForward", "crossing": "X1", "at_ms": 5} == shown(event(9, "PlaceCalled", at_ms=5)).command
    assert {"type": "MissCall", "crossing": "X1", "at_ms": 6} == shown(event(9, "CallMissed", at_ms=6)).command
    assert "MissCall" == shown(event(9, "PlaceLost", at_ms=6, cause="missed")).command["type"]
    assert None is shown(event(9, "PlaceLost", at_ms=6, cause="departed"))
    assert None is shown(event(9, "CrossingReleased", at_ms=6))
    assert "T-9" == shown(event(9, "PlaceCalled", at_ms=5)).id


class Scripted(Terminal):
    """A terminal whose post is a script: it refuses some commands, each a number of times."""

    def __init__(self, refusals: dict[str, int]) -> None:
        super().__init__("http://127.0.0.1:9", dict.fromkeys([*(duty.value for duty in Duty), "drill"], "key"))
        self.refusals = refusals
        self.position = 0
        self.said: list[list[str]] = []

    async def _send(self, method: str, path: str, principal: str, body: bytes = b"") -> bytes:
        asked = [entry["id"] for entry in msgspec.json.decode(body)["commands"]]
        self.said.append(asked)
        return msgspec.json.encode({"answers": [self._answer(id_) for id_ in asked]})

    def _answer(self, id_: str) -> Answer:
        if self.refusals.get(id_, 0):
            self.refusals[id_] -= 1
            return Answer(id_, "failed", error="not_found")
        self.position += 1
        return Answer(id_, "done", position=self.position)


def order(id_: str) -> tuple[Duty, Order]:
    """Return one command of the yard."""
    return Duty.YARD, Order(id_, {"type": "RecordArrival", "crossing": "X1", "at_ms": 1})


def restored(terminal: Scripted, *said: str, backup: int, refusing: dict[str, int]) -> list[GivenAgain]:
    """Say some commands, lose what came after ``backup``, and give again twice to a post that refuses some."""

    async def story() -> list[GivenAgain]:
        await terminal.commands([order(id_) for id_ in said])
        terminal.said.clear()
        terminal.refusals = refusing
        terminal.forget_answers(Recovery(since_ms=0, position=backup, lost_from_ms=0))
        return [replace(await terminal.give_again()) for _ in range(2)]

    return asyncio.run(story())


def test_everything_beyond_the_backup_is_given_again_in_its_order() -> None:
    """What the backup held and what was refused before are not; what is refused now is given once more."""
    terminal = Scripted({"never": 1})
    first, second = restored(terminal, "a", "b", "never", "c", "d", backup=1, refusing={"c": 1})
    assert (3, 2, ["c"]) == (first.lost, first.done, [kept.order.id for kept, _ in first.left])
    assert (3, []) == (second.done, second.left)
    assert [["b", "c", "d"], ["c"]] == terminal.said


def test_what_is_refused_to_the_end_is_told_with_its_code() -> None:
    """Somebody has to look at it."""
    _, given = restored(Scripted({}), "a", backup=0, refusing={"a": 9})
    assert [("a", "not_found")] == [(kept.order.id, code) for kept, code in given.left]
