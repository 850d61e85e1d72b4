"""Subjects and profiles for the tests of the channel; all synthetic."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from gatepair.clearance.channel.budget import LocalHour
from gatepair.clearance.channel.profile import Profile, Subject

ON = date(2025, 11, 11)
NINE = LocalHour(ON, 9)
SALT = "00ff"


def subject(number: int = 0, **changes: Any) -> Subject:
    """Return a truck of electronics at the entry post, changed by ``changes``."""
    fields: dict[str, Any] = {
        "crossing": f"X{number}",
        "post": "p",
        "role": "entry",
        "load": "truck",
        "regime": "ordinary",
        "items": [{"hs": "854231", "commodity": "electronics", "origin": "CN"}],
        "gross_mass_kg": 20_000,
    }
    return msgspec.convert(fields | changes, Subject)


def profile(**changes: Any) -> Profile:
    """Return a profile that looks into everything, changed by ``changes``."""
    fields: dict[str, Any] = {
        "profile": 1,
        "id": "live",
        "post": "p",
        "role": "entry",
        "version": 1,
        "valid_from": "2025-01-01",
        "default_permille": [0, 0, 1000],
        "source": "synthetic",
    }
    return msgspec.convert(fields | changes, Profile)


def rule(key: str, shares: list[int], *, must: bool = False, **when: Any) -> dict[str, Any]:
    return {"key": key, "when": when, "shares_permille": shares, "must": must}
