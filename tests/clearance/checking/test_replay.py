"""Replaying a change of rules tells exactly which declarations it touches, and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from clearance.checking.documents import CN_PERSON, DAY, number, put, read, written
from gatepair.adapters.codelists import shipped_codes
from gatepair.base.errors import Malformed
from gatepair.clearance.checking.changes import changed_book
from gatepair.clearance.checking.replay import RulesOf, Tally, Touched, replay
from gatepair.clearance.checking.rule import Rule
from gatepair.clearance.checking.rulebook import RULEBOOK, Entry, Rulebook
from gatepair.clearance.checking.rules_regimes import ResidentOver
from gatepair.cli.checks import checks

LOWER = "list: rules\nsource: synthetic\n\ncheck.resident_over\tperson_day_minor\t500000\n"
SHIPPED = RulesOf(RULEBOOK, DAY)


def resident(minor: int) -> dict[str, object]:
    """Return what a border resident declares for ``minor`` fen."""
    document = put(written(), "declarant.id", CN_PERSON)
    for index, price in enumerate((minor, 0)):
        item = f"goods_shipment.government_agency_goods_item.{index}"
        document = put(document, f"{item}.government_procedure.0.current_code", "border_resident")
        document = put(document, f"{item}.commodity.invoice_line.item_charge_amount", number(price, 2, currency="CNY"))
    return put(document, "invoice_amount", None)


RESIDENTS = {minor: read(resident(minor)) for minor in (1, 499_999, 500_000, 500_001, 800_000, 800_001)}


def replayed(minors: Sequence[int], old: RulesOf, new: RulesOf) -> tuple[list[Touched], Tally]:
    tally = Tally()
    corpus = ((f"{place}", RESIDENTS[minor]) for place, minor in enumerate(minors))
    return list(replay(corpus, old=old, new=new, codes=shipped_codes(), tally=tally)), tally


@given(st.lists(st.sampled_from(sorted(RESIDENTS)), max_size=6))
def test_a_lower_limit_touches_those_between(minors: list[int]) -> None:
    """Those over the new limit and not over the old one are kept out; those over both show another number."""
    lower = RulesOf(changed_book(RULEBOOK, LOWER, name="lower"), DAY)
    touched, tally = replayed(minors, SHIPPED, lower)
    assert [str(place) for place, minor in enumerate(minors) if minor > 500_000] == [each.name for each in touched]
    assert sum(500_000 < minor <= 800_000 for minor in minors) == tally.kept_out
    assert (len(minors), len(touched), 0) == (tally.declarations, tally.touched, tally.let_in)
    back, _ = replayed(minors, lower, SHIPPED)
    assert [(each.name, each.come, each.gone) for each in touched] == [
        (each.name, each.gone, each.come) for each in back
    ]


@given(st.lists(st.sampled_from(sorted(RESIDENTS)), max_size=4))
def test_no_change_touches_nobody(minors: list[int]) -> None:
    """The same rules give the same findings."""
    assert ([], 0) == (replayed(minors, SHIPPED, SHIPPED)[0], replayed(minors, SHIPPED, SHIPPED)[1].touched)


def test_a_rule_is_switched_off_and_moved() -> None:
    """A row takes a rule out, or gives it another first or last day."""
    text = "list: rules\nsource: s\n\ncheck.lapsed\toff\t-\ncheck.two_way_mixed\tuntil\t2027-12-09\ncheck.vn_person_old\tsince\t2026-07-01\n"
    book = changed_book(RULEBOOK, text, name="moved")
    codes = {day: {rule.kind.code for rule in book.on(day)} for day in (date(2026, 6, 30), date(2027, 1, 1))}
    assert "check.lapsed" not in codes[date(2026, 6, 30)]
    assert "check.two_way_mixed" in codes[date(2027, 1, 1)]
    assert ["check.vn_person_old" in codes[day] for day in codes] == [False, True]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("check.nothing\toff\t-", "line 4: there is no rule check.nothing"),
        ("check.lapsed\tweeks\t2", "line 4: check.lapsed has no limit weeks; its limits: days"),
        ("check.lapsed\tdays\t-2", "line 4: `days` is a whole number"),
        ("check.lapsed\tsince\tsoon", "line 4: `since` is a date"),
        ("check.lapsed\tuntil\t2010-01-01", "ends on 2010-01-01, before it begins"),
        ("check.lapsed\tdays", "line 4: a row is"),
    ],
)
def test_a_wrong_sheet_is_refused_with_its_line(row: str, why: str) -> None:
    """Who writes a change is told which line is wrong, and what would be right."""
    with pytest.raises(Malformed, match=why):
        changed_book(RULEBOOK, f"list: rules\nsource: s\n\n{row}\n", name="sheet")


def test_two_versions_of_a_rule_follow_each_other() -> None:
    """A new version takes over on its day; two of one code on one day are a fault of the book."""
    first = Entry(ResidentOver, date.min, date(2026, 6, 30))
    second = Entry(ResidentOver, date(2026, 7, 1), date.max, {"person_day_minor": 1})
    book = Rulebook([first, second])
    limits = [rule.limit["person_day_minor"] for day in (date(2026, 6, 30), date(2026, 7, 1)) for rule in book.on(day)]
    assert [800_000, 1] == limits
    with pytest.raises(Malformed, match=r"two rules check\.resident_over hold on 2026-07-01"):
        Rulebook([Entry(ResidentOver, date.min, date.max), second])


def test_a_rule_has_only_its_own_limits() -> None:
    """A limit that a rule does not know is refused when the rule is made."""
    with pytest.raises(Malformed, match="has no limit weeks"):
        ResidentOver(weeks=1)
    assert all(issubclass(entry.rule, Rule) or entry.code for entry in RULEBOOK.entries)


def ran(place: Path, *arguments: str) -> Result:
    (place / "lower.tsv").write_text(LOWER)
    corpus = place / "corpus"
    corpus.mkdir(exist_ok=True)
    lines = b"\n".join(msgspec.json.encode(resident(minor)) for minor in (1, 500_001, 800_000))
    (corpus / "day.jsonl").write_bytes(lines)
    (corpus / "one.json").write_bytes(msgspec.json.encode(resident(900_000)))
    return CliRunner().invoke(checks, ["replay", *arguments, str(corpus), "--on", DAY.isoformat()])


def test_the_command_lists_who_changes_and_why(tmp_path: Path) -> None:
    """A person reads which declarations change, what comes and what goes, and the sum; the exit status is 1."""
    result = ran(tmp_path, "-", str(tmp_path / "lower.tsv"))
    assert 1 == result.exit_code, result.output
    assert ["day.jsonl:2", "day.jsonl:3", "one.json"] == [
        line for line in result.output.splitlines() if line[:1] in "do"
    ]
    assert "3 of 4 declarations change; 2 more kept out, 0 let in." in result.output
    assert "  + error at goods_shipment.government_agency_goods_item: The value of CNY 5000.01" in result.output
    assert "  - 1 check.resident_over" in result.output


def test_machines_get_a_line_for_each(tmp_path: Path) -> None:
    """One JSON object a declaration that changes, and the sum as the last."""
    *each, last = [
        json.loads(line) for line in ran(tmp_path, "-", str(tmp_path / "lower.tsv"), "--json").output.splitlines()
    ]
    assert ["day.jsonl:2", "day.jsonl:3", "one.json"] == [one["name"] for one in each]
    assert {"check.resident_over": 3} == last["come"]
    assert (4, 3, 2) == (last["declarations"], last["touched"], last["kept_out"])


def test_days_are_compared_and_nothing_changes(tmp_path: Path) -> None:
    """OLD and NEW may be days; where no rule changed between them the exit status is 0."""
    result = ran(tmp_path, "2026-03-02", "2026-03-03")
    assert (0, "0 of 4 declarations change; 0 more kept out, 0 let in.\n") == (result.exit_code, result.output)


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A file that is no declaration is told with its cause, and the exit status says that the count is not whole."""
    ran(tmp_path, "-", "-")
    (tmp_path / "corpus" / "broken.json").write_text('{"id": ')
    result = ran(tmp_path, "-", "-")
    assert 2 == result.exit_code
    assert "not read: broken.json: The file is no declaration" in result.output
    assert "broken.json: Le fichier n'est pas" in ran(tmp_path, "-", "-", "--language", "fr").output
    assert 2 == ran(tmp_path, "-", "nowhere.tsv").exit_code


def test_the_rules_are_listed() -> None:
    """Each rule with its version, days, limits and source; a day shows only its own."""
    listed = CliRunner().invoke(checks, ["list", "--json"]).output.splitlines()
    rows = {row["code"]: row for row in map(json.loads, listed)}
    assert {entry.code for entry in RULEBOOK.entries} == set(rows)
    assert {"person_day_minor": 800_000} == rows["check.resident_over"]["limits"]
    assert ("2025-12-10", "2026-12-09", 1) == tuple(
        rows["check.two_way_mixed"][key] for key in ("since", "until", "version")
    )
    later = CliRunner().invoke(checks, ["list", "--on", "2027-01-01"]).output
    assert "check.two_way_mixed" not in later
    assert "check.lapsed v1 error from 2015-01-01, days 15: A declaration registered in Viet Nam" in later
