"""``gatepair agreement``: make, sign, check, read and compare what two sides agree to tell each other."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import click
import msgspec
from msgspec.structs import replace

from gatepair import wiring
from gatepair.base import canonical
from gatepair.base.errors import GatepairError, Malformed, NotInAgreement, Refused, SettingInvalid, StartRefused
from gatepair.base.findings import LANGUAGES, Finding, Language
from gatepair.base.time import Instant, SystemClock, from_datetime, rfc3339
from gatepair.exchange import agreement as agreements
from gatepair.exchange import agreement_check as checks
from gatepair.exchange import agreement_page as pages
from gatepair.exchange import findings as kinds
from gatepair.exchange import note as notes
from gatepair.exchange.agreement import Agreement, Mode, Party
from gatepair.exchange.agreement_diff import changes
from gatepair.exchange.agreement_words import CHANGES
from gatepair.exchange.note import Note
from gatepair.plan.model import Plan

PLACE: Final = click.Path(exists=True, path_type=Path)
FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
OUTPUT: Final = click.Path(dir_okay=False, path_type=Path)
MODES: Final = click.Choice([Mode.PAIRED.value, Mode.MIRRORED.value])


class InstantText(click.ParamType[Instant]):
    """An instant with its offset from UTC; a bare date would be another instant on each side of the line."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Instant:
        """Return the instant that ``value`` spells."""
        try:
            return from_datetime(datetime.fromisoformat(str(value)))
        except ValueError:
            self.fail(f"{value} is no instant with an offset, such as 2026-01-01T00:00+07:00", param, ctx)


LANG = click.option(
    "--lang", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the words."
)
SIGNATURES = click.option(
    "--signatures", "signatures", type=FILE, help="Signature file; default: the .sig beside the agreement."
)


@click.group()
def agreement() -> None:
    """Make, sign, check, read and compare agreements between two posts.

    An agreement is one canonical JSON file; beside it stands a signature file with a line of each side's root key.
    Wherever an agreement is asked for, write its file or the directory of a post.
    """


# --- new -----------------------------------------------------------------------------------


@agreement.command()
@click.argument("parties", nargs=-1, type=PLACE, metavar="[PARTY PARTY]")
@click.option("--plan", "plan_name", default="huu-nghi-youyiguan", show_default=True, help="A shipped plan or a file.")
@click.option(
    "--draft", type=FILE, help="Begin with this agreement, written by hand or in force, not with the default."
)
@click.option("--mode", type=MODES, help="How much of a partner there is.  [default: paired]")
@click.option("--id", "key", help="Name of the agreement.  [default: the plan's id]")
@click.option("--version", type=click.IntRange(1, 1_000_000), help="Version.  [default: 1, or the draft's]")
@click.option("--from", "start", type=InstantText(), help="When it begins, such as 2026-01-01T00:00+07:00.")
@click.option("--until", type=InstantText(), help="When it ends, itself not included.")
@click.option(
    "--overlap-s",
    type=click.IntRange(0, 31_536_000),
    help="Seconds from its beginning for which the one before counts.",
)
@click.option("--omit", multiple=True, help="A message type, or TYPE:SECTION, that is not to leave. Repeat as needed.")
@click.option("-o", "--output", type=OUTPUT, required=True, help="File to write; it must not exist.")
def new(parties: tuple[Path, ...], plan_name: str, draft: Path | None, output: Path, **wanted: Any) -> None:
    """Write a draft between two parties, in canonical form, ready to be read and signed.

    PARTY is the party.json that a post made for its partner, or a post's own directory.
    Without --draft the draft lists every message with all its sections and the usual limits, to be narrowed by --omit.
    Nothing is written when the draft has errors.
    """
    if output.exists():
        raise StartRefused(f"{output} exists already; an agreement is never overwritten", file=str(output))
    begun = _begun(parties, plan_name, draft)
    made = _as_wanted(begun, wanted)
    found = checks.complete_findings(made)
    _print_findings(found, "en")
    if not checks.signable(found):
        raise SettingInvalid("nothing was written: the draft has errors")
    output.write_bytes(made.encoded())
    click.echo(f"{output}: {made.id} version {made.version}, SHA-256 {made.hash().hex()}")
    click.echo(f"read it with `gatepair agreement show {output}`, sign it with `gatepair agreement sign {output}`")


def _begun(parties: tuple[Path, ...], plan_name: str, draft: Path | None) -> Agreement:
    if len(parties) not in ({2} if draft is None else {0, 2}):
        raise click.UsageError("name two parties: each side's party.json, or the directory of its post")
    read = tuple(map(_party, parties))
    if draft is not None:
        begun = _loosely(draft)
        return replace(begun, parties=read) if read else begun
    plan = wiring.load_plan_for(plan_name)
    for party in read:
        known = plan.posts.get(party.post)
        if known is None or known.side != party.side:
            raise SettingInvalid(f"the plan {plan.id} has no post {party.post} of the side {party.side}")
    home, other = sorted(read, key=lambda party: list(plan.posts).index(party.post))
    return agreements.default_agreement(home, other, agreement_id=plan.id)


def _as_wanted(begun: Agreement, wanted: dict[str, Any]) -> Agreement:
    mode, start, until = wanted["mode"], wanted["start"], wanted["until"]
    made = replace(
        begun,
        id=wanted["key"] or begun.id,
        version=wanted["version"] or begun.version,
        mode=begun.mode if mode is None else Mode(mode),
        valid_from_ms=begun.valid_from_ms if start is None else start,
        valid_until_ms=begun.valid_until_ms if until is None else until,
        overlap_s=begun.overlap_s if wanted["overlap_s"] is None else wanted["overlap_s"],
    )
    for omitted in wanted["omit"]:
        made = _without(made, omitted)
    # Options are free text: read it back as the partner will.
    return agreements.decode(made.encoded())


def _without(made: Agreement, omitted: str) -> Agreement:
    kind, _, section = omitted.partition(":")
    message = made.message(kind)
    if message is None or (section and section not in message.sections):
        raise NotInAgreement(f"the draft does not list {omitted}", omitted=omitted)
    if not section:
        return replace(made, messages=tuple(each for each in made.messages if each is not message))
    narrowed = replace(message, sections=tuple(name for name in message.sections if name != section))
    return replace(made, messages=tuple(narrowed if each is message else each for each in made.messages))


# --- sign ----------------------------------------------------------------------------------


@agreement.command()
@click.argument("place", type=PLACE, metavar="AGREEMENT")
@click.option("--root", required=True, help="Folder or file of a root key (root/root.key), or its pkcs11: address.")
@click.option("--hash", "expected", help="The hash on the paper that was read, or its first 16 digits or more.")
@click.option("--signatures", "signatures", type=OUTPUT, help="Signature file; default: the .sig beside the agreement.")
@click.option("--before", type=PLACE, help="The version before, whose roots may sign for those that replace them.")
def sign(place: Path, root: str, expected: str | None, signatures: Path | None, *, before: Path | None) -> None:
    """Add the signature of one side's root key to the signature file.

    Which side signs follows from the key.
    With --before a root of the version before signs too, so that everybody can see that it gave way to its successors.
    Signing is refused when the agreement has errors, or when the signature file is for another text.
    """
    one = _opened(place)
    key = wiring.root_key(root)
    parties = one.parties if before is None else (*one.parties, *_opened(before).parties)
    signer = next((party for party in parties if key.public.hex() in (party.root_key, *party.more_roots)), None)
    if signer is None:
        raise NotInAgreement(f"{root} is no root key of a party of {one.id}; was the post made again?", file=root)
    found = checks.complete_findings(one) + (checks.hash_findings(one, expected) if expected else ())
    _print_findings(found, "en")
    if not checks.signable(found):
        raise SettingInvalid("nothing was signed: the agreement has errors")
    path = signatures or _beside(place)
    already = _signed(path) if path.exists() else Note(one.note_text())
    if already.text != one.note_text():
        raise SettingInvalid(f"nothing was signed: {path} signs another text than {one.id} version {one.version}")
    line = one.sign(signer.side, key)
    others = tuple(each for each in already.lines if (each.name, each.key_id) != (line.name, line.key_id))
    names = [party.root_name for party in one.parties]
    lines = sorted((*others, line), key=lambda each: names.index(each.name) if each.name in names else len(names))
    after = Note(one.note_text(), tuple(lines))
    # The other side's line must survive a full disk or a pulled plug.
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(after.to_text(), "utf-8")
    fresh.replace(path)
    click.echo(f"{path}: {signer.side} has signed {one.id} version {one.version}, SHA-256 {one.hash().hex()}")
    for missing in one.check_signatures(after):
        click.echo(f"still missing: {missing.text('en')}")


@agreement.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("place", type=FILE, metavar="AGREEMENT")
@click.option("--signatures", "signatures", type=FILE, help="Signature file; default: the .sig beside the agreement.")
@click.option("--hash", "expected", default="", help="The hash on the paper, when lost roots could not sign.")
@LANG
def take(directory: Path, place: Path, signatures: Path | None, *, expected: str, lang: Language) -> None:
    """Let the post in DIRECTORY, which is not running, take in AGREEMENT, the next version of its agreement.

    A running post takes it at POST /v1/exchange/agreements.
    The post tells its partner, who takes it too; at the instant that the version names both go over.
    """
    raw, note = _read(place).raw, _signed(signatures or _beside(place)).to_text()
    opened = wiring.open_post(directory, linked=False)
    try:
        held, found = opened.post.take_version(raw, note, expected=expected)
    except Refused as error:
        _print_findings(error.findings, lang)
        raise
    finally:
        opened.post.ledger.close()
    _print_findings(found, lang)
    click.echo(f"taken: {held.agreement.id} version {held.agreement.version}, SHA-256 {held.hash_hex}")


@agreement.command()
@click.argument("directory", type=click.Path(exists=True, file_okay=False, path_type=Path))
def versions(directory: Path) -> None:
    """List the versions of the agreement that the post in DIRECTORY, which is not running, holds."""
    opened = wiring.open_post(directory, linked=False)
    try:
        for row in opened.post.version_table():
            words = [word for word in ("in_force", "shared", "contested") if row[word]]
            begins = rfc3339(Instant(row["valid_from_ms"]))
            click.echo(f"{row['version']:>7}  {row['hash'][:16]}  {begins}  {' '.join(words)}")
    finally:
        opened.post.ledger.close()


# --- check ---------------------------------------------------------------------------------


@agreement.command()
@click.argument("place", type=PLACE, metavar="AGREEMENT")
@SIGNATURES
@click.option("--draft", is_flag=True, help="Do not ask for signatures yet.")
@click.option("--before", type=PLACE, help="The agreement that this one follows.")
@click.option("--hash", "expected", help="The hash it must have, or its first 16 digits or more.")
@click.option("--at", "at", type=InstantText(), help="Check the dates as of this instant.  [default: now]")
@LANG
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with every text in four languages.")
def check(place: Path, signatures: Path | None, lang: Language, *, as_json: bool, **wanted: Any) -> None:
    """Check an agreement: form, hash, keys, messages, sections, staleness, dates, signatures, succession.

    Exit code 1 when there is an error; warnings and notes do not count.
    """
    one, found = _checked(place, signatures, wanted)
    good = checks.signable(found)
    if as_json:
        wire = {
            "agreement": one.id,
            "findings": [finding.to_wire() for finding in found],
            "good": good,
            "hash": one.hash().hex(),
            "version": one.version,
        }
        click.echo(json.dumps(wire, ensure_ascii=False))
    else:
        _print_findings(found, lang)
        click.echo(f"{one.id} version {one.version}, SHA-256 {one.hash().hex()}: {'good' if good else 'NOT GOOD'}")
    if not good:
        sys.exit(1)


def _checked(place: Path, signatures: Path | None, wanted: dict[str, Any]) -> tuple[Agreement, tuple[Finding, ...]]:
    one = _loosely(_file(place))
    found: list[Finding] = []
    if one.encoded() != _file(place).read_bytes():
        found.append(kinds.AGREEMENT_NOT_CANONICAL.at())
    found += checks.complete_findings(one)
    now_ms = SystemClock().now() if wanted["at"] is None else wanted["at"]
    found += checks.date_findings(one, now_ms)
    if wanted["expected"]:
        found += checks.hash_findings(one, wanted["expected"])
    if wanted["before"] is not None:
        found += checks.succession_findings(_opened(wanted["before"]), one)
    if not wanted["draft"]:
        path = signatures or _beside(place)
        signed = _signed(path) if path.exists() else Note(one.note_text())
        found += checks.signature_findings(one, signed, None if wanted["before"] is None else _opened(wanted["before"]))
    return one, tuple(found)


# --- show and diff -------------------------------------------------------------------------


@agreement.command()
@click.argument("place", type=PLACE, metavar="AGREEMENT")
@SIGNATURES
@click.option("--plan", "plan_name", help="Take names of posts and local times from this plan.")
@LANG
@click.option("--html", "as_html", is_flag=True, help="One HTML page for print, without network and script.")
@click.option("-o", "--output", type=OUTPUT, help="File to write instead of the terminal.")
def show(
    place: Path, signatures: Path | None, plan_name: str | None, *, lang: Language, as_html: bool, output: Path | None
) -> None:
    """Show an agreement in words: who, what is sent and why, who sees what, how long, until when.

    The page is an aid to reading; what is signed is the file, whose hash stands on the page.
    """
    one = _opened(place)
    path = signatures or _beside(place)
    signed = _signed(path) if path.exists() else None
    page = pages.reading(one, lang, _around(one, plan_name, lang=lang, signed=signed))
    text = pages.to_html(page) if as_html else pages.to_text(page)
    if output is None:
        click.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")
        click.echo(f"{output} written")


@agreement.command()
@click.argument("old", type=PLACE)
@click.argument("new", type=PLACE)
@LANG
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with every sentence in four languages.")
def diff(old: Path, new: Path, lang: Language, *, as_json: bool) -> None:
    """Say what the agreement NEW changes in OLD, and whether more or less is shown or kept for it."""
    before, after = _opened(old), _opened(new)
    found = changes(before, after)
    if as_json:
        wire = {
            "changes": [change.to_wire() for change in found],
            "new": after.hash().hex(),
            "old": before.hash().hex(),
        }
        click.echo(json.dumps(wire, ensure_ascii=False))
        return
    for change in found:
        click.echo(f"[{CHANGES[change.effect.value][lang]}] {change.text(lang)}")
    if not found:
        click.echo(CHANGES["none"][lang])


def _around(one: Agreement, plan_name: str | None, *, lang: Language, signed: Note | None) -> pages.Around:
    if plan_name is None:
        return pages.Around(signed=signed)
    plan: Plan = wiring.load_plan_for(plan_name)
    posts = [party.post for party in one.parties if party.post in plan.posts]
    names = {post: str(getattr(plan.posts[post].name, lang)) for post in posts}
    zones = tuple(ZoneInfo(zone) for zone in dict.fromkeys(map(plan.timezone_of, posts)))
    return pages.Around(names=names, zones=zones, signed=signed)


# --- files ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it lies there."""

    path: Path
    raw: bytes


def _file(place: Path) -> Path:
    return place / "agreement.json" if place.is_dir() else place


def _beside(place: Path) -> Path:
    return _file(place).with_suffix(".sig")


def _read(path: Path) -> _Read:
    try:
        return _Read(path, path.read_bytes())
    except OSError as error:
        raise StartRefused(f"{path} cannot be read: {error.strerror}", file=str(path)) from error


def _opened(place: Path) -> Agreement:
    """Return the agreement in canonical form at ``place``."""
    read = _read(_file(place))
    try:
        return agreements.decode(read.raw)
    except GatepairError as error:
        hint = "write it again with `gatepair agreement new --draft`"
        raise Malformed(f"{read.path}: {error.message}; {hint}", file=str(read.path)) from error


def _loosely(path: Path) -> Agreement:
    """Return the agreement in ``path``, which people may have written with spaces and in any order."""
    read = _read(path)
    if len(read.raw) > agreements.AGREEMENT_BYTES_MAX:
        return _opened(path)
    try:
        one = msgspec.json.decode(read.raw, type=Agreement)
    except (msgspec.DecodeError, RecursionError) as error:
        raise Malformed(f"{path} is no agreement: {error}", file=str(path)) from error
    canonical.check(canonical.plain(one))
    return one


def _party(place: Path) -> Party:
    read = _read(place / "party.json" if place.is_dir() else place)
    try:
        return canonical.decode_strictly_as(Party, read.raw, max_bytes=wiring.PARTY_BYTES_MAX)
    except GatepairError as error:
        raise Malformed(f"{read.path} is no party.json of a post: {error.message}", file=str(read.path)) from error


def _signed(path: Path) -> Note:
    return notes.parse(_read(path).raw)


def _print_findings(found: Sequence[Finding], language: Language) -> None:
    for finding in found:
        where = f"{finding.path}: " if finding.path else ""
        click.echo(f"{finding.severity.value}: {where}{finding.text(language)} [{finding.code}]", err=True)
