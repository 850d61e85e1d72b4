"""The compiled kernel: the same run as the plain engine, bit for bit, whatever the network, the thread or the memory."""

from __future__ import annotations

import subprocess
import sys
from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("numba", reason="numba is not installed: there is no compiled engine")

from gatepair.twin import draws
from gatepair.twin.distributions import Empirical, Exponential, Gamma, Lognormal, Table, Uniform
from gatepair.twin.kernel import draws as kernel_draws
from gatepair.twin.kernel import run as kernel
from gatepair.twin.kernel.bits import signed
from gatepair.twin.network.network import Network
from gatepair.twin.plain.run import run_plain
from gatepair.twin.program import Op, Program
from gatepair.twin.results import HISTOGRAM_BOUNDS, RawRun
from twin.oracles.gate_facts import BLOCKING, DAY, appointments, ordinary
from twin.oracles.gate_simpy import APPOINTMENT, ORDINARY
from twin.oracles.gate_twin import gate_network
from twin.theory.cases_network import g12_network
from twin.theory.lines import HORIZON, Builder, Line, lines

MINUTE = 60_000_000
HOUR = 60 * MINUTE


def options(**other: object) -> dict[str, object]:
    """Return the options of a run of one day."""
    known = {"seed": 1, "replication": 0, "until": DAY, "warm_up": 0, "antithetic": False}
    return {**known, "snapshot_every": 0, "records": False, **other}


def differing(one: RawRun, other: RawRun) -> list[str]:
    """Return the names of the fields that are not the same bits."""
    found = []
    for field in fields(RawRun):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if isinstance(mine, np.ndarray):
            same = mine.dtype == theirs.dtype and mine.shape == theirs.shape and mine.tobytes() == theirs.tobytes()
        else:
            same = mine == theirs
        if not same:
            found.append(field.name)
    return found


def both(program: Program, **other: object) -> list[str]:
    """Return what differs between the engines."""
    chosen = options(**other)
    return differing(run_plain(program, **chosen), kernel.run_fast(program, **chosen))


def gate(mode: str = "finish") -> Program:
    """Return a day of GATE with a small yard."""
    at = {ORDINARY: ordinary(1, 1), APPOINTMENT: appointments(1, 2)}
    return gate_network(BLOCKING, 1, at=at, mode=mode).compile()


def everything() -> Program:
    """Return a network in which every block occurs, with all that sources and resources can do."""
    net = Network("everything")
    net.classes("ordinary", "aeo")
    portal = net.resource("portal", 2)
    desk = net.resource("desk", 3, closing="pause", changes=[(6 * HOUR, 1), (9 * HOUR, 3)])
    lanes = [net.resource(f"lane {number}", 1) for number in range(2)]
    bay, yard = net.resource("bay", 3, scan=True), net.resource("yard", 4)
    quota = net.quota("quota", 40, refills=[hour * HOUR for hour in range(1, 24)])
    hours = net.calendar("laboratory", [(8 * HOUR, 12 * HOUR), (13 * HOUR, 17 * HOUR)], every=DAY)
    convoy = net.batch("convoy", 3, max_wait=Exponential(20 * MINUTE))
    net.breakdown(desk, up=Exponential(5 * HOUR), down=Lognormal(20 * MINUTE, 0.5), mode="interrupt")
    net.breakdown(yard, up=Exponential(8 * HOUR), down=Uniform(5 * MINUTE, 30 * MINUTE), mode="overlap")
    net.tidal(lanes[0], lanes[1], turns=[(5 * HOUR, lanes[1]), (10 * HOUR, lanes[0])], clear=5 * MINUTE)
    _checks(net, portal, desk, lanes)
    _yard(net, (bay, yard, quota), hours, convoy)
    truck = net.route("crossing")
    truck.label("gone").count("gone").exit("gone")
    profile = [20.0 + 10 * (hour % 7) for hour in range(24)]
    checks = net.route("start")
    checks.goto("checks.arrive")
    net.poisson("drawn", checks, rate=profile, mix={"ordinary": 0.7, "aeo": 0.3}, priority={"ordinary": 6, "aeo": 3})
    net.arrivals("listed", checks, at=[k * 7 * MINUTE for k in range(200)], cls="aeo", priority=4)
    slots = [k * 15 * MINUTE for k in range(90)]
    net.appointments("booked", checks, at=slots, earliness=Uniform(-10 * MINUTE, 20 * MINUTE), no_show=0.1, cls="aeo")
    return net.compile()


def _checks(net, portal, desk, lanes):
    route = net.route("checks")
    route.label("arrive").take_ticket().watch("checks")
    route.use(portal, Gamma(2 * MINUTE, 0.7), name="portal", patience=Exponential(HOUR), on_renege="crossing.gone")
    route.use(desk, Lognormal(4 * MINUTE, 0.6), name="desk", ordered=True)
    route.branch({"green": (0.7, "lanes"), "red": (0.3, "search")}, name="channel")
    route.label("search").delay(Empirical([MINUTE, 2 * MINUTE, 9 * MINUTE]), name="search")
    route.branch({"again": (0.2, "search"), "on": (0.8, "lanes")}, name="after search")
    route.label("lanes").read("checks", since="checks", limit=30 * MINUTE).if_queue(portal, 30, "crossing.gone")
    route.shortest([(lanes[0], "left"), (lanes[1], "right")])
    for label, lane in zip(("left", "right"), lanes, strict=True):
        route.label(label).use(lane, Table([0, MINUTE, 4 * MINUTE]), name=label).goto("yard.enter")
    route.exit("never")


def _yard(net, resources, hours, convoy):
    bay, yard, quota = resources
    route = net.route("yard")
    route.label("enter").switch({"aeo": "fast", "ordinary": "slow"})
    route.label("slow").seize_all([(bay, 2), (yard, 1)]).delay(Exponential(5 * MINUTE), name="unload")
    route.release(yard, 1).release(bay, 2).fork("papers").work(hours, Exponential(10 * MINUTE), name="sample").join()
    route.set_priority(2).goto("leave")
    route.label("fast").if_free(bay, 1, "inside").set_class("ordinary")
    route.label("inside").seize_all([(bay, 1)]).delay(Exponential(3 * MINUTE), name="look").release(bay, 1)
    route.spawn("empty").goto("leave")
    route.label("papers").work(hours, Uniform(0, 5 * MINUTE), name="stamp").exit("filed")
    route.label("empty").seize(yard, 1).delay(2 * MINUTE, name="return").release(yard, 1).exit("returned")
    route.label("leave").gather(convoy).seize(quota, 1).spend(quota, 1).scatter().read("stay").exit("through")


def test_every_block_gives_the_same_run() -> None:
    """A network in which every block occurs runs alike on both engines: figures, series, records, who is left."""
    program = everything()
    used = set(program.code[:, 0].tolist())
    assert set() == {Op(number).name for number in Op} - {Op(number).name for number in used}
    for replication in range(3):
        chosen = {"replication": replication, "warm_up": 5 * HOUR, "snapshot_every": HOUR, "records": True}
        assert [] == both(program, **chosen)


@pytest.mark.parametrize("mode", ["finish", "interrupt", "overlap"])
def test_a_day_of_gate_is_the_same(mode: str) -> None:
    """GATE with a yard that blocks runs alike, however its breakdowns take the bays."""
    assert [] == both(gate(mode), records=True, snapshot_every=HOUR, warm_up=DAY // 3)


def test_a_day_of_g12_is_the_same_mirrored() -> None:
    """G12 and its antithetic run are alike on both engines, and not alike each other."""
    program = g12_network().compile()
    assert [] == both(program)
    assert [] == both(program, antithetic=True)
    plain, mirrored = (kernel.run_fast(program, **options(antithetic=mirror)) for mirror in (False, True))
    assert "wait_squares" in differing(plain, mirrored)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(lines(), st.integers(0, 2**63), st.booleans())
def test_random_lines_are_the_same(line: Line, seed: int, mirror: bool) -> None:  # noqa: FBT001 - by name
    """Any legal line of stations gives the same run."""
    program = Builder(line).built().compile()
    chosen = {"until": HORIZON, "seed": seed, "antithetic": mirror, "snapshot_every": HORIZON // 9, "records": True}
    assert [] == both(program, **chosen, warm_up=HORIZON // 4)


def test_threads_give_what_one_thread_gives() -> None:
    """Replications on two threads are those of one thread, and a replication alone is the one among many."""
    program = gate()
    alone = [kernel.run_fast(program, **options(replication=number)) for number in range(4)]
    with ThreadPoolExecutor(2) as pool:
        together = pool.map(lambda number: kernel.run_fast(program, **options(replication=number)), range(4))
        found = [differing(one, other) for one, other in zip(alone, together, strict=True)]
    assert [[]] * 4 == found
    assert [] != differing(alone[0], alone[1])


def test_memory_grows_without_a_trace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that begin tiny and a loop that pauses often change nothing in the run."""
    program = everything()
    chosen = options(records=True, snapshot_every=HOUR)
    expected = kernel.run_fast(program, **chosen)
    monkeypatch.setattr(kernel, "ROWS_FIRST", 2)
    monkeypatch.setattr(kernel, "HEAP_FIRST", 2)
    monkeypatch.setattr(kernel, "RECORDS_FIRST", 2)
    monkeypatch.setattr(kernel, "STEPS_A_CALL", 97)
    assert [] == differing(expected, kernel.run_fast(program, **chosen))


@pytest.mark.parametrize("shift", [6, 12, 33])
def test_the_width_of_the_slots_changes_nothing(monkeypatch: pytest.MonkeyPatch, shift: int) -> None:
    """Whether slots begin as 64 microseconds or as two hours, events come in the same order."""
    program = g12_network().compile()
    expected = kernel.run_fast(program, **options())
    monkeypatch.setattr(kernel, "SHIFT_FIRST", shift)
    assert [] == differing(expected, kernel.run_fast(program, **options()))


def test_a_crowd_at_one_instant_keeps_its_order() -> None:
    """Five thousand trucks at one tick with equal services go in the order of the list."""
    net = Network("crowd")
    desk = net.resource("desk", 5_000)
    truck = net.route("truck")
    truck.use(desk, MINUTE).use(desk, Uniform(0, 20)).exit("out")
    net.arrivals("trucks", truck, at=[7] * 5_000)
    assert [] == both(net.compile(), until=HOUR, records=True)


@given(st.integers(0, 2**62))
def test_bins_are_those_of_the_bounds(ticks: int) -> None:
    """The table by leading bits and one comparison gives the bin that a search among the bounds gives."""
    tables = kernel._bin_tables()
    zeros = 64 - ticks.bit_length()
    known = int(tables["bins"][((63 - zeros) << 4) | ((ticks << zeros >> 59) & 15)]) if ticks else 0
    if ticks:
        known += ticks >= int(tables["bounds"][known])
    assert bisect_right(HISTOGRAM_BOUNDS.tolist(), ticks) == known


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**32 - 1), st.integers(0, 2**20))
def test_children_have_the_same_keys(parent: int, activity: int, lap: int) -> None:
    """A child's key is the one of the definition."""
    expected = draws.child_key(parent, activity, lap)
    assert expected == kernel_draws.child_key(signed(parent), activity, lap) % 2**64


def test_the_twin_is_imported_without_numba() -> None:
    """Networks can be written and run plainly by a process that has not loaded Numba."""
    text = "import sys, gatepair.twin.network.network, gatepair.twin.engine; print('numba' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
    assert "False" == done.stdout.strip()


def test_the_cache_knows_every_function() -> None:
    """The stamp that keys Numba's cache changes with the code of any kernel module."""
    parts = [kernel._module_text(module) for module in kernel.MODULES]
    assert all(len(part) > 500 for part in parts)
    assert len(set(parts)) == len(parts)
    assert "advance" in kernel.kernel_loop.entry_point(0).__name__
