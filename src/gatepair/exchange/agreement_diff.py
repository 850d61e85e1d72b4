"""What changed between two agreements, in words, and whether more or less leaves each side for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from gatepair.base.findings import Language
from gatepair.exchange.agreement import Agreement, Message, Party, Tolerance
from gatepair.exchange.agreement_check import may_send
from gatepair.exchange.agreement_page import age_in, clause_in, instant_in, printed_fingerprint, purpose_in, step_in
from gatepair.exchange.agreement_words import CHANGES, SECTIONS, duration, kind_name, named, word


class Effect(StrEnum):
    """What a change does to what is shown and kept."""

    WIDER = "wider"
    """More is shown to the other side, or kept for longer."""
    NARROWER = "narrower"
    """Less is shown, or kept for less time."""
    OTHER = "other"
    """Neither: keys, dates, lanes, deadlines, staleness."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: a key of the words, the dotted path in the newer agreement, and the values as they stand."""

    key: str
    path: str
    values: Mapping[str, Any]
    effect: Effect = Effect.OTHER

    def text(self, language: Language) -> str:
        """Return the sentence in ``language``."""
        shown = {name: _shown(self.key, name, value, language) for name, value in self.values.items()}
        return CHANGES[self.key][language].format_map(shown)

    def to_wire(self) -> dict[str, Any]:
        """Return key, path, effect and the sentence in all four languages."""
        languages: tuple[Language, ...] = ("vi", "zh", "en", "fr")
        text = {language: self.text(language) for language in languages}
        return {"change": self.key, "effect": self.effect.value, "path": self.path, "text": text}


def changes(old: Agreement, new: Agreement) -> tuple[Change, ...]:
    """Return what ``new`` says otherwise than ``old``, in the order of the page."""
    return (
        *_plain_changes(old, new),
        *_party_changes(old, new),
        *_lane_changes(old, new),
        *_message_changes(old, new),
        *_staleness_changes(old, new),
    )


def _plain_changes(old: Agreement, new: Agreement) -> Iterator[Change]:
    pairs: tuple[tuple[str, str, Any, Any], ...] = (
        ("id", "id", old.id, new.id),
        ("version", "version", old.version, new.version),
        ("mode", "mode", old.mode.value, new.mode.value),
        ("valid_from", "valid_from_ms", old.valid_from_ms, new.valid_from_ms),
        ("valid_until", "valid_until_ms", old.valid_until_ms, new.valid_until_ms),
        ("overlap", "overlap_s", old.overlap_s, new.overlap_s),
    )
    for key, path, before, after in pairs:
        if before != after:
            yield Change(key, path, {"old": before, "new": after})


def _party_changes(old: Agreement, new: Agreement) -> Iterator[Change]:
    before = {party.post: party for party in old.parties}
    for index, party in enumerate(new.parties):
        was = before.pop(party.post, None)
        if was is None:
            yield Change("party_added", f"parties.{index}", {"post": party.post})
        else:
            yield from _changes_of_party(was, party, f"parties.{index}")
    for post in before:
        yield Change("party_removed", "parties", {"post": post})


def _changes_of_party(was: Party, party: Party, path: str) -> Iterator[Change]:
    if was.side != party.side:
        yield Change("side", f"{path}.side", {"post": party.post, "old": was.side, "new": party.side})
    for use, key in party.keys().items():
        if was.keys()[use] != key:
            values = {"post": party.post, "use": use, "old": was.keys()[use], "new": key}
            yield Change("key", f"{path}.{use}_key", values)
    before, after = was.further_keys(), party.further_keys()
    for use in dict.fromkeys((*before, *after)):
        old, new = before.get(use, ""), after.get(use, "")
        if old != new:
            yield Change("key", f"{path}.further_keys", {"post": party.post, "use": use, "old": old, "new": new})
    if _asked_of_keys(was) != _asked_of_keys(party):
        yield Change("keys_otherwise", path, {"post": party.post})


def _asked_of_keys(party: Party) -> tuple[object, ...]:
    required = [(key.use, key.algorithm, key.required) for key in party.extra_keys]
    return party.roots_needed, required, party.tls_pins, party.logs_from


def _lane_changes(old: Agreement, new: Agreement) -> Iterator[Change]:
    for lane in new.lanes:
        if lane not in old.lanes:
            yield Change("lane_added", "lanes", {"lane": lane.value})
    for lane in old.lanes:
        if lane not in new.lanes:
            yield Change("lane_removed", "lanes", {"lane": lane.value})


def _message_changes(old: Agreement, new: Agreement) -> Iterator[Change]:
    """Compare by type and sender: what matters to each side is what it shows and what it sees."""
    places = {message.kind: index for index, message in enumerate(new.messages)}
    kinds = list(dict.fromkeys(message.kind for message in (*new.messages, *old.messages)))
    posts = [party.post for party in new.parties]
    for kind in kinds:
        was, now = old.message(kind), new.message(kind)
        path = f"messages.{places[kind]}" if kind in places else "messages"
        for post in posts:
            before = was is not None and may_send(was, post)
            after = now is not None and may_send(now, post)
            if after and not before:
                yield Change("message_added", path, {"sender": post, "type": kind}, Effect.WIDER)
            elif before and not after:
                yield Change("message_removed", path, {"sender": post, "type": kind}, Effect.NARROWER)
            elif was is not None and now is not None and after:
                yield from _section_changes(was, now, path=path, receiver=_facing(posts, post))
        if was is not None and now is not None:
            yield from _term_changes(was, now, path)


def _facing(posts: Sequence[str], post: str) -> str:
    return next((each for each in posts if each != post), post)


def _section_changes(was: Message, now: Message, *, path: str, receiver: str) -> Iterator[Change]:
    base = {"receiver": receiver, "type": now.kind}
    for section in now.sections:
        if section not in was.sections:
            yield Change("section_added", f"{path}.sections", {**base, "section": section}, Effect.WIDER)
    for section in was.sections:
        if section not in now.sections:
            yield Change("section_removed", f"{path}.sections", {**base, "section": section}, Effect.NARROWER)


def _term_changes(was: Message, now: Message, path: str) -> Iterator[Change]:
    base: dict[str, Any] = {"type": now.kind}
    if was.purpose != now.purpose:
        yield Change("purpose", f"{path}.purpose", {**base, "old": was.purpose, "new": now.purpose})
    if was.retention_days != now.retention_days:
        longer = now.retention_days > was.retention_days
        days = {"old": was.retention_days, "new": now.retention_days}
        effect = Effect.WIDER if longer else Effect.NARROWER
        yield Change("kept_longer" if longer else "kept_shorter", f"{path}.retention_days", {**base, **days}, effect)
    if was.lane is not now.lane:
        yield Change("message_lane", f"{path}.lane", {**base, "old": was.lane.value, "new": now.lane.value})
    if was.outcome_deadline_s != now.outcome_deadline_s:
        deadlines = {"old": was.outcome_deadline_s, "new": now.outcome_deadline_s}
        yield Change("deadline", f"{path}.outcome_deadline_s", {**base, **deadlines})


def _staleness_changes(old: Agreement, new: Agreement) -> Iterator[Change]:
    for step in sorted({*old.staleness, *new.staleness}):
        was, now = old.tolerances(step), new.tolerances(step)
        if was != now:
            yield Change("staleness", f"staleness.{step}", {"step": step, "old": was, "new": now})


# --- values in words -----------------------------------------------------------------------


def _shown(key: str, name: str, value: Any, language: Language) -> str:  # noqa: C901 - one case per kind of value
    match key, name:
        case "mode", _:
            return word(f"mode.{value}", language)
        case _, "type":
            return kind_name(value, language)
        case _, "section":
            return named(SECTIONS, value, language)
        case _, "step":
            return step_in(value, language)
        case (_, "lane") | ("message_lane", _):
            return word(f"lane.{value}", language)
        case "key", "use" if " " in value:
            return str(value)
        case "key", "use":
            return word(value, language).partition(":")[0].partition("：")[0].strip()
        case "key", ("old" | "new"):
            return printed_fingerprint(value) or word("no_key", language)
        case (("kept_longer" | "kept_shorter"), _):
            return word("days", language, count=value)
        case "deadline", _:
            return word("no_answer", language) if value is None else duration(value, language)
        case "purpose", _:
            return purpose_in(value, language)
        case "staleness", _:
            return _tolerances(value, language)
        case (("valid_from" | "valid_until" | "overlap"), _):
            return _limit(key, value, language)
        case _:
            return str(value)


def _limit(key: str, value: int | None, language: Language) -> str:
    if key == "overlap":
        return CHANGES["unsaid"][language] if value is None else duration(value, language)
    if key == "valid_until":
        return CHANGES["never"][language] if value is None else instant_in(value)
    return instant_in(value) if value else word("begin_of_time", language)


def _tolerances(tolerances: Sequence[Tolerance], language: Language) -> str:
    if not tolerances:
        return CHANGES["unsaid"][language]
    colon = word("colon", language)
    return "; ".join(f"{age_in(each, language)}{colon}{clause_in(each, language)}" for each in tolerances)
