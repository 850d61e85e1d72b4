"""Whom a verifier believes: agreements under trusted roots, and who signed a note of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from gatepair.base import canonical
from gatepair.base.errors import BadInput, EnvelopeRejected
from gatepair.base.findings import Finding
from gatepair.exchange import agreement as agreements
from gatepair.exchange import findings as kinds
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import AGREEMENT_BYTES_MAX, Agreement, Party, Terms, fingerprint
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.note import LineVerifier, LogVerifier, Note
from gatepair.exchange.policy import Policy
from gatepair.exchange.report import AgreementReport, RootSigned, verdict_of

TIME_S_MAX: Final = 253_402_300_799
"""The last second of the year 9999; a cosignature that states a later time says nothing. Source: RFC 3339 §1."""


@dataclass(frozen=True, slots=True)
class Known:
    """An agreement that could be read, and how far it is proved."""

    terms: Terms
    report: AgreementReport

    @property
    def agreement(self) -> Agreement:
        """Return the agreement."""
        return self.terms.agreement


@dataclass(frozen=True, slots=True)
class Seen:
    """One checkpoint as its note shows it."""

    path: str
    checkpoint: Checkpoint | None
    """None when it cannot be read or is of another log."""
    signed: bool = False
    """Whether the log's key signed it, and no line in a known name is false."""
    cosigned_at_s: int | None = None
    """When the partner cosigned it, POSIX seconds; None when it did not."""
    findings: tuple[Finding, ...] = ()


class Trust:
    """The agreements of one file as they look under a policy."""

    def __init__(self, policy: Policy) -> None:
        """Begin without an agreement."""
        self.policy = policy
        self.known: dict[str, Known] = {}
        """By hash in hex."""

    def take(self, raw: bytes, note: str, *, path: str) -> Iterator[Finding]:
        """Read the agreement ``raw`` and the ``note`` over it; yield what is wrong with either.

        Raises:
            Malformed: ``raw`` is not canonical JSON.
            TooLarge: it is longer than an agreement may be.
        """
        hashed = sha256(raw).hexdigest()
        try:
            signed = notes.parse(note)
        except EnvelopeRejected:
            canonical.decode(raw, max_bytes=AGREEMENT_BYTES_MAX)
            yield kinds.NOTE_MALFORMED.at(f"{path}.note")
            return
        try:
            agreement = agreements.decode(raw)
        except BadInput:
            canonical.decode(raw, max_bytes=AGREEMENT_BYTES_MAX)
            is_named = signed.text.endswith(f"\n{hashed}\n")
            yield (kinds.AGREEMENT_UNREADABLE if is_named else kinds.AGREEMENT_CHANGED).at(path)
            return
        if signed.text != agreement.note_text():
            yield kinds.AGREEMENT_CHANGED.at(path)
            return
        roots, findings = _judge_roots(agreement, signed, policy=self.policy, path=path)
        if self.policy.agreements and hashed not in self.policy.agreements:
            named = {"agreement": agreement.id, "version": agreement.version}
            findings += (kinds.AGREEMENT_NOT_WANTED.at(path, **named),)
        report = AgreementReport(hashed, agreement.id, roots, verdict_of(findings), agreement.version)
        self.known[hashed] = Known(Terms.of(agreement), report)
        yield from findings

    def read_checkpoint(self, text: str, *, log: str, path: str) -> Seen:
        """Return the checkpoint of ``log`` in the note ``text`` with who signed it."""
        try:
            signed = notes.parse(text)
            checkpoint = Checkpoint.parse(signed.text)
        except EnvelopeRejected:
            return Seen(path, None, findings=(kinds.NOTE_MALFORMED.at(path),))
        if str(checkpoint.origin) != log:
            return Seen(path, None, findings=(kinds.CHECKPOINT_OF_OTHER_LOG.at(path, log=log),))
        by_log = _lines(signed, self._log_verifiers(checkpoint.origin))
        by_mirror = _lines(signed, self._mirror_verifiers(checkpoint.origin))
        false = sorted({*by_log.false, *by_mirror.false})
        if false:
            return Seen(path, checkpoint, findings=tuple(kinds.SIGNATURE_FALSE.at(path, signer=one) for one in false))
        if by_log.at_s is None:
            return Seen(path, checkpoint, findings=(kinds.CHECKPOINT_NOT_SIGNED.at(path, log=log),))
        return Seen(path, checkpoint, signed=True, cosigned_at_s=by_mirror.at_s)

    def partner_of(self, origin: Origin) -> Party | None:
        """Return who faces the writer of ``origin``."""
        return next((agreement.other(origin.post) for agreement in self._agreements(origin)), None)

    def _agreements(self, origin: Origin) -> Iterator[Agreement]:
        for known in self.known.values():
            agreement = known.agreement
            sides = {party.post: party.side for party in agreement.parties}
            if agreement.id == origin.agreement and sides.get(origin.post) == origin.side and len(sides) == 2:
                yield agreement

    def _log_verifiers(self, origin: Origin) -> Iterator[LineVerifier]:
        for agreement in self._agreements(origin):
            party = agreement.party(origin.post)
            if party.log_key:
                yield party.log_verifier(origin)

    def _mirror_verifiers(self, origin: Origin) -> Iterator[LineVerifier]:
        for agreement in self._agreements(origin):
            party = agreement.other(origin.post)
            if party.mirror_key:
                yield party.mirror_verifier()


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of some keys on a note: the earliest time of those that are true, and the names on false ones."""

    at_s: int | None
    false: tuple[str, ...]


def _lines(signed: Note, verifiers: Iterable[LineVerifier]) -> _Lines:
    times: list[int] = []
    false: list[str] = []
    for verifier in verifiers:
        for line in signed.lines:
            if line.name == verifier.name and line.key_id == verifier.key_id:
                at_s = verifier.signed_at_s(signed.text, line.blob)
                if at_s is None:
                    false.append(verifier.name)
                elif at_s <= TIME_S_MAX:
                    times.append(at_s)
    return _Lines(min(times, default=None), tuple(false))


def _judge_roots(
    agreement: Agreement, signed: Note, *, policy: Policy, path: str
) -> tuple[tuple[RootSigned, ...], tuple[Finding, ...]]:
    roots: list[RootSigned] = []
    false: list[Finding] = []
    for party in agreement.parties:
        if party.root_key:
            public = bytes.fromhex(party.root_key)
            lines = _lines(signed, (LogVerifier(party.root_name, public),))
            false += [kinds.SIGNATURE_FALSE.at(f"{path}.note", signer=name) for name in sorted(set(lines.false))]
            trusted = policy.trusts(party.side, public)
            roots.append(
                RootSigned(fingerprint(public), party.side, lines.at_s is not None and not lines.false, trusted)
            )
    good = [root for root in roots if root.signed and root.trusted]
    enough = bool(good) and (len(good) == len(roots) or not policy.all_roots)
    doubts = () if enough or false else tuple(_doubts(roots, path))
    return tuple(roots), (*false, *doubts)


def _doubts(roots: Sequence[RootSigned], path: str) -> Iterator[Finding]:
    for root in roots:
        if not root.signed:
            yield kinds.ROOT_NOT_SIGNED.at(f"{path}.note", side=root.side)
        elif not root.trusted:
            yield kinds.ROOT_NOT_TRUSTED.at(f"{path}.note", side=root.side, fingerprint=root.fingerprint)
