"""Gate reports in UN/EDIFACT: CODECO becomes a report of containers through a gate, and a report a CODECO.

What stands before the first EQD is of the whole report, what follows of one container.

Source: UN/EDIFACT directory D.95B, message CODECO (34 gate-in, 36 gate-out), and its lists 1153, 2005, 3227, 6313,
8053, 8169, 9303.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from gatepair.adapters.formats.edifact import Message, Segment
from gatepair.adapters.formats.edifact_parts import (
    Fields,
    means_in,
    measure_in,
    moment_in,
    number_in,
    party_in,
    undated_in,
)
from gatepair.adapters.formats.edifact_writing import MessageOut, Row, in_lines
from gatepair.base.findings import Finding
from gatepair.clearance.declaration.gate_report import GateMove, GateReport
from gatepair.clearance.declaration.papers import AdditionalDocument, AdditionalInformation
from gatepair.clearance.declaration.parties import Address, Submitter
from gatepair.clearance.declaration.transport import BorderTransportMeans

KIND: Final = "CODECO"
RELEASE: Final = "95B"
GATE_IN: Final = "34"
GATE_OUT: Final = "36"
"""Source: UN/EDIFACT 1001."""


@dataclass(frozen=True, slots=True)
class GateReportRead:
    """A gate report, and what became of every component of its message."""

    report: GateReport
    mapped: int
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Reading:
    report: Fields = field(default_factory=dict)
    move: Fields | None = None

    @property
    def here(self) -> Fields:
        """Return what the next segment is about."""
        return self.report if self.move is None else self.move


def read_gate_report(message: Message) -> GateReportRead:
    """Return the report in ``message``, which must be a CODECO."""
    reading = _Reading()
    for segment in message.segments:
        read = _SEGMENTS.get(segment.tag)
        if read is not None:
            read(reading, segment)
    left = [finding for segment in message.segments for finding in segment.left()]
    mapped = sum(segment.used for segment in message.segments)
    return GateReportRead(
        msgspec.convert(reading.report, GateReport), mapped, (*message.findings, *left, *undated_in(message))
    )


def _bgm(reading: _Reading, segment: Segment) -> None:
    for name, place in (("type_code", (0, 0)), ("functional_reference_id", (1, 0)), ("function_code", (2, 0))):
        if (text := segment.take(*place)) is not None:
            reading.report[name] = text


def _dtm(reading: _Reading, segment: Segment) -> None:
    kind = segment.peek(0)
    if reading.move is not None:
        if (moment := moment_in(segment)) is not None:
            reading.move.setdefault("date_time", []).append({"function_code": kind, "moment": moment})
    elif kind == "137" and "issue_date_time" not in reading.report and (moment := moment_in(segment)) is not None:
        reading.report["issue_date_time"] = moment


def _rff(reading: _Reading, segment: Segment) -> None:
    paper = {"type_code": segment.take(0), "id": segment.take(0, 1)}
    known = {name: text for name, text in paper.items() if text is not None}
    if known:
        reading.here.setdefault("document", []).append(known)


def _ftx(reading: _Reading, segment: Segment) -> None:
    words = "".join(segment.rest(3)) or None
    said = {"statement_type_code": segment.take(0), "statement_code": segment.take(2), "statement_description": words}
    known = {name: text for name, text in said.items() if text is not None}
    if known:
        reading.here.setdefault("additional_information", []).append(known)


def _tdt(reading: _Reading, segment: Segment) -> None:
    if "transport_means" in reading.here or segment.peek(0) not in ("1", "10", "20", "30"):
        return
    if reading.move is None and (voyage := segment.take(1)) is not None:
        reading.report["voyage_id"] = voyage
    # Main carriage before the containers, on or before carriage at each: where it stands says which.
    segment.take(0)
    reading.here["transport_means"] = means_in(segment)


def _loc(reading: _Reading, segment: Segment) -> None:
    place = {"function_code": segment.take(0), "id": segment.take(1), "name": segment.take(1, 3)}
    # The code list that the identifier is of, and who keeps it, say nothing of the move.
    segment.take(1, 1)
    segment.take(1, 2)
    known = {name: text for name, text in place.items() if text is not None}
    if known:
        reading.here.setdefault("location", []).append(known)


def _nad(reading: _Reading, segment: Segment) -> None:
    if reading.move is None and (role := segment.take(0)) is not None:
        reading.report.setdefault("party", []).append({"role_code": role, **party_in(segment, address=True)})


def _eqd(reading: _Reading, segment: Segment) -> None:
    places = {"type_code": 0, "id": 1, "size_type_code": 2, "status_code": 4, "fullness_code": 5}
    found = {name: segment.take(element) for name, element in places.items()}
    reading.move = {name: text for name, text in found.items() if text is not None}
    reading.report.setdefault("move", []).append(reading.move)


def _tmd(reading: _Reading, segment: Segment) -> None:
    if reading.move is not None and "movement_type_code" not in reading.move and segment.peek(0) is not None:
        reading.move["movement_type_code"] = segment.take(0)


def _mea(reading: _Reading, segment: Segment) -> None:
    what = segment.peek(1)
    if reading.move is None or (measure := measure_in(segment, 2)) is None:
        return
    # What was measured says all; that it was measured, the segment itself.
    segment.take(0)
    measured = {"value": measure} if what is None else {"dimension_code": segment.take(1), "value": measure}
    reading.move.setdefault("measure", []).append(measured)


def _sel(reading: _Reading, segment: Segment) -> None:
    seal = {"id": segment.peek(0), "party_code": segment.peek(1)}
    known = {name: text for name, text in seal.items() if text is not None}
    if reading.move is not None and known:
        segment.take(0)
        segment.take(1)
        reading.move.setdefault("seal", []).append(known)


def _cnt(reading: _Reading, segment: Segment) -> None:
    if segment.peek(0) == "16" and (count := number_in(segment, 0, 1)) is not None:
        segment.take(0)
        reading.report["move_quantity"] = count


_SEGMENTS: Final[Mapping[str, Callable[[_Reading, Segment], Any]]] = {
    "BGM": _bgm, "CNT": _cnt, "DTM": _dtm, "EQD": _eqd, "FTX": _ftx, "LOC": _loc, "MEA": _mea, "NAD": _nad,
    "RFF": _rff, "SEL": _sel, "TDT": _tdt, "TMD": _tmd,
}  # fmt: skip


# --- writing -------------------------------------------------------------------------------


def gate_message(report: GateReport) -> MessageOut:
    """Return ``report`` as a CODECO; reading it again gives ``report``."""
    rows: list[Row] = [
        ("BGM", report.type_code or "", report.functional_reference_id or "", report.function_code or "")
    ]
    if report.issue_date_time is not None:
        rows.append(("DTM", ["137", report.issue_date_time.text, report.issue_date_time.form]))
    rows.extend(_statement(each) for each in report.additional_information)
    rows.extend(_reference(each) for each in report.document)
    if report.transport_means is not None:
        rows.append(_means("20", report.voyage_id or "", report.transport_means))
    rows.extend(("LOC", each.function_code or "", _place(each.id, each.name)) for each in report.location)
    rows.extend(_party(party) for party in report.party)
    for move in report.move:
        rows.extend(_move(move))
    if report.move_quantity is not None:
        rows.append(("CNT", ["16", report.move_quantity.shown()]))
    return MessageOut(KIND, RELEASE, rows)


def _move(move: GateMove) -> Iterator[Row]:
    yield (
        "EQD", move.type_code or "", move.id or "", move.size_type_code or "", "", move.status_code or "",
        move.fullness_code or "",
    )  # fmt: skip
    yield from (_reference(each) for each in move.document)
    if move.movement_type_code is not None:
        yield ("TMD", move.movement_type_code)
    for each in move.date_time:
        moment = each.moment
        yield ("DTM", [each.function_code or "", *((moment.text, moment.form) if moment is not None else ())])
    yield from (("LOC", each.function_code or "", _place(each.id, each.name)) for each in move.location)
    for measured in move.measure:
        value = measured.value
        yield ("MEA", "AAE", measured.dimension_code or "", [value.unit, value.shown()] if value is not None else "")
    yield from (("SEL", each.id or "", each.party_code or "") for each in move.seal)
    yield from (_statement(each) for each in move.additional_information)
    if move.transport_means is not None:
        yield _means("30", "", move.transport_means)


def _party(party: Submitter) -> Row:
    at = party.address or Address()
    names = textwrap.wrap(party.name or "", 35)[:5]
    lines = textwrap.wrap(at.line or "", 35)[:3]
    place = (at.city_name or "", "", at.postcode_id or "", at.country_code or "")
    return ("NAD", party.role_code or "", party.id or "", "", names, lines, *place)


def _reference(paper: AdditionalDocument) -> Row:
    return ("RFF", [paper.type_code or "", paper.id or ""])


def _statement(said: AdditionalInformation) -> Row:
    words = in_lines(said.statement_description or "", width=70, count=5)
    return ("FTX", said.statement_type_code or "", "", said.statement_code or "", words)


def _place(identifier: str | None, name: str | None) -> list[str]:
    return [identifier or "", "", "", name or ""]


def _means(stage: str, voyage: str, means: BorderTransportMeans) -> Row:
    vehicle = [
        means.id or "", means.identification_type_code or "", "", means.name or "",
        means.registration_nationality_code or "",
    ]  # fmt: skip
    return ("TDT", stage, voyage, means.mode_code or "", means.type_code or "", "", "", "", vehicle)
