"""The inspection budget: so many inspections an hour in each bay, never more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gatepair.clearance.channel.profile import HOURS_A_DAY, Bay, Profile


@dataclass(frozen=True, slots=True, order=True)
class LocalHour:
    """An hour of the post's local day, from 0 to 23."""

    day: date
    hour: int

    def after(self, hours: int) -> LocalHour:
        """Return the hour so many hours on."""
        days, hour = divmod(self.hour + hours, HOURS_A_DAY)
        return LocalHour(self.day + timedelta(days=days), hour)


@dataclass(frozen=True, slots=True, order=True)
class BayHour:
    """One hour of one bay."""

    when: LocalHour
    bay: str


Booked = Mapping[BayHour, int]
"""How many inspections each bay has in each hour; what is absent has none."""


def room(bay: Bay, when: LocalHour) -> int:
    """Return how many inspections ``bay`` takes in the hour ``when``."""
    return bay.per_hour if bay.start <= when.hour < bay.until else 0


def find(profile: Profile, when: LocalHour, booked: Booked, *, hours: int) -> BayHour | None:
    """Return the first hour of a bay with room, from ``when`` up to ``hours`` hours on; bays by key."""
    return next(_free(profile, when, booked, hours), None)


def book(booked: Booked, taken: BayHour) -> Booked:
    """Return ``booked`` with one more inspection."""
    return {**booked, taken: booked.get(taken, 0) + 1}


def overbooked(profile: Profile, booked: Booked) -> tuple[BayHour, ...]:
    """Return the hours of bays in which there are more inspections than the budget allows."""
    return tuple(
        taken
        for taken in sorted(booked)
        if booked[taken] > (room(profile.bays[taken.bay], taken.when) if taken.bay in profile.bays else 0)
    )


def _free(profile: Profile, when: LocalHour, booked: Booked, hours: int) -> Iterator[BayHour]:
    for later in range(hours + 1):
        hour = when.after(later)
        for key in sorted(profile.bays):
            taken = BayHour(hour, key)
            if booked.get(taken, 0) < room(profile.bays[key], hour):
                yield taken
