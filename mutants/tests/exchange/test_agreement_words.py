"""An agreement in words: the page says what the bytes say, in four languages, and so does the list of changes."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from exchange.pair import NORTH, NOW_MS, SOUTH, agreement, key
from gatepair.base.findings import LANGUAGES, Language
from gatepair.exchange import agreement_words as words
from gatepair.exchange.agreement import DEFAULT_STALENESS, Agreement, Mode, Tolerance
from gatepair.exchange.agreement_diff import Effect, changes
from gatepair.exchange.agreement_page import Around, printed_fingerprint, reading, to_html, to_text
from gatepair.exchange.messages import CATALOGUE, Lane
from gatepair.exchange.note import Note

TABLES = (words.WORDS, words.SECTIONS, words.KINDS, words.PURPOSES, words.CHANGES)


def text_of(terms: Agreement, language: Language = "en", around: Around | None = None) -> str:
    return to_text(reading(terms, language, around or Around()))


def said(old: Agreement, new: Agreement) -> list[tuple[str, str]]:
    """Return effect and English sentence of each change."""
    return [(change.effect.value, change.text("en")) for change in changes(old, new)]


def with_first(terms: Agreement, **changed: object) -> Agreement:
    """Return ``terms`` with the first message changed."""
    return replace(terms, messages=(replace(terms.messages[0], **changed), *terms.messages[1:]))


# --- the words -----------------------------------------------------------------------------


def test_every_word_has_four_texts_with_the_same_blanks() -> None:
    """No language lacks a text or a value that another one shows."""
    for table in TABLES:
        for key_, texts in table.items():
            assert set(LANGUAGES) == set(texts)
            assert all(texts.values())
            blanks = {language: sorted(set(re.findall(r"\{(\w+)\}", texts[language]))) for language in LANGUAGES}
            assert 1 == len({tuple(each) for each in blanks.values()}), (key_, blanks)


def test_the_catalogue_can_be_read_in_every_language() -> None:
    """Each type, section, purpose, lane, step and clause that the software knows has its words."""
    for listed in CATALOGUE.values():
        assert listed.kind.partition("/")[0] in words.KINDS
        assert listed.purpose in words.PURPOSES
        assert set(listed.sections) <= set(words.SECTIONS)
    steps = {f"step.{step}" for step in DEFAULT_STALENESS}
    clauses = {f"clause.{each.clause}" for row in DEFAULT_STALENESS.values() for each in row}
    lanes = {f"lane.{lane.value}" for lane in Lane}
    assert set() == (steps | clauses | lanes | {f"mode.{mode.value}" for mode in Mode}) - set(words.WORDS)


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0 s"), (90, "90 s"), (900, "15 min"), (3_600, "1 h"), (5_400, "90 min")]
)
def test_durations_are_whole_numbers(seconds: int, shown: str) -> None:
    """A length of time is shown in the largest unit that tells it exactly."""
    assert shown == words.duration(seconds, "en")


# --- the page ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_says_all_that_the_agreement_says(language: Language) -> None:
    """Hash, parties, keys, every message with its sections, purpose and retention, every step: in each language."""
    terms = replace(agreement(), valid_from_ms=NOW_MS, valid_until_ms=NOW_MS + 1_000)
    shown = " ".join(text_of(terms, language).split())
    asked = [terms.hash().hex(), "2025-11-11 00:00:00 UTC", "2025-11-11 00:00:01 UTC", "n.example", NORTH, SOUTH]
    asked += [printed_fingerprint(each) for party in terms.parties for each in party.keys().values()]
    for message in terms.messages:
        asked += [words.kind_name(message.kind, language), words.PURPOSES[message.purpose][language]]
        asked += [words.SECTIONS[section][language] for section in message.sections]
        asked.append(words.word("days", language, count=message.retention_days))
    asked += [words.word(f"step.{step}", language) for step in terms.staleness]
    # Lines are folded at spaces only; Chinese may be folded anywhere.
    squeezed = shown.replace(" ", "")
    assert [] == [each for each in asked if each.replace(" ", "") not in squeezed]


def test_each_side_sees_only_what_the_other_may_send() -> None:
    """A message of one sender stands in one direction alone; a section left out stands nowhere."""
    terms = with_first(agreement(), senders=(NORTH,), sections=("goods", "route"))
    page = reading(terms, "en", Around())
    north, south = (part for part in page.parts if "tells" in part.title)
    assert north.table is not None
    assert south.table is not None
    assert "goods, route and lane" == north.table.rows[0][2]
    assert [] == [row for row in south.table.rows if "(crossing.announced/1)" in row[0]]
    assert "driver" not in text_of(replace(terms, messages=terms.messages[:1]))


def test_a_side_that_sends_nothing_is_said_so() -> None:
    """Silence is written down, not left out."""
    only_north = tuple(replace(each, senders=(NORTH,)) for each in agreement().messages)
    assert "south-post tells north-post nothing." in text_of(replace(agreement(), messages=only_north))


def test_alone_nothing_is_listed_as_sent() -> None:
    """An agreement with nobody promises nobody anything."""
    terms = replace(agreement(Mode.ALONE), parties=(agreement().parties[0], replace_keys(agreement())))
    shown = text_of(terms)
    assert "There is no partner" in shown
    assert "tells" not in shown
    assert shown.count("none") >= 3


def replace_keys(terms: Agreement):
    """Return the second party without keys."""
    return replace(terms.parties[1], root_key="", log_key="", mirror_key="")


def test_names_and_local_times_are_those_given() -> None:
    """Posts are called as people call them, and an instant is shown in each side's time."""
    terms = replace(agreement(), valid_from_ms=NOW_MS)
    around = Around(names={NORTH: "North Gate"}, zones=(ZoneInfo("Asia/Ho_Chi_Minh"), ZoneInfo("Asia/Shanghai")))
    shown = text_of(terms, "en", around)
    assert "North Gate (north-post)" in shown
    assert "(2025-11-11 07:00 Asia/Ho_Chi_Minh, 2025-11-11 08:00 Asia/Shanghai)" in shown


def test_a_word_that_is_too_old_makes_a_step_wait() -> None:
    """The last row of a step without `any age` says that the step waits; who confirms is named."""
    shown = text_of(agreement())
    assert "up to 4 h: on what was last known; an officer confirms by name" in shown
    assert 2 == shown.count("older: it waits")


def test_other_purposes_are_shown_as_written() -> None:
    """What the sides wrote themselves is not translated, and that is said."""
    terms = with_first(agreement(), purpose="Pilot until spring.")
    assert "Pilot until spring. （协议原文）" in text_of(terms, "zh")


def test_the_page_shows_who_has_signed() -> None:
    """A verified line is shown as such; without a true line the signature is missing."""
    terms = agreement()
    one = Note(terms.note_text(), (terms.sign("n.example", key(1)),))
    page = reading(terms, "en", Around(signed=one))
    assert [("n.example · north-post", "verified"), ("s.example · south-post", "missing")] == list(page.signers)
    assert {"missing"} == {state for _, state in reading(terms, "en", Around()).signers}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_html_page_stands_alone(language: Language) -> None:
    """It loads nothing, runs nothing, and says its language."""
    page = to_html(reading(agreement(), language, Around()))
    assert f'<html lang="{language}">' in page
    assert [] == re.findall(r"https?://|<script|url\(|@import| on[a-z]+=", page)
    assert 2 == page.count(words.word("not_signed", language))


@given(purpose=st.text(max_size=60))
def test_free_text_never_becomes_markup(purpose: str) -> None:
    """A purpose with angle brackets is shown, not obeyed."""
    page = to_html(reading(with_first(agreement(), purpose="<script>" + purpose), "en", Around()))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_fingerprint_is_half_of_a_hash() -> None:
    """Sixteen bytes of SHA-256 in groups of four digits; no key has no fingerprint."""
    assert "66687aadf862bd776c8fc18b8e9f8e20" == printed_fingerprint("00" * 32).replace(" ", "")
    assert "6668 7aad f862 bd77 6c8f c18b 8e9f 8e20" == printed_fingerprint("00" * 32)
    assert not printed_fingerprint("")


# --- changes -------------------------------------------------------------------------------


def test_the_same_agreement_has_no_changes() -> None:
    """Nothing changed is nothing said."""
    assert [] == said(agreement(), agreement())


def test_more_and_less_is_shown() -> None:
    """A section that leaves or stays is said for each direction, with what that does to what is shown."""
    wide = with_first(agreement(), sections=("goods", "route"))
    narrow = with_first(agreement(), sections=("goods",))
    kind = "announcement (crossing.announced/1)"
    assert [
        ("narrower", f"{post} no longer sees in {kind}: route and lane.") for post in (SOUTH, NORTH)
    ] == said(wide, narrow)  # fmt: skip
    assert [("wider", f"{post} now sees in {kind}: route and lane.") for post in (SOUTH, NORTH)] == said(narrow, wide)


def test_messages_come_and_go_by_sender() -> None:
    """Who may now send what, and who no longer."""
    both, north = agreement(), with_first(agreement(), senders=(NORTH,))
    kind = "announcement (crossing.announced/1)"
    assert [("narrower", f"{SOUTH} may no longer send: {kind}.")] == said(both, north)
    assert [("wider", f"{SOUTH} may now send: {kind}.")] == said(north, both)
    without = replace(both, messages=both.messages[1:])
    assert [("narrower", f"{post} may no longer send: {kind}.") for post in (NORTH, SOUTH)] == said(both, without)


def test_terms_of_a_message_change() -> None:
    """Retention, purpose, lane and deadline are told with both values."""
    changed = {"retention_days": 91, "purpose": "Pilot.", "lane": Lane.BULK, "outcome_deadline_s": None}
    sentences = said(agreement(), with_first(agreement(), **changed))
    assert ["other", "wider", "other", "other"] == [effect for effect, _ in sentences]
    assert "“Pilot. (as written in the agreement)”" in sentences[0][1]
    assert "is kept longer: 91 days in place of 90 days." in sentences[1][1]
    assert "goes in the lane “bulk” and no longer in “normal”." in sentences[2][1]
    assert "none asked for; before, 15 min." in sentences[3][1]
    assert "narrower" == said(with_first(agreement(), retention_days=91), agreement())[0][0]


def test_parties_and_dates_change() -> None:
    """Keys are told by their fingerprints, dates as instants, a missing end in words."""
    first, second = agreement().parties
    other = replace(second, log_key=key(9).public.hex(), side="t.example")
    after = replace(
        agreement(), id="next", version=2, mode=Mode.MIRRORED, parties=(first, other), valid_until_ms=NOW_MS
    )
    shown = [sentence for _, sentence in said(agreement(), after)]
    assert "The agreement is called next and no longer trial." == shown[0]
    assert "Version 2 follows version 1." == shown[1]
    assert "neither waits for the other's acceptance" in shown[2]
    assert "It ends at 2025-11-11 00:00:00 UTC and no longer at no stated end." == shown[3]
    assert "south-post belongs to t.example and no longer to s.example." == shown[4]
    assert f"south-post has a new key (log key): {printed_fingerprint(other.log_key)}" in shown[5]
    replaced = replace(agreement(), parties=(first, replace(second, post="west-post")))
    assert [("other", "west-post becomes a party."), ("other", "south-post is no longer a party.")] == [
        each for each in said(agreement(), replaced) if "party" in each[1]
    ]


def test_staleness_and_lanes_change() -> None:
    """A step's whole row is told before and after; a lane opens and closes."""
    terms = agreement()
    staleness = {**terms.staleness, "seal_transfer": (Tolerance(clause="fresh", max_age_s=60),)}
    after = replace(terms, staleness=staleness, lanes=(Lane.URGENT, Lane.NORMAL))
    closed, row = said(terms, after)
    assert ("other", "The lane “bulk” is closed.") == closed
    assert "handing over seals: up to 1 min: as usual, on a fresh word; before, up to 15 min: " in row[1]
    assert ("other", "The lane “bulk” is opened.") in said(after, terms)
    gone = {step: rows for step, rows in terms.staleness.items() if step != "seal_transfer"}
    assert "not said; before" in said(terms, replace(terms, staleness=gone))[0][1]


def test_changes_are_told_in_four_languages() -> None:
    """Every kind of change has its sentence, without a blank left, in each language, and a path."""
    first, second = agreement().parties
    after = replace(
        with_first(agreement(), sections=("goods",), retention_days=9, senders=(NORTH,), lane=Lane.URGENT),
        parties=(replace(first, root_key=key(8).public.hex()), second),
        valid_from_ms=NOW_MS,
        staleness={},
        mode=Mode.MIRRORED,
    )
    for change in (*changes(agreement(), after), *changes(after, agreement())):
        wire = change.to_wire()
        assert set(LANGUAGES) == set(wire["text"])
        assert [] == [text for text in wire["text"].values() if "{" in text or not text]
        assert wire["path"]
        assert Effect(wire["effect"]) is change.effect
