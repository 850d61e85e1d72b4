"""Forms from command types: which fields a person fills in, and how what was filled in becomes a command.

A form is read off the type of the command, so a command that gains a field has it on its page the
same day, and the page can offer nothing that the command does not take.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec import inspect as shapes

from gatepair.base.errors import Malformed
from gatepair.base.time import from_datetime
from gatepair.clearance.checking.codelists import minor_units
from gatepair.web.console.catalogue import say
from gatepair.web.console.figures import as_typed, scaled

ROWS_MAX: Final = 3
"""Rows that a form offers for a list of structures; more come by the interface."""
_LINE_MIN: Final = 200
"""A text that may be so long gets a box of several lines."""
_SEPARATORS: Final = re.compile(r"[\s,;]+")
_CLASS: Final = re.compile(r"\[([^\]]*?)(-?)\]")
_STROKE, _DASH = r"\/", r"\-"
"""A browser reads patterns with the flag ``v``, under which these two are escaped within a class (HTML, pattern)."""
MINOR: Final = "_minor"
"""How the names of amounts in the smallest unit of a currency end."""
_HIDDEN: Final = frozenset({"crossing", "at_ms"})
"""Which crossing comes from the page; when it happened is now."""


class Kind(StrEnum):
    """How a field is filled in."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    INSTANT = "instant"
    """Date and time on the clock of the post."""
    MONEY = "money"
    """An amount as it is written on paper, in the currency of the field beside it."""
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    """Any number of the choices."""
    LIST = "list"
    """Codes or numbers with white space or commas between."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form; ``name`` is its dotted place in the command."""

    name: str
    kind: Kind
    required: bool
    choices: tuple[str, ...] = ()
    length_max: int = 0
    pattern: str = ""


def fields_of(command: type[Struct]) -> tuple[Field, ...]:
    """Return the fields of the form of ``command`` in the order of its definition, what must be there first."""
    found = list(_walk(cast("shapes.StructType", shapes.type_info(command)), prefix="", required=True))
    return tuple(sorted(found, key=lambda field: not field.required))


def _walk(kind: shapes.StructType, *, prefix: str, required: bool) -> Iterator[Field]:
    for field in kind.fields:
        if not prefix and field.name in _HIDDEN:
            continue
        must = required and field.default is NODEFAULT and field.default_factory is NODEFAULT
        yield from _of_type(f"{prefix}{field.name}", _without_none(field.type), required=must)


def _of_type(name: str, kind: shapes.Type, *, required: bool) -> Iterator[Field]:
    match kind:
        case shapes.StructType():
            yield from _walk(kind, prefix=f"{name}.", required=required)
        case shapes.VarTupleType(item_type=shapes.StructType() as item):
            for row in range(ROWS_MAX):
                yield from _walk(item, prefix=f"{name}.{row}.", required=required and row == 0)
        case shapes.VarTupleType(item_type=shapes.EnumType() as item):
            yield Field(name, Kind.CHOICES, required, _members(item))
        case shapes.VarTupleType():
            yield Field(name, Kind.LIST, required)
        case shapes.EnumType():
            yield Field(name, Kind.CHOICE, required, _members(kind))
        case shapes.BoolType():
            yield Field(name, Kind.YES_NO, required)
        case shapes.IntType():
            yield Field(name, _kind_of_number(name), required)
        case shapes.StrType():
            long = (kind.max_length or 0) >= _LINE_MIN
            yield Field(
                name,
                Kind.LONG if long else Kind.TEXT,
                required,
                length_max=kind.max_length or 0,
                pattern=_in_browser(kind.pattern or ""),
            )
        case _:
            # A free value, such as that of a correction: text, or what its JSON says.
            yield Field(name, Kind.TEXT, required)


def _kind_of_number(name: str) -> Kind:
    if name.endswith("_ms"):
        return Kind.INSTANT
    return Kind.MONEY if name.endswith(MINOR) else Kind.NUMBER


def _members(kind: shapes.EnumType) -> tuple[str, ...]:
    return tuple(str(member.value) for member in kind.cls)


def _without_none(kind: shapes.Type) -> shapes.Type:
    if isinstance(kind, shapes.UnionType):
        return next(one for one in kind.types if not isinstance(one, shapes.NoneType))
    return kind


def _in_browser(pattern: str) -> str:
    """Return ``pattern`` (see :func:`gatepair.base.shapes.spelled`) as an attribute ``pattern``, which is anchored."""
    bare = pattern.removeprefix("^(?:").removesuffix(r")$(?!\n)")
    return _CLASS.sub(lambda found: f"[{found[1].replace('/', _STROKE)}{_DASH if found[2] else ''}]", bare)


def built(command: type[Struct], given: Mapping[str, str], *, zone: ZoneInfo, **known: Any) -> Struct:
    """Return the command that ``given`` (dotted names to text) fills in; what is left empty is absent.

    ``known`` are fields whose values the page knows, such as the crossing.  Times are read on the clock of ``zone``.

    Raises:
        Malformed: a field cannot be read or does not fit; ``fields.path`` names it.
    """
    document: dict[str, Any] = {"type": command.__name__}
    for field in fields_of(command):
        text = given.get(field.name, "").strip()
        if text and field.name not in known:
            _put(document, field.name.split("."), _read(field, text, given, zone))
    try:
        return msgspec.convert({**_listed(document), **known}, type=command)
    except msgspec.ValidationError as error:
        sentence, _, place = str(error).partition(" - at `")
        raise Malformed(sentence, path=place.rstrip("`").removeprefix("$.") or _named_in(sentence)) from error


def _named_in(sentence: str) -> str:
    """Return the field that a sentence about an absent one names."""
    found = re.search(r"`([a-z_.]+)`$", sentence)
    return found.group(1) if found else ""


def _read(field: Field, text: str, given: Mapping[str, str], zone: ZoneInfo) -> Any:
    match field.kind:
        case Kind.MONEY:
            return _minor(text, given.get(_currency_of(field.name), ""), path=field.name)
        case Kind.NUMBER:
            if re.fullmatch(r"-?[0-9]{1,16}", text) is None:
                raise Malformed(say("a whole number is needed here"), path=field.name)
            return int(text)
        case Kind.INSTANT:
            try:
                moment = datetime.fromisoformat(text)
            except ValueError as error:
                raise Malformed(say("date and time are needed here"), path=field.name) from error
            return int(from_datetime(moment.replace(tzinfo=zone)))
        case Kind.YES_NO:
            return text == "yes"
        case Kind.LIST | Kind.CHOICES:
            return [part for part in _SEPARATORS.split(text) if part]
        case Kind.TEXT | Kind.LONG | Kind.CHOICE:
            return text


def typed(path: str, values: Mapping[str, Any]) -> str:
    """Return the value at ``path`` as one would type it anew: money in its currency and not in the smallest unit."""
    value = values[path]
    return as_typed(value, minor_units(str(values.get(_currency_of(path), "")))) if path.endswith(MINOR) else str(value)


def read_as(text: str, path: str, values: Mapping[str, Any]) -> Any:
    """Return a new value for ``path`` in the kind of the one that stands: a number stays a number, money money.

    Raises:
        Malformed: it is no amount of money where one stands.
    """
    value, standing = text.strip(), values.get(path)
    if path.endswith(MINOR) and standing is not None:
        return _minor(value, str(values.get(_currency_of(path), "")), path="value")
    if isinstance(standing, int) and not isinstance(standing, bool):
        return int(value) if value.isascii() and value.isdigit() and len(value) <= 16 else value
    return value


def _currency_of(path: str) -> str:
    """Return the field beside an amount that says its currency."""
    return f"{path.rpartition('.')[0]}.currency".removeprefix(".")


def _minor(text: str, currency: str, *, path: str) -> int:
    minor = scaled(text, minor_units(currency.strip()))
    if minor is None:
        raise Malformed(say("this is no amount in this currency"), path=path)
    return minor


def _put(document: dict[str, Any], parts: list[str], value: Any) -> None:
    for part in parts[:-1]:
        document = document.setdefault(part, {})
    document[parts[-1]] = value


def _listed(node: Any) -> Any:
    """Return ``node`` with rows (keys that are all numbers) as lists; an empty row between two closes up."""
    if not isinstance(node, dict):
        return node
    inner = {key: _listed(one) for key, one in node.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
