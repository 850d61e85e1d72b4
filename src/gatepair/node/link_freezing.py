"""Freezing: people stop a lane, and people let one go on that was stopped."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from gatepair.exchange.messages import Lane
from gatepair.node import link_state as states
from gatepair.node.link_fencing import Fencing
from gatepair.node.link_restoring import Restoring
from gatepair.node.link_state import CONTRADICTION, UNFROZEN, Freeze
from gatepair.node.ports import Reader, Unit

BY_HAND: Final = "by_hand"
"""Why a lane is frozen: a person stopped it."""


class Freezing(Fencing, Restoring):
    """The stopping of lanes, and what it takes to go on."""

    def freezes(self, reader: Reader, lane: Lane) -> tuple[Freeze | None, Freeze | None]:
        """Return why nothing is sent in ``lane``, and why nothing is taken in; None where it runs."""
        return states.own_state(reader, lane).frozen, states.mirror_state(reader, lane).frozen

    def freeze(self, unit: Unit, lane: Lane, *, by: str, now_ms: int) -> None:
        """Stop ``lane`` both ways; what stands still already keeps its reason."""
        self._ensure_loaded(unit)
        stopped = Freeze(now_ms, by, BY_HAND)
        own, mirror = states.own_state(unit, lane), self._mirror_state(unit, lane)
        states.put_own(unit, lane, replace(own, frozen=own.frozen or stopped))
        self._put_mirror(unit, lane, replace(mirror, frozen=mirror.frozen or stopped))

    def unfreeze(self, unit: Unit, lane: Lane, *, now_ms: int) -> None:
        """Let ``lane`` go on.

        After a contradiction it goes on in a new epoch only, because what was signed in the old one cannot all
        be true: our own log asks the partner for a fence, and the partner's log is closed where our mirror
        stands, which it learns when it sends on.
        """
        self._ensure_loaded(unit)
        own, mirror = states.own_state(unit, lane), self._mirror_state(unit, lane)
        states.put_own(unit, lane, replace(own, frozen=None))
        self._put_mirror(unit, lane, replace(mirror, frozen=None))
        if own.frozen is not None and own.frozen.reason == CONTRADICTION:
            self._begin_recovery(unit, lane, now_ms=now_ms, reason=UNFROZEN)
        if mirror.frozen is not None and mirror.frozen.reason == CONTRADICTION:
            self._close(unit, lane, mirror.epoch)

    def _put_mirror(self, unit: Unit, lane: Lane, state: states.MirrorState) -> None:
        states.put_mirror(unit, lane, state)
        self._heard[lane] = replace(self._heard[lane], frozen=state.frozen)
