"""A planner and an auditor in a browser: a what-if asked, compared, kept and shared; a decision found, verified, proved."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator

import pytest

from gatepair.base.duties import Duty
from gatepair.base.findings import LANGUAGES
from gatepair.insight.studies import Stage
from gatepair.insight.what_if import Asked
from web.console.browsers import Screen, assert_no_barrier, screen_at
from web.console.desks import PEOPLE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
STUDY_S = 240
"""When a test gives up on a study, which runs at low priority beside all other tests."""


class Walks(Screen):
    """A browser at a served post, and what was made in it so far."""

    wait_ms = 60_000

    def __init__(self, desk, base, browser) -> None:
        super().__init__(desk, base, browser)
        self.crossing = desk.arrived(1)
        desk.give(Duty.BORDER_GUARD, {"type": "Decide", "crossing": self.crossing, "verdict": "clear"})
        self.study = self.compared = ""

    def paths(self, duty: Duty) -> tuple[str, ...]:
        """Return the pages of an area, as far as the walks before have made them."""
        if duty is Duty.AUDITOR:
            tabs = ("/audit", "/audit/verify", "/audit/verify?go=1", "/audit/reads", "/audit/export", "/audit/keys")
            return (*tabs, "/audit/entries/1", f"/audit/evidence/{self.crossing}", "/audit/evidence")
        return ("/twin", "/twin/ask", "/twin/calibration", *filter(None, (self.study, self.compared)))


@pytest.fixture(scope="module")
def screen(chromium, tmp_path_factory) -> Iterator[Walks]:
    with screen_at(tmp_path_factory.mktemp("planning"), chromium, kind=Walks) as found:
        yield found


@pytest.fixture(scope="module")
def pair(screen) -> list[str]:
    """Return two studies that are done: those of the walk before, or the same ones made now."""
    studies = screen.desk.opened.studies
    asked = Asked("as-planned", {"servers:hn-entry-inspection": "16"}, days=1, replications=5, seed=1)
    names = [studies.ask(one, by=PEOPLE[Duty.PLANNER], at_ms=screen.desk.post.now()) for one in (asked.base, asked)]
    until = time.monotonic() + STUDY_S
    while any(studies.study(one).stage is not Stage.DONE for one in names):
        assert time.monotonic() < until, "the studies are never done"
        time.sleep(0.1)
    return names


def test_two_more_bays_are_asked_compared_kept_and_shared(screen):
    """From the planner's home to a page that the gate board opens; the page follows the run by itself."""
    page, said = screen.page(Duty.PLANNER)
    page.wait_for_url("**/twin")
    page.get_by_role("link", name="Ask a what-if").click()
    page.locator("summary", has_text="Stations: Hữu Nghị").click()
    page.get_by_role("spinbutton", name="Import inspection").fill("16")
    page.get_by_label("Runs").fill("5")
    page.get_by_role("button", name="Run it").click()
    page.wait_for_url("**/twin/studies/*")
    page.get_by_text("14 → 16").first.wait_for()
    page.get_by_role("link", name="Compare with charts").wait_for(timeout=STUDY_S * 1_000)
    screen.study = page.url.removeprefix(screen.base)
    assert page.get_by_text("Simulated.").is_visible()
    marks = set(page.locator("#against ~ .scroll .mark").all_inner_texts())
    assert marks
    assert marks <= {"better", "worse", "no difference", "cannot tell"}
    page.get_by_label("Name").fill("Two more inspection bays")
    page.get_by_label("Note").fill("For the board on Monday")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("heading", level=1, name="Two more inspection bays").wait_for()
    page.get_by_role("link", name="Compare with charts").click()
    page.get_by_role("heading", name="Studies side by side").wait_for()
    page.wait_for_load_state()
    screen.compared = page.url.removeprefix(screen.base)
    assert page.locator("svg polygon.band").count() > 1
    assert [] == said
    page.context.close()
    board, said = screen.page(Duty.GATE_BOARD)
    board.goto(f"{screen.base}/twin")
    board.get_by_role("link", name="Two more inspection bays").click()
    board.get_by_text("For the board on Monday").first.wait_for()
    board.wait_for_load_state()
    assert 0 == board.get_by_role("button", name="Delete this study").count()
    assert [] == said
    board.context.close()


def test_studies_are_chosen_by_keyboard_and_compared_without_script(screen, pair):
    """Links and forms do it all: two boxes, one button."""
    page, _ = screen.page(Duty.PLANNER, java_script_enabled=False)
    for name in pair:
        page.locator(f"input[name=study][value='{name}']").focus()
        page.keyboard.press("Space")
    page.get_by_role("button", name="Compare the chosen ones").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Studies side by side").wait_for()
    page.wait_for_load_state()
    assert 2 == page.locator(".which li").count()
    page.context.close()


def test_a_long_study_shows_how_far_it_is_and_is_cancelled(screen):
    """It says that it is being run, and Cancel ends it."""
    page, _ = screen.page(Duty.PLANNER)
    page.goto(f"{screen.base}/twin/ask")
    page.get_by_label("Days").fill("14")
    page.get_by_label("Runs").fill("100")
    page.get_by_role("button", name="Run it").click()
    page.get_by_text("Is being run").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Run it again").wait_for()
    page.get_by_role("button", name="Delete this study").click()
    page.wait_for_url("**/twin")
    page.context.close()


def test_an_auditor_finds_verifies_proves_and_exports(screen, tmp_path):
    """A decision, the range around it, the evidence; the own reading of names; a file that holds what was seen."""
    page, said = screen.page(Duty.AUDITOR)
    page.wait_for_url("**/audit")
    page.get_by_label("Type of event").fill("AgencyDecided")
    with page.expect_navigation():
        page.get_by_role("button", name="Search").click()
    page.locator("[data-rows] tbody a").first.click()
    page.get_by_text('"verdict": "clear"').wait_for()
    page.wait_for_load_state()
    position = int(page.url.rpartition("/")[2])
    assert page.get_by_text("unchanged").is_visible()
    page.get_by_role("link", name="What was told about this crossing").click()
    page.get_by_role("heading", name="What the verifier says").wait_for()
    page.get_by_role("link", name=re.compile(r"^\d+$")).first.click()
    page.get_by_text("That you read them was recorded.").wait_for()
    page.get_by_role("link", name="Names read").click()
    assert PEOPLE[Duty.AUDITOR] == page.locator("tbody th").first.inner_text()
    page.get_by_role("link", name="Verify").click()
    page.get_by_label("From position").fill(str(position))
    page.get_by_label("To position").fill(str(position + 1))
    page.get_by_role("button", name="Verify").click()
    page.get_by_text("Nothing was changed, left out or put in.").wait_for()
    page.get_by_role("link", name="Export").click()
    page.get_by_label("From position").fill(str(position))
    page.get_by_label("To position").fill(str(position))
    with page.expect_download() as loading:
        page.get_by_role("button", name="Export as JSON Lines").click()
    loading.value.save_as(tmp_path / "export.jsonl")
    header, entry = [json.loads(line) for line in (tmp_path / "export.jsonl").read_text("utf-8").splitlines()]
    assert (position, True) == (header["first"], '"clear"' in json.dumps(entry["payload"]))
    assert [] == said
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_on_a_phone_and_on_a_wall(screen, tmp_path, language):
    """In each language no page scrolls sideways on 360 pixels, none is blocked, and the language is said."""
    for duty in (Duty.PLANNER, Duty.AUDITOR):
        page, said = screen.page(duty, language=language, width=360)
        for path in screen.paths(duty):
            assert 200 == page.goto(screen.base + path).status
            assert language == page.get_attribute("html", "lang")
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        page.set_viewport_size({"width": 1920, "height": 1080})
        assert page.evaluate("document.documentElement.scrollWidth") <= 1920
        page.screenshot(path=tmp_path / f"{duty.value}-{language}.png", full_page=True)
        assert [] == said
        page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_that_axe_finds(screen, scheme):
    """WCAG 2.2 AA as far as a program can tell, with everything unfolded; every page in the light."""
    for duty in (Duty.PLANNER, Duty.AUDITOR):
        page, _ = screen.page(duty, color_scheme=scheme)
        # In the dark the frame and the forms are those of the light; marks and charts have colours of their own.
        coloured = ("/twin/studies/", "/twin/compare", "/audit/verify?go=1", "/audit/evidence/")
        for path in screen.paths(duty):
            if scheme == "dark" and not path.startswith(coloured):
                continue
            page.goto(screen.base + path)
            assert_no_barrier(page, path)
        page.context.close()
