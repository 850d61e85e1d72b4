"""EPCIS events: valid under GS1's schema, the same each time, and without anybody's name."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from crossing.ground import BOX, DRIVER, X1, declare
from crossing.steps import Trip
from gatepair import wiring
from gatepair.adapters.formats.epcis import CONTAINER_URI, WORDS, GatePlace, document
from gatepair.base.duties import Duty
from gatepair.base.entries import Draft
from gatepair.base.errors import SettingInvalid
from gatepair.cli import group
from gatepair.crossing import events as ev
from gatepair.crossing.codec import decode_event, encode_event, type_name
from gatepair.crossing.model import AgencyDecision, Declaration, Verdict
from meta.tidy import ROOT
from ports.ledger_cases import STAMP

SCHEMA = ROOT.parents[0] / "shared" / "corpora" / "epcis" / "EPCIS-JSON-Schema.json"
PLACE = GatePlace("https://gate.example/epcis", "a-post", "b-post", "Asia/Ho_Chi_Minh")
MADE_MS = 1_764_374_400_000


def golden(kind: type[ev.CrossingEvent]) -> ev.CrossingEvent:
    """Return the recorded example of an event."""
    name = type_name(kind)
    return decode_event(name, (ROOT / "tests" / "golden" / "events" / f"{name.replace('/', '-')}.json").read_bytes())


def every_event() -> dict[str, list[ev.CrossingEvent]]:
    """Return one crossing for each event there is: declared, then the event."""
    first = golden(ev.CrossingDeclared)
    return {kind.__name__: [first, *([] if kind is ev.CrossingDeclared else [golden(kind)])] for kind in ev.ALL}


def told(*events: ev.CrossingEvent) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document({X1: events}, PLACE, made_at_ms=MADE_MS)["epcisBody"]["eventList"]
    return found


def validator() -> jsonschema.Draft7Validator:
    if not SCHEMA.exists():
        pytest.skip("GS1's schema is not beside this checkout")
    return jsonschema.Draft7Validator(json.loads(SCHEMA.read_bytes()), format_checker=jsonschema.FormatChecker())


def test_every_event_is_valid_under_the_schema_of_gs1() -> None:
    """Each event that is told follows the published schema, and so does the document of all of them."""
    whole = document(every_event(), PLACE, made_at_ms=MADE_MS)
    assert [] == [f"{list(error.path)}: {error.message}"[:200] for error in validator().iter_errors(whole)]


def test_the_schema_would_see_a_wrong_step() -> None:
    """The check above can fail."""
    whole = document(every_event(), PLACE, made_at_ms=MADE_MS)
    whole["epcisBody"]["eventList"][1]["action"] = "SEEN"
    assert not validator().is_valid(whole)


def test_a_way_over_the_line_is_told_in_its_order() -> None:
    """Tied, arrived, checked, left at one post; received at the other, from the one to the other."""
    trip = Trip(declare(binding=BOX)).received()
    exits = told(*trip.pair.desks["a-post"].streams[X1])
    assert [None, "arriving", "other", "departing"] == [
        each.get("bizStep") for each in exits if each.get("bizStep") != "inspecting"
    ]
    assert f"{CONTAINER_URI}{BOX.containers[0]}" in exits[0]["epcList"]
    received = [each for each in told(*trip.pair.desks["b-post"].streams[X1]) if each.get("bizStep") == "receiving"]
    assert ["https://gate.example/epcis/post/b-post"] == [each["sourceList"][0]["source"] for each in received]


def test_each_kind_of_event_is_told_as_its_row_says() -> None:
    """Step and disposition come from the table; what did not pass does not conform."""
    crossings = every_event()
    crossings["AgencyDecided"][1:] = [decided(Verdict.HOLD)]
    by_kind = {kind.__name__: told(*events)[1:] for kind, events in zip(ev.ALL, crossings.values(), strict=True)}
    for kind, (step, _) in WORDS.items():
        assert [step] == [each["bizStep"] for each in by_kind[kind.__name__]], kind
    silent = {kind.__name__ for kind in ev.ALL} - {kind.__name__ for kind in WORDS} - {"BindingChanged"}
    assert [] == [name for name in silent if by_kind[name]]
    failed = ev.InspectionFinished(at_ms=1, passed=False, duty=Duty.CUSTOMS)
    refused, cleared = decided(Verdict.REFUSE), decided(Verdict.CLEAR)
    found = told(golden(ev.CrossingDeclared), failed, refused, cleared)[1:]
    assert ["non_conformant", "non_conformant"] == [each["disposition"] for each in found]


def decided(verdict: Verdict) -> ev.AgencyDecided:
    return ev.AgencyDecided(at_ms=1, duty=Duty.QUARANTINE, decision=AgencyDecision(verdict))


def test_another_vehicle_is_untied_before_the_new_one_is_tied() -> None:
    """A change of the binding ends one tie and makes another."""
    changed = golden(ev.BindingChanged)
    assert ["ADD", "DELETE", "ADD"] == [each["action"] for each in told(golden(ev.CrossingDeclared), changed)]


def test_no_person_and_no_firm_is_named() -> None:
    """Names of drivers, owners and parties stay where they are."""
    first = golden(ev.CrossingDeclared)
    assert isinstance(first, ev.CrossingDeclared)
    declaration: Declaration = first.declaration
    text = json.dumps(document(every_event(), PLACE, made_at_ms=MADE_MS))
    names = {DRIVER.name, declaration.parties.exporter, declaration.parties.importer, "ynthetic"}
    assert [] == sorted(name for name in names if name in text)


def test_the_same_events_have_the_same_ids() -> None:
    """Told twice, an event is one; two events are two."""
    first, second = told(*every_event()["SealApplied"]), told(*every_event()["SealApplied"])
    assert first == second
    assert len(first) == len({each["eventID"] for each in first})


def test_local_time_is_beside_the_instant() -> None:
    """The instant is UTC, and the offset that of the post."""
    (only,) = told(golden(ev.CrossingDeclared))
    assert ("Z", "+07:00") == (only["eventTime"][-1], only["eventTimeZoneOffset"])


@pytest.mark.parametrize("base", ["gate.example", "https://gate.example/", "javascript:x", "https://a b"])
def test_what_is_no_address_names_nothing(base: str) -> None:
    """Things are named below a web address or not at all."""
    with pytest.raises(SettingInvalid):
        GatePlace(base, "a", "b", "UTC")


def test_the_command_tells_what_the_ledger_holds(tmp_path: Path) -> None:
    """The document of a post's ledger, whole or of one crossing; an unknown one is an error."""
    place = tmp_path / "post"
    assert 0 == CliRunner().invoke(group, ["init", str(place), "--post", "huu-nghi"]).exit_code
    with closing(wiring.open_ledger(place, wiring.read_settings(place))) as ledger, ledger.begin() as unit:
        stream = f"crossing/{X1}"
        drafts = [Draft(stream, *encode_event(event)) for event in every_event()["VehicleArrived"]]
        unit.append(drafts, expected={stream: 0}, stamp=STAMP)
    asked = ["epcis", str(place), "--base", "https://gate.example/epcis"]
    found = json.loads(CliRunner().invoke(group, asked).output)
    assert ["TransactionEvent", "ObjectEvent"] == [each["type"] for each in found["epcisBody"]["eventList"]]
    assert found == json.loads(CliRunner().invoke(group, [*asked, "--crossing", X1]).output)
    assert 0 != CliRunner().invoke(group, [*asked, "--crossing", "X9"]).exit_code
