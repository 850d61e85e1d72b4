"""Truths of scores: proper, in the unit of the quantity, and the same for a number and a sample of one."""

from __future__ import annotations

import math

import numpy as np
import pytest

from gatepair.twin.ledgers.scoring import Case, crps, pinball, scored


def test_one_number_is_scored_by_its_absolute_error() -> None:
    """A simple forecast and a sample are held against one measure."""
    assert 3.0 == crps([5.0], 8.0)


def test_the_score_of_a_normal_sample_is_the_known_one() -> None:
    """A standard normal forecast of 0 scores (sqrt(2) - 1)/sqrt(pi) = 0.2337 (Gneiting and Raftery 2007)."""
    sample = np.random.Generator(np.random.Philox(1)).standard_normal(40_000)
    assert (math.sqrt(2) - 1) / math.sqrt(math.pi) == pytest.approx(crps(sample, 0.0), abs=0.005)


def test_the_fair_score_does_not_depend_on_the_number_of_members() -> None:
    """Samples of five and of fifty from one distribution score alike in the mean."""
    rng = np.random.Generator(np.random.Philox(2))
    means = [np.mean([crps(rng.standard_normal(n), rng.standard_normal()) for _ in range(4_000)]) for n in (5, 50)]
    assert means[0] == pytest.approx(means[1], abs=0.03)


def test_the_score_is_proper() -> None:
    """Who forecasts the true distribution scores better than who is too sure, too vague, or biased."""
    rng = np.random.Generator(np.random.Philox(3))
    truth = rng.standard_normal(3_000)

    def mean(shift: float, spread: float) -> float:
        return float(np.mean([crps(shift + spread * rng.standard_normal(40), seen) for seen in truth]))

    right = mean(0.0, 1.0)
    assert right < min(mean(0.0, 0.4), mean(0.0, 2.5), mean(0.7, 1.0))


def test_no_members_are_refused() -> None:
    """A forecast of nothing has no score."""
    with pytest.raises(ValueError, match="members"):
        crps([], 1.0)


def test_the_pinball_loss_weighs_the_sides() -> None:
    """For the 90th percentile a value above costs nine times what one below costs."""
    assert (9.0, 1.0) == pytest.approx((pinball(0.0, 0.9, 10.0), pinball(10.0, 0.9, 0.0)))


def case(what: str, seen: float, *, persistence: float) -> Case:
    return Case(what, 0, 1, (9.0, 10.0, 11.0, 12.0), seen, {"persistence": persistence})


def test_scores_are_by_quantity_with_the_gain_over_the_simple() -> None:
    """Cases of one name are averaged; the gain is the part of the simple forecast's error that the twin does not make."""
    found = scored([case("stock", 10.0, persistence=14.0), case("stock", 11.0, persistence=15.0)])
    (score,) = found
    assert ("stock", 2, 4.0) == (score.what, score.cases, score.simple["persistence"])
    assert 1 - score.twin / 4.0 == score.gain("persistence")
    assert 1.0 == score.coverage
    assert score.twin < score.median_error


def test_coverage_counts_what_lies_in_the_middle() -> None:
    """What happened far outside the futures is not covered, and a perfect simple forecast leaves no gain."""
    (score,) = scored([case("stock", 40.0, persistence=40.0)])
    assert (0.0, 0.0) == (score.coverage, score.gain("persistence"))
