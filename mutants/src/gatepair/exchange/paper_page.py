"""A paper as one HTML page for print: its codes, and beside them the same facts for people.

The words are read from the very entries that the codes hold, in the languages of both sides and in
English.  Pictures of the codes are given: this package draws none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from html import escape
from typing import Any, Final

from gatepair.base.findings import Language, Words
from gatepair.base.sheet import Part, Table, document, part_html
from gatepair.exchange.agreement import Party
from gatepair.exchange.agreement_page import instant_in, printed_fingerprint
from gatepair.exchange.agreement_words import KINDS, SECTIONS, named
from gatepair.exchange.envelope import Section, parse_body, parse_header
from gatepair.exchange.paper import Paper, PaperEntry
from gatepair.exchange.paper_words import FIELDS, WORDS


@dataclass(frozen=True, slots=True)
class Setting:
    """What a page needs besides the paper: languages in the order shown, time zones, who signed."""

    languages: Sequence[Language]
    zones: Sequence[tzinfo]
    author: Party


@dataclass(frozen=True, slots=True)
class Fact:
    """One value under its name in each language shown; without a value, a section."""

    names: str
    value: str


def page(paper: Paper, pictures: Sequence[str], setting: Setting) -> str:
    """Return the page; ``pictures`` are the codes in order, each a ``data:`` address of an image.

    Raises:
        Malformed: an entry of ``paper`` cannot be read; it was not checked before.
    """
    title = _said("title", setting)
    parts = [_head(paper, setting), *(_entry(entry, setting) for entry in paper.entries)]
    body = f"<h1>{escape(title)}</h1>\n" + "".join(map(part_html, parts)) + _codes(pictures, setting)
    return document(title, body, language=setting.languages[0], style=_STYLE)


def facts(entry: PaperEntry, setting: Setting) -> Iterator[Fact]:
    """Yield each section that ``entry`` brings along and below it every value, in the order of sections and fields."""
    for name, section in sorted(_sections(entry).items()):
        yield Fact(_named(SECTIONS, name, setting), "")
        for path, value in _flat(section.value):
            field = next((part for part in reversed(path) if not part.isdigit()), name)
            place = "".join(f" {int(part) + 1}" for part in path if part.isdigit())
            shown = instant_in(value, tuple(setting.zones)) if field.endswith("_ms") else _spelled(value)
            yield Fact(_named(FIELDS, field, setting) + place, shown)


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    match value:
        case dict():
            for key in sorted(value):
                yield from _flat(value[key], (*path, key))
        case list():
            for index, inner in enumerate(value):
                yield from _flat(inner, (*path, str(index)))
        case _:
            yield path, value


def _spelled(value: Any) -> str:
    if isinstance(value, bool):
        return "✓" if value else "✗"
    return "–" if value is None else str(value)


def _named(table: Words, key: str, setting: Setting) -> str:
    return _joined([named(table, key, language) for language in setting.languages])


def _said(key: str, setting: Setting, **values: object) -> str:
    return _joined([WORDS[key][language].format_map(values) for language in setting.languages])


def _joined(texts: Sequence[str]) -> str:
    return " · ".join(dict.fromkeys(texts))


def _head(paper: Paper, setting: Setting) -> Part:
    subjects = ", ".join(dict.fromkeys(parse_header(bytes(entry.header)).subject for entry in paper.entries))
    rows = (
        ("author", paper.author),
        ("reader", paper.reader),
        ("made_at", instant_in(paper.made_at_ms, tuple(setting.zones))),
        ("key", printed_fingerprint(setting.author.log_key)),
    )
    sentences = tuple(
        WORDS["what"][language].format(author=paper.author, reader=paper.reader) for language in setting.languages
    )
    table = Table((), tuple((_said(key, setting), value) for key, value in rows))
    return Part(f"{_said('subject', setting)} {subjects}", sentences, table)


def _entry(entry: PaperEntry, setting: Setting) -> Part:
    header = parse_header(bytes(entry.header))
    kind = _named(KINDS, header.type.partition("/")[0], setting)
    rows = [
        (_said("said_at", setting), instant_in(header.at_ms, tuple(setting.zones))),
        (_said("place", setting), f"{entry.index} · {header.id}"),
        *((fact.names, fact.value) for fact in facts(entry, setting)),
    ]
    missing = sorted(set(header.sections) - set(_sections(entry)))
    if missing:
        names = "; ".join(_named(SECTIONS, name, setting) for name in missing)
        rows.append((_said("withheld", setting), names))
    return Part(f"{kind} · {header.type}", (), Table((), tuple(rows)))


def _sections(entry: PaperEntry) -> dict[str, Section]:
    return {} if bytes(entry.body) == b"null" else parse_body(bytes(entry.body)).sections


def _codes(pictures: Sequence[str], setting: Setting) -> str:
    figures = []
    for number, picture in enumerate(pictures, 1):
        caption = escape(_said("code", setting, number=number, count=len(pictures)))
        figures.append(
            f'<figure><img src="{escape(picture)}" alt="{caption}"><figcaption>{caption}</figcaption></figure>'
        )
    notes = "".join(f"<p>{escape(WORDS['scan'][language])}</p>\n" for language in setting.languages)
    return f'{notes}<div class="codes">\n' + "\n".join(figures) + "\n</div>\n"


_STYLE: Final = """
@page { size: A4; margin: 12mm; }
body { max-width: 800px; font: 14px/1.4 "Noto Sans", "Noto Sans CJK SC", "PingFang SC", Arial, sans-serif; }
h2 { margin: 16px 0 4px; }
p { margin: 2px 0; }
th, td { padding: 2px 6px; overflow-wrap: anywhere; }
th { width: 46%; font-weight: 500; }
.codes { display: grid; grid-template-columns: 1fr 1fr; gap: 8mm; margin-top: 8px; }
figure { margin: 0; text-align: center; break-inside: avoid; }
figure img { width: 85mm; max-width: 100%; image-rendering: pixelated; }
figcaption { font-size: .8rem; }
@media print { body { font-size: 9.5pt; } }
"""
