"""The cheapest plan that keeps given bounds: proposals, screening, and a selection with a guarantee.

The cost of a design follows from the plan and the prices, exactly and before anything is run; what a
design does to waiting and stock is seen only by running it.  So the search goes in three steps.

1. *Propose.*  A space no larger than the trials asked for is gone through by rising cost.  A larger one
   is searched by a proposer (ask and tell), which learns from each trial, and then around the best
   design found.
2. *Screen.*  Each proposal is run a few times with the same draws.  A design that is surely over a
   bound is out; once one design is surely inside all of them, nothing is run that is not cheaper.
3. *Select.*  The most promising designs meet in a race over fresh replications
   (:func:`gatepair.twin.study.ranking.select`), whose guarantee the result states.

Source: Andradóttir and Kim 2010 and Kim and Nelson 2001 for the race (see ``ranking``); splitting a
search from a selection with a guarantee: Boesel, Nelson and Kim, *Using ranking and selection to
"clean up" after simulation optimization*, Operations Research 51 (2003).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import product
from typing import Final, Protocol

from gatepair.base.errors import NetworkInvalid, PlanInvalid, SettingInvalid
from gatepair.plan.model import Plan, Scenario
from gatepair.twin.study.costs import Cost, Costing
from gatepair.twin.study.designs import AS_PLANNED, Axis, Design, check_axes, design_of, planned, space_size
from gatepair.twin.study.experiment import Experiment, Measures
from gatepair.twin.study.ranking import ALPHA, FIRST, Bound, Selection, select
from gatepair.twin.study.statistics import Interval, share_interval, student
from gatepair.twin.study.sweep import Runner

SCREEN_LEVEL: Final = 0.99
"""Level at which screening says surely.  It steers the search; the guarantee does not rest on it."""
ASKS_PER_TRIAL: Final = 20
"""A proposer that names known or dearer designs this often for each trial has nothing new to say."""
LEARNING_PERMILLE: Final = 600
"""Share of the trials that the proposer gets before the neighbours of the best design are tried."""

FAR_OVER: Final = 1000.0
"""Excess, in tolerances, of what gave no figure for a bound: more than any design that gave one."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """What the plan must keep: a mean over replications, or with ``share`` a probability.

    Without ``share`` the mean of ``measure`` is at most ``limit`` (at least, with ``at_least``); with
    it, a replication keeps the limit with at least this probability.  ``tolerance`` is in the unit of
    the measure, or in probability: designs nearer to the limit than that may be judged either way.
    """

    measure: str
    limit: float
    tolerance: float
    share: float | None = None
    at_least: bool = False

    @property
    def sign(self) -> float:
        """Return -1 when larger is better, so that the signed measure is always kept low."""
        return -1.0 if self.at_least else 1.0

    @property
    def name(self) -> str:
        """Return the name of the signed measure."""
        return f"minus {self.measure}" if self.at_least else self.measure

    def bound(self) -> Bound:
        """Return the bound on the signed measure as the race takes it. Raises ``ValueError`` as it does."""
        return Bound(self.name, self.sign * self.limit, self.tolerance, self.share)

    def sentence(self) -> str:
        """Say it in words."""
        way = "at least" if self.at_least else "at most"
        if self.share is None:
            return f"{self.measure} {way} {self.limit:g} on average, give or take {self.tolerance:g}"
        return f"{self.measure} {way} {self.limit:g} in {self.share:.1%} of runs, give or take {self.tolerance:.1%}"

    def excess(self, experiment: Experiment) -> Interval:
        """Return by how much the limit is exceeded, with its interval; negative is kept.

        With ``share`` it is the probability of exceeding less the one allowed.

        Raises:
            ValueError: a replication has no finite value of the measure.
        """
        values = [self.signed(one.observed.measures) for one in experiment.replications]
        if self.share is None:
            return student([value - self.sign * self.limit for value in values], level=SCREEN_LEVEL)
        over = sum(value > self.sign * self.limit for value in values)
        found, allowed = share_interval(over, len(values), level=SCREEN_LEVEL), 1 - self.share
        return Interval(
            mean=found.mean - allowed,
            half_width=found.half_width,
            low=found.low - allowed,
            high=found.high - allowed,
            level=found.level,
            n=found.n,
            method=found.method,
        )

    def signed(self, measures: Measures) -> float:
        """Return the signed measure of one replication. Raises ``ValueError`` where it has none."""
        value = measures.get(self.measure, math.nan)
        if not math.isfinite(value):
            raise ValueError(f"a replication has no figure for {self.measure}, which a bound needs")
        return self.sign * value


def requirement(text: str) -> Requirement:
    """Return the requirement that ``MEASURE<=LIMIT`` or ``MEASURE>=LIMIT`` means.

    ``@0.9`` behind it asks for a probability instead of the mean, ``~5`` gives the tolerance; without
    it, the tolerance is 5 % of the limit, or 0.05 of probability (half of what is left to 1, if less).

    Raises:
        SettingInvalid: the text has another form, or the tolerance does not fit.
    """
    rest, _, tolerance = text.partition("~")
    rest, _, share = rest.partition("@")
    sign = "<=" if "<=" in rest else ">="
    measure, found, limit = rest.partition(sign)
    try:
        asked = float(share) if share else None
        value = float(limit)
        wide = 0.05 * abs(value) if asked is None else min(0.05, (1 - asked) / 2)
        made = Requirement(
            measure.strip(), value, float(tolerance) if tolerance else wide, share=asked, at_least=sign == ">="
        )
        made.bound()
    except ValueError as error:
        message = f"{text} is no bound: {error}; for example waiting.out.p90<=120~5 or stock.out<=200@0.9~0.05"
        raise SettingInvalid(message, text=text) from error
    if not found or not made.measure or not math.isfinite(value):
        raise SettingInvalid(f"{text} is no bound; for example waiting.out.p90<=120~5", text=text)
    return made


class Proposer(Protocol):
    """Names designs worth a trial and learns from what is told; choices are places on the axes."""

    def ask(self) -> tuple[int, ...]:
        """Return the next proposal, by the place of its value on each axis."""
        ...

    def tell(self, choices: tuple[int, ...], *, cost_minor: int, excess: Sequence[float]) -> None:
        """Learn what a design costs and by how much it exceeds each bound, in tolerances; asked for or not."""
        ...


class Standing(StrEnum):
    """What screening said about a design."""

    SAFE = "safe"
    """Surely inside every bound."""
    OPEN = "open"
    """May keep the bounds or not."""
    OVER = "over"
    """Surely over a bound."""
    DEARER = "dearer"
    """Not run: a safe design costs less, or hardly more."""
    REFUSED = "refused"
    """Not run: no plan that holds together, or one that cannot run."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One design of the search: its cost, and its excess over each bound by measure, where it was run."""

    design: Design
    standing: Standing
    cost: Cost | None = None
    excess: Mapping[str, Interval] = field(default_factory=dict)
    figures: Mapping[str, Interval] = field(default_factory=dict)
    reason: str = ""

    @property
    def cost_minor(self) -> int:
        """Return the cost in minor units; a design without one counts as free of charge and is never chosen."""
        return 0 if self.cost is None else self.cost.total_minor

    @property
    def run(self) -> bool:
        """Whether it was run."""
        return self.standing not in {Standing.DEARER, Standing.REFUSED}


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """How much a search may spend and how sure it must be.

    ``trials`` designs are run ``screening`` times each; ``finalists`` meet in the race, where each runs
    at least ``first`` and at most ``most`` replications, ``stage`` at a time.  ``alpha`` is the allowed
    probability of a wrong choice; designs that save no more than ``delta_minor`` are not sought.
    """

    seed: int
    trials: int = 60
    screening: int = 8
    finalists: int = 8
    alpha: float = ALPHA
    delta_minor: int = 0
    first: int = FIRST
    most: int = 500
    stage: int = 4

    def __post_init__(self) -> None:
        whole = min(self.trials, self.finalists, self.stage) >= 1 and self.delta_minor >= 0
        if not whole or self.screening < 2 or not 2 <= self.first <= self.most or not 0 < self.alpha < 1:
            message = "a search needs at least 1 trial, finalist and stage, 2 replications, and alpha within 0 and 1"
            raise SettingInvalid(message)


@dataclass(frozen=True, slots=True)
class Found:
    """What the search found.

    ``chosen`` is None when no finalist keeps the bounds; ``base`` is the plan without changes.
    ``guarantee`` says what holds and with which probability.  ``exhausted`` is true when every design
    of the ``space`` was run, or costs more than one that is safe.
    """

    chosen: Trial | None
    base: Trial
    trials: tuple[Trial, ...]
    finalists: tuple[Trial, ...]
    selection: Selection | None
    guarantee: str
    space: int
    exhausted: bool
    settings: SearchSettings
    cut_short: bool


def optimise(
    plan: Plan,
    scenario: Scenario | None,
    *,
    axes: Sequence[Axis],
    requirements: Sequence[Requirement],
    costing: Costing,
    run: Runner,
    settings: SearchSettings,
    proposer: Proposer | None = None,
    on_trial: Callable[[Trial], None] | None = None,
    stop: Callable[[], bool] | None = None,
) -> Found:
    """Return the cheapest design of ``axes`` that keeps ``requirements``, and how sure that is.

    ``run`` is given replications 0 and on for screening and later ones for the race, so that the race
    does not believe what made a design look good.  ``proposer`` is needed when the space is larger
    than the trials.  ``on_trial`` is told of each design that was run or refused.  ``stop`` is asked
    before each run; it, Ctrl-C and a runner that was cut short end the search with what is known.
    With the same arguments the result is the same.

    Raises:
        SettingInvalid: the axes contradict themselves, nothing is required, or a proposer is missing.
        PlanInvalid: the plan as it stands does not hold together on the day of the scenario.
        NetworkInvalid: the plan as it stands cannot run.
    """
    check_axes(axes)
    if not axes or not requirements:
        raise SettingInvalid("a search needs something to vary and something to keep")
    if proposer is None and space_size(axes) > settings.trials:
        message = (
            f"these axes span {space_size(axes)} designs, more than {settings.trials} trials: allow as many trials, "
            "or install the search: pip install 'gatepair[search]'"
        )
        raise SettingInvalid(message, designs=space_size(axes))
    search = _Search(
        plan,
        scenario,
        axes,
        requirements,
        costing=costing,
        run=run,
        settings=settings,
        proposer=proposer,
        on_trial=on_trial,
        stop=stop,
    )
    return search.found()


class _Stopped(Exception):
    """Somebody asked to end the search."""


class _Search:
    """A search on its way."""

    def __init__(
        self,
        plan: Plan,
        scenario: Scenario | None,
        axes: Sequence[Axis],
        requirements: Sequence[Requirement],
        *,
        costing: Costing,
        run: Runner,
        settings: SearchSettings,
        proposer: Proposer | None,
        on_trial: Callable[[Trial], None] | None,
        stop: Callable[[], bool] | None,
    ) -> None:
        self.plan, self.scenario, self.axes, self.requirements = plan, scenario, axes, requirements
        self.costing, self.run, self.settings, self.proposer = costing, run, settings, proposer
        self.on_trial = on_trial or (lambda _trial: None)
        self.stop = stop or (lambda: False)
        self.trials: dict[tuple[int, ...], Trial] = {}
        self.costs: dict[tuple[int, ...], int | None] = {}
        self.cut_short = False
        self.interrupted = False
        self.all_seen = False

    def found(self) -> Found:
        """Propose, screen and select."""
        base = Trial(AS_PLANNED, Standing.OPEN, self.costing.of(planned(self.plan, self.scenario, AS_PLANNED)))
        try:
            base = self._screened(AS_PLANNED)
            self.on_trial(base)
            for choices in self._proposals():
                self._try(choices)
            self.all_seen = self.all_seen or len(self.trials) == space_size(self.axes)
        except (KeyboardInterrupt, _Stopped):
            self.cut_short = True
        finalists = self._finalists()
        selection = self._race(finalists) if finalists and not self.cut_short else None
        self.cut_short = self.cut_short or self.interrupted
        return Found(
            chosen=self._chosen(finalists, selection),
            base=base,
            trials=tuple(self.trials.values()),
            finalists=tuple(finalists),
            selection=selection,
            guarantee=self._guarantee(finalists, selection),
            space=space_size(self.axes),
            exhausted=self.all_seen,
            settings=self.settings,
            cut_short=self.cut_short,
        )

    # --- Proposals -------------------------------------------------------------------------------

    def _proposals(self) -> Iterator[tuple[int, ...]]:
        """Yield designs that were not tried yet, until the trials are used up or there are no more."""
        if space_size(self.axes) <= self.settings.trials:
            yield from self._by_cost()
            return
        yield tuple(len(one.values) - 1 for one in self.axes)
        yield from self._asked(self.settings.trials * LEARNING_PERMILLE // 1000)
        while self._left() > 0 and (around := self._neighbour()) is not None:
            yield around
        yield from self._asked(self.settings.trials)

    def _by_cost(self) -> Iterator[tuple[int, ...]]:
        """Yield every design by rising cost, those that no plan allows last."""
        places = list(product(*(range(len(one.values)) for one in self.axes)))
        costs = {choices: self._cost_of(choices) for choices in places}
        yield from sorted(places, key=lambda one: (costs[one] is None, costs[one] or 0, one))
        self.all_seen = True

    def _asked(self, upto: int) -> Iterator[tuple[int, ...]]:
        """Yield what the proposer asks for until ``upto`` trials were run; known designs are told again."""
        if self.proposer is None:
            return
        for _ in range(ASKS_PER_TRIAL * self.settings.trials):
            if self._used() >= min(upto, self.settings.trials) or len(self.trials) == space_size(self.axes):
                return
            choices = self.proposer.ask()
            if choices in self.trials:
                self._learn(choices)
            else:
                yield choices

    def _neighbour(self) -> tuple[int, ...] | None:
        """Return an untried design next to the best one, or None when there is none worth a trial.

        Next to it is a step on one axis, or on two against each other.  From a design that keeps the
        bounds the steps lead to cheaper ones; from one that does not, to dearer ones first.
        """
        best = self._best()
        if best is None:
            return None
        kept = self._over(best) <= 0
        ranked = []
        for step, moved in self._steps(best.design.choices):
            cost = self._cost_of(step)
            if cost is not None and (cost < best.cost_minor or not kept) and not self._dearer(cost):
                ranked.append((not kept and cost < best.cost_minor, moved, cost, step))
        return min(ranked)[-1] if ranked else None

    def _steps(self, here: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], int]]:
        """Yield each untried design next to ``here`` with the number of axes moved."""
        for one, other in product(range(len(here)), repeat=2):
            for step in (-1, 1):
                moved = list(here)
                moved[one] += step
                moved[other] -= step if one != other else 0
                inside = all(0 <= place < len(axis.values) for place, axis in zip(moved, self.axes, strict=True))
                if inside and tuple(moved) not in self.trials:
                    yield tuple(moved), 1 if one == other else 2

    # --- Trials ----------------------------------------------------------------------------------

    def _try(self, choices: tuple[int, ...]) -> None:
        """Run one design unless it cannot be better, and remember and tell what was seen."""
        design = design_of(self.axes, choices)
        try:
            cost = self.costing.of(self._planned(design))
            if self._dearer(cost.total_minor):
                self.trials[choices] = Trial(design, Standing.DEARER, cost)
                self._learn(choices)
            else:
                self._keep(choices, self._screened(design))
        except (PlanInvalid, NetworkInvalid) as error:
            self._keep(choices, Trial(design, Standing.REFUSED, reason=error.message))

    def _keep(self, choices: tuple[int, ...], trial: Trial) -> None:
        self.trials[choices] = trial
        self.on_trial(trial)
        self._learn(choices)

    def _screened(self, design: Design) -> Trial:
        """Run ``design`` as often as screening asks. Raises ``_Stopped``."""
        day = self._planned(design)
        made = self._runs(day, first=0, replications=self.settings.screening)
        cost = self.costing.of(day)
        try:
            excess = {one.name: one.excess(made) for one in self.requirements}
        except ValueError as error:
            return Trial(design, Standing.OVER, cost, reason=str(error))
        standing = Standing.OPEN
        if any(one.low > 0 for one in excess.values()):
            standing = Standing.OVER
        elif all(one.high <= 0 for one in excess.values()):
            standing = Standing.SAFE
        return Trial(design, standing, cost, excess, made.summary([one.measure for one in self.requirements]))

    def _runs(self, day: Plan, *, first: int, replications: int) -> Experiment:
        if self.stop():
            raise _Stopped
        made = self.run(day, self.scenario, seed=self.settings.seed, first=first, replications=replications)
        if made.cut_short:
            raise _Stopped
        return made

    def _learn(self, choices: tuple[int, ...]) -> None:
        """Tell the proposer; a design that was not run counts as kept when dearer, as far over when refused."""
        if self.proposer is None:
            return
        trial = self.trials[choices]
        excess = [trial.excess[one.name].mean / one.tolerance if trial.excess else 0.0 for one in self.requirements]
        if trial.standing is Standing.REFUSED or (trial.run and not trial.excess):
            excess = [FAR_OVER] * len(self.requirements)
        self.proposer.tell(choices, cost_minor=trial.cost_minor, excess=excess)

    def _planned(self, design: Design) -> Plan:
        return planned(self.plan, self.scenario, design)

    def _cost_of(self, choices: tuple[int, ...]) -> int | None:
        """Return the cost of a design, or None when no plan allows it."""
        if choices not in self.costs:
            try:
                self.costs[choices] = self.costing.of(self._planned(design_of(self.axes, choices))).total_minor
            except PlanInvalid:
                self.costs[choices] = None
        return self.costs[choices]

    def _used(self) -> int:
        return sum(1 for trial in self.trials.values() if trial.run)

    def _left(self) -> int:
        return self.settings.trials - self._used()

    def _dearer(self, cost_minor: int) -> bool:
        """Tell whether a safe design costs no more than ``cost_minor`` and what is not worth seeking."""
        safe = self._of(Standing.SAFE)
        return bool(safe) and cost_minor >= safe[0].cost_minor - self.settings.delta_minor

    def _best(self) -> Trial | None:
        """Return the cheapest design that seems to keep the bounds, else the one least over them."""
        run = [trial for trial in self.trials.values() if trial.excess]
        return min(run, key=lambda one: (max(0.0, self._over(one)), one.cost_minor, one.design.choices), default=None)

    def _over(self, trial: Trial) -> float:
        """Return by how many tolerances ``trial`` exceeds its bounds, the worst of them."""
        return max(trial.excess[one.name].mean / one.tolerance for one in self.requirements)

    def _of(self, standing: Standing) -> list[Trial]:
        """Return the designs of ``standing`` by rising cost."""
        found = (trial for trial in self.trials.values() if trial.standing is standing)
        return sorted(found, key=lambda trial: (trial.cost_minor, trial.design.choices))

    # --- Selection -------------------------------------------------------------------------------

    def _finalists(self) -> list[Trial]:
        """Return the designs worth a race: open ones, likely before unlikely, and the cheapest two safe ones."""
        safe = self._of(Standing.SAFE)[:2]
        worth = [one for one in self._of(Standing.OPEN) if not self._dearer(one.cost_minor)]
        likely = sorted(worth, key=lambda one: (self._over(one) > 0, one.cost_minor, one.design.choices))
        kept = [*likely[: max(0, self.settings.finalists - len(safe))], *safe][: self.settings.finalists]
        return sorted(kept, key=lambda one: (one.cost_minor, one.design.choices))

    def _race(self, finalists: Sequence[Trial]) -> Selection:
        """Return the outcome of the race over replications that screening has not seen."""
        costs = {one.design.name: float(one.cost_minor) for one in finalists}
        plans = {one.design.name: self._planned(one.design) for one in finalists}

        def sample(wanted: Sequence[tuple[str, int]]) -> list[Measures]:
            made: dict[tuple[str, int], Measures] = {}
            for name in dict.fromkeys(design for design, _ in wanted):
                numbers = [number for design, number in wanted if design == name]
                first = self.settings.screening + numbers[0]
                try:
                    several = self._runs(plans[name], first=first, replications=len(numbers))
                except (KeyboardInterrupt, _Stopped) as stopped:
                    self.interrupted = True
                    raise KeyboardInterrupt from stopped
                for number, one in zip(numbers, several.replications, strict=True):
                    made[name, number] = {**self._signed(one.observed.measures), "cost": costs[name]}
            return [made[which] for which in wanted]

        return select(
            list(costs),
            sample,
            objective="cost",
            delta=float(max(1, self.settings.delta_minor)),
            alpha=self.settings.alpha,
            bounds=[one.bound() for one in self.requirements],
            first=self.settings.first,
            most=self.settings.most,
            stage=self.settings.stage,
        )

    def _signed(self, measures: Measures) -> dict[str, float]:
        """Return what the bounds ask for; a replication without a figure counts as far over its limit."""
        found = {}
        for one in self.requirements:
            try:
                found[one.name] = one.signed(measures)
            except ValueError:
                found[one.name] = one.sign * one.limit + FAR_OVER * one.tolerance
        return found

    def _chosen(self, finalists: Sequence[Trial], selection: Selection | None) -> Trial | None:
        """Return the winner; without a guarantee, the cheapest that the race or else screening found to keep all."""
        if selection is not None and selection.guaranteed:
            return next((one for one in finalists if one.design.name == selection.chosen), None)
        judged = [] if selection is None else selection.designs
        kept = {one.design for one in judged if len(one.kept) == len(self.requirements)}
        sure = [one for one in finalists if one.design.name in kept] or self._of(Standing.SAFE)
        return sure[0] if sure else None

    def _guarantee(self, finalists: Sequence[Trial], selection: Selection | None) -> str:
        """Say in words what holds."""
        kept = "; ".join(one.sentence() for one in self.requirements)
        seen = f"{self._used()} of {space_size(self.axes)} designs were run"
        if self.cut_short or (selection is not None and not selection.guaranteed):
            why = "the search was stopped" if self.cut_short else "the evidence did not suffice to decide every bound"
            return f"No guarantee: {why}; {seen}; what is named is the cheapest known to keep {kept}."
        if selection is None:
            return f"No guarantee: no design that was run can keep {kept}; {seen}."
        sure = f"With probability at least {1 - self.settings.alpha:.4g}"
        among = f"of the {len(finalists)} finalists"
        if selection.chosen is None:
            return f"{sure} none {among} keeps the bounds by their tolerance: {kept}; {seen}."
        saving = f" by more than {self.settings.delta_minor}" if self.settings.delta_minor else ""
        return (
            f"{sure} the chosen design breaks no bound by its tolerance or more, and none {among} "
            f"that keeps the bounds by their tolerance is cheaper{saving}: {kept}; {seen}."
        )
