"""What every part of a link knows: the agreement, who we are, the keys, the logs, and how fresh the partner's word is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final, Literal

from msgspec.structs import replace

from gatepair.base.errors import NotInAgreement, SettingInvalid, StorageDamaged
from gatepair.base.merkle import CompactRange, leaf_hash
from gatepair.base.time import SECOND_MS, Entropy
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Agreement, Message, Mode, Party
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.clock import ClockReading, ClockState
from gatepair.exchange.envelope import Heard
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.messages import READS, Lane
from gatepair.exchange.sender import LogSource, signed_by_us
from gatepair.exchange.succession.held import HeldVersion, Succession
from gatepair.exchange.wire import Outcome
from gatepair.node import link_state as states
from gatepair.node.link_setting import KnownKeys, LinkKeys, check_setting
from gatepair.node.link_state import CONTRADICTION, Freeze, MirrorState, OwnState, Recovery
from gatepair.node.link_suspicion import Suspicion, ledger_epoch, suspicions
from gatepair.node.ports import Marks, Reader, Unit

LIFE_BYTES: Final = 8
"""Unpredictable bytes that tell one life of a post from another."""


class LinkCommon:
    """The ground on which sending, receiving, restoring and looking stand."""

    def __init__(
        self,
        agreement: Agreement,
        post: str,
        *,
        keys: LinkKeys | None,
        entropy: Entropy,
        paced: bool = False,
        reads: Collection[str] = READS,
        statements: Sequence[str] = (),
        others: Sequence[HeldVersion] = (),
        marks: Marks | None = None,
    ) -> None:
        """Take the agreement, the post we are, and its keys (none are needed to work alone).

        ``others`` are the further versions of the agreement that are known from the start.  The lowest of all
        is taken as held by the partner too: both sides began under it.

        ``paced`` lets out only what :meth:`fix_sizes` has fixed: with a stepped clock the batches then
        depend on the steps alone.  ``reads`` are the types of message that this release reads and writes.
        ``statements`` are the key statements that the ledger keeps, so that it is known from the start whose keys count.
        ``marks`` tell at the start whether the ledger was restored from a backup; without them only the
        partner can tell.

        Raises:
            SettingInvalid: none of the keys is one of ours that counts, or the agreement has errors.
            SameKeyTwice: one key serves twice.
        """
        self.post = post
        self.me = agreement.party(post)
        first = all(agreement.version <= each.agreement.version for each in others)
        self._given = Succession.of((HeldVersion(agreement, shared=first), *others))
        self.versions = self._given
        self._versions_stamp: bytes | None = None
        self._keys = keys
        self._entropy = entropy
        self._paced = paced
        self.reads = reads
        self._marks = marks
        self._suspected: dict[Lane, Suspicion] = {}
        self._life = ""
        self._fixed: dict[Lane, int] = {}
        self._next: dict[Lane, int] = {}
        self._built: dict[Lane, CompactRange] = {}
        self._greeted: set[Lane] = set()
        self._empty: dict[Lane, str] = {}
        """The partner's checkpoint over a log in which it said nothing yet: our sign of life may stand over it too."""
        self._answers: dict[Lane, Outcome] = {}
        self._heard: dict[Lane, MirrorState] = {}
        self._clock: ClockReading | None = None
        self._loaded = False
        self._ledger_began = 0
        """Epoch in which our own ledger goes on, by the marks; 0 before that is known."""
        self._known_keys = self._keys_by(tuple(statements))
        check_setting(agreement, self.me, keys, self._known_keys.ring)

    # --- the agreement --------------------------------------------------------------------

    @property
    def agreement(self) -> Agreement:
        """Return the newest version of the agreement; id, parties and mode are those of every version."""
        return self.versions.newest

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """Return the lanes in which some version lets something be sent."""
        return self.versions.lanes

    def in_force(self, now_ms: int) -> bool:
        """Tell whether some version is in force."""
        return self.versions.ruling(now_ms) is not None

    @property
    def enabled(self) -> bool:
        """Tell whether there is a partner to exchange with."""
        return self.agreement.mode is not Mode.ALONE and self._keys is not None

    @property
    def mode(self) -> Literal["alone", "mirrored", "paired"]:
        """Return the agreement's mode."""
        match self.agreement.mode:
            case Mode.ALONE:
                return "alone"
            case Mode.MIRRORED:
                return "mirrored"
            case Mode.PAIRED:
                return "paired"

    def lists(self, kind: str, section: str | None = None, *, now_ms: int) -> bool:
        """Tell whether we may send ``kind`` now, and ``section`` of it when one is named."""
        message = self._message(kind, now_ms)
        return message is not None and (section is None or section in message.sections)

    def lane_of(self, kind: str, *, now_ms: int) -> Lane | None:
        """Return the lane in which we may send ``kind`` now, None where the agreement does not list it."""
        message = self._message(kind, now_ms)
        return None if message is None else message.lane

    def asks_outcome(self, kind: str, *, now_ms: int) -> bool:
        """Tell whether an outcome of ``kind`` is asked for also when all is well: the version in force sets a deadline."""
        ruling = self.versions.ruling(now_ms)
        message = None if ruling is None else ruling.by_kind.get(kind)
        return message is not None and message.outcome_deadline_s is not None

    def _message(self, kind: str, now_ms: int) -> Message | None:
        """Return ``kind`` as we may write it now."""
        writing = self.versions.writing(now_ms)
        return None if writing is None else writing.message(kind, sender=self.post)

    @property
    def statements(self) -> tuple[str, ...]:
        """Return the signed key statements of both sides that are kept, as last seen in the ledger."""
        return self._known_keys.statements

    # --- how fresh the partner's word is --------------------------------------------------

    def load(self, reader: Reader) -> None:
        """Read what is known of the partner, and see whether the ledger was restored.

        Called by itself at the first transaction, and to be called again when a transaction failed.
        """
        self._follow(reader, self.lanes)
        if self._marks is not None and not self._ledger_began:
            # Once in a life: what is marked from now on may run ahead of what another view shows.
            self._ledger_began = ledger_epoch(reader, self._marks)
        if self._marks is not None and self.enabled:
            self._suspected = suspicions(reader, self.lanes, self._marks)
            if self._suspected and not self._life:
                self._life = self._entropy.token(LIFE_BYTES).hex()
        self._loaded = True

    def partner_age_s(self, now_ms: int, lane: Lane = Lane.NORMAL) -> int | None:
        """Return how many seconds ago nothing of the partner's log was outstanding; None when never."""
        heard_at_ms = self._heard.get(lane, MirrorState()).heard_at_ms
        return None if heard_at_ms is None else max(0, now_ms - heard_at_ms) // SECOND_MS

    def heard_size(self, lane: Lane = Lane.NORMAL) -> int:
        """Return the length of the partner's log as held here."""
        return self._heard.get(lane, MirrorState()).size

    @property
    def may_sign(self) -> bool:
        """Tell whether our clock is near enough to the partner's to sign what states a time; unknown is near enough."""
        return self._clock is None or self._clock.state is not ClockState.REFUSES

    # --- who and which log ----------------------------------------------------------------

    @property
    def _partner(self) -> Party:
        """Return the partner, with those of its keys that stand by now."""
        return self._known_keys.partner

    @property
    def _held_keys(self) -> LinkKeys:
        """Return our private keys, those that stand by now first."""
        if self._known_keys.held is None:
            raise SettingInvalid("this node holds no keys for the exchange; create them with gatepair init")
        return self._known_keys.held

    def _ensure_loaded(self, reader: Reader) -> None:
        if not self._loaded:
            self.load(reader)
        elif reader.state(states.VERSIONS_STAMP) != self._versions_stamp:
            # Another worker of this post took a version in.
            self._follow(reader)

    def _follow(self, reader: Reader, lanes: Iterable[Lane] = ()) -> None:
        """Take up the versions that the ledger keeps, and what is heard in ``lanes`` and in those that are new."""
        known = set(self._heard)
        self._versions_stamp = reader.state(states.VERSIONS_STAMP)
        self._take_up(self._given.plus(*states.kept_versions(reader)))
        for lane in (*lanes, *(lane for lane in self.lanes if lane not in known)):
            self._heard[lane] = states.mirror_state(reader, lane)

    def _take_up(self, versions: Succession) -> None:
        if versions != self.versions:
            self.versions = versions
            self._known_keys = self._keys_by(self._known_keys.statements)

    def _lane(self, name: str) -> Lane:
        for lane in self.lanes:
            if lane.value == name and self.enabled:
                return lane
        raise NotInAgreement(f"the agreement {self.agreement.id} exchanges nothing in the lane {name[:16]}", lane=name)

    def _own_origin(self, reader: Reader, lane: Lane) -> Origin:
        return self.agreement.origin(self.post, lane, states.own_state(reader, lane).epoch)

    def _partner_origin(self, reader: Reader, lane: Lane) -> Origin:
        return self.agreement.origin(self._partner.post, lane, states.mirror_state(reader, lane).epoch)

    def _ring(self, reader: Reader) -> KeyRing:
        """Return the keys of both sides, as the agreement and the statements kept have them."""
        statements = states.kept_statements(reader)
        if statements != self._known_keys.statements:
            self._known_keys = self._keys_by(statements)
        return self._known_keys.ring

    def _keys_by(self, statements: tuple[str, ...]) -> KnownKeys:
        ring = KeyRing.of(self.versions.agreements, statements)
        partner = next((party for party in self.agreement.parties if party.post != self.post), self.me)
        return KnownKeys.of(ring, statements, partner=partner, held=self._keys, post=self.post)

    def _end(self, reader: Reader, lane: Lane) -> int:
        """Return how many entries may have left when the next batch has."""
        size = reader.own_size(states.own_log(reader, lane))
        return min(size, self._fixed.get(lane, 0)) if self._paced else size

    def _source(self, reader: Reader, lane: Lane) -> LogSource:
        keys, size = self._held_keys, reader.own_size(states.own_log(reader, lane))
        origin, ring = self._own_origin(reader, lane), self._ring(reader)
        return LogSource(origin, keys.log, size, more=keys.more_log, ring=ring)

    def _heard_now(self, reader: Reader) -> tuple[Heard, ...]:
        heard = (
            states.heard_of(state, str(self.agreement.origin(self._partner.post, lane, state.epoch)))
            for lane in self.lanes
            for state in (states.mirror_state(reader, lane),)
        )
        return tuple(each for each in heard if each is not None)

    def _cosign(self, checkpoint: str, now_ms: int) -> str:
        """Return ``checkpoint`` with a line by each mirror key of ours that counts there."""
        signed = notes.parse(checkpoint)
        read = Checkpoint.parse(signed.text)
        counting = {key.public for key in self._known_keys.ring.mirror_keys(self.post, read.origin, read.size)}
        lines = (
            notes.cosign(signed.text, name=self.me.mirror_name, key=key, at_s=now_ms // SECOND_MS)
            for key in self._held_keys.mirrors
            if key.public in counting
        )
        return signed.plus(*lines).to_text()

    def _tree(self, reader: Reader, lane: Lane, size: int) -> CompactRange:
        # Rows never change, so the tree of the last batch stays true for ever at its size.
        built = self._built.get(lane)
        return built if built is not None and built.size == size else states.own_tree(reader, lane, size)

    def read_back(self, reader: Reader, lane: Lane, size: int) -> CompactRange:
        """Return the tree of our log at ``size``, each row after the last receipt hashed again.

        Where it ends before that receipt all its rows are.

        Raises:
            StorageDamaged: a row does not match its hash.
        """
        tree = states.own_state(reader, lane).range()
        if tree.size > size:
            tree = CompactRange()
        log = states.own_log(reader, lane)
        for row in states.own_rows(reader, log, start=tree.size, end=size):
            if row.index != tree.size or leaf_hash(row.header) != row.leaf:
                raise StorageDamaged(f"entry {row.index} of the log {log} does not match its hash", log=log)
            tree.append(row.leaf)
        return tree

    def _lost(self, reader: Reader, lane: Lane, note: str) -> Checkpoint | None:
        """Return the checkpoint in ``note`` if it bears our own signature over what our log does not have.

        A longer log or a later epoch always shows it.  Another root of a size that we have shows it only
        before the partner was greeted in this life: afterwards somebody signed two histories.
        """
        shown = signed_by_us(note, self._source(reader, lane))
        if shown is None:
            return None
        own, size = states.own_state(reader, lane), reader.own_size(states.own_log(reader, lane))
        if (shown.origin.epoch, shown.size) > (own.epoch, size):
            return shown
        if lane in self._greeted or shown.origin.epoch < own.epoch:
            return None
        return shown if self._tree(reader, lane, shown.size).root() != shown.root else None

    def _freeze_own(self, unit: Unit, lane: Lane, evidence: dict[str, object], *, now_ms: int) -> OwnState:
        """Stop the lane until people let it go on, because what was signed cannot all be true."""
        states.put_numbered(unit, states.evidence_name(lane), {"at_ms": now_ms, **evidence})
        own = replace(states.own_state(unit, lane), frozen=Freeze(now_ms, self.post, CONTRADICTION))
        states.put_own(unit, lane, own)
        return own

    # --- what may be signed ---------------------------------------------------------------

    def _is_sure(self, reader: Reader, lane: Lane, now_ms: int) -> bool:
        """Tell whether we are sure of the log of ``lane``, and may say so by signature."""
        self._ensure_loaded(reader)
        if not self.enabled or not self.may_sign or not self.in_force(now_ms):
            return False
        return states.own_state(reader, lane).frozen is None and self._recovery(reader, lane, now_ms=now_ms) is None

    def _recovery(
        self, reader: Reader, lane: Lane, *, now_ms: int, reason: str = "", until: int = 0
    ) -> Recovery | None:
        """Return what is known of the recovery of ``lane``, None when it needs none.

        A ``reason`` begins one.  ``until`` is an epoch that may bear our signature; what the partner
        said of fewer epochs is asked again.
        """
        own, suspicion = states.own_state(reader, lane), self._suspected.get(lane)
        if suspicion is not None:
            # What a person says goes further than marks that were put back with the ledger.
            reason = reason if reason == states.DECLARED else suspicion.reason
            until = max(until, suspicion.until)
        if own.recovery is not None:
            return self._gone_on(own.recovery, reason=reason, until=until)
        if not reason:
            return None
        return Recovery(
            reason=reason,
            since_ms=now_ms,
            epoch=own.epoch,
            held_copy=own.copy,
            held=reader.own_size(states.own_log(reader, lane)),
            sure=own.confirmed,
            until=max(until, own.epoch),
            signed=suspicion.signed if suspicion is not None else 0,
            counted=reason in states.EPOCHS_KNOWN and (suspicion is not None or reason != states.RESTORED),
            life=self._life if reason in states.EPOCHS_DOUBTFUL else "",
        )

    def _gone_on(self, recovery: Recovery, *, reason: str, until: int) -> Recovery:
        """Return ``recovery``, which the ledger holds, in the light of what is suspected or declared now.

        When nothing tells whether the ledger is a backup, what it says of a fence may be older than an epoch that
        was opened from that fence and signed for: it is asked again, and one epoch more is closed.
        """
        declared = reason == states.DECLARED
        if recovery.again is not None:
            # The suspicion stays until the next fence; what a person said must be kept.
            return replace(recovery, declared=True) if declared else recovery
        until = max(until, recovery.until)
        if declared or (reason in states.EPOCHS_DOUBTFUL and recovery.life != self._life):
            return replace(recovery, until=until, counted=False, life=self._life, fence="")
        return replace(recovery, until=until, fence="") if until > recovery.until else recovery

    def _begin_recovery(self, unit: Unit, lane: Lane, *, now_ms: int, reason: str = "", until: int = 0) -> OwnState:
        """Keep that ``lane`` recovers, if it does: nothing is signed in it until a new epoch is open."""
        own, recovery = (
            states.own_state(unit, lane),
            self._recovery(unit, lane, now_ms=now_ms, reason=reason, until=until),
        )
        if recovery != own.recovery:
            own = replace(own, recovery=recovery)
            states.put_own(unit, lane, own)
            self._next.pop(lane, None)
            self._built.pop(lane, None)
            self._greeted.discard(lane)
        return own
