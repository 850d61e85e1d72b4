"""Order statistics in integers."""

from __future__ import annotations

from collections.abc import Sequence


def quantile(values: Sequence[int], percent: int) -> int:
    """Return the ``percent`` quantile of ``values`` by the nearest-rank method.

    It is the value at rank ``ceil(n · percent / 100)`` of the values in ascending order (rank 1
    when that is 0), so it is always one of the values and needs no interpolation.

    Raises:
        ValueError: when ``values`` is empty or ``percent`` is outside 0..100.
    """
    if not values:
        raise ValueError("a quantile needs at least one value")
    if not 0 <= percent <= 100:
        raise ValueError("a percentage lies between 0 and 100")
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * percent // 100))
    return ordered[rank - 1]


def mean(values: Sequence[int]) -> int:
    """Return the arithmetic mean of ``values``, rounded half up to an integer.

    Raises:
        ValueError: when ``values`` is empty.
    """
    if not values:
        raise ValueError("a mean needs at least one value")
    return (2 * sum(values) + len(values)) // (2 * len(values))


def permille(part: int, whole: int) -> int | None:
    """Return ``part / whole`` in permille, rounded half up; None when ``whole`` is 0."""
    return None if whole == 0 else (2_000 * part + whole) // (2 * whole)
