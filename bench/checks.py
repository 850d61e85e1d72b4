"""Checks of declarations a second, against only decoding the same JSON, in one run.

Usage: ``python bench/checks.py [--seconds 1.0]``.  One JSON line per figure: ``bench``, ``figure``, ``unit``,
``against`` and ``ratio`` (the figure divided by that of ``against``).  The declarations are synthetic, each with
numbers of its own, so that nothing is known from the one before.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import msgspec

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from clearance.checking.documents import item, put, written
from gatepair.adapters.codelists import shipped_codes
from gatepair.clearance.checking.check import check
from gatepair.clearance.checking.identifiers import container_digit, credit_digit
from gatepair.clearance.declaration.model import Declaration

ON: Final = date(2026, 3, 2)
KINDS: Final = 997
"""Different declarations that are gone through in turn."""


def documents(items: int) -> list[bytes]:
    """Return declarations of ``items`` goods items, each with a container and an importer of its own."""
    whole: dict[str, Any] = written(*(item(number) for number in range(1, items + 1)))
    made = []
    for number in range(KINDS):
        firm, box = f"9145{number:04d}MA5K{number:05d}", f"CSQU{number:06d}"
        each = put(whole, "goods_shipment.importer.id", firm + credit_digit(firm))
        each = put(each, "goods_shipment.consignment.transport_equipment.0.id", box + container_digit(box))
        made.append(msgspec.json.encode(each))
    return made


def rate(act: Callable[[Any], object], over: list[Any], seconds: float) -> float:
    """Return how many of ``over`` are done in a second of the processor, gone through in turn."""
    turn: Iterator[Any] = itertools.cycle(over)
    count, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        for _ in range(50):
            act(next(turn))
        count += 50
    return count / (time.process_time() - start)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=1.0)
    seconds = parser.parse_args().seconds
    codes = shipped_codes()
    for items in (1, 5, 20):
        raw = documents(items)
        decoder = msgspec.json.Decoder(Declaration)
        declarations = [decoder.decode(each) for each in raw]
        wrong = [found for each in declarations for found in check(each, on=ON, codes=codes)]
        assert not wrong, wrong[0].to_wire()
        floor = rate(decoder.decode, raw, seconds)
        checked = rate(lambda each: check(each, on=ON, codes=codes), declarations, seconds)
        for name, figure in (("decode", floor), ("check", checked)):
            line = {
                "bench": f"declaration of {items} items: {name}",
                "figure": round(figure),
                "unit": "declarations/s",
                "against": "decode",
                "ratio": round(figure / floor, 3),
            }
            print(json.dumps(line))


if __name__ == "__main__":
    main()
