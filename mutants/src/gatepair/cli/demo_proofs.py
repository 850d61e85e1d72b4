"""What must hold of both posts after a drill: nothing lost, nothing twice, one joint state.

Read from the two stopped posts, log by log and entry by entry; nothing of what the run itself said is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from gatepair import wiring
from gatepair.base.entries import Entry
from gatepair.base.merkle import leaf_hash
from gatepair.base.time import Instant
from gatepair.exchange.checkpoint import Origin
from gatepair.exchange.envelope import Header, parse_header
from gatepair.exchange.joint import JointLog, JointState, fold
from gatepair.insight.report import Check
from gatepair.node.joint_reading import logs_of
from gatepair.node.reconcile import Hindsight
from gatepair.node.reconcile_reading import Site, case_of
from gatepair.node.reconcile_report import Report

PAGE: Final = 1_000
SAID: Final[Mapping[str, tuple[str, ...]]] = {
    "crossing.announced": ("CrossingDeclared",),
    "crossing.corrected": ("FieldCorrected", "DocumentAttached", "BindingChanged"),
    "crossing.accepted": ("ArrivalAccepted",),
    "crossing.declined": ("ArrivalDeclined",),
    "crossing.released": ("CrossingReleased",),
    "crossing.departed": ("VehicleDeparted",),
    "crossing.received": ("HandoverConfirmed",),
    "crossing.disputed": ("HandoverDisputed",),
    "crossing.refused": ("CrossingRefused",),
    "crossing.cancelled": ("CrossingCancelled", "Diverted"),
    "crossing.closed": ("CrossingClosed",),
    "route.stopped": ("IntakeStopped",),
    "route.reopened": ("IntakeReopened",),
    "quota.announced": ("QuotaAnnounced",),
}
"""The events that a message of ours tells of, by type without version."""
ONCE: Final = frozenset(
    {
        "CrossingDeclared",
        "VehicleDeparted",
        "HandoverConfirmed",
        "PartnerDeparted",
        "PartnerReceived",
        "PartnerAccepted",
    }
)
"""Events that a crossing has at most once."""
BY_PARTNER: Final = "P-"
"""How a command begins that the partner's entry stands for; its leaf follows."""
FAULTS_SHOWN: Final = 3
Counted = TypeVar("Counted")


@dataclass(frozen=True)
class Log:
    """One log as one of the two posts holds it, from its beginning."""

    origin: Origin
    rows: tuple[bytes, ...]

    @cached_property
    def headers(self) -> tuple[Header, ...]:
        """Return the headers as read."""
        return tuple(parse_header(row) for row in self.rows)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Return the leaf of each entry, hex."""
        return tuple(leaf_hash(row).hex() for row in self.rows)


@dataclass(frozen=True)
class Side:
    """One post read whole: its ledger, the logs of both as it holds them, and its report of the day."""

    post: str
    entries: Sequence[Entry]
    logs: Sequence[Log]
    report: Report

    @property
    def own(self) -> list[Log]:
        """Return the logs that this post wrote."""
        return [log for log in self.logs if log.origin.post == self.post]

    @property
    def mirror(self) -> list[Log]:
        """Return the logs that its partner wrote."""
        return [log for log in self.logs if log.origin.post != self.post]

    @cached_property
    def joint(self) -> JointState:
        """Return what both sides have said, folded from what this post holds."""
        return fold(JointLog(log.origin, log.rows) for log in self.logs)

    def events(self) -> Iterator[tuple[Entry, str]]:
        """Yield the entries with the name of their event."""
        return ((entry, entry.type.partition("/")[0]) for entry in self.entries)


def drill_checks(directories: Iterable[Path]) -> list[Check]:
    """Return what holds of the two stopped posts in ``directories``."""
    sides = [_side(directory) for directory in directories]
    return [
        _check("Nothing lost on the line", _differs(*sides), _held(sides)),
        _check("Nothing lost in the ledgers", [fault for side in sides for fault in _unrecorded(side)], _facts(sides)),
        _check("Every word heard has its effect", [fault for side in sides for fault in _unheard(side)], _words(sides)),
        _check("Nothing twice", [fault for side in sides for fault in _twice(side)], "ids, effects and facts"),
        _joint(sides),
        *(_reconciled(side) for side in sides),
    ]


# --- reading ---------------------------------------------------------------------------------------


def _side(directory: Path) -> Side:
    settings, plan = wiring.read_settings(directory), wiring.read_plan(directory)
    agreement = wiring.read_agreement(directory)
    with closing(wiring.open_ledger(directory, settings, read_only=True)) as ledger, ledger.read() as reader:
        entries: list[Entry] = []
        while page := reader.entries(after=len(entries), limit=PAGE):
            entries += page
        until_ms = entries[-1].recorded_at_ms + 1
        site = Site(plan, settings.post, agreement, Instant(until_ms))
        case = case_of(site, reader, since_ms=entries[0].recorded_at_ms, until_ms=until_ms)
        logs = [Log(log.origin, tuple(log.headers)) for log in logs_of(agreement, settings.post, reader)]
    return Side(settings.post, entries, logs, Report.of(case))


# --- checking --------------------------------------------------------------------------------------


def _differs(first: Side, second: Side) -> Iterator[str]:
    """Find logs that the two posts do not hold alike, to the last byte of the last header."""
    held = [{str(log.origin): log.rows for log in side.logs if log.rows} for side in (first, second)]
    for name in sorted(set(held[0]) | set(held[1])):
        ours, theirs = (rows.get(name, ()) for rows in held)
        if ours != theirs:
            yield f"{name}: {first.post} holds {len(ours)} entries, {second.post} {len(theirs)}, or not the same"


def _unrecorded(side: Side) -> Iterator[str]:
    """Find messages that tell of more than the ledger of their own author records."""
    recorded = Counter((entry.stream.partition("/")[2], name) for entry, name in side.events())
    for (subject, kind), count in _messages(side).items():
        events = sum(recorded[subject, name] for name in SAID.get(kind, ()))
        if kind in SAID and events < count:
            yield f"{side.post}: {count} {kind} about {subject}, {events} recorded"


def _messages(side: Side) -> Counter[tuple[str, str]]:
    """Count the different messages of ``side`` by subject and type without version."""
    said = {(header.id, header.subject, header.type.partition("/")[0]) for log in side.own for header in log.headers}
    return Counter((subject, kind) for _, subject, kind in said)


def _unheard(side: Side) -> Iterator[str]:
    """Find entries of the partner that had no effect here and were not answered."""
    acted = {entry.command_id.removeprefix(BY_PARTNER) for entry in side.entries}
    answered = {reference.leaf for log in side.own for header in log.headers for reference in header.re}
    done: set[str] = set()
    waiting: dict[str, str] = {}
    for log in side.mirror:
        for leaf, header in zip(log.leaves, log.headers, strict=True):
            if leaf in acted or leaf in answered:
                done.add(header.id)
            elif header.type.partition("/")[0] in SAID:
                waiting[header.id] = f"{side.post}: {header.type} about {header.subject} at {log.origin}"
    # The same message may stand in two epochs; one effect is enough.
    yield from (fault for id_, fault in waiting.items() if id_ not in done)


def _twice(side: Side) -> Iterator[str]:
    """Find ids used twice in one log, words of the partner with two effects, and facts that a crossing has once."""
    for log in side.logs:
        ids = _counted(header.id for header in log.headers)
        yield from (f"{log.origin}: id {id_} twice" for id_, count in ids if count > 1)
    said = {leaf: header.id for log in side.mirror for leaf, header in zip(log.leaves, log.headers, strict=True)}
    commands = {entry.command_id for entry in side.entries if entry.command_id.startswith(BY_PARTNER)}
    acted = _counted(said.get(command.removeprefix(BY_PARTNER), command) for command in commands)
    yield from (f"{side.post}: message {id_} acted on {count} times" for id_, count in acted if count > 1)
    for (stream, name), count in _counted((entry.stream, name) for entry, name in side.events()):
        if count > 1 and name in ONCE:
            yield f"{side.post}: {name} {count} times in {stream}"


def _counted(things: Iterable[Counted]) -> Iterable[tuple[Counted, int]]:
    return Counter(things).items()


def _joint(sides: Sequence[Side]) -> Check:
    shown = {side.post: side.joint.digest().hex() for side in sides}
    state = sides[0].joint
    faults = (
        [f"{post} folds to {digest[:16]}" for post, digest in shown.items()] if len(set(shown.values())) > 1 else []
    )
    faults += [f"{one.log}/{one.index} says something else under a used id" for one in state.reused]
    faults += [f"{one.log}/{one.index} claims to have heard what was not written" for one in state.impossible]
    return _check(
        "Joint state", faults, f"{state.digest().hex()[:16]}… of {len(state.subjects)} subjects at both posts"
    )


class _Left(msgspec.Struct):
    rested: _Rested


class _Rested(msgspec.Struct):
    clause: str


FRESH: Final = frozenset({"alone", "fresh"})
"""Clauses under which a departure rests on no stale word."""


def _reconciled(side: Side) -> Check:
    """Hold the report against the ledger: every departure on an old word is in it, and nothing is forgotten."""
    report = side.report
    told = {row.position for row in report.rows}
    stale = [
        entry
        for entry, name in side.events()
        if name == "VehicleDeparted" and msgspec.json.decode(entry.payload, type=_Left).rested.clause not in FRESH
    ]
    faults = [
        f"the departure at position {entry.position} is not reported" for entry in stale if entry.position not in told
    ]
    faults += [f"{said.type} about {said.subject} was said and is not known" for said in report.forgotten]
    counts = ", ".join(f"{report.count(each)} {each.value}" for each in Hindsight)
    detail = f"{len(stale)} departures on an old word; {len(report.rows)} decisions: {counts}; {len(report.reissued)} said again"
    return _check(f"Reconciliation of {side.post}", faults, detail)


# --- telling ---------------------------------------------------------------------------------------


def _check(name: str, faults: Iterable[str], detail: str) -> Check:
    found = list(faults)
    more = f" and {len(found) - FAULTS_SHOWN} more" if len(found) > FAULTS_SHOWN else ""
    return Check(name, "failed" if found else "ok", "; ".join(found[:FAULTS_SHOWN]) + more if found else detail)


def _held(sides: Sequence[Side]) -> str:
    rows = sum(len(log.rows) for side in sides for log in side.own)
    return f"{rows} entries in {sum(len(side.own) for side in sides)} logs are held at both posts"


def _facts(sides: Sequence[Side]) -> str:
    return f"{sum(sum(_messages(side).values()) for side in sides)} messages tell of recorded events"


def _words(sides: Sequence[Side]) -> str:
    return f"{sum(len(log.rows) for side in sides for log in side.mirror)} entries, each acted on or answered"
