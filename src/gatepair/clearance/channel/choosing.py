"""Choosing the channel of a load: rules, score, random share, budget; with every reason recorded.

In this order: the first rule that holds for each goods item gives its shares, and the load's draw falls into one of
them, the deepest item counts; a score can only look deeper; the random share looks into loads whatever the rules say;
and the budget sends a red one without ``must`` to yellow when the hour's bays are full.  What must be inspected, and
what the random share picked, waits for the next bay instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from gatepair.base.findings import Finding
from gatepair.clearance.channel import findings as say
from gatepair.clearance.channel.budget import BayHour, Booked, LocalHour, find
from gatepair.clearance.channel.draw import DEPTH, channel_at, draws
from gatepair.clearance.channel.ports import Score
from gatepair.clearance.channel.profile import Profile, ProfileRule, Shares, Subject, SubjectItem, When, profiles_for
from gatepair.clearance.tracing import Step
from gatepair.crossing.model import Channel
from gatepair.plan.model import CommodityGroup

NOTHING_BOOKED: Final[Booked] = MappingProxyType({})
RANDOM: Final = "random"
DEFAULT: Final = "default"
_NO_GOODS: Final = SubjectItem(hs="", commodity=CommodityGroup.NONE, origin="")


@dataclass(frozen=True, slots=True)
class Choice:
    """What one profile chose, and everything that it rests on."""

    channel: Channel
    profile: str
    version: int
    reason: str
    """``rule.<key>``, ``default``, ``score.<key>``, ``random``, or ``budget.<what was red>``."""
    draw_permille: int
    random_draw_permille: int
    picked: bool
    """Whether the random share picked it, whatever the rules say of it."""
    bay: BayHour | None = None
    """Where and when it is inspected; None without a budget or without room."""
    score: Score | None = None
    steps: tuple[Step, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        """Return the form in which customs and the auditor are shown it; it is for nobody else."""
        wire: dict[str, Any] = {
            "channel": self.channel.value,
            "draw_permille": self.draw_permille,
            "picked": self.picked,
            "profile": self.profile,
            "random_draw_permille": self.random_draw_permille,
            "reason": self.reason,
            "steps": [step.to_wire() for step in self.steps],
            "version": self.version,
        }
        if self.bay is not None:
            wire["bay"] = {"day": self.bay.when.day.isoformat(), "hour": self.bay.when.hour, "key": self.bay.bay}
        if self.score is not None:
            model = {"model": self.score.model, "version": self.score.version}
            wire["score"] = {"permille": self.score.permille, **model}
        return wire


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choice that counts, and what each shadow would have chosen before any budget."""

    choice: Choice
    shadows: tuple[Choice, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        """Return the form for customs and the auditor."""
        return {**self.choice.to_wire(), "shadows": [each.to_wire() for each in self.shadows]}


def choose(
    subject: Subject,
    profiles: Iterable[Profile],
    *,
    when: LocalHour,
    salt: str,
    booked: Booked = NOTHING_BOOKED,
    score: Score | None = None,
) -> Chosen | None:
    """Return the channel of ``subject`` in the local hour ``when``; None where no profile is in force.

    ``booked`` is the live profile's budget so far; whoever calls books the bay of the result.  Shadows are worked out
    beside the choice and cannot touch it: they have no budget, and what they book is nothing.
    """
    known = profiles_for(profiles, post=subject.post, role=subject.role, day=when.day.isoformat())
    if known.live is None:
        return None
    drawn = _drawn(subject, known.live, salt, score)
    shadows = tuple(_drawn(subject, shadow, salt, score).choice() for shadow in known.shadows)
    return Chosen(_budgeted(drawn, when, booked), shadows)


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What a profile says before its budget is asked."""

    profile: Profile
    depth: int
    reason: str
    must: bool
    picked: bool
    numbers: tuple[int, int]
    score: Score | None
    findings: tuple[Finding, ...]

    def choice(self, **changes: Any) -> Choice:
        """Return it as a choice, changed by ``changes``."""
        told = changes.pop("told", ())
        rule = f"{self.profile.id} v{self.profile.version}"
        fields: dict[str, Any] = {
            "channel": DEPTH[self.depth],
            "profile": self.profile.id,
            "version": self.profile.version,
            "reason": self.reason,
            "draw_permille": self.numbers[0],
            "random_draw_permille": self.numbers[1],
            "picked": self.picked,
            "score": self.score,
            "steps": tuple(Step(rule, self.profile.source, finding) for finding in (*self.findings, *told)),
        }
        return Choice(**(fields | changes))


def _drawn(subject: Subject, profile: Profile, salt: str, score: Score | None) -> _Drawn:
    numbers = draws(profile.version, subject.crossing, salt)
    items = subject.items or (_NO_GOODS,)
    found = [_by_rule(profile, subject, item, numbers.share_permille) for item in items]
    depth, reason, must = max(found, key=lambda each: (each[0], each[2]))
    told = [_told(reason, depth, numbers.share_permille)]
    if score is not None:
        for rule in _score_rules(profile, subject, items, score):
            deeper = _depth(rule.shares_permille, numbers.share_permille)
            if (deeper, rule.must) > (depth, must):
                depth, reason, must = deeper, f"score.{rule.key}", rule.must
                told.append(say.BY_SCORE.at("score", rule=rule.key, score=score.permille, channel=DEPTH[depth].value))
    picked = numbers.random_permille < profile.random_permille
    if picked:
        told.append(say.PICKED.at("random", draw=numbers.random_permille, share=profile.random_permille))
        reason = reason if depth == len(DEPTH) - 1 else RANDOM
        depth, must = len(DEPTH) - 1, True
    return _Drawn(
        profile=profile,
        depth=depth,
        reason=reason,
        must=must,
        picked=picked,
        numbers=(numbers.share_permille, numbers.random_permille),
        score=score,
        findings=tuple(told),
    )


def _budgeted(drawn: _Drawn, when: LocalHour, booked: Booked) -> Choice:
    """Give a red one its bay, or send it to yellow, or say that it must wait without one."""
    profile = drawn.profile
    if DEPTH[drawn.depth] is not Channel.RED or not profile.bays:
        return drawn.choice()
    hours = profile.wait_hours if drawn.must else 0
    taken = find(profile, when, booked, hours=hours)
    if taken is not None:
        words = {"bay": taken.bay, "day": taken.when.day.isoformat(), "hour": taken.when.hour}
        return drawn.choice(bay=taken, told=(say.IN_BAY.at("bay", **words),))
    if drawn.must:
        return drawn.choice(told=(say.NO_BAY.at("bay", hours=hours),))
    reason = f"budget.{drawn.reason.rpartition('.')[2]}"
    return drawn.choice(channel=Channel.YELLOW, reason=reason, told=(say.BUDGET_SPENT.at("bay", hour=when.hour),))


def _by_rule(profile: Profile, subject: Subject, item: SubjectItem, draw: int) -> tuple[int, str, bool]:
    for rule in profile.rules:
        if not rule.when.score_from and _holds(rule.when, subject, item):
            return _depth(rule.shares_permille, draw), f"rule.{rule.key}", rule.must
    return _depth(profile.default_permille, draw), DEFAULT, False


def _score_rules(
    profile: Profile, subject: Subject, items: Iterable[SubjectItem], score: Score
) -> Iterator[ProfileRule]:
    for rule in profile.rules:
        asked = rule.when.score_from
        if asked and score.permille >= asked and any(_holds(rule.when, subject, item) for item in items):
            yield rule


def _holds(when: When, subject: Subject, item: SubjectItem) -> bool:
    return (
        (not when.commodities or item.commodity in when.commodities)
        and (not when.hs or item.hs.startswith(when.hs))
        and (not when.origins or item.origin in when.origins)
        and (not when.regimes or subject.regime in when.regimes)
        and (not when.loads or subject.load in when.loads)
        and (not when.documents_lacking or any(kind not in subject.documents for kind in when.documents_lacking))
        and (not when.findings or any(_named(code, when.findings) for code in subject.findings))
        and subject.gross_mass_kg >= when.gross_mass_kg_from
    )


def _named(code: str, wanted: Iterable[str]) -> bool:
    return any(code == word or code.startswith(f"{word}.") for word in wanted)


def _depth(shares: Shares, draw: int) -> int:
    return DEPTH.index(channel_at(shares, draw))


def _told(reason: str, depth: int, draw: int) -> Finding:
    words: Mapping[str, Any] = {"draw": draw, "channel": DEPTH[depth].value}
    if reason == DEFAULT:
        return say.BY_DEFAULT.at("rules", **words)
    return say.BY_RULE.at("rules", **words, rule=reason.partition(".")[2])
