"""Where ``gatepair exchange`` works: at a stopped post's own directory, or at a running post over its interface."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote

import httpx2
import msgspec

from gatepair import wiring
from gatepair.adapters.paper import page_at
from gatepair.base.errors import PostAnswered
from gatepair.cli.access import OPERATOR
from gatepair.exchange.bundle import BUNDLE_TYPE
from gatepair.node.courier import Export, Import, Order, Taken
from gatepair.node.paper import PaperTaken, printed
from gatepair.node.post import Post

ANSWER_S: Final = 600.0
"""Longest wait for an answer: a full part is some ten thousand entries with their effects."""


class Desk(Protocol):
    """What an officer does with bundles and papers."""

    def export(self, order: Order) -> bytes:
        """Return a part of a bundle."""
        ...

    def take_in(self, part: bytes) -> Taken:
        """Take in a part and return what became of it."""
        ...

    def print_paper(self, crossing: str, *, omit: Collection[str], whole: bool) -> str:
        """Return the page about a crossing."""
        ...

    def scan(self, texts: Sequence[str]) -> PaperTaken:
        """Take in a paper and return what became of it."""
        ...


@contextmanager
def desk_at(place: str, key: str) -> Iterator[Desk]:
    """Open the desk at ``place``: the address of a running post, called with ``key``, or a stopped post's directory.

    Raises:
        StartRefused: the directory holds no post.
        StorageLocked: the post is running; use its address.
    """
    if place.startswith(("http://", "https://")):
        headers = {"authorization": f"Bearer {key}"} if key else {}
        # A proxy of the environment has no business between an officer and the post.
        with httpx2.Client(base_url=place, headers=headers, timeout=ANSWER_S, trust_env=False) as client:
            yield _Remote(client)
        return
    post = wiring.open_post(Path(place)).post
    try:
        yield _Local(post)
    finally:
        post.ledger.close()


class _Local:
    """The post itself, while it does not run."""

    def __init__(self, post: Post) -> None:
        self._post = post

    def export(self, order: Order) -> bytes:
        writing = Export(self._post, order, actor=OPERATOR)
        for step in writing.steps():
            step()
        return writing.part()

    def take_in(self, part: bytes) -> Taken:
        reading = Import(self._post, part, actor=OPERATOR)
        for step in reading.steps():
            step()
        return reading.taken()

    def print_paper(self, crossing: str, *, omit: Collection[str], whole: bool) -> str:
        paper = printed(self._post, crossing, omit=omit, whole=whole, actor=OPERATOR)
        return page_at(self._post, paper)

    def scan(self, texts: Sequence[str]) -> PaperTaken:
        return self._post.scan(texts, actor=OPERATOR)


class _Remote:
    """A running post over its interface."""

    def __init__(self, client: httpx2.Client) -> None:
        self._client = client

    def export(self, order: Order) -> bytes:
        return self._post("/v1/exchange/export", msgspec.json.encode(order))

    def take_in(self, part: bytes) -> Taken:
        return msgspec.json.decode(self._post("/v1/exchange/import", part, BUNDLE_TYPE), type=Taken)

    def print_paper(self, crossing: str, *, omit: Collection[str], whole: bool) -> str:
        asked = {"omit": ",".join(omit), "entries": "all" if whole else "new"}
        path = f"/v1/exchange/paper/{quote(crossing, safe='')}"
        return self._sent(self._client.build_request("GET", path, params=asked)).decode()

    def scan(self, texts: Sequence[str]) -> PaperTaken:
        answer = self._post("/v1/exchange/paper", msgspec.json.encode({"texts": texts}))
        return msgspec.json.decode(answer, type=PaperTaken)

    def _post(self, path: str, body: bytes, kind: str = "application/json") -> bytes:
        return self._sent(self._client.build_request("POST", path, content=body, headers={"content-type": kind}))

    def _sent(self, request: httpx2.Request) -> bytes:
        try:
            response = self._client.send(request)
        except httpx2.HTTPError as error:
            raise PostAnswered(f"the post at {self._client.base_url} does not answer: {error}") from error
        if response.is_success:
            content: bytes = response.content
            return content
        raise PostAnswered(_sentence(response), status=response.status_code)


def _sentence(response: httpx2.Response) -> str:
    """Return what an error answer says, also when something else than a post gave it."""
    try:
        told: Any = msgspec.json.decode(response.content)["error"]
        return f"{told['message']} ({told['code']})"
    except (msgspec.DecodeError, KeyError, TypeError):
        return f"the address answered {response.status_code}, which is no answer of a post"
