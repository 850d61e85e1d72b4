"""Whom a verifier believes: agreements under trusted roots, and who signed a note of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from gatepair.base import canonical
from gatepair.base.errors import (
    BadInput,
    EnvelopeRejected,
    KeyNotValid,
    SignatureFalse,
    SignatureUnchecked,
)
from gatepair.base.findings import Finding
from gatepair.exchange import agreement as agreements
from gatepair.exchange import findings as kinds
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import AGREEMENT_BYTES_MAX, Agreement, Party, Terms, fingerprint
from gatepair.exchange.agreement_check import reign_findings
from gatepair.exchange.checkpoint import LEDGER_LANE, Checkpoint, Origin
from gatepair.exchange.key_statements import KeyUse
from gatepair.exchange.keys import HeldKey, KeyRing, Signers
from gatepair.exchange.note import LogVerifier, Note
from gatepair.exchange.policy import Policy
from gatepair.exchange.report import AgreementReport, RootSigned, Verdict, verdict_of
from gatepair.exchange.shown import SignedBatch
from gatepair.exchange.signer import Algorithm, verify_signature
from gatepair.exchange.succession import findings as successions

TIME_S_MAX: Final = 253_402_300_799
"""The last second of the year 9999; a cosignature that states a later time says nothing. Source: RFC 3339 §1."""

Pair = tuple[str, frozenset[tuple[str, str]]]
"""Id of an agreement, and side and post of each party: what its versions have in common."""


@dataclass(frozen=True, slots=True)
class Known:
    """An agreement that could be read, and how far it is proved."""

    terms: Terms
    report: AgreementReport
    agreement: Agreement = field(init=False)
    name: str = field(init=False)
    """Id and version, as a report names it."""

    def __post_init__(self) -> None:
        """Take from ``terms`` what every entry is asked for."""
        object.__setattr__(self, "agreement", self.terms.agreement)
        object.__setattr__(self, "name", f"{self.terms.agreement.id}/{self.terms.agreement.version}")


@dataclass(frozen=True, slots=True)
class Seen:
    """One checkpoint as its note shows it."""

    path: str
    checkpoint: Checkpoint | None
    """None when it cannot be read or is of another log."""
    author: Verdict = Verdict.INCOMPLETE
    """Whether keys of the log that count at its size signed it; a false line in any known name refutes it."""
    keys: Verdict = Verdict.INCOMPLETE
    """Whether the keys that signed count at its size."""
    cosigned_at_s: int | None = None
    """When the partner cosigned it, POSIX seconds; None when it did not."""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """An agreement as it stands in the file, and the note over it."""

    path: str
    hash: str
    agreement: Agreement
    signed: Note


class Trust:
    """The agreements and keys of one file as they look under a policy."""

    def __init__(self, policy: Policy) -> None:
        """Begin without an agreement."""
        self.policy = policy
        self.known: dict[str, Known] = {}
        """By hash in hex, when all is settled."""
        self._read: list[_Read] = []
        self._rings: Mapping[Pair, KeyRing] = {}

    def take(self, raw: bytes, note: str, *, path: str) -> Iterator[Finding]:
        """Read the agreement ``raw`` and the ``note`` over it; yield what is wrong with either.

        Raises:
            Malformed: ``raw`` is not canonical JSON.
            TooLarge: it is longer than an agreement may be.
        """
        hashed = sha256(raw).hexdigest()
        agreement = _readable(raw)
        try:
            signed = notes.parse(note)
        except EnvelopeRejected:
            yield kinds.NOTE_MALFORMED.at(f"{path}.note")
            return
        if agreement is None and signed.text.endswith(f"\n{hashed}\n"):
            yield kinds.AGREEMENT_UNREADABLE.at(path)
        elif agreement is None or signed.text != agreement.note_text():
            yield kinds.AGREEMENT_CHANGED.at(path)
        else:
            self._read.append(_Read(path, hashed, agreement, signed))

    def settle(self, statements: Sequence[str]) -> Iterator[Finding]:
        """Judge the agreements when all are taken, make the key rings, and yield what is wrong.

        Keys come from the agreements that are proved; where none of a pair is, from all of them, so that the other
        questions can still be answered under what the file itself claims.
        """
        pairs: dict[Pair, list[_Read]] = {}
        for read in self._read:
            pairs.setdefault(_pair_of(read.agreement), []).append(read)
        judged: dict[str, AgreementReport] = {}
        for versions in pairs.values():
            for read, roots, findings in self._judge_versions(versions):
                one = read.agreement
                judged[read.hash] = AgreementReport(read.hash, one.id, roots, verdict_of(findings), one.version)
                yield from findings
        for versions in pairs.values():
            proved = [read.agreement for read in versions if judged[read.hash].verdict is Verdict.PROVED]
            for read in versions:
                later = [one for one in proved if one.version > read.agreement.version]
                self.known[read.hash] = Known(Terms.of(read.agreement, *later), judged[read.hash])
        self.known = {read.hash: self.known[read.hash] for read in self._read}
        self._rings = {
            pair: KeyRing.of([each.agreement for each in self._believed(versions)], statements)
            for pair, versions in pairs.items()
        }

    def _believed(self, versions: Sequence[_Read]) -> Sequence[Known]:
        found = list({read.hash: self.known[read.hash] for read in versions}.values())
        return [known for known in found if known.report.verdict is Verdict.PROVED] or found

    def is_known(self, origin: Origin) -> bool:
        """Tell whether some agreement here names the writer of ``origin``."""
        return self._ring(origin) is not None

    def read_checkpoint(self, text: str, *, log: str, path: str) -> Seen:
        """Return the checkpoint of ``log`` in the note ``text`` with who signed it."""
        try:
            signed = notes.parse(text)
            checkpoint = Checkpoint.parse(signed.text)
        except EnvelopeRejected:
            return Seen(path, None, findings=(kinds.NOTE_MALFORMED.at(path),))
        if str(checkpoint.origin) != log:
            return Seen(path, None, findings=(kinds.CHECKPOINT_OF_OTHER_LOG.at(path, log=log),))
        ring = self._ring(checkpoint.origin)
        if ring is None:
            return Seen(path, checkpoint)
        if checkpoint.origin.lane == LEDGER_LANE:
            own = _asked(lambda: _ledger_signers(ring, signed, checkpoint.origin), path)
            mirrored = _Asked()
        else:
            partner = ring.agreements[-1].other(checkpoint.origin.post).post
            own = _asked(lambda: ring.check_log(signed)[1], path)
            mirrored = _asked(lambda: ring.check_mirror(signed, partner)[1], path)
        findings = (*own.findings, *mirrored.findings)
        if any(finding.kind is kinds.SIGNATURE_FALSE for finding in findings):
            return Seen(path, checkpoint, author=Verdict.CONTRADICTED, findings=findings)
        if own.signed:
            held = mirrored.signed and mirrored.at_s <= TIME_S_MAX
            at_s = mirrored.at_s if held else None
            return Seen(path, checkpoint, Verdict.PROVED, Verdict.PROVED, at_s, findings)
        if not own.findings:
            findings = (kinds.CHECKPOINT_NOT_SIGNED.at(path, log=log), *findings)
        keys = verdict_of(own.findings) if own.findings else Verdict.INCOMPLETE
        return Seen(path, checkpoint, keys=keys, findings=findings)

    def check_batch(self, batch: SignedBatch) -> Iterator[Finding]:
        """Yield a finding when no log key that counts at the end of ``batch`` signed it."""
        try:
            checkpoint = Checkpoint.parse(notes.parse(batch.checkpoint).text)
        except EnvelopeRejected:
            return
        ring = self._ring(checkpoint.origin)
        keys = () if ring is None else ring.log_keys(checkpoint.origin, checkpoint.size)
        if keys and not any(_signed_by(key, batch) for key in keys):
            yield kinds.SIGNATURE_FALSE.at(f"{batch.path}.signature", signer=checkpoint.origin.key_name)

    def _ring(self, origin: Origin) -> KeyRing | None:
        return next(
            (
                ring
                for (agreement, parties), ring in self._rings.items()
                if agreement == origin.agreement and (origin.side, origin.post) in parties
            ),
            None,
        )

    def _judge_versions(
        self, versions: Sequence[_Read]
    ) -> Iterator[tuple[_Read, tuple[RootSigned, ...], tuple[Finding, ...]]]:
        """Yield the versions of one agreement, lowest first, each with who signed it and what is wrong.

        What the roots trusted for a proved version signed is, where the policy allows it, a successor of it.
        """
        trusted = {side: set(roots) for side, roots in self.policy.roots.items()}
        succeeding: set[str] = set()
        before: _Read | None = None
        for read in sorted(versions, key=lambda each: (each.agreement.version, each.hash)):
            one, named = read.agreement, {"agreement": read.agreement.id, "version": read.agreement.version}
            is_later = before is not None and before.agreement.version < one.version
            if before is not None and is_later and self.policy.successors and self._signed(before, read, trusted):
                succeeding.add(read.hash)
                for party in one.parties:
                    trusted.setdefault(party.side, set()).update(fingerprint(root.public) for root in party.roots())
            roots, findings = self._judge_roots(read, trusted)
            if self.policy.agreements and read.hash not in self.policy.agreements | succeeding:
                findings += (kinds.AGREEMENT_NOT_WANTED.at(read.path, **named),)
            if before is not None and is_later and any(reign_findings(before.agreement, one)):
                findings += (successions.SUCCESSION_BROKEN.at(read.path, **named),)
            yield read, roots, findings
            if verdict_of(findings) is Verdict.PROVED:
                before = read

    def _signed(self, before: _Read, read: _Read, trusted: Mapping[str, set[str]]) -> bool:
        """Tell whether the trusted roots of the version ``before`` signed the one that was ``read``."""
        return not self._judge_roots(replace(before, signed=read.signed), trusted)[1]

    def _judge_roots(
        self, read: _Read, trusted: Mapping[str, set[str]]
    ) -> tuple[tuple[RootSigned, ...], tuple[Finding, ...]]:
        agreement, signed, path = read.agreement, read.signed, f"{read.path}.note"
        roots: list[RootSigned] = []
        false: list[Finding] = []
        doubts: list[Finding] = []
        present = [party for party in agreement.parties if party.root_key]
        satisfied = 0
        for party in present:
            found = [_read_root(party, root, signed, trusted) for root in party.roots()]
            roots += [root for root, _ in found]
            if not all(true for _, true in found):
                false.append(kinds.SIGNATURE_FALSE.at(path, signer=party.root_name))
            good = sum(root.signed and root.trusted for root, _ in found)
            needed = max(party.roots_needed, self.policy.quorums.get(party.side, 1))
            satisfied += good >= needed
            if good < needed:
                doubts += _doubts(party, [root for root, _ in found], path)
        enough = satisfied == len(present) if self.policy.all_roots else satisfied > 0
        return tuple(roots), tuple(false) or (() if enough else tuple(doubts))


def _read_root(
    party: Party, root: LogVerifier, signed: Note, trusted: Mapping[str, set[str]]
) -> tuple[RootSigned, bool]:
    """Return how ``root`` stands under an agreement, and whether no line in its name is false."""
    true, is_signed = True, False
    try:
        notes.verify(signed, root)
        is_signed = True
    except SignatureFalse:
        true = False
    except EnvelopeRejected:
        pass
    shown = fingerprint(root.public)
    return RootSigned(shown, party.side, is_signed, shown in trusted.get(party.side, ())), true


@dataclass(frozen=True, slots=True)
class _Asked:
    """What asking for a line came to."""

    signed: bool = False
    at_s: int = 0
    findings: tuple[Finding, ...] = ()


def _asked(check: Callable[[], Signers], path: str) -> _Asked:
    """Return who signed; a note without such a line is no finding yet."""
    try:
        return _Asked(signed=True, at_s=check().at_s)
    except SignatureFalse as error:
        return _Asked(findings=(kinds.SIGNATURE_FALSE.at(path, signer=error.fields["signer"]),))
    except KeyNotValid as error:
        return _Asked(findings=(kinds.KEY_NOT_IN_FORCE.at(path, **error.fields),))
    except SignatureUnchecked as error:
        return _Asked(findings=(kinds.SIGNATURE_UNCHECKED.at(path, signer=error.fields["signer"]),))
    except EnvelopeRejected:
        return _Asked()


def _signed_by(key: HeldKey, batch: SignedBatch) -> bool:
    # A batch has one signature of the length of Ed25519, whatever further lines its checkpoint bears.
    return key.algorithm is Algorithm.ED25519 and verify_signature(
        key.algorithm, key.public, batch.text, batch.signature
    )


def _ledger_signers(ring: KeyRing, signed: Note, origin: Origin) -> Signers:
    """Return which log key signed a ledger's checkpoint.

    The positions of statements are those of exchanged logs, so of a ledger only this can be said: the key was
    given to the post for its logs, and was never revoked.
    """
    for key in ring.keys:
        if key.post != origin.post or key.use is not KeyUse.LOG or key.algorithm is not Algorithm.ED25519:
            continue
        verifier = LogVerifier(origin.key_name, key.public)
        if any((line.name, line.key_id) == (verifier.name, verifier.key_id) for line in signed.lines):
            notes.verify(signed, verifier)
            if key.revoked is not None:
                raise KeyNotValid("the key was revoked", signer=verifier.name, state="revoked")
            return Signers((key,))
    raise EnvelopeRejected(f"the note is not signed by {origin.key_name}")


def _readable(raw: bytes) -> Agreement | None:
    """Return the agreement in ``raw``; None when it is canonical JSON and none that this version reads."""
    try:
        agreement = agreements.decode(raw)
    except BadInput:
        canonical.decode(raw, max_bytes=AGREEMENT_BYTES_MAX)
        return None
    return agreement if len({party.post for party in agreement.parties}) == 2 else None


def _pair_of(agreement: Agreement) -> Pair:
    return agreement.id, frozenset((party.side, party.post) for party in agreement.parties)


def _doubts(party: Party, roots: Sequence[RootSigned], path: str) -> Iterator[Finding]:
    doubtful = [root for root in roots if not (root.signed and root.trusted)]
    for root in doubtful:
        kind = kinds.ROOT_NOT_TRUSTED if root.signed else kinds.ROOT_NOT_SIGNED
        yield kind.at(path, side=root.side, fingerprint=root.fingerprint)
    if not doubtful:
        yield kinds.ROOTS_TOO_FEW_FOR_POLICY.at(path, side=party.side, signed=len(roots))
