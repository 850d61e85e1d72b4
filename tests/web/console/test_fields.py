"""Forms from command types: what is filled in becomes the command that the interface would take."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.base.errors import Malformed
from gatepair.crossing import commands as cmd
from gatepair.crossing.model import Reason, Verdict
from gatepair.operations import commands as gate
from gatepair.plan.model import CommodityGroup
from gatepair.web.console import acts
from gatepair.web.console.fields import Kind, built, fields_of, read_as, typed

CROSSING = "XAAAAAAAAAAAAAAAAAAAA"
HOME = ZoneInfo("Asia/Ho_Chi_Minh")
CODES = st.from_regex(r"[a-z0-9_.-]{1,20}", fullmatch=True)


@given(st.sampled_from(sorted(Verdict)), st.lists(CODES, max_size=4), st.text("abc ", max_size=20))
def test_a_decision_is_what_was_filled_in(verdict, reasons, evidence):
    """Choices, lists of codes and text arrive as they were written; what is left empty keeps its default."""
    filled = {"verdict": verdict, "reasons": ", ".join(reasons), "evidence": evidence}
    found = built(cmd.Decide, filled, zone=HOME, crossing=CROSSING)
    assert cmd.Decide(crossing=CROSSING, verdict=verdict, reasons=tuple(reasons), evidence=evidence.strip()) == found


def test_parts_of_a_structure_and_rows_of_a_list():
    """Dotted names build structures; rows build a list, and an empty row between two is no row."""
    filled = {
        "lane": "r1",
        "seen.tractor": "12C-1",
        "seen.containers": "ABCU1234567  DEFU7654321",
        "seen.gross_mass_kg": "20000",
    }
    found = built(cmd.Depart, filled, zone=HOME, crossing=CROSSING)
    assert ("ABCU1234567", "DEFU7654321") == found.seen.containers
    assert 20_000 == found.seen.gross_mass_kg
    rows = {"reasons.0.code": "full", "reasons.2.code": "paper", "reasons.2.path": "goods.0.hs"}
    declined = built(cmd.DeclineArrival, rows, zone=HOME, crossing=CROSSING)
    assert (Reason("full"), Reason("paper", "goods.0.hs")) == declined.reasons


def test_times_are_read_on_the_clock_of_the_post_and_choices_are_many():
    """What a person writes as 20:00 is 20:00 at the gate, whatever the machine's zone is."""
    filled = {"direction": "out", "reason": "fog", "expected_end_ms": "2025-11-11T20:00", "allows": "fresh_fruit ore"}
    found = built(gate.StopIntake, filled, zone=HOME)
    assert 1_762_866_000_000 == found.expected_end_ms
    assert (CommodityGroup.FRESH_FRUIT, CommodityGroup.ORE) == found.allows


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [("150000", "VND", 150_000), ("12.50", "CNY", 1_250), ("12,5", "CNY", 1_250), ("1 000", "CNY", 100_000)],
)
def test_money_is_written_as_on_paper(text, currency, minor):
    """As many decimals as the currency has, with a point or a comma before them."""
    filled = {"amount_minor": text, "currency": currency, "receipt": "R-1"}
    assert minor == built(cmd.PayFee, filled, zone=HOME, crossing=CROSSING).amount_minor


@given(st.integers(0, 10**12), st.sampled_from(["VND", "CNY", "USD", "KWD"]), st.integers(0, 10**6))
def test_a_value_that_stands_is_mended_as_it_is_shown(minor, currency, mass_kg):
    """What a form shows of a field that stands means the same when it is sent back, money or not."""
    values = {"goods.0.value_minor": minor, "goods.0.currency": currency, "goods.0.gross_mass_kg": mass_kg, "a": "b"}
    for path, value in values.items():
        assert value == read_as(typed(path, values), path, values)


def test_what_is_no_money_does_not_become_a_value():
    """The refusal is at the field where the new value was written."""
    with pytest.raises(Malformed) as caught:
        read_as("12.345", "goods.0.value_minor", {"goods.0.value_minor": 1, "goods.0.currency": "USD"})
    assert "value" == caught.value.fields["path"]


@pytest.mark.parametrize(
    ("kind", "filled", "path"),
    [
        (cmd.Decide, {}, "verdict"),
        (cmd.Decide, {"verdict": "perhaps"}, "verdict"),
        (cmd.PayFee, {"amount_minor": "12,5", "currency": "VND", "receipt": "R"}, "amount_minor"),
        (cmd.PayFee, {"amount_minor": "0", "currency": "VND", "receipt": "R"}, "amount_minor"),
        (cmd.Depart, {"lane": "UPPER CASE", "seen.tractor": "12C-1"}, "lane"),
        (cmd.TakeSample, {"number": "s1", "laboratory": "l", "expected_at_ms": "tomorrow"}, "expected_at_ms"),
    ],
)
def test_what_does_not_fit_names_its_field(kind, filled, path):
    """The refusal names the field by the name that the form gave it."""
    with pytest.raises(Malformed) as caught:
        built(kind, filled, zone=HOME, crossing=CROSSING)
    assert path == caught.value.fields["path"]


def test_every_act_has_a_form_that_can_be_read():
    """Each act of the permission table that a page offers has fields of known kinds, the ones needed first."""
    for kind in (*acts.TITLES, *acts.GATE_TITLES):
        fields = fields_of(kind)
        needed = [field.required for field in fields]
        assert sorted(needed, reverse=True) == needed
        assert all(isinstance(field.kind, Kind) for field in fields)
        assert not {"crossing", "at_ms", "type"} & {field.name for field in fields}


@pytest.mark.parametrize(
    ("kind", "field", "pattern"),
    [
        (cmd.TakeSample, "number", r"[a-z0-9_.\-]{1,48}"),
        (cmd.PayFee, "currency", "[A-Z]{3}"),
    ],
)
def test_a_pattern_is_one_that_a_browser_reads(kind, field, pattern):
    """Under the flag ``v`` a dash at the end of a class is escaped; without that a browser drops the whole pattern."""
    assert pattern == next(one.pattern for one in fields_of(kind) if one.name == field)
