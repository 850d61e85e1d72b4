"""UN/EDIFACT interchanges as segments whose every component must be used or told.

Tokens are read by a maintained parser; what the segments of a message mean stands in the module of the message.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydifact.exceptions import EDISyntaxError, ValidationError
from pydifact.parser import Parser

from gatepair.adapters.formats import findings as refuse
from gatepair.adapters.formats.refusing import refusal
from gatepair.base.errors import Malformed, TooLarge
from gatepair.base.findings import Finding
from gatepair.clearance.declaration import findings as say

EDI_BYTES_MAX: Final = 8 * 1024 * 1024
"""Largest interchange read: a manifest of 10,000 consignments has about five megabytes."""
SEGMENTS_MAX: Final = 100_000
"""Most segments read. Source: UNT counts with six digits."""
_ENCODINGS: Final = {"UNOA": "ascii", "UNOB": "ascii", "UNOC": "iso-8859-1", "UNOY": "utf-8", "UNOW": "utf-8"}
"""Character set by syntax identifier. Source: ISO 9735, syntax identifiers."""
_SERVICE: Final = frozenset({"UNA", "UNB", "UNZ", "UNG", "UNE", "UNS"})


@dataclass(slots=True)
class Segment:
    """One segment of a message; :meth:`take` marks a component as used."""

    tag: str
    elements: tuple[tuple[str, ...], ...]
    number: int
    """Counted from one in the interchange."""
    _used: set[tuple[int, int]] = field(default_factory=set)

    def take(self, element: int, component: int = 0) -> str | None:
        """Return a component, counted from nought, and mark it as used; None when it is empty or not there."""
        text = self.peek(element, component)
        if text is not None:
            self._used.add((element, component))
        return text

    def peek(self, element: int, component: int = 0) -> str | None:
        """Return a component without using it."""
        if element < len(self.elements) and component < len(self.elements[element]):
            return self.elements[element][component].strip() or None
        return None

    def rest(self, element: int, first: int = 0) -> tuple[str, ...]:
        """Return all components of an element from ``first`` on that say something, and mark them as used."""
        count = len(self.elements[element]) if element < len(self.elements) else 0
        taken = (self.take(element, component) for component in range(first, count))
        return tuple(text for text in taken if text is not None)

    def has_used(self, element: int, component: int) -> bool:
        """Tell whether a component was used."""
        return (element, component) in self._used

    @property
    def used(self) -> int:
        """Return how many components were used."""
        return len(self._used)

    def left(self) -> Iterator[Finding]:
        """Yield a finding for each component that says something and was not used."""
        for element, components in enumerate(self.elements):
            for component, text in enumerate(components):
                if text.strip() and (element, component) not in self._used:
                    path = f"{self.tag}[{self.number}].{element}.{component}"
                    yield say.UNMAPPED.at(path, line=self.number, text=text.strip()[:80])


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its type, version and segments, header and trailer left out."""

    type: str
    """Such as ``CUSCAR``; empty when the header names none."""
    version: str
    """Such as ``D.95B``."""
    reference: str
    segments: tuple[Segment, ...]
    findings: tuple[Finding, ...] = ()
    """What the trailer says that is not so."""


def read_messages(raw: bytes) -> tuple[Message, ...]:
    """Return the messages of an interchange, in order.

    Raises:
        TooLarge: over 8 MiB.
        Malformed: no interchange, a segment that cannot be read, or counts that do not agree; names the segment.
    """
    if len(raw) > EDI_BYTES_MAX:
        raise refusal(TooLarge, refuse.FILE_TOO_LARGE.at(bytes=len(raw), limit=EDI_BYTES_MAX))
    segments = _segments(_text(raw))
    if not segments or segments[0].tag not in ("UNA", "UNB", "UNH"):
        raise refusal(Malformed, refuse.EDI_START.at(segment=1))
    messages: list[Message] = []
    opened: list[Segment] | None = None
    interchange = _Interchange()
    for segment in segments:
        interchange.count(segment, messages)
        if segment.tag == "UNH":
            if opened is not None:
                raise refusal(Malformed, refuse.EDI_UNENDED.at(segment=segment.number))
            opened = [segment]
        elif segment.tag == "UNT":
            if opened is None:
                raise refusal(Malformed, refuse.EDI_UNBEGUN.at(segment=segment.number))
            messages.append(_message(opened, segment))
            opened = None
        elif opened is not None:
            opened.append(segment)
        elif segment.tag not in _SERVICE:
            raise refusal(Malformed, refuse.EDI_OUTSIDE.at(segment=segment.number, text=segment.tag))
    if opened is not None:
        raise refusal(Malformed, refuse.EDI_CUT.at(segment=segments[-1].number))
    if not messages:
        raise refusal(Malformed, refuse.EDI_EMPTY.at(segment=segments[-1].number))
    interchange.close(segments[-1], messages)
    return tuple(messages)


@dataclass(slots=True)
class _Interchange:
    """Holds what the trailer of an interchange says against what came; tells it with the last message."""

    begun: Segment | None = None
    before: int = 0
    """Messages of the file before this interchange."""
    groups: int = 0

    def count(self, segment: Segment, messages: list[Message]) -> None:
        """Take ``segment``, after ``messages`` were read whole."""
        if segment.tag == "UNB":
            self.close(segment, messages)
            self.begun, self.before, self.groups = segment, len(messages), 0
        elif segment.tag == "UNG":
            self.groups += 1
        elif segment.tag == "UNZ" and self.begun is not None and segment.peek(1) == self.begun.peek(4):
            self.begun = None
            found, count = self.groups or len(messages) - self.before, segment.peek(0) or ""
            if messages and count.isdecimal() and int(count[:9]) != found:
                words = {"line": segment.number, "count": count[:9], "found": found}
                _tell(messages, say.MESSAGES_MISCOUNTED.at(f"UNZ[{segment.number}]", **words))

    def close(self, segment: Segment, messages: list[Message]) -> None:
        """Tell an interchange that has no trailer of its own before ``segment``."""
        if self.begun is not None and messages:
            words = {"line": segment.number, "reference": (self.begun.peek(4) or "")[:35]}
            _tell(messages, say.INTERCHANGE_UNENDED.at(f"UNB[{self.begun.number}]", **words))


def _tell(messages: list[Message], finding: Finding) -> None:
    messages[-1] = replace(messages[-1], findings=(*messages[-1].findings, finding))


def _text(raw: bytes) -> str:
    match = re.match(rb"(?:UNA.{6}\s*)?UNB.(UNO[A-Z])", raw[:80], re.DOTALL)
    encoding = _ENCODINGS.get(match[1].decode() if match else "UNOA", "iso-8859-1")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise refusal(Malformed, refuse.EDI_CHARACTERS.at(byte=error.start, encoding=encoding)) from error


class _Factory:
    """Makes our segments instead of the parser's, which would hold them against directories that it lacks."""

    def __init__(self) -> None:
        self.count = 0

    def create_segment(self, name: str, *elements: Any, **_: Any) -> Segment:
        self.count += 1
        if self.count > SEGMENTS_MAX:
            raise refusal(Malformed, refuse.EDI_TOO_MANY.at(limit=SEGMENTS_MAX))
        if not (name.isascii() and name.isalnum() and len(name) == 3):
            raise refusal(Malformed, refuse.EDI_TAG.at(segment=self.count, text=name[:12]))
        parts = tuple(tuple(each) if isinstance(each, list) else (str(each),) for each in elements)
        return Segment(name, parts, self.count)


def _segments(text: str) -> list[Segment]:
    # The parser asks nothing of its factory but this one method; its type names a class of its own.
    factory: Any = _Factory()
    compact = _compact(text.strip())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made: list[Any] = list(Parser(factory=factory).parse(compact))
            return made
    except Malformed:
        raise
    except (EDISyntaxError, ValidationError, IndexError, ValueError, RuntimeError, TypeError) as error:
        at = factory.count + 1
        raise refusal(Malformed, refuse.EDI_UNREADABLE.at(segment=at, why=str(error)[:120])) from error


def _compact(text: str) -> str:
    """Return ``text`` without line ends and indents between segments, which many write and the standard forbids.

    Raises:
        Malformed: the last segment has no end, so something was cut off.
    """
    release, end = (text[6], text[8]) if text.startswith("UNA") and len(text) > 8 else ("?", "'")
    if text and end not in text:
        # Some systems end segments by a new line only.
        return end.join(line.strip() for line in text.splitlines() if line.strip()) + end
    # A blank in UNA says that nothing is released; a release that is released itself releases nothing.
    released = "" if release.isspace() else release
    before = text.removesuffix(end)
    if text and (text == before or (released and (len(before) - len(before.rstrip(released))) % 2)):
        raise refusal(Malformed, refuse.EDI_CUT.at(segment=text.count(end) + 1))
    skipped = rf"{re.escape(released)}.|" if released else ""
    pattern = rf"{skipped}{re.escape(end)}\s+"
    head = 9 if text.startswith("UNA") else 0
    body = re.sub(pattern, lambda found: end if found[0].startswith(end) else found[0], text[head:], flags=re.DOTALL)
    return text[:head] + body.lstrip()


def _message(segments: Sequence[Segment], trailer: Segment) -> Message:
    header = segments[0]
    reference = header.peek(0) or ""
    count = trailer.peek(0)
    if trailer.peek(1) != (header.peek(0)):
        closed = trailer.peek(1) or ""
        raise refusal(Malformed, refuse.EDI_OTHER_CLOSED.at(segment=trailer.number, text=closed, opened=reference))
    miscounted = count is not None and count.isdigit() and int(count) != len(segments) + 1
    # Senders miscount; a message that is whole all the same is read, and the count is told.
    words = {"line": trailer.number, "count": count, "found": len(segments) + 1}
    findings = (say.MISCOUNTED.at(f"UNT[{trailer.number}]", **words),) if miscounted else ()
    version = ".".join(filter(None, (header.peek(1, 1), header.peek(1, 2))))
    return Message(header.peek(1) or "", version, reference, tuple(segments[1:]), findings)
