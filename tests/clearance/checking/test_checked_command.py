"""``gatepair declare`` shows what the checks find."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from clearance.checking.documents import put, written
from gatepair.cli.declare import declare

WRONG = put(written(), "goods_shipment.government_agency_goods_item.0.commodity.classification.0.id", "08109999")


@pytest.fixture(name="file")
def written_file(tmp_path: Path) -> Path:
    file = tmp_path / "declaration.json"
    file.write_bytes(msgspec.json.encode(WRONG))
    return file


@pytest.mark.parametrize(("language", "words"), [("vi", "không có trong Danh mục"), ("zh", "协调制度"), ("en", "is not in the Harmonized System"), ("fr", "n'est pas dans le Système")])  # fmt: skip
def test_findings_are_told_in_each_language(file: Path, language: str, words: str) -> None:
    """A person reads what is wrong, where, and by what code and source."""
    told = CliRunner().invoke(declare, [str(file), "--language", language, "--on", "2026-03-02"]).output
    assert words in told
    assert "goods_shipment.government_agency_goods_item.0.commodity.classification.0.id" in told
    assert "[check.hs_unknown; Harmonized System 2022]" in told


def test_machines_get_the_findings_too(file: Path) -> None:
    """One JSON object a document has the checks beside what reading found."""
    result = CliRunner().invoke(declare, [str(file), "--json", "--on", "2026-03-02"])
    (finding,) = json.loads(result.output)["checks"]
    assert ("check.hs_unknown", "error", "08109999") == (finding["code"], finding["severity"], finding["params"]["hs"])
    assert 0 == result.exit_code


def test_the_rules_of_a_day_are_asked_for(file: Path) -> None:
    """Fifteen days after registration the declaration has lapsed."""
    told = [CliRunner().invoke(declare, [str(file), "--on", day]).output for day in ("2026-03-16", "2026-03-17")]
    assert [False, True] == ["check.lapsed" in each for each in told]
