"""What a real post publishes verifies: its queue, its order, its signature and its receipts fit together."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gatepair.base.time import HOUR_MS
from gatepair.exchange import note as notes
from gatepair.operations.public_order import PlaceReceipt, RecordKind
from gatepair.operations.verify_order import Report, read_export, verify
from node.pair import OPENING, Pair, declaration

SEEN = {"tractor": "12C-{at}", "trailer": "12R-{at}"}


def vehicle(at: int) -> dict[str, Any]:
    """Return the synthetic vehicle number ``at``."""
    return {key: plate.format(at=10_000 + at) for key, plate in SEEN.items()}


def fruit(*, tested: bool) -> dict[str, Any]:
    """Return a declaration of synthetic fruit."""
    base = declaration()
    item = {**base["goods"][0], "hs": "081060", "description": "SYNTHETIC durian", "commodity": "fresh_fruit"}
    papers = [{"kind": "test_report", "number": "T-1"}] if tested else []
    return {**base, "goods": [item], "documents": papers}


def join(pair: Pair, at: int, goods: Any = None) -> str:
    """Declare vehicle ``at`` and let it take a place."""
    crossing = pair.declare(binding=vehicle(at), declaration=goods or declaration())
    pair.do(pair.home, "driver", "TakePlace", crossing=crossing)
    return crossing


def checked(pair: Pair, **words: Any) -> Report:
    """Verify what the post publishes, with the post's own key."""
    verifier = notes.from_vkey(pair.home.checkpoint_key())

    def signed(text: str) -> bool:
        return notes.verify(notes.parse(text), verifier) >= 0

    return verify(pair.home.order_export("out"), pair.home.plan, signature=signed, **words)


@pytest.fixture
def pair() -> Pair:
    """Give both posts at opening time."""
    return Pair()


def test_an_eventful_morning_verifies(pair: Pair) -> None:
    """Calls, arrivals, a miss, a move, a kept binding, a stop of each side and a late test paper are explained."""
    crossings = [join(pair, at) for at in range(20)]
    untested = join(pair, 90, fruit(tested=False))
    join(pair, 91, fruit(tested=True))
    pair.do(pair.home, "gate_board", "MovePlace", crossing=crossings[15], code="medical", reason="shown")
    pair.do(pair.home, "gate_board", "ConfirmAct", crossing=crossings[15], number=1, actor="board-2")
    moved = {**vehicle(16), "trailer": "12R-99999"}
    pair.do(
        pair.home,
        "gate_board",
        "ChangeBinding",
        crossing=crossings[16],
        binding=moved,
        code="clerical-error",
        reason="plate misread",
    )
    pair.pass_time()
    pair.do(pair.home, "yard", "RecordArrival", crossing=crossings[15], station="hn-exit-gate", seen=vehicle(15))
    pair.do(pair.home, "gate_board", "StopIntake", direction="out", reason="fog")
    pair.do(pair.other, "gate_board", "StopIntake", direction="out", reason="outage")
    pair.pass_time(90)
    pair.do(pair.home, "gate_board", "ReopenIntake", direction="out")
    pair.pass_time()
    pair.do(pair.other, "gate_board", "ReopenIntake", direction="out")
    document = {"kind": "test_report", "number": "T-2"}
    pair.do(pair.home, "trader", "AttachDocument", crossing=untested, document=document, actor="trader-1")
    for _ in range(4):
        pair.pass_time(40)
    report = checked(pair)
    assert [] == [finding.text("en") for finding in report.findings]
    assert (True, 22, 1) == (report.signed, report.places, report.moves)
    kinds = {record.kind for record in read_export(pair.home.order_export("out")).records}
    assert kinds >= {RecordKind.CALLED, RecordKind.MISSED, RecordKind.REBOUND, RecordKind.STOPPED, RecordKind.FACTS}


def test_a_stop_of_either_side_costs_nobody_the_place(pair: Pair) -> None:
    """Everybody called before the stop still has place and call after it."""
    crossings = [join(pair, at) for at in range(6)]
    pair.pass_time()
    pair.do(pair.other, "gate_board", "StopIntake", direction="out", reason="outage")
    pair.pass_time()
    for _ in range(8):
        pair.pass_time(60)
    pair.do(pair.other, "gate_board", "ReopenIntake", direction="out")
    pair.pass_time()
    assert ["called"] * 6 == [pair.stage(pair.home, crossing) for crossing in crossings]
    assert checked(pair).ok


def test_the_driver_is_handed_a_receipt_that_the_order_holds(pair: Pair) -> None:
    """The place view carries the receipt, and the published order holds it."""
    crossing = join(pair, 1)
    token = pair.home.place_token(crossing)
    receipt = msgspec.convert(pair.home.place(token)["receipt"], PlaceReceipt)
    join(pair, 2)
    pair.pass_time()
    assert checked(pair, receipt=receipt).ok
    other = msgspec.structs.replace(receipt, index=1)
    found = checked(pair, receipt=other).first
    assert found is not None
    assert "order.receipt_missing" == found.code


def test_an_order_continues_over_a_restart_and_a_rebuild(pair: Pair) -> None:
    """After the post is rebuilt from its ledger the order published before is the beginning of the one after."""
    for at in range(5):
        join(pair, at)
    pair.pass_time()
    earlier = list(pair.home.order_export("out"))
    pair.home.rebuild()
    assert earlier == list(pair.home.order_export("out"))
    join(pair, 6)
    pair.pass_time()
    assert checked(pair, earlier=earlier).ok


def test_a_full_window_is_refused_with_the_next_free_one(pair: Pair) -> None:
    """The post books a window until it is full, and nobody with a slot is called before it."""
    start_ms = OPENING + 2 * HOUR_MS
    window = {"start_ms": start_ms, "until_ms": start_ms + HOUR_MS}
    room = next(quota.per_hour for quota in pair.home.plan.quotas if quota.post == "youyiguan")
    crossings = [join(pair, at) for at in range(room + 1)]
    for crossing in crossings[:-1]:
        pair.do(pair.home, "driver", "BookSlot", crossing=crossing, **window)
    full = pair.say(pair.home, "driver", "BookSlot", crossing=crossings[-1], **window)
    assert ("refused", ["slot.full"]) == (full.status, [finding["code"] for finding in full.findings])
    odd = {"start_ms": start_ms + 1, "until_ms": start_ms + HOUR_MS}
    unfit = pair.say(pair.home, "driver", "BookSlot", crossing=crossings[-1], **odd)
    assert ["slot.not_a_window"] == [finding["code"] for finding in unfit.findings]
    pair.pass_time()
    assert ["queued"] * room + ["called"] == [pair.stage(pair.home, crossing) for crossing in crossings]
    pair.pass_time(119)
    assert "called" == pair.stage(pair.home, crossings[0])
    assert checked(pair).ok
