"""The drawing of the error tree is the tree, and each code has its page."""

from __future__ import annotations

import re

from gatepair.base import errors
from meta.pages import headings
from meta.product import import_all
from meta.tidy import ROOT


def classes() -> list[type[errors.GatepairError]]:
    """Return every error class of the product, parents first."""
    import_all()
    found = [errors.GatepairError]
    for parent in found:
        found.extend(parent.__subclasses__())
    return found


def drawn() -> list[tuple[str, str]]:
    """Return (class, parent) for each line of the drawing in `base/errors.py`."""
    pairs: list[tuple[str, str]] = []
    path: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        hit = re.match(r"^    ((?:[│ ]   )*)(?:[├└]── )?([A-Z]\w+)(?:  .*)?$", line)
        if not hit:
            continue
        depth = len(hit[1]) // 4 + (1 if "── " in line else 0)
        path = [*path[:depth], hit[2]]
        pairs.append((hit[2], path[depth - 1] if depth else ""))
    return pairs


def test_the_drawing_is_the_tree() -> None:
    """The drawing shows each class once, below its parent, and no other."""
    real = [
        (error.__name__, "" if error is errors.GatepairError else error.__bases__[0].__name__) for error in classes()
    ]
    assert sorted(real) == sorted(drawn())


def test_error_classes_stand_in_one_module() -> None:
    """Everything raised on purpose is declared in `base/errors.py`."""
    assert {errors.__name__} == {error.__module__ for error in classes()}


def test_codes_are_given_once() -> None:
    """Each class has a code of its own in lower case."""
    codes = [error.code for error in classes()]
    assert len(codes) == len(set(codes))
    assert [] == [code for code in codes if not re.fullmatch(r"[a-z]+(_[a-z]+)*", code)]


def test_every_code_has_its_heading() -> None:
    """The reference page has one heading for each code."""
    page = ROOT / "docs" / "reference" / "errors.md"
    assert {error.code for error in classes()} == set(headings(page, level=2))


def test_statuses_tell_who_must_act() -> None:
    """The caller's faults and the moved world are 4xx, ours and the neighbour's are 5xx."""
    for error in classes():
        if issubclass(error, errors.BadInput | errors.Conflict):
            assert 400 <= error.http_status < 500, error
        if issubclass(error, errors.StorageError | errors.InvariantBroken | errors.StartRefused):
            assert 500 <= error.http_status < 600, error
