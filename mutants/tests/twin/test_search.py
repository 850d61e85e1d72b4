"""The search for the cheapest plan: staffing with a known answer, proposals, guarantees, interruption."""

from __future__ import annotations

import heapq
import math
import random
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from typing import Any

import pytest

from gatepair.adapters.twin_proposals import OptunaProposer, is_ordered
from gatepair.base.errors import NetworkInvalid, SettingInvalid
from gatepair.plan.findings import OUT_OF_RANGE
from gatepair.plan.model import Plan, Scenario
from gatepair.twin.study.costs import Costing, Price, PriceList
from gatepair.twin.study.designs import Axis, axis, design_of, planned
from gatepair.twin.study.experiment import Experiment, experiment_of
from gatepair.twin.study.search import Found, Requirement, SearchSettings, Standing, Trial, optimise, requirement
from plan.pair import small

CUSTOMS, GUARD, PLANTS = (f"stations.wx-{duty}.servers" for duty in ("customs", "border-guard", "quarantine"))
LOAD = 4.0
"""Offered load of the staffing problem, in servers: vehicles an hour times hours of service."""
P90_MAX = 0.5
"""Bound on the 90th percentile of waiting, in service times."""


def costing(**amounts: int) -> Costing:
    """Return prices a day for the servers of the exit stations, over one day."""
    paths = {"customs": CUSTOMS, "guard": GUARD, "plants": PLANTS}
    prices = tuple(Price(paths[name], amount) for name, amount in amounts.items())
    return Costing(PriceList(costs=1, currency="VND", prices=prices), date(2025, 11, 10), 1)


def servers_of(plan: Plan) -> tuple[int, int, int]:
    return tuple(plan.stations[f"wx-{duty}"].servers for duty in ("customs", "border-guard", "quarantine"))


def erlang_c(servers: int, load: float) -> float:
    """Return the probability of waiting in M/M/c.  Source: Erlang 1917, by the recursion of Erlang B."""
    blocked = 1.0
    for number in range(1, servers + 1):
        blocked = load * blocked / (number + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def p90_of(servers: int, load: float) -> float:
    """Return the 90th percentile of waiting in M/M/c, in service times: P(W > t) = C exp(-(c - a) t)."""
    if servers <= load:
        return math.inf
    return max(0.0, math.log(erlang_c(servers, load) / 0.1) / (servers - load))


def staffing(plan: Plan, _scenario: Scenario | None, *, seed: int, first: int, replications: int) -> Experiment:
    """Simulate M/M/c at the customs booth, the same draws in every design."""
    servers = servers_of(plan)[0]
    return experiment_of(
        {"p90": p90_seen(servers, seed, number), "served": 4_000.0} for number in range(first, first + replications)
    )


@cache
def p90_seen(servers: int, seed: int, number: int) -> float:
    """Return the 90th percentile of waiting of 4,000 vehicles in M/M/c."""
    draws = random.Random(f"{seed}/{number}")
    free, now, waits = [0.0] * servers, 0.0, []
    for _ in range(4_000):
        now += draws.expovariate(LOAD)
        start = max(now, free[0])
        heapq.heapreplace(free, start + draws.expovariate(1.0))
        waits.append(start - now)
    return sorted(waits)[3_600]


def noisy(plan: Plan, _scenario: Scenario | None, *, seed: int, first: int, replications: int) -> Experiment:
    """Return a wait that each of three stations shortens, with noise of the replication and of the design."""
    wait = waited(servers_of(plan))
    made = []
    for number in range(first, first + replications):
        shared = random.Random(f"{seed}/{number}").gauss(0, 1)
        own = random.Random(f"{seed}/{number}/{servers_of(plan)}").gauss(0, 0.5)
        made.append({"wait": wait + shared + own, "stock": 3 * wait + shared})
    return experiment_of(made)


def waited(servers: tuple[int, int, int]) -> float:
    return sum(weight / count for weight, count in zip((60, 40, 20), servers, strict=True))


def found(**options: Any) -> Found:
    """Return the search for the cheapest staffing of the customs booth unless told otherwise."""
    asked: dict[str, Any] = {
        "axes": [axis(f"{CUSTOMS}=4..12")],
        "requirements": [Requirement("p90", P90_MAX, 0.1)],
        "costing": costing(customs=100),
        "run": staffing,
        "settings": SearchSettings(seed=1),
    } | options
    return optimise(small(), None, **asked)


def best_by_hand(amounts: tuple[int, int, int], most: int, wait_max: float) -> int:
    """Return the least cost of all staffings that keep the wait, by looking at every one."""
    every = product(range(1, most + 1), repeat=3)
    return min(
        sum(amount * count for amount, count in zip(amounts, counts, strict=True))
        for counts in every
        if waited(counts) <= wait_max
    )


# --- Known answers -----------------------------------------------------------------------------


def test_staffing_finds_the_known_least_number_of_servers() -> None:
    """The smallest c of M/M/c whose p90 of waiting is at most the bound is chosen, and the guarantee says so."""
    known = next(count for count in range(5, 13) if p90_of(count, LOAD) <= P90_MAX)
    made = found()
    assert made.chosen is not None
    assert (known, 100 * known) == (made.chosen.design.choices[0] + 4, made.chosen.cost_minor)
    assert made.selection is not None
    assert made.selection.guaranteed
    assert made.guarantee.startswith("With probability at least 0.95 the chosen design breaks no bound")
    assert made.exhausted


def test_designs_dearer_than_a_safe_one_are_not_run() -> None:
    """Going up by cost, nothing is run beyond the first staffing that is surely inside the bound."""
    made = found()
    run = [trial for trial in made.trials if trial.run]
    assert Standing.SAFE is run[-1].standing
    assert all(trial.standing is Standing.DEARER for trial in made.trials[len(run) :])
    assert 9 == len(made.trials)


def test_a_probability_may_be_asked_for() -> None:
    """That the p90 of a day keeps the bound on 80 % of days needs more than that it keeps it on average."""
    made = found(requirements=[Requirement("p90", P90_MAX, 0.1, share=0.8)])
    known = next(count for count in range(5, 13) if p90_of(count, LOAD) <= P90_MAX)
    assert made.chosen is not None
    assert known <= made.chosen.design.choices[0] + 4


def test_more_may_be_asked_for_as_well_as_less() -> None:
    """A bound from below holds the measure up: 5,000 served of 4,000 is more than any staffing gives."""
    kept = found(requirements=[requirement("p90<=0.5~0.1"), requirement("served>=3900")])
    assert kept.chosen is not None
    missed = found(requirements=[requirement("served>=5000")])
    assert missed.chosen is None
    assert "no design that was run can keep served at least 5000" in missed.guarantee


def test_enumeration_finds_the_least_cost_of_a_small_space() -> None:
    """Over 64 designs of three stations the search that goes by cost finds what looking at all finds."""
    least = best_by_hand((30, 20, 10), 4, 40)
    made = found(
        axes=[axis(f"{CUSTOMS}=1..4"), axis(f"{GUARD}=1..4"), axis(f"{PLANTS}=1..4")],
        requirements=[Requirement("wait", 40.7, 0.5), Requirement("stock", 125, 2)],
        costing=costing(customs=30, guard=20, plants=10),
        run=noisy,
        settings=SearchSettings(seed=1, trials=64, screening=10, first=10),
    )
    assert made.chosen is not None
    assert least == made.chosen.cost_minor


def large(trials: int) -> Found:
    axes = [axis(f"{CUSTOMS}=1..10"), axis(f"{GUARD}=1..10"), axis(f"{PLANTS}=1..10")]
    return found(
        axes=axes,
        requirements=[Requirement("wait", 20.3, 0.3)],
        costing=costing(customs=30, guard=20, plants=10),
        run=noisy,
        settings=SearchSettings(seed=3, trials=trials, screening=10),
        proposer=OptunaProposer(axes, seed=3),
    )


def test_proposals_come_near_the_least_cost_of_a_large_space() -> None:
    """Of 1,000 designs 70 trials find one within 5 % of the least cost."""
    made = large(70)
    assert made.chosen is not None
    assert made.chosen.cost_minor <= 1.05 * best_by_hand((30, 20, 10), 10, 20)
    assert 70 >= sum(trial.run for trial in made.trials)
    assert made.guarantee.endswith("of 1000 designs were run.")


def test_a_search_is_the_same_each_time() -> None:
    """The same seed proposes, runs and chooses the same designs."""
    made, again = large(20), large(20)
    assert [trial.design for trial in made.trials] == [trial.design for trial in again.trials]
    assert made.chosen == again.chosen


# --- What is refused, skipped and stopped ------------------------------------------------------


def test_a_design_that_no_plan_allows_is_listed_with_its_reason() -> None:
    """No servers are no plan; the search goes on without that design."""
    made = found(axes=[axis(f"{CUSTOMS}=0,8,9")])
    refused = [trial for trial in made.trials if trial.standing is Standing.REFUSED]
    assert [0] == [trial.design.choices[0] for trial in refused]
    assert "wx-customs" in refused[0].reason
    assert made.chosen is not None


def test_a_design_that_cannot_run_is_listed_with_its_reason() -> None:
    """A network that the engine refuses is no trial; the search goes on without it."""

    def refusing(plan: Plan, scenario: Scenario | None, **asked: int) -> Experiment:
        if servers_of(plan)[0] == 7:
            raise NetworkInvalid([OUT_OF_RANGE.at("stations.wx-customs", found="x", wanted="y")])
        return staffing(plan, scenario, seed=asked["seed"], first=asked["first"], replications=asked["replications"])

    made = found(axes=[axis(f"{CUSTOMS}=7,8")], run=refusing)
    assert [Standing.REFUSED, Standing.SAFE] == [trial.standing for trial in made.trials]
    assert "stations.wx-customs" in made.trials[0].reason


def test_savings_below_delta_are_not_sought() -> None:
    """When a safe design is known, one that saves no more than delta is left alone."""
    made = found(
        axes=[axis(f"{CUSTOMS}=8,7,9")],
        costing=Costing(
            PriceList(costs=1, currency="VND", prices=(Price("fleets.*.vehicles", 1),)), date(2025, 1, 1), 1
        ),
    )
    assert [True, False, False] == [trial.run for trial in made.trials]


def test_nothing_is_chosen_when_nothing_keeps_the_bound() -> None:
    """Four and five servers for a load of four keep no short wait, and the result says so."""
    made = found(axes=[axis(f"{CUSTOMS}=4,5")])
    assert made.chosen is None
    assert made.guarantee.startswith("No guarantee: no design that was run can keep p90 at most 0.5")


def test_a_large_space_needs_a_proposer() -> None:
    """Without a proposer the refusal names the extra and how many designs there are."""
    with pytest.raises(SettingInvalid, match=r"9 designs.*gatepair\[search\]"):
        found(settings=SearchSettings(seed=1, trials=8))


def test_a_search_needs_something_to_vary_and_to_keep() -> None:
    """Empty axes, empty bounds and settings below their least are refused."""
    with pytest.raises(SettingInvalid):
        found(axes=[])
    with pytest.raises(SettingInvalid):
        found(requirements=[])
    with pytest.raises(SettingInvalid):
        SearchSettings(seed=1, trials=0)


def test_a_measure_that_is_missing_keeps_no_bound() -> None:
    """A design without the figure that a bound needs is over it, with the reason."""
    made = found(axes=[axis(f"{CUSTOMS}=8")], requirements=[Requirement("p99", 1, 0.1)])
    assert [(Standing.OVER, "a replication has no figure for p99, which a bound needs")] == [
        (trial.standing, trial.reason) for trial in made.trials
    ]


def test_a_replication_of_the_race_without_a_figure_counts_as_over() -> None:
    """A day of the race on which nobody waited long enough to be counted does not end the search in an error."""

    def patchy(plan: Plan, scenario: Scenario | None, *, seed: int, first: int, replications: int) -> Experiment:
        whole = staffing(plan, scenario, seed=seed, first=first, replications=replications)
        bad = {"p90": math.nan} if first == 8 else {}
        one, *rest = whole.replications
        spoilt = replace(one, observed=replace(one.observed, measures={**one.observed.measures, **bad}))
        return replace(whole, replications=(spoilt, *rest))

    made = found(axes=[axis(f"{CUSTOMS}=9")], run=patchy, settings=SearchSettings(seed=1, most=20))
    assert made.selection is not None
    assert 20 == made.selection.designs[0].replications
    assert "the evidence did not suffice" in made.guarantee


def test_a_stopped_search_names_the_best_so_far_without_a_guarantee() -> None:
    """Stopped after the safe design was screened, before the race, it is named and nothing is promised."""
    seen: list[Trial] = []
    made = found(axes=[axis(f"{CUSTOMS}=8,9")], on_trial=seen.append, stop=lambda: len(seen) == 2)
    assert made.cut_short
    assert made.chosen is not None
    assert (4 + 4) * 100 == made.chosen.cost_minor
    assert made.guarantee.startswith("No guarantee: the search was stopped")


@pytest.mark.parametrize("after", [1, 3, 6])
def test_an_interrupted_search_keeps_its_trials(after: int) -> None:
    """Ctrl-C at any run ends the search with the trials that were complete."""
    calls: list[int] = []

    def interrupted(plan: Plan, scenario: Scenario | None, **asked: int) -> Experiment:
        calls.append(1)
        if len(calls) > after:
            raise KeyboardInterrupt
        return staffing(plan, scenario, seed=asked["seed"], first=asked["first"], replications=asked["replications"])

    made = found(run=interrupted)
    assert made.cut_short
    assert min(after - 1, 4) == sum(trial.run for trial in made.trials)
    assert made.selection is None or not made.selection.guaranteed


def test_a_run_cut_short_ends_the_search() -> None:
    """A runner that was stopped within a design ends the search; that design is no trial."""

    def short(plan: Plan, scenario: Scenario | None, **asked: int) -> Experiment:
        whole = staffing(plan, scenario, seed=1, first=asked["first"], replications=asked["replications"])
        return replace(whole, cut_short=servers_of(plan)[0] == 6)

    made = found(run=short)
    assert (True, 2) == (made.cut_short, len(made.trials))


# --- Parts -------------------------------------------------------------------------------------


def test_a_bound_is_read_from_a_flag() -> None:
    """Mean or probability, from above or below, with a tolerance of its own or 5 % of the limit."""
    assert Requirement("waiting.out.p90", 120.0, 6.0) == requirement("waiting.out.p90<=120")
    assert Requirement("stock.out", 200.0, 10.0) == requirement("stock.out<=200~10")
    assert Requirement("cleared.out", 300.0, 0.02, share=0.95, at_least=True) == requirement(
        "cleared.out>=300@0.95~0.02"
    )
    assert pytest.approx(0.025) == requirement("stock.out<=200@0.95").tolerance


@pytest.mark.parametrize("text", ["", "a", "a<=", "<=3", "a<=x", "a<=0", "a<=3@1.5", "a<=3~-1", "a<=nan", "a<=3~x"])
def test_a_bound_that_cannot_be_read_is_refused(text: str) -> None:
    """Another form, a limit that is no number and a tolerance of nothing are refused."""
    with pytest.raises(SettingInvalid):
        requirement(text)


def test_excess_is_negative_where_the_bound_is_kept() -> None:
    """A mean of 3 is 1 below a limit of 4 and 1 short of being at least 4."""
    three = experiment_of({"x": value} for value in (2.0, 3.0, 4.0))
    assert pytest.approx(-1) == Requirement("x", 4, 1).excess(three).mean
    assert pytest.approx(1) == Requirement("x", 4, 1, at_least=True).excess(three).mean
    assert pytest.approx(1 / 3 - 0.2) == Requirement("x", 3, 0.1, share=0.8).excess(three).mean


def test_values_are_ordered_when_they_rise_or_fall() -> None:
    """Numbers and times in order are an ordered axis; mixed or shuffled values are classes."""
    assert is_ordered((1, 2, 3))
    assert is_ordered(("20:00", "18:00"))
    assert not is_ordered((1, 3, 2))
    assert not is_ordered((None, 1))


def test_the_proposer_learns_from_designs_it_did_not_ask_for() -> None:
    """A design told unasked counts as a trial of the study, and what is asked later lies on the axes."""
    axes = [axis("a=1..5"), Axis(("b",), (None, "x", 3))]
    proposer = OptunaProposer(axes, seed=2**40)
    proposer.tell((4, 0), cost_minor=5, excess=[-1.0])
    for _ in range(15):
        choices = proposer.ask()
        assert design_of(axes, choices).choices == choices
        proposer.tell(choices, cost_minor=sum(choices), excess=[0.0])


def test_the_stand_in_reads_the_plan() -> None:
    """The staffing that the tests simulate is the one that the design sets."""
    assert (7, 1, 1) == servers_of(planned(small(), None, design_of([axis(f"{CUSTOMS}=4..12")], (3,))))
