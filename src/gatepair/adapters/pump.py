"""Pushing our logs to the partner: each lane batch by batch, until its receipt covers what waits.

On its own clock a post pushes its lanes beside one another: a long backlog of one must not delay
"stop that truck" in another.  One batch is in flight per lane.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final, Protocol, TypeVar

from gatepair.adapters.peer.wire import STATE_PATH
from gatepair.base.errors import BadInput, EnvelopeRejected, GatepairError, PartnerUnreachable
from gatepair.base.time import MINUTE_MS
from gatepair.exchange.attachments import PATH, check_content
from gatepair.exchange.calls import Call
from gatepair.exchange.disclosure import PATH as DISCLOSURE_PATH
from gatepair.exchange.messages import Lane
from gatepair.exchange.wire import BATCH_ENTRIES_MAX
from gatepair.node import disclosing
from gatepair.node.ports import PeerTransport
from gatepair.node.post import Post

T = TypeVar("T")

DISCLOSURES_MAX: Final = 100
"""Most disclosures given in one push; what is left goes with the next one."""
DISCLOSURE_PAUSE_MS: Final = MINUTE_MS
"""How long no disclosure is given after one was not taken: an older release of the partner takes none."""
BATCHES_MAX: Final = 4_000
"""Most batches of one lane in one push: a million entries; what is left goes with the next one."""

_log = logging.getLogger("gatepair.pump")


class Submit(Protocol):
    """Runs a job in the writer's thread (``Runtime.submit``)."""

    def __call__(self, job: Callable[[], T], /) -> Awaitable[T]:
        """Return the awaitable result of ``job``."""
        ...


class LinkPump:
    """The sending end of the line. ``submit`` is set when the runtime is there."""

    def __init__(
        self,
        post: Post,
        transport: PeerTransport,
        *,
        batch_entries: int = BATCH_ENTRIES_MAX,
        fetches: bool = False,
    ) -> None:
        """Push what ``post`` has waiting over ``transport``, at most ``batch_entries`` in one batch.

        With ``fetches`` what the partner has waiting is fetched too, because it cannot reach us.
        """
        self._batch_entries = batch_entries
        self._post = post
        self._transport = transport
        self._fetches = fetches
        self._cut = False
        self._compared = False
        self._asked_back: set[Lane] = set()
        self._disclose_from_ms = 0
        self._owed: dict[Lane, tuple[Call, bytes]] = {}
        self.submit: Submit | None = None

    @property
    def is_cut(self) -> bool:
        """Tell whether the line is cut in a drill; then nothing is taken in either."""
        return self._cut

    def cut(self, *, cut: bool) -> None:
        """Cut or mend the line in a drill."""
        self._cut = cut

    async def flush(self) -> dict[str, Any]:
        """Push all lanes once, one after the other, so that what a drill does depends on its steps alone."""
        lanes: dict[str, Any] = {}
        for lane in self.lanes:
            if self._cut:
                return {"lanes": lanes, "reachable": False}
            try:
                lanes[lane.value] = await self._exchange(lane)
            except PartnerUnreachable:
                return {"lanes": lanes, "reachable": False}
            except GatepairError as error:
                _log.error("lane %s: %s", lane.value, error.message)
        return {"lanes": lanes, "reachable": not self._cut}

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """Return the lanes that are pushed, the urgent one first."""
        return self._post.link.lanes

    async def flush_lane(self, lane: Lane) -> bool:
        """Push ``lane`` once, whatever the others do; tells whether all that was sent got a good answer.

        A partner that cannot be reached is no error: its silence is measured (clause 10).
        """
        if self._cut:
            return False
        try:
            await self._exchange(lane)
        except PartnerUnreachable:
            return False
        except GatepairError as error:
            _log.error("lane %s: %s", lane.value, error.message)
            return False
        return True

    async def probe(self) -> None:
        """Compare our clock with the partner's; no answer is no error, and leaves what was known."""
        if self._cut:
            return
        link = self._post.link
        asked, proof = link.probe(now_ms=self._post.now())
        try:
            answer = await self._transport.probe(proof)
            link.compare_clocks(asked, answer, back_ms=self._post.now())
        except PartnerUnreachable:
            return
        except EnvelopeRejected as error:
            _log.error("clock probe: %s", error.message)

    async def _exchange(self, lane: Lane) -> dict[str, int]:
        """Push ``lane``, fetch when so set or restored, and compare states whenever the partner has come into reach."""
        try:
            pushed = await self._push(lane)
            if self._fetches or await self._asks_back(lane):
                await self._fetch(lane)
            if not self._compared:
                self._compared = True
                await self._compare()
            if lane is self.lanes[0]:
                await self._disclose()
        except PartnerUnreachable:
            self._compared = False
            self._asked_back.clear()
            raise
        return pushed

    async def _asks_back(self, lane: Lane) -> bool:
        """Tell whether to fetch now what a restore took from us: once, whenever the partner has come into reach.

        By itself the partner finds out at its next heartbeat only, since it holds all that as receipted.
        """
        if lane in self._asked_back or not await self._submitted(partial(self._post.lacks, lane)):
            return False
        self._asked_back.add(lane)
        return True

    async def attachment(self, digest: str) -> bytes:
        """Return an attachment that the partner told us of, verified.

        Raises:
            PartnerUnreachable: no answer came, the partner has none for us, or what came is something else.
        """
        if self._cut:
            raise PartnerUnreachable("the line is cut in a drill")
        proof = self._post.link.ask("GET", PATH.format(sha256=digest), now_ms=self._post.now())
        content = await self._transport.attachment(digest, proof)
        try:
            check_content(digest, content)
        except EnvelopeRejected as error:
            raise PartnerUnreachable(f"the partner gave another attachment: {error.message}") from error
        return content

    async def _disclose(self) -> None:
        """Give what is to be disclosed; what is not taken is tried again later and holds up no batch."""
        now_ms = self._post.now()
        if now_ms < self._disclose_from_ms:
            return
        for _ in range(DISCLOSURES_MAX):
            due = await self._submitted(partial(disclosing.due, self._post))
            if due is None or self._cut:
                return
            waiting, raw = due
            proof = self._post.link.ask("POST", DISCLOSURE_PATH, now_ms=now_ms)
            try:
                answer = await self._transport.disclose(raw, proof)
                after = await self._submitted(partial(disclosing.answered, self._post, waiting, raw, answer=answer))
            except (PartnerUnreachable, BadInput, EnvelopeRejected) as error:
                _log.warning("a disclosure waits: %s", error.message)
                after = waiting
            if after.waits:
                self._disclose_from_ms = now_ms + DISCLOSURE_PAUSE_MS
                return

    async def _compare(self) -> None:
        """Compare states; a partner that takes our entries and shows no state is in reach all the same."""
        proof = self._post.link.ask("GET", STATE_PATH, now_ms=self._post.now())
        try:
            state = await self._transport.state(proof)
        except PartnerUnreachable:
            self._compared = False
            return
        for lane in await self._submitted(partial(self._post.compare, state)):
            _log.warning("lane %s: the partner holds more of our log than we do; it recovers", lane)

    async def _push(self, lane: Lane) -> dict[str, int]:
        """Call at the partner what there is to call in ``lane``, and take each answer."""
        calls = 0
        while await self._submitted(partial(self._post.repeat, lane)):
            pass
        for _ in range(BATCHES_MAX):
            asked = await self._submitted(partial(self._post.call, lane, limit=self._batch_entries))
            if asked is None or self._cut:
                break
            answer = await self._transport.send(lane.value, *asked)
            calls += 1
            if not await self._submitted(partial(self._post.answered, lane, asked[0], answer)):
                break
            while await self._submitted(partial(self._post.repeat, lane)):
                pass
        return {"calls": calls}

    async def _fetch(self, lane: Lane) -> None:
        """Fetch and answer what the partner would call at us in ``lane``, until nothing waits there."""
        for _ in range(BATCHES_MAX):
            ask = await self._submitted(partial(self._post.fetching, lane, self._owed.pop(lane, None)))
            handed = await self._transport.fetch(lane.value, ask)
            if handed is None or self._cut:
                break
            self._owed[lane] = (handed[0], await self._submitted(partial(self._post.serve, lane.value, *handed)))

    async def _submitted(self, job: Callable[[], T]) -> T:
        if self.submit is None:
            raise PartnerUnreachable("the node is not running yet")
        return await self.submit(job)
