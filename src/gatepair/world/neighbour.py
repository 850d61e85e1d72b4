"""The other side when it has no post of ours: seen here only by what comes over the line.

One-sided mode: the neighbour's officers work by their own means, which nobody here sees.  Importers'
agents declare at the one post there is, vehicles come over the line as fast as the neighbour's way out
lets them, and those that went over come home empty when they have unloaded.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from gatepair.base.duties import Duty
from gatepair.base.time import SECOND_MS
from gatepair.crossing.model import LoadUnit
from gatepair.plan import habits
from gatepair.plan.model import Role
from gatepair.plan.sampling import service_ms
from gatepair.world.declarations import import_dossier
from gatepair.world.leaving import declared
from gatepair.world.people import Journey, People
from gatepair.world.posts import Answer
from gatepair.world.traffic import Trip

DrivesUp = Callable[[Journey, int], None]


class Neighbour:
    """The facing side of a post that works alone."""

    def __init__(self, people: People, post: str, drives_up: DrivesUp) -> None:
        """Take the key of the absent post, and whom to tell that a vehicle is at our entry."""
        self._people = people
        self._absent = post
        self._post = people.plan.partner_of(post)
        self._drives_up = drives_up
        self._way_out = next((key for key, _ in people.stations(post, Role.EXIT)), None)

    def expect(self, trip: Trip) -> None:
        """Put a vehicle that will come over the line into the world."""
        journey = Journey(trip)
        self._people.schedule.put(trip.declared_ms, partial(self._declare, journey))

    def arrives(self, journey: Journey, now_ms: int) -> None:
        """Take over a vehicle that left our post: it unloads and comes home empty."""
        if journey.trip.load is LoadUnit.EMPTY or journey.trip.return_of is not None:
            return
        people = self._people
        unloads_ms = service_ms(people.demand.unload_s, people.chance.unit(journey.trip.entity, "unload"))
        home_ms = now_ms + unloads_ms + people.pause_ms(journey, "return-home", habits.RETURN_HOME_S)
        people.schedule.put(
            home_ms, lambda at_ms: self.expect(people.traffic.homeward(journey.trip, journey.crossing, at_ms))
        )

    def _declare(self, journey: Journey, now_ms: int) -> None:
        self._people.say(
            self._post,
            Duty.TRADER,
            journey,
            "DeclareCrossing",
            at_ms=now_ms,
            answered=partial(self._declared, journey),
            **declared(self._people, journey, self._absent),
        )

    def _declared(self, journey: Journey, answer: Answer, now_ms: int) -> None:
        if answer.status != "done":
            return
        journey.crossing = answer.crossing
        # Nobody announces it: whoever stands at our entry is taken in.
        journey.announced = True
        self._people.journeys[answer.crossing] = journey
        if journey.trip.load is not LoadUnit.EMPTY:
            text = import_dossier(self._people.chance, self._people.plan, journey.trip, at_ms=now_ms)
            self._people.say(self._post, Duty.TRADER, journey, "LodgeDeclaration", at_ms=now_ms, declaration_text=text)
        self._people.schedule.put(max(now_ms, journey.trip.came_ms), partial(self._leaves, journey))

    def _leaves(self, journey: Journey, now_ms: int) -> None:
        """Let the vehicle through the neighbour's first station; what else happens there is not seen here."""
        key = self._way_out
        if key is None:
            self._over(journey, now_ms)
            return
        lasts_ms = self._people.service_ms(journey, (key, self._people.plan.stations[key]), None)
        self._people.places[key].enter(now_ms, lasts_ms, partial(self._over, journey))

    def _over(self, journey: Journey, now_ms: int) -> None:
        length_m = self._people.plan.routes[journey.trip.route].length_m
        at_ms = now_ms + length_m // habits.LINE_SPEED_M_S * SECOND_MS
        self._people.schedule.put(at_ms, partial(self._drives_up, journey))
