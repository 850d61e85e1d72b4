"""What PostgreSQL reports, in the words of the error tree."""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg import errors

from gatepair.base.errors import (
    GatepairError,
    InvariantBroken,
    StorageDamaged,
    StorageFull,
    StorageLocked,
    StorageUnavailable,
)

_FULL: Final = (errors.DiskFull, errors.OutOfMemory, errors.ProgramLimitExceeded)
_LOCKED: Final = (errors.LockNotAvailable, errors.DeadlockDetected, errors.SerializationFailure)
_DAMAGED: Final = (errors.DataCorrupted, errors.IndexCorrupted)
_AWAY: Final = (
    errors.InsufficientPrivilege,
    errors.InvalidCatalogName,
    errors.ReadOnlySqlTransaction,
    errors.QueryCanceled,
    errors.IdleInTransactionSessionTimeout,
)
_OURS: Final = (psycopg.ProgrammingError, psycopg.IntegrityError, psycopg.DataError, psycopg.NotSupportedError)


def translated(error: psycopg.Error, *, place: str) -> GatepairError:
    """Return the error of our tree that says what ``error`` means for the ledger at ``place`` and what to do."""
    what = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, _FULL):
        return StorageFull(
            f"the server of {place} has no room ({what}); nothing of this request was kept: make room and send it again",
            place=place,
        )
    if isinstance(error, _LOCKED):
        return StorageLocked(
            f"another worker has held {place} for too long ({what}); nothing of this request was kept: send it again",
            place=place,
        )
    if isinstance(error, _DAMAGED):
        return StorageDamaged(
            f"the server reports damage in {place} ({what}): stop the post, put back the latest backup and run "
            "`gatepair ledger verify` before starting again",
            place=place,
        )
    if isinstance(error, errors.RaiseException):
        return InvariantBroken(f"{place} refused a statement: {what}", place=place)
    if isinstance(error, _OURS) and not isinstance(error, _AWAY):
        return InvariantBroken(f"{place} refused a statement: {what}", place=place)
    return unavailable(place, what)


def unavailable(place: str, what: str) -> StorageUnavailable:
    """Return the error for a server that gives no usable answer."""
    return StorageUnavailable(
        f"{place} cannot be used ({what}): check that the server runs and lets this post in; a command whose answer "
        "was lost is safe to send again under its id",
        place=place,
    )
