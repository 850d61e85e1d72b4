"""Tables of permits and quarantine: those we ship, as package data."""

from __future__ import annotations

from functools import cache
from importlib import resources

from gatepair.clearance.sps.check import Book
from gatepair.clearance.sps.links import read_hosts
from gatepair.clearance.sps.lists import read_list
from gatepair.clearance.sps.register import read_register
from gatepair.clearance.sps.rules import read_rules


@cache
def shipped_book() -> Book:
    """Return every table we ship; the register is synthetic, and every result that rests on it says so."""
    place = resources.files("gatepair").joinpath("tables", "sps")
    texts = {item.name: item.read_text("utf-8") for item in place.iterdir() if item.name.endswith(".tsv")}

    def named(kind: str) -> list[tuple[str, str]]:
        return [(name, texts[name]) for name in sorted(texts) if name.startswith(kind)]

    return Book(
        rules=tuple(read_rules(text, name=name) for name, text in named("rules-")),
        lists=tuple(read_list(text, name=name) for name, text in named("list-")),
        registers=tuple(read_register(text, name=name) for name, text in named("register-")),
        hosts=tuple(host for name, text in named("hosts") for host in read_hosts(text, name=name)),
    )
