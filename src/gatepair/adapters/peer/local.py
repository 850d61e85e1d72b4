"""A line within one process: for tests and for two posts in one program."""

from __future__ import annotations

from collections.abc import Callable

from gatepair.base.errors import PartnerUnreachable


class LocalPeerTransport:
    """A :class:`gatepair.node.ports.PeerTransport` that calls the partner directly."""

    def __init__(self, receive: Callable[[str, bytes], bytes], state: Callable[[], bytes]) -> None:
        """Hand batches to ``receive`` and ask ``state``."""
        self._receive = receive
        self._state = state
        self.cut = False
        """While true the line is down."""

    async def send(self, lane: str, batch: bytes) -> bytes:
        """Hand over ``batch``. Raises PartnerUnreachable while cut."""
        self._check()
        return self._receive(lane, batch)

    async def state(self) -> bytes:
        """Return the partner's state. Raises PartnerUnreachable while cut."""
        self._check()
        return self._state()

    async def close(self) -> None:
        """Cut the line for good."""
        self.cut = True

    def _check(self) -> None:
        if self.cut:
            raise PartnerUnreachable("the line is cut")
