"""``gatepair epcis`` and ``gatepair codeco``: what a post's ledger tells of load units, for supply chains and terminals."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import click

from gatepair import wiring
from gatepair.adapters.formats.edifact_gate import gate_message
from gatepair.adapters.formats.edifact_writing import Envelope, write_interchange
from gatepair.adapters.formats.epcis import GatePlace, document
from gatepair.adapters.formats.gate_reports import gate_reports
from gatepair.base.errors import NotFound
from gatepair.crossing.codec import decode_event
from gatepair.crossing.events import CrossingEvent

_DIRECTORY = click.Path(exists=True, file_okay=False, path_type=Path)
Crossings = dict[str, list[CrossingEvent]]


@click.command()
@click.argument("directory", type=_DIRECTORY)
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
    crossings, last_ms = _crossings(directory, only)
    click.echo(json.dumps(document(crossings, place, made_at_ms=last_ms), ensure_ascii=False, indent=1))


@click.command()
@click.argument("directory", type=_DIRECTORY)
@click.option("--sender", required=True, help="Your name on the interchange, at most 35 characters.")
@click.option("--recipient", required=True, help="To whom it goes, at most 35 characters.")
@click.option("--crossing", "only", default=None, help="Only this crossing.")
def codeco(directory: Path, sender: str, recipient: str, only: str | None) -> None:
    """Print the containers in and out of the post in DIRECTORY as UN/EDIFACT CODECO.

    One message lists the containers that came in, one those that went out. The same ledger gives the same interchange.
    """
    settings, plan = wiring.read_settings(directory), wiring.read_plan(directory)
    crossings, last_ms = _crossings(directory, only)
    reports = gate_reports(crossings, unlocode=plan.posts[settings.post].unlocode, made_at_ms=last_ms)
    if not reports:
        raise NotFound("the ledger tells of no container that came in or went out")
    envelope = Envelope(sender, recipient, last_ms, reference=str(last_ms)[-14:])
    click.echo(write_interchange([gate_message(report) for report in reports], envelope))


def _crossings(directory: Path, only: str | None) -> tuple[Crossings, int]:
    """Return the events by crossing, and when the last of them was recorded.

    Raises:
        NotFound: there is no crossing ``only``.
    """
    crossings: Crossings = {}
    last_ms = 0
    with closing(wiring.open_ledger(directory, wiring.read_settings(directory), read_only=True)) as ledger:
        for entry in ledger.verify():
            family, _, subject = entry.stream.partition("/")
            if family == "crossing" and only in (None, subject):
                crossings.setdefault(subject, []).append(decode_event(entry.type, entry.payload))
                last_ms = entry.recorded_at_ms
    if only is not None and not crossings:
        raise NotFound("the ledger has no such crossing", crossing=only)
    return crossings, last_ms
