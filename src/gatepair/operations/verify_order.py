"""Check a published order: is it whole, is it the one signed, and does the rule explain every call?

The verifier folds the records through the same queue that the post runs and asks at each call who
should have come.  It sees what anyone sees: it cannot tell whether a published fact (the commodity,
a test paper) is true, nor how many vehicles the gate could have taken.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec

from gatepair.base.canonical import encode
from gatepair.base.errors import Malformed
from gatepair.base.findings import Finding, Severity
from gatepair.base.merkle import CompactRange, leaf_hash
from gatepair.operations import findings as say
from gatepair.operations.public_order import Header, OrderHead, PlaceReceipt, Record, head_in
from gatepair.operations.replay import Replay
from gatepair.operations.rule import rule_digest
from gatepair.plan.model import Direction, Plan, Role

FINDINGS_MAX: Final = 200
"""Findings kept; a rewritten order would otherwise fill the report with consequences of the first fault."""
LINE_BYTES_MAX: Final = 16_384
"""Longest line read, in bytes; a record is below one kilobyte."""

Line = TypeVar("Line", Header, Record)
SignatureCheck = Callable[[str], bool]
"""Tells whether a checkpoint note carries a valid signature; the shell wires it to the exchange."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """An export read strictly: header, records and their leaf hashes, and why reading stopped."""

    header: Header | None
    records: tuple[Record, ...]
    leaves: tuple[bytes, ...]
    fault: Finding | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found. ``findings`` stand in the order of the records; the first is the one to look at."""

    findings: tuple[Finding, ...]
    records: int
    places: int
    calls: int
    moves: int
    root: bytes
    signed: bool

    @property
    def ok(self) -> bool:
        """Tell whether nothing is wrong; notes do not count."""
        return self.first is None

    @property
    def first(self) -> Finding | None:
        """Return the first fault."""
        return next((finding for finding in self.findings if finding.severity is Severity.ERROR), None)

    def to_wire(self) -> dict[str, Any]:
        """Return the report as plain values for JSON."""
        return {
            "ok": self.ok,
            "records": self.records,
            "places": self.places,
            "calls": self.calls,
            "moves": self.moves,
            "root": self.root.hex(),
            "signed": self.signed,
            "findings": [finding.to_wire() for finding in self.findings],
        }


def read_export(lines: Iterable[bytes]) -> Parsed:
    """Read an export strictly; never raises on its content. Line numbers in faults count from 1."""
    header: Header | None = None
    records: list[Record] = []
    leaves: list[bytes] = []
    for number, line in enumerate(lines, start=1):
        raw = line.removesuffix(b"\n")
        try:
            if number == 1:
                header = strict_line(raw, Header)
            else:
                records.append(strict_line(raw, Record))
                leaves.append(leaf_hash(raw))
        except Malformed as error:
            fault = say.ORDER_MALFORMED.at(f"lines.{number}", line=number, why=error.message)
            return Parsed(header, tuple(records), tuple(leaves), fault)
    if header is None:
        return Parsed(None, (), (), say.ORDER_MALFORMED.at("lines.1", line=1, why="the file is empty"))
    return Parsed(header, tuple(records), tuple(leaves))


def strict_line(raw: bytes, kind: type[Line]) -> Line:
    """Return one line of an export, without its newline. Raises Malformed when it is not in its one canonical form."""
    if len(raw) > LINE_BYTES_MAX:
        raise Malformed(f"longer than {LINE_BYTES_MAX} bytes")
    try:
        line = msgspec.json.decode(raw, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Malformed(str(error)) from error
    if encode(line) != raw:
        raise Malformed("not in canonical form")
    return line


def verify(
    lines: Iterable[bytes],
    plan: Plan,
    *,
    signature: SignatureCheck | None = None,
    earlier: Iterable[bytes] | None = None,
    earlier_note: str | None = None,
    receipt: PlaceReceipt | None = None,
) -> Report:
    """Check a published order against the rule of ``plan``.

    ``signature`` checks a checkpoint's signature, ``earlier`` is an older export of the same order,
    ``earlier_note`` an older checkpoint alone, ``receipt`` what a driver was handed.  Cost: O(n log n) for n records.
    """
    parsed = read_export(lines)
    findings: list[Finding] = []
    replay: Replay | None = None
    if parsed.header is not None:
        findings += _against_plan(parsed.header, plan)
        findings += _against_checkpoint(parsed, parsed.header, signature)
        if earlier is not None:
            findings += _against_earlier(parsed, read_export(earlier), signature)
        if earlier_note is not None:
            findings += _against_note(parsed, earlier_note, signature)
        if receipt is not None:
            findings += _against_receipt(parsed, receipt)
        if parsed.header.post in plan.queues:
            replay = Replay(plan, parsed.header.post, parsed.header.direction)
            for record in parsed.records:
                findings += replay.take(record)
                if len(findings) >= FINDINGS_MAX:
                    break
    if parsed.fault is not None:
        findings.append(parsed.fault)
    return Report(
        findings=tuple(findings[:FINDINGS_MAX]),
        records=len(parsed.records),
        places=replay.places if replay else 0,
        calls=replay.calls if replay else 0,
        moves=replay.moves if replay else 0,
        root=CompactRange.over(parsed.leaves).root(),
        signed=signature is not None and not any(finding.kind is say.ORDER_SIGNATURE for finding in findings),
    )


def _against_plan(header: Header, plan: Plan) -> list[Finding]:
    if header.plan != plan.id or header.post not in plan.queues:
        return [say.ORDER_OTHER_PLAN.at("plan", found=f"{header.plan}/{header.post}", expected=plan.id)]
    if plan.role_of(header.post, header.direction) is not Role.EXIT:
        expected = f"{plan.id}/{plan.partner_of(header.post)}"
        return [say.ORDER_OTHER_PLAN.at("direction", found=f"{header.plan}/{header.post}", expected=expected)]
    if header.rule != rule_digest(plan, header.post):
        return [say.ORDER_RULE_CHANGED.at("rule")]
    return []


def _against_checkpoint(parsed: Parsed, header: Header, signature: SignatureCheck | None) -> list[Finding]:
    findings: list[Finding] = []
    if signature is None:
        findings.append(say.ORDER_UNSIGNED.at("checkpoint"))
    elif not signature(header.checkpoint):
        findings.append(say.ORDER_SIGNATURE.at("checkpoint"))
    head = _head(header)
    if head is None:
        findings.append(say.ORDER_NO_HEAD.at("checkpoint", direction=header.direction.value))
    elif head.size != len(parsed.leaves):
        findings.append(say.ORDER_SIZE.at("checkpoint", expected=head.size, found=len(parsed.leaves)))
    elif head.root != CompactRange.over(parsed.leaves).root():
        findings.append(say.ORDER_ROOT.at("checkpoint"))
    return findings


def _head(header: Header) -> OrderHead | None:
    try:
        return head_in(header.checkpoint, header.direction)
    except Malformed:
        return None


def _against_note(parsed: Parsed, note: str, signature: SignatureCheck | None) -> list[Finding]:
    """Compare with an older checkpoint alone: it names no record, but the root over the old part must be the same."""
    direction = parsed.header.direction if parsed.header else Direction.OUT
    try:
        head = head_in(note, direction)
    except Malformed as error:
        return [say.ORDER_EARLIER_UNUSABLE.at("earlier", why=error.message)]
    if head is None or (signature is not None and not signature(note)):
        return [say.ORDER_EARLIER_UNUSABLE.at("earlier", why="it is not a signed checkpoint of this order")]
    if head.size > len(parsed.leaves):
        return [say.ORDER_SHRUNK.at("records", expected=head.size, found=len(parsed.leaves))]
    if CompactRange.over(parsed.leaves[: head.size]).root() != head.root:
        return [say.ORDER_PREFIX.at("records", size=head.size)]
    return []


def _against_earlier(parsed: Parsed, earlier: Parsed, signature: SignatureCheck | None) -> list[Finding]:
    """Compare record by record: what was published once must stand for ever."""
    old, new = earlier.header, parsed.header
    if old is None or new is None or earlier.fault is not None:
        return [say.ORDER_EARLIER_UNUSABLE.at("earlier", why="it cannot be read")]
    if (old.plan, old.post, old.direction) != (new.plan, new.post, new.direction):
        return [say.ORDER_EARLIER_UNUSABLE.at("earlier", why="it is the order of another gate or direction")]
    if _against_checkpoint(earlier, old, signature or (lambda _note: True)):
        return [say.ORDER_EARLIER_UNUSABLE.at("earlier", why="it does not agree with its own checkpoint")]
    for index, (was, found) in enumerate(zip(earlier.leaves, parsed.leaves, strict=False)):
        if was != found:
            number = earlier.records[index].number
            return [say.ORDER_REWRITTEN.at(f"records.{index}", index=index, number=number)]
    if len(earlier.leaves) > len(parsed.leaves):
        at = f"records.{len(parsed.leaves)}"
        return [say.ORDER_SHRUNK.at(at, expected=len(earlier.leaves), found=len(parsed.leaves))]
    return []


def _against_receipt(parsed: Parsed, receipt: PlaceReceipt) -> list[Finding]:
    held = receipt.index < len(parsed.leaves) and parsed.leaves[receipt.index].hex() == receipt.leaf
    if held and parsed.records[receipt.index].number == receipt.number:
        return []
    return [say.ORDER_RECEIPT_MISSING.at(f"records.{receipt.index}", number=receipt.number, index=receipt.index)]
