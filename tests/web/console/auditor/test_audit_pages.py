"""The auditor's pages over a real post: found, opened and recorded; verified, also when somebody tampered; given away."""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import io
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator

import msgspec
import pytest

from gatepair import wiring
from gatepair.base.duties import Duty
from gatepair.base.findings import LANGUAGES
from gatepair.base.pruned import regrow
from gatepair.exchange.evidence import decode_evidence
from gatepair.node import audit_search, audit_verify
from gatepair.node.audit_desk import AuditDesk
from gatepair.node.audit_search import Sought, search
from gatepair.web.console.menu import AUDIT
from web.console.desks import PEOPLE, POST, Desk, desk_at

PATHS = ("/audit", "/audit/verify", "/audit/evidence", "/audit/reads", "/audit/export", "/audit/keys")
FILES = ("/audit/entries.jsonl", "/audit/search.csv", "/audit/reads.csv")


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with desk_at(tmp_path_factory.mktemp("audit")) as found, found.client() as client:
        found.everyone = client
        found.crossing = found.arrived(1)
        yield found


@pytest.fixture
def auditor(desk):
    """Return the client with the session of an auditor."""
    desk.enter(desk.everyone, Duty.AUDITOR)
    yield desk.everyone
    desk.everyone.cookies.clear()


def declared(desk) -> int:
    """Return the position at which the vehicle was declared."""
    return desk.post.audit_desk.search(Sought(type="CrossingDeclared", stream=f"crossing/{desk.crossing}")).rows[0][
        "position"
    ]


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


@pytest.mark.parametrize("duty", sorted(set(PEOPLE) - AUDIT))
def test_the_audit_is_for_auditors(desk, duty):
    """Every page and file of it is shut for every other duty."""
    client = desk.everyone
    desk.enter(client, duty)
    paths = (*PATHS, *FILES, "/audit/entries/1", f"/audit/evidence/{desk.crossing}")
    assert {403} == {client.get(path).status_code for path in paths}
    client.cookies.clear()


def test_a_stranger_is_led_to_the_log_in_and_the_auditor_to_the_audit(desk, auditor):
    """The audit is where an auditor begins."""
    assert 200 == auditor.get("/audit").status_code
    auditor.cookies.clear()
    assert "/login?next=%2Faudit" == auditor.get("/audit", follow_redirects=False).headers["location"]


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ("type=CrossingDeclared", {"CrossingDeclared/2"}),
        ("type=PlaceTaken/1", {"PlaceTaken/1"}),
        ("actor=yard.1", {"VehicleArrived/1"}),
        ("text=12c-00001", {"CrossingDeclared/2", "VehicleArrived/1"}),
        ("since=2025-11-11T00:00&until=2025-11-12T00:00&type=PlaceCalled", {"PlaceCalled/1"}),
        ("until=2025-11-10T00:00", set()),
        ("text=SYNTHETIC+Exporter", set()),
    ],
)
def test_entries_are_found_by_what_they_are(auditor, query, types):
    """By type, actor, text and time; never by a name of a person or firm, which a search does not look at."""
    found = rows(auditor.get(f"/audit/search.csv?{query}").text)
    assert types == {row["type"] for row in found}
    page = auditor.get(f"/audit?{query}&lang=en")
    assert 200 == page.status_code
    assert len(found) == page.text.count('<th scope="row"')


def test_a_crossing_is_found_by_its_reference_the_latest_first(desk, auditor):
    """All that its stream holds, and nothing else."""
    found = rows(auditor.get(f"/audit/search.csv?stream={desk.crossing}").text)
    assert {f"crossing/{desk.crossing}"} == {row["stream"] for row in found}
    positions = [int(row["position"]) for row in found]
    assert sorted(positions, reverse=True) == positions
    assert 4 == len(positions)


def test_a_search_goes_on_where_it_stopped(desk, monkeypatch):
    """Page by page every entry comes once, however little one search looks at."""
    monkeypatch.setattr(audit_search, "SCANNED_MAX", 3)
    found, before = [], 0
    while True:
        hits = desk.post.audit_desk.search(Sought(), before=before)
        assert hits.scanned <= 3
        found += [row["position"] for row in hits.rows]
        if not hits.before:
            break
        before = hits.before
    assert list(range(desk.post.head_position(), 0, -1)) == found


class Counted:
    """A reader that counts how often entries are read through it."""

    def __init__(self, reader) -> None:
        self._reader, self.reads = reader, 0

    def __getattr__(self, name):
        return getattr(self._reader, name)

    def entries(self, **asked):
        self.reads += 1
        return self._reader.entries(**asked)


def test_a_search_from_beyond_the_end_reads_no_more_than_one_from_the_end(desk):
    """A position that somebody made up must not keep a reading thread busy for hours."""
    with desk.post.ledger.read() as reader:
        first, beyond = Counted(reader), Counted(reader)
        assert search(first, Sought()).rows == search(beyond, Sought(), before=999_999).rows
    assert first.reads == beyond.reads


def test_bad_input_is_refused_at_its_place(auditor):
    """A time, a position and a date that are none; what was filled in stays."""
    refused = auditor.get("/audit?since=yesterday&text=12C&lang=en")
    assert (400, True, True) == (
        refused.status_code,
        "</strong> From: <span>date and time" in refused.text,
        'value="12C"' in refused.text,
    )
    assert 400 == auditor.get("/audit?before=x").status_code
    assert 400 == auditor.get("/audit/verify?go=1&day=2025-02-30").status_code
    assert 400 == auditor.get("/audit/verify?go=1&first=9999").status_code
    assert 404 == auditor.get("/audit/entries/9999").status_code
    assert 404 == auditor.get(f"/audit/entries/{10**30}").status_code
    assert 404 == auditor.get("/audit/evidence/X000").status_code


def test_opening_an_entry_with_names_is_recorded_and_stands_among_the_readings(desk, auditor):
    """The auditor is shown firms and no driver, and finds the own reading, as page and as CSV."""
    page = auditor.get(f"/audit/entries/{declared(desk)}?lang=en").text
    assert "SYNTHETIC Exporter" in page
    assert "SYNTHETIC Driver" not in page
    assert "That you read them was recorded." in page
    reads = rows(auditor.get("/audit/reads.csv?duty=auditor").text)
    assert (PEOPLE[Duty.AUDITOR], desk.crossing) == (reads[0]["actor"], reads[0]["crossing"])
    assert "declaration.parties" in reads[0]["fields"]
    shown = auditor.get(f"/audit/reads?text={desk.crossing}&actor={PEOPLE[Duty.AUDITOR]}").text
    assert desk.crossing in shown
    assert [] == rows(auditor.get("/audit/reads.csv?duty=customs").text)


def test_an_entry_shows_its_hashes_as_they_are_computed(desk, auditor):
    """The leaf is the hash of the header on the page, which holds the digest of the payload."""
    page = html.unescape(auditor.get("/audit/entries/5").text)
    header = re.search(r'(\{"actor".*?"version":\d+\})', page).group(1)
    assert hashlib.sha256(b"\x00" + header.encode()).hexdigest() in page
    assert json.loads(header)["payload"] in page.replace(header, "")


def test_the_ledger_is_verified_against_its_signed_checkpoint(auditor):
    """The whole, a range and a day; hashes, root and signature are named."""
    for query in ("go=1", "go=1&first=3&last=9", "go=1&day=2025-11-11"):
        page = auditor.get(f"/audit/verify?{query}&lang=en").text
        assert "Nothing was changed" in page, query
        assert "same root" in page
        assert "vn/huu-nghi" in page


def test_a_checkpoint_that_was_kept_is_held_against_the_ledger_of_today(desk, auditor):
    """What was signed then is where today's ledger begins; one with another root is found out."""
    kept = desk.post.checkpoint()
    desk.arrived(2)
    page = auditor.get("/audit/verify", params={"go": "1", "kept": kept, "lang": "en"}).text
    assert "The ledger of today only added to it." in page
    text, gap, signatures = kept.partition("\n\n")
    origin, size, root = text.split("\n")[:3]
    other = base64.b64encode(bytes(32)).decode()
    false = kept.replace(root, other)
    page = auditor.get("/audit/verify", params={"go": "1", "kept": false, "lang": "en"}).text
    assert "The ledger of today does not begin with what was signed then." in page
    assert "not signed by this ledger" in page
    assert (origin, True) == (text.split("\n")[0], size.isdigit() and bool(gap and signatures))


def test_verifying_goes_on_page_by_page_and_only_in_its_own_session(desk, auditor, monkeypatch):
    """Each page looks at so many entries and hands on how far it came, sealed for this session."""
    monkeypatch.setattr(audit_verify, "PAGE", 5)
    page = auditor.get("/audit/verify?go=1&lang=en").text
    pages = 1
    while found := re.search(r'hx-get="([^"]+)"', page):
        following = html.unescape(found.group(1))
        page = auditor.get(following).text
        pages += 1
    assert -(-desk.post.head_position() // 5) == pages
    assert "Nothing was changed" in page
    desk.log_in(auditor, Duty.AUDITOR)
    assert 400 == auditor.get(following).status_code


@pytest.mark.parametrize("planted", ["payload", "gap", "tail"])
def test_a_change_planted_in_the_file_is_found(desk, tmp_path, planted):
    """A payload rewritten, an entry taken out, and the last entries cut off: each is named at its position."""
    with desk.post.ledger.read() as reader:
        head = reader.head().position
    copy = tmp_path / POST
    shutil.copytree(desk.opened.studies._root.parent, copy, ignore=shutil.ignore_patterns("*-shm"))
    # A ledger that is opened checks its end; this one is changed while it is open, as that of a running post would be.
    ledger = wiring.open_ledger(copy, desk.opened.settings, read_only=True)
    with sqlite3.connect(copy / "ledger.sqlite") as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        match planted:
            case "payload":
                connection.execute("UPDATE entries SET payload = ? WHERE position = 7", (b'{"at_ms":1}',))
            case "gap":
                connection.execute("DELETE FROM entries WHERE position = 7")
            case "tail":
                connection.execute("DELETE FROM entries WHERE position > ?", (head - 2,))
        for _, guard in guards:
            connection.execute(guard)
    tampered = AuditDesk(_Copied(ledger, desk.post))
    walk, fault = tampered.advance(tampered.begin(first=1, last=0))
    ledger.close()
    expected = {"payload": (7, "changed"), "gap": (7, "missing"), "tail": (head - 1, "missing")}[planted]
    assert (expected, expected[0] - 1) == ((fault.position, fault.why), walk.at)


class _Copied:
    """A post whose ledger is a copy: what it signs and holds is that of the real one."""

    def __init__(self, ledger, post) -> None:
        self.ledger = ledger
        self.checkpoint, self.checkpoint_key = post.checkpoint, post.checkpoint_key


def test_a_rewritten_ledger_does_not_give_the_root_that_was_signed(desk):
    """Whoever writes every hash anew makes a chain that holds, and another root than the signed one."""
    walk, fault = desk.post.audit_desk.advance(desk.post.audit_desk.begin(first=1, last=0))
    assert fault is None
    forged = msgspec.structs.replace(walk, tree=walk.tree[:16] + "00" * 32 * walk.size.bit_count())
    assert (True, False) == (
        desk.post.audit_desk.conclude(walk).checkpoint.fits,
        desk.post.audit_desk.conclude(forged).checkpoint.fits,
    )


def test_the_evidence_opens_with_the_verifiers_words_and_is_taken_along(desk, auditor):
    """What it holds, what is proved, under which roots; the file is the one that the verifier read."""
    page = auditor.get(f"/audit/evidence/{desk.crossing}?lang=en").text
    assert "CrossingDeclared/2" in page
    assert any(word in page for word in ("PROVED", "INCOMPLETE"))
    file = auditor.get(f"/audit/evidence/{desk.crossing}/file")
    assert (desk.crossing, True) == (
        decode_evidence(file.content).subject,
        "attachment" in file.headers["content-disposition"],
    )
    assert (
        f"/audit/evidence/{desk.crossing}"
        == auditor.get(f"/audit/evidence?crossing={desk.crossing}", follow_redirects=False).headers["location"]
    )


def test_an_export_proves_itself_and_names_nobody(desk, auditor):
    """With the leaves of its lines the tree regrows to the signed root; names are left out and the leaf stays."""
    first, last = declared(desk), declared(desk) + 3
    answer = auditor.get(f"/audit/export?go=1&first={first}&last={last}")
    header, *lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [first, first + 1, first + 2, last] == [json.loads(line["header"])["position"] for line in lines]
    leaves = [hashlib.sha256(b"\x00" + line["header"].encode()).digest() for line in lines]
    assert [leaf.hex() for leaf in leaves] == [line["leaf"] for line in lines]
    root = regrow(
        header["size"],
        shown=dict(enumerate(leaves, start=first - 1)),
        hashes=[bytes.fromhex(one) for one in header["tree"]],
    )[header["size"]]
    assert base64.b64encode(root).decode() == header["checkpoint"].split("\n")[2]
    assert "SYNTHETIC" not in answer.text
    assert {"driver", "declaration.parties", "binding.owner"} == set(lines[0]["masked"])


def test_an_export_is_bounded(auditor):
    """A range beyond the ledger, an empty one and a day without entries are refused with why."""
    for query in ("first=9&last=3", "first=1&last=99999", "day=2024-01-01"):
        assert 400 == auditor.get(f"/audit/export?go=1&{query}").status_code
        assert 400 == auditor.get(f"/audit/entries.jsonl?{query}").status_code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_speaks_the_language_asked_for(desk, auditor, language):
    """Each page of the audit, with the language in its frame."""
    for path in (*PATHS, "/audit/verify?go=1", f"/audit/entries/{declared(desk)}", f"/audit/evidence/{desk.crossing}"):
        answer = auditor.get(path, params={"lang": language, **({"go": "1"} if "go=1" in path else {})})
        assert (200, True) == (answer.status_code, f'<html lang="{language}">' in answer.text), path
