"""What the classes of the data model are made of: their fields by the name of the element in the source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, Final, get_args, get_origin

from msgspec import structs

from gatepair.clearance.declaration.values import Class

_CAPITALS: Final = {"aeo": "AEO", "id": "ID", "lpco": "LPCO", "ucr": "UCR", "undg": "UNDG", "wco": "WCO"}
"""Parts of names that the data model writes in capitals."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One field: its name, the class or type of its values, and whether it may hold several."""

    name: str
    kind: type
    many: bool


def element_name(field_name: str) -> str:
    """Return how the data model writes the field ``field_name``."""
    return "".join(_CAPITALS.get(part, part.capitalize()) for part in field_name.split("_"))


@cache
def slots_of(model: type[Class]) -> Mapping[str, Slot]:
    """Return the fields of ``model`` by the name of their element."""
    return {element_name(each.name): _slot(each.name, each.type) for each in structs.fields(model)}


def _slot(name: str, declared: Any) -> Slot:
    inner = [kind for kind in get_args(declared) if kind not in (type(None), Ellipsis)]
    if get_origin(declared) is tuple:
        return Slot(name, inner[0], many=True)
    return Slot(name, inner[0] if isinstance(declared, UnionType) else declared, many=False)
