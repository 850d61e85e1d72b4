"""Drivers on the road: made-up people with a licence, their vehicles, and what the ledger says of them."""

from __future__ import annotations

from typing import Any

from gatepair.base.duties import Duty
from gatepair.node.requests import Actor
from web.console.desks import PASSWORD, Desk
from web.real import declare

BUFFER = "viettel-park"


class Road:
    """A post's drivers."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.post = desk, desk.post
        self._hashed = desk.post.accounts.hash_password(PASSWORD)
        self._count = 100

    def driver(self, licence: str = "") -> str:
        """Make an account of a driver with ``licence``, and return its login."""
        self._count += 1
        login, accounts = f"driver.{self._count}", self.post.accounts
        self.post.transact(
            lambda unit: accounts.create_account(
                unit,
                login,
                duty=Duty.DRIVER,
                password_hash=self._hashed,
                by="setup",
                now_ms=self.post.now(),
                drill=True,
                licence=licence,
            )
        )
        return login

    def actor(self, login: str) -> Actor:
        """Return the person with ``login``, who has just logged in."""
        accounts, now_ms = self.post.accounts, self.post.now()

        def enter(unit: Any) -> str:
            account = accounts.check_password(login, PASSWORD, now_ms)
            return accounts.open_session(unit, account, now_ms)[0]

        return accounts.actor_of(self.post.transact(enter), now_ms)

    def declared(self, licence: str, number: int, **more: str) -> str:
        """Declare a vehicle that ``licence`` drives, with ``more`` set otherwise, and return its crossing."""
        named = {"name": f"SYNTHETIC Driver {number}", "licence": licence, "nationality": "VN"}
        return self.desk.give(Duty.TRADER, {**declare(number), "driver": named, **more}).crossing

    def queued(self, licence: str, number: int) -> tuple[str, str]:
        """Declare it and take a place; return the crossing and the token of the place."""
        crossing = self.declared(licence, number)
        token = self.desk.give(Duty.TRADER, {"type": "TakePlace", "crossing": crossing}).place_token
        return crossing, token

    def held(self, licence: str, number: int) -> str:
        """Hold it at the buffer yard."""
        crossing, _ = self.queued(licence, number)
        self.hold(crossing, BUFFER)
        return crossing

    def hold(self, crossing: str, yard: str) -> None:
        """Order it to wait at ``yard``."""
        self.desk.give(Duty.YARD, {"type": "HoldAtBuffer", "crossing": crossing, "yard": yard})

    def called(self, licence: str, number: int) -> str:
        """Declare it, take a place and let the clockwork call it."""
        crossing, _ = self.queued(licence, number)
        self.post.advance()
        return crossing

    def stop(self) -> None:
        """Stop the direction in which these vehicles go."""
        self.desk.give(Duty.COMMAND_CENTRE, {"type": "StopIntake", "direction": "out", "reason": "system_outage"})

    def reopen(self) -> None:
        """End that stop."""
        self.desk.give(Duty.COMMAND_CENTRE, {"type": "ReopenIntake", "direction": "out"})

    def events(self, crossing: str, *names: str) -> list[str]:
        """Return the events of ``crossing`` with these names, in order."""
        with self.post.ledger.read() as reader:
            kinds = [entry.type.partition("/")[0] for entry in reader.stream(f"crossing/{crossing}")]
        return [kind for kind in kinds if kind in names]
