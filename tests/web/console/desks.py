"""A real post with accounts for people, served so that browsers and clients can log in."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Union

import msgspec
import uvicorn
from litestar import Litestar
from litestar.testing import TestClient

from gatepair.base.duties import Duty
from gatepair.base.errors import Unauthenticated
from gatepair.cli.serve import application
from gatepair.node.accounts import Account
from gatepair.node.ports import Unit
from gatepair.node.requests import COMMANDS, Actor, Answer, Request
from gatepair.web.auth import COOKIE
from gatepair.wiring import Opened
from web.real import DECLARE, POST, declare, opened_post

PASSWORD = "correct horse battery"
PEOPLE = {
    duty: f"{duty.value.replace('_', '-')}.1" for duty in sorted(set(Duty) - {Duty.NODE, Duty.PUBLIC, Duty.PARTNER})
}
WIDE = {"address_burst": 100_000, "principal_burst": 100_000, "login_per_min": 100_000, "follow_heartbeat_s": 1}
"""Limits that no test meets by accident; news of what is done beside the pages comes with the next heartbeat."""
PROOF = re.compile(r'name="proof" value="([0-9a-f]{32})"')
COMMAND = re.compile(r'name="command_id" value="([0-9a-f]{24})"')


class Desk:
    """A served post: how to act beside the pages, and how to log in to them."""

    def __init__(self, opened: Opened, app: Litestar) -> None:
        self.opened, self.app, self.post = opened, app, opened.post
        self._count = 0
        self._tokens: dict[Duty, str] = {}
        hashed = opened.post.accounts.hash_password(PASSWORD)
        self._people = {
            duty: self.post.transact(lambda unit, at=(login, duty): self._person(unit, *at, hashed))
            for duty, login in PEOPLE.items()
        }

    def _person(self, unit: Unit, login: str, duty: Duty, hashed: str) -> Account:
        accounts, now_ms = self.post.accounts, self.post.now()
        licence = DECLARE["driver"]["licence"] if duty is Duty.DRIVER else ""
        return accounts.create_account(
            unit, login, duty=duty, password_hash=hashed, by="setup", now_ms=now_ms, drill=True, licence=licence
        )

    def client(self) -> TestClient[Any]:
        """Return a client that keeps cookies, as a browser does."""
        return TestClient(self.app, raise_server_exceptions=False)

    def give(self, duty: Duty, command: dict[str, Any]) -> Answer:
        """Give one command as the person with ``duty``, beside the pages."""
        self._count += 1
        asked = Request(f"beside-{self._count:06d}", msgspec.convert(command, Union[COMMANDS]), self.actor(duty))  # noqa: UP007
        (answer,) = self.post.execute([asked])
        assert "done" == answer.status, answer
        return answer

    def actor(self, duty: Duty) -> Actor:
        """Return the person with ``duty``."""
        return self.post.accounts.actor_of(self.session(duty), self.post.now())

    def declared(self, number: int) -> str:
        """Declare a vehicle as the trader, and return its crossing."""
        return self.give(Duty.TRADER, declare(number)).crossing

    def arrived(self, number: int) -> str:
        """Bring a vehicle inside the gate, and return its crossing."""
        crossing = self.declared(number)
        self.give(Duty.DRIVER, {"type": "TakePlace", "crossing": crossing})
        self.post.advance()
        seen = {"tractor": f"12C-{number:05d}", "trailer": f"12R-{number:05d}"}
        station = next(one["key"] for one in self.post.layout()["stations"] if one["kind"] == "barrier")
        self.give(Duty.YARD, {"type": "RecordArrival", "crossing": crossing, "station": station, "seen": seen})
        return crossing

    def another(self, login: str, duty: Duty) -> str:
        """Make one more person with ``duty`` and return the token of a session."""
        hashed = self.post.accounts.hash_password(PASSWORD)
        accounts, now_ms = self.post.accounts, self.post.now()
        account = self.post.transact(lambda unit: self._person(unit, login, duty, hashed))
        return self.post.transact(lambda unit: accounts.open_session(unit, account, now_ms)[0])

    def enter(self, client: TestClient[Any], duty: Duty) -> None:
        """Go in by a session that is there already; the log-in itself, which takes its time, is tested by itself."""
        client.cookies.clear()
        client.cookies.set(COOKIE, self.session(duty))

    def session(self, duty: Duty) -> str:
        """Return the token of a session of the person with ``duty`` that holds by the post's clock."""
        accounts, now_ms, token = self.post.accounts, self.post.now(), self._tokens.get(duty)
        try:
            if token is not None:
                accounts.actor_of(token, now_ms)
                return token
        except Unauthenticated:
            pass
        account = self._people[duty]
        self._tokens[duty] = self.post.transact(lambda unit: accounts.open_session(unit, account, now_ms)[0])
        return self._tokens[duty]

    def log_in(self, client: TestClient[Any], duty: Duty) -> None:
        """Log in by the form."""
        given = {"login": PEOPLE[duty], "password": PASSWORD}
        answer = client.post("/login", data=given, follow_redirects=False)
        assert 303 == answer.status_code, answer.text


def sent(client: TestClient[Any], address: str, form: str, **given: str) -> Any:
    """Send the form ``form`` of the page at ``address`` as it stands there, filled in with ``given``."""
    page = client.get(address).text
    part = page[page.index(f'action="{form}"') :]
    hidden = {
        name: found.group(1)
        for name, found in (("proof", PROOF.search(part)), ("command_id", COMMAND.search(part)))
        if found
    }
    return client.post(form, data={**hidden, **given}, follow_redirects=False)


@contextmanager
def desk_at(directory: Path, **limits: int) -> Iterator[Desk]:
    """Open a post in ``directory`` with an account for each duty; ``limits`` of the interface differ from the wide ones."""
    with opened_post(directory / POST) as opened:
        # The application as `gatepair serve` runs it, so that pages which need something of the composition root are there.
        wide = replace(opened, settings=msgspec.structs.replace(opened.settings, web={**WIDE, **limits}))
        yield Desk(opened, application(wide))


@contextmanager
def listening(app: Litestar) -> Iterator[str]:
    """Serve ``app`` on a socket, and return its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", proxy_headers=False, timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()
