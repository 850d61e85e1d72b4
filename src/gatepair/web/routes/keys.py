"""The keys of both sides: what counts, and the taking in of key statements."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from litestar import Request, Response, get, post
from msgspec import Struct

from gatepair.base.duties import Duty
from gatepair.web.auth import OVERSEERS, actor_of, services_of
from gatepair.web.bodies import STATEMENT_DECODER, StatementIn, decode
from gatepair.web.errors import JSON

TAKERS: Final = frozenset({Duty.COMMAND_CENTRE})
"""Who may bring a statement; that it counts is shown by the roots' signatures alone."""


class KeyRow(Struct, frozen=True):
    """One key: whose, what for, and what it is where the logs stand, in each lane and in one word."""

    post: str
    use: str
    algorithm: str
    public: str
    state: str
    lanes: dict[str, str]


class Keys(Struct, frozen=True):
    """All keys of both sides."""

    keys: list[KeyRow]


class Taken(Struct, frozen=True):
    """What the statement that was taken in says."""

    act: str
    post: str
    use: str
    public: str


@get(
    "/v1/exchange/keys", opt={"permits": OVERSEERS, "returns": Keys}, summary="Keys of both sides and what each is now"
)
async def show_keys(request: Request[Any, Any, Any]) -> Response[bytes]:
    """For the command centre and the auditor; public halves only."""
    services = services_of(request)
    rows = await services.runtime.query(services.post.key_table)
    return Response(msgspec.json.encode({"keys": rows}), media_type=JSON)


@post(
    "/v1/exchange/keys",
    status_code=200,
    opt={"permits": TAKERS, "body": StatementIn, "returns": Taken},
    summary="Take in a key statement that the roots of its side signed",
)
async def take_statement(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The same statement again changes nothing; one of our own side is said to the partner."""
    services, actor = services_of(request), actor_of(request)
    asked = decode(STATEMENT_DECODER, await request.body())
    said = await services.runtime.submit(lambda: services.post.take_statement(asked.statement, actor=actor.id))
    taken = Taken(said.act.value, said.post, said.use.value, said.public)
    return Response(msgspec.json.encode(taken), media_type=JSON)


ROUTES: Final = (show_keys, take_statement)
