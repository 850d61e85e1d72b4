"""Opening private keys by their addresses, and letting plug-ins in."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import unquote

from gatepair.adapters.signers.address import Address, parse, parse_token
from gatepair.adapters.signers.seeds import key_from_seed
from gatepair.base.errors import SettingInvalid
from gatepair.exchange.signer import Algorithm, Scheme, SigningKey, admit

PLUG_INS: Final = "gatepair.signers"
"""Group of entry points; the name of one is the scheme of its addresses."""


class PlugIn(Protocol):
    """What an entry point in :data:`PLUG_INS` names: a class or module with these."""

    algorithm: Algorithm
    """What it signs with; a built-in algorithm is refused."""
    scheme: Scheme
    """What checks its signatures."""

    def open_key(self, rest: str, directory: Path) -> SigningKey:
        """Return the key at ``rest``, the part of the address after the plug-in's name and a colon."""
        ...


def open_key(address: str, directory: Path) -> SigningKey:
    """Return the private key at ``address`` of the post in ``directory``.

    Raises:
        SettingInvalid: the address is misspelled, its file holds no seed, or what opens it is not installed.
        SignerUnavailable: a module, token or key is not there, or the PIN is wrong.
    """
    read = parse(address)
    match read.scheme:
        case "file":
            return _from_file(read, directory)
        case "pkcs11":
            return _from_token(read)
        case plug_in:
            return let_in(plug_in).open_key(read.rest, directory)


def let_in(name: str) -> PlugIn:
    """Return the plug-in ``name`` and let it check the signatures of its algorithm.

    Raises:
        SettingInvalid: no such plug-in is installed, it cannot be imported, or it would replace what is built in.
    """
    found = {entry.name: entry for entry in entry_points(group=PLUG_INS)}
    if name not in found:
        known = ", ".join(sorted(found)) or "none"
        raise SettingInvalid(f"there is no plug-in {name} for keys; installed: {known}", plug_in=name)
    plug_in = _loaded(found[name])
    admit(plug_in.algorithm, plug_in.scheme)
    return plug_in


def read_secret(path: Path) -> bytes:
    """Return the bytes that stand in hex in the file at ``path``.

    Raises:
        SettingInvalid: the file cannot be read or holds something else.
    """
    name = Path(path.parent.name) / path.name
    try:
        return bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise SettingInvalid(f"{name} cannot be read: put it back from where it is kept", key=path.stem) from error


def _from_file(address: Address, directory: Path) -> SigningKey:
    place, _, query = address.rest.partition("?")
    name, _, value = query.partition("=")
    if query and name != "algorithm":
        raise SettingInvalid(f"the address of a key in a file has no attribute {name[:40]}", attribute=name)
    try:
        algorithm = Algorithm(value) if query else Algorithm.ED25519
    except ValueError as error:
        known = ", ".join(each.value for each in Algorithm)
        raise SettingInvalid(f"there is no algorithm {value[:40]}; there are {known}", algorithm=value) from error
    return key_from_seed(algorithm, read_secret(directory / unquote(place)))


def _from_token(address: Address) -> SigningKey:
    try:
        from gatepair.adapters.signers.pkcs11 import TokenKey  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise SettingInvalid("keys in a hardware module need the extra: pip install 'gatepair[hsm]'") from error
    return TokenKey(parse_token(address))


def _loaded(entry: EntryPoint) -> PlugIn:
    try:
        plug_in: PlugIn = entry.load()
    except (ImportError, AttributeError) as error:
        raise SettingInvalid(f"the plug-in {entry.name} cannot be loaded: {error}", plug_in=entry.name) from error
    return plug_in
