"""One study and several side by side: how far it is, what came of it, keeping and sharing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final

import msgspec
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from gatepair.base.errors import BadInput, Malformed, NotFound
from gatepair.base.findings import Language
from gatepair.insight import twin_page
from gatepair.insight.studies import (
    COMPARED_MAX,
    Kept,
    Made,
    Stage,
    Verdict,
    compared,
    counted,
    report_of,
    rows_of,
    verdict_of,
)
from gatepair.insight.twin_labels import figure_words
from gatepair.insight.twin_labels import words as twin_words
from gatepair.insight.twin_report import TwinReport, to_wire
from gatepair.insight.what_if import study_id
from gatepair.web.auth import actor_of, services_of
from gatepair.web.console import entrance, pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.catalogue import say, translator
from gatepair.web.console.menu import TWIN
from gatepair.web.console.planner import words
from gatepair.web.console.planner.frame import Listed, listed, made_of, studies_of
from gatepair.web.console.refusals import Refusal, refused_by
from gatepair.web.ports import StudyPort
from gatepair.web.tables import BOM, as_csv

NAME_MAX: Final = 80
NOTE_MAX: Final = 600


@get("/twin/studies/{study:str}", opt=opts(TWIN), exception_handlers=ON_ERROR, summary="A study of the twin, as a page")
async def show_study(request: Request[Any, Any, Any], study: FromPath[str]) -> Response[str]:
    """How far it is, and once it is done, its figures, beside the gate as planned where something is changed."""
    return answered(request, await _study_page(request, study))


@post(
    "/twin/studies/{study:str}/{act:str}",
    status_code=200,
    opt=opts(TWIN),
    exception_handlers=ON_ERROR,
    summary="Cancel, run again, keep or delete a study, by a form",
)
async def act_on_study(request: Request[Any, Any, Any], study: FromPath[str], act: FromPath[str]) -> Response[Any]:
    """Only who asked a study cancels it, and only its owner deletes it."""
    services, studies, actor = services_of(request), studies_of(request), actor_of(request)
    given = await entrance.form_of(request)
    query, now_ms = services.runtime.query, services.post.now()
    try:
        match act:
            case "cancel":
                await query(lambda: studies.cancel(study, by=actor.id))
            case "again":
                await query(lambda: _again(studies, study, by=actor.id, at_ms=now_ms))
            case "keep":
                kept = Kept(_name_in(given), actor.id, now_ms, given.get("note", "").strip()[:NOTE_MAX])
                await query(lambda: studies.keep(study, kept))
            case "forget":
                await query(lambda: studies.forget(study, by=actor.id))
                return Redirect("/twin", status_code=303)
            case _:
                raise NotFound("there is no such act")
    except BadInput as error:
        if isinstance(error, NotFound):
            raise
        text = await _study_page(request, study, given=given, refused=refused_by(error, entrance.spoken(request)))
        return answered(request, text, status=error.http_status)
    return Redirect(f"/twin/studies/{study}", status_code=303)


def _again(studies: StudyPort, name: str, *, by: str, at_ms: int) -> None:
    """Run a study again that has no result, and with it the gate as planned."""
    asked = studies.study(name).asked
    if asked.changes:
        studies.ask(asked.base, by=by, at_ms=at_ms)
    studies.ask(asked, by=by, at_ms=at_ms)


def _name_in(given: Mapping[str, str]) -> str:
    name = given.get("name", "").strip()
    if not 1 <= len(name) <= NAME_MAX:
        raise Malformed(f"give a name of 1 to {NAME_MAX} letters", path="name")
    return name


@get(
    "/twin/compare", opt=opts(TWIN), exception_handlers=ON_ERROR, summary="Studies of the twin side by side, as a page"
)
async def show_comparison(request: Request[Any, Any, Any]) -> Response[str]:
    """The first one chosen is the base; all are paired replication by replication."""
    services, studies = services_of(request), studies_of(request)
    reader = await reader_of(request)
    chosen = _chosen(request)
    try:
        rows, report = await services.runtime.query(lambda: _compared(studies, chosen, reader.language))
    except Malformed as error:
        text = pages.page(
            "planner/compare", reader, rows=(), refused=refused_by(error, reader.language), drawn=None, chosen=chosen
        )
        return answered(request, text, status=400)
    drawn = _drawn(report, reader.language)
    text = pages.page("planner/compare", reader, rows=rows, refused=None, drawn=drawn, chosen=chosen)
    return answered(request, text)


@get(
    ["/twin/studies/{study:str}/figures.json", "/twin/studies/{study:str}/figures.csv"],
    opt=opts(TWIN, "application/json"),
    exception_handlers=ON_ERROR,
    summary="The figures of a study, as JSON or as CSV",
)
async def export_study(request: Request[Any, Any, Any], study: FromPath[str]) -> Response[bytes]:
    """With everything that makes them again: what was asked, seed, versions, and that they are simulated."""
    services, studies = services_of(request), studies_of(request)

    def read() -> tuple[TwinReport, dict[str, Any]]:
        found = studies.study(study)
        return report_of(made_of(studies, found, study)), {"id": study, "asked": msgspec.to_builtins(found.asked)}

    report, about = await services.runtime.query(read)
    return _exported(request, report, about, name=f"twin-{study}")


@get(
    ["/twin/compare/figures.json", "/twin/compare/figures.csv"],
    opt=opts(TWIN, "application/json"),
    exception_handlers=ON_ERROR,
    summary="A comparison of studies, as JSON or as CSV",
)
async def export_comparison(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The paired differences, with their intervals and verdicts."""
    services, studies, chosen = services_of(request), studies_of(request), _chosen(request)
    _, report = await services.runtime.query(lambda: _compared(studies, chosen, "en"))
    return _exported(request, report, {"studies": chosen}, name="twin-comparison")


def _exported(
    request: Request[Any, Any, Any], report: TwinReport, about: Mapping[str, Any], *, name: str
) -> Response[bytes]:
    ending = request.scope["path"].rpartition(".")[2]
    headers = {"Content-Disposition": f'attachment; filename="{name}.{ending}"'}
    if ending == "json":
        wire = {**about, "simulated": True, **to_wire(report), "rows": rows_of(report)}
        return Response(msgspec.json.encode(wire), media_type="application/json", headers=headers)
    rows = [{**row, "simulated": "yes"} for row in rows_of(report)]
    columns = list(rows[0]) if rows else ["figure"]
    text = BOM + as_csv([columns, *([row[column] for column in columns] for row in rows)])
    return Response(text.encode(), media_type="text/csv", headers=headers)


def _chosen(request: Request[Any, Any, Any]) -> list[str]:
    return list(dict.fromkeys(request.query_params.getall("study", [])))[: COMPARED_MAX + 1]


def _compared(studies: StudyPort, chosen: Sequence[str], language: Language) -> tuple[list[Listed], TwinReport]:
    """Return the studies chosen in words, and their comparison.

    Raises:
        NotFound: one is not there or not done.
        Malformed: they cannot be paired.
    """
    rows = [listed(studies, studies.study(name), language) for name in chosen]
    if any(one.study.stage is not Stage.DONE for one in rows):
        raise Malformed(say("only studies that are done can be compared"))
    made = [made_of(studies, one.study, name) for one, name in zip(rows, _letters(rows), strict=True)]
    return rows, compared(made)


def _letters(rows: Sequence[Listed]) -> list[str]:
    """Return names for columns and charts: A, B and so on, with the name of the study."""
    return [f"{chr(ord('A') + at)} · {one.name}" for at, one in enumerate(rows)]


# --- pages -----------------------------------------------------------------------------------


async def _study_page(
    request: Request[Any, Any, Any],
    name: str,
    *,
    given: Mapping[str, str] | None = None,
    refused: Refusal | None = None,
) -> str:
    services, studies, actor = services_of(request), studies_of(request), actor_of(request)
    reader = await reader_of(request)
    language = reader.language

    def read() -> dict[str, Any]:
        shown = listed(studies, studies.study(name), language)
        found: dict[str, Any] = {"shown": shown, "drawn": None, "against": None, "base": None, "result": None}
        if shown.study.stage is not Stage.DONE:
            return found
        made = made_of(studies, shown.study, shown.name)
        found["result"] = made.result
        found["drawn"] = _drawn(report_of(made), language)
        if shown.study.asked.changes:
            found |= _against(studies, made, language)
        return found

    found = await services.runtime.query(read)
    study = found["shown"].study
    return pages.page(
        "planner/study",
        reader,
        **found,
        waits=study.stage in (Stage.WAITING, Stage.RUNNING) or found["base"] in (Stage.WAITING, Stage.RUNNING),
        mine=study.by == actor.id,
        owner=(study.by if study.kept is None else study.kept.by) == actor.id,
        given=given or {},
        refused=refused,
        limits={"name": NAME_MAX, "note": NOTE_MAX},
    )


def _against(studies: StudyPort, made: Made, language: Language) -> dict[str, Any]:
    """Return the comparison with the gate as planned on the same day, or how far that one is."""
    base = study_id(studies.plan, made.study.asked.base)
    try:
        study = studies.study(base)
    except NotFound:
        return {"base": Stage.STOPPED, "base_id": base}
    if study.stage is not Stage.DONE:
        return {"base": study.stage, "base_id": base}
    rows = [listed(studies, study, language), listed(studies, made.study, language)]
    names = _letters(rows)
    report = compared([made_of(studies, study, names[0]), made_of(studies, made.study, names[1])])
    return {"against": _drawn(report, language), "base_id": base}


def _drawn(report: TwinReport, language: Language) -> dict[str, Any]:
    """Return a report as the templates draw it: charts, rows in words, verdicts."""
    word_of = partial(twin_words, language=language)
    name_of = partial(figure_words, language=language)
    gettext = translator(language)
    designs = [one.name for one in report.designs]
    table: dict[str, dict[str, Any]] = {}
    for one in report.differences:
        row = table.setdefault(
            one.figure, {"title": name_of(one.figure), "base": twin_page.shown(one.base_mean), "cells": {}}
        )
        verdict = verdict_of(one)
        row["cells"][one.design] = {
            "change": twin_page.shown(one.difference, signed=True),
            "verdict": gettext(words.VERDICTS[verdict]),
            "mark": words.MARKS[verdict],
        }
    return {
        "report": report,
        "designs": designs,
        "series": {name: f"d{at}" for at, name in enumerate(designs)},
        "rows": list(table.values()),
        "counted": _counted_words(report, gettext),
        "comparisons": twin_page.comparisons_of(report, name_of),
        "courses": [twin_page.drawn_course(one, report, word_of) for one in report.courses],
        "band_note": word_of("band_note").format(
            low=report.making.band_permille[0] // 10, high=report.making.band_permille[1] // 10
        ),
        "loads": twin_page.loads_chart(report) if report.loads else None,
        "loads_title": word_of("loads"),
        "waiting": twin_page.waiting_chart(report, word_of),
        "waiting_title": word_of("waiting_by"),
        "bottlenecks": [(one.name, one.place, twin_page.shown(one.utilisation)) for one in report.bottlenecks],
        "figures": [
            (name_of(one.figure), twin_page.shown(one.estimate)) for one in report.figures if twin_page.is_main(one)
        ],
        "waits": [
            (word_of(one.direction), one.of or word_of("all_classes"), *map(twin_page.shown, (one.median, one.p90)))
            for one in report.waiting
        ],
        "level": f"{100 * report.making.level:g} %",
        "short": report.making.cut_short,
    }


def _counted_words(report: TwinReport, gettext: Any) -> list[tuple[str, list[tuple[str, str, int]]]]:
    """Return for each design how many figures are better, worse, the same and unsure, with words and marks."""
    return [
        (
            design,
            [(gettext(words.VERDICTS[one]), words.MARKS[one], of[one]) for one in Verdict if of[one]],
        )
        for design, of in counted(report.differences).items()
    ]


ROUTES: Final = (show_study, act_on_study, show_comparison, export_study, export_comparison)
"""Every address of studies."""
