"""Two posts as two processes of the operating system: started, awaited, stopped."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Final

from gatepair.base.errors import PartnerUnreachable, StartRefused
from gatepair.world.http import HttpConnection

GATEPAIR: Final = (sys.executable, "-c", "import sys; from gatepair.cli import main; main(sys.argv[1:])")
"""The command line of this very program."""
SERVE: Final = (*GATEPAIR, "serve")
"""The command that serves the post in the directory that follows."""
START_S: Final = 60.0
"""A post that does not answer by then did not start; generous, for a machine that compiles at the same time."""
STOP_S: Final = 15.0
"""A post that has not ended by then is ended; its ledger is whole all the same."""
POLL_S: Final = 0.05
PORTS: Final = range(20_000, 32_000)
"""Below what Linux (from 32,768 on) and IANA (from 49,152 on) give to whoever asks for any: nobody is handed one of ours."""
STEP: Final = 97
"""How far apart programs begin whose process numbers follow each other: more than a demo or a bench takes."""


class PostProcess:
    """One served post; its messages go to ``serve.log`` beside its ledger."""

    def __init__(self, directory: Path, url: str, *, command: Sequence[str] = SERVE) -> None:
        """Start serving ``directory``, which answers on ``url`` when it is ready."""
        self.url = url
        self.directory = directory
        self._command = [*command, str(directory)]
        self._log_path = directory / "serve.log"
        self.start()

    def start(self) -> None:
        """Start the process; again after it was killed."""
        self._log: IO[bytes] = self._log_path.open("ab")
        self._process = subprocess.Popen(  # noqa: S603 - our own program and a directory we made
            self._command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log
        )

    async def ready(self) -> None:
        """Return when the post answers.

        Raises:
            StartRefused: it ended, or did not answer in time; the message ends with what it said last.
        """
        until = time.monotonic() + START_S
        connection = HttpConnection(self.url)
        while time.monotonic() < until:
            if self._process.poll() is not None:
                raise StartRefused(f"the post at {self.url} did not start: {self._last_words()}", url=self.url)
            try:
                status, _ = await connection.request("GET", "/health", token="")
            except PartnerUnreachable:
                status = 0
            if status == 200:
                await connection.close()
                return
            await asyncio.sleep(POLL_S)
        raise StartRefused(
            f"the post at {self.url} did not answer in {START_S:.0f} s: {self._last_words()}", url=self.url
        )

    def stop(self) -> None:
        """Ask the process to end and wait for it; end it when it does not."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._log.close()

    def kill(self) -> None:
        """End the process as a power cut would."""
        self._process.kill()
        self._process.wait()
        self._log.close()

    def _last_words(self) -> str:
        lines = self._log_path.read_text("utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def run_command(*arguments: str) -> str:
    """Run a command of this program in a process of its own and return what it printed.

    Raises:
        StartRefused: it ended with another exit code than 0; the message is what it said.
    """
    done = subprocess.run([*GATEPAIR, *arguments], capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise StartRefused(f"gatepair {' '.join(arguments[:2])}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def port_is_free(port: int) -> bool:
    """Tell whether nobody listens on ``port`` of the loopback now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            held.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """Return ports of the loopback that nobody listens on now.

    Raises:
        StartRefused: there are not so many.
    """
    found = list(islice(filter(port_is_free, own_ports()), count))
    if len(found) < count:
        raise StartRefused(f"fewer than {count} ports from {PORTS.start} to {PORTS.stop - 1} are free")
    return found


def own_ports() -> Sequence[int]:
    """Return :data:`PORTS` in the order in which this program takes them: programs that ask at once begin apart."""
    first = os.getpid() * STEP % len(PORTS)
    return (*PORTS[first:], *PORTS[:first])
