"""Chance without state: every draw is a function of (seed, replication, entity, lap, activity).

A truck therefore keeps its own service times and its own colour of channel in every design
that is compared, whatever the order of events (common random numbers), an antithetic run
mirrors each draw, and one replication can be repeated alone.

Source: the generator is Philox2x64 of J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw,
"Parallel random numbers: as easy as 1, 2, 3", SC 2011 (Random123), tested with its published
known answers.  The finaliser of :func:`mix64` is the one of SplitMix64 (Steele, Lea, Flood,
"Fast splittable pseudorandom number generators", OOPSLA 2014, variant 13).
"""

from __future__ import annotations

from hashlib import blake2s

MASK = 2**64 - 1
ROUNDS = 10
"""Rounds of Philox; the paper found no failure from 6 on and recommends 10."""
MULTIPLIER = 0xD2B74407B1CE6E93
WEYL = 0x9E3779B97F4A7C15
"""The golden ratio in 64 bits: what Philox adds to its key each round."""
UNIT_STEP = 2.0**-52

Word = tuple[int, int]


def philox(key: int, c0: int, c1: int, /, *, rounds: int = ROUNDS) -> Word:
    """Return the two 64-bit words of Philox2x64 for ``key`` and the counter ``(c0, c1)``."""
    for _ in range(rounds):
        product = c0 * MULTIPLIER
        c0, c1 = (product >> 64) ^ key ^ c1, product & MASK
        key = (key + WEYL) & MASK
    return c0, c1


def mix64(word: int, /) -> int:
    """Return ``word`` with its 64 bits well mixed; one-to-one."""
    word &= MASK
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & MASK
    return word ^ (word >> 31)


def run_key(seed: int, replication: int, /) -> int:
    """Return the Philox key of one replication; ``seed`` and ``replication`` are taken modulo 2**64."""
    return mix64(mix64(seed + WEYL) ^ mix64(replication * WEYL + MULTIPLIER))


def name_hash(name: str, /) -> int:
    """Return the 32-bit number by which draws know an activity or a source: stable for a name for ever."""
    return int.from_bytes(blake2s(name.encode(), digest_size=4).digest(), "little")


def entity_key(source: int, ordinal: int, /) -> int:
    """Return the key of the ``ordinal``-th entity of the source with hash ``source``."""
    return (source << 32 | ordinal) & MASK


def child_key(parent: int, activity: int, lap: int, /) -> int:
    """Return the key of the child that ``parent`` makes at ``activity`` in its ``lap``.

    Mixed twice: ordinals are neighbours, so one sum would give a truck's second lap to the next truck's first.
    """
    return mix64(mix64(parent + WEYL * activity) + lap)


def word(key: int, entity: int, activity: int, lap: int, /) -> Word:
    """Return both lanes of the draw that ``entity`` makes at ``activity`` in its ``lap``."""
    return philox(key, entity, (lap << 32 | activity) & MASK)


def unit(lane: int, /) -> float:
    """Return a number strictly between 0 and 1, on a grid that 1 minus it lies on too.

    52 bits and a half: with 53 the largest value would round to one.
    """
    return ((lane >> 12) + 0.5) * UNIT_STEP


def mirrored(lane: int, /) -> int:
    """Return the lane of the antithetic run: its unit is one minus the unit of ``lane``."""
    return lane ^ MASK
