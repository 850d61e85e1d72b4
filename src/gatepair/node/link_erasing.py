"""Withholding, disclosing and erasing sections of what was exchanged; every proof stays true throughout.

A section that is withheld lies beside the log, under its entry's leaf; disclosed it lies there too, for a
row of a log is never written anew.  A body whose retention ran out is erased with its salts, here and in the
mirror alike.  Retention counts from the first moment that this post noted, by its own clock, that it
held the entry: the time in the header is its author's claim, and a partner could make us forget too
early, or never, by claiming another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from msgspec import Struct

from gatepair.base.canonical import decode_as, encode
from gatepair.base.errors import EnvelopeRejected, NotFound, NotInAgreement
from gatepair.base.time import DAY_MS
from gatepair.exchange.checkpoint import FIRST_EPOCH, Origin
from gatepair.exchange.disclosure import Disclosure, check_fits, decode_disclosure
from gatepair.exchange.envelope import Header, parse_header, read_header
from gatepair.node import link_state as states
from gatepair.node.link_proving import Proving
from gatepair.node.ports import LogEntry, Reader, Unit

RETENTION: Final = "exchange/retention/"
ROWS_A_TURN: Final = 2_000
"""Rows looked at in one transaction, so that erasing never keeps the gate waiting."""


class Retention(Struct, frozen=True, forbid_unknown_fields=True):
    """How far bodies of one log are erased, and how long the log was at which moments."""

    erased: dict[str, int]
    """Index up to which bodies with this retention in days are erased."""
    marks: tuple[tuple[int, int], ...]
    """Moments by our clock and the size that was held then, one a day."""

    def held_for(self, days: int, now_ms: int) -> int:
        """Return how many entries were held ``days`` ago already."""
        return max((size for at_ms, size in self.marks if at_ms <= now_ms - days * DAY_MS), default=0)

    def marked(self, size: int, *, now_ms: int, days_max: int) -> Retention:
        """Return it with a mark of now, at most one a day, and without marks that say no more than a later one."""
        if self.marks and now_ms < self.marks[-1][0] + DAY_MS:
            return self
        past = [mark for mark in self.marks if mark[0] <= now_ms - days_max * DAY_MS]
        kept = self.marks[max(0, len(past) - 1) :]
        return Retention(self.erased, (*kept, (now_ms, size)))


@dataclass(frozen=True, slots=True)
class KeptLog:
    """A log in this ledger: whose, which, and how long."""

    key: str
    origin: Origin
    mirrored: bool
    size: int

    @property
    def name(self) -> str:
        """Return under which name its retention is kept."""
        return f"{RETENTION}{'mirror' if self.mirrored else 'own'}/{self.key}"


@dataclass(frozen=True, slots=True)
class Erased:
    """What one turn of erasing did in one log."""

    log: KeptLog
    days: int
    count: int


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A section that was disclosed, and where."""

    log: KeptLog
    index: int
    section: str


class Erasing(Proving):
    """How sections come, stay away, and go."""

    # --- withholding and disclosing -------------------------------------------------------

    def disclose(
        self, unit: Unit, log: str, index: int, names: Collection[str], *, now_ms: int
    ) -> tuple[bytes, tuple[Disclosed, ...]]:
        """Return a disclosure of sections that entry ``index`` of our own ``log`` withheld, and keep them as disclosed.

        A section that was disclosed before, or never withheld, is written again.

        Raises:
            NotFound: there is no such entry, or it holds no such section any more.
            NotInAgreement: the version in force does not let us show it.
        """
        kept, row = self._kept_row(unit, log, index, mirrored=False)
        hidden = states.opened_body(unit.state(states.WITHHELD + row.leaf.hex()))
        shown = {**hidden, **states.sections_of(unit, row)}
        missing = sorted(set(names) - shown.keys())
        if missing:
            raise NotFound(f"the entry holds no section {missing[0]}", log=log, index=index, section=missing[0])
        opened = {one: shown[one] for one in sorted(names)}
        header = parse_header(row.header)
        check_fits(header, opened)
        self._check_listed(header.type, opened, now_ms=now_ms)
        later = {one: section for one, section in opened.items() if one in hidden}
        states.put_beside(
            unit, states.APART, row.leaf, {**states.opened_body(unit.state(states.APART + row.leaf.hex())), **later}
        )
        states.put_beside(
            unit, states.WITHHELD, row.leaf, {one: each for one, each in hidden.items() if one not in opened}
        )
        disclosure = Disclosure("gatepair/disclosure/v1", index, row.leaf.hex(), log, opened)
        return encode(disclosure), tuple(Disclosed(kept, index, one) for one in later)

    def take_disclosure(self, unit: Unit, raw: bytes, *, now_ms: int) -> tuple[Disclosed, ...]:
        """Keep the sections that the partner disclosed, after holding them against the header; again it changes nothing.

        Raises:
            TooLarge: over the limit.
            Malformed: it is no disclosure.
            NotFound: no such entry of the partner is held.
            EnvelopeRejected: it does not fit the entry, the entry is in quarantine, or its retention ran out.
        """
        read = decode_disclosure(raw)
        kept, row = self._kept_row(unit, read.log, read.index, mirrored=True)
        if row.leaf.hex() != read.leaf or unit.state(f"exchange/quarantine/{read.leaf}") is not None:
            raise EnvelopeRejected("the disclosure is of another entry than the one that is held", log=read.log)
        header = parse_header(row.header)
        days = self._days_of(header)
        if days is not None and row.index < _retention(unit, kept).held_for(days, now_ms):
            raise EnvelopeRejected("the time for which this may be kept has run out", log=read.log, index=read.index)
        check_fits(header, read.sections)
        held = states.sections_of(unit, row)
        new = {one: read.sections[one] for one in sorted(read.sections) if one not in held}
        states.put_beside(
            unit, states.APART, row.leaf, {**states.opened_body(unit.state(states.APART + row.leaf.hex())), **new}
        )
        return tuple(Disclosed(kept, row.index, one) for one in new)

    # --- erasing --------------------------------------------------------------------------

    def erase_due(self, unit: Unit, *, now_ms: int, limit: int = ROWS_A_TURN) -> tuple[tuple[Erased, ...], bool]:
        """Erase bodies whose retention ran out, looking at no more than ``limit`` rows.

        Returns what was erased, and whether more is due.  Notes as well how long each log is now.
        """
        done: list[Erased] = []
        classes = sorted({each.retention_days for one in self.versions.agreements for each in one.messages})
        for log in self._kept_logs(unit):
            kept = _retention(unit, log)
            before = kept
            for days in classes:
                start, end = kept.erased.get(str(days), 0), min(kept.held_for(days, now_ms), log.size)
                rows = _rows(unit, log, start=start, limit=min(limit, end - start)) if start < end and limit else []
                count = sum(self._erase_if(unit, log, row, days) for row in rows)
                limit -= len(rows)
                kept = Retention({**kept.erased, str(days): max(start, start + len(rows))}, kept.marks)
                if count:
                    done.append(Erased(log, days, count))
            kept = kept.marked(log.size, now_ms=now_ms, days_max=max(classes, default=0))
            if kept != before:
                unit.put_state(log.name, encode(kept))
        return tuple(done), limit == 0

    def erase_section(self, unit: Unit, subject: str, section: str) -> int:
        """Erase ``section`` of everything exchanged about ``subject``, before its time; return how many entries held it."""
        count = 0
        for log in self._kept_logs(unit):
            for row in _about(unit, log, subject):
                hidden = states.opened_body(unit.state(states.WITHHELD + row.leaf.hex()))
                shown = states.sections_of(unit, row)
                if section not in hidden and section not in shown:
                    continue
                count += 1
                unit.erase_body(log.key, row.index, mirrored=log.mirrored)
                states.put_beside(
                    unit, states.APART, row.leaf, {one: each for one, each in shown.items() if one != section}
                )
                states.put_beside(
                    unit, states.WITHHELD, row.leaf, {one: each for one, each in hidden.items() if one != section}
                )
        return count

    # --- parts ----------------------------------------------------------------------------

    def _check_listed(self, kind: str, names: Collection[str], *, now_ms: int) -> None:
        ruling = self.versions.ruling(now_ms)
        listed = frozenset() if ruling is None else ruling.sections(kind, sender=self.post)
        for name in names:
            if name not in listed:
                raise NotInAgreement(f"the agreement in force lists no section {name} of {kind} for us", section=name)

    def _kept_logs(self, reader: Reader) -> Iterator[KeptLog]:
        for lane in self.lanes if self.enabled else ():
            # What does not count, since a restore left it behind, holds bodies too.
            for epoch, copy in states.own_copies(reader, lane):
                key = states.log_key(lane, epoch, copy)
                own = self.agreement.origin(self.post, lane, epoch)
                yield KeptLog(key, own, mirrored=False, size=reader.own_size(key))
            waiting = states.waiting_key(lane)
            yield KeptLog(
                waiting,
                self.agreement.origin(self.post, lane, FIRST_EPOCH),
                mirrored=False,
                size=reader.own_size(waiting),
            )
            for part in states.mirror_logs(reader, lane):
                partners = self.agreement.origin(self._partner.post, lane, part.epoch)
                yield KeptLog(part.key, partners, mirrored=True, size=reader.mirror_size(part.key))

    def _kept_row(self, reader: Reader, log: str, index: int, *, mirrored: bool) -> tuple[KeptLog, LogEntry]:
        counted = {part.key for lane in self.lanes for part in states.own_logs(reader, lane)}
        for kept in self._kept_logs(reader):
            if kept.mirrored is mirrored and str(kept.origin) == log and (mirrored or kept.key in counted):
                for row in _rows(reader, kept, start=index, limit=1):
                    return kept, row
        raise NotFound("no such entry is held here", log=log, index=index)

    def _days_of(self, header: Header | None) -> int | None:
        """Return how long the body of an entry is kept: by the version that its header names, else by the newest."""
        if header is None:
            return None
        named = self.versions.named(header.agreement)
        found = (each.by_kind.get(header.type) for each in (named, *reversed(self.versions.terms)) if each is not None)
        return next((agreed.retention_days for agreed in found if agreed is not None), None)

    def _erase_if(self, unit: Unit, log: KeptLog, row: LogEntry, days: int) -> bool:
        apart = [prefix + row.leaf.hex() for prefix in (states.APART, states.WITHHELD)]
        if row.body is None and all(unit.state(name) is None for name in apart):
            return False
        if self._days_of(read_header(row.header)) != days:
            return False
        unit.erase_body(log.key, row.index, mirrored=log.mirrored)
        for name in apart:
            unit.put_state(name, None)
        return True


def _retention(reader: Reader, log: KeptLog) -> Retention:
    raw = reader.state(log.name)
    return Retention({}, ()) if raw is None else decode_as(Retention, raw)


def _rows(reader: Reader, log: KeptLog, *, start: int, limit: int) -> list[LogEntry]:
    read = reader.mirror_entries if log.mirrored else reader.own_entries
    return read(log.key, start=start, limit=limit)


def _about(reader: Reader, log: KeptLog, subject: str) -> Iterator[LogEntry]:
    walk = states.mirror_rows if log.mirrored else states.own_rows
    mark = f'"subject":"{subject}"'.encode()
    return (row for row in walk(reader, log.key, start=0, end=log.size) if mark in row.header)
