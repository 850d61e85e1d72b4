"""The command centre in a browser: vehicles move, a past hour plays, the wall keeps itself alive, and looks stay."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatepair.base.duties import Duty
from gatepair.base.findings import LANGUAGES
from gatepair.base.time import HOUR_MS, MINUTE_MS
from gatepair.web.console import assets
from gatepair.web.console.centre.measure import width_of
from web.console.browsers import assert_no_barrier
from web.console.centre.views import PLANS, plan_of, shipped, standing_page, svg
from web.console.desks import PASSWORD, PEOPLE, desk_at, listening
from web.real import START_MS

pytestmark = pytest.mark.browser
WAIT_MS = 20_000
COUNT_GLIDES = """document.addEventListener('htmx:afterSettle', () => {
  window.glides = Math.max(window.glides ?? 0, document.getAnimations().length);
})"""
"""Keep the most that ever glided: marks glide after a picture has settled, and the next picture may be still."""
GOLDEN = Path(__file__).parents[3] / "golden" / "schematic"
DIFFERENT_PERMILLE = 1
"""Share of pixels that may differ between two drawings that are the same; both are drawn by the same browser."""


class Screen:
    """A browser at a served post."""

    def __init__(self, desk, base, browser) -> None:
        self.desk, self.base, self.browser = desk, base, browser

    def page(self, path: str, *, duty: Duty = Duty.COMMAND_CENTRE, language: str = "en", size=(1920, 1080), **more):
        """Return a page of somebody who has logged in, and what the browser complained of."""
        context = self.browser.new_context(viewport={"width": size[0], "height": size[1]}, **more)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        self.log_in(page, duty, language)
        page.goto(self.base + path)
        return page, said

    def log_in(self, page, duty: Duty, language: str = "en") -> None:
        """Log in by the form."""
        page.goto(f"{self.base}/login?lang={language}")
        page.fill("input[name=login]", PEOPLE[duty])
        page.fill("input[name=password]", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)

    def at(self, ms: int) -> None:
        """Let the post's clock go on to so many milliseconds after its start."""
        self.desk.opened.clock.set(START_MS + ms)
        self.desk.post.advance()


@pytest.fixture(scope="module")
def playing(chromium) -> Iterator:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def screen(playing, tmp_path_factory) -> Iterator[Screen]:
    """Return a browser at a post with an hour behind it."""
    with desk_at(tmp_path_factory.mktemp("centre")) as desk, listening(desk.app) as base:
        found = Screen(desk, base, playing)
        for number in range(1, 7):
            found.at(number * 8 * MINUTE_MS)
            crossing = desk.arrived(number)
            if number % 2:
                desk.give(Duty.CUSTOMS, {"type": "AssignChannel", "crossing": crossing})
        found.at(HOUR_MS + MINUTE_MS)
        yield found


def place_of(page, crossing: str) -> str:
    """Return the place at which a vehicle is drawn."""
    return page.evaluate(
        """(crossing) => {
          const at = document.querySelector(`[data-crossing="${crossing}"]`).getBoundingClientRect();
          const [x, y] = [at.x + at.width / 2, at.y + at.height / 2];
          const inside = (box) => box.left <= x && x <= box.right && box.top <= y && y <= box.bottom;
          return [...document.querySelectorAll('.spot')].find((one) => inside(one.querySelector('.box').getBoundingClientRect()))?.dataset.place;
        }""",
        crossing,
    )


def test_a_vehicle_moves_on_the_open_page_as_its_event_arrives(screen):
    """Without a reload the mark goes from where it was to where it is, and glides there."""
    crossing = screen.desk.declared(20)
    page, said = screen.page("/centre")
    assert "home" == place_of(page, crossing)
    page.locator(f'[data-crossing="{crossing}"]').focus()
    page.evaluate(f"window.mine = true; {COUNT_GLIDES}")
    screen.desk.give(Duty.DRIVER, {"type": "TakePlace", "crossing": crossing})
    screen.desk.post.advance()
    page.wait_for_function(
        f'() => document.querySelector(\'[data-place=road] [data-crossing="{crossing}"], [data-place=queue] [data-crossing="{crossing}"]\')'
    )
    page.wait_for_function("() => window.glides >= 1")
    assert page.evaluate("window.mine")
    # Who stands on a mark with the keyboard goes on standing on it.
    assert crossing == page.evaluate("document.activeElement.dataset.crossing")
    assert [] == said
    page.context.close()


def test_nothing_glides_for_who_wants_no_motion(screen):
    """With reduced motion the mark is simply where it is."""
    crossing = screen.desk.declared(21)
    page, _ = screen.page("/centre", reduced_motion="reduce")
    page.evaluate(COUNT_GLIDES)
    screen.desk.give(Duty.DRIVER, {"type": "TakePlace", "crossing": crossing})
    page.wait_for_function("() => window.glides !== undefined")
    assert 0 == page.evaluate("window.glides")
    page.context.close()


def test_a_past_hour_plays_steps_and_is_called_no_live_picture(screen):
    """The first event is one step away, the last picture is that of the server, and playing gets there by itself."""
    page, said = screen.page(f"/centre/replay?from={START_MS}&speed=600")
    assert "REPLAY, not live" in page.locator(".replay-banner").inner_text()
    assert "07:00–08:00" in page.locator(".replay-banner").inner_text()
    page.locator(".player[data-ready]").wait_for()
    assert 0 == page.locator("[data-crossing]").count()
    page.get_by_role("button", name="Next event").click()
    assert 1 == page.locator("[data-crossing]").count()
    page.locator("#scrubber").fill("3599")
    drawn = {one.get_attribute("data-crossing") for one in page.locator("[data-crossing]").all()}
    past = screen.desk.post.past.scene(START_MS + 3_599_000)
    assert {one["crossing"] for one in past["vehicles"]} == drawn
    for one in past["vehicles"]:
        assert one["at"].partition(":")[0] == place_of(page, one["crossing"]).partition(":")[0]
    page.locator("#scrubber").fill("0")
    assert 0 == page.locator("[data-crossing]").count()
    page.get_by_role("button", name="Play").click()
    page.wait_for_url(re.compile(f"from={START_MS + HOUR_MS}"))
    assert [] == said
    page.context.close()


def test_a_past_hour_is_stepped_through_without_script(screen):
    """Each link leads to the picture of another minute, drawn by the server."""
    page, _ = screen.page(f"/centre/replay?from={START_MS}", java_script_enabled=False)
    assert 0 == page.locator("[data-crossing]").count()
    for _ in range(2):
        with page.expect_navigation():
            page.get_by_role("link", name="+10 min").click()
    assert 2 == page.locator("[data-crossing]").count()
    with page.expect_navigation():
        page.get_by_role("link", name="hour after").click()
    assert 6 <= page.locator("[data-crossing]").count()
    page.context.close()


@pytest.mark.parametrize("size", [(1920, 1080), (3840, 2160)])
def test_the_wall_fits_its_screen_and_is_read_from_afar(screen, tmp_path, size):
    """Nothing scrolls, the drawing is whole, no menu is there, and a figure is a sixteenth of the height."""
    page, said = screen.page("/centre/wall", size=size)
    fits = "document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(fits)
    drawing = page.locator(".schematic").bounding_box()
    assert drawing["y"] + drawing["height"] <= size[1]
    assert drawing["width"] >= size[0] * 95 // 100
    assert 0 == page.locator("nav, form, button, a[href^='/desk']").count()
    figures = page.evaluate(
        "[...document.querySelectorAll('.wall-figures dd')].map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(figures) >= size[1] / 16
    page.screenshot(path=tmp_path / f"wall-{size[0]}.png")
    assert [] == said
    page.context.close()


def test_the_wall_says_when_nobody_is_logged_in(screen):
    """A session that is over turns the wall into a way to log in, never into a dead picture that looks alive."""
    page, _ = screen.page("/centre/wall")
    page.context.clear_cookies()
    page.evaluate("htmx.trigger('#wall', 'changed')")
    page.locator("#session-over").wait_for(state="visible")
    assert page.locator(".schematic").is_visible()
    assert "/login?next=/centre/wall" == page.locator("#session-over a").get_attribute("href")
    page.context.close()


def test_the_wall_loads_itself_anew_with_a_new_release(screen, monkeypatch):
    """When the scripts of the post are others than those that run, the wall begins again with the new ones."""
    page, _ = screen.page("/centre/wall")
    page.evaluate("window.old = true")
    monkeypatch.setattr(assets, "release", lambda: "abcdef012345")
    page.evaluate("htmx.trigger('#wall', 'changed')")
    page.wait_for_function(
        "() => window.old === undefined && document.getElementById('wall')?.dataset.version === 'abcdef012345'"
    )
    page.context.close()


def test_the_wall_comes_back_by_itself_after_the_post_was_away(screen):
    """While the post does not answer the wall says since when; when it answers again the wall begins anew."""
    page, _ = screen.page("/centre/wall")
    page.clock.install()
    page.route("**/desk/changes*", lambda route: route.abort())
    page.reload()
    page.locator("#stale").wait_for(state="visible")
    page.evaluate("window.old = true")
    page.clock.run_for(16_000)
    page.wait_for_function("() => window.old === undefined")
    page.unroute("**/desk/changes*")
    page.locator("#stale").wait_for(state="hidden")
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_replay_and_wall_stand_on_a_phone_in_each_language(screen, language):
    """The page opens, its language is right, and nothing scrolls sideways on 360 pixels."""
    page, said = screen.page("/centre", language=language, size=(360, 740))
    for path in ("/centre", f"/centre/replay?from={START_MS}", "/centre/wall"):
        assert 200 == page.goto(screen.base + path).status
        assert language == page.get_attribute("html", "lang")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    assert [] == said
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neither_replay_nor_wall_has_a_barrier_that_axe_finds(screen, scheme):
    """WCAG 2.2 AA as far as a program can tell, light and dark."""
    page, _ = screen.page("/centre/wall", color_scheme=scheme)
    # The command centre itself is among the pages of ``test_console_browser.py``.
    for path in (f"/centre/replay?from={START_MS}&at={START_MS + 40 * MINUTE_MS}", "/centre/wall"):
        page.goto(screen.base + path)
        assert_no_barrier(page, path)
    page.context.close()


# --- the drawing itself --------------------------------------------------------------------


def test_no_label_of_a_plan_is_wider_than_it_was_thought(playing):
    """The estimate by which labels are cut is never below what the browser draws."""
    page = playing.new_page()
    page.set_content("<svg><text id='t' font-size='13' font-family='system-ui, Noto Sans, Noto Sans SC'></text></svg>")
    texts = sorted(
        {
            text
            for name in PLANS
            for one in [*plan_of(name).stations.values(), *plan_of(name).yards.values(), *plan_of(name).routes.values()]
            for text in (one.name.vi, one.name.zh, one.name.en, one.name.fr)
        }
    )
    widths = page.evaluate(
        "(texts) => texts.map((text) => { const at = document.getElementById('t'); at.textContent = text; return at.getComputedTextLength(); })",
        texts,
    )
    assert [] == [text for text, width in zip(texts, widths, strict=True) if width > width_of(text, 13)]
    page.close()


DIFFERENCE = """async ([one, other]) => {
  const pixels = async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height).data;
  };
  const [left, right] = [await pixels(one), await pixels(other)];
  if (left.length !== right.length) return 1000;
  let different = 0;
  for (let at = 0; at < left.length; at += 4) {
    if (Math.abs(left[at] - right[at]) + Math.abs(left[at + 1] - right[at + 1]) + Math.abs(left[at + 2] - right[at + 2]) > 48) different += 1;
  }
  return (1000 * different) / (left.length / 4);
}"""


def looks(browser, *drawings: str) -> list[float]:
    """Return how many of a thousand pixels of each further drawing differ from the first, in this very browser."""
    page = browser.new_page(viewport={"width": 1200, "height": 600})
    shots = []
    for one in drawings:
        page.set_content(standing_page(shipped(PLANS[0])[1], text=one))
        shots.append(base64.b64encode(page.screenshot()).decode())
    found = [page.evaluate(DIFFERENCE, [shots[0], shot]) for shot in shots[1:]]
    page.close()
    return found


@pytest.mark.parametrize("name", PLANS)
def test_the_drawing_looks_as_it_did(playing, name):
    """Pixel by pixel the present drawing is the golden one, within a thousandth."""
    golden = (GOLDEN / f"{name}.svg").read_text(encoding="utf-8")
    (different,) = looks(playing, golden, svg(shipped(name)[1]))
    assert different <= DIFFERENT_PERMILLE


def test_a_box_that_moved_is_seen(playing):
    """A box that is drawn six units beside its place is more than the comparison lets pass."""
    golden = (GOLDEN / f"{PLANS[0]}.svg").read_text(encoding="utf-8")
    group = re.search(r'<g class="spot [^>]*data-place="yard:', golden)
    moved = golden.replace(group.group(0), group.group(0).replace("<g ", '<g transform="translate(6 0)" '), 1)
    (different,) = looks(playing, golden, moved)
    assert different > DIFFERENT_PERMILLE
