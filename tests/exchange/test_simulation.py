"""Two posts in the simulator keep every guarantee, whatever befalls them."""

from __future__ import annotations

import os

import pytest

from exchange.sim.run import run

SEEDS = int(os.environ.get("SEEDS", "200"))
"""How many seeds a test run tries; `SEED` runs one alone."""
CHUNK = 20


@pytest.mark.parametrize("first", range(0, SEEDS, CHUNK))
def test_guarantees_hold(first: int) -> None:
    """Nothing is lost, doubled, reordered or forged, and both sides come together once the line is whole."""
    for seed in range(first, min(first + CHUNK, SEEDS)):
        run(seed)
