"""Proposals for the search by Optuna's tree-structured Parzen estimator; an optional extra.

Gatepair keeps control: it asks for a design, decides whether and how to run it, and tells what was
seen.  Nothing is stored; with one seed and one history the proposals are the same.

Source: Bergstra et al., *Algorithms for hyper-parameter optimization*, NIPS 24 (2011); Watanabe and
Hutter, *c-TPE: tree-structured Parzen estimator with inequality constraints* (2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gatepair.base.errors import SettingInvalid
from gatepair.twin.study.designs import Axis

if TYPE_CHECKING:
    import optuna
    from optuna.distributions import BaseDistribution

SEED_MAX = 2**32 - 1
"""Largest seed the sampler takes; larger ones are folded."""


class OptunaProposer:
    """Asks Optuna for the place of a value on each axis; implements the search's ``Proposer``.

    The axis is taken as ordered when its values rise or fall, as classes without order otherwise.

    Raises:
        SettingInvalid: Optuna is not installed.
    """

    def __init__(self, axes: Sequence[Axis], *, seed: int) -> None:
        try:
            import optuna  # noqa: PLC0415 - an optional extra
        except ImportError as error:
            message = "a search over so many designs needs the extra: pip install 'gatepair[search]'"
            raise SettingInvalid(message) from error
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        sampler = optuna.samplers.TPESampler(seed=seed % (SEED_MAX + 1), multivariate=True)
        self._study: optuna.Study = optuna.create_study(direction="minimize", sampler=sampler)
        self._space: dict[str, BaseDistribution] = {}
        for number, one in enumerate(axes):
            last = len(one.values) - 1
            ordered = is_ordered(one.values)
            self._space[str(number)] = (
                optuna.distributions.IntDistribution(0, last)
                if ordered
                else optuna.distributions.CategoricalDistribution(range(last + 1))
            )
        self._asked: dict[tuple[int, ...], optuna.Trial] = {}

    def ask(self) -> tuple[int, ...]:
        """Return the next proposal, by the place of its value on each axis."""
        trial = self._study.ask(self._space)
        choices = tuple(int(trial.params[name]) for name in self._space)
        self._asked[choices] = trial
        return choices

    def tell(self, choices: tuple[int, ...], *, cost_minor: int, excess: Sequence[float]) -> None:
        """Learn what a design costs and by how much it exceeds each bound; asked for or not."""
        trial = self._asked.pop(choices, None)
        if trial is None:
            self._study.enqueue_trial(dict(zip(self._space, choices, strict=True)))
            trial = self._study.ask(self._space)
        for number, over in enumerate(excess):
            trial.set_constraint(str(number), over)
        self._study.tell(trial, float(cost_minor))


def is_ordered(values: Sequence[object]) -> bool:
    """Tell whether ``values`` are numbers, or words, that rise or fall from one to the next."""
    if len({type(value) for value in values}) != 1 or not isinstance(values[0], (int, float, str)):
        return False
    texts = [(value, "") if isinstance(value, (int, float)) else (0, str(value)) for value in values]
    return texts in (sorted(texts), sorted(texts, reverse=True))
