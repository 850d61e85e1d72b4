"""Replications on a local Dask cluster are those of the serial run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gatepair.twin.experiment import Executor, replicate_task
from twin.replication_tasks import MG1, Failing

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

QUEUE = MG1(seed=7, service=0.7)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Executor]:
    """Start a scheduler and two workers in this process, without a dashboard and without a port of the machine."""
    with distributed.Client(
        processes=False, n_workers=2, threads_per_worker=1, dashboard_address=None, set_as_default=False
    ) as client:
        yield client.get_executor()


def test_a_cluster_changes_nothing(cluster: Executor) -> None:
    """Blocks sent to a Dask cluster give the replications of the serial run, bit for bit."""
    alone = replicate_task(QUEUE, replications=12, antithetic=True)
    there = replicate_task(QUEUE, replications=12, antithetic=True, executor=cluster, block=3)
    assert [alone.by_number(name) for name in alone.names] == [there.by_number(name) for name in there.names]
    assert not there.cut_short


def test_a_stop_gives_up_what_the_cluster_has_not_begun(cluster: Executor) -> None:
    """A stopped experiment on a cluster keeps the blocks that came back."""
    heard: list[int] = []
    made = replicate_task(
        QUEUE,
        replications=400,
        executor=cluster,
        block=1,
        stop=lambda: len(heard) >= 3,
        on_done=lambda done, _: heard.append(done),
    )
    assert made.cut_short
    assert 3 <= len(made.replications) < 400


def test_an_error_comes_back_from_the_cluster(cluster: Executor) -> None:
    """What a replication raises on a worker is raised here."""
    with pytest.raises(ArithmeticError, match="synthetic"):
        replicate_task(Failing(2, lambda: ArithmeticError("synthetic")), replications=4, executor=cluster, block=1)
