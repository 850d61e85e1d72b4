"""Canonical JSON in the exchange's narrow profile.

Profile: UTF-8, no insignificant space, object keys sorted and matching ``[a-z][a-z0-9_]*``,
integers within ±(2^53-1), no floats, text in NFC, no duplicate keys, nesting up to 32 levels.
Inside this profile the output equals RFC 8785 byte for byte (tested against ``rfc8785``).

Doors that lead in: :func:`decode` for foreign bytes of unknown shape, :func:`decode_strictly_as` and
:func:`decode_exactly_as` for foreign bytes of a known shape, :func:`decode_as` for bytes that we wrote ourselves.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast
from unicodedata import is_normalized

import msgspec

from gatepair.base.errors import Malformed, TooLarge

INTEGER_MAX: Final = 2**53 - 1
"""Largest integer that every JSON reader keeps exactly. Source: RFC 8785 §3.2.2.3, RFC 7493 §2.2."""
DEPTH_MAX: Final = 32
"""Deepest nesting that is read; bounds the work a hostile body can ask for."""

if TYPE_CHECKING:
    from collections.abc import Hashable

_KEY: Final = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ENCODER: Final = msgspec.json.Encoder(order="sorted")
_DECODER: Final = msgspec.json.Decoder()
_T = TypeVar("_T")


def encode(value: Any) -> bytes:
    """Return the canonical bytes of ``value`` (mappings, sequences, msgspec structs, str, int, bool, None).

    The value is trusted to lie within the profile; :func:`check` tells whether it does.
    """
    return _ENCODER.encode(value)


def check(value: Any, *, path: str = "") -> None:
    """Raise unless ``value`` (plain dict, list, tuple, str, int, bool, None) lies within the profile.

    Raises:
        Malformed: names the dotted ``path`` of the first value outside the profile.
    """
    # The quick walk says yes or no; only a no is walked again to name the place.
    if not _sound(value, DEPTH_MAX):
        _check(value, path, DEPTH_MAX)


def plain(value: Any) -> Any:
    """Return ``value`` with structs, enums and tuples turned into plain JSON values."""
    return msgspec.to_builtins(value)


def decode(raw: bytes, *, max_bytes: int) -> Any:
    """Return the value of canonical ``raw``, refusing every other spelling of it.

    Raises:
        TooLarge: ``raw`` is longer than ``max_bytes``.
        Malformed: not JSON, outside the profile, or not in canonical form.
    """
    _check_size(raw, max_bytes)
    value = _parsed(raw)
    check(value)
    _check_spelling(raw, value)
    return value


def decode_as(shape: type[_T], raw: bytes) -> _T:
    """Return ``raw`` as ``shape``; for bytes that this node wrote, so their form is not checked again.

    Raises:
        Malformed: ``raw`` does not have the shape; the message names the path.
    """
    try:
        found: _T = _typed(cast("Hashable", shape)).decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise Malformed(f"the bytes are not a {_name(shape)}: {error}") from error
    return found


def decode_strictly_as(shape: type[_T], raw: bytes, *, max_bytes: int) -> _T:
    """Return canonical foreign ``raw`` as ``shape``; re-encoding the result gives ``raw`` again.

    Raises:
        TooLarge: ``raw`` is longer than ``max_bytes``.
        Malformed: wrong shape, outside the profile, or not in canonical form.
    """
    _check_size(raw, max_bytes)
    check(_parsed(raw))
    shaped = decode_as(shape, raw)
    _check_spelling(raw, shaped)
    return shaped


def decode_exactly_as(shape: type[_T], raw: bytes, *, max_bytes: int) -> _T:
    """Return canonical foreign ``raw`` as ``shape``, whose fields all lie in the profile by their own constraints.

    Quicker than :func:`decode_strictly_as`; a field of free values is the caller's to :func:`check`.

    Raises:
        TooLarge: ``raw`` is longer than ``max_bytes``.
        Malformed: wrong shape, or not in canonical form.
    """
    _check_size(raw, max_bytes)
    shaped = decode_as(shape, raw)
    _check_spelling(raw, shaped)
    return shaped


@cache
def _typed(shape: Hashable) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape)


def _name(shape: object) -> str:
    return getattr(shape, "__name__", str(shape))


def _check_size(raw: bytes, max_bytes: int) -> None:
    if len(raw) > max_bytes:
        raise TooLarge(f"the body has {len(raw)} bytes; at most {max_bytes} are read", size=len(raw), limit=max_bytes)


def _parsed(raw: bytes) -> Any:
    try:
        return _DECODER.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise Malformed(f"the bytes are not JSON: {error}") from error


def _check_spelling(raw: bytes, value: Any) -> None:
    # Whatever a lenient parser forgives (duplicate keys, spaces, order, escapes, "-0") shows here.
    try:
        spelled = encode(value)
    except UnicodeError as error:
        raise Malformed("the text holds characters that cannot be written in UTF-8") from error
    if spelled != raw:
        raise Malformed("the JSON is not in canonical form (key order, spaces, escapes or a repeated key)")


@lru_cache(maxsize=4096)
def _is_key(key: object) -> bool:
    return isinstance(key, str) and _KEY.fullmatch(key) is not None


def _sound(value: Any, depth: int) -> bool:
    kind = type(value)
    if kind is str:
        return bool(value.isascii()) or (is_normalized("NFC", value) and not _SURROGATE.search(value))
    if kind is int:
        return bool(-INTEGER_MAX <= value <= INTEGER_MAX)
    if kind is dict:
        return depth > 0 and _sound_object(value, depth - 1)
    if kind is list or kind is tuple:
        return depth > 0 and all(_sound(inner, depth - 1) for inner in value)
    return value is None or kind is bool


def _sound_object(value: dict[Any, Any], depth: int) -> bool:
    # A plain loop, with the commonest members at once: every value of every body goes through here.
    for key, inner in value.items():
        if not _is_key(key):
            return False
        if type(inner) is str and inner.isascii():
            continue
        if not _sound(inner, depth):
            return False
    return True


def _check(value: Any, path: str, depth: int) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value, path)
    elif isinstance(value, int):
        if not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise Malformed(f"{path or 'the value'} is an integer beyond 2^53-1", path=path)
    elif depth == 0:
        raise Malformed(f"{path} is nested deeper than {DEPTH_MAX} levels", path=path)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not _KEY.fullmatch(key):
                raise Malformed(f"the key {key!r} at {path or 'the top'} is not [a-z][a-z0-9_]*", path=path)
            _check(inner, f"{path}.{key}" if path else key, depth - 1)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _check(inner, f"{path}.{index}", depth - 1)
    else:
        raise Malformed(f"{path or 'the value'} is a {type(value).__name__}, which the profile has not", path=path)


def _check_text(text: str, path: str) -> None:
    if text.isascii():
        return
    if _SURROGATE.search(text):
        raise Malformed(f"{path or 'the text'} holds half of a surrogate pair", path=path)
    if not is_normalized("NFC", text):
        raise Malformed(f"{path or 'the text'} is not in Unicode normal form C", path=path)
