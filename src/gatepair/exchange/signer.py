"""Keys that sign: a narrow port, and Ed25519 behind it.

Other kinds (P-256, ML-DSA-44, a hardware module) come in through the same port later; nothing
else in the exchange knows which library signs.
"""

from __future__ import annotations

from typing import Protocol

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError
from typing_extensions import override

from gatepair.base.errors import SettingInvalid

SEED_BYTES = 32
PUBLIC_BYTES = 32
SIGNATURE_BYTES = 64


class SigningKey(Protocol):
    """A private key, wherever it is kept."""

    @property
    def public(self) -> bytes:
        """Return the public key (32 bytes for Ed25519, RFC 8032)."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the signature of ``message``."""
        ...


class Ed25519Key:
    """An Ed25519 private key held in memory, made from a 32-byte seed."""

    __slots__ = ("_public", "_secret")

    def __init__(self, seed: bytes) -> None:
        """Derive the key pair from ``seed``.

        Raises:
            SettingInvalid: the seed is not 32 bytes long.
        """
        if len(seed) != SEED_BYTES:
            raise SettingInvalid(f"an Ed25519 seed has {SEED_BYTES} bytes, this one {len(seed)}")
        self._public, self._secret = crypto_sign_seed_keypair(seed)

    @property
    def public(self) -> bytes:
        """Return the public key, 32 bytes."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of ``message``; the same message gives the same signature."""
        return crypto_sign(message, self._secret)[:SIGNATURE_BYTES]

    @override
    def __repr__(self) -> str:
        """Show the public key only: the secret must never reach a log."""
        return f"Ed25519Key({self._public.hex()})"


def verify_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether ``signature`` over ``message`` was made by the holder of ``public``."""
    if len(public) != PUBLIC_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        crypto_sign_open(signature + message, public)
    except (BadSignatureError, ValueError):
        return False
    return True
