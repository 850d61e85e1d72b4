"""The description of the interface, OpenAPI 3.1, made from the handlers and the types they decode.

Written here and not by the framework, because the hot paths decode bodies themselves with one
msgspec decoder over every command; msgspec gives the exact JSON Schema of what that decoder takes.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Iterable, Mapping
from typing import Any, Final, get_type_hints

import msgspec
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg

from gatepair import __version__
from gatepair.base.duties import Duty
from gatepair.web.errors import every_error

_PLAIN: Final[Mapping[type, dict[str, Any]]] = {int: {"type": "integer"}, str: {"type": "string"}}
_ERRORS: Final = {
    "400": "The body or a parameter is not what the interface reads; nothing was done.",
    "401": "No credential, or one that is not valid.",
    "403": "The credential's duty may not do this.",
    "404": "There is no such thing, or not for this reader.",
    "409": "The world moved on, or the command id is known with other content.",
    "413": "The body is larger than the published limit.",
    "422": "Understood and refused; the findings say why.",
    "429": "Too many requests; Retry-After says when to come back.",
    "503": "The node or its ledger cannot answer now; send the same command id again.",
}


class ErrorBody(msgspec.Struct, frozen=True, omit_defaults=True):
    """What went wrong: a stable code, a sentence, the place."""

    code: str
    message: str
    fields: dict[str, Any]
    findings: list[dict[str, Any]] = []


class ErrorEnvelope(msgspec.Struct, frozen=True):
    """The one shape of every answer outside 2xx."""

    error: ErrorBody
    request: str


def describe(handlers: Iterable[HTTPRouteHandler]) -> dict[str, Any]:
    """Return the OpenAPI 3.1 document of ``handlers``, in order of path and method."""
    listed = sorted(
        ((path, method, handler) for handler in handlers for path in handler.paths for method in handler.http_methods),
        key=lambda row: (row[0], str(row[1])),
    )
    types = _types(handler for _, _, handler in listed)
    schemas, components = msgspec.json.schema_components(types, ref_template="#/components/schemas/{name}")
    by_type = {id(kind): schema for kind, schema in zip(types, schemas, strict=True)}
    paths: dict[str, dict[str, Any]] = {}
    for path, method, handler in listed:
        paths.setdefault(_template(path), {})[str(method).lower()] = _operation(handler, path, by_type)
    components["ErrorEnvelope"]["description"] += " Codes: " + ", ".join(every_error()) + "."
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gatepair post",
            "version": __version__,
            "description": "One post of a pair of land border gates.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "paths": paths,
        "components": {
            "schemas": dict(sorted(components.items())),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "An API key (gpk_…) of a system or a session token (gps_…) of a person.",
                }
            },
        },
    }


def _types(handlers: Iterable[HTTPRouteHandler]) -> list[Any]:
    found: list[Any] = [ErrorEnvelope]
    for handler in handlers:
        for kind in (handler.opt.get("body"), handler.opt.get("returns")):
            if kind is not None and not isinstance(kind, str) and kind not in found:
                found.append(kind)
    return found


def _template(path: str) -> str:
    return "/".join(
        "{" + part[1:-1].partition(":")[0] + "}" if part.startswith("{") else part for part in path.split("/")
    )


def _operation(handler: HTTPRouteHandler, path: str, by_type: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    permits: frozenset[Duty] = handler.opt["permits"]
    operation: dict[str, Any] = {
        "operationId": f"{handler.handler_name.rpartition('.')[2]}{_suffix(handler, path)}",
        "summary": handler.summary or "",
        "description": inspect.getdoc(handler.fn) or "",
        "x-duties": sorted(duty.value for duty in permits),
        "security": [{"bearer": []}] if Duty.PUBLIC not in permits else [{}, {"bearer": []}],
    }
    if handler.opt.get("drill"):
        operation["x-drill"] = True
    parameters = _parameters(handler, path)
    if parameters:
        operation["parameters"] = parameters
    if handler.opt.get("body") is not None:
        operation["requestBody"] = {"required": True, "content": _content(handler.opt["body"], by_type)}
    operation["responses"] = _responses(handler, by_type)
    return operation


def _suffix(handler: HTTPRouteHandler, path: str) -> str:
    """Tell apart the operations of one handler that stands at several paths."""
    return "" if len(handler.paths) == 1 else "_" + path.rpartition("/")[2].partition(".")[0]


def _responses(handler: HTTPRouteHandler, by_type: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    status = 302 if handler.opt.get("leads_to") else handler.status_code
    good: dict[str, Any] = {"description": "Done."}
    if handler.opt.get("returns") is not None:
        good["content"] = _content(handler.opt["returns"], by_type)
    problem = {"application/json": {"schema": by_type[id(ErrorEnvelope)]}}
    refused = {code: {"description": text, "content": problem} for code, text in _ERRORS.items()}
    return {str(status): good, **refused}


def _content(kind: Any, by_type: Mapping[int, dict[str, Any]]) -> dict[str, Any]:
    if isinstance(kind, str):
        return {kind: {"schema": {"type": "string"}}}
    schema = by_type.get(id(kind)) or {"type": "object"}
    return {"application/json": {"schema": schema}}


def _parameters(handler: HTTPRouteHandler, path: str) -> list[dict[str, Any]]:
    described: list[dict[str, Any]] = [
        {"name": name, "in": "header", "required": True, "description": text, "schema": {"type": "string"}}
        for name, text in sorted(handler.opt.get("headers", {}).items())
    ]
    hints = get_type_hints(handler.fn, include_extras=True)
    in_path = {part[1:-1].partition(":")[0] for part in path.split("/") if part.startswith("{")}
    for name, parameter in inspect.signature(handler.fn).parameters.items():
        hint = hints.get(name)
        if name in in_path:
            described.append({"name": name, "in": "path", "required": True, "schema": {"type": "string"}})
        elif typing.get_origin(hint) is typing.Annotated:
            described.append(_query(name, hint, default=parameter.default))
    return described


def _query(name: str, hint: Any, *, default: object) -> dict[str, Any]:
    kind, kwarg = typing.get_args(hint)[:2]
    schema = dict(_PLAIN[kind])
    query: dict[str, Any] = {"name": name, "in": "query", "required": default is inspect.Parameter.empty}
    if isinstance(kwarg, ParameterKwarg):
        query["name"] = kwarg.name or name
        query["description"] = kwarg.description or ""
        limits = {
            "minimum": kwarg.ge,
            "maximum": kwarg.le,
            "maxLength": kwarg.max_length,
            "pattern": kwarg.pattern,
        }
        schema.update({key: value for key, value in limits.items() if value is not None})
    if not query["required"]:
        schema["default"] = default
    query["schema"] = schema
    return query
