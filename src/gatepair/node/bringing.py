"""Who brought which file: a file is handed back to who showed that he has it, and not to whoever knows its digest.

Digests stand in entries, evidence and copies that others hold; a crossing may name any of them as its document.
"""

from __future__ import annotations

from gatepair.node.ports import Reader, Unit
from gatepair.node.requests import Actor


def note_brought(unit: Unit, actor: Actor, digest: str) -> None:
    """Keep that ``actor`` brought the content whose SHA-256 is ``digest``."""
    unit.put_state(_name(actor, digest), b"")


def has_brought(reader: Reader, actor: Actor, digest: str) -> bool:
    """Tell whether ``actor`` brought it once, by the page or over the interface."""
    return reader.state(_name(actor, digest)) is not None


def _name(actor: Actor, digest: str) -> str:
    return f"brought/{actor.id}/{digest}"
