"""Every model with an exact answer, in one list."""

from __future__ import annotations

from twin.theory import cases_network, cases_single, cases_time
from twin.theory.study import Case

CASES: tuple[Case, ...] = (*cases_single.CASES, *cases_network.CASES, *cases_time.CASES)
