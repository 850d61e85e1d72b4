"""Alarms as pages show them: titled, counted, with the orders of their playbook where the reader may give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request

from gatepair.node.permissions import COMMAND_DUTIES
from gatepair.operations.model import Level
from gatepair.plan.alarms import AlarmKind
from gatepair.web.auth import services_of
from gatepair.web.console import acts
from gatepair.web.console.catalogue import translator
from gatepair.web.console.labels import VALUES
from gatepair.web.console.pages import Reader
from gatepair.web.console.steering import words

PLACES: Final[Mapping[str, str]] = {
    "StopIntake": "/centre/calendar",
    "ReopenIntake": "/centre/calendar",
    "TurnLane": "/centre/calendar",
    "AgreeHours": "/centre/calendar",
    "AnnounceHours": "/centre/calendar",
    "AnnounceQuota": "/centre/calendar",
    "AnnounceCapacity": "/centre/calendar",
    "ReportCondition": "/centre/calendar",
    "NoteHotline": "/centre/log",
    "NoteShift": "/centre/log",
}
"""The page that has the form of an order."""
MARKS: Final[Mapping[str, str]] = {"notice": "clear", "warning": "hold", "crisis": "refuse"}
"""How a level is drawn: by colour, border and word."""
TILES_MAX: Final = 4
"""Alarms that a tile names; the others are counted."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a playbook; ``href`` leads to the order's form, empty where there is none for the reader."""

    text: str
    href: str
    act: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm as a page shows it; times are instants in milliseconds."""

    key: str
    title: str
    about: str
    figure: str
    level: str
    level_title: str
    mark: str
    since_ms: int
    duty: str
    owner: str
    resolved_at_ms: int | None
    notes: Sequence[Mapping[str, Any]]
    steps: Sequence[Step]


def shown(row: Mapping[str, Any], reader: Reader) -> Alarm:
    """Return an alarm of :meth:`gatepair.node.steering_desk.SteeringDesk.alarms` in the words of ``reader``."""
    gettext = translator(reader.language)
    return Alarm(
        key=row["alarm"],
        title=gettext(words.TITLES[AlarmKind(row["kind"])]),
        about=words.about(row, reader),
        figure=words.figure(row, reader),
        level=row["level"],
        level_title=gettext(VALUES[row["level"]]),
        mark=MARKS[row["level"]],
        since_ms=row["since_ms"],
        duty=row["duty"],
        owner=row["owner"],
        resolved_at_ms=row["resolved_at_ms"],
        notes=row["notes"],
        steps=[_step(one, reader) for one in row["playbook"]],
    )


def _step(step: Mapping[str, Any], reader: Reader) -> Step:
    kind = acts.BY_NAME.get(step["act"])
    if kind is None or reader.duty not in COMMAND_DUTIES[kind]:
        return Step(step["text"][reader.language], "", "")
    place = PLACES.get(step["act"], "/centre")
    title = translator(reader.language)(acts.title_of(kind))
    return Step(step["text"][reader.language], f"{place}?act={step['act']}#{step['act']}", title)


def counted(alarms: Sequence[Alarm]) -> list[tuple[str, str, int]]:
    """Return (level, mark, how many) of the alarms that are not resolved, the most urgent level first."""
    open_now = [one.level for one in alarms if one.resolved_at_ms is None]
    return [(level.value, MARKS[level.value], open_now.count(level.value)) for level in reversed(Level)]


async def alarm_tiles(request: Request[Any, Any, Any], reader: Reader) -> dict[str, Any]:
    """Return what ``console/steering/alarm_tiles.html.jinja`` shows; a page hands it on under the name ``alarm_tiles``."""
    services = services_of(request)
    rows = await services.runtime.query(services.post.steering.alarms)
    alarms = [shown(row, reader) for row in rows]
    unresolved = [one for one in alarms if one.resolved_at_ms is None]
    return {"counts": counted(alarms), "first": unresolved[:TILES_MAX], "more": max(0, len(unresolved) - TILES_MAX)}
