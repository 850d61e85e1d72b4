"""Lines of other kinds beside Ed25519: ECDSA on P-256, ML-DSA-44, and what no library is there for."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from msgspec import structs

from exchange.key_life import NORMAL, OLD, checkpoint
from exchange.pair import NOW_MS, agreement
from exchange.vectors import DIRECTORY
from gatepair.adapters.signers.seeds import MlDsa44Key, P256Key, key_from_seed
from gatepair.base.errors import EnvelopeRejected, SettingInvalid, SignatureUnchecked
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Agreement, ExtraKey
from gatepair.exchange.agreement_diff import changes
from gatepair.exchange.agreement_page import Around, reading, to_text
from gatepair.exchange.key_statements import KeyUse
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.note import LogVerifier, MirrorVerifier, Note, SignatureKind, SignatureLine
from gatepair.exchange.signer import Algorithm, SigningKey, admit, is_public, verify_signature

P256, ML_DSA = P256Key(bytes([40]) * 32), MlDsa44Key(bytes([41]) * 32)
KEYS: list[SigningKey] = [P256, ML_DSA]
NAME = NORMAL.key_name
NOTE = checkpoint(7, OLD)
AT_S = NOW_MS // 1_000


@pytest.mark.parametrize("key", KEYS)
def test_a_line_of_another_kind_verifies(key: SigningKey) -> None:
    """It is true under its own name, text and key, and under no other."""
    line = notes.sign(NOTE.text, name=NAME, key=key)
    assert 0 == notes.verify(notes.parse(NOTE.plus(line).to_text()), LogVerifier(NAME, key.public, key.algorithm))
    other = LogVerifier(NAME, key_from_seed(key.algorithm, bytes(32)).public, key.algorithm)
    moved = SignatureLine(NAME, other.key_id, line.blob)
    for note, verifier in (
        (Note(checkpoint(8, OLD).text, (line,)), LogVerifier(NAME, key.public, key.algorithm)),
        (Note(NOTE.text, (moved,)), other),
    ):
        with pytest.raises(EnvelopeRejected):
            notes.verify(note, verifier)


@pytest.mark.parametrize("key", KEYS)
def test_a_cosignature_of_another_kind_states_its_time(key: SigningKey) -> None:
    """The time stands in the line and is covered by the signature."""
    line = notes.cosign(NOTE.text, name="m", key=key, at_s=AT_S)
    verifier = MirrorVerifier("m", key.public, key.algorithm)
    assert AT_S == notes.verify(NOTE.plus(line), verifier)
    later = SignatureLine("m", line.key_id, (AT_S + 1).to_bytes(8, "big") + line.blob[8:])
    with pytest.raises(EnvelopeRejected):
        notes.verify(NOTE.plus(later), verifier)


def test_an_ecdsa_line_by_hand() -> None:
    """Key id: SHA-256 of the DER key alone. Signature: ECDSA with SHA-256 over the text. As transparency-dev has it."""
    line = notes.sign(NOTE.text, name=NAME, key=P256)
    assert sha256(P256.public).digest()[:4] == line.key_id
    key = serialization.load_der_public_key(P256.public)
    assert isinstance(key, ec.EllipticCurvePublicKey)
    key.verify(line.blob, NOTE.text.encode(), ec.ECDSA(hashes.SHA256()))


def test_an_ml_dsa_line_by_hand() -> None:
    """What is signed is the structure of C2SP tlog-cosignature: label, name, time, origin, 0, size, root."""
    line = notes.cosign(NOTE.text, name="mirror", key=ML_DSA, at_s=AT_S)
    assert sha256(b"mirror\n\x06" + ML_DSA.public).digest()[:4] == line.key_id
    origin = str(NORMAL).encode()
    message = b"".join(
        (
            b"subtree/v1\n\0",
            b"\x06mirror",
            AT_S.to_bytes(8, "big"),
            bytes([len(origin)]) + origin,
            bytes(8),
            (7).to_bytes(8, "big"),
            sha256(b"7").digest(),
        )
    )
    assert 8 + 2_420 == len(line.blob)
    MLDSA44PublicKey.from_public_bytes(ML_DSA.public).verify(line.blob[8:], message)


def test_ml_dsa_signs_checkpoints_only() -> None:
    """There is no kind for a free text, so there is no line over one, and a line beside one is false."""
    with pytest.raises(EnvelopeRejected):
        notes.sign("a text\n", name="m", key=ML_DSA)
    line = notes.sign(NOTE.text, name="m", key=ML_DSA)
    with pytest.raises(EnvelopeRejected):
        notes.verify(Note("a text\n", (line,)), LogVerifier("m", ML_DSA.public, Algorithm.ML_DSA_44))


@pytest.mark.parametrize("kind", SignatureKind)
def test_key_texts_of_every_kind_are_read_back(kind: SignatureKind) -> None:
    """A verifier key names its kind; a false id is refused."""
    key = {
        Algorithm.ED25519: OLD.public,
        Algorithm.P256: P256.public,
        Algorithm.ML_DSA_44: ML_DSA.public,
        Algorithm.SM2: b"\x04" + bytes(64),
    }[kind.algorithm]
    vkey = notes.to_vkey("n", kind, key)
    read = notes.from_vkey(vkey)
    assert (key, kind.algorithm, kind.timed) == (read.public, read.algorithm, isinstance(read, MirrorVerifier))
    with pytest.raises(EnvelopeRejected):
        notes.from_vkey(vkey.replace(read.key_id.hex(), "00000000"))


@pytest.mark.parametrize(
    ("algorithm", "public"),
    [
        (Algorithm.ED25519, OLD.public[1:]),
        (Algorithm.P256, P256.public[:-1]),
        (Algorithm.P256, P256.public[:26] + b"\x02" + P256.public[27:]),
        (Algorithm.P256, P256.public[26:]),
        (Algorithm.ML_DSA_44, ML_DSA.public + b"\0"),
        (Algorithm.SM2, b"\x02" + bytes(64)),
    ],
)
def test_keys_have_one_form(algorithm: Algorithm, public: bytes) -> None:
    """Another length, a compressed point or a bare one is no key, and nothing verifies under it."""
    assert not is_public(algorithm, public)
    assert not verify_signature(algorithm, public, b"", bytes(64))


def test_a_point_off_the_curve_verifies_nothing() -> None:
    """It has the form of a key, and no signature is true under it."""
    public = P256.public[:27] + bytes(63) + b"\x01"
    assert is_public(Algorithm.P256, public)
    assert not verify_signature(Algorithm.P256, public, b"", P256.sign(b""))


@pytest.mark.parametrize("algorithm", [Algorithm.P256, Algorithm.ML_DSA_44])
def test_seeds_of_another_length_are_refused(algorithm: Algorithm) -> None:
    """A seed has 32 bytes; a key by SM2 is no seed."""
    with pytest.raises(SettingInvalid):
        key_from_seed(algorithm, bytes(31))
    with pytest.raises(SettingInvalid):
        key_from_seed(Algorithm.SM2, bytes(32))


def test_a_private_key_never_shows_its_secret() -> None:
    """Its text is its public key."""
    for key, seed in ((P256, bytes([40]) * 32), (ML_DSA, bytes([41]) * 32)):
        assert seed.hex() not in repr(key)
        assert key.public[:16].hex() in repr(key)


# Some of the published judges of ECDSA; the file names source and licence.
WYCHEPROOF = json.loads((DIRECTORY / "wycheproof_p256.json").read_text("utf-8"))["tests"]


@pytest.mark.parametrize("case", WYCHEPROOF, ids=lambda case: f"wycheproof-{case['id']}")
def test_p256_against_wycheproof(case: dict[str, Any]) -> None:
    """True signatures verify, also the twin with the other s; every other spelling in DER is refused."""
    public, message, signature = (bytes.fromhex(case[part]) for part in ("public", "message", "signature"))
    assert case["valid"] is verify_signature(Algorithm.P256, public, message, signature)


# --- what the agreement asks for -----------------------------------------------------------


def with_extra(key: SigningKey, *, required: bool, use: KeyUse = KeyUse.LOG) -> Agreement:
    """Return the synthetic agreement with one further key of the north post."""
    first, second = agreement().parties
    extra = ExtraKey(algorithm=key.algorithm, public=key.public.hex(), use=use, required=required)
    return structs.replace(agreement(), parties=(structs.replace(first, extra_keys=(extra,)), second))


@pytest.mark.parametrize("key", KEYS)
def test_a_required_line_must_be_there(key: SigningKey) -> None:
    """Without it the checkpoint is not signed; with it, it is; Ed25519 is required in any case."""
    ring = KeyRing.of([with_extra(key, required=True)])
    with pytest.raises(EnvelopeRejected):
        ring.check_log(NOTE)
    with pytest.raises(EnvelopeRejected):
        ring.check_log(checkpoint(7, key))
    assert {OLD.public, key.public} == {held.public for held in ring.check_log(checkpoint(7, OLD, key))[1].keys}


@pytest.mark.parametrize("key", KEYS)
def test_an_optional_line_may_be_absent_and_not_false(key: SigningKey) -> None:
    """A checkpoint without it is signed; one with a false line is refused."""
    ring = KeyRing.of([with_extra(key, required=False)])
    assert ring.check_log(NOTE)
    with pytest.raises(EnvelopeRejected):
        ring.check_log(NOTE.plus(checkpoint(8, key).lines[0]))


def test_further_keys_are_checked_with_the_agreement() -> None:
    """Ed25519 beside Ed25519, a key of another form, a use that signs nothing, and one twice are findings."""
    good = with_extra(P256, required=True)
    assert () == good.check()
    extra = good.parties[0].extra_keys[0]
    bad = {
        "exchange.key_malformed": [
            (structs.replace(extra, algorithm=Algorithm.ML_DSA_44),),
            (structs.replace(extra, algorithm=Algorithm.ED25519, public=bytes(32).hex()),),
            (structs.replace(extra, use=KeyUse.TLS),),
        ],
        "exchange.same_key": [(structs.replace(extra, use=KeyUse.MIRROR), extra)],
        "exchange.agreement_listed_twice": [(extra, structs.replace(extra, public=P256Key(bytes(32)).public.hex()))],
        "exchange.roots_too_few": [()],
    }
    for code, lists in bad.items():
        for keys in lists:
            first, second = good.parties
            needed = 1 if keys else 2
            changed = structs.replace(first, extra_keys=keys, roots_needed=needed)
            found = structs.replace(good, parties=(changed, second)).check()
            assert [code] == [finding.code for finding in found]


# --- without the library -------------------------------------------------------------------


def test_without_a_plug_in_sm2_is_unchecked() -> None:
    """Such a signature is neither true nor false; nothing built in can be replaced."""
    with pytest.raises(SignatureUnchecked):
        verify_signature(Algorithm.SM2, b"\x04" + bytes(64), b"", bytes(64))
    with pytest.raises(SettingInvalid):
        admit(Algorithm.P256, None)


ALONE = """
import sys
sys.modules["cryptography"] = None
from pathlib import Path
from gatepair.exchange.agreement import decode
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.note import parse
from gatepair.base.errors import SignatureUnchecked
for terms in sys.argv[2:]:
    try:
        signers = KeyRing.of([decode(Path(terms).read_bytes())]).check_log(parse(Path(sys.argv[1]).read_bytes()))[1]
        print(len(signers.keys), [key.algorithm.value for key in signers.unchecked])
    except SignatureUnchecked as error:
        print(error.code)
"""


@pytest.mark.parametrize("key", KEYS)
def test_without_the_library_a_line_is_not_checked(tmp_path, key: SigningKey) -> None:
    """PyNaCl alone: an optional line is told as unchecked, a required one makes the note unchecked, not false."""
    note = tmp_path / "note"
    note.write_text(checkpoint(7, OLD, key).to_text(), "utf-8")
    files = []
    for required in (False, True):
        files.append(tmp_path / f"{required}.json")
        files[-1].write_bytes(with_extra(key, required=required).encoded())
    ran = subprocess.run([sys.executable, "-c", ALONE, note, *files], capture_output=True, text=True, check=True)
    assert [f"1 ['{key.algorithm.value}']", "signature_unchecked"] == ran.stdout.splitlines()


def test_the_page_and_the_changes_name_further_keys() -> None:
    """Who signs reads of every key, of how many roots must sign, and of pins; a change of any of them is told."""
    first, second = agreement().parties
    extra = ExtraKey(algorithm=Algorithm.P256, public=P256.public.hex(), use=KeyUse.LOG, required=True)
    more = structs.replace(
        first, extra_keys=(extra,), more_roots=(OLD.public.hex(),), roots_needed=2, tls_pins=("ab" * 32,)
    )
    after = structs.replace(agreement(), parties=(more, second))
    page = to_text(reading(after, "en", Around()))
    for told in ("log p256", "root 2", "2 of 2 root keys", "ab" * 32):
        assert told in page
    assert ["key", "key", "keys_otherwise"] == [change.key for change in changes(agreement(), after)]
    assert all(change.text("vi") for change in changes(agreement(), after))


# Kept and not made again: signatures by ML-DSA-44 are random. The file says of which keys it is.
LINES = json.loads((DIRECTORY / "lines.json").read_text("utf-8"))


@pytest.mark.parametrize("line", LINES["good"], ids=lambda line: f"{line['algorithm']}-{line['use']}")
def test_golden_lines_verify(line: dict[str, Any]) -> None:
    """Each is true under its verifier key, states its time, and is spelled the same again."""
    signed = notes.parse(line["note"])
    assert line["at_s"] == notes.verify(signed, notes.from_vkey(line["vkey"]))
    assert line["note"] == signed.to_text()


def test_golden_lines_by_p256_are_made_again() -> None:
    """Our own key signs the same bytes (RFC 6979), and has the same verifier key."""
    for line in LINES["good"]:
        if line["algorithm"] == "p256":
            name = line["vkey"].partition("+")[0]
            is_log = line["use"] == "log"
            made = (
                notes.sign(NOTE.text, name=name, key=P256)
                if is_log
                else notes.cosign(NOTE.text, name=name, key=P256, at_s=AT_S)
            )
            assert line["note"] == Note(NOTE.text, (made,)).to_text()


@pytest.mark.parametrize("line", LINES["bad"], ids=lambda line: f"{line['algorithm']}-{line['use']}-{line['why']}")
def test_golden_false_lines_are_refused(line: dict[str, Any]) -> None:
    """Each is wrong in one thing, and is no signature."""
    with pytest.raises(EnvelopeRejected):
        notes.verify(notes.parse(line["note"]), notes.from_vkey(line["vkey"]))


@pytest.mark.parametrize(("length", "fits"), [(1, True), (255, True), (256, False)])
def test_names_in_a_line_by_ml_dsa_have_one_byte_for_their_length(length: int, fits: bool) -> None:  # noqa: FBT001
    """255 bytes are signed and verify; one more has no room in the structure, for a name and for an origin."""
    name, origin = "m" * length, "o" * length
    text = f"{origin}\n7\n{NOTE.text.splitlines()[2]}\n"
    for named, over in ((name, NOTE.text), ("m", text)):
        if fits:
            line = notes.cosign(over, name=named, key=ML_DSA, at_s=AT_S)
            assert AT_S == notes.verify(Note(over, (line,)), MirrorVerifier(named, ML_DSA.public, Algorithm.ML_DSA_44))
        else:
            with pytest.raises(EnvelopeRejected, match="too long"):
                notes.cosign(over, name=named, key=ML_DSA, at_s=AT_S)


@pytest.mark.parametrize("root", ["AAAA", "A" * 44, "A" * 43 + "="])
def test_ml_dsa_signs_roots_of_32_bytes(root: str) -> None:
    """A root of another length is no root; the last one is 32 bytes and is signed."""
    text = f"o\n7\n{root}\n"
    if root.endswith("="):
        assert notes.sign(text, name="m", key=ML_DSA).blob
    else:
        with pytest.raises(EnvelopeRejected):
            notes.sign(text, name="m", key=ML_DSA)


def test_ml_dsa_signs_sizes_of_64_bits() -> None:
    """2^64-1 is signed; 2^64 is not."""
    root = NOTE.text.splitlines()[2]
    assert notes.sign(f"o\n{2**64 - 1}\n{root}\n", name="m", key=ML_DSA).blob
    with pytest.raises(EnvelopeRejected, match="signs checkpoints only"):
        notes.sign(f"o\n{2**64}\n{root}\n", name="m", key=ML_DSA)


def test_a_false_line_names_its_signer() -> None:
    """Who was named by a false signature is told, for the evidence."""
    line = SignatureLine(NAME, LogVerifier(NAME, OLD.public).key_id, bytes(64))
    with pytest.raises(EnvelopeRejected, match=f"in the name of {NAME} is false") as refused:
        notes.verify(Note(NOTE.text, (line,)), LogVerifier(NAME, OLD.public))
    assert {"signer": NAME} == refused.value.fields
