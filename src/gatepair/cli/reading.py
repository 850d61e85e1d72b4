"""Reads the ledgers of a directory back: timelines, stops and what verifies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from gatepair import wiring
from gatepair.base.errors import Malformed, NotFound, StartRefused, StorageDamaged
from gatepair.base.findings import Language
from gatepair.insight import places as queue_places
from gatepair.insight import report as reports
from gatepair.insight import timeline as timelines
from gatepair.insight.clearance import ClearanceDay, Row, clearance_of
from gatepair.insight.day import Day, Stop, figures, totals
from gatepair.insight.places import PlaceDay, PlaceMove
from gatepair.insight.report import Compared, DayReport
from gatepair.insight.timeline import Timeline
from gatepair.insight.trs import Study, study
from gatepair.plan.calendars import local_instant
from gatepair.plan.model import CommodityGroup, Direction, LocalDate, Plan, Role, Scenario

NOTES = "demo.json"
"""What a demo writes beside the two posts."""


class DemoNotes(Struct, frozen=True, forbid_unknown_fields=True):
    """What a demo was: kept beside its posts, so that the report can be made again."""

    scenario: Scenario
    seed: int
    version: str


@dataclass(frozen=True, slots=True)
class PostLedger:
    """What one post's ledger tells."""

    post: str
    directory: Path
    plan: Plan
    entries: int
    last_ms: int
    timelines: Mapping[str, Timeline]
    stops: tuple[Stop, ...]
    damage: str = ""
    """Why the ledger does not verify; empty when it does."""
    sent: int = 0
    receipted: int = 0
    link_faults: tuple[str, ...] = ()
    moves: tuple[PlaceMove, ...] = ()
    """What happened to the places of its queue."""
    declared: tuple[Row, ...] = ()
    """Declarations lodged and channels assigned."""


@dataclass(frozen=True, slots=True)
class Ledgers:
    """The posts of one directory, read."""

    posts: tuple[PostLedger, ...]
    notes: DemoNotes | None = None
    joined: tuple[Timeline, ...] = field(default=())

    @property
    def plan(self) -> Plan:
        """Return the plan, which both posts share."""
        return self.posts[0].plan

    @property
    def home(self) -> PostLedger:
        """Return the post of the home side, or the only one."""
        return next((one for one in self.posts if one.plan.posts[one.post].side == one.plan.home), self.posts[0])

    @property
    def timezone(self) -> str:
        """Return the zone of the home side's post."""
        return self.plan.timezone_of(self.home.post)


def post_directories(directory: Path) -> list[Path]:
    """Return the directories of posts at or right below ``directory``.

    Raises:
        StartRefused: there is none.
    """
    if (directory / "post.json").exists():
        return [directory]
    found = sorted(child for child in directory.iterdir() if (child / "post.json").exists())
    if not found:
        raise StartRefused(f"{directory} holds no post: make one with `gatepair init` or `gatepair demo`")
    return found


def read_ledgers(directory: Path, *, links: bool = False) -> Ledgers:
    """Read and verify every ledger in ``directory``; ``links`` verifies the exchange too, which needs stopped posts."""
    found = tuple(_read_post(place, links=links) for place in post_directories(directory))
    exits = {key: one for post in found for key, one in post.timelines.items() if one.role is Role.EXIT}
    entries = {key: one for post in found for key, one in post.timelines.items() if one.role is Role.ENTRY}
    return Ledgers(found, _notes(directory), tuple(timelines.join(exits, entries)))


def _notes(directory: Path) -> DemoNotes | None:
    path = directory / NOTES
    if not path.exists():
        return None
    try:
        return msgspec.json.decode(path.read_bytes(), type=DemoNotes)
    except msgspec.DecodeError as error:
        raise Malformed(f"{path} is not what a demo wrote: {error}; run the demo again") from error


def _read_post(directory: Path, *, links: bool) -> PostLedger:
    settings = wiring.read_settings(directory)
    plan = wiring.read_plan(directory)
    entries, last_ms, damage = 0, 0, ""
    crossings: list[tuple[str, str, Any, int]] = []
    gate: list[tuple[str, Any]] = []
    try:
        with closing(wiring.open_ledger(directory, settings, read_only=True)) as ledger:
            for entry in ledger.verify():
                entries, last_ms = entry.position, entry.recorded_at_ms
                family, _, subject = entry.stream.partition("/")
                if family == "audit":
                    continue
                payload = msgspec.json.decode(entry.payload)
                if family == "crossing":
                    crossings.append((subject, entry.type, payload, payload["at_ms"]))
                else:
                    gate.append((entry.type, payload))
    except StorageDamaged as error:
        damage = error.message
    sent, receipted, faults = _link(directory) if links and not damage else (0, 0, ())
    return PostLedger(
        post=settings.post,
        directory=directory,
        plan=plan,
        entries=entries,
        last_ms=last_ms,
        timelines=timelines.fold(crossings),
        stops=_stops(settings.post, gate),
        damage=damage,
        sent=sent,
        receipted=receipted,
        link_faults=faults,
        moves=tuple(queue_places.moves(crossings)),
        declared=tuple(row for row in crossings if row[1].startswith(("DeclarationLodged/", "ChannelAssigned/"))),
    )


def _link(directory: Path) -> tuple[int, int, tuple[str, ...]]:
    """Return entries sent, entries receipted, and what does not verify, of a post that does not run."""
    opened = wiring.open_post(directory)
    try:
        with opened.post.ledger.read() as reader:
            report = opened.post.link.verify(reader)
    finally:
        opened.post.ledger.close()
    return report.sent, report.receipted, tuple(finding.text("en") for finding in report.findings)


def _stops(post: str, events: Iterable[tuple[str, Any]]) -> tuple[Stop, ...]:
    """Return the stops that a gate's events tell of, in order of their beginning."""
    done: list[Stop] = []
    standing: dict[tuple[str, str, bool], Stop] = {}
    for name, payload in events:
        key = (payload.get("direction", ""), payload.get("route", ""), bool(payload.get("by_partner")))
        if name.startswith("IntakeStopped"):
            standing.setdefault(
                key,
                Stop(
                    post=post,
                    direction=Direction(payload["direction"]),
                    start_ms=payload["at_ms"],
                    end_ms=None,
                    reason=payload["reason"],
                    by_partner=bool(payload.get("by_partner")),
                    text=payload.get("text", ""),
                ),
            )
        elif name.startswith("IntakeReopened") and key in standing:
            done.append(replace(standing.pop(key), end_ms=payload["at_ms"]))
    return tuple(sorted([*done, *standing.values()], key=lambda stop: (stop.start_ms, stop.direction.value)))


# --- a day of them -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Window:
    """The local days that are looked at."""

    first: date
    days: int
    first_ms: int
    until_ms: int

    def bounds(self, timezone: str) -> list[tuple[str, int, int]]:
        """Return each local day as its date and the instants between which it lies."""
        dates = [self.first + timedelta(days=index) for index in range(self.days + 1)]
        edges = [local_instant(one, "00:00", timezone) for one in dates]
        return [(str(one), *edge) for one, edge in zip(dates, pairwise(edges), strict=False)]


def window(ledgers: Ledgers, day: str | None) -> Window:
    """Return the window of the local date ``day``; by default the demo's days, else the last day recorded.

    Raises:
        NotFound: ``day`` is not a date.
    """
    zone = ledgers.timezone
    count = 1
    if day is not None:
        first = _date(day)
    elif ledgers.notes is not None:
        first, count = _date(ledgers.notes.scenario.date), ledgers.notes.scenario.days
    else:
        last_ms = max(post.last_ms for post in ledgers.posts)
        first = datetime.fromtimestamp(last_ms / 1_000, tz=UTC).astimezone(ZoneInfo(zone)).date()
    until = first + timedelta(days=count)
    return Window(first, count, local_instant(first, "00:00", zone), local_instant(until, "00:00", zone))


def _date(text: LocalDate) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotFound(f"{text} is no date; write it as 2025-11-11") from error


def day_of(ledgers: Ledgers, span: Window) -> Day:
    """Return the figures of ``span``; of two posts' stops each one's own."""
    own_only = len(ledgers.posts) > 1
    stops = [stop for post in ledgers.posts for stop in post.stops if not (own_only and stop.by_partner)]
    return figures(ledgers.joined, stops, first_ms=span.first_ms, until_ms=span.until_ms)


def places_of(ledgers: Ledgers, span: Window) -> tuple[PlaceDay, ...]:
    """Return what became of the places of each direction in ``span``; each post keeps those that leave it."""
    moves = [move for post in ledgers.posts for move in post.moves]
    return queue_places.places(moves, first_ms=span.first_ms, until_ms=span.until_ms)


def study_of(ledgers: Ledgers, span: Window) -> Study:
    """Return the time-release study of ``span``."""
    return study(ledgers.joined, first_ms=span.first_ms, until_ms=span.until_ms)


def compared(scenario: Scenario | None, day: Day, places: Sequence[PlaceDay] = ()) -> list[Compared]:
    """Return the scenario's documented figures beside the day's; figures that a day does not measure are left out."""
    if scenario is None:
        return []
    rows = []
    for wanted in scenario.expectations:
        measured = measure(day, wanted.figure, places)
        if measured is not None:
            source = wanted.provenance.source or ""
            rows.append(Compared(wanted.figure, wanted.value, measured, wanted.tolerance_permille, source))
    return rows


def measure(day: Day, figure: str, places: Sequence[PlaceDay] = ()) -> int | None:
    """Return the figure named ``cleared.out``, ``stock.in.fresh_fruit`` or ``lost.out``; None for a name unknown.

    ``lost`` counts the places that ended in any way but departure; ``lost.out.missed`` those of one cause.
    """
    name, _, rest = figure.partition(".")
    way, _, group = rest.partition(".")
    if way not in {direction.value for direction in Direction}:
        return None
    if name == "lost":
        return next((_lost(one, group) for one in places if one.direction is Direction(way)), None)
    of = day.of(Direction(way))
    if group:
        by_group = {"cleared": of.cleared_by_commodity, "stock": of.stock_by_commodity}.get(name)
        known = {key.value for key in CommodityGroup}
        return by_group.get(CommodityGroup(group), 0) if by_group is not None and group in known else None
    plain = {
        "cleared": of.cleared,
        "stock": of.closing,
        "arrivals": of.arrivals,
        "opening": of.opening,
        "withdrawn": of.withdrawn,
        "empties": of.empties,
        "stock_per_cleared_permille": of.stock_per_cleared_permille,
    }
    return plain.get(name)


def _lost(one: PlaceDay, cause: str) -> int:
    """Return the places lost by ``cause``, or by any but departure when it is empty."""
    lost = {key: count for key, count in one.lost.items() if key != queue_places.DEPARTED}
    return lost.get(cause, 0) if cause else sum(lost.values())


def report_of(ledgers: Ledgers, span: Window, *, checks: Iterable[reports.Check] = ()) -> DayReport:
    """Return the report of ``span``."""
    day, places = day_of(ledgers, span), places_of(ledgers, span)
    notes = ledgers.notes
    whole = notes is not None and str(span.first) == notes.scenario.date and span.days == notes.scenario.days
    return DayReport(
        plan=ledgers.plan.id,
        name=ledgers.plan.name.en,
        scenario=notes.scenario.name.en if notes else ledgers.plan.id,
        date=str(span.first) if span.days == 1 else f"{span.first} + {span.days - 1}",
        timezone=ledgers.timezone,
        day=day,
        study=study_of(ledgers, span),
        compared=compared(notes.scenario, day, places) if notes is not None and whole else (),
        checks=tuple(checks),
        synthetic=any(wiring.read_settings(post.directory).synthetic for post in ledgers.posts),
        seed=notes.seed if notes else None,
        days=totals(ledgers.joined, span.bounds(ledgers.timezone)),
        places=places,
        clearance=clearance_days(ledgers, span),
    )


def clearance_days(ledgers: Ledgers, span: Window) -> tuple[ClearanceDay, ...]:
    """Return what was declared at each post in ``span``."""
    bounds = {"first_ms": span.first_ms, "until_ms": span.until_ms}
    return tuple(clearance_of(one.declared, post=one.post, country=_country(one), **bounds) for one in ledgers.posts)


def _country(one: PostLedger) -> str:
    return one.plan.sides[one.plan.posts[one.post].side].country


def page(report: DayReport, language: Language = "en") -> str:
    """Return the report as HTML."""
    text = resources.files("gatepair.insight").joinpath(reports.TEMPLATE).read_text("utf-8")
    return reports.render(report, text, language=language)


def local_clock(instant_ms: int, timezone: str) -> str:
    """Return an instant as local day and time, for a progress bar."""
    moment = datetime.fromtimestamp(instant_ms / 1_000, tz=UTC).astimezone(ZoneInfo(timezone))
    return f"{moment:%d.%m. %H:%M}"
