"""What the two ends of the HTTP line agree on besides the bytes themselves."""

from __future__ import annotations

from typing import Final

from gatepair.exchange.calls import RETURNED_BYTES_MAX, Call
from gatepair.exchange.wire import REPLY_BYTES_MAX

BATCH_TYPE: Final = "application/vnd.gatepair.batch+json"
"""Media type of a batch."""
REPLY_TYPE: Final = "application/vnd.gatepair.reply+json"
"""Media type of a reply; an error page of a proxy has another, and is no reply."""
ASK_TYPE: Final = "application/vnd.gatepair.ask+json"
"""Media type of a signed ask."""
RETURNED_TYPE: Final = "application/vnd.gatepair.returned+json"
"""Media type of entries that are handed back to their writer."""
CALL_PATH: Final = "/x/1/{lane}/{call}"
"""Where a batch or an ask goes."""
ENTRIES_PATH: Final = "/x/1/{lane}/entries"
FENCE_PATH: Final = "/x/1/{lane}/fence"
RETURN_PATH: Final = "/x/1/{lane}/return"
NEXT_PATH: Final = "/x/1/{lane}/next"
STATE_PATH: Final = "/x/1/state"
ATTACHMENT_TYPE: Final = "application/octet-stream"
NOTE_TYPE: Final = "text/plain"
"""Media type of a signed note, such as the answer to a probe."""
STATE_BYTES_MAX: Final = 64 * 1024
"""Longest state read: three lanes and some hundred message types."""
ASKED_TYPES: Final = {Call.ENTRIES: BATCH_TYPE, Call.FENCE: ASK_TYPE, Call.RETURN: ASK_TYPE, Call.NEXT: ASK_TYPE}
"""Media type of what is sent with each call."""
ANSWER_TYPES: Final = {Call.ENTRIES: REPLY_TYPE, Call.FENCE: REPLY_TYPE, Call.RETURN: RETURNED_TYPE}
"""Media type of the answer to each call but the one that fetches calls."""
ANSWER_BYTES_MAX: Final = {
    Call.ENTRIES: REPLY_BYTES_MAX,
    Call.FENCE: REPLY_BYTES_MAX,
    Call.RETURN: RETURNED_BYTES_MAX,
}
