"""Do the values of a message have the shapes of its type?  Asked by the writer before it seals and by the reader.

A value that does not fit is never a reason to refuse an entry from the mirror: the reader keeps it and answers with
an outcome that names code and place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from gatepair.base.findings import Finding
from gatepair.exchange.findings import SECTION_UNFIT
from gatepair.exchange.messages import CATALOGUE
from gatepair.exchange.sections.words import Shape

_AT: Final = re.compile(r" - at `\$(.*)`$")
_FIELD: Final = re.compile(r"field `(\w+)`")


def faults(kind: str, sections: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return a finding for each of ``sections`` that is not of the shape that ``kind`` gives it.

    A section that is absent is no fault: it may be withheld.  A type that is not read here, and a section that
    ``kind`` does not have, are the agreement's affair and no fault here.
    """
    listed = CATALOGUE.get(kind)
    shapes = {} if listed is None else listed.shapes
    found = (_fault(name, shapes[name], value) for name, value in sections.items() if name in shapes)
    return tuple(finding for finding in found if finding is not None)


def _fault(name: str, shape: type[Shape], value: Any) -> Finding | None:
    try:
        msgspec.convert(value, shape)
    except msgspec.ValidationError as error:
        return SECTION_UNFIT.at(f"{name}{_place(str(error))}", section=name, why=_AT.sub("", str(error)))
    return None


def _place(text: str) -> str:
    """Return the dotted place that msgspec names, with the field that is missing or too much."""
    at, field = _AT.search(text), _FIELD.search(text)
    steps = re.findall(r"\w+", at[1]) if at else []
    return "".join(f".{step}" for step in (*steps, *([field[1]] if field else [])))
