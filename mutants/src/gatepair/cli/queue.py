"""``gatepair queue``: anyone may check a published order against the published rule."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click
import msgspec
from rich.console import Console
from rich.table import Table

from gatepair.adapters.planfiles import open_day, open_plan
from gatepair.base.errors import EnvelopeRejected, Malformed
from gatepair.base.findings import LANGUAGES, Finding, Language, Severity
from gatepair.base.time import HOUR_MS, Instant, rfc3339
from gatepair.exchange import note as notes
from gatepair.operations.public_order import PlaceReceipt
from gatepair.operations.replay import Replay
from gatepair.operations.rule import class_key
from gatepair.operations.verify_order import LINE_BYTES_MAX, Parsed, Report, read_export, verify
from gatepair.plan.model import Plan

KEY_BYTES_MAX = 65_536
"""A key file holds a few lines of text."""
RECEIPT_BYTES_MAX = 4_096
"""A receipt is one short JSON object."""

WIDTH_MIN = 110
"""Tables are at least this wide, so that a narrow log does not break every cell."""

FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
plan_option = click.option("--plan", "plan_name", required=True, help="The published plan: a file, or a shipped plan.")
scenario_option = click.option("--scenario", default=None, help="A scenario whose day changed the plan.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")


@click.group()
def queue() -> None:
    """Check and read the public order of a queue.

    The order is a file of one JSON record a line, published by the post: who took a place, who was
    called, and everything that explains why. It names no driver, vehicle or firm.
    """


@queue.command("verify")
@click.argument("order", type=FILE)
@plan_option
@scenario_option
@click.option("--key", default=None, help="The post's public key: the key text, or a file with one key a line.")
@click.option("--earlier", type=FILE, default=None, help="An older export of this order, or an older checkpoint alone.")
@click.option("--receipt", type=FILE, default=None, help="A driver's receipt, which the order must hold.")
@click.option("--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the findings.")
@json_option
@click.pass_context
def verify_command(ctx: click.Context, /, order: Path, **options: Any) -> None:
    """Check that the rule explains every call in ORDER and that nothing was taken out of it.

    Names the first place that the rule does not explain. Exit code 0: the order holds; 1: it does not.
    """
    plan = _plan(options["plan_name"], options["scenario"])
    earlier, earlier_note = _earlier(options["earlier"])
    with order.open("rb") as lines:
        report = verify(
            _bounded(lines),
            plan,
            signature=_signature(options["key"]),
            earlier=earlier,
            earlier_note=earlier_note,
            receipt=_receipt(options["receipt"]),
        )
    if options["as_json"]:
        click.echo(json.dumps(report.to_wire(), ensure_ascii=False, sort_keys=True))
    else:
        _tell(report, options["lang"])
    ctx.exit(0 if report.ok else 1)


@queue.command("show")
@click.argument("order", type=FILE)
@plan_option
@scenario_option
@json_option
def show_command(order: Path, plan_name: str, scenario: str | None, *, as_json: bool) -> None:
    """Show who waits in ORDER, in the order in which the rule calls them.

    The time is that of the last record. A place that is held back is passed over until it may be called.
    """
    plan = _plan(plan_name, scenario)
    with order.open("rb") as lines:
        parsed = read_export(_bounded(lines))
    rows = list(_waiting(parsed, plan))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, sort_keys=True))
        return
    table = Table(title=f"{len(rows)} waiting")
    for column in ("next", "number", "class", "goods", "road", "state", "hours", "held back"):
        table.add_column(column, justify="right" if column in ("next", "number", "hours") else "left", no_wrap=True)
    keys = ("number", "class", "commodity", "route", "state", "waited_h", "held_back")
    for at, row in enumerate(rows, start=1):
        table.add_row(str(at), *(str(row[key]) for key in keys))
    console = Console()
    Console(width=max(console.width, WIDTH_MIN)).print(table)


def _plan(name: str, scenario: str | None) -> Plan:
    return open_plan(name).value if scenario is None else open_day(scenario, name).plan


def _bounded(opened: BinaryIO) -> Iterator[bytes]:
    """Yield lines, none longer than the verifier reads: a file without line ends must not fill the memory."""
    return iter(lambda: opened.readline(LINE_BYTES_MAX + 2), b"")


def _waiting(parsed: Parsed, plan: Plan) -> Iterator[dict[str, Any]]:
    """Yield the waiting places; raises Malformed when the file cannot be read or is of another plan."""
    if parsed.fault is not None or parsed.header is None:
        raise Malformed(parsed.fault.text("en") if parsed.fault else "the order is empty")
    if parsed.header.post not in plan.queues:
        raise Malformed(f"the plan {plan.id} has no queue at {parsed.header.post}; use the plan of this order")
    replay = Replay(plan, parsed.header.post, parsed.header.direction)
    for record in parsed.records:
        replay.take(record)
    now_ms = max((record.recorded_ms for record in parsed.records), default=0)
    for place in replay.book.order(now_ms):
        yield {
            "number": place.number,
            "class": class_key(replay.rule, place.rank),
            "commodity": place.facts.commodity.value,
            "tested": place.facts.tested,
            "route": place.facts.route,
            "state": place.state.value,
            "since": rfc3339(Instant(place.taken_at_ms)),
            "held_back": replay.why_not(place, now_ms),
            "waited_h": (now_ms - place.taken_at_ms) // HOUR_MS,
        }


def _signature(key: str | None) -> Callable[[str], bool] | None:
    """Return the check of a checkpoint's signature by any of the keys given."""
    if key is None:
        return None
    path = Path(key)
    text = _text(path, KEY_BYTES_MAX) if "+" not in key or path.is_file() else key
    words = [line.strip() for line in text.splitlines()]
    verifiers = [notes.from_vkey(word) for word in words if word and not word.startswith("#")]
    if not verifiers:
        raise Malformed("the key file holds no key; it has one key text a line: name+id+key")

    def check(checkpoint: str) -> bool:
        return any(_signed_by(checkpoint, verifier) for verifier in verifiers)

    return check


def _signed_by(checkpoint: str, verifier: notes.LineVerifier) -> bool:
    try:
        notes.verify(notes.parse(checkpoint), verifier)
    except EnvelopeRejected:
        return False
    return True


def _text(path: Path, bytes_max: int) -> str:
    try:
        raw = path.read_bytes()
        if len(raw) > bytes_max:
            raise Malformed(f"{path} is larger than {bytes_max} bytes; it is not what is asked for")
        return raw.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise Malformed(f"{path} cannot be read as text: {error}") from error


def _earlier(path: Path | None) -> tuple[list[bytes] | None, str | None]:
    """Return an older export's lines, or an older checkpoint's note: an export begins with a brace."""
    if path is None:
        return None, None
    raw = path.read_bytes()
    if raw.lstrip().startswith(b"{"):
        return raw.splitlines(keepends=True), None
    return None, _text(path, KEY_BYTES_MAX)


def _receipt(path: Path | None) -> PlaceReceipt | None:
    if path is None:
        return None
    try:
        return msgspec.json.decode(_text(path, RECEIPT_BYTES_MAX), type=PlaceReceipt)
    except msgspec.DecodeError as error:
        raise Malformed(f"{path} is no receipt of a place: {error}") from error


def _tell(report: Report, language: Language) -> None:
    signed = "the checkpoint's signature verifies" if report.signed else "the checkpoint's signature was not checked"
    if report.ok:
        click.echo(
            f"The order holds: {report.records} records, {report.places} places, {report.calls} calls, each one "
            f"explained by the rule, {report.moves} moves by hand, each with its code and person; {signed}."
        )
        return
    faults = [finding for finding in report.findings if finding.severity is Severity.ERROR]
    click.echo("The order does not hold.")
    for finding in faults:
        click.echo(_line(finding, language))


def _line(finding: Finding, language: Language) -> str:
    return f"  {finding.path}: {finding.text(language)} [{finding.code}]"
