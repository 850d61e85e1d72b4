"""As much of a post as couriers ask for: the product's own steps over a simulated disk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from exchange.sim.disk import Crash, Disk
from gatepair.exchange.envelope import Opened
from gatepair.node.courier import Export, Import, Order
from gatepair.node.link import Link
from gatepair.node.link_setting import Carrier
from gatepair.node.ports import Unit
from gatepair.node.post import Post

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Recording:
    unit: Unit


class Hands:
    """Stands in the place of :class:`gatepair.node.post.Post` for what people carry."""

    signed: tuple[tuple[bytes, str], ...] = ()
    """Agreements that bundles take along: none here."""
    accept_receipt = Post.accept_receipt
    answered = Post.answered
    repeat = Post.repeat
    serve = Post.serve
    transact = Post.transact

    def __init__(
        self, post: str, link: Link, disk: Disk, *, now_ms: int, deliver: Callable[[Unit, Opened], None]
    ) -> None:
        self.post = post
        self.link = link
        self.ledger = disk
        self.on_commit: Callable[[], None] = lambda: None
        self._now_ms = now_ms
        self._deliver = deliver

    def now(self) -> int:
        return self._now_ms

    def note(self, *_: object, **__: object) -> None:
        """Keep no audit: nobody reads one here."""

    def receive(self, lane: str, batch: bytes, carrier: Carrier = Carrier.LINE) -> bytes:
        """Mirror a batch with its effects."""
        return self._transact(
            lambda recorder: self.link.receive(
                recorder.unit, lane, batch, now_ms=self._now_ms, deliver=self._deliver, carrier=carrier
            )
        )

    def export(self) -> bytes:
        """Return a bundle of all that waits."""
        work = Export(cast("Post", self), Order(), actor="courier")
        for step in work.steps():
            step()
        return work.part()

    def take_in(self, raw: bytes) -> None:
        """Take in a bundle that a courier brought."""
        for step in Import(cast("Post", self), raw, actor="courier").steps():
            step()

    def _transact(self, run: Callable[[Any], T]) -> T:
        try:
            with self.ledger.begin() as unit:
                result = run(_Recording(unit))
        except Crash:
            self.on_commit()
            raise
        self.on_commit()
        return result
