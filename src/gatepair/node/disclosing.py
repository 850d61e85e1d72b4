"""Disclosures over the line at a post: queued by a person, given by the pump, taken in by the partner's route."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from gatepair.base.errors import BadInput, EnvelopeRejected, NotFound
from gatepair.exchange.wire import rejected
from gatepair.node.link_disclosing import Disclosing

if TYPE_CHECKING:
    from gatepair.node.post import Post


def give(post: Post, log: str, index: int, sections: Collection[str], *, actor: str) -> Disclosing:
    """Disclose sections of our own entry that were withheld, and have them given to the partner; it is recorded.

    Raises:
        NotFound: there is no such entry, or it holds no such section any more.
    """
    post.disclose(log, index, sections, actor=actor)
    queue = partial(post.link.queue_disclosure, log=log, index=index, names=sections, now_ms=post.now())
    return post.transact(queue)


def listed(post: Post) -> list[Disclosing]:
    """Return what was to be given, and what came of it, the oldest first."""
    with post.ledger.read() as reader:
        return post.link.disclosures(reader)


def due(post: Post) -> tuple[Disclosing, bytes] | None:
    """Return the oldest disclosure that waits, with its bytes; None when there is none."""
    for one in listed(post):
        if not one.waits:
            continue
        raw = post.transact(partial(post.link.disclosure_for_the_line, waiting=one, now_ms=post.now()))
        if raw is not None:
            return one, raw
    return None


def answered(post: Post, waiting: Disclosing, raw: bytes, *, answer: bytes) -> Disclosing:
    """Take the partner's answer to what was given; returns what came of it."""
    return post.transact(lambda unit: post.link.take_disclosure_answer(unit, waiting, raw, answer=answer))


def take(post: Post, raw: bytes) -> bytes:
    """Take in what the partner discloses and return our receipt, or a reply that says why it is not taken."""
    try:
        post.take_disclosure(raw)
    except (BadInput, EnvelopeRejected, NotFound) as error:
        return rejected(error.code, error.message)
    return post.link.disclosure_receipt(raw, now_ms=post.now())
