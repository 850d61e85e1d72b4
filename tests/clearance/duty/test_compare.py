"""Options side by side: each alone with its conditions met, and nothing unknown ever counts as nought."""

from __future__ import annotations

from gatepair.adapters.tarifftables import shipped_tariffs
from gatepair.clearance.duty.assess import Claim, Item, assess_with
from gatepair.clearance.duty.compare import compared
from gatepair.clearance.duty.rates import Base
from gatepair.clearance.duty.shelf import Shelf
from gatepair.clearance.duty.tariff import Option
from gatepair.clearance.origin.model import Treaty

DAY = "2025-11-11"
SHEETS = Shelf((), shipped_tariffs()).on("CN", DAY)
DURIANS = Item("08106000", "VN", 71_000_000)
WORTH = Base(71_000_000, "CNY", ())


def test_each_option_shows_what_it_would_come_to_with_its_proof():
    """Durians at 710,000 yuan: 20 % by MFN, none with Form E, VAT of 9 % on top of either."""
    found = {one.stands.option: one for one in compared(DURIANS, SHEETS, WORTH)}
    mfn, form_e = found[Option.MFN], found[Option.ACFTA]
    assert (14_200_000, 21_868_000) == (mfn.stands.duty_minor, mfn.if_met.total_minor)
    assert (0, 6_390_000) == (form_e.stands.duty_minor, form_e.if_met.total_minor)
    assert (True, False) == (mfn.stands.open, form_e.stands.open)


def test_what_is_claimed_is_open_and_the_cheapest_known_is_taken():
    """With the proof the preference is open; comparing changes nothing of what is to be paid."""
    claimed = Item("08106000", "VN", 71_000_000, claims=(Claim(Treaty.ACFTA, True, True, "VN"),))  # noqa: FBT003
    found = {one.stands.option: one for one in compared(claimed, SHEETS, WORTH)}
    assert found[Option.ACFTA].stands.open
    assert found[Option.ACFTA].if_met.total_minor == assess_with(claimed, SHEETS, WORTH).total_minor


def test_a_rate_that_is_not_known_makes_no_amount():
    """RCEP's rate for durians was not read: neither duty nor total is known, and a reason says so."""
    rcep = next(one for one in compared(DURIANS, SHEETS, WORTH) if one.stands.option is Option.RCEP)
    assert (None, None) == (rcep.stands.duty_minor, rcep.if_met.total_minor)
    assert rcep.if_met.findings


def test_without_a_value_only_nothing_of_it_is_known():
    """No rate of exchange, no amounts: but for the duty of nothing, which is nothing of any value."""
    found = {one.stands.option: one for one in compared(DURIANS, SHEETS, Base(None, "CNY", ()))}
    assert (None, 0) == (found[Option.MFN].stands.duty_minor, found[Option.ACFTA].stands.duty_minor)
    assert {None} == {one.if_met.total_minor for one in found.values()}
