"""Why something was not done, as pages say it: in the reader's language, with the place in the words of the form."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import pytest

from gatepair.base.duties import Duty
from gatepair.base.errors import Malformed, NotFound
from gatepair.base.findings import LANGUAGES
from gatepair.web.console import acts
from gatepair.web.console.auditor import asked
from gatepair.web.console.fields import built, fields_of
from gatepair.web.console.refusals import in_words, refused_by
from gatepair.web.texts import TEXTS
from web.console.desks import desk_at, sent

CROSSING = "XAAAAAAAAAAAAAAAAAAAA"
HOME = ZoneInfo("Asia/Ho_Chi_Minh")
UNFIT = (
    "",
    "-7",
    "0",
    "9" * 16,
    "12,5",
    "tomorrow",
    "UPPER CASE",
    "x" * 3_000,
    "x\0",
    "e\u0301",
    "perhaps",
    "a " * 999,
)
TOLD = re.compile(r'<div class="refused" role="alert">(.*?)</div>', re.DOTALL)


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with desk_at(tmp_path_factory.mktemp("refusals")) as found, found.client() as client:
        found.everyone = client
        yield found


def refusals():
    """Yield what is said of every field of every act that is filled in with what may not fit."""
    for kind in acts.BY_NAME.values():
        known = {"crossing": CROSSING} if "crossing" in kind.__struct_fields__ else {}
        for field in fields_of(kind):
            for text in UNFIT:
                try:
                    built(kind, {field.name: text}, zone=HOME, **known)
                except Malformed as error:
                    yield error


def test_whatever_does_not_fit_is_said_in_the_readers_language():
    """No sentence that a form of ours can bring about is left in English, and each names its field."""
    said = 0
    for error in refusals():
        for language in LANGUAGES:
            sentence, spoken = in_words(error.message, language)
            assert language == spoken, error.message
            assert "%(" not in sentence
            assert refused_by(error, language).place, error.fields
            said += 1
    assert said > 1_000


def test_an_error_that_has_no_words_is_shown_as_english():
    """What no form of ours brings about keeps the interface's sentence, marked as English for who listens to the page."""
    refusal = refused_by(NotFound("there is no such post on Mars"), "vi")
    assert ("there is no such post on Mars", "en", "") == (refusal.sentence, refusal.spoken, refusal.place)


def test_a_forms_own_titles_come_before_those_of_commands():
    """``first`` is a day in an order about hours and a position in the auditor's form."""
    error = Malformed("a position is a whole number from 1", path="first")
    assert "To position" != refused_by(error, "en", titles=asked.TITLES).place
    assert "From position" == refused_by(error, "en", titles=asked.TITLES).place
    assert "First day" == refused_by(error, "en").place


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_form_that_cannot_be_read_says_why_in_the_language_of_its_page(person, language):
    """A stop without a reason, and a receipt for no money: nothing on the page falls back into English."""
    centre = person(Duty.COMMAND_CENTRE)
    answer = sent(centre, f"/centre?lang={language}", "/centre/StopIntake", direction="out", reason="")
    assert 400 == answer.status_code
    (told,) = TOLD.findall(answer.text)
    assert "lang=" not in told
    must, _ = in_words("missing required field", language)
    assert must in told


def test_a_stop_offers_the_reasons_that_the_board_says_in_words(person):
    """Nobody types a code: each reason stands in the list as the public will read it."""
    page = person(Duty.COMMAND_CENTRE).get("/centre?lang=vi").text
    form = page[page.index('action="/centre/StopIntake"') :]
    options = dict(re.findall(r'<option value="([a-z_]+)">([^<]+)</option>', form[: form.index("</form>")]))
    assert {code: TEXTS[f"reason.{code}"]["vi"] for code in acts.STOP_REASONS}.items() <= options.items()
