"""A plan in words: what a newcomer needs to read before the YAML."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from zoneinfo import ZoneInfo

from gatepair.base.findings import Language
from gatepair.base.time import Instant, to_datetime
from gatepair.plan.calendars import Window, day_hours
from gatepair.plan.model import Plan, PriorityClass, QueueRule, RequiredDecisions, Text

CLOSED = "closed"


def named(text: Text, language: Language) -> str:
    """Return ``text`` in ``language``."""
    names: dict[Language, str] = {"vi": text.vi, "zh": text.zh, "en": text.en, "fr": text.fr}
    return names[language]


def hours_words(plan: Plan, calendar: str, day: date, timezone: str) -> str:
    """Return the windows of ``calendar`` on the calendar's date ``day`` as read on a clock in ``timezone``.

    Several windows are parted by commas; goods in brackets when a window is for some goods alone;
    a closed day says why.
    """
    found = day_hours(plan, calendar, day)
    if found.windows:
        return ", ".join(_window_words(one, timezone) for one in found.windows)
    return f"{CLOSED} ({found.text.en})" if found.text else CLOSED


def _window_words(window: Window, timezone: str) -> str:
    start, until = _clock(window.start_ms, timezone), _clock(window.until_ms, timezone)
    goods = f" ({', '.join(group.value for group in window.only)} only)" if window.only else ""
    return f"{start}–{'24:00' if until == '00:00' else until}{goods}"


def _clock(instant: Instant, timezone: str) -> str:
    return to_datetime(instant).astimezone(ZoneInfo(timezone)).strftime("%H:%M")


def queue_words(rule: QueueRule, language: Language = "en") -> tuple[str, ...]:
    """Return the queue rule as sentences, in the order in which it is applied."""
    return tuple(_queue_sentences(rule, language))


def _queue_sentences(rule: QueueRule, language: Language) -> Iterator[str]:
    for rank, one in enumerate(rule.priorities, start=1):
        yield f"Class {rank} is “{named(one.name, language)}”: {_conditions(one)}."
    yield "Within a class the lower place number goes first."
    yield f"A place that has waited {rule.promote_after_h} hours counts as of class 1."
    if rule.needs_test:
        goods = ", ".join(group.value for group in rule.needs_test)
        yield f"Loads of {goods} are not called before their test paper is there; they keep their place."
    standby = f"{rule.recalls} missed call{'s' if rule.recalls != 1 else ''}"
    yield f"A called vehicle has {rule.grace_min} minutes to arrive; after {standby} on standby the place is lost."
    yield f"Up to {rule.call_ahead} vehicles are called beyond those that can be served at once."
    yield f"By hand a place is moved only under a code: {', '.join(rule.move_codes)}."


def _conditions(one: PriorityClass) -> str:
    parts = []
    if one.commodities:
        parts.append("the goods are " + " or ".join(group.value for group in one.commodities))
    if one.regimes:
        parts.append("the regime is " + " or ".join(regime.value for regime in one.regimes))
    if one.tested is not None:
        parts.append("the test paper is attached" if one.tested else "no test paper is attached")
    if one.paired_return is not None:
        parts.append("the vehicle is loaded both ways" if one.paired_return else "the vehicle is loaded one way")
    return " and ".join(parts) or "everything else"


def required_words(rule: RequiredDecisions) -> str:
    """Return who decides under ``rule``, customs last."""
    goods = " or ".join(group.value for group in rule.commodities) or "all goods"
    regimes = f" under {' or '.join(regime.value for regime in rule.regimes)}" if rule.regimes else ""
    duties = ", ".join(duty.value for duty in rule.duties)
    return f"{goods}{regimes}: {duties + ', then ' if duties else ''}customs"
