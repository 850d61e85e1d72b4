"""Whole declarations assessed: sums by hand, what is not known stays so, and every part speaks of its item."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearance.assessing.dossiers import FORM_E, amount, dossier, goods, tables
from gatepair.base.findings import LANGUAGES, Severity
from gatepair.clearance.assessing.assess import assess_declaration
from gatepair.clearance.assessing.model import Assessed, Dossier
from gatepair.clearance.assessing.told import told
from gatepair.clearance.duty.tariff import Option

DAY = date(2025, 11, 11)
CLAIMED = {"items": [{"item": 1, "proofs": [FORM_E]}]}
HARVESTED = {
    "treaty": "ACFTA",
    "exporting_party": "VN",
    "importing_party": "CN",
    "product": {"hs": "081060"},
    "fob_minor": 1_000_000,
    "currency": "USD",
    "work": ["harvested in VN"],
}
"""Durians harvested in Viet Nam: wholly obtained."""


def assessed(asked: Dossier, on: date = DAY) -> Assessed:
    """Return ``asked`` assessed by the shipped tables."""
    return assess_declaration(asked.declaration, asked.papers, tables(), on=on)


def codes(found: Assessed) -> list[str]:
    """Return the codes of the findings that an assessment puts together itself."""
    return [one.code for one in found.findings if one.code.startswith("assessment.")]


def premises(found: Assessed) -> list[str]:
    return [one.code for one in found.premises]


def test_durians_to_china_without_a_preference() -> None:
    """10,000 dollars at 7.1 are 71,000 yuan: 20 % duty is 14,200, VAT 9 % of 85,200 is 7,668, in all 21,868 yuan."""
    found = assessed(dossier(goods()))
    assert (1_420_000, 2_186_800, "CNY") == (found.duty_minor, found.total_minor, found.currency)
    assert (Option.MFN,) == found.used()


def test_durians_to_china_with_form_e() -> None:
    """With Form E the duty is nought, VAT 9 % of 71,000 is 6,390 yuan, and 14,200 yuan of duty are saved."""
    found = assessed(dossier(goods(), papers=CLAIMED))
    assert (0, 639_000, 1_420_000) == (found.duty_minor, found.total_minor, found.saved_minor())
    assert (Option.ACFTA,) == found.used()
    assert "assessment.origin_by_proof" in premises(found)


def test_a_bill_of_materials_works_origin_out_and_needs_its_proof() -> None:
    """Wholly obtained durians originate; without a proof the rate stays closed, with one it is open."""
    bare = assessed(dossier(goods(), papers={"items": [{"item": 1, "bill": HARVESTED}]}))
    proved = assessed(dossier(goods(), papers={"items": [{"item": 1, "bill": HARVESTED, "proofs": [FORM_E]}]}))
    verdicts = [one.items[0].preferences[0] for one in (bare, proved)]
    assert [("WO", False), ("WO", True)] == [(one.verdict.criterion, one.holds) for one in verdicts if one.verdict]
    assert [(Option.MFN,), (Option.ACFTA,)] == [bare.used(), proved.used()]


def test_a_proof_that_is_over_opens_nothing() -> None:
    """A Form E of more than twelve months is shown with its reason, and MFN is taken."""
    found = assessed(dossier(goods(), papers=CLAIMED), on=date(2026, 11, 2))
    checked = found.items[0].preferences[0].checked
    assert checked is not None
    assert (False, (Option.MFN,)) == (checked.valid, found.used())


def test_what_one_item_lacks_leaves_the_sum_unknown() -> None:
    """A total over an item whose duty is not known is not known, and never the sum of the rest."""
    found = assessed(dossier(goods(), goods("940360")))
    assert [1_420_000, None] == [one.duty.charges[0].amount_minor if one.duty else None for one in found.items]
    assert (None, None) == (found.duty_minor, found.total_minor)


def test_a_value_in_the_currency_of_duty_needs_no_rate() -> None:
    """71,000 yuan are 71,000 yuan."""
    found = assessed(dossier(goods(customs_value_amount=amount(7_100_000, "CNY")), currency_exchange=[]))
    assert (1_420_000, []) == (found.duty_minor, premises(found))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (dossier(), "assessment.no_goods"),
        (dossier(goods(), goods_shipment={"government_agency_goods_item": [goods()]}), "assessment.importer_unknown"),
        (dossier(goods(), papers={"importing": "LA"}), "assessment.no_currency"),
        (dossier(goods("0810")), "assessment.hs_missing"),
        (dossier(goods(commodity={})), "assessment.hs_missing"),
        (dossier(goods(customs_value_amount=None)), "assessment.value_missing"),
        (dossier(goods(customs_value_amount=amount(5, ""))), "assessment.value_missing"),
        (dossier(goods(customs_value_amount=amount(10_005, decimals=3))), "assessment.value_unfit"),
        (dossier(goods(customs_value_amount=amount(-1))), "assessment.value_unfit"),
        (dossier(goods(), currency_exchange=[]), "assessment.no_exchange"),
        (dossier(goods(), papers={"items": [{"item": 2}]}), "assessment.papers_unmatched"),
        (dossier(goods(), papers={"items": [{"item": 1}, {"item": 1}]}), "assessment.papers_unmatched"),
        (dossier(goods("08109080"), papers={"items": [{"item": 1, "bill": HARVESTED}]}), "assessment.bill_other"),
        (
            dossier(goods(), papers={"items": [{"item": 1, "bill": HARVESTED | {"importing_party": "TH"}}]}),
            "assessment.bill_other",
        ),
        (dossier(goods(origin="TH"), papers=CLAIMED), "assessment.proof_other"),
        (dossier(goods(), papers={"items": [{"item": 1, "proofs": [FORM_E, FORM_E]}]}), "assessment.proof_twice"),
    ],
)
def test_what_is_wrong_is_told_in_four_languages(asked: Dossier, code: str) -> None:
    """Each fault has its code, no text keeps a hole, and nothing that depends on it is made up."""
    found = assessed(asked)
    assert code in codes(found)
    assert [] == [one for one in found.findings for language in LANGUAGES if "{" in one.text(language)]
    if code in {"assessment.value_missing", "assessment.value_unfit", "assessment.no_exchange"}:
        assert found.duty_minor is None


def test_a_table_of_rules_that_is_not_there_yet_judges_nothing() -> None:
    """Before the first table of ACFTA no bill is judged."""
    asked = dossier(goods(), papers={"items": [{"item": 1, "bill": HARVESTED, "proofs": [FORM_E]}]})
    assert "assessment.no_rules" in codes(assessed(asked, on=date(2019, 9, 11)))


def test_a_small_lot_needs_no_proof() -> None:
    """Worth 200 dollars and worked out by its bill, the lot has its preference; a split one has not."""
    bill = HARVESTED | {"fob_minor": 20_000}
    small, split = (
        assessed(dossier(goods(minor=20_000), papers={"items": [{"item": 1, "bill": bill, "split": split}]}))
        for split in (False, True)
    )
    assert [(Option.ACFTA,), (Option.MFN,)] == [small.used(), split.used()]
    assert "assessment.proof_waived" in premises(small)


def test_transit_owes_nothing_and_is_told_so() -> None:
    """Under transit no duty falls due at the gate."""
    assert "assessment.no_duty_here" in premises(assessed(dossier(goods(), papers={"regime": "transit"})))


def test_the_rate_of_exchange_that_was_declared_is_a_premise() -> None:
    """Whoever reads the result sees what the conversion rests on, once for all items."""
    assert ["assessment.exchange_declared"] == premises(assessed(dossier(goods(), goods())))


VALUES = st.integers(min_value=0, max_value=10**12)


@given(st.lists(VALUES, min_size=1, max_size=6))
def test_items_add_up(values: list[int]) -> None:
    """The duty of a declaration is the sum of the duties of its items, each rounded by itself."""
    found = assessed(dossier(*(goods(minor=value) for value in values)))
    alone = [assessed(dossier(goods(minor=value))).duty_minor for value in values]
    assert sum(one or 0 for one in alone) == found.duty_minor


@given(VALUES, st.booleans())
def test_a_preference_never_costs_more(value: int, holds: Any) -> None:
    """Whether the proof holds or not, asking for a preference never raises what is to be paid."""
    on = DAY if holds else date(2027, 1, 1)
    asked, bare = dossier(goods(minor=value), papers=CLAIMED), dossier(goods(minor=value))
    claimed, plain = assessed(asked, on), assessed(bare, on)
    assert claimed.total_minor is not None
    assert plain.total_minor is not None
    assert claimed.total_minor <= plain.total_minor


@given(st.permutations(["08106000", "08109080", "11081400"]))
def test_the_order_of_items_changes_no_item(order: list[str]) -> None:
    """Each item is assessed as if it stood alone."""
    found = assessed(dossier(*(goods(hs) for hs in order)))
    alone = {hs: assessed(dossier(goods(hs))).duty_minor for hs in order}
    assert [alone[one.hs] for one in found.items] == [
        one.duty.charges[0].amount_minor for one in found.items if one.duty
    ]


def test_the_worst_finding_is_told_first() -> None:
    """An assessment knows how grave its gravest finding is."""
    assert [Severity.NOTE, None, Severity.WARNING] == [
        assessed(asked).worst for asked in (dossier(), dossier(goods()), dossier(goods("0810")))
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_told_to_a_person_in_their_language(language: Any) -> None:
    """Nothing that a person reads keeps a hole, and amounts stand in it."""
    papers = {"items": [{"item": 1, "bill": HARVESTED, "proofs": [FORM_E]}]}
    lines = list(told(assessed(dossier(goods(), goods("940360"), papers=papers)), language))
    assert [] == [line for line in lines if "{" in line]
    assert any("71000.00 CNY" in line for line in lines)


def test_a_program_gets_null_for_what_is_not_known() -> None:
    """The published form holds null and never 0 for an amount that is not known."""
    wire = assessed(dossier(goods("940360"))).to_wire()
    assert (None, None, None) == (wire["duty_minor"], wire["total_minor"], wire["items"][0]["duty"]["total_minor"])


def said(papers: dict[str, Any], code: str) -> list[str]:
    """Return the texts, in every language, of what an assessment with ``papers`` finds under ``code``."""
    found = [one for one in assessed(dossier(goods(), papers=papers)).findings if one.code == code]
    return [one.text(language) for one in found for language in LANGUAGES]


def test_a_fee_that_cannot_be_reckoned_is_told() -> None:
    """A province without the load: nothing is reckoned, and it is said why."""
    code = "assessment.fee_without_load"
    texts = said({"province": "lang-son"}, code)
    assert (4, True) == (len(texts), all("lang-son" in text and "load" in text for text in texts))
    load = {"goods": ["fresh_fruit"], "gross_mass_kg": 22000, "direction": "import"}
    assert [] == said({"province": "lang-son", "load": load}, code) + said({}, code)


def test_papers_that_contradict_the_destination_are_told() -> None:
    """The papers are followed, and that the declaration says otherwise is said; agreement and silence are not."""
    code = "assessment.importer_differs"
    texts = said({"importing": "ZZ"}, code)
    assert (4, True) == (len(texts), all("ZZ" in text and "CN" in text for text in texts))
    assert [] == said({"importing": "CN"}, code) + said({}, code)
