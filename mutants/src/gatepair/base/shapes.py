"""Shapes of texts, as constraints of the types that carry them."""

from __future__ import annotations

from msgspec import Meta


def spelled(pattern: str, *, description: str | None = None) -> Meta:
    r"""Return the constraint that a text as a whole is spelled like ``pattern``, a regular expression.

    A bare ``$`` would also match before a newline at the end in Python and not in ECMAScript, and then two
    readers of one signed document would disagree about it.
    """
    return Meta(pattern=rf"^(?:{pattern})$(?!\n)", description=description)
