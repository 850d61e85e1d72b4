"""Disclosures: a section that was withheld is shown later, and checked against the header that was signed long ago.

A disclosure needs no signature.  Whoever brings it, the digest in the header decides: no other salt
and value fit, and nobody can tell whether a digest without a disclosure hides anything at all.
Whoever takes one over the line answers with a receipt, so that its writer can prove that it was given.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from gatepair.base import canonical
from gatepair.base.errors import EnvelopeRejected
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Party, SectionName
from gatepair.exchange.envelope import (
    BODY_BYTES_MAX,
    Header,
    Hex32,
    Natural,
    OriginText,
    Section,
    section_digest,
)
from gatepair.exchange.signer import SigningKey

MEDIA_TYPE: Final = "application/vnd.gatepair.disclosure+json"
SUFFIX: Final = ".gpdisclosure"
PATH: Final = "/x/1/disclosure"
"""Where the partner takes a disclosure over HTTP."""
_MARK: Final = "gatepair/disclosed/v1"
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


def receipt_text(raw: bytes) -> str:
    """Return what the receipt over the disclosure ``raw`` says: log, index, leaf, and the SHA-256 of its bytes.

    Raises:
        TooLarge: over its limit.
        Malformed: not a disclosure in canonical form.
    """
    read = decode_disclosure(raw)
    return f"{_MARK}\n{read.log}\n{read.index}\n{read.leaf}\n{sha256(raw).hexdigest()}\n"


def sign_receipt(raw: bytes, holder: Party, *, key: SigningKey, at_s: int) -> str:
    """Return the receipt by the mirror ``key`` of ``holder``, which states the time ``at_s`` (POSIX seconds)."""
    text = receipt_text(raw)
    return notes.Note(text, (notes.cosign(text, name=holder.mirror_name, key=key, at_s=at_s),)).to_text()


def check_receipt(text: str | bytes, raw: bytes, *, holder: Party) -> int:
    """Return the time, POSIX seconds, at which ``holder`` stated that it holds what ``raw`` discloses.

    Raises:
        EnvelopeRejected: it is a receipt over something else, or the holder's mirror key did not sign it.
    """
    signed = notes.parse(text)
    if signed.text != receipt_text(raw):
        raise EnvelopeRejected("the receipt is over another disclosure")
    return notes.verify(signed, holder.mirror_verifier())
