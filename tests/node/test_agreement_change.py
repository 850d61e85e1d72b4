"""Two real posts go over to a successor of their agreement: entries, staleness, restarts, workers, storage, evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from gatepair.adapters.memory import MemoryLedger
from gatepair.adapters.postgres.engine import PostgresLedger
from gatepair.adapters.sqlite.engine import SqliteLedger
from gatepair.base.findings import Finding
from gatepair.base.time import MINUTE_MS
from gatepair.exchange.agreement import RELEASE_FOR_EXIT, Agreement, Tolerance
from gatepair.exchange.envelope import parse_header
from gatepair.exchange.note import Note
from gatepair.exchange.policy import parse_policy
from gatepair.exchange.report import Verdict
from gatepair.exchange.signer import Ed25519Key
from gatepair.exchange.verify import verify
from gatepair.exchange.versions import family
from gatepair.node.ports import Ledger
from gatepair.node.post import Post
from gatepair.node.reconcile import Hindsight, reconcile
from gatepair.node.reconcile_reading import Site, case_of
from node.pair import HOME, SEEN, Pair, agreement, post_on, seed
from ports.postgres_server import fresh_schema


def successor(pair: Pair, minutes: int, **changes: object) -> Agreement:
    """Return version 2, which takes force in so many minutes, with an overlap of ten."""
    start_ms = pair.home.now() + minutes * MINUTE_MS
    return replace(agreement(), **{"version": 2, "valid_from_ms": start_ms, "overlap_s": 600, **changes})


def give(post: Post, one: Agreement) -> tuple[Finding, ...]:
    """Let ``post`` take in a version that both roots signed; returns what it remarks."""
    lines = tuple(one.sign(each.side, Ed25519Key(seed(f"{each.post}root"))) for each in one.parties)
    return post.take_version(one.encoded(), Note(one.note_text(), lines).to_text())[1]


def written_under(post: Post, crossing: str) -> str:
    """Return the hash of the version that the announcement of ``crossing`` names."""
    with post.ledger.read() as reader:
        rows = reader.own_entries("normal", start=0, limit=1_000)
    headers = [parse_header(row.header) for row in rows]
    return next(
        each.agreement for each in headers if each.subject == crossing and family(each.type) == "crossing.announced"
    )


# --- over the instant, on every storage ----------------------------------------------------


@contextmanager
def memory(_: Path) -> Iterator[Callable[[str], Ledger]]:
    """Give ledgers in memory."""
    yield lambda _: MemoryLedger()


@contextmanager
def sqlite(place: Path) -> Iterator[Callable[[str], Ledger]]:
    """Give ledgers on SQLite below ``place``."""
    with ExitStack() as stack:

        def make(key: str) -> Ledger:
            (place / key).mkdir(exist_ok=True)
            return stack.enter_context(closing(SqliteLedger(place / key)))

        yield make


@contextmanager
def postgres(_: Path) -> Iterator[Callable[[str], Ledger]]:
    """Give ledgers on PostgreSQL, each in a schema of its own."""
    with ExitStack() as stack:

        def make(_: str) -> Ledger:
            dsn, schema = stack.enter_context(fresh_schema())
            return stack.enter_context(closing(PostgresLedger(dsn, schema=schema)))

        yield make


@pytest.mark.parametrize("storage", [memory, sqlite, postgres])
def test_a_pair_goes_over_and_works_on(
    storage: Callable[[Path], AbstractContextManager[Callable[[str], Ledger]]], tmp_path: Path
) -> None:
    """Given to one post, in force at both at the instant; what is said before, in and after the overlap all arrives."""
    with storage(tmp_path) as make:
        pair = Pair(make)
        one = successor(pair, 30)
        assert () == give(pair.home, one)
        pair.pass_time()
        crossings = []
        for number, minutes in enumerate((30, 20, 1)):
            crossings.append(pair.declare(binding={"tractor": f"12C-0000{number}"}))
            pair.pass_time(minutes)
        hashes = [agreement().hash().hex(), one.hash().hex(), one.hash().hex()]
        assert hashes == [written_under(pair.home, crossing) for crossing in crossings]
        with pair.other.ledger.read() as reader:
            assert None not in [pair.other.standing.tracked(crossing, reader) for crossing in crossings]
        for post in pair.posts.values():
            again = post_on(post.ledger, post.key, clock=pair.clocks[post.key])
            assert [True, True] == [each.shared for each in again.link.versions.held]
            assert [one.hash().hex()] == [row["hash"] for row in again.version_table() if row["in_force"]]


def test_another_worker_of_the_post_goes_over_too() -> None:
    """What one worker took in, the others see in the ledger with their next transaction."""
    pair = Pair()
    worker = post_on(pair.home.ledger, HOME, clock=pair.clocks[HOME])
    give(pair.home, successor(pair, 5))
    pair.pass_time()
    pair.pass_time(10)
    pair.posts[HOME] = worker
    crossing = pair.declare()
    assert worker.link.agreement.hash().hex() == written_under(worker, crossing)
    assert 2 == worker.link.agreement.version


# --- what decisions rest on ----------------------------------------------------------------


ANY_AGE = (Tolerance(clause="fresh", max_age_s=150), Tolerance(clause="agreed_anew", any_age=True, officer=True))


def released(pair: Pair) -> str:
    """Return a crossing that stands released at the home gate, accepted over there."""
    crossing = pair.declare()
    pair.to_gate(crossing)
    pair.clear_exit(crossing)
    pair.pass_time()
    return crossing


def test_the_staleness_table_follows_the_version_in_force() -> None:
    """At the instant another clause rules a departure on an old word; the reconciliation knows which ruled when."""
    pair = Pair()
    crossing = released(pair)
    one = successor(pair, 5 * 60, staleness={**agreement().staleness, RELEASE_FOR_EXIT: ANY_AGE})
    give(pair.home, one)
    pair.pass_time()
    pair.cut = True
    depart = {"crossing": crossing, "lane": "freight-1", "seen": SEEN, "confirmed_by": "SYNTHETIC officer"}
    pair.pass_time(4 * 60 + 30)
    assert "refused" == pair.say(pair.home, "yard", "Depart", **depart).status
    pair.pass_time(30)
    (event, *_) = pair.do(pair.home, "yard", "Depart", **depart).events
    assert "agreed_anew" == event.payload["rested"]["clause"]
    pair.cut = False
    pair.pass_time()
    pair.pass_time()
    site = Site(pair.home.plan, HOME, pair.home.link.agreement, pair.home.now(), pair.home.link.versions)
    with pair.home.ledger.read() as reader:
        (row,) = reconcile(case_of(site, reader, since_ms=0, until_ms=pair.home.now()))
    assert Hindsight.UNCLEAR is not row.hindsight


def test_evidence_spans_both_versions() -> None:
    """A crossing announced under the one and accepted under the other is proved from one file that holds both."""
    pair = Pair()
    first = agreement()
    lines = tuple(first.sign(each.side, Ed25519Key(seed(f"{each.post}root"))) for each in first.parties)
    pair.home.signed = ((first.encoded(), Note(first.note_text(), lines).to_text()),)
    give(pair.home, successor(pair, 5))
    pair.pass_time()
    crossing = pair.declare()
    pair.do(pair.home, "driver", "TakePlace", crossing=crossing)
    pair.pass_time(5)
    pair.do(pair.other, "gate_board", "AcceptArrival", crossing=crossing)
    for _ in range(3):
        pair.pass_time()
    policy = "".join(f"root {each.side} {each.root_key}\n" for each in first.parties)
    report = verify(pair.home.evidence(crossing).raw, parse_policy(policy.encode()))
    assert (Verdict.PROVED, ()) == (report.verdict, report.findings)
    assert [f"{first.id}/1", f"{first.id}/2"] == sorted({entry.agreement for entry in report.entries})
