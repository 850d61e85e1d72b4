"""The daily report counts each vehicle once, in the report of the day in which it happened."""

from __future__ import annotations

from gatepair.base.time import DAY_MS
from gatepair.crossing.model import LoadUnit
from gatepair.insight.daily import COUNTED, Figure, Passage, lines, values
from gatepair.insight.timeline import Step, Timeline
from gatepair.plan.model import CommodityGroup, Direction, Role

FIRST_MS = 1_762_779_600_000
"""2025-11-10 20:00 in Việt Nam."""
CUT_MS = FIRST_MS + DAY_MS
OUT, IN = Direction.OUT, Direction.IN
FRUIT, OTHER, NONE = CommodityGroup.FRESH_FRUIT, CommodityGroup.TEXTILES, CommodityGroup.NONE


def passage(number: int, commodity: CommodityGroup = FRUIT, *, route: str = "r1", **steps: int) -> Passage:
    """Return an outbound truck with what happened when."""
    kept = {Step(name): at_ms for name, at_ms in steps.items()}
    return Passage(Timeline(f"X{number}", OUT, Role.EXIT, commodity=commodity, steps=kept), route)


DAY = [
    passage(1, placed=FIRST_MS - 1, arrived=FIRST_MS, departed=FIRST_MS),
    passage(2, placed=FIRST_MS, arrived=CUT_MS - 2, departed=CUT_MS - 1, route="r2"),
    passage(3, OTHER, placed=FIRST_MS, arrived=FIRST_MS + 5, departed=CUT_MS),
    passage(4, NONE, placed=CUT_MS - 1),
    passage(5, placed=CUT_MS),
    passage(6, placed=FIRST_MS + 1, withdrawn=FIRST_MS + 2),
]
EMPTY = Passage(Timeline("X7", OUT, Role.EXIT, load=LoadUnit.EMPTY, steps={Step.PLACED: FIRST_MS}), "r1")


def test_the_figures_of_a_day_stand_as_they_happened() -> None:
    """From the cut before (included) to the cut (not): stock by goods and place, arrivals, cleared; empties nowhere."""
    found = values([*DAY, EMPTY], {(OUT, "refused"): 2, (OUT, "diverted"): 1}, first_ms=FIRST_MS, until_ms=CUT_MS)
    expected = {
        Figure.STOCK: 2, Figure.STOCK_FRUIT: 0, Figure.STOCK_OTHER: 1, Figure.STOCK_UNKNOWN: 1,
        Figure.STOCK_OUTSIDE: 1, Figure.ARRIVALS: 4, Figure.CLEARED: 2, Figure.CLEARED_FRUIT: 2,
        Figure.TURNED_BACK: 2, Figure.MOVED_AWAY: 1, Figure.WITHDRAWN: 0,
    }  # fmt: skip
    assert expected == {figure: found[figure, OUT, ""] for figure in Figure}
    assert {"r1": 1, "r2": 1} == {key[2]: found[key] for key in found if key[0] is Figure.CLEARED and key[2]}
    assert 0 == found[Figure.STOCK, IN, ""]


def test_two_reports_count_nothing_twice() -> None:
    """What the reports of two days count together is what one of both days would count."""
    first, second = (
        values(DAY, {}, first_ms=start, until_ms=start + DAY_MS) for start in (FIRST_MS - DAY_MS, FIRST_MS)
    )
    third = values(DAY, {}, first_ms=FIRST_MS + DAY_MS, until_ms=FIRST_MS + 2 * DAY_MS)
    whole = values(DAY, {}, first_ms=FIRST_MS - DAY_MS, until_ms=FIRST_MS + 2 * DAY_MS)
    for figure in (Figure.ARRIVALS, Figure.CLEARED):
        assert whole[figure, OUT, ""] == sum(one[figure, OUT, ""] for one in (first, second, third))


def test_a_stock_is_what_its_goods_add_up_to() -> None:
    """Fruit, other and unknown are the whole."""
    found = values(DAY, {}, first_ms=FIRST_MS, until_ms=CUT_MS)
    parts = (Figure.STOCK_FRUIT, Figure.STOCK_OTHER, Figure.STOCK_UNKNOWN)
    assert found[Figure.STOCK, OUT, ""] == sum(found[part, OUT, ""] for part in parts)


def test_a_day_without_records_is_no_zero() -> None:
    """Where nothing was recorded the comparison is absent; a road of one day alone has a line with 0 on the other."""
    today = values(DAY, {}, first_ms=FIRST_MS, until_ms=CUT_MS)
    before = values(DAY[:1], {}, first_ms=FIRST_MS, until_ms=CUT_MS)
    found = {(one.figure, one.direction, one.route): one for one in lines(today, before, None)}
    assert {None} == {one.week_before for one in found.values()}
    assert (1, 0) == (found[Figure.CLEARED, OUT, "r2"].value, found[Figure.CLEARED, OUT, "r2"].day_before)


def test_counted_figures_are_those_of_the_ledger() -> None:
    """Each figure that is counted by hour is named once."""
    assert len(COUNTED) == len(set(COUNTED.values()))
