"""Events go to the ledger and come back unchanged, in every version ever recorded."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossing.samples import SAMPLES
from gatepair.base.canonical import encode
from gatepair.base.errors import StorageDamaged
from gatepair.crossing import codec
from gatepair.crossing import events as ev

GOLDEN = Path(__file__).parents[1] / "golden" / "events"


def test_every_event_has_a_sample() -> None:
    """There is exactly one sample of each event, in the order of the list of events."""
    assert list(ev.ALL) == [type(sample) for sample in SAMPLES]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: type(sample).__name__)
def test_golden_payloads_stay_as_recorded(sample: ev.CrossingEvent) -> None:
    """The payload of a sample is byte for byte the golden one, and reads back as the sample."""
    name, payload = codec.encode_event(sample)
    golden = (GOLDEN / (name.replace("/", "-") + ".json")).read_bytes().rstrip(b"\n")
    assert golden == payload
    assert sample == codec.decode_event(name, golden)


def test_wire_name_holds_the_version() -> None:
    """The wire name is the class and its version."""
    assert codec.type_name(ev.PlaceTaken) == "PlaceTaken/1"


@pytest.mark.parametrize("type_", ["Nothing/1", "PlaceTaken/2", "PlaceTaken/0", "PlaceTaken", "PlaceTaken/x"])
def test_unknown_types_stop_the_reader(type_: str) -> None:
    """A type or version that this release does not know is damage, never skipped."""
    with pytest.raises(StorageDamaged):
        codec.decode_event(type_, b"{}")


@pytest.mark.parametrize("payload", [b"", b"{", b'{"at_ms":"x"}', b'{"at_ms":1,"more":2}', b"\xff"])
def test_unfit_payloads_stop_the_reader(payload: bytes) -> None:
    """A payload that does not fit its type is damage."""
    with pytest.raises(StorageDamaged):
        codec.decode_event("StayEnded/1", payload)


def test_upcasters_lift_one_version_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """An older version is lifted through each upcaster between it and the present one."""
    monkeypatch.setattr(codec, "_CURRENT", {"StayWarned": (ev.StayWarned, 3)})
    monkeypatch.setattr(codec, "_DECODERS", {})
    monkeypatch.setitem(codec.UPCASTERS, ("StayWarned", 1, 2), lambda old: {"at_ms": old["when"], "late": True})
    monkeypatch.setitem(
        codec.UPCASTERS, ("StayWarned", 2, 3), lambda old: {"at_ms": old["at_ms"], "overdue": old["late"]}
    )
    assert ev.StayWarned(at_ms=5, overdue=True) == codec.decode_event("StayWarned/1", encode({"when": 5}))


def test_a_missing_upcaster_stops_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gap between versions is named, not guessed over."""
    monkeypatch.setattr(codec, "_CURRENT", {"StayWarned": (ev.StayWarned, 2)})
    monkeypatch.setattr(codec, "_DECODERS", {})
    with pytest.raises(StorageDamaged, match="StayWarned/1 to StayWarned/2"):
        codec.decode_event("StayWarned/1", b"{}")
