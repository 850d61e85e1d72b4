"""Declaring from a file: what stands in it beside what it became, with the findings at their places."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile

from gatepair.base.errors import BadInput, Refused
from gatepair.base.findings import Finding, Severity
from gatepair.clearance.gate_declaration import FileDocument, Traced, field_of
from gatepair.web.auth import services_of
from gatepair.web.console import entrance, pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.catalogue import translator
from gatepair.web.console.labels import VALUES
from gatepair.web.console.pages import Reader
from gatepair.web.console.trade.declaring import filling
from gatepair.web.console.trade.declaring import findings as form
from gatepair.web.console.trade.declaring.asks import WAY, Ask, Kind
from gatepair.web.console.trade.declaring.declare_routes import TRADERS, findings_of, roads
from gatepair.web.console.trade.declaring.form_pages import Drawing

FILE_BYTES_MAX: Final = 4 * 1024 * 1024
"""Largest file of a page; larger ones are read over the interface."""
FORM_BYTES_MAX: Final = 2 * FILE_BYTES_MAX
"""Largest form that is taken in, so that a file that is somewhat too large gets an answer in words."""
DOCUMENTS_MAX: Final = 50
"""Most declarations of one file that a page shows."""
VALUES_MAX: Final = 400
"""Most values of one declaration that are shown beside what they became."""
FINDINGS_MAX: Final = 100
"""Most findings of one declaration that are listed apart from its values; the verdict counts all."""
FORMATS: Final = ("csv", "xlsx", "wco", "edifact", "china", "json")
TRACTOR: Final = "binding.tractor"
TRAILER: Final = "binding.trailer"
FROM_FORM: Final = ("direction", "route", "load", "lane_kind", "declaration.regime")
"""What the gate asks and a file mostly does not say: chosen beside the file."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One value of the file, the field it became, and what was found at it."""

    traced: Traced
    title: str
    became: str
    told: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Read:
    """One document as the page shows it: its fields as a form, both sides, and what stands against it."""

    number: int
    name: str
    goods: bool
    fits: bool
    """Whether a form can hold it."""
    fields: Mapping[str, str]
    rows: Sequence[Beside]
    in_file: Sequence[Finding]
    """What reading found that belongs to no value shown."""
    lacking: Sequence[tuple[str, Finding]]
    """What is still wrong at fields that no value of the file filled, with their titles."""
    errors: int
    warnings: int
    command_id: str


@get("/trade/upload", opt=opts(TRADERS), exception_handlers=ON_ERROR, summary="Declare from a file, as a page")
async def show_upload(request: Request[Any, Any, Any]) -> Response[str]:
    """A form for the file, and for what the gate asks beside it."""
    return answered(request, await _upload_page(request, _first(request)))


@post(
    "/trade/upload",
    status_code=200,
    request_max_body_size=FORM_BYTES_MAX,
    opt=opts(TRADERS),
    exception_handlers=ON_ERROR,
    summary="Read a declaration file, by a form",
)
async def read_upload(request: Request[Any, Any, Any]) -> Response[str]:
    """Each declaration of the file with its verdict; nothing of it is kept."""
    given = {**_first(request), **await entrance.form_of(request)}
    file = (await request.form()).get("file")
    raw = await file.read() if isinstance(file, UploadFile) else b""
    name = (file.filename or "") if isinstance(file, UploadFile) else ""
    services = services_of(request)
    desk = services.post.declaring
    written, mapping = given.get("format", ""), given.get("mapping", "")
    try:
        _check_size(raw)
        documents = await services.runtime.query(lambda: desk.read(raw, form=written, mapping=mapping, name=name))
    except BadInput as error:
        text = await _upload_page(request, given, refused=error.findings, message=error.message)
        return answered(request, text, status=error.http_status)
    reads = [await _read(request, given, at, each) for at, each in enumerate(documents[:DOCUMENTS_MAX], start=1)]
    return answered(request, await _upload_page(request, given, reads=reads, count=len(documents), name=name))


def _first(request: Request[Any, Any, Any]) -> dict[str, str]:
    post_ = services_of(request).post
    begun = filling.begun(post_.declaring.ways(), roads(post_.layout()))
    return {name: begun[name] for name in FROM_FORM}


def _check_size(raw: bytes) -> None:
    """Refuse an empty file and one that is too large. Raises Refused."""
    if not raw:
        raise Refused([form.FILE_MISSING.at("file")])
    if len(raw) > FILE_BYTES_MAX:
        raise Refused([form.FILE_TOO_LARGE.at("file", bytes=len(raw), limit=FILE_BYTES_MAX)])


async def _read(request: Request[Any, Any, Any], given: Mapping[str, str], number: int, document: FileDocument) -> Read:
    """Return one document with what the checks of a declaration say of it."""
    services, reader = services_of(request), await reader_of(request)
    desk = services.post.declaring
    gathered = await services.runtime.query(lambda: desk.gathered(document))
    begun = {name: given.get(name, "") for name in FROM_FORM}
    fields = filling.tidied(begun | {each.field: each.text for each in gathered})
    found = await findings_of(request, filling.filled(fields)) if gathered else []
    # That a value which cannot be used leaves its field empty goes without saying.
    unusable = {field_of(one.path) for one in document.traced if _at(document, one)}
    found = [one for one in found if one.kind is not form.MISSING or one.path not in unusable]
    rows = _beside(document, fields, found, reader)
    shown = {id(one) for row in rows for one in row.told}
    asks = dict(filling.fields_in(fields))
    everything = (*document.findings, *found)
    return Read(
        number=number,
        name=next((one.text for one in document.traced if one.path == "functional_reference_id"), ""),
        goods=bool(gathered),
        fits=not any(one.kind is form.TOO_MANY for one in found),
        fields=fields,
        rows=rows,
        in_file=[one for one in document.findings if id(one) not in shown],
        lacking=[(_titled(one.path, asks, reader), one) for one in found if id(one) not in shown],
        errors=sum(one.severity is Severity.ERROR for one in everything),
        warnings=sum(one.severity is Severity.WARNING for one in everything),
        command_id=secrets.token_hex(12),
    )


def _beside(
    document: FileDocument, fields: Mapping[str, str], found: Sequence[Finding], reader: Reader
) -> list[Beside]:
    """Return each value of the file beside the field that it became, findings with the first value of their field."""
    asks = dict(filling.fields_in(fields))
    told: set[str] = set()
    rows = []
    for traced in document.traced[:VALUES_MAX]:
        field = field_of(traced.path) if traced.path else ""
        here = _at(document, traced)
        if field and field not in told:
            here += [one for one in found if one.path == field or one.path.startswith(f"{field}.")]
            told.add(field)
        rows.append(Beside(traced, _titled(field, asks, reader), _became(field, asks, fields, reader), here))
    return rows


def _at(document: FileDocument, traced: Traced) -> list[Finding]:
    """Return what reading found at a value; the place of an element has its line behind it."""
    return [one for one in document.findings if one.path == traced.place.partition(" ")[0]]


def _titled(path: str, asks: Mapping[str, Ask], reader: Reader) -> str:
    """Return what the field ``path`` is called, with the number of its row."""
    ask = asks.get(path) or asks.get(path.rpartition(".")[0])
    if ask is None:
        return ""
    rows = [int(part) + 1 for part in path.split(".") if part.isdigit()]
    title = translator(reader.language)(ask.title)
    return f"{title} {rows[0]}" if rows else title


def _became(field: str, asks: Mapping[str, Ask], fields: Mapping[str, str], reader: Reader) -> str:
    """Return what stands in a field, as a person reads it; two plates of one value stand in two fields."""
    ask, value = asks.get(field), fields.get(field, "")
    if field == TRACTOR:
        return " / ".join(filter(None, (value, fields.get(TRAILER, ""))))
    if ask is None or ask.kind is not Kind.CHOICE or value not in VALUES:
        return value if ask is not None else ""
    return translator(reader.language)(VALUES[value])


async def _upload_page(request: Request[Any, Any, Any], given: Mapping[str, str], **more: Any) -> str:
    services, reader = services_of(request), await reader_of(request)
    drawing = Drawing(reader, services.post.declaring, given)
    way = await services.runtime.query(lambda: [drawing.shown(ask.name, ask) for ask in WAY.asks])
    return pages.page(
        "trade/declaring/upload",
        reader,
        **{"reads": (), "count": 0, "name": "", "refused": (), "message": "", **more},
        way=way,
        given=given,
        formats=FORMATS,
        bytes_max=FILE_BYTES_MAX,
        shown_max=DOCUMENTS_MAX,
        findings_max=FINDINGS_MAX,
    )


ROUTES: Final = (show_upload, read_upload)
"""Every address of declaring from a file."""
