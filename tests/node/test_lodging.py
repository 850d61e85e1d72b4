"""Declarations lodged for a crossing: read, checked and assessed by the post, kept with what came of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clearance.assessing.dossiers import FORM_E, dossier, goods
from gatepair.adapters.assessing import Assessor
from gatepair.adapters.formats.wco import write_wco
from gatepair.base.duties import Duty
from gatepair.crossing.state import Crossing
from gatepair.node.visibility import shown_event
from node.pair import HOME, OTHER, Pair, declaration

PAPERS = {"items": [{"item": 1, "proofs": [FORM_E]}]}


def text(*items: dict[str, Any], papers: dict[str, Any] | None = None, **changes: Any) -> str:
    """Return a dossier of ``items`` as its declarant sends it."""
    return msgspec.json.encode(dossier(*(items or (goods(),)), papers=papers or {}, **changes)).decode()


def known(pair: Pair, post: str, crossing: str) -> Crossing:
    """Return a crossing as ``post`` knows it."""
    found = pair.posts[post].standing.tracked(crossing, None)
    assert found is not None
    return found.crossing


@pytest.fixture
def pair() -> Pair:
    """Give both posts at opening time."""
    return Pair()


@pytest.fixture
def crossing(pair: Pair) -> str:
    """Give a crossing that is declared at one post and announced at the other."""
    found = pair.declare(declaration=declaration())
    pair.pass_time()
    return found


def codes(answer: Any) -> list[str]:
    return [finding["code"] for finding in answer.findings]


def test_an_import_is_kept_with_its_duty_where_it_comes_in(pair: Pair, crossing: str) -> None:
    """Durians with Form E into China: no duty, 6,390 yuan of VAT, 14,200 saved, by named sheets."""
    pair.do(pair.other, "trader", "LodgeDeclaration", crossing=crossing, declaration_text=text(papers=PAPERS))
    (lodged,) = known(pair, OTHER, crossing).lodged
    assert ("CN", 0, 639_000, 1_420_000) == (
        lodged.importing, lodged.duty_minor, lodged.total_minor, lodged.saved_minor,
    )  # fmt: skip
    assert (["acfta"], "trader-1", True) == (
        [item.option for item in lodged.items], lodged.actor, any(name.startswith("cn-acfta-") for name in lodged.sheets),
    )  # fmt: skip


def test_an_export_owes_nothing_here(pair: Pair, crossing: str) -> None:
    """The duty of the other side is not reckoned at the post where goods leave, and the result says so."""
    pair.do(pair.home, "trader", "LodgeDeclaration", crossing=crossing, declaration_text=text())
    (lodged,) = known(pair, HOME, crossing).lodged
    assert (None, True) == (lodged.duty_minor, "assessment.other_country" in lodged.premises)


def test_xml_is_lodged_like_json(pair: Pair, crossing: str) -> None:
    """Whatever format is read may be lodged."""
    xml = write_wco(dossier(goods()).declaration).decode()
    pair.do(pair.other, "trader", "LodgeDeclaration", crossing=crossing, declaration_text=xml)
    assert 1_420_000 == known(pair, OTHER, crossing).lodged[0].duty_minor


def test_a_later_one_of_the_same_reference_takes_its_place(pair: Pair, crossing: str) -> None:
    """A mended declaration counts instead of the first; the same again is refused; another reference stands beside it."""
    first, mended = text(), text(papers=PAPERS)
    other = text(functional_reference_id="SYN-2")
    for each in (first, mended, other):
        pair.do(pair.other, "trader", "LodgeDeclaration", crossing=crossing, declaration_text=each)
    again = pair.say(pair.other, "trader", "LodgeDeclaration", crossing=crossing, declaration_text=other)
    assert ["crossing.nothing_changed"] == codes(again)
    assert [("SYN-1", 0), ("SYN-2", 1_420_000)] == [
        (one.reference, one.duty_minor) for one in known(pair, OTHER, crossing).lodged
    ]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("{}{", "crossing.lodged_unread"),
        ("<nothing/>", "crossing.lodged_unread"),
        (text(functional_reference_id=None), "crossing.lodged_no_reference"),
        (text(goods(commodity={})), "check.hs_missing"),
    ],
)
def test_what_is_wrong_keeps_it_out_and_is_told(pair: Pair, crossing: str, sent: str, code: str) -> None:
    """Nothing is kept of a declaration that cannot be read or has an error; every error is told in four languages."""
    answer = pair.say(pair.other, "trader", "LodgeDeclaration", crossing=crossing, declaration_text=sent)
    assert ("refused", True) == (answer.status, code in codes(answer))
    assert [] == [one for one in answer.findings for words in one["text"].values() if "{" in words]
    assert () == known(pair, OTHER, crossing).lodged


def test_two_declarations_in_one_text_are_refused(pair: Pair, crossing: str) -> None:
    """A manifest is no declaration."""
    manifest = "UNB+UNOA:1+S+R+251111:0800+1'UNH+1+CUSCAR:D:95B:UN'BGM+785+M1+9'DTM+137:20251111:102'UNT+4+1'UNZ+1+1'"
    answer = pair.say(pair.other, "trader", "LodgeDeclaration", crossing=crossing, declaration_text=manifest)
    assert codes(answer)[0] in {"crossing.lodged_no_declaration", "crossing.lodged_unread"}


def test_nobody_replaces_what_another_lodged(pair: Pair, crossing: str) -> None:
    """A reference belongs to who lodged it."""
    pair.do(pair.other, "trader", "LodgeDeclaration", crossing=crossing, declaration_text=text())
    answer = pair.say(
        pair.other,
        "trader",
        "LodgeDeclaration",
        crossing=crossing,
        declaration_text=text(papers=PAPERS),
        actor="trader-2",
    )
    assert ["crossing.lodged_by_another"] == codes(answer)


def test_at_home_only_the_declarant_lodges(pair: Pair, crossing: str) -> None:
    """Another trader has no say over a crossing that was declared here."""
    answer = pair.say(
        pair.home, "trader", "LodgeDeclaration", crossing=crossing, declaration_text=text(), actor="trader-2"
    )
    assert "not_permitted" == answer.error


def test_an_empty_vehicle_has_none(pair: Pair) -> None:
    """There is nothing to declare on an empty vehicle."""
    empty = declaration() | {"regime": "empty", "goods": []}
    crossing = pair.declare(declaration=empty, load="empty", lane_kind="empties", route="r1116-1117")
    answer = pair.say(pair.home, "trader", "LodgeDeclaration", crossing=crossing, declaration_text=text())
    assert ["crossing.lodged_for_empty"] == codes(answer)


def test_names_in_it_are_for_those_who_may_see_them() -> None:
    """The declaration's text holds firms: it is shown to those who are shown firms, and to nobody else."""
    event = {
        "stream": "crossing/X1",
        "type": "DeclarationLodged/1",
        "payload": {"declaration_text": "SYNTHETIC firm", "lodged": {"reference": "SYN-1"}},
    }
    seen = {duty for duty in Duty if "SYNTHETIC firm" in json.dumps(shown_event(event, duty))}
    assert {Duty.TRADER, Duty.BORDER_GUARD, Duty.QUARANTINE, Duty.CUSTOMS, Duty.AUDITOR} == seen


def test_nothing_of_it_goes_to_the_partner() -> None:
    """What is lodged on one side is no matter of the other's: the partner hears as much as without it."""
    heard = []
    for lodges in (False, True):
        pair = Pair()
        crossing = pair.declare(declaration=declaration())
        pair.pass_time()
        if lodges:
            pair.do(pair.other, "trader", "LodgeDeclaration", crossing=crossing, declaration_text=text())
        pair.pass_time()
        heard.append(pair.home.link.heard_size())
    assert heard[0] == heard[1]


def test_a_damaged_sheet_keeps_nobody_else_from_working(tmp_path: Path) -> None:
    """A sheet changed by hand refuses declarations with a reason, and no other command of the same transaction."""
    (tmp_path / "tariffs").mkdir()
    (tmp_path / "tariffs" / "cn-mfn-2025-01-01-000000000000.tsv").write_text("country: CN\n", "utf-8")
    pair = Pair()
    for post in pair.posts.values():
        post.clearing = Assessor(tmp_path)
    crossing = pair.declare(declaration=declaration())
    answer = pair.say(pair.home, "trader", "LodgeDeclaration", crossing=crossing, declaration_text=text())
    assert ["crossing.lodged_no_tables"] == codes(answer)


def test_the_owner_of_the_vehicle_need_not_be_a_party(pair: Pair) -> None:
    """A haulier who carries another firm's goods is no finding."""
    vehicle = {"tractor": "12C-12345", "trailer": "12R-00123", "owner": "SYNTHETIC Haulage 001"}
    crossing = pair.declare(declaration=declaration(), binding=vehicle)
    pair.do(pair.home, "trader", "LodgeDeclaration", crossing=crossing, declaration_text=text())
    (lodged,) = known(pair, HOME, crossing).lodged
    assert [] == [one.code for one in lodged.findings if one.code == "check.owner_differs"]
