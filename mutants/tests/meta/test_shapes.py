"""A text that has a shape has it from its first character to its last."""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
import pytest

from gatepair.base.shapes import spelled
from meta.tidy import ROOT, python_files

Word = Annotated[str, spelled("a|bc")]


@pytest.mark.parametrize("text", ["a", "bc"])
def test_a_whole_text_fits(text: str) -> None:
    """Each alternative is the whole text."""
    assert text == msgspec.convert(text, Word)


@pytest.mark.parametrize("text", ["", "a\n", "bc\n", "\na", "ac", "ab"])
def test_nothing_before_or_after(text: str) -> None:
    """Not even a newline may stand at the end, where a bare dollar sign lets it pass in Python."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(text, Word)


def test_shapes_are_written_in_one_way() -> None:
    """No type of the product closes a pattern with a bare dollar sign."""
    bare = re.compile(r"""pattern=r?f?["'][^"']*\$["']""")
    found = [
        path.relative_to(ROOT)
        for path in python_files("src/gatepair")
        if path.name != "shapes.py" and bare.search(path.read_text(encoding="utf-8"))
    ]
    assert [] == found
