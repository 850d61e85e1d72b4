"""Customs' profiles at a real post: the choice, its record, bays, commitments, who sees what, and what never leaves."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import msgspec
import pytest

from clearance.channel.subjects import profile, rule
from exchange.taint import Day
from gatepair.adapters.memory import MemoryLedger
from gatepair.base.duties import Duty
from gatepair.base.errors import NotFound
from gatepair.base.time import DAY_MS
from gatepair.clearance.channel.auditing import audit
from gatepair.clearance.channel.profile import Profile
from gatepair.node import channels
from gatepair.node.audit import ChannelChosen, ChannelSaltCommitted
from gatepair.node.post import Post
from gatepair.node.requests import Actor
from node.pair import HOME, OTHER, Pair, agreement, declaration, post_on, rows

MARKS = ("taint-profile", "taint-rule", "taint-shadow", "taint-source", "taint-bay")


def home_profile(**changes: Any) -> Profile:
    """Return a profile of the home post's exits whose every name is a marker."""
    fields: dict[str, Any] = {
        "id": "taint-profile",
        "post": HOME,
        "role": "exit",
        "version": 7919,
        "source": "taint-source",
        "rules": [rule("taint-rule", [0, 0, 1000], must=True, commodities=["electronics"])],
        "bays": {"taint-bay": {"per_hour": 1}},
    }
    return profile(**(fields | changes))


SHADOW = home_profile(id="taint-shadow", shadow=True, default_permille=[1000, 0, 0], rules=[], bays={})


def pair_with(*profiles: Profile) -> Pair:
    """Return a pair whose home post has profiles."""
    pair = Pair()
    pair.home.profiles = profiles or (home_profile(), SHADOW)
    return pair


def audited(post: Post, kind: type[Any]) -> list[Any]:
    """Return the audit events of one kind, in order."""
    with post.ledger.read() as reader:
        entries = reader.stream(f"audit/{post.key}")
    return [msgspec.json.decode(entry.payload, type=kind) for entry in entries if entry.type.startswith(kind.__name__)]


def assign(pair: Pair, count: int) -> list[str]:
    """Declare trucks and let customs assign their channels; returns the crossings."""
    made = []
    for number in range(count):
        binding = {"tractor": f"29C-{number:05d}"}
        made.append(pair.declare(binding=binding, declaration=declaration()))
        pair.do(pair.home, "driver", "TakePlace", crossing=made[-1])
        pair.do(pair.home, "customs", "AssignChannel", crossing=made[-1])
    return made


def test_a_profile_chooses_and_the_auditor_can_work_it_out_again() -> None:
    """The records of the audit stream, the profiles and the salt of the day give every choice again."""
    pair = pair_with()
    assign(pair, 3)
    chosen = audited(pair.home, ChannelChosen)
    assert ["rule.taint-rule"] * 3 == [each.record.reason for each in chosen]
    # One inspection an hour: what must be inspected waits for the next hours.
    hour = chosen[0].record.bay_hour
    assert [hour, hour + 1, hour + 2] == [each.record.bay_hour for each in chosen]
    assert [("taint-shadow", "green")] * 3 == [(each.shadows[0].profile, each.shadows[0].channel) for each in chosen]
    committed = {each.period: each.commitment for each in audited(pair.home, ChannelSaltCommitted)}
    period = chosen[0].record.day.isoformat()
    pair.clocks[HOME].set(pair.home.now() + DAY_MS)
    shown = pair.home.salt_shown(period)
    assert committed[period] == shown["commitment"]
    found = audit(
        [each.record for each in chosen],
        pair.home.profiles,
        salt=shown["salt"],
        committed=committed[period],
        period=period,
    )
    assert (3, ()) == (found.checked, found.findings)


def test_without_a_profile_the_public_shares_decide() -> None:
    """The other post keeps none: its channel is drawn from the plan, and nothing is in its audit stream."""
    pair = pair_with()
    crossing = pair.whole_way()
    assert [] == audited(pair.other, ChannelChosen) + audited(pair.other, ChannelSaltCommitted)
    with pair.other.ledger.read() as reader:
        entries = [entry for entry in reader.stream(f"crossing/{crossing}") if entry.type == "ChannelAssigned/1"]
    assert ["share.default"] == [json.loads(entry.payload)["reason"] for entry in entries]


def test_a_shadow_changes_no_outcome() -> None:
    """The same crossings with and without the shadow have the same channels."""
    channels_of = []
    for profiles in ((home_profile(),), (home_profile(), SHADOW)):
        pair = pair_with(*profiles)
        assign(pair, 3)
        channels_of.append([msgspec.structs.replace(each, shadows=()) for each in audited(pair.home, ChannelChosen)])
    assert channels_of[0] == channels_of[1]


def test_a_refused_assignment_takes_no_bay() -> None:
    """A second draw is refused, and neither recorded nor booked."""
    pair = pair_with()
    [crossing] = assign(pair, 1)
    before = rows(pair.home.ledger)
    assert "refused" == pair.say(pair.home, "customs", "AssignChannel", crossing=crossing).status
    assert 1 == len(audited(pair.home, ChannelChosen))
    assert before == rows(pair.home.ledger)


def test_bookings_outlive_a_restart_and_a_rebuild() -> None:
    """A post that starts anew on its ledger goes on with the bays as they were booked."""
    pair = pair_with()
    assign(pair, 2)
    kept = rows(pair.home.ledger)["head"]
    pair.home.rebuild()
    assert kept == rows(pair.home.ledger)["head"]
    again = post_on(pair.home.ledger, HOME, clock=pair.clocks[HOME])
    again.profiles = pair.home.profiles
    pair.posts[HOME] = again
    pair._count += 100
    pair.declare(binding={"tractor": "29C-00009"})
    third = pair.declare(binding={"tractor": "29C-00010"})
    pair.do(again, "driver", "TakePlace", crossing=third)
    pair.do(again, "customs", "AssignChannel", crossing=third)
    hours = [each.record.bay_hour for each in audited(again, ChannelChosen)]
    assert [hours[0], hours[0] + 1, hours[0] + 2] == hours


def test_each_period_is_committed_to_once_and_before_it() -> None:
    """Today and tomorrow on the first day, then each day its morrow, also after a restart."""
    pair = pair_with()
    pair.home.advance()
    pair.home.advance()
    first = date.fromisoformat(audited(pair.home, ChannelSaltCommitted)[0].period)
    pair.clocks[HOME].set(pair.home.now() + DAY_MS)
    pair.home.advance()
    periods = [date.fromisoformat(each.period) for each in audited(pair.home, ChannelSaltCommitted)]
    assert [0, 1, 2] == [(period - first).days for period in periods]
    assert 3 == len({each.commitment for each in audited(pair.home, ChannelSaltCommitted)})


@pytest.mark.parametrize(("days", "shown"), [(-1, True), (0, False), (1, False)])
def test_a_salt_is_shown_only_after_its_period(days: int, shown: bool) -> None:  # noqa: FBT001 - by name
    """Yesterday's is, today's and tomorrow's are not: who knew them could work out draws to come."""
    post = pair_with().home
    period = date.fromordinal(post.today().toordinal() + days).isoformat()
    if shown:
        assert post.period_salt(period) == post.salt_shown(period)["salt"]
    else:
        with pytest.raises(NotFound):
            post.salt_shown(period)
    with pytest.raises(NotFound):
        post.salt_shown("yesterday")


def test_salts_of_days_tell_nothing_of_each_other() -> None:
    """Each is its own digest under the post's secret."""
    salts = {channels.salt_of(b"s" * 32, f"2025-11-{day:02d}") for day in range(1, 31)}
    assert 30 == len(salts)


# --- who sees what ------------------------------------------------------------------------

EYES = [duty for duty in Duty if duty is not Duty.PARTNER]


@pytest.mark.parametrize("duty", EYES)
def test_only_customs_and_auditors_see_how_a_channel_was_chosen(duty: Duty) -> None:
    """In the feed of everybody else the channel stands alone, and the records are the auditor's."""
    pair = pair_with()
    assign(pair, 1)
    raw = msgspec.json.encode(pair.home.events(0, 100, Actor(f"{duty.value}-1", duty, HOME)))
    told = raw.decode()
    assigned = [event for event in json.loads(raw) if event["type"].startswith("ChannelAssigned")]
    knows = duty in {Duty.CUSTOMS, Duty.AUDITOR}
    assert knows is ("taint-rule" in told)
    assert knows is any("draw_permille" in event["payload"] or "profile" in event["payload"] for event in assigned)
    assert (duty is Duty.AUDITOR) is ("taint-shadow" in told)
    assert all("channel" in event["payload"] for event in assigned)


def test_nothing_of_a_profile_is_in_evidence() -> None:
    """An evidence file goes abroad and to courts: it shows that a channel was assigned, and not how."""
    pair = pair_with()
    crossing = pair.whole_way()
    raw = pair.home.evidence(crossing).raw
    assert b"ChannelAssigned" in raw
    assert [] == [mark for mark in (*MARKS, "7919", "draw_permille") if mark.encode() in raw]


def test_nothing_of_a_profile_crosses_to_the_partner() -> None:
    """Every byte that leaves the post on a whole day of profiles is searched; its own ledger holds every marker."""
    day = Day(agreement())
    day.home.profiles = (home_profile(), SHADOW)
    day.live()
    kept = day.home.profiles
    day.again()
    day.home.profiles = kept
    told = b"\n".join(day.told[HOME] + day.told[OTHER])
    assert [] == [mark for mark in (*MARKS, "7919,", "draw_permille", "commitment") if mark.encode() in told]
    with day.home.ledger.read() as reader:
        own = b"\n".join(entry.payload for entry in reader.entries(after=0, limit=100_000))
    assert {"taint-source"} == {mark for mark in MARKS if mark.encode() not in own}
    assert isinstance(day.home.ledger, MemoryLedger)
