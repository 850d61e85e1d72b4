"""Networks in Python become arrays: places, ways, draws and holds, and properties of any network."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatepair.twin.distributions import Constant, Exponential, Gamma
from gatepair.twin.draws import name_hash
from gatepair.twin.engine import simulate
from gatepair.twin.network.network import Network, repeated
from gatepair.twin.program import CHANGE, SOURCE, Attribute, Change, Flag, Op, Program
from gatepair.twin.results import Run
from gatepair.twin.units import days, hours, minutes


def ops(program: Program) -> list[str]:
    return [Op(row[0]).name for row in program.code.tolist()]


def held(program: Program, pc: int) -> dict[str, int]:
    first, count = program.hold_rows[pc].tolist()
    return {program.resource_names[r]: n for r, n in program.holds[first : first + count].tolist()}


# Rows --------------------------------------------------------------------------------------------------------


def test_using_a_resource_is_one_row() -> None:
    """SEIZE, DELAY and RELEASE of one unit are fused, and a route goes out by itself."""
    net = Network()
    net.route("truck").use(net.resource("desk"), 5)
    net.arrivals("trucks", net._routes[0], at=[0])
    assert ["VISIT", "EXIT"] == ops(net.compile())


def test_going_back_passes_a_lap() -> None:
    """A jump backwards makes a new lap; a jump forwards does not; jumps go straight through GOTO."""
    net = Network()
    truck = net.route("truck")
    truck.label("top").delay(5).branch({"again": (0.5, "top"), "on": (0.5, "way")})
    truck.label("way").goto("end").count("never").label("end").exit()
    net.arrivals("trucks", truck, at=[0])
    program = net.compile()
    back, on = program.branch_pc.tolist()
    assert ["DELAY", "BRANCH", "GOTO", "COUNT", "EXIT", "SET", "GOTO"] == ops(program)
    assert (5, 4) == (back, on)
    assert [Attribute.LAP, 0] == [program.code[5, 1], program.code[6, 1]]


def test_a_branch_shares_the_draw_of_the_block_before_it() -> None:
    """Unnamed after a timed block it takes the second lane; named, labelled or elsewhere it draws for itself."""
    net = Network()
    truck = net.route("truck")
    way = {"a": (0.5, None), "b": (0.5, None)}
    truck.delay(1).branch(way).delay(1).branch(way, name="colour").delay(1).label("x").branch(way).count("c").branch(
        way
    )
    net.arrivals("trucks", truck, at=[0])
    drawn = [row[3] for row in net.compile().code.tolist() if row[0] == Op.BRANCH]
    assert [-1, name_hash("colour")] == drawn[:2]
    assert all(activity > 0 for activity in drawn[1:])
    assert 4 == len(set(drawn))


def test_blocks_of_one_name_draw_the_same_and_others_apart() -> None:
    """A name is an activity; blocks without one are told apart by route, resource and number."""
    net = Network()
    desk = net.resource("desk")
    truck = net.route("truck")
    truck.use(desk, 1, name="check").use(desk, 1, name="check").use(desk, 1).use(desk, 1)
    net.arrivals("trucks", truck, at=[0])
    activities = net.compile().code[:4, 3].tolist()
    assert [name_hash(name) for name in ("check", "check", "truck.desk", "truck.desk#2")] == activities


def test_another_station_changes_no_other_draw() -> None:
    """Common random numbers: with one more station the other services take exactly as long."""

    def served(*, more: bool) -> dict[int, int]:
        net = Network()
        truck = net.route("truck")
        if more:
            truck.use(net.resource("scanner", 99), Exponential(minutes(2)))
        truck.use(net.resource("desk", 99), Exponential(minutes(5)), name="desk")
        net.poisson("trucks", truck, rate=1 / minutes(1))
        run = simulate(net.compile(), until=hours(5), engine="slow", records=True)
        station = run.program.station_names.index("desk")
        return {int(v["ordinal"]): int(v["ended"] - v["started"]) for v in run.visits if v["station"] == station}

    without, along = served(more=False), served(more=True)
    assert len(along) > 200
    assert along == {ordinal: without[ordinal] for ordinal in along}


# Holds -------------------------------------------------------------------------------------------------------


def test_holds_are_known_at_every_block() -> None:
    """What stands in a network is what was taken and not given back, also by children."""
    net = Network()
    yard, fleet = net.resource("yard", 9), net.resource("fleet", 9)
    truck, back = net.route("truck"), net.route("back")
    truck.seize(yard, 2).seize(fleet).release(yard).delay(1).spawn("back").release(yard).exit()
    back.delay(1).release(fleet)
    net.arrivals("trucks", truck, at=[0])
    program = net.compile()
    assert [
        {}, {"yard": 2}, {"yard": 2, "fleet": 1}, {"yard": 1, "fleet": 1}, {"yard": 1, "fleet": 1}, {"yard": 1}, {},
        {"fleet": 1}, {"fleet": 1}, {},
    ] == [held(program, pc) for pc in range(10)]  # fmt: skip


def test_a_child_of_a_child_takes_over_too() -> None:
    """Units may be handed on twice before they are given back."""
    net = Network()
    fleet = net.resource("fleet")
    truck, trip, charge = net.route("truck"), net.route("trip"), net.route("charge")
    truck.seize(fleet).spawn("trip")
    trip.delay(1).spawn("charge")
    charge.delay(1).release(fleet)
    net.arrivals("trucks", truck, at=[0])
    program = net.compile()
    assert {"fleet": 1} == held(program, program.labels["trip"]) == held(program, program.labels["charge"])


def test_whoever_gives_up_has_not_got_it() -> None:
    """The way of those who give up holds only what was held before."""
    net = Network()
    one, two = net.resource("one"), net.resource("two")
    truck = net.route("truck")
    truck.seize(one).seize(two, patience=5, on_renege="gone").release(two).release(one).exit()
    truck.label("gone").delay(1).release(one)
    net.arrivals("trucks", truck, at=[0])
    program = net.compile()
    assert {"one": 1} == held(program, program.labels["truck.gone"])


def test_a_delay_runs_under_what_pauses() -> None:
    """``auto`` takes the last resource held that pauses or is interrupted, with its units; None takes none."""
    net = Network()
    yard, desk = net.resource("yard", 5), net.resource("desk", 5, closing="pause")
    crane = net.resource("crane", 5)
    truck = net.route("truck")
    truck.delay(1).seize(yard).delay(1).seize(desk, 3).delay(1).delay(1, under=None).seize(crane).delay(1)
    truck.release(crane).release(desk, 3).release(yard)
    net.arrivals("trucks", truck, at=[0])
    net.breakdown(crane, up=5, down=5, mode="interrupt")
    program = net.compile()
    under = [(row[1], row[5]) for row in program.code[:-7].tolist() if row[0] == Op.DELAY]
    assert [(-1, 1), (-1, 1), (desk.index, 3), (-1, 1), (crane.index, 1)] == under[:5]
    assert Flag.CONTROLLED == program.resources[crane.index, 1]


# Tables ------------------------------------------------------------------------------------------------------


def test_equal_distributions_share_a_row_and_a_table() -> None:
    """A hundred stations of one law hold one table."""
    net = Network()
    truck = net.route("truck")
    for number in range(20):
        truck.use(net.resource(f"desk {number}"), Gamma(minutes(5), 0.6))
        truck.use(net.resource(f"gate {number}"), Gamma(minutes(9), 0.6))
    net.arrivals("trucks", truck, at=[0])
    program = net.compile()
    assert (2, 1) == (len(program.dists), len(set(program.dists[:, 1].tolist())))


def test_changes_repeat() -> None:
    """Daily changes are written once."""
    assert ((6, 1), (22, 0), (30, 1), (46, 0)) == repeated([(6, 1), (22, 0)], every=24, until=48)
    assert ((16, 1), (32, 0)) == repeated([(6, 1), (22, 0)], every=24, until=40, begin=10)
    assert ((6, 1),) == repeated([(6, 1)], every=0, until=48)


def test_calendar_rows_are_in_order() -> None:
    """All resources' changes stand in one table, by tick, then by resource."""
    net = Network()
    desk = net.resource("desk", 1, changes=[(50, 0), (10, 2)])
    quota = net.quota("quota", 5, refills=[10, 20], changes=[(20, 7), (30, 8)])
    net.route("truck").use(desk, 1).seize(quota).spend(quota)
    net.arrivals("trucks", net._routes[0], at=[0])
    program = net.compile()
    assert ("tick", "kind", "resource", "value") == CHANGE
    assert [
        [10, Change.SET, 0, 2], [10, Change.REFILL, 1, -1], [20, Change.REFILL, 1, 7], [30, Change.SET, 1, 8], [50, Change.SET, 0, 0],
    ] == program.changes.tolist()  # fmt: skip


def test_arrays_have_their_shapes_also_when_empty() -> None:
    """Every array is int64 or float64, in C order, as wide as documented."""
    net = Network()
    net.route("truck").delay(1)
    net.arrivals("trucks", net._routes[0], at=[0])
    program = net.compile()
    for name in Program.__slots__:
        value = getattr(program, name)
        if isinstance(value, np.ndarray):
            assert value.dtype in {np.dtype("int64"), np.dtype("float64")}, name
            assert value.flags.c_contiguous, name
    assert (0, 8) == program.resources.shape
    assert (1, len(SOURCE)) == program.sources.shape


def test_labels_lead_to_their_rows() -> None:
    """A program knows where each label stands: warm starts and tests ask for it."""
    net = Network()
    net.route("truck").delay(1).label("middle").delay(2)
    net.arrivals("trucks", net._routes[0], at=[0])
    assert {"truck": 0, "truck.middle": 1} == dict(net.compile().labels)


def test_an_unknown_way_of_a_choice_is_a_mistake() -> None:
    """A way must have a share."""
    route = Network().route("truck")
    with route.choose("colour", green=1.0) as way, pytest.raises(KeyError), way("red"):
        pass


# Properties --------------------------------------------------------------------------------------------------

stations = st.lists(
    st.tuples(st.integers(min_value=1, max_value=4), st.sampled_from([2, 4, 8]), st.booleans()), min_size=1, max_size=4
)
"""(servers, mean minutes, pauses at closing) of each station in a line."""


def line(places, *, names=lambda number: f"station {number}", shuffled: bool = False) -> Network:
    """Return stations in a line, each closing at night; declared in reverse order when ``shuffled``."""
    net = Network("line")
    net.classes("a", "b")
    numbers = list(range(len(places)))
    declared = {}
    for number in reversed(numbers) if shuffled else numbers:
        servers, _, pauses = places[number]
        declared[number] = net.resource(
            names(number), servers, closing="pause" if pauses else "finish",
            changes=[(hours(10), 0), (hours(14), servers)],
        )  # fmt: skip
    truck = net.route("truck")
    for number in numbers:
        truck.use(declared[number], Exponential(minutes(places[number][1])), name=f"service {number}")
    net.poisson("trucks", truck, rate=1 / minutes(4), mix={"a": 0.4, "b": 0.6}, until=hours(20))
    return net


def run_of(net: Network) -> Run:
    return simulate(net.compile(), until=days(1), engine="slow", records=True)


@settings(max_examples=12, deadline=None)
@given(stations)
def test_everybody_is_somewhere(places) -> None:
    """Conservation: who came has left or is there; Little's law and the balance are asserted by the run itself."""
    run = run_of(line(places))
    assert run.created() == run.ended() + run.present
    assert run.present == len(run.standing)
    assert run.ended() == len(run.crossings) == run.outcome("out").n


@settings(max_examples=8, deadline=None)
@given(stations)
def test_names_and_order_of_resources_change_nothing(places) -> None:
    """Renamed stations, declared in another order, give the same crossings tick by tick."""
    one, other = run_of(line(places)), run_of(line(places, names=lambda number: f"x{9 - number}", shuffled=True))
    assert one.crossings.tolist() == other.crossings.tolist()
    assert one.raw.scheduled == other.raw.scheduled


@settings(max_examples=8, deadline=None)
@given(stations)
def test_more_servers_never_make_anybody_wait_longer(places) -> None:
    """With the same draws, one more server at the last station: there each truck begins no later than before.

    Upstream nothing changes, and at one FIFO station the start of every customer falls with the number of servers;
    further upstream it is no theorem, for trucks may overtake each other.
    Source: J. Kiefer and J. Wolfowitz, "On the theory of queues with many servers", Trans. AMS 78 (1955).
    """
    starts = []
    for more in (0, 1):
        servers, mean, _ = places[-1]
        run = run_of(line([*places[:-1], (servers + more, mean, False)]))
        last = run.program.resource_names.index(f"station {len(places) - 1}")
        starts.append({int(v["ordinal"]): int(v["started"]) for v in run.visits if v["resource"] == last})
    assert all(starts[1][ordinal] <= start for ordinal, start in starts[0].items() if ordinal in starts[1])
    assert len(starts[0]) <= len(starts[1])


@settings(max_examples=8, deadline=None)
@given(stations, st.integers(min_value=1, max_value=23))
def test_a_longer_run_goes_on_from_a_shorter_one(places, end) -> None:
    """The crossings of a shorter run are the first of a longer one."""
    program = line(places).compile()
    short = simulate(program, until=hours(end), engine="slow", records=True)
    long = simulate(program, until=hours(24), engine="slow", records=True)
    assert short.crossings.tolist() == long.crossings[: len(short.crossings)].tolist()


def test_an_antithetic_run_mirrors_the_draws() -> None:
    """Short services become long ones: the two runs' mean waits lie on both sides of a long run's."""
    net = Network("mirror")
    net.route("truck").use(net.resource("desk", 1), Exponential(minutes(4)))
    net.poisson("trucks", net._routes[0], rate=1 / minutes(5))
    program = net.compile()
    one, other = (
        simulate(program, until=days(2), antithetic=mirrored, engine="slow", records=True) for mirrored in (False, True)
    )
    first, second = (run.visits["ended"] - run.visits["started"] for run in (one, other))
    shared = min(len(first), len(second))
    assert np.corrcoef(first[:shared], second[:shared])[0, 1] < -0.5


def test_a_replication_can_be_repeated_alone() -> None:
    """Replication 7 of a seed is the same whether or not others ran; others differ."""
    program = line([(2, 2, False)]).compile()
    seven = [simulate(program, seed=3, replication=7, until=days(1), engine="slow").events for _ in range(2)]
    assert seven[0] == seven[1]
    assert simulate(program, seed=3, replication=8, until=days(1), engine="slow").events != seven[0]


def test_a_desk_behaves_as_theory_says() -> None:
    """M/M/1 at 80 %: over 8 replications of 4 days after a day the mean wait is 16 minutes within its 99 % interval."""
    net = Network("mm1")
    net.route("truck").use(net.resource("desk", 1), Exponential(minutes(4)))
    net.poisson("trucks", net._routes[0], rate=1 / minutes(5))
    program = net.compile()
    means = [
        simulate(program, replication=number, until=days(5), warm_up=days(1), engine="slow").resource("desk").wait_mean
        for number in range(8)
    ]
    error = np.std(means, ddof=1) / np.sqrt(len(means))
    assert abs(np.mean(means) - minutes(16)) < 3.499 * error
    assert error < minutes(2)


def test_constants_take_the_time_they_say() -> None:
    """A number of ticks is a constant distribution."""
    net = Network()
    net.route("truck").delay(7).delay(Constant(7))
    net.arrivals("trucks", net._routes[0], at=[0])
    assert 1 == len(net.compile().dists)
