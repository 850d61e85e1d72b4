"""SM2 with SM3 (GB/T 32918) as a plug-in, off until ``post.json`` names it; the package gmssl-pyx does the work.

Address of a key: ``sm2:keys/log-sm2.key``, a file with private number and public point, 96 bytes in hex.
Signatures are DER, as GB/T 35276 has them, under the default identity.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any, Final

from typing_extensions import override

from gatepair.adapters.signers.opening import read_secret
from gatepair.base.errors import SettingInvalid
from gatepair.exchange.signer import Algorithm, SigningKey

NUMBER_BYTES: Final = 32
POINT_BYTES: Final = 64


class Sm2Scheme:
    """Checks SM2 signatures."""

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Return whether the holder of ``public`` made ``signature`` over ``message``."""
        library = _library()
        try:
            return bool(library.sm2_verify(public[1:], message, signature))
        except library.GmsslInnerError:
            return False


class Sm2Key:
    """An SM2 private key held in memory."""

    algorithm: Final = Algorithm.SM2

    def __init__(self, pair: bytes) -> None:
        """Take the private number and the public point, 32 and 64 bytes.

        Raises:
            SettingInvalid: they have another length, or do not belong together.
        """
        self._number, self._public = pair[:NUMBER_BYTES], b"\x04" + pair[NUMBER_BYTES:]
        if len(pair) != NUMBER_BYTES + POINT_BYTES or not self._fits():
            raise SettingInvalid("a key by SM2 is a private number and its public point, 96 bytes")

    @property
    def public(self) -> bytes:
        """Return the public point, uncompressed, 65 bytes."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return a signature of ``message`` in DER; every time another one."""
        return bytes(_library().sm2_sign(self._number, self._public[1:], message))

    def _fits(self) -> bool:
        proof = b"gatepair"
        try:
            return Sm2Scheme().verify(self._public, proof, self.sign(proof))
        except _library().GmsslInnerError:
            return False

    @override
    def __repr__(self) -> str:
        """Show the public key only."""
        return f"Sm2Key({self._public.hex()})"


class PlugIn:
    """What the entry point names."""

    algorithm: Final = Algorithm.SM2
    scheme: Final = Sm2Scheme()

    def open_key(self, rest: str, directory: Path) -> SigningKey:
        """Return the key in the file ``rest``."""
        return Sm2Key(read_secret(directory / rest))


PLUG_IN: Final = PlugIn()


def _library() -> Any:
    # An optional extra: whoever wants the plug-in installs its package too.
    try:
        return import_module("gmssl_pyx")
    except ImportError as error:
        raise SettingInvalid("the plug-in sm2 needs the extra: pip install 'gatepair[sm2]'") from error
