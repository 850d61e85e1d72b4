"""A gate at work: vehicles took places, were called, arrived, crossed; one missed its call, one was moved by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gatepair.base.duties import Duty
from gatepair.base.time import MINUTE_MS, Instant
from gatepair.crossing.commands import ConfirmAct
from gatepair.node.requests import Actor, Request
from web.console.desks import Desk, desk_at


class Driven:
    """The served post of a driven gate, with the tokens of one place that waits and one that is called."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.opened, self.post = desk, desk.opened, desk.post
        self.client: Any = None
        self.tokens: dict[str, str] = {}
        self._drive()

    def give(self, duty: Duty, command: dict[str, Any]) -> Any:
        return self.desk.give(duty, command)

    def page(self, path: str) -> str:
        answer = self.client.get(path)
        assert 200 == answer.status_code, answer.text
        return answer.text

    def board(self) -> dict[str, Any]:
        return self.post.board()

    @property
    def waiting(self) -> str:
        """Return the token of a place that waits."""
        return next(token for token in self.tokens.values() if self.post.place(token)["state"] == "waiting")

    @property
    def called(self) -> str:
        """Return the token of a place that is called."""
        return next(token for token in self.tokens.values() if self.post.place(token)["state"] == "called")

    def pass_time(self, minutes: int) -> None:
        """Let ``minutes`` pass, minute by minute, as the clockwork would."""
        for _ in range(minutes):
            self.opened.clock.set(Instant(self.post.now() + MINUTE_MS))
            self.post.advance()

    def give_place(self, number: int) -> None:
        """Declare a vehicle and take its place."""
        crossing = self.desk.declared(number)
        self.tokens[crossing] = self.give(Duty.DRIVER, {"type": "TakePlace", "crossing": crossing}).place_token

    def _drive(self) -> None:
        for number in range(1, 81):
            self.give_place(number)
            self.opened.clock.set(Instant(self.post.now() + MINUTE_MS))
        self.post.advance()
        for crossing in self._arrive(3):
            self._depart(crossing)
        moved = list(self.tokens)[-1]
        why = {"code": "medical", "reason": "SYNTHETIC: the driver is ill"}
        self.give(Duty.GATE_BOARD, {"type": "MovePlace", "crossing": moved, **why})
        second = Actor("gate-board.2", Duty.GATE_BOARD, self.post.key)
        (confirmed,) = self.post.execute([Request("confirm-0001", ConfirmAct(crossing=moved, number=1), second)])
        assert "done" == confirmed.status, confirmed
        self.pass_time(40)
        self._arrive(2)
        self.pass_time(5)

    def _arrive(self, count: int) -> list[str]:
        station = next(one["key"] for one in self.post.layout()["stations"] if one["kind"] == "barrier")
        called = [one for one, token in self.tokens.items() if self.post.place(token)["state"] == "called"][:count]
        for crossing in called:
            seen = self._seen(crossing)
            self.give(Duty.YARD, {"type": "RecordArrival", "crossing": crossing, "station": station, "seen": seen})
        return called

    def _depart(self, crossing: str) -> None:
        """Let every agency decide, customs release, and the vehicle leave."""
        for duty in self.post.crossing_view(crossing, self.desk.actor(Duty.COMMAND_CENTRE))["required"]:
            self.give(Duty(duty), {"type": "Decide", "crossing": crossing, "verdict": "clear"})
        inspected = {"type": "OrderInspection", "bay": "bay-1", "reason": "test"}
        passed = {"type": "FinishInspection", "passed": True}
        for act in ({"type": "AssignChannel"}, inspected, passed, {"type": "Decide", "verdict": "clear"}):
            self.give(Duty.CUSTOMS, {**act, "crossing": crossing})
        fee = self.give(Duty.GATE_BOARD, {"type": "AssessFee", "crossing": crossing}).events[0].payload["fee"]
        if fee["amount_minor"]:
            paid = {"amount_minor": fee["amount_minor"], "currency": fee["currency"], "receipt": "R-1"}
            self.give(Duty.GATE_BOARD, {"type": "PayFee", "crossing": crossing, **paid})
        self.give(Duty.CUSTOMS, {"type": "Release", "crossing": crossing})
        self.pass_time(1)
        left = {"type": "Depart", "crossing": crossing, "lane": "freight-1", "seen": self._seen(crossing)}
        self.give(Duty.YARD, left)

    def _seen(self, crossing: str) -> dict[str, str]:
        return {"tractor": f"12C-{self._number(crossing):05d}", "trailer": f"12R-{self._number(crossing):05d}"}

    def _number(self, crossing: str) -> int:
        return list(self.tokens).index(crossing) + 1


@contextmanager
def driven_at(directory: Path) -> Iterator[Driven]:
    """Open a post in ``directory`` and drive it."""
    with desk_at(directory) as desk:
        yield Driven(desk)
