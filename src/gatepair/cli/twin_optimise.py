"""``gatepair twin optimise``: the cheapest plan that keeps given bounds, and how sure that is."""

from __future__ import annotations

from typing import Any, Final

import click
from rich.console import Console

from gatepair.adapters.twin_proposals import OptunaProposer
from gatepair.base.errors import SettingInvalid
from gatepair.cli import twin_work
from gatepair.cli.twin_options import INTERRUPTED, days_option, effort, effort_options, scenario_option
from gatepair.cli.twin_prices import cost_wire, costing, money, price_options
from gatepair.cli.twin_show import days_words, emit, print_json, simple, wide
from gatepair.cli.twin_work import Target, versions, working
from gatepair.insight.twin_labels import figure_words
from gatepair.insight.twin_page import short
from gatepair.insight.twin_summary import estimate, unit_of
from gatepair.insight.what_if import plan_hash
from gatepair.twin.study.designs import axis, space_size
from gatepair.twin.study.search import Found, Requirement, SearchSettings, Trial, requirement
from gatepair.twin.study.search import optimise as search

TRIALS_SHOWN: Final = 12


@click.command()
@click.argument("plan", metavar="PLAN")
@click.option(
    "--vary",
    multiple=True,
    required=True,
    metavar="PATH=A,B,C",
    help="Values that may be chosen: `stations.hn-exit-gate.servers=2..6`; may be repeated.",
)
@click.option(
    "--keep",
    multiple=True,
    required=True,
    metavar="FIGURE<=LIMIT",
    help="A bound: `wait_p90_s.out<=7200`, `stock.out<=200~10` (tolerance), `stock.out<=200@0.9` (in 9 of 10 runs); "
    "may be repeated.",
)
@click.option("--trials", type=click.IntRange(1, 10_000), default=60, show_default=True, help="Designs run at most.")
@click.option("--finalists", type=click.IntRange(1, 50), default=8, show_default=True, help="Designs in the race.")
@click.option(
    "--alpha",
    type=click.FloatRange(0.0001, 0.5),
    default=0.05,
    show_default=True,
    help="Allowed probability of a wrong choice.",
)
@click.option(
    "--delta", type=click.IntRange(0), default=0, show_default=True, help="Savings of no more than this, in minor units, are not sought."
)  # fmt: skip
@click.option(
    "--most", type=click.IntRange(2), default=500, show_default=True, help="Replications of a finalist at most."
)
@scenario_option
@days_option
@price_options
@effort_options
@click.option("--json", "as_json", is_flag=True, help="Print exactly one JSON object.")
def optimise(plan: str, vary: tuple[str, ...], keep: tuple[str, ...], **options: Any) -> None:
    """Find the cheapest plan that keeps given bounds, among the values allowed.

    Prices are yours: Gatepair ships none. Designs are proposed, screened with --replications runs each,
    and the best of them race until the evidence suffices; what is guaranteed is said in one sentence.
    Ctrl-C keeps what is known.
    """
    scenario, days, as_json = options.pop("scenario"), options.pop("days"), options.pop("as_json")
    asked = effort(options)
    one = twin_work.target(plan, scenario)
    length = days or one.scenario.days
    costs = costing(options, one, days=length)
    if costs is None:
        raise SettingInvalid("give what things cost with --price or --prices: Gatepair ships no price")
    axes = [axis(text) for text in vary]
    needs = [requirement(text) for text in keep]
    settings = SearchSettings(
        seed=asked.seed,
        trials=options["trials"],
        screening=max(2, asked.replications),
        finalists=options["finalists"],
        alpha=options["alpha"],
        delta_minor=options["delta"],
        most=options["most"],
    )
    proposer = OptunaProposer(axes, seed=asked.seed) if space_size(axes) > settings.trials else None
    with working(asked, days_asked=days, quiet=as_json, series=False) as work:
        work.count("designs and races", min(settings.trials, space_size(axes)) + 1)
        found = search(
            one.bare,
            one.scenario,
            axes=axes,
            requirements=needs,
            costing=costs,
            run=work.run,
            settings=settings,
            proposer=proposer,
        )
    if as_json:
        print_json(_wire(one, found, length, versions(asked.engine)))
    else:
        _print(one, found, needs, wide(), days=length)
    if found.cut_short:
        click.echo("gatepair: ended before the evidence sufficed; what is shown is what is known", err=True)
        raise click.exceptions.Exit(INTERRUPTED)


def _print(one: Target, found: Found, needs: list[Requirement], console: Console, *, days: int) -> None:
    console.print(f"[bold]{one.plan.name.en}[/bold]  {one.name}, {days_words(days)}, seed {found.settings.seed}")
    for need in needs:
        console.print(f"bound: {need.sentence()}", markup=False)
    names = [need.measure for need in needs]
    title = f"Designs by cost: {len(found.trials)} seen of {found.space}"
    table = simple(title, ("design", "bounds", "cost", *(figure_words(name) for name in names)), words=2)
    ordered = sorted((trial for trial in found.trials if trial.run), key=lambda trial: trial.cost_minor)
    for trial in (found.base, *ordered[:TRIALS_SHOWN]):
        chosen = found.chosen is not None and trial.design == found.chosen.design
        name = f"[bold]{trial.design.name} *[/bold]" if chosen else trial.design.name
        table.add_row(name, trial.standing.value, money(trial.cost), *_figures(trial, names))
    emit(console, table)
    if found.chosen is None:
        console.print("[bold]No design that was run keeps the bounds.[/bold]")
    else:
        console.print(f"Chosen: [bold]{found.chosen.design.name}[/bold] at {money(found.chosen.cost)}")
    console.print(found.guarantee, markup=False)
    console.print("Synthetic traffic; intervals are those of screening.")


def _figures(trial: Trial, names: list[str]) -> list[str]:
    return [short(estimate(trial.figures[name], unit_of(name))) if name in trial.figures else "–" for name in names]


def _wire(one: Target, found: Found, days: int, ran: dict[str, str]) -> dict[str, Any]:
    return {
        "plan": one.plan.id,
        "target": one.name,
        "plan_hash": plan_hash(one.plan),
        "synthetic": True,
        "days": days,
        "seed": found.settings.seed,
        "chosen": None if found.chosen is None else _trial(found.chosen),
        "guarantee": found.guarantee,
        "base": _trial(found.base),
        "trials": [_trial(trial) for trial in found.trials],
        "finalists": [trial.design.name for trial in found.finalists],
        "space": found.space,
        "exhausted": found.exhausted,
        "cut_short": found.cut_short,
        "versions": ran,
    }


def _trial(trial: Trial) -> dict[str, Any]:
    return {
        "design": trial.design.name,
        "overrides": dict(trial.design.overrides),
        "standing": trial.standing.value,
        "cost": cost_wire(trial.cost),
        "figures": {name: estimate(figure, unit_of(name)).to_wire() for name, figure in trial.figures.items()},
        "reason": trial.reason,
    }
