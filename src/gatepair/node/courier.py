"""Bundles at a post: parts are written for a courier, and parts that a courier brought are taken in.

Both run as steps.  Each step belongs to the writer's thread and is short, so that a gate goes on
working while a backlog is written or read; each batch taken in is a transaction of its own, as on
the line.  Stopped anywhere, the same part is simply written or read again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from msgspec import Raw, Struct

from gatepair.base.canonical import encode
from gatepair.base.errors import BadInput, EnvelopeRejected, Malformed
from gatepair.base.findings import Finding
from gatepair.base.merkle import CompactRange
from gatepair.base.time import Instant, rfc3339
from gatepair.exchange import bundle as bundles
from gatepair.exchange import findings as kinds
from gatepair.exchange.bundle import (
    BUNDLE_ENDING,
    FRAME_BYTES,
    PART_BYTES_MAX,
    PART_BYTES_MIN,
    Bundle,
    BundleLane,
    Starts,
)
from gatepair.exchange.checkpoint import FIRST_EPOCH, Origin
from gatepair.exchange.evidence import SignedAgreement
from gatepair.exchange.messages import Lane
from gatepair.exchange.wire import Outcome, decode_reply
from gatepair.node import courier_asks
from gatepair.node.audit import BundleTakenIn, BundleWritten
from gatepair.node.link_carrying import OwnLog
from gatepair.node.link_setting import Carrier
from gatepair.node.link_state import kept_statements, log_key

if TYPE_CHECKING:
    from gatepair.node.post import Post

Step = Callable[[], None]
"""A short piece of work that belongs to the writer's thread."""


class Order(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What a part is to bring."""

    lanes: tuple[Lane, ...] = ()
    """Lanes; all when empty."""
    starts: Mapping[Lane, Starts] = {}
    """For a lane the index at which each part up to this one begins; absent, from the last receipt."""
    entries: bool = True
    """Whether entries go along; without them the part only brings receipts back."""
    part_bytes_max: int = PART_BYTES_MAX

    def after(self, part: Bundle) -> Order:
        """Return the order of the part that follows ``part``."""
        starts = {lane.lane: (*lane.starts, lane.end) for lane in part.lanes}
        return Order(lanes=self.lanes, starts=starts, part_bytes_max=self.part_bytes_max)


def held_back(part: Bundle) -> tuple[Finding, ...]:
    """Return a finding for each lane of the last part that lacks entries: nothing may be signed in it now."""
    return tuple(
        kinds.LANE_NOT_CARRIED.at(lane.lane.value, lane=lane.lane.value)
        for lane in part.lanes
        if part.last and lane.batches == () and lane.end < lane.size
    )


def file_name(part: Bundle) -> str:
    """Return the name under which a part is handed to a courier."""
    made = rfc3339(Instant(part.made_at_ms)).replace(":", "").replace("-", "")[:15]
    return f"{part.author}-to-{part.reader}-{made}Z-{part.part:03d}{BUNDLE_ENDING}"


# --- writing -------------------------------------------------------------------------------


class _Writing:
    """One lane of the part that is being written."""

    def __init__(self, lane: Lane, log: OwnLog, *, starts: Starts, tree: CompactRange, reply: bytes | None) -> None:
        self.lane = lane
        self.log = log.origin
        self.starts = starts
        self.size = log.size
        self.tree = tree
        self.before = tuple(peak.hex() for peak in tree.peaks)
        self.reply = reply
        self.ask: bytes | None = None
        self.answers: list[bytes] = []
        self.batches: list[bytes] = []
        self.done = False

    def finished(self) -> BundleLane:
        return BundleLane(
            lane=self.lane,
            log=self.log,
            starts=self.starts,
            end=self.tree.size,
            size=self.size,
            before=self.before,
            batches=tuple(map(Raw, self.batches)),
            reply=Raw(b"null" if self.reply is None else self.reply),
            ask=Raw(b"null" if self.ask is None else self.ask),
            answers=tuple(map(Raw, self.answers)),
        )


class Export:
    """Writes one part.

    It waits for no answer: the receipts come back with the next bundle, or over the line.  Batches
    that reach the partner by both ways are the same entries, and count once.
    """

    def __init__(self, post: Post, order: Order, *, actor: str) -> None:
        """Write for ``post`` what ``order`` asks for.

        Raises:
            Malformed: a lane that is not exchanged, a limit too small, or starts of uneven parts.
        """
        self._post = post
        self._order = order
        self._actor = actor
        self._now_ms = post.now()
        self._lanes: list[_Writing] = []
        self._agreements = tuple(SignedAgreement(Raw(raw), note) for raw, note in post.signed)
        self._statements: tuple[str, ...] = ()
        self._room = order.part_bytes_max - FRAME_BYTES - len(encode(self._agreements))
        self._full = False
        _check(post, order)

    def steps(self) -> Iterator[Step]:
        """Yield the steps in order; each must be done before the next is asked for."""
        yield self._take_statements
        for lane in self._order.lanes or self._post.link.lanes:
            yield from _repeated(self._post, lane)
            yield partial(self._begin, lane)
        for writing in self._lanes:
            while not writing.done:
                yield partial(self._add, writing)
        yield self._note

    def part(self) -> bytes:
        """Return the part, when all steps are done."""
        link = self._post.link
        return bundles.make(
            author=self._post.post,
            reader=link.partner_post,
            made_at_ms=self._now_ms,
            lanes=[writing.finished() for writing in self._lanes],
            last=not self._full,
            agreements=self._agreements,
            statements=self._statements,
        )

    def _take_statements(self) -> None:
        """Take along the key statements, so that a verifier needs nothing but the file."""
        with self._post.ledger.read() as reader:
            self._statements = kept_statements(reader)
        self._room -= len(encode(self._statements))

    def _begin(self, lane: Lane) -> None:
        link = self._post.link
        with self._post.ledger.read() as reader:
            ours = link.own_log(reader, lane)
            starts = self._order.starts.get(lane, (ours.confirmed,))
            if starts[-1] > ours.size:
                raise Malformed(f"the log {ours.origin} has {ours.size} entries; there is no entry {starts[-1]}")
            writing = _Writing(
                lane,
                ours,
                starts=starts,
                tree=link.read_back(reader, lane, starts[-1]),
                reply=link.owed(reader, lane, now_ms=self._now_ms),
            )
            asked = link.recovering(reader, lane.value, now_ms=self._now_ms)
        if len(starts) == 1:
            # Once in a bundle: the parts after the first bring more entries and nothing else.
            writing.ask = None if asked is None else asked[1]
            writing.answers = courier_asks.answers_for(self._post, lane, room=self._room)
            self._room -= sum(map(len, writing.answers))
        writing.done = not self._order.entries
        self._lanes.append(writing)

    def _add(self, writing: _Writing) -> None:
        """Add the next batch of a lane, or find that it is complete, held back, or goes on in the next part."""
        if self._full:
            writing.done = True
            return
        with self._post.ledger.read() as reader:
            carried = self._post.link.carry(reader, writing.lane, before=writing.tree, now_ms=self._now_ms)
        if carried is None:
            writing.done = True
        elif len(carried.raw) > self._room:
            self._full = writing.done = True
        else:
            self._room -= len(carried.raw)
            writing.batches.append(carried.raw)
            # What waits for the partner to hold a version of the agreement waits here too.
            writing.done = carried.tree.size in (carried.size, writing.tree.size)
            writing.tree, writing.size = carried.tree, carried.size

    def _note(self) -> None:
        part = bundles.read(self.part())
        event = BundleWritten(at_ms=self._now_ms, part=part.part, entries=part.entries, contents=part.contents)
        self._post.note(event, actor=self._actor)


def _check(post: Post, order: Order) -> None:
    for lane in (*order.lanes, *order.starts):
        if lane not in post.link.lanes:
            raise Malformed(f"nothing is exchanged in the lane {lane.value}", lane=lane.value)
    if not PART_BYTES_MIN <= order.part_bytes_max <= PART_BYTES_MAX:
        raise Malformed(f"a part has from {PART_BYTES_MIN} to {PART_BYTES_MAX} bytes")
    if len({len(starts) for starts in order.starts.values()}) > 1:
        raise Malformed("the starts of all lanes name the same number of parts")


# --- reading -------------------------------------------------------------------------------


class LaneTaken(Struct, frozen=True, kw_only=True):
    """What became of one lane of a part."""

    lane: Lane
    log: str
    start: int
    end: int
    held_before: int
    """Entries of the log that were held here before."""
    held: int
    """Entries that are held now."""
    outcome: str = ""
    """How the last batch was answered; empty when there was none."""
    confirmed: int = 0
    """Entries of our own log that the partner has receipted by now."""


class Taken(Struct, frozen=True, kw_only=True):
    """What became of a part."""

    author: str
    part: int
    last: bool
    made_at_ms: int
    entries: int
    """New entries that it brought."""
    lanes: tuple[LaneTaken, ...]
    findings: tuple[dict[str, Any], ...]


class Import:
    """Takes one part in, by the very path of the line."""

    def __init__(self, post: Post, raw: bytes, *, actor: str) -> None:
        """Read ``raw``; nothing is taken in yet.

        Raises:
            TooLarge: over the limit of a part.
            Malformed: no bundle, cut short or damaged.
            EnvelopeRejected: not from the partner for us.
        """
        self._post = post
        self._actor = actor
        self.bundle = bundles.read(raw)
        bundles.check_addressed(self.bundle, author=post.link.partner_post, reader=post.post)
        self._held_before: dict[Lane, int] = {}
        self._outcomes: dict[Lane, Outcome] = {}
        self.findings: list[Finding] = []

    def steps(self) -> Iterator[Step]:
        """Yield the steps in order; each must be done before the next is asked for."""
        lanes = [lane for lane in self.bundle.lanes if lane.lane in self._post.link.lanes]
        for lane in lanes:
            yield partial(self._begin, lane)
            for batch in lane.batches:
                # What comes after a batch that was not taken cannot be taken either.
                if self._outcomes.get(lane.lane, Outcome.RECEIVED) is Outcome.RECEIVED:
                    yield partial(self._take, lane, bytes(batch))
        for lane in lanes:
            if bytes(lane.reply) != b"null":
                yield partial(self._accept, lane)
            yield from (partial(self._hear, lane, bytes(answer)) for answer in lane.answers)
            yield from _repeated(self._post, lane.lane)
            if bytes(lane.ask) != b"null":
                yield partial(self._answer, lane)
        yield self._note

    def taken(self) -> Taken:
        """Return what became of the part, when all steps are done."""
        lanes = tuple(self._lane_taken(lane) for lane in self.bundle.lanes if lane.lane in self._held_before)
        found = [*self.findings]
        if not self.bundle.last:
            found.append(kinds.MORE_PARTS.at(part=self.bundle.part))
        return Taken(
            author=self.bundle.author,
            part=self.bundle.part,
            last=self.bundle.last,
            made_at_ms=self.bundle.made_at_ms,
            entries=sum(lane.held - lane.held_before for lane in lanes),
            lanes=lanes,
            findings=tuple(finding.to_wire() for finding in found),
        )

    def _begin(self, lane: BundleLane) -> None:
        self._held_before[lane.lane] = self._held(lane)

    def _take(self, lane: BundleLane, batch: bytes) -> None:
        reply = decode_reply(self._post.receive(lane.lane.value, batch, Carrier.COURIER))
        self._outcomes[lane.lane] = reply.outcome
        if reply.outcome is Outcome.GAP:
            self.findings.append(self._missing(lane))
        elif reply.outcome is not Outcome.RECEIVED:
            self._refuse(lane, reply.message or reply.code, outcome=reply.outcome)

    def _refuse(self, lane: BundleLane, why: str, *, outcome: Outcome = Outcome.REJECTED) -> None:
        told = {"lane": lane.lane.value, "outcome": outcome.value, "why": why}
        self.findings.append(kinds.LANE_NOT_TAKEN.at(lane.lane.value, **told))

    def _missing(self, lane: BundleLane) -> Finding:
        held = self._held(lane)
        part = bundles.needed_before(lane, held)
        place = {"lane": lane.lane.value, "held": held, "start": lane.start}
        return (
            kinds.NEEDS_PART.at(lane.lane.value, part=part, **place)
            if part
            else kinds.NEEDS_EARLIER.at(lane.lane.value, **place)
        )

    def _accept(self, lane: BundleLane) -> None:
        try:
            self._post.accept_receipt(lane.lane, bytes(lane.reply), Carrier.COURIER)
        except (BadInput, EnvelopeRejected) as error:
            self.findings.append(kinds.RECEIPT_NOT_TAKEN.at(lane.lane.value, lane=lane.lane.value, why=error.message))

    def _hear(self, lane: BundleLane, answer: bytes) -> None:
        try:
            courier_asks.take_answer(self._post, lane.lane, answer)
        except (BadInput, EnvelopeRejected) as error:
            self._refuse(lane, error.message)

    def _answer(self, lane: BundleLane) -> None:
        try:
            courier_asks.take_ask(self._post, lane.lane, bytes(lane.ask))
        except (BadInput, EnvelopeRejected) as error:
            self._refuse(lane, error.message)
        else:
            self.findings.append(kinds.ANSWER_AWAITED.at(lane.lane.value, lane=lane.lane.value))

    def _note(self) -> None:
        taken, part = self.taken(), self.bundle
        event = BundleTakenIn(
            at_ms=self._post.now(),
            part=part.part,
            entries=taken.entries,
            contents=part.contents,
            made_at_ms=part.made_at_ms,
        )
        self._post.note(event, actor=self._actor)

    def _held(self, lane: BundleLane) -> int:
        """Return how many entries of the very log that the part is about are held."""
        with self._post.ledger.read() as reader:
            return reader.mirror_size(log_key(lane.lane, _epoch(lane.log)))

    def _lane_taken(self, lane: BundleLane) -> LaneTaken:
        with self._post.ledger.read() as reader:
            confirmed = self._post.link.own_log(reader, lane.lane).confirmed
        held = self._held(lane)
        outcome = self._outcomes.get(lane.lane)
        return LaneTaken(
            lane=lane.lane,
            log=lane.log,
            start=lane.start,
            end=lane.end,
            held_before=self._held_before[lane.lane],
            held=held,
            outcome="" if outcome is None else outcome.value,
            confirmed=confirmed,
        )


def _epoch(log: str) -> int:
    """Return the epoch that a log's name claims; the first when it is none, of which nothing is taken then."""
    try:
        return Origin.parse(log).epoch
    except EnvelopeRejected:
        return FIRST_EPOCH


def _repeated(post: Post, lane: Lane) -> Iterator[Step]:
    """Yield the steps that say again, in a new epoch, what the partner does not hold."""
    going = True

    def step() -> None:
        nonlocal going
        going = post.repeat(lane)

    while going:
        yield step
