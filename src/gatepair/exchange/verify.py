"""The verifier: a file and a policy become a report. Pure; needs no network and trusts neither operator.

What is asked of each entry stands in :class:`~gatepair.exchange.report.Question`.  A verdict rests on
findings alone: an error refutes, a warning leaves open.  Whatever the policy does not ask for is
reported with its verdict and changes nothing in the verdict of the whole.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from gatepair.base.errors import Malformed
from gatepair.base.findings import Finding
from gatepair.base.time import SECOND_MS
from gatepair.exchange import findings as kinds
from gatepair.exchange.agreement import Message
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.envelope import Header, content_digest, section_digest
from gatepair.exchange.messages import STATEMENTS
from gatepair.exchange.policy import Policy
from gatepair.exchange.report import (
    FORMAT,
    After,
    Answered,
    EntryReport,
    LogReport,
    Question,
    RecordedReport,
    Report,
    Verdict,
    Verdicts,
    sorted_findings,
    verdict_of,
    worst,
)
from gatepair.exchange.shown import BUNDLE_FORMAT, Shown, ShownEntry, ShownLedger, ShownLog, read_file
from gatepair.exchange.trusting import Known, Seen, Trust

CLOCK_SLACK_S: Final = 300
"""How far a stated time may lie outside of the proved ones without remark: beyond it a post must not issue.
Source: exchange notes §3.10."""


@dataclass(slots=True)
class _Log:
    """A log as it was judged."""

    shown: ShownLog
    seen: tuple[Seen, ...]
    place: Verdict = Verdict.INCOMPLETE
    roots: Mapping[int, bytes] = field(default_factory=dict)
    leaves: Mapping[int, bytes] = field(init=False)
    post: str = ""
    """Who writes it, and in which lane; empty for a ledger that its own checkpoint does not name."""
    lane: str = ""
    receipts: list[tuple[int, int]] = field(default_factory=list)
    """Size and time of each receipt that counts, by size."""
    claims: list[tuple[int, int]] = field(default_factory=list)
    """Index and the newest time claimed up to it, by index."""

    def __post_init__(self) -> None:
        self.leaves = {entry.index: entry.leaf for entry in self.shown.entries}
        if self.shown.origin:
            origin = Origin.parse(self.shown.origin)
            self.post, self.lane = origin.post, origin.lane

    @property
    def author(self) -> Verdict:
        return self.seen[-1].author

    @property
    def last(self) -> Checkpoint | None:
        return self.seen[-1].checkpoint

    def newest_claim_below(self, size: int) -> int | None:
        found = bisect_left(self.claims, (size, 0))
        return self.claims[found - 1][1] if found else None

    def receipt_over(self, index: int) -> int | None:
        """Return the time of the first receipt over entry ``index``."""
        found = bisect_left(self.receipts, (index + 1, 0))
        return self.receipts[found][1] if found < len(self.receipts) else None


def verify(raw: bytes, policy: Policy) -> Report:
    """Return what is found in ``raw``, an evidence file or a bundle, under ``policy``.

    Raises:
        TooLarge: the file is over its limit.
        Malformed: it is no file that is read here, or not in canonical form.
    """
    return _Verification(policy).run(read_file(raw), sha256(raw).hexdigest())


class _Verification:
    """One file under one policy."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.trust = Trust(policy)
        self.findings: list[Finding] = []
        self.logs: dict[str, _Log] = {}
        self.answers: dict[tuple[str, int], list[Answered]] = {}
        self.asks_receipts = True

    def run(self, shown: Shown, digest: str) -> Report:
        """Return the report on a file whose parts are read."""
        asked = self.policy.receipts
        self.asks_receipts = shown.format != BUNDLE_FORMAT if asked is None else asked
        for path, raw, note in shown.agreements:
            self.findings += self.trust.take(raw, note, path=path)
        self.findings += self.trust.settle(shown.statements)
        self.logs = {log.origin: self._read_log(log) for log in shown.logs}
        heard = _heard_marks(shown.logs)
        for log in self.logs.values():
            self._grow(log, heard.get(log.shown.origin, ()))
        for log in self.logs.values():
            self._collect_answers(log)
        entries = [self._judge_entry(log, entry) for log in self.logs.values() for entry in log.shown.entries]
        recorded = [each for ledger in shown.ledgers for each in self._judge_ledger(ledger)]
        if not entries:
            self.findings.append(kinds.NOTHING_SHOWN.at("logs"))
        return Report(
            agreements=tuple(known.report for known in self.trust.known.values()),
            entries=tuple(entries),
            file=shown.format,
            findings=sorted_findings(self.findings),
            format=FORMAT,
            logs=tuple(_log_report(log) for log in self.logs.values()),
            recorded=tuple(recorded),
            sha256=digest,
            subject=shown.subject,
            verdict=verdict_of(self.findings),
        )

    # --- logs -----------------------------------------------------------------------------

    def _read_log(self, shown: ShownLog) -> _Log:
        seen = tuple(self.trust.read_checkpoint(note, log=shown.origin, path=path) for path, note in shown.checkpoints)
        for each in seen:
            self.findings += each.findings
        log = _Log(shown, seen)
        if shown.origin and not self.trust.is_known(Origin.parse(shown.origin)):
            self.findings.append(kinds.AGREEMENT_ABSENT.at(shown.path))
        for batch in shown.batches:
            self.findings += self.trust.check_batch(batch)
        newest = 0
        for entry in shown.entries:
            if entry.header is not None:
                newest = max(newest, entry.header.at_ms)
                log.claims.append((entry.index, newest))
        self.findings += _same_ids(shown)
        return log

    def _grow(self, log: _Log, heard: Iterable[int]) -> None:
        """Regrow the tree of ``log`` and hold every checkpoint against it."""
        last, path = log.last, log.shown.path
        if last is None:
            return
        sizes = [seen.checkpoint.size for seen in log.seen if seen.checkpoint is not None]
        marks = [*sizes, *(size for size in heard if size <= last.size)]
        try:
            log.roots = log.shown.roots(last.size, log.leaves, marks)
        except Malformed:
            log.place = Verdict.CONTRADICTED
            self.findings.append(kinds.TREE_MALFORMED.at(path, log=log.shown.origin))
            return
        if log.roots[last.size] != last.root:
            log.place = Verdict.CONTRADICTED
            self.findings.append(kinds.ROOT_FALSE.at(path, log=log.shown.origin, size=last.size))
            return
        log.place = Verdict.PROVED if log.author is Verdict.PROVED else Verdict.INCOMPLETE
        for seen in log.seen:
            if seen.author is Verdict.PROVED and seen.checkpoint is not None:
                self._hold(log, seen.checkpoint, seen)
        log.receipts.sort()

    def _hold(self, log: _Log, checkpoint: Checkpoint, seen: Seen) -> None:
        if log.roots[checkpoint.size] != checkpoint.root:
            named = {"log": log.shown.origin, "size": checkpoint.size}
            self.findings.append(kinds.TWO_HISTORIES.at(seen.path, **named))
        elif seen.cosigned_at_s is not None:
            log.receipts.append((checkpoint.size, seen.cosigned_at_s))

    def _collect_answers(self, log: _Log) -> None:
        """Note which entries the entries of ``log`` answer; a reference to another leaf is false."""
        for entry in log.shown.entries:
            for re in entry.header.re if entry.header is not None else ():
                target = self.logs.get(re.log)
                if target is None or re.index not in target.leaves:
                    continue
                if target.leaves[re.index].hex() != re.leaf:
                    self.findings.append(kinds.REFERENCE_FALSE.at(entry.path, log=re.log, index=re.index))
                elif log.place is Verdict.PROVED and entry.header is not None and log.post != target.post:
                    told = _answered(entry, entry.header, log.shown.origin)
                    self.answers.setdefault((re.log, re.index), []).append(told)

    # --- entries --------------------------------------------------------------------------

    def _judge_entry(self, log: _Log, entry: ShownEntry) -> EntryReport:
        before_s = log.receipt_over(entry.index)
        answers = tuple(self.answers.get((log.shown.origin, entry.index), ()))
        verdicts: Verdicts = {
            Question.AUTHOR: log.author,
            Question.PLACE: log.place,
            Question.KEYS: log.seen[-1].keys,
            Question.CUSTODY: Verdict.INCOMPLETE if before_s is None else Verdict.PROVED,
        }
        place: dict[str, Any] = {"index": entry.index, "leaf": entry.leaf.hex(), "log": log.shown.origin}
        header = entry.header
        if before_s is None and self.asks_receipts:
            self.findings.append(kinds.RECEIPT_ABSENT.at(entry.path))
        if header is None:
            self.findings.append(kinds.HEADER_UNREADABLE.at(entry.path))
            return EntryReport(**place, verdicts=verdicts, before_s=before_s)
        known = self.trust.known.get(header.agreement)
        agreed = None if known is None else known.terms.by_kind.get(header.type)
        verdicts[Question.AGREEMENT] = self._judge_agreed(log, entry, header, known)
        verdicts[Question.SECTIONS] = self._judge_sections(entry, header)
        after = self._judge_heard(entry, header)
        verdicts[Question.TIME] = self._judge_time(entry, header, after=after, before_s=before_s)
        if answers or (agreed is not None and agreed.outcome_deadline_s is not None):
            verdicts[Question.OUTCOME] = Verdict.PROVED if answers else Verdict.INCOMPLETE
            if not answers and self.policy.outcomes:
                self.findings.append(kinds.OUTCOME_ABSENT.at(entry.path))
        return EntryReport(
            **place,
            verdicts=verdicts,
            after=tuple(each for each in after if each is not None),
            agreement="" if known is None else known.name,
            answers=answers,
            at_ms=header.at_ms,
            before_s=before_s,
            disclosed=tuple(sorted(entry.sections)),
            id=header.id,
            subject=header.subject,
            type=header.type,
            withheld=tuple(sorted(header.sections.keys() - entry.sections.keys())),
        )

    def _judge_agreed(self, log: _Log, entry: ShownEntry, header: Header, known: Known | None) -> Verdict:
        if known is None:
            return self._say(kinds.AGREEMENT_ABSENT.at(entry.path))
        agreed = known.terms.by_kind.get(header.type)
        if agreed is None or not _as_agreed(agreed, header, log):
            return self._say(kinds.NOT_AS_AGREED.at(entry.path, post=log.post, type=header.type))
        if header.type not in STATEMENTS and not known.terms.counts(header.at_ms):
            named = {"agreement": known.agreement.id, "version": known.agreement.version}
            return worst((known.report.verdict, self._say(kinds.AGREEMENT_OUT_OF_FORCE.at(entry.path, **named))))
        return known.report.verdict

    def _judge_sections(self, entry: ShownEntry, header: Header) -> Verdict:
        found = [
            kinds.SECTION_FALSE.at(f"{entry.path}.sections.{name}", section=name)
            for name, section in entry.sections.items()
            if header.sections.get(name) != section_digest(name, section)
        ]
        found += [
            kinds.SECTION_WITHHELD.at(f"{entry.path}.sections.{name}", section=name)
            for name in self.policy.sections
            if name in header.sections and name not in entry.sections
        ]
        if not entry.body_reads:
            found.append(kinds.BODY_UNREADABLE.at(entry.path))
        if not found:
            return Verdict.PROVED
        self.findings += found
        return verdict_of(found)

    def _judge_heard(self, entry: ShownEntry, header: Header) -> list[After | None]:
        """Return the lower bounds that ``header`` names and this file proves; None for one that is false."""
        bounds: list[After | None] = []
        for heard in header.heard:
            log = self.logs.get(heard.log)
            if log is None or log.place is not Verdict.PROVED or heard.size not in log.roots:
                continue
            if log.roots[heard.size].hex() == heard.root:
                bounds.append(After(heard.log, heard.size, log.newest_claim_below(heard.size)))
            else:
                bounds.append(None)
                self.findings.append(kinds.HEARD_FALSE.at(entry.path, log=heard.log, size=heard.size))
        return bounds

    def _judge_time(
        self, entry: ShownEntry, header: Header, *, after: Sequence[After | None], before_s: int | None
    ) -> Verdict:
        if None in after:
            return Verdict.CONTRADICTED
        if before_s is not None:
            late_s = before_s - header.at_ms // SECOND_MS
            if self.policy.receipt_within_s is not None and late_s > self.policy.receipt_within_s:
                named = {"late_s": late_s, "within_s": self.policy.receipt_within_s}
                self.findings.append(kinds.RECEIPT_LATE.at(entry.path, **named))
            self._remark(entry, -late_s)
        times = [each.at_ms for each in after if each is not None and each.at_ms is not None]
        if times:
            self._remark(entry, (max(times) - header.at_ms) // SECOND_MS)
        bounded = before_s is not None and (bool(after) or not header.heard)
        return Verdict.PROVED if bounded else Verdict.INCOMPLETE

    def _remark(self, entry: ShownEntry, off_s: int) -> None:
        if off_s > CLOCK_SLACK_S:
            self.findings.append(kinds.CLOCK_OFF.at(entry.path, off_s=off_s))

    # --- ledgers --------------------------------------------------------------------------

    def _judge_ledger(self, ledger: ShownLedger) -> Iterator[RecordedReport]:
        log = self._read_log(ledger.log)
        self._grow(log, ())
        for record in ledger.records:
            verdicts: Verdicts = {Question.AUTHOR: log.author, Question.PLACE: log.place}
            if record.payload is not None:
                fits = sha256(record.payload).hexdigest() == record.header.payload
                verdicts[Question.SECTIONS] = Verdict.PROVED if fits else Verdict.CONTRADICTED
                if not fits:
                    self.findings.append(kinds.PAYLOAD_FALSE.at(record.path, position=record.header.position))
            yield RecordedReport(
                disclosed=record.payload is not None,
                ledger=log.shown.origin,
                position=record.header.position,
                verdicts=verdicts,
                actor=record.header.actor,
                at_ms=record.header.at,
                stream=record.header.stream,
                type=record.header.type,
            )

    # --- parts ----------------------------------------------------------------------------

    def _say(self, finding: Finding) -> Verdict:
        self.findings.append(finding)
        return verdict_of((finding,))


def _heard_marks(shown: Iterable[ShownLog]) -> dict[str, set[int]]:
    marks: dict[str, set[int]] = {}
    for log in shown:
        for entry in log.entries:
            for heard in entry.header.heard if entry.header is not None else ():
                marks.setdefault(heard.log, set()).add(heard.size)
    return marks


def _same_ids(log: ShownLog) -> Iterator[Finding]:
    said: dict[str, Header] = {}
    for entry in log.entries:
        if entry.header is not None:
            first = said.setdefault(entry.header.id, entry.header)
            if first is not entry.header and content_digest(first) != content_digest(entry.header):
                yield kinds.SAME_ID.at(entry.path, id=entry.header.id)


def _answered(entry: ShownEntry, header: Header, log: str) -> Answered:
    section = entry.sections.get("outcome") if header.type.startswith("outcome/") else None
    value = section.value if section is not None and isinstance(section.value, dict) else {}
    verdict, codes = value.get("verdict"), value.get("codes")
    return Answered(
        index=entry.index,
        log=log,
        type=header.type,
        codes=tuple(code for code in codes if isinstance(code, str)) if isinstance(codes, list) else (),
        verdict=verdict if isinstance(verdict, str) else "",
    )


def _as_agreed(agreed: Message, header: Header, log: _Log) -> bool:
    may_send = not agreed.senders or log.post in agreed.senders
    in_lane = agreed.lane.value == log.lane or header.type in STATEMENTS
    listed = agreed.sections
    return (
        may_send and in_lane and len(header.sections) == len(listed) and all(map(header.sections.__contains__, listed))
    )


def _log_report(log: _Log) -> LogReport:
    return LogReport(
        checkpoints=len(log.seen),
        entries=len(log.shown.entries),
        origin=log.shown.origin,
        receipts=len(log.receipts),
        root="" if log.last is None else log.last.root.hex(),
        size=0 if log.last is None else log.last.size,
        verdicts={Question.AUTHOR: log.author, Question.PLACE: log.place},
    )
