"""What the routes answer when all is well."""

from __future__ import annotations

import json
import threading

import jsonschema

from gatepair.base.duties import Duty
from gatepair.web.settings import WebSettings
from web.conftest import serving
from web.stand_in import CROSSING, START_MS
from web.test_bad_input import RELEASE, batch, held


def test_commands_are_answered_in_order_with_the_head(caller):
    """One transaction answers the whole batch, each command for itself."""
    key = caller.bearer(Duty.CUSTOMS)
    before = caller.post.head_position()
    body = caller.client.post("/v1/commands", json=batch(RELEASE, RELEASE, RELEASE), headers=key).json()
    assert ["test-00000", "test-00001", "test-00002"] == [answer["id"] for answer in body["answers"]]
    assert before + 3 == body["position"]
    assert [3] == caller.post.groups


def test_a_single_command_is_answered_plainly(caller):
    """Done gives the answer itself."""
    key = {**caller.bearer(Duty.CUSTOMS), "Idempotency-Key": "test-00009"}
    body = caller.client.post("/v1/command", json={"command": RELEASE}, headers=key).json()
    assert "done" == body["status"]
    assert "test-00009" == body["id"]


def test_text_in_four_scripts_is_taken(caller):
    """Vietnamese and Chinese in NFC pass, plain and escaped."""
    key = caller.bearer(Duty.TRADER)
    command = {"type": "CancelCrossing", "crossing": CROSSING, "reason": "Hữu Nghị 友谊关 «été»"}
    for ascii_only in (True, False):
        raw = json.dumps(batch(command), ensure_ascii=ascii_only).encode()
        assert 200 == caller.client.post("/v1/commands", content=raw, headers=key).status_code


def test_events_are_read_by_page(caller):
    """Following `next` meets every entry once, in order."""
    for number in range(7):
        caller.post.record("gate/huu-nghi", "QuotaAnnounced/1", {"n": number})
    key = caller.bearer(Duty.AUDITOR)
    seen, after = [], 0
    while page := caller.client.get(f"/v1/events?after={after}&limit=3", headers=key).json():
        if not page["events"]:
            break
        seen.extend(event["position"] for event in page["events"])
        after = page["next"]
    assert list(range(1, caller.post.head_position() + 1)) == seen


def test_the_order_is_exported_whole(caller):
    """Header first, then each record on its line; the pages hold the same records."""
    raw = caller.client.get("/v1/order/out.jsonl")
    assert ["application/x-ndjson"] == [raw.headers["content-type"].partition(";")[0]]
    lines = raw.text.splitlines()
    assert {"header": True} == json.loads(lines[0])
    first = caller.client.get("/v1/order/out?limit=4").json()
    rest = caller.client.get(f"/v1/order/out?after={first['next']}").json()
    assert [json.loads(line) for line in lines[1:]] == first["records"] + rest["records"]


def test_every_answer_carries_the_security_headers(caller):
    """Also what the router itself refuses."""
    for path in ("/health", "/nothing", "/board", "/v1/worklist"):
        headers = caller.client.get(path).headers
        assert "nosniff" == headers["x-content-type-options"]
        assert "DENY" == headers["x-frame-options"]
        assert "no-referrer" == headers["referrer-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert ("script" in headers["content-security-policy"]) is (path == "/board")
        assert "unsafe" not in headers["content-security-policy"]
        assert "strict-transport-security" not in headers
        assert headers["x-request-id"]


def test_strict_transport_is_sent_where_there_is_https(post):
    """HSTS on plain loopback would shut the operator out; behind HTTPS it is sent."""
    for caller in serving(post, WebSettings(https=True)):
        assert "max-age" in caller.client.get("/health").headers["strict-transport-security"]


def test_the_drill_moves_the_clock(caller):
    """What is due runs before the answer, and the line can be cut."""
    key = caller.bearer(Duty.COMMAND_CENTRE, drill=True)
    answer = caller.client.post("/v1/clock", json={"now_ms": START_MS + 60_000}, headers=key).json()
    assert {"now_ms": START_MS + 60_000, "position": caller.post.head_position()} == answer
    assert START_MS + 60_000 == caller.post.now()
    assert {"cut": True} == caller.client.post("/v1/link/cut", json={"cut": True}, headers=key).json()
    assert {"lanes": {}, "reachable": False} == caller.client.post("/v1/link/flush", json={}, headers=key).json()


def test_the_description_is_sound(caller):
    """OpenAPI 3.1 with every route, and every body that the tests send fits its schema."""
    document = caller.client.get("/schema/openapi.json").json()
    assert "3.1.0" == document["openapi"]
    schema = {"$ref": "#/components/schemas/CommandsIn", "components": document["components"]}
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    assert validator.is_valid(batch(RELEASE))
    assert not validator.is_valid(batch({**RELEASE, "fast": True}))
    assert not validator.is_valid(batch({"type": "OpenBarrier"}))


def test_a_request_that_takes_too_long_is_given_up(post):
    """The caller gets `overloaded` and may send the same command id again."""
    gate = threading.Event()
    post.answer = lambda _: gate.wait(20)
    for caller in serving(post, WebSettings(request_timeout_s=0)):
        key = caller.bearer(Duty.CUSTOMS)
        held(caller, caller.client.post("/v1/commands", json=batch(RELEASE), headers=key), 503, "overloaded")
        gate.set()
