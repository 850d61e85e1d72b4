"""The replay of a past hour: chosen by date and hour, stepped through by links, played at any speed by the script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from litestar import Request, Response, get

from gatepair.base.canonical import encode
from gatepair.base.errors import Malformed
from gatepair.base.time import HOUR_MS, MINUTE_MS, Instant, from_datetime, to_datetime
from gatepair.web.auth import services_of
from gatepair.web.console import pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.centre.film import film
from gatepair.web.console.centre.situation import drawn_then, hour_text
from gatepair.web.console.menu import CENTRE

SPEEDS: Final = (1, 10, 60, 600)
"""How many times faster than it happened; an hour at the fastest takes six seconds."""
SPEED: Final = 60
DIGITS_MAX: Final = 13
"""Digits of an instant in milliseconds: until the year 2286."""
YEAR_FIRST: Final = 1971
YEAR_END: Final = 2286
STEPS_MIN: Final = (-10, -1, 1, 10)
"""Minutes of the links by which one steps without script."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which hour is asked for, the instant within it, and how fast."""

    from_ms: int
    at_ms: int
    speed: int

    @property
    def until_ms(self) -> int:
        """Return when the hour ends."""
        return self.from_ms + HOUR_MS


@get("/centre/replay", opt=opts(CENTRE), exception_handlers=ON_ERROR, summary="Replay of a past hour, as a page")
async def show_replay(request: Request[Any, Any, Any]) -> Response[str]:
    """The gate as it was at an instant; with script it plays, without it is stepped through by links."""
    services = services_of(request)
    reader = await reader_of(request)
    asked = asked_for(request, reader)
    past = services.post.past
    scene, begins_ms = await services.runtime.query(
        lambda: (past.scene(min(asked.at_ms, reader.now_ms)), past.begins_ms())
    )
    zones = [post["timezone"] for post in reader.layout["posts"]]
    day = _local(asked.from_ms, zones[0])
    return answered(
        request,
        pages.page(
            "centre/replay",
            reader,
            layout=reader.layout,
            asked=asked,
            drawn=drawn_then(reader, scene),
            linked=True,
            stops=[{"direction": way, **stop} for way, facts in scene["stops"].items() for stop in facts["stops"]],
            zones=zones,
            date=f"{day:%Y-%m-%d}",
            first_date=f"{_local(begins_ms or reader.now_ms, zones[0]):%Y-%m-%d}",
            last_date=f"{_local(reader.now_ms, zones[0]):%Y-%m-%d}",
            hours=[(number, _on_all(from_datetime(day.replace(hour=number)), zones)) for number in range(24)],
            hour=day.hour,
            speeds=SPEEDS,
            spoken=" · ".join(
                dict.fromkeys(
                    f"{hour_text(asked.from_ms, zone)}–{hour_text(asked.until_ms, zone)} ({zone})" for zone in zones
                )
            ),
            steps=[(step, _within(asked, asked.at_ms + step * MINUTE_MS)) for step in STEPS_MIN],
        ),
    )


@get(
    "/centre/replay/moves",
    opt=opts(CENTRE, "application/json"),
    exception_handlers=ON_ERROR,
    summary="What moved in a past hour, for the replay's script",
)
async def read_moves(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The scene at the beginning and every move after it; no name is in it."""
    services = services_of(request)
    reader = await reader_of(request)
    asked = asked_for(request, reader)
    until_ms = min(asked.until_ms - 1, reader.now_ms)
    past = await services.runtime.query(lambda: services.post.past.replay(asked.from_ms, max(until_ms, asked.from_ms)))
    return Response(encode(film(reader, past)), media_type="application/json")


def asked_for(request: Request[Any, Any, Any], reader: pages.Reader) -> Asked:
    """Return what the address asks for; without any, the last whole hour.

    Raises:
        Malformed: it is no instant, date or hour; says which.
    """
    given = request.query_params
    zone = ZoneInfo(reader.layout["posts"][0]["timezone"])
    if given.get("date"):
        from_ms = _hour_of_day(given["date"], given.get("hour", "0"), zone)
    elif given.get("from"):
        from_ms = _number(given["from"], "from")
    else:
        from_ms = reader.now_ms - reader.now_ms % HOUR_MS - HOUR_MS
    speed = _number(given.get("speed", str(SPEED)), "speed")
    asked = Asked(from_ms, from_ms, speed if speed in SPEEDS else SPEED)
    at_ms = _within(asked, _number(given["at"], "at")) if given.get("at") else from_ms
    return Asked(from_ms, at_ms, asked.speed)


def _local(at_ms: int, zone: str) -> datetime:
    """Return the beginning of the clock hour of an instant, on the clock of ``zone``."""
    moment = to_datetime(Instant(at_ms)).astimezone(ZoneInfo(zone))
    return moment.replace(minute=0, second=0, microsecond=0)


def _on_all(at_ms: int, zones: Sequence[str]) -> str:
    """Return hour and minute of an instant on every clock, once where they show the same."""
    return " · ".join(dict.fromkeys(hour_text(at_ms, zone) for zone in zones))


def _within(asked: Asked, at_ms: int) -> int:
    return max(asked.from_ms, min(at_ms, asked.until_ms))


def _number(text: str, path: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX):
        raise Malformed(f"{path} is a whole number: milliseconds since 1970, or a speed", path=path)
    return int(text)


def _hour_of_day(date: str, hour: str, zone: ZoneInfo) -> int:
    wrong = Malformed("a date is written as 2025-11-11, an hour as 0 to 23", path="date")
    try:
        day = datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=zone, hour=_number(hour, "hour"))
    except (ValueError, OverflowError) as error:
        raise wrong from error
    if not YEAR_FIRST <= day.year < YEAR_END:
        raise wrong
    return from_datetime(day)


ROUTES: Final = (show_replay, read_moves)
"""The addresses of the replay."""
