"""What was declared on a day: declarations lodged, findings, channels, duties, preferences used, by post."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Row = tuple[str, str, Mapping[str, Any], int]
"""Crossing, event name, payload, instant: a row of the ledger as it is read back."""
NONE: Final = "none"
"""Stands for the option of an item of which no rate is both open and known."""


@dataclass(frozen=True, slots=True)
class ClearanceDay:
    """The declarations of one post in a window; money in minor units of ``currency``."""

    post: str
    country: str
    lodged: int = 0
    imports: int = 0
    """Declarations of goods that come into the post's own country; what follows is about these."""
    currency: str = ""
    duty_known: int = 0
    """Import declarations whose duty and taxes are all known."""
    duty_minor: int = 0
    """Duty of those."""
    total_minor: int = 0
    """Duty and taxes of those."""
    saved_minor: int = 0
    """What preferences saved against MFN, where both amounts are known."""
    options: Mapping[str, int] = field(default_factory=dict)
    """Import items by the rate option taken; :data:`NONE` where none is open and known."""
    findings: Mapping[str, int] = field(default_factory=dict)
    """Findings on all declarations by code, the most frequent first."""
    channels: Mapping[str, int] = field(default_factory=dict)
    """Crossings by the channel that customs gave them at this post."""

    def to_wire(self) -> dict[str, Any]:
        """Return the published form."""
        return {
            "post": self.post,
            "country": self.country,
            "lodged": self.lodged,
            "imports": self.imports,
            "currency": self.currency,
            "duty_known": self.duty_known,
            "duty_minor": self.duty_minor,
            "total_minor": self.total_minor,
            "saved_minor": self.saved_minor,
            "options": dict(self.options),
            "findings": dict(self.findings),
            "channels": dict(self.channels),
        }


def clearance_of(rows: Iterable[Row], *, post: str, country: str, first_ms: int, until_ms: int) -> ClearanceDay:
    """Return what the crossing events ``rows`` of ``post`` tell of declarations in the window.

    Of several declarations of one reference for a crossing the latest counts.
    """
    latest: dict[tuple[str, str], Mapping[str, Any]] = {}
    channels: Counter[str] = Counter()
    for subject, name, payload, at_ms in rows:
        if not first_ms <= at_ms < until_ms:
            continue
        if name.startswith("DeclarationLodged/"):
            latest[subject, payload["lodged"]["reference"]] = payload["lodged"]
        elif name.startswith("ChannelAssigned/"):
            channels[payload["channel"]] += 1
    return _counted(list(latest.values()), channels, post=post, country=country)


def _counted(lodged: list[Mapping[str, Any]], channels: Counter[str], *, post: str, country: str) -> ClearanceDay:
    imports = [one for one in lodged if one.get("importing") == country]
    known = [one for one in imports if one.get("total_minor") is not None]
    options = Counter(item.get("option") or NONE for one in imports for item in one.get("items", ()))
    found = Counter(finding["code"] for one in lodged for finding in one.get("findings", ()))
    return ClearanceDay(
        post=post,
        country=country,
        lodged=len(lodged),
        imports=len(imports),
        currency=next((one["currency"] for one in imports if one.get("currency")), ""),
        duty_known=len(known),
        duty_minor=sum(one["duty_minor"] for one in known),
        total_minor=sum(one["total_minor"] for one in known),
        saved_minor=sum(one.get("saved_minor", 0) for one in imports),
        options=dict(sorted(options.items())),
        findings=dict(sorted(found.items(), key=lambda each: (-each[1], each[0]))),
        channels=dict(sorted(channels.items())),
    )
