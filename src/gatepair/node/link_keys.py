"""The keys of a link: the statements that are kept, the ring that follows from them, and how ours change.

What is kept are the statements themselves; they also stand in the logs, so all of it could be worked
out again.  A statement of our own side is said to the partner in the lane ``urgent`` when it is taken in.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from gatepair.base.errors import EnvelopeRejected, Refused
from gatepair.base.ids import derived
from gatepair.exchange import findings as kinds
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import FIRST_EPOCH
from gatepair.exchange.envelope import Opened
from gatepair.exchange.key_statements import (
    KeyAct,
    KeyStatement,
    KeyUse,
    Position,
    Positions,
    digest_of,
    parse_statement,
)
from gatepair.exchange.keys import HeldKey, KeyRing, KeyState
from gatepair.exchange.messages import Lane
from gatepair.exchange.sections.keys import KeyNote
from gatepair.node import link_receipts as receipts
from gatepair.node import link_state as states
from gatepair.node.link_saying import Saying
from gatepair.node.ports import Reader, Unit


def positions_now(reader: Reader, *, act: KeyAct, use: KeyUse) -> Positions:
    """Return where a statement of now begins or ends to hold.

    Of our logs: what the partner has confirmed, for a retirement all that is signed by now.  Of the
    partner's logs, which a mirror key cosigns: all that is held.
    """

    def position(lane: Lane) -> Position:
        if use is KeyUse.MIRROR:
            mirror = states.mirror_state(reader, lane)
            return Position(mirror.epoch, mirror.size)
        own = states.own_state(reader, lane)
        size = reader.own_size(states.own_log(reader, lane)) if act is KeyAct.RETIRED else own.confirmed
        return Position(own.epoch, size)

    if use is KeyUse.TLS:
        return Positions.everywhere(Position(FIRST_EPOCH, 0))
    return Positions(bulk=position(Lane.BULK), normal=position(Lane.NORMAL), urgent=position(Lane.URGENT))


class Keeping(Saying):
    """How statements come in and what they come to."""

    def take_statement(self, unit: Unit, statement: str, *, now_ms: int) -> KeyStatement:
        """Keep the signed ``statement`` of either side, and tell the partner when it is ours; again it changes nothing.

        Raises:
            EnvelopeRejected: it is no statement.
            Refused: not enough roots signed it, or it does not fit what is known; nothing was kept.
        """
        said, signed = parse_statement(statement)
        name = states.KEPT + digest_of(signed.text)
        if unit.state(name) is None:
            self._check_statement(unit, said, statement)
            unit.put_state(name, statement.encode())
            # What asks without a ledger at hand goes by the keys last seen.
            self._ring(unit)
            if said.act is KeyAct.REVOKED and said.use is KeyUse.MIRROR and said.post != self.post:
                self._void_receipts(unit, said)
            if said.act is KeyAct.REVOKED and said.use is KeyUse.LOG:
                self._leave_epochs(unit, said, now_ms=now_ms)
            if said.post == self.post:
                self._tell(unit, said, statement, now_ms=now_ms)
        return said

    def _hear_statement(self, unit: Unit, opened: Opened, *, now_ms: int) -> None:
        """Take in a statement that came in the partner's log, and answer it when it cannot be taken."""
        section = opened.sections.get("statement")
        try:
            self.take_statement(unit, msgspec.convert(section, KeyNote).note, now_ms=now_ms)
        except Refused as error:
            self.answer(unit, opened, error.findings, now_ms=now_ms)
        except (EnvelopeRejected, msgspec.ValidationError):
            self.answer(
                unit, opened, [kinds.KEY_STATEMENT_UNSIGNED.at("statement", side=self._partner.side)], now_ms=now_ms
            )

    def key_table(self, reader: Reader) -> list[dict[str, Any]]:
        """Return the keys of both sides as people look at them: whose, what for, and what each is where the logs stand."""
        ring = self._ring(reader)
        return [self._row(reader, ring, key) for key in {key.identity: key for key in ring.keys}.values()]

    def _check_statement(self, reader: Reader, said: KeyStatement, statement: str) -> None:
        ring = self._ring(reader)
        if not ring.counts(statement):
            raise Refused([kinds.KEY_STATEMENT_UNSIGNED.at("statement", side=said.side)])
        public, shown = bytes.fromhex(said.public), said.public[:16]
        known = [key for key in ring.keys if key.public == public]
        if any(key.post != said.post or key.use is not said.use for key in known):
            raise Refused([kinds.SAME_KEY.at("statement", first=said.post, second=known[0].post)])
        if said.act is not KeyAct.ANNOUNCED and not known:
            raise Refused([kinds.KEY_NOT_ANNOUNCED.at("statement", key=shown, post=said.post)])
        ours = said.post == self.post and said.use is KeyUse.LOG and said.act is KeyAct.RETIRED
        if ours and not self._overlapped(reader, ring, public):
            raise Refused([kinds.KEY_OVERLAP_MISSING.at("statement", key=shown)])

    def _overlapped(self, reader: Reader, ring: KeyRing, public: bytes) -> bool:
        """Tell whether the partner has receipted, in the lane of key statements, what another of our keys signed too."""
        kept = receipts.newest(reader, Lane.URGENT)
        if kept is None:
            return False
        try:
            signers = ring.check_log(notes.parse(kept[1]))[1]
        except EnvelopeRejected:
            return False
        retiring = {key.algorithm for key in ring.keys if key.public == public}
        return any(key.public != public and key.algorithm in retiring for key in signers.keys)

    def _leave_epochs(self, unit: Unit, said: KeyStatement, *, now_ms: int) -> None:
        """Go on in new epochs after a log key was revoked: of ours by asking for fences, of the partner's by closing.

        What the partner's mirror here holds above the revocation, signed by nothing that counts, is void: its
        log goes on from the revocation.
        """
        ring = self._ring(unit)
        for lane in self.lanes:
            if said.post == self.post:
                self._begin_recovery(unit, lane, now_ms=now_ms, reason=states.KEY_REVOKED)
                continue
            state, end = states.mirror_state(unit, lane), said.positions.at(lane)
            note = unit.mirror_checkpoint(states.mirror_log(unit, lane))
            if note is None or end.epoch != state.epoch or end.size >= state.size or _is_signed(ring, note):
                continue
            tree = states.mirror_tree(unit, lane, end.size)
            states.put_numbered(
                unit,
                states.void_name(lane),
                {"at_ms": now_ms, "epoch": state.epoch, "from": end.size, "until": state.size},
            )
            after = replace(state, tree=tree.to_bytes().hex(), closed=max(state.closed, state.epoch), recent=())
            states.put_mirror(unit, lane, after)
            self._heard[lane] = after

    def _void_receipts(self, unit: Unit, said: KeyStatement) -> None:
        """Hold as confirmed only what the partner receipted below the revocation; new receipts are asked for."""
        ring = self._ring(unit)
        for lane in self.lanes:
            own = receipts.voided(unit, lane, states.own_state(unit, lane), ring=ring, post=said.post)
            if own is None:
                continue
            end = said.positions.at(lane)
            size = min(own.confirmed, end.size if end.epoch == own.epoch else 0)
            tree = states.own_tree(unit, lane, size)
            states.put_own(unit, lane, replace(own, confirmed=size, tree=tree.to_bytes().hex()))
            self._next.pop(lane, None)

    def _tell(self, unit: Unit, said: KeyStatement, statement: str, *, now_ms: int) -> None:
        self.enqueue(
            unit,
            kind=said.type,
            subject=self.post,
            sections={"statement": {"note": statement}},
            now_ms=now_ms,
            message_id=derived(
                "M", self.post, digest_of(parse_statement(statement)[1].text), said.type, self.post, "0"
            ),
        )

    def _row(self, reader: Reader, ring: KeyRing, key: HeldKey) -> dict[str, Any]:
        ours = (key.post == self.post) is (key.use is KeyUse.LOG)
        by_lane = {}
        for lane in self.lanes:
            state = states.own_state(reader, lane) if ours else states.mirror_state(reader, lane)
            size = reader.own_size(states.own_log(reader, lane)) if ours else states.mirror_state(reader, lane).size
            by_lane[lane.value] = ring.state(key.identity, lane, Position(state.epoch, size)).value
        return {
            "algorithm": "" if key.algorithm is None else key.algorithm.value,
            "lanes": by_lane,
            "post": key.post,
            "public": key.public.hex(),
            "state": _together(ring, key, by_lane),
            "use": key.use.value,
        }


def _is_signed(ring: KeyRing, note: bytes) -> bool:
    try:
        ring.check_log(notes.parse(note))
    except EnvelopeRejected:
        return False
    return True


def _together(ring: KeyRing, key: HeldKey, by_lane: dict[str, str]) -> str:
    """Return one word for the key: what it is in every lane, or in the one where it is most."""
    if key.use is KeyUse.TLS:
        return KeyState.CURRENT.value if key.public.hex() in ring.pins(key.post) else KeyState.RETIRED.value
    ranks = (KeyState.REVOKED, KeyState.CURRENT, KeyState.ANNOUNCED, KeyState.RETIRED, KeyState.UNKNOWN)
    return next((state.value for state in ranks if state.value in by_lane.values()), KeyState.UNKNOWN.value)
