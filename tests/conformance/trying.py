"""A post in this process, sound or with a planted fault, and the kit that tries it."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn

from gatepair.adapters.memory import MemoryLedger
from gatepair.adapters.peer.http import HttpPeerTransport
from gatepair.adapters.pump import LinkPump
from gatepair.base.time import SeededEntropy, SystemClock, SystemEntropy
from gatepair.conformance.peer import Peer
from gatepair.conformance.playing import play
from gatepair.conformance.report import Report
from gatepair.conformance.scenario import Role
from gatepair.conformance.trial import Trial, kit_party, new_keys, trial_agreement
from gatepair.exchange.signer import Ed25519Key
from gatepair.node.link import Link, LinkKeys
from gatepair.node.post import Post
from gatepair.web.app import create_app
from gatepair.web.exchange_routes import partner_routes
from gatepair.web.runtime import WriterRuntime
from node import pair
from system.served import free_port


@dataclass(frozen=True)
class Plant:
    """A fault: in the post itself, or in the line that it sends by."""

    in_post: Callable[[Post], None] = lambda _: None
    in_line: Callable[[Any, Trial], Any] = lambda line, _: line


SOUND = Plant()
PATIENCE_S = 8.0
"""Eight times what a post takes to push what waits; a planted fault is waited for no longer."""
BUSY_S = 60.0
"""How long is waited for what must come, on a machine that is busy with other tests."""


def new_trial() -> Trial:
    """Return a trial between a post of the shipped plan and the kit in the place of its partner."""
    keys = {use: Ed25519Key(seed) for use, seed in new_keys(SeededEntropy("kit")).items()}
    kit = kit_party(keys, side=pair.plan().posts[pair.OTHER].side, post=pair.OTHER)
    node = pair.party(pair.HOME)
    return Trial(trial_agreement(kit, node, agreement_id="trial"), kit, node, keys)


@contextmanager
def node_under_test(trial: Trial, kit_url: str, plant: Plant) -> Iterator[str]:
    """Serve a post under the trial's agreement, on its own clock, with ``plant`` in it; yields its address."""
    clock = SystemClock()
    keys = LinkKeys(log=Ed25519Key(pair.seed(pair.HOME + "log")), mirror=Ed25519Key(pair.seed(pair.HOME + "mirror")))
    post = Post(
        plan=pair.plan(),
        post=pair.HOME,
        ledger=MemoryLedger(),
        clock=clock,
        link=Link(trial.agreement, pair.HOME, keys=keys, entropy=SystemEntropy()),
        secret=pair.seed("secret"),
        entropy=SystemEntropy(),
    )
    plant.in_post(post)
    line = HttpPeerTransport(kit_url)
    pump = LinkPump(post, plant.in_line(line, trial))

    class Runtime(WriterRuntime):
        async def stop(self) -> None:
            await super().stop()
            await line.close()

    runtime = Runtime(post, clock=clock, pump=pump)
    pump.submit = runtime.submit
    app = create_app(post, runtime=runtime, partner_routes=partner_routes(post))
    with served(app) as url:
        yield url


@contextmanager
def served(app: Any) -> Iterator[str]:
    """Serve ``app`` on an ephemeral port of loopback, from another thread."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.01)
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def tried(
    numbers: Sequence[str], *, role: Role = Role.RECEIVER, plant: Plant = SOUND, patience_s: float = BUSY_S
) -> Report:
    """Return the report of the scenarios ``numbers`` on a fresh post with ``plant`` in it."""
    trial, port = new_trial(), free_port()

    async def run(url: str) -> Report:
        peer = Peer(trial, url, clock=SystemClock(), entropy=SystemEntropy(), patience_s=patience_s)
        try:
            await peer.open("127.0.0.1", port)
            return await play(peer, role, only=numbers)
        finally:
            await peer.close()

    with node_under_test(trial, f"http://127.0.0.1:{port}", plant) as url:
        return asyncio.run(run(url))


def verdicts(report: Report) -> dict[str, str]:
    """Return what came of each scenario, by number."""
    return {played.number: played.verdict.value for played in report.scenarios}
