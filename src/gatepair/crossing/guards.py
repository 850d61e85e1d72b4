"""Conditions that several decisions share. Each returns findings; none means the condition holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from gatepair.base.duties import AGENCIES, Duty
from gatepair.base.findings import Finding
from gatepair.crossing import events as ev
from gatepair.crossing import findings as fi
from gatepair.crossing.claims import taken
from gatepair.crossing.context import Context
from gatepair.crossing.model import AgencyDecision, Binding, Channel, LoadUnit, PlaceFacts, Seen, Stage, Verdict
from gatepair.crossing.paths import touches
from gatepair.crossing.state import Crossing
from gatepair.plan import rules
from gatepair.plan.model import CommodityGroup, Plan, Regime, Role, YardKind

WORKING: Final = frozenset({Stage.ANNOUNCED, Stage.DECLARED, Stage.QUEUED, Stage.CALLED, Stage.ARRIVED})
"""Stages in which agencies act on a crossing at this post."""


def at_stage(crossing: Crossing, stages: Iterable[Stage]) -> tuple[Finding, ...]:
    """Find a crossing that is at none of ``stages``."""
    wanted = sorted(stages)
    if crossing.stage in wanted:
        return ()
    return (fi.WRONG_STAGE.at("stage", stage=crossing.stage.value, needed=" / ".join(wanted)),)


def at_role(crossing: Crossing, role: Role) -> tuple[Finding, ...]:
    """Find an act that belongs to the facing post."""
    if crossing.role is role:
        return ()
    return (fi.WRONG_SIDE.at("role", needed=role.value, role=crossing.role.value),)


def station_known(context: Context, station: str) -> tuple[Finding, ...]:
    """Find a station that the plan does not give to this post."""
    known = context.plan.stations.get(station)
    if known is not None and known.post == context.post:
        return ()
    return (fi.STATION_UNKNOWN.at("station", station=station, post=context.post),)


def yard_known(context: Context, yard: str, kinds: frozenset[YardKind]) -> tuple[Finding, ...]:
    """Find a yard that is not one of this post's of one of the ``kinds``."""
    known = sorted(
        key for key, value in context.plan.yards.items() if value.post == context.post and value.kind in kinds
    )
    return () if yard in known else (fi.YARD_UNKNOWN.at("yard", yard=yard, post=context.post, known=", ".join(known)),)


def claims_free(context: Context, binding: Binding, return_of: str | None) -> tuple[Finding, ...]:
    """Find each tractor, trailer and container that another open crossing holds."""
    others = taken(binding, context.holders, by=context.crossing_id, return_of=return_of)
    return tuple(
        fi.CLAIM_TAKEN.at("binding." + claim.split(":", 1)[0], claim=claim, holder=holder)
        for claim, holder in others.items()
    )


def seen_as_bound(crossing: Crossing, seen: Seen, *, at_line: bool) -> tuple[Finding, ...]:
    """Find a vehicle that is not the one bound.

    ``at_line``: a container for the unmanned lane has left its road truck behind, so only the container counts.
    """
    box_only = at_line and crossing.load is LoadUnit.CONTAINER
    same_boxes = sorted(seen.containers) == sorted(crossing.binding.containers)
    if same_boxes if box_only else seen.shows(crossing.binding):
        return ()
    return (fi.BINDING_MISMATCH.at("seen", seen=_vehicle(seen), bound=_vehicle(crossing.binding)),)


def _vehicle(vehicle: Binding | Seen) -> str:
    return " + ".join((vehicle.tractor, *([vehicle.trailer] if vehicle.trailer else []), *vehicle.containers))


def seals_as(expected: Iterable[str], seen: Seen) -> tuple[Finding, ...]:
    """Find seals seen that are not exactly the ones ``expected``."""
    wanted, found = sorted(expected), sorted(seen.seals)
    if wanted == found:
        return ()
    return (fi.SEAL_MISMATCH.at("seen.seals", seen=", ".join(found) or "–", expected=", ".join(wanted) or "–"),)


# --- what release, departure and exit have in common ---------------------------------------


def required_duties(plan: Plan, post: str, crossing: Crossing) -> tuple[Duty, ...]:
    """Return the duties that must stand as clear before customs releases, in the order of ``AGENCIES``.

    For each commodity group of the load the first matching rule of the plan holds; a mixed load needs
    what any of its goods needs. Customs itself is never among them: its word is the release.
    """
    groups = {item.commodity for item in crossing.declaration.goods} or {CommodityGroup.NONE}
    needed = {
        duty
        for group in sorted(groups)
        for duty in rules.required_duties(
            plan,
            post=post,
            role=crossing.role,
            regime=crossing.declaration.regime,
            commodity=group,
        )
    }
    return tuple(duty for duty in AGENCIES if duty in needed and duty is not Duty.CUSTOMS)


def obstacles(crossing: Crossing, context: Context) -> tuple[Finding, ...]:
    """Find everything but the release itself that keeps the goods here."""
    return (
        *_decisions_lacking(crossing, context),
        *_channel_lacking(crossing, context),
        *_inspections_lacking(crossing),
        *_samples_lacking(crossing),
        *_fee_lacking(crossing, context),
    )


def _decisions_lacking(crossing: Crossing, context: Context) -> Iterator[Finding]:
    for duty in required_duties(context.plan, context.post, crossing):
        if duty not in crossing.decisions:
            yield fi.DECISION_MISSING.at(f"decisions.{duty}", duty=duty.value)
    for duty, decision in crossing.decisions.items():
        if decision.verdict is Verdict.HOLD:
            yield fi.ON_HOLD.at(f"decisions.{duty}", duty=duty.value, reasons=_reasons(duty, decision, context))
        elif decision.verdict is Verdict.REFUSE:
            yield fi.REFUSED_BY.at(f"decisions.{duty}", duty=duty.value, reasons=_reasons(duty, decision, context))


def _reasons(duty: Duty, decision: AgencyDecision, context: Context) -> str:
    """Return an agency's reasons in words for whoever asks, where the plan lets them be seen."""
    return ", ".join(decision.reasons) if rules.shows_reasons(context.plan, of=duty, to=context.duty) else "–"


def channel_needed(plan: Plan, post: str, crossing: Crossing) -> bool:
    """Tell whether the plan has a channel profile for this crossing; empty vehicles need none."""
    if crossing.declaration.regime is Regime.EMPTY:
        return False
    return any(profile.post == post and profile.role is crossing.role for profile in plan.channels)


def _channel_lacking(crossing: Crossing, context: Context) -> Iterator[Finding]:
    if crossing.channel is None:
        if channel_needed(context.plan, context.post, crossing):
            yield fi.CHANNEL_MISSING.at("channel")
        return
    if not crossing.documents_checked:
        yield fi.DOCUMENTS_UNCHECKED.at("channel", channel=crossing.channel.value)
    if crossing.channel is Channel.RED and crossing.inspection_of(Duty.CUSTOMS) is None:
        yield fi.INSPECTION_MISSING.at("inspections")


def _inspections_lacking(crossing: Crossing) -> Iterator[Finding]:
    for inspection in crossing.inspections:
        if inspection.passed is None:
            yield fi.INSPECTION_OPEN.at("inspections", duty=inspection.duty.value, bay=inspection.bay)
        elif not inspection.passed:
            yield fi.INSPECTION_FAILED.at("inspections", duty=inspection.duty.value)


def _samples_lacking(crossing: Crossing) -> Iterator[Finding]:
    for sample in crossing.samples:
        if sample.passed is None:
            yield fi.SAMPLE_OPEN.at("samples", number=sample.number, laboratory=sample.laboratory)
        elif not sample.passed:
            yield fi.SAMPLE_FAILED.at("samples", number=sample.number)


def _fee_lacking(crossing: Crossing, context: Context) -> Iterator[Finding]:
    fee = crossing.fee
    if fee is None:
        if context.plan.posts[context.post].fee_schedule is not None:
            yield fi.FEE_MISSING.at("fee")
    elif fee.paid_minor < fee.amount_minor:
        yield fi.FEE_UNPAID.at("fee", due_minor=fee.amount_minor - fee.paid_minor, currency=fee.currency)


# --- what a correction does ----------------------------------------------------------------


def reopened(crossing: Crossing, paths: Iterable[str], at_ms: int) -> tuple[ev.CrossingEvent, ...]:
    """Return what no longer stands when the fields at ``paths`` change: exactly what relied on them."""
    changed = tuple(paths)
    gone: list[Duty] = []
    events: list[ev.CrossingEvent] = []
    for duty, decision in crossing.decisions.items():
        hit = _first_touched(decision.relied_on, changed)
        if hit is not None:
            gone.append(duty)
            events.append(ev.DecisionReopened(at_ms=at_ms, duty=duty, path=hit))
    release = crossing.release
    if release is not None:
        hit = _first_touched(release.paths, changed)
        if hit is not None or any(duty in release.relied_on for duty in gone):
            reason = f"corrected {hit or changed[0]}"
            events.append(ev.ReleaseWithdrawn(at_ms=at_ms, reason=reason))
    return tuple(events)


def _first_touched(patterns: Iterable[str], paths: tuple[str, ...]) -> str | None:
    return next((path for path in paths for pattern in patterns if touches(pattern, path)), None)


def place_facts(crossing: Crossing) -> PlaceFacts:
    """Return the facts from which the published rule computes the class of the place."""
    return PlaceFacts(
        commodity=crossing.declaration.commodity(),
        regime=crossing.declaration.regime,
        tested=crossing.declaration.tested(),
        paired_return=crossing.return_of is not None,
        load=crossing.load,
        route=crossing.route,
        lane_kind=crossing.lane_kind,
    )


def facts_changed(before: Crossing, after: Crossing, at_ms: int) -> tuple[ev.CrossingEvent, ...]:
    """Return the change of the place's facts, if there is a place and they changed."""
    facts = place_facts(after)
    if before.place is None or before.place.facts == facts:
        return ()
    return (ev.PlaceFactsChanged(at_ms=at_ms, number=before.place.number, facts=facts),)


def lost(crossing: Crossing, cause: str, at_ms: int) -> tuple[ev.CrossingEvent, ...]:
    """Return the loss of the place, if there is one."""
    if crossing.place is None:
        return ()
    return (ev.PlaceLost(at_ms=at_ms, number=crossing.place.number, cause=cause),)
