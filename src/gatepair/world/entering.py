"""What happens around a vehicle at the post where it comes in: acceptance, handover, agencies, the way inland."""

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
from gatepair.world.leaving import pay
from gatepair.world.passage import Passage
from gatepair.world.people import Journey, People
from gatepair.world.posts import Answer
from gatepair.world.stations import open_from

GoesHome = Callable[[Journey, int], None]


class Entering:
    """The people of one post in its entry role."""

    def __init__(self, people: People, post: str, goes_home: GoesHome) -> None:
        """Take the post and whom to tell that a vehicle is empty again."""
        self._people = people
        self._post = post
        self._goes_home = goes_home
        self._passages: dict[str, Passage] = {}
        self._halts: list[tuple[int, int]] = []
        self._charges = people.plan.posts[post].fee_schedule is not None
        stations = people.stations(post, Role.ENTRY)
        self._first = stations[0][0] if stations else "gate"
        self._calendar = stations[0][1].hours if stations else next(iter(people.plan.calendars))

    def stand_still(self, start_ms: int, until_ms: int) -> None:
        """Stop without telling anybody: nothing is accepted, taken in or served between the instants."""
        self._halts.append((start_ms, until_ms))
        for key, _ in self._people.stations(self._post, Role.ENTRY):
            self._people.places[key].halt(start_ms, until_ms)

    # --- before it comes -----------------------------------------------------------------------

    def announced(self, journey: Journey, now_ms: int) -> None:
        """Hear of a crossing towards us: an officer reads it within the hours and accepts it."""
        self.lodges(journey, now_ms)
        opens_ms = open_from(self._people.hours, self._calendar, self._halts, now_ms)
        at_ms = opens_ms + self._people.pause_ms(journey, f"{self._post}/accept", habits.ACCEPT_S)
        self._people.schedule.put(at_ms, partial(self._accept, journey))

    def lodges(self, journey: Journey, now_ms: int) -> None:
        """Let the importer lodge the declaration with which the goods come in."""
        people = self._people
        if journey.trip.load is LoadUnit.EMPTY:
            return
        text = import_dossier(people.chance, people.plan, journey.trip, at_ms=now_ms)
        people.say(self._post, Duty.TRADER, journey, "LodgeDeclaration", at_ms=now_ms, declaration_text=text)

    def _accept(self, journey: Journey, now_ms: int) -> None:
        self._people.say(self._post, Duty.GATE_BOARD, journey, "AcceptArrival", at_ms=now_ms)

    # --- the handover --------------------------------------------------------------------------

    def drives_up(self, journey: Journey, now_ms: int) -> None:
        """Let the vehicle into the gate yard when there is room and somebody works."""
        opens_ms = open_from(self._people.hours, self._calendar, self._halts, now_ms)
        if opens_ms > now_ms:
            self._people.schedule.put(opens_ms, partial(self.drives_up, journey))
            return
        if journey.trip.load is LoadUnit.EMPTY:
            self._inside(journey, now_ms)
            return
        self._people.yards[self._post].enter(now_ms, partial(self._inside, journey))

    def _inside(self, journey: Journey, now_ms: int) -> None:
        journey.at_gate = True
        if journey.announced:
            self._hand_over(journey, now_ms)

    def departed(self, journey: Journey, now_ms: int) -> None:
        """Hear the partner's word that it left; who already stands here is taken over."""
        journey.announced = True
        if journey.at_gate and not journey.received:
            self._hand_over(journey, now_ms)

    def _hand_over(self, journey: Journey, now_ms: int) -> None:
        passage = Passage(self._people, journey, self._post, Role.ENTRY)
        self._passages[journey.crossing] = passage
        self._people.say(
            self._post,
            Duty.YARD,
            journey,
            "ConfirmHandover",
            at_ms=now_ms,
            answered=partial(self._received, journey, passage),
            station=self._first,
            seen=journey.seen(),
        )
        if self._charges:
            answered = partial(self._assessed, journey)
            self._people.say(self._post, Duty.GATE_BOARD, journey, "AssessFee", at_ms=now_ms, answered=answered)
        refused = None if journey.trip.load is LoadUnit.EMPTY else partial(self._refused, journey)
        passage.begin(now_ms, partial(self._through, journey), refused=refused)

    def _received(self, journey: Journey, passage: Passage, answer: Answer, now_ms: int) -> None:
        if answer.status != "done":
            passage.abandon()
            again_ms = now_ms + habits.RETRY_S * SECOND_MS
            self._people.schedule.put(again_ms, partial(self._hand_over, journey))
            return
        journey.received = True

    def _assessed(self, journey: Journey, answer: Answer, now_ms: int) -> None:
        pay(self._people, self._post, journey, answer=answer, now_ms=now_ms)

    def reopened(self, journey: Journey, duty: Duty, now_ms: int) -> None:
        """Hear that a decision at this post no longer stands."""
        passage = self._passages.get(journey.crossing)
        if passage is not None:
            passage.reopened(duty, now_ms)

    # --- inland, or back -------------------------------------------------------------------------

    def _through(self, journey: Journey, now_ms: int) -> None:
        at_ms = now_ms + self._people.pause_ms(journey, f"{self._post}/drive-off", habits.DRIVE_OFF_S)
        self._people.say(
            self._post,
            Duty.YARD,
            journey,
            "RecordExit",
            at_ms=at_ms,
            end="out",
            answered=partial(self._gone, journey),
            station=self._passages[journey.crossing].last_station,
        )

    def _gone(self, journey: Journey, answer: Answer, now_ms: int) -> None:
        if answer.status != "done":
            self._people.schedule.put(now_ms + habits.RETRY_S * SECOND_MS, partial(self._through, journey))
            return
        self._passages.pop(journey.crossing, None)
        if journey.trip.load is LoadUnit.EMPTY:
            return
        self._people.yards[self._post].leave(now_ms)
        if journey.trip.return_of is not None:
            # With its two-way load delivered the vehicle is at home.
            return
        people = self._people
        unloads_ms = service_ms(people.demand.unload_s, people.chance.unit(journey.trip.entity, "unload"))
        home_ms = now_ms + unloads_ms + people.pause_ms(journey, "return-home", habits.RETURN_HOME_S)
        people.schedule.put(home_ms, partial(self._goes_home, journey))

    def _refused(self, journey: Journey, now_ms: int) -> None:
        """The goods go back: the yard place is free again; the exit post hears of it over the link."""
        self._passages.pop(journey.crossing, None)
        self._people.yards[self._post].leave(now_ms)
