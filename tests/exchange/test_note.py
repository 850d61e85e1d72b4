"""Signed notes, cosignatures and checkpoints, held against published examples and a second library path."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import VerifyKey

from exchange.pair import key
from gatepair.base.errors import EnvelopeRejected, SettingInvalid
from gatepair.base.merkle import EMPTY_ROOT
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.note import LINES_MAX, NOTE_BYTES_MAX, LogVerifier, MirrorVerifier, Note, SignatureKind
from gatepair.exchange.signer import Ed25519Key, verify_ed25519

# Published with the Go module golang.org/x/mod/sumdb/note (documentation of package note).
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# Published in C2SP tlog-cosignature.
C2SP_COSIGNED = (
    "example.com/behind-the-sofa\n"
    "20852163\n"
    "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    "\n"
    "— example.com/behind-the-sofa "
    "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 "
    "jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)
# RFC 8032 §7.1, tests 1 to 3: seed, public key, message, signature.
RFC_8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        (
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        (
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
            "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
    ),
]
NAME = "n.example/north-post/trial/normal"
TEXT = "n.example/north-post/trial/normal#1\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"


@pytest.mark.parametrize(("seed", "public", "message", "signature"), RFC_8032)
def test_ed25519_equals_rfc_8032(seed: str, public: str, message: str, signature: str) -> None:
    """Our keys sign as the published vectors do."""
    signer = Ed25519Key(bytes.fromhex(seed))
    assert public == signer.public.hex()
    assert signature == signer.sign(bytes.fromhex(message)).hex()
    assert verify_ed25519(signer.public, bytes.fromhex(message), bytes.fromhex(signature))


def test_the_secret_is_not_shown() -> None:
    """A key printed by mistake shows its public half only."""
    seed = bytes(range(32))
    assert seed.hex() not in repr(Ed25519Key(seed))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_has_32_bytes(length: int) -> None:
    """Any other length is a setting that cannot be used."""
    with pytest.raises(SettingInvalid):
        Ed25519Key(bytes(length))


@pytest.mark.parametrize("length", [0, 63, 65])
def test_a_signature_has_64_bytes(length: int) -> None:
    """A shorter or longer signature, or key, is false and not an error."""
    assert not verify_ed25519(key(1).public, b"", bytes(length))
    assert not verify_ed25519(key(1).public[:-1], b"", bytes(64))


def test_published_go_note_verifies() -> None:
    """The note published with Go's package verifies under its published key, and we spell it the same."""
    note = notes.parse(GO_NOTE)
    assert notes.verify(note, notes.from_vkey(GO_VKEY)) == 0
    assert GO_NOTE == note.to_text()


def test_published_key_id() -> None:
    """The key id of the published key follows from its name and key, and the text form is made again."""
    verifier = notes.from_vkey(GO_VKEY)
    assert verifier.key_id.hex() == "c74f20a3"
    assert GO_VKEY == notes.to_vkey(verifier.name, SignatureKind.ED25519, verifier.public)


def test_published_cosigned_checkpoint_parses() -> None:
    """The published checkpoint has two lines, of which the second states the time 1679315147."""
    note = notes.parse(C2SP_COSIGNED)
    assert C2SP_COSIGNED == note.to_text()
    assert [line.name for line in note.lines] == ["example.com/behind-the-sofa", "witness.example.com/w1"]
    assert int.from_bytes(note.lines[1].blob[:8], "big") == 1_679_315_147
    assert len(note.lines[1].blob) == 8 + 64


def test_what_a_cosignature_signs_is_as_published() -> None:
    """The five lines printed in C2SP tlog-cosignature are the ones that we sign and verify over its checkpoint."""
    published = (
        "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )
    line = notes.cosign(notes.parse(C2SP_COSIGNED).text, name="w", key=key(1), at_s=1_679_315_147)
    assert published.encode() == VerifyKey(key(1).public).verify(published.encode(), line.blob[8:])


def test_cosignature_covers_its_time() -> None:
    """A cosignature signs the header line, its time and the text: checked through another door of the library."""
    line = notes.cosign(TEXT, name="w", key=key(1), at_s=1_679_315_147)
    message = b"cosignature/v1\ntime 1679315147\n" + TEXT.encode()
    assert message == VerifyKey(key(1).public).verify(message, line.blob[8:])
    assert notes.verify(Note(TEXT, (line,)), MirrorVerifier("w", key(1).public)) == 1_679_315_147


def test_cosignature_with_another_time_is_false() -> None:
    """The time cannot be changed after signing."""
    line = notes.cosign(TEXT, name="w", key=key(1), at_s=5)
    later = notes.SignatureLine(line.name, line.key_id, (6).to_bytes(8, "big") + line.blob[8:])
    with pytest.raises(EnvelopeRejected):
        notes.verify(Note(TEXT, (later,)), MirrorVerifier("w", key(1).public))


@given(st.integers(0, 255), st.integers(0, 63))
def test_one_changed_byte_is_false(mask: int, place: int) -> None:
    """Any change of a signature makes it false."""
    line = notes.sign(TEXT, name=NAME, key=key(1))
    blob = bytearray(line.blob)
    blob[place] ^= mask
    verifier = LogVerifier(NAME, key(1).public)
    assert (mask == 0) == (verifier.signed_at_s(TEXT, bytes(blob)) is not None)


def test_unknown_keys_count_for_nothing() -> None:
    """Lines of strangers are carried along; a note that only strangers signed is refused."""
    mine, other = notes.sign(TEXT, name=NAME, key=key(1)), notes.sign(TEXT, name=NAME, key=key(2))
    assert notes.verify(notes.parse(Note(TEXT, (other, mine)).to_text()), LogVerifier(NAME, key(1).public)) == 0
    with pytest.raises(EnvelopeRejected):
        notes.verify(Note(TEXT, (other,)), LogVerifier(NAME, key(1).public))
    with pytest.raises(EnvelopeRejected):
        notes.verify(Note(TEXT, (notes.sign(TEXT, name="x", key=key(1)),)), LogVerifier(NAME, key(1).public))


def test_a_false_line_beside_a_true_one_is_refused() -> None:
    """Whoever signs in a known name and id must be right every time."""
    true = notes.sign(TEXT, name=NAME, key=key(1))
    false = notes.SignatureLine(true.name, true.key_id, bytes(64))
    with pytest.raises(EnvelopeRejected):
        notes.verify(Note(TEXT, (true, false)), LogVerifier(NAME, key(1).public))


def test_a_log_signature_is_no_cosignature() -> None:
    """One key in two uses makes two key ids, so one line never passes for the other."""
    line = notes.sign(TEXT, name="w", key=key(1))
    with pytest.raises(EnvelopeRejected):
        notes.verify(Note(TEXT, (line,)), MirrorVerifier("w", key(1).public))


GOOD_LINE = str(notes.sign("a\n", name="n", key=key(1)))


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "a\n",
        "a\n\n",
        f"\n{GOOD_LINE}\n",
        f"a\n{GOOD_LINE}\n",
        f"a\n\n{GOOD_LINE}",
        f"a\n\n{GOOD_LINE}\n ",
        f"a\tb\n\n{GOOD_LINE}\n",
        f"a\r\n\n{GOOD_LINE}\n",
        "a\n\n- n AAAAAAA=\n",
        "a\n\n— n\n",
        "a\n\n— n AAAA\n",
        "a\n\n— n AAAAAA==\n",
        "a\n\n— n *AAAAAA=\n",
        "a\n\n— n AAAAAAB=\n",
        "a\n\n—  AAAAAAA=\n",
        "a\n\n— n+m AAAAAAA=\n",
        "a\n\n— n\u2003m AAAAAAA=\n",
        "a\n\n" + f"{GOOD_LINE}\n" * (LINES_MAX + 1),
        "a" * NOTE_BYTES_MAX + f"\n\n{GOOD_LINE}\n",
        b"\xff\n\n",
        "\ud800\n\n",
    ],
)
def test_what_is_no_note_is_refused(raw: str | bytes) -> None:
    """Missing parts, control characters, odd names, loose base64 and too many lines are refused."""
    with pytest.raises(EnvelopeRejected):
        notes.parse(raw)


def test_a_text_may_hold_empty_lines() -> None:
    """The last empty line divides text and signatures."""
    note = Note("a\n\nb\n", (notes.sign("a\n\nb\n", name="n", key=key(1)),))
    assert note == notes.parse(note.to_text())


@pytest.mark.parametrize("lines", [16, LINES_MAX])
def test_sixteen_lines_are_read(lines: int) -> None:
    """The source asks for at least sixteen."""
    assert lines == len(notes.parse("a\n\n" + f"{GOOD_LINE}\n" * lines).lines)


@pytest.mark.parametrize(
    "vkey",
    ["", "a+b", "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", "n+00000000+Cg==", "n+0+*"],
)
def test_false_key_texts_are_refused(vkey: str) -> None:
    """A key whose id does not fit, or of an unknown kind, is refused."""
    with pytest.raises(EnvelopeRejected):
        notes.from_vkey(vkey)


def test_origin_names_side_post_agreement_lane_epoch() -> None:
    """The origin is spelled with its epoch, the key's name without."""
    origin = Origin("n.example", "north-post", "trial", "normal", 3)
    assert str(origin) == "n.example/north-post/trial/normal#3"
    assert origin.key_name == "n.example/north-post/trial/normal"
    assert origin == Origin.parse(str(origin))


@pytest.mark.parametrize(
    "text", ["", "a/b/c#1", "a/b/c/d", "a/b/c/d#0", "a/b/c/d#01", "A/b/c/d#1", "a//c/d#1", "a/b/c/d#1\n"]
)
def test_misspelled_origins_are_refused(text: str) -> None:
    """Wrong parts, no epoch, epoch zero and upper case are refused."""
    with pytest.raises(EnvelopeRejected):
        Origin.parse(text)


def test_checkpoint_text() -> None:
    """A checkpoint is origin, size, root and extension lines, each on its line."""
    checkpoint = Checkpoint(Origin("n.example", "north-post", "trial", "normal"), 0, EMPTY_ROOT)
    assert checkpoint.to_text() == TEXT
    extended = Checkpoint(checkpoint.origin, 7, EMPTY_ROOT, ("order out 1 x",))
    assert extended == Checkpoint.parse(extended.to_text())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a/b/c/d#1\n1\n",
        TEXT[:-1],
        TEXT + "\n",
        TEXT.replace("\n0\n", "\n00\n"),
        TEXT.replace("\n0\n", "\n-1\n"),
        TEXT.replace("\n0\n", "\n9007199254740992\n"),
        TEXT.replace("SuFU=", "SuFU"),
        TEXT.replace("SuFU=", "SuFV="),
        TEXT.replace("47DEQpj8", ""),
    ],
)
def test_misspelled_checkpoints_are_refused(text: str) -> None:
    """A missing line, a size with zeros in front, a root of another length or spelling are refused."""
    with pytest.raises(EnvelopeRejected):
        Checkpoint.parse(text)


def test_the_largest_size_is_read() -> None:
    """A checkpoint may state 2^53-1, the largest integer of canonical JSON."""
    largest = TEXT.replace("\n0\n", "\n9007199254740991\n")
    assert 2**53 - 1 == Checkpoint.parse(largest).size


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("n.example/north-post/trial/normal#1\n0\n", "at least three lines"),
        (TEXT.replace("\n0\n", "\n00\n"), "without leading zeros"),
        (TEXT.replace("47DE", "47 E"), "canonical base64 of 32 bytes|not base64"),
        (TEXT.replace("=\n", "\n"), "not base64"),
        (TEXT.replace("normal#1", "normal"), "a log is named <side>/<post>/<agreement>/<lane>#<epoch>"),
    ],
)
def test_a_checkpoint_that_cannot_be_read_says_why(text: str, why: str) -> None:
    """What is wrong is named, for whoever looks for the fault of the other side."""
    with pytest.raises(EnvelopeRejected, match=why):
        Checkpoint.parse(text)


def test_the_longest_note_is_read_and_one_byte_more_is_not() -> None:
    """The limit itself is still read."""
    line = str(notes.parse(C2SP_COSIGNED).to_text().rsplit("\n\n", 1)[1])
    longest = "x" * (NOTE_BYTES_MAX - len(f"\n\n{line}".encode())) + f"\n\n{line}"
    assert NOTE_BYTES_MAX == len(longest.encode())
    assert longest == notes.parse(longest).to_text()
    with pytest.raises(EnvelopeRejected, match=f"at most {NOTE_BYTES_MAX} are read"):
        notes.parse("x" + longest)


@pytest.mark.parametrize(
    "change", [lambda note: note[note.index("\n\n") :], lambda note: note[:-1], lambda note: note + "x"]
)
def test_a_note_has_a_text_and_whole_lines(change: Any) -> None:
    """Without a text, and with a line that does not end, it is none."""
    with pytest.raises(EnvelopeRejected, match="not a text, an empty line and signature lines"):
        notes.parse(change(C2SP_COSIGNED))


def test_a_key_text_says_its_kind() -> None:
    """Key material under a mark that there is not is of no kind, whatever its length."""
    name, _, rest = notes.to_vkey("a", notes.SignatureKind.ED25519, key(1).public).partition("+")
    marked = base64.b64encode(b"\x7f" + key(1).public).decode()
    with pytest.raises(EnvelopeRejected, match="of a kind that is not read here"):
        notes.from_vkey(f"{name}+{rest[:8]}+{marked}")
    bare = base64.b64encode(key(1).public).decode()
    with pytest.raises(EnvelopeRejected):
        notes.from_vkey(f"{name}+{rest[:8]}+{bare}")
