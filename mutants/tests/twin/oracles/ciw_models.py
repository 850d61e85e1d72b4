"""Models in Ciw, a second independent engine: priorities, G12, and a line with a closing, a full room and leavers.

Each runs one day from an empty start; arrivals stop and all that came is served, so that every visit is in the records.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

import ciw

from twin.theory.facts import G12_SHARES, G12_STATIONS, PRIORITY_SHARE, TRUCKS_A_DAY

G12_MINUTES = 240.0
PRIORITY_MINUTES = 720.0
LINE_MINUTES = 1440.0
LINE_RATE = 0.32
LINE_PATIENCE = 20.0
LINE_MEANS = (2.0, 5.0, 2.5)
LINE_OPEN = 480.0
LINE_CLOSED = 240.0
LINE_ROOM = {"finish": 10_000, "pause": 2}
"""Who may wait at the third.  Ciw 3.2.7 does not come to an end where a station that finishes its work at closing is
blocked too, so that line has room for all."""
PRIORITY_RATES = (0.3, 0.5)
PRIORITY_MEAN = 3.0
PRIORITY_CV = 0.8
PRIORITY_SERVERS = 3


# Ciw draws the arrivals of a day when the network is made, so each model sets the seed first.
def _day(rate: float, span: float) -> ciw.dists.Distribution:
    return ciw.dists.PoissonIntervals(rates=[rate], endpoints=[span], max_sample_date=span)


def _run(network: ciw.network.Network, *, until: float) -> list[ciw.data_record.DataRecord]:
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(until)
    return list(simulation.get_all_records())


def _waits(records: Iterable[ciw.data_record.DataRecord], *, by_class: bool) -> dict[str, float]:
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0])
    for record in records:
        if record.record_type == "service":
            name = f"wait {record.node}" + (f" {record.customer_class}" if by_class else "")
            sums[name][0] += record.waiting_time
            sums[name][1] += 1
    return {name: total / number for name, (total, number) in sorted(sums.items())}


def priorities(seed: int) -> dict[str, float]:
    """Return the mean waits of two classes at three servers with lognormal service."""
    ciw.seed(seed)
    spread = math.log(1 + PRIORITY_CV**2)
    service = ciw.dists.Lognormal(math.log(PRIORITY_MEAN) - spread / 2, math.sqrt(spread))
    network = ciw.create_network(
        arrival_distributions={
            "first": [_day(PRIORITY_RATES[0], PRIORITY_MINUTES)],
            "second": [_day(PRIORITY_RATES[1], PRIORITY_MINUTES)],
        },
        service_distributions={"first": [service], "second": [service]},
        number_of_servers=[PRIORITY_SERVERS],
        priority_classes={"first": 0, "second": 1},
    )
    return _waits(_run(network, until=10 * PRIORITY_MINUTES), by_class=True)


def g12(seed: int) -> dict[str, float]:
    """Return the mean wait at each station of G12 over its first hours."""
    ciw.seed(seed)
    size = len(G12_STATIONS)
    routing = [[shares.get(aim, 0.0) for aim in range(size)] for shares in G12_SHARES]
    services = [ciw.dists.Exponential(1 / mean) for _, _, mean in G12_STATIONS]
    rate = TRUCKS_A_DAY / 1440.0
    network = ciw.create_network(
        arrival_distributions={
            "first": [_day(rate * PRIORITY_SHARE, G12_MINUTES), *[None] * (size - 1)],
            "second": [_day(rate * (1 - PRIORITY_SHARE), G12_MINUTES), *[None] * (size - 1)],
        },
        service_distributions={"first": services, "second": services},
        routing={"first": routing, "second": routing},
        number_of_servers=[servers for _, servers, _ in G12_STATIONS],
        priority_classes={"first": 0, "second": 1},
    )
    waits = _waits(_run(network, until=10 * G12_MINUTES), by_class=False)
    return {name: waits.get(f"wait {number}", 0.0) for number, (name, _, _) in enumerate(G12_STATIONS, start=1)}


def line(seed: int, *, closing: str) -> dict[str, float]:
    """Return the waits of a line of three: leavers at the first, a closing at the second, little room at the third.

    ``closing`` is ``finish`` or ``pause``; with ``pause`` who is done at the second may find no room at the third and
    stays on it.
    """
    ciw.seed(seed)
    hours = ciw.Schedule(
        numbers_of_servers=[2, 0],
        shift_end_dates=[LINE_OPEN, LINE_OPEN + LINE_CLOSED],
        preemption="resume" if closing == "pause" else False,
    )
    network = ciw.create_network(
        arrival_distributions=[_day(LINE_RATE, LINE_MINUTES), None, None],
        service_distributions=[ciw.dists.Exponential(1 / mean) for mean in LINE_MEANS],
        number_of_servers=[1, hours, 1],
        queue_capacities=[math.inf, math.inf, LINE_ROOM[closing]],
        reneging_time_distributions=[ciw.dists.Exponential(1 / LINE_PATIENCE), None, None],
        routing=[[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]],
    )
    records = _run(network, until=10 * LINE_MINUTES)
    figures = _waits(records, by_class=False)
    came = sum(1 for record in records if record.node == 1)
    gone = sum(1 for record in records if record.record_type == "renege")
    return {**figures, "given up": gone / came}
