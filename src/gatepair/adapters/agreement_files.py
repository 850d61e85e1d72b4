"""The versions of the agreement of a post: in files of its directory, and in its ledger.

``agreement.json`` is the version that the post was started under; ``agreements/`` holds further ones, earlier
or later.  Beside each lies its ``.sig``, the note that the roots signed.  What came while the post ran lies
in the ledger.
"""

from __future__ import annotations

from pathlib import Path

from gatepair.base.errors import BadInput, EnvelopeRejected, StartRefused
from gatepair.exchange import agreement as agreements
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Agreement
from gatepair.exchange.succession.held import HeldVersion, Succession
from gatepair.node.link_state import kept_versions
from gatepair.node.ports import Reader


def signed_agreements(directory: Path) -> tuple[tuple[bytes, str], ...]:
    """Return the agreements of the post in ``directory``, the current one first, each with the note over it."""
    files = [directory / "agreement.json", *sorted((directory / "agreements").glob("*.json"))]
    return tuple((file.read_bytes(), file.with_suffix(".sig").read_text("utf-8")) for file in files)


def versions_in(directory: Path, agreement: Agreement) -> tuple[HeldVersion, ...]:
    """Return ``agreement`` and the other versions of it whose files lie in ``directory``.

    The lowest is taken as held by the partner too, because both sides began under it.

    Raises:
        StartRefused: a file cannot be read, or not enough roots of both sides signed it.
    """
    read = [(agreement, (directory / "agreement.sig").read_text("utf-8"))]
    for file in sorted((directory / "agreements").glob("*.json")):
        one, note = _read(file)
        if one.id == agreement.id and one.hash() != agreement.hash():
            read.append((one, note))
    lowest = min(one.version for one, _ in read)
    return tuple(HeldVersion(one, note, shared=one.version == lowest) for one, note in read)


def succession_in(directory: Path, agreement: Agreement, reader: Reader) -> Succession:
    """Return all versions that the post in ``directory``, whose ledger is behind ``reader``, holds. Raises StartRefused."""
    return Succession.of(versions_in(directory, agreement)).plus(*kept_versions(reader))


def _read(file: Path) -> tuple[Agreement, str]:
    try:
        one, note = agreements.decode(file.read_bytes()), file.with_suffix(".sig").read_text("utf-8")
        unsigned = one.check_signatures(notes.parse(note))
    except (OSError, UnicodeDecodeError, BadInput, EnvelopeRejected) as error:
        raise StartRefused(f"{file} or its signature file cannot be read: {error}", file=str(file)) from error
    if unsigned:
        raise StartRefused(f"{file}: {unsigned[0].text('en')}", file=str(file))
    return one, note
