"""``gatepair exchange``: what two posts told each other, by whichever way, and what came of it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, TextIO
from zoneinfo import ZoneInfo

import click
import msgspec

from gatepair import wiring
from gatepair.adapters.agreement_files import succession_in
from gatepair.base.canonical import decode, encode
from gatepair.base.errors import Malformed, StartRefused
from gatepair.base.findings import LANGUAGES, Language, Severity
from gatepair.base.time import Instant, SystemClock
from gatepair.cli.access import OPERATOR
from gatepair.cli.agreement import InstantText
from gatepair.cli.desk import Desk, desk_at
from gatepair.cli.ledger import opened, the_place
from gatepair.exchange import bundle as bundles
from gatepair.exchange.bundle import PARTS_MAX, Bundle
from gatepair.exchange.disclosure import DISCLOSURE_BYTES_MAX
from gatepair.exchange.joint import JointState, fold
from gatepair.exchange.messages import Lane
from gatepair.node.courier import Order, Taken, file_name, held_back
from gatepair.node.joint_reading import cut_to, logs_of
from gatepair.node.link_scanning import Scanned
from gatepair.node.ports import Reader
from gatepair.node.reconcile import Hindsight
from gatepair.node.reconcile_reading import Site, case_of
from gatepair.node.reconcile_report import Report, to_html, to_text

JOINT_BYTES_MAX: Final = 1024 * 1024 * 1024
"""Largest joint state read back: half a million crossings."""
SAME, DIFFERENT, INCOMPLETE = 0, 1, 2
"""Exit codes of a comparison."""

PLACE: Final = click.argument("place", metavar="PLACE")
KEY: Final = click.option(
    "--key", envvar="GATEPAIR_KEY", default="", help="API key for a running post; best in the variable GATEPAIR_KEY."
)
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

    PLACE is the directory of a stopped post, or the address of a running one, such as http://127.0.0.1:8440.
    DIRECTORY is a post's directory, whether it runs or not.
    """


# --- bundles -------------------------------------------------------------------------------


class LaneStart(click.ParamType[tuple[Lane, int]]):
    """A lane and an index in it, as ``normal=120``."""

    name = "lane=index"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Lane, int]:
        """Return the lane and the index that ``value`` spells."""
        lane, _, index = str(value).partition("=")
        if lane in {one.value for one in Lane} and index.isascii() and index.isdigit():
            return Lane(lane), int(index)
        return self.fail(f"{value} is no lane with an index, such as normal=120", param, ctx)


@exchange.command()
@PLACE
@KEY
@click.option("--lane", "lanes", multiple=True, type=click.Choice([one.value for one in Lane]), help="Only this lane.")
@click.option("--from", "starts", multiple=True, type=LaneStart(), help="Begin a lane at this index: normal=120.")
@click.option(
    "--receipts", is_flag=True, help="Only what the partner waits for: our receipts, without entries of ours."
)
@click.option("--part-mib", type=click.IntRange(8, 64), default=64, show_default=True, help="Longest part, in MiB.")
@click.option("--out", "out", type=click.Path(path_type=Path), default=".", help="File, or directory for the files.")
def export(place: str, key: str, out: Path, *, receipts: bool, **wanted: Any) -> None:
    """Write what the partner has not receipted into a bundle for the courier, in parts when it is long.

    Each lane begins at the last receipt, and the receipts that we owe go along.
    The line may come back meanwhile: what arrives twice counts once.
    """
    order = Order(
        lanes=tuple(map(Lane, wanted["lanes"])),
        starts={lane: (index,) for lane, index in wanted["starts"]},
        entries=not receipts,
        part_bytes_max=wanted["part_mib"] * 1024 * 1024,
    )
    with desk_at(place, key) as desk:
        _export(desk, order, out)


def _export(desk: Desk, order: Order, out: Path) -> None:
    for _ in range(PARTS_MAX):
        raw = desk.export(order)
        part = bundles.read(raw)
        path = _write_part(out, part, raw)
        click.echo(f"{path}: part {part.part}, {part.entries} entries, {len(raw)} bytes")
        for finding in held_back(part):
            click.echo(f"  {finding.text('en')}")
        if part.last:
            return
        order = order.after(part)


def _write_part(out: Path, part: Bundle, raw: bytes) -> Path:
    if out.is_dir():
        path = out / file_name(part)
    else:
        path = out if part.part == 1 else out.with_name(f"{out.stem}-{part.part:03d}{out.suffix}")
    # A stick that is pulled out early must hold a whole file or none.
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return path


@exchange.command("import")
@PLACE
@click.argument("files", nargs=-1, required=True, type=INPUT)
@KEY
@click.option("--answer", type=click.Path(path_type=Path), help="Then write the bundle that the courier takes back.")
@LANG
@JSON
def take_in(
    place: str, files: tuple[Path, ...], key: str, *, answer: Path | None, lang: Language, as_json: bool
) -> None:
    """Take in FILES that a courier brought, in the order of their parts.

    The same file again changes nothing.
    The exit code is 1 when something was not taken in; the report says what is needed first.
    """
    with desk_at(place, key) as desk:
        taken = [desk.take_in(path.read_bytes()) for path in sorted(files, key=_order_of)]
        for one in taken:
            click.echo(msgspec.json.encode(one).decode() if as_json else _taken_text(one, lang))
        if answer is not None:
            _export(desk, Order(), answer)
    found = [finding for one in taken for finding in one.findings]
    sys.exit(1 if any(finding["severity"] == Severity.ERROR.value for finding in found) else 0)


def _order_of(path: Path) -> tuple[int, int]:
    part = bundles.read(path.read_bytes())
    return part.made_at_ms, part.part


def _taken_text(taken: Taken, language: Language) -> str:
    lines = [f"part {taken.part} of {taken.author}: {taken.entries} new entries"]
    lines += [
        f"  {lane.lane.value:<7} {lane.held - lane.held_before} new, {lane.held} held; {lane.confirmed} of ours receipted"
        for lane in taken.lanes
    ]
    lines += [f"  {finding['text'][language]}" for finding in taken.findings]
    return "\n".join(lines)


# --- paper ---------------------------------------------------------------------------------


@exchange.command()
@PLACE
@click.argument("crossing")
@KEY
@click.option("--out", type=OUTPUT, required=True, help="HTML file to write, for print.")
@click.option("--omit", multiple=True, help="A section to leave out, such as driver. Repeat as needed.")
@click.option("--all", "whole", is_flag=True, help="Also what the partner has receipted.")
def paper(place: str, crossing: str, key: str, *, out: Path, omit: tuple[str, ...], whole: bool) -> None:
    """Print one page about CROSSING that the driver takes over the line, with codes that the partner scans.

    It shows whoever holds it what the agreement lets the partner see; a section left out never reaches the partner's
    record of the crossing.
    """
    with desk_at(place, key) as desk:
        html = desk.print_paper(crossing, omit=omit, whole=whole)
    out.write_text(html, "utf-8")
    click.echo(f"{out}: open it in a browser and print it")


@exchange.command()
@PLACE
@click.argument("texts", nargs=-1, required=True, type=click.File(encoding="utf-8"))
@KEY
@LANG
@JSON
def scan(place: str, texts: tuple[TextIO, ...], key: str, *, lang: Language, as_json: bool) -> None:
    """Take in a paper of the partner from TEXTS, which hold what a scanner typed; - reads the keyboard.

    What it proves counts as the partner's word until the line confirms it.
    The exit code is 1 when an entry was refused or contradicts what is held.
    """
    with desk_at(place, key) as desk:
        taken = desk.scan([text.read() for text in texts])
    if as_json:
        click.echo(msgspec.json.encode(taken).decode())
    for entry in () if as_json else taken.entries:
        click.echo(f"{entry.subject} {entry.type}: {entry.state.value}, said {entry.age_s} s ago")
        for finding in entry.findings:
            click.echo(f"  {finding['text'][lang]}")
    bad = {Scanned.REFUSED, Scanned.CONTRADICTS}
    sys.exit(1 if any(entry.state in bad for entry in taken.entries) else 0)


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
        yield Site(plan, settings.post, agreement, now_ms, succession_in(place, agreement, reader)), reader


# --- sections: disclosed later, erased ----------------------------------------------------


@exchange.command()
@DIRECTORY
@click.argument("log")
@click.argument("index", type=click.IntRange(min=0))
@click.argument("section", nargs=-1, required=True)
@click.option("--out", type=OUTPUT, required=True, help="File to write; it must not exist.")
def disclose(directory: Path, log: str, index: int, section: tuple[str, ...], *, out: Path) -> None:
    """Write a disclosure of sections that entry INDEX of our LOG withheld, for the partner or a verifier.

    LOG is spelled as in an entry, such as vn/huu-nghi/huu-nghi-youyiguan/normal#1. The post must not be running.
    """
    if out.exists():
        raise StartRefused(f"{out} exists already", file=str(out))
    post = wiring.open_post(directory).post
    with closing(post.ledger):
        raw = post.disclose(log, index, section, actor=OPERATOR)
    out.write_bytes(raw)
    click.echo(f"{out}: bring it to the partner, who takes it with `gatepair exchange take`")


@exchange.command()
@DIRECTORY
@click.argument("file", type=INPUT)
def take(directory: Path, file: Path) -> None:
    """Take in a disclosure that the partner wrote; it is held against the header that was signed before."""
    with file.open("rb") as opened_file:
        raw = opened_file.read(DISCLOSURE_BYTES_MAX + 1)
    post = wiring.open_post(directory).post
    with closing(post.ledger):
        post.take_disclosure(raw)
    click.echo(f"{file}: taken")


@exchange.command()
@DIRECTORY
@click.option("--subject", help="Erase before its time what was exchanged about this crossing or post.")
@click.option("--section", help="Which section of it; needed with --subject.")
@click.option("--reason", help="Why, for the audit; needed with --subject.")
def erase(directory: Path, *, subject: str | None, section: str | None, reason: str | None) -> None:
    """Erase the bodies whose retention ran out; headers, leaves and proofs stay.

    A running post does this by itself once a day; this is for a post that stands still, and for what must go
    before its time. It covers what was exchanged, here; the ledger of the post itself is another matter.
    """
    if subject is not None and not (section and reason):
        raise click.UsageError("name a --section and a --reason for what is erased before its time")
    post = wiring.open_post(directory).post
    with closing(post.ledger):
        if subject is None:
            click.echo(f"{directory}: {post.erase_due()} bodies erased")
        else:
            count = post.erase_section(subject, str(section), reason=str(reason), actor=OPERATOR)
            click.echo(f"{directory}: {section} erased from {count} entries about {subject}")
