"""What every ledger engine checks in the same words, so that no engine is more lenient than another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NoReturn

from gatepair.base.entries import Draft
from gatepair.base.errors import ClaimTaken, InvariantBroken, NotFound, StaleVersion
from gatepair.node.ports import LogEntry


def check_expected(drafts: Sequence[Draft], *, expected: Mapping[str, int], actual: Mapping[str, int]) -> None:
    """Check that every stream stands where the caller saw it and that no draft goes unchecked.

    Raises:
        StaleVersion: naming the first stream, in the order of ``expected``, that is elsewhere.
        InvariantBroken: when a draft's stream has no expected version.
    """
    for draft in drafts:
        if draft.stream not in expected:
            raise InvariantBroken(f"no expected version was given for stream {draft.stream}", stream=draft.stream)
    for stream, version in expected.items():
        if actual[stream] != version:
            raise StaleVersion(
                f"stream {stream} is at version {actual[stream]}, not {version}: read it again and decide again",
                stream=stream,
                expected=version,
                actual=actual[stream],
            )


def check_follows(lane: str, entries: Sequence[LogEntry], *, size: int) -> None:
    """Check that the partner's ``entries`` go on where the mirror of ``lane`` ends, without a gap.

    Raises:
        StaleVersion: at the first index that is not the one due.
    """
    for due, entry in enumerate(entries, start=size):
        if entry.index != due:
            raise StaleVersion(
                f"the mirror of {lane} goes on at index {due}, not {entry.index}", lane=lane, due=due, index=entry.index
            )


def claim_taken(claim: str, holder: str) -> ClaimTaken:
    """Return the error for a ``claim`` that ``holder`` has."""
    return ClaimTaken(f"{claim} is bound to crossing {holder}", claim=claim, holder=holder)


def answered_before(command_id: str) -> InvariantBroken:
    """Return the error for a second answer to one command."""
    return InvariantBroken(f"command {command_id} was answered before", command_id=command_id)


def no_log_entry(lane: str, index: int) -> NotFound:
    """Return the error for an index that log ``lane`` does not have."""
    return NotFound(f"log {lane} has no entry {index}", lane=lane, index=index)


class Ended:
    """Stands where a unit or view had its storage, once it is over."""

    def __getattr__(self, name: str) -> NoReturn:
        """Refuse every use."""
        raise InvariantBroken("this unit or view of the ledger is over; open another")

    def __len__(self) -> NoReturn:
        raise InvariantBroken("this unit or view of the ledger is over; open another")
