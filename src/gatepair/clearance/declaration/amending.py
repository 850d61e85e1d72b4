"""Amendments: a request whose pointers name what changes becomes a changed declaration and a list of changes.

A request is a declaration of its own kind that holds the pointers and, at the places they name, the new
values.  A place that the request leaves empty is taken out.  Nothing else of the declaration changes.

Source: WCO Data Model 3.6, classes Amendment and Pointer; function code 13 with type COR or INV as
customs administrations use it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from msgspec import structs

from gatepair.base.findings import Finding
from gatepair.clearance.declaration import findings as say
from gatepair.clearance.declaration.identifiers import CLASS_BY_NUMBER, ELEMENT_BY_NUMBER
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.papers import Pointer
from gatepair.clearance.declaration.shape import Slot, slots_of
from gatepair.clearance.declaration.values import Class, Number

ROOT: Final = "42A"
"""Number of the class Declaration, with which every way begins."""


class Intent(StrEnum):
    """What a document asks for."""

    ORIGINAL = "original"
    AMENDMENT = "amendment"
    CANCELLATION = "cancellation"
    PRESENTATION = "presentation"
    """The notice that the goods are there."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Change:
    """One place that changed; None stands for nothing there."""

    path: str
    old: Any
    new: Any
    reason_code: str


@dataclass(frozen=True, slots=True)
class Amended:
    """The declaration after the request, what changed, and what the request asked that could not be done."""

    declaration: Declaration
    changes: tuple[Change, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Step:
    """One step down: the field, and for a field of several values which of them, counted from one."""

    slot: Slot
    number: int


def intent_of(document: Declaration) -> Intent:
    """Return what ``document`` asks for, by its function and type codes."""
    match document.function_code, document.type_code:
        case "9", _:
            return Intent.ORIGINAL
        case "13", "COR":
            return Intent.AMENDMENT
        case "13", "INV":
            return Intent.CANCELLATION
        case "13", "GPR":
            return Intent.PRESENTATION
        case _:
            return Intent.OTHER


def amend(declaration: Declaration, request: Declaration) -> Amended:
    """Return ``declaration`` as ``request`` changes it; what cannot be done is a finding and changes nothing."""
    changes: list[Change] = []
    findings: list[Finding] = []
    if not request.amendment:
        findings.append(say.NO_AMENDMENT.at("amendment"))
    for index, amendment in enumerate(request.amendment):
        path = f"amendment.{index}.pointer"
        steps = _steps(amendment.pointer, path)
        if isinstance(steps, Finding):
            findings.append(steps)
            continue
        place = ".".join(_words(declaration, steps))
        old, new = _at(declaration, steps), _at(request, steps)
        changed = _put(declaration, steps, new)
        if changed is None:
            findings.append(say.PLACE_MISSING.at(path, place=place))
        elif old != new:
            declaration = changed
            changes.append(Change(place, old, new, amendment.change_reason_code or ""))
    return Amended(declaration, tuple(changes), tuple(findings))


def _steps(pointers: Sequence[Pointer], path: str) -> list[_Step] | Finding:
    """Return the way that ``pointers`` describe, or why it is none."""
    if len(pointers) < 1 or pointers[0].document_section_code != ROOT:
        return say.POINTER_UNKNOWN.at(
            f"{path}.0", section=pointers[0].document_section_code if pointers else "", tag=""
        )
    model: type[Class] = Declaration
    steps: list[_Step] = []
    for index, pointer in enumerate(pointers):
        unknown = say.POINTER_UNKNOWN.at(
            f"{path}.{index}", section=pointer.document_section_code or "", tag=pointer.tag_id or ""
        )
        if index:
            slot = slots_of(model).get(CLASS_BY_NUMBER.get(pointer.document_section_code or "", ""))
            if slot is None:
                return unknown
            steps.append(_Step(slot, _number(pointer.sequence_numeric)))
            model = slot.kind
        if pointer.tag_id is not None:
            slot = slots_of(model).get(ELEMENT_BY_NUMBER.get((model.__name__, pointer.tag_id), ""))
            if slot is None or index != len(pointers) - 1:
                return unknown
            steps.append(_Step(slot, 1))
    return steps or say.POINTER_UNKNOWN.at(f"{path}.0", section=ROOT, tag="")


def _number(number: Number | None) -> int:
    return (number.scaled(0) or 1) if number is not None else 1


def _at(start: Class, steps: Sequence[_Step]) -> Any:
    """Return what stands at the end of ``steps``, None for nothing."""
    at: Any = start
    for step in steps:
        held = getattr(at, step.slot.name)
        if step.slot.many:
            index = _index(held, step.number, alone=len(held) == 1)
            at = held[index] if index is not None and index < len(held) else None
        else:
            at = held
        if at is None:
            return None
    return at


def _index(held: Sequence[Any], number: int, *, alone: bool) -> int | None:
    """Return which of ``held`` has the sequence number ``number``; where they have none, the place counts.

    A request that holds one value only means that one (``alone``), whatever its number in the declaration.
    """
    numbers = [getattr(each, "sequence_numeric", None) for each in held]
    for index, each in enumerate(numbers):
        if each is not None and each.scaled(0) == number:
            return index
    if any(each is not None for each in numbers):
        return None
    if number - 1 < len(held):
        return number - 1
    return 0 if alone else None


def _put(start: Any, steps: Sequence[_Step], new: Any) -> Any:
    """Return ``start`` with ``new`` at the end of ``steps``; None when the way there is missing."""
    step, rest = steps[0], steps[1:]
    held = getattr(start, step.slot.name)
    if not step.slot.many:
        inner = new if not rest else None if held is None else _put(held, rest, new)
        missing = bool(rest) and inner is None
        return None if missing else structs.replace(start, **{step.slot.name: inner})
    values = list(held)
    index = _index(values, step.number, alone=False)
    if index is None:
        if rest or new is None:
            return None
        values.append(new)
    elif rest:
        inner = _put(values[index], rest, new)
        if inner is None:
            return None
        values[index] = inner
    elif new is None:
        del values[index]
    else:
        values[index] = new
    return structs.replace(start, **{step.slot.name: tuple(values)})


def _words(start: Any, steps: Sequence[_Step]) -> list[str]:
    """Return the dotted path of ``steps``, with indexes counted from nought as in our own JSON."""
    words: list[str] = []
    at: Any = start
    for step in steps:
        words.append(step.slot.name)
        held = () if at is None else getattr(at, step.slot.name)
        if step.slot.many:
            found = _index(held, step.number, alone=False)
            index = len(held) if found is None else found
            words.append(str(index))
            at = held[index] if index < len(held) else None
        else:
            at = held or None
    return words
