"""Duty compared and origin judged over a real post: the figures of the core, what is unknown, what cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.duties import Duty
from gatepair.clearance.origin.model import Status
from gatepair.web.console.figures import as_typed, scaled
from gatepair.web.console.trade import bill
from web.console.desks import PROOF, Desk, desk_at

DUTY = {"hs": "0810.60.00", "importing": "CN", "origin": "vn", "value": "100 000", "currency": "USD", "mass": "20000"}
GOOD = {"hs": "640399", "exporting": "VN", "importing": "CN", "fob": "1000", "currency": "USD"}
TABLE = "Material,HS code,Origin,Value,Originating?\nLeather,410711,IT,550.00,no\nSoles,640610,VN,100,yes\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with desk_at(tmp_path_factory.mktemp("reckoning")) as found, found.client() as client:
        found.everyone = client
        yield found


@pytest.fixture
def trader(desk) -> Iterator[Any]:
    desk.log_in(desk.everyone, Duty.TRADER)
    yield desk.everyone
    desk.everyone.cookies.clear()


def plain(text: str) -> str:
    """Return a page's text without tags, with single blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def judged(client: Any, files: Any = None, **more: str) -> Any:
    page = client.get("/trade/origin?lang=en").text
    form = {"proof": PROOF.search(page).group(1), **GOOD, **more}
    return client.post("/trade/origin", data=form, files=files)


def test_only_traders_reckon_here(desk):
    """Others have the interface; a stranger is led to the log-in."""
    for path in ("/trade/duty", "/trade/origin"):
        assert 303 == desk.everyone.get(path, follow_redirects=False).status_code
        desk.log_in(desk.everyone, Duty.CUSTOMS)
        assert 403 == desk.everyone.get(path).status_code
        desk.everyone.cookies.clear()


def test_options_stand_side_by_side_and_the_unknown_is_never_nought(trader):
    """100,000 dollars of durians at 7.1: MFN 142,000 yuan, Form E none, RCEP not known with its reason."""
    text = plain(trader.get("/trade/duty", params={**DUTY, "rate": "7.1", "lang": "en"}).text)
    mfn, form_e, rcep = (text[text.index(name) :] for name in ("MFN rate", "ACFTA (Form E) not", "RCEP not open"))
    assert "Customs duty 142,000.00 CNY" in mfn[:200].replace("\xa0", " ")
    assert "Customs duty 0.00 CNY" in form_e[:200].replace("\xa0", " ")
    assert "Customs duty not known" in rcep[:200]
    assert "import the tariff" in rcep
    claimed = plain(trader.get("/trade/duty", params={**DUTY, "rate": "7.1", "form_e": "yes", "lang": "en"}).text)
    assert "To be paid as things stand 63,900.00 CNY" in claimed.replace("\xa0", " ")


def test_without_a_rate_of_exchange_no_amount_is_made_up(trader):
    """The value is in dollars, duty in yuan: the answer says what is missing."""
    text = plain(trader.get("/trade/duty", params={**DUTY, "lang": "en"}).text)
    assert "To be paid as things stand not known" in text
    assert "write the rate of exchange of USD" in text


def test_the_fee_of_the_gate_is_reckoned_when_it_is_asked_for(trader):
    """By the province's table, in its currency, with its working."""
    asked = {**DUTY, "rate": "7.1", "province": "lang-son", "group": "fresh_fruit", "gross": "20000", "lang": "en"}
    assert "Infrastructure fee of the gate: 1,530,000 VND" in plain(
        trader.get("/trade/duty", params=asked).text
    ).replace("\xa0", " ")


def test_what_cannot_be_read_is_said_beside_its_field(trader):
    """Each fault at its own field, and what was typed is still there."""
    page = trader.get("/trade/duty", params={**DUTY, "hs": "81", "origin": "XX", "value": "much", "lang": "vi"}).text
    for typed in ("81", "XX", "much"):
        assert f"“{typed}”" in page
        assert f'value="{typed}"' in page


def test_another_language_asks_the_same_question(trader):
    """The links to the other languages carry the question on."""
    page = trader.get("/trade/duty", params={**DUTY, "lang": "en"}).text
    address = re.search(r'href="(/trade/duty[^"]*lang=fr)"', page).group(1).replace("&amp;", "&")
    assert 'value="0810.60.00"' in trader.get(address).text


def test_a_question_begins_from_ones_own_crossing(desk, trader):
    """The goods item fills in both forms; somebody else's crossing is not there."""
    crossing = desk.declared(1)
    for path, place in (("/trade/duty", "value"), ("/trade/origin", "fob")):
        page = trader.get(path, params={"crossing": crossing, "item": "1"}).text
        assert f'name="{place}" value="100000.00"' in page
        assert 404 == trader.get(path, params={"crossing": crossing, "item": "9"}).status_code
        assert 404 == trader.get(path, params={"crossing": "XAAAAAAAAAAAAAAAAAAAA"}).status_code


def test_a_bill_is_judged_under_each_agreement_with_its_working(trader):
    """Leather of Italy in shoes of Việt Nam: 45 % of the value is regional, which is enough under both."""
    answer = judged(trader, table=TABLE)
    text = plain(answer.text)
    assert 200 == answer.status_code
    assert {"ACFTA: originates", "RCEP: originates"} <= set(re.findall(r"(?:ACFTA|RCEP): originates", text))
    assert text.count("Value content: 45.00 %") == 2
    assert "CTH" in text


@pytest.mark.parametrize("table", ["a\rb\n", f'"{"a" * 140_000}",1,2,3'], ids=["bare return", "long cell"])
def test_a_table_that_is_none_is_said_so(trader, table):
    """What no reader of tables takes is a mistake that is named, never an error of ours."""
    answer = judged(trader, table=table)
    assert (422, True) == (
        answer.status_code,
        "trade.table_unreadable" in answer.text or "cannot be read" in answer.text,
    )


def test_what_would_have_to_change_is_said(trader):
    """Boots made of boots do not change their heading: the verdict names the way that is nearest."""
    rows = {
        "m.0.description": "Boots",
        "m.0.hs": "640391",
        "m.0.origin": "IT",
        "m.0.value": "900",
        "m.0.status": "non_originating",
    }
    text = plain(judged(trader, **rows).text)
    assert "RCEP: does not originate" in text
    assert "What would have to change" in text


def test_a_table_as_a_file_fills_in_the_rows(trader):
    """Semicolons, a byte order mark and Vietnamese titles are read as well; the rows stand in the form."""
    raw = "\ufeffNguyên liệu;Mã HS;Xuất xứ;Trị giá;Có xuất xứ?\nDa;410711;IT;550,00;không\n".encode()
    page = judged(trader, files={"file": ("bill.csv", raw, "text/csv")}).text
    assert 'name="m.0.description" value="Da"' in page
    assert 'name="m.0.value" value="550,00"' in page
    assert '<option value="non_originating" selected>' in page


def test_a_long_bill_stays_a_table(trader):
    """More rows than the form has are judged all the same, and come back as the table they were."""
    good = "".join(f"Part {number},854231,CN,1.00,no\n" for number in range(40))
    answer = judged(trader, table=good)
    assert 200 == answer.status_code
    assert "40 materials from the table below" in plain(answer.text)
    assert "Part 39" in answer.text[answer.text.index('name="table"') :]


@pytest.mark.parametrize(
    ("table", "code"),
    [
        ("a,b\n", "2"),
        ("Leather,41,IT,550,no\n", "“41”"),
        ("Leather,410711,ITA,550,no\n", "“ITA”"),
        ("x,410711,IT,lots,no", "“lots”"),
    ],
)
def test_a_faulty_bill_is_not_judged_and_nothing_of_it_is_lost(trader, table, code):
    """The line or the row is named, and the verdict waits."""
    answer = judged(trader, table=table)
    assert 422 == answer.status_code
    assert code in answer.text
    assert 'id="verdicts"' not in answer.text
    assert 'value="1000"' in answer.text


def test_a_file_that_is_no_text_is_refused(trader):
    """A spreadsheet's bytes are no table of text."""
    answer = judged(trader, files={"file": ("bill.xlsx", b"PK\x03\x04\xff\xfe", "application/zip")})
    assert 422 == answer.status_code
    assert "UTF-8" in answer.text


def test_more_rows_keep_what_was_typed(trader):
    """The button adds rows and judges nothing."""
    page = judged(trader, more="1", **{"m.0.description": "Leather"}).text
    assert 'value="Leather"' in page
    assert page.count('class="material"') > judged(trader).text.count('class="material"')


@given(st.integers(0, 10**15 - 1), st.integers(0, 6))
def test_a_figure_that_is_shown_is_read_as_itself(number, decimals):
    """What stands in a form is typed back as the same number, in whole units of its last decimal."""
    assert number == scaled(as_typed(number, decimals), decimals)


@pytest.mark.parametrize("text", ["", "-1", "1e3", "1.2.3", "٣", "1.234", "0x1", "1_000"])
def test_what_is_no_figure_is_none(text):
    """No sign, no exponent, no digits of other scripts, no decimal too many."""
    assert scaled(text, 2) is None


@pytest.mark.parametrize(
    ("text", "status"),
    [("có", "originating"), ("否", "non_originating"), ("Non", "non_originating"), ("?", "undetermined")],
)
def test_yes_and_no_are_read_in_each_language(text, status):
    """A bill may come from either side; what is neither is not known, and counts as not originating."""
    assert Status(status) is bill.status_of(text)
