"""A token of SoftHSM in a folder of its own, where the library is installed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

LIBRARIES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
)
MODULE = next(filter(os.path.exists, LIBRARIES), "") if which("softhsm2-util") else ""
TOKEN, PIN = "gate", "0420"


@contextmanager
def token(folder: Path) -> Iterator[Path]:
    """Make a token below ``folder`` for as long as the block lasts; yields the file with its PIN."""
    (folder / "tokens").mkdir()
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\nlog.level = ERROR\n", "ascii")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    command = ["softhsm2-util", "--init-token", "--free", "--label", TOKEN, "--so-pin", "12345678", "--pin", PIN]
    subprocess.run(command, check=True, capture_output=True)
    pin = folder / "gate.pin"
    pin.write_text(PIN + "\n", "ascii")
    try:
        yield pin
    finally:
        if before is None:
            del os.environ["SOFTHSM2_CONF"]
        else:
            os.environ["SOFTHSM2_CONF"] = before


def address(pin: Path, label: str, **changed: str) -> str:
    """Return the address of the key ``label`` in the token, with attributes ``changed`` (dashes as underscores)."""
    parts = {"token": TOKEN, "object": label, "module-path": MODULE, "pin-source": f"file:{pin}"}
    parts |= {name.replace("_", "-"): value for name, value in changed.items()}
    path = ";".join(f"{name}={parts[name]}" for name in ("token", "object"))
    return f"pkcs11:{path}?module-path={parts['module-path']}&pin-source={parts['pin-source']}"


@contextmanager
def filled_token(folder: Path) -> Iterator[Path]:
    """Make a token with the keys ``log`` (Ed25519), ``log-p256`` and ``log-p384``; yields the file with its PIN."""
    import pkcs11  # noqa: PLC0415 - only where there is a token
    from pkcs11.util.ec import encode_named_curve_parameters  # noqa: PLC0415 - the same

    with token(folder) as pin:
        with pkcs11.lib(MODULE).get_token(token_label=TOKEN).open(user_pin=PIN, rw=True) as session:
            curves = (
                (pkcs11.KeyType.EC_EDWARDS, bytes.fromhex("06032b6570"), "EC_EDWARDS_KEY_PAIR_GEN", "log"),
                (pkcs11.KeyType.EC, encode_named_curve_parameters("secp256r1"), "EC_KEY_PAIR_GEN", "log-p256"),
                (pkcs11.KeyType.EC, encode_named_curve_parameters("secp384r1"), "EC_KEY_PAIR_GEN", "log-p384"),
            )
            for kind, curve, mechanism, label in curves:
                group = session.create_domain_parameters(kind, {pkcs11.Attribute.EC_PARAMS: curve}, local=True)
                group.generate_keypair(mechanism=pkcs11.Mechanism[mechanism], store=True, label=label)
        yield pin
