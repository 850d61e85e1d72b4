"""The composition root: the only module that knows adapters and node together.

A post lives in one directory:

    post.json        its settings
    plan.json        its gate plan, checked, with the scenario of a drill already in it
    agreement.json   what it agreed with its partner; agreement.sig has both root signatures
    keys/            seeds of its log and mirror keys and its files for TLS, readable by the owner only
    root/            seed of the root key that signs agreements; to be taken off the machine
    party.json       the public keys, for the partner
    access.json      drills and demos only: the made-up principals and their keys
    attachments/     documents by their digests
    studies/         what-ifs that were asked of the twin, and what it said
    ledger.sqlite    the ledger, unless the settings name a PostgreSQL
    signed.marks     how far was signed, unless the settings name another place
"""

from __future__ import annotations

import hashlib
import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from gatepair.adapters.agreement_files import signed_agreements, succession_in
from gatepair.adapters.assessing import Assessor
from gatepair.adapters.attachments import AttachmentFolder
from gatepair.adapters.channelprofiles import profiles_of
from gatepair.adapters.follower import Follower, follower_of
from gatepair.adapters.marks import MarkFile
from gatepair.adapters.peer.http import HttpPeerTransport
from gatepair.adapters.planfiles import open_plan
from gatepair.adapters.pump import LinkPump
from gatepair.adapters.signers.opening import let_in, open_key
from gatepair.adapters.sqlite.engine import SqliteLedger
from gatepair.adapters.studies import StudyQueue
from gatepair.adapters.texting import MessageSettings, sender_of
from gatepair.adapters.tls import Tls, TlsSettings
from gatepair.base.canonical import decode_strictly_as, encode
from gatepair.base.duties import Duty
from gatepair.base.errors import BadInput, PortInUse, SameKeyTwice, SettingInvalid, StartRefused
from gatepair.base.time import Clock, Entropy, Instant, SeededEntropy, SteppedClock, SystemClock, SystemEntropy
from gatepair.exchange import agreement as agreements
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Agreement, Mode, Party
from gatepair.exchange.keys import KeyRing
from gatepair.exchange.signer import Ed25519Key, SigningKey
from gatepair.exchange.wire import BATCH_ENTRIES_MAX
from gatepair.node.copies import CopySettings
from gatepair.node.link import Link, LinkKeys
from gatepair.node.link_state import kept_statements
from gatepair.node.post import Post
from gatepair.plan.model import Plan

if TYPE_CHECKING:
    from gatepair.node.ports import Ledger, MessageSender, Reader, Unit

# The public has no API key, the post acts by itself, the partner signs.
NOT_ACTING: Final = frozenset({Duty.PUBLIC, Duty.NODE, Duty.PARTNER})
KEY_USES: Final = ("root", "log", "mirror")
FIRST_PORT: Final = 8440
PARTY_BYTES_MAX: Final = 64 * 1024
"""Largest ``party.json`` read: sixteen roots and eight keys of the largest kind need a third of it."""

SignerUse = Literal["log", "mirror"]
"""What private keys of a post are for."""


class Settings(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """``post.json``: each field has its heading in ``docs/reference/settings.md``."""

    post: str
    """Key of this post in the plan."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: Annotated[int, Meta(ge=0, le=65_535)] = FIRST_PORT
    """Port to listen on."""
    partner_url: str = ""
    """Base address of the partner's post; empty until it is known, and always when alone."""
    batch_entries: Annotated[int, Meta(ge=1, le=BATCH_ENTRIES_MAX)] = BATCH_ENTRIES_MAX
    """Most entries of one batch to the partner; fewer on a line that tears often."""
    fetches: bool = False
    """Whether to fetch what the partner has for this post, because the partner cannot reach it."""
    marks: str = "signed.marks"
    """File of the high-water marks of what was signed, below the post's directory or absolute; best on another disk
    than the ledger, and never in its backups: it tells a restored ledger from a whole one."""
    ledger: str = "sqlite"
    """``sqlite``, or the DSN of a PostgreSQL (``postgresql://...``)."""
    clock: Literal["system", "stepped"] = "system"
    """``stepped``: the clock stands still until a drill key sets it."""
    start_ms: Annotated[int, Meta(ge=0)] = 0
    """Stepped clock: where it begins, in milliseconds since the epoch."""
    entropy_seed: str = ""
    """Drills only: keys and salts follow from it. Empty takes the operating system's generator."""
    synthetic: bool = False
    """Whether goods and vehicles are made up; shown on every page."""
    signers: dict[SignerUse, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Addresses of the private keys of each use; where none is named, the seed in `keys/`."""
    plug_ins: tuple[str, ...] = ()
    """Plug-ins for further algorithms that are let in, such as `sm2`."""
    tls: TlsSettings | None = None
    """Files for TLS; without them the post speaks plain HTTP."""
    web: dict[str, bool | int | str] = msgspec.field(default_factory=dict)
    """Limits of the interface that differ from their defaults, by name."""
    channel_profiles: str = ""
    """Folder of customs' profiles (`*.yaml`), below the post's directory or absolute; readable for customs alone.
    Without it the plan's public shares decide the channels."""
    messages: MessageSettings | None = None
    """How text messages to drivers leave the post; without it the public page offers none."""
    copies: CopySettings | None = None
    """Where copies of the ledger's entries go for the country; without it none are made."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A post put together from its directory."""

    settings: Settings
    post: Post
    clock: Clock
    pump: LinkPump | None
    attachments: AttachmentFolder
    assessor: Assessor
    studies: StudyQueue
    follower: Follower | None = None
    """Publishes copies for the country, when the settings ask for them."""
    sender: MessageSender | None = None
    """Sends text messages to drivers, when the settings say how."""
    tls: Tls | None = None
    """Under what the post listens and calls its partner; None for plain HTTP."""


# --- making a post -------------------------------------------------------------------------


def make_post(directory: Path, plan: Plan, settings: Settings) -> Party:
    """Make the directory of a new post with its keys; returns its public party for the agreement.

    Raises:
        StartRefused: there is a post already, or the plan has no such post.
    """
    if (directory / "post.json").exists():
        raise StartRefused(f"{directory} holds a post already; choose another directory", directory=str(directory))
    if settings.post not in plan.posts:
        known = ", ".join(plan.posts)
        raise StartRefused(f"the plan {plan.id} has no post {settings.post}; it has {known}", post=settings.post)
    directory.mkdir(parents=True, exist_ok=True)
    entropy = entropy_of(settings, "keys")
    keys = {use: entropy.token(32) for use in (*KEY_USES, "secret")}
    for use, seed in keys.items():
        path = key_file(directory, use)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_secret(path, seed.hex())
    MarkFile(directory / settings.marks).begin()
    (directory / "plan.json").write_bytes(encode(plan))
    write_settings(directory, settings)
    party = party_of(directory, plan, settings.post)
    (directory / "party.json").write_bytes(encode(party))
    return party


def key_file(directory: Path, use: str) -> Path:
    """Return where the post in ``directory`` keeps the seed of a key; the root key has a folder of its own."""
    return directory / ("root" if use == "root" else "keys") / f"{use}.key"


def party_of(directory: Path, plan: Plan, post: str) -> Party:
    """Return the public keys of the post in ``directory``, as the agreement lists them.

    A post works without its root key, which then stands in ``party.json`` only.
    """
    held = key_file(directory, "root").exists()
    public = {use: Ed25519Key(_seed(directory, use)).public.hex() for use in KEY_USES if held or use != "root"}
    return Party(
        side=plan.posts[post].side,
        post=post,
        root_key=public["root"] if held else read_party(directory).root_key,
        log_key=public["log"],
        mirror_key=public["mirror"],
    )


def agree(
    directory: Path, plan: Plan, parties: tuple[Party, Party], mode: Mode, *, signers: tuple[Path, ...] = ()
) -> Agreement:
    """Write the agreement between ``parties`` into ``directory``, signed by the root keys of the posts in ``signers``.

    Without ``signers`` this post's root key signs alone, which suffices only for a post that works alone.

    Raises:
        SameKeyTwice: the two parties hold one key.
        SettingInvalid: the agreement has errors.
    """
    home, other = parties
    agreement = agreements.default_agreement(home, other, agreement_id=plan.id, mode=mode)
    findings = agreement.check()
    for finding in findings:
        if finding.code == "exchange.same_key":
            raise SameKeyTwice(finding.text("en"), **dict(finding.params))
    if findings:
        raise SettingInvalid("; ".join(finding.text("en") for finding in findings))
    lines = tuple(
        agreement.sign(plan.posts[read_settings(signer).post].side, Ed25519Key(_seed(signer, "root")))
        for signer in signers or (directory,)
    )
    (directory / "agreement.json").write_bytes(agreement.encoded())
    (directory / "agreement.sig").write_bytes(notes.Note(agreement.note_text(), lines).to_text().encode())
    return agreement


def make_alone(directory: Path, plan: Plan, settings: Settings) -> Path:
    """Make a post that works alone, under an agreement with nobody; returns its directory."""
    me = make_post(directory, plan, settings)
    agree(directory, plan, (me, absent_party(plan, plan.partner_of(settings.post))), Mode.ALONE)
    return directory


def absent_party(plan: Plan, post: str) -> Party:
    """Return the partner of a post that works alone: a name without keys."""
    return Party(side=plan.posts[post].side, post=post)


def make_pair(out: Path, plan: Plan, settings: Mapping[str, Settings], mode: Mode = Mode.PAIRED) -> dict[str, Path]:
    """Make both posts of ``plan`` on this machine, under one agreement; returns their directories by post.

    For drills, demos and trying out: in earnest each side makes its own post and they meet to exchange keys.
    """
    directories = {post: out / post for post in plan.posts}
    made = {post: make_post(directories[post], plan, settings[post]) for post in plan.posts}
    first, second = (made[post] for post in plan.posts)
    for directory in directories.values():
        agree(directory, plan, (first, second), mode, signers=tuple(directories.values()))
    return directories


@dataclass(frozen=True, slots=True)
class Access:
    """How the made-up principals of a drill reach a post: its address, and an API key by duty.

    The key under ``drill`` belongs to the one that may set the clock.
    """

    post: str
    url: str
    keys: Mapping[str, str]


def add_access(directory: Path) -> Access:
    """Make one API key for each duty that acts, and one for the drill, in ``access.json``: drills and demos only."""
    opened = open_post(directory, linked=False)
    accounts, now_ms = opened.post.accounts, opened.clock.now()

    def create(unit: Unit) -> dict[str, str]:
        keys = {
            duty.value: accounts.create_key(unit, duty.value.replace("_", "-"), duty=duty, by="setup", now_ms=now_ms)
            for duty in Duty
            if duty not in NOT_ACTING
        }
        keys["drill"] = accounts.create_key(
            unit, "drill", duty=Duty.COMMAND_CENTRE, by="setup", now_ms=now_ms, drill=True
        )
        return keys

    try:
        keys = opened.post.transact(create)
    finally:
        opened.post.ledger.close()
    settings = opened.settings
    scheme = "http" if settings.tls is None else "https"
    access = Access(settings.post, f"{scheme}://{settings.host}:{settings.port}", keys)
    text = encode({"keys": dict(keys), "post": access.post, "url": access.url}).decode()
    write_secret(directory / "access.json", text)
    return access


def make_drill(
    out: Path, plan: Plan, *, start_ms: int, seed: str, ports: Mapping[str, int], alone: str | None = None
) -> dict[str, tuple[Path, Access]]:
    """Make the posts of ``plan`` for a drill: stepped clock, seeded keys and salts, made-up principals.

    Returns directory and access by post.  With ``alone`` only that post is made, and it has no partner.
    """
    settings = {
        post: Settings(
            post=post,
            port=ports[post],
            partner_url="" if alone else f"http://127.0.0.1:{ports[plan.partner_of(post)]}",
            clock="stepped",
            start_ms=start_ms,
            entropy_seed=seed,
            synthetic=True,
        )
        for post in plan.posts
    }
    if alone is None:
        directories = make_pair(out, plan, settings)
    else:
        directories = {alone: make_alone(out / alone, plan, settings[alone])}
    return {post: (directory, add_access(directory)) for post, directory in directories.items()}


# --- opening a post ------------------------------------------------------------------------


def read_settings(directory: Path) -> Settings:
    """Return the settings in ``directory``.

    Raises:
        StartRefused: there is no post.
        SettingInvalid: a setting cannot be used.
    """
    try:
        raw = (directory / "post.json").read_bytes()
    except OSError as error:
        raise StartRefused(
            f"{directory} holds no post: make one with `gatepair init {directory}`", directory=str(directory)
        ) from error
    try:
        return msgspec.json.decode(raw, type=Settings)
    except msgspec.DecodeError as error:
        raise SettingInvalid(f"post.json: {error}", file="post.json") from error


def read_plan(directory: Path) -> Plan:
    """Return the plan in ``directory``.

    Raises:
        StartRefused: it is not there or was changed by hand into something else.
    """
    try:
        return msgspec.json.decode((directory / "plan.json").read_bytes(), type=Plan)
    except (OSError, msgspec.DecodeError) as error:
        raise StartRefused(f"plan.json cannot be read: {error}; make the post again from its plan") from error


def read_agreement(directory: Path) -> Agreement:
    """Return the agreement of the post in ``directory``; its signatures are not looked at.

    Raises:
        StartRefused: there is none, or it cannot be read.
    """
    try:
        return agreements.decode((directory / "agreement.json").read_bytes())
    except (OSError, BadInput) as error:
        raise StartRefused(
            f"agreement.json of {directory} cannot be read: {error}", directory=str(directory)
        ) from error


def open_post(directory: Path, *, linked: bool = True) -> Opened:
    """Put the post in ``directory`` together, without listening.

    With ``linked`` false nothing is made ready for the line: for what is done on the machine itself.

    Raises:
        StartRefused: settings, plan, keys or agreement do not fit.
        StorageError: the ledger cannot be opened.
    """
    settings = read_settings(directory)
    plan = read_plan(directory)
    agreement = agreements.decode((directory / "agreement.json").read_bytes())
    _check_signature(directory, agreement, settings.post)
    ledger = open_ledger(directory, settings)
    try:
        opened = _assembled(directory, settings, plan=plan, agreement=agreement, ledger=ledger)
        return _with_line(directory, opened) if linked and opened.post.link.enabled else opened
    except BaseException:
        ledger.close()
        raise


def _assembled(directory: Path, settings: Settings, *, plan: Plan, agreement: Agreement, ledger: Ledger) -> Opened:
    with ledger.read() as reader:
        head, statements = reader.head(), kept_statements(reader)
        succession = succession_in(directory, agreement, reader)
        last = reader.entries(after=head.position - 1, limit=1) if head.position else []
    start_ms = max(settings.start_ms, last[0].recorded_at_ms if last else 0)
    clock: Clock = SteppedClock(Instant(start_ms)) if settings.clock == "stepped" else SystemClock()
    entropy = entropy_of(settings, f"salts-{head.position}")
    keys = _link_keys(directory, settings)
    link = Link(
        agreement,
        settings.post,
        keys=keys,
        entropy=entropy,
        paced=settings.clock == "stepped",
        statements=statements,
        others=succession.held,
        marks=MarkFile(directory / settings.marks),
    )
    assessor = Assessor(directory)
    post = Post(
        plan=plan,
        post=settings.post,
        ledger=ledger,
        clock=clock,
        link=link,
        secret=_seed(directory, "secret"),
        entropy=SystemEntropy(),
        synthetic=settings.synthetic,
        signed=signed_agreements(directory),
        clearing=assessor,
        profiles=profiles_of(directory, settings.channel_profiles, post=settings.post),
    )
    follower = follower_of(settings.copies, ledger, post=settings.post) if settings.copies is not None else None
    studies = StudyQueue(directory, plan)
    sender = sender_of(settings.messages, directory) if settings.messages is not None else None
    attached = AttachmentFolder(directory)
    return Opened(settings, post, clock, None, attached, assessor, studies=studies, follower=follower, sender=sender)


def _link_keys(directory: Path, settings: Settings) -> LinkKeys:
    for plug_in in settings.plug_ins:
        let_in(plug_in)

    def of(use: SignerUse) -> tuple[SigningKey, ...]:
        addresses = settings.signers.get(use) or (f"file:keys/{use}.key",)
        return tuple(open_key(address, directory) for address in addresses)

    (log, *more_log), (mirror, *more_mirror) = of("log"), of("mirror")
    return LinkKeys(log=log, mirror=mirror, more_log=tuple(more_log), more_mirror=tuple(more_mirror))


def tls_of(directory: Path, settings: Settings) -> Tls:
    """Return where the post in ``directory`` keeps, or would keep, its files for TLS."""
    return Tls(settings.tls or TlsSettings(), directory)


def ring_in(directory: Path, reader: Reader) -> KeyRing:
    """Return the keys of both sides as the post in ``directory`` with the ledger behind ``reader`` knows them."""
    succession = succession_in(directory, read_agreement(directory), reader)
    return KeyRing.of(succession.agreements, kept_statements(reader))


def _with_line(directory: Path, opened: Opened) -> Opened:
    """Return ``opened`` with what sends to the partner and, when the settings name its files, with TLS."""
    settings, post = opened.settings, opened.post
    tls = None
    if settings.tls is not None:
        tls = tls_of(directory, settings)
        with post.ledger.read() as reader:
            ring = ring_in(directory, reader)
        tls.check(own=ring.pins(post.key), partner=ring.pins(post.link.partner_post))
    if not settings.partner_url:
        return replace(opened, tls=tls)
    line = HttpPeerTransport(settings.partner_url, tls=None if tls is None else tls.client_context())
    pump = LinkPump(post, line, batch_entries=settings.batch_entries, fetches=settings.fetches)
    return replace(opened, tls=tls, pump=pump)


def open_ledger(directory: Path, settings: Settings, *, read_only: bool = False) -> Ledger:
    """Return the ledger of the post in ``directory``. Raises StorageError or SettingInvalid."""
    if settings.ledger == "sqlite":
        return SqliteLedger(directory, read_only=read_only)
    if settings.ledger.startswith(("postgresql://", "postgres://")):
        try:
            from gatepair.adapters.postgres.engine import PostgresLedger  # noqa: PLC0415 - an optional extra
        except ImportError as error:
            raise SettingInvalid("a PostgreSQL ledger needs the extra: pip install 'gatepair[postgres]'") from error
        return PostgresLedger(settings.ledger, schema="gatepair_" + settings.post.replace("-", "_"))
    raise SettingInvalid("ledger is `sqlite` or begins with postgresql://", ledger=settings.ledger.split(":", 1)[0])


def entropy_of(settings: Settings, use: str) -> Entropy:
    """Return where unpredictable bytes come from: the system, or in a drill the seed."""
    if not settings.entropy_seed:
        return SystemEntropy()
    return SeededEntropy(f"{settings.entropy_seed}/{settings.post}/{use}")


def _check_signature(directory: Path, agreement: Agreement, post: str) -> None:
    """Check that both sides signed this agreement, that it names our roots, and that no key serves both sides."""
    me, other = agreement.party(post), agreement.other(post)
    if me.root_key not in _known_roots(directory):
        raise StartRefused("the agreement names another root key than ours: sign it again", post=post)
    if set(filter(None, me.keys().values())) & set(filter(None, other.keys().values())):
        raise SameKeyTwice("this post and its partner hold the same key: make one of the two posts again", post=post)
    signed = notes.parse((directory / "agreement.sig").read_text("utf-8"))
    if signed.text != agreement.note_text():
        raise StartRefused("agreement.sig signs another agreement than agreement.json")
    for finding in agreement.check_signatures(signed):
        raise StartRefused(f"agreement.sig: {finding.text('en')}", **dict(finding.params))


def _known_roots(directory: Path) -> set[str]:
    """Return the root keys that this directory knows for ours: the one that lies there, and that of ``party.json``."""
    held = {Ed25519Key(_seed(directory, "root")).public.hex()} if key_file(directory, "root").exists() else set()
    if (directory / "party.json").exists() or not held:
        held.add(read_party(directory).root_key)
    return held


# --- listening -----------------------------------------------------------------------------


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens on ``host`` and ``port``.

    Raises:
        PortInUse: another program listens there.
        SettingInvalid: the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
        sock.listen(512)
    except OSError as error:
        sock.close()
        if error.errno in {98, 48}:
            raise PortInUse(
                f"port {port} of {host} is in use: stop the other program or set another port", host=host, port=port
            ) from error
        raise SettingInvalid(f"cannot listen on {host}:{port}: {error.strerror}", host=host, port=port) from error
    return sock


# --- files ---------------------------------------------------------------------------------


def _seed(directory: Path, use: str) -> bytes:
    return read_seed(key_file(directory, use))


def read_seed(path: Path) -> bytes:
    """Return the seed of a key from its file.

    Raises:
        StartRefused: the file cannot be read or holds something else.
    """
    name = f"{path.parent.name}/{path.name}"
    try:
        raw = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise StartRefused(f"{name} cannot be read: put it back from where it is kept", key=path.stem) from error
    if len(raw) != hashlib.sha256().digest_size:
        raise StartRefused(f"{name} must hold 32 bytes in hex", key=path.stem)
    return raw


def root_key(place: str) -> SigningKey:
    """Return the root key at ``place``: a folder with ``root.key``, a file, or the address of a key in a token.

    Raises:
        StartRefused: there is none.
        SignerUnavailable: the token cannot be reached.
    """
    if place.startswith("pkcs11:"):
        return open_key(place, Path())
    path = Path(place)
    return Ed25519Key(read_seed(path / "root.key" if path.is_dir() else path))


def read_party(directory: Path) -> Party:
    """Return ``party.json`` in ``directory``.

    Raises:
        StartRefused: it is not there or holds something else.
    """
    try:
        return decode_strictly_as(Party, (directory / "party.json").read_bytes(), max_bytes=PARTY_BYTES_MAX)
    except (OSError, BadInput) as error:
        raise StartRefused("neither root/root.key nor party.json tells the root key: put one of them back") from error


def write_settings(directory: Path, settings: Settings) -> None:
    """Write ``post.json`` in ``directory``, whole or not at all."""
    fresh = directory / "post.json.new"
    fresh.write_bytes(msgspec.json.format(msgspec.json.encode(settings), indent=2) + b"\n")
    fresh.replace(directory / "post.json")


def write_secret(path: Path, text: str) -> None:
    """Write ``text`` and a newline so that only the owner can read it, from the first byte on."""
    with suppress(FileNotFoundError):
        path.unlink()
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")


def load_plan_for(name: str) -> Plan:
    """Return a shipped plan by id, or a plan file by path. Raises PlanInvalid."""
    return open_plan(name).value
