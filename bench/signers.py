"""Signatures a second of each kind of line, made and checked, in one run.

Usage: ``python bench/signers.py [--seconds 1.0]``.  One JSON line per figure: ``bench``, ``figure``,
``unit``, ``against`` and ``ratio`` (the figure divided by that of ``against``, the same act by Ed25519).

A token of SoftHSM is measured too where it is installed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from adapters.token import MODULE, address, filled_token
from gatepair.adapters.signers.opening import open_key
from gatepair.adapters.signers.seeds import key_from_seed
from gatepair.exchange.signer import Algorithm, SigningKey, verify_signature

MESSAGE: Final = b"n.example/north-post/trial/normal#1\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
SEED: Final = bytes(range(32))


def rate(act: Callable[[], object], seconds: float) -> float:
    """Return how often ``act`` can be done in a second."""
    count, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        for _ in range(10):
            act()
        count += 10
    return count / (time.perf_counter() - start)


def keys(stack: ExitStack) -> Iterator[tuple[str, SigningKey]]:
    """Yield the keys to be measured with their names."""
    for algorithm in (Algorithm.ED25519, Algorithm.P256, Algorithm.ML_DSA_44):
        yield algorithm.value, key_from_seed(algorithm, SEED)
    if MODULE:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        pin = stack.enter_context(filled_token(folder))
        for label in ("log", "log-p256"):
            key = open_key(address(pin, label), folder)
            yield f"{key.algorithm.value} in SoftHSM", key


def measure(name: str, key: SigningKey, seconds: float) -> dict[str, float]:
    """Return signatures made and checked a second by ``key``."""
    signature = key.sign(MESSAGE)
    assert verify_signature(key.algorithm, key.public, MESSAGE, signature), name
    return {
        "sign": rate(lambda: key.sign(MESSAGE), seconds),
        "verify": rate(lambda: verify_signature(key.algorithm, key.public, MESSAGE, signature), seconds),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1.0)
    seconds = parser.parse_args().seconds
    with ExitStack() as stack:
        base: dict[str, float] = {}
        for name, key in keys(stack):
            found = measure(name, key, seconds)
            base = base or found
            for act, value in found.items():
                figure = {
                    "bench": "signers",
                    "figure": f"{act} {name}",
                    "value": round(value),
                    "unit": "1/s",
                    "against": f"{act} {Algorithm.ED25519.value}",
                    "ratio": round(value / base[act], 3),
                }
                print(json.dumps(figure), flush=True)


if __name__ == "__main__":
    main()
