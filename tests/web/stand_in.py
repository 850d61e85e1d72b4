"""A post that decides nothing, for tests of the web layer itself: what it answers is set by the test."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
from argon2 import PasswordHasher

from gatepair.adapters.memory import MemoryLedger
from gatepair.base.canonical import encode
from gatepair.base.duties import Duty
from gatepair.base.entries import Draft
from gatepair.base.errors import NotFound
from gatepair.base.time import Instant, SteppedClock
from gatepair.clearance.channel.profile import Profile
from gatepair.exchange.key_statements import KeyStatement, parse_statement
from gatepair.node import audit
from gatepair.node.accounts import Accounts
from gatepair.node.audit import AuditEvent
from gatepair.node.audit_desk import AuditDesk
from gatepair.node.link_proving import Proof
from gatepair.node.ports import Stamp, Unit
from gatepair.node.requests import Actor, Answer, Request
from gatepair.node.visibility import shown_event
from gatepair.operations.inspections import InspectionPlan

T = TypeVar("T")
START_MS = Instant(1_762_819_200_000)
CROSSING = "XAAAAAAAAAAAAAAAAAAAA"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""An argon2 that takes no time, so that tests may log in often."""
DECLARATION = {
    "regime": "ordinary",
    "goods": [],
    "parties": {"exporter": "SYNTHETIC Exporter 001", "importer": "SYNTHETIC Importer 001"},
}
DRIVER = {"name": "SYNTHETIC Driver 0001", "licence": "SYN-1", "nationality": "VN"}


HOSTILE = "<script>alert(1)</script>\"'&"
NAME = {"vi": "Hữu Nghị", "zh": "友谊", "en": "Huu Nghi", "fr": "Huu Nghi"}


def figure(value):
    return {"value": value, "method": "count", "age_s": 0}


def board(**more):
    out = {
        "open": False, "role": "exit", "cleared_today": figure(123), "waiting": figure(150), "called": figure(4),
        "inside": figure(14), "stock": figure(168), "stock_per_cleared_day_permille": figure(1365), "alarm": "normal",
        "stops": [{"reason": "fog", "text": HOSTILE, "expected_end_ms": START_MS + 3_600_000, "by_partner": True,
                   "route": "r1116", "allows": ["fresh_fruit"]}],
        "waiting_by_class": [{"class": "tested-fruit", "name": NAME, "waiting": 40, "longest_wait_s": 90_000,
                              "median_wait_s": 3_000}],
        "call_forward": {"room": 3, "limit": "service", "limits": {}, "quota_per_hour": None, "quota_announced": False,
                         "partner_room": None, "intake": None},
        "forecast_new_place": {"value": 185, "unit": "min", "method": "m", "age_s": 42},
    }  # fmt: skip
    inbound = {"open": True, "role": "entry", "stops": [], "cleared_today": figure(601)}
    return {
        "post": "huu-nghi", "name": NAME, "plan": "p", "at_ms": START_MS, "timezone": "Asia/Ho_Chi_Minh",
        "local_time": "x", "synthetic": True, "partner": {"mode": "paired", "age_s": 61},
        "directions": {"out": out, "in": inbound}, **more,
    }  # fmt: skip


class CountedEntropy:
    """Entropy that counts, so that a failing test can be told again."""

    def __init__(self) -> None:
        self._next = 0

    def token(self, size: int) -> bytes:
        self._next += 1
        return self._next.to_bytes(size, "big")


class StandInDesk:
    """A desk of an exchange in which nothing ever happened, save what a test sets."""

    def __init__(self) -> None:
        self.lanes: dict[str, Any] = {"normal": {"epoch": 1}}

    def overview(self) -> dict[str, Any]:
        return {"lanes": []}

    def messages(self, lane: str, **_: int) -> list[Any]:
        return []

    def evidence(self, lane: str, number: int) -> dict[str, Any]:
        raise NotFound("this lane has no evidence of this number")

    def quarantine(self, after: Any, limit: int) -> list[Any]:
        return []

    def overdue(self, after: Any, limit: int) -> list[Any]:
        return []

    def parked(self) -> list[Any]:
        return []

    def signals(self) -> dict[str, Any]:
        return dict(self.lanes)

    def freeze(self, lane: str, **_: Any) -> None:
        return

    def ask_unfreeze(self, lane: str, **_: Any) -> dict[str, Any]:
        return {}

    def confirm_unfreeze(self, lane: str, **_: Any) -> None:
        return


class StandInSteering:
    """A command centre in which nothing stands."""

    def calendar(self) -> dict[str, Any]:
        return {"now_ms": START_MS, "dates": [], "columns": [], "lanes": [], "stops": [], "conditions": [],
                "agreed": [], "announced": [], "quotas": [], "rooms": []}  # fmt: skip

    def shift(self) -> dict[str, Any] | None:
        return None

    def timeline(self, sought: Any, limit: int) -> list[dict[str, Any]]:
        return []

    def today(self) -> str:
        return "2025-11-11"

    def daily(self, day: str) -> dict[str, Any]:
        return {"date": day, "first_ms": START_MS, "until_ms": START_MS, "cut_ms": START_MS, "now_ms": START_MS,
                "provisional": False, "today": day, "lines": [], "buffers": [], "trs": []}  # fmt: skip

    def alarms(self) -> list[dict[str, Any]]:
        return []


class Unasked:
    """What a stand-in has where a test sets nothing: any question to it finds nothing."""

    def __getattr__(self, name: str) -> Unasked:
        return self

    def __call__(self, *_: Any, **__: Any) -> Any:
        raise NotFound("the stand-in knows nothing of this")


class StandInPost:
    """Keeps a real ledger in memory; each command is recorded as one note of its type."""

    key = "huu-nghi"
    synthetic = True

    def __getattr__(self, name: str) -> Unasked:
        """Answer what no test of this layer has set: pages of the areas are tested over a real post."""
        if name.startswith("_"):
            raise AttributeError(name)
        return Unasked()

    def __init__(self) -> None:
        self.clock = SteppedClock(START_MS)
        self.desk = StandInDesk()
        self.steering = StandInSteering()
        self.ledger = MemoryLedger()
        self.accounts = Accounts(self.ledger, post=self.key, entropy=CountedEntropy(), hasher=CHEAP)
        self.fail_with: Exception | None = None
        self.answer: Callable[[Request], Answer] | None = None
        self.groups: list[int] = []
        self.view: dict[str, Any] = {
            "id": CROSSING, "declaration": DECLARATION, "driver": DRIVER, "binding": {"tractor": "12C-1", "owner": "O"},
            "role": "exit", "route": "r1", "lane_kind": "manned", "stage": "queued", "direction": "out", "history": [],
            "required": ["customs"],
        }  # fmt: skip
        self.figures: dict[str, Any] = board()

    # --- setting up -----------------------------------------------------------------------

    def key_for(self, duty: Duty, *, drill: bool = False) -> str:
        """Return a new token for ``duty``."""
        name = f"{duty.value.replace('_', '-')}-{self.head_position()}"
        return self.transact(
            lambda unit: self.accounts.create_key(unit, name, duty=duty, by="init", now_ms=self.now(), drill=drill)
        )

    def account(self, login: str, password: str, *, duty: Duty = Duty.CUSTOMS) -> None:
        """Make an account."""
        hashed = self.accounts.hash_password(password)
        self.transact(
            lambda unit: self.accounts.create_account(
                unit, login, duty=duty, password_hash=hashed, by="init", now_ms=self.now()
            )
        )

    # --- the port -------------------------------------------------------------------------

    def execute(self, requests: Sequence[Request]) -> list[Answer]:
        if self.fail_with is not None:
            raise self.fail_with
        self.groups.append(len(requests))
        return [(self.answer or self._done)(request) for request in requests]

    def _done(self, request: Request) -> Answer:
        crossing = getattr(request.command, "crossing", CROSSING)
        kind = type(request.command).__name__
        payload = {"at_ms": self.now(), **msgspec.to_builtins(request.command)}
        self.record(f"crossing/{crossing}", f"{kind}/1", payload, actor=request.actor.id)
        return Answer(id=request.command_id, status="done", crossing=crossing, position=self.head_position())

    def record(self, stream: str, kind: str, payload: dict[str, Any], *, actor: str = "test") -> None:
        draft = Draft(stream, kind, encode(payload))
        with self.ledger.begin() as unit:
            unit.append([draft], expected={stream: unit.version(stream)}, stamp=Stamp(self.now(), actor, ""))

    def advance(self) -> None:
        return

    def transact(self, work: Callable[[Unit], T]) -> T:
        with self.ledger.begin() as unit:
            return work(unit)

    def note(self, event: AuditEvent, *, actor: str) -> None:
        with self.ledger.begin() as unit:
            audit.recorder(self.key)(unit, event, audit.stamp(event, actor=actor))

    @property
    def profiles(self) -> tuple[Profile, ...]:
        return ()

    def salt_shown(self, period: str) -> dict[str, str]:
        if period != "2025-11-10":
            raise NotFound("the salt of a period is shown after it", period=period)
        return {"commitment": "00", "period": period, "salt": "ff"}

    def now(self) -> Instant:
        return self.clock.now()

    def head_position(self) -> int:
        with self.ledger.read() as reader:
            return reader.head().position

    def recovery(self) -> None:
        return None

    @property
    def audit_desk(self) -> AuditDesk:
        return AuditDesk(self)

    def crossing_view(self, crossing_id: str, actor: Actor) -> dict[str, Any]:
        if crossing_id != CROSSING:
            raise NotFound("this post has no such crossing", crossing=crossing_id)
        return self.view

    def desk_view(self, crossing_id: str, actor: Actor) -> dict[str, Any]:
        empty = ("compared", "seal_lives", "readings", "corrected_fields", "to_confirm", "two_persons", "ruled_out")
        word = {"mode": "alone", "age_s": None}
        found = {**self.crossing_view(crossing_id, actor), **{name: [] for name in empty}}
        return found | {"release_lacks": None, "laboratory_s": None, "partner_word": word}

    def inspections(self, actor: Actor) -> InspectionPlan:
        return InspectionPlan(at_ms=START_MS, bays=(), unordered=(), samples=(), outages=())

    def evidence(self, crossing: str, *, withhold: Collection[str] = ()) -> Proof:
        self.crossing_view(crossing, Actor("", Duty.AUDITOR, self.key))
        names = tuple(name for name in ("driver", "parties") if name not in withhold)
        return Proof(",".join(names).encode(), names)

    def crossings(self, after: str, limit: int) -> list[dict[str, Any]]:
        return [{"id": CROSSING, "driver": DRIVER}]

    def notices(self, before: int, limit: int) -> list[dict[str, Any]]:
        return [{"position": 1, "type": "AlertRaised/1", "payload": {"kind": "disease"}}]

    def worklist(self, actor: Actor, limit: int) -> list[dict[str, Any]]:
        return [
            {
                "crossing": CROSSING, "task": "decide", "tractor": "12C-1", "commodity": "none", "direction": "out",
                "stage": "arrived", "channel": "", "since_ms": START_MS, "trailer": "", "at": "inside", "why": [],
                "urgent": False,
            }
        ]  # fmt: skip

    def events(self, after: int, limit: int, actor: Actor) -> list[dict[str, Any]]:
        with self.ledger.read() as reader:
            entries = reader.entries(after=after, limit=limit)
        rows = (
            shown_event(
                {
                    "position": entry.position, "stream": entry.stream, "version": entry.version, "type": entry.type,
                    "recorded_at_ms": entry.recorded_at_ms, "actor": entry.actor,
                    "payload": msgspec.json.decode(entry.payload),
                },
                actor.duty,
            )
            for entry in entries
        )  # fmt: skip
        return [row for row in rows if row is not None]

    def order_records(self, direction: str, after: int, limit: int) -> list[bytes]:
        return [b'{"n":%d}' % number for number in range(after + 1, min(after + limit, 7) + 1)]

    def order_export(self, direction: str) -> Iterator[bytes]:
        yield b'{"header":true}\n'
        yield from (b'{"n":%d}\n' % number for number in range(1, 8))

    def order_rules(self) -> dict[str, Any]:
        return {"plan": "p", "rules": {}}

    def place(self, token: str) -> dict[str, Any]:
        if token != "P123":
            raise NotFound("no place has this token")
        return {
            "stage": "queued", "direction": "out", "number": 12, "state": "waiting", "ahead": 3, "stopped": False,
            "called_until_ms": None, "synthetic": True, "at_ms": START_MS, "released": False,
            "forecast": {"value": 40, "unit": "min", "method": "places_ahead_over_rate_of_last_2_h", "age_s": 60},
        }  # fmt: skip

    def driver_view(self, actor: Actor) -> dict[str, Any]:
        return {"at_ms": START_MS, "synthetic": True, "vehicles": []}

    def driver_marks(self, actor: Actor) -> bytes:
        return b"[]"

    def board(self) -> dict[str, Any]:
        return self.figures

    def layout(self) -> dict[str, Any]:
        posts = [{"key": self.key, "name": NAME, "timezone": "Asia/Ho_Chi_Minh", "here": True}] * 2
        return {
            "post": self.key, "posts": posts, "routes": [], "stations": [], "yards": [], "move_codes": {},
            "calendars": [], "classes": [], "over_there": {"stations": [], "yards": []},
        }  # fmt: skip

    def scene(self) -> dict[str, Any]:
        return {"vehicles": [], "counts": {}, "lanes": {}}

    def flows(self, hours: int) -> dict[str, list[dict[str, Any]]]:
        return {way: [{"hour_ms": START_MS, "came": 0, "cleared": 0}] * hours for way in ("out", "in")}

    def version_of(self, crossing_id: str) -> int:
        return 1

    def status(self) -> dict[str, Any]:
        return {"post": self.key}

    def key_table(self) -> list[dict[str, Any]]:
        return [
            {
                "algorithm": "ed25519",
                "lanes": {"urgent": "current"},
                "post": self.key,
                "public": "00" * 32,
                "state": "current",
                "use": "log",
            }
        ]

    def version_table(self) -> list[dict[str, Any]]:
        return []

    def take_statement(self, statement: str) -> KeyStatement:
        return parse_statement(statement)[0]

    def trs(self, date: str) -> dict[str, Any]:
        return {"date": date}

    def agreements(self) -> tuple[tuple[bytes, str], ...]:
        return ()

    def checkpoint(self) -> str:
        return "gatepair\n0\n"

    def checkpoint_key(self) -> str:
        return "gatepair+00000000+A"
