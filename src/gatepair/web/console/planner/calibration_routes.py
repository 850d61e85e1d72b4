"""How well the twin knows this gate: its numbers and its forecasts held against the ledger's last days."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.response import Redirect

from gatepair.base.errors import Overloaded
from gatepair.base.time import DAY_MS
from gatepair.insight import twin_page
from gatepair.insight.calibration import days_of, inside_of
from gatepair.insight.studies import Stage
from gatepair.insight.twin_labels import figure_words
from gatepair.insight.twin_report import Unit
from gatepair.insight.twin_summary import unit_of
from gatepair.web.auth import services_of
from gatepair.web.console import entrance, pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.menu import TWIN
from gatepair.web.console.planner.frame import studies_of
from gatepair.web.console.refusals import Refusal, refused_by

OLD_DAYS: Final = 7
"""A calibration older than this is called old: the traffic of the gate changes from week to week."""


@get(
    "/twin/calibration",
    opt=opts(TWIN),
    exception_handlers=ON_ERROR,
    summary="The twin held against the ledger, as a page",
)
async def show_calibration(request: Request[Any, Any, Any]) -> Response[str]:
    """What was predicted and what was seen, inside or outside, figure by figure, and how old that is."""
    return answered(request, await _page(request))


@post(
    "/twin/calibration",
    status_code=200,
    opt=opts(TWIN),
    exception_handlers=ON_ERROR,
    summary="Hold the twin against the ledger, by a form",
)
async def calibrate_by_form(request: Request[Any, Any, Any]) -> Response[Any]:
    """Runs beside the post like a study."""
    services, studies = services_of(request), studies_of(request)
    await entrance.form_of(request)
    try:
        await services.runtime.query(studies.calibrate)
    except Overloaded as error:
        refused = refused_by(error, entrance.spoken(request))
        return answered(request, await _page(request, refused=refused), status=error.http_status)
    return Redirect("/twin/calibration", status_code=303)


async def _page(request: Request[Any, Any, Any], refused: Refusal | None = None) -> str:
    services, studies = services_of(request), studies_of(request)
    reader = await reader_of(request)
    found, state, why = await services.runtime.query(studies.calibration)

    def value(what: str, number: float) -> str:
        unit = unit_of("wait_s" if what.startswith("wait.") else what)
        return twin_page.value_words(abs(number), unit if unit is Unit.SECONDS else Unit.VEHICLES)

    def name_of(what: str) -> str:
        return figure_words(what, reader.language)

    return pages.page(
        "planner/calibration",
        reader,
        found=found,
        runs=state in (Stage.WAITING, Stage.RUNNING),
        why=why if state is Stage.FAILED else "",
        refused=refused,
        value_words=value,
        name_of=name_of,
        inside=inside_of(found.scores) if found is not None else (0, 0),
        days=days_of(found) if found is not None else 0,
        age_days=max(reader.now_ms - found.made_at_ms, 0) // DAY_MS if found is not None else 0,
        old_days=OLD_DAYS,
        seconds=lambda number: twin_page.value_words(number, Unit.SECONDS),
    )


ROUTES: Final = (show_calibration, calibrate_by_form)
"""Every address of the calibration."""
