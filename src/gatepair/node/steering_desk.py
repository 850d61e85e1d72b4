"""The desk of the command centre: what it asks of a post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from gatepair.node import steering, steering_calendar, steering_daily, steering_log
from gatepair.node.steering_log import Sought

if TYPE_CHECKING:
    from gatepair.node.queries import Queries


class SteeringDesk:
    """Questions about one post; each opens its own view of the ledger."""

    def __init__(self, post: Queries) -> None:
        """Ask ``post``."""
        self._post = post

    def alarms(self) -> list[dict[str, Any]]:
        """Return what asks for a person now, with owner and playbook, the most urgent first."""
        return steering.alarms(self._post)

    def calendar(self) -> dict[str, Any]:
        """Return hours of the next days, lanes, stops, agreements and quotas."""
        return steering_calendar.calendar(self._post)

    def shift(self) -> dict[str, Any] | None:
        """Return who holds the shift, None before the first was taken."""
        held = self._post.standing.gate.shift
        return None if held is None else to_builtins(held)

    def timeline(self, sought: Sought, limit: int) -> list[dict[str, Any]]:
        """Return entries of the log that are ``sought``, the latest first."""
        return steering_log.entries(self._post, sought, limit)

    def daily(self, day: str) -> dict[str, Any]:
        """Return the daily report of a local date. Raises NotFound."""
        return steering_daily.daily(self._post, day)

    def today(self) -> str:
        """Return the post's local date."""
        return steering_daily.today(self._post)
