"""Synthetic identities: of plausible form, and visibly nobody's."""

from __future__ import annotations

from typing import Any, Final

from stdnum.iso6346 import calc_check_digit

_VN_SERIES: Final = ("12C", "29C", "15C", "51C", "60C")
_CN_LETTERS: Final = "ABCDEFGHJK"
_STEP: Final = 7_919
"""A prime, so that plates do not count up in step with the vehicles."""


def tractor(country: str, index: int) -> str:
    """Return a tractor's plate: Vietnamese form for VN, Guangxi form for the other side; unique by ``index``."""
    number = index * _STEP % 100_000
    if country == "VN":
        return f"{_VN_SERIES[index % len(_VN_SERIES)]}-{number // 100:03d}.{number % 100:02d}"
    return f"桂F·{_CN_LETTERS[number // 10_000]}{number % 10_000:04d}"


def trailer(country: str, index: int) -> str:
    """Return a trailer's plate; unique by ``index``."""
    number = index * _STEP % 100_000
    if country == "VN":
        return f"12R-{number // 100:03d}.{number % 100:02d}"
    return f"桂F·{_CN_LETTERS[number // 10_000]}{number % 10_000:04d}挂"


def container(index: int) -> str:
    """Return a container number of a made-up owner with its ISO 6346 check digit."""
    bare = f"SYNU{index % 1_000_000:06d}"
    return bare + str(calc_check_digit(bare))


def driver(country: str, index: int) -> dict[str, Any]:
    """Return a driver's wire form."""
    return {"name": f"SYNTHETIC Driver {index:04d}", "licence": f"SYN-{index:06d}", "nationality": country}


def firm(kind: str, index: int) -> str:
    """Return a firm's name."""
    return f"SYNTHETIC {kind} {index:03d}"
