"""The joint state: what both sides have said about each subject, folded from the logs of both.

Two posts that hold the same logs get the same joint state, byte for byte, whatever the order in
which the entries reached them; one digest tells whether they do.  The fold reads headers only:
bodies may be withheld, quarantined or erased on one side, headers never.  It knows types and
subjects, not what a crossing is.

The order of the fold (clause 15.7):

1. An entry comes after the one before it in its log, after everything that its ``heard`` says its
   author held, after every entry that its ``re`` names, and a log of a later epoch after the
   earlier ones of its lane.  What lies beyond the end of the given logs is not waited for.
2. Among the entries that may come next, that of the log whose origin spells first comes first.
3. Where no entry may come next, because headers claim to have heard what was not written yet, the
   first of rule 2 comes all the same, and is listed as impossible.

Clocks play no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from gatepair.base.canonical import encode
from gatepair.base.errors import BadInput
from gatepair.base.merkle import leaf_hash
from gatepair.exchange import messages as kinds
from gatepair.exchange.checkpoint import Origin
from gatepair.exchange.envelope import Header, Reference, content_digest, parse_header

CONTRADICTORY: Final[Mapping[str, tuple[str, ...]]] = {
    "crossing.accepted": ("crossing.cancelled", "crossing.corrected"),
    "crossing.cancelled": ("crossing.accepted", "crossing.received"),
    "crossing.corrected": ("crossing.accepted",),
    "crossing.declined": ("crossing.departed",),
    "crossing.departed": ("crossing.declined", "crossing.held"),
    "crossing.held": ("crossing.departed",),
    "crossing.received": ("crossing.cancelled",),
}
"""For a type without version, those that cannot stand beside it when neither author knew of the other's word."""


class Rung(StrEnum):
    """How far a statement has come by what the logs show; receipts stand outside the logs."""

    SAID = "said"
    """It stands in its author's log."""
    HELD = "held"
    """A later entry of the other side says that it holds it."""
    ANSWERED = "answered"
    """An outcome of the other side names it."""
    ACTED_ON = "acted_on"
    """The other side, knowing it, made a statement of its own about the same subject."""


@dataclass(frozen=True, slots=True)
class JointLog:
    """One log from its beginning: canonical ``headers`` by index; a log of a closed epoch ends at its fence."""

    origin: Origin
    headers: Iterable[bytes]


@dataclass(frozen=True, slots=True)
class Statement:
    """One entry as the fold keeps it; ``known`` gives for each log how many of its entries came before it."""

    place: Reference
    log: int
    author: str
    type: str
    id: str
    known: tuple[int, ...]

    def knew(self, other: Statement) -> bool:
        """Tell whether its author held ``other`` when it wrote this."""
        return self.known[other.log] > other.place.index


@dataclass(slots=True)
class Subject:
    """All that was said about one subject, in the order of the fold."""

    statements: list[Statement] = field(default_factory=list)
    concurrent: list[tuple[Statement, Statement]] = field(default_factory=list)
    """Contradictory statements of the two sides, neither of which knew of the other: both stand."""
    acted_on: dict[int, int] = field(default_factory=dict)
    """By log, below which index the other side has spoken about the subject knowing what was said."""
    opposable: dict[str, list[Statement]] = field(default_factory=dict)
    """Statements that another could contradict, by type without version."""

    def add(self, statement: Statement) -> None:
        """Take in the next statement."""
        self.statements.append(statement)
        base = statement.type.partition("/")[0]
        if base not in CONTRADICTORY:
            return
        for other in (each for opposed in CONTRADICTORY[base] for each in self.opposable.get(opposed, ())):
            if other.author != statement.author and not statement.knew(other):
                self.concurrent.append((other, statement))
        self.opposable.setdefault(base, []).append(statement)


@dataclass(frozen=True, slots=True)
class JointState:
    """The result: sizes of the logs it was folded from, the empty ones left out, and each subject."""

    sizes: Mapping[str, int]
    subjects: Mapping[str, Subject]
    rungs: Mapping[Reference, Rung]
    superseded: frozenset[tuple[str, int]]
    """Log and index of each entry that a later one of its author corrects."""
    impossible: tuple[Reference, ...]
    """Entries that claim to have heard what was not written yet."""
    reused: tuple[Reference, ...]
    """Entries that say something else under an id that their author had used."""

    def current(self, subject: str) -> dict[str, Statement]:
        """Return each author's latest statement about ``subject`` that stands; an outcome is an answer, no statement."""
        found: dict[str, Statement] = {}
        for statement in self.subjects[subject].statements:
            if statement.type != kinds.OUTCOME and not self._is_superseded(statement):
                found[statement.author] = statement
        return dict(sorted(found.items()))

    def digest(self) -> bytes:
        """Return the SHA-256 by which two posts compare: over sizes, oddities, and the digest of each subject."""
        subjects = [[name, sha256(encode(self._subject(name))).hexdigest()] for name in self.subjects]
        return sha256(encode([self._sizes(), self.impossible, self.reused, subjects])).digest()

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "digest": self.digest().hex(),
            "impossible": self.impossible,
            "reused": self.reused,
            "sizes": self._sizes(),
            "subjects": [self._subject(name) for name in self.subjects],
        }

    def _is_superseded(self, statement: Statement) -> bool:
        return (statement.place.log, statement.place.index) in self.superseded

    def _sizes(self) -> list[dict[str, Any]]:
        return [{"log": log, "size": size} for log, size in self.sizes.items()]

    def _subject(self, name: str) -> dict[str, Any]:
        subject = self.subjects[name]
        return {
            "concurrent": [[first.place, second.place] for first, second in subject.concurrent],
            "current": [{"author": author, "place": one.place} for author, one in self.current(name).items()],
            "statements": [self._statement(statement) for statement in subject.statements],
            "subject": name,
        }

    def _statement(self, statement: Statement) -> dict[str, Any]:
        return {
            "author": statement.author,
            "id": statement.id,
            "place": statement.place,
            "rung": self.rungs[statement.place].value,
            "superseded": self._is_superseded(statement),
            "type": statement.type,
        }


def fold(logs: Iterable[JointLog]) -> JointState:
    """Return the joint state of ``logs``, which may come in any order.

    Costs time linear in the number of entries times the number of logs, and keeps one small record an entry.
    """
    folding = _Folding(sorted(logs, key=lambda log: (log.origin.key_name, log.origin.epoch)))
    for entry in folding.ordered():
        folding.take(entry)
    return folding.result()


@dataclass(frozen=True, slots=True)
class _Entry:
    """The next entry of a log; ``header`` is None when it cannot be read."""

    place: Reference
    header: Header | None


class _Walk:
    """One log as the fold walks it: what was taken, what comes next, and what each entry knew."""

    def __init__(self, log: JointLog) -> None:
        self.origin = log.origin
        self.name = str(log.origin)
        self.known: list[tuple[int, ...]] = []
        self.held = 0
        """Below which index the other side says that it holds this log."""
        self._headers = iter(log.headers)
        self.next = self._read()

    @property
    def done(self) -> int:
        return len(self.known)

    def step(self, known: tuple[int, ...]) -> None:
        self.known.append(known)
        self.next = self._read()

    def _read(self) -> _Entry | None:
        raw = next(self._headers, None)
        if raw is None:
            return None
        place = Reference(index=self.done, leaf=leaf_hash(raw).hex(), log=self.name)
        try:
            return _Entry(place, parse_header(raw))
        except BadInput:
            # Quarantined on the other side too; it keeps its place and says nothing.
            return _Entry(place, None)


class _Folding:
    """The walk over all logs at once."""

    def __init__(self, logs: Sequence[JointLog]) -> None:
        self._walks = [_Walk(log) for log in logs]
        self._numbers = {walk.name: number for number, walk in enumerate(self._walks)}
        self._said: dict[tuple[str, str], bytes] = {}
        self._subjects: dict[str, Subject] = {}
        self._answered: set[Reference] = set()
        self._superseded: set[tuple[str, int]] = set()
        self._impossible: list[Reference] = []
        self._reused: list[Reference] = []

    def ordered(self) -> Iterator[tuple[int, _Entry]]:
        """Yield the number of its log and each entry, in the order of the fold."""
        while waiting := [(number, walk.next) for number, walk in enumerate(self._walks) if walk.next is not None]:
            number, entry = next((each for each in waiting if self._is_ready(*each)), waiting[0])
            if not self._is_ready(number, entry):
                self._impossible.append(entry.place)
            yield number, entry

    def take(self, taken: tuple[int, _Entry]) -> None:
        """Fold in the next entry."""
        log, entry = taken
        known = self._knowledge(log, entry)
        self._walks[log].step(known)
        header = entry.header
        if header is None:
            return
        author = self._walks[log].origin.post
        self._note_held(author, header)
        if self._is_again(author, header, entry.place):
            return
        self._note_relations(entry.place.log, header)
        subject = self._subjects.setdefault(header.subject, Subject())
        subject.add(Statement(entry.place, log, author, header.type, header.id, known))
        if header.type != kinds.OUTCOME:
            for number in self._of_others(author):
                subject.acted_on[number] = max(known[number], subject.acted_on.get(number, 0))

    def result(self) -> JointState:
        """Return what was folded."""
        subjects = dict(sorted(self._subjects.items()))
        return JointState(
            sizes={walk.name: walk.done for walk in self._walks if walk.done},
            subjects=subjects,
            rungs={each.place: self._rung(each, one) for one in subjects.values() for each in one.statements},
            superseded=frozenset(self._superseded),
            impossible=tuple(self._impossible),
            reused=tuple(self._reused),
        )

    # --- the order ------------------------------------------------------------------------

    def _is_ready(self, log: int, entry: _Entry) -> bool:
        needed = ((self._walks[number], size) for number, size in self._needs(log, entry))
        return all(walk.done >= size or walk.next is None for walk, size in needed)

    def _needs(self, log: int, entry: _Entry) -> Iterator[tuple[int, int]]:
        """Yield each log and how many of its entries come before ``entry``."""
        own = self._walks[log].origin
        for number, walk in enumerate(self._walks[:log]):
            if walk.origin.key_name == own.key_name:
                yield number, walk.done + (walk.next is not None)
        if entry.header is None:
            return
        for heard in entry.header.heard:
            if heard.log in self._numbers:
                yield self._numbers[heard.log], heard.size
        for answered in entry.header.re:
            if answered.log in self._numbers:
                yield self._numbers[answered.log], answered.index + 1

    def _knowledge(self, log: int, entry: _Entry) -> tuple[int, ...]:
        """Return how many entries of each log came before ``entry``, itself included, through whomever."""
        before = self._walks[log].known
        known = list(before[-1]) if before else [0] * len(self._walks)
        for number, size in self._needs(log, entry):
            walk = self._walks[number]
            held = min(size, walk.done)
            if held > known[number]:
                known = [max(pair) for pair in zip(known, walk.known[held - 1], strict=True)]
        known[log] = entry.place.index + 1
        return tuple(known)

    # --- what entries say of others -------------------------------------------------------

    def _of_others(self, author: str) -> list[int]:
        return [number for number, walk in enumerate(self._walks) if walk.origin.post != author]

    def _note_held(self, author: str, header: Header) -> None:
        for heard in header.heard:
            number = self._numbers.get(heard.log)
            if number is not None and self._walks[number].origin.post != author:
                self._walks[number].held = max(self._walks[number].held, heard.size)

    def _is_again(self, author: str, header: Header, place: Reference) -> bool:
        """Tell whether its author used the id before: re-issued after a restore, it is the same message."""
        content = content_digest(header)
        first = self._said.get((author, header.id))
        if first is None:
            self._said[author, header.id] = content
        elif first != content:
            self._reused.append(place)
        return first is not None

    def _note_relations(self, log: str, header: Header) -> None:
        if header.type == kinds.OUTCOME:
            self._answered.update(header.re)
        if header.supersedes is not None:
            self._superseded.add((log, header.supersedes))

    def _rung(self, statement: Statement, subject: Subject) -> Rung:
        index = statement.place.index
        if index < subject.acted_on.get(statement.log, 0):
            return Rung.ACTED_ON
        if statement.place in self._answered:
            return Rung.ANSWERED
        return Rung.HELD if index < self._walks[statement.log].held else Rung.SAID
