"""The models of ``bench/twin.py`` in SimPy and Ciw, written the way each of them wants it, with nothing kept but waits.

SimPy: one process a customer, resources asked for in a ``with``.  Ciw: stations and a routing matrix.  Times are minutes.
A model event is one arrival or one end of a timed activity, however the engine works inside.

Usage: ``python bench/twin_rivals.py NAME ARGUMENT ...`` with the name of one of the functions below and its arguments.
One JSON line: CPU seconds, events, mean wait.  ``bench/twin.py`` runs each so, in a process that has loaded nothing else:
Python's collector of garbage is slower where more is loaded.
"""

from __future__ import annotations

import json
import math
import random
import sys
import time
from bisect import bisect
from collections.abc import Generator, Iterator, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any

import ciw
import simpy

# In place of this folder, which has a twin.py of its own.
sys.path[0] = str(Path(__file__).resolve().parents[1] / "tests")

from twin.oracles import gate_facts  # noqa: E402
from twin.theory.facts import G12_SHARES, G12_STATIONS, PRIORITY_SHARE, TRUCKS_A_DAY  # noqa: E402

DAY = 1440.0
Timed = tuple[float, int, float]
"""CPU seconds, model events, mean wait over all visits in minutes."""
Steps = Generator[Any, Any, None]


def simpy_queue(customers: int, servers: int, rate: float, seed: int) -> Timed:
    """Run M/M/c with mean service 1 until ``customers`` have come and gone."""
    draw = random.Random(seed).expovariate
    env = simpy.Environment()
    desk = simpy.Resource(env, servers)
    waited = 0.0

    def customer() -> Steps:
        nonlocal waited
        came = env.now
        with desk.request() as asked:
            yield asked
            waited += env.now - came
            yield env.timeout(draw(1.0))

    def source() -> Steps:
        for _ in range(customers):
            yield env.timeout(draw(rate))
            env.process(customer())

    env.process(source())
    start = time.process_time()
    env.run()
    return time.process_time() - start, 2 * customers, waited / customers


def simpy_g12(days: float, seed: int) -> Timed:
    """Run G12 from an empty start."""
    chance = random.Random(seed)
    draw, u = chance.expovariate, chance.random
    env = simpy.Environment()
    desks = [simpy.PriorityResource(env, servers) for _, servers, _ in G12_STATIONS]
    rates = [1 / mean for _, _, mean in G12_STATIONS]
    aims = [list(shares) or [-1] for shares in G12_SHARES]
    cuts = [list(accumulate(shares.values()))[:-1] for shares in G12_SHARES]
    events, waited, visits = 0, 0.0, 0

    def truck(level: int) -> Steps:
        nonlocal events, waited, visits
        at = 0
        while at >= 0:
            came = env.now
            with desks[at].request(priority=level) as asked:
                yield asked
                waited += env.now - came
                visits += 1
                yield env.timeout(draw(rates[at]))
                events += 1
            at = aims[at][bisect(cuts[at], u())] if cuts[at] else aims[at][0]

    def source(level: int, rate: float) -> Steps:
        nonlocal events
        while True:
            yield env.timeout(draw(rate))
            events += 1
            env.process(truck(level))

    env.process(source(1, TRUCKS_A_DAY / DAY * PRIORITY_SHARE))
    env.process(source(2, TRUCKS_A_DAY / DAY * (1 - PRIORITY_SHARE)))
    start = time.process_time()
    env.run(until=days * DAY)
    return time.process_time() - start, events, waited / visits


class SimpyGate:
    """GATE in SimPy, as short as it can be said."""

    def __init__(self, days: int, seed: int) -> None:
        chance = random.Random(seed)
        self.normal, self.draw, self.u = chance.lognormvariate, chance.expovariate, chance.random
        spread = math.log(1 + gate_facts.SERVICE_CV**2)
        self.spread = math.sqrt(spread)
        gate = gate_facts.GATE
        means = {name: station.mean for name, station in gate.stations.items()}
        means |= {"carry": gate.carry, "return": gate.empty_return}
        self.logs = {name: math.log(mean) - spread / 2 for name, mean in means.items()}
        self.env = simpy.Environment()
        self.end = days * DAY
        sizes = {name: max([s.servers, *(n for _, n in s.hours)]) for name, s in gate.stations.items()}
        sizes |= {"yard": gate.yard, "vehicles": gate.vehicles}
        self.desks = {name: simpy.PriorityResource(self.env, size) for name, size in sizes.items()}
        self.ways = {
            name: (list(shares), list(accumulate(shares.values()))[:-1])
            for name, shares in (
                ("triage", gate_facts.TRIAGE), ("documents", gate_facts.AFTER_DOCUMENTS),
                ("inspection", gate_facts.AFTER_INSPECTION),
            )
        }  # fmt: skip
        self.group: list[simpy.Event] = []
        self.events, self.waited, self.visits = 0, 0.0, 0
        for name, station in gate.stations.items():
            if station.hours:
                self.env.process(self.hours(name, station, sizes[name], days))
        for _ in range(gate_facts.BREAKDOWN_STREAMS):
            self.env.process(self.breakdown())
        self.env.process(self.ordinary())
        self.env.process(self.appointments(gate_facts.appointments(days, seed)))

    def service(self, name: str) -> simpy.Timeout:
        """Return the time of one service."""
        return self.env.timeout(self.normal(self.logs[name], self.spread))

    def closed(self, name: str, until: float) -> Steps:
        """Hold one server back."""
        with self.desks[name].request(priority=0) as asked:
            yield asked
            if until > self.env.now:
                yield self.env.timeout(until - self.env.now)

    def hours(self, name: str, station: gate_facts.Station, size: int, days: int) -> Steps:
        """Hold back what is not staffed."""
        steps = [(0.0, station.servers)]
        steps += [(tick / gate_facts.MINUTE, servers) for tick, servers in gate_facts.changes(station, days)]
        for (tick, servers), (end, _) in zip(steps, [*steps[1:], (self.end + 1, 0)], strict=True):
            if tick > self.env.now:
                yield self.env.timeout(tick - self.env.now)
            for _ in range(size - servers):
                self.env.process(self.closed(name, end))

    def breakdown(self) -> Steps:
        """Let one X-ray unit fail and be mended."""
        while True:
            yield self.env.timeout(self.draw(1 / gate_facts.BREAKDOWN_UP))
            self.events += 1
            with self.desks["inspection"].request(priority=0) as asked:
                yield asked
                yield self.env.timeout(self.draw(1 / gate_facts.BREAKDOWN_DOWN))
            self.events += 1

    def visit(self, name: str, level: int) -> Steps:
        """Wait, be served, leave."""
        came = self.env.now
        with self.desks[name].request(priority=level) as asked:
            yield asked
            self.waited += self.env.now - came
            self.visits += 1
            yield self.service(name)
            self.events += 1

    def taken(self, name: str, level: int) -> Generator[Any, Any, simpy.resources.resource.Request]:
        """Wait for a unit and keep it."""
        came = self.env.now
        asked = self.desks[name].request(priority=level)
        yield asked
        self.waited += self.env.now - came
        self.visits += 1
        return asked

    def way(self, name: str) -> str:
        """Return where a truck goes after ``name``."""
        aims, cuts = self.ways[name]
        return aims[bisect(cuts, self.u())]

    def checks(self, level: int) -> Steps:
        """Go through what triage asks for."""
        aim = self.way("triage")
        while aim != "cashier":
            yield from self.visit(aim, level)
            if aim != "quarantine":
                aim = self.way(aim)
                continue
            event = self.env.event()
            self.group.append(event)
            if len(self.group) == gate_facts.GROUP:
                for other in self.group:
                    other.succeed()
                self.group.clear()
            yield event
            aim = "cashier"

    def truck(self, level: int) -> Steps:
        """Cross."""
        came = self.env.now
        portal = self.desks["portal"].request(priority=level)
        yield portal | self.env.timeout(self.draw(1 / gate_facts.PATIENCE))
        if not portal.triggered:
            portal.cancel()
            self.events += 1
            return
        self.waited += self.env.now - came
        self.visits += 1
        yield self.service("portal")
        self.events += 1
        self.desks["portal"].release(portal)
        for name in ("weighbridge", "guard out", "triage"):
            yield from self.visit(name, level)
        yield from self.checks(level)
        cashier = yield from self.taken("cashier", level)
        yield self.service("cashier")
        self.events += 1
        yard = yield from self.taken("yard", level)
        self.desks["cashier"].release(cashier)
        yield from self.visit("marshal", level)
        vehicle = yield from self.taken("vehicles", level)
        self.desks["yard"].release(yard)
        yield self.service("carry")
        self.events += 1
        self.env.process(self.back(vehicle))
        yield from self.visit("guard in", level)
        yield from self.visit("exit customs", level)

    def back(self, vehicle: simpy.resources.resource.Request) -> Steps:
        """Bring a vehicle back empty."""
        yield self.service("return")
        self.events += 1
        self.desks["vehicles"].release(vehicle)

    def ordinary(self) -> Steps:
        """Let trucks come by the profile, by thinning."""
        rates = [rate * gate_facts.MINUTE for rate in gate_facts.ordinary_rates()]
        most = max(rates)
        while True:
            yield self.env.timeout(self.draw(most))
            if self.u() * most < rates[int(self.env.now % DAY // 60)]:
                self.events += 1
                self.env.process(self.truck(2))

    def appointments(self, ticks: list[int]) -> Steps:
        """Let appointments come."""
        for tick in ticks:
            at = tick / gate_facts.MINUTE
            if at > self.env.now:
                yield self.env.timeout(at - self.env.now)
            self.events += 1
            self.env.process(self.truck(1))


def simpy_gate(days: int, seed: int) -> Timed:
    """Run GATE from an empty start."""
    gate = SimpyGate(days, seed)
    start = time.process_time()
    gate.env.run(until=gate.end)
    return time.process_time() - start, gate.events, gate.waited / gate.visits


def _ciw(network: ciw.network.Network, *, span: float, seed: int) -> Timed:
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    start = time.process_time()
    simulation.simulate_until_max_time(span)
    passed = time.process_time() - start
    visits = list(_served(simulation))
    arrivals = sum(1 for _, first in visits if first)
    return passed, len(visits) + arrivals, sum(wait for wait, _ in visits) / len(visits)


def _served(simulation: ciw.Simulation) -> Iterator[tuple[float, bool]]:
    for record in simulation.get_all_records():
        yield record.waiting_time, record.node == 1


def ciw_queue(customers: int, rate: float, seed: int) -> Timed:
    """Run M/M/1 with mean service 1 for the time in which ``customers`` come."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate)],
        service_distributions=[ciw.dists.Exponential(1.0)],
        number_of_servers=[1],
    )
    return _ciw(network, span=customers / rate, seed=seed)


def ciw_g12(days: float, seed: int) -> Timed:
    """Run G12 from an empty start."""
    size = len(G12_STATIONS)
    services = [ciw.dists.Exponential(1 / mean) for _, _, mean in G12_STATIONS]
    routing = [[shares.get(aim, 0.0) for aim in range(size)] for shares in G12_SHARES]
    shares: Mapping[str, float] = {"first": PRIORITY_SHARE, "second": 1 - PRIORITY_SHARE}
    network = ciw.create_network(
        arrival_distributions={
            name: [ciw.dists.Exponential(TRUCKS_A_DAY / DAY * share), *[None] * (size - 1)]
            for name, share in shares.items()
        },
        service_distributions=dict.fromkeys(shares, services),
        routing=dict.fromkeys(shares, routing),
        number_of_servers=[servers for _, servers, _ in G12_STATIONS],
        priority_classes={"first": 0, "second": 1},
    )
    return _ciw(network, span=days * DAY, seed=seed)


RUNS = {run.__name__: run for run in (simpy_queue, simpy_g12, simpy_gate, ciw_queue, ciw_g12)}

if __name__ == "__main__":
    print(json.dumps(RUNS[sys.argv[1]](*(json.loads(word) for word in sys.argv[2:]))))
