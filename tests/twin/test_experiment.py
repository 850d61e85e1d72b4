"""Replications are the same on every executor, in every order and block, and an interruption keeps what is complete."""

from __future__ import annotations

import math
import multiprocessing
import signal
import threading
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from gatepair.base.errors import InvariantBroken
from gatepair.twin.distributions import Exponential
from gatepair.twin.engine import simulate
from gatepair.twin.network.network import Network
from gatepair.twin.study.comparing import compare
from gatepair.twin.study.experiment import AHEAD, Experiment, Observed, experiment_of, replicate, replicate_task
from gatepair.twin.study.statistics import antithetic, bonferroni, student
from gatepair.twin.units import hours, minutes
from twin.replication_tasks import MG1, Failing, Partial, desks, erlang_c_wait_min

QUEUE = MG1(seed=7, service=0.7)


class Interrupted(ThreadPoolExecutor):
    """Sends its caller the signal of Ctrl-C when the sixth outcome is waited for.

    Sent by a worker at any time it could fall between two steps of the executor's own, which then hangs: that is
    Python's, and tells nothing about us.
    """

    asked = 0

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
        future = super().submit(fn, *args, **kwargs)
        self.asked += 1
        if self.asked == 6:
            wait = future.result

            def result(timeout=None):  # type: ignore[no-untyped-def]
                future.result = wait  # type: ignore[method-assign]
                signal.raise_signal(signal.SIGINT)
                return wait(timeout)

            future.result = result  # type: ignore[method-assign]
        return future


class Reversed(Executor):
    """Runs what was submitted only when a result is asked for, the last first: the worst order there is."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Future, object, tuple]] = []
        self.submitted = 0

    def submit(self, fn, /, *args):  # type: ignore[no-untyped-def,override]
        self.submitted += 1
        future = Asked(self)
        self.waiting.append((future, fn, args))
        return future

    def run(self) -> None:
        while self.waiting:
            future, fn, args = self.waiting.pop()
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(fn(*args))
                except BaseException as error:  # noqa: BLE001
                    future.set_exception(error)


class Asked(Future):
    def __init__(self, executor: Reversed) -> None:
        super().__init__()
        self.executor = executor

    def result(self, timeout: float | None = None) -> object:
        if not self.done():
            self.executor.run()
        return super().result(timeout)


def same(one: Experiment, other: Experiment) -> bool:
    """Tell whether two experiments agree bit for bit."""
    return one.names == other.names and all(
        a.number == b.number
        and a.antithetic == b.antithetic
        and dict(a.observed.measures) == dict(b.observed.measures)
        and all(np.array_equal(a.observed.series[name], b.observed.series[name]) for name in a.observed.series)
        for a, b in zip(one.replications, other.replications, strict=True)
    )


@pytest.fixture(scope="module")
def alone() -> Experiment:
    return replicate_task(QUEUE, replications=24)


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("block", [None, 1, 7, 100])
def test_threads_change_nothing(alone: Experiment, workers: int, block: int | None) -> None:
    """Any number of threads and any size of block gives the replications of the serial run, bit for bit."""
    with ThreadPoolExecutor(workers) as pool:
        assert same(alone, replicate_task(QUEUE, replications=24, executor=pool, block=block))


def test_processes_change_nothing(alone: Experiment) -> None:
    """Processes give the replications of the serial run, bit for bit."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert same(alone, replicate_task(QUEUE, replications=24, executor=pool, block=6))


def test_the_order_of_completion_changes_nothing(alone: Experiment) -> None:
    """An executor that finishes the last block first gives the same experiment."""
    assert same(alone, replicate_task(QUEUE, replications=24, executor=Reversed()))


def test_a_replication_can_be_repeated_alone(alone: Experiment) -> None:
    """Replication 17 by itself says what it said among the others."""
    single = replicate_task(QUEUE, replications=1, first=17)
    assert (17,) == tuple(one.number for one in single.replications)
    assert alone.by_number("wait")[17] == single.by_number("wait")[17]


def test_many_blocks_go_out_in_turns() -> None:
    """More blocks than may fly at once are all run, and never more than that wait."""
    most = 0

    class Counting(ThreadPoolExecutor):
        def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
            nonlocal most
            future = super().submit(fn, *args, **kwargs)
            most = max(most, self._work_queue.qsize())
            return future

    with Counting(1) as pool:
        made = replicate_task(Partial(), replications=5 * AHEAD, executor=pool, block=1)
    assert 5 * AHEAD == len(made.replications)
    assert most <= AHEAD


def test_progress_is_told() -> None:
    """After each block the caller hears how many of how many are complete."""
    heard: list[tuple[int, int]] = []
    with ThreadPoolExecutor(2) as pool:
        replicate_task(
            Partial(), replications=10, executor=pool, block=4, on_done=lambda done, asked: heard.append((done, asked))
        )
    assert [(4, 10), (8, 10), (10, 10)] == heard


@pytest.mark.parametrize("at", [0, 1, 13])
def test_an_interruption_keeps_what_is_complete(at: int) -> None:
    """Ctrl-C in replication ``at`` of a serial run leaves those before it, marked as cut short."""
    made = replicate_task(Failing(at, KeyboardInterrupt), replications=24)
    assert made.cut_short
    assert 24 == made.asked
    assert list(range(at)) == [one.number for one in made.replications]


def test_ctrl_c_while_threads_run_keeps_what_is_complete() -> None:
    """A real SIGINT reaches the waiting caller, which returns whole replications and no broken one."""
    with Interrupted(1) as pool:
        made = replicate_task(Failing(-1, KeyboardInterrupt), replications=5000, executor=pool, block=1)
    numbers = [one.number for one in made.replications]
    assert made.cut_short
    assert list(range(len(numbers))) == numbers
    assert 5 <= len(numbers) < 5000
    assert all(float(one.number) == one.observed.measures["number"] for one in made.replications)


def test_an_interrupted_worker_ends_the_experiment() -> None:
    """When the signal reaches a worker (as it does processes of one terminal), what others completed is kept."""
    with ThreadPoolExecutor(1) as pool:
        made = replicate_task(Failing(6, KeyboardInterrupt), replications=24, executor=pool, block=4)
    assert made.cut_short
    assert {0, 1, 2, 3} <= {one.number for one in made.replications}
    assert not {4, 5, 6, 7} & {one.number for one in made.replications}


@pytest.mark.parametrize("threads", [0, 2])
def test_stop_ends_between_blocks(threads: int) -> None:
    """When ``stop`` says so the run ends, keeps what is complete, and summaries count those only."""
    heard: list[int] = []

    def stop() -> bool:
        return len(heard) >= 5

    pool = ThreadPoolExecutor(threads) if threads else None
    made = replicate_task(
        QUEUE, replications=2000, executor=pool, block=1, stop=stop, on_done=lambda done, _: heard.append(done)
    )
    if pool is not None:
        pool.shutdown()
    assert made.cut_short
    assert 5 <= len(made.replications) < 2000
    assert len(made.replications) == made.interval("wait").n


def test_stop_is_heard_while_a_block_runs() -> None:
    """A block that takes for ever does not keep the caller: it is asked again and again meanwhile."""
    gate = threading.Event()
    asked: list[int] = []

    def stuck(replication: int, /, *, antithetic: bool) -> Observed:
        gate.wait(60)
        return Observed({})

    def stop() -> bool:
        asked.append(1)
        return len(asked) > 2

    with ThreadPoolExecutor(1) as pool:
        made = replicate_task(stuck, replications=3, executor=pool, stop=stop)
        gate.set()
    assert made.cut_short
    assert () == made.replications


@pytest.mark.parametrize("threads", [0, 2])
@pytest.mark.parametrize("error", [InvariantBroken, TimeoutError])
def test_a_broken_replication_is_an_error(threads: int, error: type[Exception]) -> None:
    """What a replication raises reaches the caller (also an error of its own that looks like waiting), and nothing more is begun."""
    pool = ThreadPoolExecutor(threads) if threads else None
    with pytest.raises(error, match="replication"):
        replicate_task(Failing(3, lambda: error("in a replication")), replications=24, executor=pool, block=1)
    if pool is not None:
        pool.shutdown()


def test_nothing_complete_is_an_empty_experiment() -> None:
    """An experiment interrupted at once has no names, an empty summary, and refuses an interval."""
    made = replicate_task(Failing(0, KeyboardInterrupt), replications=4)
    assert {} == made.summary()
    with pytest.raises(ValueError, match="at least one value"):
        made.interval("number")


@pytest.mark.parametrize("wrong", [{"replications": 0}, {"replications": 1, "block": 0}])
def test_an_experiment_has_replications(wrong: dict[str, int]) -> None:
    """None, or blocks of none, are refused."""
    with pytest.raises(ValueError, match="at least one"):
        replicate_task(QUEUE, **wrong)


def test_a_summary_has_intervals(alone: Experiment) -> None:
    """Each measure comes with its interval; all together are wider by Bonferroni."""
    summary = alone.summary()
    assert ["wait", "longest"] == list(summary)
    assert student(alone.values("wait"), method="replications") == summary["wait"]
    together = alone.summary(together=True)["wait"]
    assert bonferroni(0.95, 2) == together.level
    assert together.half_width > summary["wait"].half_width
    assert 24 * 400 == alone.events


def test_figures_that_do_not_exist_are_left_out() -> None:
    """A replication without a figure, or with NaN, does not count for it, and n tells how many did."""
    made = replicate_task(Partial(), replications=8)
    assert {0: 0.0, 4: 4.0} == made.by_number("even")
    assert (8, 2) == (made.interval("always").n, made.interval("even").n)
    with pytest.raises(ValueError, match="at least one value"):
        made.interval("unheard of")


def test_antithetic_pairs_are_one_unit() -> None:
    """Pairs of complementary draws count once, with their average."""
    made = replicate_task(QUEUE, replications=19, antithetic=True)
    assert (20, 20) == (made.asked, len(made.replications))
    plain = [QUEUE(number, antithetic=False).measures["wait"] for number in range(10)]
    mirrored = [QUEUE(number, antithetic=True).measures["wait"] for number in range(10)]
    expected = antithetic(plain, mirrored).interval
    found = made.interval("wait")
    assert (10, "antithetic pairs") == (found.n, found.method)
    assert expected.mean == pytest.approx(found.mean)
    assert expected.half_width == pytest.approx(found.half_width)
    assert (10, 10) == made.series("waits").shape
    with pytest.raises(ValueError, match="antithetic"):
        made.quantile("wait", 0.9)


def test_half_a_pair_does_not_count() -> None:
    """When an interruption leaves one of two, the pair is no unit."""
    with ThreadPoolExecutor(1) as pool:
        whole = replicate_task(QUEUE, replications=6, antithetic=True, executor=pool)
    half = Experiment(asked=6, replications=whole.replications[:5], antithetic=True, cut_short=True)
    assert [0, 1] == list(half.by_number("wait"))
    assert 2 == len(half.series("waits"))


def test_a_band_bounds_each_point(alone: Experiment) -> None:
    """The band has the mean with its interval and the quantiles of the days at each point."""
    band = alone.band("waits", shares=(0.1, 0.9))
    rows = alone.series("waits")
    assert (24, 10) == rows.shape
    assert 24 == band.n
    third = student(rows[:, 3])
    assert (third.mean, third.low, third.high) == (band.mean[3], band.low[3], band.high[3])
    assert bool(np.all(band.quantiles[0.1] <= band.quantiles[0.9]))
    assert band.quantiles[0.9][3] in rows[:, 3]
    with pytest.raises(ValueError, match="no replication has a series"):
        alone.series("unheard of")


def test_a_quantile_over_days(alone: Experiment) -> None:
    """The wait that nine of ten days stay under is one of the days' waits, with its bounds."""
    interval = alone.quantile("longest", 0.5)
    assert interval.mean in alone.values("longest")
    assert "order statistics" == interval.method


def simulated(**given: object) -> Experiment:
    """Return 12 replications of four hours at two synthetic desks, with hourly snapshots."""
    options = {"replications": 12, "until": hours(4), "seed": 5, "snapshot_every": hours(1), **given}
    return replicate(desks(2), **options)


@pytest.fixture(scope="module")
def day() -> Experiment:
    return simulated()


def test_simulated_replications_are_the_same_on_threads(day: Experiment) -> None:
    """A network simulated on one thread, on two and on five says the same, bit for bit."""
    for workers in (2, 5):
        with ThreadPoolExecutor(workers) as pool:
            assert same(day, simulated(executor=pool, block=2))


def test_simulated_replications_are_the_same_on_processes(day: Experiment) -> None:
    """A network sent to two processes says the same, bit for bit (on the plain engine: new processes compile nothing)."""
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        assert same(day, simulated(executor=pool, block=6, engine="slow"))


def test_both_engines_give_one_experiment(day: Experiment) -> None:
    """The plain engine gives the figures of the one that is chosen by itself."""
    assert same(day, simulated(engine="slow"))


def test_a_simulated_replication_can_be_repeated_alone(day: Experiment) -> None:
    """Replication 7 of a network, by itself, says what it said among the others."""
    single = simulated(first=7, replications=1)
    assert dict(day.replications[7].observed.measures) == dict(single.replications[0].observed.measures)


def test_the_common_figures_are_those_of_the_run(day: Experiment) -> None:
    """Waits come in seconds, counts as they are, and the snapshots as series."""
    run = simulate(desks(2), seed=5, replication=3, until=hours(4), snapshot_every=hours(1))
    observed = day.replications[3].observed
    assert run.resource("desk").wait_mean / 1e6 == observed.measures["wait_s.desk"]
    assert run.resource("desk").waits.quantile(0.9) / 1e6 == observed.measures["wait_s_p90.desk"]
    assert run.outcome("served").n == observed.measures["ended.served"]
    assert run.present == observed.measures["present"]
    assert run.events == observed.events
    assert (12, 4) == day.series("queue.desk").shape
    assert list(run.series.present()) == list(day.series("present")[3])


def test_figures_have_the_names_of_the_network() -> None:
    """Tallies, counters, limits and outcomes stand under their names; what nobody did is not a number."""
    net = Network("names")
    desk, route = net.resource("desk", 1), net.route("truck")
    route.use(desk, Exponential(minutes(1)))
    route.read("stay", limit=minutes(2))
    route.count("seen")
    route.exit("served")
    net.arrivals("one", route, at=[0])
    observed = replicate(net.compile(), replications=1, until=hours(1)).replications[0].observed
    assert {"tally_s.stay", "tally_s_p90.stay", "over.stay", "count.seen", "sojourn_s.served"} <= set(observed.measures)
    assert 1.0 == observed.measures["count.seen"]
    early = replicate(net.compile(), replications=1, until=1).replications[0].observed
    assert math.isnan(early.measures["sojourn_s.served"])
    assert {} == dict(early.series)


def test_steady_desks_wait_as_erlang_says() -> None:
    """After the warm-up Erlang's mean wait at two desks lies in the 99 % interval of 12 long replications."""
    made = replicate(desks(2), replications=12, until=hours(40), warm_up=hours(8), seed=1)
    assert made.interval("wait_s.desk", level=0.99).holds(60 * erlang_c_wait_min(2))


FAST, SLOW = MG1(seed=7, service=0.6), QUEUE


def experiments(replications: int) -> dict[str, Experiment]:
    return {
        "now": replicate_task(SLOW, replications=replications),
        "faster": replicate_task(FAST, replications=replications),
        "same": replicate_task(SLOW, replications=replications),
    }


def test_common_draws_show_a_small_effect() -> None:
    """Faster service is seen to shorten the wait where independent runs would leave it open; no change is no change."""
    table = compare(experiments(24), base="now")
    faster = table.of("wait", "faster")
    assert faster.decided
    assert faster.difference.mean < 0
    assert faster.correlation > 0.9
    assert faster.variance_ratio > 3
    assert (0.0, 0.0) == (table.of("wait", "same").difference.low, table.of("wait", "same").difference.high)
    assert not table.of("wait", "same").decided


def test_the_family_widens_the_intervals() -> None:
    """Alone a difference has the level asked for; in a table of two designs and two measures a fourth of the error."""
    runs = experiments(12)
    levels = {
        family: compare(runs, family=family).of("wait", "faster").difference.level
        for family in ("each", "measure", "table")
    }
    assert {"each": 0.95, "measure": bonferroni(0.95, 2), "table": bonferroni(0.95, 4)} == levels
    assert compare(runs, measures=["wait"]).differences[0].difference.level == levels["measure"]


def test_each_with_each() -> None:
    """All pairs of three designs are three lines a measure, named from base to design."""
    table = compare(experiments(6), base="same", measures=["wait"], pairs="all")
    assert [("same", "now"), ("same", "faster"), ("now", "faster")] == [
        (line.base, line.design) for line in table.differences
    ]
    one, other = table.of("wait", "faster", "now"), table.of("wait", "faster", "same")
    assert one.difference.mean == other.difference.mean
    with pytest.raises(KeyError):
        table.of("wait", "now", "faster")


def test_pairs_are_made_by_number() -> None:
    """A design that was cut short is paired on the replications it has in common; none in common is told."""
    whole, first = replicate_task(SLOW, replications=9), replicate_task(FAST, replications=3, first=4)
    line = compare({"now": whole, "faster": first}).of("wait", "faster")
    assert 3 == line.replications
    assert line.base_mean.mean == pytest.approx(math.fsum(whole.by_number("wait")[k] for k in (4, 5, 6)) / 3)
    apart = compare({"now": whole, "faster": replicate_task(FAST, replications=2, first=40)})
    assert () == apart.differences
    assert ("wait", "now", "faster") in apart.left_out


@pytest.mark.parametrize("base", [None, "unheard of"])
def test_a_comparison_needs_two(base: str | None) -> None:
    """One design, or a base that is not there, is refused."""
    runs = {"now": experiment_of([{"wait": 1.0}])}
    if base is not None:
        runs["other"] = runs["now"]
    with pytest.raises(ValueError, match="two designs"):
        compare(runs, base=base)
