"""Declarations read a second, in XML, JSON, UN/EDIFACT and CSV, against floors measured in the same run.

Usage: ``python bench/formats.py [--items 5] [--schema FILE --samples FOLDER]``.  One JSON line a figure: ``bench``,
``figure`` (declarations a second), ``unit``, ``against``, ``floor`` and ``ratio``.

The floor of XML is lxml parsing the same bytes, and validating them too where a schema and samples that follow it are
given; that of JSON the decoder without our types; that of UN/EDIFACT and CSV taking apart only.  Reading takes
over every value and accounts for each.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from lxml import etree

from gatepair.adapters.formats.edifact import read_messages
from gatepair.adapters.formats.reading import Format, read_documents
from gatepair.adapters.formats.wco import write_wco
from gatepair.base.errors import Malformed
from gatepair.clearance.declaration.model import Declaration

RUNS = 5
"""The quickest of so many runs is told: what else the machine does can only slow a run down."""
BATCH = 200


def declaration(items: int) -> Declaration:
    """Return a synthetic declaration of ``items`` goods items with the values that customs ask for."""
    item = {
        "commodity": {
            "description": "Synthetic goods", "classification": [{"id": "08106000", "identification_type_code": "TSP"}],
            "goods_measure": {
                "gross_mass_measure": {"coefficient": 21500, "decimals": 1, "unit": "KGM"},
                "net_net_weight_measure": {"coefficient": 20000, "decimals": 1, "unit": "KGM"},
            },
            "invoice_line": {"item_charge_amount": {"coefficient": 900050, "decimals": 2, "currency": "CNY"}},
        },
        "government_procedure": [{"current_code": "10", "previous_code": "00"}],
        "origin": [{"country_code": "VN", "type_code": "1"}],
        "packaging": [{"quantity_quantity": {"coefficient": 900}, "type_code": "CT", "marks_numbers_id": "MARKS"}],
        "additional_document": [{"category_code": "N", "type_code": "853", "id": "PHYTO-1"}],
    }  # fmt: skip
    listed = [{"sequence_numeric": {"coefficient": number}, **item} for number in range(1, items + 1)]
    whole = {
        "function_code": "9", "functional_reference_id": "L-1", "type_code": "EXA", "declaration_office_id": "VNLSN",
        "invoice_amount": {"coefficient": 900050 * items, "decimals": 2, "currency": "CNY"},
        "declarant": {"id": "0101234567", "name": "Synthetic declarant"}, "exporter": {"name": "Synthetic exporter"},
        "border_transport_means": {"id": "29C-12345", "mode_code": "3", "registration_nationality_code": "VN"},
        "goods_shipment": {"government_agency_goods_item": listed, "importer": {"name": "Synthetic importer"}},
    }  # fmt: skip
    return msgspec.convert(whole, Declaration)


def interchange(items: int) -> bytes:
    """Return the same as a CUSDEC."""
    item = (
        "CST+{0}+081060:122'FTX+AAA+++Synthetic goods'LOC+27+VN'MEA+WT+AAB+KGM:2150.0'PAC+900++CT'MOA+38:9000.50:CNY'"
    )
    body = "BGM+929+L-1+9'LOC+22+VNLSN'NAD+EX+++Synthetic exporter'UNS+D'"
    body += "".join(item.format(number) for number in range(1, items + 1)) + "UNS+S'"
    return f"UNB+UNOA:1+A+B+261129:0000+1'UNH+1+CUSDEC:D:96B:UN'{body}UNT+{body.count(chr(39)) + 2}+1'UNZ+1+1'".encode()


def table(items: int) -> bytes:
    """Return the same as a CSV file."""
    header = "Reference,HS code,Description,Gross mass,Packages,Package type,Value,Currency,Origin"
    row = "L-1,081060,Synthetic goods,2150.0,900,CT,9000.50,CNY,VN"
    return "\n".join([header, *[row] * items]).encode()


def rate(act: Callable[[bytes], object], sources: Sequence[bytes]) -> float:
    """Return how many of ``sources`` are done a second in the quickest run."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        for source in sources:
            act(source)
        times.append(time.perf_counter() - start)
    return len(sources) / min(times)


def tell(name: str, figure: float, against: str, floor: float) -> None:
    """Print one figure with its floor."""
    told = {"bench": name, "figure": round(figure), "unit": "declarations/s", "against": against, "floor": round(floor)}
    print(json.dumps(told | {"ratio": round(figure / floor, 3)}))


def readable(folder: Path) -> list[bytes]:
    """Return the files below ``folder`` that are declarations."""
    found = []
    for path in sorted(folder.rglob("*.xml")):
        raw = path.read_bytes()
        try:
            (read,) = read_documents(raw, Format.WCO)
        except Malformed:
            continue
        if isinstance(read.content, Declaration):
            found.append(raw)
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=5, help="goods items of a declaration")
    parser.add_argument("--schema", type=Path, default=None, help="the published schema of declarations")
    parser.add_argument("--samples", type=Path, default=None, help="declarations that follow it")
    asked = parser.parse_args()
    made = declaration(asked.items)
    xml, plain = [write_wco(made)] * BATCH, [msgspec.json.encode(made)] * BATCH
    name = f"formats: {asked.items} items"
    tell(
        f"{name}, XML",
        rate(lambda raw: read_documents(raw, Format.WCO), xml),
        "lxml parse",
        rate(etree.fromstring, xml),
    )
    tell(
        f"{name}, JSON",
        rate(lambda raw: read_documents(raw, Format.JSON), plain),
        "untyped decode",
        rate(msgspec.json.decode, plain),
    )
    edi = [interchange(asked.items)] * (BATCH // 4)
    tell(
        f"{name}, CUSDEC",
        rate(lambda raw: read_documents(raw, Format.EDIFACT), edi),
        "segments",
        rate(read_messages, edi),
    )
    rows = [table(asked.items)] * BATCH
    tell(f"{name}, CSV", rate(lambda raw: read_documents(raw, Format.CSV), rows), "csv rows", rate(_rows, rows))
    if asked.schema is not None and asked.samples is not None:
        schema = etree.XMLSchema(etree.parse(asked.schema))
        samples = readable(asked.samples)

        def validated(raw: bytes) -> bool:
            root = etree.fromstring(raw)
            document = next(
                element
                for element in root.iter()
                if isinstance(element.tag, str) and element.tag.endswith("Declaration")
            )
            return bool(schema.validate(document))

        figure = rate(lambda raw: read_documents(raw, Format.WCO), samples)
        tell(f"formats: {len(samples)} samples, XML", figure, "lxml parse and validate", rate(validated, samples))


def _rows(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode())))


if __name__ == "__main__":
    main()
