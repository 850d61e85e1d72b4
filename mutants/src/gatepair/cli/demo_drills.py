"""The drills of ``gatepair demo``: what is asked on the command line, and how it is set up over two posts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from gatepair.base.duties import Duty
from gatepair.base.errors import SettingInvalid
from gatepair.base.time import MINUTE_MS
from gatepair.insight.report import Check
from gatepair.plan.calendars import local_instant
from gatepair.plan.model import Plan, Scenario
from gatepair.wiring import Access
from gatepair.world.drills import Courier, CutDrill, RestoreDrill
from gatepair.world.processes import PostProcess
from gatepair.world.run import Drill
from gatepair.world.terminal import Terminal

_CLOCK: Final = r"([01][0-9]|2[0-3]):[0-5][0-9]"
_CUT: Final = re.compile(rf"(?P<start>{_CLOCK})-(?P<until>{_CLOCK})")
_RESTORE: Final = re.compile(rf"(?P<post>[a-z0-9-]+)@(?P<at>{_CLOCK})")
BACKUP: Final = "backup.sqlite"
BAG: Final = "courier"
SHOWN_MAX: Final = 4
"""Kinds of refused acts that are named."""


@dataclass(frozen=True, slots=True)
class AskedDrill:
    """What to do to the posts during the day; times are local to the home side, on the first day."""

    cut: tuple[str, str] | None = None
    every_min: int = 0
    """How often a courier carries bundles during the cut; 0 for never."""
    restore: tuple[str, str] | None = None
    """The post that is killed, and when."""
    backup_age_min: int = 0

    def __bool__(self) -> bool:
        """Tell whether there is a drill at all."""
        return self.cut is not None or self.restore is not None


def asked_drill(*, cut: str | None, every_min: int, restore: str | None, backup_age_min: int) -> AskedDrill:
    """Return the drill that the options of the command line ask for.

    Raises:
        SettingInvalid: an option is misspelled, or two drills are asked for at once.
    """
    if cut is not None and restore is not None:
        raise SettingInvalid("--cut and --restore are two drills: run one after the other")
    if every_min and cut is None:
        raise SettingInvalid("--by-bundle belongs to --cut")
    window = _CUT.fullmatch(cut) if cut is not None else None
    if cut is not None and (window is None or window["start"] >= window["until"]):
        raise SettingInvalid("--cut is two times of one day, such as 10:00-14:00", option="--cut")
    killed = _RESTORE.fullmatch(restore) if restore is not None else None
    if restore is not None and killed is None:
        raise SettingInvalid("--restore is a post and a time, such as huu-nghi@12:00", option="--restore")
    return AskedDrill(
        cut=(window["start"], window["until"]) if window else None,
        every_min=every_min,
        restore=(killed["post"], killed["at"]) if killed else None,
        backup_age_min=backup_age_min,
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """Two running posts and the day they are in."""

    plan: Plan
    scenario: Scenario
    doors: Mapping[str, Terminal]
    processes: Mapping[str, PostProcess]
    access: Mapping[str, Access]
    out: Path

    @property
    def addresses(self) -> dict[str, tuple[str, str]]:
        """Return where each post answers, with the key of its command centre."""
        return {post: (one.url, one.keys[Duty.COMMAND_CENTRE.value]) for post, one in self.access.items()}

    def instant(self, clock: str) -> int:
        """Return the instant of a local time of the home side on the first day."""
        zone = next(side.timezone for key, side in self.plan.sides.items() if key == self.plan.home)
        return local_instant(date.fromisoformat(self.scenario.date), clock, zone)


def drill_of(asked: AskedDrill, setting: Setting) -> CutDrill | RestoreDrill | None:
    """Return the drill over the running posts, None when none is asked for.

    Raises:
        SettingInvalid: the plan has no such post.
    """
    if asked.cut is not None:
        start, until = asked.cut
        return CutDrill(
            setting.doors,
            start_ms=setting.instant(start),
            until_ms=setting.instant(until),
            courier=Courier(setting.addresses, setting.out / BAG) if asked.every_min else None,
            every_ms=asked.every_min * MINUTE_MS,
        )
    if asked.restore is None:
        return None
    post, at = asked.restore
    if post not in setting.doors:
        raise SettingInvalid(f"there is no post {post}; there are {', '.join(setting.doors)}", option="--restore")
    kill_ms = setting.instant(at)
    return RestoreDrill(
        setting.doors,
        process=setting.processes[post],
        post=post,
        backup_ms=kill_ms - asked.backup_age_min * MINUTE_MS,
        kill_ms=kill_ms,
        backup=setting.out / BACKUP,
    )


def told(drill: Drill | None) -> list[Check]:
    """Return what the drill itself saw."""
    if isinstance(drill, CutDrill):
        return [Check("Cut of the line", "ok" if drill.next_ms() is None else "failed", _carried(drill.courier))]
    if isinstance(drill, RestoreDrill):
        return [_restored(drill)]
    return []


def _carried(courier: Courier | None) -> str:
    if courier is None:
        return "nothing carried by hand"
    return f"{courier.bundles} bundles carried by hand in {courier.trips} trips"


def _restored(drill: RestoreDrill) -> Check:
    given, recovery = drill.result, drill.recovery
    name = f"Restore of {drill.post}"
    if given is None or recovery is None:
        return Check(name, "failed", "the day ended before it")
    kinds = Counter(f"{kept.order.command['type']} {code}" for kept, code in given.left)
    left = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common(SHOWN_MAX))
    detail = (
        f"backup of position {recovery.position}; {given.done} of {given.lost} lost acts given again in "
        f"{given.rounds} rounds, {given.calls} of them calls"
    )
    return Check(name, "failed" if given.left else "ok", detail + (f"; refused: {left}" if left else ""))
