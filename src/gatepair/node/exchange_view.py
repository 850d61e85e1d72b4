"""What the command centre, the gate board and the auditor see of the exchange.

Figures come from one view of the ledger, so they fit one another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Raw, Struct, to_builtins

from gatepair.base.canonical import decode_as
from gatepair.base.errors import NotFound
from gatepair.exchange.agreement import Tolerance
from gatepair.exchange.envelope import Header, read_header
from gatepair.exchange.messages import Lane
from gatepair.node import lane_desk, parking
from gatepair.node import link_answers as answers
from gatepair.node import link_state as states
from gatepair.node.lane_desk import UnfreezeRequest
from gatepair.node.link_state import QUARANTINE, Freeze, SetAside

if TYPE_CHECKING:
    from gatepair.node.ports import LogEntry, Reader
    from gatepair.node.post import Post

PAGE_MAX: Final = 200
"""Most rows of a page: each message costs three small reads."""
COUNTED_MAX: Final = 1_000
"""Up to here rows are counted; a figure of this size means at least so many."""
RUNGS: Final = ("waiting", "custody", "outcome", "effect")
"""How far a message has come: not receipted yet; held durably by the partner; answered; acted on over there."""


class LaneShown(Struct, frozen=True):
    """One lane: both logs, what waits, what stands still, and for whom people wait."""

    lane: str
    epoch: int
    size: int
    confirmed: int
    unconfirmed: int
    oldest_unconfirmed_s: int | None
    waiting: int
    """Messages said while nothing may be signed: they go out in the next epoch."""
    mirror_epoch: int
    mirror_size: int
    heard_age_s: int | None
    answer: str
    """The partner's last reply: ``received``, ``gap``, ``rejected`` and so on; empty before the first."""
    recovery: str
    """``fencing``, ``pulling`` or ``repeating`` while the lane comes back after a loss; else empty."""
    frozen_out: Freeze | None
    """Why nothing is sent."""
    frozen_in: Freeze | None
    """Why nothing is taken in."""
    evidence: int
    unfreeze: UnfreezeRequest | None
    """What a second person may confirm now."""


class ExchangeShown(Struct, frozen=True):
    """The exchange as a whole; counts go up to 1,000."""

    post: str
    partner: str
    mode: str
    at_ms: int
    agreement: dict[str, Any]
    """The version in force; between two, or before the first, the newest."""
    versions: list[dict[str, Any]]
    """All versions held: number, hash, from and until when entries under it count, whether it is in force, whether
    the partner holds it too, and whether the roots signed another text of its number."""
    partner_age_s: int | None
    steps: dict[str, str]
    """Clause that holds now for each step of the agreement, by the age of the partner's word; empty: the step waits."""
    clock: dict[str, Any] | None
    recovering: bool
    """Whether acts that a restore lost are being given again."""
    quarantined: int
    parked: int
    overdue: int
    lanes: list[LaneShown]


class MessageShown(Struct, frozen=True):
    """One message of ours and how far it has come."""

    log: str
    index: int
    id: str
    type: str
    subject: str
    at_ms: int
    rung: int
    stage: str
    verdict: str
    codes: tuple[str, ...]
    answered_at_ms: int | None
    withheld: bool
    """Whether its body was withheld or erased."""


class Quarantined(Struct, frozen=True):
    """An entry of the partner that is mirrored and had no effect."""

    at_ms: int
    entry: SetAside


class Overdue(Struct, frozen=True):
    """A message of ours whose outcome should have come."""

    id: str
    lane: str
    subject: str
    type: str
    said_ms: int
    deadline_ms: int


def overview(post: Post, reader: Reader) -> ExchangeShown:
    """Return the exchange as a whole."""
    link, now_ms = post.link, post.now()
    age_s = link.partner_age_s(now_ms)
    agreement = (link.versions.ruling(now_ms) or link.versions.terms[-1]).agreement
    return ExchangeShown(
        post=post.key,
        partner=link.partner_post,
        mode=link.mode,
        at_ms=now_ms,
        agreement={
            "hash": agreement.hash().hex(),
            "id": agreement.id,
            "in_force": agreement.in_force(now_ms),
            "valid_from_ms": agreement.valid_from_ms,
            "valid_until_ms": agreement.valid_until_ms,
            "version": agreement.version,
        },
        versions=link.version_table(reader, now_ms),
        partner_age_s=age_s,
        steps={step: clause_at(tolerances, age_s) for step, tolerances in sorted(agreement.staleness.items())},
        clock=link.clock_status(),
        recovering=post.recovering,
        quarantined=len(reader.rows(QUARANTINE, limit=COUNTED_MAX)),
        parked=parking.count(reader),
        overdue=len(answers.overdue(reader, now_ms, after=None, limit=COUNTED_MAX)),
        lanes=[_lane(post, reader, status) for status in link.status(reader, now_ms)],
    )


def clause_at(tolerances: tuple[Tolerance, ...], age_s: int | None) -> str:
    """Return the clause under which a step may go on at ``age_s`` of the partner's word; empty when it waits."""
    for tolerance in tolerances:
        if tolerance.any_age or (age_s is not None and age_s <= tolerance.max_age_s):
            return tolerance.clause
    return ""


def messages(post: Post, reader: Reader, lane: Lane, *, epoch: int, after: int, limit: int) -> list[MessageShown]:
    """Return messages of our log in ``lane`` from index ``after`` on; ``epoch`` 0 stands for the present one.

    Raises:
        NotFound: there is no such epoch.
    """
    own = states.own_state(reader, lane)
    wanted = epoch or own.epoch
    part = next((part for part in states.own_logs(reader, lane) if part.epoch == wanted), None)
    if part is None:
        raise NotFound("this lane has no such epoch", lane=lane.value, epoch=epoch)
    log = str(post.link.agreement.origin(post.key, lane, part.epoch))
    confirmed = own.confirmed if part.epoch == own.epoch else part.size
    rows = reader.own_entries(part.key, start=after, limit=min(limit, PAGE_MAX, max(0, part.size - after)))
    shown = ((row, read_header(row.header)) for row in rows)
    return [_message(reader, row, header, log=log, held=row.index < confirmed) for row, header in shown if header]


def evidence(reader: Reader, lane: Lane, number: int) -> dict[str, Any]:
    """Return one piece of evidence of a contradiction, with both notes.

    Raises:
        NotFound: there is none of this number.
    """
    raw = reader.state(f"{states.evidence_name(lane)}{number:06d}")
    if raw is None:
        raise NotFound("this lane has no evidence of this number", lane=lane.value, number=number)
    return {"evidence": Raw(raw), "lane": lane.value, "number": number}


def quarantine(reader: Reader, *, after: tuple[int, str] | None, limit: int) -> list[Quarantined]:
    """Return entries of the partner that had no effect, the oldest first."""
    rows = reader.rows(QUARANTINE, after=after, limit=min(limit, PAGE_MAX))
    return [Quarantined(row.sort, decode_as(SetAside, row.document)) for row in rows]


def overdue(post: Post, reader: Reader, *, after: tuple[int, str] | None, limit: int) -> list[Overdue]:
    """Return messages of ours whose outcome should have come by the agreement, the longest overdue first."""
    found = answers.overdue(reader, post.now(), after=after, limit=min(limit, PAGE_MAX))
    return [
        Overdue(message_id, due.lane, due.subject, due.type, due.said_ms, deadline_ms)
        for deadline_ms, message_id, due in found
    ]


def signals(post: Post, reader: Reader) -> dict[str, Any]:
    """Return what of the lanes is told to followers when it changes: epochs, freezes, recoveries."""
    return {lane.value: _signal(reader, lane) for lane in post.link.lanes} if post.link.enabled else {}


def _signal(reader: Reader, lane: Lane) -> dict[str, Any]:
    own, mirror = states.own_state(reader, lane), states.mirror_state(reader, lane)
    return {
        "epoch": own.epoch,
        "frozen_in": to_builtins(mirror.frozen),
        "frozen_out": to_builtins(own.frozen),
        "mirror_epoch": mirror.epoch,
        "recovery": "" if own.recovery is None else own.recovery.phase,
    }


def _lane(post: Post, reader: Reader, status: dict[str, Any]) -> LaneShown:
    lane = Lane(status["lane"])
    frozen_out, frozen_in = post.link.freezes(reader, lane)
    return LaneShown(
        lane=lane.value,
        epoch=status["epoch"],
        size=status["size"],
        confirmed=status["confirmed"],
        unconfirmed=status["unconfirmed"],
        oldest_unconfirmed_s=status["oldest_unconfirmed_s"],
        waiting=status["waiting"],
        mirror_epoch=status["mirror_epoch"],
        mirror_size=status["mirror_size"],
        heard_age_s=status["heard_age_s"],
        answer=status["answer"],
        recovery=status["recovering"],
        frozen_out=frozen_out,
        frozen_in=frozen_in,
        evidence=status["evidence"],
        unfreeze=lane_desk.request_of(reader, lane, post.now()),
    )


def _message(reader: Reader, row: LogEntry, header: Header, *, log: str, held: bool) -> MessageShown:
    answer = answers.answer_to(reader, header.id)
    rung = _rung(reader, header, held=held, answered=answer is not None)
    return MessageShown(
        log=log,
        index=row.index,
        id=header.id,
        type=header.type,
        subject=header.subject,
        at_ms=header.at_ms,
        rung=rung,
        stage=RUNGS[rung],
        verdict="" if answer is None else answer.verdict,
        codes=() if answer is None else answer.codes,
        answered_at_ms=None if answer is None else answer.at_ms,
        withheld=row.body is None,
    )


def _rung(reader: Reader, header: Header, *, held: bool, answered: bool) -> int:
    """Return how far a message has come; an act of the partner on its subject since then is the last rung."""
    if not held:
        return 0
    acts = reader.stream(f"crossing/{header.subject}")
    if any(act.type.startswith("Partner") and act.recorded_at_ms >= header.at_ms for act in acts):
        return 3
    return 2 if answered else 1
