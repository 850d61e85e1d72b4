"""What the planner's pages say: levers in groups, changes and studies in one line, figures and verdicts in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gatepair.base.findings import Language
from gatepair.insight.studies import Stage, Study, Verdict
from gatepair.insight.what_if import AS_PLANNED, CLOSED, Lever, LeverKind
from gatepair.plan.model import Plan, Scenario
from gatepair.web.console.catalogue import say, translator
from gatepair.web.console.labels import VALUES

KINDS: Final[Mapping[LeverKind, str]] = {
    LeverKind.ARRIVALS: say("More or fewer vehicles, in percent"),
    LeverKind.SERVERS: say("Places that serve at once"),
    LeverKind.LANE: say("Direction of the lane"),
    LeverKind.OPENS: say("Opens"),
    LeverKind.CLOSES: say("Closes"),
    LeverKind.QUOTA: say("Quota an hour"),
    LeverKind.UNMANNED: say("Share of loads that go unmanned, in percent"),
    LeverKind.FLEET: say("Unmanned vehicles"),
    LeverKind.STOP: say("The other side stops, from–until"),
}
"""What each lever sets."""
GROUPS: Final[Mapping[LeverKind, str]] = {
    LeverKind.ARRIVALS: say("Traffic"),
    LeverKind.SERVERS: say("Stations"),
    LeverKind.LANE: say("Lanes"),
    LeverKind.OPENS: say("Hours"),
    LeverKind.CLOSES: say("Hours"),
    LeverKind.QUOTA: say("Quota"),
    LeverKind.UNMANNED: say("Unmanned lane"),
    LeverKind.FLEET: say("Unmanned lane"),
    LeverKind.STOP: say("Stops"),
}
"""Under which heading a lever stands."""
STAGES: Final[Mapping[Stage, str]] = {
    Stage.WAITING: say("waits for its turn"),
    Stage.RUNNING: say("is being run"),
    Stage.DONE: say("done"),
    Stage.FAILED: say("failed"),
    Stage.STOPPED: say("not run to its end"),
}
VERDICTS: Final[Mapping[Verdict, str]] = {
    Verdict.BETTER: say("better"),
    Verdict.WORSE: say("worse"),
    Verdict.SAME: say("no difference"),
    Verdict.UNSURE: say("cannot tell"),
}
MARKS: Final[Mapping[Verdict, str]] = {
    Verdict.BETTER: "clear",
    Verdict.WORSE: "refuse",
    Verdict.SAME: "same",
    Verdict.UNSURE: "hold",
}
"""Class of the mark by which a verdict is shown: its words say it without the colour."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One lever as a form shows it."""

    lever: Lever
    title: str
    choices: Sequence[tuple[str, str]]
    value: str


@dataclass(frozen=True, slots=True)
class Group:
    """Levers under one heading; ``opened`` when one of them is changed or it is the first."""

    title: str
    levers: Sequence[Shown]
    opened: bool


def groups_of(
    plan: Plan, levers: Iterable[Lever], given: Mapping[str, str], *, here: str, language: Language
) -> list[Group]:
    """Return the levers of a form in groups, stations by post with those of the post ``here`` first."""
    gettext = translator(language)
    found: dict[str, list[Shown]] = {}
    for lever in sorted(levers, key=lambda one: one.kind is LeverKind.SERVERS and one.place != here):
        heading = gettext(GROUPS[lever.kind])
        if lever.kind is LeverKind.SERVERS:
            heading = f"{heading}: {getattr(plan.posts[lever.place].name, language)}"
        choices = [(one, value_of(one, language)) for one in lever.choices]
        shown = Shown(lever, title_of(lever, language), choices, given.get(lever.key, ""))
        found.setdefault(heading, []).append(shown)
    return [Group(title, rows, any(one.value for one in rows)) for title, rows in found.items()]


def value_of(code: str, language: Language) -> str:
    """Return a direction or another value in words."""
    gettext = translator(language)
    own = {"tidal": say("tidal"), CLOSED: say("closed")}
    return gettext(own.get(code) or VALUES.get(code, code))


def title_of(lever: Lever, language: Language) -> str:
    """Return what a lever is called: which one, and what it sets where that is not plain from its heading."""
    gettext = translator(language)
    name = "" if lever.name is None else str(getattr(lever.name, language))
    match lever.kind:
        case LeverKind.SERVERS:
            return name
        case LeverKind.LANE:
            return f"{name}, {lever.place}"
        case LeverKind.OPENS | LeverKind.CLOSES:
            return f"{calendar_name(lever.at, language)}: {gettext(KINDS[lever.kind])}"
        case LeverKind.QUOTA:
            return f"{name}, {value_of(lever.place, language)}: {gettext(KINDS[lever.kind])}"
        case LeverKind.ARRIVALS | LeverKind.UNMANNED:
            return f"{value_of(lever.place, language)}: {gettext(KINDS[lever.kind])}"
        case LeverKind.FLEET:
            return f"{name}: {gettext(KINDS[lever.kind])}"
        case LeverKind.STOP:
            return f"{name}, {value_of(lever.place, language)}: {gettext(KINDS[lever.kind])}"


CALENDARS: Final[Mapping[str, str]] = {
    "goods": say("Lanes for goods"),
    "persons": say("Lanes for persons"),
    "offices": say("Agencies' offices"),
    "checks": say("Checks at the entry"),
    "unmanned": say("Unmanned lane"),
    "unmanned-night": say("Unmanned lane at night"),
}
"""Calendars of the shipped plans by their keys; another is called by its key."""


def calendar_name(key: str, language: Language) -> str:
    """Return what a calendar of a plan is called."""
    return translator(language)(CALENDARS.get(key, key))


def changes_of(
    known: Mapping[str, Lever], changes: Mapping[str, str], language: Language
) -> list[tuple[str, str, str]]:
    """Return what is changed as (title, before, after); a lever that the plan has no more is called by its key."""
    rows = []
    for key, text in changes.items():
        lever = known.get(key)
        if lever is None:
            rows.append((key, "", text))
            continue
        if lever.kind is LeverKind.ARRIVALS:
            traffic = translator(language)(GROUPS[lever.kind])
            rows.append((f"{traffic}, {value_of(lever.place, language)}", "", f"{int(text):+d} %"))
            continue
        before, after = (value_of(one, language) if lever.choices else one for one in (lever.now, text))
        title = title_of(lever, language)
        # Both posts may have a station of this name.
        if lever.kind is LeverKind.SERVERS and [one.name for one in known.values()].count(lever.name) > 1:
            title = f"{title} ({lever.place})"
        rows.append((title, before, after))
    return rows


def line_of(rows: Iterable[tuple[str, str, str]]) -> str:
    """Return changes in one line."""
    return "; ".join(f"{title} {before} → {after}" if before else f"{title} {after}" for title, before, after in rows)


def scenario_name(name: str, scenario: Scenario, language: Language) -> str:
    """Return what a day or what-if is called."""
    return (
        translator(language)(say("As planned, an ordinary day"))
        if name == AS_PLANNED
        else str(getattr(scenario.name, language))
    )


def study_name(study: Study, scenario: Scenario, rows: Sequence[tuple[str, str, str]], language: Language) -> str:
    """Return what a study is called: the name under which it is kept, else what is changed, else its day."""
    if study.kept is not None:
        return study.kept.name
    return line_of(rows) or scenario_name(study.asked.scenario, scenario, language)
