"""What may be shown of our own entries now, whatever they held when they were written.

An entry keeps its header for ever.  Its body leaves with those sections alone that the version of the
agreement in force lists, and an entry under a version that the partner is not known to hold waits.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from gatepair.base.canonical import encode
from gatepair.base.errors import BadInput
from gatepair.exchange.agreement import Terms
from gatepair.exchange.envelope import Body, Section, parse_body, read_header
from gatepair.exchange.messages import ANNOUNCED, CORRECTED, DISCREPANCY, Lane
from gatepair.exchange.versions import family
from gatepair.node import link_state as states
from gatepair.node.exports import section_of
from gatepair.node.link_common import LinkCommon
from gatepair.node.ports import LogEntry, Reader


class Showing(LinkCommon):
    """Rows of our logs as they may leave."""

    def _showable(self, rows: Sequence[LogEntry], now_ms: int) -> list[LogEntry]:
        """Return ``rows`` up to the first that waits, each with the sections that may be shown."""
        ruling, waiting = self.versions.ruling(now_ms), self._waiting_marks()
        if ruling is None:
            return []
        mark, shown = ruling.hash_hex.encode(), []
        for row in rows:
            if any(other in row.header for other in waiting):
                break
            shown.append(row if mark in row.header else self._limited(row, ruling))
        return shown

    def _free_end(self, reader: Reader, lane: Lane, start: int) -> int:
        """Return up to where the entries from ``start`` on may leave."""
        end, waiting = self._end(reader, lane), self._waiting_marks()
        if not waiting or start >= end:
            return end
        for row in states.own_rows(reader, states.own_log(reader, lane), start=start, end=end):
            if any(mark in row.header for mark in waiting):
                return row.index
        return end

    def _waiting_marks(self) -> list[bytes]:
        """Return the hashes, as they stand in headers, of versions that the partner is not known to hold."""
        return [each.hash_hex.encode() for each in self.versions.held if not (each.shared or each.contested)]

    def _is_announced(self, kind: str, section: Section, ruling: Terms) -> bool:
        """Tell whether what a correction or a discrepancy speaks of may be shown in an announcement."""
        if kind not in (CORRECTED, DISCREPANCY) or not isinstance(section.value, dict):
            return True
        path = section.value.get("path")
        if not isinstance(path, str) or not path:
            return True
        announcing = (one for one in ruling.by_kind if family(one) == family(ANNOUNCED))
        return any(section_of(path) in ruling.sections(one, sender=self.post) for one in announcing)

    def _limited(self, row: LogEntry, ruling: Terms) -> LogEntry:
        """Return ``row`` without the sections that ``ruling`` does not let us show."""
        header = read_header(row.header)
        if header is None or row.body is None:
            return row
        listed = ruling.sections(header.type, sender=self.post)
        try:
            held = parse_body(row.body).sections
        except BadInput:
            # It rotted: who signs the batch holds it against its header and says so.
            return row
        left = {
            name: section
            for name, section in held.items()
            if name in listed and self._is_announced(header.type, section, ruling)
        }
        return row if left == held else dataclasses.replace(row, body=encode(Body(left)))
