"""The web layer over a real socket: event streams, oversize bodies that never end, a clean stop."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from gatepair.base.duties import Duty
from gatepair.web.app import create_app
from gatepair.web.runtime import WriterRuntime
from gatepair.web.settings import WebSettings
from web.stand_in import CROSSING, DECLARATION, DRIVER, StandInPost
from web.test_bad_input import RELEASE, batch

WAIT_S = 30
"""When a test gives up; nothing is measured against it."""


class Line:
    """One served post and how to call it."""

    def __init__(self, post: StandInPost, port: int) -> None:
        self.post, self.port = post, port
        self._tokens: dict[Duty, str] = {}

    def headers(self, duty: Duty) -> dict[str, str]:
        if duty not in self._tokens:
            self._tokens[duty] = self.post.key_for(duty)
        return {"Authorization": f"Bearer {self._tokens[duty]}"}

    def call(self, method, path, *, duty=None, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        try:
            raw = None if body is None else json.dumps(body)
            connection.request(method, path, body=raw, headers=self.headers(duty) if duty else {})
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())
        finally:
            connection.close()

    @contextmanager
    def follow(self, path, *, duty, **more) -> Iterator[http.client.HTTPResponse]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=WAIT_S)
        try:
            connection.request("GET", path, headers={**self.headers(duty), **more})
            answer = connection.getresponse()
            yield answer
            answer.close()
        finally:
            connection.close()


@contextmanager
def listening(settings: WebSettings) -> Iterator[Line]:
    post = StandInPost()
    runtime = WriterRuntime(post, clock=post.clock)
    app = create_app(post, runtime=runtime, settings=settings)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", proxy_headers=False, timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield Line(post, listener.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(WAIT_S)
        listener.close()
        assert not thread.is_alive()


@pytest.fixture
def line() -> Iterator[Line]:
    with listening(WebSettings(follow_heartbeat_s=1, followers_max=2)) as found:
        yield found


def entries(answer, count):
    """Read ``count`` entries of an event stream."""
    found = []
    while len(found) < count:
        text = answer.readline().decode()
        assert text, "the stream ended"
        if text.startswith("data: "):
            found.append(json.loads(text[6:]))
    return found


def test_a_follower_gets_what_was_and_what_comes(line):
    """The stream begins after the position asked for and goes on with what is recorded later, in order."""
    line.headers(Duty.CUSTOMS)
    line.post.record(f"crossing/{CROSSING}", "PlaceTaken/1", {"at_ms": 1})
    head = line.post.head_position()
    with line.follow(f"/v1/events/stream?after={head - 1}", duty=Duty.CUSTOMS) as answer:
        assert 200 == answer.status
        assert "text/event-stream" in answer.headers["content-type"]
        assert [head] == [row["position"] for row in entries(answer, 1)]
        for _ in range(3):
            assert 200 == line.call("POST", "/v1/commands", duty=Duty.CUSTOMS, body=batch(RELEASE))[0]
        assert [head + 1, head + 2, head + 3] == [row["position"] for row in entries(answer, 3)]


def lane_events(answer, count):
    """Read ``count`` events that tell of a lane."""
    found = []
    while len(found) < count:
        text = answer.readline()
        assert text, "the stream ended"
        if text == b"event: lane\n":
            found.append(json.loads(answer.readline()[6:]))
    return found


def test_a_follower_is_told_how_the_lanes_stand(line):
    """At first, and again when one changes and something was done; the same state is not told twice."""
    with line.follow("/v1/events/stream?after=1000", duty=Duty.GATE_BOARD) as answer:
        assert [{"lane": "normal", "epoch": 1}] == lane_events(answer, 1)
        assert 200 == line.call("POST", "/v1/commands", duty=Duty.CUSTOMS, body=batch(RELEASE))[0]
        line.post.desk.lanes = {"normal": {"epoch": 2}}
        assert 200 == line.call("POST", "/v1/commands", duty=Duty.CUSTOMS, body=batch(RELEASE))[0]
        assert [{"lane": "normal", "epoch": 2}] == lane_events(answer, 1)


def test_who_may_not_see_the_exchange_is_told_nothing_of_lanes(line):
    """The yard follows the ledger and not the exchange."""
    with line.follow("/v1/events/stream?after=1000", duty=Duty.YARD) as answer:
        text = answer.readline()
        while text != b": still here\n":
            assert b"lane" not in text
            text = answer.readline()


def test_a_follower_that_comes_back_goes_on_where_it_was(line):
    """`Last-Event-ID` counts before the parameter."""
    line.headers(Duty.CUSTOMS)
    for number in range(5):
        line.post.record("gate/huu-nghi", "QuotaAnnounced/1", {"n": number})
    head = line.post.head_position()
    with line.follow("/v1/events/stream?after=0", duty=Duty.CUSTOMS, **{"Last-Event-ID": str(head - 2)}) as answer:
        assert [head - 1, head] == [row["position"] for row in entries(answer, 2)]


def test_a_stream_is_masked_like_a_page(line):
    """A follower of the stream sees no driver either."""
    line.headers(Duty.YARD)
    declared = {"at_ms": 1, "declaration": DECLARATION, "driver": DRIVER}
    line.post.record(f"crossing/{CROSSING}", "CrossingDeclared/1", declared)
    with line.follow("/v1/events/stream", duty=Duty.YARD) as answer:
        (row,) = entries(answer, 1)
    assert "SYNTHETIC" not in json.dumps(row)
    assert ["declaration.parties", "driver"] == row["masked"]


def test_silence_is_filled(line):
    """A stream without news carries a comment, so that nobody on the way closes it."""
    with line.follow("/v1/events/stream?after=1000", duty=Duty.YARD) as answer:
        while answer.readline() != b": still here\n":
            pass


def test_streams_have_a_bound_and_give_their_place_back(line):
    """One more than the limit is told to come by page; who leaves makes room."""
    with line.follow("/v1/events/stream", duty=Duty.YARD) as first:
        assert 200 == first.status
        with line.follow("/v1/events/stream", duty=Duty.YARD) as second:
            assert 200 == second.status
            status, body = line.call("GET", "/v1/events/stream", duty=Duty.YARD)
            assert (503, "overloaded") == (status, body["error"]["code"])
    while True:
        with line.follow("/v1/events/stream", duty=Duty.YARD) as again:
            if again.status == 200:
                break


@pytest.mark.parametrize(("duty", "status"), [(Duty.TRADER, 403), (Duty.DRIVER, 403), (None, 401)])
def test_a_stream_is_for_followers(line, duty, status):
    """Who may not read the feed may not follow it."""
    assert status == line.call("GET", "/v1/events/stream", duty=duty)[0]


def test_a_body_that_goes_on_is_cut_at_the_limit(line):
    """A body without a told length is refused when it passes the limit, not when it ends."""
    key = line.headers(Duty.CUSTOMS)["Authorization"]
    head = line.post.head_position()
    with socket.create_connection(("127.0.0.1", line.port), timeout=WAIT_S) as caller:
        start = f"POST /v1/commands HTTP/1.1\r\nHost: x\r\nAuthorization: {key}\r\nTransfer-Encoding: chunked\r\n\r\n"
        caller.sendall(start.encode())
        piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        for _ in range(17):
            caller.sendall(piece)
        assert b" 413 " in caller.recv(100)
    assert head == line.post.head_position()


def test_what_is_no_http_is_turned_away(line):
    """A caller that speaks something else gets 400 and the post goes on."""
    with socket.create_connection(("127.0.0.1", line.port), timeout=WAIT_S) as caller:
        caller.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
        assert b" 400 " in caller.recv(100)
    assert 200 == line.call("GET", "/health")[0]


def test_an_open_stream_does_not_hold_the_stop():
    """The post stops though somebody still follows it."""
    with listening(WebSettings()) as line:
        connection = http.client.HTTPConnection("127.0.0.1", line.port, timeout=WAIT_S)
        connection.request("GET", "/v1/events/stream", headers=line.headers(Duty.YARD))
        assert 200 == connection.getresponse().status
    connection.close()
