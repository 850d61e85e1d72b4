"""``gatepair declare``: formats are told apart, refusals name the file, and the exit status says whether all is well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gatepair.adapters.formats.reading import Format, format_of
from gatepair.base.errors import Malformed
from gatepair.base.findings import LANGUAGES
from gatepair.cli import main
from gatepair.cli.checked import WORDS
from gatepair.cli.declare import declare

XML = b"<Declaration><ID>X1</ID><GoodsShipment><GovernmentAgencyGoodsItem><SequenceNumeric>1</SequenceNumeric></GovernmentAgencyGoodsItem></GoodsShipment></Declaration>"
EDI = b"UNB+UNOA:1+A+B+250101:0000+1'UNH+1+CUSCAR:D:95B:UN'BGM+785+M1+9'UNT+3+1'UNZ+1+1'"


def declared(place: Path, raw: bytes, *options: str) -> Result:
    file = place / "declaration"
    file.write_bytes(raw)
    return CliRunner().invoke(declare, [str(file), *options])


@pytest.mark.parametrize(
    ("raw", "form"),
    [
        (b'{"id":"1"}', Format.JSON),
        (b"\xef\xbb\xbf <a/>", Format.WCO),
        (XML, Format.WCO),
        (EDI, Format.EDIFACT),
        (b"UNA:+.? 'UNB+", Format.EDIFACT),
        (b"UNA^|,? ~UNB|UNOA^1", Format.EDIFACT),
        (b"UNA^|,? ~\r\nUNH|1", Format.EDIFACT),
        (b"PK\x03\x04", Format.XLSX),
    ],
)
def test_formats_are_told_by_their_beginning(raw: bytes, form: Format) -> None:
    """Nobody needs to say what a file shows."""
    assert form is format_of(raw)


@pytest.mark.parametrize("raw", [b"PK\x05\x06", b"hello"])
def test_what_is_none_of_them_is_refused(raw: bytes) -> None:
    """An unknown format is named by its first bytes."""
    with pytest.raises(Malformed, match="begins with"):
        format_of(raw)


@pytest.mark.parametrize(
    ("raw", "status", "says"),
    [
        (XML, 0, "declaration (wco), 1 goods items, 2 values taken over, 0 told below"),
        (EDI, 0, "manifest (edifact), 3 values taken over, 0 told below"),
        (b'{"id":"X1"}', 0, "declaration (json), 0 told below"),
        (b'\xef\xbb\xbf{"id":"X1"}', 0, "declaration (json), 0 told below"),
        (XML.replace(b"<ID>X1", b"<Hue>red</Hue><ID>X1"), 0, "/Declaration/Hue"),
        (XML.replace(b">1<", b">one<"), 1, "is no number"),
        (b'{"Id":"X1"}', 1, "refused: The file is no declaration"),
        (b"<Declaration>", 1, "refused: Line 1"),
        (b"hello", 1, "refused: The file is neither"),
    ],
)
def test_what_became_of_a_file_is_told(tmp_path: Path, raw: bytes, status: int, says: str) -> None:
    """Read, read with remarks, wrong in a value, or refused."""
    told = declared(tmp_path, raw)
    assert (status, True) == (told.exit_code, says in told.output), told.output


def test_a_program_gets_one_object_a_document(tmp_path: Path) -> None:
    """The JSON form holds the content in our own words; a refusal is an object too."""
    found = json.loads(declared(tmp_path, XML, "--json").output)
    assert ("declaration", "X1", 2) == (found["kind"], found["content"]["id"], found["mapped"])
    assert "malformed" == json.loads(declared(tmp_path, b"<a>", "--json").output)["code"]


def test_strict_validation_is_asked_for(tmp_path: Path) -> None:
    """With a schema, a readable document that does not follow it fails."""
    schema = tmp_path / "schema.xsd"
    schema.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="Declaration"><xs:complexType><xs:sequence>'
        '<xs:element name="ID" type="xs:int"/></xs:sequence></xs:complexType></xs:element></xs:schema>',
        "utf-8",
    )
    assert 0 == declared(tmp_path, b"<Declaration><ID>7</ID></Declaration>", "--schema", str(schema)).exit_code
    told = declared(tmp_path, b"<Declaration>\n<ID>X1</ID></Declaration>", "--schema", str(schema))
    assert (1, True) == (told.exit_code, "schema, line 2" in told.output)


def test_what_stands_around_the_findings_is_in_the_language_too(tmp_path: Path) -> None:
    """Summary, severity and refusal have four wordings."""
    for raw in (XML, b"<Declaration>"):
        told = [declared(tmp_path, raw, "--language", each).output.splitlines()[0] for each in LANGUAGES]
        assert len(LANGUAGES) == len({line.partition(":")[2].partition(":")[0] for line in told})
    assert {"error", "warning", "note"} <= set(WORDS)


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the system says of a file is told with its name and without a traceback."""
    sheet = tmp_path / "s.tsv"
    sheet.write_text("country: CN\noption: mfn\nhs: HS 2022\nfrom: 2025-01-01\nsource: test\n0810\t5%\n", "utf-8")
    with pytest.raises(SystemExit) as left:
        main(["tariff", "import", str(sheet), "--directory", str(sheet / "below")])
    told = capsys.readouterr().err
    assert (1, True, 1) == (left.value.code, "s.tsv" in told, told.count("\n"))
