"""Posts as processes of the operating system, reached over HTTP as anybody would reach them."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gatepair.world.processes import own_ports, port_is_free

SERVE = (sys.executable, "-c", "import sys; from gatepair.cli import main; main(sys.argv[1:])", "serve")
START_S = 90.0
"""Generous: the machine may be compiling or running other tests."""


_guards: list[socket.socket] = []


def free_port() -> int:
    """Return a port of the loopback that nobody listens on now, and that no other test is given while this process lives.

    A datagram socket on the same number says so to the other test processes.
    """
    for port in own_ports():
        guard = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            guard.bind(("127.0.0.1", port))
        except OSError:
            guard.close()
            continue
        if port_is_free(port):
            _guards.append(guard)
            return port
        guard.close()
    raise OSError("no port is free")


def program(source: Path | None = None) -> dict[str, str]:
    """Return the environment in which Python runs the program in ``source``, or this one."""
    return {**os.environ} if source is None else {**os.environ, "PYTHONPATH": str(source)}


class Served:
    """One served post."""

    def __init__(self, directory: Path, *, source: Path | None = None, tls: ssl.SSLContext | None = None) -> None:
        """Start serving ``directory``, by the program in ``source`` when it is another, and wait until it answers.

        ``tls`` is how it is called over HTTPS.
        """
        self._tls = tls
        self.access = json.loads((directory / "access.json").read_text())
        self._log = (directory / "serve.log").open("ab")
        self.process = subprocess.Popen(
            [*SERVE, str(directory)],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env=program(source),
        )
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            assert self.process.poll() is None, (directory / "serve.log").read_text()
            try:
                self.call("GET", "/health", duty=None)
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise TimeoutError((directory / "serve.log").read_text())

    def call(self, method: str, path: str, body: Any = None, *, duty: str | None = "auditor") -> tuple[int, Any]:
        """Return status and decoded body of one call by the principal of ``duty``."""
        headers = {"Content-Type": "application/json"}
        if duty is not None:
            headers["Authorization"] = "Bearer " + self.access["keys"][duty]
        request = urllib.request.Request(  # noqa: S310 - loopback
            self.access["url"] + path,
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
            method=method,
        )
        try:
            with urllib.request.urlopen(request, timeout=20, context=self._tls) as answer:  # noqa: S310 - loopback
                return answer.status, json.loads(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, json.loads(error.read())

    def command(self, command_id: str, command: Mapping[str, Any], *, duty: str) -> dict[str, Any]:
        """Give one command and return its answer."""
        status, body = self.call(
            "POST", "/v1/commands", {"commands": [{"id": command_id, "command": command}]}, duty=duty
        )
        assert 200 == status, body
        answer: dict[str, Any] = body["answers"][0]
        return answer

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()
        self._log.close()

    def stop(self) -> None:
        """Ask it to end and wait."""
        self.process.terminate()
        self.process.wait(30)
        self._log.close()


@contextmanager
def serving(directory: Path, tls: ssl.SSLContext | None = None) -> Iterator[Served]:
    """Serve ``directory`` for a while."""
    post = Served(directory, tls=tls)
    try:
        yield post
    finally:
        if post.process.poll() is None:
            post.stop()
