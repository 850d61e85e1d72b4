"""``gatepair keys``: the life of the keys by which a post signs.

Roots speak, posts obey: a statement is written at the post, which knows where its logs stand, signed
wherever the roots are, and taken in by the post again.  Nothing here needs a network.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from msgspec.structs import replace

from gatepair import wiring
from gatepair.adapters.signers.opening import open_key
from gatepair.adapters.tls import CERTIFICATE_DAYS, make_certificate, pins_in
from gatepair.base.canonical import decode_strictly_as, encode
from gatepair.base.errors import NotInAgreement, StartRefused
from gatepair.exchange.agreement import ROOTS_MAX, Roots
from gatepair.exchange.agreement_page import printed_fingerprint
from gatepair.exchange.key_statements import KeyAct, KeyStatement, KeyUse, Position, Positions, read_statement
from gatepair.exchange.messages import Lane
from gatepair.exchange.note import Note
from gatepair.exchange.signer import SEED_BYTES, Algorithm
from gatepair.node.link_keys import positions_now
from gatepair.node.ports import Reader
from gatepair.wiring import Settings, SignerUse

POST: Final = click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
STATEMENT: Final = click.argument("statement", type=click.Path(exists=True, dir_okay=False, path_type=Path))
OUTPUT: Final = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write."
)
ROOT: Final = click.option(
    "--root", "roots", multiple=True, help="Folder or file of a root key, or its pkcs11: address. Repeat as needed."
)
USE: Final = click.option("--use", type=click.Choice([use.value for use in KeyUse]), required=True, help="What for.")
KEY: Final = click.option("--key", help="Address of the private key, such as file:keys/log-2.key.")
PUBLIC: Final = click.option("--public", help="The public key in hex, or its first 16 digits or more.")
CERTIFICATE: Final = click.option(
    "--certificate", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Certificate of a TLS key."
)
DIGITS_MIN: Final = 16
"""Fewest digits that may stand for a key: 64 bits, more than anyone finds a second key for in a meeting."""


@click.group()
def keys() -> None:
    """Make, announce, change and withdraw the keys by which a post signs.

    A statement about a key counts when enough root keys of the side signed it.
    Keep the roots on media of their own; name them with --root only while they are needed.
    """


# --- roots ---------------------------------------------------------------------------------


@keys.command()
@click.argument("output", type=click.Path(file_okay=False, path_type=Path))
@click.option("--roots", "number", type=click.IntRange(1, ROOTS_MAX), default=1, show_default=True, help="How many.")
@click.option("--needed", type=click.IntRange(1, ROOTS_MAX), default=1, show_default=True, help="How many must sign.")
def ceremony(output: Path, number: int, needed: int) -> None:
    """Make the root keys of a side in OUTPUT, on a machine without a network.

    Each root lies in a folder of its own, to be moved to a medium of its own and given to a holder of its own.
    roots.json holds the public halves, for `gatepair keys adopt`.
    """
    if needed > number:
        raise click.UsageError(f"{needed} of {number} roots cannot sign")
    if output.exists():
        raise StartRefused(f"{output} exists already; a root key is never overwritten", directory=str(output))
    made: list[str] = []
    for index in range(1, number + 1):
        place = output / f"root-{index}" / "root.key"
        place.parent.mkdir(parents=True)
        wiring.write_secret(place, secrets.token_bytes(SEED_BYTES).hex())
        made.append(wiring.root_key(str(place)).public.hex())
        click.echo(f"root {index}: {place}  fingerprint {printed_fingerprint(made[-1])}")
    roots = Roots(root_key=made[0], more_roots=tuple(made[1:]), roots_needed=needed)
    (output / "roots.json").write_bytes(encode(roots))
    click.echo(f"{needed} of {number} must sign; public halves in {output / 'roots.json'}")


@keys.command()
@POST
@click.argument("roots", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def adopt(directory: Path, roots: Path) -> None:
    """Put the root keys of a ceremony into the party.json of the post in DIRECTORY, for the next agreement.

    The root key that `gatepair init` made is no longer this post's; it is not deleted.
    """
    read = decode_strictly_as(Roots, roots.read_bytes(), max_bytes=wiring.PARTY_BYTES_MAX)
    party = replace(
        wiring.read_party(directory),
        root_key=read.root_key,
        more_roots=read.more_roots,
        roots_needed=read.roots_needed,
    )
    (directory / "party.json").write_bytes(encode(party))
    click.echo(f"{directory / 'party.json'}: {party.roots_needed} of {len(party.roots())} roots must sign")


# --- keys of the post ----------------------------------------------------------------------


@keys.command()
@POST
@click.option("--use", type=click.Choice(["log", "mirror"]), required=True, help="What for.")
@click.option(
    "--algorithm",
    type=click.Choice([Algorithm.ED25519.value, Algorithm.P256.value, Algorithm.ML_DSA_44.value]),
    default=Algorithm.ED25519.value,
    show_default=True,
    help="How it signs.",
)
def make(directory: Path, use: SignerUse, algorithm: str) -> None:
    """Make a further private key in a file of the post in DIRECTORY and name it in post.json.

    It signs nothing before it is announced. A key in a hardware module is made there, and named by hand.
    """
    address = _made(directory, use, Algorithm(algorithm))
    click.echo(f"{address}  {open_key(address, directory).public.hex()[:64]}")


@keys.command()
@POST
@click.option("--name", "names", multiple=True, help="Host name or address in the certificate. [default: the host]")
@click.option("--days", type=click.IntRange(1, 825), default=CERTIFICATE_DAYS, show_default=True, help="Its life.")
@click.option("--again", is_flag=True, help="Put a new certificate in the place of the one that is there.")
def tls(directory: Path, names: tuple[str, ...], days: int, *, again: bool) -> None:
    """Make the certificate under which the post in DIRECTORY is met and calls its partner, and show its pin.

    It signs itself. The partner gets the file keys/tls.crt, and the agreement or a key statement pins it.
    """
    settings = wiring.read_settings(directory)
    files = wiring.tls_of(directory, settings)
    if files.certificate.exists() and not again:
        raise StartRefused(f"{files.certificate} is there already; --again replaces it", file=str(files.certificate))
    certificate, secret = make_certificate(names or (settings.host,), now=datetime.now(UTC), days=days)
    files.certificate.parent.mkdir(mode=0o700, exist_ok=True)
    wiring.write_secret(files.private_key, secret.decode().rstrip("\n"))
    files.certificate.write_bytes(certificate)
    click.echo(f"{files.certificate}: pin {pins_in(certificate)[0]}, {days} days")


# --- statements ----------------------------------------------------------------------------


@keys.command()
@POST
@USE
@KEY
@CERTIFICATE
@ROOT
@OUTPUT
def announce(directory: Path, output: Path, roots: tuple[str, ...], **about: Any) -> None:
    """Write the statement that a key of the post in DIRECTORY counts from where its logs stand now."""
    use = KeyUse(about["use"])
    if use is KeyUse.TLS:
        pem = about["certificate"] or wiring.tls_of(directory, wiring.read_settings(directory)).certificate
        algorithm, public = None, pins_in(pem.read_bytes())[0]
    elif about["key"]:
        key = open_key(about["key"], directory)
        algorithm, public = key.algorithm, key.public.hex()
    else:
        raise click.UsageError("name the key to announce with --key")
    _write_statement(directory, KeyAct.ANNOUNCED, (use, algorithm, public), roots=roots, output=output)


@keys.command()
@POST
@click.option("--use", type=click.Choice(["log", "mirror"]), required=True, help="What for.")
@ROOT
@OUTPUT
def rotate(directory: Path, use: SignerUse, roots: tuple[str, ...], output: Path) -> None:
    """Make a new key of the post in DIRECTORY and write the statement that announces it.

    When the post has taken it in and the partner has receipted what both keys signed, retire the old one.
    """
    address = _made(directory, use, Algorithm.ED25519)
    key = open_key(address, directory)
    click.echo(f"{address}  fingerprint {printed_fingerprint(key.public.hex())}")
    about = (KeyUse(use), key.algorithm, key.public.hex())
    _write_statement(directory, KeyAct.ANNOUNCED, about, roots=roots, output=output)


@keys.command()
@POST
@USE
@PUBLIC
@CERTIFICATE
@ROOT
@OUTPUT
def retire(directory: Path, roots: tuple[str, ...], output: Path, **about: Any) -> None:
    """Write the statement that a key of the post in DIRECTORY counts up to where its logs stand now, and no further."""
    _end(directory, KeyAct.RETIRED, about, roots=roots, output=output)


@keys.command()
@POST
@USE
@PUBLIC
@CERTIFICATE
@click.option("--at", help="Positions as LANE=EPOCH:SIZE,…  [default: what both sides have confirmed]")
@ROOT
@OUTPUT
def revoke(directory: Path, roots: tuple[str, ...], output: Path, **about: Any) -> None:
    """Write the statement that a key of the post in DIRECTORY is in wrong hands and counts only up to a place.

    Without --at that place is what both sides have confirmed; what lies below it stands.
    """
    _end(directory, KeyAct.REVOKED, about, roots=roots, output=output)


@keys.command()
@STATEMENT
@ROOT
def sign(statement: Path, roots: tuple[str, ...]) -> None:
    """Add the lines of root keys to STATEMENT, after showing what it says."""
    said, signed = read_statement(statement.read_bytes())
    click.echo(_told(said))
    for key in map(wiring.root_key, roots):
        line = said.sign(key)
        others = tuple(each for each in signed.lines if each.key_id != line.key_id)
        signed = Note(signed.text, (*others, line))
    statement.write_text(signed.to_text(), "utf-8")
    click.echo(f"{statement}: {len(signed.lines)} lines")


@keys.command()
@POST
@STATEMENT
def take(directory: Path, statement: Path) -> None:
    """Let the post in DIRECTORY, which is not running, take in a signed STATEMENT of either side.

    A running post takes it at POST /v1/exchange/keys.
    """
    opened = wiring.open_post(directory, linked=False)
    try:
        said = opened.post.take_statement(statement.read_text("utf-8"), actor="operator")
    finally:
        opened.post.ledger.close()
    click.echo(f"taken: {_told(said)}")


@keys.command()
@POST
def show(directory: Path) -> None:
    """List the keys of both sides as the post in DIRECTORY knows them, and up to where each counts."""
    opened = wiring.open_post(directory, linked=False)
    try:
        for row in opened.post.key_table():
            name = printed_fingerprint(row["public"])
            click.echo(f"{row['post']:<20} {row['use']:<7} {row['algorithm']:<10} {name}  {row['state']}")
    finally:
        opened.post.ledger.close()


# --- parts ---------------------------------------------------------------------------------


def _write_statement(
    directory: Path,
    act: KeyAct,
    about: tuple[KeyUse, Algorithm | None, str],
    *,
    roots: Sequence[str],
    output: Path,
    at: Positions | None = None,
) -> None:
    if output.exists():
        raise StartRefused(f"{output} exists already; a statement is never overwritten", file=str(output))
    settings = wiring.read_settings(directory)
    agreement = wiring.read_agreement(directory)
    me = agreement.party(settings.post)
    use, algorithm, public = about
    said = KeyStatement(
        act=act,
        agreement=agreement.id,
        algorithm=algorithm,
        positions=at or _positions(directory, settings, act=act, use=use),
        post=me.post,
        public=public,
        side=me.side,
        use=use,
        v=1,
    )
    signed = said.signed(map(wiring.root_key, roots))
    output.write_text(signed.to_text() if signed.lines else signed.text, "utf-8")
    click.echo(_told(said))
    missing = me.roots_needed - len(signed.lines)
    if missing > 0:
        click.echo(f"{output}: {missing} more root lines are needed (`gatepair keys sign {output} --root …`)")
    else:
        click.echo(f"{output}: signed; let the post take it in (`gatepair keys take`, or POST /v1/exchange/keys)")


def _end(directory: Path, act: KeyAct, about: dict[str, Any], *, roots: Sequence[str], output: Path) -> None:
    use = KeyUse(about["use"])
    at = _spelled(about["at"]) if about.get("at") else None
    key = _known(directory, use, about)
    _write_statement(directory, act, key, roots=roots, output=output, at=at)


def _known(directory: Path, use: KeyUse, about: dict[str, Any]) -> tuple[KeyUse, Algorithm | None, str]:
    """Return the one key of the post that is meant."""
    digits = pins_in(about["certificate"].read_bytes())[0] if about["certificate"] else (about["public"] or "")
    digits = "".join(digits.split()).lower()
    if len(digits) < DIGITS_MIN:
        raise click.UsageError(f"name the key by --public, with {DIGITS_MIN} digits or more, or by --certificate")
    settings = wiring.read_settings(directory)
    with _reading(directory, settings) as reader:
        ring = wiring.ring_in(directory, reader)
    found = {key.public: key for key in ring.keys if key.post == settings.post and key.use is use}
    meant = [key for public, key in found.items() if public.hex().startswith(digits)]
    if len(meant) != 1:
        raise NotInAgreement(f"{settings.post} has {len(meant)} {use.value} keys that begin with {digits[:16]}")
    return use, meant[0].algorithm, meant[0].public.hex()


def _positions(directory: Path, settings: Settings, *, act: KeyAct, use: KeyUse) -> Positions:
    with _reading(directory, settings) as reader:
        return positions_now(reader, act=act, use=use)


@contextmanager
def _reading(directory: Path, settings: Settings) -> Iterator[Reader]:
    """Read the ledger beside a running post; a post that never ran gets its empty one."""
    ledger = wiring.open_ledger(directory, settings, read_only=(directory / "ledger.sqlite").exists())
    try:
        with ledger.read() as reader:
            yield reader
    finally:
        ledger.close()


def _spelled(text: str) -> Positions:
    """Return the positions that ``text`` spells: one for every lane."""
    found: dict[str, Position] = {}
    for part in text.split(","):
        lane, _, place = part.strip().partition("=")
        epoch, _, size = place.partition(":")
        if not (epoch.isdecimal() and size.isdecimal()):
            raise click.UsageError(f"{part} is no position, such as urgent=1:42")
        found[lane] = Position(int(epoch), int(size))
    if set(found) != {lane.value for lane in Lane}:
        raise click.UsageError(f"--at needs one position for each of {', '.join(lane.value for lane in Lane)}")
    return msgspec.convert(msgspec.to_builtins(found), Positions)


def _told(said: KeyStatement) -> str:
    where = (
        "" if said.use is KeyUse.TLS else ", " + ", ".join(f"{lane.value} {said.positions.at(lane)}" for lane in Lane)
    )
    return f"{said.use.value} key {printed_fingerprint(said.public)} of {said.post} {said.act.value}{where}"


def _made(directory: Path, use: SignerUse, algorithm: Algorithm) -> str:
    """Make a seed in a file that is not there yet, name it in post.json, and return its address."""
    settings = wiring.read_settings(directory)
    number = next(number for number in range(2, 1_000) if not (directory / f"keys/{use}-{number}.key").exists())
    wiring.write_secret(directory / f"keys/{use}-{number}.key", secrets.token_bytes(SEED_BYTES).hex())
    query = "" if algorithm is Algorithm.ED25519 else f"?algorithm={algorithm.value}"
    address = f"file:keys/{use}-{number}.key{query}"
    before = settings.signers.get(use, (f"file:keys/{use}.key",))
    wiring.write_settings(directory, replace(settings, signers={**settings.signers, use: (*before, address)}))
    return address
