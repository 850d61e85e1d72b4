"""Package, changelog and project file tell one version."""

from __future__ import annotations

import re
import tomllib

import gatepair
from meta.pages import headings
from meta.tidy import ROOT

SECTIONS = ["Safety", "Changed", "Added", "Fixed", "Removed"]


def test_package_and_project_file_agree() -> None:
    """The version in the package is the one of the project file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == gatepair.__version__


def test_the_changelog_begins_with_this_version() -> None:
    """The newest heading of the changelog is the package's version."""
    newest = headings(ROOT / "CHANGELOG.md", level=2)[0]
    assert gatepair.__version__ == newest.split(" ")[0]


def test_changelog_sections_are_for_operators() -> None:
    """Each release lists its changes under the known sections, the safety of the gate first."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for release in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        found = re.findall(r"^### (.+)$", release, flags=re.MULTILINE)
        assert [section for section in SECTIONS if section in found] == found
