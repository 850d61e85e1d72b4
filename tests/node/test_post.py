"""One post and a pair of posts: the life of a crossing through commands, ledger, rows and link."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from gatepair.adapters.memory import MemoryLedger
from gatepair.adapters.sqlite.engine import SqliteLedger
from gatepair.base.duties import Duty
from gatepair.base.errors import InvariantBroken
from gatepair.base.merkle import CompactRange
from gatepair.base.time import SteppedClock
from gatepair.exchange.agreement import Mode
from gatepair.node.permissions import COMMAND_DUTIES
from gatepair.node.ports import Ledger
from gatepair.node.requests import COMMANDS, Actor, Request
from node.pair import HOME, KINDS, OPENING, OTHER, SEEN, Pair, agreement, declaration, post_on, rows

Engine = Callable[[str], Ledger]


@pytest.fixture(params=["memory", "sqlite"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """Return what makes ledgers: in memory, and on SQLite."""
    if request.param == "memory":
        return lambda _: MemoryLedger()
    return lambda key: SqliteLedger(tmp_path / key)


def test_a_truck_goes_from_declaration_to_the_other_side(engine: Engine) -> None:
    """Declared once here, it ends closed at both posts, each by its own decisions."""
    pair = Pair(engine)
    crossing = pair.whole_way()
    assert "closed" == pair.stage(pair.home, crossing)
    assert "closed" == pair.stage(pair.other, crossing)


def test_rebuilt_read_models_are_the_same_rows(engine: Engine) -> None:
    """Read models come from the ledger alone: made again they are equal, byte for byte."""
    pair = Pair(engine)
    pair.whole_way()
    pair.declare(binding={"tractor": "29H-00002"})
    for post in pair.posts.values():
        before = rows(post.ledger)
        post.rebuild()
        assert before == rows(post.ledger)


def test_a_post_goes_on_after_a_restart(engine: Engine) -> None:
    """What a post knows in memory is only the fold of its ledger: a new one over the same ledger goes on."""
    pair = Pair(engine)
    crossing = pair.declare()
    pair.to_gate(crossing)
    old = pair.home
    fresh = post_on(old.ledger, HOME, clock=pair.clocks[HOME], terms=pair.terms)
    assert old.standing.position == fresh.standing.position
    assert old.standing.tree.root() == fresh.standing.tree.root()
    assert old.board()["directions"] == fresh.board()["directions"]
    pair.posts[HOME] = fresh
    pair.clear_exit(crossing)
    pair.do(fresh, "yard", "Depart", crossing=crossing, lane="freight-1", seen=SEEN)
    assert "departed" == pair.stage(fresh, crossing)


def test_the_hours_departures_are_known_after_a_restart() -> None:
    """The partner's quota of the hour is not begun anew by a restart."""
    pair = Pair()
    pair.whole_way()
    fresh = post_on(pair.home.ledger, HOME, clock=pair.clocks[HOME], terms=pair.terms)
    now_ms = pair.home.now()
    assert 1 == fresh.standing.traffic.departures_in_hour(now_ms)
    assert pair.home.standing.traffic.kept() == fresh.standing.traffic.kept()


def test_place_numbers_go_on_after_a_restart() -> None:
    """A number is never given twice, not even when its place is gone and the post starts anew."""
    pair = Pair()
    crossing = pair.whole_way()
    fresh = post_on(pair.home.ledger, HOME, clock=pair.clocks[HOME], terms=pair.terms)
    assert "closed" == pair.stage(fresh, crossing)
    assert 2 == fresh.standing.books[next(iter(fresh.standing.books))].next_number


def test_the_same_command_twice_has_one_effect() -> None:
    """A repeated command gets the same answer and records nothing more."""
    pair = Pair()
    crossing = pair.declare()
    first = pair.send(pair.home, "driver", "TakePlace", command_id="again-0001", crossing=crossing)
    head = pair.home.head_position()
    second = pair.send(pair.home, "driver", "TakePlace", command_id="again-0001", crossing=crossing)
    assert first == second
    assert head == pair.home.head_position()


def test_a_command_id_used_for_another_command_is_an_error() -> None:
    """A known id with other content is a conflict and records nothing."""
    pair = Pair()
    crossing = pair.declare()
    pair.send(pair.home, "driver", "TakePlace", command_id="again-0001", crossing=crossing)
    head = pair.home.head_position()
    answer = pair.send(pair.home, "driver", "AcknowledgeCall", command_id="again-0001", crossing=crossing)
    assert ("failed", "command_reused") == (answer.status, answer.error)
    assert head == pair.home.head_position()


def test_a_stale_version_is_an_error() -> None:
    """Whoever decides on an old reading is told to read again."""
    pair = Pair()
    crossing = pair.declare()
    answer = pair.say(pair.home, "driver", "TakePlace", crossing=crossing, expected_version=7)
    assert ("failed", "stale_version") == (answer.status, answer.error)


def test_only_the_declaring_trader_may_correct() -> None:
    """Another trader's crossing is not to be touched."""
    pair = Pair()
    crossing = pair.declare()
    answer = pair.say(
        pair.home, "trader", "CorrectField", crossing=crossing, path="goods.0.packages", value=1, reason="x", actor="z"
    )
    assert ("failed", "not_permitted") == (answer.status, answer.error)


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.__name__)
def test_every_command_is_refused_to_every_other_duty(kind: type[msgspec.Struct]) -> None:
    """The permission table is what a post obeys, for each command and each duty."""
    pair = Pair()
    fields = {
        field.name: _some(field)
        for field in msgspec.structs.fields(kind)
        if field.default is msgspec.NODEFAULT and field.default_factory is msgspec.NODEFAULT
    }
    command = kind(**fields)
    for duty in Duty:
        if duty in COMMAND_DUTIES[kind]:
            continue
        answer = pair.home.execute([Request("x-00000001", command, Actor("a", duty, HOME))])[0]
        assert ("failed", "not_permitted") == (answer.status, answer.error), duty


def _some(field: msgspec.structs.FieldInfo) -> object:
    """Return any value: permission comes before content."""
    return "XAAAAAAAAAAAAAAAAAAAA" if field.name == "crossing" else None


def test_an_actor_of_the_other_post_may_do_nothing_here() -> None:
    """A duty is held at one post."""
    pair = Pair()
    crossing = pair.declare()
    command = msgspec.convert({"type": "TakePlace", "crossing": crossing}, KINDS["TakePlace"])
    answer = pair.home.execute([Request("x-00000001", command, Actor("a", Duty.DRIVER, OTHER))])[0]
    assert "not_permitted" == answer.error


def test_one_tractor_has_one_open_crossing() -> None:
    """A second declaration with the same tractor is refused and names the place."""
    pair = Pair()
    pair.declare()
    answer = pair.say(
        pair.home,
        "trader",
        "DeclareCrossing",
        direction="out",
        route="r1119-1120",
        lane_kind="manned",
        load="truck",
        declaration=declaration(),
        binding={"tractor": SEEN["tractor"]},
    )
    assert "refused" == answer.status
    assert ["crossing.claim_taken"] == [finding["code"] for finding in answer.findings]


def test_what_began_here_reaches_the_partner_without_driver_unless_agreed() -> None:
    """The partner gets exactly the sections that the agreement lists."""
    listed = {message.kind: message.sections for message in agreement().messages}["crossing.announced/1"]
    narrow = msgspec.structs.replace(
        agreement(),
        messages=tuple(
            msgspec.structs.replace(message, sections=("route", "goods", "documents", "binding"))
            if message.kind == "crossing.announced/1"
            else message
            for message in agreement().messages
        ),
    )
    assert "driver" in listed
    pair = Pair()
    pair.posts = {key: post_on(MemoryLedger(), key, clock=pair.clocks[key], terms=narrow) for key in (HOME, OTHER)}
    crossing = pair.declare()
    pair.do(
        pair.home, "trader", "CorrectField", crossing=crossing, path="driver.name", value="SYNTHETIC B", reason="typo"
    )
    pair.pass_time()
    with pair.other.ledger.read() as reader:
        there = pair.other.standing.known(crossing, reader).crossing
    with pair.home.ledger.read() as reader:
        sent = b"".join((entry.body or b"") for entry in reader.own_entries("normal", start=0, limit=9))
    assert there.driver is None
    assert "withheld" == there.declaration.parties.exporter
    assert b"SYNTHETIC B" not in sent


def test_both_logs_and_receipts_verify_after_a_day_of_silence() -> None:
    """A cut line loses nothing: after it heals the mirror is whole, gap-free and receipted."""
    pair = Pair()
    first = pair.declare()
    pair.pass_time()
    pair.cut = True
    later = [pair.declare(binding={"tractor": f"29H-{number:05d}"}) for number in range(40)]
    for _ in range(24):
        pair.pass_time(60)
    assert 86_000 < (pair.home.link.partner_age_s(pair.home.now()) or 0)
    pair.cut = False
    pair.pass_time()
    for crossing in (first, *later):
        assert "announced" == pair.stage(pair.other, crossing)
    for post in pair.posts.values():
        with post.ledger.read() as reader:
            assert () == post.link.verify(reader).findings


def test_a_post_without_a_partner_runs_alone() -> None:
    """One-sided: no acceptance is awaited, and the departure says that it rested on nobody's word."""
    pair = Pair(mode=Mode.ALONE)
    crossing = pair.declare()
    pair.do(pair.home, "driver", "TakePlace", crossing=crossing)
    pair.pass_time()
    pair.do(pair.home, "yard", "RecordArrival", crossing=crossing, station="hn-exit-gate", seen=SEEN)
    pair.clear_exit(crossing)
    answer = pair.do(pair.home, "yard", "Depart", crossing=crossing, lane="freight-1", seen=SEEN)
    departed = next(event for event in answer.events if event.type == "VehicleDeparted/1")
    assert "alone" == departed.payload["rested"]["clause"]


def test_a_stop_of_the_partner_holds_the_queue_and_costs_nobody_the_place() -> None:
    """A stop over there is known here at the next exchange; nobody is called, every place stays."""
    pair = Pair()
    pair.do(pair.other, "gate_board", "StopIntake", direction="out", reason="system_failure")
    pair.pass_time()
    crossings = [pair.declare(binding={"tractor": f"29H-{number:05d}"}) for number in range(5)]
    for crossing in crossings:
        pair.do(pair.home, "driver", "TakePlace", crossing=crossing)
    for _ in range(10):
        pair.pass_time(30)
    assert ["queued"] * 5 == [pair.stage(pair.home, crossing) for crossing in crossings]
    assert not pair.home.board()["directions"]["out"]["open"]
    pair.do(pair.other, "gate_board", "ReopenIntake", direction="out")
    pair.pass_time()
    pair.pass_time()
    assert ["called"] * 5 == [pair.stage(pair.home, crossing) for crossing in crossings]


def test_the_checkpoint_covers_what_is_durable() -> None:
    """The signed checkpoint's size and root are those of the entries that a reader sees."""
    pair = Pair()
    pair.whole_way()
    with pair.home.ledger.read() as reader:
        leaves = [entry.leaf for entry in reader.entries(after=0, limit=10_000)]
    lines = pair.home.checkpoint().splitlines()
    assert str(len(leaves)) == lines[1]
    assert CompactRange.over(leaves).root() == pair.home.standing.tree.root()


def test_a_failed_transaction_leaves_no_trace_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the ledger refuses a transaction, the post knows what the ledger knows and nothing more."""
    pair = Pair()
    crossing = pair.declare()
    before = rows(pair.home.ledger)

    def broken(*_: object) -> None:
        raise InvariantBroken("planted")

    with monkeypatch.context() as planted:
        planted.setattr("gatepair.node.recording.Recorder.flush", broken)
        with pytest.raises(InvariantBroken):
            pair.say(pair.home, "driver", "TakePlace", crossing=crossing)
    assert before == rows(pair.home.ledger)
    assert "declared" == pair.stage(pair.home, crossing)
    pair.do(pair.home, "driver", "TakePlace", crossing=crossing)


def test_the_public_order_names_nobody() -> None:
    """No driver, plate, firm or crossing stands in the public order."""
    pair = Pair()
    crossing = pair.whole_way()
    public = b"".join(pair.home.order_export("out"))
    for secret in ("SYNTHETIC", "12C", crossing, "SYN-1"):
        assert secret.encode() not in public


def test_times_pass_in_order() -> None:
    """Entries are stamped by the post's clock, which never goes back."""
    pair = Pair()
    pair.whole_way()
    with pair.home.ledger.read() as reader:
        stamps = [entry.recorded_at_ms for entry in reader.entries(after=0, limit=10_000)]
    assert all(before <= after for before, after in pairwise(stamps))


def test_a_clock_goes_on_from_the_opening() -> None:
    """The tests' clock begins when the gate opens."""
    assert OPENING == SteppedClock(OPENING).now()


def test_the_way_back_ends_the_stay() -> None:
    """A foreign vehicle that leaves on its way back is no longer staying; nobody keys it a second time."""
    pair = Pair()
    crossing = pair.whole_way()
    other = pair.other
    with other.ledger.read() as reader:
        assert other.standing.known(crossing, reader).crossing.stay is not None
    assert [crossing] == [staying.id for staying in other.standing.staying()]
    empty = {"regime": "empty", "goods": [], "parties": declaration()["parties"], "synthetic": True}
    back = pair.declare(
        other,
        direction="in",
        route="r1116-1117",
        lane_kind="empties",
        load="empty",
        declaration=empty,
        return_of=crossing,
    )
    pair.pass_time()
    pair.do(pair.home, "gate_board", "AcceptArrival", crossing=back)
    pair.pass_time()
    pair.do(other, "yard", "RecordArrival", crossing=back, station="yyg-exit-lane", seen=SEEN)
    pair.do(other, "border_guard", "Decide", crossing=back, verdict="clear")
    pair.do(other, "customs", "AssignChannel", crossing=back)
    pair.do(other, "customs", "OrderInspection", crossing=back, bay="bay-1", reason="test")
    pair.do(other, "customs", "FinishInspection", crossing=back, passed=True)
    pair.do(other, "customs", "Decide", crossing=back, verdict="clear")
    pair.do(other, "customs", "Release", crossing=back)
    pair.do(other, "yard", "Depart", crossing=back, lane="main-empties-in", seen=SEEN)
    assert [] == other.standing.staying()


def test_an_overdue_stay_is_warned_of_twice() -> None:
    """The stay clock warns before it runs out and once more when it has."""
    pair = Pair()
    crossing = pair.whole_way()
    for _ in range(30):
        pair.pass_time(60)
    with pair.other.ledger.read() as reader:
        types = [entry.type for entry in reader.stream(f"crossing/{crossing}")]
    assert 2 == types.count("StayWarned/1")


def test_a_correction_may_not_bring_in_a_fault() -> None:
    """What a declaration would be refused for, a correction is refused for."""
    pair = Pair()
    crossing = pair.declare()
    answer = pair.say(
        pair.home, "trader", "CorrectField", crossing=crossing, path="goods.0.hs", value="081060", reason="typo"
    )
    assert "refused" == answer.status
    assert ["clearance.hs_group"] == [finding["code"] for finding in answer.findings]


def test_the_board_tells_closed_hours_from_a_stop() -> None:
    """Outside the agreed hours the board says so and names the next opening; nothing has stopped."""
    pair = Pair()
    assert pair.home.board()["directions"]["out"]["open"]
    pair.pass_time(12 * 60)
    shown = pair.home.board()["directions"]["out"]
    assert not shown["open"]
    assert [] == shown["stops"]
    assert OPENING + 24 * 3_600_000 == shown["hours"]["opens_ms"]
