"""The product as the meta-tests see it: all of its modules, imported."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from types import ModuleType

import gatepair


@cache
def import_all() -> tuple[ModuleType, ...]:
    """Import every module of the product, in order of name."""
    names = sorted(found.name for found in pkgutil.walk_packages(gatepair.__path__, "gatepair."))
    return tuple(importlib.import_module(name) for name in names if not name.endswith("__main__"))


@cache
def declare_findings() -> tuple[ModuleType, ...]:
    """Import every module named `findings`, where alone kinds may be declared."""
    names = sorted(found.name for found in pkgutil.walk_packages(gatepair.__path__, "gatepair."))
    return tuple(importlib.import_module(name) for name in names if name.endswith(".findings"))
