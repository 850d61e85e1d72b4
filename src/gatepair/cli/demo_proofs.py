"""What must hold of both posts after a drill: nothing lost, nothing twice, one joint state.

Read from the two stopped posts, log by log and entry by entry; nothing of what the run itself said is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from gatepair import wiring
from gatepair.base.entries import Entry
from gatepair.exchange.checkpoint import FIRST_EPOCH, Origin
from gatepair.exchange.envelope import Header, parse_header
from gatepair.exchange.joint import JointLog, fold
from gatepair.exchange.messages import OUTCOME, Lane
from gatepair.insight.report import Check
from gatepair.node.link_state import log_key, mirror_state, own_state
from gatepair.node.ports import LogEntry, Reader
from gatepair.node.post import Post

PAGE: Final = 1_000
SAID: Final[Mapping[str, tuple[str, ...]]] = {
    "crossing.announced": ("CrossingDeclared",),
    "crossing.corrected": ("FieldCorrected", "DocumentAttached", "BindingChanged"),
    "crossing.accepted": ("ArrivalAccepted",),
    "crossing.declined": ("ArrivalDeclined",),
    "crossing.released": ("CrossingReleased",),
    "crossing.departed": ("VehicleDeparted",),
    "crossing.received": ("HandoverConfirmed",),
    "crossing.disputed": ("HandoverDisputed",),
    "crossing.refused": ("CrossingRefused",),
    "crossing.cancelled": ("CrossingCancelled", "Diverted"),
    "crossing.closed": ("CrossingClosed",),
    "route.stopped": ("IntakeStopped",),
    "route.reopened": ("IntakeReopened",),
    "quota.announced": ("QuotaAnnounced",),
}
"""The events that a message of ours tells of, by type without version."""
ONCE: Final = frozenset(
    {
        "CrossingDeclared",
        "VehicleDeparted",
        "HandoverConfirmed",
        "PartnerDeparted",
        "PartnerReceived",
        "PartnerAccepted",
    }
)
"""Events that a crossing has at most once."""
FAULTS_SHOWN: Final = 3
Counted = TypeVar("Counted")


@dataclass(frozen=True, slots=True)
class Log:
    """One log of one post as one of the two holds it."""

    origin: Origin
    rows: Sequence[LogEntry]

    def headers(self) -> Iterator[Header]:
        """Yield the headers in order."""
        return (parse_header(row.header) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Side:
    """One post read whole: its ledger, its own logs and its mirror of the partner's."""

    post: str
    entries: Sequence[Entry]
    own: Sequence[Log]
    mirror: Sequence[Log]


def drill_checks(directories: Iterable[Path]) -> list[Check]:
    """Return what holds of the two stopped posts in ``directories``."""
    with _opened(directories) as posts:
        first, second = (_side(post) for post in posts)
    sides = (first, second)
    return [
        _check("Nothing lost on the line", [*_differs(first, second), *_differs(second, first)], _held(sides)),
        _check("Nothing lost in the ledgers", [fault for side in sides for fault in _unrecorded(side)], _facts(sides)),
        _check("Every word heard has its effect", [fault for side in sides for fault in _unheard(side)], _words(sides)),
        _check("Nothing twice", [fault for side in sides for fault in _twice(side)], "ids, effects and facts"),
        _joint(sides),
    ]


# --- reading ---------------------------------------------------------------------------------------


@contextmanager
def _opened(directories: Iterable[Path]) -> Iterator[list[Post]]:
    with ExitStack() as stack:
        posts = []
        for directory in directories:
            opened = wiring.open_post(directory)
            stack.callback(opened.post.ledger.close)
            posts.append(opened.post)
        yield posts


def _side(post: Post) -> Side:
    link, partner = post.link, post.plan.partner_of(post.post)
    with post.ledger.read() as reader:
        own = [
            Log(link.agreement.origin(post.post, lane, epoch), _own_rows(reader, lane, epoch))
            for lane in link.lanes
            for epoch in range(FIRST_EPOCH, own_state(reader, lane).epoch + 1)
        ]
        mirror = [
            Log(link.agreement.origin(partner, lane, epoch), _mirror_rows(reader, lane, epoch))
            for lane in link.lanes
            for epoch in range(FIRST_EPOCH, mirror_state(reader, lane).epoch + 1)
        ]
        return Side(post.post, list(_entries(reader)), own, mirror)


def _entries(reader: Reader) -> Iterator[Entry]:
    after = 0
    while page := reader.entries(after=after, limit=PAGE):
        yield from page
        after = page[-1].position


def _own_rows(reader: Reader, lane: Lane, epoch: int) -> list[LogEntry]:
    key = log_key(lane, epoch)
    return reader.own_entries(key, start=0, limit=reader.own_size(key))


def _mirror_rows(reader: Reader, lane: Lane, epoch: int) -> list[LogEntry]:
    key = log_key(lane, epoch)
    return reader.mirror_entries(key, start=0, limit=reader.mirror_size(key))


# --- checking --------------------------------------------------------------------------------------


def _differs(writer: Side, reader: Side) -> Iterator[str]:
    """Find logs of ``writer`` that the other does not hold to the last entry; a closed epoch ends where it was fenced."""
    held = {str(log.origin): log for log in reader.mirror}
    newest = {log.origin.lane: log.origin.epoch for log in writer.own}
    for log in writer.own:
        mirror = held.get(str(log.origin))
        theirs = [row.leaf for row in mirror.rows] if mirror else []
        ours = [row.leaf for row in log.rows]
        if log.origin.epoch < newest[log.origin.lane]:
            ours = ours[: len(theirs)]
        if ours != theirs:
            yield f"{log.origin}: {len(ours)} entries written, {len(theirs)} held, or not the same"


def _unrecorded(side: Side) -> Iterator[str]:
    """Find messages that tell of more than the ledger of their own author records."""
    recorded = Counter((entry.stream.partition("/")[2], entry.type.partition("/")[0]) for entry in side.entries)
    for (subject, kind), count in _messages(side).items():
        events = sum(recorded[subject, name] for name in SAID.get(kind, ()))
        if kind in SAID and events < count:
            yield f"{side.post}: {count} {kind} about {subject}, {events} recorded"


def _messages(side: Side) -> Counter[tuple[str, str]]:
    """Count the different messages of ``side`` by subject and type."""
    said = {(header.id, header.subject, header.type.partition("/")[0]) for log in side.own for header in log.headers()}
    return Counter((subject, kind) for _, subject, kind in said)


def _unheard(side: Side) -> Iterator[str]:
    """Find mirrored entries that had no effect here and were not answered."""
    acted = {entry.command_id.removeprefix("P-") for entry in side.entries if entry.command_id.startswith("P-")}
    answered = {reference.leaf for log in side.own for header in log.headers() for reference in header.re}
    done: set[str] = set()
    waiting: dict[str, str] = {}
    for log in side.mirror:
        for row, header in zip(log.rows, log.headers(), strict=True):
            leaf = row.leaf.hex()
            if leaf in acted or leaf in answered:
                done.add(header.id)
            elif header.type.partition("/")[0] in SAID and header.type != OUTCOME:
                waiting[header.id] = f"{side.post}: {header.type} about {header.subject} at {log.origin}"
    # The same message may stand in two epochs; one effect is enough.
    yield from (fault for id_, fault in waiting.items() if id_ not in done)


def _twice(side: Side) -> Iterator[str]:
    """Find ids used twice in one log, words of the partner with two effects, and facts that a crossing has once."""
    for log in (*side.own, *side.mirror):
        yield from (
            f"{log.origin}: id {id_} twice" for id_, count in _counted(h.id for h in log.headers()) if count > 1
        )
    leaves: dict[str, str] = {
        row.leaf.hex(): h.id for log in side.mirror for row, h in zip(log.rows, log.headers(), strict=True)
    }
    commands = {entry.command_id for entry in side.entries if entry.command_id.startswith("P-")}
    acted = _counted(leaves.get(command.removeprefix("P-"), command) for command in commands)
    yield from (f"{side.post}: message {id_} acted on {count} times" for id_, count in acted if count > 1)
    facts = _counted((entry.stream, entry.type.partition("/")[0]) for entry in side.entries)
    for (stream, name), count in facts:
        if count > 1 and name in ONCE:
            yield f"{side.post}: {name} {count} times in {stream}"


def _counted(things: Iterable[Counted]) -> Iterable[tuple[Counted, int]]:
    return Counter(things).items()


def _joint(sides: Sequence[Side]) -> Check:
    digests = [
        fold(JointLog(log.origin, [row.header for row in log.rows]) for log in _all_logs(side)) for side in sides
    ]
    shown = [state.digest().hex() for state in digests]
    subjects = len(digests[0].subjects)
    faults = (
        []
        if len(set(shown)) == 1
        else [f"{side.post} folds to {digest[:16]}" for side, digest in zip(sides, shown, strict=True)]
    )
    faults += [f"{len(state.reused)} ids reused" for state in digests[:1] if state.reused]
    return _check("Joint state", faults, f"{shown[0][:16]}… of {subjects} subjects at both posts")


def _all_logs(side: Side) -> Iterator[Log]:
    """Yield the logs of both as ``side`` knows them; of a closed epoch of its own, what the partner closed it at."""
    yield from side.mirror
    yield from side.own


# --- telling ---------------------------------------------------------------------------------------


def _check(name: str, faults: Iterable[str], detail: str) -> Check:
    found = list(faults)
    more = f" and {len(found) - FAULTS_SHOWN} more" if len(found) > FAULTS_SHOWN else ""
    return Check(name, "failed" if found else "ok", "; ".join(found[:FAULTS_SHOWN]) + more if found else detail)


def _held(sides: Sequence[Side]) -> str:
    rows = sum(len(log.rows) for side in sides for log in side.own)
    return f"{rows} entries in {sum(len(side.own) for side in sides)} logs are held at both posts"


def _facts(sides: Sequence[Side]) -> str:
    return f"{sum(sum(_messages(side).values()) for side in sides)} messages tell of recorded events"


def _words(sides: Sequence[Side]) -> str:
    return f"{sum(len(log.rows) for side in sides for log in side.mirror)} entries, each acted on or answered"
