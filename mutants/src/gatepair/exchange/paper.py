"""Paper: entries of a log with their proof, as codes that a printed page carries and a scanner reads back.

When neither line nor courier works, the driver brings the page.  It holds headers, the sections
needed, and for each entry a signed checkpoint with the proof that the entry stands under it.  The
reader needs nothing else: not the entries before, and no line.

A paper is a canonical JSON document, compressed with zlib (RFC 1950), spelled in base45 (RFC 9285)
and cut into codes ``GP1:<number>:<count>:<mark>:<piece>:``.  All of that lies in the alphanumeric
mode of QR codes (ISO/IEC 18004), so a hand scanner can type it.  The mark is the first eight hex
digits of the SHA-256 of the compressed document, in capitals; the colon at the end shows that
nothing was cut off.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final

from msgspec import Meta, Raw, Struct

from gatepair.base.canonical import decode_exactly_as, encode
from gatepair.base.errors import EnvelopeRejected, Malformed, TooLarge
from gatepair.base.merkle import leaf_hash, verify_inclusion
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Party, Terms
from gatepair.exchange.checkpoint import Checkpoint, Name
from gatepair.exchange.envelope import Hex32, Natural, Opened, Place, open_envelope
from gatepair.exchange.wire import NoteText

PAPER_VERSION: Final = 1
CODE_CHARS_MAX: Final = 1_400
"""Longest piece in one code: version 25 at error level M holds 1,451 characters in alphanumeric mode, and at
8 cm its modules are 0.68 mm, which hand scanners and telephones read. Source: ISO/IEC 18004 table 7."""
CODES_MAX: Final = 12
"""Most codes of one paper: six rows of two, three pages."""
PAPER_BYTES_MAX: Final = 256 * 1024
"""Longest document after decompression; bounds what a hostile code can unfold to."""
ENTRIES_MAX: Final = 16
"""Most entries of one paper: a crossing with its seals takes four."""
PROOF_MAX: Final = 64
"""Longest inclusion proof: a log of 2^53 entries needs 53 hashes."""

_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES: Final = {char: value for value, char in enumerate(_ALPHABET)}
_CODE: Final = re.compile(r"GP1:([1-9][0-9]?):([1-9][0-9]?):([0-9A-F]{8}):([0-9A-Z $%*+\-./:]*):", re.ASCII)


class PaperEntry(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One entry with its proof."""

    header: Raw
    index: Natural
    checkpoint: NoteText
    """The log's signed checkpoint over a size beyond ``index``."""
    proof: Annotated[tuple[Hex32, ...], Meta(max_length=PROOF_MAX)]
    """Inclusion proof of the entry in the checkpoint's tree, from the leaf upwards."""
    body: Raw = Raw(b"null")
    """The sections that come along; null for none."""


class Paper(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the codes of one page hold."""

    v: Annotated[int, Meta(ge=PAPER_VERSION, le=PAPER_VERSION)]
    author: Name
    reader: Name
    made_at_ms: Natural
    """When it was printed, by the author's clock; a claim."""
    entries: Annotated[tuple[PaperEntry, ...], Meta(min_length=1, max_length=ENTRIES_MAX)]


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry of a paper that verified: what it says, and the bytes that prove it."""

    opened: Opened
    entry: PaperEntry
    size: int
    """Size of the checkpoint."""
    root: bytes


# --- what it proves ------------------------------------------------------------------------


def prove(entry: PaperEntry, *, partner: Party, in_force: Sequence[Terms]) -> Proven:
    """Return what ``entry`` proves: that ``partner`` wrote it at its place, under an agreement in force.

    Raises:
        EnvelopeRejected: the checkpoint is not the partner's, the proof does not lead to it, or the body does not fit.
        NotInAgreement: no agreement in force lists such an entry of the partner.
    """
    signed = notes.parse(entry.checkpoint)
    checkpoint = Checkpoint.parse(signed.text)
    origin, header = checkpoint.origin, bytes(entry.header)
    agreed = [terms.agreement.id for terms in in_force]
    if origin.agreement not in agreed or (origin.side, origin.post) != (partner.side, partner.post):
        raise EnvelopeRejected("the paper's checkpoint is of another log", origin=str(origin))
    notes.verify(signed, partner.log_verifier(origin))
    proof = [bytes.fromhex(step) for step in entry.proof]
    leaf = leaf_hash(header)
    if not verify_inclusion(leaf, entry.index, checkpoint.size, proof=proof, root=checkpoint.root):
        raise EnvelopeRejected("the proof on the paper does not lead to its checkpoint", index=entry.index)
    body = None if bytes(entry.body) == b"null" else bytes(entry.body)
    opened = open_envelope(header, body, in_force=in_force, place=Place(origin, entry.index))
    return Proven(opened, entry, checkpoint.size, checkpoint.root)


# --- codes ---------------------------------------------------------------------------------


def to_codes(paper: Paper) -> tuple[str, ...]:
    """Return the texts of the codes of ``paper``, in order.

    Raises:
        TooLarge: it needs more than twelve codes; leave out sections.
    """
    packed = zlib.compress(encode(paper), 9)
    text, mark = to_base45(packed), _mark(packed)
    pieces = [text[at : at + CODE_CHARS_MAX] for at in range(0, len(text), CODE_CHARS_MAX)]
    if len(pieces) > CODES_MAX:
        raise TooLarge(
            f"the paper needs {len(pieces)} codes and may have {CODES_MAX}; leave out sections", limit=CODES_MAX
        )
    return tuple(f"GP1:{number}:{len(pieces)}:{mark}:{piece}:" for number, piece in enumerate(pieces, 1))


def from_codes(texts: Iterable[str]) -> Paper:
    """Return the paper whose codes stand in ``texts``: each text holds one code or several, one a line, in any order.

    Raises:
        Malformed: a code cannot be read, is missing, or belongs to another paper; the message says what to scan.
        TooLarge: the document is over its limit.
    """
    pieces: dict[int, str] = {}
    papers: set[tuple[str, str]] = set()
    for line in (line for text in texts for line in text.splitlines() if line.strip()):
        # A scanner behind a keyboard with the capitals locked types small letters.
        found = _CODE.fullmatch(line.strip().upper())
        if found is None:
            raise Malformed(f"this is no code of a paper, or it was cut short: {line[:24]}")
        number, count, mark, piece = found.groups()
        papers.add((count, mark))
        pieces[int(number)] = piece
    if len(papers) != 1:
        raise Malformed("scan the codes of one paper" if papers else "there is no code to read")
    ((count, mark),) = papers
    for number in range(1, int(count) + 1):
        if number not in pieces:
            raise Malformed(f"code {number} of {count} is missing; scan it too", code=number, codes=int(count))
    return _unpacked("".join(pieces[number] for number in sorted(pieces)), mark)


def _unpacked(text: str, mark: str) -> Paper:
    packed = from_base45(text)
    if _mark(packed) != mark:
        raise Malformed("the codes were not read right, or two papers were mixed; scan them again")
    unfolding = zlib.decompressobj()
    try:
        raw = unfolding.decompress(packed, PAPER_BYTES_MAX + 1)
    except zlib.error as error:
        raise Malformed("the codes do not hold a paper") from error
    if len(raw) > PAPER_BYTES_MAX:
        raise TooLarge(f"a paper has at most {PAPER_BYTES_MAX} bytes", limit=PAPER_BYTES_MAX)
    if not unfolding.eof or unfolding.unused_data:
        raise Malformed("the codes do not hold a whole paper")
    return decode_exactly_as(Paper, raw, max_bytes=PAPER_BYTES_MAX)


def _mark(packed: bytes) -> str:
    return sha256(packed).hexdigest()[:8].upper()


def to_base45(raw: bytes) -> str:
    """Return ``raw`` in base45: three characters for two bytes, two for a last one. Source: RFC 9285."""
    spelled: list[str] = []
    for at in range(0, len(raw), 2):
        pair = raw[at : at + 2]
        rest = int.from_bytes(pair, "big")
        for _ in range(len(pair) + 1):
            rest, value = divmod(rest, 45)
            spelled.append(_ALPHABET[value])
    return "".join(spelled)


def from_base45(text: str) -> bytes:
    """Return the bytes that ``text`` spells in base45.

    Raises:
        Malformed: a character outside the alphabet, a length that no bytes have, or a value beyond 65,535.
    """
    raw = bytearray()
    for at in range(0, len(text), 3):
        group = text[at : at + 3]
        value = sum(_VALUES.get(char, 45**3) * 45**place for place, char in enumerate(group))
        size = len(group) - 1
        if size == 0 or value >= 256**size:
            raise Malformed("the codes hold what base45 does not know")
        raw += value.to_bytes(size, "big")
    return bytes(raw)
