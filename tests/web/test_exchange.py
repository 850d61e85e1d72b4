"""The exchange over the interface: who sees it, who stops a lane, and what a follower is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from gatepair.adapters.memory import MemoryLedger
from gatepair.base.duties import Duty
from gatepair.base.time import SeededEntropy, SteppedClock
from gatepair.conformance.logs import Author, OutLog, make_batch
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Terms
from gatepair.exchange.messages import Lane
from gatepair.exchange.signer import Ed25519Key
from gatepair.exchange.wire import encode_batch
from gatepair.node.lane_desk import STEERERS
from gatepair.web.app import create_app
from gatepair.web.exchange_routes import partner_routes
from gatepair.web.routes.exchange import VIEWERS
from gatepair.web.runtime import WriterRuntime
from node import pair

REASON = {"reason": "it looks odd"}


class Console:
    """A served post of the pair, with a key for each duty."""

    def __init__(self) -> None:
        clock = SteppedClock(pair.OPENING)
        self.post = pair.post_on(MemoryLedger(), pair.HOME, clock=clock)
        self.partner = pair.post_on(MemoryLedger(), pair.OTHER, clock=clock)
        runtime = WriterRuntime(self.post, clock=clock)
        self.client: TestClient[Any] = TestClient(
            create_app(self.post, runtime=runtime, partner_routes=partner_routes(self.post))
        )
        self._keys: dict[str, str] = {}

    def call(self, method: str, path: str, duty: Duty, body: Any = None, *, person: str = "") -> tuple[int, Any]:
        """Return status and body of one call by a person of ``duty``."""
        name = person or duty.value.replace("_", "-")
        if name not in self._keys:

            def create(unit: Any) -> str:
                accounts = self.post.accounts
                return accounts.create_key(unit, name, duty=duty, by="setup", now_ms=self.post.now())

            self._keys[name] = self.post.transact(create)
        headers = {"Authorization": f"Bearer {self._keys[name]}"}
        answer = self.client.request(method, path, json=body, headers=headers)
        return answer.status_code, answer.json()


@pytest.fixture
def console() -> Iterator[Console]:
    console = Console()
    with console.client:
        yield console


def test_the_exchange_is_shown_to_those_who_steer_and_oversee(console: Console) -> None:
    """Lanes, counts, agreement and clauses in one answer."""
    for duty in sorted(VIEWERS):
        status, shown = console.call("GET", "/v1/exchange", duty)
        assert 200 == status
        assert ["urgent", "normal", "bulk"] == [lane["lane"] for lane in shown["lanes"]]
    assert 403 == console.call("GET", "/v1/exchange", Duty.CUSTOMS)[0]


@pytest.mark.parametrize(
    ("path", "name"),
    [("quarantine", "entries"), ("overdue", "messages"), ("parked", "entries"), ("normal/messages", "messages")],
)
def test_lists_are_there_and_empty_at_first(console: Console, path: str, name: str) -> None:
    """Each list has its address."""
    status, page = console.call("GET", f"/v1/exchange/{path}", Duty.AUDITOR)
    assert (200, []) == (status, page[name])


@pytest.mark.parametrize(
    "path", ["sideways/messages", "normal/messages?epoch=7", "normal/evidence/1", "sideways/evidence/1"]
)
def test_what_there_is_not_is_not_found(console: Console, path: str) -> None:
    """A lane, an epoch, a piece of evidence."""
    assert 404 == console.call("GET", f"/v1/exchange/{path}", Duty.AUDITOR)[0]


@pytest.mark.parametrize("after", ["x", "1", "-1 k", " k", "99999999999999999 k"])
def test_a_made_up_cursor_is_malformed(console: Console, after: str) -> None:
    """What this interface did not give out is refused."""
    assert 400 == console.call("GET", f"/v1/exchange/overdue?after={after}", Duty.AUDITOR)[0]


def test_overdue_messages_come_by_page(console: Console) -> None:
    """Each page says where the next one begins; the last one says nothing."""
    with console.post.ledger.begin() as unit:
        for number in range(3):
            console.post.link.enqueue(
                unit,
                kind="crossing.announced/1",
                subject=f"X{number}",
                sections={},
                now_ms=pair.OPENING - 86_400_000 + number,
            )
    seen, after = [], ""
    for _ in range(2):
        page = console.call("GET", f"/v1/exchange/overdue?limit=2&after={after}", Duty.AUDITOR)[1]
        seen.append([message["subject"] for message in page["messages"]])
        after = page["next"]
    assert [["X0", "X1"], ["X2"]] == seen
    assert "" == after


def test_two_persons_over_the_interface(console: Console) -> None:
    """One stops, one asks, the same is refused with its finding, another confirms."""
    assert (200, {"lane": "normal", "frozen": True}) == console.call(
        "POST", "/v1/exchange/normal/freeze", Duty.COMMAND_CENTRE, REASON
    )
    status, asked = console.call("POST", "/v1/exchange/normal/unfreeze", Duty.COMMAND_CENTRE, REASON)
    confirm = {"asked_at_ms": asked["asked_at_ms"]}
    assert 200 == status
    status, refused = console.call("POST", "/v1/exchange/normal/unfreeze/confirm", Duty.COMMAND_CENTRE, confirm)
    assert (422, "node.unfreeze_same_person") == (status, refused["error"]["findings"][0]["code"])
    assert (200, {"lane": "normal", "frozen": False}) == console.call(
        "POST", "/v1/exchange/normal/unfreeze/confirm", Duty.COMMAND_CENTRE, confirm, person="another"
    )


@pytest.mark.parametrize("path", ["freeze", "unfreeze", "unfreeze/confirm"])
def test_only_those_who_steer_decide_about_lanes(console: Console, path: str) -> None:
    """Not the auditor, who only looks, and nobody who works at the gate."""
    for duty in (Duty.AUDITOR, Duty.CUSTOMS, Duty.YARD):
        assert duty not in STEERERS
        assert 403 == console.call("POST", f"/v1/exchange/normal/{path}", duty, REASON)[0]


@pytest.mark.parametrize("body", [None, {}, {"reason": ""}, {"reason": "x" * 281}, {"reason": "because", "more": 1}])
def test_a_stop_needs_its_reason(console: Console, body: Any) -> None:
    """Without one, or with more than is read, nothing is stopped."""
    assert 400 == console.call("POST", "/v1/exchange/normal/freeze", Duty.GATE_BOARD, body)[0]
    assert None is console.call("GET", "/v1/exchange", Duty.GATE_BOARD)[1]["lanes"][1]["frozen_out"]


def test_evidence_can_be_taken_away(console: Console) -> None:
    """Both notes of a contradiction are in the answer, as they were signed."""
    terms = Terms.of(console.post.link.agreement)
    author = Author(terms, pair.OTHER, SeededEntropy("author"), 0)
    log = OutLog(console.post.link.agreement.origin(pair.OTHER, Lane.URGENT, 1))
    key = Ed25519Key(pair.seed(pair.OTHER + "log"))
    for _ in range(2):
        row = author.entry(Lane.URGENT, now_ms=pair.OPENING)
        console.post.receive("urgent", encode_batch(make_batch(log, [row], start=0, key=key)))
    lane = console.call("GET", "/v1/exchange", Duty.AUDITOR)[1]["lanes"][0]
    assert ("urgent", 1, "contradiction") == (lane["lane"], lane["evidence"], lane["frozen_in"]["reason"])
    status, shown = console.call("GET", "/v1/exchange/urgent/evidence/1", Duty.AUDITOR)
    assert 200 == status
    for note in ("held", "shown"):
        notes.verify(notes.parse(shown["evidence"][note]), notes.LogVerifier(log.origin.key_name, key.public))
    assert shown["evidence"]["held"] != shown["evidence"]["shown"]
