"""What the steps of a crossing are called, and in plain words what each waits for and how it is mended."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from gatepair.base.findings import REGISTRY, Language
from gatepair.insight.steps import Cause, Rung, State, Who
from gatepair.web.console.catalogue import say, translator
from gatepair.web.console.labels import VALUES
from gatepair.web.texts import TEXTS

_UNFILLED: Final = re.compile(r"\{\w+\}")
RUNGS: Final[Mapping[Rung, str]] = {
    Rung.DECLARED: say("Declared"),
    Rung.ACCEPTED: say("The other side accepts it"),
    Rung.PLACE: say("Place in the queue"),
    Rung.CALL: say("Call to the gate"),
    Rung.ARRIVAL: say("Arrival at the gate"),
    Rung.CHECK: say("Decision"),
    Rung.RELEASE: say("Customs releases it"),
    Rung.DEPARTURE: say("Over the line"),
    Rung.RECEIPT: say("Received on the other side"),
    Rung.INLAND: say("Left the gate inland"),
}
STATES: Final[Mapping[State, tuple[str, str]]] = {
    State.DONE: ("✓", say("done")),
    State.NOW: ("●", say("now")),
    State.STOPPED: ("■", say("stopped")),
    State.AHEAD: ("", say("to come")),
    State.NEVER: ("–", say("will not happen")),
}
"""The mark and the word of each state: no state is told by colour alone."""
WHO: Final[Mapping[Who, str]] = {
    Who.TRADER: say("you"),
    Who.DRIVER: say("the driver"),
    Who.YARD: VALUES["yard"],
    Who.GATE_BOARD: VALUES["gate_board"],
    Who.BORDER_GUARD: VALUES["border_guard"],
    Who.HEALTH: VALUES["health"],
    Who.QUARANTINE: VALUES["quarantine"],
    Who.CUSTOMS: VALUES["customs"],
    Who.LABORATORY: say("the laboratory"),
    Who.COMMAND_CENTRE: VALUES["command_centre"],
    Who.PARTNER: VALUES["partner"],
    Who.RULE: say("nobody; the published rule brings it"),
}
CAUSES: Final[Mapping[Cause, str]] = {
    Cause.PLACE_WANTED: say("No place in the queue has been taken yet."),
    Cause.PLACE_LOST: say("The place in the queue was lost: %(why)s."),
    Cause.PAPER_WANTED: say("Not called before the quarantine test report is attached (%(commodity)s)."),
    Cause.WINDOW: say("Not called before the booked window begins."),
    Cause.STANDBY: say(
        "A call was missed (%(misses)s so far; %(recalls)s may be missed). It is called again after a rest."
    ),
    Cause.IN_ORDER: say("Number %(number)s waits for its call; vehicles before it: %(ahead)s."),
    Cause.STOPPED: say("This side stopped the direction: %(reason)s. Nobody loses a place by it."),
    Cause.STOPPED_THERE: say("The other side stopped the direction: %(reason)s. Nobody loses a place by it."),
    Cause.OUT_OF_HOURS: say("The road is outside its hours."),
    Cause.GOODS_BARRED: say("The road does not take these goods now."),
    Cause.OTHER_WAY: say("The lane runs the other way now."),
    Cause.COME: say("Called: the vehicle must come to the gate now."),
    Cause.EXPECTED: say("The vehicle may come to the gate."),
    Cause.AGENCY: say("Has not decided yet."),
    Cause.HELD: say("Holds it. Reason: %(reasons)s."),
    Cause.REFUSED: say("Refuses it. Reason: %(reasons)s."),
    Cause.LACKING: "",
    Cause.CUSTOMS_NEXT: say("All others have decided; customs has the last word."),
    Cause.SEND_OVER: say("Released; waits to be sent over the line."),
    Cause.ACCEPTANCE: say("The other side has not said yet that it may come."),
    Cause.DECLINED: say("The other side declines it. Reason: %(reasons)s."),
    Cause.HELD_THERE: say("The other side holds it (%(duty)s). Reason: %(reasons)s."),
    Cause.ON_THE_LINE: say("On its way over the line; the other side has not taken it over yet."),
    Cause.DISPUTED: say("The other side disputes the handover: %(reason)s."),
    Cause.GOODS_REFUSED: say("The goods were refused (%(duty)s): %(cause)s. They go %(onward)s."),
    Cause.EXIT_NEXT: say("Released; it may leave the gate inland."),
}
"""What a step waits for; what release lacks is said by its finding."""
MENDS: Final[Mapping[Cause, tuple[str, str]]] = {
    Cause.PLACE_WANTED: (say("Take a place"), "place"),
    Cause.PLACE_LOST: (say("Take a new place"), "place"),
    Cause.PAPER_WANTED: (say("Attach the test report"), "documents"),
    Cause.WINDOW: (say("Move to another window"), "slot"),
    Cause.COME: (say("Acknowledge the call"), "call"),
    Cause.HELD: (say("Attach what is asked for"), "documents"),
    Cause.DECLINED: (say("Correct what it names"), "correct"),
    Cause.HELD_THERE: (say("Attach what is asked for"), "documents"),
}
"""What the trader can do about it, and the panel of the page where it is done."""
LOST_BY: Final[Mapping[str, str]] = {
    "rebound": say("the vehicle was changed, and the place belongs to the vehicle"),
    "missed": say("too many calls were missed"),
    "cancelled": say("the crossing was withdrawn"),
    "diverted": say("it was sent to another gate"),
    "refused": say("the goods were refused"),
}
OUTCOMES: Final[Mapping[str, str]] = {
    "cancelled": say("Withdrawn"),
    "diverted": say("Sent to another gate"),
    "returned": say("Came back"),
    "destroyed": say("The goods were destroyed"),
    "turned_back": say("Turned back before the line"),
}
CLOCKS: Final[Mapping[str, str]] = {
    "one_way": say("Stay of the vehicle"),
    "two_way": say("Stay of the vehicle with a return load"),
    "filing": say("Filing of the vehicle"),
}
CLOCK_STATES: Final[Mapping[str, str]] = {
    "runs": say("in time"),
    "warns": say("runs out soon"),
    "over": say("has run out"),
}
LODGED: Final = say("Lodge the goods declaration")


@dataclass(frozen=True, slots=True)
class SaidWait:
    """One wait in the reader's language."""

    text: str
    note: str
    """What somebody wrote beside it."""
    who: str
    until_ms: int | None
    stops: bool
    mend: str
    panel: str
    mine: bool
    """Whether it waits for the trader or the driver."""


@dataclass(frozen=True, slots=True)
class SaidStep:
    """One step in the reader's language."""

    title: str
    state: str
    mark: str
    word: str
    at_ms: int | None
    waits: tuple[SaidWait, ...]


def steps_said(steps: list[Mapping[str, Any]], language: Language) -> list[SaidStep]:
    """Return the steps of a ladder in ``language``."""
    gettext = translator(language)
    return [_step(step, language, gettext) for step in steps]


def wait_said(wait: Mapping[str, Any], language: Language) -> SaidWait:
    """Return one wait in ``language``."""
    gettext = translator(language)
    cause, who = Cause(wait["cause"]), Who(wait["who"])
    words = CAUSES[cause]
    params = {**wait["params"], **_stop_named(wait, language)}
    text = gettext(words) % _values(params, gettext) if words else wait["finding"]["text"][language]
    mend, panel = MENDS.get(cause, ("", ""))
    if cause is Cause.COME and wait["params"].get("acknowledged"):
        mend, panel = "", ""
    return SaidWait(
        text=text,
        note=str(wait["params"].get("text", "")),
        who=gettext(WHO[who]),
        until_ms=wait["until_ms"],
        stops=bool(wait["stops"]),
        mend=gettext(mend) if mend else "",
        panel=panel,
        mine=who in (Who.TRADER, Who.DRIVER),
    )


def _stop_named(wait: Mapping[str, Any], language: Language) -> dict[str, str]:
    """Return the reason of a stop as the public board says it."""
    reason = str(wait["params"].get("reason", ""))
    texts = TEXTS.get(f"reason.{reason}")
    return {"reason": texts[language]} if texts is not None else {}


def _step(step: Mapping[str, Any], language: Language, gettext: Callable[[str], str]) -> SaidStep:
    mark, word = STATES[State(step["state"])]
    title = gettext(RUNGS[Rung(step["rung"])])
    if step["duty"]:
        title = f"{title}: {gettext(VALUES[step['duty']])}"
    waits = tuple(wait_said(wait, language) for wait in step["waits"])
    return SaidStep(title, step["state"], mark, gettext(word), step["at_ms"], waits)


def findings_said(findings: Iterable[Mapping[str, Any]], language: Language) -> list[dict[str, str]]:
    """Return what was found on a lodged declaration; of its figures only the places are kept, so they stand as dots."""
    return [
        {
            "text": _UNFILLED.sub("…", REGISTRY[one["code"]].texts[language]) if one["code"] in REGISTRY else "",
            "code": one["code"],
            "path": one.get("path", ""),
        }
        for one in findings
    ]


def _values(params: Mapping[str, Any], gettext: Callable[[str], str]) -> Mapping[str, str]:
    """Return what fills in a sentence: codes of our own sets by their names, lists with commas between."""
    shown: dict[str, str] = defaultdict(lambda: "–")
    for name, one in params.items():
        if isinstance(one, (list, tuple)):
            shown[name] = ", ".join(map(str, one)) or "–"
        elif name == "why":
            shown[name] = gettext(LOST_BY[one]) if one in LOST_BY else str(one)
        elif one is not None and one != "":
            shown[name] = gettext(VALUES[one]) if one in VALUES else str(one)
    return shown
