"""What the two ends of the HTTP line agree on besides the bytes themselves."""

from __future__ import annotations

from typing import Final

BATCH_TYPE: Final = "application/vnd.gatepair.batch+json"
"""Media type of a batch."""
REPLY_TYPE: Final = "application/vnd.gatepair.reply+json"
"""Media type of a reply; an error page of a proxy has another, and is no reply."""
ENTRIES_PATH: Final = "/x/1/{lane}/entries"
STATE_PATH: Final = "/x/1/state"
NOTE_TYPE: Final = "text/plain"
"""Media type of a signed note, such as the answer to a probe."""
STATE_BYTES_MAX: Final = 64 * 1024
"""Longest state read: three lanes and some hundred message types."""
