"""Looking at a crossing: how an address names it, and that whose names were read is recorded before they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from litestar import Request

from gatepair.base.errors import NotFound
from gatepair.node.audit import PersonalDataRead
from gatepair.web.auth import actor_of, services_of

REFERENCE_LENGTH: Final = 21
"""Characters of a crossing's id."""


def is_reference(text: str) -> bool:
    """Tell whether ``text`` can be the id of a crossing."""
    return len(text) == REFERENCE_LENGTH and text.isascii() and text.isalnum()


def check_reference(crossing: str) -> None:
    """Refuse what cannot be the id of a crossing. Raises NotFound."""
    if not is_reference(crossing):
        raise NotFound("there is no such crossing", crossing=crossing[:REFERENCE_LENGTH])


async def note_names(request: Request[Any, Any, Any], crossing: str, named: Sequence[str]) -> None:
    """Record that the caller reads the fields ``named`` of persons or firms; nothing when there are none."""
    if not named:
        return
    services, actor = services_of(request), actor_of(request)
    post = services.post
    event = PersonalDataRead(at_ms=post.now(), crossing=crossing, duty=actor.duty, fields=tuple(named))
    await services.runtime.submit(lambda: post.note(event, actor=actor.id))
