"""Copies for the country from a served post: they follow it, and a broker that is away or hangs holds up nothing."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from gatepair import wiring
from gatepair.adapters.planfiles import shipped_plan
from gatepair.cli import main
from gatepair.node.copies import CopySettings
from gatepair.wiring import Settings
from ledger.test_jetstream import documents
from ports.nats_server import PrivateServer
from system.served import Served, free_port, serving
from web.real import DECLARE

POST = "huu-nghi"
FOLLOW_S = 30.0


def made(directory: Path, copies: CopySettings | None) -> Path:
    """Make a post that works alone."""
    plan = shipped_plan("huu-nghi-youyiguan")
    settings = Settings(post=POST, port=free_port(), synthetic=True, copies=copies)
    wiring.make_alone(directory, plan, settings)
    wiring.add_access(directory)
    return directory


def copies_when(post: Served, state: str, *, position: int = 0) -> dict[str, Any]:
    """Return what /health says of the copies once it says ``state``, and that at least ``position`` is copied."""
    until = time.monotonic() + FOLLOW_S
    while True:
        found: dict[str, Any] = post.call("GET", "/health", duty=None)[1]["copies"]
        if (found["state"] == state and found["position"] >= position) or time.monotonic() > until:
            return found
        time.sleep(0.1)


def test_a_served_post_is_followed(tmp_path: Path) -> None:
    """What is recorded reaches the stream without a driver, a firm or an account in it; /health tells how far."""
    server = PrivateServer(tmp_path / "nats")
    try:
        with serving(made(tmp_path / "post", CopySettings(url=server.url))) as post:
            assert "done" == post.command("declare-1", DECLARE, duty="trader")["status"]
            head = post.call("GET", "/v1/status")[1]["ledger"]["position"]
            assert "following" == copies_when(post, "following", position=head)["state"]
        found = asyncio.run(documents(server.url, POST))
    finally:
        server.kill()
    assert "CrossingDeclared/2" in [document["type"] for document in found]
    assert "SYNTHETIC" not in json.dumps(found)


@pytest.mark.parametrize("hangs", [False, True])
def test_a_broker_that_does_not_answer_holds_up_nothing(tmp_path: Path, *, hangs: bool) -> None:
    """Nobody listens, or somebody who never says a word: commands are answered, and /health says that copies wait."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        if hangs:
            sock.listen()
        directory = made(tmp_path / "post", CopySettings(url=f"nats://127.0.0.1:{sock.getsockname()[1]}"))
        with serving(directory) as post:
            assert "done" == post.command("declare-1", DECLARE, duty="trader")["status"]
            assert "waiting" == copies_when(post, "waiting")["state"]
            assert 200 == post.call("GET", "/v1/board", duty=None)[0]


def test_follow_copies_beside_a_running_post(tmp_path: Path) -> None:
    """The command reads the ledger of a post that runs and needs nothing of it."""
    server = PrivateServer(tmp_path / "nats")
    try:
        with serving(made(tmp_path / "post", None)) as post:
            assert "done" == post.command("declare-1", DECLARE, duty="trader")["status"]
            assert "copies" not in post.call("GET", "/health", duty=None)[1]
            command = [sys.executable, "-c", "import sys; from gatepair.cli import main; main(sys.argv[1:])"]
            done = subprocess.run(
                [*command, "follow", str(tmp_path / "post"), "--nats", server.url, "--once"],
                check=True,
                capture_output=True,
                text=True,
                timeout=60,
            )
        found = asyncio.run(documents(server.url, POST))
    finally:
        server.kill()
    assert done.stdout.startswith("copied up to position ")
    assert "CrossingDeclared/2" in [document["type"] for document in found]


@pytest.mark.parametrize(
    ("arguments", "sentence"), [([], "say where copies go"), (["--nats", "http://broker"], "copies: ")]
)
def test_follow_needs_an_address(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    """Without an address, or with one of another kind, the command says what it wants and ends with 1."""
    with pytest.raises(SystemExit) as ended:
        main(["follow", str(made(tmp_path / "post", None)), *arguments])
    assert 1 == ended.value.code
    assert sentence in capsys.readouterr().err
