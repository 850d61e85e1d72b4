"""China's road manifest and filing: every value is taken over or told, written is read as itself, trips keep their rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.adapters.formats.china import (
    DOCUMENT,
    FILING,
    FILING_KIND,
    FilingRead,
    RoadRead,
    read_china,
    write_filing,
    write_road,
)
from gatepair.adapters.formats.reading import Format, format_of
from gatepair.base.errors import Malformed
from gatepair.base.findings import LANGUAGES, Finding
from gatepair.clearance.declaration.road_manifest import (
    Filed,
    RoadDocument,
    RoadManifest,
    RoadWaybill,
    Trips,
    file,
)
from gatepair.clearance.declaration.shape import slots_of
from gatepair.clearance.declaration.values import Class, Measure, Moment, Number
from gatepair.clearance.declaration.vehicle_filing import ELEMENTS, FilingKind, VehicleFiling, check_filing
from meta.tidy import ROOT

CORPUS = ROOT.parents[0] / "shared" / "corpora" / "cn-customs"
MANIFEST: dict[str, Any] = {
    DOCUMENT: "原始舱单", "货物运输批次号": "B-2026-0001", "舱单传输人代码": "4500001", "进境口岸代码": "CNYYG",
    "进境关区代码": "7208", "承运人代码": "C1", "车次号": "T1", "运输方式代码": "4", "运输工具名称": "桂A12345",
    "途经的国家代码": ["VN"],
    "运单": [{
        "运单号": "W-1", "托运货物件数": 900, "包装种类": "CT", "货物总毛重": "21500.5", "货物海关状态代码": "001",
        "运费支付方式": "PP", "境内收货人": {"名称": "合成收货人", "联系号码": "1"}, "境外发货人": {"名称": "Synthetic"},
        "集装箱": [{"序号": 1, "集装箱（器）编号": "CSQU3054383", "集装箱（器）封志号": ["M/123@SH"]}],
        "商品项": [{"商品项序号": 1, "货物简要描述": "鲜榴莲", "海关6位税则编号": "081060", "货物毛重": 21500.5}],
    }],
}  # fmt: skip


def raw(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, ensure_ascii=False).encode()


def road(fields: dict[str, Any]) -> RoadRead:
    read = read_china(raw(fields))
    assert isinstance(read, RoadRead)
    return read


def values_in(held: Any) -> int:
    """Count the values of a source; the test's own way."""
    if isinstance(held, dict | list):
        return sum(values_in(each) for each in (held.values() if isinstance(held, dict) else held))
    return held is not None and bool(str(held).strip())


def shown(findings: Any, code: str, path: str) -> None:
    told: Finding = next(finding for finding in findings if (finding.code, finding.path) == (code, path))
    texts = [told.text(language) for language in LANGUAGES]
    assert len(LANGUAGES) == len(set(texts))
    assert [] == [text for text in texts if "{" in text]


def test_a_manifest_is_read_under_its_chinese_names() -> None:
    """Head, waybill, parties, containers and items; nothing is left over and nothing required is missing."""
    read = road(MANIFEST)
    assert (values_in(MANIFEST), ()) == (read.mapped, read.findings)
    (waybill,) = read.manifest.waybill
    assert ("B-2026-0001", "W-1", "合成收货人", "081060") == (
        read.manifest.batch_id,
        waybill.id,
        waybill.consignee and waybill.consignee.name,
        waybill.item[0].hs_code,
    )
    assert Measure(coefficient=215005, decimals=1, unit="KGM") == waybill.gross_mass


def test_the_format_is_told_by_its_document() -> None:
    """The key 单证 makes a JSON file one of China's; ours has no such field."""
    assert (Format.CHINA, Format.JSON) == (format_of(raw(MANIFEST)), format_of(b'{"id":"1"}'))


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"颜色": "红"}, "declaration.unmapped", "颜色"),
        ({"运单": [{"运单号": "W", "货物总毛重": "many"}]}, "declaration.not_a_number", "运单.0.货物总毛重"),
        ({"运单": ["W-1"]}, "declaration.unmapped", "运单.0"),
        ({"承运人代码": None}, "road.element_missing", "承运人代码"),
        ({"运单": [{"运单号": "W", "境内收货人": {}}]}, "road.element_missing", "运单.0.境内收货人.名称"),
    ],
)
def test_what_has_no_place_or_is_missing_is_told(change: dict[str, Any], code: str, path: str) -> None:
    """By its place, in four languages."""
    shown(road({**MANIFEST, **change}).findings, code, path)


@pytest.mark.parametrize("source", [b"[]", b"{", b'{"id": 1}', raw({DOCUMENT: "发票"}), raw({DOCUMENT: FILING})])
def test_what_says_not_what_it_is_is_refused(source: bytes) -> None:
    """A file without a known document, or a filing without its kind."""
    with pytest.raises(Malformed) as refused:
        read_china(source)
    (finding,) = refused.value.findings
    assert len(LANGUAGES) == len({finding.text(language) for language in LANGUAGES})


sources = st.recursive(
    st.none() | st.booleans() | st.integers(0, 99) | st.sampled_from(["", "x", "1.5"]) | st.just(1.5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["名称", "序号", "货物毛重", "运单号", "集装箱", "别的"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.dictionaries(st.sampled_from([*MANIFEST, "货物体积", "别的"]), sources), st.sampled_from([*RoadDocument, FILING])
)
def test_values_are_as_many_as_those_taken_over_and_told(fields: dict[str, Any], document: str) -> None:
    """Whatever stands where, no value falls silently away."""
    source = {**fields, DOCUMENT: str(document), FILING_KIND: str(FilingKind.TRANSPORT_BOTH)}
    read = read_china(raw(source))
    told = [each for each in read.findings if not each.code.startswith("road.")]
    assert values_in(source) == read.mapped + len(told)


words = st.text(st.sampled_from("AB9榴莲"), min_size=1, max_size=6)
leaves: dict[type, st.SearchStrategy[Any]] = {
    str: words,
    Number: st.builds(Number, st.integers(0, 999), st.integers(0, 2)),
    Moment: st.just(Moment("20261129", "102")),
}


@st.composite
def manifests(draw: st.DrawFn, model: type[Class] = RoadManifest) -> Class:
    """Draw a message with any of the elements there are."""
    fields: dict[str, Any] = {"document": draw(st.sampled_from(RoadDocument))} if model is RoadManifest else {}
    for slot in slots_of(model).values():
        if slot.name == "document" or draw(st.booleans()):
            continue
        if slot.kind is Measure:
            unit = "MTQ" if slot.name == "volume" else "KGM"
            made: st.SearchStrategy[Any] = st.builds(Measure, st.integers(0, 999), st.integers(0, 2), st.just(unit))
        else:
            made = leaves[slot.kind] if slot.kind in leaves else manifests(slot.kind)
        fields[slot.name] = draw(st.lists(made, min_size=1, max_size=2).map(tuple) if slot.many else made)
    return model(**fields)


@given(manifests())
def test_a_message_is_read_as_it_was_written(manifest: Any) -> None:
    """Every element goes out under its Chinese name and comes back."""
    assert manifest == road(json.loads(write_road(manifest))).manifest


# --- the notices ------------------------------------------------------------------------------

PARTIES = ("境外收货人", "境内收货人", "境内发货人", "境外发货人", "通知人", "危险品联系人")


def elements(name: str) -> list[str]:
    """Return the names of the elements of a notice."""
    path = CORPUS / name
    if not path.exists():
        pytest.skip("the notices are not beside this checkout")
    rows = json.loads(path.read_bytes())
    return [str(next(value for key, value in row.items() if "名称" in key or "数据元" in key)).strip()
            for row in rows if row.get("序号")]  # fmt: skip


@pytest.mark.parametrize("notice", ["original-manifest.json", "advance-manifest.json", "arrival-report.json"])
def test_every_element_of_the_notices_has_its_place(notice: str) -> None:
    """Each name of a published list is read; those of a party stand in the party's object."""
    document = {"original": "原始舱单", "advance": "预配舱单", "arrival": "运抵报告"}[notice.partition("-")[0]]
    known = {"集装箱（器）封志类型（M|E）/封志号@施加封志人类型": "集装箱（器）封志号", "货物毛重（KG）": "货物毛重",
             "货物毛重（KG)": "货物毛重", "危险品联系人姓名": "危险品联系人名称", "通知人联系号码": "联系号码",
             "发货人联系号码": "联系号码"}  # fmt: skip
    parts = {"名称", "地址", "代码", "联系号码", "通讯方式类别代码"}
    source: dict[str, Any] = {DOCUMENT: document}
    for element in (known.get(name, name) for name in elements(notice)):
        party = next((each for each in PARTIES if element.startswith(each) and element != each), None)
        value = {element.removeprefix(party): "1"} if party else {element: "1"}
        for place in (
            value if not party and element not in parts else None,
            {"运单": [value if not party else {party: value}]},
            {"运单": [{"境内收货人": value}]},
            {"运单": [{"集装箱": [value]}]},
            {"运单": [{"商品项": [value]}]},
        ):
            if place and not any(each.code == "declaration.unmapped" for each in road({**source, **place}).findings):
                break
        else:
            pytest.fail(f"{element} has no place")


def test_the_list_of_the_filing_is_the_published_one() -> None:
    """Codes, forms and needs agree row by row with the notice."""
    path = CORPUS / "road-vehicle-filing.json"
    if not path.exists():
        pytest.skip("the notices are not beside this checkout")
    signs = {"必填": "M", "选填": "O", "--": "-"}
    published: dict[str, tuple[str, str]] = {}
    for row in json.loads(path.read_bytes()):
        if row.get("序号"):
            _, _, code, form, *needs = row.values()
            published.setdefault(code, (form, "".join(signs[need] for need in needs)))
    assert published == {code: (element.form, element.needs) for code, element in ELEMENTS.items()}


# --- trips ------------------------------------------------------------------------------------


def message(
    document: RoadDocument, batch: str | None = "B1", *waybills: RoadWaybill, vehicle: str = ""
) -> RoadManifest:
    return RoadManifest(document=document, batch_id=batch, waybill=waybills, vehicle_name=vehicle or None)


def after(*messages: RoadManifest) -> Filed:
    trips: Trips = {}
    filed = Filed(trips)
    for each in messages:
        filed = file(filed.trips, each)
    return filed


W1, W2 = RoadWaybill(id="W1"), RoadWaybill(id="W2")
IN, OUT, GONE = RoadDocument.ARRIVAL_MANIFEST, RoadDocument.CONFIRMATION_IN, RoadDocument.DELETION


def test_a_trip_carries_several_waybills_and_is_confirmed_once() -> None:
    """Waybills come one by one or together; the confirmation closes the trip."""
    filed = after(message(IN, "B1", W1), message(IN, "B1", W2), message(OUT))
    assert ({"W1": W1, "W2": W2}, True, ()) == (
        dict(filed.trips["B1"].waybills),
        filed.trips["B1"].confirmed,
        filed.findings,
    )


def test_a_waybill_split_over_trucks_keeps_one_batch() -> None:
    """Two trucks under one number cross as one trip."""
    split = RoadWaybill(id="W1", split_code="1")
    filed = after(message(IN, "B1", split, vehicle="桂A1"), message(IN, "B1", split, vehicle="桂A2"))
    assert (("桂A1", "桂A2"), ()) == (filed.trips["B1"].vehicles, filed.findings)


def test_a_waybill_is_sent_again_whole() -> None:
    """With its reason, the new one stands in place of the old one, field by field."""
    again = RoadWaybill(id="W1", remark="x", change_reason_code="1")
    assert again == after(message(IN, "B1", W1), message(IN, "B1", again)).trips["B1"].waybills["W1"]


def test_a_deletion_takes_the_batch_out() -> None:
    """All of its waybills, and its confirmation with them."""
    assert {} == dict(after(message(IN, "B1", W1), message(OUT), message(GONE)).trips)


@pytest.mark.parametrize(
    ("messages", "code", "path"),
    [
        ([message(IN, None)], "road.no_batch", "batch_id"),
        ([message(OUT)], "road.batch_unknown", "batch_id"),
        ([message(IN, "B1", W1), message(OUT), message(OUT)], "road.confirmed_already", "batch_id"),
        ([message(IN, "B1", W1), message(OUT), message(IN, "B1", W2)], "road.confirmed_already", "batch_id"),
        ([message(IN, "B1", W1), message(GONE, "B1", W1)], "road.deletion_by_batch", "waybill"),
        ([message(IN, "B1", RoadWaybill())], "road.no_waybill", "waybill.0.id"),
        ([message(IN, "B1", W1), message(IN, "B2", W1)], "road.waybill_elsewhere", "waybill.0.id"),
        ([message(IN, "B1", W1), message(IN, "B1", RoadWaybill(id="W1", remark="x"))],
         "road.change_without_reason", "waybill.0.change_reason_code"),
    ],
)  # fmt: skip
def test_a_message_against_the_rules_changes_nothing(messages: list[RoadManifest], code: str, path: str) -> None:
    """It is told why, in four languages, and the trips stand as before."""
    filed = after(*messages)
    shown(filed.findings, code, path)
    assert after(*messages[:-1]).trips == filed.trips


# --- the filing -------------------------------------------------------------------------------


def filing(kind: FilingKind, **values: str) -> VehicleFiling:
    """Return a filing with everything that its kind requires, and ``values``."""
    column = list(FilingKind).index(kind)
    made = {"n4": "7208", "n1": "1", "n8": "20261129", "n14": "20261129073000", "string": "cGljdHVyZQ=="}
    needed = {code: (made.get(each.form, "1"),) for code, each in ELEMENTS.items() if each.needs[column] == "M"}
    return VehicleFiling(kind=kind, values=needed | {code: (text,) for code, text in values.items()})


@pytest.mark.parametrize("kind", FilingKind)
def test_a_whole_filing_is_read_as_it_was_written(kind: FilingKind) -> None:
    """Each kind of vehicle with what it needs: nothing is found, and it comes back the same."""
    read = read_china(write_filing(filing(kind)))
    assert isinstance(read, FilingRead)
    assert (filing(kind), ()) == (read.filing, read.findings)


@pytest.mark.parametrize(
    ("code", "element", "values"),
    [
        ("road.element_missing", "MAIN_PORT", {"MAIN_PORT": ""}),
        ("road.element_unused", "IS_LIMIT_NUM", {"IS_LIMIT_NUM": "1"}),
        ("road.element_form", "MAIN_PORT", {"MAIN_PORT": "72O8"}),
        ("road.element_form", "OUTER_LENGTH", {"OUTER_LENGTH": "12.345"}),
    ],
)
def test_what_is_wrong_with_a_filing_is_told(code: str, element: str, values: dict[str, str]) -> None:
    """Missing, not used for this kind, or of another form."""
    made = filing(FilingKind.HONG_KONG_MACAO_OWN, **values)
    kept = {name: texts for name, texts in made.values.items() if texts != ("",)}
    shown(list(check_filing(msgspec.structs.replace(made, values=kept))), code, element)


def test_the_corpus_is_not_part_of_the_product() -> None:
    """The notices lie beside the checkout, for tests only."""
    assert not Path(CORPUS).is_relative_to(ROOT)
