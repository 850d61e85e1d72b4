"""Every parser of foreign bytes returns or raises its documented errors, whatever the bytes."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from fuzz.mutations import mutated
from fuzz.targets import TARGETS, Found, Target
from gatepair.base.errors import Malformed

COUNT = {
    "receiving": 150,
    "answering": 150,
    "fencing": 150,
    "recovering": 150,
    "tree-as-others": 300,
    "verify": 200,
    "verifiers": 150,
    "paper": 1_000,
    "bundle": 1_000,
    "file-xlsx": 200,
}
"""Damaged inputs where one costs milliseconds; of the others there are more."""
TESTS = Path(__file__).parents[1]


@pytest.mark.parametrize("name", TARGETS)
def test_examples_are_read(name: str) -> None:
    """The examples from which fuzzing begins are good ones: the parser takes each."""
    target = TARGETS[name]
    for example in target.examples()[:1] if name in COUNT else target.examples():
        target.read(example)


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_bytes_are_refused_as_documented(name: str) -> None:
    """Thousands of damaged inputs, the same every time, give a value or the documented errors."""
    target = TARGETS[name]
    for raw in mutated(target.examples(), seed=1, count=COUNT.get(name, 3_000)):
        target.run(raw)


def test_an_undocumented_error_is_found() -> None:
    """A parser that raises what it does not document, or takes a second spelling, is found."""
    clumsy = Target(lambda raw: raw.decode(), (Malformed,), list)
    with pytest.raises(Found, match="UnicodeDecodeError"):
        clumsy.run(b"\xff")
    lenient = Target(lambda raw: raw.strip(), (Malformed,), list, bytes)
    with pytest.raises(Found, match="otherwise"):
        lenient.run(b" a")


FUZZED = sorted(set(TARGETS) - set(COUNT))
TOGETHER = 10
"""Parsers of one process: to measure their branches takes it a quarter of a minute, whatever is fuzzed then."""


SECONDS, START_S = 15, 180
"""How long one parser is fuzzed at most, and how long the program may take until then on a busy machine."""


@pytest.mark.timeout(START_S + TOGETHER * SECONDS + 60)
@pytest.mark.parametrize("first", range(0, len(FUZZED), TOGETHER))
def test_coverage_guided_fuzzing_finds_nothing(first: int, tmp_path: Path) -> None:
    """A short run of the coverage-guided fuzzer ends without a find; `make fuzz` runs it for longer."""
    if find_spec("atheris") is None:
        pytest.skip("atheris is not installed here")
    names = FUZZED[first : first + TOGETHER]
    limits = ("--seconds", str(SECONDS), "--runs", "10000", "--corpus", str(tmp_path))
    command = [sys.executable, "-m", "fuzz.run", *names, *limits]
    most_s = START_S + len(names) * SECONDS
    # With one order of all sets a find is found again.
    same = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=TESTS, env=same, capture_output=True, text=True, check=False, timeout=most_s)
    assert 0 == done.returncode, done.stderr[-2000:]
