"""What stands in the way of signing, or of relying on, an agreement: findings with their paths.

:meth:`Agreement.check` says what makes an agreement unusable for a node.  What follows here is
asked before people sign: is everything said that must be said, who has signed, what about the
dates, and how does it fit the version before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatepair.base.findings import Finding, Severity
from gatepair.base.time import SECOND_MS, Instant, rfc3339
from gatepair.exchange import findings as kinds
from gatepair.exchange.agreement import DEFAULT_STALENESS, Agreement, Message, Mode, Party
from gatepair.exchange.key_statements import KeyUse
from gatepair.exchange.messages import CATALOGUE, OUTCOME
from gatepair.exchange.note import Note
from gatepair.exchange.signer import Algorithm
from gatepair.exchange.succession import findings as successions

HASH_DIGITS_MIN = 16
"""Fewest digits of a hash that may stand for it: 64 bits, more than anyone finds a second text for in a meeting."""


def hash_findings(agreement: Agreement, expected: str) -> tuple[Finding, ...]:
    """Return a finding unless ``expected`` (the hash, or its first 16 digits or more) belongs to ``agreement``.

    Spaces and case do not matter: people copy it from paper.
    """
    found = agreement.hash().hex()
    digits = "".join(expected.split()).lower()
    if len(digits) >= HASH_DIGITS_MIN and found.startswith(digits):
        return ()
    return (kinds.AGREEMENT_OTHER_HASH.at(hash=found, expected=expected),)


def complete_findings(agreement: Agreement) -> tuple[Finding, ...]:
    """Return what is wrong with ``agreement`` or left unsaid in it, whoever signs it and whenever."""
    return (
        *agreement.check(),
        *_step_findings(agreement),
        *(found for index, message in enumerate(agreement.messages) for found in _term_findings(agreement, index, message)),
    )  # fmt: skip


def signature_findings(agreement: Agreement, signed: Note, before: Agreement | None = None) -> tuple[Finding, ...]:
    """Return who has not signed, what else was signed, and who signed without being a party, now or in ``before``."""
    if signed.text != agreement.note_text():
        return (kinds.AGREEMENT_OTHER_SIGNED.at("", agreement=agreement.id, version=agreement.version),)
    parties = (*agreement.parties, *(before.parties if before is not None else ()))
    roots = {(root.name, root.key_id) for party in parties for root in party.roots()}
    strangers = (
        kinds.AGREEMENT_SIGNER_UNKNOWN.at(f"signatures.{index}", signer=line.name)
        for index, line in enumerate(signed.lines)
        if (line.name, line.key_id) not in roots
    )
    return (*agreement.check_signatures(signed), *strangers)


def date_findings(agreement: Agreement, now_ms: int) -> tuple[Finding, ...]:
    """Return what ``now_ms`` and the dates of ``agreement`` mean for each other."""
    found = []
    if now_ms < agreement.valid_from_ms:
        found.append(kinds.AGREEMENT_BEGINS_LATER.at("valid_from_ms", instant=_instant(agreement.valid_from_ms)))
    if agreement.valid_until_ms is None:
        found.append(kinds.AGREEMENT_NO_END.at("valid_until_ms"))
    elif agreement.valid_until_ms <= now_ms:
        found.append(kinds.AGREEMENT_OVER.at("valid_until_ms", instant=_instant(agreement.valid_until_ms)))
    return tuple(found)


def succession_findings(before: Agreement, after: Agreement) -> tuple[Finding, ...]:
    """Return how ``after`` fits ``before``: one pair, the next version, keys with their beginning, an overlap and no gap."""
    if {(party.side, party.post) for party in before.parties} != {(party.side, party.post) for party in after.parties}:
        return (kinds.AGREEMENT_OTHER_PAIR.at("parties"),)
    if before.hash() == after.hash():
        return ()
    found = []
    if before.id == after.id:
        found += [*_number_findings(before, after), *reign_findings(before, after)]
    start_ms = max(before.valid_from_ms, after.valid_from_ms)
    overlap_ms = None if after.overlap_s is None else after.valid_from_ms + after.overlap_s * SECOND_MS
    ends = [end for end in (before.valid_until_ms, after.valid_until_ms, overlap_ms) if end is not None]
    until_ms = min(ends, default=None)
    if until_ms is not None and until_ms < start_ms:
        found.append(kinds.AGREEMENT_GAP.at("valid_from_ms", start=_instant(until_ms), until=_instant(start_ms)))
    elif until_ms != start_ms:
        until = "∞" if until_ms is None else _instant(until_ms)
        versions = {"first": before.version, "second": after.version}
        found.append(kinds.AGREEMENT_OVERLAP.at("valid_from_ms", start=_instant(start_ms), until=until, **versions))
    return tuple(found)


def reign_findings(before: Agreement, after: Agreement) -> Iterator[Finding]:
    """Yield a finding for each log in which ``after`` begins no reign though keys that rule there are others.

    Roots rule their post's own logs and, by its mirror keys, those of its partner; a further algorithm that is
    required rules the logs that its keys sign or cosign.
    """
    for index, party in enumerate(after.parties):
        was = next((each for each in before.parties if each.post == party.post), None)
        if was is None:
            continue
        ruled: set[KeyUse] = {KeyUse.LOG, KeyUse.MIRROR}
        if roots_of(was) == roots_of(party):
            ruled = {use for use, _ in _required(party) - _required(was)}
        writers = [(index, party)] if KeyUse.LOG in ruled else []
        if KeyUse.MIRROR in ruled:
            writers += [(other, each) for other, each in enumerate(after.parties) if other != index]
        for place, writer in writers:
            if writer.logs_from is None:
                named = {"post": party.post, "version": after.version, "writer": writer.post}
                yield successions.REIGN_MISSING.at(f"parties.{place}.logs_from", **named)


def roots_of(party: Party) -> tuple[frozenset[str], int]:
    """Return who speaks for the side of ``party``: its root keys, and how many of them must sign."""
    return frozenset(filter(None, (party.root_key, *party.more_roots))), party.roots_needed


def _required(party: Party) -> set[tuple[KeyUse, Algorithm]]:
    return {(key.use, key.algorithm) for key in party.extra_keys if key.required}


def _number_findings(before: Agreement, after: Agreement) -> Iterator[Finding]:
    if after.version <= before.version:
        yield kinds.AGREEMENT_VERSION_REUSED.at("version", agreement=after.id, version=after.version)
    elif after.version != before.version + 1:
        yield not_next(after, held=before.version)
    if after.valid_from_ms < before.valid_from_ms:
        yield successions.BEGINS_EARLIER.at("valid_from_ms", held=before.version, version=after.version)


def not_next(after: Agreement, *, held: int) -> Finding:
    """Return that ``after`` does not follow version ``held``."""
    named = {"agreement": after.id, "held": held, "next": held + 1, "version": after.version}
    return successions.NOT_NEXT.at("version", **named)


def signable(found: Sequence[Finding]) -> bool:
    """Tell whether nothing in ``found`` forbids to sign; warnings and notes do not."""
    return all(finding.severity is not Severity.ERROR for finding in found)


def _instant(at_ms: int) -> str:
    return rfc3339(Instant(at_ms))


def _step_findings(agreement: Agreement) -> Iterator[Finding]:
    if agreement.mode is Mode.PAIRED:
        for step in DEFAULT_STALENESS:
            if not agreement.staleness.get(step):
                yield kinds.AGREEMENT_STEP_MISSING.at(f"staleness.{step}", step=step)
    for step in agreement.staleness:
        if step not in DEFAULT_STALENESS:
            yield kinds.AGREEMENT_STEP_UNKNOWN.at(f"staleness.{step}", step=step)


def _term_findings(agreement: Agreement, index: int, message: Message) -> Iterator[Finding]:
    usual = CATALOGUE.get(message.kind)
    if usual is not None and message.retention_days > usual.retention_days:
        days = {"days": message.retention_days, "usual": usual.retention_days}
        yield kinds.AGREEMENT_RETENTION_LONG.at(f"messages.{index}.retention_days", type=message.kind, **days)
    if message.outcome_deadline_s is None:
        return
    for reader in agreement.parties:
        asked = any(may_send(message, party.post) for party in agreement.parties if party.post != reader.post)
        outcome = agreement.message(OUTCOME)
        if asked and not (outcome is not None and may_send(outcome, reader.post)):
            path = f"messages.{index}.outcome_deadline_s"
            yield kinds.AGREEMENT_OUTCOME_MISSING.at(path, type=message.kind, post=reader.post)


def may_send(message: Message, post: str) -> bool:
    """Tell whether ``message`` may be sent by ``post``."""
    return not message.senders or post in message.senders
