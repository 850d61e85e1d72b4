"""The formulas agree with each other and with chains solved by numbers, before anything is simulated."""

from __future__ import annotations

import math

import pytest

from twin.theory import chains, formulas
from twin.theory.facts import G12_SHARES, G12_STATIONS, g12_rates

CLOSE = 1e-9


def test_one_server_is_a_case_of_many() -> None:
    """With one server Erlang's wait is that of the M/M/1 queue, and so is Pollaczek and Khinchine's."""
    assert pytest.approx(4.0, rel=CLOSE) == formulas.mmc_wait(0.8, 1.0, 1)
    assert pytest.approx(formulas.mmc_wait(0.8, 1.0, 1), rel=CLOSE) == formulas.mg1_wait(0.8, formulas.exponential(1.0))
    both = (formulas.mmc_wait_square(0.8, 1.0, 1), formulas.mg1_wait_square(0.8, formulas.exponential(1.0)))
    assert pytest.approx(both[0], rel=CLOSE) == both[1]


def test_constant_service_halves_the_wait() -> None:
    """The M/D/1 queue waits half as long as the M/M/1 queue."""
    assert pytest.approx(2.0, rel=CLOSE) == formulas.mg1_wait(0.8, formulas.constant(1.0))


def test_many_servers_by_a_chain() -> None:
    """Erlang C gives the mean number waiting that the chain of an M/M/5 queue has."""
    shares = chains.birth_death(lambda _: 4.0, lambda n: float(min(n, 5)), most=600)
    waiting = sum(max(number - 5, 0) * share for number, share in enumerate(shares))
    assert pytest.approx(waiting, rel=CLOSE) == 4.0 * formulas.mmc_wait(4.0, 1.0, 5)


def test_loss_by_a_chain() -> None:
    """Erlang B is the share of time with all servers busy, and M/M/1/K with one place is Erlang B."""
    shares = chains.birth_death(lambda _: 4.0, float, most=5)
    assert pytest.approx(shares[-1], rel=CLOSE) == formulas.erlang_b(4.0, 5)
    assert pytest.approx(formulas.erlang_b(0.9, 1), rel=CLOSE) == formulas.mm1k(0.9, 1)[0]


def test_units_of_one_are_erlang() -> None:
    """Kaufman and Roberts' recursion is Erlang B where each class needs one unit."""
    lost = formulas.kaufman_roberts(6, [(2.0, 1), (1.5, 1)])
    assert pytest.approx([formulas.erlang_b(3.5, 6)] * 2, rel=CLOSE) == lost


def test_equal_classes_wait_as_one() -> None:
    """Cobham's waits, weighed by their rates, keep the wait of the whole when all services are alike."""
    rates = (0.2, 0.5)
    waits = formulas.priority_waits(rates, [formulas.exponential(1.0)] * 2)
    mean = sum(rate * wait for rate, wait in zip(rates, waits, strict=True)) / sum(rates)
    assert pytest.approx(formulas.mmc_wait(0.7, 1.0, 1), rel=CLOSE) == mean
    assert pytest.approx(waits, rel=CLOSE) == formulas.priority_waits_servers(rates, 1.0, 1)


def test_first_class_does_not_feel_the_second_where_it_interrupts() -> None:
    """With interruption the first class has the M/M/1 sojourn of its own, and the total keeps Kleinrock's law."""
    rates = (0.3, 0.4)
    first, second = formulas.preemptive_sojourns(rates, [formulas.exponential(1.0)] * 2)
    assert pytest.approx(1 / (1 - 0.3), rel=CLOSE) == first
    assert pytest.approx(0.7 / (1 - 0.7), rel=CLOSE) == rates[0] * first + rates[1] * second


def test_a_vacation_is_polling_of_one_queue() -> None:
    """Polling with one queue is the queue with vacations."""
    walk = formulas.gamma(0.5, 0.7)
    service = formulas.lognormal(1.0, 0.6)
    expected = formulas.mg1_vacation_wait(0.6, service, walk)
    assert pytest.approx(expected, rel=CLOSE) == formulas.polling_wait(0.6, service, walk, queues=1)


def test_breakdowns_by_a_chain() -> None:
    """The formula for an interrupted server is what the chain has; finishing first is kinder to those in service."""
    found = chains.breakdowns(0.5, 1.0, up=10.0, down=3.0)
    exact = formulas.interruption_sojourn(0.5, 1.0, up=10.0, down=3.0)
    assert pytest.approx(found["interrupt"] / 0.5, rel=1e-7) == exact
    assert found["overlap"] < found["finish"] < found["interrupt"]


def test_poisson_arrivals_are_a_case_of_general_ones() -> None:
    """With exponential gaps the GI/M/1 root is the load, and an appointment that is never missed comes each time."""
    assert pytest.approx(0.8, rel=1e-7) == formulas.gim1_root(formulas.erlang_transform(0.8, 1), 1.0)
    never = formulas.gim1_wait(formulas.missing_transform(1.25, 0.0), 1.0)
    assert pytest.approx(never, rel=CLOSE) == formulas.gim1_wait(formulas.constant_transform(1.25), 1.0)


def test_groups_of_one() -> None:
    """Groups of one arrive as in the M/M/1 queue."""
    assert pytest.approx(4.0, rel=CLOSE) == formulas.group_arrivals_present(0.8, 1)


def test_a_closed_ring_by_a_chain() -> None:
    """Mean value analysis finds the numbers that the chain of the ring has."""
    means = (1.0, 1.5, 0.7)
    found = formulas.mean_value_analysis([(1.0, mean) for mean in means], think=0.0, customers=5)
    assert pytest.approx(chains.closed_ring(means, customers=5), rel=1e-8) == found[1:]


def test_machine_repair_is_a_closed_network() -> None:
    """One repair crew and its machines are a closed network with a delay and one station."""
    through, broken = formulas.mean_value_analysis([(1.0, 2.0)], think=10.0, customers=6)
    down, wait = chains.repair(6, 1, up=10.0, down=2.0)
    assert pytest.approx(broken, rel=CLOSE) == down
    assert pytest.approx(broken / through - 2.0, rel=CLOSE) == wait


def test_a_large_room_does_not_block() -> None:
    """With much room between them two servers are two M/M/1 queues (Burke)."""
    first, second = chains.tandem_blocking(0.5, 1.0, 0.9, room=60, most=80)
    assert pytest.approx((1.0, 0.5 / 0.4), rel=1e-6) == (first, second)


def test_room_keeps_the_rate() -> None:
    """Little room makes the first queue longer."""
    tight = chains.tandem_blocking(0.5, 1.0, 0.9, room=0)[0]
    assert tight > chains.tandem_blocking(0.5, 1.0, 0.9, room=2)[0] > 1.0


def test_giving_up_for_ever_later_is_erlang_c() -> None:
    """With endless patience nobody gives up and Erlang's queue remains."""
    lost, waiting = chains.erlang_a(4.0, 1.0, servers=5, patience=1e9)
    assert 1e-8 > lost
    assert pytest.approx(4.0 * formulas.mmc_wait(4.0, 1.0, 5), rel=1e-6) == waiting


def test_the_shorter_queue_lies_between() -> None:
    """Joining the shorter queue is worse than one common queue and better than a blind choice."""
    present = chains.shortest_of_two(1.6, 1.0)
    common = 1.6 * (formulas.mmc_wait(1.6, 1.0, 2) + 1.0)
    assert common < present < 2 * 0.8 / (1 - 0.8)


def test_trying_again_at_once_is_a_queue() -> None:
    """Who tries again without delay waits as in the M/M/1 queue, in number."""
    assert pytest.approx(0.7 * formulas.mmc_wait(0.7, 1.0, 1), rel=CLOSE) == formulas.retrial_orbit(0.7, 1.0, again=0.0)


def test_a_tidal_lane_that_never_turns() -> None:
    """Before the first turn the second side only gathers, and the first is a queue of its own."""
    means = chains.tidal_lane((0.3, 0.1), 1.0, turns=(500.0,), times=(400.0,), most=40)
    alone = chains.open_and_closed(((0.0, 0.3, 1),), mean=1.0, most=40, times=[400.0])
    assert pytest.approx(alone[0], rel=1e-6) == means[0][0]
    assert 30 < means[0][1] < 40


def test_a_rate_that_does_not_change() -> None:
    """With a constant rate the mean number present rises to the load, and the chain says the same."""
    assert pytest.approx(3.0 * (1 - math.exp(-2.0)), rel=CLOSE) == formulas.infinite_present([(0.0, 1.5)], 2.0, 4.0)
    steps = ((0.0, 1.5), (2.0, 0.5))
    by_chain = chains.open_and_closed(
        [(start, rate, 1000) for start, rate in steps], mean=2.0, most=60, times=[1.0, 5.0]
    )
    assert pytest.approx(by_chain, rel=1e-8) == [formulas.infinite_present(steps, 2.0, at) for at in (1.0, 5.0)]


def test_a_quota_of_one_waits_a_little_less_than_a_server() -> None:
    """One unit in each span passes at most as late as a server that is busy for one span with each."""
    waiting = 0.8 * formulas.mg1_wait(0.8, formulas.constant(1.0))
    assert waiting - 1.0 < chains.quota_waiting(0.8, 1, 1.0) < waiting


def test_a_large_quota_never_waits() -> None:
    """Where the quota is far above what comes nobody waits; near it the backlog grows."""
    assert 1e-6 > chains.quota_waiting(0.2, 30, 24.0)
    assert chains.quota_waiting(0.9, 24, 24.0) > chains.quota_waiting(0.8, 24, 24.0) > 0.01


def test_a_batch_without_a_limit_is_full() -> None:
    """With a long limit each batch is full and the mean wait is (size − 1) / 2 gaps."""
    assert pytest.approx((4.0, 1.5 / 0.5), rel=1e-7) == formulas.timed_batch(0.5, 4, 200.0)


def test_work_in_an_opening_that_never_closes() -> None:
    """Where nothing closes the work takes its own time."""
    assert pytest.approx(3.0, rel=CLOSE) == formulas.working_time_held(24.0, (0.0, 24.0), 3.0)


def test_moments() -> None:
    """The moments of a sum, of a mixture and of an exponential gamma are those of the textbook."""
    twice = formulas.exponential(1.0) + formulas.exponential(1.0)
    erlang = formulas.gamma(2.0, math.sqrt(0.5))
    assert pytest.approx((twice.mean, twice.square, twice.cube), rel=CLOSE) == (
        erlang.mean,
        erlang.square,
        erlang.cube,
    )
    one = formulas.mixture([(0.3, formulas.constant(2.0)), (0.7, formulas.constant(2.0))])
    assert pytest.approx(8.0, rel=CLOSE) == one.cube
    assert pytest.approx(13.0 / 3, rel=CLOSE) == formulas.uniform(1.0, 3.0).square


def test_the_twelve_stations_by_the_traffic_equations() -> None:
    """The rates through G12 give the loads and the waits that the definition of the model prints."""
    rates = g12_rates()
    assert pytest.approx(sum(rates) / rates[0], rel=1e-3) == 9.43
    waits = [
        formulas.mmc_wait(rate, mean, servers) for rate, (_, servers, mean) in zip(rates, G12_STATIONS, strict=True)
    ]
    printed = [0.9314, 2.5281, 2.1151, 1.6958, 11.5496, 26.1788, 49.8859, 4.1110, 1.7554, 0.7384, 2.7437, 2.3678]
    assert pytest.approx(printed, abs=6e-5) == waits
    assert len(G12_STATIONS) == len(G12_SHARES)
