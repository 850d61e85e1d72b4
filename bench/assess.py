"""Declarations read, checked and assessed, against the floor of only decoding the same bytes; origin verdicts.

    python bench/assess.py [--seconds 5] [--json] [--schema FILE --documents DIRECTORY]

Each figure stands beside a floor measured in the same run: for JSON the decoder of the standard library, for XML
lxml's parsing.  With a schema and a directory of real declarations the floor is parsing with validation of each of
them.  The built-in declarations are synthetic.  Time is that of the processor, so that a busy machine slows little,
and rounds of all parts alternate.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from lxml import etree

from gatepair.adapters.assessing import Assessor
from gatepair.adapters.formats.reading import Format, read_documents
from gatepair.adapters.formats.wco import write_wco
from gatepair.adapters.origintables import shipped_tables
from gatepair.clearance.assessing.model import Dossier
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.origin.judge import assess as judge
from gatepair.clearance.origin.model import Bill, Treaty

DAY = date(2025, 11, 11)
SIZES = (1, 5, 20)
PARTS = ("08106000", "08109080", "11081400", "85340090", "84733090")


def dossier(items: int) -> dict[str, Any]:
    """Return a synthetic import into China of ``items`` items, every second one with Form E."""
    proof = {"treaty": "ACFTA", "kind": "form_e", "number": "SYN-E-1", "issued": "2025-11-01", "issuer": "VN"}
    goods = [_item(index, PARTS[index % len(PARTS)]) for index in range(items)]
    return {
        "declaration": {
            "functional_reference_id": "SYN-1",
            "type_code": "IM",
            "goods_item_quantity": {"coefficient": items},
            "currency_exchange": [{"currency_type_code": "USD", "rate_numeric": {"coefficient": 71, "decimals": 1}}],
            "exporter": {"name": "SYNTHETIC Trading 001"},
            "declarant": {"name": "SYNTHETIC Agents 001"},
            "border_transport_means": {"id": "12C-123.45", "mode_code": "3"},
            "goods_shipment": {
                "destination": {"country_code": "CN"},
                "export_country": {"id": "VN"},
                "importer": {"name": "SYNTHETIC Import 001"},
                "government_agency_goods_item": goods,
            },
        },
        "papers": {"items": [{"item": index + 1, "proofs": [proof]} for index in range(0, items, 2)]},
    }


def _item(index: int, hs: str) -> dict[str, Any]:
    value = {"coefficient": 1_000_000 + index, "decimals": 2, "currency": "USD"}
    return {
        "sequence_numeric": {"coefficient": index + 1},
        "customs_value_amount": value,
        "commodity": {
            "description": "SYNTHETIC goods",
            "classification": [{"id": hs}],
            "goods_measure": {
                "gross_mass_measure": {"coefficient": 2_500, "unit": "KGM"},
                "net_net_weight_measure": {"coefficient": 2_400, "unit": "KGM"},
            },
            "invoice_line": {"item_charge_amount": value},
        },
        "origin": [{"country_code": "VN", "type_code": "1"}],
        "government_procedure": [{"current_code": "40"}],
        "packaging": [{"quantity_quantity": {"coefficient": 100}, "type_code": "CT"}],
    }


def bill(treaty: Treaty) -> Bill:
    """Return a bill of an assembled good with twelve materials."""
    materials = [
        {"hs": f"85{index:02d}10", "value_minor": 4_000 + index, "status": "non_originating", "origin": "JP"}
        for index in range(1, 11)
    ]
    materials += [{"hs": "392690", "value_minor": 9_000, "status": "originating", "origin": "VN"}] * 2
    fields = {"treaty": treaty.value, "exporting_party": "VN", "importing_party": "CN", "product": {"hs": "853400"},
              "fob_minor": 100_000, "currency": "USD", "materials": materials, "work": ["made in VN"]}  # fmt: skip
    return msgspec.convert(fields, Bill)


class Rates:
    """Counts what each part does in a second, round by round."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.parts: dict[str, Callable[[], object]] = {}

    def measured(self, rounds: int = 5) -> dict[str, float]:
        """Return the best rate of each part over alternating rounds."""
        best = dict.fromkeys(self.parts, 0.0)
        for _ in range(rounds):
            for name, act in self.parts.items():
                best[name] = max(best[name], self._rate(act))
        return best

    def _rate(self, act: Callable[[], object]) -> float:
        share = self._seconds / len(self.parts)
        count, began = 0, time.process_time()
        while (spent := time.process_time() - began) < share or count == 0:
            act()
            count += 1
        return count / spent


def parts(rates: Rates) -> None:
    """Put every part that is measured into ``rates``."""
    assessor = Assessor(None)
    decode = msgspec.json.Decoder(Dossier).decode
    for items in SIZES:
        plain = dossier(items)
        raw = msgspec.json.encode(plain)
        xml = write_wco(msgspec.convert(plain["declaration"], Declaration))
        rates.parts |= {
            f"json {items}: json.loads": lambda raw=raw: json.loads(raw),
            f"json {items}: msgspec": lambda raw=raw: msgspec.json.decode(raw),
            f"json {items}: read": lambda raw=raw: decode(raw),
            f"json {items}: assessed": lambda raw=raw: assessor.assess(decode(raw), on=DAY),
            f"json {items}: to wire": lambda raw=raw: msgspec.json.encode(
                assessor.assess(decode(raw), on=DAY).to_wire()
            ),
            f"xml {items}: lxml": lambda xml=xml: etree.fromstring(xml),
            f"xml {items}: read": lambda xml=xml: read_documents(xml, Format.WCO),
            f"xml {items}: assessed": lambda xml=xml: _from_xml(assessor, xml),
        }
    tables = {table.treaty: table for table in shipped_tables()}
    for treaty in Treaty:
        asked, table = bill(treaty), tables[treaty]
        rates.parts[f"origin {treaty.value}: verdict of 12 materials"] = lambda asked=asked, table=table: judge(
            asked, table
        )


def documents(rates: Rates, schema: etree.XMLSchema, directory: Path) -> None:
    """Put the real declarations below ``directory`` into ``rates``, each round all of them."""
    found = [path.read_bytes() for path in sorted(directory.rglob("*.xml"))]
    raws = [raw for raw in found if _declared(etree.fromstring(raw)) is not None]
    assessor = Assessor(None)
    rates.parts["real: lxml parses and validates"] = lambda: [_validated(raw, schema) for raw in raws]
    rates.parts["real: assessed"] = lambda: [_from_xml(assessor, raw) for raw in raws]


def _declared(root: Any) -> Any:
    return next((child for child in root if str(child.tag).endswith("}Declaration")), None)


def _validated(raw: bytes, schema: etree.XMLSchema) -> None:
    schema.validate(_declared(etree.fromstring(raw)))


def _from_xml(assessor: Assessor, xml: bytes) -> None:
    (read,) = read_documents(xml, Format.WCO)
    assessor.assess(Dossier(declaration=read.content), on=DAY)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="for one round of all parts")
    parser.add_argument("--schema", type=Path, default=None, help="schema of WCO declarations")
    parser.add_argument("--documents", type=Path, default=None, help="directory of declarations that follow it")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    rates = Rates(asked.seconds)
    parts(rates)
    if asked.schema and asked.documents:
        documents(rates, etree.XMLSchema(etree.parse(asked.schema)), asked.documents)
    found = rates.measured()
    ratios = {}
    for items in SIZES:
        ratios[f"json {items}"] = found[f"json {items}: assessed"] / found[f"json {items}: json.loads"]
        ratios[f"xml {items}"] = found[f"xml {items}: assessed"] / found[f"xml {items}: lxml"]
    if "real: assessed" in found:
        ratios["real xml"] = found["real: assessed"] / found["real: lxml parses and validates"]
    if asked.json:
        print(json.dumps({"per_second": found, "of_the_floor": ratios}, sort_keys=True))
        return
    for name, rate in found.items():
        print(f"{name:<36} {rate:>10,.0f} a second")
    for name, ratio in ratios.items():
        print(f"{name}: assessed is {ratio:.0%} of the floor")


if __name__ == "__main__":
    main()
