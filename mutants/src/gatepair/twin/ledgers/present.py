"""Where every crossing stands at one instant, read from one ledger or from both: what a forecast starts from.

A post alone knows its own side to the letter, and of the other side what the partner told it: accepted,
departed, received, gone.  What it cannot know it takes as the plan's own way leads: a vehicle that the
partner has received stands at the partner's first station; one that is announced and has not departed
stands in the partner's queue.  With both ledgers nothing is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from gatepair.base.time import SECOND_MS
from gatepair.crossing.model import PlaceFacts
from gatepair.operations.events import IntakeReopened, IntakeStopped
from gatepair.plan import habits
from gatepair.plan.model import CommodityGroup, Direction, LaneKind, Plan, Regime, Role, StationKind
from gatepair.plan.rules import callable_now, exit_post, priority_class, priority_rank, stations_of
from gatepair.twin.gate.standing import Standing, StandingStop
from gatepair.twin.ledgers.observed import Fact, Ledger, Passage, Service, Trust, passages, services

LEAD_MS: Final = sum(habits.DECLARE_LEAD_S) * SECOND_MS // 2
"""How long after its announcement a vehicle comes to wait, in the mean; the spread is assumed, see the habits."""
QUEUED: Final = frozenset({"queue", "standby"})
"""Places in a :class:`Standing` at which a vehicle waits to be called."""


@dataclass(frozen=True, slots=True)
class Known:
    """One crossing as both ledgers together tell it; instants in milliseconds."""

    crossing: str
    direction: Direction
    exit: Passage | None
    entry: Passage | None

    @property
    def either(self) -> Passage:
        """Return the exit post's view, else the entry post's."""
        found = self.exit or self.entry
        if found is None:
            raise ValueError("a crossing is known from some ledger")
        return found

    @property
    def came_ms(self) -> int | None:
        """Return when it came to wait; where only the entry post is known, the mean lead after its announcement."""
        if self.exit is not None:
            return self.exit.placed_ms
        return None if self.entry is None else self.entry.declared_ms + LEAD_MS

    @property
    def departed_ms(self) -> int | None:
        """Return when it went over the line."""
        return next((one.departed_ms for one in (self.exit, self.entry) if one is not None and one.departed_ms), None)

    @property
    def gone_ms(self) -> int | None:
        """Return when it went inland."""
        return next((one.gone_ms for one in (self.entry, self.exit) if one is not None and one.gone_ms), None)

    @property
    def cleared_ms(self) -> int | None:
        """Return when it counts as cleared: over the line going out, inland coming in."""
        return self.departed_ms if self.direction is Direction.OUT else self.gone_ms

    @property
    def withdrawn_ms(self) -> int | None:
        """Return when it left the way without being cleared."""
        if self.cleared_ms is not None:
            return None
        found = (one.ended_ms for one in (self.exit, self.entry) if one is not None and one.ended_ms)
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A place that waits to be called; ``ahead`` counts the callable places before it by the published rule."""

    crossing: str
    direction: Direction
    number: int
    class_key: str
    came_ms: int
    callable: bool
    ahead: int


@dataclass(frozen=True, slots=True)
class Present:
    """Every open crossing at ``at_ms``: where it stands, in the order of ``crossings``; stops; who waits."""

    at_ms: int
    standing: tuple[Standing, ...]
    crossings: tuple[str, ...]
    """The crossing of each standing, at the same index."""
    stops: tuple[StandingStop, ...]
    waiting: tuple[Waiting, ...]
    known: Mapping[str, Known]
    """Every crossing the ledgers knew by then, also those that are past."""


def held_at(ledger: Ledger, at_ms: int) -> tuple[Fact, ...]:
    """Return the events that were on record before ``at_ms``, and had happened."""
    return tuple(one for one in ledger.facts if one.recorded_ms < at_ms and one.event.at_ms <= at_ms)


def ends_ms(ledgers: Iterable[Ledger]) -> int:
    """Return the latest instant that the ledgers speak of."""
    return max(max(one.recorded_ms, one.event.at_ms) for ledger in ledgers for one in ledger.facts)


def joined(plan: Plan, held: Mapping[str, Mapping[str, Passage]]) -> dict[str, Known]:
    """Return every crossing of the posts' passages, once, in the order in which they became known."""
    found: dict[str, Known] = {}
    for post in plan.posts:
        for crossing, one in held.get(post, {}).items():
            known = found.get(crossing, Known(crossing, one.direction, None, None))
            found[crossing] = replace(known, exit=one) if one.role is Role.EXIT else replace(known, entry=one)
    return found


def stock_at(known: Iterable[Known], direction: Direction, at_ms: int) -> int:
    """Return how many laden vehicles had come by ``at_ms`` and were neither cleared nor withdrawn."""
    return sum(
        1
        for one in known
        if one.direction is direction
        and one.either.laden
        and one.came_ms is not None
        and one.came_ms <= at_ms
        and (one.cleared_ms is None or one.cleared_ms > at_ms)
        and (one.withdrawn_ms is None or one.withdrawn_ms > at_ms)
    )


def known_at(plan: Plan, ledgers: Sequence[Ledger], at_ms: int) -> dict[str, Known]:
    """Return every crossing as the ledgers knew it at ``at_ms``."""
    return joined(plan, {ledger.post: passages(held_at(ledger, at_ms), plan) for ledger in ledgers})


def present(plan: Plan, ledgers: Sequence[Ledger], *, at_ms: int | None = None) -> Present:
    """Return where every crossing stood at ``at_ms``, by what was on record then; None: at the ledgers' end.

    Raises:
        ValueError: the ledgers hold nothing.
    """
    if not ledgers or not any(one.facts for one in ledgers):
        raise ValueError("a forecast needs a ledger that holds crossings")
    now_ms = ends_ms(ledgers) + 1 if at_ms is None else at_ms
    held = {ledger.post: held_at(ledger, now_ms) for ledger in ledgers}
    through = {post: passages(found, plan) for post, found in held.items()}
    known = joined(plan, through)
    serving = {
        (row.crossing, plan.stations[row.station].role): row
        for post, found in through.items()
        for rows in services(found, plan, post, until_ms=now_ms).values()
        for row in rows
        if row.ended_ms is None
    }
    home = frozenset(one.either.return_of for one in known.values() if one.either.return_of is not None)
    placed = [(one.crossing, _placed(plan, one, serving, now_ms=now_ms, home=home)) for one in known.values()]
    standing = [(crossing, at) for crossing, at in placed if at is not None]
    return Present(
        at_ms=now_ms,
        standing=tuple(at for _, at in standing),
        crossings=tuple(crossing for crossing, _ in standing),
        stops=tuple(_stops(held)),
        waiting=tuple(_waiting(plan, known, standing)),
        known=known,
    )


# --- where it stands ---------------------------------------------------------------------------------


def _placed(
    plan: Plan,
    one: Known,
    serving: Mapping[tuple[str, Role], Service],
    *,
    now_ms: int,
    home: frozenset[str],
) -> Standing | None:
    seen = one.either
    if one.withdrawn_ms is not None:
        return None
    base = Standing(
        direction=one.direction,
        commodity=seen.commodity if seen.laden else CommodityGroup.NONE,
        at="inland",
        regime=seen.regime,
        tested=seen.tested or seen.tested_ms is not None or not _needs_test(plan, one.direction, seen.commodity),
        ticket=seen.number,
        came_ms=one.came_ms or seen.declared_ms,
        since_ms=now_ms,
        moved=seen.moved,
    )
    if one.gone_ms is not None:
        # Only a vehicle that unloaded abroad comes home, and only once.
        comes = seen.laden and seen.regime is not Regime.TWO_WAY and seen.return_of is None and one.crossing not in home
        return replace(base, since_ms=one.gone_ms) if comes else None
    if one.entry is not None and one.entry.entered_ms is not None:
        return _inside(plan, base, one.entry, serving, post=plan.partner_of(exit_post(plan, one.direction)))
    if one.departed_ms is not None:
        return _over(plan, base, one, departed_ms=one.departed_ms)
    if one.exit is None:
        return _announced(base, seen, now_ms=now_ms)
    return _leaving(plan, base, one.exit, serving, now_ms=now_ms)


def _needs_test(plan: Plan, direction: Direction, commodity: CommodityGroup) -> bool:
    rule = plan.queues.get(exit_post(plan, direction))
    return rule is not None and commodity in rule.needs_test


def _over(plan: Plan, base: Standing, one: Known, *, departed_ms: int) -> Standing:
    """Return a vehicle past the line that the entry post's own ledger does not place."""
    received_ms = one.exit.received_ms if one.exit is not None else None
    if received_ms is None:
        return replace(base, at="flight", since_ms=departed_ms)
    way = stations_of(plan, plan.partner_of(exit_post(plan, one.direction)), Role.ENTRY)
    first = way[0][0] if way and one.either.laden else None
    return replace(base, at=f"entry:{first}" if first else "entry.release", since_ms=received_ms)


def _leaving(
    plan: Plan, base: Standing, seen: Passage, serving: Mapping[tuple[str, Role], Service], *, now_ms: int
) -> Standing | None:
    """Return a vehicle on its way through the exit post, from the declaration to the line."""
    if seen.entered_ms is not None:
        return _inside(plan, base, seen, serving, post=exit_post(plan, seen.direction))
    if seen.lost_ms is not None:
        return None
    if seen.placed_ms is None:
        # Who is declared and has not come is among the arrivals that the plan foretells; an empty one is not.
        waits_for_lane = seen.lane_kind is LaneKind.EMPTIES or not seen.laden
        return replace(base, at="declared", came_ms=now_ms + SECOND_MS) if waits_for_lane else None
    if seen.missed_ms is not None and seen.missed_ms >= max(seen.calls_ms, default=0):
        return replace(base, at="standby", since_ms=seen.missed_ms)
    if seen.calls_ms:
        return replace(base, at="called", since_ms=seen.calls_ms[-1])
    return replace(base, at="queue", since_ms=seen.placed_ms)


def _announced(base: Standing, seen: Passage, *, now_ms: int) -> Standing | None:
    """Return a vehicle that the partner announced and that has not departed, as the queue's middle way has it."""
    came_ms = base.came_ms
    if not seen.laden or came_ms >= now_ms:
        return None
    if seen.released_elsewhere_ms is not None:
        return replace(base, at="exit.line", since_ms=seen.released_elsewhere_ms)
    return replace(base, at="queue", since_ms=came_ms)


def _inside(
    plan: Plan,
    base: Standing,
    seen: Passage,
    serving: Mapping[tuple[str, Role], Service],
    *,
    post: str,
) -> Standing:
    """Return a vehicle inside a post: at a station, past them all, or released."""
    side = "exit" if seen.role is Role.EXIT else "entry"
    channel = seen.channel.value if seen.channel else None
    sampled = seen.sampled_ms is not None and seen.answered_ms is None
    if seen.released_ms is not None:
        return replace(base, at=_after_release(plan, post, seen), since_ms=seen.released_ms, channel=channel)
    service = serving.get((seen.crossing, seen.role))
    if service is not None:
        begun = service.trust is Trust.UNENDED and service.started_ms is not None
        since_ms = service.started_ms if begun and service.started_ms is not None else service.arrived_ms
        at = f"{side}:{service.station}"
        return replace(base, at=at, since_ms=since_ms, serving=begun, channel=channel, sampled=sampled)
    since_ms = max((ended_ms for _, ended_ms in seen.ends), default=seen.entered_ms or 0)
    since_ms = seen.sampled_ms if sampled and seen.sampled_ms is not None else since_ms
    return replace(base, at=f"{side}.release", since_ms=since_ms, channel=channel, sampled=sampled)


def _after_release(plan: Plan, post: str, seen: Passage) -> str:
    """Return the place of a released vehicle: the barrier behind the release, where there is one."""
    way = [key for key, _ in stations_of(plan, post, seen.role)]
    side = "exit" if seen.role is Role.EXIT else "entry"
    last = way[-1] if len(way) > 1 else ""
    passed = {key for key, _ in seen.ends}
    if seen.laden and last and last not in passed and plan.stations[last].kind is StationKind.BARRIER:
        return f"{side}:{last}"
    return "exit.line" if side == "exit" else "entry.release"


# --- stops and the queue -----------------------------------------------------------------------------


def _stops(held: Mapping[str, Sequence[Fact]]) -> Iterator[StandingStop]:
    """Yield the stops that stand, as the post that stopped recorded them, or as its partner heard."""
    standing: dict[tuple[Direction, str], StandingStop] = {}
    for post, found in held.items():
        for fact in found:
            event = fact.event
            if isinstance(event, IntakeStopped):
                end_ms = event.expected_end_ms
                made = StandingStop(post, event.direction, event.at_ms, end_ms, announced=True)
                standing.setdefault((event.direction, event.route), made)
            elif isinstance(event, IntakeReopened):
                standing.pop((event.direction, event.route), None)
    yield from standing.values()


def _waiting(plan: Plan, known: Mapping[str, Known], standing: Sequence[tuple[str, Standing]]) -> Iterator[Waiting]:
    """Yield who waits in the published order; ageing is left out, as it moves whole classes at once."""
    rows: dict[Direction, list[tuple[tuple[int, int, int], str, Standing, bool, str]]] = {}
    for crossing, at in standing:
        if at.at not in QUEUED or known[crossing].exit is None:
            continue
        rule = plan.queues[exit_post(plan, at.direction)]
        paired = known[crossing].either.return_of is not None
        facts = PlaceFacts(commodity=at.commodity, regime=at.regime, tested=at.tested, paired_return=paired)
        rank = (0, at.moved, at.ticket) if at.moved else (1, priority_rank(rule, facts), at.ticket)
        chosen = priority_class(rule, facts)
        ready = callable_now(rule, facts)
        rows.setdefault(at.direction, []).append((rank, crossing, at, ready, chosen.key if chosen else ""))
    for direction, found in rows.items():
        ahead = 0
        for _, crossing, at, ready, class_key in sorted(found, key=lambda row: row[0]):
            yield Waiting(crossing, direction, at.ticket, class_key, at.came_ms, ready, ahead)
            ahead += ready
