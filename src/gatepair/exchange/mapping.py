"""The words of our messages beside those of the WCO Data Model and of China's road manifest.

Each field of each section has a row: its counterparts, or why there is none.  ``wco`` names a data element by its
WCO number and name (a class where the sources number only the class); ``china`` names the field of the manifest, of
the arrival report or of the vehicle's filing.  The facts were entered again one by one:

- the WCO numbers and names from the annotations of the schemas of data model 3.6 that HM Revenue & Customs publishes
  for its Customs Declaration Service, and from the column "WCO DATA MODEL" of the next source;
- the Chinese names from the lists of data elements in the notices of the General Administration of Customs of China
  (预配舱单, 原始舱单, 运抵报告, 公路运输工具备案);
- trip batch number, split waybill, confirmation of carriage and deletion by batch from the notice on the road manifest
  (http://www.scqike.com/n28950.htm, copy of 2024-03-16).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Counterpart:
    """What a field, or with a bare shape all its fields, corresponds to; ``note`` says how, or why to nothing."""

    field: str
    """``Shape.field``, or ``Shape`` for all of them."""
    wco: str = ""
    china: str = ""
    note: str = ""


_GATE: Final = "The working of a gate: neither model of goods and transport speaks of it."
_AGENCY: Final = "An agency's own act: each country's single window has its own words for it."
_WORD: Final = "A word between two posts about the exchange itself."

FIELDS: Final = (
    # --- announcement
    Counterpart("Route.direction", "D013 Document name, coded", "原始舱单 (进境) / 预配舱单 (出境)", "Which document it is says which way it goes."),
    Counterpart("Route.route", "085 First port of arrival, coded", "进境口岸代码 / 离境口岸代码", "The port; the road inside it has no code in either."),
    Counterpart("Route.lane_kind", note=_GATE),
    Counterpart("Route.load", "T010 Mode/type of means of transport crossing the border, coded; 154 Transport equipment loaded status", "运输方式代码; 重箱或者空箱标识代码"),
    Counterpart("Route.return_of", "D018 Previous document number", "", "The earlier trip; the manifest does not tie two trips of a vehicle together."),
    Counterpart("Goods.regime", "161 Previous government procedure; 70A GovernmentProcedure", "海关手续代码"),
    Counterpart("Goods.goods", "006 Sequence number", "商品项序号", "The place in the list is the sequence number."),
    Counterpart("Goods.synthetic", note="Marks a drill; never set in earnest."),
    Counterpart("GoodsItem.hs", "145 Commodity classification", "海关6位税则编号", "The first six digits."),
    Counterpart("GoodsItem.description", "138 Brief cargo description", "货物简要描述"),
    Counterpart("GoodsItem.commodity", note="The plan's group of the HS code, by which rules of the queue select."),
    Counterpart("GoodsItem.gross_mass_kg", "126 Gross weight item level", "货物毛重 (KG)"),
    Counterpart("GoodsItem.packages", "144 Number of packages", "每类商品项下货物件数"),
    Counterpart("GoodsItem.value_minor", "110 Consignment value", "托运货物价值", "Theirs is of the consignment: the sum over its items."),
    Counterpart("GoodsItem.currency", "135 Currency, coded", "金额类型代码"),
    Counterpart("GoodsItem.origin", "92A Origin", "", "The manifest asks for the country whence consigned (L024), which is another thing."),
    Counterpart("Documents.documents", "02A AdditionalDocument", "", "The road manifest carries no documents."),
    Counterpart("Document.kind", "D006 Additional document type, coded", "", "The road manifest carries no documents."),
    Counterpart("Document.number", "D005 Additional document reference number", "", "The road manifest carries no documents."),
    Counterpart("Document.issuer", note="Stands in the document itself."),
    Counterpart("Document.sha256", note="The digest of a file: both models speak of paper."),
    Counterpart("Parties.exporter", "57A Exporter; R020 Consignor - name", "境内发货人名称 / 境外发货人名称"),
    Counterpart("Parties.importer", "74A Importer; 27A Consignee", "境内收货人名称 / 境外收货人名称"),
    Counterpart("Parties.declarant", "57B Declarant; R006 Representative person name", "舱单传输人代码", "Theirs is a code of the registered sender."),
    Counterpart("Binding.tractor", "T005 Identification of means of transport crossing the border", "运输工具名称; 国内车牌 / 外籍车牌"),
    Counterpart("Binding.trailer", "159 Equipment identification number", "", "The manifest names vehicle and containers; a trailer is known from the vehicle's filing."),
    Counterpart("Binding.containers", "159 Equipment identification number", "集装箱 (器) 编号"),
    Counterpart("Binding.owner", "", "车辆登记车主名称", "WCO R012 names the carrier, who may be another."),
    Counterpart("Driver.name", note="Persons are filed with border inspection, not in the manifest of goods."),
    Counterpart("Driver.licence", note="Persons are filed with border inspection, not in the manifest of goods."),
    Counterpart("Driver.nationality", note="Persons are filed with border inspection, not in the manifest of goods."),
    Counterpart("Trip.batch", "149 Conveyance reference number", "货物运输批次号", "One trip of one truck, or of the trucks that cross together because a waybill is split."),
    Counterpart("Trip.waybills", "D023 Transport document number", "运单号", "One trip may carry several master waybills."),
    Counterpart("Waybill.number", "D023 Transport document number", "运单号"),
    Counterpart("Waybill.part", "011 Carrier split consignment indicator", "承运人货物分批到货标识 / 分批到/发货标识", "Theirs only says that it is split; ours says which part this truck has."),
    Counterpart("Waybill.parts", "011 Carrier split consignment indicator", "承运人货物分批到货标识 / 分批到/发货标识", "More than one means split."),
    Counterpart("Correction.path", "97A Pointer; 381 Tag identifier", "", "The manifest is changed by sending the waybill whole again."),
    Counterpart("Correction.value", note="The new value of the field that the path names, mapped as that field is."),
    Counterpart("Correction.reason", "099 Amendment code", "更改原因代码", "Theirs is a code, ours a sentence."),
    # --- the entry post's answer
    Counterpart("Codes", note=_AGENCY),
    Counterpart("Reasons", note=_AGENCY),
    Counterpart("Reason", note=_AGENCY),
    Counterpart("Hold", note=_AGENCY),
    Counterpart("Lift", note=_AGENCY),
    # --- on the way
    Counterpart("Status", note=_GATE),
    Counterpart("Rested", note=_WORD),
    Counterpart("Departure.lane", note=_GATE),
    Counterpart("Departure.rested", note=_WORD),
    Counterpart("Departure.at_ms", "67A GoodsShipment, exit date and time", "进境承运确报 / 出境承运确报", "The confirmation of carriage is sent once, when the vehicle goes."),
    Counterpart("Seals.seals", "165 Seal number", "集装箱 (器) 封志号"),
    Counterpart("Handover.condition", note="How the load unit looked when it was taken over: neither model asks."),
    Counterpart("Handover.at_ms", "173 Date of arrival at place of discharge", "到达卸货地日期"),
    Counterpart("Dispute", note="Neither model knows a handover between two posts that may be disputed."),
    Counterpart("Refusal", note=_AGENCY),
    Counterpart("Withdrawal.reason", "099 Amendment code", "更改原因代码", "A deletion: theirs is a code, by batch number; ours a sentence, for each crossing of the batch."),
    Counterpart("SealAct.act", note="Both models list the seals that are on, not what is done with them."),
    Counterpart("SealAct.number", "165 Seal number", "集装箱 (器) 封志号"),
    Counterpart("SealAct.kind", "165 Seal number", "施加封志人类型", "Theirs stands behind the seal number."),
    Counterpart("SealAct.intact", note="Both models list the seals that are on, not what is done with them."),
    Counterpart("SealAct.reason", note="Both models list the seals that are on, not what is done with them."),
    Counterpart("Discrepancy.duty", note=_AGENCY),
    Counterpart("Discrepancy.code", note=_AGENCY),
    Counterpart("Discrepancy.path", "97A Pointer; 381 Tag identifier", "", "The arrival report states what arrived, not where it differs."),
    Counterpart("Discrepancy.declared", note="The value of the field that the path names, mapped as that field is."),
    Counterpart("Discrepancy.found", note="What is found in place of it."),
    Counterpart("Inspection", note=_AGENCY),
    # --- papers
    Counterpart("Question.duty", note=_AGENCY),
    Counterpart("Question.kind", "D006 Additional document type, coded", "", "The road manifest carries no documents."),
    Counterpart("Question.number", "D005 Additional document reference number", "", "The road manifest carries no documents."),
    Counterpart("Question.text", note=_AGENCY),
    Counterpart("Answer.duty", note=_AGENCY),
    Counterpart("Answer.kind", "D006 Additional document type, coded", "", "The road manifest carries no documents."),
    Counterpart("Answer.number", "D005 Additional document reference number", "", "The road manifest carries no documents."),
    Counterpart("Answer.verdict", note=_AGENCY),
    Counterpart("Answer.text", note=_AGENCY),
    Counterpart("Attachments.attachments", "02A AdditionalDocument", "", "The road manifest carries no documents."),
    Counterpart("Attachment.kind", "D006 Additional document type, coded", "", "The road manifest carries no documents."),
    Counterpart("Attachment.number", "D005 Additional document reference number", "", "The road manifest carries no documents."),
    Counterpart("Attachment.sha256", note="The digest of a file: both models speak of paper."),
    Counterpart("Attachment.size_bytes", note="The size of a file: both models speak of paper."),
    Counterpart("Attachment.media_type", note="The kind of a file: both models speak of paper."),
    # --- the gate
    Counterpart("Stop", note=_GATE),
    Counterpart("Reopening", note=_GATE),
    Counterpart("Condition", note=_GATE),
    Counterpart("Hours", note=_GATE),
    Counterpart("Quota", note=_GATE),
    Counterpart("Capacity", note=_GATE),
    Counterpart("Alert.kind", note=_AGENCY),
    Counterpart("Alert.reference", note=_AGENCY),
    Counterpart("Alert.text", note=_AGENCY),
    Counterpart("Alert.ended", note=_AGENCY),
    Counterpart("Alert.plates", "T005 Identification of means of transport crossing the border", "运输工具名称; 国内车牌 / 外籍车牌"),
    Counterpart("Alert.containers", "159 Equipment identification number", "集装箱 (器) 编号"),
    Counterpart("Alert.commodity", note="The plan's group of goods."),
    Counterpart("Alert.until_ms", note=_AGENCY),
    Counterpart("Note", note=_GATE),
    Counterpart("Statistics", note=_GATE),
    Counterpart("Figure", note=_GATE),
    Counterpart("Outcome", note=_WORD),
    Counterpart("Fault", note=_WORD),
)  # fmt: skip
"""The counterparts of every field of every section."""

DOCUMENTS: Final[dict[str, str]] = {
    "crossing.announced": "原始舱单 (进境) / 预配舱单 (出境): the manifest of what will come or go, whole for each master waybill",
    "crossing.corrected": "更改: a change, with its code, of a waybill sent again whole",
    "crossing.cancelled": "删除: a deletion, only by 货物运输批次号; the crossings of a batch are withdrawn together or not at all",
    "crossing.departed": "进境承运确报 / 出境承运确报: sent once as one message, which also declares the vehicle",
    "crossing.received": "运抵报告: the report of arrival",
}
"""Messages that have a document of China's road manifest beside them; every other has none."""
