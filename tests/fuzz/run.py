"""Coverage-guided fuzzing of one parser: ``python -m fuzz.run NAME --seconds 60``, in the folder of the tests.

What the fuzzer learns lies in a folder of its own for each target and is used again.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(
    include=["gatepair.exchange", "gatepair.base", "gatepair.adapters.formats", "gatepair.clearance.declaration"]
):
    from fuzz.mutations import mutate
    from fuzz.targets import BYTES_MAX, TARGETS


def main() -> None:
    """Fuzz the target that is named until the time is over or something is found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=60, help="how long; 0 for no limit")
    parser.add_argument("--runs", type=int, default=-1, help="how many inputs at most; -1 for no limit")
    parser.add_argument("--corpus", type=Path, default=Path("out/fuzz"), help="where inputs are kept")
    asked = parser.parse_args()
    target = TARGETS[asked.name]
    corpus = asked.corpus / asked.name
    corpus.mkdir(parents=True, exist_ok=True)
    examples = target.examples()

    def change(raw: bytes, size_max: int, seed: int) -> bytes:
        # The fuzzer's own changes rarely leave JSON whole; ours do, and get past the first reader.
        if seed % 2:
            return bytes(atheris.Mutate(raw, size_max))
        return mutate(raw, examples, random.Random(seed))[:size_max]

    for number, example in enumerate(examples):
        (corpus / f"example-{number:03d}").write_bytes(example)
    options = [
        f"-max_total_time={asked.seconds}",
        f"-runs={asked.runs}",
        f"-max_len={BYTES_MAX}",
        "-seed=1",
        f"-artifact_prefix={asked.corpus}/found-{asked.name}-",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], target.run, custom_mutator=change)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
