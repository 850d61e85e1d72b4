"""A trader declares once: the form keeps all, findings stand at their fields, copies are one's own, files are shown read."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterator

import msgspec
import openpyxl
import pytest

from gatepair.base.duties import Duty
from gatepair.base.errors import NotPermitted
from gatepair.base.findings import LANGUAGES
from gatepair.clearance.codes_search import CodeList
from gatepair.crossing.commands import DeclareCrossing
from gatepair.web.auth import COOKIE
from gatepair.web.console import fields
from gatepair.web.console.trade.declaring import filling, upload_routes
from gatepair.web.console.trade.declaring.asks import GOODS, NOT_ASKED, PAPERS, SECTIONS
from gatepair.web.console.trade.declaring.home_routes import LOOKERS
from web.console.desks import COMMAND, PEOPLE, PROOF, Desk, desk_at

FORM = {
    "direction": "out", "route": "r1119-1120", "load": "truck", "lane_kind": "manned",
    "declaration.regime": "ordinary", "binding.tractor": "12C 54321", "binding.trailer": "12r-54321",
    "binding.owner": "SYNTHETIC Owner 9", "driver.name": "SYNTHETIC Driver 9", "driver.licence": "SYN-9",
    "driver.nationality": "vn", "declaration.goods.0.hs": "0810.60", "declaration.goods.0.description": "Sầu riêng",
    "declaration.goods.0.commodity": "fresh_fruit", "declaration.goods.0.gross_mass_kg": "20 000",
    "declaration.goods.0.packages": "1000", "declaration.goods.0.value_minor": "100000.50",
    "declaration.goods.0.currency": "USD", "declaration.goods.0.origin": "VN",
    "declaration.parties.exporter": "SYNTHETIC Exporter 9", "declaration.parties.importer": "SYNTHETIC Importer 9",
}  # fmt: skip
"""A form that is filled in well; a test changes what it is about."""
TABLE = (
    "Reference,Plate,HS code,Description,Gross mass,Packages,Value,Currency,Origin,Exporter,Importer,Colour\n"
    "A1,12C-70001/12R-70001,081060,Durian,20000,1000,100000.00,USD,VN,SYNTHETIC E,SYNTHETIC I,red\n"
    "A2,12C-70002,080390,Banana,abc,10,50.00,USD,VN,SYNTHETIC E,SYNTHETIC I,\n"
    "A2,,999999,Nothing,5,1,1.00,USD,VN,,,\n"
)
"""Two declarations: one in order, one with a mass that is none and a code that does not exist."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with desk_at(tmp_path_factory.mktemp("declaring")) as found, found.client() as client:
        found.everyone = client
        yield found


@pytest.fixture
def trader(desk):
    """Return the client of the trader."""
    desk.enter(desk.everyone, Duty.TRADER)
    yield desk.everyone
    desk.everyone.cookies.clear()


def proofs(client, address="/trade/declare?lang=en"):
    page = client.get(address).text
    return {"proof": PROOF.search(page).group(1), "command_id": COMMAND.search(page).group(1)}


def sent(client, do, language="en", **changed):
    """Send the form with ``changed`` fields (``__`` for a point; None leaves one out) and press ``do``."""
    form = {**FORM, **{name.replace("__", "."): text for name, text in changed.items()}}
    given = {name: text for name, text in form.items() if text is not None}
    return client.post(
        f"/trade/declare?lang={language}", data={**given, **proofs(client), "do": do}, follow_redirects=False
    )


def told_at(page: str, name: str) -> str:
    """Return what stands beside the field ``name``; empty when nothing does."""
    found = re.search(rf'<ul class="told" id="{re.escape(name)}-told">(.*?)</ul>', page, re.DOTALL)
    return found.group(1) if found else ""


def value_of(page: str, name: str) -> str:
    """Return what the input ``name`` holds."""
    return re.search(rf'<input id="{re.escape(name)}" name="[^"]+" value="([^"]*)"', page).group(1)


def own(desk) -> dict:
    return desk.post.declaring.own(desk.actor(Duty.TRADER))


# --- the questions ----------------------------------------------------------------------------


def test_every_field_of_the_order_is_asked_or_left_out_with_a_reason():
    """A field that the order gains must be asked, or stand among those that are not."""
    order = {re.sub(r"\.\d+\.", ".", field.name) for field in fields.fields_of(DeclareCrossing)}
    asked = {f"{s.rows}.{ask.name}" if s.rows else ask.name for s in SECTIONS for ask in s.asks}
    left_out = {name for name in order - asked if not any(name.startswith(one) for one in NOT_ASKED)}
    assert set() == left_out
    assert set() == asked - order
    assert not NOT_ASKED & asked


def test_every_stand_in_is_well_written():
    """What stands for a missing answer is taken by the order, so that it brings no finding of its own."""
    empty = dict.fromkeys(FORM, "") | {"load": "truck", "driver.name": "x"}
    form = filling.filled(filling.tidied({**FORM, **empty, "declaration.documents.0.kind": "phyto"}))
    assert {"form.missing"} == {one.code for one in form.findings}
    assert isinstance(form.command, DeclareCrossing)


# --- declaring --------------------------------------------------------------------------------


def test_a_declaration_is_sent_once_and_stands_in_the_traders_home(desk, trader):
    """Numbers are taken exactly, blanks in plates do not count, and sending twice declares once."""
    given = {**FORM, **proofs(trader), "do": "declare"}
    answers = [trader.post("/trade/declare", data=given, follow_redirects=False) for _ in range(2)]
    assert [303, 303] == [one.status_code for one in answers], answers[0].text
    assert answers[0].headers["location"] == answers[1].headers["location"]
    crossing = answers[0].headers["location"].rpartition("=")[2]
    view = desk.post.crossing_view(crossing, desk.actor(Duty.TRADER))
    (item,) = view["declaration"]["goods"]
    assert ("12C54321", "12R-54321") == (view["binding"]["tractor"], view["binding"]["trailer"])
    assert ("081060", 20_000, 10_000_050) == (item["hs"], item["gross_mass_kg"], item["value_minor"])
    assert "VN" == view["driver"]["nationality"]
    home = trader.get(answers[0].headers["location"]).text
    assert 1 == [row["crossing"] for row in own(desk)["open"]].count(crossing)
    assert f'href="/trade/crossings/{crossing}"' in home
    assert f'href="/trade/declare?like={crossing}"' in home


@pytest.mark.parametrize(
    "wrong",
    [
        ("binding.tractor", "", "form.missing"),
        ("binding.tractor", "!!", "form.unfit"),
        ("binding.containers", "ABC", "form.unfit"),
        ("driver.licence", "", "form.missing"),
        ("declaration.goods.0.gross_mass_kg", "20.000", "form.not_whole"),
        ("declaration.goods.0.value_minor", "100.000", "form.not_money"),
        ("declaration.goods.0.hs", "sau rieng", "form.code_wanted"),
        ("declaration.goods.0.hs", "080199", "check.hs_unknown"),
        ("declaration.goods.0.hs", "870321", "clearance.hs_group"),
        ("declaration.goods.0.origin", "ZZ", "clearance.country_unknown"),
        ("declaration.goods.0.gross_mass_kg", "0", "clearance.mass_missing"),
        ("lane_kind", "unmanned", "crossing.load_lane"),
        ("declaration.parties.importer", " ", "form.missing"),
    ],
)
def test_a_finding_stands_beside_its_field_and_nothing_is_lost(desk, trader, wrong):
    """Whoever finds it, form, gate or goods declaration; what was filled in stands there as it was."""
    name, text, code = wrong
    before = desk.post.head_position()
    for do, status in (("check", 200), ("declare", 422)):
        answer = sent(trader, do, **{name.replace(".", "__"): text})
        assert status == answer.status_code
        found = own_findings(desk, name, text)
        assert code in found
        assert told_at(answer.text, name)
        assert "SYNTHETIC Exporter 9" == value_of(answer.text, "declaration.parties.exporter")
        assert "100000.50" == value_of(answer.text, "declaration.goods.0.value_minor") or name.endswith("value_minor")
    assert before == desk.post.head_position()


def own_findings(desk, name, text):
    """Return the codes that the form and the desk give at the field ``name``."""
    form = filling.filled(filling.tidied({**FORM, name: text}))
    weighed = desk.post.declaring.check(form.command, desk.actor(Duty.TRADER))
    return [one.code for one in (*form.findings, *weighed) if one.path == name or one.path.startswith(f"{name}.")]


def test_the_check_alone_sends_nothing_and_says_that_one_may(desk, trader):
    """Nothing stands against it, and nothing is recorded."""
    before = desk.post.head_position()
    changed = {"binding__tractor": "12C-54399", "binding__trailer": "12R-54399"}
    page = sent(trader, "check", **changed).text
    assert "Nothing stands against it" in page
    assert 'class="refused"' not in page
    assert before == desk.post.head_position()


def test_a_vehicle_that_is_on_its_way_already_is_told_before_sending(desk, trader):
    """The check knows what only the ledger knows."""
    desk.declared(881)
    page = sent(trader, "check", binding__tractor="12C-00881").text
    assert "12C-00881" in told_at(page, "binding.tractor") or "crossing" in page[page.index('class="refused"') :]


def test_rows_come_and_go_without_script(trader):
    """A row is added at the end with the origin of the one before, and any may be removed; the others keep their texts."""
    page = sent(trader, "add:goods").text
    assert "VN" == value_of(page, "declaration.goods.1.origin")
    assert "" == value_of(page, "declaration.goods.1.hs")
    page = sent(trader, "remove:goods.0", declaration__goods__1__hs="080390").text
    assert "080390" == value_of(page, "declaration.goods.0.hs")
    assert 'id="declaration.goods.1.hs"' not in page
    page = sent(trader, "remove:goods.0").text
    assert "" == value_of(page, "declaration.goods.0.hs")
    page = sent(trader, "add:papers").text
    assert 'id="declaration.documents.0.number"' in page
    assert 400 == sent(trader, "add:nothing").status_code
    odd = {"declaration__goods__²__hs": "1", "declaration__goods____hs": "1"}
    assert [200, 200] == [sent(trader, do, **odd).status_code for do in ("remove:goods.²", "check")]
    for row in ("0000009", f"000000{'9' * 5_000}"):
        assert 200 == sent(trader, f"remove:goods.{row}").status_code


def test_no_more_rows_than_the_order_takes(trader):
    """At the last row the button is gone, and one more that is asked for all the same is not made."""
    rows = {f"declaration.goods.{index}.hs": "081060" for index in range(GOODS.rows_max)}
    answer = sent(trader, "add:goods", **{name.replace(".", "__"): text for name, text in rows.items()})
    assert 200 == answer.status_code
    assert f'id="declaration.goods.{GOODS.rows_max - 1}.hs"' in answer.text
    assert f'id="declaration.goods.{GOODS.rows_max}.hs"' not in answer.text
    assert 'value="add:goods"' not in answer.text


def test_a_code_is_found_and_chosen_without_script(trader):
    """Words in the field, the button beside it, then a code of the list: it and its group stand in the form."""
    page = sent(trader, "find:declaration.goods.0.hs", declaration__goods__0__hs="榴莲", language="zh").text
    choice = "pick:declaration.goods.0.hs:081060"
    assert f'value="{choice}"' in page
    page = sent(trader, choice, declaration__goods__0__hs="榴莲", declaration__goods__0__commodity="").text
    assert "081060" == value_of(page, "declaration.goods.0.hs")
    assert '<option value="fresh_fruit" selected>' in page
    page = sent(trader, "find:declaration.goods.0.hs", declaration__goods__0__hs="zzzz").text
    assert "zzzz" in told_at(page, "declaration.goods.0.hs")


def test_an_empty_vehicle_needs_neither_goods_nor_parties(desk, trader):
    """Load and regime say that it is empty; the other fields may stay empty."""
    changed = {
        "load": "empty", "lane_kind": "empties", "declaration__regime": "empty", "route": "r1116-1117",
        "binding__tractor": "12C-54400", "binding__trailer": None,
        "declaration__parties__exporter": "", "declaration__parties__importer": "",
        **{name.replace(".", "__"): None for name in FORM if name.startswith("declaration.goods")},
    }  # fmt: skip
    answer = sent(trader, "declare", **changed)
    assert 303 == answer.status_code, re.findall(r"<li.*?</li>", answer.text)


def test_text_typed_with_accents_apart_is_taken(desk, trader):
    """Some keyboards write a letter and its accent as two characters; the ledger keeps one form."""
    apart = unicodedata.normalize("NFD", "Sầu riêng")
    changed = {"binding__tractor": "12C-54401", "binding__trailer": None, "declaration__goods__0__description": apart}
    assert 303 == sent(trader, "declare", **changed).status_code
    assert "Sầu riêng" == own(desk)["open"][0]["goods"]


# --- copies -----------------------------------------------------------------------------------


def test_a_copy_keeps_what_the_goods_are_and_leaves_the_journey_behind(desk, trader):
    """Names of firms and goods come along, quantities, values, vehicle, driver and numbers do not; reading names is recorded."""
    crossing = desk.declared(882)
    before = desk.post.head_position()
    page = trader.get(f"/trade/declare?like={crossing}&lang=en").text
    assert "SYNTHETIC Exporter 001" == value_of(page, "declaration.parties.exporter")
    assert "08106000" == value_of(page, "declaration.goods.0.hs")
    for name in ("gross_mass_kg", "packages", "value_minor"):
        assert "" == value_of(page, f"declaration.goods.0.{name}")
    assert "" == value_of(page, "binding.tractor") == value_of(page, "driver.name")
    assert "" == value_of(page, "declaration.documents.0.number")
    assert "SYNTHETIC Driver" not in page
    read = [one for one in desk.post.events(before, 50, desk.actor(Duty.AUDITOR)) if "PersonalDataRead" in one["type"]]
    assert [["declaration.parties"]] == [msgspec.json.decode(one["payload"])["fields"] for one in read]


def test_nobody_copies_what_another_trader_declared(desk, trader):
    """As if there were no such crossing."""
    crossing = desk.declared(883)
    other = desk.post.transact(
        lambda unit: desk.post.accounts.create_account(
            unit, "trader.2", duty=Duty.TRADER, password_hash=desk.post.accounts.hash_password("x" * 20), by="setup",
            now_ms=desk.post.now(), drill=True,
        )
    )  # fmt: skip
    token = desk.post.transact(lambda unit: desk.post.accounts.open_session(unit, other, desk.post.now())[0])
    trader.cookies.clear()
    trader.cookies.set(COOKIE, token)
    assert 404 == trader.get(f"/trade/declare?like={crossing}").status_code
    assert "12C-00883" not in trader.get("/trade").text


# --- the home ---------------------------------------------------------------------------------


def test_an_ended_crossing_stands_below_and_outlives_a_rebuild(desk, trader):
    """The last declared first; made again from the ledger the list is the same."""
    crossings = [desk.declared(number) for number in (884, 885)]
    for crossing in crossings:
        desk.give(Duty.TRADER, {"type": "CancelCrossing", "crossing": crossing, "reason": "changed our mind"})
    ended = [row["crossing"] for row in own(desk)["ended"]]
    assert crossings[::-1] == ended[:2]
    desk.post.rebuild()
    assert ended == [row["crossing"] for row in own(desk)["ended"]]
    page = trader.get("/trade?lang=en").text
    assert page.index("Ended") < page.index("12C-00885") < page.index("12C-00884")


def test_a_trader_comes_in_at_home(desk):
    """The log-in leads there, and the work list of the others is not in the menu."""
    given = {"login": PEOPLE[Duty.TRADER], "password": "correct horse battery"}
    assert "/trade" == desk.everyone.post("/login", data=given, follow_redirects=False).headers["location"]
    page = desk.everyone.get("/trade").text
    assert 'href="/desk"' not in page
    desk.everyone.cookies.clear()


@pytest.mark.parametrize("duty", sorted(set(PEOPLE) - {Duty.TRADER}))
def test_only_a_trader_declares(desk, duty):
    """All others find the pages shut; codes are looked up by those who read declarations too."""
    desk.enter(desk.everyone, duty)
    for path in ("/trade", "/trade/declare", "/trade/upload"):
        assert 403 == desk.everyone.get(path).status_code
    assert (200 if duty in LOOKERS else 403) == desk.everyone.get("/trade/codes").status_code
    assert 403 == desk.everyone.post("/trade/declare", data={"do": "declare"}).status_code
    desk.everyone.cookies.clear()


def test_only_a_trader_has_a_declaration_checked(desk):
    """The check is for whom the declaring is for, whichever way it is asked."""
    form = filling.filled(filling.tidied(FORM))
    with pytest.raises(NotPermitted):
        desk.post.declaring.check(form.command, desk.actor(Duty.CUSTOMS))


def test_a_correction_is_one_step_from_home_while_one_may_be_made(desk, trader):
    """The link leads to the panel of the crossing's own page; after its end there is none."""
    crossing = desk.declared(886)
    link = f'href="/trade/crossings/{crossing}#correct"'
    assert link in trader.get("/trade").text
    assert 'id="correct"' in trader.get(f"/trade/crossings/{crossing}").text
    desk.give(Duty.TRADER, {"type": "CancelCrossing", "crossing": crossing, "reason": "changed our mind"})
    page = trader.get("/trade").text
    assert crossing in page
    assert link not in page


def test_the_work_list_leads_a_trader_home(desk, trader):
    """Others do the work; what a trader does stands at home."""
    answer = trader.get("/desk", follow_redirects=False)
    assert (303, "/trade") == (answer.status_code, answer.headers["location"])


# --- codes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", [each.value for each in CodeList])
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_list_is_looked_up_on_a_page_of_its_own(trader, which, language):
    """Without script; what is found stands in a table."""
    query = {"hs": "榴莲", "country": "VN", "location": "Lang Son", "package": "CT", "unit": "KGM", "document": "phyto"}
    page = trader.get("/trade/codes", params={"list": which, "q": query[which], "lang": language}).text
    code = {"hs": "081060", "location": "VNLGS"}.get(which, query[which])
    assert f'<th scope="row" class="figure">{code}</th>' in page
    assert f'<html lang="{language}">' in page


def test_the_form_gets_the_list_alone(trader):
    """Buttons that choose a code; nothing for nothing, a word when nothing is found, and no list that does not exist."""
    asked = {"list": "hs", "field": "declaration.goods.0.hs"}
    found = trader.get("/trade/codes", params={**asked, "declaration.goods.0.hs": "mít"}).text
    assert "<html" not in found
    assert 'data-code="081090"' in found
    assert "" == trader.get("/trade/codes", params={**asked, "declaration.goods.0.hs": " "}).text
    assert "<button" not in trader.get("/trade/codes", params={**asked, "q": "zzzz"}).text
    assert 400 == trader.get("/trade/codes", params={"list": "stars"}).status_code


def test_what_is_typed_is_never_markup(trader):
    """Neither what is looked for nor the name of the field."""
    hostile = '"><script>alert(1)</script>'
    for params in ({"list": "hs", "q": hostile}, {"list": "hs", "q": "mít", "field": hostile}):
        assert "<script>alert" not in trader.get("/trade/codes", params=params).text


# --- files ------------------------------------------------------------------------------------


def upload(client, raw: bytes, name: str, **given):
    proof = PROOF.search(client.get("/trade/upload?lang=en").text).group(1)
    return client.post(
        "/trade/upload?lang=en",
        data={"proof": proof, "route": "r1119-1120", "direction": "out", "load": "truck", "lane_kind": "manned",
              "declaration.regime": "ordinary", **given},
        files={"file": (name, raw)},
    )  # fmt: skip


def test_a_table_is_shown_read_declaration_by_declaration(desk, trader):
    """Each value with its cell beside what it became, findings beside it, and one verdict each."""
    before = desk.post.head_position()
    page = upload(trader, TABLE.encode(), "goods.csv").text
    assert "2 declarations in the file" in page
    first, second = page.split('<article class="card read"')[1:]
    assert "can be declared" in first
    assert 'value="declare"' in first
    assert re.search(r'class="place">C2</th><td>.*?081060</td>\s*<td>.*?HS code 1.*?081060', first, re.DOTALL)
    assert "thing" in second
    assert 'value="declare"' not in second
    assert re.search(r'class="place">E3</th>.*?Gross mass in kg 1.*?not usable.*?“abc”', second, re.DOTALL)
    assert re.search(r'class="place">C4</th>.*?999999.*?<li class="error">.*?999999', second, re.DOTALL)
    assert "column L" in first
    assert before == desk.post.head_position()


def test_what_was_read_is_declared_as_it_is_or_gone_on_with(desk, trader):
    """The same form, with the fields of the file; two plates become tractor and trailer."""
    page = upload(trader, TABLE.encode(), "goods.csv").text
    part = page.split('<article class="card read"')[1]
    fields_read = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', part))
    form = trader.post("/trade/declare?lang=en", data={**fields_read, "do": "edit"}).text
    assert "12R-70001" == value_of(form, "binding.trailer")
    assert "100000.00" == value_of(form, "declaration.goods.0.value_minor")
    done = trader.post("/trade/declare", data={**fields_read, "do": "declare"}, follow_redirects=False)
    assert 303 == done.status_code
    assert "12C-70001" in [row["tractor"] for row in own(desk)["open"]]


@pytest.mark.parametrize("count", [GOODS.rows_max, GOODS.rows_max + 1, 1_200])
def test_no_row_of_a_long_file_is_left_out_in_silence(trader, count):
    """Up to what a form takes it may be declared; one more is told, and nothing can be sent without it."""
    head, sound, *_ = TABLE.splitlines()
    rows = [sound.replace("7000", "7100")] * count
    page = upload(trader, "\n".join([head, *rows]).encode(), "long.csv").text
    fits = count <= GOODS.rows_max
    assert fits is ('value="declare"' in page) is ('value="edit"' in page)
    assert fits is (f"There are {count} rows" not in page)


def test_a_file_full_of_faults_makes_no_endless_page(trader):
    """The first ones are listed, the others counted."""
    rows = "\n".join("A1,081060,abc" for _ in range(800))
    page = upload(trader, f"Reference,HS code,Gross mass\n{rows}\n".encode(), "bad.csv").text
    assert re.search(r"and [0-9]+ more", page)
    assert page.count("<li ") < 1_000


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in TABLE.splitlines():
        book.active.append(row.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WCO = (
    b"<Declaration><FunctionalReferenceID>X1</FunctionalReferenceID><Hue>red</Hue><GoodsShipment>"
    b"<GovernmentAgencyGoodsItem><Commodity><Classification><ID>081060</ID></Classification></Commodity>"
    b"</GovernmentAgencyGoodsItem></GoodsShipment></Declaration>"
)
CUSDEC = b"UNH+1+CUSDEC:D:96B:UN'BGM+830+REF1'CST+1+081060'UNT+4+1'"


@pytest.mark.parametrize(
    ("raw", "name", "shown"),
    [
        (workbook(), "goods.xlsx", "C2"),
        (WCO, "d.xml", "/Declaration/GoodsShipment/GovernmentAgencyGoodsItem/Commodity/Classification/ID (1)"),
        (CUSDEC, "d.edi", "CST"),
        (b'{"functional_reference_id": "J1", "exporter": {"name": "E"}}', "d.json", "exporter.name"),
    ],
)
def test_every_format_shows_where_its_values_stand(trader, raw, name, shown):
    """By cell, by path and line, by segment, by place in our JSON."""
    answer = upload(trader, raw, name)
    assert 200 == answer.status_code
    assert shown in answer.text


@pytest.mark.parametrize(
    "refused",
    [
        (b"", "a.csv", {}, 422, "No file was chosen"),
        (b"hello", "a.txt", {}, 400, "Name its format"),
        (b"x,y\n1,2\n", "a.csv", {}, 422, "header"),
        (TABLE.encode(), "a.csv", {"mapping": "decimal: x"}, 422, "decimal"),
        (b"x" * (upload_routes.FILE_BYTES_MAX + 1), "a.csv", {}, 422, "at most"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(trader, refused):
    """With the finding of the reader, and what was chosen beside the file still there."""
    raw, name, given, status, words = refused
    answer = upload(trader, raw, name, route="r1119-1120", **given)
    assert status == answer.status_code
    assert words in answer.text
    assert '<option value="r1119-1120" selected>' in answer.text


def test_a_file_needs_a_page_of_ours(desk, trader):
    """A file that another site sends is not even read."""
    assert 403 == trader.post("/trade/upload", files={"file": ("a.csv", TABLE.encode())}).status_code


def test_rows_are_counted_anew():
    """Rows without a text fall out, others keep their order, and a name that is no row's stays where it is."""
    given = {"declaration.goods.7.hs": "1", "declaration.goods.2.origin": "VN", "declaration.documents.4.number": "9"}
    tidy = filling.tidied({**given, "declaration.goods.x.hs": "?"})
    assert [{"hs": "1"}] == filling.rows_in(tidy, GOODS)
    assert [{"kind": "", "number": "9"}] == filling.rows_in(tidy, PAPERS)
