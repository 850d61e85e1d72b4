"""One envelope for every error, and the one mapping from exceptions to it.

Every answer outside 2xx is ``{"error": {"code", "message", "fields", "findings"?}, "request"}``.
Codes and statuses are those of :mod:`gatepair.base.errors`; what has no place there becomes
``error`` with the request id and nothing else, and is written to the log.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException

from gatepair.base import errors
from gatepair.base.errors import (
    BadInput,
    Conflict,
    GatepairError,
    Malformed,
    MethodNotAllowed,
    NotFound,
    Overloaded,
    RateLimited,
    Refused,
    TooLarge,
)
from gatepair.node.requests import Answer

LOG: Final = logging.getLogger("gatepair.web")
JSON: Final = "application/json"
_UNKNOWN: Final = "something went wrong inside; the log names it under this request id"
_STATUS_ERRORS: Final[Mapping[int, type[GatepairError]]] = {
    401: errors.Unauthenticated,
    403: errors.NotPermitted,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    429: RateLimited,
    503: Overloaded,
}
_STATUS_SENTENCES: Final[Mapping[int, str]] = {
    401: "a credential is needed",
    403: "this is not permitted",
    404: "there is nothing at this address",
    405: "this address does not know this method",
    413: "the body is larger than the published limit",
    429: "too many requests; wait and try again",
    503: "the node is not ready",
}
_CALLERS: Final = (BadInput, Conflict, errors.ExchangeError, Overloaded)
_OPERATORS: Final[Mapping[type[GatepairError], str]] = {
    errors.StorageFull: "no space is left for the ledger; nothing of this request was kept",
    errors.StorageError: "the ledger cannot be used now; nothing of this request was kept",
    errors.StartRefused: "the node is not ready",
    errors.InvariantBroken: "a rule that must always hold was broken; the node stops",
}
"""What a caller is told of errors whose own sentence is for the operator: it may name files and hosts."""


def every_error() -> dict[str, type[GatepairError]]:
    """Return all error classes of :mod:`gatepair.base.errors` by code, in order of code."""
    found: dict[str, type[GatepairError]] = {}
    waiting: list[type[GatepairError]] = [GatepairError]
    while waiting:
        cls = waiting.pop()
        found[cls.code] = cls
        waiting.extend(below for below in cls.__subclasses__() if below.__module__ == errors.__name__)
    return dict(sorted(found.items()))


_BY_CODE: Final = every_error()


def request_id_of(scope: Mapping[str, Any]) -> str:
    """Return the id that was given to a request when it came in."""
    return str(scope.get("state", {}).get("request_id", ""))


def as_gatepair(exc: Exception) -> GatepairError | None:
    """Return ``exc`` as an error of the house, or None when it is nobody's fault but ours."""
    match exc:
        case GatepairError():
            return exc
        case msgspec.ValidationError():
            return malformed(exc)
        case msgspec.DecodeError() | UnicodeDecodeError():
            return Malformed("the body is not JSON")
        case RecursionError():
            return Malformed("the body is nested too deeply")
        case TimeoutError():
            return Overloaded("no answer came in time; send the same command id again")
        case HTTPException(status_code=status) if status in _STATUS_ERRORS:
            return _STATUS_ERRORS[status](_STATUS_SENTENCES[status])
        case HTTPException(status_code=status) if 400 <= status < 500:
            return Malformed(_parameter_sentence(exc))
        case _:
            return None


def malformed(exc: msgspec.ValidationError) -> Malformed:
    """Return the error for a body of another shape; ``fields.path`` names the place."""
    sentence, _, place = str(exc).partition(" - at `")
    return Malformed(sentence, path=place.rstrip("`") or "$")


def envelope(error: GatepairError | None, request_id: str) -> tuple[int, dict[str, Any]]:
    """Return status and envelope of ``error``; None stands for what was not foreseen."""
    if error is None:
        return 500, {"error": {"code": "error", "message": _UNKNOWN, "fields": {}}, "request": request_id}
    if isinstance(error, _CALLERS):
        body: dict[str, Any] = {"code": error.code, "message": error.message, "fields": dict(error.fields)}
    else:
        body = {"code": error.code, "message": _operator_sentence(error), "fields": {}}
    if isinstance(error, BadInput) and error.findings:
        body["findings"] = [finding.to_wire() for finding in error.findings]
    return error.http_status, {"error": body, "request": request_id}


def answer_envelope(answer: Answer, request_id: str) -> tuple[int, dict[str, Any]]:
    """Return status and envelope of a command that was not done."""
    if answer.status == "refused":
        code, message = Refused.code, answer.message or "understood and refused; the findings say why"
    else:
        code, message = answer.error or GatepairError.code, answer.message
    status = _BY_CODE.get(code, GatepairError).http_status
    body: dict[str, Any] = {"code": code, "message": message, "fields": {"command": answer.id}}
    if answer.findings:
        body["findings"] = list(answer.findings)
    return status, {"error": body, "request": request_id}


def respond(request: Request[Any, Any, Any], exc: Exception) -> Response[bytes]:
    """Answer ``exc``: the one exception handler of the application."""
    error = as_gatepair(exc)
    request_id = request_id_of(request.scope)
    if error is None or not isinstance(error, _CALLERS):
        LOG.error("request %s failed", request_id, exc_info=exc)
    status, body = envelope(error, request_id)
    headers: dict[str, str] = {}
    if isinstance(error, RateLimited):
        headers["Retry-After"] = str(error.fields.get("retry_after_s", 1))
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="gatepair"'
    if status == 405 and isinstance(exc, HTTPException) and exc.headers and "allow" in exc.headers:
        # The framework offers OPTIONS everywhere; no route of ours has it.
        methods = (method.strip() for method in exc.headers["allow"].split(","))
        headers["Allow"] = ", ".join(sorted(method for method in methods if method != "OPTIONS"))
    return Response(encode(body), status_code=status, media_type=JSON, headers=headers)


def encode(body: Any) -> bytes:
    """Return ``body`` as JSON; fields that are no JSON are shown as text."""
    return msgspec.json.encode(body, enc_hook=str)


def _operator_sentence(error: GatepairError) -> str:
    for cls in type(error).__mro__:
        if cls in _OPERATORS:
            return _OPERATORS[cls]
    return _UNKNOWN


def _parameter_sentence(exc: HTTPException) -> str:
    extra = exc.extra
    if isinstance(extra, list) and extra and isinstance(extra[0], dict):
        return f"{extra[0].get('key', 'parameter')}: {extra[0].get('message', 'not valid')}"
    return "a parameter of the request is not valid"
