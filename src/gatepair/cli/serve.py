"""``gatepair init`` and ``gatepair serve``: making posts and running them."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Final

import click
import uvicorn
from litestar import Litestar
from msgspec.structs import replace

from gatepair import wiring
from gatepair.adapters.formats.reading import read_wire
from gatepair.base.errors import InvariantBroken
from gatepair.web.app import create_app
from gatepair.web.console import areas
from gatepair.web.courier_routes import courier_routes
from gatepair.web.exchange_routes import partner_routes
from gatepair.web.routes.assessments import assessment_routes
from gatepair.web.routes.attachments import attachment_routes
from gatepair.web.routes.declarations import declaration_routes
from gatepair.web.runtime import WriterRuntime
from gatepair.web.settings import settings_from
from gatepair.wiring import Opened, Settings

GARBAGE_FIRST: Final = 20_000
"""New objects before the collector looks at the youngest ones; most die by reference count alone."""


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--plan", "plan_name", default="huu-nghi-youyiguan", show_default=True, help="A shipped plan or a file.")
@click.option("--post", "post", default=None, help="Make only this post, to work alone (one-sided).")
@click.option("--port", default=wiring.FIRST_PORT, show_default=True, help="Port of the first post.")
@click.option("--drill", is_flag=True, help="Made-up principals with keys in access.json; never for real work.")
def init(directory: Path, plan_name: str, post: str | None, port: int, *, drill: bool) -> None:
    """Make a pair of posts in DIRECTORY, or with --post one that works alone.

    Each post gets its own ledger and its own keys; the agreement between them is signed by both.
    The root key, which signs agreements, lies in root/ and may be taken off the machine; party.json is for the partner.
    """
    plan = wiring.load_plan_for(plan_name)
    if post is None:
        made = _pair(directory, plan_name, port)
    else:
        made = {post: wiring.make_alone(directory, plan, Settings(post=post, port=port))}
    for key, place in made.items():
        if drill:
            wiring.add_access(place)
        click.echo(f"{plan.posts[key].name.en}: {place}  (start it with `gatepair serve {place}`)")


def _pair(directory: Path, plan_name: str, port: int) -> dict[str, Path]:
    plan = wiring.load_plan_for(plan_name)
    first, second = plan.posts
    settings = {
        first: Settings(post=first, port=port, partner_url=f"http://127.0.0.1:{port + 1}"),
        second: Settings(post=second, port=port + 1, partner_url=f"http://127.0.0.1:{port}"),
    }
    return wiring.make_pair(directory, plan, settings)


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--host", default=None, help="Listen on this address instead of the one in post.json.")
@click.option("--port", default=None, type=int, help="Listen on this port instead of the one in post.json.")
def serve(directory: Path, host: str | None, port: int | None) -> None:
    """Run the post in DIRECTORY until it is told to stop."""
    asked = wiring.read_settings(directory)
    settings = replace(asked, host=host or asked.host, port=asked.port if port is None else port)
    listener = wiring.listening_socket(settings.host, settings.port)
    opened = wiring.open_post(directory)
    tls = opened.tls
    server = uvicorn.Server(
        uvicorn.Config(
            application(opened),
            log_level="warning",
            access_log=False,
            server_header=False,
            # Whose X-Forwarded-For is believed is `web.trusted_proxy`; the server itself believes nobody.
            proxy_headers=False,
            timeout_graceful_shutdown=5,
            ssl_context_factory=None if tls is None else lambda _config, _usual: tls.server_context(),
        )
    )
    scheme = "http" if tls is None else "https"
    click.echo(f"{settings.post} answers on {scheme}://{settings.host}:{listener.getsockname()[1]}/", err=True)
    # What was made at the start lives as long as the process; a collector that walks it again and
    # again costs a tenth of the processor and finds nothing.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_FIRST, 20, 20)
    try:
        server.run(sockets=[listener])
    finally:
        opened.post.ledger.close()


def application(opened: Opened) -> Litestar:
    """Return the web application of an opened post, with its runtime and the routes of the exchange."""

    def stop(broken: InvariantBroken) -> None:
        click.echo(f"gatepair: {broken.message}; the post stops taking commands", err=True)

    runtime = WriterRuntime(
        opened.post,
        clock=opened.clock,
        pump=opened.pump,
        follower=opened.follower,
        studies=opened.studies,
        on_broken=stop,
    )
    pump = opened.pump
    if pump is not None:
        pump.submit = runtime.submit
    cut = (lambda: pump.is_cut) if pump is not None else (lambda: False)
    kept, linked = opened.attachments, opened.post.link.enabled
    partner = partner_routes(opened.post, is_cut=cut, attachments=kept)
    routes = (*partner, *courier_routes(opened.post)) if linked else ()
    documents = attachment_routes(kept, fetch=None if pump is None else pump.attachment)
    assessments = assessment_routes(opened.assessor, opened.post.today)
    files = declaration_routes(read_wire)
    limits = settings_from(opened.settings.web)
    more = (*documents, *assessments, *files, *areas.supplied_routes(kept, opened.assessor, opened.post.today))
    return create_app(
        opened.post,
        runtime=runtime,
        settings=limits,
        sender=opened.sender,
        partner_routes=routes,
        more_routes=more,
    )
