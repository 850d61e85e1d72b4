"""Tables of product rules: those we ship, as package data, and any file by its path."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

from gatepair.base.errors import Malformed, NotFound
from gatepair.clearance.origin.model import Treaty
from gatepair.clearance.origin.table import RuleTable, read_table
from gatepair.clearance.sheets import SHEET_BYTES_MAX


@cache
def shipped_tables() -> tuple[RuleTable, ...]:
    """Return every table we ship, by treaty and day."""
    place = resources.files("gatepair").joinpath("tables", "origin")
    names = sorted(item.name for item in place.iterdir() if item.name.endswith(".tsv"))
    tables = [read_table(place.joinpath(name).read_text("utf-8"), name=name) for name in names]
    return tuple(sorted(tables, key=lambda table: (table.treaty, table.valid_from)))


def table_in_force(treaty: Treaty, on: date) -> RuleTable:
    """Return the shipped table of ``treaty`` that holds on the day ``on``.

    Raises:
        NotFound: the treaty had no table yet.
    """
    held = [table for table in shipped_tables() if table.treaty is treaty and table.valid_from <= on.isoformat()]
    if not held:
        raise NotFound(f"there is no table of {treaty} for {on.isoformat()}", treaty=treaty.value, day=on.isoformat())
    return held[-1]


def open_table(path: Path) -> RuleTable:
    """Return the table in the file ``path``.

    Raises:
        Malformed: it cannot be read, or is no table; the message names the line.
    """
    try:
        if path.stat().st_size > SHEET_BYTES_MAX:
            raise Malformed(f"{path.name} is larger than {SHEET_BYTES_MAX} bytes; a table of rules is not")
        return read_table(path.read_text("utf-8"), name=path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed(f"{path.name} cannot be read as UTF-8 text: {error}") from error
