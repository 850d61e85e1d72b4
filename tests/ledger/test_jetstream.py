"""Copies for the country over the real broker: killed in mid-stream, emptied, set back, and shared."""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import nats
import pytest
from nats.js.api import StreamConfig

from gatepair.adapters.follower import LOOK_S, Follower
from gatepair.adapters.jetstream import JetStream
from gatepair.adapters.memory import MemoryLedger
from gatepair.adapters.sqlite import SqliteLedger
from gatepair.base.errors import BrokerUnreachable
from gatepair.node.copies import Choice, Copy, CopySettings, stream_name
from ledger.test_follower import POST, Done, record
from ports.nats_server import PrivateServer, shared_url


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PrivateServer]:
    one = PrivateServer(tmp_path / "nats")
    yield one
    one.kill()


def follower(ledger: object, url: str, *, post: str = POST) -> Follower:
    return Follower(ledger, JetStream(CopySettings(url=url), post=post), Choice.of({}), post)  # type: ignore[arg-type]


async def documents(url: str, post: str = POST) -> list[dict[str, object]]:
    """Return the copies in the stream of ``post``, in order."""
    client = await nats.connect(url)
    try:
        context = client.jetstream()
        state = (await context.stream_info(stream_name(post))).state
        return [
            json.loads((await context.get_msg(stream_name(post), seq=sequence)).data or b"")
            for sequence in range(state.first_seq, state.last_seq + 1)
        ]
    finally:
        await client.close()


def positions(url: str, post: str = POST) -> list[object]:
    return [document["position"] for document in asyncio.run(documents(url, post))]


def test_copies_reach_the_shared_server() -> None:
    """Each post has its own stream; what it holds are the copies, in order, under the subject of their kind."""
    url, post = shared_url(), f"trial-{secrets.token_hex(4)}"
    ledger = MemoryLedger()
    record(ledger, 3)
    record(ledger, 1, kind="LaneTurned/1", stream=f"gate/{post}")

    async def run() -> list[tuple[str, object]]:
        client = await nats.connect(url)
        try:
            await follower(ledger, url, post=post).catch_up()
            listener = await client.jetstream().subscribe(f"gatepair.{post}.>", ordered_consumer=True)
            messages = [await listener.next_msg(timeout=60) for _ in range(4)]
            await listener.unsubscribe()
            return [(message.subject, json.loads(message.data)["position"]) for message in messages]
        finally:
            await client.jetstream().delete_stream(stream_name(post))
            await client.close()

    crossing, gate = f"gatepair.{post}.crossing", f"gatepair.{post}.gate"
    assert [(crossing, 1), (crossing, 2), (crossing, 3), (gate, 4)] == asyncio.run(run())


def test_a_broker_killed_in_mid_stream_gets_each_entry_once(server: PrivateServer, tmp_path: Path) -> None:
    """The broker dies while copies are on their way and comes back: nothing is lost, nothing is twice, in order."""
    ledger = SqliteLedger(tmp_path / "post")
    record(ledger, 1_000)
    sent = 0
    pauses: list[float] = []

    class Killing(JetStream):
        async def _publish(self, copy: Copy, sequence: int) -> None:
            nonlocal sent
            sent += 1
            if sent in {400, 700}:
                server.kill()
            await super()._publish(copy, sequence)

    async def pause(seconds: float) -> None:
        if seconds == LOOK_S and one.status.state == "following":
            raise Done
        pauses.append(seconds)
        server.kill()
        server.start()
        record(ledger, 10)

    broker = Killing(CopySettings(url=server.url), post=POST, answer_s=2.0)
    one = Follower(ledger, broker, Choice.of({}), POST, pause)
    with pytest.raises(Done):
        asyncio.run(one.run())
    ledger.close()
    # An answer that a busy machine owes for more than two seconds is one pause more.
    assert 2 <= len(pauses)
    assert list(range(1, 1_001 + 10 * len(pauses))) == positions(server.url)


def test_a_broker_set_back_to_an_older_store_is_filled_up_again(server: PrivateServer, tmp_path: Path) -> None:
    """A broker that lost what it had acknowledged, in part or as a whole, is given it again."""
    ledger = MemoryLedger()
    record(ledger, 2)
    asyncio.run(follower(ledger, server.url).catch_up())
    server.kill()
    shutil.copytree(server.store, tmp_path / "older")
    server.start()
    record(ledger, 3)
    asyncio.run(follower(ledger, server.url).catch_up())
    server.kill()
    shutil.rmtree(server.store)
    shutil.move(tmp_path / "older", server.store)
    server.start()
    assert [1, 2] == positions(server.url)
    asyncio.run(follower(ledger, server.url).catch_up())
    assert [1, 2, 3, 4, 5] == positions(server.url)
    server.kill()
    shutil.rmtree(server.store)
    server.start()
    asyncio.run(follower(ledger, server.url).catch_up())
    assert [1, 2, 3, 4, 5] == positions(server.url)


def test_a_stream_that_somebody_writes_into_is_left_alone(server: PrivateServer) -> None:
    """A message that is no copy at the stream's end is a fault of the setting, not something to write after."""
    ledger = MemoryLedger()
    record(ledger, 1)

    async def run() -> None:
        client = await nats.connect(server.url)
        try:
            await client.jetstream().add_stream(StreamConfig(name=stream_name(POST), subjects=[f"gatepair.{POST}.>"]))
            await client.jetstream().publish(f"gatepair.{POST}.crossing", b"{}")
        finally:
            await client.close()
        with pytest.raises(BrokerUnreachable, match="no copy"):
            await follower(ledger, server.url).catch_up()

    asyncio.run(run())


def test_a_stream_without_our_subjects_is_told(server: PrivateServer) -> None:
    """A stream made by others for other subjects takes no copies, and the follower says so."""
    ledger = MemoryLedger()
    record(ledger, 1)

    async def run() -> None:
        client = await nats.connect(server.url)
        try:
            await client.jetstream().add_stream(StreamConfig(name=stream_name(POST), subjects=["elsewhere"]))
        finally:
            await client.close()
        with pytest.raises(BrokerUnreachable, match="takes no copies"):
            await follower(ledger, server.url).catch_up()

    asyncio.run(run())


def test_no_broker_is_told(server: PrivateServer) -> None:
    """An address at which nobody answers is one error, and not a hang."""
    server.kill()
    with pytest.raises(BrokerUnreachable):
        asyncio.run(follower(MemoryLedger(), server.url).catch_up())
