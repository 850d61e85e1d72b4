"""What a link keeps about each lane besides the rows of the two logs, as named states of the ledger.

All of it could be worked out again from the rows, the receipts and the checkpoints
(:meth:`gatepair.node.link.Link.verify` does); kept, it makes the next batch cheap.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from gatepair.base.canonical import decode_as, encode, plain
from gatepair.base.merkle import CompactRange
from gatepair.base.time import SECOND_MS
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Agreement
from gatepair.exchange.checkpoint import FIRST_EPOCH
from gatepair.exchange.envelope import Body, Heard, Section, parse_body, parse_header
from gatepair.exchange.fence import Fence
from gatepair.exchange.messages import Lane
from gatepair.exchange.succession.held import HeldVersion

if TYPE_CHECKING:
    from gatepair.node.ports import LogEntry, Reader, Unit

RECENT_TREES_MAX: Final = 4
"""Past ends of the mirror that are kept: one batch is in flight per lane, so an older repeat is rare."""
ROWS_PER_READ: Final = 512


CONTRADICTION: Final = "contradiction"
"""Why a lane is frozen: two signed statements cannot both be true."""

RESTORED: Final = "restored"
"""Why a lane recovers: our ledger ends before what we signed."""
CLOSED: Final = "closed"
"""The partner shows its fence note for the epoch that we thought open."""
PARTNER_BEHIND: Final = "partner_behind"
"""The partner's mirror stands before the fence from which our epoch goes on: the partner was restored."""
MARKS_LOST: Final = "marks_lost"
"""What we signed is kept nowhere but in the ledger, which may have been restored."""
MARKS_OLD: Final = "marks_old"
"""The partner has receipted more than our marks say that we signed."""
UNFROZEN: Final = "unfrozen"
"""People let a frozen lane go on."""
DECLARED: Final = "declared"
"""A person says that the ledger was restored."""

KEY_REVOKED: Final = "key_revoked"
"""Our log key may be in other hands: what it signed above the revocation is said again in a new epoch."""


EPOCHS_KNOWN: Final = (RESTORED, PARTNER_BEHIND, UNFROZEN, KEY_REVOKED)
"""Reasons for which our own marks or ledger tell the last epoch that we signed for."""
EPOCHS_DOUBTFUL: Final = (MARKS_LOST, MARKS_OLD, DECLARED)
"""Reasons for which the ledger itself may be a backup taken in the middle of another recovery, and nothing tells."""
OWN_LOSSES: Final = (RESTORED, CLOSED, DECLARED)
"""Reasons that say that something of ours is missing here."""


class Freeze(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a lane stands still, who stopped it, and when; only people let it go on."""

    at_ms: int
    by: str
    reason: str


class Recovery(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A lane that lost something: nothing is signed until the partner has closed the epoch and the next is open."""

    reason: str
    since_ms: int
    epoch: int
    """The epoch we were in when it began."""
    held_copy: int
    """The copy of that epoch's log that we had when it began."""
    held: int
    """How many entries it had."""
    sure: int
    """How many of them the partner had receipted, as far as we know."""
    until: int
    """The epoch to be closed: the last one that may bear our signature."""
    signed: int = 0
    """Entries of that epoch which we are known to have signed."""
    counted: bool = False
    """Whether no epoch after ``until`` can bear our signature.  When marks do not tell, we may have opened one more
    than the partner had closed, and it is closed too."""
    life: str = ""
    """The life of the post in which that was settled without marks; another life settles it again."""
    declared: bool = False
    """Whether a person declared a restore while entries were said again: another recovery follows at once."""
    fence: str = ""
    """The partner's fence note; empty before."""
    at: int = 0
    """The epoch of which our copy is made whole."""
    copy: int = 0
    """Which copy of it."""
    copies: int = 0
    """How many copies of it were begun anew."""
    goal: tuple[int, str] | None = None
    """Size and root that our copy must have, as we signed them; None until the partner has shown it."""
    pulled: int = 0
    """Entries that the partner handed back."""
    again: tuple[int, int] | None = None
    """Epoch and index of the next entry to be said again; epoch 0 stands for those that wait; None before."""
    repeated: int = 0
    """Entries said again so far."""

    @property
    def phase(self) -> str:
        """Return how far it has come: ``fencing``, ``pulling`` or ``repeating``."""
        if self.again is not None:
            return "repeating"
        return "pulling" if self.fence else "fencing"


class OwnState(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Our log in one lane: what the partner has confirmed."""

    epoch: int = FIRST_EPOCH
    copy: int = 0
    """Which copy of the epoch's log is the true one: a restored ledger may hold another beginning of it."""
    confirmed: int = 0
    """Entries that the partner has receipted."""
    tree: str = ""
    """Compact range at ``confirmed``, hex; empty for the empty tree."""
    cosigned_at_s: int = 0
    """Time in the latest receipt."""
    series: int = 0
    """Which series of receipts for this log is filled now: those of an earlier one are void above a revocation."""
    stood: str = ""
    """The fence note from which this epoch goes on; empty in the first."""
    waited: int = 0
    """How many of the entries said while nothing could be signed are dealt with."""
    frozen: Freeze | None = None
    recovery: Recovery | None = None

    def range(self) -> CompactRange:
        """Return the tree at ``confirmed``."""
        return _range(self.tree)


class MirrorState(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The partner's log in one lane, as held here."""

    epoch: int = FIRST_EPOCH
    """The epoch in which the mirror stands."""
    closed: int = 0
    """Epochs up to this one take nothing more."""
    tree: str = ""
    """Compact range at the mirror's end, hex; empty for the empty tree."""
    frozen: Freeze | None = None
    recent: tuple[str, ...] = ()
    """Compact ranges (hex) at the ends of past batches, oldest first: a repeated batch is answered at once."""
    heard_at_ms: int | None = None
    """When we last knew that nothing of the partner's log was outstanding, on our clock."""
    proof_at_s: int = 0
    """Newest time that the partner signed; an older one proves no life."""
    cosigned_at_s: int = 0
    """Time of our own latest receipt."""

    def range(self) -> CompactRange:
        """Return the tree at the mirror's end."""
        return _range(self.tree)

    @property
    def size(self) -> int:
        """Return how many entries the mirror holds: the first eight bytes of the range."""
        return int(self.tree[:16], 16) if self.tree else 0

    def grown(self) -> tuple[str, ...]:
        """Return ``recent`` with the present tree added: what the next state remembers."""
        return (*self.recent, self.tree)[-RECENT_TREES_MAX:]


class Past(Struct, frozen=True, forbid_unknown_fields=True):
    """A closed epoch of our log: its true copy, and how many of its entries count."""

    copy: int
    size: int


class Said(Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where a message of ours stands, and a digest of what it says without its salts."""

    epoch: int
    """:data:`WAITING` while no epoch is open for it."""
    index: int
    digest: str
    """Empty when its body was not handed back."""


QUARANTINE: Final = "exchange_quarantine"
"""Rows of the partner's entries that had no effect, by when they came."""


class SetAside(Struct, frozen=True, forbid_unknown_fields=True):
    """An entry of the partner that is mirrored and had no effect; what cannot be read of it is empty."""

    id: str
    index: int
    log: str
    subject: str
    type: str
    why: str
    """``malformed``, ``not_in_agreement`` or ``id_reused``."""


COPIES_SOUGHT_MAX: Final = 8
"""Copies of one epoch's log that are looked for; each restore in the midst of a recovery begins one anew."""
WAITING: Final = 0
"""Stands for an epoch in the place of a message that waits for one."""


@dataclass(frozen=True, slots=True)
class LogPart:
    """One epoch of a log: its log key in the ledger, and how many of its entries count."""

    epoch: int
    key: str
    size: int


# --- names in the ledger -----------------------------------------------------------------------


def log_key(lane: Lane, epoch: int, copy: int = 0) -> str:
    """Return the name under which the ledger keeps the log of ``lane`` in ``epoch``.

    The first epoch has the lane's bare name.  A log of a later epoch begins at size 0, and nothing of
    an older one is ever changed.  A ``copy`` other than 0 is of our own log alone: it was begun anew
    because the one before holds what a restored post wrote and never signed.
    """
    key = lane.value if epoch == FIRST_EPOCH else f"{lane.value}#{epoch}"
    return f"{key}~{copy}" if copy else key


def waiting_key(lane: Lane) -> str:
    """Return the name of the entries that were said while nothing could be signed."""
    return f"{lane.value}+"


def own_log(reader: Reader, lane: Lane) -> str:
    """Return the log key of the log that we write now in ``lane``."""
    own = own_state(reader, lane)
    return log_key(lane, own.epoch, own.copy)


def mirror_log(reader: Reader, lane: Lane) -> str:
    """Return the log key of the partner's log in which the mirror of ``lane`` stands."""
    return log_key(lane, mirror_state(reader, lane).epoch)


def own_logs(reader: Reader, lane: Lane) -> tuple[LogPart, ...]:
    """Return our log in ``lane``, epoch by epoch: what both sides count as said."""
    own = own_state(reader, lane)
    parts = []
    for epoch in range(FIRST_EPOCH, own.epoch):
        closed = past(reader, lane, epoch)
        parts.append(LogPart(epoch, log_key(lane, epoch, closed.copy), closed.size))
    key = log_key(lane, own.epoch, own.copy)
    return (*parts, LogPart(own.epoch, key, reader.own_size(key)))


def own_copies(reader: Reader, lane: Lane) -> Iterator[tuple[int, int]]:
    """Yield epoch and number of each copy of our log in ``lane`` that holds anything: what counts, and what does not."""
    own = own_state(reader, lane)
    last = own.epoch if own.recovery is None else max(own.epoch, own.recovery.at)
    for epoch in range(FIRST_EPOCH, last + 1):
        for copy in range(COPIES_SOUGHT_MAX):
            if reader.own_size(log_key(lane, epoch, copy)):
                yield epoch, copy


def mirror_logs(reader: Reader, lane: Lane) -> tuple[LogPart, ...]:
    """Return the partner's log in ``lane`` as held here, epoch by epoch, without what a stolen key added."""
    void: dict[int, int] = {}
    for _, raw in reader.states(void_name(lane)):
        record = decode_as(dict[str, int], raw)
        void[record["epoch"]] = min(record["from"], void.get(record["epoch"], record["from"]))
    parts = []
    for epoch in range(FIRST_EPOCH, mirror_state(reader, lane).epoch + 1):
        key = log_key(lane, epoch)
        size = reader.mirror_size(key)
        parts.append(LogPart(epoch, key, min(size, void.get(epoch, size))))
    return tuple(parts)


def void_name(lane: Lane) -> str:
    """Return what the names of the records begin with that tell what a stolen key added to the mirror of ``lane``."""
    return f"exchange/void/{lane.value}/"


# --- states ------------------------------------------------------------------------------------


def own_state(reader: Reader, lane: Lane) -> OwnState:
    """Return what is kept of our log in ``lane``."""
    return _own(reader.state(f"exchange/own/{lane.value}"))


def put_own(unit: Unit, lane: Lane, state: OwnState) -> None:
    """Keep ``state`` of our log."""
    unit.put_state(f"exchange/own/{lane.value}", encode(state))


def past(reader: Reader, lane: Lane, epoch: int) -> Past:
    """Return what counts of a closed epoch of our log; nothing when we know of none."""
    raw = reader.state(_past_name(lane, epoch))
    return Past(0, 0) if raw is None else decode_as(Past, raw)


def put_past(unit: Unit, lane: Lane, epoch: int, closed: Past) -> None:
    """Keep what counts of a closed epoch of our log."""
    unit.put_state(_past_name(lane, epoch), encode(closed))


def put_recovered(unit: Unit, lane: Lane, recovery: Recovery, *, ended_ms: int) -> None:
    """Keep what a recovery came to, for the report on it."""
    put_numbered(unit, f"exchange/recovered/{lane.value}/", {"ended_ms": ended_ms, "recovery": recovery})


def said(reader: Reader, message_id: str) -> Said | None:
    """Return where our message ``message_id`` stands; None when it was not said."""
    raw = reader.state(f"exchange/said/{message_id}")
    return None if raw is None else decode_as(Said, raw)


def put_said(unit: Unit, message_id: str, place: Said) -> None:
    """Keep where a message of ours stands."""
    unit.put_state(f"exchange/said/{message_id}", encode(place))


def said_digest(kind: str, subject: str, sections: Mapping[str, Any]) -> str:
    """Return a digest of what a message says, without its salts; it never leaves the post."""
    return sha256(encode([kind, subject, plain(sections)])).hexdigest()


def mirror_state(reader: Reader, lane: Lane) -> MirrorState:
    """Return what is kept of the partner's log in ``lane``."""
    return _mirror(reader.state(f"exchange/mirror/{lane.value}"))


# The same few bytes are read again for every message; states are frozen, so one reading serves all.
@lru_cache(maxsize=64)
def _own(raw: bytes | None) -> OwnState:
    return OwnState() if raw is None else decode_as(OwnState, raw)


@lru_cache(maxsize=64)
def _mirror(raw: bytes | None) -> MirrorState:
    return MirrorState() if raw is None else decode_as(MirrorState, raw)


def put_mirror(unit: Unit, lane: Lane, state: MirrorState) -> None:
    """Keep ``state`` of the partner's log."""
    unit.put_state(f"exchange/mirror/{lane.value}", encode(state))


def id_name(message_id: str) -> str:
    """Return the name under which it is kept what the partner said under ``message_id``."""
    return f"exchange/id/{message_id}"


def attachment_name(digest: str) -> str:
    """Return the name under which it is kept that the partner was told of an attachment."""
    return f"exchange/attachment/{digest}"


def put_told(unit: Unit, digest: str, kind: str, section: str) -> None:
    """Keep that ``section`` of a message of ``kind`` told the partner of an attachment."""
    told = told_in(unit, digest)
    if (kind, section) not in told:
        unit.put_state(attachment_name(digest), encode([*told, (kind, section)]))


def told_in(reader: Reader, digest: str) -> list[tuple[str, str]]:
    """Return in which types and sections of messages the partner was told of an attachment."""
    kept = reader.state(attachment_name(digest))
    return [] if kept is None else decode_as(list[tuple[str, str]], kept)


def evidence_name(lane: Lane) -> str:
    """Return what the names of the evidence of a contradiction in ``lane`` begin with."""
    return f"exchange/evidence/{lane.value}/"


def goes_on_at(own: OwnState, epoch: int, size: int) -> bool:
    """Tell whether our epoch goes on from the place ``size`` of ``epoch`` in the partner's mirror."""
    return bool(own.stood) and fence_of(own.stood).position == (epoch, size)


def fence_of(note: str) -> Fence:
    """Return the fence in a note that was verified when it was kept."""
    return Fence.parse(notes.parse(note).text)


def put_numbered(unit: Unit, prefix: str, record: object) -> None:
    """Keep ``record`` under the next number after ``prefix``; never overwritten."""
    number = len(unit.states(prefix)) + 1
    unit.put_state(f"{prefix}{number:06d}", encode(record))


def _past_name(lane: Lane, epoch: int) -> str:
    return f"exchange/past/{lane.value}/{epoch:09d}"


@lru_cache(maxsize=64)
def heard_of(state: MirrorState, log: str) -> Heard | None:
    """Return how a header says how far the partner's ``log`` was held; None when nothing was."""
    tree = state.range()
    if not tree.size:
        return None
    return Heard(cosigned_at_s=state.cosigned_at_s, log=log, root=tree.root().hex(), size=tree.size)


def own_rows(reader: Reader, log: str, *, start: int, end: int) -> Iterator[LogEntry]:
    """Yield rows ``[start, end)`` of our log, read in portions."""
    while start < end:
        rows = reader.own_entries(log, start=start, limit=min(ROWS_PER_READ, end - start))
        if not rows:
            return
        yield from rows
        start += len(rows)


def mirror_rows(reader: Reader, log: str, *, start: int, end: int) -> Iterator[LogEntry]:
    """Yield rows ``[start, end)`` of the partner's log, read in portions."""
    while start < end:
        rows = reader.mirror_entries(log, start=start, limit=min(ROWS_PER_READ, end - start))
        if not rows:
            return
        yield from rows
        start += len(rows)


def tree_over(reader: Reader, key: str, size: int) -> CompactRange:
    """Return the tree over the first ``size`` entries of one of our logs, from the beginning."""
    return CompactRange.over(row.leaf for row in own_rows(reader, key, start=0, end=size))


def own_tree(reader: Reader, lane: Lane, size: int) -> CompactRange:
    """Return the tree of our log at ``size``: on from the confirmed one, or from the beginning."""
    tree = own_state(reader, lane).range()
    if tree.size > size:
        tree = CompactRange()
    tree.extend(row.leaf for row in own_rows(reader, own_log(reader, lane), start=tree.size, end=size))
    return tree


def mirror_tree(reader: Reader, lane: Lane, size: int) -> CompactRange:
    """Return the tree of the mirror at ``size``: at once for its end and the ends of past batches, else by a walk."""
    state = mirror_state(reader, lane)
    for known in (state.tree, *reversed(state.recent)):
        tree = _range(known)
        if tree.size == size:
            return tree
    return CompactRange.over(row.leaf for row in mirror_rows(reader, mirror_log(reader, lane), start=0, end=size))


def lane_status(reader: Reader, lane: Lane, *, now_ms: int, heard_age_s: int | None, answer: str) -> dict[str, Any]:
    """Return what an operator sees of ``lane``: sizes, what is unconfirmed and for how long, freezes, evidence."""
    own, mirror = own_state(reader, lane), mirror_state(reader, lane)
    size = reader.own_size(own_log(reader, lane))
    waiting = reader.own_entries(own_log(reader, lane), start=own.confirmed, limit=1)
    oldest_ms = parse_header(waiting[0].header).at_ms if waiting else None
    return {
        "answer": answer,
        "confirmed": own.confirmed,
        "epoch": own.epoch,
        "evidence": len(reader.states(f"exchange/evidence/{lane.value}/")),
        "frozen_in": _shown(mirror.frozen),
        "frozen_out": _shown(own.frozen),
        "heard_age_s": heard_age_s,
        "lane": lane.value,
        "mirror_epoch": mirror.epoch,
        "mirror_size": reader.mirror_size(mirror_log(reader, lane)),
        "oldest_unconfirmed_s": None if oldest_ms is None else max(0, now_ms - oldest_ms) // SECOND_MS,
        "recovering": "" if own.recovery is None else own.recovery.phase,
        "size": size,
        "unconfirmed": size - own.confirmed,
        "waiting": reader.own_size(waiting_key(lane)) - own.waited,
    }


def lane_state(reader: Reader, lane: Lane) -> dict[str, Any]:
    """Return what the partner sees of ``lane``: epochs, sizes, and the root of its log as held here."""
    checkpoint = reader.mirror_checkpoint(mirror_log(reader, lane))
    return {
        "epoch": own_state(reader, lane).epoch,
        "lane": lane.value,
        "mirror_checkpoint": "" if checkpoint is None else checkpoint.decode(),
        "mirror_epoch": mirror_state(reader, lane).epoch,
        "mirror_root": mirror_state(reader, lane).range().root().hex(),
        "mirror_size": reader.mirror_size(mirror_log(reader, lane)),
        "size": reader.own_size(own_log(reader, lane)),
    }


def _shown(freeze: Freeze | None) -> str:
    return "" if freeze is None else freeze.reason


def _range(encoded: str) -> CompactRange:
    return CompactRange.from_bytes(bytes.fromhex(encoded)) if encoded else CompactRange()


WITHHELD: Final = "exchange/withheld/"
"""Named states: bodies of the sections that are withheld from the partner, by the leaf of their entry."""
APART: Final = "exchange/apart/"
"""Named states: bodies of sections that stand beside an entry's own body, by its leaf: those that were disclosed
later, and those that were left when another was erased. A row of a log is never written anew."""
KEPT: Final = "exchange/keys/"
"""Named states: the signed key statements that count, by digest. They stand in the logs too."""

KEPT_VERSIONS: Final = "exchange/agreements/"
"""Named states: the signed versions of the agreement that came while the post ran, by hash."""
ANNOUNCED_HERE: Final = "exchange/agreements_announced/"
"""Named states: the versions that the partner announced, whatever became of them here, by hash."""
VERSIONS_STAMP: Final = "exchange/agreements_kept"
"""Named state: how often something about the versions was kept, so that workers see a change at once."""


class KeptVersion(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A version of the agreement as it came, and what is known of it."""

    agreement: Agreement
    note: str
    at_ms: int
    """When it came, on our clock."""
    shared: bool = False
    contested: bool = False


def kept_versions(reader: Reader) -> tuple[HeldVersion, ...]:
    """Return the versions of the agreement that came while the post ran."""
    kept = (decode_as(KeptVersion, raw) for _, raw in reader.states(KEPT_VERSIONS))
    return tuple(HeldVersion(each.agreement, each.note, each.shared, each.contested) for each in kept)


def put_version(unit: Unit, version: HeldVersion, *, at_ms: int) -> None:
    """Keep ``version``, or something new about it."""
    name = KEPT_VERSIONS + version.hash_hex
    before = unit.state(name)
    came_ms = at_ms if before is None else decode_as(KeptVersion, before).at_ms
    kept = KeptVersion(
        agreement=version.agreement,
        note=version.note,
        at_ms=came_ms,
        shared=version.shared,
        contested=version.contested,
    )
    unit.put_state(name, encode(kept))
    unit.put_state(VERSIONS_STAMP, str(int(unit.state(VERSIONS_STAMP) or b"0") + 1).encode())


def kept_statements(reader: Reader) -> tuple[str, ...]:
    """Return the signed key statements of both sides that this post has taken in."""
    return tuple(raw.decode() for _, raw in reader.states(KEPT))


def sections_of(reader: Reader, row: LogEntry) -> dict[str, Section]:
    """Return the sections of an entry that are held and not withheld."""
    apart = reader.state(APART + row.leaf.hex())
    return {**opened_body(row.body), **opened_body(apart)}


def put_beside(unit: Unit, prefix: str, leaf: bytes, sections: Mapping[str, Section]) -> None:
    """Keep ``sections`` beside the entry with ``leaf``, or nothing when there are none."""
    unit.put_state(prefix + leaf.hex(), encode(Body(dict(sections))) if sections else None)


def carry_over(unit: Unit, old: bytes, new: bytes) -> None:
    """Move what stands beside the entry with the ``old`` leaf to the one that says the same under the ``new`` leaf."""
    for prefix in (WITHHELD, APART):
        beside = unit.state(prefix + old.hex())
        if beside is not None and old != new:
            unit.put_state(prefix + new.hex(), beside)
            unit.put_state(prefix + old.hex(), None)


def opened_body(body: bytes | None) -> dict[str, Section]:
    """Return the sections in ``body``; none when there is none."""
    return {} if body is None else parse_body(body).sections
