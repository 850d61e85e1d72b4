"""Two posts in the simulator keep every guarantee, whatever befalls them, and planted faults are caught."""

from __future__ import annotations

import os

import pytest

from exchange.sim.faults import FAULTS
from exchange.sim.hunt import hunt
from exchange.sim.run import run

SEEDS = int(os.environ.get("SEEDS", "60"))
"""How many seeds are tried; `make test` tries ten thousand."""
CHUNK = 20
ALONE = os.environ.get("SEED")
"""A seed to be run alone: the one that a failure named."""
FIRST = range(int(ALONE), int(ALONE) + 1) if ALONE else range(0, SEEDS, CHUNK)
QUICK: dict[str, int] = {}
"""Planted faults that a seed shows at once: these are hunted in every test run, all by `make check-the-checkers`."""


@pytest.mark.parametrize("first", FIRST)
def test_guarantees_hold(first: int) -> None:
    """Nothing is lost, doubled, reordered or forged, and both sides come together once the line is whole."""
    for seed in range(first, first + 1 if ALONE else min(first + CHUNK, SEEDS)):
        run(seed)


@pytest.mark.parametrize(("name", "seed"), QUICK.items())
def test_a_planted_fault_is_caught(name: str, seed: int) -> None:
    """With a fault in the product the simulation fails: it does look."""
    assert hunt(name, first=seed, seeds=1) is not None


def test_a_seed_decides_everything() -> None:
    """The same seed gives the same run."""
    assert run(3) == run(3)


def test_every_fault_says_what_is_wrong() -> None:
    """Each planted fault has a sentence for the table."""
    assert [] == [name for name, plant in FAULTS.items() if not plant.__doc__]
