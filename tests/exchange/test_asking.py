"""Signed requests: they prove who asks whom for what, and nothing else passes for one."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from exchange.pair import NORTH, NOW_MS, SOUTH, key, pair
from gatepair.base.errors import EnvelopeRejected
from gatepair.exchange import note as notes
from gatepair.exchange.asking import (
    AGE_MS_MAX,
    HEADER_BYTES_MAX,
    Asked,
    check_request,
    parse_ms,
    request_name,
    request_verifier,
    signed_request,
)

ASKED = Asked("GET", "/x/1/state?full=1", NORTH, SOUTH, NOW_MS)
NAME = request_name("n.example", NORTH)
VERIFIER = request_verifier("n.example", NORTH, key(2).public.hex())


def proof(asked: Asked = ASKED, *, number: int = 2, name: str = NAME) -> str:
    return signed_request(asked, name=name, key=key(number))


def checked(header: str, *, method: str = "GET", path: str = ASKED.path, answerer: str = SOUTH) -> Asked:
    return check_request(header, method=method, path=path, answerer=answerer, verifier=VERIFIER)


def test_a_signed_request_is_read_back() -> None:
    """What was asked comes out of the header."""
    assert ASKED == checked(proof())


@pytest.mark.parametrize("number", [1, 3, 5])
def test_another_key_proves_nothing(number: int) -> None:
    """Neither the root, nor the mirror, nor the partner's log key asks in the name of a log key."""
    with pytest.raises(EnvelopeRejected):
        checked(proof(number=number))


@pytest.mark.parametrize(
    "other",
    [{"method": "POST"}, {"path": "/x/1/state"}, {"path": "/x/1/state?full=2"}, {"answerer": NORTH}],
)
def test_a_request_proves_only_itself(other: dict[str, str]) -> None:
    """The header of one request opens no other, and not at another post."""
    with pytest.raises(EnvelopeRejected, match="another request"):
        checked(proof(), **other)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "x",
        "!!!!",
        base64.b64encode(b"no note").decode(),
        base64.b64encode(b"\xff\xfe").decode(),
        "A" * (HEADER_BYTES_MAX + 4),
    ],
)
def test_what_is_no_header_is_rejected(header: str) -> None:
    """Anything else than base64 of a signed note within the limit is rejected, and never with another error."""
    with pytest.raises(EnvelopeRejected):
        checked(header)


@pytest.mark.parametrize(
    "text",
    [
        ASKED.to_text().replace("request/v1", "request/v2"),
        ASKED.to_text() + "more\n",
        ASKED.to_text().removesuffix(f"{NOW_MS}\n"),
        replace(ASKED, at_ms=-1).to_text(),
        ASKED.to_text().replace(str(NOW_MS), "01"),
        ASKED.to_text().replace(str(NOW_MS), str(1 << 53)),
        ASKED.to_text().replace(str(NOW_MS), "٣"),
    ],
)
def test_a_signed_note_of_another_form_is_no_request(text: str) -> None:
    """The signature alone does not make a request."""
    note = notes.Note(text, (notes.sign(text, name=NAME, key=key(2)),))
    with pytest.raises(EnvelopeRejected):
        checked(base64.b64encode(note.to_text().encode()).decode())


@pytest.mark.parametrize(("text", "value"), [("0", 0), ("9007199254740991", (1 << 53) - 1)])
def test_instants_at_their_limits(text: str, value: int) -> None:
    """The smallest and the largest instant are read."""
    assert value == parse_ms(text)


@pytest.mark.parametrize(("away_ms", "taken"), [(0, True), (AGE_MS_MAX, True), (AGE_MS_MAX + 1, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_request_counts_for_an_hour(away_ms: int, sign: int, *, taken: bool) -> None:
    """A header copied from somewhere is worthless after an hour; a clock an hour off still gets in."""
    north, south = pair()
    header = north.link.ask("GET", "/x/1/state", now_ms=NOW_MS + sign * away_ms)
    if taken:
        south.link.check_asked(header, method="GET", path="/x/1/state", now_ms=NOW_MS)
        return
    with pytest.raises(EnvelopeRejected, match="too far"):
        south.link.check_asked(header, method="GET", path="/x/1/state", now_ms=NOW_MS)


def test_a_request_names_its_asker() -> None:
    """The true key under a text that names another post as the asker proves nothing."""
    _, south = pair()
    asked = replace(ASKED, path="/x/1/state", asker=SOUTH)
    with pytest.raises(EnvelopeRejected, match="another request"):
        south.link.check_asked(proof(asked), method="GET", path="/x/1/state", now_ms=NOW_MS)


def test_nobody_asks_themselves() -> None:
    """A post's own request, thrown back at it, is not the partner's."""
    north, _ = pair()
    header = north.link.ask("GET", "/x/1/state", now_ms=NOW_MS)
    with pytest.raises(EnvelopeRejected):
        north.link.check_asked(header, method="GET", path="/x/1/state", now_ms=NOW_MS)
