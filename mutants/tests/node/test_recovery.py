"""A post restored from a backup is given again what it lost, and loses nothing of what the partner said meanwhile."""

from __future__ import annotations

from typing import Any

from gatepair.adapters.memory import MemoryLedger
from gatepair.base.time import Instant
from gatepair.exchange.agreement import Mode
from gatepair.exchange.checkpoint import Origin
from gatepair.exchange.envelope import Opened, parse_body, parse_header
from gatepair.node import inbound, parking
from gatepair.node.post import Post
from gatepair.node.recording import Recorder
from node.pair import HOME, OPENING, SEEN, Pair, declaration, post_on

HOUR_MS = 3_600_000
TRUCK: dict[str, Any] = {
    "direction": "out",
    "route": "r1119-1120",
    "lane_kind": "manned",
    "load": "truck",
    "declaration": declaration(),
    "binding": dict(SEEN),
}


def alone() -> Pair:
    """Return a post that works alone (with a partner that is not asked)."""
    return Pair(mode=Mode.ALONE)


def begin(pair: Pair) -> None:
    """Tell the home post that it was restored from an empty backup of opening time."""
    pair.do(pair.home, "command_centre", "BeginRecovery", position=0, lost_from_ms=OPENING)


def later(pair: Pair, ms: int) -> None:
    """Let the home post's clock go on without anything happening."""
    pair.clocks[HOME].set(Instant(pair.clocks[HOME].now() + ms))


# --- giving again ------------------------------------------------------------------------------------


def test_acts_of_the_lost_time_are_taken_with_their_own_times() -> None:
    """An hour later they are recorded now and dated then, also the call that the board showed."""
    pair = alone()
    later(pair, HOUR_MS)
    begin(pair)
    crossing = pair.do(pair.home, "trader", "DeclareCrossing", **TRUCK, at_ms=OPENING + 60_000).crossing
    for duty, kind, minute, fields in (
        ("driver", "TakePlace", 2, {}),
        ("gate_board", "CallForward", 4, {}),
        ("driver", "AcknowledgeCall", 5, {}),
        ("yard", "RecordArrival", 9, {"station": "hn-exit-gate", "seen": SEEN}),
    ):
        done = pair.do(pair.home, duty, kind, crossing=crossing, at_ms=OPENING + minute * 60_000, **fields)
        assert OPENING + minute * 60_000 == done.events[0].payload["at_ms"]
    assert "arrived" == pair.stage(pair.home, crossing)


def test_older_acts_are_refused_again_when_the_recovery_is_finished() -> None:
    """Before and after it, an act may not lie before what is recorded, and only the post itself calls."""
    pair = alone()
    begin(pair)
    crossing = pair.do(pair.home, "trader", "DeclareCrossing", **TRUCK).crossing
    pair.do(pair.home, "driver", "TakePlace", crossing=crossing)
    later(pair, HOUR_MS)
    pair.do(pair.home, "trader", "CorrectField", crossing=crossing, path="goods.0.packages", value=901, reason="x")
    old = {"crossing": crossing, "at_ms": OPENING + 60_000}
    pair.do(pair.home, "gate_board", "HoldAtBuffer", yard="thuy-hung", **old)
    pair.do(pair.home, "command_centre", "FinishRecovery")
    refused = pair.say(
        pair.home, "driver", "BookSlot", start_ms=OPENING + 3 * HOUR_MS, until_ms=OPENING + 4 * HOUR_MS, **old
    )
    assert ["crossing.time_order"] == [finding["code"] for finding in refused.findings]
    assert "not_permitted" == pair.say(pair.home, "gate_board", "CallForward", **old).error


def test_a_recovering_post_does_nothing_by_itself() -> None:
    """It calls nobody and counts no miss until the command centre answers for the end; then it goes on."""
    pair = alone()
    begin(pair)
    crossing = pair.do(pair.home, "trader", "DeclareCrossing", **TRUCK).crossing
    pair.do(pair.home, "driver", "TakePlace", crossing=crossing)
    pair.pass_time(5)
    assert "queued" == pair.stage(pair.home, crossing)
    pair.do(pair.home, "command_centre", "FinishRecovery")
    pair.pass_time(1)
    assert "called" == pair.stage(pair.home, crossing)


def test_only_the_command_centre_ends_a_recovery() -> None:
    """Somebody answers for it; the post itself may begin one and never end one."""
    pair = alone()
    begin(pair)
    for duty in ("gate_board", "yard", "customs"):
        assert "not_permitted" == pair.say(pair.home, duty, "FinishRecovery").error
    assert pair.home.recovering
    assert 0 == pair.home.status()["recovery"]["position"]
    pair.do(pair.home, "command_centre", "FinishRecovery")
    assert None is pair.home.status()["recovery"]


# --- parking -----------------------------------------------------------------------------------------


class Lost:
    """The home post on an empty ledger, with the partner's log of before in its mirror and no effect of it."""

    def __init__(self) -> None:
        """Declare and be accepted, then lose everything but what the partner has."""
        self.pair = Pair()
        self.crossing = self.pair.send(
            self.pair.home, "trader", "DeclareCrossing", command_id="c-declare", **TRUCK
        ).crossing
        self.pair.pass_time()
        self.pair.do(self.pair.other, "gate_board", "AcceptArrival", crossing=self.crossing)
        self.pair.pass_time()
        with self.pair.home.ledger.read() as reader:
            self.rows = reader.mirror_entries("normal", start=0, limit=100)
        self.pair.posts[HOME] = post_on(MemoryLedger(), HOME, clock=self.pair.clocks[HOME], terms=self.pair.terms)
        begin(self.pair)

    @property
    def home(self) -> Post:
        """Return the restored post."""
        return self.pair.home

    def hear(self) -> None:
        """Let the partner's entries have their effects again, as the link does with what comes back."""
        origin = Origin("cn", "youyiguan", "huu-nghi-youyiguan", "normal")

        def run(recorder: Recorder) -> None:
            recorder.unit.mirror_append("normal", self.rows, b"checkpoint")
            for row in self.rows:
                inbound.deliver(self.home, recorder, opened(origin, row))

        self.home._transact(run)

    def parked(self) -> int:
        """Return how many entries wait."""
        with self.home.ledger.read() as reader:
            return parking.count(reader)

    def outcomes(self) -> list[str]:
        """Return the codes in the outcomes that the home post wrote."""
        with self.home.ledger.read() as reader:
            rows = reader.own_entries("normal", start=0, limit=100)
        bodies = [parse_body(row.body or b"{}") for row in rows if parse_header(row.header).type == "outcome/1"]
        return [code for body in bodies for code in body.sections["outcome"].value["codes"]]


def opened(origin: Origin, row: Any) -> Opened:
    """Return a mirrored row as the link opens it."""
    header = parse_header(row.header)
    sections = {name: part.value for name, part in parse_body(row.body).sections.items()}
    return Opened(
        origin=origin,
        index=row.index,
        leaf=row.leaf,
        type=header.type,
        id=header.id,
        subject=header.subject,
        at_ms=header.at_ms,
        heard=header.heard,
        re=header.re,
        sections=sections,
    )


def test_an_entry_about_a_lost_crossing_waits_for_it() -> None:
    """It is parked, and has its effect in the transaction in which the crossing is declared again."""
    lost = Lost()
    lost.hear()
    assert (1, []) == (lost.parked(), lost.outcomes())
    again = lost.pair.send(lost.home, "trader", "DeclareCrossing", command_id="c-declare", **TRUCK)
    assert lost.crossing == again.crossing
    assert 0 == lost.parked()
    with lost.home.ledger.read() as reader:
        assert None is not lost.home.standing.known(lost.crossing, reader).crossing.partner_accepted_at_ms


def test_what_still_fits_nothing_at_the_end_is_answered() -> None:
    """Nobody gave the crossing again: the partner is told so, as it would have been without a restore."""
    lost = Lost()
    lost.hear()
    lost.pair.do(lost.home, "command_centre", "FinishRecovery")
    assert (0, ["node.partner_message_unusable"]) == (lost.parked(), lost.outcomes())


def test_without_a_recovery_nothing_is_parked() -> None:
    """The same entry at a post that lost nothing is answered at once."""
    lost = Lost()
    lost.pair.do(lost.home, "command_centre", "FinishRecovery")
    lost.hear()
    assert (0, ["node.partner_message_unusable"]) == (lost.parked(), lost.outcomes())


def test_parked_entries_outlive_the_process() -> None:
    """They stand in the ledger: a post opened anew over it still waits for them."""
    lost = Lost()
    lost.hear()
    lost.pair.posts[HOME] = post_on(lost.home.ledger, HOME, clock=lost.pair.clocks[HOME], terms=lost.pair.terms)
    assert lost.home.recovering
    lost.pair.send(lost.home, "trader", "DeclareCrossing", command_id="c-declare", **TRUCK)
    assert 0 == lost.parked()


class Answered:
    """The home post on an empty ledger, after it accepted a crossing that the partner then cancelled, knowing so."""

    def __init__(self, *, heard: bool = True) -> None:
        """Keep both logs and lose the rest; without ``heard`` the partner cancelled before it knew of the acceptance."""
        self.pair = pair = Pair()
        self.crossing = pair.declare(pair.other, direction="in", route="r1119-1120")
        pair.pass_time()
        if not heard:
            pair.do(pair.other, "trader", "CancelCrossing", crossing=self.crossing, reason="SYNTHETIC")
        pair.send(pair.home, "gate_board", "AcceptArrival", command_id="c-accept", crossing=self.crossing)
        pair.pass_time()
        if heard:
            pair.do(pair.other, "trader", "CancelCrossing", crossing=self.crossing, reason="SYNTHETIC")
        pair.pass_time()
        with pair.home.ledger.read() as reader:
            mirror = reader.mirror_entries("normal", start=0, limit=100)
            own = reader.own_entries("normal", start=0, limit=100)
        pair.posts[HOME] = post_on(MemoryLedger(), HOME, clock=pair.clocks[HOME], terms=pair.terms)
        begin(pair)
        origin = Origin("cn", "youyiguan", "huu-nghi-youyiguan", "normal")

        def run(recorder: Recorder) -> None:
            for row in own:
                recorder.unit.own_append("normal", row.header, row.body or b"", row.leaf)
            recorder.unit.mirror_append("normal", mirror, b"checkpoint")
            for row in mirror:
                inbound.deliver(pair.home, recorder, opened(origin, row))

        pair.home._transact(run)

    def parked(self) -> int:
        """Return how many entries wait."""
        with self.pair.home.ledger.read() as reader:
            return parking.count(reader)


def test_a_word_that_knew_of_a_lost_act_waits_for_it() -> None:
    """The partner cancelled in knowledge of our acceptance: given again, the acceptance is recorded first."""
    lost = Answered()
    assert 1 == lost.parked()
    assert "announced" == lost.pair.stage(lost.pair.home, lost.crossing)
    again = lost.pair.send(lost.pair.home, "gate_board", "AcceptArrival", command_id="c-accept", crossing=lost.crossing)
    assert "done" == again.status
    assert 0 == lost.parked()
    assert "cancelled" == lost.pair.stage(lost.pair.home, lost.crossing)


def test_a_word_that_knew_of_no_lost_act_is_taken_at_once() -> None:
    """Cancelled before the partner knew of an acceptance, nothing is to be waited for."""
    lost = Answered(heard=False)
    assert 0 == lost.parked()
    assert "cancelled" == lost.pair.stage(lost.pair.home, lost.crossing)


def test_an_entry_is_parked_under_its_subject() -> None:
    """Later entries about the same crossing wait behind it; those about another do not."""
    lost = Lost()
    lost.hear()
    with lost.home.ledger.read() as reader:
        assert parking.is_parked(reader, lost.crossing)
        assert not parking.is_parked(reader, "X-another")
