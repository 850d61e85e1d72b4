"""The command centre's pages over a real post: who opens them, what they say, and that a form acts once."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from gatepair.base.duties import Duty
from gatepair.base.time import DAY_MS, MINUTE_MS
from gatepair.node.permissions import ANSWERERS
from gatepair.node.readmodels import LOGGED, NOTICED
from gatepair.operations import events as ev
from gatepair.operations.model import Level
from gatepair.plan.alarms import AlarmKind
from gatepair.web.console.menu import CENTRE
from gatepair.web.console.steering.telling import ENTRIES
from gatepair.web.console.steering.words import FIGURES, TITLES
from web.console.desks import PEOPLE, PROOF, Desk, desk_at, sent

PAGES = ("/centre/alarms", "/centre/calendar", "/centre/log", "/centre/report")
TABLES = ("/centre/log.csv", "/centre/report.csv")


@pytest.fixture(scope="module")
def desk(tmp_path_factory) -> Iterator[Desk]:
    with desk_at(tmp_path_factory.mktemp("steering")) as found, found.client() as client:
        found.everyone = client
        stop = {"type": "StopIntake", "direction": "out", "reason": "fog", "text": "SYNTHETIC fog"}
        found.give(Duty.COMMAND_CENTRE, stop)
        found.opened.clock.set(found.post.now() + 40 * MINUTE_MS)
        found.post.advance()
        yield found


@pytest.mark.parametrize("duty", sorted(PEOPLE))
def test_each_page_opens_for_those_who_need_it(desk, person, duty):
    """Alarms are for all who work at the gate, the rest for those who steer; a stranger is led to the log-in."""
    client = person(duty)
    for path in PAGES + TABLES:
        permitted = ANSWERERS if path == "/centre/alarms" else CENTRE
        assert (200 if duty in permitted else 403) == client.get(path).status_code, path
    client.cookies.clear()
    for path in PAGES:
        assert client.get(path, follow_redirects=False).headers["location"].startswith("/login"), path


@pytest.mark.parametrize("duty", sorted(set(PEOPLE) - ANSWERERS))
def test_no_form_made_up_by_hand_does_what_the_duty_may_not(desk, person, duty):
    """Whoever may not open a page may not send its forms either, and nothing is recorded."""
    client = person(duty)
    before = desk.post.head_position()
    for form in (
        "alarms/stop.out/TakeAlarm",
        "calendar/StopIntake",
        "log/NoteShift",
        "report/2025-11-10/ReportStatistics",
    ):
        assert 403 == client.post(f"/centre/{form}", data={"command_id": "made-up-by-hand"}).status_code, form
    assert before == desk.post.head_position()


def test_an_alarm_is_taken_noted_handed_over_and_resolved(desk, person):
    """From the list to the log: each act names who did it; the playbook leads to the orders that it names."""
    client = person(Duty.COMMAND_CENTRE)
    alarm = "/centre/alarms/stop.out"
    assert (303, f"{alarm}?done=TakeAlarm") == (
        (done := sent(client, "/centre/alarms", f"{alarm}/TakeAlarm")).status_code,
        done.headers["location"],
    )
    page = client.get(f"{alarm}?lang=en").text
    assert PEOPLE[Duty.COMMAND_CENTRE] in page
    assert 'href="/centre/calendar?act=ReopenIntake#ReopenIntake"' in page
    assert 303 == sent(client, alarm, f"{alarm}/NoteAlarm", text="SYNTHETIC called the other side").status_code
    assert 303 == sent(client, alarm, f"{alarm}/HandOverAlarm", to="gate_board", text="").status_code
    client = person(Duty.GATE_BOARD)
    assert "SYNTHETIC called the other side" in client.get(alarm).text
    assert 303 == sent(client, alarm, f"{alarm}/ResolveAlarm", text="SYNTHETIC fog lifts at ten").status_code
    assert "SYNTHETIC fog lifts at ten" in client.get("/centre/alarms?lang=en").text
    told = [
        row["type"] for row in desk.post.events(0, 1_000, desk.actor(Duty.AUDITOR)) if row["type"].startswith("Alarm")
    ]
    assert ["AlarmBegun/1", "AlarmTaken/1", "AlarmNoted/1", "AlarmHandedOver/1", "AlarmResolved/1"] == told


def test_a_refused_form_keeps_what_was_filled_in(desk, person):
    """Two letters are no note: the page says so beside the form, with what was written."""
    client = person(Duty.COMMAND_CENTRE)
    answer = sent(client, "/centre/alarms/stop.out", "/centre/alarms/stop.out/NoteAlarm", text="no")
    assert (400, True) == (answer.status_code, ">no</textarea>" in answer.text)


def test_an_alarm_that_is_over_has_no_page(desk, person):
    """It is not found, and the sentence leads to the log; what is sent to it is refused by name."""
    client = person(Duty.COMMAND_CENTRE)
    assert 404 == client.get("/centre/alarms/yard.gate").status_code
    proof = PROOF.search(client.get("/centre/alarms").text).group(1)
    given = {"proof": proof, "command_id": "too-late-00000001"}
    answer = client.post("/centre/alarms/yard.gate/TakeAlarm", data=given)
    assert (422, True) == (answer.status_code, "gate.alarm_unknown" in answer.text)


def test_an_officer_sees_alarms_without_the_orders_of_the_centre(desk, person):
    """A border guard may take an alarm; its page leads to no order that only the centre may give."""
    text = person(Duty.BORDER_GUARD).get("/centre/alarms/stop.out").text
    assert 'action="/centre/alarms/stop.out/TakeAlarm"' in text
    assert "act=ReopenIntake" not in text


def test_the_calendar_shows_two_weeks_on_both_clocks(desk, person):
    """Agreed hours stand on their day, an announcement says who shortened it, a tidal lane says what it waits for."""
    client = person(Duty.COMMAND_CENTRE)
    agreed = {"calendar": "goods", "date": "2025-11-13", "start": "07:00", "until": "21:00"}
    assert 303 == sent(client, "/centre/calendar", "/centre/calendar/AgreeHours", **agreed).status_code
    announced = {"calendar": "goods", "first": "2025-11-14", "last": "2025-11-14", "start": "08:00", "until": "12:00"}
    assert 303 == sent(client, "/centre/calendar", "/centre/calendar/AnnounceHours", **announced).status_code
    turned = {"lane": "freight-3", "direction": "in"}
    assert 303 == sent(client, "/centre/calendar", "/centre/calendar/TurnLane", **turned).status_code
    text = client.get("/centre/calendar?lang=en").text
    assert 14 == text.count('<th scope="row">', text.index('id="days"'))
    for shown in ("07:00–21:00", "08:00–22:00", "agreed for this day", "shortened by us", "clear time until"):
        assert shown in text, shown
    twice = sent(client, "/centre/calendar", "/centre/calendar/TurnLane", **turned)
    assert (422, True) == (twice.status_code, "gate.lane_turning" in twice.text)


def test_the_log_is_written_searched_and_exported(desk, person):
    """Entries name who wrote them and in whose shift; words, day and kind narrow them; no cell is a formula."""
    client = person(Duty.GATE_BOARD)
    assert 303 == sent(client, "/centre/log", "/centre/log/TakeShift", text="SYNTHETIC keys").status_code
    noted = {"topic": "weather", "text": "=SYNTHETIC visibility 80 m"}
    assert 303 == sent(client, "/centre/log", "/centre/log/NoteShift", **noted).status_code
    said = {"topic": "hours", "text": "SYNTHETIC until nine"}
    assert 303 == sent(client, "/centre/log", "/centre/log/NoteHotline", **said).status_code
    rows = list(csv.DictReader(io.StringIO(client.get("/centre/log.csv?words=visibility&lang=en").text)))
    assert [("shift", PEOPLE[Duty.GATE_BOARD], "'=SYNTHETIC visibility 80 m")] == [
        (row["kind"], row["by"], row["text"]) for row in rows
    ]
    assert PEOPLE[Duty.GATE_BOARD] == rows[0]["shift"]
    assert "SYNTHETIC until nine" in client.get("/centre/log?day=2025-11-11&kind=hotline").text
    assert "SYNTHETIC until nine" not in client.get("/centre/log?day=2025-11-12").text
    assert "SYNTHETIC until nine" not in client.get("/centre/log?kind=shift").text
    for wrong in ("yesterday", "0001-01-01", "9999-12-31"):
        assert 400 == client.get(f"/centre/log?day={wrong}").status_code, wrong


def test_every_entry_of_the_log_has_its_words():
    """Each event that the log holds, each alarm and each level has a name."""
    assert NOTICED | LOGGED == set(ENTRIES)
    assert {one.__name__ for one in ev.ALL} >= set(ENTRIES)
    assert set(AlarmKind) == set(TITLES)
    assert set(FIGURES) <= set(AlarmKind)
    assert ["notice", "warning", "crisis"] == [level.value for level in Level]


def test_the_daily_report_counts_shows_and_is_told(desk, person):
    """Today is provisional; a day that is over is told to the other side once, by the command centre alone."""
    desk.give(Duty.DRIVER, {"type": "TakePlace", "crossing": desk.declared(7)})
    client = person(Duty.COMMAND_CENTRE)
    table = list(csv.DictReader(io.StringIO(client.get("/centre/report.csv").text)))
    stock = next(row for row in table if (row["figure"], row["direction"], row["route"]) == ("stock", "out", ""))
    assert ("1", "2025-11-11", "") == (stock["value"], stock["date"], stock["day_before"])
    assert "provisional" in client.get("/centre/report?lang=en").text
    before = desk.post.now()
    desk.opened.clock.set(before + DAY_MS)
    address = "/centre/report?date=2025-11-11"
    # A day later the session is over.
    text = person(Duty.COMMAND_CENTRE).get(f"{address}&lang=en").text
    assert "provisional" not in text
    assert "Name, time, signature" in text
    form = "/centre/report/2025-11-11/ReportStatistics"
    assert f'action="{form}"' not in person(Duty.GATE_BOARD).get(address).text
    done = sent(person(Duty.COMMAND_CENTRE), address, form)
    assert (303, f"{address}&done=ReportStatistics") == (done.status_code, done.headers["location"])
    for wrong in ("2025-11-31", "2026-01-01", "x", "0001-01-01", "9999-12-31", "2025-W46-2"):
        assert 404 == client.get(f"/centre/report?date={wrong}").status_code, wrong
