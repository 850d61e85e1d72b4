"""When each step of a crossing happened: what every figure of the read side is made from.

A :class:`Timeline` is folded from the events of one crossing at one post; :func:`join` puts the
exit post's and the entry post's views of the same crossing together.  Instants are milliseconds
since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

from gatepair.crossing.model import Channel, LoadUnit
from gatepair.plan.model import CommodityGroup, Direction, Role


class Step(StrEnum):
    """A step of a crossing, in the order of its life over both posts."""

    DECLARED = "declared"
    """At the exit post."""
    ANNOUNCED = "announced"
    """Known at the entry post."""
    ACCEPTED = "accepted"
    """The entry post will take it."""
    PLACED = "placed"
    """A place in the queue."""
    CALLED = "called"
    """The call that was followed: the latest one."""
    ARRIVED = "arrived"
    """Inside the exit post."""
    RELEASED = "released"
    """Customs' release at the exit post: the latest one."""
    DEPARTED = "departed"
    """Over the line."""
    RECEIVED = "received"
    """Custody is with the entry post."""
    CLEARED = "cleared"
    """Customs' release at the entry post: the latest one."""
    GONE = "gone"
    """Inland, out of the entry post."""
    WITHDRAWN = "withdrawn"
    """Left the way for good without being cleared: cancelled, diverted, refused."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """One crossing's steps as one post, or both together, know them.

    ``channel`` is the exit post's channel, ``entry_channel`` the entry post's; ``steps`` maps a
    step to its instant in milliseconds.
    """

    crossing: str
    direction: Direction
    role: Role
    load: LoadUnit = LoadUnit.TRUCK
    commodity: CommodityGroup = CommodityGroup.NONE
    tested: bool = False
    channel: Channel | None = None
    entry_channel: Channel | None = None
    misses: int = 0
    steps: Mapping[Step, int] = field(default_factory=dict)

    def at(self, step: Step) -> int | None:
        """Return when ``step`` happened, or None."""
        return self.steps.get(step)

    def came_ms(self) -> int | None:
        """Return when the vehicle came to wait: its place, or its arrival where no place was taken.

        A post that works alone sees nothing of a vehicle before it is received, so that counts there.
        """
        first = next((step for step in (Step.PLACED, Step.ARRIVED) if step in self.steps), None)
        if first is None and self.role is Role.ENTRY:
            first = Step.RECEIVED
        return None if first is None else self.steps.get(first)

    def apply(self, name: str, payload: Mapping[str, Any] | Struct, at_ms: int) -> Timeline:
        """Return the timeline after the event ``name`` (with or without ``/version``); others change nothing."""
        base = name.partition("/")[0]
        if base == "ChannelAssigned":
            channel = Channel(_read(payload, "channel"))
            if self.role is Role.EXIT:
                return replace(self, channel=channel)
            return replace(self, entry_channel=channel)
        if base == "CallMissed":
            return replace(self, misses=self.misses + 1)
        if base in {"PlaceTaken", "PlaceFactsChanged"}:
            tested = bool(_read(_read(payload, "facts"), "tested"))
            return replace(self._stepped(base, payload, at_ms), tested=tested)
        return self._stepped(base, payload, at_ms)

    def _stepped(self, name: str, payload: Mapping[str, Any] | Struct, at_ms: int) -> Timeline:
        if name in _UNDOES:
            steps = {step: when for step, when in self.steps.items() if step is not _RELEASE[self.role]}
            return replace(self, steps=steps)
        step = _step_of(self.role, name, payload)
        if step is None or (step in self.steps and step not in _LATEST):
            return self
        return replace(self, steps={**self.steps, step: at_ms})


def begin(crossing: str, payload: Mapping[str, Any] | Struct, at_ms: int) -> Timeline:
    """Return the timeline that the payload of ``CrossingDeclared`` begins at ``at_ms``."""
    role = Role(_read(payload, "role"))
    return Timeline(
        crossing=crossing,
        direction=Direction(_read(payload, "direction")),
        role=role,
        load=LoadUnit(_read(payload, "load")),
        commodity=_commodity(_read(payload, "declaration")),
        steps={Step.DECLARED if role is Role.EXIT else Step.ANNOUNCED: at_ms},
    )


def fold(events: Iterable[tuple[str, str, Mapping[str, Any] | Struct, int]]) -> dict[str, Timeline]:
    """Return the timelines, by crossing, of ``(crossing, event name, payload, at_ms)`` in ledger order."""
    found: dict[str, Timeline] = {}
    for crossing, name, payload, at_ms in events:
        known = found.get(crossing)
        if known is not None:
            found[crossing] = known.apply(name, payload, at_ms)
        elif name.startswith("CrossingDeclared"):
            found[crossing] = begin(crossing, payload, at_ms)
    return found


def join(exits: Mapping[str, Timeline], entries: Mapping[str, Timeline]) -> list[Timeline]:
    """Return one timeline for each crossing; each step as the post at which it happens recorded it.

    A crossing that only one post knows keeps that post's view. Order: by crossing id.
    """
    joined: list[Timeline] = []
    for crossing in sorted({**exits, **entries}):
        left, right = exits.get(crossing), entries.get(crossing)
        if left is None or right is None:
            alone = left or right
            if alone is not None:
                joined.append(alone)
            continue
        own = {step: when for step, when in right.steps.items() if step in _ENTRY_STEPS or step not in left.steps}
        joined.append(replace(left, entry_channel=right.entry_channel, steps={**left.steps, **own}))
    return joined


_LATEST: Final = frozenset({Step.CALLED, Step.RELEASED, Step.CLEARED})
_UNDOES: Final = frozenset({"ReleaseWithdrawn"})
_RELEASE: Final = {Role.EXIT: Step.RELEASED, Role.ENTRY: Step.CLEARED}
_ENTRY_STEPS: Final = frozenset({Step.ANNOUNCED, Step.ACCEPTED, Step.RECEIVED, Step.CLEARED, Step.GONE})
_WITHDRAWN: Final = {"CrossingCancelled": Step.WITHDRAWN, "Diverted": Step.WITHDRAWN}
_EXIT: Final[Mapping[str, Step]] = {
    **_WITHDRAWN,
    "PlaceTaken": Step.PLACED,
    "PlaceCalled": Step.CALLED,
    "VehicleArrived": Step.ARRIVED,
    "CrossingReleased": Step.RELEASED,
    "PartnerAccepted": Step.ACCEPTED,
    "VehicleDeparted": Step.DEPARTED,
    "PartnerReceived": Step.RECEIVED,
    "PartnerClosed": Step.GONE,
    "CrossingRefused": Step.WITHDRAWN,
    "VehicleReturned": Step.WITHDRAWN,
    "PartnerRefused": Step.WITHDRAWN,
}
_ENTRY: Final[Mapping[str, Step]] = {
    **_WITHDRAWN,
    "ArrivalAccepted": Step.ACCEPTED,
    "PartnerReleased": Step.RELEASED,
    "PartnerDeparted": Step.DEPARTED,
    "HandoverConfirmed": Step.RECEIVED,
    "CrossingReleased": Step.CLEARED,
    "CrossingRefused": Step.WITHDRAWN,
}


def _step_of(role: Role, name: str, payload: Mapping[str, Any] | Struct) -> Step | None:
    if name == "CrossingClosed":
        return Step.GONE if role is Role.ENTRY and _read(payload, "outcome") == "delivered" else None
    return (_EXIT if role is Role.EXIT else _ENTRY).get(name)


def _read(value: Any, name: str) -> Any:
    """Return a field of a mapping or a struct; both feed the fold."""
    if isinstance(value, Mapping):
        return value.get(name)
    return getattr(value, name, None)


def _commodity(declaration: Any) -> CommodityGroup:
    """Return the group of the heaviest item, as the declaration itself reckons it."""
    goods = _read(declaration, "goods") or ()
    if not goods:
        return CommodityGroup.NONE
    heaviest = max(goods, key=lambda item: int(_read(item, "gross_mass_kg") or 0))
    return CommodityGroup(_read(heaviest, "commodity"))
