"""A courier between two posts of a test: bundles are written here and taken in there."""

from __future__ import annotations

from collections.abc import Iterable

from gatepair.exchange import bundle as bundles
from gatepair.exchange.bundle import Bundle
from gatepair.node.courier import Export, Import, Order, Taken
from gatepair.node.post import Post


def written(post: Post, order: Order | None = None) -> bytes:
    """Return one part that ``post`` writes."""
    writing = Export(post, order or Order(), actor="operator")
    for step in writing.steps():
        step()
    return writing.part()


def parts_of(post: Post, order: Order | None = None) -> list[bytes]:
    """Return all parts that ``post`` writes."""
    order = order or Order()
    parts = [written(post, order)]
    while not (part := bundles.read(parts[-1])).last:
        order = order.after(part)
        parts.append(written(post, order))
    return parts


def taken(post: Post, parts: Iterable[bytes]) -> list[Taken]:
    """Let ``post`` take ``parts`` in, in the order given, and return what became of each."""
    found = []
    for raw in parts:
        reading = Import(post, raw, actor="operator")
        for step in reading.steps():
            step()
        found.append(reading.taken())
    return found


def carry(sender: Post, receiver: Post) -> list[Taken]:
    """Bring over all that ``sender`` has for ``receiver``."""
    return taken(receiver, parts_of(sender))


def entries(raw: bytes) -> Bundle:
    """Return a part as it is read."""
    return bundles.read(raw)


def codes(found: Taken) -> list[str]:
    """Return the codes of the findings of a part."""
    return [finding["code"] for finding in found.findings]
