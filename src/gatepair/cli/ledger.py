"""``gatepair ledger``: verify, read and rebuild what a post has recorded."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from gatepair import wiring
from gatepair.adapters.sqlite import SqliteLedger
from gatepair.adapters.sqlite.backup import REPLACED, put_back, take_backup
from gatepair.adapters.sqlite.engine import FILE
from gatepair.base.entries import Entry
from gatepair.base.errors import StartRefused, StorageDamaged, StorageError
from gatepair.base.findings import Finding
from gatepair.base.merkle import CompactRange
from gatepair.base.time import Instant, rfc3339
from gatepair.exchange.findings import LANE_FROZEN, RECEIPT_FALSE
from gatepair.exchange.messages import Lane
from gatepair.node.audit_check import LINE_MAX, check_export
from gatepair.node.link_rows import Beside
from gatepair.node.link_verify import PairOfLogs, verify_lane
from gatepair.node.ports import Ledger, Reader

PAGE = 1_000
"""Entries fetched at a time."""
WIDTH = 400
"""Characters of a line where there is no screen."""
SHOWN_MAX = 10_000
"""Most entries that one call shows."""

DIRECTORY = click.Path(exists=True, file_okay=False, path_type=Path)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")


@dataclass(frozen=True, slots=True)
class LaneFound:
    """What one lane looks like, in all its epochs."""

    lane: str
    own_size: int
    mirror_size: int
    receipted: int
    """Entries that the partner holds by its receipts; -1 when one of them contradicts the log."""
    rows: int
    """All rows that were hashed: with those that wait for an epoch and those that a restore left behind."""


@dataclass(slots=True)
class Found:
    """What verifying one ledger found."""

    directory: Path
    position: int = 0
    leaf: bytes = bytes(32)
    root: bytes = b""
    streams: int = 0
    lanes: list[LaneFound] = field(default_factory=list)
    bad_position: int | None = None
    faults: list[str] = field(default_factory=list)

    def to_wire(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "bad_position": self.bad_position,
            "directory": str(self.directory),
            "faults": self.faults,
            "head": {"leaf": self.leaf.hex(), "position": self.position},
            "lanes": [
                {
                    "lane": one.lane,
                    "mirror_size": one.mirror_size,
                    "own_size": one.own_size,
                    "receipted": one.receipted,
                    "rows": one.rows,
                }
                for one in self.lanes
            ],
            "merkle_root": self.root.hex(),
            "streams": self.streams,
            "verified": not self.faults,
        }


@click.group()
def ledger() -> None:
    """Verify, read and rebuild a post's ledger.

    DIRECTORY is a post's directory, or one that holds several, such as a demo's. A running post may
    be verified and shown; to rebuild it or to check its link, stop it first.
    """


@ledger.command("verify")
@click.argument("directory", type=DIRECTORY)
@click.option(
    "--links", is_flag=True, help="Check signatures, key statements and marks too; the posts must be stopped."
)
@json_option
def verify_command(directory: Path, *, links: bool, as_json: bool) -> None:
    """Check every entry against the chain, and every row of the exchange against its hash.

    The rows are those of both logs in all epochs, of copies that a restore left behind, and of what
    waits; receipts, checkpoints and fences are held against them. Prints positions, head and Merkle
    root. Exit code 1, the first bad position and every bad place when anything is not as it was
    recorded.
    """
    found = [verified(place, links=links, quiet=as_json) for place in places(directory)]
    for one in found:
        if as_json:
            click.echo(json.dumps(one.to_wire(), sort_keys=True))
        else:
            _tell(one)
    if any(one.faults for one in found):
        raise SystemExit(1)


@ledger.command("show")
@click.argument("directory", type=DIRECTORY)
@click.option("--after", type=click.IntRange(min=0), default=0, help="Begin after this position.")
@click.option("--limit", type=click.IntRange(1, SHOWN_MAX), default=50, show_default=True, help="Entries to show.")
@click.option("--stream", default=None, help="Only this stream, such as crossing/X... or gate/huu-nghi.")
@json_option
def show_command(directory: Path, *, after: int, limit: int, stream: str | None, as_json: bool) -> None:
    """Show entries in order of position, without checking them."""
    with opened(the_place(directory)) as found, found.read() as view:
        if stream is None:
            entries = view.entries(after=after, limit=limit)
        else:
            entries = [entry for entry in view.stream(stream) if entry.position > after][:limit]
    if as_json:
        for entry in entries:
            click.echo(json.dumps(_plain(entry), ensure_ascii=False, sort_keys=True))
        return
    console = Console()
    # Into a file or a pipe nothing is cut off; on a screen the payload gives way.
    if not console.is_terminal:
        console = Console(width=WIDTH)
    console.print(_table(entries))


@ledger.command("head")
@click.argument("directory", type=DIRECTORY)
@json_option
def head_command(directory: Path, *, as_json: bool) -> None:
    """Print where each ledger ends: its last position and that entry's leaf."""
    for place in places(directory):
        with opened(place) as found, found.read() as view:
            head = view.head()
        if as_json:
            line = {"directory": str(place), "leaf": head.leaf.hex(), "position": head.position}
            click.echo(json.dumps(line, sort_keys=True))
        else:
            click.echo(f"{place}  {head.position}  {head.leaf.hex()}")


@ledger.command("check-export")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", default="", help="Public key of the ledger, as you have it from elsewhere.")
@click.pass_context
def check_export_command(ctx: click.Context, /, file: Path, *, key: str) -> None:
    """Check FILE, entries that an auditor exported from a post as JSON Lines; needs no post.

    Exit code 0: every entry is as it was recorded under the signed checkpoint. 1: something is not.
    """
    with file.open("rb") as lines:
        found = check_export(iter(lambda: lines.readline(LINE_MAX + 1), b""), key=key)
    click.echo(f"{file}: entries {found.first} to {found.last} of {found.size}")
    if found.masked:
        click.echo(
            f"  {found.masked} lack names: of these header and place are proved, and not what the payload still says"
        )
    if found.signer:
        click.echo(f"  signed by {found.signer}")
    if not key:
        click.echo("  under the key that the file brings: give --key to hold it against the one that you trust")
    for one in found.wrong:
        click.echo(f"  line {one.line}: {one.why}")
    click.echo("  NOT VERIFIED" if found.wrong else "  verified")
    ctx.exit(1 if found.wrong else 0)


@ledger.command("rebuild")
@click.argument("directory", type=DIRECTORY)
def rebuild_command(directory: Path) -> None:
    """Make every read model again from the entries; the post must be stopped.

    The rows afterwards are those that the running post had: nothing is lost by rebuilding.
    """
    place = the_place(directory)
    post = wiring.open_post(place).post
    try:
        count = post.rebuild()
    finally:
        post.ledger.close()
    click.echo(f"{place}: read models made again from {count} entries")


@ledger.command("backup")
@click.argument("directory", type=DIRECTORY)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup_command(directory: Path, file: Path) -> None:
    """Copy a post's SQLite ledger into FILE, also while the post runs, and verify the copy."""
    head = take_backup(the_place(directory), file)
    click.echo(f"{file}: verified copy, ends at position {head.position}, leaf {head.leaf.hex()}")


@ledger.command("restore")
@click.argument("directory", type=DIRECTORY)
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def restore_command(directory: Path, file: Path) -> None:
    """Put the backup FILE in the place of a post's SQLite ledger; the post must be stopped.

    What was recorded after the backup is missing until it is given again: see docs/guides/restore.md.
    """
    place = the_place(directory)
    settled = (place / "post.json").exists()
    head = put_back(place, file, post=wiring.read_settings(place).post if settled else "")
    click.echo(f"{place}: ledger of position {head.position} put back; the one before is {REPLACED}")


def places(directory: Path) -> Sequence[Path]:
    """Return the directories of ledgers at or right below ``directory``, in order.

    Raises:
        StartRefused: there is none.
    """
    candidates = [directory, *sorted(child for child in directory.iterdir() if child.is_dir())]
    found = [place for place in candidates if (place / FILE).exists() or (place / "post.json").exists()]
    if not found:
        raise StartRefused(f"{directory} holds no ledger: make a post with `gatepair init` or `gatepair demo`")
    return found


def the_place(directory: Path) -> Path:
    """Return the one ledger's directory at or right below ``directory``.

    Raises:
        StartRefused: there is none, or several.
    """
    found = places(directory)
    if len(found) > 1:
        names = ", ".join(str(place) for place in found)
        raise StartRefused(f"{directory} holds several ledgers; name one of {names}")
    return found[0]


@contextmanager
def opened(place: Path) -> Iterator[Ledger]:
    """Open the ledger at ``place`` for reading, beside a post that may run."""
    if (place / FILE).exists():
        # What is shown or verified is read entry by entry anyway, so opening need not check the end first.
        found: Ledger = SqliteLedger(place, tail=0, read_only=True)
    else:
        found = wiring.open_ledger(place, wiring.read_settings(place), read_only=True)
    try:
        yield found
    finally:
        found.close()


def verified(place: Path, *, links: bool = False, quiet: bool = True) -> Found:
    """Return what verifying the ledger at ``place`` finds; a ledger that cannot be opened is a fault too."""
    found = Found(place)
    try:
        with opened(place) as one:
            _walk(one, found, quiet=quiet)
            with one.read() as view:
                beside = Beside(view)
                found.lanes = [_lane(view, lane, beside, found.faults) for lane in Lane]
                if not found.faults:
                    found.faults += [_told(finding) for finding in beside.stray()]
        if links and not found.faults:
            found.faults += _link_faults(place)
    except StorageDamaged as error:
        position = error.fields.get("position")
        found.bad_position = position if isinstance(position, int) else None
        found.faults.append(error.message)
    except StorageError as error:
        found.faults.append(error.message)
    return found


def _walk(one: Ledger, found: Found, *, quiet: bool) -> None:
    """Verify entry by entry, keeping in ``found`` how far it got."""
    tree = CompactRange()
    streams: dict[str, int] = {}
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description} {task.completed} entries"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=quiet,
        transient=True,
    ) as progress:
        task = progress.add_task(f"{found.directory}:", total=None)
        for entry in one.verify():
            due = streams.get(entry.stream, 0) + 1
            if entry.version != due:
                raise StorageDamaged(
                    f"entry {entry.position} is version {entry.version} of {entry.stream}, which is at {due - 1}",
                    position=entry.position,
                )
            streams[entry.stream] = due
            tree.append(entry.leaf)
            found.position, found.leaf = entry.position, entry.leaf
            if entry.position % PAGE == 0:
                progress.update(task, completed=entry.position)
    found.root, found.streams = tree.root(), len(streams)


def _lane(view: Reader, lane: Lane, beside: Beside, faults: list[str]) -> LaneFound:
    """Return how ``lane`` stands in all its epochs, adding to ``faults`` what its rows contradict; no key is asked."""
    logs = PairOfLogs(f"own/{lane.value}", f"mirror/{lane.value}")
    report = verify_lane(view, lane, logs, beside=beside)
    faults += [_told(finding) for finding in report.findings if finding.kind is not LANE_FROZEN]
    agrees = all(finding.kind is not RECEIPT_FALSE for finding in report.findings)
    return LaneFound(
        lane=lane.value,
        own_size=report.own_size,
        mirror_size=report.mirror_size,
        receipted=report.receipted if agrees else -1,
        rows=report.rows,
    )


def _told(finding: Finding) -> str:
    """Return ``finding`` with its place as a line."""
    return f"{finding.code} at {finding.path}: {finding.text('en')}"


def _link_faults(place: Path) -> list[str]:
    """Return what does not verify in the exchange of the stopped post at ``place``."""
    post = wiring.open_post(place).post
    try:
        with post.ledger.read() as view:
            return [_told(finding) for finding in post.link.verify(view, with_marks=True).findings]
    finally:
        post.ledger.close()


def _tell(found: Found) -> None:
    click.echo(f"{found.directory}")
    click.echo(f"  positions    1 to {found.position} in {found.streams} streams" if found.position else "  empty")
    click.echo(f"  head         {found.leaf.hex()}")
    if found.root:
        click.echo(f"  merkle root  {found.root.hex()}")
    for lane in found.lanes:
        if lane.rows:
            receipted = "a receipt that contradicts it" if lane.receipted < 0 else f"{lane.receipted} receipted"
            more = lane.rows - lane.own_size - lane.mirror_size
            kept = f", {more} more kept" if more else ""
            click.echo(f"  lane {lane.lane:<7} {lane.own_size} sent, {receipted}, {lane.mirror_size} mirrored{kept}")
    if not found.faults:
        click.echo("  verified")
        return
    if found.bad_position is not None:
        click.echo(f"  NOT VERIFIED: first bad position {found.bad_position}")
    else:
        click.echo("  NOT VERIFIED")
    for fault in found.faults:
        click.echo(f"  {fault}")


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "actor": entry.actor,
        "at": rfc3339(Instant(entry.recorded_at_ms)),
        "command": entry.command_id,
        "leaf": entry.leaf.hex(),
        "payload": json.loads(entry.payload),
        "position": entry.position,
        "stream": entry.stream,
        "type": entry.type,
        "version": entry.version,
    }


def _table(entries: Sequence[Entry]) -> Table:
    table = Table(box=None, pad_edge=False, expand=True)
    table.add_column("position", justify="right", no_wrap=True, min_width=8)
    for name in ("recorded (UTC)", "stream", "version", "type", "actor"):
        table.add_column(name, no_wrap=True)
    table.add_column("payload", no_wrap=True, overflow="ellipsis", ratio=1)
    for entry in entries:
        payload = entry.payload.decode("utf-8", "replace")
        when = rfc3339(Instant(entry.recorded_at_ms))
        table.add_row(str(entry.position), when, entry.stream, str(entry.version), entry.type, entry.actor, payload)
    return table
