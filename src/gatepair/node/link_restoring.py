"""Restoring: finding out that this node was restored from a backup, and coming back into the exchange."""

from __future__ import annotations

from typing import Any, Final

from gatepair.base.canonical import decode_as
from gatepair.exchange.sender import proves_restore
from gatepair.node import link_state as states
from gatepair.node.link_speaking import Speaking
from gatepair.node.ports import Reader, Unit

RESTORED: Final = "restored"
"""Why a lane stands still after a restore."""


class Restoring(Speaking):
    """The way of a restored node back into the exchange."""

    def is_restored(self, reader: Reader) -> bool:
        """Tell whether a lane waits because this node was restored from a backup."""
        return self.enabled and any(states.own_state(reader, lane).frozen == RESTORED for lane in self.lanes)

    def compare(self, unit: Unit, partner_state: bytes) -> tuple[str, ...]:
        """Compare the partner's state with ours at start; returns the lanes that were frozen.

        A partner that shows our signature over more entries than we have proves that we were restored
        from a backup: to go on would sign a second history, so the lane waits for a fence.

        Raises:
            Malformed: the bytes are no state.
        """
        shown = decode_as(dict[str, Any], partner_state)
        self.learn(unit, shown)
        found: list[str] = []
        for entry in shown.get("lanes", ()):
            lane = self._lane(str(entry.get("lane")))
            if proves_restore(str(entry.get("mirror_checkpoint", "")), self._source(unit, lane)):
                self._freeze_own(unit, lane, "restored")
                found.append(lane.value)
        return tuple(found)
