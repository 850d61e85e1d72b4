"""What an entry of the command centre's log says, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from gatepair.plan.alarms import AlarmKind
from gatepair.web.console.catalogue import clock_text, number_text, say, translator
from gatepair.web.console.labels import VALUES
from gatepair.web.console.pages import Reader
from gatepair.web.console.steering import words

ENTRIES: Final[Mapping[str, str]] = {
    "HotlineNoted": say("Hotline"),
    "ShiftNoted": say("Shift log"),
    "ShiftTaken": say("Shift taken over"),
    "AlarmBegun": say("Alarm began"),
    "AlarmLevelChanged": say("Alarm changed its level"),
    "AlarmCleared": say("Alarm over by itself"),
    "AlarmTaken": say("Alarm taken"),
    "AlarmHandedOver": say("Alarm handed over"),
    "AlarmNoted": say("Alarm: note"),
    "AlarmResolved": say("Alarm resolved"),
    "AlertRaised": say("Alert raised"),
    "AlertEnded": say("Alert ended"),
    "ConditionReported": say("Condition of a road"),
    "HoursAnnounced": say("Hours announced"),
    "HoursAgreed": say("Hours agreed"),
    "CapacityAnnounced": say("Room announced"),
    "QuotaAnnounced": say("Quota announced"),
    "IntakeStopped": say("Direction stopped"),
    "IntakeReopened": say("Direction reopened"),
    "StatisticsReported": say("Counts of a day told"),
    "LaneTurnBegun": say("Lane closed to be turned"),
    "LaneTurned": say("Lane turned"),
    "RecoveryBegun": say("Recovery begun"),
    "RecoveryFinished": say("Recovery finished"),
}
"""By event."""
KINDS: Final[Mapping[str, str]] = {
    "": say("All entries"),
    "shift": say("Shift log"),
    "hotline": say("Hotline"),
    "alarm": say("Alarms"),
    "gate": say("Gate"),
}
"""What the log is narrowed to."""
RECEIPTS: Final[Mapping[str, str]] = {
    "heard": say("the other side's word"),
    "confirmed": say("receipted by the other side"),
    "waiting": say("not receipted yet"),
}
"""How far what was said has come."""
_VALUED: Final = ("direction", "state", "kind", "level", "to", "topic")
_PLAIN: Final = ("route", "lane", "reason", "reference", "calendar", "date")


def titled(entry: Mapping[str, Any], reader: Reader) -> str:
    """Return what an entry is called."""
    return translator(reader.language)(ENTRIES[entry["type"]])


def told(entry: Mapping[str, Any], reader: Reader) -> str:
    """Return what an entry says besides its words: which direction, how many, from when to when."""
    payload, gettext = entry["payload"], translator(reader.language)
    parts: list[str] = []
    if entry["kind"] == "alarm":
        parts.append(alarm_titled(payload["alarm"], reader))
    parts += [
        gettext(VALUES[payload[name]])
        for name in _VALUED
        if payload.get(name) in VALUES and not (name == "kind" and entry["kind"] == "alarm")
    ]
    parts += [str(payload[name]) for name in _PLAIN if payload.get(name)]
    if payload.get("start"):
        parts.append(f"{payload['start']}–{payload['until']}")
    counts = (("per_hour", say("%(num)s an hour")), ("vehicles", say("room for %(num)s")))
    for name, text in counts:
        if name in payload:
            parts.append(gettext(text) % {"num": number_text(payload[name], reader.language)})
    if payload.get("expected_end_ms"):
        zone = reader.layout["posts"][0]["timezone"]
        parts.append(f"{gettext(say('expected end'))} {clock_text(payload['expected_end_ms'], zone, reader.language)}")
    return " · ".join(parts)


def alarm_titled(key: str, reader: Reader) -> str:
    """Return what the alarm ``key`` is called, with what it is about."""
    kind, _, subject = key.partition(".")
    title = translator(reader.language)(words.TITLES[AlarmKind(kind)])
    about = words.about({"subject": subject}, reader)
    return f"{title}: {about}" if about else title
