"""Speaking so that the partner understands: which version of a type of message is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from gatepair.base.canonical import decode_as, encode
from gatepair.exchange import versions
from gatepair.node.link_common import LinkCommon
from gatepair.node.ports import Reader, Unit

HEARD: Final = "exchange/partner/reads"
"""Named state: the types that the partner says it reads."""
TYPES_MAX: Final = 1_000
"""Types a partner may say that it reads; far more than any catalogue has."""


class Speaking(LinkCommon):
    """What both sides read, and the version that follows."""

    def spoken(self, reader: Reader, kind: str, *, now_ms: int) -> str | None:
        """Return the version of the family of ``kind`` to be written now; None when the agreement lists none for us."""
        writing = self.versions.writing(now_ms)
        if writing is None:
            return None
        listed = [message.kind for message in writing.terms.agreement.messages if message.kind in self.reads]
        agreed = [each for each in listed if writing.message(each, sender=self.post) is not None]
        return versions.spoken(kind, agreed=agreed, heard=self._partner_reads(reader))

    def languages(self) -> dict[str, list[str]]:
        """Return the types that we read and write, as our state shows them."""
        known = sorted(self.reads)
        return {"reads": known, "writes": known}

    def learn(self, unit: Unit, partner_state: Mapping[str, Any]) -> None:
        """Keep which types the partner's state says that it reads; a state that says nothing of it changes nothing."""
        shown = partner_state.get("reads")
        if not isinstance(shown, list):
            return
        reads = sorted({kind for kind in shown[:TYPES_MAX] if isinstance(kind, str)})
        if encode(reads) != unit.state(HEARD):
            unit.put_state(HEARD, encode(reads))

    def _partner_reads(self, reader: Reader) -> Collection[str] | None:
        kept = reader.state(HEARD)
        return None if kept is None else decode_as(list[str], kept)
