"""Random life at two posts: random orders by random duties, held against oracles of its own.

The oracles know the rules of the design in another form than the product: they look at events and at the
words that were carried, never at the guards.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec

from crossing.ground import (
    BOX,
    FRUIT,
    GREEN,
    OTHER_TRUCK,
    PLAN,
    RED,
    START_MS,
    TEST_PAPER,
    TRUCK,
    X1,
    YELLOW,
    Desk,
    Pair,
    declare,
    goods,
    item,
    seen,
)
from gatepair.base.duties import AGENCIES, Duty
from gatepair.base.findings import Refusal
from gatepair.clearance.fees.of_plan import fee_of
from gatepair.crossing import commands as cmd
from gatepair.crossing import events as ev
from gatepair.crossing import model
from gatepair.crossing.context import PartnerWord
from gatepair.crossing.decide import decide
from gatepair.crossing.fold import fold
from gatepair.crossing.model import Binding, LoadUnit, Onward, Reason, SealKind, Stage, Verdict
from gatepair.crossing.outcome import Order, Outcome
from gatepair.crossing.state import ENDED, Crossing
from gatepair.crossing.timers import due
from gatepair.plan.model import Direction, LaneKind, Regime, Role

POSTS = tuple(PLAN.posts)
BINDINGS = (TRUCK, OTHER_TRUCK, BOX, Binding(tractor="12C-12345"))
LANES = ("m-out", "m-in", "m-tidal", "u-out", "u-in", "e-out", "m2-out")
STAGES = (Stage.QUEUED, Stage.CALLED, Stage.ANNOUNCED, *[Stage.ARRIVED] * 5, Stage.DEPARTED)
NUMBERS = ("s-1", "s-2")
CORRECTIONS: tuple[tuple[str, Any], ...] = (
    ("goods.0.hs", "854232"),
    ("goods.0.origin", "CN"),
    ("goods.0.origin", "VN"),
    ("goods.0.value_minor", 1),
    ("goods.0.commodity", "live_seafood"),
    ("declaration.regime", "two_way"),
    ("driver.name", "Another synthetic driver"),
    ("parties.importer", "Another importer"),
    ("goods.0.gross_mass_kg", -1),
    ("goods.7.hs", "854232"),
    ("binding.tractor", "11A-11111"),
    ("nothing", 1),
)
DECLARATIONS = (
    declare(),
    declare(binding=OTHER_TRUCK, declaration=FRUIT),
    declare(direction=Direction.IN, binding=OTHER_TRUCK),
    declare(direction=Direction.IN, declaration=goods(item(), regime=Regime.TWO_WAY)),
    declare(load=LoadUnit.CONTAINER, lane_kind=LaneKind.UNMANNED, binding=BOX),
    declare(load=LoadUnit.EMPTY, lane_kind=LaneKind.EMPTIES, declaration=goods(regime=Regime.EMPTY)),
    declare(direction=Direction.IN, return_of=X1),
    declare(load=LoadUnit.CONTAINER, binding=BOX),
)

AGES_S = (None, 0, 0, 0, 500, 5_000, 90_000)
SEALS = ((), ("s-1",), ("s-1", "s-2"))


def touched(pattern: str, path: str) -> bool:
    """Tell, by a regular expression and not by the product's walk, whether ``path`` lies at, above or below."""
    wanted, given = pattern.split("."), path.split(".")
    size = min(len(wanted), len(given))
    expression = r"\.".join("[^.]+" if part == "*" else re.escape(part) for part in wanted[:size])
    return re.fullmatch(expression, ".".join(given[:size])) is not None


def any_order(rng: Random, crossing: str) -> Order:
    """Return any order about ``crossing``, also one that makes no sense."""
    family = rng.choice((_of_trade, _of_the_yard, _of_the_yard, _of_agencies, _of_agencies))
    return rng.choice(family(rng, {"crossing": crossing}))


def _look(rng: Random) -> model.Seen:
    return seen(rng.choice(BINDINGS), seals=rng.choice(SEALS))


def _of_trade(rng: Random, c: dict[str, Any]) -> list[Order]:
    path, value = rng.choice(CORRECTIONS)
    code = rng.choice((None, "medical", "friend"))
    return [
        cmd.CorrectField(**c, path=path, value=value, reason="typing"),
        cmd.CorrectField(**c, path=path, value=value, reason="typing again"),
        cmd.AttachDocument(**c, document=TEST_PAPER),
        cmd.ChangeBinding(**c, binding=rng.choice(BINDINGS), reason="swap", code=code),
        cmd.ChangeBinding(**c, binding=rng.choice(BINDINGS), reason="swap", code="medical"),
        cmd.CancelCrossing(**c, reason="sold"),
        cmd.BookSlot(**c, start_ms=START_MS, until_ms=START_MS + rng.choice((0, 10**9))),
        cmd.TakePlace(**c, yard=rng.choice((None, *PLAN.yards))),
        cmd.AcknowledgeCall(**c),
        cmd.AcknowledgeInstruction(**c, instruction=rng.choice(tuple(model.Instruction)), basis="yard-a-buffer"),
    ]


def _of_the_yard(rng: Random, c: dict[str, Any]) -> list[Order]:
    station, look = rng.choice(tuple(PLAN.stations)), _look(rng)
    lane, officer = rng.choice(LANES), rng.choice(("", "guard-7"))
    paid = cmd.PayFee(**c, amount_minor=rng.choice((1, 900_000)), currency="VND", receipt=rng.choice(("r-1", "r-2")))
    return [
        cmd.HoldAtBuffer(**c, yard=rng.choice(tuple(PLAN.yards))),
        cmd.CallForward(**c),
        cmd.MissCall(**c),
        cmd.WarnStay(**c),
        cmd.EndStay(**c),
        cmd.MovePlace(**c, code=rng.choice(("medical", "friend")), reason="ill"),
        cmd.DivertCrossing(**c, gate="other", reason="road"),
        cmd.RecordArrival(**c, station=station, seen=look),
        cmd.RecordCheck(**c, station=station, result=rng.choice(("weighed", "documents_ok"))),
        cmd.AssessFee(**c),
        paid,
        cmd.Depart(**c, lane=lane, seen=look, confirmed_by=officer),
        cmd.ConfirmHandover(**c, station=station, seen=look),
        cmd.DisputeHandover(**c, station=station, seen=look, reason="seal"),
        cmd.RecordExit(**c, station=station),
        cmd.ReceiveReturn(**c, station=station, seen=look),
    ]


def _of_agencies(rng: Random, c: dict[str, Any]) -> list[Order]:
    number = rng.choice(NUMBERS)
    passed = rng.random() < 0.8
    refusal = cmd.RefuseCrossing(**c, cause="pest", onward=rng.choice(tuple(Onward)))
    return [
        cmd.Decide(**c, verdict=rng.choice(tuple(Verdict)), reasons=rng.choice(((), ("papers",), ("papers",)))),
        cmd.Decide(**c, verdict=Verdict.REFUSE, reasons=("papers",)),
        cmd.AssignChannel(**c),
        cmd.OrderInspection(**c, bay="bay-1", reason="look"),
        cmd.FinishInspection(**c, passed=passed),
        cmd.TakeSample(**c, number=number, laboratory="lab", expected_at_ms=2_000_000_000_000),
        cmd.RecordLaboratoryResult(**c, number=number, passed=passed),
        cmd.ApplySeal(**c, number=number, kind=rng.choice(tuple(SealKind))),
        cmd.CheckSeal(**c, number=number, intact=passed),
        cmd.BreakSeal(**c, number=number, reason="look"),
        cmd.Release(**c),
        cmd.WithdrawRelease(**c, reason="doubt"),
        refusal,
        refusal,
        cmd.AcceptArrival(**c),
        cmd.ReportDiscrepancy(**c, code="mass_differs", path="goods.0.gross_mass_kg", found="9"),
        cmd.AskCertificate(**c, kind="test_report", number=number),
        cmd.DeclineArrival(**c, reasons=rng.choice(((), (Reason(code="full"),)))),
    ]


def story(rng: Random, crossing: Crossing, post: str) -> list[Order]:
    """Return orders that belong together and that chance alone would seldom put in a row."""
    c = {"crossing": crossing.id}
    site = f"{post[0]}-{crossing.role.value}"
    look = seen(crossing.binding, seals=("s-1",))
    sample = cmd.TakeSample(**c, number="s-1", laboratory="lab", expected_at_ms=2_000_000_000_000)
    if crossing.role is Role.EXIT and crossing.stage is Stage.ARRIVED and rng.random() < 0.7:
        return departure_story(rng, crossing)
    return rng.choice(
        (
            [
                cmd.Decide(**c, verdict=Verdict.REFUSE, reasons=("pest",)),
                cmd.RefuseCrossing(**c, cause="pest", onward=rng.choice(tuple(Onward))),
                cmd.RecordExit(**c, station=site),
            ],
            [
                cmd.DisputeHandover(**c, station=site, seen=look, reason="seal"),
                cmd.Release(**c),
                cmd.ConfirmHandover(**c, station=site, seen=seen(crossing.binding)),
            ],
            [cmd.HoldAtBuffer(**c, yard=f"{post[0]}-buffer"), cmd.MovePlace(**c, code="medical", reason="ill")],
            [cmd.Decide(**c, verdict=Verdict.HOLD, reasons=("doubt",)), cmd.Release(**c)],
            [cmd.ChangeBinding(**c, binding=rng.choice(BINDINGS), reason="swap", code="medical")],
            [cmd.CorrectField(**c, path="goods.0.origin", value="LA", reason="typing")],
            [cmd.CorrectField(**c, path="goods.0.commodity", value="ore", reason="typing"), cmd.AssessFee(**c)],
            [cmd.DeclineArrival(**c, reasons=(Reason(code="full"),))],
            [sample, cmd.Release(**c)],
            [sample, cmd.RecordLaboratoryResult(**c, number="s-1", passed=False), cmd.Release(**c)],
            [cmd.OrderInspection(**c, bay="bay-1", reason="look"), cmd.Release(**c)],
            [cmd.Release(**c)],
            [cmd.EndStay(**c)],
        )
    )


def departure_story(rng: Random, crossing: Crossing) -> list[Order]:
    """Return ways in which something is not right when the vehicle stands at the line."""
    c = {"crossing": crossing.id}
    bare = seen(crossing.binding)
    lane = {LoadUnit.CONTAINER: "u-out", LoadUnit.EMPTY: "e-out"}.get(crossing.load, "m-tidal")
    officer = rng.choice(("", "guard-7"))
    leave = cmd.Depart(**c, lane=lane, seen=bare, confirmed_by=officer)
    sealed = cmd.ApplySeal(**c, number="s-1", kind=SealKind.GPS)
    whole = msgspec.structs.replace(leave, seen=seen(crossing.binding, seals=("s-1",)))
    return rng.choice(
        (
            [msgspec.structs.replace(leave, lane=rng.choice(LANES))],
            [msgspec.structs.replace(leave, seen=seen(rng.choice(BINDINGS)))],
            [cmd.WithdrawRelease(**c, reason="doubt"), leave],
            [sealed, leave],
            [sealed, whole],
            [sealed, cmd.CheckSeal(**c, number="s-1", intact=False), whole],
        )
    )


class Life:
    """Random life at two posts."""

    def __init__(self) -> None:
        """Begin with two empty posts and nothing said."""
        self.pair = Pair()
        self.ids: list[str] = []
        self.steps = 0
        self.note: Callable[[str], None] = lambda _line: None
        self.by_customs: set[tuple[str, str]] = set()
        self.word: dict[str, bool] = {}
        """Exit post: whether the partner's last word on the crossing was that it may come."""
        self.held: dict[str, set[Duty]] = {}  # exit post: agencies over there that hold it, by their last word

    # --- orders -----------------------------------------------------------------------------

    def opens(self, seed: int) -> None:
        """The day begins with two crossings."""
        rng = self._chance(seed)
        for _ in range(2):
            self.declares(rng.choice(DECLARATIONS[:7]), elsewhere=9)

    def declares(self, declaration: cmd.DeclareCrossing, elsewhere: int) -> None:
        """A trader declares, now and then at the wrong post, now and then twice."""
        post = home_of(declaration)
        crossing = f"X{'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[len(self.ids) % 32]}{'A' * 19}"
        self.ids.append(crossing)
        if declaration.return_of is not None:
            declaration = msgspec.structs.replace(declaration, return_of=self.ids[0])
        self.acts(post if elsewhere else PLAN.partner_of(post), crossing, declaration, Duty.TRADER)
        if elsewhere == 1:
            self.acts(post, crossing, declaration, Duty.TRADER)

    def anybody_orders(self, seed: int) -> None:
        """Anybody orders anything, with the partner's word of any age."""
        rng = self._chance(seed)
        for _ in range(4):
            crossing = self._some(rng)
            partner = PartnerWord(mode="paired", age_s=rng.choice(AGES_S), size=3)
            duty = rng.choice(tuple(Duty))
            self.acts(rng.choice(POSTS), crossing, any_order(rng, crossing), duty, partner=partner)

    def disturbs(self, seed: int) -> None:
        """A crossing gets to some stage, is disturbed there by those whose affair it is, and tries to go on."""
        rng = self._chance(seed)
        crossing, post, stage = self._some(rng), rng.choice(POSTS), rng.choice(STAGES)
        for _ in range(7):
            known = self.pair.desks[post].crossings.get(crossing)
            if known is None or known.stage is stage:
                break
            self.goes_on(crossing, heard=True)
        known = self.pair.desks[post].crossings.get(crossing)
        if known is None:
            return
        if rng.random() < 0.6:
            self._clears(rng, known, post)
        agency = rng.choice(AGENCIES[:4])
        told = story(rng, known, post) if rng.random() < 0.5 else []
        for order in told or [any_order(rng, crossing) for _ in range(rng.randint(1, 5))]:
            partner = PartnerWord(mode="paired", age_s=rng.choice(AGES_S), size=3)
            duty = fitting(order, agency) if rng.random() < 0.8 else rng.choice(tuple(Duty))
            self.acts(post, crossing, order, duty, partner=partner)
        for _ in range(rng.randint(0, 3)):
            self.goes_on(crossing, heard=rng.random() < 0.7)

    def _clears(self, rng: Random, crossing: Crossing, post: str) -> None:
        """The agencies do their work, but now and then one step of it is left out and somebody tries all the same."""
        steps = clears(crossing)
        if rng.random() < 0.45:
            del steps[rng.randrange(len(steps))]
            steps.append((cmd.Release(crossing=crossing.id), rng.choice((Duty.CUSTOMS, Duty.HEALTH, Duty.YARD))))
        for order, duty in steps:
            self.acts(post, crossing.id, order, duty)

    def goes_on(self, crossing: str, *, heard: bool) -> None:
        """The crossing takes its next sensible step at each post; the posts hear each other or not."""
        for post in POSTS:
            known = self.pair.desks[post].crossings.get(crossing)
            for order, duty in next_steps(known, post) if known is not None else ():
                self.acts(post, crossing, order, duty)
            while heard and self.pair.words[post]:
                self.hears(post)

    def _chance(self, seed: int) -> Random:
        """Return a generator of this step's own: the search likes to repeat small seeds."""
        self.steps += 1
        return Random(f"{seed}/{self.steps}/{self.pair.sent}")

    def _some(self, rng: Random) -> str:
        """Return a crossing, rather one that is still open."""
        desks = self.pair.desks.values()
        alive = [one.id for desk in desks for one in desk.crossings.values() if one.stage not in ENDED]
        return rng.choice(alive if alive and rng.random() < 0.9 else self.ids)

    def hears(self, post: str) -> None:
        """The partner's next word arrives."""
        if self.pair.words[post]:
            command = self.pair.words[post].popleft()
            self.acts(post, command.crossing, command, Duty.PARTNER)

    def waits(self, minutes: int) -> None:
        """Time passes, and the clockwork of each post does what falls due."""
        self.pair.now_ms += minutes * 60_000
        for post, desk in self.pair.desks.items():
            for crossing in tuple(desk.crossings.values()):
                for order in due(crossing, PLAN, self.pair.now_ms):
                    done = self.acts(post, crossing.id, order, Duty.NODE)
                    assert not isinstance(done, Refusal), "what falls due can be done"

    # --- what one act may do ------------------------------------------------------------------

    def acts(self, post: str, crossing_id: str, order: Order, duty: Duty, **given: Any) -> Outcome:
        """Act and hold the outcome against the oracles."""
        desk = self.pair.desks[post]
        before = desk.crossings.get(crossing_id)
        if isinstance(order, cmd.AssignChannel):
            given["channel"] = (GREEN, YELLOW, RED)[len(crossing_id + post + str(self.pair.sent)) % 3]
        if isinstance(order, cmd.AssessFee) and before is not None:
            given["fee"] = fee_of(PLAN, post, before)
        context = desk.context(crossing_id, order, duty, **{"now_ms": self.pair.now_ms, **given})
        foreseen = decide(before, order, context)
        outcome = self.pair.act(post, crossing_id, order, duty, **given)
        assert foreseen == outcome, "the same crossing, order and context give the same answer"
        if isinstance(outcome, Refusal):
            assert outcome.findings, "a refusal says why"
            assert before == desk.crossings.get(crossing_id), "a refusal changes nothing"
            return outcome
        self.note(
            f"{post} {crossing_id[:2]} {type(order).__name__} by {duty}: {[type(one).__name__ for one in outcome]}"
        )
        assert outcome, "an order that is done leaves a fact"
        if before is not None and before.stage in ENDED:
            assert isinstance(order, cmd.EndStay | cmd.WarnStay), "an ended crossing accepts nothing"
        self._reopens(before, outcome)
        for event in outcome:
            self._fact(post, crossing_id, event, duty)
        return outcome

    def _fact(self, post: str, crossing_id: str, event: ev.CrossingEvent, duty: Duty) -> None:
        key = (post, crossing_id)
        crossing = self.pair.desks[post].crossings[crossing_id]
        match event:
            case ev.CrossingReleased():
                assert duty is Duty.CUSTOMS, "nobody but customs releases"
                nothing_against(crossing)
                self.by_customs.add(key)
            case ev.ReleaseWithdrawn():
                self.by_customs.discard(key)
            case ev.AgencyDecided(duty=whose):
                assert whose is duty, "each agency decides only its own part"
            case ev.PartnerAccepted():
                self.word[crossing_id] = True
            case ev.PartnerDeclined() | ev.BindingChanged():
                self.word.pop(crossing_id, None)
            case ev.PartnerHeld(duty=whose):
                self.held.setdefault(crossing_id, set()).add(whose)
            case ev.PartnerLifted(duty=whose):
                self.held.get(crossing_id, set()).discard(whose)
            case ev.VehicleDeparted():
                assert key in self.by_customs, "no departure without customs' release"
                assert not self.held.get(crossing_id), "no departure while an agency of the entry post holds it"
                accepted = self.word.get(crossing_id, False)
                confirmed = event.rested.clause == "officer_confirmed" and event.rested.officer
                assert accepted or confirmed, "no departure without the partner's acceptance or a marked clause"
                assert event.seen.shows(crossing.binding) or crossing.load is LoadUnit.CONTAINER
                assert sorted(event.seen.containers) == sorted(crossing.binding.containers)
                assert event.lane.startswith("u") == (crossing.load is LoadUnit.CONTAINER), "a lane is never shared"
                nothing_against(crossing)
                assert sorted(event.seen.seals) == sorted(seal.number for seal in crossing.seals)
                assert all(seal.intact for seal in crossing.seals), "seals are intact"
            case _:
                pass

    def _reopens(self, before: Crossing | None, outcome: tuple[ev.CrossingEvent, ...]) -> None:
        """Exactly the decisions that relied on a corrected field reopen, and the release that relied on them."""
        paths = []
        for event in outcome:
            match event:
                case ev.FieldCorrected(path="documents", old=old, new=new) if new[: len(old)] == old:
                    pass
                case ev.FieldCorrected(path=path):
                    paths.append(path)
                case ev.BindingChanged(old=old, new=new):
                    names = ("tractor", "trailer", "containers", "owner")
                    paths.extend(f"binding.{name}" for name in names if getattr(old, name) != getattr(new, name))
                case _:
                    pass
        reopened = {event.duty for event in outcome if isinstance(event, ev.DecisionReopened)}
        if before is None or not paths:
            assert not reopened, "only a correction reopens a decision"
            return
        relied = {
            duty
            for duty, decision in before.decisions.items()
            if any(touched(pattern, path) for pattern in decision.relied_on for path in paths)
        }
        assert relied == reopened, "a correction reopens exactly what relied on the field"
        if before.release is not None:
            rests = bool(relied & set(before.release.relied_on)) or any(
                touched(pattern, path) for pattern in before.release.paths for path in paths
            )
            withdrawn = any(isinstance(event, ev.ReleaseWithdrawn) for event in outcome)
            assert rests == withdrawn, "a release falls exactly with what it relied on"

    # --- what holds at every moment -------------------------------------------------------------

    def one_holder(self) -> None:
        """A tractor, a trailer, a container is bound to one open crossing, or to it and its way back."""
        for desk in self.pair.desks.values():
            self._one_holder(desk)

    def _one_holder(self, desk: Desk) -> None:
        holders: dict[str, list[Crossing]] = {}
        for crossing in desk.crossings.values():
            for claim in bound(crossing):
                holders.setdefault(claim, []).append(crossing)
        for claim, found in holders.items():
            if len(found) > 1:
                first, second = found[0], found[1]
                assert len(found) == 2, f"{claim} is held by three"
                assert second.return_of == first.id or first.return_of == second.id, f"{claim} is held twice"
            assert desk.claims.get(claim) in {crossing.id for crossing in found}, f"{claim} is not kept"

    def one_place(self) -> None:
        """No two crossings share a number; who is gone has none."""
        for desk in self.pair.desks.values():
            numbers = [crossing.place.number for crossing in desk.crossings.values() if crossing.place is not None]
            assert len(numbers) == len(set(numbers)), "a number is given once"

    def recorded_is_all(self) -> None:
        """The state is the fold of what was recorded, and nothing else."""
        for desk in self.pair.desks.values():
            for crossing_id, crossing in desk.crossings.items():
                assert crossing == fold(desk.streams[crossing_id], crossing_id)


def nothing_against(crossing: Crossing) -> None:
    """Assert what the plan of the tests asks before goods may go, written out once more by hand."""
    fresh = {"fresh_fruit", "live_seafood"} & {one.commodity.value for one in crossing.declaration.goods}
    empty = not crossing.declaration.goods
    needed = {Duty.BORDER_GUARD} | (set() if empty else {Duty.HEALTH}) | ({Duty.QUARANTINE} if fresh else set())
    clear = set(crossing.verdicts(Verdict.CLEAR))
    assert needed <= clear, "every required decision stands as clear"
    assert set(crossing.decisions) == clear, "nobody holds or refuses it"
    assert all(sample.passed for sample in crossing.samples), "no sample is open or failed"
    assert all(inspection.passed for inspection in crossing.inspections), "no inspection is open or failed"
    if crossing.channel is model.Channel.RED:
        assert crossing.inspection_of(Duty.CUSTOMS) is not None, "the red channel is inspected by customs"
    at_home = (crossing.direction is Direction.OUT) == (crossing.role is Role.EXIT)
    if at_home:
        assert crossing.fee is not None, "the fee is assessed"
        assert crossing.fee.paid_minor == crossing.fee.amount_minor, "the fee is paid"
        assert empty or crossing.channel is not None, "customs gave a channel"


def bound(crossing: Crossing) -> tuple[str, ...]:
    """Return what the crossing is tied to at its post, told from its facts and not from its stage."""
    gone = crossing.outcome or crossing.returned_at_ms is not None or crossing.partner_received_at_ms is not None
    alone = crossing.load is LoadUnit.CONTAINER and (crossing.arrived_at_ms or crossing.received_at_ms)
    left = crossing.stay is not None and crossing.stay.ended_at_ms is not None
    claims = () if gone else crossing.binding.claims()
    return tuple(claim for claim in claims if claim.startswith("container") or not (alone or left))


def walk(seed: int, steps: int = 14) -> Life:
    """Live ``steps`` random steps without a search: quick, and evenly spread. Returns the life at its end."""
    rng = Random(seed)
    life = Life()
    life.opens(seed)
    for _ in range(steps):
        chance = rng.random()
        if chance < 0.55:
            life.disturbs(rng.getrandbits(40))
        elif chance < 0.70:
            life.anybody_orders(rng.getrandbits(40))
        elif chance < 0.80:
            life.declares(rng.choice(DECLARATIONS), rng.randint(0, 9))
        elif chance < 0.92:
            life.hears(rng.choice(POSTS))
        else:
            life.waits(rng.choice((1, 31, 41, 60 * 21)))
        life.one_holder()
        life.one_place()
    life.recorded_is_all()
    return life


def walks(count: int) -> None:
    """Live ``count`` lives, each from its own seed."""
    for seed in range(count):
        walk(seed)


def home_of(declaration: cmd.DeclareCrossing) -> str:
    """Return the post where ``declaration`` belongs."""
    return next(post for post in POSTS if PLAN.role_of(post, declaration.direction) is Role.EXIT)


FITTING: dict[type, Duty] = {
    cmd.CorrectField: Duty.TRADER,
    cmd.CallForward: Duty.NODE,
    cmd.MissCall: Duty.NODE,
    cmd.WarnStay: Duty.NODE,
    cmd.AssignChannel: Duty.CUSTOMS,
    cmd.Release: Duty.CUSTOMS,
    cmd.WithdrawRelease: Duty.CUSTOMS,
    cmd.MovePlace: Duty.GATE_BOARD,
    cmd.ChangeBinding: Duty.GATE_BOARD,
    cmd.TakePlace: Duty.DRIVER,
}


def fitting(order: Order, agency: Duty) -> Duty:
    """Return a duty whose affair ``order`` is."""
    return FITTING.get(type(order), agency)


def next_steps(crossing: Crossing, post: str) -> list[tuple[Order, Duty]]:
    """Return the orders with which the crossing gets on at ``post``, as the people there would give them."""
    c = {"crossing": crossing.id}
    site = post[0]
    look = seen(crossing.binding, seals=tuple(seal.number for seal in crossing.seals))
    match (crossing.role, crossing.stage):
        case (Role.EXIT, Stage.DECLARED) if crossing.lane_kind is LaneKind.EMPTIES:
            return [(cmd.RecordArrival(**c, station=f"{site}-exit", seen=look), Duty.YARD)]
        case (Role.EXIT, Stage.DECLARED):
            return [(cmd.AttachDocument(**c, document=TEST_PAPER), Duty.TRADER), (cmd.TakePlace(**c), Duty.DRIVER)]
        case (Role.EXIT, Stage.QUEUED):
            return [(cmd.CallForward(**c), Duty.NODE)]
        case (Role.EXIT, Stage.CALLED):
            return [(cmd.RecordArrival(**c, station=f"{site}-exit", seen=look), Duty.YARD)]
        case (Role.EXIT, Stage.ARRIVED):
            lane = {LoadUnit.CONTAINER: "u-out", LoadUnit.EMPTY: "e-out"}.get(crossing.load, "m-tidal")
            return [*clears(crossing), (cmd.Depart(**c, lane=lane, seen=look, confirmed_by="guard-7"), Duty.YARD)]
        case (Role.EXIT, Stage.REFUSED):
            return [(cmd.ReceiveReturn(**c, station=f"{site}-exit", seen=look), Duty.YARD)]
        case (Role.ENTRY, Stage.ANNOUNCED) if crossing.partner_departure is None:
            return [(cmd.AcceptArrival(**c), Duty.CUSTOMS)]
        case (Role.ENTRY, Stage.ANNOUNCED):
            told = seen(crossing.binding, seals=crossing.partner_departure.seals if crossing.partner_departure else ())
            return [(cmd.ConfirmHandover(**c, station=f"{site}-entry", seen=told), Duty.YARD)]
        case (Role.ENTRY, Stage.ARRIVED):
            return [*clears(crossing), (cmd.RecordExit(**c, station=f"{site}-entry"), Duty.YARD)]
        case _:
            return [(cmd.RecordExit(**c, station=f"{site}-entry"), Duty.YARD)]


def clears(crossing: Crossing) -> list[tuple[Order, Duty]]:
    """Return what the agencies do with goods against which nothing speaks."""
    c = {"crossing": crossing.id}
    answers = [
        (cmd.RecordLaboratoryResult(**c, number=sample.number, passed=True), Duty.QUARANTINE)
        for sample in crossing.samples
        if sample.passed is None
    ]
    looks = [
        (cmd.FinishInspection(**c, passed=True), inspection.duty)
        for inspection in crossing.inspections
        if inspection.passed is None
    ]
    due_minor = 1_500_000 if crossing.load is LoadUnit.TRUCK else 1_350_002
    payment = cmd.PayFee(**c, amount_minor=due_minor, currency="VND", receipt="r-9")
    verdicts = [(cmd.Decide(**c, verdict=Verdict.CLEAR), duty) for duty in AGENCIES if duty is not Duty.GATE_BOARD]
    return [
        *answers,
        *looks,
        (cmd.AssignChannel(**c), Duty.CUSTOMS),
        (cmd.OrderInspection(**c, bay="bay-1", reason="red"), Duty.CUSTOMS),
        (cmd.FinishInspection(**c, passed=True), Duty.CUSTOMS),
        *verdicts,
        (cmd.AssessFee(**c), Duty.GATE_BOARD),
        (payment, Duty.GATE_BOARD),
        (cmd.Release(**c), Duty.CUSTOMS),
    ]
