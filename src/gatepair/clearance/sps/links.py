"""Links of certificates: compared with a fixed list of official hosts.  Nothing is ever fetched.

A link is read by one narrow pattern instead of a URL parser: what a browser might read otherwise (user names,
ports, backslashes, letters of other scripts, punycode, a dot at the end) is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from gatepair.base.findings import Finding
from gatepair.clearance.sheets import read_sheet
from gatepair.clearance.sps import findings as say

_FIELDS: Final = ("hosts", "source")
_LABEL: Final = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"{_LABEL}(?:\.{_LABEL})+", re.ASCII)
_LINK: Final = re.compile(r"(?i:https)://([^/?#]*)(?:[/?#][!-\[\]-~]*)?", re.ASCII)
_SCHEME: Final = "https://"
_PUNYCODE: Final = "xn--"
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class OfficialHost:
    """A host that an authority runs, from which day on it is taken, and who says so."""

    host: str
    valid_from: str
    valid_until: str
    source: str


def read_hosts(text: str, *, name: str = "hosts") -> tuple[OfficialHost, ...]:
    """Return the hosts in ``text``: rows of host, first day, last day or ``-``, source.

    Raises:
        Malformed: names the line.
    """
    sheet = read_sheet(text, name=name)
    sheet.check_header(_FIELDS)
    hosts: list[OfficialHost] = []
    for line in sheet.lines:
        cells = line.cells
        days = cells[1:3]
        if (
            len(cells) != 4
            or not _HOST.fullmatch(cells[0])
            or not all(day == "-" or _DAY.fullmatch(day) for day in days)
        ):
            raise sheet.fault("a row is host in small letters, first day, last day or -, source, parted by tabs", line)
        if any(label.startswith(_PUNYCODE) for label in cells[0].split(".")):
            raise sheet.fault("an official host is written in plain letters, not in punycode", line)
        hosts.append(OfficialHost(cells[0], cells[1], "" if cells[2] == "-" else cells[2], cells[3]))
    return tuple(hosts)


def check_link(link: str, hosts: Iterable[OfficialHost], *, day: str, path: str = "link") -> Iterator[Finding]:
    """Yield why ``link`` may not be trusted on ``day`` (ISO 8601); nothing when its host is an official one."""
    host = _host(link, path)
    if isinstance(host, Finding):
        yield host
        return
    known = [each for each in hosts if each.host == host]
    if not known:
        yield say.LINK_HOST_UNKNOWN.at(path, host=host)
    elif not any(each.valid_from <= day and (not each.valid_until or day <= each.valid_until) for each in known):
        yield say.LINK_HOST_NOT_THEN.at(path, host=host, day=day)


def _host(link: str, path: str) -> str | Finding:
    """Return the host of ``link``, or what is wrong with its form, the most telling first."""
    if not link.isascii():
        return say.LINK_FOREIGN_LETTERS.at(path)
    if not link.lower().startswith(_SCHEME):
        return say.LINK_NOT_HTTPS.at(path)
    found = _LINK.fullmatch(link)
    if found is None:
        return say.LINK_MALFORMED.at(path)
    host = found[1].lower()
    if "@" in host:
        return say.LINK_USER.at(path)
    if ":" in host:
        return say.LINK_PORT.at(path)
    if any(label.startswith(_PUNYCODE) for label in host.split(".")):
        return say.LINK_FOREIGN_LETTERS.at(path)
    return host if _HOST.fullmatch(host) else say.LINK_MALFORMED.at(path)
