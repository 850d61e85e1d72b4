"""The audit finds each way in which a post could cheat with channels."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from clearance.channel.subjects import NINE, ON, SALT, profile, subject
from clearance.channel.subjects import rule as made
from gatepair.base.findings import LANGUAGES
from gatepair.clearance.channel.auditing import Audit, Recorded, audit, record
from gatepair.clearance.channel.budget import Booked, book
from gatepair.clearance.channel.choosing import choose
from gatepair.clearance.channel.draw import commitment
from gatepair.clearance.channel.profile import Profile
from gatepair.cli.channel import channel
from gatepair.crossing.model import Channel

PROFILE = profile(
    rules=[made("ore", [0, 0, 1000], commodities=["ore"])],
    default_permille=[500, 300, 200],
    random_permille=100,
    bays={"a": {"per_hour": 40}},
)
PERIOD = ON.isoformat()
COMMITTED = commitment(SALT, post="p", period=PERIOD)


def day(rules: Profile = PROFILE, count: int = 300) -> list[Recorded]:
    """Return the records of an honest day."""
    booked: Booked = {}
    records: list[Recorded] = []
    for number in range(count):
        asked = subject(number)
        found = choose(asked, (rules,), when=NINE, salt=SALT, booked=booked)
        assert found is not None
        if found.choice.bay is not None:
            booked = book(booked, found.choice.bay)
        records.append(record(found.choice, asked, NINE))
    return records


def audited(records: list[Recorded], *rules: Profile, salt: str = SALT, committed: str = COMMITTED) -> Audit:
    return audit(records, rules or (PROFILE,), salt=salt, committed=committed, period=PERIOD)


def codes(found: Audit) -> set[str]:
    return {finding.code.removeprefix("channel.") for finding in found.findings}


def test_an_honest_day_comes_out_as_recorded() -> None:
    """Every choice, every bay, the share and the salt."""
    found = audited(day())
    assert (300, set()) == (found.checked, codes(found))
    assert 300 * 100 == found.promised_permille
    assert 0 < found.picked < 60


def first(records: list[Recorded], holds: Callable[[Recorded], bool]) -> int:
    return next(index for index, each in enumerate(records) if holds(each))


def test_a_red_one_made_green_is_found() -> None:
    """And only that one: the rest of the day still comes out."""
    records = day()
    index = first(records, lambda each: each.channel is Channel.RED)
    records[index] = replace(records[index], channel=Channel.GREEN, bay="", bay_day=None, bay_hour=0)
    found = audited(records)
    assert [f"records.{index}"] == [finding.path for finding in found.findings][:1]
    assert {"choice_other"} == codes(found)
    assert "green" in found.findings[0].text("vi")


@pytest.mark.parametrize("change", [{"reason": "random"}, {"version": 2}, {"profile": "other"}, {"hour": 10}])
def test_a_record_that_was_touched_is_found(change: dict[str, object]) -> None:
    """Reason, version, profile and hour are part of what is worked out again."""
    records = day()
    index = first(records, lambda each: each.channel is Channel.RED and each.bay != "" and each.reason == "default")
    records[index] = replace(records[index], **change)
    assert {"choice_other"} == codes(audited(records))


def test_another_salt_is_found() -> None:
    """A salt chosen afterwards does not fit the commitment, even if the records are made to fit it."""
    assert {"salt_other", "choice_other"} <= codes(audited(day(), salt="beef"))
    assert {"salt_other"} == codes(audited(day(), committed="0" * 64))
    assert COMMITTED != commitment(SALT, post="p", period="2025-11-12")
    assert COMMITTED != commitment(SALT, post="q", period=PERIOD)


def test_a_second_draw_is_found() -> None:
    """A channel is drawn once, or one could draw until it is green."""
    records = day()
    assert {"drawn_twice"} == codes(audited([*records, records[first(records, lambda each: each.bay == "")]]))


def test_a_share_that_was_not_kept_is_found() -> None:
    """Leaving out the loads that the random share picked shows in their number, though each record is true."""
    heavy = profile(random_permille=300, default_permille=[1000, 0, 0])
    records = [each for each in day(heavy, 1_000) if each.reason != "random"]
    assert {"share_missed"} == codes(audited(records, heavy))


def test_a_profile_that_was_not_in_force_is_found() -> None:
    """Records of a day before the profile begins."""
    assert {"no_profile"} <= codes(audited(day(count=1), profile(valid_from="2025-11-12")))


def test_a_rule_changed_afterwards_is_found() -> None:
    """With another profile under the same version other channels come out."""
    assert {"choice_other"} == codes(audited(day(), replace(PROFILE, default_permille=(1000, 0, 0))))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("period", "named"), [(PERIOD, "records.jsonl"), ("2025-13-45", "2025-13-45"), ("20251111", "20251111")]
)
def test_an_audit_of_nothing_says_so(tmp_path: Path, language: str, period: str, named: str) -> None:
    """No records, or a period that is no day: one line that nothing was checked, and exit status 2."""
    records, folder = tmp_path / "records.jsonl", tmp_path / "profiles"
    records.write_bytes(b"")
    folder.mkdir()
    (folder / "demo.yaml").write_bytes(resources.files("gatepair").joinpath("tables/channel/synthetic-demo.yaml").read_bytes())  # fmt: skip
    asked = [str(records), "--profiles", str(folder), "--salt", SALT, "--commitment", COMMITTED, "--period", period]
    result = CliRunner().invoke(channel, ["audit", *asked, "--language", language], catch_exceptions=False)
    assert (2, 1, True) == (result.exit_code, result.output.count("\n"), named in result.output)
