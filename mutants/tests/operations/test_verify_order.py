"""A clean order passes; every planted fraud is caught and named."""

from __future__ import annotations

import pytest

from gatepair.base.findings import Finding
from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.crossing import events as ev
from gatepair.operations import events as gate_ev
from gatepair.operations.public_order import RecordKind, head_in
from gatepair.operations.replay import GATE_KINDS
from gatepair.operations.verify_order import Report, verify
from gatepair.plan.model import Direction
from operations.scene import (
    FRUIT,
    MORNING_MS,
    SEAFOOD,
    Scene,
    digest,
    facts,
    note,
    publish,
    queue_rule,
    renumbered,
    rewritten,
    small_plan,
)


def report_of(scene: Scene) -> Report:
    return verify(scene.export(), scene.plan)


def first(report: Report) -> Finding:
    assert report.first is not None
    return report.first


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings if finding.severity.value == "error"]


@pytest.fixture
def scene() -> Scene:
    """Give a gate at opening time."""
    return Scene()


def test_a_clean_day_passes(scene: Scene) -> None:
    """An order made by the rule verifies, and the report counts places and calls."""
    scene.day()
    report = report_of(scene)
    assert [] == codes(report)
    assert report.ok
    # Two of twelve vehicles carry fruit without a test paper and are never called.
    assert (12, 10) == (report.places, report.calls)


def test_a_clean_day_with_every_kind_of_record_passes(scene: Scene) -> None:
    """Moves under a code, kept bindings, misses, standby, stops, slots and tests that come late are all explained."""
    one, two, three = scene.take(), scene.take(facts(FRUIT)), scene.take()
    scene.move(three)
    assert [three] == scene.call()
    scene.wait(31)
    assert [three] == scene.miss()
    scene.rebind(one, "another")
    scene.stop(by_partner=True)
    scene.wait(60)
    scene.reopen(by_partner=True)
    assert [one] == scene.call()
    scene.arrive(one, "another")
    scene.depart(one)
    scene.happen(two, ev.PlaceFactsChanged(at_ms=scene.now_ms, number=two, facts=facts(FRUIT, tested=True)))
    scene.wait(30)
    assert [two, three] == scene.call(2)
    report = report_of(scene)
    assert [] == codes(report)
    assert 1 == report.moves


def test_a_call_out_of_turn_is_named_with_whose_turn_it_was(scene: Scene) -> None:
    """A bought place: number 3 is called although number 1 should have come, and the report says so."""
    for _ in range(3):
        scene.take()
    scene.force(3)
    found = first(report_of(scene))
    assert "order.call_unexplained" == found.code
    assert {"number": 3, "expected": 1} == dict(found.params)
    assert "records.3" == found.path


def test_one_bought_place_is_one_finding(scene: Scene) -> None:
    """The queue goes on after the fraud; the calls that follow the rule are not accused."""
    for _ in range(6):
        scene.take()
    scene.force(4)
    assert [1, 2, 3, 5, 6] == scene.call(5)
    assert ["order.call_unexplained"] == codes(report_of(scene))


def test_a_forged_class_is_named(scene: Scene) -> None:
    """A record that claims a better class than its facts give is caught."""
    scene.take()
    forged = [rewritten(scene.records[0], {"class_key": "live"})]
    found = first(verify(publish(scene.plan, forged), scene.plan))
    assert "order.class_forged" == found.code
    assert {"number": 1, "found": "live", "expected": "ordinary"} == dict(found.params)


def test_a_call_that_only_the_forged_class_explains_is_named_too(scene: Scene) -> None:
    """Calling the bought place first is caught even when its class was forged beforehand."""
    scene.take()
    scene.take()
    scene.force(2)
    forged = [scene.records[0], rewritten(scene.records[1], {"class_key": "live"}), scene.records[2]]
    assert ["order.class_forged", "order.call_unexplained"] == codes(verify(publish(scene.plan, forged), scene.plan))


@pytest.mark.parametrize(
    ("code", "actor", "expected"),
    [
        ("", "board-7", "order.move_without_code"),
        ("friend", "board-7", "order.move_code_unknown"),
        ("medical", "", "order.move_without_person"),
    ],
)
def test_a_move_needs_a_published_code_and_a_person(scene: Scene, code: str, actor: str, expected: str) -> None:
    """A move without a code, under an unknown code, or by nobody is caught."""
    scene.take()
    scene.take()
    scene.move(2, code, actor)
    records = [rewritten(scene.records[-1], {"staff": actor})]
    report = verify(publish(scene.plan, [*scene.records[:-1], *records]), scene.plan)
    assert [expected] == codes(report)
    assert 2 == first(report).params["number"]


def test_a_swapped_container_is_named(scene: Scene) -> None:
    """What arrives is not what took the place: a swap is caught by the digest."""
    scene.take()
    scene.call()
    scene.arrive(1, "another box")
    found = first(report_of(scene))
    assert "order.swapped" == found.code
    assert 1 == found.params["number"]


def test_a_binding_kept_without_a_code_is_caught(scene: Scene) -> None:
    """Another vehicle may keep the place only under a published code."""
    scene.take()
    scene.rebind(1, "another", code="")
    assert ["order.move_without_code"] == codes(report_of(scene))


def test_a_vehicle_that_was_never_called_is_caught(scene: Scene) -> None:
    """Driving in without a call is named, whatever the queue says."""
    scene.take()
    scene.arrive(1)
    assert "order.not_called" == first(report_of(scene)).code


def test_a_departure_without_arrival_is_caught(scene: Scene) -> None:
    """A place cannot end by departure when nobody arrived with it."""
    scene.take()
    scene.call()
    scene.lose(1, "departed")
    assert ["order.not_arrived"] == codes(report_of(scene))


def test_a_removed_line_does_not_fit_the_checkpoint(scene: Scene) -> None:
    """A line taken out of the file changes its size, leaves a gap and a missing number."""
    scene.day()
    lines = scene.export()
    dropped = next(at for at, record in enumerate(scene.records) if record.number == 4)
    report = verify(lines[: dropped + 1] + lines[dropped + 2 :], scene.plan)
    assert {"order.size", "order.gap", "order.number_gap"} <= set(codes(report))


def test_a_changed_line_does_not_fit_the_root(scene: Scene) -> None:
    """A record altered after the checkpoint was signed does not give its root."""
    scene.day()
    signed = head_in(note(scene.log.head()), Direction.OUT)
    assert signed is not None
    forged = [rewritten(scene.records[0], {"binding": "0" * 64}), *scene.records[1:]]
    lines = publish(scene.plan, forged)
    lines[0] = scene.export()[0]
    assert "order.root" in codes(verify(lines, scene.plan))


def dropped_truck() -> tuple[Scene, list[bytes], list[bytes]]:
    """Return a scene, its honest early export, and a later one re-rooted without truck 2 and renumbered."""
    scene = Scene()
    for _ in range(4):
        scene.take()
    honest = scene.export()
    kept = [record for record in scene.records if record.number != 2]
    hidden = [rewritten(record, {"number": number}) for number, record in enumerate(kept, start=1)]
    return scene, honest, publish(scene.plan, renumbered(hidden))


def test_a_log_re_rooted_without_a_truck_looks_whole_by_itself() -> None:
    """The planted fraud is a good one: alone, the rewritten order passes."""
    scene, _, forged = dropped_truck()
    assert verify(forged, scene.plan).ok


def test_an_earlier_export_catches_the_dropped_truck() -> None:
    """What was published once must stand for ever: the rewritten record and number are named."""
    scene, honest, forged = dropped_truck()
    found = first(verify(forged, scene.plan, earlier=honest))
    assert ("order.rewritten", 2) == (found.code, found.params["number"])


def test_an_earlier_checkpoint_alone_catches_the_dropped_truck() -> None:
    """A kept checkpoint is enough to show that the order was rewritten or shortened."""
    scene, _, forged = dropped_truck()
    assert "order.shrunk" == first(verify(forged, scene.plan, earlier_note=note(scene.log.head()))).code
    scene.take()
    longer = Scene()
    for _ in range(5):
        longer.take(facts(SEAFOOD))
    old = note(dropped_truck()[0].log.head())
    assert "order.prefix" == first(verify(longer.export(), scene.plan, earlier_note=old)).code


def test_a_receipt_catches_the_dropped_truck() -> None:
    """The driver who holds a receipt can show that the order no longer holds the place."""
    scene, _, forged = dropped_truck()
    found = first(verify(forged, scene.plan, receipt=scene.receipts[2]))
    assert ("order.receipt_missing", 2) == (found.code, found.params["number"])


def test_every_honest_receipt_and_export_is_found_again(scene: Scene) -> None:
    """Receipts and earlier exports of an honest order agree with every later one."""
    scene.take()
    earlier, old = scene.export(), note(scene.log.head())
    scene.day()
    for receipt in scene.receipts.values():
        report = verify(scene.export(), scene.plan, earlier=earlier, earlier_note=old, receipt=receipt)
        assert [] == codes(report)


def test_an_earlier_export_that_contradicts_itself_proves_nothing(scene: Scene) -> None:
    """An accuser cannot forge the older file either: it must agree with its own checkpoint."""
    scene.day()
    earlier = publish(scene.plan, scene.records[:3], size=5)
    assert ["order.earlier_unusable"] == codes(verify(scene.export(), scene.plan, earlier=earlier))


def test_a_number_is_given_once(scene: Scene) -> None:
    """A second taking of the same number is caught."""
    scene.take()
    again = rewritten(scene.records[0], {"index": 1})
    assert ["order.number_reused"] == codes(verify(publish(scene.plan, [*scene.records, again]), scene.plan))


def test_a_call_during_a_stop_is_caught(scene: Scene) -> None:
    """Nobody is called while a stop stands that does not allow the goods."""
    scene.take()
    scene.take(facts(SEAFOOD))
    scene.stop(allows=(SEAFOOD,))
    assert [2] == scene.call(5, only=[SEAFOOD])
    scene.force(1)
    found = first(report_of(scene))
    assert ("order.call_not_due", 1, "stopped") == (found.code, found.params["number"], found.params["why"])


def test_fruit_without_its_test_paper_is_not_called(scene: Scene) -> None:
    """A call of untested fruit is caught, though it stands first."""
    scene.take(facts(FRUIT))
    scene.force(1)
    assert "no_test_paper" == first(report_of(scene)).params["why"]


def test_a_miss_before_the_grace_ran_out_is_caught(scene: Scene) -> None:
    """An official cannot count a driver out early: at the deadline it is early, a millisecond later it is not."""
    scene.take()
    scene.call()
    scene.now_ms += 30 * MINUTE_MS
    scene.happen(1, ev.CallMissed(at_ms=scene.now_ms, number=1, misses=1))
    assert ["order.miss_early"] == codes(report_of(scene))
    late = Scene()
    late.take()
    late.call()
    late.now_ms += 30 * MINUTE_MS + 1
    assert [1] == late.miss()
    assert [] == codes(report_of(late))


def test_a_place_lost_before_its_recalls_is_caught(scene: Scene) -> None:
    """The rule's recalls must be used up before a place is lost by missing."""
    scene.take()
    scene.call()
    scene.wait(31)
    scene.lose(1, "missed")
    assert ["order.lost_early"] == codes(report_of(scene))


def test_a_cause_that_no_rule_knows_is_caught(scene: Scene) -> None:
    """A place cannot be ended for a made-up reason."""
    scene.take()
    scene.lose(1, "dropped")
    assert ["order.cause_unknown"] == codes(report_of(scene))


def test_a_shortened_grace_is_caught(scene: Scene) -> None:
    """A call that gives less time than the rule is named."""
    scene.take()
    scene.happen(1, ev.PlaceCalled(at_ms=scene.now_ms, number=1, until_ms=scene.now_ms + 10 * MINUTE_MS))
    assert ["order.grace_short"] == codes(report_of(scene))


def test_a_place_dated_back_is_caught(scene: Scene) -> None:
    """Waiting time counts from the taking, so a place recorded as taken long ago is named."""
    scene.happen(
        1,
        ev.PlaceTaken(at_ms=MORNING_MS - 25 * HOUR_MS, number=1, facts=facts(), binding_digest="0" * 64),
    )
    assert ["order.time"] == codes(report_of(scene))


def test_a_commodity_opening_calls_only_its_goods() -> None:
    """On a day that opens for live seafood alone, another call is caught by the plan's calendar."""
    scene = Scene(now_ms=MORNING_MS + 24 * HOUR_MS)
    scene.take()
    scene.take(facts(SEAFOOD))
    assert [2] == scene.call(5, only=[SEAFOOD])
    scene.force(1)
    assert "not_this_commodity" == first(report_of(scene)).params["why"]


def test_a_call_outside_the_hours_is_caught(scene: Scene) -> None:
    """Nobody is called to a road that is closed."""
    scene.take()
    scene.wait(12 * 60)
    scene.force(1)
    found = first(report_of(scene))
    assert ("order.call_not_due", "closed") == (found.code, found.params["why"])


def test_the_order_knows_which_way_a_tidal_lane_runs() -> None:
    """Where the only open lane is tidal, a call while it is turned, or runs the other way, is caught."""
    lane = {"kind": "manned", "hours": "day", "direction": "tidal", "clear_s": 60}
    road = {"markers": "1-2", "name": dict.fromkeys(("vi", "zh", "en", "fr"), "r"), "length_m": 1}
    plan = small_plan(routes={"road": {**road, "provenance": {"kind": "assumed"}, "lanes": {"tidal-1": lane}}})
    scene = Scene(plan)
    for _ in range(4):
        scene.take()
    assert [1] == scene.call()
    begun = gate_ev.LaneTurnBegun(at_ms=scene.now_ms, lane="tidal-1", direction=Direction.IN, clear_at_ms=0, actor="b")
    scene.rule_gate(begun)
    scene.force(2)
    scene.rule_gate(gate_ev.LaneTurned(at_ms=scene.now_ms, lane="tidal-1", direction=Direction.IN))
    scene.force(3)
    scene.rule_gate(gate_ev.LaneTurned(at_ms=scene.now_ms, lane="tidal-1", direction=Direction.OUT))
    assert [4] == scene.call()
    found = [(finding.params["number"], finding.params["why"]) for finding in report_of(scene).findings[1:]]
    assert [(2, "turning"), (3, "other_way")] == found


def test_a_place_lost_by_a_restore_is_recorded_again_with_its_own_time(scene: Scene) -> None:
    """Recorded long after the fact a place is refused, unless a restore published before says why; later it is again."""
    for lost, after_recovery, expected in (
        (False, False, ["order.time"]),
        (True, False, []),
        (True, True, ["order.time"]),
    ):
        day = Scene()
        first_ms = day.now_ms
        if lost:
            day.now_ms += HOUR_MS
            day.rule_gate(gate_ev.RecoveryBegun(at_ms=day.now_ms, position=4, lost_from_ms=first_ms, actor="node"))
        if after_recovery:
            day.rule_gate(gate_ev.RecoveryFinished(at_ms=day.now_ms, actor="centre"))
        day.now_ms = first_ms + HOUR_MS
        taken = ev.PlaceTaken(at_ms=first_ms, number=1, facts=facts(), binding_digest=digest("vehicle-1"))
        day.happen(1, taken)
        assert expected == codes(report_of(day))


def test_another_rule_is_not_the_published_one(scene: Scene) -> None:
    """An order made under a rule that was changed in secret is refused as such."""
    scene.day()
    changed = small_plan(queues={"a-post": queue_rule(grace_min=5), "b-post": queue_rule()})
    assert "order.rule_changed" in codes(verify(scene.export(), changed))


def test_a_signature_that_does_not_verify_is_named(scene: Scene) -> None:
    """The shell's signature check decides; without a key the report notes that nothing was checked."""
    scene.day()
    assert "order.signature" in codes(verify(scene.export(), scene.plan, signature=lambda _note: False))
    good = verify(scene.export(), scene.plan, signature=lambda _note: True)
    assert (True, True) == (good.ok, good.signed)
    assert not report_of(scene).signed


@pytest.mark.parametrize(
    "line", [b"", b"{}", b"[]", b"\xff", b'{"index":0, "kind":"taken"}', b'{"at_ms":1,"index":0,"kind":"sold"}']
)
def test_a_line_that_cannot_be_read_is_a_finding(scene: Scene, line: bytes) -> None:
    """Reading never fails on the file's content: the line is named."""
    scene.take()
    report = verify([*scene.export(), line + b"\n"], scene.plan)
    assert "order.malformed" in codes(report)
    assert 3 == next(finding for finding in report.findings if finding.code == "order.malformed").params["line"]


def test_an_empty_file_is_a_finding(scene: Scene) -> None:
    """Nothing at all is not an order."""
    assert ["order.malformed"] == codes(verify([], scene.plan))


def test_no_record_names_a_vehicle_a_driver_or_a_crossing(scene: Scene) -> None:
    """The published lines hold neither plates nor crossing ids nor free text."""
    scene.day()
    scene.take()
    scene.move(13)
    published = b"".join(scene.export())
    assert all(word not in published for word in (b"43C", b"X1", b"shown", b"misread"))


def test_every_kind_of_record_has_its_check(scene: Scene) -> None:
    """A record about a number without a place is named for every kind that speaks of a place."""
    scene.take()
    scene.lose(1, "cancelled")
    kinds = [kind for kind in RecordKind if kind is not RecordKind.TAKEN and kind not in GATE_KINDS]
    for kind in kinds:
        ghost = rewritten(scene.records[1], {"index": 2, "kind": kind})
        assert ["order.no_place"] == codes(verify(publish(scene.plan, [*scene.records, ghost]), scene.plan))
