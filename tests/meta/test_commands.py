"""Every command has its permission and page; every event has its page and golden file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
from msgspec import Struct

from gatepair.base.canonical import encode
from gatepair.base.duties import Duty
from gatepair.crossing import codec as crossing_codec
from gatepair.crossing import commands as crossing_commands
from gatepair.crossing import events as crossing_events
from gatepair.node import audit
from gatepair.node.permissions import COMMAND_DUTIES
from gatepair.operations import codec as operations_codec
from gatepair.operations import commands as operations_commands
from gatepair.operations import events as operations_events
from meta.pages import headings
from meta.tidy import ROOT

COMMANDS: list[type[Struct]] = [*crossing_commands.ALL, *operations_commands.ALL]
EVENTS: list[type[Struct]] = [*crossing_events.ALL, *operations_events.ALL, *audit.ALL]
GOLDEN = ROOT / "tests" / "golden" / "events"
REFERENCE = ROOT / "docs" / "reference"


TYPE_NAMES: dict[str, type[Struct]] = {
    **{f"{event.__name__}/{version}": event for event, version in crossing_codec.VERSIONS.items()},
    **{f"{event.__name__}/{operations_codec.VERSION}": event for event in operations_events.ALL},
    **{name: event for event, name in audit.WIRE_NAMES.items()},
}
"""Each event by the type name under which it is recorded now."""


def read_back(type_name: str, payload: bytes) -> tuple[str, bytes]:
    """Decode a recorded payload and return the present type name and payload of the same event."""
    name = type_name.partition("/")[0]
    if name in {event.__name__ for event in crossing_events.ALL}:
        return crossing_codec.encode_event(crossing_codec.decode_event(type_name, payload))
    if name in {event.__name__ for event in operations_events.ALL}:
        return operations_codec.encode_gate_event(operations_codec.decode_gate_event(type_name, payload))
    return type_name, encode(msgspec.json.decode(payload, type=TYPE_NAMES[type_name]))


def leaves(module: ModuleType) -> set[str]:
    """Return the structs that ``module`` defines and from which it derives no other."""
    defined = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Struct) and thing.__module__ == module.__name__
    ]
    bases = {base for thing in defined for base in thing.__mro__[1:]}
    return {thing.__name__ for thing in defined if thing not in bases}


@pytest.mark.parametrize("module", [crossing_commands, operations_commands, crossing_events, operations_events, audit])
def test_everything_defined_is_listed(module: ModuleType) -> None:
    """No command and no event is defined and left out of `ALL`."""
    assert {listed.__name__ for listed in module.ALL} == leaves(module)


def test_every_command_has_a_permission_line() -> None:
    """The permission table lists each command and nothing else, each with at least one duty."""
    assert set(COMMANDS) == set(COMMAND_DUTIES)
    assert [] == [command.__name__ for command, duties in COMMAND_DUTIES.items() if not duties]


def test_the_public_commands_nothing() -> None:
    """Neither the public nor an auditor nor a planner may give any command."""
    watching = {Duty.PUBLIC, Duty.AUDITOR, Duty.PLANNER}
    assert [] == [command.__name__ for command, duties in COMMAND_DUTIES.items() if watching & duties]


def test_customs_alone_releases() -> None:
    """Release and its withdrawal are customs' and nobody else's."""
    customs = frozenset({Duty.CUSTOMS})
    assert customs == COMMAND_DUTIES[crossing_commands.Release]
    assert customs == COMMAND_DUTIES[crossing_commands.WithdrawRelease]


def test_the_partner_gives_only_the_partners_word() -> None:
    """The partner may give exactly the commands that record its own word."""
    given = {command.__name__ for command, duties in COMMAND_DUTIES.items() if Duty.PARTNER in duties}
    assert {command.__name__ for command in COMMANDS if command.__name__.startswith("RecordPartner")} == given


def test_events_are_facts_and_commands_are_orders() -> None:
    """No name is both an order and a fact."""
    assert set() == {command.__name__ for command in COMMANDS} & {event.__name__ for event in EVENTS}


def test_every_command_has_its_heading() -> None:
    """The reference page has one heading for each command."""
    assert [command.__name__ for command in COMMANDS] == headings(REFERENCE / "commands.md", level=2)


def test_every_event_has_its_heading() -> None:
    """The reference page has one heading for each event."""
    assert [event.__name__ for event in EVENTS] == headings(REFERENCE / "events.md", level=2)


def test_every_event_version_has_a_golden_file() -> None:
    """Each event has golden files from version 1 to its present one, without gaps, and none is left over."""
    expected = {
        f"{event.__name__}-{version}"
        for type_name, event in TYPE_NAMES.items()
        for version in range(1, int(type_name.rpartition("/")[2]) + 1)
    }
    assert expected == {path.stem for path in GOLDEN.glob("*.json")}


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_golden_payloads_are_canonical_and_read_back(path: Path) -> None:
    """A golden payload is canonical, decodes, and at the present version encodes to the same bytes."""
    raw = path.read_bytes().rstrip(b"\n")
    assert encode(json.loads(raw)) == raw
    recorded = re.sub(r"-(\d+)$", r"/\1", path.stem)
    name, payload = read_back(recorded, raw)
    assert recorded != name or raw == payload
