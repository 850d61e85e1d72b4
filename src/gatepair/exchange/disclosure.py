"""Disclosures: a section that was withheld is shown later, and checked against the header that was signed long ago.

A disclosure needs no signature.  Whoever brings it, the digest in the header decides: no other salt
and value fit, and nobody can tell whether a digest without a disclosure hides anything at all.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from gatepair.base import canonical
from gatepair.base.errors import EnvelopeRejected
from gatepair.exchange.agreement import SectionName
from gatepair.exchange.envelope import (
    BODY_BYTES_MAX,
    Header,
    Hex32,
    Natural,
    OriginText,
    Section,
    section_digest,
)

MEDIA_TYPE: Final = "application/vnd.gatepair.disclosure+json"
SUFFIX: Final = ".gpdisclosure"
DISCLOSURE_BYTES_MAX: Final = BODY_BYTES_MAX + 1024
"""Longest disclosure read: a whole body, and the place of its entry."""


class Disclosure(Struct, frozen=True, forbid_unknown_fields=True):
    """Sections of one entry, with where it stands."""

    format: Literal["gatepair/disclosure/v1"]
    index: Natural
    leaf: Hex32
    log: OriginText
    sections: Annotated[dict[SectionName, Section], Meta(min_length=1)]


def decode_disclosure(raw: bytes) -> Disclosure:
    """Return the disclosure in ``raw``.

    Raises:
        TooLarge: over its limit.
        Malformed: not a disclosure in canonical form.
    """
    read = canonical.decode_exactly_as(Disclosure, raw, max_bytes=DISCLOSURE_BYTES_MAX)
    for name, section in read.sections.items():
        canonical.check(section.value, path=name)
    return read


def check_fits(header: Header, sections: dict[str, Section]) -> None:
    """Raise unless each of ``sections`` fits its digest in ``header``.

    Raises:
        EnvelopeRejected: the header has no such section, or the section does not fit.
    """
    for name, section in sections.items():
        if header.sections.get(name) != section_digest(name, section):
            raise EnvelopeRejected(f"the section {name} does not fit its digest in {header.id}", id=header.id)
