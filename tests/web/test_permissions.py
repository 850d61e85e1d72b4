"""Every route as every duty, and what each is shown."""

from __future__ import annotations

import pytest

from gatepair.base.duties import Duty
from gatepair.node.permissions import COMMAND_DUTIES
from gatepair.node.requests import Answer, Happened
from gatepair.web.app import ROUTES
from gatepair.web.auth import COMMANDERS
from web.stand_in import CROSSING, DECLARATION, DRIVER, START_MS
from web.test_bad_input import batch

OUTSIDE = sorted(set(Duty) - {Duty.NODE})
CALLS = [
    (method, path, handler)
    for handler in ROUTES
    for path in sorted(handler.paths)
    for method in sorted(handler.http_methods)
    # A form needs the session of a browser besides its duty: tests/web/console tries each as every duty.
    if "page" not in handler.opt or method == "GET"
]
NAMES = {
    "period": "2025-11-10",
    "crossing": CROSSING,
    "direction": "out",
    "token": "P123",
    "lane": "normal",
    "number": "1",
    "act": "Decide",
    "alarm": "stock.out",
    "name": "console.css",
    "position": "1",
    "study": "what-if-1",
}


def address(path: str) -> str:
    """Return a path that can be called."""
    parts = [NAMES[part[1:-1].split(":")[0]] if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts) + ("?date=2025-11-11" if path == "/v1/trs" else "")


@pytest.mark.parametrize(("method", "path", "handler"), CALLS, ids=[f"{m} {p}" for m, p, _ in CALLS])
def test_every_route_as_every_duty(shared, method, path, handler):
    """A duty is let in when the route names it and is turned away when not; the public is asked who it is."""
    if path in {"/v1/events/stream", "/desk/changes", "/drive/changes"}:
        pytest.skip("never ends; its permission is tested beside its content")
    for duty in OUTSIDE:
        key = shared.bearer(duty, drill=True)
        answer = shared.client.request(method, address(path), headers=key, follow_redirects=False)
        permitted = duty in handler.opt["permits"]
        assert answer.status_code < 500
        led_in = "page" in handler.opt and answer.headers.get("location", "").startswith("/login")
        turned_away = answer.status_code in {401, 403} or led_in
        assert permitted is not turned_away, (duty, answer.status_code)
        if turned_away and led_in:
            assert Duty.PUBLIC is duty
        elif turned_away:
            assert (401 if duty is Duty.PUBLIC else 403) == answer.status_code


def test_the_partner_gives_no_command_but_through_the_exchange():
    """A key of the partner cannot make the partner's word up over the command route."""
    assert Duty.PARTNER not in COMMANDERS
    assert Duty.NODE not in COMMANDERS


def test_whoever_may_give_a_command_may_call_the_route():
    """No command of the table is out of reach, save the post's own and the partner's."""
    needed = set().union(*COMMAND_DUTIES.values()) - {Duty.NODE, Duty.PARTNER}
    assert needed == COMMANDERS


@pytest.mark.parametrize("duty", [Duty.BORDER_GUARD, Duty.HEALTH, Duty.CUSTOMS, Duty.TRADER])
def test_reading_a_driver_is_recorded(shared, duty):
    """Who is shown the driver leaves an entry that names him, the crossing and the fields, not the driver."""
    before = shared.post.head_position()
    key = shared.bearer(duty)
    view = shared.client.get(f"/v1/crossings/{CROSSING}", headers=key).json()
    assert DRIVER == view["driver"]
    entry = shared.client.get(f"/v1/events?after={before + 1}", headers=shared.bearer(Duty.AUDITOR)).json()["events"][0]
    assert "PersonalDataRead/1" == entry["type"]
    assert "driver" in entry["payload"]["fields"]
    assert CROSSING == entry["payload"]["crossing"]
    assert duty == entry["payload"]["duty"]
    assert "SYNTHETIC" not in str(entry)


@pytest.mark.parametrize("duty", [Duty.YARD, Duty.GATE_BOARD, Duty.COMMAND_CENTRE, Duty.DRIVER])
def test_who_needs_no_name_sees_none(shared, duty):
    """Driver, firms and owner are left out, and the answer says so; nothing is recorded, for nothing was read."""
    key = shared.bearer(duty)
    before = shared.post.head_position()
    view = shared.client.get(f"/v1/crossings/{CROSSING}", headers=key).json()
    assert ["declaration.parties", "driver", "binding.owner"] == view["masked"]
    assert "SYNTHETIC" not in str(view)
    assert "12C-1" == view["binding"]["tractor"]
    assert before == shared.post.head_position()


def test_the_feed_names_no_driver_to_anybody(caller):
    """Names of persons are read one by one; firms go to the duties that need them."""
    declared = {"at_ms": 1, "declaration": DECLARATION, "driver": DRIVER, "binding": {"tractor": "T", "owner": "O"}}
    for kind, payload in (
        ("CrossingDeclared/1", declared),
        ("FieldCorrected/1", {"at_ms": 1, "path": "driver.name", "old": "SYNTHETIC A", "new": "SYNTHETIC B"}),
        ("FieldCorrected/1", {"at_ms": 1, "path": "driver", "old": DRIVER, "new": DRIVER}),
    ):
        caller.post.record(f"crossing/{CROSSING}", kind, payload)
    firms = {Duty.BORDER_GUARD, Duty.QUARANTINE, Duty.CUSTOMS, Duty.AUDITOR}
    for duty in (*sorted(firms), Duty.YARD, Duty.HEALTH, Duty.GATE_BOARD, Duty.COMMAND_CENTRE):
        events = caller.client.get("/v1/events", headers=caller.bearer(duty)).json()["events"]
        first = next(event for event in events if event["type"] == "CrossingDeclared/1")
        assert "Driver 0001" not in str(events)
        assert "SYNTHETIC A" not in str(events)
        assert (duty in firms) is ("parties" in first["payload"]["declaration"])
        assert (duty in firms) is ("owner" in first["payload"]["binding"])
        assert "driver" in first["masked"]


def test_the_audit_stream_is_for_the_auditor(caller):
    """Others see no audit entry, and still get past a page that holds nothing else."""
    for _ in range(5):
        caller.post.key_for(Duty.YARD)
    head = caller.post.head_position()
    page = caller.client.get("/v1/events?after=0&limit=3", headers=caller.bearer(Duty.YARD)).json()
    assert {"events": [], "next": 3} == page
    page = caller.client.get("/v1/events?after=0&limit=1000", headers=caller.bearer(Duty.AUDITOR)).json()
    assert head + 2 == len(page["events"]) == page["next"]


def test_a_session_is_held_to_the_same_duty(caller):
    """A person who logs in is let in as the account's duty, and no longer after logging out."""
    caller.post.account("officer.7", "correct horse battery", duty=Duty.YARD)
    asked = {"login": "officer.7", "password": "correct horse battery"}
    logged_in = caller.client.post("/v1/session", json=asked).json()
    assert "yard" == logged_in["duty"]
    assert logged_in["expires_at_ms"] > START_MS
    key = {"Authorization": f"Bearer {logged_in['token']}"}
    assert 200 == caller.client.get("/v1/worklist", headers=key).status_code
    assert 403 == caller.client.get("/v1/status", headers=key).status_code
    assert 204 == caller.client.delete("/v1/session", headers=key).status_code
    assert 401 == caller.client.get("/v1/worklist", headers=key).status_code


def test_the_answer_to_a_correction_names_nobody_to_who_may_not_see(caller):
    """Quarantine may correct a field; the value before it is shown only to duties that see the field."""
    payload = {
        "at_ms": 1,
        "path": "driver.name",
        "old": "SYNTHETIC A",
        "new": "SYNTHETIC B",
        "actor": "x",
        "reason": "r",
    }
    caller.post.answer = lambda request: Answer(
        id=request.command_id, status="done", events=(Happened("FieldCorrected/1", payload),)
    )
    command = {
        "type": "CorrectField",
        "crossing": CROSSING,
        "path": "driver.name",
        "value": "SYNTHETIC B",
        "reason": "r",
    }
    for duty, names in ((Duty.QUARANTINE, False), (Duty.BORDER_GUARD, True)):
        key = {**caller.bearer(duty), "Idempotency-Key": "test-00001"}
        one = caller.client.post("/v1/command", json={"command": command}, headers=key)
        many = caller.client.post("/v1/commands", json=batch(command), headers=key)
        assert (names, names) == ("SYNTHETIC A" in one.text, "SYNTHETIC A" in many.text)
