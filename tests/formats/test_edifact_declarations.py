"""CUSDEC and CODECO: components are taken over or told, and a report that is written is read as itself."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from crossing.ground import BOX, X1
from formats.test_edifact import message
from gatepair import wiring
from gatepair.adapters.formats.edifact import read_messages
from gatepair.adapters.formats.edifact_declaration import read_declaration
from gatepair.adapters.formats.edifact_gate import GATE_IN, GATE_OUT, gate_message, read_gate_report
from gatepair.adapters.formats.edifact_writing import Envelope, in_lines, write_interchange
from gatepair.adapters.formats.gate_reports import gate_reports
from gatepair.adapters.formats.reading import read_documents
from gatepair.base.entries import Draft
from gatepair.base.findings import LANGUAGES
from gatepair.clearance.declaration.gate_report import GateReport
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.shape import slots_of
from gatepair.clearance.declaration.values import Amount, Class, Measure, Moment, Number
from gatepair.cli import group
from gatepair.cli.declare import declare
from gatepair.crossing import events as ev
from gatepair.crossing.codec import encode_event
from gatepair.crossing.model import Rested, Seen
from ports.ledger_cases import STAMP

AT_MS = 1_764_374_400_000
TRUCK = (
    "BGM+929+L-7+9", "LOC+22+VNLSN", "LOC+35+VN", "LOC+36+CN", "DTM+137:20261129:102", "MEA+WT+AAD+KGM:21500",
    "EQD+CN+CSQU3054383", "SEL+S-1", "FTX+CUS+++Synthetic goods", "RFF+UCN:U-1", "RFF+ABT:M-1",
    "DOC+380+INV-9", "TDT+11++3+31++++:::29C-12345:VN", "NAD+EX+0101234567++Synthetic exporter+1 Road+Lang Son++240000+VN",
    "NAD+IM+91450000++Synthetic importer", "TOD+3++DAF", "MOA+39:90000.50:CNY", "CUX+2:CNY++3580.5",
    "UNS+D",
    "CST+1+081060:122:148+1000:117:148", "FTX+AAA+++Fresh durians", "LOC+27+VN", "MEA+WT+AAB+KGM:21500",
    "MEA+WT+AAA+KGM:20000", "PAC+900++CT", "PCI+28+MARK A", "MOA+38:90000.50:CNY", "TAX+1+VAT+++:::9",
    "MOA+55:8100.05:CNY", "DOC+853+PHYTO-1",
    "UNS+S", "CNT+5:1", "CNT+11:900",
)  # fmt: skip


def declared(*segments: str) -> Declaration:
    """Return the declaration of a CUSDEC of which nothing is left over."""
    (read,) = (read_declaration(each) for each in read_messages(message(*segments, kind="CUSDEC")))
    assert () == read.findings
    return read.declaration


def test_a_truck_s_declaration_is_read_whole() -> None:
    """Header, item and totals land in their places, and no component is left over."""
    read = declared(*TRUCK)
    shipment = read.goods_shipment
    assert shipment is not None
    (item,) = shipment.government_agency_goods_item
    assert item.commodity is not None
    assert item.commodity.goods_measure is not None
    assert item.commodity.invoice_line is not None
    assert ("L-7", "M-1", "VNLSN", "29C-12345") == (
        read.functional_reference_id,
        read.id,
        read.declaration_office_id,
        read.border_transport_means and read.border_transport_means.name,
    )
    assert Amount(coefficient=9000050, decimals=2, currency="CNY") == read.invoice_amount
    assert Measure(coefficient=900) == read.total_package_quantity
    assert ("081060", "122") == (
        item.commodity.classification[0].id,
        item.commodity.classification[0].identification_type_code,
    )
    assert ("1000", "VN", "MARK A") == (
        item.government_procedure[0].current_code,
        item.origin[0].country_code,
        item.packaging[0].marks_numbers_id,
    )
    assert Measure(coefficient=20000, unit="KGM") == item.commodity.goods_measure.net_net_weight_measure
    assert "9" == (item.commodity.duty_tax_fee[0].tax_rate_numeric or pytest.fail("no rate")).shown()


@pytest.mark.parametrize(
    ("segment", "path"),
    [
        ("GIS+1", "GIS[4].0.0"),
        ("LOC+99+X", "LOC[4].0.0"),
        ("MOA+39:many", "MOA[4].0.0"),
        ("MOA+39:1.234,5", "MOA[4].0.0"),
        ("NAD+XX+1", "NAD[4].0.0"),
        ("CST++1000:117", "CST[4].1.0"),
    ],
)
def test_what_has_no_place_is_told_with_its_segment(segment: str, path: str) -> None:
    """Unknown qualifiers, lists and numbers are findings, not losses."""
    (each,) = read_messages(message("BGM+929+L", segment, kind="CUSDEC"))
    found = read_declaration(each).findings
    assert ("declaration.unmapped", path) == (found[0].code, found[0].path)


def test_totals_after_the_items_are_of_the_whole() -> None:
    """What follows the second UNS does not belong to the last item."""
    read = declared("BGM+929+L", "UNS+D", "CST+1", "MOA+38:5:CNY", "UNS+S", "MOA+39:5:CNY")
    assert Amount(coefficient=5, currency="CNY") == read.invoice_amount


@pytest.mark.parametrize("text", ["1234.5", "1234,5"])
def test_the_decimal_mark_is_a_point_or_a_comma(text: str) -> None:
    """The syntax allows both and parts no thousands, so nothing is guessed."""
    assert Amount(coefficient=12345, decimals=1, currency="CNY") == declared(f"MOA+39:{text}:CNY").invoice_amount


tokens = st.sampled_from(["", "1", "22", "27", "AAA", "CN", "137", "KGM", "081060", "122", "117", "x?'y", "9.5"])
lines = st.builds(
    lambda tag, elements: "+".join([tag, *(":".join(parts) for parts in elements)]),
    st.sampled_from(sorted({segment[:3] for segment in TRUCK} | {"TMD", "EQD", "CNI", "XYZ"})),
    st.lists(st.lists(tokens, min_size=1, max_size=4), min_size=1, max_size=6),
)


@given(st.lists(lines, max_size=12), st.sampled_from(["CUSDEC", "CODECO", "CUSCAR"]))
def test_components_are_as_many_as_those_taken_over_and_told(segments: list[str], kind: str) -> None:
    """Whatever the segments hold, and in whatever order they stand."""
    raw = message(*segments, kind=kind)
    said = sum(
        bool(text.strip())
        for each in read_messages(raw)[0].segments
        for element in each.elements
        for text in element
    )  # fmt: skip
    (read,) = read_documents(raw)
    unmapped = [finding for finding in read.findings if finding.code == "declaration.unmapped"]
    assert said == read.mapped + len(unmapped)


# --- gate reports -----------------------------------------------------------------------------

words = st.text(st.sampled_from("ABĐ?'+:9榴"), min_size=1, max_size=12)
leaves: dict[type, st.SearchStrategy[Any]] = {
    str: words,
    Number: st.builds(Number, st.integers(0, 999)),
    Measure: st.builds(Measure, st.integers(0, 10**6), st.integers(0, 3), st.sampled_from(["KGM", "TNE"])),
    Moment: st.builds(Moment, st.just("20261129073000"), st.just("204")),
}
UNWRITTEN = {
    "AdditionalDocument": {"type_code", "id"},
    "AdditionalInformation": {"statement_type_code", "statement_code", "statement_description"},
    "Submitter": {"role_code", "id", "name", "address"},
    "Address": {"line", "city_name", "postcode_id", "country_code"},
}
"""Of classes that have more than a gate report has: what it has."""
NEEDED = {
    "Submitter": {"role_code"},
    "GateMoment": {"function_code", "moment"},
    "GateMeasure": {"dimension_code", "value"},
}


@st.composite
def reports(draw: st.DrawFn, model: type[Class] = GateReport) -> Class:
    """Draw a report with any of the fields that CODECO has places for."""
    fields: dict[str, Any] = {}
    for slot in slots_of(model).values():
        if slot.name not in UNWRITTEN.get(model.__name__, {slot.name}) or slot.name == "sequence_numeric":
            continue
        if slot.name not in NEEDED.get(model.__name__, set()) and draw(st.booleans()):
            continue
        made = leaves[slot.kind] if slot.kind in leaves else reports(slot.kind).filter(lambda one: one != type(one)())
        fields[slot.name] = draw(st.lists(made, min_size=1, max_size=2).map(tuple) if slot.many else made)
    if model is GateReport and "transport_means" not in fields:
        # A voyage is of the main carriage.
        fields.pop("voyage_id", None)
    return model(**fields)


@given(reports())
def test_a_gate_report_is_read_as_it_was_written(report: Any) -> None:
    """Every field goes through CODECO and comes back, separators and other scripts included."""
    raw = write_interchange([gate_message(report)], Envelope("GATE", "LINE", AT_MS, "R1"))
    (read,) = (read_gate_report(each) for each in read_messages(raw))
    assert (report, ()) == (read.report, read.findings)


@given(st.text(st.characters(codec="ascii", exclude_categories=["C"]), max_size=400), st.integers(5, 70))
def test_a_long_text_is_cut_into_lines_that_join_again(text: str, width: int) -> None:
    """The pieces are the text, up to what their number holds."""
    pieces = in_lines(text, width=width, count=5)
    assert text.startswith("".join(pieces))
    assert len(pieces) <= 5
    assert all(0 < len(piece) <= width for piece in pieces)
    assert len(text) > 4 or text == "".join(pieces)


def moved(*, seals: tuple[str, ...] = ()) -> list[ev.CrossingEvent]:
    seen = Seen(tractor=BOX.tractor, containers=BOX.containers, seals=seals)
    return [
        ev.VehicleArrived(at_ms=AT_MS, station="s", seen=seen),
        ev.VehicleDeparted(at_ms=AT_MS + 60_000, lane="l", seen=seen, rested=Rested(age_s=0, clause="alone")),
    ]


def test_a_container_is_reported_in_and_out() -> None:
    """One report each way, with time, truck, seal and crossing."""
    came, went = gate_reports({X1: moved(seals=("S-1",))}, unlocode="VNLSN", made_at_ms=AT_MS)
    assert (GATE_IN, GATE_OUT) == (came.type_code, went.type_code)
    (move,) = came.move
    assert (BOX.containers[0], "S-1", X1) == (move.id, move.seal[0].id, move.document[0].id)
    assert () == gate_reports({X1: []}, unlocode="", made_at_ms=AT_MS)


def test_the_command_reports_what_the_ledger_holds(tmp_path: Path) -> None:
    """CODECO of a post's ledger is read by our own reader; a ledger without containers is an error."""
    place = tmp_path / "post"
    assert 0 == CliRunner().invoke(group, ["init", str(place), "--post", "huu-nghi"]).exit_code
    asked = ["codeco", str(place), "--sender", "GATE", "--recipient", "LINE"]
    assert 0 != CliRunner().invoke(group, asked).exit_code
    with closing(wiring.open_ledger(place, wiring.read_settings(place))) as ledger, ledger.begin() as unit:
        stream = f"crossing/{X1}"
        drafts = [Draft(stream, *encode_event(event)) for event in moved()]
        unit.append(drafts, expected={stream: 0}, stamp=STAMP)
    file = tmp_path / "report.edi"
    file.write_text(CliRunner().invoke(group, asked).output, "utf-8")
    told = CliRunner().invoke(declare, [str(file), "--json"])
    assert ["gatereport", "gatereport"] == [json.loads(line)["kind"] for line in told.output.splitlines()]


def undated(*segments: str, kind: str = "CUSDEC") -> list[tuple[str, str]]:
    """Return place and text in Vietnamese of each instant in ``segments`` that is told to be none."""
    (read,) = read_documents(message(*segments, kind=kind))
    found = [each for each in read.findings if each.code == "declaration.not_a_date"]
    for each in found:
        assert [] == [language for language in LANGUAGES if "DTM" not in each.text(language)]
    return [(each.path, each.text("vi")) for each in found]


@pytest.mark.parametrize(("text", "form"), [
    ("20171399", "102"), ("2017-01-01", "102"), ("20170229", "102"), ("201701012460", "203"), ("20170101", "203"),
    ("20170101000061", "204"), ("171399", "101"), ("1701012400", "201"),
])  # fmt: skip
@pytest.mark.parametrize("kind", ["CUSDEC", "CUSCAR", "CODECO"])
def test_a_date_that_is_none_is_told(kind: str, text: str, form: str) -> None:
    """The segment and the value are named, in every kind of message; what was written is kept."""
    ((place, told),) = undated("BGM+929+L-7+9", f"DTM+137:{text}:{form}", kind=kind)
    assert ("DTM[4].0.1", True) == (place, text in told)


@pytest.mark.parametrize(("text", "form"), [("20160229", "102"), ("201701012359", "203"), ("W52", "999"), ("20171399", "")])  # fmt: skip
def test_a_date_that_is_one_or_of_a_form_we_do_not_know_is_not(text: str, form: str) -> None:
    """A leap day is a day, and of what form says nothing to us nothing is said."""
    assert [] == undated("BGM+929+L-7+9", f"DTM+137:{text}:{form}")
