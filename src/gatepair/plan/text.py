"""A label in the four languages of the gate."""

from __future__ import annotations

from msgspec import Struct


class Text(Struct, frozen=True, forbid_unknown_fields=True):
    """One label in the four languages."""

    vi: str
    zh: str
    en: str
    fr: str
