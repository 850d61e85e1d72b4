"""What a post may append to its own log that its partner must take, and must not act on.

An honest post says such things after an upgrade, a mistake or a repeated command; a log that could
not take them would be dead.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from msgspec import structs

from exchange.pair import Dice
from exchange.sim.posts import AGREED, KINDS, Message
from gatepair.base.merkle import leaf_hash
from gatepair.exchange.agreement import Agreement, Terms
from gatepair.exchange.envelope import Draft, Sealed, seal
from gatepair.exchange.messages import Lane

TERMS: Final = Terms.of(AGREED)


@dataclass(frozen=True, slots=True)
class Odd:
    """An entry for a post's own log in ``lane``."""

    lane: Lane
    entry: Sealed
    without_effect: bool = True
    """Whether the partner must keep it without its body; else that depends on what was said before."""


def newer_agreement(message: Message, writer: str, at_ms: int) -> Odd:
    """An entry under an agreement that is not in force with the partner."""
    return Odd(message.lane, _sealed(message, writer, at_ms, terms=_NEWER))


def newer_outcome(message: Message, writer: str, at_ms: int) -> Odd:
    """An answer under an agreement that is not in force with the partner: it must not be answered in turn."""
    return Odd(Lane.NORMAL, _sealed(replace(message, kind="outcome/1"), writer, at_ms, terms=_NEWER))


def another_lane(message: Message, writer: str, at_ms: int) -> Odd:
    """An agreed entry in a lane that is not its own."""
    return Odd(next(lane for lane in KINDS if lane is not message.lane), _sealed(message, writer, at_ms))


def other_sections(message: Message, writer: str, at_ms: int) -> Odd:
    """An entry that has a section more than the agreement lists."""
    return Odd(message.lane, _sealed(message, writer, at_ms, terms=_WIDER))


def unreadable(message: Message, writer: str, at_ms: int) -> Odd:
    """An entry with a field that this version does not know; its writer could not check the body either."""
    good = _sealed(message, writer, at_ms)
    header = good.header[:-1] + b',"w":1}'
    return Odd(message.lane, replace(good, header=header, body=b"", leaf=leaf_hash(header)))


def another_content(message: Message, writer: str, at_ms: int) -> Odd:
    """An agreed entry; with the id of an earlier message it says something else under it."""
    return Odd(message.lane, _sealed(message, writer, at_ms + 1), without_effect=False)


ODDITIES: Final[tuple[Callable[[Message, str, int], Odd], ...]] = (
    newer_agreement,
    newer_outcome,
    another_lane,
    other_sections,
    unreadable,
    another_content,
)


def _sealed(message: Message, writer: str, at_ms: int, *, terms: Terms = TERMS) -> Sealed:
    sections = {name: {"of": message.id} for name in terms.by_kind[message.kind].sections}
    draft = Draft(message.kind, message.id, message.id, sections, at_ms)
    return seal(draft, terms, sender=writer, entropy=Dice(at_ms))


def _with_a_section_more(agreement: Agreement) -> Agreement:
    messages = tuple(structs.replace(each, sections=(*each.sections, "zone")) for each in agreement.messages)
    return structs.replace(agreement, messages=messages)


_NEWER: Final = Terms.of(structs.replace(AGREED, version=7))
_WIDER: Final = replace(Terms.of(_with_a_section_more(AGREED)), hash_hex=TERMS.hash_hex)
