"""The proofs can fail: a queue, a clockwork and a verifier that are broken on purpose are found out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from gatepair.crossing import events as ev
from gatepair.operations import events as gate_ev
from gatepair.operations import queue as queues
from gatepair.operations import replay as replays
from gatepair.operations.lanes import lane_view
from gatepair.operations.queue import Place, QueueBook
from gatepair.operations.verify_order import verify
from operations.scene import Scene
from operations.test_stops import StopsAndPlaces

# Shrinking a planted fault costs time and proves nothing more.
FAST = settings(derandomize=True, max_examples=300, stateful_step_count=30, phases=[Phase.generate], database=None)


def found_out() -> None:
    """The stateful proof of stops must fail now."""
    with pytest.raises(AssertionError):
        run_state_machine_as_test(StopsAndPlaces, settings=FAST)


def test_a_stop_that_drops_a_place_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue that forgets somebody when a stop begins fails the proof."""
    honest = QueueBook.apply_gate

    def forgetful(book: QueueBook, event: gate_ev.GateEvent) -> None:
        honest(book, event)
        if isinstance(event, gate_ev.IntakeStopped) and book.places():
            first = book.places()[0]
            book.apply(first.crossing, ev.PlaceLost(at_ms=event.at_ms, number=first.number, cause="closed"))

    monkeypatch.setattr(QueueBook, "apply_gate", forgetful)
    found_out()


def test_a_miss_counted_during_a_stop_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clockwork that lets the grace run on during a stop fails the proof."""
    monkeypatch.setattr(QueueBook, "stopped", lambda _book, _route: False)
    found_out()


def test_a_direction_that_opens_when_one_side_reopens_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gate that forgets the other side's stop fails the proof."""
    honest = gate_ev.IntakeReopened

    def hasty(scene: Scene, **_words: Any) -> None:
        for route, by_partner in [("", True), ("", False), ("road", True), ("road", False)]:
            scene.rule_gate(
                honest(at_ms=scene.now_ms, direction=scene.direction, actor="b", route=route, by_partner=by_partner)
            )

    monkeypatch.setattr(Scene, "reopen", hasty)
    found_out()


def test_a_queue_that_favours_the_last_comer_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the post's queue sorts otherwise than the rule says, the verifier with the true rule names the call."""
    scene = Scene()
    honest = Place.key.fget  # type: ignore[attr-defined]
    with monkeypatch.context() as bribed:
        bribed.setattr(Place, "key", property(lambda place: (1, -place.number, place.number)))
        for _ in range(3):
            scene.take()
        scene.call()
    assert honest is Place.key.fget  # type: ignore[attr-defined]
    found = verify(scene.export(), scene.plan).first
    assert found is not None
    assert {"number": 3, "expected": 1} == dict(found.params)


def test_a_verifier_that_does_not_look_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fraud tests rest on the check of each call: without it a bought place would pass."""
    scene = Scene()
    for _ in range(3):
        scene.take()
    scene.force(3)
    assert not verify(scene.export(), scene.plan).ok
    monkeypatch.setattr(replays.Replay, "_due", lambda *_: [])
    assert verify(scene.export(), scene.plan).ok


def test_the_order_is_asked_of_one_queue() -> None:
    """Node and verifier fold the same class, so they cannot drift apart."""
    assert replays.QueueBook is queues.QueueBook
    assert lane_view.__module__ == replays.line_view.__module__
