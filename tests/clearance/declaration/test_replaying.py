"""Documents in their order: what stands after each, and the scenarios of the corpus replayed with their requests."""

from __future__ import annotations

from pathlib import Path

import pytest

from clearance.declaration.test_amending import CORPUS, MASS_PATH, item, made, mass, pointers
from gatepair.adapters.formats.wco import SchemaValidator, read_wco, write_wco
from gatepair.base.errors import Malformed
from gatepair.base.findings import LANGUAGES
from gatepair.clearance.declaration.amending import Intent, intent_of
from gatepair.clearance.declaration.answering import Answer, respond
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.replaying import Held, Standing, Taken, cancellation_of, take
from gatepair.clearance.declaration.response import Response

ORIGINAL = made(function_code="9", functional_reference_id="L1", goods_shipment={"government_agency_goods_item": []})
NUMBERED = made(id="M1", functional_reference_id="L1")
CORRECTION = made(
    function_code="13",
    type_code="COR",
    id="M1",
    amendment=[pointers(*MASS_PATH, tag="128", numbers=(1, 1, 2))],
    goods_shipment={"government_agency_goods_item": [item(2, **mass(49))]},
)


def held(**more: object) -> Held:
    return Held(made(function_code="9", id="M1", functional_reference_id="L1"), **more)  # type: ignore[arg-type]


def answer(word: Answer) -> Response:
    return respond(NUMBERED, word, reference="R1", at_ms=0)


def cancel() -> Declaration:
    return cancellation_of(NUMBERED, reference="C1", reason_code="1", reason="Sold to another buyer")


def codes(taken: Taken) -> list[str]:
    return [finding.code.removeprefix("declaration.") for finding in taken.findings]


def test_a_whole_life() -> None:
    """Submitted, numbered and accepted by customs, amended, presented, cancelled; then nothing more is done."""
    accepted = take(take(None, ORIGINAL).held, answer(Answer.ACCEPTED)).held
    assert accepted is not None
    assert ("M1", Standing.ACCEPTED, 1) == (accepted.declaration.id, accepted.standing, accepted.version)
    amended = take(Held(made(id="M1", goods_shipment=_goods()), Standing.ACCEPTED), CORRECTION)
    assert (2, 1, []) == (amended.held and amended.held.version, len(amended.changes), codes(amended))
    presented = take(amended.held, made(function_code="13", type_code="GPR", id="M1")).held
    assert presented is not None
    assert presented.presented
    cancelled = take(presented, cancel())
    assert (Standing.CANCELLED, []) == (cancelled.held and cancelled.held.standing, codes(cancelled))
    again = take(cancelled.held, CORRECTION)
    assert (cancelled.held, ["cancelled_already"]) == (again.held, codes(again))


def _goods() -> object:
    return {"government_agency_goods_item": [item(1, **mass(90)), item(2, **mass(50))]}


def test_a_request_that_cannot_be_done_changes_nothing() -> None:
    """An amendment of which one pointer leads nowhere is not done by half."""
    before = Held(made(id="M1", goods_shipment=_goods()))
    bad = made(
        function_code="13",
        type_code="COR",
        id="M1",
        amendment=[pointers(*MASS_PATH, tag="128", numbers=(1, 1, 2)), pointers("42A", "99Z")],
        goods_shipment={"government_agency_goods_item": [item(2, **mass(49))]},
    )
    taken = take(before, bad)
    assert (before, ["pointer_unknown"]) == (taken.held, codes(taken))


@pytest.mark.parametrize(
    ("before", "document", "code"),
    [
        (held(), ORIGINAL, "submitted_twice"),
        (None, CORRECTION, "nothing_submitted"),
        (None, answer(Answer.ACCEPTED), "nothing_submitted"),
        (held(), made(function_code="13", type_code="INV", id="M2"), "other_declaration"),
        (held(), respond(made(functional_reference_id="L2"), Answer.RELEASED, reference="R", at_ms=0), "other_declaration"),
        (held(standing=Standing.CANCELLED), cancel(), "cancelled_already"),
        (held(), made(function_code="13", type_code="INV", id="M1"), "no_reason"),
        (held(), made(function_code="13", type_code="INV", id="M1", amendment=[pointers("42A", "67A")]), "cancels_a_part"),
        (held(), made(function_code="13", type_code="XYZ", id="M1"), "intent_unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_in_four_languages(
    before: Held | None, document: Declaration | Response, code: str
) -> None:
    """A document that does not fit what stands changes nothing and says why."""
    taken = take(before, document)
    assert (before, [code]) == (taken.held, codes(taken))
    texts = [taken.findings[0].text(language) for language in LANGUAGES]
    assert len(LANGUAGES) == len(set(texts))
    assert all("{" not in text for text in texts)


def test_a_cancellation_may_point_at_the_whole_declaration() -> None:
    """A pointer at the declaration says what the request says anyway; a code or a sentence is reason enough."""
    pointed = made(function_code="13", type_code="INV", id="M1", amendment=[pointers("42A")])
    spoken = made(
        function_code="13", type_code="INV", id="M1", additional_information=[{"statement_description": "Sold"}]
    )
    assert [Standing.CANCELLED] * 3 == [
        after.standing for document in (pointed, spoken, cancel()) if (after := take(held(), document).held)
    ]


def test_a_rejected_declaration_may_come_again() -> None:
    """A rejection ends nothing: the mended declaration is an original."""
    rejected = take(held(), answer(Answer.REJECTED)).held
    again = take(rejected, ORIGINAL)
    assert (Standing.REJECTED, Held(ORIGINAL), []) == (rejected and rejected.standing, again.held, codes(again))


# --- the corpus ---------------------------------------------------------------------------------


def scenarios() -> list[Path]:
    found = sorted(path for path in CORPUS.iterdir()) if CORPUS.exists() else []
    if not found:
        pytest.skip("the scenarios are not beside this checkout")
    return found


def documents(scenario: Path) -> list[Declaration | Response]:
    """Return the documents of a scenario in the order of its steps: originals before what is about them."""
    found = []
    for path in sorted(scenario.iterdir()):
        try:
            found.append(read_wco(path.read_bytes()).content)
        except Malformed:
            assert "ovement" in path.name, path.name
    return sorted(
        found, key=lambda each: intent_of(each) is not Intent.ORIGINAL if isinstance(each, Declaration) else True
    )


def numbered(document: Declaration | Response) -> str | None:
    return document.id if isinstance(document, Declaration) else document.declaration and document.declaration.id


def test_every_scenario_is_replayed_with_its_requests_and_then_cancelled() -> None:
    """Originals are submitted, requests and answers taken in order, and at the end each declaration is cancelled."""
    replayed = amended = answers = cancelled = 0
    for scenario in scenarios():
        originals = [
            each for each in documents(scenario) if isinstance(each, Declaration) and intent_of(each) is Intent.ORIGINAL
        ]
        others = [each for each in documents(scenario) if each not in originals]
        for original in originals[:1]:
            replayed += 1
            # Customs gives the number; where no answer is in the scenario, the request tells which it was.
            number = next((name for each in others if (name := numbered(each))), None) or "M1"
            accepted = respond(made(id=number, functional_reference_id=original.functional_reference_id),
                               Answer.ACCEPTED, reference="R", at_ms=0)  # fmt: skip
            state = take(take(None, original).held, accepted).held
            for document in others:
                if numbered(document) not in (None, number):
                    continue
                taken = take(state, document)
                if isinstance(document, Response):
                    document_reference = document.declaration and document.declaration.functional_reference_id
                    if document_reference != original.functional_reference_id:
                        assert ["other_declaration"] == codes(taken)
                        continue
                    answers += 1
                elif intent_of(document) is Intent.AMENDMENT:
                    assert taken.changes, scenario.name
                    amended += 1
                assert () == taken.findings, (scenario.name, taken.findings)
                state = taken.held
            assert state is not None
            request = cancellation_of(state.declaration, reference="C", reason_code="1", reason="Replayed")
            again = read_wco(write_wco(request)).content
            ended = take(state, again)
            assert (Standing.CANCELLED, ()) == (ended.held and ended.held.standing, ended.findings), scenario.name
            cancelled += 1
    assert (replayed, cancelled) == (cancelled, replayed)
    assert replayed >= 29
    assert amended >= 2
    assert answers >= 8


def test_a_cancellation_follows_its_published_schema() -> None:
    """The request that we write is valid under the schema of cancellations."""
    schema = CORPUS.parent / "schemas" / "CANCEL.xsd"
    if not schema.exists():
        pytest.skip("the published schemas are not beside this checkout")
    request = cancellation_of(NUMBERED, reference="C1", reason_code="1", reason="Sold", submitter="XI1")
    assert () == SchemaValidator(schema).faults(write_wco(request))
