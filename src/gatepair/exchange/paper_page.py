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

from gatepair.base.findings import Language
from gatepair.exchange.agreement import Party
from gatepair.exchange.agreement_page import instant_in, printed_fingerprint
from gatepair.exchange.agreement_words import KINDS, SECTIONS, named
from gatepair.exchange.envelope import parse_body, parse_header
from gatepair.exchange.paper import Paper, PaperEntry
from gatepair.exchange.paper_words import FIELDS, WORDS

Words = dict[str, str]


@dataclass(frozen=True, slots=True)
class Setting:
    """What a page needs besides the paper: languages in the order shown, time zones, who signed."""

    languages: Sequence[Language]
    zones: Sequence[tzinfo]
    author: Party


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of a section under its name in each language shown."""

    names: str
    value: str


def page(paper: Paper, pictures: Sequence[str], setting: Setting) -> str:
    """Return the page; ``pictures`` are the codes in order, each a ``data:`` address of an image.

    Raises:
        Malformed: an entry of ``paper`` cannot be read; it was not checked before.
    """
    parts = [_head(paper, setting), *(_entry(entry, setting) for entry in paper.entries), _codes(pictures, setting)]
    language, title = setting.languages[0], _said("title", setting)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )


def facts(entry: PaperEntry, languages: Sequence[Language]) -> Iterator[Fact]:
    """Yield every value that ``entry`` brings along, in the order of sections and fields."""
    if bytes(entry.body) == b"null":
        return
    for name, section in sorted(parse_body(bytes(entry.body)).sections.items()):
        head = _joined([named(SECTIONS, name, language) for language in languages])
        for path, value in _flat(section.value):
            field = next((part for part in reversed(path) if not part.isdigit()), "")
            place = "".join(f" {int(part) + 1}" for part in path if part.isdigit())
            label = _joined([named(FIELDS, field, language) for language in languages]) + place
            yield Fact(f"{head}: {label}" if field else head + place, value)


def _flat(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    match value:
        case dict():
            for key in sorted(value):
                yield from _flat(value[key], (*path, key))
        case list():
            for index, inner in enumerate(value):
                yield from _flat(inner, (*path, str(index)))
        case bool():
            yield path, "✓" if value else "✗"
        case None:
            yield path, "–"
        case _:
            yield path, str(value)


def _said(key: str, setting: Setting, **values: object) -> str:
    return _joined([WORDS[key][language].format_map(values) for language in setting.languages])


def _joined(texts: Sequence[str]) -> str:
    return " · ".join(dict.fromkeys(texts))


def _head(paper: Paper, setting: Setting) -> str:
    subjects = dict.fromkeys(parse_header(bytes(entry.header)).subject for entry in paper.entries)
    rows = (
        ("subject", ", ".join(subjects)),
        ("author", paper.author),
        ("reader", paper.reader),
        ("made_at", instant_in(paper.made_at_ms, tuple(setting.zones))),
        ("key", printed_fingerprint(setting.author.log_key)),
    )
    sentences = (
        WORDS["what"][language].format(author=paper.author, reader=paper.reader) for language in setting.languages
    )
    lines = [f"<h1>{escape(_said('title', setting))}</h1>", *(f"<p>{escape(each)}</p>" for each in sentences)]
    return "\n".join([*lines, _table([Fact(_said(key, setting), value) for key, value in rows])])


def _entry(entry: PaperEntry, setting: Setting) -> str:
    header = parse_header(bytes(entry.header))
    base = header.type.partition("/")[0]
    name = _joined([named(KINDS, base, language) for language in setting.languages])
    rows = [
        Fact(_said("said_at", setting), instant_in(header.at_ms, tuple(setting.zones))),
        Fact(_said("place", setting), f"{entry.index} · {header.id}"),
        *facts(entry, setting.languages),
    ]
    shown = parse_body(bytes(entry.body)).sections if bytes(entry.body) != b"null" else {}
    missing = [
        _joined([named(SECTIONS, name, language) for language in setting.languages])
        for name in sorted(set(header.sections) - set(shown))
    ]
    if missing:
        rows.append(Fact(_said("withheld", setting), "; ".join(missing)))
    return f"<h2>{escape(name)} <code>{escape(header.type)}</code></h2>\n{_table(rows)}"


def _table(rows: Sequence[Fact]) -> str:
    lines = (f"<tr><th>{escape(row.names)}</th><td>{escape(row.value)}</td></tr>" for row in rows)
    return "<table>\n" + "\n".join(lines) + "\n</table>"


def _codes(pictures: Sequence[str], setting: Setting) -> str:
    figures = []
    for number, picture in enumerate(pictures, 1):
        caption = escape(_said("code", setting, number=number, count=len(pictures)))
        figures.append(
            f'<figure><img src="{escape(picture)}" alt="{caption}"><figcaption>{caption}</figcaption></figure>'
        )
    notes = "".join(f"<p>{escape(WORDS['scan'][language])}</p>" for language in setting.languages)
    return f'{notes}\n<div class="codes">\n' + "\n".join(figures) + "\n</div>"


_STYLE: Final = """
@page { size: A4; margin: 12mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 800px; padding: 20px; color: #14181c; background: #fff;
  font: 14px/1.4 "Noto Sans", "Noto Sans CJK SC", "PingFang SC", Arial, sans-serif; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 6px; }
h2 { font-size: 1.02rem; margin: 16px 0 4px; break-after: avoid; }
p { margin: 2px 0; }
table { border-collapse: collapse; width: 100%; margin: 6px 0; font-size: .86rem; }
th, td { text-align: left; vertical-align: top; padding: 2px 6px; border: 1px solid #9aa5af; overflow-wrap: anywhere; }
th { width: 46%; background: #eef1f3; font-weight: 500; }
tr { break-inside: avoid; }
code { font: .86em "DejaVu Sans Mono", Consolas, monospace; }
.codes { display: grid; grid-template-columns: 1fr 1fr; gap: 8mm; margin-top: 8px; }
figure { margin: 0; text-align: center; break-inside: avoid; }
figure img { width: 85mm; max-width: 100%; image-rendering: pixelated; }
figcaption { font-size: .8rem; }
@media print { body { padding: 0; max-width: none; font-size: 9.5pt; } }
"""
