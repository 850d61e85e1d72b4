"""A post that was restored while the line is down comes back by courier: its asks and the answers go in bundles."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from msgspec import Raw
from msgspec.structs import replace

from gatepair.adapters.marks import MemoryMarks
from gatepair.adapters.memory import MemoryLedger
from gatepair.base.canonical import encode
from gatepair.base.time import SeededEntropy, SystemEntropy
from gatepair.exchange import bundle as bundles
from gatepair.exchange.bundle import BundleLane, make
from gatepair.exchange.calls import Answered, Call, answered_in, ask
from gatepair.exchange.joint import fold
from gatepair.exchange.messages import Lane
from gatepair.exchange.signer import Ed25519Key
from gatepair.node import link_state as states
from gatepair.node.courier import Order
from gatepair.node.joint_reading import logs_of
from gatepair.node.link import Link, LinkKeys
from gatepair.node.post import Post
from node.courier import carry, codes, parts_of, taken, written
from node.pair import HOME, OTHER, Pair, seed

NORMAL = Lane.NORMAL
TRIPS_MAX = 4
"""Ways there and back: to find out, to close an epoch or two, and to say again."""


@dataclass
class Lost:
    """A pair whose home post was put back from an old backup after the line was cut."""

    pair: Pair
    said: int
    """How many entries the home post had said in the normal lane."""


def lost(*, receipted: int, unreceipted: int = 0, marks: bool = False) -> Lost:
    """Return a pair whose home post lost ``receipted`` entries that the partner holds and ``unreceipted`` that it does not."""
    pair = Pair()
    kept = MemoryMarks({})
    if marks:
        reopen(pair, pair.home.ledger, kept)
    pair.declare(binding={"tractor": "12C-00000"})
    pair.pass_time()
    pair.pass_time()
    backup = copied(pair.home.ledger)
    for number in range(receipted):
        pair.declare(binding={"tractor": f"12C-1{number:04d}"})
    pair.pass_time()
    pair.pass_time()
    pair.cut = True
    for number in range(unreceipted):
        pair.declare(binding={"tractor": f"12C-2{number:04d}"})
    said = size(pair.home)
    reopen(pair, backup, MemoryMarks(kept.kept) if marks else None)
    return Lost(pair, said)


def copied(ledger: object) -> MemoryLedger:
    """Return a copy of ``ledger`` as it is now."""
    assert isinstance(ledger, MemoryLedger)
    copy = MemoryLedger()
    copy._kept = ledger._kept
    return copy


def reopen(pair: Pair, ledger: object, marks: MemoryMarks | None) -> None:
    """Open the home post of ``pair`` over ``ledger`` and its second medium."""
    assert isinstance(ledger, MemoryLedger)
    old = pair.home
    keys = LinkKeys(log=Ed25519Key(seed(HOME + "log")), mirror=Ed25519Key(seed(HOME + "mirror")))
    link = Link(pair.terms, HOME, keys=keys, entropy=SeededEntropy("again"), paced=True, marks=marks)
    pair.posts[HOME] = Post(
        plan=old.plan, post=HOME, ledger=ledger, clock=pair.clocks[HOME], link=link, secret=seed(HOME + "secret"),
        entropy=SystemEntropy(), synthetic=True,
    )  # fmt: skip


def size(post: Post) -> int:
    """Return how many entries of its own ``post`` counts in the normal lane."""
    with post.ledger.read() as reader:
        return sum(part.size for part in states.own_logs(reader, NORMAL))


def epochs(post: Post) -> tuple[int, int]:
    """Return the epoch that ``post`` writes and the one in which its mirror stands."""
    with post.ledger.read() as reader:
        return states.own_state(reader, NORMAL).epoch, states.mirror_state(reader, NORMAL).epoch


def joined(post: Post) -> bytes:
    """Return the digest of the joint state as ``post`` holds it."""
    with post.ledger.read() as reader:
        return fold(logs_of(post.link.agreement, post.post, reader)).digest()


def follow(sender: Post, receiver: Post) -> None:
    """Bring a bundle over, and one from an earlier entry when the import asks for it, as an operator does."""
    told = [finding for one in carry(sender, receiver) for finding in one.findings]
    earlier = {
        Lane(finding["params"]["lane"]): (finding["params"]["held"],)
        for finding in told
        if finding["code"] == "exchange.needs_earlier"
    }
    if earlier:
        taken(receiver, [written(sender, Order(starts=earlier))])


def trips(found: Lost) -> int:
    """Bring bundles to and fro until both hold the same; return how often it took."""
    pair = found.pair
    for trip in range(1, TRIPS_MAX + 1):
        follow(pair.other, pair.home)
        follow(pair.home, pair.other)
        own, mirrored = epochs(pair.home)[0], epochs(pair.other)[1]
        if own == mirrored > 1 and joined(pair.home) == joined(pair.other):
            return trip
    raise AssertionError((epochs(pair.home), epochs(pair.other), size(pair.home)))


@pytest.mark.parametrize("receipted", [1, 3, 300])
def test_a_restored_post_takes_back_what_it_said_by_courier(receipted: int) -> None:
    """Without a line the partner closes the epoch, hands back what it holds, and both hold the same again."""
    found = lost(receipted=receipted)
    home = found.pair.home
    assert size(home) < found.said
    trips(found)
    with home.ledger.read() as reader:
        closed = states.own_logs(reader, NORMAL)[0]
    assert (1, found.said) == (closed.epoch, closed.size)
    with home.ledger.read() as reader:
        assert () == home.link.verify(reader).findings


def test_marks_save_a_trip() -> None:
    """A post that knows by its marks which epochs it signed for has one fewer epoch to close."""
    assert trips(lost(receipted=2, marks=True)) < trips(lost(receipted=2))


def test_what_nobody_holds_any_more_is_lost_and_said_so() -> None:
    """What was neither receipted nor kept is not invented; the post goes on in the next epoch."""
    found = lost(receipted=1, unreceipted=2, marks=True)
    trips(found)
    with found.pair.home.ledger.read() as reader:
        assert found.said - 2 == states.own_logs(reader, NORMAL)[0].size


def test_the_partner_waits_for_the_next_bundle_and_says_so() -> None:
    """The import of an ask tells the operator that an answer is to be carried back; the answer is the same each time."""
    found = lost(receipted=2, marks=True)
    (asked,) = parts_of(found.pair.home)
    told = [codes(one) for one in taken(found.pair.other, [asked, asked])]
    assert told[0] == told[1]
    assert "exchange.answer_awaited" in told[0]
    first, second = (answers_in(parts_of(found.pair.other)[0]) for _ in range(2))
    assert [one.call for one in first] == [one.call for one in second]
    assert {Call.FENCE, Call.RETURN} == {one.call for one in first}


def test_bundles_of_answers_may_come_twice_late_and_mixed() -> None:
    """An answer that is not waited for changes nothing, and is no finding."""
    found = lost(receipted=2, marks=True)
    carry(found.pair.home, found.pair.other)
    answers = parts_of(found.pair.other)
    taken(found.pair.home, answers)
    before = size(found.pair.home)
    again = taken(found.pair.home, answers)
    assert before == size(found.pair.home)
    assert [] == [code for one in again for code in codes(one) if code == "exchange.lane_not_taken"]
    trips(found)


def answers_in(raw: bytes) -> list[Answered]:
    """Return the answers of the normal lane of a part."""
    return [answered_in(bytes(one)) for lane in bundles.read(raw).lanes if lane.lane is NORMAL for one in lane.answers]


def changed(raw: bytes, change: dict[str, object]) -> bytes:
    """Return a part of which the normal lane has other fields, with its digest made right."""
    part = bundles.read(raw)
    lanes: list[BundleLane] = [replace(lane, **change) if lane.lane is NORMAL else lane for lane in part.lanes]
    return make(author=part.author, reader=part.reader, made_at_ms=part.made_at_ms, lanes=lanes, last=part.last)


def test_nobody_else_closes_an_epoch_or_gives_a_past() -> None:
    """An ask that the partner did not sign closes nothing; an answer that it did not sign brings nobody on."""
    found = lost(receipted=2, marks=True)
    home, other = found.pair.home, found.pair.other
    log = home.link.agreement.origin(HOME, NORMAL, 1)
    stranger = ask(Call.FENCE, log, key=Ed25519Key(bytes(31) + b"\7"))
    (part,) = parts_of(home)
    told = taken(other, [changed(part, {"ask": Raw(stranger)})])
    assert "exchange.lane_not_taken" in codes(told[0])
    with other.ledger.read() as reader:
        assert 0 == states.mirror_state(reader, NORMAL).closed
    fetching = ask(Call.NEXT, home.link.agreement.origin(OTHER, NORMAL, 1), key=Ed25519Key(seed(HOME + "log")))
    for bad in (fetching, b'{"x":1}'):
        assert "exchange.lane_not_taken" in codes(taken(other, [changed(part, {"ask": Raw(bad)})])[0])
    taken(other, [part])
    (back,) = parts_of(other)
    fence = answers_in(back)[0]
    forged = encode(Answered(Call.FENCE, Raw(bytes(fence.answer).replace(b"fence/v1", b"fence/v2"))))
    told = taken(home, [changed(back, {"answers": (Raw(forged), Raw(b"[]"))})])
    assert 2 == codes(told[0]).count("exchange.lane_not_taken")
    assert 1 == epochs(home)[0]
    trips(found)
