"""Shortcuts for the rule tests: a crossing brought to a stage, and what an act gave."""

from __future__ import annotations

from typing import Any

from crossing.ground import GREEN, TRUCK, X1, Pair, declare, seen
from gatepair.base.duties import Duty
from gatepair.base.findings import Refusal
from gatepair.crossing import commands as cmd
from gatepair.crossing.model import Fee, Verdict
from gatepair.crossing.outcome import Order, Outcome
from gatepair.crossing.state import Crossing

C = {"crossing": X1}
FEE = Fee(amount_minor=1_500_000, currency="VND", line="a-fees lines.3")


def codes(outcome: Outcome) -> list[str]:
    """Return the codes of the findings, without the package; empty when it was done."""
    return [one.code.removeprefix("crossing.") for one in outcome.findings] if isinstance(outcome, Refusal) else []


def names(outcome: Outcome) -> list[str]:
    """Return the names of the events; empty when it was refused."""
    return [] if isinstance(outcome, Refusal) else [type(event).__name__ for event in outcome]


class Trip:
    """One crossing on its way; every step is held to succeed unless :meth:`ask` is used."""

    def __init__(self, declaration: cmd.DeclareCrossing | None = None, **given: Any) -> None:
        """Declare at ``a-post``; ``given`` overrides the context of every act there."""
        self.pair = Pair()
        self.given = given
        self.order = declaration or declare()
        self.do(self.order, Duty.TRADER)

    @property
    def here(self) -> Crossing:
        """The crossing as the exit post knows it."""
        return self.pair.desks["a-post"].crossings[X1]

    @property
    def there(self) -> Crossing:
        """The crossing as the entry post knows it."""
        return self.pair.desks["b-post"].crossings[X1]

    def ask(self, order: Order, duty: Duty, post: str = "a-post", **given: Any) -> Outcome:
        """Act and return what came of it."""
        return self.pair.act(post, X1, order, duty, **{**self.given, **given})

    def do(self, order: Order, duty: Duty, post: str = "a-post", **given: Any) -> list[str]:
        """Act, which must be done, and return the names of the events."""
        outcome = self.ask(order, duty, post, **given)
        assert [] == codes(outcome)
        return names(outcome)

    def hear(self) -> Trip:
        """Carry every word both ways."""
        self.pair.deliver_all()
        return self

    def accepted(self) -> Trip:
        """The entry post accepts it."""
        self.hear()
        self.do(cmd.AcceptArrival(**C), Duty.CUSTOMS, "b-post")
        return self.hear()

    def queued(self) -> Trip:
        """Take a place."""
        self.do(cmd.TakePlace(**C, yard="a-buffer"), Duty.DRIVER)
        return self

    def called(self) -> Trip:
        """Take a place and be called."""
        self.queued()
        self.do(cmd.CallForward(**C), Duty.NODE)
        return self

    def arrived(self) -> Trip:
        """Stand inside the exit gate."""
        self.called()
        self.do(cmd.RecordArrival(**C, station="a-exit", seen=seen(self.order.binding)), Duty.YARD)
        return self

    def checked(self) -> Trip:
        """Everything the exit post asks for before release is done."""
        self.decided()
        self.do(cmd.AssignChannel(**C), Duty.CUSTOMS, channel=GREEN)
        self.paid()
        return self

    def decided(self, post: str = "a-post") -> Trip:
        """Border guard and health clear it."""
        for duty in (Duty.BORDER_GUARD, Duty.HEALTH):
            self.do(cmd.Decide(**C, verdict=Verdict.CLEAR), duty, post)
        return self

    def paid(self) -> Trip:
        """The fee is assessed and paid."""
        self.do(cmd.AssessFee(**C), Duty.GATE_BOARD, fee=FEE)
        payment = cmd.PayFee(**C, amount_minor=FEE.amount_minor, currency="VND", receipt="r-1")
        self.do(payment, Duty.GATE_BOARD)
        return self

    def released(self) -> Trip:
        """Inside the gate, accepted over there, released here."""
        self.accepted().arrived().checked()
        self.do(cmd.Release(**C), Duty.CUSTOMS)
        return self

    def departed(self) -> Trip:
        """Over the line, and the entry post has been told."""
        self.released()
        self.do(self.leave(), Duty.YARD)
        return self.hear()

    def received(self) -> Trip:
        """In the entry post's custody."""
        self.departed()
        self.do(cmd.ConfirmHandover(**C, station="b-entry", seen=seen(self.order.binding)), Duty.YARD, "b-post")
        return self.hear()

    def leave(self, **rest: Any) -> cmd.Depart:
        """Return the order to depart as all is right."""
        return cmd.Depart(**{**C, "lane": "m-out", "seen": seen(self.order.binding), **rest})


BOUND = seen(TRUCK)
