"""Distributions of times, in ticks, each drawn by inversion of one number between 0 and 1.

Inversion keeps the order: a greater number is a longer time in every design, which is what
makes common random numbers and antithetic runs work.  Objects are made with ticks:
``Exponential(minutes(3))``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module

import numpy as np

from gatepair.twin.program import Draw
from gatepair.twin.units import TICKS_MAX

Quantiles = tuple[float, ...]

OCTAVES = 40
"""Halvings of u (and of 1 - u) that a quantile table follows: to 2**-41, far below 1e-9."""
CELLS_MIN = 16
CELLS_MAX = 1024
TABLE_ERROR = 5e-5
"""Greatest relative error allowed at the middle of a cell; the contract promises 1e-4."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A distribution of non-negative times in ticks."""

    @property
    def mean(self) -> float:
        """Return the mean in ticks."""
        raise NotImplementedError

    @property
    def low(self) -> float:
        """Return the least value, in ticks; -inf where the parameters mean nothing."""
        raise NotImplementedError

    def form(self) -> Form:
        """Return what the arrays hold of it."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Form:
    """One row of the distribution table: the kind, up to two reals, a shift, a table and how it is cut."""

    kind: Draw
    p0: float = 0.0
    p1: float = 0.0
    shift: float = 0.0
    quantiles: Quantiles = ()
    cells: int = 0
    column: int = 0


@dataclass(frozen=True, slots=True)
class Constant(Distribution):
    """Always ``ticks``."""

    ticks: float

    @property
    def mean(self) -> float:
        """Return the mean in ticks."""
        return float(self.ticks)

    @property
    def low(self) -> float:
        """Return the least value in ticks."""
        return _finite(self.ticks)

    def form(self) -> Form:
        """Return what the arrays hold of it."""
        return Form(Draw.CONSTANT, float(self.ticks))


@dataclass(frozen=True, slots=True)
class Uniform(Distribution):
    """Evenly between ``lowest`` and ``highest``."""

    lowest: float
    highest: float

    @property
    def mean(self) -> float:
        """Return the mean in ticks."""
        return (self.lowest + self.highest) / 2

    @property
    def low(self) -> float:
        """Return the least value in ticks."""
        return _finite(self.lowest) if _finite(self.highest) >= self.lowest else -math.inf

    def form(self) -> Form:
        """Return what the arrays hold of it."""
        return Form(Draw.UNIFORM, float(self.lowest), float(self.highest))


@dataclass(frozen=True, slots=True)
class Exponential(Distribution):
    """Exponential with the mean ``average``; exact."""

    average: float

    @property
    def mean(self) -> float:
        """Return the mean in ticks."""
        return float(self.average)

    @property
    def low(self) -> float:
        """Return the least value in ticks."""
        return 0.0 if 0 <= self.average < math.inf else -math.inf

    def form(self) -> Form:
        """Return what the arrays hold of it."""
        return Form(Draw.EXPONENTIAL, float(self.average))


@dataclass(frozen=True, slots=True)
class Lognormal(Distribution):
    """Lognormal with the mean ``average`` and the coefficient of variation ``cv``; exact to the inverse normal."""

    average: float
    cv: float

    @property
    def mean(self) -> float:
        """Return the mean in ticks."""
        return float(self.average)

    @property
    def low(self) -> float:
        """Return the least value in ticks."""
        return 0.0 if 0 < self.average < math.inf and 0 <= self.cv < math.inf else -math.inf

    def form(self) -> Form:
        """Return what the arrays hold of it: the mean and standard deviation of the logarithm."""
        variance = math.log1p(self.cv * self.cv)
        return Form(Draw.LOGNORMAL, math.log(self.average) - variance / 2, math.sqrt(variance))


@dataclass(frozen=True, slots=True)
class Gamma(Distribution):
    """Gamma with the mean ``average`` and the coefficient of variation ``cv``; cv = 1 / sqrt(k) is Erlang k.

    ``cv`` is at most 5: beyond, quantile tables would miss the promised relative error of 1e-4.
    """

    average: float
    cv: float

    @property
    def mean(self) -> float:
        """Return the mean in ticks."""
        return float(self.average)

    @property
    def low(self) -> float:
        """Return the least value in ticks."""
        return 0.0 if 0 < self.average < math.inf and 0 < self.cv <= 5 else -math.inf

    def form(self) -> Form:
        """Return what the arrays hold of it: a table of the standard gamma, scaled by the mean."""
        cells, table = _gamma_table(1 / (self.cv * self.cv))
        return Form(Draw.OCTAVES, float(self.average), quantiles=table, cells=cells)


@dataclass(frozen=True, slots=True)
class Empirical(Distribution):
    """One of the ``values`` observed, each as likely as the other."""

    values: Quantiles

    def __init__(self, values: Sequence[float], /) -> None:
        object.__setattr__(self, "values", tuple(sorted(float(value) for value in values)))

    @property
    def mean(self) -> float:
        """Return the mean in ticks."""
        return math.fsum(self.values) / len(self.values)

    @property
    def low(self) -> float:
        """Return the least value in ticks."""
        return _finite(*self.values)

    def form(self) -> Form:
        """Return what the arrays hold of it."""
        return Form(Draw.SAMPLE, quantiles=self.values)


@dataclass(frozen=True, slots=True)
class Table(Distribution):
    """Linear between ``quantiles`` that stand at evenly spaced probabilities from 0 to 1; at least two."""

    quantiles: Quantiles

    def __init__(self, quantiles: Sequence[float], /) -> None:
        object.__setattr__(self, "quantiles", tuple(float(value) for value in quantiles))

    @property
    def mean(self) -> float:
        """Return the mean in ticks."""
        return float(np.trapezoid(self.quantiles, dx=1 / (len(self.quantiles) - 1)))

    @property
    def low(self) -> float:
        """Return the least value in ticks."""
        rising = len(self.quantiles) > 1 and all(
            a <= b for a, b in zip(self.quantiles, self.quantiles[1:], strict=False)
        )
        return _finite(*self.quantiles) if rising else -math.inf

    def form(self) -> Form:
        """Return what the arrays hold of it."""
        return Form(Draw.TABLE, quantiles=self.quantiles)


@dataclass(frozen=True, slots=True)
class Recorded(Distribution):
    """The time in ``column`` of the entity's own row, as its source gave it (``rows=``)."""

    column: int

    @property
    def mean(self) -> float:
        """Return not-a-number: the rows are the source's."""
        return math.nan

    @property
    def low(self) -> float:
        """Return the least value in ticks; the rows are checked with their source."""
        return 0.0 if self.column >= 0 else -math.inf

    def form(self) -> Form:
        """Return what the arrays hold of it."""
        return Form(Draw.RECORDED, column=self.column)


@dataclass(frozen=True, slots=True)
class Shifted(Distribution):
    """``base`` and ``by`` ticks more; never below 0."""

    base: Distribution
    by: float

    @property
    def mean(self) -> float:
        """Return the mean in ticks, as if nothing fell below 0."""
        return self.base.mean + self.by

    @property
    def low(self) -> float:
        """Return the least value in ticks."""
        return -math.inf if isinstance(self.base, Recorded) else self.base.low + _finite(self.by)

    def form(self) -> Form:
        """Return what the arrays hold of it."""
        row = self.base.form()
        return Form(row.kind, row.p0, row.p1, row.shift + self.by, row.quantiles, row.cells, row.column)


def greatest(distribution: Distribution, /) -> int:
    """Return a tick that no draw exceeds, or that one in 10**9 does where there is none."""
    row = distribution.form()
    reals = (row.p0, row.p1, row.shift)
    value = value_at(row.kind, 1 - 2.0**-30, reals=reals, table=row.quantiles, cells=row.cells)
    return min(TICKS_MAX, max(0, math.ceil(value)))


def value_at(
    kind: Draw, u: float, /, *, reals: tuple[float, float, float], table: Quantiles | Sequence[float], cells: int
) -> float:
    """Return the value at ``u`` of one row of the distribution table, in ticks, not rounded.

    The kernel's copy of these formulas must give the same bits: keep their order.
    """
    p0, p1, shift = reals
    match kind:
        case Draw.CONSTANT:
            return p0 + shift
        case Draw.UNIFORM:
            return p0 + (p1 - p0) * u + shift
        case Draw.EXPONENTIAL:
            return -p0 * math.log(1 - u) + shift  # 1 - u is exact (draws.unit), and log is twice as fast as log1p
        case Draw.LOGNORMAL:
            return math.exp(p0 + p1 * inverse_normal(u)) + shift
        case Draw.OCTAVES:
            return p0 * octave_value(u, table, cells) + shift
        case Draw.SAMPLE:
            return table[int(u * len(table))] + shift
        case Draw.TABLE:
            place = u * (len(table) - 1)
            cell = int(place)
            return table[cell] + (table[cell + 1] - table[cell]) * (place - cell) + shift
        case Draw.RECORDED:
            return shift


def to_ticks(value: float, /) -> int:
    """Return ``value`` rounded to whole ticks and kept within what a delay may last."""
    return min(TICKS_MAX, max(0, math.floor(value + 0.5)))


def octave_value(u: float, table: Sequence[float], cells: int, /) -> float:
    """Return the quantile at ``u`` from a table of octaves.

    The table has two halves of OCTAVES * cells + 1 nodes: for v = u below one half, then for v = 1 - u.
    Within a half, nodes rise with v: octave k from the end holds v in [2**-(k+1), 2**-k), in ``cells`` even cells;
    the last node is v = 1/2.  Below the last octave the first node stands.
    """
    half = OCTAVES * cells
    base = 0
    if u >= 0.5:
        u = 1 - u
        base = half + 1
    part, exponent = math.frexp(u)
    if exponent == 0:
        return table[base + half]
    if exponent < -OCTAVES:
        return table[base]
    place = (2 * part - 1) * cells
    cell = int(place)
    node = base + (OCTAVES + exponent) * cells + cell
    return table[node] + (table[node + 1] - table[node]) * (place - cell)


def octave_table(
    quantile: Callable[[np.ndarray], np.ndarray], upper: Callable[[np.ndarray], np.ndarray], /
) -> tuple[int, Quantiles]:
    """Return (cells, table) for :func:`octave_value`, with as few cells as keep TABLE_ERROR at the cells' middles.

    ``quantile`` maps u to the value, ``upper`` maps 1 - u to it; both take arrays.
    """
    cells = CELLS_MIN
    while True:
        nodes = _nodes(cells)
        middles = (nodes[1:] + nodes[:-1]) / 2
        halves = [(function(nodes), function(middles)) for function in (quantile, upper)]
        error = max(_worst(at, between) for at, between in halves)
        if error <= TABLE_ERROR or cells == CELLS_MAX:
            return cells, tuple(float(value) for at, _ in halves for value in at)
        cells *= 2


def _nodes(cells: int) -> np.ndarray:
    steps = 1 + np.arange(cells) / cells
    octaves = [steps * 2.0 ** -(k + 1) for k in range(OCTAVES, 0, -1)]
    return np.concatenate([*octaves, [0.5]])


def _worst(at: np.ndarray, between: np.ndarray) -> float:
    linear = (at[1:] + at[:-1]) / 2
    tiny = np.finfo(float).tiny
    return float(np.max(np.abs(linear - between) / np.maximum(between, tiny)))


@cache
def _gamma_table(shape: float) -> tuple[int, Quantiles]:
    # Loaded at the first gamma: SciPy would cost every command half a second at its start.
    special = import_module("scipy.special")
    return octave_table(
        lambda lower: special.gammaincinv(shape, lower) / shape,
        lambda upper: special.gammainccinv(shape, upper) / shape,
    )


def _finite(*values: float) -> float:
    """Return the least of ``values``, or -inf when there is none or one is not finite."""
    return min(values) if values and all(math.isfinite(value) for value in values) else -math.inf


# Coefficients of algorithm AS241, routine PPND16: M. J. Wichura, "The percentage points of the normal
# distribution", Applied Statistics 37 (1988), relative accuracy about 1e-16.
CENTRE_UP = (
    3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
    4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
)  # fmt: skip
CENTRE_DOWN = (
    1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
    2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
)  # fmt: skip
SIDE_UP = (
    1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
    1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
)  # fmt: skip
SIDE_DOWN = (
    1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
)  # fmt: skip
TAIL_UP = (
    6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
    2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
)  # fmt: skip
TAIL_DOWN = (
    1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
)  # fmt: skip


def inverse_normal(u: float, /) -> float:
    """Return the standard normal quantile of ``u``, strictly between 0 and 1.

    Source: Wichura's AS241, PPND16.
    """
    q = u - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * _horner(CENTRE_UP, r) / _horner(CENTRE_DOWN, r)
    r = math.sqrt(-math.log(u if q < 0 else 1 - u))
    if r <= 5:
        r -= 1.6
        value = _horner(SIDE_UP, r) / _horner(SIDE_DOWN, r)
    else:
        r -= 5
        value = _horner(TAIL_UP, r) / _horner(TAIL_DOWN, r)
    return -value if q < 0 else value


def _horner(coefficients: Sequence[float], at: float) -> float:
    value = coefficients[7]
    for power in (6, 5, 4, 3, 2, 1, 0):
        value = value * at + coefficients[power]
    return value
