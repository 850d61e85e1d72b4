"""Chance that depends only on a seed and on what it is for.

Each draw is named by entity and activity, so adding a vehicle or an activity changes no other
draw, and no order of evaluation matters.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")
_BITS = 53


class Chance:
    """Counter-based random numbers: SHA-256 over (seed, entity, activity, n)."""

    def __init__(self, seed: int) -> None:
        """Take the seed of the run."""
        self.seed = seed

    def _bits(self, entity: str, activity: str, n: int) -> int:
        raw = f"{self.seed}\x1f{entity}\x1f{activity}\x1f{n}".encode()
        return int.from_bytes(hashlib.sha256(raw).digest()[:8], "big") >> (64 - _BITS)

    def unit(self, entity: str, activity: str, n: int = 0) -> float:
        """Return a number strictly between 0 and 1."""
        return (self._bits(entity, activity, n) + 0.5) / (1 << _BITS)

    def between(self, entity: str, activity: str, bounds: tuple[int, int]) -> int:
        """Return an integer of ``bounds``, both included."""
        low, high = bounds
        return low + self._bits(entity, activity, 0) % (high - low + 1)

    def happens(self, entity: str, activity: str, share_permille: int) -> bool:
        """Tell whether something of ``share_permille`` happens."""
        return self._bits(entity, activity, 0) % 1_000 < share_permille

    def one_of(self, entity: str, activity: str, choices: Sequence[T]) -> T:
        """Return one of ``choices``, each as likely as the other."""
        return choices[self._bits(entity, activity, 0) % len(choices)]

    def shuffled(self, entity: str, choices: Sequence[T]) -> list[T]:
        """Return ``choices`` in an order of chance."""
        order = sorted(range(len(choices)), key=lambda index: (self._bits(entity, "shuffle", index), index))
        return [choices[index] for index in order]

    def apportioned(self, entity: str, weights: Mapping[T, int], count: int) -> list[T]:
        """Return ``count`` choices whose shares are those of ``weights`` as nearly as whole numbers allow.

        Shares come from the plan; drawing each vehicle by itself would add noise that the
        documented day does not have.  The order is of chance; the rest goes to the largest
        remainders, ties to the earlier choice.
        """
        keys = [key for key, weight in weights.items() if weight > 0]
        total = sum(weights[key] for key in keys)
        if not keys:
            return []
        whole = {key: count * weights[key] // total for key in keys}
        by_remainder = sorted(keys, key=lambda key: (-(count * weights[key] % total), keys.index(key)))
        for key in by_remainder[: count - sum(whole.values())]:
            whole[key] += 1
        return self.shuffled(entity, [key for key in keys for _ in range(whole[key])])
