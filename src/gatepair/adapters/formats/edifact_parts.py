"""What the messages of UN/EDIFACT that we read and write have in common: numbers, units, addresses, parties, instants."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from gatepair.adapters.formats.edifact import Message, Segment
from gatepair.base.errors import Malformed
from gatepair.base.findings import Finding
from gatepair.clearance.declaration import findings as say
from gatepair.clearance.declaration.values import decimal

Fields = dict[str, Any]
_UNITS: Final = {"KG": "KGM"}
"""Units that senders write otherwise than UN/ECE Recommendation 20 does."""

_FORMS: Final = {
    "101": ("YYMMDD", "%y%m%d", 6),
    "102": ("CCYYMMDD", "%Y%m%d", 8),
    "201": ("YYMMDDHHMM", "%y%m%d%H%M", 10),
    "203": ("CCYYMMDDHHMM", "%Y%m%d%H%M", 12),
    "204": ("CCYYMMDDHHMMSS", "%Y%m%d%H%M%S", 14),
}
"""How an instant is written, by its code, for a person and for the parser, and its length. Source: UN/EDIFACT 2379."""


def number_in(segment: Segment, element: int, component: int = 0) -> Fields | None:
    """Return a decimal as the fields of a number; one that is none is left for the findings.

    The decimal mark is a point or a comma, and thousands are never parted. Source: ISO 9735, §10.
    """
    text = segment.peek(element, component)
    if text is None:
        return None
    plain = text.replace(",", ".")
    try:
        fields = decimal(f"0{plain}" if plain.startswith(".") else plain)
    except Malformed:
        return None
    segment.take(element, component)
    return fields


def unit_of(unit: str | None) -> str:
    """Return ``unit`` as UN/ECE Recommendation 20 writes it, empty for none."""
    return _UNITS.get(unit or "", unit or "")


def measure_in(segment: Segment, element: int) -> Fields | None:
    """Return a measure written as unit and value (C174), with its unit marked as used."""
    measure = number_in(segment, element, 1)
    return None if measure is None else {**measure, "unit": unit_of(segment.take(element))}


def address_in(segment: Segment) -> Fields:
    """Return the address of a NAD segment."""
    lines = " ".join(segment.rest(4))
    found = {
        "line": lines,
        "city_name": segment.take(5),
        "postcode_id": segment.take(7),
        "country_code": segment.take(8),
    }
    return {name: text for name, text in found.items() if text}


def party_in(segment: Segment, *, address: bool) -> Fields:
    """Return identifier, name and where wanted ``address`` of a NAD segment; its role is the caller's to take.

    C082 holds the identifier with the list and the agency it is of; C058 and C080 the name in lines.
    """
    party: Fields = {}
    if identifier := ":".join(segment.rest(1)):
        party["id"] = identifier
    if names := [*segment.rest(2), *segment.rest(3)]:
        party["name"] = " ".join(names)
    if address and (found := address_in(segment)):
        party["address"] = found
    return party


def moment_in(segment: Segment) -> Fields | None:
    """Return the instant of a DTM segment and mark all of it as used; one that is too long for any form is left."""
    text, form = segment.peek(0, 1), segment.peek(0, 2) or ""
    if text is None or len(text) > 64 or len(form) > 3:
        return None
    for component in range(3):
        segment.take(0, component)
    return {"text": text, "form": form}


def undated_in(message: Message) -> Iterator[Finding]:
    """Yield a finding for each instant of a DTM that was taken over and is none by the form it names.

    A form that is not among those that we know is not judged.
    """
    for segment in message.segments:
        text = segment.peek(0, 1)
        form = _FORMS.get(segment.peek(0, 2) or "")
        if segment.tag == "DTM" and text and form and segment.has_used(0, 1) and not _fits(text, form[1], form[2]):
            place = f"DTM[{segment.number}].0.1"
            yield say.NOT_A_DATE.at(place, line=segment.number, segment=segment.tag, text=text[:80], form=form[0])


def _fits(text: str, pattern: str, length: int) -> bool:
    if len(text) != length or not (text.isascii() and text.isdigit()):
        return False
    try:
        datetime.strptime(text, pattern)  # noqa: DTZ007 - whether there is such a day, wherever it is
    except ValueError:
        return False
    return True


def means_in(segment: Segment) -> Fields:
    """Return the means of transport of a TDT segment: mode, kind, identifier, name, nationality."""
    means: Fields = {}
    places = {
        "mode_code": (2, 0),
        "type_code": (3, 0),
        "id": (7, 0),
        "name": (7, 3),
        "registration_nationality_code": (7, 4),
    }
    for name, place in places.items():
        if (text := segment.take(*place)) is not None:
            means[name] = text
    # C222 holds the identifier, the list and the agency that it is of, the name and the nationality.
    listed = [text for text in (segment.take(7, 1), segment.take(7, 2)) if text is not None]
    if listed:
        means["identification_type_code"] = ":".join(listed)
    return means
