"""Draws that anyone who knows the salt can repeat, and the commitment that binds a post to its salt.

A draw is made of SHA-256 over the canonical array ``[salt, profile version, crossing id]``: the first eight bytes,
modulo 1,000, are held against the shares, the next eight against the random share.  A crossing's id follows from its
command id, which the trader chooses; so a post makes the salt for a period, commits itself to it before the period
and shows it after.  Then nobody can try ids until one is green, the post cannot choose a salt that suits it, and
everybody who is shown the salt can check the draws.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from gatepair.base.canonical import encode
from gatepair.crossing.model import Channel

WHOLE: Final = 1_000
DEPTH: Final = (Channel.GREEN, Channel.YELLOW, Channel.RED)
"""Channels from the lightest to the deepest."""
_CONTEXT: Final = "gatepair channel salt"


@dataclass(frozen=True, slots=True)
class Draws:
    """Two numbers from 0 to 999."""

    share_permille: int
    """Held against green, yellow and red of a share."""
    random_permille: int
    """Held against the random share."""


def draws(version: int, crossing_id: str, salt: str) -> Draws:
    """Return the draws of a crossing under a profile's version."""
    digest = hashlib.sha256(encode([salt, version, crossing_id])).digest()
    return Draws(int.from_bytes(digest[:8], "big") % WHOLE, int.from_bytes(digest[8:16], "big") % WHOLE)


def channel_at(shares_permille: tuple[int, int, int], draw_permille: int) -> Channel:
    """Return the channel into whose share a draw falls: below the green share green, then yellow, then red."""
    green, yellow, _ = shares_permille
    if draw_permille < green:
        return Channel.GREEN
    return Channel.YELLOW if draw_permille < green + yellow else Channel.RED


def commitment(salt: str, *, post: str, period: str) -> str:
    """Return what a post publishes of its ``salt`` before the ``period`` (a local date): SHA-256, hex."""
    return hashlib.sha256(encode([_CONTEXT, post, period, salt])).hexdigest()
