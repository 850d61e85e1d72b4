"""A line within one process: for tests and for two posts in one program."""

from __future__ import annotations

from collections.abc import Callable

from gatepair.base.errors import PartnerUnreachable
from gatepair.exchange.calls import Call


class LocalPeerTransport:
    """A :class:`gatepair.node.ports.PeerTransport` that calls the partner directly."""

    def __init__(
        self,
        serve: Callable[[str, Call, bytes], bytes],
        hand_over: Callable[[str, bytes], tuple[Call, bytes] | None],
        *,
        state: Callable[[str], bytes],
        probe: Callable[[str], bytes],
        attachment: Callable[[str, str], bytes],
        disclose: Callable[[bytes, str], bytes],
    ) -> None:
        """Hand calls to ``serve``, asks for the next one to ``hand_over``, proofs of who asks to all others."""
        self._serve = serve
        self._hand_over = hand_over
        self._state = state
        self._probe = probe
        self._attachment = attachment
        self._disclose = disclose
        self.cut = False
        """While true the line is down."""

    async def send(self, lane: str, call: Call, raw: bytes) -> bytes:
        """Hand over ``raw``. Raises PartnerUnreachable while cut."""
        self._check()
        return self._serve(lane, call, raw)

    async def fetch(self, lane: str, ask: bytes) -> tuple[Call, bytes] | None:
        """Return what the partner would send us. Raises PartnerUnreachable while cut."""
        self._check()
        return self._hand_over(lane, ask)

    async def state(self, proof: str) -> bytes:
        """Return the partner's state. Raises PartnerUnreachable while cut."""
        self._check()
        return self._state(proof)

    async def probe(self, proof: str) -> bytes:
        """Return the partner's answer to a clock probe. Raises PartnerUnreachable while cut."""
        self._check()
        return self._probe(proof)

    async def attachment(self, digest: str, proof: str) -> bytes:
        """Return what the partner gives for ``digest``. Raises PartnerUnreachable while cut."""
        self._check()
        return self._attachment(digest, proof)

    async def disclose(self, raw: bytes, proof: str) -> bytes:
        """Bring the disclosure ``raw`` over and return the answer. Raises PartnerUnreachable while cut."""
        self._check()
        return self._disclose(raw, proof)

    async def close(self) -> None:
        """Cut the line for good."""
        self.cut = True

    def _check(self) -> None:
        if self.cut:
            raise PartnerUnreachable("the line is cut")
