"""High-water marks in a file: what is torn, missing, old, shared, unreadable or on a full disk never lowers one."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.pair import Node, pair, push
from gatepair.adapters import marks as module
from gatepair.adapters.marks import SLOT_BYTES, MarkFile
from gatepair.base.errors import InvariantBroken, StorageUnavailable
from gatepair.exchange.messages import Lane
from gatepair.node.link_state import MARKS_LOST, MARKS_OLD, RESTORED
from gatepair.node.link_suspicion import suspicions
from gatepair.node.ports import Mark

NAME = "signed/normal"
NOBODY = 65_534


def mark(size: int, *, epoch: int = 1) -> Mark:
    return Mark(epoch, size, bytes([size % 256]) * 32)


def begun(path: Path) -> MarkFile:
    """Return the marks of a new post."""
    made = MarkFile(path)
    made.begin()
    return made


def raised(marks: MarkFile, size: int, *, name: str = NAME) -> None:
    marks.raise_to({name: mark(size)})


def sizes(path: Path) -> dict[str, int] | None:
    """Return what another life reads; None when it is lost."""
    read = MarkFile(path)
    return None if read.kept is None else {name: kept.size for name, kept in read.kept.items()}


# --- what lasts ----------------------------------------------------------------------------------


def test_a_new_post_has_marks_that_say_that_nothing_was_signed(tmp_path: Path) -> None:
    """Begun, they are not lost, and no mark is set; without the file they are lost."""
    path = tmp_path / "marks"
    assert MarkFile(path).lost
    assert not begun(path).lost
    assert {} == sizes(path)
    assert 0o600 == path.stat().st_mode & 0o777


@given(raises=st.lists(st.tuples(st.sampled_from(["signed/normal", "held/bulk"]), st.integers(0, 50)), max_size=12))
def test_marks_only_grow_and_outlive_the_process(
    raises: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """After any raises another life reads the highest of each name, and so does this one."""
    path = tmp_path_factory.mktemp("marks") / "marks"
    marks, highest = begun(path), dict[str, int]()
    for name, size in raises:
        raised(marks, size, name=name)
        highest[name] = max(size, highest.get(name, 0))
        assert {name: mark(highest[name])} == {name: marks.get(name)}
    assert highest == sizes(path)


def test_a_later_epoch_outweighs_a_larger_size(tmp_path: Path) -> None:
    """Marks are compared by epoch first."""
    marks = begun(tmp_path / "marks")
    marks.raise_to({NAME: mark(9)})
    marks.raise_to({NAME: mark(1, epoch=2)})
    marks.raise_to({NAME: mark(20)})
    assert mark(1, epoch=2) == MarkFile(tmp_path / "marks").get(NAME)


def test_a_mark_below_what_is_kept_costs_no_write(tmp_path: Path) -> None:
    """The file is not touched."""
    marks = begun(tmp_path / "marks")
    raised(marks, 5)
    before = (tmp_path / "marks").read_bytes()
    raised(marks, 5)
    raised(marks, 3)
    assert before == (tmp_path / "marks").read_bytes()


# --- torn, damaged, missing ----------------------------------------------------------------------


@given(cut=st.integers(0, SLOT_BYTES - 1), junk=st.binary(min_size=1, max_size=1))
def test_a_torn_write_leaves_the_mark_before(cut: int, junk: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever of the last slot reached the disk, the one before it stands, and the next write does not touch that."""
    path = tmp_path_factory.mktemp("marks") / "marks"
    marks = begun(path)
    for size in (1, 2, 3):
        raised(marks, size)
    whole = path.read_bytes()
    raised(marks, 4)
    after = path.read_bytes()
    torn = bytearray(after)
    slot = next(start for start in (0, SLOT_BYTES) if torn[start : start + 99] != whole[start : start + 99])
    torn[slot + cut : slot + SLOT_BYTES] = junk * (SLOT_BYTES - cut)
    path.write_bytes(torn)
    again = MarkFile(path)
    used = slot + 34 + int.from_bytes(after[slot + 32 : slot + 34], "big")
    assert {NAME: 4 if torn[slot:used] == after[slot:used] else 3} == sizes(path)
    standing = bytes(torn[SLOT_BYTES - slot : 2 * SLOT_BYTES - slot])
    if {NAME: 3} == sizes(path):
        raised(again, 5)
        assert standing == path.read_bytes()[SLOT_BYTES - slot : 2 * SLOT_BYTES - slot]
        assert {NAME: 5} == sizes(path)


@pytest.mark.parametrize("content", [b"", b"\0" * 2 * SLOT_BYTES, b"x" * 100, os.urandom(2 * SLOT_BYTES)])
def test_a_file_of_which_neither_slot_can_be_read_is_lost(tmp_path: Path, content: bytes) -> None:
    """It is never taken for that of a new post."""
    path = tmp_path / "marks"
    path.write_bytes(content)
    assert MarkFile(path).lost
    assert sizes(path) is None


def test_a_slot_of_another_form_is_not_read(tmp_path: Path) -> None:
    """A digest that fits makes no mark of what is none: roots are hex, sizes are no less than 0."""
    path = tmp_path / "marks"
    for text in (b'{"marks":{"a":[1,1,"0g"]},"number":3}', b'{"marks":{"a":[1,-1,""]},"number":3}', b"[]"):
        content = len(text).to_bytes(2, "big") + text
        path.write_bytes((module.sha256(content).digest() + content).ljust(SLOT_BYTES, b"\0"))
        assert MarkFile(path).lost


def test_a_file_that_vanishes_is_made_again_in_full(tmp_path: Path) -> None:
    """The next write has every mark, not only the one that grew."""
    path = tmp_path / "marks"
    marks = begun(path)
    raised(marks, 4)
    path.unlink()
    raised(marks, 2, name="held/bulk")
    assert {NAME: 4, "held/bulk": 2} == sizes(path)


def test_more_marks_than_a_page_holds_are_a_broken_rule(tmp_path: Path) -> None:
    """A write that could be torn within one slot is refused before it begins."""
    marks = begun(tmp_path / "marks")
    with pytest.raises(InvariantBroken):
        marks.raise_to({f"signed/{number:03d}": mark(number) for number in range(60)})
    assert {} == sizes(tmp_path / "marks")


# --- two writers ---------------------------------------------------------------------------------


def test_two_writers_never_lower_each_others_marks(tmp_path: Path) -> None:
    """One ledger has one signer; should a second process run all the same, what either marked stays."""
    path = tmp_path / "marks"
    first = begun(path)
    second = MarkFile(path)
    raised(first, 7)
    raised(second, 3)
    raised(second, 4, name="held/bulk")
    raised(first, 8)
    assert {NAME: 8, "held/bulk": 4} == sizes(path)
    assert mark(7) == second.get(NAME)
    assert mark(4) == first.get("held/bulk")


# --- a disk that does not do as asked --------------------------------------------------------------


@contextmanager
def somebody_else() -> Iterator[None]:
    """Act as a user who owns nothing here."""
    if os.geteuid():
        pytest.skip("only root can act as somebody else")
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_of_another_owner_is_refused_with_its_name(tmp_path: Path) -> None:
    """It is neither read as lost nor written: the post does not start, or signs nothing."""
    path = tmp_path / "marks"
    marks = begun(path)
    with somebody_else():
        for act in (lambda: MarkFile(path), lambda: raised(marks, 2)):
            with pytest.raises(StorageUnavailable) as refused:
                act()
            assert str(path) in refused.value.message
    assert marks.get(NAME) is None
    assert {} == sizes(path)


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    """What cannot be a file of marks is no lost one."""
    with pytest.raises(StorageUnavailable, match="cannot be read"):
        MarkFile(tmp_path)


def test_a_full_disk_signs_nothing_and_room_mends_it(little_disk: Path) -> None:
    """The error says so, what was marked stands, and the mark that failed can be set when there is room."""
    path, ballast = little_disk / "marks", little_disk / "ballast"
    with pytest.raises(OSError, match="space"):
        ballast.write_bytes(bytes(2_000_000))
    with pytest.raises(StorageUnavailable, match="cannot be written"):
        MarkFile(path).begin()
    ballast.unlink()
    marks = begun(path)
    raised(marks, 1)
    assert {NAME: 1} == sizes(path)


def test_a_write_cut_short_is_no_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that takes half a slot has taken nothing; the mark before stands."""
    marks = begun(tmp_path / "marks")
    raised(marks, 1)
    whole = os.pwrite
    monkeypatch.setattr(module.os, "pwrite", lambda fd, raw, offset: whole(fd, raw[:40], offset))
    with pytest.raises(StorageUnavailable):
        raised(marks, 2)
    monkeypatch.undo()
    assert {NAME: 1} == sizes(tmp_path / "marks")
    raised(marks, 2)
    assert {NAME: 2} == sizes(tmp_path / "marks")


def test_a_flush_that_fails_never_costs_the_slot_that_lasts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written without a flush may be gone, so the next write goes there and not to the other slot."""
    path = tmp_path / "marks"
    marks = begun(path)
    raised(marks, 1)
    before = path.read_bytes()
    monkeypatch.setattr(module, "_flush", failing)
    for size in (2, 3):
        with pytest.raises(StorageUnavailable):
            raised(marks, size)
        assert mark(1) == marks.get(NAME)
    monkeypatch.undo()
    raised(marks, 4)
    after = path.read_bytes()
    untouched = [
        start for start in (0, SLOT_BYTES) if before[start : start + SLOT_BYTES] == after[start : start + SLOT_BYTES]
    ]
    assert 1 == len(untouched)
    path.write_bytes(after[untouched[0] : untouched[0] + SLOT_BYTES])
    assert {NAME: 1} == sizes(path)


def failing(_: int) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


# --- beside a ledger -----------------------------------------------------------------------------


def suspected(node: Node, path: Path) -> dict[Lane, str]:
    """Return why each lane of ``node`` may not be signed for, by the marks in ``path``."""
    with node.ledger.read() as reader:
        return {lane: found.reason for lane, found in suspicions(reader, list(Lane), MarkFile(path)).items()}


def test_marks_older_or_younger_than_the_ledger_are_found_out(tmp_path: Path) -> None:
    """An old copy of the file, a lost one, and a file beyond the ledger each stop the lane for their reason."""
    path = tmp_path / "marks"
    north, south = pair()
    north.link._marks = begun(path)
    old = path.read_bytes()
    backup = north.backup()
    north.say()
    push(north, south)
    assert {} == suspected(north, path)
    young = path.read_bytes()
    path.write_bytes(old)
    assert {Lane.NORMAL: MARKS_OLD} == suspected(north, path)
    path.unlink()
    assert {MARKS_LOST} == {*suspected(north, path).values()} - {MARKS_OLD}
    path.write_bytes(young)
    north.ledger._kept = backup._kept
    assert {Lane.NORMAL: RESTORED} == suspected(north, path)
