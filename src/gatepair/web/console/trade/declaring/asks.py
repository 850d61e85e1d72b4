"""What a declaration asks, section by section: titles, help, examples, and how each answer is written.

Every field of :class:`gatepair.crossing.commands.DeclareCrossing` is asked here or stands in :data:`NOT_ASKED`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from gatepair.clearance.codes_search import CodeList
from gatepair.web.console.catalogue import say


class Kind(StrEnum):
    """How an answer is written."""

    TEXT = "text"
    PLATE = "plate"
    """Letters and digits; blanks do not count."""
    LIST = "list"
    """Numbers with blanks between."""
    WHOLE = "whole"
    MONEY = "money"
    CHOICE = "choice"
    CODE = "code"
    """A code that is looked up by words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question. ``name`` is its place in the order; in rows, the place within the row."""

    name: str
    title: str
    what: str
    """What it is, in one sentence."""
    where: str
    """Where it stands on the papers."""
    example: str
    kind: Kind = Kind.TEXT
    required: bool = True
    length_max: int = 120
    codes: CodeList | None = None
    stand_in: Any = ""
    """A well-written answer that stands for a missing one, so that the others can be checked all the same."""
    first: str = ""
    """What the form holds at first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the form; with ``rows`` its questions come once a row, below that place of the order."""

    key: str
    title: str
    asks: tuple[Ask, ...]
    rows: str = ""
    rows_max: int = 0
    row_title: str = ""
    row_needed: bool = False
    """Whether there must be one row at least."""


WAY: Final = Section(
    key="way",
    title=say("Way and gate"),
    asks=(
        Ask(
            name="direction", title=say("Direction"), kind=Kind.CHOICE, example="", stand_in="out",
            what=say("Which way the vehicle crosses the line, as this country sees it."),
            where=say("The contract: who sells to whom."),
        ),
        Ask(
            name="route", title=say("Road"), kind=Kind.CHOICE, example="",
            what=say("The road over the line; it is named by its boundary markers."),
            where=say("The driver or the gate board knows it."),
        ),
        Ask(
            name="load", title=say("What crosses"), kind=Kind.CHOICE, example="", first="truck", stand_in="truck",
            what=say("A truck with its goods, a container alone for the unmanned lane, an empty vehicle, or wagons."),
            where=say("The order to the carrier."),
        ),
        Ask(
            name="lane_kind", title=say("Kind of lane"), kind=Kind.CHOICE, example="", first="manned", stand_in="manned",
            what=say("Trucks with a driver go by manned lanes; containers alone by the unmanned one."),
            where=say("It follows from what crosses."),
        ),
        Ask(
            name="declaration.regime", title=say("Regime"), kind=Kind.CHOICE, example="", first="ordinary", stand_in="ordinary",
            what=say("Under which customs regime the goods cross; an empty vehicle has its own."),
            where=say("Customs declaration, box of the type (B11 and A11 are ordinary trade)."),
        ),
    ),
)  # fmt: skip
VEHICLE: Final = Section(
    key="vehicle",
    title=say("Vehicle and driver"),
    asks=(
        Ask(
            name="binding.tractor", title=say("Plate of the tractor"), kind=Kind.PLATE, example="12C-123.45 · 桂F12345",
            length_max=24, stand_in="12C-12345",
            what=say("The plate of the truck that comes to the gate. The place in the queue belongs to it."),
            where=say("Registration certificate of the vehicle."),
        ),
        Ask(
            name="binding.trailer", title=say("Plate of the trailer"), kind=Kind.PLATE, example="12R-012.34",
            required=False, length_max=24, stand_in="12R-01234",
            what=say("Only when the truck draws a trailer."),
            where=say("Registration certificate of the trailer."),
        ),
        Ask(
            name="binding.containers", title=say("Containers"), kind=Kind.LIST, example="MSKU1234565",
            required=False, length_max=280, stand_in="CSQU3054383",
            what=say("Number of each container, with blanks between."),
            where=say("On the door of the container, and on the waybill."),
        ),
        Ask(
            name="binding.owner", title=say("Owner of the vehicle"), example="Công ty Vận tải ABC", required=False,
            what=say("The firm or person to whom the vehicle belongs."),
            where=say("Registration certificate of the vehicle."),
        ),
        Ask(
            name="driver.name", title=say("Name of the driver"), example="Nguyễn Văn A", required=False,
            what=say("Who drives over the line. Shown only to those who check persons."),
            where=say("Passport or border permit."),
        ),
        Ask(
            name="driver.licence", title=say("Driving licence"), example="010123456789", required=False, length_max=40,
            what=say("Number of the driving licence."),
            where=say("Driving licence, line 5."),
        ),
        Ask(
            name="driver.nationality", title=say("Nationality of the driver"), kind=Kind.CODE, codes=CodeList.COUNTRY,
            example="VN", required=False, stand_in="VN",
            what=say("Country of the passport: two letters, or type its name."),
            where=say("Passport or border permit."),
        ),
    ),
)  # fmt: skip
GOODS: Final = Section(
    key="goods",
    title=say("Goods"),
    rows="declaration.goods",
    rows_max=100,
    row_title=say("Item"),
    row_needed=True,
    asks=(
        Ask(
            name="hs", title=say("HS code"), kind=Kind.CODE, codes=CodeList.HS, example="081060", stand_in="081060",
            what=say("Type what the goods are called, in any language, or the number; then choose."),
            where=say("Customs declaration and invoice: 6 to 10 digits."),
        ),
        Ask(
            name="description", title=say("Description"), example="Sầu riêng tươi Ri6", length_max=280,
            what=say("The goods as the papers call them."),
            where=say("Invoice, packing list and certificates: the same words."),
        ),
        Ask(
            name="commodity", title=say("Commodity group"), kind=Kind.CHOICE, example="", stand_in="other",
            what=say("By this group the queue orders fresh goods first. A code that you choose sets it."),
            where=say("No paper: it follows from the goods."),
        ),
        Ask(
            name="gross_mass_kg", title=say("Gross mass in kg"), kind=Kind.WHOLE, example="20000", length_max=9,
            stand_in=1,
            what=say("Mass of this item with its packing, in whole kilograms."),
            where=say("Packing list, column gross weight."),
        ),
        Ask(
            name="packages", title=say("Packages"), kind=Kind.WHOLE, example="1000", length_max=9, stand_in=1,
            what=say("How many boxes, bags or pallets; 0 for goods in bulk."),
            where=say("Packing list."),
        ),
        Ask(
            name="value_minor", title=say("Value"), kind=Kind.MONEY, example="100000.00", length_max=20, stand_in=1,
            what=say("Price of this item as invoiced, with a point before the decimals."),
            where=say("Invoice, line of the item."),
        ),
        Ask(
            name="currency", title=say("Currency"), kind=Kind.CHOICE, example="", stand_in="USD", first="CNY",
            what=say("The currency of the invoice."),
            where=say("Invoice."),
        ),
        Ask(
            name="origin", title=say("Origin"), kind=Kind.CODE, codes=CodeList.COUNTRY, example="VN", stand_in="VN",
            what=say("Country where the goods were grown or made: two letters, or type its name."),
            where=say("Certificate of origin, or the label."),
        ),
    ),
)  # fmt: skip
PARTIES: Final = Section(
    key="parties",
    title=say("Parties"),
    asks=(
        Ask(
            name="declaration.parties.exporter", title=say("Exporter"), example="Công ty TNHH Nông sản XYZ",
            what=say("The firm that sends the goods."),
            where=say("Invoice, seller."),
        ),
        Ask(
            name="declaration.parties.importer", title=say("Importer"), example="广西某某贸易有限公司",
            what=say("The firm that receives the goods."),
            where=say("Invoice, buyer."),
        ),
        Ask(
            name="declaration.parties.declarant", title=say("Declarant"), example="Đại lý hải quan ABC", required=False,
            what=say("Who declares for them, when it is neither of the two."),
            where=say("Letter of authority of the customs agent."),
        ),
    ),
)  # fmt: skip
PAPERS: Final = Section(
    key="papers",
    title=say("Papers"),
    rows="declaration.documents",
    rows_max=30,
    row_title=say("Paper"),
    asks=(
        Ask(
            name="kind", title=say("Kind of paper"), kind=Kind.CHOICE, example="", length_max=48, stand_in="other",
            what=say("Fresh fruit is called to the gate only with its test report."),
            where=say("Title of the paper."),
        ),
        Ask(
            name="number", title=say("Number"), example="KDTV-2025-001234", length_max=64, stand_in="1",
            what=say("Number of the paper."),
            where=say("Top of the paper, mostly on the right."),
        ),
        Ask(
            name="issuer", title=say("Issuer"), example="Trạm Kiểm dịch thực vật Hữu Nghị", required=False,
            what=say("Who issued it."),
            where=say("Head or stamp of the paper."),
        ),
    ),
)  # fmt: skip
SECTIONS: Final = (WAY, VEHICLE, GOODS, PARTIES, PAPERS)
NOT_ASKED: Final = frozenset(
    {
        "return_of",  # said by the crossing that came, not by a new one
        "at_ms",  # a declaration is made when it is sent
        "declaration.synthetic",  # of the demo alone
        "declaration.trip",  # told by road manifests, which are read as files
        "declaration.documents.sha256",  # follows when the file is attached
    }
)
"""Fields of the order that a person does not fill in, each with its reason."""
MONEY_FIRST: Final = ("CNY", "VND", "USD", "EUR")
"""Currencies that stand first in the list: those in which trade at these gates is invoiced."""
