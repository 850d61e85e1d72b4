"""GATE through the public network API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gatepair.twin.distributions import Exponential, Lognormal
from gatepair.twin.network.network import Network, Resource, Route
from gatepair.twin.units import minutes
from twin.oracles.gate_facts import (
    AFTER_DOCUMENTS,
    AFTER_INSPECTION,
    BREAKDOWN_DOWN,
    BREAKDOWN_STREAMS,
    BREAKDOWN_UP,
    GROUP,
    PATIENCE,
    SERVICE_CV,
    TRIAGE,
    Gate,
    changes,
    ordinary_rates,
)
from twin.oracles.gate_simpy import APPOINTMENT, LEVELS, ORDINARY


def service(mean: float) -> Lognormal:
    """Return the service time with ``mean`` minutes."""
    return Lognormal(minutes(mean), SERVICE_CV)


def gate_network(
    gate: Gate, days: int, *, at: Mapping[str, Sequence[int]], drawn: bool = False, mode: str = "finish"
) -> Network:
    """Return GATE with arrivals at the ticks of ``at``; ``drawn`` lets the ordinary trucks come by the profile."""
    net = Network("gate")
    net.classes(ORDINARY, APPOINTMENT)
    desks = {
        name: net.resource(name, station.servers, changes=changes(station, days))
        for name, station in gate.stations.items()
    }
    desks["yard"] = net.resource("yard", gate.yard)
    desks["vehicles"] = net.resource("vehicles", gate.vehicles)
    net.breakdown(
        desks["inspection"],
        up=Exponential(minutes(BREAKDOWN_UP)),
        down=Exponential(minutes(BREAKDOWN_DOWN)),
        streams=BREAKDOWN_STREAMS,
        mode=mode,
    )
    route = net.route("truck")
    means = {name: station.mean for name, station in gate.stations.items()}
    _checks(route, desks, means)
    group = net.batch("group", GROUP)
    route.label("quarantine").use(desks["quarantine"], service(means["quarantine"]), name="quarantine")
    route.gather(group).scatter()
    _crossing(route, desks, means, gate)
    for kind, ticks in at.items():
        net.arrivals(kind, route, at=ticks, cls=kind, priority=LEVELS[kind])
    if drawn:
        net.poisson(
            "profile",
            route,
            rate=[rate * 3_600_000_000 for rate in ordinary_rates()],
            cls=ORDINARY,
            priority=LEVELS[ORDINARY],
        )
    return net


def _checks(route: Route, desks: Mapping[str, Resource], means: Mapping[str, float]) -> None:
    route.use(
        desks["portal"],
        service(means["portal"]),
        name="portal",
        patience=Exponential(minutes(PATIENCE)),
        on_renege="back",
    )
    for name in ("weighbridge", "guard out", "triage"):
        route.use(desks[name], service(means[name]), name=name)
    route.branch({way: (share, way) for way, share in TRIAGE.items()}, name="after triage")
    route.label("back").exit("turned back")
    route.label("documents").use(desks["documents"], service(means["documents"]), name="documents")
    route.branch({way: (share, way) for way, share in AFTER_DOCUMENTS.items()}, name="after documents")
    route.label("inspection").use(desks["inspection"], service(means["inspection"]), name="inspection")
    route.branch({way: (share, way) for way, share in AFTER_INSPECTION.items()}, name="after inspection")


def _crossing(route: Route, desks: Mapping[str, Resource], means: Mapping[str, float], gate: Gate) -> None:
    route.label("cashier")
    route.seize(desks["cashier"]).delay(service(means["cashier"]), name="cashier")
    route.seize(desks["yard"]).release(desks["cashier"])
    route.use(desks["marshal"], service(means["marshal"]), name="marshal")
    route.seize(desks["vehicles"]).release(desks["yard"])
    route.delay(service(gate.carry), name="carry")
    route.spawn("empty return")
    for name in ("guard in", "exit customs"):
        route.use(desks[name], service(means[name]), name=name)
    route.exit("through")
    route.label("empty return").delay(service(gate.empty_return), name="return")
    route.release(desks["vehicles"]).exit("returned")
