"""The proofs of origin and duty can fail: each fault planted in the code is found out by the worked cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clearance.duty import test_assess as duty
from clearance.origin import test_judge as judge_tests
from clearance.origin.bills import cases
from clearance.origin.test_cases import test_the_verdict_is_the_one_computed_by_hand
from gatepair.clearance.duty import assess as assessing
from gatepair.clearance.duty import rates, tariff
from gatepair.clearance.duty.assess import Claim
from gatepair.clearance.origin import carriage, counting, differential, judge, measures, rules, treaties, ways
from gatepair.clearance.origin.model import Treaty

Fault = tuple[Any, str, Any]


def worked_cases() -> None:
    """Hold every worked case, and what the tests of the judge fix beside them."""
    for case in cases():
        test_the_verdict_is_the_one_computed_by_hand(case)
    judge_tests.test_packing_and_accessories_never_fail_a_change()
    judge_tests.test_minimal_work_defeats_a_rule_met_on_paper_under_rcep_only()
    judge_tests.test_work_done_elsewhere_gives_no_origin()
    judge_tests.test_parties_of_one_treaty_are_not_parties_of_the_other()


def reckoned_duties() -> None:
    """Hold the duties reckoned by hand."""
    duty.test_taxes_are_reckoned_on_all_that_comes_before()
    duty.test_a_safeguard_comes_on_top_of_whatever_is_taken()
    duty.test_the_cheapest_open_option_is_taken_and_the_saving_told()
    other = Claim(Treaty.ACFTA, origin_holds=True, proof_holds=True, country="JP")
    duty.test_a_preference_that_is_not_open_says_why(other, "duty.other_origin")
    duty.test_a_country_barred_from_a_line_does_not_get_its_rate()
    duty.test_a_quota_needs_its_licence()
    duty.test_an_unknown_rate_is_never_nought()
    duty.test_an_unknown_rate_beside_a_known_one_is_told()
    duty.test_no_tariff_at_all_is_unknown()
    for day, rate in (("2024-12-31", None), ("2025-06-30", "20%"), ("2025-07-01", "15%"), ("2026-01-01", "20%")):
        duty.test_the_sheet_of_the_day_is_taken(day, rate)


ORIGIN: dict[str, Fault] = {
    "the tolerance is a ninth": (measures, "TOLERANCE_DIVISOR", 9),
    "the tolerance is an eleventh": (measures, "TOLERANCE_DIVISOR", 11),
    "value content must exceed": (measures.Content, "reaches", lambda self, bp: self.counted_minor * 10_000 > bp * self.fob_minor),
    "value content is rounded up": (measures.Content, "reaches", lambda self, bp: self.basis_points + 1 >= bp),
    "an exclusion never bites": (rules.TariffChange, "excludes", lambda _self, _hs: False),
    "an exclusion always bites": (rules.TariffChange, "excludes", lambda _self, _hs: True),
    "change is asked at six digits": (rules.TariffChange, "changes", lambda _self, part, product: part[:6] != product[:6]),
    "change is asked at two digits": (rules.TariffChange, "changes", lambda _self, part, product: part[:2] != product[:2]),
    "every country is a Party": (treaties.Terms, "is_party", lambda _self, _country: True),
    "no country is a Party": (treaties.Terms, "is_party", lambda _self, _country: False),
    "inland freight counts": (counting.Counted, "value_minor", property(lambda self: self.material.value_minor)),
    "packing must change": (counting.Count, "parts", lambda self: self.materials),
    "weight proves everything": (measures, "_light", lambda _failing, _bill: True),
    "weight proves nothing": (measures, "_light", lambda _failing, _bill: False),
    "build-down alone": (measures, "BUILD_UP", "build_down"),
    "a quarter must be added": (differential, "DIFFERENTIAL_DIVISOR", 4),
    "a sixth must be added": (differential, "DIFFERENTIAL_DIVISOR", 6),
    "nothing is wholly obtained": (judge.ways, "wholly_obtained", lambda _question: ways.Tried("WO", met=False, reasons=())),
    "nothing is made of originating materials only": (judge.ways, "exclusively", lambda _question: ways.Tried("PE", met=False, reasons=())),
    "work elsewhere counts": (judge, "_made_outside", lambda _question: None),
    "little work suffices": (ways.Question, "minimal_only", property(lambda _self: False)),
    "any way keeps the rate": (judge, "carried", lambda _bill, _terms: carriage.Carried(kept=True, reasons=())),
}  # fmt: skip
"""Planted faults in the code of origin: where, what, and the fault."""


def _first(tariffs: Any, *, country: str, day: str) -> tuple[tariff.Tariff, ...]:
    """Let the first sheet hold instead of the later one."""
    held: dict[tariff.Option, tariff.Tariff] = {}
    for each in sorted(tariffs, key=lambda one: one.valid_from):
        if each.country == country and each.in_force(day):
            held.setdefault(each.option, each)
    return tuple(held.values())


def _shortest(self: tariff.Tariff, hs: str) -> tariff.TariffLine | None:
    return next((self.lines[hs[:digits]] for digits in range(2, 11, 2) if hs[:digits] in self.lines), None)


DUTY: dict[str, Fault] = {
    "what is not known is nought": (rates.Unknown, "amount", lambda _self, _base: 0),
    "a share is a thousandth": (rates, "BASIS_POINTS", 1_000),
    "the shortest code decides": (tariff.Tariff, "line", _shortest),
    "a sheet never ends": (tariff.Tariff, "in_force", lambda self, day: self.valid_from <= day),
    "a sheet begins a day late": (tariff.Tariff, "in_force", lambda self, day: self.valid_from < day),
    "the first sheet holds": (duty, "in_force", _first),
    "a sheet is for all origins": (tariff.Tariff, "serves", lambda _self, _origin: True),
    "taxes are on the bare value": (
        assessing, "_on_top",
        lambda line, sheet, base, _before: assessing.Charge(sheet.option, line.rate, base.value_minor, line.rate.amount(base), sheet.source),
    ),
    "a refused rate is open": (assessing.RateOption, "open", property(lambda _self: True)),
    "no option is open": (assessing.RateOption, "open", property(lambda _self: False)),
    "a claim needs nothing": (assessing, "_claim_faults", lambda _option, _claim: ()),
    "a saving is never told": (assessing.Assessment, "saving_minor", lambda _self, _option: None),
    "no finding is made": (assessing, "_findings", lambda *_: ()),
}  # fmt: skip
"""Planted faults in the code of duty."""


def test_the_code_as_it_is_holds() -> None:
    """Without a fault every case holds, so what fails below fails by the fault."""
    worked_cases()
    reckoned_duties()


def _found_out(hold: Callable[[], None], fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(*fault)
    with pytest.raises(AssertionError):
        hold()


@pytest.mark.parametrize("fault", ORIGIN.values(), ids=list(ORIGIN))
def test_a_fault_in_origin_is_found_out(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worked cases notice the fault."""
    _found_out(worked_cases, fault, monkeypatch)


@pytest.mark.parametrize("fault", DUTY.values(), ids=list(DUTY))
def test_a_fault_in_duty_is_found_out(fault: Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reckoned duties notice the fault."""
    _found_out(reckoned_duties, fault, monkeypatch)
