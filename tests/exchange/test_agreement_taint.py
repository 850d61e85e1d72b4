"""Nothing outside the agreement is ever serialised to the partner, shown over real posts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from exchange.taint import HOME, MARKERS, OTHER, Day, allowed
from gatepair.exchange.agreement import Agreement, Message
from gatepair.exchange.messages import ANNOUNCED
from gatepair.exchange.succession.held import HeldVersion, Succession
from gatepair.exchange.versions import family
from gatepair.node.link import Link
from node.pair import agreement

SENDERS = st.sampled_from([(), (), (), (HOME,), (OTHER,)])


@st.composite
def narrowed(draw: st.DrawFn, message: Message) -> Message:
    """Draw a message with some of its sections and perhaps one sender only."""
    sections = tuple(section for section in message.sections if draw(st.booleans()))
    return replace(message, sections=sections, senders=draw(SENDERS))


@st.composite
def agreements(draw: st.DrawFn) -> Agreement:
    """Draw an agreement over some of the messages with some of their sections."""
    whole = agreement()
    # Most messages stay, or no crossing would come far enough to have anything to say.
    kept = [message for message in whole.messages if draw(st.integers(0, 7))]
    return replace(whole, messages=tuple(draw(narrowed(message)) for message in kept))


def all_told(day: Day) -> dict[str, bytes]:
    """Return what each post let out, as one run of bytes."""
    return {post: b"\n".join(told) for post, told in day.told.items()}


def test_under_the_whole_agreement_every_marker_leaves() -> None:
    """The day says all there is to say: no marker is missing, so that its absence elsewhere means something."""
    day = Day(agreement())
    day.live()
    told = all_told(day)
    assert [] == [marker.text for marker in MARKERS if marker.text not in told[marker.needs[0][0]]]


def test_a_partner_that_lost_all_gets_all_again() -> None:
    """What is made anew from the ledger is sent once more, so that the rebuild is looked at too."""
    day = Day(agreement())
    day.live()
    before = {post: len(told) for post, told in day.told.items()}
    day.again()
    for post, told in day.told.items():
        again = b"\n".join(told[before[post] :])
        mine = [marker for marker in MARKERS if marker.needs[0][0] == post]
        assert [] == [marker.text for marker in mine if marker.text not in again]


@settings(deadline=None, max_examples=12)
@given(terms=agreements())
def test_no_unlisted_section_is_serialised(terms: Agreement) -> None:
    """Under any agreement, only listed sections reach the partner: in batches, replies, state, and after a rebuild."""
    day = Day(terms)
    day.live()
    day.again()
    for post in (HOME, OTHER):
        assert [] == day.leaks(post)
        assert [] == day.unlisted(post)


@pytest.mark.nightly
@settings(deadline=None, max_examples=500)
@given(terms=agreements())
def test_no_unlisted_section_is_serialised_at_length(terms: Agreement) -> None:
    """The same with many more agreements."""
    day = Day(terms)
    day.live()
    day.again()
    assert [] == day.leaks(HOME) + day.leaks(OTHER) + day.unlisted(HOME) + day.unlisted(OTHER)


def changed_over(old: Agreement, new: Agreement) -> Day:
    """Return a day that begins under ``old`` and goes over to ``new`` while entries wait for the line."""
    day = Day(old)
    day.begin("29C-00008")
    day.pass_time()
    day.change_to(new)
    day.live()
    day.again()
    return day


UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A day is long; the two versions that failed are found out as they are."""


@settings(deadline=None, max_examples=6, phases=UNSHRUNK)
@given(old=agreements(), new=agreements())
def test_no_section_leaves_on_the_wrong_side_of_a_change(old: Agreement, new: Agreement) -> None:
    """What only the old version lists leaves no more from the instant on, what only the new one lists not before."""
    day = changed_over(old, new)
    assert 2 == day.other.link.agreement.version
    for post in (HOME, OTHER):
        assert [] == day.leaks(post)


@pytest.mark.nightly
@settings(deadline=None, max_examples=300, phases=UNSHRUNK)
@given(old=agreements(), new=agreements())
def test_no_section_leaves_on_the_wrong_side_of_a_change_at_length(old: Agreement, new: Agreement) -> None:
    """The same with many more pairs of versions."""
    day = changed_over(old, new)
    assert [] == day.leaks(HOME) + day.leaks(OTHER)


@pytest.mark.parametrize("narrow_first", [True, False])
def test_both_ways_over_a_change_every_marker_is_looked_for(narrow_first: bool) -> None:  # noqa: FBT001 - a case
    """With all sections on one side and none of the announcement on the other, both sides have what may not leave."""
    whole, narrow = agreement(), showing(agreement(), lambda _: ("route",))
    day = changed_over(narrow, whole) if narrow_first else changed_over(whole, narrow)
    told = day.told[HOME]
    old, new = b"\n".join(told[: day.before[HOME]]), b"\n".join(told[day.before[HOME] :])
    assert [] == day.leaks(HOME) + day.leaks(OTHER)
    assert [not narrow_first, narrow_first] == [b"TAINT driver" in old, b"TAINT driver" in new]


def test_a_planted_leak_over_a_change_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A link that sends what was written before as it was written is caught."""
    monkeypatch.setattr(Link, "_limited", lambda _self, row, _ruling: row)
    day = changed_over(agreement(), showing(agreement(), lambda _: ("route",)))
    assert b"TAINT driver" in day.leaks(HOME)


def showing(terms: Agreement, cut: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Agreement:
    """Return ``terms`` with the sections of every version of the announcement cut."""
    return replace(
        terms,
        messages=tuple(
            replace(message, sections=cut(message.sections)) if family(message.kind) == family(ANNOUNCED) else message
            for message in terms.messages
        ),
    )


@pytest.mark.parametrize("section", ["binding", "documents", "driver", "goods", "parties", "route"])
def test_a_withheld_section_is_not_shown_by_its_correction(section: str) -> None:
    """What the partner may not see in the announcement it may not see corrected either."""
    whole = agreement()
    day = Day(showing(whole, lambda shown: tuple(name for name in shown if name != section)))
    day.live()
    hidden = [marker.text for marker in MARKERS if not allowed(day.terms, marker) and marker.needs[0][0] == HOME]
    assert hidden
    assert [] == day.leaks(HOME)


def test_a_planted_leak_is_seen() -> None:
    """A link that seals by the whole catalogue and not by the agreement is caught by both checks."""
    day = Day(showing(agreement(), lambda _: ("route",)))
    day.home.link.versions = Succession.of((HeldVersion(agreement()),))
    day.live()
    assert b"TAINT driver" in day.leaks(HOME)
    assert f"{ANNOUNCED} driver" in day.unlisted(HOME)
