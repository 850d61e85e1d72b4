"""The life of keys: which key may sign which log at which size.

A ring is built from the agreements of a pair and the key statements seen, in any order, and answers
from positions alone: an epoch and a size, never a date.  Each key counts from where it was
announced up to the earliest of all ends that were stated for it, so more statements can only
narrow it, and what lies below the earliest end stays true for ever.

A statement counts when enough roots of its side signed it, whatever way it came.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gatepair.base.errors import EnvelopeRejected, KeyNotValid, NotInAgreement, SignatureUnchecked
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Agreement, Party
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.key_statements import (
    BEGINNING,
    KeyAct,
    KeyStatement,
    KeyUse,
    Position,
    Positions,
    digest_of,
    parse_statement,
    position_of,
)
from gatepair.exchange.messages import Lane
from gatepair.exchange.note import LogVerifier, MirrorVerifier, Note
from gatepair.exchange.signer import Algorithm

STATEMENTS_MAX: Final = 4_096
"""Most statements a post keeps: a rotation a week for a lifetime; only roots can add to them."""


class KeyState(StrEnum):
    """What a key is at a position."""

    UNKNOWN = "unknown"
    """Neither agreement nor statement gave it to this post for this use."""
    ANNOUNCED = "announced"
    """It will count from a later position on."""
    CURRENT = "current"
    RETIRED = "retired"
    """Beyond its end: retired, or replaced by a later version of the agreement."""
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class HeldKey:
    """One public key of a post, and how far it counts under one set of roots."""

    post: str
    use: KeyUse
    algorithm: Algorithm | None
    public: bytes
    start: Positions
    retired: Positions | None = None
    revoked: Positions | None = None

    @property
    def identity(self) -> tuple[str, KeyUse, bytes]:
        """Return what tells keys apart."""
        return self.post, self.use, self.public

    def state(self, lane: Lane, position: Position) -> KeyState:
        """Return what the key is at ``position`` of ``lane``."""
        if self.revoked is not None and position > self.revoked.at(lane):
            return KeyState.REVOKED
        if self.retired is not None and position > self.retired.at(lane):
            return KeyState.RETIRED
        return KeyState.CURRENT if position >= self.start.at(lane) else KeyState.ANNOUNCED


@dataclass(frozen=True, slots=True)
class Signers:
    """Who signed a note: keys whose lines are true, and keys whose lines nothing here can check."""

    keys: tuple[HeldKey, ...]
    unchecked: tuple[HeldKey, ...] = ()
    at_s: int = 0
    """Newest time that a line by Ed25519 states, POSIX seconds; 0 when none does."""


@dataclass(frozen=True, slots=True)
class _Reign:
    """The versions of an agreement under which one set of a party's keys counts, from ``start`` on in its logs."""

    start: Positions
    versions: tuple[Agreement, ...]


@dataclass(frozen=True, slots=True)
class KeyRing:
    """All keys of a pair with their lives. Made by :meth:`of`; never changed."""

    agreements: tuple[Agreement, ...]
    """Ascending by version."""
    statements: tuple[str, ...]
    """Signed notes that count, in order of their digests."""
    keys: tuple[HeldKey, ...]

    @classmethod
    def of(cls, agreements: Sequence[Agreement], statements: Iterable[str] = ()) -> KeyRing:
        """Return the ring of ``agreements`` (at least one, all of one pair) and the signed notes ``statements``.

        The order of neither matters.  What is no statement of this pair's roots changes nothing.
        """
        versions = tuple(sorted(agreements, key=lambda each: (each.version, each.hash())))
        # The same statement may come with other lines; which copy stands must not depend on the order either.
        found = sorted(_counting(versions, statements), key=lambda each: each[1].to_text(), reverse=True)
        counting = {digest_of(signed.text): (said, signed) for said, signed in found}
        ordered = [counting[digest] for digest in sorted(counting)]
        keys = tuple(_all_keys(versions, ordered))
        return cls(versions, tuple(signed.to_text() for _, signed in ordered), keys)

    def plus(self, *statements: str) -> KeyRing:
        """Return the ring with more statements."""
        return KeyRing.of(self.agreements, (*self.statements, *statements))

    def counts(self, statement: str) -> bool:
        """Tell whether ``statement`` is a statement of this pair, signed by enough roots of its side."""
        return any(_counting(self.agreements, (statement,)))

    # --- questions ------------------------------------------------------------------------

    def state(self, identity: tuple[str, KeyUse, bytes], lane: Lane, position: Position) -> KeyState:
        """Return what the key with ``identity`` (post, use, public key) is at ``position`` of ``lane``.

        Of a key that counts under several sets of roots the best answer holds, save that a revocation outweighs
        everything but being current.
        """
        found = {key.state(lane, position) for key in self.keys if key.identity == identity}
        ranks = (KeyState.CURRENT, KeyState.REVOKED, KeyState.ANNOUNCED, KeyState.RETIRED)
        return next((state for state in ranks if state in found), KeyState.UNKNOWN)

    def log_keys(self, origin: Origin, size: int) -> tuple[HeldKey, ...]:
        """Return the keys that may sign the log ``origin`` at ``size``."""
        return self._current(origin.post, KeyUse.LOG, *position_of(origin, size))

    def mirror_keys(self, post: str, origin: Origin, size: int) -> tuple[HeldKey, ...]:
        """Return the keys by which ``post`` may cosign its partner's log ``origin`` at ``size``."""
        return self._current(post, KeyUse.MIRROR, *position_of(origin, size))

    def standing(self, post: str, use: KeyUse) -> tuple[HeldKey, ...]:
        """Return the keys by Ed25519 to which no end is set, those of the agreement first."""
        mine = (key for key in self.keys if key.post == post and key.use is use)
        return tuple(key for key in mine if key.algorithm is Algorithm.ED25519 and not (key.retired or key.revoked))

    def pins(self, post: str) -> tuple[str, ...]:
        """Return the pins of the certificates under which ``post`` may be met, in hex."""
        open_keys = (key for key in self.keys if key.post == post and key.use is KeyUse.TLS)
        return tuple(dict.fromkeys(key.public.hex() for key in open_keys if not (key.retired or key.revoked)))

    # --- checking notes -------------------------------------------------------------------

    def check_log(self, note: Note) -> tuple[Checkpoint, Signers]:
        """Return the checkpoint in ``note`` and who signed it for its log.

        Raises:
            EnvelopeRejected: no checkpoint of this pair, no line of the log's keys, or a false one.
            KeyNotValid: signed by keys of the log that do not count at this size.
            SignatureUnchecked: a line that the agreement requires cannot be checked here.
        """
        checkpoint = Checkpoint.parse(note.text)
        return checkpoint, self._check(note, checkpoint, post=checkpoint.origin.post, use=KeyUse.LOG)

    def check_mirror(self, note: Note, post: str) -> tuple[Checkpoint, Signers]:
        """Return the checkpoint in ``note`` and by which mirror keys ``post`` cosigned it.

        Raises:
            EnvelopeRejected: no checkpoint of the partner's, no line of the mirror's keys, or a false one.
            KeyNotValid: cosigned by keys of the mirror that do not count at this size.
            SignatureUnchecked: a line that the agreement requires cannot be checked here.
        """
        checkpoint = Checkpoint.parse(note.text)
        return checkpoint, self._check(note, checkpoint, post=post, use=KeyUse.MIRROR)

    def _check(self, note: Note, checkpoint: Checkpoint, *, post: str, use: KeyUse) -> Signers:
        newest = self.agreements[-1]
        origin = checkpoint.origin
        writer = newest.party(post) if use is KeyUse.LOG else newest.other(post)
        if (origin.side, origin.post, origin.agreement) != (writer.side, writer.post, newest.id):
            raise EnvelopeRejected("the checkpoint is of another log", origin=str(origin))
        lane, position = position_of(origin, checkpoint.size)
        name = origin.key_name if use is KeyUse.LOG else newest.party(post).mirror_name
        lines = _read_lines(note, self._mine(post, use), name=name)
        states = {key: self.state(key.identity, lane, position) for key in lines}
        current = {key: at_s for key, at_s in lines.items() if states[key] is KeyState.CURRENT}
        signers = Signers(
            keys=tuple(key for key, at_s in current.items() if at_s is not None),
            unchecked=tuple(key for key, at_s in current.items() if at_s is None),
            at_s=max((at_s or 0 for key, at_s in current.items() if key.algorithm is Algorithm.ED25519), default=0),
        )
        for algorithm in self._required(post, use, lane, position):
            _insist(algorithm, signers, states=states, name=name)
        return signers

    # --- parts ----------------------------------------------------------------------------

    def _mine(self, post: str, use: KeyUse) -> tuple[HeldKey, ...]:
        mine = {key.identity: key for key in self.keys if key.post == post and key.use is use}
        return tuple(mine.values())

    def _current(self, post: str, use: KeyUse, lane: Lane, position: Position) -> tuple[HeldKey, ...]:
        return tuple(
            key for key in self._mine(post, use) if self.state(key.identity, lane, position) is KeyState.CURRENT
        )

    def _required(self, post: str, use: KeyUse, lane: Lane, position: Position) -> tuple[Algorithm, ...]:
        """Return by which algorithms a line must be there at a position: Ed25519, and what the agreement adds."""
        reigns = [reign for reign in _reigns(self.agreements, post, use) if reign.start.at(lane) <= position]
        ruling = reigns[-1].versions[-1] if reigns else self.agreements[0]
        extra = (key for key in ruling.party(post).extra_keys if key.use is use and key.required)
        return (Algorithm.ED25519, *(key.algorithm for key in extra))


# --- building ------------------------------------------------------------------------------


def _counting(versions: Sequence[Agreement], statements: Iterable[str]) -> Iterator[tuple[KeyStatement, Note]]:
    """Yield those of ``statements`` that enough roots of some version signed."""
    for text in statements:
        try:
            said, signed = parse_statement(text)
            parties = [version.party(said.post) for version in versions if version.id == said.agreement]
        except (EnvelopeRejected, NotInAgreement):
            continue
        if any(party.side == said.side and party.has_signed(signed) for party in parties):
            yield said, signed


def _all_keys(versions: tuple[Agreement, ...], statements: Sequence[tuple[KeyStatement, Note]]) -> Iterator[HeldKey]:
    for post in dict.fromkeys(party.post for version in versions for party in version.parties):
        mine = [(said, signed) for said, signed in statements if said.post == post]
        for use in KeyUse:
            reigns = _reigns(versions, post, use)
            for reign, after in zip(reigns, (*reigns[1:], None), strict=True):
                yield from _keys_under(reign, post, use, statements=mine, until=after.start if after else None)


def _reigns(versions: tuple[Agreement, ...], post: str, use: KeyUse) -> list[_Reign]:
    """Return the versions of a party, a new reign beginning with each that says from where its keys count."""
    reigns: list[_Reign] = []
    for version in versions:
        # A mirror key's positions are those of the partner's logs.
        writer = _other_or_same(version, post) if use is KeyUse.MIRROR else version.party(post)
        start = None if use is KeyUse.TLS else writer.logs_from
        if reigns and start is None:
            reigns[-1] = _Reign(reigns[-1].start, (*reigns[-1].versions, version))
        else:
            reigns.append(_Reign(start or BEGINNING, (version,)))
    return reigns


def _other_or_same(version: Agreement, post: str) -> Party:
    return next((party for party in version.parties if party.post != post), version.party(post))


def _keys_under(
    reign: _Reign, post: str, use: KeyUse, *, statements: Sequence[tuple[KeyStatement, Note]], until: Positions | None
) -> Iterator[HeldKey]:
    parties = [version.party(post) for version in reign.versions]
    counting = [
        said for said, signed in statements if said.use is use and any(party.has_signed(signed) for party in parties)
    ]
    starts: dict[tuple[Algorithm | None, bytes], Positions] = dict.fromkeys(_named(parties, use), reign.start)
    for said in counting:
        if said.act is KeyAct.ANNOUNCED:
            start = said.positions.later(reign.start)
            known = starts.get(_key_in(said))
            starts[_key_in(said)] = start if known is None else known.earlier(start)
    for (algorithm, public), start in starts.items():
        ends = {
            act: [said.positions for said in counting if _key_in(said)[1] == public and said.act is act]
            for act in KeyAct
        }
        retired = _earliest([*ends[KeyAct.RETIRED], *([until] if until else [])])
        yield HeldKey(post, use, algorithm, public, start, retired, _earliest(ends[KeyAct.REVOKED]))


def _named(parties: Sequence[Party], use: KeyUse) -> Iterator[tuple[Algorithm | None, bytes]]:
    """Yield the keys that the agreement itself gives a party for ``use``; of pins only the newest version's."""
    if use is KeyUse.TLS:
        yield from ((None, bytes.fromhex(pin)) for pin in parties[-1].tls_pins)
        return
    for party in parties:
        main = {KeyUse.LOG: party.log_key, KeyUse.MIRROR: party.mirror_key}.get(use)
        if main:
            yield Algorithm.ED25519, bytes.fromhex(main)
        for extra in party.extra_keys:
            if extra.use is use:
                yield extra.algorithm, bytes.fromhex(extra.public)


def _key_in(said: KeyStatement) -> tuple[Algorithm | None, bytes]:
    return said.algorithm, bytes.fromhex(said.public)


def _earliest(ends: Sequence[Positions]) -> Positions | None:
    found: Positions | None = None
    for end in ends:
        found = end if found is None else found.earlier(end)
    return found


# --- reading lines -------------------------------------------------------------------------


def _read_lines(note: Note, keys: Iterable[HeldKey], *, name: str) -> dict[HeldKey, int | None]:
    """Return those of ``keys`` that signed ``note`` with the time they state, None when nothing here can check them.

    Raises:
        EnvelopeRejected: a line in the name of one of them is false.
    """
    found: dict[HeldKey, int | None] = {}
    for key in keys:
        kind = MirrorVerifier if key.use is KeyUse.MIRROR else LogVerifier
        verifier = kind(name, key.public, key.algorithm or Algorithm.ED25519)
        if any(line.name == name and line.key_id == verifier.key_id for line in note.lines):
            try:
                found[key] = notes.verify(note, verifier)
            except SignatureUnchecked:
                found[key] = None
    return found


def _insist(algorithm: Algorithm, signers: Signers, *, states: Mapping[HeldKey, KeyState], name: str) -> None:
    """Raise unless a current key of ``algorithm`` is among ``signers``; say why there is none."""
    if any(key.algorithm is algorithm for key in signers.keys):
        return
    if any(key.algorithm is algorithm for key in signers.unchecked):
        raise SignatureUnchecked(f"the line of {name} by {algorithm.value} cannot be checked here", signer=name)
    for key, state in states.items():
        if key.algorithm is algorithm:
            raise KeyNotValid(
                f"the key {key.public.hex()[:16]} of {name} is {state.value} at this size",
                signer=name,
                state=state.value,
            )
    raise EnvelopeRejected(f"the note is not signed by {name} by {algorithm.value}", signer=name)
