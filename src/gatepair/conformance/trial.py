"""A trial: a fresh agreement between the post under test and the kit, and the kit's keys.

DIRECTORY/agreement.json, agreement.sig   for the post under test, which signs too
DIRECTORY/kit/*.key                       the kit's seeds: root, log, mirror, those that come after them, and the report's
DIRECTORY/kit/trial.json                  which of the two parties the kit is
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from gatepair.base.canonical import decode_strictly_as, encode
from gatepair.base.errors import BadInput, StartRefused
from gatepair.base.time import Entropy
from gatepair.exchange import agreement as agreements
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Agreement, Party
from gatepair.exchange.messages import OUTCOME, QUOTA_ANNOUNCED
from gatepair.exchange.signer import Ed25519Key

KEYS: Final = ("root", "log", "next_log", "last_log", "mirror", "next_mirror", "last_mirror", "report")
TRIAL_BYTES_MAX: Final = 4 * 1024
NOT_OURS: Final = QUOTA_ANNOUNCED
"""The one type that the trial's agreement lets only the post under test send: when the kit sends it all the same, it
is to be quarantined."""


class TrialFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``trial.json``."""

    post: str
    """Key of the kit's post in the agreement."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What the kit needs to play."""

    agreement: Agreement
    kit: Party
    node: Party
    keys: dict[str, Ed25519Key]


def kit_party(keys: dict[str, Ed25519Key], *, side: str, post: str) -> Party:
    """Return the kit's public party."""
    return Party(
        side=side,
        post=post,
        root_key=keys["root"].public.hex(),
        log_key=keys["log"].public.hex(),
        mirror_key=keys["mirror"].public.hex(),
    )


def new_keys(entropy: Entropy) -> dict[str, bytes]:
    """Return fresh seeds by use."""
    return {use: entropy.token(32) for use in KEYS}


def trial_agreement(kit: Party, node: Party, *, agreement_id: str) -> Agreement:
    """Return the trial's agreement: the whole catalogue, with one type that only the post under test may send."""
    whole = agreements.default_agreement(kit, node, agreement_id=agreement_id)
    messages = tuple(
        replace(message, senders=(node.post,)) if message.kind == NOT_OURS else message for message in whole.messages
    )
    return replace(whole, messages=messages)


def make_trial(directory: Path, node: Party, *, side: str, post: str, agreement_id: str, entropy: Entropy) -> Trial:
    """Write a trial for ``node`` into ``directory``, signed by the kit's root; ``side`` and ``post`` name the kit.

    The root of the post under test has to sign ``agreement.json`` too.

    Raises:
        StartRefused: there is a trial already.
    """
    if (directory / "kit").exists():
        raise StartRefused(f"{directory} holds a trial already; each trial begins in a fresh directory")
    seeds = new_keys(entropy)
    keys = {use: Ed25519Key(seed) for use, seed in seeds.items()}
    kit = kit_party(keys, side=side, post=post)
    agreement = trial_agreement(kit, node, agreement_id=agreement_id)
    folder = directory / "kit"
    folder.mkdir(parents=True, mode=0o700)
    for use, seed in seeds.items():
        _write_secret(folder / f"{use}.key", seed.hex())
    (folder / "trial.json").write_bytes(encode(TrialFile(post)))
    (directory / "agreement.json").write_bytes(agreement.encoded())
    signed = notes.Note(agreement.note_text(), (agreement.sign(side, keys["root"]),))
    (directory / "agreement.sig").write_text(signed.to_text(), encoding="utf-8")
    return Trial(agreement, kit, node, keys)


def load_trial(directory: Path) -> Trial:
    """Return the trial in ``directory``.

    Raises:
        StartRefused: a file is missing or holds something else.
    """
    try:
        agreement = agreements.decode((directory / "agreement.json").read_bytes())
        raw = (directory / "kit" / "trial.json").read_bytes()
        told = decode_strictly_as(TrialFile, raw, max_bytes=TRIAL_BYTES_MAX)
        seeds = {use: bytes.fromhex((directory / "kit" / f"{use}.key").read_text("ascii").strip()) for use in KEYS}
    except (OSError, ValueError, BadInput) as error:
        raise StartRefused(
            f"{directory} holds no trial ({error}): make one with `gatepair conformance --make-trial`"
        ) from error
    keys = {use: Ed25519Key(seed) for use, seed in seeds.items()}
    return Trial(agreement, agreement.party(told.post), agreement.other(told.post), keys)


def _write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")


__all__ = ["OUTCOME", "Trial", "load_trial", "make_trial"]
