"""Truths of the twin's report: whole in one file, safe, honest about its error, readable."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.findings import LANGUAGES
from gatepair.insight import report as day_report
from gatepair.insight import twin_charts, twin_page
from gatepair.insight.twin_charts import Row, course, forest, nice_span
from gatepair.insight.twin_labels import TWIN_LABELS, figure_words
from gatepair.insight.twin_page import render, shown
from gatepair.insight.twin_report import Band, Estimate, Figure, TwinReport, Unit, to_wire
from twin.report_sample import about, comparison, single

TEMPLATE = resources.files("gatepair.insight").joinpath(twin_page.TEMPLATE).read_text("utf-8")
CHARTS = resources.files("gatepair.insight").joinpath(twin_page.CHARTS).read_text("utf-8")
LAYOUT = resources.files("gatepair.insight").joinpath(day_report.TEMPLATE).read_text("utf-8")


def page(report: TwinReport, language="en") -> str:
    return render(report, TEMPLATE, layout=LAYOUT, charts=CHARTS, language=language)


class Links(HTMLParser):
    """Collects every address a page would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append(tag)
        self.fetched += [value for name, value in attrs if name in {"src", "href", "srcset", "action"}]


@pytest.mark.parametrize("made", [single(), comparison()])
def test_page_fetches_nothing_and_runs_nothing(made) -> None:
    """The file works offline: no script, no address but the empty icon, no address in its style."""
    text = page(made)
    links = Links()
    links.feed(text)
    assert ["data:,"] == links.fetched
    assert "script" not in links.tags
    assert not re.search(r"@import|url\(", text)


def test_what_people_wrote_is_escaped() -> None:
    """Names and notes of a plan are text, whatever they hold."""
    text = page(single()) + page(comparison())
    assert {"Synthetic &lt;pair&gt;", "Nobody has measured &lt;this&gt;.", "&lt;b&gt;Ten&lt;/b&gt; more"} <= {
        found for found in re.findall(r"[^>\n]*&lt;[^<\n]*", text) for found in [found.strip()]
    }
    assert "<b>" not in text


def test_simulated_is_said_before_any_figure() -> None:
    """A reader learns that the traffic is synthetic before the first number."""
    text = page(single())
    assert 0 < text.index("Simulated: vehicles") < text.index("Cleared in the horizon")


def test_bottleneck_is_named() -> None:
    """The busiest place is named in words with its interval; without one the page says so."""
    assert "Bottleneck: <strong>Customs inspection &lt;bay&gt;</strong> (huu-nghi) · in" in page(single())
    assert "Nothing is busy enough" in page(single(loads=[replace(single().loads[1], bottleneck=False)]))


def test_a_run_cut_short_says_so() -> None:
    """Fewer replications than asked for are told at the head of the page and in the JSON."""
    cut = single(making=replace(single().making, replications=7))
    assert "Cut short" in page(cut)
    assert "Cut short" not in page(single())
    assert (True, 7, 30) == tuple(to_wire(cut)[key] for key in ("cut_short", "replications", "replications_wanted"))


def test_a_single_run_is_not_dressed_up() -> None:
    """One replication has no interval, and the page says that instead of showing one."""
    alone = single(
        making=replace(single().making, replications=1, wanted=1),
        figures=[Figure("cleared.out", Estimate(125.0, unit=Unit.VEHICLES), 123, 30, "documented")],
    )
    assert "one run, no interval" in page(alone)
    assert None is to_wire(alone)["figures"][0]["low"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_whole_in_every_language(language) -> None:
    """Each label has its words: no key shows through."""
    text = re.sub(r"<style>.*?</style>", "", page(single(), language) + page(comparison(), language), flags=re.DOTALL)
    assert f'<html lang="{language}">' in text
    assert not re.search(r"(figure|course|unit|kind)\.[a-z]|_(note|big|count|run)\b", text)


def test_every_word_has_four_languages() -> None:
    """A label without words in one language would show its key."""
    assert not [key for key, words in TWIN_LABELS.items() if set(LANGUAGES) != set(words) or not all(words.values())]


def test_empty_report_still_renders() -> None:
    """A closed gate has a report too: no chart, no division by nothing."""
    empty = single(figures=(), courses=(), loads=(), waiting=(), assumptions=(), findings=())
    assert "How the figures were made" in page(empty)


def test_estimates_are_shown_as_people_say_them() -> None:
    """An interval stands in the unit of its mean, and a change carries its sign."""
    assert "125 (119 – 131)" == shown(about(125))
    assert "41.0 (38.9 – 43.0)" == shown(Estimate(41, 38.94, 43.04, Unit.VEHICLES))
    assert "6 h 58 min (6:37 – 7:19)" == shown(about(25_080, unit=Unit.SECONDS))
    assert "48 min (46 – 50)" == shown(about(2_880, unit=Unit.SECONDS))
    assert "1 h 00 min (0:57 – 1:03)" == shown(about(3_600, unit=Unit.SECONDS))
    assert "93.0 % (90.2 – 95.8)" == shown(about(0.93, 0.03, Unit.SHARE))
    assert "−1 h 07 min (−1:23 – −0:50)" == shown(Estimate(-4_000, -5_000, -3_000, Unit.SECONDS), signed=True)
    assert "+4.0 (−2.0 – +10.0)" == shown(Estimate(4, -2, 10, Unit.VEHICLES), signed=True)
    assert "0.0 (0.0 – 0.0)" == shown(Estimate(-0.01, -0.02, 0.0, Unit.VEHICLES), signed=True)
    assert ["12 345", "–", "–"] == [shown(Estimate(12_345)), shown(Estimate(math.nan)), shown(None)]


def test_figures_have_words() -> None:
    """A dotted name is read part by part; a part without words is shown as it is."""
    assert "cleared · out · fresh fruit" == figure_words("cleared.out.fresh_fruit")
    assert "通关 · 出" == figure_words("cleared.out", "zh")


def test_aim_is_judged_by_the_mean() -> None:
    """125 against 123 is within 3 %, 540 against 601 is not, and a figure without a value is neither."""
    assert [True, False, True, None] == [one.within for one in single().figures]


def test_json_is_json() -> None:
    """The wire form holds no number that JSON does not know, and keeps every part."""
    wire = json.loads(json.dumps(to_wire(single()), allow_nan=False))
    assert ["Customs inspection <bay>"] == [one["name"] for one in wire["bottlenecks"]]
    assert None is wire["courses"][0]["bands"][0]["median"][0]
    assert [False, True, True, True, False] == [one["clear"] for one in to_wire(comparison())["differences"]]


@given(st.floats(-1e7, 1e7), st.floats(0, 1e7))
def test_axes_hold_their_values_with_few_round_marks(low: float, width: float) -> None:
    """Both ends lie within the axis, and there are at most eight marks."""
    first, last, step = nice_span(low, low + width)
    slack = 1e-6 * max(abs(low), width, 1.0)
    assert first <= low + slack
    assert low + width - slack <= last
    assert 1 <= round((last - first) / step) <= 7


@given(st.lists(st.one_of(st.just(math.nan), st.floats(0, 1e6)), min_size=1, max_size=60))
def test_bands_stay_within_the_frame_and_break_at_gaps(values: list[float]) -> None:
    """Every point lies in the frame, and exactly the numbers are drawn."""
    chart = course([str(at) for at in range(len(values))], [Band("out", values, values, values)])
    points = [tuple(map(int, point.split(","))) for line in chart.bands[0].lines for point in line.split()]
    assert sum(map(math.isfinite, values)) == len(points)
    assert all(chart.left <= x <= chart.width and 0 <= y <= chart.height for x, y in points)


@given(st.lists(st.tuples(st.floats(-1e5, 1e5), st.floats(0, 1e4)), min_size=1, max_size=12))
def test_whiskers_stand_in_order(rows: list[tuple[float, float]]) -> None:
    """Low, mean and high keep their order on the axis, and none leaves the chart."""
    drawn = forest([Row("x", "out", Estimate(mean, mean - half, mean + half), "") for mean, half in rows], zero=0.0)
    assert all(0 < one.low <= one.at <= one.high < drawn.width for one in drawn.rows)
    assert twin_charts.FIGURES.left <= drawn.zero <= drawn.width


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_opens_offline_in_chromium_without_console_messages(tmp_path: Path, chromium, scheme) -> None:
    """With the network off the browser says nothing, shows every chart and nothing wider than a phone's page."""
    sync_api = pytest.importorskip("playwright.sync_api")
    file = tmp_path / "report.html"
    file.write_text(page(single()), "utf-8")
    with sync_api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        try:
            context = browser.new_context(color_scheme=scheme, offline=True, viewport={"width": 390, "height": 844})
            shown_page = context.new_page()
            said: list[str] = []
            shown_page.on("console", lambda message: said.append(message.text))
            shown_page.on("pageerror", lambda error: said.append(str(error)))
            shown_page.on("requestfailed", lambda request: said.append(request.url))
            shown_page.goto(file.as_uri())
            shown_page.wait_for_load_state("load")
            assert [] == said
            assert 5 == shown_page.locator("svg").count()
            assert shown_page.evaluate("document.documentElement.scrollWidth") <= 390
        finally:
            browser.close()
