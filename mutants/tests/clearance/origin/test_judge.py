"""What must hold for every bill, and the corners that the worked cases leave out."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from clearance.origin.bills import bill, material, table
from gatepair.clearance.origin import findings as say
from gatepair.clearance.origin.judge import Origin, Preference, Verdict, assess
from gatepair.clearance.origin.model import Bill, Status, Treaty
from gatepair.clearance.origin.rules import parse
from gatepair.clearance.origin.table import Row, RuleTable


def judged(asked: Bill) -> Verdict:
    return assess(asked, table(asked.treaty))


def under(rule: str, asked: Bill) -> Verdict:
    """Return the verdict on ``asked`` if its line had ``rule``."""
    shipped = table(asked.treaty)
    row = Row(asked.product.hs, parse(rule))
    return assess(
        asked,
        RuleTable(
            treaty=shipped.treaty,
            hs_version=shipped.hs_version,
            valid_from=shipped.valid_from,
            source=shipped.source,
            complete=True,
            terms=shipped.terms,
            rows={row.hs: row},
        ),
    )


def codes(verdict: Verdict) -> list[str]:
    return [reason.finding.code for reason in verdict.reasons]


materials = st.lists(
    st.fixed_dictionaries({
        "hs": st.sampled_from(["440791", "940360", "940390", "731815", "441233"]),
        "origin": st.sampled_from(["VN", "CN", "AU", "US", None]),
        "status": st.sampled_from([status.value for status in Status]),
        "value_minor": st.integers(0, 1_000_000),
        "evidence": st.sampled_from(["", "RCEP proof of origin"]),
        "use": st.sampled_from(["material", "retail_packing", "shipping_packing", "accessory", "indirect"]),
    }),
    max_size=5,
)  # fmt: skip
bills = st.builds(lambda made, fob: bill(materials=made, fob_minor=fob), materials, st.integers(1, 2_000_000))
rules = st.sampled_from(["CC", "CTH", "CTSH", "RVC40", "CTH | RVC40", "CTH x4407 | RVC40", "CR", "WO"])


@given(bills, rules, rules)
def test_another_alternative_never_hurts(asked: Bill, rule: str, more: str) -> None:
    """A good that originates under a rule originates when the rule opens another alternative."""
    if under(rule, asked).origin is Origin.ORIGINATING:
        assert Origin.ORIGINATING is under(f"{rule} | {more}", asked).origin


@given(bills, st.integers(10, 99), st.integers(10, 99))
def test_a_lower_threshold_never_hurts(asked: Bill, first: int, second: int) -> None:
    """Value content that suffices for a threshold suffices for every lower one."""
    low, high = sorted((first, second))
    if under(f"RVC{high}", asked).origin is Origin.ORIGINATING:
        assert Origin.ORIGINATING is under(f"RVC{low}", asked).origin


@given(bills, st.integers(0, 4), st.integers(0, 1_000_000))
def test_cheaper_foreign_materials_never_hurt(asked: Bill, which: int, less: int) -> None:
    """Lowering the value of one material that is not originating never takes origin away."""
    if which >= len(asked.materials) or asked.materials[which].status is Status.ORIGINATING:
        return
    changed = list(asked.materials)
    changed[which] = replace(changed[which], value_minor=max(0, changed[which].value_minor - less))
    cheaper = replace(asked, materials=tuple(changed))
    if judged(asked).origin is Origin.ORIGINATING:
        assert Origin.ORIGINATING is judged(cheaper).origin


@given(bills)
def test_an_exclusion_always_bites(asked: Bill) -> None:
    """Whatever fails a change of heading fails it still when a heading is excluded."""
    if under("CTH x4407", asked).origin is Origin.ORIGINATING:
        assert Origin.ORIGINATING is under("CTH", asked).origin


@given(bills)
def test_the_order_of_materials_does_not_matter(asked: Bill) -> None:
    """The same materials in the other order give the same verdict and figures."""
    turned = judged(replace(asked, materials=asked.materials[::-1]))
    first = judged(asked)
    figures = [
        (each.origin, each.criterion, each.foreign_minor, each.content, each.unchanged_minor)
        for each in (first, turned)
    ]
    assert figures[0] == figures[1]


@given(bills)
def test_the_nearest_way_by_content_is_exact(asked: Bill) -> None:
    """With the stated amount of foreign materials less the good qualifies, with one unit less than that it does not."""
    verdict = under("RVC40", asked)
    missing = [way for way in verdict.nearest if way.code == say.WAY_CONTENT.code]
    if not missing:
        return
    need = max(0, -(-4_000 * asked.fob_minor // 10_000) - verdict.content.counted_minor)
    foreign = verdict.foreign_minor
    assert (asked.fob_minor - (foreign - need)) * 10_000 >= 4_000 * asked.fob_minor
    assert (asked.fob_minor - (foreign - need + 1)) * 10_000 < 4_000 * asked.fob_minor


@given(bills)
def test_replacing_what_the_way_names_suffices(asked: Bill) -> None:
    """The fewest materials that the nearest way names make the good qualify when they originate."""
    verdict = under("CTH", asked)
    if verdict.origin is not Origin.NOT_ORIGINATING or not verdict.nearest or not verdict.unchanged_minor:
        return
    failing = [
        index
        for index, each in enumerate(asked.materials)
        if f"materials.{index}" in {reason.finding.path for reason in verdict.reasons if reason.finding.code == "origin.unchanged"}
    ]  # fmt: skip
    changed = list(asked.materials)
    kept = sum(changed[index].value_minor for index in failing)
    for index in sorted(failing, key=lambda index: -changed[index].value_minor):
        if kept * 10 <= asked.fob_minor:
            break
        kept -= changed[index].value_minor
        changed[index] = replace(changed[index], status=Status.ORIGINATING, origin="VN")
    assert Origin.ORIGINATING is under("CTH", replace(asked, materials=tuple(changed))).origin


# --- to the minor unit -------------------------------------------------------------------------


@pytest.mark.parametrize(("value", "origin"), [(600_000, Origin.ORIGINATING), (600_001, Origin.NOT_ORIGINATING)])
def test_value_content_to_the_minor_unit(value: int, origin: Origin) -> None:
    """40 % is enough, one cent below is not, though both show as 40.00 % or 39.99 %."""
    asked = bill(materials=[material(hs="940390", value_minor=value)])
    assert origin is under("RVC40", asked).origin


@pytest.mark.parametrize(("value", "origin"), [(100_000, Origin.ORIGINATING), (100_001, Origin.NOT_ORIGINATING)])
def test_the_tolerance_to_the_minor_unit(value: int, origin: Origin) -> None:
    """Ten per cent of the FOB value is within the tolerance, a cent more is not."""
    asked = bill(materials=[material(value_minor=500_000), material(hs="940360", value_minor=value)])
    assert origin is under("CTH", asked).origin


def test_the_tolerance_covers_an_excluded_material_too() -> None:
    """A little of an excluded heading is tolerated like a little of anything that does not change."""
    asked = bill(materials=[material(value_minor=100_000)])
    assert "DMI" == under("CTH x4407", asked).criterion


def test_the_tolerance_never_cures_value_content() -> None:
    """What is tolerated in a change of classification still counts as foreign value."""
    asked = bill(materials=[material(hs="940360", value_minor=90_000), material(value_minor=520_000)])
    verdict = under("RVC40", asked)
    assert (Origin.NOT_ORIGINATING, 610_000) == (verdict.origin, verdict.foreign_minor)
    assert say.TOLERANCE_NO_HELP.code in codes(verdict)


@pytest.mark.parametrize(
    ("mass", "origin"), [(100, Origin.ORIGINATING), (101, Origin.NOT_ORIGINATING), (None, Origin.NOT_ORIGINATING)]
)
def test_textiles_are_also_tolerated_by_weight(mass: int | None, origin: Origin) -> None:
    """A tenth of the weight suffices in chapters 50 to 63; an unknown weight proves nothing."""
    thread = material(hs="620342", value_minor=400_000)
    if mass is not None:
        thread["mass_g"] = mass
    asked = bill(product={"hs": "620342", "mass_g": 1_000}, materials=[thread])
    assert origin is under("CC", asked).origin


def test_weight_does_not_help_other_goods() -> None:
    """Outside textiles only the value counts."""
    asked = bill(
        product={"hs": "940360", "mass_g": 1_000}, materials=[material(hs="940360", value_minor=400_000, mass_g=1)]
    )
    assert Origin.NOT_ORIGINATING is under("CTH", asked).origin


# --- accumulation ------------------------------------------------------------------------------

FROM_AUSTRALIA = {"origin": "AU", "status": "originating", "value_minor": 900_000}


@pytest.mark.parametrize(
    ("changes", "origin", "code"),
    [
        ({"evidence": "RCEP proof of origin"}, Origin.ORIGINATING, "origin.accumulated"),
        ({"evidence": ""}, Origin.NOT_ORIGINATING, "origin.no_proof"),
        ({"evidence": "Form E"}, Origin.NOT_ORIGINATING, "origin.no_proof"),
        ({"evidence": "RCEP proof", "origin": "IN"}, Origin.NOT_ORIGINATING, "origin.not_party"),
        ({"evidence": "RCEP proof", "stock": "mixed"}, Origin.NOT_ORIGINATING, "origin.mixed_stock"),
    ],
)
def test_another_party_s_material_counts_only_with_its_proof(
    changes: dict[str, Any], origin: Origin, code: str
) -> None:
    """A third Party's good accumulates with this treaty's proof, and with nothing else."""
    asked = bill(materials=[material(**{**FROM_AUSTRALIA, **changes}, hs="940360")])
    verdict = under("CTH", asked)
    assert (origin, True) == (verdict.origin, code in codes(verdict))


def test_a_missing_proof_is_the_nearest_way() -> None:
    """Where a supplier's proof would suffice, the verdict says so first."""
    asked = bill(materials=[material(**FROM_AUSTRALIA, hs="940360")])
    assert say.WAY_PROOF.code == under("CTH", asked).nearest[0].code


def test_parties_of_one_treaty_are_not_parties_of_the_other() -> None:
    """Japan accumulates under RCEP and not under ACFTA."""
    part = material(hs="940360", origin="JP", status="originating", value_minor=900_000, evidence="RCEP, Form E")
    found = [under("CTH", bill(materials=[part], treaty=treaty)).origin for treaty in Treaty]
    assert [Origin.NOT_ORIGINATING, Origin.ORIGINATING] == found


# --- packing, work, scope, country ---------------------------------------------------------------


def test_packing_and_accessories_never_fail_a_change() -> None:
    """A retail box or an accessory of the good's own heading counts in value only."""
    asked = bill(
        materials=[
            material(),
            *(material(hs="940360", value_minor=200_000, use=use) for use in ("retail_packing", "accessory")),
        ]
    )
    verdict = under("CTH", asked)
    assert (Origin.ORIGINATING, 1_100_000) == (verdict.origin, verdict.foreign_minor)


def test_minimal_work_defeats_a_rule_met_on_paper_under_rcep_only() -> None:
    """Cutting and packing foreign material gives no origin under RCEP; ACFTA words its list for wholly obtained goods."""
    asked = bill(work=["cutting, packing in VN"])
    assert Origin.NOT_ORIGINATING is under("CTH", asked).origin
    assert Origin.ORIGINATING is under("CTH", replace(asked, treaty=Treaty.ACFTA)).origin


def test_work_done_elsewhere_gives_no_origin() -> None:
    """The last step of production is done in the exporting Party."""
    verdict = under("CTH", bill(work=["joining in US"]))
    assert (Origin.NOT_ORIGINATING, True) == (verdict.origin, say.MADE_OUTSIDE.code in codes(verdict))


def test_a_divided_line_asks_which_part() -> None:
    """Where the parts of a line differ in their answer the verdict is open and says what to tell."""
    asked = bill(product={"hs": "030469"}, materials=[material(hs="030199", value_minor=500_000)])
    verdict = judged(asked)
    assert (Origin.OPEN, Preference.OPEN) == (verdict.origin, verdict.preference)
    told = replace(asked, product=replace(asked.product, scope="carp"))
    assert Origin.ORIGINATING is judged(told).origin
    other = replace(asked, product=replace(asked.product, scope="other"))
    assert Origin.NOT_ORIGINATING is judged(other).origin


def test_an_unspoken_condition_leaves_the_verdict_open() -> None:
    """A condition that no classification shows is asked for, not assumed."""
    asked = bill(product={"hs": "380861"}, materials=[material(hs="292910", value_minor=700_000)])
    assert Origin.OPEN is under("CTSH+[active_half]", asked).origin
    told = replace(asked, product=replace(asked.product, conditions=("active_half",)))
    assert Origin.ORIGINATING is under("CTSH+[active_half]", told).origin


def test_an_empty_bill_is_open() -> None:
    """Nothing said is no ground for a yes or a no."""
    assert Origin.OPEN is judged(bill(materials=[], work=["assembly in VN"])).origin


@pytest.mark.parametrize(
    ("on_appendix", "home_minor", "country"),
    [(False, 0, "VN"), (None, 0, None), (True, 0, "KR"), (True, 200_000, "VN"), (True, 199_999, "KR")],
)
def test_the_country_of_origin_under_tariff_differentials(
    on_appendix: Any, home_minor: int, country: str | None
) -> None:
    """A fifth of the value decides for lines on the Appendix; an unknown Appendix decides nothing."""
    korean = material(
        hs="290122", origin="KR", status="originating", value_minor=1_000_000 - home_minor, evidence="RCEP proof"
    )
    asked = bill(product={"hs": "390210"}, materials=[korean], on_appendix=on_appendix, work=["polymerisation in VN"])
    verdict = judged(asked)
    assert verdict.country is not None
    assert country == verdict.country.country


def test_parties_that_gave_equally_leave_the_country_unknown() -> None:
    """A tie is never broken by the alphabet."""
    parts = [
        material(hs="290122", origin=party, status="originating", value_minor=500_000, evidence="RCEP proof")
        for party in ("KR", "JP")
    ]
    verdict = judged(bill(product={"hs": "390210"}, materials=parts, on_appendix=True, work=["polymerisation in VN"]))
    assert verdict.country is not None
    assert None is verdict.country.country


@pytest.mark.parametrize(
    ("carriage", "preference"),
    [
        ({}, Preference.ELIGIBLE),
        (
            {"via": ["HK"], "operations_in_transit": ["unloading", "reloading"], "through_bill_of_lading": True},
            Preference.ELIGIBLE,
        ),
        ({"via": ["HK"], "entered_commerce_in": ["HK"]}, Preference.REFUSED),
        ({"via": ["HK"], "operations_in_transit": ["repainting"]}, Preference.REFUSED),
        ({"via": ["LA"], "customs_control": False}, Preference.REFUSED),
    ],
)
def test_carriage_decides_on_preference_and_never_on_origin(carriage: dict[str, Any], preference: Preference) -> None:
    """A broken way loses the rate, not the origin."""
    verdict = judged(bill(carriage=carriage))
    assert (Origin.ORIGINATING, preference) == (verdict.origin, verdict.preference)


def test_a_table_judges_its_own_treaty_only() -> None:
    """Handing over another treaty's table is a fault of the program."""
    with pytest.raises(ValueError, match="cannot judge"):
        assess(bill(), table(Treaty.ACFTA))


def test_the_fewest_materials_are_named() -> None:
    """The dearest go first, until what is left fits the tolerance: 3,000 and 900 of 4,100 dollars here."""
    asked = bill(materials=[material(hs="940360", value_minor=value) for value in (90_000, 300_000, 20_000)])
    (way,) = under("CTH", asked).nearest
    assert (say.WAY_CHANGE.code, "3900.00 USD") == (way.code, way.params["value"])
