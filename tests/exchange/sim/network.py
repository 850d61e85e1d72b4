"""The line between the posts: what is sent may be lost, doubled, late, out of order, or damaged."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from exchange.sim.parameters import TICK_MS, Parameters


@dataclass(frozen=True, slots=True)
class Flight:
    """One request or answer on the line."""

    sender: str
    call: str
    """What is asked: ``entries``, ``fence``, ``return`` or ``state``."""
    lane: str
    raw: bytes
    life: int
    """Which life of the asking process it belongs to: an answer reaches no process that is dead."""
    answer: bool = False
    due_ms: int = 0


class Line:
    """Both directions; a direction is named by who sends."""

    def __init__(self, parameters: Parameters, dice: random.Random) -> None:
        self._parameters = parameters
        self._dice = dice
        self.flights: list[Flight] = []
        self._asked: list[tuple[int, Flight]] = []
        self.cut_until: dict[str, int] = {}
        self.clogged_until: dict[str, int] = {}
        self.held = False
        """Whether nothing arrives but what is taken off by hand."""
        self.whole = False
        """Whether the line loses, doubles, delays and damages nothing."""

    def send(self, flight: Flight, now_ms: int) -> None:
        """Put ``flight`` on the line."""
        if self.whole:
            self.flights.append(replace(flight, due_ms=now_ms))
            return
        chance, dice = self._parameters, self._dice
        if chance.echo and not flight.answer:
            self._asked.append((now_ms, flight))
        if self.cut_until.get(flight.sender, 0) > now_ms or dice.random() < chance.lose:
            return
        copies = 2 if dice.random() < chance.double else 1
        for _ in range(copies):
            raw = garbled(flight.raw, dice) if dice.random() < chance.garble else flight.raw
            late_ms = dice.randint(0, chance.delay_ticks_max) * TICK_MS
            self.flights.append(replace(flight, raw=raw, due_ms=now_ms + late_ms))

    def due(self, now_ms: int) -> list[Flight]:
        """Take off the line what arrives by ``now_ms``, earliest first."""
        if self.held:
            return []
        if self._asked and not self.whole and self._dice.random() < self._parameters.echo:
            # Whoever carries the bytes may have kept them; an ask is not fresh, so nothing may depend on its age.
            self.flights.append(replace(self._dice.choice(self._asked)[1], due_ms=now_ms))
        arriving, waiting = [], []
        for flight in self.flights:
            clogged = self.clogged_until.get(flight.sender, 0) > now_ms
            (waiting if clogged or flight.due_ms > now_ms else arriving).append(flight)
        self.flights = waiting
        arriving.sort(key=lambda flight: flight.due_ms)
        return arriving

    def echo(self, sender: str, since_ms: int, now_ms: int) -> None:
        """Let what ``sender`` asked since a moment arrive again, out of order: its reader does not know all of it now."""
        if self.whole or self._dice.random() >= 2 * self._parameters.echo:
            return
        for asked_ms, flight in self._asked:
            if flight.sender == sender and asked_ms >= since_ms:
                self.flights.append(replace(flight, due_ms=now_ms + self._dice.randint(0, 3) * TICK_MS))

    def mend(self) -> None:
        """Be a good line from now on; what is in the air still arrives, late as it is."""
        self.whole, self.held = True, False
        self.cut_until.clear()
        self.clogged_until.clear()


def garbled(raw: bytes, dice: random.Random) -> bytes:
    """Return ``raw`` damaged in one of many ways, some of which are still JSON of the same shape."""
    return dice.choice(DAMAGES)(raw, dice) if raw else raw


def _flip(raw: bytes, dice: random.Random) -> bytes:
    changed = bytearray(raw)
    changed[dice.randrange(len(changed))] ^= dice.randint(1, 255)
    return bytes(changed)


def _cut(raw: bytes, dice: random.Random) -> bytes:
    return raw[: dice.randrange(len(raw))]


def _another_digit(raw: bytes, dice: random.Random) -> bytes:
    return _at_random(rb"[1-9](?=[0-9])", raw, dice, lambda found: b"%d" % (int(found) % 9 + 1))


def _another_hex(raw: bytes, dice: random.Random) -> bytes:
    return _at_random(rb"(?<=[0-9a-f]{8})[0-9a-f]", raw, dice, lambda found: b"%x" % (int(found, 16) ^ 1))


def _no_body(raw: bytes, dice: random.Random) -> bytes:
    return _at_random(rb'"body":\{"sections":\{[^{}]*(?:\{[^{}]*(?:\{[^{}]*\})?[^{}]*\})*[^{}]*\}\}', raw, dice, _null)


def _null(_: bytes) -> bytes:
    return b'"body":null'


def _space(raw: bytes, dice: random.Random) -> bytes:
    return _at_random(rb"[,:]", raw, dice, lambda found: found + b" ")


def _twice(raw: bytes, dice: random.Random) -> bytes:
    return _at_random(rb'"at_ms":[0-9]+,', raw, dice, lambda found: found * 2)


def _at_random(pattern: bytes, raw: bytes, dice: random.Random, change: Callable[[bytes], bytes]) -> bytes:
    places = list(re.finditer(pattern, raw))
    if not places:
        return _flip(raw, dice)
    place = dice.choice(places)
    return raw[: place.start()] + change(place.group()) + raw[place.end() :]


DAMAGES: Final = (_flip, _flip, _cut, _another_digit, _another_digit, _another_hex, _no_body, _space, _twice)
