"""The kernel's copy of the distributions: the same formulas in the same order, so the same bits.

The definition is :func:`gatepair.twin.distributions.value_at`; a test compares the two.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from gatepair.twin.distributions import (
    CENTRE_DOWN,
    CENTRE_UP,
    OCTAVES,
    SIDE_DOWN,
    SIDE_UP,
    TAIL_DOWN,
    TAIL_UP,
)
from gatepair.twin.draws import WEYL
from gatepair.twin.kernel.bits import called, inlined, philox, shift_right, signed, unit
from gatepair.twin.kernel.memory import cold_at, dist_at, get_quantile, get_recorded, row_at
from gatepair.twin.program import Draw
from gatepair.twin.units import TICKS_MAX

CONSTANT = int(Draw.CONSTANT)
UNIFORM = int(Draw.UNIFORM)
EXPONENTIAL = int(Draw.EXPONENTIAL)
LOGNORMAL = int(Draw.LOGNORMAL)
TABLED = int(Draw.OCTAVES)
SAMPLE = int(Draw.SAMPLE)
TABLE = int(Draw.TABLE)
RECORDED = int(Draw.RECORDED)

GOLDEN = signed(WEYL)
MIX_1 = signed(0xBF58476D1CE4E5B9)
MIX_2 = signed(0x94D049BB133111EB)


@inlined
def horner(coefficients: Any, at: float) -> Any:
    """Return the polynomial of seventh degree at ``at``."""
    value = coefficients[7]
    value = value * at + coefficients[6]
    value = value * at + coefficients[5]
    value = value * at + coefficients[4]
    value = value * at + coefficients[3]
    value = value * at + coefficients[2]
    value = value * at + coefficients[1]
    return value * at + coefficients[0]


@called
def inverse_normal(u: float) -> Any:
    """Return the standard normal quantile of ``u`` (AS241, PPND16)."""
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * horner(CENTRE_UP, r) / horner(CENTRE_DOWN, r)
    r = math.sqrt(-math.log(u if q < 0 else 1 - u))
    if r <= 5:
        r -= 1.6
        value = horner(SIDE_UP, r) / horner(SIDE_DOWN, r)
    else:
        r -= 5
        value = horner(TAIL_UP, r) / horner(TAIL_DOWN, r)
    return -value if q < 0 else value


@called
def octave_value(w: Any, u: float, d: Any) -> Any:
    """Return the quantile at ``u`` from a table of octaves."""
    cells = d.cells
    half = OCTAVES * cells
    base = d.offset
    if u >= 0.5:
        u = 1 - u
        base += half + 1
    part, exponent = math.frexp(u)
    if exponent == 0:
        return get_quantile(w, base + half)
    if exponent < -OCTAVES:
        return get_quantile(w, base)
    place = (2 * part - 1) * cells
    cell = int(place)
    node = base + (OCTAVES + exponent) * cells + cell
    low = get_quantile(w, node)
    return low + (get_quantile(w, node + 1) - low) * (place - cell)


@called
def tabled_value(w: Any, u: float, d: Any) -> Any:
    """Return the value at ``u`` of a distribution that reads a table."""
    if d.kind == TABLED:
        return d.p0 * octave_value(w, u, d) + d.shift
    if d.kind == SAMPLE:
        return get_quantile(w, d.offset + int(u * d.length)) + d.shift
    place = u * (d.length - 1)
    cell = int(place)
    low = get_quantile(w, d.offset + cell)
    return low + (get_quantile(w, d.offset + cell + 1) - low) * (place - cell) + d.shift


@inlined
def value_at(w: Any, u: float, d: Any) -> Any:
    """Return the value at ``u``, in ticks, not rounded; RECORDED is not drawn here."""
    if d.kind == EXPONENTIAL:
        return -d.p0 * math.log(1 - u) + d.shift
    if d.kind == LOGNORMAL:
        return math.exp(d.p0 + d.p1 * inverse_normal(u)) + d.shift
    if d.kind == CONSTANT:
        return d.p0 + d.shift
    if d.kind == UNIFORM:
        return d.p0 + (d.p1 - d.p0) * u + d.shift
    return tabled_value(w, u, d)


@inlined
def to_ticks(value: float) -> Any:
    """Return ``value`` rounded to whole ticks and kept within what a delay may last."""
    value = np.floor(value + 0.5)  # math.floor would give an integer, and overflow
    if value <= 0:
        return 0
    if value >= TICKS_MAX:
        return TICKS_MAX
    return int(value)


@inlined
def lanes(w: Any, row: int, activity: int) -> Any:
    """Return both lanes of the draw that ``row`` makes at ``activity`` in its present lap."""
    r = row_at(w, row)
    pair = philox(w.key, r.key, (r.lap << 32) | activity)
    return pair[0] ^ w.mirror, pair[1] ^ w.mirror


@inlined
def draw(w: Any, row: int, dist: int, activity: int) -> Any:
    """Return a duration for ``row`` and leave lane 1 with it for the branch that may follow."""
    d = dist_at(w, dist)
    pair = lanes(w, row, activity)
    row_at(w, row).spare = pair[1]
    if d.kind == EXPONENTIAL:
        return to_ticks(-d.p0 * math.log(1 - unit(pair[0])) + d.shift)
    if d.kind == RECORDED:
        return recorded_ticks(w, row, d)
    return to_ticks(value_at(w, unit(pair[0]), d))


@called
def recorded_ticks(w: Any, row: int, d: Any) -> Any:
    """Return what the entity's own row holds in the distribution's column; 0 without a row."""
    at = cold_at(w, row).line
    if at < 0:
        return 0
    return get_recorded(w, at * w.recorded_columns + d.column)


@called
def draw_aside(w: Any, row: int, dist: int, activity: int) -> Any:
    """Return a duration for ``row`` that no branch follows: patience, promotion, a batch's wait, work."""
    d = dist_at(w, dist)
    if d.kind == RECORDED:
        return recorded_ticks(w, row, d)
    return to_ticks(value_at(w, unit(lanes(w, row, activity)[0]), d))


@called
def mix64(word: int) -> Any:
    """Return ``word`` with its 64 bits well mixed (:func:`gatepair.twin.draws.mix64`)."""
    word = (word ^ shift_right(word, 30)) * MIX_1
    word = (word ^ shift_right(word, 27)) * MIX_2
    return word ^ shift_right(word, 31)


@called
def child_key(parent: int, activity: int, lap: int) -> Any:
    """Return the key of a child (:func:`gatepair.twin.draws.child_key`)."""
    return mix64(mix64(parent + GOLDEN * activity) + lap)
