"""Permits and quarantine: sites, lists, certificates, tests and dated rule sets, each at its boundary."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatepair.adapters.spstables import shipped_book
from gatepair.base.errors import Malformed
from gatepair.base.findings import LANGUAGES
from gatepair.clearance.sps.check import Book, SpsResult, Standing, check_shipment
from gatepair.clearance.sps.lists import read_list
from gatepair.clearance.sps.model import CertificateKind, HubState, Shipment, SiteKind
from gatepair.clearance.sps.register import kind_of, read_register, registers_in_force
from gatepair.clearance.sps.rules import read_rules, rules_in_force

PHYTO = {"kind": "phyto", "number": "P1", "issuer": "VN", "issued": "2025-11-01"}
TESTS = [
    {"number": f"T-{name}", "laboratory": "LAB-VN-901", "substance": name, "taken": "2025-10-01", "passed": True}
    for name in ("cadmium", "basic_yellow_2")
]
DURIAN = {"hs": "081060", "product": "durian", "sites": ["VN-DLOR-9001", "VN-DLPH-901"]}
FISH = {"hs": "030617", "sites": ["CVNM99012201010001"]}
HEALTH = PHYTO | {"kind": "health"}
ON = "2025-11-11"


def shipment(**changes: Any) -> Shipment:
    """Return a durian shipment with all that it needs, changed by ``changes``."""
    fields: dict[str, Any] = {
        "exporter": "VN",
        "importer": "CN",
        "gate": "youyiguan",
        "items": [DURIAN],
        "certificates": [PHYTO],
        "tests": TESTS,
    }
    return msgspec.convert(fields | changes, Shipment)


def checked(asked: Shipment, on: str = ON, book: Book | None = None) -> SpsResult:
    return check_shipment(asked, book or shipped_book(), on=date.fromisoformat(on))


def codes(asked: Shipment, on: str = ON, book: Book | None = None) -> list[str]:
    """Return the codes of what is to be mended or looked at."""
    return [finding.code.removeprefix("sps.") for finding in checked(asked, on, book).findings]


def test_a_shipment_with_all_papers_is_clear_and_says_why() -> None:
    """Every rule that was applied is named with its source, and what it rests on."""
    result = checked(shipment())
    assert Standing.CLEAR is result.standing
    assert {"cn-vn-fruit", "cn-vn-durian", "register", "certificate"} == {step.rule for step in result.steps}
    told = {finding.code.removeprefix("sps.premise_") for finding in result.premises}
    assert {"gates", "term", "tests", "synthetic"} == told
    assert all(set(LANGUAGES) == set(step["text"]) for step in result.to_wire()["steps"])


@pytest.mark.parametrize(
    ("on", "premises"), [("2025-07-10", {"gates", "tests", "synthetic"}), ("2025-01-23", {"gates", "synthetic"})]
)
def test_premises_begin_on_their_day(on: str, premises: set[str]) -> None:
    """The protocol's three years end on 10 July 2025: until then nothing is taken for granted about it."""
    told = checked(shipment(), on).premises
    assert premises == {finding.code.removeprefix("sps.premise_") for finding in told}


# --- sites --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("VN-DLOR-0001", SiteKind.ORCHARD),
        ("VN-ĐNOR-0001", SiteKind.ORCHARD),
        ("VN-DLOR-001", None),
        ("VN-DLOR-00001", None),
        ("VN-DLPH-001", SiteKind.PACKING_HOUSE),
        ("VN-DLPH-0001", SiteKind.PACKING_HOUSE),
        ("VN-DLPH-01", None),
        ("CVNM01012201010001", SiteKind.PRODUCER),
        ("CVNM0101220101000", None),
        ("CVNM010122010100011", None),
        ("DVNM01012201010001", None),
        ("CVNM0101220101000١", None),
        ("VN-DLOR-000１", None),
        ("LAB-VN-901", SiteKind.LABORATORY),
        ("vn-dlor-0001", None),
        ("VN-DLOR-0001\n", None),
        ("", None),
    ],
)
def test_a_code_has_the_form_of_its_kind(code: str, kind: SiteKind | None) -> None:
    """One digit more or less, another letter or a digit of another script is no code."""
    assert kind == kind_of(code)


REGISTER = """register: test
from: 2025-01-01
source: synthetic, for tests

VN-AAOR-0001\ths081060\t2025-02-01\t2025-11-11\tactive
VN-AAOR-0002\ths081060\t2025-02-01\t-\tsuspended
VN-AAOR-0003\ths0803\t2025-02-01\t-\tactive
VN-AAOR-0004\ths081060\t2025-02-01\t2025-03-31\tactive
VN-AAOR-0004\ths081060\t2025-05-01\t-\tactive
VN-AAPH-001\t*\t2025-01-01\t-\tactive
LAB-VN-901\tcadmium\t2025-01-01\t2025-10-31\tactive
"""


def with_register(text: str = REGISTER) -> Book:
    """Return a book with durian's rules and one register only."""
    shipped = shipped_book()
    rules = tuple(each for each in shipped.rules if each.name in {"cn-vn-durian", "gacc-decree-248", "gacc-decree-280"})
    return Book(rules, shipped.lists, (read_register(text),), shipped.hosts)


@pytest.mark.parametrize(
    ("code", "on", "found"),
    [
        ("VN-AAOR-0001", "2025-01-31", ["site_not_yet"]),
        ("VN-AAOR-0001", "2025-02-01", []),
        ("VN-AAOR-0001", "2025-11-11", []),
        ("VN-AAOR-0001", "2025-11-12", ["site_over"]),
        ("VN-AAOR-0002", "2025-11-11", ["site_stopped"]),
        ("VN-AAOR-0003", "2025-11-11", ["site_other_product"]),
        ("VN-AAOR-0004", "2025-03-31", []),
        ("VN-AAOR-0004", "2025-04-01", ["site_over"]),
        ("VN-AAOR-0004", "2025-05-01", []),
        ("VN-AAOR-0009", "2025-11-11", ["site_unknown"]),
        ("AAOR-0001", "2025-11-11", ["orchard_missing", "site_code_form"]),
    ],
)
def test_a_site_is_registered_for_the_product_on_the_day(code: str, on: str, found: list[str]) -> None:
    """Both ends of a registration count as inside."""
    fruit = shipment(items=[DURIAN | {"sites": [code, "VN-AAPH-001"]}], tests=[])
    told = [name for name in codes(fruit, on, with_register()) if name not in {"test_missing", "certificate_later"}]
    assert found == told


@pytest.mark.parametrize(
    ("sites", "found"),
    [
        (["VN-AAOR-0001", "VN-AAPH-001"], []),
        (["VN-AAPH-001"], ["orchard_missing"]),
        (["VN-AAOR-0001"], ["packing_house_missing"]),
        ([], ["orchard_missing", "packing_house_missing"]),
    ],
)
def test_durian_names_its_orchard_and_its_packing_house(sites: list[str], found: list[str]) -> None:
    """Lots from unregistered places are not let in. Source: GACC Announcement 66 of 2022."""
    fruit = shipment(items=[DURIAN | {"sites": sites}], tests=[])
    assert found == [name for name in codes(fruit, ON, with_register()) if name != "test_missing"]


def test_the_register_of_the_day_is_asked() -> None:
    """Of two registers of one name the later one holds from its first day."""
    first = read_register(REGISTER)
    second = read_register(REGISTER.replace("2025-01-01", "2025-06-01", 1))
    assert [] == list(registers_in_force((first, second), day="2024-12-31"))
    assert [first] == list(registers_in_force((second, first), day="2025-05-31"))
    assert [second] == list(registers_in_force((first, second), day="2025-06-01"))


# --- allowed lists ------------------------------------------------------------------------

LIST = """list: test
importer: CN
exporter: VN
covers: 0803 0810
source: synthetic, for tests

0803\t*\t*\t2025-01-01\t-
081060\t*\tyouyiguan puzhai\t2025-01-01\t2025-11-11
081090\tlychee\t?\t2025-01-01\t-
"""


@pytest.mark.parametrize(
    ("changes", "gate", "on", "found"),
    [
        ({"hs": "080390"}, "elsewhere", ON, []),
        ({"hs": "081060"}, "youyiguan", "2024-12-31", ["product_not_yet"]),
        ({"hs": "081060"}, "youyiguan", "2025-01-01", []),
        ({"hs": "081060"}, "puzhai", "2025-11-11", []),
        ({"hs": "081060"}, "puzhai", "2025-11-12", ["product_no_more"]),
        ({"hs": "081060"}, "dongxing", "2025-11-11", ["gate_not_allowed"]),
        ({"hs": "081090", "product": "lychee"}, "dongxing", ON, []),
        ({"hs": "081090", "product": "carambola"}, "dongxing", ON, ["product_not_allowed"]),
        ({"hs": "081090"}, "dongxing", ON, ["product_unnamed"]),
        ({"hs": "081010"}, "dongxing", ON, ["product_not_allowed"]),
        ({"hs": "070200"}, "dongxing", ON, []),
    ],
)
def test_goods_enter_by_list_gate_and_day(changes: dict[str, Any], gate: str, on: str, found: list[str]) -> None:
    """Product, gate and both days decide; a code that holds other goods too asks for the product's name."""
    asked = shipment(items=[changes], gate=gate, certificates=[], tests=[])
    told = codes(asked, on, Book(lists=(read_list(LIST),)))
    assert found == [name for name in told if name != "rules_silent"]


# --- the two decrees ----------------------------------------------------------------------


@pytest.mark.parametrize(("on", "rules"), [("2026-05-31", "gacc-decree-248"), ("2026-06-01", "gacc-decree-280")])
def test_decree_280_follows_248_on_the_first_of_june_2026(on: str, rules: str) -> None:
    """The day before, the old decree holds; on the day, the new one, and only it."""
    held = rules_in_force(shipped_book().rules, importer="CN", exporter="VN", day=on)
    assert [rules] == [each.name for each in held if each.scope == "producers"]


PRODUCERS = """register: test
from: 2022-01-01
source: synthetic, for tests

CVNM00012201010001\ths20\t2022-01-01\t2026-05-15\tactive
CVNM00022201010002\ths0802\t2022-01-01\t2027-01-01\tactive
CVNM00032201010003\ths0802\t2022-01-01\t2027-01-01\tactive\trecommended
"""


@pytest.mark.parametrize(
    ("hs", "code", "on", "found"),
    [
        ("200819", "CVNM00012201010001", "2026-05-15", []),
        ("200819", "CVNM00012201010001", "2026-05-16", ["site_over"]),
        ("200819", "CVNM00012201010001", "2026-05-31", ["site_over"]),
        ("200819", "CVNM00012201010001", "2026-06-01", ["site_renewed"]),
        ("080232", "CVNM00032201010003", "2026-05-31", []),
        ("080232", "CVNM00032201010003", "2026-06-01", []),
        ("080232", "CVNM00022201010002", "2026-05-31", ["recommendation_missing"]),
        ("080232", "CVNM00012201010001", "2026-05-15", ["site_other_product"]),
        ("200819", None, "2026-06-01", ["producer_missing"]),
        ("200819", None, "2021-12-31", ["rules_silent"]),
        ("200819", None, "2022-01-01", ["producer_missing"]),
    ],
)
def test_a_producer_is_registered_as_the_decree_of_the_day_asks(
    hs: str, code: str | None, on: str, found: list[str]
) -> None:
    """Under 248 a registration lapses on its last day; under 280 it goes on by itself, and that is to be confirmed."""
    asked = shipment(items=[{"hs": hs, "sites": [code] if code else []}], certificates=[], tests=[])
    assert found == codes(asked, on, with_register(PRODUCERS))


def test_the_unread_catalogue_is_a_premise_from_its_first_day() -> None:
    """What Decree 280 lists could not be read: results under it say so, results under 248 need not."""
    asked = shipment(items=[{"hs": "080232", "sites": ["CVNM00032201010003"]}], certificates=[], tests=[])
    told = {
        on: [premise.code for premise in checked(asked, on, with_register(PRODUCERS)).premises]
        for on in ("2026-05-31", "2026-06-01")
    }
    assert ["sps.premise_codes"] == told["2026-05-31"]
    assert ["sps.premise_codes", "sps.premise_catalogue"] == told["2026-06-01"]


def test_what_no_rule_speaks_of_is_open_and_never_clear() -> None:
    """Food for a country without rules is a question; goods that are no food are none."""
    peanuts = shipment(importer="LA", items=[{"hs": "120242"}], certificates=[], tests=[])
    phones = shipment(importer="LA", items=[{"hs": "851713"}], certificates=[], tests=[])
    assert (Standing.OPEN, ["rules_silent"]) == (checked(peanuts).standing, codes(peanuts))
    assert (Standing.CLEAR, []) == (checked(phones).standing, codes(phones))


# --- certificates -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"issuer": "TH"}, ["certificate_issuer"]),
        ({"issued": ON}, []),
        ({"issued": "2025-11-12"}, ["certificate_later"]),
        ({"state": "replaced"}, ["certificate_replaced"]),
        ({"state": "withdrawn"}, ["certificate_withdrawn"]),
        ({"hub": "Delivered"}, ["hub_not_meant"]),
        ({"kind": "health"}, ["phyto_missing"]),
        ({"kind": "ephyto"}, ["hub_pending"]),
        ({"kind": "ephyto", "hub": "PendingDelivery"}, ["hub_pending"]),
        ({"kind": "ephyto", "hub": "Delivered"}, []),
        ({"kind": "ephyto", "hub": "DeliveredWithWarnings"}, ["hub_warnings"]),
        ({"kind": "ephyto", "hub": "DeliveredNotReadable"}, ["hub_unreadable"]),
        ({"kind": "ephyto", "hub": "FailedDelivery"}, ["hub_failed"]),
        ({"kind": "ephyto", "hub": "EnvelopeNotExists"}, ["hub_unknown"]),
        ({"link": "https://ecosys.gov.vn/check?no=1"}, []),
        ({"link": "https://ecosys-gov.net/check?no=1"}, ["link_host_unknown"]),
    ],
)
def test_a_certificate_is_taken_or_refused_for_its_reason(changes: dict[str, Any], found: list[str]) -> None:
    """Issuer, day, state and each of the hub's words have their own finding."""
    assert found == codes(shipment(certificates=[PHYTO | changes]))


def test_every_state_of_the_hub_is_told_apart() -> None:
    """The hub has six words, and one of them alone is fine."""
    told = [
        codes(shipment(certificates=[PHYTO | {"kind": CertificateKind.EPHYTO.value, "hub": state.value}]))
        for state in HubState
    ]
    assert 6 == len(told) == len({tuple(each) for each in told})


@pytest.mark.parametrize(("certificates", "found"), [([HEALTH], []), ([PHYTO], ["health_missing"])])
def test_animals_need_their_health_certificate(certificates: list[dict[str, Any]], found: list[str]) -> None:
    """The synthetic rule of the demo asks for one for crustaceans."""
    assert found == codes(shipment(items=[FISH], certificates=certificates, tests=[]))


# --- tests of substances ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"passed": False}, ["test_failed"]),
        ({"passed": None}, ["test_awaited"]),
        ({"laboratory": "LAB-VN-999"}, ["laboratory_unknown"]),
        ({"laboratory": "LAB-VN-902", "taken": "2025-10-15"}, []),
        ({"laboratory": "LAB-VN-902", "taken": "2025-10-16"}, ["laboratory_unknown"]),
        ({"laboratory": "VN-DLPH-901"}, ["laboratory_unknown"]),
        ({"taken": ON}, []),
        ({"taken": "2025-11-12"}, ["test_later"]),
        ({"substance": "lead"}, ["test_missing"]),
    ],
)
def test_each_lot_of_durian_is_tested(changes: dict[str, Any], found: list[str]) -> None:
    """By a laboratory recognised on the day of sampling, for the substance."""
    assert found == codes(shipment(tests=[TESTS[0] | changes, TESTS[1]]))


@pytest.mark.parametrize(("on", "count"), [("2025-01-23", 0), ("2025-01-24", 2)])
def test_tests_are_asked_from_their_day_on(on: str, count: int) -> None:
    """The day before, a lot without tests needs none."""
    assert count == codes(shipment(tests=[]), on).count("test_missing")


# --- the sheets ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reader", "text", "line"),
    [
        (read_register, REGISTER.replace("VN-AAPH-001", "VN-AAPH-01"), 10),
        (read_register, REGISTER.replace("\tsuspended", "\tasleep"), 6),
        (read_register, REGISTER.replace("2025-02-01\t2025-11-11", "2025-02-01\t2025-01-11"), 5),
        (read_register, REGISTER.replace("2025-05-01", "2025-03-31"), 9),
        (read_list, LIST.replace("081090", "81"), 9),
        (read_list, LIST.replace("\t?\t", "\t? puzhai\t"), 9),
        (read_list, LIST.replace("2025-11-11", "2024-11-11"), 8),
    ],
)
def test_a_row_that_is_none_is_named_by_its_line(reader: Any, text: str, line: int) -> None:
    """Codes, states, gates and days are checked when the sheet is read."""
    with pytest.raises(Malformed, match=f"line {line}"):
        reader(text)


RULES = """rules: r
scope: s
importer: CN
from: 2025-01-01
renewal: by_itself
source: synthetic

01\thealth
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("health", "luck"),
        ("01\t", "1\t"),
        ("by_itself", "never"),
        ("importer: CN\n", ""),
        ("source: synthetic", "source: synthetic\npremises: hope"),
        ("source: synthetic", "source: synthetic\nuntil: 2024-12-31"),
        ("01\thealth", "01\thealth\n01\tphyto"),
    ],
)
def test_rules_that_are_none_are_refused(old: str, new: str) -> None:
    """Unknown needs, codes, renewals, premises, and an end before the beginning."""
    assert "r" == read_rules(RULES).name
    with pytest.raises(Malformed):
        read_rules(RULES.replace(old, new))


# --- truths over all shipments ------------------------------------------------------------

SITES = st.lists(
    st.sampled_from(["VN-DLOR-9001", "VN-DLOR-9003", "VN-DLPH-901", "VN-DLOR-0404", "CVNM99012201010001", "x"]),
    max_size=4,
)
ITEMS = st.fixed_dictionaries(
    {"hs": st.sampled_from(["081060", "030617", "080390", "851713", "210690"]), "sites": SITES}
)
PAPERS = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(["phyto", "ephyto", "health"]),
            "number": st.just("N"),
            "issuer": st.sampled_from(["VN", "TH"]),
            "issued": st.sampled_from(["2025-11-01", "2025-12-01"]),
        }
    ),
    max_size=3,
)


@given(st.lists(ITEMS, min_size=1, max_size=3), PAPERS, st.dates(date(2021, 1, 1), date(2027, 12, 31)))
def test_an_item_more_never_mends_a_refusal(items: list[Any], papers: list[Any], on: date) -> None:
    """A load is no better than its parts: what is refused alone is refused in company."""
    book = shipped_book()
    order = list(Standing)[::-1]
    whole = check_shipment(shipment(items=items, certificates=papers), book, on=on).standing
    parts = [check_shipment(shipment(items=[item], certificates=papers), book, on=on).standing for item in items]
    assert min(order.index(part) for part in parts) >= order.index(whole)


@given(st.text(max_size=40))
def test_any_site_code_is_answered(code: str) -> None:
    """Whatever stands in the field, it is a finding and never a crash."""
    if code:
        assert codes(shipment(items=[DURIAN | {"sites": [code]}]))
