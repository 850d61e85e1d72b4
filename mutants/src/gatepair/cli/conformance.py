"""``gatepair conformance``: a peer that tries whether a post speaks the exchange as its specification says."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click

from gatepair import wiring
from gatepair.base.canonical import decode_strictly_as
from gatepair.base.errors import BadInput, SettingInvalid, StartRefused
from gatepair.base.time import SystemClock, SystemEntropy
from gatepair.conformance.peer import PATIENCE_S, Peer
from gatepair.conformance.playing import play
from gatepair.conformance.report import Played, Report, read_report, sign_report, summary
from gatepair.conformance.scenario import Role
from gatepair.conformance.trial import Trial, load_trial, make_trial
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Party
from gatepair.exchange.signer import Ed25519Key
from gatepair.wiring import PARTY_BYTES_MAX, Settings

AGREEMENT_ID: Final = "conformance-trial"
KIT_SIDE, KIT_POST = "kit.example", "kit"
LISTEN: Final = "127.0.0.1:8445"
"""Where the kit listens when a trial is made with a post and nothing else is said."""
PORT_MAX: Final = 65_535
ROLES: Final = tuple(role.value for role in Role)
FOLDER = click.Path(file_okay=False, path_type=Path)
FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("url", required=False)
@click.option(
    "--role", type=click.Choice(ROLES), default=ROLES[0], show_default=True, help="Half of the protocol to try."
)
@click.option("--keys", "directory", type=FOLDER, default=None, help="Directory of the trial, made with --make-trial.")
@click.option("--listen", default="", help="HOST:PORT at which the post under test knows its partner.")
@click.option("--only", multiple=True, help="Play only the scenario with this number; may be given again.")
@click.option(
    "--patience", default=PATIENCE_S, show_default=True, help="Seconds to wait for what the post does itself."
)
@click.option("--report", "file", type=FILE, default=None, help="Write the signed report to this file.")
@click.option("--json", "as_json", is_flag=True, help="Print the signed report instead of the summary.")
@click.option("--make-trial", "new", type=FOLDER, default=None, help="Make a trial in this directory and end.")
@click.option("--party", type=FILE, default=None, help="For --make-trial: party.json of the post under test.")
@click.option("--plan", default=None, help="For --make-trial: make a post of this plan to be tried, in DIRECTORY/node.")
@click.option("--port", default=wiring.FIRST_PORT, show_default=True, help="For --plan: where that post listens.")
@click.option("--ledger", default="sqlite", show_default=True, help="For --plan: that post's ledger.")
@click.option("--check", "report_file", type=FILE, default=None, help="Verify a signed report and end.")
def conformance(url: str | None, **options: Any) -> None:
    """Try the post at URL against the numbered scenarios of the specification.

    Make a trial first: a fresh agreement between the post and the kit, which the post signs too.
    The exit code is 0 only when every scenario passed; one that could not be played counts as not passed.
    """
    if options["new"] is not None:
        _make(options["new"], options)
    elif options["report_file"] is not None:
        _check(options["report_file"])
    elif url is None or options["directory"] is None:
        raise SettingInvalid("say whom to try and with which trial: gatepair conformance URL --keys DIRECTORY")
    else:
        trial = load_trial(options["directory"])
        report = asyncio.run(_play(trial, url, options))
        _show(report, trial.keys["report"], file=options["file"], as_json=options["as_json"])
        sys.exit(0 if report.passed else 1)


async def _play(trial: Trial, url: str, options: Mapping[str, Any]) -> Report:
    patience_s = options["patience"]
    peer = Peer(trial, url, clock=SystemClock(), entropy=SystemEntropy(), patience_s=patience_s)
    try:
        if options["listen"]:
            await peer.open(*_address(options["listen"]))
        told = _quiet if options["as_json"] else _told
        return await play(peer, Role(options["role"]), only=options["only"], told=told)
    except OSError as error:
        raise SettingInvalid(f"cannot listen on {options['listen']}: {error.strerror}") from error
    finally:
        await peer.close()


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not (host and port.isascii() and port.isdigit() and int(port) <= PORT_MAX):
        raise SettingInvalid("--listen takes HOST:PORT", listen=text)
    return host, int(port)


def _told(played: Played) -> None:
    seconds = played.took_ms / 1_000
    click.echo(f"{played.number} {played.verdict.value:8} {seconds:6.1f} s  {played.name}", err=True)


def _quiet(_: Played) -> None:
    return


def _show(report: Report, key: Ed25519Key, *, file: Path | None, as_json: bool) -> None:
    signed = sign_report(report, key)
    if file is not None:
        file.write_bytes(signed.encoded())
    click.echo(signed.encoded().decode() if as_json else summary(report), nl=as_json)


def _check(file: Path) -> None:
    try:
        read = read_report(file.read_bytes())
    except (OSError, BadInput) as error:
        raise StartRefused(f"{file} holds no report: {error}") from error
    click.echo(summary(read.report), nl=False)
    click.echo(f"signed by {read.key}")


def _make(directory: Path, options: Mapping[str, Any]) -> None:
    if (options["party"] is None) == (options["plan"] is None):
        raise SettingInvalid("a trial is made for --party FILE, or with --plan NAME for a post that is made for it")
    if options["party"] is not None:
        node = _party(options["party"])
        _trial(directory, node)
        click.echo(f"{directory}: let the root of {node.side} sign agreement.json, and start the post under it")
        return
    _with_post(directory, options)


def _with_post(directory: Path, options: Mapping[str, Any]) -> None:
    """Make a post of the plan too, which faces the kit instead of the partner that the plan gives it."""
    plan = wiring.load_plan_for(options["plan"])
    post = next(iter(plan.posts))
    folder = directory / "node"
    settings = Settings(
        post=post,
        port=options["port"],
        partner_url=f"http://{options['listen'] or LISTEN}",
        ledger=options["ledger"],
        synthetic=True,
    )
    node = wiring.make_post(folder, plan, settings)
    kit_post = plan.partner_of(post)
    trial = _trial(directory, node, side=plan.posts[kit_post].side, post=kit_post)
    signed = notes.parse((directory / "agreement.sig").read_text("utf-8"))
    line = trial.agreement.sign(node.side, Ed25519Key(wiring.read_seed(wiring.key_file(folder, "root"))))
    for place in (directory, folder):
        (place / "agreement.json").write_bytes(trial.agreement.encoded())
        (place / "agreement.sig").write_text(signed.plus(line).to_text(), encoding="utf-8")
    click.echo(f"gatepair serve {folder}")
    where = f"http://{settings.host}:{settings.port} --keys {directory} --listen {options['listen'] or LISTEN}"
    click.echo(f"gatepair conformance {where} --role receiver")


def _trial(directory: Path, node: Party, *, side: str = KIT_SIDE, post: str = KIT_POST) -> Trial:
    return make_trial(directory, node, side=side, post=post, agreement_id=AGREEMENT_ID, entropy=SystemEntropy())


def _party(file: Path) -> Party:
    try:
        return decode_strictly_as(Party, file.read_bytes(), max_bytes=PARTY_BYTES_MAX)
    except (OSError, BadInput) as error:
        raise StartRefused(f"{file} holds no party: {error}") from error
