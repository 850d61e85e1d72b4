"""Parking: while a post recovers, a partner's entry that fits nothing here yet waits instead of being refused.

The partner's word about the lost time comes back before our own acts of that time are given again, so
it may speak of a crossing that this post has still to learn of anew, or answer an act that has still to
be given again (:mod:`gatepair.node.forgotten`).  Such an entry is mirrored and receipted like every
other; its effect is parked under its subject and tried again after each transaction that changed
something, in the order of the log.  What still fits nothing when the recovery
is finished is answered with an outcome, as it would have been at once without a restore.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from gatepair.base.canonical import decode_as, encode
from gatepair.base.errors import InvariantBroken, NotFound
from gatepair.base.findings import Finding
from gatepair.crossing import findings as fi
from gatepair.exchange.checkpoint import Origin
from gatepair.exchange.envelope import Opened, parse_body, parse_header
from gatepair.exchange.messages import Lane
from gatepair.node import findings as say
from gatepair.node.link_state import log_key

if TYPE_CHECKING:
    from gatepair.node.ports import Reader, Unit

PREFIX: Final = "exchange/parked/"
FITS_LATER: Final = frozenset({fi.UNKNOWN.code, fi.CLAIM_TAKEN.code, fi.PARTNER_CONTRADICTS.code})
"""Findings that an act given again can cure: the crossing is not known yet, not as far yet, or something it needs
is still held by another."""

Settle = Callable[[Opened], bool]
"""Lets an entry have its effect or its answer; False when it must wait."""


class Parked(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where a parked entry stands; what it says is read again from the mirror, so an erased body stays erased."""

    origin: str
    index: int


def may_fit_later(findings: Sequence[Finding]) -> bool:
    """Tell whether everything that stands against an entry may be cured by acts that are given again."""
    return bool(findings) and all(_curable(finding) for finding in findings)


def park(unit: Unit, opened: Opened) -> None:
    """Keep ``opened`` for later."""
    unit.put_state(_name(opened), encode(Parked(origin=str(opened.origin), index=opened.index)))


def is_parked(reader: Reader, subject: str) -> bool:
    """Tell whether an entry about ``subject`` waits: then a later one waits behind it."""
    return bool(reader.states(_under(subject)))


def count(reader: Reader) -> int:
    """Return how many entries wait."""
    return len(reader.states(PREFIX))


def listed(reader: Reader) -> list[Parked]:
    """Return where the entries that wait stand, by subject and place."""
    return [decode_as(Parked, raw) for _, raw in reader.states(PREFIX)]


def retry(unit: Unit, settle: Settle, *, subject: str = "") -> bool:
    """Try what is parked (about ``subject``, when one is named) again, in the order of the log; tell whether any fitted.

    An entry that still does not fit holds back the later ones about the same subject.
    """
    fitted = False
    held: set[str] = set()
    for opened in _waiting(unit, _under(subject) if subject else PREFIX):
        if opened.subject in held:
            continue
        if not settle(opened):
            held.add(opened.subject)
            continue
        unit.put_state(_name(opened), None)
        fitted = True
    return fitted


def clear(unit: Unit) -> list[Opened]:
    """Forget that anything is parked and return what was, in the order of the log."""
    waiting = _waiting(unit, PREFIX)
    for opened in waiting:
        unit.put_state(_name(opened), None)
    return waiting


def _curable(finding: Finding) -> bool:
    if finding.code == say.PARTNER_MESSAGE_UNUSABLE.code:
        return dict(finding.params).get("code") == NotFound.code
    return finding.code in FITS_LATER


def _under(subject: str) -> str:
    return f"{PREFIX}{subject}/"


def _name(opened: Opened) -> str:
    return _under(opened.subject) + opened.leaf.hex()


def _waiting(unit: Unit, prefix: str) -> list[Opened]:
    parked = [decode_as(Parked, raw) for _, raw in unit.states(prefix)]
    places = sorted(((Origin.parse(entry.origin), entry.index) for entry in parked), key=_place)
    return [_reopened(unit, origin, index) for origin, index in places]


def _place(entry: tuple[Origin, int]) -> tuple[str, int, int]:
    return entry[0].lane, entry[0].epoch, entry[1]


def _reopened(unit: Unit, origin: Origin, index: int) -> Opened:
    """Return the entry as it was when it was parked; it was verified before it was mirrored."""
    rows = unit.mirror_entries(log_key(Lane(origin.lane), origin.epoch), start=index, limit=1)
    if not rows:
        raise InvariantBroken("a parked entry is not in the mirror", log=str(origin), index=index)
    read, body = parse_header(rows[0].header), rows[0].body
    return Opened(
        origin=origin,
        index=index,
        leaf=rows[0].leaf,
        type=read.type,
        id=read.id,
        subject=read.subject,
        at_ms=read.at_ms,
        heard=read.heard,
        re=read.re,
        sections={} if body is None else {name: part.value for name, part in parse_body(body).sections.items()},
    )
