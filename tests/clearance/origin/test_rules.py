"""The language of product rules and the tables written in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearance.origin.bills import ROOT, table
from gatepair.base.errors import Malformed
from gatepair.clearance.origin.model import Treaty
from gatepair.clearance.origin.rules import (
    ChemicalReaction,
    HsRange,
    Level,
    Rule,
    Scoped,
    TariffChange,
    ValueContent,
    WhollyObtained,
    parse,
)
from gatepair.clearance.origin.table import read_table

HEAD = "agreement: RCEP\nhs: HS 2022\nfrom: 2023-01-01\nsource: a text\ncomplete: yes\n"


@st.composite
def ranges(draw: st.DrawFn) -> HsRange:
    digits = draw(st.sampled_from([2, 4, 6]))
    low, high = sorted(draw(st.tuples(*[st.integers(0, 10**digits - 1)] * 2)))
    return HsRange(f"{low:0{digits}d}", f"{high:0{digits}d}")


terms = st.sampled_from(["carp", "other", "active_half"])
changes = st.builds(
    TariffChange, st.sampled_from(Level), st.lists(ranges(), max_size=3).map(tuple), st.one_of(st.just(""), terms)
)
contents = st.integers(10, 99).map(lambda percent: ValueContent(percent * 100))
alternatives = st.one_of(changes, contents, st.just(ChemicalReaction()), st.just(WhollyObtained()))
several = st.lists(alternatives, min_size=1, max_size=4).map(tuple)
whole = st.builds(Rule, several.map(lambda each: (Scoped(each),)))
divided = st.builds(
    Rule, st.tuples(several, several).map(lambda two: (Scoped(two[0], "carp"), Scoped(two[1], "other")))
)


@given(st.one_of(whole, divided))
def test_a_printed_rule_is_read_as_itself(rule: Rule) -> None:
    """Any rule of the tree survives printing and reading."""
    assert rule == parse(str(rule))


@pytest.mark.parametrize(
    "text",
    ["", "CTX", "RVC4", "RVC400", "CTH x", "CTH x72", "CTH x7211-7208", "CTH x7208-721100", "CTH|RVC40", "CTH | ",
     "CTH[a", "CTH ; RVC40", "CTH[carp] ; RVC40[carp]", "WO CC", "CTH x8537.1", "cth"],
)  # fmt: skip
def test_what_is_no_rule_is_refused(text: str) -> None:
    """Anything outside the grammar is refused and not half understood."""
    with pytest.raises(Malformed):
        parse(text)


def test_a_range_holds_its_ends_and_nothing_beside_them() -> None:
    """Headings 72.08 to 72.11 are excluded with every subheading, 72.07 and 72.12 are not."""
    (scoped,) = parse("CTH x7208-7211 | RVC40").scoped
    change = scoped.alternatives[0]
    assert isinstance(change, TariffChange)
    found = [change.excludes(hs) for hs in ("720799", "720810", "721190", "721210")]
    assert [False, True, True, False] == found


@pytest.mark.parametrize(
    ("hs", "row", "rule"),
    [
        ("010121", "01", "WO"),
        ("020130", "02", "CC xCh01"),
        ("030439", "030439", "CTH[carp] ; CC[other]"),
        ("030469", "030469", "CC | RVC40[carp] ; CC[other]"),
        ("030311", "0303", "CC"),
        ("110220", "1102", "CC xCh10"),
        ("290950", "290950", "CTH | RVC40 | CR"),
        ("390210", "3902", "CTH | RVC40"),
        ("620342", "62", "CC"),
        ("721230", "7212", "CTH x7208-7211 | RVC40"),
        ("850440", "850440", "CTSH | RVC40"),
        ("940360", "94", "CTH | RVC40"),
    ],
)
def test_documented_lines_of_rcep(hs: str, row: str, rule: str) -> None:
    """Lines read in the source stand in the shipped table as they were read."""
    found = table(Treaty.RCEP).row(hs)
    assert found is not None
    assert (row, rule) == (found.hs, str(found.rule))


SPOTS = [
    tuple(line.split("\t"))
    for line in (ROOT / "tests/vectors/origin/spot_lines.tsv").read_text("utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize(("hs", "row", "rule"), SPOTS)
def test_sixty_lines_spread_over_the_table_of_rcep(hs: str, row: str, rule: str) -> None:
    """Each sampled subheading is decided by the row and the rule that were re-entered from the source."""
    found = table(Treaty.RCEP).row(hs)
    assert found is not None
    assert (row, rule) == (found.hs, str(found.rule))


@pytest.mark.parametrize("heading", [2901, 2902, 3105, 3901, 3902, 3903, 3907, 3908])
def test_headings_that_acfta_keeps_at_value_content(heading: int) -> None:
    """The eight headings that Article 7(1)(b) excepts are open to value content alone, unlike their chapters."""
    acfta = table(Treaty.ACFTA)
    found, chapter = acfta.row(f"{heading}00"), acfta.rows[f"{heading // 100}"]
    assert found is not None
    assert ("RVC40", "CTH | RVC40") == (str(found.rule), str(chapter.rule))


def test_acfta_opens_change_of_heading_in_45_chapters() -> None:
    """Article 7(1)(b) names 45 chapters."""
    rows = table(Treaty.ACFTA).rows.values()
    assert 45 == sum(len(row.hs) == 2 and "CTH" in str(row.rule) for row in rows)


def test_rcep_answers_for_every_chapter_in_use() -> None:
    """Each subheading that the table names, and each chapter from 01 to 97 but 77, has a way to an answer."""
    rcep = table(Treaty.RCEP)
    assert 2_189 == len(rcep.rows)
    named = {hs[:2] for hs in rcep.rows}
    assert {f"{chapter:02d}" for chapter in range(1, 98) if chapter != 77} == named


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("0101\tWO\n", "header lacks"),
        (HEAD.replace("from: 2023-01-01\n", ""), "from"),
        (HEAD.replace("2023-01-01", "1 January 2023"), "`from` is a date"),
        (HEAD.replace("RCEP", "CPTPP"), "one of"),
        (HEAD + "colour: red\n", "colour"),
        (HEAD + HEAD, "once"),
        (HEAD + "0101\tWO\n0101\tWO\n", "twice"),
        (HEAD + "010\tWO\n", "2, 4 or 6 digits"),
        (HEAD + "0101\tCTX\n", "line 6"),
        (HEAD + "0101\tCC[carp]\n", "term carp"),
        (HEAD + "0101\tWO\nsource: late\n", "before the rows"),
    ],
)
def test_a_bad_table_is_refused_with_its_place(text: str, says: str) -> None:
    """Each way of being wrong is named."""
    with pytest.raises(Malformed, match=says):
        read_table(text)
