"""Two real posts that face each other, each a process of the operating system."""

from __future__ import annotations

import time
from collections.abc import Mapping
from http.client import HTTPException
from pathlib import Path
from typing import Any

from gatepair import wiring
from gatepair.adapters.planfiles import shipped_plan
from gatepair.wiring import Settings
from system.served import Served, free_port

HOME, OTHER = "huu-nghi", "youyiguan"
PLAN = "huu-nghi-youyiguan"
OUTWARD = {HOME: "out", OTHER: "in"}
"""The direction that leaves from each post."""
UNLIMITED: dict[str, bool | int | str] = {
    "principal_per_s": 100_000,
    "principal_burst": 1_000_000,
    "address_per_s": 100_000,
    "address_burst": 1_000_000,
}
"""The limits on callers are not what is tested."""
TOGETHER_S = 120.0
"""A pair that has not come together by then never will: the line is whole and the backlog of seconds."""


def truck(number: int, direction: str) -> dict[str, Any]:
    """Return a declaration with a tractor of its own."""
    item = {
        "hs": "854231",
        "description": "SYNTHETIC",
        "commodity": "electronics",
        "gross_mass_kg": 18_000,
        "packages": 900,
        "value_minor": 4_000_000,
        "currency": "VND",
        "origin": "VN",
    }
    return {
        "type": "DeclareCrossing",
        "direction": direction,
        "route": "r1119-1120",
        "lane_kind": "manned",
        "load": "truck",
        "declaration": {
            "regime": "ordinary",
            "goods": [item],
            "parties": {"exporter": "SYNTHETIC A", "importer": "SYNTHETIC B"},
            "synthetic": True,
        },
        "binding": {"tractor": f"12C-{number:06d}"},
    }


class RealPair:
    """Two posts in ``out``, made and served; each reaches the other at its own address or at ``lines``."""

    def __init__(
        self,
        out: Path,
        *,
        ledgers: Mapping[str, str] | None = None,
        ports: Mapping[str, int] | None = None,
        lines: Mapping[str, str] | None = None,
        fetching: str = "",
    ) -> None:
        """Make and serve both; ``ledgers`` gives another storage than SQLite, ``lines`` where each dials.

        The post ``fetching`` asks for what the other has for it.
        """
        plan = shipped_plan(PLAN)
        at = ports or {post: free_port() for post in plan.posts}
        dials = lines or {post: f"http://127.0.0.1:{at[plan.partner_of(post)]}" for post in plan.posts}
        settings = {
            post: Settings(
                post=post,
                port=at[post],
                partner_url=dials[post],
                fetches=post == fetching,
                ledger=(ledgers or {}).get(post, "sqlite"),
                web=UNLIMITED,
                synthetic=True,
            )
            for post in plan.posts
        }
        self.begin(wiring.make_pair(out, plan, settings))
        for directory in self.directories.values():
            wiring.add_access(directory)
        self.serve({})

    def begin(self, directories: Mapping[str, Path]) -> None:
        """Take the posts in ``directories``; nothing is served or said yet."""
        self.directories = dict(directories)
        self.served: dict[str, Served] = {}
        self.number = 0
        self.declared: dict[str, list[str]] = {HOME: [], OTHER: []}

    def serve(self, sources: Mapping[str, Path]) -> None:
        """Serve both posts, each by this program or by the one in its source."""
        for post, directory in self.directories.items():
            self.served[post] = Served(directory, source=sources.get(post))

    def declare(self, post: str) -> dict[str, Any] | None:
        """Declare a truck that leaves from ``post``; None when the post did not answer."""
        self.number += 1
        answer = self.say(post, "trader", truck(self.number, OUTWARD[post]))
        if answer is not None and answer["status"] == "done":
            self.declared[post].append(answer["crossing"])
        return answer

    def say(self, post: str, duty: str, command: Mapping[str, Any]) -> dict[str, Any] | None:
        """Give a command under an id of its own; None when the post did not answer."""
        self.number += 1
        try:
            return self.served[post].command(f"f-{self.number:08d}", command, duty=duty)
        except (OSError, HTTPException):
            return None

    def come_together(self) -> None:
        """Wait until nothing is outstanding in any lane."""
        until = time.monotonic() + TOGETHER_S
        while not self.is_together():
            assert time.monotonic() < until, self.lanes()
            time.sleep(0.2)

    def is_together(self) -> bool:
        """Tell whether each post holds the whole of the other's logs and knows that the other holds its own."""
        lanes = {post: {lane["lane"]: lane for lane in found} for post, found in self.lanes().items()}
        return all(
            lanes[writer][name]["size"] == lanes[writer][name]["confirmed"] == lanes[reader][name]["mirror_size"]
            for writer, reader in ((HOME, OTHER), (OTHER, HOME))
            for name in lanes[writer]
        )

    def lanes(self) -> dict[str, Any]:
        """Return what each post says of its lanes."""
        return {post: served.call("GET", "/v1/status")[1]["lanes"] for post, served in self.served.items()}

    def close(self) -> None:
        """Stop both posts."""
        for post in self.served.values():
            if post.process.poll() is None:
                post.stop()
