"""Rows of a search as CSV, made and sent a page at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, Final

from litestar.response import Stream

from gatepair.base.time import Instant, rfc3339
from gatepair.node.audit_search import Sought
from gatepair.web.auth import Services
from gatepair.web.tables import BOM, as_csv

ENTRY_COLUMNS: Final = ("position", "recorded_at", "type", "stream", "version", "actor", "command", "leaf")
READ_COLUMNS: Final = ("position", "recorded_at", "actor", "duty", "crossing", "fields")


def entry_row(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one entry under :data:`ENTRY_COLUMNS`."""
    known = {**row, "recorded_at": rfc3339(Instant(row["recorded_at_ms"]))}
    return tuple(str(known[name]) for name in ENTRY_COLUMNS)


def read_row(row: Mapping[str, Any]) -> tuple[str, ...]:
    """Return one reading of personal data under :data:`READ_COLUMNS`."""
    payload = row["payload"]
    known = {**row, **payload, "recorded_at": rfc3339(Instant(row["recorded_at_ms"]))}
    return (*(str(known[name]) for name in READ_COLUMNS[:-1]), " ".join(payload["fields"]))


def csv_stream(
    services: Services,
    sought: Sought,
    *,
    columns: Sequence[str],
    row_of: Callable[[Mapping[str, Any]], Sequence[str]],
    name: str,
) -> Stream:
    """Return what is ``sought`` as CSV; each page is read in a reading thread, and none before the one before is sent."""
    pages = services.post.audit_desk.found_rows(sought)

    async def body() -> AsyncIterator[bytes]:
        yield (BOM + as_csv([columns])).encode()
        while rows := await services.runtime.query(lambda: next(pages, None)):
            yield as_csv(row_of(row) for row in rows).encode()

    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Stream(body(), media_type="text/csv", headers=headers)
