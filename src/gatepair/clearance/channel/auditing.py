"""The audit of a period: every choice is worked out again from the profiles and the salt that was shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final

from msgspec import Meta, Struct

from gatepair.base.findings import Finding
from gatepair.clearance.channel import findings as say
from gatepair.clearance.channel.budget import BayHour, Booked, LocalHour, book
from gatepair.clearance.channel.choosing import NOTHING_BOOKED, Choice, choose
from gatepair.clearance.channel.draw import WHOLE, commitment
from gatepair.clearance.channel.ports import Score
from gatepair.clearance.channel.profile import Profile, Subject
from gatepair.clearance.duty.rates import rounded
from gatepair.crossing.model import Channel

SIGMAS: Final = 4
"""How many standard deviations a share may lie from its promise: beyond that once in 16,000 honest periods."""


class Recorded(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One choice as the post recorded it, with what it was made from."""

    subject: Subject
    day: date
    hour: Annotated[int, Meta(ge=0, le=23)]
    channel: Channel
    reason: str
    profile: str
    version: int
    bay: str = ""
    bay_day: date | None = None
    bay_hour: int = 0
    score: Score | None = None


class ShadowChoice(Struct, frozen=True, forbid_unknown_fields=True):
    """What a shadow would have chosen, before any budget."""

    profile: str
    version: int
    channel: Channel
    reason: str


@dataclass(frozen=True, slots=True)
class Audit:
    """What was checked and what does not hold."""

    checked: int
    picked: int
    """How many the random share picked, by the auditor's own draws."""
    promised_permille: int
    """How many it had to pick in expectation, in thousandths of a load."""
    findings: tuple[Finding, ...]

    def to_wire(self) -> dict[str, Any]:
        """Return the form for the auditor."""
        return {
            "checked": self.checked,
            "findings": [finding.to_wire() for finding in self.findings],
            "picked": self.picked,
            "promised_permille": self.promised_permille,
        }


def record(chosen: Choice, subject: Subject, when: LocalHour) -> Recorded:
    """Return ``chosen`` as it is recorded."""
    bay = chosen.bay
    return Recorded(
        subject=subject,
        day=when.day,
        hour=when.hour,
        channel=chosen.channel,
        reason=chosen.reason,
        profile=chosen.profile,
        version=chosen.version,
        bay=bay.bay if bay else "",
        bay_day=bay.when.day if bay else None,
        bay_hour=bay.when.hour if bay else 0,
        score=chosen.score,
    )


def audit(
    records: Sequence[Recorded],
    profiles: Iterable[Profile],
    *,
    salt: str,
    committed: str,
    period: str,
) -> Audit:
    """Return what came of working out all ``records`` of a ``period`` again, in the order in which they were made.

    ``committed`` is what the post had published of the salt before the period.
    """
    known = tuple(profiles)
    findings: list[Finding] = []
    posts = sorted({each.subject.post for each in records})
    if any(commitment(salt, post=post, period=period) != committed for post in posts):
        findings.append(say.SALT_OTHER.at("salt", period=period))
    findings += _twice(records)
    booked: Booked = NOTHING_BOOKED
    picked = promised = spread = 0
    for index, each in enumerate(records):
        place, words = f"records.{index}", {"crossing": each.subject.crossing}
        when = LocalHour(each.day, each.hour)
        found = choose(each.subject, known, when=when, salt=salt, booked=booked, score=each.score)
        if found is None:
            findings.append(say.NO_PROFILE.at(place, **words, day=each.day.isoformat()))
            continue
        choice = found.choice
        picked += choice.picked
        live = next(
            one for one in known if (one.id, one.version) == (choice.profile, choice.version) and not one.shadow
        )
        promised += live.random_permille
        spread += live.random_permille * (WHOLE - live.random_permille)
        if record(choice, each.subject, when) != each:
            told = {
                "recorded": f"{each.channel.value} {each.reason}",
                "found": f"{choice.channel.value} {choice.reason}",
            }
            findings.append(say.CHOICE_OTHER.at(place, **words, **told))
        # The budget goes on from what was recorded, so that one false record does not taint all after it.
        taken = _taken(each)
        if taken is not None:
            booked = book(booked, taken)
    if (picked * WHOLE - promised) ** 2 > SIGMAS**2 * spread:
        findings.append(
            say.SHARE_MISSED.at("records", picked=picked, checked=len(records), promised=rounded(promised, WHOLE))
        )
    return Audit(len(records), picked, promised, tuple(findings))


def _taken(each: Recorded) -> BayHour | None:
    return BayHour(LocalHour(each.bay_day, each.bay_hour), each.bay) if each.bay and each.bay_day else None


def _twice(records: Iterable[Recorded]) -> Iterator[Finding]:
    """Yield crossings that were drawn more than once: one could draw until it is green."""
    seen: set[tuple[str, str]] = set()
    for index, each in enumerate(records):
        key = (each.subject.post, each.subject.crossing)
        if key in seen:
            yield say.DRAWN_TWICE.at(f"records.{index}", crossing=each.subject.crossing)
        seen.add(key)
