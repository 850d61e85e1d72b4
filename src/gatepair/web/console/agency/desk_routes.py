"""The work list of a duty: by urgency, filtered, renewing itself, and from one crossing to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.response import Redirect, Stream

from gatepair.node.visibility import shown
from gatepair.web.auth import actor_of, services_of, session_of
from gatepair.web.console import acts, menu, pages
from gatepair.web.console.agency import words
from gatepair.web.console.agency.shown import Speaker
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.following import changes, session_holds
from gatepair.web.routes.events import Followers

WORK_MAX: Final = 1_000
"""Rows of a work list that are looked through: more than all who can stand inside any gate of the plans we ship."""
ROWS_MAX: Final = 500
"""Rows that one page shows; the filter finds the others."""
POSITION_DIGITS_MAX: Final = 15
CALM_S: Final = 1
"""Least time between two calls to renew a page: a busy gate changes many times a second, a reader reads once."""
_PLATE_MAX: Final = 16


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the work list is asked for; what is empty is not asked."""

    task: str = ""
    at: str = ""
    direction: str = ""
    plate: str = ""
    urgent: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Wanted:
        """Return what the query of an address asks for."""
        return cls(**{name: str(query.get(name, ""))[:64] for name in cls.__dataclass_fields__})

    def finds(self, row: Mapping[str, Any]) -> bool:
        """Tell whether ``row`` is asked for; a plate by any part of it, of the tractor or of the trailer."""
        plate = self.plate.strip().upper()[:_PLATE_MAX]
        return (
            self.task in {"", row["task"]}
            and self.at in {"", row["at"]}
            and self.direction in {"", row["direction"]}
            and (not self.urgent or row["urgent"])
            and (not plate or plate in row["tractor"].upper() or plate in row["trailer"].upper())
        )

    def query(self, **changes: str) -> str:
        """Return the query of the address that asks for this, with ``changes``."""
        asked = {name: value for name, value in {**asdict(self), **changes}.items() if value}
        return f"?{urlencode(asked)}" if asked else ""


@get("/desk", opt=opts(menu.DESKS), exception_handlers=ON_ERROR, summary="The work list, as a page")
async def show_desk(request: Request[Any, Any, Any]) -> Response[Any]:
    """What waits for the reader's duty, most urgent first, filtered by the query; renews itself when something changes.

    A trader, for whom others do the work, is led home.
    """
    services, actor = services_of(request), actor_of(request)
    if actor.duty in menu.TRADE:
        return Redirect(menu.home_of(actor.duty), status_code=303)
    reader = await reader_of(request)
    rows = await services.runtime.query(lambda: services.post.worklist(actor, WORK_MAX))
    wanted = Wanted.of(request.query_params)
    found = [shown(row, actor.duty)[0] for row in rows if wanted.finds(row)]
    return answered(
        request,
        pages.page(
            "agency/desk",
            reader,
            rows=found[:ROWS_MAX],
            count=len(found),
            whole=len(rows),
            urgent=sum(row["urgent"] for row in rows),
            by_task=_counted(rows, "task"),
            places=sorted({row["at"] for row in rows}),
            wanted=wanted,
            tasks=acts.TASKS,
            speaker=Speaker(reader),
            nothing_left="left" in request.query_params,
            shapes=words.SHAPES,
        ),
    )


def _counted(rows: Sequence[Mapping[str, Any]], key: str) -> list[tuple[str, int]]:
    """Return how many rows there are of each task, in the order of the table of tasks."""
    counts = Counter(row[key] for row in rows)
    return [(task, counts[task]) for task in acts.TASKS if counts[task]]


@get(
    "/desk/next",
    opt=opts(menu.DESKS),
    exception_handlers=ON_ERROR,
    summary="Lead to the next crossing of the work list",
)
async def lead_on(request: Request[Any, Any, Any]) -> Redirect:
    """The most urgent one that is not ``after``; the work list when nothing is left."""
    services, actor = services_of(request), actor_of(request)
    rows = await services.runtime.query(lambda: services.post.worklist(actor, WORK_MAX))
    following = next_after(rows, request.query_params.get("after", ""))
    return Redirect(
        "/desk?left=none" if following is None else f"/desk/crossings/{following['crossing']}", status_code=303
    )


def next_after(rows: Sequence[Mapping[str, Any]], crossing: str) -> Mapping[str, Any] | None:
    """Return the row after that of ``crossing``, the first one where it has none or is the last."""
    others = [row for row in rows if row["crossing"] != crossing]
    at = next((index for index, row in enumerate(rows) if row["crossing"] == crossing), 0)
    return others[at % len(others)] if others else None


@get(
    "/desk/changes",
    opt=opts(menu.DESKS, "text/event-stream", streams=True),
    exception_handlers=ON_ERROR,
    summary="Says when a page is out of date (server-sent events)",
)
async def follow_changes(request: Request[Any, Any, Any]) -> Stream:
    """Tells that something changed, never what: the page asks for itself anew under its own permission. Ends when the session ends.

    With ``crossing`` only what happened to that crossing counts, since looking at it may be recorded.  ``at`` is the
    position, or the version of the crossing, that the page shows.
    """
    services, crossing = services_of(request), request.query_params.get("crossing", "")
    if crossing:
        # Whoever may not see the crossing learns nothing of its changes either.
        await services.runtime.query(lambda: services.post.crossing_view(crossing, actor_of(request)))
    followers: Followers = request.app.state["followers"]
    seat = followers.enter(actor_of(request).id)
    session = session_of(request)

    at = request.query_params.get("at", "")
    since = int(at) if at.isascii() and at.isdigit() and len(at) <= POSITION_DIGITS_MAX else None

    def state() -> int:
        return services.post.version_of(crossing) if crossing else services.post.head_position()

    return Stream(
        changes(services, seat, state, calm_s=CALM_S, since=since, holds=lambda: session_holds(services, session)),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


ROUTES: Final = (show_desk, lead_on, follow_changes)
"""The work list's addresses."""
