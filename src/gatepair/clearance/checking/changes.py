"""A change of rules as a sheet, so that it can be tried over a corpus before it holds.

A row names a rule by its code, then what is changed (``since``, ``until``, ``off``, or one of its limits), then the
new value: a day, nothing, or a whole number.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from types import MappingProxyType

from gatepair.base.errors import Malformed
from gatepair.clearance.checking.rulebook import Entry, Rulebook
from gatepair.clearance.sheets import Line, Sheet, read_sheet


def changed_book(book: Rulebook, text: str, *, name: str) -> Rulebook:
    """Return ``book`` with the changes that the sheet ``text`` lists; ``name`` is the sheet's, for faults.

    Raises:
        Malformed: it is no such sheet, names a rule or a limit that does not exist, or leaves two rules of one code
            on one day; names the line where there is one.
    """
    sheet = read_sheet(text, name=name)
    sheet.check_header({"list", "source"})
    entries = list(book.entries)
    for line in sheet.lines:
        if len(line.cells) != 3:
            raise sheet.fault("a row is the code of a rule, what is changed, and the new value", line)
        places = [place for place, entry in enumerate(entries) if entry.code == line.cells[0]]
        if not places:
            raise sheet.fault(f"there is no rule {line.cells[0]}", line)
        for place in reversed(places):
            kept = _changed(sheet, line, entries[place])
            entries[place : place + 1] = [] if kept is None else [kept]
    try:
        made = Rulebook(entries)
    except Malformed as error:
        raise sheet.fault(error.message) from error
    return made


def _changed(sheet: Sheet, line: Line, entry: Entry) -> Entry | None:
    """Return ``entry`` as the row changes it; None when the row takes it out."""
    _, what, value = line.cells
    if what == "off":
        return None
    if what in ("since", "until"):
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise sheet.fault(f"`{what}` is a date such as 2026-07-01", line) from error
        return replace(entry, since=day) if what == "since" else replace(entry, until=day)
    if what not in entry.rule.limits:
        limits = ", ".join(entry.rule.limits) or "none"
        raise sheet.fault(f"{entry.code} has no limit {what}; its limits: {limits}; else since, until, off", line)
    if not (value.isascii() and value.isdigit()):
        raise sheet.fault(f"`{what}` is a whole number, in the unit that its name ends with", line)
    return replace(entry, limits=MappingProxyType({**entry.limits, what: int(value)}))
