"""What is wrong gets its documented error, and the ledger does not move."""

from __future__ import annotations

import json

import pytest

from gatepair.base.duties import Duty
from gatepair.base.errors import InvariantBroken, StorageFull, StorageLocked
from gatepair.base.time import Instant, SystemClock
from gatepair.node.accounts import SESSION_MS
from gatepair.node.requests import Answer
from gatepair.web.settings import WebSettings
from web.conftest import serving
from web.stand_in import CROSSING, START_MS

RELEASE = {"type": "Release", "crossing": CROSSING}


def batch(*commands, **more):
    return {"commands": [{"id": f"test-{n:05d}", "command": command} for n, command in enumerate(commands)], **more}


def held(caller, response, status, code):
    """Check the envelope of ``response`` and return its error."""
    body = response.json()
    assert status == response.status_code, body
    assert {"error", "request"} == set(body)
    assert {"code", "message", "fields"} <= set(body["error"])
    assert code == body["error"]["code"]
    assert body["request"] == response.headers["x-request-id"]
    assert body["error"]["message"]
    return body["error"]


MALFORMED = {
    "no JSON": b"{",
    "empty": b"",
    "not UTF-8": b'{"commands":[{"id":"test-00001","command":{"type":"CancelCrossing","reason":"\xff"}}]}',
    "another shape": b"[]",
    "no command": b'{"commands": []}',
    "unknown field of the batch": json.dumps(batch(RELEASE, more=1)).encode(),
    "unknown field of a command": json.dumps(batch({**RELEASE, "fast": True})).encode(),
    "unknown type": json.dumps(batch({"type": "OpenBarrier", "crossing": CROSSING})).encode(),
    "no type": json.dumps(batch({"crossing": CROSSING})).encode(),
    "unknown code": json.dumps(batch({"type": "Decide", "crossing": CROSSING, "verdict": "maybe"})).encode(),
    "a code of another form": json.dumps(
        batch({"type": "Decide", "crossing": CROSSING, "verdict": "clear", "reasons": ["No Good"]})
    ).encode(),
    "a reference of another form": json.dumps(batch({"type": "Release", "crossing": "X1"})).encode(),
    "a command id of another form": json.dumps({"commands": [{"id": "x", "command": RELEASE}]}).encode(),
    "a text for a number": json.dumps(batch({**RELEASE, "at_ms": "now"})).encode(),
    "a fraction": json.dumps(batch({**RELEASE, "at_ms": 1.5})).encode(),
    "a time before 1970": json.dumps(batch({**RELEASE, "at_ms": -1})).encode(),
    "an integer out of range": json.dumps(batch({**RELEASE, "at_ms": 2**53})).encode(),
    "an integer far out of range": json.dumps(batch({**RELEASE, "at_ms": 10**40})).encode(),
    "text not in NFC": json.dumps(
        batch({"type": "CancelCrossing", "crossing": CROSSING, "reason": "e\u0301"}), ensure_ascii=False
    ).encode(),
    "text not in NFC, escaped": json.dumps(
        batch({"type": "CancelCrossing", "crossing": CROSSING, "reason": "e\u0301"})
    ).encode(),
    "a NUL": json.dumps(batch({"type": "CancelCrossing", "crossing": CROSSING, "reason": "a\u0000"})).encode(),
    "half a character": b'{"commands":[{"id":"test-00001","command":{"type":"CancelCrossing",'
    b'"crossing":"%b","reason":"\\ud800"}}]}' % CROSSING.encode(),
    "nested without end": b"[" * 100_000,
    "a deep value": json.dumps(
        batch({"type": "CorrectField", "crossing": CROSSING, "path": "x", "reason": "r", "value": [[[[[[1]]]]]]})
    ).encode(),
    "a value with a fraction": json.dumps(
        batch({"type": "CorrectField", "crossing": CROSSING, "path": "x", "reason": "r", "value": {"a": 1.5}})
    ).encode(),
    "a value with another name": json.dumps(
        batch({"type": "CorrectField", "crossing": CROSSING, "path": "x", "reason": "r", "value": {"A b": 1}})
    ).encode(),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_body_does_nothing(shared, body):
    """Whatever the interface does not read is refused whole, as `malformed`."""
    key = shared.bearer(Duty.CUSTOMS)
    before = shared.post.head_position()
    answer = shared.client.post("/v1/commands", content=body, headers=key)
    held(shared, answer, 400, "malformed")
    assert before == shared.post.head_position()


def test_one_bad_command_stops_the_whole_batch(shared):
    """A body is read before anything is done, so its good part is not done either."""
    key = shared.bearer(Duty.CUSTOMS)
    before = shared.post.head_position()
    answer = shared.client.post("/v1/commands", json=batch(RELEASE, {**RELEASE, "no": 1}), headers=key)
    error = held(shared, answer, 400, "malformed")
    assert "$.commands[1].command" == error["fields"]["path"]
    assert before == shared.post.head_position()


def test_an_oversize_body_is_refused(shared):
    """A body over 1 MiB gets 413, with and without its length told."""
    key = shared.bearer(Duty.CUSTOMS)
    before = shared.post.head_position()
    big = b" " * ((1 << 20) + 1)
    held(shared, shared.client.post("/v1/commands", content=big, headers=key), 413, "too_large")
    held(shared, shared.client.post("/v1/commands", content=iter([big]), headers=key), 413, "too_large")
    assert before == shared.post.head_position()


def test_a_batch_holds_200_commands_at_most(caller):
    """The published limit holds at its edge: 200 are done, 201 are not."""
    key = caller.bearer(Duty.CUSTOMS)
    assert 200 == caller.client.post("/v1/commands", json=batch(*[RELEASE] * 200), headers=key).status_code
    before = caller.post.head_position()
    answer = caller.client.post("/v1/commands", json=batch(*[RELEASE] * 201), headers=key)
    held(caller, answer, 413, "too_large")
    assert before == caller.post.head_position()


@pytest.mark.parametrize(
    "header",
    ["Bearer gpk_customs-0_wrong", "Bearer gpk_nobody_x", "Bearer gps_x", "Bearer x", "Bearer", "Basic Zm9v",
     "Bearer " + "x" * 300, "Bearer gpk_../../etc_x", "Bearer gpk__"],
)  # fmt: skip
def test_a_credential_that_is_not_valid(shared, header):
    """It is refused, also where none would be needed, and the answer does not say what was wrong."""
    for path in ("/v1/worklist", "/v1/board"):
        answer = shared.client.get(path, headers={"Authorization": header})
        held(shared, answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_session_that_has_ended(caller):
    """A session opens nothing from its end on, and nothing when its account is disabled."""
    caller.post.account("officer.7", "correct horse battery")
    asked = {"login": "officer.7", "password": "correct horse battery"}
    keys = [
        {"Authorization": "Bearer " + caller.client.post("/v1/session", json=asked).json()["token"]} for _ in range(2)
    ]
    assert 200 == caller.client.get("/v1/worklist", headers=keys[0]).status_code
    caller.post.clock.set(Instant(START_MS + SESSION_MS))
    held(caller, caller.client.get("/v1/worklist", headers=keys[0]), 401, "unauthenticated")
    fresh = {"Authorization": "Bearer " + caller.client.post("/v1/session", json=asked).json()["token"]}
    assert 200 == caller.client.get("/v1/worklist", headers=fresh).status_code
    post = caller.post
    post.transact(lambda unit: post.accounts.disable_account(unit, "officer.7", by="test", now_ms=post.now()))
    held(caller, caller.client.get("/v1/worklist", headers=fresh), 401, "unauthenticated")
    held(caller, caller.client.post("/v1/session", json=asked), 401, "unauthenticated")


def test_wrong_passwords_lock_the_login(caller):
    """The sixth try in a row is told to come back later, whoever makes it."""
    caller.post.account("officer.7", "correct horse battery")
    wrong = {"login": "officer.7", "password": "another battery"}
    before = caller.post.head_position()
    for _ in range(5):
        held(caller, caller.client.post("/v1/session", json=wrong), 401, "unauthenticated")
    answer = caller.client.post("/v1/session", json={**wrong, "password": "correct horse battery"})
    held(caller, answer, 429, "rate_limited")
    assert 900 == int(answer.headers["retry-after"])
    assert before == caller.post.head_position()


def test_no_credential(shared):
    """Who may be nobody may not command."""
    before = shared.post.head_position()
    held(shared, shared.client.post("/v1/commands", json=batch(RELEASE)), 401, "unauthenticated")
    assert before == shared.post.head_position()


def test_a_duty_that_gives_no_commands(shared):
    """An auditor only reads."""
    key = shared.bearer(Duty.AUDITOR)
    before = shared.post.head_position()
    held(shared, shared.client.post("/v1/commands", json=batch(RELEASE), headers=key), 403, "not_permitted")
    assert before == shared.post.head_position()


def test_a_disabled_key(caller):
    """A key that was disabled opens nothing from the next call on."""
    key = caller.bearer(Duty.CUSTOMS)
    assert 200 == caller.client.get("/v1/worklist", headers=key).status_code
    name = key["Authorization"].split("_")[1]
    caller.post.transact(lambda unit: caller.post.accounts.disable_key(unit, name, by="test", now_ms=caller.post.now()))
    held(caller, caller.client.get("/v1/worklist", headers=key), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Answer(id="test-00001", status="refused", findings=({"code": "crossing.not_released"},)), 422),
        (Answer(id="test-00001", status="failed", error="not_permitted", message="no"), 403),
        (Answer(id="test-00001", status="failed", error="stale_version", message="old"), 409),
        (Answer(id="test-00001", status="failed", error="command_reused", message="again"), 409),
        (Answer(id="test-00001", status="failed", error="claim_taken", message="taken"), 409),
        (Answer(id="test-00001", status="failed", error="not_found", message="none"), 404),
    ],
    ids=lambda value: value.error or value.status if isinstance(value, Answer) else "",
)
def test_a_single_command_that_is_not_done_is_an_error(caller, answer, status):
    """One command gets the status of its error and the findings in the envelope."""
    caller.post.answer = lambda _: answer
    key = {**caller.bearer(Duty.CUSTOMS), "Idempotency-Key": "test-00001"}
    got = caller.client.post("/v1/command", json={"command": RELEASE}, headers=key)
    error = held(caller, got, status, answer.error or "refused")
    assert list(answer.findings) == error.get("findings", [])
    assert {"command": "test-00001"} == error["fields"]


def test_a_single_command_needs_its_id(shared):
    """Without an id made before the first try a repeat could not be told from a new order."""
    key = shared.bearer(Duty.CUSTOMS)
    before = shared.post.head_position()
    held(shared, shared.client.post("/v1/command", json={"command": RELEASE}, headers=key), 400, "malformed")
    assert before == shared.post.head_position()


def test_unknown_addresses_and_methods(shared):
    """What is not there is `not_found`; what is there for others is `method_not_allowed` and says for which."""
    held(shared, shared.client.get("/v1/nothing"), 404, "not_found")
    answer = shared.client.get("/v1/commands")
    held(shared, answer, 405, "method_not_allowed")
    assert "POST" == answer.headers["allow"]
    held(shared, shared.client.options("/v1/commands"), 405, "method_not_allowed")
    held(
        shared, shared.client.get(f"/v1/crossings/{CROSSING[:-1]}B", headers=shared.bearer(Duty.YARD)), 404, "not_found"
    )
    held(shared, shared.client.get("/v1/crossings/x", headers=shared.bearer(Duty.YARD)), 404, "not_found")
    held(shared, shared.client.get("/v1/order/up"), 404, "not_found")
    held(shared, shared.client.get("/v1/places/P0"), 404, "not_found")


@pytest.mark.parametrize(
    "path",
    ["/v1/events?after=-1", "/v1/events?limit=0", "/v1/events?limit=1001", "/v1/events?after=x", "/v1/trs?date=1"],
)
def test_a_parameter_out_of_range(shared, path):
    """Parameters have published limits."""
    held(shared, shared.client.get(path, headers=shared.bearer(Duty.CUSTOMS)), 400, "malformed")


def test_a_clock_never_goes_back(shared):
    """A drill cannot turn back time."""
    key = shared.bearer(Duty.COMMAND_CENTRE, drill=True)
    held(shared, shared.client.post("/v1/clock", json={"now_ms": START_MS - 1}, headers=key), 400, "malformed")
    assert START_MS == shared.post.now()


def test_the_drill_is_for_drill_keys(shared):
    """Nobody else sets the clock or cuts the line."""
    key = shared.bearer(Duty.COMMAND_CENTRE)
    for path, body in (("/v1/clock", {"now_ms": START_MS}), ("/v1/link/flush", {}), ("/v1/link/cut", {"cut": True})):
        held(shared, shared.client.post(path, json=body, headers=key), 403, "not_permitted")


def test_too_many_calls(post):
    """Beyond its allowance a caller gets 429 with the time to wait; a drill key has no limit."""
    post.clock = SystemClock()
    for caller in serving(post, WebSettings(principal_per_s=1, principal_burst=3, address_per_s=1, address_burst=3)):
        services = caller.client.app.state["services"]
        # However long the calls take here, no allowance grows meanwhile.
        services.by_principal._monotonic_ns = services.by_address._monotonic_ns = lambda: 0
        for key in (caller.bearer(Duty.CUSTOMS), {}):
            assert [200] * 3 == [caller.client.get("/v1/board", headers=key).status_code for _ in range(3)]
            answer = caller.client.get("/v1/board", headers=key)
            held(caller, answer, 429, "rate_limited")
            assert 1 == int(answer.headers["retry-after"])
        drill = caller.bearer(Duty.CUSTOMS, drill=True)
        assert {200} == {caller.client.get("/v1/board", headers=drill).status_code for _ in range(10)}


def test_a_drill_has_no_limits(post):
    """A post on a stepped clock is driven by its world as fast as it goes."""
    for caller in serving(post, WebSettings(principal_per_s=1, principal_burst=1, address_per_s=1, address_burst=1)):
        for key in (caller.bearer(Duty.CUSTOMS), {}):
            assert {200} == {caller.client.get("/v1/board", headers=key).status_code for _ in range(5)}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (StorageFull("/srv/gate/ledger.db: no space"), 507, "storage_full"),
        (StorageLocked("/srv/gate/ledger.db: locked by 4711"), 503, "storage_locked"),
        (InvariantBroken("released by yard"), 500, "invariant_broken"),
        (ZeroDivisionError("secret"), 500, "error"),
    ],
)
def test_nothing_internal_leaks(caller, error, status, code):
    """What is for the operator stays in the log: no path, no process, no exception text."""
    key = caller.bearer(Duty.CUSTOMS)
    before = caller.post.head_position()
    caller.post.fail_with = error
    answer = caller.client.post("/v1/commands", json=batch(RELEASE), headers=key)
    told = held(caller, answer, status, code)
    assert {} == told["fields"]
    assert not [word for word in ("srv", "4711", "yard", "secret", "Zero", "Traceback") if word in answer.text]
    assert before == caller.post.head_position()


def test_a_broken_invariant_stops_the_writer(caller):
    """After a rule broke, nothing more is taken and the post is not called healthy."""
    key = caller.bearer(Duty.CUSTOMS)
    caller.post.fail_with = InvariantBroken("x")
    caller.client.post("/v1/commands", json=batch(RELEASE), headers=key)
    caller.post.fail_with = None
    held(caller, caller.client.post("/v1/commands", json=batch(RELEASE), headers=key), 500, "invariant_broken")
    held(caller, caller.client.get("/health"), 500, "invariant_broken")


def test_a_post_on_its_own_clock_has_no_drill(post):
    """Without a stepped clock the drill's addresses are not there."""
    post.clock = SystemClock()
    for caller in serving(post, WebSettings()):
        key = caller.bearer(Duty.COMMAND_CENTRE, drill=True)
        held(caller, caller.client.post("/v1/clock", json={"now_ms": START_MS}, headers=key), 404, "not_found")
