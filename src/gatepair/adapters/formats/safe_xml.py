"""XML read safely: no document type, no entities, no network, bounded size and depth."""

from __future__ import annotations

from typing import Any, Final

from lxml import etree

from gatepair.adapters.formats import findings as say
from gatepair.adapters.formats.refusing import refusal
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
        raise refusal(TooLarge, say.FILE_TOO_LARGE.at(bytes=len(raw), limit=XML_BYTES_MAX))
    try:
        root = etree.fromstring(raw, _PARSER)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        if error.code == etree.ErrorTypes.ERR_RESOURCE_LIMIT and "depth" in error.msg:
            raise refusal(Malformed, say.XML_TOO_DEEP.at(line=line, limit=DEPTH_MAX)) from error
        raise refusal(Malformed, say.XML_BROKEN.at(line=line, why=" ".join(error.msg.split()))) from error
    except ValueError as error:
        raise refusal(Malformed, say.XML_BROKEN.at(line=1, why=str(error))) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise refusal(Malformed, say.XML_DOCUMENT_TYPE.at(line=1))
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
        raise refusal(Malformed, say.XML_TOO_DEEP.at(line=line_of(element), limit=DEPTH_MAX))
