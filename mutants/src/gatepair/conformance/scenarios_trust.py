"""Scenarios of trust: signatures, names and places that are not the partner's."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from gatepair.base.time import DAY_MS
from gatepair.conformance.logs import Row, Twist, make_batch
from gatepair.conformance.peer import Peer
from gatepair.conformance.scenario import scenario
from gatepair.exchange import note as notes
from gatepair.exchange.messages import Lane
from gatepair.exchange.note import SignatureLine
from gatepair.exchange.signer import Ed25519Key
from gatepair.exchange.wire import Batch, encode_batch


@scenario("R30", "5.2", "5.4", "8.4")
async def checkpoint_of_another_key(peer: Peer) -> None:
    """Sign a checkpoint with a stranger's key, with its root key, and with its mirror key.

    Expect rejected each time.
    """
    keys = peer.trial.keys
    for key in (Ed25519Key(peer.entropy.token(32)), keys["root"], keys["mirror"]):
        await peer.refuses(peer.raw(peer.entries(1), twist=Twist(checkpoint_key=key)))


@scenario("R31", "7.3", "8.4")
async def batch_of_another_key(peer: Peer) -> None:
    """Sign the batch itself with another key than the checkpoint, and with none.

    Expect rejected both times.
    """
    rows = peer.entries(1)
    await peer.refuses(peer.raw(rows, twist=Twist(batch_key=Ed25519Key(peer.entropy.token(32)))))
    raw = peer.raw(rows)
    marker = b'"signature":"'
    begin = raw.index(marker) + len(marker)
    await peer.refuses(raw[:begin] + b"0" * 128 + raw[begin + 128 :])


@scenario("R32", "8.3")
async def another_log(peer: Peer) -> None:
    """Name the log of the post itself, of another lane, of another agreement and of another post.

    Expect rejected each time.
    """
    trial, own = peer.trial, peer.logs[Lane.NORMAL].origin
    origins = (
        str(trial.agreement.origin(trial.node.post, Lane.NORMAL, own.epoch)),
        str(peer.logs[Lane.URGENT].origin),
        str(own).replace(f"/{own.agreement}/", "/another-agreement/"),
        str(own).replace(f"/{own.post}/", "/another-post/"),
    )
    for origin in origins:
        await peer.refuses(peer.raw(peer.entries(1), twist=Twist(origin=origin)))


@scenario("R33", "5.2", "8.4")
async def another_name(peer: Peer) -> None:
    """Sign under another key name than the log's.

    Expect rejected.
    """
    await peer.refuses(peer.raw(peer.entries(1), twist=Twist(name="stranger.example/post/log/normal")))


@scenario("R34", "8.5")
async def checkpoint_elsewhere(peer: Peer) -> None:
    """Sign a checkpoint that does not stand at the end of the batch, one short and one beyond.

    Expect rejected both times.
    """
    rows, size = peer.entries(2), peer.logs[Lane.NORMAL].size
    for end in (size + 1, size + 3):
        await peer.refuses(peer.raw(rows, twist=Twist(end=end)))


@scenario("R35", "8.9")
async def another_root(peer: Peer) -> None:
    """Sign a root that is not that of the entries, nor of any others.

    Expect rejected and not a contradiction, for it proves nothing.
    """
    await peer.refuses(peer.raw(peer.entries(1), twist=Twist(root=b"\x5a" * 32)))


@scenario("R36", "5.1")
async def unknown_lines(peer: Peer) -> None:
    """Add lines of keys that nobody knows to its checkpoint.

    Expect received; the lines count for nothing.
    """
    rows = peer.entries(1)
    stranger = Ed25519Key(peer.entropy.token(32))
    batch = _straight(peer, rows)
    line = notes.sign(notes.parse(batch.checkpoint).text, name="stranger.example/log", key=stranger)
    answer = await peer.post(_relined(batch, line))
    peer.logs[Lane.NORMAL].keep(rows)
    peer.receipt(answer)


@scenario("R37", "5.1")
async def false_line(peer: Peer) -> None:
    """Add a false line under the log's own name and key id.

    Expect rejected, although another line of this key is true.
    """
    name = peer.logs[Lane.NORMAL].origin.key_name
    false = notes.sign("another text\n", name=name, key=peer.log_key)
    await peer.refuses(_relined(_straight(peer, peer.entries(1)), false))


@scenario("R38", "5.1", "8.2")
async def broken_notes(peer: Peer) -> None:
    """Send checkpoints that are no notes: cut off, with a control character, of too many lines.

    Expect rejected each time.
    """
    good = _straight(peer, peer.entries(1))
    line = good.checkpoint.rstrip("\n").rpartition("\n")[2]
    broken = (
        "",
        good.checkpoint[:-1],
        good.checkpoint.replace("\n\n", "\n"),
        good.checkpoint.replace("\n\n", "\n\t\n\n", 1),
        good.checkpoint + "\n".join([line] * 32) + "\n",
        good.checkpoint.replace("—", "-"),
    )
    for text in broken:
        await peer.refuses(encode_batch(replace(good, checkpoint=text)))


@scenario("R39", "4.3", "10.2")
async def skewed_clock(peer: Peer) -> None:
    """Send entries of the years 1970 and 9999, and a cosignature from the future.

    Expect received: no order rests on a clock.
    """
    for at_ms in (0, 253_402_300_799_999):
        await peer.give([peer.entry().changed(at_ms=at_ms)])
    peer.ear.clock_ahead_ms = 365 * DAY_MS
    try:
        await peer.still()
    finally:
        peer.ear.clock_ahead_ms = 0
    await peer.still()


def _straight(peer: Peer, rows: Sequence[Row]) -> Batch:
    log = peer.logs[Lane.NORMAL]
    return make_batch(log, rows, start=log.size, key=peer.log_key)


def _relined(batch: Batch, line: SignatureLine) -> bytes:
    """Return ``batch`` with one more line under its checkpoint, which the batch's own signature does not cover."""
    return encode_batch(replace(batch, checkpoint=notes.parse(batch.checkpoint).plus(line).to_text()))
