"""The planner's first page and the form by which a what-if is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.response import Redirect

from gatepair.base.errors import BadInput, GatepairError, Malformed, NotFound, Overloaded, PlanInvalid
from gatepair.base.time import DAY_MS
from gatepair.insight.calibration import days_of, inside_of
from gatepair.insight.studies import Stage
from gatepair.insight.what_if import (
    AS_PLANNED,
    DAYS_MAX,
    REPLICATIONS_MAX,
    REPLICATIONS_MIN,
    SEED_MAX,
    Asked,
    read_changes,
)
from gatepair.plan.loading import apply_scenario
from gatepair.web.auth import actor_of, services_of
from gatepair.web.console import entrance, pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.catalogue import say
from gatepair.web.console.menu import TWIN
from gatepair.web.console.planner import words
from gatepair.web.console.planner.frame import known_levers, listed, studies_of
from gatepair.web.console.refusals import refused_by
from gatepair.web.ports import StudyPort

REPLICATIONS: Final = 30
"""Runs that a form proposes."""
SEED: Final = 1
DIGITS_MAX: Final = 6
TITLES: Final[Mapping[str, str]] = {"days": say("Days"), "replications": say("Runs"), "seed": say("Seed")}
"""What the form calls its fields beside the levers."""
DAYS_PROPOSED_MAX: Final = 7
"""A longer what-if of ours is proposed a week long, so that it ends in seconds."""


@get("/twin", opt=opts(TWIN), exception_handlers=ON_ERROR, summary="Studies of the twin, as a page")
async def show_studies(request: Request[Any, Any, Any]) -> Response[str]:
    """Kept ones first, then the latest; the days and what-ifs that we ship; how well the twin knows this gate."""
    services, studies = services_of(request), studies_of(request)
    reader = await reader_of(request)
    rows, shipped, (calibration, state, _) = await services.runtime.query(
        lambda: (
            [listed(studies, one, reader.language) for one in studies.listed()],
            studies.scenarios(),
            studies.calibration(),
        )
    )
    busy = any(one.study.stage in (Stage.WAITING, Stage.RUNNING) for one in rows)
    text = pages.page(
        "planner/list",
        reader,
        kept=[one for one in rows if one.study.kept is not None],
        others=[one for one in rows if one.study.kept is None],
        shipped=[(name, words.scenario_name(name, one, reader.language), one) for name, one in shipped],
        variants=[name for name, _ in shipped if ":" in name],
        busy=busy,
        calibration=calibration,
        calibration_runs=state in (Stage.WAITING, Stage.RUNNING),
        inside=inside_of(calibration.scores) if calibration is not None else (0, 0),
        calibration_days=days_of(calibration) if calibration is not None else 0,
        age_days=max(reader.now_ms - calibration.made_at_ms, 0) // DAY_MS if calibration is not None else 0,
    )
    return answered(request, text)


@get("/twin/ask", opt=opts(TWIN), exception_handlers=ON_ERROR, summary="The form of a what-if, as a page")
async def show_form(request: Request[Any, Any, Any]) -> Response[str]:
    """With the levers of the plan as it stands on the day that ``scenario`` names."""
    given = dict(request.query_params)
    if again := given.get("study"):
        study = studies_of(request).study(again)
        asked = msgspec.to_builtins(study.asked)
        given = {
            **{name: str(asked[name]) for name in ("scenario", "days", "replications", "seed")},
            **asked["changes"],
        }
    return answered(request, await _form_page(request, given))


@post("/twin/ask", status_code=200, opt=opts(TWIN), exception_handlers=ON_ERROR, summary="Ask a what-if, by a form")
async def ask_by_form(request: Request[Any, Any, Any]) -> Response[Any]:
    """The gate as planned on the same day is run with it, to hold it against; leads to the page of the study."""
    services, studies, actor = services_of(request), studies_of(request), actor_of(request)
    given = await entrance.form_of(request)
    now_ms = services.post.now()

    def take() -> str:
        asked = _asked(studies, given)
        if asked.changes:
            studies.ask(asked.base, by=actor.id, at_ms=now_ms)
        return studies.ask(asked, by=actor.id, at_ms=now_ms)

    try:
        name = await services.runtime.query(take)
    except BadInput as error:
        return answered(request, await _form_page(request, given, error=error), status=400)
    except PlanInvalid as error:
        return answered(request, await _form_page(request, given, error=error), status=422)
    except Overloaded as error:
        return answered(request, await _form_page(request, given, error=error), status=error.http_status)
    return Redirect(f"/twin/studies/{name}", status_code=303)


def _asked(studies: StudyPort, given: Mapping[str, str]) -> Asked:
    """Return what a form asks. Raises Malformed, PlanInvalid, NotFound."""
    scenario = studies.scenario(given.get("scenario") or AS_PLANNED)
    day = apply_scenario(studies.plan, scenario)
    changes = read_changes(day, given)
    return Asked(
        given.get("scenario") or AS_PLANNED,
        changes,
        days=_within(given, "days", 1, DAYS_MAX),
        replications=_within(given, "replications", REPLICATIONS_MIN, REPLICATIONS_MAX),
        seed=_within(given, "seed", 0, SEED_MAX),
    )


def _within(given: Mapping[str, str], name: str, low: int, high: int) -> int:
    """Return a whole number from ``low`` to ``high`` that was filled in. Raises Malformed."""
    text = given.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS_MAX and low <= int(text) <= high):
        raise Malformed(f"a whole number from {low} to {high} is needed here", path=name)
    return int(text)


async def _form_page(
    request: Request[Any, Any, Any], given: Mapping[str, str], *, error: GatepairError | None = None
) -> str:
    services, studies = services_of(request), studies_of(request)
    reader = await reader_of(request)
    name = given.get("scenario") or AS_PLANNED

    def read() -> tuple[Any, Any, Any]:
        scenario = studies.scenario(name)
        return scenario, known_levers(studies, scenario), studies.scenarios()

    scenario, known, shipped = await services.runtime.query(read)
    if not known:
        raise NotFound("this day does not fit the plan of this post", scenario=name)
    titles = {**TITLES, **{key: words.title_of(one, reader.language) for key, one in known.items()}}
    groups = words.groups_of(studies.plan, known.values(), given, here=services.post.key, language=reader.language)
    return pages.page(
        "planner/ask",
        reader,
        scenario=name,
        summary=getattr(scenario.summary, reader.language) if name != AS_PLANNED else "",
        scenarios=[(key, words.scenario_name(key, one, reader.language)) for key, one in shipped],
        groups=groups,
        days=given.get("days") or str(min(scenario.days, DAYS_PROPOSED_MAX)),
        replications=given.get("replications") or str(REPLICATIONS),
        seed=given.get("seed") or str(SEED),
        limits={"days": DAYS_MAX, "low": REPLICATIONS_MIN, "high": REPLICATIONS_MAX, "seed": SEED_MAX},
        refused=refused_by(error, reader.language, titles=titles) if error else None,
    )


ROUTES: Final = (show_studies, show_form, ask_by_form)
"""Every address of asking."""
