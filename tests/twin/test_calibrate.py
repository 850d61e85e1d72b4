"""Truths of calibration: what a ledger tells is right to the millisecond, and the plan's numbers come out of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import msgspec
import numpy as np
import pytest

from gatepair.adapters.planfiles import open_day
from gatepair.base.time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS
from gatepair.crossing import events as ev
from gatepair.crossing.model import Channel
from gatepair.plan.loading import apply_scenario, load_scenario
from gatepair.plan.model import Direction, FigureKind, Role, Shape
from gatepair.plan.sampling import service_ms
from gatepair.twin.ledgers.calibrate import calibrate, fit_note, planned_moments
from gatepair.twin.ledgers.counted import read_ledger
from gatepair.twin.ledgers.observed import Fact, Ledger, Passage, Trust, passages, services
from gatepair.world.chance import Chance
from twin.recorded_day import RecordedDay, recorded_day

NOON_MS = 1_762_833_600_000 + 30 * MINUTE_MS
"""11 November 2025, 11:30 in Viet Nam: everything is open."""


@pytest.fixture(scope="module")
def day() -> RecordedDay:
    """Run a small synthetic day of the simulated world once."""
    return recorded_day()


@pytest.fixture(scope="module")
def overlay(day):
    """Calibrate on both ledgers of the small day."""
    return calibrate(day.plan, day.ledgers)


# --- what is observable ----------------------------------------------------------------------------


def passed(crossing: str, *ends: tuple[str, int], entered_ms: int, channel: Channel = Channel.GREEN) -> Passage:
    """Return a passage of a laden truck through the exit post of Hữu Nghị that ended the given stations."""
    plan = open_day("2025-11-11").plan
    facts = iter(recorded_day().ledgers[0].facts)
    declared = next(one.event for one in facts if isinstance(one.event, ev.CrossingDeclared))
    assert plan.stations
    found = passages([Fact(1, crossing, entered_ms, declared)], plan)[crossing]
    found.role, found.direction, found.entered_ms = Role.EXIT, Direction.OUT, entered_ms
    found.channel, found.channel_ms = channel, entered_ms
    found.ends.extend(ends)
    return found


def line(station: str, rows: list[tuple[int, int | None]], *, servers: int, until_ms: int = NOON_MS + 3 * HOUR_MS):
    """Return the services of ``station`` where vehicles came and ended at these seconds after noon."""
    plan = open_day("2025-11-11").plan
    stations = {**plan.stations, station: msgspec.structs.replace(plan.stations[station], servers=servers)}
    plan = msgspec.structs.replace(plan, stations=stations)
    found = {}
    for number, (came_s, ended_s) in zip(count(), rows, strict=False):
        name = f"c{number}"
        ends = [] if ended_s is None else [(station, NOON_MS + ended_s * SECOND_MS)]
        found[name] = passed(name, *ends, entered_ms=NOON_MS + came_s * SECOND_MS)
    return services(found, plan, "huu-nghi", until_ms=until_ms)[station]


def test_a_service_begins_when_a_place_falls_free() -> None:
    """Of three that come to two places the third begins when the first of the others ends."""
    found = line("hn-exit-gate", [(0, 100), (10, 60), (20, 160)], servers=2)
    assert [100, 50, 100] == [one.lasted_ms // SECOND_MS for one in found]
    assert {Trust.EXACT} == {one.trust for one in found}


def test_a_service_begins_when_the_station_opens() -> None:
    """Who comes at 05:00 is served from 07:00 on: the two hours are waiting."""
    found = line("hn-exit-gate", [(-23_400, -16_000)], servers=1)
    assert 200 == found[0].lasted_ms // SECOND_MS


def test_a_service_that_has_not_ended_is_censored_and_keeps_its_place() -> None:
    """A service without an end counts as lasting still; who comes behind it to the only place waits."""
    found = line("hn-exit-gate", [(0, 100), (10, None), (20, None)], servers=1, until_ms=NOON_MS + 400 * SECOND_MS)
    assert [Trust.EXACT, Trust.UNENDED, Trust.WAITING] == [one.trust for one in found]
    assert [100, 300, None] == [one.lasted_ms and one.lasted_ms // SECOND_MS for one in found]


def test_who_came_first_matters_only_where_somebody_waits() -> None:
    """Two at one instant are known when both find a place, and unsure when one has to wait for the other."""
    free = line("hn-exit-gate", [(0, 100), (0, 60)], servers=2)
    assert [Trust.EXACT, Trust.EXACT] == [one.trust for one in free]
    taken = line("hn-exit-gate", [(0, 100), (0, 160)], servers=1)
    assert [Trust.UNSURE, Trust.UNSURE] == [one.trust for one in taken]


def test_too_few_places_in_the_plan_show_as_impossible() -> None:
    """Two services that overlap cannot both be of one place; the second ended before it can have begun."""
    found = line("hn-exit-gate", [(0, 300), (10, 200)], servers=1)
    assert [Trust.EXACT, Trust.IMPOSSIBLE] == [one.trust for one in found]


def test_every_known_service_of_a_day_lasted_as_long_as_it_did(day) -> None:
    """What is called exact or censored is the simulated world's own draw, to the millisecond, at every station."""
    chance = Chance(1)
    known = 0
    for ledger in day.ledgers:
        until_ms = max(one.event.at_ms for one in ledger.facts)
        found = services(passages(ledger.facts, day.plan), day.plan, ledger.post, until_ms=until_ms)
        for key, rows in found.items():
            for row in rows:
                service = day.plan.stations[key].service[row.selector]
                drawn_ms = service_ms(service, chance.unit(day.entities[row.crossing], key))
                if row.trust is Trust.EXACT:
                    known += 1
                    assert drawn_ms == row.lasted_ms, (key, row)
                elif row.trust is Trust.UNENDED:
                    assert row.lasted_ms <= drawn_ms, (key, row)
                else:
                    assert row.trust is not Trust.IMPOSSIBLE, (key, row)
    assert known > 300


def test_a_shorter_ledger_tells_the_same_of_what_it_holds(day) -> None:
    """Cut at ten o'clock, a ledger calls exact what the whole ledger calls exact, and its unended times are shorter."""
    ledger = day.ledgers[0]
    cut_ms = day.start_ms + 10 * HOUR_MS
    whole = _by_visit(ledger, day.plan, max(one.event.at_ms for one in ledger.facts))
    held = tuple(one for one in ledger.facts if max(one.event.at_ms, one.recorded_ms) < cut_ms)
    part = _by_visit(Ledger(ledger.post, held), day.plan, cut_ms)
    compared = 0
    for key, row in part.items():
        later = whole.get(key)
        if later is None or later.trust is not Trust.EXACT:
            continue
        if row.trust is Trust.EXACT:
            assert later.lasted_ms == row.lasted_ms
            compared += 1
        elif row.trust is Trust.UNENDED:
            assert row.lasted_ms <= later.lasted_ms
    assert compared > 30


def test_the_note_that_a_vehicle_is_in_its_bay_is_where_its_inspection_was_reckoned_to_begin(day) -> None:
    """The simulated officers note it at once: what is reckoned from the line alone is the instant that they wrote."""
    noted = 0
    for ledger in day.ledgers:
        known = _by_visit(ledger, day.plan, max(one.event.at_ms for one in ledger.facts))
        for fact in ledger.facts:
            if isinstance(fact.event, ev.CheckRecorded) and fact.event.result == "in_bay":
                row = known[fact.event.station, fact.crossing]
                if row.trust is Trust.EXACT:
                    assert fact.event.at_ms == row.started_ms
                    noted += 1
    assert noted > 10


def _by_visit(ledger: Ledger, plan, until_ms: int):
    found = services(passages(ledger.facts, plan), plan, ledger.post, until_ms=until_ms)
    return {(key, row.crossing): row for key, rows in found.items() for row in rows}


# --- the overlay -----------------------------------------------------------------------------------


def test_known_service_times_lie_in_their_intervals(overlay) -> None:
    """Of some forty 95 % intervals of means and cvs at most five miss what the plan says."""
    covered, intervals = overlay.coverage()
    assert intervals >= 30
    assert intervals - covered <= 5


def test_what_is_not_recorded_is_said_and_not_set(overlay) -> None:
    """A barrier behind the release leaves no act in the ledger: its time stays the plan's, and the overlay says why."""
    barrier = next(one for one in overlay.services if one.station == "hn-exit-barrier")
    assert barrier.fit is None
    assert "nothing is recorded at this station" == barrier.why
    assert barrier.path not in overlay.scenario.overrides
    assert any(one.startswith(barrier.path) for one in overlay.remarks)


def test_the_overlay_is_a_scenario_that_fits_the_plan(day, overlay) -> None:
    """Written as YAML and read back it is the same; applied, the plan has the fitted times, marked as computed."""
    text = msgspec.yaml.encode(msgspec.to_builtins(overlay.scenario)).decode()
    assert msgspec.to_builtins(overlay.scenario) == msgspec.to_builtins(load_scenario(text, "overlay.yaml"))
    plan = apply_scenario(day.plan, overlay.scenario)
    check = plan.stations["hn-exit-gate"].service["default"]
    assert Shape.UNIFORM is check.shape
    assert (180, 300) == pytest.approx((check.low_s, check.high_s), abs=8)
    assert FigureKind.COMPUTED is check.provenance.kind
    assert check.provenance.source in overlay.scenario.sources
    assert "services; uniform, mean" in check.provenance.note


def test_arrivals_stock_and_hours_are_those_of_the_day(day, overlay) -> None:
    """Counts of a day are counts: stock and arrivals by direction are exactly the plan's own."""
    for fit in overlay.flows:
        flow = day.plan.demand.flows[int(fit.path.rpartition(".")[2])]
        assert (flow.direction, flow.stock, flow.arrivals) == (fit.direction, fit.stock, fit.arrivals)
        assert flow.arrivals == sum(fit.profile)
        assert 1000 == sum(fit.mix.values())
        assert fit.arrivals_bounds.holds(flow.arrivals)


def _at(fact: Fact, by_ms: int) -> Fact:
    moved = msgspec.structs.replace(fact.event, at_ms=fact.event.at_ms + by_ms)
    return replace(fact, event=moved, recorded_ms=moved.at_ms)


def test_what_the_gate_itself_does_on_other_days_makes_no_day_of_traffic(day, overlay) -> None:
    """Words of the gate three days before and after leave stock, arrivals and service times as they were."""
    longer = []
    for ledger in day.ledgers:
        words = [one for one in ledger.facts if not one.crossing]
        early, late = (tuple(_at(one, by_ms) for one in words) for by_ms in (-3 * DAY_MS, 3 * DAY_MS))
        longer.append(Ledger(ledger.post, (*early, *ledger.facts, *late)))
    again = calibrate(day.plan, longer)
    assert overlay.flows == again.flows
    assert overlay.shares == again.shares
    assert [one.fitted for one in overlay.services] == [one.fitted for one in again.services]


def test_a_ledger_of_one_morning_and_a_word_after_midnight_is_that_morning(day) -> None:
    """Where all crossings are of one day, that day is the window, from its first crossing to its midnight."""
    ledger = day.ledgers[0]
    today = tuple(one for one in ledger.facts if not one.crossing or one.event.at_ms >= day.start_ms)
    begun = {one.crossing for one in today if isinstance(one.event, ev.CrossingDeclared)}
    today = tuple(one for one in today if not one.crossing or one.crossing in begun)
    assert max(one.event.at_ms for one in today) >= day.until_ms
    seen = read_ledger(day.plan, Ledger(ledger.post, today), first_ms=None, until_ms=None)
    assert min(one.event.at_ms for one in today if one.crossing) == seen.first_ms
    assert day.until_ms == seen.until_ms


def test_thin_evidence_does_not_move_a_share(overlay) -> None:
    """A share seen too seldom is shown with its interval and leaves the plan's number where it is."""
    thin = [one for one in overlay.shares if one.seen.trials < 20]
    assert thin
    assert not any(one.used for one in thin)
    two_way = next(one for one in overlay.shares if one.path.endswith("0.two_way_permille"))
    assert (0, False) == (two_way.seen.count, two_way.used)
    assert two_way.path not in overlay.scenario.overrides


def test_shares_that_are_used_are_what_was_counted(overlay) -> None:
    """A used share stands in the overlay as counted, and its interval holds the plan's share here."""
    used = {one.path: one for one in overlay.shares if one.used and one.path.startswith("demand.")}
    assert used
    for path, one in used.items():
        assert one.seen.permille == overlay.scenario.overrides[path]


def test_one_ledger_alone_calibrates_its_own_post(day) -> None:
    """With one post's ledger nothing is said of the other post's stations."""
    alone = calibrate(day.plan, day.ledgers[:1])
    assert {"huu-nghi"} == {one.post for one in alone.services}
    assert not any(key.startswith("stations.yyg") for key in alone.scenario.overrides)
    apply_scenario(day.plan, alone.scenario)


def test_a_ledger_without_crossings_is_refused(day) -> None:
    """There is nothing to learn from no entries, nor from the gate's own alone."""
    alone = tuple(one for one in day.ledgers[0].facts if not one.crossing)
    assert alone
    for facts in ((), alone):
        with pytest.raises(ValueError, match="hold crossings"):
            calibrate(day.plan, [Ledger("huu-nghi", facts)])


def test_the_published_form_is_plain(overlay) -> None:
    """The evidence goes out as JSON, with the coverage in it."""
    wire = msgspec.json.decode(msgspec.json.encode(overlay.to_wire()))
    assert list(overlay.coverage()) == [wire["covered"], wire["intervals"]]
    assert {"scenario", "services", "shares", "flows", "stages", "remarks"} <= set(wire)


def test_the_evidence_of_a_fit_is_one_sentence(overlay) -> None:
    """Count, family, mean with interval, cv and test stand in the provenance of each time."""
    fit = next(one.fit for one in overlay.services if one.station == "hn-entry-health")
    assert "services; lognormal, mean" in fit_note(fit)
    assert "Anderson-Darling" in fit_note(fit)


def test_moments_of_the_plan_are_those_of_its_shapes(day) -> None:
    """The check of vehicles of 180 to 300 seconds has a mean of 240 and a cv of 0.144."""
    service = day.plan.stations["hn-exit-gate"].service["default"]
    assert (240.0, 0.1443) == pytest.approx(planned_moments(service), abs=1e-4)


@pytest.mark.nightly
def test_intervals_of_ten_days_cover_as_often_as_they_say() -> None:
    """Over ten small synthetic days the 95 % intervals of service times hold the plan's numbers in 92 to 99 percent."""
    told = np.sum([calibrate(one.plan, one.ledgers).coverage() for one in map(recorded_day, range(11, 21))], axis=0)
    assert 0.92 <= told[0] / told[1] <= 0.99
