"""Checks the checkers: ``python -m exchange.sim.hunt``, in the folder of the tests.

Each planted fault is hunted with seed after seed; one that survives all of them shows that the
simulation does not look where it should.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import Final

from exchange.sim.faults import FAULTS, planted
from exchange.sim.run import Failed, run

SEEDS: Final = 400
"""Seeds after which a fault counts as not caught."""


@dataclass(frozen=True, slots=True)
class Catch:
    """Where a fault showed, and the guarantee that it broke."""

    fault: str
    seed: int
    broke: str


def hunt(name: str, *, first: int = 0, seeds: int = SEEDS) -> Catch | None:
    """Return where the fault ``name`` shows first from the seed ``first`` on; None when it survives ``seeds``."""
    with planted(FAULTS[name]):
        for seed in range(first, first + seeds):
            try:
                run(seed)
            except Failed as failed:
                return Catch(name, seed, str(failed).partition("\n")[0].removeprefix("Broken: "))
    return None


def main() -> int:
    """Hunt the faults that are named, or all, and print where each was caught."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="faults; all without any")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many to try for each")
    asked = parser.parse_args()
    survivors = 0
    for name in asked.names or FAULTS:
        caught = hunt(name, seeds=asked.seeds)
        survivors += caught is None
        print(f"{name:40} " + ("SURVIVES" if caught is None else f"{caught.seed:4}  {caught.broke[:100]}"), flush=True)
    print(f"{len(asked.names or FAULTS) - survivors} caught, {survivors} survive")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
