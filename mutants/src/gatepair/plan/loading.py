"""Plan and scenario texts into their types, with every problem at its line; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

import msgspec
import msgspec.inspect

from gatepair.base.errors import PlanInvalid
from gatepair.plan import findings, markup, shapes
from gatepair.plan.checking import plan_faults
from gatepair.plan.checking_scenario import scenario_faults, scenario_plan_faults
from gatepair.plan.model import Plan, Scenario, Text
from gatepair.plan.problems import Fault, Marks, Path, Problem, fault, suggestion

Model = TypeVar("Model", Plan, Scenario)
PROBLEMS_MAX: Final = 200
"""More problems than this help nobody; the rest is cut."""


@dataclass(frozen=True, slots=True)
class Loaded(Generic[Model]):
    """What a text held, with the place of each path for later messages."""

    value: Model
    marks: Marks
    name: str


def load_plan(text: str, name: str) -> Plan:
    """Return the plan that ``text`` holds; ``name`` is the file's name for messages.

    Raises:
        PlanInvalid: with ``problems`` (tuple of :class:`Problem`) and ``name``, all that was found.
    """
    return read_plan(text, name).value


def load_scenario(text: str, name: str) -> Scenario:
    """Return the scenario that ``text`` holds; checked alone, not yet against its plan.

    Raises:
        PlanInvalid: as :func:`load_plan`.
    """
    return read_scenario(text, name).value


def read_plan(text: str, name: str) -> Loaded[Plan]:
    """Return the plan with the places of its paths. Raises as :func:`load_plan`."""
    loaded = _typed(text, name, Plan)
    _refuse(name, [loaded.marks.problem(one) for one in plan_faults(loaded.value)])
    return loaded


def read_scenario(text: str, name: str) -> Loaded[Scenario]:
    """Return the scenario with the places of its paths. Raises as :func:`load_plan`."""
    loaded = _typed(text, name, Scenario)
    _refuse(name, [loaded.marks.problem(one) for one in scenario_faults(loaded.value)])
    return loaded


def apply_scenario(plan: Plan, scenario: Scenario, *, marks: Marks | None = None, name: str = "") -> Plan:
    """Return ``plan`` as it stands on the day of ``scenario``: overrides set, sources joined.

    ``marks`` and ``name`` (from :func:`read_scenario`) give the problems their lines.  The result
    is checked like a plan that was loaded.  An override of ``null`` takes an entry out of a table.

    Raises:
        PlanInvalid: the scenario does not fit the plan, or the day does not hold together.
    """
    places = marks or Marks()
    shown = name or scenario.id
    _refuse(shown, [places.problem(one) for one in scenario_plan_faults(scenario, plan)])
    raw = msgspec.json.decode(msgspec.json.encode(plan))
    raw["sources"] |= msgspec.to_builtins(scenario.sources)
    wrong = [one for key, value in scenario.overrides.items() for one in _override(raw, key, value)]
    _refuse(shown, [places.problem(one) for one in wrong])
    day = msgspec.convert(raw, Plan)
    _refuse(shown, [places.problem(_blamed(one, scenario)) for one in plan_faults(day)])
    return day


def variant_of(scenario: Scenario, key: str) -> Scenario:
    """Return the what-if ``scenario`` as its variant ``key`` has it: its overrides and stops joined, its name told.

    Its id is ``<scenario>-<key>``. An override of the variant stands over a common one of the same path.

    Raises:
        PlanInvalid: the scenario has no such variant.
    """
    found = scenario.variants.get(key)
    if found is None:
        unknown = fault(
            findings.UNKNOWN_REFERENCE,
            ("variants",),
            found=key,
            table="variants",
            known=suggestion(key, scenario.variants),
        )
        _refuse(scenario.id, [Marks().problem(unknown)])
        raise KeyError(key)
    return msgspec.structs.replace(
        scenario,
        id=f"{scenario.id}-{key}",
        name=_joined(scenario.name, found.name),
        overrides={**scenario.overrides, **found.overrides},
        stops=(*scenario.stops, *found.stops),
        variants={},
    )


def _joined(first: Text, second: Text) -> Text:
    return Text(
        vi=f"{first.vi}: {second.vi}",
        zh=f"{first.zh}：{second.zh}",
        en=f"{first.en}: {second.en}",
        fr=f"{first.fr} : {second.fr}",
    )


def _typed(text: str, name: str, model: type[Model]) -> Loaded[Model]:
    read = markup.read(text)
    problems = list(read.problems)
    if read.value is not None or not problems:
        shape = shapes.type_of(model)
        problems.extend(read.marks.problem(one) for one in shapes.faults(read.value, shape))
    _refuse(name, problems)
    try:
        return Loaded(msgspec.convert(read.value, model), read.marks, name)
    except msgspec.ValidationError as error:
        # The walk and msgspec read one set of types, so this is our own fault; still name the file.
        finding = findings.NOT_YAML.at(why=str(error))
        _refuse(name, [Problem(1, 1, finding)])
        raise


def _refuse(name: str, problems: Iterable[Problem]) -> None:
    """Raise when there is any problem; in order of the text."""
    found = sorted(problems, key=lambda one: (one.line, one.column))[:PROBLEMS_MAX]
    if not found:
        return
    count = f"{len(found)} problems" if len(found) > 1 else "one problem"
    message = f"{name} has {count}; the first: {found[0].shown(name)}"
    raise PlanInvalid(message, problems=tuple(found), name=name)


def _override(raw: dict[str, Any], dotted_path: str, value: object) -> list[Fault]:
    """Set ``value`` at ``dotted_path`` of ``raw`` in place; return what stands against it."""
    place: Path = ("overrides", dotted_path)
    *way, last = dotted_path.split(".")
    shape: msgspec.inspect.Type | None = shapes.type_of(Plan)
    holder: Any = raw
    for index, part in enumerate(way):
        inner = shapes.inner(shape, part) if shape is not None else None
        if inner is None or not _has(holder, part):
            return [_nowhere(holder, way[: index + 1], place, dotted_path)]
        shape, holder = inner, holder[_index(holder, part)]
    target = shapes.inner(shape, last) if shape is not None else None
    if target is None or not (_has(holder, last) or _takes_new(shape, holder)):
        return [_nowhere(holder, [*way, last], place, dotted_path)]
    if value is None and isinstance(shape, msgspec.inspect.DictType):
        holder.pop(last, None)
        return []
    wrong = list(shapes.faults(value, target, (*place,)))
    if not wrong:
        holder[_index(holder, last)] = value
    return wrong


def _has(holder: Any, part: str) -> bool:
    if isinstance(holder, list):
        return part.isdecimal() and int(part) < len(holder)
    return isinstance(holder, dict) and part in holder


def _takes_new(shape: msgspec.inspect.Type | None, holder: Any) -> bool:
    return isinstance(shape, msgspec.inspect.DictType) and isinstance(holder, dict)


def _index(holder: Any, part: str) -> Any:
    return int(part) if isinstance(holder, list) else part


def _nowhere(holder: Any, way: list[str], place: Path, found: str) -> Fault:
    if isinstance(holder, list):
        known = f"a number below {len(holder)}"
    else:
        known = suggestion(way[-1], holder if isinstance(holder, dict) else ())
    until = ".".join(way[:-1]) or "the beginning"
    return fault(findings.OVERRIDE_NOWHERE, place, found=found, until=until, known=known)


def _blamed(one: Fault, scenario: Scenario) -> Fault:
    """Return ``one`` at the override that most likely brought it about."""
    dotted_path = one.finding.path
    nearest = max(scenario.overrides, key=lambda key: _common(key, dotted_path), default=None)
    if nearest is None or _common(nearest, dotted_path) == 0:
        return Fault((), one.finding)
    return Fault(("overrides", nearest), one.finding)


def _common(first: str, second: str) -> int:
    """Return how many leading parts two dotted paths share."""
    count = 0
    for one, other in zip(first.split("."), second.split("."), strict=False):
        if one != other:
            break
        count += 1
    return count
