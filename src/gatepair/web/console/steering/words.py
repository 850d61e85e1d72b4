"""What alarms are called and how their figures are said, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gatepair.plan.alarms import AlarmKind
from gatepair.web.console.catalogue import number_text, say, span_text, translator
from gatepair.web.console.labels import VALUES
from gatepair.web.console.pages import Reader

TITLES: Final[Mapping[AlarmKind, str]] = {
    AlarmKind.STOCK: say("Stock against what a day clears"),
    AlarmKind.PERISHABLES: say("Perishable goods wait long"),
    AlarmKind.STAY: say("Stays of foreign vehicles end"),
    AlarmKind.PARTNER_SILENT: say("The other side is silent"),
    AlarmKind.LANE_FROZEN: say("A lane of the link is frozen"),
    AlarmKind.CLOCK: say("The clocks of the two posts differ"),
    AlarmKind.PARKED: say("Entries of the other side are parked"),
    AlarmKind.LABORATORY: say("A laboratory is closed"),
    AlarmKind.STOP: say("A stop has no end in sight"),
    AlarmKind.QUOTA: say("The hour's quota is nearly used up"),
    AlarmKind.YARD: say("A yard is full"),
    AlarmKind.RECOVERY: say("This post recovers what it lost"),
    AlarmKind.MISSED_CALLS: say("Many called vehicles do not come"),
}
"""By kind."""

FIGURES: Final[Mapping[AlarmKind, str]] = {
    AlarmKind.STOCK: say("%(days)s days of stock; alarm from %(limit)s"),
    AlarmKind.PERISHABLES: say("%(value)s loads wait longer than %(hours)s h"),
    AlarmKind.STAY: say("%(value)s vehicles"),
    AlarmKind.PARTNER_SILENT: say("last word %(span)s ago"),
    AlarmKind.CLOCK: say("%(value)s ms apart"),
    AlarmKind.PARKED: say("%(value)s entries"),
    AlarmKind.LABORATORY: say("%(value)s samples wait"),
    AlarmKind.STOP: say("stands for %(span)s"),
    AlarmKind.QUOTA: say("%(percent)s %% used"),
    AlarmKind.YARD: say("%(percent)s %% of its places"),
    AlarmKind.MISSED_CALLS: say("%(percent)s %% of the calls of three hours"),
}
"""How the figure of a kind is said; a kind without one has none."""
NOTHING_CLEARED: Final = say("nothing cleared for a day")
OF_THE_GATE: Final = say("yards of the gate")
BY_PARTNER: Final = say("by the other side")


def figure(row: Mapping[str, Any], reader: Reader) -> str:
    """Return what an alarm measures, in words; empty when it measures nothing."""
    kind, value, limit = AlarmKind(row["kind"]), row["value"], row["limit"]
    gettext = translator(reader.language)
    if kind is AlarmKind.STOCK and not value:
        return gettext(NOTHING_CLEARED)
    if kind not in FIGURES or (not value and kind is AlarmKind.LABORATORY):
        return ""
    return gettext(FIGURES[kind]) % {
        "value": number_text(value, reader.language),
        "days": _tenths(value),
        "limit": _tenths(limit),
        "hours": limit,
        "percent": value // 10,
        "span": span_text(value, reader.language),
    }


def _tenths(permille: int) -> str:
    return f"{permille // 1_000}.{permille % 1_000 // 100}"


def about(row: Mapping[str, Any], reader: Reader) -> str:
    """Return what an alarm is about, in words; empty for the whole post."""
    gettext = translator(reader.language)
    parts = [] if row["subject"] == "post" else row["subject"].split(".")
    named = {
        one["key"]: one["name"][reader.language]
        for table in ("yards", "stations", "routes")
        for one in reader.layout[table]
    }
    fixed = {"gate": OF_THE_GATE, "partner": BY_PARTNER, "in": VALUES["in"], "out": VALUES["out"]}
    return " · ".join(gettext(fixed[part]) if part in fixed else named.get(part, part) for part in parts)
