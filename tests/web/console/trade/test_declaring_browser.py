"""A trader at a browser: a durian truck declared in Vietnamese by keyboard alone, live at home, on a phone, without barriers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gatepair.base.duties import Duty
from gatepair.base.findings import LANGUAGES
from web.console.browsers import Screen, assert_no_barrier, screen_at
from web.real import declare

pytestmark = pytest.mark.browser
PAGES = ("/trade", "/trade/declare", "/trade/upload", "/trade/codes?list=hs&q=durian")


@pytest.fixture(scope="module")
def screen(chromium, tmp_path_factory) -> Iterator[Screen]:
    with screen_at(tmp_path_factory.mktemp("browser"), chromium) as found:
        yield found


class Keys:
    """Hands on a keyboard: the only thing that this trader has."""

    def __init__(self, page) -> None:
        self._page = page

    def to(self, wanted: str, *, most: int = 120) -> None:
        """Press Tab until the field or button ``wanted`` (its id, or its value) has the focus."""
        for _ in range(most):
            here = self._page.evaluate(
                "[document.activeElement.id, document.activeElement.value, document.activeElement.getAttribute('href')]"
            )
            if wanted in here:
                return
            self._page.keyboard.press("Tab")
        raise AssertionError(f"no way by keyboard to {wanted}")

    def write(self, field: str, text: str) -> None:
        """Go to ``field`` and type ``text`` over what stands there."""
        self.to(field)
        self._page.keyboard.press("Control+a")
        # At once: where letters are searched for, a pause between two of them would look up half of a word.
        self._page.keyboard.insert_text(text)


def test_a_durian_truck_is_declared_in_vietnamese_by_keyboard_alone(screen, tmp_path):
    """Words lead to the code, an error stands beside its field, mended it is sent, and it stands in the trader's home."""
    page, said = screen.page(Duty.TRADER, language="vi")
    keys = Keys(page)
    keys.to("/trade/declare")
    page.keyboard.press("Enter")
    page.wait_for_url("**/trade/declare")
    keys.write("binding.tractor", "29H 12345")
    keys.write("declaration.goods.0.hs", "sau rieng")
    page.locator("[data-pick]").first.wait_for()
    page.screenshot(path=tmp_path / "words.png", caret="initial")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert "081060" == page.locator("[id='declaration.goods.0.hs']").input_value()
    assert "fresh_fruit" == page.locator("[id='declaration.goods.0.commodity']").input_value()
    keys.write("declaration.goods.0.description", "Sầu riêng tươi")
    keys.write("declaration.goods.0.gross_mass_kg", "20.000")
    keys.write("declaration.goods.0.packages", "1000")
    keys.write("declaration.goods.0.value_minor", "100000.00")
    keys.write("declaration.goods.0.origin", "VN")
    keys.write("declaration.parties.exporter", "SYNTHETIC Nông sản A")
    keys.write("declaration.parties.importer", "SYNTHETIC 水果公司")
    keys.to("check")
    page.keyboard.press("Enter")
    wrong = page.locator("[id='declaration.goods.0.gross_mass_kg-told']")
    wrong.wait_for()
    assert "20.000" in wrong.inner_text()
    assert 1 == page.locator(".field.wrong").count()
    page.screenshot(path=tmp_path / "beside.png", full_page=True, caret="initial")
    keys.to("#declaration.goods.0.gross_mass_kg")
    page.keyboard.press("Enter")
    keys.write("declaration.goods.0.gross_mass_kg", "20000")
    keys.to("declare")
    page.keyboard.press("Enter")
    page.wait_for_url("**/trade?declared=*")
    row = page.locator("article", has=page.get_by_role("link", name="29H12345"))
    assert "Sầu riêng tươi" in row.inner_text()
    page.screenshot(path=tmp_path / "home.png", full_page=True, caret="initial")
    assert [] == said
    page.context.close()


def test_the_home_renews_itself_and_says_what_is_asked(screen):
    """What others do stands on the open page without a reload."""
    page, said = screen.page(Duty.TRADER)
    page.evaluate("window.mine = true")
    headers = {"Authorization": f"Bearer {screen.desk.session(Duty.TRADER)}", "Idempotency-Key": "another-window-71"}
    answer = page.request.post(f"{screen.base}/v1/command", data={"command": declare(71)}, headers=headers)
    assert answer.ok, answer.text()
    page.get_by_role("link", name="12C-00071").wait_for()
    assert "Take a place" in page.locator("article", has=page.get_by_role("link", name="12C-00071")).inner_text()
    assert page.evaluate("window.mine")
    assert [] == said
    page.context.close()


def test_rows_come_and_go_with_the_texts_kept(screen):
    """With script the form is not left: one more row, its first field has the focus, and what was typed stays."""
    page, said = screen.page(Duty.TRADER)
    page.goto(f"{screen.base}/trade/declare")
    page.evaluate("window.mine = true")
    page.fill("[id='binding.tractor']", "29H 777")
    page.click("button[value='add:goods']")
    page.locator("[id='declaration.goods.1.hs']").wait_for()
    page.wait_for_function("document.activeElement.id === 'declaration.goods.1.hs'")
    page.click("button[value='remove:goods.0']")
    page.locator("[id='declaration.goods.1.hs']").wait_for(state="detached")
    assert "29H 777" == page.input_value("[id='binding.tractor']")
    assert page.evaluate("window.mine")
    assert [] == said
    page.context.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_stands_on_a_phone_and_on_a_wall(screen, tmp_path, language):
    """In each language no page scrolls sideways on 360 pixels nor on 1,920, and none is blocked."""
    screen.desk.declared(80 + LANGUAGES.index(language))
    page, said = screen.page(
        Duty.TRADER, language=language, width=360, color_scheme="dark" if language == "zh" else "light"
    )
    for number, path in enumerate(PAGES):
        assert 200 == page.goto(screen.base + path).status
        assert language == page.get_attribute("html", "lang")
        for width in (360, 1920):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            page.screenshot(path=tmp_path / f"{language}-{width}-{number}.png", full_page=True, caret="initial")
        page.set_viewport_size({"width": 360, "height": 800})
    assert [] == said
    page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_barrier_that_axe_finds(screen, scheme):
    """WCAG 2.2 AA as far as a program can tell, also of a form full of findings and of a file that was read."""
    page, _ = screen.page(Duty.TRADER, color_scheme=scheme)

    for path in PAGES:
        page.goto(screen.base + path)
        assert_no_barrier(page, path)
    page.goto(f"{screen.base}/trade/declare")
    page.fill("[id='declaration.goods.0.hs']", "mango")
    page.locator("[data-pick]").first.wait_for()
    page.locator(".send button").first.click()
    page.locator(".refused").wait_for()
    assert_no_barrier(page, "a refused form")
    page.goto(f"{screen.base}/trade/upload")
    table = b"Reference,HS code,Gross mass\nA1,081060,abc\n"
    page.set_input_files("#file", {"name": "a.csv", "mimeType": "text/csv", "buffer": table})
    page.locator("form[enctype] button.first").click()
    page.locator(".read").wait_for()
    assert_no_barrier(page, "a file that was read")
    page.context.close()
