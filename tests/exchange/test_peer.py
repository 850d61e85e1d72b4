"""The line over HTTP: bytes go over and come back, and everything else is silence."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from litestar import Litestar
from litestar.datastructures import State

from exchange.pair import NORTH, NOW_MS, SOUTH, Node
from gatepair.adapters.peer.http import HttpPeerTransport
from gatepair.adapters.peer.local import LocalPeerTransport
from gatepair.adapters.peer.wire import REPLY_TYPE
from gatepair.base.canonical import encode
from gatepair.base.errors import PartnerUnreachable
from gatepair.exchange.calls import Call
from gatepair.exchange.wire import BATCH_BYTES_MAX, REPLY_BYTES_MAX, Outcome, decode_reply
from gatepair.web.errors import respond
from gatepair.web.exchange_routes import partner_routes


class Door:
    """What the routes need of a post, over a synthetic node."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self.ledger = node.ledger
        self.link = node.link

    def now(self) -> int:
        return NOW_MS

    def serve(self, lane: str, call: Call, raw: bytes) -> bytes:
        return self.node.serve(call, raw, lane)

    def hand_over(self, lane: str, raw: bytes) -> tuple[Call, bytes] | None:
        told = self.link.told(lane, raw)
        if told is not None:
            self.node.answered(*told, lane)
        return self.node.call(lane)


class Runtime:
    """Runs everything at once."""

    async def submit(self, job: Callable[[], Any]) -> Any:
        return job()

    async def query(self, question: Callable[[], Any]) -> Any:
        return question()


class Services:
    """Counts what strangers cost."""

    def __init__(self) -> None:
        self.runtime = Runtime()
        self.by_address = self
        self.settings = self
        self.trusted_proxy = ""
        self.knocks = 0

    def take(self, _: str) -> None:
        self.knocks += 1


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve ``app`` on an ephemeral port of loopback."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def gate(node: Node, services: Services, *, cut: bool = False) -> Iterator[str]:
    app = Litestar(
        list(partner_routes(Door(node), is_cut=lambda: cut)),
        exception_handlers={Exception: respond},
        openapi_config=None,
        logging_config=None,
        state=State({"services": services}),
    )
    with served(app) as url:
        yield url


async def told(url: str, batches: list[bytes], lane: str = "normal") -> list[bytes]:
    peer = HttpPeerTransport(url)
    try:
        return [await peer.send(lane, Call.ENTRIES, raw) for raw in batches]
    finally:
        await peer.close()


async def state_of(url: str) -> bytes:
    peer = HttpPeerTransport(url)
    try:
        return await peer.state("synthetic")
    finally:
        await peer.close()


def test_entries_and_receipts_go_over_http() -> None:
    """A message said on one side is held on the other, over kept connections, and the state shows it."""
    north, south = Node(NORTH), Node(SOUTH)
    with gate(south, Services()) as url:
        for number in range(3):
            north.say(f"X{number}", route=number)
            while (raw := north.next()) is not None:
                north.accept(asyncio.run(told(url, [raw]))[0])
        shown = json.loads(asyncio.run(state_of(url)))
    assert len(south.effects()) == 3
    assert [0, 3, 0] == [lane["mirror_size"] for lane in shown["lanes"]]


def test_strangers_are_rejected_and_pay() -> None:
    """What the partner did not sign is rejected before the ledger and costs its address."""
    services, south = Services(), Node(SOUTH)
    with gate(south, services) as url:
        replies = asyncio.run(told(url, [b"{}", b"nonsense"]))
        lost = asyncio.run(told(url, [b"{}"], lane="bulk"))
    assert [Outcome.REJECTED] * 3 == [decode_reply(reply).outcome for reply in (*replies, *lost)]
    assert services.knocks == 3


def test_an_oversize_batch_is_no_reply() -> None:
    """A body over the limit is refused by the server; for the sender that is silence."""
    with gate(Node(SOUTH), Services()) as url, pytest.raises(PartnerUnreachable):
        asyncio.run(told(url, [b" " * (BATCH_BYTES_MAX + 1)]))


def test_a_cut_line_is_silence() -> None:
    """While a drill cuts the line nothing is taken in."""
    north, south = Node(NORTH), Node(SOUTH)
    beat = north.beat()
    assert beat is not None
    with gate(south, Services(), cut=True) as url, pytest.raises(PartnerUnreachable):
        asyncio.run(told(url, [beat]))


def test_nobody_listens() -> None:
    """A closed port is silence, not an error of the program."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{sock.getsockname()[1]}"
        with pytest.raises(PartnerUnreachable):
            asyncio.run(told(url, [b"{}"]))


def answering(status: int, media_type: str, body: bytes) -> Any:
    """Return an application that always gives this answer."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        headers = [(b"content-type", media_type.encode()), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app


@pytest.mark.parametrize(
    ("status", "media_type", "body"),
    [
        (200, "text/html", b"<html>log in</html>"),
        (502, REPLY_TYPE, b"{}"),
        (302, "text/plain", b""),
        (200, REPLY_TYPE, b" " * (REPLY_BYTES_MAX + 1)),
    ],
)
def test_other_answers_are_no_reply(status: int, media_type: str, body: bytes) -> None:
    """Pages of proxies, redirects, failures and endless bodies are taken for silence."""
    with served(answering(status, media_type, body)) as url, pytest.raises(PartnerUnreachable):
        asyncio.run(told(url, [b"{}"]))


def test_the_local_line() -> None:
    """Within one process the same bytes go over, until it is cut."""
    south = Node(SOUTH)
    line = LocalPeerTransport(
        lambda lane, call, raw: south.serve(call, raw, lane),
        lambda lane, _: south.call(lane),
        state=lambda _: encode({}),
        probe=lambda _: b"note",
        attachment=lambda *_: b"scan",
        disclose=lambda raw, _: raw,
    )
    beat = Node(NORTH).beat()
    assert beat is not None
    assert Outcome.RECEIVED is decode_reply(asyncio.run(line.send("normal", Call.ENTRIES, beat))).outcome
    assert asyncio.run(line.state("")) == b"{}"
    assert asyncio.run(line.probe("")) == b"note"
    assert asyncio.run(line.attachment("0" * 64, "")) == b"scan"
    assert asyncio.run(line.disclose(b"shown", "")) == b"shown"
    asyncio.run(line.close())
    with pytest.raises(PartnerUnreachable):
        asyncio.run(line.state(""))


async def disclosed(url: str) -> bytes:
    peer = HttpPeerTransport(url)
    try:
        return await peer.disclose(b"{}", "synthetic")
    finally:
        await peer.close()


@pytest.mark.parametrize(("status", "media_type"), [(200, "text/plain"), (400, REPLY_TYPE)])
def test_a_disclosure_is_answered_by_a_note_or_a_reply(status: int, media_type: str) -> None:
    """Either comes back as it is."""
    with served(answering(status, media_type, b"answer")) as url:
        assert b"answer" == asyncio.run(disclosed(url))


@pytest.mark.parametrize(("status", "media_type"), [(404, "application/json"), (502, "text/plain"), (200, "text/html")])
def test_anything_else_for_a_disclosure_is_silence(status: int, media_type: str) -> None:
    """An older release and a proxy's page give no receipt."""
    with served(answering(status, media_type, b"answer")) as url, pytest.raises(PartnerUnreachable):
        asyncio.run(disclosed(url))
