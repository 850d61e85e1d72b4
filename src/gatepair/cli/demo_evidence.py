"""What a third party can check after a drill: evidence of some crossings, by both verifiers.

Each file goes through the verifier in Python and, where Node.js is there, through the one in JavaScript,
each in a process of its own, under a policy that trusts nothing but the two root keys.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from gatepair import wiring
from gatepair.exchange.agreement import Agreement, fingerprint
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.envelope import parse_body, parse_header
from gatepair.exchange.evidence import EntryPart, LogPart, Made, assemble
from gatepair.exchange.note import parse as parse_note
from gatepair.exchange.report import EXIT_CODES
from gatepair.insight.report import Check
from gatepair.node.link_state import log_key, own_state
from gatepair.node.ports import LogEntry, Reader

SAMPLE: Final = 3
"""Crossings from the beginning, the middle and the end of the day, each."""
WHOLE_STORY: Final = 4
"""Messages that a crossing must have to be worth showing."""
VERIFIER: Final = (sys.executable, "-m", "gatepair.verifier")


@dataclass(frozen=True, slots=True)
class ReceiptedLog:
    """One log of one post as far as the partner receipted it."""

    origin: Origin
    receipt: str
    rows: Sequence[LogEntry]


def evidence_checks(out: Path, directories: Sequence[Path]) -> list[Check]:
    """Write evidence of some crossings into ``out`` and return what both verifiers say of it."""
    room = out / "evidence"
    room.mkdir(exist_ok=True)
    agreement = wiring.read_agreement(directories[0])
    policy = _policy(room, agreement)
    return [_verified("Evidence of crossings", list(_written(room, directories, agreement)), policy)]


# --- writing ---------------------------------------------------------------------------------------


def _policy(room: Path, agreement: Agreement) -> Path:
    """Write the policy of somebody who was told the two fingerprints by the two sides."""
    roots = [f"root {party.side} {fingerprint(bytes.fromhex(party.root_key))}" for party in agreement.parties]
    path = room / "policy.txt"
    path.write_text("\n".join([*roots, "roots all", "receipts required", ""]), "utf-8")
    return path


def _written(room: Path, directories: Sequence[Path], agreement: Agreement) -> Iterator[Path]:
    logs = [log for directory in directories for log in _receipted(directory, agreement)]
    signed = [(agreement.encoded(), (directories[0] / "agreement.sig").read_text("utf-8"))]
    at_ms = max(parse_header(log.rows[-1].header).at_ms for log in logs if log.rows)
    for subject in _sample(logs):
        parts = [part for part in (_part(log, subject) for log in logs) if part.entries]
        path = room / f"{subject}.gpevidence"
        path.write_bytes(assemble(Made("demo", at_ms, subject), agreements=signed, logs=parts))
        yield path


def _receipted(directory: Path, agreement: Agreement) -> Iterator[ReceiptedLog]:
    settings = wiring.read_settings(directory)
    with closing(wiring.open_ledger(directory, settings, read_only=True)) as ledger, ledger.read() as reader:
        for lane in agreement.lanes:
            for epoch in range(1, own_state(reader, lane).epoch + 1):
                yield from _log(reader, agreement.origin(settings.post, lane, epoch), log_key(lane, epoch))


def _log(reader: Reader, origin: Origin, key: str) -> Iterator[ReceiptedLog]:
    found = reader.receipt(key)
    if found is not None and found[0]:
        size, note = found
        yield ReceiptedLog(origin, note.decode(), reader.own_entries(key, start=0, limit=size))


def _sample(logs: Iterable[ReceiptedLog]) -> list[str]:
    """Return crossings of which both sides said much, from all over the day."""
    said: Counter[str] = Counter()
    sides: dict[str, set[str]] = {}
    for log in logs:
        for row in log.rows:
            subject = parse_header(row.header).subject
            said[subject] += 1
            sides.setdefault(subject, set()).add(log.origin.post)
    told = [subject for subject, count in said.items() if count >= WHOLE_STORY and len(sides[subject]) > 1]
    middle = len(told) // 2
    return list(dict.fromkeys([*told[:SAMPLE], *told[middle : middle + SAMPLE], *told[-SAMPLE:]]))


def _part(log: ReceiptedLog, subject: str) -> LogPart:
    size = Checkpoint.parse(parse_note(log.receipt).text).size
    entries = [
        EntryPart(row.index, row.header, {} if row.body is None else parse_body(row.body).sections)
        for row in log.rows[:size]
        if parse_header(row.header).subject == subject
    ]
    return LogPart(log.origin, [log.receipt], entries, [row.leaf for row in log.rows])


# --- verifying -------------------------------------------------------------------------------------


def _verified(name: str, files: Sequence[Path], policy: Path) -> Check:
    programs = _verifiers()
    faults = []
    for file in files:
        codes = {
            which: subprocess.run(  # noqa: S603 - our own verifiers on files we wrote
                [*program, str(file), "--policy", str(policy)], capture_output=True, check=False
            ).returncode
            for which, program in programs.items()
        }
        faults += [f"{file.name}: {which} {_word(code)}" for which, code in codes.items() if code]
    detail = f"{len(files)} files proved by the verifier in {' and in '.join(programs)}"
    return Check(name, "failed" if faults or not files else "ok", "; ".join(faults[:3]) if faults else detail)


def _verifiers() -> Mapping[str, Sequence[str]]:
    node = shutil.which("node")
    module = resources.files("gatepair.exchange").joinpath("js", "verify.mjs")
    found: dict[str, Sequence[str]] = {"Python": VERIFIER}
    if node is not None and module.is_file():
        found["JavaScript"] = (node, str(module))
    return found


def _word(code: int) -> str:
    return next((verdict.value for verdict, known in EXIT_CODES.items() if known == code), f"ended with {code}")
