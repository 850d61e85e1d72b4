"""What an auditor asks of a post: its ledger searched, opened, verified and given away, and the evidence about a crossing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

import msgspec

from gatepair.base.duties import Duty
from gatepair.base.entries import header_bytes, leaf_of
from gatepair.exchange import agreement as agreements
from gatepair.exchange.agreement import fingerprint
from gatepair.exchange.policy import Policy
from gatepair.exchange.report import Report
from gatepair.exchange.verify import verify
from gatepair.node import audit_export
from gatepair.node.audit_search import Hits, Sought, entry_at, plain, position_at, search
from gatepair.node.audit_verify import Fault, Signed, Walk, advanced, begun, judged, root_of
from gatepair.node.link_proving import Proof
from gatepair.node.ports import Ledger
from gatepair.node.visibility import carries_names, shown


class Audited(Protocol):
    """What the desk needs of a post; all of it from any thread."""

    ledger: Ledger

    def checkpoint(self) -> str:
        """Return the signed note of the ledger."""
        ...

    def checkpoint_key(self) -> str:
        """Return the verifier key of the notes."""
        ...

    def evidence(self, crossing: str, *, withhold: Collection[str] = ()) -> Proof:
        """Return the evidence file about one crossing. Raises NotFound."""
        ...

    def agreements(self) -> Sequence[tuple[bytes, str]]:
        """Return the versions of the agreement, each with the note that the roots signed."""
        ...


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
class Concluded:
    """What a walk over the whole ledger came to."""

    root: str
    checkpoint: Signed
    kept: Signed | None


@dataclass(frozen=True, slots=True)
class AuditDesk:
    """Answers an auditor; each question opens its own view of the ledger, from any thread."""

    post: Audited

    def search(self, sought: Sought, *, before: int = 0) -> Hits:
        """Return one page of what is ``sought``, the latest first."""
        with self.post.ledger.read() as reader:
            return search(reader, sought, before=before)

    def found_rows(self, sought: Sought) -> Iterator[list[dict[str, Any]]]:
        """Yield what is ``sought`` in pages of rows, within the bounds of an export."""
        return audit_export.found_rows(self.post.ledger, sought)

    def entry(self, position: int) -> Opened:
        """Return the entry at ``position`` as an auditor may see it; who shows it records what it names.

        Raises:
            NotFound: there is none.
        """
        with self.post.ledger.read() as reader:
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

    def positions_of(self, since_ms: int, until_ms: int) -> tuple[int, int]:
        """Return the first and the last position recorded from ``since_ms`` until before ``until_ms``; 0 and 0 for none."""
        with self.post.ledger.read() as reader:
            first, after = position_at(reader, since_ms), position_at(reader, until_ms)
        return (first, after - 1) if first < after else (0, 0)

    # --- verifying ------------------------------------------------------------------------

    def begin(self, *, first: int, last: int, kept: str = "") -> Walk:
        """Return a walk over the ledger as it is now, under a checkpoint signed now. Raises Malformed."""
        return begun(self.post.checkpoint(), first=first, last=last, kept=kept)

    def advance(self, walk: Walk) -> tuple[Walk, Fault | None]:
        """Return ``walk`` after its next page, and the first fault in it."""
        with self.post.ledger.read() as reader:
            return advanced(reader, walk)

    def conclude(self, walk: Walk) -> Concluded:
        """Return what a walk that has ended came to: its root, and what the checkpoints say."""
        root, key = root_of(walk), self.post.checkpoint_key()
        kept = judged(walk.kept, key=key, root=walk.kept_root) if walk.kept else None
        return Concluded(root, judged(walk.signed, key=key, root=root), kept)

    # --- giving away ----------------------------------------------------------------------

    def export(self, *, first: int, last: int) -> tuple[bytes, Iterator[bytes]]:
        """Return the first line of an export, and its entries in pages of lines. Raises Malformed."""
        note, key = self.post.checkpoint(), self.post.checkpoint_key()
        header = audit_export.header_line(self.post.ledger, first=first, last=last, note=note, key=key)
        return header, audit_export.entry_lines(self.post.ledger, first=first, last=last)

    # --- evidence -------------------------------------------------------------------------

    def policy(self) -> Policy:
        """Return the policy that trusts the roots of the agreements which this post holds."""
        roots: dict[str, frozenset[str]] = {}
        for raw, _ in self.post.agreements():
            for party in agreements.decode(raw).parties:
                keys = filter(None, (party.root_key, *party.more_roots))
                known = frozenset(fingerprint(bytes.fromhex(key)) for key in keys)
                roots[party.side] = roots.get(party.side, frozenset()) | known
        return Policy(roots=roots, successors=True)

    def evidence(self, crossing: str) -> tuple[Proof, Report, Policy]:
        """Return the evidence about ``crossing`` without its driver, and what the verifier says of it.

        Raises:
            NotFound: nothing is known here about it.
        """
        proof, policy = self.post.evidence(crossing, withhold=("driver",)), self.policy()
        return proof, verify(proof.raw, policy), policy
