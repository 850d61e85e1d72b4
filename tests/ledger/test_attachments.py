"""Attachments in their folder: whole or not there, under their own digest, and never at the ledger's expense."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from gatepair.adapters.attachments import FOLDER, AttachmentFolder
from gatepair.base.errors import EnvelopeRejected, Malformed, StorageFull, StorageUnavailable, TooLarge
from gatepair.exchange.attachments import ATTACHMENT_BYTES_MAX, digests_in

CONTENT = b"SYNTHETIC certificate"
DIGEST = sha256(CONTENT).hexdigest()


@pytest.fixture
def folder(tmp_path: Path) -> AttachmentFolder:
    return AttachmentFolder(tmp_path, spared_bytes=0)


def files(directory: Path) -> list[str]:
    return sorted(path.name for path in (directory / FOLDER).rglob("*") if path.is_file())


def test_what_is_put_can_be_got(folder: AttachmentFolder, tmp_path: Path) -> None:
    """Twice is once, and nothing else lies in the folder."""
    assert None is folder.get(DIGEST)
    for _ in range(2):
        folder.put(DIGEST, CONTENT)
    assert CONTENT == folder.get(DIGEST)
    assert [DIGEST] == files(tmp_path)


def test_another_content_is_rejected(folder: AttachmentFolder, tmp_path: Path) -> None:
    """A digest names one content; nothing of another is kept."""
    with pytest.raises(EnvelopeRejected):
        folder.put(DIGEST, CONTENT + b"!")
    assert [] == files(tmp_path)


@pytest.mark.parametrize(
    "name", ["", "x", DIGEST[:-1], DIGEST + "0", DIGEST.upper(), "../" + DIGEST[3:], DIGEST[:-1] + "\n"]
)
def test_what_is_no_digest_leads_nowhere(folder: AttachmentFolder, name: str) -> None:
    """No path of the machine can be spelled as an attachment."""
    with pytest.raises(Malformed):
        folder.get(name)
    with pytest.raises(Malformed):
        folder.put(name, CONTENT)


@pytest.mark.parametrize(
    ("length", "taken"), [(0, True), (ATTACHMENT_BYTES_MAX, True), (ATTACHMENT_BYTES_MAX + 1, False)]
)
def test_the_length_has_a_limit(folder: AttachmentFolder, length: int, *, taken: bool) -> None:
    """Exactly 8 MiB is taken, one byte more is not."""
    content = bytes(length)
    digest = sha256(content).hexdigest()
    if taken:
        folder.put(digest, content)
        assert content == folder.get(digest)
        return
    with pytest.raises(TooLarge):
        folder.put(digest, content)


def test_the_ledgers_space_is_spared(tmp_path: Path) -> None:
    """When too little would stay free nothing is kept, and what is there can still be read."""
    AttachmentFolder(tmp_path, spared_bytes=0).put(DIGEST, CONTENT)
    full = AttachmentFolder(tmp_path, spared_bytes=1 << 62)
    other = b"another"
    with pytest.raises(StorageFull):
        full.put(sha256(other).hexdigest(), other)
    full.put(DIGEST, CONTENT)
    assert CONTENT == full.get(DIGEST)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """A file in the place of the folder is an error of the storage, and not a crash."""
    (tmp_path / FOLDER).write_text("in the way")
    folder = AttachmentFolder(tmp_path, spared_bytes=0)
    with pytest.raises(StorageUnavailable):
        folder.put(DIGEST, CONTENT)
    with pytest.raises(StorageUnavailable):
        folder.get(DIGEST)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ([{"kind": "a", "sha256": DIGEST}, {"kind": "b", "sha256": ""}, {"kind": "c"}], [DIGEST]),
        ({"attachments": ({"sha256": DIGEST}, {"sha256": "0" * 64})}, [DIGEST, "0" * 64]),
        ({"new": {"documents": [{"sha256": DIGEST}]}}, [DIGEST]),
        ({"sha256": "no digest"}, []),
        ("sha256", []),
        (None, []),
    ],
)
def test_digests_are_found_wherever_they_stand(value: object, found: list[str]) -> None:
    """In lists and in fields of fields; an empty one and what is none are no digests."""
    assert found == list(digests_in(value))
