"""An older release and this one exchange: what both know goes over, and neither needs to know the other's age."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from gatepair.cli.demo_proofs import drill_checks
from gatepair.insight.report import Check
from meta.tidy import ROOT
from system.pairs import HOME, OTHER, PLAN, UNLIMITED, RealPair
from system.served import free_port, program

OLD = "949ce4b"
"""An earlier state of the repository. States before it signed batches over less, and no release was made of them."""
MAKE = """
import json, sys
from pathlib import Path
from gatepair import wiring
from gatepair.adapters.planfiles import shipped_plan
from gatepair.wiring import Settings
out, name, ports, web = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3]), json.loads(sys.argv[4])
plan = shipped_plan(name)
settings = {
    post: Settings(
        post=post, port=ports[post], partner_url=f"http://127.0.0.1:{ports[plan.partner_of(post)]}", web=web,
        synthetic=True,
    )
    for post in plan.posts
}
for directory in wiring.make_pair(out, plan, settings).values():
    wiring.add_access(directory)
"""
"""Makes a pair as the older release makes it, with its agreement."""


@pytest.fixture(scope="module")
def old_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the source of the older release; skip, visibly, where the history is not there."""
    found = subprocess.run(["git", "-C", str(ROOT), "archive", OLD, "src"], capture_output=True, check=False)
    if found.returncode:
        pytest.skip(f"the history of this checkout has no {OLD}")
    place = tmp_path_factory.mktemp("old")
    with tarfile.open(fileobj=BytesIO(found.stdout)) as archive:
        archive.extractall(place, filter="data")
    return place / "src"


class MixedPair(RealPair):
    """A pair made by the older release, of which each post is served by either."""

    def __init__(self, out: Path, *, made_by: Path) -> None:
        """Make it; nothing is served yet."""
        ports = {post: free_port() for post in (HOME, OTHER)}
        arguments = [str(out), PLAN, json.dumps(ports), json.dumps(UNLIMITED)]
        subprocess.run([sys.executable, "-c", MAKE, *arguments], env=program(made_by), check=True)
        self.begin({post: out / post for post in (HOME, OTHER)})


def faults(pair: RealPair) -> list[Check]:
    """Return the checks that do not hold.

    The older release named messages by their place in the log, so what it said cannot be traced to its commands.
    """
    checks = drill_checks(pair.directories.values())
    return [check for check in checks if check.state != "ok" and not check.name.startswith("Reconciliation")]


@pytest.mark.parametrize("old_post", [HOME, pytest.param(OTHER, marks=pytest.mark.nightly)])
def test_an_old_post_and_a_new_one_exchange(tmp_path: Path, old_source: Path, old_post: str) -> None:
    """Under an agreement that both know, declarations and acceptances go over both ways, and all is held and had effect."""
    pair = MixedPair(tmp_path, made_by=old_source)
    pair.serve({old_post: old_source})
    try:
        for post in (HOME, OTHER, HOME):
            pair.declare(post)
        pair.come_together()
        for post, facing in ((HOME, OTHER), (OTHER, HOME)):
            for crossing in pair.declared[post]:
                answer = pair.say(facing, "gate_board", {"type": "AcceptArrival", "crossing": crossing})
                assert answer is not None
                assert "done" == answer["status"], answer
        pair.come_together()
    finally:
        pair.close()
    assert [] == faults(pair)


def test_an_old_pair_is_taken_over_by_the_new_release(tmp_path: Path, old_source: Path) -> None:
    """Both posts are updated one after the other; the logs go on where they were."""
    pair = MixedPair(tmp_path, made_by=old_source)
    for sources in ({HOME: old_source, OTHER: old_source}, {HOME: old_source}, {}):
        pair.serve(sources)
        try:
            pair.declare(HOME)
            pair.come_together()
        finally:
            pair.close()
    assert [] == faults(pair)
