"""``gatepair twin``: the digital twin on the command line.

Each command is a module of its own, imported when it is called: numbers and engines are loaded only then.
"""

from __future__ import annotations

from typing import Final

import click

from gatepair.cli import Lazy

COMMANDS: Final[dict[str, tuple[str, str, str]]] = {
    "run": ("gatepair.cli.twin_run", "run", "Simulate one plan or scenario and show what comes of it."),
    "compare": ("gatepair.cli.twin_compare", "compare", "Simulate several designs with the same vehicles and draws."),
    "sweep": ("gatepair.cli.twin_sweep", "sweep", "Simulate a grid of changes to a plan."),
    "optimise": ("gatepair.cli.twin_optimise", "optimise", "Find the cheapest plan that keeps given bounds."),
    "calibrate": ("gatepair.cli.twin_calibrate", "calibrate", "Fit a plan's numbers to what a post recorded."),
    "forecast": ("gatepair.cli.twin_forecast", "forecast", "Tell waiting and stock of the next hours from a ledger."),
    "hindcast": ("gatepair.cli.twin_run", "hindcast", "Simulate a documented day and hold it against its figures."),
    "study": ("gatepair.cli.twin_study", "study", ""),
    "warm": ("gatepair.cli.twin_run", "warm", ""),
}
"""As :data:`gatepair.cli.COMMANDS`."""


@click.command(cls=Lazy, table=COMMANDS)
def twin() -> None:
    """Simulate a plan: a year of the gate in a second, and numbers one may plan by.

    A plan file is all it needs: stations, lanes, hours, yards, quotas and rules are read from it as the
    live post reads them. Wherever a plan or a scenario is asked for, write the id of one we ship (see
    `gatepair plan list`) or a path. Vehicles and goods are synthetic. Every figure is a mean over
    replications with its interval.
    """
