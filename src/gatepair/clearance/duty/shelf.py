"""The sheets that a post has: those it imported, and for what these leave open those that come with the software."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from gatepair.base.findings import Finding
from gatepair.clearance.duty import findings as say
from gatepair.clearance.duty.tariff import Tariff, in_force

DAYS_KEPT: Final = 64
"""How many answers of :meth:`Shelf.on` are remembered; a day's work asks for one or two."""


class Shelf:
    """Sheets of rates; imported ones come before shipped ones of the same country and option."""

    def __init__(self, own: Iterable[Tariff], shipped: Iterable[Tariff] = ()) -> None:
        """Take the imported and the shipped sheets."""
        self.own = tuple(own)
        self.shipped = tuple(shipped)
        self._days: dict[tuple[str, str], tuple[Tariff, ...]] = {}

    def on(self, country: str, day: str) -> tuple[Tariff, ...]:
        """Return the sheets of ``country`` in force on ``day`` (ISO 8601), in the order of the options."""
        known = self._days.get((country, day))
        if known is not None:
            return known
        own = in_force(self.own, country=country, day=day)
        covered = {each.option for each in own}
        shipped = (each for each in self.shipped if each.option not in covered)
        found = in_force([*own, *shipped], country=country, day=day)
        if len(self._days) >= DAYS_KEPT:
            self._days.clear()
        self._days[country, day] = found
        return found

    def currency(self, country: str, day: str) -> str:
        """Return the currency in which ``country`` reckons duty on ``day``; empty when no sheet says it."""
        return next((each.currency for each in self.on(country, day) if each.currency), "")

    def held(self, tariff: Tariff) -> bool:
        """Tell whether this very sheet was imported already."""
        return any(each.digest == tariff.digest for each in self.own)

    def against(self, tariff: Tariff) -> Iterator[Finding]:
        """Yield how an imported ``tariff`` would stand to those held: one it contradicts, one it follows."""
        same = [each for each in self.own if _place(each) == _place(tariff) and each.digest != tariff.digest]
        for each in same:
            if each.valid_from == tariff.valid_from:
                yield say.SHEET_CONFLICT.at("from", held=each.name)
        before = [each for each in same if each.in_force(tariff.valid_from) and each.valid_from < tariff.valid_from]
        for each in before:
            yield say.SHEET_FOLLOWS.at("from", held=each.name, day=tariff.valid_from)


def _place(tariff: Tariff) -> tuple[str, str, tuple[str, ...]]:
    return tariff.country, tariff.option.value, tariff.origins
