"""What the kit hears: the post's logs as the kit mirrors them, and how it answers, honestly or not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from gatepair.base.canonical import encode
from gatepair.base.errors import BadInput, EnvelopeRejected, ScenarioFailed
from gatepair.base.merkle import CompactRange
from gatepair.base.time import SECOND_MS, Clock
from gatepair.conformance.door import Request, Response
from gatepair.conformance.trial import Trial
from gatepair.exchange import asking, clock
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Terms
from gatepair.exchange.calls import Ask, Call, check_ask, hand_back
from gatepair.exchange.calls import Held as Shown
from gatepair.exchange.checkpoint import FIRST_EPOCH, Origin
from gatepair.exchange.envelope import Opened
from gatepair.exchange.fence import Fence, sign_fence
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.messages import Lane
from gatepair.exchange.receiver import Bench, Closed, Contradicted, Gap, Judged, Mirror, Rejected, Taken, judge
from gatepair.exchange.wire import HTTP_STATUS, PROTOCOL, Batch, Outcome, Reply, decode_batch, encode_reply, rejected

BATCH_TYPE: Final = "application/vnd.gatepair.batch+json"
REPLY_TYPE: Final = "application/vnd.gatepair.reply+json"
RETURNED_TYPE: Final = "application/vnd.gatepair.returned+json"
STATE_PATH: Final = "/x/1/state"


@dataclass(slots=True)
class Held:
    """The kit's mirror of the post's log in one lane."""

    mirror: Mirror
    entries: list[Judged] = field(default_factory=list)
    """Of the epoch in which the mirror stands."""
    earlier: list[Judged] = field(default_factory=list)
    """Of the epochs before it."""

    @property
    def size(self) -> int:
        """Return how many entries are held."""
        return len(self.entries)

    @property
    def all(self) -> tuple[Judged, ...]:
        """Return the entries of every epoch, in order."""
        return (*self.earlier, *self.entries)

    def tree_at(self, size: int) -> CompactRange:
        """Return the tree of the first ``size`` entries."""
        return CompactRange.over(entry.leaf for entry in self.entries[:size])

    def take(self, taken: Taken) -> None:
        """Keep what was taken; with a later epoch the one before is over."""
        if taken.mirror.origin != self.mirror.origin:
            self.earlier += self.entries
            self.entries = []
        self.mirror = taken.mirror
        self.entries += taken.new

    def close(self, epoch: int) -> Fence:
        """Take nothing more for epochs up to ``epoch``, and return the fence."""
        self.mirror = replace(self.mirror, closed=max(epoch, self.mirror.closed))
        return Fence(self.mirror.closed, self.mirror.stand)


@dataclass(frozen=True, slots=True)
class Heard:
    """One batch that came in: when, what it said, and what an honest reader makes of it."""

    lane: str
    at_ms: int
    raw: bytes
    batch: Batch | None
    fault: str
    """What is wrong with it; empty when nothing is."""

    @property
    def start(self) -> int:
        """Return the index of its first entry."""
        return -1 if self.batch is None else self.batch.start

    @property
    def count(self) -> int:
        """Return how many entries it holds."""
        return 0 if self.batch is None else len(self.batch.entries)


@dataclass(frozen=True, slots=True)
class _Row:
    """An entry of the post as it is handed back."""

    index: int
    header: bytes
    body: bytes | None
    leaf: bytes


Behaviour = Callable[[Heard], Response]


class Ear:
    """Takes in what the post sends; honest until a scenario gives a lane another behaviour."""

    def __init__(self, trial: Trial, time: Clock, own_size: Callable[[Lane], int]) -> None:
        """Hear the post of ``trial``; ``own_size`` gives the length of the kit's own log in a lane."""
        self._trial = trial
        self._clock = time
        self._own_size = own_size
        self._terms = Terms.of(trial.agreement)
        self._ring = KeyRing.of((trial.agreement,))
        self._changed = asyncio.Condition()
        self.held = {lane: Held(Mirror(self._origin(lane), CompactRange())) for lane in Lane}
        self.heard: list[Heard] = []
        self.asked: list[tuple[Lane, Ask]] = []
        self.probes: list[int] = []
        self.behaviours: dict[str, Behaviour] = {}
        """How a lane is answered instead of honestly."""
        self._scripts: dict[str, list[Behaviour]] = {}
        self.mirror_key = "mirror"
        """Which of the trial's keys signs receipts."""
        self.clock_ahead_ms = 0
        """How far the kit's clock is ahead when it cosigns and answers probes."""

    def _origin(self, lane: Lane) -> Origin:
        return self._trial.agreement.origin(self._trial.node.post, lane, FIRST_EPOCH)

    # --- answering ------------------------------------------------------------------------

    async def answer(self, request: Request) -> Response:
        """Answer one request of the post."""
        parts = request.path.partition("?")[0].split("/")
        call = parts[4] if request.method == "POST" and len(parts) == 5 and parts[1:3] == ["x", "1"] else ""
        if call == Call.ENTRIES:
            response = self._entries(parts[3], request.body)
        elif call in (Call.FENCE, Call.RETURN) and parts[3] in set(Lane):
            response = self._asked_for(Lane(parts[3]), Call(call), request.body)
        elif (request.method, request.path) == ("GET", STATE_PATH):
            response = self._state(request.headers.get(asking.HEADER, ""))
        elif (request.method, request.path) == (clock.METHOD, clock.PATH):
            response = self._probe(request.headers.get(asking.HEADER, ""))
        else:
            response = Response(404, "text/plain", b"the kit does not serve this\n")
        async with self._changed:
            self._changed.notify_all()
        return response

    def _entries(self, lane: str, raw: bytes) -> Response:
        heard = self._judged(lane, raw)
        self.heard.append(heard)
        script = self._scripts.get(lane)
        if script and heard.count:
            return script.pop(0)(heard)
        return self.behaviours.get(lane, self.honest)(heard)

    def script(self, lane: Lane, behaviours: Sequence[Behaviour]) -> None:
        """Answer the next batches of ``lane`` that hold entries by ``behaviours`` in turn, and honestly after them."""
        self._scripts[lane.value] = list(behaviours)

    def _judged(self, lane: str, raw: bytes) -> Heard:
        at_ms = self._clock.now()
        try:
            batch = decode_batch(raw)
        except BadInput as error:
            return Heard(lane, at_ms, raw, None, error.message)
        if lane not in set(Lane):
            return Heard(lane, at_ms, raw, batch, f"there is no lane {lane[:16]}")
        return Heard(lane, at_ms, raw, batch, "")

    def honest(self, heard: Heard) -> Response:
        """Mirror what was heard and receipt it, as the specification asks of a reader."""
        if heard.batch is None or heard.fault:
            return self.reply(heard, Outcome.REJECTED, code="malformed")
        held = self.held[Lane(heard.lane)]
        bench = Bench(self._ring, (self._terms,), held.tree_at)
        found = judge(heard.batch, held.mirror, bench)
        match found:
            case Taken():
                held.take(found)
                return self.reply(heard, Outcome.RECEIVED, note=self.receipt(held.mirror.checkpoint))
            case Gap():
                return self.reply(heard, Outcome.GAP, held=held.mirror.checkpoint)
            case Closed():
                return self.close(heard)
            case Rejected(code=code, message=message):
                self._blame(heard, message)
                return self.reply(heard, Outcome.REJECTED, code=code)
            case Contradicted(message=message):
                self._blame(heard, message)
                return self.reply(heard, Outcome.CONTRADICTION)

    def close(self, heard: Heard, *, key: str = "") -> Response:
        """Close the epoch of what was heard, and say so by a fence note; ``key`` may be a wrong one on purpose."""
        batch = heard.batch
        epoch = FIRST_EPOCH if batch is None else Origin.parse(batch.origin).epoch
        held = self.held[Lane(heard.lane)]
        # A note by a wrong key says nothing, and closes nothing.
        fence = Fence(epoch, held.mirror.stand) if key else held.close(epoch)
        return self.reply(heard, Outcome.CLOSED, note=self._fence_note(fence, key=key))

    def _fence_note(self, fence: Fence, *, key: str = "") -> str:
        signer, at_s = self._trial.keys[key or self.mirror_key], self._clock.now() // SECOND_MS
        return sign_fence(fence, self._trial.kit, key=signer, at_s=at_s)

    def _asked_for(self, lane: Lane, call: Call, raw: bytes) -> Response:
        """Close an epoch of the post's log, or hand back entries of it, as it asks."""
        try:
            asked = check_ask(raw, call, asker=self._trial.node)
            log = Origin.parse(asked.origin)
        except (BadInput, EnvelopeRejected) as error:
            return Response(400, REPLY_TYPE, rejected(error.code, error.message))
        if log.key_name != self._origin(lane).key_name:
            return Response(400, REPLY_TYPE, rejected(EnvelopeRejected.code, "the ask is about another log"))
        held = self.held[lane]
        self.asked.append((lane, asked))
        if call is Call.FENCE:
            note = self._fence_note(held.close(log.epoch))
            reply = Reply(
                v=PROTOCOL,
                outcome=Outcome.FENCED,
                epoch=held.mirror.origin.epoch,
                next=held.size,
                size=self._own_size(lane),
                note=note,
                held=held.mirror.checkpoint,
            )
            return Response(HTTP_STATUS[Outcome.FENCED], REPLY_TYPE, encode_reply(reply))
        stands = log == held.mirror.origin
        rows = [_Row(entry.index, entry.header, entry.body, entry.leaf) for entry in held.entries] if stands else []
        shown = Shown(log, len(rows), held.mirror.checkpoint if rows else "")
        returned = hand_back(rows[asked.start :], shown, start=asked.start, key=self._trial.keys["log"])
        return Response(200, RETURNED_TYPE, returned)

    def _blame(self, heard: Heard, message: str) -> None:
        self.heard[-1] = Heard(heard.lane, heard.at_ms, heard.raw, heard.batch, message)

    def reply(
        self,
        heard: Heard,
        outcome: Outcome,
        *,
        note: str = "",
        held: str = "",
        code: str = "",
        wanted: int | None = None,
    ) -> Response:
        """Return a reply to ``heard`` as it is sent."""
        lane = Lane(heard.lane) if heard.lane in set(Lane) else None
        size = 0 if lane is None else self.held[lane].size
        own = 0 if lane is None else self._own_size(lane)
        wanted = size if wanted is None else wanted
        epoch = FIRST_EPOCH if lane is None else self.held[lane].mirror.origin.epoch
        made = Reply(v=PROTOCOL, outcome=outcome, epoch=epoch, next=wanted, size=own, note=note, held=held, code=code)
        return Response(HTTP_STATUS[outcome], REPLY_TYPE, encode_reply(made))

    def receipt(self, checkpoint: str, *, key: str = "") -> str:
        """Return the kit's receipt over the post's signed ``checkpoint``; ``key`` may be a wrong one on purpose."""
        signed = notes.parse(checkpoint)
        name, signer = self._trial.kit.mirror_name, self._trial.keys[key or self.mirror_key]
        at_s = (self._clock.now() + self.clock_ahead_ms) // SECOND_MS
        line = notes.cosign(signed.text, name=name, key=signer, at_s=at_s)
        return signed.plus(line).to_text()

    def cosigned(self, lane: Lane) -> str:
        """Return the kit's fresh cosignature over what it holds of the post's log; empty when it holds nothing."""
        checkpoint = self.held[lane].mirror.checkpoint
        return self.receipt(checkpoint) if checkpoint else ""

    def _state(self, header: str) -> Response:
        try:
            self._asked(header, "GET", STATE_PATH)
        except EnvelopeRejected as error:
            return Response(401, "text/plain", error.message.encode())
        agreement = self._terms.agreement
        shown = {
            "agreement": {"hash": self._terms.hash_hex, "id": agreement.id, "version": agreement.version},
            "clock_ms": self._clock.now() + self.clock_ahead_ms,
            "lanes": [self._lane_state(lane) for lane in agreement.lanes],
            "messages": [message.kind for message in agreement.messages],
            "mode": agreement.mode.value,
            "post": self._trial.kit.post,
            "protocol": PROTOCOL,
        }
        return Response(200, "application/json", encode(shown))

    def _lane_state(self, lane: Lane) -> dict[str, Any]:
        held = self.held[lane]
        return {
            "epoch": FIRST_EPOCH,
            "lane": lane.value,
            "mirror_checkpoint": held.mirror.checkpoint,
            "mirror_epoch": held.mirror.origin.epoch,
            "mirror_root": held.mirror.tree.root().hex(),
            "mirror_size": held.size,
            "size": self._own_size(lane),
        }

    def _asked(self, header: str, method: str, path: str) -> asking.Asked:
        kit, node = self._trial.kit, self._trial.node
        verifier = asking.request_verifier(node.side, node.post, node.log_key)
        return asking.check_request(header, method=method, path=path, answerer=kit.post, verifier=verifier)

    def _probe(self, header: str) -> Response:
        received_ms = self._clock.now() + self.clock_ahead_ms
        kit = self._trial.kit
        try:
            asked = self._asked(header, clock.METHOD, clock.PATH)
        except EnvelopeRejected as error:
            return Response(401, "text/plain", error.message.encode())
        self.probes.append(received_ms)
        text = clock.signed_answer(
            asked,
            received_ms=received_ms,
            answered_ms=self._clock.now() + self.clock_ahead_ms,
            name=asking.request_name(kit.side, kit.post),
            key=self._trial.keys["log"],
        )
        return Response(200, "text/plain; charset=utf-8", text.encode())

    # --- waiting --------------------------------------------------------------------------

    async def until(self, happened: Callable[[], bool], *, within_s: float, what: str) -> None:
        """Wait until ``happened``. Raises ScenarioFailed when it does not within ``within_s``."""
        try:
            async with asyncio.timeout(within_s), self._changed:
                await self._changed.wait_for(happened)
        except TimeoutError as error:
            raise ScenarioFailed(f"the kit waited {within_s:.0f} s for {what}") from error

    # --- what it amounts to ---------------------------------------------------------------

    def opened(self) -> list[Opened]:
        """Return every entry of the post that could be opened, by lane and index."""
        return [entry.opened for held in self.held.values() for entry in held.all if entry.opened is not None]

    def answers_to(self, leaf: bytes) -> list[Opened]:
        """Return the outcomes of the post that name the kit's entry with ``leaf``."""
        return [
            entry
            for entry in self.opened()
            if entry.type.startswith("outcome/") and any(reference.leaf == leaf.hex() for reference in entry.re)
        ]
