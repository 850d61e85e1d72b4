"""A running application over a stand-in post."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from litestar.testing import TestClient

from gatepair.base.duties import Duty
from gatepair.web.app import create_app
from gatepair.web.runtime import WriterRuntime
from gatepair.web.settings import WebSettings
from web.stand_in import StandInPost

WIDE = WebSettings(address_burst=10_000, principal_burst=10_000, login_per_min=10_000)
"""Limits that no test meets by accident."""


class Caller:
    """A client that knows a token for each duty."""

    def __init__(self, client: TestClient[Any], post: StandInPost) -> None:
        self.client = client
        self.post = post
        self._tokens: dict[tuple[Duty, bool], str] = {}

    def bearer(self, duty: Duty, *, drill: bool = False) -> dict[str, str]:
        """Return the header for ``duty``; none for the public."""
        if duty is Duty.PUBLIC:
            return {}
        token = self._tokens.get((duty, drill))
        if token is None:
            token = self._tokens[duty, drill] = self.post.key_for(duty, drill=drill)
        return {"Authorization": f"Bearer {token}"}


def serving(post: StandInPost, settings: WebSettings) -> Iterator[Caller]:
    """Serve ``post`` in this process."""
    runtime = WriterRuntime(post, clock=post.clock)
    with TestClient(create_app(post, runtime=runtime, settings=settings), raise_server_exceptions=False) as client:
        yield Caller(client, post)


@pytest.fixture
def post() -> StandInPost:
    return StandInPost()


@pytest.fixture(scope="module")
def shared() -> Iterator[Caller]:
    """One served post for tests that leave no trace in it: making an application costs more than calling it."""
    yield from serving(StandInPost(), WIDE)


@pytest.fixture
def caller(post) -> Iterator[Caller]:
    yield from serving(post, WIDE)
