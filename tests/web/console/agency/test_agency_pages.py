"""The agencies' desks over a real post: filters, the next crossing, release as the last act, pictures, two persons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256

import pytest

from gatepair.adapters.attachments import AttachmentFolder
from gatepair.base.duties import AGENCIES, Duty
from gatepair.node.permissions import COMMAND_DUTIES
from gatepair.web.console import acts
from gatepair.web.console.agency.desk_routes import Wanted, next_after
from gatepair.web.console.agency.offer import GROUPS
from gatepair.web.routes.attachments import PICTURE_BYTES_MAX, READERS, picture_type
from gatepair.web.routes.crossings import WORKERS
from web.console.desks import COMMAND, PEOPLE, PROOF, Desk, desk_at
from web.real import POST

BAY = "hn-exit-inspection"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    directory = tmp_path_factory.mktemp("agency")
    with desk_at(directory) as found, found.client() as client:
        found.everyone = client
        found.folder = AttachmentFolder(directory / POST, spared_bytes=0)
        yield found


def english(client, address: str) -> str:
    """Return the English page at ``address``."""
    mark = "&" if "?" in address else "?"
    answer = client.get(f"{address}{mark}lang=en")
    assert 200 == answer.status_code
    return answer.text


def sent(client, address: str, act: str, **given):
    """Send the form of ``act`` as it stands on the page of a crossing."""
    page = english(client, address)
    part = page[page.index(f'action="{address}/{act}"') :]
    found = {"proof": PROOF.search(part).group(1), "command_id": COMMAND.search(part).group(1)}
    return client.post(f"{address}/{act}", data={**found, **given}, follow_redirects=False)


def ready(desk: Desk, number: int) -> str:
    """Return a crossing for which everything but customs' release is done."""
    crossing = desk.arrived(number)
    about = {"crossing": crossing}
    for duty in (Duty.BORDER_GUARD, Duty.HEALTH, Duty.QUARANTINE):
        desk.give(duty, {"type": "Decide", **about, "verdict": "clear"})
    desk.give(Duty.CUSTOMS, {"type": "AssignChannel", **about})
    desk.give(Duty.CUSTOMS, {"type": "OrderInspection", **about, "bay": BAY, "reason": "risk"})
    desk.give(Duty.CUSTOMS, {"type": "FinishInspection", **about, "passed": True})
    desk.give(Duty.CUSTOMS, {"type": "Decide", **about, "verdict": "clear"})
    fee = desk.give(Duty.GATE_BOARD, {"type": "AssessFee", **about}).events[0].payload["fee"]
    paid = {"amount_minor": fee["amount_minor"], "currency": fee["currency"], "receipt": "R-1"}
    desk.give(Duty.GATE_BOARD, {"type": "PayFee", **about, **paid})
    return crossing


# --- the work list -------------------------------------------------------------------------

ROWS = [
    {"crossing": "A", "task": "decide", "at": "inside", "direction": "out", "urgent": True, "tractor": "12C-1",
     "trailer": "12R-9"},
    {"crossing": "B", "task": "confirm", "at": "station:x", "direction": "in", "urgent": False, "tractor": "29H-2",
     "trailer": ""},
]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, "AB"),
        ({"task": "decide"}, "A"),
        ({"at": "station:x"}, "B"),
        ({"direction": "in"}, "B"),
        ({"urgent": "1"}, "A"),
        ({"plate": "29h"}, "B"),
        ({"plate": " 12r-9 "}, "A"),
        ({"plate": "12C", "direction": "in"}, ""),
    ],
)
def test_the_filter_finds_what_is_asked(query, found):
    """By task, place, direction, urgency and any part of a plate, together."""
    wanted = Wanted.of(query)
    assert found == "".join(row["crossing"] for row in ROWS if wanted.finds(row))


def test_the_next_crossing_goes_down_the_list_and_round():
    """After each row comes the one below, after the last the first; alone there is none; gone means the first."""
    assert ["B", "A", "A"] == [next_after(ROWS, crossing)["crossing"] for crossing in ("A", "B", "gone")]
    assert next_after(ROWS[:1], "A") is None


def test_the_list_says_why_a_row_is_urgent_and_filters_without_script(desk, person):
    """Perishables are named; the form of the filter keeps what was chosen, and the counts stay those of all."""
    desk.arrived(11)
    desk.arrived(12)
    client = person(Duty.HEALTH)
    page = english(client, "/desk")
    assert "perishable, here for" in page
    one = english(client, "/desk?plate=00012")
    assert ("12C-00012" in one, "12C-00011" in one) == (True, False)
    assert 'value="00012"' in one
    assert "Nothing fits the filter." in english(client, "/desk?direction=in")


def test_next_leads_from_crossing_to_crossing_and_home(desk, person):
    """From the list to the most urgent, from there to the one after it, and to the list when nothing is left."""
    desk.arrived(13)
    desk.arrived(14)
    client = person(Duty.BORDER_GUARD)
    rows = [row["crossing"] for row in desk.post.worklist(desk.actor(Duty.BORDER_GUARD), 100)]
    first = client.get("/desk/next", follow_redirects=False).headers["location"]
    after = client.get(f"/desk/next?after={rows[0]}", follow_redirects=False).headers["location"]
    assert [f"/desk/crossings/{rows[0]}", f"/desk/crossings/{rows[1]}"] == [first, after]
    idle = person(Duty.COMMAND_CENTRE).get("/desk/next", follow_redirects=False).headers["location"]
    assert "/desk?left=none" == idle
    assert "Nothing else waits for you." in english(person(Duty.COMMAND_CENTRE), "/desk?left=none")


# --- acts ----------------------------------------------------------------------------------


def test_every_act_has_one_place_on_the_page():
    """Each act of the table stands in one group; those of the second person stand with what they confirm."""
    grouped = [kind for group in GROUPS.values() for kind in group]
    assert sorted(kind.__name__ for kind in acts.TITLES) == sorted(kind.__name__ for kind in grouped)
    assert set() == set(grouped) & set(acts.OF_SECOND_PERSON)


def test_release_is_on_customs_page_when_all_are_done_and_on_no_other(desk, person):
    """Before, the page says who is missing; then customs alone has the button; for all others the address is shut."""
    early, late = desk.arrived(21), ready(desk, 22)
    client = person(Duty.CUSTOMS)
    page = english(client, f"/desk/crossings/{early}")
    assert f"/desk/crossings/{early}/Release" not in page
    missing = page[page.index("The release waits for:") :].partition("</ul>")[0]
    assert all(name in missing for name in ("border guard", "health quarantine", "plant and animal quarantine"))
    assert f'action="/desk/crossings/{late}/Release"' in english(client, f"/desk/crossings/{late}")
    for duty in PEOPLE:
        if duty is Duty.CUSTOMS:
            continue
        other = person(duty)
        page = other.get(f"/desk/crossings/{late}?lang=en").text
        assert "/Release" not in page, duty
        assert "The release waits for:" not in page
        proof = PROOF.search(page)
        given = {"proof": proof.group(1) if proof else "", "command_id": f"release-as-{duty.value}"}
        assert 403 == other.post(f"/desk/crossings/{late}/Release", data=given).status_code, duty
    address = f"/desk/crossings/{late}"
    assert 303 == sent(person(Duty.CUSTOMS), address, "Release").status_code
    assert desk.post.crossing_view(late, desk.actor(Duty.CUSTOMS))["release"]


def test_what_is_ruled_out_is_not_offered(desk, person):
    """No inspection is finished that was not ordered, no seal opened that is not on; once there, it is offered."""
    crossing = desk.arrived(23)
    address = f"/desk/crossings/{crossing}"
    client = person(Duty.CUSTOMS)
    gone = [f'action="{address}/{act}"' for act in ("FinishInspection", "BreakSeal", "RecordLaboratoryResult")]
    assert [False] * 3 == [one in english(client, address) for one in gone]
    about = {"crossing": crossing}
    desk.give(Duty.CUSTOMS, {"type": "OrderInspection", **about, "bay": BAY, "reason": "risk"})
    desk.give(Duty.CUSTOMS, {"type": "ApplySeal", **about, "number": "c-1", "kind": "customs"})
    expected_at_ms = desk.post.now() + 3_600_000
    sample = {"number": "s-1", "laboratory": "lab-1", "expected_at_ms": expected_at_ms}
    desk.give(Duty.CUSTOMS, {"type": "TakeSample", **about, **sample})
    assert [True] * 3 == [one in english(client, address) for one in gone]


def test_a_verdict_is_given_with_codes_in_words_and_evidence_that_is_there(desk, person):
    """The picker says codes in words; a reading that is here can be named; both stand on the page afterwards."""
    crossing = desk.arrived(24)
    address = f"/desk/crossings/{crossing}"
    station = {"station": "hn-exit-quarantine", "result": "scanned"}
    desk.give(Duty.QUARANTINE, {"type": "RecordCheck", "crossing": crossing, **station})
    client = person(Duty.QUARANTINE)
    page = english(client, address)
    reading = re.search(r'<option value="([^"]*scanned[^"]*)"', page).group(1)
    assert "pest or disease found" in page
    done = sent(client, address, "Decide", verdict="hold", reasons=["pest_found", "residues"], evidence=reading)
    assert 303 == done.status_code
    decided = desk.post.crossing_view(crossing, desk.actor(Duty.QUARANTINE))["decisions"]["quarantine"]
    assert (["pest_found", "residues"], reading) == (list(decided["reasons"]), decided["evidence"])
    after = english(client, f"{address}?done=Decide")
    assert "pest or disease found, residues above the limit" in after
    assert "To change it, decide anew" in after


def test_a_refused_form_comes_back_as_it_was_filled_in(desk, person):
    """A hold without a reason is refused; verdict and evidence stand as they were, and the finding is in words."""
    crossing = desk.arrived(25)
    address = f"/desk/crossings/{crossing}"
    client = person(Duty.HEALTH)
    refused = sent(client, address, "Decide", verdict="hold", evidence="written by hand")
    assert 422 == refused.status_code
    assert "crossing.reasons_missing" in refused.text
    assert 'value="written by hand"' in refused.text
    assert re.search(r'value="hold" checked', refused.text)


# --- two persons ---------------------------------------------------------------------------


def test_a_second_person_confirms_and_the_first_cannot(desk, person):
    """Taking back a release waits: the first sees that it waits and has no button; another of customs has it."""
    crossing = ready(desk, 31)
    address = f"/desk/crossings/{crossing}"
    second = desk.another("customs.2", Duty.CUSTOMS)
    first = person(Duty.CUSTOMS)
    assert 303 == sent(first, address, "Release").status_code
    asked = sent(first, address, "WithdrawRelease", reason="new finding")
    page = english(first, asked.headers["location"])
    assert "not done before another person of your duty confirms it" in page
    assert f'action="{address}/ConfirmAct"' not in page
    proof = PROOF.search(page).group(1)
    own = first.post(f"{address}/ConfirmAct", data={"proof": proof, "command_id": "confirm-my-own-1", "number": "1"})
    assert (422, True) == (own.status_code, "crossing.second_person_needed" in own.text)
    other = person(Duty.CUSTOMS, second)
    assert crossing in english(other, "/desk?task=confirm")
    assert "new finding" in english(other, address)
    assert 303 == sent(other, address, "ConfirmAct", number="1").status_code
    assert "release" not in desk.post.crossing_view(crossing, desk.actor(Duty.CUSTOMS))


# --- declared against seen -----------------------------------------------------------------


def test_what_does_not_agree_is_marked_in_words_and_by_shape(desk, person):
    """Two tonnes more than declared: the page says so beside what the bridge read and the plan's tare."""
    crossing = desk.arrived(41)
    seen = {"tractor": "12C-00041", "trailer": "12R-00041", "gross_mass_kg": 38_000}
    weighing = {"station": "hn-exit-gate", "result": "weighed", "seen": seen}
    desk.give(Duty.YARD, {"type": "RecordCheck", "crossing": crossing, **weighing})
    page = english(person(Duty.CUSTOMS), f"/desk/crossings/{crossing}")
    assert "22,000 (+10.0%)" in page
    assert "bridge 38,000 less vehicle 16,000" in page
    assert "✗ does not agree" in page
    assert "✓ agrees" in page


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0" + bytes(8), "image/jpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", None),
        (b"<html>", None),
        (b"", None),
        (PNG + bytes(PICTURE_BYTES_MAX - len(PNG)), "image/png"),
        (PNG + bytes(PICTURE_BYTES_MAX - len(PNG) + 1), None),
    ],
)
def test_a_picture_is_what_its_content_is(content, kind):
    """The type comes from the first bytes, whatever a declaration says; a page in a picture's clothes is none."""
    assert kind == picture_type(content)


def listed(desk: Desk, number: int, content: bytes, media_type: str) -> str:
    """Return the address of a file of a new crossing."""
    digest = sha256(content).hexdigest()
    desk.folder.put(digest, content)
    crossing = desk.arrived(number)
    one = {"sha256": digest, "size_bytes": len(content), "media_type": media_type, "kind": "photo", "number": "rear"}
    desk.give(Duty.QUARANTINE, {"type": "ListAttachments", "crossing": crossing, "attachments": [one]})
    return f"/desk/crossings/{crossing}/files/{digest}"


def test_a_picture_of_the_crossing_is_shown_to_those_who_decide(desk, person):
    """Inline for the readers of attachments, 403 for all others; no browser may take it for anything else."""
    address = listed(desk, 42, PNG, "image/png")
    for duty in PEOPLE:
        answer = person(duty).get(address, follow_redirects=False)
        assert (200 if duty in READERS else 403) == answer.status_code, duty
    answer = person(Duty.CUSTOMS).get(address)
    kept = {name: answer.headers[name] for name in ("content-type", "x-content-type-options", "content-disposition")}
    assert {"content-type": "image/png", "x-content-type-options": "nosniff", "content-disposition": "inline"} == kept
    page = english(person(Duty.CUSTOMS), address.partition("/files/")[0])
    assert f'<img src="{address}"' in page
    assert f'<img src="{address}"' not in english(person(Duty.YARD), address.partition("/files/")[0])


def test_what_is_no_picture_is_handed_out_as_a_file(desk, person):
    """A page that is declared as a picture runs nowhere: it comes as a file of no type."""
    answer = person(Duty.CUSTOMS).get(listed(desk, 43, b"<script>alert(1)</script>", "image/png"))
    assert ("application/octet-stream", "attachment") == (
        answer.headers["content-type"],
        answer.headers["content-disposition"],
    )


def test_only_what_the_crossing_lists_is_read_at_its_address(desk, person):
    """Another crossing's picture is not found here."""
    mine, other = listed(desk, 44, PNG + b"1", "image/png"), listed(desk, 45, PNG + b"2", "image/png")
    mixed = mine.partition("/files/")[0] + "/files/" + other.rpartition("/")[2]
    assert 404 == person(Duty.CUSTOMS).get(mixed).status_code


# --- the inspection plan -------------------------------------------------------------------


def test_the_inspection_plan_is_for_those_who_work_here(desk, person):
    """Agencies, yard and command centre open it; traders, drivers and auditors do not."""
    for duty in PEOPLE:
        assert (200 if duty in WORKERS else 403) == person(duty).get("/desk/inspections").status_code, duty


def test_the_inspection_plan_shows_one_visit_of_two_agencies(desk, person):
    """Both stand under one vehicle; customs' reason is on customs' page alone; the visit begins by one press."""
    crossing = desk.arrived(51)
    about = {"crossing": crossing, "bay": BAY}
    desk.give(Duty.CUSTOMS, {"type": "OrderInspection", **about, "reason": "partner_word"})
    desk.give(Duty.QUARANTINE, {"type": "OrderInspection", **about, "reason": "pests"})
    address = f"/desk/crossings/{crossing}"
    done = sent(person(Duty.YARD), address, "RecordCheck", station=BAY, result="in_bay")
    assert 303 == done.status_code
    pages = {duty: english(person(duty), "/desk/inspections") for duty in (Duty.CUSTOMS, Duty.HEALTH)}
    assert [1, 1] == [page.count(f'href="{address}"') for page in pages.values()]
    assert [True, False] == ["word of the other side" in page for page in pages.values()]
    assert all("look for pests" in page for page in pages.values())


@pytest.mark.parametrize("duty", AGENCIES)
def test_a_page_offers_nothing_that_the_duty_may_not(desk, person, duty):
    """Every form on the page, by one press or filled in, is one that the one table permits to the duty."""
    crossing = ready(desk, 60 + AGENCIES.index(duty))
    desk.give(Duty.CUSTOMS, {"type": "ApplySeal", "crossing": crossing, "number": "c-1", "kind": "customs"})
    page = english(person(duty), f"/desk/crossings/{crossing}")
    offered = set(re.findall(rf'action="/desk/crossings/{crossing}/(\w+)"', page))
    assert offered
    assert set() == {act for act in offered if duty not in COMMAND_DUTIES[acts.OF_CROSSING[act]]}
