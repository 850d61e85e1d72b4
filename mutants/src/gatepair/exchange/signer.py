"""Keys that sign, and what checks their signatures: a narrow port with four algorithms behind it.

Ed25519 needs PyNaCl, which every verifier has.  P-256 and ML-DSA-44 need the package
``cryptography``, imported when the first such signature is met; SM2 needs a plug-in that the
composition root lets in with :func:`admit`.  Where a library is absent a signature is neither
true nor false: :class:`~gatepair.base.errors.SignatureUnchecked`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Protocol

from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError
from typing_extensions import override

from gatepair.base.errors import SettingInvalid, SignatureUnchecked

SEED_BYTES: Final = 32
PUBLIC_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
P256_SPKI_PREFIX: Final = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + b"\x04"
"""What the DER of every P-256 public key begins with: the curve, then an uncompressed point. Source: RFC 5480 §2."""
P256_PUBLIC_BYTES: Final = 91
ML_DSA_44_PUBLIC_BYTES: Final = 1312
"""Source: FIPS 204, table 2."""
SM2_PUBLIC_BYTES: Final = 65
"""An uncompressed point. Source: GB/T 32918.1-2016, 4.2.8."""


class Algorithm(StrEnum):
    """How a key signs."""

    ED25519 = "ed25519"
    P256 = "p256"
    """ECDSA on NIST P-256 with SHA-256, signatures in DER."""
    ML_DSA_44 = "ml-dsa-44"
    SM2 = "sm2"
    """SM2 with SM3 and the default identity (GB/T 32918), by a plug-in that is off by default."""


class SigningKey(Protocol):
    """A private key, wherever it is kept."""

    @property
    def algorithm(self) -> Algorithm:
        """Return how it signs."""
        ...

    @property
    def public(self) -> bytes:
        """Return the public key in the form that :func:`is_public` describes."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the signature of ``message``.

        Raises:
            SignerUnavailable: the key is kept elsewhere and cannot be reached.
        """
        ...


class Scheme(Protocol):
    """What checks the signatures of one algorithm."""

    def verify(self, public: bytes, message: bytes, signature: bytes) -> bool:
        """Return whether the holder of ``public`` made ``signature`` over ``message``; never raises."""
        ...


class Ed25519Key:
    """An Ed25519 private key held in memory, made from a 32-byte seed."""

    __slots__ = ("_public", "_secret")

    algorithm: Final = Algorithm.ED25519

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


def is_public(algorithm: Algorithm, public: bytes) -> bool:
    """Tell whether ``public`` has the one form in which keys of ``algorithm`` are written.

    Ed25519: 32 bytes (RFC 8032).  P-256: DER of a SubjectPublicKeyInfo with an uncompressed point, 91
    bytes.  ML-DSA-44: 1,312 bytes (FIPS 204).  SM2: an uncompressed point, 65 bytes.  Whether a point
    lies on its curve shows when it is used.
    """
    match algorithm:
        case Algorithm.ED25519:
            return len(public) == PUBLIC_BYTES
        case Algorithm.P256:
            return len(public) == P256_PUBLIC_BYTES and public.startswith(P256_SPKI_PREFIX)
        case Algorithm.ML_DSA_44:
            return len(public) == ML_DSA_44_PUBLIC_BYTES
        case Algorithm.SM2:
            return len(public) == SM2_PUBLIC_BYTES and public[0] == 0x04


def verify_signature(algorithm: Algorithm, public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether the holder of ``public`` made ``signature`` over ``message``.

    Raises:
        SignatureUnchecked: what checks this algorithm is not installed or not let in.
    """
    if not is_public(algorithm, public):
        return False
    match algorithm:
        case Algorithm.ED25519:
            return verify_ed25519(public, message, signature)
        case Algorithm.P256:
            return _verify_p256(public, message, signature)
        case Algorithm.ML_DSA_44:
            return _verify_ml_dsa_44(public, message, signature)
        case Algorithm.SM2:
            return _admitted(algorithm).verify(public, message, signature)


def verify_ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether ``signature`` over ``message`` was made by the holder of ``public``."""
    if len(public) != PUBLIC_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        crypto_sign_open(signature + message, public)
    except (BadSignatureError, ValueError):
        return False
    return True


_PLUGGED: Final[dict[Algorithm, Scheme]] = {}


def admit(algorithm: Algorithm, scheme: Scheme | None) -> None:
    """Let a plug-in check ``algorithm`` in this process, or None of them; only the composition root calls this.

    Raises:
        SettingInvalid: the algorithm is built in and not to be replaced.
    """
    if algorithm is not Algorithm.SM2:
        raise SettingInvalid(f"{algorithm.value} is built in; a plug-in cannot replace it", algorithm=algorithm.value)
    if scheme is None:
        _PLUGGED.pop(algorithm, None)
    else:
        _PLUGGED[algorithm] = scheme


def _admitted(algorithm: Algorithm) -> Scheme:
    scheme = _PLUGGED.get(algorithm)
    if scheme is None:
        raise SignatureUnchecked(
            f"signatures by {algorithm.value} need a plug-in, which is not let in here", algorithm=algorithm.value
        )
    return scheme


def _verify_p256(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - a verifier runs without it
        from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - the same
        from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415 - the same
    except ImportError as error:
        raise _unchecked(Algorithm.P256) from error
    try:
        point = public[len(P256_SPKI_PREFIX) - 1 :]
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _verify_ml_dsa_44(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm  # noqa: PLC0415 - a verifier runs without it
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey  # noqa: PLC0415 - the same
    except ImportError as error:
        raise _unchecked(Algorithm.ML_DSA_44) from error
    try:
        MLDSA44PublicKey.from_public_bytes(public).verify(signature, message)
    except UnsupportedAlgorithm as error:
        raise _unchecked(Algorithm.ML_DSA_44) from error
    except (InvalidSignature, ValueError):
        return False
    return True


def _unchecked(algorithm: Algorithm) -> SignatureUnchecked:
    return SignatureUnchecked(
        f"signatures by {algorithm.value} need the package cryptography, 50.0 or newer, which is not installed",
        algorithm=algorithm.value,
    )
