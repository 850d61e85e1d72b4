"""An outcome is never answered by an outcome, or two posts would answer each other for ever."""

from __future__ import annotations

import pytest

from exchange.pair import NOW_MS, Node, pair
from gatepair.exchange.envelope import Opened, parse_header
from gatepair.exchange.findings import UNSUPPORTED_TYPE
from gatepair.exchange.messages import OUTCOME, is_outcome
from gatepair.node.ports import Unit


def said(node: Node) -> list[str]:
    """Return the types in the node's own normal log."""
    with node.ledger.read() as reader:
        return [parse_header(row.header).type for row in reader.own_entries("normal", start=0, limit=100)]


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [("outcome/1", True), ("outcome/999", True), ("outcomes/1", False), ("crossing.closed/1", False)],
)
def test_an_outcome_is_one_in_every_version(kind: str, *, outcome: bool) -> None:
    """A version that is not known yet is still not answered."""
    assert outcome is is_outcome(kind)


def test_what_cannot_be_done_is_answered_unless_it_is_an_outcome() -> None:
    """A refusal answers an ordinary entry; the same refusal of an outcome says nothing."""
    north, south = pair()
    answers: list[bytes | None] = []

    def refuse(unit: Unit, opened: Opened) -> None:
        answers.append(south.link.answer(unit, opened, (UNSUPPORTED_TYPE.at(type=opened.type),), now_ms=NOW_MS))

    north.say("X1", route=1)
    north.say("X1", OUTCOME, outcome={"codes": [], "verdict": "accepted"})
    while (batch := north.next()) is not None:
        with south.unit() as unit:
            reply = south.link.receive(unit, "normal", batch, now_ms=NOW_MS, deliver=refuse)
        north.accept(reply)
    assert [False, True] == [answer is None for answer in answers]
    assert [OUTCOME] == said(south)
