"""The public order: what is written, what is not, and how it hangs together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from gatepair.base.canonical import encode
from gatepair.base.errors import Malformed
from gatepair.base.merkle import CompactRange
from gatepair.crossing import events as ev
from gatepair.operations import events as gate_ev
from gatepair.operations.public_order import OrderHead, OrderLog, RecordKind, export, head_in, header_of
from gatepair.operations.verify_order import read_export
from gatepair.plan.model import Direction
from operations.scene import FRUIT, SEAFOOD, Scene, facts, note


def test_the_root_is_the_merkle_root_of_the_published_lines() -> None:
    """The root is RFC 6962 over the lines as published, by an outside implementation."""
    scene = Scene()
    scene.day()
    tree = InmemoryTree(algorithm="sha256")
    for line in scene.export()[1:]:
        tree.append_entry(line.rstrip(b"\n"))
    assert tree.get_root() == scene.log.head().root


def test_an_export_reads_back_as_the_records() -> None:
    """What was published is read strictly into the same records."""
    scene = Scene()
    scene.day()
    parsed = read_export(scene.export())
    assert parsed.fault is None
    assert tuple(scene.records) == parsed.records


def test_a_header_names_plan_post_rule_and_checkpoint() -> None:
    """The first line says under which rule and checkpoint the order stands."""
    scene = Scene()
    header = header_of(scene.plan, "a-post", Direction.OUT, checkpoint="note")
    assert [encode(header) + b"\n", b"{}\n"] == list(export(header, [b"{}"]))
    assert ("small", "a-post", "note") == (header.plan, header.post, header.checkpoint)


def test_crossings_without_a_place_leave_no_trace() -> None:
    """An arrival, a booking or a departure of somebody without a place is not in the public order."""
    scene = Scene()
    scene.arrive(7)
    scene.depart(7)
    booked = ev.SlotBooked(at_ms=scene.now_ms, start_ms=scene.now_ms, until_ms=scene.now_ms + 1)
    scene.happen(7, booked)
    assert 0 == scene.log.size


def test_a_place_ends_once() -> None:
    """Departing and losing the place by departure are one record."""
    scene = Scene()
    scene.take()
    scene.call()
    scene.arrive(1)
    scene.depart(1)
    scene.lose(1, "departed")
    assert [RecordKind.TAKEN, RecordKind.CALLED, RecordKind.ARRIVED, RecordKind.LEFT] == [
        record.kind for record in scene.records
    ]
    assert "departed" == scene.records[-1].code


@pytest.mark.parametrize(
    ("event", "cause"),
    [
        (ev.PlaceLost(at_ms=1, number=1, cause="rebound"), "rebound"),
        (ev.Diverted(at_ms=1, gate="other", reason="full", actor="b"), "diverted"),
        (ev.CrossingCancelled(at_ms=1, reason="sold"), "cancelled"),
        (ev.CrossingClosed(at_ms=1, outcome="destroyed"), "closed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_end_has_its_cause(event: ev.CrossingEvent, cause: str) -> None:
    """However a place ends, the public order says why."""
    scene = Scene()
    scene.take()
    scene.happen(1, event)
    assert (RecordKind.LEFT, cause) == (scene.records[-1].kind, scene.records[-1].code)
    assert 0 == scene.book.waiting


def test_gate_events_of_the_other_direction_are_not_recorded() -> None:
    """The order of one direction holds what bears on it; a tidal lane bears on both."""
    scene = Scene()
    scene.rule_gate(gate_ev.IntakeStopped(at_ms=1, direction=Direction.IN, reason="fog", actor="b"))
    scene.rule_gate(gate_ev.LaneTurned(at_ms=1, lane="tidal-1", direction=Direction.OUT))
    scene.rule_gate(gate_ev.QuotaAnnounced(at_ms=1, direction=Direction.OUT, per_hour=0, actor="b"))
    assert [(RecordKind.TURNED, None), (RecordKind.QUOTA, 0)] == [
        (record.kind, record.per_hour) for record in scene.records
    ]


def test_a_log_goes_on_from_what_was_stored() -> None:
    """After a restart from compact range and active places the same records follow with the same root."""
    scene = Scene()
    for _ in range(3):
        scene.take()
    again = OrderLog(scene.rule, scene.direction)
    tree = CompactRange.from_bytes(scene.log.tree.to_bytes())
    again.adopt(tree, [(place.crossing, place.number, place.not_before_ms) for place in scene.book.places()])
    lost = ev.PlaceLost(at_ms=9, number=2, cause="cancelled")
    one = scene.log.take_crossing("X2", lost, recorded_ms=9)
    assert one == again.take_crossing("X2", lost, recorded_ms=9)
    assert scene.log.head() == again.head()


@given(st.integers(0, 2**40), st.binary(min_size=32, max_size=32), st.sampled_from(list(Direction)))
def test_the_checkpoint_line_comes_back(size: int, root: bytes, direction: Direction) -> None:
    """Direction, size and root survive the extension line, and each direction finds its own."""
    head = OrderHead(direction=direction, size=size, root=root)
    assert head == OrderHead.parse(head.line())
    assert head == head_in(note(head), direction)
    other = Direction.IN if direction is Direction.OUT else Direction.OUT
    assert head_in(note(head), other) is None


@pytest.mark.parametrize(
    "line",
    [
        "",
        "order out 1",
        "order up 1 AAAA",
        "order out x AAAA",
        "order out -1 AAAA",
        "order out 1 AAAA",
        "queue out 1 A",
    ],
)
def test_a_misspelled_line_is_refused(line: str) -> None:
    """A checkpoint line that is not exactly ours raises, it is never guessed at."""
    with pytest.raises(Malformed):
        OrderHead.parse(line)


def test_records_hold_the_facts_that_the_rule_reads() -> None:
    """A taken place publishes commodity, regime, test, return, load, road and lane kind, and nothing else."""
    scene = Scene()
    scene.take(facts(FRUIT, tested=True))
    line = scene.export()[1]
    assert b'"facts":{"commodity":"fresh_fruit","regime":"ordinary","route":"road","tested":true}' in line
    assert b'"class_key":"tested-fruit"' in line
    scene.take(facts(SEAFOOD))
    assert "live" == scene.records[1].class_key
