"""Checkpoints: what a log says about itself at one size, as the text of a signed note.

Lines: origin, size, base64 of the root, then opaque extension lines.  The origin names side,
post, agreement, lane and epoch; the key that signs is named by the origin without the epoch.

Source: C2SP tlog-checkpoint v1.0.0.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Annotated, Final

from typing_extensions import override

from gatepair.base.canonical import INTEGER_MAX
from gatepair.base.errors import EnvelopeRejected
from gatepair.base.merkle import HASH_BYTES
from gatepair.base.shapes import spelled

_PART: Final = r"[a-z0-9][a-z0-9.-]{0,62}"
Name = Annotated[str, spelled(rf"{_PART}")]
"""A side, a post or an agreement: one part of an origin."""
_ORIGIN: Final = re.compile(rf"({_PART})/({_PART})/({_PART})/([a-z]{{1,16}})#([1-9][0-9]{{0,8}})", re.ASCII)
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}", re.ASCII)
FIRST_EPOCH: Final = 1
LEDGER_LANE: Final = "ledger"
"""Stands for a lane in the origin of a ledger's own checkpoint."""
EPOCH_MAX: Final = 999_999_999
"""As many digits as an origin spells."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Which log: ``<side>/<post>/<agreement>/<lane>#<epoch>``; an epoch ends when a node was restored."""

    side: str
    post: str
    agreement: str
    lane: str
    epoch: int = FIRST_EPOCH

    @classmethod
    def parse(cls, text: str) -> Origin:
        """Return the origin that ``text`` spells.

        Raises:
            EnvelopeRejected: it is not spelled like an origin.
        """
        match = _ORIGIN.fullmatch(text)
        if match is None:
            raise EnvelopeRejected("a log is named <side>/<post>/<agreement>/<lane>#<epoch>", origin=text[:80])
        side, post, agreement, lane, epoch = match.groups()
        return cls(side, post, agreement, lane, int(epoch))

    @property
    def key_name(self) -> str:
        """Return the origin without its epoch: the name under which the log's key signs."""
        return f"{self.side}/{self.post}/{self.agreement}/{self.lane}"

    @override
    def __str__(self) -> str:
        """Return the spelled origin."""
        return f"{self.key_name}#{self.epoch}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's size and root."""

    origin: Origin
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def to_text(self) -> str:
        """Return the note text that is signed."""
        lines = (str(self.origin), str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Return the checkpoint that a note's ``text`` holds.

        Raises:
            EnvelopeRejected: fewer than three lines, an empty line, or a size or root misspelled.
        """
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1] or not all(lines[:-1]):
            raise EnvelopeRejected("a checkpoint has at least three lines and none is empty")
        origin, size, root, *extensions = lines[:-1]
        if not _SIZE.fullmatch(size) or int(size) > INTEGER_MAX:
            raise EnvelopeRejected("the size of a checkpoint is a decimal number without leading zeros")
        return cls(Origin.parse(origin), int(size), _root(root), tuple(extensions))


def _root(encoded: str) -> bytes:
    try:
        root = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise EnvelopeRejected("the root of a checkpoint is not base64") from error
    if len(root) != HASH_BYTES or base64.b64encode(root).decode() != encoded:
        raise EnvelopeRejected(f"the root of a checkpoint is canonical base64 of {HASH_BYTES} bytes")
    return root
