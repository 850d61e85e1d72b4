"""The page of the specification that lists the scenarios, written from their declarations."""

from __future__ import annotations

from typing import Final

from gatepair.conformance.playing import scenarios_of
from gatepair.conformance.report import NAME
from gatepair.conformance.scenario import Role, Scenario
from gatepair.conformance.trial import NOT_OURS

_HEAD: Final = f"""# Conformance

Part of [the exchange between two posts](README.md); clauses are numbered through all its pages.
This page is written by `make docs` from the scenarios of the kit.

## 18 Conformance

**18.1** A post conforms to version 1 as a receiver when it passes every scenario of 18.5, and as a sender when it passes every one of 18.6, in one trial without a break.
A scenario that could not be played is not passed.

**18.2** A trial begins with a fresh agreement between the post under test and the kit, signed by both roots, and with empty logs.
It lists the whole catalogue in three lanes, and `{NOT_OURS}` for the post under test alone.
The post runs on a clock of its own that is right within two seconds, and knows the kit's address as that of its partner.

**18.3** Whoever plays the scenarios as they stand here is a kit; `gatepair conformance` is one, and [the guide](../guides/conformance.md) shows how it is used.
A kit waits when the post answers 429, as long as `Retry-After` says.
It provokes outcomes by entries of types that there are not, because every post answers these whatever it is for.

**18.4** A report is canonical JSON with `report`, `note` and `key`.
`note` is a signed note of the kit's key under `{NAME}`; its text has the lines `gatepair/conformance/v1`, the role, `passed` or `not passed`, and the hex SHA-256 of the canonical `report`.
`key` is the verifier key, which a reader believes only when it knows it from elsewhere.
`report` has `kit`, `protocol`, `role`, `url`, `post`, `agreement` (hash), `begun_at_ms`, `ended_at_ms` and `scenarios`, each with `number`, `name`, `clauses`, `does`, `expects`, `verdict` (`passed`, `failed`, `not_run`), `reason` and `took_ms`."""


def page() -> str:
    """Return the page as Markdown."""
    receiver = f"**18.5** Scenarios of a receiver:\n\n{_table(scenarios_of(Role.RECEIVER))}"
    sender = f"**18.6** Scenarios of a sender; those that wait take minutes:\n\n{_table(scenarios_of(Role.SENDER))}"
    return f"{_HEAD}\n\n{receiver}\n\n{sender}\n"


def _table(scenarios: tuple[Scenario, ...]) -> str:
    rows = [
        f"| {one.number}{' (waits)' if one.waits else ''} | {', '.join(one.clauses)} | {one.does} | {one.expects.removeprefix('Expect ').removesuffix('.')} |"
        for one in scenarios
    ]
    return "\n".join(["| scenario | clauses | the kit does | and expects |", "|---|---|---|---|", *rows])
