"""Where private keys are: files, hardware modules, plug-ins; and what is said when they are not there."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from adapters.token import MODULE, address, filled_token
from gatepair.adapters.signers.address import parse, parse_token, read_pin
from gatepair.adapters.signers.opening import let_in, open_key, read_secret
from gatepair.base.errors import SettingInvalid, SignatureUnchecked, SignerUnavailable
from gatepair.exchange.signer import Algorithm, admit, verify_signature

GOOD = "pkcs11:token=gate%20one;object=log?module-path=/m.so&pin-source=file:/p"
# GB/T 32918.5-2017, annex A.2: private number, public point, message, signature.
NUMBER = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"
POINT = (
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
MESSAGE = b"message digest"
SIGNATURE = (
    "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


# --- addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", [Algorithm.ED25519, Algorithm.P256, Algorithm.ML_DSA_44])
def test_a_seed_in_a_file_signs(tmp_path: Path, algorithm: Algorithm) -> None:
    """The key is of the algorithm that the address names, and its signatures verify."""
    (tmp_path / "log.key").write_text("07" * 32 + "\n", "ascii")
    key = open_key(f"file:log.key?algorithm={algorithm.value}", tmp_path)
    assert algorithm is key.algorithm
    assert verify_signature(algorithm, key.public, b"m", key.sign(b"m"))
    assert open_key("file:log.key", tmp_path).algorithm is Algorithm.ED25519


@pytest.mark.parametrize(
    ("address", "hint"),
    [
        ("", "no address"),
        ("log.key", "no address"),
        ("file:", "no address"),
        ("FILE:log.key", "no address"),
        ("file:absent.key", "cannot be read"),
        ("file:text.key", "cannot be read"),
        ("file:short.key", "32 bytes"),
        ("file:good.key?algorithm=rsa", "no algorithm rsa"),
        ("file:good.key?algorithm=sm2", "plug-in"),
        ("file:good.key?kind=p256", "no attribute kind"),
        ("other:good.key", "no plug-in other"),
        ("pkcs11:object=log?module-path=/m.so&pin-source=file:/p", "needs token"),
        ("pkcs11:token=gate;object=log?pin-source=file:/p", "needs module-path"),
        ("pkcs11:token=gate;object=log?module-path=/m.so", "needs pin-source"),
        ("pkcs11:token=gate?module-path=/m.so&pin-source=file:/p", "object=… or id=…"),
        (GOOD + "&pin-value=0420", "a PIN never stands"),
        (GOOD.replace("object", "slot"), "no attribute slot"),
        (GOOD.replace("token=", "token=a;token="), "has it twice"),
    ],
)
def test_misspelled_addresses_are_refused(tmp_path: Path, address: str, hint: str) -> None:
    """Each fault has its sentence."""
    for name, content in (("text", "no hex"), ("short", "07"), ("good", "07" * 32)):
        (tmp_path / f"{name}.key").write_text(content, "ascii")
    with pytest.raises(SettingInvalid, match=hint):
        open_key(address, tmp_path)


def test_an_address_is_unquoted() -> None:
    """Labels may hold any character, ids any byte."""
    assert "gate one" == parse_token(parse(GOOD)).token
    assert b"\x01\xff" == parse_token(parse(GOOD.replace("object=log", "id=%01%FF"))).key_id


def test_a_pin_comes_from_a_file_or_the_environment(tmp_path: Path) -> None:
    """The file's one line or the variable; anything else, or nothing there, is refused."""
    (tmp_path / "pin").write_text("0420\n", "ascii")
    (tmp_path / "empty").write_text("\n", "ascii")
    assert ["0420", "77"] == [read_pin(f"file:{tmp_path}/pin"), read_pin("env:GATE_PIN", {"GATE_PIN": "77"})]
    for source in (f"file:{tmp_path}/none", f"file:{tmp_path}/empty", "env:GATE_PIN", "0420", "argv:0420"):
        with pytest.raises(SettingInvalid) as refused:
            read_pin(source, {})
        assert "0420" not in refused.value.message


# --- a hardware module ---------------------------------------------------------------------

needs_token = pytest.mark.skipif(not MODULE, reason="SoftHSM is not installed (apt-get install softhsm2)")


@pytest.fixture(scope="module")
def pin(tmp_path_factory) -> Iterator[Path]:
    """A token with the keys `log` (Ed25519) and `log-p256`; the file with its PIN."""
    if not MODULE:
        pytest.skip("SoftHSM is not installed (apt-get install softhsm2)")
    with filled_token(tmp_path_factory.mktemp("hsm")) as file:
        yield file


@needs_token
@pytest.mark.parametrize(("label", "algorithm"), [("log", Algorithm.ED25519), ("log-p256", Algorithm.P256)])
def test_a_key_in_a_token_signs(pin: Path, tmp_path: Path, label: str, algorithm: Algorithm) -> None:
    """SoftHSM signs by Ed25519 and P-256, and our own check finds it true."""
    key = open_key(address(pin, label), tmp_path)
    assert algorithm is key.algorithm
    assert verify_signature(algorithm, key.public, b"m", key.sign(b"m"))
    assert label in repr(key)


@needs_token
def test_a_lost_session_is_opened_again(pin: Path, tmp_path: Path) -> None:
    """Somebody closes every session of the token; the next signature logs in again."""
    key = open_key(address(pin, "log"), tmp_path)
    key._session._open.close()
    assert verify_signature(key.algorithm, key.public, b"m", key.sign(b"m"))


@needs_token
def test_a_token_that_stays_away_is_told(pin: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Logging in again fails: the signature is refused, with the token's name, and works when the token is back."""
    key = open_key(address(pin, "log"), tmp_path)
    key._session._open.close()
    monkeypatch.setattr(key._session, "_token", "drawn")
    with pytest.raises(SignerUnavailable, match="the token drawn is not there"):
        key.sign(b"m")
    monkeypatch.undo()
    assert key.sign(b"m")


@needs_token
@pytest.mark.parametrize(
    ("changed", "hint"),
    [
        ({"token": "none"}, "is not there"),
        ({"object": "none"}, "holds 0 private keys none"),
        ({"module_path": "/none.so"}, "cannot be opened through /none.so"),
    ],
)
def test_what_is_not_there_is_told(pin: Path, tmp_path: Path, changed: dict[str, str], hint: str) -> None:
    """No such token, key or library: each has its sentence."""
    with pytest.raises(SignerUnavailable, match=hint):
        open_key(address(pin, "log", **changed), tmp_path)


@needs_token
def test_keys_of_other_kinds_are_refused(pin: Path, tmp_path: Path) -> None:
    """A key on another curve signs nothing here."""
    with pytest.raises(SettingInvalid, match="neither Ed25519 nor P-256"):
        open_key(address(pin, "log-p384"), tmp_path)


@needs_token
def test_a_wrong_pin_is_told_and_not_shown(pin: Path, tmp_path: Path) -> None:
    """The sentence names the file, not the PIN, and it is not tried twice."""
    wrong = tmp_path / "wrong.pin"
    wrong.write_text("9999", "ascii")
    # A login is of the process, so the right one must be over first.
    open_key(address(pin, "log"), tmp_path)._session._open.close()
    with pytest.raises(SignerUnavailable, match="refuses the PIN from file:") as refused:
        open_key(address(wrong, "log"), tmp_path)
    assert "9999" not in refused.value.message


# --- plug-ins ------------------------------------------------------------------------------


@pytest.fixture
def plug_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package with the plug-in `double`, installed as pip would; it signs by turning the message round."""
    (tmp_path / "double.py").write_text(
        "from gatepair.exchange.signer import Algorithm\n"
        "class Key:\n"
        "    algorithm, public = Algorithm.SM2, b'\\x04' + bytes(64)\n"
        "    def sign(self, message): return message[::-1]\n"
        "class PlugIn:\n"
        "    algorithm = Algorithm.SM2\n"
        "    class scheme:\n"
        "        verify = staticmethod(lambda public, message, signature: signature == message[::-1])\n"
        "    def open_key(self, rest, directory): return Key()\n"
        "class Greedy(PlugIn):\n"
        "    algorithm = Algorithm.ED25519\n"
        "good, greedy = PlugIn(), Greedy()\n",
        "ascii",
    )
    meta = tmp_path / "double-1.0.dist-info"
    meta.mkdir()
    (meta / "METADATA").write_text("Metadata-Version: 2.1\nName: double\nVersion: 1.0\n", "ascii")
    points = "[gatepair.signers]\ndouble = double:good\ngreedy = double:greedy\nbroken = nothing:here\n"
    (meta / "entry_points.txt").write_text(points, "ascii")
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    admit(Algorithm.SM2, None)
    sys.modules.pop("double", None)


def test_a_plug_in_is_found_by_its_entry_point(plug_in: Path) -> None:
    """Opening its address lets it in: from then on its signatures are checked; before, they are not."""
    arguments = (Algorithm.SM2, b"\x04" + bytes(64), b"ab", b"ba")
    with pytest.raises(SignatureUnchecked):
        verify_signature(*arguments)
    assert b"ba" == open_key("double:x", plug_in).sign(b"ab")
    assert verify_signature(*arguments)


@pytest.mark.parametrize(
    ("name", "hint"), [("greedy", "built in"), ("broken", "cannot be loaded"), ("absent", "installed: .*double")]
)
def test_a_plug_in_that_cannot_serve_is_refused(plug_in: Path, name: str, hint: str) -> None:
    """It cannot replace what is built in; one that cannot be imported, or is not there, is told."""
    with pytest.raises(SettingInvalid, match=hint):
        let_in(name)


needs_sm2 = pytest.mark.skipif(find_spec("gmssl_pyx") is None, reason="the package gmssl-pyx is not installed")


@needs_sm2
def test_sm2_verifies_the_published_example() -> None:
    """The signature printed in the standard is true, and of no other message."""
    from gatepair.adapters.signers.sm2 import Sm2Scheme  # noqa: PLC0415 - only with its package

    public, signature = b"\x04" + bytes.fromhex(POINT), bytes.fromhex(SIGNATURE)
    assert Sm2Scheme().verify(public, MESSAGE, signature)
    for changed in ((public, MESSAGE + b"x", signature), (public, MESSAGE, b"x"), (b"\x04" + bytes(64), b"", b"")):
        assert not Sm2Scheme().verify(*changed)


@needs_sm2
def test_sm2_signs(tmp_path: Path) -> None:
    """What it signs verifies; a number that does not belong to its point is refused."""
    from gatepair.adapters.signers.sm2 import PLUG_IN, Sm2Scheme  # noqa: PLC0415 - only with its package

    (tmp_path / "sm2.key").write_text(NUMBER + POINT, "ascii")
    key = PLUG_IN.open_key("sm2.key", tmp_path)
    assert Sm2Scheme().verify(key.public, MESSAGE, key.sign(MESSAGE))
    for wrong in ("07" * 32 + POINT, NUMBER + POINT[2:], NUMBER):
        (tmp_path / "sm2.key").write_text(wrong, "ascii")
        with pytest.raises(SettingInvalid):
            PLUG_IN.open_key("sm2.key", tmp_path)


def test_a_key_file_that_is_none_is_named_as_it_was_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beside the caller is not shown as one at the top of the disk."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingInvalid, match=r"^mine\.key cannot be read"):
        read_secret(Path("mine.key"))
