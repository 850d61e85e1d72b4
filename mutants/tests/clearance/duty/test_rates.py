"""Rates: their written form, their amounts, and that what is not known is never nought."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.errors import Malformed
from gatepair.clearance.duty.rates import (
    AdValorem,
    Base,
    Both,
    Higher,
    NotOffered,
    Rate,
    Specific,
    Unknown,
    parse_rate,
    rounded,
)

shares = st.integers(0, 99_999).map(AdValorem)
specifics = st.builds(Specific, st.integers(1, 10**9), st.sampled_from(["VND", "CNY"]), st.sampled_from(["kg", "l"]))
parts = st.one_of(shares, specifics)
rates = st.one_of(
    parts, st.builds(Both, parts, parts), st.builds(Higher, parts, parts), st.just(Unknown()), st.just(NotOffered())
)
bases = st.builds(
    lambda value, grams: Base(value, "VND", (("kg", grams),)), st.integers(0, 10**12), st.integers(0, 10**9)
)


@given(rates)
def test_a_written_rate_is_read_as_itself(rate: Rate) -> None:
    """Any rate survives writing and reading."""
    assert rate == parse_rate(str(rate))


@pytest.mark.parametrize(
    "text", ["", "20", "7.555%", "-1%", "0 VND/kg", "5000 vnd/kg", "5%+5%", "? + 5%", "5% or -", "1000000%"]
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    """A misspelled rate is an error and not a nought."""
    with pytest.raises(Malformed):
        parse_rate(text)


@pytest.mark.parametrize(
    ("numerator", "denominator", "nearest"),
    [(0, 7, 0), (1, 2, 1), (1, 3, 0), (2, 3, 1), (3, 2, 2), (5, 2, 3), (49, 100, 0)],
)
def test_halves_go_up(numerator: int, denominator: int, nearest: int) -> None:
    """Rounding is to the nearest whole, halves upwards."""
    assert nearest == rounded(numerator, denominator)


@given(st.integers(0, 10**15), st.integers(1, 10**9))
def test_rounding_is_never_off_by_more_than_a_half(numerator: int, denominator: int) -> None:
    """The rounded quotient lies within half a unit of the true one."""
    assert abs(rounded(numerator, denominator) - Fraction(numerator, denominator)) <= Fraction(1, 2)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("20%", 200_000),
        ("7.5%", 75_000),
        ("0%", 0),
        ("5000 VND/kg", 10_000),
        ("10% + 5000 VND/kg", 110_000),
        ("1% or 5000 VND/kg", 10_000),
        ("10% or 5000 VND/kg", 100_000),
        ("?", None),
        ("-", None),
        ("5000 CNY/kg", None),
        ("5000 VND/l", None),
        ("10% + 5000 VND/l", None),
        ("10% or 5000 VND/l", None),
    ],
)
def test_amounts(text: str, amount: int | None) -> None:
    """Of one million dong and two kilograms; a missing quantity or another currency leaves the amount unknown."""
    assert amount == parse_rate(text).amount(Base(1_000_000, "VND", (("kg", 2_000),)))


@given(parts, parts, bases)
def test_the_higher_is_at_least_each_and_the_sum_at_least_the_higher(first: Rate, second: Rate, base: Base) -> None:
    """Both, higher and the single rates keep their order whenever all are known."""
    assert isinstance(first, AdValorem | Specific)
    assert isinstance(second, AdValorem | Specific)
    single = [first.amount(base), second.amount(base)]
    higher, both = Higher(first, second).amount(base), Both(first, second).amount(base)
    if None in single:
        assert (None, None) == (higher, both)
    else:
        assert higher == max(amount for amount in single if amount is not None)
        assert both is not None
        assert both >= higher
