"""The messages of a gate pair: types with version, lane, sender, sections with their shapes, purpose, retention.

An agreement chooses from this catalogue and never adds to it.  What a message does is the node's affair: it knows
crossings, this package knows shapes.  A type with another shape is a new version (:mod:`gatepair.exchange.versions`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gatepair.exchange.sections import answers, crossing, gate, keys, statements
from gatepair.exchange.sections.words import Shape

DRIVER_DAYS: Final = 90
"""Retention of bodies that name persons. Source: exchange notes §3.10."""
GOODS_DAYS: Final = 5 * 365
"""Retention of goods bodies: the five years customs keeps declarations. Source: exchange notes §3.10."""
ANSWER_S: Final = 900
"""Within which an outcome says that an entry found its way to those who act on it: the first tolerance of silence (clause 6.3)."""
EVIDENCE_DAYS: Final = 3_650
"""Retention of what proofs rest on. Source: exchange notes §3.10."""


class Lane(StrEnum):
    """Which log an entry goes to, so that a backlog never delays a stop."""

    URGENT = "urgent"
    """Stops, holds, quotas, alerts, key events."""
    NORMAL = "normal"
    """The life of crossings, outcomes."""
    BULK = "bulk"
    """Statistics, lists of attachments."""


class Sender(StrEnum):
    """Which role of a post sends a type; for one direction each post has one role, for the other the other."""

    EXIT = "exit"
    """The post that the crossing leaves."""
    ENTRY = "entry"
    """The post that the crossing enters, or that takes in what comes."""
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class MessageKind:
    """What one type of message is for, who sends it, and what it is made of."""

    kind: str
    lane: Lane
    sender: Sender
    shapes: Mapping[str, type[Shape]]
    """Shape of each section by its name."""
    purpose: str
    retention_days: int = GOODS_DAYS
    outcome_deadline_s: int | None = None
    """Within which the receiver answers with an outcome; None when none is asked for."""

    @property
    def sections(self) -> tuple[str, ...]:
        """Return the names of the sections."""
        return tuple(self.shapes)


ANNOUNCED_FIRST: Final = "crossing.announced/1"
ANNOUNCED: Final = "crossing.announced/2"
CORRECTED: Final = "crossing.corrected/1"
ACCEPTED: Final = "crossing.accepted/1"
DECLINED_FIRST: Final = "crossing.declined/1"
DECLINED: Final = "crossing.declined/2"
STATUS: Final = "crossing.status/1"
RELEASED: Final = "crossing.released/1"
SEAL: Final = "seal.recorded/1"
DEPARTED: Final = "crossing.departed/1"
RECEIVED: Final = "crossing.received/1"
DISPUTED: Final = "crossing.disputed/1"
DISCREPANCY: Final = "crossing.discrepancy/1"
INSPECTED: Final = "inspection.finished/1"
REFUSED: Final = "crossing.refused/1"
CANCELLED: Final = "crossing.cancelled/1"
CLOSED: Final = "crossing.closed/1"
HELD: Final = "crossing.held/1"
LIFTED: Final = "crossing.lifted/1"
CERTIFICATE_ASKED: Final = "certificate.asked/1"
CERTIFICATE_ANSWERED: Final = "certificate.answered/1"
ATTACHMENTS: Final = "attachment.listed/1"
ROUTE_STOPPED: Final = "route.stopped/1"
ROUTE_REOPENED: Final = "route.reopened/1"
ROUTE_STATE: Final = "route.state/1"
HOURS: Final = "hours.announced/1"
QUOTA_ANNOUNCED: Final = "quota.announced/1"
CAPACITY_ANNOUNCED: Final = "capacity.announced/1"
ALERT: Final = "alert.raised/1"
NOTE: Final = "hotline.noted/1"
STATISTICS: Final = "statistics.reported/1"
OUTCOME: Final = "outcome/1"

_BEFORE: Final[Mapping[str, type[Shape]]] = {
    "binding": crossing.Binding,
    "documents": crossing.Documents,
    "driver": crossing.Driver,
    "goods": crossing.Goods,
    "parties": crossing.Parties,
    "route": crossing.Route,
}
_ANNOUNCE: Final = "Announce a crossing before it comes, so that the entry post can accept it and prepare."
_DECLINE: Final = "Say that the entry post will not take the crossing, and why."

_CROSSING: Final = (
    MessageKind(ANNOUNCED_FIRST, Lane.NORMAL, Sender.EXIT, _BEFORE, _ANNOUNCE, DRIVER_DAYS, ANSWER_S),
    MessageKind(
        ANNOUNCED, Lane.NORMAL, Sender.EXIT, {**_BEFORE, "trip": crossing.Trip}, _ANNOUNCE, DRIVER_DAYS, ANSWER_S
    ),
    MessageKind(
        CORRECTED,
        Lane.NORMAL,
        Sender.EXIT,
        {"correction": crossing.Correction},
        "Correct one field of an announced crossing.",
        DRIVER_DAYS,
    ),
    MessageKind(ACCEPTED, Lane.NORMAL, Sender.ENTRY, {}, "Say that the entry post will take the crossing."),
    MessageKind(DECLINED_FIRST, Lane.NORMAL, Sender.ENTRY, {"reasons": crossing.Codes}, _DECLINE),
    MessageKind(DECLINED, Lane.NORMAL, Sender.ENTRY, {"reasons": crossing.Reasons}, _DECLINE),
    MessageKind(
        HELD,
        Lane.URGENT,
        Sender.ENTRY,
        {"hold": crossing.Hold},
        "Say that an agency of the entry post wants the crossing to wait, so that it does not depart.",
    ),
    MessageKind(
        LIFTED,
        Lane.URGENT,
        Sender.ENTRY,
        {"lift": crossing.Lift},
        "Say that the hold of an agency of the entry post no longer stands.",
    ),
    MessageKind(
        STATUS,
        Lane.NORMAL,
        Sender.EXIT,
        {"status": crossing.Status},
        "Say how far the crossing is at the exit post, so that the entry post can prepare.",
    ),
    MessageKind(RELEASED, Lane.NORMAL, Sender.EXIT, {}, "Say that customs of the exit post released the crossing."),
    MessageKind(
        SEAL, Lane.NORMAL, Sender.BOTH, {"seal": crossing.SealAct}, "Say that a seal was put on, looked at or opened."
    ),
    MessageKind(
        DEPARTED,
        Lane.NORMAL,
        Sender.EXIT,
        {"departure": crossing.Departure, "seals": crossing.Seals},
        "Say that the load unit is on its way over the line.",
    ),
    MessageKind(
        RECEIVED,
        Lane.NORMAL,
        Sender.ENTRY,
        {"handover": crossing.Handover},
        "Say that the load unit arrived and custody passed.",
    ),
    MessageKind(
        DISPUTED,
        Lane.NORMAL,
        Sender.ENTRY,
        {"dispute": crossing.Dispute},
        "Say that what came is not what was announced.",
    ),
    MessageKind(
        DISCREPANCY,
        Lane.NORMAL,
        Sender.BOTH,
        {"discrepancy": crossing.Discrepancy},
        "Say what was found that is not as declared.",
    ),
    MessageKind(
        INSPECTED,
        Lane.NORMAL,
        Sender.BOTH,
        {"inspection": crossing.Inspection},
        "Say what an inspection found, so that the other side need not repeat it.",
    ),
    MessageKind(
        REFUSED,
        Lane.NORMAL,
        Sender.ENTRY,
        {"refusal": crossing.Refusal},
        "Say that an agency of the entry post refused the goods.",
    ),
    MessageKind(
        CANCELLED,
        Lane.NORMAL,
        Sender.EXIT,
        {"reason": crossing.Withdrawal},
        "Withdraw an announced crossing before it departs.",
    ),
    MessageKind(CLOSED, Lane.NORMAL, Sender.ENTRY, {}, "Say that the goods left the entry post inland."),
    MessageKind(
        CERTIFICATE_ASKED,
        Lane.NORMAL,
        Sender.BOTH,
        {"question": crossing.Question},
        "Ask the side that issued a certificate whether it is genuine.",
        outcome_deadline_s=ANSWER_S,
    ),
    MessageKind(
        CERTIFICATE_ANSWERED,
        Lane.NORMAL,
        Sender.BOTH,
        {"answer": crossing.Answer},
        "Answer whether a certificate is genuine.",
    ),
    MessageKind(
        ATTACHMENTS,
        Lane.BULK,
        Sender.BOTH,
        {"attachments": crossing.Attachments},
        "List the files that belong to a crossing, by their SHA-256.",
    ),
)
_GATE: Final = (
    MessageKind(
        ROUTE_STOPPED,
        Lane.URGENT,
        Sender.BOTH,
        {"stop": gate.Stop},
        "Say that a direction stands still, why and until when.",
    ),
    MessageKind(ROUTE_REOPENED, Lane.URGENT, Sender.BOTH, {"stop": gate.Reopening}, "Say that a direction runs again."),
    MessageKind(
        ROUTE_STATE,
        Lane.NORMAL,
        Sender.BOTH,
        {"condition": gate.Condition},
        "Say what goes slower or is out at a post, why and until when.",
    ),
    MessageKind(
        HOURS,
        Lane.NORMAL,
        Sender.BOTH,
        {"hours": gate.Hours},
        "Say at which hours a post works on a date.",
    ),
    MessageKind(
        QUOTA_ANNOUNCED,
        Lane.URGENT,
        Sender.ENTRY,
        {"quota": gate.Quota},
        "Announce how many vehicles an hour are taken in.",
    ),
    MessageKind(
        CAPACITY_ANNOUNCED,
        Lane.URGENT,
        Sender.ENTRY,
        {"capacity": gate.Capacity},
        "Announce how many vehicles there is room for at once.",
    ),
    MessageKind(
        ALERT,
        Lane.URGENT,
        Sender.BOTH,
        {"alert": gate.Alert},
        "Warn the other side of crime, disease or danger, so that both look out.",
    ),
    MessageKind(
        NOTE,
        Lane.NORMAL,
        Sender.BOTH,
        {"note": gate.Note},
        "Keep for both sides what was said over the hotline.",
    ),
    MessageKind(
        STATISTICS,
        Lane.BULK,
        Sender.BOTH,
        {"statistics": gate.Statistics},
        "Tell the counts of a day, so that both sides can compare theirs.",
    ),
    MessageKind(
        OUTCOME,
        Lane.NORMAL,
        Sender.BOTH,
        {"outcome": answers.Outcome},
        "Answer an entry: accepted, or refused with finding codes.",
    ),
)

KEY_ANNOUNCED: Final = "key.announced/1"
KEY_RETIRED: Final = "key.retired/1"
KEY_REVOKED: Final = "key.revoked/1"
KEY_STATEMENTS: Final[dict[str, MessageKind]] = {
    kind: MessageKind(kind, Lane.URGENT, Sender.BOTH, {"statement": keys.KeyNote}, purpose, EVIDENCE_DAYS)
    for kind, purpose in (
        (KEY_ANNOUNCED, "Pass on the roots' statement from where a key counts."),
        (KEY_RETIRED, "Pass on the roots' statement up to where a key counts."),
        (KEY_REVOKED, "Pass on the roots' statement up to where a key counts that others may hold."),
    )
}
"""Statements of roots about keys."""

CATALOGUE: Final[Mapping[str, MessageKind]] = {message.kind: message for message in (*_CROSSING, *_GATE)}
LOG_OPENED: Final = "log.opened/1"
AGREEMENT_ANNOUNCED: Final = "agreement.announced/1"
STATEMENTS: Final[Mapping[str, MessageKind]] = KEY_STATEMENTS | {
    message.kind: message
    for message in (
        MessageKind(
            LOG_OPENED,
            Lane.URGENT,
            Sender.BOTH,
            {"fence": statements.Fenced},
            "Say from where a log goes on in a new epoch.",
            EVIDENCE_DAYS,
        ),
        MessageKind(
            AGREEMENT_ANNOUNCED,
            Lane.URGENT,
            Sender.BOTH,
            {"version": statements.AnnouncedVersion},
            "Say that a signed version of the agreement is held here, and show it.",
            EVIDENCE_DAYS,
        ),
    )
}
"""What a link says of itself.  No agreement lists it, every agreement lets it through, in any lane."""

"""Every message this software reads and writes, by type with version."""
READS: Final = frozenset(CATALOGUE)
"""The types that this release reads and writes, as its state tells the partner."""


def is_outcome(kind: str) -> bool:
    """Tell whether messages of type ``kind`` answer others, in whatever version; they are never answered themselves."""
    return kind.partition("/")[0] == OUTCOME.partition("/")[0]
