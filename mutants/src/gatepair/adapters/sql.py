"""SQL kept in files: named blocks, and migrations with a head."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from gatepair.base.errors import InvariantBroken, StartRefused

_NAME = re.compile(r"^-- name: ([a-z_]+)$")
_MIGRATION = re.compile(r"^\d{4}_(expand|contract)_[a-z0-9_]+$")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of a schema: ``0001_expand_first`` and its statements."""

    name: str
    script: str


def blocks(package: str, name: str = "queries.sql") -> Mapping[str, str]:
    """Return the statements of ``name`` in ``package``, each under the ``-- name:`` line before it.

    Raises:
        InvariantBroken: when a name is given twice or text stands before the first name.
    """
    found: dict[str, list[str]] = {}
    current: list[str] | None = None
    for line in files(package).joinpath(name).read_text("utf-8").splitlines():
        heading = _NAME.match(line)
        if heading:
            if heading[1] in found:
                raise InvariantBroken(f"{package}/{name} has two blocks called {heading[1]}")
            current = found[heading[1]] = []
        elif line.strip() and not line.startswith("--"):
            if current is None:
                raise InvariantBroken(f"{package}/{name} has a statement before its first name")
            current.append(line.strip())
    return {block: " ".join(lines).rstrip(";") for block, lines in found.items()}


def migrations(package: str) -> Sequence[Migration]:
    """Return the migrations of ``package`` in order; the file ``HEAD`` must name the last.

    Two branches that each add a migration both change ``HEAD``, so merging them is a conflict
    that a person resolves, not an order that nobody chose.

    Raises:
        InvariantBroken: when a file is named otherwise or ``HEAD`` is not the last.
    """
    folder = files(package).joinpath("migrations")
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(".sql"))
    found = [Migration(name.removesuffix(".sql"), folder.joinpath(name).read_text("utf-8")) for name in names]
    for migration in found:
        if not _MIGRATION.match(migration.name):
            raise InvariantBroken(f"{package}: migration {migration.name} is neither expand nor contract")
    head = folder.joinpath("HEAD").read_text("utf-8").strip()
    if not found or found[-1].name != head:
        raise InvariantBroken(f"{package}: migrations/HEAD says {head}, which is not the last file")
    return found


def due(known: Sequence[Migration], *, applied: Sequence[str], place: str) -> Sequence[Migration]:
    """Return the migrations that ``place`` still lacks.

    Raises:
        StartRefused: when a newer program has changed the schema, or the history differs.
    """
    names = [migration.name for migration in known]
    if list(applied) == names[: len(applied)]:
        return known[len(applied) :]
    strange = next((name for name in applied if name not in names), applied[-1])
    raise StartRefused(
        f"the ledger at {place} was changed by another version of Gatepair (migration {strange}): "
        "start it with that version or a newer one",
        place=place,
        migration=strange,
    )
