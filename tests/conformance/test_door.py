"""The kit's own door: it reads what HTTP allows, lets go of what it does not, and answers as it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gatepair.conformance.door import BODY_BYTES_MAX, HEAD_BYTES_MAX, Door, Request, Response

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[bytes]]


def answered(sent: bytes, response: Response | None = None) -> tuple[list[Request], bytes]:
    """Return the requests that the door read from ``sent``, and the bytes that came back until it closed or idled."""
    seen: list[Request] = []

    async def handle(request: Request) -> Response:
        seen.append(request)
        return response or Response(200, "text/plain", b"told")

    async def run() -> bytes:
        door = Door(handle)
        port = await door.open("127.0.0.1", 0)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(sent)
            writer.write_eof()
            return await reader.read()
        finally:
            writer.close()
            await writer.wait_closed()
            await door.close()

    back = asyncio.run(run())
    return seen, back


def test_a_body_of_a_length() -> None:
    """Method, path, headers in lower case, and the body."""
    seen, back = answered(b"POST /x?y=1 HTTP/1.1\r\nX-A: b\r\ncontent-length: 3\r\n\r\nabc")
    assert [Request("POST", "/x?y=1", {"x-a": "b", "content-length": "3"}, b"abc")] == seen
    assert back.startswith(b"HTTP/1.1 200 OK\r\n")
    assert back.endswith(b"\r\n\r\ntold")


def test_a_body_in_chunks_after_an_expectation() -> None:
    """What some clients do is read too."""
    head = b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\nexpect: 100-continue\r\n\r\n"
    seen, back = answered(head + b"2;x=y\r\nab\r\n1\r\nc\r\n0\r\n\r\n")
    assert [b"abc"] == [request.body for request in seen]
    assert back.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


def test_several_requests_on_one_connection() -> None:
    """Connections are kept."""
    seen, _ = answered(b"GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n")
    assert ["/1", "/2"] == [request.path for request in seen]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET",
        b"nonsense\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: x\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: %d\r\n\r\n" % (BODY_BYTES_MAX + 1),
        b"POST / HTTP/1.1\r\ncontent-length: 5\r\n\r\nabc",
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n" % (BODY_BYTES_MAX + 1),
        b"a" * (HEAD_BYTES_MAX + 4),
    ],
)
def test_what_is_no_request_is_let_go(sent: bytes) -> None:
    """Nothing is handed on and nothing is answered."""
    assert ([], b"") == answered(sent)


def test_silence_and_half_an_answer() -> None:
    """A scenario may close the line without a word, or in the midst of the body."""
    request = b"GET / HTTP/1.1\r\n\r\n"
    assert b"" == answered(request, Response(200, "text/plain", b"told", cut=0))[1]
    half = answered(request, Response(200, "text/plain", b"told", cut=2))[1]
    assert half.endswith(b"content-length: 4\r\n\r\nto")
