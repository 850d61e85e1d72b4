"""Playing a trial: each scenario of a role in order, each with a bound on its time, and the report at the end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from typing import Final

from gatepair.base.errors import GatepairError, ScenarioFailed, ScenarioNotRun
from gatepair.conformance import (
    scenarios_entries,
    scenarios_epochs,
    scenarios_hostile,
    scenarios_keys,
    scenarios_last,
    scenarios_line,
    scenarios_sending,
    scenarios_trust,
)
from gatepair.conformance.peer import Peer
from gatepair.conformance.report import Played, Report, new_report
from gatepair.conformance.scenario import SCENARIOS, Role, Scenario, Verdict

SCENARIO_S: Final = 120.0
"""Longest time of a scenario that does not wait for what the specification lets take minutes."""
WAITING_S: Final = 400.0
MODULES: Final = (
    scenarios_line,
    scenarios_trust,
    scenarios_entries,
    scenarios_epochs,
    scenarios_hostile,
    scenarios_keys,
    scenarios_last,
    scenarios_sending,
)
"""Where scenarios are declared; importing declares them."""


async def play(
    peer: Peer, role: Role, *, only: Collection[str] = (), told: Callable[[Played], None] = lambda _: None
) -> Report:
    """Play the scenarios of ``role`` (``only`` some of them, by number) and return the report.

    ``told`` hears of each as it ends.  One that fails does not keep the next from being played.
    """
    begun_ms = peer.now()
    played: list[Played] = []
    for scenario in scenarios_of(role, only):
        played.append(await _one(peer, scenario))
        told(played[-1])
    return new_report(
        role=role.value,
        url=peer.url,
        post=peer.trial.node.post,
        agreement=peer.terms.hash_hex,
        begun_at_ms=begun_ms,
        ended_at_ms=peer.now(),
        played=played,
    )


def scenarios_of(role: Role, only: Collection[str] = ()) -> tuple[Scenario, ...]:
    """Return the scenarios of ``role`` in order of their numbers; ``only`` some of them when it is not empty."""
    return tuple(
        SCENARIOS[number]
        for number in sorted(SCENARIOS)
        if SCENARIOS[number].role is role and (not only or number in only)
    )


async def _one(peer: Peer, scenario: Scenario) -> Played:
    begun = time.monotonic()
    verdict, reason = Verdict.PASSED, ""
    try:
        async with asyncio.timeout(WAITING_S if scenario.waits else SCENARIO_S):
            await scenario.act(peer)
    except ScenarioNotRun as error:
        verdict, reason = Verdict.NOT_RUN, error.message
    except ScenarioFailed as error:
        verdict, reason = Verdict.FAILED, error.message
    except TimeoutError:
        verdict, reason = Verdict.FAILED, "it did not come to an end in time"
    except GatepairError as error:
        # What comes over the wire and breaks the kit's own reading of it is the post's fault.
        verdict, reason = Verdict.FAILED, f"{error.code}: {error.message}"
    took_ms = round((time.monotonic() - begun) * 1_000)
    return Played.of(scenario, verdict, reason=reason, took_ms=took_ms)
