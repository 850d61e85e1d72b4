"""From the facts to the ties: each event changes the state in one way, and nothing else does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType

from gatepair.clearance.ties.model import (
    Consignment,
    ConsignmentCorrected,
    ConsignmentDeclared,
    CrossingTurnedBack,
    CrossingWentOver,
    Part,
    PartTied,
    PartUntied,
    Passage,
    TieEvent,
    Ties,
)


def folded(events: Iterable[TieEvent]) -> Ties:
    """Return the ties after ``events``, in their order."""
    ties = Ties()
    for event in events:
        ties = apply(ties, event)
    return ties


def apply(ties: Ties, event: TieEvent) -> Ties:
    """Return ``ties`` after ``event``; events were decided on, so nothing is refused here."""
    match event:
        case ConsignmentDeclared(declaration, whole):
            return _with(ties, declaration, Consignment(whole))
        case ConsignmentCorrected(declaration, whole):
            return _with(ties, declaration, replace(ties.consignments[declaration], whole=whole))
        case PartTied(declaration, crossing, share):
            loads = {**ties.loads, crossing: (*ties.loads.get(crossing, ()), declaration)}
            tied = replace(ties, loads=MappingProxyType(loads))
            return _with_part(tied, declaration, crossing, Part(share))
        case PartUntied(declaration, crossing):
            kept = tuple(each for each in ties.loads[crossing] if each != declaration)
            loads = {key: each for key, each in ties.loads.items() if key != crossing}
            untied = replace(ties, loads=MappingProxyType({**loads, crossing: kept} if kept else loads))
            return _with_part(untied, declaration, crossing, None)
        case CrossingWentOver(crossing):
            return _moved(ties, crossing, Passage.OVER)
        case CrossingTurnedBack(crossing):
            return _moved(ties, crossing, Passage.BACK)


def _moved(ties: Ties, crossing: str, passage: Passage) -> Ties:
    for declaration in ties.loads.get(crossing, ()):
        part = ties.consignments[declaration].parts[crossing]
        ties = _with_part(ties, declaration, crossing, replace(part, passage=passage))
    return replace(ties, gone=ties.gone | {crossing})


def _with_part(ties: Ties, declaration: str, crossing: str, part: Part | None) -> Ties:
    consignment = ties.consignments[declaration]
    if part is None:
        parts: Mapping[str, Part] = {key: each for key, each in consignment.parts.items() if key != crossing}
    else:
        parts = {**consignment.parts, crossing: part}
    return _with(ties, declaration, replace(consignment, parts=MappingProxyType(parts)))


def _with(ties: Ties, declaration: str, consignment: Consignment) -> Ties:
    return replace(ties, consignments=MappingProxyType({**ties.consignments, declaration: consignment}))
