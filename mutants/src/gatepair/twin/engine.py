"""One replication of a network, by the compiled kernel where it is there and by the plain engine elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Literal

from gatepair.base.errors import BadInput, SettingInvalid
from gatepair.twin.plain.run import run_plain
from gatepair.twin.program import Program
from gatepair.twin.results import RawRun, Run
from gatepair.twin.results_checks import check_balance, stuck
from gatepair.twin.units import TICKS_MAX

Engine = Literal["auto", "fast", "slow"]


def simulate(
    program: Program,
    /,
    *,
    seed: int = 1,
    replication: int = 0,
    until: int,
    warm_up: int = 0,
    antithetic: bool = False,
    engine: Engine = "auto",
    snapshot_every: int = 0,
    records: bool = False,
) -> Run:
    """Run ``program`` from tick 0 to ``until`` and return what happened since ``warm_up``.

    The same seed and replication give the same run, on any engine and thread.  ``antithetic`` mirrors every draw.
    ``snapshot_every`` ticks (0: never) the state is noted; ``records`` keeps every visit and crossing.

    Raises:
        BadInput: ``until`` or ``warm_up`` are no ticks of a run.
        SettingInvalid: ``engine="fast"`` where Numba is not installed.
        InvariantBroken: the run does not balance.
    """
    if not 0 < until <= TICKS_MAX or not 0 <= warm_up < until or snapshot_every < 0:
        raise BadInput(
            "A run needs until > 0, a warm-up from 0 to before it, and snapshots 0 or more ticks apart.",
            until=until, warm_up=warm_up, snapshot_every=snapshot_every,
        )  # fmt: skip
    raw = chosen(engine)(
        program, seed=seed, replication=replication, until=until, warm_up=warm_up, antithetic=antithetic,
        snapshot_every=snapshot_every, records=records,
    )  # fmt: skip
    check_balance(program, raw)
    return Run(program, raw, stuck(program, raw))


def chosen(engine: Engine, /) -> Callable[..., RawRun]:
    """Return the function that runs a program.  Raises SettingInvalid for ``fast`` without Numba."""
    if engine == "slow":
        return run_plain
    fast = _kernel()
    if fast is not None:
        return fast
    if engine == "fast":
        raise SettingInvalid('The compiled engine needs Numba: install gatepair with the extra "fast".', engine=engine)
    return run_plain


@cache
def _kernel() -> Callable[..., RawRun] | None:
    """Return the compiled engine, loaded at its first use: importing Numba takes a third of a second."""
    try:
        kernel = import_module("gatepair.twin.kernel.run")
    except ModuleNotFoundError as missing:
        if missing.name and missing.name.partition(".")[0] in {"numba", "llvmlite"}:
            return None
        raise
    run_fast: Callable[..., RawRun] = kernel.run_fast
    return run_fast
