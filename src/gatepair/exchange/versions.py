"""Versions of message types: which one is written, and how one version becomes the next or the one before.

A type keeps its shape for ever; another shape is the next version of its family.  The writer uses the highest
version that the agreement lists and the partner reads; the reader raises what it gets to its own newest.  Each pair
of neighbouring versions has one function up and one down, named by both.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from gatepair.exchange.messages import CATALOGUE

Sections = Mapping[str, Any]
Step = Callable[[Sections], Sections]


def _announced_1_to_2(sections: Sections) -> Sections:
    """Whoever wrote version 1 said nothing of the trip."""
    return sections


def _announced_2_to_1(sections: Sections) -> Sections:
    """Has the section ``trip``, which is left out when it is lowered."""
    return {name: value for name, value in sections.items() if name != "trip"}


def _declined_1_to_2(sections: Sections) -> Sections:
    """A code of version 1 speaks of the whole."""
    return {
        name: {"reasons": [{"code": code} for code in value["reasons"]]} if name == "reasons" else value
        for name, value in sections.items()
    }


def _declined_2_to_1(sections: Sections) -> Sections:
    """Names the field that each reason speaks of; only the code is left when it is lowered."""
    return {
        name: {"reasons": [reason["code"] for reason in value["reasons"]]} if name == "reasons" else value
        for name, value in sections.items()
    }


UP: Final[Mapping[str, Step]] = {
    "crossing.announced/1": _announced_1_to_2,
    "crossing.declined/1": _declined_1_to_2,
}
"""From a version to the next one."""
DOWN: Final[Mapping[str, Step]] = {
    "crossing.announced/2": _announced_2_to_1,
    "crossing.declined/2": _declined_2_to_1,
}
"""From a version to the one before."""


def family(kind: str) -> str:
    """Return the type without its version."""
    return kind.partition("/")[0]


def version(kind: str) -> int:
    """Return the version of a type."""
    return int(kind.partition("/")[2])


def newest(kind: str) -> str:
    """Return the newest version of the family of ``kind`` in the catalogue; itself when the family is unknown."""
    known = [listed for listed in CATALOGUE if family(listed) == family(kind)]
    return max(known, key=version, default=kind)


def spoken(kind: str, *, agreed: Collection[str], heard: Collection[str] | None) -> str | None:
    """Return the version of the family of ``kind`` to be written; None when the agreement lists none that we write.

    ``agreed`` are the types that the agreement lets us send, ``heard`` those that the partner says it reads.  While
    it has not said so, and when it reads none of them, the lowest agreed version is written: every reader of the
    family began with it, and a message that cannot be read yet is answered, not lost.
    """
    versions = sorted(
        (listed for listed in agreed if listed in CATALOGUE and family(listed) == family(kind)), key=version
    )
    understood = [listed for listed in versions if heard is not None and listed in heard]
    if understood:
        return understood[-1]
    return versions[0] if versions else None


def lowered(kind: str, sections: Sections, *, to: str) -> Sections:
    """Return ``sections`` of ``kind`` as the older version ``to`` of its family spells them."""
    at = kind
    while version(at) > version(to):
        sections = DOWN[at](sections)
        at = f"{family(at)}/{version(at) - 1}"
    return sections


def raised(kind: str, sections: Sections) -> tuple[str, Sections]:
    """Return the newest version of the family of ``kind`` and ``sections`` as that version spells them."""
    at = kind
    while at in UP:
        sections = UP[at](sections)
        at = f"{family(at)}/{version(at) + 1}"
    return at, sections
