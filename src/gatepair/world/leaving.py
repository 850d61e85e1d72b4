"""What happens around a vehicle at the post where it leaves: trader, driver, yard, fee, the way to the line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import msgspec

from gatepair.base.duties import Duty
from gatepair.base.time import SECOND_MS
from gatepair.crossing.model import LoadUnit
from gatepair.plan import habits
from gatepair.plan.model import LaneDirection, LaneKind, Role, YardKind
from gatepair.world import identities
from gatepair.world.declarations import export_dossier
from gatepair.world.goods import goods_item
from gatepair.world.passage import Passage
from gatepair.world.people import Journey, People, why
from gatepair.world.posts import Answer
from gatepair.world.traffic import Trip

Departed = Callable[[Journey, int], None]
NOT_ACCEPTED: Final = "crossing.partner_not_accepted"
"""The finding by which a post keeps a vehicle that its partner has not accepted yet."""
OFFICER_NEEDED: Final = "crossing.officer_needed"
"""The finding by which a post asks for an officer, because the partner's word is old."""


class Leaving:
    """The people of one post in its exit role."""

    def __init__(self, people: People, post: str, departed: Departed) -> None:
        """Take the post and whom to tell that a vehicle is over the line."""
        self._people = people
        self._post = post
        self._departed = departed
        self._passages: dict[str, Passage] = {}
        plan = people.plan
        self._charges = plan.posts[post].fee_schedule is not None
        buffers = [key for key, yard in plan.yards.items() if yard.post == post and yard.kind is YardKind.BUFFER]
        self._buffers = buffers

    # --- declaring and queueing ----------------------------------------------------------------

    def expect(self, trip: Trip) -> None:
        """Put a vehicle into the world: its trader declares it in time."""
        journey = Journey(trip, misses_left=trip.misses)
        self._people.schedule.put(trip.declared_ms, lambda now_ms: self._declare(journey, now_ms))

    def _declare(self, journey: Journey, now_ms: int) -> None:
        self._people.say(
            self._post,
            Duty.TRADER,
            journey,
            "DeclareCrossing",
            at_ms=now_ms,
            answered=lambda answer, known_ms: self._declared(journey, answer, known_ms),
            **declared(self._people, journey, self._post),
        )

    def _declared(self, journey: Journey, answer: Answer, now_ms: int) -> None:
        if answer.status != "done":
            return
        trip, people = journey.trip, self._people
        journey.crossing = answer.crossing
        people.journeys[answer.crossing] = journey
        if trip.load is not LoadUnit.EMPTY:
            text = export_dossier(people.chance, people.plan, trip)
            people.say(self._post, Duty.TRADER, journey, "LodgeDeclaration", at_ms=now_ms, declaration_text=text)
        if trip.corrects and trip.load is not LoadUnit.EMPTY:
            after_ms = people.pause_ms(journey, "corrects", habits.CORRECT_AFTER_S)
            people.schedule.put(now_ms + after_ms, lambda at_ms: self._correct(journey, at_ms))
        if trip.paper_ms is not None:
            people.schedule.put(max(now_ms, trip.paper_ms), lambda at_ms: self._attach(journey, at_ms))
        people.schedule.put(max(now_ms, trip.came_ms), lambda at_ms: self._queue(journey, at_ms))

    def _correct(self, journey: Journey, now_ms: int) -> None:
        packages = self._people.chance.between(journey.trip.entity, "packages-right", (300, 399))
        self._people.say(
            self._post,
            Duty.TRADER,
            journey,
            "CorrectField",
            at_ms=now_ms,
            path="goods.0.packages",
            value=packages,
            reason="SYNTHETIC: packages were counted again",
        )

    def _attach(self, journey: Journey, now_ms: int) -> None:
        if not journey.departed:
            paper = _paper(journey.trip.entity)
            self._people.say(self._post, Duty.TRADER, journey, "AttachDocument", at_ms=now_ms, document=paper)

    def _queue(self, journey: Journey, now_ms: int) -> None:
        if journey.trip.lane_kind is LaneKind.EMPTIES:
            self._assess(journey, now_ms)
            # The empties' lane has no queue: who comes when it is closed waits for it to open.
            opens_ms = self._lane_opens_ms(journey, now_ms)
            self._people.schedule.put(opens_ms, lambda at_ms: self._arrive(journey, at_ms))
            return
        fields: dict[str, Any] = {}
        if self._buffers and journey.trip.load is not LoadUnit.EMPTY:
            fields["yard"] = self._buffers[0]
        self._people.say(self._post, Duty.DRIVER, journey, "TakePlace", at_ms=now_ms, **fields)
        self._assess(journey, now_ms)

    def _assess(self, journey: Journey, now_ms: int) -> None:
        if self._charges:
            self._people.say(
                self._post,
                Duty.GATE_BOARD,
                journey,
                "AssessFee",
                at_ms=now_ms,
                answered=lambda answer, known_ms: self._assessed(journey, answer, known_ms),
            )

    def _assessed(self, journey: Journey, answer: Answer, now_ms: int) -> None:
        pay(self._people, self._post, journey, answer=answer, now_ms=now_ms)

    # --- the call ------------------------------------------------------------------------------

    def called(self, journey: Journey, until_ms: int, now_ms: int) -> None:
        """Hear that the post called the vehicle: the driver acknowledges and comes, or is not there."""
        if journey.misses_left:
            journey.misses_left -= 1
            return
        people = self._people
        read_ms = now_ms + people.pause_ms(journey, "acknowledge", habits.ACKNOWLEDGE_S)
        people.say(self._post, Duty.DRIVER, journey, "AcknowledgeCall", at_ms=read_ms)
        travel_ms = people.plan.yards[self._buffers[0]].travel_s * SECOND_MS if self._buffers else 0
        start_ms = read_ms + people.pause_ms(journey, "start", habits.START_S)
        arrives_ms = max(read_ms, min(start_ms + travel_ms, until_ms - habits.HURRY_S * SECOND_MS))
        people.schedule.put(arrives_ms, lambda at_ms: self._arrive(journey, at_ms))

    def _arrive(self, journey: Journey, now_ms: int) -> None:
        passage = Passage(self._people, journey, self._post, Role.EXIT)
        self._passages[journey.crossing] = passage
        self._people.say(
            self._post,
            Duty.YARD,
            journey,
            "RecordArrival",
            at_ms=now_ms,
            answered=lambda answer, known_ms: self._arrived(passage, answer, known_ms),
            station=passage.first_station,
            seen=journey.seen(),
        )
        passage.begin(now_ms, lambda at_ms: self._ready(journey, at_ms))

    def _arrived(self, passage: Passage, answer: Answer, now_ms: int) -> None:
        del now_ms
        if answer.status != "done":
            passage.abandon()

    def reopened(self, journey: Journey, duty: Duty, now_ms: int) -> None:
        """Hear that a decision at this post no longer stands."""
        passage = self._passages.get(journey.crossing)
        if passage is not None and not journey.departed:
            passage.reopened(duty, now_ms)

    # --- over the line -------------------------------------------------------------------------

    def _ready(self, journey: Journey, now_ms: int) -> None:
        self._depart(journey, now_ms + self._people.pause_ms(journey, "drive-off", habits.DRIVE_OFF_S))

    def accepted(self, journey: Journey, now_ms: int) -> None:
        """Hear that the partner will take it; who stands at the way out drives off."""
        journey.accepted = True
        if journey.held_up and not journey.departed:
            self._depart(journey, now_ms)

    def _depart(self, journey: Journey, now_ms: int, *, officer: str = "") -> None:
        if journey.departed or journey.leaving:
            return
        journey.leaving = True
        confirmed = {"confirmed_by": officer} if officer else {}
        self._people.say(
            self._post,
            Duty.YARD,
            journey,
            "Depart",
            at_ms=now_ms,
            end="out",
            answered=lambda answer, known_ms: self._left(journey, answer, known_ms, now_ms),
            lane=self._lane(journey),
            seen=journey.seen(),
            **confirmed,
        )

    def _left(self, journey: Journey, answer: Answer, now_ms: int, left_ms: int) -> None:
        journey.leaving = False
        journey.held_up = answer.status != "done"
        if journey.held_up:
            if why(answer) == NOT_ACCEPTED and not journey.accepted:
                # The partner's word comes over the link; :meth:`accepted` sends it off then.
                return
            if why(answer) == OFFICER_NEEDED:
                self._confirm(journey, now_ms)
                return
            again_ms = self._lane_opens_ms(journey, now_ms + habits.RETRY_S * SECOND_MS)
            self._people.schedule.put(again_ms, lambda at_ms: self._depart(journey, at_ms))
            return
        journey.departed = True
        self._passages.pop(journey.crossing, None)
        length_m = self._people.plan.routes[journey.trip.route].length_m
        self._departed(journey, max(now_ms, left_ms + length_m // habits.LINE_SPEED_M_S * SECOND_MS))

    def _confirm(self, journey: Journey, now_ms: int) -> None:
        """Ask the officer on duty, who answers for an old word of the partner and not for none at all."""
        if journey.accepted:
            self._depart(journey, now_ms, officer=f"officer-{self._post}")

    def _lane_opens_ms(self, journey: Journey, now_ms: int) -> int:
        lane = self._people.plan.routes[journey.trip.route].lanes[self._lane(journey)]
        return self._people.hours.opens_ms(lane.hours, now_ms)

    def _lane(self, journey: Journey) -> str:
        """Return a lane of the route that leads the right way; tidal lanes only where there is no other."""
        trip = journey.trip
        lanes = self._people.plan.routes[trip.route].lanes
        kinds = {key: lane for key, lane in lanes.items() if lane.kind is trip.lane_kind}
        fixed = [key for key, lane in kinds.items() if lane.direction.value == trip.direction.value]
        tidal = [key for key, lane in kinds.items() if lane.direction is LaneDirection.TIDAL]
        choices = fixed or tidal or list(kinds)
        return choices[trip.vehicle.index % len(choices)]

    # --- back again ----------------------------------------------------------------------------

    def sent_back(self, journey: Journey, now_ms: int) -> None:
        """Hear that the partner refused the goods: the vehicle comes back over the line."""
        length_m = self._people.plan.routes[journey.trip.route].length_m
        back_ms = now_ms + length_m // habits.LINE_SPEED_M_S * SECOND_MS
        stations = self._people.stations(self._post, Role.EXIT)
        self._people.schedule.put(
            back_ms,
            lambda at_ms: self._people.say(
                self._post,
                Duty.YARD,
                journey,
                "ReceiveReturn",
                at_ms=at_ms,
                station=stations[0][0] if stations else "gate",
                seen=journey.seen(),
            ),
        )


def declared(people: People, journey: Journey, exit_key: str) -> dict[str, Any]:
    """Return what a trader declares of ``journey``, which leaves from the post ``exit_key``."""
    trip = journey.trip
    chance, plan = people.chance, people.plan
    goods: list[dict[str, Any]] = []
    if trip.load is not LoadUnit.EMPTY:
        origin = plan.sides[plan.posts[exit_key].side].country
        goods = [goods_item(chance, trip.entity, trip.commodity, origin)]
        journey.mass_kg = int(goods[0]["gross_mass_kg"])
    index = trip.vehicle.index
    rule = plan.queues.get(exit_key)
    tested = rule is not None and trip.commodity in rule.needs_test and trip.tested
    fields = {
        "direction": trip.direction.value,
        "route": trip.route,
        "lane_kind": trip.lane_kind.value,
        "load": trip.load.value,
        "declaration": {
            "regime": trip.regime.value,
            "goods": goods,
            "parties": {
                "exporter": identities.firm("Trading", chance.between(trip.entity, "exporter", (1, 400))),
                "importer": identities.firm("Import", chance.between(trip.entity, "importer", (1, 400))),
                "declarant": identities.firm("Agents", index % 60 + 1),
            },
            "documents": [_paper(trip.entity)] if tested else [],
            "synthetic": True,
        },
        "binding": trip.vehicle.binding(),
        "driver": identities.driver(trip.vehicle.country, index),
    }
    return fields | ({"return_of": trip.return_of} if trip.return_of else {})


class _Fee(msgspec.Struct):
    amount_minor: int
    currency: str


class _Assessed(msgspec.Struct):
    fee: _Fee


def pay(people: People, post: str, journey: Journey, *, answer: Answer, now_ms: int) -> None:
    """Pay what ``answer`` to an assessment says is due."""
    for event in answer.events:
        if event.type.startswith("FeeAssessed"):
            fee = msgspec.json.decode(event.payload, type=_Assessed).fee
            if fee.amount_minor:
                people.say(
                    post,
                    Duty.GATE_BOARD,
                    journey,
                    "PayFee",
                    at_ms=now_ms + people.pause_ms(journey, f"{post}/pay", habits.PAY_S),
                    amount_minor=fee.amount_minor,
                    currency=fee.currency,
                    receipt=f"SYN-{post}-{journey.trip.entity}",
                )


def _paper(entity: str) -> dict[str, Any]:
    return {"kind": "test_report", "number": f"SYN-T-{entity}", "issuer": "SYNTHETIC Laboratory"}
