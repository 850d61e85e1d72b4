"""Sheets of rates as files: every fault is told with its place, a later sheet changes no earlier day."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from gatepair.adapters.tarifftables import TariffPlace, shipped_tariffs
from gatepair.base.errors import StorageDamaged
from gatepair.base.findings import LANGUAGES
from gatepair.clearance.duty.rates import AdValorem
from gatepair.clearance.duty.shelf import Shelf
from gatepair.clearance.duty.tariff import ALTERNATIVES, Option, Tariff, examine_tariff, in_force, read_tariff
from gatepair.clearance.sheets import SHEET_BYTES_MAX, is_date
from gatepair.cli.tariff import tariff
from gatepair.world.goods import WARES

ORACLE = Path(__file__).resolve().parents[4] / "shared" / "data" / "vn_tariff_2026_sample.tsv"
HEADER = {"country": "VN", "option": "mfn", "hs": "AHTN 2022", "from": "2025-01-01", "source": "test"}
"""Fields of a good sheet."""


def text_of(*rows: str, **fields: str | None) -> str:
    """Return the text of a sheet with ``rows``; a field that is None is left out."""
    header = {key: value for key, value in (HEADER | fields).items() if value is not None}
    return "".join(f"{key}: {value}\n" for key, value in header.items()) + "".join(f"{row}\n" for row in rows)


FAULTS = [
    ("tariff.too_long", "x" * (SHEET_BYTES_MAX + 1), ""),
    ("tariff.unreadable", text_of("0810 20%"), "line 6"),
    ("tariff.unreadable", text_of("0810\t20%") + "late: yes\n", "line 7"),
    ("tariff.field_missing", text_of("0810\t20%", source=None), "source"),
    ("tariff.field_unknown", text_of("0810\t20%", colour="red"), "colour"),
    ("tariff.option_unknown", text_of("0810\t20%", option="gift"), "option"),
    ("tariff.country_unknown", text_of("0810\t20%", country="XX"), "country"),
    ("tariff.country_unknown", text_of("0810\t20%\tXX"), "line 6"),
    ("tariff.currency_unknown", text_of("0810\t20%", currency="XXY"), "currency"),
    ("tariff.countries_wrong", text_of("0810\t20%", **{"for": "China"}), "for"),
    ("tariff.countries_wrong", text_of("0810\t20%\tCN, TH"), "line 6"),
    ("tariff.day_wrong", text_of("0810\t20%", **{"from": "2025-02-30"}), "from"),
    ("tariff.day_wrong", text_of("0810\t20%", until="2025-W05-2"), "until"),
    ("tariff.days_reversed", text_of("0810\t20%", until="2024-12-31"), "until"),
    ("tariff.no_rows", text_of(), ""),
    ("tariff.cells_wrong", text_of("0810\t20%\tCN\tsource\tmore"), "line 6"),
    ("tariff.code_wrong", text_of("810\t20%"), "line 6"),
    ("tariff.code_wrong", text_of("7701\t20%"), "line 6"),
    ("tariff.code_twice", text_of("0810\t20%", "0810\t5%"), "line 7"),
    ("tariff.rate_wrong", text_of("0810\tfree"), "line 6"),
]


@pytest.mark.parametrize(("code", "text", "path"), FAULTS)
def test_a_fault_is_told_with_its_place_in_four_languages(code: str, text: str, path: str) -> None:
    """Each way of being no sheet has its code and its place, and no text keeps a hole."""
    examined = examine_tariff(text)
    assert examined.tariff is None
    assert [(code, path)] == [(one.code, one.path) for one in examined.findings]
    assert [] == [each for one in examined.findings for language in LANGUAGES if "{" in (each := one.text(language))]


def test_all_faults_are_told_at_once() -> None:
    """Three faults of one file need one correction, not three."""
    examined = examine_tariff(text_of("0810\tfree", "77\t5%", option="gift"))
    assert ["tariff.option_unknown", "tariff.rate_wrong", "tariff.code_wrong"] == [
        one.code for one in examined.findings
    ]


def test_a_line_may_have_its_own_source() -> None:
    """The source of a line stands before that of the sheet."""
    sheet = read_tariff(text_of("0810\t20%\t\tDecree 1", "0811\t5%"))
    assert ["Decree 1", "test"] == [sheet.source_of(sheet.line(hs)) for hs in ("081060", "081110")]


@given(st.text(alphabet="0123456789-W/ab", max_size=11))
def test_only_days_of_the_calendar_are_days(text: str) -> None:
    """What passes for a day is written with two dashes and four, two and two digits."""
    assert not is_date(text) or (10 == len(text) and text[4] == text[7] == "-" and text.replace("-", "").isdigit())


def sheet(first: str, last: str, rate: int, option: Option = Option.MFN) -> Tariff:
    """Return a sheet of one line from ``first`` to ``last``."""
    return read_tariff(text_of(f"0810\t{rate}%", option=option.value, until=last or None, **{"from": first}))


DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1))
SHEETS = st.builds(lambda first, rate: sheet(first.isoformat(), "", rate), DAYS, st.integers(min_value=0, max_value=99))


@given(st.lists(SHEETS, max_size=4), SHEETS, DAYS)
def test_a_later_sheet_changes_no_earlier_day(held: list[Tariff], later: Tariff, day: object) -> None:
    """On every day before a sheet begins, what is in force is what was in force without it."""
    asked = min(str(day), later.valid_from)
    before = in_force(held, country="VN", day=asked)
    if asked < later.valid_from:
        assert before == in_force([*held, later], country="VN", day=asked)


@given(st.lists(SHEETS, max_size=4), DAYS)
def test_the_order_of_importing_does_not_matter(held: list[Tariff], day: object) -> None:
    """Sheets of different first days give one answer in whatever order they came."""
    held = list({one.valid_from: one for one in held}.values())
    assert in_force(held, country="VN", day=str(day)) == in_force(held[::-1], country="VN", day=str(day))


def test_an_imported_sheet_stands_before_a_shipped_one_of_its_option() -> None:
    """A post's own MFN sheet covers MFN whatever the shipped one says; other options stay shipped."""
    shelf = Shelf([sheet("2020-01-01", "", 7)], [sheet("2025-01-01", "", 9), sheet("2025-01-01", "", 3, Option.VAT)])
    found = {one.option: one.line("081060") for one in shelf.on("VN", "2025-06-01")}
    assert {Option.MFN: AdValorem(700), Option.VAT: AdValorem(300)} == {
        option: line.rate for option, line in found.items() if line
    }
    assert shelf.on("VN", "2025-06-01") is shelf.on("VN", "2025-06-01")


# --- the directory and the command ---------------------------------------------------------


def run(*args: str) -> tuple[int, str]:
    """Return the exit status and the output of ``gatepair tariff``."""
    result = CliRunner().invoke(tariff, list(args))
    return result.exit_code, result.output


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a directory with two files of rates in it."""
    (tmp_path / "first.tsv").write_text(text_of("0810\t20%"), "utf-8")
    (tmp_path / "later.tsv").write_text(text_of("0810\t15%", **{"from": "2025-07-01"}), "utf-8")
    (tmp_path / "other.tsv").write_text(text_of("0810\t19%"), "utf-8")
    return tmp_path


def imported(place: Path, name: str) -> tuple[int, str]:
    """Import a file of ``place`` into it."""
    return run("import", str(place / name), "--directory", str(place))


def test_importing_twice_has_one_effect(place: Path) -> None:
    """The second time nothing is kept, and the command succeeds."""
    assert [0, 0] == [imported(place, "first.tsv")[0], imported(place, "first.tsv")[0]]
    assert 1 == len(list((place / "tariffs").iterdir()))
    assert "already held" in imported(place, "first.tsv")[1]


def test_a_later_sheet_is_told_to_follow_and_days_before_stay(place: Path) -> None:
    """The rate of a day is the one of its sheet, before and after the later one was imported."""
    imported(place, "first.tsv")
    status, told = imported(place, "later.tsv")
    assert (0, True) == (status, "takes the place of vn-mfn-2025-01-01" in told)
    shown = [
        json.loads(run("show", "081060", "--on", day, "--directory", str(place), "--json")[1])["rates"][0]["rate"]
        for day in ("2025-06-30", "2025-07-01")
    ]
    assert ["20%", "15%"] == shown


def test_another_sheet_for_the_same_day_is_refused(place: Path) -> None:
    """What was imported is never silently another thing."""
    imported(place, "first.tsv")
    status, told = imported(place, "other.tsv")
    assert (1, True) == (status, "other content" in told)
    assert 1 == len(list((place / "tariffs").iterdir()))


def test_a_sheet_changed_by_hand_is_noticed(place: Path) -> None:
    """A kept file that is no longer what was imported stops the reckoning."""
    imported(place, "first.tsv")
    kept = next((place / "tariffs").iterdir())
    kept.write_text(kept.read_text("utf-8").replace("20%", "2%"), "utf-8")
    with pytest.raises(StorageDamaged, match="changed since it was imported"):
        TariffPlace(place).shelf()


def test_a_refused_file_keeps_nothing(place: Path) -> None:
    """A file with a fault is told line by line in the language asked for, and the exit status says so."""
    (place / "bad.tsv").write_text(text_of("0810\tfree"), "utf-8")
    status, told = run("import", str(place / "bad.tsv"), "--directory", str(place), "--language", "fr")
    assert (1, True) == (status, "Ligne 6" in told)
    assert not (place / "tariffs").exists()


def test_a_good_without_a_rate_is_told_so() -> None:
    """No sheet speaks of pearls: nothing is said to be free."""
    assert "no rate is known" in run("show", "710110", "--on", "2025-11-11")[1]


# --- what we ship --------------------------------------------------------------------------


def test_each_line_that_we_ship_has_a_source_or_is_not_known() -> None:
    """A number without a source is no rate."""
    lines = [(one, line) for one in shipped_tariffs() for line in one.lines.values()]
    assert [] == [(one.name, line.hs) for one, line in lines if not one.source_of(line)]
    assert [] == [
        (one.name, line.hs) for one, line in lines if "not read" in one.source_of(line) and str(line.rate) != "?"
    ]


@pytest.mark.parametrize("country", ["CN", "VN"])
def test_every_good_of_the_demo_has_its_line_in_every_sheet(country: str) -> None:
    """What the demo moves has MFN, ACFTA, RCEP and VAT lines on the demo's day, be it to say that the rate is not known."""
    sheets = Shelf((), shipped_tariffs()).on(country, "2025-11-11")
    assert {Option.MFN, Option.ACFTA, Option.RCEP, Option.VAT} == {one.option for one in sheets}
    codes = [ware.hs for wares in WARES.values() for ware in wares]
    optional = {(Option.MFN, "080450"), (Option.MFN, "081090"), (Option.MFN, "110814"), (Option.VAT, "110814"),
                (Option.ACFTA, "110814")}  # fmt: skip
    missing = {(one.option, hs) for one in sheets for hs in codes if one.line(hs) is None}
    assert set() == missing - (optional if country == "CN" else set())


def test_no_shipped_rate_of_viet_nam_is_another_than_the_published_one() -> None:
    """Every number that we ship for goods of China agrees with each sampled line of 2026 under it."""
    if not ORACLE.exists():
        pytest.skip("the sampled tariff is not beside this checkout")
    rows = [line.split("\t") for line in ORACLE.read_text("utf-8").splitlines()[1:]]
    columns = {Option.MFN: 2, Option.ACFTA: 4}
    apart = []
    for one in Shelf((), shipped_tariffs()).on("VN", "2026-01-01"):
        for row in rows:
            line = one.line(row[0]) if one.option in ALTERNATIVES else None
            if line is not None and isinstance(line.rate, AdValorem):
                cell = row[columns[one.option]]
                if cell and float(cell) * 100 != line.rate.basis_points:
                    apart.append((one.option.value, row))
    assert [] == apart
