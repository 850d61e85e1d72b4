"""The partner's receipts for our logs, as they are kept.

A receipt is never taken away.  When a mirror key of the partner is revoked, those that it signed above the
revocation are void, and new ones over the same sizes stand in a series of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from msgspec.structs import replace

from gatepair.base.errors import EnvelopeRejected, SignatureUnchecked
from gatepair.exchange import note as notes
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.messages import Lane
from gatepair.node import link_state as states
from gatepair.node.link_state import OwnState
from gatepair.node.ports import Reader, Unit

BEFORE_ALL: Final = -1
"""An index before every entry: a receipt over a log of size 0 comes after it too."""


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """One receipt over one of our logs."""

    series: int
    size: int
    note: bytes


def series_key(log: str, series: int) -> str:
    """Return under which name the ledger keeps a series of receipts for the log under the key ``log``."""
    return f"{log}!{series}" if series else log


def newest(reader: Reader, lane: Lane) -> tuple[int, bytes] | None:
    """Return size and note of the largest receipt of the present series for the log that we write in ``lane``."""
    own = states.own_state(reader, lane)
    return reader.receipt(series_key(states.log_key(lane, own.epoch, own.copy), own.series))


def put(unit: Unit, lane: Lane, size: int, note: str) -> None:
    """Keep a receipt over the log that we write in ``lane``; the first for a size in its series stays."""
    own = states.own_state(unit, lane)
    unit.put_receipt(series_key(states.log_key(lane, own.epoch, own.copy), own.series), size, note.encode())


def all_over(reader: Reader, log: str) -> Iterator[KeptReceipt]:
    """Yield every receipt for the log under the key ``log``, series by series, by rising size."""
    series = 0
    while (found := reader.receipt_over(series_key(log, series), BEFORE_ALL)) is not None:
        while found is not None:
            yield KeptReceipt(series, *found)
            found = reader.receipt_over(series_key(log, series), found[0])
        series += 1


def largest(reader: Reader, log: str) -> Iterator[KeptReceipt]:
    """Yield the largest receipt of each series for the log under the key ``log``, the latest series first."""
    found: list[KeptReceipt] = []
    while (each := reader.receipt(series_key(log, len(found)))) is not None:
        found.append(KeptReceipt(len(found), *each))
    yield from reversed(found)


def that_count(reader: Reader, log: str, index: int, *, ring: KeyRing, post: str) -> Iterator[KeptReceipt]:
    """Yield of each series for ``log`` the first receipt over entry ``index`` that a mirror key of ``post`` signed and that counts."""
    series = 0
    while reader.receipt(series_key(log, series)) is not None:
        found = reader.receipt_over(series_key(log, series), index)
        if found is not None and counts(ring, found[1], post):
            yield KeptReceipt(series, *found)
        series += 1


def counts(ring: KeyRing, note: bytes, post: str) -> bool:
    """Tell whether mirror keys of ``post`` that count signed the receipt ``note``, as far as it can be checked here."""
    try:
        ring.check_mirror(notes.parse(note), post)
    except SignatureUnchecked:
        return True
    except EnvelopeRejected:
        return False
    return True


def voided(reader: Reader, lane: Lane, own: OwnState, *, ring: KeyRing, post: str) -> OwnState | None:
    """Return ``own`` with a series begun anew when the last receipt for its log does not count any more; else None.

    A series that is empty still is the one to be filled.
    """
    log = states.log_key(lane, own.epoch, own.copy)
    kept = [reader.receipt(series_key(log, series)) for series in range(own.series + 1)]
    last = next((each for each in reversed(kept) if each is not None), None)
    if last is None or counts(ring, last[1], post):
        return None
    return replace(own, series=own.series + (kept[-1] is not None))
