"""Dotted paths into what was declared: reading, correcting and comparing them with reliance patterns.

The tree has the roots ``regime goods parties documents synthetic driver binding``; a leading
``declaration.`` is allowed and dropped, so one place has one name.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

from gatepair.base.canonical import encode
from gatepair.crossing.model import Binding, Declaration, Driver

WHOLE: Final = ("binding", "driver")
"""Roots beside the declaration's own fields."""
_DECLARED: Final = frozenset(Declaration.__struct_fields__) - {"synthetic"}


class PathUnknownError(Exception):
    """The path names no field (internal; decisions turn it into a finding)."""


class ValueUnfitError(Exception):
    """The value does not fit the field (internal; decisions turn it into a finding)."""


def canonical_path(path: str) -> str:
    """Return ``path`` without the optional ``declaration.`` in front."""
    return path.removeprefix("declaration.")


def touches(pattern: str, path: str) -> bool:
    """Tell whether a decision relying on ``pattern`` rests on anything at, above or below ``path``.

    ``*`` stands for one segment: ``goods.*.hs`` is touched by ``goods.0.hs``, ``goods.0`` and ``goods``,
    and not by ``goods.0.value_minor``.
    """
    wanted = canonical_path(pattern).split(".")
    given = canonical_path(path).split(".")
    return all(left in ("*", right) or right == "*" for left, right in zip(wanted, given, strict=False))


def plain(value: object) -> Any:
    """Return ``value`` as the JSON values that an event holds."""
    return msgspec.json.decode(encode(value))


def value_at(path: str, *, declaration: Declaration, binding: Binding, driver: Driver | None) -> Any:
    """Return the present value at ``path`` as plain JSON values.

    Raises:
        PathUnknownError: when there is no such field.
    """
    head, *rest = canonical_path(path).split(".")
    root = _root(head, declaration=declaration, binding=binding, driver=driver)
    return plain(_walk(root, rest))


def _root(head: str, *, declaration: Declaration, binding: Binding, driver: Driver | None) -> object:
    if head == "binding":
        return binding
    if head == "driver":
        return driver
    if head in _DECLARED:
        return getattr(declaration, head)
    raise PathUnknownError(head)


def _walk(node: object, segments: list[str]) -> object:
    for segment in segments:
        if isinstance(node, msgspec.Struct) and segment in node.__struct_fields__:
            node = getattr(node, segment)
        elif isinstance(node, tuple) and _is_index(segment) and int(segment) < len(node):
            node = node[int(segment)]
        else:
            raise PathUnknownError(segment)
    return node


def _is_index(segment: str) -> bool:
    return segment.isascii() and segment.isdigit() and len(segment) <= 3 and str(int(segment)) == segment


def with_value(
    path: str, value: object, *, declaration: Declaration, binding: Binding, driver: Driver | None
) -> tuple[Declaration, Binding, Driver | None]:
    """Return declaration, binding and driver with ``value`` at ``path``, checked against their types.

    Raises:
        PathUnknownError: when there is no such field.
        ValueUnfitError: when the value does not fit; the text is for the operator.
    """
    head, *rest = canonical_path(path).split(".")
    present = _root(head, declaration=declaration, binding=binding, driver=driver)
    _walk(present, rest[:-1] if rest else [])
    try:
        tree = _set(msgspec.to_builtins(present), rest, plain(value))
        if head == "binding":
            return declaration, msgspec.convert(tree, Binding), driver
        if head == "driver":
            return declaration, binding, msgspec.convert(tree, Driver | None)
        whole = msgspec.to_builtins(declaration)
        whole[head] = tree
        return msgspec.convert(whole, Declaration), binding, driver
    except (msgspec.ValidationError, TypeError, ValueError, OverflowError) as error:
        raise ValueUnfitError(str(error)) from error


def _set(node: Any, segments: list[str], value: Any) -> Any:
    """Return a copy of ``node`` with ``value`` at ``segments``; the types are checked by the caller."""
    if not segments:
        return value
    head, *rest = segments
    if isinstance(node, dict):
        return {**node, head: _set(node.get(head), rest, value)}
    if isinstance(node, list | tuple):
        items = list(node)
        if not _is_index(head) or int(head) > len(items) or (int(head) == len(items) and rest):
            raise PathUnknownError(head)
        place = int(head)
        items[place : place + 1] = [_set(items[place] if place < len(items) else None, rest, value)]
        return items
    raise PathUnknownError(head)
