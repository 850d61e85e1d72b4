"""The documents are whole: titles, links, sentences, reference pages, glossary."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from dataclasses import fields
from pathlib import Path

import pytest

from gatepair.web.settings import WebSettings
from meta.pages import anchor, broken_links, crowded_lines, headings, pages
from meta.tidy import ROOT

PAGES = {str(path.relative_to(ROOT)): path for path in pages()}
DESIGN_WORDS = [
    "agency",
    "agreement",
    "binding",
    "call",
    "channel",
    "check",
    "command",
    "crossing",
    "custody",
    "decision",
    "declaration",
    "direction",
    "entry",
    "envelope",
    "event",
    "finding",
    "handover",
    "lane",
    "ledger",
    "mirror",
    "move",
    "pair",
    "place",
    "plan",
    "post",
    "priority",
    "receipt",
    "release",
    "replication",
    "route",
    "scenario",
    "side",
    "slot",
    "station",
    "twin",
]
GENERATED = "This page is written by `make docs` from the code"
COMMON = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "ARCHITECTURE.md", "LICENSE", "NOTICE")


@pytest.mark.parametrize("name", COMMON)
def test_the_common_documents_are_there(name: str) -> None:
    """What a newcomer looks for first stands at the top of the checkout and is not empty."""
    assert (ROOT / name).stat().st_size > 200


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_one_title(name: str) -> None:
    """Each page begins with its one title."""
    assert 1 == len(headings(PAGES[name], level=1))


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    """Each relative link of a page leads to a file, and its fragment to a heading."""
    assert [] == broken_links(PAGES[name])


@pytest.mark.parametrize("name", PAGES)
def test_one_sentence_a_line(name: str) -> None:
    """A line of prose holds one sentence, so that a change shows as what it is; generated pages quote the code."""
    generated = GENERATED in PAGES[name].read_text(encoding="utf-8")
    assert generated or [] == crowded_lines(PAGES[name])


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    """The checks see a missing file, a missing heading and two sentences on one line."""
    page = tmp_path / "page.md"
    page.write_text("# A\n\n[x](gone.md) and [y](#nowhere).\nOne. Two.\n")
    assert 2 == len(broken_links(page))
    assert 1 == len(crowded_lines(page))


def test_every_page_is_in_the_index() -> None:
    """The index of the documents links to each page below it."""
    index = ROOT / "docs" / "README.md"
    linked = {
        (index.parent / target.partition("#")[0]).resolve()
        for target in re.findall(r"\]\(([^)\s]+)\)", index.read_text(encoding="utf-8"))
    }
    missing = [name for name, path in PAGES.items() if name.startswith("docs/") and path not in linked | {index}]
    assert [] == missing


def test_reference_pages_are_as_the_code_says() -> None:
    """The committed reference pages are what `make docs` would write now."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "scripts" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    reference = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(reference)
    assert [] == reference.stale(), "run: make docs"


@pytest.mark.parametrize("word", DESIGN_WORDS)
def test_the_glossary_has_the_word(word: str) -> None:
    """Each word of the design has its heading in the glossary."""
    assert word in headings(ROOT / "docs" / "glossary.md", level=3)


def test_the_glossary_is_in_order() -> None:
    """The words stand in alphabetical order, so that one finds them."""
    words = headings(ROOT / "docs" / "glossary.md", level=3)
    assert sorted(words) == words


def test_every_dependency_has_its_reason() -> None:
    """Each direct dependency has its heading in the decision on dependencies."""
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    named = set(re.findall(r'^  "([a-z0-9-]+)(?:\[[a-z]+\])?>=', pyproject, flags=re.MULTILINE))
    named |= set(re.findall(r'= \["([a-z0-9-]+)(?:\[[a-z]+\])?>=', pyproject.partition("[project]")[2]))
    page = ROOT / "docs" / "decisions" / "0002-dependencies.md"
    assert set() == named - {heading.lower() for heading in headings(page, level=3)}


def test_every_setting_is_documented() -> None:
    """The page of settings has a heading or the first cell of a table row for each setting of the interface."""
    page = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^(?:#+ |\| ?)`?([a-z_]+)`?(?: |$)", page, flags=re.MULTILINE))
    assert [] == [field.name for field in fields(WebSettings) if field.name not in documented]


def test_decisions_are_numbered_without_gaps() -> None:
    """Decision records count 0001, 0002 and so on."""
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert list(range(1, len(numbers) + 1)) == numbers


def test_every_target_of_make_is_explained() -> None:
    """`make help` names each target that somebody may type."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.+)$", makefile, flags=re.MULTILINE)
    assert phony is not None
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [] == [target for target in phony[1].split() if f"make {target} " not in told]


def test_anchors_are_those_of_the_readers() -> None:
    """An anchor is the heading in lower case, spaces as hyphens, marks dropped."""
    assert "two-sides-one-word" == anchor("Two sides, one `word`")
