"""Roots, statements and checkpoints of the two synthetic posts, for tests of the life of keys."""

from __future__ import annotations

from hashlib import sha256

from exchange.pair import NORTH, NOW_MS, agreement, key, keys_of
from gatepair.exchange import note as notes
from gatepair.exchange.checkpoint import Checkpoint, Origin
from gatepair.exchange.key_statements import KeyAct, KeyStatement, KeyUse, Position, Positions
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.note import Note
from gatepair.exchange.signer import Algorithm, SigningKey

NORTH_ROOT, SOUTH_ROOT = key(1), key(4)
OLD, MIRROR = keys_of(NORTH).log, keys_of(NORTH).mirror
NEW, THIRD = key(10), key(11)
NORMAL = Origin("n.example", NORTH, "trial", "normal")
SOUTHERN = Origin("s.example", "south-post", "trial", "normal")


def positions(size: int, epoch: int = 1) -> Positions:
    """Return one position for every lane."""
    return Positions.everywhere(Position(epoch, size))


def statement(act: KeyAct, public: bytes, at: Positions, use: KeyUse = KeyUse.LOG) -> KeyStatement:
    """Return what the north side says of a key of its post."""
    algorithm = None if use is KeyUse.TLS else Algorithm.ED25519
    return KeyStatement(
        act=act,
        agreement="trial",
        algorithm=algorithm,
        positions=at,
        post=NORTH,
        public=public.hex(),
        side="n.example",
        use=use,
        v=1,
    )


def said(act: str, signer: SigningKey, size: int, *, epoch: int = 1, use: KeyUse = KeyUse.LOG) -> str:
    """Return a statement about ``signer``'s key signed by the north root."""
    return statement(KeyAct(act), signer.public, positions(size, epoch), use).signed([NORTH_ROOT]).to_text()


def ring(*statements: str) -> KeyRing:
    """Return the ring of the synthetic agreement with ``statements``."""
    return KeyRing.of([agreement()], statements)


def checkpoint(size: int, *signers: SigningKey, epoch: int = 1, log: Origin = NORMAL) -> Note:
    """Return a checkpoint of a log signed by ``signers``; the root follows from the size."""
    origin = Origin(log.side, log.post, log.agreement, log.lane, epoch)
    text = Checkpoint(origin, size, sha256(b"%d" % size).digest()).to_text()
    return Note(text, tuple(notes.sign(text, name=origin.key_name, key=signer) for signer in signers))


def receipt(size: int, *mirrors: SigningKey) -> Note:
    """Return a checkpoint of the southern log cosigned by ``mirrors`` of the north post."""
    note = checkpoint(size, key(5), log=SOUTHERN)
    name = "n.example/north-post/mirror"
    lines = (notes.cosign(note.text, name=name, key=mirror, at_s=NOW_MS // 1_000) for mirror in mirrors)
    return note.plus(*lines)
