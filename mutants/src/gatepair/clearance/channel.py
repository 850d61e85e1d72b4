"""The channel of a crossing: a draw that anyone who knows the salt can repeat.

The draw is the first eight bytes of SHA-256 over the canonical array ``[salt, profile version, crossing id]``,
modulo 1,000.  A crossing's id follows from its command id, which the trader chooses; so a post makes the salt
for a period, publishes its digest before the period and the salt itself after it.  Then nobody can try ids
until one is green, and everybody can check the draws.
"""

from __future__ import annotations

import hashlib
from typing import Final

from gatepair.base.canonical import encode
from gatepair.crossing.context import ChannelDraw
from gatepair.crossing.model import Channel
from gatepair.crossing.state import Crossing
from gatepair.plan.model import ChannelProfile, CommodityGroup, Plan, Role

_DEPTH: Final = (Channel.GREEN, Channel.YELLOW, Channel.RED)


def draw_permille(version: int, crossing_id: str, salt: str) -> int:
    """Return the draw of a crossing under a profile's version, from 0 to 999."""
    digest = hashlib.sha256(encode([salt, version, crossing_id])).digest()
    return int.from_bytes(digest[:8], "big") % 1000


def profile_for(plan: Plan, post: str, role: Role, *, on: str) -> ChannelProfile | None:
    """Return the profile of ``post`` and ``role`` in force on the local date ``on`` (``YYYY-MM-DD``).

    The latest that began by then, the higher version among equals; before the first one begins, the first.
    """
    known = sorted(
        (profile for profile in plan.channels if profile.post == post and profile.role is role),
        key=lambda profile: (profile.valid_from, profile.version),
    )
    begun = [profile for profile in known if profile.valid_from <= on]
    return begun[-1] if begun else next(iter(known), None)


def channel_of(plan: Plan, post: str, crossing: Crossing, *, on: str, salt: str) -> ChannelDraw | None:
    """Return the channel for ``crossing`` on the local date ``on``, None where the plan has no profile.

    One draw is held against the shares of each commodity group in the load; the deepest channel counts.
    """
    profile = profile_for(plan, post, crossing.role, on=on)
    if profile is None:
        return None
    draw = draw_permille(profile.version, crossing.id, salt)
    groups = sorted({item.commodity for item in crossing.declaration.goods}) or [CommodityGroup.NONE]
    depth, selector = max((_depth(profile, group, draw) for group in groups), key=lambda found: found[0])
    return ChannelDraw(_DEPTH[depth], profile.version, draw, f"share.{selector}")


def _depth(profile: ChannelProfile, group: CommodityGroup, draw: int) -> tuple[int, str]:
    selector = group.value if group.value in profile.shares_permille else "default"
    green, yellow, _ = profile.shares_permille[selector]
    if draw < green:
        return 0, selector
    return (1 if draw < green + yellow else 2), selector
