"""Designs: a plan with some of its values changed, and grids of such changes.

An axis names one path of the plan, or several that move together, and the values to try.  A design
is one value of each axis.  Designs reach the plan by the override mechanism of scenarios, so a path
that leads nowhere, a value that does not fit and a plan that no longer holds together are refused
with their place.

``count(PATH)`` in the place of a path repeats an entry of a table: four lanes like ``freight-1``, or
none of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, Final

import msgspec

from gatepair.base.errors import SettingInvalid
from gatepair.plan import markup
from gatepair.plan.loading import apply_scenario
from gatepair.plan.model import Plan, Scenario

DESIGNS_MAX: Final = 10_000
"""More designs than this are no grid to run whole; a search picks among them."""
VALUES_MAX: Final = 1_000
"""Most values of one axis; a range with more is a slip of the keyboard."""
TOGETHER: Final = "+"
"""Joins paths that take the same value."""
COUNT: Final = re.compile(r"count\((?P<path>[^()]+)\)")
"""Asks for so many entries like the one at the path."""
COUNT_MAX: Final = 100
"""Most entries like one; a gate with more lanes of a kind is a slip of the keyboard."""
RANGE: Final = ".."
"""Stands between the ends of a range of whole numbers, and before its step."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One thing to vary: the paths that take the value, and the values in the order given."""

    paths: tuple[str, ...]
    values: tuple[object, ...]

    @property
    def name(self) -> str:
        """Return the paths as they are written on the command line."""
        return TOGETHER.join(self.paths)


@dataclass(frozen=True, slots=True)
class Design:
    """One choice on each axis; ``choices`` are places in the axes' values, counted from 0."""

    overrides: tuple[tuple[str, object], ...]
    choices: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """Return the changes in one line: ``stations.x.servers=3, quotas.0.per_hour=20``."""
        return ", ".join(f"{path}={shown(value)}" for path, value in self.overrides) or "as planned"


AS_PLANNED: Final = Design(())
"""The plan without any change: the usual base of a comparison."""


def shown(value: object) -> str:
    """Return ``value`` as one would write it in a plan."""
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def axis(text: str) -> Axis:
    """Return the axis that ``PATH=a,b,c`` means; paths that move together are joined by ``+``.

    Values are written as in a plan file; ``2..6`` is each whole number from 2 to 6, ``2..10..4`` every
    fourth of them.

    Raises:
        SettingInvalid: there is no path, no value, or a value cannot be read.
    """
    left, equals, right = text.partition("=")
    paths = tuple(path.strip() for path in left.split(TOGETHER))
    if not equals or not all(paths) or not right.strip():
        raise SettingInvalid(f"{text} is not PATH=VALUE,VALUE; for example stations.x.servers=2,3,4", text=text)
    if RANGE in right and "," not in right:
        return Axis(paths, _range(text, right))
    read = markup.read(f"[{right}]")
    if read.problems or not isinstance(read.value, list) or not read.value:
        raise SettingInvalid(
            f"the values of {text} cannot be read; write them as in a plan, parted by commas", text=text
        )
    if len(read.value) > VALUES_MAX:
        raise SettingInvalid(f"{left} has {len(read.value)} values; {VALUES_MAX} are allowed", text=text)
    return Axis(paths, tuple(read.value))


def _range(text: str, right: str) -> tuple[int, ...]:
    parts = [part.strip() for part in right.split(RANGE)]
    if len(parts) not in {2, 3} or not all(part.removeprefix("-").isdecimal() for part in parts):
        raise SettingInvalid(f"{text} is no range; write 2..6, or 2..10..4 for every fourth", text=text)
    first, last, *step = (int(part) for part in parts)
    stride = step[0] if step else 1
    if stride < 1 or last < first:
        raise SettingInvalid(f"the range of {text} runs upwards by at least 1", text=text)
    if (last - first) // stride >= VALUES_MAX:
        raise SettingInvalid(f"the range of {text} has more than {VALUES_MAX} values", text=text)
    return tuple(range(first, last + 1, stride))


def space_size(axes: Sequence[Axis]) -> int:
    """Return how many designs ``axes`` span."""
    return prod(len(one.values) for one in axes)


def design_of(axes: Sequence[Axis], choices: Sequence[int]) -> Design:
    """Return the design that takes the value at place ``choices[k]`` of axis ``k``."""
    overrides = tuple(
        (path, one.values[choice]) for one, choice in zip(axes, choices, strict=True) for path in one.paths
    )
    return Design(overrides, tuple(choices))


def grid(axes: Sequence[Axis]) -> tuple[Design, ...]:
    """Return every design of ``axes``, the last axis running fastest.

    Raises:
        SettingInvalid: a path stands on two axes, or there are more than :data:`DESIGNS_MAX` designs.
    """
    check_axes(axes)
    if space_size(axes) > DESIGNS_MAX:
        message = f"these axes span {space_size(axes)} designs; a grid runs {DESIGNS_MAX} at most: search instead"
        raise SettingInvalid(message, designs=space_size(axes))
    places = (range(len(one.values)) for one in axes)
    return tuple(design_of(axes, choices) for choices in product(*places))


def check_axes(axes: Sequence[Axis]) -> None:
    """Refuse axes that share a path or hold a value twice. Raises ``SettingInvalid``."""
    seen: list[str] = []
    for one in axes:
        texts = [shown(value) for value in one.values]
        if len(set(texts)) < len(texts):
            raise SettingInvalid(f"{one.name} holds a value twice; each design is run once", path=one.name)
        for path in one.paths:
            if path in seen:
                raise SettingInvalid(f"{path} stands on two axes; join what moves together by +", path=path)
            seen.append(path)


def planned(plan: Plan, scenario: Scenario | None, design: Design) -> Plan:
    """Return ``plan`` as it stands on the day of ``scenario`` with the changes of ``design`` on top.

    Raises:
        PlanInvalid: a path leads nowhere, a value does not fit, or the plan no longer holds together.
        SettingInvalid: a count is no whole number, or of something that is no entry of a table.
    """
    given = _unchanged(plan) if scenario is None else scenario
    plain = {path: value for path, value in design.overrides if not COUNT.fullmatch(path)}
    day = apply_scenario(plan, msgspec.structs.replace(given, overrides=_on_top(given.overrides, plain)))
    if len(plain) == len(design.overrides):
        return day
    counted = _counted(day, design)
    return apply_scenario(day, msgspec.structs.replace(_unchanged(plan), overrides=counted))


def _counted(day: Plan, design: Design) -> dict[str, object]:
    """Return the overrides that bring about the counts of ``design``: copies beside an entry, or none of it."""
    overrides: dict[str, object] = {}
    for counted, value in design.overrides:
        found = COUNT.fullmatch(counted)
        if found is None:
            continue
        path = found["path"].strip()
        entry = _entry(day, path)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= COUNT_MAX:
            raise SettingInvalid(f"{counted} takes a whole number from 0 to {COUNT_MAX}, not {shown(value)}", path=path)
        copies = {f"{path}-{number}": entry for number in range(2, value + 1)}
        overrides |= copies if value else {path: None}
    return overrides


def _entry(day: Plan, path: str) -> object:
    """Return the entry of a table of ``day`` at ``path``, as plain values. Raises ``SettingInvalid``."""
    value: Any = msgspec.to_builtins(day)
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if not isinstance(value, dict):
        raise SettingInvalid(f"{path} is no entry of a table of the plan, so it cannot be counted", path=path)
    return value


def _on_top(overrides: Mapping[str, object], changed: Mapping[str, object]) -> dict[str, object]:
    """Return ``overrides`` with those ``changed`` after them: what is set last holds."""
    kept = {path: value for path, value in overrides.items() if path not in changed}
    return {**kept, **changed}


def _unchanged(plan: Plan) -> Scenario:
    return Scenario(
        scenario=1, id="as-planned", plan=plan.id, name=plan.name, date="2025-01-01", days=1, summary=plan.name
    )
