"""The public page: four languages, one script of its own, everything escaped, made-up figures named so."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from gatepair.base.findings import LANGUAGES
from gatepair.operations.queue import PlaceState
from gatepair.plan.model import CommodityGroup
from gatepair.web.page import language_of
from gatepair.web.texts import TEXTS
from web.stand_in import HOSTILE, NAME, board


class Tags(HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self):
        super().__init__()
        self.tags, self.attributes, self.words = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes.extend(attrs)

    def handle_data(self, data):
        self.words.append(data)


def read(answer):
    parsed = Tags()
    parsed.feed(answer.text)
    return parsed


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_speaks_the_language(shared, language):
    """Every figure stands in the page, in the language asked for."""
    shared.post.figures = board()
    answer = shared.client.get(f"/board?lang={language}")
    assert 200 == answer.status_code
    parsed = read(answer)
    text = " ".join(parsed.words)
    assert ("lang", language) in parsed.attributes
    for key in ("stopped", "open", "cleared_today", "waiting", "how", "keeps_place", "by_partner"):
        assert TEXTS[key][language] in text
    for number in ("123", "601", "150", "168", "1.36", "25", TEXTS["goods.fresh_fruit"][language]):
        assert number in text
    assert NAME[language] in text


def test_every_text_is_in_every_language():
    """No word of the page is missing in one of the four, and no state of a place lacks its word."""
    assert [] == [key for key, texts in TEXTS.items() if not all(texts.get(language) for language in LANGUAGES)]
    assert [] == [state for state in [*PlaceState, "gone"] if f"state.{state}" not in TEXTS]
    assert [] == [group for group in CommodityGroup if f"goods.{group}" not in TEXTS]


def test_nothing_of_a_caller_becomes_markup(shared):
    """A hostile reason, token or name is shown as text."""
    shared.post.figures = board(name=dict.fromkeys(LANGUAGES, HOSTILE))
    answer = shared.client.get("/board", params={"lang": "en", "token": HOSTILE})
    parsed = read(answer)
    assert 1 == parsed.tags.count("script")
    assert ("src", "/assets/board.js") in parsed.attributes
    assert HOSTILE in "".join(parsed.words)
    assert ("value", HOSTILE) in parsed.attributes
    assert not [name for name, _ in parsed.attributes if name.startswith("on") or name == "style"]


def test_the_policy_allows_the_page_its_own_sheet(shared):
    """The one style sheet has the hash that the policy names, no script stands in the page; no picture or frame."""
    shared.post.figures = board()
    answer = shared.client.get("/board")
    sheet = re.search(r"<style>(.*?)</style>", answer.text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert "script-src 'self';" in answer.headers["content-security-policy"]
    assert re.search(r"<script[^>]*></script>", answer.text)
    assert {"img", "iframe", "object"} & set(read(answer).tags) == set()
    assert ["icon"] == [value for name, value in read(answer).attributes if name == "rel"]


def test_made_up_figures_are_named_so(shared):
    """A drill's board says that it is synthetic; a real one does not."""
    shared.post.figures = board()
    assert TEXTS["synthetic"]["en"] in shared.client.get("/board?lang=en").text
    shared.post.figures = board(synthetic=False)
    assert TEXTS["synthetic"]["en"] not in shared.client.get("/board?lang=en").text


def test_a_driver_looks_up_a_place(shared):
    """The token shows number, state and what is ahead; a wrong token is told so without an error page."""
    shared.post.figures = board()
    text = " ".join(read(shared.client.get("/board?lang=en&token=P123")).words)
    assert TEXTS["state.waiting"]["en"] in text
    assert "12" in text
    wrong = shared.client.get("/board?lang=en&token=P9")
    assert 200 == wrong.status_code
    assert TEXTS["no_place"]["en"] in wrong.text


def test_a_gate_without_partner_says_so(shared):
    """One-sided, and a partner never heard, are two different things."""
    shared.post.figures = board(partner={"mode": "alone", "age_s": None})
    assert TEXTS["alone"]["fr"] in shared.client.get("/board?lang=fr").text
    shared.post.figures = board(partner={"mode": "paired", "age_s": None})
    assert TEXTS["unknown"]["fr"] in shared.client.get("/board?lang=fr").text


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("", "", "vi"), ("zh", "en", "zh"), ("", "zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("de", "fr-FR", "fr"),
        ("", "de-DE, en;q=0.5", "en"), ("../x", "*", "vi"),
    ],
)  # fmt: skip
def test_the_language_is_found(asked, accepted, language):
    """What is asked for counts, then what the browser names, then the language of the place."""
    assert language == language_of(asked, accepted)


def test_the_front_door_leads_to_the_board(shared):
    """Who types only the address finds the page."""
    answer = shared.client.get("/", follow_redirects=False)
    assert 302 == answer.status_code
    assert "/board" == answer.headers["location"]
