"""Our own post, as a process of the operating system, passes the conformance kit on both engines and in both roles."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from gatepair import wiring
from gatepair.cli import main
from gatepair.conformance.playing import scenarios_of
from gatepair.conformance.report import read_report
from gatepair.conformance.scenario import Role
from ports.postgres_server import reachable_dsn
from system.served import free_port, serving

POST = "huu-nghi"
QUICK = [one.number for one in scenarios_of(Role.SENDER) if not one.waits]


@contextmanager
def ledger_of(engine: str) -> Iterator[str]:
    """Give the ledger's setting for ``engine``; a PostgreSQL schema is dropped before and afterwards."""
    if engine == "sqlite":
        yield "sqlite"
        return
    dsn = reachable_dsn()
    name = f"gatepair_conformance_{secrets.token_hex(6)}"
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    try:
        base, _, options = dsn.partition("?")
        yield base.rpartition("/")[0] + "/" + name + (f"?{options}" if options else "")
    finally:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def played(directory: Path, engine: str, role: Role, *only: str) -> dict[str, str]:
    """Return what came of each scenario of a fresh trial, by number; the report is read from its file."""
    port, listen = free_port(), f"127.0.0.1:{free_port()}"
    report = directory / "report.json"
    with ledger_of(engine) as ledger:
        main_quietly(
            "--make-trial", str(directory / "trial"), "--plan", "huu-nghi-youyiguan",
            "--port", str(port), "--listen", listen, "--ledger", ledger,
        )  # fmt: skip
        node = directory / "trial" / "node"
        wiring.add_access(node)
        with serving(node):
            code = main_quietly(
                f"http://127.0.0.1:{port}", "--keys", str(directory / "trial"), "--listen", listen,
                "--role", role.value, "--report", str(report), *(word for one in only for word in ("--only", one)),
            )  # fmt: skip
    read = read_report(report.read_bytes()).report
    found = {one.number: f"{one.verdict.value} {one.reason}".strip() for one in read.scenarios}
    assert code == (0 if read.passed else 1)
    return found


def main_quietly(*arguments: str) -> int:
    """Run the command in this process and return its exit code."""
    try:
        main(["conformance", *arguments])
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_our_post_conforms_as_a_receiver(tmp_path: Path, engine: str) -> None:
    """Every scenario passes."""
    numbers = [one.number for one in scenarios_of(Role.RECEIVER)]
    assert dict.fromkeys(numbers, "passed") == played(tmp_path, engine, Role.RECEIVER)


@pytest.mark.parametrize("engine", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_our_post_conforms_as_a_sender(tmp_path: Path, engine: str) -> None:
    """Every scenario passes that does not take minutes by itself."""
    assert dict.fromkeys(QUICK, "passed") == played(tmp_path, engine, Role.SENDER, *QUICK)


@pytest.mark.timeout(900)
def test_our_post_conforms_as_a_sender_in_the_long_run(tmp_path: Path) -> None:
    """So do those that wait for heartbeats, clock probes and growing pauses."""
    waiting = [one.number for one in scenarios_of(Role.SENDER) if one.waits]
    assert dict.fromkeys(waiting, "passed") == played(tmp_path, "sqlite", Role.SENDER, *waiting)
