"""Copies of ledger entries for the country: which entries and which of their fields leave the post.

What is not listed does not go.  The default lists codes, instants, masses and counts; names, plates,
firms, accounts and free text stay, and so does every event that a later release adds.  Settings may
list other fields for an event, but never one that names a driver, a party or an owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta, Struct, field

from gatepair.base.canonical import encode
from gatepair.base.duties import Duty
from gatepair.base.entries import Entry
from gatepair.base.errors import SettingInvalid
from gatepair.base.shapes import spelled
from gatepair.crossing import events as crossing
from gatepair.node import visibility
from gatepair.operations import events as gate

DOCUMENT_BYTES_MAX: Final = 256 * 1024
"""Largest copy with its payload, a quarter of what a broker takes by default (1 MiB); a larger one goes without."""

COPIED: Final[Mapping[str, str]] = {
    "CrossingDeclared": "role direction route lane_kind load declaration.regime declaration.synthetic "
    "declaration.goods.hs declaration.goods.commodity declaration.goods.gross_mass_kg "
    "declaration.goods.packages declaration.goods.origin",
    "DecisionReopened": "duty",
    "DocumentAttached": "document.kind",
    "DeclarationLodged": "lodged.duty_minor lodged.total_minor lodged.saved_minor lodged.items.item "
    "lodged.items.duty_minor lodged.items.total_minor lodged.items.saved_minor",
    "BindingChanged": "keeps_place code",
    "SlotBooked": "start_ms until_ms",
    "PlaceTaken": "number facts yard",
    "PlaceFactsChanged": "number facts",
    "HeldAtBuffer": "number yard",
    "PlaceCalled": "number until_ms",
    "CallAcknowledged": "number",
    "InstructionAcknowledged": "instruction basis",
    "CallMissed": "number misses",
    "PlaceMoved": "number code",
    "PlaceLost": "number cause",
    "Diverted": "gate",
    "VehicleArrived": "station seen.gross_mass_kg",
    "CheckRecorded": "station duty result seen.gross_mass_kg",
    "AgencyDecided": "duty decision.verdict decision.reasons decision.source",
    "ChannelAssigned": "channel",
    "InspectionOrdered": "bay reason duty",
    "InspectionFinished": "passed duty",
    "SampleTaken": "sample.laboratory sample.taken_at_ms sample.expected_at_ms",
    "LaboratoryAnswered": "passed",
    "SealApplied": "seal.kind",
    "SealChecked": "intact",
    "SealBroken": "",
    "FeeAssessed": "fee.amount_minor fee.currency",
    "FeePaid": "amount_minor currency",
    "CrossingReleased": "relied_on",
    "ReleaseWithdrawn": "",
    "ArrivalAccepted": "",
    "ArrivalDeclined": "reasons.code",
    "VehicleDeparted": "lane seen.gross_mass_kg rested.clause rested.age_s",
    "HandoverConfirmed": "station condition custody",
    "HandoverDisputed": "station",
    "StayStarted": "until_ms clock",
    "StayWarned": "overdue",
    "StayEnded": "",
    "CrossingRefused": "cause onward duty",
    "VehicleReturned": "station",
    "CrossingCancelled": "",
    "CrossingClosed": "outcome",
    "PartnerAccepted": "",
    "PartnerDeclined": "reasons.code",
    "PartnerReleased": "",
    "PartnerDeparted": "lane rested.clause rested.age_s",
    "PartnerReceived": "condition",
    "PartnerDisputed": "",
    "PartnerRefused": "cause onward",
    "PartnerClosed": "",
    "IntakeStopped": "direction reason expected_end_ms route allows by_partner",
    "IntakeReopened": "direction route by_partner",
    "LaneTurnBegun": "lane direction clear_at_ms",
    "LaneTurned": "lane direction",
    "HoursAgreed": "calendar date start until only",
    "QuotaAnnounced": "direction per_hour by_partner",
}
"""Fields that are copied by default, by event, besides ``at_ms``; a field of a field stands after a point."""

_EVENTS: Final[Mapping[str, type[Struct]]] = {event.__name__: event for event in (*crossing.ALL, *gate.ALL)}

FieldPath = Annotated[str, spelled(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,5}")]


class CopySettings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """``copies`` of ``post.json``: where copies of the ledger's entries go, and which fields of them."""

    url: Annotated[str, Meta(pattern="^(nats|tls)://")]
    """Address of the broker, ``nats://host:4222`` or ``tls://host:4222``."""
    stream: Annotated[str, spelled("[A-Za-z0-9_-]{0,64}")] = ""
    """Name of the JetStream stream; empty takes ``GATEPAIR_`` and the key of the post. No other program may write to it."""
    credentials: str = ""
    """Path of the broker's credentials file; empty when the address suffices."""
    fields: dict[str, tuple[FieldPath, ...]] = field(default_factory=dict)
    """Fields by event that are copied instead of the default ones; an event with none is not copied at all."""


class Copy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One copied entry.  ``after`` is the position of the copy before it, so a reader sees a copy that is missing.

    ``leaf`` tells two entries of one position apart: a ledger restored from a backup gives positions again.
    """

    post: str
    position: int
    after: int
    leaf: str
    stream: str
    version: int
    type: str
    recorded_at_ms: int
    payload: dict[str, Any]
    omitted_bytes: int = 0
    """Length of a payload too large to be copied; then ``payload`` is empty."""

    @property
    def id(self) -> str:
        """Return what a broker tells repeats by."""
        return f"{self.post}/{self.position}/{self.leaf[:16]}"

    @property
    def subject(self) -> str:
        """Return the subject: one for each post and kind of stream."""
        return f"{subject_root(self.post)}.{self.stream.partition('/')[0]}"

    def encoded(self) -> bytes:
        """Return the bytes that are published."""
        return encode(self)


def subject_root(post: str) -> str:
    """Return what the subjects of ``post`` begin with; a point would part the name of the post."""
    return f"gatepair.{post.replace('.', '_')}"


def stream_name(post: str) -> str:
    """Return the default name of the stream of ``post``."""
    return "GATEPAIR_" + "".join(one if one.isalnum() else "_" for one in post.upper())


_Tree = dict[str, "_Tree"]
"""Wanted fields; an empty tree wants the whole value."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Which events are copied, and which of their fields."""

    trees: Mapping[str, _Tree]

    @classmethod
    def of(cls, fields: Mapping[str, Sequence[str]]) -> Choice:
        """Return the default choice with that of ``fields`` in place of it for the events named there.

        Raises:
            SettingInvalid: an event or field that does not exist or may never leave.
        """
        chosen: dict[str, Sequence[str]] = {name: paths.split() for name, paths in COPIED.items()}
        for name, paths in fields.items():
            _check(name, paths)
            chosen[name] = paths
        return cls({name: _tree(("at_ms", *paths)) for name, paths in chosen.items() if paths or name not in fields})

    def copy(self, entry: Entry, *, post: str, after: int) -> Copy | None:
        """Return ``entry`` cut down to what is chosen, None when it is not copied."""
        tree = self.trees.get(entry.type.partition("/")[0])
        if tree is None:
            return None
        # Whatever was chosen, names are taken out first, by the rule that holds for every feed.
        shown = visibility.shown_event(
            {"stream": entry.stream, "type": entry.type, "payload": msgspec.json.decode(entry.payload)}, Duty.PUBLIC
        )
        if shown is None:
            return None
        payload = _cut(shown["payload"], tree)
        size = len(encode(payload))
        return Copy(
            post=post,
            position=entry.position,
            after=after,
            leaf=entry.leaf.hex(),
            stream=entry.stream,
            version=entry.version,
            type=entry.type,
            recorded_at_ms=entry.recorded_at_ms,
            payload=payload if size <= DOCUMENT_BYTES_MAX else {},
            omitted_bytes=0 if size <= DOCUMENT_BYTES_MAX else size,
        )


def _check(name: str, paths: Sequence[str]) -> None:
    event = _EVENTS.get(name)
    if event is None:
        raise SettingInvalid(
            f"post.json: copies.fields names {name}, which is no event of a crossing or gate", event=name
        )
    for path in paths:
        first, *_ = parts = path.split(".")
        if first not in event.__struct_fields__:
            raise SettingInvalid(f"post.json: copies.fields: {name} has no field {first}", event=name, field=path)
        if guarded := sorted(set(parts) & visibility.GUARDED_KEYS.keys()):
            raise SettingInvalid(
                f"post.json: copies.fields: {name}.{path} is never copied, because {guarded[0]} names persons or firms",
                event=name,
                field=path,
            )


def _tree(paths: Iterable[str]) -> _Tree:
    root: _Tree = {}
    for path in paths:
        node = root
        for part in path.split("."):
            node = node.setdefault(part, {})
    return root


def _cut(value: Any, tree: _Tree) -> Any:
    if not tree:
        return value
    if isinstance(value, list):
        return [_cut(item, tree) for item in value]
    if isinstance(value, dict):
        return {key: _cut(inner, tree[key]) for key, inner in value.items() if key in tree}
    return None
