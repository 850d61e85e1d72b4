"""Sections about the gate: stops, the state of a road, hours, what is taken in, alerts, notes, figures."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from gatepair.exchange.sections import words as w
from gatepair.exchange.sections.words import Shape


class Stop(Shape, frozen=True):
    """A direction, or one road of it, stands still."""

    direction: w.Direction
    reason: w.Code
    text: w.Line = ""
    expected_end_ms: w.Instant | None = None
    route: w.CodeOrNone = ""
    """The road; empty for the whole direction."""
    allows: Annotated[tuple[w.Commodity, ...], Meta(max_length=20)] = ()
    """What may pass all the same."""


class Reopening(Shape, frozen=True):
    """A direction, or one road of it, runs again."""

    direction: w.Direction
    route: w.CodeOrNone = ""


class Condition(Shape, frozen=True):
    """What goes slower or is out, without a stop: a laboratory, a system, the weather."""

    direction: w.Direction
    state: Literal["normal", "slow", "limited"]
    reason: w.Code
    text: w.Line = ""
    expected_end_ms: w.Instant | None = None
    route: w.CodeOrNone = ""


class Hours(Shape, frozen=True):
    """When the sender works on one local date of a calendar of the plan; from and until the same means not at all."""

    calendar: w.Code
    date: w.LocalDate
    start: w.LocalTime
    until: w.LocalTime
    only: Annotated[tuple[w.Commodity, ...], Meta(max_length=20)] = ()
    """What it works for; empty means everything."""
    reason: w.CodeOrNone = ""


class Quota(Shape, frozen=True):
    """How many vehicles an hour the sender takes in."""

    direction: w.Direction
    per_hour: w.Vehicles


class Capacity(Shape, frozen=True):
    """How many vehicles the sender can have on the line and in its yards at once."""

    direction: w.Direction
    vehicles: w.Vehicles
    reason: w.CodeOrNone = ""


class Alert(Shape, frozen=True):
    """Both sides should look out: no person is named in it."""

    kind: Literal["crime", "disease", "disaster", "safety"]
    reference: w.Code
    """Its name; a later alert with the same name replaces it."""
    text: w.Line
    ended: bool = False
    plates: Annotated[tuple[w.Plate, ...], Meta(max_length=50)] = ()
    containers: Annotated[tuple[w.ContainerNumber, ...], Meta(max_length=50)] = ()
    commodity: w.Commodity | None = None
    until_ms: w.Instant | None = None


class Note(Shape, frozen=True):
    """What was said over the hotline, for the record of both."""

    topic: w.Code
    text: w.Line


class Figure(Shape, frozen=True):
    """One count of a day."""

    direction: w.Direction
    load: Literal["loaded", "empty"]
    figure: w.Code
    """Such as ``declared``, ``departed``, ``received``, ``cleared``."""
    count: w.Natural


class Statistics(Shape, frozen=True):
    """The counts of one local day at the sender."""

    date: w.LocalDate
    timezone: w.TimeZone
    figures: Annotated[tuple[Figure, ...], Meta(max_length=500)]
