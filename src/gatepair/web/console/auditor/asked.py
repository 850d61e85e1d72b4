"""What an auditor asks for in an address: a search, a range, an instant on the clock of the post."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from gatepair.base.errors import Malformed
from gatepair.base.time import from_datetime
from gatepair.node.audit_search import Sought
from gatepair.web.console.catalogue import say

TEXT_MAX: Final = 120
POSITION_DIGITS_MAX: Final = 15
TITLES: Final[Mapping[str, str]] = {
    "first": say("From position"),
    "last": say("To position"),
    "day": say("Day"),
    "since": say("From"),
    "until": say("Before"),
    "kept": say("Signed checkpoint"),
}
"""What the auditor's forms call their fields."""


def sought_in(query: Mapping[str, str], zone: ZoneInfo) -> Sought:
    """Return the search that ``query`` asks for; times are on the clock of ``zone``.

    Raises:
        Malformed: a time cannot be read; names the field.
    """
    stream = text_in(query, "stream")
    return Sought(
        type=text_in(query, "type"),
        stream=f"crossing/{stream}" if len(stream) == 21 and "/" not in stream else stream,
        actor=text_in(query, "actor"),
        text=text_in(query, "text"),
        since_ms=instant_in(query, "since", zone),
        until_ms=instant_in(query, "until", zone),
        duty=text_in(query, "duty"),
    )


def text_in(query: Mapping[str, str], name: str) -> str:
    """Return a piece of text, cut at its greatest length."""
    return query.get(name, "").strip()[:TEXT_MAX]


def instant_in(query: Mapping[str, str], name: str, zone: ZoneInfo) -> int | None:
    """Return an instant by the clock of ``zone``, None when none was asked for. Raises Malformed."""
    text = text_in(query, name)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return int(from_datetime(moment if moment.tzinfo else moment.replace(tzinfo=zone)))
    except (ValueError, OverflowError) as error:
        raise Malformed(say("date and time are needed here, as in 2026-03-02T08:00"), path=name) from error


def position_in(query: Mapping[str, str], name: str) -> int:
    """Return a position of the ledger, 0 when none was asked for. Raises Malformed."""
    text = text_in(query, name)
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) <= POSITION_DIGITS_MAX):
        raise Malformed(say("a position is a whole number from 1"), path=name)
    return int(text)


def day_in(query: Mapping[str, str], name: str, zone: ZoneInfo) -> tuple[int, int] | None:
    """Return the first instant of a local day and of the day after, None when none was asked for. Raises Malformed."""
    text = text_in(query, name)
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
        first, after = (datetime(one.year, one.month, one.day, tzinfo=zone) for one in (day, day + timedelta(days=1)))
        return int(from_datetime(first)), int(from_datetime(after))
    except (ValueError, OverflowError) as error:
        raise Malformed(say("a date is needed here, as in 2026-03-02"), path=name) from error
