"""What must hold of every crossing at every moment; the node stops rather than go on without it."""

from __future__ import annotations

from collections.abc import Iterator

from gatepair.base.errors import InvariantBroken
from gatepair.crossing.declaring import LANES_FOR
from gatepair.crossing.model import Custody, Stage
from gatepair.crossing.state import ENDED, Crossing
from gatepair.plan.model import Role

_ON_ACCEPTANCE = frozenset({"fresh", "last_known"})
"""Clauses that rest on an acceptance on record; the others are marked as what stands in for it."""
_PLACED = frozenset({Stage.QUEUED, Stage.CALLED})


def check(crossing: Crossing) -> None:
    """Return when all invariants hold; about two microseconds.

    Raises:
        InvariantBroken: names the crossing and every rule that does not hold.
    """
    broken = tuple(violations(crossing))
    if broken:
        raise InvariantBroken("; ".join(broken), crossing=crossing.id, version=crossing.version)


def violations(crossing: Crossing) -> Iterator[str]:
    """Yield a sentence for each invariant that does not hold."""
    if crossing.departure is not None:
        yield from _departure(crossing)
    if crossing.release is not None:
        yield from _release(crossing)
    if crossing.place is not None or crossing.stage in _PLACED:
        yield from _place(crossing)
    if crossing.fee is not None and not 0 <= crossing.fee.paid_minor <= crossing.fee.amount_minor:
        yield "the fee is paid within what is due"
    yield from _sides(crossing)


def _departure(crossing: Crossing) -> Iterator[str]:
    departure = crossing.departure
    if departure is None:
        return
    if not departure.released:
        yield "no departure without customs' release"
    if not departure.rested.clause:
        yield "every departure says what word of the partner it rested on"
    if departure.rested.clause in _ON_ACCEPTANCE and not departure.accepted:
        yield "no departure without the partner's acceptance or a marked clause"
    if departure.held:
        yield "no departure while an agency of the entry post holds it"
    if crossing.role is not Role.EXIT:
        yield "only the exit post lets a vehicle depart"
    if crossing.place is not None:
        yield "who departed has no place"


def _release(crossing: Crossing) -> Iterator[str]:
    release = crossing.release
    if release is None:
        return
    if any(duty not in crossing.decisions for duty in release.relied_on):
        yield "a release never outlives a decision it relied on"
    if crossing.role is Role.ENTRY and crossing.received_at_ms is None:
        yield "the entry post releases only what it received"
    if crossing.stage is Stage.REFUSED and crossing.departure is None:
        yield "refused goods are not released"


def _place(crossing: Crossing) -> Iterator[str]:
    if crossing.place is None:
        yield "who is queued or called has a place"
        return
    if crossing.stage not in _PLACED and crossing.stage is not Stage.ARRIVED:
        yield "a place ends with the stay before the gate"
    if (crossing.stage is Stage.CALLED) and crossing.place.called_until_ms is None:
        yield "a call has an end"
    if crossing.role is not Role.EXIT:
        yield "places are given at the exit post"


def _sides(crossing: Crossing) -> Iterator[str]:
    if crossing.lane_kind not in LANES_FOR[crossing.load]:
        yield "unmanned and manned traffic never share a lane"
    if crossing.received_at_ms is not None and crossing.announced_leaf and crossing.partner_departure is None:
        yield "a load is received only after it departed"
    if crossing.custody is Custody.ENTRY_POST and (
        crossing.received_at_ms is None and crossing.partner_received_at_ms is None
    ):
        yield "the entry post answers only for what it received"
    if crossing.stage in ENDED and crossing.place is not None:
        yield "an ended crossing has no place"
    if crossing.stage is Stage.CLOSED and not crossing.outcome:
        yield "a closed crossing has an outcome"
