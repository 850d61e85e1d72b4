"""Saying something to the partner: a message becomes an entry of our log, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from gatepair.base import canonical
from gatepair.base.errors import Malformed
from gatepair.base.findings import Finding
from gatepair.base.ids import derived
from gatepair.exchange import fitting, versions
from gatepair.exchange.agreement import Terms
from gatepair.exchange.attachments import digests_in
from gatepair.exchange.envelope import Body, Draft, Opened, Reference, seal
from gatepair.exchange.messages import OUTCOME, STATEMENTS, is_outcome
from gatepair.node import link_answers as answers
from gatepair.node import link_state as states
from gatepair.node.link_answers import Due
from gatepair.node.link_setting import check_known
from gatepair.node.link_speaking import Speaking
from gatepair.node.link_state import WAITING, Said, said_digest
from gatepair.node.ports import Unit

ID_BYTES: Final = 16
"""Unpredictable bytes in an id that nobody gave."""
FINDINGS_MAX: Final = 200
"""Findings named with their places in one outcome; their codes are all named."""
PATH_MAX: Final = 200


class Saying(Speaking):
    """Our log as its writer fills it."""

    def enqueue(
        self,
        unit: Unit,
        *,
        kind: str,
        subject: str,
        sections: Mapping[str, Any],
        now_ms: int,
        re: Sequence[Reference] = (),
        message_id: str | None = None,
        withhold: Collection[str] = (),
    ) -> bytes | None:
        """Append a message to our log in the caller's transaction and return its leaf.

        Sections that the version in force does not list stay here.  None when nothing is added: no partner, not
        agreed, no agreement in force, or a message of this id was said before, which is noted when it
        said something else.  Without ``message_id`` the message gets an id that no other has.

        While the lane recovers, the message waits for the next epoch and is sealed there again: what is
        returned then is the leaf of the waiting one.

        Sections in ``withhold`` are sealed into the header and kept here until they are disclosed.

        Raises:
            NotInAgreement: a section that this type of message has nowhere; a programming error.
            Malformed: a value outside the canonical profile.
            TooLarge: the message is over the limits.
        """
        self._ensure_loaded(unit)
        agreed = self._message(kind, now_ms)
        if not self.enabled or agreed is None:
            return None
        check_known(kind, sections)
        draft = Draft(
            kind=kind,
            id=message_id or derived("M", self.post, self._entropy.token(ID_BYTES).hex()),
            subject=subject,
            sections={name: sections[name] for name in agreed.sections if name in sections},
            at_ms=now_ms,
            heard=self._heard_now(unit),
            re=tuple(re),
        )
        digest = said_digest(kind, subject, draft.sections)
        before = states.said(unit, draft.id)
        if before is not None:
            _note_if_other(unit, draft, before, digest)
            return None
        sealed = seal(draft, self._named_by(kind, now_ms), sender=self.post, entropy=self._entropy)
        body = sealed.body
        if withhold:
            shown = states.opened_body(body)
            hidden = {name: shown.pop(name) for name in sorted(withhold) if name in shown}
            states.put_beside(unit, states.WITHHELD, sealed.leaf, hidden)
            body = canonical.encode(Body(shown))
        own = self._begin_recovery(unit, agreed.lane, now_ms=now_ms)
        waits = own.recovery is not None
        log = states.waiting_key(agreed.lane) if waits else states.own_log(unit, agreed.lane)
        index = unit.own_append(log, sealed.header, body, sealed.leaf)
        states.put_said(unit, draft.id, Said(WAITING if waits else own.epoch, index, digest))
        for section, value in draft.sections.items():
            for attached in digests_in(value):
                states.put_told(unit, attached, kind, section)
        if agreed.outcome_deadline_s is not None:
            due = Due(agreed.lane.value, subject, kind, now_ms)
            answers.expect(unit, draft.id, due, deadline_s=agreed.outcome_deadline_s)
        return sealed.leaf

    def say(
        self, unit: Unit, *, kind: str, subject: str, sections: Mapping[str, Any], now_ms: int, message_id: str
    ) -> bytes | None:
        """Say a message of the newest version ``kind`` in the version that the partner reads; return its leaf.

        None as for :meth:`enqueue`.

        Raises:
            Malformed: a section is not of the shape of its type; it was not sealed.
            TooLarge: the message is over the limits.
        """
        written = self.spoken(unit, kind, now_ms=now_ms)
        if written is None:
            return None
        values = versions.lowered(kind, canonical.plain(sections), to=written)
        for unfit in fitting.faults(written, values):
            raise Malformed(unfit.text("en"), type=written, path=unfit.path)
        return self.enqueue(unit, kind=written, subject=subject, sections=values, now_ms=now_ms, message_id=message_id)

    def answer(self, unit: Unit, opened: Opened, findings: Sequence[Finding], *, now_ms: int) -> bytes | None:
        """Answer the partner's entry with an outcome: accepted, or refused with the codes of ``findings``.

        None when nothing is said, as to an outcome: two posts would otherwise answer each other for ever.
        """
        if is_outcome(opened.type):
            return None
        return self._outcome(unit, opened.reference, opened.subject, findings, now_ms=now_ms)

    def _outcome(
        self, unit: Unit, re: Reference, subject: str, findings: Sequence[Finding], *, now_ms: int
    ) -> bytes | None:
        outcome: dict[str, Any] = {
            "codes": sorted({finding.code for finding in findings}),
            "verdict": "refused" if findings else "accepted",
        }
        if any(finding.path for finding in findings):
            outcome["findings"] = [
                {"code": finding.code, "path": finding.path[:PATH_MAX]} for finding in findings[:FINDINGS_MAX]
            ]
        return self.enqueue(
            unit,
            kind=OUTCOME,
            subject=subject,
            sections={"outcome": outcome},
            re=(re,),
            now_ms=now_ms,
            message_id=derived("M", self.post, re.leaf, OUTCOME, subject, "0"),
        )

    def _named_by(self, kind: str, now_ms: int) -> Terms:
        """Return the version of the agreement that the header of a message of ``kind`` names."""
        writing = None if kind in STATEMENTS else self.versions.writing(now_ms)
        return self.versions.of_itself(now_ms) if writing is None else writing.terms


def _note_if_other(unit: Unit, draft: Draft, before: Said, digest: str) -> None:
    """Note for the reconciliation that a message already said would now say something else."""
    if before.digest not in ("", digest):
        note: dict[str, object] = {
            "at_ms": draft.at_ms,
            "epoch": before.epoch,
            "index": before.index,
            "type": draft.kind,
        }
        unit.put_state(f"exchange/said_otherwise/{draft.id}", canonical.encode({**note, "subject": draft.subject}))
