"""What the declarations of a day show together: duplicates, a person's sum, splitting; each also just inside the rule."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from clearance.checking.documents import CN_PERSON, DAY, changed, number, shows
from gatepair.adapters.codelists import shipped_codes
from gatepair.base.findings import Finding
from gatepair.clearance.checking.case import Threshold
from gatepair.clearance.checking.check import check_day
from gatepair.clearance.checking.rule import DayRule
from gatepair.clearance.checking.rulebook import RULEBOOK
from gatepair.cli.checks import checks

PRICE = "commodity.invoice_line.item_charge_amount"
PERSONS = (CN_PERSON, "001099000001", "001099000002")
THRESHOLD = Threshold("CNY", 500_000, "synthetic")


def day(*documents: Mapping[str, Any], thresholds: tuple[Threshold, ...] = ()) -> list[Finding]:
    """Return what a day of declarations, each with its changes, shows."""
    declarations = [changed({"id": f"D{index}", **each}) for index, each in enumerate(documents)]
    return list(check_day(declarations, on=DAY, codes=shipped_codes(), thresholds=thresholds))


def said(findings: Sequence[Finding], code: str) -> list[str]:
    return [finding.path for finding in findings if finding.code == f"check.{code}"]


def resident(person: str, first: int, second: int = 0) -> dict[str, Any]:
    """Return the changes that make a border resident's declaration of two items, in fen."""
    return {
        "@.government_procedure.0.current_code": "border_resident",
        "%.government_procedure.0.current_code": "border_resident",
        "declarant.id": person,
        f"@.{PRICE}": number(first, 2, currency="CNY"),
        f"%.{PRICE}": number(second, 2, currency="CNY"),
    }


def bought(minor: int, **more: Any) -> dict[str, Any]:
    """Return the changes that make a purchase of one heading for ``minor`` fen, on a vehicle of its own."""
    half = {f"@.{PRICE}": number(minor, 2, currency="CNY"), f"%.{PRICE}": number(0, 2, currency="CNY")}
    return {"border_transport_means": None, **half, **more}


def test_a_number_is_used_once() -> None:
    """The second declaration with a number is told of the place of the first."""
    findings = day({"id": "N1"}, {"id": "N2"}, {"id": "N1"})
    assert ["2.id"] == said(findings, "number_twice")
    shows(next(each for each in findings if each.code == "check.number_twice"), "N1", "1")


def test_an_amendment_bears_the_number_of_what_it_amends() -> None:
    """A request is no second declaration."""
    assert [] == said(day({"id": "N1"}, {"id": "N1", "function_code": "13", "type_code": "COR"}), "number_twice")


def test_an_invoice_is_declared_once() -> None:
    """The same number of the same trader stands out; of another trader it is another invoice."""
    invoice = {"goods_shipment.invoice.id": "I1"}
    paper = {"@.additional_document": [{"type_code": "380", "id": "I1"}]}
    findings = day(invoice, paper, {**invoice, "exporter.id": "0314409058"})
    assert ["1.goods_shipment.invoice.id"] == said(findings, "invoice_twice")
    shows(next(each for each in findings if each.code == "check.invoice_twice"), "I1", "D0")


def test_the_same_goods_on_the_same_vehicle_stand_out() -> None:
    """Plates are compared without what stands between their parts; another mass is another load."""
    other = {"@.commodity.goods_measure.net_net_weight_measure": number(999, unit="KGM")}
    findings = day({}, {"border_transport_means.id": "12C 12345"}, other)
    assert ["1.goods_shipment.government_agency_goods_item"] == said(findings, "goods_twice")
    shows(next(each for each in findings if each.code == "check.goods_twice"), "12C 12345", "D0")


def test_many_residents_share_a_truck() -> None:
    """Border residents each declare their own part of one load, and parts may be alike."""
    assert [] == said(day(resident(PERSONS[0], 1), resident(PERSONS[1], 1)), "goods_twice")
    assert 1 == len(said(day(resident(PERSONS[0], 1), resident(PERSONS[0], 1)), "goods_twice"))


def test_a_residents_day_has_a_limit() -> None:
    """CNY 8,000.00 in a day is free, a fen more is not; another person has a limit of his own."""
    assert [] == said(day(resident(CN_PERSON, 500_000), resident(CN_PERSON, 300_000)), "resident_day_over")
    findings = day(resident(CN_PERSON, 500_000), resident(PERSONS[1], 300_001), resident(CN_PERSON, 300_001))
    assert ["2.declarant.id"] == said(findings, "resident_day_over")
    shows(next(each for each in findings if each.code == "check.resident_day_over"), "8000.01", "8000", CN_PERSON)


def test_splitting_below_a_threshold_stands_out() -> None:
    """Each below the threshold and together at it; one above it hides nothing, and other headings are other goods."""
    findings = day(bought(250_000), bought(250_000), thresholds=(THRESHOLD,))
    assert ["1.goods_shipment.government_agency_goods_item"] == said(findings, "split_below")
    shows(next(each for each in findings if each.code == "check.split_below"), "0810", "2", "5000", "CNY")
    assert [] == said(day(bought(250_000), bought(249_999), thresholds=(THRESHOLD,)), "split_below")
    assert [] == said(day(bought(500_000), bought(100), thresholds=(THRESHOLD,)), "split_below")
    apart = bought(250_000, **{"@.commodity.classification.0.id": "08071100"})
    assert [] == said(day(bought(250_000), apart, thresholds=(THRESHOLD,)), "split_below")


def test_every_rule_of_a_day_is_tried() -> None:
    """No rule about a day is in the book without a test above."""
    rules = {entry.code for entry in RULEBOOK.entries if issubclass(entry.rule, DayRule)}
    tried = {"number_twice", "invoice_twice", "goods_twice", "resident_day_over", "split_below"}
    assert {f"check.{code}" for code in tried} == rules


def looked(place: Path, *options: str) -> Result:
    """Return what the command says of two purchases of CNY 2,500.00 each, lodged on one day under one number."""
    lines = [msgspec.json.encode(changed(bought(250_000))) for _ in range(2)]
    (place / "day.jsonl").write_bytes(b"\n".join(lines))
    return CliRunner().invoke(checks, ["day", str(place / "day.jsonl"), "--on", DAY.isoformat(), *options])


@pytest.mark.parametrize(("language", "words"), [("vi", "chia nhỏ lô hàng"), ("zh", "拆单"), ("en", "was split"), ("fr", "fractionné")])  # fmt: skip
def test_the_command_tells_what_a_day_shows(tmp_path: Path, language: str, words: str) -> None:
    """Each finding is told with the declaration that it speaks of, in each language."""
    result = looked(tmp_path, "--below", "5000 CNY", "--language", language)
    assert 1 == result.exit_code
    assert words in result.output
    assert "day.jsonl:2: error at id:" in result.output
    assert "2 found in 2 declarations of 2026-03-02." in result.output


def test_a_machine_gets_the_findings_of_a_day(tmp_path: Path) -> None:
    """One JSON object a finding, with the name of its declaration; without a threshold no splitting is looked for."""
    (finding,) = map(json.loads, looked(tmp_path, "--json").output.splitlines())
    assert ("check.number_twice", "day.jsonl:2") == (finding["code"], finding["name"])


@pytest.mark.parametrize("wrong", ["5000", "5000 RMB", "-1 CNY", "0 CNY", "1.005 CNY", "much CNY"])
def test_a_threshold_is_a_value(tmp_path: Path, wrong: str) -> None:
    """What is no value in a known currency is refused before anything is read."""
    result = looked(tmp_path, "--below", wrong)
    assert 2 == result.exit_code
    assert "such as '5000 CNY'" in result.output


LODGED = st.lists(st.tuples(st.sampled_from(PERSONS), st.integers(0, 500_000)), max_size=5)


@given(LODGED)
def test_a_persons_sum_is_what_decides(lodged: list[tuple[str, int]]) -> None:
    """A person is told exactly when more than one of his declarations add up to more than the limit."""
    over = {
        finding.params["person"] for finding in day(*(resident(*each) for each in lodged)) if "person" in finding.params
    }
    sums: Counter[str] = Counter()
    for person, minor in lodged:
        sums[person] += minor
    assert {person for person, minor in sums.items() if minor > 800_000} == over


@given(LODGED, LODGED)
def test_what_is_lodged_later_takes_no_finding_away(
    before: list[tuple[str, int]], after: list[tuple[str, int]]
) -> None:
    """A day that goes on only finds more."""
    seen = [(each.code, each.path) for each in day(*(resident(*each) for each in before))]
    then = [(each.code, each.path) for each in day(*(resident(*each) for each in [*before, *after]))]
    assert not set(seen) - set(then)
