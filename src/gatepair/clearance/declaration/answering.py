"""What customs answers to a declaration: accepted, rejected with its faults and where they are, released, cancelled.

A response says one word (:class:`Answer`) about one declaration.  Each finding becomes an error with a short code,
its sentence in one language, and pointers to its place.

Source: WCO Data Model 3.6, document RES; the function codes of responses are those that HM Revenue & Customs uses
for its Customs Declaration Service, of which the published samples show 01, 09 and 13.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from gatepair.base.findings import Finding, Language, Severity
from gatepair.base.time import Instant, to_datetime
from gatepair.clearance.declaration.amending import Intent, intent_of
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.pointing import pointers_of
from gatepair.clearance.declaration.response import Error, Response, Status
from gatepair.clearance.declaration.values import Moment
from gatepair.crossing import events as ev

INSTANT: Final = "304"
"""Form of an instant: CCYYMMDDHHMMSS and its zone. Source: UN/EDIFACT 2379."""
DESCRIPTION_MAX: Final = 512
"""Longest description of an error. Source: WCO Data Model, element 488, an..512."""
ERRORS_MAX: Final = 999
"""Most errors of one response; further ones help nobody."""


class Answer(StrEnum):
    """The one word of a response, by its function code."""

    ACCEPTED = "01"
    RECEIVED = "02"
    REJECTED = "03"
    UNDER_CONTROL = "05"
    DOCUMENTS_ASKED = "06"
    RELEASED = "09"
    CANCELLED = "10"


OF_EVENTS: Final[Mapping[type[ev.CrossingEvent], Answer]] = {
    ev.InspectionOrdered: Answer.UNDER_CONTROL,
    ev.CertificateAsked: Answer.DOCUMENTS_ASKED,
    ev.CrossingReleased: Answer.RELEASED,
    ev.ReleaseWithdrawn: Answer.UNDER_CONTROL,
    ev.CrossingCancelled: Answer.CANCELLED,
}
"""The word that a fact about the crossing is to its declarations; other facts are no answer to them."""


def answer_of(declaration: Declaration, findings: Iterable[Finding]) -> Answer:
    """Return the first word to a document: rejected when anything weighs as an error, else what it asked for."""
    if any(finding.severity is Severity.ERROR for finding in findings):
        return Answer.REJECTED
    return Answer.CANCELLED if intent_of(declaration) is Intent.CANCELLATION else Answer.ACCEPTED


def respond(
    declaration: Declaration,
    answer: Answer,
    *,
    reference: str,
    at_ms: int,
    findings: Iterable[Finding] = (),
    language: Language = "en",
) -> Response:
    """Return the response that says ``answer`` to ``declaration``.

    ``reference`` is the response's own (at most 35 characters are kept), ``at_ms`` when it is given.  Notes are not
    told; errors come before warnings.  The declaration is named by its references only: nothing of it goes back.
    """
    told = [finding for finding in findings if finding.severity is not Severity.NOTE]
    told.sort(key=lambda finding: finding.severity is not Severity.ERROR)
    instant = _instant(at_ms)
    released = (Status(effective_date_time=instant, release_date_time=instant),) if answer is Answer.RELEASED else ()
    return Response(
        function_code=answer.value,
        functional_reference_id=reference[:35],
        issue_date_time=instant,
        error=tuple(_error(declaration, finding, language) for finding in told[:ERRORS_MAX]),
        status=released,
        declaration=Declaration(
            acceptance_date_time=instant if answer is Answer.ACCEPTED else None,
            functional_reference_id=declaration.functional_reference_id,
            id=declaration.id,
            version_id=declaration.version_id,
        ),
    )


def short_code(code: str) -> str:
    """Return the eight characters by which a response names the finding ``code``, which is longer than it may be.

    ``G`` and seven letters and digits of the code's SHA-256; they stay the same as long as the code does.
    Source: WCO Data Model, element 377, an..8.
    """
    return "G" + base64.b32encode(hashlib.sha256(code.encode()).digest()).decode()[:7]


def _error(declaration: Declaration, finding: Finding, language: Language) -> Error:
    description = f"{finding.code}: {finding.text(language)}"
    return Error(
        validation_code=short_code(finding.code),
        description=description[:DESCRIPTION_MAX],
        pointer=pointers_of(declaration, finding.path),
    )


def _instant(at_ms: int) -> Moment:
    return Moment(to_datetime(Instant(at_ms)).strftime("%Y%m%d%H%M%SZ"), INSTANT)
