"""The partner's requests that carry no batch: proved by a signed header, and by nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from gatepair.adapters.memory import MemoryLedger
from gatepair.adapters.peer.wire import REPLY_TYPE
from gatepair.adapters.pump import LinkPump
from gatepair.base.duties import Duty
from gatepair.base.errors import PartnerUnreachable
from gatepair.base.time import Clock, Instant, SteppedClock
from gatepair.exchange.asking import AGE_MS_MAX, HEADER
from gatepair.exchange.calls import Call
from gatepair.exchange.messages import Lane
from gatepair.node.post import Post
from gatepair.web.app import create_app
from gatepair.web.exchange_routes import partner_routes
from gatepair.web.runtime import WriterRuntime
from gatepair.web.settings import WebSettings
from node import pair

STATE, PROBE = "/x/1/state", "/x/1/probe"


class StillClock:
    """A clock of its own, as a running post has, that stands where the test puts it."""

    def __init__(self) -> None:
        self.at_ms = int(pair.OPENING)

    def now(self) -> Instant:
        return Instant(self.at_ms)


class Facing:
    """A served post and its partner, which is not."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.home = pair.post_on(MemoryLedger(), pair.HOME, clock=clock)  # type: ignore[arg-type]
        self.partner = pair.post_on(MemoryLedger(), pair.OTHER, clock=clock)  # type: ignore[arg-type]
        self.cut = False
        runtime = WriterRuntime(self.home, clock=clock)
        routes = partner_routes(self.home, is_cut=lambda: self.cut)
        settings = WebSettings(address_burst=3)
        self.client: TestClient[Any] = TestClient(
            create_app(self.home, runtime=runtime, settings=settings, partner_routes=routes)
        )

    def proof(self, method: str = "GET", path: str = STATE, *, later_ms: int = 0) -> dict[str, str]:
        return {HEADER: self.partner.link.ask(method, path, now_ms=self.clock.now() + later_ms)}


@pytest.fixture
def facing() -> Iterator[Facing]:
    facing = Facing(StillClock())
    with facing.client:
        yield facing


def test_the_partner_is_shown_the_state(facing: Facing) -> None:
    """Its signed request is its credential."""
    answer = facing.client.get(STATE, headers=facing.proof())
    assert 200 == answer.status_code
    assert pair.HOME == answer.json()["post"]


@pytest.mark.parametrize(
    ("method", "path", "later_ms"),
    [("POST", STATE, 0), ("GET", PROBE, 0), ("GET", STATE + "?x=1", 0), ("GET", STATE, AGE_MS_MAX + 1)],
)
def test_another_request_opens_nothing(facing: Facing, method: str, path: str, later_ms: int) -> None:
    """A proof of something else, or of another time, gets 401."""
    assert 401 == facing.client.get(STATE, headers=facing.proof(method, path, later_ms=later_ms)).status_code


def test_the_query_is_part_of_the_request(facing: Facing) -> None:
    """What is signed is the path with its query, as it is asked."""
    assert 200 == facing.client.get(STATE + "?x=1", headers=facing.proof(path=STATE + "?x=1")).status_code


def test_guessing_costs_the_address(facing: Facing) -> None:
    """False proofs use up what an address may do without a credential; the partner behind it is not held up."""
    for _ in range(3):
        assert 401 == facing.client.get(STATE, headers={HEADER: "x"}).status_code
    assert 429 == facing.client.get(STATE, headers={HEADER: "x"}).status_code
    assert 200 == facing.client.get(STATE, headers=facing.proof()).status_code


@pytest.mark.parametrize("answer", [b"{}", b"[1]", b'{"note":"x","outcome":"received","v":1}'])
def test_an_answer_that_is_none_is_refused_with_a_reply(facing: Facing, answer: bytes) -> None:
    """Who fetches what waits, and brings with it no answer at all, gets a reply and no error page."""
    asked = facing.partner.fetching(Lane.NORMAL, (Call.ENTRIES, answer))
    got = facing.client.post("/x/1/normal/next", content=asked)
    assert 400 == got.status_code
    assert REPLY_TYPE == got.headers["content-type"]
    assert "rejected" == got.json()["outcome"]


def test_a_proof_opens_no_other_route(facing: Facing) -> None:
    """On the routes of the post's own people the header means nothing."""
    answer = facing.client.get("/v1/status", headers=facing.proof(path="/v1/status"))
    assert 401 == answer.status_code


class Line:
    """The line of the partner's pump to the served post."""

    def __init__(self, facing: Facing, *, took_ms: int = 0, ahead_ms: int = 0) -> None:
        self._facing = facing
        self._took_ms = took_ms
        self._ahead_ms = ahead_ms

    async def send(self, lane: str, batch: bytes) -> bytes:
        raise PartnerUnreachable("not asked here")

    async def state(self, proof: str) -> bytes:
        raise PartnerUnreachable("not asked here")

    async def probe(self, proof: str) -> bytes:
        clock = self._facing.clock
        assert isinstance(clock, StillClock)
        clock.at_ms += self._ahead_ms + self._took_ms
        answer = self._facing.client.post(PROBE, headers={HEADER: proof})
        clock.at_ms += self._took_ms - self._ahead_ms
        if answer.status_code != 200:
            raise PartnerUnreachable(answer.text)
        return answer.content

    async def close(self) -> None:
        return


def probed(facing: Facing, line: Line) -> dict[str, Any] | None:
    """Let the partner compare its clock with the served post's and return what it knows then."""
    partner: Post = facing.partner
    asyncio.run(LinkPump(partner, line).probe())
    return partner.link.clock_status()


def test_clocks_are_compared_over_http(facing: Facing) -> None:
    """Four instants, two of them in a signed answer, tell difference and delay; the status shows them."""
    assert {"delay_ms": 60, "offset_ms": 5_000, "state": "alarm"} == probed(
        facing, Line(facing, took_ms=30, ahead_ms=5_000)
    )
    assert "alarm" == facing.partner.status()["clock"]["state"]


def test_a_probe_works_however_wrong_the_clocks_are(facing: Facing) -> None:
    """A clock ten years off is found out, and not turned away for its age."""
    found = probed(facing, Line(facing, ahead_ms=10 * 365 * 86_400_000))
    assert found is not None
    assert "refuses" == found["state"]


def test_a_cut_line_and_a_stranger_tell_nothing(facing: Facing) -> None:
    """Without an answer nothing is known of the clocks; a probe that the partner did not sign gets 401."""
    facing.cut = True
    assert None is probed(facing, Line(facing))
    facing.cut = False
    assert 401 == facing.client.post(PROBE).status_code
    assert 401 == facing.client.post(PROBE, headers=facing.proof("POST", STATE)).status_code


def test_a_drills_clock_is_not_compared() -> None:
    """A post whose clock is set by hand answers no probe, and so trips nobody's alarm."""
    facing = Facing(SteppedClock(pair.OPENING))
    with facing.client:
        answer = facing.client.post(PROBE, headers=facing.proof("POST", PROBE))
    assert 404 == answer.status_code


def test_the_command_centre_still_sees_the_state(facing: Facing) -> None:
    """Who oversees the node asks with a key of their own."""

    def create(unit: Any) -> str:
        accounts = facing.home.accounts
        return accounts.create_key(unit, "centre", duty=Duty.COMMAND_CENTRE, by="setup", now_ms=facing.clock.now())

    token = facing.home.transact(create)
    assert 200 == facing.client.get(STATE, headers={"Authorization": f"Bearer {token}"}).status_code
