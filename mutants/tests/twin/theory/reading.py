"""The figures of a run in minutes of the model, under short names."""

from __future__ import annotations

from gatepair.twin.network.network import Network, Route
from gatepair.twin.results import Run
from twin.theory.study import MINUTE


def poisson(net: Network, route: Route, per_minute: float, *, name: str = "trucks", **kept: object) -> None:
    """Let trucks arrive at a constant rate."""
    net.poisson(name, route, rate=[(0, per_minute / MINUTE)], **kept)


def ticks(minutes: float) -> int:
    """Return ``minutes`` in ticks."""
    return round(minutes * MINUTE)


def wait(run: Run, name: str = "desk") -> float:
    """Return the mean wait at a resource."""
    return run.resource(name).wait_mean / MINUTE


def wait_square(run: Run, name: str = "desk") -> float:
    """Return the second moment of the wait."""
    waits = run.resource(name).waits
    return waits.squares / waits.n / MINUTE**2


def queue(run: Run, name: str = "desk") -> float:
    """Return the time-mean number waiting."""
    return run.resource(name).queue_mean


def busy(run: Run, name: str = "desk") -> float:
    """Return the time-mean number of units in use."""
    return run.resource(name).busy_mean


def present(run: Run, name: str = "desk") -> float:
    """Return the time-mean number waiting or served."""
    return queue(run, name) + busy(run, name)


def sojourn(run: Run, outcome: str = "done", cls: str | None = None) -> float:
    """Return the mean minutes from arrival to the end under ``outcome``."""
    return run.outcome(outcome, cls=cls).mean / MINUTE


def share(run: Run, outcome: str, *others: str, cls: str | None = None) -> float:
    """Return which share of all that ended, ended under ``outcome``."""
    ended = [run.outcome(name, cls=cls).n for name in (outcome, *others)]
    return ended[0] / sum(ended)


def tally(run: Run, name: str, cls: str | None = None) -> float:
    """Return the mean of a tally in minutes."""
    return run.tally(name, cls=cls).mean / MINUTE
