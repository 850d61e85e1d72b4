"""Entries, documents and reasons are said in words, not in the names of the code."""

from __future__ import annotations

import pytest

from gatepair.base.duties import Duty
from gatepair.crossing import events
from gatepair.crossing.codec import type_name
from gatepair.web.console.agency.shown import Speaker
from gatepair.web.console.entries import ENTRIES, PAPERS
from gatepair.web.console.pages import Reader


def speaker(language) -> Speaker:
    """Return who speaks ``language``."""
    return Speaker(
        Reader(
            duty=Duty.CUSTOMS,
            login="customs.1",
            language=language,
            proof="",
            path="/desk",
            now_ms=0,
            layout={},
            synthetic=True,
        )
    )


def test_every_event_of_a_crossing_has_words() -> None:
    """The history of a crossing never shows the name of an event."""
    assert {event.__name__ for event in events.ALL} == set(ENTRIES)


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Fee paid"), ("vi", "Đã nộp phí"), ("zh", "费用已缴"), ("fr", "Redevance payée")],
)
def test_an_entry_is_said_without_its_version(language, said: str) -> None:
    """The type on the ledger carries a version, what a person reads does not."""
    assert said == speaker(language).entry(type_name(events.FeePaid))


def test_a_document_is_said_in_words_and_a_kind_of_a_plan_as_it_is() -> None:
    """A plan may ask for documents of its own."""
    assert PAPERS["test_report"] == speaker("en").paper("test_report")
    assert "cites_permit" == speaker("en").paper("cites_permit")
