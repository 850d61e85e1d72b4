"""``gatepair twin calibrate``: a plan's numbers fitted to what a post recorded, with their evidence."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Final

import click
import msgspec
from rich.console import Console

from gatepair import wiring
from gatepair.base.errors import NotFound
from gatepair.cli.reading import post_directories
from gatepair.cli.twin_show import emit, print_json, simple, wide
from gatepair.plan.model import Plan
from gatepair.twin.ledgers.calibrate import Overlay, ServiceFit, planned_moments
from gatepair.twin.ledgers.calibrate import calibrate as calibrated
from gatepair.twin.ledgers.observed import Ledger, facts

REMARKS_SHOWN: Final = 12
HEAD: Final = "# A plan overlay fitted to ledgers by `gatepair twin calibrate`; use it as a scenario of its plan.\n"


@click.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path), metavar="DIR")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="FILE.yaml",
    help="Write the overlay: a scenario that the twin takes with --scenario.",
)
@click.option("--id", "key", default="calibrated", show_default=True, help="Id of the overlay.")
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
def calibrate(directory: Path, output: Path | None, key: str, *, as_json: bool) -> None:
    """Fit service times, shares and arrivals to the ledgers in DIR, with intervals and goodness of fit.

    DIR holds one post, or both posts of a demo. The ledgers are verified while they are read. What the
    ledgers cannot tell is named, and leaves the plan's number as it was.
    """
    plan, ledgers = read_ledgers(directory)
    try:
        overlay = calibrated(plan, ledgers, id_=key)
    except ValueError as error:
        raise NotFound(f"{directory} has nothing to calibrate on: {error}") from error
    if output is not None:
        text = msgspec.yaml.encode(msgspec.to_builtins(overlay.scenario)).decode()
        output.write_text(HEAD + text, "utf-8")
    if as_json:
        print_json(overlay.to_wire())
        return
    _print(overlay, wide())
    if output is not None:
        # The overlay goes on the plan the post ran under, which may hold a day's overrides that the shipped one lacks.
        under = post_directories(directory)[0] / "plan.json"
        click.echo(f"{output} written; run it with: gatepair twin run {under} --scenario {output}")


def read_ledgers(directory: Path) -> tuple[Plan, list[Ledger]]:
    """Return the plan and the verified ledgers of one post or of both.

    Raises:
        StartRefused: there is no post.
        StorageDamaged: a ledger does not verify.
    """
    found: list[Ledger] = []
    places = post_directories(directory)
    for place in places:
        settings = wiring.read_settings(place)
        with closing(wiring.open_ledger(place, settings, read_only=True)) as ledger:
            found.append(Ledger(settings.post, facts(ledger.verify())))
    return wiring.read_plan(places[0]), found


def _print(overlay: Overlay, console: Console) -> None:
    columns = ("station", "for", "services", "family", "mean s (95 %)", "cv (95 %)", "p", "the plan had", "set")
    table = simple("Service times", columns, words=2)
    for one in overlay.services:
        table.add_row(one.station, one.selector, *_fit_cells(one))
    emit(console, table)
    table = simple("Shares", ("what", "seen", "of", "permille (95 %)", "the plan had", "set"))
    for share in overlay.shares:
        seen = share.seen
        bounds = f"{seen.permille} ({1000 * seen.bounds.low:.0f} – {1000 * seen.bounds.high:.0f})"
        cells = (str(seen.count), str(seen.trials), bounds, str(share.planned_permille))
        table.add_row(share.what, *cells, "yes" if share.used else "no")
    emit(console, table)
    table = simple("Arrivals", ("direction", "days", "arrivals a day (95 %)", "stood at the beginning"))
    for flow in overlay.flows:
        bounds = f"{flow.arrivals:.0f} ({flow.arrivals_bounds.low:.0f} – {flow.arrivals_bounds.high:.0f})"
        table.add_row(flow.direction, str(flow.days), bounds, str(flow.stock))
    emit(console, table)
    held, intervals = overlay.coverage()
    console.print(f"{held} of {intervals} intervals of service times hold the plan's own number.")
    for remark in overlay.remarks[:REMARKS_SHOWN]:
        console.print(f"remark: {remark}", markup=False)
    if len(overlay.remarks) > REMARKS_SHOWN:
        console.print(f"{len(overlay.remarks) - REMARKS_SHOWN} more remarks with --json")


def _fit_cells(one: ServiceFit) -> tuple[str, ...]:
    mean_s, cv = planned_moments(one.planned)
    had = f"{mean_s:.0f} s, cv {cv:.2f}"
    fit = one.fit
    if fit is None:
        return "0", "–", "–", "–", "–", had, one.why or "no"
    mean = f"{fit.mean_s:.1f} ({fit.mean_bounds.low:.1f} – {fit.mean_bounds.high:.1f})"
    spread = f"{fit.cv:.2f} ({fit.cv_bounds.low:.2f} – {fit.cv_bounds.high:.2f})"
    sure = "–" if fit.p_value is None else f"{fit.p_value:.2f}"
    count = f"{fit.count}{' (few)' if fit.small else ''}"
    return count, fit.family.value, mean, spread, sure, had, "yes" if one.fitted is not None else one.why or "no"
