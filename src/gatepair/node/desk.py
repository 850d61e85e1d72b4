"""The desk of the exchange: what people see of it, and the few things that they decide about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from gatepair.node import exchange_view as view
from gatepair.node import lane_desk, parking
from gatepair.node.exchange_view import ExchangeShown, MessageShown, Overdue, Quarantined
from gatepair.node.lane_desk import UnfreezeRequest

if TYPE_CHECKING:
    from gatepair.node.parking import Parked
    from gatepair.node.post import Post
    from gatepair.node.recording import Recorder
    from gatepair.node.requests import Actor

T = TypeVar("T")
Cursor = tuple[int, str]
"""Where a list ordered by time goes on: the instant and the key of the row before."""


class Transact(Protocol):
    """Runs work in one transaction of a post, in its writer's thread."""

    def __call__(self, act: Callable[[Recorder], T], /) -> T:
        """Return what ``act`` returns, durably."""
        ...


class Desk:
    """The desk of one post; what writes belongs to the writer's thread."""

    def __init__(self, post: Post, transact: Transact) -> None:
        """Show and steer the exchange of ``post``."""
        self._post = post
        self._transact = transact

    # --- any thread -----------------------------------------------------------------------

    def overview(self) -> ExchangeShown:
        """Return the exchange as a whole."""
        with self._post.ledger.read() as reader:
            return view.overview(self._post, reader)

    def messages(self, lane: str, *, epoch: int, after: int, limit: int) -> list[MessageShown]:
        """Return messages of ours and their rungs. Raises NotFound."""
        which = lane_desk.lane_of(self._post, lane)
        with self._post.ledger.read() as reader:
            return view.messages(self._post, reader, which, epoch=epoch, after=after, limit=limit)

    def evidence(self, lane: str, number: int) -> dict[str, Any]:
        """Return one piece of evidence of a contradiction. Raises NotFound."""
        which = lane_desk.lane_of(self._post, lane)
        with self._post.ledger.read() as reader:
            return view.evidence(reader, which, number)

    def quarantine(self, after: Cursor | None, limit: int) -> list[Quarantined]:
        """Return the partner's entries without effect, the oldest first."""
        with self._post.ledger.read() as reader:
            return view.quarantine(reader, after=after, limit=limit)

    def overdue(self, after: Cursor | None, limit: int) -> list[Overdue]:
        """Return messages of ours whose outcome should have come."""
        with self._post.ledger.read() as reader:
            return view.overdue(self._post, reader, after=after, limit=limit)

    def parked(self) -> list[Parked]:
        """Return where the partner's entries stand that wait for acts to be given again."""
        with self._post.ledger.read() as reader:
            return parking.listed(reader)

    def signals(self) -> dict[str, Any]:
        """Return what followers are told of the lanes when it changes."""
        with self._post.ledger.read() as reader:
            return view.signals(self._post, reader)

    # --- writer's thread ------------------------------------------------------------------

    def freeze(self, lane: str, *, actor: Actor, reason: str) -> None:
        """Stop a lane both ways. Raises NotFound, Refused."""
        self._transact(lambda recorder: lane_desk.freeze(self._post, recorder, lane, actor=actor, reason=reason))

    def ask_unfreeze(self, lane: str, *, actor: Actor, reason: str) -> UnfreezeRequest:
        """Ask that a lane goes on. Raises NotFound, Refused."""
        return self._transact(
            lambda recorder: lane_desk.ask_unfreeze(self._post, recorder, lane, actor=actor, reason=reason)
        )

    def confirm_unfreeze(self, lane: str, *, actor: Actor, asked_at_ms: int) -> None:
        """Let a lane go on, as another person asked. Raises NotFound, Refused."""
        self._transact(
            lambda recorder: lane_desk.confirm_unfreeze(
                self._post, recorder, lane, actor=actor, asked_at_ms=asked_at_ms
            )
        )
