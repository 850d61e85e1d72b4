"""Profile files: what is wrong is told with its line; and what a profile and a score may see."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from clearance.channel.subjects import ON, SALT, subject
from clearance.test_clearance import crossing_of
from crossing.ground import DRIVER, TRUCK, goods
from gatepair.adapters.channelprofiles import open_profiles
from gatepair.base.errors import Malformed
from gatepair.clearance.channel.auditing import record
from gatepair.clearance.channel.budget import LocalHour
from gatepair.clearance.channel.choosing import choose
from gatepair.clearance.channel.draw import commitment
from gatepair.clearance.channel.loading import load_profile
from gatepair.clearance.channel.profile import subject_of
from gatepair.cli.channel import channel

TEXT = resources.files("gatepair").joinpath("tables", "channel", "synthetic-demo.yaml").read_text("utf-8")


def test_the_example_is_read_and_is_synthetic() -> None:
    """What we ship is for reading; a real profile is never shipped."""
    assert load_profile(TEXT, "demo").synthetic


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("default_permille: [500, 300, 200]", "default_permille: [500, 300, 201]", "default_permille"),
        ("[0, 600, 400]", "[0, 600, 401]", "rules.1.shares_permille"),
        ("[0, 600, 400]", "[0, 600]", "rules.1.shares_permille"),
        ("[0, 600, 400]", "[0, 600.5, 399.5]", "rules.1.shares_permille.1"),
        ("key: learned", "key: empties", "rules.3.key"),
        ("[0, 0, 1000]", "[0, 1000, 0]", "rules.0.must"),
        ("start: 7, until: 12", "start: 12, until: 12", "bays.bay-2"),
        ("role: entry", "role: both", "role"),
        ("loads: [empty]", "drivers: [Nguyen]", "rules.3.when.drivers"),
        ('valid_from: "2025-01-01"', 'valid_from: "2025-02-30"', "valid_from"),
        ("synthetic: true", 'valid_until: "2024-12-31"', "valid_until"),
        ("version: 1", "version: 0", "version"),
        ("profile: 1", "profile: 2", "profile"),
        ("random_permille: 20", "random_permille: 1001", "random_permille"),
        ("source: synthetic, for the demo and tests\n", "", "source"),
    ],
)
def test_a_profile_that_does_not_hold_together_is_refused(old: str, new: str, said: str) -> None:
    """The message names the path, the line and the mend."""
    with pytest.raises(Malformed) as refused:
        load_profile(TEXT.replace(old, new, 1), "demo.yaml")
    assert said in refused.value.message
    assert "demo.yaml:" in refused.value.message


def test_what_a_profile_may_see_names_nobody() -> None:
    """No driver, plate, firm or number of a document is in a subject, whatever the crossing holds."""
    crossing = crossing_of(goods())
    seen = msgspec.json.encode(subject_of(crossing, post="a-post", findings=["sps.x", "sps.x"])).decode()
    parties = crossing.declaration.parties
    for name in (DRIVER.name, DRIVER.licence, TRUCK.tractor, parties.exporter, parties.importer):
        assert name
        assert name not in seen
    assert '"findings":["sps.x"]' in seen


def test_one_version_of_a_profile_is_there_once(tmp_path: Path) -> None:
    """Two files of one version would leave it open which decided."""
    (tmp_path / "a.yaml").write_text(TEXT, encoding="utf-8")
    assert 1 == len(open_profiles(tmp_path))
    (tmp_path / "b.yaml").write_text(TEXT, encoding="utf-8")
    with pytest.raises(Malformed, match=r"b\.yaml: version 1"):
        open_profiles(tmp_path)


# --- the command --------------------------------------------------------------------------


def test_profiles_are_checked_on_the_command_line(tmp_path: Path) -> None:
    """All problems of a file are told, and the exit status says so."""
    good, bad = tmp_path / "good.yaml", tmp_path / "bad.yaml"
    good.write_text(TEXT, encoding="utf-8")
    bad.write_text(
        TEXT.replace("[0, 600, 400]", "[0, 600, 1]").replace("key: learned", "key: empties"), encoding="utf-8"
    )
    assert 0 == CliRunner().invoke(channel, ["check", str(good)]).exit_code
    found = CliRunner().invoke(channel, ["check", str(good), str(bad)])
    assert 1 == found.exit_code
    assert 3 == len(found.output.splitlines())


def test_a_choice_is_explained_on_the_command_line(tmp_path: Path) -> None:
    """The channel, its reasons, in the language asked for; another post's profile does not choose."""
    rules, asked = tmp_path / "p.yaml", tmp_path / "s.json"
    rules.write_text(TEXT, encoding="utf-8")
    asked.write_bytes(msgspec.json.encode(subject(post="huu-nghi", findings=["sps.site_unknown"])))
    words = ["explain", str(rules), str(asked), "--at", "2025-11-11T09", "--salt", SALT]
    found = CliRunner().invoke(channel, [*words, "--language", "fr"])
    assert 0 == found.exit_code
    assert found.output.startswith("channel: red (rule.unregistered)\n")
    assert "La règle unregistered" in found.output
    asked.write_bytes(msgspec.json.encode(subject()))
    assert 2 == CliRunner().invoke(channel, words).exit_code


def test_a_period_is_audited_on_the_command_line(tmp_path: Path) -> None:
    """The same records pass with the salt that was committed to, and fail when one is touched."""
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "p.yaml").write_text(TEXT, encoding="utf-8")
    when = LocalHour(ON, 20)
    asked = [subject(number, post="huu-nghi") for number in range(20)]
    made = [choose(each, open_profiles(folder), when=when, salt=SALT) for each in asked]
    lines = [record(one.choice, each, when) for one, each in zip(made, asked, strict=True) if one is not None]
    records = tmp_path / "records.jsonl"
    records.write_bytes(b"\n".join(msgspec.json.encode(each) for each in lines))
    told = CliRunner().invoke(channel, ["commitment", "huu-nghi", "2025-11-11", "--salt", SALT]).output.strip()
    assert commitment(SALT, post="huu-nghi", period="2025-11-11") == told
    words = ["audit", str(records), "--profiles", str(folder), "--salt", SALT, "--period", "2025-11-11", "--json"]
    found = CliRunner().invoke(channel, [*words, "--commitment", told])
    assert 20 == len(lines) == json.loads(found.output)["checked"]
    assert (0, []) == (found.exit_code, json.loads(found.output)["findings"])
    records.write_bytes(records.read_bytes().replace(b'"reason":"', b'"reason":"x', 1))
    assert 1 == CliRunner().invoke(channel, [*words, "--commitment", told]).exit_code
