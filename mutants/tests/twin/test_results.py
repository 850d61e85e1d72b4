"""What a run leaves: figures since the warm-up, series, who is stuck, and balances that must hold."""

from __future__ import annotations

import copy
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.errors import BadInput, InvariantBroken, NotFound, SettingInvalid
from gatepair.twin import engine
from gatepair.twin.distributions import Exponential
from gatepair.twin.engine import simulate
from gatepair.twin.network.network import Network
from gatepair.twin.plain.figures import bin_of
from gatepair.twin.results import BINS, HISTOGRAM_BOUNDS, quantile_of
from gatepair.twin.results_checks import check_balance
from gatepair.twin.units import days, hours, minutes
from twin.stories import ends, one_server, told

# The run -----------------------------------------------------------------------------------------------------


def test_figures_begin_at_the_warm_up() -> None:
    """From tick 8 on: one grant whose full wait is 6, of which 4 had passed before; the balance is exact."""
    run = told(one_server([0, 4])[0], 40, warm_up=8)
    desk = run.resource("desk")
    assert (1, 6, 2 / 32, 12 / 32) == (desk.starts, desk.waits.total, desk.queue_mean, desk.utilisation)
    assert 2 == run.outcome("out").n


def test_snapshots_show_the_state_before_their_tick() -> None:
    """Every 5 ticks: one waits at 5, none at 10 has been granted yet, all are gone at 20 plus."""
    run = told(one_server([0, 4])[0], 25, snapshot_every=5)
    assert [5, 10, 15, 20, 25] == run.series.at.tolist()
    assert [1, 1, 0, 0, 0] == run.series.queue("desk").tolist()
    assert [1, 1, 1, 1, 0] == run.series.used("desk").tolist()
    assert [2, 2, 1, 1, 0] == run.series.present().tolist()


def test_a_deadlock_is_reported_with_who_waits_for_what() -> None:
    """Two trucks take two places in opposite order: both wait for ever, and the run names them."""
    net = Network("deadlock")
    one, two = net.resource("one"), net.resource("two")
    there, back = net.route("there"), net.route("back")
    there.seize(one).delay(1).seize(two).release(one).release(two)
    back.seize(two).delay(1).seize(one).release(two).release(one)
    net.arrivals("there", there, at=[0])
    net.arrivals("back", back, at=[0])
    run = told(net)
    assert ["twin.may_deadlock"] == [finding.code for finding in run.program.findings]
    assert [("one", "1 at two"), ("two", "1 at one")] == [(f.path, f.params["holders"]) for f in run.findings]


def test_whoever_may_still_go_on_is_not_reported() -> None:
    """A queue behind a service under way, and a desk that opens later, are no deadlock."""
    assert () == told(one_server([0, 0])[0], 5).findings
    assert () == told(one_server([0], capacity=0, changes=[(50, 1)])[0], 20).findings


@pytest.mark.parametrize("options", [{"until": 0}, {"until": 10, "warm_up": 10}, {"until": 10, "snapshot_every": -1}])
def test_a_run_without_time_is_refused(options) -> None:
    """A run has a length, and its warm-up ends inside it."""
    with pytest.raises(BadInput):
        simulate(one_server([0])[0].compile(), **options)


def test_a_run_that_does_not_balance_is_not_given_out() -> None:
    """A lost wait, or a lost truck, breaks the exact balances."""
    run = told(one_server([0, 4])[0])
    for change in (lambda raw: raw.resources.__setitem__((0, 3), 5), lambda raw: raw.classes.__setitem__((0, 1), 1)):
        broken = told(one_server([0, 4])[0]).raw
        change(broken)
        with pytest.raises(InvariantBroken):
            check_balance(run.program, broken)


# Reading -----------------------------------------------------------------------------------------------------


def busy_desk() -> Network:
    """Return a desk of 80 % load with two classes, a tally and a counter."""
    net = Network("busy desk")
    net.classes("a", "b")
    desk = net.resource("desk")
    truck = net.route("truck")
    truck.watch("stay").use(desk, Exponential(minutes(4))).read("stay", since="stay", limit=hours(1)).count("served")
    truck.exit("out")
    net.poisson("trucks", truck, rate=1 / minutes(5), mix={"a": 0.3, "b": 0.7})
    return net


def test_figures_of_classes_add_up() -> None:
    """Counts and sums of the classes are those of all."""
    run = told(busy_desk(), days(2), warm_up=hours(6))
    parts = [run.outcome("out", cls=cls) for cls in ("a", "b")]
    whole = run.outcome("out")
    assert (whole.n, whole.total) == (sum(p.n for p in parts), sum(p.total for p in parts))
    assert run.counter("served") == run.counter("served", cls="a") + run.counter("served", cls="b") == whole.n
    assert whole.total == run.tally("stay").total
    assert max(p.longest for p in parts) == whole.longest
    assert run.created() - run.ended() == run.present - int(run.raw.classes[:, 2].sum())


def test_quantiles_of_a_histogram_are_close_to_the_exact_ones() -> None:
    """Bins of a quarter octave: the quantiles of sojourns agree with those of the records within a bin's width."""
    run = told(busy_desk(), days(4))
    exact = np.array([e[3] - e[2] for e in ends(run)])
    for share in (0.1, 0.5, 0.9, 0.99):
        assert np.quantile(exact, share) == pytest.approx(run.outcome("out").quantile(share), rel=0.1)
    assert float(exact.max()) == run.outcome("out").quantile(1.0)


def test_deviation_and_share_over_the_limit() -> None:
    """The deviation is the sample's, and the share over the limit is counted exactly."""
    run = told(busy_desk(), days(4))
    exact = np.array([e[3] - e[2] for e in ends(run)])
    assert exact.std(ddof=1) == pytest.approx(run.tally("stay").deviation)
    assert (exact > hours(1)).mean() == run.tally("stay").over_share


def test_nothing_counted_is_not_a_number() -> None:
    """Means of nobody are not a number, never zero."""
    run = told(one_server([5_000])[0], 100)
    desk = run.resource("desk")
    assert all(map(math.isnan, (desk.wait_mean, desk.delay_mean, desk.reneged_share, desk.waits.deviation)))
    assert all(
        map(math.isnan, (run.outcome("out").mean, run.outcome("out").quantile(0.5), run.outcome("out").over_share))
    )


@given(st.integers(min_value=0, max_value=2**55))
def test_bins_follow_the_documented_bounds(ticks) -> None:
    """A duration lies between the bounds of its bin; zero has a bin of its own."""
    place = bin_of(ticks)
    assert 0 <= place < BINS
    assert place == 0 or HISTOGRAM_BOUNDS[place - 1] <= ticks
    assert place == BINS - 1 or ticks < HISTOGRAM_BOUNDS[place]
    assert int(np.searchsorted(HISTOGRAM_BOUNDS, ticks, side="right")) == place


def test_a_quantile_of_waits_that_are_mostly_none_is_none() -> None:
    """Nine waits of zero and one long: the median is zero."""
    bins = np.zeros(BINS, dtype=np.int64)
    bins[0], bins[bin_of(10_000_000)] = 9, 1
    assert 0 == quantile_of(bins, 0.5, longest=10_000_000)
    assert 9_000_000 < quantile_of(bins, 0.99, longest=10_000_000) <= 10_000_000


def test_an_unknown_name_is_not_found() -> None:
    """Asking for what the network has not names what it has."""
    run = told(one_server([0])[0])
    for ask in (
        run.resource,
        run.tally,
        run.outcome,
        run.counter,
        run.series.queue,
        run.series.used,
        run.series.counter,
    ):
        with pytest.raises(NotFound):
            ask("weighbridge")
    with pytest.raises(NotFound):
        run.outcome("out", cls="aeo")
    with pytest.raises(NotFound):
        run.series.present("aeo")


def test_series_of_counters_are_never_reset() -> None:
    """The series counts from tick 0, the counter from the warm-up."""
    net = busy_desk()
    run = told(net, days(1), warm_up=hours(12), snapshot_every=hours(6))
    total = run.series.counter("served").tolist()
    assert total == sorted(total)
    assert run.counter("served") < total[-1]
    assert total[-1] == told(net, days(1)).counter("served")


def test_a_copied_program_gives_the_same_run() -> None:
    """Nothing of a program lies outside its fields, which executors in other processes rest on."""
    program = busy_desk().compile()
    run, again = (simulate(each, until=hours(5), engine="slow") for each in (program, copy.deepcopy(program)))
    assert run.raw.resources.tolist() == copy.deepcopy(again).raw.resources.tolist()


def test_a_run_may_go_without_records() -> None:
    """Records are kept on request only."""
    run = simulate(one_server([0])[0].compile(), until=100, engine="slow")
    assert (0, 0, 1) == (len(run.visits), len(run.crossings), run.outcome("out").n)


def test_without_numba_the_plain_engine_runs(monkeypatch) -> None:
    """``auto`` falls back; ``fast`` says what to install."""
    monkeypatch.setattr(engine, "_kernel", lambda: None)
    program = one_server([0])[0].compile()
    assert 2 == simulate(program, until=100).events
    with pytest.raises(SettingInvalid, match="Numba"):
        simulate(program, until=100, engine="fast")
