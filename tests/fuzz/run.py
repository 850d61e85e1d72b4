"""Coverage-guided fuzzing of parsers: ``python -m fuzz.run NAME... --seconds 60``, in the folder of the tests.

What the fuzzer learns lies in a folder of its own for each target and is used again.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from pathlib import Path
from typing import NoReturn

import atheris

with atheris.instrument_imports(
    include=["gatepair.exchange", "gatepair.base", "gatepair.adapters.formats", "gatepair.clearance.declaration"]
):
    from fuzz.mutations import mutate
    from fuzz.targets import BYTES_MAX, TARGETS


def main() -> None:
    """Fuzz the targets that are named, one after the other, each until its time is over or something is found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="+", choices=sorted(TARGETS), metavar="NAME")
    parser.add_argument("--seconds", type=int, default=60, help="how long each; 0 for no limit")
    parser.add_argument("--runs", type=int, default=-1, help="how many inputs of each at most; -1 for no limit")
    parser.add_argument("--corpus", type=Path, default=Path("out/fuzz"), help="where inputs are kept")
    asked = parser.parse_args()
    for name in asked.names:
        # The fuzzer ends its process; to measure the parsers' branches takes longer than a short run, and is done once.
        child = os.fork()
        if not child:
            fuzz(name, asked)
        if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]):
            sys.exit(f"{name}: something was found, see above")


def fuzz(name: str, asked: argparse.Namespace) -> NoReturn:
    """Fuzz one target, and end the process."""
    target, corpus = TARGETS[name], asked.corpus / name
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
        f"-artifact_prefix={asked.corpus}/found-{name}-",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], target.run, custom_mutator=change)
    atheris.Fuzz()
    sys.exit()


if __name__ == "__main__":
    main()
