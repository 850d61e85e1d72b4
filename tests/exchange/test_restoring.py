"""A post that lost part of its log comes back without a second history: fence, pull, next epoch, say again."""

from __future__ import annotations

import pytest
from msgspec import Raw, structs

from exchange.pair import NORTH, NOW_MS, SOUTH, Dice, Node, key, keys_of, pair, push
from exchange.steps import batch_of, changed_row, greeted, outcome, row, rows_of, status
from gatepair.adapters.marks import MemoryMarks
from gatepair.adapters.memory import MemoryLedger
from gatepair.base import canonical
from gatepair.base.errors import EnvelopeRejected, GatepairError, Malformed, StorageDamaged
from gatepair.base.merkle import CompactRange
from gatepair.exchange.agreement import Terms
from gatepair.exchange.calls import Call, Returned, ask, returned_text
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.envelope import Draft, parse_header, seal
from gatepair.exchange.fence import Fence, check_fence, sign_fence
from gatepair.exchange.messages import LOG_OPENED, Lane
from gatepair.exchange.sender import LogSource, build
from gatepair.exchange.wire import Outcome, WireEntry, decode_batch, decode_reply
from gatepair.node import link_state as states
from gatepair.node.link_state import CLOSED, PARTNER_BEHIND, RESTORED
from gatepair.node.ports import LogEntry, Reader


def ids(node: Node, *, mirrored: bool) -> list[str]:
    """Return the ids of the messages of a log that count, without what links say of themselves."""
    with node.ledger.read() as reader:
        headers = [parse_header(one.header) for one in rows_of(reader, Lane.NORMAL, mirrored=mirrored)]
    return [header.id for header in headers if header.type != LOG_OPENED]


def subjects(node: Node, *, mirrored: bool) -> list[str]:
    with node.ledger.read() as reader:
        headers = [parse_header(one.header) for one in rows_of(reader, Lane.NORMAL, mirrored=mirrored)]
    return [header.subject for header in headers if header.type != LOG_OPENED]


def say(node: Node, *names: str) -> None:
    """Say one message for each name, which is its subject and makes its id."""
    with node.unit() as unit:
        for name in names:
            node.link.enqueue(
                unit,
                kind="crossing.announced/1",
                subject=name,
                sections={"route": name},
                now_ms=node.now_ms,
                message_id=f"M-{name}",
            )


def lost(*, sent: int = 3, kept: int = 1, unheard: int = 0) -> tuple[Node, Node, list[bytes]]:
    """Return a restored north that had sent ``sent`` messages, and signed ``unheard`` more that are on the line."""
    north, south = pair()
    say(north, *(f"X{number}" for number in range(kept)))
    push(north, south)
    backup = north.backup()
    say(north, *(f"X{number}" for number in range(kept, sent)))
    push(north, south)
    flights = []
    if unheard:
        say(north, *(f"F{number}" for number in range(unheard)))
        flights.append(batch_of(north))
    north.restore(backup)
    return north, south, flights


def recovery(node: Node) -> states.Recovery | None:
    with node.ledger.read() as reader:
        return states.own_state(reader, Lane.NORMAL).recovery


# --- finding out ---------------------------------------------------------------------------


def test_the_marks_tell_without_the_partner() -> None:
    """A ledger that ends before what was signed is found out at the start; the post signs nothing and works on."""
    north, _, _ = lost()
    assert (None, None) == (north.next(), north.beat())
    with north.ledger.read() as reader:
        assert north.link.is_restored(reader)
    say(north, "Y1")
    assert ("fencing", 1) == (status(north)["recovering"], status(north)["waiting"])


def test_a_whole_ledger_is_not_suspected() -> None:
    """A restart changes nothing, not even with a signed batch whose reply never came."""
    north, south = greeted()
    north.say("X1", route=1)
    batch_of(north)
    north.restart()
    with north.ledger.read() as reader:
        assert not north.link.is_restored(reader)
    assert 2 == push(north, south)
    assert 1 == status(north)["epoch"]


def test_without_marks_the_partner_tells_at_the_first_word() -> None:
    """The greeting signs only what was confirmed, and the reply shows our own signature over more."""
    north, south, _ = lost()
    north.marks = None
    north.restart()
    say(north, "Y1")
    greeting = batch_of(north)
    assert not decode_batch(greeting).entries
    north.accept(south.take(greeting))
    found = recovery(north)
    assert found is not None
    assert (RESTORED, 1, False) == (found.reason, found.until, found.counted)
    assert north.next() is None


def test_the_state_of_the_partner_tells_too() -> None:
    """Comparing the partner's state finds the same, from a signature of our own."""
    north, south = greeted()
    with south.ledger.read() as reader:
        shown = canonical.encode(south.link.exchange_state(reader, now_ms=NOW_MS))
    with north.unit() as unit:
        assert () == north.link.compare(unit, shown, now_ms=NOW_MS)
    north.ledger = MemoryLedger()
    with north.unit() as unit:
        assert ("normal",) == north.link.compare(unit, shown, now_ms=NOW_MS)
    with north.unit() as unit, pytest.raises(Malformed):
        north.link.compare(unit, b"no state", now_ms=NOW_MS)


def test_lost_marks_count_as_a_restore() -> None:
    """Without marks nothing is known, so the lanes go through a fence; nothing is lost by it."""
    north, south = greeted()
    north.say("X1", route=1)
    north.marks = MemoryMarks()
    north.restart()
    assert north.next() is None
    push(north, south)
    assert (["X0", "X1"], "") == (subjects(south, mirrored=True), status(north)["recovering"])


def test_marks_stay_lost_until_the_fence() -> None:
    """A lane whose marks were lost stays suspected over restarts, though marks are kept again."""
    north, _ = greeted()
    north.marks = MemoryMarks()
    north.restart()
    north.restart()
    assert north.marks is not None
    assert not north.marks.lost
    with north.ledger.read() as reader:
        called = north.link.recovering(reader, "normal", now_ms=NOW_MS)
    assert called is not None
    assert Call.FENCE is called[0]


def test_old_marks_count_as_lost() -> None:
    """Marks that know less than the partner has receipted were put back themselves."""
    north, south = pair()
    north.say("X0", route=0)
    kept = MemoryMarks({})
    push(north, south)
    north.marks = kept
    north.restart()
    assert north.beat() is None
    push(north, south)
    assert 3 == status(north)["epoch"], "an epoch that the marks could have forgotten is closed too"


def test_a_mirror_that_lost_what_it_receipted_is_known() -> None:
    """The marks remember how much of the partner's log was held, so a restored mirror is found out as well."""
    north, south = greeted()
    backup = south.backup()
    north.say("X1", route=1)
    push(north, south)
    south.say("Y0", route=0)
    push(south, north)
    assert south.marks is not None
    marks = dict(south.marks.kept or {})
    south.marks = MemoryMarks({"held/normal": marks["held/normal"]})
    south.restore(backup)
    with south.ledger.read() as reader:
        assert south.link.is_restored(reader)
    beat = north.beat()
    assert beat is not None
    north.accept(south.take(beat))
    push(north, south)
    with south.ledger.read() as reader:
        assert not south.link.is_restored(reader), "it holds again what it had held"


# --- coming back ---------------------------------------------------------------------------


def test_a_restored_post_takes_back_what_it_said() -> None:
    """What the partner holds comes back, what was said meanwhile follows in the next epoch, each once."""
    north, south, _ = lost(sent=4, kept=1)
    say(north, "Y1")
    push(north, south)
    said = ["M-X0", "M-X1", "M-X2", "M-X3", "M-Y1"]
    assert (said, said) == (ids(north, mirrored=False), ids(south, mirrored=True))
    assert 5 == len(south.effects())
    assert (2, "", 0) == (status(north)["epoch"], status(north)["recovering"], status(north)["waiting"])
    with north.ledger.read() as own, south.ledger.read() as mirror:
        assert rows_of(own, Lane.NORMAL, mirrored=False) == rows_of(mirror, Lane.NORMAL, mirrored=True)
        assert () == north.link.verify(own).findings == south.link.verify(mirror).findings
        assert not north.link.is_restored(own)


def test_the_epoch_opens_with_the_fence() -> None:
    """Entry 0 of the new epoch names the epoch before, how much of it the partner holds, and the root."""
    north, south, _ = lost(sent=3)
    push(north, south)
    with north.ledger.read() as reader:
        (opening,) = reader.own_entries("normal#2", start=0, limit=9)
        root = states.tree_over(reader, "normal", 3).root().hex()
        recovered = reader.states("exchange/recovered/normal/")
    value = canonical.decode(opening.body or b"", max_bytes=10_000)["sections"]["fence"]["value"]
    assert {"closed": 1, "epoch": 1, "root": root, "size": 3} == value
    assert LOG_OPENED == parse_header(opening.header).type
    assert 1 == len(recovered)


@pytest.mark.parametrize("early", [True, False])
def test_a_late_flight_finds_the_epoch_closed(early: bool) -> None:  # noqa: FBT001 - given by name
    """What was signed before the restore and comes after the fence is answered ``closed``, and freezes nothing."""
    north, south, (flight,) = lost(sent=3, unheard=2)
    if early:
        assert Outcome.RECEIVED is outcome(south.take(flight))
    push(north, south)
    late = decode_reply(south.take(flight))
    assert Outcome.CLOSED is late.outcome
    fence = check_fence(late.note, log=north.terms.origin(NORTH, Lane.NORMAL, 1), holder=south.link.me)
    assert fence.closed >= 1
    assert ("", "") == (status(south)["frozen_in"], status(north)["frozen_out"])
    assert ids(north, mirrored=False) == ids(south, mirrored=True)
    assert (5 if early else 3) == len(south.effects())


def test_a_flight_between_fence_and_opening_changes_nothing() -> None:
    """The stand in a fence note is final: a batch that comes after it is not taken."""
    north, south, (flight,) = lost(sent=3, unheard=2)
    called = north.asked()
    assert called is not None
    answer = south.serve(*called)
    assert Outcome.CLOSED is outcome(south.take(flight))
    north.answered(Call.FENCE, answer)
    push(north, south)
    assert ["M-X0", "M-X1", "M-X2"] == ids(south, mirrored=True)


def test_the_same_message_is_said_once() -> None:
    """A message that came back is not said again when its command is given again; another content is noted."""
    north, south, _ = lost(sent=3)
    push(north, south)
    say(north, "X1", "X2")
    with north.unit() as unit:
        north.link.enqueue(
            unit,
            kind="crossing.announced/1",
            subject="X0",
            sections={"route": "another"},
            now_ms=NOW_MS,
            message_id="M-X0",
        )
    push(north, south)
    assert 3 == len(south.effects())
    with north.ledger.read() as reader:
        assert ["exchange/said_otherwise/M-X0"] == [name for name, _ in reader.states("exchange/said_otherwise/")]


def test_a_message_said_again_before_it_came_back_is_one() -> None:
    """A command given again while the lane recovers waits, and is dropped when the partner holds its message."""
    north, south, _ = lost(sent=3)
    say(north, "X2", "Y1")
    push(north, south)
    assert ["M-X0", "M-X1", "M-X2", "M-Y1"] == ids(south, mirrored=True)
    assert 4 == len(south.effects())


def test_what_the_partner_never_had_is_said_again() -> None:
    """Entries that were in the backup but reached nobody keep id and content, only the epoch is another."""
    north, south = pair()
    say(north, "X0", "X1", "X2")
    batch_of(north)
    backup = north.backup()
    say(north, "X3")
    push(north, south)
    lost_mirror = Node(SOUTH)
    north.restore(backup)
    push(north, lost_mirror)
    assert ["M-X0", "M-X1", "M-X2"] == ids(lost_mirror, mirrored=True)
    with north.ledger.read() as reader:
        before = parse_header(reader.own_entries("normal", start=1, limit=1)[0].header)
        after = parse_header(reader.own_entries("normal#2", start=2, limit=1)[0].header)
    assert (before.id, before.sections, before.at_ms) == (after.id, after.sections, after.at_ms)


def test_both_restored_at_once() -> None:
    """Each takes back from the other what that one still has; what both lost is known to have been signed."""
    north, south = pair()
    say(north, "X0")
    say(south, "Y0", "Y1")
    push(north, south)
    push(south, north)
    backups = {NORTH: north.backup()}
    say(north, "X1", "X2")
    push(north, south)
    backups[SOUTH] = south.backup()
    say(north, "X3")
    say(south, "Y2")
    push(north, south)
    push(south, north)
    north.restore(backups[NORTH])
    south.restore(backups[SOUTH])
    for writer, reader in ((north, south), (south, north)):
        push(writer, reader)
        assert ids(writer, mirrored=False) == ids(reader, mirrored=True)
    assert ["M-X0", "M-X1", "M-X2"] == ids(south, mirrored=True)
    assert ["M-Y0", "M-Y1"] == ids(north, mirrored=True)
    with north.ledger.read() as own:
        ((_, raw),) = own.states("exchange/recovered/normal/")
    told = canonical.decode_as(dict, raw)["recovery"]
    assert (4, 1, 2) == (told["signed"], told["held"], told["pulled"])


def test_a_partner_that_lost_the_fence_is_brought_forward() -> None:
    """A mirror restored to before the fence gets everything after its stand again, in one more epoch."""
    north, south = pair()
    say(north, "X0")
    push(north, south)
    mirror = south.backup()
    backup = north.backup()
    say(north, "X1", "X2")
    push(north, south)
    north.restore(backup)
    say(north, "Y1")
    push(north, south)
    south.restore(mirror)
    say(north, "Y2")
    push(north, south)
    assert 3 == status(north)["epoch"]
    with north.ledger.read() as reader:
        reasons = [canonical.decode_as(dict, raw)["recovery"]["reason"] for _, raw in _recovered(reader)]
    assert [RESTORED, PARTNER_BEHIND] == reasons
    said = ["M-X0", "M-X1", "M-X2", "M-Y1", "M-Y2"]
    assert (said, said) == (ids(north, mirrored=False), ids(south, mirrored=True))


def _recovered(reader: Reader) -> list[tuple[str, bytes]]:
    return reader.states("exchange/recovered/normal/")


def test_a_forgotten_fence_is_shown() -> None:
    """A post restored to before it asked for a fence learns from the fence note that its epoch is closed."""
    north, south, _ = lost(sent=2)
    backup = north.backup()
    push(north, south)
    north.marks = None
    north.restore(backup)
    with north.unit() as unit:
        states.put_own(unit, Lane.NORMAL, states.OwnState(confirmed=1, tree=_tree_of(north, 1)))
    say(north, "Y1")
    north.accept(south.take(batch_of(north)))
    found = recovery(north)
    assert found is not None
    assert CLOSED == found.reason
    push(north, south)
    assert ids(north, mirrored=False) == ids(south, mirrored=True)
    assert ["M-X0", "M-X1", "M-Y1"] == ids(south, mirrored=True)


def _tree_of(node: Node, size: int) -> str:
    with node.ledger.read() as reader:
        return states.tree_over(reader, "normal", size).to_bytes().hex()


def test_what_was_written_before_the_restore_was_found_out_is_kept_apart() -> None:
    """Without marks a restored post may write on; its own copy of the old epoch is then begun anew, and nothing lost."""
    north, south, _ = lost(sent=3)
    north.marks = None
    north.restart()
    say(north, "Y1", "Y2", "Y3")
    push(north, south)
    with north.ledger.read() as reader:
        parts = states.own_logs(reader, Lane.NORMAL)
    assert [("normal~1", 3), ("normal#2", 0), ("normal#3", 4)] == [(part.key, part.size) for part in parts]
    said = ["M-X0", "M-X1", "M-X2", "M-Y1", "M-Y2", "M-Y3"]
    assert (said, said) == (ids(north, mirrored=False), ids(south, mirrored=True))


def test_a_post_may_die_at_any_step_of_the_way_back() -> None:
    """Restarted after each answer, the way back goes on where it was."""
    north, south, _ = lost(sent=3)
    say(north, "Y1")
    while (called := north.asked()) is not None:
        answer = south.serve(*called)
        north.restart()
        north.answered(called[0], answer)
        north.restart()
    push(north, south)
    assert ["M-X0", "M-X1", "M-X2", "M-Y1"] == ids(south, mirrored=True)


def test_a_long_way_back_goes_in_portions() -> None:
    """More than one answer holds comes back in several, and more than one transaction says again in several."""
    north, south = pair()
    say(north, "X")
    push(north, south)
    backup = north.backup()
    say(north, *(f"X{number}" for number in range(600)))
    push(north, south)
    north.restore(backup)
    say(north, *(f"Y{number}" for number in range(600)))
    push(north, south)
    assert 1201 == len(south.effects())
    assert ids(north, mirrored=False) == ids(south, mirrored=True)


def test_an_erased_body_comes_back_erased() -> None:
    """What the partner erased meanwhile comes back as a header, and the log is whole all the same."""
    north, south, _ = lost(sent=3)
    with south.unit() as unit:
        unit.erase_body("normal", 2, mirrored=True)
    push(north, south)
    with north.ledger.read() as reader:
        assert [True, True, False] == [row.body is not None for row in reader.own_entries("normal", start=0, limit=9)]
        assert () == north.link.verify(reader).findings


def test_a_rotten_row_is_not_said_again() -> None:
    """Said again an entry gets a new leaf, so one that rotted meanwhile must be found out before it looks whole."""
    north, south, _ = lost(sent=2)
    say(north, "Y1")
    rows = north.ledger._kept.own["normal+"]
    rows[0] = changed_row(rows[0], header=rows[0].header.replace(b'"Y1"', b'"Y9"'))
    with pytest.raises(StorageDamaged):
        push(north, south)
    assert ["M-X0", "M-X1"] == ids(south, mirrored=True)


def test_a_person_may_declare_a_restore() -> None:
    """When ledger and marks were both put back nothing shows it; a person can say so, and a fence makes it safe."""
    north, south = pair()
    say(north, "X0")
    push(north, south)
    backup, marks = north.backup(), MemoryMarks(dict(north.marks.kept or {}) if north.marks else {})
    say(north, "F0")
    flight = batch_of(north)
    north.marks = marks
    north.restore(backup)
    with north.unit() as unit:
        north.link.declare_restored(unit, now_ms=NOW_MS)
    say(north, "Y0")
    push(north, south)
    assert Outcome.CLOSED is outcome(south.take(flight))
    assert ["M-X0", "M-Y0"] == ids(south, mirrored=True)


# --- what must not be taken ----------------------------------------------------------------


def test_only_the_writer_closes_its_log() -> None:
    """An ask that the writer's log key did not sign, or for another log, closes nothing."""
    north, south, _ = lost()
    origin = north.terms.origin(NORTH, Lane.NORMAL, 1)
    elsewhere = south.terms.origin(SOUTH, Lane.NORMAL, 1)
    for made in (
        ask(Call.FENCE, origin, key=key(9)),
        ask(Call.FENCE, elsewhere, key=keys_of(NORTH).log),
        ask(Call.RETURN, origin, key=keys_of(NORTH).log),
        b"{}",
        b" " * 9_000_000,
    ):
        with pytest.raises(GatepairError):
            south.link.screen_ask("normal", Call.FENCE, made)
        assert Outcome.REJECTED is outcome(south.serve(Call.FENCE, made))
    assert Outcome.REJECTED is outcome(south.serve(Call.FENCE, made, "bulk"))


def test_a_fence_that_we_cannot_have_reached_is_refused() -> None:
    """The partner must show our own signature where its mirror stands, or it could give us a past."""
    north, south, _ = lost(sent=3)
    called = north.asked()
    assert called is not None
    reply = decode_reply(south.serve(*called))
    fence = Fence.parse(reply.note.partition("\n\n")[0] + "\n")
    beyond = replace_stand(fence, size=9)
    false = sign_fence(beyond, south.link.me, key=keys_of(SOUTH).mirror, at_s=1)
    stranger = sign_fence(fence, south.link.me, key=key(9), at_s=1)
    for changed in ({"note": false}, {"note": stranger}, {"held": ""}, {"note": reply.held}):
        with pytest.raises(EnvelopeRejected):
            north.answered(Call.FENCE, canonical.encode(structs.replace(reply, **changed)))
    north.answered(Call.FENCE, canonical.encode(reply))
    push(north, south)
    assert ids(north, mirrored=False) == ids(south, mirrored=True)


def replace_stand(fence: Fence, *, size: int) -> Fence:
    stand = fence.stand
    return Fence(fence.closed, Checkpoint(stand.origin, size, stand.root))


def test_entries_that_we_never_signed_are_not_ours() -> None:
    """Entries handed back count only when their root is the one we signed; a partner that insists freezes the lane."""
    north, south, _ = lost(sent=3)
    for _ in range(9):
        called = north.asked()
        if called is None:
            break
        answer = south.serve(*called)
        north.answered(called[0], _forged(answer, south) if called[0] is Call.RETURN else answer)
    assert "contradiction" == status(north)["frozen_out"]
    with north.ledger.read() as reader:
        assert 1 == len(reader.states("exchange/evidence/normal/"))


def _forged(answer: bytes, holder: Node) -> bytes:
    """Return the entries handed back with the first exchanged, truly signed by the holder."""
    returned = canonical.decode_as(Returned, answer)
    other = row(0, node=holder)
    entries = (WireEntry(Raw(other.header), Raw(other.body or b"null")), *returned.entries[1:])
    forged = structs.replace(returned, entries=entries)
    return canonical.encode(structs.replace(forged, signature=keys_of(SOUTH).log.sign(returned_text(forged)).hex()))


@pytest.mark.parametrize("change", [b'"start":9', b'"size":2'])
def test_damage_on_the_way_back_is_noticed(change: bytes) -> None:
    """Entries handed back are signed by the holder: what the line changes counts as no answer."""
    north, south, _ = lost(sent=3)
    called = north.asked()
    assert called is not None
    north.answered(called[0], south.serve(*called))
    called = north.asked()
    assert called is not None
    name = change.partition(b":")[0]
    answer = south.serve(*called)
    damaged = answer[: answer.index(name)] + change + answer[answer.index(name) + len(change) :]
    with pytest.raises(EnvelopeRejected):
        north.answered(called[0], damaged)
    push(north, south)
    assert ids(north, mirrored=False) == ids(south, mirrored=True)


def test_an_epoch_that_does_not_go_on_is_not_opened() -> None:
    """A later epoch is taken only when its first entry names exactly where the mirror stands."""
    north, south = greeted()
    origin = north.terms.origin(NORTH, Lane.NORMAL, 2)
    terms = Terms.of(north.terms)
    root = CompactRange.over(row.leaf for row in south.ledger._kept.mirror["normal"]).root().hex()
    right = {"closed": 1, "epoch": 1, "root": root, "size": 1}
    for section in ({**right, "size": 0}, {**right, "root": "0" * 64}, {**right, "epoch": 2}, {}):
        assert Outcome.GAP is outcome(south.take(opening_of(section, origin, terms)))
    assert Outcome.RECEIVED is outcome(south.take(opening_of(right, origin, terms)))


def opening_of(section: dict[str, object], origin: Origin, terms: Terms) -> bytes:
    draft = Draft(kind=LOG_OPENED, id="L1", subject=NORTH, sections={"fence": section}, at_ms=NOW_MS)
    sealed = seal(draft, terms, sender=NORTH, entropy=Dice(1))
    entry = LogEntry(0, sealed.header, sealed.body, sealed.leaf)
    source = LogSource(origin, keys_of(NORTH).log, 1)
    return build([entry], before=CompactRange(), source=source).raw
