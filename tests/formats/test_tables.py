"""Traders' tables: every cell is taken over or told, in four languages; nothing is guessed and nothing is run."""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from gatepair.adapters.formats import table_cells
from gatepair.adapters.formats.reading import Format, Read, read_documents
from gatepair.adapters.formats.table_cells import COLUMNS_MAX, ROWS_MAX, TABLE_BYTES_MAX
from gatepair.adapters.formats.table_fields import FIELDS, HEADERS, folded, place_of
from gatepair.adapters.formats.table_mapping import DEFAULT, TableMapping, read_mapping
from gatepair.base.errors import BadInput, Malformed, Refused, TooLarge
from gatepair.base.findings import LANGUAGES, Finding
from gatepair.clearance.declaration.goods import GovernmentAgencyGoodsItem
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.values import Amount, Measure, Moment
from gatepair.cli.declare import declare

HEADER = ("Reference", "HS code", "Description", "Gross mass", "Value", "Currency")
ROW = ("A1", "081060", "Durians", "1200.5", "9000.00", "CNY")


def as_csv(*rows: Sequence[str], delimiter: str = ",") -> bytes:
    """Write rows as they are; the cells of these tests hold no quotes and no delimiters."""
    return "\r\n".join(delimiter.join(row) for row in rows).encode()


def as_xlsx(*rows: Sequence[Any], more: Sequence[str] = ()) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Sheet")
    for row in rows:
        sheet.append(list(row))
    for name in more:
        book.create_sheet(name)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(raw: bytes, mapping: TableMapping = DEFAULT, form: Format = Format.CSV) -> tuple[Read, ...]:
    return read_documents(raw, form, mapping=mapping)


def one(raw: bytes, mapping: TableMapping = DEFAULT, form: Format = Format.CSV) -> Declaration:
    (only,) = read(raw, mapping, form)
    assert isinstance(only.content, Declaration)
    return only.content


def items(declaration: Declaration) -> tuple[GovernmentAgencyGoodsItem, ...]:
    assert declaration.goods_shipment is not None
    return declaration.goods_shipment.government_agency_goods_item


def findings(raw: bytes, mapping: TableMapping = DEFAULT, form: Format = Format.CSV) -> list[Finding]:
    """Return what is found, whether or not the table is refused."""
    try:
        return [finding for each in read(raw, mapping, form) for finding in each.findings]
    except BadInput as error:
        return list(error.findings)


# --- what is read -----------------------------------------------------------------------------


def test_a_row_is_an_item_and_a_reference_a_declaration() -> None:
    """Rows of one reference are one declaration, in the order of the rows."""
    first, second = read(as_csv(HEADER, ROW, ("B2", *ROW[1:]), ("A1", "081090", *ROW[2:])))
    assert isinstance(first.content, Declaration)
    assert isinstance(second.content, Declaration)
    assert ("A1", 2, "B2", 1) == (
        first.content.functional_reference_id,
        len(items(first.content)),
        second.content.functional_reference_id,
        len(items(second.content)),
    )


def test_values_have_their_units() -> None:
    """A mass is in kilograms unless the mapping says otherwise, and a currency belongs to its amount."""
    commodity = items(one(as_csv(HEADER, ROW)))[0].commodity
    assert commodity is not None
    assert commodity.goods_measure is not None
    assert commodity.invoice_line is not None
    assert Measure(coefficient=12005, decimals=1, unit="KGM") == commodity.goods_measure.gross_mass_measure
    assert Amount(coefficient=900000, decimals=2, currency="CNY") == commodity.invoice_line.item_charge_amount


@pytest.mark.parametrize(
    "header",
    [
        ("Số tham chiếu", "Mã HS", "Tên hàng", "Trọng lượng cả bì (kg)", "Trị giá", "Đồng tiền"),
        ("报关单编号", "商品编码", "品名", "毛重（kg）", "总价", "币制"),
        ("RÉFÉRENCE", "Code SH", "Désignation des marchandises", "Masse brute [kg]", "Valeur", "Monnaie"),
    ],
    ids=["vi", "zh", "fr"],
)
def test_headers_of_four_languages_are_known(header: Sequence[str]) -> None:
    """The same table with headers of another language is the same declaration."""
    assert one(as_csv(HEADER, ROW)) == one(as_csv(header, ROW))


def test_every_field_has_headers_of_its_own() -> None:
    """No header means two fields, each field leads to a place, and each has a header in each language."""
    assert set(FIELDS) == set(HEADERS.values())
    assert all(place_of(name) is not None for name in FIELDS)
    assert all(header == folded(header) for header in HEADERS)


def test_a_workbook_reads_as_its_text_would() -> None:
    """XLSX and CSV of the same cells give the same declaration."""
    assert one(as_csv(HEADER, ROW)) == one(as_xlsx(HEADER, ROW), form=Format.XLSX)


def test_numbers_and_days_that_a_workbook_keeps_are_exact() -> None:
    """A kept number is the decimal that was typed; a kept day has its form."""
    header = ("HS code", "Gross mass", "Invoice date", "Exit")
    mapping = TableMapping(columns={"Exit": "goods_shipment.exit_date_time"})
    raw = as_xlsx(header, ("081060", 0.1, date(2026, 11, 29), datetime.fromisoformat("2026-11-29T07:30")))
    declaration = one(raw, mapping, Format.XLSX)
    shipment, (item,) = declaration.goods_shipment, items(declaration)
    assert shipment is not None
    assert shipment.invoice is not None
    assert item.commodity is not None
    assert item.commodity.goods_measure is not None
    assert Measure(coefficient=1, decimals=1, unit="KGM") == item.commodity.goods_measure.gross_mass_measure
    assert Moment("20261129", "102") == shipment.invoice.issue_date_time
    assert Moment("20261129073000", "204") == shipment.exit_date_time


def test_containers_and_seals_of_several_rows_are_joined() -> None:
    """A container named in two rows is one, with the seals of both."""
    header = ("HS code", "Container", "Seal")
    rows = (("1", "CSQU3054383", "S1"), ("2", "CSQU3054383", "S2"), ("3", "MSKU6011672", "S3"))
    shipment = one(as_csv(header, *rows)).goods_shipment
    assert shipment is not None
    assert shipment.consignment is not None
    found = [(unit.id, [seal.id for seal in unit.seal]) for unit in shipment.consignment.transport_equipment]
    assert [("CSQU3054383", ["S1", "S2"]), ("MSKU6011672", ["S3"])] == found


def test_a_mapping_tells_columns_units_and_constants() -> None:
    """A trader's own headers, tonnes, and what every declaration of the table shares."""
    mapping = read_mapping(
        "header_row: 2\ndelimiter: ';'\ndecimal: ','\ngrouping: '.'\ndate: dmy\n"
        "columns: {Mặt hàng: description, Tấn: gross_mass, Ngày: invoice_date, Ghi chú: ignore}\n"
        "units: {Tấn: TNE}\nconstants: {type: EX, origin: VN, currency: CNY}\n"
    )
    rows = (("Bảng kê",), ("Mặt hàng", "Tấn", "Ngày", "Ghi chú", "Trị giá"), ("Vải", "1.234,5", "5/6/2026", "x", "7"))
    (told,) = read(as_csv(*rows, delimiter=";"), mapping)
    assert ["table.column_ignored"] == [finding.code for finding in told.findings]
    assert isinstance(told.content, Declaration)
    (item,) = items(told.content)
    assert item.commodity is not None
    assert item.commodity.goods_measure is not None
    assert item.commodity.invoice_line is not None
    assert Measure(coefficient=12345, decimals=1, unit="TNE") == item.commodity.goods_measure.gross_mass_measure
    assert Amount(coefficient=7, currency="CNY") == item.commodity.invoice_line.item_charge_amount
    assert ("EX", "VN") == (told.content.type_code, item.origin[0].country_code)


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8-sig", "utf-8"), ("utf-8", "utf-8"), ("utf-16", "utf-8"), ("gb18030", "gb18030"), ("utf-8-sig", "gb18030")],
)
def test_an_encoding_is_told_by_its_mark_or_by_the_mapping(encoding: str, declared: str) -> None:
    """A byte order mark says it; without one the mapping does."""
    raw = as_csv(("商品编码", "品名"), ("081060", "榴莲")).decode().encode(encoding)
    (item,) = items(one(raw, read_mapping(f"encoding: {declared}")))
    assert item.commodity is not None
    assert "榴莲" == item.commodity.description


def test_windows_1258_comes_out_composed() -> None:
    """Viet Nam's older encoding writes tone marks apart; they are joined with their letters."""
    text = "Mã HS,Tên hàng\n081060,Sầu riêng"
    raw = text.replace("ầ", "â\u0300").replace("ã", "a\u0303").encode("cp1258")
    (item,) = items(one(raw, read_mapping("encoding: windows-1258")))
    assert item.commodity is not None
    assert "Sầu riêng" == item.commodity.description


# --- every cell is accounted for --------------------------------------------------------------

headers = st.lists(st.sampled_from([*HEADERS, "colour", "remark", ""]), min_size=1, max_size=8)
cells = st.sampled_from(["", "A1", "B2", "12.5", "1,5", "CNY", "2026-11-29", "=1+1", "#REF!", "x" * 2_001])


@given(headers, st.data())
def test_cells_are_as_many_as_those_taken_over_and_told(header: list[str], draw: st.DataObject) -> None:
    """No cell falls silently away, whatever the columns and whatever stands in them."""
    rows = draw.draw(st.lists(st.lists(cells, min_size=len(header), max_size=len(header)), min_size=1, max_size=5))
    raw = as_csv([folded(name) for name in header], *(['"' + text + '"' for text in row] for row in rows))
    try:
        found = read(raw)
    except Refused:
        return
    told = [finding.params for each in found for finding in each.findings]
    counted = sum(params.get("count", "cell" in params) for params in told)
    assert sum(bool(text) for row in rows for text in row) == sum(each.mapped for each in found) + counted


# --- what is wrong, in four languages ---------------------------------------------------------

WRONG = {
    "table.column_unmapped": (as_csv((*HEADER, "Colour"), (*ROW, "red")), "", "column G"),
    "table.column_ignored": (as_csv((*HEADER, "Colour"), (*ROW, "red")), "columns: {Colour: ignore}", "column G"),
    "table.column_twice": (as_csv((*HEADER, "HS"), (*ROW, "1")), "", "column G"),
    "table.header_missing": (as_csv(HEADER, ROW), "columns: {Hue: description}", "columns.Hue"),
    "table.no_column": (as_csv(("a", "b"), ("1", "2")), "", "row 1"),
    "table.no_row": (as_csv(HEADER), "", "row 1"),
    "table.not_a_number": (as_csv(HEADER, (*ROW[:3], "1 200", *ROW[4:])), "", "D2"),
    "table.not_a_date": (as_csv(("HS", "Invoice date"), ("1", "31/02/2026")), "date: dmy", "B2"),
    "table.formula": (as_csv(HEADER, (*ROW[:4], "=9*1000", ROW[5])), "", "E2"),
    "table.cell_unusable": (as_csv(HEADER, (*ROW[:2], "x" * 2_001, *ROW[3:])), "", "C2"),
    "table.contradicts": (as_csv(("HS", "Truck plate"), ("1", "29C-1"), ("2", "29C-2")), "", "B3"),
    "table.row_without_reference": (as_csv(HEADER, ROW, ("", *ROW[1:])), "", "row 3"),
    "table.unit_without_number": (as_csv(HEADER, (*ROW[:4], "", "CNY")), "", "F2"),
    "table.encoding_false": ("商品编码".encode("gb18030"), "", ""),
    "table.csv_broken": (b'HS\n"0810', "", ""),
    "table.too_large": (as_csv(["x"] * (COLUMNS_MAX + 1)), "", ""),
}


def shown(found: Sequence[Finding], code: str, path: str) -> None:
    """Assert that ``code`` is found at ``path``, with a full sentence in each language."""
    told = next(finding for finding in found if finding.code == code)
    assert path == told.path
    texts = [told.text(language) for language in LANGUAGES]
    assert len(LANGUAGES) == len(set(texts))
    assert [] == [text for text in texts if "{" in text or not text.endswith((".", "。"))]


@pytest.mark.parametrize("code", WRONG)
def test_what_is_wrong_with_a_table_is_told_at_its_place(code: str) -> None:
    """Row and column are named, in four languages."""
    raw, mapping, path = WRONG[code]
    shown(findings(raw, read_mapping(mapping)), code, path)


def workbook_with(part: str, content: bytes) -> bytes:
    raw = io.BytesIO(as_xlsx(HEADER, ROW))
    with zipfile.ZipFile(raw, "a") as archive:
        archive.writestr(part, content)
    return raw.getvalue()


WRONG_BOOKS = {
    "table.not_a_workbook": (b"PK\x03\x04 broken", "", ""),
    "table.macros": (workbook_with("xl/vbaProject.bin", b"x"), "", "xl/vbaProject.bin"),
    "table.sheet_missing": (as_xlsx(HEADER, ROW, more=["Notes"]), "sheet: Hàng", "sheet"),
    "table.sheet_unread": (as_xlsx(HEADER, ROW, more=["Notes"]), "", "Notes"),
    "table.formula": (as_xlsx(HEADER, (*ROW[:4], "=9*1000", ROW[5])), "", "E2"),
    "table.cell_unusable": (as_xlsx(HEADER, (*ROW[:4], True, ROW[5])), "", "E2"),
    "table.nought_lost": (as_xlsx(HEADER, (ROW[0], 8106000, *ROW[2:])), "", "B2"),
}


@pytest.mark.parametrize("code", WRONG_BOOKS)
def test_what_is_wrong_with_a_workbook_is_told_at_its_place(code: str) -> None:
    """A formula is not run, macros are refused, a lost nought is not made up."""
    raw, mapping, path = WRONG_BOOKS[code]
    shown(findings(raw, read_mapping(mapping), Format.XLSX), code, path)


WRONG_MAPPINGS = {
    "table.field_unknown": ("columns: {a: colour}", "1:11 columns.a"),
    "table.constant_unusable": ("constants:\n  invoice_total: many", "2:3 constants.invoice_total"),
    "table.signs_alike": ("decimal: ','\ngrouping: ','", "2:1 grouping"),
    "table.header_missing": ("units: {Hue: KGM}", "1:9 units.Hue"),
    "plan.not_a_choice": ("encoding: latin-1", "1:1 encoding"),
    "plan.unknown_key": ("colums: {}", "1:1 colums"),
    "plan.not_yaml": ("columns: {", "2:1"),
}


@pytest.mark.parametrize("code", WRONG_MAPPINGS)
def test_what_is_wrong_with_a_mapping_is_told_at_its_line(code: str) -> None:
    """A mapping file with a mistake reads nothing."""
    text, path = WRONG_MAPPINGS[code]
    with pytest.raises(Refused) as refused:
        read_mapping(text)
    shown(refused.value.findings, code, path)


# --- hostile files ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        b" " * (TABLE_BYTES_MAX + 1),
        as_csv(*[("1",)] * (ROWS_MAX + 2)),
        workbook_with("xl/media/x.png", b"\0" * (table_cells.UNPACKED_BYTES_MAX + 1)),
    ],
    ids=["bytes", "rows", "unpacked"],
)
def test_a_table_over_a_limit_is_refused(raw: bytes) -> None:
    """Size, rows and what a small archive unpacks to are bounded."""
    with pytest.raises(TooLarge):
        read(raw, form=Format.XLSX if raw.startswith(b"PK") else Format.CSV)


def test_a_workbook_with_a_document_type_is_refused() -> None:
    """No entity of a part is ever expanded."""
    with pytest.raises(Malformed, match="document type"):
        read(workbook_with("xl/x.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), form=Format.XLSX)


@given(st.binary(max_size=200), st.sampled_from([Format.CSV, Format.XLSX]))
def test_any_bytes_give_declarations_or_a_documented_error(raw: bytes, form: Format) -> None:
    """No input ends in anything but declarations or a refusal."""
    with contextlib.suppress(BadInput):
        read(raw, form=form)


# --- the command ------------------------------------------------------------------------------


def test_the_command_reads_tables(tmp_path: Path) -> None:
    """The end of the name tells a CSV file; a wrong mapping is told by line and stops everything."""
    table, mapping = tmp_path / "goods.csv", tmp_path / "map.yaml"
    table.write_bytes(as_csv(HEADER, ROW))
    told = CliRunner().invoke(declare, [str(table)])
    assert (0, True) == (told.exit_code, "declaration (csv), 1 goods items, 6 values taken over" in told.output)
    mapping.write_text("decimal: x", "utf-8")
    told = CliRunner().invoke(declare, [str(table), "--mapping", str(mapping), "--language", "fr"])
    assert (1, True) == (told.exit_code, told.output.startswith("map.yaml:1:1 decimal"))
    table.write_bytes(b"a,b\n1,2")
    told = CliRunner().invoke(declare, [str(table), "--language", "vi"])
    assert (1, True) == (told.exit_code, "Dòng 1 không có tiêu đề" in told.output)
