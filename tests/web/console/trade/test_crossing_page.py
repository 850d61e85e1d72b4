"""A trader's crossing over a real post: who gets in, what it says, what is refused and how, and the proof to keep."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec
import pytest

from clearance.assessing.dossiers import dossier, goods
from gatepair.base.duties import Duty
from gatepair.exchange.attachments import ATTACHMENT_BYTES_MAX
from web.console.desks import COMMAND, PROOF, Desk, desk_at
from web.real import declare

OTHERS = b"%PDF-1.4 SYNTHETIC paper of somebody else"
PAPER = b"%PDF SYNTHETIC test report <script>alert(1)</script>"


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with desk_at(tmp_path_factory.mktemp("trade")) as found, found.client() as client:
        found.everyone = client
        yield found


def untested(desk: Desk, number: int) -> str:
    """Declare fruit without its test report, in the queue."""
    asked = declare(number)
    asked["declaration"] = {**asked["declaration"], "documents": []}
    crossing = desk.give(Duty.TRADER, asked).crossing
    desk.give(Duty.DRIVER, {"type": "TakePlace", "crossing": crossing})
    return crossing


def sent(client: Any, crossing: str, act: str, files: Any = None, **given: str) -> Any:
    """Send the form of ``act`` of the crossing's page as it stands there, filled in with ``given``."""
    address = f"/trade/crossings/{crossing}"
    page = client.get(f"{address}?lang=en").text
    part = page[page.index(f'action="{address}/{act}#') :]
    hidden = {"proof": PROOF.search(part).group(1), "command_id": COMMAND.search(part).group(1)}
    return client.post(f"{address}/{act}", data={**hidden, **given}, files=files, follow_redirects=False)


def own(desk: Desk, crossing: str) -> dict[str, Any]:
    return desk.post.crossing_view(crossing, desk.actor(Duty.TRADER))


def test_only_its_trader_gets_in(desk, person):
    """A stranger is led to the log-in, another duty is not permitted, a crossing of nobody is not there."""
    address = f"/trade/crossings/{desk.declared(1)}"
    assert 303 == desk.everyone.get(address, follow_redirects=False).status_code
    for duty in (Duty.CUSTOMS, Duty.DRIVER, Duty.AUDITOR):
        client = person(duty)
        assert [403, 403] == [client.get(path).status_code for path in (address, f"{address}/receipt")]
    assert 404 == person(Duty.TRADER).get("/trade/crossings/XAAAAAAAAAAAAAAAAAAAA").status_code


def test_it_says_what_it_waits_for_and_renews_without_names(desk, person):
    """Fruit without its paper: the first words say so and lead to the form; the part that renews names nobody."""
    crossing = untested(desk, 2)
    client = person(Duty.TRADER)
    page = client.get(f"/trade/crossings/{crossing}?lang=en").text
    lead = page[page.index('id="lead"') : page.index('id="way"')]
    assert "test report" in lead
    assert 'href="#documents"' in lead
    before = desk.post.head_position()
    part = client.get(f"/trade/crossings/{crossing}?part=steps").text
    assert 'id="steps"' in part
    assert "SYNTHETIC" not in part
    assert before == desk.post.head_position()


def test_a_document_is_attached_with_its_file_and_comes_back_as_one(desk, person):
    """The post reckons the hash, the place may be called, and the file is handed out as a file to its trader alone."""
    crossing = untested(desk, 3)
    client = person(Duty.TRADER)
    files = {"file": ("paper.pdf", PAPER, "application/pdf")}
    answer = sent(client, crossing, "documents", files=files, kind="test_report", number="SYN-3")
    assert (303, f"/trade/crossings/{crossing}?done=AttachDocument#main") == (
        answer.status_code, answer.headers["location"],
    )  # fmt: skip
    digest = sha256(PAPER).hexdigest()
    assert [("test_report", digest)] == [
        (one["kind"], one["sha256"]) for one in own(desk, crossing)["declaration"]["documents"]
    ]
    address = f"/trade/crossings/{crossing}/documents/{digest}"
    assert digest in client.get(f"/trade/crossings/{crossing}").text
    got = client.get(address)
    assert (PAPER, "application/octet-stream") == (got.content, got.headers["content-type"])
    assert got.headers["content-disposition"].startswith("attachment")
    assert 404 == client.get(f"/trade/crossings/{desk.declared(4)}/documents/{digest}").status_code
    assert 403 == person(Duty.CUSTOMS).get(address).status_code


def test_what_an_agency_lists_is_not_the_traders_to_read(desk, person):
    """The photo of an inspection is for those who decide; its digest alone opens nothing."""
    crossing = desk.arrived(5)
    photo = b"\xff\xd8\xff SYNTHETIC photo"
    digest = sha256(photo).hexdigest()
    one = {"sha256": digest, "size_bytes": len(photo), "media_type": "image/jpeg", "kind": "photo"}
    desk.give(Duty.CUSTOMS, {"type": "ListAttachments", "crossing": crossing, "attachments": [one]})
    keys = {"Authorization": f"Bearer {desk.session(Duty.CUSTOMS)}"}
    assert 200 == desk.everyone.put(f"/v1/attachments/{digest}", content=photo, headers=keys).status_code
    assert 404 == person(Duty.TRADER).get(f"/trade/crossings/{crossing}/documents/{digest}").status_code


def test_knowing_a_digest_is_not_having_the_file(desk, person):
    """A document that is named by another's digest stands in the crossing, and its file stays with who brought it."""
    crossing = untested(desk, 6)
    digest = sha256(OTHERS).hexdigest()
    keys = {"Authorization": f"Bearer {desk.session(Duty.CUSTOMS)}"}
    assert 200 == desk.everyone.put(f"/v1/attachments/{digest}", content=OTHERS, headers=keys).status_code
    named = {"kind": "test_report", "number": "SYN-6", "issuer": "", "sha256": digest}
    desk.give(Duty.TRADER, {"type": "AttachDocument", "crossing": crossing, "document": named})
    address = f"/trade/crossings/{crossing}/documents/{digest}"
    assert 404 == person(Duty.TRADER).get(address).status_code
    keys = {"Authorization": f"Bearer {desk.session(Duty.TRADER)}"}
    assert 200 == desk.everyone.put(f"/v1/attachments/{digest}", content=OTHERS, headers=keys).status_code
    assert OTHERS == person(Duty.TRADER).get(address).content


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "trade.file_missing"), (b"0" * (ATTACHMENT_BYTES_MAX + 1), "trade.file_too_large")]
)
def test_a_file_that_cannot_be_taken_loses_nothing_of_the_form(desk, person, content, code):
    """The finding stands over the form in the reader's language, and what was typed is still there."""
    crossing = untested(desk, 10 + len(code))
    files = {"file": ("paper.pdf", content, "application/pdf")}
    answer = sent(person(Duty.TRADER), crossing, "documents", files=files, kind="phyto", number="KEPT-77")
    assert 422 == answer.status_code
    assert code in answer.text
    assert 'value="KEPT-77"' in answer.text
    assert '<option value="phyto" selected>' in answer.text


def test_a_window_is_booked_and_moved(desk, person):
    """The page offers free windows; a window that is none is refused with its reason."""
    crossing = untested(desk, 40)
    client = person(Duty.TRADER)
    page = client.get(f"/trade/crossings/{crossing}?lang=en").text
    codes = re.findall(r'<option value="(\d+-\d+)"', page)
    for code in (codes[2], codes[4]):
        assert 303 == sent(client, crossing, "BookSlot", window=code).status_code
        assert [int(part) for part in code.split("-")] == list(own(desk, crossing)["slot"])
    refused = sent(client, crossing, "BookSlot", window="1000-2000")
    assert 422 == refused.status_code
    assert "slot.not_a_window" in refused.text
    assert 400 == sent(client, crossing, "BookSlot", window="now").status_code


def test_another_trailer_costs_the_place_and_must_be_known_to(desk, person):
    """Without the tick nothing is done; with it the place is gone and the page says why."""
    crossing = untested(desk, 50)
    client = person(Duty.TRADER)
    given = {"binding.tractor": "12C-00050", "binding.trailer": "12R-77777", "reason": "flat tyre"}
    refused = sent(client, crossing, "ChangeBinding", **given)
    assert (422, True) == (refused.status_code, "trade.loss_not_known" in refused.text)
    assert "12R-77777" in refused.text
    assert f'href="/trade/crossings/{crossing}?lang=vi"' in refused.text
    assert own(desk, crossing)["place"]
    assert 303 == sent(client, crossing, "ChangeBinding", known="yes", **given).status_code
    assert "place" not in own(desk, crossing)
    page = client.get(f"/trade/crossings/{crossing}?lang=en").text
    assert "the place belongs to the vehicle" in page[page.index('id="lead"') : page.index('id="way"')]


def test_a_field_is_corrected_and_a_crossing_withdrawn(desk, person):
    """A number stays a number; after the withdrawal no form is left."""
    crossing = untested(desk, 60)
    client = person(Duty.TRADER)
    given = {"path": "goods.0.packages", "value": "990", "reason": "counted again"}
    assert 303 == sent(client, crossing, "CorrectField", **given).status_code
    assert 990 == own(desk, crossing)["declaration"]["goods"][0]["packages"]
    assert (
        303
        == sent(
            client, crossing, "CorrectField", path="parties.importer", value="SYNTHETIC B", reason="name"
        ).status_code
    )
    assert "SYNTHETIC B" == own(desk, crossing)["declaration"]["parties"]["importer"]
    assert 303 == sent(client, crossing, "CancelCrossing", reason="the buyer is gone").status_code
    page = client.get(f"/trade/crossings/{crossing}?lang=en").text
    assert "the buyer is gone" in page
    assert '<form action="/trade' not in page


def test_the_receipt_holds_position_and_hash_and_is_kept_as_a_file(desk, person):
    """What stands on the receipt is what stands in the ledger; the kept file loads nothing."""
    crossing = untested(desk, 70)
    client = person(Duty.TRADER)
    (first, *_) = desk.post.told(crossing, desk.actor(Duty.TRADER))["entries"]
    page = client.get(f"/trade/crossings/{crossing}/receipt?lang=en").text
    assert first["leaf"] in page
    assert f">{first['position']}<" in page
    kept = client.get(f"/trade/crossings/{crossing}/receipt?keep=1")
    assert kept.headers["content-disposition"] == f'attachment; filename="gatepair-{crossing}.html"'
    assert [] == re.findall(r'(?:src|href)="(?!data:)', kept.text)
    assert "data:image/svg+xml" in kept.text
    assert "&#34;" not in kept.text[kept.text.index("<style>") : kept.text.index("</style>")]


def test_a_goods_declaration_is_lodged_and_what_came_of_it_stands_there(desk, person):
    """As a file or pasted; one that cannot be read is refused, and what was pasted is still there."""
    crossing = untested(desk, 75)
    client = person(Duty.TRADER)
    raw = msgspec.json.encode(dossier(goods()))
    answer = sent(client, crossing, "declaration", files={"file": ("declaration.json", raw, "application/json")})
    assert 303 == answer.status_code, answer.text
    (lodged,) = own(desk, crossing)["lodged"]
    page = client.get(f"/trade/crossings/{crossing}?lang=en").text
    part = page[page.index('id="lodge"') : page.index('id="slot"')]
    assert lodged["reference"] in part
    assert lodged["sha256"] in part
    assert "{" not in part
    refused = sent(client, crossing, "declaration", declaration_text="{ this is none")
    assert (422, True) == (refused.status_code, "{ this is none" in refused.text)
    for files, code in (
        (None, "trade.file_missing"),
        ({"file": ("a.zip", b"PK\xff", "application/zip")}, "trade.file_not_text"),
    ):
        assert code in sent(client, crossing, "declaration", files=files).text


def test_no_act_of_another_duty_is_to_be_had_here(desk, person):
    """Release has no address here, and a form of somebody else's session is none."""
    crossing = untested(desk, 80)
    client = person(Duty.TRADER)
    page = client.get(f"/trade/crossings/{crossing}").text
    given = {"proof": PROOF.search(page).group(1), "command_id": "0" * 24}
    assert 404 == client.post(f"/trade/crossings/{crossing}/Release", data=given).status_code
    assert 403 == client.post(f"/trade/crossings/{crossing}/TakePlace", data={**given, "proof": "0" * 32}).status_code
