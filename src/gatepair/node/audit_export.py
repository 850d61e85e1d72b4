"""Entries of a ledger as JSON Lines that anybody can check: the signed checkpoint first, then one entry a line.

The first line holds the checkpoint, the key that signed it and the hashes of the pruned tree: with the leaves of the
lines that follow, :func:`gatepair.base.pruned.regrow` gives the root that is signed.  Each line holds the header
as it was hashed; its leaf is ``SHA-256(0x00 ‖ header)``.  Names of persons and firms are left out of payloads
(``masked`` says where); header and leaf stay, so every proof still holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from gatepair.base.entries import Entry, header_bytes
from gatepair.base.errors import Malformed
from gatepair.base.pruned import prune
from gatepair.node.audit_search import Sought, search
from gatepair.node.audit_verify import stated
from gatepair.node.ports import Ledger, Reader
from gatepair.node.visibility import unnamed

FORMAT: Final = "gatepair/ledger-export/v1"
ENTRIES_MAX: Final = 10_000
"""Most entries of one export; take several for more."""
ROWS_MAX: Final = 5_000
"""Most rows of a search as CSV."""
SEARCHES_MAX: Final = 20
"""How often such a search goes on: it looks at as many times :data:`gatepair.node.audit_search.SCANNED_MAX` entries."""
PAGE: Final = 500


def header_line(ledger: Ledger, *, first: int, last: int, note: str, key: str) -> bytes:
    """Return the first line of an export of the entries ``first`` to ``last``.

    Reads the leaves of the whole ledger: some seconds for a million entries.

    Raises:
        Malformed: the range is empty, too long, or beyond the checkpoint ``note``.
    """
    size = stated(note).size
    if not 1 <= first <= last <= size:
        raise Malformed(f"a range lies between the positions 1 and {size}, the first before the last", path="first")
    if last - first >= ENTRIES_MAX:
        raise Malformed(f"an export holds at most {ENTRIES_MAX} entries; take several", path="last")
    with ledger.read() as reader:
        hashes = prune(_leaves(reader), size, shown=range(first - 1, last))
    return _line(
        {
            "format": FORMAT,
            "checkpoint": note,
            "key": key,
            "first": first,
            "last": last,
            "size": size,
            "tree": [one.hex() for one in hashes],
        }
    )


def entry_lines(ledger: Ledger, *, first: int, last: int) -> Iterator[bytes]:
    """Yield the entries, a page of lines at a time; each page opens its own view."""
    after = first - 1
    while after < last:
        with ledger.read() as reader:
            page = reader.entries(after=after, limit=min(PAGE, last - after))
        if not page:
            return
        yield b"".join(_line(_shown(entry)) for entry in page)
        after = page[-1].position


def found_rows(ledger: Ledger, sought: Sought) -> Iterator[list[dict[str, Any]]]:
    """Yield what is ``sought``, the latest first, a page of rows at a time, within the bounds of one export."""
    before, count = 0, 0
    for _ in range(SEARCHES_MAX):
        with ledger.read() as reader:
            hits = search(reader, sought, before=before, rows_max=PAGE)
        rows = hits.rows[: ROWS_MAX - count]
        if rows:
            yield rows
        count += len(rows)
        if not hits.before or count >= ROWS_MAX:
            return
        before = hits.before


def _leaves(reader: Reader) -> Iterator[bytes]:
    after = 0
    while page := reader.entries(after=after, limit=PAGE):
        yield from (entry.leaf for entry in page)
        after = page[-1].position


def _shown(entry: Entry) -> dict[str, Any]:
    payload, masked = unnamed(entry.type, msgspec.json.decode(entry.payload))
    wire = {"header": header_bytes(entry).decode(), "leaf": entry.leaf.hex(), "payload": payload}
    return {**wire, "masked": list(masked)} if masked else wire


def _line(value: Any) -> bytes:
    return msgspec.json.encode(value) + b"\n"
