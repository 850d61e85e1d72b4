"""Replications on a local Dask cluster are those of the serial run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gatepair.twin.study.experiment import Executor, replicate, replicate_task
from gatepair.twin.units import hours
from twin.replication_tasks import MG1, Failing, desks

distributed = pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

# On a busy disk it takes longer than the second after which Dask complains.
pytestmark = pytest.mark.filterwarnings("ignore:Creating scratch directories:UserWarning")
QUEUE = MG1(seed=7, service=0.7)


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Executor]:
    """Start a scheduler and two workers in this process, on ports that are free."""
    with distributed.Client(
        processes=False,
        n_workers=2,
        threads_per_worker=1,
        dashboard_address=":0",
        set_as_default=False,
        local_directory=str(tmp_path_factory.mktemp("dask")),
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


def test_a_network_runs_on_a_cluster(cluster: Executor) -> None:
    """A compiled network sent to the cluster gives the replications of the serial run, bit for bit."""
    program = desks(2)
    alone = replicate(program, replications=6, until=hours(4), seed=5)
    there = replicate(program, replications=6, until=hours(4), seed=5, executor=cluster, block=2)
    assert [dict(one.observed.measures) for one in alone.replications] == [
        dict(one.observed.measures) for one in there.replications
    ]


@pytest.mark.nightly
def test_a_network_runs_on_workers_of_their_own() -> None:
    """Two worker processes, which share nothing with this one, give the replications of the serial run, bit for bit."""
    program = desks(2)
    options = {"replications": 6, "until": hours(4), "seed": 5, "engine": "slow"}
    alone = replicate(program, **options)
    with (
        distributed.LocalCluster(
            processes=True, n_workers=2, threads_per_worker=1, dashboard_address=":0", host="127.0.0.1"
        ) as local,
        distributed.Client(local, set_as_default=False) as client,
    ):
        there = replicate(program, **options, executor=client.get_executor(), block=2)
    assert [dict(one.observed.measures) for one in alone.replications] == [
        dict(one.observed.measures) for one in there.replications
    ]
