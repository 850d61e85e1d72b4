"""Two posts in the simulator keep every guarantee, whatever befalls them, and planted faults are caught."""

from __future__ import annotations

import os

import pytest

from exchange.sim.faults import FAULTS
from exchange.sim.hunt import hunt
from exchange.sim.run import run

SEEDS = int(os.environ.get("SEEDS", "60"))
"""How many seeds are tried; `make test` tries 400, continuous integration 10,000."""
CHUNK = 50
"""Seeds of one test: small enough that the processes of a test run share them evenly."""
ALONE = os.environ.get("SEED")
"""A seed to be run alone: the one that a failure named."""
FIRST = range(int(ALONE), int(ALONE) + 1) if ALONE else range(0, SEEDS, CHUNK)
QUICK = {
    "signature_unchecked": 1,
    "bodies_unsigned": 2,
    "root_unchecked": 2,
    "gap_accepted": 5,
    "no_duplicate_filter": 3,
    "no_memory_of_ids": 4,
    "clock_decides_the_order": 0,
    "quarantine_forgotten": 4,
    "agreement_unchecked": 0,
    "used_id_keeps_its_body": 6,
    "outcomes_answer_outcomes": 6,
    "frozen_lane_goes_on": 6,
    "damage_is_taken_for_a_lie": 11,
    "evidence_without_headers": 21,
    "receipt_before_durability": 2,
    "effects_in_a_transaction_of_their_own": 1,
    "fence_not_durable": 0,
    "mark_after_the_signature": 11,
    "rows_not_read_back": 5,
    "every_section_is_sent": 2,
    "sender_never_goes_back": 5,
    "smaller_receipt_is_ignored": 5,
    "sender_believes_itself": 1,
    "receipts_unchecked": 2,
    "restored_post_goes_on": 5,
    "replay_without_a_fence": 0,
    "closed_epoch_takes_entries": 14,
    "epoch_goes_on_anywhere": 16,
    "said_again_under_a_new_id": 0,
    "nothing_is_said_again": 5,
    "waiting_messages_are_forgotten": 5,
}
"""Planted faults and the seeds that show them first, by `make check-the-checkers`."""
NEARBY = 40
"""Seeds from there on that are tried: a change of the product may move the first one."""


@pytest.mark.parametrize("first", FIRST)
def test_guarantees_hold(first: int) -> None:
    """Nothing is lost, doubled, reordered or forged, and both sides come together once the line is whole."""
    for seed in range(first, first + 1 if ALONE else min(first + CHUNK, SEEDS)):
        run(seed)


@pytest.mark.parametrize(("name", "seed"), QUICK.items())
def test_a_planted_fault_is_caught(name: str, seed: int) -> None:
    """With a fault in the product the simulation fails: it does look."""
    assert hunt(name, first=seed, seeds=NEARBY) is not None


def test_a_seed_decides_everything() -> None:
    """The same seed gives the same run."""
    assert run(3) == run(3)


def test_every_fault_says_what_is_wrong() -> None:
    """Each planted fault has a sentence for the table, and is hunted in every run."""
    assert set(FAULTS) == set(QUICK)
    assert [] == [name for name, plant in FAULTS.items() if not plant.__doc__]
