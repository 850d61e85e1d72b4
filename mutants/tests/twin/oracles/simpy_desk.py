"""A counter with a changeable number of servers and levels of priority, on SimPy's events; times are whole ticks."""

from __future__ import annotations

import heapq
from collections.abc import Generator
from itertools import count
from typing import Any

import simpy

Steps = Generator[simpy.Event, Any, None]


class Ask(simpy.Event):
    """One request at a desk; it happens when the server is granted."""

    def __init__(self, env: simpy.Environment, asked: int) -> None:
        super().__init__(env)
        self.asked = asked
        self.given_up = False


class Desk:
    """Servers, or places, that are granted by level and then by order; closing finishes the work in hand."""

    def __init__(self, env: simpy.Environment, servers: int) -> None:
        self.env = env
        self.servers = servers
        self.busy = 0
        self.waiting: list[tuple[int, int, Ask]] = []
        self.order = count()
        self.started = 0
        self.wait_sum = 0
        self.waits: list[int] = []

    def ask(self, level: int) -> Ask:
        """Return the request of somebody at ``level``; the lowest level is served first."""
        ask = Ask(self.env, self.env.now)
        heapq.heappush(self.waiting, (level, next(self.order), ask))
        self._serve()
        return ask

    def leave(self, ask: Ask) -> None:
        """Give up waiting."""
        ask.given_up = True
        self._serve()

    def take(self) -> None:
        """Take a server away at once; a service in hand goes on to its end."""
        self.busy += 1

    def free(self) -> None:
        """Give a server back."""
        self.busy -= 1
        self._serve()

    def change(self, servers: int) -> None:
        """Set the number of servers."""
        self.servers = servers
        self._serve()

    def follow(self, changes: list[tuple[int, int]]) -> Steps:
        """Change the number of servers at each tick of ``changes``."""
        for tick, servers in changes:
            if tick > self.env.now:
                yield self.env.timeout(tick - self.env.now)
            self.change(servers)

    def _serve(self) -> None:
        while self.waiting and (self.waiting[0][2].given_up or self.busy < self.servers):
            level, _, ask = heapq.heappop(self.waiting)
            if ask.given_up:
                continue
            self.busy += 1
            if level > 0:
                wait = self.env.now - ask.asked
                self.started += 1
                self.wait_sum += wait
                self.waits.append(wait)
            ask.succeed()
