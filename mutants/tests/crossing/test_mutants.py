"""The model of the crossing can fail: each planted fault of the rules is caught."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest

from crossing.life import walks
from gatepair.base.duties import Duty
from gatepair.base.errors import GatepairError
from gatepair.crossing import agencies, claims, declaring, fold, guards, moving
from gatepair.crossing import commands as cmd
from gatepair.crossing import decide as door
from gatepair.crossing import events as ev
from gatepair.crossing.model import Rested, Stage
from gatepair.crossing.state import Crossing

WALKS = 400
"""Random walks after which a planted fault counts as not caught; most are caught within ten."""
Plant = Callable[[pytest.MonkeyPatch], None]


def _nothing(*_args: Any, **_more: Any) -> Iterator[Any]:
    return iter(())


def anybody_releases(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(door, "RESERVED", {})


def release_ignores_agencies(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "_decisions_lacking", _nothing)


def release_ignores_samples(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "_samples_lacking", _nothing)


def release_ignores_inspections(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "_inspections_lacking", _nothing)


def release_ignores_the_fee(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "_fee_lacking", _nothing)


def release_ignores_the_channel(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "_channel_lacking", _nothing)


def departs_unreleased(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(moving, "_released", _nothing)


def departs_unaccepted(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(moving, "resting_on", lambda *_args: Rested(clause="last_known", age_s=600))


def departs_while_held(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(moving, "_held_over_there", _nothing)


def departs_unmarked(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(moving, "resting_on", lambda *_args: Rested(clause=""))


def departs_as_another(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "seen_as_bound", _nothing)


def departs_on_any_lane(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(moving, "lane_open", _nothing)


def departs_with_other_seals(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "seals_as", _nothing)


def departs_with_a_broken_seal(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(moving, "_seals_whole", _nothing)


def reopens_nothing(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "reopened", lambda *_args: ())


def reopens_everything(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "touches", lambda *_args: True)


def reopens_decisions_but_keeps_the_release(patch: pytest.MonkeyPatch) -> None:
    true = guards.reopened
    patch.setattr(
        guards,
        "reopened",
        lambda *args: tuple(event for event in true(*args) if isinstance(event, ev.DecisionReopened)),
    )


def binds_one_tractor_twice(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(guards, "claims_free", _nothing)


def forgets_a_claim(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(claims, "OPEN_STAGES", frozenset({Stage.ANNOUNCED, Stage.DECLARED}))


def buys_a_return(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(declaring, "_returns", _nothing)


def goes_on_after_the_end(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Crossing, "closed", property(lambda _crossing: False))
    patch.setattr(guards, "at_stage", lambda *_args: ())


def decides_for_customs(patch: pytest.MonkeyPatch) -> None:
    def give(crossing: Crossing, command: cmd.Decide, context: Any, at_ms: int) -> Any:
        outcome = agencies.give_verdict(crossing, command, context, at_ms)
        if not isinstance(outcome, tuple):
            return outcome
        return tuple(msgspec.structs.replace(event, duty=Duty.CUSTOMS) for event in outcome)

    patch.setitem(door.HANDLED, cmd.Decide, give)  # type: ignore[arg-type]


def hands_over_before_departure(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(moving, "_comes_over", _nothing)


def forgets_a_release(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(fold._HANDLERS, ev.ReleaseWithdrawn, lambda *_args: {})


def pays_too_much(patch: pytest.MonkeyPatch) -> None:
    def pay(_crossing: Crossing, command: cmd.PayFee, _context: Any, at_ms: int) -> Any:
        return (ev.FeePaid(at_ms=at_ms, amount_minor=10**9, currency="VND", receipt=command.receipt),)

    patch.setitem(door.HANDLED, cmd.PayFee, pay)  # type: ignore[arg-type]


def answers_by_mood(patch: pytest.MonkeyPatch) -> None:
    moods = iter(range(10**9))

    def accept(_crossing: Crossing, _command: cmd.AcceptArrival, _context: Any, at_ms: int) -> Any:
        return (ev.ArrivalAccepted(at_ms=at_ms, actor=f"mood-{next(moods)}"),)

    patch.setitem(door.HANDLED, cmd.AcceptArrival, accept)  # type: ignore[arg-type]


PLANTED: tuple[Plant, ...] = (
    anybody_releases,
    release_ignores_agencies,
    release_ignores_samples,
    release_ignores_inspections,
    release_ignores_the_fee,
    release_ignores_the_channel,
    departs_unreleased,
    departs_unaccepted,
    departs_while_held,
    departs_unmarked,
    departs_as_another,
    departs_on_any_lane,
    departs_with_other_seals,
    departs_with_a_broken_seal,
    reopens_nothing,
    reopens_everything,
    reopens_decisions_but_keeps_the_release,
    binds_one_tractor_twice,
    forgets_a_claim,
    buys_a_return,
    goes_on_after_the_end,
    decides_for_customs,
    hands_over_before_departure,
    forgets_a_release,
    pays_too_much,
    answers_by_mood,
)


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_fault_is_caught(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """With this fault planted, the random life of two posts breaks a rule within the budget of walks."""
    plant(monkeypatch)
    with pytest.raises((AssertionError, GatepairError)):
        walks(WALKS)
