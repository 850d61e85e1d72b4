"""Where a private key is: the addresses that ``signers`` in ``post.json`` holds.

    file:keys/log.key                          a seed in a file of the post, Ed25519
    file:keys/log-p256.key?algorithm=p256      a seed for another algorithm
    pkcs11:token=gate;object=log?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=file:/run/gate.pin
    sm2:...                                    whatever the plug-in of that name reads

PKCS#11 addresses are those of RFC 7512.  A PIN never stands in an address, because addresses are
shown and logged: it comes from a file or from the environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, unquote_to_bytes

from gatepair.base.errors import SettingInvalid

_SCHEME: Final = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)
PATH_ATTRIBUTES: Final = frozenset({"token", "object", "id"})
QUERY_ATTRIBUTES: Final = frozenset({"module-path", "pin-source"})
PIN_BYTES_MAX: Final = 255
"""Longest PIN read. Source: PKCS#11 leaves it to the token; none known takes more."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address taken apart: scheme, and what follows it."""

    text: str
    scheme: str
    rest: str


@dataclass(frozen=True, slots=True)
class TokenAddress:
    """A key in a hardware module."""

    text: str
    module: str
    """File of the module's library."""
    token: str
    """Label of the token."""
    label: str
    """Label of the key; empty when ``key_id`` tells it."""
    key_id: bytes
    pin_source: str
    """``file:PATH`` or ``env:NAME``."""


def parse(text: str) -> Address:
    """Return ``text`` taken apart.

    Raises:
        SettingInvalid: it has no scheme.
    """
    scheme, colon, rest = text.partition(":")
    if not colon or not rest or not _SCHEME.fullmatch(scheme):
        raise SettingInvalid(f"{text[:80]} is no address of a key; write file:…, pkcs11:… or the name of a plug-in")
    return Address(text, scheme, rest)


def parse_token(address: Address) -> TokenAddress:
    """Return where in which module the key is.

    Raises:
        SettingInvalid: an attribute is unknown, missing or stands twice, or the PIN itself stands there.
    """
    path, _, query = address.rest.partition("?")
    where = _attributes(path, ";", PATH_ATTRIBUTES)
    how = _attributes(query, "&", QUERY_ATTRIBUTES)
    for name, found in (("token", where), ("module-path", how), ("pin-source", how)):
        if not found.get(name):
            raise SettingInvalid(f"the address of a key in a hardware module needs {name}=…", attribute=name)
    if not where.get("object") and not where.get("id"):
        raise SettingInvalid("the address of a key in a hardware module needs object=… or id=…", attribute="object")
    return TokenAddress(
        text=address.text,
        module=unquote(how["module-path"]),
        token=unquote(where["token"]),
        label=unquote(where.get("object", "")),
        key_id=unquote_to_bytes(where.get("id", "")),
        pin_source=unquote(how["pin-source"]),
    )


def read_pin(source: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return the PIN from ``file:PATH`` (one line) or ``env:NAME``.

    Raises:
        SettingInvalid: neither of the two, or there is none.
    """
    kind, _, name = source.partition(":")
    match kind:
        case "file":
            try:
                pin = Path(name).read_text("utf-8")[: PIN_BYTES_MAX + 1].rstrip("\r\n")
            except (OSError, UnicodeError) as error:
                raise SettingInvalid(f"the PIN cannot be read from {name}", file=name) from error
        case "env":
            pin = environment.get(name, "")
        case _:
            raise SettingInvalid("pin-source is file:PATH or env:NAME", attribute="pin-source")
    if not pin or len(pin) > PIN_BYTES_MAX:
        raise SettingInvalid(f"there is no PIN in {source}", source=source)
    return pin


def _attributes(text: str, separator: str, known: frozenset[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, text.split(separator)):
        name, _, value = part.partition("=")
        if name == "pin-value":
            raise SettingInvalid("a PIN never stands in an address; write pin-source=file:… or pin-source=env:…")
        if name not in known or name in found:
            raise SettingInvalid(f"the address of a key has no attribute {name[:40]} here, or has it twice")
        found[name] = value
    return found
