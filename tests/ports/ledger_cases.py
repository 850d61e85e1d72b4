"""The truths that every ledger engine must hold; a test module per engine runs them all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from gatepair.base.canonical import encode
from gatepair.base.entries import GENESIS, Draft, Entry, leaf_of, verified
from gatepair.base.errors import ClaimTaken, InvariantBroken, NotFound, StaleVersion
from gatepair.base.time import Instant
from gatepair.node.ports import Head, Ledger, LogEntry, Remembered, Row, Stamp, Unit

STAMP = Stamp(Instant(1_762_819_200_000), "officer:7", "command-1")


def draft(stream: str, number: int = 0) -> Draft:
    """Return a small fact for ``stream``."""
    return Draft(stream, "Noted/1", encode({"number": number}))


def append(unit: Unit, stream: str, count: int = 1) -> list[Entry]:
    """Append ``count`` facts to ``stream`` wherever it stands."""
    version = unit.version(stream)
    drafts = [draft(stream, version + one) for one in range(count)]
    return unit.append(drafts, expected={stream: version}, stamp=STAMP)


def log_entry(index: int, body: bytes | None = b"body") -> LogEntry:
    """Return a log entry whose bytes name its ``index``."""
    return LogEntry(index, b"header %d" % index, body, bytes([index]) * 32)


class Oops(Exception):
    """Thrown inside a unit to make it roll back."""


def write_everything(unit: Unit) -> None:
    """Write something of every kind, then fail."""
    append(unit, "crossing/A", 3)
    append(unit, "crossing/B")
    unit.remember("command-1", Remembered(b"d", b"a"))
    unit.claim("tractor:A", "A")
    unit.put_row("queue", Row("A", 2, b"[]"))
    unit.put_row("queue", Row("B", 1, b"{}"))
    unit.put_state("account/a", b"1")
    unit.own_append("L", b"h", b"b", b"l" * 32)
    unit.erase_body("L", 0, mirrored=False)
    unit.put_receipt("L", 1, b"note")
    unit.mirror_append("L", [log_entry(0)], b"checkpoint")
    raise Oops


class LedgerCases:
    """Cases for an engine; the fixture ``ledger`` gives one that is empty."""

    @pytest.fixture
    def ledger(self) -> Iterator[Ledger]:
        """Give an empty ledger."""
        raise NotImplementedError

    # -- entries ------------------------------------------------------------------------------

    def test_empty(self, ledger: Ledger) -> None:
        """A new ledger ends at position 0 with the genesis leaf and knows nothing."""
        with ledger.read() as view:
            assert Head(0, GENESIS) == view.head()
            assert [] == view.entries(after=0, limit=10)
            assert [] == view.stream("crossing/X")
            assert 0 == view.version("crossing/X")
            assert None is view.remembered("command-1")
            assert None is view.holder("tractor:A")
            assert None is view.row("queue", "X")
            assert [] == view.rows("queue")
            assert None is view.state("account/a")
            assert (0, None, 0, None) == (
                view.own_size("L"),
                view.receipt("L"),
                view.mirror_size("L"),
                view.mirror_checkpoint("L"),
            )

    def test_append_returns_what_is_kept(self, ledger: Ledger) -> None:
        """The entries that append returns are those that a view reads, with every field."""
        with ledger.begin() as unit:
            made = unit.append(
                [draft("crossing/A", 1), draft("gate/HN", 2), draft("crossing/A", 3)],
                expected={"crossing/A": 0, "gate/HN": 0},
                stamp=STAMP,
            )
        assert [(1, 1), (2, 1), (3, 2)] == [(entry.position, entry.version) for entry in made]
        with ledger.read() as view:
            assert made == view.entries(after=0, limit=10)
            assert [made[0], made[2]] == view.stream("crossing/A")
            assert Head(3, made[2].leaf) == view.head()
            assert (2, 1) == (view.version("crossing/A"), view.version("gate/HN"))
        entry = made[0]
        assert (STAMP.at_ms, STAMP.actor, STAMP.command_id) == (entry.recorded_at_ms, entry.actor, entry.command_id)

    def test_chain(self, ledger: Ledger) -> None:
        """Each entry names the leaf before it over several units, and its own leaf is that of its header."""
        for _ in range(3):
            with ledger.begin() as unit:
                append(unit, "crossing/A", 2)
                append(unit, "crossing/B", 1)
        with ledger.read() as view:
            entries = view.entries(after=0, limit=100)
        assert 9 == len(list(verified(entries)))
        assert entries == list(ledger.verify())
        assert [leaf_of(entry) for entry in entries] == [entry.leaf for entry in entries]

    def test_unit_reads_its_own_writes(self, ledger: Ledger) -> None:
        """Inside a unit every query sees what the unit wrote."""
        with ledger.begin() as unit:
            made = append(unit, "crossing/A", 2)
            assert Head(2, made[1].leaf) == unit.head()
            assert made == unit.stream("crossing/A")
            made += append(unit, "crossing/A", 1)
            assert made == unit.entries(after=0, limit=10)
            assert made[1:2] == unit.entries(after=1, limit=1)
            unit.put_row("queue", Row("A", 1, b"{}"))
            assert Row("A", 1, b"{}") == unit.row("queue", "A")
            unit.put_state("account/a", b"1")
            assert b"1" == unit.state("account/a")
            assert (0, 1) == (unit.own_append("L", b"h", b"b", b"l" * 32), unit.own_size("L"))

    def test_entries_are_paged_by_position(self, ledger: Ledger) -> None:
        """Pages of entries follow each other without gap or repetition, and end."""
        with ledger.begin() as unit:
            append(unit, "crossing/A", 7)
        found: list[int] = []
        with ledger.read() as view:
            while page := view.entries(after=found[-1] if found else 0, limit=3):
                assert len(page) <= 3
                found += [entry.position for entry in page]
        assert [1, 2, 3, 4, 5, 6, 7] == found

    def test_stale_version_records_nothing(self, ledger: Ledger) -> None:
        """An append that expects another version is refused whole, and the unit can go on."""
        with ledger.begin() as unit:
            append(unit, "crossing/A", 2)
        with ledger.begin() as unit:
            with pytest.raises(StaleVersion) as caught:
                unit.append(
                    [draft("crossing/B"), draft("crossing/A")], expected={"crossing/B": 0, "crossing/A": 1}, stamp=STAMP
                )
            assert ("crossing/A", 1, 2) == tuple(caught.value.fields[name] for name in ("stream", "expected", "actual"))
            assert 0 == unit.version("crossing/B")
            append(unit, "crossing/C")
        with ledger.read() as view:
            assert ["crossing/A", "crossing/A", "crossing/C"] == [
                entry.stream for entry in view.entries(after=0, limit=10)
            ]

    def test_a_watched_stream_is_checked(self, ledger: Ledger) -> None:
        """A stream that is expected but not drafted for is checked too: a decision relied on it."""
        with ledger.begin() as unit:
            append(unit, "gate/HN")
            with pytest.raises(StaleVersion):
                unit.append([draft("crossing/A")], expected={"crossing/A": 0, "gate/HN": 0}, stamp=STAMP)

    def test_a_stream_without_expectation_is_a_fault(self, ledger: Ledger) -> None:
        """A draft whose stream has no expected version is a programming error, not a blind append."""
        with ledger.begin() as unit, pytest.raises(InvariantBroken):
            unit.append([draft("crossing/A")], expected={}, stamp=STAMP)

    def test_rollback_leaves_nothing(self, ledger: Ledger) -> None:
        """A unit left by an exception keeps nothing of any kind, and the next one begins as if it had not been."""
        with ledger.begin() as unit:
            first = append(unit, "crossing/A")
            unit.put_row("queue", Row("A", 1, b"{}"))
            unit.own_append("L", b"h", b"b", b"l" * 32)
        with pytest.raises(Oops), ledger.begin() as unit:
            write_everything(unit)
        with ledger.begin() as unit:
            assert first == unit.entries(after=0, limit=10)
            assert 1 == unit.version("crossing/A")
            assert None is unit.remembered("command-1")
            assert None is unit.holder("tractor:A")
            assert [Row("A", 1, b"{}")] == unit.rows("queue")
            assert None is unit.state("account/a")
            assert [LogEntry(0, b"h", b"b", b"l" * 32)] == unit.own_entries("L", start=0, limit=9)
            assert (None, 0, None) == (unit.receipt("L"), unit.mirror_size("L"), unit.mirror_checkpoint("L"))
            second = append(unit, "crossing/A")
        assert first[0].leaf == second[0].previous
        assert 2 == len(list(ledger.verify()))

    def test_a_unit_is_over_when_it_is_over(self, ledger: Ledger) -> None:
        """A unit or a view that is kept beyond its block refuses every use."""
        with ledger.begin() as unit:
            append(unit, "crossing/A")
        with ledger.read() as view:
            view.head()
        with pytest.raises(InvariantBroken):
            unit.put_row("queue", Row("A", 1, b"{}"))
        with pytest.raises(InvariantBroken):
            view.state("account/a")

    # -- commands and claims ------------------------------------------------------------------

    def test_remembered_commands(self, ledger: Ledger) -> None:
        """The answer to a command is kept with its digest, and never replaced."""
        with ledger.begin() as unit:
            unit.remember("command-1", Remembered(b"digest", b"answer"))
            assert Remembered(b"digest", b"answer") == unit.remembered("command-1")
            with pytest.raises(InvariantBroken):
                unit.remember("command-1", Remembered(b"digest", b"another"))
        with ledger.read() as view:
            assert Remembered(b"digest", b"answer") == view.remembered("command-1")

    def test_claims(self, ledger: Ledger) -> None:
        """A claim has one holder until that holder frees it; nobody else can."""
        with ledger.begin() as unit:
            unit.claim("tractor:A", "X1")
            unit.claim("tractor:A", "X1")
            with pytest.raises(ClaimTaken) as caught:
                unit.claim("tractor:A", "X2")
            assert "X1" == caught.value.fields["holder"]
        with ledger.begin() as unit:
            unit.unclaim("tractor:A", "X2")
            assert "X1" == unit.holder("tractor:A")
            unit.unclaim("tractor:A", "X1")
            assert None is unit.holder("tractor:A")
            unit.claim("tractor:A", "X2")
        with ledger.read() as view:
            assert "X2" == view.holder("tractor:A")

    # -- read models and states ---------------------------------------------------------------

    def test_rows_by_sort_and_key(self, ledger: Ledger) -> None:
        """Rows come by sort, then by key in code point order, page after page; models do not mix."""
        wanted = [(-1, "z"), (0, "B"), (0, "a"), (0, "ă"), (0, "口"), (2**62, "a2")]
        with ledger.begin() as unit:
            for sort, key in reversed(wanted):
                unit.put_row("queue", Row(key, sort, b"{}"))
            unit.put_row("other", Row("x", 0, b"{}"))
        found: list[tuple[int, str]] = []
        with ledger.read() as view:
            while page := view.rows("queue", after=found[-1] if found else None, limit=2):
                assert len(page) <= 2
                found += [(row.sort, row.key) for row in page]
        assert wanted == found

    def test_rows_change(self, ledger: Ledger) -> None:
        """A row put again moves to its new place, a dropped one is gone, a cleared model is empty."""
        with ledger.begin() as unit:
            for key in "abc":
                unit.put_row("queue", Row(key, 0, b"{}"))
            unit.put_row("other", Row("x", 0, b"{}"))
        with ledger.begin() as unit:
            unit.put_row("queue", Row("a", 5, b"[1]"))
            unit.drop_row("queue", "b")
            unit.drop_row("queue", "never")
        with ledger.read() as view:
            assert [Row("c", 0, b"{}"), Row("a", 5, b"[1]")] == view.rows("queue")
        with ledger.begin() as unit:
            unit.clear_model("queue")
            assert [] == unit.rows("queue")
            unit.put_row("queue", Row("d", 0, b"{}"))
        with ledger.read() as view:
            assert [Row("d", 0, b"{}")] == view.rows("queue")
            assert [Row("x", 0, b"{}")] == view.rows("other")

    def test_states(self, ledger: Ledger) -> None:
        """States are found by name and by prefix in order, are replaced, and forgotten with None."""
        with ledger.begin() as unit:
            for name in ("account/b", "account/a", "account%", "log/x", "account/口"):
                unit.put_state(name, name.encode())
            unit.put_state("account/a", b"new")
            unit.put_state("log/x", None)
            unit.put_state("never", None)
        with ledger.read() as view:
            assert ["account/a", "account/b", "account/口"] == [name for name, _ in view.states("account/")]
            assert [("account/a", b"new")] == view.states("account/a")
            assert 4 == len(view.states(""))
            assert None is view.state("log/x")

    def test_many_states_at_once(self, ledger: Ledger) -> None:
        """Several named states are kept and asked for in one go; what is not there is left out."""
        with ledger.begin() as unit:
            unit.put_state("a", b"old")
            unit.put_states({"a": b"1", 'b "quoted"': b"2", "ă": b"\x00"})
            assert {"a": b"1", "ă": b"\x00"} == unit.states_named(["a", "ă", "c"])
            unit.put_states({})
        with ledger.read() as view:
            assert {"a": b"1", 'b "quoted"': b"2"} == view.states_named(["a", 'b "quoted"'])
            assert {} == view.states_named([])

    # -- the exchange's logs ------------------------------------------------------------------

    def test_own_log(self, ledger: Ledger) -> None:
        """Our log counts from 0 by lane, and its largest receipt is the one that is shown."""
        with ledger.begin() as unit:
            assert [0, 1, 2] == [unit.own_append("L", b"h%d" % one, b"b", b"l" * 32) for one in range(3)]
            assert 0 == unit.own_append("M", b"h", b"b", b"l" * 32)
            unit.put_receipt("L", 2, b"two")
            unit.put_receipt("L", 1, b"one")
        with ledger.read() as view:
            assert (3, 1) == (view.own_size("L"), view.own_size("M"))
            assert [1, 2] == [entry.index for entry in view.own_entries("L", start=1, limit=9)]
            assert [b"h0"] == [entry.header for entry in view.own_entries("L", start=0, limit=1)]
            assert (2, b"two") == view.receipt("L")
            assert None is view.receipt("M")

    def test_mirror(self, ledger: Ledger) -> None:
        """The mirror grows without a gap and keeps the latest checkpoint; a body may be withheld."""
        with ledger.begin() as unit:
            unit.mirror_append("L", [log_entry(0), log_entry(1, None)], b"at 2")
        with ledger.begin() as unit:
            for wrong in ([log_entry(1)], [log_entry(3)], [log_entry(2), log_entry(4)]):
                with pytest.raises(StaleVersion):
                    unit.mirror_append("L", wrong, b"wrong")
            unit.mirror_append("L", [log_entry(2)], b"at 3")
        with ledger.read() as view:
            assert 3 == view.mirror_size("L")
            assert [log_entry(0), log_entry(1, None), log_entry(2)] == view.mirror_entries("L", start=0, limit=9)
            assert b"at 3" == view.mirror_checkpoint("L")

    def test_erase_body(self, ledger: Ledger) -> None:
        """Erasing forgets a body and nothing else, in our log or the mirror, and needs an entry to be there."""
        with ledger.begin() as unit:
            unit.own_append("L", b"h", b"person", b"l" * 32)
            unit.mirror_append("L", [log_entry(0)], b"at 1")
        with ledger.begin() as unit:
            unit.erase_body("L", 0, mirrored=False)
            unit.erase_body("L", 0, mirrored=True)
            unit.erase_body("L", 0, mirrored=True)
            with pytest.raises(NotFound):
                unit.erase_body("L", 1, mirrored=True)
        with ledger.read() as view:
            assert [LogEntry(0, b"h", None, b"l" * 32)] == view.own_entries("L", start=0, limit=9)
            assert [log_entry(0, None)] == view.mirror_entries("L", start=0, limit=9)

    def test_receipt_over(self, ledger: Ledger) -> None:
        """The first receipt over an entry is the smallest size above its index; none when nothing is receipted yet."""
        with ledger.begin() as unit:
            for size in (2, 5, 9):
                unit.put_receipt("L", size, b"at %d" % size)
        with ledger.read() as view:
            found = [view.receipt_over("L", index) for index in (0, 1, 2, 4, 5, 8, 9)]
        two, five, nine = (2, b"at 2"), (5, b"at 5"), (9, b"at 9")
        assert [two, two, five, five, nine, nine, None] == found

    def test_what_was_scrubbed_is_still_whole(self, ledger: Ledger) -> None:
        """Scrubbing changes nothing that can be read, and can be done again."""
        with ledger.begin() as unit:
            unit.own_append("L", b"h", b"person", b"l" * 32)
            unit.erase_body("L", 0, mirrored=False)
        ledger.scrub()
        ledger.scrub()
        with ledger.read() as view:
            assert [LogEntry(0, b"h", None, b"l" * 32)] == view.own_entries("L", start=0, limit=9)

    # -- together -----------------------------------------------------------------------------

    def test_a_view_stands_still(self, ledger: Ledger) -> None:
        """What is committed after a view was opened is not seen in it; a new view sees it."""
        with ledger.begin() as unit:
            append(unit, "crossing/A", 2)
            unit.put_row("queue", Row("A", 1, b"old"))
        with ledger.read() as view:
            with ledger.begin() as unit:
                append(unit, "crossing/A", 2)
                unit.put_row("queue", Row("A", 1, b"new"))
                unit.put_state("account/a", b"1")
            assert (2, 2, 2) == (view.head().position, view.version("crossing/A"), len(view.stream("crossing/A")))
            assert Row("A", 1, b"old") == view.row("queue", "A")
            assert None is view.state("account/a")
            assert 2 == len(view.entries(after=0, limit=10))
        with ledger.read() as view:
            assert (4, Row("A", 1, b"new")) == (view.head().position, view.row("queue", "A"))

    def test_a_view_does_not_wait_for_the_writer(self, ledger: Ledger) -> None:
        """A view opened while a unit is under way shows what was before the unit."""
        with ledger.begin() as unit:
            append(unit, "crossing/A")
            with ledger.read() as view:
                assert 0 == view.head().position

    def test_position_order_is_commit_order(self, ledger: Ledger) -> None:
        """With several writers a reader never sees a position appear below one it has seen."""
        wrong: list[str] = []
        done = threading.Event()

        def write(name: str) -> None:
            for _ in range(15):
                with suppress(Oops), ledger.begin() as unit:
                    append(unit, f"crossing/{name}", 2)
                    unit.put_state("count", str(unit.head().position).encode())

        def follow() -> None:
            seen = 0
            while not done.is_set() or seen < 90:
                with ledger.read() as view:
                    entries = view.entries(after=seen, limit=1000)
                    if view.state("count") not in {None, str(seen + len(entries)).encode()}:
                        wrong.append("the state and the entries are of different moments")
                if [entry.position for entry in entries] != list(range(seen + 1, seen + 1 + len(entries))):
                    wrong.append(f"a gap after {seen}")
                seen += len(entries)
                if wrong or seen >= 90:
                    return

        writers = [threading.Thread(target=write, args=(name,)) for name in "ABC"]
        follower = threading.Thread(target=follow)
        for thread in (follower, *writers):
            thread.start()
        for thread in writers:
            thread.join()
        done.set()
        follower.join(30)
        assert [] == wrong
        assert 90 == len(list(ledger.verify()))
