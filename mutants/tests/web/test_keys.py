"""The keys over HTTP: who sees them, who brings statements, and that only roots make one count."""

from __future__ import annotations

import pytest
from litestar.testing import TestClient

from gatepair.adapters.memory import MemoryLedger
from gatepair.base.duties import Duty
from gatepair.base.time import SteppedClock
from gatepair.exchange.key_statements import BEGINNING, KeyAct, KeyStatement, KeyUse
from gatepair.exchange.signer import Algorithm, Ed25519Key
from gatepair.web.app import create_app
from gatepair.web.runtime import WriterRuntime
from node.pair import HOME, OPENING, plan, post_on, seed

NEW = Ed25519Key(seed("new log key"))


def statement(root: Ed25519Key, act: KeyAct = KeyAct.ANNOUNCED) -> str:
    """Return what ``root`` says of a new log key of the home post."""
    said = KeyStatement(
        act=act,
        agreement=plan().id,
        algorithm=Algorithm.ED25519,
        positions=BEGINNING,
        post=HOME,
        public=NEW.public.hex(),
        side=plan().posts[HOME].side,
        use=KeyUse.LOG,
        v=1,
    )
    return said.signed([root]).to_text()


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

        def call(duty: Duty, body: dict[str, str] | None = None):
            headers = {"Authorization": f"Bearer {tokens[duty]}"}
            if body is None:
                return client.get("/v1/exchange/keys", headers=headers)
            return client.post("/v1/exchange/keys", json=body, headers=headers)

        yield call


def states(answer) -> dict[str, str]:
    return {row["public"]: row["state"] for row in answer.json()["keys"] if (row["post"], row["use"]) == (HOME, "log")}


def test_a_statement_of_the_root_is_taken_in(calls) -> None:
    """The command centre brings it; from then on the new key is current; again it changes nothing."""
    body = {"statement": statement(Ed25519Key(seed(HOME + "root")))}
    for _ in range(2):
        answer = calls(Duty.COMMAND_CENTRE, body)
        assert (200, "announced") == (answer.status_code, answer.json()["act"])
    assert "current" == states(calls(Duty.AUDITOR))[NEW.public.hex()]


def test_without_the_roots_signature_it_is_refused(calls) -> None:
    """The command centre's credential alone makes no key count."""
    answer = calls(Duty.COMMAND_CENTRE, {"statement": statement(Ed25519Key(seed(HOME + "log")))})
    assert (422, "refused") == (answer.status_code, answer.json()["error"]["code"])
    assert "exchange.key_statement_unsigned" in answer.text
    assert NEW.public.hex() not in states(calls(Duty.AUDITOR))


@pytest.mark.parametrize("text", ["", "no note", "x" * 9_000])
def test_what_is_no_statement_is_refused(calls, text: str) -> None:
    """Bad input gets its error, and the post goes on."""
    assert 400 == calls(Duty.COMMAND_CENTRE, {"statement": text}).status_code
    assert 200 == calls(Duty.COMMAND_CENTRE).status_code


def test_others_may_not(calls) -> None:
    """An auditor looks and brings nothing; an agency does neither."""
    body = {"statement": statement(Ed25519Key(seed(HOME + "root")))}
    assert [200, 403] == [calls(Duty.AUDITOR).status_code, calls(Duty.AUDITOR, body).status_code]
    assert [403, 403] == [calls(Duty.CUSTOMS).status_code, calls(Duty.CUSTOMS, body).status_code]
