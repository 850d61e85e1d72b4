"""The web layer over a real post: what is refused moves nothing, and what is done is seen by those it is for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from gatepair.adapters.memory import MemoryLedger
from gatepair.base.duties import Duty
from gatepair.base.time import SeededEntropy, SteppedClock, SystemEntropy
from gatepair.cli.serve import application
from gatepair.exchange.agreement import Mode, default_agreement
from gatepair.exchange.messages import Lane
from gatepair.exchange.signer import Ed25519Key
from gatepair.node.link import Link, LinkKeys
from gatepair.node.post import Post
from gatepair.node.requests import Actor, Request
from gatepair.operations.commands import StopIntake
from gatepair.web.app import create_app
from gatepair.web.exchange_routes import partner_routes
from gatepair.web.runtime import WriterRuntime
from node import pair
from web.real import DECLARE, POST, START_MS, declare, keys_of, opened_post
from web.test_bad_input import held

DAY_MS = 86_400_000


class Gate:
    """A served post and a key for each duty."""

    def __init__(self, client: TestClient[Any], opened, keys) -> None:
        self.client, self.opened, self.keys = client, opened, keys
        self.post = opened.post
        self._count = 0

    def give(self, duty, command, *, command_id="", **more):
        """Give one command and return the answer."""
        self._count += 1
        headers = {**self.keys[duty], "Idempotency-Key": command_id or f"test-{self._count:06d}"}
        return self.client.post("/v1/command", json={"command": command, **more}, headers=headers)

    def declared(self, number):
        """Declare a vehicle and return its crossing."""
        answer = self.give(Duty.TRADER, declare(number))
        assert 200 == answer.status_code, answer.text
        return answer.json()["crossing"]


@pytest.fixture(scope="module")
def gate(tmp_path_factory) -> Iterator[Gate]:
    with opened_post(tmp_path_factory.mktemp("post") / POST) as opened:
        keys = keys_of(opened, drill=True)
        with TestClient(application(opened)) as client:
            yield Gate(client, opened, keys)


@pytest.fixture
def still(gate) -> Iterator[Gate]:
    """Check that the ledger did not move while the test ran."""
    before = gate.post.head_position()
    yield gate
    assert before == gate.post.head_position()


def test_a_crossing_is_declared_and_seen(gate):
    """Declared once; customs sees the driver, the yard does not, the public order names nobody."""
    crossing = gate.declared(101)
    placed = gate.give(Duty.TRADER, {"type": "TakePlace", "crossing": crossing}).json()
    token = placed["place_token"]
    customs = gate.client.get(f"/v1/crossings/{crossing}", headers=gate.keys[Duty.CUSTOMS]).json()
    yard = gate.client.get(f"/v1/crossings/{crossing}", headers=gate.keys[Duty.YARD]).json()
    assert "SYNTHETIC Driver 0001" == customs["driver"]["name"]
    assert "SYNTHETIC" not in str(yard)
    assert {"driver", "declaration.parties", "binding.owner"} <= set(yard["masked"])
    place = gate.client.get(f"/v1/places/{token}").json()
    assert placed["events"][0]["payload"]["number"] == place["number"]
    for path in ("/v1/order/out.jsonl", "/v1/board", f"/board?lang=en&token={token}", f"/v1/places/{token}"):
        text = gate.client.get(path).text
        assert "SYNTHETIC" not in text
        assert "12C-" not in text
    assert "Synthetic figures" in gate.client.get("/board?lang=en").text


def test_a_reading_of_personal_data_is_in_the_ledger(gate):
    """The auditor finds who read whom."""
    crossing = gate.declared(102)
    after = gate.post.head_position()
    gate.client.get(f"/v1/crossings/{crossing}", headers=gate.keys[Duty.HEALTH])
    page = gate.client.get(f"/v1/events?after={after}", headers=gate.keys[Duty.AUDITOR]).json()
    assert [("PersonalDataRead/1", crossing)] == [(e["type"], e["payload"]["crossing"]) for e in page["events"]]


def test_evidence_is_shown_by_duty_and_recorded(gate):
    """Customs gets the file with the driver, the auditor without; each showing of names is in the ledger."""
    crossing = gate.declared(190)
    after = gate.post.head_position()
    files = {
        duty: gate.client.get(f"/v1/crossings/{crossing}/evidence?withhold=seals", headers=gate.keys[duty])
        for duty in (Duty.CUSTOMS, Duty.AUDITOR)
    }
    assert ["application/vnd.gatepair.evidence+json"] * 2 == [each.headers["content-type"] for each in files.values()]
    assert "SYNTHETIC Driver 0001" in files[Duty.CUSTOMS].text
    assert "SYNTHETIC Driver 0001" not in files[Duty.AUDITOR].text
    page = gate.client.get(f"/v1/events?after={after}", headers=gate.keys[Duty.AUDITOR]).json()
    assert {"PersonalDataRead/1"} == {event["type"] for event in page["events"]}
    assert 403 == gate.client.get(f"/v1/crossings/{crossing}/evidence", headers=gate.keys[Duty.YARD]).status_code
    unknown = gate.client.get(f"/v1/crossings/{'X' + 'A' * 20}/evidence", headers=gate.keys[Duty.AUDITOR])
    assert (404, "not_found") == (unknown.status_code, unknown.json()["error"]["code"])


def test_a_duty_that_may_not(gate, still):
    """A yard cannot release; nobody from outside can call forward or speak for the partner."""
    crossing = "X" + "A" * 20
    held(gate, gate.give(Duty.YARD, {"type": "Release", "crossing": crossing}), 403, "not_permitted")
    held(gate, gate.give(Duty.CUSTOMS, {"type": "CallForward", "crossing": crossing}), 403, "not_permitted")
    accepted = {"type": "RecordPartnerAcceptance", "crossing": crossing, "leaf": "0" * 64, "partner_at_ms": 1}
    held(gate, gate.give(Duty.CUSTOMS, accepted), 403, "not_permitted")
    held(gate, gate.give(Duty.PARTNER, accepted), 403, "not_permitted")


def test_another_traders_crossing(gate):
    """What one trader declared no other may read or change."""
    crossing = gate.declared(103)
    post = gate.post
    token = post.transact(
        lambda unit: post.accounts.create_key(unit, "trader-2", duty=Duty.TRADER, by="setup", now_ms=post.now())
    )
    gate.keys["other"] = {"Authorization": f"Bearer {token}"}
    held(gate, gate.client.get(f"/v1/crossings/{crossing}", headers=gate.keys["other"]), 404, "not_found")
    cancel = {"type": "CancelCrossing", "crossing": crossing, "reason": "mine?"}
    held(gate, gate.give("other", cancel), 403, "not_permitted")


def test_a_stale_version(gate):
    """Who read an older state of the crossing reads it again."""
    crossing = gate.declared(104)
    before = gate.post.head_position()
    cancel = {"type": "CancelCrossing", "crossing": crossing, "reason": "changed my mind"}
    held(gate, gate.give(Duty.TRADER, cancel, expected_version=77), 409, "stale_version")
    assert before == gate.post.head_position()


def test_a_command_id_used_again(gate):
    """The same content gets the same answer and no second effect; other content is a conflict."""
    first = gate.give(Duty.TRADER, declare(105), command_id="again-0001")
    before = gate.post.head_position()
    assert first.json() == gate.give(Duty.TRADER, declare(105), command_id="again-0001").json()
    held(gate, gate.give(Duty.TRADER, declare(106), command_id="again-0001"), 409, "command_reused")
    assert before == gate.post.head_position()


def test_a_tractor_in_two_crossings(gate):
    """One active binding for a tractor: the second declaration is not taken."""
    gate.declared(107)
    before = gate.post.head_position()
    answer = gate.give(Duty.TRADER, declare(107))
    assert answer.status_code in {409, 422}
    assert before == gate.post.head_position()


@pytest.mark.parametrize("ahead_ms", [DAY_MS, 400 * DAY_MS])
def test_a_time_far_in_the_future(gate, still, ahead_ms):
    """An act that has not happened yet is not recorded."""
    answer = gate.give(Duty.TRADER, {**declare(108), "at_ms": START_MS + ahead_ms})
    held(gate, answer, 422, "refused")


def test_a_time_out_of_order(gate):
    """An act cannot lie long before what it follows."""
    crossing = gate.declared(109)
    before = gate.post.head_position()
    answer = gate.give(Duty.TRADER, {"type": "TakePlace", "crossing": crossing, "at_ms": START_MS - 30 * DAY_MS})
    held(gate, answer, 422, "refused")
    assert before == gate.post.head_position()


def test_an_unknown_crossing_and_an_unknown_route(gate, still):
    """What is not in the ledger is not found; what is not in the plan is refused with its mend."""
    held(gate, gate.give(Duty.CUSTOMS, {"type": "Release", "crossing": "X" + "B" * 20}), 404, "not_found")
    error = held(gate, gate.give(Duty.TRADER, {**DECLARE, "route": "nowhere"}), 422, "refused")
    assert {"vi", "zh", "en", "fr"} == set(error["findings"][0]["text"])


def test_in_a_batch_each_command_stands_alone(gate):
    """What one command does wrong costs the others nothing, and the status is 200."""
    commands = [
        {"id": "batch-0001", "command": declare(110)},
        {"id": "batch-0002", "command": {"type": "Release", "crossing": "X" + "B" * 20}},
        {"id": "batch-0003", "command": declare(111)},
    ]
    answer = gate.client.post("/v1/commands", json={"commands": commands}, headers=gate.keys[Duty.TRADER])
    assert 200 == answer.status_code
    body = answer.json()
    assert ["done", "failed", "done"] == [row["status"] for row in body["answers"]]
    assert "not_permitted" == body["answers"][1]["error"]
    assert gate.post.head_position() == body["position"]


def test_every_reading_route_answers(gate):
    """Each page of the interface is there on a real post."""
    oversight = gate.keys[Duty.COMMAND_CENTRE]
    for path in ("/v1/status", "/v1/trs?date=2025-11-11", "/v1/crossings", "/v1/worklist", "/v1/events"):
        assert 200 == gate.client.get(path, headers=oversight).status_code, path
    for path in ("/health", "/v1/checkpoint", "/v1/checkpoint/key", "/v1/board", "/board?lang=zh", "/v1/order/out"):
        assert 200 == gate.client.get(path).status_code, path
    key = gate.client.get("/v1/checkpoint/key").text
    assert key.split("+")[0] in gate.client.get("/v1/checkpoint").text


def test_the_clock_calls_forward(gate):
    """Setting the drill's clock runs what is due."""
    crossing = gate.declared(112)
    gate.give(Duty.TRADER, {"type": "TakePlace", "crossing": crossing})
    now_ms = gate.post.now() + 3_600_000
    answer = gate.client.post("/v1/clock", json={"now_ms": now_ms}, headers=gate.keys[Duty.COMMAND_CENTRE]).json()
    assert now_ms == answer["now_ms"]
    assert gate.post.head_position() == answer["position"]


def paired(ledger, key, clock, terms):
    """Return a post of the pair in memory, served with its partner's routes."""
    post = pair.post_on(ledger, key, clock=clock, terms=terms)
    runtime = WriterRuntime(post, clock=clock)
    return post, create_app(post, runtime=runtime, partner_routes=partner_routes(post))


def test_the_partners_door_knows_the_partners_key():
    """A batch that another key signed changes nothing; the partner's own is taken."""
    clock = SteppedClock(pair.OPENING)
    terms = pair.agreement()
    home, app = paired(MemoryLedger(), pair.HOME, clock, terms)
    stranger_terms = default_agreement(
        pair.party(pair.HOME), pair.party(pair.OTHER, keys_of="stranger"), agreement_id=pair.plan().id, mode=Mode.PAIRED
    )
    partner = pair.post_on(MemoryLedger(), pair.OTHER, clock=clock, terms=terms)
    stranger_link = Link(
        stranger_terms, pair.OTHER, entropy=SeededEntropy("stranger"), paced=True,
        keys=LinkKeys(log=Ed25519Key(pair.seed("strangerlog")), mirror=Ed25519Key(pair.seed("strangermirror"))),
    )  # fmt: skip
    stranger = Post(
        plan=pair.plan(), post=pair.OTHER, ledger=MemoryLedger(), clock=clock, link=stranger_link,
        secret=pair.seed("s"), entropy=SystemEntropy(),
    )  # fmt: skip
    stop = Request(
        "stop-0001", StopIntake(direction="out", reason="fog"), Actor("board-1", Duty.GATE_BOARD, pair.OTHER)
    )
    for one in (partner, stranger):
        assert "done" == one.execute([stop])[0].status
        one.advance()
    with TestClient(app) as client:
        before = home.head_position()
        for raw in (stranger.outgoing(Lane.URGENT), b"{}", b"", b"\xff" * 100):
            answer = client.post("/x/1/urgent/entries", content=raw)
            assert 400 <= answer.status_code < 500
            assert before == home.head_position()
        held(None, client.get("/x/1/state"), 401, "unauthenticated")
        held(None, client.post("/x/1/urgent/entries", content=b" " * (5 << 20)), 413, "too_large")
        # The first batch of a post that has just started is a greeting without entries.
        for _ in range(2):
            answer = client.post("/x/1/urgent/entries", content=partner.outgoing(Lane.URGENT))
            assert 200 == answer.status_code
            partner.accept_receipt(Lane.URGENT, answer.content)
        assert before < home.head_position()
        assert not client.get("/v1/board").json()["directions"]["out"]["open"]
