"""The policy of whoever verifies: which roots are trusted, and what must be proved.

A policy is a short text that a person writes and a second person can check, one rule a line:

    # The two sides, by the fingerprints that their officials handed over.
    root n.example 0f8e 2d1c 0b9a 8877 6655 4433 2211 0ff0
    root s.example 3b2c1d0e9f8a77665544332211001122
    quorum n.example 2
    roots all
    receipts required
    receipt_within_s 900
    outcomes optional
    agreement 5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef
    successors allowed
    section seals

``root SIDE KEY`` trusts a root key of a side; KEY is its fingerprint (in groups or not), its public key in hex
or its verifier key, and a side may have several.  ``quorum SIDE N`` asks that N trusted roots of the side
have signed, where the agreement asks for fewer.  ``roots all`` (or ``any``) asks for the signature of each party's root under
an agreement (or of one).  ``receipts required`` asks for the partner's receipt over every entry,
``receipt_within_s`` for one at most so many seconds after the time that the author claims.
``outcomes required`` asks for an answer to every entry whose type has a deadline for one.  ``agreement``
allows only the agreements with these hashes; ``successors allowed`` those too that follow one, when the roots
that were trusted for the version before signed them, and with them their own roots.  ``section`` asks that the named section be disclosed wherever
it stands.  What a policy leaves out is as above: ``roots all``, ``receipts required``, ``outcomes optional``, ``successors refused``.

In the spirit of C2SP tlog-policy, whose log and witness keys the agreement names here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from gatepair.base.errors import EnvelopeRejected, Malformed, TooLarge
from gatepair.exchange.agreement import FINGERPRINT_BYTES, fingerprint
from gatepair.exchange.note import LogVerifier, from_vkey

POLICY_BYTES_MAX: Final = 64 * 1024
"""Longest policy read: a thousand rules."""

_SIDE: Final = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}", re.ASCII)
_FINGERPRINT: Final = re.compile(rf"[0-9a-f]{{{2 * FINGERPRINT_BYTES}}}", re.ASCII)
_HASH: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SECTION: Final = re.compile(r"[a-z][a-z0-9_]{0,31}", re.ASCII)
_COUNT: Final = re.compile(r"[1-9][0-9]?", re.ASCII)
_SECONDS: Final = re.compile(r"0|[1-9][0-9]{0,7}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Policy:
    """What a verifier trusts and asks for."""

    roots: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Fingerprints of the trusted root keys by side."""
    quorums: Mapping[str, int] = field(default_factory=dict)
    """How many trusted roots of a side must have signed, where that is more than the agreement itself asks for."""
    all_roots: bool = True
    receipts: bool | None = None
    """Whether every entry must have the partner's receipt; None asks for them of evidence and not of a bundle, which
    brings what was not receipted yet."""
    receipt_within_s: int | None = None
    outcomes: bool = False
    agreements: frozenset[str] = frozenset()
    """Hashes in hex of the agreements allowed; none allows any that the roots signed."""
    successors: bool = False
    """Whether a version is allowed, and its roots trusted, because those of the version before signed it too."""
    sections: frozenset[str] = frozenset()
    """Sections that must be disclosed."""

    def trusts(self, side: str, public: bytes) -> bool:
        """Tell whether ``public`` is a trusted root key of ``side``."""
        return fingerprint(public) in self.roots.get(side, frozenset())


def parse_policy(raw: bytes) -> Policy:
    """Return the policy in ``raw``.

    Raises:
        TooLarge: over 64 KiB.
        Malformed: not UTF-8, a line that is no rule, or no root at all; names the line.
    """
    if len(raw) > POLICY_BYTES_MAX:
        raise TooLarge(f"the policy has {len(raw)} bytes; at most {POLICY_BYTES_MAX} are read", limit=POLICY_BYTES_MAX)
    try:
        lines = raw.decode().split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("the policy is not UTF-8") from error
    policy = Policy()
    for number, line in enumerate(lines, start=1):
        name, *words = re.split(r"[ \t\r]+", line.strip(" \t\r"))
        if not name or name.startswith("#"):
            continue
        try:
            policy = _ruled(policy, name, words)
        except (Malformed, EnvelopeRejected) as error:
            raise Malformed(f"line {number} of the policy: {error.message}", line=number) from error
    if not policy.roots:
        raise Malformed("the policy trusts no root: nothing could be proved under it")
    return policy


def _ruled(policy: Policy, name: str, words: list[str]) -> Policy:
    match name, words:
        case "root", [side, *key] if key:
            return _root(policy, side, "".join(key))
        case "quorum", [side, number] if _SIDE.fullmatch(side) and _COUNT.fullmatch(number):
            return replace(policy, quorums={**policy.quorums, side: int(number)})
        case "roots", [which]:
            return replace(policy, all_roots=_chosen(which, "all", "any"))
        case "receipts", [which]:
            return replace(policy, receipts=_chosen(which, "required", "optional"))
        case "receipt_within_s", [seconds] if _SECONDS.fullmatch(seconds):
            return replace(policy, receipt_within_s=int(seconds))
        case "outcomes", [which]:
            return replace(policy, outcomes=_chosen(which, "required", "optional"))
        case "agreement", [digest] if _HASH.fullmatch(digest):
            return replace(policy, agreements=policy.agreements | {digest})
        case "successors", [which]:
            return replace(policy, successors=_chosen(which, "allowed", "refused"))
        case "section", [section] if _SECTION.fullmatch(section):
            return replace(policy, sections=policy.sections | {section})
        case _:
            raise Malformed(f"{name[:40]} is no rule, or not one with these words")


def _root(policy: Policy, side: str, key: str) -> Policy:
    if not _SIDE.fullmatch(side):
        raise Malformed("a side is named in lower-case letters, digits, dots and hyphens")
    known = policy.roots.get(side, frozenset())
    return replace(policy, roots={**policy.roots, side: known | {_fingerprint_of(side, key)}})


def _fingerprint_of(side: str, key: str) -> str:
    if _FINGERPRINT.fullmatch(key):
        return key
    if _HASH.fullmatch(key):
        return fingerprint(bytes.fromhex(key))
    verifier = from_vkey(key)
    if verifier.name != f"{side}/root" or not isinstance(verifier, LogVerifier):
        raise Malformed(f"the key is not that of {side}/root")
    return fingerprint(verifier.public)


def _chosen(word: str, yes: str, no: str) -> bool:
    if word not in (yes, no):
        raise Malformed(f"write {yes} or {no}")
    return word == yes
