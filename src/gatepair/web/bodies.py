"""Bodies that callers send: strict shapes, one decoder each, made once.

``forbid_unknown_fields`` everywhere; a command is a tagged union over every command there is.
What the shapes cannot say is checked after: integers inside canonical JSON's range, text in NFC,
no NUL, and the depth and kinds of free values.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar, Union

import msgspec
from msgspec import Meta, Struct

from gatepair.base.errors import Malformed
from gatepair.base.shapes import spelled
from gatepair.crossing.commands import CorrectField, RecordPartnerCorrection
from gatepair.exchange.key_statements import STATEMENT_BYTES_MAX
from gatepair.exchange.note import NOTE_BYTES_MAX
from gatepair.node.requests import COMMANDS

if TYPE_CHECKING:
    AnyCommand = Struct
else:
    AnyCommand = Union[COMMANDS]  # noqa: UP007 - made from a tuple

CommandId = Annotated[str, spelled(r"[A-Za-z0-9._:-]{8,80}")]
Version = Annotated[int, Meta(ge=0, le=9_007_199_254_740_991)]
Millis = Annotated[int, Meta(ge=0, le=9_007_199_254_740_991)]

INTEGER_MAX: Final = 9_007_199_254_740_991
"""2^53 - 1, the largest integer of canonical JSON (RFC 8785 §3.2.2.3)."""
FREE_DEPTH_MAX: Final = 4
"""How deep the free value of a correction may be nested; the deepest field of a declaration is at 3."""
_LONG: Final = re.compile(rb"[0-9]{16}")
"""Only a body with so many digits in a row can hold an integer out of range, so others are not walked."""
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")

S = TypeVar("S")


class CommandIn(Struct, frozen=True, forbid_unknown_fields=True):
    """One command of a batch; the caller makes the id before the first try."""

    id: CommandId
    command: AnyCommand
    expected_version: Version | None = None
    key: Annotated[str, Meta(max_length=200)] | None = None
    """Credential of who gives this command, when a terminal at the gate passes on what several people and
    devices do; absent: the caller's own."""


class CommandsIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /v1/commands``."""

    commands: Annotated[list[CommandIn], Meta(min_length=1)]


class ReasonIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of what a person decides about a lane: why."""

    reason: Annotated[str, Meta(min_length=3, max_length=280)]


class ConfirmIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of the second person's confirmation: when the first one asked, as the request says."""

    asked_at_ms: Millis


class SingleIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /v1/command``; the id is the header ``Idempotency-Key``."""

    command: AnyCommand
    expected_version: Version | None = None


class LoginIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /v1/session``."""

    login: Annotated[str, Meta(max_length=64)]
    password: Annotated[str, Meta(max_length=200)]


class ClockIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /v1/clock``."""

    now_ms: Millis


class CutIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /v1/link/cut``."""

    cut: bool


class StatementIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /v1/exchange/keys``: the signed note as the roots made it."""

    statement: Annotated[str, Meta(max_length=STATEMENT_BYTES_MAX)]


class VersionIn(Struct, frozen=True, forbid_unknown_fields=True):
    """Body of ``POST /v1/exchange/agreements``: the agreement and the note that the roots of both sides signed."""

    agreement: dict[str, Any]
    note: Annotated[str, Meta(max_length=NOTE_BYTES_MAX)]


VERSION_DECODER: Final = msgspec.json.Decoder(VersionIn)
STATEMENT_DECODER: Final = msgspec.json.Decoder(StatementIn)
REASON_DECODER: Final = msgspec.json.Decoder(ReasonIn)
CONFIRM_DECODER: Final = msgspec.json.Decoder(ConfirmIn)
COMMANDS_DECODER: Final = msgspec.json.Decoder(CommandsIn)
SINGLE_DECODER: Final = msgspec.json.Decoder(SingleIn)
LOGIN_DECODER: Final = msgspec.json.Decoder(LoginIn)
CLOCK_DECODER: Final = msgspec.json.Decoder(ClockIn)
CUT_DECODER: Final = msgspec.json.Decoder(CutIn)
COMMAND_ID: Final = re.compile(r"[A-Za-z0-9._:-]{8,80}")


def decode(decoder: msgspec.json.Decoder[S], body: bytes) -> S:
    """Return ``body`` in the decoder's shape, with its text checked.

    Raises:
        Malformed: not UTF-8, not NFC or with a NUL.
        msgspec.ValidationError: of another shape.
        msgspec.DecodeError: no JSON.
    """
    if not body.isascii() and not unicodedata.is_normalized("NFC", body.decode("utf-8")):
        raise Malformed("text is not in Unicode normal form NFC")
    decoded = decoder.decode(body)
    if _LONG.search(body):
        _check_integers(msgspec.to_builtins(decoded))
    if b"\\u" in body:
        # Escapes can hide what the check above looks for, so the decoded text is looked at once more.
        plain = msgspec.json.encode(decoded)
        if b"\\u0000" in plain:
            raise Malformed("text holds the character NUL")
        if not unicodedata.is_normalized("NFC", plain.decode("utf-8")):
            raise Malformed("text is not in Unicode normal form NFC")
    return decoded


def check_commands(commands: Iterable[Struct]) -> None:
    """Check what the shapes leave open: times and free values.

    Raises:
        Malformed: names the command by its place.
    """
    for index, command in enumerate(commands):
        at_ms = getattr(command, "at_ms", None)
        if at_ms is not None and at_ms < 0:
            raise Malformed("the time lies before 1970", path=f"$.commands[{index}].command.at_ms")
        if isinstance(command, (CorrectField, RecordPartnerCorrection)):
            _check_free(command.value, f"$.commands[{index}].command.value", depth=0)


def _check_integers(value: Any) -> None:
    if isinstance(value, int) and abs(value) > INTEGER_MAX:
        raise Malformed("an integer is outside the range of canonical JSON")
    if isinstance(value, dict):
        for item in value.values():
            _check_integers(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check_integers(item)


def _check_free(value: Any, path: str, *, depth: int) -> None:
    if depth > FREE_DEPTH_MAX:
        raise Malformed(f"a value is nested more than {FREE_DEPTH_MAX} deep", path=path)
    match value:
        case None | bool() | str() | int():
            return
        case float():
            raise Malformed("a number has a fraction; the interface knows integers only", path=path)
        case list():
            for index, item in enumerate(value):
                _check_free(item, f"{path}[{index}]", depth=depth + 1)
        case dict():
            for key, item in value.items():
                if _KEY.fullmatch(key) is None:
                    raise Malformed("a name in a value is not of the form [a-z][a-z0-9_]*", path=path)
                _check_free(item, f"{path}.{key}", depth=depth + 1)
        case _:
            raise Malformed("a value is of a kind the interface does not know", path=path)
