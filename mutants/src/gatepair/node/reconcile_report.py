"""The report of a reconciliation: as plain values, as text and as one HTML page, in the four languages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import tzinfo
from html import escape
from typing import Any

import msgspec

from gatepair.base.findings import Language
from gatepair.base.sheet import Part, Table, document, part_html, part_text
from gatepair.exchange.agreement_page import instant_in
from gatepair.exchange.agreement_words import kind_name
from gatepair.node.reconcile import Case, Hindsight, Reissued, Row, Said, Word, forgotten, reconcile, reissued
from gatepair.node.reconcile_words import DECISIONS, word


@dataclass(frozen=True, slots=True)
class Report:
    """What a reconciliation found."""

    post: str
    since_ms: int
    until_ms: int
    rows: tuple[Row, ...]
    forgotten: tuple[Said, ...]
    """What the partner can hold us to and our ledger no longer knows."""
    reissued: tuple[Reissued, ...]

    @classmethod
    def of(cls, case: Case) -> Report:
        """Return the report of ``case``."""
        return cls(case.ground.post, case.since_ms, case.until_ms, reconcile(case), forgotten(case), reissued(case))

    def count(self, hindsight: Hindsight) -> int:
        """Return how many decisions came to ``hindsight``."""
        return sum(1 for row in self.rows if row.hindsight is hindsight)

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "counts": {each.value: self.count(each) for each in Hindsight},
            "decisions": [_row(row) for row in self.rows],
            "forgotten": [asdict(said) for said in self.forgotten],
            "post": self.post,
            "reissued": [{"again": asdict(one.again), "first": asdict(one.first)} for one in self.reissued],
            "since_ms": self.since_ms,
            "until_ms": self.until_ms,
        }


def _row(row: Row) -> dict[str, Any]:
    return {
        "actor": row.actor,
        "at_ms": row.at_ms,
        "crossing": row.crossing,
        "decision": row.decision,
        "hindsight": row.hindsight.value,
        "position": row.position,
        "reasons": [finding.to_wire() for finding in row.reasons],
        "rested": None if row.rested is None else msgspec.to_builtins(row.rested),
        "unknown": [
            {
                "arrived_at_ms": one.arrived_at_ms,
                "index": one.index,
                "leaf": one.leaf,
                "log": one.log,
                "said_at_ms": one.said_at_ms,
                "type": one.type,
            }
            for one in row.unknown
        ],
    }


# --- in words ------------------------------------------------------------------------------


def to_text(report: Report, language: Language, zones: Sequence[tzinfo] = ()) -> str:
    """Return ``report`` as plain text, instants in UTC and in ``zones``."""
    lines = [_title(report, language), _window(report, language, zones), ""]
    for part in _parts(report, language, tuple(zones)):
        lines += [*part_text(part, word("colon", language)), ""]
    return "\n".join(lines)


def to_html(report: Report, language: Language, zones: Sequence[tzinfo] = ()) -> str:
    """Return ``report`` as one HTML document that needs no network and no script."""
    title = _title(report, language)
    parts = "".join(map(part_html, _parts(report, language, tuple(zones))))
    body = f"<h1>{escape(title)}</h1>\n<p>{escape(_window(report, language, zones))}</p>\n{parts}"
    return document(title, body, language=language)


def _title(report: Report, language: Language) -> str:
    return word("title", language, post=report.post)


def _window(report: Report, language: Language, zones: Sequence[tzinfo]) -> str:
    since, until = (instant_in(at_ms, tuple(zones)) for at_ms in (report.since_ms, report.until_ms))
    return word("window", language, since=since, until=until)


def _parts(report: Report, language: Language, zones: tuple[tzinfo, ...]) -> Iterator[Part]:
    yield _stale(report, language, zones)
    if not report.forgotten and not report.reissued:
        yield Part(word("restore", language), (word("none_lost", language),))
    if report.forgotten:
        head = tuple(word(key, language) for key in ("crossing", "message", "place", "said_at"))
        rows = tuple(
            (one.subject, kind_name(one.type, language), _place(one), instant_in(one.at_ms, zones))
            for one in report.forgotten
        )
        yield Part(word("forgotten", language), (word("forgotten_how", language),), Table(head, rows))
    if report.reissued:
        head = tuple(word(key, language) for key in ("crossing", "message", "first", "again"))
        rows = tuple(
            (one.first.subject, kind_name(one.first.type, language), _place(one.first), _place(one.again))
            for one in report.reissued
        )
        yield Part(word("reissued", language), (), Table(head, rows))


def _stale(report: Report, language: Language, zones: tuple[tzinfo, ...]) -> Part:
    title = word("stale", language)
    if not report.rows:
        return Part(title, (word("none_stale", language),))
    counts = {each.value: report.count(each) for each in Hindsight}
    sentences = (word("counts", language, count=len(report.rows), **counts), word("how", language))
    head = tuple(word(key, language) for key in ("crossing", "decision", "rested", "unknown", "hindsight"))
    rows = tuple(
        (
            row.crossing,
            f"{DECISIONS[row.decision][language]}, {instant_in(row.at_ms, zones)}, {row.actor}",
            _rested(row, language),
            "; ".join(_word(one, language, zones) for one in row.unknown) or word("nothing", language),
            ". ".join([word(row.hindsight.value, language), *(one.text(language) for one in row.reasons)]),
        )
        for row in report.rows
    )
    return Part(title, sentences, Table(head, rows))


def _rested(row: Row, language: Language) -> str:
    rested = row.rested
    if rested is None:
        return "–"
    age = "∞" if rested.age_s is None else rested.age_s
    said = word("age", language, clause=rested.clause, age=age, size=rested.size)
    return f"{said}; {word('confirmed', language, officer=rested.officer)}" if rested.officer else said


def _word(one: Word, language: Language, zones: tuple[tzinfo, ...]) -> str:
    return f"{kind_name(one.type, language)}, {instant_in(one.said_at_ms, zones)}"


def _place(said: Said) -> str:
    return f"{said.log}/{said.index}"
