"""WCO Data Model documents: nothing falls away, what is written is read as itself, hostile XML is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from gatepair.adapters.formats.safe_xml import DEPTH_MAX, XML_BYTES_MAX
from gatepair.adapters.formats.wco import SchemaValidator, read_wco, write_wco
from gatepair.base.errors import Malformed, SettingInvalid, TooLarge
from gatepair.base.findings import LANGUAGES
from gatepair.clearance.declaration.goods import GovernmentAgencyGoodsItem
from gatepair.clearance.declaration.model import Declaration, GoodsShipment
from gatepair.clearance.declaration.response import Response
from gatepair.clearance.declaration.shape import element_name, slots_of
from gatepair.clearance.declaration.values import Amount, Class, Measure, Moment, Number, decimal

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "wco"
NOT_DECLARATIONS = ("EAL_MovementMessage", "EDL_Movement_Message")
"""Messages about movements in a port, which are another kind."""


def corpus(part: str) -> list[Path]:
    """Return the files of the corpus below ``part``; skips visibly where it is not beside the checkout."""
    found = sorted((CORPUS / part).rglob("*.xml"))
    if not found:
        pytest.skip("the corpus of real declarations is not beside this checkout")
    return found


def values_in(raw: bytes) -> int:
    """Count texts and attributes of a document, those that say where its schema lies left out; the test's own way."""
    count = 0
    for element in etree.fromstring(raw, etree.XMLParser(remove_comments=True, remove_pis=True)).iter():
        texts = [element.text, *(child.tail for child in element)]
        count += any(text and text.strip() for text in texts)
        count += sum(bool(text.strip()) for name, text in element.attrib.items() if "XMLSchema-instance" not in name)
    return count


def test_every_value_of_every_sample_is_mapped_or_reported() -> None:
    """Texts and attributes of the source are as many as those in the model plus those with a finding."""
    mapped = unmapped = 0
    for path in corpus("declarations"):
        raw = path.read_bytes()
        if any(word in path.name for word in NOT_DECLARATIONS):
            with pytest.raises(Malformed, match="neither a declaration nor a response"):
                read_wco(raw)
            continue
        document = read_wco(raw)
        assert values_in(raw) == document.mapped + len(document.findings), path.name
        mapped, unmapped = mapped + document.mapped, unmapped + len(document.findings)
    assert mapped > 3_000
    assert unmapped < 50


def test_every_sample_survives_writing() -> None:
    """Written and read again, each sample says the same, with nothing left over."""
    for path in corpus("declarations"):
        if any(word in path.name for word in NOT_DECLARATIONS):
            continue
        document = read_wco(path.read_bytes())
        again = read_wco(write_wco(document.content))
        assert (document.content, ()) == (again.content, again.findings), path.name


def test_strict_validation_is_another_thing_than_reading() -> None:
    """A document may be readable and still not follow its schema; the fault has its line."""
    validator = SchemaValidator(next(iter(corpus("declarations"))).parents[2] / "schemas" / "WCO_DEC_2_DMS.xsd")
    raw = (CORPUS / "declarations" / "TT_IM005b" / "TT_IM005b.xml").read_bytes()
    assert () == validator.faults(raw)
    broken = raw.replace(b"<FunctionCode>9</FunctionCode>", b"<FunctionCode>9</FunctionCode><Colour>red</Colour>")
    faults = validator.faults(broken)
    assert any("Colour" in fault.message and fault.line > 1 for fault in faults)
    assert "Colour" in read_wco(broken).findings[0].path


# --- any document of the model -------------------------------------------------------------------

texts = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
leaves: dict[type, st.SearchStrategy[Any]] = {
    str: texts,
    Number: st.builds(Number, st.integers(-(10**9), 10**9), st.integers(0, 4)),
    Amount: st.builds(Amount, st.integers(-(10**9), 10**9), st.integers(0, 4), st.sampled_from(["", "VND", "CNY"])),
    Measure: st.builds(Measure, st.integers(0, 10**9), st.integers(0, 4), st.sampled_from(["", "KGM"])),
    Moment: st.builds(Moment, texts, st.sampled_from(["", "304", "102"])),
}


@st.composite
def instances(draw: st.DrawFn, model: type[Class], depth: int = 0) -> Class:
    """Draw an instance of ``model`` with some of its fields, fewer the deeper."""
    fields: dict[str, Any] = {}
    for slot in slots_of(model).values():
        if draw(st.integers(0, 3 + 3 * depth)):
            continue
        made = leaves[slot.kind] if slot.kind in leaves else instances(slot.kind, depth + 1)
        fields[slot.name] = draw(st.lists(made, min_size=1, max_size=2).map(tuple) if slot.many else made)
    if depth and not fields:
        # An element that says nothing is no value; each class has some end of its own or below.
        slot = next(iter(slots_of(model).values()))
        made = leaves[slot.kind] if slot.kind in leaves else instances(slot.kind, depth + 1)
        fields[slot.name] = (draw(made),) if slot.many else draw(made)
    return model(**fields)


@given(st.one_of(instances(Declaration), instances(Response)))
def test_any_document_is_read_as_it_was_written(content: Any) -> None:
    """Every class and element of the model goes through XML and comes back."""
    document = read_wco(write_wco(content))
    assert (content, ()) == (document.content, document.findings)


def test_names_of_elements_follow_from_names_of_fields() -> None:
    """Abbreviations of the data model keep their capitals."""
    named = {
        name: element_name(name) for name in ("undg_id", "ucr", "aeo_mutual_recognition_party", "lpco_exemption_code")
    }
    assert ["UNDGID", "UCR", "AEOMutualRecognitionParty", "LPCOExemptionCode"] == list(named.values())


@given(st.integers(-(10**12), 10**12), st.integers(0, 6))
def test_a_decimal_is_kept_as_written(coefficient: int, decimals: int) -> None:
    """Reading what was shown gives the same number, trailing noughts included."""
    number = Number(coefficient, decimals)
    assert number == Number(**decimal(number.shown()))


@pytest.mark.parametrize(
    ("text", "decimals", "scaled"),
    [("12.5", 2, 1_250), ("12.50", 1, 125), ("12.55", 1, None), ("-0.5", 1, -5), ("7", 3, 7_000)],
)
def test_minor_units_are_exact_or_not_at_all(text: str, decimals: int, scaled: int | None) -> None:
    """Twelve and a half is 1,250 hundredths; 12.55 is no whole number of tenths."""
    assert scaled == Number(**decimal(text)).scaled(decimals)


@pytest.mark.parametrize("text", ["", "1,5", "1e3", "NaN", "0x1", "1.", ".5", "1234567890123456", "１２"])
def test_what_is_no_decimal_is_refused(text: str) -> None:
    """Exponents, commas and other digits are not guessed at."""
    with pytest.raises(Malformed):
        decimal(text)


# --- what is wrong with a source ------------------------------------------------------------------


def declaration(inner: str) -> bytes:
    return f"<Declaration>\n{inner}\n</Declaration>".encode()


@pytest.mark.parametrize(
    ("inner", "code", "path"),
    [
        ("<Colour>red</Colour>", "declaration.unmapped", "/Declaration/Colour"),
        ('<TypeCode lang="en">IMJ</TypeCode>', "declaration.unmapped", "/Declaration/TypeCode/@lang"),
        ("<TypeCode>A</TypeCode><TypeCode>B</TypeCode>", "declaration.unmapped", "/Declaration/TypeCode[2]"),
        ("<GoodsItemQuantity>two</GoodsItemQuantity>", "declaration.not_a_number", "/Declaration/GoodsItemQuantity"),
        ("stray words", "declaration.unmapped", "/Declaration"),
        ("<TypeCode>A<b>c</b></TypeCode>", "declaration.unmapped", "/Declaration/TypeCode/b"),
    ],
)
def test_what_has_no_place_is_told_with_path_and_line(inner: str, code: str, path: str) -> None:
    """Nothing falls silently away, and the sentence reads in every language."""
    (finding,) = read_wco(declaration(inner)).findings
    assert (code, path, 2 if inner != "stray words" else 1) == (finding.code, finding.path, finding.params["line"])
    assert all("{" not in finding.text(language) for language in LANGUAGES)


def test_a_declaration_is_found_inside_its_wrappers() -> None:
    """The envelope of another system is read through, and what it says beside is told."""
    document = read_wco(b"<send><client>7</client><body>" + declaration("<ID>X1</ID>") + b"</body></send>")
    assert isinstance(document.content, Declaration)
    assert ("X1", ["/send/client"]) == (document.content.id, [finding.path for finding in document.findings])


BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "Line 1"),
        (b"<Declaration>", "Line 1"),
        (b"<Declaration>\n<ID>1</Declaration>", "Line 2"),
        (b"\xff\xfe", "Line 1"),
        (b"<Invoice/>", "neither a declaration"),
        (b'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><Declaration><ID>&x;</ID></Declaration>', "document type"),
        (f'<!DOCTYPE d [<!ENTITY e0 "x">{BOMB}]><Declaration><ID>&e9;</ID></Declaration>'.encode(), "document type|loop|entit"),
        (b"<a>" * (DEPTH_MAX + 1) + b"</a>" * (DEPTH_MAX + 1), "nested deeper"),
    ],
    ids=["empty", "cut", "crossed", "garbage", "other", "external-entity", "bomb", "deep"],
)  # fmt: skip
def test_hostile_or_broken_xml_is_refused_with_its_line(raw: bytes, says: str) -> None:
    """No entity is expanded, no file is opened, and the cause is told."""
    with pytest.raises(Malformed, match=says):
        read_wco(raw)


def test_a_document_over_the_limit_is_not_parsed() -> None:
    """Size is bounded before any work is done."""
    with pytest.raises(TooLarge):
        read_wco(b" " * (XML_BYTES_MAX + 1))


def test_what_is_no_schema_is_refused(tmp_path: Path) -> None:
    """A wrong file in the place of a schema is a setting to mend."""
    file = tmp_path / "schema.xsd"
    file.write_bytes(b"<schema/>")
    with pytest.raises(SettingInvalid):
        SchemaValidator(file)


def test_items_keep_their_order() -> None:
    """The third goods item of the source is the third of the model."""
    items = "".join(
        f"<GovernmentAgencyGoodsItem><SequenceNumeric>{n}</SequenceNumeric></GovernmentAgencyGoodsItem>"
        for n in range(1, 4)
    )
    document = read_wco(declaration(f"<GoodsShipment>{items}</GoodsShipment>"))
    wanted = tuple(GovernmentAgencyGoodsItem(sequence_numeric=Number(n)) for n in range(1, 4))
    assert Declaration(goods_shipment=GoodsShipment(government_agency_goods_item=wanted)) == document.content
