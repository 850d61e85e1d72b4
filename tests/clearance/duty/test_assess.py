"""Rate options side by side, the taxes on top, and reasons for what is not open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from gatepair.base.errors import Refused
from gatepair.base.findings import LANGUAGES, REGISTRY
from gatepair.clearance.duty.assess import Assessment, Claim, Exchange, Item, assess
from gatepair.clearance.duty.tariff import Option, Tariff, in_force, read_tariff
from gatepair.clearance.origin.model import Treaty

DONG = Exchange(250, 1, "VND", "test")
"""One cent is 250 dong."""
CLAIM = Claim(Treaty.ACFTA, origin_holds=True, proof_holds=True, country="CN")
ORACLE = Path(__file__).resolve().parents[4] / "shared" / "data" / "vn_tariff_2026_sample.tsv"


def sheet(option: str, /, *rows: str, **fields: str) -> Tariff:
    """Return a sheet of Viet Nam's tariff with ``rows`` of code, rate and barred countries."""
    header = {"country": "VN", "option": option, "hs": "AHTN 2022", "from": "2025-01-01", "source": "test"} | fields
    text = "".join(f"{key}: {value}\n" for key, value in header.items())
    return read_tariff(text + "".join(f"{row}\n" for row in rows), name=option)


MFN = sheet("mfn", "08\t30%", "081060\t20%")
ACFTA = sheet("acfta", "0810\t0%", "0811\t0%\tCN", **{"for": "CN TH"})
RCEP = sheet("rcep", "0810\t5%", **{"for": "CN"})
VAT = sheet("vat", "08\t10%")


def paid(*sheets: Tariff, **changes: Any) -> Assessment:
    """Return what is to be paid for 1,000 dollars of durian from China, changed by ``changes``."""
    fields: dict[str, Any] = {"hs": "08106000", "origin": "CN", "value_minor": 100_000} | changes
    return assess(Item(**fields), sheets, country="VN", day="2025-11-11", exchange=DONG)


def why(found: Assessment, option: Option) -> list[str]:
    return [finding.code for each in found.options if each.option is option for finding in each.refused]


def test_taxes_are_reckoned_on_all_that_comes_before() -> None:
    """25 million dong of value: 20 % duty is 5, excise 10 % of 30 is 3, VAT 10 % of 33 is 3.3, in all 11.3 million."""
    found = paid(MFN, sheet("excise", "08\t10%"), VAT)
    amounts = [(each.option.value, each.base_minor, each.amount_minor) for each in found.charges]
    assert [
        ("mfn", 25_000_000, 5_000_000),
        ("excise", 30_000_000, 3_000_000),
        ("vat", 33_000_000, 3_300_000),
    ] == amounts
    assert 11_300_000 == found.total_minor


def test_a_safeguard_comes_on_top_of_whatever_is_taken() -> None:
    """The preference is kept and the safeguard is added on the bare value, before VAT."""
    found = paid(MFN, ACFTA, sheet("safeguard", "08\t12%"), VAT, claims=(CLAIM,))
    amounts = [(each.option.value, each.amount_minor) for each in found.charges]
    assert [("acfta", 0), ("safeguard", 3_000_000), ("vat", 2_800_000)] == amounts


def test_the_cheapest_open_option_is_taken_and_the_saving_told() -> None:
    """With proof under ACFTA the duty of 5 million is saved."""
    found = paid(MFN, ACFTA, RCEP, claims=(CLAIM,))
    assert found.taken is not None
    assert (Option.ACFTA, 5_000_000, None) == (
        found.taken.option,
        found.saving_minor(Option.ACFTA),
        found.saving_minor(Option.RCEP),
    )


@pytest.mark.parametrize(
    ("claim", "code"),
    [
        (None, "duty.not_claimed"),
        (Claim(Treaty.ACFTA, origin_holds=False, proof_holds=True, country="CN"), "duty.origin_fails"),
        (Claim(Treaty.ACFTA, origin_holds=True, proof_holds=False, country="CN"), "duty.proof_fails"),
        (Claim(Treaty.ACFTA, origin_holds=True, proof_holds=True, country=None), "duty.country_open"),
        (Claim(Treaty.ACFTA, origin_holds=True, proof_holds=True, country="JP"), "duty.other_origin"),
    ],
)
def test_a_preference_that_is_not_open_says_why(claim: Claim | None, code: str) -> None:
    """Each missing condition has its own reason, and the usual rate is taken instead."""
    found = paid(MFN, ACFTA, claims=() if claim is None else (claim,))
    assert ([code], 5_000_000) == (why(found, Option.ACFTA), found.charges[0].amount_minor)


def test_a_country_barred_from_a_line_does_not_get_its_rate() -> None:
    """The line of frozen fruit is not for China."""
    assert ["duty.barred"] == why(paid(MFN, ACFTA, hs="081110", claims=(CLAIM,)), Option.ACFTA)


def test_a_quota_needs_its_licence() -> None:
    """Within the quota the rate is lower, and only against a licence."""
    quota = sheet("quota", "0810\t1%")
    assert (["duty.no_licence"], []) == (
        why(paid(MFN, quota), Option.QUOTA), why(paid(MFN, quota, quota_licence=True), Option.QUOTA)
    )  # fmt: skip


def test_an_unknown_rate_is_never_nought() -> None:
    """Without a known rate there is no duty, no VAT and no total, and the reason is told."""
    found = paid(sheet("mfn", "08\t?"), VAT)
    assert (None, None, None) == (found.taken, found.total_minor, found.charges[1].amount_minor)
    assert ["duty.duty_unknown", "duty.charge_unknown"] == [finding.code for finding in found.findings]


def test_an_unknown_rate_beside_a_known_one_is_told() -> None:
    """The known rate is taken, and that another might be cheaper is said."""
    found = paid(MFN, sheet("suspension", "08\t100 VND/l"), VAT)
    assert (Option.MFN, ["duty.maybe_cheaper"]) == (
        found.taken.option if found.taken else None, [finding.code for finding in found.findings]
    )  # fmt: skip


def test_no_tariff_at_all_is_unknown() -> None:
    """An empty post does not let goods in for nothing."""
    found = paid()
    assert (None, "duty.duty_unknown") == (found.total_minor, found.findings[0].code)


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        ("2024-12-31", None),
        ("2025-01-01", "20%"),
        ("2025-06-30", "20%"),
        ("2025-07-01", "15%"),
        ("2025-12-31", "15%"),
        ("2026-01-01", "20%"),
    ],
)
def test_the_sheet_of_the_day_is_taken(day: str, rate: str | None) -> None:
    """Of two sheets in force the later one holds, until its last day is over."""
    later = sheet("mfn", "08\t15%", **{"from": "2025-07-01", "until": "2025-12-31"})
    found = in_force([later, sheet("mfn", "08\t20%")], country="VN", day=day)
    lines = [each.line("081060") for each in found]
    assert ([] if rate is None else [rate]) == [str(line.rate) for line in lines if line]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (["08\t20"], "no rate"), (["8\t20%"], "2 to 10 digits"), (["08\t20%", "08\t5%"], "twice"),
        (["08\t20%\tCN\tsource\tmore"], "a row is a code"), (["77\t20%"], "Harmonized System"),
    ],
)  # fmt: skip
def test_a_bad_sheet_is_refused_with_its_line(rows: list[str], says: str) -> None:
    """Each way of being wrong names its line."""
    with pytest.raises(Refused, match=rf"Line \d+: .*{says}"):
        sheet("mfn", *rows)


@pytest.mark.parametrize(
    ("field", "value"),
    [("option", "gift"), ("from", "tomorrow"), ("until", "2024-01-01"), ("for", "China"), ("colour", "red")],
)
def test_a_bad_header_is_refused(field: str, value: str) -> None:
    """A header that says something else than a header is no tariff."""
    with pytest.raises(Refused):
        sheet("mfn", **{field: value})


def test_every_statement_about_duty_reads_in_four_languages() -> None:
    """No text has a hole that its finding does not fill."""
    found = paid(sheet("mfn", "08\t?"), ACFTA, RCEP, sheet("quota", "0810\t1%"))
    said = [*found.findings, *(finding for each in found.options for finding in each.refused)]
    assert {finding.code for finding in said} <= set(REGISTRY)
    assert [] == [finding.code for finding in said for language in LANGUAGES if "{" in finding.text(language)]


def oracle() -> list[list[str]]:
    """Return the rows of the sampled national tariff."""
    if not ORACLE.exists():
        pytest.skip("the sampled tariff is not beside this checkout")
    return [line.split("\t") for line in ORACLE.read_text("utf-8").splitlines()[1:]]


def test_the_sampled_national_tariff_is_compared_line_by_line() -> None:
    """On every sampled line the cheapest of MFN, ACFTA and RCEP is taken, as the published columns tell for China."""
    rows = [row for row in oracle() if all(_number(cell) for cell in (row[2], row[4], row[5]))]
    columns = {"mfn": 2, "acfta": 4, "rcep": 5}
    sheets = [
        sheet(option, *(f"{row[0]}\t{_written(row[column])}" for row in rows)) for option, column in columns.items()
    ]
    claims = (CLAIM, Claim(Treaty.RCEP, origin_holds=True, proof_holds=True, country="CN"))
    assert len(rows) > 5_000
    for row in rows:
        lowest = min(float(row[column]) for column in columns.values())
        found = paid(*sheets, hs=row[0], claims=claims)
        assert round(lowest * 100) * 2_500 == found.charges[0].amount_minor, row


def _number(cell: str) -> bool:
    return cell.replace(".", "", 1).isdigit()


def _written(cell: str) -> str:
    return f"{float(cell):.2f}".rstrip("0").rstrip(".") + "%"
