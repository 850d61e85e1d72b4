"""What at the gate asks for a person now: pure functions of the gate's state, the traffic and the plan's limits.

Whoever computes it from the same facts gets the same conditions in the same order.  A limit of a
ratio is a tenth lower for an alarm that stands than for one that does not, so that a figure which
swings about its limit does not raise the same alarm every minute.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gatepair.base.time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from gatepair.operations.events import ConditionReported, IntakeStopped
from gatepair.operations.model import Condition, Level, RoadState
from gatepair.plan.alarms import AlarmKind, AlarmRules
from gatepair.plan.model import Direction

EASE_PERMILLE: Final = 900
"""What is left of a limit for an alarm that stands. Assumed."""
QUEUE_WINDOW_MS: Final = DAY_MS
"""Over which "cleared per day" is counted: the last 24 hours, so that the morning is no crisis."""
COUNTED_MS_MIN: Final = QUEUE_WINDOW_MS
"""How long a post counts before its stock over cleared says something: less than the window would cry wolf."""
CALLS_WINDOW_MS: Final = 3 * HOUR_MS
"""Over which missed calls are counted. Assumed: long enough for a share, short enough to be about now."""
POST: Final = "post"
"""Subject of what concerns the whole post."""
LABORATORY_REASON: Final = "laboratory"
"""How the reason of a road's condition begins that says a laboratory is out."""


@dataclass(frozen=True, slots=True)
class QueueNow:
    """What waits in one direction: ``cleared`` in the last 24 hours, since when each perishable load waits."""

    direction: Direction
    stock: int
    cleared: int
    oldest_ms: int | None
    perishable_ms: tuple[int, ...] = ()
    counted_ms: int = DAY_MS
    """How long there have been counts: a post that has just begun has cleared little of a day."""


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many: vehicles of an hour's quota, vehicles in a yard, missed calls of all calls."""

    subject: str
    used: int
    whole: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A laboratory that is closed while ``samples`` wait for it."""

    station: str
    since_ms: int
    samples: int


@dataclass(frozen=True, slots=True)
class LinkNow:
    """The other side as it is heard: ``age_s`` None when it never was; ``frozen`` by lane since when."""

    age_s: int | None = None
    frozen: Mapping[str, int] = field(default_factory=dict)
    clock: str = ""
    """``right``, ``alarm`` or ``refuses``; empty before the first comparison."""
    offset_ms: int = 0
    parked: int = 0


@dataclass(frozen=True, slots=True)
class Watched:
    """Everything that the conditions of one instant are computed from."""

    now_ms: int
    rules: AlarmRules
    link: LinkNow = field(default_factory=LinkNow)
    queues: Sequence[QueueNow] = ()
    stays_ms: Sequence[int] = ()
    """When each stay that runs ends."""
    stay_warn_ms: int = 4 * HOUR_MS
    stops: Sequence[IntakeStopped] = ()
    reports: Sequence[ConditionReported] = ()
    quotas: Sequence[Share] = ()
    yards: Sequence[Share] = ()
    calls: Sequence[Share] = ()
    laboratories: Sequence[Closed] = ()
    recovery_ms: int | None = None
    standing: Mapping[str, Level] = field(default_factory=dict)
    """Alarms that stand, and how urgent each is."""


def conditions(now: Watched) -> tuple[Condition, ...]:
    """Return what asks for a person, by kind and subject; one for each."""
    found: dict[str, Condition] = {}
    for one in _all(now):
        found.setdefault(one.key, one)
    order = list(AlarmKind)
    return tuple(sorted(found.values(), key=lambda one: (order.index(one.kind), one.subject)))


def _all(now: Watched) -> Iterator[Condition]:
    for queue in now.queues:
        yield from _stock(now, queue)
        yield from _perishables(now, queue)
    yield from _stays(now)
    yield from _link(now)
    yield from _laboratories(now)
    yield from _stops(now)
    yield from _shares(now)
    if now.recovery_ms is not None:
        yield Condition(kind=AlarmKind.RECOVERY, subject=POST, level=Level.CRISIS, since_ms=now.recovery_ms)


def _eased(now: Watched, key: str, level: Level, limit: int) -> int:
    """Return ``limit``, lower for an alarm that stands at ``level`` or above it."""
    standing = now.standing.get(key)
    return limit * EASE_PERMILLE // 1_000 if standing is not None and standing.rank >= level.rank else limit


def _stock(now: Watched, queue: QueueNow) -> Iterator[Condition]:
    """Find stock over cleared; a stock that is a day old while nothing was cleared is a crisis."""
    subject, rules = queue.direction.value, now.rules
    key = f"{AlarmKind.STOCK}.{subject}"
    if not queue.cleared:
        if queue.stock and queue.oldest_ms is not None and now.now_ms - queue.oldest_ms >= QUEUE_WINDOW_MS:
            since_ms = queue.oldest_ms + QUEUE_WINDOW_MS
            yield Condition(
                kind=AlarmKind.STOCK, subject=subject, level=Level.CRISIS, since_ms=since_ms,
                limit=rules.stock_crisis_permille,
            )  # fmt: skip
        return
    if queue.counted_ms < COUNTED_MS_MIN:
        return
    ratio = queue.stock * 1_000 // queue.cleared
    for level, limit in (
        (Level.CRISIS, rules.stock_crisis_permille),
        (Level.WARNING, rules.stock_warning_permille),
    ):
        if ratio >= _eased(now, key, level, limit):
            yield Condition(
                kind=AlarmKind.STOCK, subject=subject, level=level, since_ms=now.now_ms, value=ratio, limit=limit
            )
            return


def _perishables(now: Watched, queue: QueueNow) -> Iterator[Condition]:
    if not queue.perishable_ms:
        return
    oldest = min(queue.perishable_ms)
    for level, hours in (
        (Level.CRISIS, now.rules.perishable_crisis_h),
        (Level.WARNING, now.rules.perishable_warning_h),
    ):
        if now.now_ms - oldest >= hours * HOUR_MS:
            count = sum(1 for since in queue.perishable_ms if now.now_ms - since >= hours * HOUR_MS)
            yield Condition(
                kind=AlarmKind.PERISHABLES, subject=queue.direction.value, level=level,
                since_ms=oldest + hours * HOUR_MS, value=count, limit=hours,
            )  # fmt: skip
            return


def _stays(now: Watched) -> Iterator[Condition]:
    over = [until for until in now.stays_ms if until <= now.now_ms]
    soon = [until for until in now.stays_ms if until - now.stay_warn_ms <= now.now_ms]
    if soon:
        since_ms = min(over) if over else min(soon) - now.stay_warn_ms
        yield Condition(
            kind=AlarmKind.STAY, subject=POST, level=Level.CRISIS if over else Level.WARNING,
            since_ms=since_ms, value=len(over) or len(soon),
        )  # fmt: skip


def _link(now: Watched) -> Iterator[Condition]:
    link, rules = now.link, now.rules
    for level, limit in (
        (Level.CRISIS, rules.partner_silent_crisis_s),
        (Level.WARNING, rules.partner_silent_warning_s),
    ):
        if link.age_s is not None and link.age_s >= limit:
            yield Condition(
                kind=AlarmKind.PARTNER_SILENT, subject=POST, level=level,
                since_ms=now.now_ms - (link.age_s - limit) * SECOND_MS, value=link.age_s, limit=limit,
            )  # fmt: skip
            break
    for lane, since_ms in sorted(link.frozen.items()):
        yield Condition(kind=AlarmKind.LANE_FROZEN, subject=lane, level=Level.CRISIS, since_ms=since_ms)
    if link.clock in ("alarm", "refuses"):
        level = Level.CRISIS if link.clock == "refuses" else Level.WARNING
        yield Condition(kind=AlarmKind.CLOCK, subject=POST, level=level, since_ms=now.now_ms, value=abs(link.offset_ms))
    if link.parked:
        yield Condition(
            kind=AlarmKind.PARKED, subject=POST, level=Level.WARNING, since_ms=now.now_ms, value=link.parked
        )


def _laboratories(now: Watched) -> Iterator[Condition]:
    for closed in now.laboratories:
        yield Condition(
            kind=AlarmKind.LABORATORY, subject=closed.station, level=Level.NOTICE,
            since_ms=closed.since_ms, value=closed.samples,
        )  # fmt: skip
    for report in now.reports:
        if report.state is RoadState.LIMITED and report.reason.startswith(LABORATORY_REASON):
            yield Condition(
                kind=AlarmKind.LABORATORY, subject=report.route or report.direction.value,
                level=Level.WARNING, since_ms=report.at_ms,
            )  # fmt: skip


def _stops(now: Watched) -> Iterator[Condition]:
    open_ms = now.rules.stop_open_min * MINUTE_MS
    for stop in now.stops:
        side = ".partner" if stop.by_partner else ""
        subject = f"{stop.direction}{'.' + stop.route if stop.route else ''}{side}"
        if stop.expected_end_ms is None and now.now_ms - stop.at_ms >= open_ms:
            since_ms, level = stop.at_ms + open_ms, Level.WARNING
        elif stop.expected_end_ms is not None and stop.expected_end_ms <= now.now_ms:
            since_ms, level = stop.expected_end_ms, Level.WARNING
        else:
            continue
        lasted_s = (now.now_ms - stop.at_ms) // SECOND_MS
        yield Condition(kind=AlarmKind.STOP, subject=subject, level=level, since_ms=since_ms, value=lasted_s)


def _shares(now: Watched) -> Iterator[Condition]:
    rules = now.rules
    limits = (
        (AlarmKind.QUOTA, now.quotas, rules.quota_spent_permille, 1, Level.NOTICE),
        (AlarmKind.YARD, now.yards, rules.yard_full_permille, 1, Level.WARNING),
        (AlarmKind.MISSED_CALLS, now.calls, rules.missed_permille, rules.missed_calls_min, Level.WARNING),
    )
    for kind, shares, limit, least, level in limits:
        for share in shares:
            if share.whole < least:
                continue
            permille = share.used * 1_000 // share.whole
            if permille >= _eased(now, f"{kind.value}.{share.subject}", level, limit):
                yield Condition(
                    kind=kind, subject=share.subject, level=level, since_ms=now.now_ms, value=permille, limit=limit
                )
