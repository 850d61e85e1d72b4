"""What leaves a post as a copy for the country: codes, instants and figures, and never a name."""

from __future__ import annotations

import enum
import json
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from msgspec import Struct

from gatepair.base.entries import Draft, Entry, sealed
from gatepair.base.errors import SettingInvalid
from gatepair.crossing import events as crossing
from gatepair.crossing.model import Code
from gatepair.node.copies import COPIED, DOCUMENT_BYTES_MAX, Choice, CopySettings, stream_name
from gatepair.operations import events as gate
from gatepair.plan.model import LocalDate, LocalTime

GOLDEN = Path(__file__).parents[1] / "golden" / "events"
EVENTS = {event.__name__: event for event in (*crossing.ALL, *gate.ALL)}
PLAIN = {int, bool, type(None)}
CODES = {Code, LocalDate, LocalTime}
SPELLED = {
    "CrossingDeclared.declaration.goods.hs": "the tariff code, digits",
    "CrossingDeclared.declaration.goods.origin": "a country code",
    "FeeAssessed.fee.currency": "a currency code",
    "FeePaid.currency": "a currency code",
}
"""Fields whose spelling is held by a pattern of their own or by their maker, with what they hold."""


def entry(name: str, payload: dict[str, Any], *, stream: str = "crossing/X1", position: int = 1) -> Entry:
    """Return one recorded event."""
    versions = {stream: 0}
    draft = Draft(stream, f"{name}/1", msgspec.json.encode(payload))
    made = sealed(
        [draft], after=position - 1, previous=bytes(32), versions=versions, at_ms=7, actor="a", command_id="c"
    )
    return made[0]


def reached(kind: Any, parts: list[str]) -> list[Any]:
    """Return the types at the end of a path of fields, through optional values and lists."""
    if get_origin(kind) is Annotated and kind not in CODES:
        return reached(get_args(kind)[0], parts)
    if get_origin(kind) in {Union, type(int | None)}:
        return [found for arm in get_args(kind) for found in reached(arm, parts)]
    if get_origin(kind) is tuple:
        return reached(get_args(kind)[0], parts)
    if isinstance(kind, type) and issubclass(kind, Struct):
        hints = get_type_hints(kind, include_extras=True)
        return [f for name in (parts[:1] or hints) for f in reached(hints[name], parts[1:])]
    return [kind]


def test_what_is_copied_by_default_can_hold_no_name() -> None:
    """Every default field ends in a number, a truth value, a closed set or a code: nothing a person could type into."""
    open_ended = [
        f"{name}.{path}"
        for name, paths in COPIED.items()
        for path in paths.split()
        for found in reached(EVENTS[name], path.split("."))
        if found not in PLAIN and found not in CODES and not (isinstance(found, type) and issubclass(found, enum.Enum))
    ]
    assert sorted(SPELLED) == sorted(open_ended)


def test_a_free_text_would_be_found() -> None:
    """The check above sees free text: the reason of a correction is one."""
    assert [str] == [get_args(one)[0] if get_args(one) else one for one in reached(crossing.FieldCorrected, ["reason"])]


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_no_synthetic_person_or_firm_is_in_a_copy(path: Path) -> None:
    """Of every event that was ever recorded the copy holds no driver, no party, no owner and no account."""
    name = path.stem.partition("-")[0]
    copy = Choice.of({}).copy(entry(name, json.loads(path.read_text())), post="north", after=0)
    shown = b"" if copy is None else copy.encoded()
    assert [] == [word for word in (b"SYNTHETIC", b"driver", b"parties", b"owner", b"actor") if word in shown]


def test_what_is_not_listed_is_not_copied() -> None:
    """An event without a line in the default, such as one of a later release or of the audit, stays here."""
    assert None is Choice.of({}).copy(entry("PersonalDataRead", {"at_ms": 1}, stream="audit/north"), post="n", after=0)
    assert None is Choice.of({}).copy(entry("CargoSung", {"at_ms": 1}), post="n", after=0)


def test_a_copy_keeps_the_listed_fields_only() -> None:
    """Inside lists and fields of fields exactly what is listed is left."""
    goods = {"hs": "0810", "description": "durian", "gross_mass_kg": 5, "origin": "VN"}
    payload = {"at_ms": 3, "route": "r1", "declaration": {"goods": [goods]}, "binding": {"tractor": "12C-1"}}
    copy = Choice.of({}).copy(entry("CrossingDeclared", payload), post="north", after=0)
    kept = {"goods": [{"hs": "0810", "gross_mass_kg": 5, "origin": "VN"}]}
    assert copy is not None
    assert {"at_ms": 3, "route": "r1", "declaration": kept} == copy.payload


def test_settings_choose_other_fields() -> None:
    """An event named in the settings gives the fields named there, and none when none are named."""
    choice = Choice.of({"BindingChanged": ("new.tractor",), "CallMissed": ()})
    changed = choice.copy(
        entry("BindingChanged", {"at_ms": 1, "new": {"tractor": "12C-1", "owner": "O"}}), post="n", after=0
    )
    assert changed is not None
    assert {"at_ms": 1, "new": {"tractor": "12C-1"}} == changed.payload
    assert None is choice.copy(entry("CallMissed", {"at_ms": 1, "number": 1}), post="n", after=0)


@pytest.mark.parametrize("path", ["driver.name", "declaration.parties.exporter", "binding.owner"])
def test_no_setting_lets_a_name_out(path: str) -> None:
    """A field that names persons or firms is refused at the start."""
    with pytest.raises(SettingInvalid, match="never copied"):
        Choice.of({"CrossingDeclared": (path,)})


@pytest.mark.parametrize(("event", "field"), [("Nothing", "at_ms"), ("CallMissed", "mood"), ("KeyCreated", "key")])
def test_a_setting_that_names_nothing_is_refused(event: str, field: str) -> None:
    """An unknown event, an unknown field and an event of the audit are refused at the start."""
    with pytest.raises(SettingInvalid):
        Choice.of({event: (field,)})


@pytest.mark.parametrize("corrected", ["driver.name", "declaration.parties.importer"])
def test_a_correction_of_a_name_gives_no_name(corrected: str) -> None:
    """Even when the settings copy old and new values, those of a guarded field stay."""
    payload = {"at_ms": 1, "path": corrected, "old": "Ann", "new": "Anne", "reason": "r", "actor": "a"}
    copy = Choice.of({"FieldCorrected": ("path", "old", "new")}).copy(
        entry("FieldCorrected", payload), post="n", after=0
    )
    assert copy is not None
    assert {"at_ms": 1, "path": corrected} == copy.payload


def test_a_copy_over_the_limit_goes_without_its_payload() -> None:
    """A copy that no broker would take must not stop those behind it; its length is stated."""
    choice = Choice.of({"FieldCorrected": ("new",)})
    frame = len('{"at_ms":1,"new":""}')
    for length, omitted in ((DOCUMENT_BYTES_MAX - frame, 0), (DOCUMENT_BYTES_MAX - frame + 1, DOCUMENT_BYTES_MAX + 1)):
        payload = {"at_ms": 1, "path": "x", "old": 1, "new": "y" * length}
        copy = choice.copy(entry("FieldCorrected", payload), post="n", after=0)
        assert copy is not None
        assert omitted == copy.omitted_bytes
        assert (omitted == 0) is bool(copy.payload)


def test_names_at_the_broker() -> None:
    """Subjects and the stream are named by the post and the kind of stream; two contents of one place are two ids."""
    first, second = (
        Choice.of({}).copy(entry("CallMissed", {"at_ms": at_ms, "number": 1}), post="a.b", after=0) for at_ms in (1, 2)
    )
    assert first is not None
    assert second is not None
    assert "gatepair.a_b.crossing" == first.subject
    assert "GATEPAIR_A_B" == stream_name("a.b")
    assert first.id.startswith("a.b/1/")
    assert first.id != second.id


def test_settings_are_read_strictly() -> None:
    """An address of another kind is refused."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"url": "http://broker"}, CopySettings)
