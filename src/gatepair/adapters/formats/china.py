"""China's road manifest and the filing of road vehicles, under the names that the customs notices give their elements.

The notices publish the elements, which of them are required, and the forms of the filing; what they are wrapped in is
between a sender and the single window.  Read and written here is a JSON object with those names as keys: the head of
a trip, under 运单 its waybills, and under each 集装箱 and 商品项.  Every value is taken over or told.

Source: General Administration of Customs of China, notices on 原始舱单, 预配舱单, 运抵报告 and 公路运输工具备案.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from gatepair.adapters.formats import findings as refuse
from gatepair.adapters.formats.refusing import refusal
from gatepair.base.errors import Malformed, TooLarge
from gatepair.base.findings import Finding
from gatepair.clearance.declaration import findings as say
from gatepair.clearance.declaration.road_manifest import (
    RoadDocument,
    RoadEquipment,
    RoadItem,
    RoadManifest,
    RoadParty,
    RoadWaybill,
)
from gatepair.clearance.declaration.shape import Slot, slots_of
from gatepair.clearance.declaration.values import Class, Measure, Moment, Number, decimal
from gatepair.clearance.declaration.vehicle_filing import ELEMENTS, FilingKind, VehicleFiling, check_filing

CHINA_BYTES_MAX: Final = 8 * 1024 * 1024
FILING: Final = "公路运输工具备案"
"""The document that files a vehicle."""
FILING_KIND: Final = "备案类型"
"""The key that says which kind of vehicle is filed."""
DOCUMENT: Final = "单证"
"""The key that says which document it is, by which the form is known."""
_UNITS: Final = {"gross_mass": "KGM", "volume": "MTQ"}
"""The notices give masses in kilograms and volumes in cubic metres."""
_PARTY: Final = "id=代码 name=名称 address_line=地址 communication_id=联系号码 communication_type_code=通讯方式类别代码"
_TABLE: Final[Mapping[type[Class], str]] = {
    RoadManifest: (
        "document=单证 batch_id=航次号|货物运输批次号 sender_code=舱单传输人代码|传输人代码 port_code=进境口岸代码|离境口岸代码"
        " office_code=进境关区代码|出境关区代码 expected_date_time=预计抵达时间|预计出境时间 agent_code=运输工具代理企业代码"
        " carrier_code=承运人代码 vehicle_trip_id=车次号 mode_code=运输方式代码 vehicle_name=运输工具名称"
        " routing_country_code=途经的国家代码|途径国家代码 waybill=运单"
    ),
    RoadWaybill: (
        "id=运单号 remark=备注 volume=货物体积 package_quantity=托运货物件数 package_type_code=包装种类 gross_mass=货物总毛重"
        " loading_place_code=装货地代码 unloading_place_code=卸货地代码 unloading_date_time=到达卸货地日期"
        " value=托运货物价值 currency=金额类型代码 consigned_from_code=货物托运的地点或者国家代码"
        " change_reason_code=更改原因代码 goods_status_code=货物海关状态代码 consignee=境内收货人|境外收货人"
        " consignor=境外发货人|境内发货人 notify_party=通知人 freight_payment_code=运费支付方式"
        " carriage_condition_code=运输条款代码 dangerous_goods_contact=危险品联系人"
        " split_code=承运人货物分批到货标识|分批到/发货标识 transport_equipment=集装箱 item=商品项"
        " china_europe_train_code=中欧班列标志"
    ),
    RoadParty: _PARTY,
    RoadEquipment: (
        "sequence_numeric=序号 id=集装箱（器）编号 size_type_code=尺寸和类型 fullness_code=重箱或者空箱标识代码"
        " seal_id=集装箱（器）封志号"
    ),
    RoadItem: (
        "sequence_numeric=商品项序号 package_type_code=包装种类 package_quantity=每类商品项下货物件数"
        " brief_description=货物简要描述 description=货物描述补充信息 gross_mass=货物毛重 dangerous_goods_code=危险品编号"
        " hs_code=海关6位税则编号 marks_numbers=唛头 procedure_code=海关手续代码"
    ),
}  # fmt: skip
"""Field and its name in the notices, of what comes in before of what goes out where they differ."""
_REQUIRED: Final[Mapping[type[Class], str]] = {
    RoadManifest: "sender_code port_code office_code carrier_code batch_id mode_code",
    RoadWaybill: (
        "id package_quantity package_type_code gross_mass goods_status_code consignee.name consignor.name"
        " freight_payment_code"
    ),
}
"""What both manifests require of their main data (必填)."""
_REQUIRED_IN: Final = "vehicle_trip_id vehicle_name"
"""What only the manifest of what comes in requires."""
_REQUIRED_OUT: Final = "loading_place_code"
"""What only the manifest of what goes out requires of a waybill."""
_OUTWARD: Final = frozenset({RoadDocument.DEPARTURE_MANIFEST, RoadDocument.CONFIRMATION_OUT})


def _names() -> dict[type[Class], dict[str, tuple[str, ...]]]:
    return {
        model: {pair.partition("=")[0]: tuple(pair.partition("=")[2].split("|")) for pair in table.split()}
        for model, table in _TABLE.items()
    }


_NAMES: Final = _names()


@dataclass(frozen=True, slots=True)
class RoadRead:
    """A message about a trip, and what became of every value of its source."""

    manifest: RoadManifest
    mapped: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class FilingRead:
    """A filing of a vehicle, and what became of every value of its source."""

    filing: VehicleFiling
    mapped: int
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Account:
    mapped: int = 0
    findings: list[Finding] = field(default_factory=list)


def read_china(raw: bytes) -> RoadRead | FilingRead:
    """Return the message about a trip, or the filing of a vehicle, in ``raw``.

    Raises:
        TooLarge: over 8 MiB.
        Malformed: no JSON object, or one that does not say which document it is.
    """
    if len(raw) > CHINA_BYTES_MAX:
        raise refusal(TooLarge, refuse.FILE_TOO_LARGE.at(bytes=len(raw), limit=CHINA_BYTES_MAX))
    try:
        found = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise refusal(Malformed, refuse.JSON_BROKEN.at(why=str(error)[:200])) from error
    document = found.get(DOCUMENT) if isinstance(found, dict) else None
    if document == FILING:
        return _filing(found)
    kinds = [*(str(kind) for kind in RoadDocument), FILING]
    if not isinstance(found, dict) or document not in kinds:
        raise refusal(Malformed, refuse.ROAD_DOCUMENT_UNKNOWN.at(DOCUMENT, known=", ".join(kinds)))
    account = _Account()
    fields = _fields(found, RoadManifest, "", account)
    manifest = msgspec.convert(fields, RoadManifest)
    account.findings.extend(_missing(manifest))
    return RoadRead(manifest, account.mapped, tuple(account.findings))


def _fields(source: Mapping[str, Any], model: type[Class], path: str, account: _Account) -> dict[str, Any]:
    slots = {slot.name: slot for slot in slots_of(model).values()}
    by_name = {name: field_name for field_name, names in _NAMES[model].items() for name in names}
    made: dict[str, Any] = {}
    for name, value in source.items():
        slot = slots.get(by_name.get(name, ""))
        at = f"{path}.{name}" if path else name
        if slot is None or slot.name in made:
            _set_aside(value, at, account)
        elif slot.many and slot.kind in _NAMES:
            parts = value if isinstance(value, list) else [value]
            made[slot.name] = [_part(each, slot.kind, f"{at}.{index}", account) for index, each in enumerate(parts)]
        elif slot.many:
            texts = value if isinstance(value, list) else [value]
            taken = [_leaf(each, slot, path=at, account=account) for each in texts]
            made[slot.name] = [each for each in taken if each is not None]
        elif slot.kind in _NAMES:
            made[slot.name] = _part(value, slot.kind, at, account)
        elif (leaf := _leaf(value, slot, path=at, account=account)) is not None:
            made[slot.name] = leaf
    return made


def _part(value: Any, model: type[Class], path: str, account: _Account) -> dict[str, Any]:
    if isinstance(value, dict):
        return _fields(value, model, path, account)
    _set_aside(value, path, account)
    return {}


def _leaf(value: Any, slot: Slot, *, path: str, account: _Account) -> Any:
    """Return a text, number or instant; what is none of the kind is told."""
    kind = slot.kind
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else None
    if text is None and isinstance(value, float):
        text = msgspec.json.encode(value).decode()
    if text is None:
        _set_aside(value, path, account)
        return None
    if not text:
        return None
    if issubclass(kind, Number):
        try:
            number = decimal(text)
        except Malformed:
            account.findings.append(say.NOT_A_NUMBER.at(path, line=1, text=text[:40]))
            return None
        account.mapped += 1
        return number | ({"unit": _UNITS[slot.name]} if issubclass(kind, Measure) else {})
    if kind is Moment and len(text) > 64:
        _set_aside(value, path, account)
        return None
    account.mapped += 1
    return {"text": text, "form": _form(text)} if kind is Moment else text


def _form(text: str) -> str:
    """Return the form of a written instant (UN/EDIFACT 2379): day, minute or second; empty when it is none of them."""
    return {8: "102", 12: "203", 14: "204"}.get(len(text), "") if text.isascii() and text.isdigit() else ""


def _set_aside(value: Any, path: str, account: _Account) -> None:
    """Enter each value below ``path`` as one that has no place."""
    if isinstance(value, dict):
        for name, each in value.items():
            _set_aside(each, f"{path}.{name}", account)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            _set_aside(each, f"{path}.{index}", account)
    elif value is not None and str(value).strip():
        account.findings.append(say.UNMAPPED.at(path, line=1, text=str(value)[:80]))


def _missing(manifest: RoadManifest) -> Iterator[Finding]:
    """Yield a finding for each element that the notices require of a manifest and that is not there."""
    if manifest.document not in (RoadDocument.ARRIVAL_MANIFEST, RoadDocument.DEPARTURE_MANIFEST):
        return
    outward = manifest.document in _OUTWARD
    head = _REQUIRED[RoadManifest] + ("" if outward else f" {_REQUIRED_IN}")
    yield from _lacking(manifest, head, "", outward=outward)
    wanted = _REQUIRED[RoadWaybill] + (f" {_REQUIRED_OUT}" if outward else "")
    for index, waybill in enumerate(manifest.waybill):
        yield from _lacking(waybill, wanted, f"运单.{index}", outward=outward)


def _lacking(value: Class, wanted: str, path: str, *, outward: bool) -> Iterator[Finding]:
    for way in wanted.split():
        at: Any = value
        names = []
        for step in way.split("."):
            names.append(_name(type(at), step, outward=outward) if at is not None else step)
            at = getattr(at, step, None) if at is not None else None
            if at is None:
                break
        if at is None:
            element = ".".join(names)
            yield say.ELEMENT_MISSING.at(f"{path}.{element}" if path else element, element=element)


def _name(model: type[Class], field_name: str, *, outward: bool) -> str:
    names = _NAMES[model][field_name]
    return names[-1] if outward else names[0]


def _filing(source: Mapping[str, Any]) -> FilingRead:
    account = _Account(mapped=1)
    kinds = [str(kind) for kind in FilingKind]
    kind = source.get(FILING_KIND)
    if kind not in kinds:
        raise refusal(Malformed, refuse.ROAD_DOCUMENT_UNKNOWN.at(FILING_KIND, known=", ".join(kinds)))
    account.mapped += 1
    values: dict[str, list[str]] = {}
    for name, value in source.items():
        if name in (DOCUMENT, FILING_KIND):
            continue
        if name not in ELEMENTS:
            _set_aside(value, name, account)
            continue
        texts = value if isinstance(value, list) else [value]
        taken = [_leaf(each, Slot(name, str, many=False), path=name, account=account) for each in texts]
        if any(taken):
            values[name] = [each for each in taken if each is not None]
    filing = msgspec.convert({"kind": kind, "values": values}, VehicleFiling)
    return FilingRead(filing, account.mapped, (*account.findings, *check_filing(filing)))


def write_filing(filing: VehicleFiling) -> bytes:
    """Return ``filing`` as a JSON object under the codes of the list; reading it again gives ``filing``."""
    texts = {code: each[0] if len(each) == 1 else list(each) for code, each in filing.values.items()}
    written = {DOCUMENT: FILING, FILING_KIND: filing.kind.value, **texts}
    return msgspec.json.format(msgspec.json.encode(written), indent=1)


def write_road(manifest: RoadManifest) -> bytes:
    """Return ``manifest`` as a JSON object under the names of the notices; reading it again gives ``manifest``."""
    outward = manifest.document in _OUTWARD
    return msgspec.json.format(msgspec.json.encode(_object(manifest, outward=outward)), indent=1)


def _object(value: Class, *, outward: bool) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for slot in slots_of(type(value)).values():
        held = getattr(value, slot.name)
        name = _name(type(value), slot.name, outward=outward)
        if held is None or held == ():
            continue
        made[name] = (
            [_written(each, outward=outward) for each in held] if slot.many else _written(held, outward=outward)
        )
    return made


def _written(value: Any, *, outward: bool) -> Any:
    match value:
        case Moment():
            return value.text
        case Number():
            return value.shown()
        case Class():
            return _object(value, outward=outward)
        case _:
            return str(value)
