"""A short conversation of the two synthetic posts as an evidence file, every part of which a test can spoil."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from msgspec import Raw
from msgspec.structs import replace as changed

from exchange.pair import NORTH, NOW_MS, SOUTH, Dice, agreement, key, keys_of
from gatepair.base.canonical import encode
from gatepair.base.entries import GENESIS, Draft, Entry, header_bytes, sealed
from gatepair.base.merkle import CompactRange, leaf_hash
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Agreement, Terms, fingerprint
from gatepair.exchange.agreement import Message as AgreedMessage
from gatepair.exchange.bundle import BundleLane, make
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.envelope import Draft as Message
from gatepair.exchange.envelope import Heard, Reference, parse_body, seal
from gatepair.exchange.evidence import EntryPart, LedgerPart, LogPart, Made, SignedAgreement, assemble
from gatepair.exchange.key_statements import KeyAct, KeyStatement, KeyUse, Position, Positions
from gatepair.exchange.messages import Lane
from gatepair.exchange.note import Note
from gatepair.exchange.policy import Policy
from gatepair.exchange.signer import Algorithm, SigningKey
from gatepair.exchange.wire import Batch, signed_text, wire_entry

SUBJECT = "X1"
MADE = Made(by=NORTH, at_ms=NOW_MS + 120_000, subject=SUBJECT)
ROOTS = {"n.example": 1, "s.example": 4}
SIDES = {NORTH: "n.example", SOUTH: "s.example"}
FACING = {NORTH: SOUTH, SOUTH: NORTH}


def agreed(kind: str, *sections: str, **terms: Any) -> AgreedMessage:
    """Return a line of an agreement."""
    return AgreedMessage(kind=kind, lane=Lane.NORMAL, sections=sections, purpose="Try out.", retention_days=90, **terms)


ANNOUNCED, RELEASED, OUTCOME = "crossing.announced/1", "crossing.released/1", "outcome/1"
MESSAGES = (
    agreed(ANNOUNCED, "binding", "documents", "driver", "goods", "parties", "route", outcome_deadline_s=900),
    agreed(RELEASED),
    agreed(OUTCOME, "outcome"),
)
"""Written out here, so that the vectors stay as they are when the catalogue grows."""


def small_agreement(**changes: Any) -> Agreement:
    """Return the synthetic agreement narrowed to the three types that the conversation needs."""
    return changed(agreement(), **({"messages": MESSAGES, "lanes": (Lane.NORMAL,), "staleness": {}} | changes))


def policy(**changes: Any) -> Policy:
    """Return the policy that trusts the two synthetic roots."""
    roots = {side: frozenset({fingerprint(key(number).public)}) for side, number in ROOTS.items()}
    return replace(Policy(roots=roots), **changes)


def policy_text(*rules: str, roots: Mapping[str, int] = ROOTS) -> str:
    """Return that policy as a file, with more rules."""
    trusted = [f"root {side} {fingerprint(key(number).public)}" for side, number in roots.items()]
    return "".join(f"{line}\n" for line in ["# Synthetic.", *trusted, *rules])


def root_note(terms: Agreement, *, sides: Iterable[str] = ROOTS) -> str:
    """Return the note of an agreement with the root signatures of ``sides``."""
    return Note(terms.note_text(), tuple(terms.sign(side, key(ROOTS[side])) for side in sides)).to_text()


@dataclass(frozen=True)
class Row:
    """An entry of a log."""

    header: bytes
    body: bytes

    @property
    def leaf(self) -> bytes:
        return leaf_hash(self.header)


def row(writer: str, terms: Agreement, message: Message) -> Row:
    """Seal ``message`` under ``terms``; the salts follow from its id."""
    envelope = seal(message, Terms.of(terms), sender=writer, entropy=Dice(sum(message.id.encode())))
    return Row(envelope.header, envelope.body)


def with_header(entry: Row, **changes: Any) -> Row:
    """Return ``entry`` with fields of its header replaced; a field set to None is taken out."""
    fields = {**json.loads(entry.header), **changes}
    return Row(encode({name: value for name, value in fields.items() if value is not None}), entry.body)


@dataclass
class Log:
    """What one post wrote, which of it is shown, and the checkpoints under it."""

    writer: str
    terms: Agreement
    rows: list[Row] = field(default_factory=list)
    shown: list[int] = field(default_factory=list)
    receipts: dict[int, int] = field(default_factory=dict)
    """Time of the partner's receipt, POSIX seconds, by size; 0 stands for none."""
    withheld: set[str] = field(default_factory=set)
    also: SigningKey | None = None
    """A second key that signs the checkpoints."""

    @property
    def origin(self) -> Origin:
        return self.terms.origin(self.writer, Lane.NORMAL, 1)

    def root(self, size: int) -> bytes:
        return CompactRange.over(entry.leaf for entry in self.rows[:size]).root()

    def reference(self, index: int) -> Reference:
        return Reference(index=index, leaf=self.rows[index].leaf.hex(), log=str(self.origin))

    def heard(self, size: int, *, at_s: int) -> Heard:
        return Heard(cosigned_at_s=at_s, log=str(self.origin), root=self.root(size).hex(), size=size)

    def checkpoint(self, size: int) -> str:
        stated = Checkpoint(self.origin, size, self.root(size))
        made = checkpoint(stated, at_s=self.receipts[size])
        if self.also is None:
            return made
        line = notes.sign(stated.to_text(), name=self.origin.key_name, key=self.also)
        return notes.parse(made).plus(line).to_text()

    def before(self, size: int) -> tuple[str, ...]:
        """Return the hashes of the compact range at ``size``."""
        raw = CompactRange.over(entry.leaf for entry in self.rows[:size]).to_bytes()[8:]
        return tuple(raw[at : at + 32].hex() for at in range(0, len(raw), 32))

    def batch(self, start: int, end: int) -> bytes:
        """Return the signed batch of the entries from ``start`` to ``end``."""
        stated = Checkpoint(self.origin, end, self.root(end))
        batch = Batch(
            v=1,
            origin=str(self.origin),
            start=start,
            size=len(self.rows),
            checkpoint=checkpoint(stated, at_s=0),
            signature="00" * 64,
            entries=tuple(wire_entry(each.header, each.body) for each in self.rows[start:end]),
        )
        return encode(changed(batch, signature=keys_of(self.writer).log.sign(signed_text(batch)).hex()))

    def part(self) -> LogPart:
        """Return what is shown."""
        entries = []
        for index in self.shown:
            sections = parse_body(self.rows[index].body).sections
            kept = {name: each for name, each in sections.items() if name not in self.withheld}
            entries.append(EntryPart(index, self.rows[index].header, kept))
        notes_by_size = [self.checkpoint(size) for size in sorted(self.receipts)]
        return LogPart(self.origin, notes_by_size, entries, [entry.leaf for entry in self.rows])


def checkpoint(stated: Checkpoint, *, at_s: int, key_of: SigningKey | None = None) -> str:
    """Return ``stated`` signed by its log's key, and cosigned by the facing mirror unless ``at_s`` is 0."""
    writer = stated.origin.post
    log = notes.sign(stated.to_text(), name=stated.origin.key_name, key=key_of or keys_of(writer).log)
    return Note(stated.to_text(), (log, *([cosigned(stated, at_s=at_s)] if at_s else []))).to_text()


def cosigned(stated: Checkpoint, *, at_s: int) -> notes.SignatureLine:
    """Return the line by which the facing post states that it holds ``stated``."""
    reader = FACING[stated.origin.post]
    return notes.cosign(
        stated.to_text(), name=f"{SIDES[reader]}/{reader}/mirror", key=keys_of(reader).mirror, at_s=at_s
    )


@dataclass
class Story:
    """The north announces two crossings, the south accepts the second, the north releases it."""

    terms: Agreement = field(default_factory=small_agreement)
    agreements: list[tuple[bytes, str]] = field(default_factory=list)
    statements: list[str] = field(default_factory=list)
    north: Log = field(init=False)
    south: Log = field(init=False)
    ledger: LedgerPart | None = field(init=False)

    def __post_init__(self) -> None:
        self.agreements = self.agreements or [(self.terms.encoded(), root_note(self.terms))]
        second = NOW_MS // 1000
        self.north = Log(NORTH, self.terms, shown=[1, 2], receipts={2: second + 5, 3: second + 65})
        self.south = Log(SOUTH, self.terms, shown=[0], receipts={1: second + 35})
        goods = {"goods": {"gross_mass_kg": 18_000, "synthetic": True}, "route": {"direction": "out"}}
        seen = {"binding": {"tractor": "12C-12345"}, "driver": {"name": "SYNTHETIC Driver"}}
        self.say(self.north, ANNOUNCED, "M0", subject="X0", sections=goods)
        self.say(self.north, ANNOUNCED, "M1", sections=goods | seen)
        told = {"outcome": {"codes": [], "verdict": "accepted"}}
        heard = (self.north.heard(2, at_s=second + 5),)
        self.say(self.south, OUTCOME, "M2", sections=told, at=30_000, heard=heard, re=(self.north.reference(1),))
        heard = (self.south.heard(1, at_s=second + 35),)
        self.say(self.north, RELEASED, "M3", at=60_000, heard=heard)
        self.ledger = ledger_part()

    def say(self, log: Log, kind: str, key: str, *, at: int = 0, subject: str = SUBJECT, **fields: Any) -> Row:
        """Append a message to ``log``."""
        message = Message(kind, key, subject, fields.pop("sections", {}), NOW_MS + at, **fields)
        log.rows.append(row(log.writer, self.terms, message))
        return log.rows[-1]

    def raw(self) -> bytes:
        """Return the evidence file."""
        ledgers = [] if self.ledger is None else [self.ledger]
        logs = [log.part() for log in (self.north, self.south)]
        return assemble(MADE, agreements=self.agreements, logs=logs, ledgers=ledgers, statements=self.statements)

    def bundle(self, *, start: int = 0, by: int = 2, **changes: Any) -> bytes:
        """Return the north's entries from ``start`` on in batches of ``by``, as a part of a bundle."""
        log, rows = self.north, self.north.rows
        batches = [log.batch(at, min(at + by, len(rows))) for at in range(start, len(rows), by)]
        lane = BundleLane(
            lane=Lane.NORMAL,
            log=str(log.origin),
            starts=(0,) if not start else (0, start),
            end=len(rows),
            size=len(rows),
            before=log.before(start),
            batches=tuple(map(Raw, batches)),
        )
        signed = [SignedAgreement(Raw(raw), note) for raw, note in self.agreements]
        given = {"author": NORTH, "reader": SOUTH, "made_at_ms": NOW_MS, "last": True}
        return make(lanes=[changed(lane, **changes)], agreements=signed, statements=self.statements, **given)

    def spoilt(self, spoil: Callable[[dict[str, Any]], object]) -> bytes:
        """Return the file after ``spoil`` changed its value."""
        value = json.loads(self.raw())
        spoil(value)
        return encode(value)


def statement(act: KeyAct, use: KeyUse, number: int, *, post: str = NORTH, size: int = 0) -> str:
    """Return what the root of ``post`` says about the synthetic key ``number``, at ``size`` of the first epoch."""
    said = KeyStatement(
        act=act,
        agreement="trial",
        algorithm=Algorithm.ED25519,
        positions=Positions.everywhere(Position(1, size)),
        post=post,
        public=key(number).public.hex(),
        side=SIDES[post],
        use=use,
        v=1,
    )
    return said.signed([key(ROOTS[SIDES[post]])]).to_text()


def ledger_part(*, withhold: Sequence[int] = ()) -> LedgerPart:
    """Return two entries of a synthetic ledger of the north under its checkpoint; ``withhold`` names positions."""
    entries = recorded()
    leaves = [entry.leaf for entry in entries]
    origin = Origin(SIDES[NORTH], NORTH, "trial", "ledger")
    note = checkpoint(Checkpoint(origin, len(leaves), CompactRange.over(leaves).root()), at_s=0)
    shown = [(header_bytes(one), None if one.position in withhold else one.payload) for one in entries[1:3]]
    return LedgerPart(note, shown, leaves)


def recorded() -> list[Entry]:
    drafts = [Draft(f"crossing/X{n % 2}", "DecisionGiven/1", encode({"at_ms": NOW_MS, "number": n})) for n in range(4)]
    versions = {"crossing/X0": 0, "crossing/X1": 0}
    stamp = {"at_ms": NOW_MS, "actor": "customs-1", "command_id": "C1"}
    return sealed(drafts, after=0, previous=GENESIS, versions=versions, **stamp)
