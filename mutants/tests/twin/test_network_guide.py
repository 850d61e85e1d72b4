"""The guide to networks in Python runs as it is written."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from gatepair.twin.network.network import Network, Route
from meta.tidy import ROOT

GUIDE = (ROOT / "docs" / "guides" / "networks.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_of_the_guide_runs(number) -> None:
    """Each example prints figures, on the plain engine too, and warns of nothing."""
    example = EXAMPLES[number].replace("until=", 'engine="slow", until=', 1) if number == 0 else EXAMPLES[number]
    example = example.replace("days(11)", "days(2)").replace("range(8)", "range(2)")
    example = example.replace("simulate(net.compile(),", 'simulate(net.compile(), engine="slow",')
    ended = subprocess.run([sys.executable, "-W", "error", "-c", example], capture_output=True, text=True, check=False)
    assert "" == ended.stderr
    assert re.search(r"\d", ended.stdout)


def test_the_table_names_what_there_is() -> None:
    """Every word of the table that looks like a call is one."""
    table = GUIDE[GUIDE.index("| To say") : GUIDE.index("Levels go from")]
    for word in re.findall(r"`net\.(\w+)", table):
        assert hasattr(Network, word), word
    for word in ("use", "seize", "release", "seize_all", "delay", "work", "wait_open", "choose", "branch", "shortest"):
        assert f"`{word}" in table
        assert hasattr(Route, word)
