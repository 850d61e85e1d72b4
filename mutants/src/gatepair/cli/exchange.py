"""``gatepair exchange``: what two posts told each other, by whichever way, and what came of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import click

from gatepair import wiring
from gatepair.base.canonical import decode, encode
from gatepair.base.errors import Malformed
from gatepair.base.findings import LANGUAGES, Language
from gatepair.base.time import Instant, SystemClock
from gatepair.cli.agreement import InstantText
from gatepair.cli.ledger import opened, the_place
from gatepair.exchange.joint import JointState, fold
from gatepair.node.joint_reading import cut_to, logs_of
from gatepair.node.ports import Reader
from gatepair.node.reconcile import Hindsight
from gatepair.node.reconcile_reading import Site, case_of
from gatepair.node.reconcile_report import Report, to_html, to_text

JOINT_BYTES_MAX: Final = 1024 * 1024 * 1024
"""Largest joint state read back: half a million crossings."""
SAME, DIFFERENT, INCOMPLETE = 0, 1, 2
"""Exit codes of a comparison."""

DIRECTORY: Final = click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
INPUT: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT: Final = click.Path(dir_okay=False, path_type=Path)
JSON: Final = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
LANG: Final = click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the words."
)


@click.group()
def exchange() -> None:
    """Bring over by hand what the line cannot, and see what came of it.

    DIRECTORY is a post's directory.
    """


# --- the joint state -----------------------------------------------------------------------


@exchange.command()
@DIRECTORY
@click.option("--at", "at", type=INPUT, help="Fold no more of each log than this joint state of the other post did.")
@click.option("--compare", "compare", type=INPUT, help="Compare with this joint state of the other post.")
@JSON
def joint(directory: Path, at: Path | None, compare: Path | None, *, as_json: bool) -> None:
    """Fold what both sides have said, and compare it with what the other post makes of the same logs.

    Two posts that hold the same logs print the same digest.
    The post may run meanwhile.

    With --compare the exit code is 0 when both say the same, 1 when they do not, and 2 when entries are missing here.
    """
    other = compare or at
    theirs = None if other is None else _joint_read(other)
    with _reading(directory) as (site, reader):
        logs = logs_of(site.agreement, site.post, reader)
        state = fold(logs if theirs is None else cut_to(logs, _sizes(theirs)))
    if compare is not None and theirs is not None:
        sys.exit(_compared(state, theirs))
    click.echo(encode(state.to_wire()).decode() if as_json else _joint_text(state))


def _joint_read(path: Path) -> dict[str, Any]:
    found = decode(path.read_bytes().strip(), max_bytes=JOINT_BYTES_MAX)
    if not isinstance(found, dict) or not {"digest", "sizes", "subjects"} <= set(found):
        raise Malformed(f"{path} is no joint state; write one with `gatepair exchange joint DIRECTORY --json`")
    return found


def _sizes(theirs: Mapping[str, Any]) -> dict[str, int]:
    return {one["log"]: one["size"] for one in theirs["sizes"]}


def _compared(state: JointState, theirs: Mapping[str, Any]) -> int:
    missing = {log: (state.sizes.get(log, 0), size) for log, size in _sizes(theirs).items()}
    short = {log: pair for log, pair in missing.items() if pair[0] < pair[1]}
    for log, (held, size) in short.items():
        click.echo(f"{log}: {held} entries are held here, {size} there; exchange first, or fold there with --at")
    if short:
        return INCOMPLETE
    if state.digest().hex() == theirs["digest"]:
        click.echo(f"the same: {theirs['digest']}")
        return SAME
    ours = {one["subject"]: encode(one) for one in state.to_wire()["subjects"]}
    others = {one["subject"]: encode(one) for one in theirs["subjects"]}
    for subject in sorted(set(ours) | set(others)):
        if ours.get(subject) != others.get(subject):
            click.echo(f"different: {subject}")
    return DIFFERENT


def _joint_text(state: JointState) -> str:
    lines = [f"digest      {state.digest().hex()}", f"subjects    {len(state.subjects)}"]
    lines += [f"log         {log}: {size} entries" for log, size in state.sizes.items()]
    for name, subject in state.subjects.items():
        lines += [
            f"concurrent  {name}: {first.type} of {first.author}, {second.type} of {second.author}"
            for first, second in subject.concurrent
        ]
    lines += [
        f"impossible  {one.log}/{one.index} claims to have heard what was not written" for one in state.impossible
    ]
    lines += [f"id reused   {one.log}/{one.index} says something else under an id used before" for one in state.reused]
    return "\n".join(lines)


# --- reconciliation ------------------------------------------------------------------------


@exchange.command()
@DIRECTORY
@click.option("--since", type=InstantText(), help="First instant looked at, such as 2026-01-01T10:00+07:00.")
@click.option("--until", type=InstantText(), help="Instant at which to stop, itself not included.")
@click.option("--html", "html", type=OUTPUT, help="Write the report as one HTML page into this file.")
@LANG
@JSON
def reconcile(
    directory: Path, since: Instant | None, until: Instant | None, *, html: Path | None, lang: Language, as_json: bool
) -> None:
    """Tell which decisions rested on stale knowledge, and which would have been different.

    After a restore also what was said to the partner that the ledger no longer knows.
    The post may run meanwhile.
    The exit code is 1 when a decision would have been different, or something was forgotten.
    """
    with _reading(directory) as (site, reader):
        until_ms = site.now_ms + 1 if until is None else until
        report = Report.of(case_of(site, reader, since_ms=since or 0, until_ms=until_ms))
    zones = tuple(ZoneInfo(zone) for zone in dict.fromkeys(side.timezone for side in site.plan.sides.values()))
    if html is not None:
        html.write_text(to_html(report, lang, zones), "utf-8")
        click.echo(
            f"{html}: {len(report.rows)} decisions, {report.count(Hindsight.DIFFERENT)} would have been different"
        )
    else:
        click.echo(
            json.dumps(report.to_wire(), sort_keys=True) if as_json else to_text(report, lang, zones), nl=as_json
        )
    sys.exit(1 if report.count(Hindsight.DIFFERENT) or report.forgotten else 0)


# --- parts ---------------------------------------------------------------------------------


@contextmanager
def _reading(directory: Path) -> Iterator[tuple[Site, Reader]]:
    """Give the post in ``directory`` and a view of its ledger, beside a post that may run."""
    place = the_place(directory)
    settings, plan, agreement = wiring.read_settings(place), wiring.read_plan(place), wiring.read_agreement(place)
    with opened(place) as ledger, ledger.read() as reader:
        head = reader.head()
        last = reader.entries(after=head.position - 1, limit=1) if head.position else []
        # A drill's clock stands where its ledger ends.
        drill_ms = max(settings.start_ms, last[0].recorded_at_ms if last else 0)
        now_ms = drill_ms if settings.clock == "stepped" else SystemClock().now()
        yield Site(plan, settings.post, agreement, now_ms), reader
