"""The way of one vehicle through the stations of one post, and the officers who stand there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

import msgspec

from gatepair.base.duties import Duty
from gatepair.base.time import SECOND_MS
from gatepair.crossing.model import Channel, LoadUnit
from gatepair.plan import habits
from gatepair.plan.model import CommodityGroup, Role, Station, StationKind
from gatepair.plan.rules import required_duties, visit_permille
from gatepair.plan.sampling import service_ms
from gatepair.world.people import Journey, People
from gatepair.world.posts import Answer

Through = Callable[[int], None]
"""Called with the instant at which the vehicle is past the last barrier, or is sent back."""

DOCUMENTS_OK: Final = "documents_ok"
"""Result by which customs says that it looked at the papers."""
ASK_AGAIN_MS: Final = 10 * SECOND_MS


class Passage:
    """Takes one journey through one post: stations in order, each duty's verdict, channel, inspection, release.

    Barriers at the end of the way open after the release.  An empty vehicle runs on the empties'
    own lane: it meets only stations that name the commodity ``none``.
    """

    def __init__(self, people: People, journey: Journey, post: str, role: Role) -> None:
        """Plan the way; :meth:`begin` starts it."""
        self._people = people
        self._journey = journey
        self._post = post
        self._at_entry = role is Role.ENTRY
        trip = journey.trip
        duties = required_duties(people.plan, post=post, role=role, regime=trip.regime, commodity=trip.commodity)
        self._undecided: list[Duty] = [duty for duty in duties if duty is not Duty.CUSTOMS]
        way = people.stations(post, role)
        self.first_station = way[0][0] if way else "gate"
        self._after_release: list[tuple[str, Station]] = []
        while len(way) > 1 and way[-1][1].kind is StationKind.BARRIER:
            self._after_release.insert(0, way.pop())
        self.last_station = self._after_release[-1][0] if self._after_release else (way[-1][0] if way else "gate")
        self._way = way
        self._refusing: Duty | None = None
        self._sampled = False
        self._at_papers = False
        self._abandoned = False
        self._through: Through | None = None
        self._refused: Through | None = None

    def begin(self, now_ms: int, through: Through, *, refused: Through | None = None) -> None:
        """Set off; ``through`` is called past the last barrier, ``refused`` when an agency sends the goods back."""
        self._through = through
        self._refused = refused
        if refused is not None and self._happens("refuse", self._people.demand.refuse_permille):
            self._refusing = next((duty for duty in self._undecided if duty is Duty.QUARANTINE), None)
        self._say(Duty.CUSTOMS, "AssignChannel", now_ms, answered=self._channelled)
        self._next(now_ms, 0)

    def abandon(self) -> None:
        """Stop: the post did not let the vehicle in."""
        self._abandoned = True

    def _channelled(self, answer: Answer, now_ms: int) -> None:
        del now_ms
        for event in answer.events:
            if event.type.startswith("ChannelAssigned"):
                self._journey.channels[self._post] = msgspec.json.decode(event.payload, type=_Assigned).channel
        # An officer who gets no channel looks at the papers as if it were green; the post decides.
        self._journey.channels.setdefault(self._post, Channel.GREEN)

    # --- station after station -------------------------------------------------------------

    def _next(self, now_ms: int, index: int) -> None:
        if self._abandoned:
            return
        if index == len(self._way):
            self._papers(now_ms)
            return
        key, station = self._way[index]
        if _knows_channel(station) and self._post not in self._journey.channels:
            # The channel comes with the answer of this tick; the vehicle waits for it a moment.
            self._people.schedule.put(now_ms + ASK_AGAIN_MS, lambda later_ms: self._next(later_ms, index))
            return
        if not self._visits(key, station):
            self._next(now_ms, index + 1)
            return
        channel = self._journey.channels.get(self._post)
        begun = None
        if station.kind is StationKind.INSPECTION_BAY:
            self._say(station.duty, "OrderInspection", now_ms, bay=key, reason="channel_red")
            begun = partial(self._in_bay, index)
        lasts_ms = self._people.service_ms(self._journey, (key, station), channel)
        self._people.places[key].enter(now_ms, lasts_ms, partial(self._served, index), begun=begun)

    def _in_bay(self, index: int, now_ms: int) -> None:
        if not self._abandoned:
            key, station = self._way[index]
            self._say(station.duty, "RecordCheck", now_ms, station=key, result="in_bay")

    def _served(self, index: int, now_ms: int) -> None:
        if self._abandoned:
            return
        key, station = self._way[index]
        if station.kind is StationKind.INSPECTION_BAY:
            self._say(station.duty, "FinishInspection", now_ms, passed=True, evidence="SYNTHETIC inspection record")
        else:
            weighed = station.kind is StationKind.WEIGHBRIDGE
            seen = self._journey.seen(weighed=weighed)
            result = DOCUMENTS_OK if station.duty is Duty.CUSTOMS else "passed"
            self._say(station.duty, "RecordCheck", now_ms, station=key, result=result, seen=seen)
        if station.duty in self._undecided and not self._comes_again(station.duty, index):
            self._look(station.duty, now_ms)
        self._next(now_ms, index + 1)

    def _comes_again(self, duty: Duty, index: int) -> bool:
        """Tell whether another station of ``duty`` lies ahead before the release."""
        return any(one.duty is duty and self._visits(key, one) for key, one in self._way[index + 1 :])

    def _visits(self, key: str, station: Station) -> bool:
        trip = self._journey.trip
        if trip.load is LoadUnit.EMPTY and not _names_empties(station):
            return False
        channel = self._journey.channels.get(self._post)
        return self._happens(key, visit_permille(station, trip.commodity, channel.value if channel else None))

    # --- verdicts --------------------------------------------------------------------------

    def _look(self, duty: Duty, now_ms: int) -> None:
        """Decide, or take a sample first and decide when the laboratory has answered."""
        share = self._people.demand.sample_permille.get(self._journey.trip.commodity, 0) if self._at_entry else 0
        if duty is not Duty.QUARANTINE or not self._happens("sample", share):
            self._decide(duty, now_ms)
            return
        people, entity = self._people, self._journey.trip.entity
        lasts_ms = service_ms(people.demand.laboratory_s, people.chance.unit(entity, "laboratory"))
        number = f"syn-{entity}"
        self._sampled = True
        self._say(
            duty, "TakeSample", now_ms, number=number, laboratory="lab-synthetic", expected_at_ms=now_ms + lasts_ms
        )
        people.schedule.put(now_ms + lasts_ms, partial(self._laboratory, duty, number))

    def _laboratory(self, duty: Duty, number: str, now_ms: int) -> None:
        self._sampled = False
        self._say(duty, "RecordLaboratoryResult", now_ms, number=number, passed=True)
        self._decide(duty, now_ms)
        if self._at_papers:
            self._papers(now_ms)

    def _decide(self, duty: Duty, now_ms: int) -> None:
        self._undecided.remove(duty)
        if self._refusing is duty:
            self._say(duty, "Decide", now_ms, verdict="refuse", reasons=["pest_found"])
            self._say(duty, "RefuseCrossing", now_ms, cause="pest_found", onward="home_market")
            return
        self._say(duty, "Decide", now_ms, verdict="clear")

    def _papers(self, now_ms: int) -> None:
        """Let the duties without a station decide on papers, then customs."""
        self._at_papers = True
        if self._sampled or self._abandoned:
            return
        moment = now_ms
        for duty in list(self._undecided):
            moment += self._pause_ms(duty.value, habits.PAPER_CHECK_S)
            self._decide(duty, moment)
        laden = self._journey.trip.load is not LoadUnit.EMPTY
        if laden and not any(one.duty is Duty.CUSTOMS and self._visits(key, one) for key, one in self._way):
            self._say(Duty.CUSTOMS, "RecordCheck", moment, station=self.first_station, result=DOCUMENTS_OK)
        if self._refusing is not None and self._refused is not None:
            self._people.schedule.put(moment, self._refused)
            return
        self._people.schedule.put(moment, self._release)

    # --- release and the way out -------------------------------------------------------------

    def _release(self, now_ms: int) -> None:
        if self._abandoned:
            return
        at_ms = now_ms + self._pause_ms("release", habits.RELEASE_S)
        if not self._at_entry and not self._journey.seal and self._journey.trip.load is not LoadUnit.EMPTY:
            self._journey.seal = f"syn{self._people.chance.seed}-{self._journey.trip.entity}"
            self._say(Duty.CUSTOMS, "ApplySeal", now_ms, number=self._journey.seal, kind="customs")
        self._say(Duty.CUSTOMS, "Release", at_ms, answered=self._released)

    def _released(self, answer: Answer, now_ms: int) -> None:
        if answer.status != "done":
            # Something still stands against it, such as a decision that a correction reopened.
            self._people.schedule.put(now_ms + habits.RETRY_S * SECOND_MS, self._release)
            return
        self._leave(now_ms, 0)

    def reopened(self, duty: Duty, now_ms: int) -> None:
        """Hear that a correction reopened the decision of ``duty``: look again, on papers."""
        if duty is Duty.CUSTOMS or duty in self._undecided:
            return
        at_ms = now_ms + self._pause_ms(f"again/{duty.value}", habits.PAPER_CHECK_S)
        self._say(duty, "Decide", at_ms, verdict="clear")

    def _leave(self, now_ms: int, index: int) -> None:
        if index == len(self._after_release):
            if self._through is not None:
                self._through(now_ms)
            return
        key, station = self._after_release[index]
        if not self._visits(key, station):
            self._leave(now_ms, index + 1)
            return
        lasts_ms = self._people.service_ms(self._journey, (key, station), self._journey.channels.get(self._post))
        self._people.places[key].enter(now_ms, lasts_ms, partial(self._past, index))

    def _past(self, index: int, now_ms: int) -> None:
        self._leave(now_ms, index + 1)

    # --- small things ------------------------------------------------------------------------

    def _say(self, duty: Duty, kind: str, at_ms: int, /, **fields: Any) -> None:
        self._people.say(self._post, duty, self._journey, kind, at_ms=at_ms, **fields)

    def _happens(self, activity: str, share_permille: int) -> bool:
        return self._people.chance.happens(self._journey.trip.entity, f"{self._post}/{activity}", share_permille)

    def _pause_ms(self, activity: str, bounds: tuple[int, int]) -> int:
        return self._people.pause_ms(self._journey, f"{self._post}/{activity}", bounds)


class _Assigned(msgspec.Struct):
    channel: Channel


def _knows_channel(station: Station) -> bool:
    """Tell whether the way through ``station`` depends on the channel."""
    return any(name.startswith("channel:") for name in (*station.service, *station.share_permille))


def _names_empties(station: Station) -> bool:
    none = CommodityGroup.NONE.value
    return none in station.service or station.share_permille.get(none, 0) > 0
