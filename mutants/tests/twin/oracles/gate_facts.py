"""GATE, the thirteen-resource gate pair on which engines are compared, as plain facts; synthetic, times in minutes.

Ordinary trucks come by an hourly profile, appointments every 3.6 minutes with some jitter and go first.  Services are
lognormal.  Hours change the staff of four stations, both X-ray streams break down, eighty yard places block the
cashier, a vehicle is free again only after its empty return, quarantine lets go in groups of three, and who waits too
long at the portal turns back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

PROFILE: tuple[float, ...] = (
    *(0.35, 0.30, 0.30, 0.35, 0.50, 0.80, 1.10, 1.40, 1.60, 1.60, 1.50, 1.40),
    *(1.30, 1.30, 1.30, 1.30, 1.30, 1.30, 1.20, 1.00, 0.80, 0.70, 0.50, 0.45),
)
ORDINARY_A_DAY = 1600.0
APPOINTMENT_GAP = 3.6
APPOINTMENT_JITTER = 10.0
SERVICE_CV = 0.6
PATIENCE = 300.0
BREAKDOWN_UP = 720.0
BREAKDOWN_DOWN = 60.0
BREAKDOWN_STREAMS = 2
GROUP = 3
TRIAGE = {"cashier": 0.67, "documents": 0.22, "inspection": 0.08, "quarantine": 0.03}
AFTER_DOCUMENTS = {"cashier": 0.75, "inspection": 0.10, "quarantine": 0.15}
AFTER_INSPECTION = {"cashier": 0.60, "quarantine": 0.40}


@dataclass(frozen=True, slots=True)
class Station:
    """What a station has: servers at the start of the day, mean service, and the hours at which the servers change."""

    servers: int
    mean: float
    hours: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Gate:
    """One variant of GATE: its stations, the places of the yard, the vehicles and their empty return."""

    stations: dict[str, Station]
    yard: int = 80
    vehicles: int = 32
    carry: float = 7.5
    empty_return: float = 6.0


GATE = Gate(
    {
        "portal": Station(3, 1.0),
        "weighbridge": Station(4, 1.8),
        "guard out": Station(4, 3.6, ((6, 11), (22, 4))),
        "triage": Station(6, 2.3),
        "documents": Station(3, 11.0, ((6, 7), (22, 3))),
        "inspection": Station(6, 30.0),
        "quarantine": Station(0, 25.0, ((8, 9), (20, 0))),
        "cashier": Station(5, 1.9),
        "marshal": Station(14, 6.0),
        "guard in": Station(4, 3.7, ((6, 11), (22, 4))),
        "exit customs": Station(5, 2.4),
    }
)
BLOCKING = replace(GATE, yard=14, vehicles=27)
"""The variant in which the yard fills and the cashier stands blocked for a good part of the day."""


def appointments(days: int, seed: int) -> list[int]:
    """Return the ticks at which appointments arrive: one each gap, early or late by the jitter, in order."""
    number = int(np.ceil(days * 1440 / APPOINTMENT_GAP))
    jitter = np.random.default_rng(seed).uniform(-APPOINTMENT_JITTER, APPOINTMENT_JITTER, number)
    minutes = np.sort(np.maximum(0.0, np.arange(number) * APPOINTMENT_GAP + jitter))
    return [int(minute * MINUTE) for minute in minutes]


def ordinary_rates() -> list[float]:
    """Return the ordinary trucks a tick in each hour of the day."""
    mean = sum(PROFILE) / len(PROFILE)
    return [share / mean * ORDINARY_A_DAY / DAY for share in PROFILE]


def ordinary(days: int, seed: int) -> list[int]:
    """Return the ticks of ordinary trucks over ``days``, by hour: their number is Poisson, their places uniform."""
    draws = np.random.default_rng(seed)
    found: list[int] = []
    for hour in range(24 * days):
        number = int(draws.poisson(ordinary_rates()[hour % 24] * HOUR))
        found.extend(hour * HOUR + int(place * HOUR) for place in np.sort(draws.random(number)))
    return found


def changes(station: Station, days: int) -> list[tuple[int, int]]:
    """Return the ticks at which the servers of ``station`` change, and their number from then on."""
    return [(day * DAY + hour * HOUR, servers) for day in range(days) for hour, servers in station.hours]
