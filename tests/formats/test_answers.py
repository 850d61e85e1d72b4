"""Answers of customs: every error has its place by pointers, its code and its sentence, in XML and in UN/EDIFACT."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from lxml import etree

from formats.test_wco import CORPUS
from gatepair.adapters.formats.edifact import read_messages
from gatepair.adapters.formats.edifact_response import TEXTS_MAX, response_message
from gatepair.adapters.formats.edifact_writing import Envelope, write_interchange
from gatepair.adapters.formats.wco import read_wco, write_wco
from gatepair.base.errors import Malformed
from gatepair.base.findings import LANGUAGES, REGISTRY, Finding
from gatepair.clearance.declaration import findings as say
from gatepair.clearance.declaration.amending import amend
from gatepair.clearance.declaration.answering import DESCRIPTION_MAX, OF_EVENTS, Answer, answer_of, respond, short_code
from gatepair.clearance.declaration.goods import Commodity, GovernmentAgencyGoodsItem
from gatepair.clearance.declaration.model import Declaration, GoodsShipment
from gatepair.clearance.declaration.papers import Amendment
from gatepair.clearance.declaration.pointing import pointers_of
from gatepair.clearance.declaration.response import Response
from gatepair.clearance.declaration.shape import slots_of
from gatepair.clearance.declaration.values import Class, Moment, Number
from gatepair.cli.declare import declare
from meta.product import declare_findings

AT_MS = 1_764_374_400_000
ITEM = "goods_shipment.government_agency_goods_item"
SECOND = GovernmentAgencyGoodsItem(sequence_numeric=Number(coefficient=7), commodity=Commodity(description="Rice"))
GOODS = Declaration(
    functional_reference_id="L1",
    id="M1",
    goods_shipment=GoodsShipment(government_agency_goods_item=(GovernmentAgencyGoodsItem(), SECOND)),
)


def answered(*findings: Finding, declaration: Declaration = GOODS, **more: Any) -> Response:
    word = answer_of(declaration, findings)
    return respond(declaration, word, reference="R1", at_ms=AT_MS, findings=findings, **more)


def steps(path: str) -> list[tuple[str | None, str | None, str | None]]:
    """Return the pointers to ``path`` as section, number and tag."""
    return [
        (each.document_section_code, each.sequence_numeric.shown() if each.sequence_numeric else None, each.tag_id)
        for each in pointers_of(GOODS, path)
    ]


def test_a_path_becomes_pointers() -> None:
    """A class a step, its own number where it has one, and the element at the end."""
    assert [("42A", "1", None), ("67A", "1", None), ("68A", "7", None), ("23A", "1", "137")] == steps(
        f"{ITEM}.1.commodity.description"
    )
    assert [("42A", "1", None), ("67A", "1", None), ("68A", "1", None)] == steps(f"{ITEM}.0")
    assert [("42A", "1", "D013")] == steps("type_code")


@pytest.mark.parametrize("path", ["items.0.item", "D7", "/Declaration/ID", "binding.tractor", "commodity"])
def test_a_path_that_is_none_of_the_declaration_has_no_pointers(path: str) -> None:
    """Nobody is led astray by a guess."""
    assert () == pointers_of(GOODS, path)


def paths(value: Class, way: str = "") -> list[str]:
    """Return the dotted paths of all texts that stand in ``value``; the test's own way."""
    found = []
    for slot in slots_of(type(value)).values():
        held = getattr(value, slot.name)
        for index, each in enumerate(held if slot.many else [held]):
            here = f"{way}{slot.name}.{index}" if slot.many else f"{way}{slot.name}"
            if isinstance(each, str):
                found.append(here)
            elif isinstance(each, Class) and not isinstance(each, Number | Moment):
                found.extend(paths(each, f"{here}."))
    return found


def filled(model: type[Class]) -> dict[str, Any]:
    """Return a value of ``model`` with a text at every end, two of each part that there may be several of."""
    made: dict[str, Any] = {}
    for slot in slots_of(model).values():
        if slot.name in ("sequence_numeric", "amendment") or issubclass(slot.kind, Number | Moment):
            continue
        one = slot.name if slot.kind is str else filled(slot.kind)
        made[slot.name] = [one, one] if slot.many else one
    return made


def test_pointers_lead_where_an_amendment_would_go() -> None:
    """A request with these pointers takes out this very place, for every text of a declaration that has a number."""
    declaration = msgspec.convert(filled(Declaration), Declaration)
    numbered = 0
    for path in paths(declaration):
        pointers = pointers_of(declaration, path)
        if pointers[-1].tag_id is not None:
            (change,) = amend(declaration, Declaration(amendment=(Amendment(pointer=pointers),))).changes
            assert (path, None) == (change.path, change.new)
            numbered += 1
    assert numbered > 500


def test_findings_make_a_rejection_with_places_and_sentences() -> None:
    """Errors first, each with code, sentence in the language asked for, and pointers; notes are not told."""
    warning = say.UNMAPPED.at("goods_shipment", line=3, text="red")
    error = say.NOT_A_NUMBER.at(f"{ITEM}.1.commodity.description", line=9, text="many")
    response = answered(warning, error, language="vi")
    assert (Answer.REJECTED, "L1", "M1") == (
        response.function_code,
        response.declaration and response.declaration.functional_reference_id,
        response.declaration and response.declaration.id,
    )
    assert [short_code(error.code), short_code(warning.code)] == [each.validation_code for each in response.error]
    assert f"{error.code}: {error.text('vi')}" == response.error[0].description
    assert 4 == len(response.error[0].pointer)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_is_in_the_language_asked_for(language: Any) -> None:
    """All four, and never longer than the model allows."""
    told = say.UNMAPPED.at(line=1, text="x" * 600)
    description = answered(told, language=language).error[0].description or ""
    assert told.text(language)[:20] in description
    assert len(description) <= DESCRIPTION_MAX


def test_without_errors_a_declaration_is_accepted_and_a_cancellation_cancels() -> None:
    """The word follows from what was asked and what was found."""
    cancel = Declaration(function_code="13", type_code="INV", id="M1")
    warning = say.UNMAPPED.at(line=1, text="x")
    assert [Answer.ACCEPTED, Answer.CANCELLED, Answer.REJECTED] == [
        answer_of(GOODS, [warning]),
        answer_of(cancel, []),
        answer_of(cancel, [say.NO_AMENDMENT.at()]),
    ]


def test_short_codes_tell_findings_apart() -> None:
    """No two findings of the product share the eight characters that a response has for them."""
    declare_findings()
    assert len(REGISTRY) == len({short_code(code) for code in REGISTRY})
    assert all(len(short_code(code)) == 8 for code in REGISTRY)


def test_facts_about_the_crossing_are_answers() -> None:
    """Each word that a fact can be is written and read back."""
    for word in {*OF_EVENTS.values(), *Answer}:
        response = respond(GOODS, word, reference="R1", at_ms=AT_MS)
        assert (response, ()) == (read_wco(write_wco(response)).content, read_wco(write_wco(response)).findings)


# --- the published schema of responses ----------------------------------------------------------

TYPES = {
    "Response/FunctionCode": "ResponseFunctionCodeType",
    "Response/FunctionalReferenceID": "ResponseFunctionalReferenceIDType",
    "Response/IssueDateTime": "ResponseIssueDateTimeType",
    "Error/ValidationCode": "ErrorValidationCodeType",
    "Error/Description": "ErrorDescriptionTextType",
    "Pointer/DocumentSectionCode": "PointerDocumentSectionCodeType",
    "Pointer/TagID": "PointerTagIDType",
    "Status/EffectiveDateTime": "StatusEffectiveDateTimeType",
    "Status/ReleaseDateTime": "StatusReleaseDateTimeType",
    "Declaration/AcceptanceDateTime": "DeclarationAcceptanceDateTimeType",
    "Declaration/FunctionalReferenceID": "DeclarationFunctionalReferenceIDType",
    "Declaration/ID": "DeclarationIdentificationIDType",
}
"""The published schema has types for the elements of a response, and no document around them."""


def test_every_element_of_a_response_is_of_its_published_type() -> None:
    """Each leaf that we write is held against the type that the schema gives it."""
    types = CORPUS / "schemas" / "WCO_DS" / "WCO_RES_DS_2_DMS.xsd"
    if not types.exists():
        pytest.skip("the published schemas are not beside this checkout")
    elements = "".join(f'<xs:element name="{name}" type="ds:{name}"/>' for name in TYPES.values())
    schema = etree.XMLSchema(
        etree.fromstring(
            f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:ds="urn:wco:datamodel:WCO:Response_DS:DMS:2">'
            f'<xs:import namespace="urn:wco:datamodel:WCO:Response_DS:DMS:2" schemaLocation="{types}"/>{elements}'
            "</xs:schema>",
        )
    )
    error = say.NOT_A_NUMBER.at(f"{ITEM}.1.commodity.description", line=9, text="x" * 600)
    held = set()
    for response in (answered(error), answered(), respond(GOODS, Answer.RELEASED, reference="R", at_ms=AT_MS)):
        root = etree.fromstring(write_wco(response))
        for element in root.iter():
            parent = element.getparent()
            key = f"{etree.QName(parent).localname}/{etree.QName(element).localname}" if parent is not None else ""
            if key in TYPES:
                held.add(key)
                alone = etree.Element(TYPES[key])
                alone.text = element.text
                for child in element:
                    # Locals of the types are qualified by the namespace of the types.
                    inner = etree.SubElement(
                        alone, f"{{urn:wco:datamodel:WCO:Response_DS:DMS:2}}{etree.QName(child).localname}"
                    )
                    inner.text = child.text
                    inner.attrib.update(child.attrib)
                assert schema.validate(alone), (key, schema.error_log)
    assert set(TYPES) == held


# --- UN/EDIFACT ---------------------------------------------------------------------------------


def cusres(response: Response) -> list[tuple[str, tuple[tuple[str, ...], ...]]]:
    """Write a CUSRES, read it again, and return its segments."""
    (found,) = read_messages(write_interchange([response_message(response)], Envelope("C", "D", AT_MS, "R1")))
    assert ("CUSRES", "D.96A", ()) == (found.type, found.version, found.findings)
    return [(each.tag, each.elements) for each in found.segments]


def test_a_rejection_names_section_item_and_code() -> None:
    """Each error has its point, its code, and a sentence while there is room for one."""
    error = say.NOT_A_NUMBER.at(f"{ITEM}.1.commodity.description", line=9, text="nhiều")
    segments = cusres(answered(error, language="vi"))
    assert ("GIS", (("2",),)) in segments
    at = segments.index(("ERP", (("2", "7"),)))
    assert ("ERC", ((short_code(error.code),),)) == segments[at + 1]
    words = "".join(next(elements[3] for tag, elements in segments if tag == "FTX"))
    assert f"{error.code}: {error.text('vi')}".replace(" ", "") == words.replace(" ", "")


def test_there_are_no_more_sentences_than_the_message_holds() -> None:
    """All codes, five sentences."""
    tags = [tag for tag, _ in cusres(answered(*[say.NOT_A_NUMBER.at("id", line=n, text="x") for n in range(8)]))]
    assert (8, TEXTS_MAX) == (tags.count("ERC"), tags.count("FTX"))


@pytest.mark.parametrize(
    ("word", "indicator"),
    [(Answer.ACCEPTED, "1"), (Answer.RELEASED, "4"), (Answer.UNDER_CONTROL, "5"), (Answer.DOCUMENTS_ASKED, "6")],
)
def test_a_word_has_its_indicator(word: Answer, indicator: str) -> None:
    """Accepted, released, to be examined, documents wanted; the declaration is named by both references."""
    segments = cusres(respond(GOODS, word, reference="R1", at_ms=AT_MS))
    assert ("GIS", ((indicator,),)) in segments
    assert [(("ABE", "L1"),), (("ABT", "M1"),)] == [elements for tag, elements in segments if tag == "RFF"]


@pytest.mark.parametrize("sender", ["", "x" * 36])
def test_an_envelope_has_names(sender: str) -> None:
    """Nothing is sent from nobody."""
    with pytest.raises(Malformed):
        write_interchange([], Envelope(sender, "D", AT_MS, "R1"))


def test_the_command_answers(tmp_path: Path) -> None:
    """The first answer to a file, in both forms."""
    file = tmp_path / "declaration.xml"
    file.write_text("<Declaration><ID>X1</ID><GoodsItemQuantity>two</GoodsItemQuantity></Declaration>", "utf-8")
    told = CliRunner().invoke(declare, [str(file), "--answer", "wco"])
    assert (1, True) == (told.exit_code, "<FunctionCode>03</FunctionCode>" in told.output)
    told = CliRunner().invoke(declare, [str(file), "--answer", "cusres"])
    assert (1, True) == (told.exit_code, "GIS+2'" in told.output)
