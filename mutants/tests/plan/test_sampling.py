"""Service times by inversion keep the mean, the bounds and the order of their numbers."""

from __future__ import annotations

from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.plan.model import FigureKind, Provenance, ServiceTime, Shape
from gatepair.plan.sampling import LONGEST_MS, mean_s, service_ms

WHENCE = Provenance(FigureKind.ASSUMED, note="Made up.")
GRID = [(index + 0.5) / 2_000 for index in range(2_000)]

UNIFORM = ServiceTime(Shape.UNIFORM, WHENCE, low_s=180, high_s=300)
FIXED = ServiceTime(Shape.DETERMINISTIC, WHENCE, mean_s=30)
EXPONENTIAL = ServiceTime(Shape.EXPONENTIAL, WHENCE, mean_s=600)
LOGNORMAL = ServiceTime(Shape.LOGNORMAL, WHENCE, mean_s=600, cv_permille=500)
ALL = [UNIFORM, FIXED, EXPONENTIAL, LOGNORMAL]


@pytest.mark.parametrize("service", ALL)
def test_the_mean_is_the_plans(service: ServiceTime) -> None:
    """Over a fine grid of quantiles the mean comes out within one percent."""
    assert fmean(service_ms(service, u) for u in GRID) == pytest.approx(mean_s(service) * 1000, rel=0.01)


def test_the_spread_of_a_lognormal_is_the_plans() -> None:
    """Its coefficient of variation is ``cv_permille`` over a thousand."""
    times = [service_ms(LOGNORMAL, u) for u in GRID]
    mean = fmean(times)
    variation = fmean((one - mean) ** 2 for one in times) ** 0.5 / mean
    assert variation == pytest.approx(0.5, rel=0.03)


@given(u=st.floats(0, 1), service=st.sampled_from(ALL))
def test_any_number_gives_a_finite_time(u: float, service: ServiceTime) -> None:
    """Also 0 and 1 themselves; no service is negative or endless."""
    assert 0 <= service_ms(service, u) <= LONGEST_MS


@given(pair=st.tuples(st.floats(0, 1), st.floats(0, 1)), service=st.sampled_from(ALL))
def test_times_rise_with_their_numbers(pair: tuple[float, float], service: ServiceTime) -> None:
    """Inversion keeps order, so that two runs with one number differ only by the plan."""
    low, high = sorted(pair)
    assert service_ms(service, low) <= service_ms(service, high)


@given(u=st.floats(0, 1))
def test_a_uniform_time_stays_within_its_bounds(u: float) -> None:
    """Three to five minutes means never less and never more."""
    assert 180_000 <= service_ms(UNIFORM, u) <= 300_000


def test_golden_quantiles_hold() -> None:
    """One number gives one time for ever: a change would break recorded runs."""
    assert [240_000, 30_000, 415_888, 536_656] == [service_ms(one, 0.5) for one in ALL]


def test_an_empty_lognormal_takes_no_time() -> None:
    """A plan that was never checked may have a zero mean; it is no error here."""
    assert 0 == service_ms(ServiceTime(Shape.LOGNORMAL, WHENCE), 0.5)
