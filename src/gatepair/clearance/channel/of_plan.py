"""The channel of a crossing from the plan's public shares, where customs keeps no profile of its own."""

from __future__ import annotations

from gatepair.clearance.channel.draw import DEPTH, channel_at, draws
from gatepair.crossing.context import ChannelDraw
from gatepair.crossing.state import Crossing
from gatepair.plan.model import ChannelProfile, CommodityGroup, Plan, Role


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
    draw = draws(profile.version, crossing.id, salt).share_permille
    groups = sorted({item.commodity for item in crossing.declaration.goods}) or [CommodityGroup.NONE]
    depth, selector = max((_depth(profile, group, draw) for group in groups), key=lambda found: found[0])
    return ChannelDraw(DEPTH[depth], profile.version, draw, f"share.{selector}")


def _depth(profile: ChannelProfile, group: CommodityGroup, draw: int) -> tuple[int, str]:
    selector = group.value if group.value in profile.shares_permille else "default"
    return DEPTH.index(channel_at(profile.shares_permille[selector], draw)), selector
