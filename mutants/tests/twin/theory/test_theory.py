"""Each model with an exact answer is simulated through the public API, and the answer lies in the interval."""

from __future__ import annotations

import importlib.util

import pytest

from twin.theory.cases import CASES
from twin.theory.study import Case, Proof, proved

COMPILED = importlib.util.find_spec("numba") is not None
compiled = pytest.mark.skipif(not COMPILED, reason="numba is not installed; the plain engine would take minutes")


def told(proof: Proof) -> str:
    """Return one line about a proof."""
    return f"{proof.measure}: exact {proof.exact:.6g}, simulated {proof.mean:.6g} ± {proof.half_width:.2g}, z {proof.z:.2f}"


@compiled
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_theory_lies_in_the_interval(case: Case) -> None:
    """The exact value lies inside the 99 % interval of seed 1, or of a second look by the rule of the study."""
    first, second = proved(case)
    assert set(case.truth) == {proof.measure for proof in first}
    assert [] == [told(proof) for proof in second if not proof.inside]


@compiled
@pytest.mark.nightly
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_theory_lies_in_a_narrow_interval(case: Case) -> None:
    """The same with twenty times as many replications: the interval is four and a half times narrower."""
    _, second = proved(case, times=20)
    assert [] == [told(proof) for proof in second if not proof.inside]
