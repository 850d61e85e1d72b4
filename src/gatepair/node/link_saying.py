"""Saying something to the partner: a message becomes an entry of our log, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gatepair.base.findings import Finding
from gatepair.base.ids import derived
from gatepair.exchange.envelope import Draft, Opened, Reference, seal
from gatepair.exchange.messages import OUTCOME
from gatepair.node import link_state as states
from gatepair.node.link_common import LinkCommon
from gatepair.node.link_setting import check_known
from gatepair.node.ports import Unit


class Saying(LinkCommon):
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
    ) -> bytes | None:
        """Append a message to our log in the caller's transaction and return its leaf.

        Sections that the agreement does not list stay here.  None when the message is not sent at all:
        no partner, not agreed, or no agreement in force.  ``message_id`` names a message that exists
        already (re-issued after a restore); without it the id is derived from the place in the log.

        Raises:
            NotInAgreement: a section that this type of message has nowhere; a programming error.
            Malformed: a value outside the canonical profile.
            TooLarge: the message is over the limits.
        """
        if not self.enabled or not self.lists(kind) or not self.agreement.in_force(now_ms):
            return None
        check_known(kind, sections)
        agreed = self._terms.by_kind[kind]
        origin = self._own_origin(unit, agreed.lane)
        index = unit.own_size(states.own_log(unit, agreed.lane))
        draft = Draft(
            kind=kind,
            id=message_id or derived("M", str(origin), str(index)),
            subject=subject,
            sections={name: sections[name] for name in agreed.sections if name in sections},
            at_ms=now_ms,
            heard=self._heard_now(unit),
            re=tuple(re),
        )
        sealed = seal(draft, self._terms, sender=self.post, entropy=self._entropy)
        unit.own_append(states.own_log(unit, agreed.lane), sealed.header, sealed.body, sealed.leaf)
        return sealed.leaf

    def answer(self, unit: Unit, opened: Opened, findings: Sequence[Finding], *, now_ms: int) -> bytes | None:
        """Answer the partner's entry with an outcome: accepted, or refused with the codes of ``findings``."""
        return self._outcome(unit, opened.reference, opened.subject, findings, now_ms=now_ms)

    def _outcome(
        self, unit: Unit, re: Reference, subject: str, findings: Sequence[Finding], *, now_ms: int
    ) -> bytes | None:
        verdict = {"codes": sorted({finding.code for finding in findings})}
        outcome = {**verdict, "verdict": "refused" if findings else "accepted"}
        return self.enqueue(
            unit,
            kind=OUTCOME,
            subject=subject,
            sections={"outcome": outcome},
            re=(re,),
            now_ms=now_ms,
            message_id=derived("M", self.post, re.leaf, OUTCOME, subject, "0"),
        )
