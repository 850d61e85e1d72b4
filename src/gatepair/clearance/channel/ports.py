"""The place where a learned score plugs in.  No model is shipped.

The contract of a scorer:

- It sees a :class:`~gatepair.clearance.channel.profile.Subject` and nothing else: no person, firm or plate.
- It is a pure function of the subject and of a frozen model; the same subject gives the same score under one version.
- It answers from 0 to 1000, more for more reason to look, or None when it cannot tell; it never guesses.
- It names its model and version, which are recorded with the choice, so that an auditor can run it again.
- It decides nothing: only a rule of a profile with ``score_from`` gives it weight, and only to look deeper.
- It is asked before the choice and outside of the core; when it fails or is late, the post goes on with None.
"""

from __future__ import annotations

from typing import Annotated, Protocol

from msgspec import Meta, Struct

from gatepair.base.shapes import spelled
from gatepair.clearance.channel.profile import Subject


class Score(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a model says of one subject, in thousandths."""

    permille: Annotated[int, Meta(ge=0, le=1000)]
    model: Annotated[str, spelled(r"[a-z0-9_.-]{1,48}")]
    version: Annotated[str, spelled(r"[a-z0-9_.-]{1,48}")]


class Scorer(Protocol):
    """Gives scores by the contract above."""

    def score(self, subject: Subject) -> Score | None:
        """Return the score of ``subject``, None when the model cannot tell."""
        ...
