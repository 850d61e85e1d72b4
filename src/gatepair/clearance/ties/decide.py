"""Decisions about ties: each gives one event or says why not."""

from __future__ import annotations

from gatepair.base.findings import Refusal
from gatepair.clearance.ties import findings as fi
from gatepair.clearance.ties.model import (
    NOTHING,
    ConsignmentCorrected,
    ConsignmentDeclared,
    CrossingTurnedBack,
    CrossingWentOver,
    PartTied,
    PartUntied,
    Passage,
    Share,
    TieEvent,
    Ties,
)

Decided = TieEvent | Refusal


def declare(ties: Ties, declaration: str, whole: Share) -> Decided:
    """Take a declaration whose ``whole`` is to cross."""
    if declaration in ties.consignments:
        return Refusal((fi.KNOWN.at("declaration", declaration=declaration),))
    return _empty(whole, "whole") or ConsignmentDeclared(declaration, whole)


def correct(ties: Ties, declaration: str, whole: Share) -> Decided:
    """Change the whole of a declaration; never below what is on crossings or over the line."""
    if declaration not in ties.consignments:
        return Refusal((fi.UNKNOWN.at("declaration", declaration=declaration),))
    bound = ties.consignments[declaration].carried(Passage.AHEAD, Passage.OVER)
    if not bound.within(whole):
        found = fi.BELOW.at("whole", declaration=declaration, packages=bound.packages, mass_g=bound.mass_g)
        return Refusal((found,))
    return _empty(whole, "whole") or ConsignmentCorrected(declaration, whole)


def tie(ties: Ties, declaration: str, *, crossing: str, share: Share) -> Decided:
    """Put ``share`` of a declaration on a crossing that has not left."""
    if declaration not in ties.consignments:
        return Refusal((fi.UNKNOWN.at("declaration", declaration=declaration),))
    consignment = ties.consignments[declaration]
    if crossing in ties.gone:
        return Refusal((fi.GONE.at("crossing", crossing=crossing),))
    if crossing in consignment.parts:
        return Refusal((fi.TWICE.at("crossing", declaration=declaration, crossing=crossing),))
    left = consignment.left
    if not share.within(left):
        found = fi.OVER.at("share", declaration=declaration, packages=left.packages, mass_g=left.mass_g)
        return Refusal((found,))
    return _empty(share, "share") or PartTied(declaration, crossing, share)


def untie(ties: Ties, declaration: str, *, crossing: str) -> Decided:
    """Take a declaration's part off a crossing that has not left."""
    if declaration not in ties.loads.get(crossing, ()):
        return Refusal((fi.ABSENT.at("declaration", declaration=declaration, crossing=crossing),))
    if crossing in ties.gone:
        return Refusal((fi.GONE.at("crossing", crossing=crossing),))
    return PartUntied(declaration, crossing)


def went_over(ties: Ties, crossing: str) -> Decided:
    """Record that a crossing is over the line with all that it carries."""
    return (
        Refusal((fi.GONE.at("crossing", crossing=crossing),)) if crossing in ties.gone else CrossingWentOver(crossing)
    )


def turned_back(_ties: Ties, crossing: str) -> Decided:
    """Record that a crossing turned back; also after the line, where its goods are then no longer over."""
    return CrossingTurnedBack(crossing)


def _empty(share: Share, path: str) -> Refusal | None:
    if share == NOTHING or share.packages < 0 or share.mass_g < 0:
        return Refusal((fi.EMPTY.at(path),))
    return None
