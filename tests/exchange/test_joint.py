"""The joint state: one result for one pair of logs, whoever folds it and however the entries travelled."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exchange.pair import NORTH, NOW_MS, SOUTH, Dice, Node, agreement, pair, push
from exchange.sim.posts import AGREED
from exchange.sim.run import settled
from gatepair.base.canonical import check, plain
from gatepair.base.merkle import CompactRange, leaf_hash
from gatepair.exchange import messages as kinds
from gatepair.exchange.agreement import Terms
from gatepair.exchange.envelope import Draft, Header, Heard, Reference, parse_header, seal
from gatepair.exchange.joint import CONTRADICTORY, JointLog, JointState, Rung, fold
from gatepair.exchange.messages import Lane
from gatepair.node.joint_reading import logs_of

TERMS = Terms.of(agreement())


class Book:
    """Two logs written by hand."""

    def __init__(self) -> None:
        self.logs: dict[tuple[str, int], list[bytes]] = {}
        self.said = 0

    def say(
        self,
        author: str,
        kind: str,
        *,
        subject: str = "X1",
        heard: int = 0,
        re: Sequence[Reference] = (),
        epoch: int = 1,
        message_id: str = "",
        supersedes: int | None = None,
        at_ms: int = NOW_MS,
    ) -> Reference:
        """Append an entry whose author had heard ``heard`` entries of the other's first log."""
        self.said += 1
        other = SOUTH if author == NORTH else NORTH
        draft = Draft(
            kind=kind,
            id=message_id or f"M{self.said}",
            subject=subject,
            sections={},
            at_ms=at_ms,
            heard=(Heard(cosigned_at_s=1, log=str(log_of(other)), root="0" * 64, size=heard),) if heard else (),
            re=tuple(re),
            supersedes=supersedes,
        )
        # The salts follow from the message, so that the same message again has the same digests.
        header = seal(draft, TERMS, sender=author, entropy=Dice(hash_of(draft.id))).header
        rows = self.logs.setdefault((author, epoch), [])
        rows.append(header)
        return Reference(index=len(rows) - 1, leaf=leaf_hash(header).hex(), log=str(log_of(author, epoch)))

    def fold(self) -> JointState:
        """Return the joint state."""
        return fold(JointLog(log_of(author, epoch), rows) for (author, epoch), rows in self.logs.items())


def log_of(author: str, epoch: int = 1):
    """Return the origin of an author's normal log."""
    return TERMS.agreement.origin(author, Lane.NORMAL, epoch)


def hash_of(text: str) -> int:
    """Return a number that follows from ``text`` in every process."""
    return int.from_bytes(text.encode(), "big")


def logs_at(node: Node, *, own: bool = True, mirrored: bool = True) -> list[JointLog]:
    """Return what ``node`` holds: the logs it wrote and the mirrors of the other's."""
    logs = []
    other = SOUTH if node.post == NORTH else NORTH
    with node.ledger.read() as reader:
        for lane in node.link.lanes:
            if own:
                rows = reader.own_entries(lane.value, start=0, limit=10_000)
                logs.append(JointLog(node.terms.origin(node.post, lane, 1), [row.header for row in rows]))
            if mirrored:
                rows = reader.mirror_entries(lane.value, start=0, limit=10_000)
                logs.append(JointLog(node.terms.origin(other, lane, 1), [row.header for row in rows]))
    return logs


# --- one result ----------------------------------------------------------------------------


@given(seed=st.integers(0, 999_999))
def test_both_sides_get_the_same_after_any_line(seed: int) -> None:
    """However entries were lost, doubled, delayed and reordered, and posts restored: in the end both digests are equal."""
    world = settled(seed)
    assume(not world.referee.two_faced)
    folded = []
    for name, post in world.posts.items():
        with post.disk.read() as reader:
            folded.append(fold(logs_of(AGREED, name, reader)))
    assert folded[0].digest() == folded[1].digest()
    assert folded[0].to_wire() == folded[1].to_wire()


@given(
    entries=st.lists(
        st.tuples(
            st.sampled_from((NORTH, SOUTH)),
            st.sampled_from(sorted(kinds.CATALOGUE)),
            st.integers(0, 9),
            st.integers(1, 3),
        ),
        max_size=25,
    ),
    seed=st.integers(0, 2**16),
)
def test_the_order_of_the_logs_given_does_not_matter(entries, seed: int) -> None:
    """The fold ends, takes every entry once, and does not depend on which log is named first; also on false claims."""
    book = Book()
    for author, kind, heard, subject in entries:
        book.say(author, kind, heard=heard, subject=f"X{subject}")
    logs = [JointLog(log_of(author, epoch), rows) for (author, epoch), rows in book.logs.items()]
    random.Random(seed).shuffle(logs)
    assert book.fold().to_wire() == fold(logs).to_wire()
    assert len(entries) == sum(len(one.statements) for one in fold(logs).subjects.values())


def test_clocks_play_no_part() -> None:
    """Of two entries of which neither knew the other the log's name decides, not the time they claim."""
    early, late = Book(), Book()
    for book, at_ms in ((early, NOW_MS - 1), (late, NOW_MS + 1)):
        book.say(SOUTH, kinds.ACCEPTED, at_ms=NOW_MS)
        book.say(NORTH, kinds.ANNOUNCED, at_ms=at_ms)
    assert [NORTH, SOUTH] == [one.author for one in early.fold().subjects["X1"].statements]
    assert [NORTH, SOUTH] == [one.author for one in late.fold().subjects["X1"].statements]


def test_what_was_heard_comes_before() -> None:
    """An entry comes after what its author held, although its log is named first."""
    book = Book()
    book.say(SOUTH, kinds.ACCEPTED)
    book.say(NORTH, kinds.DEPARTED, heard=1)
    assert [SOUTH, NORTH] == [one.author for one in book.fold().subjects["X1"].statements]


def test_what_is_answered_comes_before() -> None:
    """An answer comes after the entry it names."""
    book = Book()
    asked = book.say(SOUTH, kinds.ACCEPTED)
    book.say(NORTH, kinds.OUTCOME, re=[asked])
    assert [SOUTH, NORTH] == [one.author for one in book.fold().subjects["X1"].statements]


def test_another_entry_gives_another_digest() -> None:
    """One entry more on one side is seen by the digest and by the sizes."""
    book = Book()
    book.say(NORTH, kinds.ANNOUNCED)
    before = book.fold()
    book.say(SOUTH, kinds.ACCEPTED, heard=1)
    assert before.digest() != book.fold().digest()
    assert {str(log_of(NORTH)): 1, str(log_of(SOUTH)): 1} == book.fold().sizes


def test_the_published_form_is_canonical() -> None:
    """The joint state can be written in the narrow profile, so another language gets the same digest."""
    book = Book()
    book.say(NORTH, kinds.DEPARTED, heard=3)
    book.say(SOUTH, kinds.DECLINED)
    check(plain(book.fold().to_wire()))


# --- rungs and statements ------------------------------------------------------------------


def rung(state: JointState, place: Reference) -> Rung:
    """Return how far the statement at ``place`` has come."""
    return state.rungs[place]


def test_the_rungs_of_a_statement() -> None:
    """Said, held by the other side, answered, acted on: each only when the logs show it."""
    book = Book()
    first = book.say(NORTH, kinds.ANNOUNCED)
    assert Rung.SAID is rung(book.fold(), first)
    book.say(SOUTH, kinds.ANNOUNCED, subject="X2", heard=1)
    assert Rung.HELD is rung(book.fold(), first)
    book.say(SOUTH, kinds.OUTCOME, re=[first], heard=1)
    assert Rung.ANSWERED is rung(book.fold(), first)
    book.say(SOUTH, kinds.ACCEPTED, heard=1)
    assert Rung.ACTED_ON is rung(book.fold(), first)


def test_an_answer_to_another_leaf_answers_nothing() -> None:
    """An outcome that names an entry by a leaf which is not that entry's does not count as its answer."""
    book = Book()
    first = book.say(NORTH, kinds.ANNOUNCED)
    book.say(SOUTH, kinds.OUTCOME, re=[Reference(index=0, leaf="0" * 64, log=first.log)])
    assert Rung.SAID is rung(book.fold(), first)


def test_the_current_statement_of_each_side() -> None:
    """What each side said last about a subject; an answer is no statement, and one superseded does not stand."""
    book = Book()
    book.say(NORTH, kinds.ANNOUNCED)
    book.say(NORTH, kinds.RELEASED)
    book.say(SOUTH, kinds.ACCEPTED)
    book.say(SOUTH, kinds.OUTCOME)
    assert {NORTH: kinds.RELEASED, SOUTH: kinds.ACCEPTED} == _types(book)
    book.say(SOUTH, kinds.DECLINED, supersedes=0)
    assert {NORTH: kinds.RELEASED, SOUTH: kinds.DECLINED} == _types(book)
    book.say(NORTH, kinds.CANCELLED, supersedes=2)
    book.say(NORTH, kinds.OUTCOME, supersedes=2)
    assert {NORTH: kinds.RELEASED, SOUTH: kinds.DECLINED} == _types(book)


def _types(book: Book) -> dict[str, str]:
    return {author: one.type for author, one in book.fold().current("X1").items()}


def test_contradictions_are_concurrent_when_neither_knew() -> None:
    """Departed over here, declined over there, neither knowing: both stand and are shown as concurrent."""
    book = Book()
    book.say(NORTH, kinds.DEPARTED)
    book.say(SOUTH, kinds.DECLINED)
    ((first, second),) = book.fold().subjects["X1"].concurrent
    assert (kinds.DEPARTED, kinds.DECLINED) == (first.type, second.type)


@pytest.mark.parametrize(("author", "kind"), [(NORTH, kinds.DEPARTED), (SOUTH, kinds.DECLINED)])
def test_whoever_knew_is_not_concurrent(author: str, kind: str) -> None:
    """When the one who spoke second held the other's word, it is an answer to it and no concurrent statement."""
    book = Book()
    first, second = (SOUTH, kinds.DECLINED), (NORTH, kinds.DEPARTED)
    if (author, kind) == first:
        first, second = second, first
    book.say(*first)
    book.say(*second, heard=1)
    assert [] == book.fold().subjects["X1"].concurrent


def test_knowledge_passes_through_the_other_side() -> None:
    """Who heard an answer knows what that answer knew: its own earlier entry in another lane, for one."""
    book = Book()
    book.say(NORTH, kinds.DEPARTED)
    book.say(SOUTH, kinds.ANNOUNCED, subject="X2", heard=1)
    book.say(SOUTH, kinds.DECLINED)
    assert [] == book.fold().subjects["X1"].concurrent


def test_other_subjects_and_one_side_are_never_concurrent() -> None:
    """What is said about two crossings, or twice by one side, contradicts nothing."""
    book = Book()
    book.say(NORTH, kinds.DEPARTED, subject="X1")
    book.say(SOUTH, kinds.DECLINED, subject="X2")
    book.say(NORTH, kinds.DECLINED, subject="X1")
    assert [[], []] == [one.concurrent for one in book.fold().subjects.values()]


def test_opposition_is_mutual() -> None:
    """Whatever opposes a type is opposed by it."""
    assert [] == [
        (one, other) for one, others in CONTRADICTORY.items() for other in others if one not in CONTRADICTORY[other]
    ]


# --- epochs, oddities ----------------------------------------------------------------------


def test_a_message_issued_again_is_said_once() -> None:
    """After a restore the same message stands in two epochs; it is one statement, at its first place."""
    book = Book()
    first = book.say(NORTH, kinds.ANNOUNCED, message_id="M7")
    book.say(NORTH, kinds.ANNOUNCED, message_id="M7", epoch=2)
    (only,) = book.fold().subjects["X1"].statements
    assert first == only.place
    assert () == book.fold().reused


def test_an_id_used_again_is_listed() -> None:
    """The same id with other content is no statement, and is named."""
    book = Book()
    book.say(NORTH, kinds.ANNOUNCED, message_id="M7")
    again = book.say(NORTH, kinds.CANCELLED, message_id="M7")
    assert (again,) == book.fold().reused
    assert 1 == len(book.fold().subjects["X1"].statements)


def test_a_later_epoch_comes_after_the_earlier_ones() -> None:
    """Epoch 2 of a lane begins when epoch 1 is over, and epoch 10 after epoch 9."""
    book = Book()
    for epoch in (10, 2, 9, 1):
        book.say(NORTH, kinds.ANNOUNCED, epoch=epoch)
    places = [one.place.log.rpartition("#")[2] for one in book.fold().subjects["X1"].statements]
    assert ["1", "2", "9", "10"] == places


def test_claims_in_a_circle_are_listed() -> None:
    """Two headers that each claim to have heard the other cannot both be true; the fold ends all the same."""
    book = Book()
    liar = book.say(NORTH, kinds.ANNOUNCED, heard=1)
    book.say(SOUTH, kinds.ACCEPTED, heard=1)
    assert (liar,) == book.fold().impossible


def test_what_lies_beyond_the_logs_is_not_waited_for() -> None:
    """A header that heard more than is given here is possible: the rest has not arrived."""
    book = Book()
    book.say(NORTH, kinds.ANNOUNCED, heard=9)
    book.say(SOUTH, kinds.ACCEPTED)
    assert () == book.fold().impossible
    assert [SOUTH, NORTH] == [one.author for one in book.fold().subjects["X1"].statements]


def test_an_unreadable_header_keeps_its_place() -> None:
    """An entry that nobody can read says nothing and counts, so that the others keep their places."""
    book = Book()
    book.logs[NORTH, 1] = [b"\xff"]
    said = book.say(NORTH, kinds.ANNOUNCED)
    assert 1 == said.index
    assert {str(log_of(NORTH)): 2} == book.fold().sizes
    assert [said] == [one.place for one in book.fold().subjects["X1"].statements]


def test_a_real_exchange_shows_its_rungs() -> None:
    """Over two real ends of the link: what the other side heard is held, what it answered is answered."""
    north, south = pair()
    north.say("X1", route={"number": 1})
    push(north, south)
    south.say("X1", kinds.ACCEPTED)
    push(south, north)
    state = fold(logs_at(north))
    (announced, accepted) = state.subjects["X1"].statements
    assert (Rung.ACTED_ON, Rung.SAID) == (state.rungs[announced.place], state.rungs[accepted.place])
    assert state.digest() == fold(logs_at(south)).digest()


def test_no_logs_no_subjects() -> None:
    """Nothing said is a joint state too, the same on both sides."""
    assert fold([]).digest() == fold([]).digest()
    assert {} == fold([]).subjects


def test_the_leaves_are_those_of_the_trees() -> None:
    """A statement's leaf is the leaf under the log's tree, so the joint state can be held against a checkpoint."""
    north, south = pair()
    north.say("X1", route={"number": 1})
    push(north, south)
    (place,) = [one.place for one in fold(logs_at(south)).subjects["X1"].statements]
    with south.ledger.read() as reader:
        (row,) = reader.mirror_entries("normal", start=0, limit=9)
    assert CompactRange.over([bytes.fromhex(place.leaf)]).root() == CompactRange.over([row.leaf]).root()
    assert isinstance(parse_header(row.header), Header)
