"""Random days at a small gate, honest and not, for comparing two verifiers of the public order."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

import msgspec

from gatepair.base.canonical import encode
from gatepair.crossing import events as ev
from gatepair.operations import events as gate_ev
from gatepair.operations.public_order import Record, RecordKind
from gatepair.operations.queue import PlaceState
from gatepair.operations.rule import CallLine
from gatepair.plan.model import Direction, LaneKind, Plan
from operations.scene import (
    FRUIT,
    MORNING_MS,
    OTHER,
    ROAD,
    SEAFOOD,
    Scene,
    calendars,
    facts,
    publish,
    renumbered,
    small_plan,
)

LINES = (
    ROAD,
    CallLine("side-road", LaneKind.MANNED),
    CallLine("", LaneKind.MANNED),
    CallLine("road", LaneKind.UNMANNED),
)
STEPS = 90


def keeping_holidays() -> Plan:
    """Return the small plan with a day that is closed on the home side's holidays and takes nobody after 16:00."""
    kept = calendars()
    kept["day"] |= {"closed_on_holidays_of": ["aa"], "cutoff": {"out": "16:00"}}
    return small_plan(calendars=kept)


def walk(seed: int, plan: Plan | None = None, *, now_ms: int = MORNING_MS) -> Scene:
    """Return a gate after some acts, most by the rule and some not."""
    chance = random.Random(seed)
    scene = Scene(plan, now_ms=now_ms)
    for _ in range(STEPS):
        _step(scene, chance)
    return scene


def _step(scene: Scene, chance: random.Random) -> None:
    act = chance.choice((_take, _take, _take, _call, _call, _arrive, _depart, _miss, _by_hand, _gate, _wrongly))
    act(scene, chance)
    scene.now_ms += chance.choice((0, 1, 3, 7, 20, 50)) * 60_000 * (20 if chance.random() < 0.05 else 1)


def _numbers(scene: Scene, *states: PlaceState) -> list[int]:
    return [place.number for place in scene.book.places() if not states or place.state in states]


def _take(scene: Scene, chance: random.Random) -> None:
    line = chance.choice(LINES)
    scene.take(
        facts(
            chance.choice((FRUIT, SEAFOOD, OTHER)),
            tested=chance.random() < 0.6,
            paired=chance.random() < 0.3,
            route=line.route,
            lane_kind=line.lane_kind,
        )
    )


def _call(scene: Scene, chance: random.Random) -> None:
    only = (SEAFOOD,) if chance.random() < 0.1 else None
    scene.call(chance.randint(1, 3), chance.choice(LINES), only=only)


def _arrive(scene: Scene, chance: random.Random) -> None:
    for number in _numbers(scene, PlaceState.CALLED)[:2]:
        scene.arrive(number, "another" if chance.random() < 0.1 else None)


def _depart(scene: Scene, chance: random.Random) -> None:
    for number in _numbers(scene, PlaceState.INSIDE)[:2]:
        scene.depart(number)


def _miss(scene: Scene, chance: random.Random) -> None:
    scene.miss()


def _by_hand(scene: Scene, chance: random.Random) -> None:
    numbers = _numbers(scene)
    if not numbers:
        return
    number, code, actor = (
        chance.choice(numbers),
        chance.choice(("medical", "", "bribe")),
        chance.choice(("board-7", "")),
    )
    if chance.random() < 0.3:
        scene.rebind(number, f"vehicle-{number}", code=code, actor=actor)
    elif chance.random() < 0.5:
        scene.move(number, code=code, actor=actor)
    else:
        scene.move(number)


def _gate(scene: Scene, chance: random.Random) -> None:
    now_ms, road = scene.now_ms, chance.choice(("", "road", "side-road"))
    theirs = chance.random() < 0.5
    date = datetime.fromtimestamp(now_ms / 1_000 + chance.choice((0, 0, 1)) * 86_400, tz=UTC).date().isoformat()
    start, until = chance.choice((("06:00", "22:00"), ("00:00", "24:00"), ("12:00", "13:00")))
    only = chance.choice(((), (SEAFOOD,), (FRUIT, OTHER)))
    said = {"at_ms": now_ms, "calendar": chance.choice(("day", "night")), "date": date, "start": start, "until": until}
    acts = (
        lambda: scene.stop(route=road, by_partner=theirs, allows=only),
        lambda: scene.reopen(route=road, by_partner=theirs),
        lambda: scene.reopen(by_partner=theirs),
        lambda: scene.rule_gate(gate_ev.HoursAgreed(**said, actor="a", only=only)),
        lambda: scene.rule_gate(gate_ev.HoursAnnounced(**said, actor="a", only=only, by_partner=theirs)),
        lambda: scene.rule_gate(
            gate_ev.LaneTurnBegun(at_ms=now_ms, lane="tidal-1", direction=Direction.IN, clear_at_ms=0, actor="a")
        ),
        lambda: scene.rule_gate(
            gate_ev.LaneTurned(at_ms=now_ms, lane="tidal-1", direction=chance.choice(tuple(Direction)))
        ),
        lambda: scene.rule_gate(
            gate_ev.RecoveryBegun(at_ms=now_ms, position=1, lost_from_ms=now_ms - 9_000_000, actor="a")
        ),
        lambda: scene.rule_gate(gate_ev.RecoveryFinished(at_ms=now_ms, actor="a")),
        lambda: scene.rule_gate(gate_ev.QuotaAnnounced(at_ms=now_ms, direction=Direction.OUT, per_hour=0, actor="a")),
    )
    chance.choice(acts)()


def _wrongly(scene: Scene, chance: random.Random) -> None:
    numbers = _numbers(scene)
    if not numbers:
        return
    number = chance.choice(numbers)
    changed = ev.PlaceFactsChanged(at_ms=scene.now_ms, number=number, facts=facts(SEAFOOD))
    slot = ev.SlotBooked(at_ms=scene.now_ms, start_ms=scene.now_ms + 1_800_000, until_ms=scene.now_ms + 3_600_000)
    acts = (
        lambda: scene.force(number),
        lambda: scene.arrive(number),
        lambda: scene.depart(number),
        lambda: scene.lose(number, chance.choice(("missed", "cancelled", "whim"))),
        lambda: scene.happen(number, changed),
        lambda: scene.happen(number, slot),
        lambda: scene.happen(number, ev.HeldAtBuffer(at_ms=scene.now_ms, number=number, yard="a-buffer")),
        lambda: scene.happen(number, ev.CallMissed(at_ms=scene.now_ms, number=number, misses=1)),
    )
    chance.choice(acts)()


def tampered(scene: Scene, seed: int) -> list[bytes]:
    """Return a copy of the order that somebody has changed; sometimes re-rooted, as the signer could."""
    chance = random.Random(seed)
    records = list(scene.records)
    at = chance.randrange(len(records))
    forgeries = (
        lambda: records.pop(at),
        lambda: records.insert(at, records[chance.randrange(len(records))]),
        records.reverse,
        lambda: records.__setitem__(at, _forged(records[at], chance)),
    )
    chance.choice(forgeries)()
    if chance.random() < 0.5:
        records = renumbered(records)
    if chance.random() < 0.5:
        return publish(scene.plan, records)
    return [*scene.export()[:1], *(encode(record) + b"\n" for record in records)]


def _forged(record: Record, chance: random.Random) -> Record:
    other = tuple(RecordKind)[chance.randrange(len(RecordKind))]
    changes = (
        {"number": record.number + chance.choice((-1, 1, 30))} if record.number else {"kind": other},
        {"class_key": "live"},
        {"at_ms": record.at_ms + chance.choice((-1, 1)) * 3_600_000},
        {"until_ms": 1},
        {"binding": "ab" * 32},
        {"facts": None},
        {"code": "", "staff": ""},
        {"recorded_ms": 0},
    )
    return msgspec.structs.replace(record, **chance.choice(changes))


def misspelled(lines: list[bytes]) -> Iterator[list[bytes]]:
    """Yield copies of an export of which one line has not its one canonical form."""
    first, *rest = lines
    spoilt: Iterable[bytes] = (
        b"", b"{}", b"[]", b"null", b"nonsense", b'{"index":0}', b"\xff",
        rest[0].replace(b'":', b'": ', 1), rest[0].replace(b'"at_ms"', b'"at_mS"'), rest[0].replace(b'"index":', b'"index":-'),
        rest[0].rstrip()[:-1] + b',"staff":""}', rest[0].rstrip()[:-1] + b',"zzz":1}', b"x" * 20_000,
        rest[0].replace(b'"kind":"taken"', b'"kind":"given"'), rest[0].rstrip() + b" ",
    )  # fmt: skip
    for bad in spoilt:
        yield [first, rest[0], bad + b"\n", *rest[1:3]]
    yield []
    yield [b"{}\n", *rest[:2]]
    yield [first.replace(b'"order":1', b'"order":2'), *rest[:2]]
    yield [first.replace(b"order out", b"order  out"), *rest[:2]]
    yield [b"".join(lines)[:-30]]
