"""The twin's speed in ratios of one run: against SimPy, Ciw, cimba and a loop in C written by hand; and what it costs.

Usage: ``python bench/twin.py [--rounds 3] [--only NAME ...]``.  One JSON line per figure, as in ``bench/ledger.py``:
``bench``, ``figure``, ``unit``, ``against`` and ``ratio`` (the figure divided by that of ``against``).

A model event is one arrival or one end of a timed activity.  Single-core figures are CPU time, engines in turn within a
round, and each figure is the median of its rounds: a busy machine slows all of them.  The networks go through
the public API, the path that plans take.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
# In place of this folder: here `twin` is this file, there it is the tests' package of models.
sys.path[0] = str(ROOT / "tests")

from gatepair.adapters.planfiles import shipped_plan  # noqa: E402
from gatepair.plan.model import Scenario  # noqa: E402
from gatepair.twin.distributions import Exponential  # noqa: E402
from gatepair.twin.engine import simulate  # noqa: E402
from gatepair.twin.gate.gate import compile_gate  # noqa: E402
from gatepair.twin.kernel import run as kernel  # noqa: E402
from gatepair.twin.network.network import Network  # noqa: E402
from gatepair.twin.program import Program  # noqa: E402
from gatepair.twin.units import days, minutes  # noqa: E402
from twin.oracles.gate_facts import GATE, appointments  # noqa: E402
from twin.oracles.gate_simpy import APPOINTMENT  # noqa: E402
from twin.oracles.gate_twin import gate_network  # noqa: E402
from twin.theory.cases_network import g12_network  # noqa: E402
from twin.theory.facts import G12_STATIONS  # noqa: E402

Timed = tuple[float, int, float]
"""CPU seconds, model events, mean wait in minutes."""
Runner = Callable[[int], Timed]


def tell(bench: str, figure: float, unit: str, *, against: str = "", ratio: float | None = None) -> None:
    """Print one line."""
    shown = None if ratio is None else round(ratio, 3)
    print(
        json.dumps({"bench": bench, "figure": round(figure, 3), "unit": unit, "against": against, "ratio": shown}),
        flush=True,
    )


# --- The twin's side -----------------------------------------------------------------------------


def queue_network(servers: int, rate: float) -> Program:
    """Return M/M/c with mean service 1 minute."""
    net = Network("queue")
    desk = net.resource("desk", servers)
    route = net.route("customer")
    route.use(desk, Exponential(minutes(1))).exit("served")
    net.poisson("customers", route, rate=rate / minutes(1))
    return net.compile()


def gate_program(span: int) -> Program:
    """Return GATE over ``span`` days, its ordinary trucks drawn by the profile."""
    return gate_network(GATE, span, at={APPOINTMENT: appointments(span, 1)}, drawn=True).compile()


def chain_network(copies: int) -> Program:
    """Return ``copies`` G12s, one behind the other: the same traffic at each station."""
    net = Network("chain")
    route = net.route("truck")
    for copy in range(copies):
        for name, servers, mean in G12_STATIONS[:4] + G12_STATIONS[7:]:
            desk = net.resource(f"{name} {copy}", servers)
            route.use(desk, Exponential(minutes(mean)), name=f"{name} {copy}")
    route.exit("through")
    net.poisson("trucks", route, rate=2000 / 1440 / minutes(1))
    return net.compile()


def ours(program: Program, span: float, replication: int) -> Timed:
    """Run a program on the compiled engine."""
    start = time.process_time()
    run = simulate(program, seed=1, replication=replication, until=days(span), engine="fast")
    passed = time.process_time() - start
    raw = run.raw.resources
    return passed, run.events, float(raw[:, 3].sum()) / max(1, int(raw[:, 1].sum())) / minutes(1)


# --- Others --------------------------------------------------------------------------------------


def floor_of(folder: Path) -> Path | None:
    """Return the loop in C, compiled, or None where there is no compiler."""
    compiler = shutil.which("gcc")
    if compiler is None:
        return None
    program = folder / "twin_floor"
    source = str(ROOT / "bench" / "twin_floor.c")
    subprocess.run([compiler, "-O3", "-march=native", "-o", str(program), source, "-lm"], check=True)
    return program


def in_c(program: Path, span: float, seed: int) -> Timed:
    """Run G12 in C."""
    done = subprocess.run([str(program), str(span), str(seed)], capture_output=True, text=True, check=True)
    words = done.stdout.split()
    waits = [float(word) for word in words[2:]]
    return float(words[0]), int(words[1]), statistics.fmean(waits)


def apart(script: str, *words: object) -> Any:
    """Return what a script of this folder prints, run in a process of its own."""
    command = [sys.executable, str(ROOT / "bench" / script), *(str(word) for word in words)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def rival(name: str, *words: float) -> Timed:
    """Run a model of ``twin_rivals.py``; the last of ``words`` is the seed."""
    passed, events, wait = apart("twin_rivals.py", name, *words)
    return passed, events, wait


def in_cimba(span: float, seed: int) -> Timed:
    """Run G12 in cimba."""
    found = apart("twin_cimba.py", span, seed)
    return found["seconds"], found["events"], statistics.fmean(found["waits"])


# --- Ratios --------------------------------------------------------------------------------------


def compare(bench: str, engines: Mapping[str, Runner], *, rounds: int) -> None:
    """Print events a second of the first engine, and of each other with the ratio of the first to it."""
    rates: dict[str, list[float]] = {name: [] for name in engines}
    for number in range(rounds):
        for name, run in engines.items():
            passed, events, _ = run(number)
            rates[name].append(events / passed / 1e6)
    first, *others = engines
    mine = statistics.median(rates[first])
    tell(f"twin.{bench}", mine, "million events/s")
    for name in others:
        ratio = statistics.median(one / other for one, other in zip(rates[first], rates[name], strict=True))
        rate = statistics.median(rates[name])
        tell(f"twin.{bench}.{name}", mine, "million events/s", against=f"{name}: {rate:.3f} million/s", ratio=ratio)


def models(rounds: int, folder: Path) -> None:
    """Print the ratios on M/M/1, M/M/5, G12 and GATE."""
    one, five = queue_network(1, 0.9), queue_network(5, 4.5)
    g12, gate = g12_network().compile(), gate_program(60)
    compare(
        "mm1",
        {
            "ours": partial(ours, one, 1000),
            "simpy": partial(rival, "simpy_queue", 40_000, 1, 0.9),
            "ciw": partial(rival, "ciw_queue", 10_000, 0.9),
        },
        rounds=rounds,
    )
    compare(
        "mm5", {"ours": partial(ours, five, 200), "simpy": partial(rival, "simpy_queue", 40_000, 5, 4.5)}, rounds=rounds
    )
    engines: dict[str, Runner] = {
        "ours": partial(ours, g12, 200),
        "simpy": partial(rival, "simpy_g12", 4),
        "ciw": partial(rival, "ciw_g12", 1),
    }
    if importlib.util.find_spec("cimba"):
        engines["cimba"] = partial(in_cimba, 30)
    else:
        print("cimba is not installed: left out", file=sys.stderr)
    program = floor_of(folder)
    if program:
        engines["floor in C"] = partial(in_c, program, 200)
    else:
        print("gcc is not there: the floor in C is left out", file=sys.stderr)
    compare("g12", engines, rounds=rounds)
    compare("gate", {"ours": partial(ours, gate, 60), "simpy": partial(rival, "simpy_gate", 4)}, rounds=rounds)


# --- Costs ---------------------------------------------------------------------------------------

FIRST_ANSWER = """
import time
start = time.perf_counter()
from gatepair.twin.kernel import run as kernel
kernel.warm()
print(time.perf_counter() - start)
"""


def starts() -> None:
    """Print how long a fresh process takes to its kernel: without a cache, then with it; wall and CPU time."""
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("cold", "cached"):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            environment = {**os.environ, "NUMBA_CACHE_DIR": folder}
            done = subprocess.run(
                [sys.executable, "-c", FIRST_ANSWER], capture_output=True, text=True, check=True, env=environment
            )
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            tell(f"twin.start.{kind}", float(done.stdout), "s", against="wall time, with all imports")
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            tell(f"twin.start.{kind}.cpu", used, "s", against="CPU time of the whole process")


def threads() -> None:
    """Print how much sooner two threads are done with eight replications of GATE than one."""
    program = gate_program(30)
    walls = []
    for workers in (1, 2):
        start = time.perf_counter()
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda number: ours(program, 30, number), range(8)))
        walls.append(time.perf_counter() - start)
    tell(
        "twin.threads.2", walls[1], "s", against=f"one thread: {walls[0]:.2f} s of wall time", ratio=walls[0] / walls[1]
    )


def growth(rounds: int) -> None:
    """Print the cost of an event as the network grows, with the same traffic at each station."""
    base = 0.0
    for copies, span in ((1, 100), (5, 20), (22, 8), (55, 4)):
        program = chain_network(copies)
        costs = []
        for number in range(rounds):
            passed, events, _ = ours(program, span, number)
            costs.append(passed / events * 1e9)
        cost = statistics.median(costs)
        base = base or cost
        stations = len(program.resource_names)
        tell(f"twin.stations.{stations}", cost, "ns/event", against=f"9 stations: {base:.0f} ns", ratio=cost / base)


def year() -> None:
    """Print a year of G12 and a year of Huu Nghi at 2,000 vehicles a day: seconds and memory."""
    program = g12_network().compile()
    passed, events, _ = ours(program, 365, 0)
    tell("twin.year.g12", passed, "s", against=f"{events} events")
    tell("twin.year.g12.memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MiB", against="peak RSS")
    plan = shipped_plan("huu-nghi-youyiguan")
    start = time.process_time()
    scenario = Scenario(
        scenario=1, id="year", plan=plan.id, name=plan.name, date="2026-01-05", days=365, summary=plan.name
    )
    gate = compile_gate(plan, scenario)
    tell("twin.year.plan.compile", time.process_time() - start, "s")
    start = time.process_time()
    run = simulate(gate.program, seed=1, until=gate.until, engine="fast")
    came = int(run.raw.classes[:, 0].sum())
    tell("twin.year.plan", time.process_time() - start, "s", against=f"{run.events} events, {came} entities")


def main() -> None:
    """Run all figures, or those of ``--only``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="of each comparison")
    parser.add_argument("--only", nargs="*", default=[], choices=["models", "starts", "threads", "growth", "year"])
    chosen = parser.parse_args()
    kernel.warm()
    with tempfile.TemporaryDirectory() as folder:
        parts: dict[str, Callable[[], None]] = {
            "year": year,
            "models": lambda: models(chosen.rounds, Path(folder)),
            "growth": lambda: growth(chosen.rounds),
            "threads": threads,
            "starts": starts,
        }
        for name, part in parts.items():
            if not chosen.only or name in chosen.only:
                part()


if __name__ == "__main__":
    main()
