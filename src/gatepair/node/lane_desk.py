"""The desk at which people stop a lane of the exchange, and at which two of them let one go on.

One person may stop a lane: too much caution costs time.  To let one go on that stands still takes two
different persons of the duties that may, the second within half an hour of the first; the audit keeps
both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from gatepair.base.canonical import decode_as, encode
from gatepair.base.duties import Duty
from gatepair.base.errors import NotFound, Refused
from gatepair.base.time import MINUTE_MS
from gatepair.exchange.messages import Lane
from gatepair.node import audit
from gatepair.node import findings as say

if TYPE_CHECKING:
    from gatepair.node.audit import AuditEvent
    from gatepair.node.ports import Reader
    from gatepair.node.post import Post
    from gatepair.node.recording import Recorder
    from gatepair.node.requests import Actor

STEERERS: Final = frozenset({Duty.COMMAND_CENTRE, Duty.GATE_BOARD})
"""Who may stop a lane, ask that it goes on, and confirm that: those who answer for the gate's running."""
CONFIRM_MS_MAX: Final = 30 * MINUTE_MS
"""Within which the second person confirms: long enough to be called, short enough to mean the same situation."""


class UnfreezeRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What the first person asked, and until when it can be confirmed."""

    asked_at_ms: int
    by: str
    reason: str
    until_ms: int


def request_of(reader: Reader, lane: Lane, now_ms: int) -> UnfreezeRequest | None:
    """Return the request that can be confirmed now, None when there is none."""
    asked = _kept(reader, lane)
    return None if asked is None or asked.until_ms <= now_ms else asked


def freeze(post: Post, recorder: Recorder, lane: str, *, actor: Actor, reason: str) -> None:
    """Stop ``lane`` both ways.

    Raises:
        NotFound: nothing is exchanged in it.
        Refused: it stands still both ways already.
    """
    which = lane_of(post, lane)
    if all(post.link.freezes(recorder.unit, which)):
        raise Refused([say.LANE_STANDS.at("lane", lane=lane)])
    now_ms = post.now()
    post.link.freeze(recorder.unit, which, by=actor.id, now_ms=now_ms)
    recorder.unit.put_state(_name(which), None)
    _record(post, recorder, audit.LaneFrozen(at_ms=now_ms, lane=lane, reason=reason), actor)


def ask_unfreeze(post: Post, recorder: Recorder, lane: str, *, actor: Actor, reason: str) -> UnfreezeRequest:
    """Ask that ``lane`` goes on, in place of what was asked before; returns what the second person confirms.

    Raises:
        NotFound: nothing is exchanged in it.
        Refused: it runs.
    """
    which, now_ms = _frozen_lane(post, recorder, lane), post.now()
    asked = UnfreezeRequest(asked_at_ms=now_ms, by=actor.id, reason=reason, until_ms=now_ms + CONFIRM_MS_MAX)
    recorder.unit.put_state(_name(which), encode(asked))
    _record(post, recorder, audit.UnfreezeAsked(at_ms=now_ms, lane=lane, reason=reason), actor)
    return asked


def confirm_unfreeze(post: Post, recorder: Recorder, lane: str, *, actor: Actor, asked_at_ms: int) -> None:
    """Let ``lane`` go on, as was asked at ``asked_at_ms`` by somebody else.

    Raises:
        NotFound: nothing is exchanged in it.
        Refused: it runs, nothing of the kind was asked, the same person asked, or it is too late.
    """
    which, now_ms = _frozen_lane(post, recorder, lane), post.now()
    asked = _kept(recorder.unit, which)
    if asked is None or asked.asked_at_ms != asked_at_ms:
        raise Refused([say.UNFREEZE_NOT_ASKED.at("asked_at_ms", lane=lane)])
    if asked.by == actor.id:
        raise Refused([say.UNFREEZE_SAME_PERSON.at("lane", lane=lane)])
    if asked.until_ms <= now_ms:
        raise Refused([say.UNFREEZE_TOO_LATE.at("asked_at_ms", lane=lane, minutes=CONFIRM_MS_MAX // MINUTE_MS)])
    post.link.unfreeze(recorder.unit, which, now_ms=now_ms)
    recorder.unit.put_state(_name(which), None)
    told = audit.LaneUnfrozen(at_ms=now_ms, lane=lane, asked_by=asked.by, reason=asked.reason)
    _record(post, recorder, told, actor)


def _frozen_lane(post: Post, recorder: Recorder, lane: str) -> Lane:
    which = lane_of(post, lane)
    if not any(post.link.freezes(recorder.unit, which)):
        raise Refused([say.LANE_RUNS.at("lane", lane=lane)])
    return which


def lane_of(post: Post, lane: str) -> Lane:
    """Return the lane of this name. Raises NotFound when nothing is exchanged in it."""
    for which in post.link.lanes:
        if which.value == lane and post.link.enabled:
            return which
    raise NotFound("nothing is exchanged in this lane", lane=lane[:16])


def _record(post: Post, recorder: Recorder, event: AuditEvent, actor: Actor) -> None:
    recorder.audit([audit.draft(post.key, event)], audit.stamp(event, actor=actor.id))


def _kept(reader: Reader, lane: Lane) -> UnfreezeRequest | None:
    raw = reader.state(_name(lane))
    return None if raw is None else decode_as(UnfreezeRequest, raw)


def _name(lane: Lane) -> str:
    return f"exchange/unfreeze/{lane.value}"
