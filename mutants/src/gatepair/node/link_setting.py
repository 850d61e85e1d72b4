"""What a link is given and what it gives back: keys, outcomes of replies, and the checks at its start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from gatepair.base.errors import NotInAgreement, SameKeyTwice, SettingInvalid
from gatepair.base.findings import Severity
from gatepair.exchange.agreement import Agreement, Mode, Party
from gatepair.exchange.key_statements import KeyUse
from gatepair.exchange.keys import HeldKey, KeyRing
from gatepair.exchange.messages import CATALOGUE

if TYPE_CHECKING:
    from gatepair.exchange.signer import SigningKey
    from gatepair.exchange.wire import Outcome


@dataclass(frozen=True, slots=True)
class LinkKeys:
    """The private keys a node holds for one agreement; which of them sign follows from the ring."""

    log: SigningKey
    """Signs checkpoints over our logs."""
    mirror: SigningKey
    """Cosigns the partner's checkpoints."""
    more_log: tuple[SigningKey, ...] = ()
    """Further keys for our logs: the next one before its turn, others by other algorithms."""
    more_mirror: tuple[SigningKey, ...] = ()
    """The same for receipts."""

    @property
    def logs(self) -> tuple[SigningKey, ...]:
        """Return all keys for our logs."""
        return (self.log, *self.more_log)

    @property
    def mirrors(self) -> tuple[SigningKey, ...]:
        """Return all keys for receipts."""
        return (self.mirror, *self.more_mirror)

    def ordered(self, ring: KeyRing, post: str) -> LinkKeys:
        """Return the same keys with those that stand in ``ring`` for ``post`` first."""

        def by_standing(keys: Sequence[SigningKey], use: KeyUse) -> list[SigningKey]:
            standing = {key.public for key in ring.standing(post, use)}
            return sorted(keys, key=lambda key: key.public not in standing)

        log, *more_log = by_standing(self.logs, KeyUse.LOG)
        mirror, *more_mirror = by_standing(self.mirrors, KeyUse.MIRROR)
        return LinkKeys(log, mirror, more_log=tuple(more_log), more_mirror=tuple(more_mirror))


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """Whose keys count, as the statements kept have it, and what follows for the two ends of the line."""

    statements: tuple[str, ...]
    ring: KeyRing
    partner: Party
    """The partner with the keys that stand; empty keys when none does, so that nothing verifies."""
    held: LinkKeys | None
    """Our private keys, those that stand first."""

    @classmethod
    def of(
        cls, ring: KeyRing, statements: tuple[str, ...], *, partner: Party, held: LinkKeys | None, post: str
    ) -> KnownKeys:
        """Return what ``ring`` means for ``post``, which holds ``held``, and for its ``partner``."""
        log, mirror = (_first(ring.standing(partner.post, use)) for use in (KeyUse.LOG, KeyUse.MIRROR))
        return cls(
            statements,
            ring,
            replace(partner, log_key=log, mirror_key=mirror),
            None if held is None else held.ordered(ring, post),
        )


def _first(keys: Sequence[HeldKey]) -> str:
    return keys[0].public.hex() if keys else ""


@dataclass(frozen=True, slots=True)
class Replied:
    """What a reply of the partner came to."""

    outcome: Outcome
    confirmed: int
    """Entries of our log that the partner has receipted."""
    more: bool
    """Whether entries wait to be sent."""
    message: str = ""


def check_known(kind: str, sections: Mapping[str, Any]) -> None:
    """Raise NotInAgreement for a section that ``kind`` has nowhere; a programming error of the caller."""
    listed = CATALOGUE[kind].sections if kind in CATALOGUE else tuple(sections)
    for name in sections:
        if name not in listed:
            raise NotInAgreement(f"{kind} has no section {name}", type=kind, section=name)


def check_setting(agreement: Agreement, me: Party, keys: LinkKeys | None, ring: KeyRing) -> None:
    """Raise unless ``me`` can work under ``agreement`` with ``keys``, of which ``ring`` knows some.

    Raises:
        SameKeyTwice: the two posts share a key.
        SettingInvalid: the agreement has errors, or the keys are not those it names.
    """
    if agreement.mode is Mode.ALONE:
        return
    partner = agreement.other(me.post)
    shared = sorted(set(me.keys().values()) & set(partner.keys().values()) - {""})
    if shared:
        raise SameKeyTwice(
            f"{me.post} and {partner.post} hold the same key {shared[0][:16]}…; each post makes keys of its own",
            key=shared[0],
        )
    problems = [found for found in agreement.check() if found.severity is Severity.ERROR]
    if problems:
        raise SettingInvalid(f"the agreement cannot be used: {problems[0].text('en')}", code=problems[0].code)
    if keys is None:
        raise SettingInvalid(f"the agreement {agreement.id} needs the log and mirror keys of {me.post}")
    for use, held in ((KeyUse.LOG, keys.logs), (KeyUse.MIRROR, keys.mirrors)):
        standing = {key.public for key in ring.standing(me.post, use)}
        if not any(key.public in standing for key in held):
            raise SettingInvalid(
                f"none of the {use.value} keys held is one that the agreement or a key statement gives {me.post}",
                post=me.post,
                use=use.value,
            )
