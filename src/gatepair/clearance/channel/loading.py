"""A profile file into its types, every problem told with its line."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from gatepair.base.errors import Malformed
from gatepair.clearance.channel import findings as say
from gatepair.clearance.channel.draw import WHOLE
from gatepair.clearance.channel.profile import Profile
from gatepair.plan import findings, markup, shapes
from gatepair.plan.checking_hours import date_faults
from gatepair.plan.problems import Fault, Problem, fault


def load_profile(text: str, name: str) -> Profile:
    """Return the profile that ``text`` (YAML) holds; ``name`` is the file's name for messages.

    Raises:
        Malformed: with ``problems`` (tuple of :class:`Problem`), all that was found, each with its line.
    """
    read = markup.read(text)
    problems = list(read.problems)
    if read.value is not None or not problems:
        problems += [read.marks.problem(one) for one in shapes.faults(read.value, shapes.type_of(Profile))]
    _refuse(problems, name)
    try:
        profile = msgspec.convert(read.value, Profile)
    except msgspec.ValidationError as error:
        raise Malformed(f"{name}: {error}") from error
    _refuse([read.marks.problem(one) for one in profile_faults(profile)], name)
    return profile


def profile_faults(profile: Profile) -> Iterator[Fault]:
    """Yield what does not hold together in a profile whose shape is right."""
    yield from date_faults(profile.valid_from, ("valid_from",))
    if profile.valid_until is not None:
        yield from date_faults(profile.valid_until, ("valid_until",))
        if profile.valid_until < profile.valid_from:
            yield fault(say.UNTIL_BEFORE_FROM, ("valid_until",), until=profile.valid_until, first=profile.valid_from)
    if sum(profile.default_permille) != WHOLE:
        yield fault(findings.SUM_NOT_1000, ("default_permille",), found=sum(profile.default_permille))
    known: set[str] = set()
    for index, rule in enumerate(profile.rules):
        if rule.key in known:
            yield fault(say.RULE_TWICE, ("rules", index, "key"), key=rule.key)
        known.add(rule.key)
        if sum(rule.shares_permille) != WHOLE:
            yield fault(findings.SUM_NOT_1000, ("rules", index, "shares_permille"), found=sum(rule.shares_permille))
        if rule.must and not rule.shares_permille[2]:
            yield fault(say.MUST_WITHOUT_RED, ("rules", index, "must"), key=rule.key)
    for key, bay in profile.bays.items():
        if bay.until <= bay.start:
            yield fault(say.BAY_HOURS, ("bays", key), start=bay.start, until=bay.until)


def _refuse(problems: list[Problem], name: str) -> None:
    if problems:
        found = tuple(sorted(problems, key=lambda one: (one.line, one.column)))
        count = f"{len(found)} problems" if len(found) > 1 else "one problem"
        raise Malformed(f"{name} has {count}; the first: {found[0].shown(name)}", problems=found, line=found[0].line)
