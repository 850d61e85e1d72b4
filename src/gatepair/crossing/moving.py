"""Decisions where the vehicle moves: barrier, stations, money, the line, the handover, the stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gatepair.base.findings import Finding, Refusal
from gatepair.base.time import HOUR_MS, SECOND_MS
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing import findings as fi
from gatepair.crossing import guards
from gatepair.crossing.context import Context, Tolerated
from gatepair.crossing.declaring import LANES_FOR
from gatepair.crossing.digest import binding_digest
from gatepair.crossing.model import Custody, LoadUnit, Onward, Rested, Stage
from gatepair.crossing.outcome import Outcome, refuse
from gatepair.crossing.queueing import needs_place
from gatepair.crossing.state import BEFORE_GATE, Crossing
from gatepair.plan import rules
from gatepair.plan.model import Regime, Role

LEFT: Final = "left"
"""Result recorded at the station where the goods leave the gate inland."""
ONWARD_OUTCOMES: Final = {Onward.HOME_MARKET: "returned", Onward.OTHER_GATE: "diverted", Onward.DESTROY: "destroyed"}
"""How a refused crossing is closed, by where the goods go."""


def record_arrival(crossing: Crossing, command: cmd.RecordArrival, context: Context, at_ms: int) -> Outcome:
    """Open the barrier: at the exit for the one called, at the entry also before the partner's word came."""
    findings = [*guards.station_known(context, command.station), *_expected(crossing, context)]
    findings.extend(guards.seen_as_bound(crossing, command.seen, at_line=crossing.role is Role.ENTRY))
    if findings:
        return refuse(*findings)
    digest = binding_digest(context.binding_salt, command.seen) if crossing.place is not None else ""
    return (ev.VehicleArrived(at_ms=at_ms, station=command.station, seen=command.seen, binding_digest=digest),)


def _expected(crossing: Crossing, context: Context) -> Iterator[Finding]:
    if crossing.stage is Stage.ARRIVED:
        yield fi.NOTHING_CHANGED.at("stage", what="arrived")
    elif crossing.role is Role.ENTRY:
        yield from guards.at_stage(crossing, {Stage.ANNOUNCED, Stage.DECLARED})
    elif needs_place(context.plan, context.post, crossing):
        if crossing.stage in {Stage.DECLARED, Stage.QUEUED}:
            yield fi.NOT_CALLED.at("stage", stage=crossing.stage.value)
        else:
            yield from guards.at_stage(crossing, {Stage.CALLED})
    else:
        yield from guards.at_stage(crossing, BEFORE_GATE)


def record_check(crossing: Crossing, command: cmd.RecordCheck, context: Context, at_ms: int) -> Outcome:
    """Record an act at a station; a vehicle that is not the one bound belongs to another record."""
    findings = [*guards.at_stage(crossing, guards.WORKING), *guards.station_known(context, command.station)]
    if command.seen is not None:
        at_line = crossing.arrived_at_ms is not None or crossing.role is Role.ENTRY
        findings.extend(guards.seen_as_bound(crossing, command.seen, at_line=at_line))
    if findings:
        return refuse(*findings)
    return (
        ev.CheckRecorded(
            at_ms=at_ms,
            station=command.station,
            duty=context.duty,
            result=command.result,
            seen=command.seen,
            evidence=command.evidence,
        ),
    )


# --- money --------------------------------------------------------------------------------


def assess_fee(crossing: Crossing, _command: cmd.AssessFee, context: Context, at_ms: int) -> Outcome:
    """Record the fee that the schedule gives; again only when a correction changed it."""
    findings = list(guards.at_stage(crossing, guards.WORKING))
    fee, known = context.fee, crossing.fee
    if fee is None:
        return refuse(fi.FEE_NONE.at("fee", post=context.post), *findings)
    if known is not None and (known.amount_minor, known.currency) == (fee.amount_minor, fee.currency):
        findings.append(fi.NOTHING_CHANGED.at("fee", what="fee"))
    if known is not None and fee.amount_minor < known.paid_minor:
        # Paying back is the treasury's act; until it is done the higher fee stands.
        findings.append(fi.FEE_TOO_MUCH.at("fee", due_minor=fee.amount_minor, given_minor=known.paid_minor))
    if findings:
        return refuse(*findings)
    return (ev.FeeAssessed(at_ms=at_ms, fee=fee),)


def pay_fee(crossing: Crossing, command: cmd.PayFee, _context: Context, at_ms: int) -> Outcome:
    """Record a payment, never more than is due and each receipt once."""
    findings = list(guards.at_stage(crossing, guards.WORKING))
    fee = crossing.fee
    if fee is None:
        return refuse(fi.FEE_MISSING.at("fee"), *findings)
    due_minor = fee.amount_minor - fee.paid_minor
    if command.receipt in crossing.fee_receipts:
        findings.append(fi.RECEIPT_USED.at("receipt", receipt=command.receipt))
    if command.currency != fee.currency:
        findings.append(fi.FEE_CURRENCY.at("currency", expected=fee.currency, given=command.currency))
    elif command.amount_minor > due_minor:
        findings.append(fi.FEE_TOO_MUCH.at("amount_minor", due_minor=due_minor, given_minor=command.amount_minor))
    if findings:
        return refuse(*findings)
    return (
        ev.FeePaid(
            at_ms=at_ms,
            amount_minor=command.amount_minor,
            currency=command.currency,
            receipt=command.receipt,
        ),
    )


# --- over the line ------------------------------------------------------------------------


def depart(crossing: Crossing, command: cmd.Depart, context: Context, at_ms: int) -> Outcome:
    """Let the vehicle over the line, when every condition of departure holds (design §3, rule 4)."""
    rested = resting_on(crossing, command, context)
    findings = [
        *guards.at_stage(crossing, {Stage.ARRIVED}),
        *_released(crossing),
        *(rested.findings if isinstance(rested, Refusal) else ()),
        *lane_open(crossing, command.lane, context),
        *guards.seen_as_bound(crossing, command.seen, at_line=True),
        *_seals_whole(crossing),
        *_together(context),
        *_held_over_there(crossing),
        *guards.seals_as((seal.number for seal in crossing.seals), command.seen),
        *guards.obstacles(crossing, context),
    ]
    if findings or isinstance(rested, Refusal):
        return refuse(*findings)
    departed = ev.VehicleDeparted(at_ms=at_ms, lane=command.lane, seen=command.seen, rested=rested)
    lost = guards.lost(crossing, "departed", at_ms)
    # Without a partner nobody will say that it was received: the crossing ends at the line.
    closed = (ev.CrossingClosed(at_ms=at_ms, outcome="departed"),) if context.alone else ()
    return (departed, *lost, *closed)


def _released(crossing: Crossing) -> Iterator[Finding]:
    if not crossing.released:
        yield fi.NOT_RELEASED.at("release")


def _seals_whole(crossing: Crossing) -> Iterator[Finding]:
    for seal in crossing.seals:
        if not seal.intact:
            yield fi.SEAL_NOT_INTACT.at("seals", number=seal.number)


def _held_over_there(crossing: Crossing) -> Iterator[Finding]:
    for duty, reasons in crossing.partner_holds.items():
        yield fi.HELD_BY_PARTNER.at(f"partner_holds.{duty}", duty=duty.value, reasons=", ".join(reasons) or "–")


def _together(context: Context) -> Iterator[Finding]:
    """Find a truck of the same batch that is not ready: those that share a waybill cross together."""
    for mate in context.batch:
        if mate.departure is None and not (mate.stage is Stage.ARRIVED and mate.released):
            yield fi.BATCH_APART.at("declaration.trip.batch", crossing=mate.id, stage=mate.stage.value)


def lane_open(crossing: Crossing, lane: str, context: Context) -> Iterator[Finding]:
    """Find a lane that is not on the road, not open, not this way or not of a kind the load may use."""
    view = context.lane
    if view is None or view.key != lane or view.route != crossing.route:
        yield fi.LANE_UNKNOWN.at("lane", lane=lane, route=crossing.route)
        return
    if not view.open:
        yield fi.LANE_CLOSED.at("lane", lane=lane, why=view.why)
    if view.direction is not crossing.direction:
        yield fi.LANE_OTHER_WAY.at("lane", lane=lane, direction=crossing.direction.value)
    if view.kind not in LANES_FOR[crossing.load]:
        yield fi.LANE_OTHER_KIND.at("lane", lane=lane, lane_kind=view.kind.value)


def resting_on(crossing: Crossing, command: cmd.Depart, context: Context) -> Rested | Refusal:
    """Return what word of the partner the departure rests on, or why no word allows it.

    An acceptance on record is needed; only an officer who confirms by name, where the agreement asks for
    one, answers for an acceptance that did not arrive. A decline on record is never overruled.
    """
    partner = context.partner
    if context.alone:
        return Rested(clause="alone")
    if crossing.partner_declined:
        return refuse(
            fi.PARTNER_DECLINED.at(
                "partner_declined", reasons=", ".join(reason.code for reason in crossing.partner_declined)
            )
        )
    tolerated = _tolerated(context)
    if tolerated is None:
        return refuse(
            fi.PARTNER_SILENT.at("partner", age_s="∞" if partner.age_s is None else partner.age_s),
            *(() if crossing.partner_accepted_at_ms is not None else (fi.PARTNER_NOT_ACCEPTED.at("partner"),)),
        )
    if tolerated.officer and not command.confirmed_by:
        return refuse(fi.OFFICER_NEEDED.at("confirmed_by", clause=tolerated.clause))
    if crossing.partner_accepted_at_ms is None and not tolerated.officer:
        return refuse(fi.PARTNER_NOT_ACCEPTED.at("partner"))
    return Rested(
        clause=tolerated.clause,
        age_s=partner.age_s,
        size=partner.size,
        officer=command.confirmed_by if tolerated.officer else "",
    )


def _tolerated(context: Context) -> Tolerated | None:
    age_s = context.partner.age_s
    for line in context.tolerances:
        if line.max_age_s is None or (age_s is not None and age_s <= line.max_age_s):
            return line
    return None


def confirm_handover(crossing: Crossing, command: cmd.ConfirmHandover, context: Context, at_ms: int) -> Outcome:
    """Take custody of what was announced and departed; the foreign vehicle's stay begins."""
    findings = [
        *_comes_over(crossing, context, command.station),
        *guards.seen_as_bound(crossing, command.seen, at_line=True),
    ]
    if crossing.partner_departure is not None:
        findings.extend(guards.seals_as(crossing.partner_departure.seals, command.seen))
    if findings:
        return refuse(*findings)
    confirmed = ev.HandoverConfirmed(
        at_ms=at_ms,
        station=command.station,
        seen=command.seen,
        condition=command.condition,
        custody=Custody.ENTRY_POST,
    )
    return (confirmed, *_stay(crossing, context, at_ms))


def _comes_over(crossing: Crossing, context: Context, station: str) -> Iterator[Finding]:
    yield from guards.station_known(context, station)
    if crossing.received_at_ms is not None:
        yield fi.NOTHING_CHANGED.at("received", what="received")
        return
    yield from guards.at_stage(crossing, {Stage.ANNOUNCED, Stage.DECLARED, Stage.ARRIVED})
    if crossing.announced_leaf and crossing.partner_departure is None:
        yield fi.NOT_DEPARTED.at("partner_departure")


def _stay(crossing: Crossing, context: Context, at_ms: int) -> tuple[ev.CrossingEvent, ...]:
    """Start the stay clock of a foreign vehicle: not of one that comes home, nor of a container's carrier."""
    if crossing.return_of is not None or crossing.load is LoadUnit.CONTAINER:
        return ()
    two_way = crossing.declaration.regime is Regime.TWO_WAY
    until_ms = at_ms + rules.stay_ms(context.plan, crossing.declaration.regime)
    return (ev.StayStarted(at_ms=at_ms, until_ms=until_ms, clock="two_way" if two_way else "one_way"),)


def dispute_handover(crossing: Crossing, command: cmd.DisputeHandover, context: Context, at_ms: int) -> Outcome:
    """Say that what came is not what was announced; custody stays at the line."""
    findings = list(_comes_over(crossing, context, command.station))
    reason = command.reason or "disputed"
    if crossing.dispute == reason:
        findings.append(fi.NOTHING_CHANGED.at("dispute", what="dispute"))
    if findings:
        return refuse(*findings)
    return (ev.HandoverDisputed(at_ms=at_ms, station=command.station, seen=command.seen, reason=reason),)


def record_exit(crossing: Crossing, command: cmd.RecordExit, context: Context, at_ms: int) -> Outcome:
    """Let the goods leave the gate inland: released at the entry, or refused at either post; the crossing closes."""
    findings = list(guards.station_known(context, command.station))
    if crossing.stage is Stage.REFUSED:
        findings.extend(_leaves_refused(crossing))
    else:
        findings.extend(guards.at_role(crossing, Role.ENTRY))
        findings.extend(guards.at_stage(crossing, {Stage.ARRIVED}))
        if not crossing.released:
            findings.append(fi.NOT_RELEASED.at("release"))
        findings.extend(guards.obstacles(crossing, context))
    if findings:
        return refuse(*findings)
    left = ev.CheckRecorded(at_ms=at_ms, station=command.station, duty=context.duty, result=LEFT)
    return (left, ev.CrossingClosed(at_ms=at_ms, outcome=_outcome(crossing)))


def _leaves_refused(crossing: Crossing) -> Iterator[Finding]:
    if crossing.departure is not None:
        # Refused over there: it comes back through ReceiveReturn or is ended by the partner's word.
        yield fi.WRONG_SIDE.at("stage", needed=Role.ENTRY.value, role=crossing.role.value)


def _outcome(crossing: Crossing) -> str:
    if crossing.refused is None:
        return "delivered"
    if crossing.role is Role.EXIT and crossing.refused.onward is Onward.HOME_MARKET:
        return "turned_back"
    return ONWARD_OUTCOMES[crossing.refused.onward]


def receive_return(crossing: Crossing, command: cmd.ReceiveReturn, context: Context, at_ms: int) -> Outcome:
    """Take back a vehicle whose goods the other side refused; the crossing closes."""
    findings = [
        *guards.at_stage(crossing, {Stage.REFUSED}),
        *guards.station_known(context, command.station),
        *guards.seen_as_bound(crossing, command.seen, at_line=True),
    ]
    if crossing.departure is None:
        findings.append(fi.WRONG_STAGE.at("stage", stage=crossing.stage.value, needed=Stage.DEPARTED.value))
    if findings:
        return refuse(*findings)
    return (
        ev.VehicleReturned(at_ms=at_ms, station=command.station, seen=command.seen),
        ev.CrossingClosed(at_ms=at_ms, outcome="returned"),
    )


# --- the stay -----------------------------------------------------------------------------


def warn_stay(crossing: Crossing, _command: cmd.WarnStay, context: Context, at_ms: int) -> Outcome:
    """Warn once before the stay runs out and once after."""
    stay = crossing.stay
    if stay is None or stay.ended_at_ms is not None:
        return refuse(fi.NO_STAY.at("stay"))
    if at_ms >= stay.until_ms and not stay.overdue:
        return (ev.StayWarned(at_ms=at_ms, overdue=True),)
    warn_from_ms = stay.until_ms - context.plan.stay.warn_before_h * HOUR_MS
    if warn_from_ms <= at_ms < stay.until_ms and not stay.warned:
        return (ev.StayWarned(at_ms=at_ms, overdue=False),)
    return refuse(fi.STAY_NOT_DUE.at("stay", left_s=(stay.until_ms - at_ms) // SECOND_MS))


def end_stay(crossing: Crossing, _command: cmd.EndStay, _context: Context, at_ms: int) -> Outcome:
    """Record that the foreign vehicle left; possible also after the goods are gone."""
    if crossing.stay is None or crossing.stay.ended_at_ms is not None:
        return refuse(fi.NO_STAY.at("stay"))
    return (ev.StayEnded(at_ms=at_ms),)
