"""A message's id is a fact about the command that caused it: a command given again says the same message."""

from __future__ import annotations

from gatepair.exchange.envelope import Header, parse_header
from gatepair.node.exports import Message, message_id
from gatepair.node.post import Post
from node.pair import HOME, Pair, declaration

TRUCK = {"direction": "out", "route": "r1119-1120", "lane_kind": "manned", "load": "truck"}


def said(post: Post, lane: str = "normal") -> list[Header]:
    """Return the headers of the log of ``post``."""
    with post.ledger.read() as reader:
        return [parse_header(row.header) for row in reader.own_entries(lane, start=0, limit=1_000)]


def declared(pair: Pair, command_id: str, tractor: str) -> None:
    """Declare a truck under a chosen command id."""
    fields = {**TRUCK, "declaration": declaration(), "binding": {"tractor": tractor}}
    assert "done" == pair.send(pair.home, "trader", "DeclareCrossing", command_id=command_id, **fields).status


def test_the_same_command_makes_the_same_id_wherever_it_stands_in_the_log() -> None:
    """Another place in the log, another time and other salts leave the id as it is."""
    first, second = Pair(), Pair()
    declared(first, "c-the-command", "12C-00001")
    declared(second, "c-another-one", "12C-00002")
    second.pass_time(5)
    declared(second, "c-the-command", "12C-00001")
    assert said(first.home)[0].id == said(second.home)[1].id
    assert said(first.home)[0].id != said(second.home)[0].id


def test_every_message_of_a_whole_way_has_an_id_of_its_own() -> None:
    """The receiver takes an id once, so two messages with one id would lose the second."""
    pair = Pair()
    pair.whole_way()
    for post in pair.posts.values():
        ids = [header.id for header in said(post)]
        assert len(ids) == len(set(ids))
        assert ids


def test_messages_of_one_command_are_told_apart_by_their_ordinal() -> None:
    """Type, subject, post and ordinal each make another id; the same four make the same."""
    message = Message("crossing.cancelled/1", "X1", {})
    known = message_id(HOME, "c-1", message, 0)
    assert known == message_id(HOME, "c-1", Message("crossing.cancelled/1", "X1", {"reason": {}}), 0)
    others = [
        message_id(HOME, "c-1", message, 1),
        message_id(HOME, "c-2", message, 0),
        message_id("youyiguan", "c-1", message, 0),
        message_id(HOME, "c-1", Message("crossing.closed/1", "X1", {}), 0),
        message_id(HOME, "c-1", Message("crossing.cancelled/1", "X2", {}), 0),
    ]
    assert len({known, *others}) == 1 + len(others)


def test_an_outcome_is_named_by_the_entry_it_answers() -> None:
    """Told of the same entry again after a restore, a post gives the same answer under the same id."""
    pair = Pair()
    crossings = [pair.declare(), pair.declare(binding={"tractor": "29H-00002"})]
    pair.pass_time()
    for crossing in crossings:
        pair.do(pair.home, "trader", "CancelCrossing", crossing=crossing, reason="SYNTHETIC")
        pair.do(pair.other, "gate_board", "AcceptArrival", crossing=crossing)
    pair.pass_time()
    answers = [header for post in pair.posts.values() for header in said(post) if header.type == "outcome/1"]
    assert len(crossings) == len(answers)
    assert len(answers) == len({header.id for header in answers})
