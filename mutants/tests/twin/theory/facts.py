"""G12, the twelve-station gate pair that engines are compared on, as plain facts; times in minutes."""

from __future__ import annotations

from twin.theory.formulas import jackson_rates

TRUCKS_A_DAY = 2000.0
PRIORITY_SHARE = 0.20
G12_STATIONS: tuple[tuple[str, int, float], ...] = (
    ("portal", 2, 1.0),
    ("weighbridge", 3, 1.8),
    ("guard out", 6, 3.6),
    ("triage", 4, 2.3),
    ("documents", 4, 11.0),
    ("inspection", 5, 30.0),
    ("quarantine", 4, 25.0),
    ("cashier", 3, 1.9),
    ("yard marshal", 10, 6.0),
    ("vehicles", 24, 14.0),
    ("guard in", 6, 3.7),
    ("customs exit", 4, 2.4),
)
"""Name, servers, mean service; all services are exponential."""

G12_SHARES: tuple[dict[int, float], ...] = (
    {1: 1.0},
    {2: 1.0},
    {3: 1.0},
    {7: 0.67, 4: 0.22, 5: 0.08, 6: 0.03},
    {7: 0.75, 5: 0.10, 6: 0.15},
    {7: 0.60, 6: 0.40},
    {7: 1.0},
    {8: 1.0},
    {9: 1.0},
    {10: 1.0},
    {11: 1.0},
    {},
)
"""Where a truck goes next, and with which probability; from the last it leaves."""


def g12_rates() -> list[float]:
    """Return the trucks a minute through each station of G12."""
    return jackson_rates([TRUCKS_A_DAY / 1440.0, *[0.0] * 11], G12_SHARES)
