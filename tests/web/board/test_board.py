"""The public board of a real post: what a driver reads at night, on paper, and as open data."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
import segno

from gatepair.base.duties import Duty
from gatepair.base.findings import LANGUAGES
from gatepair.base.time import HOUR_MS, MINUTE_MS, Instant
from gatepair.insight.day import Alarm
from gatepair.node.class_board import class_rows
from gatepair.node.readmodels import first_hour
from gatepair.plan.model import Direction
from gatepair.web.texts import TEXTS
from operations.scene import FRUIT, OTHER, SEAFOOD, Scene, facts
from web.board.driven import Driven, driven_at
from web.stand_in import board, figure


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory):
    """A gate where three of eighty vehicles have crossed and many wait."""
    with driven_at(tmp_path_factory.mktemp("board")) as found, found.desk.client() as found.client:
        yield found


def test_a_stop_without_text_is_shown_in_words(driven: Driven) -> None:
    """A coded reason is said in each language, with the expected end on both clocks; a stop needs no free text."""
    end_ms = driven.post.now() + HOUR_MS
    driven.give(Duty.GATE_BOARD, {"type": "StopIntake", "direction": "in", "reason": "fog", "expected_end_ms": end_ms})
    try:
        for language in LANGUAGES:
            page = driven.page(f"/board?lang={language}")
            assert TEXTS["reason.fog"][language] in page
            assert re.search(r"<time>\d\d:\d\d \(UTC\+7\) · \d\d:\d\d \(UTC\+8\)</time>", page)
    finally:
        driven.give(Duty.GATE_BOARD, {"type": "ReopenIntake", "direction": "in"})


def test_a_road_that_goes_slower_is_told(driven: Driven) -> None:
    """What slows a direction without stopping it stands on the board, in words, until it is normal again."""
    said = {"type": "ReportCondition", "direction": "out", "reason": "fog"}
    driven.give(Duty.GATE_BOARD, {**said, "state": "slow"})
    page = driven.page("/board?lang=fr")
    assert TEXTS["road.slow"]["fr"] in page
    assert TEXTS["reason.fog"]["fr"] in page
    driven.give(Duty.GATE_BOARD, {**said, "state": "normal"})
    assert TEXTS["road.slow"]["fr"] not in driven.page("/board?lang=fr")


def test_a_moved_place_goes_first_and_untested_fruit_does_not_count() -> None:
    """The least wait of a class counts whom the rule would call first: not fruit that may not be called at all."""
    scene = Scene()
    for one in (facts(FRUIT), facts(OTHER), facts(SEAFOOD), facts(FRUIT, tested=True)):
        scene.take(one)
    scene.move(2)
    now_ms = scene.now_ms + HOUR_MS
    rows = {row["class"]: row for row in class_rows(scene.book, [scene.now_ms + 1] * 2, now_ms)}
    assert ["live", "tested-fruit", "paired", "ordinary"] == list(rows)
    # Two departures in two hours: an hour for each vehicle before it, and one for itself.
    assert [180, 240, 240, 240] == [row["forecast_new_place"]["value"] for row in rows.values()]
    assert [1, 1, 0, 2] == [row["waiting"] for row in rows.values()]
    assert {None} == {row["forecast_new_place"]["value"] for row in class_rows(scene.book, None, now_ms)}


def test_the_order_is_packed_for_who_can_unpack(driven: Driven) -> None:
    """The whole order comes packed to a phone, and says the same as plain."""
    packed = driven.client.get("/v1/order/out.jsonl", headers={"accept-encoding": "gzip"})
    plain = driven.client.get("/v1/order/out.jsonl", headers={"accept-encoding": "identity"})
    assert ("gzip", None) == tuple(one.headers.get("content-encoding") for one in (packed, plain))
    assert plain.content.splitlines()[1:] == packed.content.splitlines()[1:]
    assert 1 < len(plain.content.splitlines())


def test_a_token_may_be_typed_in_small_letters(driven: Driven) -> None:
    """Whoever types it from paper finds the place."""
    assert TEXTS["state.waiting"]["en"] in driven.page(f"/board?lang=en&token={driven.waiting.lower()}")


def test_each_class_has_its_waits_and_its_forecast(driven: Driven) -> None:
    """Every class of the rule stands on the board; a better class waits no longer than one after it."""
    out = driven.board()["directions"]["out"]
    assert len(driven.post.plan.queues["huu-nghi"].priorities) == len(out["classes"])
    assert out["waiting"]["value"] == sum(row["waiting"] for row in out["classes"])
    found = [row["forecast_new_place"]["value"] for row in out["classes"]]
    assert None not in found
    assert found == sorted(found)
    assert found[0] < found[-1]
    (fruit,) = [row for row in out["classes"] if row["waiting"]]
    assert 0 < fruit["median_wait_s"] <= fruit["longest_wait_s"]


def test_nothing_is_forecast_while_a_direction_stands_still(driven: Driven) -> None:
    """The rate of the last two hours says nothing of a gate that is stopped, and the page says so."""
    driven.give(Duty.GATE_BOARD, {"type": "StopIntake", "direction": "out", "reason": "laboratory"})
    try:
        out = driven.board()["directions"]["out"]
        assert out["forecast_new_place"]["value"] is None
        assert {None} == {row["forecast_new_place"]["value"] for row in out["classes"]}
        assert TEXTS["forecast_stopped"]["en"] in driven.page("/board?lang=en")
        mine = driven.page(f"/board?lang=en&token={driven.waiting}")
        assert TEXTS["keeps_place"]["en"] in mine
    finally:
        driven.give(Duty.GATE_BOARD, {"type": "ReopenIntake", "direction": "out"})


@pytest.mark.parametrize("level", Alarm)
def test_the_alarm_has_word_shape_and_figure(shared, level: Alarm) -> None:
    """No level is told by colour alone: each has its own words and its own drawing."""
    figures = board()
    figures["directions"]["out"] |= {"alarm": level.value, "stock_per_cleared_day_permille": figure(5_432)}
    shared.post.figures = figures
    page = shared.client.get("/board?lang=en").text
    assert TEXTS[f"alarm.{level}"]["en"] in page
    assert "5.43 days" in page
    drawn = re.findall(r'<svg class="mark".*?d="([^"]+)"', page)
    others = {re.search(r'd="([^"]+)"', _with_alarm(shared, other))[1] for other in Alarm if other is not level}
    assert not set(drawn) & others


def _with_alarm(shared, level: Alarm) -> str:
    figures = board()
    figures["directions"]["out"] |= {"alarm": level.value}
    shared.post.figures = figures
    return re.search(r'<svg class="mark".*?</svg>', shared.client.get("/board?lang=en").text)[0]


def test_before_anything_was_cleared_no_level_is_claimed(shared) -> None:
    """A gate that cleared nothing has no measure, so the board calls it neither normal nor jammed."""
    figures = board()
    figures["directions"]["out"]["stock_per_cleared_day_permille"] = figure(None)
    shared.post.figures = figures
    page = shared.client.get("/board?lang=en").text
    assert TEXTS["days_unknown"]["en"] in page
    assert TEXTS["alarm.normal"]["en"] not in page


def test_the_level_is_claimed_when_a_whole_day_was_counted(tmp_path: Path) -> None:
    """A post that counts for less than a day claims no level: a short morning's clearing is no day's."""
    with driven_at(tmp_path) as driven:
        now_ms = driven.post.now()
        with driven.post.ledger.read() as reader:
            began_ms = first_hour(reader, Direction.OUT, now_ms)
        short = driven.board()["directions"]["out"]
        driven.opened.clock.set(Instant(began_ms + 24 * HOUR_MS - 1))
        almost = driven.board()["directions"]["out"]
        driven.opened.clock.set(Instant(began_ms + 24 * HOUR_MS))
        whole = driven.board()["directions"]["out"]
    assert [None, None] == [one["stock_per_cleared_day_permille"]["value"] for one in (short, almost)]
    assert short["cleared_today"]["value"]
    expected = whole["stock"]["value"] * 1000 // short["cleared_today"]["value"]
    assert expected == whole["stock_per_cleared_day_permille"]["value"]


def test_a_slip_leads_back_to_the_board(driven: Driven) -> None:
    """The QR code on the slip is that of the board's address with the token; it opens the place."""
    page = driven.page(f"/board/slip?token={driven.waiting}")
    expected = segno.make_qr(f"http://testserver.local/board?token={driven.waiting}", error="m").svg_inline(border=4)
    assert re.search(r' d="(m[^"]+)"', expected.lower())[1] in page.lower()
    place = driven.post.place(driven.waiting)
    shown = driven.page(f"/board?lang=en&token={driven.waiting}")
    assert f"</span> {place['number']}</p>" in shown
    assert TEXTS["state.waiting"]["en"] in shown


def test_a_slip_of_no_place_leads_to_the_board(driven: Driven) -> None:
    """A token that is none gives no slip; the board says that no place has it."""
    answer = driven.client.get("/board/slip?lang=en&token=NONE", follow_redirects=False)
    assert (302, "/board?lang=en&token=NONE") == (answer.status_code, answer.headers["location"])
    assert TEXTS["no_place"]["en"] in driven.page("/board?lang=en&token=NONE")


def test_a_called_driver_reads_until_when(driven: Driven) -> None:
    """Who is called reads it first, with the time on both clocks."""
    shown = driven.page(f"/board?lang=en&token={driven.called}")
    assert TEXTS["state.called"]["en"] in shown
    assert re.search(r"Come before</dt><dd class=\"open\"><time>[^<]+UTC\+7\) · [^<]+UTC\+8\)", shown)


def test_large_type_is_kept_without_script(driven: Driven) -> None:
    """The switch stands in each link and in a cookie; it can be taken back."""
    client = driven.client
    client.cookies.clear()
    first = client.get("/board?lang=fr&size=large")
    assert '<html lang="fr" class="large">' in first.text
    assert "/board?lang=vi&amp;size=large" in first.text
    assert 'class="large"' in client.get("/board").text
    assert 'class="large"' not in client.get("/board?size=normal").text
    assert 'class="large"' not in client.get("/board").text
    client.cookies.clear()


def test_open_data_is_one_figure_a_line(driven: Driven) -> None:
    """The table holds what the JSON holds, each figure with unit, method and age."""
    answer = driven.client.get("/board.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    board_now = driven.client.get("/board.json").json()
    out = board_now["directions"]["out"]
    found = {(row["direction"], row["figure"], row["class"]): row for row in rows}
    assert len(rows) == len(found)
    assert str(out["waiting"]["value"]) == found["out", "waiting", ""]["value"]
    for one in out["classes"]:
        assert str(one["waiting"]) == found["out", "waiting", one["class"]]["value"]
        assert str(one["forecast_new_place"]["value"]) == found["out", "forecast_new_place", one["class"]]["value"]
    assert all(row["unit"] and row["method"] for row in rows)
    assert "open" == found["out", "state", ""]["value"]


def test_open_data_alone_is_open_to_other_sites(driven: Driven) -> None:
    """A page of any site may read the two files, and nothing else of the post."""
    for path in ("/board.json", "/board.csv"):
        headers = driven.client.get(path).headers
        assert ("*", "cross-origin") == (
            headers["access-control-allow-origin"],
            headers["cross-origin-resource-policy"],
        )
    for path in ("/board", "/v1/board", "/v1/order/out", f"/v1/places/{driven.waiting}"):
        assert "access-control-allow-origin" not in driven.client.get(path).headers


def test_the_board_is_packed_for_a_phone(driven: Driven) -> None:
    """Who can unpack gets the page packed, who cannot gets it plain."""
    for path in ("/board", "/board.json", "/board.csv"):
        assert "gzip" == driven.client.get(path, headers={"accept-encoding": "gzip"}).headers["content-encoding"]
        assert "content-encoding" not in driven.client.get(path, headers={"accept-encoding": "identity"}).headers


def test_a_forecast_has_its_age(driven: Driven) -> None:
    """The age of a forecast is that of the last departure it counts."""
    age_s = driven.board()["directions"]["out"]["forecast_new_place"]["age_s"]
    assert 0 <= age_s * 1_000 < 120 * MINUTE_MS
