"""What a programme of many gates, days and replications costs: measured pieces, and the sum computed from them.

Usage: ``python bench/twin_scale.py [--days 365] [--rounds 3] [--replications 8] [--workers 2] [--gates 26]
[--wanted 100] [--no-dask]``.  One JSON line per figure: ``bench``, ``figure``, ``unit`` and ``value``; the
last lines are computed and say so.  CPU time is measured where one core works, so that a busy machine
spoils little; wall time where several do, each with the CPU time beside it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.reduction import ForkingPickler

from gatepair.adapters.planfiles import plan_ids, shipped_plan
from gatepair.plan.model import Plan, Scenario
from gatepair.twin.gate.gate import Gate, GateTask, compile_gate
from gatepair.twin.study.experiment import replicate_task

FIRST_DAY = "2026-01-05"
"""A Monday."""


def figure(name: str, value: float, unit: str, **more: object) -> None:
    """Print one figure as a JSON line."""
    print(
        json.dumps({"bench": "twin_scale", "figure": name, "unit": unit, "value": round(value, 4), **more}), flush=True
    )


def compiled(plan: Plan, days: int) -> Gate:
    """Return the gate pair of ``plan`` over ``days`` ordinary days."""
    scenario = Scenario(
        scenario=1, id="year", plan=plan.id, name=plan.name, date=FIRST_DAY, days=days, summary=plan.name
    )
    return compile_gate(plan, scenario)


def cpu_s(work: Callable[[], object]) -> float:
    """Return the CPU seconds that ``work`` takes."""
    began = time.process_time()
    work()
    return time.process_time() - began


def peak_mb() -> float:
    """Return the largest memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def one_gate(name: str, *, days: int, rounds: int) -> tuple[Gate, float]:
    """Measure a gate alone on one core; return it compiled and the median CPU seconds of a replication."""
    plan = shipped_plan(name)
    gates: list[Gate] = []
    figure(f"{name}.compile", cpu_s(lambda: gates.append(compiled(plan, days))), "CPU s", days=days)
    gate = gates[0]
    task = GateTask(gate, seed=1)
    task(0, antithetic=False)
    seen = []
    taken = [cpu_s(lambda number=number: seen.append(task(number, antithetic=False))) for number in range(rounds)]
    median = statistics.median(taken)
    figure(f"{name}.replication", median, "CPU s", days=days, low=round(min(taken), 4), high=round(max(taken), 4))
    figure(f"{name}.events", seen[0].events, "model events", days=days)
    figure(f"{name}.rate", seen[0].events / median / 1e6, "million model events a CPU s")
    figure(f"{name}.sent", len(ForkingPickler.dumps(task)) / 1e6, "MB a task", days=days)
    figure(f"{name}.returned", len(ForkingPickler.dumps(seen[0])) / 1e3, "kB a replication", days=days)
    figure("peak", peak_mb(), "MB", after=name)
    return gate, median


@contextmanager
def dask(workers: int) -> Iterator[Executor]:
    """Open a cluster of ``workers`` processes on this machine."""
    from distributed import Client, LocalCluster  # noqa: PLC0415 - an optional extra

    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client.get_executor()


def several(gate: Gate, *, replications: int, workers: int, with_dask: bool) -> None:
    """Measure the same replications on one thread, on threads, on processes and on a local cluster."""
    task = GateTask(gate, seed=1)

    def wall_s(executor: Executor | None) -> float:
        began = time.perf_counter()
        made = replicate_task(task, replications=replications, executor=executor)
        assert len(made.replications) == replications
        return time.perf_counter() - began

    alone = wall_s(None)
    figure("executor.none", alone, "wall s", replications=replications)
    spawned = multiprocessing.get_context("spawn")
    places: list[tuple[str, Callable[[], object]]] = [
        ("threads", lambda: ThreadPoolExecutor(workers)),
        ("processes", lambda: ProcessPoolExecutor(workers, mp_context=spawned)),
    ]
    if with_dask:
        places.append(("dask", lambda: dask(workers)))
    for name, opened in places:
        with opened() as executor:  # type: ignore[attr-defined]
            replicate_task(task, replications=workers, executor=executor)
            taken = wall_s(executor)
        figure(
            f"executor.{name}",
            taken,
            "wall s",
            replications=replications,
            workers=workers,
            faster=round(alone / taken, 2),
        )
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    figure("peak", peak_mb(), "MB", largest_child=round(children))


def main() -> None:
    """Measure, then compute what the whole programme takes."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--days", type=int, default=365)
    asked.add_argument("--rounds", type=int, default=3)
    asked.add_argument("--replications", type=int, default=8)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--gates", type=int, default=26)
    asked.add_argument("--wanted", type=int, default=100)
    asked.add_argument("--no-dask", action="store_true")
    options = asked.parse_args()
    figure("load", os.getloadavg()[0], "processes that want a core", cores=os.cpu_count())
    measured = {name: one_gate(name, days=options.days, rounds=options.rounds) for name in plan_ids()}
    first = next(iter(measured.values()))[0]
    several(first, replications=options.replications, workers=options.workers, with_dask=not options.no_dask)
    mean = statistics.fmean(taken for _, taken in measured.values())
    whole = mean * options.gates * options.wanted * 365 / options.days
    figure("programme", whole, "CPU s", computed=f"{options.gates} gates x 365 days x {options.wanted} replications")
    figure("programme.hours", whole / 3600, "CPU h", computed="the same")


if __name__ == "__main__":
    main()
