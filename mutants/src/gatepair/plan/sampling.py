"""Service times by inversion: one uniform number gives one time, so that runs pair number by number."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final

from gatepair.base.time import SECOND_MS
from gatepair.plan.model import ServiceTime, Shape

TAIL: Final = 1e-6
"""Uniform numbers are kept this far from 0 and 1, so that no time is infinite."""
LONGEST_MS: Final = 30 * 24 * 3600 * SECOND_MS
"""No service takes longer than 30 days, whatever the tail of its shape says."""
_NORMAL: Final = NormalDist()


def service_ms(service: ServiceTime, u: float) -> int:
    """Return the service time in whole milliseconds at the quantile ``u`` (0 < u < 1).

    Times rise with ``u``.  The mean of a lognormal time is ``mean_s`` and its coefficient of
    variation ``cv_permille``/1000: sigma² = ln(1 + cv²), mu = ln(mean) - sigma²/2.
    Simulation only: no decision rests on it, which is why a float may stand here.
    """
    at = min(max(u, TAIL), 1 - TAIL)
    return min(round(_seconds(service, at) * SECOND_MS), LONGEST_MS)


def mean_s(service: ServiceTime) -> int:
    """Return the mean service time in whole seconds, rounded down."""
    if service.shape is Shape.UNIFORM:
        return (service.low_s + service.high_s) // 2
    return service.mean_s


def _seconds(service: ServiceTime, u: float) -> float:
    match service.shape:
        case Shape.DETERMINISTIC:
            return float(service.mean_s)
        case Shape.UNIFORM:
            return service.low_s + (service.high_s - service.low_s) * u
        case Shape.EXPONENTIAL:
            return -service.mean_s * math.log1p(-u)
        case Shape.LOGNORMAL:
            return _lognormal(service, u)


def _lognormal(service: ServiceTime, u: float) -> float:
    if service.mean_s == 0:
        return 0.0
    variance = math.log1p((service.cv_permille / 1000) ** 2)
    centre = math.log(service.mean_s) - variance / 2
    return math.exp(centre + math.sqrt(variance) * _NORMAL.inv_cdf(u))
