"""Store and forward: what a courier brings is taken in like what the line brings, in any order, twice, in parts."""

from __future__ import annotations

import dataclasses
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Raw
from msgspec.structs import replace

from gatepair.adapters.sqlite.engine import SqliteLedger
from gatepair.base.canonical import decode_as
from gatepair.base.errors import EnvelopeRejected, Malformed, StorageDamaged
from gatepair.base.time import HOUR_MS, MINUTE_MS, Instant
from gatepair.exchange import bundle as bundles
from gatepair.exchange.bundle import PART_BYTES_MAX, PART_BYTES_MIN, make
from gatepair.exchange.joint import fold
from gatepair.exchange.key_statements import KeyAct, KeyStatement, KeyUse, Position, Positions, digest_of
from gatepair.exchange.messages import Lane
from gatepair.exchange.signer import Algorithm, Ed25519Key
from gatepair.exchange.wire import BATCH_ENTRIES_MAX, Outcome, Reply, decode_batch, encode_reply
from gatepair.node.audit import KeyStatementTaken, audit_stream
from gatepair.node.courier import Export, Import, Order, file_name, held_back
from gatepair.node.joint_reading import logs_of
from gatepair.node.post import Post
from gatepair.node.reconcile import Hindsight
from gatepair.node.reconcile_reading import Site, case_of
from gatepair.node.reconcile_report import Report
from node.courier import carry, codes, parts_of, taken, written
from node.pair import HOME, OPENING, OTHER, SEEN, Pair, seed

NORMAL = Lane.NORMAL


def joined(post: Post) -> bytes:
    """Return the digest of the joint state as ``post`` holds it."""
    with post.ledger.read() as reader:
        return fold(logs_of(post.link.agreement, post.post, reader)).digest()


def held(post: Post, lane: Lane = NORMAL) -> int:
    """Return how many entries of the partner's log ``post`` holds."""
    with post.ledger.read() as reader:
        return reader.mirror_size(lane.value)


def confirmed(post: Post, lane: Lane = NORMAL) -> int:
    """Return how many entries of ours are receipted."""
    with post.ledger.read() as reader:
        return post.link.own_log(reader, lane).confirmed


def cut(count: int = 0) -> Pair:
    """Return a pair whose line was cut after the first heartbeats, with ``count`` crossings declared since."""
    pair = Pair()
    pair.declare(binding={"tractor": "12C-00000"})
    pair.pass_time()
    pair.pass_time()
    pair.cut = True
    for number in range(1, count + 1):
        pair.declare(binding={"tractor": f"12C-{number:05d}"})
    return pair


def spoken() -> Pair:
    """Return a pair that was cut after both sides had said something, so that each can cosign the other's log."""
    pair = Pair()
    crossing = pair.declare()
    pair.pass_time()
    pair.do(pair.other, "gate_board", "AcceptArrival", crossing=crossing)
    pair.pass_time()
    pair.pass_time()
    pair.cut = True
    return pair


# --- there and back ------------------------------------------------------------------------


def test_a_bundle_brings_what_the_line_could_not() -> None:
    """Entries arrive with their effects, the receipts come back with the next bundle, and both sides agree."""
    pair = cut(3)
    (found,) = carry(pair.home, pair.other)
    assert (3, []) == (found.entries, codes(found))
    assert 4 == held(pair.other)
    assert 1 == confirmed(pair.home)
    (back,) = carry(pair.other, pair.home)
    assert 4 == confirmed(pair.home) == {lane.lane: lane.confirmed for lane in back.lanes}[NORMAL]
    carry(pair.home, pair.other)
    assert joined(pair.home) == joined(pair.other)


def test_receipts_alone() -> None:
    """A courier who only goes back brings the receipts, without an entry of ours."""
    pair = cut(2)
    pair.do(pair.other, "gate_board", "StopIntake", direction="out", reason="fog")
    carry(pair.home, pair.other)
    (found,) = taken(pair.home, [written(pair.other, Order(entries=False))])
    assert (0, 3) == (found.entries, confirmed(pair.home))
    assert 0 == held(pair.home, Lane.URGENT)


def test_nothing_new_is_a_bundle_too() -> None:
    """With nothing to say a part still brings receipts and a fresh word."""
    pair = cut()
    (raw,) = parts_of(pair.home)
    assert (0, True) == (bundles.read(raw).entries, bundles.read(raw).last)
    assert [] == codes(taken(pair.other, [raw])[0])


def test_twice_is_once() -> None:
    """The same file again, and a later one that holds the same entries, change nothing."""
    pair = cut(3)
    (raw,) = parts_of(pair.home)
    assert [3, 0, 0] == [found.entries for found in taken(pair.other, [raw, raw, written(pair.home)])]
    assert 4 == held(pair.other)
    assert 4 == len(pair.other.standing.open_crossings())


def test_from_a_given_index() -> None:
    """A lane can be written from any index, also from one that is receipted already; not from beyond its end."""
    pair = cut(3)
    part = bundles.read(written(pair.home, Order(lanes=(NORMAL,), starts={NORMAL: (0,)})))
    assert (4, [NORMAL]) == (part.entries, [lane.lane for lane in part.lanes])
    part = bundles.read(written(pair.home, Order(lanes=(NORMAL,), starts={NORMAL: (4,)})))
    assert 0 == part.entries
    with pytest.raises(Malformed, match="no entry 5"):
        written(pair.home, Order(starts={NORMAL: (5,)}))


def test_a_bundle_of_a_later_index_waits_for_the_earlier() -> None:
    """What begins beyond the mirror's end changes nothing and says from where to ask."""
    pair = cut(3)
    late = written(pair.home, Order(starts={NORMAL: (2,)}))
    early = written(pair.home)
    (found,) = taken(pair.other, [late])
    assert (0, ["exchange.needs_earlier"]) == (found.entries, codes(found))
    assert {"held": 1, "lane": "normal", "start": 2} == found.findings[0]["params"]
    assert [3, 0] == [found.entries for found in taken(pair.other, [early, late])]


def test_the_file_is_the_wire() -> None:
    """The batches of a file are batches of the line, byte for byte what the reader judges."""
    pair = cut(3)
    (lane,) = (lane for lane in bundles.read(written(pair.home)).lanes if lane.lane is NORMAL)
    (batch,) = (decode_batch(bytes(raw)) for raw in lane.batches)
    assert (1, 3, 4) == (batch.start, len(batch.entries), batch.size)
    assert (lane.log, lane.start, lane.end) == (batch.origin, batch.start, batch.size)


def test_what_was_withheld_stays_withheld() -> None:
    """A body that was erased before the courier left is absent, and the entry is taken in all the same."""
    pair = cut(2)
    with pair.home.ledger.begin() as unit:
        unit.erase_body("normal", 1, mirrored=False)
    (found,) = carry(pair.home, pair.other)
    assert 2 == found.entries
    with pair.other.ledger.read() as reader:
        bodies = [row.body for row in reader.mirror_entries("normal", start=0, limit=9)]
    assert [False, True, False] == [body is None for body in bodies]


# --- parts ---------------------------------------------------------------------------------


def long_cut() -> Pair:
    """Return a pair with some megabytes waiting at home: batches of the longest kind."""
    pair = cut()
    parties = {"exporter": "SYNTHETIC " + "x" * 100, "importer": "SYNTHETIC " + "y" * 100}
    for number in range(1, 2 * BATCH_ENTRIES_MAX + 40):
        with pair.home.ledger.begin() as unit:
            pair.home.link.enqueue(
                unit,
                kind="hotline.noted/1",
                subject=HOME,
                sections={"note": {"text": f"SYNTHETIC {number} " + "z" * 40_000, "parties": parties}},
                now_ms=pair.home.now(),
                message_id=f"N{number}",
            )
    return pair


@pytest.fixture(scope="module")
def long_parts() -> list[bytes]:
    """Return the parts of a long backlog."""
    return parts_of(long_cut().home, Order(part_bytes_max=PART_BYTES_MIN))


def test_a_long_backlog_goes_in_numbered_parts(long_parts: list[bytes]) -> None:
    """Each part keeps its limit, begins where the one before ended, and only the last says that it is."""
    parts = [bundles.read(raw) for raw in long_parts]
    assert list(range(1, len(parts) + 1)) == [part.part for part in parts]
    assert 3 <= len(parts)
    assert all(len(raw) <= PART_BYTES_MIN for raw in long_parts)
    assert [False] * (len(parts) - 1) + [True] == [part.last for part in parts]
    lanes = [next(lane for lane in part.lanes if lane.lane is NORMAL) for part in parts]
    assert [lane.end for lane in lanes[:-1]] == [lane.start for lane in lanes[1:]]
    assert lanes[-1].end == lanes[-1].size
    assert 2 * BATCH_ENTRIES_MAX + 39 == sum(part.entries for part in parts)


def test_parts_in_any_order_name_what_is_needed(long_parts: list[bytes]) -> None:
    """A part that comes too early changes nothing and names the part to import first; again in order all is there."""
    pair = cut()
    first, *rest = taken(pair.other, [long_parts[2], long_parts[1], long_parts[0], long_parts[2]])
    assert ["exchange.needs_part"] == [code for code in codes(first) if code != "exchange.more_parts"]
    assert 1 == first.findings[0]["params"]["part"]
    assert [0, True, 0] == [rest[0].entries, rest[1].entries > 0, rest[2].entries]
    assert 2 == rest[2].findings[0]["params"]["part"]
    assert "exchange.more_parts" in codes(rest[1])
    for found in taken(pair.other, long_parts):
        assert "exchange.needs_part" not in codes(found)
    assert 2 * BATCH_ENTRIES_MAX + 40 == held(pair.other)


@given(st.lists(st.integers(0, 2), max_size=8))
@settings(max_examples=5)
def test_any_order_of_parts_is_harmless(long_parts: list[bytes], order: list[int]) -> None:
    """However parts are mixed and doubled, in the end each entry is held once."""
    pair = cut()
    taken(pair.other, [long_parts[at] for at in order])
    taken(pair.other, long_parts)
    assert 2 * BATCH_ENTRIES_MAX + 40 == held(pair.other)


@pytest.mark.parametrize(
    "order",
    [
        Order(part_bytes_max=PART_BYTES_MIN - 1),
        Order(part_bytes_max=PART_BYTES_MAX + 1),
        Order(starts={NORMAL: (0,), Lane.URGENT: (0, 0)}),
    ],
)
def test_orders_that_cannot_be(order: Order) -> None:
    """A limit outside the limits, and starts of uneven parts, are refused before anything is signed."""
    with pytest.raises(Malformed):
        Export(Pair().home, order, actor="operator")
    Export(Pair().home, Order(part_bytes_max=PART_BYTES_MIN), actor="operator")


def test_a_file_has_a_name_that_sorts() -> None:
    """Author, reader, instant and part: a stick with several files tells which is which."""
    assert "huu-nghi-to-youyiguan-20251111T000200Z-001.gpbundle" == file_name(bundles.read(written(cut().home)))


# --- line and courier together -------------------------------------------------------------


def test_the_line_comes_back_before_the_courier_arrives() -> None:
    """The file that was on its way when the line came back is known already and changes nothing."""
    pair = cut(3)
    (raw,) = parts_of(pair.home)
    pair.cut = False
    pair.pass_time()
    assert 4 == held(pair.other)
    assert [0] == [found.entries for found in taken(pair.other, [raw])]
    pair.declare(binding={"tractor": "12C-77777"})
    pair.pass_time()
    pair.pass_time()
    assert joined(pair.home) == joined(pair.other)


def test_the_line_goes_on_after_the_courier() -> None:
    """What the courier brought the line need not bring again; both go on from there."""
    pair = cut(3)
    carry(pair.home, pair.other)
    carry(pair.other, pair.home)
    pair.declare(binding={"tractor": "12C-77777"})
    pair.cut = False
    pair.pass_time()
    pair.pass_time()
    assert 5 == held(pair.other) == confirmed(pair.home)
    assert joined(pair.home) == joined(pair.other)


def test_old_receipts_show_no_loss() -> None:
    """A receipt that was written before those of the line does not send the line back to what is long receipted."""
    pair = cut(3)
    carry(pair.home, pair.other)
    old = written(pair.other, Order(entries=False))
    pair.cut = False
    for number in (10, 11):
        pair.declare(binding={"tractor": f"12C-000{number}"})
        pair.pass_time()
    assert 6 == confirmed(pair.home)
    taken(pair.home, [old])
    assert 6 == confirmed(pair.home)
    assert pair.home.outgoing(NORMAL) is None


def test_a_courier_greets_nobody() -> None:
    """After a restart an old receipt does not stand for the answer of a partner that lives now: the line greets first."""
    pair = cut(3)
    carry(pair.home, pair.other)
    (old,) = parts_of(pair.other)
    pair.home.link._greeted.clear()
    taken(pair.home, [old])
    pair.declare(binding={"tractor": "12C-77777"})
    pair.pass_time()
    greeting = pair.home.outgoing(NORMAL)
    assert greeting is not None
    assert () == decode_batch(greeting).entries


def test_the_word_is_as_old_as_it_was_written() -> None:
    """A bundle that took an hour to arrive brings a word that is an hour old, never a fresh one."""
    pair = spoken()
    pair.pass_time(30)
    (raw,) = parts_of(pair.home)
    pair.pass_time(60)
    assert 90 * 60 == pair.other.link.partner_age_s(pair.other.now())
    taken(pair.other, [raw])
    assert 60 * 60 == pair.other.link.partner_age_s(pair.other.now())
    taken(pair.other, [raw])
    assert 60 * 60 == pair.other.link.partner_age_s(pair.other.now())


def test_part_of_a_backlog_is_no_fresh_word(long_parts: list[bytes]) -> None:
    """While parts are missing something of the partner's log is outstanding, so its word stays as old as it was."""
    pair = cut()
    before = pair.other.link.partner_age_s(pair.other.now())
    pair.pass_time(10)
    taken(pair.other, long_parts[:1])
    assert before + 600 == pair.other.link.partner_age_s(pair.other.now())


def test_a_clock_that_runs_ahead_makes_no_word_younger_than_now() -> None:
    """A time signed in the future counts as now at most."""
    pair = spoken()
    pair.clocks[HOME].set(Instant(pair.home.now() + HOUR_MS))
    carry(pair.home, pair.other)
    assert 0 == pair.other.link.partner_age_s(pair.other.now())
    pair.clocks[OTHER].set(Instant(pair.other.now() + MINUTE_MS))
    assert 60 == pair.other.link.partner_age_s(pair.other.now())


# --- what is refused -----------------------------------------------------------------------


def test_a_file_of_ones_own_and_a_file_between_others() -> None:
    """What was written here is not taken in here; nothing is recorded."""
    pair = cut(1)
    (raw,) = parts_of(pair.home)
    before = pair.home.head_position()
    with pytest.raises(EnvelopeRejected, match="written here"):
        Import(pair.home, raw, actor="operator")
    foreign = bundles.read(raw)
    other = make(author="east", reader=OTHER, made_at_ms=0, lanes=foreign.lanes, last=True)
    with pytest.raises(EnvelopeRejected, match="from east"):
        Import(pair.other, other, actor="operator")
    assert before == pair.home.head_position()


def test_a_damaged_file() -> None:
    """One byte changed on the stick: refused as a whole, and the gate goes on."""
    pair = cut(1)
    raw = bytearray(written(pair.home))
    raw[len(raw) // 2] ^= 1
    with pytest.raises(Malformed):
        Import(pair.other, bytes(raw), actor="operator")
    pair.declare(pair.other, direction="in", binding={"tractor": "GA-12345"})


def forged(pair: Pair, **changes: object) -> bytes:
    """Return home's part with its normal lane changed by a courier who mended the digest."""
    part = bundles.read(written(pair.home))
    lanes = [replace(lane, **changes) if lane.lane is NORMAL else lane for lane in part.lanes]
    return make(author=part.author, reader=part.reader, made_at_ms=part.made_at_ms, lanes=lanes, last=True)


def test_what_a_courier_forged_is_not_taken() -> None:
    """A batch that the partner did not sign is rejected by name; the other lanes are taken in."""
    pair = cut(2)
    pair.do(pair.home, "gate_board", "StopIntake", direction="out", reason="fog")
    (lane,) = (lane for lane in bundles.read(written(pair.home)).lanes if lane.lane is NORMAL)
    batch = Raw(bytes(lane.batches[0]).replace(b'"start":1', b'"start":0'))
    (found,) = taken(pair.other, [forged(pair, batches=(batch, batch))])
    assert (["exchange.lane_not_taken"], 1) == (codes(found), found.entries)
    assert 1 == held(pair.other, Lane.URGENT)
    assert 1 == held(pair.other)


def test_a_false_receipt_does_not_count() -> None:
    """A reply that the partner did not cosign, and bytes that are no reply, change nothing and are named."""
    pair = cut(2)
    carry(pair.home, pair.other)
    part = bundles.read(written(pair.other))
    for reply in (encode_reply(Reply(v=1, outcome=Outcome.RECEIVED, next=9, note="x\n\n")), b'{"a":1}'):
        lanes = [replace(lane, reply=Raw(reply)) if lane.lane is NORMAL else lane for lane in part.lanes]
        raw = make(author=part.author, reader=part.reader, made_at_ms=0, lanes=lanes, last=True)
        (found,) = taken(pair.home, [raw])
        assert "exchange.receipt_not_taken" in codes(found)
    assert 1 == confirmed(pair.home)


def test_a_row_that_changed_is_not_signed() -> None:
    """A bit that flipped in storage stops the export before anything is signed over it."""
    pair = cut(2)
    rows = pair.home.ledger._kept.own["normal"]
    rows[1] = dataclasses.replace(rows[1], header=rows[1].header.replace(b"crossing", b"crosslng", 1))
    with pytest.raises(StorageDamaged):
        written(pair.home)
    with pytest.raises(StorageDamaged):
        written(pair.home, Order(starts={NORMAL: (3,)}))


# --- records -------------------------------------------------------------------------------


def test_who_wrote_and_who_took_in_is_recorded() -> None:
    """The audit stream names the operator, the part and its digest on both sides."""
    pair = cut(2)
    (raw,) = parts_of(pair.home)
    taken(pair.other, [raw])
    part = bundles.read(raw)
    for post, kind in ((pair.home, "BundleWritten/1"), (pair.other, "BundleTakenIn/1")):
        with post.ledger.read() as reader:
            entry = reader.stream(f"audit/{post.post}")[-1]
        assert (kind, "operator") == (entry.type, entry.actor)
        assert part.contents.encode() in entry.payload
        assert b'"entries":2' in entry.payload


# --- two cuts, two couriers, two SQLite posts ----------------------------------------------


def test_a_day_with_a_cut_on_two_sqlite_posts(tmp_path: Path) -> None:
    """Cut, work on both sides, two exchanges by file both ways, heal: logs equal, nothing twice, reports right."""
    pair = Pair(lambda key: SqliteLedger(tmp_path / key))
    crossing = pair.declare()
    pair.to_gate(crossing)
    pair.clear_exit(crossing)
    pair.pass_time()
    pair.cut = True
    second = pair.declare(binding={"tractor": "12C-22222"})
    pair.pass_time(30)
    carry(pair.home, pair.other)
    carry(pair.other, pair.home)
    pair.do(pair.other, "gate_board", "AcceptArrival", crossing=second)
    pair.do(pair.other, "gate_board", "DeclineArrival", crossing=crossing, reasons=[{"code": "no_capacity"}])
    pair.pass_time(20)
    pair.do(pair.home, "yard", "Depart", crossing=crossing, lane="freight-1", seen=SEEN, confirmed_by="SYN officer")
    first_home, first_other = parts_of(pair.home), parts_of(pair.other)
    taken(pair.other, [*first_home, *first_home])
    taken(pair.home, [*first_other, *first_other])
    pair.cut = False
    pair.pass_time()
    pair.pass_time()
    assert joined(pair.home) == joined(pair.other)
    for sender, receiver in ((pair.home, pair.other), (pair.other, pair.home)):
        with sender.ledger.read() as own, receiver.ledger.read() as mirror:
            for lane in sender.link.lanes:
                sent = own.own_entries(lane.value, start=0, limit=1_000)
                assert sent == mirror.mirror_entries(lane.value, start=0, limit=1_000)
                assert len(sent) == sender.link.own_log(own, lane).confirmed
            assert () == sender.link.verify(own).findings
    assert "departed" == pair.stage(pair.home, crossing)
    _each_effect_once(pair)
    (row,) = _report(pair.home).rows
    assert (crossing, Hindsight.DIFFERENT, ["crossing.declined"]) == (
        row.crossing,
        row.hindsight,
        [word.type.partition("/")[0] for word in row.unknown],
    )
    assert () == _report(pair.home).forgotten


def _each_effect_once(pair: Pair) -> None:
    for post in pair.posts.values():
        with post.ledger.read() as reader:
            leaves = [
                (entry.type, leaf)
                for entry in reader.entries(after=0, limit=10_000)
                if (leaf := entry.payload.partition(b'"leaf":"')[2][:64])
            ]
        assert len(leaves) == len(set(leaves))
        assert leaves


def _report(post: Post) -> Report:
    site = Site(post.plan, post.post, post.link.agreement, post.now())
    with post.ledger.read() as reader:
        return Report.of(case_of(site, reader, since_ms=OPENING, until_ms=post.now() + 1))


@pytest.mark.parametrize("order", sorted(set(permutations((HOME, OTHER, HOME)))))
def test_couriers_in_any_order_end_the_same(order: tuple[str, ...]) -> None:
    """Whoever sends a courier first and how often: when all is quiet both sides hold the same."""
    pair = cut(2)
    pair.do(pair.other, "gate_board", "StopIntake", direction="out", reason="fog")
    for key in (*order, OTHER, HOME, OTHER):
        sender = pair.posts[key]
        carry(sender, pair.other if sender is pair.home else pair.home)
    assert joined(pair.home) == joined(pair.other)
    assert 3 == confirmed(pair.home)
    assert held_back(bundles.read(written(pair.home))) == ()


def announced(pair: Pair) -> str:
    """Return a key statement that the root of the home side signed."""
    said = KeyStatement(
        act=KeyAct.ANNOUNCED,
        agreement=pair.terms.id,
        algorithm=Algorithm.ED25519,
        positions=Positions.everywhere(Position(1, 0)),
        post=HOME,
        public=Ed25519Key(bytes(range(32))).public.hex(),
        side=pair.terms.party(HOME).side,
        use=KeyUse.LOG,
        v=1,
    )
    return said.signed([Ed25519Key(seed(HOME + "root"))]).to_text()


def test_a_part_brings_what_a_verifier_needs() -> None:
    """The agreements with their signatures and the key statements that the author knows go along in every part."""
    pair = Pair()
    pair.home.signed = ((pair.terms.encoded(), "note\n\nsigned\n"),)
    note = announced(pair)
    pair.home.take_statement(note, actor="operator")
    part = bundles.read(written(pair.home))
    assert [pair.terms.encoded()] == [bytes(each.agreement) for each in part.agreements]
    assert (note,) == part.statements


def test_each_taking_in_of_a_key_statement_is_recorded() -> None:
    """Brought by hand or heard of the partner, it stands once in the audit, with who brought it."""
    pair = Pair()
    note = announced(pair)
    for _ in range(2):
        pair.home.take_statement(note, actor="operator")
    pair.pass_time()
    pair.pass_time()
    for post, actor in ((pair.home, "operator"), (pair.other, f"{HOME}/partner")):
        with post.ledger.read() as reader:
            entries = [entry for entry in reader.stream(audit_stream(post.post)) if "KeyStatement" in entry.type]
        (entry,) = entries
        assert ("KeyStatementTaken/1", actor) == (entry.type, entry.actor)
        event = decode_as(KeyStatementTaken, entry.payload)
        assert ("announced", HOME, "log") == (event.act, event.post, event.use)
        assert digest_of(note.partition("\n\n")[0] + "\n") == event.statement
