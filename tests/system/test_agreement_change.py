"""An agreement is changed on the machines of two posts, as operators do it with ``gatepair agreement``."""

from __future__ import annotations

import json
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from gatepair import wiring
from gatepair.adapters.planfiles import shipped_plan
from gatepair.base.errors import StartRefused
from gatepair.cli import group
from gatepair.exchange import agreement as agreements
from gatepair.wiring import Settings
from system.pairs import RealPair

HOME, OTHER = "huu-nghi", "youyiguan"


def run(*arguments: object) -> Result:
    """Run ``gatepair agreement`` as a program would be run."""
    return CliRunner().invoke(group, ["agreement", *map(str, arguments)])


def done(*arguments: object) -> str:
    """Run a command that must succeed, and return what it prints."""
    ran = run(*arguments)
    assert 0 == ran.exit_code, ran.output + repr(ran.exception)
    return ran.output


@pytest.fixture
def pair(tmp_path: Path) -> dict[str, Path]:
    """Return the directories of a fresh pair."""
    plan = shipped_plan("huu-nghi-youyiguan")
    return wiring.make_pair(tmp_path, plan, {post: Settings(post=post) for post in plan.posts})


@pytest.fixture
def successor(pair: dict[str, Path], tmp_path: Path) -> Path:
    """Return version 2 with the signatures of both roots."""
    path = tmp_path / "next.json"
    done(
        "new", "--draft", pair[HOME] / "agreement.json", "--version", "2", "--from", "2030-01-01T00:00Z",
        "--overlap-s", "86400", "--omit", "crossing.announced/2:parties", "-o", path,
    )  # fmt: skip
    for place in pair.values():
        done("sign", path, "--root", place / "root")
    assert "good" in done("check", path, "--before", pair[HOME])
    return path


def versions(directory: Path) -> list[tuple[str, str]]:
    """Return number and words of each version that a post holds."""
    return [(line.split()[0], " ".join(line.split()[3:])) for line in done("versions", directory).splitlines()]


def test_a_successor_is_taken_shown_and_kept(pair: dict[str, Path], successor: Path) -> None:
    """It lies in the ledger from then on: the post opens again with both, and taking it again says the same."""
    for _ in range(2):
        assert "version 2" in done("take", pair[HOME], successor)
    assert [("1", "in_force shared"), ("2", "")] == versions(pair[HOME])
    assert [("1", "in_force shared")] == versions(pair[OTHER])


def test_a_successor_that_is_not_the_next_is_refused_in_words(pair: dict[str, Path], tmp_path: Path) -> None:
    """The finding is printed in the language asked for, and the exit code says that nothing was taken."""
    path = tmp_path / "third.json"
    done("new", "--draft", pair[HOME] / "agreement.json", "--version", "3", "-o", path)
    for place in pair.values():
        done("sign", path, "--root", place / "root")
    ran = run("take", pair[HOME], path, "--lang", "fr")
    assert 1 == ran.exit_code
    assert "n'est pas la suivante" in ran.output
    assert [("1", "in_force shared")] == versions(pair[HOME])


def test_earlier_versions_may_lie_beside_the_agreement(pair: dict[str, Path], successor: Path) -> None:
    """A post whose files were changed by hand holds both and tells its partner; a file nobody signed stops it."""
    folder = pair[HOME] / "agreements"
    folder.mkdir()
    for suffix in (".json", ".sig"):
        (pair[HOME] / f"agreement{suffix}").rename(folder / f"1{suffix}")
        (pair[HOME] / f"agreement{suffix}").write_bytes(successor.with_suffix(suffix).read_bytes())
    assert [("1", "in_force shared"), ("2", "")] == versions(pair[HOME])
    opened = wiring.open_post(pair[HOME], linked=False)
    try:
        with opened.post.ledger.begin() as unit:
            assert 1 == opened.post.link.announce_versions(unit, now_ms=opened.post.now())
            assert 0 == opened.post.link.announce_versions(unit, now_ms=opened.post.now())
    finally:
        opened.post.ledger.close()
    (folder / "1.sig").write_text((folder / "1.sig").read_text("utf-8").rsplit("\n", 2)[0] + "\n", "utf-8")
    with pytest.raises(StartRefused, match=r"1\.json"):
        wiring.open_post(pair[HOME], linked=False)


def test_two_serving_posts_go_over_without_a_restart(tmp_path: Path) -> None:
    """One is given the successor over HTTP, the other gets it over the line; at the instant both are under it."""
    with closing(RealPair(tmp_path)) as pair:
        home = pair.directories[HOME]
        before = agreements.decode((home / "agreement.json").read_bytes())
        start_ms = int(time.time() * 1_000) + 4_000
        path = tmp_path / "next.json"
        path.write_bytes(replace(before, version=2, valid_from_ms=start_ms, overlap_s=3_600).encoded())
        for directory in pair.directories.values():
            done("sign", path, "--root", directory / "root")
        body = {"agreement": json.loads(path.read_bytes()), "note": path.with_suffix(".sig").read_text("utf-8")}
        assert pair.declare(HOME) is not None
        taken = pair.served[HOME].call("POST", "/v1/exchange/agreements", body, duty="command_centre")
        assert 200 == taken[0], taken
        until = time.monotonic() + 60
        while [(False, True), (True, True)] != held(pair, HOME) or held(pair, HOME) != held(pair, OTHER):
            assert time.monotonic() < until, [held(pair, HOME), held(pair, OTHER)]
            time.sleep(0.2)
        assert int(time.time() * 1_000) >= start_ms
        for post in (HOME, OTHER):
            assert pair.declare(post)
        pair.come_together()
        for post in (HOME, OTHER):
            state = pair.served[post].call("GET", "/v1/exchange", duty="command_centre")[1]
            assert (2, 0) == (state["agreement"]["version"], state["quarantined"])


def held(pair: RealPair, post: str) -> list[tuple[Any, Any]]:
    """Return of each version whether it is in force at a serving post, and whether the partner holds it too."""
    rows = pair.served[post].call("GET", "/v1/exchange/agreements")[1]["versions"]
    return [(row["in_force"], row["shared"]) for row in rows]
