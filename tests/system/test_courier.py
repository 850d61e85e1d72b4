"""A courier between two running posts: bundles and a paper by the command line, over their interfaces."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner, Result

from exchange.pictures import codes_on
from gatepair import wiring
from gatepair.cli.exchange import exchange
from system.served import free_port, serving
from web.real import DECLARE, PLAN, START_MS


def run(place: str, key: str, command: str, *words: object) -> Result:
    """Run ``gatepair exchange`` at a running post with a key in the environment."""
    return CliRunner().invoke(exchange, [command, place, *map(str, words)], env={"GATEPAIR_KEY": key})


def test_two_running_posts_and_a_stick(tmp_path: Path) -> None:
    """Written at one, taken in at the other with an answer, taken in at the first; then a page for a driver."""
    plan = wiring.load_plan_for(PLAN)
    made = wiring.make_drill(
        tmp_path, plan, start_ms=START_MS, seed="courier", ports={post: free_port() for post in plan.posts}
    )
    (home, home_access), (other, other_access) = made.values()
    stick = tmp_path / "stick"
    stick.mkdir()
    board = {access.url: access.keys["gate_board"] for access in (home_access, other_access)}
    with serving(home) as first, serving(other):
        crossing = first.command("declare-0001", DECLARE, duty="trader")["crossing"]
        assert 0 == run(home_access.url, board[home_access.url], "export", "--out", stick).exit_code
        (part,) = stick.iterdir()
        back = tmp_path / "back.gpbundle"
        found = run(other_access.url, board[other_access.url], "import", part, "--answer", back)
        assert (0, True) == (found.exit_code, "1 new entries" in found.output)
        found = run(home_access.url, board[home_access.url], "import", back)
        assert (0, True) == (found.exit_code, "1 of ours receipted" in found.output)
        page, typed = tmp_path / "page.html", tmp_path / "typed.txt"
        assert 0 == run(home_access.url, board[home_access.url], "paper", crossing, "--out", page).exit_code
        typed.write_text("\n".join(codes_on(page.read_text("utf-8"))))
        found = run(other_access.url, other_access.keys["yard"], "scan", typed)
        assert (0, True) == (found.exit_code, f"{crossing} crossing.announced" in found.output)
        refused = run(other_access.url, other_access.keys["yard"], "export", "--out", stick)
        assert "post_answered" == getattr(refused.exception, "code", "")
        assert "not_permitted" in str(refused.exception)
