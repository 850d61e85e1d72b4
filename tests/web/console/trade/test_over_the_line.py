"""A trader's crossing at a post with a partner: what the other side signed, and the stay that runs over there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from gatepair.base.duties import Duty
from gatepair.node.ports import Unit
from gatepair.web.app import create_app
from gatepair.web.runtime import WriterRuntime
from gatepair.web.settings import WebSettings
from node.pair import HOME, Pair
from web.console.desks import PASSWORD

TRADER = "trader-1"
"""The one who declares in the pair's stories."""


@pytest.fixture(scope="module")
def line() -> Iterator[tuple[Pair, str, TestClient[Any]]]:
    """Carry a truck over the line, and log its trader in at the post where it left."""
    pair = Pair()
    crossing = pair.whole_way()
    post = pair.home
    hashed = post.accounts.hash_password(PASSWORD)

    def account(unit: Unit) -> object:
        words = {"duty": Duty.TRADER, "password_hash": hashed, "by": "setup", "now_ms": post.now()}
        return post.accounts.create_account(unit, TRADER, **words, drill=True)

    post.transact(account)
    settings = WebSettings(address_burst=10_000, principal_burst=10_000)
    app = create_app(post, runtime=WriterRuntime(post, clock=pair.clocks[HOME]), settings=settings)
    with TestClient(app) as client:
        yield pair, crossing, client


def seen(client: TestClient[Any], address: str) -> str:
    """Return a page of the trader, who logs in anew: the session ended with the hours that passed."""
    client.post("/login", data={"login": TRADER, "password": PASSWORD})
    return client.get(address).text


def plain(text: str) -> str:
    """Return a page's text without tags, with single blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_it_says_since_when_the_other_side_holds_what_was_told(line):
    """The announcement has its cosignature's time and its answer; the way ends with both steps of the other side."""
    _, crossing, client = line
    text = plain(seen(client, f"/trade/crossings/{crossing}?lang=en"))
    assert "held by the other side since" in text
    assert "told; not receipted yet" not in text
    for step in ("The other side accepts it done", "Received on the other side done", "Left the gate inland done"):
        assert step in text
    receipt = plain(seen(client, f"/trade/crossings/{crossing}/receipt?lang=en"))
    assert "Held by the other side since" in receipt
    assert "not yet" not in receipt


def test_the_stay_over_there_counts_down_in_words_without_script(line):
    """24 hours, of which two minutes are gone; later it warns; then it says that it is over, and since when."""
    pair, crossing, client = line
    address = f"/trade/crossings/{crossing}?lang=en"
    found = []
    for hours in (0, 21, 4):
        pair.pass_time(hours * 60)
        text = plain(seen(client, address))
        part = text[text.index("Stay of the vehicle: 24 hours") :][:120]
        found.append(
            re.search(r"(in time|runs out soon|has run out) (\d+:\d\d left|over since \d+:\d\d)", part).groups()
        )
    assert [("in time", "23:58 left"), ("runs out soon", "2:58 left"), ("has run out", "over since 1:02")] == found


def test_after_the_line_nothing_of_the_declaration_is_to_be_mended(line):
    """No form is left; the receipt and the figures stay."""
    _, crossing, client = line
    page = seen(client, f"/trade/crossings/{crossing}")
    assert '<form action="/trade' not in page
    assert f'href="/trade/crossings/{crossing}/receipt"' in page
