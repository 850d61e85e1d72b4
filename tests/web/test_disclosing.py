"""Disclosures over the line: withheld at one post, given by its pump, taken and receipted by the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from gatepair.adapters.peer.wire import NOTE_TYPE, REPLY_TYPE
from gatepair.adapters.pump import DISCLOSURE_PAUSE_MS, LinkPump
from gatepair.base.duties import Duty
from gatepair.base.errors import EnvelopeRejected, NotFound, PartnerUnreachable
from gatepair.base.time import Instant
from gatepair.exchange import note as notes
from gatepair.exchange.asking import HEADER
from gatepair.exchange.disclosure import MEDIA_TYPE, PATH, check_receipt, decode_disclosure, receipt_text, sign_receipt
from gatepair.exchange.signer import Ed25519Key
from gatepair.exchange.wire import Outcome, decode_reply
from gatepair.node import disclosing
from gatepair.node.post import Post
from node.pair import HOME, OTHER, Pair, seed
from web.test_courier import Desk

T = TypeVar("T")


async def at_once(job: Callable[[], T]) -> T:
    """Run a job as the writer's thread would."""
    return job()


class Wire:
    """A line that brings disclosures to ``partner``, or answers ``instead``."""

    def __init__(self, partner: Post, instead: bytes | None = None) -> None:
        self.partner = partner
        self.instead = instead
        self.given: list[bytes] = []
        self.dead = False

    async def disclose(self, raw: bytes, proof: str) -> bytes:
        assert proof
        if self.dead:
            raise PartnerUnreachable("an older release answers 404")
        self.given.append(raw)
        return self.partner.hear_disclosure(raw) if self.instead is None else self.instead


def withheld() -> tuple[Pair, str]:
    """Return a pair in which the home post announced a crossing and withheld its driver, and the name of the log."""
    pair = Pair()

    def say(unit: Any) -> None:
        pair.home.link.enqueue(
            unit, kind="crossing.announced/1", subject="X1", sections={"driver": {"name": "SYNTHETIC"}},
            withhold=("driver",), now_ms=pair.home.now(),
        )  # fmt: skip

    pair.home.transact(say)
    pair.home.advance()
    pair.exchange()
    with pair.home.ledger.read() as reader:
        log = pair.home.link.own_log(reader, pair.home.link.lanes[1]).origin
    return pair, log


def push(pair: Pair, wire: Wire) -> LinkPump:
    """Give what is to be given, once."""
    pump = LinkPump(pair.home, wire)  # type: ignore[arg-type]
    pump.submit = at_once
    asyncio.run(pump._disclose())
    return pump


def test_a_disclosure_is_given_taken_and_receipted_once() -> None:
    """The partner holds the section, we hold its signed receipt, and nothing is given again."""
    pair, log = withheld()
    disclosing.give(pair.home, log, 0, ["driver"], actor="gate_board-1")
    wire = Wire(pair.other)
    push(pair, wire)
    push(pair, wire)
    (raw,) = wire.given
    (one,) = disclosing.listed(pair.home)
    assert ("receipted", ("driver",)) == (one.state, one.sections)
    holder = pair.terms.party(OTHER)
    assert pair.other.now() // 1_000 == check_receipt(one.receipt, raw, holder=holder)
    again = disclosing.give(pair.home, log, 0, ["driver"], actor="gate_board-1")
    assert one == again


def test_what_the_partner_does_not_take_says_why() -> None:
    """A refusal is kept with its reason and not given again by itself; a person may try again."""
    pair, log = withheld()
    disclosing.give(pair.home, log, 0, ["driver"], actor="gate_board-1")
    wrong = decode_reply(pair.other.hear_disclosure(b"{}"))
    assert (Outcome.REJECTED, "malformed") == (wrong.outcome, wrong.code)
    push(pair, Wire(pair.other, pair.other.hear_disclosure(b"{}")))
    (one,) = disclosing.listed(pair.home)
    assert "refused" == one.state
    assert one.refused
    push(pair, Wire(pair.other, b""))
    assert "waits" == disclosing.give(pair.home, log, 0, ["driver"], actor="gate_board-1").state


@pytest.mark.parametrize("answer", [b"no note", b"{", b'{"outcome":"rejected","v":1,"code":"not_found"}'])
def test_an_answer_that_is_none_leaves_it_waiting(answer: bytes) -> None:
    """It is given again after a pause, and holds up nothing else."""
    pair, log = withheld()
    disclosing.give(pair.home, log, 0, ["driver"], actor="gate_board-1")
    wire = Wire(pair.other, answer)
    pump = push(pair, wire)
    assert "waits" == disclosing.listed(pair.home)[0].state
    asyncio.run(pump._disclose())
    assert 1 == len(wire.given)
    wire.instead = None
    pair.clocks[HOME].set(Instant(pair.home.now() + DISCLOSURE_PAUSE_MS))
    asyncio.run(pump._disclose())
    assert "receipted" == disclosing.listed(pair.home)[0].state


def test_a_silent_partner_leaves_it_waiting() -> None:
    """No answer is no error of the push."""
    pair, log = withheld()
    disclosing.give(pair.home, log, 0, ["driver"], actor="gate_board-1")
    wire = Wire(pair.other)
    wire.dead = True
    push(pair, wire)
    assert "waits" == disclosing.listed(pair.home)[0].state


def test_what_was_erased_meanwhile_is_not_given() -> None:
    """Values do not lie in the queue: erased before it left, the disclosure ends with the reason."""
    pair, log = withheld()
    disclosing.give(pair.home, log, 0, ["driver"], actor="gate_board-1")
    pair.home.erase_section("X1", "driver", reason="asked", actor="gate_board-1")
    wire = Wire(pair.other)
    push(pair, wire)
    assert [] == wire.given
    assert "refused" == disclosing.listed(pair.home)[0].state


def test_what_is_not_there_is_not_queued() -> None:
    """A section that the entry does not hold is refused to whoever asks."""
    pair, log = withheld()
    with pytest.raises(NotFound):
        disclosing.give(pair.home, log, 0, ["goods"], actor="gate_board-1")
    assert [] == disclosing.listed(pair.home)


def test_a_receipt_is_over_one_disclosure_by_one_key() -> None:
    """Another disclosure, another key or another note is no receipt."""
    pair, log = withheld()
    raw = pair.home.disclose(log, 0, ["driver"], actor="gate_board-1")
    read = decode_disclosure(raw)
    assert receipt_text(raw).startswith(f"gatepair/disclosed/v1\n{log}\n0\n{read.leaf}\n")
    holder, key = pair.terms.party(OTHER), Ed25519Key(seed(OTHER + "mirror"))
    good = sign_receipt(raw, holder, key=key, at_s=7)
    assert 7 == check_receipt(good, raw, holder=holder)
    stranger = sign_receipt(raw, holder, key=Ed25519Key(bytes(32)), at_s=7)
    other = notes.Note("a text\n", notes.parse(good).lines).to_text()
    for false in (stranger, other):
        with pytest.raises(EnvelopeRejected):
            check_receipt(false, raw, holder=holder)


# --- over HTTP -----------------------------------------------------------------------------------


def test_from_the_desk_to_the_partners_mirror_over_http() -> None:
    """A person asks at one post, the partner's route takes it by a signed request, and the desk shows the receipt."""
    pair, log = withheld()
    desk, facing = Desk(pair, HOME), Desk(pair, OTHER)
    with desk.client, facing.client:
        asked = desk.call("POST", ASKED, json={"log": log, "index": 0, "sections": ["driver"]})
        assert (200, "waits") == (asked.status_code, asked.json()["state"])
        push(pair, Served(pair.other, facing))
        (told,) = desk.call("GET", ASKED).json()
        assert ("receipted", "gatepair/disclosed/v1") == (told["state"], told["receipt"].partition("\n")[0])
        refused = desk.call("POST", ASKED, json={"log": log, "index": 9, "sections": ["driver"]})
        assert (404, "not_found") == (refused.status_code, refused.json()["error"]["code"])
        assert (
            403
            == desk.call("POST", ASKED, duty=Duty.DRIVER, json={"log": log, "index": 0, "sections": ["x"]}).status_code
        )


def test_strangers_and_nonsense_over_http() -> None:
    """Without a signed request nothing is read; what the partner cannot give is answered by a reply."""
    pair, _ = withheld()
    facing = Desk(pair, OTHER)
    with facing.client:
        assert 401 == facing.client.post(PATH, content=b"{}").status_code
        proof = pair.home.link.ask("POST", PATH, now_ms=pair.home.now())
        answer = facing.client.post(PATH, content=b"{}", headers={HEADER: proof})
        assert (400, REPLY_TYPE) == (answer.status_code, answer.headers["content-type"])
        assert Outcome.REJECTED is decode_reply(answer.content).outcome


ASKED = "/v1/exchange/disclosures"


class Served(Wire):
    """A line to the partner's served route."""

    def __init__(self, partner: Post, desk: Desk) -> None:
        super().__init__(partner)
        self._desk = desk

    async def disclose(self, raw: bytes, proof: str) -> bytes:
        answer = self._desk.client.post(PATH, content=raw, headers={HEADER: proof, "content-type": MEDIA_TYPE})
        assert 200 == answer.status_code, answer.text
        assert NOTE_TYPE == answer.headers["content-type"].partition(";")[0]
        return bytes(answer.content)
