"""Every state that random lives reach is said in each language, with no place left to be filled in."""

from __future__ import annotations

import pytest

from gatepair.base.findings import LANGUAGES
from gatepair.insight.steps import Cause, Rung, State, Who
from gatepair.web.console.trade import words
from insight.ladders import reached


def test_nothing_lacks_its_words():
    """Each rung, state, cause and each who has words; what release lacks is said by its finding."""
    assert (set(Rung), set(State), set(Who)) == (set(words.RUNGS), set(words.STATES), set(words.WHO))
    assert set(Cause) == set(words.CAUSES)
    assert {Cause.LACKING} == {cause for cause, text in words.CAUSES.items() if not text}
    assert set(words.MENDS) <= set(Cause)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_wait_is_said_whole(language):
    """No sentence keeps a placeholder, none is empty."""
    for _, found in reached(range(12)):
        for step in words.steps_said(found.to_wire()["steps"], language):
            assert step.title
            for wait in step.waits:
                assert wait.text
                assert "%(" not in wait.text + step.title
                assert wait.who


def test_a_stop_is_said_in_the_words_of_the_public_board():
    """The coded reason has its words; a reason that is no code of ours stands as it was said."""
    wait = {"cause": "stopped", "who": "command_centre", "params": {"reason": "fog"}, "until_ms": None, "stops": True}
    assert "sương mù" in words.wait_said({**wait, "finding": None}, "vi").text
    other = {**wait, "params": {"reason": "own_code"}, "finding": None}
    assert "own_code" in words.wait_said(other, "en").text
