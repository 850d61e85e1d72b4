"""Where the tests find a NATS server with JetStream, and servers of their own that they may kill."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

from system.served import free_port

START_S = 20.0
SHARED = os.environ.get("GATEPAIR_TEST_NATS", "nats://127.0.0.1:4222")
PROGRAM = shutil.which("nats-server") or shutil.which("nats-server", path="/usr/sbin:/usr/local/bin")


def shared_url() -> str:
    """Return the address of the server that all tests share; skip, visibly, where none answers."""
    host, _, port = SHARED.partition("//")[2].partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
    except OSError:
        pytest.skip("no NATS server answers at GATEPAIR_TEST_NATS")
    return SHARED


class PrivateServer:
    """A server of one test, which may kill it and start it again over the same or another store."""

    def __init__(self, store: Path) -> None:
        """Start over ``store``; skip, visibly, where the program is not installed."""
        if PROGRAM is None:
            pytest.skip("nats-server is not installed")
        self._port = free_port()
        self.store = store
        self.url = f"nats://127.0.0.1:{self._port}"
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start and wait until it answers."""
        assert PROGRAM is not None
        self._process = subprocess.Popen(
            [PROGRAM, "-a", "127.0.0.1", "-p", str(self._port), "-js", "-sd", str(self.store)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self._port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise TimeoutError("the NATS server does not start")

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
