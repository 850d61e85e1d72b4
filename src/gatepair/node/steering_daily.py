"""The daily report of one post, from its read models."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import msgspec

from gatepair.base.errors import NotFound
from gatepair.base.time import Instant, to_datetime
from gatepair.insight.daily import CUT, Line, Passage, Values, lines, values
from gatepair.insight.timeline import Timeline
from gatepair.insight.trs import study
from gatepair.node.readmodels import hours
from gatepair.node.steering import buffers
from gatepair.plan.calendars import local_instant
from gatepair.plan.model import Direction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gatepair.node.ports import Reader
    from gatepair.node.queries import Queries

WEEK: Final = 7
FIRST_YEAR: Final = 1970
"""Instants begin here."""
PAGE: Final = 1_000
"""Rows read at a time."""


def daily(post: Queries, day: str) -> dict[str, Any]:
    """Return the report of the local date ``day``: up to its cut, or up to now while that lies ahead.

    Reads every crossing's row once; those that ended more than a week before are passed over.

    Raises:
        NotFound: ``day`` is no date, or lies ahead.
    """
    wanted = _date(day)
    now_ms = post.now()
    first_ms, cut_ms = _bounds(post, wanted)
    if first_ms > now_ms:
        raise NotFound("this day lies ahead", date=day)
    until_ms = min(cut_ms, now_ms + 1)  # what happens in this very instant is in it
    earliest_ms, _ = _bounds(post, wanted - timedelta(days=WEEK))
    with post.ledger.read() as reader:
        passages = list(_passages(reader, earliest_ms))
        present, before, week = (
            _values(post, reader, passages, day=wanted - timedelta(days=back)) for back in (0, 1, WEEK)
        )
    found = study((one.timeline for one in passages), first_ms=first_ms, until_ms=until_ms)
    return {
        "date": day,
        "first_ms": first_ms,
        "until_ms": until_ms,
        "cut_ms": cut_ms,
        "now_ms": now_ms,
        "provisional": cut_ms > now_ms,
        "today": today(post),
        "lines": [_wire(line) for line in lines(present or {}, before, week)],
        "buffers": [
            {"yard": one.subject, "waiting": one.used, "room": one.whole} for one in buffers(post)
        ] if cut_ms > now_ms else [],
        "trs": [row for row in found.to_wire()["rows"] if row["channel"] == "all"],
    }  # fmt: skip


def _date(day: str) -> date:
    """Return the date that is written so, of years in which there may be records. Raises NotFound."""
    try:
        wanted = date.fromisoformat(day)
    except ValueError as error:
        raise NotFound("a date is written as 2025-11-11", date=day) from error
    if day != wanted.isoformat() or wanted.year < FIRST_YEAR:
        raise NotFound("a date is written as 2025-11-11", date=day)
    return wanted


def _wire(line: Line) -> dict[str, Any]:
    return {
        "figure": line.figure.value,
        "direction": line.direction.value,
        "route": line.route,
        "value": line.value,
        "day_before": line.day_before,
        "week_before": line.week_before,
    }


def today(post: Queries) -> str:
    """Return the local date of ``post``."""
    zone = ZoneInfo(post.plan.timezone_of(post.post))
    return to_datetime(Instant(post.now())).astimezone(zone).date().isoformat()


def _bounds(post: Queries, day: date) -> tuple[int, int]:
    """Return the cut of the day before and that of ``day``."""
    zone = post.plan.timezone_of(post.post)
    return local_instant(day - timedelta(days=1), CUT, zone), local_instant(day, CUT, zone)


def _passages(reader: Reader, earliest_ms: int) -> Iterator[Passage]:
    after: tuple[int, str] | None = None
    while rows := reader.rows("crossing", after=after, limit=PAGE):
        for row in rows:
            document = msgspec.json.decode(row.document)
            steps = document["timeline"]["steps"]
            if row.sort == 0 or max(steps.values(), default=0) >= earliest_ms:
                yield Passage(msgspec.convert(document["timeline"], Timeline), document["route"])
        after = (rows[-1].sort, rows[-1].key)


def _values(post: Queries, reader: Reader, passages: list[Passage], *, day: date) -> Values | None:
    """Return the figures of ``day``; None when the first thing known here happened after it."""
    first_ms, cut_ms = _bounds(post, day)
    now_ms = post.now()
    until_ms = min(cut_ms, now_ms + 1)  # what happens in this very instant is in it
    first_known_ms = min((min(one.timeline.steps.values()) for one in passages if one.timeline.steps), default=now_ms)
    if until_ms <= first_known_ms and until_ms < now_ms:
        return None
    counts: Counter[tuple[Direction, str]] = Counter()
    for direction in Direction:
        for _, name, load, count in hours(reader, direction, first_ms=first_ms, until_ms=until_ms):
            if load == "loaded":
                counts[direction, name] += count
    return values(passages, counts, first_ms=first_ms, until_ms=until_ms)
