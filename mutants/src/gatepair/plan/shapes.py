"""Holds plain values against the plan's types and names every place that does not fit.

``msgspec.convert`` stops at the first fault; an author of a plan wants all of them.  The walk
reads the same type information, so the two cannot disagree on what a plan looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import msgspec.inspect as kinds

from gatepair.plan import findings
from gatepair.plan.problems import Fault, Path, fault, suggestion

FORMS = {
    r"^[a-z0-9][a-z0-9-]{0,47}$": "a key of small letters, digits and hyphens, at most 48 long",
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$": "a time such as 07:30",
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$": "a date such as 2025-11-11",
    "^[A-Z]{2}$": "a country code of two capital letters",
    "^[A-Z]{3}$": "a currency code of three capital letters",
}
"""What each pattern of ``plan.model`` asks for, in words."""


@lru_cache(maxsize=32)
def type_of(model: Any) -> kinds.Type:
    """Return the type tree of ``model``, a msgspec struct."""
    return kinds.type_info(model)


def faults(value: Any, shape: kinds.Type, path: Path = ()) -> Iterator[Fault]:
    """Yield each place in ``value`` that does not fit ``shape``, in document order."""
    match shape:
        case kinds.StructType():
            yield from _struct(value, shape, path)
        case kinds.DictType():
            yield from _table(value, shape, path)
        case kinds.VarTupleType():
            yield from _items(value, shape, path)
        case kinds.TupleType():
            yield from _fixed(value, shape, path)
        case kinds.UnionType():
            yield from _union(value, shape, path)
        case _:
            yield from _scalar(value, shape, path)


def inner(shape: kinds.Type, part: str) -> kinds.Type | None:
    """Return the type that stands at ``part`` of a value of ``shape``; None where nothing can stand."""
    match shape:
        case kinds.StructType(fields=fields):
            return next((field.type for field in fields if field.encode_name == part), None)
        case kinds.DictType(value_type=value_type):
            return value_type
        case kinds.VarTupleType(item_type=item_type):
            return item_type if part.isdecimal() else None
        case kinds.UnionType(types=types):
            found = (inner(one, part) for one in types)
            return next((one for one in found if one is not None), None)
        case _:
            return None


def parts_known(shape: kinds.Type) -> list[str]:
    """Return the names that may stand under a value of ``shape`` as far as the type alone tells."""
    match shape:
        case kinds.StructType(fields=fields):
            return [field.encode_name for field in fields]
        case kinds.UnionType(types=types):
            return [name for one in types for name in parts_known(one)]
        case _:
            return []


def _struct(value: Any, shape: kinds.StructType, path: Path) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield _wrong(value, shape, path)
        return
    fields = {field.encode_name: field for field in shape.fields}
    for key, item in value.items():
        if key in fields:
            yield from faults(item, fields[key].type, (*path, key))
        else:
            known = _instead(key, [name for name in fields if name not in value])
            yield fault(findings.UNKNOWN_KEY, (*path, key), key=key, known=known)
    for name, field in fields.items():
        if field.required and name not in value:
            yield fault(findings.MISSING_KEY, path, key=name, wanted=wanted(field.type))


def _instead(key: str, names: list[str]) -> str:
    """A key with a space is nearly always the tail of an unquoted text that has a comma."""
    if " " in key.strip():
        return "the text before it in quotes, because its comma ends it"
    return suggestion(key, names)


def _table(value: Any, shape: kinds.DictType, path: Path) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield _wrong(value, shape, path)
        return
    for key, item in value.items():
        yield from faults(key, shape.key_type, (*path, key))
        yield from faults(item, shape.value_type, (*path, key))


def _items(value: Any, shape: kinds.VarTupleType, path: Path) -> Iterator[Fault]:
    if not isinstance(value, (list, tuple)):
        yield _wrong(value, shape, path)
        return
    for index, item in enumerate(value):
        yield from faults(item, shape.item_type, (*path, index))


def _fixed(value: Any, shape: kinds.TupleType, path: Path) -> Iterator[Fault]:
    if not isinstance(value, (list, tuple)) or len(value) != len(shape.item_types):
        yield _wrong(value, shape, path)
        return
    for index, (item, item_type) in enumerate(zip(value, shape.item_types, strict=True)):
        yield from faults(item, item_type, (*path, index))


def _union(value: Any, shape: kinds.UnionType, path: Path) -> Iterator[Fault]:
    """The plan's unions are all of one type or nothing."""
    if value is None and any(isinstance(one, kinds.NoneType) for one in shape.types):
        return
    others = [one for one in shape.types if not isinstance(one, kinds.NoneType)]
    if len(others) == 1:
        yield from faults(value, others[0], path)


def _scalar(value: Any, shape: kinds.Type, path: Path) -> Iterator[Fault]:
    match shape:
        case kinds.EnumType(cls=cls):
            choices = [str(member.value) for member in cls]
            if value not in choices:
                yield fault(findings.NOT_A_CHOICE, path, found=_quoted(value), known=suggestion(value, choices))
        case kinds.StrType():
            if not isinstance(value, str):
                yield _wrong(value, shape, path)
            elif shape.pattern and not re.search(shape.pattern, value):
                yield fault(findings.BAD_FORM, path, found=_quoted(value), wanted=wanted(shape))
        case kinds.IntType():
            if not isinstance(value, int) or isinstance(value, bool):
                yield _wrong(value, shape, path)
            elif not _within(value, shape):
                yield fault(findings.OUT_OF_RANGE, path, found=value, wanted=_range(shape))
        case kinds.BoolType():
            if not isinstance(value, bool):
                yield _wrong(value, shape, path)
        case _:
            return


def _within(value: int, shape: kinds.IntType) -> bool:
    return (shape.ge is None or value >= shape.ge) and (shape.le is None or value <= shape.le)


def _range(shape: kinds.IntType) -> str:
    if shape.le is None:
        return f"of at least {shape.ge}"
    return f"from {shape.ge} to {shape.le}"


def wanted(shape: kinds.Type) -> str:
    """Return in words what a value of ``shape`` looks like."""
    match shape:
        case kinds.StructType(cls=cls):
            return f"a mapping with the keys of {cls.__name__}"
        case kinds.DictType():
            return "a mapping"
        case kinds.VarTupleType():
            return "a list"
        case kinds.TupleType(item_types=item_types):
            return f"a list of {len(item_types)}"
        case kinds.UnionType(types=types):
            return wanted(types[0])
        case kinds.EnumType(cls=cls):
            return suggestion("", [str(member.value) for member in cls])
        case kinds.StrType(pattern=pattern):
            return FORMS.get(pattern or "", "text")
        case kinds.IntType():
            return "a whole number"
        case kinds.BoolType():
            return "true or false"
        case _:
            return "a value"


def _wrong(value: Any, shape: kinds.Type, path: Path) -> Fault:
    return fault(findings.WRONG_TYPE, path, found=_quoted(value), wanted=wanted(shape))


def _quoted(value: Any) -> str:
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case dict():
            return "a mapping"
        case list() | tuple():
            return f"a list of {len(value)}"
        case int():
            return f"the number {value}"
        case float():
            return f"the fraction {value}"
        case _:
            return f"“{str(value)[:60]}”"
