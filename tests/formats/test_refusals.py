"""Files that are refused: each cause has its code, its place and a sentence in four languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from formats.test_edifact import message
from gatepair.adapters.formats import edifact, reading, safe_xml
from gatepair.adapters.formats.reading import Format, read_documents
from gatepair.base.errors import BadInput, Malformed, TooLarge
from gatepair.base.findings import LANGUAGES, REGISTRY
from gatepair.cli.declare import declare

EDI = message("BGM+85+M1+9")
DEEP = b"<a>" * (safe_xml.DEPTH_MAX + 1) + b"</a>" * (safe_xml.DEPTH_MAX + 1)
ROAD = '"单证": "发票"'.encode()
MOVEMENT = b"<inv:inventoryLinkingMovementRequest xmlns:inv='x'><inv:messageCode>EAL</inv:messageCode></inv:inventoryLinkingMovementRequest>"

REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "file.too_large": (lambda: b"<" + b" " * safe_xml.XML_BYTES_MAX, str(safe_xml.XML_BYTES_MAX)),
    "file.format_unknown": (lambda: b"hello", "hello"),
    "file.empty": (lambda: b"\xef\xbb\xbf \r\n", ""),
    "file.edi_empty": (lambda: b"UNB+UNOA:1'UNZ+0+1'", "2"),
    "file.json_broken": (lambda: b'{"id": 7}', "$.id"),
    "file.json_key_twice": (
        lambda: b'{"id": "1", "goods_shipment": {"destination": {"country_code": "CN"}}, "id": "2"}',
        "id",
    ),
    "file.xml_broken": (lambda: b"<Declaration>\n<ID>1</Declaration>", "2"),
    "file.xml_document_type": (lambda: b"<!DOCTYPE a [<!ENTITY b 'c'>]><Declaration/>", "1"),
    "file.xml_too_deep": (lambda: DEEP, str(safe_xml.DEPTH_MAX)),
    "file.other_document": (lambda: MOVEMENT, "inventoryLinkingMovementRequest"),
    "file.road_document_unknown": (lambda: b"{" + ROAD + b"}", "原始舱单"),
    "file.edi_unreadable": (lambda: b"UNB+x'", "1"),
    "file.edi_tag": (lambda: message("B-M+85"), "B-M"),
    "file.edi_too_many": (lambda: b"UNB+UNOA:1'" + b"A01'" * edifact.SEGMENTS_MAX, str(edifact.SEGMENTS_MAX)),
    "file.edi_cut": (lambda: EDI.replace(b"UNT+3+1'UNZ+1+1'", b""), "3"),
    "file.edi_characters": (lambda: EDI.replace(b"M1", b"\xff\xfe"), "ascii"),
    "file.edi_unended": (lambda: message("UNH+2+CUSCAR:D:95B:UN"), "3"),
    "file.edi_unbegun": (lambda: EDI.replace(b"UNH+1+CUSCAR:D:95B:UN'BGM+85+M1+9'", b"UNT+3+1'"), "2"),
    "file.edi_outside": (lambda: EDI.replace(b"UNH+1+CUSCAR:D:95B:UN'", b""), "BGM"),
    "file.edi_other_closed": (lambda: EDI.replace(b"UNT+3+1", b"UNT+3+2"), "2"),
    "file.edi_other_message": (lambda: message("BGM+380", kind="INVOIC"), "INVOIC"),
}


def refused(raw: bytes, form: Format | None = None) -> BadInput:
    with pytest.raises((Malformed, TooLarge)) as error:
        read_documents(raw, form)
    return error.value


@pytest.mark.parametrize("code", REFUSED)
def test_a_refused_file_is_told_why_in_four_languages(code: str) -> None:
    """Each sentence names the place or the cause, and none is the other's."""
    make, named = REFUSED[code]
    (finding,) = refused(make()).findings
    assert code == finding.code
    texts = [finding.text(language) for language in LANGUAGES]
    assert len(LANGUAGES) == len(set(texts))
    assert [] == [text for text in texts if named not in text or "{" in text]


def test_what_only_a_named_format_meets() -> None:
    """An interchange that begins otherwise is met only by who says that it is one."""
    (finding,) = refused(b"BGM+1'", Format.EDIFACT).findings
    assert "file.edi_start" == finding.code
    assert len({finding.text(language) for language in LANGUAGES}) == len(LANGUAGES)


def test_every_refusal_of_a_file_is_shown_here() -> None:
    """A new cause comes with its example."""
    shown = {*REFUSED, "file.edi_start"}
    assert {code for code in REGISTRY if code.startswith("file.")} == shown


@pytest.mark.parametrize(("language", "says"), [("vi", "Dòng 2"), ("zh", "第 2 行"), ("fr", "Ligne 2")])
def test_the_command_speaks_the_language_asked_for(tmp_path: Path, language: str, says: str) -> None:
    """A refusal is read by who sent the file."""
    file = tmp_path / "declaration.xml"
    file.write_bytes(REFUSED["file.xml_broken"][0]())
    told = CliRunner().invoke(declare, [str(file), "--language", language])
    assert (1, True) == (told.exit_code, says in told.output)


def test_our_own_json_is_bounded() -> None:
    """A declaration in JSON over the limit is not decoded."""
    (finding,) = refused(b"{" + b" " * reading.JSON_BYTES_MAX).findings
    assert "file.too_large" == finding.code


@pytest.mark.parametrize("depth", [safe_xml.DEPTH_MAX + 1, 300, 10_000])
def test_too_deep_is_too_deep_however_deep(depth: int) -> None:
    """The parser's own limit is told as ours, without the names of its options."""
    (finding,) = refused(b"<a>" * depth + b"</a>" * depth).findings
    assert "file.xml_too_deep" == finding.code


def test_the_cause_of_broken_xml_is_one_line() -> None:
    """A cause that the parser writes on several lines stands on one."""
    (finding,) = refused("<Declaration/>".encode("utf-16-le"), Format.WCO).findings
    assert "\n" not in finding.text("en")


@pytest.mark.parametrize("raw", [
    b'{"id":"1","id":"1"}',
    b'{"id" : "1" ,\n"\\u0069d"\t: "2"}',
    b'{"id":"a\\u003ab\\u003ac","id":"a:b"}',
    b'{"goods_shipment":{"government_agency_goods_item":[{},{"sequence_numeric":{"coefficient":1,"coefficient":2}}]}}',
])  # fmt: skip
def test_a_key_that_stands_twice_is_found_however_it_is_written(raw: bytes) -> None:
    """With blanks, with escapes, deep within, with the same value: one reader would keep the first and one the last."""
    assert "file.json_key_twice" == refused(raw).findings[0].code


@pytest.mark.parametrize("raw", [
    b'{"id":"a:b","version_id":null}',
    b'{"id":"a\\u003ab","type_code":"\\u0022:\\u0022:"}',
    b'{"goods_shipment":{"government_agency_goods_item":[{"sequence_numeric":{"coefficient":1,"decimals":0}},{}]}}',
])  # fmt: skip
def test_keys_that_stand_once_are_none_of_it(raw: bytes) -> None:
    """Colons in texts, fields that say nothing and one key in two objects are no keys twice."""
    assert 1 == len(read_documents(raw))
