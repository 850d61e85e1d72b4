"""Profiles of customs at a served post: from a folder of its settings to those who may read them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from gatepair import wiring
from gatepair.base.duties import Duty
from gatepair.base.errors import SettingInvalid
from gatepair.clearance.channel.profile import Profile
from gatepair.cli.serve import application
from gatepair.exchange.agreement import Mode
from gatepair.wiring import Settings
from web.real import PLAN, POST, START_MS, keys_of

EXAMPLE = resources.files("gatepair").joinpath("tables", "channel", "synthetic-demo.yaml").read_text("utf-8")


def made(directory: Path, *, profiles: str = "profiles") -> Path:
    """Make a post whose customs keep the example as their profile."""
    plan = wiring.load_plan_for(PLAN)
    settings = Settings(post=POST, clock="stepped", start_ms=START_MS, entropy_seed="web", channel_profiles=profiles)
    me = wiring.make_post(directory, plan, settings)
    wiring.agree(directory, plan, (me, wiring.absent_party(plan, plan.partner_of(POST))), Mode.ALONE)
    (directory / "profiles").mkdir()
    (directory / "profiles" / "entry.yaml").write_text(EXAMPLE, encoding="utf-8")
    return directory


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient[Any], dict[Duty, dict[str, str]]]]:
    opened = wiring.open_post(made(tmp_path_factory.mktemp("post") / POST))
    keys = keys_of(opened)
    try:
        with TestClient(application(opened)) as client:
            yield client, keys
    finally:
        opened.post.ledger.close()


@pytest.mark.parametrize("duty", sorted(set(Duty) - {Duty.NODE, Duty.PUBLIC}))
def test_profiles_are_for_customs_alone(served: Any, duty: Duty) -> None:
    """Whoever else asks is refused, and learns nothing from the refusal."""
    client, keys = served
    answer = client.get("/v1/channel/profiles", headers=keys[duty])
    assert (200 if duty is Duty.CUSTOMS else 403) == answer.status_code
    assert (duty is Duty.CUSTOMS) is ("synthetic-entry" in answer.text)


@pytest.mark.parametrize(("period", "status"), [("2025-11-10", 200), ("2025-11-11", 404), ("never", 404)])
def test_a_salt_is_shown_after_its_period(served: Any, period: str, status: int) -> None:
    """To auditors and customs, and to nobody else whatever the period."""
    client, keys = served
    assert status == client.get(f"/v1/channel/salts/{period}", headers=keys[Duty.AUDITOR]).status_code
    assert 403 == client.get(f"/v1/channel/salts/{period}", headers=keys[Duty.TRADER]).status_code


def test_each_reading_is_recorded(served: Any) -> None:
    """Who was shown what, before it was shown."""
    client, keys = served
    client.get("/v1/channel/profiles", headers=keys[Duty.CUSTOMS])
    client.get("/v1/channel/salts/2025-11-10", headers=keys[Duty.AUDITOR])
    events = client.get("/v1/events?limit=500", headers=keys[Duty.AUDITOR]).json()["events"]
    read = [event["payload"] for event in events if event["type"] == "ProfilesRead/1"]
    assert ["profiles", "salt 2025-11-10"] == [payload["what"] for payload in read][-2:]
    assert ["customs", "auditor"] == [payload["duty"] for payload in read][-2:]


@pytest.mark.parametrize(
    ("profiles", "text", "said"),
    [
        ("nowhere", EXAMPLE, "no folder"),
        ("profiles", EXAMPLE.replace("[500, 300, 200]", "[500, 300, 100]"), "default_permille"),
        ("profiles", EXAMPLE.replace("post: huu-nghi", "post: youyiguan"), "no place"),
    ],
)
def test_a_post_refuses_to_start_on_profiles_that_do_not_hold(
    tmp_path: Path, profiles: str, text: str, said: str
) -> None:
    """A folder that is not there, a profile with a fault, another post's profile."""
    directory = made(tmp_path / POST, profiles=profiles)
    (directory / "profiles" / "entry.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingInvalid, match=said):
        wiring.open_post(directory)


def test_the_example_names_no_person_or_firm() -> None:
    """What a profile may ask about is in its schema: no field for a name, a plate or a firm."""
    schema = json.dumps(msgspec.json.schema(Profile)).lower()
    assert [] == [
        word for word in ("driver", "plate", "tractor", "exporter", "importer", "declarant") if word in schema
    ]
