"""The selection keeps its guarantee on synthetic designs whose truth is known, over many fixed seeds."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from gatepair.twin.results import Run
from gatepair.twin.study.experiment import Measures, Observed, Simulated
from gatepair.twin.study.ranking import Bound, Sampler, Selection, Verdict, sampling, select
from gatepair.twin.units import hours, minutes
from twin.replication_tasks import MG1, Failing, desks, erlang_c_wait_min

SHARED = 0.7
"""Share of the variance that synthetic designs have in common, as with common random numbers."""


class Normals:
    """Synthetic designs: the mean of each, plus noise of which a part is the same in all designs."""

    def __init__(self, seed: int, means: Sequence[float], **others: Sequence[float]) -> None:
        self.rows = np.random.Generator(np.random.Philox(seed)).normal(size=(2_000, 1 + (1 + len(others)) * len(means)))
        self.means, self.others = means, others
        self.asked = 0

    def noise(self, design: int, replication: int, lane: int) -> float:
        own = self.rows[replication, 1 + lane * len(self.means) + design]
        return math.sqrt(SHARED) * self.rows[replication, 0] + math.sqrt(1 - SHARED) * own

    def __call__(self, wanted: Sequence[tuple[str, int]]) -> list[Measures]:
        self.asked += len(wanted)
        made: list[Measures] = []
        for name, k in wanted:
            i = int(name)
            measures = {"wait": self.means[i] + self.noise(i, k, 0)}
            for lane, (other, means) in enumerate(self.others.items(), start=1):
                measures[other] = means[i] + (self.noise(i, k, lane) if other != "cost" else 0.0)
            made.append(measures)
        return made


def names(count: int) -> list[str]:
    return [str(i) for i in range(count)]


def right(seeds: int, chosen: Callable[[int], bool]) -> float:
    return sum(chosen(seed) for seed in range(seeds)) / seeds


def test_the_best_is_chosen_as_often_as_promised() -> None:
    """In the hardest case (all others exactly delta behind) 6 designs are ranked rightly in over 95 % of 200 races."""
    means = [0.6, 0.6, 0.6, 0.2, 0.6, 0.6]
    share = right(200, lambda seed: "3" == select(names(6), Normals(seed, means), objective="wait", delta=0.4).chosen)
    assert share >= 0.95


def test_the_promise_is_not_bought_by_waste() -> None:
    """Designs that are far behind leave early: the race takes a small part of what sampling all to the end would."""
    means = [0.0, 0.2, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    found = select(names(8), Normals(1, means), objective="wait", delta=0.2)
    counts = {one.design: one.replications for one in found.designs}
    assert "0" == found.chosen
    assert all(counts[name] == 10 for name in names(8)[2:])
    assert found.replications < 0.6 * 8 * counts["0"]
    assert ("0", Verdict.BEATEN) == (found.of("7").by, found.of("7").verdict)


def test_larger_may_be_better() -> None:
    """The same race for the largest mean finds it, and reports its mean with its own sign."""
    found = select(names(3), Normals(2, [1.0, 3.0, 2.0]), objective="wait", delta=0.5, better="larger")
    assert "1" == found.chosen
    chosen = found.of("1").objective
    assert chosen is not None
    assert chosen.holds(3.0)


def test_the_guarantee_is_stated() -> None:
    """The sentence names the probability, the design, the measure and the indifference zone."""
    found = select(names(2), Normals(3, [0.0, 9.0]), objective="wait", delta=0.5, alpha=0.01)
    assert found.guaranteed
    assert "with probability at least 0.99 0 has the best wait of 2 designs" in found.guarantee
    assert found.guarantee.endswith("if the best is better than every other by at least 0.5")


def test_bounds_and_comparisons_hold_together() -> None:
    """The fastest designs break the bound on the stock; over 120 races the best that keeps it is chosen in 95 %."""
    means, stock = [0.0, 0.3, 1.0, 1.5, 1.5], [14.0, 10.5, 9.5, 9.5, 8.0]
    bound = Bound("stock", at_most=10.0, tolerance=0.5)

    def race(seed: int) -> Selection:
        sampler = Normals(seed, means, stock=stock)
        return select(names(5), sampler, objective="wait", delta=0.5, bounds=[bound])

    assert right(120, lambda seed: "2" == race(seed).chosen) >= 0.95
    found = race(0)
    assert (Verdict.INFEASIBLE, "stock") == (found.of("0").verdict, found.of("0").by)
    assert ("stock",) == found.of("2").kept
    assert "stock at most 10 on average (tolerance 0.5)" in found.guarantee


def test_a_probability_is_judged_exactly() -> None:
    """Bernoulli designs at the edges of the tolerance are judged wrongly in at most 5 % of 200 races each."""
    bound = Bound("wait", at_most=0.5, tolerance=0.1, share=0.8)

    def chance(seed: int, exceeding: float) -> Sampler:
        draws = np.random.Generator(np.random.Philox(seed)).random(3_000)
        return lambda wanted: [{"wait": float(draws[k] < exceeding), "cost": 1.0} for _, k in wanted]

    for exceeding, chosen in ((0.1, "a"), (0.3, None)):
        share = right(
            200,
            lambda seed, exceeding=exceeding, chosen=chosen: (
                chosen == select(["a"], chance(seed, exceeding), objective="cost", delta=1, bounds=[bound]).chosen
            ),
        )
        assert share >= 0.95


def test_the_cheapest_design_that_keeps_its_bounds() -> None:
    """With known costs the dearer designs need not be decided: the cheapest feasible one ends the race for them."""
    sampler = Normals(5, [20.0, 14.0, 9.0, 8.9, 2.0], cost=[1.0, 2.0, 3.0, 4.0, 5.0])
    bound = Bound("wait", at_most=10.0, tolerance=0.2)
    found = select(names(5), sampler, objective="cost", delta=1.0, bounds=[bound])
    assert "2" == found.chosen
    assert [Verdict.INFEASIBLE] * 2 == [found.of(name).verdict for name in "01"]
    assert [Verdict.BEATEN] * 2 == [found.of(name).verdict for name in "34"]
    assert sampler.asked == found.replications


def test_no_design_keeps_its_bounds() -> None:
    """When all break a bound none is chosen, and the sentence says how sure that is."""
    bound = Bound("wait", at_most=0.0, tolerance=0.5)
    found = select(names(3), Normals(6, [5.0, 6.0, 7.0]), objective="wait", delta=0.5, bounds=[bound])
    assert found.chosen is None
    assert found.guaranteed
    assert "none of 3 designs keeps the bounds" in found.guarantee


def test_equal_costs_are_settled_by_order() -> None:
    """Designs that tie exactly end the race; the first of them is chosen."""
    found = select(["b", "a"], lambda wanted: [{"cost": 1.0}] * len(wanted), objective="cost", delta=1)
    assert ("b", True) == (found.chosen, found.guaranteed)
    assert ("b", Verdict.BEATEN) == (found.of("a").by, found.of("a").verdict)


@pytest.mark.parametrize("stage", [1, 7, 64])
def test_the_size_of_a_stage_changes_no_decision(stage: int) -> None:
    """Sampling more at a time costs a few replications and decides the same, at the same replication."""
    means = [0.0, 0.2, 0.3, 0.4]
    single = select(names(4), Normals(8, means), objective="wait", delta=0.1)
    several = select(names(4), Normals(8, means), objective="wait", delta=0.1, stage=stage)
    assert single.designs == several.designs
    assert single.replications <= several.replications


def test_a_race_that_reaches_its_limit_has_no_guarantee() -> None:
    """With a limit too low the best so far is named, and it is said that nothing is guaranteed."""
    found = select(names(3), Normals(9, [0.0, 0.01, 0.02]), objective="wait", delta=0.001, most=30)
    assert not found.guaranteed
    assert found.chosen is not None
    assert "no guarantee" in found.guarantee
    assert 90 == found.replications
    assert all(one.verdict is Verdict.OPEN for one in found.designs)


def test_a_stopped_race_keeps_what_it_has() -> None:
    """A stop before anything is known chooses nothing; a later one names the leader without a guarantee."""
    nothing = select(names(2), Normals(10, [0.0, 0.1]), objective="wait", delta=0.01, stop=lambda: True)
    assert (None, False, 0) == (nothing.chosen, nothing.guaranteed, nothing.replications)
    assert nothing.of("0").objective is None
    sampler = Normals(10, [0.0, 1.0])
    later = select(names(2), sampler, objective="wait", delta=0.001, stop=lambda: sampler.asked >= 40)
    assert ("0", False) == (later.chosen, later.guaranteed)


def test_an_interrupted_race_keeps_what_it_has() -> None:
    """Ctrl-C while a stage runs leaves the stages before it."""
    tasks = {"a": Failing(12, KeyboardInterrupt), "b": Failing(99, KeyboardInterrupt)}
    found = select(["a", "b"], sampling(tasks), objective="number", delta=0.1, bounds=[Bound("number", 5.0, 0.01)])
    assert not found.guaranteed
    assert [12, 12] == [one.replications for one in found.designs]


def test_servers_of_a_queue_are_ranked() -> None:
    """Three speeds of a synthetic queue under common draws: the cheapest by wait and price is found, on threads as alone."""

    def priced(service: float, price: float) -> Callable[..., Observed]:
        def task(replication: int, /, *, antithetic: bool) -> Observed:
            measures = MG1(seed=3, service=service, customers=100)(replication, antithetic=antithetic).measures
            return Observed({"total": measures["wait"] + price})

        return task

    tasks = {"slow": priced(0.8, 0.0), "middle": priced(0.5, 0.5), "fast": priced(0.2, 2.0)}
    alone = select(list(tasks), sampling(tasks), objective="total", delta=0.3)
    with ThreadPoolExecutor(2) as pool:
        together = select(list(tasks), sampling(tasks, executor=pool, block=4), objective="total", delta=0.3)
    assert "middle" == alone.chosen
    assert alone.guaranteed
    assert alone == together


def test_desks_are_staffed_as_erlang_says() -> None:
    """Waiting and desks priced together: the number of desks that Erlang's formula finds best is chosen by simulation."""
    price = 2.0
    totals = {str(c): erlang_c_wait_min(c) + price * c for c in (2, 3, 4)}
    best = min(totals, key=totals.__getitem__)
    delta = (sorted(totals.values())[1] - totals[best]) / 2
    tasks = {
        name: Simulated(desks(int(name)), until=hours(5), warm_up=hours(1), measure=priced(price)) for name in totals
    }
    found = select(list(tasks), sampling(tasks), objective="total", delta=delta)
    assert best == found.chosen
    assert found.guaranteed


def priced(price: float) -> Callable[[Run], Measures]:
    """Return the measure: minutes of waiting a truck, and the price of the desks."""

    def total(run: Run) -> Measures:
        desk = run.resource("desk")
        return {"total": desk.wait_mean / minutes(1) + price * desk.capacity_mean}

    return total


def test_the_fewest_desks_that_keep_the_wait_short() -> None:
    """The smallest number of desks whose mean wait stays under a minute is that of Erlang's formula."""
    fewest = next(c for c in range(2, 6) if erlang_c_wait_min(c) <= 1.0)
    tasks = {str(c): Simulated(desks(c), until=hours(5), warm_up=hours(1), measure=waits_and_cost) for c in range(2, 6)}
    bound = Bound("wait_min", at_most=1.0, tolerance=0.2)
    found = select(list(tasks), sampling(tasks), objective="desks", delta=1.0, bounds=[bound])
    assert str(fewest) == found.chosen
    assert [Verdict.INFEASIBLE] * (fewest - 2) == [found.of(str(c)).verdict for c in range(2, fewest)]


def waits_and_cost(run: Run) -> Measures:
    desk = run.resource("desk")
    return {"wait_min": desk.wait_mean / minutes(1), "desks": desk.capacity_mean}


@pytest.mark.parametrize(
    "wrong",
    [
        {"designs": []},
        {"designs": ["a", "a"]},
        {"delta": 0.0},
        {"alpha": 1.0},
        {"first": 1},
        {"stage": 0},
        {"most": 5},
        {"objective": "unheard of"},
    ],
)
def test_a_selection_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    """No or double designs, no zone, no error, no first stage, and a measure that nobody has are refused."""
    given = {"designs": ["a", "b"], "objective": "x", "delta": 1.0, **wrong}
    designs = given.pop("designs")
    with pytest.raises(ValueError, match=r"design|delta|alpha|first|stage|figure"):
        select(designs, lambda wanted: [{"x": 1.0}] * len(wanted), **given)


@pytest.mark.parametrize(("tolerance", "share"), [(0.0, None), (0.2, 0.9), (0.2, 0.1)])
def test_a_bound_needs_room(tolerance: float, share: float | None) -> None:
    """A bound without tolerance, or whose tolerance leaves the probabilities, is refused."""
    with pytest.raises(ValueError, match="tolerance"):
        Bound("wait", 1.0, tolerance, share)


def test_bounds_are_said_in_words() -> None:
    """A bound on a probability names it with its tolerance."""
    assert "wait at most 4 in 90% of runs (tolerance 5.0%)" == Bound("wait", 4.0, 0.05, 0.9).sentence()
    with pytest.raises(KeyError):
        select(["a"], lambda w: [{"x": 1.0}] * len(w), objective="x", delta=1.0).of("b")
