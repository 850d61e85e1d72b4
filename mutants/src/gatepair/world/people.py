"""What all actors of the simulated world share: the plan, the time, chance, stations and a way to speak.

The actors know a vehicle's physical truth; of the posts they know only answers and feeds.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from gatepair.base.duties import Duty
from gatepair.base.time import SECOND_MS
from gatepair.crossing.model import Channel
from gatepair.plan import habits
from gatepair.plan.model import Demand, Plan, Role, Station
from gatepair.plan.rules import service_time, stations_of
from gatepair.plan.sampling import service_ms
from gatepair.world.chance import Chance
from gatepair.world.hours import Hours
from gatepair.world.outbox import Answered, Outbox, slot_of
from gatepair.world.posts import Answer
from gatepair.world.schedule import Schedule
from gatepair.world.stations import ServicePlace, Standing
from gatepair.world.traffic import Traffic, Trip

TARE_KG: Final = 16_000
"""Tractor and trailer without load, in kilograms. Assumed."""


@dataclass(slots=True)
class Journey:
    """One vehicle on its way: the physical truth, and what its people have heard."""

    trip: Trip
    crossing: str = ""
    channels: dict[str, Channel] = field(default_factory=dict)
    """By post."""
    seal: str = ""
    mass_kg: int = 0
    misses_left: int = 0
    accepted: bool = False
    leaving: bool = False
    """The yard asked to let it depart and has no answer yet."""
    held_up: bool = False
    """It stands at the way out of the exit post, released and not let over the line."""
    departed: bool = False
    at_gate: bool = False
    """At the entry post's gate, waiting for the word of its departure."""
    announced: bool = False
    """The entry post knows that it departed."""
    received: bool = False
    tries: Counter[str] = field(default_factory=Counter)

    def seen(self, *, weighed: bool = False) -> dict[str, Any]:
        """Return what devices read; with its seal once it has one, with its mass at a weighbridge."""
        read: dict[str, Any] = self.trip.vehicle.seen()
        if self.seal:
            read["seals"] = [self.seal]
        if weighed:
            read["gross_mass_kg"] = self.mass_kg + TARE_KG
        return read


class People:
    """The world's common ground."""

    def __init__(self, plan: Plan, demand: Demand, seed: int, hours: Hours) -> None:
        """Build the stations and yards of ``plan``; nobody moves yet."""
        self.plan = plan
        self.demand = demand
        self.hours = hours
        self.chance = Chance(seed)
        self.schedule = Schedule()
        self.traffic = Traffic(plan, demand, self.chance)
        self.outboxes = {post: Outbox() for post in plan.posts}
        self.journeys: dict[str, Journey] = {}
        self.said: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        self.places = {
            key: ServicePlace(key, servers=station.servers, hours=hours, calendar=station.hours, schedule=self.schedule)
            for key, station in plan.stations.items()
        }
        self.yards = {post: Standing(_room(plan, post), self.schedule) for post in plan.posts}
        self.intake_halts: dict[str, list[tuple[int, int]]] = {post: [] for post in plan.posts}

    def stations(self, post: str, role: Role) -> list[tuple[str, Station]]:
        """Return the stations of ``post`` for ``role`` in the order of the way."""
        return list(stations_of(self.plan, post, role))

    def pause_ms(self, journey: Journey, activity: str, bounds: tuple[int, int]) -> int:
        """Return how long somebody takes for ``activity``, in milliseconds."""
        return self.chance.between(journey.trip.entity, activity, bounds) * SECOND_MS

    def service_ms(self, journey: Journey, station: tuple[str, Station], channel: Channel | None) -> int:
        """Return how long ``journey`` is served at ``station``, in milliseconds."""
        key, place = station
        service = service_time(place, journey.trip.commodity, channel.value if channel else None)
        return service_ms(service, self.chance.unit(journey.trip.entity, key))

    def say(
        self,
        post: str,
        duty: Duty,
        journey: Journey,
        kind: str,
        /,
        *,
        at_ms: int,
        end: str = "",
        answered: Answered | None = None,
        **fields: Any,
    ) -> None:
        """Put the command ``kind`` into the outbox of ``post``; ``answered`` hears the answer."""
        command = {"type": kind, "at_ms": at_ms, **fields}
        if kind != "DeclareCrossing":
            command["crossing"] = journey.crossing
        self.put(post, slot_of(duty, end), journey.trip.entity, command, answered=answered, tries=journey.tries)

    def put(
        self,
        post: str,
        slot: int,
        entity: str,
        command: dict[str, Any],
        *,
        answered: Answered | None,
        tries: Counter[str],
    ) -> None:
        """Put ``command`` into the outbox under an id that derives from seed, entity, kind and count."""
        kind = command["type"]
        name = f"{post}/{kind}"
        tries[name] += 1
        id_ = f"w{self.chance.seed}.{post}.{entity}.{kind}.{tries[name]}"

        def hear(answer: Answer, now_ms: int) -> None:
            self.said[kind] += 1
            if answer.status != "done":
                self.refused[f"{kind}: {why(answer)}"] += 1
            if answered is not None:
                answered(answer, now_ms)

        self.outboxes[post].put(slot, entity, command, id_=id_, answered=hear)


def why(answer: Answer) -> str:
    """Return the code of an answer's first finding, or its error's."""
    if answer.findings:
        return str(msgspec.json.decode(answer.findings[0], type=_Coded).code)
    return answer.error or answer.status


class _Coded(msgspec.Struct):
    code: str


def _room(plan: Plan, post: str) -> int:
    """Return how many vehicles the gate yards of ``post`` hold."""
    return (
        sum(yard.capacity for yard in plan.yards.values() if yard.post == post and yard.kind.value == "gate")
        or habits.YARD_PLACES
    )
