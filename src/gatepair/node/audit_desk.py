"""What an auditor asks of a post: its ledger searched and opened, and who was shown whose names."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import msgspec

from gatepair.base.duties import Duty
from gatepair.base.entries import header_bytes, leaf_of
from gatepair.node.audit_search import Hits, Sought, entry_at, plain, search
from gatepair.node.ports import Ledger
from gatepair.node.visibility import carries_names, shown


@dataclass(frozen=True, slots=True)
class Opened:
    """One entry with its payload, the guarded paths that are shown, and those left out."""

    row: dict[str, Any]
    named: tuple[str, ...]
    masked: tuple[str, ...]
    digest: str
    """SHA-256 of the payload as it is kept."""
    header: str
    """The canonical header, of which the leaf is the hash."""
    holds: bool
    """Whether the leaf is that of header and payload."""


@dataclass(frozen=True, slots=True)
class AuditDesk:
    """Answers an auditor; each question opens its own view of the ledger, from any thread."""

    ledger: Ledger

    def search(self, sought: Sought, *, before: int = 0) -> Hits:
        """Return one page of what is ``sought``, the latest first."""
        with self.ledger.read() as reader:
            return search(reader, sought, before=before)

    def entry(self, position: int) -> Opened:
        """Return the entry at ``position`` as an auditor may see it; who shows it records what it names.

        Raises:
            NotFound: there is none.
        """
        with self.ledger.read() as reader:
            entry = entry_at(reader, position)
        payload = msgspec.json.decode(entry.payload)
        named: tuple[str, ...] = ()
        masked: tuple[str, ...] = ()
        if carries_names(entry.type):
            payload, named, masked = shown(payload, Duty.AUDITOR)
        return Opened(
            {**plain(entry), "payload": payload},
            named,
            masked,
            sha256(entry.payload).hexdigest(),
            header_bytes(entry).decode(),
            leaf_of(entry) == entry.leaf,
        )
