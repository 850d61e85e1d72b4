"""Decisions about what is declared: declaring, correcting, rebinding, withdrawing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gatepair.base.duties import Duty
from gatepair.base.errors import InvariantBroken
from gatepair.base.findings import Finding
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing import findings as fi
from gatepair.crossing import guards
from gatepair.crossing.context import Context
from gatepair.crossing.digest import binding_digest
from gatepair.crossing.fold import apply
from gatepair.crossing.model import Binding, LoadUnit, Stage
from gatepair.crossing.outcome import Events, Outcome, refuse
from gatepair.crossing.paths import (
    PathUnknownError,
    ValueUnfitError,
    canonical_path,
    plain,
    touches,
    value_at,
    with_value,
)
from gatepair.crossing.state import BEFORE_GATE, Crossing
from gatepair.plan import rules
from gatepair.plan.model import LaneKind, Regime, Role

LANES_FOR: Final[dict[LoadUnit, tuple[LaneKind, ...]]] = {
    LoadUnit.TRUCK: (LaneKind.MANNED,),
    LoadUnit.CONTAINER: (LaneKind.UNMANNED,),
    LoadUnit.EMPTY: (LaneKind.EMPTIES, LaneKind.MANNED),
    LoadUnit.WAGON: (LaneKind.MANNED,),
}
"""Which kinds of lane each load may use: unmanned and manned traffic never share one (design §3, rule 10)."""

LODGED_MAX: Final = 400
"""Most declarations of one crossing. Source: border residents share a truck; the mutual market's groups have some hundreds."""

Declared = cmd.DeclareCrossing | cmd.RecordPartnerAnnouncement


def declare(command: cmd.DeclareCrossing, context: Context, at_ms: int) -> Outcome:
    """Declare a crossing at the post where it is declared once: the exit, or a post without a partner."""
    role = context.plan.role_of(context.post, command.direction)
    findings = [
        *_at_home(role, command, context),
        *lane_fits(command, context),
        *_goods_fit(command),
        *_returns(command, context, role),
        *_batch_free(command, context),
        *guards.claims_free(context, command.binding, command.return_of),
    ]
    if findings:
        return refuse(*findings)
    return (declared(command, role=role, declarant=context.actor, at_ms=at_ms),)


def declared(command: Declared, *, role: Role, declarant: str, at_ms: int, leaf: str = "") -> ev.CrossingDeclared:
    """Return the fact of a declaration made here, or of the partner's entry ``leaf`` that announced one."""
    return ev.CrossingDeclared(
        at_ms=at_ms,
        role=role,
        direction=command.direction,
        route=command.route,
        lane_kind=command.lane_kind,
        load=command.load,
        declaration=command.declaration,
        binding=command.binding,
        driver=command.driver,
        return_of=command.return_of,
        declarant=declarant,
        leaf=leaf,
    )


def _at_home(role: Role, command: cmd.DeclareCrossing, context: Context) -> Iterator[Finding]:
    if role is Role.ENTRY and not context.alone:
        yield fi.DECLARE_AT_EXIT.at("direction", direction=command.direction.value)


def lane_fits(command: Declared, context: Context) -> Iterator[Finding]:
    """Find a road, lane or load that do not go together."""
    route = context.plan.routes.get(command.route)
    if route is None:
        yield fi.ROUTE_UNKNOWN.at("route", route=command.route, known=", ".join(sorted(context.plan.routes)))
    elif not rules.lanes_for(context.plan, kind=command.lane_kind, direction=command.direction, route=command.route):
        yield fi.LANE_MISSING.at(
            "lane_kind",
            route=command.route,
            lane_kind=command.lane_kind.value,
            direction=command.direction.value,
        )
    allowed = LANES_FOR[command.load]
    if command.lane_kind not in allowed:
        yield fi.LOAD_LANE.at(
            "lane_kind",
            load=command.load.value,
            lane_kind=command.lane_kind.value,
            allowed=" / ".join(kind.value for kind in allowed),
        )
    if command.load is LoadUnit.CONTAINER and not command.binding.containers:
        yield fi.CONTAINER_MISSING.at("binding.containers")


def _goods_fit(command: cmd.DeclareCrossing) -> Iterator[Finding]:
    declaration = command.declaration
    empty = command.load is LoadUnit.EMPTY
    if empty != (declaration.regime is Regime.EMPTY) or (empty and declaration.goods):
        yield fi.GOODS_ON_EMPTY.at("declaration.goods")
    elif not empty and not declaration.goods:
        yield fi.GOODS_MISSING.at("declaration.goods", regime=declaration.regime.value)


def _returns(command: cmd.DeclareCrossing, context: Context, role: Role) -> Iterator[Finding]:
    """Find a way back whose way here this post does not know: it would buy a better class in the queue."""
    if command.return_of is None:
        return
    origin = context.origin
    known = (
        origin is not None
        and origin.id == command.return_of
        and origin.role is not role
        and origin.binding.tractor == command.binding.tractor
        and (origin.received_at_ms is not None or origin.departure is not None)
    )
    if not known:
        yield fi.RETURN_UNKNOWN.at("return_of", return_of=command.return_of)


def _batch_free(command: cmd.DeclareCrossing, context: Context) -> Iterator[Finding]:
    """Find a batch number in use: only trucks that share a split waybill have one, and none of them may have left."""
    trip = command.declaration.trip
    if trip is None:
        return
    for mate in context.batch:
        shared = mate.declaration.trip
        if shared is None or not trip.split_with(shared) or mate.departure is not None:
            yield fi.BATCH_TAKEN.at("declaration.trip.batch", batch=trip.batch, holder=mate.id)


# --- correcting ---------------------------------------------------------------------------

_BOUND: Final = ("binding.tractor", "binding.trailer", "binding.containers", "binding.owner")


def correct(crossing: Crossing, command: cmd.CorrectField, context: Context, at_ms: int) -> Outcome:
    """Correct one field, keep the old value, reopen what relied on it."""
    if crossing.departure is not None:
        return refuse(fi.CORRECTED_TOO_LATE.at(command.path))
    wrong = guards.at_stage(crossing, guards.WORKING)
    if wrong:
        return refuse(*wrong)
    if any(touches(bound, command.path) for bound in _BOUND):
        return refuse(fi.USE_CHANGE_BINDING.at(command.path))
    return correction(crossing, command, actor=context.actor, at_ms=at_ms)


def correction(
    crossing: Crossing,
    command: cmd.CorrectField | cmd.RecordPartnerCorrection,
    *,
    actor: str,
    at_ms: int,
) -> Outcome:
    """Return the correction of one field with all that it reopens, whoever made it."""
    path = canonical_path(command.path)
    try:
        old = _old_value(crossing, path)
        declaration, binding, driver = with_value(
            path,
            command.value,
            declaration=crossing.declaration,
            binding=crossing.binding,
            driver=crossing.driver,
        )
        new = value_at(path, declaration=declaration, binding=binding, driver=driver)
    except PathUnknownError:
        return refuse(fi.PATH_UNKNOWN.at(command.path, field=command.path))
    except ValueUnfitError as error:
        return refuse(fi.VALUE_UNFIT.at(command.path, field=command.path, why=str(error)))
    if (declaration, binding, driver) == (crossing.declaration, crossing.binding, crossing.driver):
        return refuse(fi.NOTHING_CHANGED.at(command.path, what=command.path))
    corrected = ev.FieldCorrected(
        at_ms=at_ms,
        path=path,
        old=old,
        new=new,
        reason=command.reason,
        actor=actor,
        leaf=command.leaf if isinstance(command, cmd.RecordPartnerCorrection) else "",
    )
    after = apply(crossing, corrected, crossing.id)
    # A document added takes nothing away from what a decision rested on.
    added = path == "documents" and isinstance(old, list) and new[: len(old)] == old
    return (
        corrected,
        *(() if added else guards.reopened(crossing, (path,), at_ms)),
        *guards.facts_changed(crossing, after, at_ms),
    )


def _old_value(crossing: Crossing, path: str) -> object:
    """Return the value that stands, or None for the item that a correction appends."""
    try:
        return value_at(path, declaration=crossing.declaration, binding=crossing.binding, driver=crossing.driver)
    except PathUnknownError:
        head, _, last = path.rpartition(".")
        if not last.isdigit():
            raise
        items = value_at(head, declaration=crossing.declaration, binding=crossing.binding, driver=crossing.driver)
        if not isinstance(items, list) or len(items) != int(last):
            raise
        return None


def attach(crossing: Crossing, command: cmd.AttachDocument, _context: Context, at_ms: int) -> Outcome:
    """Add a document; the class of the place may follow from it."""
    if crossing.departure is not None:
        return refuse(fi.CORRECTED_TOO_LATE.at("document"))
    wrong = guards.at_stage(crossing, guards.WORKING)
    if wrong:
        return refuse(*wrong)
    document = command.document
    if any((known.kind, known.number) == (document.kind, document.number) for known in crossing.declaration.documents):
        return refuse(fi.DOCUMENT_TWICE.at("document", kind=document.kind, number=document.number))
    attached = ev.DocumentAttached(at_ms=at_ms, document=document)
    try:
        documents = [*plain(crossing.declaration.documents), plain(document)]
        with_value(
            "documents",
            documents,
            declaration=crossing.declaration,
            binding=crossing.binding,
            driver=crossing.driver,
        )
    except ValueUnfitError as error:
        return refuse(fi.VALUE_UNFIT.at("document", field="documents", why=str(error)))
    return (attached, *guards.facts_changed(crossing, apply(crossing, attached, crossing.id), at_ms))


def lodge(crossing: Crossing, command: cmd.LodgeDeclaration, context: Context, at_ms: int) -> Outcome:
    """Keep a goods declaration with what came of it; another of the same reference only until customs releases."""
    lodged = context.lodged
    if lodged is None:
        raise InvariantBroken("a declaration is decided on only when it was read", crossing=crossing.id)
    if crossing.load is LoadUnit.EMPTY:
        return refuse(fi.LODGED_FOR_EMPTY.at("declaration_text"))
    before = next((each for each in crossing.lodged if each.reference == lodged.reference), None)
    if crossing.departure is not None or (before is not None and crossing.released):
        return refuse(fi.LODGED_TOO_LATE.at("declaration_text", reference=lodged.reference))
    if before is not None and before.actor != lodged.actor:
        return refuse(fi.LODGED_BY_ANOTHER.at("declaration_text", reference=lodged.reference))
    if before is None and len(crossing.lodged) >= LODGED_MAX:
        return refuse(fi.LODGED_TOO_MANY.at("declaration_text", most=LODGED_MAX))
    if before is not None and before.sha256 == lodged.sha256:
        return refuse(fi.NOTHING_CHANGED.at("declaration_text", what=lodged.reference))
    text = command.declaration_text
    return (ev.DeclarationLodged(at_ms=at_ms, declaration_text=text, lodged=lodged),)


# --- rebinding and withdrawing ------------------------------------------------------------


def change_binding(crossing: Crossing, command: cmd.ChangeBinding, context: Context, at_ms: int) -> Outcome:
    """Tie the crossing to another vehicle; the place is lost unless the gate board keeps it under a code."""
    findings = [
        *guards.at_stage(crossing, BEFORE_GATE | {Stage.ARRIVED}),
        *_binding_differs(crossing, command.binding),
        *_code_stands(command, context),
        *guards.claims_free(context, command.binding, crossing.return_of),
    ]
    if crossing.load is LoadUnit.CONTAINER and not command.binding.containers:
        findings.append(fi.CONTAINER_MISSING.at("binding.containers"))
    if crossing.stage is Stage.ARRIVED and command.code is None:
        findings.append(fi.REBIND_INSIDE.at("code"))
    if findings:
        return refuse(*findings)
    keeps = crossing.place is not None and command.code is not None
    changed = ev.BindingChanged(
        at_ms=at_ms,
        old=crossing.binding,
        new=command.binding,
        reason=command.reason,
        keeps_place=keeps,
        binding_digest=binding_digest(context.binding_salt, command.binding) if keeps else "",
        code=command.code or "",
        actor=context.actor,
    )
    reopened = guards.reopened(crossing, _changed_fields(crossing.binding, command.binding), at_ms)
    return (changed, *reopened, *(() if keeps else guards.lost(crossing, "rebound", at_ms)))


def _binding_differs(crossing: Crossing, binding: Binding) -> Iterator[Finding]:
    if binding == crossing.binding:
        yield fi.NOTHING_CHANGED.at("binding", what="binding")


def _code_stands(command: cmd.ChangeBinding, context: Context) -> Iterator[Finding]:
    if command.code is None:
        return
    if context.duty is not Duty.GATE_BOARD:
        yield fi.NOT_YOUR_DUTY.at(
            "code", duty=context.duty.value, command="ChangeBinding(code)", allowed=Duty.GATE_BOARD.value
        )
    yield from code_known(command.code, context)


def code_known(code: str, context: Context) -> Iterator[Finding]:
    """Find a code that the published rule of this post does not list."""
    rule = context.plan.queues.get(context.post)
    codes = rule.move_codes if rule is not None else {}
    if code not in codes:
        yield fi.MOVE_CODE_UNKNOWN.at("code", code=code, known=", ".join(sorted(codes)) or "–")


def _changed_fields(old: Binding, new: Binding) -> tuple[str, ...]:
    return tuple(f"binding.{name}" for name in Binding.__struct_fields__ if getattr(old, name) != getattr(new, name))


def cancel(crossing: Crossing, command: cmd.CancelCrossing, context: Context, at_ms: int) -> Outcome:
    """Withdraw the crossing; at the entry post only where there is no partner to withdraw it."""
    wrong = [*guards.at_stage(crossing, BEFORE_GATE | {Stage.ARRIVED})]
    if not context.alone:
        wrong.extend(guards.at_role(crossing, Role.EXIT))
    trip = crossing.declaration.trip
    if trip is not None and context.batch:
        wrong.append(fi.BATCH_SHARED.at("declaration.trip.batch", batch=trip.batch, others=len(context.batch)))
    if crossing.received_at_ms is not None:
        wrong.append(fi.WRONG_STAGE.at("stage", stage="received", needed="declared"))
    if wrong:
        return refuse(*wrong)
    events: Events = (
        *guards.lost(crossing, "cancelled", at_ms),
        ev.CrossingCancelled(at_ms=at_ms, reason=command.reason),
    )
    return events
