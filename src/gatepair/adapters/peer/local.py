"""A line within one process: for tests and for two posts in one program."""

from __future__ import annotations

from collections.abc import Callable

from gatepair.base.errors import PartnerUnreachable


class LocalPeerTransport:
    """A :class:`gatepair.node.ports.PeerTransport` that calls the partner directly."""

    def __init__(
        self,
        receive: Callable[[str, bytes], bytes],
        state: Callable[[str], bytes],
        probe: Callable[[str], bytes],
    ) -> None:
        """Hand batches to ``receive``, proofs of who asks to ``state`` and ``probe``."""
        self._receive = receive
        self._state = state
        self._probe = probe
        self.cut = False
        """While true the line is down."""

    async def send(self, lane: str, batch: bytes) -> bytes:
        """Hand over ``batch``. Raises PartnerUnreachable while cut."""
        self._check()
        return self._receive(lane, batch)

    async def state(self, proof: str) -> bytes:
        """Return the partner's state. Raises PartnerUnreachable while cut."""
        self._check()
        return self._state(proof)

    async def probe(self, proof: str) -> bytes:
        """Return the partner's answer to a clock probe. Raises PartnerUnreachable while cut."""
        self._check()
        return self._probe(proof)

    async def close(self) -> None:
        """Cut the line for good."""
        self.cut = True

    def _check(self) -> None:
        if self.cut:
            raise PartnerUnreachable("the line is cut")
