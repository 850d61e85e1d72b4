"""The command line.

Each command is a module; it is imported when it is called, so that ``gatepair --help`` is quick.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, Final

import click

from gatepair import __version__
from gatepair.base.errors import GatepairError

COMMANDS: Final[dict[str, tuple[str, str, str]]] = {
    "demo": ("gatepair.cli.demo", "demo", "Run one documented day at a pair of gates and show what came of it."),
    "live": ("gatepair.cli.live", "live", "Open a living gate: a day going on at two posts, to look at and to act in."),
    "init": ("gatepair.cli.serve", "init", "Make a post, or a pair of posts, in a directory."),
    "serve": ("gatepair.cli.serve", "serve", "Run a post: its API and its public board."),
    "follow": ("gatepair.cli.follow", "follow", "Publish copies of a post's ledger for the country."),
    "access": ("gatepair.cli.access", "access", "Give and take away accounts of persons and keys of systems."),
    "agreement": ("gatepair.cli.agreement", "agreement", "Make, sign, check, read and compare agreements."),
    "evidence": ("gatepair.cli.evidence", "evidence", "Write what was told about one crossing as one file to verify."),
    "verify": ("gatepair.cli.verify", "verify", "Check an evidence file or a bundle under a policy."),
    "exchange": ("gatepair.cli.exchange", "exchange", "Bring over by hand what the line cannot, and reconcile."),
    "conformance": ("gatepair.cli.conformance", "conformance", "Try whether a post speaks the exchange as specified."),
    "keys": ("gatepair.cli.keys", "keys", "Make, announce, change and withdraw the keys by which a post signs."),
    "plan": ("gatepair.cli.plan", "plan", "Check, show and list gate plans."),
    "declare": ("gatepair.cli.declare", "declare", "Read declarations and manifests in the world's formats."),
    "assess": ("gatepair.cli.assess", "assess", "Assess a whole declaration: findings, rates, duty, taxes, origin."),
    "checks": ("gatepair.cli.checks", "checks", "List the rules of checking, check a day, replay a change of rules."),
    "origin": (
        "gatepair.cli.origin",
        "origin",
        "Tell whether a good originates under ACFTA or RCEP, with the working.",
    ),
    "tariff": ("gatepair.cli.tariff", "tariff", "Take in dated sheets of rates, and show the rates of a day."),
    "fees": ("gatepair.cli.fees", "fees", "Reckon an infrastructure fee; reconcile receipts with the treasury."),
    "channel": ("gatepair.cli.channel", "channel", "Check, explain and audit the profiles of customs."),
    "queue": ("gatepair.cli.queue", "queue", "Check a published order against the published rule."),
    "ledger": ("gatepair.cli.ledger", "ledger", "Verify and read a post's ledger."),
    "epcis": ("gatepair.cli.epcis", "epcis", "Print what a ledger tells of load units as an EPCIS document."),
    "codeco": ("gatepair.cli.epcis", "codeco", "Print the containers in and out as UN/EDIFACT CODECO."),
    "trs": ("gatepair.cli.trs", "trs", "Print the time-release study of a day."),
    "report": ("gatepair.cli.report", "report", "Write the report of a day as one HTML file."),
    "twin": ("gatepair.cli.twin", "twin", "Simulate a plan: run, compare, sweep, optimise, calibrate, forecast."),
}
"""Command, module, attribute and one line of help, in the order of the help; without a line it is for programs."""


class Lazy(click.Group):
    """A group whose commands are imported when they are called; ``table`` has the form of :data:`COMMANDS`."""

    def __init__(self, *args: Any, table: Mapping[str, tuple[str, str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.table = table

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """Return the names in the order of the table, without those for other programs."""
        return [name for name, row in self.table.items() if row[2]]

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, imported now."""
        if cmd_name not in self.table:
            return None
        module, attribute, _ = self.table[cmd_name]
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list without importing anything."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.table[name][2]) for name in self.list_commands(_ctx)])


@click.command(cls=Lazy, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="gatepair")
def group() -> None:
    """Gatepair, an open smart border gate for two neighbouring authorities.

    Begin with `gatepair demo`. Every command explains itself with --help.
    """


def main(args: list[str] | None = None) -> Any:
    """Run the command line; a deliberate error is one line and exit code 1, without a traceback."""
    try:
        return group(args=args, prog_name="gatepair")
    except GatepairError as error:
        click.echo(f"gatepair: {error.message}", err=True)
        sys.exit(1)
    except OSError as error:
        if error.filename is None:
            raise
        # A place that cannot be read or written is the caller's to mend; what has no place is a fault of ours.
        click.echo(f"gatepair: {error.filename}: {error.strerror}; choose another place, or mend its rights", err=True)
        sys.exit(1)
