"""Truths of the day's report: whole in one file, safe, readable, quiet in a browser."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.findings import LANGUAGES
from gatepair.crossing.model import Channel
from gatepair.insight import charts, report
from gatepair.insight.day import Stop, figures
from gatepair.insight.labels import LABELS
from gatepair.insight.report import Check, Compared, DayReport, days, percent, render, span
from gatepair.insight.timeline import Step, Timeline
from gatepair.insight.trs import Stage, study
from gatepair.plan.model import CommodityGroup, Direction, Role

HOUR = 3_600_000
MIDNIGHT = 1_762_794_000_000
TEMPLATE = resources.files("gatepair.insight").joinpath(report.TEMPLATE).read_text("utf-8")


def life(index: int, direction: Direction) -> Timeline:
    came = MIDNIGHT + (index % 18 - 4) * HOUR
    minutes = (0, 30 + index % 50, 50 + index % 60, 70 + index % 80, 75 + index % 90, 80, 140, 150)
    order = (
        Step.PLACED,
        Step.CALLED,
        Step.ARRIVED,
        Step.RELEASED,
        Step.DEPARTED,
        Step.RECEIVED,
        Step.CLEARED,
        Step.GONE,
    )
    steps = {step: came + 60_000 * sum(minutes[: at + 1]) // 3 for at, step in enumerate(order)}
    return Timeline(
        f"X{direction.value}{index}",
        direction,
        Role.EXIT,
        commodity=CommodityGroup.FRESH_FRUIT,
        channel=list(Channel)[index % 3],
        entry_channel=list(Channel)[index % 2],
        steps={Step.DECLARED: came - HOUR, **steps},
    )


def made(**changes) -> DayReport:
    lives = [life(index, direction) for direction in Direction for index in range(90)]
    stop = Stop(
        "youyiguan",
        Direction.OUT,
        MIDNIGHT + 9 * HOUR,
        None,
        "system_outage",
        by_partner=False,
        text="<script>alert(1)</script>",
    )
    until = MIDNIGHT + 24 * HOUR
    fields = {
        "plan": "synthetic-plan",
        "name": "Synthetic <pair>",
        "scenario": "A synthetic day",
        "date": "2025-11-11",
        "timezone": "Asia/Ho_Chi_Minh",
        "day": figures(lives, [stop], first_ms=MIDNIGHT, until_ms=until),
        "study": study(lives, first_ms=MIDNIGHT, until_ms=until),
        "compared": [Compared("cleared.out", 123, 126, 30), Compared("cleared.in", 601, 500, 30)],
        "checks": [Check("Public order, out", "ok", "all"), Check("Ledger", "failed", "position 7")],
        "seed": 1,
    }
    return DayReport(**{**fields, **changes})


class Links(HTMLParser):
    """Collects every address a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        self.fetched += [value for name, value in attrs if name in {"src", "href", "srcset", "action"}]


def test_page_fetches_nothing_and_runs_nothing() -> None:
    """The file works offline: no script, no address but the empty icon, no address in its style."""
    page = render(made(), TEMPLATE)
    links = Links()
    links.feed(page)
    assert ["data:,"] == links.fetched
    assert "script" not in links.tags
    assert not re.search(r"@import|url\(", page)


def test_what_people_wrote_is_escaped() -> None:
    """A stop's reason is text, whatever it holds."""
    page = render(made(), TEMPLATE)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "Synthetic &lt;pair&gt;" in page


def test_synthetic_is_said_at_the_head() -> None:
    """Made-up figures are called so before any figure is shown, and only then."""
    page = render(made(), TEMPLATE)
    assert 0 < page.index("Synthetic: vehicles") < page.index("Opening")
    assert "Synthetic: vehicles" not in render(made(synthetic=False), TEMPLATE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_whole_in_every_language(language) -> None:
    """Each label has its words: no key shows through."""
    page = render(made(), TEMPLATE, language=language)
    assert f'<html lang="{language}">' in page
    assert "stage." not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)


def test_every_stage_and_word_has_four_languages() -> None:
    """A stage without words would show its code on the page."""
    assert not [stage for stage in Stage if f"stage.{stage.value}" not in LABELS]
    assert not [key for key, words in LABELS.items() if set(LANGUAGES) != set(words) or not all(words.values())]


def test_day_without_anything_still_renders() -> None:
    """A closed gate has a report too: empty charts, no division by nothing."""
    empty = made(
        day=figures([], [], first_ms=MIDNIGHT, until_ms=MIDNIGHT + 24 * HOUR),
        study=study([], first_ms=0, until_ms=1),
        compared=(),
        checks=(),
    )
    assert "No stop was recorded." in render(empty, TEMPLATE)


def test_deviation_and_aim_are_exact() -> None:
    """126 against 123 is 24 permille above and within 30; 500 against 601 is outside."""
    assert (24, True) == (Compared("f", 123, 126, 30).deviation_permille, Compared("f", 123, 126, 30).within)
    assert (-168, False) == (Compared("f", 601, 500, 30).deviation_permille, Compared("f", 601, 500, 30).within)
    assert None is Compared("f", 0, 5, 30).deviation_permille


def test_times_are_shown_as_people_say_them() -> None:
    """Seconds below a minute, minutes below an hour, else hours and minutes."""
    assert ["45 s", "12 min", "1 h 05 min", "–"] == [span(45), span(720), span(3_900), span(None)]
    assert ["+2.4 %", "−16.8 %", "±0.0 %", "–"] == [percent(24), percent(-168), percent(0), percent(None)]
    assert ["1.37", "–"] == [days(1_366), days(None)]


@given(st.integers(0, 10**7))
def test_axes_end_on_a_round_mark_above_the_highest_value(highest: int) -> None:
    """Nothing is drawn above the axis, and four marks divide it evenly."""
    top = charts.nice_top(highest)
    assert highest <= top
    assert 0 == top % charts.TICKS
    assert top <= max(4, highest * 5)


@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=25))
def test_lines_stay_within_the_frame(values: list[int]) -> None:
    """Every point of a line lies between the top of the chart and its floor."""
    chart = charts.over_hours([str(at) for at in range(len(values))], lines=[("out", values)])
    heights = [int(point.split(",")[1]) for point in chart.lines[0].points.split()]
    assert all(chart.top <= height <= chart.floor for height in heights)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_opens_offline_in_chromium_without_console_messages(tmp_path: Path, chromium, scheme) -> None:
    """With the network off the browser says nothing, shows four charts and nothing wider than a phone's page."""
    sync_api = pytest.importorskip("playwright.sync_api")
    file = tmp_path / "report.html"
    file.write_text(render(made(), TEMPLATE), "utf-8")
    with sync_api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            context = browser.new_context(color_scheme=scheme, offline=True, viewport={"width": 390, "height": 844})
            page = context.new_page()
            said: list[str] = []
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.on("requestfailed", lambda request: said.append(request.url))
            page.goto(file.as_uri())
            page.wait_for_load_state("load")
            assert [] == said
            assert 4 == page.locator("svg").count()
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            background = page.evaluate("getComputedStyle(document.body).backgroundColor")
            assert {"light": "rgb(251, 251, 249)", "dark": "rgb(20, 24, 28)"}[scheme] == background
        finally:
            browser.close()
