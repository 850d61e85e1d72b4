"""From the dotted path of our findings to the pointers of the WCO Data Model, by which other systems find the place.

Source: WCO Data Model 3.6, class Pointer: a step for each class, its how manieth, and at the end an element.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gatepair.clearance.declaration.identifiers import CLASS_BY_NUMBER, ELEMENT_BY_NUMBER
from gatepair.clearance.declaration.model import Declaration
from gatepair.clearance.declaration.papers import Pointer
from gatepair.clearance.declaration.shape import Slot, element_name, slots_of
from gatepair.clearance.declaration.values import Class, Number

_NUMBER_BY_CLASS: Final[Mapping[str, str]] = {name: number for number, name in CLASS_BY_NUMBER.items()}
_NUMBER_BY_ELEMENT: Final[Mapping[tuple[str, str], str]] = {
    (of, name): number for (of, number), name in ELEMENT_BY_NUMBER.items()
}
_ROOT: Final = "Declaration"


def pointers_of(declaration: Declaration, path: str) -> tuple[Pointer, ...]:
    """Return the pointers to ``path`` in ``declaration``; as far as the data model has numbers for the way.

    A path that leads nowhere gives no pointers, and one that leaves the numbered classes those before it.
    Of parts that have sequence numbers their own number is pointed at, of others the place counted from one.
    """
    pointers = [_pointer(_NUMBER_BY_CLASS[_ROOT], 1)]
    model: type[Class] = Declaration
    at: Any = declaration
    steps = path.split(".") if path else []
    while steps:
        name = steps.pop(0)
        slot = slots_of(model).get(element_name(name))
        if slot is None or slot.name != name:
            return () if model is Declaration else tuple(pointers)
        held = getattr(at, name, None)
        number = _NUMBER_BY_CLASS.get(_class_of(slot))
        if number is None:
            tag = _NUMBER_BY_ELEMENT.get((model.__name__, element_name(name)))
            if tag is not None:
                last = pointers[-1]
                pointers[-1] = Pointer(
                    sequence_numeric=last.sequence_numeric,
                    document_section_code=last.document_section_code,
                    tag_id=tag,
                )
            return tuple(pointers)
        index = int(steps.pop(0)) if slot.many and steps and steps[0].isdecimal() and len(steps[0]) < 6 else 0
        at = _held(held, index) if slot.many else held
        pointers.append(_pointer(number, _sequence(at, index)))
        model = slot.kind
    return tuple(pointers)


def _class_of(slot: Slot) -> str:
    """Return the name of a class of the model; nothing for texts, numbers and moments."""
    return slot.kind.__name__ if issubclass(slot.kind, Class) else ""


def _held(held: Any, index: int) -> Any:
    return held[index] if held and index < len(held) else None


def _sequence(at: Any, index: int) -> int:
    number = getattr(at, "sequence_numeric", None)
    own = number.scaled(0) if isinstance(number, Number) else None
    return index + 1 if own is None else own


def _pointer(section: str, number: int) -> Pointer:
    return Pointer(sequence_numeric=Number(coefficient=number), document_section_code=section)
