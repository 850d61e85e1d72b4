"""Fee tables: those we ship, as package data, and any file by its path."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path

from gatepair.base.errors import Malformed
from gatepair.clearance.fees.table import FeeTable, read_fees
from gatepair.clearance.sheets import SHEET_BYTES_MAX


@cache
def shipped_fee_tables() -> tuple[FeeTable, ...]:
    """Return every table we ship; one is synthetic, and every result from it says so."""
    place = resources.files("gatepair").joinpath("tables", "fees")
    names = sorted(item.name for item in place.iterdir() if item.name.endswith(".tsv"))
    return tuple(read_fees(place.joinpath(name).read_text("utf-8"), name=name) for name in names)


def open_fee_table(path: Path) -> FeeTable:
    """Return the table in the file ``path``.

    Raises:
        Malformed: it cannot be read, or is no table; the message names the line.
    """
    try:
        if path.stat().st_size > SHEET_BYTES_MAX:
            raise Malformed(f"{path.name} is larger than {SHEET_BYTES_MAX} bytes; a fee table is not")
        return read_fees(path.read_text("utf-8"), name=path.name)
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed(f"{path.name} cannot be read as UTF-8 text: {error}") from error
