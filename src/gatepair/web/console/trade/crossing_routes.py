"""What a trader sees and does after declaring: where a crossing is and why, what may be done about it, the proof of it."""

from __future__ import annotations

import base64
import io
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo

import segno
from litestar import Request, Response, get, post
from litestar.params import FromPath
from markupsafe import Markup
from msgspec import Struct

from gatepair.base.errors import Malformed, NotFound, Refused
from gatepair.crossing import commands as cmd
from gatepair.exchange.attachments import ATTACHMENT_BYTES_MAX
from gatepair.node.visibility import shown
from gatepair.web.auth import actor_of, services_of
from gatepair.web.console import entrance, pages
from gatepair.web.console.answers import HTML, ON_ERROR, acted, answered, opts, reader_of
from gatepair.web.console.catalogue import day_text, hour_text, say, translator
from gatepair.web.console.entries import ENTRIES, PAPERS
from gatepair.web.console.fields import built, read_as, typed
from gatepair.web.console.labels import titled
from gatepair.web.console.menu import TRADE
from gatepair.web.console.refusals import Refusal
from gatepair.web.console.trade import findings, words
from gatepair.web.reading import check_reference, note_names

ACTS: Final[Mapping[str, type[Struct]]] = {
    kind.__name__: kind
    for kind in (
        cmd.CorrectField,
        cmd.BookSlot,
        cmd.TakePlace,
        cmd.AcknowledgeCall,
        cmd.ChangeBinding,
        cmd.CancelCrossing,
        cmd.CancelBatch,
    )
}
"""What a trader may do about a crossing by a form of fields; a document comes with its file."""
ATTACH: Final = cmd.AttachDocument.__name__
LODGE: Final = cmd.LodgeDeclaration.__name__
_WINDOW: Final = re.compile(r"([0-9]{1,15})-([0-9]{1,15})", re.ASCII)
"""Start and end of a window as the form names it."""


@get(
    "/trade/crossings/{crossing:str}",
    opt=opts(TRADE),
    exception_handlers=ON_ERROR,
    summary="Where a crossing of one's own is and why, as a page",
)
async def show_own_crossing(request: Request[Any, Any, Any], crossing: FromPath[str]) -> Response[str]:
    """The steps with their times, what each waits for and who must act; with `part=steps` those alone."""
    if request.query_params.get("part") == "steps":
        return answered(request, await _steps_alone(request, crossing))
    return answered(request, await crossing_page(request, crossing))


@post(
    "/trade/crossings/{crossing:str}/{act:str}",
    status_code=200,
    opt=opts(TRADE),
    exception_handlers=ON_ERROR,
    summary="Do something about a crossing of one's own, by a form",
)
async def act_on_own_crossing(
    request: Request[Any, Any, Any], crossing: FromPath[str], act: FromPath[str]
) -> Response[Any]:
    """Done leads back to the crossing; refused says why over the form as it was filled in."""
    given = await entrance.form_of(request)
    kind = ACTS.get(act)
    if kind is None:
        raise NotFound("there is no such act")

    async def make() -> Struct:
        view, _ = await read_crossing(request, crossing)
        return _command(request, kind, given, view=view)

    return await obeyed(request, given, crossing=crossing, act=act, make=make)


async def obeyed(
    request: Request[Any, Any, Any],
    given: dict[str, str],
    *,
    crossing: str,
    act: str,
    make: Callable[[], Awaitable[Struct]],
) -> Response[Any]:
    """Give the command that ``make`` returns; refused shows the crossing's page with why over the form of ``act``."""
    kept = dict(given)

    async def page(refused: Refusal) -> str:
        return await crossing_page(request, crossing, act=act, given=kept, refused=refused)

    try:
        return await acted(
            request, given, make=make, page=page, leads_to=f"/trade/crossings/{crossing}?done={act}#main"
        )
    except Refused as error:
        refused = Refusal(findings=[one.to_wire() for one in error.findings])
        return answered(request, await page(refused), status=error.http_status)


def _command(
    request: Request[Any, Any, Any], kind: type[Struct], given: Mapping[str, str], *, view: Mapping[str, Any]
) -> Struct:
    """Return the command that a form filled in. Raises Malformed, Refused."""
    crossing, zone = str(view["id"]), zone_of(request)
    if kind is cmd.BookSlot:
        window = _WINDOW.fullmatch(given.get("window", ""))
        if window is None:
            raise Malformed(say("choose a window"), path="window")
        return built(kind, {}, zone=zone, crossing=crossing, start_ms=int(window[1]), until_ms=int(window[2]))
    if kind is cmd.ChangeBinding and view.get("place") and given.get("known") != "yes":
        raise Refused([findings.KNOWN_LOSS.at("known", number=view["place"]["number"])])
    if kind is cmd.CancelBatch:
        trip = view["declaration"].get("trip") or {}
        return built(kind, given, zone=zone, batch=trip.get("batch", ""))
    if kind is cmd.CorrectField:
        value = read_as(
            given.get("value", ""), given.get("path", ""), {one.path: one.value for one in correctable(view)}
        )
        return built(kind, given, zone=zone, crossing=crossing, value=value)
    # To keep a place under a code is the gate board's affair.
    return built(kind, {**given, "code": ""}, zone=zone, crossing=crossing)


# --- what pages are made of -----------------------------------------------------------------


def zone_of(request: Request[Any, Any, Any]) -> ZoneInfo:
    """Return the clock of this post, on which times in forms are read."""
    return ZoneInfo(services_of(request).post.layout()["posts"][0]["timezone"])


class Correctable(Struct, frozen=True):
    """A field that can be mended by itself; ``item`` is the number of its goods item, 0 for none."""

    path: str
    item: int
    title: str
    value: Any


def correctable(view: Mapping[str, Any]) -> list[Correctable]:
    """Return the fields of a crossing that can be mended one by one: goods, firms, driver. The vehicle has its own form."""
    declaration = view["declaration"]
    parts = {"goods": declaration.get("goods", []), "parties": declaration.get("parties", {})}
    parts["driver"] = view.get("driver") or {}
    found = []
    for name, part in parts.items():
        for path, value in pages.leaves_of(part, f"{name}."):
            rows = [int(one) for one in path.split(".") if one.isdigit()]
            title = titled(path.rpartition(".")[2])[1]
            found.append(Correctable(path, rows[0] + 1 if rows else 0, title, value))
    return found


async def read_crossing(request: Request[Any, Any, Any], crossing: str) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return a crossing of the caller's own as its duty may see it, and which names are in it. Raises NotFound."""
    services, actor = services_of(request), actor_of(request)
    check_reference(crossing)
    whole = await services.runtime.query(lambda: services.post.crossing_view(crossing, actor))
    view, named, _ = shown(whole, actor.duty)
    return view, named


async def _followed(request: Request[Any, Any, Any], crossing: str) -> dict[str, Any]:
    check_reference(crossing)
    services, actor = services_of(request), actor_of(request)
    return await services.runtime.query(lambda: services.post.followed(crossing, actor))


def _said(followed: Mapping[str, Any], reader: pages.Reader) -> dict[str, Any]:
    """Return what the steps say in the reader's language, as templates take it."""
    gettext = translator(reader.language)
    ended = followed["ended"]
    return {
        "steps": words.steps_said(followed["steps"], reader.language),
        "lead": None if followed["lead"] is None else words.wait_said(followed["lead"], reader.language),
        "ended": ended and {**ended, "title": gettext(words.OUTCOMES.get(ended["outcome"], ended["outcome"]))},
        "stay": [
            {**one, "title": gettext(words.CLOCKS[one["kind"]]), "word": gettext(words.CLOCK_STATES[one["state"]])}
            for one in followed["clocks"]
        ],
        "may": followed["may"],
    }


async def _steps_alone(request: Request[Any, Any, Any], crossing: str) -> str:
    """Return the part of the page that renews itself; it names nobody, so that no reading is to be recorded."""
    followed, reader = await _followed(request, crossing), await reader_of(request)
    return pages.page("trade/steps", reader, view={"id": crossing}, **_said(followed, reader))


async def crossing_page(
    request: Request[Any, Any, Any],
    crossing: str,
    *,
    act: str = "",
    given: Mapping[str, str] | None = None,
    refused: Refusal | None = None,
) -> str:
    """Return the whole page of a crossing, with why ``act`` was refused over the form as it was ``given``."""
    services, actor = services_of(request), actor_of(request)
    view, named = await read_crossing(request, crossing)
    await note_names(request, crossing, named)
    followed = await _followed(request, crossing)
    told = await services.runtime.query(lambda: services.post.told(crossing, actor))
    # A form that was refused stands at its own address, which shows no page when it is asked for in another language.
    reader = replace(await reader_of(request), path=f"/trade/crossings/{crossing}")
    gettext = translator(reader.language)
    mendable = correctable(view)
    standing = {one.path: one.value for one in mendable}
    done = request.query_params.get("done", "").replace(cmd.CancelBatch.__name__, cmd.CancelCrossing.__name__)
    return pages.page(
        "trade/crossing",
        reader,
        view=view,
        followed=followed,
        days=_days(followed["windows"], reader),
        told=_told(told, gettext),
        fields=[(one, gettext(one.title), typed(one.path, standing)) for one in mendable],
        papers=[(code, gettext(title)) for code, title in PAPERS.items()],
        move_codes=[name[reader.language] for name in reader.layout["move_codes"].values()],
        commands={name: secrets.token_hex(12) for name in (*ACTS, ATTACH, LODGE)},
        acted=act,
        given=given or {},
        refused=refused,
        done=gettext(words.LODGED) if done == LODGE else pages.titled_act(done, reader.language),
        bytes_max=ATTACHMENT_BYTES_MAX,
        found_on=lambda findings: words.findings_said(findings, reader.language),
        **_said(followed, reader),
    )


def _days(windows: list[Mapping[str, Any]], reader: pages.Reader) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the free windows by day of this post, each with its hours on both clocks."""
    zones = [post["timezone"] for post in reader.layout["posts"]]
    found: dict[str, list[dict[str, Any]]] = {}
    for one in windows:
        hours = dict.fromkeys(hour_text(one["start_ms"], zone, reader.language) for zone in zones)
        day = day_text(one["start_ms"], zones[0], reader.language)
        found.setdefault(day, []).append({**one, "hours": " · ".join(hours)})
    return list(found.items())


def _told(told: Mapping[str, Any], gettext: Callable[[str], str]) -> dict[str, Any]:
    """Return what was recorded and told, with the entries' titles."""
    entries = [{**one, "title": gettext(ENTRIES.get(one["type"], one["type"]))} for one in told["entries"]]
    return {**told, "entries": entries}


# --- the proof that a trader keeps ----------------------------------------------------------


@get(
    "/trade/crossings/{crossing:str}/receipt",
    opt=opts(TRADE),
    exception_handlers=ON_ERROR,
    summary="The receipt of a crossing of one's own, to be printed or kept as a file",
)
async def show_receipt(request: Request[Any, Any, Any], crossing: FromPath[str]) -> Response[str]:
    """What was declared, where it stands in the ledger with its hash, and what the other side confirmed; `keep=1`: as a file."""
    services, actor = services_of(request), actor_of(request)
    view, named = await read_crossing(request, crossing)
    await note_names(request, crossing, named)
    followed = await _followed(request, crossing)
    told = await services.runtime.query(lambda: services.post.told(crossing, actor))
    reader = await reader_of(request)
    kept = request.query_params.get("keep") == "1"
    base = (services.settings.public_address or str(request.base_url)).rstrip("/")
    address = f"{base}/board?token={followed['place_token']}" if followed["place_token"] else ""
    text = pages.page(
        "trade/receipt",
        reader,
        view=view,
        told=_told(told, translator(reader.language)),
        papers={code: translator(reader.language)(title) for code, title in PAPERS.items()},
        kept=kept,
        sheet=_sheet() if kept else "",
        token=followed["place_token"],
        picture=_code(address) if address else "",
        base=base,
    )
    headers = {"Content-Disposition": f'attachment; filename="gatepair-{view["id"]}.html"'} if kept else {}
    return Response(text, media_type=HTML, headers=headers)


@cache
def _sheet() -> Markup:
    """Return the sheet of the receipt, which a kept file carries within itself."""
    text = files("gatepair.web.console").joinpath("static", "receipt.css").read_text("utf-8")
    # Our own sheet, read from the package: nothing of a caller is in it.
    return Markup(text)  # noqa: S704


def _code(text: str) -> str:
    """Return ``text`` as a QR code: the ``data:`` address of an SVG."""
    out = io.BytesIO()
    segno.make_qr(text, error="m").save(out, kind="svg", scale=4, border=4, xmldecl=False)
    return "data:image/svg+xml;base64," + base64.b64encode(out.getvalue()).decode()


ROUTES: Final = (show_own_crossing, act_on_own_crossing, show_receipt)
"""Every address of a trader's crossing that needs nothing but the post."""
