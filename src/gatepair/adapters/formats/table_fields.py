"""The fields that a table may fill, with the headers by which traders of four languages call them.

A column fills a place of the declaration: a field by its short name below, or any place by the dotted path of
the model.  Numbers and codes have the words of the WCO Data Model; the headers are ours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.shape import Slot, slots_of
from gatepair.clearance.declaration.values import Amount, Class, Measure, Moment, Number

ITEM: Final = ("goods_shipment", "government_agency_goods_item")
"""The part of a declaration of which each row is one more."""
_ITEM_PATH: Final = ".".join(ITEM)
IGNORE: Final = "ignore"
"""What a mapping says of a column that is left out on purpose."""
REFERENCE: Final = "functional_reference_id"
"""The field that tells which declaration a row belongs to."""
UNIT_FIELD: Final[Mapping[type, str]] = {Amount: "currency", Measure: "unit"}
"""What the unit of a number is called."""

_FIELDS: Final = """
reference | functional_reference_id | | Reference; Declaration reference; LRN; Local reference | Số tham chiếu; Số tờ khai; Số hồ sơ | 报关单编号; 参考号; 单据号; 统一编号 | Référence; Référence de la déclaration; Numéro de référence
type | type_code | | Declaration type; Type of declaration | Loại tờ khai; Loại hình tờ khai | 报关单类型; 申报类型 | Type de déclaration
office | declaration_office_id | | Customs office; Office | Chi cục hải quan; Cơ quan hải quan; Mã hải quan | 申报海关; 海关代码; 关区代码 | Bureau de douane; Bureau
declarant | declarant.name | | Declarant; Name of declarant | Người khai; Tên người khai | 申报人; 申报单位 | Déclarant; Nom du déclarant
declarant_id | declarant.id | | Declarant ID; Tax number of declarant | Mã số thuế người khai | 申报单位代码 | Identifiant du déclarant
exporter | exporter.name | | Exporter; Shipper; Seller | Người xuất khẩu; Doanh nghiệp xuất khẩu | 出口商; 发货人; 境内发货人 | Exportateur; Expéditeur
exporter_id | exporter.id | | Exporter ID; Exporter tax number | Mã số thuế người xuất khẩu; Mã người xuất khẩu | 发货人代码; 出口商代码 | Identifiant de l'exportateur
importer | goods_shipment.importer.name | | Importer; Buyer; Consignee | Người nhập khẩu; Doanh nghiệp nhập khẩu; Người nhận | 进口商; 收货人; 境内收货人 | Importateur; Destinataire
importer_id | goods_shipment.importer.id | | Importer ID; Importer tax number | Mã số thuế người nhập khẩu; Mã người nhập khẩu | 收货人代码; 进口商代码 | Identifiant de l'importateur
plate | border_transport_means.id | | Truck plate; Plate; Licence plate; Vehicle | Biển số xe; Biển số; Biển kiểm soát; Số xe | 车牌号; 车牌; 国内车牌; 车号 | Plaque; Immatriculation; Plaque du camion
plate_country | border_transport_means.registration_nationality_code | | Country of truck; Vehicle country | Quốc tịch xe; Nước đăng ký xe | 车辆国籍; 车辆注册国 | Pays du camion; Pays d'immatriculation
container | goods_shipment.consignment.transport_equipment.id | | Container; Container number | Số container; Số công-te-nơ; Container số | 集装箱号; 集装箱编号; 箱号 | Conteneur; Numéro de conteneur
seal | goods_shipment.consignment.transport_equipment.seal.id | | Seal; Seal number | Số chì; Số niêm phong; Số seal | 封志号; 关封号; 铅封号 | Scellé; Numéro de scellé
invoice | goods_shipment.invoice.id | | Invoice; Invoice number | Số hóa đơn; Hóa đơn | 发票号; 发票编号 | Facture; Numéro de facture
invoice_date | goods_shipment.invoice.issue_date_time | | Invoice date; Date of invoice | Ngày hóa đơn | 发票日期 | Date de facture; Date de la facture
invoice_total | invoice_amount | | Invoice total; Total value | Tổng trị giá hóa đơn; Tổng trị giá | 发票总额; 总价合计 | Total de la facture; Valeur totale
invoice_currency | invoice_amount.currency | | Invoice currency | Đồng tiền hóa đơn | 发票币制 | Monnaie de la facture
total_gross_mass | total_gross_mass_measure | KGM | Total gross mass; Total gross weight | Tổng trọng lượng; Tổng khối lượng cả bì | 总毛重; 总毛重千克 | Masse brute totale
total_packages | total_package_quantity | | Total packages | Tổng số kiện | 总件数 | Nombre total de colis
procedure | ITEM.government_procedure.current_code | | Procedure; Regime; Customs procedure | Mã loại hình; Chế độ; Loại hình | 监管方式; 贸易方式 | Régime; Régime douanier
item | ITEM.sequence_numeric | | Item; Item number; No; Line | STT; Số thứ tự; Dòng hàng | 序号; 项号; 商品序号 | Article; Numéro d'article; N°
hs | ITEM.commodity.classification.id | | HS code; HS; Commodity code; Tariff code | Mã HS; Mã số hàng hóa; Mã hàng | HS编码; 商品编码; 商品编号; 税则号列 | Code SH; Code douanier; Nomenclature
description | ITEM.commodity.description | | Description; Goods; Description of goods; Goods description | Mô tả hàng hóa; Tên hàng; Tên hàng hóa | 商品名称; 品名; 货物名称; 货名 | Désignation; Désignation des marchandises; Marchandises
gross_mass | ITEM.commodity.goods_measure.gross_mass_measure | KGM | Gross mass; Gross weight; Gross mass kg; Gross weight kg | Trọng lượng cả bì; Trọng lượng; Khối lượng cả bì; Trọng lượng cả bì kg | 毛重; 毛重千克; 毛重kg | Masse brute; Poids brut; Masse brute kg; Poids brut kg
net_mass | ITEM.commodity.goods_measure.net_net_weight_measure | KGM | Net mass; Net weight; Net mass kg; Net weight kg | Trọng lượng tịnh; Khối lượng tịnh; Trọng lượng tịnh kg | 净重; 净重千克; 净重kg | Masse nette; Poids net; Masse nette kg; Poids net kg
quantity | ITEM.commodity.goods_measure.tariff_quantity | | Quantity; Tariff quantity | Số lượng; Lượng | 数量; 成交数量 | Quantité
quantity_unit | ITEM.commodity.goods_measure.tariff_quantity.unit | | Unit; Unit of quantity | Đơn vị tính; ĐVT | 单位; 计量单位; 成交单位 | Unité; Unité de mesure
packages | ITEM.packaging.quantity_quantity | | Packages; Number of packages | Số kiện; Số lượng kiện | 件数 | Colis; Nombre de colis
package_type | ITEM.packaging.type_code | | Package type; Kind of packages; Type of packages | Loại kiện; Loại bao bì | 包装种类; 包装 | Type de colis; Nature des colis
marks | ITEM.packaging.marks_numbers_id | | Marks; Marks and numbers; Shipping marks | Ký mã hiệu; Ký hiệu kiện | 唛头; 标记唛码 | Marques; Marques et numéros
value | ITEM.commodity.invoice_line.item_charge_amount | | Value; Price; Invoice value; Amount | Trị giá; Trị giá hóa đơn; Thành tiền | 总价; 货值; 金额 | Valeur; Prix; Montant
currency | ITEM.commodity.invoice_line.item_charge_amount.currency | | Currency | Đồng tiền; Loại tiền; Mã tiền tệ; Nguyên tệ | 币制; 币种; 货币 | Monnaie; Devise
origin | ITEM.origin.country_code | | Origin; Country of origin | Xuất xứ; Nước xuất xứ | 原产国; 原产地 | Origine; Pays d'origine
destination | ITEM.destination.country_code | | Destination; Country of destination | Nước đến; Nước nhập khẩu | 运抵国; 目的国; 最终目的国 | Destination; Pays de destination
document_type | ITEM.additional_document.type_code | | Document type; Certificate type | Loại chứng từ; Loại giấy phép | 单证类型; 随附单证代码; 证书类型 | Type de document; Type de certificat
document | ITEM.additional_document.id | | Document number; Certificate number; Licence number | Số chứng từ; Số giấy phép; Số giấy chứng nhận | 单证编号; 随附单证编号; 证书编号 | Numéro de document; Numéro de certificat
"""
"""A line a field: short name, place, unit of its numbers, and its headers in English, Vietnamese, Chinese, French."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the declaration that a column fills."""

    name: str
    """As a mapping writes it."""
    way: tuple[Slot, ...]
    """From the declaration down to a text, a number or a moment."""
    unit: str = ""
    """Unit or currency of its numbers when the mapping names no other."""
    is_unit: bool = False
    """Whether the column holds the unit or currency of the number at the end of the way."""

    @property
    def of_item(self) -> bool:
        """Tell whether each row has its own."""
        return tuple(slot.name for slot in self.way[:2]) == ITEM

    @property
    def kind(self) -> type:
        """Return the kind of value at the end."""
        return str if self.is_unit else self.way[-1].kind

    def with_unit(self, number: dict[str, Any], unit: str = "") -> dict[str, Any]:
        """Return the fields of ``number`` with ``unit``, or with the unit of the place when that is empty."""
        known = UNIT_FIELD.get(self.kind)
        found = unit or self.unit
        return number | {known: found} if known and found else number


@cache
def _by_name(model: type[Class]) -> Mapping[str, Slot]:
    return {slot.name: slot for slot in slots_of(model).values()}


def place_of(name: str) -> Place | None:
    """Return the place that ``name`` means: a short name, or a dotted path of the model; None when it is none."""
    known = FIELDS.get(name)
    return known if known is not None else _resolved(name, name, "")


def _resolved(name: str, path: str, unit: str) -> Place | None:
    model: type[Class] = Declaration
    way: list[Slot] = []
    for step in path.split("."):
        if way and not issubclass(way[-1].kind, Class):
            return None
        if way and issubclass(way[-1].kind, Number):
            return Place(name, tuple(way), is_unit=True) if UNIT_FIELD.get(way[-1].kind) == step else None
        slot = _by_name(model).get(step)
        if slot is None:
            return None
        way.append(slot)
        model = slot.kind
    end = way[-1].kind
    leaf = end is str or end is Moment or issubclass(end, Number)
    return Place(name, tuple(way), unit) if leaf else None


def _read() -> tuple[dict[str, Place], dict[str, str]]:
    fields: dict[str, Place] = {}
    headers: dict[str, str] = {}
    for line in _FIELDS.strip().splitlines():
        name, path, unit, *languages = (part.strip() for part in line.split("|"))
        place = _resolved(name, path.replace("ITEM", _ITEM_PATH), unit)
        if place is None:
            raise ValueError(f"the field {name} leads nowhere")
        fields[name] = place
        for language in languages:
            for header in language.split(";"):
                if headers.setdefault(folded(header), name) != name:
                    raise ValueError(f"the header {header} means two fields")
    return fields, headers


def folded(header: str) -> str:
    """Return ``header`` in the form in which headers are compared: letters and digits only, capitals and width alike."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", header).casefold())


FIELDS, HEADERS = _read()
"""Places by short name, and short names by header in the form of :func:`folded`."""
