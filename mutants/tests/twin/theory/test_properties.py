"""Properties of every legal line: nothing is lost, nothing depends on names or order, more servers help."""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gatepair.twin.distributions import Constant, Exponential, Lognormal, Recorded
from gatepair.twin.engine import simulate
from gatepair.twin.network.network import Network, Route
from gatepair.twin.results import RESOURCE_FIGURES, STATE_TIMED, Run
from twin.theory.lines import HORIZON, MINUTE, SECOND, Builder, Line, lines

STEADY = ("plain", "held", "branch", "delay", "class", "patient", "fork", "shorter", "together")
SEEDS = st.integers(0, 3)


def ran(line: Line, *, until: int = HORIZON, seed: int = 1, warm_up: int = 0, **kept: object) -> Run:
    """Return one run of ``line`` with records, on the plain engine."""
    program = Builder(line, **kept).built().compile()
    return simulate(program, seed=seed, replication=0, until=until, warm_up=warm_up, records=True, engine="slow")


def figure(run: Run, name: str) -> np.ndarray:
    """Return one figure of all resources."""
    return run.raw.resources[:, RESOURCE_FIGURES.index(name)]


@given(lines(), SEEDS, st.sampled_from((0, 100 * MINUTE)))
def test_no_legal_network_breaks_the_balance(line: Line, seed: int, warm_up: int) -> None:
    """Whatever is declared, the run ends, and each queue's area is the sum of the waits in it, to the last tick."""
    run = ran(line, seed=seed, warm_up=warm_up)
    waits = figure(run, "wait_sum") + figure(run, "reneged_wait_sum") + figure(run, "left_wait_sum")
    assert (waits - figure(run, "carried_wait_sum") == figure(run, "queue_area")).all()


@pytest.mark.skipif(importlib.util.find_spec("numba") is None, reason="numba is not installed")
@given(lines(), SEEDS, st.sampled_from((0, 100 * MINUTE)))
def test_both_engines_run_the_same_trajectory(line: Line, seed: int, warm_up: int) -> None:
    """The compiled engine gives every array of the plain one, bit for bit, on any line."""
    program = Builder(line).built().compile()
    one, other = (
        simulate(
            program, seed=seed, until=HORIZON, warm_up=warm_up, records=True, snapshot_every=30 * MINUTE, engine=engine
        ).raw
        for engine in ("slow", "fast")
    )
    unequal = [
        field.name for field in fields(one) if not np.array_equal(getattr(one, field.name), getattr(other, field.name))
    ]
    assert [] == unequal


@given(lines(), SEEDS)
def test_records_are_in_order(line: Line, seed: int) -> None:
    """Who is served was asked first, ends later, and ends before the horizon."""
    run = ran(line, seed=seed)
    begun = run.visits[run.visits["started"] >= 0]
    ended = begun[begun["ended"] >= 0]
    assert (begun["asked"] <= begun["started"]).all()
    assert (ended["started"] <= ended["ended"]).all()
    assert (run.crossings["born"] <= run.crossings["ended"]).all()
    assert (run.crossings["ended"] < HORIZON).all()


@given(lines(), SEEDS)
def test_a_longer_horizon_extends_a_shorter_one(line: Line, seed: int) -> None:
    """What happened before an instant does not depend on how long the run goes on after it."""
    short, long = ran(line, until=HORIZON // 2, seed=seed), ran(line, seed=seed)
    for name in ("visits", "crossings"):
        early, late = getattr(short, name), getattr(long, name)
        assert (early == late[: len(early)]).all()
        after = late[len(early) :]
        moment = np.maximum(after["ended"], after["started"]) if name == "visits" else after["ended"]
        assert (np.where(moment < 0, HORIZON, moment) >= HORIZON // 2).all()


@given(lines(), SEEDS)
def test_the_order_of_declaration_decides_nothing(line: Line, seed: int) -> None:
    """Resources declared in the opposite order have the same figures."""
    one, other = ran(line, seed=seed), ran(line, seed=seed, backwards=True)
    rows = [dict(zip(run.program.resource_names, run.raw.resources.tolist(), strict=True)) for run in (one, other)]
    assert rows[0] == rows[1]
    assert (one.crossings["ended"] == other.crossings["ended"]).all()


@given(lines(), SEEDS)
def test_other_names_change_nothing(line: Line, seed: int) -> None:
    """Resources, groups and calendars under other names have the same figures, where each activity keeps its name."""
    quiet = replace(line, stages=tuple(replace(stage, broken=False) for stage in line.stages))
    one, other = ran(quiet, seed=seed), ran(quiet, seed=seed, called=lambda name: f"another {name[::-1]}")
    assert (one.raw.resources == other.raw.resources).all()
    assert (one.crossings == other.crossings).all()


def served(run: Run) -> dict[tuple[int, int], int]:
    """Return how long each entity was served at each station."""
    done = run.visits[(run.visits["flag"] == 0) & (run.visits["ended"] >= 0)]
    return {(int(row["key"]), int(row["station"])): int(row["ended"] - row["started"]) for row in done}


@given(lines(("held", "patient", "branch", "together"), most=3), SEEDS)
def test_another_design_draws_the_same(line: Line, seed: int) -> None:
    """With more servers a truck keeps its own service times and its own channel (common random numbers)."""
    open_line = replace(line, stages=tuple(replace(stage, closed=None) for stage in line.stages))
    more = replace(open_line, stages=tuple(replace(one, servers=one.servers + 2) for one in open_line.stages))
    first, second = served(ran(open_line, seed=seed)), served(ran(more, seed=seed))
    common = first.keys() & second.keys()
    assert {key: first[key] for key in common} == {key: second[key] for key in common}


def lane(gaps: Sequence[int], servers: Sequence[int], *, seed: int, last: str = "lognormal", factor: int = 1) -> Run:
    """Return a run of a first-come-first-served line: constant times, but any law at its last station."""
    net = Network("lane")
    route = net.route("truck")
    for number, count in enumerate(servers):
        final = number == len(servers) - 1
        time = (
            Lognormal(90 * SECOND, 0.9)
            if final and last == "lognormal"
            else Constant((40 + 25 * number) * SECOND * factor)
        )
        route.use(net.resource(f"station {number}", count), time, name=f"time {number}")
    route.exit("done")
    ticks = [int(tick) * SECOND * factor for tick in np.cumsum(gaps)]
    net.arrivals("trucks", route, at=ticks)
    until = (sum(gaps) + 200 * len(gaps) + 1000) * SECOND * factor * 10
    return simulate(net.compile(), seed=seed, replication=0, until=until, records=True, engine="slow")


GAPS = st.lists(st.integers(0, 120), min_size=1, max_size=40)
SERVERS = st.lists(st.integers(1, 3), min_size=1, max_size=4)


@given(GAPS, SERVERS, st.data(), SEEDS)
def test_more_servers_help_every_truck(gaps: list[int], servers: list[int], draw: st.DataObject, seed: int) -> None:
    """In a first-come-first-served line one more server delays no start, so no mean wait grows.

    A theorem where the order is kept before the last station (Kiefer and Wolfowitz 1955): times are constant there.
    """
    place = draw.draw(st.integers(0, len(servers) - 1))
    more = [count + (number == place) for number, count in enumerate(servers)]
    one, other = lane(gaps, servers, seed=seed), lane(gaps, more, seed=seed)
    started = [np.sort(run.visits["started"]) for run in (one, other)]
    assert len(gaps) * len(servers) == len(started[0]) == len(started[1])
    for number in range(len(servers)):
        before, after = (run.visits[run.visits["resource"] == number] for run in (one, other))
        assert (np.sort(after["started"]) <= np.sort(before["started"])).all()
    last = [run.visits[run.visits["resource"] == len(servers) - 1] for run in (one, other)]
    waits = [(rows["ended"] - 0).sum() for rows in last]
    assert waits[1] <= waits[0]


@given(GAPS, SERVERS, st.integers(2, 7))
def test_time_has_no_unit(gaps: list[int], servers: list[int], factor: int) -> None:
    """Everything longer by a factor makes every wait longer by that factor, exactly."""
    one = lane(gaps, servers, seed=1, last="constant")
    other = lane(gaps, servers, seed=1, last="constant", factor=factor)
    assert (factor * figure(one, "wait_sum") == figure(other, "wait_sum")).all()
    assert (factor * figure(one, "queue_area") == figure(other, "queue_area")).all()


@given(GAPS, SERVERS, SEEDS)
def test_waits_follow_the_recursion(gaps: list[int], servers: list[int], seed: int) -> None:
    """A first-come-first-served line starts each truck as Kiefer and Wolfowitz's recursion says, to the tick."""
    run = lane(gaps, servers, seed=seed)
    coming = np.cumsum(gaps) * SECOND
    for number, count in enumerate(servers):
        rows = run.visits[run.visits["resource"] == number]
        rows = rows[np.argsort(rows["ordinal"])]
        free = [0] * count
        started = []
        for came, row in zip(coming, rows, strict=True):
            begin = max(int(came), min(free))
            free[free.index(min(free))] = begin + int(row["ended"] - row["started"])
            started.append(begin)
        assert started == rows["started"].tolist()
        coming = rows["ended"]


def in_three(servers: Sequence[int]) -> tuple[Network, Route]:
    """Return a line of stations whose times stand in the row of each truck, to be filled with trucks."""
    net = Network("cut")
    route = net.route("truck")
    for number, count in enumerate(servers):
        route.label(f"at {number}").use(
            net.resource(f"station {number}", count), Recorded(number), name=f"time {number}"
        )
    route.exit("done")
    return net, route


@given(SERVERS, st.integers(1, 40), st.integers(0, 1000), st.floats(0.05, 0.95))
def test_a_day_may_be_cut_and_taken_up_again(servers: list[int], trucks: int, seed: int, part: float) -> None:
    """Who stands there at an instant, put back as a warm start, leaves when it would have left without the cut."""
    chance = np.random.default_rng(seed)
    rows = chance.integers(1, 3 * MINUTE, size=(trucks, len(servers)))
    coming = np.cumsum(chance.integers(1, 2 * MINUTE, size=trucks))
    net, route = in_three(servers)
    net.arrivals("trucks", route, at=coming.tolist(), rows=rows.tolist())
    program, end = net.compile(), int(coming[-1] + rows.sum()) + 1
    cut = int(part * coming[-1]) + 1
    whole = simulate(program, until=end, records=True, engine="slow")
    state = simulate(program, until=cut, engine="slow").standing
    labels = {program.labels[f"truck.at {number}"]: f"at {number}" for number in range(len(servers))}
    again, route = in_three(servers)
    # Who is served comes before who waits, and each goes by since when.
    for one in state[np.lexsort((state["since"], state["state"] != STATE_TIMED))]:
        again.present(
            route,
            at=labels[int(one["pc"])],
            rows=[rows[int(one["ordinal"])].tolist()],
            since=int(one["born"]) - cut,
            remaining=int(one["remaining"]) if one["state"] == STATE_TIMED else None,
        )
    later = coming >= cut
    if later.any():
        again.arrivals("trucks", route, at=(coming[later] - cut).tolist(), rows=rows[later].tolist())
    assume(later.any() or len(state))
    rest = simulate(again.compile(), until=end - cut, records=True, engine="slow")
    after = whole.crossings[whole.crossings["ended"] >= cut]
    expected = sorted(zip((after["born"] - cut).tolist(), (after["ended"] - cut).tolist(), strict=True))
    assert expected == sorted(zip(rest.crossings["born"].tolist(), rest.crossings["ended"].tolist(), strict=True))


def test_one_truck_more_in_front_helps_nobody() -> None:
    """With one truck fewer at the start no other truck starts later."""
    gaps = [30, 0, 20, 10, 60, 0, 5]
    one = lane(gaps, [2, 1], seed=2, last="constant")
    fewer = lane([gaps[0] + gaps[1], *gaps[2:]], [2, 1], seed=2, last="constant")
    starts = [np.sort(run.visits[run.visits["resource"] == 1]["started"]) for run in (one, fewer)]
    assert (starts[1] <= starts[0][1:]).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_chance_is_repeated_by_its_seed(seed: int) -> None:
    """The same seed gives the same run, another replication gives another."""
    net = Network("desk")
    desk = net.resource("desk", 1)
    route = net.route("truck")
    route.use(desk, Exponential(MINUTE))
    net.poisson("trucks", route, rate=0.8 / MINUTE)
    program = net.compile()
    sums = [
        int(figure(simulate(program, seed=seed, replication=number, until=HORIZON, engine="slow"), "wait_sum")[0])
        for number in (0, 0, 1)
    ]
    assert sums[0] == sums[1]
    assert sums[0] != sums[2]
