"""``gatepair origin``: the verdict for a person, for a program, and for a file that is no bill."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from clearance.origin.bills import bill, material
from gatepair.adapters.origintables import open_table, shipped_tables, table_in_force
from gatepair.base.errors import Malformed, NotFound
from gatepair.base.findings import LANGUAGES
from gatepair.clearance.origin.judge import Origin, Preference
from gatepair.clearance.origin.model import Treaty
from gatepair.cli.origin import WORDS, origin


def asked(place: Path, *options: str, **changes: Any) -> Any:
    """Ask about a bill written to a file below ``place``."""
    file = place / "bill.json"
    file.write_bytes(msgspec.json.encode(bill(**changes)))
    return CliRunner().invoke(origin, [str(file), *options])


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({}, 0, "RCEP: originating, criterion CTC"),
        ({"materials": [material(hs="940360")]}, 1, "Nearest ways:"),
        ({"materials": []}, 2, "add what was used or done"),
    ],
)
def test_the_answer_is_told_and_is_the_exit_status(
    tmp_path: Path, changes: dict[str, Any], status: int, says: str
) -> None:
    """Yes, no and not enough have an exit status each, and the working is printed."""
    told = asked(tmp_path, **changes)
    assert (status, True) == (told.exit_code, says in told.output)


def test_the_working_reads_in_the_language_asked_for(tmp_path: Path) -> None:
    """A trader in Lạng Sơn takes it to the office in Vietnamese."""
    assert "Quy tắc của dòng 94" in asked(tmp_path, "--language", "vi").output


@pytest.mark.parametrize("changes", [{}, {"materials": [material(hs="940360")]}, {"materials": []}])
def test_the_headings_are_in_the_language_too(tmp_path: Path, changes: dict[str, Any]) -> None:
    """Verdict, premises and nearest ways have four wordings, and every verdict has its words."""
    heads = {asked(tmp_path, "--language", each, **changes).output.splitlines()[0] for each in LANGUAGES}
    assert len(LANGUAGES) == len(heads)
    assert {each.value for each in Origin} | {f"preference_{each.value}" for each in Preference} <= set(WORDS)
    french = asked(tmp_path, "--language", "fr", **changes).output
    assert ("Prémisses:" in french, "Premises" in french) == (True, False)


def test_a_program_gets_one_object(tmp_path: Path) -> None:
    """The JSON form holds figures as integers and every sentence in four languages."""
    found = json.loads(asked(tmp_path, "--json").output)
    assert ("originating", 3_000, 700_000) == (found["verdict"], found["rvc_bp"], found["vnm_minor"])
    assert {"vi", "zh", "en", "fr"} == set(found["reasons"][0]["text"])


@pytest.mark.parametrize(
    "raw", [b"{}", b"[]", b"\xff", b'{"treaty":"CPTPP"}', b'{"treaty":"RCEP","fob_minor":1.5}'], ids=range(5)
)
def test_what_is_no_bill_is_refused_with_its_place(tmp_path: Path, raw: bytes) -> None:
    """A file that is no bill is refused by name, without a verdict."""
    file = tmp_path / "bill.json"
    file.write_bytes(raw)
    error = CliRunner().invoke(origin, [str(file)]).exception
    assert isinstance(error, Malformed)
    assert error.message.startswith("bill.json is not a bill of materials")


def test_a_table_holds_from_its_day_on() -> None:
    """Before a treaty's table began there is none, and that is said."""
    assert table_in_force(Treaty.RCEP, date(2023, 1, 1)).treaty is Treaty.RCEP
    with pytest.raises(NotFound):
        table_in_force(Treaty.RCEP, date(2022, 12, 31))


def test_each_treaty_has_a_shipped_table() -> None:
    """No treaty is offered without its rules."""
    assert set(Treaty) == {table.treaty for table in shipped_tables()}


def test_a_table_of_one_s_own_is_taken(tmp_path: Path) -> None:
    """A side that holds the missing list brings it as a file; a file that is none is refused."""
    file = tmp_path / "own.tsv"
    file.write_text("agreement: RCEP\nhs: HS 2022\nfrom: 2024-01-01\nsource: own\ncomplete: yes\n94\tWO\n", "utf-8")
    assert "WO" == str(open_table(file).rows["94"].rule)
    assert 1 == asked(tmp_path, "--table", str(file)).exit_code
    file.write_bytes(b"\xff")
    with pytest.raises(Malformed):
        open_table(file)
