"""Markdown pages as the meta-tests read them: headings, links, prose."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from meta.tidy import ROOT

SKIPPED = {".venv", ".git", "out", "demo-out", "node_modules", ".pytest_cache"}
ABBREVIATIONS = ("e.g.", "i.e.", "approx.", "No.", "Art.", "vs.", "St.", "cf.")


def pages() -> list[Path]:
    """Return every Markdown page of the checkout, in order of path."""
    found = list(ROOT.glob("*.md"))
    found.extend(path for folder in ("docs", "plans", "bench") for path in (ROOT / folder).rglob("*.md"))
    return sorted(path for path in found if not SKIPPED & set(path.relative_to(ROOT).parts))


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line number and line of ``path`` outside fenced code."""
    fenced = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif not fenced:
            yield number, line


def headings(path: Path, *, level: int | None = None) -> list[str]:
    """Return the headings of ``path``, of one level or of all, without their marks."""
    found = [re.match(r"(#+) (.+)", line) for _, line in prose(path)]
    return [hit[2].strip() for hit in found if hit and (level is None or len(hit[1]) == level)]


def anchor(heading: str) -> str:
    """Return the anchor that a heading gets."""
    kept = re.sub(r"[^\w\- ]", "", heading.replace("`", "").lower())
    return kept.strip().replace(" ", "-")


def links(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line number and target of each inline link or picture that is not an address."""
    for number, line in prose(path):
        for target in re.findall(r"\]\(([^)\s]+)\)", re.sub(r"`[^`]*`", "", line)):
            if not re.match(r"[a-z][a-z0-9+.-]*:", target):
                yield number, target


def broken_links(path: Path) -> list[str]:
    """Return one sentence for each relative link of ``path`` that leads nowhere."""
    broken = []
    for number, target in links(path):
        file, _, fragment = target.partition("#")
        aim = (path.parent / file).resolve() if file else path
        if not aim.exists():
            broken.append(f"{path.name}:{number}: {target} does not exist")
        elif fragment and aim.suffix == ".md" and fragment not in {anchor(heading) for heading in headings(aim)}:
            broken.append(f"{path.name}:{number}: {target} names no heading")
    return broken


def crowded_lines(path: Path) -> list[str]:
    """Return the lines of ``path`` that hold more than one sentence; tables and quotations are let be."""
    crowded = []
    for number, line in prose(path):
        if line.lstrip().startswith(("|", ">", "<", "#")):
            continue
        plain = re.sub(r"`[^`]*`", "code", line)
        for word in ABBREVIATIONS:
            plain = plain.replace(word, word[:-1])
        if re.search(r"[a-z0-9)”\"*][.!?] +[A-Z“*]", re.sub(r"^\s*(?:[-*]|\d+(?:\.\d+)*\.)\s+", "", plain)):
            crowded.append(f"{path.name}:{number}: {line.strip()}")
    return crowded
