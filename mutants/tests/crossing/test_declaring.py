"""Declared once, corrected field by field, tied to one binding."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossing.ground import (
    BOX,
    DRIVER,
    FRUIT,
    OTHER_TRUCK,
    START_MS,
    TEST_PAPER,
    TRUCK,
    X1,
    X2,
    Pair,
    declare,
    goods,
    item,
    seen,
)
from crossing.steps import C, Trip, codes, names
from gatepair.base.duties import Duty
from gatepair.crossing import commands as cmd
from gatepair.crossing.context import PartnerWord
from gatepair.crossing.decide import AHEAD_MS_MAX, BEHIND_MS_MAX
from gatepair.crossing.model import Binding, LoadUnit, Stage, Verdict
from gatepair.crossing.paths import touches
from gatepair.plan.model import Direction, LaneKind, Regime

EMPTY = goods(regime=Regime.EMPTY)


def declared(order: cmd.DeclareCrossing, post: str = "a-post", **given_: Any) -> list[str]:
    """Return the codes with which ``order`` is refused."""
    return codes(Pair().act(post, X1, order, Duty.TRADER, **given_))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"route": "r9"}, ["route_unknown"]),
        ({"route": "r2"}, []),
        ({"route": "r2", "lane_kind": LaneKind.UNMANNED, "load": LoadUnit.CONTAINER, "binding": BOX}, ["lane_missing"]),
        ({"lane_kind": LaneKind.UNMANNED}, ["load_lane"]),
        ({"lane_kind": LaneKind.UNMANNED, "load": LoadUnit.CONTAINER, "binding": BOX}, []),
        ({"lane_kind": LaneKind.UNMANNED, "load": LoadUnit.CONTAINER}, ["container_missing"]),
        ({"load": LoadUnit.CONTAINER, "binding": BOX}, ["load_lane"]),
        ({"lane_kind": LaneKind.EMPTIES}, ["load_lane"]),
        ({"lane_kind": LaneKind.EMPTIES, "load": LoadUnit.EMPTY, "declaration": EMPTY}, []),
        ({"load": LoadUnit.EMPTY, "declaration": EMPTY}, []),
        ({"load": LoadUnit.EMPTY}, ["goods_on_empty"]),
        ({"declaration": EMPTY}, ["goods_on_empty"]),
        ({"declaration": msgspec.structs.replace(goods(), goods=())}, ["goods_missing"]),
        ({"lane_kind": LaneKind.PERSONS}, ["lane_missing", "load_lane"]),
        ({"direction": Direction.IN}, ["declare_at_exit"]),
        ({"return_of": X2}, ["return_unknown"]),
    ],
)
def test_load_lane_and_goods_go_together(changes: dict[str, Any], expected: list[str]) -> None:
    """Manned and unmanned never mix, containers alone take the unmanned lane, empties carry nothing."""
    assert expected == declared(declare(**changes))


def test_alone_the_entry_post_declares_for_itself() -> None:
    """Without a partner there is nobody to announce: the entry post declares."""
    assert [] == declared(declare(direction=Direction.IN), partner=PartnerWord(mode="alone"))


def test_declared_once() -> None:
    """The same crossing is not declared again."""
    assert ["already_declared"] == codes(Trip().ask(declare(), Duty.TRADER))


def test_an_unknown_crossing_is_named() -> None:
    """An order about nothing is refused."""
    assert ["unknown"] == codes(Pair().act("a-post", X1, cmd.TakePlace(crossing=X1), Duty.DRIVER))


@pytest.mark.parametrize(
    ("binding", "expected"),
    [
        (TRUCK, ["claim_taken", "claim_taken"]),
        (Binding(tractor="12C-12345"), ["claim_taken"]),
        (Binding(tractor="29H-54321", trailer="12R-00123"), ["claim_taken"]),
        (OTHER_TRUCK, []),
    ],
)
def test_one_open_crossing_for_tractor_and_trailer(binding: Binding, expected: list[str]) -> None:
    """A tractor or trailer bound to an open crossing is not bound again; it is free when that one ended."""
    trip = Trip()
    assert expected == codes(trip.pair.act("a-post", X2, declare(binding=binding), Duty.TRADER))
    trip.do(cmd.CancelCrossing(**C, reason="sold"), Duty.TRADER)
    if expected:
        assert [] == codes(trip.pair.act("a-post", X2, declare(binding=binding), Duty.TRADER))


def test_a_vehicle_received_may_be_declared_for_the_way_back() -> None:
    """The way back shares the tractor with the crossing it returns from, holds it then, and gives it back."""
    trip = Trip().received()
    desk = trip.pair.desks["b-post"]
    back = declare(direction=Direction.IN, return_of=X1)
    stranger = declare(direction=Direction.IN)
    assert ["claim_taken", "claim_taken"] == codes(trip.pair.act("b-post", X2, stranger, Duty.TRADER))
    assert ["CrossingDeclared"] == names(trip.pair.act("b-post", X2, back, Duty.TRADER))
    assert X2 == desk.claims["tractor:12C-12345"]
    trip.pair.act("b-post", X2, cmd.CancelCrossing(crossing=X2, reason="empty"), Duty.TRADER)
    assert X1 == desk.claims["tractor:12C-12345"]


def test_a_way_back_is_not_bought() -> None:
    """A way back of another vehicle, or of one that was not received here, is refused: it would gain a class."""
    trip = Trip().received()
    other = declare(direction=Direction.IN, return_of=X1, binding=OTHER_TRUCK)
    assert ["return_unknown"] == codes(trip.pair.act("b-post", X2, other, Duty.TRADER))


# --- corrections --------------------------------------------------------------------------


def correct(path: str, value: object) -> cmd.CorrectField:
    """Return a correction."""
    return cmd.CorrectField(**C, path=path, value=value, reason="typing")


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        ("goods.0.hs", "854232", []),
        ("declaration.goods.0.hs", "854232", []),
        ("parties.declarant", "Synthetic agent", []),
        ("driver.name", "Another synthetic driver", []),
        ("goods.1", msgspec.to_builtins(item(hs="854233")), []),
        ("goods.0.hs", "854231", ["nothing_changed"]),
        ("goods.0.hs", "abc", ["value_unfit"]),
        ("goods.0.gross_mass_kg", 1.5, ["value_unfit"]),
        ("goods.0.gross_mass_kg", -1, ["value_unfit"]),
        ("goods.0.gross_mass_kg", 0, []),
        ("goods.0.gross_mass_kg", 200_001, ["value_unfit"]),
        ("goods.0.colour", "red", ["path_unknown", "value_unfit"]),
        ("goods.2.hs", "854232", ["path_unknown"]),
        ("goods.00.hs", "854232", ["path_unknown"]),
        ("synthetic", False, ["path_unknown"]),
        ("", 1, ["path_unknown"]),
        ("binding.tractor", "29H-54321", ["use_change_binding"]),
        ("binding", {"tractor": "29H-54321"}, ["use_change_binding"]),
        ("binding.owner", "Another owner", ["use_change_binding"]),
    ],
)
def test_one_field_is_corrected_within_its_type(path: str, value: object, expected: list[str]) -> None:
    """A correction fits the field's type, changes something, and never touches what the place is tied to."""
    found = codes(Trip().ask(correct(path, value), Duty.TRADER))
    assert found == expected or (len(found) == 1 and found[0] in expected)


def test_a_correction_keeps_the_old_value() -> None:
    """The old value, the reason and the author stay with the correction."""
    trip = Trip()
    trip.do(correct("goods.0.hs", "854232"), Duty.TRADER)
    event = trip.pair.desks["a-post"].streams[X1][-1]
    assert ("854231", "854232", "typing", "trader-1") == tuple(
        getattr(event, name) for name in ("old", "new", "reason", "actor")
    )


@pytest.mark.parametrize(
    ("path", "value", "reopened"),
    [
        ("goods.0.origin", "CN", [Duty.HEALTH]),
        ("driver.licence", "L-2", [Duty.BORDER_GUARD, Duty.HEALTH]),
        ("parties.importer", "Another importer", []),
        ("goods.0.description", "other words", []),
    ],
)
def test_a_correction_reopens_only_what_relied_on_it(path: str, value: str, reopened: list[Duty]) -> None:
    """Exactly the decisions that rested on the field fall; the others go on standing."""
    trip = Trip().accepted().arrived().checked()
    trip.do(correct(path, value), Duty.TRADER)
    kept = [duty for duty in (Duty.BORDER_GUARD, Duty.HEALTH) if duty not in reopened]
    assert kept == list(trip.here.decisions)


def test_the_release_falls_with_what_it_relied_on() -> None:
    """A field that only customs relied on takes the release alone; one that nobody relied on takes nothing."""
    trip = Trip().released()
    assert ["FieldCorrected"] == trip.do(correct("driver.name", "X"), Duty.TRADER)[:1]
    trip = Trip().released()
    assert ["FieldCorrected", "ReleaseWithdrawn"] == trip.do(correct("parties.importer", "Y"), Duty.TRADER)
    assert {Duty.BORDER_GUARD, Duty.HEALTH} == set(trip.here.decisions)


def test_after_departure_the_exit_corrects_nothing() -> None:
    """Who has left is corrected at the entry post."""
    trip = Trip().departed()
    assert ["corrected_too_late"] == codes(trip.ask(correct("goods.0.hs", "854232"), Duty.TRADER))
    assert ["corrected_too_late"] == codes(trip.ask(cmd.AttachDocument(**C, document=TEST_PAPER), Duty.TRADER))


def test_a_document_is_attached_once_and_opens_the_class() -> None:
    """The test paper changes the place's facts; the same paper twice is a finding."""
    trip = Trip(declare(declaration=FRUIT)).queued()
    paper = cmd.AttachDocument(**C, document=TEST_PAPER)
    assert ["DocumentAttached", "PlaceFactsChanged"] == trip.do(paper, Duty.TRADER)
    assert trip.here.place is not None
    assert trip.here.place.facts.tested
    assert ["document_twice"] == codes(trip.ask(paper, Duty.TRADER))


def test_a_document_more_reopens_nothing_at_the_entry() -> None:
    """A paper added takes nothing from what a decision there rested on."""
    trip = Trip().hear()
    trip.do(cmd.Decide(**C, verdict=Verdict.CLEAR), Duty.QUARANTINE, "b-post")
    trip.do(cmd.AttachDocument(**C, document=TEST_PAPER), Duty.TRADER)
    trip.hear()
    assert [Duty.QUARANTINE] == list(trip.there.decisions)
    assert trip.there.declaration.tested()


# --- the binding --------------------------------------------------------------------------


def rebind(code: str | None = None, binding: Binding = OTHER_TRUCK) -> cmd.ChangeBinding:
    """Return a change of binding."""
    return cmd.ChangeBinding(**C, binding=binding, reason="engine failed", code=code)


@pytest.mark.parametrize(
    ("code", "duty", "expected", "keeps"),
    [
        (None, Duty.TRADER, [], False),
        ("medical", Duty.GATE_BOARD, [], True),
        ("medical", Duty.TRADER, ["not_your_duty"], True),
        ("friend", Duty.GATE_BOARD, ["move_code_unknown"], True),
    ],
)
def test_another_binding_loses_the_place(code: str | None, duty: Duty, expected: list[str], *, keeps: bool) -> None:
    """The place belongs to the binding; only the gate board keeps it, under a published code."""
    trip = Trip().queued()
    assert expected == codes(trip.ask(rebind(code), duty))
    assert keeps == (trip.here.place is not None)


def test_a_kept_place_has_the_new_digest() -> None:
    """Under a code the place's digest is that of the new vehicle, so its arrival is not taken for a swap."""
    trip = Trip().queued()
    before = trip.here.place.binding_digest if trip.here.place else ""
    trip.do(rebind("medical"), Duty.GATE_BOARD)
    after = trip.here.place.binding_digest if trip.here.place else ""
    assert before != after
    trip.do(cmd.CallForward(**C), Duty.NODE)
    trip.do(cmd.RecordArrival(**C, station="a-exit", seen=seen(OTHER_TRUCK)), Duty.YARD)
    arrived = trip.pair.desks["a-post"].streams[X1][-1]
    assert after == getattr(arrived, "binding_digest", "")


def test_rebinding_inside_the_gate_needs_a_code() -> None:
    """Inside the gate only the gate board changes a binding."""
    trip = Trip().arrived()
    assert ["rebind_inside"] == codes(trip.ask(rebind(), Duty.TRADER))
    assert [] == codes(trip.ask(rebind("medical"), Duty.GATE_BOARD))


def test_another_vehicle_needs_another_acceptance() -> None:
    """The partner accepted the vehicle it was told of: a new one must be accepted again, on both sides' books."""
    trip = Trip().released()
    trip.do(rebind("medical"), Duty.GATE_BOARD)
    trip.hear()
    assert (None, None) == (trip.here.partner_accepted_at_ms, trip.there.accepted_at_ms)
    assert OTHER_TRUCK == trip.there.binding


def test_the_same_binding_is_no_change() -> None:
    """Binding what is bound is a finding."""
    assert ["nothing_changed"] == codes(Trip().ask(rebind(binding=TRUCK), Duty.TRADER))


# --- withdrawing, time, duties --------------------------------------------------------------


def test_cancelling_ends_it_on_both_sides() -> None:
    """Who withdraws loses the place, frees the vehicle, and the other side hears of it."""
    trip = Trip().queued()
    assert ["PlaceLost", "CrossingCancelled"] == trip.do(cmd.CancelCrossing(**C, reason="sold"), Duty.TRADER)
    trip.hear()
    assert (Stage.CANCELLED, Stage.CANCELLED) == (trip.here.stage, trip.there.stage)
    assert {} == trip.pair.desks["a-post"].claims | trip.pair.desks["b-post"].claims
    assert ["ended"] == codes(trip.ask(cmd.TakePlace(**C), Duty.DRIVER))


def test_who_departed_cannot_be_withdrawn() -> None:
    """Over the line there is nothing to withdraw."""
    assert ["wrong_stage"] == codes(Trip().departed().ask(cmd.CancelCrossing(**C, reason="sold"), Duty.TRADER))


@pytest.mark.parametrize(
    ("offset_ms", "expected"),
    [
        (AHEAD_MS_MAX, []),
        (AHEAD_MS_MAX + 1, ["time_future"]),
        (-BEHIND_MS_MAX, []),
        (-BEHIND_MS_MAX - 1, ["time_order"]),
    ],
)
def test_stated_times_lie_near_the_clock_and_the_record(offset_ms: int, expected: list[str]) -> None:
    """A stated time may be two minutes ahead of the clock, or behind the latest act, and no more."""
    order = cmd.TakePlace(**C, at_ms=START_MS + offset_ms)
    assert expected == codes(Trip().ask(order, Duty.DRIVER))


@pytest.mark.parametrize(
    ("order", "duty"),
    [
        (cmd.Release(**C), Duty.GATE_BOARD),
        (cmd.WithdrawRelease(**C, reason="doubt"), Duty.BORDER_GUARD),
        (cmd.AssignChannel(**C), Duty.QUARANTINE),
        (cmd.CallForward(**C), Duty.GATE_BOARD),
        (cmd.MissCall(**C), Duty.YARD),
        (cmd.MovePlace(**C, code="medical", reason="ill"), Duty.YARD),
        (cmd.Decide(**C, verdict=Verdict.CLEAR), Duty.TRADER),
        (cmd.TakePlace(**C), Duty.PARTNER),
        (cmd.RecordPartnerAcceptance(**C, leaf="0" * 64, partner_at_ms=0), Duty.CUSTOMS),
    ],
)
def test_the_core_keeps_some_orders_for_some_duties(order: Any, duty: Duty) -> None:
    """Whatever a post's permissions say, these orders belong to their duties alone."""
    assert ["not_your_duty"] == codes(Trip().ask(order, duty))


SEGMENTS = st.lists(st.sampled_from(("goods", "0", "hs", "origin")), min_size=1, max_size=3)


@given(SEGMENTS)
def test_a_path_touches_itself_and_what_is_above(segments: list[str]) -> None:
    """What relies on a field relies on everything that contains it, and ``*`` stands for any one segment."""
    path = ".".join(segments)
    for length in range(1, len(segments) + 1):
        assert touches(path, ".".join(segments[:length]))
        assert touches(".".join(segments[:length]), path)
    assert touches(".".join("*" for _ in segments), path)
    assert not touches(".".join([*segments[:-1], "other"]), path)


def test_the_driver_is_corrected_whole_or_in_part() -> None:
    """Where no driver was named, the driver is given whole."""
    trip = Trip(declare(driver=None))
    assert ["path_unknown"] == codes(trip.ask(correct("driver.name", "X"), Duty.TRADER))
    trip.do(correct("driver", msgspec.to_builtins(DRIVER)), Duty.TRADER)
    assert DRIVER == trip.here.driver
