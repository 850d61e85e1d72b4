"""What pages load: kept as long as it holds, and type that carries every letter that the pages say."""

from __future__ import annotations

import io

import pytest

from gatepair.web.console import fonts
from gatepair.web.console.assets import FOR_EVER, address
from gatepair.web.console.catalogue import catalogue
from web.console.desks import desk_at, listening


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with desk_at(tmp_path_factory.mktemp("assets")) as found:
        yield found


def test_an_address_with_the_digest_is_kept_for_ever_and_no_other(desk):
    """A browser asks once for what cannot change, and each time whether anything else is still the same."""
    with desk.client() as client:
        kept = client.get(address("console.css"))
        assert FOR_EVER == kept.headers["cache-control"]
        plain = client.get("/assets/console.css")
        assert "no-cache" == plain.headers["cache-control"]
        assert kept.content == plain.content
        assert "no-cache" == client.get("/assets/console.css?v=another").headers["cache-control"]
        again = client.get("/assets/console.css", headers={"if-none-match": plain.headers["etag"]})
        assert (304, b"") == (again.status_code, again.content)
        assert "no-store" == client.get("/login").headers["cache-control"]


def test_there_is_no_type_of_another_name(desk):
    """Only the files of the sheet are answered."""
    with desk.client() as client:
        for name in ("zh-words.ttf", "zh-00.woff2", "..%2Fconsole.css", "latin.woff2"):
            assert 404 == client.get(f"/assets/fonts/{name}").status_code, name


def test_the_type_carries_what_the_pages_say():
    """Each letter of the Vietnamese, French and Chinese catalogues is in the file that the sheet names for it."""
    ttlib = pytest.importorskip("fontTools.ttLib")
    held: dict[int, bool] = {}
    for name in ("latin-400", "zh-words"):
        cut = ttlib.TTFont(io.BytesIO(fonts.font(name)))
        held |= dict.fromkeys(cut.getBestCmap(), True)
    for language in ("vi", "fr", "zh"):
        said = {letter for message in catalogue(language) if message.id for letter in str(message.string)}
        assert [] == sorted(one for one in said if one.isalnum() and ord(one) not in held), language


@pytest.mark.browser
def test_a_browser_takes_the_type_that_its_words_need(desk, chromium):
    """By the sheet Chromium loads the file for Chinese words and that for Vietnamese ones, under the page's policy."""
    pytest.importorskip("fontTools")
    sync_api = pytest.importorskip("playwright.sync_api")
    with listening(desk.app) as base, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{base}/login?lang=zh")
        load = "([family, words]) => document.fonts.load(`16px '${family}'`, words).then((all) => all.map((one) => one.status))"
        for family, words in ((fonts.CHINESE, "海关放行"), (fonts.LATIN, "Cửa khẩu quốc tế Hữu Nghị")):
            statuses = page.evaluate(load, [family, words])
            assert statuses
            assert {"loaded"} == set(statuses), family
        browser.close()
