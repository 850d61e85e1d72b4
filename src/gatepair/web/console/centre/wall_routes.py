"""The wall display of the command centre: one picture without menus that renews itself for as long as it hangs."""

from __future__ import annotations

from typing import Any, Final

from litestar import Request, Response, get

from gatepair.web.console import assets, pages
from gatepair.web.console.answers import ON_ERROR, answered, opts, reader_of
from gatepair.web.console.centre.situation import drawn, hour_text, situation_of
from gatepair.web.console.menu import CENTRE
from gatepair.web.console.steering.shown import alarm_tiles


@get("/centre/wall", opt=opts(CENTRE), exception_handlers=ON_ERROR, summary="The wall display, as a page")
async def show_wall(request: Request[Any, Any, Any]) -> Response[str]:
    """The drawing, the figures, the alarms and both clocks; no menu, no form and no name."""
    reader = await reader_of(request)
    now = await situation_of(request)
    return answered(
        request,
        pages.page(
            "centre/wall",
            reader,
            board=now.board,
            layout=reader.layout,
            drawn=drawn(reader, now.board, now.scene),
            linked=False,
            lanes=now.lanes,
            alarm_tiles=await alarm_tiles(request, reader),
            posts=[
                (post["name"][reader.language], post["timezone"], hour_text(reader.now_ms, post["timezone"]))
                for post in reader.layout["posts"]
            ],
            version=assets.release(),
        ),
    )


ROUTES: Final = (show_wall,)
"""The address of the wall display."""
