"""One version of the agreement follows another while the link runs: clauses 6.8 to 6.19, at two posts."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from exchange.changing import (
    HOUR_MS,
    HOUR_S,
    SIDES,
    START_MS,
    hash_of,
    later,
    sent,
    set_aside,
    signed,
    successor,
    take,
    version_of,
)
from exchange.key_life import positions
from exchange.pair import ANNOUNCED, NORTH, NOW_MS, ROUTE, SOUTH, Dice, Node, agreement, key, pair, push
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Mode
from gatepair.exchange.envelope import parse_body
from gatepair.exchange.succession.held import HeldVersion, Succession
from gatepair.exchange.succession.judge import Offer, judge
from gatepair.node.link import Link, LinkKeys

DRIVER = {"licence": "SYN-1", "name": "SYNTHETIC driver", "nationality": "VN"}
NARROW = {ANNOUNCED: ("route",)}


def exchange(north: Node, south: Node) -> None:
    """Bring all that both said over, urgent lane first, until nothing is left."""
    for _ in range(3):
        for lane in ("urgent", "normal"):
            push(north, south, lane)
            push(south, north, lane)


def shared(node: Node) -> list[bool]:
    """Return for each version held whether the partner is known to hold it."""
    return [each.shared for each in node.link.versions.held]


# --- from one post to both ------------------------------------------------------------------


def test_a_version_given_to_one_post_comes_to_both() -> None:
    """It goes over in the lane urgent, is taken without a hand, and each side then knows that the other holds it."""
    north, south = pair()
    assert (hash_of(successor()), []) == (take(north, successor())[0].hash_hex, take(north, successor())[1])
    assert [True, False] == shared(north)
    exchange(north, south)
    assert [True, True] == shared(north) == shared(south)


def test_the_new_version_writes_from_its_instant_on() -> None:
    """A millisecond before it the old one is named, from the instant on the new one; the reader takes both."""
    north, south = pair()
    take(south, successor())
    exchange(north, south)
    later(HOUR_MS - 1, north, south)
    before = north.say("X1", route=ROUTE)
    later(1, north)
    after = north.say("X2", route=ROUTE)
    assert [hash_of(agreement()), hash_of(successor())] == [version_of(north, leaf) for leaf in (before, after)]
    exchange(north, south)
    assert [before, after] == south.effects()


def test_an_entry_on_its_way_over_the_end_of_the_overlap_counts() -> None:
    """What was written while the old version counted is taken however late it comes: no line is too slow."""
    north, south = pair()
    take(north, successor())
    exchange(north, south)
    leaf = north.say("X1", route=ROUTE)
    later(3 * HOUR_MS, north, south)
    push(north, south)
    assert [leaf] == south.effects()


def test_an_entry_of_after_the_overlap_under_the_old_version_is_refused() -> None:
    """A writer that goes on under the old version beyond the overlap is mirrored, has no effect, and is told why."""
    north, south = pair()
    take(south, successor())
    later(2 * HOUR_MS, north, south)
    north.say("X1", route=ROUTE)
    push(north, south)
    assert [] == south.effects()
    assert ["not_in_force"] == set_aside(south)
    exchange(north, south)
    assert ["exchange.agreement_superseded"] == values(north, "outcome")[0]["codes"]


def values(node: Node, name: str) -> list[dict[str, object]]:
    """Return what the partner said in the section ``name`` of entries in the lane normal."""
    with node.ledger.read() as reader:
        rows = reader.mirror_entries("normal", start=0, limit=100)
    bodies = [parse_body(row.body).sections for row in rows if row.body is not None]
    return [body[name].value for body in bodies if name in body]


# --- what leaves -----------------------------------------------------------------------------


def test_a_section_given_up_leaves_no_more_from_the_instant_on() -> None:
    """Neither in what is written then, nor in what was written before and has not left yet."""
    north, south = pair()
    take(north, successor(sections=NARROW))
    exchange(north, south)
    north.say("X1", route=ROUTE, driver=DRIVER)
    later(HOUR_MS, north, south)
    north.say("X2", route=ROUTE, driver=DRIVER)
    push_first = north.next()
    north.accept(south.take(push_first))
    assert [("route",), ("route",)] == [shown for _, _, shown in sent(north.next())]
    push(north, south)
    assert 2 == len(south.effects())


def test_a_section_new_in_the_successor_leaves_from_the_instant_on() -> None:
    """Not a millisecond earlier."""
    narrow = replace(successor(sections=NARROW), version=1, valid_from_ms=0, overlap_s=None)
    north, south = Node(NORTH, narrow), Node(SOUTH, narrow)
    take(north, successor(narrow, sections={ANNOUNCED: ("driver", "route")}))
    exchange(north, south)
    later(HOUR_MS - 1, north, south)
    north.say("X1", route=ROUTE, driver=DRIVER)
    later(1, north, south)
    north.say("X2", route=ROUTE, driver=DRIVER)
    north.accept(south.take(north.next()))
    assert [("route",), ("driver", "route")] == [shown for _, _, shown in sent(north.next())]


def test_a_partner_that_is_still_on_the_old_version_gets_the_old_header_without_what_was_given_up() -> None:
    """While it has not said that it holds the successor, what is written names the version that it knows."""
    north, south = pair()
    later(HOUR_MS, north, south)
    take(north, successor(sections=NARROW))
    leaf = north.say("X1", route=ROUTE, driver=DRIVER)
    assert hash_of(agreement()) == version_of(north, leaf)
    north.accept(south.take(north.next()))
    assert [(hash_of(agreement()), ANNOUNCED, ("route",))] == sent(north.next())
    push(north, south)
    assert [leaf] == south.effects()


def test_a_type_given_up_is_not_said_to_a_partner_on_the_old_version() -> None:
    """What the version in force does not list is not said, whichever version the header would name."""
    north, _ = pair()
    later(HOUR_MS, north)
    take(north, successor(messages=tuple(each for each in agreement().messages if each.kind != ANNOUNCED)))
    assert north.say("X1", route=ROUTE) is None


def test_a_partner_that_never_answers_costs_nothing() -> None:
    """After the overlap entries wait under the new version; when the partner takes it, all have their effect, in order."""
    north, south = pair()
    take(north, successor())
    later(2 * HOUR_MS, north, south)
    waiting = [north.say(f"X{number}", route=ROUTE) for number in range(3)]
    assert {hash_of(successor())} == {version_of(north, leaf) for leaf in waiting}
    assert 1 >= push(north, south)
    assert [] == south.effects()
    assert sent(north.next()) == []
    exchange(north, south)
    assert waiting == south.effects()
    assert [] == set_aside(south)


def test_while_entries_wait_the_partner_knows_that_something_is_outstanding() -> None:
    """The length that a batch states counts what waits, so that the word of the waiting side grows old."""
    north, south = pair()
    take(north, successor())
    later(2 * HOUR_MS, north, south)
    north.say("X1", route=ROUTE)
    north.accept(south.take(north.beat()))
    assert south.link.partner_age_s(south.now_ms) is None


def test_who_announces_a_version_holds_those_below_it() -> None:
    """A partner that lost its log announces what it holds by hand: the newest is enough to know of the others."""
    north, _ = pair()
    second = successor()
    third = successor(second, valid_from_ms=START_MS + HOUR_MS)
    for one in (second, third):
        take(north, one)
    found = judge(north.link.versions, Offer(third, signed(third), by_partner=True), now_ms=NOW_MS)
    assert [hash_of(second), hash_of(third)] == [each.hash_hex for each in found.changed if each.shared]


# --- what is refused -------------------------------------------------------------------------


def changed_keys(**of_north: object) -> object:
    """Return the parties with something changed at the north one."""
    first, second = agreement().parties
    return (replace(first, **of_north), second)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"version": 3}, "agreement_not_next"),
        ({"version": 1}, "agreement_two_texts"),
        ({"id": "another"}, "agreement_other_name"),
        ({"mode": Mode.MIRRORED}, "agreement_mode_changed"),
        ({"parties": changed_keys(post="west-post")}, "agreement_other_pair"),
        ({"valid_until_ms": START_MS}, "agreement_validity"),
        ({"parties": changed_keys(root_key=key(30).public.hex())}, "agreement_not_signed"),
    ],
)
def test_what_is_no_successor_is_refused(changes: dict[str, object], code: str) -> None:
    """Each with its finding; the link goes on as it was."""
    north, _ = pair()
    held, found = take(north, successor(**changes))
    assert held is None
    assert code == found[0]
    assert north.link.agreement == agreement()
    assert hash_of(agreement()) == version_of(north, north.say("X1", route=ROUTE))


def test_a_successor_begins_no_earlier_than_the_one_before() -> None:
    """Otherwise its instant would lie under a version that had not begun."""
    base = replace(agreement(), valid_from_ms=NOW_MS)
    north = Node(NORTH, base)
    assert (None, ["agreement_begins_earlier"]) == take(north, successor(base, valid_from_ms=NOW_MS - 1))


def test_a_version_signed_by_one_side_is_refused() -> None:
    """A root that did not sign is named, and nothing is kept."""
    north, _ = pair()
    one = successor()
    assert (None, ["agreement_not_signed"]) == take(north, one, signed(one, ("n.example", key(1))))
    assert 1 == len(north.link.versions.held)


def test_a_version_that_comes_after_its_instant_is_taken_and_named_late() -> None:
    """It takes force at once, and the post says so."""
    north, south = pair()
    later(HOUR_MS, north, south)
    held, found = take(north, successor())
    assert held is not None
    assert ["agreement_late"] == found
    exchange(north, south)
    assert hash_of(successor()) == version_of(north, north.say("X1", route=ROUTE))


def test_a_missing_version_is_named_and_taken_first() -> None:
    """Version 3 waits for version 2; then both follow."""
    north, south = pair()
    second = successor()
    third = successor(second, valid_from_ms=START_MS + HOUR_MS)
    assert (None, ["agreement_not_next"]) == take(north, third)
    for one in (second, third):
        assert take(north, one)[0] is not None
    exchange(north, south)
    later(2 * HOUR_MS, north, south)
    assert hash_of(third) == version_of(south, south.say("X1", kind="crossing.accepted/1"))


# --- two texts under one number --------------------------------------------------------------


def test_two_texts_of_one_number_take_no_force_and_the_lanes_go_on() -> None:
    """Both posts hold both texts as evidence, tell each other, and work under the version before."""
    north, south = pair()
    ours, theirs = successor(), successor(sections=NARROW)
    take(north, ours)
    take(south, theirs)
    exchange(north, south)
    for node in (north, south):
        assert [False, True, True] == [each.contested for each in node.link.versions.held]
    assert {"exchange.agreement_two_texts"} == {
        code for node in (north, south) for each in values(node, "outcome") for code in each["codes"]
    }
    later(HOUR_MS, north, south)
    leaf = north.say("X1", route=ROUTE, driver=DRIVER)
    assert hash_of(agreement()) == version_of(north, leaf)
    push(north, south)
    assert leaf in south.effects()


def test_the_next_number_settles_two_texts() -> None:
    """The disputed number is used up: the next one follows it."""
    north, south = pair()
    take(north, successor())
    take(south, successor(sections=NARROW))
    exchange(north, south)
    third = successor(version=3)
    assert third.version == take(north, third)[0].agreement.version
    exchange(north, south)
    later(HOUR_MS, north, south)
    assert hash_of(third) == version_of(south, south.say("X1", kind="crossing.accepted/1"))


def test_a_text_that_both_hold_stands_against_a_second_one() -> None:
    """What both sides announced took its number; another text is kept as evidence and refused."""
    north, south = pair()
    take(north, successor())
    exchange(north, south)
    assert (None, ["agreement_two_texts"]) == take(south, successor(sections=NARROW))
    assert hash_of(successor()) == hash_of(south.link.agreement)
    assert (None, ["agreement_two_texts"]) == take(south, successor(sections=NARROW))


def test_a_text_by_roots_that_nobody_vouches_for_takes_no_number_away() -> None:
    """Else one side alone could make up two roots, and undo a version that both had signed."""
    north, _ = pair()
    assert take(north, successor())[0] is not None
    made = (key(30), key(31))
    both = zip(agreement().parties, made, strict=True)
    parties = tuple(replace(party, root_key=root.public.hex()) for party, root in both)
    made_up = successor(sections=NARROW, parties=parties)
    note = signed(made_up, *zip(SIDES, made, strict=True))
    assert (None, ["agreement_roots_unproved"] * 2) == take(north, made_up, note)
    assert [False, False] == [each.contested for each in north.link.versions.held]


# --- roots -----------------------------------------------------------------------------------


def replaced_roots(**more: object) -> object:
    """Return the parties with another root of the north side, and from where its keys count."""
    first, second = agreement().parties
    at = {"logs_from": positions(1_000)}
    return (replace(first, root_key=key(30).public.hex(), **{**at, **more}), replace(second, **at))


def test_roots_are_replaced_when_the_old_ones_sign_too() -> None:
    """The old root of a side vouches for the new one, so that the line can bring the version."""
    north, south = pair()
    one = successor(parties=replaced_roots())
    new, old, other = ("n.example", key(30)), ("n.example", key(1)), ("s.example", key(4))
    assert (None, ["agreement_roots_unproved"]) == take(north, one, signed(one, new, other))
    assert take(north, one, signed(one, new, old, other))[0] is not None
    exchange(north, south)
    assert hash_of(one) == hash_of(south.link.agreement)


def test_lost_roots_are_replaced_by_hand_at_each_post() -> None:
    """With the hash that people read on paper the old root need not sign; over the line that is not enough."""
    north, south = pair()
    one = successor(parties=replaced_roots())
    note = signed(one, ("n.example", key(30)), ("s.example", key(4)))
    assert (None, ["agreement_other_hash"]) == take(north, one, note, expected="0" * 16)
    assert take(north, one, note, expected=hash_of(one)[:16])[0] is not None
    exchange(north, south)
    assert hash_of(agreement()) == hash_of(south.link.agreement)
    assert take(south, one, note, expected=hash_of(one)[:16])[0] is not None
    exchange(north, south)
    assert [True, True] == shared(north) == shared(south)


@pytest.mark.parametrize("lacking", [0, 1])
def test_roots_are_replaced_with_the_place_from_which_their_keys_count(lacking: int) -> None:
    """Clause 13.10: without logs_from nobody could tell which root rules which part of a log."""
    parties = list(replaced_roots())
    parties[lacking] = replace(parties[lacking], logs_from=None)
    one = successor(parties=tuple(parties))
    everyone = signed(one, ("n.example", key(30)), ("n.example", key(1)), ("s.example", key(4)))
    assert (None, ["agreement_reign_missing"]) == take(pair()[0], one, everyone)


def test_a_log_goes_on_under_the_keys_of_the_new_version_from_their_place_on() -> None:
    """Up to the place the old key signs, beyond it the new one alone; the partner follows without a hand."""
    north, south = pair()
    held = LinkKeys(log=key(2), mirror=key(3), more_log=(key(20),))
    north.link = Link(north.terms, NORTH, keys=held, entropy=Dice(7), marks=north.marks)
    first, second = agreement().parties
    fresh = replace(first, log_key=key(20).public.hex(), logs_from=positions(3))
    take(north, successor(parties=(fresh, second)))
    exchange(north, south)
    signers = []
    for number in range(6):
        north.say(f"X{number}", route=ROUTE)
        exchange(north, south)
        with south.ledger.read() as reader:
            signed_by = south.link._ring(reader).check_log(
                notes.parse((reader.mirror_checkpoint("normal") or b"").decode())
            )
        signers.append({each.public for each in signed_by[1].keys})
    old, new = key(2).public, key(20).public
    assert [{old}, {old}, {old, new}, {new}, {new}, {new}] == signers
    assert 6 == len(south.effects())


# --- restarts and restores -------------------------------------------------------------------


def test_a_restart_in_the_overlap_changes_nothing() -> None:
    """The versions lie in the ledger: before, in and after the overlap a post that starts again goes on the same."""
    north, south = pair()
    take(north, successor())
    exchange(north, south)
    for pause in (0, HOUR_MS, HOUR_MS, HOUR_MS):
        later(pause, north, south)
        north.restart()
        south.restart()
        assert [True, True] == shared(north) == shared(south)
        leaf = north.say(f"X{north.starts}", route=ROUTE)
        wanted = agreement() if north.now_ms < START_MS else successor()
        assert hash_of(wanted) == version_of(north, leaf)
        exchange(north, south)
        assert leaf == south.effects()[-1]
    assert [] == set_aside(south)


@pytest.mark.parametrize("restored", [NORTH, SOUTH])
def test_a_post_put_back_to_before_the_version_gets_it_again(restored: str) -> None:
    """It comes with its own log or the partner's, before an entry under it is set aside; what it said meanwhile counts."""
    north, south = pair()
    north.say("X0", route=ROUTE)
    exchange(north, south)
    lost = north if restored == NORTH else south
    backup = lost.backup()
    take(north, successor())
    exchange(north, south)
    later(3 * HOUR_MS, north, south)
    north.say("X1", route=ROUTE)
    exchange(north, south)
    lost.restore(backup)
    if lost is north:
        # Its lane has to be said again, so this is written under the version that came back before.
        lost.say("X2", route=ROUTE)
    for lane in ("urgent", "normal") * 4:
        called_back(north, south, lane)
        called_back(south, north, lane)
    assert hash_of(successor()) == hash_of(lost.link.agreement)
    assert [] == set_aside(south) == set_aside(north)
    assert 2 + (lost is north) == len(set(south.effects()))


def called_back(sender: Node, receiver: Node, lane: str) -> None:
    """Let one side show that it lives, and call until nothing waits or the other turns it away for now."""
    beat = sender.beat(lane)
    if beat is not None:
        sender.accept(receiver.take(beat, lane), lane)
    for _ in range(8):
        with sender.unit() as unit:
            while sender.link.repeat(unit, lane, now_ms=sender.now_ms):
                pass
        called = sender.call(lane)
        if called is not None:
            sender.answered(called[0], receiver.serve(*called, lane), lane)


# --- at random -------------------------------------------------------------------------------


SIDE = st.sampled_from([NORTH, SOUTH])
LANE = st.sampled_from(["urgent", "normal"])
STEP = st.one_of(
    st.tuples(st.just("say"), SIDE),
    st.tuples(st.just("push"), SIDE, LANE),
    st.tuples(st.just("send"), SIDE, LANE),
    st.tuples(st.just("take"), SIDE),
    st.tuples(st.just("restart"), SIDE),
    st.tuples(st.just("time"), st.sampled_from([60_000, HOUR_MS // 2, HOUR_MS])),
)
CHOICES = {ANNOUNCED: ("goods", "route")}
ALL_SECTIONS = {"driver": DRIVER, "goods": {"synthetic": True}, "route": ROUTE}


class Line:
    """Two posts whose clocks differ, one successor, and what was said of it all."""

    def __init__(self, skew_ms: int) -> None:
        base = successor(sections=CHOICES, version=1, valid_from_ms=0, overlap_s=None)
        self.nodes = {NORTH: Node(NORTH, base), SOUTH: Node(SOUTH, base)}
        self.nodes[SOUTH].now_ms += skew_ms
        self.next = successor(base, sections={ANNOUNCED: ("driver", "route")}, overlap_s=100 * HOUR_S)
        self.said: dict[str, list[bytes]] = {NORTH: [], SOUTH: []}

    def other(self, post: str) -> Node:
        return self.nodes[SOUTH if post == NORTH else NORTH]

    def do(self, step: tuple[object, ...]) -> None:
        what, post = str(step[0]), str(step[1])
        match what:
            case "time":
                later(int(str(step[1])), *self.nodes.values())
            case "say":
                leaf = self.nodes[post].say(f"{post}-{len(self.said[post])}", **ALL_SECTIONS)
                self.said[post] += [leaf] if leaf is not None else []
            case "take":
                take(self.nodes[post], self.next)
            case "restart":
                self.nodes[post].restart()
            case _:
                self.bring(post, str(step[2]), last=what == "send")

    def bring(self, post: str, lane: str, *, last: bool) -> None:
        """Send what waits; in the ``last`` batch the answer is lost on the way back."""
        sender, reader = self.nodes[post], self.other(post)
        for _ in range(8):
            batch = sender.next(lane)
            if batch is None:
                return
            self.look_at(sender, batch)
            reply = reader.take(batch, lane)
            if last:
                return
            sender.accept(reply, lane)

    def look_at(self, sender: Node, batch: bytes) -> None:
        """Nothing leaves that the version in force at the sender does not list."""
        ruling = sender.link.versions.ruling(sender.now_ms)
        for _, kind, shown in sent(batch):
            assert set(shown) <= ruling.sections(kind, sender=sender.post)


@given(steps=st.lists(STEP, max_size=24), skew_ms=st.integers(-300_000, 300_000))
@settings(max_examples=60, deadline=None)
def test_whatever_happens_around_the_instant_all_arrives_once_and_nothing_leaks(
    steps: list[tuple[object, ...]], skew_ms: int
) -> None:
    """With any order of sayings, lost answers, restarts and takings, and clocks five minutes apart."""
    line = Line(skew_ms)
    for step in steps:
        line.do(step)
    line.do(("take", NORTH))
    for _ in range(4):
        for lane in ("urgent", "normal"):
            for post in (NORTH, SOUTH):
                line.bring(post, lane, last=False)
    for post, said in line.said.items():
        assert said == line.other(post).effects()
        assert [] == set_aside(line.other(post))
    assert shared(line.nodes[NORTH]) == [True, True] == shared(line.nodes[SOUTH])


# --- pure ------------------------------------------------------------------------------------


@given(
    starts=st.lists(st.integers(0, 50), min_size=1, max_size=4).map(sorted),
    overlaps=st.lists(st.none() | st.integers(0, 30), min_size=4, max_size=4),
    ends=st.lists(st.none() | st.integers(51, 90), min_size=4, max_size=4),
    told=st.lists(st.booleans(), min_size=4, max_size=4),
    at=st.integers(0, 100),
)
@settings(max_examples=200)
def test_what_is_written_counts_where_it_is_read(
    *, starts: list[int], overlaps: list[int | None], ends: list[int | None], told: list[bool], at: int
) -> None:
    """Of any succession: the version named at an instant counts at it, or waits; and shows no more than the one in force."""
    versions = [
        HeldVersion(
            replace(
                agreement(),
                version=number + 1,
                valid_from_ms=start * 1_000,
                valid_until_ms=None if ends[number] is None else ends[number] * 1_000,
                overlap_s=overlaps[number],
            ),
            shared=number == 0 or told[number],
        )
        for number, start in enumerate(starts)
    ]
    succession = Succession.of(versions)
    writing = succession.writing(at * 1_000)
    ruling = succession.ruling(at * 1_000)
    assert (writing is None) is (ruling is None)
    if writing is not None and ruling is not None:
        assert writing.ruling is ruling
        assert writing.terms.counts(at * 1_000)
        assert succession.waits(writing.terms.hash_hex) in (False, writing.terms is ruling)
        assert writing.terms.agreement.version <= ruling.agreement.version
    assert Succession.of(reversed(versions)) == succession
