"""``gatepair epcis``: what a post's ledger tells of load units, as an EPCIS 2.0 document."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import click

from gatepair import wiring
from gatepair.adapters.formats.epcis import GatePlace, document
from gatepair.base.errors import NotFound
from gatepair.crossing.codec import decode_event
from gatepair.crossing.events import CrossingEvent


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--base", required=True, help="Web address of yours below which posts, lanes and vehicles are named.")
@click.option("--crossing", "only", default=None, help="Only this crossing.")
def epcis(directory: Path, base: str, only: str | None) -> None:
    """Print an EPCIS 2.0 document of the crossings in the ledger of the post in DIRECTORY.

    It holds what was seen of load units, vehicles and containers, and no names of persons or firms. The same ledger
    gives the same document.
    """
    settings, plan = wiring.read_settings(directory), wiring.read_plan(directory)
    partner = next(post for post in plan.posts if post != settings.post)
    place = GatePlace(base.rstrip("/"), settings.post, partner, plan.timezone_of(settings.post))
    crossings: dict[str, list[CrossingEvent]] = {}
    last_ms = 0
    with closing(wiring.open_ledger(directory, settings, read_only=True)) as ledger:
        for entry in ledger.verify():
            family, _, subject = entry.stream.partition("/")
            if family == "crossing" and only in (None, subject):
                crossings.setdefault(subject, []).append(decode_event(entry.type, entry.payload))
                last_ms = entry.recorded_at_ms
    if only is not None and not crossings:
        raise NotFound("the ledger has no such crossing", crossing=only)
    click.echo(json.dumps(document(crossings, place, made_at_ms=last_ms), ensure_ascii=False, indent=1))
