"""Claims: one open crossing for one tractor, one trailer, one container.

A vehicle that goes home may be declared for the way back while the crossing that brought it is still
open here.  The claim then passes to the crossing of the way back (``return_of``), and falls back
when that is withdrawn while the first one is still open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gatepair.crossing import commands as cmd
from gatepair.crossing.commands import CrossingCommand
from gatepair.crossing.model import OPEN_STAGES, Binding, LoadUnit
from gatepair.crossing.paths import PathUnknownError, ValueUnfitError, canonical_path, with_value
from gatepair.crossing.state import Crossing
from gatepair.plan.model import Role


@dataclass(frozen=True, slots=True)
class ClaimMove:
    """One change of a claim, to be done in order: first taken from ``release_from``, then given to ``hold_by``."""

    claim: str
    release_from: str | None
    hold_by: str | None


def claims_after(crossing: Crossing) -> tuple[str, ...]:
    """Return the claims that ``crossing`` holds at this post in its present state.

    Nothing once it ended, or, at the exit, once the partner has it.  Only the containers once the
    vehicle's stay ended, or once a container for the unmanned lane stands in the yard without its truck.
    """
    if crossing.stage not in OPEN_STAGES or crossing.partner_received_at_ms is not None:
        return ()
    claims = crossing.binding.claims()
    left = crossing.stay is not None and crossing.stay.ended_at_ms is not None
    unloaded = crossing.load is LoadUnit.CONTAINER and (
        crossing.arrived_at_ms is not None or crossing.received_at_ms is not None
    )
    return tuple(claim for claim in claims if claim.startswith("container:")) if left or unloaded else claims


def claims_touched(crossing: Crossing | None, command: cmd.DeclareCrossing | CrossingCommand) -> tuple[str, ...]:
    """Return the claims whose holders a decision about ``command`` must know; mostly none."""
    binding: Binding | None = None
    match command:
        case cmd.DeclareCrossing() | cmd.RecordPartnerAnnouncement() | cmd.ChangeBinding():
            binding = command.binding
        case cmd.RecordPartnerCorrection() if crossing and canonical_path(command.path).startswith("binding"):
            binding = _corrected_binding(crossing, command)
        case _:
            binding = None
    return binding.claims() if binding is not None else ()


def _corrected_binding(crossing: Crossing, command: cmd.RecordPartnerCorrection) -> Binding | None:
    try:
        return with_value(
            command.path,
            command.value,
            declaration=crossing.declaration,
            binding=crossing.binding,
            driver=crossing.driver,
        )[1]
    except (PathUnknownError, ValueUnfitError):
        return None


def claim_moves(before: Crossing | None, after: Crossing, *, origin: Crossing | None = None) -> tuple[ClaimMove, ...]:
    """Return what the storage must change so that ``after`` holds what it should.

    ``origin`` is the crossing that ``after`` returns from, if it does and this post knows it; its present
    state says whether a claim given up falls back to it.  Releases come first.
    """
    held = claims_after(before) if before is not None else ()
    holds = claims_after(after)
    back = claims_after(origin) if origin is not None and not after_left(after) else ()
    gone = [
        ClaimMove(claim, after.id, origin.id if origin is not None and claim in back else None)
        for claim in held
        if claim not in holds
    ]
    new = [ClaimMove(claim, after.return_of, after.id) for claim in holds if claim not in held]
    return (*gone, *new)


def after_left(crossing: Crossing) -> bool:
    """Tell whether the vehicle left this post over the line, so that nothing falls back."""
    return crossing.role is Role.EXIT and crossing.departure is not None


def taken(binding: Binding, holders: Mapping[str, str], *, by: str, return_of: str | None) -> dict[str, str]:
    """Return the claims of ``binding`` that another crossing holds, with its id."""
    return {
        claim: holders[claim]
        for claim in binding.claims()
        if claim in holders and holders[claim] not in (by, return_of)
    }
