"""Private keys made from a 32-byte seed, which lies in a file."""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from typing_extensions import override

from gatepair.base.errors import SettingInvalid
from gatepair.exchange.signer import SEED_BYTES, Algorithm, Ed25519Key, SigningKey

P256_ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Order of the group of P-256. Source: SP 800-186, 3.2.1.3."""


class P256Key:
    """An ECDSA private key on P-256 held in memory; the seed is its number, reduced into range."""

    __slots__ = ("_key", "_public")

    algorithm: Final = Algorithm.P256

    def __init__(self, seed: bytes) -> None:
        """Derive the key pair from ``seed``. Raises SettingInvalid when it is not 32 bytes long."""
        _check(seed)
        # The bias of reducing 2^256 into the order is below 2^-31, and only for numbers at its very end.
        self._key = ec.derive_private_key(int.from_bytes(seed, "big") % (P256_ORDER - 1) + 1, ec.SECP256R1())
        self._public = self._key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def public(self) -> bytes:
        """Return the public key as DER."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return the signature of ``message`` in DER; the same message gives the same one (RFC 6979)."""
        return self._key.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))

    @override
    def __repr__(self) -> str:
        """Show the public key only."""
        return f"P256Key({self._public.hex()})"


class MlDsa44Key:
    """An ML-DSA-44 private key held in memory, made from the 32-byte seed of FIPS 204."""

    __slots__ = ("_key", "_public")

    algorithm: Final = Algorithm.ML_DSA_44

    def __init__(self, seed: bytes) -> None:
        """Derive the key pair from ``seed``. Raises SettingInvalid when it is not 32 bytes long."""
        _check(seed)
        self._key = MLDSA44PrivateKey.from_seed_bytes(seed)
        self._public = self._key.public_key().public_bytes_raw()

    @property
    def public(self) -> bytes:
        """Return the public key, 1,312 bytes."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return a signature of ``message``, 2,420 bytes; every time another one."""
        return self._key.sign(message)

    @override
    def __repr__(self) -> str:
        """Show the beginning of the public key only."""
        return f"MlDsa44Key({self._public[:16].hex()}…)"


def key_from_seed(algorithm: Algorithm, seed: bytes) -> SigningKey:
    """Return the private key of ``algorithm`` that ``seed`` makes.

    Raises:
        SettingInvalid: the seed is not 32 bytes long, or keys of this algorithm are not kept as seeds.
    """
    match algorithm:
        case Algorithm.ED25519:
            return Ed25519Key(seed)
        case Algorithm.P256:
            return P256Key(seed)
        case Algorithm.ML_DSA_44:
            return MlDsa44Key(seed)
        case Algorithm.SM2:
            raise SettingInvalid("keys by sm2 come from a plug-in, not from a seed in a file")


def _check(seed: bytes) -> None:
    if len(seed) != SEED_BYTES:
        raise SettingInvalid(f"a seed has {SEED_BYTES} bytes, this one {len(seed)}")
