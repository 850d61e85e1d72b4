"""What all of the planner's pages share: the studies of this post, and a study as it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request

from gatepair.base.errors import NotFound, PlanInvalid
from gatepair.base.findings import Language
from gatepair.insight.studies import Made, Study
from gatepair.insight.what_if import Lever, levers
from gatepair.plan.loading import apply_scenario
from gatepair.plan.model import Scenario
from gatepair.web.auth import services_of
from gatepair.web.console.catalogue import translator
from gatepair.web.console.planner import words
from gatepair.web.ports import StudyPort


def studies_of(request: Request[Any, Any, Any]) -> StudyPort:
    """Return the studies of this post. Raises NotFound when it runs none."""
    found = services_of(request).runtime.studies
    if found is None:
        raise NotFound("this post runs no studies of the twin")
    return found


@dataclass(frozen=True, slots=True)
class Listed:
    """A study as a table shows it: its name, its day, what is changed, and what its state is called."""

    study: Study
    name: str
    scenario: str
    changes: list[tuple[str, str, str]]
    state: str


def listed(studies: StudyPort, study: Study, language: Language) -> Listed:
    """Return ``study`` in words."""
    scenario = studies.scenario(study.asked.scenario)
    rows = words.changes_of(known_levers(studies, scenario), study.asked.changes, language)
    return Listed(
        study,
        words.study_name(study, scenario, rows, language),
        words.scenario_name(study.asked.scenario, scenario, language),
        rows,
        translator(language)(words.STAGES[study.stage]),
    )


def known_levers(studies: StudyPort, scenario: Scenario) -> Mapping[str, Lever]:
    """Return the levers of the plan as it stands on the day of ``scenario``, by key; none where the day does not fit."""
    try:
        return {lever.key: lever for lever in levers(apply_scenario(studies.plan, scenario))}
    except PlanInvalid:
        return {}


def made_of(studies: StudyPort, study: Study, name: str) -> Made:
    """Return a study that is done, with its result. Raises NotFound."""
    scenario = studies.scenario(study.asked.scenario)
    return Made(study, studies.result(study.id), studies.plan, scenario, name)
