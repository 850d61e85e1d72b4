"""GATE in SimPy, written for the twin's proof: every truck is a process, every draw comes from a given chance."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import simpy

from twin.oracles.gate_facts import (
    AFTER_DOCUMENTS,
    AFTER_INSPECTION,
    BREAKDOWN_DOWN,
    BREAKDOWN_STREAMS,
    BREAKDOWN_UP,
    GROUP,
    MINUTE,
    PATIENCE,
    SERVICE_CV,
    TRIAGE,
    Gate,
    changes,
)
from twin.oracles.simpy_desk import Desk, Steps

ORDINARY, APPOINTMENT = "ordinary", "appointment"
LEVELS = {APPOINTMENT: 1, ORDINARY: 2}


class Chance(Protocol):
    """Where the draws of one truck, of one vehicle's return or of one stream of breakdowns come from."""

    def service(self, activity: str, mean: float) -> int:
        """Return the ticks of a service with ``mean`` minutes."""

    def exponential(self, activity: str, mean: float) -> int:
        """Return the ticks of an exponential time with ``mean`` minutes."""

    def way(self, activity: str, shares: Mapping[str, float]) -> str:
        """Return one of the ways."""

    def child(self, activity: str) -> Chance:
        """Return the chance of what this one sends off."""

    def again(self) -> None:
        """Begin a new round: the same activities are drawn anew."""


class OwnChance:
    """Draws from one generator of Python's, in the order in which they are asked for."""

    def __init__(self, draws: random.Random) -> None:
        self.draws = draws

    def service(self, _activity: str, mean: float) -> int:
        spread = math.log(1 + SERVICE_CV**2)
        return round(self.draws.lognormvariate(math.log(mean) - spread / 2, math.sqrt(spread)) * MINUTE)

    def exponential(self, _activity: str, mean: float) -> int:
        return round(self.draws.expovariate(1 / mean) * MINUTE)

    def way(self, _activity: str, shares: Mapping[str, float]) -> str:
        place = self.draws.random()
        for name, share in shares.items():
            place -= share
            if place < 0:
                return name
        return name

    def child(self, _activity: str) -> OwnChance:
        return self

    def again(self) -> None:
        """Nothing is bound to a round."""


@dataclass
class GateDay:
    """What happened: the sojourn of each truck that passed, in order of leaving, and who turned back."""

    passed: list[tuple[str, int, int]] = field(default_factory=list)
    turned_back: int = 0
    desks: dict[str, Desk] = field(default_factory=dict)

    def sojourn_mean(self, kind: str) -> float:
        """Return the mean minutes from arrival to leaving of one class."""
        spans = [left - came for one, came, left in self.passed if one == kind]
        return sum(spans) / len(spans) / MINUTE

    def wait_mean(self, station: str) -> float:
        """Return the mean wait at a station in minutes."""
        desk = self.desks[station]
        return desk.wait_sum / max(desk.started, 1) / MINUTE


class GateModel:
    """One run of GATE."""

    def __init__(self, gate: Gate, days: int, *, mode: str) -> None:
        self.gate = gate
        self.mode = mode
        self.env = simpy.Environment()
        self.day = GateDay()
        self.desks = self.day.desks
        for name, station in gate.stations.items():
            self.desks[name] = Desk(self.env, station.servers)
            self.env.process(self.desks[name].follow(changes(station, days)))
        self.desks["yard"] = Desk(self.env, gate.yard)
        self.desks["vehicles"] = Desk(self.env, gate.vehicles)
        self.group: list[simpy.Event] = []

    def come(self, arrivals: Iterable[tuple[int, str, Chance]]) -> Steps:
        """Let trucks come at their ticks."""
        for tick, kind, chance in arrivals:
            if tick > self.env.now:
                yield self.env.timeout(tick - self.env.now)
            self.env.process(self.truck(kind, chance))

    def break_down(self, chances: Iterable[Chance]) -> None:
        """Let each stream take an inspection lane away and give it back, again and again."""
        for chance in chances:
            self.env.process(self._stream(chance))

    def _stream(self, chance: Chance) -> Steps:
        desk = self.desks["inspection"]
        while True:
            yield self.env.timeout(chance.exponential("breakdown inspection up", BREAKDOWN_UP))
            if self.mode == "overlap":
                desk.take()
            else:
                yield desk.ask(0)
            yield self.env.timeout(chance.exponential("breakdown inspection down", BREAKDOWN_DOWN))
            desk.free()
            chance.again()

    def serve(self, name: str, level: int, chance: Chance) -> Steps:
        """Wait, be served, and free the server."""
        desk = self.desks[name]
        yield desk.ask(level)
        yield self.env.timeout(chance.service(name, self.gate.stations[name].mean))
        desk.free()

    def truck(self, kind: str, chance: Chance) -> Steps:
        """Live one truck's way through the gate."""
        came, level = self.env.now, LEVELS[kind]
        portal = self.desks["portal"]
        ask = portal.ask(level)
        if not ask.triggered:
            yield ask | self.env.timeout(chance.exponential("portal.patience", PATIENCE))
        if not ask.triggered:
            portal.leave(ask)
            self.day.turned_back += 1
            return
        yield self.env.timeout(chance.service("portal", self.gate.stations["portal"].mean))
        portal.free()
        for name in ("weighbridge", "guard out", "triage"):
            yield from self.serve(name, level, chance)
        yield from self._checks(level, chance)
        yield from self._crossing(level, chance)
        for name in ("guard in", "exit customs"):
            yield from self.serve(name, level, chance)
        self.day.passed.append((kind, came, self.env.now))

    def _checks(self, level: int, chance: Chance) -> Steps:
        way = chance.way("after triage", TRIAGE)
        if way == "documents":
            yield from self.serve("documents", level, chance)
            way = chance.way("after documents", AFTER_DOCUMENTS)
        if way == "inspection":
            yield from self.serve("inspection", level, chance)
            way = chance.way("after inspection", AFTER_INSPECTION)
        if way == "quarantine":
            yield from self.serve("quarantine", level, chance)
            here = self.env.event()
            self.group.append(here)
            if len(self.group) == GROUP:
                for member in self.group:
                    member.succeed()
                self.group.clear()
            yield here

    def _crossing(self, level: int, chance: Chance) -> Steps:
        cashier, yard, vehicles = self.desks["cashier"], self.desks["yard"], self.desks["vehicles"]
        yield cashier.ask(level)
        yield self.env.timeout(chance.service("cashier", self.gate.stations["cashier"].mean))
        yield yard.ask(level)
        cashier.free()
        yield from self.serve("marshal", level, chance)
        yield vehicles.ask(level)
        yard.free()
        yield self.env.timeout(chance.service("carry", self.gate.carry))
        self.env.process(self._return(vehicles, chance.child("truck.spawn empty return")))

    def _return(self, vehicles: Desk, chance: Chance) -> Steps:
        yield self.env.timeout(chance.service("return", self.gate.empty_return))
        vehicles.free()


def own_run(gate: Gate, days: int, *, seed: int, at: Mapping[str, list[int]]) -> GateDay:
    """Return one run with draws of its own; ``at`` holds the ticks of arrival of each class."""
    chance = OwnChance(random.Random(seed))
    streams = [chance] * BREAKDOWN_STREAMS
    return run_gate(
        gate, days, at=at, chances={kind: [chance] * len(ticks) for kind, ticks in at.items()}, streams=streams
    )


def run_gate(
    gate: Gate,
    days: int,
    *,
    at: Mapping[str, list[int]],
    chances: Mapping[str, Sequence[Chance]],
    streams: Sequence[Chance],
    mode: str = "finish",
) -> GateDay:
    """Return one run in which each truck and each stream of breakdowns has its given chance."""
    model = GateModel(gate, days, mode=mode)
    for kind, ticks in at.items():
        model.env.process(model.come([(tick, kind, one) for tick, one in zip(ticks, chances[kind], strict=True)]))
    model.break_down(streams)
    model.env.run(until=days * 1440 * MINUTE)
    return model.day
