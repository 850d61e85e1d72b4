"""``gatepair declare``: read declarations and manifests, and say what became of every value."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from gatepair.adapters.formats.edifact_response import response_message
from gatepair.adapters.formats.edifact_writing import Envelope, write_interchange
from gatepair.adapters.formats.reading import Format, Read, read_documents, wire_of
from gatepair.adapters.formats.table_mapping import DEFAULT, TableMapping, read_mapping
from gatepair.adapters.formats.wco import SchemaValidator, write_wco
from gatepair.base.errors import BadInput, Refused
from gatepair.base.findings import LANGUAGES, Finding, Language, Severity
from gatepair.base.time import SystemClock
from gatepair.clearance.declaration.answering import answer_of, respond
from gatepair.clearance.declaration.model import Declaration
from gatepair.cli.checked import cause, checked, checks_told, checks_wire, say


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", *Format]),
    default="auto",
    show_default=True,
    help="How the files are written.",
)
@click.option("--schema", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
              help="Also hold XML against this published schema.")  # fmt: skip
@click.option("--mapping", "mapping_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=None,
              help="How tables are written: which column is which field, encoding, signs of numbers (YAML).")  # fmt: skip
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", show_default=True, help="Language of the findings."
)
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), default=None,
              help="Day whose rules the declarations are checked by; default: today.")  # fmt: skip
@click.option("--answer", type=click.Choice(["wco", "cusres"]), default=None,
              help="Instead, print the first answer to each declaration: a WCO response, or UN/EDIFACT.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a document.")
@click.pass_context
def declare(
    ctx: click.Context,
    /,
    files: tuple[Path, ...],
    *,
    form: str,
    schema: Path | None,
    mapping_file: Path | None,
    language: Language,
    day: datetime | None,
    answer: str | None,
    as_json: bool,
) -> None:
    """Read FILES as declarations, responses or manifests, and say what became of every value.

    Reads our JSON, WCO Data Model XML, UN/EDIFACT CUSCAR and IFCSUM, and tables as CSV and XLSX with a row an item.
    What has no place in the model is a finding with its place in the file; declarations are also checked by the
    rules in force. Exit status: 0 all read, 1 a file was refused or a value cannot be read; what the checks find does
    not change it.
    """
    validator = SchemaValidator(schema) if schema else None
    mapping = _mapping(ctx, mapping_file, language=language) if mapping_file else DEFAULT
    on = (day or datetime.now().astimezone()).date()
    sound = True
    for path in files:
        raw = path.read_bytes()
        try:
            documents = read_documents(raw, None if form == "auto" else Format(form), mapping=mapping, name=path.name)
            faults = [f"line {fault.line}: {fault.message}" for fault in validator.faults(raw)] if validator else []
        except BadInput as error:
            sound = False
            told = json.dumps(_refused(path, error), ensure_ascii=False)
            click.echo(told if as_json else f"{path.name}: {say('refused', language)}: {cause(error, language)}")
            continue
        for read in documents:
            sound = sound and not faults and all(finding.severity is not Severity.ERROR for finding in read.findings)
            found = checked(read.content, on)
            if answer is not None and isinstance(read.content, Declaration):
                click.echo(_answered(read.content, [*read.findings, *found], answer, language=language))
            elif as_json:
                wire = {**_wire(path, read, faults), "checks": checks_wire(found)}
                click.echo(json.dumps(wire, ensure_ascii=False))
            else:
                click.echo("\n".join([*_told(path, read, faults, language=language), *checks_told(found, language)]))
    ctx.exit(0 if sound else 1)


def _answered(declaration: Declaration, findings: list[Finding], form: str, *, language: Language) -> bytes:
    """Return the first answer to ``declaration``: accepted, or rejected with what was found and where."""
    now_ms = SystemClock().now()
    word = answer_of(declaration, findings)
    told = respond(declaration, word, reference=f"R{now_ms}", at_ms=now_ms, findings=findings, language=language)
    if form == "wco":
        return write_wco(told)
    sender, recipient = declaration.declaration_office_id or "CUSTOMS", declaration.declarant
    envelope = Envelope(sender[:35], ((recipient and recipient.id) or "DECLARANT")[:35], now_ms, f"R{now_ms}")
    return write_interchange([response_message(told)], envelope)


def _mapping(ctx: click.Context, file: Path, *, language: Language) -> TableMapping:
    """Return the mapping in ``file``; a wrong one is told by line, and nothing is read."""
    try:
        return read_mapping(file.read_bytes().decode("utf-8-sig", "replace"))
    except Refused as error:
        for finding in error.findings:
            click.echo(f"{file.name}:{finding.path}: {finding.text(language)}")
        ctx.exit(1)


def _refused(path: Path, error: BadInput) -> dict[str, Any]:
    findings = [finding.to_wire() for finding in error.findings]
    return {"code": error.code, "file": path.name, "findings": findings, "message": error.message}


def _wire(path: Path, read: Read, faults: list[str]) -> dict[str, Any]:
    return {**wire_of(read), "file": path.name, "schema_faults": faults}


def _told(path: Path, read: Read, faults: list[str], *, language: Language) -> Iterator[str]:
    content = read.content
    items = ""
    if isinstance(content, Declaration) and content.goods_shipment is not None:
        items = say("items", language, count=len(content.goods_shipment.government_agency_goods_item))
    counted = say("counted", language, count=read.mapped) if read.mapped else ""
    told = say("told", language, count=len(read.findings))
    yield f"{path.name}: {type(content).__name__.lower()} ({read.format.value}){items}{counted}{told}"
    yield from (f"  {finding.path}: {finding.text(language)}" for finding in read.findings)
    yield from (f"  schema, {fault}" for fault in faults)
