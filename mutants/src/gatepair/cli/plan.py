"""``gatepair plan``: check, show and list gate plans and scenarios, and print their schema."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final

import click
from rich.console import Console
from rich.table import Table

from gatepair.adapters import planfiles
from gatepair.base.errors import PlanInvalid
from gatepair.base.findings import Language
from gatepair.plan import markup, sampling
from gatepair.plan.explaining import hours_words, named, queue_words, required_words
from gatepair.plan.loading import Loaded, apply_scenario, read_plan, read_scenario, variant_of
from gatepair.plan.model import Direction, Plan, Role, Scenario, Shape
from gatepair.plan.problems import Problem
from gatepair.plan.rules import leads, stations_of
from gatepair.plan.schema import plan_schema, scenario_schema, schema_text

LANGUAGES: Final = click.Choice(["vi", "zh", "en", "fr"])
WIDTH_MIN: Final = 110
"""Tables are at least this wide, so that a narrow log does not break every cell."""
SECONDS_SHOWN_MAX: Final = 120
"""Below two minutes a time reads better in seconds."""
WHOLE_COLUMNS: Final = ("station", "lane", "yard", "figure", "id")
"""Columns whose words people copy; they are never broken."""


@click.group()
def plan() -> None:
    """Check, show and list gate plans.

    A plan describes one pair of gates in YAML: posts, lanes, hours, agencies, rules, traffic.
    Wherever a plan is asked for, write the id of one we ship (see `gatepair plan list`) or a path.
    """


@plan.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of tables.")
def listed(*, as_json: bool) -> None:
    """List the plans and scenarios that come with Gatepair."""
    plans = {key: planfiles.shipped_plan(key) for key in planfiles.plan_ids()}
    scenarios = {key: planfiles.open_scenario(key).value for key in planfiles.scenario_ids()}
    if as_json:
        shown = {
            "plans": [{"id": key, "name": one.name.en, "posts": list(one.posts)} for key, one in plans.items()],
            "scenarios": [
                {"id": key, "plan": one.plan, "name": one.name.en, "date": one.date, "days": one.days}
                for key, one in scenarios.items()
            ],
        }
        click.echo(json.dumps(shown, ensure_ascii=False))
        return
    console = _console()
    table = _table("Plans", ("id", "pair", "posts", "roads over the line"))
    for key, one in plans.items():
        roads = ", ".join(route.markers for route in one.routes.values())
        table.add_row(key, one.name.en, ", ".join(one.posts), roads)
    console.print(table)
    table = _table("Scenarios", ("id", "plan", "name", "first day", "days", "expected"))
    for key, scenario in scenarios.items():
        expected = ", ".join(f"{one.figure} {one.value}" for one in scenario.expectations)
        table.add_row(key, scenario.plan, scenario.name.en, scenario.date, str(scenario.days), expected)
    console.print(table)


@plan.command()
@click.argument("names", nargs=-1, required=True, metavar="FILE|ID...")
@click.option("--plan", "plan_name", default=None, help="Check scenarios against this plan, not the one they name.")
@click.option("--language", type=LANGUAGES, default="en", show_default=True, help="Language of the messages.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each file.")
def check(names: tuple[str, ...], plan_name: str | None, language: Language, *, as_json: bool) -> None:
    """Check plan and scenario files; say every problem with its line and how to mend it.

    A scenario is checked together with its plan. Exit code 1 when there is any problem.
    """
    failed = False
    for name in names:
        good = True
        try:
            summary = _checked(name, plan_name)
            problems: tuple[Problem, ...] = ()
        except PlanInvalid as error:
            good, failed = False, True
            found = error.fields.get("problems")
            problems = found if isinstance(found, tuple) else ()
            summary = str(error.fields.get("name", name)) if problems else error.message
        if as_json:
            _print_json(name, summary, problems, language)
        elif problems:
            _print_problems(summary, problems, language)
        else:
            click.echo(summary, err=not good)
    if failed:
        sys.exit(1)


def _checked(name: str, plan_name: str | None) -> str:
    scenarios = (*planfiles.scenario_ids(), *planfiles.what_if_ids())
    is_scenario = name in scenarios and name not in planfiles.plan_ids()
    text = planfiles.scenario_text(name) if is_scenario else planfiles.plan_text(name)
    read = markup.read(text).value
    if isinstance(read, dict) and "scenario" in read:
        scenario = read_scenario(text, name)
        plan_of = planfiles.open_plan(plan_name or scenario.value.plan)
        _applied(plan_of, scenario)
        for key in scenario.value.variants:
            _applied(plan_of, replace(scenario, value=variant_of(scenario.value, key)))
        return f"{name}: no problems; scenario of {scenario.value.plan} on {scenario.value.date}"
    return f"{name}: no problems; {_counts(read_plan(text, name).value)}"


def _applied(loaded: Loaded[Plan], scenario: Loaded[Scenario]) -> Plan:
    return apply_scenario(loaded.value, scenario.value, marks=scenario.marks, name=scenario.name)


def _counts(one: Plan) -> str:
    lanes = sum(len(route.lanes) for route in one.routes.values())
    return (
        f"{len(one.posts)} posts, {len(one.routes)} routes, {lanes} lanes, {len(one.stations)} stations, "
        f"{len(one.yards)} yards, {len(one.calendars)} calendars, {len(one.sources)} sources"
    )


def _print_problems(name: str, problems: Iterable[Problem], language: Language) -> None:
    for one in problems:
        wrong, mend = one.halves(language)
        stop = "。" if language == "zh" else ". "
        click.echo(f"{name}:{one.line}:{one.column} {one.path or '-'}: {wrong}{stop}{mend}", err=True)


def _print_json(name: str, summary: str, problems: Iterable[Problem], language: Language) -> None:
    rows = [
        {"line": one.line, "column": one.column, **one.finding.to_wire(), "mend": one.halves(language)[1]}
        for one in problems
    ]
    click.echo(json.dumps({"file": name, "summary": summary, "problems": rows}, ensure_ascii=False))


@plan.command()
@click.option("--scenario", "of_scenario", is_flag=True, help="The schema of scenario files.")
def schema(*, of_scenario: bool) -> None:
    """Print the JSON Schema of plan files, for editors."""
    click.echo(schema_text(scenario_schema() if of_scenario else plan_schema()), nl=False)


@plan.command()
@click.argument("name", metavar="FILE|ID")
@click.option("--scenario", "scenario_name", default=None, help="Show the plan as it stands in this scenario.")
@click.option("--date", "day_text", default=None, metavar="YYYY-MM-DD", help="The day whose hours are shown.")
@click.option("--language", type=LANGUAGES, default="en", show_default=True, help="Language of the names.")
def show(name: str, scenario_name: str | None, day_text: str | None, language: Language) -> None:
    """Explain a plan: posts, lanes with their hours in both zones, who decides, the queue rule, traffic."""
    loaded = planfiles.open_plan(name)
    shown, scenario = loaded.value, None
    if scenario_name is not None:
        opened = planfiles.open_scenario(scenario_name)
        shown, scenario = _applied(loaded, opened), opened.value
    day = _day(day_text, scenario)
    console = _console()
    console.print(f"[bold]{named(shown.name, language)}[/bold]  ({shown.id})")
    if scenario is not None:
        console.print(f"{named(scenario.name, language)}: {named(scenario.summary, language)}")
    _print_posts(console, shown, language)
    _print_lanes(console, shown, day)
    for post_key in shown.posts:
        _print_stations(console, shown, post_key, language)
    _print_yards(console, shown, language)
    _print_rules(console, shown, language)
    _print_traffic(console, shown)
    if scenario is not None:
        _print_scenario(console, scenario)


def _day(day_text: str | None, scenario: Scenario | None) -> date:
    if day_text is None:
        return date.fromisoformat(scenario.date) if scenario else datetime.now(UTC).date()
    try:
        return date.fromisoformat(day_text)
    except ValueError as error:
        raise click.BadParameter(f"{day_text} is no date; write it like 2025-11-11", param_hint="--date") from error


def _print_posts(console: Console, one: Plan, language: Language) -> None:
    table = _table("Posts", ("post", "name", "side", "time zone", "agencies"))
    for key, post in one.posts.items():
        side = one.sides[post.side]
        agencies = ", ".join(f"{named(agency.name, language)} ({agency.duty})" for agency in post.agencies.values())
        home = " (home)" if post.side == one.home else ""
        table.add_row(key, named(post.name, language), f"{side.country}{home}", side.timezone, agencies)
    console.print(table)
    first, second = one.posts
    home, away = (first, second) if one.posts[first].side == one.home else (second, first)
    console.print(f"Direction out leads from {home} to {away}; direction in leads from {away} to {home}.")


def _print_lanes(console: Console, one: Plan, day: date) -> None:
    zones = [one.sides[post.side].timezone for post in one.posts.values()]
    clocks = tuple(f"hours, {zone}" for zone in zones)
    columns = ("road", "lane", "kind", "direction", "cut-off", *clocks)
    table = _table(f"Lanes, with the hours of {day.isoformat()}", columns)
    for route in one.routes.values():
        for key, lane in route.lanes.items():
            cutoffs = one.calendars[lane.hours].cutoff.items()
            cutoff = ", ".join(f"{way} {clock}" for way, clock in cutoffs if leads(lane, way))
            turning = f", {lane.clear_s} s to clear" if lane.clear_s else ""
            hours = [hours_words(one, lane.hours, day, zone) for zone in zones]
            table.add_row(route.markers, key, str(lane.kind), f"{lane.direction}{turning}", cutoff, *hours)
    console.print(table)


def _print_stations(console: Console, one: Plan, post_key: str, language: Language) -> None:
    columns = ("role", "order", "station", "name", "duty", "servers", "time served", "where from")
    table = _table(f"Stations of {post_key}", columns)
    for role in Role:
        for key, station in stations_of(one, post_key, role):
            times = "; ".join(f"{selector}: {_service(service)}" for selector, service in station.service.items())
            whence = ", ".join(dict.fromkeys(service.provenance.kind for service in station.service.values()))
            row = (str(role), str(station.order), key, named(station.name, language), str(station.duty))
            table.add_row(*row, str(station.servers), times, whence)
    console.print(table)


def _service(service: Any) -> str:
    if service.shape is Shape.UNIFORM:
        return f"{_minutes(service.low_s)} to {_minutes(service.high_s)}"
    about = "" if service.shape is Shape.DETERMINISTIC else "about "
    return about + _minutes(sampling.mean_s(service))


def _minutes(seconds: int) -> str:
    if seconds < SECONDS_SHOWN_MAX:
        return f"{seconds} s"
    return f"{seconds / 60:.4g} min"


def _print_yards(console: Console, one: Plan, language: Language) -> None:
    table = _table("Yards", ("post", "yard", "name", "kind", "places", "to the barrier"))
    for key, yard in one.yards.items():
        name = named(yard.name, language)
        table.add_row(yard.post, key, name, str(yard.kind), str(yard.capacity), _minutes(yard.travel_s))
    console.print(table)


def _print_rules(console: Console, one: Plan, language: Language) -> None:
    for key, post in one.posts.items():
        console.print(f"\n[bold]{named(post.name, language)}[/bold]")
        _print_rules_of(console, one, key, language)
    stay = one.stay
    console.print(
        f"\n[bold]Stay[/bold]: one way {stay.one_way_h} h, both ways {stay.two_way_h} h, filing {stay.filing_h} h; "
        f"a warning {stay.warn_before_h} h before it runs out."
    )


def _print_rules_of(console: Console, one: Plan, key: str, language: Language) -> None:
    for role in Role:
        way = Direction.OUT if one.role_of(key, Direction.OUT) is role else Direction.IN
        console.print(f"Who decides when vehicles going {way} are here ({role}); the first line that fits holds:")
        for rule in one.required_decisions:
            if rule.role is role and (not rule.posts or key in rule.posts):
                console.print(f"  • {required_words(rule)}")
    console.print("How vehicles that wait to leave here are called:")
    for sentence in queue_words(one.queues[key], language):
        console.print(f"  • {sentence}")
    for quota in one.quotas:
        if quota.post == key:
            console.print(f"Takes in {quota.per_hour} vehicles an hour going {quota.direction}.")


def _print_traffic(console: Console, one: Plan) -> None:
    if one.demand is None:
        return
    table = _table("Traffic of the simulated day, synthetic", ("direction", "standing", "arriving", "goods", "note"))
    for flow in one.demand.flows:
        mix = ", ".join(f"{group} {share / 10:g} %" for group, share in flow.mix_permille.items())
        note = f"{flow.provenance.kind}: {flow.provenance.note}"
        table.add_row(str(flow.direction), str(flow.stock), str(flow.arrivals), mix, note)
    console.print(table)


def _print_scenario(console: Console, scenario: Scenario) -> None:
    if scenario.stops:
        table = _table("Stops, local time of the post", ("day", "post", "direction", "from", "until", "reason", "told"))
        for stop in scenario.stops:
            row = (str(stop.day), stop.post, str(stop.direction), stop.start, stop.until or "open")
            table.add_row(*row, stop.reason, "yes" if stop.announced else "no")
        console.print(table)
    table = _table("Expected figures", ("figure", "value", "tolerance", "where from"))
    for one in scenario.expectations:
        whence = f"{one.provenance.kind} {one.provenance.source or ''} {one.provenance.note}".strip()
        table.add_row(one.figure, str(one.value), f"{one.tolerance_permille / 10:g} %", whence)
    console.print(table)


def _console() -> Console:
    console = Console(highlight=False, soft_wrap=False)
    if console.width < WIDTH_MIN:
        console = Console(highlight=False, width=WIDTH_MIN)
    return console


def _table(title: str, columns: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in WHOLE_COLUMNS)
    return table
