"""The kit's own logs, and the batches it makes of them: as the specification asks, or with one thing wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace

from gatepair.base.canonical import encode
from gatepair.base.errors import ScenarioNotRun
from gatepair.base.merkle import CompactRange, leaf_hash
from gatepair.base.time import Entropy
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Terms
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.envelope import Draft, Reference, parse_header, seal
from gatepair.exchange.messages import Lane
from gatepair.exchange.signer import SigningKey
from gatepair.exchange.wire import PROTOCOL, Batch, signed_text, wire_entry


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the kit; ``body`` None is withheld."""

    header: bytes
    body: bytes | None
    leaf: bytes

    @classmethod
    def of(cls, header: bytes, body: bytes | None) -> Row:
        """Return the entry with this header and body, however malformed."""
        return cls(header, body, leaf_hash(header))

    def withheld(self) -> Row:
        """Return the entry without its body."""
        return Row(self.header, None, self.leaf)

    def changed(self, **fields: Any) -> Row:
        """Return the entry with ``fields`` of its header replaced."""
        return Row.of(encode(replace(parse_header(self.header), **fields)), self.body)

    def reference(self, log: Origin, index: int) -> Reference:
        """Return how an answer names this entry at ``index`` of ``log``."""
        return Reference(index=index, leaf=self.leaf.hex(), log=str(log))


@dataclass(slots=True)
class OutLog:
    """The kit's log in one lane: the entries that the post has receipted."""

    origin: Origin
    rows: list[Row] = field(default_factory=list)
    tree: CompactRange = field(default_factory=CompactRange)

    @property
    def size(self) -> int:
        """Return how many entries the post has receipted."""
        return len(self.rows)

    def keep(self, rows: Sequence[Row]) -> None:
        """Add entries that the post has receipted."""
        self.rows.extend(rows)
        self.tree.extend(row.leaf for row in rows)

    def plus(self, rows: Sequence[Row]) -> OutLog:
        """Return the log as it will be with ``rows``."""
        longer = OutLog(self.origin, list(self.rows), self.tree.copy())
        longer.keep(rows)
        return longer

    def tree_at(self, size: int) -> CompactRange:
        """Return the tree of the first ``size`` entries."""
        return self.tree.copy() if size == self.size else CompactRange.over(row.leaf for row in self.rows[:size])

    def root_at(self, size: int) -> bytes:
        """Return the root of the first ``size`` entries."""
        return self.tree_at(size).root()


@dataclass(frozen=True, slots=True, kw_only=True)
class Twist:
    """What is wrong with a batch on purpose; a field at its default is right."""

    origin: str = ""
    """Another log named by batch and checkpoint."""
    name: str = ""
    """Another key name under the checkpoint."""
    checkpoint_key: SigningKey | None = None
    batch_key: SigningKey | None = None
    end: int | None = None
    """Another size in the checkpoint."""
    root: bytes | None = None
    """Another root in the checkpoint."""
    version: int = PROTOCOL
    size: int | None = None
    """Another length of the log."""


STRAIGHT = Twist()


def make_batch(
    log: OutLog,
    rows: Sequence[Row],
    *,
    start: int,
    key: SigningKey,
    more: Sequence[SigningKey] = (),
    cosigned: str = "",
    twist: Twist = STRAIGHT,
) -> Batch:
    """Return the batch of ``rows`` after the first ``start`` entries of ``log``.

    ``key`` signs it, and its checkpoint beside each of ``more``.
    """
    tree = log.tree_at(start)
    tree.extend(row.leaf for row in rows)
    origin = Origin.parse(twist.origin) if twist.origin else log.origin
    end = start + len(rows) if twist.end is None else twist.end
    text = Checkpoint(origin, end, twist.root or tree.root()).to_text()
    signers = (twist.checkpoint_key,) if twist.checkpoint_key else (key, *more)
    lines = (notes.sign(text, name=twist.name or origin.key_name, key=signer) for signer in signers)
    batch = Batch(
        v=PROTOCOL,
        origin=str(origin),
        start=start,
        size=max(start + len(rows), log.size) if twist.size is None else twist.size,
        checkpoint=notes.Note(text, tuple(lines)).to_text(),
        signature="",
        entries=tuple(wire_entry(row.header, row.body) for row in rows),
        cosigned=cosigned,
    )
    signature = (twist.batch_key or key).sign(signed_text(batch)).hex()
    return replace(batch, signature=signature, v=twist.version)


class Author:
    """Makes entries in the kit's name under the trial's agreement."""

    def __init__(self, terms: Terms, post: str, entropy: Entropy, now_ms: int) -> None:
        """Write for ``post``; ids begin with the time of the trial, so that two trials do not share one."""
        self._terms = terms
        self._post = post
        self._entropy = entropy
        self._prefix = f"trial-{now_ms}"
        self._count = 0

    def kind(self, lane: Lane, *, sections: int = 1) -> str:
        """Return a type of ``lane`` about goods or gates that the kit may send, with at least so many sections.

        Raises:
            ScenarioNotRun: the agreement lists none.
        """
        for message in self._terms.agreement.messages:
            mine = not message.senders or self._post in message.senders
            plain = not message.kind.startswith(("outcome/", "key.", "log."))
            if message.lane is lane and mine and plain and len(message.sections) >= sections:
                return message.kind
        raise ScenarioNotRun(f"the agreement lets the kit send nothing with {sections} sections in {lane.value}")

    def entry(
        self,
        lane: Lane,
        *,
        now_ms: int,
        kind: str = "",
        sections: Mapping[str, Any] | None = None,
        message_id: str = "",
    ) -> Row:
        """Return an entry of ``lane`` as the agreement lists it, with made-up values."""
        self._count += 1
        chosen = kind or self.kind(lane)
        values = dict(sections) if sections is not None else self._made_up(chosen)
        draft = Draft(
            kind=chosen,
            id=message_id or f"{self._prefix}-{self._count}",
            subject=f"X{self._count}",
            sections=values,
            at_ms=now_ms,
        )
        sealed = seal(draft, self._terms, sender=self._post, entropy=self._entropy)
        return Row(sealed.header, sealed.body, sealed.leaf)

    def _made_up(self, kind: str) -> dict[str, Any]:
        return {name: {"trial": self._count} for name in self._terms.by_kind[kind].sections}
