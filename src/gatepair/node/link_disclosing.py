"""Disclosures that go over the line: which ones wait, and what the partner answered.

What is kept is where a disclosure stands and which sections it shows, never what they hold: their values
go when their time is over, and what was not sent by then cannot be sent any more.
"""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from gatepair.base.canonical import decode_as, encode
from gatepair.base.errors import NotFound
from gatepair.base.time import SECOND_MS
from gatepair.exchange.disclosure import check_receipt, sign_receipt
from gatepair.exchange.wire import decode_reply
from gatepair.node.link_erasing import Erasing
from gatepair.node.ports import Reader, Unit

DISCLOSING: Final = "exchange/disclosing/"


class Disclosing(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One disclosure for the partner."""

    index: int
    log: str
    sections: tuple[str, ...]
    since_ms: int
    receipt: str = ""
    """The partner's receipt; empty before."""
    refused: str = ""
    """Why it cannot be given; empty while it waits."""

    @property
    def name(self) -> str:
        """Return under which name it is kept: the same for the same sections of one entry."""
        return DISCLOSING + sha256(encode([self.log, self.index, self.sections])).hexdigest()

    @property
    def state(self) -> str:
        """Return ``waits``, ``receipted`` or ``refused``."""
        if self.receipt:
            return "receipted"
        return "refused" if self.refused else "waits"

    def to_wire(self) -> dict[str, Any]:
        """Return it as people look at it."""
        return {
            "index": self.index,
            "log": self.log,
            "receipt": self.receipt,
            "sections": list(self.sections),
            "since_ms": self.since_ms,
            "state": self.state,
            "why": self.refused,
        }

    @property
    def waits(self) -> bool:
        """Tell whether it is still to be given."""
        return not self.receipt and not self.refused


class DisclosingOverTheLine(Erasing):
    """How disclosures go over the line."""

    def queue_disclosure(self, unit: Unit, log: str, index: int, names: Collection[str], *, now_ms: int) -> Disclosing:
        """Have the sections ``names`` of our entry ``index`` of ``log`` given to the partner; one refused is tried again."""
        made = Disclosing(index=index, log=log, sections=tuple(sorted(set(names))), since_ms=now_ms)
        kept = unit.state(made.name)
        known = None if kept is None else decode_as(Disclosing, kept)
        if known is not None and not known.refused:
            return known
        unit.put_state(made.name, encode(made))
        return made

    def disclosures(self, reader: Reader) -> list[Disclosing]:
        """Return what was to be disclosed over the line, and what came of it, the oldest first."""
        found = [decode_as(Disclosing, raw) for _, raw in reader.states(DISCLOSING)]
        return sorted(found, key=lambda one: (one.since_ms, one.name))

    def disclosure_for_the_line(self, unit: Unit, waiting: Disclosing, *, now_ms: int) -> bytes | None:
        """Return the bytes of what waits; None when its sections are gone by now, which is kept as the reason."""
        try:
            return self.disclose(unit, waiting.log, waiting.index, waiting.sections, now_ms=now_ms)[0]
        except NotFound as error:
            unit.put_state(waiting.name, encode(replace(waiting, refused=error.message)))
            return None

    def take_disclosure_answer(self, unit: Unit, waiting: Disclosing, raw: bytes, *, answer: bytes) -> Disclosing:
        """Keep the partner's ``answer`` to ``raw``: its receipt, or why it does not take it.

        When it does not hold the entry yet the disclosure goes on waiting.

        Raises:
            Malformed: the bytes are no answer; the disclosure goes on waiting.
            TooLarge: the answer is over its limit.
            EnvelopeRejected: the receipt does not verify; the disclosure goes on waiting.
        """
        if answer.startswith(b"{"):
            reply = decode_reply(answer)
            after = waiting if reply.code == NotFound.code else replace(waiting, refused=reply.message or reply.code)
        else:
            check_receipt(answer, raw, holder=self._partner)
            after = replace(waiting, receipt=answer.decode())
        unit.put_state(waiting.name, encode(after))
        return after

    def disclosure_receipt(self, raw: bytes, *, now_ms: int) -> bytes:
        """Return our receipt over what the partner disclosed by ``raw``, which must be held durably by now."""
        return sign_receipt(raw, self.me, key=self._held_keys.mirror, at_s=now_ms // SECOND_MS).encode()
