"""The line under mutual TLS: certificates that sign themselves, known by the pins of their keys.

No authority stands above the two sides.  Each post has a certificate of its own and holds a file
with those under which the partner may be met; a certificate is believed when the agreement, or a
key statement, pins its key.  No evidence rests on any of it.
"""

from __future__ import annotations

import ssl
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from gatepair.base.errors import SettingInvalid

CERTIFICATE_DAYS: Final = 90
"""Life of a certificate. Source: exchange notes §3.2."""
SKEW: Final = timedelta(hours=1)
"""How far the partner's clock may be behind when a certificate is new."""


class TlsSettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """``tls`` of ``post.json``: files in PEM, below the post's directory. ``gatepair keys tls`` makes the first two."""

    certificate: str = "keys/tls.crt"
    """Certificate under which the post listens and calls its partner."""
    key: str = "keys/tls.key"
    """Its private key."""
    partner: str = "keys/partner.crt"
    """Certificates under which the partner may be met; each must be pinned. Empty asks no caller for a certificate."""
    partner_only: bool = False
    """Whether only the partner may call; otherwise callers without a certificate are served too."""


@dataclass(frozen=True, slots=True)
class Tls:
    """A post's settings for TLS with the directory that they are about."""

    settings: TlsSettings
    directory: Path

    @property
    def certificate(self) -> Path:
        """Return where the post's own certificate lies."""
        return self.directory / self.settings.certificate

    @property
    def private_key(self) -> Path:
        """Return where its private key lies."""
        return self.directory / self.settings.key

    @property
    def partner(self) -> Path | None:
        """Return where the partner's certificates lie; None when no caller is asked for one."""
        return self.directory / self.settings.partner if self.settings.partner else None

    def check(self, *, own: Collection[str], partner: Collection[str]) -> None:
        """Raise unless the certificates are those that the pins ``own`` and ``partner`` name.

        Raises:
            SettingInvalid: one is not, or a file cannot be read.
        """
        _check_pinned(self.certificate, own, whose="this post")
        if self.partner is not None:
            _check_pinned(self.partner, partner, whose="the partner")

    def server_context(self) -> ssl.SSLContext:
        """Return the context under which the post listens: whoever shows a certificate must be the partner.

        Raises:
            SettingInvalid: a file cannot be read, or certificate and key do not belong together.
        """
        context = self._context(ssl.PROTOCOL_TLS_SERVER)
        if self.partner is not None:
            context.verify_mode = ssl.CERT_REQUIRED if self.settings.partner_only else ssl.CERT_OPTIONAL
        return context

    def client_context(self) -> ssl.SSLContext:
        """Return the context under which the post calls its partner: only the certificates held are believed.

        Raises:
            SettingInvalid: the partner's certificates are not named, or a file cannot be read.
        """
        if self.partner is None:
            raise SettingInvalid("tls.partner must name the file with the partner's certificates", setting="tls")
        context = self._context(ssl.PROTOCOL_TLS_CLIENT)
        # The key is pinned; under which name or address the partner is reached says nothing more.
        context.check_hostname = False
        return context

    def _context(self, protocol: int) -> ssl.SSLContext:
        context = ssl.SSLContext(protocol)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        # The partner's own certificate is the anchor; there is no authority above it.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        try:
            context.load_cert_chain(self.certificate, self.private_key)
            if self.partner is not None:
                context.load_verify_locations(self.partner)
        except OSError as error:
            raise SettingInvalid(f"TLS cannot be set up from the files that post.json names: {error}") from error
        return context


def make_certificate(names: Sequence[str], *, now: datetime, days: int = CERTIFICATE_DAYS) -> tuple[bytes, bytes]:
    """Return a new certificate for ``names`` (hosts and addresses, at least one) and its private key, as PEM.

    The key is P-256, the certificate signs itself and no other, and is good for server and client.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0][:64])])
    usage = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    made = (
        x509.CertificateBuilder(subject, subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - SKEW)
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName(list(map(_general_name, names))), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usage), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.PEM), secret


def pins_in(pem: bytes) -> tuple[str, ...]:
    """Return the pin of each certificate in ``pem``: SHA-256 over its SubjectPublicKeyInfo, in hex.

    Raises:
        SettingInvalid: there is no certificate in it.
    """
    try:
        found = x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise SettingInvalid("the file holds no certificate in PEM") from error
    keys = (each.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo) for each in found)
    return tuple(sha256(key).hexdigest() for key in keys)


def days_left(pem: bytes, now: datetime) -> int:
    """Return for how many whole days from ``now`` on the first certificate in ``pem`` is valid; negative when over."""
    return (x509.load_pem_x509_certificates(pem)[0].not_valid_after_utc - now).days


def _check_pinned(path: Path, pins: Collection[str], *, whose: str) -> None:
    for pin in pins_in(_read(path)):
        if pin not in pins:
            raise SettingInvalid(
                f"{path.name}: the certificate with the pin {pin[:16]}… is not pinned for {whose}; "
                "announce it with `gatepair keys announce --use tls`, or take the right file",
                file=path.name,
                pin=pin,
            )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SettingInvalid(f"{path.name} cannot be read: {error.strerror}", file=path.name) from error
