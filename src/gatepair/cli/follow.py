"""``gatepair follow``: copies of a post's ledger for the country, in a process of their own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click
from msgspec import ValidationError, convert, to_builtins

from gatepair import wiring
from gatepair.adapters.follower import follower_of
from gatepair.base.errors import SettingInvalid
from gatepair.node.copies import CopySettings


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--nats", "url", default=None, help="Address of the broker instead of the one in post.json.")
@click.option("--stream", default=None, help="Name of the stream instead of the one in post.json.")
@click.option("--once", is_flag=True, help="Copy what is there now and end.")
def follow(directory: Path, url: str | None, stream: str | None, *, once: bool) -> None:
    """Publish copies of the ledger of the post in DIRECTORY to a stream of NATS JetStream, until told to stop.

    The post may run meanwhile and is never waited for by it, nor it by the post. Which entries and fields go
    is said by `copies` in post.json; names of persons and firms never do.
    """
    settings = wiring.read_settings(directory)
    copies = _asked(settings.copies, url=url, stream=stream)
    ledger = wiring.open_ledger(directory, settings, read_only=True)
    try:
        follower = follower_of(copies, ledger, post=settings.post)
        if once:
            done = asyncio.run(follower.catch_up())
            click.echo(f"copied up to position {done.position}")
        else:
            asyncio.run(follower.run())
    finally:
        ledger.close()


def _asked(kept: CopySettings | None, *, url: str | None, stream: str | None) -> CopySettings:
    asked = {name: value for name, value in (("url", url), ("stream", stream)) if value is not None}
    if kept is None and url is None:
        raise SettingInvalid("say where copies go: --nats nats://HOST:4222, or `copies` in post.json")
    try:
        return convert({**(to_builtins(kept) if kept is not None else {}), **asked}, CopySettings)
    except ValidationError as error:
        raise SettingInvalid(f"copies: {error}") from error
