"""G12 in cimba, a process for every truck: run by ``bench/twin.py``, alone in its process.

Usage: ``python bench/twin_cimba.py DAYS SEED``.  One JSON line: CPU seconds (without compiling), model events, mean waits.
"""

# No `from __future__ import annotations` here: cimba reads the annotations of its models.
import json
import sys
import time

import cimba as cb
from cimba import random

NAMES = ("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l")
SERVERS = (2, 3, 6, 4, 4, 5, 4, 3, 10, 24, 6, 4)
MEANS = (1.0, 1.8, 3.6, 2.3, 11.0, 30.0, 25.0, 1.9, 6.0, 14.0, 3.7, 2.4)
DAY = 1440.0


class Desk(cb.Model):
    """One station: its servers, and what its trucks waited."""

    servers: cb.Resource
    mean: cb.Param[float] = 1.0
    waits: float = 0.0
    starts: int = 0
    ends: int = 0
    wait_mean: cb.Output[float]
    served: cb.Output[int]

    def __init__(self, servers: int, mean: float) -> None:
        super().__init__()
        self.servers = cb.Resource(capacity=servers)
        self.mean = mean

    @cb.on_end
    def leave(self):  # noqa: ANN201 - cimba compiles it
        """Give the figures."""
        self.wait_mean = self.waits / max(self.starts, 1)
        self.served = self.ends


class Truck(cb.Model):
    """One truck, from the portal to the exit."""

    gate: cb.Ref["Gate"]
    level: int = 0

    @cb.process
    def cross(self):  # noqa: ANN201 - cimba compiles it
        """Go from station to station."""
        at = 0
        while at >= 0:
            desk = self.gate.desks[at]
            since = cb.now()
            desk.servers.acquire(1, self.level)
            desk.waits += cb.now() - since
            desk.starts += 1
            cb.hold(random.exponential(desk.mean))
            desk.ends += 1
            desk.servers.release(1)
            at = self.gate.following(at)
        cb.release(self)


class Gate(cb.Model):
    """Twelve stations and two streams of trucks."""

    desks: list[Desk]
    came: int = 0
    arrived: cb.Output[int]

    def __init__(self) -> None:
        super().__init__()
        self.desks = [Desk(servers, mean) for servers, mean in zip(SERVERS, MEANS, strict=True)]

    @cb.function
    def following(self, at: int) -> int:
        """Return the next station, or -1."""
        if at == 3:
            u = random.uniform(0.0, 1.0)
            if u < 0.67:
                return 7
            if u < 0.89:
                return 4
            return 5 if u < 0.97 else 6
        if at == 4:
            u = random.uniform(0.0, 1.0)
            if u < 0.75:
                return 7
            return 5 if u < 0.85 else 6
        if at == 5:
            return 7 if random.uniform(0.0, 1.0) < 0.60 else 6
        if at == 6:
            return 7
        return -1 if at == 11 else at + 1

    @cb.process
    def first(self):  # noqa: ANN201 - cimba compiles it
        """Let the fifth that goes ahead come."""
        while True:
            cb.hold(random.exponential(3.6))
            self.came += 1
            cb.spawn(Truck, gate=self, level=1)

    @cb.process
    def second(self):  # noqa: ANN201 - cimba compiles it
        """Let the others come."""
        while True:
            cb.hold(random.exponential(0.9))
            self.came += 1
            cb.spawn(Truck, gate=self, level=0)

    @cb.on_end
    def leave(self):  # noqa: ANN201 - cimba compiles it
        """Give the figures."""
        self.arrived = self.came


def run(days: float, seed: int) -> dict[str, object]:
    """Return the figures of one run; the first experiment compiles, the second is timed."""
    for span in (0.01, days):
        gate = Gate()
        experiment = cb.Experiment(gate, replications=1, window=cb.Window(warmup=0, duration=span * DAY), seed=seed)
        start = time.process_time()
        results = experiment.run()
        passed = time.process_time() - start
    served = [int(results[desk].served.values.sum()) for desk in gate.desks]
    waits = [float(results[desk].wait_mean.values.mean()) for desk in gate.desks]
    return {"seconds": passed, "events": int(results[gate].arrived.values.sum()) + sum(served), "waits": waits}


if __name__ == "__main__":
    print(json.dumps(run(float(sys.argv[1]), int(sys.argv[2]))))
