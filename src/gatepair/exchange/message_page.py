"""The page of the specification about messages, and their JSON Schemas, written from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from gatepair.exchange import versions
from gatepair.exchange.mapping import DOCUMENTS, FIELDS, Counterpart
from gatepair.exchange.messages import CATALOGUE, STATEMENTS, MessageKind
from gatepair.exchange.sections.words import Shape

EFFECTS: Final[Mapping[str, str]] = {
    "crossing.announced": "takes up the crossing, if road, lane and vehicle fit, and lists it for acceptance",
    "crossing.corrected": "takes over the new value; its own decisions that rested on the field reopen",
    "crossing.accepted": "the exit post may let it depart",
    "crossing.declined": "the exit post does not let it depart; no clause of the agreement overrules it",
    "crossing.held": "the exit post does not let it depart until this agency lifts it, however silent the entry post falls; of what has left it is a note",
    "crossing.lifted": "the hold of this agency no longer stands; those of others do",
    "crossing.status": "the entry post knows how far it is; a release taken back is no longer known as given",
    "crossing.released": "is known; it never stands for a release here",
    "seal.recorded": "the seals that are on by the other side's word are known",
    "crossing.departed": "the load unit is on the line, with the seals that the entry post will look for",
    "crossing.received": "custody has passed, and the vehicle no longer counts as on the line",
    "crossing.disputed": "custody stays at the line until it is received after all",
    "crossing.discrepancy": "is shown beside what was declared; it decides nothing",
    "inspection.finished": "is evidence for the agency with the same duty, which may rest its own decision on it and names the entry; it decides nothing",
    "crossing.refused": "the goods come home, go on or are destroyed, as it says",
    "crossing.cancelled": "the crossing ends, if it has not departed",
    "crossing.closed": "the crossing ends",
    "certificate.asked": "waits as work for the agency with the same duty until it is answered",
    "certificate.answered": "stands beside the question; the agency that asked decides",
    "attachment.listed": "the files are known by their digests, and are fetched apart",
    "route.stopped": "nobody is called and nobody departs, but for what it allows; nobody loses a place or misses a call",
    "route.reopened": "calls go on in the order that there was; a call that ran has its whole grace again",
    "route.state": "is shown to drivers and staff; it stops nothing",
    "hours.announced": "narrows the hours in force on that date: a lane is open when both sides' words say so",
    "quota.announced": "no more are called than depart within the quota of the clock hour, from the next call on",
    "capacity.announced": "no more are called than find room over there, from the next call on",
    "alert.raised": "is shown to staff until it is ended or its time is over",
    "hotline.noted": "is kept and shown to staff",
    "statistics.reported": "is kept and shown to staff",
    "outcome": "is kept beside the entry that it answers; it is never answered itself",
}  # fmt: skip
"""What the reader does with each family of messages."""

_HEAD: Final = """# Messages

Part of [the exchange between two posts](README.md); clauses are numbered through all its pages.
This page and the schemas beside it are written by `make docs` from the catalogue.

**6.6** The types of version 1.
`exit` is the post that the crossing leaves, `entry` the one that it enters or that takes in; for one direction a post is the one, for the other direction the other."""

_RULES: Final = """**6.6.1** The value of a section MUST be of the shape that its type gives it; `schemas/` holds a JSON Schema for each type, with one property for each section.
Shapes are closed, and hold integers only: instants in milliseconds since 1970-01-01T00:00:00Z, mass in kilograms, money in minor units, sizes in bytes.
A field that has a default MAY be left out.

**6.6.2** A writer MUST check values against their shapes before it seals.
A reader that finds one that does not fit MUST mirror the entry with its body, let it have no effect, and answer with an outcome that names `exchange.section_unfit` and the place: section, fields and indexes, joined by points.

**6.6.3** A message of the wrong role, or one that does not fit what the reader knows of the crossing, has no effect and is answered with the reader's own codes.

**6.6.4** A type keeps its shapes for ever.
Another shape is the next version of its family, and is listed in an agreement beside the one before for as long as either side needs it.
The state (clause 11.2) lists in `reads` and `writes` the types that a post reads and writes.
A writer MUST use the highest version that the agreement lets it send and that the partner says it reads; while the partner has not said so, and when it reads none of them, the lowest that the agreement lets it send.

**6.6.5** A reader raises an older version to its newest one before it acts.
A type or version that it does not read is mirrored without its body, and answered with `exchange.unsupported_type`.
An agreement MAY list types that one side does not read yet."""

_TRIPS: Final = """**6.6.9** A trip batch number names one trip.
Several trucks share it only when one master waybill is split over them; each names its part.
Such trucks depart together: none before every other one that was declared under the number has been released, or has left.
They are withdrawn together or not at all, as clause 6.6.11 asks of a deletion."""

_PRESSURE: Final = """**6.6.8** What the partner takes in sets the calls of the exit post at once.
The smallest of these limits holds: the announced quota less the departures of the clock hour and those under way; the announced room less those on the line and under way; and, when a laden vehicle has waited on the line for more than 15 minutes by the time of the partner's last word, the number that the partner took over in the hour before that word, at least one, less those on the line and under way.
A stop calls nobody.
None of them costs anybody a place."""


def page() -> str:
    """Return the page as Markdown."""
    parts = [
        _HEAD,
        _catalogue(),
        _RULES,
        f"**6.6.6** Versions so far:\n\n{_versions()}",
        f"**6.6.7** What the reader does:\n\n{_effects()}",
        _PRESSURE,
        _TRIPS,
        f"**6.6.10** Each field beside the WCO Data Model and China's road manifest:\n\n{_fields()}",
        f"**6.6.11** Messages beside the documents of China's road manifest; the others have none:\n\n{_documents()}",
    ]
    return "\n\n".join(parts) + "\n"


def schemas() -> dict[str, str]:
    """Return the JSON Schema of each type as text, by the name of its file."""
    known = {**CATALOGUE, **STATEMENTS}
    return {f"{kind.replace('/', '-')}.json": _schema(listed) for kind, listed in known.items()}


def fields_of(shapes: Mapping[str, type[Shape]]) -> Iterator[tuple[type[Shape], str]]:
    """Yield each field of ``shapes`` and of the shapes inside them, in the order of the sections."""
    for shape in _reached(tuple(shapes.values())):
        for field in shape.__struct_fields__:
            yield shape, field


def counterpart_of(shape: type[Shape], field: str) -> Counterpart:
    """Return the counterpart of a field; that of its whole shape when it has none of its own.

    Raises:
        KeyError: there is neither; a fault of the table.
    """
    rows = {row.field: row for row in FIELDS}
    return rows.get(f"{shape.__name__}.{field}") or rows[shape.__name__]


def _reached(shapes: tuple[type[Shape], ...]) -> list[type[Shape]]:
    found: list[type[Shape]] = []
    for shape in shapes:
        inside = msgspec.inspect.type_info(shape)
        found += [each for each in _inside(inside) if each not in found]
    return found


def _inside(known: msgspec.inspect.Type) -> Iterator[type[Shape]]:
    """Yield the shapes in a type, the outer one first."""
    match known:
        case msgspec.inspect.StructType(cls=cls, fields=fields) if issubclass(cls, Shape):
            yield cls
            for field in fields:
                yield from _inside(field.type)
        case msgspec.inspect.VarTupleType(item_type=item):
            yield from _inside(item)
        case msgspec.inspect.UnionType(types=types):
            for arm in types:
                yield from _inside(arm)
        case _:
            return


def _schema(listed: MessageKind) -> str:
    refs, defs = msgspec.json.schema_components(tuple(listed.shapes.values()), ref_template="#/$defs/{name}")
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": listed.kind,
        "description": listed.purpose,
        "type": "object",
        "properties": dict(zip(listed.shapes, refs, strict=True)),
        "additionalProperties": False,
        "$defs": defs,
    }
    return msgspec.json.format(msgspec.json.encode(schema), indent=1).decode() + "\n"


def _catalogue() -> str:
    rows = [
        f"| [`{kind}`](schemas/{kind.replace('/', '-')}.json) | {listed.lane.value} | {listed.sender.value} |"
        f" {', '.join(listed.sections) or '–'} | {listed.retention_days} |"
        f" {listed.outcome_deadline_s or '–'} | {listed.purpose} |"
        for kind, listed in CATALOGUE.items()
    ]
    head = (
        "| type | lane | sender | sections | days kept | outcome within, s | purpose |\n|---|---|---|---|---|---|---|"
    )
    return "\n".join([head, *rows])


def _versions() -> str:
    rows = [
        f"| `{versions.family(kind)}` | {versions.version(kind)} | {_sentence(step.__doc__)} |"
        for kind, step in versions.DOWN.items()
    ]
    return "\n".join(["| family | version | against the one before |", "|---|---|---|", *rows])


def _sentence(text: str | None) -> str:
    return " ".join((text or "").replace("``", "`").split())


def _effects() -> str:
    families = dict.fromkeys(versions.family(kind) for kind in CATALOGUE)
    rows = [f"| `{family}` | {EFFECTS[family]} |" for family in families]
    return "\n".join(["| family | for the reader it means |", "|---|---|", *rows])


def _fields() -> str:
    seen: dict[str, str] = {}
    for listed in CATALOGUE.values():
        for shape, field in fields_of(listed.shapes):
            row = counterpart_of(shape, field)
            cells = (row.wco or "–", row.china or "–", row.note)
            seen.setdefault(f"{shape.__name__}.{field}", f"| `{shape.__name__}.{field}` | {' | '.join(cells)} |")
    head = "| field | WCO Data Model | China's road manifest | how, or why not |\n|---|---|---|---|"
    return "\n".join([head, *seen.values()])


def _documents() -> str:
    rows = [f"| `{family}` | {document} |" for family, document in DOCUMENTS.items()]
    return "\n".join(["| family | document |", "|---|---|", *rows])
