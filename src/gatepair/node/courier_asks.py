"""Coming back by courier: what a post asks in a bundle is answered in the next one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Raw

from gatepair.base.canonical import encode
from gatepair.exchange.bundle import ANSWERS_MAX
from gatepair.exchange.calls import Answered, Call, answered_in, place_of
from gatepair.exchange.messages import Lane

if TYPE_CHECKING:
    from gatepair.node.post import Post


def take_ask(post: Post, lane: Lane, raw: bytes) -> None:
    """Do what the partner asks by courier, and remember it: the answer goes back with the next bundle.

    Raises:
        BadInput: the bytes are no ask.
        EnvelopeRejected: the partner did not ask, or not for what a courier brings.
    """
    call = post.transact(partial(post.link.remember_ask, lane=lane, raw=raw))
    if call is Call.FENCE:
        post.serve(lane.value, call, raw)


def answers_for(post: Post, lane: Lane, *, room: int) -> list[bytes]:
    """Return the answers, at most ``room`` bytes of them, to what the partner asked by courier."""
    with post.ledger.read() as reader:
        asked = post.link.remembered_ask(reader, lane)
    if asked is None:
        return []
    call, raw = asked
    answers: list[bytes] = []
    if call is Call.FENCE:
        # The fence first: what the mirror holds can then not change any more.
        answers.append(encode(Answered(call, Raw(post.serve(lane.value, call, raw)))))
    with post.ledger.read() as reader:
        for page in post.link.entries_for(reader, lane, raw):
            answers.append(encode(Answered(Call.RETURN, Raw(page))))
            if sum(map(len, answers)) > room or len(answers) > ANSWERS_MAX:
                return answers[:-1]
    return answers


def take_answer(post: Post, lane: Lane, raw: bytes) -> None:
    """Take an answer to what we asked, as a courier brought it; one that is not waited for changes nothing.

    Raises:
        BadInput: the bytes are no answer.
        EnvelopeRejected: the answer does not verify.
    """
    told = answered_in(raw)
    with post.ledger.read() as reader:
        waited = post.link.recovering(reader, lane.value, now_ms=post.now())
    if waited is None or waited[0] is not told.call:
        return
    if told.call is Call.RETURN and place_of(bytes(told.answer)) != place_of(waited[1]):
        return
    post.answered(lane, told.call, bytes(told.answer))
