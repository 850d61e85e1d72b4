"""Versions of the agreement over HTTP: who sees them, who brings one, and that the roots' signatures decide."""

from __future__ import annotations

import json
from typing import Any

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace

from gatepair.adapters.memory import MemoryLedger
from gatepair.base.duties import Duty
from gatepair.base.time import HOUR_MS, SteppedClock
from gatepair.exchange.agreement import Agreement
from gatepair.exchange.note import Note
from gatepair.exchange.signer import Ed25519Key
from gatepair.web.app import create_app
from gatepair.web.runtime import WriterRuntime
from node.pair import HOME, OPENING, OTHER, agreement, plan, post_on, seed

SUCCESSOR = replace(agreement(), version=2, valid_from_ms=OPENING + HOUR_MS, overlap_s=3_600)


def body(one: Agreement = SUCCESSOR, *, posts: tuple[str, ...] = (HOME, OTHER)) -> dict[str, Any]:
    """Return ``one`` with the lines of the roots of these posts."""
    lines = tuple(one.sign(plan().posts[post].side, Ed25519Key(seed(post + "root"))) for post in posts)
    return {"agreement": json.loads(one.encoded()), "note": Note(one.note_text(), lines).to_text()}


@pytest.fixture
def calls():
    """A real post behind the interface: a function that calls it with a duty's key."""
    clock = SteppedClock(OPENING)
    post = post_on(MemoryLedger(), HOME, clock=clock)
    tokens = {
        duty: post.transact(
            lambda unit, duty=duty: post.accounts.create_key(
                unit, duty.value.replace("_", "-"), duty=duty, by="test", now_ms=clock.now()
            )
        )
        for duty in (Duty.COMMAND_CENTRE, Duty.AUDITOR, Duty.CUSTOMS)
    }
    with TestClient(create_app(post, runtime=WriterRuntime(post, clock=clock))) as client:

        def call(duty: Duty, sent: dict[str, Any] | None = None):
            headers = {"Authorization": f"Bearer {tokens[duty]}"}
            if sent is None:
                return client.get("/v1/exchange/agreements", headers=headers)
            return client.post("/v1/exchange/agreements", json=sent, headers=headers)

        yield call


def test_a_successor_is_taken_into_a_running_post(calls) -> None:
    """The command centre brings it; it is held from then on, and again it changes nothing."""
    for _ in range(2):
        answer = calls(Duty.COMMAND_CENTRE, body())
        assert (200, SUCCESSOR.hash().hex()) == (answer.status_code, answer.json()["hash"])
    rows = calls(Duty.AUDITOR).json()["versions"]
    assert [(1, True, True), (2, False, False)] == [(row["version"], row["in_force"], row["shared"]) for row in rows]
    assert [SUCCESSOR.valid_from_ms + 3_600_000, None] == [row["counts_until_ms"] for row in rows]


def test_the_roots_decide_and_not_who_brings_it(calls) -> None:
    """Without the other side's root it is refused with its finding; nothing is held."""
    answer = calls(Duty.COMMAND_CENTRE, body(posts=(HOME,)))
    assert 422 == answer.status_code
    assert "has no true signature by the root key" in str(answer.json())
    assert 1 == len(calls(Duty.AUDITOR).json()["versions"])


def test_two_texts_of_one_number_are_kept_though_the_second_is_refused(calls) -> None:
    """The refusal does not undo that both are held as evidence."""
    assert 200 == calls(Duty.COMMAND_CENTRE, body()).status_code
    assert 422 == calls(Duty.COMMAND_CENTRE, body(replace(SUCCESSOR, overlap_s=7_200))).status_code
    assert [False, True, True] == [row["contested"] for row in calls(Duty.AUDITOR).json()["versions"]]


@pytest.mark.parametrize("duty", [Duty.AUDITOR, Duty.CUSTOMS])
def test_others_bring_no_version(calls, duty: Duty) -> None:
    """Only the command centre may; who may not is told so."""
    assert 403 == calls(duty, body()).status_code


@pytest.mark.parametrize(
    "broken",
    [
        {"note": ""},
        {"agreement": {}, "note": ""},
        {**body(), "note": "nonsense"},
        {**body(), "more": 1},
        {**body(), "agreement": {**body()["agreement"], "version": 1.5}},
        {**body(), "agreement": [1]},
    ],
)
def test_what_is_no_version_is_told_so(calls, broken: dict[str, Any]) -> None:
    """Bad input ends in a 4xx with a code."""
    answer = calls(Duty.COMMAND_CENTRE, broken)
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]
