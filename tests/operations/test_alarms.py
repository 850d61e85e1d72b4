"""Alarms that stand and the shift that holds: who answers for what, and that nothing flaps."""

from __future__ import annotations

import pytest

from gatepair.base.findings import Refusal
from gatepair.node.permissions import ANSWERERS
from gatepair.operations import commands as cmd
from gatepair.operations import events as ev
from gatepair.operations.alarms import NOTES_KEPT, watch
from gatepair.operations.gate import SHIFTS_KEPT, Gate, GateContext, decide
from gatepair.operations.model import Answerer, Condition, Level
from gatepair.plan.alarms import AlarmKind
from operations.scene import MORNING_MS, small_plan

PLAN = small_plan()
STOCK = Condition(kind=AlarmKind.STOCK, subject="out", level=Level.WARNING, since_ms=MORNING_MS - 60_000, value=1_800)
CRISIS = Condition(kind=AlarmKind.STOCK, subject="out", level=Level.CRISIS, since_ms=MORNING_MS, value=5_100)


class Centre:
    """The gate's alarms: the clockwork looks, people speak."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.now_ms = MORNING_MS
        self.held: tuple[Condition, ...] = (STOCK,)

    def look(self) -> list[str]:
        """Let the clockwork look; return the names of what it records."""
        return self._take(watch(self.gate.alarms, self.held, self.now_ms))

    def say(self, command: cmd.GateCommand, *, actor: str = "centre-7") -> list[str]:
        """Decide and fold; return the names of the events, or the codes of the refusal."""
        context = GateContext(
            plan=PLAN, post="a-post", now_ms=self.now_ms, actor=actor, conditions=self.held, duty="command_centre"
        )
        decided = decide(self.gate, command, context)
        if isinstance(decided, Refusal):
            return [finding.code for finding in decided.findings]
        return self._take(decided)

    def _take(self, events: tuple[ev.GateEvent, ...]) -> list[str]:
        for event in events:
            self.gate = self.gate.apply(event)
        return [type(event).__name__ for event in events]


@pytest.fixture
def centre() -> Centre:
    """Give a gate of which the stock is high."""
    return Centre()


def test_an_alarm_begins_changes_and_clears_by_itself(centre: Centre) -> None:
    """The clockwork records the beginning with since when, the new level, and the end."""
    assert ["AlarmBegun"] == centre.look()
    assert STOCK.since_ms == centre.gate.alarms["stock.out"].since_ms
    centre.held = (CRISIS,)
    assert ["AlarmLevelChanged"] == centre.look()
    assert (Level.CRISIS, STOCK.since_ms) == (
        centre.gate.alarms["stock.out"].level,
        centre.gate.alarms["stock.out"].since_ms,
    )
    centre.held = ()
    assert ["AlarmCleared"] == centre.look()
    assert {} == centre.gate.alarms


def test_an_alarm_never_flaps_within_one_instant(centre: Centre) -> None:
    """Looked at twice in one instant nothing more is recorded, whatever holds."""
    for held in ((STOCK,), (CRISIS,), ()):
        centre.held = held
        centre.look()
        assert [] == centre.look()


def test_somebody_takes_it_and_the_next_one_takes_it_over(centre: Centre) -> None:
    """Whoever took it last answers for it; taking twice is refused and named."""
    centre.look()
    assert ["AlarmTaken"] == centre.say(cmd.TakeAlarm(alarm="stock.out"))
    assert ["gate.alarm_yours"] == centre.say(cmd.TakeAlarm(alarm="stock.out"))
    assert ["AlarmTaken"] == centre.say(cmd.TakeAlarm(alarm="stock.out"), actor="board-1")
    assert "board-1" == centre.gate.alarms["stock.out"].owner


def test_an_alarm_that_the_clockwork_has_not_seen_may_be_taken(centre: Centre) -> None:
    """What a page shows can be acted on at once: it begins with the act."""
    assert ["AlarmBegun", "AlarmTaken"] == centre.say(cmd.TakeAlarm(alarm="stock.out"))
    assert [] == centre.look()


def test_what_does_not_hold_cannot_be_taken(centre: Centre) -> None:
    """An alarm that is over, or never was, is refused and those that stand are named."""
    assert ["gate.alarm_unknown"] == centre.say(cmd.TakeAlarm(alarm="yard.gate"))
    centre.held = ()
    assert ["gate.alarm_unknown"] == centre.say(cmd.NoteAlarm(alarm="stock.out", text="too late"))


def test_handed_over_it_is_nobodys_until_it_is_taken(centre: Centre) -> None:
    """It belongs to the duty, with what was said; the notes go with it."""
    centre.say(cmd.TakeAlarm(alarm="stock.out"))
    centre.say(cmd.NoteAlarm(alarm="stock.out", text="hours asked for"))
    assert ["AlarmHandedOver"] == centre.say(
        cmd.HandOverAlarm(alarm="stock.out", to=Answerer.GATE_BOARD, text="hours, please")
    )
    kept = centre.gate.alarms["stock.out"]
    assert ("", "gate_board") == (kept.owner, kept.duty)
    assert ["hours asked for", "hours, please"] == [note.text for note in kept.notes]


def test_a_resolved_alarm_rests_until_it_grows_worse(centre: Centre) -> None:
    """While the same holds it stays resolved; a higher level asks again, a lower one does not."""
    centre.held = (CRISIS,)
    centre.say(cmd.ResolveAlarm(alarm="stock.out", text="hours agreed until 21:00"))
    assert MORNING_MS == centre.gate.alarms["stock.out"].resolved_at_ms
    centre.held = (STOCK,)
    centre.look()
    assert MORNING_MS == centre.gate.alarms["stock.out"].resolved_at_ms
    centre.held = (CRISIS,)
    centre.look()
    assert None is centre.gate.alarms["stock.out"].resolved_at_ms


def test_an_alarm_that_comes_back_is_a_new_one(centre: Centre) -> None:
    """Owner and notes of the one that was over are in the log, not on the new one."""
    centre.say(cmd.TakeAlarm(alarm="stock.out"))
    centre.held = ()
    centre.look()
    centre.held = (STOCK,)
    centre.look()
    assert ("", ()) == (centre.gate.alarms["stock.out"].owner, centre.gate.alarms["stock.out"].notes)


def test_a_standing_alarm_carries_its_last_notes(centre: Centre) -> None:
    """However much is written, memory is bounded: the latest notes stand, all are events."""
    for number in range(NOTES_KEPT + 1):
        centre.say(cmd.NoteAlarm(alarm="stock.out", text=f"note {number}"))
    notes = centre.gate.alarms["stock.out"].notes
    assert (NOTES_KEPT, "note 1", f"note {NOTES_KEPT}") == (len(notes), notes[0].text, notes[-1].text)


def test_what_is_said_of_an_alarm_that_is_over_changes_nothing() -> None:
    """A ledger from which the beginning was cut still folds."""
    assert {} == Gate().apply(ev.AlarmTaken(at_ms=1, alarm="stock.out", actor="b", duty="yard")).alarms


def test_a_shift_is_taken_over_by_another_person(centre: Centre) -> None:
    """The event lists the alarms that stood; the same person does not take over from itself."""
    centre.look()
    assert ["ShiftTaken"] == centre.say(cmd.TakeShift(text="keys"))
    assert ("centre-7", ("stock.out",)) == (centre.gate.shift.actor, centre.gate.shift.alarms)
    assert ["gate.shift_yours"] == centre.say(cmd.TakeShift())
    assert ["ShiftTaken"] == centre.say(cmd.TakeShift(), actor="board-1")
    assert ["ShiftNoted"] == centre.say(cmd.NoteShift(topic="weather", text="fog"))


def test_the_shifts_that_are_remembered_are_bounded(centre: Centre) -> None:
    """The last ones stay, the first goes."""
    for number in range(SHIFTS_KEPT + 1):
        centre.say(cmd.TakeShift(), actor=f"person-{number}")
    assert (SHIFTS_KEPT, "person-1") == (len(centre.gate.shifts), centre.gate.shifts[0].actor)


def test_an_alarm_is_given_only_to_those_who_may_take_it() -> None:
    """The duties of the form are those of the table of permissions."""
    assert {duty.value for duty in ANSWERERS} == {one.value for one in Answerer}
