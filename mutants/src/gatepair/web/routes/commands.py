"""Commands: the hot path, and everything that changes a crossing or the gate."""

from __future__ import annotations

from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, post
from msgspec import Meta, Struct

from gatepair.base.duties import Duty
from gatepair.base.errors import BadInput, Malformed, RateLimited, TooLarge, Unauthenticated
from gatepair.node import requests as node
from gatepair.node.requests import Actor, Answer, Happened
from gatepair.node.visibility import shown_payload
from gatepair.web.auth import COMMANDERS, actor_of, relayed, services_of
from gatepair.web.bodies import (
    COMMAND_ID,
    COMMANDS_DECODER,
    SINGLE_DECODER,
    CommandsIn,
    SingleIn,
    check_commands,
    decode,
)
from gatepair.web.errors import JSON, answer_envelope, encode, request_id_of


class Answers(Struct, frozen=True):
    """Answers in the order of the commands, and the last position of the ledger."""

    answers: list[Answer]
    position: Annotated[int, Meta(ge=0)]


_ENCODER: Final = msgspec.json.Encoder()


def _shown(answer: Answer, duty: Duty) -> Answer:
    """Return ``answer`` without names that ``duty`` may not see: a correction tells the value before it."""
    events = tuple(
        event
        if (payload := shown_payload(event.type, event.payload, duty)) is event.payload
        else Happened(event.type, payload)
        for event in answer.events
    )
    return answer if events == answer.events else msgspec.structs.replace(answer, events=events)


@post(
    "/v1/commands",
    status_code=200,
    opt={"permits": COMMANDERS, "body": CommandsIn, "returns": Answers},
    summary="Give up to 200 commands, answered one by one in order",
)
async def give_commands(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Each command is done, refused or failed for itself; a malformed body does nothing at all."""
    services = services_of(request)
    batch = decode(COMMANDS_DECODER, await request.body())
    most = services.settings.commands_max
    if len(batch.commands) > most:
        raise TooLarge(f"a batch holds at most {most} commands", path="$.commands", limit=most)
    check_commands(entry.command for entry in batch.commands)
    known = _actors(request, batch)
    asked = [
        node.Request(entry.id, entry.command, actor, entry.expected_version)
        for entry, actor in zip(batch.commands, known, strict=True)
        if isinstance(actor, Actor)
    ]
    answered = iter(await services.runtime.execute(asked) if asked else [])
    shown = [
        _shown(next(answered), actor.duty) if isinstance(actor, Actor) else _failed(entry.id, actor)
        for entry, actor in zip(batch.commands, known, strict=True)
    ]
    body = _ENCODER.encode(Answers(shown, services.post.head_position()))
    return Response(body, media_type=JSON)


def _actors(request: Request[Any, Any, Any], batch: CommandsIn) -> list[Actor | BadInput]:
    """Return who gives each command; for a passed-on one whose credential does not hold, why it does not."""
    caller = actor_of(request)
    found: list[Actor | BadInput] = []
    for entry in batch.commands:
        if entry.key is None:
            found.append(caller)
            continue
        try:
            found.append(relayed(request, entry.key))
        except (Unauthenticated, RateLimited) as error:
            found.append(error)
    return found


def _failed(command_id: str, error: BadInput) -> Answer:
    return Answer(id=command_id, status="failed", error=error.code, message=error.message)


@post(
    "/v1/command",
    status_code=200,
    opt={
        "permits": COMMANDERS,
        "body": SingleIn,
        "returns": Answer,
        "headers": {"Idempotency-Key": "the command id, made before the first try"},
    },
    summary="Give one command; its id is the header Idempotency-Key",
)
async def give_command(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Done gives 200 and the answer; refused or failed gives the error envelope with its status."""
    services = services_of(request)
    command_id = request.headers.get("idempotency-key", "")
    if COMMAND_ID.fullmatch(command_id) is None:
        raise Malformed("the header Idempotency-Key holds the command id: 8 to 80 of A-Z a-z 0-9 . _ : -")
    single = decode(SINGLE_DECODER, await request.body())
    check_commands([single.command])
    actor = actor_of(request)
    asked = node.Request(command_id, single.command, actor, single.expected_version)
    (answer,) = await services.runtime.execute([asked])
    if answer.status == "done":
        return Response(_ENCODER.encode(_shown(answer, actor.duty)), media_type=JSON)
    status, body = answer_envelope(answer, request_id_of(request.scope))
    return Response(encode(body), status_code=status, media_type=JSON)


ROUTES: Final = (give_commands, give_command)
