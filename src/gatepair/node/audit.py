"""What is recorded about the readers and the accounts of a post, in the stream ``audit/<post>``.

The entries name accounts, keys, duties and crossings; they hold no secret, no hash of one, and
none of the personal data whose reading they record.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from gatepair.base.canonical import encode
from gatepair.base.duties import Duty
from gatepair.base.entries import Draft
from gatepair.base.ids import StreamId
from gatepair.base.time import Instant
from gatepair.clearance.channel.auditing import Recorded, ShadowChoice
from gatepair.node.ports import Stamp, Unit


class AuditEvent(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Base: ``at_ms`` is when it happened by the post's clock."""

    at_ms: int


class AccountCreated(AuditEvent, frozen=True):
    """A person may log in."""

    login: str
    duty: Duty
    drill: bool = False


class AccountDisabled(AuditEvent, frozen=True):
    """A person may no longer log in; open sessions end."""

    login: str


class KeyCreated(AuditEvent, frozen=True):
    """A system may call with this key."""

    key: str
    duty: Duty
    drill: bool = False


class KeyDisabled(AuditEvent, frozen=True):
    """The key opens nothing any more."""

    key: str


class BodiesErased(AuditEvent, frozen=True):
    """Bodies of exchanged entries were erased because their time of retention ran out; every proof still holds."""

    count: int
    log: str
    """Key of the log in this ledger."""
    mirrored: bool
    """Whether it is the partner's log as held here, or our own."""
    retention_days: int


class SectionErased(AuditEvent, frozen=True):
    """Somebody erased one section of what was exchanged about a subject, before its time."""

    count: int
    """How many entries held it."""
    reason: str
    section: str
    subject: str


class SectionDisclosed(AuditEvent, frozen=True):
    """A section that had been withheld was disclosed: to the partner when the log is ours, else by the partner."""

    index: int
    log: str
    mirrored: bool
    section: str


class PersonalDataRead(AuditEvent, frozen=True):
    """Somebody was shown ``fields`` of a crossing that name a person or a firm."""

    crossing: str
    duty: Duty
    fields: tuple[str, ...]


class BundleWritten(AuditEvent, frozen=True):
    """A part of a bundle was made for the partner."""

    part: int
    entries: int
    contents: str
    """SHA-256 of its contents, hex."""


class BundleTakenIn(AuditEvent, frozen=True):
    """A part of a bundle of the partner was taken in."""

    part: int
    entries: int
    """New entries that it brought."""
    contents: str
    made_at_ms: int
    """When it was made, by the partner's clock; a claim."""


class PaperPrinted(AuditEvent, frozen=True):
    """A paper about a crossing was made for the partner; it shows what the partner may see to whoever holds it."""

    crossing: str
    entries: int
    omitted: tuple[str, ...] = ()
    """Sections that were left out."""


class PaperTakenIn(AuditEvent, frozen=True):
    """A paper of the partner was scanned, and what it proves counts as its word."""

    crossings: tuple[str, ...]
    leaves: tuple[str, ...]
    """Leaf hashes, hex, of the entries that were new."""
    made_at_ms: int
    """When it was printed, by the partner's clock; a claim."""


class LaneFrozen(AuditEvent, frozen=True):
    """A person stopped a lane of the exchange, both ways."""

    lane: str
    reason: str


class UnfreezeAsked(AuditEvent, frozen=True):
    """A person asked that a frozen lane goes on; another has to confirm it in time."""

    lane: str
    reason: str


class LaneUnfrozen(AuditEvent, frozen=True):
    """A second person confirmed that a frozen lane goes on; ``asked_by`` is the first."""

    lane: str
    asked_by: str
    reason: str


class KeyStatementTaken(AuditEvent, frozen=True):
    """A statement of a root about a key of its side was taken in, and counts from now on."""

    act: str
    """``announced``, ``retired`` or ``revoked``."""
    key: str
    """The public key, hex; of a TLS key its pin."""
    post: str
    """Whose key it is."""
    statement: str
    """SHA-256 of what the roots signed, hex: the name under which the statement is kept."""
    use: str


class ChannelChosen(AuditEvent, frozen=True):
    """A profile of customs chose the channel of a crossing: all from which an auditor works it out again."""

    record: Recorded
    shadows: tuple[ShadowChoice, ...] = ()


class ChannelSaltCommitted(AuditEvent, frozen=True):
    """The post bound itself to the salt of a period before it."""

    commitment: str
    """SHA-256, hex."""
    period: str
    """Local date."""


class ProfilesRead(AuditEvent, frozen=True):
    """Somebody was shown the profiles of customs, or the salt of a period that is over."""

    duty: Duty
    what: str
    """``profiles``, or ``salt`` and its period."""


ALL: Final[tuple[type[AuditEvent], ...]] = (
    AccountCreated,
    AccountDisabled,
    KeyCreated,
    KeyDisabled,
    PersonalDataRead,
    BundleWritten,
    BundleTakenIn,
    PaperPrinted,
    PaperTakenIn,
    BodiesErased,
    SectionErased,
    SectionDisclosed,
    LaneFrozen,
    UnfreezeAsked,
    LaneUnfrozen,
    KeyStatementTaken,
    ChannelChosen,
    ChannelSaltCommitted,
    ProfilesRead,
)
"""Every audit event; each has a golden file in ``tests/golden/events``."""

WIRE_NAMES: Final[Mapping[type[AuditEvent], str]] = {event: f"{event.__name__}/1" for event in ALL}
"""The name and version under which each event is recorded."""

Recorder = Callable[[Unit, AuditEvent, Stamp], None]
"""Appends an audit event inside a transaction; a running post gives its own, which also moves its state on."""


def audit_stream(post: str) -> StreamId:
    """Return the stream that holds who read and who may act at ``post``."""
    return StreamId(f"audit/{post}")


def draft(post: str, event: AuditEvent) -> Draft:
    """Return ``event`` as a draft for the audit stream of ``post``."""
    return Draft(audit_stream(post), WIRE_NAMES[type(event)], encode(event))


def stamp(event: AuditEvent, *, actor: str) -> Stamp:
    """Return who recorded ``event`` and when; audit entries come from no command."""
    return Stamp(Instant(event.at_ms), actor, "")


def recorder(post: str) -> Recorder:
    """Return a recorder that appends and does no more: for a post that is being set up."""

    def record(unit: Unit, event: AuditEvent, by: Stamp) -> None:
        entry = draft(post, event)
        unit.append([entry], expected={entry.stream: unit.version(entry.stream)}, stamp=by)

    return record
