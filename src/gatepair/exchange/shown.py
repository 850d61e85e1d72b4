"""What a file shows, whatever the file: evidence and bundles brought into one form for the verifier.

Nothing is judged here.  What is not canonical, or not of the file's shape, cannot be read at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import msgspec
from msgspec import Struct

from gatepair.base import canonical
from gatepair.base.errors import BadInput, EnvelopeRejected, Malformed
from gatepair.base.merkle import CompactRange, leaf_hash
from gatepair.base.pruned import regrow
from gatepair.exchange import bundle as bundles
from gatepair.exchange import evidence as files
from gatepair.exchange.checkpoint import LEDGER_LANE, Checkpoint
from gatepair.exchange.envelope import BODY_BYTES_MAX, HEADER_BYTES_MAX, Header, Section, parse_body, parse_header
from gatepair.exchange.note import parse as parse_note
from gatepair.exchange.wire import BATCH_BYTES_MAX, REPLY_BYTES_MAX, Batch, WireEntry, body_of, signed_text

BUNDLE_FORMAT: Final = "gatepair/bundle/v1"

Roots = Callable[[int, Mapping[int, bytes], Iterable[int]], Mapping[int, bytes]]
"""Gives the root at a size and at some smaller ones, from the leaves shown; raises Malformed when it cannot."""


class ShownEntry(Struct, frozen=True, gc=False):
    """An entry as a file shows it, with what was read of it at once."""

    path: str
    index: int
    leaf: bytes
    header: Header | None
    sections: Mapping[str, Section]
    body_reads: bool = True
    """False when there is a body and it has another form than a body."""


@dataclass(frozen=True, slots=True)
class SignedBatch:
    """What the signature of a batch covers, and the checkpoint that says which keys count there."""

    path: str
    text: bytes
    signature: bytes
    checkpoint: str


@dataclass(frozen=True, slots=True)
class ShownLog:
    """A log as a file shows it, whatever the file."""

    path: str
    origin: str
    checkpoints: Sequence[tuple[str, str]]
    """Path and note, by rising size."""
    entries: Sequence[ShownEntry]
    roots: Roots
    batches: Sequence[SignedBatch] = ()


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """An entry of a ledger as a file shows it; ``payload`` is None when it is withheld."""

    path: str
    header: files.RecordedHeader
    payload: bytes | None


@dataclass(frozen=True, slots=True)
class ShownLedger:
    """A ledger as a file shows it: a log of its own, with what stands behind each entry."""

    log: ShownLog
    records: Sequence[ShownRecord]


@dataclass(frozen=True, slots=True)
class Shown:
    """A file: where each part stands in it, and what it is."""

    format: str
    subject: str
    agreements: Sequence[tuple[str, bytes, str]]
    """Path, canonical bytes and note."""
    statements: Sequence[str]
    logs: Sequence[ShownLog]
    ledgers: Sequence[ShownLedger] = ()


def read_file(raw: bytes) -> Shown:
    """Return what the file in ``raw`` shows.

    Raises:
        TooLarge: the file, or a part of it, is over its limit.
        Malformed: it is neither evidence nor a bundle, or not in canonical form.
    """
    return _of_bundle(bundles.read(raw)) if _is_bundle(raw) else _of_evidence(files.decode_evidence(raw))


class _Marked(Struct):
    """What tells the two kinds of files apart."""

    contents: str = ""


def _is_bundle(raw: bytes) -> bool:
    try:
        return bool(msgspec.json.decode(raw, type=_Marked).contents)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return False


def _signed(agreements: Iterable[files.SignedAgreement]) -> list[tuple[str, bytes, str]]:
    return [(f"agreements.{number}", bytes(each.agreement), each.note) for number, each in enumerate(agreements)]


# --- evidence ------------------------------------------------------------------------------


def _of_evidence(read: files.Evidence) -> Shown:
    logs = [_shown_log(log, f"logs.{number}") for number, log in enumerate(read.logs)]
    ledgers = [_shown_ledger(ledger, f"ledgers.{number}") for number, ledger in enumerate(read.ledgers)]
    return Shown(read.format, read.subject, _signed(read.agreements), read.statements, logs, ledgers)


def _shown_log(log: files.ShownLog, path: str) -> ShownLog:
    checkpoints = [(f"{path}.checkpoints.{number}", note) for number, note in enumerate(log.checkpoints)]
    entries = [
        _shown_entry(bytes(entry.header), entry.sections, index=entry.index, path=f"{path}.entries.{number}")
        for number, entry in enumerate(log.entries)
    ]
    return ShownLog(path, log.origin, checkpoints, entries, partial(_regrown, log.tree))


def _regrown(tree: Sequence[str], size: int, leaves: Mapping[int, bytes], marks: Iterable[int]) -> Mapping[int, bytes]:
    return regrow(size, shown=leaves, marks=marks, hashes=[bytes.fromhex(each) for each in tree])


def _shown_entry(
    raw: bytes, sections: Mapping[str, Section], *, index: int, path: str, body_reads: bool = True
) -> ShownEntry:
    try:
        header = parse_header(raw)
    except BadInput:
        # A header of a later version is no fault; bytes that are not canonical are one of the whole file.
        canonical.decode(raw, max_bytes=HEADER_BYTES_MAX)
        header = None
    return ShownEntry(path, index, leaf_hash(raw), header, sections, body_reads)


def _shown_ledger(ledger: files.ShownLedger, path: str) -> ShownLedger:
    records = []
    for number, entry in enumerate(ledger.entries):
        payload = entry.disclosed()
        if payload is not None:
            canonical.decode(payload, max_bytes=files.EVIDENCE_BYTES_MAX)
        header = files.recorded_header(bytes(entry.header))
        records.append(ShownRecord(f"{path}.entries.{number}", header, payload))
    files.check_rising(f"{path}.entries", [record.header.position for record in records])
    entries = [
        ShownEntry(record.path, record.header.position - 1, leaf_hash(bytes(entry.header)), None, {})
        for record, entry in zip(records, ledger.entries, strict=True)
    ]
    checkpoints = [(f"{path}.checkpoint", ledger.checkpoint)]
    log = ShownLog(path, _ledger_origin(ledger.checkpoint), checkpoints, entries, partial(_regrown, ledger.tree))
    return ShownLedger(log, records)


def _ledger_origin(note: str) -> str:
    """Return the ledger that ``note`` is a checkpoint of; empty when it is none."""
    try:
        origin = Checkpoint.parse(parse_note(note).text).origin
    except EnvelopeRejected:
        return ""
    return str(origin) if origin.lane == LEDGER_LANE else ""


# --- bundles -------------------------------------------------------------------------------


def _of_bundle(read: bundles.Bundle) -> Shown:
    canonical.check([signed.note for signed in read.agreements], path="agreements")
    canonical.check(read.statements, path="statements")
    logs = [log for number, lane in enumerate(read.lanes) for log in _shown_lane(lane, f"lanes.{number}")]
    return Shown(BUNDLE_FORMAT, read.author, _signed(read.agreements), read.statements, logs)


def _shown_lane(lane: bundles.BundleLane, path: str) -> Iterator[ShownLog]:
    """Yield the log of ``lane``; none when the part brings only a reply."""
    files.check_origin(lane.log)
    canonical.decode(bytes(lane.reply), max_bytes=REPLY_BYTES_MAX)
    batches = [canonical.decode_exactly_as(Batch, bytes(raw), max_bytes=BATCH_BYTES_MAX) for raw in lane.batches]
    entries: list[ShownEntry] = []
    signed: list[SignedBatch] = []
    for number, batch in enumerate(batches):
        here = f"{path}.batches.{number}"
        canonical.check(batch.checkpoint, path=here)
        canonical.check(batch.cosigned, path=here)
        signed.append(SignedBatch(here, signed_text(batch), bytes.fromhex(batch.signature), batch.checkpoint))
        for place, entry in enumerate(batch.entries):
            entries.append(_shown_wire(entry, index=batch.start + place, path=f"{here}.entries.{place}"))
    if batches:
        notes = [(f"{each.path}.checkpoint", each.checkpoint) for each in signed]
        yield ShownLog(path, lane.log, notes, entries, partial(_extended, lane), signed)


def _shown_wire(entry: WireEntry, *, index: int, path: str) -> ShownEntry:
    raw, body = bytes(entry.header), body_of(entry)
    if body is None:
        return _shown_entry(raw, {}, index=index, path=path)
    try:
        return _shown_entry(raw, parse_body(body).sections, index=index, path=path)
    except BadInput:
        canonical.decode(body, max_bytes=BODY_BYTES_MAX)
        return _shown_entry(raw, {}, index=index, path=path, body_reads=False)


def _extended(
    lane: bundles.BundleLane, size: int, leaves: Mapping[int, bytes], marks: Iterable[int]
) -> Mapping[int, bytes]:
    """Return the roots at ``size`` and at those ``marks`` that the part reaches: its tree, grown by its entries."""
    tree = CompactRange(lane.start, [bytes.fromhex(each) for each in lane.before])
    if size < lane.start or list(leaves) != list(range(lane.start, size)):
        raise Malformed(f"the batches do not hold the entries from {lane.start} to {size}")
    wanted = {size, *marks}
    roots = {tree.size: tree.root()} if tree.size in wanted else {}
    for leaf in leaves.values():
        tree.append(leaf)
        if tree.size in wanted:
            roots[tree.size] = tree.root()
    return roots
