"""The badge rests on a check that ran: the post reads its own order back, record by record, and never claims more."""

from __future__ import annotations

import msgspec
import pytest

from gatepair.base.time import Instant
from gatepair.node import order_watch
from gatepair.node.order_watch import OrderWatch, Watched
from gatepair.operations.public_order import OrderHead, head_in
from gatepair.operations.verify_order import verify
from gatepair.plan.model import Direction
from gatepair.web.check_texts import CHECK_TEXTS
from web.board.driven import Driven, driven_at
from web.stand_in import board


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory):
    """A gate at work."""
    with driven_at(tmp_path_factory.mktemp("watch")) as found:
        yield found


def watch(driven: Driven, records=None) -> OrderWatch:
    given = records or (lambda after, limit: driven.post.order_records("out", after, limit))
    return OrderWatch(driven.post.plan, driven.post.key, Direction.OUT, records=given)


def head_of(driven: Driven) -> OrderHead:
    found = head_in(driven.post.checkpoint(), Direction.OUT)
    assert found is not None
    return found


def looked(driven: Driven, one: OrderWatch, *, later_ms: int = 0, head: OrderHead | None = None) -> Watched:
    found = one.look(Instant(driven.post.now() + later_ms), lambda: head or head_of(driven))
    assert found is not None
    return found


def test_it_finds_what_verify_order_finds(driven: Driven) -> None:
    """Of a sound order it counts the same records, calls and moves, and says that it holds."""
    found = looked(driven, watch(driven))
    report = verify(driven.post.order_export("out"), driven.post.plan)
    assert ("holds", report.records, report.calls, report.moves) == (found.state, found.size, found.calls, found.moves)


def test_a_long_order_is_caught_up_over_several_looks(driven: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    """No look reads more than its share; until all is read the badge says how far it is."""
    monkeypatch.setattr(order_watch, "RECORDS_A_LOOK", 100)
    one = watch(driven)
    first = looked(driven, one)
    assert ("running", 100) == (first.state, first.size)
    assert first == looked(driven, one)
    second = looked(driven, one, later_ms=order_watch.CATCH_UP_MS)
    assert ("holds", second.expected) == (second.state, second.size)


def test_nothing_is_read_twice(driven: Driven) -> None:
    """A later look asks only for records that it has not seen; one that comes at once asks for nothing."""
    asked: list[int] = []

    def records(after: int, limit: int) -> list[bytes]:
        asked.append(after)
        return driven.post.order_records("out", after, limit)

    one = watch(driven, records)
    size = looked(driven, one).size
    looked(driven, one)
    assert [0] == asked
    looked(driven, one, later_ms=order_watch.PAUSE_MS)
    assert [0] == asked
    driven.give_place(901)
    looked(driven, one, later_ms=order_watch.PAUSE_MS * 2)
    assert [0, size] == asked


@pytest.mark.parametrize(
    ("forge", "code"),
    [
        (lambda raw: raw.replace(b'"at_ms":1', b'"at_ms":2'), "order.time"),
        (lambda raw: raw.replace(b"{", b"{ ", 1), "order.malformed"),
        (lambda raw: raw.replace(b'"class_key":"tested-fruit"', b'"class_key":"live-seafood"'), "order.class_forged"),
    ],
)
def test_a_record_that_was_tampered_with_is_a_fault(driven: Driven, forge, code: str) -> None:
    """What the ledger holds is held to form, rule and tree; the first fault stays, however often one looks."""

    def records(after: int, limit: int) -> list[bytes]:
        return [
            forge(raw) if at == 0 and not after else raw
            for at, raw in enumerate(driven.post.order_records("out", after, limit))
        ]

    one = watch(driven, records)
    found = looked(driven, one)
    assert found.fault is not None
    assert ("fault", code) == (found.state, found.fault.code)
    assert found == looked(driven, one, later_ms=order_watch.PAUSE_MS * 9)


def test_a_head_of_other_records_is_a_fault(driven: Driven) -> None:
    """Records that the rule explains, but that are not those to be signed, do not hold; nor does an order that shrank."""
    head = head_of(driven)
    other = msgspec.structs.replace(head, root=bytes(32))
    found = looked(driven, watch(driven), head=other)
    assert found.fault is not None
    assert "order.root" == found.fault.code
    one = watch(driven)
    assert "holds" == looked(driven, one).state
    shorter = msgspec.structs.replace(head, size=head.size - 1)
    shrunk = looked(driven, one, later_ms=order_watch.PAUSE_MS, head=shorter)
    assert shrunk.fault is not None
    assert "order.shrunk" == shrunk.fault.code


def test_a_look_at_the_board_signs_nothing(driven: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks at the board leaves no mark of a signature behind."""
    monkeypatch.setattr(driven.post.link, "sign_ledger", None)
    driven.pass_time(1)
    assert "holds" == driven.board()["directions"]["out"]["order_check"]["state"]


def test_the_badge_claims_nothing_that_did_not_run(shared) -> None:
    """Without a look there is no word of a check that passed; while one goes on, how far it is; a fault is said."""
    figures = board()
    out = figures["directions"]["out"]
    shared.post.figures = figures
    holds = CHECK_TEXTS["badge.holds"]["en"].partition("{")[0]
    for check, word in (
        (None, CHECK_TEXTS["badge.none"]["en"]),
        ({"state": "running", "fault": None, "records": 3, "expected": 9, "calls": 1}, "3 of 9 records"),
        (
            {"state": "fault", "fault": {"text": {"en": "Number 7"}}, "records": 3, "expected": 9, "calls": 1},
            "Number 7",
        ),
    ):
        out["order_check"] = check and {**check, "checked_at_ms": figures["at_ms"]}
        page = shared.client.get("/board?lang=en").text
        assert word in page
        assert holds not in page
    out["order_check"] = {
        "state": "holds",
        "fault": None,
        "records": 9,
        "expected": 9,
        "calls": 4,
        "checked_at_ms": figures["at_ms"],
    }
    page = shared.client.get("/board?lang=en").text
    assert "re-checked its 9 records: the rule explains all 4 calls" in page
    assert "/board/check?lang=en&amp;way=out" in page
