"""Proving to a third party: what was told about one subject, as an evidence file.

An entry of ours is shown only under a checkpoint that the partner has cosigned: nothing is signed
here that was not signed before, so a file can never be the first to bear a signature.  The
partner's entries stand under its newest checkpoint, which we cosign once more.  The entries of our
own ledger about the subject stand under a checkpoint of that ledger.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

import msgspec

from gatepair.base.canonical import INTEGER_MAX, check
from gatepair.base.entries import Entry, header_bytes
from gatepair.base.errors import BadInput, NotFound
from gatepair.base.merkle import CompactRange, root_of
from gatepair.exchange.checkpoint import Checkpoint
from gatepair.exchange.envelope import Section, parse_header
from gatepair.exchange.evidence import EntryPart, LedgerPart, LogPart, Made, assemble
from gatepair.exchange.messages import Lane
from gatepair.exchange.note import parse as parse_note
from gatepair.node import link_receipts as receipts
from gatepair.node import link_state as states
from gatepair.node.link_looking import Looking
from gatepair.node.link_state import LogPart as OwnPart
from gatepair.node.ports import LogEntry, Reader
from gatepair.node.visibility import CHANNEL_ASSIGNED

PAGE: Final = 1_000
"""Entries of the ledger read at a time."""
GUARDED_SECTIONS: Final = ("driver", "parties")
"""Sections that name persons or firms: showing one is a reading of personal data."""
_KEYS_OF: Final[Mapping[str, frozenset[str]]] = {
    "binding": frozenset({"binding", "seen", "tractor", "trailer", "owner"}),
    "documents": frozenset({"documents", "declaration"}),
    "driver": frozenset({"driver"}),
    "goods": frozenset({"goods", "declaration"}),
    "parties": frozenset({"parties", "declaration"}),
    "seals": frozenset({"seals", "seen"}),
}
"""Keys under which our own events hold what a section holds; a section that is not named here goes by its own name."""
_CORRECTION: Final = frozenset({"path", "old", "new"})
"""Keys of an event that may hold any field at all."""


@dataclass(frozen=True, slots=True)
class Proof:
    """An evidence file, and which sections in it name persons or firms."""

    raw: bytes
    guarded: tuple[str, ...]


class Proving(Looking):
    """What a link can prove to somebody else."""

    def evidence(
        self,
        reader: Reader,
        subject: str,
        *,
        signed: Sequence[tuple[bytes, str]],
        tree: CompactRange,
        now_ms: int,
        withhold: Collection[str] = (),
    ) -> Proof:
        """Return what was told about ``subject``, and what our ledger recorded of it.

        ``signed`` are the agreements with their root signatures, ``tree`` is our ledger's tree as it is kept.
        Sections in ``withhold`` are left out, and so are payloads of the ledger that hold the same.
        Reads both logs and the ledger from the beginning: some seconds for a million entries.

        Raises:
            NotFound: neither side has said anything about it, and our ledger knows nothing of it.
        """
        logs = tuple(self._shown_logs(reader, subject, now_ms=now_ms, withhold=withhold)) if self.enabled else ()
        recorded = reader.stream(f"crossing/{subject}")
        if not recorded and not any(log.entries for log in logs):
            raise NotFound("nothing is known here about this crossing", crossing=subject)
        ledger = self._shown_ledger(reader, recorded, tree=tree, withhold=withhold) if recorded else None
        raw = assemble(
            Made(by=self.post, at_ms=now_ms, subject=subject),
            agreements=signed,
            logs=logs,
            ledgers=() if ledger is None else (ledger,),
            statements=states.kept_statements(reader),
        )
        return Proof(raw, tuple(_guarded(logs, ledger)))

    def _shown_logs(self, reader: Reader, subject: str, *, now_ms: int, withhold: Collection[str]) -> Iterator[LogPart]:
        for lane in self.lanes:
            for part in states.own_logs(reader, lane):
                found = _Found(reader, subject, states.own_rows(reader, part.key, start=0, end=part.size))
                notes = self._receipts(reader, lane, part, found)
                if notes:
                    yield found.part(self.agreement.origin(self.post, lane, part.epoch), notes, withhold)
            for part in states.mirror_logs(reader, lane):
                end = reader.mirror_size(part.key)
                found = _Found(reader, subject, states.mirror_rows(reader, part.key, start=0, end=end), end=part.size)
                note = reader.mirror_checkpoint(part.key)
                if note is not None:
                    stated = self._cosign(note.decode(), now_ms) if self.may_sign else note.decode()
                    yield found.part(self.agreement.origin(self._partner.post, lane, part.epoch), [stated], withhold)

    def _receipts(self, reader: Reader, lane: Lane, part: OwnPart, found: _Found) -> list[str]:
        """Return the first receipt that counts over each of the rows ``found`` and the newest one, by size.

        After a restore the copy that counts may be another than the one that was receipted: a receipt for any
        copy of the epoch stands for this one when it is over the same entries.
        """
        ring, post = self._ring(reader), self._partner.post
        copies = [copy for epoch, copy in states.own_copies(reader, lane) if epoch == part.epoch]
        kept: dict[int, bytes] = {}
        for key in (states.log_key(lane, part.epoch, copy) for copy in copies):
            for row in found.rows:
                first = next(receipts.that_count(reader, key, row.index, ring=ring, post=post), None)
                if first is not None:
                    kept.setdefault(first.size, first.note)
            largest = (each for each in receipts.largest(reader, key) if receipts.counts(ring, each.note, post))
            for each in islice(largest, 1):
                kept.setdefault(each.size, each.note)
        return [kept[size].decode() for size in sorted(kept) if len(copies) == 1 or found.bears_out(kept[size])]

    def _shown_ledger(
        self, reader: Reader, recorded: Sequence[Entry], *, tree: CompactRange, withhold: Collection[str]
    ) -> LedgerPart:
        shown = [entry for entry in recorded if entry.position <= tree.size]
        entries = [(header_bytes(entry), _payload(entry, withhold)) for entry in shown]
        return LedgerPart(self.sign_ledger(reader, tree, ()), entries, _ledger_leaves(reader))


class _Found:
    """The rows of a log about one subject, and every leaf of the log, from one reading."""

    def __init__(self, reader: Reader, subject: str, rows: Iterable[LogEntry], *, end: int = INTEGER_MAX) -> None:
        """Read ``rows``; none from ``end`` on is shown, for a stolen key may have added it."""
        self._reader = reader
        self.rows: list[LogEntry] = []
        self.leaves: list[bytes] = []
        # Canonical JSON spells a field in one way, so most headers need not be read.
        mark = f'"subject":"{subject}"'.encode()
        for row in rows:
            self.leaves.append(row.leaf)
            if row.index < end and mark in row.header and _subject(row.header) == subject:
                self.rows.append(row)

    def bears_out(self, note: bytes) -> bool:
        """Tell whether the checkpoint in ``note`` is over these entries."""
        stated = Checkpoint.parse(parse_note(note).text)
        return stated.size <= len(self.leaves) and root_of(self.leaves[: stated.size]) == stated.root

    def part(self, origin: Any, notes: Sequence[str], withhold: Collection[str]) -> LogPart:
        size = Checkpoint.parse(parse_note(notes[-1]).text).size
        entries = [
            EntryPart(row.index, row.header, self._opened(row, withhold)) for row in self.rows if row.index < size
        ]
        return LogPart(origin, notes, entries, self.leaves)

    def _opened(self, row: LogEntry, withhold: Collection[str]) -> dict[str, Section]:
        held = states.sections_of(self._reader, row)
        return {name: section for name, section in held.items() if name not in withhold}


def _subject(header: bytes) -> str:
    try:
        return parse_header(header).subject
    except BadInput:
        return ""


def _payload(entry: Entry, withhold: Collection[str]) -> bytes | None:
    """Return the payload of a ledger entry.

    None when it holds what is withheld, tells of customs' profiles, or cannot stand in a canonical file.
    """
    if entry.type.partition("/")[0] == CHANNEL_ASSIGNED:
        # An evidence file goes abroad and to courts; customs' profiles, draws and reasons do not.
        return None
    value = msgspec.json.decode(entry.payload)
    hidden = frozenset().union(*(_KEYS_OF.get(name, frozenset({name})) for name in withhold))
    keys = set(_keys(value))
    if hidden and (keys & hidden or keys >= _CORRECTION):
        return None
    try:
        check(value)
    except BadInput:
        return None
    return entry.payload


def _keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys(inner)


def _ledger_leaves(reader: Reader) -> Iterator[bytes]:
    after = 0
    while page := reader.entries(after=after, limit=PAGE):
        yield from (entry.leaf for entry in page)
        after = page[-1].position


def _guarded(logs: Sequence[LogPart], ledger: LedgerPart | None) -> Iterator[str]:
    shown = {name for log in logs for entry in log.entries for name in entry.sections}
    payloads = [payload for _, payload in ledger.entries if payload is not None] if ledger is not None else []
    recorded = {key for payload in payloads for key in _keys(msgspec.json.decode(payload))}
    return (name for name in GUARDED_SECTIONS if name in shown or name in recorded)
