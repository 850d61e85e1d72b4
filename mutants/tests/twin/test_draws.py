"""Chance without state: Philox as published, and draws that know their entity, lap and activity."""

from __future__ import annotations

import itertools

import pytest

from gatepair.twin.draws import (
    MASK,
    ROUNDS,
    child_key,
    entity_key,
    mirrored,
    mix64,
    name_hash,
    philox,
    run_key,
    unit,
    word,
)

PI = (0xA4093822299F31D0, 0x243F6A8885A308D3, 0x13198A2E03707344)
KNOWN_ANSWERS = [
    (7, (0, 0, 0), (0xB41DA69FBFEFC666, 0x511E9CE1A5534056)),
    (7, (MASK, MASK, MASK), (0xA4696CC04462015D, 0x724782DAE17169E9)),
    (7, PI, (0x98ED1534392BF372, 0x67528B1568882FD5)),
    (10, (0, 0, 0), (0xCA00A0459843D731, 0x66C24222C9A845B5)),
    (10, (MASK, MASK, MASK), (0x65B021D60CD8310F, 0x4D02F3222F86DF20)),
    (10, PI, (0x0A5E742C2997341C, 0xB0F883D38000DE5D)),
]
"""Rounds, (key, counter 0, counter 1), answer: the philox2x64 rows of Random123's published known answers."""


@pytest.mark.parametrize(("rounds", "given", "answer"), KNOWN_ANSWERS)
def test_philox_gives_the_published_answers(rounds, given, answer) -> None:
    """Philox2x64 with 7 and with 10 rounds gives the words that Random123 publishes."""
    assert answer == philox(*given, rounds=rounds)


def test_the_rounds_in_use_are_published_ones() -> None:
    """The number of rounds is one for which known answers are published."""
    assert ROUNDS in {7, 10}


def test_units_lie_strictly_between_zero_and_one() -> None:
    """No lane gives 0 or 1, so that every inverse is finite."""
    assert 0 < unit(0) < 2**-50
    assert 1 - 2**-50 < unit(MASK) < 1


@pytest.mark.parametrize("lane", [0, 1, 2**63, 0x123456789ABCDEF0, MASK - 4096, MASK])
def test_a_mirrored_lane_gives_one_minus_the_unit_exactly(lane) -> None:
    """Antithetic draws are exact mirrors."""
    assert 1 - unit(lane) == unit(mirrored(lane))


def test_mixing_is_one_to_one_on_a_sample() -> None:
    """Different words stay different."""
    assert 10_000 == len({mix64(word) for word in range(10_000)})


def test_names_have_stable_numbers() -> None:
    """The number of a name is part of every published result, so it never changes."""
    assert 502620224 == name_hash("arrival")


def test_draws_differ_by_everything_that_names_them() -> None:
    """Seed, replication, source, ordinal, activity and lap each give another draw."""
    words = {
        word(run_key(seed, replication), entity_key(name_hash(source), ordinal), name_hash(activity), lap)
        for seed, replication, source, ordinal, activity, lap in itertools.product(
            (1, 2), (0, 1), ("a", "b"), (0, 1), ("x", "y"), (0, 1)
        )
    }
    assert 64 == len(words)


def test_children_draw_for_themselves() -> None:
    """A child's key depends on its parent, the activity that made it, and the parent's lap."""
    keys = {child_key(parent, activity, lap) for parent in (1, 2) for activity in (3, 4) for lap in (0, 1)}
    assert 8 == len(keys)


def test_a_seed_may_be_any_integer() -> None:
    """Seeds beyond 64 bits and below zero are folded, not refused."""
    assert run_key(5, 0) == run_key(5 + 2**64, 0)
    assert 0 <= run_key(-1, 0) <= MASK


def test_units_are_even_and_independent_between_lanes() -> None:
    """Over 20,000 draws the means, the cells of a 10 by 10 table and the correlation fit independence (fixed key)."""
    key = run_key(1, 0)
    pairs = [tuple(map(unit, word(key, entity_key(9, ordinal), 7, 0))) for ordinal in range(20_000)]
    cells = [0] * 100
    for one, other in pairs:
        cells[int(one * 10) * 10 + int(other * 10)] += 1
    chi_square = sum((cell - 200) ** 2 / 200 for cell in cells)
    assert 60 < chi_square < 148  # 0.1 % to 99.9 % of chi-square with 99 degrees of freedom
    covariance = sum((one - 0.5) * (other - 0.5) for one, other in pairs) / len(pairs)
    assert abs(covariance) < 0.0025  # three standard errors of 1 / (12 sqrt(n))
