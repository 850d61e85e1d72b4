"""Fences: an epoch of a log is closed for good, and the next one says from where it goes on.

A writer that lost part of its log must not sign on: a checkpoint that it signed before may still be
on its way.  So it asks the holder of the mirror to *close* the epoch.  The holder answers with a
*fence note*, signed by its mirror key: "epochs up to this one take nothing more, and the mirror
stands here".  The writer fetches what it lost from the mirror, opens the next epoch with an entry
that repeats the fence, and says again there what the mirror does not hold.

Text of a fence note: a mark, the log with the last closed epoch, then the checkpoint's three lines
for the place where the mirror stands.  The mark keeps it from being taken for a checkpoint.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from gatepair.base.canonical import plain
from gatepair.base.errors import EnvelopeRejected
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Party
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.key_statements import KeyUse
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.note import Note
from gatepair.exchange.sections.statements import Fenced
from gatepair.exchange.signer import SigningKey

MARK: Final = "gatepair/fence/v1"
FENCE_SECTION: Final = "fence"
"""The one section of an opening entry."""


@dataclass(frozen=True, slots=True)
class Fence:
    """Epochs of a log up to ``closed`` take nothing more; the mirror stands at ``stand``."""

    closed: int
    stand: Checkpoint
    """Epoch, size and root of what the mirror holds; the epoch is ``closed`` or an earlier one."""

    @property
    def position(self) -> tuple[int, int]:
        """Return epoch and size of the stand."""
        return self.stand.origin.epoch, self.stand.size

    def to_text(self) -> str:
        """Return the note text that the mirror key signs."""
        return f"{MARK}\n{self.stand.origin.key_name}#{self.closed}\n{self.stand.to_text()}"

    @classmethod
    def parse(cls, text: str) -> Fence:
        """Return the fence that a note's ``text`` holds.

        Raises:
            EnvelopeRejected: it is no fence, or it names two logs.
        """
        mark, _, rest = text.partition("\n")
        closed, _, stand_text = rest.partition("\n")
        if mark != MARK:
            raise EnvelopeRejected("the note is no fence")
        log, stand = Origin.parse(closed), Checkpoint.parse(stand_text)
        if stand.origin.key_name != log.key_name or stand.extensions:
            raise EnvelopeRejected("a fence names one log and one place in it", origin=closed)
        return cls(log.epoch, stand)

    def section(self) -> dict[str, Any]:
        """Return how the opening entry of the next epoch repeats the fence."""
        epoch, size = self.position
        section: dict[str, Any] = plain(Fenced(closed=self.closed, epoch=epoch, root=self.stand.root.hex(), size=size))
        return section


def sign_fence(fence: Fence, holder: Party, *, key: SigningKey, at_s: int) -> str:
    """Return the fence note by the mirror ``key`` of ``holder``, which states the time ``at_s`` (POSIX seconds)."""
    text = fence.to_text()
    return notes.Note(text, (notes.cosign(text, name=holder.mirror_name, key=key, at_s=at_s),)).to_text()


def check_fence(text: str, *, log: Origin, holder: Party) -> Fence:
    """Return the fence in the note ``text``, which ``holder`` signed over ``log`` (any epoch of it).

    Raises:
        EnvelopeRejected: it is no fence of this log, or the holder's mirror key did not sign it.
    """
    signed = notes.parse(text)
    fence = Fence.parse(signed.text)
    if fence.stand.origin.key_name != log.key_name:
        raise EnvelopeRejected("the fence is of another log", origin=str(fence.stand.origin))
    notes.verify(signed, holder.mirror_verifier())
    return fence


def check_holder(signed: Note, ring: KeyRing, post: str) -> None:
    """Raise unless some mirror key that ``post`` ever had signed the fence note ``signed``.

    For a fence that was taken long ago: the key may have come to its end since.

    Raises:
        EnvelopeRejected: none did, or a line in the name of one is false.
    """
    name = ring.agreements[-1].party(post).mirror_name
    for key in ring.keys:
        if key.post == post and key.use is KeyUse.MIRROR and key.algorithm is not None:
            verifier = notes.MirrorVerifier(name, key.public, key.algorithm)
            if any((line.name, line.key_id) == (name, verifier.key_id) for line in signed.lines):
                notes.verify(signed, verifier)
                return
    raise EnvelopeRejected(f"the fence is not signed by {name}")


def goes_on_from(sections: Mapping[str, Any], stand: Checkpoint) -> bool:
    """Tell whether an opening entry with ``sections`` goes on exactly from ``stand``."""
    try:
        named = msgspec.convert(sections.get(FENCE_SECTION), Fenced)
    except msgspec.ValidationError:
        return False
    return (named.epoch, named.size, named.root) == (stand.origin.epoch, stand.size, stand.root.hex())
