"""Which pages there are for whom: the menu and where each duty comes in; routes hold the same permissions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gatepair.base.duties import Duty
from gatepair.node.lane_desk import STEERERS
from gatepair.node.permissions import ANSWERERS
from gatepair.web.console.catalogue import say
from gatepair.web.routes.crossings import WORKERS

DESKS: Final = WORKERS | {Duty.TRADER}
"""Who has a work list, as over the interface."""
CENTRE: Final = STEERERS
"""Who steers the gate and the lanes of the link."""
AUDIT: Final = frozenset({Duty.AUDITOR})
"""Who is shown the audit stream and searches the ledger."""
TWIN: Final = STEERERS | {Duty.PLANNER}
"""Who asks the twin."""
DRIVE: Final = frozenset({Duty.DRIVER})
"""Who drives."""
TRADE: Final = frozenset({Duty.TRADER})
"""Who declares, and follows what was declared."""
MENU: Final[tuple[tuple[str, str, frozenset[Duty]], ...]] = (
    ("/trade", say("My crossings"), TRADE),
    ("/trade/declare", say("Declare"), TRADE),
    ("/desk", say("Work list"), DESKS - TRADE),
    ("/centre", say("Command centre"), CENTRE),
    ("/centre/alarms", say("Alarms"), ANSWERERS - CENTRE),
    ("/twin", say("Twin"), TWIN),
    ("/audit", say("Audit"), AUDIT),
    ("/drive", say("My truck"), DRIVE),
    ("/trade/duty", say("Duty compared"), TRADE),
    ("/trade/origin", say("Does it originate?"), TRADE),
    ("/board", say("Public board"), frozenset(Duty)),
)
"""Pages of the menu with their titles and who may open them."""
CENTRE_PAGES: Final[tuple[tuple[str, str, frozenset[Duty]], ...]] = (
    ("/centre", say("The gate now"), CENTRE),
    ("/centre/replay", say("Replay"), CENTRE),
    ("/centre/wall", say("Wall display"), CENTRE),
    ("/centre/alarms", say("Alarms"), ANSWERERS),
    ("/centre/calendar", say("Hours and quotas"), CENTRE),
    ("/centre/log", say("Logs"), CENTRE),
    ("/centre/report", say("Daily report"), CENTRE),
)
"""Pages of the command centre, which share one row of links (``centre_nav.html.jinja``)."""
HOME: Final[Mapping[Duty, str]] = {
    Duty.AUDITOR: "/audit",
    Duty.PLANNER: "/twin",
    Duty.DRIVER: "/drive",
    Duty.TRADER: "/trade",
    Duty.PARTNER: "/board",
}
"""Where a duty comes in; the others at their work list."""


def home_of(duty: Duty) -> str:
    """Return the page at which ``duty`` begins."""
    return HOME.get(duty, "/desk")
