"""Small networks told by hand: who asked, began and ended where, in ticks."""

from __future__ import annotations

from dataclasses import fields
from importlib.util import find_spec

import numpy as np

from gatepair.twin.engine import simulate
from gatepair.twin.network.network import Network
from gatepair.twin.results import RawRun, Run

Visit = tuple[int, str, int, int, int]


COMPILED = find_spec("numba") is not None


def told(net: Network, until: int = 10_000, **options) -> Run:
    """Return one run of ``net`` on the plain engine, with records; the compiled one must tell the same where it is."""
    program = net.compile()
    run = simulate(program, until=until, engine="slow", records=True, **options)
    if COMPILED:
        again = simulate(program, until=until, engine="fast", records=True, **options)
        for field in fields(RawRun):
            one, other = getattr(run.raw, field.name), getattr(again.raw, field.name)
            assert np.array_equal(one, other), field.name
    return run


def visits(run: Run, *stations: str) -> list[Visit]:
    """Return (ordinal, station, asked, started, ended) of each record, in order; of all ``stations`` or of these."""
    names = run.program.station_names
    rows = [
        (int(v["ordinal"]), names[v["station"]], int(v["asked"]), int(v["started"]), int(v["ended"]))
        for v in run.visits
    ]
    return [row for row in rows if not stations or row[1] in stations]


def ends(run: Run) -> list[tuple[int, str, int, int]]:
    """Return (ordinal, outcome, born, ended) of each crossing, in order of its end."""
    names = run.program.outcome_names
    return [(int(c["ordinal"]), names[c["outcome"]], int(c["born"]), int(c["ended"])) for c in run.crossings]


def one_server(at, service=10, **resource):
    """Return a network of one desk with trucks arriving at the ticks of ``at``, and the desk and the route."""
    net = Network("one desk")
    desk = net.resource("desk", resource.pop("capacity", 1), **resource)
    truck = net.route("truck")
    if service:
        truck.use(desk, service)
    net.arrivals("trucks", truck, at=at)
    return net, desk, truck
