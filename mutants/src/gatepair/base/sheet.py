"""Sheets: headings, sentences and tables for people, as plain text and as one HTML document for print.

A document needs no network and no script; whatever is given is escaped.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Final

TEXT_COLUMNS: Final = 100


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head, which may be empty; the first cell of a row is what the row is about."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a sheet: heading, sentences, and at most one table."""

    title: str
    sentences: tuple[str, ...] = ()
    table: Table | None = None


# --- text ----------------------------------------------------------------------------------


def part_text(part: Part, colon: str) -> Iterator[str]:
    """Yield the lines of ``part``; a table becomes blocks, so that no script breaks its columns."""
    yield part.title
    for sentence in part.sentences:
        yield from _wrapped(sentence, "  ")
    if part.table is not None:
        yield from _blocks(part.table, colon)


def _blocks(table: Table, colon: str) -> Iterator[str]:
    last = None
    for row in table.rows:
        if row[0] != last:
            yield f"  {row[0]}"
        last = row[0]
        if len(row) == 3:
            yield from _wrapped(f"{row[1]}{colon}{row[2]}", "      ")
        elif len(row) == 2:
            yield from _wrapped(row[1], "      ")
        else:
            for name, cell in zip(table.head[1:], row[1:], strict=True):
                yield from _wrapped(f"{name}{colon}{cell}", "      ")


def _wrapped(text: str, indent: str) -> list[str]:
    return textwrap.wrap(
        text, TEXT_COLUMNS, initial_indent=indent, subsequent_indent=indent + "  ", break_on_hyphens=False
    )


# --- page ----------------------------------------------------------------------------------

_STYLE: Final = """
@page { size: A4; margin: 18mm 16mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 960px; padding: 24px; color: #14181c; background: #fff;
  font: 15px/1.5 "Noto Serif", "Noto Serif CJK SC", "Songti SC", Georgia, serif; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 1.1rem; margin: 28px 0 6px; break-after: avoid; }
p { margin: 4px 0 10px; }
code { font: .86em "DejaVu Sans Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .88rem; }
th, td { text-align: left; vertical-align: top; padding: 4px 8px; border: 1px solid #9aa5af; }
th { background: #eef1f3; }
tr { break-inside: avoid; }
@media print { body { padding: 0; max-width: none; font-size: 10pt; } table { font-size: 8.5pt; } .wide { overflow: visible; } }
"""


def document(title: str, body: str, *, language: str, style: str = "") -> str:
    """Return a whole HTML document with the ``body``, which is HTML already; ``style`` adds to the common one."""
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n<link rel="icon" href="data:,">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}{style}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    )


def part_html(part: Part) -> str:
    """Return ``part`` as HTML."""
    said = "".join(f"<p>{escape(sentence)}</p>\n" for sentence in part.sentences)
    return f"<h2>{escape(part.title)}</h2>\n{said}{'' if part.table is None else table_html(part.table)}"


def table_html(table: Table) -> str:
    """Return ``table`` as HTML."""
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>\n'
        for row in table.rows
    )
    top = f"<thead><tr>{head}</tr></thead>\n" if head else ""
    return f'<div class="wide"><table>\n{top}<tbody>\n{rows}</tbody>\n</table></div>\n'
