"""Private keys in a hardware module, over PKCS#11: they sign there and never leave it.

Tried against SoftHSM 2.6.1, which does Ed25519 (EdDSA) and P-256 (ECDSA).  One session for each
token is kept open and shared by its keys; a lost one is opened again once for each signature.  A
refused PIN is never tried again by itself, because tokens lock after a few wrong ones.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import sha256
from threading import Lock
from typing import Any, Final, TypeVar

import pkcs11
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from pkcs11 import exceptions as faults
from typing_extensions import override

from gatepair.adapters.signers.address import TokenAddress, read_pin
from gatepair.base.errors import SettingInvalid, SignerUnavailable
from gatepair.exchange.signer import P256_SPKI_PREFIX, PUBLIC_BYTES, SIGNATURE_BYTES, Algorithm

T = TypeVar("T")

LOST: Final = (
    faults.DeviceError,
    faults.DeviceRemoved,
    faults.FunctionFailed,
    faults.GeneralError,
    faults.KeyHandleInvalid,
    faults.ObjectHandleInvalid,
    faults.SessionClosed,
    faults.SessionHandleInvalid,
    faults.TokenNotPresent,
    faults.UserNotLoggedIn,
)
"""What a session ends with when the token was drawn, restarted, or logged out by somebody else."""
P256_CURVE: Final = bytes.fromhex("06082a8648ce3d030107")
"""DER of the curve's name. Source: RFC 5480 §2.1.1.1."""
WRONG_PIN: Final = (faults.PinIncorrect, faults.PinInvalid, faults.PinLenRange)


class TokenKey:
    """One private key in a token."""

    def __init__(self, address: TokenAddress) -> None:
        """Find the key at ``address``, logging in to its token.

        Raises:
            SettingInvalid: the PIN source is none, or the key is of a kind that signs nothing here.
            SignerUnavailable: the module, token or key is not there, or the PIN is wrong.
        """
        self._address = address
        self._found: tuple[pkcs11.Session, Any] | None = None
        """The private key as the present session knows it; another session needs another search."""
        self._session = _session_of(address.module, address.token, address.pin_source)
        self._algorithm, self._public = self._session.use(self._read_public)

    @property
    def algorithm(self) -> Algorithm:
        """Return how it signs."""
        return self._algorithm

    @property
    def public(self) -> bytes:
        """Return the public key, read from the token at the start."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return the signature of ``message``, made in the token.

        Raises:
            SignerUnavailable: the token cannot be reached, even after logging in again once.
        """
        return self._session.use(lambda session: self._sign(session, message))

    @override
    def __repr__(self) -> str:
        """Show where the key is."""
        return f"TokenKey({self._address.token}, {self._address.label or self._address.key_id.hex()})"

    def _sign(self, session: pkcs11.Session, message: bytes) -> bytes:
        key = self._private(session)
        if self._algorithm is Algorithm.ED25519:
            return bytes(key.sign(message, mechanism=pkcs11.Mechanism.EDDSA))
        pair = bytes(key.sign(sha256(message).digest(), mechanism=pkcs11.Mechanism.ECDSA))
        half = SIGNATURE_BYTES // 2
        return encode_dss_signature(int.from_bytes(pair[:half], "big"), int.from_bytes(pair[half:], "big"))

    def _private(self, session: pkcs11.Session) -> Any:
        if self._found is None or self._found[0] is not session:
            self._found = (session, self._find(session, pkcs11.ObjectClass.PRIVATE_KEY))
        return self._found[1]

    def _read_public(self, session: pkcs11.Session) -> tuple[Algorithm, bytes]:
        self._private(session)
        key = self._find(session, pkcs11.ObjectClass.PUBLIC_KEY)
        point = bytes(key[pkcs11.Attribute.EC_POINT])
        if key.key_type is pkcs11.KeyType.EC_EDWARDS and len(point) >= PUBLIC_BYTES:
            return Algorithm.ED25519, point[-PUBLIC_BYTES:]
        if key.key_type is pkcs11.KeyType.EC and key[pkcs11.Attribute.EC_PARAMS] == P256_CURVE:
            return Algorithm.P256, P256_SPKI_PREFIX + point[-2 * PUBLIC_BYTES :]
        raise SettingInvalid(f"the key {self._name} in the token {self._address.token} is neither Ed25519 nor P-256")

    def _find(self, session: pkcs11.Session, kind: pkcs11.ObjectClass) -> Any:
        wanted: dict[pkcs11.Attribute, Any] = {pkcs11.Attribute.CLASS: kind}
        if self._address.label:
            wanted[pkcs11.Attribute.LABEL] = self._address.label
        if self._address.key_id:
            wanted[pkcs11.Attribute.ID] = self._address.key_id
        found = list(session.get_objects(wanted))
        if len(found) != 1:
            half = "private" if kind is pkcs11.ObjectClass.PRIVATE_KEY else "public"
            raise SignerUnavailable(
                f"the token {self._address.token} holds {len(found)} {half} keys {self._name}, not one",
                token=self._address.token,
            )
        return found[0]

    @property
    def _name(self) -> str:
        return self._address.label or self._address.key_id.hex()


class _Session:
    """A login to one token, opened when it is needed."""

    def __init__(self, module: str, token: str, pin_source: str) -> None:
        self._module = module
        self._token = token
        self._pin_source = pin_source
        self._open: pkcs11.Session | None = None
        # A PKCS#11 session does one thing at a time, and the writer and the readers both sign.
        self._lock = Lock()

    def use(self, act: Callable[[pkcs11.Session], T]) -> T:
        """Return what ``act`` does with the session, opening it again once when it was lost."""
        with self._lock:
            try:
                return act(self._session())
            except LOST:
                self._forget()
            try:
                return act(self._session())
            except LOST as error:
                self._forget()
                raise self._unavailable(f"does not answer ({type(error).__name__})") from error

    def _session(self) -> pkcs11.Session:
        if self._open is None:
            self._open = self._login()
        return self._open

    def _login(self) -> pkcs11.Session:
        pin = read_pin(self._pin_source)
        try:
            token = pkcs11.lib(self._module).get_token(token_label=self._token)
            return token.open(user_pin=pin)
        except (faults.NoSuchToken, faults.TokenNotPresent, faults.TokenNotRecognised) as error:
            raise self._unavailable("is not there: is it plugged in, and is its label right?") from error
        except faults.MultipleTokensReturned as error:
            raise self._unavailable("is there more than once: give each token a label of its own") from error
        except WRONG_PIN as error:
            raise self._unavailable(f"refuses the PIN from {self._pin_source}; it is not tried again") from error
        except faults.PinLocked as error:
            raise self._unavailable("is locked after wrong PINs: its security officer can open it") from error
        except faults.PKCS11Error as error:
            raise self._unavailable(
                f"cannot be opened through {self._module}: {str(error) or type(error).__name__}"
            ) from error

    def _forget(self) -> None:
        session, self._open = self._open, None
        if session is not None:
            try:
                session.close()
            except faults.PKCS11Error:
                # It was lost; closing it is a courtesy.
                return

    def _unavailable(self, why: str) -> SignerUnavailable:
        return SignerUnavailable(f"the token {self._token} {why}", token=self._token)


@cache
def _session_of(module: str, token: str, pin_source: str) -> _Session:
    # A process logs in to a token once, whatever number of keys it uses there.
    return _Session(module, token, pin_source)
