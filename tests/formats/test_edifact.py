"""EDIFACT cargo reports: every component is mapped or told, and a broken interchange names its segment."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.adapters.formats.edifact import EDI_BYTES_MAX, read_messages
from gatepair.adapters.formats.edifact_manifest import read_manifest
from gatepair.adapters.formats.reading import read_documents
from gatepair.base.errors import BadInput, Malformed, TooLarge
from gatepair.base.findings import LANGUAGES
from gatepair.clearance.declaration.manifest import Manifest

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpora" / "edifact"


def message(*segments: str, kind: str = "CUSCAR") -> bytes:
    """Return an interchange with one message of ``segments``."""
    body = [f"UNH+1+{kind}:D:95B:UN", *segments, f"UNT+{len(segments) + 2}+1"]
    return "".join(f"{segment}'" for segment in ["UNB+UNOA:1+A+B+250101:0000+1", *body, "UNZ+1+1"]).encode()


def manifest(*segments: str) -> Manifest:
    """Return the manifest of a message of which nothing is left over."""
    (read,) = (read_manifest(each) for each in read_messages(message(*segments)))
    assert () == read.findings
    return read.manifest


def test_every_component_of_every_sample_is_mapped_or_told() -> None:
    """Components that say something are as many as those taken over plus those with a finding."""
    paths = sorted(CORPUS.glob("*.EDI"))
    if not paths:
        pytest.skip("the corpus of EDIFACT messages is not beside this checkout")
    for path in paths:
        for each in read_messages(path.read_bytes()):
            said = sum(bool(text.strip()) for one in each.segments for element in one.elements for text in element)
            read = read_manifest(each)
            left = [finding for finding in read.findings if finding.code == "declaration.unmapped"]
            assert said == read.mapped + len(left), path.name
            assert len(left) < said // 10, path.name


TRUCK = (
    "BGM+785+M1+9", "DTM+137:202511110100:203", "DTM+132:202511110900:203", "NAD+MS+AGENT1", "NAD+CA+CARRIER1",
    "TDT+20+T7+3++CARRIER1:172:166:Synthetic carrier+++29C12345:146::synthetic truck:VN", "LOC+60+CNPIN",
    "EQD+CN+TCLU5546482", "SEL+S1", "CNI+1+W1", "LOC+9+VNLSN", "LOC+11+CNPIN", "NAD+CZ+++Synthetic exporter+Road 1+Lang Son++20000+VN",
    "NAD+CN+++Synthetic importer", "GID+1+800:CT", "FTX+AAA+++SYNTHETIC durian", "MEA+AAE+G+KGM:20500.5", "SGP+TCLU5546482",
    "PIA+5+081060:HS", "CNI+2+W2", "GID+1+5:PX",
)  # fmt: skip


def test_a_truck_with_two_waybills() -> None:
    """One trip carries two consignments; goods, packages, mass, container and seal stand where they belong."""
    read = manifest(*TRUCK)
    assert ("785", "M1", "9", "T7") == (
        read.type_code,
        read.functional_reference_id,
        read.function_code,
        read.voyage_id,
    )
    means = read.border_transport_means
    assert means is not None
    assert ("29C12345", "VN", "3") == (means.id, means.registration_nationality_code, means.mode_code)
    assert [("TCLU5546482", "S1")] == [(unit.id, unit.seal[0].id) for unit in read.transport_equipment]
    first, second = read.consignment
    assert [["W1"], ["W2"]] == [[paper.id for paper in each.transport_contract_document] for each in (first, second)]
    assert first.consignor is not None
    assert first.consignor.address is not None
    assert ("Lang Son", "VN") == (first.consignor.address.city_name, first.consignor.address.country_code)
    (item,) = first.cargo_item
    assert (("SYNTHETIC durian",), ("TCLU5546482",), "081060") == (
        item.description, item.transport_equipment_id, item.classification[0].id
    )  # fmt: skip
    assert item.goods_measure is not None
    assert item.goods_measure.gross_mass_measure is not None
    assert 20_500_500 == item.goods_measure.gross_mass_measure.scaled(3)
    assert 5 == (second.cargo_item[0].packaging[0].quantity_quantity or pytest.fail("no count")).scaled(0)


def test_a_bill_of_lading_may_begin_a_consignment() -> None:
    """Some senders write no CNI for the second bill; its goods are its own all the same."""
    read = manifest("BGM+85+M1+9", "CNI+1", "RFF+BM:B1", "GID+1+1:CT", "RFF+BM:B2", "GID+1+2:CT")
    assert [("B1", 1), ("B2", 1)] == [
        (each.transport_contract_document[0].id, len(each.cargo_item)) for each in read.consignment
    ]


@pytest.mark.parametrize("end", ["'", "'\n", "'\r\n", "'\n\t", "\n"])
def test_line_ends_and_indents_do_not_matter(end: str) -> None:
    """The same message is read from one line, from many, indented, and with lines instead of terminators."""
    raw = message(*TRUCK).decode().replace("'", end).encode()
    assert manifest(*TRUCK) == read_manifest(read_messages(raw)[0]).manifest


def test_separators_of_one_s_own_are_followed() -> None:
    """An interchange may name other separators at its beginning, and be written in lines all the same."""
    raw = message("BGM+85+M'1+9").decode().replace("+", "*").replace("BGM*85*M'1", "BGM*85*M\0").replace("'", "~\n")
    text = "UNA:*.? ~" + raw.replace("\0", "'1")
    assert "M'1" == read_manifest(read_messages(text.encode())[0]).manifest.functional_reference_id


def test_a_released_character_is_text() -> None:
    """A question mark before a separator makes it a letter."""
    read = manifest("BGM+85+M?+1+9")
    assert "M+1" == read.functional_reference_id


@pytest.mark.parametrize(
    ("segment", "path"),
    [
        ("XYZ+1", "XYZ[4].0.0"),
        ("LOC+99+X", "LOC[4].0.0"),
        ("MEA+AAE+G+KGM:many", "MEA[4].0.0"),
        ("BGM+1+2+3+4", "BGM[4].3.0"),
    ],
)
def test_what_has_no_place_is_told_with_its_segment(segment: str, path: str) -> None:
    """Unknown segments, qualifiers and components are findings that name segment, element and component."""
    (each,) = read_messages(message("BGM+85", segment))
    findings = read_manifest(each).findings
    assert ("declaration.unmapped", path) == (findings[0].code, findings[0].path)


def test_a_miscounted_message_is_read_and_told() -> None:
    """A trailer that counts wrongly costs nobody the message."""
    raw = message("BGM+85+M1+9").replace(b"UNT+3", b"UNT+9")
    read = read_manifest(read_messages(raw)[0])
    assert ("M1", ["declaration.miscounted"]) == (
        read.manifest.functional_reference_id,
        [each.code for each in read.findings],
    )


@pytest.mark.parametrize(
    ("trailer", "codes"),
    [
        (b"UNZ+1+1'", []),
        (b"UNG+1'UNE+1'UNG+2'UNE+1'UNZ+2+1'", []),
        (b"UNZ+2+1'", ["declaration.messages_miscounted"]),
        (b"UNZ+1+2'", ["declaration.interchange_unended"]),
        (b"", ["declaration.interchange_unended"]),
    ],
)
def test_messages_that_are_missing_from_an_interchange_are_told(trailer: bytes, codes: list[str]) -> None:
    """A file that was cut between two messages is read, and what its trailer says or lacks is told in four languages."""
    raw = message("BGM+85+M1+9").replace(b"UNZ+1+1'", trailer)
    (one,) = read_messages(raw)
    assert codes == [each.code for each in one.findings]
    assert len(codes) * len(LANGUAGES) == len({each.text(language) for each in one.findings for language in LANGUAGES})
    first, _ = read_messages(raw + message("BGM+85+M2+9"))
    assert codes == [each.code for each in first.findings]


@pytest.mark.parametrize("separators", [":+.? '", "^|,? ~", ":+.?*'", "^|,  ~", "$/.! #"])
@pytest.mark.parametrize("between", ["", "\n", "\r\n  "])
def test_an_interchange_may_name_its_own_separators(separators: str, between: str) -> None:
    """The string advice changes the signs and nothing of what is said."""
    component, element, _, release, _, end = separators
    plain = ["UNB+UNOA:1+A+B+250101:0000+1", "UNH+1+CUSCAR:D:95B:UN", "BGM+85+M1+9", "UNT+3+1", "UNZ+1+1"]
    signs = str.maketrans({":": component, "+": element})
    name = "NAME" if release == " " else f"A{release}{element}B {release}{release}"
    segments = [each.translate(signs) for each in plain]
    segments.insert(3, f"NAD{element}MS{element}{element}{element}{name}")
    segments[4] = segments[4].replace("3", "4", 1)
    raw = (f"UNA{separators}{between}" + between.join(f"{each}{end}" for each in segments)).encode()
    (read,) = read_documents(raw)
    assert isinstance(read.content, Manifest)
    assert () == read.findings
    assert read.content.submitter is not None
    assert ("M1", "NAME" if release == " " else f"A{element}B {release}") == (
        read.content.functional_reference_id,
        read.content.submitter.name,
    )


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "Segment 1"),
        (b"HELLO+1'", "no tag of a segment"),
        (b"BGM+1'", "begins with UNA, UNB or UNH"),
        (b"UNB+x'", "cannot be read"),
        (b"UNA^", "cannot be read"),
        (b"UNA:::: 'UNB", "cut off"),
        (message("BGM+85")[:-30], "cut off"),
        (message("BGM+85").replace(b"UNT+3+1", b"UNT+3+2"), "UNT closes the message"),
        (message("BGM+85").replace(b"UNT+3+1'", b""), "cut off"),
        (message("BGM+85").replace(b"UNH+1+CUSCAR:D:95B:UN'", b""), "outside of a message"),
        (message("UNH+2+CUSCAR:D:95B:UN"), "before the one before it ended"),
        (message("B-M+85"), "no tag of a segment"),
        (message("BGM+85").replace(b"BGM", "BGM+Đ".encode("utf-16-le")), "."),
    ],
    ids=range(13),
)
def test_a_broken_interchange_is_refused_with_its_segment(raw: bytes, says: str) -> None:
    """Nothing half read is taken for a manifest."""
    with pytest.raises(Malformed, match=says):
        read_messages(raw)


def test_another_message_is_refused_by_name() -> None:
    """An invoice is no cargo report."""
    with pytest.raises(Malformed, match="INVOIC"):
        read_documents(message("BGM+380", kind="INVOIC"))


def test_an_interchange_over_the_limit_is_not_read() -> None:
    """Size is bounded before any work is done."""
    with pytest.raises(TooLarge):
        read_messages(b" " * (EDI_BYTES_MAX + 1))


@given(st.binary(max_size=200) | st.text("UNBHTZ+:'?G1 \n", max_size=80).map(str.encode))
def test_any_bytes_give_a_manifest_or_a_documented_error(raw: bytes) -> None:
    """No input ends in anything but messages or a refusal."""
    try:
        for each in read_messages(raw):
            read_manifest(each)
    except BadInput:
        pass
