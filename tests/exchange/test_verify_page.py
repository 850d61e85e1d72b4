"""The verifier as a page that opens from disk: built the same every time, and it works in a browser without a network."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from exchange.proofs import Story, policy_text
from exchange.ways import ways
from gatepair import verifier
from gatepair.base.findings import LANGUAGES
from gatepair.exchange.report_words import WORDS
from gatepair.exchange.verify_page import build

FRAME = '{{HASH}}<script type="module">\n{{MODULE}}\n</script>'


def test_the_page_is_built_the_same_every_time(tmp_path: Path) -> None:
    """Two buildings give the same bytes, whichever program writes them; the module stands in it word for word."""
    first, second = tmp_path / "one.html", tmp_path / "two.html"
    assert 0 == verifier.main(["--page", str(first)])
    command = "import sys; from gatepair.cli import main; main(sys.argv[1:])"
    subprocess.run([sys.executable, "-c", command, "verify", "--page", str(second)], check=True, capture_output=True)
    assert first.read_bytes() == second.read_bytes()
    module = Path(verifier.__file__).parent / "exchange/js/verify.mjs"
    assert module.read_text("utf-8") in first.read_text("utf-8")


def test_the_page_asks_for_nothing() -> None:
    """It names no address: no script, sheet, picture or letter from elsewhere."""
    page = verifier.page()
    assert [] == re.findall(r"(?:src|href)=", page)
    assert [] == re.findall(r"https?://", page)
    assert "default-src 'none'" in page


@pytest.mark.parametrize(
    ("frame", "module"),
    [(FRAME, "'</script>'"), (FRAME.replace("{{HASH}}", ""), ""), (FRAME.replace("{{MODULE}}", ""), "")],
)
def test_a_page_that_would_break_is_not_built(frame: str, module: str) -> None:
    """A module that ends the script, or a frame without its marks, is a programming error."""
    with pytest.raises(ValueError, match="frame"):
        build(frame, module)


@pytest.fixture(scope="module")
def browser(chromium):
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def opened(browser, tmp_path: Path):
    """Return the page opened from disk, what it said on the console, and what it asked of the network."""
    path = tmp_path / "verify.html"
    path.write_text(verifier.page(), encoding="utf-8")
    page = browser.new_page(viewport={"width": 360, "height": 740}, locale="en-GB")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(path.as_uri())
    yield page, said
    page.close()


def give(page, tmp_path: Path, raw: bytes, policy: str) -> None:
    """Hand the page a file and a policy."""
    file, rules = tmp_path / "x1.gpevidence", tmp_path / "policy.txt"
    file.write_bytes(raw)
    rules.write_text(policy, encoding="utf-8")
    page.set_input_files("#file", file)
    page.set_input_files("#policy", rules)
    page.wait_for_selector("#found .verdict")


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_the_page_gives_the_verdict(opened, tmp_path: Path, code: int) -> None:
    """Proved, contradicted, incomplete and unreadable each show; nothing is asked of the network, nothing overflows."""
    page, said = opened
    way = next(way for way in ways() if way.exit == code)
    give(page, tmp_path, way.raw, way.policy_text())
    word = ("verdict.proved", "verdict.contradicted", "verdict.incomplete", "page.unreadable")[code]
    assert WORDS[word]["en"] in page.inner_text("#found .verdict")
    assert [] == said
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_page_speaks_four_languages(opened, tmp_path: Path) -> None:
    """The language can be changed while a report stands there."""
    page, said = opened
    give(page, tmp_path, Story().raw(), policy_text())
    for language in LANGUAGES:
        page.select_option("#language", language)
        page.wait_for_function("lang => document.documentElement.lang === lang", arg=language)
        page.wait_for_selector(f"text={WORDS['whole.proved'][language]}")
        assert WORDS["page.title"][language] == page.inner_text("h1")
        page.screenshot(path=tmp_path / f"verify-{language}.png", full_page=True)
    assert [] == said


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_page_shows_what_is_disclosed(opened, tmp_path: Path) -> None:
    """Plate and weight stand there as they were written; what is withheld does not."""
    page, _ = opened
    story = Story()
    story.north.withheld = {"driver"}
    give(page, tmp_path, story.raw(), policy_text())
    shown = page.inner_text("#found", timeout=5_000) + page.evaluate("document.querySelector('#found').textContent")
    assert "12C-12345" in shown
    assert "18000" in shown
    assert "SYNTHETIC Driver" not in shown


@pytest.mark.browser
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_page_says_which_ed25519_is_at_work(browser, tmp_path: Path) -> None:
    """A browser that has Ed25519 uses it; without it plain JavaScript gives the same verdict, and the page says so."""
    path = tmp_path / "verify.html"
    path.write_text(verifier.page(), encoding="utf-8")
    for hide, word in (("", "page.native"), ("delete Crypto.prototype.subtle", "page.plain")):
        page = browser.new_page(locale="en-GB")
        if hide:
            page.add_init_script(hide)
        page.goto(path.as_uri())
        give(page, tmp_path, Story().raw(), policy_text())
        assert WORDS["verdict.proved"]["en"] in page.inner_text("#found .verdict")
        assert WORDS[word]["en"] == page.inner_text("#engine")
        page.close()
