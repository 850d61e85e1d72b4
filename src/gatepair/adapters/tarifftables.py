"""Sheets of rates: those we ship, as package data, and those kept in a directory.

A directory keeps each sheet as it came, under a name made of what it is for and of its content.  Nothing in it is
ever written over, so a day is reckoned tomorrow as it is today.
"""

from __future__ import annotations

import os
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from gatepair.base.errors import Malformed, Refused, StorageDamaged
from gatepair.clearance.duty.shelf import Shelf
from gatepair.clearance.duty.tariff import Tariff, read_tariff
from gatepair.clearance.sheets import SHEET_BYTES_MAX

PLACE: Final = "tariffs"
"""Directory of the sheets, in the directory of a post or wherever one works."""
_SUFFIX: Final = ".tsv"


@cache
def shipped_tariffs() -> tuple[Tariff, ...]:
    """Return the sheets that come with the software, by name."""
    place = resources.files("gatepair").joinpath("tables", "tariff")
    names = sorted(item.name for item in place.iterdir() if item.name.endswith(_SUFFIX))
    return tuple(read_tariff(place.joinpath(name).read_text("utf-8"), name=name) for name in names)


def sheet_text(path: Path) -> str:
    """Return the text of the sheet at ``path``.

    Raises:
        Malformed: it cannot be read as UTF-8 text, or is larger than any sheet.
    """
    try:
        if path.stat().st_size > SHEET_BYTES_MAX:
            raise Malformed(f"{path.name} is larger than {SHEET_BYTES_MAX} bytes; a sheet of rates is not")
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed(f"{path.name} cannot be read as UTF-8 text: {error}") from error


class TariffPlace:
    """The sheets kept in ``directory/tariffs``, and the shipped ones behind them."""

    def __init__(self, directory: Path | None) -> None:
        """Take the directory of a post or of one's work; None has only the shipped sheets."""
        self._place = None if directory is None else directory / PLACE
        self._names: tuple[str, ...] | None = None
        self._shelf = Shelf(())

    def shelf(self) -> Shelf:
        """Return the sheets as they are kept now; they are read again only when one was added.

        Raises:
            StorageDamaged: a kept sheet is no longer what was imported.
        """
        names = self._listed()
        if names != self._names:
            own = [self._kept(name) for name in names]
            self._shelf, self._names = Shelf(own, shipped_tariffs()), names
        return self._shelf

    def keep(self, tariff: Tariff, text: str) -> bool:
        """Keep the sheet ``text``, which reads as ``tariff``; tell whether it is new. Keeping it twice is one effect."""
        if self._place is None:
            raise Malformed("there is no directory to keep a sheet in")
        target = self._place / f"{tariff.name}{_SUFFIX}"
        if target.exists():
            return False
        self._place.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(".new")
        with draft.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
        return True

    def _listed(self) -> tuple[str, ...]:
        if self._place is None:
            return ()
        try:
            return tuple(sorted(path.name for path in self._place.iterdir() if path.suffix == _SUFFIX))
        except FileNotFoundError:
            return ()

    def _kept(self, name: str) -> Tariff:
        path = (self._place or Path()) / name
        try:
            tariff = read_tariff(sheet_text(path), name=name)
        except (Malformed, Refused) as error:
            raise StorageDamaged(f"{path} is no longer a sheet of rates: {error.message}", file=name) from error
        if f"{tariff.name}{_SUFFIX}" != name:
            raise StorageDamaged(f"{path} was changed since it was imported; import the right sheet again", file=name)
        return tariff
