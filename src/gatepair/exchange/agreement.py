"""The agreement: what two sides signed that they tell each other.

One canonical JSON document lists the parties with their keys, the lanes, the messages with the
sections that may leave, and how stale the other's word may be for each step.  Its hash stands in
every envelope; both root keys sign it as lines of one note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from itertools import combinations
from typing import Annotated, Final

from msgspec import Meta, Struct, field

from gatepair.base.canonical import decode_strictly_as, encode
from gatepair.base.errors import NotInAgreement
from gatepair.base.findings import Finding
from gatepair.base.shapes import spelled
from gatepair.base.time import SECOND_MS
from gatepair.exchange import findings as kinds
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import Name, Origin
from gatepair.exchange.key_statements import KeyUse, Positions, PublicHex
from gatepair.exchange.messages import CATALOGUE, STATEMENTS, Lane, MessageKind
from gatepair.exchange.note import LogVerifier, MirrorVerifier, Note, SignatureLine
from gatepair.exchange.signer import Algorithm, SigningKey, is_public

AGREEMENT_BYTES_MAX: Final = 256 * 1024
"""Largest agreement read: ten times what the whole catalogue with its texts needs."""

ROOTS_MAX: Final = 16
"""Most root keys of one side: as many lines as every reader of notes takes. Source: C2SP signed-note."""
EXTRA_KEYS_MAX: Final = 8
"""Most further keys of one use: two of each algorithm."""
PINS_MAX: Final = 8
"""Most pinned keys of transport: each of four machines in rotation."""

FINGERPRINT_BYTES: Final = 16
"""128 bits: nobody makes a second key with the same fingerprint, and two lines of paper hold it."""

HexKey = Annotated[str, spelled(r"([0-9a-f]{64})?")]
Hex32 = Annotated[str, spelled(r"[0-9a-f]{64}")]
KindName = Annotated[str, spelled(r"[a-z][a-z_.]{0,46}/[1-9][0-9]{0,3}")]
SECTION_NAME: Final = "[a-z][a-z0-9_]{0,31}"
SectionName = Annotated[str, spelled(SECTION_NAME)]
StepName = Annotated[str, spelled(r"[a-z][a-z0-9_]{0,47}")]


class Mode(StrEnum):
    """How much of a partner there is."""

    ALONE = "alone"
    """No partner: nothing is sent, no acceptance is awaited."""
    MIRRORED = "mirrored"
    """The partner holds our log and receipts it; its acceptance is not awaited."""
    PAIRED = "paired"
    """Both act on each other's word."""


class ExtraKey(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A key of another algorithm whose line stands beside the one by Ed25519."""

    algorithm: Algorithm
    public: PublicHex
    use: KeyUse
    required: bool = False
    """Whether a line by this algorithm must be there; if it is there it must be true in any case."""


class Roots(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """The root keys of a side, as a ceremony gives them; the fields are those of a party."""

    root_key: Hex32
    more_roots: Annotated[tuple[Hex32, ...], Meta(max_length=ROOTS_MAX - 1)] = ()
    roots_needed: Annotated[int, Meta(ge=1, le=ROOTS_MAX)] = 1


class Party(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One post with its public keys in hex (Ed25519, 32 bytes); empty keys only for the absent side of ``alone``."""

    side: Name
    post: Name
    root_key: HexKey = ""
    """Signs agreements and key statements; offline."""
    log_key: HexKey = ""
    """Signs this post's checkpoints."""
    mirror_key: HexKey = ""
    """Cosigns the partner's checkpoints: the receipts."""
    more_roots: Annotated[tuple[Hex32, ...], Meta(max_length=ROOTS_MAX - 1)] = ()
    """Further root keys of the side, each with a holder of its own."""
    roots_needed: Annotated[int, Meta(ge=1, le=ROOTS_MAX)] = 1
    """How many of the root keys must sign for the side to have signed."""
    extra_keys: Annotated[tuple[ExtraKey, ...], Meta(max_length=EXTRA_KEYS_MAX)] = ()
    tls_pins: Annotated[tuple[Hex32, ...], Meta(max_length=PINS_MAX)] = ()
    """SHA-256 over the SubjectPublicKeyInfo of each certificate under which the post may be met; no evidence."""
    logs_from: Positions | None = None
    """Where in this post's logs the keys of this version begin to count and those of earlier versions end.

    It rules the post's log keys and the mirror keys of its partner.  Absent: the keys of this version
    stand beside the earlier ones.
    """

    @property
    def mirror_name(self) -> str:
        """Return the name under which the mirror key cosigns."""
        return f"{self.side}/{self.post}/mirror"

    @property
    def root_name(self) -> str:
        """Return the name under which the side's root key signs."""
        return f"{self.side}/root"

    def keys(self) -> dict[str, str]:
        """Return the three keys that every party has, by use, in hex."""
        return {"root": self.root_key, "log": self.log_key, "mirror": self.mirror_key}

    def further_keys(self) -> dict[str, str]:
        """Return all other keys by what they are, in hex: roots from the second on, keys of other algorithms."""
        roots = {f"root {number}": key for number, key in enumerate(self.more_roots, start=2)}
        extra = {f"{each.use.value} {each.algorithm.value}": each.public for each in self.extra_keys}
        return {**roots, **extra}

    def roots(self) -> tuple[LogVerifier, ...]:
        """Return what checks the lines of the side's roots; none when the side is absent."""
        keys = filter(_is_key, (self.root_key, *self.more_roots))
        return tuple(LogVerifier(self.root_name, bytes.fromhex(key)) for key in keys)

    def has_signed(self, signed: Note) -> bool:
        """Tell whether enough roots of the side truly signed, and no line in a root's name is false."""
        return self.roots_needed <= notes.count(signed, self.roots())

    def log_verifier(self, origin: Origin) -> LogVerifier:
        """Return what checks this party's signature on a checkpoint of ``origin``."""
        return LogVerifier(origin.key_name, bytes.fromhex(self.log_key))

    def mirror_verifier(self) -> MirrorVerifier:
        """Return what checks this party's receipts."""
        return MirrorVerifier(self.mirror_name, bytes.fromhex(self.mirror_key))


class Message(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One type of message that may be sent: its lane, the sections that may leave, and what for."""

    kind: KindName
    lane: Lane
    sections: tuple[SectionName, ...]
    purpose: Annotated[str, Meta(max_length=280)]
    retention_days: Annotated[int, Meta(ge=1, le=36_500)]
    outcome_deadline_s: Annotated[int, Meta(ge=1, le=31_536_000)] | None = None
    senders: tuple[Name, ...] = ()
    """Posts that may send it; empty means both."""

    @classmethod
    def of(cls, listed: MessageKind) -> Message:
        """Return the message as the catalogue has it, for both senders."""
        return cls(
            kind=listed.kind,
            lane=listed.lane,
            sections=listed.sections,
            purpose=listed.purpose,
            retention_days=listed.retention_days,
            outcome_deadline_s=listed.outcome_deadline_s,
        )


class Tolerance(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Up to which age of the partner's word a step may go on, and under which clause.

    Beyond the last tolerance the step waits.
    """

    clause: StepName
    max_age_s: Annotated[int, Meta(ge=0, le=31_536_000)] = 0
    any_age: bool = False
    """Whether age does not matter, even when the partner was never heard; ``max_age_s`` then says nothing."""
    officer: bool = False
    """Whether an officer must confirm by name."""


RELEASE_FOR_EXIT: Final = "release_for_exit"
ACCEPT_PRE_ARRIVAL: Final = "accept_pre_arrival"
ENTRY_DECISION: Final = "entry_decision"
SEAL_TRANSFER: Final = "seal_transfer"

DEFAULT_STALENESS: Final[Mapping[str, tuple[Tolerance, ...]]] = {
    ACCEPT_PRE_ARRIVAL: (Tolerance(clause="own_rules", any_age=True),),
    ENTRY_DECISION: (Tolerance(clause="fresh", max_age_s=900), Tolerance(clause="raised_risk", any_age=True)),
    RELEASE_FOR_EXIT: (
        Tolerance(clause="fresh", max_age_s=150),
        Tolerance(clause="last_known", max_age_s=900),
        Tolerance(clause="officer_confirmed", max_age_s=14_400, officer=True),
    ),
    SEAL_TRANSFER: (Tolerance(clause="fresh", max_age_s=900),),
}
"""What the notes propose for a partner's silence: 15 minutes, 4 hours, longer. Source: exchange notes §3.9.
``fresh`` (150 s) is two heartbeats of 60 s (§3.7) and half a minute of slack."""


class Agreement(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """One version of an agreement between two posts."""

    protocol: Annotated[int, Meta(ge=1, le=1)]
    id: Name
    version: Annotated[int, Meta(ge=1, le=1_000_000)]
    mode: Mode
    parties: Annotated[tuple[Party, ...], Meta(max_length=2)]
    lanes: tuple[Lane, ...]
    messages: tuple[Message, ...]
    staleness: dict[StepName, tuple[Tolerance, ...]] = field(default_factory=dict)
    valid_from_ms: Annotated[int, Meta(ge=0)] = 0
    valid_until_ms: Annotated[int, Meta(ge=0)] | None = None
    overlap_s: Annotated[int, Meta(ge=0, le=31_536_000)] | None = None
    """For how long from ``valid_from_ms`` on entries under earlier versions still count; None: as long as those say."""

    def encoded(self) -> bytes:
        """Return the canonical bytes that are hashed and signed."""
        return encode(self)

    def hash(self) -> bytes:
        """Return SHA-256 over :meth:`encoded`; it stands in every envelope."""
        return sha256(self.encoded()).digest()

    def message(self, kind: str) -> Message | None:
        """Return what is agreed for the message type ``kind``, None when nothing is."""
        return next((message for message in self.messages if message.kind == kind), None)

    def party(self, post: str) -> Party:
        """Return the party that ``post`` is.

        Raises:
            NotInAgreement: the post is no party.
        """
        for party in self.parties:
            if party.post == post:
                return party
        raise NotInAgreement(f"{post} is no party of the agreement {self.id}", post=post)

    def other(self, post: str) -> Party:
        """Return the party facing ``post``.

        Raises:
            NotInAgreement: there is none.
        """
        self.party(post)
        for party in self.parties:
            if party.post != post:
                return party
        raise NotInAgreement(f"the agreement {self.id} names no partner of {post}", post=post)

    def origin(self, post: str, lane: Lane, epoch: int) -> Origin:
        """Return the origin of the log that ``post`` writes in ``lane``."""
        party = self.party(post)
        return Origin(party.side, party.post, self.id, lane.value, epoch)

    def tolerances(self, step: str) -> tuple[Tolerance, ...]:
        """Return the tolerances of ``step``, youngest first; none means that it waits for a fresh word."""
        return self.staleness.get(step, ())

    def in_force(self, now_ms: int) -> bool:
        """Tell whether ``now_ms`` lies within the validity (beginning included, end not)."""
        return self.valid_from_ms <= now_ms and (self.valid_until_ms is None or now_ms < self.valid_until_ms)

    def check(self) -> tuple[Finding, ...]:
        """Return what is wrong with the agreement in itself; without an error among it, it can be signed."""
        return (*_party_findings(self), *_key_findings(self), *_message_findings(self), *_other_findings(self))

    def note_text(self) -> str:
        """Return the note text that both roots sign: a mark, id, version and hash."""
        return f"gatepair/agreement/v1\n{self.id}\n{self.version}\n{self.hash().hex()}\n"

    def sign(self, side: str, key: SigningKey) -> SignatureLine:
        """Return the line by which the root ``key`` of ``side`` signs."""
        return notes.sign(self.note_text(), name=f"{side}/root", key=key)

    def check_signatures(self, signed: Note) -> tuple[Finding, ...]:
        """Return a finding for each party whose root has not truly signed ``signed``."""
        return tuple(
            kinds.AGREEMENT_NOT_SIGNED.at(f"parties.{index}.root_key", side=party.side)
            for index, party in enumerate(self.parties)
            if self.mode is not Mode.ALONE or party.root_key
            if signed.text != self.note_text() or not party.has_signed(signed)
        )


_STATEMENTS: Final = {kind: Message.of(listed) for kind, listed in STATEMENTS.items()}
"""What no agreement needs to list."""


@dataclass(frozen=True, slots=True)
class Terms:
    """An agreement made quick to ask: its hash is worked out once, its messages are found by type."""

    agreement: Agreement
    hash_hex: str
    by_kind: Mapping[str, Message]
    until_ms: int | None = None
    """When entries under it cease to count: its own end, or that of the overlap with a successor; None is never."""

    @classmethod
    def of(cls, agreement: Agreement, *later: Agreement) -> Terms:
        """Return the terms of ``agreement`` when the versions ``later`` succeed it."""
        listed = {message.kind: message for message in agreement.messages}
        overlaps = [each.valid_from_ms + each.overlap_s * SECOND_MS for each in later if each.overlap_s is not None]
        until_ms = min(
            overlaps if agreement.valid_until_ms is None else [agreement.valid_until_ms, *overlaps], default=None
        )
        return cls(agreement, agreement.hash().hex(), {**_STATEMENTS, **listed}, until_ms)

    def counts(self, at_ms: int) -> bool:
        """Tell whether an entry under it that its author says to be of ``at_ms`` counts."""
        return self.agreement.valid_from_ms <= at_ms and (self.until_ms is None or at_ms < self.until_ms)

    def sections(self, kind: str, *, sender: str) -> frozenset[str]:
        """Return the sections of ``kind`` that ``sender`` may show; none also when it may not send it at all."""
        message = self.by_kind.get(kind)
        if message is None or (message.senders and sender not in message.senders):
            return frozenset()
        return frozenset(message.sections)

    def allowed(self, kind: str, *, sender: str) -> Message:
        """Return what is agreed for ``kind`` when ``sender`` sends it; a statement of the link is always allowed.

        Raises:
            NotInAgreement: the type is not listed, or not for this sender.
        """
        message = self.by_kind.get(kind) or _STATEMENTS.get(kind)
        if message is None:
            raise NotInAgreement(f"the agreement {self.agreement.id} does not list {kind}", type=kind)
        if message.senders and sender not in message.senders:
            raise NotInAgreement(f"the agreement {self.agreement.id} does not let {sender} send {kind}", type=kind)
        return message


def fingerprint(public: bytes) -> str:
    """Return that by which people compare a key: the first 16 bytes of the SHA-256 of the public key, in hex."""
    return sha256(public).hexdigest()[: 2 * FINGERPRINT_BYTES]


def decode(raw: bytes) -> Agreement:
    """Return the agreement in canonical ``raw``.

    Raises:
        TooLarge: over 256 KiB.
        Malformed: not an agreement in canonical form.
    """
    return decode_strictly_as(Agreement, raw, max_bytes=AGREEMENT_BYTES_MAX)


def default_agreement(
    home: Party,
    other: Party,
    *,
    agreement_id: str,
    mode: Mode = Mode.PAIRED,
    version: int = 1,
    valid_from_ms: int = 0,
    valid_until_ms: int | None = None,
) -> Agreement:
    """Return an agreement over the whole catalogue with the staleness of the notes; to be narrowed by the sides."""
    return Agreement(
        protocol=1,
        id=agreement_id,
        version=version,
        mode=mode,
        parties=(home, other),
        lanes=(Lane.URGENT, Lane.NORMAL, Lane.BULK),
        messages=tuple(Message.of(listed) for listed in CATALOGUE.values()),
        staleness=dict(DEFAULT_STALENESS),
        valid_from_ms=valid_from_ms,
        valid_until_ms=valid_until_ms,
    )


def _party_findings(agreement: Agreement) -> Iterator[Finding]:
    posts = {party.post for party in agreement.parties}
    if len(agreement.parties) != 2 or len(posts) != 2:
        yield kinds.AGREEMENT_PARTIES.at("parties", count=len(posts))
    if agreement.valid_until_ms is not None and agreement.valid_until_ms <= agreement.valid_from_ms:
        yield kinds.AGREEMENT_VALIDITY.at("valid_until_ms")


def _key_findings(agreement: Agreement) -> Iterator[Finding]:
    named: list[tuple[str, str]] = []
    for index, party in enumerate(agreement.parties):
        for use, key in party.keys().items():
            absent = not key and agreement.mode is Mode.ALONE
            if not absent and not _is_key(key):
                yield kinds.KEY_MALFORMED.at(f"parties.{index}.{use}_key", key=use, post=party.post)
            elif key:
                named.append((f"{party.post}.{use}", key))
        yield from _further_key_findings(party, f"parties.{index}")
        named += [(f"{party.post}.{use}", key) for use, key in party.further_keys().items()]
    for (first, first_key), (second, second_key) in combinations(named, 2):
        if first_key == second_key:
            yield kinds.SAME_KEY.at("parties", first=first, second=second)


def _further_key_findings(party: Party, path: str) -> Iterator[Finding]:
    if party.roots_needed > 1 + len(party.more_roots):
        yield kinds.ROOTS_TOO_FEW.at(f"{path}.roots_needed", needed=party.roots_needed, side=party.side)
    for index, extra in enumerate(party.extra_keys):
        known = extra.use is not KeyUse.TLS and extra.algorithm is not Algorithm.ED25519
        if not known or not is_public(extra.algorithm, bytes.fromhex(extra.public)):
            use = f"{extra.use.value} {extra.algorithm.value}"
            yield kinds.KEY_MALFORMED.at(f"{path}.extra_keys.{index}", key=use, post=party.post)
        if any((extra.use, extra.algorithm) == (other.use, other.algorithm) for other in party.extra_keys[:index]):
            name = f"{extra.use.value} {extra.algorithm.value}"
            yield kinds.AGREEMENT_LISTED_TWICE.at(f"{path}.extra_keys.{index}", name=name)


def _is_key(key: str) -> bool:
    return len(key) == 64 and all(char in "0123456789abcdef" for char in key)


def _message_findings(agreement: Agreement) -> Iterator[Finding]:
    posts = {party.post for party in agreement.parties}
    yield from _twice("messages", [message.kind for message in agreement.messages])
    for index, message in enumerate(agreement.messages):
        path = f"messages.{index}"
        yield from _twice(f"{path}.sections", list(message.sections))
        if message.lane not in agreement.lanes:
            yield kinds.AGREEMENT_LANE_UNKNOWN.at(f"{path}.lane", type=message.kind, lane=message.lane.value)
        for sender in message.senders:
            if sender not in posts:
                yield kinds.AGREEMENT_SENDER_UNKNOWN.at(f"{path}.senders", type=message.kind, post=sender)
        known = CATALOGUE.get(message.kind)
        if known is None:
            yield kinds.AGREEMENT_MESSAGE_UNKNOWN.at(f"{path}.kind", type=message.kind)
            continue
        for section in message.sections:
            if section not in known.sections:
                yield kinds.AGREEMENT_SECTION_UNKNOWN.at(f"{path}.sections", section=section, type=message.kind)


def _other_findings(agreement: Agreement) -> Iterator[Finding]:
    yield from _twice("lanes", [lane.value for lane in agreement.lanes])
    for step, tolerances in agreement.staleness.items():
        ages = [31_536_001 if each.any_age else each.max_age_s for each in tolerances]
        if ages != sorted(set(ages)):
            yield kinds.STALENESS_ORDER.at(f"staleness.{step}", step=step)


def _twice(path: str, names: Sequence[str]) -> Iterator[Finding]:
    for index, name in enumerate(names):
        if name in names[:index]:
            yield kinds.AGREEMENT_LISTED_TWICE.at(f"{path}.{index}", name=name)
