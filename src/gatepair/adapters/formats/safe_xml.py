"""XML read safely: no document type, no entities, no network, bounded size and depth."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from gatepair.base.errors import Malformed, TooLarge

XML_BYTES_MAX: Final = 8 * 1024 * 1024
"""Largest document read: a declaration of 999 items has about three megabytes."""
DEPTH_MAX: Final = 64
"""Deepest nesting read: the data model needs ten levels, its wrappers five."""
_PARSER: Final = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
    remove_comments=True, remove_pis=True, recover=False,
)  # fmt: skip
"""Made once: making one costs as much as reading a small document. It locks itself, so threads may share it."""
_TOO_DEEP: Final = etree.XPath(f"(//*[count(ancestor::*) >= {DEPTH_MAX}])[1]")


def parse(raw: bytes) -> etree._Element:
    """Return the root element of ``raw``.

    Raises:
        TooLarge: over 8 MiB.
        Malformed: not well-formed XML, with a document type, or nested too deeply; names line and cause.
    """
    if len(raw) > XML_BYTES_MAX:
        raise TooLarge(f"the document has {len(raw)} bytes; at most {XML_BYTES_MAX} are read", limit=XML_BYTES_MAX)
    try:
        root = etree.fromstring(raw, _PARSER)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise Malformed(f"line {line}: the document is not well-formed XML: {error.msg}", line=line) from error
    except ValueError as error:
        raise Malformed(f"the document cannot be read as XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Malformed("line 1: the document declares a document type; leave it out", line=1)
    _check_depth(root)
    return root


def local_name(element: etree._Element) -> str:
    """Return the name of ``element`` without its namespace."""
    return str(element.tag).rpartition("}")[2]


def line_of(element: etree._Element) -> int:
    """Return the line on which ``element`` begins."""
    return int(element.sourceline or 0)


def _check_depth(root: etree._Element) -> None:
    found: Any = _TOO_DEEP(root)
    for element in found:
        line = line_of(element)
        raise Malformed(f"line {line}: elements are nested deeper than {DEPTH_MAX} levels", line=line)
