"""An agreement in words, for people who sign it: as plain text and as one HTML page for print.

Everything is read from the agreement itself; names of posts and time zones, which it does not
hold, may be given.  The page is an aid: what is signed is the canonical bytes, whose hash it shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from html import escape
from typing import Final

from gatepair.base.findings import Language
from gatepair.base.sheet import Part, Table, document, part_html, part_text
from gatepair.base.time import Instant, to_datetime
from gatepair.exchange.agreement import Agreement, Message, Mode, Party, Tolerance, fingerprint
from gatepair.exchange.agreement_check import may_send
from gatepair.exchange.agreement_words import PURPOSES, WORDS, duration, kind_name, named, section_names, word
from gatepair.exchange.note import Note

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole page in one language."""

    language: Language
    title: str
    subtitle: str
    hash_hex: str
    parts: tuple[Part, ...]
    signers: tuple[tuple[str, str], ...]
    """Who signs, and whether the signature verifies."""


@dataclass(frozen=True, slots=True)
class Around:
    """What an agreement does not hold and its readers know: names of posts, time zones, the signature file."""

    names: Names = field(default_factory=dict)
    """Post to the name that people use."""
    zones: tuple[tzinfo, ...] = ()
    """Zones in which instants are shown beside UTC."""
    signed: Note | None = None


def printed_fingerprint(key_hex: str) -> str:
    """Return the fingerprint of a public key (hex) in groups of four digits; empty for no key."""
    return " ".join(batched_by(fingerprint(bytes.fromhex(key_hex)), 4)) if key_hex else ""


def batched_by(text: str, size: int) -> Iterator[str]:
    """Yield ``text`` in pieces of ``size``."""
    for start in range(0, len(text), size):
        yield text[start : start + size]


def reading(agreement: Agreement, language: Language, around: Around) -> Reading:
    """Return ``agreement`` in words."""
    writer = _Writer(agreement, language, around)
    return Reading(
        language=language,
        title=word("title", language),
        subtitle=word("subtitle", language, id=agreement.id, version=agreement.version),
        hash_hex=agreement.hash().hex(),
        parts=tuple(writer.parts()),
        signers=tuple(writer.signers()),
    )


def purpose_in(purpose: str, language: Language) -> str:
    """Return a purpose in ``language`` where the catalogue has it, else as the agreement writes it."""
    if purpose in PURPOSES:
        return PURPOSES[purpose][language]
    return f"{purpose} {word('as_written', language)}"


def step_in(step: str, language: Language) -> str:
    """Return the name of a step that the staleness table lists."""
    key = f"step.{step}"
    return word(key, language) if key in WORDS else step


def clause_in(tolerance: Tolerance, language: Language) -> str:
    """Return what is done under ``tolerance``."""
    said = named(WORDS, f"clause.{tolerance.clause}", language).removeprefix("clause.")
    return f"{said}; {word('officer', language)}" if tolerance.officer else said


def age_in(tolerance: Tolerance, language: Language) -> str:
    """Return up to which age ``tolerance`` holds."""
    if tolerance.any_age:
        return word("any_age", language)
    return word("up_to", language, age=duration(tolerance.max_age_s, language))


def instant_in(at_ms: int, zones: tuple[tzinfo, ...] = ()) -> str:
    """Return an instant in UTC and, in brackets, in each of ``zones``."""
    moment = to_datetime(Instant(at_ms))
    local = ", ".join(f"{moment.astimezone(zone):%Y-%m-%d %H:%M} {zone}" for zone in zones)
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" + (f" ({local})" if local else "")


class _Writer:
    """Writes the parts of one reading."""

    def __init__(self, agreement: Agreement, language: Language, around: Around) -> None:
        self._agreement = agreement
        self._language = language
        self._around = around
        self._number = 2

    def parts(self) -> Iterator[Part]:
        """Yield the parts in their order."""
        yield self._parties()
        yield Part(self._say("mode"), (self._say(f"mode.{self._agreement.mode.value}"),))
        if self._agreement.mode is not Mode.ALONE:
            for party in self._agreement.parties:
                yield self._sent_by(party)
        yield self._staleness()
        yield self._validity()
        alone = self._agreement.mode is Mode.ALONE
        yield Part(self._numbered("signatures"), (self._say("alone_signs" if alone else "both_sign"),))

    def signers(self) -> Iterator[tuple[str, str]]:
        """Yield each party that signs and whether it did."""
        signed = self._around.signed
        missing = {found.path for found in self._agreement.check_signatures(signed)} if signed is not None else None
        for index, party in enumerate(self._agreement.parties):
            if party.root_key:
                good = missing is not None and f"parties.{index}.root_key" not in missing
                yield f"{party.side} · {self._name(party)}", self._say("signed" if good else "not_signed")

    def _say(self, key: str, **values: object) -> str:
        return word(key, self._language, **values)

    def _numbered(self, key: str, **values: object) -> str:
        self._number += 1
        number = "零一二三四五六七八九"[self._number] if self._language == "zh" else self._number
        return self._say(key, number=number, **values)

    def _name(self, party: Party) -> str:
        name = self._around.names.get(party.post)
        return f"{name} ({party.post})" if name else party.post

    def _parties(self) -> Part:
        head = tuple(self._say(key) for key in ("post", "side", "root", "log", "mirror"))
        rows = tuple(
            (
                self._name(party),
                party.side,
                *(printed_fingerprint(key) or self._say("no_key") for key in party.keys().values()),
            )
            for party in self._agreement.parties
        )
        further = (line for party in self._agreement.parties for line in self._further_keys(party))
        return Part(self._say("parties"), (self._say("fingerprints"), *further), Table(head, rows))

    def _further_keys(self, party: Party) -> Iterator[str]:
        name = self._name(party)
        for use, key in party.further_keys().items():
            yield self._say("further_key", post=name, use=use, mark=printed_fingerprint(key))
        if party.more_roots:
            yield self._say("roots_needed", post=name, needed=party.roots_needed, count=1 + len(party.more_roots))
        for pin in party.tls_pins:
            yield self._say("pinned", post=name, pin=pin)

    def _sent_by(self, sender: Party) -> Part:
        receiver = self._agreement.other(sender.post)
        names = {"sender": self._name(sender), "receiver": self._name(receiver)}
        title = self._numbered("sent", **names)
        messages = [message for message in self._agreement.messages if may_send(message, sender.post)]
        if not messages:
            return Part(title, (self._say("nothing_sent", **names),))
        head = tuple(self._say(key) for key in ("message", "purpose", "sections", "lane", "kept", "answer"))
        return Part(title, (self._say("only_listed", **names),), Table(head, tuple(map(self._message, messages))))

    def _message(self, message: Message) -> tuple[str, ...]:
        language = self._language
        deadline = message.outcome_deadline_s
        return (
            kind_name(message.kind, language),
            purpose_in(message.purpose, language),
            section_names(message.sections, language),
            self._say(f"lane.{message.lane.value}"),
            self._say("days", count=message.retention_days),
            self._say("no_answer") if deadline is None else duration(deadline, language),
        )

    def _staleness(self) -> Part:
        head = tuple(self._say(key) for key in ("step", "word_age", "then"))
        rows: list[tuple[str, ...]] = []
        for step, tolerances in sorted(self._agreement.staleness.items()):
            name = step_in(step, self._language)
            rows += [(name, age_in(each, self._language), clause_in(each, self._language)) for each in tolerances]
            if not any(each.any_age for each in tolerances):
                rows.append((name, self._say("older"), self._say("waits")))
        return Part(self._numbered("stale"), (self._say("stale_note"),), Table(head, tuple(rows)))

    def _validity(self) -> Part:
        start_ms, until_ms = self._agreement.valid_from_ms, self._agreement.valid_until_ms
        zones = self._around.zones
        start = instant_in(start_ms, zones) if start_ms else self._say("begin_of_time")
        until = self._say("no_end") if until_ms is None else instant_in(until_ms, zones)
        rows = [(self._say("from"), start), (self._say("until"), until)]
        if self._agreement.overlap_s is not None:
            rows.append((self._say("overlap"), duration(self._agreement.overlap_s, self._language)))
        return Part(self._numbered("validity"), (), Table(("", self._say("instant")), tuple(rows)))


# --- text ----------------------------------------------------------------------------------


def to_text(page: Reading) -> str:
    """Return ``page`` as plain text; tables become blocks, so that no script breaks their columns."""
    lines = [page.title, page.subtitle, "", word("what_is_signed", page.language)]
    lines += [f"{word('hash', page.language)}: {page.hash_hex}", ""]
    for part in page.parts:
        lines += [*part_text(part, word("colon", page.language)), ""]
    lines += [f"  {who}: {word('signature', page.language)}: {state}" for who, state in page.signers]
    return "\n".join(lines).rstrip() + "\n"


# --- page ----------------------------------------------------------------------------------

_STYLE: Final = """
.hash { border: 1px solid #14181c; padding: 10px 14px; margin: 16px 0; }
.sign { display: grid; grid-template-columns: 1fr 1fr; gap: 24px; margin-top: 18px; break-inside: avoid; }
.sign div { border-top: 1px solid #14181c; padding: 8px 0 72px; }
.soft { color: #4b5560; font-size: .85rem; }
@media (max-width: 600px) { .sign { grid-template-columns: 1fr; } }
"""


def to_html(page: Reading) -> str:
    """Return ``page`` as one HTML document that needs no network and no script."""
    language = page.language
    signers = "".join(
        f"<div><strong>{escape(who)}</strong><br>{escape(word('signature', language))}: {escape(state)}"
        f'<br><span class="soft">{escape(word("by_hand", language))}</span></div>'
        for who, state in page.signers
    )
    body = (
        f"<h1>{escape(page.title)}</h1>\n<p>{escape(page.subtitle)}</p>\n"
        f'<div class="hash"><p>{escape(word("what_is_signed", language))}</p>'
        f"{escape(word('hash', language))}: <code>{' '.join(batched_by(page.hash_hex, 8))}</code></div>\n"
        + "".join(map(part_html, page.parts))
        + f'<div class="sign">{signers}</div>\n'
    )
    return document(f"{page.title} · {page.subtitle}", body, language=language, style=_STYLE)
