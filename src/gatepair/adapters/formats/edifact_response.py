"""Customs responses in UN/EDIFACT: a response of the data model becomes a CUSRES.

Source: UN/EDIFACT directory D.96A, message CUSRES (BGM, DTM, GIS, FTX, groups ERP-ERC and RFF), and its lists
1001, 1049, 1153, 1225, 4451 and 7365.
"""

from __future__ import annotations

from typing import Final

from gatepair.adapters.formats.edifact_writing import MessageOut, Row, in_lines
from gatepair.clearance.declaration.answering import Answer
from gatepair.clearance.declaration.response import Error, Response

RELEASE: Final = "96A"
_RESPONSE, _ERROR_RESPONSE = "962", "963"
"""Document response and error response of customs. Source: 1001."""
_INDICATORS: Final = {
    Answer.ACCEPTED: "1", Answer.RECEIVED: "1", Answer.REJECTED: "2", Answer.RELEASED: "4",
    Answer.UNDER_CONTROL: "5", Answer.DOCUMENTS_ASKED: "6", Answer.CANCELLED: "1",
}  # fmt: skip
"""Content accepted, rejected with comment, goods released, for examination, documents required. Source: 7365."""
TEXTS_MAX: Final = 5
"""Most sentences of one message; the code of each error stands beside its place all the same. Source: D.96A, FTX."""
ERRORS_MAX: Final = 50
"""Most errors of one message. Source: D.96A, group of ERP."""
_ITEM: Final = "68A"
"""Number of the class of goods items, by which an error is known to be of the detail section."""


def response_message(response: Response) -> MessageOut:
    """Return ``response`` as a CUSRES; errors beyond fifty are left to the response in the words of the data model.

    Raises:
        ValueError: its function code is none of :class:`Answer`.
    """
    answer = Answer(response.function_code or "")
    errors = response.error[:ERRORS_MAX]
    rows: list[Row] = [
        ("BGM", _ERROR_RESPONSE if errors else _RESPONSE, response.functional_reference_id or "", "11"),
    ]
    if response.issue_date_time is not None:
        rows.append(("DTM", ["137", response.issue_date_time.text[:14], "204"]))
    rows.append(("GIS", _INDICATORS[answer]))
    rows.extend(
        ("FTX", "AAO", "", "", in_lines(error.description or "", width=70, count=5)) for error in errors[:TEXTS_MAX]
    )
    for error in errors:
        rows.extend((("ERP", _place(error)), ("ERC", error.validation_code or "")))
    named = response.declaration
    references = (("ABE", named.functional_reference_id), ("ABT", named.id)) if named is not None else ()
    rows.extend(("RFF", [kind, text]) for kind, text in references if text)
    return MessageOut("CUSRES", RELEASE, rows)


def _place(error: Error) -> list[str]:
    """Return the section of the message, and of an item its number (1049, 1052)."""
    item = next((step for step in error.pointer if step.document_section_code == _ITEM), None)
    if item is None:
        return ["1"]
    number = item.sequence_numeric.shown() if item.sequence_numeric is not None else ""
    return ["2", number]
